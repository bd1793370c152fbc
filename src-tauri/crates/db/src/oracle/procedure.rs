//! Calling a routine: what it is, is asked of the catalogue before the call; the call itself is an
//! anonymous block.
//!
//! **Invariant:** before a call is refused because of a signature that was kept, the signature is read
//! anew. A block that did not compile (ORA-06550) has done nothing, so it may be built and sent again.

use std::sync::Arc;

use sluice_core::catalogue::{
    DataType, ObjectName, Routine, RoutineKind, RoutineParameter, TypeKind,
};
use sluice_core::config::Dialect;
use sluice_core::plan::{Direction, Statement};
use sluice_core::ports::{Access, StatementOutcome};
use sluice_core::signature;
use sluice_core::sql::{NamePart, ProcedureCall, name_parts};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::Shared;
use super::block::{self, Plan};
use super::catalogue::{self, Cells, Described, select};
use super::run;
use super::thread::{Line, Rows};
use crate::text::syntax;

/// Routines of one name and their parameters: on their own (`:3` is a space) or in a package.
pub(super) const ROUTINES: &str = "SELECT P.OWNER, P.OBJECT_NAME, P.PROCEDURE_NAME, P.OBJECT_TYPE, \
     P.SUBPROGRAM_ID, P.PIPELINED, P.AUTHID, A.POSITION, A.ARGUMENT_NAME, A.IN_OUT, A.DATA_TYPE, \
     A.DATA_LENGTH, A.DATA_PRECISION, A.DATA_SCALE, A.CHAR_LENGTH, A.CHAR_USED, A.DEFAULTED, \
     A.TYPE_NAME \
     FROM ALL_PROCEDURES P LEFT JOIN ALL_ARGUMENTS A ON A.OBJECT_ID = P.OBJECT_ID \
     AND A.SUBPROGRAM_ID = P.SUBPROGRAM_ID AND A.DATA_LEVEL = 0 AND A.DATA_TYPE IS NOT NULL \
     WHERE P.OWNER = :1 AND P.OBJECT_NAME = :2 AND NVL(P.PROCEDURE_NAME, ' ') = :3 \
     AND P.OBJECT_TYPE IN ('PROCEDURE', 'FUNCTION', 'PACKAGE') \
     ORDER BY P.SUBPROGRAM_ID, A.SEQUENCE";

/// The same for all of a schema. A package itself stands among its routines, without a name.
pub(super) const ROUTINES_OF: &str = "SELECT P.OWNER, P.OBJECT_NAME, P.PROCEDURE_NAME, \
     P.OBJECT_TYPE, P.SUBPROGRAM_ID, P.PIPELINED, P.AUTHID, A.POSITION, A.ARGUMENT_NAME, A.IN_OUT, \
     A.DATA_TYPE, A.DATA_LENGTH, A.DATA_PRECISION, A.DATA_SCALE, A.CHAR_LENGTH, A.CHAR_USED, \
     A.DEFAULTED, A.TYPE_NAME \
     FROM ALL_PROCEDURES P LEFT JOIN ALL_ARGUMENTS A ON A.OBJECT_ID = P.OBJECT_ID \
     AND A.SUBPROGRAM_ID = P.SUBPROGRAM_ID AND A.DATA_LEVEL = 0 AND A.DATA_TYPE IS NOT NULL \
     WHERE P.OWNER = :1 AND (P.OBJECT_TYPE IN ('PROCEDURE', 'FUNCTION') \
     OR (P.OBJECT_TYPE = 'PACKAGE' AND P.PROCEDURE_NAME IS NOT NULL)) \
     ORDER BY P.OBJECT_NAME, P.PROCEDURE_NAME, P.SUBPROGRAM_ID, A.SEQUENCE";

pub(super) const SOURCE: &str = "SELECT S.TEXT FROM ALL_SOURCE S \
     WHERE S.OWNER = :1 AND S.NAME = :2 AND S.TYPE = :3 ORDER BY S.LINE";

/// A name in the form Oracle keeps it: folded to upper case unless it was quoted.
pub(super) fn folded(name: &str) -> String {
    match name.strip_prefix('"').and_then(|n| n.strip_suffix('"')) {
        Some(inner) => inner.to_owned(),
        None => name.to_uppercase(),
    }
}

/// A name as an identifier that keeps its letter case. Oracle's names never hold a quote.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', ""))
}

/// What a function gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// It is a procedure.
    Nothing,
    Value(DataType),
    Cursor,
    /// Rows by `SELECT * FROM TABLE(f(…))`.
    Table(DataType),
}

/// A routine as it is called.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) owner: String,
    pub(super) package: Option<String>,
    pub(super) name: String,
    pub(super) gives: Gives,
    /// With the kind of a procedure whatever it is, because an Oracle function's OUT parameters have
    /// places in the call, which those of other dialects' functions have not.
    pub(super) routine: Routine,
}

impl Known {
    /// The whole name, quoted.
    pub(super) fn quoted(&self) -> String {
        let parts = [Some(&self.owner), self.package.as_ref(), Some(&self.name)];
        let parts: Vec<String> = parts.into_iter().flatten().map(|p| quoted(p)).collect();
        parts.join(".")
    }

    /// As the port describes it; a routine of a package is named `PACKAGE.ROUTINE`.
    fn to_routine(&self) -> Routine {
        let (returns, returns_rows) = match &self.gives {
            Gives::Nothing => (None, false),
            Gives::Value(data_type) => (Some(data_type.clone()), false),
            Gives::Cursor => (Some(DataType::new(TypeKind::Cursor, "REF CURSOR")), true),
            Gives::Table(data_type) => (Some(data_type.clone()), true),
        };
        Routine {
            kind: match self.gives {
                Gives::Nothing => RoutineKind::Procedure,
                _ => RoutineKind::Function,
            },
            returns,
            returns_rows,
            ..self.routine.clone()
        }
    }
}

/// Reads the rows of [`ROUTINES`]: one for each parameter, or one for a routine without any.
pub(super) fn read(rows: &[Vec<Value>]) -> Vec<Known> {
    let mut found: Vec<(String, Known)> = Vec::new();
    for row in rows {
        let cells = Cells(row);
        let in_package = cells.is(3, "PACKAGE");
        let (object, procedure) = (cells.name(1), cells.text(2));
        let (package, name) = match procedure {
            Some(procedure) if in_package => (Some(object), procedure),
            _ => (None, object),
        };
        let key = format!(
            "{}\n{}\n{name}\n{}",
            cells.name(0),
            package.as_deref().unwrap_or_default(),
            cells.name(4)
        );
        if found.last().is_none_or(|(last, _)| *last != key) {
            let shown = match &package {
                Some(package) => format!("{package}.{name}"),
                None => name.clone(),
            };
            let known = Known {
                owner: cells.name(0),
                package,
                name,
                gives: Gives::Nothing,
                routine: Routine {
                    name: ObjectName {
                        schema: cells.text(0),
                        name: shown,
                    },
                    kind: RoutineKind::Procedure,
                    security: cells.text(6).map(|authid| match authid.as_str() {
                        "CURRENT_USER" => "invoker".to_owned(),
                        _ => "definer".to_owned(),
                    }),
                    ..Routine::default()
                },
            };
            found.push((key, known));
        }
        let Some((_, known)) = found.last_mut() else {
            continue;
        };
        let Some(position) = cells.number::<i64>(7) else {
            continue;
        };
        let data_type = catalogue::data_type(&Described {
            data_type: cells.name(10),
            bytes: cells.number(11),
            precision: cells.number(12),
            scale: cells.number(13),
            characters: cells.number(14),
            counted_in_characters: cells.is(15, "C"),
            named: cells.text(17),
        });
        if position == 0 {
            known.gives = match data_type.kind {
                TypeKind::Cursor => Gives::Cursor,
                TypeKind::Array => Gives::Table(data_type),
                _ if cells.is(5, "YES") => Gives::Table(data_type),
                _ => Gives::Value(data_type),
            };
            continue;
        }
        known.routine.parameters.push(RoutineParameter {
            name: cells.text(8),
            direction: match cells.name(9).as_str() {
                "OUT" => Direction::Out,
                "IN/OUT" => Direction::InOut,
                _ => Direction::In,
            },
            data_type,
            optional: cells.is(16, "Y"),
            default: None,
        });
    }
    found.into_iter().map(|(_, known)| known).collect()
}

/// The routines of a name, as Oracle resolves it: in the schema itself, then behind a synonym.
pub(super) fn find(line: &Line, parts: &[String]) -> Result<Vec<Known>, DatabaseError> {
    let alone = |owner: &str, name: &str| -> Result<Vec<Known>, DatabaseError> {
        look(line, owner, name, None)
    };
    match parts {
        [name] => alone(&catalogue::current_schema(line)?, name),
        [first, second] => {
            let current = catalogue::current_schema(line)?;
            let in_package = look(line, &current, first, Some(second))?;
            if in_package.is_empty() {
                alone(first, second)
            } else {
                Ok(in_package)
            }
        }
        [owner, package, name] => look(line, owner, package, Some(name)),
        _ => Ok(Vec::new()),
    }
}

/// A routine, or a package's routine, of a schema or behind its synonyms.
fn look(
    line: &Line,
    owner: &str,
    object: &str,
    routine: Option<&str>,
) -> Result<Vec<Known>, DatabaseError> {
    let (mut owner, mut object) = (owner.to_owned(), object.to_owned());
    // A synonym may stand for another one.
    for _ in 0..5 {
        // The empty text would be NULL, which equals nothing.
        let binds = [owner.as_str(), object.as_str(), routine.unwrap_or(" ")];
        let found = read(&select(line, ROUTINES, &binds)?);
        if !found.is_empty() {
            return Ok(found);
        }
        let Some(target) = catalogue::synonym(line, &owner, &object)? else {
            break;
        };
        if target.link.is_some() {
            return Err(DatabaseError {
                object: Some(object.clone()),
                ..DatabaseError::new(
                    DatabaseErrorKind::Unsupported,
                    format!(
                        "{object} is a synonym of a procedure in another database, whose parameters are \
                         not known here. Call it from a procedure of this database."
                    ),
                )
            });
        }
        (owner, object) = (target.owner, target.name);
    }
    Ok(Vec::new())
}

/// All routines of a schema, without their source.
pub(super) fn of_schema(line: &Line, owner: &str) -> Result<Vec<Routine>, DatabaseError> {
    let known = read(&select(line, ROUTINES_OF, &[owner])?);
    Ok(known.iter().map(Known::to_routine).collect())
}

/// The routines of a name with all that is known of them.
pub(super) fn described(line: &Line, name: &ObjectName) -> Result<Vec<Routine>, DatabaseError> {
    let written = match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    };
    // As written first, then folded.
    let parts: Vec<String> = name_parts(&written).into_iter().map(|p| p.text).collect();
    let upper: Vec<String> = parts.iter().map(|part| part.to_uppercase()).collect();
    let mut found = find(line, &parts)?;
    if found.is_empty() && upper != parts {
        found = find(line, &upper)?;
    }
    let mut routines = Vec::with_capacity(found.len());
    for known in found {
        let mut routine = known.to_routine();
        let (object, kinds): (&str, &[&str]) = match &known.package {
            Some(package) => (package, &["PACKAGE BODY", "PACKAGE"]),
            None if known.gives == Gives::Nothing => (&known.name, &["PROCEDURE"]),
            None => (&known.name, &["FUNCTION"]),
        };
        for kind in kinds {
            let lines = select(line, SOURCE, &[&known.owner, object, kind])?;
            let text: String = lines.iter().map(|row| Cells(row).name(0)).collect();
            if !text.is_empty() {
                routine.source = Some(text);
                break;
            }
        }
        routines.push(routine);
    }
    Ok(routines)
}

/// The parts of a call's name as Oracle keeps them.
pub(super) fn parts(name: &str) -> Vec<String> {
    let part = |part: NamePart| {
        if part.quoted {
            part.text
        } else {
            part.text.to_uppercase()
        }
    };
    name_parts(name).into_iter().map(part).collect()
}

/// Calls a routine.
pub(super) fn call(
    shared: &Shared,
    line: &mut Line,
    statement: &Statement,
    access: Access,
    rows: &mut Rows,
) -> Result<StatementOutcome, DatabaseError> {
    let call = read_call(shared, statement)?;
    let key = parts(&call.name);
    let kept = shared.routines.get(&key);
    let planned = kept
        .as_ref()
        .and_then(|kept| plan(kept, &call, statement, line).ok());
    let from_memory = planned.is_some();
    let planned = if let Some(planned) = planned {
        planned
    } else {
        let found = refresh(shared, line, &key)?;
        plan(&found, &call, statement, line)?
    };
    let error = match run::block(line, &planned, access, rows) {
        Err(error) if from_memory && error.code.as_deref() == Some("ORA-06550") => error,
        outcome => return outcome,
    };
    // The block did not compile, and its signature was an old one.
    let found = refresh(shared, line, &key)?;
    if kept.is_some_and(|kept| *kept == *found) {
        return Err(error);
    }
    let planned = plan(&found, &call, statement, line)?;
    run::block(line, &planned, access, rows)
}

fn read_call(shared: &Shared, statement: &Statement) -> Result<Arc<ProcedureCall>, DatabaseError> {
    let given = statement.parameters.len();
    let key = (statement.text.clone(), given);
    if let Some(call) = shared.calls.get(&key) {
        return Ok(call);
    }
    let call = ProcedureCall::parse(Dialect::Oracle, &statement.text, given)
        .map_err(|error| syntax(&error))?;
    Ok(shared.calls.insert(key, call))
}

/// Reads the signature anew.
fn refresh(
    shared: &Shared,
    line: &Line,
    key: &Vec<String>,
) -> Result<Arc<Vec<Known>>, DatabaseError> {
    let found = find(line, key)?;
    if found.is_empty() {
        shared.routines.remove(key);
        return Ok(Arc::new(found));
    }
    Ok(shared.routines.insert(key.clone(), found))
}

/// The block of a call, by the routine that it means.
fn plan(
    known: &[Known],
    call: &ProcedureCall,
    statement: &Statement,
    line: &Line,
) -> Result<Plan, DatabaseError> {
    let routines: Vec<Routine> = known.iter().map(|known| known.routine.clone()).collect();
    let (chosen, laid) = signature::choose(&routines, call)?;
    let index = routines
        .iter()
        .position(|routine| std::ptr::eq(routine, chosen));
    let Some(known) = index.and_then(|index| known.get(index)) else {
        return Err(DatabaseError::new(
            DatabaseErrorKind::Other,
            "The routine that was chosen is not known.",
        ));
    };
    let features = block::Features {
        output: line.output,
        transactions: line.transactions,
    };
    block::plan(known, call, &laid, statement, features)
}

#[cfg(test)]
mod tests;
