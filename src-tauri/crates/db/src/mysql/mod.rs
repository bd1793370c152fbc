//! MySQL and MariaDB, by mysql_async: a bare connection in the pool of this crate, because the
//! driver's own pool knows neither a time limit nor HikariCP's settings.

mod error;
mod pool;
mod procedure;
mod value;

use std::sync::Arc;

use mysql_async::prelude::{Protocol, Queryable as _};
use mysql_async::{Conn, Opts, Params, QueryResult};
use sluice_core::catalogue::{Catalogue, Question};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::ports::{Access, Collected, RowSink, StatementOutcome};
use sluice_core::{DatabaseError, Secret};

pub(crate) use self::error::by_number as refusal;
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
        let mut rows = Collected::default();
        run(handle.conn()?, &text, &[], &mut rows).await?;
        Ok(value::product(&rows.first_text().unwrap_or_default()))
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
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        match statement.kind {
            Kind::Sql => {
                let text = self.texts.read(&statement.text)?;
                check_count(None, text.placeholders, statement.parameters.len())?;
                run(handle.conn()?, &text, &statement.parameters, rows).await
            }
            Kind::Procedure => procedure::call(self, handle.conn()?, statement, rows).await,
        }
    }

    async fn catalogue(
        &self,
        _handle: &mut Handle,
        _question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        Ok(Catalogue::default())
    }

    /// Asks for nothing: the server says with every answer whether a transaction is open.
    async fn in_transaction(&self, handle: &mut Handle) -> Result<Option<bool>, DatabaseError> {
        Ok(handle.get().map(pool::in_transaction))
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
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let bound = match parameters {
        [] => Params::Empty,
        some => Params::Positional(some.iter().map(|p| value::bind(&p.value)).collect()),
    };
    let answered = match prepared(conn, &text.sql, bound, rows).await {
        // The server cannot prepare every statement (1295); those take no values either.
        Err(Stopped::Driver(mysql_async::Error::Server(refused)))
            if refused.code == 1295 && parameters.is_empty() =>
        {
            unprepared(conn, &text.sql, rows).await
        }
        answered => answered,
    };
    let (sets, affected) = answered.map_err(|stopped| match stopped {
        Stopped::Driver(error) => error::translate(&error),
        Stopped::Sink(error) => error,
    })?;
    // A set of rows ends without a count.
    let counted = text.counts_rows() || text.verb.ends_with("CALL") || sets == 0;
    Ok(StatementOutcome {
        affected: counted.then_some(affected),
        ..StatementOutcome::default()
    })
}

/// Why reading an answer ended early.
enum Stopped {
    Driver(mysql_async::Error),
    Sink(DatabaseError),
}

impl From<mysql_async::Error> for Stopped {
    fn from(error: mysql_async::Error) -> Self {
        Self::Driver(error)
    }
}

async fn prepared(
    conn: &mut Conn,
    sql: &Arc<str>,
    bound: Params,
    rows: &mut dyn RowSink,
) -> Result<(usize, u64), Stopped> {
    drain(conn.exec_iter(Arc::clone(sql), bound).await?, rows).await
}

async fn unprepared(
    conn: &mut Conn,
    sql: &str,
    rows: &mut dyn RowSink,
) -> Result<(usize, u64), Stopped> {
    drain(conn.query_iter(sql).await?, rows).await
}

/// Reads everything the server has to say: how many result sets, how many rows changed.
async fn drain<P: Protocol>(
    mut result: QueryResult<'_, 'static, P>,
    rows: &mut dyn RowSink,
) -> Result<(usize, u64), Stopped> {
    let mut sets = 0;
    // Columns are there as long as a set is; its last row brings the next set up.
    while let Some(columns) = result.columns() {
        if !columns.is_empty() {
            sets += 1;
            rows.columns(value::columns(&columns));
        }
        while let Some(row) = result.next().await? {
            rows.row(value::row(row, &columns)).map_err(Stopped::Sink)?;
        }
    }
    // Only now do the figures belong to this statement.
    Ok((sets, result.affected_rows()))
}
