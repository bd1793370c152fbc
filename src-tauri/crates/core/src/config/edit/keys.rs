//! Putting single keys into a configuration's text.

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::{child, put, read, table_of};
use crate::config::ConfigError;

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    Text(String),
    Number(i64),
    /// The key goes.
    Nothing,
}

impl Put {
    fn value(&self) -> Option<Value> {
        match self {
            Self::Text(text) => Some(text.as_str().into()),
            Self::Number(number) => Some((*number).into()),
            Self::Nothing => None,
        }
    }
}

impl From<&str> for Put {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Put {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The text with keys put in the place of those it has, or added. A key is named by the tables it
/// stands below and its own name; a table that is not there is made where something stands in it.
///
/// # Errors
/// [`ConfigError`]: the text is no TOML, or a name stands for something that is no table.
pub fn put_keys(text: &str, keys: &[(Vec<String>, Put)]) -> Result<String, ConfigError> {
    let mut document: DocumentMut = read(text)?;
    for (path, value) in keys {
        let Some((key, tables)) = path.split_last() else {
            continue;
        };
        let mut item = document.as_item_mut();
        if *value == Put::Nothing && !is_there(item, tables) {
            continue;
        }
        for (depth, table) in tables.iter().enumerate() {
            // What only holds tables has no header of its own.
            let implicit = depth + 1 < tables.len();
            item = child(item, table, implicit)?;
        }
        put(table_of(item, key)?, key, value.value());
    }
    Ok(document.to_string())
}

fn is_there(root: &Item, tables: &[String]) -> bool {
    let mut item = Some(root);
    for table in tables {
        item = item.and_then(|item| item.as_table_like()?.get(table));
    }
    item.and_then(Item::as_table_like)
        .is_some_and(|table: &dyn TableLike| !table.is_empty())
}
