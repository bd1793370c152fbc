//! The driver blocks, so each connection lives on a thread of its own and is handed work.
//!
//! **Invariant:** only that thread ever touches the connection. A future that is dropped leaves its
//! call running there, under the call timeout; what it gives is thrown away, and when the pool has
//! closed its side, the thread rolls back, logs off and ends.
//!
//! It is a plain thread and none of the runtime's: a login that a server never answers cannot be
//! interrupted, and the end of the runtime would wait for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use oracledb::{Connection, Error};
use sluice_core::ports::{ResultColumn, RowSink};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::error;

/// So many rows travel together.
const BATCH: usize = 64;
/// So many batches may wait for whoever takes the rows.
const WAITING: usize = 4;
/// How long the rollback before the end may take.
const FAREWELL: Duration = Duration::from_secs(5);

type Job = Box<dyn FnOnce(&mut Line) + Send>;

/// The connection as its thread has it.
pub(super) struct Line {
    pub(super) connection: Connection,
    /// Whether the account may use DBMS_OUTPUT.
    pub(super) output: bool,
    /// Whether the account may use DBMS_TRANSACTION.
    pub(super) transactions: bool,
    /// The transaction that `begin` opened, as the database names it.
    pub(super) transaction: Option<String>,
    broken: Arc<AtomicBool>,
}

impl Line {
    /// An error of the driver as one of ours; marks the connection where it is of no use any more.
    pub(super) fn told(&self, error: &Error) -> DatabaseError {
        if !error::leaves_usable(error) {
            self.broken.store(true, Ordering::Relaxed);
        }
        let told = error::translate(error);
        if told.kind == DatabaseErrorKind::ConnectionLost {
            self.broken.store(true, Ordering::Relaxed);
        }
        told
    }
}

/// What the pool holds of a connection.
pub(crate) struct Handle {
    jobs: std::sync::mpsc::Sender<Job>,
    broken: Arc<AtomicBool>,
}

/// Rows on their way from the thread to the sink.
pub(super) struct Rows {
    to: mpsc::Sender<Piece>,
    batch: Vec<Vec<Value>>,
}

enum Piece {
    Columns(Arc<[ResultColumn]>),
    Rows(Vec<Vec<Value>>),
}

/// Nobody takes the rows any more.
fn unwanted() -> DatabaseError {
    DatabaseError::new(
        DatabaseErrorKind::Other,
        "The rows are not wanted any more.",
    )
}

impl Rows {
    /// A result set begins.
    pub(super) fn columns(&mut self, columns: Arc<[ResultColumn]>) -> Result<(), DatabaseError> {
        self.flush()?;
        let sent = self.to.blocking_send(Piece::Columns(columns));
        sent.map_err(|_| unwanted())
    }

    pub(super) fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        self.batch.push(row);
        if self.batch.len() >= BATCH {
            return self.flush();
        }
        Ok(())
    }

    /// Sends what is waiting; to be called at the end of the rows, and before a wait for more.
    pub(super) fn flush(&mut self) -> Result<(), DatabaseError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        let sent = self.to.blocking_send(Piece::Rows(batch));
        sent.map_err(|_| unwanted())
    }
}

impl Handle {
    /// Opens a connection on a new thread. `permit` is given back when the login has come to its
    /// end, be it after the future was dropped.
    pub(super) async fn open(
        connect: impl FnOnce() -> Result<Connection, DatabaseError> + Send + 'static,
        prepare: impl FnOnce(&mut Line) -> Result<(), DatabaseError> + Send + 'static,
        permit: OwnedSemaphorePermit,
    ) -> Result<Self, DatabaseError> {
        let (answer, opened) = oneshot::channel();
        let broken = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&broken);
        let thread = std::thread::Builder::new().name("oracle".to_owned());
        let started = thread.spawn(move || {
            let connected = catch_unwind(AssertUnwindSafe(connect));
            drop(permit);
            let connection = match connected {
                Ok(Ok(connection)) => connection,
                Ok(Err(error)) => {
                    let _ = answer.send(Err(error));
                    return;
                }
                Err(_) => {
                    let _ = answer.send(Err(gave_up()));
                    return;
                }
            };
            let mut line = Line {
                connection,
                output: false,
                transactions: false,
                transaction: None,
                broken: flag,
            };
            let prepared = catch_unwind(AssertUnwindSafe(|| prepare(&mut line)));
            let (jobs, work) = std::sync::mpsc::channel();
            let told = match prepared {
                Ok(Ok(())) => Ok(jobs),
                Ok(Err(error)) => Err(error),
                Err(_) => Err(panicked()),
            };
            if answer.send(told).is_ok() {
                serve(&mut line, &work);
            }
            // A logoff would keep what is not committed, and waits without a limit.
            let _ = line.connection.set_call_timeout(Some(FAREWELL));
            let _ = line.connection.rollback();
        });
        if let Err(error) = started {
            return Err(DatabaseError::new(
                DatabaseErrorKind::Other,
                format!("No thread can be started for a connection: {error}."),
            ));
        }
        let jobs = opened.await.map_err(|_| panicked())??;
        Ok(Self { jobs, broken })
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Does something with the connection, on its thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Line) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        self.start(work)?.await.map_err(|_| panicked())?
    }

    /// The same for work that gives rows.
    pub(super) async fn stream<T: Send + 'static>(
        &self,
        sink: &mut dyn RowSink,
        work: impl FnOnce(&mut Line, &mut Rows) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let (to, mut pieces) = mpsc::channel(WAITING);
        let answer = self.start(move |line| {
            let mut rows = Rows {
                to,
                batch: Vec::new(),
            };
            let done = work(line, &mut rows)?;
            rows.flush()?;
            Ok(done)
        })?;
        let mut refused = None;
        while let Some(piece) = pieces.recv().await {
            let taken = match piece {
                Piece::Columns(columns) => {
                    sink.columns(columns);
                    Ok(())
                }
                Piece::Rows(rows) => rows.into_iter().try_for_each(|row| sink.row(row)),
            };
            if let Err(error) = taken {
                refused = Some(error);
                break;
            }
        }
        drop(pieces);
        let answer = answer.await.map_err(|_| panicked())?;
        match refused {
            Some(error) => Err(error),
            None => answer,
        }
    }

    fn start<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Line) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, DatabaseError>>, DatabaseError> {
        let (answer, done) = oneshot::channel();
        let job = Box::new(move |line: &mut Line| {
            let result = work(line);
            let _ = answer.send(result);
        });
        let sent = self.jobs.send(job);
        sent.map_err(|_| {
            DatabaseError::new(
                DatabaseErrorKind::ConnectionLost,
                "The connection is closed.",
            )
        })?;
        Ok(done)
    }
}

fn serve(line: &mut Line, work: &std::sync::mpsc::Receiver<Job>) {
    while let Ok(job) = work.recv() {
        if catch_unwind(AssertUnwindSafe(|| job(line))).is_err() {
            line.broken.store(true, Ordering::Relaxed);
            return;
        }
    }
}

/// The driver panicked during a login. What it is known to do that on is a server that demands
/// Oracle's own encryption.
fn gave_up() -> DatabaseError {
    DatabaseError::new(
        DatabaseErrorKind::Unsupported,
        "The driver gave up on the server's answer to the login. It does so where the server demands \
         Native Network Encryption (SQLNET.ENCRYPTION_SERVER = REQUIRED), which it does not speak: use \
         TLS instead.",
    )
}

fn panicked() -> DatabaseError {
    DatabaseError::new(
        DatabaseErrorKind::ConnectionLost,
        "The driver gave up on an answer of the server that it does not understand.",
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn a_driver_that_panics_during_a_login_is_an_error_and_frees_its_place() {
        let places = Arc::new(Semaphore::new(1));
        let permit = Arc::clone(&places).acquire_owned().await.unwrap();
        let opened = Handle::open(|| panic!("not yet implemented"), |_| Ok(()), permit).await;
        assert_eq!(opened.err().unwrap().kind, DatabaseErrorKind::Unsupported);
        assert!(
            tokio::time::timeout(Duration::from_secs(5), places.acquire())
                .await
                .is_ok()
        );
    }

    #[test]
    fn a_login_without_an_answer_does_not_hold_up_the_end_of_the_runtime() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let began = Instant::now();
        runtime.block_on(async {
            let places = Arc::new(Semaphore::new(1));
            let permit = Arc::clone(&places).acquire_owned().await.unwrap();
            let never = || {
                std::thread::sleep(Duration::from_secs(30));
                Err(panicked())
            };
            let open = Handle::open(never, |_| Ok(()), permit);
            assert!(
                tokio::time::timeout(Duration::from_millis(50), open)
                    .await
                    .is_err()
            );
            // Its place stays taken as long as it waits.
            assert!(places.try_acquire().is_err());
        });
        drop(runtime);
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}
