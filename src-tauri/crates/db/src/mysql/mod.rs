//! MySQL and MariaDB, by mysql_async: a bare connection in the pool of this crate, because the
//! driver's own pool knows neither a time limit nor HikariCP's settings.

mod catalogue;
mod check;
mod error;
mod grants;
mod pool;
mod procedure;
mod types;
mod value;

use std::sync::Arc;

use mysql_async::prelude::{Protocol, Queryable as _};
use mysql_async::{Conn, Opts, Params, QueryResult, Value as Raw};
use sluice_core::catalogue::{Catalogue, Question};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::Statement;
use sluice_core::ports::{Access, Collected, DatabaseMessage, RowSink, Severity, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret, Value};

pub(crate) use self::error::by_number as refusal;
use self::pool::Handle;
use crate::driver::{Driver, check_count};
use crate::places::Places;
use crate::text::{Cache, Text, Texts};

/// A MySQL or MariaDB server.
pub(crate) struct Mysql {
    reach: pool::Reach,
    texts: Texts,
    /// By text and number of parameters.
    calls: Cache<(String, usize), procedure::Call>,
    /// By text.
    places: Cache<String, Places>,
}

impl Mysql {
    pub(crate) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        Ok(Self {
            reach: pool::reach(connection, password)?,
            texts: Texts::new(Dialect::Mysql),
            calls: Cache::new(),
            places: Cache::new(),
        })
    }
}

impl Driver for Mysql {
    type Connection = Handle;
    type Cancel = (Opts, Option<u32>);

    const DIALECT: Dialect = Dialect::Mysql;
    const ERROR_ABORTS: bool = false;

    async fn connect(&self) -> Result<Handle, DatabaseError> {
        self.reach.connect().await
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
        (handle.options().clone(), handle.get().map(Conn::id))
    }

    async fn cancel((options, id): (Opts, Option<u32>)) {
        if let Some(id) = id {
            pool::kill(options, id).await;
        }
    }

    async fn product(&self, handle: &mut Handle) -> Result<String, DatabaseError> {
        let text = self.texts.read("SELECT VERSION()")?;
        let mut rows = Collected::default();
        run(handle.conn()?, &text, Vec::new(), &mut rows).await?;
        Ok(value::product(&rows.first_text().unwrap_or_default()))
    }

    /// As the server sees it: the driver does not tell.
    async fn tls(&self, handle: &mut Handle) -> Result<Option<String>, DatabaseError> {
        let text = self.texts.read("SHOW SESSION STATUS LIKE 'Ssl_version'")?;
        let mut rows = Collected::default();
        run(handle.conn()?, &text, Vec::new(), &mut rows).await?;
        let row = rows.into_rows().into_iter().next().unwrap_or_default();
        let version = row.get(1).and_then(Value::to_text);
        Ok(self.reach.told(&version.unwrap_or_default()))
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

    /// An error says nothing of the transaction, so that there may be one after it.
    fn left_open(&self, handle: &Handle) -> bool {
        let open = |conn: &Conn| conn.last_ok_packet().is_none() || pool::in_transaction(conn);
        handle.get().is_some_and(open)
    }

    /// A deadlock's victim loses its whole transaction, as does whoever finds the table of locks
    /// full; most other errors leave it open. The server knows.
    async fn ended_transaction(&self, handle: &mut Handle, error: &DatabaseError) -> bool {
        let sent = error.sqlstate.is_some();
        error.code.as_deref() == Some("1213")
            || sent && !matches!(self.in_transaction(handle).await, Ok(Some(true)))
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
                let conn = handle.conn()?;
                let bound = check::bound(self, conn, statement).await?;
                let answered = run(conn, &text, bound, rows).await;
                if let Err(error) = &answered
                    && error.kind == DatabaseErrorKind::MissingObject
                {
                    self.places.remove(&statement.text);
                }
                answered
            }
            Kind::Procedure => procedure::call(self, handle.conn()?, statement, rows).await,
        }
    }

    async fn catalogue(
        &self,
        handle: &mut Handle,
        question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        catalogue::answer(handle.conn()?, question).await
    }

    /// The server says with every answer whether a transaction is open; only after an error, which
    /// does not say it, it is asked.
    async fn in_transaction(&self, handle: &mut Handle) -> Result<Option<bool>, DatabaseError> {
        if handle.get().is_some_and(|c| c.last_ok_packet().is_none()) {
            self.ping(handle).await?;
        }
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
    bound: Vec<Raw>,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let none = bound.is_empty();
    let bound = if none {
        Params::Empty
    } else {
        Params::Positional(bound)
    };
    let answered = match prepared(conn, &text.sql, bound, rows).await {
        // The server cannot prepare every statement (1295); those take no values either.
        Err(Stopped::Driver(mysql_async::Error::Server(refused)))
            if refused.code == 1295 && none =>
        {
            unprepared(conn, &text.sql, rows).await
        }
        answered => answered,
    };
    let figures = answered.map_err(|stopped| match stopped {
        Stopped::Driver(error) => error::translate(&error),
        Stopped::Sink(error) => error,
    })?;
    // A set of rows ends without a count.
    let counted = text.counts_rows() || text.verb.ends_with("CALL") || figures.sets == 0;
    let messages = if figures.warnings > 0 && text.verb != "SHOW" {
        warnings(conn).await
    } else {
        Vec::new()
    };
    Ok(StatementOutcome {
        affected: counted.then_some(figures.affected),
        messages,
        ..StatementOutcome::default()
    })
}

/// What the server noted about the last statement. That it cannot be read is no reason to fail: the
/// statement has run.
async fn warnings(conn: &mut Conn) -> Vec<DatabaseMessage> {
    let noted: Result<Vec<(String, u16, String)>, _> = conn.query("SHOW WARNINGS").await;
    let noted = noted.unwrap_or_else(|error| {
        tracing::debug!(%error, "the warnings of a statement cannot be read");
        Vec::new()
    });
    noted
        .into_iter()
        .map(|(level, code, text)| DatabaseMessage {
            severity: match level.as_str() {
                "Note" => Severity::Note,
                "Error" => Severity::Error,
                _ => Severity::Warning,
            },
            code: Some(code.to_string()),
            text,
        })
        .collect()
}

/// What stands at the end of an answer.
struct Figures {
    /// Result sets with columns.
    sets: usize,
    affected: u64,
    warnings: u16,
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
) -> Result<Figures, Stopped> {
    drain(conn.exec_iter(Arc::clone(sql), bound).await?, rows).await
}

async fn unprepared(
    conn: &mut Conn,
    sql: &str,
    rows: &mut dyn RowSink,
) -> Result<Figures, Stopped> {
    drain(conn.query_iter(sql).await?, rows).await
}

/// Reads everything the server has to say: how many result sets, how many rows changed.
async fn drain<P: Protocol>(
    mut result: QueryResult<'_, 'static, P>,
    rows: &mut dyn RowSink,
) -> Result<Figures, Stopped> {
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
    Ok(Figures {
        sets,
        affected: result.affected_rows(),
        warnings: result.warnings(),
    })
}
