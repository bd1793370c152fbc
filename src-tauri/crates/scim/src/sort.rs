//! The order of a list: `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3).

use std::cmp::Ordering;

use serde_json::Value;

use crate::attribute::member;
use crate::compare::{Scalar, scalar};
use crate::resolve::{self, Meaning};
use crate::schema::{AttributeType, ResourceSchema};
use crate::{PatchPath, Resource, ScimError, ScimType};

/// By which attribute a list is sorted, and in which direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Sort {
    by: PatchPath,
    descending: bool,
}

/// Where a resource stands in the order. Keys of one [`Sort`] compare; resources without a value
/// stand last in ascending and first in descending order.
#[derive(Clone, Debug)]
pub struct SortKey {
    value: Option<Scalar>,
    descending: bool,
}

impl Sort {
    /// Reads the two parameters; without `sortBy` there is no order, whatever `sortOrder` says.
    ///
    /// # Errors
    /// 400 `invalidPath` where `sortBy` is no attribute path, 400 `invalidValue` where `sortOrder` is
    /// neither `ascending` nor `descending`.
    pub fn parse(
        sort_by: Option<&str>,
        sort_order: Option<&str>,
    ) -> Result<Option<Self>, ScimError> {
        let descending = match sort_order.map(str::trim) {
            None | Some("") => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(order) => {
                return Err(ScimError::new(
                    400,
                    format!(
                        "sortOrder is \"{order}\", and only ascending and descending are known. Send one of them."
                    ),
                )
                .with_type(ScimType::InvalidValue));
            }
        };
        let Some(text) = sort_by.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match PatchPath::read(text) {
            Ok(by) if by.elements().is_none() => Ok(Some(Self { by, descending })),
            _ => Err(ScimError::new(
                400,
                format!(
                    "sortBy is \"{text}\", which is no attribute. Write for example userName, name.familyName or a URN followed by :attribute."
                ),
            )
            .with_type(ScimType::InvalidPath)),
        }
    }

    /// Where this resource stands. Of several values the primary one counts, else the first; of a
    /// complex value its `value`. What is never returned counts as absent.
    pub fn key(&self, resource: &Resource, schema: &ResourceSchema) -> SortKey {
        SortKey {
            value: self.value(resource, schema),
            descending: self.descending,
        }
    }

    fn value(&self, resource: &Resource, schema: &ResourceSchema) -> Option<Scalar> {
        let Meaning::Attribute(found) = self.by.meaning(schema)? else {
            return None;
        };
        let leaf = match found.sub {
            Some(sub) => Some(sub),
            None if found.attribute.kind == AttributeType::Complex => {
                Some(found.attribute.sub("value")?)
            }
            None => None,
        };
        if !found.readable() || !leaf.is_none_or(resolve::readable) {
            return None;
        }
        let one = match found.value(resource)? {
            Value::Array(elements) => elements
                .iter()
                .find(|element| {
                    element
                        .as_object()
                        .and_then(|members| member(members, "primary"))
                        == Some(&Value::Bool(true))
                })
                .or_else(|| elements.first())?,
            one => one,
        };
        match leaf {
            None => scalar(one, found.attribute),
            Some(sub) => scalar(member(one.as_object()?, &sub.name)?, sub),
        }
    }

    /// Whether the order reads this top-level attribute: of the extension with this URN, or of the
    /// core schema where `urn` is none. May say yes where it does not, never no where it does.
    pub fn reads(&self, urn: Option<&str>, name: &str) -> bool {
        self.by.reads(urn, name)
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let ascending = match (&self.value, &other.value) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for SortKey {}
