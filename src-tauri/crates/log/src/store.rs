//! The store: opening it, asking it, closing it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sluice_core::exchange::{Exchange, ExchangeSummary, Recording};
use sluice_core::ports::{RecordError, Recorder};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::error::StoreError;
use crate::row::{self, summary_columns};
use crate::writer::{Shared, Writer};

/// The schema, one file for each version, applied in order.
const MIGRATIONS: [&str; 3] = [
    include_str!("../../../../sql/log/0001_exchanges.sql"),
    include_str!("../../../../sql/log/0002_marks_and_imports.sql"),
    include_str!("../../../../sql/log/0003_overview.sql"),
];

/// "SLCE", as the first migration sets it.
const APPLICATION_ID: i64 = 1_397_506_885;

/// A list is asked for by a person: a few at once are plenty.
const READERS: u32 = 4;

pub(crate) const LARGEST_PAGE: usize = 1000;

/// How the store behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many exchanges of reads may wait to be written; more are dropped and counted.
    pub queue: usize,
    /// How many bytes they may take together, roughly; for large bodies this is the tighter limit.
    pub queue_bytes: usize,
    /// Wait for the disk at each commit. Without it a killed process loses nothing, because what
    /// was written is with the operating system; a power cut may lose the last commits.
    pub strict: bool,
    /// How long the writer waits for another program that holds the file locked. An answer to a
    /// write waits as long, twice when the trouble is new.
    pub busy_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue: 4096,
            queue_bytes: 64 * 1024 * 1024,
            strict: false,
            busy_timeout: Duration::from_secs(1),
        }
    }
}

/// Recorded exchanges. One process writes a store; it may be read by others at the same time.
/// Clones are the same store.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub path: PathBuf,
    pub shared: Arc<Shared>,
    pub readers: SqlitePool,
    /// For what an administrator changes: marks, imports. Exchanges are recorded by the writer alone; the two
    /// take turns at the file, each for as long as a small transaction.
    pub editor: SqlitePool,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the store, or makes a new one where there is no file. The file and a folder made for
    /// it can be read by this account only: they hold people's data.
    ///
    /// # Errors
    /// [`StoreError`] where the file is damaged, newer, of another program, or out of reach. A
    /// file that cannot be used is left as it is.
    pub async fn open(path: &Path, options: Options) -> Result<Self, StoreError> {
        prepare_file(path).map_err(|error| StoreError::file(path, &error))?;
        let version = inspect(path).await?;
        let connect = writer_options(path, &options);
        let mut connection = connect
            .connect()
            .await
            .map_err(|error| StoreError::open(path, &error))?;
        migrate(&mut connection, version)
            .await
            .map_err(|error| StoreError::open(path, &error))?;
        let recorded: i64 =
            sqlx::query_scalar("SELECT count(*) FROM exchanges WHERE import_id IS NULL")
                .fetch_one(&mut connection)
                .await
                .map_err(|error| StoreError::open(path, &error))?;

        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .connect_lazy_with(
                SqliteConnectOptions::new()
                    .filename(path)
                    .read_only(true)
                    // What a filter looks for in bodies and statements.
                    .with_regexp()
                    .busy_timeout(Duration::from_secs(5)),
            );
        let editor = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .connect_lazy_with(
                SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(false)
                    .busy_timeout(Duration::from_secs(5)),
            );
        let shared = Arc::new(Shared::new(&options, recorded.unsigned_abs()));
        let writer = Writer::new(path, connect, connection, Arc::clone(&shared));
        Ok(Self(Arc::new(Inner {
            path: path.to_owned(),
            shared,
            readers,
            editor,
            writer: Mutex::new(Some(tokio::spawn(writer.run()))),
        })))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The latest exchanges that failed or were refused, newest first.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn latest_failures(&self, limit: usize) -> Result<Vec<ExchangeSummary>, StoreError> {
        const TEXT: &str = concat!(
            "SELECT ",
            summary_columns!(),
            " FROM exchanges WHERE outcome <> 'ok' AND import_id IS NULL ORDER BY seq DESC LIMIT ?"
        );
        let rows = sqlx::query(TEXT)
            .bind(bounded(limit.min(LARGEST_PAGE)))
            .fetch_all(&self.0.readers)
            .await
            .map_err(|error| StoreError::read(&self.0.path, &error))?;
        rows.iter()
            .map(row::summary)
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::read(&self.0.path, &error))
    }

    /// One exchange with everything that was recorded of it.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn get(&self, id: &str) -> Result<Option<Exchange>, StoreError> {
        const TEXT: &str = concat!(
            "SELECT ",
            summary_columns!(),
            ", body FROM exchanges JOIN details ON details.seq = exchanges.seq WHERE id = ?"
        );
        let row = sqlx::query(TEXT)
            .bind(id)
            .fetch_optional(&self.0.readers)
            .await
            .map_err(|error| StoreError::read(&self.0.path, &error))?;
        row.as_ref()
            .map(row::exchange)
            .transpose()
            .map_err(|error| StoreError::read(&self.0.path, &error))
    }

    /// Summaries as they are stored, a batch at a time. A receiver that is too slow misses batches
    /// and is told so; it then lists again.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Vec<ExchangeSummary>>> {
        self.0.shared.live.subscribe()
    }

    /// What the recording is doing; without touching the file.
    pub fn figures(&self) -> Recording {
        self.0.shared.figures()
    }

    /// Whether commits wait for the disk, from the next one on; as [`Options::strict`].
    pub fn set_strict(&self, strict: bool) {
        self.0.shared.strict.store(strict, Ordering::Relaxed);
    }

    /// Writes what still waits, then moves everything into the one file. Exchanges that come
    /// later are refused and counted.
    pub async fn close(&self) {
        self.0.shared.queue.close();
        let writer = self
            .0
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.0.readers.close().await;
        self.0.editor.close().await;
        if let Some(writer) = writer
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the writer of the exchange store ended badly");
        }
    }
}

#[async_trait]
impl Recorder for Store {
    async fn record(&self, exchange: Exchange) -> Result<(), RecordError> {
        self.0.shared.record(exchange).await
    }

    fn offer(&self, exchange: Exchange) {
        self.0.shared.offer(exchange);
    }

    fn ready(&self) -> Result<(), RecordError> {
        self.0.shared.ready()
    }
}

impl Drop for Inner {
    /// A store that was not closed still writes what waits, as long as the runtime lives.
    fn drop(&mut self) {
        self.shared.queue.close();
    }
}

pub(crate) fn bounded(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Makes folder and file where they are missing, with their final rights from the first moment.
/// SQLite gives its two companion files the rights of the file itself.
fn prepare_file(path: &Path) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        && !folder.is_dir()
    {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// The version of an existing file; 0 for an empty one. Looks only: a file that turns out to be
/// something else is not touched.
async fn inspect(path: &Path) -> Result<i64, StoreError> {
    let refused = |error: sqlx::Error| StoreError::open(path, &error);
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .connect()
        .await
        .map_err(refused)?;
    let found: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut connection)
        .await
        .map_err(refused)?;
    let owner: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut connection)
        .await
        .map_err(refused)?;
    let objects: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut connection)
        .await
        .map_err(refused)?;
    connection.close().await.map_err(refused)?;

    let empty = owner == 0 && found == 0 && objects == 0;
    if owner != APPLICATION_ID && !empty {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    let known = bounded(MIGRATIONS.len());
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

fn writer_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        // Takes effect in a new file only; retention can then give space back bit by bit.
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        // Readers do not wait for the writer, nor the writer for them.
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode NORMAL writes each commit to the operating system without waiting for the
        // disk: a killed process loses nothing, a power cut may lose the last commits. FULL waits
        // for the disk at each commit, so that even those stay.
        .synchronous(if options.strict {
            SqliteSynchronous::Full
        } else {
            SqliteSynchronous::Normal
        })
        // 16 MiB between checkpoints: each waits for the disk, and under load they would else
        // come several times a second.
        .pragma("wal_autocheckpoint", "4096")
        .pragma("journal_size_limit", "67108864")
        .busy_timeout(options.busy_timeout)
}

/// Applies what the file does not have yet, each version in a transaction of its own.
async fn migrate(connection: &mut SqliteConnection, version: i64) -> Result<(), sqlx::Error> {
    let done = usize::try_from(version).unwrap_or_default();
    for text in MIGRATIONS.iter().skip(done) {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::raw_sql(*text).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}
