//! Values on their way to MySQL and MariaDB and back.

use std::sync::Arc;

use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{Column, Row, Value as Raw};
use sluice_core::Value;
use sluice_core::catalogue::{DataType, TypeKind};
use sluice_core::ports::ResultColumn;

use super::types;
use crate::civil;

/// The character set "binary": what tells bytes from text.
const BINARY: u16 = 63;

/// A value to bind. Text stays text, and the server converts it to the column's type, but for what
/// it would take for something else: words for a Boolean, and the digits of a BIT, of which it would
/// store the characters.
pub(super) fn bind(value: &Value, data_type: Option<&DataType>) -> Raw {
    if let (Value::Text(text) | Value::Decimal(text), Some(data_type)) = (value, data_type)
        && (data_type.kind == TypeKind::Boolean || types::is_bits(data_type))
        && let Some(number) = number_of(text.trim())
    {
        return number;
    }
    match value {
        Value::Null => Raw::NULL,
        Value::Bool(value) => Raw::Int(i64::from(*value)),
        Value::Integer(value) => Raw::Int(*value),
        Value::Unsigned(value) => Raw::UInt(*value),
        Value::Float(value) => Raw::Double(*value),
        Value::Decimal(value) | Value::Text(value) => Raw::Bytes(value.clone().into_bytes()),
        Value::Bytes(value) => Raw::Bytes(value.clone()),
        Value::Json(value) => Raw::Bytes(value.to_string().into_bytes()),
    }
}

fn number_of(text: &str) -> Option<Raw> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" => Some(Raw::Int(1)),
        "false" | "f" | "no" | "n" | "off" => Some(Raw::Int(0)),
        digits => {
            let number = digits.parse().map(Raw::UInt);
            number.or_else(|_| digits.parse().map(Raw::Int)).ok()
        }
    }
}

pub(super) fn columns(columns: &[Column]) -> Arc<[ResultColumn]> {
    columns
        .iter()
        .map(|column| ResultColumn {
            name: column.name_str().into_owned(),
            type_name: type_name(column).to_owned(),
        })
        .collect()
}

pub(super) fn row(row: Row, columns: &[Column]) -> Vec<Value> {
    row.unwrap_raw()
        .into_iter()
        .zip(columns)
        .map(|(raw, column)| raw.map_or(Value::Null, |raw| cell(raw, column)))
        .collect()
}

/// "10.11.19-MariaDB-0+deb12u1" as "MariaDB 10.11.19".
pub(super) fn product(version: &str) -> String {
    let number = version.split('-').find(|part| !part.is_empty());
    let maker = if version.contains("MariaDB") {
        "MariaDB"
    } else {
        "MySQL"
    };
    format!("{maker} {}", number.unwrap_or_default())
}

fn cell(raw: Raw, column: &Column) -> Value {
    match raw {
        Raw::NULL => Value::Null,
        Raw::Int(number) => integer(number, column),
        Raw::UInt(number) => match i64::try_from(number) {
            Ok(number) => integer(number, column),
            Err(_) => Value::Unsigned(number),
        },
        // The shortest digits that mean this float, and not those of the double next to it.
        Raw::Float(number) => Value::Float(number.to_string().parse().unwrap_or(f64::NAN)),
        Raw::Double(number) => Value::Float(number),
        Raw::Date(year, month, day, hour, minute, second, micros) => {
            let date = format!("{year:04}-{month:02}-{day:02}");
            if column.column_type() == ColumnType::MYSQL_TYPE_DATE {
                return Value::Text(date);
            }
            let fraction = civil::fraction(i64::from(micros));
            Value::Text(format!(
                "{date}T{hour:02}:{minute:02}:{second:02}{fraction}"
            ))
        }
        Raw::Time(negative, days, hours, minutes, seconds, micros) => {
            let sign = if negative { "-" } else { "" };
            let hours = u64::from(days) * 24 + u64::from(hours);
            let fraction = civil::fraction(i64::from(micros));
            Value::Text(format!(
                "{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}"
            ))
        }
        Raw::Bytes(bytes) => bytes_of(bytes, column),
    }
}

/// TINYINT(1) is how these databases write BOOLEAN; a value beyond 0 and 1 shows that it is not.
fn integer(number: i64, column: &Column) -> Value {
    let boolean =
        column.column_type() == ColumnType::MYSQL_TYPE_TINY && column.column_length() == 1;
    match number {
        0 | 1 if boolean => Value::Bool(number == 1),
        _ if is_unsigned_big(column) => Value::Unsigned(number.unsigned_abs()),
        _ => Value::Integer(number),
    }
}

/// BIGINT UNSIGNED is `Unsigned` whatever it holds, so that a column has one type.
fn is_unsigned_big(column: &Column) -> bool {
    column.column_type() == ColumnType::MYSQL_TYPE_LONGLONG
        && column.flags().contains(ColumnFlags::UNSIGNED_FLAG)
}

fn bytes_of(bytes: Vec<u8>, column: &Column) -> Value {
    use ColumnType as T;
    let text =
        |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|error| Value::Bytes(error.into_bytes()));
    match column.column_type() {
        T::MYSQL_TYPE_DECIMAL | T::MYSQL_TYPE_NEWDECIMAL => {
            text(bytes).map_or_else(|raw| raw, Value::Decimal)
        }
        T::MYSQL_TYPE_BIT if column.column_length() == 1 => {
            Value::Bool(bytes.iter().any(|byte| *byte != 0))
        }
        T::MYSQL_TYPE_BIT if bytes.len() <= 8 => Value::Unsigned(
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        ),
        T::MYSQL_TYPE_JSON => text(bytes).map_or_else(
            |raw| raw,
            |json| serde_json::from_str(&json).map_or(Value::Text(json), Value::Json),
        ),
        T::MYSQL_TYPE_BIT | T::MYSQL_TYPE_GEOMETRY => Value::Bytes(bytes),
        T::MYSQL_TYPE_TINY_BLOB
        | T::MYSQL_TYPE_MEDIUM_BLOB
        | T::MYSQL_TYPE_LONG_BLOB
        | T::MYSQL_TYPE_BLOB
        | T::MYSQL_TYPE_STRING
        | T::MYSQL_TYPE_VAR_STRING
        | T::MYSQL_TYPE_VARCHAR
            if column.character_set() == BINARY =>
        {
            Value::Bytes(bytes)
        }
        // What was not prepared comes as text whatever its type is.
        T::MYSQL_TYPE_TINY
        | T::MYSQL_TYPE_SHORT
        | T::MYSQL_TYPE_INT24
        | T::MYSQL_TYPE_LONG
        | T::MYSQL_TYPE_LONGLONG
        | T::MYSQL_TYPE_YEAR => match text(bytes) {
            Ok(digits) => digits
                .parse()
                .map_or(Value::Text(digits), |number| integer(number, column)),
            Err(raw) => raw,
        },
        T::MYSQL_TYPE_FLOAT | T::MYSQL_TYPE_DOUBLE => match text(bytes) {
            Ok(digits) => digits.parse().map_or(Value::Text(digits), Value::Float),
            Err(raw) => raw,
        },
        T::MYSQL_TYPE_DATETIME
        | T::MYSQL_TYPE_DATETIME2
        | T::MYSQL_TYPE_TIMESTAMP
        | T::MYSQL_TYPE_TIMESTAMP2 => text(bytes).map_or_else(
            |raw| raw,
            |time| Value::Text(point_in_time(&time.replacen(' ', "T", 1))),
        ),
        T::MYSQL_TYPE_TIME | T::MYSQL_TYPE_TIME2 => {
            text(bytes).map_or_else(|raw| raw, |time| Value::Text(point_in_time(&time)))
        }
        _ => text(bytes).map_or_else(|raw| raw, Value::Text),
    }
}

/// Without the zeros that a fraction ends with, as the prepared form has it.
fn point_in_time(text: &str) -> String {
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text.to_owned(),
    }
}

fn type_name(column: &Column) -> &'static str {
    use ColumnType as T;
    let binary = column.character_set() == BINARY;
    let unsigned = column.flags().contains(ColumnFlags::UNSIGNED_FLAG);
    match column.column_type() {
        T::MYSQL_TYPE_DECIMAL | T::MYSQL_TYPE_NEWDECIMAL => "DECIMAL",
        T::MYSQL_TYPE_TINY if column.column_length() == 1 => "BOOLEAN",
        T::MYSQL_TYPE_TINY => "TINYINT",
        T::MYSQL_TYPE_SHORT => "SMALLINT",
        T::MYSQL_TYPE_INT24 => "MEDIUMINT",
        T::MYSQL_TYPE_LONG => "INT",
        T::MYSQL_TYPE_LONGLONG if unsigned => "BIGINT UNSIGNED",
        T::MYSQL_TYPE_LONGLONG => "BIGINT",
        T::MYSQL_TYPE_FLOAT => "FLOAT",
        T::MYSQL_TYPE_DOUBLE => "DOUBLE",
        T::MYSQL_TYPE_NULL => "NULL",
        T::MYSQL_TYPE_TIMESTAMP | T::MYSQL_TYPE_TIMESTAMP2 => "TIMESTAMP",
        T::MYSQL_TYPE_DATETIME | T::MYSQL_TYPE_DATETIME2 => "DATETIME",
        T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => "DATE",
        T::MYSQL_TYPE_TIME | T::MYSQL_TYPE_TIME2 => "TIME",
        T::MYSQL_TYPE_YEAR => "YEAR",
        T::MYSQL_TYPE_BIT => "BIT",
        T::MYSQL_TYPE_JSON => "JSON",
        T::MYSQL_TYPE_ENUM => "ENUM",
        T::MYSQL_TYPE_SET => "SET",
        T::MYSQL_TYPE_GEOMETRY => "GEOMETRY",
        T::MYSQL_TYPE_TINY_BLOB
        | T::MYSQL_TYPE_MEDIUM_BLOB
        | T::MYSQL_TYPE_LONG_BLOB
        | T::MYSQL_TYPE_BLOB => {
            if binary {
                "BLOB"
            } else {
                "TEXT"
            }
        }
        T::MYSQL_TYPE_STRING if column.flags().contains(ColumnFlags::ENUM_FLAG) => "ENUM",
        T::MYSQL_TYPE_STRING if column.flags().contains(ColumnFlags::SET_FLAG) => "SET",
        T::MYSQL_TYPE_STRING if binary => "BINARY",
        T::MYSQL_TYPE_STRING => "CHAR",
        T::MYSQL_TYPE_VAR_STRING | T::MYSQL_TYPE_VARCHAR if binary => "VARBINARY",
        T::MYSQL_TYPE_VAR_STRING | T::MYSQL_TYPE_VARCHAR => "VARCHAR",
        _ => "UNKNOWN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: ColumnType, length: u32, charset: u16, raw: Raw) -> Value {
        let column = Column::new(kind)
            .with_column_length(length)
            .with_character_set(charset);
        cell(raw, &column)
    }

    #[test]
    fn a_tinyint_of_width_1_is_a_boolean_unless_it_holds_more() {
        let tiny = |length, number| {
            read(
                ColumnType::MYSQL_TYPE_TINY,
                length,
                BINARY,
                Raw::Int(number),
            )
        };
        assert_eq!(tiny(1, 1), Value::Bool(true));
        assert_eq!(tiny(1, 2), Value::Integer(2));
        assert_eq!(tiny(4, 1), Value::Integer(1));
    }

    #[test]
    fn the_character_set_tells_bytes_from_text() {
        let bytes = |charset| {
            let raw = Raw::Bytes(b"abc".to_vec());
            read(ColumnType::MYSQL_TYPE_BLOB, 0, charset, raw)
        };
        assert_eq!(bytes(45), Value::from("abc"));
        assert_eq!(bytes(BINARY), Value::Bytes(b"abc".to_vec()));
        let broken = Raw::Bytes(vec![0xff]);
        assert_eq!(
            read(ColumnType::MYSQL_TYPE_VAR_STRING, 0, 45, broken),
            Value::Bytes(vec![0xff])
        );
    }

    #[test]
    fn dates_and_times_are_iso_8601() {
        let day = Raw::Date(2024, 5, 6, 7, 8, 9, 120_000);
        assert_eq!(
            read(ColumnType::MYSQL_TYPE_DATE, 0, BINARY, day.clone()),
            Value::from("2024-05-06")
        );
        assert_eq!(
            read(ColumnType::MYSQL_TYPE_DATETIME, 0, BINARY, day),
            Value::from("2024-05-06T07:08:09.12")
        );
        assert_eq!(
            read(
                ColumnType::MYSQL_TYPE_TIME,
                0,
                BINARY,
                Raw::Time(true, 1, 2, 34, 56, 0)
            ),
            Value::from("-26:34:56")
        );
    }

    #[test]
    fn what_was_not_prepared_reads_alike() {
        let text = |kind, text: &str| read(kind, 0, BINARY, Raw::Bytes(text.as_bytes().to_vec()));
        assert_eq!(
            text(ColumnType::MYSQL_TYPE_DATETIME, "2024-05-06 07:08:09.120"),
            Value::from("2024-05-06T07:08:09.12")
        );
        assert_eq!(
            text(ColumnType::MYSQL_TYPE_TIME, "-26:34:50.000"),
            Value::from("-26:34:50")
        );
        assert_eq!(
            text(ColumnType::MYSQL_TYPE_DATE, "0000-00-00"),
            Value::from("0000-00-00")
        );
        assert_eq!(
            text(ColumnType::MYSQL_TYPE_DOUBLE, "0.25"),
            Value::Float(0.25)
        );
        assert_eq!(text(ColumnType::MYSQL_TYPE_LONG, "-7"), Value::Integer(-7));
    }

    #[test]
    fn a_text_is_bound_as_a_number_only_where_the_server_would_misread_it() {
        let bound = |kind: &str, text: &str| bind(&Value::from(text), Some(&types::read(kind)));
        assert_eq!(bound("tinyint(1)", "true"), Raw::Int(1));
        assert_eq!(bound("bit(1)", "off"), Raw::Int(0));
        assert_eq!(
            bound("bit(64)", "18446744073709551615"),
            Raw::UInt(u64::MAX)
        );
        for kind in ["int(11)", "varchar(9)", "date"] {
            assert_eq!(bound(kind, "12"), Raw::Bytes(b"12".to_vec()), "{kind}");
        }
        assert_eq!(
            bind(&Value::from("true"), None),
            Raw::Bytes(b"true".to_vec())
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        let decimal = Raw::Bytes(b"12.3400".to_vec());
        assert_eq!(
            read(ColumnType::MYSQL_TYPE_NEWDECIMAL, 0, BINARY, decimal),
            Value::Decimal("12.3400".into())
        );
        assert_eq!(
            read(
                ColumnType::MYSQL_TYPE_LONGLONG,
                20,
                BINARY,
                Raw::UInt(u64::MAX)
            ),
            Value::Unsigned(u64::MAX)
        );
        assert_eq!(
            read(ColumnType::MYSQL_TYPE_FLOAT, 0, BINARY, Raw::Float(0.1)),
            Value::Float(0.1)
        );
        let bits = Raw::Bytes(vec![0x0a, 0xaa]);
        assert_eq!(
            read(ColumnType::MYSQL_TYPE_BIT, 12, BINARY, bits),
            Value::Unsigned(2730)
        );
    }

    #[test]
    fn the_product_is_named_from_the_version() {
        assert_eq!(product("10.11.19-MariaDB-0+deb12u1"), "MariaDB 10.11.19");
        assert_eq!(product("8.4.3"), "MySQL 8.4.3");
    }
}
