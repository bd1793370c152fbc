//! Statement texts, read once and kept: a mapping's text runs many thousand times.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use sluice_core::config::Dialect;
use sluice_core::sql::{SqlError, Template};
use sluice_core::{DatabaseError, DatabaseErrorKind};

/// So many texts are kept. A workspace has a few dozen; headers could bring any number.
const KEPT: usize = 512;

/// What was worked out for a key, forgotten as a whole when there is too much of it.
pub(crate) struct Cache<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K: Eq + Hash, V> Cache<K, V> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    pub(crate) fn get<Q>(&self, key: &Q) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).map(Arc::clone)
    }

    pub(crate) fn insert(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&value));
        value
    }

    pub(crate) fn remove<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(key);
    }
}

/// A statement's text in the words of the driver.
#[derive(Debug)]
pub(crate) struct Text {
    pub sql: Arc<str>,
    /// First word, upper case.
    pub verb: String,
    pub placeholders: usize,
    /// Holds the word RETURNING, so that it may give rows although it changes some.
    pub returning: bool,
}

impl Text {
    pub(crate) fn read(dialect: Dialect, text: &str) -> Result<Self, DatabaseError> {
        let template = Template::parse(dialect, text).map_err(|error| syntax(&error))?;
        let sql = template.render(|number| match dialect {
            Dialect::Sqlite => format!("?{number}"),
            Dialect::Mysql | Dialect::Odbc => "?".to_owned(),
            Dialect::SqlServer => format!("@P{number}"),
            Dialect::Oracle => format!(":{number}"),
            Dialect::Postgresql => format!("${number}"),
        });
        Ok(Self {
            returning: sql.to_ascii_uppercase().contains("RETURNING"),
            sql: sql.into(),
            placeholders: template.placeholders(),
            verb: template.verb,
        })
    }

    /// Whether the statement is one that counts the rows it changes.
    pub(crate) fn counts_rows(&self) -> bool {
        matches!(
            self.verb.as_str(),
            "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "MERGE"
        )
    }
}

/// The texts of one database.
pub(crate) struct Texts {
    dialect: Dialect,
    known: Cache<String, Text>,
}

impl Texts {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            known: Cache::new(),
        }
    }

    pub(crate) fn read(&self, text: &str) -> Result<Arc<Text>, DatabaseError> {
        if let Some(known) = self.known.get(text) {
            return Ok(known);
        }
        let read = Text::read(self.dialect, text)?;
        Ok(self.known.insert(text.to_owned(), read))
    }
}

/// A text that Sluice itself cannot read is a mistake in the text, as the database would say.
pub(crate) fn syntax(error: &SqlError) -> DatabaseError {
    DatabaseError::new(DatabaseErrorKind::Syntax, error.to_string())
}
