//! What a client asks a list for: by GET with parameters (RFC 7644 §3.4.2), or by POST with a
//! SearchRequest (§3.4.3).

use serde_json::Value;

use crate::attribute::member;
use crate::{Filter, Page, Projection, Resource, ScimError, ScimType, Sort, uri};

/// Which resources, in which order, which part of the list and what of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub page: Page,
    pub filter: Option<Filter>,
    pub sort: Option<Sort>,
    pub projection: Projection,
}

impl Query {
    /// Reads the parameters of a GET; `parameter` gives one by its name, decoded.
    ///
    /// # Errors
    /// 400 with the keyword of what is wrong: `invalidFilter` also for an empty filter,
    /// `invalidPath`, `invalidValue`.
    pub fn from_parameters(parameter: impl Fn(&str) -> Option<String>) -> Result<Self, ScimError> {
        let text = |name: &str| parameter(name);
        Ok(Self {
            page: Page::parse(text("startIndex").as_deref(), text("count").as_deref())?,
            filter: text("filter").as_deref().map(Filter::parse).transpose()?,
            sort: Sort::parse(text("sortBy").as_deref(), text("sortOrder").as_deref())?,
            projection: Projection::parse(
                text("attributes").as_deref(),
                text("excludedAttributes").as_deref(),
            )?,
        })
    }

    /// Reads the body of a search. Members it does not know are ignored.
    ///
    /// # Errors
    /// As [`Query::from_parameters`], and 400 `invalidSyntax` where the body is no SearchRequest.
    pub fn from_body(body: &Resource) -> Result<Self, ScimError> {
        if !names_schema(body, uri::SEARCH_REQUEST) {
            return Err(ScimError::new(
                400,
                format!(
                    "The body is no search: its schemas do not name {}. Add it.",
                    uri::SEARCH_REQUEST
                ),
            )
            .with_type(ScimType::InvalidSyntax));
        }
        let text = |name: &str| text(body, name);
        let names = |name: &str| names(body, name);
        Ok(Self {
            page: Page::parse(text("startIndex")?.as_deref(), text("count")?.as_deref())?,
            filter: text("filter")?.as_deref().map(Filter::parse).transpose()?,
            sort: Sort::parse(text("sortBy")?.as_deref(), text("sortOrder")?.as_deref())?,
            projection: Projection::parse(
                names("attributes")?.as_deref(),
                names("excludedAttributes")?.as_deref(),
            )?,
        })
    }
}

/// Whether a message's `schemas` name this URN.
pub(crate) fn names_schema(body: &Resource, urn: &str) -> bool {
    let is = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case(urn))
    };
    match member(body, "schemas") {
        Some(Value::Array(schemas)) => schemas.iter().any(is),
        Some(schema) => is(schema),
        None => false,
    }
}

/// A member of a search as the text that a parameter would be.
fn text(body: &Resource, name: &str) -> Result<Option<String>, ScimError> {
    match member(body, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(wrong(name, "a text or a number")),
    }
}

/// A member of a search as a list of names, separated by commas.
fn names(body: &Resource, name: &str) -> Result<Option<String>, ScimError> {
    match member(body, name) {
        Some(Value::Array(names)) => names
            .iter()
            .map(|one| one.as_str().ok_or_else(|| wrong(name, "a list of texts")))
            .collect::<Result<Vec<_>, _>>()
            .map(|names| Some(names.join(","))),
        Some(Value::Number(_)) => Err(wrong(name, "a list of texts")),
        _ => text(body, name).map_err(|_| wrong(name, "a list of texts")),
    }
}

fn wrong(name: &str, wanted: &str) -> ScimError {
    ScimError::new(
        400,
        format!("{name} of the search must be {wanted}. Correct it and send the search again."),
    )
    .with_type(ScimType::InvalidValue)
}
