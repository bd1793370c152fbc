//! A configuration in other forms than its own: the vendor server's properties, the connector header's
//! JSON, a script for cURL.
//!
//! **Invariant:** none of them holds a secret when it is written, and none is taken from what is read:
//! a secret that stands there is named, and where it belongs is said.
//!
//! To add a form: a file here that writes it, and one that reads it with [`FileRemark`]s for all it says.

pub mod header_json;
mod java;
mod masked;
pub mod script;
pub mod vendor;

pub use masked::masked;

use serde::Serialize;
use ts_rs::TS;

/// What becomes of one thing that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FileRemark {
    /// From 1; `null` where the file has no lines of its own for it.
    #[ts(type = "number | null")]
    pub line: Option<usize>,
    pub key: String,
    pub verdict: Verdict,
    /// What becomes of it, or why nothing does. Never a value of the file.
    pub says: String,
    /// What to do; `null` where there is nothing to do.
    pub remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It becomes part of the configuration.
    Taken,
    /// Sluice does so anyway.
    Same,
    /// A secret, which is set anew and never read from a file.
    Secret,
    /// It is not taken.
    Left,
}

impl FileRemark {
    fn new(line: Option<usize>, key: &str, verdict: Verdict, says: impl Into<String>) -> Self {
        Self {
            line,
            key: key.to_owned(),
            verdict,
            says: says.into(),
            remedy: None,
        }
    }

    fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}
