//! Applications of a configuration's text: added, changed, taken out. Their columns and mappings are
//! changed by [`super::put_settings`] and [`super::put_mapping`].

use toml_edit::Value;

use super::super::{
    ApplicationSettings, ConfigError, Delete, HeaderPolicy, Profile, fault_of_name,
};
use super::{child, no_table, put, put_unless, read, set, table_of};

/// The text with what an application is beside its columns and mappings, put in the place of what it
/// says, or added.
///
/// # Errors
/// [`ConfigError`]: the text cannot be read, or a new application cannot have this name.
pub fn put_application(
    text: &str,
    name: &str,
    settings: &ApplicationSettings,
) -> Result<String, ConfigError> {
    let mut document = read(text)?;
    let all = child(document.as_item_mut(), "applications", true)?;
    let is_new = all.get(name).is_none();
    if is_new && let Some(fault) = fault_of_name(name) {
        return Err(ConfigError::new(
            format!("An application cannot be called \"{name}\"."),
            fault,
        ));
    }
    let item = child(all, name, false)?;
    let table = table_of(item, name)?;
    let profile = match settings.profile {
        Profile::Columns => "columns",
        Profile::Core => "core",
    };
    let compatibility = match settings.compatibility {
        sluice_scim::Compatibility::Original => "original",
        sluice_scim::Compatibility::Rfc => "rfc",
    };
    let header = match settings.header {
        HeaderPolicy::Ignore => "ignore",
        HeaderPolicy::Supply => "supply",
        HeaderPolicy::Override => "override",
    };
    let delete = match settings.delete {
        Delete::Refuse => "refuse",
        Delete::Deactivate => "deactivate",
    };
    let connection = settings.connection.as_deref().map(Value::from);
    put(table, "connection", connection);
    for (key, value, usual) in [
        ("profile", profile, "core"),
        ("compatibility", compatibility, "rfc"),
        ("header", header, "ignore"),
        ("delete", delete, "refuse"),
        (
            "user_id_column",
            settings.user_id_column.as_str(),
            "USER_ID",
        ),
    ] {
        // What decides how every answer looks is said, not left to a default.
        if is_new && matches!(key, "profile" | "compatibility" | "user_id_column") {
            set(table, key, value.into());
        } else {
            put_unless(table, key, Some(value.into()), Some(&usual.into()));
        }
    }
    if settings.attributes.is_empty() {
        table.remove("attributes");
        return Ok(document.to_string());
    }
    let table = table_of(child(item, "attributes", false)?, "attributes")?;
    let there: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let wanted: Vec<&String> = settings
        .attributes
        .iter()
        .map(|one| &one.attribute)
        .collect();
    // Another order is another text; the same order with other columns keeps its comments.
    let kept: Vec<&String> = there.iter().filter(|key| wanted.contains(key)).collect();
    let in_order = wanted.iter().take(kept.len()).eq(kept.iter());
    for key in &there {
        if !in_order || !wanted.contains(&key) {
            table.remove(key);
        }
    }
    for one in &settings.attributes {
        set(table, &one.attribute, one.column.as_str().into());
    }
    Ok(document.to_string())
}

/// The text without an application, its columns and its mappings.
///
/// # Errors
/// [`ConfigError`]: the text cannot be read, or has no such application.
pub fn remove_application(text: &str, name: &str) -> Result<String, ConfigError> {
    let mut document = read(text)?;
    let all = document
        .get_mut("applications")
        .ok_or_else(|| no_table("applications"))?;
    if table_of(all, "applications")?.remove(name).is_none() {
        return Err(ConfigError::new(
            format!("The configuration has no application \"{name}\"."),
            "Look at the file: it may have been taken out or renamed.",
        ));
    }
    Ok(document.to_string())
}
