//! MySQL and MariaDB, by mysql_async: a bare connection in the pool of this crate, because the
//! driver's own pool knows neither a time limit nor HikariCP's settings.

mod error;
mod pool;
mod procedure;
mod value;

use std::sync::Arc;

use mysql_async::prelude::{Protocol, Queryable as _};
use mysql_async::{Conn, Opts, Params, QueryResult};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::ports::{Access, ResultSet, StatementOutcome};
use sluice_core::{DatabaseError, Secret, Value};

use self::pool::Handle;
use crate::driver::{Driver, check_count};
use crate::text::{Cache, Text, Texts};

/// A MySQL or MariaDB server.
pub(crate) struct Mysql {
    options: Opts,
    texts: Texts,
    calls: Cache<(String, usize), procedure::Call>,
}

impl Mysql {
    pub(crate) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        Ok(Self {
            options: pool::options(connection, password)?,
            texts: Texts::new(Dialect::Mysql),
            calls: Cache::new(),
        })
    }
}

impl Driver for Mysql {
    type Connection = Handle;
    type Cancel = (Opts, Option<u32>);

    const DIALECT: Dialect = Dialect::Mysql;
    const ERROR_ABORTS: bool = false;

    async fn connect(&self) -> Result<Handle, DatabaseError> {
        let connected = Conn::new(self.options.clone()).await;
        connected
            .map(Handle::new)
            .map_err(|e| error::at_connect(&e))
    }

    async fn initialise(&self, handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
        plain(handle.conn()?, sql).await
    }

    async fn ping(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        let answer = handle.conn()?.ping().await;
        answer.map_err(|e| error::translate(&e))
    }

    fn is_closed(&self, handle: &Handle) -> bool {
        handle.get().is_none_or(Conn::is_disconnected)
    }

    fn canceller(&self, handle: &Handle) -> (Opts, Option<u32>) {
        (self.options.clone(), handle.get().map(Conn::id))
    }

    async fn cancel((options, id): (Opts, Option<u32>)) {
        if let Some(id) = id {
            pool::kill(options, id).await;
        }
    }

    async fn product(&self, handle: &mut Handle) -> Result<String, DatabaseError> {
        let text = self.texts.read("SELECT VERSION()")?;
        let rows = run(handle.conn()?, &text, &[]).await?.into_rows().rows;
        let version = rows.first().and_then(|row| row.first()?.to_text());
        Ok(value::product(&version.unwrap_or_default()))
    }

    async fn begin(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle.conn()?, "START TRANSACTION").await
    }

    async fn commit(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle.conn()?, "COMMIT").await
    }

    async fn rollback(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        plain(handle.conn()?, "ROLLBACK").await
    }

    fn left_open(&self, handle: &Handle) -> bool {
        handle.get().is_some_and(pool::in_transaction)
    }

    /// A deadlock's victim loses its whole transaction; every other error leaves it open.
    async fn ended_transaction(&self, _handle: &mut Handle, error: &DatabaseError) -> bool {
        error.code.as_deref() == Some("1213")
    }

    async fn execute(
        &self,
        handle: &mut Handle,
        statement: &Statement,
        _access: Access,
    ) -> Result<StatementOutcome, DatabaseError> {
        match statement.kind {
            Kind::Sql => {
                let text = self.texts.read(&statement.text)?;
                check_count(None, text.placeholders, statement.parameters.len())?;
                run(handle.conn()?, &text, &statement.parameters).await
            }
            Kind::Procedure => procedure::call(self, handle.conn()?, statement).await,
        }
    }
}

/// Runs a statement that takes nothing and gives nothing, without preparing it.
async fn plain(conn: &mut Conn, sql: &str) -> Result<(), DatabaseError> {
    conn.query_drop(sql).await.map_err(|e| error::translate(&e))
}

/// Runs one statement, prepared, with its values bound.
async fn run(
    conn: &mut Conn,
    text: &Text,
    parameters: &[BoundParameter],
) -> Result<StatementOutcome, DatabaseError> {
    let bound = match parameters {
        [] => Params::Empty,
        some => Params::Positional(some.iter().map(|p| value::bind(&p.value)).collect()),
    };
    let mut outcome = match prepared(conn, &text.sql, bound).await {
        // The server cannot prepare every statement (1295); those take no values either.
        Err(mysql_async::Error::Server(refused))
            if refused.code == 1295 && parameters.is_empty() =>
        {
            unprepared(conn, &text.sql).await
        }
        outcome => outcome,
    }
    .map_err(|e| error::translate(&e))?;
    // A set of rows ends without a count.
    let counted = text.counts_rows() || text.verb.ends_with("CALL") || outcome.sets.is_empty();
    outcome.affected = outcome.affected.filter(|_| counted);
    Ok(outcome)
}

async fn prepared(
    conn: &mut Conn,
    sql: &Arc<str>,
    bound: Params,
) -> mysql_async::Result<StatementOutcome> {
    drain(conn.exec_iter(Arc::clone(sql), bound).await?).await
}

async fn unprepared(conn: &mut Conn, sql: &str) -> mysql_async::Result<StatementOutcome> {
    drain(conn.query_iter(sql).await?).await
}

/// Reads everything the server has to say.
async fn drain<P: Protocol>(
    mut result: QueryResult<'_, 'static, P>,
) -> mysql_async::Result<StatementOutcome> {
    let mut sets = Vec::new();
    // Columns are there as long as a set is; its last row brings the next set up.
    while let Some(columns) = result.columns() {
        let mut rows: Vec<Vec<Value>> = Vec::new();
        while let Some(row) = result.next().await? {
            rows.push(value::row(row, &columns));
        }
        if !columns.is_empty() {
            let columns = value::columns(&columns);
            sets.push(ResultSet { columns, rows });
        }
    }
    // Only now do the figures belong to this statement.
    let (affected, warnings) = (result.affected_rows(), result.warnings());
    if warnings > 0 {
        tracing::debug!(warnings, "the statement gave warnings");
    }
    Ok(StatementOutcome {
        sets,
        affected: Some(affected),
    })
}
