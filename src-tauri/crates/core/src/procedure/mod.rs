//! A procedure called by hand: the form that its signature makes, the call that the form becomes, and
//! what a test case expects of it.
//!
//! **Invariant:** a value typed into the form reaches a statement as a bound parameter only; names are
//! quoted. What is secret is never part of anything that is kept.
//!
//! `form` makes the fields, `compose` the call, `expectation` compares a run with what is expected of
//! it; all of them are pure. The run itself is the use case `usecase::run_procedure`.
//!
//! To add a way to give a value: a variant of [`Given`], its arm in `compose`, its control in the form
//! of the console.

mod compose;
mod expectation;
mod form;
mod usage;

pub use compose::{Composed, FormNote, bare_call, compose};
pub use expectation::{
    Expectation, ExpectedEnd, ExpectedOut, ExpectedSet, ExpectedTable, Mismatch, compare,
    expectation_of,
};
pub use form::{FormControl, FormField, Omission, fields, is_secret};
pub use usage::used_by;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::catalogue::{ObjectName, Routine};
use crate::dry_run::{Caution, Rollback, TableChange};
use crate::exchange::{Diagnosis, StatementRecord};

/// What somebody gave for a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "give")]
pub enum Given {
    /// Nothing: the routine's own default.
    LeaveOut,
    Null,
    /// As it was typed. Booleans are `true` and `false`, bytes hexadecimal digits.
    Value {
        text: String,
    },
    /// A value that was not kept because it is secret; a run needs another one.
    Secret,
}

/// A parameter with what is given for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GivenArgument {
    /// Position in the routine's own list, from 1. A variadic routine takes further ones.
    pub position: usize,
    /// The parameter's name, so that what was kept is told apart from a changed signature.
    pub name: Option<String>,
    #[serde(flatten)]
    #[ts(flatten)]
    pub given: Given,
}

/// Whether what a run did is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    /// In a transaction that is rolled back.
    #[default]
    Dry,
    /// Committed at the end.
    Real,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunStage {
    Look,
    Before,
    Run,
    After,
    End,
    Verify,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RunProgress {
    pub stage: RunStage,
    /// Rows that came so far, of all result sets.
    #[ts(type = "number")]
    pub rows: u64,
}

/// How long a part of a run took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunPart {
    pub stage: RunStage,
    /// Microseconds.
    #[ts(type = "number")]
    pub duration_us: i64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// Something was found that a rollback cannot take back, so nothing was run.
    NotRun,
    Succeeded,
    Failed,
}

/// What a run of a procedure gave.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProcedureRun {
    pub mode: RunMode,
    pub end: RunEnd,
    /// Whether Sluice committed; a failed run is rolled back.
    pub committed: bool,
    /// What a reader must know of the rollback, found beforehand.
    pub cautions: Vec<Caution>,
    /// The call with its bound values, its result sets (their first rows), out values and messages;
    /// `None` where it was not run.
    pub statement: Option<StatementRecord>,
    /// Why it failed, where it did.
    pub problem: Option<Diagnosis>,
    /// What changed in the tables, as seen inside the transaction.
    pub tables: Vec<TableChange>,
    pub rollback: Rollback,
    /// Dry runs: what is different after the rollback from before. It may have been somebody else's
    /// work.
    pub kept: Vec<TableChange>,
    pub parts: Vec<RunPart>,
    /// Microseconds, everything together.
    #[ts(type = "number")]
    pub duration_us: i64,
    /// What a test case made of this run would expect.
    pub expectation: Option<Expectation>,
}

/// A routine as the list shows it is told from its overloads by this.
pub fn signature_of(routine: &Routine) -> String {
    let types: Vec<&str> = routine
        .parameters
        .iter()
        .map(|parameter| parameter.data_type.text.as_str())
        .collect();
    format!("{}({})", routine.name, types.join(", "))
}

/// A saved call of a procedure with what is expected of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestCase {
    pub routine: ObjectName,
    /// As [`signature_of`] gives it.
    pub signature: String,
    pub arguments: Vec<GivenArgument>,
    pub expectation: Expectation,
}
