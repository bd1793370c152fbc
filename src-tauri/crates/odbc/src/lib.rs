//! The words that `sluice-db` and the program `sluice-odbc` speak with each other.
//!
//! **Purpose:** an ODBC driver is foreign code of any age. It runs in a process of its own, one for
//! each connection, so that a driver that crashes takes nothing else with it, and the main programs
//! start on machines without a driver manager. Requests go to the program's standard input and
//! replies come from its standard output, each one a line of JSON. The end of its input ends it.
//!
//! **Invariant:** this library links no driver manager; the feature `bridge`, which does, belongs to
//! the program alone. A password travels over standard input only, never as an argument or in the
//! environment.
//!
//! **To ask for more:** a variant of [`Request`] with its answer in `main.rs`, and who sends it in
//! `sluice-db`, folder `odbc`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What `sluice-db` asks. Each request is answered by any number of [`Reply::Columns`] and
/// [`Reply::Rows`] and then by exactly one of the others.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Opens the connection; the first request, and sent once.
    Connect(Connect),
    /// Runs one statement.
    Run(Run),
    /// Asks the driver to describe something of the database (SQLTables and its like).
    Describe(Describe),
    /// Whether the driver holds the connection for dead (SQL_ATTR_CONNECTION_DEAD).
    Ping,
    /// Switches autocommit off.
    Begin,
    /// Commits and switches autocommit on.
    Commit,
    /// Rolls back and switches autocommit on.
    Rollback,
}

/// Where to connect to.
#[derive(Debug, Serialize, Deserialize)]
pub struct Connect {
    /// Without user and password: `Driver={…};Server=…` or `DSN=…`.
    pub connection_string: String,
    pub user: Option<String>,
    pub password: Option<Password>,
    /// Seconds; 0 leaves it to the driver.
    pub login_timeout: u32,
}

/// A password on its way. `Debug` hides it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// A statement with its values.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    /// With a `?` for each parameter.
    pub sql: String,
    pub parameters: Vec<Parameter>,
    /// Seconds after which the driver shall stop it by itself (SQL_ATTR_QUERY_TIMEOUT); 0 sets none.
    pub timeout: u32,
}

/// A value to bind.
#[derive(Debug, Serialize, Deserialize)]
pub struct Parameter {
    pub value: Cell,
    pub direction: Direction,
}

/// Which way a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    In,
    Out,
    InOut,
}

/// What the driver is asked to describe. Names are taken literally; `None` leaves the part open.
#[derive(Debug, Serialize, Deserialize)]
pub enum Describe {
    /// The names of all schemas: SQLTables with `%` for the schema alone.
    Schemas,
    /// Tables and views: SQLTables.
    Tables {
        catalog: Option<String>,
        schema: Option<String>,
        name: Option<String>,
    },
    /// The columns of a table: SQLColumns.
    Columns {
        catalog: Option<String>,
        schema: Option<String>,
        name: String,
    },
    /// The primary key of a table: SQLPrimaryKeys.
    PrimaryKeys {
        catalog: Option<String>,
        schema: Option<String>,
        name: String,
    },
    /// The references of others to a table: SQLForeignKeys, asked from the other side.
    References {
        catalog: Option<String>,
        schema: Option<String>,
        name: String,
    },
    /// The references of a table to others: SQLForeignKeys.
    ForeignKeys {
        catalog: Option<String>,
        schema: Option<String>,
        name: String,
    },
}

/// What the program says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The connection is open.
    Connected(Connected),
    /// A result set begins.
    Columns(Vec<Column>),
    /// Rows of the result set that began last, one cell per column.
    Rows(Vec<Vec<Cell>>),
    /// The request was done.
    Done(Done),
    /// The request failed.
    Failed(Failed),
}

/// Who answered a login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    /// SQL_DBMS_NAME: `MariaDB`, `PostgreSQL`, `Microsoft SQL Server`, `DB2/LINUXX8664`.
    pub dbms: String,
    /// SQL_IDENTIFIER_QUOTE_CHAR; `None` where names cannot be quoted.
    pub quote: Option<char>,
    /// The current catalogue (on MySQL: database); empty where there is none.
    pub catalog: String,
}

/// The end of a request that was done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// SQLRowCount, where the driver has one.
    pub affected: Option<u64>,
    /// The values of the parameters that are not [`Direction::In`], in their order.
    pub outs: Vec<Cell>,
    /// What the driver said beside (SQL_SUCCESS_WITH_INFO).
    pub messages: Vec<Diagnostic>,
    /// Whether the connection is alive: the answer to [`Request::Ping`].
    pub alive: bool,
}

/// Why a request was not done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What the driver or the driver manager said; may be empty.
    pub diagnostics: Vec<Diagnostic>,
    /// What to say where there is no diagnostic.
    pub message: String,
    /// Whether it is this program that cannot do it.
    pub unsupported: bool,
    /// Where no driver was found: those that are installed.
    pub installed: Vec<String>,
}

/// A diagnostic record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// SQLSTATE.
    pub state: String,
    /// The database's own number; 0 where it has none.
    pub native: i32,
    pub message: String,
}

/// A column of a result set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// SQL_DESC_CONCISE_TYPE: 4 is INTEGER, 12 VARCHAR, -4 LONGVARBINARY.
    pub code: i16,
    /// Characters, bytes or digits, as the type counts; 0 where not known.
    pub size: u64,
    /// Digits after the point.
    pub digits: i16,
    pub unsigned: bool,
}

/// A value as the driver wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Null,
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    /// The text of it; `None` for NULL and for bytes.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// `null`, a text, or a list with the bytes in base64.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Null,
    Text(String),
    Bytes([String; 1]),
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => [STANDARD.encode(bytes)].serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Written::deserialize(deserializer)? {
            Written::Null => Self::Null,
            Written::Text(text) => Self::Text(text),
            Written::Bytes([text]) => {
                Self::Bytes(STANDARD.decode(text).map_err(serde::de::Error::custom)?)
            }
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were_and_take_one_line() {
        for cell in [
            Cell::Null,
            Cell::Text(String::new()),
            Cell::Text("null\n\"😀\"\r".to_owned()),
            Cell::Bytes(vec![0, 255, 10]),
        ] {
            let line = serde_json::to_string(&cell).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(serde_json::from_str::<Cell>(&line).unwrap(), cell);
        }
    }

    #[test]
    fn a_request_shows_its_password_to_nobody() {
        let request = Request::Connect(Connect {
            connection_string: "DSN=hr".into(),
            user: Some("scim".into()),
            password: Some(Password("hunter2".into())),
            login_timeout: 30,
        });
        assert!(!format!("{request:?}").contains("hunter2"));
        assert!(serde_json::to_string(&request).unwrap().contains("hunter2"));
    }
}
