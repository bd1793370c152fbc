//! Procedures of SQL Server. Ownership chains let an account that may only execute them reach the
//! tables, as long as both have one owner.
//!
//! Reading ones say `SET NOCOUNT ON`, so that only rows come back; writing ones leave it off, so that
//! the count of their statement does.

use std::fmt::Write as _;

use super::quote;
use super::statements::{Writer, data_type};
use super::{GenerateError, Routine};
use crate::config::Dialect;
use crate::operation::Operation;

/// Numbers from 50000 are the user's own; 404 is easy to remember.
const NUMBER: u32 = 50404;

pub(super) fn procedure(
    mut writer: Writer<'_>,
    routine: &Routine<'_>,
) -> Result<(Vec<String>, String), GenerateError> {
    let dialect = Dialect::SqlServer;
    let name = quote::name(dialect, &routine.name)?;
    let parameters: Vec<String> = routine
        .parameters
        .iter()
        .map(|field| format!("\n  @{} {}", field.name, data_type(dialect, field.column)))
        .collect();
    let (mut guards, mut found) = (String::new(), String::new());
    match (routine.operation, routine.parameters.as_slice()) {
        (Some(Operation::UpdateUser | Operation::ActivateUser | Operation::DeactivateUser), _) => {
            found = format!(
                "\n  IF @@ROWCOUNT = 0\n    THROW {NUMBER}, N'The user does not exist.', 1;"
            );
        }
        (Some(Operation::AddEntitlement), [user, entitlement]) => {
            for (field, noun) in [(user, "user"), (entitlement, "entitlement")] {
                let look_up = writer.look_up(field)?;
                let _ = write!(
                    guards,
                    "  IF NOT EXISTS ({look_up})\n    THROW {NUMBER}, N'The {noun} does not exist.', 1;\n"
                );
            }
        }
        (operation, _) if !operation.is_some_and(Operation::writes) => {
            guards.push_str("  SET NOCOUNT ON;\n");
        }
        _ => {}
    }
    let body = routine.body(&mut writer)?;
    let (body, parameters) = (writer.indented(&body, 2), parameters.join(","));
    Ok((
        vec![format!(
            "CREATE PROCEDURE {name}{parameters}\nAS\nBEGIN\n{guards}  {body};{found}\nEND"
        )],
        format!("DROP PROCEDURE {name}"),
    ))
}
