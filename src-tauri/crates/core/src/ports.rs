//! The traits through which the decisions meet the world. `db`, `log` and `gateway` implement or
//! call them and do not know each other; `app` puts them together.

use std::sync::Arc;

use async_trait::async_trait;

use crate::config::{Application, Connection, Dialect};
use crate::exchange::Exchange;
use crate::failure::DatabaseError;
use crate::plan::Statement;
use crate::value::Value;

/// A column of a result set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    /// Name or alias, letter case kept.
    pub name: String,
    /// The database's own name of the type, upper case: `VARCHAR`, `INT8`.
    pub type_name: String,
}

/// Rows with their columns; the columns are there even when no row is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResultSet {
    pub columns: Arc<[ResultColumn]>,
    /// Each row has one value per column.
    pub rows: Vec<Vec<Value>>,
}

impl ResultSet {
    /// The position of a column, by its name without regard to letter case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.name.eq_ignore_ascii_case(name))
    }
}

/// What a statement gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatementOutcome {
    /// Result sets in order; empty where the statement gives none.
    pub sets: Vec<ResultSet>,
    /// Rows the database says it changed; `None` where it does not say (a CALL on PostgreSQL).
    pub affected: Option<u64>,
}

impl StatementOutcome {
    /// The first result set, or an empty one.
    pub fn into_rows(self) -> ResultSet {
        self.sets.into_iter().next().unwrap_or_default()
    }
}

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads only: no transaction is opened around them.
    Read,
    /// Reads and writes in one transaction.
    Write,
}

/// A database that a connection reaches, with its pool.
#[async_trait]
pub trait Database: Send + Sync {
    fn dialect(&self) -> Dialect;
    /// What the pool is doing now.
    fn pool(&self) -> PoolFigures;
    /// Asks the server who it is, through a connection of the pool.
    async fn check(&self) -> Result<ServerInfo, DatabaseError>;
    /// Takes a connection; with [`Access::Write`] begins a transaction on it.
    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError>;
}

/// One connection for the time of one operation. Dropped without [`Session::commit`], nothing
/// that was written stays.
#[async_trait]
pub trait Session: Send {
    /// Runs one statement under the connection's deadline, every value as a bound parameter.
    async fn execute(&mut self, statement: &Statement) -> Result<StatementOutcome, DatabaseError>;
    /// Ends the operation and keeps what was written.
    async fn commit(self: Box<Self>) -> Result<(), DatabaseError>;
    /// Ends the operation and keeps nothing.
    async fn rollback(self: Box<Self>) -> Result<(), DatabaseError>;
}

/// Connections of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolFigures {
    pub busy: u32,
    pub idle: u32,
    pub max: u32,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Product and version: "MariaDB 10.11.19".
    pub product: String,
}

/// Time, so that the core has no clock of its own.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970, UTC.
    fn wall_us(&self) -> i64;
    /// Microseconds that never go backwards; only differences mean something.
    fn monotonic_us(&self) -> i64;
}

/// Where exchanges are kept.
#[async_trait]
pub trait Recorder: Send + Sync {
    /// Keeps the exchange of a write; returns when it is in the store.
    async fn record(&self, exchange: Exchange) -> Result<(), RecordError>;
    /// Keeps the exchange of a read when there is room in the queue, and counts it where not.
    fn offer(&self, exchange: Exchange);
    /// Whether the store can be written now; `audit = "strict"` refuses writes when not.
    fn ready(&self) -> Result<(), RecordError>;
}

/// Why an exchange could not be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the exchange store cannot be written: {0}")]
pub struct RecordError(pub String);

/// Applications and databases by name, as the workspace's configuration has them.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The application with this name in the URL.
    fn application(&self, name: &str) -> Option<Arc<Application>>;
    /// The database of a connection of the workspace.
    async fn database(&self, connection: &str) -> Result<Arc<dyn Database>, DatabaseError>;
    /// The database that a request's own header describes; kept while it is used, by its address.
    async fn database_from_header(
        &self,
        connection: &Connection,
        password: Option<&crate::Secret>,
    ) -> Result<Arc<dyn Database>, DatabaseError>;
}
