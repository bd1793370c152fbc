//! A database that Sluice can reach.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ConfigError;

/// Which kind of database a connection speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    Sqlite,
    /// MySQL and MariaDB.
    #[serde(alias = "mariadb")]
    Mysql,
    Postgresql,
    #[serde(alias = "mssql")]
    SqlServer,
    Oracle,
    /// Any other database with an ODBC driver: Db2, IBM i, SAP HANA.
    Odbc,
}

impl Dialect {
    /// All of them, in the order of the documents.
    pub const ALL: [Self; 6] = [
        Self::Sqlite,
        Self::Mysql,
        Self::Postgresql,
        Self::SqlServer,
        Self::Oracle,
        Self::Odbc,
    ];
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Mysql => "MySQL/MariaDB",
            Self::Postgresql => "PostgreSQL",
            Self::SqlServer => "SQL Server",
            Self::Oracle => "Oracle",
            Self::Odbc => "ODBC",
        })
    }
}

/// How much a mistake would cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    #[default]
    Development,
    Test,
    Production,
}

/// A connection of the workspace. The password is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The key it stands under.
    #[serde(skip)]
    pub name: String,
    pub dialect: Dialect,
    #[serde(default)]
    pub environment: Environment,
    /// SQLite: the file. A relative path counts from the configuration file's folder.
    #[serde(default)]
    pub path: Option<String>,
    /// ODBC: the connection string without user and password: `Driver={…};Server=…` or `DSN=…`.
    #[serde(default)]
    pub odbc: Option<String>,
    #[serde(default)]
    pub host: Option<String>,
    /// Defaults to the dialect's own port.
    #[serde(default)]
    pub port: Option<u16>,
    #[serde(default)]
    pub database: Option<String>,
    #[serde(default)]
    pub user: Option<String>,
    /// A statement is stopped after this many milliseconds.
    #[serde(default = "default_statement_timeout_ms")]
    pub statement_timeout_ms: u64,
    #[serde(default)]
    pub tls: Tls,
    #[serde(default)]
    pub pool: Pool,
    /// Further key-value pairs, as the provider's console takes them.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
}

const fn default_statement_timeout_ms() -> u64 {
    30_000
}

impl Connection {
    /// A connection with an address and defaults for the rest.
    pub fn new(name: impl Into<String>, dialect: Dialect) -> Self {
        Self {
            name: name.into(),
            dialect,
            environment: Environment::default(),
            path: None,
            odbc: None,
            host: None,
            port: None,
            database: None,
            user: None,
            statement_timeout_ms: default_statement_timeout_ms(),
            tls: Tls::default(),
            pool: Pool::default(),
            properties: BTreeMap::new(),
        }
    }

    /// The port, the dialect's own where none is set; 0 for SQLite.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.dialect {
            Dialect::Sqlite | Dialect::Odbc => 0,
            Dialect::Mysql => 3306,
            Dialect::Postgresql => 5432,
            Dialect::SqlServer => 1433,
            Dialect::Oracle => 1521,
        })
    }

    /// Where it leads, without user or password: `127.0.0.1:3306/hr` or a file.
    pub fn address(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => self.path.clone().unwrap_or_default(),
            Dialect::Odbc => self.odbc.clone().unwrap_or_default(),
            _ => format!(
                "{}:{}/{}",
                self.host.as_deref().unwrap_or("localhost"),
                self.port(),
                self.database.as_deref().unwrap_or_default()
            ),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let missing = match self.dialect {
            Dialect::Sqlite => self.path.is_none().then_some("path"),
            Dialect::Odbc => self.odbc.is_none().then_some("odbc"),
            _ => [
                (self.host.is_none(), "host"),
                (self.database.is_none(), "database"),
                (self.user.is_none(), "user"),
            ]
            .into_iter()
            .find_map(|(missing, key)| missing.then_some(key)),
        };
        match missing {
            Some(key) => Err(ConfigError::new(
                format!("The connection \"{}\" has no {key}.", self.name),
                format!("Add {key} = \"…\" under [connections.{}].", self.name),
            )),
            None => Ok(()),
        }
    }
}

/// How much a connection to a server must be protected; the words are PostgreSQL's (libpq).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server offers it, without a look at its certificate.
    #[default]
    Prefer,
    /// Encrypted, without a look at the server's certificate.
    Require,
    /// Encrypted, and the certificate must come from an authority that is trusted.
    VerifyCa,
    /// The same, and the certificate must be made out to the host that was asked for.
    VerifyFull,
}

/// TLS to the database. Files are PEM; relative paths count from the configuration file's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    pub mode: TlsMode,
    /// Authorities to trust instead of the system's.
    pub ca_file: Option<String>,
    /// A certificate to show to the server, with `key_file`.
    pub certificate_file: Option<String>,
    pub key_file: Option<String>,
}

/// Pool settings under the original's (HikariCP's) names; times in milliseconds, defaults as the
/// original ships them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Pool {
    pub maximum_pool_size: u32,
    pub minimum_idle: u32,
    /// How long a request waits for a free connection.
    pub connection_timeout: u64,
    /// How long a check of a connection may take.
    pub validation_timeout: u64,
    pub idle_timeout: u64,
    /// How often an idle connection is asked whether it is alive; 0 switches it off.
    pub keepalive_time: u64,
    pub max_lifetime: u64,
    /// A statement run on every new connection.
    pub connection_init_sql: Option<String>,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            maximum_pool_size: 10,
            minimum_idle: 0,
            connection_timeout: 30_000,
            validation_timeout: 3_000,
            idle_timeout: 90_000,
            keepalive_time: 60_000,
            max_lifetime: 180_000,
            connection_init_sql: None,
        }
    }
}
