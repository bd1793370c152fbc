//! The text of a call: an anonymous PL/SQL block with a placeholder for every value.
//!
//! **Invariant:** names come from the catalogue and are quoted, the rest is the mapping's own text or
//! ours; no value is ever part of the block. The driver binds by the order in which placeholders
//! appear, so the text is written from front to back and each placeholder gets the next number.
//!
//! A parameter goes through a local variable where the driver cannot bind it as it is: IN OUT (the
//! driver makes no more room than the value sent), XMLTYPE, CHAR (padded to the room), and texts or
//! bytes beyond what PL/SQL takes in one piece.

use std::fmt::{self, Write as _};

use sluice_core::catalogue::{DataType, TypeKind};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::signature::{Argument, check_value};
use sluice_core::sql::{ProcedureCall, Template};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::procedure::{Gives, Known, quoted};
use super::value::{Bind, Out, PLSQL_LIMIT};
use crate::driver::check_count;
use crate::text::syntax;

/// Lines of DBMS_OUTPUT travel in one text, parted by this character (record separator).
pub(super) const BETWEEN_LINES: char = '\u{1e}';
/// So many lines are taken; the rest is thrown away.
const LINES: usize = 1000;

/// What the account may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Features {
    pub(super) output: bool,
    pub(super) transactions: bool,
}

/// A call, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) sql: String,
    pub(super) binds: Vec<Bind>,
    /// What each OUT placeholder is, in their order; empty for a query.
    pub(super) outs: Vec<Meaning>,
    /// Whether it is a `SELECT * FROM TABLE(…)`.
    pub(super) query: bool,
}

/// What the value of an OUT placeholder is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    /// A parameter: its position from 1 and its name.
    Parameter { position: usize, name: String },
    /// What a function returned.
    Returned,
    /// The lines of DBMS_OUTPUT.
    Lines,
    /// The transaction that is open after the call.
    Transaction,
}

/// How one argument is passed.
enum Passed {
    /// As the mapping wrote it, its placeholders bound without a type.
    Written(Vec<Bind>),
    /// By a placeholder.
    Directly(Bind),
    /// By a local variable.
    Through(Variable),
}

struct Variable {
    name: String,
    declared: String,
    /// Put into it before the call, in pieces.
    before: Vec<Bind>,
    /// Taken out of it after the call: the expression and its kind.
    after: Option<(String, Out)>,
}

struct Text {
    sql: String,
    binds: Vec<Bind>,
    outs: Vec<Meaning>,
}

impl Text {
    /// Names and numbers of ours only.
    fn add(&mut self, words: fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.sql.write_fmt(words);
    }

    fn put(&mut self, bind: Bind) {
        self.binds.push(bind);
        let number = self.binds.len();
        self.add(format_args!(":{number}"));
    }

    fn take(&mut self, out: Out, meaning: Meaning) {
        self.outs.push(meaning);
        self.put(Bind::Out(out));
    }
}

/// Plans a call.
///
/// # Errors
/// `InvalidValue` and `TooLong` for a value that does not fit, `Unsupported` for a type that cannot be
/// taken back.
pub(super) fn plan(
    known: &Known,
    call: &ProcedureCall,
    laid: &[Argument<'_>],
    statement: &Statement,
    features: Features,
) -> Result<Plan, DatabaseError> {
    let given = &statement.parameters;
    let marks = call.arguments.iter().map(|a| a.marks).sum::<usize>() + usize::from(call.returns);
    check_count(Some(&known.routine.name.to_string()), marks, given.len())?;
    if call.returns && known.gives == Gives::Nothing {
        return Err(DatabaseError {
            object: Some(known.routine.name.to_string()),
            ..DatabaseError::new(
                DatabaseErrorKind::ArgumentCount,
                format!(
                    "\"{}\" is a procedure and returns nothing; call it without \"? =\".",
                    known.routine.name
                ),
            )
        });
    }
    let mut next = usize::from(call.returns);
    let mut passed = Vec::with_capacity(laid.len());
    for (index, (argument, written)) in laid.iter().zip(&call.arguments).enumerate() {
        let own = given.get(next..next + written.marks).unwrap_or_default();
        next += written.marks;
        passed.push(match (argument.declared, argument.bound, own) {
            (Some(declared), Some(_), [parameter]) => {
                let place = declared.name.as_deref().unwrap_or("the parameter");
                pass(
                    index,
                    place,
                    declared.direction,
                    &declared.data_type,
                    parameter,
                )?
            }
            _ => Passed::Written(own.iter().map(|p| Bind::untyped(&p.value)).collect()),
        });
    }
    if let Gives::Table(_) = known.gives {
        return query(known, call, &passed);
    }
    block(known, call, laid, given, passed, features)
}

/// Decides how one argument is passed.
fn pass(
    index: usize,
    place: &str,
    direction: Direction,
    data_type: &DataType,
    parameter: &BoundParameter,
) -> Result<Passed, DatabaseError> {
    let variable = |declared: &str, before: Vec<Bind>, after: Option<(String, Out)>| {
        Passed::Through(Variable {
            name: format!("sluice$p{index}"),
            declared: declared.to_owned(),
            before,
            after,
        })
    };
    let empty = matches!(&parameter.value, Value::Text(text) if text.is_empty());
    if direction != Direction::Out && !empty {
        // A parameter takes any length and precision, whatever %TYPE makes the catalogue say.
        let loose = DataType {
            length: None,
            precision: None,
            scale: None,
            ..data_type.clone()
        };
        check_value(parameter, place, &loose)?;
    }
    let bind = Bind::typed(&parameter.value, data_type);
    let long = bind.size() > PLSQL_LIMIT;
    let made = constructor(data_type);
    if long && made.is_some() {
        return Err(DatabaseError {
            object: Some(place.to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::Unsupported,
                format!(
                    "{place} is {}, which takes texts up to {PLSQL_LIMIT} bytes here.",
                    data_type.text
                ),
            )
        });
    }
    if direction == Direction::In {
        return Ok(match (bind, made) {
            // NULL is NULL of any type.
            (Bind::Text(None), Some(_)) => Passed::Written(Vec::new()),
            (bind, Some(declared)) => variable(declared, vec![bind], None),
            (Bind::Bytes(Some(bytes)), None) if long => variable("BLOB", chunks_of(&bytes), None),
            (Bind::Text(Some(text)), None) if long => variable("CLOB", pieces_of(&text), None),
            (bind, None) => Passed::Directly(bind),
        });
    }
    let Some((out, declared)) = taken_back(data_type) else {
        return Err(DatabaseError {
            object: Some(place.to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::Unsupported,
                format!(
                    "{place} gives back {}, which the driver cannot take. Wrap the routine in one that \
                     gives back text, numbers or a SYS_REFCURSOR.",
                    data_type.text
                ),
            )
        });
    };
    let name = format!("sluice$p{index}");
    let expression = if is_xml(data_type) {
        format!("CASE WHEN {name} IS NULL THEN NULL ELSE {name}.getClobVal() END")
    } else if is_padded(data_type) {
        format!("RTRIM({name})")
    } else {
        name
    };
    let through = direction == Direction::InOut || is_xml(data_type) || is_padded(data_type);
    if !through {
        return Ok(Passed::Directly(Bind::Out(out)));
    }
    let before = match (direction, bind) {
        (Direction::Out, _) | (_, Bind::Text(None) | Bind::Bytes(None)) => Vec::new(),
        (_, Bind::Text(Some(text))) if long => pieces_of(&text),
        (_, Bind::Bytes(Some(bytes))) => chunks_of(&bytes),
        (_, bind) => vec![bind],
    };
    Ok(variable(declared, before, Some((expression, out))))
}

/// A text in pieces that PL/SQL takes, none of which cuts a character.
fn pieces_of(text: &str) -> Vec<Bind> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let end = rest.floor_char_boundary(PLSQL_LIMIT);
        let (piece, behind) = rest.split_at(end);
        pieces.push(Bind::Text(Some(piece.to_owned())));
        rest = behind;
    }
    pieces
}

fn chunks_of(bytes: &[u8]) -> Vec<Bind> {
    let chunks = bytes.chunks(PLSQL_LIMIT);
    chunks
        .map(|chunk| Bind::Bytes(Some(chunk.to_vec())))
        .collect()
}

/// The type whose constructor has to make a value of a text.
fn constructor(data_type: &DataType) -> Option<&'static str> {
    match data_type.kind {
        TypeKind::Json => Some("JSON"),
        _ if is_xml(data_type) => Some("XMLTYPE"),
        _ => None,
    }
}

fn is_xml(data_type: &DataType) -> bool {
    data_type.kind == TypeKind::Other && data_type.text.ends_with("XMLTYPE")
}

fn is_padded(data_type: &DataType) -> bool {
    data_type.text.starts_with("CHAR") || data_type.text.starts_with("NCHAR")
}

/// How a value of a type comes back, and the type of a variable that holds it. `None` where it does
/// not.
pub(super) fn taken_back(data_type: &DataType) -> Option<(Out, &'static str)> {
    let text = data_type.text.as_str();
    Some(match data_type.kind {
        TypeKind::Text | TypeKind::Enum | TypeKind::Uuid => match text {
            "CLOB" => (Out::Clob, "CLOB"),
            "NCLOB" => (Out::Clob, "NCLOB"),
            _ if text.starts_with("NVARCHAR2") => (Out::Text, "NVARCHAR2(16383)"),
            _ => (Out::Text, "VARCHAR2(32767)"),
        },
        TypeKind::Decimal | TypeKind::Integer { .. } | TypeKind::Unsigned { .. } => {
            (Out::Number, "NUMBER")
        }
        TypeKind::Float if text.starts_with("BINARY") => (Out::Float, "BINARY_DOUBLE"),
        TypeKind::Float => (Out::Number, "NUMBER"),
        TypeKind::Date => (Out::Date, "DATE"),
        TypeKind::Timestamp => (Out::Timestamp, "TIMESTAMP(9)"),
        TypeKind::TimestampTz => (Out::TimestampTz, "TIMESTAMP(9) WITH TIME ZONE"),
        TypeKind::Interval if text.contains("YEAR") => {
            (Out::IntervalYm, "INTERVAL YEAR(9) TO MONTH")
        }
        TypeKind::Interval => (Out::IntervalDs, "INTERVAL DAY(9) TO SECOND(9)"),
        TypeKind::Bytes if text == "BLOB" => (Out::Blob, "BLOB"),
        TypeKind::Bytes if text == "BFILE" => return None,
        TypeKind::Bytes => (Out::Bytes, "RAW(32767)"),
        TypeKind::Boolean => (Out::Bool, "BOOLEAN"),
        TypeKind::Json => (Out::Json, "JSON"),
        TypeKind::Cursor => (Out::Cursor, "SYS_REFCURSOR"),
        TypeKind::Other if is_xml(data_type) => (Out::Clob, "XMLTYPE"),
        TypeKind::Array | TypeKind::Time | TypeKind::Other => return None,
    })
}

/// One argument within the brackets of the call.
fn write_argument(
    text: &mut Text,
    name: Option<&str>,
    written: &str,
    passed: Passed,
    meaning: Meaning,
) -> Result<Option<(Variable, Meaning)>, DatabaseError> {
    if let Some(name) = name {
        text.sql.push_str(&quoted(name));
        text.sql.push_str(" => ");
    }
    match passed {
        Passed::Written(binds) if binds.is_empty() && written == "?" => text.sql.push_str("NULL"),
        Passed::Written(binds) if binds.is_empty() => text.sql.push_str(written),
        Passed::Written(binds) => {
            let template =
                Template::parse(Dialect::Oracle, written).map_err(|error| syntax(&error))?;
            let first = text.binds.len();
            text.sql
                .push_str(&template.render(|number| format!(":{}", first + number)));
            text.binds.extend(binds);
        }
        Passed::Directly(Bind::Out(out)) => text.take(out, meaning),
        Passed::Directly(bind) => text.put(bind),
        Passed::Through(variable) => {
            text.sql.push_str(&variable.name);
            return Ok(Some((variable, meaning)));
        }
    }
    Ok(None)
}

/// The name of an argument as the catalogue has it.
fn argument_name<'a>(
    call: &ProcedureCall,
    index: usize,
    argument: &Argument<'a>,
) -> Option<&'a str> {
    let named = call.arguments.get(index).is_some_and(|a| a.name.is_some());
    let declared = argument.declared.and_then(|d| d.name.as_deref());
    declared.filter(|_| named)
}

fn query(known: &Known, call: &ProcedureCall, passed: &[Passed]) -> Result<Plan, DatabaseError> {
    let mut text = Text {
        sql: format!("SELECT * FROM TABLE({}(", known.quoted()), // identifiers only
        binds: Vec::new(),
        outs: Vec::new(),
    };
    for (index, (passed, written)) in passed.iter().zip(&call.arguments).enumerate() {
        if index > 0 {
            text.sql.push_str(", ");
        }
        let again = match passed {
            Passed::Written(binds) => Passed::Written(binds.clone()),
            Passed::Directly(
                bind @ (Bind::Text(_) | Bind::Number(_) | Bind::Float(_) | Bind::Bytes(_)),
            ) => Passed::Directly(bind.clone()),
            _ => {
                return Err(DatabaseError::new(
                    DatabaseErrorKind::Unsupported,
                    format!(
                        "\"{}\" gives rows and is run as a query, where OUT and BOOLEAN parameters and \
                         texts beyond {PLSQL_LIMIT} bytes have no place.",
                        known.routine.name
                    ),
                ));
            }
        };
        let name = written.name.as_deref().map(super::procedure::folded);
        let meaning = Meaning::Returned;
        write_argument(&mut text, name.as_deref(), &written.text, again, meaning)?;
    }
    text.sql.push_str("))");
    Ok(Plan {
        sql: text.sql,
        binds: text.binds,
        outs: text.outs,
        query: true,
    })
}

fn block(
    known: &Known,
    call: &ProcedureCall,
    laid: &[Argument<'_>],
    given: &[BoundParameter],
    passed: Vec<Passed>,
    features: Features,
) -> Result<Plan, DatabaseError> {
    let mut text = Text {
        sql: String::new(),
        binds: Vec::new(),
        outs: Vec::new(),
    };
    let returned = returned(known)?;
    declare(&mut text, &passed, returned.as_ref(), features);
    text.sql.push_str("BEGIN ");
    for passed in &passed {
        if let Passed::Through(variable) = passed {
            fill(&mut text, variable);
        }
    }
    match &returned {
        Some((out, None)) => {
            text.take(*out, Meaning::Returned);
            text.sql.push_str(" := ");
        }
        Some((_, Some(_))) => text.sql.push_str("sluice$r := "),
        None => {}
    }
    text.sql.push_str(&known.quoted());
    if !laid.is_empty() {
        text.sql.push('(');
    }
    let mut later = Vec::new();
    let mut next = usize::from(call.returns);
    for (index, (argument, passed)) in laid.iter().zip(passed).enumerate() {
        if index > 0 {
            text.sql.push_str(", ");
        }
        let written = call.arguments.get(index);
        let declared = argument.declared.and_then(|d| d.name.clone());
        let mapped = given.get(next).map(|p| p.name.clone());
        next += written.map_or(0, |w| w.marks);
        let meaning = Meaning::Parameter {
            position: argument.position + 1,
            name: declared.or(mapped).unwrap_or_default(),
        };
        let name = argument_name(call, index, argument);
        let shown = written.map_or("", |w| w.text.as_str());
        later.extend(write_argument(&mut text, name, shown, passed, meaning)?);
    }
    if !laid.is_empty() {
        text.sql.push(')');
    }
    text.sql.push_str("; ");
    if let Some((out, Some(_))) = returned {
        text.take(out, Meaning::Returned);
        text.sql
            .push_str(" := CASE WHEN sluice$r IS NULL THEN NULL ELSE sluice$r.getClobVal() END; ");
    }
    for (variable, meaning) in later {
        if let Some((expression, out)) = variable.after {
            text.take(out, meaning);
            text.sql.push_str(" := ");
            text.sql.push_str(&expression);
            text.sql.push_str("; ");
        }
    }
    finish(&mut text, features);
    text.sql.push_str("END;");
    Ok(Plan {
        sql: text.sql,
        binds: text.binds,
        outs: text.outs,
        query: false,
    })
}

/// What a function gives back, and the type of the variable it has to go through.
fn returned(known: &Known) -> Result<Option<(Out, Option<&'static str>)>, DatabaseError> {
    match &known.gives {
        Gives::Nothing | Gives::Table(_) => Ok(None),
        Gives::Cursor => Ok(Some((Out::Cursor, None))),
        Gives::Value(data_type) if is_xml(data_type) => Ok(Some((Out::Clob, Some("XMLTYPE")))),
        Gives::Value(data_type) => match taken_back(data_type) {
            Some((out, _)) => Ok(Some((out, None))),
            None => Err(DatabaseError {
                object: Some(known.routine.name.to_string()),
                ..DatabaseError::new(
                    DatabaseErrorKind::Unsupported,
                    format!(
                        "\"{}\" returns {}, which the driver cannot take.",
                        known.routine.name, data_type.text
                    ),
                )
            }),
        },
    }
}

fn declare(
    text: &mut Text,
    passed: &[Passed],
    returned: Option<&(Out, Option<&'static str>)>,
    features: Features,
) {
    let mut variables = Vec::new();
    if features.output {
        variables.push(
            "sluice$o CLOB; sluice$l VARCHAR2(32767); sluice$s INTEGER; sluice$n INTEGER := 0;"
                .to_owned(),
        );
    }
    if let Some((_, Some(declared))) = returned {
        variables.push(format!("sluice$r {declared};"));
    }
    for passed in passed {
        if let Passed::Through(variable) = passed {
            variables.push(format!("{} {};", variable.name, variable.declared));
        }
    }
    if !variables.is_empty() {
        text.sql.push_str("DECLARE ");
        text.sql.push_str(&variables.join(" "));
        text.sql.push(' ');
    }
}

/// Puts a value into its variable, a long one piece by piece.
fn fill(text: &mut Text, variable: &Variable) {
    let Variable { name, before, .. } = variable;
    let binary = matches!(before.first(), Some(Bind::Bytes(_))) && variable.declared == "BLOB";
    if binary {
        text.add(format_args!("DBMS_LOB.CREATETEMPORARY({name}, TRUE); "));
    }
    for (index, piece) in before.iter().enumerate() {
        if binary {
            text.add(format_args!(
                "DBMS_LOB.WRITEAPPEND({name}, {}, ",
                piece.size()
            ));
            text.put(piece.clone());
            text.sql.push_str("); ");
            continue;
        }
        text.add(format_args!("{name} := "));
        let made = matches!(variable.declared.as_str(), "XMLTYPE" | "JSON");
        if made {
            text.add(format_args!("{}(", variable.declared));
        } else if index > 0 {
            text.add(format_args!("{name} || "));
        }
        text.put(piece.clone());
        text.sql.push_str(if made { "); " } else { "; " });
    }
}

/// What is taken along after the call: the lines that were put out, and whether a transaction is open.
fn finish(text: &mut Text, features: Features) {
    if features.output {
        text.add(format_args!(
            "LOOP DBMS_OUTPUT.GET_LINE(sluice$l, sluice$s); EXIT WHEN sluice$s != 0; \
             sluice$n := sluice$n + 1; \
             IF sluice$n <= {LINES} THEN sluice$o := sluice$o || sluice$l || CHR({}); END IF; \
             END LOOP; ",
            u32::from(BETWEEN_LINES)
        ));
        text.take(Out::Clob, Meaning::Lines);
        text.sql.push_str(" := sluice$o; ");
    }
    if features.transactions {
        text.take(Out::Short, Meaning::Transaction);
        text.sql
            .push_str(" := DBMS_TRANSACTION.LOCAL_TRANSACTION_ID; ");
    }
}

#[cfg(test)]
mod tests;
