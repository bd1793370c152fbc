//! A look at the rows of one table or view: which rows, in which order, and in which form they leave.
//!
//! What is wanted is data ([`RowQuery`]); [`select`] makes a [`Statement`](crate::plan::Statement) of
//! it, a SELECT with quoted names and bound values, and [`document`] writes rows as CSV, JSON or INSERT
//! statements for a person to take away.
//!
//! **Invariant:** only SELECT is made here. A secret column is never read: where its value would
//! stand, the statement asks whether there is one. It can be neither a condition nor an order.
//!
//! To add a condition: a variant of [`Operator`], its arm in `condition.rs`, its word in
//! `ui/src/components/grid/filters.ts`.

mod condition;
pub mod document;
mod form;
pub mod select;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::catalogue::ObjectName;

/// Which rows of which relation, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowQuery {
    pub relation: ObjectName,
    /// All of them hold for every row.
    pub conditions: Vec<Condition>,
    /// The first counts most. What they leave open is settled by a key, so that pages neither overlap
    /// nor skip.
    pub sort: Vec<Sort>,
}

/// What a column is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "DataCondition")]
pub struct Condition {
    pub column: String,
    pub operator: Operator,
    /// As typed: numbers with a point, dates as ISO 8601, booleans `1` and `0`. As many as the
    /// operator takes.
    pub values: Vec<String>,
}

/// How a column is compared.
///
/// The negated ones hold for NULL too: who asks for all titles but one also means users without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DataOperator")]
pub enum Operator {
    /// Text anywhere in it, to the letter: `%` and `_` mean themselves. Letter case does not matter
    /// where the column's collation does not say otherwise.
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    Equals,
    NotEquals,
    OneOf,
    NoneOf,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// Both ends included.
    Between,
    IsNull,
    IsNotNull,
}

/// One column of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "DataSort")]
pub struct Sort {
    pub column: String,
    pub descending: bool,
}

/// A part of the rows in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows before it.
    pub first: u64,
    pub count: u64,
}

/// Why a query is not made. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no column {column} in {relation}.")]
    NoColumn { column: String, relation: String },
    #[error("{column} is a secret column: it can be neither filtered nor sorted by.")]
    Secret { column: String },
    #[error("{column} is {data_type}, which cannot be sorted by.")]
    Unsortable { column: String, data_type: String },
    #[error("{column} is {data_type}, which can only be asked whether it is NULL.")]
    Incomparable { column: String, data_type: String },
    #[error("{column} is {data_type} and wants {wanted}; \"{value}\" is none.")]
    Value {
        column: String,
        data_type: String,
        value: String,
        wanted: String,
    },
    #[error("The condition on {column} takes {wanted}, and {given} are given.")]
    Arity {
        column: String,
        wanted: &'static str,
        given: usize,
    },
    #[error("Every column of {relation} is secret.")]
    NothingToRead { relation: String },
}

impl Refusal {
    /// The column it is about.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::NoColumn { column, .. }
            | Self::Secret { column }
            | Self::Unsortable { column, .. }
            | Self::Incomparable { column, .. }
            | Self::Value { column, .. }
            | Self::Arity { column, .. } => Some(column),
            Self::NothingToRead { .. } => None,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoColumn { .. } => {
                "The table may have changed; read it anew and choose the column again."
            }
            Self::Secret { .. } => "Take the condition or the order away.",
            Self::Unsortable { .. } => "Sort by another column.",
            Self::Incomparable { .. } => "Ask for NULL or not NULL, or filter by another column.",
            Self::Value { .. } | Self::Arity { .. } => "Correct the condition.",
            Self::NothingToRead { .. } => {
                "Take a column out of secret_columns in the configuration if it is none."
            }
        }
    }
}
