//! Oracle Database, by Oracle's own thin driver: the protocol itself, without a client library.
//!
//! Texts from a request are bound as text and read by the session's formats or, where a routine's
//! parameter says its type, written so that they are. The empty text is NULL in Oracle.
//!
//! Beside the files that every dialect has: `thread` keeps the blocking driver away from the runtime,
//! `run` sends statements, `block` writes the text of calls, `moment` writes points in time.

mod block;
mod catalogue;
mod error;
mod moment;
mod pool;
mod procedure;
mod run;
mod thread;
mod value;

use std::sync::Arc;

use sluice_core::catalogue::{Catalogue, Question};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::Statement;
use sluice_core::ports::{Access, RowSink, StatementOutcome};
use sluice_core::sql::ProcedureCall;
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret};
use tokio::sync::Semaphore;

use self::catalogue::Cells;
use self::thread::{Handle, Line};
use crate::driver::{Driver, check_count};
use crate::text::{Cache, Texts};

/// Begins a transaction that the database has a name for, even before anything is written.
const BEGIN: &str = "BEGIN ROLLBACK; :1 := DBMS_TRANSACTION.LOCAL_TRANSACTION_ID(TRUE); END;";

const TRANSACTION: &str = "SELECT DBMS_TRANSACTION.LOCAL_TRANSACTION_ID FROM DUAL";

/// An Oracle server.
pub(crate) struct Oracle {
    target: Arc<pool::Target>,
    shared: Arc<Shared>,
    /// Logins under way. One that is never answered keeps its place until the server closes it.
    logins: Arc<Semaphore>,
}

/// What all connections know together.
pub(super) struct Shared {
    texts: Texts,
    calls: Cache<(String, usize), ProcedureCall>,
    routines: Cache<Vec<String>, Vec<procedure::Known>>,
}

impl Oracle {
    pub(crate) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        let target = pool::Target::new(connection, password)?;
        Ok(Self {
            logins: Arc::new(Semaphore::new(target.places)),
            target: Arc::new(target),
            shared: Arc::new(Shared {
                texts: Texts::new(Dialect::Oracle),
                calls: Cache::new(),
                routines: Cache::new(),
            }),
        })
    }
}

/// The transaction that is open, as the database names it.
fn transaction(line: &Line) -> Result<Option<String>, DatabaseError> {
    let rows = catalogue::select(line, TRANSACTION, &[])?;
    Ok(rows.first().and_then(|row| Cells(row).text(0)))
}

impl Driver for Oracle {
    type Connection = Handle;
    /// The driver can be told to stop only by who waits for its answer, which is the connection's own
    /// thread: it does so when the call timeout is over.
    type Cancel = ();

    const DIALECT: Dialect = Dialect::Oracle;
    const ERROR_ABORTS: bool = false;

    async fn connect(&self) -> Result<Handle, DatabaseError> {
        let permit = Arc::clone(&self.logins).acquire_owned().await;
        let permit = permit
            .map_err(|_| DatabaseError::new(DatabaseErrorKind::Other, "The database is closed."))?;
        let (login, session) = (Arc::clone(&self.target), Arc::clone(&self.target));
        Handle::open(
            move || login.connect(),
            move |line| session.prepare(line),
            permit,
        )
        .await
    }

    async fn initialise(&self, handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
        let sql = sql.trim();
        let is_block = ["BEGIN", "DECLARE"].iter().any(|word| {
            sql.get(..word.len())
                .is_some_and(|first| first.eq_ignore_ascii_case(word))
        });
        // A block ends with its semicolon, a statement without.
        let sql = if is_block {
            sql.to_owned()
        } else {
            sql.trim_end_matches(';').to_owned()
        };
        handle.run(move |line| run::plain(line, &sql)).await
    }

    async fn ping(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        let ping = |line: &mut Line| line.connection.ping().map_err(|error| line.told(&error));
        handle.run(ping).await
    }

    fn is_closed(&self, handle: &Handle) -> bool {
        handle.is_broken()
    }

    fn canceller(&self, _handle: &Handle) {}

    async fn cancel((): ()) {}

    async fn product(&self, handle: &mut Handle) -> Result<String, DatabaseError> {
        let asked = |line: &mut Line| {
            let version = line
                .connection
                .ping()
                .and_then(|()| line.connection.version());
            version.map_err(|error| line.told(&error))
        };
        let version = handle.run(asked).await?;
        Ok(format!("Oracle Database {}.{}", version.0, version.1))
    }

    async fn tls(&self, _handle: &mut Handle) -> Result<Option<String>, DatabaseError> {
        // Which version was agreed upon, the driver does not tell.
        let told = "TLS, certificate verified".to_owned();
        Ok(Some(told).filter(|_| self.target.encrypted))
    }

    async fn begin(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        handle
            .run(|line| {
                line.transaction = None;
                if !line.transactions {
                    let done = line.connection.rollback();
                    return done.map_err(|error| line.told(&error));
                }
                let begun = line
                    .connection
                    .execute(BEGIN, &[&oracledb::DB_TYPE_VARCHAR])
                    .and_then(|mut result| result.out_bind_data().take::<Option<String>>(0usize));
                line.transaction = begun.map_err(|error| line.told(&error))?;
                Ok(())
            })
            .await
    }

    async fn commit(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        let commit = |line: &mut Line| {
            line.transaction = None;
            line.connection.commit().map_err(|error| line.told(&error))
        };
        handle.run(commit).await
    }

    async fn rollback(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        let rollback = |line: &mut Line| {
            line.transaction = None;
            line.connection
                .rollback()
                .map_err(|error| line.told(&error))
        };
        handle.run(rollback).await
    }

    /// An error undoes its own statement only; where the whole transaction is gone (ORA-02091), the
    /// database has none or another one.
    async fn ended_transaction(&self, handle: &mut Handle, error: &DatabaseError) -> bool {
        if error.code.is_none() && error.kind != DatabaseErrorKind::Timeout {
            return false;
        }
        let asked = |line: &mut Line| match line.transaction.clone() {
            Some(begun) => Ok(transaction(line)? != Some(begun)),
            None => Ok(false),
        };
        handle.run(asked).await.unwrap_or(true)
    }

    async fn execute(
        &self,
        handle: &mut Handle,
        statement: &Statement,
        access: Access,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let shared = Arc::clone(&self.shared);
        let statement = statement.clone();
        handle
            .stream(rows, move |line, rows| match statement.kind {
                Kind::Sql => {
                    let text = shared.texts.read(&statement.text)?;
                    check_count(None, text.placeholders, statement.parameters.len())?;
                    run::statement(line, &text, &statement.parameters, access, rows)
                }
                Kind::Procedure => procedure::call(&shared, line, &statement, access, rows),
            })
            .await
    }

    async fn catalogue(
        &self,
        handle: &mut Handle,
        question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        let question = question.clone();
        handle
            .run(move |line| catalogue::answer(line, &question))
            .await
    }

    async fn in_transaction(&self, handle: &mut Handle) -> Result<Option<bool>, DatabaseError> {
        let asked = |line: &mut Line| {
            let open = transaction(line)?;
            Ok(Some(match &line.transaction {
                Some(begun) => open.as_ref() == Some(begun),
                None => open.is_some(),
            }))
        };
        let asked = move |line: &mut Line| {
            if line.transactions {
                asked(line)
            } else {
                Ok(None)
            }
        };
        handle.run(asked).await
    }
}
