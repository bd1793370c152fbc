//! One operation on a whole resource: which attribute it is about, and whether it may change.

use serde_json::Value;

use super::change::{Part, Place, changed, put};
use super::value::{same, shown, unassigned, whole};
use super::{Fault, Operation, PatchPath, Verb};
use crate::attribute::member;
use crate::filter::check_elements;
use crate::resolve::{self, Found, Meaning};
use crate::schema::{Attribute, Mutability, ResourceSchema, Schema};
use crate::{Resource, ScimType};

/// What the attributes of an object without a path may be and still do no harm: the server sets
/// them, and clients send back what they read.
const SET_BY_SERVER: [&str; 3] = ["schemas", "id", "meta"];

/// How an attribute was named: a path is meant, an object may carry what was only read before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    ByPath,
    InObject,
}

/// Does one operation.
pub(super) fn apply(
    operation: &Operation,
    resource: &mut Resource,
    schema: &ResourceSchema,
) -> Result<(), Fault> {
    let value = operation.value.as_ref();
    match &operation.path {
        None => object(resource, schema, operation.verb, value),
        Some(path) => at_path(resource, schema, path, operation.verb, value, Named::ByPath),
    }
}

/// An operation without a path: an object of attributes.
fn object(
    resource: &mut Resource,
    schema: &ResourceSchema,
    verb: Verb,
    value: Option<&Value>,
) -> Result<(), Fault> {
    let Some(Value::Object(attributes)) = value else {
        return Err(Fault::new(
            ScimType::InvalidValue,
            format!(
                "without a path the value must be an object of attributes, and is {}. Send an object or a path.",
                value.map_or_else(|| "missing".to_owned(), shown)
            ),
        ));
    };
    for (key, value) in attributes {
        if SET_BY_SERVER
            .iter()
            .any(|name| name.eq_ignore_ascii_case(key))
        {
            continue;
        }
        match resolve::text(schema, key) {
            Some(Meaning::Core) => object(resource, schema, verb, Some(value))?,
            Some(Meaning::Extension(extension)) => {
                whole_extension(
                    resource,
                    schema,
                    extension,
                    verb,
                    Some(value),
                    Named::InObject,
                )?;
            }
            Some(Meaning::Attribute(found)) => {
                let part = Part {
                    elements: None,
                    sub: found.sub,
                };
                attribute(resource, found, part, verb, Some(value), Named::InObject)?;
            }
            None => {
                let path = PatchPath::parse(key).map_err(|_| unknown(key))?;
                at_path(resource, schema, &path, verb, Some(value), Named::InObject)?;
            }
        }
    }
    Ok(())
}

fn at_path(
    resource: &mut Resource,
    schema: &ResourceSchema,
    path: &PatchPath,
    verb: Verb,
    value: Option<&Value>,
    named: Named,
) -> Result<(), Fault> {
    let meaning = path
        .meaning(schema)
        .ok_or_else(|| unknown(&path.to_string()))?;
    let found = match (meaning, path.elements()) {
        (Meaning::Attribute(found), _) => found,
        (Meaning::Core, None) if verb != Verb::Remove => {
            return object(resource, schema, verb, value);
        }
        (Meaning::Extension(extension), None) => {
            return whole_extension(resource, schema, extension, verb, value, named);
        }
        _ => return Err(unknown(&path.to_string())),
    };
    let Some((filter, after)) = path.elements() else {
        let part = Part {
            elements: None,
            sub: found.sub,
        };
        return attribute(resource, found, part, verb, value, named);
    };
    if found.sub.is_some() {
        return Err(unknown(&path.to_string()));
    }
    check_elements(filter, found.attribute)
        .map_err(|error| Fault::new(ScimType::InvalidFilter, error.detail))?;
    let sub = match after {
        None => None,
        Some(name) => Some(
            found
                .attribute
                .sub(name)
                .ok_or_else(|| unknown(&path.to_string()))?,
        ),
    };
    let part = Part {
        elements: Some(filter),
        sub,
    };
    attribute(resource, Found { sub, ..found }, part, verb, value, named)
}

/// An operation on one attribute.
fn attribute(
    resource: &mut Resource,
    found: Found<'_>,
    part: Part<'_>,
    verb: Verb,
    value: Option<&Value>,
    named: Named,
) -> Result<(), Fault> {
    let name = match found.extension {
        Some(extension) => format!("{}:{}", extension.id, found.attribute.name),
        None => found.attribute.name.clone(),
    };
    let old = found.value(resource);
    if read_only(found.attribute) || found.sub.is_some_and(read_only) {
        return refuse_read_only(old, found, part, value, named, &name);
    }
    let place = Place {
        attribute: found.attribute,
        name: &name,
    };
    let new = changed(old, place, part, verb, value)?;
    if new.as_ref() != old {
        write(resource, found, new);
    }
    Ok(())
}

/// An operation on an extension as a whole; what is not sent stays.
fn whole_extension(
    resource: &mut Resource,
    schema: &ResourceSchema,
    extension: &Schema,
    verb: Verb,
    value: Option<&Value>,
    named: Named,
) -> Result<(), Fault> {
    match (verb, value) {
        (Verb::Add | Verb::Replace, Some(Value::Object(attributes))) => {
            for (key, value) in attributes {
                // Some libraries write it into every object.
                if key.eq_ignore_ascii_case("schemas") {
                    continue;
                }
                let key = format!("{}:{key}", extension.id);
                let Some(Meaning::Attribute(found)) = resolve::text(schema, &key) else {
                    return Err(unknown(&key));
                };
                let part = Part {
                    elements: None,
                    sub: found.sub,
                };
                attribute(resource, found, part, verb, Some(value), Named::InObject)?;
            }
            Ok(())
        }
        (Verb::Add, Some(value)) if unassigned(value) => Ok(()),
        (Verb::Add | Verb::Replace, value) if !value.is_none_or(unassigned) => Err(Fault::new(
            ScimType::InvalidValue,
            format!(
                "{} must be an object of attributes, and is {}. Send an object.",
                extension.id,
                value.map_or_else(|| "missing".to_owned(), shown)
            ),
        )),
        _ => {
            for held in &extension.attributes {
                let found = Found {
                    extension: Some(extension),
                    attribute: held,
                    sub: None,
                };
                if found.value(resource).is_some() {
                    attribute(resource, found, Part::WHOLE, Verb::Remove, None, named)?;
                }
            }
            Ok(())
        }
    }
}

/// Writes an attribute's new value to where it stands. An attribute of an extension brings the
/// extension's URN into `schemas`, the last one takes it out (RFC 7644 §3.5.2).
fn write(resource: &mut Resource, found: Found<'_>, value: Option<Value>) {
    let Some(extension) = found.extension else {
        put(resource, &found.attribute.name, value);
        return;
    };
    let mut members = member(resource, &extension.id)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    put(&mut members, &found.attribute.name, value);
    let is = |value: &Value| {
        value
            .as_str()
            .is_some_and(|urn| urn.eq_ignore_ascii_case(&extension.id))
    };
    if let Some(Value::Array(schemas)) = resource.get_mut("schemas") {
        if members.is_empty() {
            schemas.retain(|urn| !is(urn));
        } else if !schemas.iter().any(is) {
            schemas.push(Value::String(extension.id.clone()));
        }
    }
    let members = (!members.is_empty()).then_some(Value::Object(members));
    put(resource, &extension.id, members);
}

fn read_only(attribute: &Attribute) -> bool {
    attribute.mutability == Mutability::ReadOnly
}

/// A readOnly attribute: harmless where an object repeats what it is, refused otherwise.
fn refuse_read_only(
    old: Option<&Value>,
    found: Found<'_>,
    part: Part<'_>,
    value: Option<&Value>,
    named: Named,
    name: &str,
) -> Result<(), Fault> {
    let held = match found.sub {
        None => old,
        Some(sub) => old.and_then(|old| member(old.as_object()?, &sub.name)),
    };
    let repeats = || match (held, value) {
        (None, Some(sent)) => unassigned(sent),
        (Some(held), Some(sent)) => {
            whole(sent, found.leaf(), name).is_ok_and(|sent| same(held, &sent, found.leaf()))
        }
        _ => false,
    };
    if named == Named::InObject && part.elements.is_none() && repeats() {
        return Ok(());
    }
    let sub = found
        .sub
        .map_or_else(String::new, |sub| format!(".{}", sub.name));
    Err(Fault::new(
        ScimType::Mutability,
        format!("{name}{sub} is readOnly. Leave it out of the operation."),
    ))
}

fn unknown(name: &str) -> Fault {
    Fault::new(
        ScimType::InvalidPath,
        format!(
            "{name} is no attribute of this resource type. See /Schemas for those it has; an attribute of an extension is written as URN:attribute."
        ),
    )
}
