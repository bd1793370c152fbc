//! Every filter of `filters.txt`, asked of the users of `users.json`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use sluice_scim::lookup::LookupAttribute;
use sluice_scim::{Filter, ScimType, uri};

/// What a line says should happen.
enum Expected {
    /// The ids, in the order of the file.
    Ids(Vec<String>),
    /// The text cannot be read.
    Unreadable,
    /// The text can be read and makes no sense for the types.
    Refused,
}

fn cases(text: &str) -> Vec<(usize, Expected, String)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(number, line)| {
            let (expected, filter) = line
                .split_once(" | ")
                .unwrap_or_else(|| panic!("line {}: no \" | \": {line}", number + 1));
            let expected = match expected.trim() {
                "unreadable" => Expected::Unreadable,
                "refused" => Expected::Refused,
                "-" => Expected::Ids(Vec::new()),
                ids => Expected::Ids(ids.split_whitespace().map(str::to_owned).collect()),
            };
            (number + 1, expected, filter.to_owned())
        })
        .collect()
}

/// What a filter does, in the words of the file.
fn outcome(filter: &str, users: &[sluice_scim::Resource]) -> String {
    let schema = support::schema();
    let parsed = match Filter::parse(filter) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert_eq!(
                (error.status, error.scim_type),
                (400, Some(ScimType::InvalidFilter)),
                "{filter}"
            );
            return "unreadable".to_owned();
        }
    };
    if let Err(error) = parsed.check(&schema) {
        assert_eq!(
            (error.status, error.scim_type),
            (400, Some(ScimType::InvalidFilter)),
            "{filter}"
        );
        return "refused".to_owned();
    }
    let ids: Vec<&str> = users
        .iter()
        .filter(|user| parsed.matches(user, &schema))
        .map(|user| user["id"].as_str().unwrap())
        .collect();
    if ids.is_empty() {
        "-".to_owned()
    } else {
        ids.join(" ")
    }
}

#[test]
fn every_filter_gives_the_users_that_the_rfc_says() {
    let users = support::users();
    let cases = cases(&support::read("filters.txt"));
    assert!(cases.len() >= 150, "only {} filters", cases.len());
    let mut wrong = Vec::new();
    for (line, expected, filter) in cases {
        let expected = match expected {
            Expected::Ids(ids) if ids.is_empty() => "-".to_owned(),
            Expected::Ids(ids) => ids.join(" "),
            Expected::Unreadable => "unreadable".to_owned(),
            Expected::Refused => "refused".to_owned(),
        };
        let seen = outcome(&filter, &users);
        if seen != expected {
            wrong.push(format!(
                "line {line}: {filter}\n    expected {expected}\n    seen     {seen}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} filters are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn parsed(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_look_up_by_key_is_recognised_and_nothing_else_is() {
    for (text, key) in [
        (r#"userName eq "a""#, Some(LookupAttribute::UserName)),
        (r#"USERNAME EQ "a""#, Some(LookupAttribute::UserName)),
        (r#"(id eq "a")"#, Some(LookupAttribute::Id)),
        (r#"externalid eq "a""#, Some(LookupAttribute::ExternalId)),
        (
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a""#,
            Some(LookupAttribute::UserName),
        ),
        (r#"userName ne "a""#, None),
        (r#"userName sw "a""#, None),
        ("userName eq null", None),
        ("userName eq 5", None),
        (r#"userName.x eq "a""#, None),
        (r#"title eq "a""#, None),
        (r#"not (userName eq "a")"#, None),
        (r#"userName eq "a" and id eq "a""#, None),
        (r#"userName[value eq "a"]"#, None),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName eq "a""#,
            None,
        ),
    ] {
        let lookup = parsed(text).lookup();
        assert_eq!(
            lookup.as_ref().map(|lookup| lookup.attribute),
            key,
            "{text}"
        );
        assert!(lookup.is_none_or(|lookup| lookup.value == "a"), "{text}");
    }
}

#[test]
fn a_quote_inside_the_value_of_a_look_up_is_unescaped_and_stays_a_value() {
    let lookup = parsed(r#"id eq "O\"Brien' or 1=1""#).lookup();
    assert_eq!(lookup.map(|l| l.value).as_deref(), Some("O\"Brien' or 1=1"));
}

#[test]
fn an_incremental_import_is_recognised_and_nothing_else_is() {
    let time = "2020-04-07T14:19:34Z";
    for text in [
        format!(r#"meta.lastModified gt "{time}""#),
        format!(r#"META.LASTMODIFIED GT "{time}""#),
    ] {
        assert_eq!(parsed(&text).changed_after(), Some(time), "{text}");
    }
    for text in [
        // At that very time too: what runs for `gt` would not find it.
        format!(r#"meta.lastModified ge "{time}""#),
        format!(r#"meta.lastModified lt "{time}""#),
        format!(r#"meta.lastModified eq "{time}""#),
        format!(r#"meta.created gt "{time}""#),
        format!(r#"lastModified gt "{time}""#),
        format!(r#"not (meta.lastModified gt "{time}")"#),
        format!(r#"meta.lastModified gt "{time}" and active eq true"#),
        format!(r#"meta.lastModified gt "{time}" or id eq "1""#),
        format!(r#"meta[lastModified gt "{time}"]"#),
    ] {
        assert_eq!(parsed(&text).changed_after(), None, "{text}");
    }
}

#[test]
fn a_filter_says_what_it_reads() {
    let filter = parsed(
        r#"not (emails[type eq "work"]) or urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:city pr and NAME.familyName eq "x""#,
    );
    for (urn, name, reads) in [
        (None, "emails", true),
        (None, "name", true),
        (None, "type", false),
        (None, "userName", false),
        (None, "ext_CITY", false),
        (Some(uri::ENTERPRISE_USER), "ext_CITY", true),
        (Some(uri::ENTERPRISE_USER), "CITY", true),
        (Some(uri::ENTERPRISE_USER), "department", false),
        (Some(uri::ENTERPRISE_USER), "emails", false),
    ] {
        assert_eq!(filter.reads(urn, name), reads, "{urn:?} {name}");
    }
    let whole = parsed("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr");
    assert!(whole.reads(Some(uri::ENTERPRISE_USER), "department"));
}

#[test]
fn a_refusal_says_what_is_wrong_and_where() {
    for (text, says) in [
        ("", "is empty"),
        (
            r#"userName regex "a""#,
            r#"at character 10: there is no operator "regex""#,
        ),
        (
            "userName eq x",
            r#"at character 13: "x" is no value, because texts stand in double quotes"#,
        ),
        (
            "userName eq 'x'",
            "at character 13: texts stand in double quotes",
        ),
        (
            r#"userName eq "x"#,
            "at character 13: a double quote is missing",
        ),
        ("title pr and", "it ends too early, after and"),
        ("(title pr", "it ends too early"),
        (r#"title eq "ö" && title pr"#, r#"at character 14: "&&""#),
        ("a.b.c pr", "a.b.c has more than one dot"),
        ("userName eq 1e999", "a number beyond all bounds"),
    ] {
        let detail = Filter::parse(text).unwrap_err().detail;
        assert!(detail.contains(says), "{text}: {detail}");
    }
    let secret = parsed(r#"password eq "hunter2""#)
        .check(&support::schema())
        .unwrap_err();
    assert!(!secret.detail.contains("hunter2"), "{}", secret.detail);
}
