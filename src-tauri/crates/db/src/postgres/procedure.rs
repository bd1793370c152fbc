//! Calling a routine: a PROCEDURE by `CALL`, a FUNCTION by `SELECT * FROM`.
//!
//! Which of the two a name is and what it takes is asked of the catalogue before the call, because a
//! call that fails would end the transaction around it. The answer is kept for the pool; before
//! anything is refused because of it, it is asked for anew.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::TryStreamExt as _;
use sluice_core::catalogue::ObjectName;
use sluice_core::config::Dialect;
use sluice_core::plan::{Direction, Statement};
use sluice_core::ports::{Access, OutValue, ResultColumn, RowSink, StatementOutcome};
use sluice_core::quote;
use sluice_core::sql::ProcedureCall;
use sluice_core::{DatabaseError, Value};
use tokio_postgres::types::ToSql;

use super::check::Sent;
use super::layout::{Answer, Fill, Plan, read_name};
use super::{Handle, Postgres, catalogue, error, plain, value};
use crate::driver::Driver as _;
use crate::text::syntax;

/// So many rows of a cursor are asked for at once.
const BATCH: usize = 1_000;

static NULL: Value = Value::Null;

/// Calls a routine.
pub(super) async fn call(
    database: &Postgres,
    handle: &mut Handle,
    statement: &Statement,
    access: Access,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let plan = planned(database, handle, statement).await?;
    let before = database.generation.load(Ordering::Relaxed);
    let mut called = if plan.cursors && access == Access::Read {
        with_cursors(database, handle, &plan, statement, rows).await
    } else {
        run(database, handle, &plan, statement, access, rows).await
    };
    // The routine changed since it was looked up, or another one inside it is missing.
    let refused = match &called {
        Err(error) => matches!(error.sqlstate.as_deref(), Some("42883" | "42809")),
        Ok(_) => false,
    };
    if refused || database.generation.load(Ordering::Relaxed) != before {
        database.routines.remove(&plan.name);
        database.plans.remove(&key(statement));
    }
    if refused && let Some(better) = recheck(database, &plan.name, statement).await {
        called = Err(better);
    }
    called
}

/// Runs a call in a transaction of its own, because a cursor ends with the one it was opened in.
/// What the routine wrote is kept, as it is without a cursor.
async fn with_cursors(
    database: &Postgres,
    handle: &mut Handle,
    plan: &Plan,
    statement: &Statement,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let mut again = true;
    loop {
        plain(handle, "BEGIN").await?;
        let done = run(database, handle, plan, statement, Access::Write, rows).await;
        match done {
            Ok(outcome) => {
                plain(handle, "COMMIT").await?;
                return Ok(outcome);
            }
            Err(error) => {
                plain(handle, "ROLLBACK").await?;
                // Out of date is said before the first row, and nothing was done.
                if again && error::is_outdated(&error) {
                    again = false;
                    continue;
                }
                return Err(error);
            }
        }
    }
}

async fn run(
    database: &Postgres,
    handle: &mut Handle,
    plan: &Plan,
    statement: &Statement,
    access: Access,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let names: Vec<Value> = (1..=plan.places.len())
        .map(|number| Value::Text(format!("sluice_cursor_{number}")))
        .collect();
    let (mut sent, mut given) = (Vec::with_capacity(plan.places.len()), Vec::new());
    for (place, name) in plan.places.iter().zip(&names) {
        let parameter = &statement.parameters[place.parameter];
        sent.push(Sent {
            parameter,
            value: match place.fill {
                Fill::Value => &parameter.value,
                Fill::Null => &NULL,
                Fill::Cursor => {
                    given.extend(name.to_text());
                    name
                }
            },
            place: place.name.as_deref(),
            column: None,
        });
    }
    let mut answer = Sorted::new(plan, rows);
    database
        .run(handle, &plan.text, &sent, access, &mut answer)
        .await?;
    let Sorted {
        kept,
        columns,
        mut cursors,
        ..
    } = answer;
    let mut outcome = StatementOutcome::default();
    match (plan.answer, kept) {
        (Answer::Outs, Some(row)) => {
            outcome.outs = outs(plan, statement, &columns, row);
        }
        (Answer::Returned, Some(mut row)) => {
            outcome.returned = row.pop().filter(|_| cursors.is_empty());
        }
        _ => {}
    }
    given.retain(|name| !cursors.contains(name));
    if !given.is_empty() {
        cursors.extend(opened(handle, &given).await?);
    }
    for cursor in cursors {
        fetch(handle, &cursor, rows).await?;
    }
    Ok(outcome)
}

/// Puts the rows of a call where they belong.
struct Sorted<'a> {
    to: &'a mut dyn RowSink,
    answer: Answer,
    may_open: bool,
    /// The row that is no result set, with its columns.
    kept: Option<Vec<Value>>,
    columns: Arc<[ResultColumn]>,
    /// Columns that hold the names of cursors.
    cursor_columns: Vec<usize>,
    /// Columns beside those go to the sink.
    passes: bool,
    cursors: Vec<String>,
}

impl<'a> Sorted<'a> {
    fn new(plan: &Plan, to: &'a mut dyn RowSink) -> Self {
        Self {
            to,
            answer: plan.answer,
            may_open: plan.cursors,
            kept: None,
            columns: Arc::new([]),
            cursor_columns: Vec::new(),
            passes: false,
            cursors: Vec::new(),
        }
    }
}

impl RowSink for Sorted<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        let is_cursor = |(_, column): &(usize, &ResultColumn)| column.type_name == "REFCURSOR";
        self.cursor_columns = columns
            .iter()
            .enumerate()
            .filter(is_cursor)
            .filter(|_| self.may_open)
            .map(|(index, _)| index)
            .collect();
        // A function that returns nothing still gives a row, with nothing in it.
        let void = columns.len() == 1 && columns.iter().all(|c| c.type_name == "VOID");
        self.passes = match self.answer {
            Answer::Outs => false,
            Answer::Returned => columns.len() != 1,
            Answer::Rows => !void && self.cursor_columns.len() < columns.len(),
        };
        if !self.passes {
            self.columns = columns;
        } else if self.cursor_columns.is_empty() {
            self.to.columns(columns);
        } else {
            let others = columns.iter().enumerate();
            let others = others.filter(|(index, _)| !self.cursor_columns.contains(index));
            self.to.columns(others.map(|(_, c)| c.clone()).collect());
        }
    }

    fn row(&mut self, mut row: Vec<Value>) -> Result<(), DatabaseError> {
        for index in &self.cursor_columns {
            // NULL is a cursor that was not opened; the same name twice is one cursor.
            if let Some(Value::Text(name)) = row.get(*index)
                && !self.cursors.contains(name)
            {
                self.cursors.push(name.clone());
            }
        }
        if !self.passes {
            self.kept.get_or_insert(row);
            return Ok(());
        }
        for index in self.cursor_columns.iter().rev() {
            row.remove(*index);
        }
        self.to.row(row)
    }
}

/// The OUT and INOUT values of the row that a call gave. The columns tell which of several routines
/// it was.
fn outs(
    plan: &Plan,
    statement: &Statement,
    columns: &[ResultColumn],
    row: Vec<Value>,
) -> Vec<OutValue> {
    let as_many = |outs: &&Vec<_>| outs.len() == columns.len();
    let declared = plan
        .outs
        .iter()
        .filter(as_many)
        .find(|outs| {
            let mut pairs = outs.iter().zip(columns);
            pairs.all(|(out, column)| out.name.as_ref().is_none_or(|name| *name == column.name))
        })
        .or_else(|| plan.outs.iter().find(as_many));
    row.into_iter()
        .zip(columns)
        .enumerate()
        .filter(|(_, (_, column))| column.type_name != "REFCURSOR" || !plan.cursors)
        .map(|(index, (value, column))| {
            let out = declared.and_then(|outs| outs.get(index));
            let mapped = out
                .and_then(|out| statement.parameters.get(out.parameter?))
                .map(|parameter| &parameter.name);
            OutValue {
                position: out.map_or(index, |out| out.position) + 1,
                name: out
                    .and_then(|out| out.name.as_ref())
                    .or(mapped)
                    .unwrap_or(&column.name)
                    .clone(),
                value,
            }
        })
        .collect()
}

/// Those of the names that are open cursors.
async fn opened(handle: &mut Handle, names: &[String]) -> Result<Vec<String>, DatabaseError> {
    let sql = "SELECT name FROM pg_catalog.pg_cursors WHERE name = ANY ($1)";
    let found = handle.client.query(sql, &[&names]).await;
    let found = found.map_err(|e| error::translate(&e))?;
    let found: Vec<String> = found.iter().filter_map(|row| row.try_get(0).ok()).collect();
    let open = names.iter().filter(|name| found.contains(name));
    Ok(open.cloned().collect())
}

/// Gives the rows of a cursor, and closes it.
async fn fetch(
    handle: &mut Handle,
    cursor: &str,
    rows: &mut dyn RowSink,
) -> Result<(), DatabaseError> {
    let failed = |e: tokio_postgres::Error| error::translate(&e);
    let cursor = quote::identifier(Dialect::Postgresql, cursor);
    let sql = format!("FETCH FORWARD {BATCH} FROM {cursor}"); // identifiers only
    let batch = handle.client.prepare(&sql).await.map_err(failed)?;
    rows.columns(value::columns(batch.columns()));
    loop {
        let none = std::iter::empty::<&(dyn ToSql + Sync)>();
        let answer = handle.client.query_raw(&batch, none).await;
        let mut answer = pin!(answer.map_err(failed)?);
        let mut came = 0;
        while let Some(row) = answer.try_next().await.map_err(failed)? {
            rows.row(value::row(&row)?)?;
            came += 1;
        }
        if came < BATCH {
            break;
        }
    }
    let close = format!("CLOSE {cursor}"); // identifiers only
    plain(handle, &close).await
}

/// A mapping's text with the directions of its parameters, which decide what an argument means.
fn key(statement: &Statement) -> String {
    let mut key = String::with_capacity(statement.text.len() + 1 + statement.parameters.len());
    key.push_str(&statement.text);
    key.push('\0');
    key.extend(statement.parameters.iter().map(|p| match p.direction {
        Direction::In => 'i',
        Direction::Out => 'o',
        Direction::InOut => 'b',
    }));
    key
}

fn read(statement: &Statement) -> Result<ProcedureCall, DatabaseError> {
    let given = statement.parameters.len();
    ProcedureCall::parse(Dialect::Postgresql, &statement.text, given).map_err(|e| syntax(&e))
}

async fn planned(
    database: &Postgres,
    handle: &mut Handle,
    statement: &Statement,
) -> Result<Arc<Plan>, DatabaseError> {
    let key = key(statement);
    if let Some(plan) = database.plans.get(&key) {
        return Ok(plan);
    }
    let call = read(statement)?;
    let name = read_name(&call.name);
    let by = |routines: &[_]| Plan::new(&call, &name, routines, &statement.parameters);
    if let Some(kept) = database.routines.get(&name)
        && let Ok(plan) = by(&kept)
    {
        return Ok(database.plans.insert(key, plan));
    }
    let found = catalogue::routines(database, handle, &name, false).await?;
    let plan = by(&found);
    if !found.is_empty() {
        database.routines.insert(name.clone(), found);
    }
    Ok(database.plans.insert(key, plan?))
}

/// What is wrong with a call that failed, asked through a connection of its own because the failure
/// may have ended the transaction; `None` where the routine is there and takes these arguments.
async fn recheck(
    database: &Postgres,
    name: &ObjectName,
    statement: &Statement,
) -> Option<DatabaseError> {
    let mut aside = database.connect().await.ok()?;
    let found = catalogue::routines(database, &mut aside, name, false).await;
    let call = read(statement).ok()?;
    let mut error = Plan::new(&call, name, &found.ok()?, &statement.parameters).err()?;
    // The refusal came from the server and ended the transaction.
    error.sqlstate = Some("42883".to_owned());
    Some(error)
}
