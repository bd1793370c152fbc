//! A mapping: an operation's statement, its kind, its parameters.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::Dialect;
use crate::failure::Failure;

/// How a statement is meant, chosen by the administrator and enforced before anything runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// SELECT, INSERT, UPDATE, DELETE.
    Sql,
    /// A stored procedure or function, called.
    Procedure,
}

/// What an operation runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(default = "yes")]
    pub enabled: bool,
    pub kind: Kind,
    /// One statement, one `?` for each parameter.
    pub statement: String,
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// Get user entitlements only: a second statement without parameters that gives the
    /// entitlements of all users at once, so that an import needs no query for each user. Its
    /// columns are the user id, the entitlement id and the display column.
    #[serde(default)]
    pub import: Option<String>,
    /// What a look at the statement found, kept because a statement does not change.
    #[serde(skip)]
    pub(crate) checked: Checked,
}

/// The result of a check, made once for a dialect. It is no part of what a mapping says: a copy
/// begins without it, and all are equal.
#[derive(Debug, Default)]
pub struct Checked(OnceLock<(Dialect, Result<(), Failure>)>);

impl Checked {
    /// The kept result, or that of `check`.
    pub(crate) fn get(
        &self,
        dialect: Dialect,
        check: impl Fn() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self.0.get_or_init(|| (dialect, check())) {
            (kept, result) if *kept == dialect => result.clone(),
            _ => check(),
        }
    }
}

impl Clone for Checked {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Checked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Checked {}

const fn yes() -> bool {
    true
}

/// Where a `?` gets its value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    /// A database field: the column of the user, or of the entitlement.
    Field(String),
    /// A fixed text.
    Constant(Constant),
    /// A value that the routine gives back: `{ out = "P_ID" }`. An out cursor is one too, and its
    /// rows become a result set.
    Out(Out),
}

/// A value that the routine gives back: `{ out = "…" }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Out {
    /// What it is called in the record.
    pub out: String,
}

/// A fixed text: `{ constant = "…" }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    pub constant: String,
}

impl Parameter {
    /// As a screen names it.
    pub fn name(&self) -> &str {
        match self {
            Self::Field(field) => field,
            Self::Constant(_) => "constant",
            Self::Out(out) => &out.out,
        }
    }
}
