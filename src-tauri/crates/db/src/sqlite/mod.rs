//! SQLite, by sqlx. Each connection has a thread of its own that the driver talks to.

mod catalogue;
mod create;
mod error;
mod pool;
mod procedure;
mod types;
mod value;

pub use create::create_sqlite;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sluice_core::catalogue::{Catalogue, Question};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::ports::{Access, Collected, RowSink, StatementOutcome};
use sluice_core::sql::ProcedureCall;
use sluice_core::{DatabaseError, DatabaseErrorKind};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _, Either, Executor as _, Statement as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::driver::{Driver, check_count};
use crate::properties;
use crate::text::{Cache, Text, Texts};

/// A SQLite file.
pub(crate) struct Sqlite {
    path: PathBuf,
    /// The property `mode=ro` asks for it.
    read_only: bool,
    busy_timeout: Duration,
    /// SQLite has one writer at a time. Who waits inside SQLite sleeps and asks again, longer each
    /// time; here the next in turn goes on at once.
    writers: Arc<Semaphore>,
    texts: Texts,
    calls: Cache<(String, usize), ProcedureCall>,
    scripts: Cache<String, procedure::Script>,
}

/// A connection and the switch that stops what it is doing.
pub(crate) struct Handle {
    sqlx: SqliteConnection,
    stop: Arc<AtomicBool>,
    /// The file was opened to be read only.
    read_only: bool,
    /// Held while a transaction that writes is open.
    turn: Option<OwnedSemaphorePermit>,
}

impl Sqlite {
    pub(crate) fn new(connection: &Connection) -> Result<Self, DatabaseError> {
        let path = connection.path.as_deref().unwrap_or_default();
        if path.is_empty() {
            return Err(DatabaseError::new(
                DatabaseErrorKind::UnknownDatabase,
                format!("The connection \"{}\" has no path.", connection.name),
            ));
        }
        properties::tell(connection);
        Ok(Self {
            path: PathBuf::from(path),
            read_only: properties::get(connection, "mode")
                .is_some_and(|mode| mode.eq_ignore_ascii_case("ro")),
            busy_timeout: pool::busy_timeout(connection.statement_timeout_ms),
            writers: Arc::new(Semaphore::new(1)),
            texts: Texts::new(Dialect::Sqlite),
            calls: Cache::new(),
            scripts: Cache::new(),
        })
    }
}

impl Driver for Sqlite {
    type Connection = Handle;
    type Cancel = Arc<AtomicBool>;

    const DIALECT: Dialect = Dialect::Sqlite;
    const ERROR_ABORTS: bool = false;

    async fn connect(&self) -> Result<Handle, DatabaseError> {
        pool::connect(&self.path, self.busy_timeout, self.read_only).await
    }

    async fn initialise(&self, handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
        plain(handle, sql).await
    }

    async fn ping(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        handle.sqlx.ping().await.map_err(|e| error::translate(&e))
    }

    fn is_closed(&self, handle: &Handle) -> bool {
        handle.stop.load(Ordering::Relaxed)
    }

    fn canceller(&self, handle: &Handle) -> Arc<AtomicBool> {
        Arc::clone(&handle.stop)
    }

    async fn cancel(stop: Arc<AtomicBool>) {
        stop.store(true, Ordering::Relaxed);
    }

    async fn product(&self, handle: &mut Handle) -> Result<String, DatabaseError> {
        let text = self.texts.read("SELECT sqlite_version()")?;
        let mut rows = Collected::default();
        run(handle, &text, &[], &mut rows).await?;
        let version = rows.first_text().unwrap_or_default();
        Ok(format!("SQLite {version}"))
    }

    async fn begin(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        // Waiting for another writer happens here and not in the middle of the operation.
        let turn = Arc::clone(&self.writers).acquire_owned().await;
        handle.turn = turn.ok();
        let begun = plain(handle, "BEGIN IMMEDIATE").await;
        if begun.is_err() {
            handle.turn = None;
        }
        begun
    }

    async fn commit(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        let ended = plain(handle, "COMMIT").await;
        handle.turn = None;
        ended
    }

    async fn rollback(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        let ended = plain(handle, "ROLLBACK").await;
        handle.turn = None;
        ended
    }

    /// Some errors (a full disk, RAISE(ROLLBACK) in a trigger) end the transaction. SQLite has no SQL
    /// to ask, but a second BEGIN is refused exactly when the first one still holds.
    async fn ended_transaction(&self, handle: &mut Handle, _error: &DatabaseError) -> bool {
        if plain(handle, "BEGIN").await.is_err() {
            return false;
        }
        let _ = plain(handle, "ROLLBACK").await;
        true
    }

    async fn execute(
        &self,
        handle: &mut Handle,
        statement: &Statement,
        access: Access,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        match statement.kind {
            Kind::Sql => {
                let text = self.texts.read(&statement.text)?;
                check_count(None, text.placeholders, statement.parameters.len())?;
                run(handle, &text, &statement.parameters, rows).await
            }
            Kind::Procedure => procedure::call(self, handle, statement, access, rows).await,
        }
    }

    async fn catalogue(
        &self,
        handle: &mut Handle,
        question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        catalogue::answer(self, handle, question).await
    }

    /// A second BEGIN is refused exactly when the first one still holds.
    async fn in_transaction(&self, handle: &mut Handle) -> Result<Option<bool>, DatabaseError> {
        if plain(handle, "BEGIN").await.is_err() {
            return Ok(Some(true));
        }
        plain(handle, "ROLLBACK").await?;
        Ok(Some(false))
    }
}

/// Runs a statement that takes nothing and gives nothing.
async fn plain(handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
    let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match handle.sqlx.execute(query).await {
        Ok(_) => Ok(()),
        Err(e) => Err(error::translate(&e)),
    }
}

/// Runs one statement with its values bound.
async fn run(
    handle: &mut Handle,
    text: &Text,
    parameters: &[BoundParameter],
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let mut query = sqlx::query(AssertSqlSafe(Arc::clone(&text.sql)));
    for parameter in parameters {
        query = value::bind(query, &parameter.value);
    }
    let (mut gives_rows, mut changed) = (false, 0);
    {
        let mut answers = handle.sqlx.fetch_many(query);
        while let Some(answer) = answers.try_next().await.map_err(|e| error::translate(&e))? {
            match answer {
                Either::Left(done) => changed += done.rows_affected(),
                Either::Right(row) => {
                    if !gives_rows {
                        gives_rows = true;
                        rows.columns(value::columns(sqlx::Row::columns(&row)));
                    }
                    rows.row(value::row(&row)?)?;
                }
            }
        }
    }
    // Only rows bring their columns along; the prepared statement knows those of an empty set.
    if !gives_rows && (text.returning || !text.counts_rows()) {
        let sql = sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(Arc::clone(&text.sql)));
        let prepared = handle.sqlx.prepare(sql).await;
        let columns = value::columns(prepared.map_err(|e| error::translate(&e))?.columns());
        if !columns.is_empty() {
            gives_rows = true;
            rows.columns(columns);
        }
    }
    // SQLite reports the count of the statement before for a statement that changes no rows.
    let counted = text.counts_rows() || (text.verb == "WITH" && !gives_rows);
    Ok(StatementOutcome {
        affected: counted.then_some(changed),
        ..StatementOutcome::default()
    })
}
