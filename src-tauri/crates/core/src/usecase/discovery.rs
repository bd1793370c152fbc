//! What an application can do and how its users look, for the discovery endpoints.

use std::sync::Arc;

use serde_json::Value as Json;
use sluice_scim::discovery::{Capability, entitlement_schema};

use super::Context;
use super::first_row::FirstRow;
use crate::config::Application;
use crate::failure::Failure;
use crate::mapping::Parameter;
use crate::operation::Operation;
use crate::ports::{Access, ResultColumn};
use crate::profile::{self, Fields};
use crate::trace::Sample;

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
        if writes_password(application) {
            capabilities.push(Capability::PushPasswordUpdates);
        }
    }
    if has(Operation::DeactivateUser) {
        capabilities.push(Capability::PushUserDeactivation);
    }
    if has(Operation::ActivateUser) {
        capabilities.push(Capability::ReactivateUsers);
    }
    capabilities
}

/// Whether an attribute `password` is mapped to a column that Update user sets.
fn writes_password(application: &Application) -> bool {
    let update = application.mapping(Operation::UpdateUser);
    let column = profile::column_of(application, "password");
    column.zip(update).is_some_and(|(column, mapping)| {
        let sets = |parameter: &Parameter| {
            matches!(parameter, Parameter::Field(field) if field.eq_ignore_ascii_case(column))
        };
        mapping.parameters.iter().any(sets)
    })
}

/// The schemas of an application: core User, its extensions, the entitlement. In the profile
/// `columns`, and where types come from columns, they are those that Get Users returns now.
///
/// # Errors
/// Whatever planning and running Get Users gives.
pub async fn schemas(context: &mut Context) -> Result<Vec<Json>, Failure> {
    let columns = if profile::types_come_from_columns(&context.application) {
        columns(context).await?
    } else {
        Arc::default()
    };
    let users = profile::user_schema(&context.application, &columns);
    let extensions = users.extensions.iter().filter(|e| !e.attributes.is_empty());
    Ok(std::iter::once(&users.core)
        .chain(extensions)
        .chain(std::iter::once(&entitlement_schema().core))
        .map(|schema| schema.to_json(&context.base))
        .collect())
}

/// The columns that Get Users gives now; it runs up to its first row.
async fn columns(context: &mut Context) -> Result<Arc<[ResultColumn]>, Failure> {
    let statement = context.plan(Operation::GetUsers, &Fields::default())?;
    let mut session = context.begin(Access::Read).await?;
    let mut first = FirstRow::default();
    let mark = context.trace.mark();
    let result = session.stream(&statement, &mut first).await;
    let columns = first.columns.unwrap_or_default();
    let error = result.err().filter(|_| !first.stopped);
    let mut sample = Sample::new(context.trace.sample_rows());
    sample.columns = Arc::clone(&columns);
    if let Some(row) = first.row {
        sample.take(row);
    }
    let error = error.map(|error| error.without_secrets(&statement));
    let (application, dialect) = (&context.application, context.database.dialect());
    context.trace.streamed(
        application,
        dialect,
        &statement,
        &sample,
        error.as_ref(),
        mark,
    );
    let result = match error {
        Some(error) => Err(Failure::from_statement(error, &statement)),
        None => Ok(columns),
    };
    context.end(session, Access::Read, result).await
}
