//! Opening a SQLite file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sluice_core::{DatabaseError, DatabaseErrorKind};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};

use super::{Handle, error};

/// A statement looks this often, in steps of SQLite's virtual machine, whether it should stop: a
/// fraction of a millisecond.
const STEPS: i32 = 10_000;
/// Rows that wait between SQLite's thread and whoever reads them: an import's page fits, so that the
/// two do not take turns row by row.
const ROWS: usize = 512;
/// Statements kept prepared on each connection.
const PREPARED: usize = 128;

/// How long SQLite waits for another writer: shorter than the deadline of the statement, so that the
/// answer says what it waited for.
pub(super) fn busy_timeout(statement_timeout_ms: u64) -> Duration {
    let limit = Duration::from_secs(10);
    match statement_timeout_ms {
        0 => limit,
        ms => Duration::from_millis(ms - ms / 10).min(limit),
    }
}

/// Opens the file, which must exist. One that this account may not write is opened to be read only.
pub(super) async fn connect(
    path: &Path,
    busy: Duration,
    read_only: bool,
) -> Result<Handle, DatabaseError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(busy)
        .statement_cache_capacity(PREPARED)
        .row_buffer_size(ROWS)
        .disable_statement_logging();
    let readable = options.clone().read_only(true);
    let mut read_only = read_only;
    let opened = if read_only {
        readable.connect().await
    } else {
        // The journal's kind is written into the file.
        let writable = options.clone().journal_mode(SqliteJournalMode::Wal);
        match writable.connect().await {
            Err(refused)
                if error::translate(&refused).kind == DatabaseErrorKind::PermissionDenied =>
            {
                read_only = true;
                readable.connect().await
            }
            opened => opened,
        }
    };
    let mut sqlx = opened.map_err(|e| error::translate(&e))?;
    let stop = Arc::new(AtomicBool::new(false));
    let watched = Arc::clone(&stop);
    let mut locked = sqlx.lock_handle().await.map_err(|e| error::translate(&e))?;
    locked.set_progress_handler(STEPS, move || !watched.load(Ordering::Relaxed));
    drop(locked);
    Ok(Handle {
        sqlx,
        stop,
        read_only,
        turn: None,
    })
}
