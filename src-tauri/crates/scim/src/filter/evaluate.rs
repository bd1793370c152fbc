//! Whether a resource, or an element of a multi-valued attribute, matches.

use serde_json::Value;

use super::check::{compared, sub_attribute};
use crate::Resource;
use crate::attribute::member;
use crate::compare::{self, Number, exact, folded, present, same_text};
use crate::notation::{CompValue, CompareOp, Name, Node};
use crate::resolve::{self, Meaning};
use crate::schema::{Attribute, AttributeType, ResourceSchema};

/// What a filter is asked of.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Resource(&'a Resource, &'a ResourceSchema),
    /// One element of this attribute.
    Element(&'a Value, &'a Attribute),
}

/// The values that a name means, and the attribute they are of.
struct Operand<'a> {
    values: Vec<&'a Value>,
    attribute: &'a Attribute,
}

/// Whether a resource matches.
pub(super) fn matches(node: &Node, resource: &Resource, schema: &ResourceSchema) -> bool {
    matches_in(node, Scope::Resource(resource, schema))
}

/// Whether one element of this attribute matches what stands in brackets.
pub(crate) fn element_matches(node: &Node, element: &Value, attribute: &Attribute) -> bool {
    matches_in(node, Scope::Element(element, attribute))
}

fn matches_in(node: &Node, scope: Scope<'_>) -> bool {
    match node {
        Node::Present(name) | Node::Compare(name, CompareOp::Ne, CompValue::Null) => {
            has_value(name, scope)
        }
        Node::Compare(name, CompareOp::Eq, CompValue::Null) => !has_value(name, scope),
        Node::Compare(name, op, value) => {
            let Some(operand) = operand(name, scope).and_then(comparable) else {
                return *op == CompareOp::Ne;
            };
            let mut values = operand.values.iter().filter(|value| !value.is_null());
            match op {
                // Without a value nothing is identical.
                CompareOp::Ne => {
                    let mut values = values.peekable();
                    values.peek().is_none()
                        || values
                            .any(|held| !compares(held, operand.attribute, &CompareOp::Eq, value))
                }
                op => values.any(|held| compares(held, operand.attribute, op, value)),
            }
        }
        Node::Element(name, inner) => operand(name, scope).is_some_and(|operand| {
            operand
                .values
                .iter()
                .any(|element| element_matches(inner, element, operand.attribute))
        }),
        Node::Not(inner) => !matches_in(inner, scope),
        Node::And(nodes) => nodes.iter().all(|node| matches_in(node, scope)),
        Node::Or(nodes) => nodes.iter().any(|node| matches_in(node, scope)),
    }
}

fn has_value(name: &Name, scope: Scope<'_>) -> bool {
    if let Scope::Resource(resource, schema) = scope
        && let Some(Meaning::Extension(extension)) = resolve::name(schema, name)
    {
        return member(resource, &extension.id).is_some_and(present);
    }
    operand(name, scope).is_some_and(|operand| operand.values.iter().any(|value| present(value)))
}

/// What a name means here; `None` where the type lacks it or nothing may be learned of it.
fn operand<'a>(name: &Name, scope: Scope<'a>) -> Option<Operand<'a>> {
    match scope {
        Scope::Resource(resource, schema) => {
            let Meaning::Attribute(found) = resolve::name(schema, name)? else {
                return None;
            };
            if !found.readable() {
                return None;
            }
            let held = elements(found.value(resource));
            let values = match found.sub {
                None => held,
                Some(sub) => held
                    .into_iter()
                    .filter_map(|element| member(element.as_object()?, &sub.name))
                    .flat_map(|value| elements(Some(value)))
                    .collect(),
            };
            Some(Operand {
                values,
                attribute: found.leaf(),
            })
        }
        Scope::Element(element, parent) => {
            let attribute = sub_attribute(parent, name)?;
            let values = match element {
                Value::Object(members) => elements(member(members, &attribute.name)),
                simple if parent.kind != AttributeType::Complex => vec![simple],
                _ => Vec::new(),
            };
            resolve::readable(attribute).then_some(Operand { values, attribute })
        }
    }
}

/// A list's elements, or the one value.
fn elements(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(elements)) => elements.iter().collect(),
        Some(value) => vec![value],
    }
}

/// For complex values their `value`.
fn comparable(operand: Operand<'_>) -> Option<Operand<'_>> {
    let attribute = compared(operand.attribute)?;
    if operand.attribute.kind != AttributeType::Complex {
        return Some(operand);
    }
    if !resolve::readable(attribute) {
        return None;
    }
    let values = operand
        .values
        .into_iter()
        .filter_map(|element| member(element.as_object()?, &attribute.name))
        .collect();
    Some(Operand { values, attribute })
}

/// One comparison of one value; false where the types differ.
fn compares(held: &Value, attribute: &Attribute, op: &CompareOp, value: &CompValue) -> bool {
    match (held, value) {
        (Value::Bool(held), CompValue::True) => *op == CompareOp::Eq && *held,
        (Value::Bool(held), CompValue::False) => *op == CompareOp::Eq && !*held,
        (Value::Number(held), CompValue::Number(value)) => {
            match (Number::of(held), Number::of(value)) {
                (Some(held), Some(value)) => ordered(&held, &value, op),
                _ => false,
            }
        }
        (Value::String(held), CompValue::Str(value)) => compares_texts(held, value, attribute, op),
        _ => false,
    }
}

fn compares_texts(held: &str, value: &str, attribute: &Attribute, op: &CompareOp) -> bool {
    let exact = exact(attribute);
    let part = matches!(op, CompareOp::Co | CompareOp::Sw | CompareOp::Ew);
    if attribute.kind == AttributeType::DateTime && !part {
        return match (compare::date(held), compare::date(value)) {
            (Some(held), Some(value)) => ordered(&held, &value, op),
            _ => *op == CompareOp::Eq && held == value,
        };
    }
    if *op == CompareOp::Eq {
        return same_text(held, value, exact);
    }
    let (held, value) = (folded(held, exact), folded(value, exact));
    match op {
        CompareOp::Co => held.contains(&*value),
        CompareOp::Sw => held.starts_with(&*value),
        CompareOp::Ew => held.ends_with(&*value),
        op => ordered(&held, &value, op),
    }
}

fn ordered<T: Ord + ?Sized>(held: &T, value: &T, op: &CompareOp) -> bool {
    match op {
        CompareOp::Eq => held == value,
        CompareOp::Ne => held != value,
        CompareOp::Gt => held > value,
        CompareOp::Ge => held >= value,
        CompareOp::Lt => held < value,
        CompareOp::Le => held <= value,
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}
