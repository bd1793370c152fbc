//! Every filter of `filters.txt`, asked of the users of `users.json`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use sluice_scim::{Filter, ScimType};

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
