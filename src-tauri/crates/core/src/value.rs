//! A value on its way to or from a database, the same for every dialect.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One cell or one bound value.
///
/// Numbers that JSON cannot hold exactly ([`Value::Decimal`]) and points in time stay text as the
/// database wrote them (ISO 8601), so that nothing is lost or shifted on the way.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    /// An exact decimal number as text.
    Decimal(String),
    Text(String),
    Bytes(Vec<u8>),
    Json(serde_json::Value),
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value as text, as the original server shows every column; `None` for NULL.
    /// Booleans read `1` and `0`, which is how the databases of the guide hold them; bytes read
    /// as base64.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Bool(value) => Some(if *value { "1" } else { "0" }.to_owned()),
            Self::Integer(value) => Some(value.to_string()),
            Self::Unsigned(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            Self::Decimal(value) | Self::Text(value) => Some(value.clone()),
            Self::Bytes(value) => Some(STANDARD.encode(value)),
            Self::Json(value) => Some(value.to_string()),
        }
    }

    /// The value as JSON. Integers beyond 2^53 and decimals become strings, which keep them exact.
    pub fn to_json(&self) -> serde_json::Value {
        const EXACT: u64 = 1 << 53;
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) if value.unsigned_abs() <= EXACT => (*value).into(),
            Self::Unsigned(value) if *value <= EXACT => (*value).into(),
            Self::Float(value) => serde_json::Number::from_f64(*value)
                .map_or_else(|| value.to_string().into(), serde_json::Value::Number),
            Self::Json(value) => value.clone(),
            other => other
                .to_text()
                .map_or(serde_json::Value::Null, serde_json::Value::String),
        }
    }

    /// A value of a SCIM resource as one to bind: text stays text, as the original binds it.
    /// Objects and arrays are bound as their JSON text.
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => number
                .as_i64()
                .map(Self::Integer)
                .or_else(|| number.as_u64().map(Self::Unsigned))
                .unwrap_or_else(|| Self::Decimal(number.to_string())),
            serde_json::Value::String(text) => Self::Text(text.clone()),
            other => Self::Json(other.clone()),
        }
    }

    /// Whether two values read the same as text, which is how a text sent by the provider is
    /// compared with what a typed column holds.
    pub fn reads_like(&self, other: &Self) -> bool {
        self.to_text() == other.to_text()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A cell as it stands in a row or in a record of one, without a copy of its text.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Decimal(&'a str),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// JSON as its text.
    Json(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// As [`Value::to_text`].
    pub fn to_text(&self) -> Option<Cow<'a, str>> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(value) => Cow::Borrowed(if *value { "1" } else { "0" }),
            Self::Integer(value) => Cow::Owned(value.to_string()),
            Self::Unsigned(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(value.to_string()),
            Self::Decimal(value) | Self::Text(value) => Cow::Borrowed(value),
            Self::Bytes(value) => Cow::Owned(STANDARD.encode(value)),
            Self::Json(value) => value.clone(),
        })
    }

    /// The value itself. JSON that cannot be read stays text.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Integer(value) => Value::Integer(*value),
            Self::Unsigned(value) => Value::Unsigned(*value),
            Self::Float(value) => Value::Float(*value),
            Self::Decimal(value) => Value::Decimal((*value).to_owned()),
            Self::Text(value) => Value::Text((*value).to_owned()),
            Self::Bytes(value) => Value::Bytes((*value).to_owned()),
            Self::Json(text) => serde_json::from_str(text)
                .map_or_else(|_| Value::Text(text.clone().into_owned()), Value::Json),
        }
    }
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::Unsigned(value) => Self::Unsigned(*value),
            Value::Float(value) => Self::Float(*value),
            Value::Decimal(value) => Self::Decimal(value),
            Value::Text(value) => Self::Text(value),
            Value::Bytes(value) => Self::Bytes(value),
            Value::Json(value) => Self::Json(Cow::Owned(value.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_json_cannot_hold_exactly_becomes_text() {
        assert_eq!(
            Value::Unsigned(u64::MAX).to_json(),
            serde_json::json!("18446744073709551615")
        );
        assert_eq!(
            Value::Decimal("0.10".into()).to_json(),
            serde_json::json!("0.10")
        );
        assert_eq!(Value::Integer(-42).to_json(), serde_json::json!(-42));
    }

    #[test]
    fn null_and_the_empty_string_are_told_apart() {
        assert_eq!(Value::Null.to_text(), None);
        assert_eq!(Value::from("").to_text(), Some(String::new()));
        assert!(!Value::Null.reads_like(&Value::from("")));
    }
}
