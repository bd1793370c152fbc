//! Procedures for a database that has none: named scripts in the table `SLUICE_PROCEDURES`.
//!
//! A row has a NAME, its PARAMETERS as a JSON array of `{"name", "type"}` in the order of the call,
//! and a BODY: statements separated by semicolons, with `:name` for a parameter. The row is read
//! with every call, because one indexed read costs no more than asking whether it has changed; what
//! is kept is only the body's reading.

use std::sync::Arc;

use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Access, Collected, RowSink, StatementOutcome};
use sluice_core::sql::{self, ProcedureCall, SqlError};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::{Handle, Sqlite, plain, run};
use crate::driver::check_count;
use crate::text::{Text, syntax};

const LOOK_UP: &str = "SELECT PARAMETERS, BODY FROM SLUICE_PROCEDURES WHERE NAME = ?1";

/// A script, ready to run.
pub(super) struct Script {
    parameters: Vec<String>,
    statements: Vec<Text>,
}

impl Script {
    fn read(name: &str, parameters: &str, body: &str) -> Result<Self, DatabaseError> {
        let parameters = names(parameters).ok_or_else(|| DatabaseError {
            object: Some(name.to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::Syntax,
                format!(
                    "The PARAMETERS of the script \"{name}\" are no JSON array of {{\"name\", \"type\"}}."
                ),
            )
        })?;
        let place = |wanted: &str| {
            parameters
                .iter()
                .position(|known| known.eq_ignore_ascii_case(wanted))
                .map(|index| format!("?{}", index + 1))
                .ok_or_else(|| {
                    SqlError::Unreadable(format!(
                        "the script \"{name}\" has no parameter named \"{wanted}\""
                    ))
                })
        };
        let statements = sql::script(Dialect::Sqlite, body, place)
            .map_err(|error| syntax(&error))?
            .into_iter()
            .map(|sql| {
                Text::read(Dialect::Sqlite, &sql).map(|text| Text {
                    sql: sql.into(),
                    ..text
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        if statements.is_empty() {
            return Err(syntax(&SqlError::Empty));
        }
        Ok(Self {
            parameters,
            statements,
        })
    }

    fn writes(&self) -> bool {
        self.statements
            .iter()
            .any(|statement| !matches!(statement.verb.as_str(), "SELECT" | "VALUES" | "PRAGMA"))
    }
}

fn names(parameters: &str) -> Option<Vec<String>> {
    let parsed: serde_json::Value = serde_json::from_str(parameters).ok()?;
    parsed
        .as_array()?
        .iter()
        .map(|entry| entry.get("name")?.as_str().map(str::to_owned))
        .collect()
}

/// Calls a script: all of its statements or none of them.
pub(super) async fn call(
    database: &Sqlite,
    handle: &mut Handle,
    statement: &Statement,
    access: Access,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let given = statement.parameters.len();
    let call = known(database, statement)?;
    let name = call.bare_name();
    let name = name.as_str();
    if call.arguments.iter().any(|argument| argument.text != "?") {
        return Err(DatabaseError {
            object: Some(name.to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::Unsupported,
                "A script takes each argument as a single ?; write constants in the mapping.",
            )
        });
    }
    let script = look_up(database, handle, name).await?;
    check_count(Some(name), script.parameters.len(), call.arguments.len())?;
    check_count(Some(name), call.arguments.len(), given)?;
    let (before, after, undo) = match (script.statements.len(), access) {
        (1, _) => return run_all(handle, &script, &statement.parameters, rows).await,
        (_, Access::Write) => (
            "SAVEPOINT SLUICE_SCRIPT",
            "RELEASE SLUICE_SCRIPT",
            "ROLLBACK TO SLUICE_SCRIPT; RELEASE SLUICE_SCRIPT",
        ),
        (_, Access::Read) if script.writes() => ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"),
        (_, Access::Read) => ("BEGIN", "COMMIT", "ROLLBACK"),
    };
    plain(handle, before).await?;
    let outcome = match run_all(handle, &script, &statement.parameters, rows).await {
        Ok(outcome) => plain(handle, after).await.map(|()| outcome),
        Err(error) => Err(error),
    };
    if outcome.is_err() {
        // Fails only where the error has ended the transaction already.
        let _ = plain(handle, undo).await;
    }
    outcome
}

fn known(database: &Sqlite, statement: &Statement) -> Result<Arc<ProcedureCall>, DatabaseError> {
    let given = statement.parameters.len();
    let key = (statement.text.clone(), given);
    if let Some(call) = database.calls.get(&key) {
        return Ok(call);
    }
    let call = ProcedureCall::parse(Dialect::Sqlite, &statement.text, given)
        .map_err(|error| syntax(&error))?;
    Ok(database.calls.insert(key, call))
}

async fn look_up(
    database: &Sqlite,
    handle: &mut Handle,
    name: &str,
) -> Result<Arc<Script>, DatabaseError> {
    let missing = || DatabaseError {
        object: Some(name.to_owned()),
        ..DatabaseError::new(
            DatabaseErrorKind::MissingProcedure,
            format!("SLUICE_PROCEDURES has no script named \"{name}\"."),
        )
    };
    let text = Text {
        sql: LOOK_UP.into(),
        verb: "SELECT".to_owned(),
        placeholders: 1,
        returning: false,
    };
    let wanted = BoundParameter {
        name: "NAME".to_owned(),
        value: Value::from(name),
        direction: Direction::In,
        secret: false,
    };
    let mut rows = Collected::default();
    let found = match run(handle, &text, &[wanted], &mut rows).await {
        Ok(_) => rows.0.pop().and_then(|set| set.rows.into_iter().next()),
        Err(error) if error.kind == DatabaseErrorKind::MissingObject => None,
        Err(error) => return Err(error),
    };
    let row = found.ok_or_else(missing)?;
    let mut cells = row.iter().map(|cell| cell.to_text().unwrap_or_default());
    let (parameters, body) = (
        cells.next().unwrap_or_default(),
        cells.next().unwrap_or_default(),
    );
    // The script is known by what it says, so a changed row is never mistaken for the old one.
    let key = format!("{name}\n{parameters}\n{body}");
    if let Some(known) = database.scripts.get(&key) {
        return Ok(known);
    }
    let script = Script::read(name, &parameters, &body)?;
    Ok(database.scripts.insert(key, script))
}

/// Runs the statements in order; the result sets of all, and the sum of the rows they changed.
async fn run_all(
    handle: &mut Handle,
    script: &Script,
    parameters: &[BoundParameter],
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let mut whole = StatementOutcome::default();
    for statement in &script.statements {
        let part = run(handle, statement, parameters, rows).await?;
        if let Some(changed) = part.affected {
            whole.affected = Some(whole.affected.unwrap_or(0) + changed);
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_parameters_become_places_and_an_unknown_name_is_an_error() {
        let parameters = r#"[{"name":"p_a","type":"TEXT"},{"name":"p_b","type":"INTEGER"}]"#;
        let script = Script::read(
            "S",
            parameters,
            "UPDATE t SET a = :p_b WHERE b = :P_A; SELECT 1",
        )
        .unwrap();
        let texts: Vec<_> = script
            .statements
            .iter()
            .map(|s| s.sql.to_string())
            .collect();
        assert_eq!(texts, ["UPDATE t SET a = ?2 WHERE b = ?1", "SELECT 1"]);
        assert!(script.writes());
        let error = Script::read("S", parameters, "SELECT :p_c").err().unwrap();
        assert_eq!(error.kind, DatabaseErrorKind::Syntax);
        assert!(error.message.contains("p_c"), "{}", error.message);
    }
}
