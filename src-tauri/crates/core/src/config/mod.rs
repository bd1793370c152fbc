//! The workspace's configuration: one TOML file, typed, unknown keys refused.
//!
//! **Invariant:** no secret stands in it. A password is found by its connection's name, in the
//! keyring, the environment or the secrets file.
//!
//! To add a setting: a field with a default here, a line in `docs/configuration.md`.

mod application;
mod application_settings;
mod authentication;
pub mod comparison;
mod connection;
mod connection_settings;
pub mod edit;
mod error;
mod fields;
mod import_table;
pub mod jdbc;
mod levels;
pub mod portable;
pub mod properties;
mod settings;
mod v1;

pub use application::{AbsentFields, Application, Delete, HeaderPolicy, Profile};
pub use application_settings::{ApplicationSettings, AttributeColumn};
pub use authentication::{Authentication, AuthenticationKind};
pub use connection::{Connection, Dialect, Environment, Pool, Tls, TlsMode};
pub use connection_settings::{ConnectionSettings, fault_of_name};
pub use error::{ConfigError, nearest};
pub use fields::{Field, OnEmpty, OnNull, Spellings};
pub use import_table::ImportTable;
pub use levels::{Area, Level, Levels};
pub use settings::Settings;
pub use v1::V1;

use std::num::NonZeroU32;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A workspace: an endpoint, connections, applications.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    #[serde(default)]
    pub workspace: About,
    #[serde(default)]
    pub endpoint: Endpoint,
    #[serde(default)]
    pub log: Log,
    #[serde(default)]
    pub connections: IndexMap<String, Connection>,
    #[serde(default)]
    /// In the file's order; the first is the one a screen opens with.
    pub applications: IndexMap<String, Application>,
}

/// What the workspace calls itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct About {
    pub name: String,
    /// Shown with its colour in the title bar, so that production is never mistaken for a test.
    pub environment: Environment,
}

impl Default for About {
    fn default() -> Self {
        Self {
            name: "Workspace".into(),
            environment: Environment::Development,
        }
    }
}

/// Where and how the SCIM endpoint listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Endpoint {
    /// Address and port; port 0 picks a free one.
    pub listen: String,
    /// Names and addresses for the certificate, beside localhost, 127.0.0.1 and this machine's
    /// name: exactly what is typed as host in the provider's console.
    pub host_names: Vec<String>,
    /// All request headers together, in KiB; the original has 10.
    pub header_limit_kb: usize,
    /// One request body, in KiB.
    pub body_limit_kb: usize,
}

impl Default for Endpoint {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:1443".into(),
            host_names: Vec::new(),
            header_limit_kb: 64,
            body_limit_kb: 1024,
        }
    }
}

/// What is recorded, and what happens when it cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub audit: Audit,
    /// A recorded body is cut beyond this, in KiB.
    pub body_limit_kb: usize,
    /// How many rows of a result are kept with a statement.
    pub sample_rows: usize,
    /// Exchanges older than this many days are removed; without it they stay, however old.
    pub keep_days: Option<NonZeroU32>,
    /// The oldest exchanges are removed where all take more, in MiB.
    pub keep_mb: Option<NonZeroU32>,
    /// The oldest exchanges are removed where there are more.
    pub keep_exchanges: Option<NonZeroU32>,
    /// How much the program's own log says.
    pub levels: Levels,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            audit: Audit::Normal,
            body_limit_kb: 16,
            sample_rows: 20,
            keep_days: None,
            keep_mb: None,
            keep_exchanges: None,
            levels: Levels::default(),
        }
    }
}

/// Whether a write may be answered when it cannot be recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Audit {
    /// Answers leave, the loss is counted and raised as an alarm.
    #[default]
    Normal,
    /// Writes are refused while the store cannot be written.
    Strict,
}

impl Workspace {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`ConfigError`] with line, cause and remedy: syntax, an unknown key (with the nearest known
    /// one), a wrong type, a reference to a connection that is not there.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut workspace: Self =
            toml::from_str(text).map_err(|error| ConfigError::from_toml(text, &error))?;
        for (name, connection) in &mut workspace.connections {
            connection.name.clone_from(name);
            connection.settle()?;
        }
        let connections: Vec<&str> = workspace.connections.keys().map(String::as_str).collect();
        for (name, application) in &mut workspace.applications {
            application.name.clone_from(name);
            let connection = application.connection.as_ref();
            let connection = connection.and_then(|name| workspace.connections.get(name));
            import_table::settle(application, connection, text)?;
            application.check(text, &connections)?;
        }
        Ok(workspace)
    }
}

#[cfg(test)]
mod tests;
