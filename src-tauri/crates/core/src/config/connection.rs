//! A database that Sluice can reach.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::properties::{self, PropertyError};
use super::{ConfigError, jdbc};

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
    /// A JDBC address, in place of the keys it takes apart into. Empty once the configuration was
    /// read.
    #[serde(default)]
    pub url: Option<String>,
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
            url: None,
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

    /// How the connection is to be protected: as `tls` says, and where that says nothing, as the
    /// properties do.
    ///
    /// # Errors
    /// A property asks for protection in words that are not known, or in a way Sluice does not have.
    pub fn protection(&self) -> Result<Tls, PropertyError> {
        let asked = properties::read(self.dialect, &self.properties)?.tls;
        Ok(match asked {
            Some(asked) if self.tls == Tls::default() => asked,
            _ => self.tls.clone(),
        })
    }

    /// Takes the address apart and checks that nothing is missing.
    pub(super) fn settle(&mut self) -> Result<(), ConfigError> {
        if let Some(url) = self.url.take() {
            self.take_address(&url)?;
        }
        let name = &self.name;
        if let Some(property) = self
            .properties
            .keys()
            .find(|key| properties::is_secret(key))
        {
            return Err(ConfigError::new(
                format!("The property {property} of the connection \"{name}\" holds a secret."),
                elsewhere(name),
            ));
        }
        self.tls.check().map_err(|(cause, remedy)| {
            ConfigError::new(format!("In [connections.{name}.tls]: {cause}."), remedy)
        })?;
        self.protection().map_err(|error| {
            ConfigError::new(
                format!("A property of the connection \"{name}\" cannot be used: {error}."),
                format!("Correct it, or say it under [connections.{name}.tls]."),
            )
        })?;
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
                format!("The connection \"{name}\" has no {key}."),
                format!("Add {key} = \"…\" under [connections.{name}]."),
            )),
            None => Ok(()),
        }
    }

    fn take_address(&mut self, url: &str) -> Result<(), ConfigError> {
        let name = self.name.clone();
        let twice = [
            (self.path.is_some(), "path"),
            (self.odbc.is_some(), "odbc"),
            (self.host.is_some(), "host"),
            (self.port.is_some(), "port"),
            (self.database.is_some(), "database"),
        ];
        if let Some((_, key)) = twice.into_iter().find(|(set, _)| *set) {
            return Err(ConfigError::new(
                format!("The connection \"{name}\" has both url and {key}."),
                format!("Keep one of them: the url says the {key} too."),
            ));
        }
        let address = jdbc::parse(&name, url).map_err(|error| {
            ConfigError::new(
                format!("The url of the connection \"{name}\" {error}."),
                "Write it as the driver's documentation has it, or use host, port and database.",
            )
        })?;
        if address.password.is_some() {
            return Err(ConfigError::new(
                format!("The url of the connection \"{name}\" holds a password."),
                elsewhere(&name),
            ));
        }
        let read = address.connection;
        if read.dialect != self.dialect {
            return Err(ConfigError::new(
                format!(
                    "The url of the connection \"{name}\" is one of {}, and its dialect is {}.",
                    read.dialect, self.dialect
                ),
                "Let the two agree.",
            ));
        }
        match (&self.user, &read.user) {
            (Some(one), Some(other)) if one != other => {
                return Err(ConfigError::new(
                    format!(
                        "The connection \"{name}\" has one user as a key and another in its url."
                    ),
                    "Keep one of them.",
                ));
            }
            (None, Some(_)) => self.user = read.user,
            _ => {}
        }
        (self.path, self.odbc, self.host) = (read.path, read.odbc, read.host);
        (self.port, self.database) = (read.port, read.database);
        for (key, value) in read.properties {
            // The table of properties stands nearer to the reader than the address.
            self.properties.entry(key).or_insert(value);
        }
        Ok(())
    }
}

/// Where a password belongs.
fn elsewhere(name: &str) -> String {
    format!(
        "Take it out, and keep it with `sluice-server password {name}`, in the keyring, the \
         environment or the secrets file."
    )
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    pub mode: TlsMode,
    /// Authorities to trust instead of the system's.
    pub ca_file: Option<String>,
    /// A certificate to show to the server, with `key_file`.
    pub certificate_file: Option<String>,
    pub key_file: Option<String>,
}

impl Tls {
    /// Whether the server's certificate must come from an authority that is trusted. As with libpq,
    /// a file of authorities makes `require` mean that too.
    pub fn verifies(&self) -> bool {
        match self.mode {
            TlsMode::Disable | TlsMode::Prefer => false,
            TlsMode::Require => self.ca_file.is_some(),
            TlsMode::VerifyCa | TlsMode::VerifyFull => true,
        }
    }

    /// Cause and remedy where the settings contradict each other.
    pub(crate) fn check(&self) -> Result<(), (String, &'static str)> {
        if self.certificate_file.is_some() != self.key_file.is_some() {
            let (there, missing) = match self.key_file {
                None => ("certificate_file", "key_file"),
                Some(_) => ("key_file", "certificate_file"),
            };
            return Err((
                format!("{there} stands without {missing}"),
                "A certificate and its key belong together.",
            ));
        }
        if self.ca_file.is_some() && !self.verifies() {
            return Err((
                "ca_file is set, and the mode does not look at certificates".to_owned(),
                "Set mode = \"verify-full\" (or \"verify-ca\").",
            ));
        }
        Ok(())
    }
}

/// Pool settings under the original's (HikariCP's) names; times in milliseconds, defaults as the
/// original ships them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Pool {
    pub maximum_pool_size: u32,
    pub minimum_idle: u32,
    /// How long a request waits for a free connection.
    #[ts(type = "number")]
    pub connection_timeout: u64,
    /// How long a check of a connection may take.
    #[ts(type = "number")]
    pub validation_timeout: u64,
    #[ts(type = "number")]
    pub idle_timeout: u64,
    /// How often an idle connection is asked whether it is alive; 0 switches it off.
    #[ts(type = "number")]
    pub keepalive_time: u64,
    #[ts(type = "number")]
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
