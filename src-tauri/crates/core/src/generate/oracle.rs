//! Procedures of Oracle. What reads opens a cursor and gives it back as its last parameter; the
//! mapping takes its rows as a result set. They run with the rights of their owner, Oracle's default.

use std::fmt::Write as _;

use super::quote;
use super::statements::{Field, Writer};
use super::{GenerateError, Routine};
use crate::catalogue::ObjectName;
use crate::config::Dialect;
use crate::operation::Operation;

/// The cursor's parameter.
pub(super) const ROWS: &str = "P_ROWS";
/// Numbers from -20999 to -20000 are the user's own.
const NUMBER: i32 = -20404;
const DIALECT: Dialect = Dialect::Oracle;

pub(super) fn procedure(
    mut writer: Writer<'_>,
    routine: &Routine<'_>,
) -> Result<(Vec<String>, String), GenerateError> {
    let name = quote::name(DIALECT, &routine.name)?;
    let mut parameters = Vec::new();
    for Field {
        name,
        relation,
        column,
        ..
    } in &routine.parameters
    {
        let (table, column) = (
            quote::name(DIALECT, &relation.name)?,
            quote::identifier(DIALECT, &column.name)?,
        );
        parameters.push(format!("\n  {name} IN {table}.{column}%TYPE"));
    }
    let (mut declared, mut guards, mut found) = ("", String::new(), String::new());
    match (routine.operation, routine.parameters.as_slice()) {
        (Some(Operation::UpdateUser | Operation::ActivateUser | Operation::DeactivateUser), _) => {
            found = format!(
                "\n  IF SQL%ROWCOUNT = 0 THEN\n    RAISE_APPLICATION_ERROR({NUMBER}, 'The user does not exist.');\n  END IF;"
            );
        }
        (Some(Operation::AddEntitlement), [user, entitlement]) => {
            // PL/SQL has no IF EXISTS.
            declared = "\n  v_found PLS_INTEGER;";
            for (field, noun) in [(user, "user"), (entitlement, "entitlement")] {
                let look_up = writer.look_up(field)?;
                let _ = write!(
                    guards,
                    "  SELECT COUNT(*) INTO v_found FROM ({look_up});\n  IF v_found = 0 THEN\n    RAISE_APPLICATION_ERROR({NUMBER}, 'The {noun} does not exist.');\n  END IF;\n"
                );
            }
        }
        _ => {}
    }
    let mut body = routine.body(&mut writer)?;
    if routine.writes() {
        body = writer.indented(&body, 2);
    } else {
        parameters.push(format!("\n  {} OUT SYS_REFCURSOR", ROWS.to_lowercase()));
        body = format!(
            "OPEN {} FOR\n    {}",
            ROWS.to_lowercase(),
            writer.indented(&body, 4)
        );
    }
    let parameters = parameters.join(",");
    Ok((
        vec![format!(
            "CREATE PROCEDURE {name}({parameters}\n) AS{declared}\nBEGIN\n{guards}  {body};{found}\nEND;"
        )],
        format!("DROP PROCEDURE {name}"),
    ))
}

/// The entitlements of all users as a view: a call without parameters would have no place for its
/// cursor.
pub(super) fn view(mut writer: Writer<'_>, name: &ObjectName) -> Result<String, GenerateError> {
    let name = quote::name(DIALECT, name)?;
    let body = writer.import_unordered()?;
    Ok(format!("CREATE VIEW {name} AS\n{body}"))
}
