//! Operations: the mappings as they stand in the configuration, and held against the live database.
//! What stands in the editor and not in the file is in `drafts`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::config::{Application, Dialect, Settings, edit};
use sluice_core::mapping::{Kind, Mapping, Parameter, RowContract};
use ts_rs::TS;

use crate::app::App;
use crate::check::{self, Checked};
use crate::commands::coverage;
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct CheckInput {
    pub application: String,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct MappingsInput {
    pub application: String,
}

/// What the operations of an application run, as the configuration says it. Nothing is asked of the
/// database.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Mappings {
    /// The connection; `null` where the header of a request brings it.
    pub connection: Option<String>,
    /// What the statements are written in; as `connection`.
    pub dialect: Option<Dialect>,
    /// The column that the provider knows a user by.
    pub user_id_column: String,
    /// What it says of its columns.
    pub settings: Settings,
    /// All of them, the ten and the optional one, in the order of the provider's console.
    pub operations: Vec<MappedOperation>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct MappedOperation {
    pub operation: Operation,
    /// Whether an application is whole without it.
    pub optional: bool,
    /// Whether it changes data.
    pub writes: bool,
    /// `null` where it is not mapped.
    pub mapping: Option<MappingView>,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MappingView {
    pub enabled: bool,
    pub kind: Kind,
    /// With a `?` for each parameter.
    pub statement: String,
    pub parameters: Vec<MappedParameter>,
    /// Get user entitlements: the statement for everybody's at once.
    pub import: Option<String>,
    /// How many rows it must change, where the mapping says so itself.
    pub rows: Option<RowContract>,
    /// How many rows it must change; `null` where rows are not counted.
    pub contract: Option<RowContract>,
    /// Whether it is made from the application's `import` and stands nowhere in the file.
    pub from_table: bool,
}

/// Where a `?` gets its value.
#[derive(Clone, Debug, Serialize, TS)]
pub struct MappedParameter {
    /// From 1.
    pub position: usize,
    pub source: ParameterSource,
    /// The field, the constant's text, or what the out value or the cursor is called.
    pub text: String,
    /// Whether its values are never shown or recorded.
    pub secret: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ParameterSource {
    Field,
    Constant,
    Out,
    Cursor,
}

/// What each operation of an application runs.
///
/// # Errors
/// Where there is no such application.
pub async fn list(app: Arc<App>, input: MappingsInput) -> Result<Mappings, Problem> {
    let configured = app.configured();
    let application = configured.application(&input.application)?;
    let connection = application.connection.as_ref();
    let connection = connection.and_then(|name| configured.workspace.connections.get(name));
    let operations = Operation::ALL.into_iter().map(|operation| MappedOperation {
        operation,
        optional: operation.is_optional(),
        writes: operation.writes(),
        mapping: application
            .operations
            .get(&operation)
            .map(|mapping| view(&configured.text, &application, operation, mapping)),
    });
    Ok(Mappings {
        connection: application.connection.clone(),
        dialect: connection.map(|connection| connection.dialect),
        settings: Settings::of(&application),
        user_id_column: application.user_id_column.clone(),
        operations: operations.collect(),
    })
}

fn view(
    text: &str,
    application: &Application,
    operation: Operation,
    mapping: &Mapping,
) -> MappingView {
    let parameters = mapping.parameters.iter().enumerate();
    let parameters = parameters.map(|(index, parameter)| {
        let (source, text) = match parameter {
            Parameter::Field(field) => (ParameterSource::Field, field),
            Parameter::Constant(fixed) => (ParameterSource::Constant, &fixed.constant),
            Parameter::Out(out) => (ParameterSource::Out, &out.out),
            Parameter::Cursor(cursor) => (ParameterSource::Cursor, &cursor.cursor),
        };
        MappedParameter {
            position: index + 1,
            source,
            text: text.clone(),
            secret: source == ParameterSource::Field && application.is_secret(text),
        }
    });
    MappingView {
        enabled: mapping.enabled,
        kind: mapping.kind,
        statement: mapping.statement.trim().to_owned(),
        parameters: parameters.collect(),
        import: mapping.import.clone(),
        rows: mapping.rows,
        contract: mapping.contract(operation),
        from_table: application.import.is_some()
            && !edit::has_mapping(text, &application.name, operation),
    }
}

/// Compares every mapping of an application with its database.
pub async fn check(app: Arc<App>, input: CheckInput) -> Result<Checked, Problem> {
    app.application(&input.application)?;
    let configured = app.configured();
    let checked = check::check(
        &configured.databases,
        &configured.workspace,
        &app.clock,
        &input.application,
    )
    .await;
    coverage::remember_check(&app, &checked);
    Ok(checked)
}
