//! The form of a user, made from the schemas of a server, with example values; and the user that a filled
//! form becomes.
//!
//! Pure. A field has a *place*: the names that lead to it, `["name", "givenName"]`,
//! `["urn:…:User", "ext_TITLE"]`, `["emails", "0", "value"]`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use ts_rs::TS;

use crate::discovery::{Discovered, USER};

/// What a field holds (RFC 7643 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SimulatorValueKind")]
pub enum ValueKind {
    Text,
    Boolean,
    Whole,
    Decimal,
    Moment,
}

/// One field of the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorField")]
pub struct FormField {
    pub place: Vec<String>,
    /// `givenName`, `ext_TITLE`.
    pub label: String,
    /// The URI of its schema.
    pub schema: String,
    pub kind: ValueKind,
    pub required: bool,
    /// Values to choose from; empty where any will do.
    pub choices: Vec<String>,
    pub description: Option<String>,
    /// `null` where no example would be sensible.
    #[ts(type = "JsonValue")]
    pub example: Option<Json>,
}

/// A value that somebody gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "SimulatorValue")]
pub struct GivenValue {
    pub place: Vec<String>,
    #[ts(type = "JsonValue")]
    pub value: Json,
}

/// What the provider sets by itself, or by another form.
const NOT_ASKED: [&str; 9] = [
    "id",
    "externalid",
    "meta",
    "schemas",
    "active",
    "password",
    "groups",
    "entitlements",
    "roles",
];

/// The fields of a user: what may be written, the required ones first. `stamp` makes the example's name
/// one of its own: letters and digits.
pub fn fields(discovered: &Discovered, stamp: &str) -> Vec<FormField> {
    let user_name = format!("sim.{stamp}@example.org");
    let mut fields = Vec::new();
    for uri in &discovered.user_schemas {
        let described = discovered.schemas.iter().find(|schema| {
            schema["id"]
                .as_str()
                .is_some_and(|id| id.eq_ignore_ascii_case(uri))
        });
        let core = uri.eq_ignore_ascii_case(USER);
        let attributes = described.and_then(|schema| schema["attributes"].as_array());
        for attribute in attributes.into_iter().flatten() {
            let Some(name) = attribute["name"].as_str() else {
                continue;
            };
            if core && NOT_ASKED.contains(&name.to_ascii_lowercase().as_str()) {
                continue;
            }
            let before = if core { Vec::new() } else { vec![uri.clone()] };
            add(&mut fields, before, uri, attribute, &user_name);
        }
    }
    // A server that does not describe its users is still asked for a user with a name.
    if !fields.iter().any(|field| field.place == ["userName"]) {
        fields.insert(
            0,
            FormField {
                place: vec!["userName".to_owned()],
                label: "userName".to_owned(),
                schema: USER.to_owned(),
                kind: ValueKind::Text,
                required: true,
                choices: Vec::new(),
                description: None,
                example: Some(user_name.into()),
            },
        );
    }
    fields.sort_by_key(|field| (field.place != ["userName"], !field.required));
    fields
}

fn add(
    fields: &mut Vec<FormField>,
    mut place: Vec<String>,
    schema: &str,
    attribute: &Json,
    user_name: &str,
) {
    if attribute["mutability"] == "readOnly" {
        return;
    }
    let Some(name) = attribute["name"].as_str() else {
        return;
    };
    place.push(name.to_owned());
    let several = attribute["multiValued"] == true;
    if attribute["type"] == "complex" {
        if several {
            place.push("0".to_owned());
        }
        let inside = attribute["subAttributes"].as_array();
        for inner in inside.into_iter().flatten() {
            let inner_name = inner["name"].as_str().unwrap_or_default();
            // Of several values one is asked for, with the kind and the mark that the provider sends.
            if several && inner_name != "value" {
                continue;
            }
            if matches!(inner_name, "formatted" | "$ref" | "display") {
                continue;
            }
            add(fields, place.clone(), schema, inner, user_name);
        }
        return;
    }
    if several {
        return;
    }
    let kind = match attribute["type"].as_str().unwrap_or("string") {
        "boolean" => ValueKind::Boolean,
        "integer" => ValueKind::Whole,
        "decimal" => ValueKind::Decimal,
        "dateTime" => ValueKind::Moment,
        "string" | "reference" => ValueKind::Text,
        // A picture or a certificate is nothing to type.
        _ => return,
    };
    let own = place
        .iter()
        .filter(|part| *part != "0" && !part.starts_with("urn:"));
    let label = own.map(String::as_str).collect::<Vec<_>>().join(".");
    let choices: Vec<String> = attribute["canonicalValues"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect();
    let required = attribute["required"] == true || place == ["userName"];
    let example = choices
        .first()
        .map(|first| Json::from(first.as_str()))
        .or_else(|| example(&label, kind, user_name))
        .or_else(|| (required && kind == ValueKind::Text).then(|| "Sample".into()));
    fields.push(FormField {
        label,
        schema: schema.to_owned(),
        kind,
        required,
        choices,
        description: attribute["description"]
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        example,
        place,
    });
}

/// A value that looks like one, by the attribute's name; `None` where a guess would be a mistake.
fn example(label: &str, kind: ValueKind, user_name: &str) -> Option<Json> {
    let name: String = label
        .rsplit('.')
        .find(|part| *part != "value")
        .unwrap_or(label)
        .trim_start_matches("ext_")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match kind {
        ValueKind::Boolean | ValueKind::Decimal => return None,
        ValueKind::Whole => return has(&["year"]).then(|| json!(2026)),
        ValueKind::Moment => return Some("2026-01-31T00:00:00Z".into()),
        ValueKind::Text => {}
    }
    let text = if matches!(name.as_str(), "username" | "userid" | "login" | "loginname")
        || has(&["email", "mail", "upn"])
    {
        user_name
    } else if has(&["manager", "supervisor", "reports", "photo", "password"]) {
        return None;
    } else if has(&["middle"]) {
        "Q."
    } else if has(&["firstname", "givenname", "forename", "nickname"]) {
        "Sim"
    } else if has(&["lastname", "familyname", "surname"]) {
        "Sample"
    } else if has(&["displayname", "fullname", "cn"]) {
        "Sim Sample"
    } else if has(&["phone", "mobile", "fax"]) {
        "+1 555 0100"
    } else if has(&["date", "birth", "hired"]) {
        "2026-01-31"
    } else if has(&["title", "position"]) {
        "Engineer"
    } else if has(&["department", "division"]) {
        "Testing"
    } else if has(&["country"]) {
        "US"
    } else if has(&["locality", "city"]) {
        "Springfield"
    } else if has(&["postal", "zip"]) {
        "12345"
    } else if has(&["street", "address"]) {
        "1 Example Street"
    } else if has(&["locale"]) {
        "en-US"
    } else if has(&["language"]) {
        "en"
    } else if has(&["timezone"]) {
        "Europe/London"
    } else {
        return None;
    };
    Some(text.into())
}

/// Puts values into a user. An empty text takes the value away.
pub(crate) fn fill(user: &mut Map<String, Json>, given: &[GivenValue]) {
    for one in given {
        if let Some((name, rest)) = one.place.split_first() {
            put(user, name, rest, &one.value);
        }
    }
}

fn put(object: &mut Map<String, Json>, name: &str, rest: &[String], value: &Json) {
    let key = object
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))
        .cloned()
        .unwrap_or_else(|| name.to_owned());
    let Some((next, rest)) = rest.split_first() else {
        if value.is_null() || value.as_str() == Some("") {
            object.remove(&key);
        } else {
            object.insert(key, value.clone());
        }
        return;
    };
    let gone = value.is_null() || value.as_str() == Some("");
    if next == "0" {
        if gone {
            object.remove(&key);
            return;
        }
        let list = object.entry(key).or_insert_with(|| json!([]));
        if let Json::Array(list) = list {
            if list.is_empty() {
                // The vendor's samples send each as a primary one for work.
                list.push(json!({"primary": true, "type": "work"}));
            }
            if let (Some(Json::Object(first)), Some((name, rest))) =
                (list.first_mut(), rest.split_first())
            {
                put(first, name, rest, value);
            }
        }
        return;
    }
    let inner = object.entry(key.clone()).or_insert_with(|| json!({}));
    if let Json::Object(inner) = inner {
        put(inner, next, rest, value);
    }
    if object[&key].as_object().is_some_and(Map::is_empty) {
        object.remove(&key);
    }
}

/// What a user has in the fields of a form, in their order; left out where it has nothing there.
pub fn values_of(user: &Json, fields: &[FormField]) -> Vec<GivenValue> {
    fields
        .iter()
        .filter_map(|field| {
            let mut value = user;
            for part in &field.place {
                value = match value {
                    Json::Array(list) => list.get(part.parse::<usize>().ok()?)?,
                    Json::Object(object) => object
                        .iter()
                        .find(|(name, _)| name.eq_ignore_ascii_case(part))
                        .map(|(_, value)| value)?,
                    _ => return None,
                };
            }
            Some(GivenValue {
                place: field.place.clone(),
                value: value.clone(),
            })
        })
        .collect()
}

/// The schemas of a user: the core one, and those whose values it has.
pub(crate) fn schemas_of(user: &Map<String, Json>) -> Json {
    let mut schemas = vec![Json::from(USER)];
    let extensions = user
        .keys()
        .filter(|name| name.to_ascii_lowercase().starts_with("urn:"));
    schemas.extend(extensions.map(|name| Json::from(name.as_str())));
    Json::Array(schemas)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn discovered() -> Discovered {
        Discovered {
            user_schemas: vec![USER.to_owned(), EXTENSION.to_owned()],
            schemas: vec![
                json!({"id": USER, "attributes": [
                    {"name": "displayName", "type": "string"},
                    {"name": "id", "type": "string", "mutability": "readOnly"},
                    {"name": "userName", "type": "string", "required": true},
                    {"name": "active", "type": "boolean"},
                    {"name": "name", "type": "complex", "subAttributes": [
                        {"name": "formatted", "type": "string"},
                        {"name": "givenName", "type": "string"},
                    ]},
                    {"name": "emails", "type": "complex", "multiValued": true, "subAttributes": [
                        {"name": "value", "type": "string"}, {"name": "type", "type": "string"},
                    ]},
                ]}),
                json!({"id": EXTENSION, "attributes": [
                    {"name": "ext_TITLE", "type": "string"},
                    {"name": "ext_STATE", "type": "string", "mutability": "readOnly"},
                ]}),
            ],
            ..Discovered::default()
        }
    }

    #[test]
    fn a_form_asks_for_what_the_schemas_let_write_the_required_first() {
        let fields = fields(&discovered(), "a1");
        let labels: Vec<&str> = fields.iter().map(|field| field.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "userName",
                "displayName",
                "name.givenName",
                "emails.value",
                "ext_TITLE"
            ]
        );
        assert_eq!(fields[0].example, Some(json!("sim.a1@example.org")));
        assert_eq!(fields[4].place, [EXTENSION, "ext_TITLE"]);
        assert_eq!(fields[4].example, Some(json!("Engineer")));
    }

    #[test]
    fn a_server_without_schemas_is_asked_for_a_user_with_a_name() {
        let fields = fields(&Discovered::default(), "a1");
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].place, ["userName"]);
    }

    #[test]
    fn what_was_typed_stands_at_its_place_and_comes_back_from_there() {
        let fields = fields(&discovered(), "a1");
        let given: Vec<GivenValue> = fields
            .iter()
            .filter_map(|field| {
                Some(GivenValue {
                    place: field.place.clone(),
                    value: field.example.clone()?,
                })
            })
            .collect();
        let mut user = Map::new();
        fill(&mut user, &given);
        assert_eq!(
            Json::Object(user.clone()),
            json!({
                "userName": "sim.a1@example.org",
                "displayName": "Sim Sample",
                "name": {"givenName": "Sim"},
                "emails": [{"primary": true, "type": "work", "value": "sim.a1@example.org"}],
                EXTENSION: {"ext_TITLE": "Engineer"},
            })
        );
        assert_eq!(values_of(&Json::Object(user.clone()), &fields), given);
        let place = vec![EXTENSION.to_owned(), "ext_TITLE".to_owned()];
        fill(
            &mut user,
            &[GivenValue {
                place,
                value: json!(""),
            }],
        );
        assert!(!user.contains_key(EXTENSION), "{user:?}");
    }
}
