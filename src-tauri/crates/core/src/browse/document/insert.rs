//! Values as literals of a dialect, for the INSERT statements of a document. They are read by people
//! and by the database's own tools, never run by Sluice.
//!
//! **Invariant:** a text means itself whatever stands in it and however the server is set: no literal
//! depends on what a backslash means there.

use std::fmt::Write as _;

use super::Heading;
use crate::catalogue::{ObjectName, TypeKind};
use crate::config::Dialect;
use crate::quote;
use crate::value::Value;

/// `INSERT INTO table (columns) VALUES (`.
pub(super) fn beginning(dialect: Dialect, table: &ObjectName, headings: &[Heading]) -> String {
    let names: Vec<String> = headings
        .iter()
        .map(|heading| quote::identifier(dialect, &heading.name))
        .collect();
    let table = quote::object(dialect, table);
    format!("INSERT INTO {table} ({}) VALUES (", names.join(", ")) // identifiers only
}

/// A value as the dialect writes it.
pub(super) fn literal(dialect: Dialect, kind: TypeKind, value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(value) => match (dialect, value) {
            (Dialect::Postgresql | Dialect::Sqlite | Dialect::Mysql, true) => "TRUE".to_owned(),
            (Dialect::Postgresql | Dialect::Sqlite | Dialect::Mysql, false) => "FALSE".to_owned(),
            (_, value) => u8::from(*value).to_string(),
        },
        Value::Integer(number) => number.to_string(),
        Value::Unsigned(number) => number.to_string(),
        // The shortest text that reads back as the same number; not every dialect has a word for
        // what is none.
        Value::Float(number) if number.is_finite() => format!("{number:?}"),
        Value::Float(number) => text(dialect, &number.to_string()),
        Value::Decimal(number) if is_number(number) => number.clone(),
        Value::Decimal(number) => text(dialect, number),
        Value::Text(words) => match (dialect, kind) {
            (Dialect::Oracle, TypeKind::Date) if is_plain(words) => format!("DATE '{words}'"),
            (Dialect::Oracle, TypeKind::Timestamp | TypeKind::TimestampTz) if is_plain(words) => {
                format!("TIMESTAMP '{}'", words.replace('T', " "))
            }
            // SQL Server's DATETIME wants the T, or reads the day by the language of the session.
            (Dialect::SqlServer, TypeKind::Timestamp | TypeKind::TimestampTz)
                if is_plain(words) =>
            {
                format!("'{}'", words.replacen(' ', "T", 1))
            }
            _ => text(dialect, words),
        },
        Value::Json(json) => text(dialect, &json.to_string()),
        Value::Bytes(bytes) => {
            let hex = hex(bytes);
            match dialect {
                Dialect::Postgresql => format!("'\\x{hex}'::bytea"),
                Dialect::SqlServer => format!("0x{hex}"),
                Dialect::Oracle => format!("HEXTORAW('{hex}')"),
                Dialect::Sqlite | Dialect::Mysql | Dialect::Odbc => format!("X'{hex}'"),
            }
        }
    }
}

fn text(dialect: Dialect, words: &str) -> String {
    let doubled = words.replace('\'', "''");
    match dialect {
        // What a backslash means is a setting of the server; bytes are bytes everywhere.
        Dialect::Mysql if words.contains('\\') => {
            format!("_utf8mb4 X'{}'", hex(words.as_bytes()))
        }
        Dialect::Postgresql if words.contains('\\') => {
            format!("E'{}'", doubled.replace('\\', "\\\\"))
        }
        Dialect::SqlServer => format!("N'{doubled}'"),
        _ => format!("'{doubled}'"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02X}");
            text
        })
}

/// Digits with a sign and a point, which no dialect reads as anything else.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(part)
}

/// A date or a time in ISO 8601, so nothing that could end a literal.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_digit() || b"-:. T+Z".contains(&b))
}
