//! A resource as the provider compares it: by its attributes, not by its text.
//!
//! **Invariant:** what the server alone decides (`meta`, `schemas`, the order of names and of several
//! values) is no difference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};
use ts_rs::TS;

/// An attribute that is not what it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AttributeChange {
    /// `name.familyName`, `urn:…:User:ext_TITLE`.
    pub path: String,
    /// Left out where it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "JsonValue")]
    pub before: Option<Json>,
    /// Left out where it is not there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "JsonValue")]
    pub after: Option<Json>,
}

/// Each attribute with its value, by path. Several values are one value, in an order of their own.
/// What is null or an empty list is not there (RFC 7643 §2.5).
pub(crate) fn attributes(resource: &Map<String, Json>) -> BTreeMap<String, Json> {
    let mut found = BTreeMap::new();
    for (name, value) in resource {
        if name.eq_ignore_ascii_case("meta") || name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        match value {
            Json::Object(inner) if name.to_ascii_lowercase().starts_with("urn:") => {
                for (inside, value) in inner {
                    put(&mut found, format!("{name}:{inside}"), value);
                }
            }
            _ => put(&mut found, name.clone(), value),
        }
    }
    found
}

fn put(found: &mut BTreeMap<String, Json>, path: String, value: &Json) {
    match value {
        Json::Null => {}
        Json::Array(list) if list.is_empty() => {}
        Json::Object(inner) => {
            for (name, value) in inner {
                put(found, format!("{path}.{name}"), value);
            }
        }
        _ => {
            found.insert(path, canonical(value));
        }
    }
}

/// A value in an order that does not depend on who wrote it. `$ref` and `meta` inside are the server's own.
fn canonical(value: &Json) -> Json {
    match value {
        Json::Array(list) => {
            let mut list: Vec<Json> = list.iter().map(canonical).collect();
            list.sort_by_cached_key(ToString::to_string);
            Json::Array(list)
        }
        Json::Object(object) => {
            let mut names: Vec<&String> = object
                .keys()
                .filter(|name| *name != "$ref" && !object[*name].is_null())
                .collect();
            names.sort();
            let pairs = names
                .into_iter()
                .map(|name| (name.clone(), canonical(&object[name])));
            Json::Object(pairs.collect())
        }
        other => other.clone(),
    }
}

/// A number for all that is compared of a resource: 128 bits, so that two different ones of a million
/// never share it by chance.
pub(crate) fn digest(attributes: &BTreeMap<String, Json>) -> u128 {
    let mut hash = Sha256::new();
    for (path, value) in attributes {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(value.to_string().as_bytes());
        hash.update([0]);
    }
    shortened(&hash.finalize())
}

/// A number for an id.
pub(crate) fn key(id: &str) -> u128 {
    shortened(&Sha256::digest(id.as_bytes()))
}

fn shortened(hash: &[u8]) -> u128 {
    hash.iter()
        .take(16)
        .fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

/// What is different between two resources, attribute by attribute.
pub(crate) fn changes(
    before: &BTreeMap<String, Json>,
    after: &BTreeMap<String, Json>,
) -> Vec<AttributeChange> {
    let mut changes = Vec::new();
    for (path, was) in before {
        let is = after.get(path);
        if is != Some(was) {
            changes.push(AttributeChange {
                path: path.clone(),
                before: Some(was.clone()),
                after: is.cloned(),
            });
        }
    }
    for (path, is) in after {
        if !before.contains_key(path) {
            changes.push(AttributeChange {
                path: path.clone(),
                before: None,
                after: Some(is.clone()),
            });
        }
    }
    changes
}

/// Whether the provider takes a user for active: one that does not say so is (RFC 7643 §4.1.1 leaves the
/// meaning to the server; the provider assumes active).
pub(crate) fn active(resource: &Map<String, Json>) -> bool {
    resource.get("active") != Some(&Json::Bool(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: &Json) -> BTreeMap<String, Json> {
        attributes(value.as_object().unwrap())
    }

    #[test]
    fn what_the_server_alone_decides_is_no_difference() {
        let before = json!({
            "schemas": ["a", "b"], "id": "1", "userName": "luke",
            "entitlements": [{"value": "1", "display": "A"}, {"value": "2", "display": "B"}],
            "nickName": null, "roles": [],
            "meta": {"location": "https://a/Users/1", "version": "W/\"1\""},
        });
        let after = json!({
            "userName": "luke", "id": "1", "schemas": ["b", "a"],
            "entitlements": [{"display": "B", "value": "2"}, {"value": "1", "display": "A", "$ref": "x"}],
            "meta": {"location": "https://b/Users/1"},
        });
        assert_eq!(changes(&of(&before), &of(&after)), []);
        assert_eq!(digest(&of(&before)), digest(&of(&after)));
    }

    #[test]
    fn a_change_is_told_by_its_attribute() {
        let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let before = json!({"id": "1", "name": {"givenName": "Luke"}, extension: {"ext_TITLE": "Jedi", "ext_CITY": "X"}});
        let after = json!({"id": "1", "name": {"givenName": "Luke", "familyName": "S"}, extension: {"ext_TITLE": "General"}});
        let told = changes(&of(&before), &of(&after));
        let told: Vec<_> = told
            .iter()
            .map(|change| (change.path.as_str(), &change.before, &change.after))
            .collect();
        let path = |name: &str| format!("{extension}:{name}");
        assert_eq!(
            told,
            [
                (path("ext_CITY").as_str(), &Some(json!("X")), &None),
                (
                    path("ext_TITLE").as_str(),
                    &Some(json!("Jedi")),
                    &Some(json!("General"))
                ),
                ("name.familyName", &None, &Some(json!("S"))),
            ]
        );
        assert_ne!(digest(&of(&before)), digest(&of(&after)));
    }

    #[test]
    fn only_false_is_inactive() {
        for (value, expected) in [
            (json!({"active": false}), false),
            (json!({"active": true}), true),
            (json!({}), true),
        ] {
            assert_eq!(active(value.as_object().unwrap()), expected);
        }
    }
}
