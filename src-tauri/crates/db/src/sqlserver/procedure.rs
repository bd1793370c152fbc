//! Calling a procedure or a function.
//!
//! The routine's signature is read from the catalogue and kept. A procedure whose arguments are all
//! `?` is called by name (RPC), with OUTPUT parameters in their declared types; one with other
//! arguments by `EXEC` in a text. A function is a query: `SELECT f(…)`, or `SELECT * FROM f(…)`.

use std::sync::Arc;

use mssql_tds::connection::tds_client::TdsClient;
use mssql_tds::message::parameters::rpc_parameters::RpcParameter;
use mssql_tds::query::result::ReturnValue;
use sluice_core::catalogue::{
    DataType, ObjectName, Routine, RoutineKind, RoutineParameter, TypeKind,
};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Collected, OutValue, RowSink, StatementOutcome};
use sluice_core::signature::{Argument, check_value, choose};
use sluice_core::sql::{ProcedureCall, name_parts};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::{Answer, Request, SqlServer, bracketed, catalogue, run, types, value};
use crate::driver::check_count;
use crate::text::{Text, syntax};

/// A call, read once.
pub(super) struct Call {
    read: ProcedureCall,
    /// How many `?` it has, that of its result included.
    marks: usize,
}

impl Call {
    fn read(text: &str, given: usize) -> Result<Self, DatabaseError> {
        let read = ProcedureCall::parse(Dialect::SqlServer, text, given)
            .map_err(|error| syntax(&error))?;
        let marks =
            usize::from(read.returns) + read.arguments.iter().map(|a| a.marks).sum::<usize>();
        Ok(Self { read, marks })
    }

    /// What the catalogue of this database can be asked for; `None` for what it does not describe:
    /// temporary procedures and those of other databases.
    fn object(&self) -> Option<ObjectName> {
        let parts = name_parts(&self.read.name);
        match parts.as_slice() {
            [name] if !name.text.starts_with('#') => Some(ObjectName::new(None, &name.text)),
            [schema, name] => Some(ObjectName::new(Some(&schema.text), &name.text)),
            _ => None,
        }
    }

    /// The name as written, each part in brackets; a part left out stays so (`db..p`).
    fn quoted(&self) -> String {
        let parts = name_parts(&self.read.name);
        let quoted: Vec<String> = parts.iter().map(|part| bracketed(&part.text)).collect();
        quoted.join(".")
    }
}

/// What is sent, and what comes back with it.
struct Prepared {
    request: Request,
    /// Sent name (or `None` where sent by position), position from 1 and name of each OUTPUT parameter,
    /// in the order of the call.
    outs: Vec<(usize, usize, String)>,
    /// The sent names in the order of the call.
    sent: Vec<String>,
    function: bool,
}

/// The variable of a text that takes the return code.
const STATUS: &str = "@RETURN_STATUS";

pub(super) async fn call(
    database: &SqlServer,
    client: &mut TdsClient,
    statement: &Statement,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let call = known(database, statement)?;
    let parameters = statement.parameters.as_slice();
    check_count(Some(&call.read.bare_name()), call.marks, parameters.len())?;
    let Some(object) = call.object() else {
        return send(client, &call, blind(&call, parameters)?, rows).await;
    };
    let (routines, kept) = signature(database, client, &call, &object, false).await?;
    let prepared = match prepare(&call, &routines, parameters) {
        // What was kept may be out of date: nothing is refused because of it.
        Err(_) if kept => {
            let (routines, _) = signature(database, client, &call, &object, true).await?;
            let prepared = prepare(&call, &routines, parameters)?;
            return send(client, &call, prepared, rows).await;
        }
        prepared => prepared?,
    };
    let sent = prepared.sent.clone();
    let sent_by_name = matches!(prepared.request, Request::Call(..));
    match send(client, &call, prepared, rows).await {
        // Nor because the server does not know what was kept.
        Err(error) if kept && error.kind == DatabaseErrorKind::ArgumentCount => {
            let (routines, _) = signature(database, client, &call, &object, true).await?;
            if !sent_by_name || takes(&routines, &sent) {
                // It came from further inside, and something may have happened there.
                return Err(error);
            }
            let prepared = prepare(&call, &routines, parameters)?;
            send(client, &call, prepared, rows).await
        }
        Err(error) if kept && error.kind == DatabaseErrorKind::MissingProcedure => {
            database.signatures.remove(&call.read.name);
            Err(error)
        }
        answered => answered,
    }
}

/// Whether a procedure can have been entered with arguments of these names.
fn takes(routines: &[Routine], sent: &[String]) -> bool {
    let is = |parameter: &RoutineParameter, name: &str| {
        let known = parameter.name.as_deref().unwrap_or_default();
        known.eq_ignore_ascii_case(name.trim_start_matches('@'))
    };
    routines.iter().any(|routine| {
        let parameters = &routine.parameters;
        sent.iter()
            .all(|name| parameters.iter().any(|p| is(p, name)))
            && parameters
                .iter()
                .all(|p| p.optional || sent.iter().any(|name| is(p, name)))
    })
}

async fn send(
    client: &mut TdsClient,
    call: &Call,
    prepared: Prepared,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    if prepared.function && call.read.returns {
        let mut result = Collected::default();
        let answer = run(client, prepared.request, &mut result).await?;
        let value = result.into_rows().pop().and_then(|mut row| row.pop());
        return Ok(StatementOutcome {
            returned: value,
            messages: answer.messages,
            ..StatementOutcome::default()
        });
    }
    let answer = run(client, prepared.request, rows).await?;
    let Prepared {
        outs,
        sent,
        function,
        ..
    } = prepared;
    Ok(outcome(answer, outs, &sent, function))
}

fn outcome(
    answer: Answer,
    wanted: Vec<(usize, usize, String)>,
    sent: &[String],
    function: bool,
) -> StatementOutcome {
    let mut values = answer.outs;
    let mut take = |name: &str| {
        let named =
            |value: &ReturnValue| !name.is_empty() && value.param_name.eq_ignore_ascii_case(name);
        let at = values.iter().position(named)?;
        Some(values.remove(at).value)
    };
    let status = match take(STATUS) {
        Some(status) => Some(value::cell(status)),
        None => answer.status.map(|status| Value::Integer(status.into())),
    };
    let by_name: Vec<_> = wanted
        .iter()
        .map(|(at, ..)| sent.get(*at).and_then(|name| take(name)))
        .collect();
    // What was sent without a name comes in the order of the call.
    let mut others = values.into_iter().map(|value| value.value);
    let outs = wanted
        .into_iter()
        .zip(by_name)
        .filter_map(|((_, position, name), value)| {
            let value = value::cell(value.or_else(|| others.next())?);
            Some(OutValue {
                position,
                name,
                value,
            })
        })
        .collect();
    let counted = !answer.counts.is_empty();
    StatementOutcome {
        outs,
        returned: if function { None } else { status },
        affected: counted.then(|| answer.counts.iter().sum()),
        messages: answer.messages,
        ..StatementOutcome::default()
    }
}

fn known(database: &SqlServer, statement: &Statement) -> Result<Arc<Call>, DatabaseError> {
    let given = statement.parameters.len();
    let key = (statement.text.clone(), given);
    if let Some(call) = database.calls.get(&key) {
        return Ok(call);
    }
    let call = Call::read(&statement.text, given)?;
    Ok(database.calls.insert(key, call))
}

/// The routines of a name, and whether they were kept from before.
async fn signature(
    database: &SqlServer,
    client: &mut TdsClient,
    call: &Call,
    object: &ObjectName,
    anew: bool,
) -> Result<(Arc<Vec<Routine>>, bool), DatabaseError> {
    let key = &call.read.name;
    if anew {
        database.signatures.remove(key);
    } else if let Some(known) = database.signatures.get(key) {
        return Ok((known, true));
    }
    let found = catalogue::routines_named(client, object).await?;
    if found.is_empty() {
        return Ok((Arc::new(found), false));
    }
    Ok((database.signatures.insert(key.clone(), found), false))
}

fn prepare(
    call: &Call,
    routines: &[Routine],
    parameters: &[BoundParameter],
) -> Result<Prepared, DatabaseError> {
    // Nothing of this name is seen, as with the server's own in master, or it is another name only.
    let [routine] = routines else {
        return blind(call, parameters);
    };
    if routine.security.as_deref() == Some(catalogue::SYNONYM) {
        return blind(call, parameters);
    }
    let (routine, laid) = choose(routines, &call.read)?;
    for argument in &laid {
        if let (Some(bound), Some(declared)) = (argument.bound, argument.declared)
            && let Some(parameter) = parameters.get(bound)
            && parameter.direction != Direction::Out
        {
            let place = declared.name.as_deref().unwrap_or(&parameter.name);
            check_value(parameter, place, &declared.data_type)?;
        }
    }
    Ok(match routine.kind {
        RoutineKind::Function => function(call, routine, &laid, parameters)?,
        RoutineKind::Procedure if laid.iter().all(|argument| argument.bound.is_some()) => {
            by_name(routine, &laid, parameters)
        }
        RoutineKind::Procedure => by_text(call, &full_name(routine), &laid, parameters)?,
    })
}

fn full_name(routine: &Routine) -> String {
    let name = bracketed(&routine.name.name);
    match &routine.name.schema {
        Some(schema) => format!("{}.{name}", bracketed(schema)),
        None => name,
    }
}

fn by_name(routine: &Routine, laid: &[Argument<'_>], parameters: &[BoundParameter]) -> Prepared {
    let (mut sent, mut outs, mut bound) = (Vec::new(), Vec::new(), Vec::new());
    for argument in laid {
        let (Some(declared), Some(parameter)) = (
            argument.declared,
            argument.bound.and_then(|at| parameters.get(at)),
        ) else {
            continue;
        };
        let name = format!("@{}", declared.name.as_deref().unwrap_or_default());
        let (value, data_type) = (&parameter.value, &declared.data_type);
        if declared.direction == Direction::In {
            bound.push(value::bind(Some(name.clone()), value, Some(data_type)));
        } else {
            bound.push(value::bind_out(Some(name.clone()), value, data_type));
            let shown = shown(declared.name.as_ref(), parameter);
            outs.push((sent.len(), argument.position + 1, shown));
        }
        sent.push(name);
    }
    Prepared {
        request: Request::Call(full_name(routine), Vec::new(), bound),
        outs,
        sent,
        function: false,
    }
}

fn shown(declared: Option<&String>, parameter: &BoundParameter) -> String {
    declared.cloned().unwrap_or_else(|| parameter.name.clone())
}

/// `EXEC` in a text, because an argument is written out. Without a signature `laid` is empty.
fn by_text(
    call: &Call,
    name: &str,
    laid: &[Argument<'_>],
    parameters: &[BoundParameter],
) -> Result<Prepared, DatabaseError> {
    let (mut sent, mut outs, mut bound) = (Vec::new(), Vec::new(), Vec::new());
    let mut arguments = Vec::new();
    let mut given = parameters.iter().skip(usize::from(call.read.returns));
    for (index, written) in call.read.arguments.iter().enumerate() {
        let declared = laid.get(index).and_then(|argument| argument.declared);
        let position = laid.get(index).map_or(index, |argument| argument.position) + 1;
        let name = declared.map_or(written.name.as_ref(), |declared| declared.name.as_ref());
        let place = name.map(|name| format!("@{name} = ")).unwrap_or_default();
        let mut suffix = "";
        for parameter in given.by_ref().take(written.marks) {
            let variable = format!("@P{}", bound.len() + 1);
            let out = written.text == "?"
                && match declared {
                    Some(declared) => declared.direction != Direction::In,
                    None => parameter.direction != Direction::In,
                };
            let (value, data_type) = (&parameter.value, declared.map(|d| &d.data_type));
            if out {
                suffix = " OUTPUT";
                outs.push((sent.len(), position, shown(name, parameter)));
                let data_type = data_type.cloned().unwrap_or_else(unknown);
                bound.push(value::bind_out(Some(variable.clone()), value, &data_type));
            } else {
                bound.push(value::bind(Some(variable.clone()), value, data_type));
            }
            sent.push(variable);
        }
        arguments.push(format!("{place}{}{suffix}", written.text));
    }
    let sql = format!("EXEC {STATUS} = {name} {}", arguments.join(", "));
    let text = Text::read(Dialect::SqlServer, &sql)?;
    let status = DataType::new(TypeKind::Integer { bits: 32 }, "int");
    bound.push(value::bind_out(
        Some(STATUS.to_owned()),
        &Value::Null,
        &status,
    ));
    Ok(Prepared {
        request: Request::text(&text.sql, bound),
        outs,
        sent,
        function: false,
    })
}

/// What takes anything that can be written.
fn unknown() -> DataType {
    types::describe("nvarchar", 2 * i64::from(types::NVARCHAR), 0, 0)
}

fn function(
    call: &Call,
    routine: &Routine,
    laid: &[Argument<'_>],
    parameters: &[BoundParameter],
) -> Result<Prepared, DatabaseError> {
    // By position, with DEFAULT where the call leaves one out; which ? stands where is kept.
    let (mut arguments, mut order) = (Vec::new(), Vec::new());
    let first = usize::from(call.read.returns);
    for (position, parameter) in routine.parameters.iter().enumerate() {
        if parameter.direction == Direction::Out {
            continue;
        }
        let Some(index) = laid
            .iter()
            .position(|argument| argument.position == position)
        else {
            arguments.push("DEFAULT");
            continue;
        };
        let Some(written) = call.read.arguments.get(index) else {
            continue;
        };
        arguments.push(written.text.as_str());
        let before: usize = call.read.arguments[..index].iter().map(|a| a.marks).sum();
        order.extend((0..written.marks).map(|mark| (first + before + mark, &parameter.data_type)));
    }
    let (name, list) = (full_name(routine), arguments.join(", "));
    let sql = if routine.returns_rows {
        format!("SELECT * FROM {name}({list})") // identifiers only, and what the administrator wrote
    } else {
        let shown = bracketed(&routine.name.name);
        format!("SELECT {name}({list}) AS {shown}") // identifiers only, and what the administrator wrote
    };
    let text = Text::read(Dialect::SqlServer, &sql)?;
    let bound: Vec<RpcParameter> = order
        .iter()
        .enumerate()
        .filter_map(|(number, (at, data_type))| {
            let value = &parameters.get(*at)?.value;
            let name = Some(format!("@P{}", number + 1));
            Some(value::bind(name, value, Some(data_type)))
        })
        .collect();
    Ok(Prepared {
        request: Request::text(&text.sql, bound),
        outs: Vec::new(),
        sent: Vec::new(),
        function: true,
    })
}

/// A call of something that this database does not describe: everything goes as it is given, and
/// only what the mapping calls an out value comes back, as text.
fn blind(call: &Call, parameters: &[BoundParameter]) -> Result<Prepared, DatabaseError> {
    if call
        .read
        .arguments
        .iter()
        .any(|argument| argument.text != "?")
    {
        return by_text(call, &call.quoted(), &[], parameters);
    }
    let (mut sent, mut outs) = (Vec::new(), Vec::new());
    let (mut placed, mut named) = (Vec::new(), Vec::new());
    let given = parameters.iter().skip(usize::from(call.read.returns));
    for (at, (argument, parameter)) in call.read.arguments.iter().zip(given).enumerate() {
        let name = argument.name.as_ref().map(|name| format!("@{name}"));
        let list = if name.is_some() {
            &mut named
        } else {
            &mut placed
        };
        if parameter.direction == Direction::In {
            list.push(value::bind(name.clone(), &parameter.value, None));
        } else {
            outs.push((at, at + 1, shown(argument.name.as_ref(), parameter)));
            list.push(value::bind_out(name.clone(), &parameter.value, &unknown()));
        }
        sent.push(name.unwrap_or_default());
    }
    Ok(Prepared {
        request: Request::Call(call.quoted(), placed, named),
        outs,
        sent,
        function: false,
    })
}
