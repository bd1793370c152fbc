//! Whether a user is active: what the status column says, what a request says, what is written.
//!
//! **Invariant:** who is not known to be active is not: NULL, and a value that stands neither under
//! `active_value` nor under `inactive_value`, read as inactive. Such a value is written over only
//! where a request changes the state.

use serde_json::Value as Json;
use sluice_scim::ScimType;

use super::Fields;
use crate::config::Application;
use crate::failure::Failure;
use crate::value::{Cell, Value};

/// Whether a status column's value means active: one of the configured texts, or the same truth in a
/// Boolean's other spellings.
pub fn is_active(application: &Application, value: &Cell<'_>) -> bool {
    let Some(text) = value.to_text() else {
        return false;
    };
    let (text, active) = (text.trim(), &application.active_value);
    if active.has(text) || application.inactive_value.has(text) {
        return active.has(text);
    }
    let read = truth(text);
    read.is_some() && active.0.iter().any(|known| truth(known) == read)
}

/// A Boolean in the spellings that databases have for it.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" => Some(true),
        "0" | "false" | "f" | "no" | "n" => Some(false),
        _ => None,
    }
}

/// Puts the state into the status column, where there is one and its value is known.
pub(super) fn set_state(application: &Application, fields: &mut Fields, active: bool) {
    let value = if active {
        application.active_value.first().map(str::to_owned)
    } else {
        inactive_value(application)
    };
    if let (Some(column), Some(value)) = (&application.status_column, value) {
        fields.set(column, Value::Text(value));
    }
}

/// What is written for inactive: what is configured, else the opposite of a Boolean's spelling.
fn inactive_value(application: &Application) -> Option<String> {
    if let Some(value) = application.inactive_value.first() {
        return Some(value.to_owned());
    }
    let active = application.active_value.first()?;
    Some(
        match active.to_ascii_lowercase().as_str() {
            "1" => "0",
            "0" => "1",
            "true" => "false",
            "t" => "f",
            "y" => "N",
            "yes" => "no",
            // An enumeration: the opposite is not known, so the status is left to the operations.
            _ => return None,
        }
        .to_owned(),
    )
}

/// What a request says about `active`; `None` where it says nothing, which `null` means too (RFC 7643
/// §2.5).
///
/// # Errors
/// 400 where it is neither true nor false.
pub(super) fn read_active(value: Option<&Json>) -> Result<Option<bool>, Failure> {
    match value {
        None | Some(Json::Null) => Ok(None),
        Some(value) => read_boolean(value).map(Some),
    }
}

/// `active` as clients send it: a Boolean, `"True"`, `"false"`, 1, 0.
fn read_boolean(value: &Json) -> Result<bool, Failure> {
    let read = match value {
        Json::Bool(value) => Some(*value),
        Json::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Json::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    read.ok_or_else(|| {
        Failure::new(
            400,
            "user.active",
            format!("active is {value}, which is neither true nor false."),
            "Send true or false.",
        )
        .with_type(ScimType::InvalidValue)
    })
}
