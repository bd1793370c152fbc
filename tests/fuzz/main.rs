//! Texts from outside, by chance: filters, paths of PATCH, the connector header.
//!
//! First every line of the corpus runs, then what chance makes of it. A line that once broke
//! something belongs into the corpus. `SLUICE_FUZZ_SECONDS` makes each target run by time instead
//! of by number; the search itself is in [`search`].
//!
//! To add a target: a function of a text that gives what it observed, a file in `corpus`, a test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod search;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sluice_core::header;
use sluice_scim::schema::{Attribute, AttributeType, ResourceSchema};
use sluice_scim::{Filter, Patch, PatchPath, Query, Resource, ScimError, uri, user};

fn schema() -> ResourceSchema {
    let mut enterprise = user::enterprise();
    enterprise
        .attributes
        .push(Attribute::text("ext_LEVEL", "LEVEL").of(AttributeType::Integer));
    let mut schema = ResourceSchema::new(user::user(), vec![enterprise]);
    schema.optional_prefix = Some("ext_".to_owned());
    schema
}

fn object(value: Value) -> Resource {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}

fn resource() -> Resource {
    object(json!({
        "schemas": [uri::USER, uri::ENTERPRISE_USER],
        "id": "1", "userName": "Ada", "active": true, "title": "Straße", "password": "p",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}],
        (uri::ENTERPRISE_USER): {"department": "Engines", "ext_LEVEL": 3, "manager": {"value": "grace"}},
        "meta": {"lastModified": "2011-05-13T04:42:34Z"}
    }))
}

/// A refusal without the words of the input: what differs in kind, not in content.
fn kind_of(error: &ScimError) -> String {
    assert_eq!(error.status, 400, "{error}");
    assert!(error.scim_type.is_some(), "{error}");
    let words = error.detail.split(|c: char| !c.is_ascii_lowercase());
    let known: Vec<&str> = words.filter(|word| word.len() > 1).take(24).collect();
    format!("{:?} {}", error.scim_type, known.join(" "))
}

/// The shape of what was printed: names and values are one letter each.
fn shape_of(text: &str) -> String {
    let mut shape = String::new();
    for c in text.chars() {
        let class = match c {
            'a'..='z' | 'A'..='Z' | '_' | '-' => 'a',
            '0'..='9' => '0',
            other if other.is_ascii() => other,
            _ => 'u',
        };
        if !shape.ends_with(class) {
            shape.push(class);
        }
    }
    shape
}

fn filter(text: &str) -> String {
    let parsed = match Filter::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => return kind_of(&error),
    };
    let printed = parsed.to_string();
    let again = Filter::parse(&printed)
        .unwrap_or_else(|error| panic!("what was printed cannot be read: {printed}: {error}"));
    assert_eq!(again, parsed, "{printed}");
    let (schema, resource) = (schema(), resource());
    let matches = parsed.matches(&resource, &schema);
    let negated = Filter::parse(&format!("not ({printed})"));
    if let Ok(negated) = negated {
        assert_ne!(negated.matches(&resource, &schema), matches, "{printed}");
    }
    let checked = parsed.check(&schema);
    let verdict = checked.as_ref().map_or_else(kind_of, |()| String::new());
    format!(
        "{matches} {} {} {verdict} {}",
        parsed.lookup().is_some(),
        parsed.changed_after().is_some(),
        shape_of(&printed)
    )
}

fn path(text: &str) -> String {
    if let Err(error) = PatchPath::parse(text) {
        return kind_of(&error);
    }
    let printed = PatchPath::parse(text).unwrap().to_string();
    let again = PatchPath::parse(&printed)
        .unwrap_or_else(|error| panic!("what was printed cannot be read: {printed}: {error}"));
    assert_eq!(again.to_string(), printed);
    let (schema, before) = (schema(), resource());
    let mut seen = shape_of(&printed);
    for operation in [
        json!({"op": "add", "path": text, "value": "x"}),
        json!({"op": "add", "path": text, "value": [{"value": "x", "primary": true}]}),
        json!({"op": "replace", "path": text, "value": {"value": "x"}}),
        json!({"op": "replace", "path": text, "value": null}),
        json!({"op": "remove", "path": text}),
        json!({"op": "add", "value": {text: "x"}}),
    ] {
        let body = object(json!({"schemas": [uri::PATCH_OP], "Operations": [operation]}));
        match Patch::parse(&body).and_then(|patch| patch.apply(&before, &schema)) {
            Ok(after) => {
                for fixed in ["id", "meta"] {
                    assert_eq!(after.get(fixed), before.get(fixed), "{operation}");
                }
                assert!(after.contains_key("userName"), "{operation}");
                seen.push('+');
            }
            Err(error) => seen.push_str(&kind_of(&error)),
        }
    }
    let sorted = Query::from_parameters(|name| (name == "sortBy").then(|| text.to_owned()));
    if let Ok(Query {
        sort: Some(sort), ..
    }) = sorted
    {
        let key = sort.key(&before, &schema);
        assert_eq!(key, key.clone());
    }
    seen
}

fn connector_header(text: &str) -> String {
    let mut seen = String::new();
    for value in [text.to_owned(), STANDARD.encode(text)] {
        match header::decode(&value) {
            Ok(data) => {
                let parts = [
                    data.connection.is_some(),
                    data.password.is_some(),
                    data.procedures.is_empty(),
                ];
                let unknown = data.unknown.len().min(9);
                let _ = write!(seen, "{parts:?} {unknown}"); // writing to a String cannot fail
                if let Some(password) = &data.password {
                    assert_eq!(format!("{password:?}"), "•••");
                }
            }
            Err(failure) => seen.push_str(&kind_of(&failure.scim)),
        }
    }
    seen
}

#[test]
fn no_text_breaks_a_filter() {
    search::run("filter", filter);
}

#[test]
fn no_text_breaks_a_path() {
    search::run("path", path);
}

#[test]
fn no_text_breaks_the_connector_header() {
    search::run("header", connector_header);
}
