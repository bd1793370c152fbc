//! Procedures of MySQL and MariaDB. They run with the rights of whoever made them, so that the
//! account that calls them needs no right but to call them.

use std::fmt::Write as _;

use super::quote;
use super::statements::{Writer, data_type};
use super::{GenerateError, Routine};
use crate::operation::Operation;

/// A procedure keeps the `sql_mode` it was made under. Without strict mode a value that is too long
/// would be cut instead of refused.
pub(super) fn before() -> Vec<String> {
    vec!["SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_TRANS_TABLES')".to_owned()]
}

pub(super) fn procedure(
    mut writer: Writer<'_>,
    routine: &Routine<'_>,
) -> Result<(Vec<String>, String), GenerateError> {
    let dialect = writer.choice.dialect;
    let name = quote::name(dialect, &routine.name)?;
    let parameters: Vec<String> = routine
        .parameters
        .iter()
        .map(|field| format!("\n  IN {} {}", field.name, data_type(dialect, field.column)))
        .collect();
    let mut guards = String::new();
    // An update that changes nothing counts no rows and could not be told from one that found
    // nobody, so the row is looked for first.
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
            guards,
            "  IF NOT EXISTS ({look_up}) THEN\n    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The {noun} does not exist.';\n  END IF;\n"
        );
    }
    let body = routine.body(&mut writer)?;
    let (body, data) = (
        writer.indented(&body, 2),
        if routine.writes() {
            "MODIFIES"
        } else {
            "READS"
        },
    );
    let parameters = parameters.join(",");
    Ok((
        vec![format!(
            "CREATE PROCEDURE {name}({parameters})\n{data} SQL DATA\nSQL SECURITY DEFINER\nBEGIN\n{guards}  {body};\nEND"
        )],
        format!("DROP PROCEDURE {name}"),
    ))
}
