//! One connection for the time of one operation, the same for every dialect: deadlines, what is left
//! of a transaction after an error, and what happens when nobody ends it.
//!
//! **Invariant:** dropped without [`Session::commit`], nothing that was written in a session with
//! [`Access::Write`] stays.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sluice_core::catalogue::{Catalogue, Question};
use sluice_core::plan::Statement;
use sluice_core::ports::{Access, ResultColumn, RowSink, ServerInfo, Session, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};
use tokio::time::timeout;

use crate::driver::Driver;
use crate::pool::Lease;

/// How long the rollback of an abandoned session may take before its connection is closed instead.
const ROLLBACK_LIMIT: Duration = Duration::from_secs(5);

/// What a session sends.
pub(crate) enum Step<'a> {
    Begin,
    Run(&'a Statement, Rows<'a>),
    Look(&'a Question, &'a mut Catalogue),
    AskTransaction(&'a mut Option<bool>),
    Commit,
    Rollback,
}

/// The sink of a statement's rows, which counts them so that the deadline can begin anew.
pub(crate) struct Rows<'a> {
    to: &'a mut dyn RowSink,
    taken: Arc<AtomicU64>,
    /// Whether it wants no more: the rest of the answer is still on its way then.
    refused: Arc<AtomicBool>,
}

impl RowSink for Rows<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.taken.fetch_add(1, Ordering::Relaxed);
        self.to.columns(columns);
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        self.taken.fetch_add(1, Ordering::Relaxed);
        let taken = self.to.row(row);
        if taken.is_err() {
            self.refused.store(true, Ordering::Relaxed);
        }
        taken
    }
}

/// A session on a connection of the pool.
pub(crate) struct OpenSession<D: Driver> {
    driver: Arc<D>,
    /// `None` when the connection was given back or closed.
    lease: Option<Lease<D>>,
    access: Access,
    deadline: Duration,
    /// A transaction of this session is open at the server.
    open: bool,
    /// Why nothing can be run or committed any more.
    ended: Option<DatabaseError>,
}

/// Stops the call at the server when it is dropped before its end.
struct InFlight<D: Driver>(Option<D::Cancel>);

impl<D: Driver> InFlight<D> {
    fn over(mut self) {
        self.0 = None;
    }
}

impl<D: Driver> Drop for InFlight<D> {
    fn drop(&mut self) {
        if let (Some(cancel), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(timeout(ROLLBACK_LIMIT, D::cancel(cancel)));
        }
    }
}

impl<D: Driver> OpenSession<D> {
    pub(crate) fn new(driver: Arc<D>, lease: Lease<D>, access: Access, deadline: Duration) -> Self {
        Self {
            driver,
            lease: Some(lease),
            access,
            deadline,
            open: false,
            ended: None,
        }
    }

    /// Runs one step under the deadline.
    pub(crate) async fn step(
        &mut self,
        mut step: Step<'_>,
    ) -> Result<StatementOutcome, DatabaseError> {
        if let Some(ended) = &self.ended {
            return Err(ended.clone());
        }
        let Some(lease) = self.lease.as_mut() else {
            return Err(DatabaseError::new(
                DatabaseErrorKind::ConnectionLost,
                "The session has ended.",
            ));
        };
        let (driver, slot) = (&self.driver, &mut **lease);
        slot.busy = true;
        let in_flight = InFlight::<D>(Some(driver.canceller(&slot.connection)));
        let connection = &mut slot.connection;
        let (progress, refused) = match &step {
            Step::Run(_, rows) => (Arc::clone(&rows.taken), Arc::clone(&rows.refused)),
            _ => Default::default(),
        };
        let running = async {
            match &mut step {
                Step::Begin => driver.begin(connection).await.map(|()| None),
                Step::Commit => driver.commit(connection).await.map(|()| None),
                Step::Rollback => driver.rollback(connection).await.map(|()| None),
                Step::Run(statement, rows) => driver
                    .execute(connection, statement, self.access, rows)
                    .await
                    .map(Some),
                Step::Look(question, found) => {
                    **found = driver.catalogue(connection, question).await?;
                    Ok(None)
                }
                Step::AskTransaction(open) => {
                    **open = driver.in_transaction(connection).await?;
                    Ok(None)
                }
            }
        };
        let result = while_rows_come(self.deadline, &progress, running).await;
        let Some(result) = result else {
            drop(in_flight);
            self.lease = None;
            return Err(self.overdue(&step));
        };
        if refused.load(Ordering::Relaxed) {
            // Stopped at the server, and closed: rows that nobody took are still in between.
            drop(in_flight);
            self.lease = None;
            let error = result.err().unwrap_or_else(|| {
                DatabaseError::new(DatabaseErrorKind::Other, "The rows were not taken.")
            });
            self.ended = Some(error.clone());
            return Err(error);
        }
        in_flight.over();
        let error = match result {
            Ok(outcome) => {
                slot.used();
                self.open = match step {
                    Step::Begin => true,
                    Step::Commit | Step::Rollback => false,
                    _ => self.open,
                };
                return Ok(outcome.unwrap_or_default());
            }
            Err(error) => error,
        };
        if error.kind == DatabaseErrorKind::ConnectionLost {
            self.lease = None;
            self.ended = Some(error.clone());
        } else if matches!(
            step,
            Step::Run(..) | Step::Look(..) | Step::AskTransaction(_)
        ) {
            if self.open && self.is_over(&error).await {
                self.ended = Some(over(&error));
            }
            if let Some(lease) = self.lease.as_mut() {
                lease.used();
            }
        } else {
            // What a refused BEGIN, COMMIT or ROLLBACK left behind is not known: close.
            self.lease = None;
        }
        Err(error)
    }

    /// Whether the transaction is of no use any more after this error.
    async fn is_over(&mut self, error: &DatabaseError) -> bool {
        let Some(lease) = self.lease.as_mut() else {
            return true;
        };
        // An error without the database's own code was found before anything was sent.
        if D::ERROR_ABORTS && error.sqlstate.is_some() {
            return true;
        }
        let slot = &mut **lease;
        let over = self
            .driver
            .ended_transaction(&mut slot.connection, error)
            .await;
        if over {
            self.open = false;
        }
        over
    }

    fn overdue(&mut self, step: &Step<'_>) -> DatabaseError {
        let after = self.deadline.as_millis();
        let error = match step {
            Step::Run(..) | Step::Begin | Step::Look(..) | Step::AskTransaction(_) => {
                DatabaseError::new(
                    DatabaseErrorKind::Timeout,
                    format!("The statement was stopped after {after} ms."),
                )
            }
            Step::Commit | Step::Rollback => DatabaseError::new(
                DatabaseErrorKind::ConnectionLost,
                format!(
                    "The end of the transaction was not confirmed within {after} ms, so whether it \
                     was kept is not known."
                ),
            ),
        };
        self.ended = Some(error.clone());
        error
    }

    /// Product and version of the server, and how the way to it is encrypted.
    pub(crate) async fn server(&mut self) -> Result<ServerInfo, DatabaseError> {
        let Some(lease) = self.lease.as_mut() else {
            return Err(DatabaseError::new(
                DatabaseErrorKind::ConnectionLost,
                "The session has ended.",
            ));
        };
        let slot = &mut **lease;
        slot.busy = true;
        let asking = async {
            Ok(ServerInfo {
                product: self.driver.product(&mut slot.connection).await?,
                tls: self.driver.tls(&mut slot.connection).await?,
            })
        };
        match timeout(self.deadline, asking).await {
            Ok(answer) => {
                slot.used();
                answer
            }
            Err(_) => Err(self.overdue(&Step::Begin)),
        }
    }
}

/// Waits for the end of a step, as long as within each `deadline` at least one row comes.
async fn while_rows_come<T>(
    deadline: Duration,
    taken: &AtomicU64,
    running: impl Future<Output = T>,
) -> Option<T> {
    let mut running = pin!(running);
    let mut before = taken.load(Ordering::Relaxed);
    loop {
        if let Ok(result) = timeout(deadline, &mut running).await {
            return Some(result);
        }
        let now = taken.load(Ordering::Relaxed);
        if now == before {
            return None;
        }
        before = now;
    }
}

/// What a session answers after the error that ended its transaction.
fn over(error: &DatabaseError) -> DatabaseError {
    DatabaseError {
        message: format!(
            "The transaction ended with an earlier error, and nothing of it was kept: {}",
            error.message
        ),
        ..error.clone()
    }
}

#[async_trait]
impl<D: Driver> Session for OpenSession<D> {
    async fn stream(
        &mut self,
        statement: &Statement,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let rows = Rows {
            to: rows,
            taken: Arc::default(),
            refused: Arc::default(),
        };
        self.step(Step::Run(statement, rows)).await
    }

    async fn catalogue(&mut self, question: &Question) -> Result<Catalogue, DatabaseError> {
        let mut found = Catalogue::default();
        self.step(Step::Look(question, &mut found)).await?;
        Ok(found)
    }

    async fn in_transaction(&mut self) -> Result<Option<bool>, DatabaseError> {
        let mut open = None;
        self.step(Step::AskTransaction(&mut open)).await?;
        Ok(open)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), DatabaseError> {
        match self.access {
            Access::Read => Ok(()),
            // A database that ended the transaction would still say yes to COMMIT.
            Access::Write => self.step(Step::Commit).await.map(drop),
        }
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), DatabaseError> {
        if !self.open || self.lease.is_none() {
            return Ok(());
        }
        self.ended = None;
        self.step(Step::Rollback).await.map(drop)
    }
}

impl<D: Driver> Drop for OpenSession<D> {
    fn drop(&mut self) {
        let Some(mut lease) = self.lease.take() else {
            return;
        };
        // A busy connection is closed by the pool, and that rolls back.
        let unfinished = self.open || self.driver.left_open(&lease.connection);
        if lease.busy || !unfinished {
            return;
        }
        lease.busy = true;
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let driver = Arc::clone(&self.driver);
        runtime.spawn(async move {
            let rolled_back = timeout(ROLLBACK_LIMIT, driver.rollback(&mut lease.connection)).await;
            if matches!(rolled_back, Ok(Ok(()))) {
                lease.used();
            }
        });
    }
}
