//! Paths of PATCH (RFC 7644 §3.5.2, figure 7).

use std::fmt;

use crate::filter::reads_name;
use crate::notation::{self, Target};
use crate::resolve::{self, Meaning};
use crate::schema::ResourceSchema;
use crate::{ScimError, ScimType};

/// What an operation is about: `attribute`, `attribute.sub`, `attribute[filter]`,
/// `attribute[filter].sub`, each with or without a URN before it, or a URN alone.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchPath(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Parsed(Target),
    /// A URN and what follows it, where the grammar has no place for it: a column's name with a
    /// space, a URN that ends in a version. The schema says whether it means something.
    Text(String),
}

impl PatchPath {
    /// Reads a path.
    ///
    /// # Errors
    /// 400 `invalidPath` that says what is wrong, and where if that is known.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        Self::read(text).map_err(|why| {
            ScimError::new(400, format!("The path {why}")).with_type(ScimType::InvalidPath)
        })
    }

    /// Reads a path, or says why not: the rest of sentences that begin with "the path".
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match notation::path(text) {
            Ok(target) => Ok(Self(Kind::Parsed(target))),
            Err(_) if is_urn(text) => Ok(Self(Kind::Text(text.to_owned()))),
            Err(unreadable) => {
                let place = unreadable
                    .at
                    .map_or_else(String::new, |at| format!(" at character {at}"));
                Err(format!(
                    "cannot be read{place}: {}. Write for example userName, name.givenName, emails[type eq \"work\"].value or a URN followed by :attribute.",
                    unreadable.why
                ))
            }
        }
    }

    /// Whether the path names this top-level attribute: of the extension with this URN, or of the
    /// core schema where `urn` is none. May say yes where it does not, never no where it does.
    pub(crate) fn reads(&self, urn: Option<&str>, name: &str) -> bool {
        match &self.0 {
            Kind::Parsed(target) => reads_name(&target.name, urn, name),
            Kind::Text(text) => urn.is_some_and(|urn| {
                text.get(..urn.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(urn))
            }),
        }
    }

    /// What the path's name means, the brackets apart.
    pub(crate) fn meaning<'s>(&self, schema: &'s ResourceSchema) -> Option<Meaning<'s>> {
        match &self.0 {
            Kind::Text(text) => resolve::text(schema, text),
            Kind::Parsed(Target {
                name,
                elements: None,
            }) => resolve::name(schema, name).or_else(|| resolve::text(schema, &name.to_string())),
            Kind::Parsed(Target { name, .. }) => resolve::name(schema, name),
        }
    }

    /// What stands in brackets, and the sub-attribute after them.
    pub(crate) fn elements(&self) -> Option<(&notation::Node, Option<&str>)> {
        match &self.0 {
            Kind::Parsed(Target {
                elements: Some((filter, sub)),
                ..
            }) => Some((filter, sub.as_deref())),
            _ => None,
        }
    }
}

/// Whether a text is a URN with perhaps a name after it, and no brackets.
fn is_urn(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && !text.contains(['[', ']', '"'])
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Parsed(target) => target.fmt(f),
            Kind::Text(text) => f.write_str(text),
        }
    }
}
