//! An error as the console shows it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sluice_core::exchange::Diagnosis;
use sluice_core::{DatabaseError, Failure};
use ts_rs::TS;

/// What failed and why, what to do, and at which fields of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// A stable machine word.
    pub code: String,
    pub message: String,
    pub hint: Option<String>,
    pub fields: BTreeMap<String, String>,
    /// The exchange in which it happened.
    pub exchange: Option<String>,
}

impl Problem {
    pub fn new(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            hint: Some(hint.into()),
            fields: BTreeMap::new(),
            exchange: None,
        }
    }
}

/// Administrators see what the database said; secrets are not in it.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let mut message = failure.diagnosis.cause;
        if let Some(database) = &failure.database {
            message = format!("{message} {}", said(database));
        }
        Self::new(&failure.diagnosis.code, message, failure.diagnosis.remedy)
    }
}

impl From<Diagnosis> for Problem {
    fn from(diagnosis: Diagnosis) -> Self {
        Self::new(&diagnosis.code, diagnosis.cause, diagnosis.remedy)
    }
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        Failure::from_database(error, None).into()
    }
}

fn said(error: &DatabaseError) -> String {
    let code = match (&error.sqlstate, &error.code) {
        (Some(state), Some(code)) => format!(" (SQLSTATE {state}, {code})"),
        (Some(state), None) => format!(" (SQLSTATE {state})"),
        (None, Some(code)) => format!(" ({code})"),
        (None, None) => String::new(),
    };
    format!("The database said: {}{code}", error.message)
}
