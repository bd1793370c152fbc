//! Cells of Oracle, and values to bind.
//!
//! **Invariant:** a number keeps every digit, a point in time is ISO 8601 as the database gave it. The
//! empty text is bound as NULL, because that is what Oracle makes of it.
//!
//! To read one more type: an arm in [`cell`]; to take one from a procedure: a variant of [`Out`].

use std::io::Read as _;
use std::sync::Arc;

use oracledb::{
    DbType, Error, JsonValue, Lob, Metadata, OracleIntervalDS, OracleIntervalYM, OracleNumber,
    OracleTimestamp, Row, ToDbValue, Vector, VectorData,
};
use sluice_core::catalogue::{DataType, TypeKind};
use sluice_core::ports::ResultColumn;
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::moment::Moment;
use super::thread::Line;

/// What PL/SQL takes as one text or one RAW, in bytes.
pub(super) const PLSQL_LIMIT: usize = 32_767;

/// One value beside a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bind {
    Text(Option<String>),
    Number(String),
    Float(f64),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
    Out(Out),
}

/// What comes back from a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Out {
    Text,
    Clob,
    Number,
    Float,
    Date,
    Timestamp,
    TimestampTz,
    IntervalYm,
    IntervalDs,
    Bytes,
    Blob,
    Bool,
    Json,
    Cursor,
    /// A few words that the block itself gives, never longer than 4000 bytes.
    Short,
}

impl Bind {
    /// A value for a place whose type is not known: in an SQL statement, or within an expression.
    pub(super) fn untyped(value: &Value) -> Self {
        match value {
            Value::Null => Self::Text(None),
            Value::Bool(value) => Self::Number(u8::from(*value).to_string()),
            Value::Integer(number) => Self::Number(number.to_string()),
            Value::Unsigned(number) => Self::Number(number.to_string()),
            Value::Float(number) => Self::Float(*number),
            Value::Decimal(text) if text.parse::<OracleNumber>().is_ok() => {
                Self::Number(text.clone())
            }
            Value::Decimal(text) | Value::Text(text) => {
                Self::Text(Some(text.clone()).filter(|text| !text.is_empty()))
            }
            Value::Bytes(bytes) => Self::Bytes(Some(bytes.clone())),
            Value::Json(json) => Self::Text(Some(json.to_string())),
        }
    }

    /// A value for a parameter of a known type.
    pub(super) fn typed(value: &Value, data_type: &DataType) -> Self {
        let text = match value {
            Value::Text(text) => Some(text.as_str()).filter(|text| !text.is_empty()),
            _ => None,
        };
        match (data_type.kind, value) {
            (TypeKind::Boolean, _) => Self::Bool(truth(value)),
            (TypeKind::Bytes, Value::Null) => Self::Bytes(None),
            (TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz, Value::Text(_)) => {
                let read = text
                    .and_then(Moment::read)
                    .map(|moment| match data_type.kind {
                        TypeKind::Date => moment.as_date(),
                        TypeKind::Timestamp => moment.as_timestamp(),
                        _ => moment.as_zoned(),
                    });
                Self::Text(read.or_else(|| text.map(str::to_owned)))
            }
            _ => Self::untyped(value),
        }
    }

    /// How many bytes of text or RAW it has.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Text(Some(text)) => text.len(),
            Self::Bytes(Some(bytes)) => bytes.len(),
            _ => 0,
        }
    }

    /// As the driver takes it. An OUT value is described by its type; where that would leave too
    /// little room, by a filler of the length wanted.
    pub(super) fn to_driver(&self) -> Result<Box<dyn ToDbValue>, Error> {
        Ok(match self {
            Self::Text(text) => Box::new(text.clone()),
            Self::Number(text) => Box::new(text.parse::<OracleNumber>()?),
            Self::Float(number) => Box::new(*number),
            Self::Bool(value) => Box::new(*value),
            Self::Bytes(bytes) => Box::new(bytes.clone()),
            Self::Out(out) => match out {
                Out::Text => Box::new(" ".repeat(PLSQL_LIMIT)),
                Out::Bytes => Box::new(vec![0_u8; PLSQL_LIMIT]),
                Out::Short => Box::new(oracledb::DB_TYPE_VARCHAR),
                Out::Clob => Box::new(oracledb::DB_TYPE_CLOB),
                Out::Number => Box::new(oracledb::DB_TYPE_NUMBER),
                Out::Float => Box::new(oracledb::DB_TYPE_BINARY_DOUBLE),
                Out::Date => Box::new(oracledb::DB_TYPE_DATE),
                Out::Timestamp => Box::new(oracledb::DB_TYPE_TIMESTAMP),
                Out::TimestampTz => Box::new(oracledb::DB_TYPE_TIMESTAMP_TZ),
                Out::IntervalYm => Box::new(oracledb::DB_TYPE_INTERVAL_YM),
                Out::IntervalDs => Box::new(oracledb::DB_TYPE_INTERVAL_DS),
                Out::Blob => Box::new(oracledb::DB_TYPE_BLOB),
                Out::Bool => Box::new(oracledb::DB_TYPE_BOOLEAN),
                Out::Json => Box::new(oracledb::DB_TYPE_JSON),
                Out::Cursor => Box::new(oracledb::DB_TYPE_CURSOR),
            },
        })
    }
}

/// A Boolean as PL/SQL wants it, which reads no text as one. What is none was refused before.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        other => {
            let text = other.to_text()?.trim().to_ascii_lowercase();
            match text.as_str() {
                "" => None,
                "true" | "t" | "yes" | "y" | "on" => Some(true),
                number => Some(number.parse::<f64>().is_ok_and(|number| number != 0.0)),
            }
        }
    }
}

/// The columns of a result.
pub(super) fn columns(metadata: &[Metadata]) -> Arc<[ResultColumn]> {
    let column = |metadata: &Metadata| ResultColumn {
        name: metadata.name().to_owned(),
        type_name: type_name(metadata),
    };
    metadata.iter().map(column).collect()
}

/// `VARCHAR2` of `VARCHAR2(100)`, `TIMESTAMP WITH TIME ZONE` of `TIMESTAMP(6) WITH TIME ZONE`.
fn type_name(metadata: &Metadata) -> String {
    match metadata.db_type() {
        // The driver asks for LOBs as LONGs, which it calls them from then on.
        oracledb::DB_TYPE_LONG => "CLOB".to_owned(),
        oracledb::DB_TYPE_LONG_NVARCHAR => "NCLOB".to_owned(),
        oracledb::DB_TYPE_LONG_RAW => "BLOB".to_owned(),
        _ => without_brackets(&metadata.data_type()),
    }
}

pub(super) fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain.trim().to_ascii_uppercase()
}

/// All cells of a row.
pub(super) fn cells(line: &Line, row: &mut Row) -> Result<Vec<Value>, DatabaseError> {
    let kinds: Vec<(&'static DbType, i8, String)> = row
        .columns()
        .iter()
        .map(|column| (column.db_type(), column.scale(), column.name().to_owned()))
        .collect();
    let mut cells = Vec::with_capacity(kinds.len());
    for (index, (db_type, scale, name)) in kinds.into_iter().enumerate() {
        let read = cell(row, index, db_type, scale).map_err(|error| line.told(&error))?;
        cells.push(read.ok_or_else(|| unreadable(&name, db_type))?);
    }
    Ok(cells)
}

pub(super) fn unreadable(column: &str, db_type: &DbType) -> DatabaseError {
    DatabaseError {
        object: Some(column.to_owned()),
        ..DatabaseError::new(
            DatabaseErrorKind::Unsupported,
            format!(
                "{column} is {}, which cannot be read here. Give its parts as columns, or turn it into \
                 text in the statement.",
                db_type.name().trim_start_matches("DB_TYPE_")
            ),
        )
    }
}

/// One cell; `None` where its type is not read.
pub(super) fn cell(
    row: &mut Row,
    index: usize,
    db_type: &'static DbType,
    scale: i8,
) -> Result<Option<Value>, Error> {
    let value = match db_type {
        oracledb::DB_TYPE_NUMBER | oracledb::DB_TYPE_BINARY_INTEGER => row
            .take::<Option<OracleNumber>>(index)?
            .map(|number| self::number(number.to_string(), scale > 0)),
        oracledb::DB_TYPE_BINARY_DOUBLE => row.take::<Option<f64>>(index)?.map(Value::Float),
        oracledb::DB_TYPE_BINARY_FLOAT => row.take::<Option<f32>>(index)?.map(short_float),
        oracledb::DB_TYPE_BOOLEAN => row.take::<Option<bool>>(index)?.map(Value::Bool),
        oracledb::DB_TYPE_CHAR
        | oracledb::DB_TYPE_VARCHAR
        | oracledb::DB_TYPE_NCHAR
        | oracledb::DB_TYPE_NVARCHAR
        | oracledb::DB_TYPE_LONG
        | oracledb::DB_TYPE_LONG_NVARCHAR
        | oracledb::DB_TYPE_ROWID
        | oracledb::DB_TYPE_UROWID => row.take::<Option<String>>(index)?.map(Value::Text),
        oracledb::DB_TYPE_RAW | oracledb::DB_TYPE_LONG_RAW => {
            row.take::<Option<Vec<u8>>>(index)?.map(Value::Bytes)
        }
        oracledb::DB_TYPE_DATE
        | oracledb::DB_TYPE_TIMESTAMP
        | oracledb::DB_TYPE_TIMESTAMP_TZ
        | oracledb::DB_TYPE_TIMESTAMP_LTZ => row
            .take::<Option<OracleTimestamp>>(index)?
            .map(|moment| Value::Text(Moment::of(&moment).to_iso())),
        oracledb::DB_TYPE_INTERVAL_DS => row
            .take::<Option<OracleIntervalDS>>(index)?
            .map(|interval| Value::Text(day_to_second(interval))),
        oracledb::DB_TYPE_INTERVAL_YM => row
            .take::<Option<OracleIntervalYM>>(index)?
            .map(|interval| Value::Text(year_to_month(interval))),
        oracledb::DB_TYPE_JSON => row
            .take::<Option<JsonValue>>(index)?
            .map(|json| Value::Json(self::json(&json))),
        oracledb::DB_TYPE_VECTOR => row
            .take::<Option<Vector>>(index)?
            .map(|vector| Value::Json(self::vector(&vector))),
        oracledb::DB_TYPE_CLOB | oracledb::DB_TYPE_NCLOB => {
            match row.take::<Option<Lob>>(index)? {
                Some(lob) => Some(Value::Text(whole_text(lob)?)),
                None => None,
            }
        }
        oracledb::DB_TYPE_BLOB => match row.take::<Option<Lob>>(index)? {
            Some(lob) => Some(Value::Bytes(whole_bytes(lob, 1)?)),
            None => None,
        },
        _ => return Ok(None),
    };
    Ok(Some(value.unwrap_or(Value::Null)))
}

/// A CLOB in one piece, so that no character is cut in two.
fn whole_text(lob: Lob) -> Result<String, Error> {
    // The driver counts in UTF-16 units, each of which takes up to three bytes.
    Ok(String::from_utf8(whole_bytes(lob, 3)?)?)
}

fn whole_bytes(mut lob: Lob, bytes_each: usize) -> Result<Vec<u8>, Error> {
    let size = lob.get_size()?;
    let mut room = vec![0; size.saturating_mul(bytes_each)];
    let mut filled = 0;
    while filled < room.len() {
        match lob.read(&mut room[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    room.truncate(filled);
    Ok(room)
}

/// A NUMBER: a whole number that fits is an integer, unless its column has decimals.
pub(super) fn number(text: String, decimals: bool) -> Value {
    if decimals {
        return Value::Decimal(text);
    }
    match text.parse() {
        Ok(number) => Value::Integer(number),
        Err(_) => Value::Decimal(text),
    }
}

/// The shortest decimal that means this BINARY_FLOAT, and not its binary tail.
fn short_float(number: f32) -> Value {
    Value::Float(number.to_string().parse().unwrap_or(f64::from(number)))
}

/// ISO 8601 duration; a negative interval has a sign at each part.
fn day_to_second(interval: OracleIntervalDS) -> String {
    let part = |number: i32, unit: char| match number {
        0 => String::new(),
        number => format!("{number}{unit}"),
    };
    let (seconds, nanoseconds) = (interval.seconds(), interval.nanoseconds());
    let seconds = if (seconds, nanoseconds) == (0, 0) {
        String::new()
    } else {
        let sign = if seconds < 0 || nanoseconds < 0 {
            "-"
        } else {
            ""
        };
        let fraction = super::moment::fraction(nanoseconds.unsigned_abs());
        format!("{sign}{}{fraction}S", seconds.unsigned_abs())
    };
    let days = part(interval.days(), 'D');
    let hours = part(interval.hours().into(), 'H');
    let minutes = part(interval.minutes().into(), 'M');
    let time = [hours, minutes, seconds].concat();
    match (days.is_empty(), time.is_empty()) {
        (true, true) => "PT0S".to_owned(),
        (false, true) => format!("P{days}"),
        _ => format!("P{days}T{time}"),
    }
}

fn year_to_month(interval: OracleIntervalYM) -> String {
    match (interval.years(), interval.months()) {
        (0, 0) => "P0M".to_owned(),
        (years, 0) => format!("P{years}Y"),
        (0, months) => format!("P{months}M"),
        (years, months) => format!("P{years}Y{months}M"),
    }
}

fn json(value: &JsonValue) -> serde_json::Value {
    match value {
        JsonValue::Null => serde_json::Value::Null,
        JsonValue::Boolean(value) => (*value).into(),
        JsonValue::String(text) => text.as_str().into(),
        JsonValue::Number(number) => exact(&number.to_string()),
        JsonValue::BinaryDouble(number) => (*number).into(),
        JsonValue::BinaryFloat(number) => short_float(*number).to_json(),
        JsonValue::JsonArray(values) => values.iter().map(json).collect(),
        JsonValue::JsonObject(members) => {
            // Binary JSON has lost the order of the members; theirs by name is at least the same always.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            let members = sorted.into_iter().map(|(name, v)| (name.clone(), json(v)));
            serde_json::Value::Object(members.collect())
        }
        JsonValue::Timestamp(moment) => Moment::of(moment).to_iso().into(),
        JsonValue::IntervalDS(interval) => day_to_second(*interval).into(),
        JsonValue::IntervalYM(interval) => year_to_month(*interval).into(),
        JsonValue::Raw(bytes) | JsonValue::JsonId(bytes) => hexadecimal(bytes).into(),
        JsonValue::Vector(vector) => self::vector(vector),
    }
}

/// A number in JSON where it stays exact there, and text where not.
fn exact(text: &str) -> serde_json::Value {
    if let Ok(number) = text.parse::<i64>() {
        return Value::Integer(number).to_json();
    }
    match text.parse::<f64>() {
        Ok(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

/// A list of numbers; a sparse vector as its dimensions, indices and values.
fn vector(vector: &Vector) -> serde_json::Value {
    let numbers = |data: &VectorData| -> serde_json::Value {
        match data {
            VectorData::Float32(values) => {
                values.iter().map(|v| short_float(*v).to_json()).collect()
            }
            VectorData::Float64(values) => values.iter().copied().collect(),
            VectorData::Int8(values) => values.iter().copied().collect(),
            VectorData::Binary(values) => values.iter().copied().collect(),
        }
    };
    match vector {
        Vector::Dense(data) => numbers(data),
        Vector::Sparse(sparse) => serde_json::json!({
            "dimensions": sparse.num_dimensions(),
            "indices": sparse.indices(),
            "values": numbers(sparse.values()),
        }),
    }
}

/// As Oracle shows RAW.
fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

#[cfg(test)]
mod tests;
