//! Rows to SCIM users and back: the two response profiles.

mod changed;
mod form;
mod legible;
mod naming;
mod patched;
mod schema;
mod shape;
mod state;

pub use changed::bound_time;
pub use form::types_come_from_columns;
pub(crate) use form::with_t;
pub use naming::Naming;
pub use patched::patched;
pub use schema::{column_of, user_schema};
pub use shape::{Held, User, UserShape, cells};
pub use state::is_active;

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use sluice_scim::attribute::member;
use sluice_scim::{Resource, ScimType, uri};

use crate::config::{Application, Profile};
use crate::failure::Failure;
use crate::ports::{ResultColumn, ResultSet};
use crate::value::Value;
use state::{read_active, set_state};

/// The entitlement type: the resource type's name, one for each application.
pub const ENTITLEMENT_TYPE: &str = "Entitlements";

/// What stands before a column's name in the profile `columns`.
pub(crate) const COLUMN_PREFIX: &str = "ext_";

/// An entitlement as a user holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    pub value: String,
    pub display: Option<String>,
}

/// Database fields by name, without regard to letter case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The value of a field; `None` where the request says nothing about it, which differs from an
    /// explicit NULL.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: Value) {
        match self
            .0
            .iter_mut()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
        {
            Some((_, slot)) => *slot = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// The same fields with one more.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.set(name, value);
        self
    }

    /// The names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The fields of one row.
    pub fn of_row(columns: &[ResultColumn], row: &[Value]) -> Self {
        Self(
            columns
                .iter()
                .zip(row)
                .map(|(column, value)| (column.name.clone(), value.clone()))
                .collect(),
        )
    }
}

/// What a create or a replace asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub id: String,
    pub fields: Fields,
    pub active: Option<bool>,
    /// The full list of entitlement ids; `None` where the request says nothing about them.
    pub entitlements: Option<Vec<String>>,
}

/// Where each column of a user goes on the wire; `None` for columns that are never returned.
pub fn attribute_of(application: &Application, column: &str) -> Option<String> {
    if application.is_secret(column) {
        return None;
    }
    let is_id = application.user_id_column.eq_ignore_ascii_case(column);
    match application.profile {
        Profile::Columns if is_id => {
            Some(format!("id, externalId, userName, {COLUMN_PREFIX}{column}"))
        }
        Profile::Columns => Some(format!("{COLUMN_PREFIX}{column}")),
        Profile::Core => {
            let mut names: Vec<String> = application
                .paths
                .iter()
                .filter(|(_, mapped)| mapped.eq_ignore_ascii_case(column))
                .map(|(path, _)| path.to_string().replace(uri::ENTERPRISE_USER, "enterprise"))
                .collect();
            if is_id {
                names.insert(0, "id".into());
            }
            if application
                .status_column
                .as_deref()
                .is_some_and(|status| status.eq_ignore_ascii_case(column))
            {
                names.insert(0, "active".into());
            }
            (!names.is_empty()).then(|| names.join(", "))
        }
    }
}

/// Reads the body of a create (`id` is `None`) or of a replace.
///
/// # Errors
/// 400 where the user has no name, a value has not its attribute's shape, or `active` or `entitlements`
/// cannot be understood.
pub fn wanted(
    application: &Application,
    body: &Resource,
    id: Option<&str>,
) -> Result<Wanted, Failure> {
    legible::check(application, body)?;
    let mut fields = Fields::default();
    for (path, column) in &application.paths {
        if let Some(value) = path.get(body) {
            fields.set(column, column_value(application, column, value)?);
        }
    }
    if application.profile == Profile::Columns {
        // Every extension object may carry columns: the enterprise extension, and whatever URN a
        // provider's profile gives its own attributes.
        for (_, extension) in body
            .iter()
            .filter(|(key, _)| key.to_ascii_lowercase().starts_with("urn:"))
        {
            for (name, value) in extension.as_object().into_iter().flatten() {
                let prefixed = name
                    .get(..COLUMN_PREFIX.len())
                    .is_some_and(|p| p.eq_ignore_ascii_case(COLUMN_PREFIX));
                let column = if prefixed {
                    &name[COLUMN_PREFIX.len()..]
                } else {
                    name.as_str()
                };
                fields.set(column, column_value(application, column, value)?);
            }
        }
    }
    let text = |name: &str| {
        member(body, name)
            .and_then(Json::as_str)
            .filter(|text| !text.trim().is_empty())
    };
    let id = match id {
        Some(id) => id.to_owned(),
        None => fields
            .get(&application.user_id_column)
            .and_then(Value::to_text)
            .filter(|text| !text.is_empty())
            .or_else(|| {
                text("userName")
                    .or_else(|| text("externalId"))
                    .map(str::to_owned)
            })
            .ok_or_else(|| {
                Failure::new(
                    400,
                    "user.without_name",
                    "The user has no userName.",
                    "Send userName; it becomes the user's id.",
                )
                .with_type(ScimType::InvalidValue)
            })?,
    };
    fields.set(&application.user_id_column, Value::Text(id.clone()));
    let active = read_active(member(body, "active"))?;
    if let Some(active) = active {
        set_state(application, &mut fields, active);
    }
    let entitlements = member(body, "entitlements")
        .map(read_entitlements)
        .transpose()?;
    Ok(Wanted {
        id,
        fields,
        active,
        entitlements,
    })
}

/// The value for a column as it is bound, of an attribute's value: a date in the column's form, an
/// empty list as NULL, because both are unassigned (RFC 7643 §2.5). What NULL and the empty text then
/// do is the plan's to decide.
///
/// # Errors
/// 400 where a date does not read as one.
fn column_value(application: &Application, column: &str, value: &Json) -> Result<Value, Failure> {
    let text = match value {
        Json::Array(list) if list.is_empty() => return Ok(Value::Null),
        Json::String(text) if !text.is_empty() => Cow::Borrowed(text.as_str()),
        Json::Null | Json::String(_) => return Ok(Value::from_json(value)),
        other => Cow::Owned(other.to_string()),
    };
    let Some(moment) = application.moment(column) else {
        return Ok(Value::from_json(value));
    };
    moment.to_column(&text).map(Value::Text).ok_or_else(|| {
        let name = attribute_of(application, column);
        let shown = if application.is_secret(column) {
            "a value".to_owned()
        } else {
            value.to_string()
        };
        let name = name.as_deref().unwrap_or(column);
        Failure::new(
            400,
            "user.date",
            format!("{name} is {shown}, which is not {}.", moment.expected()),
            "Send it in that form, or correct the fields of the application.",
        )
        .with_type(ScimType::InvalidValue)
        .at(column)
    })
}

/// The entitlements in a result of Get User Entitlements.
///
/// # Errors
/// 500 where the entitlement id column is not among the columns.
pub fn entitlements(
    application: &Application,
    set: &ResultSet,
) -> Result<Vec<Entitlement>, Failure> {
    let (id, display) = entitlement_columns(application, &set.columns)?;
    Ok(set
        .rows
        .iter()
        .filter_map(|row| entitlement(row, id, display))
        .collect())
}

/// The positions of id and display column in a result with entitlements.
///
/// # Errors
/// 500 where the id column is not among the columns.
pub fn entitlement_columns(
    application: &Application,
    columns: &[ResultColumn],
) -> Result<(usize, Option<usize>), Failure> {
    let find = |name: &str| {
        columns
            .iter()
            .position(|column| column.name.eq_ignore_ascii_case(name))
    };
    let id = find(&application.entitlement_id_column).ok_or_else(|| {
        Failure::new(
            500,
            "mapping.column_missing",
            format!(
                "The entitlement rows have no column {}.",
                application.entitlement_id_column
            ),
            "Return it from the statement, or correct entitlement_id_column of the application.",
        )
    })?;
    Ok((id, find(&application.entitlement_display_column)))
}

/// One row as an entitlement; `None` where its id is NULL.
pub fn entitlement(row: &[Value], id: usize, display: Option<usize>) -> Option<Entitlement> {
    Some(Entitlement {
        value: row.get(id)?.to_text()?,
        display: display
            .and_then(|index| row.get(index))
            .and_then(Value::to_text),
    })
}

/// The provider's entitlement resource of a row of Get All Entitlements.
pub fn entitlement_resource(
    application: &Application,
    set: &ResultSet,
    row: &[Value],
    base: &str,
) -> Result<Option<Resource>, Failure> {
    let (id, display) = entitlement_columns(application, &set.columns)?;
    let Some(Entitlement { value, display }) = entitlement(row, id, display) else {
        return Ok(None);
    };
    let mut resource = Resource::new();
    resource.insert("schemas".into(), json!([uri::ENTITLEMENT]));
    resource.insert("id".into(), json!(value));
    resource.insert(
        "displayName".into(),
        json!(display.unwrap_or_else(|| value.clone())),
    );
    resource.insert("type".into(), json!(ENTITLEMENT_TYPE));
    let description = application
        .entitlement_description_column
        .as_deref()
        .and_then(|column| set.column(column))
        .and_then(|index| row.get(index))
        .and_then(Value::to_text);
    if let Some(description) = description {
        resource.insert("description".into(), json!(description));
    }
    let location = format!("{base}/Entitlements/{}", path_segment(&value));
    resource.insert(
        "meta".into(),
        json!({"resourceType": ENTITLEMENT_TYPE, "location": location}),
    );
    Ok(Some(resource))
}

fn read_entitlements(value: &Json) -> Result<Vec<String>, Failure> {
    let wrong = |what: &Json| {
        Failure::new(
            400,
            "user.entitlements",
            format!("entitlements holds {what}, which is not an entitlement."),
            "Send a list of objects with a value, for instance [{\"value\": \"3\"}].",
        )
        .with_type(ScimType::InvalidValue)
    };
    let list = match value {
        Json::Null => return Ok(Vec::new()),
        Json::Array(list) => list,
        other => return Err(wrong(other)),
    };
    let mut ids: Vec<String> = Vec::with_capacity(list.len());
    for item in list {
        let id = match item {
            Json::Object(object) => member(object, "value").or_else(|| member(object, "id")),
            scalar => Some(scalar),
        };
        let id = match id {
            Some(Json::String(text)) if !text.is_empty() => text.clone(),
            Some(Json::Number(number)) => number.to_string(),
            _ => return Err(wrong(item)),
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// A text as one segment of a URL's path (RFC 3986 §3.3), `@` and `:` kept readable.
pub fn path_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@:!$&'()*+,;=".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            let _ = write!(segment, "%{byte:02X}");
        }
    }
    segment
}

#[cfg(test)]
mod tests;
