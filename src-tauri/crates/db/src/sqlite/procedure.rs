//! Procedures for a database that has none: named scripts in the table `SLUICE_PROCEDURES`.
//!
//! A row has a NAME, its PARAMETERS as a JSON array of `{"name", "type", "default"}` in the order of
//! the call, and a BODY: statements separated by semicolons, with `:name` for a parameter. The row is
//! read with every call, because one indexed read costs no more than asking whether it has changed;
//! what is kept is only the body's reading.
//!
//! **Invariant:** a call is held against the declared parameters, values included, before anything of
//! it runs; a script runs whole or not at all.

use std::sync::Arc;

use sluice_core::catalogue::{ObjectName, Routine, RoutineParameter};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Access, RowSink, StatementOutcome};
use sluice_core::signature::{check_value, choose};
use sluice_core::sql::{self, ProcedureCall, SqlError};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::{Handle, Sqlite, catalogue, plain, run, types};
use crate::driver::check_count;
use crate::text::{Text, syntax};

const LOOK_UP: &str = "SELECT PARAMETERS, BODY FROM SLUICE_PROCEDURES WHERE NAME = ?1";

/// A script, ready to run.
pub(super) struct Script {
    /// As the catalogue would show it, for the decision which argument goes where.
    routine: Routine,
    /// What stands in for a parameter that is not given, in the order of the parameters.
    defaults: Vec<Value>,
    statements: Vec<Text>,
}

impl Script {
    fn read(name: &str, declared: &str, body: &str) -> Result<Self, DatabaseError> {
        let (declared, defaults): (Vec<RoutineParameter>, Vec<Value>) =
            parameters(name, declared)?.into_iter().unzip();
        let place = |wanted: &str| {
            let known = |parameter: &RoutineParameter| {
                let name = parameter.name.as_deref();
                name.is_some_and(|name| name.eq_ignore_ascii_case(wanted))
            };
            declared
                .iter()
                .position(known)
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
            routine: Routine {
                name: ObjectName::new(None, name),
                parameters: declared,
                ..Routine::default()
            },
            defaults,
            statements,
        })
    }

    /// The values of a call in the order of the script's own parameters.
    fn lay(
        &self,
        call: &ProcedureCall,
        given: &[BoundParameter],
    ) -> Result<Vec<BoundParameter>, DatabaseError> {
        let (_, laid) = choose(std::slice::from_ref(&self.routine), call)?;
        check_count(
            Some(&self.routine.name.name),
            call.arguments.len(),
            given.len(),
        )?;
        let declared = self.routine.parameters.iter().zip(&self.defaults);
        let mut values: Vec<BoundParameter> = declared
            .map(|(parameter, default)| BoundParameter {
                name: parameter.name.clone().unwrap_or_default(),
                value: default.clone(),
                direction: Direction::In,
                secret: false,
            })
            .collect();
        for argument in &laid {
            let parameter = argument.bound.and_then(|bound| given.get(bound));
            if let (Some(parameter), Some(declared)) = (parameter, argument.declared) {
                let place = declared.name.as_deref().unwrap_or(&parameter.name);
                check_value(parameter, place, &declared.data_type)?;
                values[argument.position] = parameter.clone();
            }
        }
        Ok(values)
    }

    fn writes(&self) -> bool {
        self.statements
            .iter()
            .any(|statement| !matches!(statement.verb.as_str(), "SELECT" | "VALUES" | "PRAGMA"))
    }
}

/// The declared parameters of a script, each with the value that stands in where it is not given.
pub(super) fn parameters(
    name: &str,
    declared: &str,
) -> Result<Vec<(RoutineParameter, Value)>, DatabaseError> {
    let parsed: Option<serde_json::Value> = serde_json::from_str(declared).ok();
    let entries = parsed.as_ref().and_then(serde_json::Value::as_array);
    let read = |entry: &serde_json::Value| {
        let name = entry.get("name")?.as_str()?;
        let data_type = entry.get("type").and_then(serde_json::Value::as_str);
        let default = entry.get("default");
        let value = default.map_or(Value::Null, Value::from_json);
        let parameter = RoutineParameter {
            name: Some(name.to_owned()),
            direction: Direction::In,
            data_type: types::data_type(data_type.unwrap_or_default()),
            optional: default.is_some(),
            default: default.map(|_| value.to_text().unwrap_or_else(|| "NULL".to_owned())),
        };
        Some((parameter, value))
    };
    entries
        .and_then(|entries| entries.iter().map(read).collect())
        .ok_or_else(|| DatabaseError {
            object: Some(name.to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::Syntax,
                format!(
                    "The PARAMETERS of the script \"{name}\" are no JSON array of {{\"name\", \"type\"}}."
                ),
            )
        })
}

/// Calls a script: all of its statements or none of them.
pub(super) async fn call(
    database: &Sqlite,
    handle: &mut Handle,
    statement: &Statement,
    access: Access,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let call = known(database, statement)?;
    let name = call.bare_name();
    let name = name.as_str();
    let cannot = |what: &str| {
        Err(DatabaseError {
            object: Some(name.to_owned()),
            ..DatabaseError::new(DatabaseErrorKind::Unsupported, what)
        })
    };
    if call.arguments.iter().any(|argument| argument.text != "?") {
        return cannot(
            "A script takes each argument as a single ?; write constants in the mapping.",
        );
    }
    let gives_back = |parameter: &BoundParameter| parameter.direction != Direction::In;
    if call.returns || statement.parameters.iter().any(gives_back) {
        return cannot("A script gives back result sets and no values of parameters.");
    }
    let script = look_up(database, handle, name).await?;
    let values = script.lay(&call, &statement.parameters)?;
    let (before, after, undo) = match (script.statements.len(), access) {
        (1, _) => return run_all(handle, &script, &values, rows).await,
        (_, Access::Write) => (
            "SAVEPOINT SLUICE_SCRIPT",
            "RELEASE SLUICE_SCRIPT",
            "ROLLBACK TO SLUICE_SCRIPT; RELEASE SLUICE_SCRIPT",
        ),
        (_, Access::Read) if script.writes() => ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"),
        (_, Access::Read) => ("BEGIN", "COMMIT", "ROLLBACK"),
    };
    plain(handle, before).await?;
    let outcome = match run_all(handle, &script, &values, rows).await {
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
    let found = match catalogue::ask(handle, LOOK_UP, &[Some(name)]).await {
        Ok(rows) => rows.into_iter().next(),
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

    fn laid(text: &str, given: &[&str]) -> Result<Vec<Value>, DatabaseError> {
        let declared = r#"[{"name":"p_a","type":"INTEGER"},
            {"name":"p_b","type":"VARCHAR(3)","default":"x"},
            {"name":"p_c","type":"DATE","default":null}]"#;
        let script = Script::read("S", declared, "SELECT :p_a, :p_b, :p_c").unwrap();
        let call = ProcedureCall::parse(Dialect::Sqlite, text, given.len()).unwrap();
        let bound: Vec<BoundParameter> = given
            .iter()
            .map(|value| BoundParameter {
                name: "FIELD".to_owned(),
                value: Value::from(*value),
                direction: Direction::In,
                secret: false,
            })
            .collect();
        let values = script.lay(&call, &bound)?;
        Ok(values.into_iter().map(|p| p.value).collect())
    }

    #[test]
    fn arguments_stand_by_place_or_name_and_defaults_fill_the_rest() {
        let [one, x] = [Value::from("1"), Value::from("x")];
        let date = Value::from("2024-05-06");
        assert_eq!(
            laid("S", &["1"]).unwrap(),
            [one.clone(), x.clone(), Value::Null]
        );
        assert_eq!(
            laid("CALL S(p_c => ?, p_a => ?)", &["2024-05-06", "1"]).unwrap(),
            [one.clone(), x, date.clone()]
        );
        assert_eq!(
            laid("S(?, ?, ?)", &["1", "yz", "2024-05-06"]).unwrap(),
            [one, Value::from("yz"), date]
        );
        for (text, given) in [
            ("S(?, ?, ?, ?)", &["1", "2", "3", "4"][..]),
            ("S(p_b => ?)", &["x"]),
            ("S(p_x => ?)", &["x"]),
            ("S()", &[]),
        ] {
            let error = laid(text, given).unwrap_err();
            assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount, "{text}");
        }
    }

    #[test]
    fn a_value_that_does_not_fit_its_declared_type_is_refused_by_name() {
        for (given, kind, place) in [
            (&["one"][..], DatabaseErrorKind::InvalidValue, "p_a"),
            (&["1", "long"], DatabaseErrorKind::TooLong, "p_b"),
            (
                &["1", "x", "06.05.2024"],
                DatabaseErrorKind::InvalidValue,
                "p_c",
            ),
        ] {
            let error = laid("S", given).unwrap_err();
            assert_eq!((error.kind, error.object.as_deref()), (kind, Some(place)));
        }
    }
}
