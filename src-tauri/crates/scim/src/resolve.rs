//! Which attribute of a schema a name means.
//!
//! **Invariant:** names and URNs compare without regard to letter case; what is found carries the
//! schema's own spelling.

use serde_json::Value;

use crate::Resource;
use crate::attribute::member;
use crate::notation::Name;
use crate::schema::{Attribute, Mutability, ResourceSchema, Returned, Schema};

/// What a name means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning<'s> {
    /// The core schema as a whole.
    Core,
    /// An extension as a whole.
    Extension(&'s Schema),
    Attribute(Found<'s>),
}

/// An attribute or a sub-attribute, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'s> {
    /// The extension the attribute lives in.
    pub extension: Option<&'s Schema>,
    pub attribute: &'s Attribute,
    pub sub: Option<&'s Attribute>,
}

impl<'s> Found<'s> {
    /// The value of the attribute, not of the sub-attribute.
    pub(crate) fn value<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let root = match self.extension {
            Some(extension) => member(resource, &extension.id)?.as_object()?,
            None => resource,
        };
        member(root, &self.attribute.name)
    }

    /// The attribute or sub-attribute that is meant.
    pub(crate) fn leaf(&self) -> &'s Attribute {
        self.sub.unwrap_or(self.attribute)
    }

    /// Whether a client may learn anything of the value: not of a password (RFC 7643 §7).
    pub(crate) fn readable(&self) -> bool {
        readable(self.attribute) && self.sub.is_none_or(readable)
    }
}

/// Whether a client may learn anything of the attribute's value.
pub(crate) fn readable(attribute: &Attribute) -> bool {
    attribute.returned != Returned::Never && attribute.mutability != Mutability::WriteOnly
}

/// What a parsed name means; `None` where the resource type has nothing of that name.
pub(crate) fn name<'s>(schema: &'s ResourceSchema, name: &Name) -> Option<Meaning<'s>> {
    if let Some(uri) = &name.uri
        && name.sub.is_none()
        && let Some(whole) = whole(schema, |id| {
            id.get(uri.len()..)
                .and_then(|rest| rest.strip_prefix(':'))
                .is_some_and(|rest| rest.eq_ignore_ascii_case(&name.attribute))
                && id[..uri.len()].eq_ignore_ascii_case(uri)
        })
    {
        return Some(whole);
    }
    let found = attribute(schema, name.uri.as_deref(), &name.attribute)?;
    Some(Meaning::Attribute(match &name.sub {
        None => found,
        Some(sub) => Found {
            sub: Some(found.attribute.sub(sub)?),
            ..found
        },
    }))
}

/// What a text means that need not keep to the grammar: a column's name may have spaces and dots.
pub(crate) fn text<'s>(schema: &'s ResourceSchema, text: &str) -> Option<Meaning<'s>> {
    let text = text.trim();
    if let Some(whole) = whole(schema, |id| id.eq_ignore_ascii_case(text)) {
        return Some(whole);
    }
    let ids = schema
        .extensions
        .iter()
        .map(|extension| extension.id.as_str());
    let qualified = ids
        .chain([schema.core.id.as_str()])
        .filter(|id| !id.is_empty())
        .find_map(|id| {
            let rest = text.get(id.len()..)?.strip_prefix(':')?;
            text.get(..id.len())?
                .eq_ignore_ascii_case(id)
                .then_some((id, rest))
        });
    let (id, rest) = match qualified {
        Some((id, rest)) => (Some(id), rest),
        None => (None, text),
    };
    if let Some(found) = attribute(schema, id, rest) {
        return Some(Meaning::Attribute(found));
    }
    let (name, sub) = rest.split_once('.')?;
    let found = attribute(schema, id, name)?;
    Some(Meaning::Attribute(Found {
        sub: Some(found.attribute.sub(sub)?),
        ..found
    }))
}

/// The schema with this id, as a whole.
fn whole(schema: &ResourceSchema, is: impl Fn(&str) -> bool) -> Option<Meaning<'_>> {
    let extension = schema.extensions.iter().find(|schema| is(&schema.id));
    match extension {
        Some(extension) => Some(Meaning::Extension(extension)),
        None => (!schema.core.id.is_empty() && is(&schema.core.id)).then_some(Meaning::Core),
    }
}

fn attribute<'s>(schema: &'s ResourceSchema, urn: Option<&str>, name: &str) -> Option<Found<'s>> {
    Some(Found {
        attribute: schema.attribute(urn, name)?,
        extension: urn.and_then(|urn| schema.extension(urn)),
        sub: None,
    })
}
