//! Running statements and blocks on a connection's own thread.
//!
//! **Invariant:** with [`Access::Read`] nothing stays open: what a statement wrote is kept at once, as
//! it is on databases that commit by themselves.

use oracledb::{Cursor, Row, ToDbValue};
use sluice_core::plan::{BoundParameter, Direction};
use sluice_core::ports::{
    Access, DatabaseMessage, OutValue, ResultColumn, Severity, StatementOutcome,
};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::block::{BETWEEN_LINES, Meaning, Plan};
use super::moment::Moment;
use super::thread::{Line, Rows};
use super::value::{self, Bind, Out};
use crate::text::Text;

/// Rows that come with the first answer, and with each further one.
const FIRST_ROWS: u32 = 100;
const MORE_ROWS: u32 = 500;
/// More points in time than this in one statement are only tried all in one way.
const TRIED_ALONE: usize = 4;

/// A statement without parameters and rows.
pub(super) fn plain(line: &Line, sql: &str) -> Result<(), DatabaseError> {
    let done = line.connection.execute(sql, &[]);
    done.map(drop).map_err(|error| line.told(&error))
}

/// Runs an SQL statement.
pub(super) fn statement(
    line: &mut Line,
    text: &Text,
    parameters: &[BoundParameter],
    access: Access,
    rows: &mut Rows,
) -> Result<StatementOutcome, DatabaseError> {
    let binds: Vec<Bind> = parameters.iter().map(bind).collect();
    let is_query = matches!(text.verb.as_str(), "SELECT" | "WITH" | "(");
    let mut outcome = once(line, text, &binds, parameters, is_query, rows);
    if let Err(error) = &outcome
        && unread_moment(error)
    {
        for other in other_spellings(&binds) {
            // A refused statement has changed nothing, so it may be sent again.
            let again = once(line, text, &other, parameters, is_query, rows);
            match again {
                Err(error) if unread_moment(&error) => {}
                done => {
                    outcome = done;
                    break;
                }
            }
        }
    }
    let touches = !is_query || text.sql.contains('@') || holds_words(&text.sql, "FOR UPDATE");
    if access == Access::Read && touches {
        settle(line, outcome.is_ok())?;
    }
    outcome
}

fn holds_words(sql: &str, words: &str) -> bool {
    let upper = sql.to_ascii_uppercase();
    let plain: Vec<&str> = upper.split_whitespace().collect();
    plain.join(" ").contains(words)
}

/// What is bound for a parameter of an SQL statement. One that only comes back is text.
fn bind(parameter: &BoundParameter) -> Bind {
    match parameter.direction {
        Direction::Out => Bind::Out(Out::Short),
        _ => Bind::untyped(&parameter.value),
    }
}

/// Whether the database could not read a text as a point in time (ORA-018nn).
fn unread_moment(error: &DatabaseError) -> bool {
    error
        .code
        .as_deref()
        .is_some_and(|code| code.starts_with("ORA-018"))
}

/// Other ways to write the points in time among the values. ISO 8601 has a `T` that a session's formats
/// cannot make optional, and a column of DATE takes neither fraction nor zone; which value goes to
/// which column is not known. One by one first, so that a text column beside keeps its text.
fn other_spellings(binds: &[Bind]) -> Vec<Vec<Bind>> {
    let moments: Vec<(usize, Moment)> = binds
        .iter()
        .enumerate()
        .filter_map(|(index, bind)| match bind {
            Bind::Text(Some(text)) => Moment::read(text).map(|moment| (index, moment)),
            _ => None,
        })
        .collect();
    let ways: [fn(&Moment) -> String; 3] =
        [Moment::as_zoned, Moment::as_timestamp, Moment::as_date];
    let mut tried = vec![binds.to_vec()];
    let mut with = |which: &[&(usize, Moment)], way: fn(&Moment) -> String| {
        let mut other = binds.to_vec();
        for (index, moment) in which {
            other[*index] = Bind::Text(Some(way(moment)));
        }
        if !tried.contains(&other) {
            tried.push(other);
        }
    };
    if (2..=TRIED_ALONE).contains(&moments.len()) {
        for moment in &moments {
            for way in ways {
                with(&[moment], way);
            }
        }
    }
    let all: Vec<&(usize, Moment)> = moments.iter().collect();
    for way in ways {
        with(&all, way);
    }
    tried.split_off(1)
}

fn once(
    line: &mut Line,
    text: &Text,
    binds: &[Bind],
    parameters: &[BoundParameter],
    is_query: bool,
    rows: &mut Rows,
) -> Result<StatementOutcome, DatabaseError> {
    let bound = to_driver(line, binds)?;
    let bound: Vec<&dyn ToDbValue> = bound.iter().map(AsRef::as_ref).collect();
    let told = |error| line.told(&error);
    if is_query {
        let cursor = line
            .connection
            .statement(&text.sql)
            .and_then(|s| {
                s.prefetch_rows(FIRST_ROWS)
                    .fetch_array_size(MORE_ROWS)
                    .build()
            })
            .and_then(|s| s.query(&bound))
            .map_err(told)?;
        drain(line, cursor, rows)?;
        return Ok(StatementOutcome::default());
    }
    let mut result = line.connection.execute(&text.sql, &bound).map_err(told)?;
    let mut outcome = StatementOutcome {
        affected: text.counts_rows().then(|| result.rows_affected()),
        ..StatementOutcome::default()
    };
    let named: Vec<(usize, &BoundParameter)> = parameters
        .iter()
        .enumerate()
        .filter(|(_, parameter)| parameter.direction == Direction::Out)
        .collect();
    let mut returned = result.returned_data();
    match returned.as_mut_slice() {
        [] => {}
        [row] => {
            for (index, (position, parameter)) in named.iter().enumerate() {
                outcome.outs.push(OutValue {
                    position: position + 1,
                    name: parameter.name.clone(),
                    value: out_value(line, row, index, Out::Short)?,
                });
            }
        }
        // Several rows were changed: RETURNING gives a set.
        several => {
            let column = |(_, parameter): &(usize, &BoundParameter)| ResultColumn {
                name: parameter.name.clone(),
                type_name: "VARCHAR2".to_owned(),
            };
            rows.columns(named.iter().map(column).collect())?;
            for row in several {
                let cells = (0..named.len()).map(|index| out_value(line, row, index, Out::Short));
                rows.row(cells.collect::<Result<_, _>>()?)?;
            }
        }
    }
    if compiles(text)
        && let Ok(Some(warning)) = line.connection.last_warning()
    {
        outcome.messages.push(DatabaseMessage {
            severity: Severity::Warning,
            code: None,
            text: warning,
        });
    }
    Ok(outcome)
}

/// Whether the statement compiles something. The driver keeps the last warning for ever, so others
/// must not look at it.
fn compiles(text: &Text) -> bool {
    match text.verb.as_str() {
        "CREATE" => true,
        "ALTER" => holds_words(&text.sql, " COMPILE"),
        _ => false,
    }
}

fn to_driver(line: &Line, binds: &[Bind]) -> Result<Vec<Box<dyn ToDbValue>>, DatabaseError> {
    let bound: Result<_, _> = binds.iter().map(Bind::to_driver).collect();
    bound.map_err(|error| line.told(&error))
}

/// Gives all rows of a cursor.
fn drain(line: &Line, cursor: Cursor, rows: &mut Rows) -> Result<(), DatabaseError> {
    rows.columns(value::columns(cursor.columns()))?;
    for row in cursor {
        let mut row = row.map_err(|error| line.told(&error))?;
        rows.row(value::cells(line, &mut row)?)?;
    }
    rows.flush()
}

/// Keeps what was written outside a transaction of the session's own, or forgets a failed attempt.
fn settle(line: &Line, keep: bool) -> Result<(), DatabaseError> {
    let done = if keep {
        line.connection.commit()
    } else {
        line.connection.rollback()
    };
    match done {
        // The statement's own error says more.
        Err(_) if !keep => Ok(()),
        done => done.map_err(|error| line.told(&error)),
    }
}

/// Runs the block of a call.
pub(super) fn block(
    line: &mut Line,
    plan: &Plan,
    access: Access,
    rows: &mut Rows,
) -> Result<StatementOutcome, DatabaseError> {
    let outcome = if plan.query {
        table(line, plan, rows).map(|()| (StatementOutcome::default(), true))
    } else {
        call(line, plan, rows)
    };
    if access == Access::Read {
        let open = outcome.as_ref().map_or(true, |(_, open)| *open);
        if open {
            settle(line, outcome.is_ok())?;
        }
    }
    outcome.map(|(outcome, _)| outcome)
}

fn table(line: &Line, plan: &Plan, rows: &mut Rows) -> Result<(), DatabaseError> {
    let bound = to_driver(line, &plan.binds)?;
    let bound: Vec<&dyn ToDbValue> = bound.iter().map(AsRef::as_ref).collect();
    let cursor = line.connection.query(&plan.sql, &bound);
    drain(line, cursor.map_err(|error| line.told(&error))?, rows)
}

/// What came, and whether a transaction may be open.
fn call(
    line: &mut Line,
    plan: &Plan,
    rows: &mut Rows,
) -> Result<(StatementOutcome, bool), DatabaseError> {
    let bound = to_driver(line, &plan.binds)?;
    let bound: Vec<&dyn ToDbValue> = bound.iter().map(AsRef::as_ref).collect();
    let told = |error| line.told(&error);
    let mut result = line
        .connection
        .statement(&plan.sql)
        .and_then(|s| {
            s.prefetch_rows(FIRST_ROWS)
                .fetch_array_size(MORE_ROWS)
                .build()
        })
        .and_then(|mut s| s.execute(&bound))
        .map_err(told)?;
    let mut given = result.out_bind_data();
    let kinds: Vec<Out> = plan
        .binds
        .iter()
        .filter_map(|bind| match bind {
            Bind::Out(out) => Some(*out),
            _ => None,
        })
        .collect();
    if given.columns().len() != plan.outs.len() || kinds.len() != plan.outs.len() {
        return Err(DatabaseError::new(
            DatabaseErrorKind::Other,
            format!(
                "The call gave {} values back, and {} were awaited.",
                given.columns().len(),
                plan.outs.len()
            ),
        ));
    }
    let (mut outcome, mut open) = (StatementOutcome::default(), true);
    let mut cursors = Vec::new();
    for (index, (kind, meaning)) in kinds.into_iter().zip(&plan.outs).enumerate() {
        if kind == Out::Cursor {
            cursors.extend(given.take::<Option<Cursor>>(index).map_err(told)?);
            continue;
        }
        let value = out_value(line, &mut given, index, kind)?;
        match meaning {
            Meaning::Parameter { position, name } => outcome.outs.push(OutValue {
                position: *position,
                name: name.clone(),
                value,
            }),
            Meaning::Returned => outcome.returned = Some(value),
            Meaning::Lines => outcome.messages = lines(&value),
            Meaning::Transaction => open = !value.is_null(),
        }
    }
    outcome.outs.sort_by_key(|out| out.position);
    for cursor in cursors {
        // A cursor that the routine did not open has no columns.
        if !cursor.columns().is_empty() {
            refuse_lobs(&cursor)?;
            drain(line, cursor, rows)?;
        }
    }
    Ok((outcome, open))
}

/// This version of the driver asks for LOBs in a way that it does not follow up for cursors of
/// procedures, and would read their locators as text.
fn refuse_lobs(cursor: &Cursor) -> Result<(), DatabaseError> {
    let large = cursor.columns().iter().find(|column| {
        matches!(
            column.db_type(),
            oracledb::DB_TYPE_LONG
                | oracledb::DB_TYPE_LONG_NVARCHAR
                | oracledb::DB_TYPE_LONG_RAW
                | oracledb::DB_TYPE_CLOB
                | oracledb::DB_TYPE_NCLOB
                | oracledb::DB_TYPE_BLOB
                | oracledb::DB_TYPE_BFILE
                | oracledb::DB_TYPE_JSON
                | oracledb::DB_TYPE_VECTOR
        )
    });
    match large {
        None => Ok(()),
        Some(column) => Err(DatabaseError {
            object: Some(column.name().to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::Unsupported,
                format!(
                    "{} of the cursor that the procedure opens is a LOB, JSON or VECTOR, which the \
                     driver reads in queries only. Let the cursor give DBMS_LOB.SUBSTR({}, 4000).",
                    column.name(),
                    column.name()
                ),
            )
        }),
    }
}

/// The value of an OUT placeholder.
fn out_value(line: &Line, row: &mut Row, index: usize, kind: Out) -> Result<Value, DatabaseError> {
    let Some(column) = row.columns().get(index) else {
        return Ok(Value::Null);
    };
    let (db_type, name) = (column.db_type(), column.name().to_owned());
    let cell = value::cell(row, index, db_type, 0).map_err(|error| line.told(&error))?;
    let value = cell.ok_or_else(|| value::unreadable(&name, db_type))?;
    Ok(match (kind, value) {
        // The driver reads DATE and TIMESTAMP alike, and both without a zone.
        (Out::TimestampTz, Value::Text(text)) if !text.ends_with('Z') => {
            Value::Text(format!("{text}Z"))
        }
        (_, value) => value,
    })
}

fn lines(value: &Value) -> Vec<DatabaseMessage> {
    let Value::Text(text) = value else {
        return Vec::new();
    };
    let message = |line: &str| DatabaseMessage {
        severity: Severity::Note,
        code: None,
        text: line.to_owned(),
    };
    let text = text.strip_suffix(BETWEEN_LINES).unwrap_or(text);
    text.split(BETWEEN_LINES).map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Bind {
        Bind::Text(Some(value.to_owned()))
    }

    #[test]
    fn a_point_in_time_is_tried_in_the_spellings_that_a_column_may_want() {
        let binds = [text("leia"), text("2024-05-06T07:08:09.5Z")];
        let tried = other_spellings(&binds);
        let seconds: Vec<&Bind> = tried.iter().map(|binds| &binds[1]).collect();
        assert_eq!(
            seconds,
            [
                &text("2024-05-06 07:08:09.5 +00:00"),
                &text("2024-05-06 07:08:09.5"),
                &text("2024-05-06 07:08:09")
            ]
        );
        assert!(tried.iter().all(|binds| binds[0] == text("leia")));
    }

    #[test]
    fn of_two_points_in_time_one_may_be_the_text_of_a_text_column() {
        let binds = [text("2024-05-06T07:08:09"), text("2025-01-01T00:00:00")];
        let tried = other_spellings(&binds);
        assert_eq!(
            tried,
            [
                vec![text("2024-05-06 07:08:09"), binds[1].clone()],
                vec![binds[0].clone(), text("2025-01-01 00:00:00")],
                vec![text("2024-05-06 07:08:09"), text("2025-01-01 00:00:00")],
            ]
        );
        // What the session reads anyway needs no other spelling.
        assert!(other_spellings(&[text("2024-05-06"), Bind::Number("1".into())]).is_empty());
    }

    #[test]
    fn lines_that_were_put_out_become_notes_in_their_order() {
        let value = Value::Text("one\u{1e}\u{1e}three\nfour\u{1e}".into());
        let texts: Vec<String> = lines(&value).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, ["one", "", "three\nfour"]);
        assert!(lines(&Value::Null).is_empty());
    }

    #[test]
    fn a_query_that_locks_is_told_from_one_that_reads() {
        assert!(holds_words("select * from t\nfor  update", "FOR UPDATE"));
        assert!(!holds_words("select for_update from t", "FOR UPDATE"));
    }
}
