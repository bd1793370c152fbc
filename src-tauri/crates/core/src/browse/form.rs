//! What a column's type allows: which comparisons, whether an order, and how a typed text becomes a
//! value of it.

use jiff::{Timestamp, civil};

use super::Refusal;
use crate::catalogue::{Column, TypeKind};
use crate::config::Dialect;
use crate::fit::{Misfit, fits};
use crate::value::Value;

/// What can be done with a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Patterns and comparisons.
    Text,
    /// Comparisons.
    Plain,
    /// Nothing but NULL or not.
    Opaque,
}

/// The form of a column.
pub(super) fn of(column: &Column) -> Form {
    match column.data_type.kind {
        TypeKind::Text => Form::Text,
        TypeKind::Boolean
        | TypeKind::Integer { .. }
        | TypeKind::Unsigned { .. }
        | TypeKind::Decimal
        | TypeKind::Float
        | TypeKind::Date
        | TypeKind::Time
        | TypeKind::Timestamp
        | TypeKind::TimestampTz
        | TypeKind::Uuid
        | TypeKind::Enum => Form::Plain,
        TypeKind::Bytes
        | TypeKind::Interval
        | TypeKind::Json
        | TypeKind::Cursor
        | TypeKind::Array
        | TypeKind::Other => Form::Opaque,
    }
}

/// Whether the database can order by a column. Types of which a dialect refuses some are left out as
/// a whole, so that no order fails half-way.
pub(super) fn sorts(dialect: Dialect, column: &Column) -> bool {
    let text = column.data_type.text.to_ascii_lowercase();
    match dialect {
        // Anything can stand in a column of SQLite and MySQL, and anything is ordered.
        Dialect::Sqlite => true,
        Dialect::Mysql => column.data_type.kind != TypeKind::Other,
        Dialect::SqlServer if matches!(text.as_str(), "text" | "ntext") => false,
        Dialect::Oracle if matches!(text.as_str(), "clob" | "nclob" | "long") => false,
        Dialect::Odbc if text.contains("lob") || text.contains("long") => false,
        _ => of(column) != Form::Opaque,
    }
}

/// A typed text as a value of the column's type.
///
/// # Errors
/// [`Refusal::Value`] where it is none.
pub(super) fn value(column: &Column, text: &str) -> Result<Value, Refusal> {
    let trimmed = text.trim();
    let refuse = |wanted: &str| Refusal::Value {
        column: column.name.clone(),
        data_type: column.data_type.text.clone(),
        value: text.to_owned(),
        wanted: wanted.to_owned(),
    };
    let kind = column.data_type.kind;
    let value = match kind {
        // Longer than the column is no mistake here: no row is equal to it.
        TypeKind::Text => return Ok(Value::from(text)),
        TypeKind::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Value::Bool(true),
            "0" | "false" | "no" => Value::Bool(false),
            _ => return Err(refuse("1 or 0")),
        },
        TypeKind::Integer { .. } | TypeKind::Unsigned { .. } => trimmed
            .parse()
            .map(Value::Integer)
            .or_else(|_| trimmed.parse().map(Value::Unsigned))
            .map_err(|_| refuse("a whole number"))?,
        TypeKind::Float => match trimmed.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float(number),
            _ => return Err(refuse("a number")),
        },
        TypeKind::Decimal => Value::Decimal(trimmed.to_owned()),
        TypeKind::Enum => Value::from(text),
        // One way to write a time, so that no database reads it by settings of its own.
        TypeKind::Date if trimmed.len() != 10 || trimmed.parse::<civil::Date>().is_err() => {
            return Err(refuse("a date as YYYY-MM-DD"));
        }
        TypeKind::Timestamp | TypeKind::TimestampTz
            if trimmed.parse::<civil::DateTime>().is_err()
                && trimmed.parse::<Timestamp>().is_err() =>
        {
            return Err(refuse("a date and time as YYYY-MM-DD hh:mm:ss"));
        }
        _ => Value::from(trimmed),
    };
    match fits(&value, &column.data_type) {
        Ok(()) | Err(Misfit::TooLong(_)) => Ok(value),
        Err(Misfit::Unreadable(wanted)) => Err(refuse(&wanted)),
    }
}
