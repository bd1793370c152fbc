//! Requests, failures and durations over time, as the Overview draws them.
//!
//! **Invariant:** each figure is counted in the store by one statement; no row of an exchange is loaded
//! for it. What was opened from a file is no part of it.
//!
//! To add a figure: a column of [`COURSE`] and a field of [`Point`].

use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use ts_rs::TS;

use crate::error::StoreError;
use crate::store::Store;

/// How many points a course has at most: more than a screen has room for.
const MOST_POINTS: i64 = 1_000;

/// The percentile is the nearest rank: the duration that 95 of 100 requests did not exceed.
const COURSE: &str = "WITH ranked AS ( \
       SELECT (at - ?1) / ?2 AS step, outcome, duration_us, \
         row_number() OVER of_step AS place, \
         count(*) OVER (PARTITION BY (at - ?1) / ?2) AS total \
       FROM exchanges WHERE at >= ?1 AND at < ?1 + ?2 * ?3 AND import_id IS NULL \
       WINDOW of_step AS (PARTITION BY (at - ?1) / ?2 ORDER BY duration_us)) \
     SELECT step, count(*), sum(outcome = 'failed'), sum(outcome = 'refused'), \
       max(CASE WHEN place = (total * 95 + 99) / 100 THEN duration_us END) \
     FROM ranked GROUP BY step ORDER BY step";

/// The same over the whole time: a percentile is not made of percentiles.
const WHOLE: &str = "WITH ranked AS ( \
       SELECT duration_us, row_number() OVER (ORDER BY duration_us) AS place, count(*) OVER () AS total \
       FROM exchanges WHERE at >= ?1 AND at < ?1 + ?2 * ?3 AND import_id IS NULL) \
     SELECT max(CASE WHEN place = (total + 1) / 2 THEN duration_us END), \
       max(CASE WHEN place = (total * 95 + 99) / 100 THEN duration_us END) \
     FROM ranked";

/// A stretch of time in steps of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Milliseconds since 1970, where the first step begins.
    pub from: i64,
    /// The length of a step in milliseconds; at least one.
    pub step: i64,
    /// How many steps; between 1 and 1000.
    pub count: i64,
}

impl Steps {
    /// The steps up to and with the one that `now` is in. They begin at whole multiples of a step, so that
    /// what was counted once stays in its step.
    pub fn until(now: i64, step: i64, count: i64) -> Self {
        let step = step.max(1);
        let count = count.clamp(1, MOST_POINTS);
        Self {
            from: (now.div_euclid(step) + 1 - count) * step,
            step,
            count,
        }
    }
}

/// One step of a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// Everything that was recorded, failures and refusals with it.
    pub requests: u32,
    /// Answered with an error.
    pub failed: u32,
    /// Turned away before it was read.
    pub refused: u32,
    /// What 95 of 100 requests did not exceed, in microseconds; `null` where there was none.
    pub p95_us: Option<i64>,
}

/// Requests, failures and durations, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    /// Milliseconds since 1970, where the first step begins.
    pub from: i64,
    /// The length of a step in milliseconds.
    pub step: i64,
    /// One for each step, the oldest first; the last one is not over yet.
    pub points: Vec<Point>,
    /// The median of all of them, in microseconds.
    pub p50_us: Option<i64>,
    /// What 95 of 100 of all of them did not exceed, in microseconds.
    pub p95_us: Option<i64>,
}

impl Store {
    /// Requests, failures and durations over time.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn course(&self, steps: Steps) -> Result<Course, StoreError> {
        let Steps { from, step, count } = steps;
        let read = async {
            let rows = sqlx::query(COURSE)
                .bind(from)
                .bind(step)
                .bind(count)
                .fetch_all(&self.0.readers)
                .await?;
            let (p50_us, p95_us) = sqlx::query_as(WHOLE)
                .bind(from)
                .bind(step)
                .bind(count)
                .fetch_one(&self.0.readers)
                .await?;
            let length = usize::try_from(count).unwrap_or_default();
            let mut points = vec![Point::default(); length];
            for row in rows {
                let place = usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(usize::MAX);
                if let Some(point) = points.get_mut(place) {
                    *point = Point {
                        requests: row.try_get(1)?,
                        failed: row.try_get(2)?,
                        refused: row.try_get(3)?,
                        p95_us: row.try_get(4)?,
                    };
                }
            }
            Ok::<_, sqlx::Error>(Course {
                from,
                step,
                points,
                p50_us,
                p95_us,
            })
        };
        read.await
            .map_err(|error| StoreError::read(&self.0.path, &error))
    }
}
