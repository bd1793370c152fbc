//! Values on their way to SQLite and back.

use std::sync::Arc;

use sluice_core::ports::ResultColumn;
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteColumn, SqliteRow};
use sqlx::{Column as _, Decode as _, Row as _, TypeInfo as _, ValueRef as _};

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Binds a value. Text stays text, and the column's affinity turns it into what the column holds.
pub(super) fn bind<'q>(query: Bound<'q>, value: &Value) -> Bound<'q> {
    match value {
        Value::Null => query.bind(None::<i64>),
        Value::Bool(value) => query.bind(i64::from(*value)),
        Value::Integer(value) => query.bind(*value),
        // SQLite has no unsigned numbers: beyond its range it reads digits as a REAL anyway.
        Value::Unsigned(value) => match i64::try_from(*value) {
            Ok(value) => query.bind(value),
            Err(_) => query.bind(value.to_string()),
        },
        Value::Float(value) => query.bind(*value),
        Value::Decimal(value) | Value::Text(value) => query.bind(value.clone()),
        Value::Bytes(value) => query.bind(value.clone()),
        Value::Json(value) => query.bind(value.to_string()),
    }
}

pub(super) fn columns(columns: &[SqliteColumn]) -> Arc<[ResultColumn]> {
    columns
        .iter()
        .map(|column| ResultColumn {
            name: column.name().to_owned(),
            type_name: column.type_info().name().to_ascii_uppercase(),
        })
        .collect()
}

/// The cells of a row, by what is stored in each; the declared type only tells booleans from
/// numbers.
pub(super) fn row(row: &SqliteRow) -> Result<Vec<Value>, DatabaseError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        DatabaseError::new(
            DatabaseErrorKind::Other,
            format!("A value cannot be read: {error}"),
        )
    };
    let mut values = Vec::with_capacity(row.len());
    for (index, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(index).map_err(|e| unreadable(&e))?;
        if raw.is_null() {
            values.push(Value::Null);
            continue;
        }
        // sqlx gives the storage class of a value here, and the declared type at the column.
        let stored = raw.type_info().into_owned();
        let value = match stored.name() {
            "INTEGER" => i64::decode(raw).map(|number| match number {
                0 | 1 if column.type_info().name() == "BOOLEAN" => Value::Bool(number == 1),
                _ => Value::Integer(number),
            }),
            "REAL" => f64::decode(raw).map(Value::Float),
            "BLOB" => Vec::<u8>::decode(raw).map(Value::Bytes),
            // SQLite keeps any bytes as text; what is no UTF-8 stays what it is.
            _ => Vec::<u8>::decode(raw).map(|bytes| {
                String::from_utf8(bytes)
                    .map_or_else(|error| Value::Bytes(error.into_bytes()), Value::Text)
            }),
        };
        values.push(value.map_err(|e| unreadable(&e))?);
    }
    Ok(values)
}
