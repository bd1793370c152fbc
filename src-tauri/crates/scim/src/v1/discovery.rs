//! The documents a 1.1 client reads before anything else, from those of 2.0.

use serde_json::{Value, json};

use super::{CORE, ENTERPRISE, Naming, SCHEMA_LIST};
use crate::discovery::Capability;
use crate::{Resource, uri};

/// The id of the one schema document.
const USER: &str = "urn:scim:schemas:core:1.0:User";

/// `ServiceProviderConfigs`: what 2.0 says of filters, passwords, sorting and authentication; PATCH,
/// bulk and `ETag` are not served to a 1.1 client, whose agent uses none of them.
///
/// The capability to read schemas is left out: it makes the provider ask for entitlements.
pub fn service_provider_config(document: &Value) -> Value {
    let words: Vec<&str> = document[uri::PROVIDER_CAPABILITIES]["userManagementCapabilities"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|word| *word != Capability::ImportUserSchema.word())
        .collect();
    let no = json!({"supported": false});
    json!({
        "schemas": [CORE, uri::PROVIDER_CAPABILITIES],
        "patch": no,
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": document["filter"],
        "changePassword": document["changePassword"],
        "sort": document["sort"],
        "etag": no,
        "authenticationSchemes": document["authenticationSchemes"],
        (uri::PROVIDER_CAPABILITIES): {"userManagementCapabilities": words}
    })
}

/// The resource types: users alone.
pub fn resource_types() -> Value {
    listed(&[json!({
        "schemas": [CORE], "id": "User", "name": "User", "endpoint": "/Users",
        "description": "User account", "schema": CORE
    })])
}

/// The list of schemas; 1.1 has one for each resource, with the extensions' attributes in it.
/// `documents` is the list of 2.0.
pub fn schemas(naming: &Naming, documents: &Value) -> Value {
    listed(&[schema(naming, documents)])
}

/// The schema of users, of the list of 2.0's schemas (SCIM 1.1 core schema, section 10).
pub fn schema(naming: &Naming, documents: &Value) -> Value {
    let mut attributes = Vec::new();
    for document in documents["Resources"].as_array().into_iter().flatten() {
        let id = document["id"].as_str().unwrap_or_default();
        let urn = match id {
            uri::ENTITLEMENT => continue,
            uri::USER => CORE,
            uri::ENTERPRISE_USER if naming.column_prefix.is_none() => ENTERPRISE,
            _ => &naming.custom,
        };
        for attribute in document["attributes"].as_array().into_iter().flatten() {
            let name = attribute["name"].as_str().unwrap_or_default();
            if !(id == uri::USER && matches!(name, "entitlements" | "roles")) {
                attributes.push(described(naming, attribute, urn));
            }
        }
    }
    json!({
        "schemas": [CORE], "id": USER, "name": "User", "description": "User account",
        "schema": CORE, "endpoint": "/Users", "attributes": attributes
    })
}

fn listed(resources: &[Value]) -> Value {
    json!({
        "schemas": [SCHEMA_LIST], "totalResults": resources.len(), "startIndex": 1,
        "itemsPerPage": resources.len(), "Resources": resources
    })
}

/// An attribute as 1.1 describes one: `readOnly` in place of mutability, and no references.
fn described(naming: &Naming, attribute: &Value, urn: &str) -> Value {
    let own = attribute["name"].as_str().unwrap_or_default();
    let name = match &naming.column_prefix {
        Some(prefix) if urn == naming.custom => own.strip_prefix(prefix.as_str()).unwrap_or(own),
        _ if urn == ENTERPRISE && own == "value" => "managerId",
        _ => own,
    };
    let kind = match attribute["type"].as_str() {
        Some("reference") | None => "string",
        Some(kind) => kind,
    };
    let mut described = Resource::new();
    described.insert("name".to_owned(), json!(name));
    described.insert("type".to_owned(), json!(kind));
    described.insert("multiValued".to_owned(), attribute["multiValued"].clone());
    described.insert("description".to_owned(), attribute["description"].clone());
    described.insert("schema".to_owned(), json!(urn));
    described.insert(
        "readOnly".to_owned(),
        json!(attribute["mutability"] == "readOnly"),
    );
    described.insert("required".to_owned(), attribute["required"].clone());
    described.insert("caseExact".to_owned(), attribute["caseExact"].clone());
    if let Some(parts) = attribute["subAttributes"].as_array() {
        let parts: Vec<Value> = parts
            .iter()
            .map(|part| described_part(naming, part, urn))
            .collect();
        described.insert("subAttributes".to_owned(), Value::Array(parts));
    }
    Value::Object(described)
}

fn described_part(naming: &Naming, part: &Value, urn: &str) -> Value {
    let mut part = described(naming, part, urn);
    if let Value::Object(part) = &mut part {
        // The schema is said of the attribute that it is a part of.
        part.remove("schema");
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Attribute, Mutability, Schema};

    #[test]
    fn the_document_of_1_1_says_what_a_1_1_client_gets() {
        let document = json!({
            "schemas": ["x"], "patch": {"supported": true}, "bulk": {"supported": true},
            "etag": {"supported": true}, "sort": {"supported": false},
            "filter": {"supported": true, "maxResults": 100}, "changePassword": {"supported": false},
            "authenticationSchemes": [{"type": "httpbasic"}],
            "urn:okta:schemas:scim:providerconfig:1.0":
                {"userManagementCapabilities": ["IMPORT_NEW_USERS", "IMPORT_USER_SCHEMA"]}
        });
        let answer = service_provider_config(&document);
        assert_eq!(
            answer["schemas"],
            json!([
                "urn:scim:schemas:core:1.0",
                "urn:okta:schemas:scim:providerconfig:1.0"
            ])
        );
        for absent in ["patch", "bulk", "etag"] {
            assert_eq!(answer[absent]["supported"], false, "{absent}");
        }
        assert_eq!(
            answer["filter"],
            json!({"supported": true, "maxResults": 100})
        );
        assert_eq!(
            answer["authenticationSchemes"],
            json!([{"type": "httpbasic"}])
        );
        assert_eq!(
            answer[uri::PROVIDER_CAPABILITIES]["userManagementCapabilities"],
            json!(["IMPORT_NEW_USERS"])
        );
    }

    #[test]
    fn one_schema_holds_the_attributes_of_the_core_and_of_the_columns() {
        let naming = Naming {
            custom: "urn:okta:a:1.0:user:custom".into(),
            column_prefix: Some("ext_".into()),
            attributes: Vec::new(),
        };
        let core = Schema {
            id: uri::USER.into(),
            attributes: vec![
                Attribute::text("userName", "Name"),
                Attribute::text("entitlements", "Entitlements"),
            ],
            ..Schema::default()
        };
        let columns = Schema {
            id: uri::ENTERPRISE_USER.into(),
            attributes: vec![Attribute::text("ext_CITY", "CITY").with(Mutability::ReadOnly)],
            ..Schema::default()
        };
        let list = json!({"Resources": [core.to_json(""), columns.to_json("")]});
        let answer = schemas(&naming, &list);
        assert_eq!(
            answer["schemas"],
            json!(["urn:scim:schemas:core:1.0:ListResponse"])
        );
        let attributes = &answer["Resources"][0]["attributes"];
        assert_eq!(attributes.as_array().map(Vec::len), Some(2));
        assert_eq!(
            attributes[1],
            json!({"name": "CITY", "type": "string", "multiValued": false, "description": "CITY",
                   "schema": "urn:okta:a:1.0:user:custom", "readOnly": true, "required": false,
                   "caseExact": false})
        );
    }
}
