//! The traits through which the decisions meet the world. `db`, `log` and `gateway` implement or
//! call them and do not know each other; `app` puts them together.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::catalogue::{Catalogue, Question};
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
    /// Result sets in order, those of cursors after the others; empty where the statement gives
    /// none, or where its rows went to a [`RowSink`].
    pub sets: Vec<ResultSet>,
    /// The values of OUT and INOUT parameters, in the order of the call. A cursor is a set instead.
    pub outs: Vec<OutValue>,
    /// What the routine returned: SQL Server's return code, the value of a function that was called
    /// as `{? = call f(?)}`.
    pub returned: Option<Value>,
    /// Rows the database says it changed; `None` where it does not say (a CALL on PostgreSQL).
    pub affected: Option<u64>,
    /// Notices and warnings, in order (RAISE NOTICE, SHOW WARNINGS, PRINT, DBMS_OUTPUT).
    pub messages: Vec<DatabaseMessage>,
}

/// The value that an OUT or INOUT parameter has after the call.
#[derive(Clone, Debug, PartialEq)]
pub struct OutValue {
    /// Position in the routine's own list of parameters, from 1.
    pub position: usize,
    /// The parameter's name in the routine, or in the mapping where it has none there.
    pub name: String,
    pub value: Value,
}

/// How serious a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// Something a database says beside its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DatabaseMessage {
    pub severity: Severity,
    /// SQLSTATE or the vendor's number.
    pub code: Option<String>,
    pub text: String,
}

/// Takes the rows of a statement as they come, so that none of them has to wait in memory.
pub trait RowSink: Send {
    /// A result set begins.
    fn columns(&mut self, columns: Arc<[ResultColumn]>);
    /// A row of the result set that began last, one value per column.
    ///
    /// # Errors
    /// What stops the statement: the rows cannot be kept.
    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError>;
}

/// Result sets in memory.
#[derive(Debug, Default)]
pub struct Collected(pub Vec<ResultSet>);

impl Collected {
    /// The first cell as text; `None` where there is none, or NULL in it.
    pub fn first_text(&self) -> Option<String> {
        self.0.first()?.rows.first()?.first()?.to_text()
    }

    /// The rows of the first set.
    pub fn into_rows(self) -> Vec<Vec<Value>> {
        let first = self.0.into_iter().next();
        first.map(|set| set.rows).unwrap_or_default()
    }
}

impl RowSink for Collected {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.0.push(ResultSet {
            columns,
            rows: Vec::new(),
        });
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if let Some(set) = self.0.last_mut() {
            set.rows.push(row);
        }
        Ok(())
    }
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
    /// Whose grammar its statements have: behind ODBC, that of the database itself, once a
    /// connection has told which it is.
    fn grammar(&self) -> Dialect {
        self.dialect()
    }
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
    /// Runs one statement under the connection's deadline, every value as a bound parameter. Its
    /// rows are in the outcome.
    async fn execute(&mut self, statement: &Statement) -> Result<StatementOutcome, DatabaseError> {
        let mut rows = Collected::default();
        let mut outcome = self.stream(statement, &mut rows).await?;
        outcome.sets = rows.0;
        Ok(outcome)
    }
    /// The same, with the rows of all its result sets given to `rows` as they come. The deadline
    /// begins anew with every row, because what is slow here may be who takes them.
    async fn stream(
        &mut self,
        statement: &Statement,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError>;
    /// Asks the database about itself.
    async fn catalogue(&mut self, question: &Question) -> Result<Catalogue, DatabaseError>;
    /// Whether the transaction that [`Access::Write`] began still holds; `None` where the dialect
    /// does not tell. `false` after a statement means that it committed, or rolled back, by itself.
    async fn in_transaction(&mut self) -> Result<Option<bool>, DatabaseError>;
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
    /// Who waits for a connection.
    pub waiting: u32,
    pub max: u32,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Product and version: "MariaDB 10.11.19".
    pub product: String,
    /// How the way to it is encrypted: "TLS 1.3, certificate verified". `None`: it is not, or no way
    /// leads over a network.
    pub tls: Option<String>,
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

/// Where the rows of imports wait for their pages: memory for small ones, a file for large ones.
pub trait Spools: Send + Sync {
    /// A new, empty spool. Nothing of it outlives the process.
    ///
    /// # Errors
    /// [`SpoolError`] where there is no place for it.
    fn begin(&self) -> Result<Box<dyn SpoolWriter>, SpoolError>;
}

/// A spool that is being filled.
pub trait SpoolWriter: Send {
    /// Appends bytes. May wait for a disk.
    ///
    /// # Errors
    /// [`SpoolError`]: the disk is full, or broken.
    fn append(&mut self, bytes: &[u8]) -> Result<(), SpoolError>;
    /// Ends the writing.
    ///
    /// # Errors
    /// As [`SpoolWriter::append`].
    fn finish(self: Box<Self>) -> Result<Arc<dyn Spool>, SpoolError>;
}

/// A spool that is full; gone from wherever it was when it is dropped.
#[async_trait]
pub trait Spool: Send + Sync {
    /// The `length` bytes from `start` on, both counted in bytes.
    ///
    /// # Errors
    /// [`SpoolError`] where they are not there, or cannot be read.
    async fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, SpoolError>;
}

/// Why rows could not be put aside or read back, in the operating system's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SpoolError(pub String);

/// Applications and databases by name, as the workspace's configuration has them.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The application with this name in the URL.
    fn application(&self, name: &str) -> Option<Arc<Application>>;
    /// The connections that applications of the workspace have, each once.
    fn connections(&self) -> Vec<String>;
    /// The database of a connection of the workspace.
    async fn database(&self, connection: &str) -> Result<Arc<dyn Database>, DatabaseError>;
    /// The database that a request's own header describes; kept while it is used, by its address.
    async fn database_from_header(
        &self,
        connection: &Connection,
        password: Option<&crate::Secret>,
    ) -> Result<Arc<dyn Database>, DatabaseError>;
}
