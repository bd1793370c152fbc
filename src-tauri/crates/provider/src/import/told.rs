//! What is told of an import: its steps, how far it is, how long its pages took, and what came of it.

use serde::{Deserialize, Serialize};
use sluice_core::exchange::Diagnosis;
use ts_rs::TS;

use crate::call::Call;
use crate::paging::PagingFinding;
use crate::spool::Counts;

/// How many page times are given back; more are drawn together.
const DRAWN: usize = 300;

/// The steps of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SimulatorStepName")]
pub enum StepName {
    Configure,
    Discover,
    Users,
    Entitlements,
    Paging,
    Compare,
}

/// A step that was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorStep")]
pub struct Step {
    pub name: StepName,
    /// What it found, in a few words.
    pub detail: String,
    pub passed: bool,
    #[ts(type = "number")]
    pub duration_us: i64,
}

/// How long pages took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PageTimes {
    pub pages: usize,
    /// How many users a page was asked for.
    pub size: usize,
    #[ts(type = "number")]
    pub p50_us: i64,
    #[ts(type = "number")]
    pub p99_us: i64,
    #[ts(type = "number")]
    pub slowest_us: i64,
    /// At most 300, in order; of pages that are drawn together the slowest.
    #[ts(type = "Array<number>")]
    pub drawn_us: Vec<i64>,
}

/// How far an import is.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorProgress")]
pub struct ImportProgress {
    /// The step it is in.
    pub stage: StepName,
    /// The steps that are done.
    pub steps: Vec<Step>,
    pub pages: usize,
    /// How many pages there will be; `null` before the first one came.
    pub pages_total: Option<usize>,
    pub users: Counts,
    pub total: Option<usize>,
    pub times: PageTimes,
    #[ts(type = "number")]
    pub elapsed_us: i64,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorImport")]
pub struct Import {
    pub steps: Vec<Step>,
    /// The calls before the pages, the first page, and the one that failed.
    pub calls: Vec<Call>,
    /// Why it ended before its end; `null` where it did not.
    pub failure: Option<Diagnosis>,
    pub users: Counts,
    pub entitlements: Counts,
    pub times: PageTimes,
    pub paging: Vec<PagingFinding>,
    /// `null` where the server tells none.
    pub capabilities: Option<Vec<String>>,
    #[ts(type = "number")]
    pub duration_us: i64,
}

/// How long pages took, of all their times in microseconds.
pub(super) fn times(all: &[i64], size: usize) -> PageTimes {
    let mut sorted = all.to_vec();
    sorted.sort_unstable();
    let at = |part: usize| {
        let place = (sorted.len() * part).div_ceil(100).max(1) - 1;
        sorted.get(place).copied().unwrap_or_default()
    };
    let bucket = all.len().div_ceil(DRAWN).max(1);
    PageTimes {
        pages: all.len(),
        size,
        p50_us: at(50),
        p99_us: at(99),
        slowest_us: sorted.last().copied().unwrap_or_default(),
        drawn_us: all
            .chunks(bucket)
            .filter_map(|chunk| chunk.iter().max().copied())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_times_are_told_by_their_place_and_drawn_in_at_most_300_parts() {
        let all: Vec<i64> = (1..=1000).collect();
        let told = times(&all, 100);
        assert_eq!(
            (told.p50_us, told.p99_us, told.slowest_us),
            (500, 990, 1000)
        );
        assert_eq!(told.drawn_us.len(), 250);
        assert_eq!(told.drawn_us[0], 4);
        assert_eq!(times(&[], 100).p99_us, 0);
        assert_eq!(times(&[7], 100).p50_us, 7);
    }
}
