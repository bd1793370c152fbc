//! PostgreSQL, by tokio-postgres. Parameters are sent as text, so that the server reads a value as
//! the type it wants, with its own error messages where it cannot.

mod catalogue;
mod check;
mod decode;
mod error;
mod layout;
mod literal;
mod notices;
mod pool;
mod procedure;
mod shapes;
mod types;
mod value;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::TryStreamExt as _;
use sluice_core::catalogue::{Catalogue, DataType, ObjectName, Question, Routine};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::Statement;
use sluice_core::ports::{Access, Collected, RowSink, StatementOutcome};
use sluice_core::{DatabaseError, Secret};
use tokio_postgres::{CancelToken, Client, Statement as Prepared};

pub(crate) use self::error::by_state as kind_and_object;

use self::check::Sent;
use crate::driver::{Driver, check_count};
use crate::text::{Cache, Text, Texts};

/// Statements kept prepared on each connection.
const PREPARED: usize = 256;

/// A PostgreSQL server.
pub(crate) struct Postgres {
    reach: pool::Reach,
    texts: Texts,
    plans: Cache<String, layout::Plan>,
    routines: Cache<ObjectName, Vec<Routine>>,
    /// The columns that the placeholders of a text meet.
    meets: Cache<String, Vec<Option<check::Meets>>>,
    /// Counts how often prepared statements turned out to be out of date; a connection whose own
    /// count is behind forgets what it has prepared.
    generation: AtomicU64,
}

/// A connection with the statements prepared on it, by their text.
pub(crate) struct Handle {
    client: Client,
    /// What its encryption is like, where it has one.
    tls: Option<String>,
    connector: pool::Connector,
    prepared: HashMap<Arc<str>, Known>,
    generation: u64,
    notices: notices::Notices,
    /// A statement of a session without a transaction began one.
    left_open: bool,
}

/// A prepared statement with the types that the server has inferred for its parameters.
#[derive(Clone)]
struct Known {
    statement: Prepared,
    types: Arc<[DataType]>,
}

impl Postgres {
    pub(crate) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        Ok(Self {
            reach: pool::reach(connection, password)?,
            texts: Texts::new(Dialect::Postgresql),
            plans: Cache::new(),
            routines: Cache::new(),
            meets: Cache::new(),
            generation: AtomicU64::new(0),
        })
    }

    /// Runs one statement, prepared, with its values bound.
    async fn run(
        &self,
        handle: &mut Handle,
        text: &Text,
        sent: &[Sent<'_>],
        access: Access,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let first = self.run_once(handle, text, sent, rows).await;
        match first {
            Err(error) if error::is_outdated(&error) => {
                // A table changed under a prepared statement. Without a transaction around it the
                // statement had no effect and can be run again; within one everything is over.
                self.generation.fetch_add(1, Ordering::Relaxed);
                match access {
                    Access::Read => self.run_once(handle, text, sent, rows).await,
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
        sent: &[Sent<'_>],
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let statement = self.fitting(handle, &text.sql, sent).await?;
        let bound = sent.iter().map(|sent| value::Bound(sent.value));
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

    /// The prepared statement, when the values fit it. Before one is refused because of types that
    /// were kept, they are asked for anew.
    async fn fitting(
        &self,
        handle: &mut Handle,
        sql: &Arc<str>,
        sent: &[Sent<'_>],
    ) -> Result<Prepared, DatabaseError> {
        let mut known = self.prepare(handle, sql).await?;
        if check::fit(&known.types, sent).is_err() {
            handle.prepared.remove(sql);
            handle.client.clear_type_cache();
            known = self.prepare(handle, sql).await?;
            check::fit(&known.types, sent)?;
        }
        Ok(known.statement)
    }

    async fn prepare(&self, handle: &mut Handle, sql: &Arc<str>) -> Result<Known, DatabaseError> {
        let generation = self.generation.load(Ordering::Relaxed);
        if handle.generation != generation || handle.prepared.len() >= PREPARED {
            handle.prepared.clear();
            handle.generation = generation;
        }
        if let Some(known) = handle.prepared.get(sql) {
            return Ok(known.clone());
        }
        let prepared = handle.client.prepare(sql).await;
        let statement = prepared.map_err(|e| error::translate(&e))?;
        let types = statement.params().iter().map(types::of_parameter).collect();
        let known = Known { statement, types };
        handle.prepared.insert(Arc::clone(sql), known.clone());
        Ok(known)
    }
}

impl Driver for Postgres {
    type Connection = Handle;
    type Cancel = (CancelToken, pool::Connector);

    const DIALECT: Dialect = Dialect::Postgresql;
    const ERROR_ABORTS: bool = true;

    async fn connect(&self) -> Result<Handle, DatabaseError> {
        let opened = pool::connect(&self.reach).await?;
        Ok(Handle {
            client: opened.client,
            tls: opened.tls,
            connector: opened.connector,
            notices: opened.notices,
            left_open: false,
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

    fn canceller(&self, handle: &Handle) -> Self::Cancel {
        (handle.client.cancel_token(), handle.connector.clone())
    }

    async fn cancel((token, connector): Self::Cancel) {
        if let Err(error) = token.cancel_query(connector).await {
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

    async fn tls(&self, handle: &mut Handle) -> Result<Option<String>, DatabaseError> {
        Ok(handle.tls.clone())
    }

    async fn begin(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle, "BEGIN").await
    }

    async fn commit(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle, "COMMIT").await
    }

    async fn rollback(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        handle.left_open = false;
        plain(handle, "ROLLBACK").await
    }

    fn left_open(&self, handle: &Handle) -> bool {
        handle.left_open
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
        // What was said before is not of this statement.
        drop(handle.notices.take());
        let mut outcome = match statement.kind {
            Kind::Sql => {
                let text = self.texts.read(&statement.text)?;
                check_count(None, text.placeholders, statement.parameters.len())?;
                let kept = self.meets.get(&statement.text);
                let was_kept = kept.is_some();
                let meets = match kept {
                    Some(kept) => kept,
                    None => check::read(self, handle, &statement.text).await?,
                };
                let sent = check::sent(statement, &meets);
                let mut done = self.run(handle, &text, &sent, access, rows).await;
                if was_kept && done.as_ref().is_err_and(check::is_refusal) {
                    let meets = check::read(self, handle, &statement.text).await?;
                    let sent = check::sent(statement, &meets);
                    done = self.run(handle, &text, &sent, access, rows).await;
                }
                if done.as_ref().is_err_and(check::is_news) {
                    self.meets.remove(&statement.text);
                }
                if access == Access::Read && matches!(text.verb.as_str(), "BEGIN" | "START") {
                    handle.left_open = true;
                }
                done?
            }
            Kind::Procedure => procedure::call(self, handle, statement, access, rows).await?,
        };
        outcome.messages = handle.notices.take();
        Ok(outcome)
    }

    async fn catalogue(
        &self,
        handle: &mut Handle,
        question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        catalogue::answer(self, handle, question).await
    }

    /// A routine cannot end the transaction it is called in, but a statement's own text can. The
    /// protocol tells it with every answer and the driver keeps it to itself, so the server is asked
    /// by something that only a transaction allows, and that leaves nothing behind.
    async fn in_transaction(&self, handle: &mut Handle) -> Result<Option<bool>, DatabaseError> {
        match plain(handle, "SAVEPOINT sluice_asks").await {
            Ok(()) => plain(handle, "RELEASE SAVEPOINT sluice_asks").await?,
            // None is open, or an error has left nothing of it but its rollback.
            Err(error) if matches!(error.sqlstate.as_deref(), Some("25P01" | "25P02")) => {
                return Ok(Some(false));
            }
            Err(error) => return Err(error),
        }
        Ok(Some(true))
    }
}

/// Runs a statement that takes nothing and gives nothing, without preparing it.
async fn plain(handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
    let done = handle.client.batch_execute(sql).await;
    done.map_err(|e| error::translate(&e))
}
