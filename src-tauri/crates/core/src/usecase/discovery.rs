//! What an application can do and how its users look, for the discovery endpoints.

use std::sync::Arc;

use serde_json::Value as Json;
use sluice_scim::discovery::{Capability, entitlement_schema};

use super::{Context, import};
use crate::config::{Application, Profile};
use crate::failure::Failure;
use crate::operation::Operation;
use crate::profile;

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
    if has(Operation::IncrementalImport) {
        capabilities.push(Capability::IncrementalImports);
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

/// The schemas of an application: core User, its extensions, the entitlement. In the profile
/// `columns` the extension's attributes are the columns that Get Users returns now.
///
/// # Errors
/// Whatever planning and running Get Users gives.
pub async fn schemas(context: &mut Context) -> Result<Vec<Json>, Failure> {
    let columns = match context.application.profile {
        Profile::Columns => import::import(context, false).await?.rows.columns.clone(),
        Profile::Core => Arc::default(),
    };
    let users = profile::user_schema(&context.application, &columns);
    let extensions = users.extensions.iter().filter(|e| !e.attributes.is_empty());
    Ok(std::iter::once(&users.core)
        .chain(extensions)
        .chain(std::iter::once(&entitlement_schema().core))
        .map(|schema| schema.to_json(&context.base))
        .collect())
}
