//! Recorded exchanges: the store in SQLite, the queue before it, its filter.
//!
//! **Invariant:** the exchange of a write is in the file before [`Recorder::record`] returns, so
//! before its answer leaves; the exchange of a read waits in a bounded queue and never delays an
//! answer; whatever is lost is counted. Nothing here knows what a secret is: exchanges arrive
//! redacted. Filter text meets SQL as bound parameters only.
//!
//! To add a filter word: see `filter/mod.rs`. To change the schema: the next file in `sql/log`, named
//! in `MIGRATIONS` in `store.rs`; a file that was released is never edited.
//!
//! [`Recorder::record`]: sluice_core::ports::Recorder::record

mod course;
mod error;
mod figures;
mod filter;
pub mod har;
mod imports;
mod list;
mod marks;
mod query;
mod retention;
mod row;
mod seen;
mod store;
mod worst;
mod writer;

pub use course::{Course, Point, Steps};
pub use error::StoreError;
pub use filter::{Choice, Completion, Part, Piece, PieceKind, Problem as FilterProblem};
pub use marks::{Colour, LONGEST_NOTE, MarkChange, Marked, Marks};
pub use query::{Page, Query};
pub use retention::{Bounds, Excess, Holdings, Reach};
pub use seen::{Seen, Sighting};
pub use store::{Options, Store};
pub use worst::{Cause, FailingUser, SlowKind, SlowStatement};

#[cfg(test)]
mod tests;
