//! What no column could keep: a value of another shape than its attribute has (RFC 7643 §2.3), and the
//! character NUL, at which databases refuse a text or end it.
//!
//! **Invariant:** what is not legible is refused; it is neither passed over nor kept as its JSON text.

use serde_json::Value as Json;
use sluice_scim::attribute::member;
use sluice_scim::schema::Mutability;
use sluice_scim::{AttributePath, Resource, ScimType, user};

use super::COLUMN_PREFIX;
use super::schema::mutability;
use crate::config::{Application, Profile};
use crate::failure::Failure;

/// Looks at every attribute of a user that a column is behind.
///
/// # Errors
/// 400 `invalidValue`, naming the attribute and never its value.
pub(super) fn check(application: &Application, user: &Resource) -> Result<(), Failure> {
    for name in ["userName", "externalId"] {
        if let Some(value) = member(user, name) {
            simple(name, value)?;
        }
    }
    for (path, _) in &application.paths {
        at_path(path, user)?;
    }
    if application.profile == Profile::Columns {
        for (urn, columns) in user {
            if !urn.to_ascii_lowercase().starts_with("urn:") {
                continue;
            }
            for (name, value) in columns.as_object().into_iter().flatten() {
                if is_written(application, name) {
                    simple(&format!("{urn}:{name}"), value)?;
                }
            }
        }
    }
    Ok(())
}

/// Whether an operation writes the column of this name. A standard attribute beside the columns is
/// nobody's, and is passed over as any that is not known.
fn is_written(application: &Application, name: &str) -> bool {
    let column = name
        .get(..COLUMN_PREFIX.len())
        .filter(|prefix| prefix.eq_ignore_ascii_case(COLUMN_PREFIX))
        .map_or(name, |prefix| &name[prefix.len()..]);
    mutability(application, column) != Mutability::ReadOnly
}

fn at_path(path: &AttributePath, user: &Resource) -> Result<(), Failure> {
    let root = match &path.extension {
        None => Some(user),
        Some(urn) => match member(user, urn) {
            None => None,
            Some(columns) => object(urn, columns)?,
        },
    };
    let Some(value) = root.and_then(|root| member(root, &path.name)) else {
        return Ok(());
    };
    let name = match &path.extension {
        None => path.name.clone(),
        Some(urn) => format!("{urn}:{}", path.name),
    };
    let Some(sub) = &path.sub else {
        return simple(&name, value);
    };
    let part = |value| -> Result<(), Failure> {
        match object(&name, value)?.and_then(|object| member(object, sub)) {
            Some(value) => simple(&format!("{name}.{sub}"), value),
            None => Ok(()),
        }
    };
    let has_one_value = || {
        let standard = user::user();
        let known = standard.attribute(&path.name);
        path.extension.is_none() && known.is_some_and(|attribute| !attribute.multi_valued)
    };
    match value {
        Json::Array(elements) if elements.len() > 1 && has_one_value() => Err(refused(
            &name,
            "has one value, and several were sent",
            "Send one object",
        )),
        Json::Array(elements) => elements.iter().try_for_each(part),
        single => part(single),
    }
}

/// The members of a complex value; none where it is null.
fn object<'v>(name: &str, value: &'v Json) -> Result<Option<&'v Resource>, Failure> {
    match value {
        Json::Object(members) => Ok(Some(members)),
        Json::Null => Ok(None),
        _ => Err(refused(
            name,
            "has parts, and what was sent has none",
            "Send an object",
        )),
    }
}

fn simple(name: &str, value: &Json) -> Result<(), Failure> {
    match value {
        Json::Object(_) => Err(refused(name, "has no parts", "Send one value")),
        Json::Array(values) if !values.is_empty() => {
            Err(refused(name, "has one value", "Send it without a list"))
        }
        Json::String(text) if text.contains('\0') => Err(refused(
            name,
            "has the character NUL (U+0000), which columns cannot keep",
            "Send the text without it",
        )),
        _ => Ok(()),
    }
}

fn refused(name: &str, cause: &str, remedy: &str) -> Failure {
    Failure::new(
        400,
        "user.value",
        format!("{name} {cause}."),
        format!("{remedy}."),
    )
    .with_type(ScimType::InvalidValue)
    .at(name)
}
