//! What the provider would say to an answer, and what an administrator should know of it.
//!
//! Pure. Each rule says where it is from.

use serde_json::{Map, Value as Json};

use crate::call::{Call, Severity};
use crate::client::Answered;
use crate::resource;

/// The extension in which a server tells the agent what it can (public samples that ran with a real agent).
const CAPABILITIES: &str = "urn:okta:schemas:scim:providerconfig:1.0";
const CAPABILITIES_2: &str = "urn:okta:schemas:scim:providerconfig:2.0";

/// Looks at a status: what is not a success is what the provider reports. Whether it was one.
pub(crate) fn success(answered: &mut Answered) -> bool {
    let Some(status) = answered.call.status else {
        return false;
    };
    if (200..300).contains(&status) {
        return true;
    }
    let said = said(answered.json.as_ref());
    let meaning = match status {
        401 => " The server does not accept who asks: look at the authorization.",
        403 => " The server knows who asks and does not allow it.",
        404 => " The server has nothing at this path: look at the base URL.",
        _ => "",
    };
    answered.call.find(
        Severity::Bad,
        format!("The server answered {status}.{meaning}{said}"),
    );
    false
}

/// What an error says of itself (RFC 7644 §3.12).
fn said(json: Option<&Json>) -> String {
    let detail = json
        .and_then(|json| json.get("detail"))
        .and_then(Json::as_str);
    detail.map_or_else(String::new, |detail| format!(" It said: {detail}"))
}

/// The capabilities that a server tells; `None` where it tells none, and the provider assumes all.
pub(crate) fn capabilities(json: Option<&Json>) -> Option<Vec<String>> {
    let json = json?;
    let told = json
        .get(CAPABILITIES)
        .or_else(|| json.get(CAPABILITIES_2))?;
    let list = told.get("userManagementCapabilities")?.as_array()?;
    Some(
        list.iter()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect(),
    )
}

/// Looks at ServiceProviderConfig.
pub(crate) fn configuration(answered: &mut Answered) {
    if !success(answered) {
        return;
    }
    let Some(json) = &answered.json else {
        answered.call.find(Severity::Bad, "The answer is not JSON.");
        return;
    };
    let patch = json["patch"]["supported"] == true;
    match capabilities(Some(json)) {
        Some(told) => {
            if told.iter().any(|one| one == "IMPORT_USER_SCHEMA") {
                answered.call.find(
                    Severity::Good,
                    format!(
                        "It tells {} capabilities, reading of schemas among them.",
                        told.len()
                    ),
                );
            } else {
                answered.call.find(
                    Severity::Warning,
                    "Its capabilities lack IMPORT_USER_SCHEMA, so the provider reads neither schemas nor entitlements.",
                );
            }
        }
        None => answered.call.find(
            Severity::Good,
            "It tells no capabilities, so the provider assumes all of them.",
        ),
    }
    answered.call.find(
        Severity::Good,
        if patch {
            "PATCH is supported; the agent replaces whole users all the same."
        } else {
            "PATCH is not supported; the agent replaces whole users."
        },
    );
}

/// Whether the answer is a list (RFC 7644 §3.4.2).
pub(crate) fn is_list(answered: &mut Answered) -> bool {
    if !success(answered) {
        return false;
    }
    let Some(json) = &answered.json else {
        answered.call.find(Severity::Bad, "The answer is not JSON.");
        return false;
    };
    // Some servers answer discovery with a bare array; the RFC asks for a list (§4).
    if json.is_array() {
        answered.call.find(
            Severity::Warning,
            "The answer is a bare array and not a ListResponse.",
        );
        return true;
    }
    let listed = json.get("Resources").is_some_and(Json::is_array);
    // Where nothing is found, Resources may be left out.
    if listed || json["totalResults"] == 0 {
        return true;
    }
    answered
        .call
        .find(Severity::Bad, "The answer has no list of Resources.");
    false
}

/// The resources of a list, where it is one.
pub(crate) fn list(answered: &mut Answered) -> Option<Vec<Json>> {
    if !is_list(answered) {
        return None;
    }
    let json = answered.json.as_ref()?;
    let listed = json.as_array().or_else(|| json["Resources"].as_array());
    Some(listed.cloned().unwrap_or_default())
}

/// The user of an answer, where there is one.
pub(crate) fn user(answered: &Answered) -> Option<&Map<String, Json>> {
    answered.json.as_ref()?.as_object()
}

/// Looks at what came back of a user that was sent. Gives the user's id, as far as it is told.
pub(crate) fn written(answered: &mut Answered, sent: &Json) -> Option<String> {
    if !success(answered) {
        if answered.call.status == Some(409) {
            answered.call.find(
                Severity::Bad,
                "The user exists, though the look-up did not find it.",
            );
        }
        return None;
    }
    let (Some(user), Some(sent)) = (user(answered).cloned(), sent.as_object()) else {
        // The vendor's words for it: "Create new user returned empty user".
        let severity = if answered.call.method == "POST" {
            Severity::Bad
        } else {
            Severity::Warning
        };
        answered.call.find(
            severity,
            "The answer holds no user, which the provider takes for a failure of a creation.",
        );
        return None;
    };
    let id = user.get("id").and_then(Json::as_str).map(str::to_owned);
    if id.is_none() {
        answered.call.find(
            Severity::Bad,
            "The user in the answer has no id, so the provider cannot find it again.",
        );
    }
    if answered.call.method == "POST" {
        if answered.call.status != Some(201) {
            answered.call.find(
                Severity::Warning,
                "A creation is answered with 201 (RFC 7644 §3.3).",
            );
        }
        let located = answered
            .call
            .answer
            .headers
            .iter()
            .any(|(name, _)| name == "location");
        if !located {
            answered.call.find(
                Severity::Warning,
                "The answer has no Location header (RFC 7644 §3.3).",
            );
        }
    }
    let before = answered.call.findings.len();
    echo(&mut answered.call, sent, &user);
    if answered.call.findings.len() == before && id.is_some() {
        answered.call.find(
            Severity::Good,
            "Everything that was sent came back as it was sent.",
        );
    }
    id
}

/// Holds each attribute that was sent against what came back: what differs is a change at the next import.
fn echo(call: &mut Call, sent: &Map<String, Json>, user: &Map<String, Json>) {
    let (sent, back) = (resource::attributes(sent), resource::attributes(user));
    for (path, value) in &sent {
        if path.eq_ignore_ascii_case("password") || path == "id" {
            continue;
        }
        let found = back
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(path))
            .map(|(_, value)| value);
        let state = path.eq_ignore_ascii_case("active");
        match found {
            Some(found) if alike(path, value, found) => {}
            Some(found) => call.find(
                if state {
                    Severity::Bad
                } else {
                    Severity::Warning
                },
                format!(
                    "{path} was sent as {} and came back as {}.",
                    brief(value),
                    brief(found)
                ),
            ),
            None if state && value == &Json::Bool(true) => {}
            None => call.find(
                if state {
                    Severity::Bad
                } else {
                    Severity::Warning
                },
                format!("{path} was sent as {} and did not come back.", brief(value)),
            ),
        }
    }
}

/// Whether two values mean the same to the provider: of entitlements only which they are.
fn alike(path: &str, sent: &Json, back: &Json) -> bool {
    if path.eq_ignore_ascii_case("entitlements") || path.eq_ignore_ascii_case("roles") {
        return entitlement_values(sent) == entitlement_values(back);
    }
    if path.eq_ignore_ascii_case("userName") {
        // RFC 7643 §4.1.1: userName has no letter case.
        return match (sent.as_str(), back.as_str()) {
            (Some(sent), Some(back)) => sent.to_lowercase() == back.to_lowercase(),
            _ => sent == back,
        };
    }
    if let (Some(sent), Some(back)) = (sent.as_array(), back.as_array()) {
        return sent
            .iter()
            .all(|one| back.iter().any(|other| holds(one, other)));
    }
    sent == back
}

/// Whether everything of one value stands in the other.
fn holds(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => one
            .iter()
            .all(|(name, value)| other.get(name) == Some(value)),
        _ => one == other,
    }
}

fn entitlement_values(list: &Json) -> Vec<String> {
    let mut values: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("value"))
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .collect();
    values.sort();
    values
}

fn brief(value: &Json) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return text;
    }
    let start: String = text.chars().take(59).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sluice_core::exchange::Message;

    fn answered(method: &str, status: u16, body: Option<Json>) -> Answered {
        Answered {
            call: Call {
                title: String::new(),
                method: method.to_owned(),
                path: "Users".to_owned(),
                sent: true,
                request: Message::default(),
                status: Some(status),
                answer: Message {
                    headers: vec![("location".to_owned(), "x".to_owned())],
                    body: None,
                },
                duration_us: 0,
                exchange: None,
                problem: None,
                findings: Vec::new(),
            },
            json: body,
        }
    }

    fn texts(answered: &Answered, severity: Severity) -> Vec<&str> {
        let findings = answered.call.findings.iter();
        findings
            .filter(|finding| finding.severity == severity)
            .map(|finding| finding.text.as_str())
            .collect()
    }

    #[test]
    fn a_creation_that_is_answered_with_nothing_is_a_failure_for_the_provider() {
        let mut empty = answered("POST", 201, None);
        assert_eq!(written(&mut empty, &json!({"userName": "a"})), None);
        assert_eq!(texts(&empty, Severity::Bad).len(), 1);
    }

    #[test]
    fn what_came_back_otherwise_is_told_by_its_attribute() {
        let sent = json!({
            "userName": "Luke", "password": "x", "active": true, "title": "General",
            "emails": [{"value": "luke@x", "type": "work", "primary": true}],
            "entitlements": [{"value": "3"}, {"value": "1"}],
        });
        let back = json!({
            "id": "7", "userName": "luke", "active": true, "title": "Jedi",
            "emails": [{"value": "luke@x", "type": "work", "primary": true, "display": "x"}],
            "entitlements": [{"value": "1", "display": "A"}, {"value": "3", "display": "B"}],
        });
        let mut one = answered("POST", 201, Some(back.clone()));
        assert_eq!(written(&mut one, &sent).as_deref(), Some("7"));
        assert_eq!(
            texts(&one, Severity::Warning),
            ["title was sent as \"General\" and came back as \"Jedi\"."]
        );
        let mut inactive = answered("PUT", 200, Some(back));
        written(&mut inactive, &json!({"userName": "luke", "active": false}));
        assert_eq!(
            texts(&inactive, Severity::Bad),
            ["active was sent as false and came back as true."]
        );
    }

    #[test]
    fn an_error_is_told_with_what_the_server_said() {
        let mut one = answered("GET", 401, Some(json!({"detail": "no"})));
        assert!(!success(&mut one));
        let told = texts(&one, Severity::Bad);
        assert!(
            told[0].contains("401") && told[0].contains("It said: no"),
            "{told:?}"
        );
    }

    #[test]
    fn capabilities_stand_in_an_extension_and_may_be_left_out() {
        let told = json!({CAPABILITIES: {"userManagementCapabilities": ["PUSH_NEW_USERS"]}});
        assert_eq!(
            capabilities(Some(&told)).as_deref(),
            Some(&["PUSH_NEW_USERS".to_owned()][..])
        );
        assert_eq!(capabilities(Some(&json!({}))), None);
    }
}
