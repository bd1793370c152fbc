//! What the provider asks before anything else: configure (test the connection), then discover.
//!
//! Configure is `GET ServiceProviderConfig`, and the first two users and the groups, as the vendor's
//! documentation has it for its validation. Discover is `ResourceTypes`, then `Schemas`
//! (scim-with-entitlements): attributes come from the user's schemas, entitlement types from the resource
//! types whose schema is the vendor's Entitlement or Role.

use serde_json::Value as Json;
use sluice_core::exchange::Diagnosis;

use crate::call::{Call, Severity};
use crate::client::{Answered, Client, Request, encoded};
use crate::findings;
use crate::task::GivenEntitlement;

/// The schemas by which the provider knows entitlements.
const ENTITLEMENTS: [&str; 2] = [
    "urn:okta:scim:schemas:core:1.0:Entitlement",
    "urn:okta:scim:schemas:core:1.0:Role",
];

/// The schema of users (RFC 7643 §4.1).
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// A kind of entitlement that the provider would import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitlementType {
    /// As it stands in a user's `entitlements[].type`.
    pub name: String,
    /// Below the base URL.
    pub endpoint: String,
}

/// What a server tells of itself.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    pub calls: Vec<Call>,
    /// All schemas that it describes.
    pub schemas: Vec<Json>,
    /// The URIs of the user's schemas, the core one first.
    pub user_schemas: Vec<String>,
    pub entitlement_types: Vec<EntitlementType>,
}

impl Discovered {
    /// How many attributes users have.
    pub fn attributes(&self) -> usize {
        self.schemas
            .iter()
            .filter(|schema| {
                let id = schema["id"].as_str().unwrap_or_default();
                self.user_schemas
                    .iter()
                    .any(|own| own.eq_ignore_ascii_case(id))
            })
            .map(|schema| schema["attributes"].as_array().map_or(0, Vec::len))
            .sum()
    }
}

/// The connection test: capabilities, the first users, the groups.
pub(crate) async fn configure(client: &Client) -> (Vec<Call>, Option<Vec<String>>) {
    let request = Request::get("Read the configuration", "ServiceProviderConfig");
    let mut answered = client.send(&request).await;
    findings::configuration(&mut answered);
    let capabilities = findings::capabilities(answered.json.as_ref());
    let reached = answered.call.status.is_some();
    let mut calls = vec![answered.call];
    if !reached {
        return (calls, capabilities);
    }
    let request = Request::get("Read the first users", "Users?startIndex=1&count=2");
    let mut users = client.send(&request).await;
    if let Some(resources) = findings::list(&mut users) {
        let total = users
            .json
            .as_ref()
            .and_then(|json| json["totalResults"].as_u64());
        let total = total.map_or_else(String::new, |total| format!(" of {total}"));
        users.call.find(
            Severity::Good,
            format!("{}{total} users came.", resources.len()),
        );
    }
    calls.push(users.call);
    let request = Request::get("Read the groups", "Groups?startIndex=1&count=100");
    let mut groups = client.send(&request).await;
    group_findings(&mut groups);
    calls.push(groups.call);
    (calls, capabilities)
}

/// A server without groups is fine: the provider then imports none.
fn group_findings(answered: &mut Answered) {
    if matches!(answered.call.status, Some(404 | 501)) {
        answered.call.find(
            Severity::Warning,
            "The server has no groups, so the provider imports none.",
        );
    } else {
        findings::list(answered);
    }
}

/// Resource types and schemas.
pub(crate) async fn read_schemas(client: &Client) -> Discovered {
    let mut found = Discovered::default();
    let request = Request::get("Read the resource types", "ResourceTypes");
    let mut types = client.send(&request).await;
    let listed = findings::list(&mut types).unwrap_or_default();
    let text = |json: &Json, name: &str| json[name].as_str().unwrap_or_default().to_owned();
    for one in &listed {
        let schema = text(one, "schema");
        let endpoint = text(one, "endpoint").trim_start_matches('/').to_owned();
        if schema.eq_ignore_ascii_case(USER) && found.user_schemas.is_empty() {
            found.user_schemas.push(schema);
            let extensions = one["schemaExtensions"].as_array();
            found.user_schemas.extend(
                extensions
                    .into_iter()
                    .flatten()
                    .map(|extension| text(extension, "schema"))
                    .filter(|schema| !schema.is_empty()),
            );
        } else if ENTITLEMENTS.contains(&schema.as_str()) && !endpoint.is_empty() {
            found.entitlement_types.push(EntitlementType {
                name: text(one, "name"),
                endpoint,
            });
        }
    }
    if types.ok() {
        if found.user_schemas.is_empty() {
            types.call.find(
                Severity::Bad,
                "No resource type is that of users, so the provider finds none.",
            );
        } else if found.entitlement_types.is_empty() {
            types.call.find(
                Severity::Warning,
                "No resource type has the schema by which the provider knows entitlements.",
            );
        } else {
            let names: Vec<&str> = found
                .entitlement_types
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            types.call.find(
                Severity::Good,
                format!("Users, and entitlements as {}.", names.join(", ")),
            );
        }
    }
    if found.user_schemas.is_empty() {
        found.user_schemas.push(USER.to_owned());
    }
    let reached = types.call.status.is_some();
    found.calls.push(types.call);
    if !reached {
        return found;
    }
    let request = Request::get("Read the schemas", "Schemas");
    let mut schemas = client.send(&request).await;
    found.schemas = findings::list(&mut schemas).unwrap_or_default();
    if schemas.ok() {
        let missing: Vec<&String> = found
            .user_schemas
            .iter()
            .filter(|wanted| {
                !found
                    .schemas
                    .iter()
                    .any(|schema| text(schema, "id").eq_ignore_ascii_case(wanted))
            })
            .collect();
        if missing.is_empty() {
            let attributes = found.attributes();
            schemas.call.find(
                Severity::Good,
                format!("Users have {attributes} attributes."),
            );
        } else {
            for schema in missing {
                schemas.call.find(
                    Severity::Warning,
                    format!("The schema {schema} of users is not described."),
                );
            }
        }
    }
    found.calls.push(schemas.call);
    found
}

/// What a form of a user is made of.
#[derive(Clone, Debug, Default)]
pub struct FormRead {
    pub discovered: Discovered,
    /// The first page of each entitlement type.
    pub entitlements: Vec<GivenEntitlement>,
    /// The user whose values shall stand in it.
    pub user: Option<Json>,
    pub calls: Vec<Call>,
    /// Why there can be no form.
    pub problem: Option<Diagnosis>,
}

/// Reads schemas, entitlements and, where one is named, a user.
pub async fn read_form(client: &Client, user: Option<&str>) -> FormRead {
    let mut read = FormRead {
        discovered: read_schemas(client).await,
        ..FormRead::default()
    };
    read.calls.append(&mut read.discovered.calls);
    // A server that describes nothing still has users; one that does not answer has none.
    read.problem = read.calls.iter().find_map(|call| call.problem.clone());
    if read.problem.is_some() {
        return read;
    }
    for one in read.discovered.entitlement_types.clone() {
        let path = format!("{}?startIndex=1&count=100", one.endpoint);
        let mut answered = client
            .send(&Request::get("Read the entitlements", path))
            .await;
        let listed = findings::list(&mut answered).unwrap_or_default();
        read.entitlements
            .extend(listed.iter().filter_map(|entitlement| {
                let text = |name: &str| match &entitlement[name] {
                    Json::String(text) => Some(text.clone()),
                    Json::Number(number) => Some(number.to_string()),
                    _ => None,
                };
                Some(GivenEntitlement {
                    value: text("id")?,
                    display: text("displayName"),
                    kind: Some(one.name.clone()),
                })
            }));
        read.calls.push(answered.call);
    }
    if let Some(user) = user {
        let path = format!("Users/{}", encoded(user));
        let mut answered = client.send(&Request::get("Read the user", path)).await;
        if findings::success(&mut answered) && answered.json.is_some() {
            read.user = answered.json.take();
        } else {
            read.problem = Some(answered.call.problem.clone().unwrap_or_else(|| Diagnosis {
                code: "simulator.no_user".to_owned(),
                cause: format!("The server gives no user with the id {user}."),
                remedy: "Check the id, as the provider knows it: the id column's value with an endpoint of Sluice.".to_owned(),
                place: Some(answered.call.path.clone()),
            }));
        }
        read.calls.push(answered.call);
    }
    read
}
