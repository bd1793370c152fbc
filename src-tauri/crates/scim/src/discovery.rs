//! The documents a client reads before anything else: ServiceProviderConfig, ResourceTypes, Schemas
//! (RFC 7643 §5 to §7).

use serde_json::{Value, json};

use crate::schema::{Attribute, Mutability, ResourceSchema, Schema};
use crate::uri;

/// What the provider may ask of an application, as its capabilities block words it.
///
/// Source: public connectors tested with a real agent; where the block is absent the provider
/// assumes that everything is implemented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    ImportNewUsers,
    ImportProfileUpdates,
    ImportUserSchema,
    IncrementalImports,
    PushNewUsers,
    PushProfileUpdates,
    PushPasswordUpdates,
    PushUserDeactivation,
    ReactivateUsers,
}

impl Capability {
    /// The provider's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ImportNewUsers => "IMPORT_NEW_USERS",
            Self::ImportProfileUpdates => "IMPORT_PROFILE_UPDATES",
            Self::ImportUserSchema => "IMPORT_USER_SCHEMA",
            Self::IncrementalImports => "OPP_SCIM_INCREMENTAL_IMPORTS",
            Self::PushNewUsers => "PUSH_NEW_USERS",
            Self::PushProfileUpdates => "PUSH_PROFILE_UPDATES",
            Self::PushPasswordUpdates => "PUSH_PASSWORD_UPDATES",
            Self::PushUserDeactivation => "PUSH_USER_DEACTIVATION",
            Self::ReactivateUsers => "REACTIVATE_USERS",
        }
    }
}

/// How an application's client says who it is (RFC 7643 §5, `authenticationSchemes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthenticationScheme {
    BearerToken,
    /// RFC 7617.
    Basic,
    /// A header of the application's own. The RFC has no word for it.
    Header,
}

impl AuthenticationScheme {
    /// As it stands in ServiceProviderConfig. A header's name is no part of it.
    pub fn to_json(self) -> Value {
        let (kind, name, description) = match self {
            Self::BearerToken => (
                "oauthbearertoken",
                "Bearer token",
                "The header Authorization: Bearer followed by the endpoint's token",
            ),
            Self::Basic => (
                "httpbasic",
                "Basic",
                "The header Authorization: Basic with the application's user and password",
            ),
            Self::Header => (
                "httpheader",
                "Header",
                "A header of the application's own with its secret value",
            ),
        };
        json!({"type": kind, "name": name, "description": description, "primary": true})
    }
}

/// What this endpoint supports (RFC 7643 §5), told truthfully. `base` ends in `/scim/v2`;
/// `most_results` is how many resources an answer holds at most.
pub fn service_provider_config(
    base: &str,
    capabilities: &[Capability],
    most_results: usize,
    authentication: AuthenticationScheme,
) -> Value {
    let changes_passwords = capabilities.contains(&Capability::PushPasswordUpdates);
    json!({
        "schemas": [uri::SERVICE_PROVIDER_CONFIG, uri::PROVIDER_CAPABILITIES],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": most_results},
        "changePassword": {"supported": changes_passwords},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "authenticationSchemes": [authentication.to_json()],
        (uri::PROVIDER_CAPABILITIES): {
            "userManagementCapabilities": capabilities.iter().map(|c| c.word()).collect::<Vec<_>>()
        },
        "meta": {"resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig")}
    })
}

/// The User and Entitlements resource types (RFC 7643 §6). The entitlement type's id, name and
/// description are as the provider's console shows them for the original.
pub fn resource_types(base: &str, user_extensions: &[&str]) -> Vec<Value> {
    let extensions: Vec<Value> = user_extensions
        .iter()
        .map(|schema| json!({"schema": schema, "required": false}))
        .collect();
    vec![
        json!({
            "schemas": [uri::RESOURCE_TYPE], "id": "User", "name": "User", "endpoint": "/Users",
            "description": "User account", "schema": uri::USER, "schemaExtensions": extensions,
            "meta": {"resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/User")}
        }),
        json!({
            "schemas": [uri::RESOURCE_TYPE], "id": "Entitlements", "name": "Entitlements", "endpoint": "/Entitlements",
            "description": "Entitlements resource", "schema": uri::ENTITLEMENT, "schemaExtensions": [],
            "meta": {"resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/Entitlements")}
        }),
    ]
}

/// The provider's entitlement schema, as it documents it.
pub fn entitlement_schema() -> ResourceSchema {
    let required = |name: &str, description: &str| Attribute {
        required: true,
        ..told(name, description)
    };
    ResourceSchema::new(
        Schema {
            id: uri::ENTITLEMENT.to_owned(),
            name: "Entitlement".to_owned(),
            description: "Entitlement".to_owned(),
            attributes: vec![
                Attribute {
                    case_exact: true,
                    unique: true,
                    ..required("id", "Identifier of the entitlement")
                },
                required("displayName", "Name of the entitlement"),
                required("type", "Name of the resource type"),
                told("description", "What the entitlement gives"),
            ],
        },
        Vec::new(),
    )
}

fn told(name: &str, description: &str) -> Attribute {
    Attribute::text(name, description).with(Mutability::ReadOnly)
}
