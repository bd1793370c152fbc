//! Filters (RFC 7644 §3.4.2.2): read, held against a schema, asked of a resource.
//!
//! **Invariant:** a filter that cannot be read or makes no sense is an error, never "all resources";
//! nothing can be learned through a filter of an attribute that is never returned.
//!
//! The grammar is [`crate::notation`]'s; how values compare is [`crate::compare`]'s; what the RFC
//! leaves open is decided in docs/decisions/0022.

mod check;
mod evaluate;

use std::fmt;

pub(crate) use check::check_elements;
pub(crate) use evaluate::element_matches;

use crate::lookup::{Lookup, LookupAttribute};
use crate::notation::{self, CompValue, CompareOp, Name, Node};
use crate::schema::ResourceSchema;
use crate::{Resource, ScimError, ScimType, uri};

/// A filter as a client sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Node);

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// 400 `invalidFilter` that says what is wrong, and where if that is known.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        if text.trim().is_empty() {
            return Err(invalid(
                "The filter is empty. Leave it out to get everything, or send one such as userName eq \"ada@example.org\".",
            ));
        }
        notation::filter(text).map(Self).map_err(|unreadable| {
            let place = unreadable
                .at
                .map_or_else(String::new, |at| format!(" at character {at}"));
            invalid(format!(
                "The filter cannot be read{place}: {}. Write it as in RFC 7644 section 3.4.2.2, for example userName eq \"ada@example.org\"; the operators are eq, ne, co, sw, ew, gt, ge, lt, le and pr.",
                unreadable.why
            ))
        })
    }

    /// Holds the filter against the attributes' types.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an order of booleans, binary data or complex values, for a part of
    /// what is no text, for a value of another type than the attribute's, and for an attribute that
    /// is never returned. An attribute the resource type lacks is no error (RFC 7644 §3.4.2.1).
    pub fn check(&self, schema: &ResourceSchema) -> Result<(), ScimError> {
        check::check(&self.0, schema)
    }

    /// Whether the resource is one that is asked for.
    pub fn matches(&self, resource: &Resource, schema: &ResourceSchema) -> bool {
        evaluate::matches(&self.0, resource, schema)
    }

    /// The key, where the filter asks for the one resource with it: `userName`, `id` or `externalId`
    /// `eq` a text, and nothing else.
    pub fn lookup(&self) -> Option<Lookup> {
        let Node::Compare(name, CompareOp::Eq, CompValue::Str(value)) = &self.0 else {
            return None;
        };
        if name.sub.is_some() || extension(name).is_some() {
            return None;
        }
        let attribute = [
            ("id", LookupAttribute::Id),
            ("externalId", LookupAttribute::ExternalId),
            ("userName", LookupAttribute::UserName),
        ]
        .into_iter()
        .find_map(|(word, key)| name.attribute.eq_ignore_ascii_case(word).then_some(key))?;
        Some(Lookup {
            attribute,
            value: value.clone(),
        })
    }

    /// The time of `meta.lastModified gt "…"`, where the filter is that and nothing else: what the
    /// provider's agent sends for an incremental import.
    pub fn changed_after(&self) -> Option<&str> {
        match &self.0 {
            Node::Compare(name, CompareOp::Gt, CompValue::Str(time))
                if extension(name).is_none()
                    && name.attribute.eq_ignore_ascii_case("meta")
                    && name
                        .sub
                        .as_deref()
                        .is_some_and(|sub| sub.eq_ignore_ascii_case("lastModified")) =>
            {
                Some(time)
            }
            _ => None,
        }
    }

    /// Whether the filter reads this top-level attribute: of the extension with this URN, or of the
    /// core schema where `urn` is none. May say yes where it does not, never no where it does.
    pub fn reads(&self, urn: Option<&str>, name: &str) -> bool {
        reads_node(&self.0, urn, name)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn reads_node(node: &Node, urn: Option<&str>, attribute: &str) -> bool {
    match node {
        Node::Present(name) | Node::Compare(name, ..) | Node::Element(name, _) => {
            reads_name(name, urn, attribute)
        }
        Node::Not(inner) => reads_node(inner, urn, attribute),
        Node::And(nodes) | Node::Or(nodes) => {
            nodes.iter().any(|node| reads_node(node, urn, attribute))
        }
    }
}

/// Whether a name means this top-level attribute. An extension's attribute may be named without its
/// prefix, which is not known here; therefore its end is enough.
pub(crate) fn reads_name(name: &Name, urn: Option<&str>, attribute: &str) -> bool {
    match (extension(name), urn) {
        (None, None) => name.attribute.eq_ignore_ascii_case(attribute),
        (Some(extension), Some(urn)) if extension.eq_ignore_ascii_case(urn) => attribute
            .to_ascii_lowercase()
            .ends_with(&name.attribute.to_ascii_lowercase()),
        (Some(extension), Some(urn)) => {
            format!("{extension}:{}", name.attribute).eq_ignore_ascii_case(urn)
        }
        _ => false,
    }
}

/// The URN before a name, unless it is that of a core schema.
fn extension(name: &Name) -> Option<&str> {
    name.uri.as_deref().filter(|urn| {
        ![uri::USER, uri::ENTITLEMENT]
            .iter()
            .any(|core| core.eq_ignore_ascii_case(urn))
    })
}

fn invalid(detail: impl Into<String>) -> ScimError {
    ScimError::new(400, detail).with_type(ScimType::InvalidFilter)
}
