//! Which attributes an answer has: `attributes` and `excludedAttributes` (RFC 7644 §3.4.2.5 and §3.9).
//!
//! **Invariant:** what is returned always stays (`id`, `schemas`), what is returned never goes,
//! whatever a client names.

use serde_json::Value;

use crate::resolve::{self, Meaning};
use crate::schema::{Attribute, ResourceSchema, Returned};
use crate::{Resource, ScimError, ScimType};

/// What a client wants to see of a resource. The default is everything that is returned by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection(Choice);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Choice {
    #[default]
    All,
    Only(Vec<String>),
    Without(Vec<String>),
}

/// What the names say of one attribute.
enum Named<'s> {
    Not,
    Whole,
    Parts(Vec<&'s Attribute>),
}

impl Projection {
    /// Reads the two lists of names, separated by commas; an empty list counts as none.
    ///
    /// # Errors
    /// 400 `invalidValue` where both are given.
    pub fn parse(attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, ScimError> {
        let names = |list: Option<&str>| -> Vec<String> {
            list.unwrap_or_default()
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (only, without) = (names(attributes), names(excluded));
        match (only.is_empty(), without.is_empty()) {
            (true, true) => Ok(Self(Choice::All)),
            (false, true) => Ok(Self(Choice::Only(only))),
            (true, false) => Ok(Self(Choice::Without(without))),
            (false, false) => Err(ScimError::new(
                400,
                "attributes and excludedAttributes cannot be used together. Send one of them.",
            )
            .with_type(ScimType::InvalidValue)),
        }
    }

    /// Whether nothing is left out beyond what is never returned or only on request.
    pub fn is_all(&self) -> bool {
        self.0 == Choice::All
    }

    /// Takes out of a resource what is not wanted. Names the resource type lacks are ignored; what
    /// stands in the resource and not in the schema goes with the attributes that are returned by
    /// default.
    pub fn apply(&self, resource: &mut Resource, schema: &ResourceSchema) {
        let names = match &self.0 {
            Choice::All => &[][..],
            Choice::Only(names) | Choice::Without(names) => names,
        };
        let meanings: Vec<Meaning<'_>> = names
            .iter()
            .filter_map(|name| resolve::text(schema, name))
            .collect();
        retain(resource, |key, value| {
            if let Some(extension) = schema.extension(key) {
                let Value::Object(members) = value else {
                    return false;
                };
                retain(members, |key, value| {
                    self.keep(
                        value,
                        extension.attribute(key),
                        &meanings,
                        Some(&extension.id),
                    )
                });
                return !members.is_empty();
            }
            self.keep(value, schema.attribute(None, key), &meanings, None)
        });
    }

    /// Whether an attribute stays; takes out of its value the parts that do not.
    fn keep(
        &self,
        value: &mut Value,
        attribute: Option<&Attribute>,
        meanings: &[Meaning<'_>],
        urn: Option<&str>,
    ) -> bool {
        let Some(attribute) = attribute else {
            return !matches!(self.0, Choice::Only(_));
        };
        if attribute.returned == Returned::Never {
            return false;
        }
        let named = named(attribute, meanings, urn);
        let stays = match (&self.0, &named) {
            _ if attribute.returned == Returned::Always => true,
            (Choice::Only(_), Named::Not) | (Choice::Without(_), Named::Whole) => false,
            (Choice::Only(_), _) => true,
            (Choice::All | Choice::Without(_), _) => attribute.returned == Returned::Default,
        };
        if !stays {
            return false;
        }
        if attribute.sub_attributes.is_empty() {
            return true;
        }
        for_each_object(value, &mut |members| {
            retain(members, |key, _| {
                let Some(sub) = attribute.sub(key) else {
                    return !matches!((&self.0, &named), (Choice::Only(_), Named::Parts(_)));
                };
                let is_named =
                    |parts: &[&Attribute]| parts.iter().any(|part| part.name == sub.name);
                match sub.returned {
                    Returned::Always => true,
                    Returned::Never => false,
                    Returned::Request => matches!(
                        (&self.0, &named),
                        (Choice::Only(_), Named::Parts(parts)) if is_named(parts)
                    ),
                    Returned::Default => match (&self.0, &named) {
                        (Choice::Only(_), Named::Parts(parts)) => is_named(parts),
                        (Choice::Without(_), Named::Parts(parts)) => !is_named(parts),
                        _ => true,
                    },
                }
            });
        });
        match value {
            Value::Object(members) => !members.is_empty(),
            Value::Array(elements) => {
                elements.retain(|element| !element.as_object().is_some_and(Resource::is_empty));
                !elements.is_empty()
            }
            _ => true,
        }
    }
}

/// What the names say of this attribute of the core schema, or of the extension with this URN.
fn named<'s>(attribute: &Attribute, meanings: &[Meaning<'s>], urn: Option<&str>) -> Named<'s> {
    let mut parts = Vec::new();
    for meaning in meanings {
        match meaning {
            Meaning::Core if urn.is_none() => return Named::Whole,
            Meaning::Extension(extension) if urn == Some(extension.id.as_str()) => {
                return Named::Whole;
            }
            Meaning::Attribute(found)
                if found.attribute.name == attribute.name
                    && found.extension.map(|extension| extension.id.as_str()) == urn =>
            {
                match found.sub {
                    None => return Named::Whole,
                    Some(sub) => parts.push(sub),
                }
            }
            _ => {}
        }
    }
    if parts.is_empty() {
        Named::Not
    } else {
        Named::Parts(parts)
    }
}

/// Keeps the members that `keep` wants, in their order.
fn retain(members: &mut Resource, mut keep: impl FnMut(&str, &mut Value) -> bool) {
    *members = std::mem::take(members)
        .into_iter()
        .filter_map(|(key, mut value)| keep(&key, &mut value).then_some((key, value)))
        .collect();
}

fn for_each_object(value: &mut Value, change: &mut impl FnMut(&mut Resource)) {
    match value {
        Value::Object(members) => change(members),
        Value::Array(elements) => {
            for element in elements {
                for_each_object(element, change);
            }
        }
        _ => {}
    }
}
