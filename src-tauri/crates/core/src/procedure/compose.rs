//! The call that a filled-in form becomes.
//!
//! Arguments stand by position as long as nothing is left out before them; else they are named, in the
//! dialect's own way. A function that gives one value is called as `{? = call f(?)}`.

use serde::Serialize;
use ts_rs::TS;

use crate::catalogue::{DataType, ObjectName, Routine, RoutineKind, RoutineParameter, TypeKind};
use crate::config::{Application, Dialect};
use crate::fit::{Misfit, fits};
use crate::mapping::Kind;
use crate::plan::{BoundParameter, Direction, Statement};
use crate::ports::Severity;
use crate::quote;
use crate::value::Value;

use super::form::is_secret;
use super::{Given, GivenArgument};

/// Something to be said at a field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FormNote {
    /// Position of the parameter, from 1.
    pub position: usize,
    /// An error stands in the way of a run, a warning does not.
    pub severity: Severity,
    pub text: String,
}

impl FormNote {
    fn new(position: usize, severity: Severity, text: impl Into<String>) -> Self {
        Self {
            position,
            severity,
            text: text.into(),
        }
    }
}

/// A call with what is to be said at its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    /// `None` where an error is among the notes.
    pub statement: Option<Statement>,
    /// In the order of the parameters.
    pub notes: Vec<FormNote>,
    /// The position of the parameter that each bound parameter fills, from 1; `None` for what a function
    /// returns.
    pub positions: Vec<Option<usize>>,
}

/// Makes the call. `overloads` says whether there are other routines of this name.
pub fn compose(
    application: &Application,
    dialect: Dialect,
    routine: &Routine,
    overloads: bool,
    arguments: &[GivenArgument],
) -> Composed {
    let mut form = Form {
        dialect,
        routine,
        overloads,
        notes: Vec::new(),
        laid: Vec::new(),
    };
    form.lay(arguments, &|index| {
        is_secret(application, dialect, routine, index)
    });
    form.notes.sort_by_key(|note| note.position);
    let wrong = |note: &FormNote| note.severity == Severity::Error;
    if form.notes.iter().any(wrong) {
        return Composed {
            statement: None,
            notes: form.notes,
            positions: Vec::new(),
        };
    }
    let notes = std::mem::take(&mut form.notes);
    let (statement, positions) = form.statement();
    Composed {
        statement: Some(statement),
        notes,
        positions,
    }
}

/// An argument that has a place in the call.
struct Laid {
    /// From 0.
    index: usize,
    bound: BoundParameter,
}

struct Form<'a> {
    dialect: Dialect,
    routine: &'a Routine,
    overloads: bool,
    notes: Vec<FormNote>,
    laid: Vec<Laid>,
}

impl Form<'_> {
    fn lay(&mut self, arguments: &[GivenArgument], secret: &dyn Fn(usize) -> bool) {
        let routine = self.routine;
        for argument in arguments {
            let known = routine.parameters.get(argument.position.wrapping_sub(1));
            if known.is_none_or(|known| known.name != argument.name) {
                self.notes.push(FormNote::new(
                    argument.position,
                    Severity::Error,
                    "The procedure has no such parameter any more: its signature has changed.",
                ));
            }
        }
        for (index, parameter) in routine.parameters.iter().enumerate() {
            if !self.has_place(parameter) {
                continue;
            }
            let many = routine.variadic && index + 1 == routine.parameters.len();
            let mut given = arguments
                .iter()
                .filter(|argument| argument.position == index + 1)
                .map(|argument| &argument.given)
                .peekable();
            if given.peek().is_none() && parameter.direction != Direction::Out && !many {
                self.take(index, parameter, None, secret(index));
                continue;
            }
            if parameter.direction == Direction::Out {
                self.take(index, parameter, Some(&Given::Null), secret(index));
                continue;
            }
            for (count, given) in given.enumerate() {
                if count > 0 && !many {
                    self.notes.push(FormNote::new(
                        index + 1,
                        Severity::Error,
                        "It takes one value.",
                    ));
                    break;
                }
                self.take(index, parameter, Some(given), secret(index));
            }
        }
        self.check_gaps();
    }

    /// Whether the call has a place for a parameter. What only comes back of a function has one on
    /// Oracle, and on PostgreSQL as JDBC writes it.
    fn has_place(&self, parameter: &RoutineParameter) -> bool {
        self.routine.kind == RoutineKind::Procedure
            || parameter.direction != Direction::Out
            || self.dialect == Dialect::Oracle
            || (self.dialect == Dialect::Postgresql && !self.routine.returns_rows)
    }

    fn take(
        &mut self,
        index: usize,
        parameter: &RoutineParameter,
        given: Option<&Given>,
        secret: bool,
    ) {
        let position = index + 1;
        let name = parameter.name.clone();
        let name = name.unwrap_or_else(|| format!("parameter {position}"));
        let value = match given {
            None | Some(Given::LeaveOut) if parameter.optional => return,
            None | Some(Given::LeaveOut) => {
                self.notes.push(FormNote::new(
                    position,
                    Severity::Error,
                    "It has no default: give it a value, or NULL.",
                ));
                return;
            }
            Some(Given::Secret) => {
                self.notes.push(FormNote::new(
                    position,
                    Severity::Error,
                    "A secret value is never kept: type it again.",
                ));
                return;
            }
            Some(Given::Null) => Value::Null,
            Some(Given::Value { text }) => match read(text, &parameter.data_type) {
                Ok((value, warning)) => {
                    let note = |text| FormNote::new(position, Severity::Warning, text);
                    self.notes.extend(warning.map(note));
                    value
                }
                Err(text) => {
                    self.notes
                        .push(FormNote::new(position, Severity::Error, text));
                    return;
                }
            },
        };
        self.laid.push(Laid {
            index,
            bound: BoundParameter {
                name,
                value,
                direction: parameter.direction,
                secret,
            },
        });
    }

    /// Whether arguments must be named because one before another is left out, or because a name tells
    /// the overload that is meant.
    fn named(&self) -> bool {
        let tells = self.overloads
            && !self.routine.variadic
            && matches!(self.dialect, Dialect::Postgresql | Dialect::Oracle)
            && self.routine.parameters.iter().all(|p| p.name.is_some());
        tells || self.gap().is_some()
    }

    /// The first parameter (from 0) that is left out before one that is given.
    fn gap(&self) -> Option<usize> {
        let last = self.laid.last()?.index;
        let left_out = |index: &usize| {
            let parameter = &self.routine.parameters[*index];
            self.has_place(parameter) && self.laid.iter().all(|laid| laid.index != *index)
        };
        (0..last).find(left_out)
    }

    fn check_gaps(&mut self) {
        let Some(gap) = self.gap() else { return };
        let unnamed = self
            .laid
            .iter()
            .filter(|laid| laid.index > gap)
            .any(|laid| self.routine.parameters[laid.index].name.is_none());
        let by_position = !matches!(
            self.dialect,
            Dialect::Sqlite | Dialect::Postgresql | Dialect::SqlServer | Dialect::Oracle
        );
        if unnamed || by_position || self.routine.variadic {
            self.notes.push(FormNote::new(
                gap + 1,
                Severity::Error,
                "It can be left out only together with everything behind it, because the arguments have no names here.",
            ));
        }
    }

    fn statement(self) -> (Statement, Vec<Option<usize>>) {
        let named = self.named();
        let by_place = |index: usize| self.routine.parameters[index].name.as_deref();
        let list: Vec<String> = self
            .laid
            .iter()
            .map(|laid| match by_place(laid.index).filter(|_| named) {
                Some(name) => assigned(self.dialect, name),
                None => "?".to_owned(),
            })
            .collect();
        let has_outs = self
            .laid
            .iter()
            .any(|laid| laid.bound.direction == Direction::Out);
        // On PostgreSQL the out values of a function are what it returns.
        let returns = self.routine.kind == RoutineKind::Function
            && !self.routine.returns_rows
            && !(self.dialect == Dialect::Postgresql && has_outs);
        let name = called(self.dialect, &self.routine.name);
        let list = list.join(", ");
        let text = if returns {
            format!("{{? = call {name}({list})}}") // identifiers only
        } else {
            format!("CALL {name}({list})") // identifiers only
        };
        let result = returns.then(|| BoundParameter {
            name: "return value".to_owned(),
            value: Value::Null,
            direction: Direction::Out,
            secret: false,
        });
        let mut positions: Vec<Option<usize>> = result.iter().map(|_| None).collect();
        positions.extend(self.laid.iter().map(|laid| Some(laid.index + 1)));
        let mut parameters: Vec<BoundParameter> = result.into_iter().collect();
        parameters.extend(self.laid.into_iter().map(|laid| laid.bound));
        let statement = Statement {
            operation: None,
            kind: Kind::Procedure,
            text,
            parameters,
        };
        (statement, positions)
    }
}

/// A call of a routine with nothing given, to ask what it would touch. It is never run.
pub fn bare_call(dialect: Dialect, name: &ObjectName) -> Statement {
    Statement {
        operation: None,
        kind: Kind::Procedure,
        text: format!("CALL {}()", called(dialect, name)), // identifiers only
        parameters: Vec::new(),
    }
}

fn assigned(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::SqlServer => format!("@{} = ?", name.trim_start_matches('@')),
        _ => format!("{} => ?", quote::identifier(dialect, name)), // identifiers only
    }
}

/// The routine's name in quotes. On SQLite a script has no schema; on Oracle a dot separates a package
/// from its routine.
fn called(dialect: Dialect, name: &ObjectName) -> String {
    match (dialect, name.name.split_once('.')) {
        (Dialect::Sqlite, _) => quote::identifier(dialect, &name.name),
        (Dialect::Oracle, Some((package, routine))) => {
            let package = ObjectName::new(name.schema.as_deref(), package);
            let package = quote::object(dialect, &package);
            format!("{package}.{}", quote::identifier(dialect, routine)) // identifiers only
        }
        _ => quote::object(dialect, name),
    }
}

/// A typed text as a value of the type, with what is to be said of it.
fn read(text: &str, data_type: &DataType) -> Result<(Value, Option<String>), String> {
    let trimmed = text.trim();
    let empty = trimmed.is_empty();
    let takes_text = matches!(
        data_type.kind,
        TypeKind::Text | TypeKind::Enum | TypeKind::Other | TypeKind::Array | TypeKind::Bytes
    );
    if empty && !takes_text {
        return Err(format!(
            "An empty text is no {}: give it a value, or NULL.",
            data_type.text
        ));
    }
    let value = match data_type.kind {
        TypeKind::Boolean if trimmed.eq_ignore_ascii_case("true") => Value::Bool(true),
        TypeKind::Boolean if trimmed.eq_ignore_ascii_case("false") => Value::Bool(false),
        TypeKind::Bytes => Value::Bytes(hexadecimal(trimmed)?),
        // A blank before or after a number or a date is a slip, in a text it is a part of it.
        _ if takes_text => Value::Text(text.to_owned()),
        _ => Value::Text(trimmed.to_owned()),
    };
    match fits(&value, data_type) {
        Ok(()) => Ok((value, warning(trimmed, data_type))),
        Err(Misfit::Unreadable(wanted)) => {
            Err(format!("{} wants {wanted}.", capital(&data_type.text)))
        }
        Err(Misfit::TooLong(limit)) if data_type.kind == TypeKind::Bytes => {
            Err(format!("It holds {limit} bytes at most."))
        }
        Err(Misfit::TooLong(limit)) => Err(format!(
            "It has {} characters, and {} holds {limit}.",
            text.chars().count(),
            data_type.text
        )),
    }
}

/// What a database may take and is worth a word.
fn warning(text: &str, data_type: &DataType) -> Option<String> {
    match data_type.kind {
        TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz => {
            let date = text.get(..10)?;
            let shaped = date.len() == 10 && date.as_bytes().get(4) == Some(&b'-');
            let real = date.parse::<jiff::civil::Date>().is_ok();
            (shaped && !real).then(|| format!("There is no {date} in the calendar."))
        }
        TypeKind::Decimal => {
            let scale = usize::try_from(data_type.scale?).ok()?;
            let digits = text.split_once('.')?.1;
            let plain = digits.chars().all(|c| c.is_ascii_digit());
            (plain && digits.trim_end_matches('0').len() > scale)
                .then(|| format!("It is rounded to {scale} digits after the point, or refused."))
        }
        _ => None,
    }
}

/// Bytes from hexadecimal digits; blanks and a prefix (`0x`, `\x`) do no harm.
fn hexadecimal(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u8> = text
        .trim_start_matches("0x")
        .trim_start_matches("\\x")
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let wrong = || "Bytes are typed as hexadecimal digits, two for each byte.".to_owned();
    if digits.len() % 2 == 1 {
        return Err(wrong());
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    digits
        .chunks_exact(2)
        .map(|pair| {
            let byte = digit(pair[0])? * 16 + digit(pair[1])?;
            u8::try_from(byte).ok()
        })
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(wrong)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "It".to_owned(),
    }
}

#[cfg(test)]
mod tests;
