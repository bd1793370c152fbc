//! How long exchanges are kept: by age, by number, by size; and what would go by that, counted before it goes.
//!
//! **Invariants:** what is pinned stays and counts for nothing. What came from a file is not this endpoint's record
//! and stays too. The oldest go first. The count and the removal ask by the same condition, [`Reach`].

use std::path::Path;

use sqlx::{Row as _, SqliteConnection};

use crate::error::StoreError;
use crate::store::Store;

/// How many exchanges go in one transaction: the recording waits no longer than that.
const AT_ONCE: i64 = 500;

/// What counts and can go.
macro_rules! own {
    () => {
        "import_id IS NULL AND NOT EXISTS \
         (SELECT 1 FROM marks WHERE marks.seq = exchanges.seq AND marks.pinned = 1)"
    };
}

/// What an exchange takes, in bytes. The length of a body is read from its head, not from its pages; 300 is a
/// guess for the other columns and the indexes.
macro_rules! size {
    () => {
        "octet_length(details.body) + octet_length(search) + octet_length(path) + 300"
    };
}

/// What is out of bounds: up to a place, or before a time.
macro_rules! reached {
    () => {
        "(exchanges.seq <= ?1 OR at < ?2)"
    };
}

/// How much is kept; `None` is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Older ones go, in milliseconds.
    pub age_ms: Option<i64>,
    /// The oldest go where all take more, in bytes.
    pub bytes: Option<i64>,
    /// The oldest go where there are more.
    pub exchanges: Option<i64>,
}

impl Bounds {
    /// Whether anything can go by them.
    pub fn any(&self) -> bool {
        self.age_ms.is_some() || self.bytes.is_some() || self.exchanges.is_some()
    }
}

/// What goes by some bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excess {
    pub exchanges: u64,
    /// What they take, roughly.
    pub bytes: u64,
    /// When the oldest and the newest of them were, in milliseconds since 1970.
    pub oldest: Option<i64>,
    pub newest: Option<i64>,
    /// Pinned ones that are as old and stay.
    pub pinned: u64,
    pub reach: Reach,
}

/// How far some bounds reach into the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// All up to this place; 0 for none.
    up_to: i64,
    /// All that began before, in milliseconds since 1970; 0 for none.
    before: i64,
}

/// What is kept now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Recorded by this endpoint, pinned ones included.
    pub exchanges: u64,
    pub pinned: u64,
    /// What they take, roughly, in bytes.
    pub bytes: u64,
    /// The file, with its companions and the space in it that is free, in bytes.
    pub file_bytes: u64,
    /// When the oldest was, in milliseconds since 1970.
    pub oldest: Option<i64>,
}

impl Store {
    /// What is kept now.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn holdings(&self) -> Result<Holdings, StoreError> {
        const TEXT: &str = concat!(
            "SELECT count(*), coalesce(sum(",
            size!(),
            "), 0), min(at), (SELECT count(*) FROM marks JOIN exchanges USING (seq) \
             WHERE pinned = 1 AND import_id IS NULL) \
             FROM exchanges JOIN details USING (seq) WHERE import_id IS NULL"
        );
        let failed = |error: sqlx::Error| StoreError::read(&self.0.path, &error);
        let row = sqlx::query(TEXT)
            .fetch_one(&self.0.readers)
            .await
            .map_err(failed)?;
        let count = |at| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
        Ok(Holdings {
            exchanges: count(0).map_err(failed)?,
            bytes: count(1).map_err(failed)?,
            oldest: row.try_get(2).map_err(failed)?,
            pinned: count(3).map_err(failed)?,
            file_bytes: on_disk(&self.0.path),
        })
    }

    /// What goes by these bounds at a time, in milliseconds since 1970. Nothing is removed.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn excess(&self, bounds: Bounds, now: i64) -> Result<Excess, StoreError> {
        const TEXT: &str = concat!(
            "SELECT count(*), coalesce(sum(",
            size!(),
            "), 0), min(at), max(at), (SELECT count(*) FROM marks JOIN exchanges USING (seq) \
             WHERE pinned = 1 AND import_id IS NULL AND ",
            reached!(),
            ") FROM exchanges JOIN details USING (seq) WHERE ",
            reached!(),
            " AND ",
            own!()
        );
        let failed = |error: sqlx::Error| StoreError::read(&self.0.path, &error);
        let mut connection = self.0.readers.acquire().await.map_err(failed)?;
        let reach = reach(&mut connection, bounds, now).await.map_err(failed)?;
        let row = sqlx::query(TEXT)
            .bind(reach.up_to)
            .bind(reach.before)
            .fetch_one(&mut *connection)
            .await
            .map_err(failed)?;
        let count = |at| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
        Ok(Excess {
            exchanges: count(0).map_err(failed)?,
            bytes: count(1).map_err(failed)?,
            oldest: row.try_get(2).map_err(failed)?,
            newest: row.try_get(3).map_err(failed)?,
            pinned: count(4).map_err(failed)?,
            reach,
        })
    }

    /// Removes what is not pinned as far as the bounds reached, bit by bit: `removed` is told the count after each,
    /// and the whole may be dropped between them. Gives the space back to the disk.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be written; what went before that stays gone.
    pub async fn remove(
        &self,
        reach: Reach,
        mut removed: impl FnMut(u64) + Send,
    ) -> Result<u64, StoreError> {
        const TEXT: &str = concat!(
            "DELETE FROM exchanges WHERE seq IN (SELECT seq FROM exchanges WHERE ",
            reached!(),
            " AND ",
            own!(),
            " ORDER BY seq LIMIT ?3)"
        );
        let failed = |error: sqlx::Error| StoreError::write(&self.0.path, &error);
        let mut all = 0;
        loop {
            let mut connection = self.0.editor.acquire().await.map_err(failed)?;
            let gone = sqlx::query(TEXT)
                .bind(reach.up_to)
                .bind(reach.before)
                .bind(AT_ONCE)
                .execute(&mut *connection)
                .await
                .map_err(failed)?
                .rows_affected();
            if gone == 0 {
                // Only what was freed; the file was made for it.
                sqlx::query("PRAGMA incremental_vacuum")
                    .execute(&mut *connection)
                    .await
                    .map_err(failed)?;
                return Ok(all);
            }
            drop(connection);
            self.0.shared.forget(gone);
            all += gone;
            removed(all);
        }
    }
}

/// How far bounds reach at a time.
async fn reach(
    connection: &mut SqliteConnection,
    bounds: Bounds,
    now: i64,
) -> Result<Reach, sqlx::Error> {
    const BY_NUMBER: &str = concat!(
        "SELECT seq FROM exchanges WHERE ",
        own!(),
        " ORDER BY seq DESC LIMIT 1 OFFSET ?"
    );
    const BY_SIZE: &str = concat!(
        "SELECT seq FROM (SELECT seq, sum(",
        size!(),
        ") OVER (ORDER BY seq DESC) AS taken FROM exchanges JOIN details USING (seq) WHERE ",
        own!(),
        ") WHERE taken > ? ORDER BY seq DESC LIMIT 1"
    );
    let mut up_to = 0;
    for (text, bound) in [(BY_NUMBER, bounds.exchanges), (BY_SIZE, bounds.bytes)] {
        let Some(most) = bound else { continue };
        let place: Option<i64> = sqlx::query_scalar(text)
            .bind(most)
            .fetch_optional(&mut *connection)
            .await?;
        up_to = up_to.max(place.unwrap_or_default());
    }
    Ok(Reach {
        up_to,
        before: bounds.age_ms.map_or(0, |age| now.saturating_sub(age)),
    })
}

/// What a store takes on the disk with its companions.
fn on_disk(path: &Path) -> u64 {
    ["", "-wal", "-shm"]
        .into_iter()
        .filter_map(|suffix| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            std::fs::metadata(name).ok()
        })
        .map(|metadata| metadata.len())
        .sum()
}
