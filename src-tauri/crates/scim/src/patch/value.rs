//! Values as clients send them, in the types of the schema.
//!
//! Clients send `"False"` for false, a text for a number, one object for a list of one, a list of one
//! for a single value, and the bare `value` for a complex one. All of that is taken; what still has
//! another type is refused.

use serde_json::{Number, Value, json};

use super::Fault;
use crate::attribute::member;
use crate::compare::{self, exact, same_text};
use crate::schema::{Attribute, AttributeType, Mutability};
use crate::{Resource, ScimType};

/// Whether a value stands for "unassigned" (RFC 7643 §2.5).
pub(super) fn unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.iter().all(Value::is_null),
        _ => false,
    }
}

/// A whole value of an attribute: a list for a multi-valued one. `place` is how messages name it.
pub(super) fn whole(value: &Value, attribute: &Attribute, place: &str) -> Result<Value, Fault> {
    if attribute.multi_valued {
        return elements(value, attribute, place).map(Value::Array);
    }
    one(value, attribute, place)
}

/// The elements of a multi-valued attribute that a client sent, one alone or a list.
pub(super) fn elements(
    value: &Value,
    attribute: &Attribute,
    place: &str,
) -> Result<Vec<Value>, Fault> {
    match value {
        Value::Array(elements) => elements
            .iter()
            .filter(|element| !element.is_null())
            .map(|element| one(element, attribute, place))
            .collect(),
        Value::Null => Ok(Vec::new()),
        single => one(single, attribute, place).map(|element| vec![element]),
    }
}

/// One value: the single one, or one element of several.
pub(super) fn one(value: &Value, attribute: &Attribute, place: &str) -> Result<Value, Fault> {
    let wrong = || wrong_type(value, attribute, place);
    if let Value::Array(elements) = value {
        return match elements.as_slice() {
            [single] if !single.is_array() => one(single, attribute, place),
            _ => Err(wrong()),
        };
    }
    match attribute.kind {
        AttributeType::Complex => complex(value, attribute, place),
        AttributeType::Boolean => match value {
            Value::Bool(_) => Some(value.clone()),
            Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(json!(true)),
            Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(json!(false)),
            _ => None,
        }
        .ok_or_else(wrong),
        AttributeType::Integer => match value {
            Value::Number(number) if !number.is_f64() => Some(value.clone()),
            Value::String(text) => number(text).filter(|_| !text.contains(['.', 'e', 'E'])),
            _ => None,
        }
        .ok_or_else(wrong),
        AttributeType::Decimal => match value {
            Value::Number(_) => Some(value.clone()),
            Value::String(text) => number(text),
            _ => None,
        }
        .ok_or_else(wrong),
        AttributeType::DateTime => value
            .as_str()
            .filter(|text| compare::date(text).is_some())
            .map(|text| json!(text))
            .ok_or_else(wrong),
        AttributeType::Binary => value
            .as_str()
            .filter(|text| {
                text.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+/-_=".contains(c))
            })
            .map(|text| json!(text))
            .ok_or_else(wrong),
        AttributeType::String | AttributeType::Reference => {
            value.as_str().map(|text| json!(text)).ok_or_else(wrong)
        }
    }
}

/// A number that came as text. One of more digits than a double keeps stays text, because as a JSON
/// number it would be another one.
fn number(text: &str) -> Option<Value> {
    const EXACT: usize = 15;
    let text = text.trim();
    let number = text.parse::<Number>().ok()?;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    Some(if digits > EXACT {
        json!(text)
    } else {
        Value::Number(number)
    })
}

/// A complex value with its parts in the schema's spelling; a bare one is its `value`.
fn complex(value: &Value, attribute: &Attribute, place: &str) -> Result<Value, Fault> {
    let Value::Object(sent) = value else {
        let Some(sub) = attribute.sub("value").filter(|_| !value.is_null()) else {
            return Err(wrong_type(value, attribute, place));
        };
        let value = whole(value, sub, place)?;
        return Ok(Value::Object(Resource::from_iter([(
            sub.name.clone(),
            value,
        )])));
    };
    let mut members = Resource::new();
    for (sub, value) in parts(sent, attribute, place)? {
        if !unassigned(value) {
            let value = whole(value, sub, &format!("{place}.{}", sub.name))?;
            members.insert(sub.name.clone(), value);
        }
    }
    Ok(Value::Object(members))
}

/// The parts of a complex value that a client sent, with what the schema says of each. `$ref` is
/// left out where the schema has none: it is an address that the server makes (RFC 7643 §2.4).
pub(super) fn parts<'a, 's>(
    sent: &'a Resource,
    attribute: &'s Attribute,
    place: &str,
) -> Result<Vec<(&'s Attribute, &'a Value)>, Fault> {
    sent.iter()
        .filter_map(|(name, value)| match attribute.sub(name) {
            Some(sub) => Some(Ok((sub, value))),
            None if name == "$ref" => None,
            None => Some(Err(Fault::new(
                ScimType::InvalidPath,
                format!(
                    "{place} has no part {name}. Its parts are {}.",
                    attribute
                        .sub_attributes
                        .iter()
                        .map(|sub| sub.name.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            ))),
        })
        .collect()
}

/// Whether an element that is held is the one that a client sent: the same `value`, and the same
/// `type` where both have one (RFC 7643 §2.4); without a `value` everything that was sent.
pub(super) fn same_element(held: &Value, sent: &Value, attribute: &Attribute) -> bool {
    let (Value::Object(held), Value::Object(sent)) = (held, sent) else {
        return same(held, sent, attribute);
    };
    let part = |name: &str| -> Option<(&Attribute, Option<&Value>, Option<&Value>)> {
        let sub = attribute.sub(name)?;
        Some((sub, member(held, &sub.name), member(sent, &sub.name)))
    };
    if let Some((sub, Some(held), Some(sent))) = part("value") {
        return same(held, sent, sub)
            && match part("type") {
                Some((sub, Some(held), Some(sent))) => same(held, sent, sub),
                _ => true,
            };
    }
    !sent.is_empty()
        && sent.iter().all(|(name, value)| {
            attribute.sub(name).is_some_and(|sub| {
                member(held, &sub.name).is_some_and(|held| same(held, value, sub))
            })
        })
}

/// Whether two values of an attribute are the same: texts by its letter case, dates by their time.
pub(super) fn same(a: &Value, b: &Value, attribute: &Attribute) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => {
            same_text(a, b, exact(attribute))
                || (attribute.kind == AttributeType::DateTime
                    && compare::date(a).is_some_and(|a| compare::date(b) == Some(a)))
        }
        _ => a == b,
    }
}

/// A value as a message shows it: short, and on one line.
pub(super) fn shown(value: &Value) -> String {
    const MOST: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= MOST {
        return text;
    }
    text.chars().take(MOST).chain(['…']).collect()
}

fn wrong_type(value: &Value, attribute: &Attribute, place: &str) -> Fault {
    let wanted = match attribute.kind {
        AttributeType::String | AttributeType::Reference => "a text",
        AttributeType::Boolean => "true or false",
        AttributeType::Decimal => "a number",
        AttributeType::Integer => "a whole number",
        AttributeType::DateTime => "a date with time such as \"2026-05-01T12:00:00Z\"",
        AttributeType::Binary => "a text in Base64",
        AttributeType::Complex => "an object",
    };
    let seen = if attribute.mutability == Mutability::WriteOnly {
        "what was sent".to_owned()
    } else {
        shown(value)
    };
    let several = if attribute.multi_valued {
        " in each element"
    } else {
        ""
    };
    Fault::new(
        ScimType::InvalidValue,
        format!(
            "{place} is of type {}, and {seen} is not. Send {wanted}{several}.",
            attribute.kind.word()
        ),
    )
}
