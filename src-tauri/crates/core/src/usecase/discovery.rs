//! What an application can do and how its users look, for the discovery endpoints.

use serde_json::Value as Json;
use sluice_scim::discovery::{Capability, SchemaAttribute, entitlement_schema, schema};
use sluice_scim::uri;

use super::{Context, import};
use crate::config::{Application, Profile};
use crate::failure::Failure;
use crate::operation::Operation;

/// What the provider may ask of an application: what its enabled operations allow.
pub fn capabilities(application: &Application) -> Vec<Capability> {
    let has = |operation| application.mapping(operation).is_some();
    let mut capabilities = Vec::new();
    if has(Operation::GetUsers) {
        capabilities.extend([
            Capability::ImportNewUsers,
            Capability::ImportProfileUpdates,
            Capability::ImportUserSchema,
        ]);
    }
    if has(Operation::CreateUser) {
        capabilities.push(Capability::PushNewUsers);
    }
    if has(Operation::UpdateUser) {
        capabilities.push(Capability::PushProfileUpdates);
    }
    if has(Operation::DeactivateUser) {
        capabilities.push(Capability::PushUserDeactivation);
    }
    if has(Operation::ActivateUser) {
        capabilities.push(Capability::ReactivateUsers);
    }
    capabilities
}

/// The schemas of an application: core User, the enterprise extension, the entitlement. In the
/// profile `columns` the extension's attributes are the columns that Get Users returns now.
///
/// # Errors
/// Whatever planning and running Get Users gives.
pub async fn schemas(context: &mut Context) -> Result<Vec<Json>, Failure> {
    let application = std::sync::Arc::clone(&context.application);
    let base = context.base.clone();
    let (core, extensions) = match application.profile {
        Profile::Columns => {
            let snapshot = import::import(context, false).await?;
            let columns = snapshot
                .rows
                .columns
                .iter()
                .filter(|column| !application.is_secret(&column.name));
            let attributes: Vec<SchemaAttribute> = columns
                .map(|column| {
                    SchemaAttribute::text(format!("ext_{}", column.name), column.name.clone())
                })
                .collect();
            (Vec::new(), vec![(uri::ENTERPRISE_USER, attributes)])
        }
        Profile::Core => (
            mapped(&application, None),
            application
                .extensions()
                .into_iter()
                .map(|urn| (urn, mapped(&application, Some(urn))))
                .collect(),
        ),
    };
    let mut core_attributes = vec![
        SchemaAttribute {
            required: true,
            uniqueness: "server",
            ..SchemaAttribute::text("userName", "Name that identifies the user")
        },
        SchemaAttribute {
            kind: "boolean",
            ..SchemaAttribute::text("active", "Whether the user is active")
        },
        SchemaAttribute::complex(
            "entitlements",
            true,
            vec![
                SchemaAttribute::text("value", "Identifier of the entitlement"),
                SchemaAttribute::text("display", "Name of the entitlement"),
                SchemaAttribute::text("type", "Name of the resource type"),
            ],
        ),
    ];
    core_attributes.extend(core);
    let mut schemas = vec![schema(
        &base,
        uri::USER,
        "User",
        "User account",
        &core_attributes,
    )];
    for (urn, attributes) in extensions
        .iter()
        .filter(|(_, attributes)| !attributes.is_empty())
    {
        let name = if urn.eq_ignore_ascii_case(uri::ENTERPRISE_USER) {
            "EnterpriseUser"
        } else {
            "Extension"
        };
        schemas.push(schema(&base, urn, name, "Columns of the user", attributes));
    }
    schemas.push(entitlement_schema(&base));
    Ok(schemas)
}

/// The attributes that columns are mapped to, sub-attributes gathered under their attribute.
fn mapped(application: &Application, extension: Option<&str>) -> Vec<SchemaAttribute> {
    let mut attributes: Vec<SchemaAttribute> = Vec::new();
    for (path, column) in &application.paths {
        let known = ["userName", "active", "entitlements"]
            .iter()
            .any(|name| path.name.eq_ignore_ascii_case(name));
        if !same_urn(path.extension.as_deref(), extension) || known || application.is_secret(column)
        {
            continue;
        }
        let Some(sub) = &path.sub else {
            attributes.push(SchemaAttribute::text(path.name.clone(), column.clone()));
            continue;
        };
        let mut parts = vec![SchemaAttribute::text(sub.clone(), column.clone())];
        if let Some(attribute) = attributes
            .iter_mut()
            .find(|attribute| attribute.name == path.name)
        {
            attribute.sub_attributes.append(&mut parts);
        } else {
            if let Some((key, _)) = &path.element {
                parts.insert(
                    0,
                    SchemaAttribute::text(key.clone(), "Which of the values this is"),
                );
                parts.push(SchemaAttribute {
                    kind: "boolean",
                    ..SchemaAttribute::text("primary", "Whether it is the preferred one")
                });
            }
            attributes.push(SchemaAttribute::complex(
                path.name.clone(),
                path.element.is_some(),
                parts,
            ));
        }
    }
    attributes
}

fn same_urn(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (None, None) => true,
        _ => false,
    }
}
