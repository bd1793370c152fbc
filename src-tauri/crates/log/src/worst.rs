//! What deserves a look: what failed most, who, and what took longest.
//!
//! **Invariant:** one statement each, grouped in the store; what comes back is as short as it is shown. What
//! was opened from a file is no part of it.

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::exchange::Outcome;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use ts_rs::TS;

use crate::error::StoreError;
use crate::row::variant;
use crate::store::{Store, bounded};

// SQLite gives bare columns from the row that max(seq) comes from, where it is the only max() of the
// statement: https://sqlite.org/lang_select.html#bareagg

const CAUSES: &str = "SELECT application, title, cause, outcome, status, count(*), count(DISTINCT subject), \
       max(seq), at, id, subject \
     FROM exchanges WHERE at >= ? AND outcome <> 'ok' AND import_id IS NULL \
     GROUP BY application, title, outcome, cause ORDER BY max(seq) DESC LIMIT ?";

/// A failure is over where the same user was written well after it.
const USERS: &str = "WITH failing AS ( \
       SELECT application, subject, count(*) AS times, max(seq) AS latest, at, id, title, cause \
       FROM exchanges WHERE at >= ?1 AND outcome = 'failed' AND import_id IS NULL AND subject IS NOT NULL \
         AND action IN ('look_up_user', 'get_user', 'create_user', 'replace_user', 'patch_user', \
           'delete_user', 'deactivate_user', 'activate_user') \
       GROUP BY application, subject ORDER BY times DESC, latest DESC LIMIT ?2), \
     mended AS ( \
       SELECT application, subject, max(seq) AS latest, at \
       FROM exchanges WHERE at >= ?1 AND outcome = 'ok' AND import_id IS NULL \
         AND action IN ('create_user', 'replace_user', 'patch_user', 'delete_user', 'deactivate_user', \
           'activate_user') AND subject IN (SELECT subject FROM failing) \
       GROUP BY application, subject) \
     SELECT failing.application, failing.subject, failing.times, failing.at, failing.id, failing.title, \
       failing.cause, CASE WHEN mended.latest > failing.latest THEN mended.at END \
     FROM failing LEFT JOIN mended \
       ON mended.application = failing.application AND mended.subject = failing.subject \
     ORDER BY failing.times DESC, failing.latest DESC";

/// The statement is the one that took longest in the slowest request of its kind.
const SLOWEST: &str = "WITH ranked AS ( \
       SELECT application, title, seq, duration_us, row_number() OVER of_kind AS place, \
         count(*) OVER (PARTITION BY application, title) AS total \
       FROM exchanges WHERE at >= ? AND outcome <> 'refused' AND import_id IS NULL \
       WINDOW of_kind AS (PARTITION BY application, title ORDER BY duration_us)), \
     kinds AS ( \
       SELECT application, title, total, max(CASE WHEN place = (total + 1) / 2 THEN duration_us END) AS p50, \
         max(CASE WHEN place = (total * 95 + 99) / 100 THEN duration_us END) AS p95, \
         max(CASE WHEN place = total THEN seq END) AS slowest \
       FROM ranked GROUP BY application, title ORDER BY p95 DESC LIMIT ?) \
     SELECT kinds.application, kinds.title, kinds.total, kinds.p50, kinds.p95, exchanges.duration_us, \
       exchanges.id, ( \
         SELECT json_object('operation', step.value ->> '$.statement.operation', \
             'text', step.value ->> '$.statement.text', 'durationUs', step.value ->> '$.durationUs') \
         FROM details, json_each(details.body, '$.steps') AS step \
         WHERE details.seq = kinds.slowest AND step.value ->> '$.statement.text' IS NOT NULL \
         ORDER BY step.value ->> '$.durationUs' DESC LIMIT 1) \
     FROM kinds JOIN exchanges ON exchanges.seq = kinds.slowest ORDER BY kinds.p95 DESC";

/// Requests that failed alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Cause {
    pub application: String,
    /// What was asked for, in plain words.
    pub title: String,
    /// One sentence; `null` where none was recorded.
    pub cause: Option<String>,
    pub outcome: Outcome,
    /// Of the latest one.
    pub status: u16,
    pub times: u32,
    /// How many users it met; 0 where none was named.
    pub users: u32,
    /// The latest one: milliseconds since 1970, its id, and whom it was about.
    pub at: i64,
    pub exchange: String,
    pub subject: Option<String>,
}

/// A user whom requests fail for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FailingUser {
    pub application: String,
    /// The user's id, as the provider names it.
    pub user: String,
    pub times: u32,
    /// The latest failure: milliseconds since 1970, its id, what was asked for, and why it failed.
    pub at: i64,
    pub exchange: String,
    pub title: String,
    pub cause: Option<String>,
    /// When the user was written well after that, in milliseconds since 1970; `null` while it fails.
    pub mended_at: Option<i64>,
}

/// A kind of request, and how long it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SlowKind {
    pub application: String,
    /// What was asked for, in plain words.
    pub title: String,
    pub times: u32,
    /// Microseconds: the median, what 95 of 100 did not exceed, and the slowest.
    pub p50_us: i64,
    pub p95_us: i64,
    pub slowest_us: i64,
    /// The id of the slowest one.
    pub exchange: String,
    /// The statement that took longest in it; `null` where none ran.
    pub statement: Option<SlowStatement>,
}

/// A statement of the slowest request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SlowStatement {
    pub operation: Option<Operation>,
    /// With `?` for its values.
    pub text: String,
    pub duration_us: i64,
}

impl Store {
    /// What failed since a moment (milliseconds since 1970), requests that failed alike as one, the latest
    /// first.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn causes(&self, since: i64, limit: usize) -> Result<Vec<Cause>, StoreError> {
        let read = |row: &SqliteRow| {
            Ok(Cause {
                application: row.try_get(0)?,
                title: row.try_get(1)?,
                cause: row.try_get(2)?,
                outcome: variant(row.try_get(3)?).unwrap_or(Outcome::Failed),
                status: row.try_get(4)?,
                times: row.try_get(5)?,
                users: row.try_get(6)?,
                at: row.try_get(8)?,
                exchange: row.try_get(9)?,
                subject: row.try_get(10)?,
            })
        };
        self.worst(CAUSES, since, limit, read).await
    }

    /// The users whom requests failed for since a moment (milliseconds since 1970), the most frequent
    /// first.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn failing_users(
        &self,
        since: i64,
        limit: usize,
    ) -> Result<Vec<FailingUser>, StoreError> {
        let read = |row: &SqliteRow| {
            Ok(FailingUser {
                application: row.try_get(0)?,
                user: row.try_get(1)?,
                times: row.try_get(2)?,
                at: row.try_get(3)?,
                exchange: row.try_get(4)?,
                title: row.try_get(5)?,
                cause: row.try_get(6)?,
                mended_at: row.try_get(7)?,
            })
        };
        self.worst(USERS, since, limit, read).await
    }

    /// The kinds of requests that took longest since a moment (milliseconds since 1970), the slowest
    /// first.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn slowest(&self, since: i64, limit: usize) -> Result<Vec<SlowKind>, StoreError> {
        let read = |row: &SqliteRow| {
            let statement: Option<&str> = row.try_get(7)?;
            Ok(SlowKind {
                application: row.try_get(0)?,
                title: row.try_get(1)?,
                times: row.try_get(2)?,
                p50_us: row.try_get(3)?,
                p95_us: row.try_get(4)?,
                slowest_us: row.try_get(5)?,
                exchange: row.try_get(6)?,
                statement: statement.and_then(|text| serde_json::from_str(text).ok()),
            })
        };
        self.worst(SLOWEST, since, limit, read).await
    }

    async fn worst<T>(
        &self,
        text: &'static str,
        since: i64,
        limit: usize,
        read: impl Fn(&SqliteRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = sqlx::query(text)
            .bind(since)
            .bind(bounded(limit))
            .fetch_all(&self.0.readers)
            .await;
        rows.and_then(|rows| rows.iter().map(read).collect())
            .map_err(|error| StoreError::read(&self.0.path, &error))
    }
}
