//! Calling routines.
//!
//! | database | how | values that come back |
//! |---|---|---|
//! | MySQL, MariaDB | `CALL name(?, ?)`, `SELECT name(?)` for a function | the server's last result set |
//! | PostgreSQL | `CALL name(?, ?)`, `SELECT * FROM name(?)` for a function | the row of the CALL |
//! | others | ODBC's own `{CALL name(?, ?)}`, `{? = CALL name(?)}` | output parameters, bound as text |
//!
//! The routine's signature comes from the database's description where it is known how to ask for
//! it. It is kept, and read anew before anything is refused because of it.

use sluice_core::catalogue::{ObjectName, Routine, RoutineKind, TypeKind};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{
    Access, Collected, DatabaseMessage, OutValue, RowSink, Severity, StatementOutcome,
};
use sluice_core::signature::{Argument, check_value, choose};
use sluice_core::sql::{NamePart, ProcedureCall, name_parts};
use sluice_core::{DatabaseError, Value};
use sluice_odbc::{Direction as Way, Parameter, Request, Run};

use super::outs::{Out, Parting};
use super::pool::Handle;
use super::product::Product;
use super::{Odbc, catalogue, error, value};
use crate::driver::{Driver as _, check_count};
use crate::text::{Text, syntax};

/// Calls a routine.
pub(super) async fn call(
    database: &Odbc,
    handle: &mut Handle,
    statement: &Statement,
    access: Access,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let given = statement.parameters.len();
    let call = ProcedureCall::parse(Dialect::Odbc, &statement.text, given)
        .map_err(|error| syntax(&error))?;
    let marks = usize::from(call.returns) + call.arguments.iter().map(|a| a.marks).sum::<usize>();
    let routine = signature(database, handle, &call, statement).await?;
    check_count(Some(&call.bare_name()), marks, given)?;
    let asked = Asked {
        statement,
        call: &call,
        routine: routine.as_ref(),
    };
    match handle.product() {
        Product::Mysql => on_mysql(database, handle, &asked, rows).await,
        Product::Postgres => on_postgres(database, handle, &asked, access, rows).await,
        Product::SqlServer | Product::Db2 | Product::Other => {
            by_odbc(database, handle, &asked, rows).await
        }
    }
}

/// A call with what is known of its routine.
struct Asked<'a> {
    statement: &'a Statement,
    call: &'a ProcedureCall,
    routine: Option<&'a Routine>,
}

/// An argument of a call in its place.
struct Placed<'a> {
    /// Position in the routine's list of parameters, from 0.
    position: usize,
    /// As it is written, with its `?`.
    text: &'a str,
    /// The name it was given under.
    name: Option<&'a str>,
    bound: &'a [BoundParameter],
    declared: Option<&'a sluice_core::catalogue::RoutineParameter>,
}

impl<'a> Asked<'a> {
    fn is_function(&self) -> bool {
        self.routine
            .is_some_and(|r| r.kind == RoutineKind::Function)
    }

    /// The arguments in the order of the routine's parameters.
    fn placed(&self) -> Result<Vec<Placed<'a>>, DatabaseError> {
        let laid: Option<Vec<Argument<'a>>> = match self.routine {
            Some(routine) => Some(choose(std::slice::from_ref(routine), self.call)?.1),
            None => None,
        };
        let mut first = usize::from(self.call.returns);
        let mut placed = Vec::new();
        for (index, argument) in self.call.arguments.iter().enumerate() {
            let bound = self.statement.parameters.get(first..first + argument.marks);
            first += argument.marks;
            let laid = laid.as_ref().and_then(|laid| laid.get(index));
            placed.push(Placed {
                position: laid.map_or(index, |laid| laid.position),
                text: &argument.text,
                name: argument.name.as_deref(),
                bound: bound.unwrap_or_default(),
                declared: laid.and_then(|laid| laid.declared),
            });
        }
        placed.sort_by_key(|argument| argument.position);
        Ok(placed)
    }

    /// What comes back besides result sets: names with positions from 1, in the routine's order.
    fn outs(&self) -> Vec<Out> {
        let Some(routine) = self.routine else {
            return Vec::new();
        };
        let declared = routine.parameters.iter().enumerate();
        declared
            .filter(|(_, parameter)| parameter.direction != Direction::In)
            .map(|(position, parameter)| Out {
                position: position + 1,
                name: parameter.name.clone().unwrap_or_default(),
                kind: parameter.data_type.kind,
            })
            .collect()
    }
}

/// The routine that a call means, its values held against it; `None` where the database's
/// description does not have it or is not known.
async fn signature(
    database: &Odbc,
    handle: &mut Handle,
    call: &ProcedureCall,
    statement: &Statement,
) -> Result<Option<Routine>, DatabaseError> {
    if !catalogue::knows_routines(handle.product()) {
        return Ok(None);
    }
    if let Some(kept) = database.routines.get(&call.name)
        && let Ok(routine) = fitting(&kept, call, statement)
    {
        return Ok(Some(routine));
    }
    let name = written(handle.product(), &call.name);
    let found =
        catalogue::routines(database, handle, name.schema.as_deref(), Some(&name.name)).await?;
    if found.is_empty() {
        database.routines.remove(&call.name);
        // MySQL hides what the account may not run. The server itself says what is the matter.
        if handle.product() == Product::Postgres {
            return choose(&[], call).map(|_| None);
        }
        return Ok(None);
    }
    let found = database.routines.insert(call.name.clone(), found);
    fitting(&found, call, statement).map(Some)
}

fn fitting(
    routines: &[Routine],
    call: &ProcedureCall,
    statement: &Statement,
) -> Result<Routine, DatabaseError> {
    let (routine, arguments) = choose(routines, call)?;
    for (index, argument) in arguments.iter().enumerate() {
        let (Some(declared), Some(bound)) = (argument.declared, argument.bound) else {
            continue;
        };
        let Some(parameter) = statement.parameters.get(bound) else {
            continue;
        };
        if declared.direction != Direction::Out {
            let place = declared
                .name
                .clone()
                .unwrap_or_else(|| format!("parameter {}", index + 1));
            check_value(parameter, &place, &declared.data_type)?;
        }
    }
    Ok(routine.clone())
}

/// The name as the catalogue has it.
fn written(product: Product, name: &str) -> ObjectName {
    let read = |part: NamePart| match product {
        Product::Postgres if !part.quoted => part.text.to_lowercase(),
        Product::Db2 if !part.quoted => part.text.to_uppercase(),
        _ => part.text,
    };
    let mut parts: Vec<String> = name_parts(name).into_iter().map(read).collect();
    let last = parts.pop().unwrap_or_default();
    ObjectName::new(parts.pop().as_deref(), &last)
}

/// The name with every part in quotes.
fn quoted(product: Product, name: &str) -> String {
    let quote = if product == Product::Mysql { '`' } else { '"' };
    let doubled = format!("{quote}{quote}");
    let name = written(product, name);
    let part = |text: &str| format!("{quote}{}{quote}", text.replace(quote, &doubled));
    match &name.schema {
        Some(schema) => format!("{}.{}", part(schema), part(&name.name)),
        None => part(&name.name),
    }
}

async fn on_mysql(
    database: &Odbc,
    handle: &mut Handle,
    asked: &Asked<'_>,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let placed = asked.placed()?;
    let texts: Vec<&str> = placed.iter().map(|argument| argument.text).collect();
    let call = format!(
        "{}({})",
        quoted(Product::Mysql, &asked.call.name),
        texts.join(", ")
    );
    let bound = inputs(&placed);
    if asked.is_function() || asked.call.returns {
        let text = Text::read(Dialect::Odbc, &format!("SELECT {call}"))?; // identifiers only
        return function(database, handle, &text, &bound, asked, rows).await;
    }
    let text = Text::read(Dialect::Odbc, &format!("CALL {call}"))?;
    let outs = asked.outs();
    let mut parting = Parting::new(rows, &outs);
    let mut outcome = database.run(handle, &text, &bound, &mut parting).await?;
    outcome.outs = parting.finish(&outs)?;
    outcome.messages.extend(warnings(database, handle).await?);
    Ok(outcome)
}

/// The warnings of the last statement, which the drivers for MySQL keep to themselves.
async fn warnings(
    database: &Odbc,
    handle: &mut Handle,
) -> Result<Vec<DatabaseMessage>, DatabaseError> {
    let said = database.ask(handle, "SHOW WARNINGS", &[]).await?;
    let read = |row: Vec<Value>| {
        let mut cells = row
            .into_iter()
            .map(|cell| cell.to_text().unwrap_or_default());
        let (level, code, text) = (cells.next()?, cells.next(), cells.next()?);
        Some(DatabaseMessage {
            severity: match level.as_str() {
                "Note" => Severity::Note,
                "Error" => Severity::Error,
                _ => Severity::Warning,
            },
            code,
            text,
        })
    };
    Ok(said.into_rows().into_iter().filter_map(read).collect())
}

async fn on_postgres(
    database: &Odbc,
    handle: &mut Handle,
    asked: &Asked<'_>,
    access: Access,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let placed = asked.placed()?;
    let texts: Vec<String> = placed
        .iter()
        .map(|argument| match argument.name {
            Some(name) => format!("{} => {}", quoted(Product::Postgres, name), argument.text),
            None => argument.text.to_owned(),
        })
        .collect();
    let call = format!(
        "{}({})",
        quoted(Product::Postgres, &asked.call.name),
        texts.join(", ")
    );
    let bound = inputs(&placed);
    let returns = asked.routine.and_then(|routine| routine.returns.as_ref());
    let opens_cursors = returns.is_some_and(|returns| returns.kind == TypeKind::Cursor)
        || asked.outs().iter().any(|out| out.kind == TypeKind::Cursor);
    // A cursor ends with its transaction, so a read needs one around the call and its rows.
    if opens_cursors && access == Access::Read {
        database.begin(handle).await?;
        let outcome = cursors_and_all(database, handle, asked, &call, &bound, rows).await;
        let ended = match outcome {
            Ok(_) => database.commit(handle).await,
            Err(_) => database.rollback(handle).await,
        };
        let outcome = outcome?;
        ended?;
        return Ok(outcome);
    }
    cursors_and_all(database, handle, asked, &call, &bound, rows).await
}

/// Calls, and reads the cursors that the routine opened.
async fn cursors_and_all(
    database: &Odbc,
    handle: &mut Handle,
    asked: &Asked<'_>,
    call: &str,
    bound: &[BoundParameter],
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let mut cursors = Vec::new();
    let mut outcome = if asked.is_function() {
        let returns = asked.routine.and_then(|routine| routine.returns.as_ref());
        let text = Text::read(Dialect::Odbc, &format!("SELECT * FROM {call}"))?; // identifiers only
        if returns.is_some_and(|returns| returns.kind == TypeKind::Cursor) {
            let mut names = Collected::default();
            let outcome = database.run(handle, &text, bound, &mut names).await?;
            cursors.extend(names.into_rows().into_iter().flatten());
            outcome
        } else if returns.is_some_and(|returns| returns.text == "void") {
            // A function that returns nothing still gives a row, with nothing in it.
            database
                .run(handle, &text, bound, &mut Collected::default())
                .await?
        } else {
            function(database, handle, &text, bound, asked, rows).await?
        }
    } else {
        let text = Text::read(Dialect::Odbc, &format!("CALL {call}"))?;
        let outs = asked.outs();
        let mut parting = Parting::new(rows, &outs);
        let mut outcome = database.run(handle, &text, bound, &mut parting).await?;
        let values = parting.finish(&outs)?;
        for (out, value) in outs.iter().zip(values) {
            if out.kind == TypeKind::Cursor {
                cursors.push(value.value);
            } else {
                outcome.outs.push(value);
            }
        }
        outcome
    };
    // CALL counts nothing.
    outcome.affected = None;
    for cursor in cursors.iter().filter_map(Value::to_text) {
        let name = format!("\"{}\"", cursor.replace('"', "\"\""));
        let text = Text::read(Dialect::Odbc, &format!("FETCH ALL FROM {name}"))?;
        database.run(handle, &text, &[], rows).await?;
    }
    Ok(outcome)
}

/// Runs a function's SELECT: its rows are a result set, or its value is what was asked for with
/// `{? = call …}`.
async fn function(
    database: &Odbc,
    handle: &mut Handle,
    text: &Text,
    bound: &[BoundParameter],
    asked: &Asked<'_>,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    if !asked.call.returns {
        let outcome = database.run(handle, text, bound, rows).await?;
        return Ok(StatementOutcome {
            affected: None,
            ..outcome
        });
    }
    let mut result = Collected::default();
    let outcome = database.run(handle, text, bound, &mut result).await?;
    let first = result.into_rows().into_iter().next();
    Ok(StatementOutcome {
        affected: None,
        returned: first.and_then(|row| row.into_iter().next()),
        ..outcome
    })
}

/// The values in the order of the call; NULL for a parameter that only gives.
fn inputs(placed: &[Placed<'_>]) -> Vec<BoundParameter> {
    let mut bound = Vec::new();
    for argument in placed {
        let only_gives = argument
            .declared
            .is_some_and(|declared| declared.direction == Direction::Out);
        bound.extend(argument.bound.iter().cloned().map(|parameter| {
            if only_gives {
                BoundParameter {
                    value: Value::Null,
                    ..parameter
                }
            } else {
                parameter
            }
        }));
    }
    bound
}

/// A call in ODBC's own form, which every driver turns into that of its database.
async fn by_odbc(
    database: &Odbc,
    handle: &mut Handle,
    asked: &Asked<'_>,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let placed = asked.placed()?;
    let texts: Vec<&str> = placed.iter().map(|argument| argument.text).collect();
    let result = if asked.call.returns { "? = " } else { "" };
    let list = if texts.is_empty() {
        String::new()
    } else {
        format!("({})", texts.join(", "))
    };
    let sql = format!("{{{result}CALL {}{list}}}", asked.call.name);
    let mut parameters = Vec::new();
    let mut outs = Vec::new();
    if let (true, Some(_)) = (asked.call.returns, asked.statement.parameters.first()) {
        parameters.push(Parameter {
            value: sluice_odbc::Cell::Null,
            direction: Way::Out,
        });
    }
    for argument in &placed {
        for bound in argument.bound {
            let direction = match argument.declared {
                Some(declared) => declared.direction,
                None => bound.direction,
            };
            if direction != Direction::In {
                let declared = argument.declared;
                outs.push(Out {
                    position: argument.position + 1,
                    name: declared
                        .and_then(|declared| declared.name.clone())
                        .unwrap_or_else(|| bound.name.clone()),
                    kind: declared.map_or(TypeKind::Other, |declared| declared.data_type.kind),
                });
            }
            parameters.push(Parameter {
                value: value::bind(&bound.value),
                direction: match direction {
                    Direction::In => Way::In,
                    Direction::Out => Way::Out,
                    Direction::InOut => Way::InOut,
                },
            });
        }
    }
    let request = Request::Run(Run {
        sql,
        parameters,
        timeout: database.settings.query_timeout(handle.product()),
    });
    let mut counted = super::Counted { to: rows, sets: 0 };
    let done = handle.ask(request, &mut counted).await?;
    let mut values = done.outs.into_iter().map(value::plain);
    let returned = if asked.call.returns {
        values.next()
    } else {
        None
    };
    Ok(StatementOutcome {
        affected: done.affected.filter(|_| counted.sets == 0),
        returned,
        outs: outs
            .into_iter()
            .zip(values)
            .map(|(out, value)| OutValue {
                position: out.position,
                name: out.name,
                value: value::declared(value, out.kind),
            })
            .collect(),
        messages: error::messages(&done.messages),
        ..StatementOutcome::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_quoted_as_the_database_does() {
        for (product, name, sent) in [
            (Product::Mysql, "hr.Add-User", "`hr`.`Add-User`"),
            (Product::Postgres, "HR.\"Add User\"", "\"hr\".\"Add User\""),
            (Product::Db2, "hr.add_user", "\"HR\".\"ADD_USER\""),
        ] {
            assert_eq!(quoted(product, name), sent);
        }
    }
}
