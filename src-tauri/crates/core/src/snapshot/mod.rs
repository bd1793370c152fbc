//! Imports as snapshots: the first page runs the operation once, later pages read it by position, so
//! that pages never overlap or skip and a procedure that gives all rows at once runs once.
//!
//! **Invariants:** at most one import is being read under a key, and whoever asks for its first page
//! meanwhile waits for that one; nobody waiting, its reading ends. Rows stand in a spool ([`Rows`]),
//! never all of them in memory. A snapshot is dropped after [`KEEP_US`] without use, and a new first
//! page takes a new one; at most [`MOST`] are kept.

mod entitlements;
mod hierarchy;
mod ids;
mod memory;
mod record;
mod rows;
mod usage;

pub(crate) use entitlements::Writer as EntitlementWriter;
pub use entitlements::{Entitlements, Stranger};
pub(crate) use hierarchy::Builder as HierarchyBuilder;
pub use hierarchy::{Hierarchy, Node};
pub use memory::{Bytes, InMemory};
pub(crate) use rows::Writer as RowWriter;
pub use rows::{Block, Rows};
pub use usage::Used;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::exchange::Step;
use crate::failure::Failure;
use crate::ports::{SpoolError, Spools};

/// Five minutes, in microseconds: longer than the agent takes between two pages.
pub const KEEP_US: i64 = 5 * 60 * 1_000_000;
/// How many imports may be under way at once.
pub const MOST: usize = 8;
/// What the console's own imports are kept under begins with this.
pub const CONSOLE: &str = "console ";
/// What the rows of a search are kept under begins with this.
pub const SEARCH: &str = "search ";
/// What stands between the name of an incremental import and its time, and in no name.
pub(crate) const SINCE: char = '\u{1f}';

/// Why rows could not be taken.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Stopped {
    #[error("the rows cannot be put aside: {0}")]
    Spool(SpoolError),
    #[error("there are more rows than can be counted, or one of more than 4 GB")]
    TooMany,
    #[error("{}", .0.diagnosis.cause)]
    Mapping(Box<Failure>),
}

impl Stopped {
    /// As the answer to the request.
    pub fn into_failure(self) -> Failure {
        match self {
            Self::Spool(error) => unkept(&error),
            Self::TooMany => Failure::new(
                500,
                "import.too_large",
                "The import is too large.",
                "Let the mapping return fewer rows.",
            ),
            Self::Mapping(failure) => *failure,
        }
    }
}

/// Rows could not be put aside, or not read back.
pub fn unkept(error: &SpoolError) -> Failure {
    Failure::new(
        503,
        "import.spool",
        "The rows of the import cannot be kept on this machine.",
        "Make room on the disk of the data folder, then import again.",
    )
    .caused_by(format!(
        "The rows of the import cannot be kept in the data folder's spool: {error}."
    ))
}

/// How far an import is; may be read while it goes on.
#[derive(Debug)]
pub struct Progress {
    /// Milliseconds since 1970.
    started: i64,
    /// Users read so far.
    pub(crate) rows: AtomicU64,
    /// Entitlements of users read so far.
    pub(crate) pairs: AtomicU64,
    pages: AtomicU64,
    /// Microseconds since 1970.
    used: AtomicI64,
}

impl Progress {
    fn new(now_us: i64) -> Self {
        Self {
            started: now_us / 1000,
            rows: AtomicU64::new(0),
            pairs: AtomicU64::new(0),
            pages: AtomicU64::new(0),
            used: AtomicI64::new(now_us),
        }
    }

    /// A page was cut from it.
    pub(crate) fn page(&self) {
        self.pages.fetch_add(1, Ordering::Relaxed);
    }

    fn figures(&self, key: &str, state: ImportState, bytes: Option<u64>) -> ImportFigures {
        let (search, key) = match key.strip_prefix(SEARCH) {
            Some(key) => (true, key),
            None => (false, key),
        };
        let (console, name) = match key.strip_prefix(CONSOLE) {
            Some(name) => (true, name),
            None => (false, key),
        };
        let (name, since) = match name.split_once(SINCE) {
            Some((name, since)) => (name, Some(since.to_owned())),
            None => (name, None),
        };
        let (application, address) = match name.split_once(' ') {
            Some((application, address)) => (application, Some(address.to_owned())),
            None => (name, None),
        };
        ImportFigures {
            application: application.to_owned(),
            address,
            since,
            console,
            search,
            state,
            started: self.started,
            rows: self.rows.load(Ordering::Relaxed),
            pairs: self.pairs.load(Ordering::Relaxed),
            bytes,
            pages: self.pages.load(Ordering::Relaxed),
            last_used: self.used.load(Ordering::Relaxed) / 1000,
        }
    }
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ImportState {
    /// Its rows are being read from the database.
    Reading,
    /// Pages can be cut from it.
    Ready,
}

/// An import under way, as the console shows it. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportFigures {
    pub application: String,
    /// Of the database, where a request's header named it.
    pub address: Option<String>,
    /// Of an incremental import: the time after which the users were changed, in UTC.
    pub since: Option<String>,
    /// Whether the console asked, and not the provider.
    pub console: bool,
    /// Whether it serves a filter or an order, and not an import.
    pub search: bool,
    pub state: ImportState,
    pub started: i64,
    /// Users read so far; all of them once it is ready.
    pub rows: u64,
    /// Entitlements of these users read so far.
    pub pairs: u64,
    /// What the rows take in the spool; `null` while they are read.
    pub bytes: Option<u64>,
    /// Pages cut from it so far.
    pub pages: u64,
    pub last_used: i64,
}

/// The rows of one import.
pub struct Snapshot {
    pub rows: Rows,
    /// What each user holds, where the mapping gives it for all users at once.
    pub entitlements: Option<Entitlements>,
    pub(crate) progress: Arc<Progress>,
    /// The last text that was searched for, and the positions where it stands.
    pub(crate) found: Mutex<Option<(String, Arc<Vec<u32>>)>>,
    /// All entitlements with their counts, once somebody has asked for them.
    pub(crate) usage: Mutex<Option<Arc<Vec<Used>>>>,
    /// Who reports to whom by the column at this position, once somebody has asked.
    pub(crate) hierarchy: Mutex<Option<(usize, Arc<Hierarchy>)>>,
}

impl Snapshot {
    pub(crate) fn new(
        rows: Rows,
        entitlements: Option<Entitlements>,
        progress: Arc<Progress>,
    ) -> Self {
        Self {
            rows,
            entitlements,
            progress,
            found: Mutex::default(),
            usage: Mutex::default(),
            hierarchy: Mutex::default(),
        }
    }

    /// When reading it began, in milliseconds since 1970.
    pub fn taken_at(&self) -> i64 {
        self.progress.started
    }
}

/// What reading an import came to.
pub(crate) struct Taken {
    /// What was run for it, counted from the start of the request that began it.
    pub steps: Vec<Step>,
    pub result: Result<Arc<Snapshot>, Failure>,
}

/// An import that is being read. It goes on while somebody polls it, and ends when the last who
/// waits drops it.
pub(crate) type Reading = Shared<BoxFuture<'static, Arc<Taken>>>;

/// The same, held by nobody.
type Unheld = WeakShared<BoxFuture<'static, Arc<Taken>>>;

/// What there is for a request that wants an import.
pub(crate) enum Found {
    Ready(Arc<Snapshot>),
    /// Somebody else's, which began before.
    Joined(Reading),
    Begun(Reading),
}

#[derive(Default)]
struct Kept {
    ready: Option<Arc<Snapshot>>,
    /// The future itself holds the progress, so that it is gone when the future is.
    reading: Option<(Unheld, Weak<Progress>)>,
}

impl Kept {
    fn reading(&self) -> Option<Reading> {
        self.reading
            .as_ref()
            .and_then(|(reading, _)| reading.upgrade())
    }

    fn used(&self) -> i64 {
        let progress = self.ready.as_ref().map(|snapshot| &snapshot.progress);
        progress.map_or(i64::MAX, |progress| progress.used.load(Ordering::Relaxed))
    }
}

/// The imports under way, by application, header, and time of an incremental one.
pub struct Snapshots {
    spools: Arc<dyn Spools>,
    kept: Mutex<HashMap<String, Kept>>,
}

/// With spools in memory.
impl Default for Snapshots {
    fn default() -> Self {
        Self::new(Arc::new(InMemory))
    }
}

impl Snapshots {
    /// None yet; their rows will stand in these spools.
    pub fn new(spools: Arc<dyn Spools>) -> Self {
        Self {
            spools,
            kept: Mutex::default(),
        }
    }

    /// Others that are kept apart from these, with their rows in the same place.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self::new(Arc::clone(&self.spools))
    }

    /// Where the rows of a new import go.
    pub(crate) fn spools(&self) -> &dyn Spools {
        &*self.spools
    }

    /// The import under `key`: the one that is ready, except where it is wanted anew; the one that
    /// is being read; or the one that `begin` makes.
    pub(crate) fn find(
        &self,
        key: &str,
        anew: bool,
        now_us: i64,
        begin: impl FnOnce(Arc<Progress>) -> BoxFuture<'static, Arc<Taken>>,
    ) -> Found {
        let mut all = self.lock(now_us);
        let kept = all.entry(key.to_owned()).or_default();
        if let Some(snapshot) = kept.ready.as_ref().filter(|_| !anew) {
            snapshot.progress.used.store(now_us, Ordering::Relaxed);
            return Found::Ready(Arc::clone(snapshot));
        }
        if let Some(reading) = kept.reading() {
            return Found::Joined(reading);
        }
        let progress = Arc::new(Progress::new(now_us));
        let weak = Arc::downgrade(&progress);
        let reading = begin(progress).shared();
        kept.reading = reading.downgrade().map(|reading| (reading, weak));
        Found::Begun(reading)
    }

    /// Keeps what was read under `key`, in place of an older one.
    pub(crate) fn keep(&self, key: &str, now_us: i64, snapshot: Arc<Snapshot>) {
        let mut all = self.lock(now_us);
        let ready = all.values().filter(|kept| kept.ready.is_some()).count();
        let has = all.get(key).is_some_and(|kept| kept.ready.is_some());
        if ready >= MOST && !has {
            let oldest = all
                .iter()
                .filter(|(_, kept)| kept.ready.is_some())
                .min_by_key(|(_, kept)| kept.used());
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                all.entry(oldest).and_modify(|kept| kept.ready = None);
            }
        }
        snapshot.progress.used.store(now_us, Ordering::Relaxed);
        let kept = all.entry(key.to_owned()).or_default();
        kept.reading = None;
        kept.ready = Some(snapshot);
    }

    /// Nothing came of reading under `key`.
    pub(crate) fn give_up(&self, key: &str, now_us: i64) {
        if let Some(kept) = self.lock(now_us).get_mut(key) {
            kept.reading = None;
        }
    }

    /// Drops what was not used within [`KEEP_US`].
    pub fn expire(&self, now_us: i64) {
        drop(self.lock(now_us));
    }

    /// Drops what the console browses: a changed mapping may give other rows. What a provider is
    /// paging through goes on to its end as it began.
    pub fn forget_browsing(&self) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|key, _| !key.strip_prefix(SEARCH).unwrap_or(key).starts_with(CONSOLE));
    }

    /// Drops all of them.
    pub fn clear(&self) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.clear();
    }

    /// The imports under way, the one that began last first.
    pub fn figures(&self, now_us: i64) -> Vec<ImportFigures> {
        let all = self.lock(now_us);
        let mut figures: Vec<ImportFigures> = Vec::new();
        for (key, kept) in &*all {
            let progress = kept.reading.as_ref().and_then(|(_, weak)| weak.upgrade());
            if let Some(progress) = progress {
                figures.push(progress.figures(key, ImportState::Reading, None));
            }
            if let Some(snapshot) = &kept.ready {
                let bytes = Some(snapshot.rows.size());
                figures.push(snapshot.progress.figures(key, ImportState::Ready, bytes));
            }
        }
        figures.sort_by(|a, b| {
            (b.started, &a.application, a.console).cmp(&(a.started, &b.application, b.console))
        });
        figures
    }

    /// All of them without those that are over.
    fn lock(&self, now_us: i64) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, kept| {
            if kept.ready.is_some() && now_us - kept.used() >= KEEP_US {
                kept.ready = None;
            }
            let abandoned = |(_, progress): &(_, Weak<Progress>)| progress.strong_count() == 0;
            if kept.reading.as_ref().is_some_and(abandoned) {
                kept.reading = None;
            }
            kept.ready.is_some() || kept.reading.is_some()
        });
        all
    }
}

#[cfg(test)]
mod tests;
