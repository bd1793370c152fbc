//! Scripts for SQLite, which has no procedures: rows of `SLUICE_PROCEDURES` that Sluice runs itself.

use std::fmt::Write as _;

use super::quote;
use super::statements::{Writer, data_type};
use super::{GenerateError, Routine};
use crate::config::Dialect;
use crate::operation::Operation;

const DIALECT: Dialect = Dialect::Sqlite;

/// The tables that scripts live in and refuse by, where they are not there yet: SQLite knows RAISE
/// in triggers only, so a script inserts its reason and the trigger says it.
pub(super) fn before() -> Vec<String> {
    vec![
        "CREATE TABLE IF NOT EXISTS SLUICE_PROCEDURES (\n  \
           NAME        TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,\n  \
           PARAMETERS  TEXT NOT NULL,\n  \
           BODY        TEXT NOT NULL,\n  \
           DESCRIPTION TEXT\n)"
            .to_owned(),
        "CREATE TABLE IF NOT EXISTS SLUICE_REFUSALS (REASON TEXT NOT NULL)".to_owned(),
        "CREATE TRIGGER IF NOT EXISTS SLUICE_REFUSE BEFORE INSERT ON SLUICE_REFUSALS\n\
         BEGIN\n  \
           SELECT CASE NEW.REASON\n    \
             WHEN 'unknown user' THEN RAISE(ABORT, 'The user does not exist.')\n    \
             WHEN 'unknown entitlement' THEN RAISE(ABORT, 'The entitlement does not exist.')\n    \
             ELSE RAISE(ABORT, 'The script refused the request.')\n  \
           END;\n\
         END"
        .to_owned(),
    ]
}

pub(super) fn script(
    mut writer: Writer<'_>,
    routine: &Routine<'_>,
) -> Result<(Vec<String>, String), GenerateError> {
    let parameters: Vec<serde_json::Value> = routine
        .parameters
        .iter()
        .map(|field| serde_json::json!({"name": field.name, "type": data_type(DIALECT, field.column)}))
        .collect();
    let mut body = String::new();
    let (who, what) = (routine.parameters.first(), routine.parameters.get(1));
    let guarded = match routine.operation {
        Some(Operation::UpdateUser | Operation::ActivateUser | Operation::DeactivateUser) => {
            [who, None]
        }
        Some(Operation::AddEntitlement) => [who, what],
        _ => [None, None],
    };
    for (field, noun) in guarded.into_iter().zip(["user", "entitlement"]) {
        let Some(field) = field else { continue };
        let look_up = writer.look_up(field)?;
        let _ = write!(
            body,
            "INSERT INTO SLUICE_REFUSALS (REASON)\nSELECT 'unknown {noun}' WHERE NOT EXISTS ({look_up});\n"
        );
    }
    body.push_str(&routine.body(&mut writer)?);
    let parameters = serde_json::Value::Array(parameters).to_string();
    let description = routine.operation.map_or_else(
        || "Entitlements of all users".to_owned(),
        |operation| operation.to_string(),
    );
    let (name, description, parameters, body) = (
        quote::text(DIALECT, &routine.name.name)?,
        quote::text(DIALECT, &description)?,
        quote::text(DIALECT, &parameters)?,
        quote::text(DIALECT, &body)?,
    );
    Ok((
        vec![format!(
            "INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (\n  {name},\n  {description},\n  {parameters},\n  {body}\n)"
        )], // identifiers only, and the script as a literal
        format!("DELETE FROM SLUICE_PROCEDURES WHERE NAME = {name}"), // identifiers only
    ))
}
