//! PostgreSQL, by tokio-postgres. Parameters are sent as text, so that the server reads a value as
//! the type it wants, with its own error messages where it cannot.

mod decode;
mod error;
mod pool;
mod procedure;
mod value;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::TryStreamExt as _;
use sluice_core::catalogue::{Catalogue, Question};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::ports::{Access, Collected, RowSink, StatementOutcome};
use sluice_core::{DatabaseError, Secret};
use tokio_postgres::{CancelToken, Client, Config, NoTls, Statement as Prepared};

pub(crate) use self::error::by_state as kind_and_object;
use crate::driver::{Driver, check_count};
use crate::text::{Cache, Text, Texts};

/// Statements kept prepared on each connection.
const PREPARED: usize = 256;

/// A PostgreSQL server.
pub(crate) struct Postgres {
    config: Config,
    texts: Texts,
    calls: Cache<(String, usize), procedure::Call>,
    routines: Cache<procedure::Name, Vec<procedure::Routine>>,
    /// Counts how often prepared statements turned out to be out of date; a connection whose own
    /// count is behind forgets what it has prepared.
    generation: AtomicU64,
}

/// A connection with the statements prepared on it, by their text.
pub(crate) struct Handle {
    client: Client,
    prepared: HashMap<Arc<str>, Prepared>,
    generation: u64,
}

impl Postgres {
    pub(crate) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        Ok(Self {
            config: pool::config(connection, password)?,
            texts: Texts::new(Dialect::Postgresql),
            calls: Cache::new(),
            routines: Cache::new(),
            generation: AtomicU64::new(0),
        })
    }

    /// Runs one statement, prepared, with its values bound.
    async fn run(
        &self,
        handle: &mut Handle,
        text: &Text,
        parameters: &[BoundParameter],
        access: Access,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let first = self.run_once(handle, text, parameters, rows).await;
        match first {
            Err(error) if error::is_outdated(&error) => {
                // A table changed under a prepared statement. Without a transaction around it the
                // statement had no effect and can be run again; within one everything is over.
                self.generation.fetch_add(1, Ordering::Relaxed);
                match access {
                    Access::Read => self.run_once(handle, text, parameters, rows).await,
                    Access::Write => Err(error),
                }
            }
            outcome => outcome,
        }
    }

    async fn run_once(
        &self,
        handle: &mut Handle,
        text: &Text,
        parameters: &[BoundParameter],
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let statement = self.prepare(handle, &text.sql).await?;
        // A `$1` that was written as such counts too.
        check_count(None, statement.params().len(), parameters.len())?;
        let bound = parameters.iter().map(|p| value::Bound(&p.value));
        let answer = handle.client.query_raw(&statement, bound).await;
        let mut answer = pin!(answer.map_err(|e| error::translate(&e))?);
        let columns = value::columns(statement.columns());
        let gives_rows = !columns.is_empty();
        if gives_rows {
            rows.columns(columns);
        }
        while let Some(row) = answer.try_next().await.map_err(|e| error::translate(&e))? {
            rows.row(value::row(&row)?)?;
        }
        // A SELECT's tag counts what it gave, and CALL's counts nothing.
        let counted = text.counts_rows() || (!gives_rows && text.verb != "CALL");
        let affected = answer.rows_affected().filter(|_| counted);
        Ok(StatementOutcome {
            affected,
            ..StatementOutcome::default()
        })
    }

    async fn prepare(
        &self,
        handle: &mut Handle,
        sql: &Arc<str>,
    ) -> Result<Prepared, DatabaseError> {
        let generation = self.generation.load(Ordering::Relaxed);
        if handle.generation != generation || handle.prepared.len() >= PREPARED {
            handle.prepared.clear();
            handle.generation = generation;
        }
        if let Some(known) = handle.prepared.get(sql) {
            return Ok(known.clone());
        }
        let prepared = handle.client.prepare(sql).await;
        let prepared = prepared.map_err(|e| error::translate(&e))?;
        handle.prepared.insert(Arc::clone(sql), prepared.clone());
        Ok(prepared)
    }
}

impl Driver for Postgres {
    type Connection = Handle;
    type Cancel = CancelToken;

    const DIALECT: Dialect = Dialect::Postgresql;
    const ERROR_ABORTS: bool = true;

    async fn connect(&self) -> Result<Handle, DatabaseError> {
        let client = pool::connect(&self.config).await?;
        Ok(Handle {
            client,
            prepared: HashMap::new(),
            generation: self.generation.load(Ordering::Relaxed),
        })
    }

    async fn initialise(&self, handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
        plain(handle, sql).await
    }

    async fn ping(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        let answer = handle.client.check_connection().await;
        answer.map_err(|e| error::translate(&e))
    }

    fn is_closed(&self, handle: &Handle) -> bool {
        handle.client.is_closed()
    }

    fn canceller(&self, handle: &Handle) -> CancelToken {
        handle.client.cancel_token()
    }

    async fn cancel(token: CancelToken) {
        if let Err(error) = token.cancel_query(NoTls).await {
            tracing::debug!(%error, "a statement that ran too long could not be stopped at the server");
        }
    }

    async fn product(&self, handle: &mut Handle) -> Result<String, DatabaseError> {
        let text = self
            .texts
            .read("SELECT current_setting('server_version')")?;
        let mut rows = Collected::default();
        self.run(handle, &text, &[], Access::Read, &mut rows)
            .await?;
        let version = rows.first_text();
        // "15.18 (Debian 15.18-0+deb12u1)"
        let version = version.unwrap_or_default();
        let number = version.split_whitespace().next().unwrap_or_default();
        Ok(format!("PostgreSQL {number}"))
    }

    async fn begin(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle, "BEGIN").await
    }

    async fn commit(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle, "COMMIT").await
    }

    async fn rollback(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle, "ROLLBACK").await
    }

    async fn ended_transaction(&self, _handle: &mut Handle, _error: &DatabaseError) -> bool {
        false
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
                self.run(handle, &text, &statement.parameters, access, rows)
                    .await
            }
            Kind::Procedure => procedure::call(self, handle, statement, access, rows).await,
        }
    }

    async fn catalogue(
        &self,
        _handle: &mut Handle,
        _question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        Ok(Catalogue::default())
    }

    async fn in_transaction(&self, _handle: &mut Handle) -> Result<Option<bool>, DatabaseError> {
        Ok(None)
    }
}

/// Runs a statement that takes nothing and gives nothing, without preparing it.
async fn plain(handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
    let done = handle.client.batch_execute(sql).await;
    done.map_err(|e| error::translate(&e))
}
