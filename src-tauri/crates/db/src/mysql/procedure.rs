//! Calling a routine: a PROCEDURE by `CALL name(?, ?)`, a FUNCTION by `SELECT name(?)`.
//!
//! OUT and INOUT parameters take a `?` like the others, and the server sends their values as one
//! more result set, the last one, whose columns are named after them. Which of the two a name is,
//! and which way its parameters go, is asked of the catalogue and kept for a minute. Where the
//! account may not see the routine there, the call is sent as it is written, and the server decides.
//!
//! **Invariant:** nothing is refused because of a kept signature; it is read anew before.

use std::sync::Arc;
use std::time::Instant;

use mysql_async::{Conn, Value as Raw};
use sluice_core::catalogue::{DataType, ObjectName, Routine, RoutineKind};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Collected, OutValue, ResultColumn, RowSink, StatementOutcome};
use sluice_core::signature::{Argument, check_value, choose};
use sluice_core::sql::{ProcedureCall, name_parts};
use sluice_core::{DatabaseError, DatabaseErrorKind as Kind, Value};

use super::{Mysql, catalogue, run, value};
use crate::driver::check_count;
use crate::places::BELIEVED;
use crate::text::{Text, syntax};

/// A call, held against what the catalogue says of its routine.
pub(super) struct Call {
    read: Instant,
    /// Without schema and quotes.
    name: String,
    text: Text,
    /// Which of the statement's parameters each `?` of `text` takes.
    order: Vec<usize>,
    /// How many parameters the statement must have.
    given: usize,
    /// By the statement's parameters: name and type of what each goes into.
    typed: Vec<Option<(String, DataType)>>,
    outs: Outs,
    /// Whether the first parameter takes what a function returns.
    returns: bool,
}

/// What is known of the values that come back.
enum Outs {
    /// Their positions from 1 and their names.
    Declared(Vec<(usize, String)>),
    /// The signature is not known: the mapping says which.
    Unknown,
}

impl Call {
    fn lay(call: &ProcedureCall, routines: &[Routine]) -> Result<Self, DatabaseError> {
        let of = |kind: RoutineKind| -> Vec<Routine> {
            let some = routines.iter().filter(|routine| routine.kind == kind);
            some.cloned().collect()
        };
        let mut candidates = of(RoutineKind::Procedure);
        if call.returns || candidates.is_empty() {
            candidates = of(RoutineKind::Function);
        }
        if candidates.is_empty() && call.returns && !routines.is_empty() {
            return Err(DatabaseError {
                object: Some(call.bare_name()),
                ..DatabaseError::new(
                    Kind::MissingProcedure,
                    format!(
                        "{} is a procedure, and only a function returns a value.",
                        call.name
                    ),
                )
            });
        }
        let function = candidates.first().map_or(call.returns, |routine| {
            routine.kind == RoutineKind::Function
        });
        // A routine that is shown without its parameters may have some that are not shown.
        candidates.retain(|routine| !routine.parameters.is_empty() || call.arguments.is_empty());
        let first = usize::from(call.returns);
        let mut starts = Vec::with_capacity(call.arguments.len());
        let mut given = first;
        for argument in &call.arguments {
            starts.push(given);
            given += argument.marks;
        }
        let mut typed = vec![None; given];
        let mut places: Vec<usize> = (0..call.arguments.len()).collect();
        let outs = if candidates.is_empty() {
            if call
                .arguments
                .iter()
                .any(|argument| argument.name.is_some())
            {
                return Err(unplaced(call));
            }
            Outs::Unknown
        } else {
            let (routine, laid) = choose(&candidates, call)?;
            places.sort_by_key(|place| laid[*place].position);
            if places
                .iter()
                .enumerate()
                .any(|(n, place)| laid[*place].position != n)
            {
                return Err(unplaced(call));
            }
            for argument in &laid {
                if let (Some(bound), Some(declared)) = (argument.bound, argument.declared)
                    && declared.direction != Direction::Out
                {
                    let place = place_name(argument, routine);
                    typed[bound] = Some((place, declared.data_type.clone()));
                }
            }
            let mut outs: Vec<(usize, String)> = laid
                .iter()
                .filter(|argument| argument.bound.is_some())
                .filter(|argument| {
                    let declared = argument.declared;
                    declared.is_some_and(|declared| declared.direction != Direction::In)
                })
                .map(|argument| (argument.position + 1, place_name(argument, routine)))
                .collect();
            outs.sort_by_key(|(position, _)| *position);
            Outs::Declared(outs)
        };
        let texts: Vec<&str> = places
            .iter()
            .map(|place| call.arguments[*place].text.as_str())
            .collect();
        let order = places
            .iter()
            .flat_map(|place| starts[*place]..starts[*place] + call.arguments[*place].marks);
        let list = texts.join(", ");
        let bare = call.bare_name();
        // The arguments are the mapping's own text, with a mark for every value.
        let sql = if function {
            format!("SELECT {}({list}) AS {}", quoted(&call.name), quote(&bare)) // identifiers only
        } else {
            format!("CALL {}({list})", quoted(&call.name)) // identifiers only
        };
        Ok(Self {
            read: Instant::now(),
            name: bare,
            text: Text::read(Dialect::Mysql, &sql)?,
            order: order.collect(),
            given,
            typed,
            outs,
            returns: call.returns,
        })
    }

    fn check(&self, parameters: &[BoundParameter]) -> Result<(), DatabaseError> {
        check_count(Some(&self.name), self.given, parameters.len())?;
        for (parameter, typed) in parameters.iter().zip(&self.typed) {
            if let Some((name, data_type)) = typed {
                check_value(parameter, name, data_type)?;
            }
        }
        Ok(())
    }

    /// The values in the order of the text's marks.
    fn bind(&self, parameters: &[BoundParameter]) -> Vec<Raw> {
        let bind = |index: &usize| {
            let typed = self.typed.get(*index).and_then(Option::as_ref);
            let parameter = parameters.get(*index)?;
            Some(value::bind(&parameter.value, typed.map(|(_, kind)| kind)))
        };
        self.order.iter().filter_map(bind).collect()
    }

    /// What comes back, with positions from 1.
    fn outs(&self, parameters: &[BoundParameter]) -> Vec<(usize, String)> {
        match &self.outs {
            Outs::Declared(outs) => outs.clone(),
            Outs::Unknown => parameters
                .iter()
                .enumerate()
                .filter(|(_, parameter)| parameter.direction != Direction::In)
                .map(|(index, parameter)| (index + 1, parameter.name.clone()))
                .collect(),
        }
    }
}

/// What an error calls an argument's place: the parameter's own name.
fn place_name(argument: &Argument, routine: &Routine) -> String {
    let name = argument.declared.and_then(|declared| declared.name.clone());
    name.unwrap_or_else(|| format!("parameter {} of {}", argument.position + 1, routine.name))
}

/// MySQL has no named arguments; they are sent by position, which must be known.
fn unplaced(call: &ProcedureCall) -> DatabaseError {
    DatabaseError {
        object: Some(call.bare_name()),
        ..DatabaseError::new(
            Kind::Unsupported,
            format!(
                "The arguments of {} cannot be given by name: the account cannot see all parameters \
                 before them. Give them by position.",
                call.name
            ),
        )
    }
}

/// Every part of a name in backticks, so that a reserved word or a hyphen does no harm. Letter case
/// does not matter to the server.
fn quoted(name: &str) -> String {
    let parts: Vec<String> = name_parts(name).iter().map(|p| quote(&p.text)).collect();
    parts.join(".")
}

fn quote(part: &str) -> String {
    format!("`{}`", part.replace('`', "``"))
}

/// Calls a routine.
pub(super) async fn call(
    database: &Mysql,
    conn: &mut Conn,
    statement: &Statement,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let parameters = statement.parameters.as_slice();
    let key = (statement.text.clone(), parameters.len());
    let kept = database
        .calls
        .get(&key)
        .filter(|kept| kept.read.elapsed() < BELIEVED && kept.check(parameters).is_ok());
    let call = if let Some(kept) = kept {
        kept
    } else {
        let read = read(conn, statement).await?;
        let read = database.calls.insert(key.clone(), read);
        read.check(parameters)?;
        read
    };
    let answered = send(conn, &call, parameters, rows).await;
    if let Err(error) = &answered
        && matches!(
            error.kind,
            Kind::MissingProcedure | Kind::ArgumentCount | Kind::PermissionDenied
        )
    {
        database.calls.remove(&key);
    }
    answered
}

async fn read(conn: &mut Conn, statement: &Statement) -> Result<Call, DatabaseError> {
    let given = statement.parameters.len();
    let call = ProcedureCall::parse(Dialect::Mysql, &statement.text, given)
        .map_err(|error| syntax(&error))?;
    let routines = match name_parts(&call.name).as_slice() {
        [name] => routines(conn, ObjectName::new(None, &name.text)).await,
        [schema, name] => routines(conn, ObjectName::new(Some(&schema.text), &name.text)).await,
        // A routine of a package is in no catalogue.
        _ => Vec::new(),
    };
    Call::lay(&call, &routines)
}

/// None where the catalogue cannot be read: the call itself will tell what is wrong, if anything is.
async fn routines(conn: &mut Conn, name: ObjectName) -> Vec<Routine> {
    let found = catalogue::routines(conn, &name).await;
    found.unwrap_or_else(|error| {
        tracing::debug!(%error, routine = %name, "the parameters of a routine cannot be read");
        Vec::new()
    })
}

async fn send(
    conn: &mut Conn,
    call: &Call,
    parameters: &[BoundParameter],
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let bound = call.bind(parameters);
    if call.returns {
        let mut rows = Collected::default();
        let outcome = run(conn, &call.text, bound, &mut rows).await?;
        let first = rows.into_rows().into_iter().next();
        return Ok(StatementOutcome {
            returned: Some(
                first
                    .and_then(|row| row.into_iter().next())
                    .unwrap_or(Value::Null),
            ),
            ..outcome
        });
    }
    let outs = call.outs(parameters);
    if outs.is_empty() {
        return run(conn, &call.text, bound, rows).await;
    }
    let mut sets = LastSet {
        rows,
        names: match call.outs {
            Outs::Declared(_) => Some(outs.iter().map(|(_, name)| name.as_str()).collect()),
            Outs::Unknown => None,
        },
        count: outs.len(),
        held: None,
    };
    let outcome = run(conn, &call.text, bound, &mut sets).await?;
    let values = sets.finish()?;
    let outs = outs
        .iter()
        .zip(values)
        .map(|((position, name), value)| OutValue {
            position: *position,
            name: name.clone(),
            value,
        });
    Ok(StatementOutcome {
        outs: outs.collect(),
        ..outcome
    })
}

/// Holds back a set that may be the one with the OUT values until it is clear that it was the last.
struct LastSet<'a> {
    rows: &'a mut dyn RowSink,
    names: Option<Vec<&'a str>>,
    count: usize,
    held: Option<Held>,
}

/// A set with its first row.
type Held = (Arc<[ResultColumn]>, Option<Vec<Value>>);

impl LastSet<'_> {
    fn may_be_outs(&self, columns: &[ResultColumn]) -> bool {
        let named = |names: &Vec<&str>| {
            let mut pairs = columns.iter().zip(names);
            pairs.all(|(column, name)| column.name.eq_ignore_ascii_case(name))
        };
        columns.len() == self.count && self.names.as_ref().is_none_or(named)
    }

    /// What was held back is an ordinary set.
    fn release(&mut self) -> Result<(), DatabaseError> {
        if let Some((columns, row)) = self.held.take() {
            self.rows.columns(columns);
            if let Some(row) = row {
                self.rows.row(row)?;
            }
        }
        Ok(())
    }

    /// The OUT values; none where no set held them.
    fn finish(mut self) -> Result<Vec<Value>, DatabaseError> {
        if let Some((_, Some(row))) = self.held.take_if(|(_, row)| row.is_some()) {
            return Ok(row);
        }
        self.release()?;
        Ok(Vec::new())
    }
}

impl RowSink for LastSet<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        // One row was held at most; the sink says with the next one that it wants no more.
        let _ = self.release();
        if self.may_be_outs(&columns) {
            self.held = Some((columns, None));
        } else {
            self.rows.columns(columns);
        }
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        match &mut self.held {
            Some((_, held @ None)) => {
                *held = Some(row);
                Ok(())
            }
            // OUT values are one row: this is a set like any other.
            Some(_) => {
                self.release()?;
                self.rows.row(row)
            }
            None => self.rows.row(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use sluice_core::catalogue::{RoutineParameter, TypeKind};

    use super::*;

    fn lay(text: &str, given: usize, routines: &[Routine]) -> Result<Call, DatabaseError> {
        Call::lay(
            &ProcedureCall::parse(Dialect::Mysql, text, given).unwrap(),
            routines,
        )
    }

    fn routine(kind: RoutineKind, parameters: &[(&str, Direction)]) -> Routine {
        Routine {
            name: ObjectName::new(Some("hr"), "p"),
            kind,
            parameters: parameters
                .iter()
                .map(|(name, direction)| RoutineParameter {
                    name: Some((*name).to_owned()),
                    direction: *direction,
                    data_type: DataType::new(TypeKind::Text, "text"),
                    ..RoutineParameter::default()
                })
                .collect(),
            ..Routine::default()
        }
    }

    #[test]
    fn every_form_of_a_call_is_sent_as_call_with_quoted_names() {
        for (text, given, sent) in [
            ("{call hr.Add-User(?, ?)}", 2, "CALL `hr`.`Add-User`(?, ?)"),
            ("GET_ACTIVEUSERS", 0, "CALL `GET_ACTIVEUSERS`()"),
            ("ADD_USER", 2, "CALL `ADD_USER`(?, ?)"),
            ("CALL `Add User`(?, now())", 1, "CALL `Add User`(?, now())"),
            ("CALL `a.b`.`c``d`()", 0, "CALL `a.b`.`c``d`()"),
            ("{? = call f(?)}", 2, "SELECT `f`(?) AS `f`"),
        ] {
            let call = lay(text, given, &[]).unwrap();
            assert_eq!(&*call.text.sql, sent);
            assert_eq!(call.given, given);
        }
    }

    #[test]
    fn named_arguments_are_sent_by_position() {
        let p = [routine(
            RoutineKind::Procedure,
            &[
                ("a", Direction::In),
                ("b", Direction::InOut),
                ("c", Direction::Out),
            ],
        )];
        let call = lay("p(c => ?, a => CONCAT(?, ?), b => ?)", 4, &p).unwrap();
        assert_eq!(&*call.text.sql, "CALL `p`(CONCAT(?, ?), ?, ?)");
        assert_eq!(call.order, [1, 2, 3, 0]);
        assert_eq!(call.outs(&[]), [(2, "b".to_owned()), (3, "c".to_owned())]);
        let unknown = lay("p(a => ?)", 1, &[]).err().unwrap();
        assert_eq!(unknown.kind, Kind::Unsupported);
        let missing = lay("p(a => ?, b => ?)", 2, &p).err().unwrap();
        assert_eq!(missing.kind, Kind::ArgumentCount);
    }

    #[test]
    fn a_function_is_selected_and_a_procedure_of_the_same_name_called() {
        let f = routine(RoutineKind::Function, &[("a", Direction::In)]);
        let p = routine(RoutineKind::Procedure, &[("a", Direction::In)]);
        let sent = |text: &str, given: usize, routines: &[Routine]| {
            lay(text, given, routines).map(|call| call.text.sql.to_string())
        };
        let both = [p.clone(), f.clone()];
        assert_eq!(sent("p", 1, &both).unwrap(), "CALL `p`(?)");
        assert_eq!(sent("p", 1, &[f]).unwrap(), "SELECT `p`(?) AS `p`");
        let returned = "{? = call p(?)}";
        assert_eq!(sent(returned, 2, &both).unwrap(), "SELECT `p`(?) AS `p`");
        assert_eq!(
            sent(returned, 2, &[p]).unwrap_err().kind,
            Kind::MissingProcedure
        );
    }

    #[test]
    fn only_the_last_set_with_the_right_names_holds_out_values() {
        let set = |name: &str| -> Arc<[ResultColumn]> {
            Arc::new([ResultColumn {
                name: name.to_owned(),
                type_name: String::new(),
            }])
        };
        let read = |sets: &[(&str, usize)]| {
            let mut kept = Collected::default();
            let mut last = LastSet {
                rows: &mut kept,
                names: Some(vec!["q"]),
                count: 1,
                held: None,
            };
            for (name, rows) in sets {
                last.columns(set(name));
                for n in 0..*rows {
                    last.row(vec![Value::Integer(i64::try_from(n).unwrap())])
                        .unwrap();
                }
            }
            let outs = last.finish().unwrap().len();
            let rows: Vec<usize> = kept.0.iter().map(|set| set.rows.len()).collect();
            (rows, outs)
        };
        assert_eq!(read(&[("q", 1), ("Q", 1)]), (vec![1], 1));
        assert_eq!(read(&[("q", 2), ("a", 1)]), (vec![2, 1], 0));
        assert_eq!(read(&[("a", 1), ("q", 0)]), (vec![1, 0], 0));
    }
}
