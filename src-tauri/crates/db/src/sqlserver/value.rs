//! Values on their way to SQL Server and back.

use std::sync::Arc;

use mssql_tds::datatypes::column_values::{ColumnValues, SqlDateTime2, SqlTime};
use mssql_tds::datatypes::sql_string::{EncodingType, SqlString};
use mssql_tds::datatypes::sqldatatypes::TdsDataType;
use mssql_tds::datatypes::sqltypes::SqlType;
use mssql_tds::message::parameters::rpc_parameters::{RpcParameter, RpcTypeMetadata, StatusFlags};
use mssql_tds::query::metadata::ColumnMetadata;
use sluice_core::Value;
use sluice_core::catalogue::DataType;
use sluice_core::ports::ResultColumn;

use super::types::{FROM_1900, FROM_YEAR_1, NVARCHAR, VARBINARY, Wire, decimal};
use crate::civil;

/// The user type that SQL Server gives rowversion columns (`sys.types`: 189 is its system type).
const ROWVERSION: u32 = 80;

/// A parameter that takes a value only. Text goes as NVARCHAR and the server converts it, except
/// where NVARCHAR would not be converted, or not independently of the session's language.
pub(super) fn bind(
    name: Option<String>,
    value: &Value,
    declared: Option<&DataType>,
) -> RpcParameter {
    let wire = declared.map(Wire::of);
    let exact = match &wire {
        Some(Wire::Udt(_)) | None => None,
        Some(wire) if value.is_null() => Some(wire.null()),
        Some(
            wire @ (Wire::Bytes(_)
            | Wire::Decimal(..)
            | Wire::Money
            | Wire::SmallMoney
            | Wire::DateTime
            | Wire::SmallDateTime),
        ) => wire.exactly(value),
        Some(_) => None,
    };
    let sent = exact.unwrap_or_else(|| plain(value));
    parameter(name, StatusFlags::NONE, sent, wire.as_ref())
}

/// A parameter whose value comes back, in the type it is declared with, because the server answers
/// in the type that was sent.
pub(super) fn bind_out(name: Option<String>, value: &Value, declared: &DataType) -> RpcParameter {
    let wire = Wire::of(declared);
    let sent = wire.exactly(value).unwrap_or_else(|| plain(value));
    parameter(name, StatusFlags::BY_REF_VALUE, sent, Some(&wire))
}

fn parameter(
    name: Option<String>,
    flags: StatusFlags,
    sent: SqlType,
    wire: Option<&Wire>,
) -> RpcParameter {
    // A NULL says neither precision nor scale.
    let null = matches!(
        sent,
        SqlType::Decimal(None)
            | SqlType::Time(None)
            | SqlType::DateTime2(None)
            | SqlType::DateTimeOffset(None)
    );
    let parameter = RpcParameter::new(name, flags, sent);
    let (precision, scale) = match wire {
        Some(Wire::Decimal(precision, scale)) if null => (Some(*precision), Some(*scale)),
        Some(Wire::Time(scale) | Wire::DateTime2(scale) | Wire::DateTimeOffset(scale)) if null => {
            (None, Some(*scale))
        }
        _ => return parameter,
    };
    parameter.with_type_metadata(RpcTypeMetadata { precision, scale })
}

fn plain(value: &Value) -> SqlType {
    match value {
        Value::Null => SqlType::NVarchar(None, NVARCHAR),
        Value::Bool(value) => SqlType::Bit(Some(*value)),
        Value::Integer(value) => SqlType::BigInt(Some(*value)),
        Value::Unsigned(value) => match i64::try_from(*value) {
            Ok(value) => SqlType::BigInt(Some(value)),
            Err(_) => exact(&value.to_string()),
        },
        Value::Float(value) => SqlType::Float(Some(*value)),
        Value::Decimal(digits) => exact(digits),
        Value::Text(value) => text(value),
        Value::Json(value) => text(&value.to_string()),
        Value::Bytes(value) if value.len() <= usize::from(VARBINARY) => {
            SqlType::VarBinary(Some(value.clone()), VARBINARY)
        }
        Value::Bytes(value) => SqlType::VarBinaryMax(Some(value.clone())),
    }
}

fn exact(digits: &str) -> SqlType {
    decimal(digits).map_or_else(|| text(digits), |parts| SqlType::Decimal(Some(parts)))
}

/// The declared length is always the same, so that the server keeps one plan for all values.
fn text(value: &str) -> SqlType {
    let sent = Some(SqlString::from_utf8_string(value.to_owned()));
    if value.encode_utf16().count() <= usize::from(NVARCHAR) {
        SqlType::NVarchar(sent, NVARCHAR)
    } else {
        SqlType::NVarcharMax(sent)
    }
}

pub(super) fn columns(columns: &[ColumnMetadata]) -> Arc<[ResultColumn]> {
    columns
        .iter()
        .map(|column| ResultColumn {
            name: column.column_name.clone(),
            type_name: type_name(column).to_owned(),
        })
        .collect()
}

pub(super) fn row(row: Vec<ColumnValues>) -> Vec<Value> {
    row.into_iter().map(cell).collect()
}

pub(super) fn cell(raw: ColumnValues) -> Value {
    match raw {
        ColumnValues::Null => Value::Null,
        ColumnValues::Bit(value) => Value::Bool(value),
        ColumnValues::TinyInt(value) => Value::Integer(value.into()),
        ColumnValues::SmallInt(value) => Value::Integer(value.into()),
        ColumnValues::Int(value) => Value::Integer(value.into()),
        ColumnValues::BigInt(value) => Value::Integer(value),
        // The shortest digits that mean this float, and not those of the double next to it.
        ColumnValues::Real(value) => Value::Float(value.to_string().parse().unwrap_or(f64::NAN)),
        ColumnValues::Float(value) => Value::Float(value),
        ColumnValues::Decimal(parts) | ColumnValues::Numeric(parts) => {
            Value::Decimal(parts.to_string())
        }
        ColumnValues::SmallMoney(value) => Value::Decimal(money(value.int_val.into())),
        ColumnValues::Money(value) => {
            let low = u32::from_le_bytes(value.lsb_part.to_le_bytes());
            Value::Decimal(money(i64::from(value.msb_part) << 32 | i64::from(low)))
        }
        ColumnValues::String(value) => string(value),
        ColumnValues::Xml(value) => Value::Text(utf16(&value.bytes)),
        ColumnValues::Json(value) => {
            let json = value.as_string();
            serde_json::from_str(&json).map_or(Value::Text(json), Value::Json)
        }
        ColumnValues::Vector(value) => match value.as_f32() {
            Some(numbers) => Value::Json(
                numbers
                    .iter()
                    .map(ToString::to_string)
                    .map(number)
                    .collect(),
            ),
            None => Value::Null,
        },
        ColumnValues::Bytes(bytes) => Value::Bytes(bytes),
        // As the server and the other drivers write it.
        ColumnValues::Uuid(value) => Value::Text(value.hyphenated().to_string().to_uppercase()),
        ColumnValues::Date(value) => {
            Value::Text(civil::date(i64::from(value.get_days()) - FROM_YEAR_1))
        }
        ColumnValues::Time(value) => Value::Text(time(&value)),
        ColumnValues::DateTime2(value) => Value::Text(date_time(&value, 0)),
        ColumnValues::DateTimeOffset(value) => {
            let minutes = i64::from(value.offset);
            let sign = if minutes < 0 { '-' } else { '+' };
            let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
            let local = date_time(&value.datetime2, minutes);
            Value::Text(format!("{local}{sign}{hours:02}:{rest:02}"))
        }
        ColumnValues::DateTime(value) => {
            // Three hundredths of a second; shown to the millisecond, as the server shows them.
            let millis = (i64::from(value.time) * 10 + 1) / 3;
            let days = i64::from(value.days) - FROM_1900;
            Value::Text(civil::date_time((days * 86_400_000 + millis) * 1_000))
        }
        ColumnValues::SmallDateTime(value) => {
            let minutes = (i64::from(value.days) - FROM_1900) * 1_440 + i64::from(value.time);
            Value::Text(civil::date_time(minutes * 60_000_000))
        }
    }
}

fn number(digits: String) -> serde_json::Value {
    serde_json::from_str(&digits).unwrap_or(serde_json::Value::String(digits))
}

fn money(units: i64) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let units = units.unsigned_abs();
    format!("{sign}{}.{:04}", units / 10_000, units % 10_000)
}

fn string(value: SqlString) -> Value {
    // The driver would panic on bytes that are no UTF-8, which a UTF-8 collation does not prevent.
    if matches!(value.encoding_type(), EncodingType::Utf8) {
        let (bytes, _) = value.into_parts();
        return String::from_utf8(bytes)
            .map_or_else(|error| Value::Bytes(error.into_bytes()), Value::Text);
    }
    Value::Text(value.to_utf8_string())
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.trim_start_matches('\u{feff}').to_owned()
}

/// `HH:MM:SS[.fffffff]`; the driver counts in 100 nanoseconds.
fn time(value: &SqlTime) -> String {
    let seconds = i64::try_from(value.time_nanoseconds / 10_000_000).unwrap_or_default();
    civil::time(seconds * 1_000_000) + &fraction(value.time_nanoseconds % 10_000_000)
}

fn date_time(value: &SqlDateTime2, minutes: i64) -> String {
    let seconds = i64::try_from(value.time.time_nanoseconds / 10_000_000).unwrap_or_default();
    let days = i64::from(value.days) - FROM_YEAR_1;
    let text = civil::date_time((days * 86_400 + seconds + minutes * 60) * 1_000_000);
    text + &fraction(value.time.time_nanoseconds % 10_000_000)
}

fn fraction(ticks: u64) -> String {
    if ticks == 0 {
        return String::new();
    }
    format!(".{ticks:07}").trim_end_matches('0').to_owned()
}

fn type_name(column: &ColumnMetadata) -> &'static str {
    use TdsDataType as T;
    let length = column.type_info.length;
    match column.data_type {
        T::Bit | T::BitN => "BIT",
        T::Int1 => "TINYINT",
        T::Int2 => "SMALLINT",
        T::Int4 => "INT",
        T::Int8 => "BIGINT",
        T::IntN => match length {
            1 => "TINYINT",
            2 => "SMALLINT",
            4 => "INT",
            _ => "BIGINT",
        },
        T::Flt4 => "REAL",
        T::FltN if length == 4 => "REAL",
        T::Flt8 | T::FltN => "FLOAT",
        T::Decimal | T::DecimalN => "DECIMAL",
        T::Numeric | T::NumericN => "NUMERIC",
        T::Money4 => "SMALLMONEY",
        T::MoneyN if length == 4 => "SMALLMONEY",
        T::Money | T::MoneyN => "MONEY",
        T::DateN => "DATE",
        T::TimeN => "TIME",
        T::DateTime2N => "DATETIME2",
        T::DateTimeOffsetN => "DATETIMEOFFSET",
        T::DateTim4 => "SMALLDATETIME",
        T::DateTimeN if length == 4 => "SMALLDATETIME",
        T::DateTime | T::DateTimeN => "DATETIME",
        T::Char | T::BigChar => "CHAR",
        T::VarChar | T::BigVarChar => "VARCHAR",
        T::NChar => "NCHAR",
        T::NVarChar => "NVARCHAR",
        T::Text => "TEXT",
        T::NText => "NTEXT",
        T::Binary | T::BigBinary if column.user_type == ROWVERSION => "ROWVERSION",
        T::Binary | T::BigBinary => "BINARY",
        T::VarBinary | T::BigVarBinary => "VARBINARY",
        T::Image => "IMAGE",
        T::Guid => "UNIQUEIDENTIFIER",
        T::Xml => "XML",
        T::Json => "JSON",
        T::SsVariant => "SQL_VARIANT",
        T::Udt => "UDT",
        T::Vector => "VECTOR",
        _ => "UNKNOWN",
    }
}
