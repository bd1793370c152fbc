//! A call that was made: request, answer, time, and what the provider would say to it.
//!
//! **Invariant:** no secret is in it. Headers that say who asks read `•••`, and so does a password in a
//! body.

use serde::{Deserialize, Serialize};
use sluice_core::exchange::{Body, Diagnosis, Message};
use sluice_core::secret::MASK;
use ts_rs::TS;

/// How much of a body is kept, in bytes: a page of 100 users has about 85 KB.
const KEPT: usize = 128 * 1024;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SimulatorSeverity")]
pub enum Severity {
    Good,
    /// The provider goes on, and an administrator should know.
    Warning,
    /// The provider would report a failure, or do something that nobody wants.
    Bad,
}

/// Something that was looked at in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallFinding {
    pub severity: Severity,
    /// One sentence.
    pub text: String,
}

impl CallFinding {
    pub(crate) fn new(severity: Severity, text: impl Into<String>) -> Self {
        Self {
            severity,
            text: text.into(),
        }
    }
}

/// A call and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorCall")]
pub struct Call {
    /// What it is for, in plain words: "Look up by userName".
    pub title: String,
    pub method: String,
    /// Below the base URL, with its query.
    pub path: String,
    /// Whether it was sent. A write of a preview is shown only.
    pub sent: bool,
    pub request: Message,
    /// `null` where no answer came.
    pub status: Option<u16>,
    pub answer: Message,
    /// Microseconds until the whole answer was there.
    #[ts(type = "number")]
    pub duration_us: i64,
    /// The id of the exchange in which Sluice recorded it, where it was an endpoint of Sluice.
    pub exchange: Option<String>,
    /// Why no answer came.
    pub problem: Option<Diagnosis>,
    pub findings: Vec<CallFinding>,
}

impl Call {
    /// Whether the provider would go on after it.
    pub fn passed(&self) -> bool {
        self.problem.is_none()
            && self
                .findings
                .iter()
                .all(|finding| finding.severity != Severity::Bad)
    }

    pub(crate) fn find(&mut self, severity: Severity, text: impl Into<String>) {
        self.findings.push(CallFinding::new(severity, text));
    }
}

/// A body as it is kept: its beginning, without the value of a password.
pub(crate) fn body(text: &str) -> Option<Body> {
    if text.is_empty() {
        return None;
    }
    let masked = serde_json::from_str(text)
        .ok()
        .and_then(|mut json| mask(&mut json).then(|| json.to_string()));
    let text = masked.as_deref().unwrap_or(text);
    let mut end = text.len().min(KEPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Some(Body {
        text: text[..end].to_owned(),
        bytes: text.len(),
        truncated: end < text.len(),
    })
}

/// Masks the values of passwords; whether there were any.
fn mask(json: &mut serde_json::Value) -> bool {
    let mut any = false;
    match json {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                if name.eq_ignore_ascii_case("password") {
                    *value = MASK.into();
                    any = true;
                } else {
                    any |= mask(value);
                }
            }
        }
        serde_json::Value::Array(list) => {
            for value in list {
                any |= mask(value);
            }
        }
        _ => {}
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_kept_and_a_long_body_is_cut_between_characters() {
        let kept = body(r#"{"userName":"a","Password":"hunter2"}"#).unwrap();
        assert!(!kept.text.contains("hunter2"), "{}", kept.text);
        assert!(kept.text.contains("\"userName\":\"a\""));
        let long = body(&"é".repeat(KEPT)).unwrap();
        assert!(long.truncated && long.text.len() <= KEPT);
        assert_eq!(long.bytes, 2 * KEPT);
        assert_eq!(body(""), None);
    }
}
