//! Which exchanges to list, and a page of them.

use sluice_core::exchange::ExchangeSummary;

use crate::filter::Problem;
use crate::marks::Marked;

/// Which exchanges to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What they must match; empty for everything that was recorded. Its words stand in
    /// `filter/vocabulary.rs`. Imported ones are listed only where it asks for them.
    pub filter: String,
    /// The time zone in which its times are written, as the zone database names it; empty for UTC.
    pub zone: String,
    /// Only exchanges before this one: [`Page::next`] of the page before.
    pub before: Option<i64>,
    /// Only exchanges after this `seq`.
    pub after: Option<i64>,
    /// Only exchanges after this `seq`, and pinned ones: the view was cleared there.
    pub cleared: Option<i64>,
    /// How many at most; between 1 and 1000.
    pub limit: usize,
}

/// A page of the list, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub exchanges: Vec<ExchangeSummary>,
    /// Those of them that have marks, or were imported.
    pub marked: Vec<Marked>,
    /// Whether older ones may match as well.
    pub more: bool,
    /// What to ask for next, as [`Query::before`]. A filter that looks into bodies and statements is followed
    /// for a second at most, and then goes on from here: the page may be short, or empty, and yet not the last.
    pub next: Option<i64>,
    /// How many match in the whole store.
    pub total: u64,
    /// Whether `total` is the whole number; otherwise there are at least so many.
    pub counted: bool,
    /// What of the filter cannot be read, and takes no part.
    pub problems: Vec<Problem>,
}
