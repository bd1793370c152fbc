//! Users and lists, from 2.0 to 1.1 and back.

use serde_json::{Value, json};

use super::{CORE, ENTERPRISE, Naming, starts_with};
use crate::attribute::member;
use crate::{Resource, uri};

/// Attributes of 2.0 that SCIM 1.1 has no place for here: the provider has no entitlements in 1.1.
const NOT_IN_1_1: &[&str] = &["entitlements", "roles"];

/// A list of 2.0 as a list of 1.1; `each` translates its resources.
pub fn list(list: Value, each: impl Fn(Resource) -> Resource) -> Value {
    let Value::Object(mut list) = list else {
        return list;
    };
    list.insert("schemas".to_owned(), json!([CORE]));
    if let Some(Value::Array(resources)) = list.get_mut("Resources") {
        for resource in resources {
            if let Value::Object(object) = resource {
                *object = each(std::mem::take(object));
            }
        }
    }
    Value::Object(list)
}

/// A user of 2.0 as a user of 1.1.
pub fn user(naming: &Naming, user: Resource) -> Resource {
    let mut answer = Resource::new();
    answer.insert("schemas".to_owned(), Value::Null);
    let mut enterprise = Resource::new();
    let mut custom = Resource::new();
    for (name, value) in user {
        if not_in_1_1(&name) || name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        match value {
            Value::Object(extension) if is_urn(&name) => {
                let columns = name.eq_ignore_ascii_case(uri::ENTERPRISE_USER);
                match (columns, &naming.column_prefix) {
                    (true, None) => enterprise.extend(enterprise_1_1(extension)),
                    (true, Some(prefix)) => custom.extend(
                        extension
                            .into_iter()
                            .map(|(name, value)| (without_prefix(&name, prefix), value)),
                    ),
                    (false, _) => custom.extend(extension),
                }
            }
            Value::Object(mut meta) if name.eq_ignore_ascii_case("meta") => {
                // No ETag is sent in 1.1, and a version without one would be a promise.
                let gone = ["resourceType", "version"];
                meta.retain(|name, _| !gone.iter().any(|gone| name.eq_ignore_ascii_case(gone)));
                answer.insert(name, Value::Object(meta));
            }
            value => {
                answer.insert(name, value);
            }
        }
    }
    let mut schemas = vec![CORE];
    for (urn, extension) in [(ENTERPRISE, enterprise), (naming.custom.as_str(), custom)] {
        if !extension.is_empty() {
            schemas.push(urn);
            answer.insert(urn.to_owned(), Value::Object(extension));
        }
    }
    let schemas = json!(schemas);
    answer.insert("schemas".to_owned(), schemas);
    answer
}

/// A user that a 1.1 client sends, as a 2.0 client would send it. Entitlements are left out, so that
/// what the user holds stays as it is.
pub fn user_request(naming: &Naming, user: Resource) -> Resource {
    let mut request = Resource::new();
    let mut custom = Vec::new();
    for (name, value) in user {
        if not_in_1_1(&name) || name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        match value {
            Value::Object(extension) if name.eq_ignore_ascii_case(ENTERPRISE) => {
                extend(
                    &mut request,
                    uri::ENTERPRISE_USER,
                    enterprise_2_0(extension),
                );
            }
            Value::Object(extension) if naming.is_custom(&name) => custom.push(extension),
            value => {
                request.insert(name, value);
            }
        }
    }
    // After the enterprise extension, because a column is what the application itself calls it.
    for (name, value) in custom.into_iter().flatten() {
        if naming.column_prefix.is_some() {
            extend(&mut request, uri::ENTERPRISE_USER, one(name, value));
            continue;
        }
        for urn in naming.extensions_with(&name) {
            extend(&mut request, urn, one(name.clone(), value.clone()));
        }
    }
    request
}

fn one(name: String, value: Value) -> Resource {
    std::iter::once((name, value)).collect()
}

/// Puts attributes into an extension of a resource; one that is there by another letter case is
/// replaced.
fn extend(resource: &mut Resource, urn: &str, attributes: Resource) {
    let key = resource
        .keys()
        .find(|key| key.eq_ignore_ascii_case(urn))
        .cloned()
        .unwrap_or_else(|| urn.to_owned());
    let slot = resource.entry(key).or_insert_with(|| json!({}));
    let Value::Object(extension) = slot else {
        return;
    };
    for (name, value) in attributes {
        extension.retain(|known, _| !known.eq_ignore_ascii_case(&name));
        extension.insert(name, value);
    }
}

fn not_in_1_1(name: &str) -> bool {
    NOT_IN_1_1
        .iter()
        .any(|other| other.eq_ignore_ascii_case(name))
}

fn is_urn(name: &str) -> bool {
    starts_with(name, "urn:")
}

fn without_prefix(name: &str, prefix: &str) -> String {
    if starts_with(name, prefix) {
        name[prefix.len()..].to_owned()
    } else {
        name.to_owned()
    }
}

/// The enterprise extension differs in one name: the manager's `value` is `managerId` in 1.1.
fn enterprise_1_1(extension: Resource) -> Resource {
    renamed(extension, "value", "managerId")
}

fn enterprise_2_0(extension: Resource) -> Resource {
    renamed(extension, "managerId", "value")
}

fn renamed(mut extension: Resource, from: &str, to: &str) -> Resource {
    let key = extension
        .keys()
        .find(|key| key.eq_ignore_ascii_case("manager"))
        .cloned();
    if let Some(Value::Object(manager)) = key.and_then(|key| extension.get_mut(&key))
        && member(manager, to).is_none()
    {
        *manager = std::mem::take(manager)
            .into_iter()
            .map(|(name, value)| {
                let is = name.eq_ignore_ascii_case(from);
                (if is { to.to_owned() } else { name }, value)
            })
            .collect();
    }
    extension
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOM: &str = "urn:okta:onprem_app:1.0:user:custom";

    fn naming(column_prefix: Option<&str>, attributes: &[(&str, &str)]) -> Naming {
        Naming {
            custom: CUSTOM.into(),
            column_prefix: column_prefix.map(str::to_owned),
            attributes: attributes
                .iter()
                .map(|(urn, name)| ((*urn).to_owned(), (*name).to_owned()))
                .collect(),
        }
    }

    fn object(value: Value) -> Resource {
        match value {
            Value::Object(map) => map,
            _ => Resource::new(),
        }
    }

    #[test]
    fn columns_stand_under_the_custom_urn_by_their_own_names() {
        let answer = user(
            &naming(Some("ext_"), &[]),
            object(json!({
                "schemas": [uri::USER, uri::ENTERPRISE_USER], "id": "luke@x", "userName": "luke@x",
                "active": true, uri::ENTERPRISE_USER: {"ext_TITLE": "Knight"},
                "entitlements": [{"value": "3"}],
                "meta": {"resourceType": "User", "location": "https://h/Users/luke@x", "version": "W/\"1\""}
            })),
        );
        assert_eq!(
            Value::Object(answer),
            json!({
                "schemas": ["urn:scim:schemas:core:1.0", CUSTOM], "id": "luke@x",
                "userName": "luke@x", "active": true,
                "meta": {"location": "https://h/Users/luke@x"}, CUSTOM: {"TITLE": "Knight"}
            })
        );
    }

    #[test]
    fn a_core_user_has_the_enterprise_extension_and_one_custom_urn() {
        let answer = user(
            &naming(None, &[]),
            object(json!({
                "schemas": [uri::USER], "id": "1", "name": {"givenName": "Ada"},
                uri::ENTERPRISE_USER: {"department": "A", "manager": {"value": "7", "displayName": "B"}},
                "urn:example:badge:2.0:User": {"badge": "12"}
            })),
        );
        assert_eq!(
            Value::Object(answer),
            json!({
                "schemas": [CORE, "urn:scim:schemas:extension:enterprise:1.0", CUSTOM],
                "id": "1", "name": {"givenName": "Ada"},
                "urn:scim:schemas:extension:enterprise:1.0":
                    {"department": "A", "manager": {"managerId": "7", "displayName": "B"}},
                CUSTOM: {"badge": "12"}
            })
        );
    }

    #[test]
    fn what_was_answered_can_be_sent_back() {
        let naming = naming(None, &[("urn:example:badge:2.0:User", "badge")]);
        let sent = object(json!({
            "userName": "ada", "active": false,
            uri::ENTERPRISE_USER: {"manager": {"value": "7"}},
            "urn:example:badge:2.0:User": {"badge": "12"}
        }));
        let mut back = user_request(&naming, user(&naming, sent.clone()));
        back.remove("schemas");
        assert_eq!(Value::Object(back), Value::Object(sent));
    }

    #[test]
    fn a_column_that_is_sent_wins_over_an_enterprise_attribute_of_its_name() {
        let request = user_request(
            &naming(Some("ext_"), &[]),
            object(json!({
                "userName": "ada", CUSTOM: {"DEPARTMENT": "of the table", "isAdmin": true},
                ENTERPRISE: {"department": "of the profile"}
            })),
        );
        assert_eq!(
            request[uri::ENTERPRISE_USER],
            json!({"DEPARTMENT": "of the table", "isAdmin": true})
        );
    }

    #[test]
    fn the_custom_urn_of_an_application_that_the_provider_calls_otherwise_is_understood() {
        let request = user_request(
            &naming(Some("ext_"), &[]),
            object(
                json!({"userName": "ada", "urn:okta:acme_hr_1:1.0:user:custom": {"CITY": "Theed"}}),
            ),
        );
        assert_eq!(request[uri::ENTERPRISE_USER], json!({"CITY": "Theed"}));
    }

    #[test]
    fn entitlements_that_are_sent_are_not_passed_on() {
        let request = user_request(
            &naming(None, &[]),
            object(
                json!({"userName": "ada", "password": "x", "Entitlements": [], "roles": [{"value": "1"}]}),
            ),
        );
        assert_eq!(
            Value::Object(request),
            json!({"userName": "ada", "password": "x"})
        );
    }

    #[test]
    fn a_list_has_the_core_schema_and_its_figures() {
        let answer = list(
            json!({"schemas": [uri::LIST_RESPONSE], "totalResults": 0, "startIndex": 1,
                   "itemsPerPage": 0, "Resources": []}),
            |resource| resource,
        );
        assert_eq!(
            answer.to_string(),
            r#"{"schemas":["urn:scim:schemas:core:1.0"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}"#
        );
    }
}
