//! Values on their way to PostgreSQL, as text, and back.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
use sluice_core::ports::ResultColumn;
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};
use tokio_postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Column, Row};

use super::decode::decode;
use super::literal;

/// A parameter. The server gets text and reads it as the type it has inferred, so text fits every
/// type; only bytes for a BYTEA go as they are.
pub(super) struct Bound<'a>(pub &'a Value);

impl fmt::Debug for Bound<'_> {
    /// Drivers print parameters in places nobody thinks of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parameter")
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Bool(value) => out.extend_from_slice(boolean(*value, ty).as_bytes()),
            Value::Text(text) => out.extend_from_slice(literal::time(ty, text).as_bytes()),
            Value::Decimal(text) => out.extend_from_slice(text.as_bytes()),
            Value::Bytes(bytes) => out.extend_from_slice(bytes),
            Value::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Value::Unsigned(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Value::Float(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Value::Json(value) => out.extend_from_slice(literal::json(ty, value).as_bytes()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, ty: &Type) -> Format {
        match self.0 {
            Value::Bytes(_) if *ty == Type::BYTEA => Format::Binary,
            _ => Format::Text,
        }
    }

    to_sql_checked!();
}

/// The words for a boolean; the digits where the column holds numbers.
fn boolean(value: bool, ty: &Type) -> &'static str {
    let digits = matches!(
        *ty,
        Type::INT2
            | Type::INT4
            | Type::INT8
            | Type::NUMERIC
            | Type::FLOAT4
            | Type::FLOAT8
            | Type::BIT
            | Type::VARBIT
    );
    match (value, digits) {
        (true, true) => "1",
        (false, true) => "0",
        (true, false) => "true",
        (false, false) => "false",
    }
}

pub(super) fn columns(columns: &[Column]) -> Arc<[ResultColumn]> {
    columns
        .iter()
        .map(|column| ResultColumn {
            name: column.name().to_owned(),
            type_name: column.type_().name().to_uppercase(),
        })
        .collect()
}

pub(super) fn row(row: &Row) -> Result<Vec<Value>, DatabaseError> {
    (0..row.len())
        .map(|index| match row.try_get::<_, Cell>(index) {
            Ok(cell) => Ok(cell.0),
            Err(error) => Err(DatabaseError::new(
                DatabaseErrorKind::Other,
                error.to_string(),
            )),
        })
        .collect()
}

struct Cell(Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(decode(ty, raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
