//! What is set of a connection, as the console shows and changes it; the password is not in it.
//!
//! **Invariant:** every key here is a key of [`Connection`] with the same meaning and default, so that
//! what is shown, written and read again is one thing.
//!
//! To add one: a field, its line in [`ConnectionSettings::of`] and [`ConnectionSettings::connection`],
//! and in [`super::edit::put_connection`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ConfigError, Connection, Dialect, Environment, Pool, Tls, properties};

/// How long a name of a connection or an application may be, in characters: a file's name on every
/// system, with room to spare.
const LONGEST_NAME: usize = 64;

/// The keys of a connection that the screen Connections changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectionSettings {
    pub dialect: Dialect,
    pub environment: Environment,
    /// SQLite: the file. A relative path counts from the configuration file's folder.
    pub path: Option<String>,
    /// ODBC: the connection string without user and password.
    pub odbc: Option<String>,
    pub host: Option<String>,
    /// `null`: the dialect's own.
    pub port: Option<u16>,
    /// Oracle: the service, or the SID where the property `oracle.sid` says the same.
    pub database: Option<String>,
    pub user: Option<String>,
    /// A statement is stopped after this many milliseconds; 0: after a day.
    #[ts(type = "number")]
    pub statement_timeout_ms: u64,
    pub tls: Tls,
    pub pool: Pool,
    /// Further key-value pairs, as the provider's console takes them.
    #[ts(type = "Record<string, string>")]
    pub properties: BTreeMap<String, String>,
}

impl ConnectionSettings {
    /// Those of a connection whose address was taken apart.
    pub fn of(connection: &Connection) -> Self {
        Self {
            dialect: connection.dialect,
            environment: connection.environment,
            path: connection.path.clone(),
            odbc: connection.odbc.clone(),
            host: connection.host.clone(),
            port: connection.port,
            database: connection.database.clone(),
            user: connection.user.clone(),
            statement_timeout_ms: connection.statement_timeout_ms,
            tls: connection.tls.clone(),
            pool: connection.pool.clone(),
            properties: connection.properties.clone(),
        }
    }

    /// The connection of these settings. Texts that are empty count as left out, and what another
    /// dialect would have is left out too.
    pub fn connection(&self, name: &str) -> Connection {
        let text = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let server = !matches!(self.dialect, Dialect::Sqlite | Dialect::Odbc);
        let only = |wanted: bool, value: &Option<String>| text(value).filter(|_| wanted);
        Connection {
            name: name.to_owned(),
            dialect: self.dialect,
            environment: self.environment,
            url: None,
            path: only(self.dialect == Dialect::Sqlite, &self.path),
            odbc: only(self.dialect == Dialect::Odbc, &self.odbc),
            host: only(server, &self.host),
            port: self.port.filter(|_| server),
            database: only(server, &self.database),
            user: only(self.dialect != Dialect::Sqlite, &self.user),
            statement_timeout_ms: self.statement_timeout_ms,
            tls: Tls {
                mode: self.tls.mode,
                ca_file: text(&self.tls.ca_file),
                certificate_file: text(&self.tls.certificate_file),
                key_file: text(&self.tls.key_file),
            },
            pool: Pool {
                connection_init_sql: text(&self.pool.connection_init_sql),
                ..self.pool.clone()
            },
            properties: self
                .properties
                .iter()
                .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
                .filter(|(key, _)| !key.is_empty())
                .collect(),
        }
    }

    /// What keeps these settings from being used, by the key it concerns; empty where nothing does.
    pub fn faults(&self) -> BTreeMap<String, String> {
        let connection = self.connection("");
        let mut faults = BTreeMap::new();
        let mut missing = |there: bool, key: &str, words: &str| {
            if !there {
                faults.insert(key.to_owned(), words.to_owned());
            }
        };
        match self.dialect {
            Dialect::Sqlite => missing(connection.path.is_some(), "path", "Name the file."),
            Dialect::Odbc => missing(
                connection.odbc.is_some(),
                "odbc",
                "Write the connection string: Driver={…};Server=… or DSN=….",
            ),
            _ => {
                missing(connection.host.is_some(), "host", "Name the server.");
                let database = match self.dialect {
                    Dialect::Oracle => "Name the service or the SID.",
                    _ => "Name the database.",
                };
                missing(connection.database.is_some(), "database", database);
                missing(connection.user.is_some(), "user", "Name the account.");
            }
        }
        if self.port == Some(0) {
            faults.insert("port".into(), "A port is 1 to 65535.".into());
        }
        if self.pool.maximum_pool_size == 0 {
            faults.insert(
                "pool.maximumPoolSize".into(),
                "At least one connection is needed.".into(),
            );
        } else if self.pool.minimum_idle > self.pool.maximum_pool_size {
            faults.insert(
                "pool.minimumIdle".into(),
                "No more can wait idle than there may be connections.".into(),
            );
        }
        if let Some(odbc) = &connection.odbc
            && let Some(key) = odbc_secret(odbc)
        {
            faults.insert(
                "odbc".into(),
                format!("{key} is a secret: take it out and type it as the password."),
            );
        }
        if let Some(key) = connection
            .properties
            .keys()
            .find(|k| properties::is_secret(k))
        {
            faults.insert(
                "properties".into(),
                format!(
                    "The property {key} holds a secret: take it out and type it as the password."
                ),
            );
        } else if let Err(error) = connection.protection() {
            faults.insert("properties".into(), sentence(&error.to_string()));
        }
        if let Err((cause, remedy)) = connection.tls.check() {
            faults.insert("tls".into(), format!("{}. {remedy}", capital(&cause)));
        }
        faults
    }
}

/// Why a new connection or application cannot have a name; `None` where it can. Letters, digits, `_`,
/// `-`: it stands in addresses, in environment variables and in the configuration.
pub fn fault_of_name(name: &str) -> Option<&'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() {
        Some("Give it a name.")
    } else if !name.chars().all(fits) {
        Some("Letters, digits, _ and - only.")
    } else if name.chars().count() > LONGEST_NAME {
        Some("At most 64 characters.")
    } else {
        None
    }
}

/// The key of a connection string that holds a secret.
fn odbc_secret(text: &str) -> Option<&str> {
    text.split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, _)| key.trim())
        .find(|key| properties::is_secret(key))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

fn sentence(text: &str) -> String {
    format!("{}.", capital(text.trim_end_matches('.')))
}

/// Why settings cannot be used, as one error.
///
/// # Errors
/// [`ConfigError`] with the first of the faults.
pub(super) fn check(name: &str, settings: &ConnectionSettings) -> Result<(), ConfigError> {
    match settings.faults().into_iter().next() {
        None => Ok(()),
        Some((key, words)) => Err(ConfigError::new(
            format!("The connection \"{name}\" cannot be used: {key}. {words}"),
            "Correct it.",
        )),
    }
}
