//! Values on their way to an ODBC driver and back, and ODBC's types.
//!
//! Everything but bytes goes and comes as text: the driver or the database reads it as the type it
//! wants, and numbers keep their digits.

use sluice_core::Value;
use sluice_core::catalogue::{DataType, TypeKind};
use sluice_core::ports::ResultColumn;
use sluice_odbc::{Cell, Column};

/// A value to bind.
pub(super) fn bind(value: &Value) -> Cell {
    match value {
        Value::Bytes(bytes) => Cell::Bytes(bytes.clone()),
        other => other.to_text().map_or(Cell::Null, Cell::Text),
    }
}

pub(super) fn column(column: &Column) -> ResultColumn {
    ResultColumn {
        name: column.name.clone(),
        type_name: type_name(column.code).to_owned(),
    }
}

/// A cell as its column's type has it. What cannot be read as that stays text.
pub(super) fn cell(cell: Cell, column: &Column) -> Value {
    let text = match cell {
        Cell::Null => return Value::Null,
        Cell::Bytes(bytes) => return Value::Bytes(bytes),
        Cell::Text(text) => text,
    };
    match column.code {
        // BIGINT, BIGINT UNSIGNED is `Unsigned` whatever it holds, so that a column has one type.
        -5 if column.unsigned => text
            .trim()
            .parse()
            .map_or(Value::Text(text), Value::Unsigned),
        -6 | -5 | 4 | 5 => integer(text),
        -7 => match text.trim() {
            "0" => Value::Bool(false),
            "1" => Value::Bool(true),
            _ => Value::Text(text),
        },
        2 | 3 => Value::Decimal(decimal(&text)),
        6..=8 => text.trim().parse().map_or(Value::Text(text), Value::Float),
        92 => Value::Text(without_zeros(&text)),
        93 => Value::Text(date_time(&text)),
        -11 => Value::Text(text.to_lowercase()),
        _ => Value::Text(text),
    }
}

/// A cell of no known type.
pub(super) fn plain(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => Value::Text(text),
        Cell::Bytes(bytes) => Value::Bytes(bytes),
    }
}

/// A value that came as text, as the type that is declared for it: an output parameter.
pub(super) fn declared(value: Value, kind: TypeKind) -> Value {
    let Value::Text(text) = value else {
        return value;
    };
    match kind {
        TypeKind::Integer { .. } => integer(text),
        TypeKind::Unsigned { .. } => text
            .trim()
            .parse()
            .map_or(Value::Text(text), Value::Unsigned),
        TypeKind::Decimal => Value::Decimal(decimal(&text)),
        TypeKind::Float => text.trim().parse().map_or(Value::Text(text), Value::Float),
        TypeKind::Boolean => match text.trim() {
            "0" | "f" | "false" => Value::Bool(false),
            "1" | "t" | "true" => Value::Bool(true),
            _ => Value::Text(text),
        },
        TypeKind::Timestamp => Value::Text(date_time(&text)),
        TypeKind::Time => Value::Text(without_zeros(&text)),
        _ => Value::Text(text),
    }
}

fn integer(text: String) -> Value {
    text.trim()
        .parse()
        .map_or(Value::Text(text), Value::Integer)
}

/// Some drivers leave out the zero before the point.
fn decimal(text: &str) -> String {
    let text = text.trim();
    match (text.strip_prefix('.'), text.strip_prefix("-.")) {
        (Some(digits), _) => format!("0.{digits}"),
        (_, Some(digits)) => format!("-0.{digits}"),
        _ => text.to_owned(),
    }
}

/// "2024-05-06 07:08:09.120" as "2024-05-06T07:08:09.12".
fn date_time(text: &str) -> String {
    match text.split_once(' ') {
        Some((date, time)) if date.len() >= 10 => format!("{date}T{}", without_zeros(time)),
        _ => text.to_owned(),
    }
}

/// A time without the zeros at the end of its fraction.
fn without_zeros(time: &str) -> String {
    match time.split_once('.') {
        Some((_, fraction)) if fraction.bytes().all(|digit| digit.is_ascii_digit()) => {
            time.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => time.to_owned(),
    }
}

/// The SQL standard's name of a type code (SQL_DESC_CONCISE_TYPE).
fn type_name(code: i16) -> &'static str {
    match code {
        1 => "CHAR",
        12 => "VARCHAR",
        -1 => "LONGVARCHAR",
        -8 => "NCHAR",
        -9 => "NVARCHAR",
        -10 => "LONGNVARCHAR",
        -6 => "TINYINT",
        5 => "SMALLINT",
        4 => "INTEGER",
        -5 => "BIGINT",
        2 => "NUMERIC",
        3 => "DECIMAL",
        6 => "FLOAT",
        7 => "REAL",
        8 => "DOUBLE",
        -7 => "BIT",
        91 => "DATE",
        92 | -154 => "TIME",
        93 => "TIMESTAMP",
        95 | -155 => "TIMESTAMP WITH TIME ZONE",
        101..=113 => "INTERVAL",
        -2 => "BINARY",
        -3 => "VARBINARY",
        -4 => "LONGVARBINARY",
        -11 => "GUID",
        -152 => "XML",
        _ => "UNKNOWN",
    }
}

/// A type as SQLColumns describes it: code, the database's name, size and digits after the point.
pub(super) fn data_type(code: i16, name: &str, size: Option<u64>, digits: Option<i32>) -> DataType {
    let lower = name.to_ascii_lowercase();
    let unsigned = lower.contains("unsigned");
    let whole = |bits| {
        if unsigned {
            TypeKind::Unsigned { bits }
        } else {
            TypeKind::Integer { bits }
        }
    };
    let kind = match code {
        -6 => whole(8),
        5 => whole(16),
        4 => whole(32),
        -5 => whole(64),
        -7 => TypeKind::Boolean,
        2 | 3 => TypeKind::Decimal,
        6..=8 => TypeKind::Float,
        91 => TypeKind::Date,
        92 | -154 => TypeKind::Time,
        93 if lower.ends_with("tz") || lower.contains("with time zone") => TypeKind::TimestampTz,
        93 => TypeKind::Timestamp,
        95 | -155 => TypeKind::TimestampTz,
        101..=113 => TypeKind::Interval,
        -4..=-2 => TypeKind::Bytes,
        -11 => TypeKind::Uuid,
        1 | 12 | -1 | -10..=-8 => by_name(&lower),
        _ => TypeKind::Other,
    };
    // The size of the long types is what the driver would fetch of them.
    let size = size.filter(|_| !matches!(code, -1 | -4 | -10));
    described(kind, name, size, digits)
}

/// A type as INFORMATION_SCHEMA describes it: its name, characters or digits, digits after the point.
pub(super) fn named_type(name: &str, size: Option<u64>, digits: Option<i32>) -> DataType {
    let lower = name.trim().to_ascii_lowercase();
    let unsigned = lower.contains("unsigned");
    let bare = lower.split(['(', ' ']).next().unwrap_or_default();
    let (size, digits) = if size.is_none() {
        in_brackets(&lower)
    } else {
        (size, digits)
    };
    let whole = |bits| {
        if unsigned {
            TypeKind::Unsigned { bits }
        } else {
            TypeKind::Integer { bits }
        }
    };
    let kind = match bare {
        _ if lower.ends_with("[]") => TypeKind::Array,
        // How MySQL and MariaDB write BOOLEAN.
        "tinyint" if lower.starts_with("tinyint(1)") => TypeKind::Boolean,
        "tinyint" => whole(8),
        "smallint" | "int2" => whole(16),
        "mediumint" => whole(24),
        "int" | "integer" | "int4" => whole(32),
        "bigint" | "int8" => whole(64),
        "decimal" | "numeric" | "number" | "money" | "smallmoney" | "decfloat" => TypeKind::Decimal,
        "float" | "double" | "real" | "float4" | "float8" => TypeKind::Float,
        "bool" | "boolean" => TypeKind::Boolean,
        "bit" if !lower.contains("varying") && size.is_none_or(|size| size == 1) => {
            TypeKind::Boolean
        }
        "date" => TypeKind::Date,
        "time" | "timetz" => TypeKind::Time,
        "timestamptz" | "datetimeoffset" => TypeKind::TimestampTz,
        "timestamp" if lower.contains("with time zone") => TypeKind::TimestampTz,
        "timestamp" | "datetime" | "datetime2" | "smalldatetime" => TypeKind::Timestamp,
        "interval" => TypeKind::Interval,
        "uuid" | "uniqueidentifier" => TypeKind::Uuid,
        "json" | "jsonb" => TypeKind::Json,
        "refcursor" | "cursor" => TypeKind::Cursor,
        "binary" | "varbinary" | "blob" | "bytea" | "image" | "tinyblob" | "mediumblob"
        | "longblob" | "rowversion" => TypeKind::Bytes,
        "array" => TypeKind::Array,
        _ => by_name(&lower),
    };
    described(kind, name, size, digits)
}

/// The numbers of `varchar(100)` and `numeric(10,2)`.
fn in_brackets(name: &str) -> (Option<u64>, Option<i32>) {
    let inner = name
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let Some((inner, _)) = inner else {
        return (None, None);
    };
    let mut numbers = inner.split(',').map(str::trim);
    (
        numbers.next().and_then(|number| number.parse().ok()),
        numbers.next().and_then(|number| number.parse().ok()),
    )
}

/// Types whose values come as text.
fn by_name(lower: &str) -> TypeKind {
    let begins = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    if begins(&["bool"]) {
        TypeKind::Boolean
    } else if begins(&["uuid"]) {
        TypeKind::Uuid
    } else if begins(&["json"]) {
        TypeKind::Json
    } else if begins(&["interval"]) {
        TypeKind::Interval
    } else if begins(&["refcursor"]) {
        TypeKind::Cursor
    } else if begins(&["enum"]) {
        TypeKind::Enum
    } else if begins(&[
        "char",
        "varchar",
        "nchar",
        "nvarchar",
        "text",
        "ntext",
        "tinytext",
        "mediumtext",
        "longtext",
        "clob",
        "dbclob",
        "graphic",
        "vargraphic",
        "long varchar",
        "bpchar",
        "national",
        "name",
        "citext",
        "xml",
        "sysname",
    ]) {
        TypeKind::Text
    } else {
        TypeKind::Other
    }
}

fn described(kind: TypeKind, name: &str, size: Option<u64>, digits: Option<i32>) -> DataType {
    /// A length beyond this says that there is none.
    const ENDLESS: u64 = 1 << 24;
    let mut data_type = DataType::new(kind, name);
    match kind {
        TypeKind::Text | TypeKind::Bytes => {
            data_type.length = size.filter(|size| (1..ENDLESS).contains(size));
            if let (Some(length), false) = (data_type.length, name.contains('(')) {
                data_type.text = format!("{name}({length})");
            }
        }
        TypeKind::Decimal => {
            data_type.precision = size
                .and_then(|size| u32::try_from(size).ok())
                .filter(|size| *size > 0);
            data_type.scale = digits;
            if let (Some(precision), false) = (data_type.precision, name.contains('(')) {
                data_type.text = format!("{name}({precision},{})", digits.unwrap_or(0));
            }
        }
        _ => {}
    }
    data_type
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: i16, unsigned: bool, text: &str) -> Value {
        let column = Column {
            name: "c".into(),
            code,
            size: 0,
            digits: 0,
            unsigned,
        };
        cell(Cell::Text(text.to_owned()), &column)
    }

    #[test]
    fn cells_are_read_as_their_type_and_keep_their_digits() {
        for (code, unsigned, text, value) in [
            (4, false, "-7", Value::Integer(-7)),
            (-5, true, "18446744073709551615", Value::Unsigned(u64::MAX)),
            (3, false, "12.3400", Value::Decimal("12.3400".into())),
            (2, false, ".5", Value::Decimal("0.5".into())),
            (2, false, "-.5", Value::Decimal("-0.5".into())),
            (8, false, "0.1", Value::Float(0.1)),
            (-7, false, "1", Value::Bool(true)),
            (91, false, "2024-05-06", Value::from("2024-05-06")),
            (
                93,
                false,
                "2024-05-06 07:08:09.120",
                Value::from("2024-05-06T07:08:09.12"),
            ),
            (
                93,
                false,
                "2024-05-06 00:00:00",
                Value::from("2024-05-06T00:00:00"),
            ),
            (93, false, "infinity", Value::from("infinity")),
            (92, false, "-12:34:56.500", Value::from("-12:34:56.5")),
            (-11, false, "00FF", Value::from("00ff")),
            (
                12,
                false,
                "2024-05-06 00:00",
                Value::from("2024-05-06 00:00"),
            ),
        ] {
            assert_eq!(read(code, unsigned, text), value, "{code} {text}");
        }
    }

    #[test]
    fn types_are_known_by_code_or_by_name() {
        let varchar = data_type(12, "VARCHAR", Some(100), None);
        assert_eq!((varchar.kind, varchar.length), (TypeKind::Text, Some(100)));
        assert_eq!(varchar.text, "VARCHAR(100)");
        assert_eq!(data_type(12, "bool", Some(5), None).kind, TypeKind::Boolean);
        assert_eq!(
            data_type(4, "INT UNSIGNED", Some(10), Some(0)).kind,
            TypeKind::Unsigned { bits: 32 }
        );
        let decimal = named_type("decimal", Some(10), Some(2));
        assert_eq!((decimal.precision, decimal.scale), (Some(10), Some(2)));
        assert_eq!(decimal.text, "decimal(10,2)");
        assert_eq!(
            named_type("timestamp with time zone", None, None).kind,
            TypeKind::TimestampTz
        );
        assert_eq!(
            named_type("longtext", Some(4_294_967_295), None).length,
            None
        );
        assert_eq!(named_type("bit", Some(12), None).kind, TypeKind::Other);
        let varying = named_type("character varying(100)", None, None);
        assert_eq!((varying.kind, varying.length), (TypeKind::Text, Some(100)));
        assert_eq!(varying.text, "character varying(100)");
        assert_eq!(named_type("text[]", None, None).kind, TypeKind::Array);
    }
}
