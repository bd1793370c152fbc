//! The queue before the file, and the one task that empties it.
//!
//! Everything that waits goes into one transaction, so that under load a commit is shared by many
//! exchanges, and a lone one is not held back for company.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sluice_core::exchange::{Exchange, ExchangeSummary, Recording};
use sluice_core::ports::RecordError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{Notify, broadcast, oneshot};

use crate::error::explain;
use crate::figures::Minute;
use crate::row::{Encoded, encode};
use crate::store::Options;

/// How many exchanges share a transaction at most.
const BATCH: usize = 512;
/// How many batches a slow listener may be behind before it misses some.
const LIVE: usize = 256;
/// How often a store that fails is tried while nothing comes to be written.
const PROBE: Duration = Duration::from_secs(1);

const INSERT: &str = "INSERT INTO exchanges \
    (id, at, application, method, path, title, action, subject, status, outcome, effect, \
     duration_us, cause, search, subject_search, client) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
const INSERT_DETAILS: &str = "INSERT INTO details (seq, body) VALUES (?, ?)";
const TRY: &str =
    "INSERT INTO probe (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at";

type Reply = oneshot::Sender<Result<(), RecordError>>;

struct Item {
    exchange: Exchange,
    /// Roughly what it takes in memory.
    weight: usize,
    /// Who waits for it; nobody does for a read.
    reply: Option<Reply>,
}

/// Exchanges that wait to be written.
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    wake: Notify,
    reads: usize,
    bytes: usize,
}

#[derive(Default)]
struct Waiting {
    /// Somebody waits for each of these, so their number is bounded by the requests in flight.
    writes: VecDeque<Item>,
    reads: VecDeque<Item>,
    read_bytes: usize,
    closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing more comes in; the writer empties the queue and ends.
    pub fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_one();
    }

    /// `false` where the exchange was not taken.
    fn push(&self, item: Item) -> bool {
        {
            let mut waiting = self.lock();
            if waiting.closed {
                return false;
            }
            if item.reply.is_some() {
                waiting.writes.push_back(item);
            } else {
                let full = waiting.reads.len() >= self.reads
                    || waiting.read_bytes.saturating_add(item.weight) > self.bytes;
                if full {
                    return false;
                }
                waiting.read_bytes += item.weight;
                waiting.reads.push_back(item);
            }
        }
        self.wake.notify_one();
        true
    }

    /// Writes first, because answers wait for them. `None` when closed and empty.
    fn take(&self) -> Option<Vec<Item>> {
        let mut waiting = self.lock();
        let writes = waiting.writes.len().min(BATCH);
        let mut batch: Vec<Item> = waiting.writes.drain(..writes).collect();
        let reads = waiting.reads.len().min(BATCH - writes);
        batch.extend(waiting.reads.drain(..reads));
        let freed: usize = batch[writes..].iter().map(|item| item.weight).sum();
        waiting.read_bytes = waiting.read_bytes.saturating_sub(freed);
        (!batch.is_empty() || !waiting.closed).then_some(batch)
    }
}

/// What the store and its writer both know.
pub(crate) struct Shared {
    pub queue: Queue,
    pub live: broadcast::Sender<Arc<Vec<ExchangeSummary>>>,
    recorded: AtomicU64,
    dropped: AtomicU64,
    failing: Mutex<Option<String>>,
    minute: Mutex<Minute>,
    /// Wait for the disk at each commit; it may change while the store is open.
    pub strict: AtomicBool,
}

impl Shared {
    pub fn new(options: &Options, recorded: u64) -> Self {
        Self {
            queue: Queue {
                waiting: Mutex::default(),
                wake: Notify::new(),
                reads: options.queue,
                bytes: options.queue_bytes,
            },
            live: broadcast::Sender::new(LIVE),
            recorded: AtomicU64::new(recorded),
            dropped: AtomicU64::new(0),
            failing: Mutex::default(),
            minute: Mutex::new(Minute::new()),
            strict: AtomicBool::new(options.strict),
        }
    }

    pub async fn record(&self, exchange: Exchange) -> Result<(), RecordError> {
        self.count(&exchange);
        let (reply, stored) = oneshot::channel();
        let taken = self.queue.push(Item {
            weight: 0,
            exchange,
            reply: Some(reply),
        });
        if !taken {
            self.drop_some(1);
            return Err(closed());
        }
        // The sender goes away unused only where the writer was torn down with its runtime.
        stored.await.unwrap_or_else(|_| Err(closed()))
    }

    pub fn offer(&self, exchange: Exchange) {
        self.count(&exchange);
        let taken = self.queue.push(Item {
            weight: weight(&exchange),
            exchange,
            reply: None,
        });
        if !taken {
            self.drop_some(1);
        }
    }

    pub fn ready(&self) -> Result<(), RecordError> {
        if self.queue.lock().closed {
            return Err(closed());
        }
        self.failing().map_or(Ok(()), |why| Err(RecordError(why)))
    }

    pub fn recorded(&self) -> u64 {
        self.recorded.load(Ordering::Relaxed)
    }

    pub fn figures(&self) -> Recording {
        let (requests_per_minute, p50_us) = self
            .minute
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .figures();
        Recording {
            recorded: self.recorded(),
            dropped: self.dropped.load(Ordering::Relaxed),
            failing: self.failing(),
            requests_per_minute,
            p50_us,
        }
    }

    fn count(&self, exchange: &Exchange) {
        self.minute
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(exchange.summary.duration_us);
    }

    /// So many are no longer there.
    pub fn forget(&self, gone: u64) {
        let less = |known: u64| Some(known.saturating_sub(gone));
        let _ = self
            .recorded
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    fn drop_some(&self, how_many: u64) {
        self.dropped.fetch_add(how_many, Ordering::Relaxed);
    }

    fn failing(&self) -> Option<String> {
        self.failing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_failing(&self, why: Option<String>) {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }
}

fn closed() -> RecordError {
    RecordError("it is closed, because Sluice is stopping".to_owned())
}

/// Roughly the memory of an exchange: its bodies, and something for each small thing.
fn weight(exchange: &Exchange) -> usize {
    let body = |body: &Option<sluice_core::exchange::Body>| {
        body.as_ref().map_or(0, |body| body.text.len())
    };
    let steps: usize = exchange
        .steps
        .iter()
        .map(|step| {
            256 + step.statement.as_ref().map_or(0, |statement| {
                let cells: usize = statement.sample.iter().map(Vec::len).sum();
                statement.text.len() + 128 * statement.parameters.len() + 64 * cells
            })
        })
        .sum();
    1024 + body(&exchange.request.body) + body(&exchange.answer.body) + steps
}

/// The task that owns the one writing connection.
pub(crate) struct Writer {
    path: PathBuf,
    connect: SqliteConnectOptions,
    /// `None` after a failure, until it can be opened again.
    connection: Option<SqliteConnection>,
    /// The file that was opened, to notice when it is taken away.
    file: Option<FileId>,
    /// Whether the connection waits for the disk; `None` for a new one.
    strict: Option<bool>,
    shared: Arc<Shared>,
}

impl Writer {
    pub fn new(
        path: &Path,
        connect: SqliteConnectOptions,
        connection: SqliteConnection,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            connect,
            connection: Some(connection),
            file: file_id(path),
            strict: None,
            shared,
        }
    }

    pub async fn run(mut self) {
        while let Some(batch) = self.shared.queue.take() {
            if !batch.is_empty() {
                self.keep(batch).await;
            } else if self.shared.failing().is_some() {
                // With `audit = "strict"` no write comes while the store fails, so nothing else
                // would find out that it works again.
                let woken = tokio::time::timeout(PROBE, self.shared.queue.wake.notified()).await;
                if woken.is_err() {
                    self.probe().await;
                }
            } else {
                self.shared.queue.wake.notified().await;
            }
        }
        if let Some(mut connection) = self.connection.take() {
            let swept = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut connection)
                .await;
            if let Err(error) = swept.map(drop).and(connection.close().await) {
                tracing::warn!(%error, "the exchange store was closed without its last checkpoint");
            }
        }
    }

    /// Stores a batch, or counts it as lost, and tells those who wait.
    async fn keep(&mut self, batch: Vec<Item>) {
        let how_many = batch.len() as u64;
        let mut replies = Vec::new();
        let mut exchanges = Vec::with_capacity(batch.len());
        for item in batch {
            exchanges.push(item.exchange);
            replies.extend(item.reply);
        }
        // Writing JSON is plain work, which must not hold up a thread that answers requests.
        let encoded =
            tokio::task::spawn_blocking(|| exchanges.into_iter().map(encode).collect::<Vec<_>>());
        let result = match encoded.await {
            Ok(rows) => self.store(rows).await,
            Err(error) => Err(format!("the exchanges could not be encoded: {error}.")),
        };
        let answer = match result {
            Ok(summaries) => {
                self.shared
                    .recorded
                    .fetch_add(summaries.len() as u64, Ordering::Relaxed);
                self.works();
                // Nobody listening is no error.
                let _ = self.shared.live.send(Arc::new(summaries));
                Ok(())
            }
            Err(why) => {
                self.shared.drop_some(how_many);
                self.fails(&why);
                Err(RecordError(why))
            }
        };
        for reply in replies {
            // Who waited may have gone; the exchange is kept all the same.
            let _ = reply.send(answer.clone());
        }
    }

    /// Tries, and once again with a new connection where the trouble is new. While it lasts, each
    /// batch is tried once, so that answers wait no longer than they must.
    async fn store(&mut self, rows: Vec<Encoded>) -> Result<Vec<ExchangeSummary>, String> {
        let first = match self.attempt(&rows).await {
            Ok(seqs) => return Ok(numbered(rows, &seqs)),
            Err(why) => why,
        };
        if self.shared.failing().is_some() {
            return Err(first);
        }
        let seqs = self.attempt(&rows).await?;
        Ok(numbered(rows, &seqs))
    }

    async fn attempt(&mut self, rows: &[Encoded]) -> Result<Vec<Option<i64>>, String> {
        let (wanted, strict) = (self.shared.strict.load(Ordering::Relaxed), self.strict);
        let connection = self.connection().await?;
        let result = if strict == Some(wanted) {
            insert(connection, rows).await
        } else {
            match wait_for_disk(connection, wanted).await {
                Ok(()) => insert(connection, rows).await,
                Err(error) => Err(error),
            }
        };
        self.strict = Some(wanted);
        self.settle(result)
    }

    async fn probe(&mut self) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            });
        let result = match self.connection().await {
            Ok(connection) => {
                let result = sqlx::query(TRY).bind(now).execute(connection).await;
                self.settle(result.map(drop))
            }
            Err(why) => Err(why),
        };
        match result {
            Ok(()) => self.works(),
            Err(why) => self.fails(&why),
        }
    }

    /// The connection, opened again after a failure.
    async fn connection(&mut self) -> Result<&mut SqliteConnection, String> {
        // Without this, a deleted file would go on being written where nobody can ever read it.
        if self.file.is_some() && file_id(&self.path) != self.file {
            return Err(
                "the file was taken away or replaced while Sluice was running. Put it back, or \
                 start Sluice again to begin a new one."
                    .to_owned(),
            );
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self
                .connect
                .connect()
                .await
                .map_err(|error| sentence(&error))?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Lets go of a connection that failed: whatever state it is in ends with it.
    fn settle<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, String> {
        result.map_err(|error| {
            self.connection = None;
            self.strict = None;
            sentence(&error)
        })
    }

    fn works(&self) {
        if self.shared.failing().is_some() {
            tracing::info!("the exchange store can be written again");
            self.shared.set_failing(None);
        }
    }

    fn fails(&self, why: &str) {
        if self.shared.failing().as_deref() != Some(why) {
            tracing::error!(store = %self.path.display(), "the exchange store cannot be written: {why}");
            self.shared.set_failing(Some(why.to_owned()));
        }
    }
}

fn sentence(error: &sqlx::Error) -> String {
    let explained = explain(error);
    format!("{}. {}", explained.cause, explained.remedy)
}

/// The summaries that are new in the store, with their places in it.
fn numbered(rows: Vec<Encoded>, seqs: &[Option<i64>]) -> Vec<ExchangeSummary> {
    rows.into_iter()
        .zip(seqs)
        .filter_map(|(row, seq)| seq.map(|seq| ExchangeSummary { seq, ..row.summary }))
        .collect()
}

/// Whether each commit waits for the disk, from the next transaction on.
async fn wait_for_disk(connection: &mut SqliteConnection, strict: bool) -> Result<(), sqlx::Error> {
    let text = if strict {
        "PRAGMA synchronous = FULL"
    } else {
        "PRAGMA synchronous = NORMAL"
    };
    sqlx::query(text).execute(connection).await.map(drop)
}

/// All rows in one transaction; `None` for a row whose id is there already.
async fn insert(
    connection: &mut SqliteConnection,
    rows: &[Encoded],
) -> Result<Vec<Option<i64>>, sqlx::Error> {
    // At once for writing: else a second writer would be noticed in the middle.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut seqs = Vec::with_capacity(rows.len());
    for row in rows {
        let inserted = row
            .bind(sqlx::query(INSERT))
            .execute(&mut *transaction)
            .await?;
        if inserted.rows_affected() == 0 {
            seqs.push(None);
            continue;
        }
        let seq = inserted.last_insert_rowid();
        sqlx::query(INSERT_DETAILS)
            .bind(seq)
            .bind(Arc::clone(&row.details))
            .execute(&mut *transaction)
            .await?;
        seqs.push(Some(seq));
    }
    transaction.commit().await?;
    Ok(seqs)
}

type FileId = (u64, u64);

/// What tells a file from another one of the same name.
#[cfg(unix)]
fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere an open file cannot be taken away.
#[cfg(not(unix))]
fn file_id(_path: &Path) -> Option<FileId> {
    None
}
