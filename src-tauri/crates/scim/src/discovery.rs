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
            Self::PushUserDeactivation => "PUSH_USER_DEACTIVATION",
            Self::ReactivateUsers => "REACTIVATE_USERS",
        }
    }
}

/// What this endpoint supports (RFC 7643 §5), told truthfully: PATCH, bulk, sort and ETag are not
/// there yet and say so. `base` ends in `/scim/v2`.
pub fn service_provider_config(base: &str, capabilities: &[Capability]) -> Value {
    json!({
        "schemas": [uri::SERVICE_PROVIDER_CONFIG, uri::PROVIDER_CAPABILITIES],
        "patch": {"supported": false},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": 100},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": false},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "The header Authorization: Bearer followed by the endpoint's token",
            "primary": true
        }],
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
