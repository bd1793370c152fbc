//! What a column's values are on the wire: their SCIM type, and each value in its JSON form.
//!
//! **Invariant:** no value changes on its way. What has not the form of its type, and a number that
//! a double cannot hold, is shown as its text.
//!
//! To add a database's type: its name in [`of_type_name`]. To add a form: a variant of [`Form`] and
//! its arm in [`Form::wire`].

use std::borrow::Cow;
use std::sync::LazyLock;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use sluice_scim::schema::{AttributeType, Schema};
use sluice_scim::{AttributePath, Compatibility, uri, user};

use super::state::truth;
use crate::config::{Application, Profile};
use crate::moment::Moment;
use crate::ports::ResultColumn;
use crate::value::Cell;

/// The last whole number up to which a double holds every one.
const EXACT: u64 = 1 << 53;

/// How many digits a decimal number may have and come back from a double as it was.
const EXACT_DIGITS: usize = 15;

/// The type of a column's values on the wire (RFC 7643 §2.3). In the original's form every column is
/// a text, as its console shows.
pub(super) fn kind(application: &Application, column: &ResultColumn) -> AttributeType {
    if application.compatibility == Compatibility::Original {
        return AttributeType::String;
    }
    match application.moment(&column.name) {
        Some(moment) if moment.is_date_time() => AttributeType::DateTime,
        Some(_) => AttributeType::String,
        None => of_type_name(&column.type_name),
    }
}

/// The SCIM type for a database's name of a type. What is not here is a text; so is a DATE, because
/// a SCIM dateTime has a time (RFC 7643 §2.3.5).
///
/// A name that two dialects have means the same in both, so one table is enough.
pub(super) fn of_type_name(name: &str) -> AttributeType {
    match name {
        // SQLite, MySQL, Oracle | PostgreSQL | SQL Server, ODBC, MySQL
        "BOOLEAN" | "BOOL" | "BIT" => AttributeType::Boolean,
        // SQLite and ODBC
        "INTEGER"
        // PostgreSQL
        | "INT2" | "INT4" | "INT8" | "OID"
        // MySQL, SQL Server, ODBC
        | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" | "BIGINT UNSIGNED" | "YEAR" => {
            AttributeType::Integer
        }
        // All of them; REAL and NUMERIC are SQLite's too
        "REAL" | "FLOAT" | "DOUBLE" | "DECIMAL" | "NUMERIC"
        // PostgreSQL
        | "FLOAT4" | "FLOAT8"
        // SQL Server; PostgreSQL's MONEY is a text with its currency, and stays one
        | "MONEY" | "SMALLMONEY"
        // Oracle
        | "NUMBER" | "BINARY_INTEGER" | "BINARY_FLOAT" | "BINARY_DOUBLE" => AttributeType::Decimal,
        // All of them
        "TIMESTAMP" | "TIMESTAMP WITH TIME ZONE" | "DATETIME"
        // PostgreSQL
        | "TIMESTAMPTZ"
        // SQL Server
        | "DATETIME2" | "SMALLDATETIME" | "DATETIMEOFFSET"
        // Oracle
        | "TIMESTAMP WITH LOCAL TIME ZONE" => AttributeType::DateTime,
        // All of them
        "BLOB" | "BINARY" | "VARBINARY"
        // PostgreSQL
        | "BYTEA"
        // MySQL
        | "GEOMETRY"
        // SQL Server
        | "IMAGE" | "ROWVERSION"
        // Oracle
        | "RAW" | "LONG RAW"
        // ODBC
        | "LONGVARBINARY" => AttributeType::Binary,
        _ => AttributeType::String,
    }
}

/// Whether the types of a user's attributes depend on the columns of its rows.
pub fn types_come_from_columns(application: &Application) -> bool {
    application.profile == Profile::Columns
        || application.compatibility == Compatibility::Rfc
            && application
                .paths
                .iter()
                .any(|(path, _)| standard(path).is_none())
}

/// The type that RFC 7643 gives to an attribute; `None` where it does not know it.
pub(super) fn standard(path: &AttributePath) -> Option<AttributeType> {
    static SCHEMAS: LazyLock<(Schema, Schema)> =
        LazyLock::new(|| (user::user(), user::enterprise()));
    let common = ["id", "externalId"];
    if path.extension.is_none()
        && common
            .iter()
            .any(|name| path.name.eq_ignore_ascii_case(name))
    {
        return Some(AttributeType::String);
    }
    let schema = match path.extension.as_deref() {
        None => &SCHEMAS.0,
        Some(urn) if urn.eq_ignore_ascii_case(uri::ENTERPRISE_USER) => &SCHEMAS.1,
        Some(_) => return None,
    };
    let attribute = schema.attribute(&path.name)?;
    Some(match &path.sub {
        None => attribute.kind,
        Some(sub) => attribute.sub(sub)?.kind,
    })
}

/// How the values of one column are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form<'a> {
    Text,
    Boolean,
    Integer,
    Decimal,
    DateTime,
    Moment(&'a Moment),
}

/// A value on the wire.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wire<'a> {
    /// NULL: the attribute is left out.
    Null,
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(Cow<'a, str>),
}

impl<'a> Form<'a> {
    /// The form of a column's values, where their attribute has this type.
    pub(super) fn of(application: &'a Application, column: &str, kind: AttributeType) -> Self {
        if let Some(moment) = application.moment(column) {
            return Self::Moment(moment);
        }
        if application.compatibility == Compatibility::Original {
            return Self::Text;
        }
        match kind {
            AttributeType::Boolean => Self::Boolean,
            AttributeType::Integer => Self::Integer,
            AttributeType::Decimal => Self::Decimal,
            AttributeType::DateTime => Self::DateTime,
            // Bytes are base64 in every form.
            _ => Self::Text,
        }
    }

    /// A cell in this form.
    pub(super) fn wire<'c>(self, cell: &Cell<'c>) -> Wire<'c> {
        match (self, cell) {
            (Self::Boolean, Cell::Bool(value)) => return Wire::Boolean(*value),
            (Self::Integer, Cell::Integer(value)) if value.unsigned_abs() <= EXACT => {
                return Wire::Integer(*value);
            }
            (Self::Decimal, Cell::Float(value)) if value.is_finite() => {
                return Wire::Decimal(*value);
            }
            _ => {}
        }
        let Some(text) = cell.to_text() else {
            return Wire::Null;
        };
        let typed = match self {
            Self::Text => None,
            Self::Boolean => truth(text.trim()).map(Wire::Boolean),
            Self::Integer => whole(text.trim()).map(Wire::Integer),
            Self::Decimal => decimal(text.trim()).map(Wire::Decimal),
            Self::DateTime => with_t(&text).map(|text| Wire::Text(Cow::Owned(text))),
            Self::Moment(moment) => moment
                .to_wire(&text)
                .map(|text| Wire::Text(Cow::Owned(text))),
        };
        typed.unwrap_or(Wire::Text(text))
    }
}

impl Wire<'_> {
    /// As a JSON value; `None` for NULL.
    pub(super) fn into_json(self) -> Option<Json> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(value) => value.into(),
            Self::Integer(value) => value.into(),
            Self::Decimal(value) => value.into(),
            Self::Text(text) => Json::String(text.into_owned()),
        })
    }
}

impl Serialize for Wire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Decimal(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

fn whole(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.unsigned_abs() <= EXACT).then_some(number)
}

/// A number whose digits a double keeps. It is written with a point (RFC 7643 §2.3.3).
fn decimal(text: &str) -> Option<f64> {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let significant = digits.skip_while(|digit| *digit == b'0').count();
    let plain = mantissa
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    let number: f64 = text.parse().ok()?;
    (plain && number.is_finite() && significant <= EXACT_DIGITS).then_some(number)
}

/// SQLite writes the time of day behind a space, where a SCIM dateTime has a T.
pub(crate) fn with_t(text: &str) -> Option<String> {
    let (day, time) = text.split_once(' ')?;
    let digits = |part: &str, mark: u8, lengths: &[usize]| {
        let parts: Vec<&[u8]> = part.as_bytes().split(|byte| *byte == mark).collect();
        parts.len() == lengths.len()
            && parts
                .iter()
                .zip(lengths)
                .all(|(part, length)| part.len() == *length && part.iter().all(u8::is_ascii_digit))
    };
    let clock = time.get(..8)?;
    (digits(day, b'-', &[4, 2, 2]) && digits(clock, b':', &[2, 2, 2]))
        .then(|| format!("{day}T{time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::needless_pass_by_value)] // callers write the cell in place
    fn json(form: Form<'_>, cell: Cell<'_>) -> String {
        serde_json::to_string(&form.wire(&cell)).unwrap()
    }

    #[test]
    fn a_type_of_every_dialect_has_its_scim_type_and_an_unknown_one_is_a_text() {
        use AttributeType::{Binary, Boolean, DateTime, Decimal, Integer, String};
        for (name, kind) in [
            ("BOOL", Boolean),
            ("BIT", Boolean),
            ("INT8", Integer),
            ("BIGINT UNSIGNED", Integer),
            ("INTEGER", Integer),
            ("NUMERIC", Decimal),
            ("NUMBER", Decimal),
            ("DOUBLE", Decimal),
            ("TIMESTAMPTZ", DateTime),
            ("DATETIME2", DateTime),
            ("DATETIME", DateTime),
            ("BYTEA", Binary),
            ("VARBINARY", Binary),
            ("RAW", Binary),
            ("DATE", String),
            ("TIME", String),
            ("VARCHAR2", String),
            ("UUID", String),
            ("HSTORE", String),
            ("", String),
        ] {
            assert_eq!(of_type_name(name), kind, "{name}");
        }
    }

    #[test]
    fn a_value_has_the_json_form_of_its_type() {
        assert_eq!(json(Form::Boolean, Cell::Bool(true)), "true");
        assert_eq!(json(Form::Boolean, Cell::Integer(0)), "false");
        assert_eq!(json(Form::Integer, Cell::Integer(-42)), "-42");
        assert_eq!(json(Form::Integer, Cell::Decimal("42")), "42");
        assert_eq!(json(Form::Decimal, Cell::Decimal("1234.50")), "1234.5");
        assert_eq!(json(Form::Decimal, Cell::Integer(7)), "7.0");
        assert_eq!(
            json(Form::Decimal, Cell::Float(0.1 + 0.2)),
            "0.30000000000000004"
        );
        assert_eq!(
            json(Form::DateTime, Cell::Text("2024-01-31 10:20:30.5")),
            "\"2024-01-31T10:20:30.5\""
        );
        assert_eq!(json(Form::Text, Cell::Bytes(b"abc")), "\"YWJj\"");
        assert_eq!(json(Form::Integer, Cell::Null), "null");
    }

    #[test]
    fn a_number_that_a_double_cannot_hold_stays_exact_as_text() {
        assert_eq!(
            json(Form::Integer, Cell::Integer(1 << 53)),
            "9007199254740992"
        );
        for (form, cell, text) in [
            (
                Form::Integer,
                Cell::Integer((1 << 53) + 1),
                "9007199254740993",
            ),
            (
                Form::Integer,
                Cell::Unsigned(u64::MAX),
                "18446744073709551615",
            ),
            (
                Form::Decimal,
                Cell::Decimal("12345678901234.567"),
                "12345678901234.567",
            ),
        ] {
            assert_eq!(json(form, cell), format!("\"{text}\""));
        }
    }

    #[test]
    fn a_value_that_is_not_of_its_type_is_shown_as_it_is() {
        for (form, cell, text) in [
            (Form::Boolean, Cell::Integer(2), "2"),
            (Form::Integer, Cell::Text("n/a"), "n/a"),
            (Form::Integer, Cell::Float(1.5), "1.5"),
            (Form::Decimal, Cell::Float(f64::NAN), "NaN"),
            (Form::Decimal, Cell::Text("infinity"), "infinity"),
            (Form::DateTime, Cell::Text("next year"), "next year"),
        ] {
            assert_eq!(json(form, cell), format!("\"{text}\""));
        }
    }
}
