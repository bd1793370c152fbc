//! A dry run: a statement in a transaction that is rolled back, with the rows of the
//! tables it writes before and after.
//!
//! **Invariant:** whether the rollback held is never assumed. What could break it is said before
//! anything runs, and afterwards the same rows are read again through another connection.
//!
//! `caution` decides what is said beforehand, `difference` compares rows; both are pure. The run
//! itself is the use case `usecase::dry_run`.

mod caution;
mod difference;

pub use caution::{Caution, CautionKind, Touched, cautions};
pub use difference::{ChangedRow, Rows, TableChange, difference};

use serde::Serialize;
use serde_json::Value as Json;
use ts_rs::TS;

use crate::exchange::{Diagnosis, StatementRecord};

/// Whether the rollback took everything back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Rollback {
    /// Nothing was run.
    NotRun,
    /// The tables that were looked at are as before, read through another connection.
    Held,
    /// They are not: what stayed is in [`DryRun::kept`].
    Broken,
    /// It was sent, and there was no table to compare it with, or reading again failed.
    NotVerified,
}

/// What the provider would have been told, had a request run the operation.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ProviderAnswer {
    /// The HTTP status.
    #[ts(type = "number")]
    pub status: u16,
    /// The SCIM resource, list or error.
    #[ts(type = "JsonValue")]
    pub body: Json,
    /// What is different from a real answer: "The first 20 of 100,016 users; …".
    pub note: Option<String>,
}

/// What a dry run found.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// What a reader must know of the rollback, found beforehand.
    pub cautions: Vec<Caution>,
    /// The statements that ran, the reads for the comparison left out.
    pub statements: Vec<StatementRecord>,
    /// Why it failed, where it did.
    pub problem: Option<Diagnosis>,
    /// What the provider would have been told; `null` where nothing was run, and where it was no
    /// operation.
    pub answer: Option<ProviderAnswer>,
    /// What changed inside the transaction.
    pub tables: Vec<TableChange>,
    pub rollback: Rollback,
    /// What is different after the rollback from before. It may have been somebody else's work.
    pub kept: Vec<TableChange>,
    /// Microseconds, everything together.
    #[ts(type = "number")]
    pub duration_us: i64,
}
