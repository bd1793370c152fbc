//! The figures of the Overview: requests, failures and durations over time, and what of them deserves a
//! look.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_log::{Cause, Course, FailingUser, SlowKind, Steps};
use ts_rs::TS;

use super::store_problem;
use crate::app::App;
use crate::problem::Problem;

/// How many lines each list has at most: as many as are read at a glance.
const CAUSES: usize = 8;
const USERS: usize = 6;
const SLOWEST: usize = 5;

/// The time that is looked at, up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Range {
    Hour,
    Day,
    Week,
}

impl Range {
    /// The length of a step in milliseconds, and how many there are: about as many as a small chart can
    /// show apart.
    fn steps(self) -> (i64, i64) {
        const MINUTE: i64 = 60_000;
        match self {
            Self::Hour => (MINUTE, 60),
            Self::Day => (15 * MINUTE, 96),
            Self::Week => (120 * MINUTE, 84),
        }
    }
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct FiguresInput {
    pub range: Range,
}

/// What was recorded in a range, of all applications together.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Figures {
    pub range: Range,
    pub course: Course,
    /// What failed, requests that failed alike as one, the latest first; at most eight.
    pub causes: Vec<Cause>,
    /// Whom requests failed for, the most frequent first; at most six.
    pub users: Vec<FailingUser>,
    /// What took longest, by the kind of request; at most five.
    pub slowest: Vec<SlowKind>,
}

/// Everything that is drawn over time. Only the store is read; for a week of 100,000 exchanges that takes
/// about a second, so ask for it as often as its steps are long, not with every exchange.
pub async fn figures(app: Arc<App>, input: FiguresInput) -> Result<Figures, Problem> {
    let (step, count) = input.range.steps();
    let steps = Steps::until(app.clock.wall_us() / 1000, step, count);
    let store = &app.store;
    Ok(Figures {
        range: input.range,
        course: store.course(steps).await.map_err(store_problem)?,
        causes: store
            .causes(steps.from, CAUSES)
            .await
            .map_err(store_problem)?,
        users: store
            .failing_users(steps.from, USERS)
            .await
            .map_err(store_problem)?,
        slowest: store
            .slowest(steps.from, SLOWEST)
            .await
            .map_err(store_problem)?,
    })
}
