//! What drivers say: diagnostic records, gathered as they come.
//!
//! odbc-api hands every record of a failure and of a success with information to the crate `log`;
//! listening there is the one way to all of them.

use std::sync::{Mutex, PoisonError};

use log::kv::Key;
use log::{LevelFilter, Log, Metadata, Record};
use odbc_api::Error;
use sluice_odbc::{Diagnostic, Failed};

/// So many are kept of one request; a driver may warn for every row.
const KEPT: usize = 100;

static HEARD: Mutex<Vec<Diagnostic>> = Mutex::new(Vec::new());

struct Listener;

impl Log for Listener {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let values = record.key_values();
        let Some(state) = values.get(Key::from("state")) else {
            return;
        };
        let native = values
            .get(Key::from("native_error"))
            .and_then(|number| number.to_i64());
        let diagnostic = Diagnostic {
            state: state.to_string(),
            native: native
                .and_then(|number| i32::try_from(number).ok())
                .unwrap_or_default(),
            message: record.args().to_string(),
        };
        let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() < KEPT && !heard.contains(&diagnostic) {
            heard.push(diagnostic);
        }
    }

    fn flush(&self) {}
}

/// Begins to listen.
pub fn listen() {
    static LISTENER: Listener = Listener;
    if log::set_logger(&LISTENER).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

/// Forgets what was heard of the request before.
pub fn forget() {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn take() -> Vec<Diagnostic> {
    std::mem::take(&mut *HEARD.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What was said beside a success. Left out is what this program brings about itself: that a buffer
/// took a part of a long value, that a setting was adjusted.
pub fn warnings() -> Vec<Diagnostic> {
    let mut heard = take();
    heard.retain(|said| {
        said.state.starts_with("01") && !matches!(said.state.as_str(), "01004" | "01S02")
    });
    heard
}

/// A failure with all its records.
pub fn failed(error: &Error) -> Failed {
    let mut diagnostics = take();
    // The first record of the failing call itself leads; what was heard before it were warnings.
    diagnostics.retain(|said| !said.state.starts_with("01") || is_missing_library(said));
    if let Error::Diagnostics { record, .. } = error {
        let leading = Diagnostic {
            state: record.state.as_str().to_owned(),
            native: record.native_error,
            message: String::from_utf8_lossy(&record.message).into_owned(),
        };
        diagnostics.retain(|said| *said != leading);
        diagnostics.insert(0, leading);
    }
    Failed {
        message: if diagnostics.is_empty() {
            error.to_string()
        } else {
            String::new()
        },
        diagnostics,
        ..Failed::default()
    }
}

/// A failure of this program's own.
pub fn told(message: &str) -> Failed {
    Failed {
        message: message.to_owned(),
        ..Failed::default()
    }
}

/// unixODBC says with the state of a warning that a driver's file cannot be loaded.
fn is_missing_library(said: &Diagnostic) -> bool {
    said.message.contains("Can't open lib")
}
