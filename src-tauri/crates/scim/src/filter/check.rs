//! Whether the comparisons of a filter make sense for the types of the attributes.

use super::invalid;
use crate::ScimError;
use crate::compare;
use crate::notation::{CompValue, CompareOp, Name, Node, shortened};
use crate::resolve::{self, Meaning};
use crate::schema::{Attribute, AttributeType, ResourceSchema};

/// Where names are looked up.
#[derive(Clone, Copy)]
enum Scope<'s> {
    Resource(&'s ResourceSchema),
    /// Inside the brackets of this attribute.
    Element(&'s Attribute),
}

/// Holds a whole filter against a schema.
pub(super) fn check(node: &Node, schema: &ResourceSchema) -> Result<(), ScimError> {
    check_in(node, Scope::Resource(schema))
}

/// Holds what stands in brackets against the attribute before them.
pub(crate) fn check_elements(node: &Node, attribute: &Attribute) -> Result<(), ScimError> {
    check_in(node, Scope::Element(attribute))
}

fn check_in(node: &Node, scope: Scope<'_>) -> Result<(), ScimError> {
    match node {
        Node::Present(name) => attribute(name, scope).map(drop),
        Node::Compare(name, op, value) => match attribute(name, scope)? {
            Some(attribute) => check_comparison(name, attribute, op, value),
            None => Ok(()),
        },
        Node::Element(name, inner) => match attribute(name, scope)? {
            Some(attribute) => check_in(inner, Scope::Element(attribute)),
            None => Ok(()),
        },
        Node::Not(inner) => check_in(inner, scope),
        Node::And(nodes) | Node::Or(nodes) => {
            nodes.iter().try_for_each(|node| check_in(node, scope))
        }
    }
}

/// The attribute a name means; `None` where the type lacks it or a whole schema is meant.
fn attribute<'s>(name: &Name, scope: Scope<'s>) -> Result<Option<&'s Attribute>, ScimError> {
    let (found, readable) = match scope {
        Scope::Resource(schema) => match resolve::name(schema, name) {
            Some(Meaning::Attribute(found)) => (Some(found.leaf()), found.readable()),
            _ => (None, true),
        },
        Scope::Element(parent) => {
            let found = sub_attribute(parent, name);
            (found, found.is_none_or(resolve::readable))
        }
    };
    if readable {
        return Ok(found);
    }
    Err(invalid(format!(
        "{name} cannot be used in a filter, because its value is never given out. Filter by another attribute."
    )))
}

/// What a name means inside brackets: a sub-attribute, or `value` for the elements of a list of
/// simple values.
pub(super) fn sub_attribute<'s>(parent: &'s Attribute, name: &Name) -> Option<&'s Attribute> {
    if name.uri.is_some() || name.sub.is_some() {
        return None;
    }
    if parent.kind == AttributeType::Complex {
        return parent.sub(&name.attribute);
    }
    name.attribute
        .eq_ignore_ascii_case("value")
        .then_some(parent)
}

/// The attribute whose values are compared: for a complex one its `value` (RFC 7643 §2.4).
pub(super) fn compared(attribute: &Attribute) -> Option<&Attribute> {
    if attribute.kind == AttributeType::Complex {
        attribute.sub("value")
    } else {
        Some(attribute)
    }
}

fn check_comparison(
    name: &Name,
    attribute: &Attribute,
    op: &CompareOp,
    value: &CompValue,
) -> Result<(), ScimError> {
    if matches!(value, CompValue::Null) {
        return match op {
            CompareOp::Eq | CompareOp::Ne => Ok(()),
            _ => Err(invalid(format!(
                "{name} {op} null means nothing. Ask with {name} pr whether there is a value."
            ))),
        };
    }
    let Some(compared) = compared(attribute) else {
        let parts = attribute.sub_attributes.first();
        let example = parts.map_or_else(String::new, |sub| {
            format!(", for example {}.{}", attribute.name, sub.name)
        });
        return Err(invalid(format!(
            "{name} has parts and cannot be compared as a whole. Compare one of them{example}."
        )));
    };
    if !resolve::readable(compared) {
        return Err(invalid(format!(
            "{name} cannot be used in a filter, because its value is never given out. Filter by another attribute."
        )));
    }
    let kind = compared.kind;
    let order = matches!(
        op,
        CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le
    );
    let part = matches!(op, CompareOp::Co | CompareOp::Sw | CompareOp::Ew);
    if order && matches!(kind, AttributeType::Boolean | AttributeType::Binary) {
        return Err(invalid(format!(
            "{name} is of type {} and has no order, so {op} cannot be used. Use eq, ne or pr.",
            kind.word()
        )));
    }
    if part
        && matches!(
            kind,
            AttributeType::Boolean | AttributeType::Integer | AttributeType::Decimal
        )
    {
        return Err(invalid(format!(
            "{name} is of type {} and is no text, so {op} cannot be used. Use {}.",
            kind.word(),
            if kind == AttributeType::Boolean {
                "eq, ne or pr"
            } else {
                "eq, ne, gt, ge, lt, le or pr"
            }
        )));
    }
    let fits = match (kind, value) {
        (AttributeType::Boolean, CompValue::True | CompValue::False)
        | (AttributeType::Integer | AttributeType::Decimal, CompValue::Number(_))
        | (
            AttributeType::String
            | AttributeType::Reference
            | AttributeType::Binary
            | AttributeType::Complex,
            CompValue::Str(_),
        ) => true,
        (AttributeType::DateTime, CompValue::Str(text)) => part || compare::date(text).is_some(),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(invalid(format!(
        "{name} is of type {} and cannot be compared with {}. Write {}.",
        kind.word(),
        shortened(&value.to_string()),
        match kind {
            AttributeType::Boolean => "true or false, without quotes",
            AttributeType::Integer | AttributeType::Decimal => "a number, without quotes",
            AttributeType::DateTime =>
                "a date with time in double quotes, for example \"2026-05-01T12:00:00Z\"",
            _ => "a text in double quotes",
        }
    )))
}
