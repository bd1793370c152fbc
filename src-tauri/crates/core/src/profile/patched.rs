//! What a PATCH asks for: the difference between a user before and after it.
//!
//! **Invariant:** only what differs is asked for. What the PATCH does not name keeps its value,
//! whatever the application says of absent fields; and a value that no column can keep is refused,
//! never dropped.

use serde_json::Value as Json;
use sluice_scim::attribute::member;
use sluice_scim::schema::ResourceSchema;
use sluice_scim::{AttributePath, Resource, ScimType};

use super::state::{read_active, set_state};
use super::{Fields, Wanted, column_value, legible, read_entitlements};
use crate::config::{Application, Profile};
use crate::failure::Failure;
use crate::value::Value;

/// What makes the user `before` be as `after`; `row` is the user's row as it stands.
///
/// # Errors
/// 400 where an attribute would change that no column is behind, or a value cannot be understood.
pub fn patched(
    application: &Application,
    schema: &ResourceSchema,
    id: &str,
    row: Fields,
    before: &Resource,
    after: &Resource,
) -> Result<Wanted, Failure> {
    legible::check(application, after)?;
    let after = &with_types(application, after);
    let mut fields = row;
    match application.profile {
        Profile::Core => {
            for (path, column) in &application.paths {
                let (was, is) = (exact(path, before), exact(path, after));
                if was != is {
                    let value = is.unwrap_or(&Json::Null);
                    fields.set(column, column_value(application, column, value)?);
                }
            }
            every_element_has_a_column(application, after)?;
        }
        Profile::Columns => {
            for extension in &schema.extensions {
                let object = |user| member(user, &extension.id).and_then(Json::as_object);
                let (was, is) = (object(before), object(after));
                let names = was.into_iter().chain(is).flat_map(|object| object.keys());
                for name in names {
                    let value = |object: Option<&'_ Resource>| {
                        object.and_then(|object| member(object, name)).cloned()
                    };
                    let (was, is) = (value(was), value(is));
                    if was == is {
                        continue;
                    }
                    let column = name.get(super::COLUMN_PREFIX.len()..).unwrap_or(name);
                    let value = is.unwrap_or(Json::Null);
                    fields.set(column, column_value(application, column, &value)?);
                }
            }
        }
    }
    fields.set(&application.user_id_column, Value::Text(id.to_owned()));
    let changed = |name: &str| member(before, name) != member(after, name);
    if changed("active") && member(after, "active").is_none() {
        return Err(Failure::new(
            400,
            "user.active",
            "A user is active or is not, so active cannot be removed.",
            "Replace it by false.",
        )
        .with_type(ScimType::Mutability));
    }
    let active = read_active(member(after, "active").filter(|_| changed("active")))?;
    if let Some(active) = active {
        set_state(application, &mut fields, active);
    }
    let entitlements = if changed("entitlements") {
        let list = member(after, "entitlements").unwrap_or(&Json::Null);
        Some(read_entitlements(list)?)
    } else {
        None
    };
    Ok(Wanted {
        id: id.to_owned(),
        fields,
        active,
        entitlements,
    })
}

/// The user with a type for each element that came without one, as long as a column waits for an
/// element of that type: the schema calls the type readOnly, so a client may leave it out.
fn with_types(application: &Application, after: &Resource) -> Resource {
    let mut user = after.clone();
    for (path, _) in &application.paths {
        let Some((key, wanted)) = &path.element else {
            continue;
        };
        let elements = match user.get_mut(&path.name) {
            Some(Json::Array(elements)) if path.extension.is_none() => elements,
            _ => continue,
        };
        let mut elements: Vec<&mut Resource> = elements
            .iter_mut()
            .filter_map(Json::as_object_mut)
            .collect();
        if elements
            .iter()
            .any(|element| is_selected(element, key, wanted))
        {
            continue;
        }
        if let Some(element) = elements
            .iter_mut()
            .find(|element| member(element, key).is_none())
        {
            element.insert(key.clone(), Json::String(wanted.clone()));
        }
    }
    user
}

/// The value at a path, without the leniency of [`AttributePath::get`]: only the element that the
/// path names.
fn exact<'r>(path: &AttributePath, resource: &'r Resource) -> Option<&'r Json> {
    let Some((key, wanted)) = &path.element else {
        return path.get(resource);
    };
    let root = match &path.extension {
        Some(urn) => member(resource, urn)?.as_object()?,
        None => resource,
    };
    let elements = member(root, &path.name)?.as_array()?;
    let element = elements.iter().find_map(|element| {
        let element = element.as_object()?;
        is_selected(element, key, wanted).then_some(element)
    })?;
    member(element, path.sub.as_deref()?)
}

fn is_selected(element: &Resource, key: &str, wanted: &str) -> bool {
    member(element, key)
        .and_then(Json::as_str)
        .is_some_and(|text| text.eq_ignore_ascii_case(wanted))
}

/// Each element of an attribute whose elements are told apart by the mapping must be one of them.
fn every_element_has_a_column(application: &Application, after: &Resource) -> Result<(), Failure> {
    for (path, _) in &application.paths {
        let Some((key, _)) = &path.element else {
            continue;
        };
        let of_same = |other: &&(AttributePath, String)| {
            other.0.extension == path.extension && other.0.name.eq_ignore_ascii_case(&path.name)
        };
        let known: Vec<&(String, String)> = application
            .paths
            .iter()
            .filter(of_same)
            .filter_map(|(path, _)| path.element.as_ref())
            .collect();
        let root = match &path.extension {
            Some(urn) => member(after, urn).and_then(Json::as_object),
            None => Some(after),
        };
        let elements = root
            .and_then(|root| member(root, &path.name))
            .and_then(Json::as_array);
        for element in elements.into_iter().flatten().filter_map(Json::as_object) {
            if known
                .iter()
                .any(|(key, wanted)| is_selected(element, key, wanted))
            {
                continue;
            }
            let mut wanted: Vec<String> = known
                .iter()
                .map(|(_, value)| format!("\"{value}\""))
                .collect();
            wanted.dedup();
            return Err(Failure::new(
                400,
                "user.no_column",
                format!(
                    "{} would have an element that no column is mapped to.",
                    path.name
                ),
                format!("Send it with {key} {}.", wanted.join(" or ")),
            )
            .with_type(ScimType::InvalidValue)
            .at(path.name.clone()));
        }
    }
    Ok(())
}
