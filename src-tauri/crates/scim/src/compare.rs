//! How values of attributes compare: texts by `caseExact`, dates by time, numbers by size
//! (RFC 7644 §3.4.2.2 and §3.4.2.3).
//!
//! Texts without regard to letter case are compared in Unicode's form NFC, lower case letter by
//! letter. That is less than the PRECIS profile of RFC 7644 §5; decision 0022 says what is missing.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use unicode_normalization::UnicodeNormalization as _;

use crate::schema::{Attribute, AttributeType};

/// One value in the form in which it compares.
#[derive(Clone, Debug)]
pub(crate) enum Scalar {
    Boolean(bool),
    Number(Number),
    Date(OffsetDateTime),
    Text(String),
}

/// A JSON number; integers compare exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    float: f64,
    integer: i128,
}

impl Number {
    pub(crate) fn of(number: &serde_json::Number) -> Option<Self> {
        let float = number.as_f64()?;
        let integer = number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from));
        #[allow(clippy::cast_possible_truncation)] // only breaks ties between equal floats
        let integer = integer.unwrap_or(float as i128);
        Some(Self { float, integer })
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        // 0.0 and -0.0 are one number.
        (self.float + 0.0)
            .total_cmp(&(other.float + 0.0))
            .then(self.integer.cmp(&other.integer))
    }
}

impl Ord for Scalar {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |scalar: &Self| match scalar {
            Self::Boolean(_) => 0,
            Self::Number(_) => 1,
            Self::Date(_) => 2,
            Self::Text(_) => 3,
        };
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

macro_rules! ordered_by_cmp {
    ($($name:ty),*) => {$(
        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }
        impl Eq for $name {}
    )*};
}
ordered_by_cmp!(Number, Scalar);

/// A value of this attribute in the form in which it compares; `None` for null, objects and lists.
pub(crate) fn scalar(value: &Value, attribute: &Attribute) -> Option<Scalar> {
    match value {
        Value::Bool(value) => Some(Scalar::Boolean(*value)),
        Value::Number(number) => Number::of(number).map(Scalar::Number),
        Value::String(text) => Some(match attribute.kind {
            AttributeType::DateTime => date(text).map_or_else(
                || Scalar::Text(folded(text, true).into_owned()),
                Scalar::Date,
            ),
            _ => Scalar::Text(folded(text, exact(attribute)).into_owned()),
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether letter case matters: as the attribute says, and always in binary data (RFC 7643 §2.3.6).
pub(crate) fn exact(attribute: &Attribute) -> bool {
    attribute.case_exact || attribute.kind == AttributeType::Binary
}

/// A text in the form in which it compares.
pub(crate) fn folded(text: &str, exact: bool) -> Cow<'_, str> {
    if exact {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    // Letter by letter, so that a part of a text folds as it does within the whole; the two small
    // sigmas are one letter.
    let lower = text.nfc().flat_map(char::to_lowercase);
    Cow::Owned(lower.map(|c| if c == 'ς' { 'σ' } else { c }).collect())
}

/// Whether two texts are the same value of this attribute.
pub(crate) fn same_text(a: &str, b: &str, exact: bool) -> bool {
    a == b
        || (!exact
            && if a.is_ascii() && b.is_ascii() {
                a.eq_ignore_ascii_case(b)
            } else {
                folded(a, false) == folded(b, false)
            })
}

/// A point in time in the notation of RFC 7643 §2.3.5 (xsd:dateTime); without an offset it is UTC.
pub(crate) fn date(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
        .ok()
}

/// Whether there is a value: not null, not an empty text, and in lists and objects at least one
/// (RFC 7644 §3.4.2.2, `pr`).
pub(crate) fn present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => elements.iter().any(present),
        Value::Object(members) => members.values().any(present),
    }
}
