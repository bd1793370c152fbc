//! What PostgreSQL says beside its answers: RAISE NOTICE, WARNING and INFO, and the server's own.
//!
//! **Invariant:** the task that reads a connection keeps a notice before it hands on what the server
//! sent after it, so when a statement's answer is whole, its notices are here.

use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use sluice_core::ports::{DatabaseMessage, Severity};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::error::{DbError, Severity as Told};
use tokio_postgres::{AsyncMessage, Connection};

/// So many are kept of one statement: a loop that raises in each round must not fill the memory.
const KEPT: usize = 1_000;

/// The notices of one connection since they were taken last.
#[derive(Clone, Debug, Default)]
pub(super) struct Notices(Arc<Mutex<Vec<DatabaseMessage>>>);

impl Notices {
    /// Takes what has come, in order.
    pub(super) fn take(&self) -> Vec<DatabaseMessage> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, notice: &DbError) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(message(notice));
        }
    }
}

/// Drives a connection until its client is dropped or the server goes, in a task of its own, and
/// keeps its notices.
pub(super) fn drive<S, T>(mut connection: Connection<S, T>) -> Notices
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let notices = Notices::default();
    let kept = notices.clone();
    tokio::spawn(async move {
        loop {
            match poll_fn(|context| connection.poll_message(context)).await {
                Some(Ok(AsyncMessage::Notice(notice))) => kept.keep(&notice),
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::debug!(%error, "a connection to PostgreSQL broke");
                    break;
                }
                None => break,
            }
        }
    });
    notices
}

/// The detail is left out for the same reason as with errors: it shows whole rows.
fn message(notice: &DbError) -> DatabaseMessage {
    let severity = match notice.parsed_severity() {
        Some(Told::Error | Told::Fatal | Told::Panic) => Severity::Error,
        Some(Told::Warning) => Severity::Warning,
        _ => Severity::Note,
    };
    let text = match notice.hint() {
        Some(hint) => format!("{} ({hint})", notice.message()),
        None => notice.message().to_owned(),
    };
    DatabaseMessage {
        severity,
        code: Some(notice.code().code().to_owned()),
        text,
    }
}
