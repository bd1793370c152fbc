//! What one operation makes of the value of one attribute.
//!
//! **Invariant:** [`changed`] is a function of the old value; it never leaves an empty list or an
//! empty object behind.

use serde_json::Value;

use super::value::{elements, one, parts, same, same_element, unassigned, whole};
use super::{Fault, Verb};
use crate::attribute::member;
use crate::filter::element_matches;
use crate::notation::{CompValue, CompareOp, Node};
use crate::schema::{Attribute, AttributeType, Mutability};
use crate::{Resource, ScimType};

/// Which part of the attribute an operation is about.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// Only the elements that match.
    pub elements: Option<&'a Node>,
    /// Only this sub-attribute.
    pub sub: Option<&'a Attribute>,
}

impl Part<'_> {
    pub(super) const WHOLE: Self = Self {
        elements: None,
        sub: None,
    };
}

/// One attribute, and how messages name it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub attribute: &'a Attribute,
    pub name: &'a str,
}

/// The new value of an attribute; `None` where it has none any more.
pub(super) fn changed(
    old: Option<&Value>,
    place: Place<'_>,
    part: Part<'_>,
    verb: Verb,
    value: Option<&Value>,
) -> Result<Option<Value>, Fault> {
    let attribute = place.attribute;
    let old = old.filter(|old| !unassigned(old));
    let new = if attribute.multi_valued {
        changed_list(old, place, part, verb, value)?
    } else {
        changed_single(old, place, part, verb, value)?
    };
    if attribute.mutability == Mutability::Immutable && old.is_some() && new.as_ref() != old {
        return Err(Fault::new(
            ScimType::Mutability,
            format!(
                "{} is immutable and has a value. Leave it as it is.",
                place.name
            ),
        ));
    }
    if attribute.required && old.is_some() && new.is_none() {
        return Err(Fault::new(
            ScimType::Mutability,
            format!(
                "{} is required and cannot be removed. Replace it by another value.",
                place.name
            ),
        ));
    }
    Ok(new)
}

fn changed_single(
    old: Option<&Value>,
    place: Place<'_>,
    part: Part<'_>,
    verb: Verb,
    value: Option<&Value>,
) -> Result<Option<Value>, Fault> {
    if let Some(filter) = part.elements {
        if place.attribute.kind != AttributeType::Complex {
            return Err(Fault::new(
                ScimType::InvalidPath,
                format!(
                    "{} has one simple value, and brackets choose among several. Leave them out.",
                    place.name
                ),
            ));
        }
        if !old.is_some_and(|old| element_matches(filter, old, place.attribute)) {
            return match verb {
                Verb::Remove => Ok(old.cloned()),
                Verb::Add | Verb::Replace => Err(no_match(place)),
            };
        }
    }
    let empty = Resource::new();
    let held = old.and_then(Value::as_object).unwrap_or(&empty);
    if let Some(sub) = part.sub {
        return changed_part(held, place, sub, verb, value).map(non_empty);
    }
    match (verb, value) {
        (Verb::Remove, _) | (Verb::Replace, None) => Ok(None),
        (Verb::Replace, Some(value)) if unassigned(value) => Ok(None),
        (Verb::Add, None) => Ok(old.cloned()),
        (Verb::Add, Some(value)) if unassigned(value) => Ok(old.cloned()),
        (_, Some(value)) if place.attribute.kind == AttributeType::Complex => {
            merged(held, alone(value), place, verb, false).map(non_empty)
        }
        (_, Some(value)) => one(value, place.attribute, place.name).map(Some),
    }
}

fn changed_list(
    old: Option<&Value>,
    place: Place<'_>,
    part: Part<'_>,
    verb: Verb,
    value: Option<&Value>,
) -> Result<Option<Value>, Fault> {
    let mut list: Vec<Value> = match old {
        None => Vec::new(),
        Some(Value::Array(elements)) => elements.clone(),
        Some(single) => vec![single.clone()],
    };
    // The elements whose `primary` this operation sets.
    let mut primary = Vec::new();
    match (part.elements, part.sub) {
        (None, None) => match verb {
            Verb::Remove => match value.filter(|value| !value.is_null()) {
                None => list.clear(),
                Some(value) => {
                    let gone = elements(value, place.attribute, place.name)?;
                    list.retain(|held| {
                        !gone
                            .iter()
                            .any(|sent| same_element(held, sent, place.attribute))
                    });
                }
            },
            Verb::Add | Verb::Replace => {
                if verb == Verb::Replace {
                    list.clear();
                }
                let sent = value.unwrap_or(&Value::Null);
                for element in elements(sent, place.attribute, place.name)? {
                    primary.extend(added(&mut list, element, place)?);
                }
            }
        },
        (filter, sub) => {
            let mut chosen: Vec<usize> = (0..list.len())
                .filter(|index| {
                    filter.is_none_or(|filter| {
                        element_matches(filter, &list[*index], place.attribute)
                    })
                })
                .collect();
            if chosen.is_empty() && verb != Verb::Remove {
                let element = match filter {
                    None => Some(Value::Object(Resource::new())),
                    Some(filter) if verb == Verb::Add => made(filter, place.attribute),
                    Some(_) => None,
                };
                list.push(element.ok_or_else(|| no_match(place))?);
                chosen.push(list.len() - 1);
            }
            for index in chosen {
                let element = changed_element(&list[index], place, sub, verb, value)?;
                if sets_primary(element.as_ref(), sub, verb, value) {
                    primary.push(index);
                }
                list[index] = element.unwrap_or(Value::Null);
            }
        }
    }
    one_primary(&mut list, &primary, place)?;
    list.retain(|element| match element {
        Value::Null => false,
        Value::Object(members) => !members.is_empty(),
        _ => true,
    });
    Ok((!list.is_empty()).then_some(Value::Array(list)))
}

/// One chosen element after the operation; `None` where it goes.
fn changed_element(
    held: &Value,
    place: Place<'_>,
    sub: Option<&Attribute>,
    verb: Verb,
    value: Option<&Value>,
) -> Result<Option<Value>, Fault> {
    let empty = Resource::new();
    let members = held.as_object().unwrap_or(&empty);
    if let Some(sub) = sub {
        return changed_part(members, place, sub, verb, value).map(non_empty);
    }
    let value = value.filter(|value| !unassigned(value));
    match (verb, value) {
        (Verb::Remove, _) | (Verb::Replace, None) => Ok(None),
        (Verb::Add, None) => Ok(Some(held.clone())),
        (_, Some(value)) if place.attribute.kind != AttributeType::Complex => {
            one(value, place.attribute, place.name).map(Some)
        }
        (Verb::Add, Some(value)) => merged(members, value, place, Verb::Add, true).map(non_empty),
        (Verb::Replace, Some(value)) => {
            let Value::Object(mut new) = one(value, place.attribute, place.name)? else {
                return Ok(None);
            };
            for sub in &place.attribute.sub_attributes {
                if sub.mutability == Mutability::ReadOnly
                    && !new.contains_key(&sub.name)
                    && let Some(kept) = member(members, &sub.name)
                {
                    new.insert(sub.name.clone(), kept.clone());
                }
            }
            Ok(non_empty(new))
        }
    }
}

/// An object after an operation on one of its sub-attributes.
fn changed_part(
    held: &Resource,
    place: Place<'_>,
    sub: &Attribute,
    verb: Verb,
    value: Option<&Value>,
) -> Result<Resource, Fault> {
    let name = format!("{}.{}", place.name, sub.name);
    let place = Place {
        attribute: sub,
        name: &name,
    };
    let new = changed(member(held, &sub.name), place, Part::WHOLE, verb, value)?;
    let mut members = held.clone();
    put(&mut members, &sub.name, new);
    Ok(members)
}

/// A complex value with what was sent laid over it; what was not sent stays (RFC 7644 §3.5.2.3).
///
/// A readOnly part stays as it is. In an element of a list it is taken where there is none yet,
/// because it may be what tells the element from others.
fn merged(
    held: &Resource,
    sent: &Value,
    place: Place<'_>,
    verb: Verb,
    element: bool,
) -> Result<Resource, Fault> {
    let Value::Object(sent) = sent else {
        // A bare value: its type is checked, and it becomes the `value`.
        let bare = one(sent, place.attribute, place.name)?;
        return match bare {
            bare @ Value::Object(_) => merged(held, &bare, place, verb, element),
            _ => Ok(held.clone()),
        };
    };
    let mut members = held.clone();
    for (sub, value) in parts(sent, place.attribute, place.name)? {
        let name = format!("{}.{}", place.name, sub.name);
        let inner = Place {
            attribute: sub,
            name: &name,
        };
        let old = member(held, &sub.name);
        if sub.mutability == Mutability::ReadOnly {
            if element && old.is_none() && !unassigned(value) {
                let value = whole(value, sub, &name)?;
                put(&mut members, &sub.name, Some(value));
            }
            continue;
        }
        let new = changed(old, inner, Part::WHOLE, verb, Some(value))?;
        put(&mut members, &sub.name, new);
    }
    Ok(members)
}

/// Adds an element, or lays it over the one that is there already; gives its position where it says
/// that it is primary.
fn added(list: &mut Vec<Value>, element: Value, place: Place<'_>) -> Result<Option<usize>, Fault> {
    let is_primary = element
        .as_object()
        .and_then(|members| member(members, "primary"))
        == Some(&Value::Bool(true));
    let there = list
        .iter()
        .position(|held| same_element(held, &element, place.attribute));
    let Some(index) = there else {
        list.push(element);
        return Ok(is_primary.then_some(list.len() - 1));
    };
    if let (Value::Object(held), Value::Object(mut sent)) = (&list[index], element) {
        // What is the same in another letter case is there already, and stays as it is.
        sent.retain(|name, value| {
            !place.attribute.sub(name).is_some_and(|sub| {
                member(held, &sub.name).is_some_and(|held| same(held, value, sub))
            })
        });
        let laid = merged(held, &Value::Object(sent), place, Verb::Add, true)?;
        list[index] = Value::Object(laid);
    }
    Ok(is_primary.then_some(index))
}

/// The element that a path asks for and that is not there: from `a eq "x" and b eq "y"`. This is what
/// Microsoft Entra ID expects of an add; RFC 7644 §3.5.2.1 is silent.
fn made(filter: &Node, attribute: &Attribute) -> Option<Value> {
    let terms = match filter {
        Node::And(terms) => terms.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut members = Resource::new();
    for term in terms {
        let Node::Compare(name, CompareOp::Eq, value) = term else {
            return None;
        };
        let value = match value {
            CompValue::True => Value::Bool(true),
            CompValue::False => Value::Bool(false),
            CompValue::Number(number) => Value::Number(number.clone()),
            CompValue::Str(text) => Value::String(text.clone()),
            CompValue::Null => return None,
        };
        if attribute.kind != AttributeType::Complex {
            return (terms.len() == 1 && name.attribute.eq_ignore_ascii_case("value"))
                .then_some(value);
        }
        if name.uri.is_some() || name.sub.is_some() {
            return None;
        }
        let sub = attribute.sub(&name.attribute)?;
        if members.insert(sub.name.clone(), value).is_some() {
            return None;
        }
    }
    Some(Value::Object(members))
}

/// Whether an operation on one chosen element made it the primary one.
fn sets_primary(
    element: Option<&Value>,
    sub: Option<&Attribute>,
    verb: Verb,
    value: Option<&Value>,
) -> bool {
    let sent = match sub {
        Some(sub) => sub.name.eq_ignore_ascii_case("primary"),
        None => value
            .map(alone)
            .and_then(Value::as_object)
            .is_some_and(|sent| member(sent, "primary").is_some()),
    };
    verb != Verb::Remove
        && sent
        && element
            .and_then(Value::as_object)
            .and_then(|members| member(members, "primary"))
            == Some(&Value::Bool(true))
}

/// Leaves only one element primary: the one that the operation made so (RFC 7644 §3.5.2).
fn one_primary(list: &mut [Value], set: &[usize], place: Place<'_>) -> Result<(), Fault> {
    let Some(first) = set.first() else {
        return Ok(());
    };
    if set.iter().any(|other| other != first) {
        return Err(Fault::new(
            ScimType::InvalidValue,
            format!(
                "more than one element of {} would be primary. Mark one.",
                place.name
            ),
        ));
    }
    for (index, element) in list.iter_mut().enumerate() {
        if index != *first
            && let Value::Object(members) = element
            && member(members, "primary") == Some(&Value::Bool(true))
        {
            put(members, "primary", Some(Value::Bool(false)));
        }
    }
    Ok(())
}

/// The one element of a list of one, else the value itself.
fn alone(value: &Value) -> &Value {
    match value {
        Value::Array(list) if list.len() == 1 => &list[0],
        other => other,
    }
}

fn no_match(place: Place<'_>) -> Fault {
    Fault::new(
        ScimType::NoTarget,
        format!(
            "no element of {} matches what stands in the brackets. Read the resource again, or add the element.",
            place.name
        ),
    )
}

fn non_empty(members: Resource) -> Option<Value> {
    (!members.is_empty()).then_some(Value::Object(members))
}

/// Sets or removes a member, whatever the letter case in which it stands there.
pub(super) fn put(members: &mut Resource, name: &str, value: Option<Value>) {
    let other = |key: &String| key != name && key.eq_ignore_ascii_case(name);
    while let Some(key) = members.keys().find(|key| other(key)).cloned() {
        members.shift_remove(&key);
    }
    match value {
        Some(value) => {
            members.insert(name.to_owned(), value);
        }
        None => {
            members.shift_remove(name);
        }
    }
}
