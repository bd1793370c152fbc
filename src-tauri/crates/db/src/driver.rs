//! What a dialect has to know; everything else is the same for all.

use std::future::Future;

use sluice_core::catalogue::{Catalogue, Question};
use sluice_core::config::Dialect;
use sluice_core::plan::Statement;
use sluice_core::ports::{Access, RowSink, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind};

/// One kind of database. Methods that take a connection are called under a deadline: a future that
/// is dropped before its end has its connection closed, so none of them needs to be cancel-safe.
pub(crate) trait Driver: Send + Sync + 'static {
    type Connection: Send + 'static;
    /// What it takes to stop a call that is in flight, without the connection itself.
    type Cancel: Send + 'static;

    const DIALECT: Dialect;
    /// Whether an error inside a transaction leaves nothing to do but to roll it back.
    const ERROR_ABORTS: bool;

    /// Whose grammar the statements have, where that is another dialect's.
    fn grammar(&self) -> Dialect {
        Self::DIALECT
    }

    fn connect(&self) -> impl Future<Output = Result<Self::Connection, DatabaseError>> + Send;

    /// Runs `connectionInitSql` on a new connection.
    fn initialise(
        &self,
        connection: &mut Self::Connection,
        sql: &str,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    fn ping(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// Whether the connection is known to be closed, without asking the server.
    fn is_closed(&self, connection: &Self::Connection) -> bool;

    /// Made before every call, so it must be cheap.
    fn canceller(&self, connection: &Self::Connection) -> Self::Cancel;

    /// Stops the call at the server, as far as the database knows how.
    fn cancel(cancel: Self::Cancel) -> impl Future<Output = ()> + Send + 'static;

    /// Product and version.
    fn product(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<String, DatabaseError>> + Send;

    /// How the connection is encrypted, "TLS 1.3, certificate verified"; `None` where it is not.
    fn tls(
        &self,
        _connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<Option<String>, DatabaseError>> + Send {
        async { Ok(None) }
    }

    fn begin(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    fn commit(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    fn rollback(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// Whether a session without a transaction of its own left one open (a procedure began it).
    fn left_open(&self, _connection: &Self::Connection) -> bool {
        false
    }

    /// Whether the database ended the session's transaction by itself because of this error, so that
    /// a next statement would be kept at once.
    fn ended_transaction(
        &self,
        connection: &mut Self::Connection,
        error: &DatabaseError,
    ) -> impl Future<Output = bool> + Send;

    /// Runs one statement. Its rows go to `rows`, set by set; those of cursors that a routine opens
    /// come after its other sets.
    fn execute(
        &self,
        connection: &mut Self::Connection,
        statement: &Statement,
        access: Access,
        rows: &mut dyn RowSink,
    ) -> impl Future<Output = Result<StatementOutcome, DatabaseError>> + Send;

    /// Answers a question about the database from its own description.
    fn catalogue(
        &self,
        connection: &mut Self::Connection,
        question: &Question,
    ) -> impl Future<Output = Result<Catalogue, DatabaseError>> + Send;

    /// Whether a transaction is open at the server; `None` where the dialect does not tell.
    fn in_transaction(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<Option<bool>, DatabaseError>> + Send;
}

/// Refuses a statement whose placeholders and parameters differ in number, before anything is sent.
pub(crate) fn check_count(
    object: Option<&str>,
    expected: usize,
    given: usize,
) -> Result<(), DatabaseError> {
    if expected == given {
        return Ok(());
    }
    let whose = object.map_or_else(|| "The statement".to_owned(), |name| format!("\"{name}\""));
    Err(DatabaseError {
        object: object.map(str::to_owned),
        expected: Some(expected),
        ..DatabaseError::new(
            DatabaseErrorKind::ArgumentCount,
            format!("{whose} takes {expected} parameters, and {given} are given."),
        )
    })
}
