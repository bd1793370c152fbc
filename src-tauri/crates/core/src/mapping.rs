//! A mapping: an operation's statement, its kind, its parameters.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::Dialect;
use crate::failure::Failure;
use crate::operation::Operation;

/// How a statement is meant, chosen by the administrator and enforced before anything runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// SELECT, INSERT, UPDATE, DELETE.
    Sql,
    /// A stored procedure or function, called.
    Procedure,
}

/// How many rows an SQL statement that writes must have changed; anything else is an error, and
/// nothing of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowContract {
    /// Exactly one. What the operations on users have where nothing is said.
    One,
    /// One or none: a database may count only rows whose values really became others.
    OneOrNone,
    /// Any number, none included. What the operations on entitlements have where nothing is said:
    /// giving what somebody holds already changes nothing.
    Any,
}

/// What an operation runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(default = "yes")]
    #[ts(as = "Option<bool>", optional)]
    pub enabled: bool,
    pub kind: Kind,
    /// One statement, one `?` for each parameter.
    pub statement: String,
    #[serde(default)]
    #[ts(as = "Option<Vec<Parameter>>", optional)]
    pub parameters: Vec<Parameter>,
    /// Get user entitlements only: a second statement without parameters that gives the
    /// entitlements of all users at once, so that an import needs no query for each user. Its
    /// columns are the user id, the entitlement id and the display column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub import: Option<String>,
    /// How many rows it must change; `None` is as the operation has it ([`Mapping::contract`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rows: Option<RowContract>,
    /// What a look at the statement found, kept because a statement does not change.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) checked: Checked,
}

impl Mapping {
    /// How many rows its statement must change; `None` where rows are not counted: a query changes
    /// none, and databases do not count inside a procedure, whose work is read back instead.
    pub fn contract(&self, operation: Operation) -> Option<RowContract> {
        if self.kind == Kind::Procedure || !operation.writes() {
            return None;
        }
        let usual = match operation {
            Operation::AddEntitlement | Operation::RemoveEntitlement => RowContract::Any,
            _ => RowContract::One,
        };
        Some(self.rows.unwrap_or(usual))
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Parameter {
    /// A database field: the column of the user, or of the entitlement.
    Field(String),
    /// A fixed text.
    Constant(Constant),
    /// A value that the routine gives back: `{ out = "P_ID" }`.
    Out(Out),
    /// A cursor that the routine opens: `{ cursor = "P_ROWS" }`. Its rows become a result set.
    Cursor(Cursor),
}

/// A value that the routine gives back: `{ out = "…" }`. A cursor may be written so too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Out {
    /// What it is called in the record.
    pub out: String,
}

/// A cursor that the routine opens: `{ cursor = "…" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// What it is called in the record.
    pub cursor: String,
}

/// A fixed text: `{ constant = "…" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
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
            Self::Cursor(cursor) => &cursor.cursor,
        }
    }

    /// Whether its value comes from the routine.
    pub fn is_out(&self) -> bool {
        matches!(self, Self::Out(_) | Self::Cursor(_))
    }
}
