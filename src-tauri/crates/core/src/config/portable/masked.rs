//! A configuration without what says where a company's machines are and who logs in there.

use toml_edit::{DocumentMut, Item, Value};

use crate::config::ConfigError;

/// What stands in a value's place.
const COVER: &str = "•••";
/// Keys of a connection whose values are covered; of `tls` and `properties`, all are.
const OF_CONNECTION: [&str; 7] = ["host", "url", "path", "odbc", "user", "database", "tls"];

/// The text with addresses, names of hosts and users covered. Statements, columns and limits stay, and so
/// do comments.
///
/// # Errors
/// [`ConfigError`] where the text is no TOML.
pub fn masked(text: &str) -> Result<String, ConfigError> {
    let mut document = text.parse::<DocumentMut>().map_err(|error| {
        ConfigError::new(
            format!("The file cannot be read: {}.", error.message()),
            "Correct the file.",
        )
    })?;
    if let Some(endpoint) = document
        .get_mut("endpoint")
        .and_then(Item::as_table_like_mut)
        && let Some(names) = endpoint.get_mut("host_names")
    {
        cover(names);
    }
    let connections = document
        .get_mut("connections")
        .and_then(Item::as_table_like_mut);
    for (_, connection) in connections.into_iter().flat_map(|all| all.iter_mut()) {
        let Some(connection) = connection.as_table_like_mut() else {
            continue;
        };
        for (key, item) in connection.iter_mut() {
            if OF_CONNECTION.contains(&key.get()) || key.get() == "properties" {
                cover(item);
            }
        }
    }
    Ok(document.to_string())
}

/// Covers every text below an item, but for the words that say how well a connection is protected.
fn cover(item: &mut Item) {
    match item {
        Item::Value(value) => cover_value(value),
        other => {
            let table = other.as_table_like_mut();
            for (key, item) in table.into_iter().flat_map(|table| table.iter_mut()) {
                if key.get() != "mode" {
                    cover(item);
                }
            }
        }
    }
}

fn cover_value(value: &mut Value) {
    match value {
        Value::String(_) => {
            let decor = value.decor().clone();
            *value = COVER.into();
            *value.decor_mut() = decor;
        }
        Value::Array(items) => items.iter_mut().for_each(cover_value),
        Value::InlineTable(table) => {
            for (key, value) in table.iter_mut() {
                if key.get() != "mode" {
                    cover_value(value);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_users_are_covered_and_what_is_mapped_stays() {
        let text = "[endpoint]\nlisten = \"0.0.0.0:1443\"\nhost_names = [\"scim.corp.example\"]\n[connections.hr]\ndialect = \"mysql\"\nhost = \"db.corp.example\" # main\nport = 3306\nuser = \"svc_hr\"\ntls = { mode = \"verify-full\", ca_file = \"/etc/corp.pem\" }\n[connections.hr.properties]\ncurrentSchema = \"corp_hr\"\n[applications.hr]\nuser_id_column = \"ID\"\n";
        let told = masked(text).unwrap();
        for value in ["corp", "svc_hr"] {
            assert!(!told.contains(value), "{told}");
        }
        for kept in [
            "0.0.0.0:1443",
            "verify-full",
            "user_id_column = \"ID\"",
            "port = 3306",
            "# main",
            "host_names = [\"•••\"]",
        ] {
            assert!(told.contains(kept), "{kept}: {told}");
        }
    }
}
