//! What differs between two configurations, table by table and key by key. A comment, an order or a
//! spelling is no difference.

use serde::Serialize;
use toml::{Table, Value};
use ts_rs::TS;

use super::ConfigError;
use crate::operation::Operation;

/// A table of the configuration that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedPart {
    /// As it is headed: `endpoint`, `connections.hr`, `applications.hr.operations.create_user`.
    pub table: String,
    pub kind: PartKind,
    /// The connection's or application's name.
    pub name: Option<String>,
    pub operation: Option<Operation>,
    pub state: PartState,
    /// In the order of the text that has them.
    pub keys: Vec<ChangedKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// The workspace, the endpoint, the record.
    General,
    Connection,
    Application,
    Operation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PartState {
    /// Only the second one has it.
    Added,
    /// Only the first one has it.
    Removed,
    Changed,
}

/// A key whose value is different; a text as it is, anything else as TOML writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ChangedKey {
    /// Below its table: `host`, `pool.maximumPoolSize`.
    pub key: String,
    /// `null` where it is not there.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What differs in what two texts mean; nothing where they mean the same.
///
/// # Errors
/// [`ConfigError`] where one of them is no TOML.
pub fn compare(before: &str, after: &str) -> Result<Vec<ChangedPart>, ConfigError> {
    let read = |text: &str| {
        toml::from_str::<Table>(text).map_err(|error| ConfigError::from_toml(text, &error))
    };
    Ok(between(&parts(&read(before)?), &parts(&read(after)?)))
}

fn between(before: &[(Part, Keys)], after: &[(Part, Keys)]) -> Vec<ChangedPart> {
    let mut found = Vec::new();
    let mut all: Vec<&Part> = before.iter().map(|(part, _)| part).collect();
    for (part, _) in after {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    all.sort_by(|one, other| {
        let of = |part: &Part| {
            (
                part.kind.min(PartKind::Application),
                part.name.clone(),
                part.operation,
            )
        };
        of(one).cmp(&of(other))
    });
    for part in all {
        let of = |parts: &[(Part, Keys)]| {
            let found = parts.iter().find(|(other, _)| other == part);
            found.map(|(_, keys)| keys.clone())
        };
        let (was, is) = (of(before), of(after));
        let state = match (&was, &is) {
            (None, Some(_)) => PartState::Added,
            (Some(_), None) => PartState::Removed,
            _ => PartState::Changed,
        };
        let keys = changed(&was.unwrap_or_default(), &is.unwrap_or_default());
        if !keys.is_empty() || state != PartState::Changed {
            found.push(ChangedPart {
                table: part.table.clone(),
                kind: part.kind,
                name: part.name.clone(),
                operation: part.operation,
                state,
                keys,
            });
        }
    }
    found
}

/// What differs between one table of a text and one of another, such as two applications of different
/// names: `["applications", "hr_test"]` and `["applications", "hr"]`. It is told under the second name.
///
/// # Errors
/// As [`compare`].
pub fn compare_tables(
    before: (&str, [&str; 2]),
    after: (&str, [&str; 2]),
) -> Result<Vec<ChangedPart>, ConfigError> {
    let name = after.1;
    let only = |(text, [kind, own]): (&str, [&str; 2])| -> Result<Table, ConfigError> {
        let mut root: Table =
            toml::from_str(text).map_err(|error| ConfigError::from_toml(text, &error))?;
        let all = root.remove(kind);
        let value = all.and_then(|mut all| all.as_table_mut()?.remove(own));
        let named: Table = value
            .map(|value| (name[1].to_owned(), value))
            .into_iter()
            .collect();
        Ok([(kind.to_owned(), Value::Table(named))]
            .into_iter()
            .collect())
    };
    Ok(between(&parts(&only(before)?), &parts(&only(after)?)))
}

type Keys = Vec<(String, String)>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    table: String,
    kind: PartKind,
    name: Option<String>,
    operation: Option<Operation>,
}

/// The tables of a configuration with their keys, those of the mappings apart.
fn parts(root: &Table) -> Vec<(Part, Keys)> {
    let mut found = Vec::new();
    for (key, value) in root {
        let named = match key.as_str() {
            "connections" => Some(PartKind::Connection),
            "applications" => Some(PartKind::Application),
            _ => None,
        };
        let (Some(kind), Value::Table(all)) = (named, value) else {
            let mut keys = Keys::new();
            flatten("", value, &mut keys);
            let part = Part {
                table: key.clone(),
                kind: PartKind::General,
                name: None,
                operation: None,
            };
            found.push((part, keys));
            continue;
        };
        for (name, value) in all {
            let table = format!("{key}.{name}");
            let mut own = value.clone();
            let operations = own.as_table_mut().and_then(|own| own.remove("operations"));
            let mut keys = Keys::new();
            flatten("", &own, &mut keys);
            let part = |table: String, kind, operation| Part {
                table,
                kind,
                name: Some(name.clone()),
                operation,
            };
            found.push((part(table.clone(), kind, None), keys));
            let Some(Value::Table(operations)) = operations else {
                continue;
            };
            for (key, mapping) in &operations {
                let mut keys = Keys::new();
                flatten("", mapping, &mut keys);
                let table = format!("{table}.operations.{key}");
                let operation = Operation::from_key(key);
                found.push((part(table, PartKind::Operation, operation), keys));
            }
        }
    }
    found
}

fn flatten(above: &str, value: &Value, keys: &mut Keys) {
    let Value::Table(table) = value else {
        let text = match value {
            Value::String(text) => text.clone(),
            other => spelt(other),
        };
        keys.push((above.to_owned(), text));
        return;
    };
    for (key, value) in table {
        let path = if above.is_empty() {
            key.clone()
        } else {
            format!("{above}.{key}")
        };
        flatten(&path, value, keys);
    }
}

/// A value as TOML writes it, on one line.
fn spelt(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(on) => on.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(spelt).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let pair = |(key, value): (&String, &Value)| format!("{key} = {}", spelt(value));
            let pairs: Vec<String> = table.iter().map(pair).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

fn changed(before: &Keys, after: &Keys) -> Vec<ChangedKey> {
    let of = |keys: &Keys, key: &str| {
        let found = keys.iter().find(|(other, _)| other == key);
        found.map(|(_, value)| value.clone())
    };
    let gone = before.iter().filter(|(key, _)| of(after, key).is_none());
    after
        .iter()
        .chain(gone)
        .filter_map(|(key, _)| {
            let (before, after) = (of(before, key), of(after, key));
            (before != after).then(|| ChangedKey {
                key: key.clone(),
                before,
                after,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = r#"
[endpoint]
listen = "127.0.0.1:1443" # here
[connections.hr]
dialect = "mysql"
host = "test-db"
[connections.hr.pool]
maximumPoolSize = 10
[applications.hr]
connection = "hr"
[applications.hr.operations.get_users]
kind = "sql"
statement = "SELECT 1"
"#;

    #[test]
    fn what_differs_is_told_by_table_and_key_and_a_comment_is_nothing() {
        let after = BEFORE
            .replace("test-db", "db")
            .replace(" # here", "")
            .replace(
                "maximumPoolSize = 10",
                "maximumPoolSize = 20\nminimumIdle = 1",
            )
            .replace("SELECT 1", "SELECT 2\nFROM T");
        let after = after.replace("\"SELECT 2\nFROM T\"", "\"SELECT 2\\nFROM T\"");
        let found = compare(BEFORE, &after).unwrap();
        let told: Vec<_> = found
            .iter()
            .flat_map(|part| part.keys.iter().map(|key| (part.table.as_str(), key)))
            .map(|(table, key)| {
                (
                    table,
                    key.key.as_str(),
                    key.before.as_deref(),
                    key.after.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("connections.hr", "host", Some("test-db"), Some("db")),
                (
                    "connections.hr",
                    "pool.maximumPoolSize",
                    Some("10"),
                    Some("20")
                ),
                ("connections.hr", "pool.minimumIdle", None, Some("1")),
                (
                    "applications.hr.operations.get_users",
                    "statement",
                    Some("SELECT 1"),
                    Some("SELECT 2\nFROM T")
                ),
            ]
        );
        assert_eq!(found[1].operation, Some(Operation::GetUsers));
        assert_eq!(compare(BEFORE, BEFORE).unwrap(), []);
    }

    #[test]
    fn a_table_that_only_one_has_is_added_or_removed_with_its_keys() {
        let after = format!("{BEFORE}\n[applications.pay]\nprofile = \"core\"\n");
        let added = compare(BEFORE, &after).unwrap();
        assert_eq!(
            (added.len(), added[0].state, added[0].keys.len()),
            (1, PartState::Added, 1)
        );
        let removed = compare(&after, BEFORE).unwrap();
        assert_eq!(
            (removed[0].state, removed[0].name.as_deref()),
            (PartState::Removed, Some("pay"))
        );
    }

    #[test]
    fn a_text_that_is_no_toml_is_told_with_its_line() {
        assert_eq!(compare(BEFORE, "[endpoint\n").unwrap_err().line, Some(1));
    }
}
