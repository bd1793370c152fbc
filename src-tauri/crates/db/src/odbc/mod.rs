//! Any database with an ODBC driver, through the program `sluice-odbc`: one process for each
//! connection, so that a driver that crashes takes its own connection and nothing else with it.
//!
//! ODBC fixes how statements run and how rows are read, and leaves open much of what Sluice needs
//! beyond that. Where a driver's database is known by its name ([`product::Product`]), the database's
//! own ways are taken; where it is not, what ODBC itself offers and what the mapping says.

mod catalogue;
mod check;
mod error;
mod outs;
mod pool;
mod procedure;
mod product;
mod questions;
mod value;

use std::sync::{Arc, OnceLock};

use sluice_core::catalogue::{Catalogue, Question, Routine};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Direction as Way, Statement};
use sluice_core::ports::{Access, Collected, RowSink, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret};
use sluice_odbc::{Direction, Parameter, Request, Run};

use self::pool::{Handle, Settings};
use self::product::Product;
use crate::driver::{Driver, check_count};
use crate::places::Places;
use crate::text::{Cache, Text, Texts};

/// A database behind an ODBC driver.
pub(crate) struct Odbc {
    settings: Arc<Settings>,
    texts: Texts,
    routines: Cache<String, Vec<Routine>>,
    /// By text.
    places: Cache<String, Places>,
    /// What the first connection said.
    product: OnceLock<Product>,
}

impl Odbc {
    pub(crate) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        Ok(Self {
            settings: Arc::new(Settings::of(connection, password)?),
            texts: Texts::new(Dialect::Odbc),
            routines: Cache::new(),
            places: Cache::new(),
            product: OnceLock::new(),
        })
    }

    /// Runs one statement with all its values as input.
    async fn run(
        &self,
        handle: &mut Handle,
        text: &Text,
        parameters: &[BoundParameter],
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let bound = parameters.iter().map(|parameter| Parameter {
            value: value::bind(&parameter.value),
            direction: Direction::In,
        });
        let mut counted = Counted { to: rows, sets: 0 };
        let request = Request::Run(Run {
            sql: text.sql.to_string(),
            parameters: bound.collect(),
            timeout: self.settings.query_timeout(handle.product()),
        });
        let done = handle.ask(request, &mut counted).await?;
        // Behind rows, drivers give the number of rows for the count.
        let affected = done
            .affected
            .filter(|_| text.counts_rows() || counted.sets == 0);
        Ok(StatementOutcome {
            affected,
            messages: error::messages(&done.messages),
            ..StatementOutcome::default()
        })
    }

    /// Asks the database something of Sluice's own.
    async fn ask(
        &self,
        handle: &mut Handle,
        sql: &str,
        values: &[Option<&str>],
    ) -> Result<Collected, DatabaseError> {
        let text = self.texts.read(sql)?;
        let parameters: Vec<BoundParameter> = values
            .iter()
            .map(|value| BoundParameter {
                name: "name".to_owned(),
                value: value.map_or(sluice_core::Value::Null, sluice_core::Value::from),
                direction: Way::In,
                secret: false,
            })
            .collect();
        let mut rows = Collected::default();
        self.run(handle, &text, &parameters, &mut rows).await?;
        Ok(rows)
    }
}

/// Counts the result sets that pass.
struct Counted<'a> {
    to: &'a mut dyn RowSink,
    sets: usize,
}

impl RowSink for Counted<'_> {
    fn columns(&mut self, columns: Arc<[sluice_core::ports::ResultColumn]>) {
        self.sets += 1;
        self.to.columns(columns);
    }

    fn row(&mut self, row: Vec<sluice_core::Value>) -> Result<(), DatabaseError> {
        self.to.row(row)
    }
}

impl Driver for Odbc {
    type Connection = Handle;
    type Cancel = Option<pool::Stop>;

    const DIALECT: Dialect = Dialect::Odbc;
    // Which databases end a transaction with an error is known at run time only.
    const ERROR_ABORTS: bool = false;

    fn grammar(&self) -> Dialect {
        self.product.get().map_or(Dialect::Odbc, |p| p.grammar())
    }

    async fn connect(&self) -> Result<Handle, DatabaseError> {
        let mut handle = Handle::open(&self.settings).await?;
        // The same for every connection of a pool.
        let _ = self.product.set(handle.product());
        // What it takes to stop a statement from outside is asked for while there is time.
        if let Some(sql) = handle.product().session_sql() {
            let session = self.ask(&mut handle, sql, &[]).await?;
            handle.session = session.first_text();
        }
        Ok(handle)
    }

    async fn initialise(&self, handle: &mut Handle, sql: &str) -> Result<(), DatabaseError> {
        self.ask(handle, sql, &[]).await.map(drop)
    }

    /// Where the database is known it is asked; else the driver says what it knows.
    async fn ping(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        if let Some(sql) = handle.product().ping_sql() {
            return self.ask(handle, sql, &[]).await.map(drop);
        }
        let done = handle.ask(Request::Ping, &mut Collected::default()).await?;
        if done.alive {
            return Ok(());
        }
        Err(DatabaseError::new(
            DatabaseErrorKind::ConnectionLost,
            "The driver says that the connection is dead.",
        ))
    }

    fn is_closed(&self, handle: &Handle) -> bool {
        handle.is_closed()
    }

    fn canceller(&self, handle: &Handle) -> Option<pool::Stop> {
        let session = handle.session.clone()?;
        Some(pool::Stop {
            settings: Arc::clone(&self.settings),
            session,
        })
    }

    /// The process ends with its connection, which is all that ODBC has to offer here. A database
    /// that does not notice a broken connection while it works is told through another one.
    async fn cancel(stop: Option<pool::Stop>) {
        if let Some(stop) = stop {
            stop.now().await;
        }
    }

    async fn product(&self, handle: &mut Handle) -> Result<String, DatabaseError> {
        let name = handle.connected.dbms.clone();
        let Some(sql) = handle.product().version_sql() else {
            return Ok(name);
        };
        let version = self.ask(handle, sql, &[]).await?.first_text();
        Ok(product::named(&name, &version.unwrap_or_default()))
    }

    async fn begin(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        handle.plain(Request::Begin).await
    }

    async fn commit(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        handle.plain(Request::Commit).await
    }

    async fn rollback(&self, handle: &mut Handle) -> Result<(), DatabaseError> {
        handle.may_be_open = false;
        handle.plain(Request::Rollback).await
    }

    fn left_open(&self, handle: &Handle) -> bool {
        handle.may_be_open
    }

    /// PostgreSQL refuses everything after an error, and the victim of a deadlock has lost its
    /// transaction. What is left is ended here, so that the driver knows it too.
    async fn ended_transaction(&self, handle: &mut Handle, error: &DatabaseError) -> bool {
        let over = error.kind == DatabaseErrorKind::Deadlock
            || (handle.product() == Product::Postgres && error.sqlstate.is_some());
        if over && self.rollback(handle).await.is_err() {
            handle.close();
        }
        over
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
                check::check(self, handle, statement).await?;
                let ran = self.run(handle, &text, &statement.parameters, rows).await;
                if ran.is_err() {
                    // The table may have changed.
                    self.places.remove(&statement.text);
                }
                let mut outcome = ran?;
                if text.verb == "SELECT" {
                    outcome.affected = None;
                }
                Ok(outcome)
            }
            Kind::Procedure => {
                // A routine may begin a transaction that nobody else knows of.
                handle.may_be_open |= access == Access::Read;
                procedure::call(self, handle, statement, access, rows).await
            }
        }
    }

    async fn catalogue(
        &self,
        handle: &mut Handle,
        question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        catalogue::answer(self, handle, question).await
    }

    async fn in_transaction(&self, _handle: &mut Handle) -> Result<Option<bool>, DatabaseError> {
        Ok(None)
    }
}
