//! The program's own log: on standard error, at levels that may change while it runs, and its last lines for the
//! console.
//!
//! **Invariant:** what the environment's `SLUICE_LOG` names stands above the configuration. SQL Server's driver is silent
//! in every case: it writes each of its steps at `info`, and at `error` what the server says, which quotes
//! values; Sluice tells those errors itself, without secrets.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use sluice_core::config::{Area, Level, Levels};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

/// How many lines the console can look back.
const MOST: usize = 1000;
/// A line is cut beyond this, in characters: it stands in memory.
const LONGEST: usize = 2000;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Counts up from 1, without a gap.
    pub number: u64,
    /// In milliseconds since 1970.
    pub at: i64,
    pub level: Level,
    pub area: Area,
    pub text: String,
}

struct Logging {
    filter: reload::Handle<EnvFilter, Registry>,
    given: Option<String>,
    lines: Mutex<VecDeque<Line>>,
}

/// One for the process, as the log is.
static LOGGING: OnceLock<Logging> = OnceLock::new();

/// Begins to log on standard error, as the environment says, else at `info`. Once for a process.
pub fn start_logging() {
    let given = std::env::var("SLUICE_LOG")
        .ok()
        .filter(|given| !given.trim().is_empty())
        // What cannot be read counts as if it said nothing.
        .filter(|given| EnvFilter::try_new(given).is_ok());
    let (filter, handle) = reload::Layer::new(filter(given.as_deref(), &Levels::default()));
    let logging = Logging {
        filter: handle,
        given,
        lines: Mutex::default(),
    };
    if LOGGING.set(logging).is_err() {
        return;
    }
    let out = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    // Another subscriber stands only in a test's process.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(out)
        .with(Tail)
        .try_init();
}

/// Logs at these levels from the next line on.
pub(crate) fn apply(levels: &Levels) {
    let Some(logging) = LOGGING.get() else { return };
    if let Err(error) = logging
        .filter
        .reload(filter(logging.given.as_deref(), levels))
    {
        tracing::warn!(%error, "the levels of the log cannot be changed");
    }
}

/// What the environment says, which stands above the levels.
pub(crate) fn given() -> Option<String> {
    LOGGING.get().and_then(|logging| logging.given.clone())
}

/// The lines after a number, the oldest first.
pub(crate) fn after(number: u64) -> Vec<Line> {
    let Some(logging) = LOGGING.get() else {
        return Vec::new();
    };
    let lines = logging.lines.lock().unwrap_or_else(PoisonError::into_inner);
    lines
        .iter()
        .filter(|line| line.number > number)
        .cloned()
        .collect()
}

fn filter(given: Option<&str>, levels: &Levels) -> EnvFilter {
    EnvFilter::new(directives(given, levels))
}

/// The more particular directive counts, and of two of one target the later.
fn directives(given: Option<&str>, levels: &Levels) -> String {
    match given {
        // A level alone is meant for everything.
        Some(given) => format!("{given},mssql_tds=off"),
        None => format!("{},mssql_tds=off", levels.directives()),
    }
}

/// Keeps the last lines.
struct Tail;

impl<S: Subscriber> Layer<S> for Tail {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(logging) = LOGGING.get() else { return };
        let mut words = Words::default();
        event.record(&mut words);
        let at = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            });
        let level = match *event.metadata().level() {
            tracing::Level::ERROR => Level::Error,
            tracing::Level::WARN => Level::Warn,
            tracing::Level::INFO => Level::Info,
            _ => Level::Debug,
        };
        let text: String = words.0.trim().chars().take(LONGEST).collect();
        let mut lines = logging.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let number = lines.back().map_or(1, |line| line.number + 1);
        if lines.len() >= MOST {
            lines.pop_front();
        }
        lines.push_back(Line {
            number,
            at,
            level,
            area: Area::of(event.metadata().target()),
            text,
        });
    }
}

/// The message first, then what belongs to it, as on standard error.
#[derive(Default)]
struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            let rest = std::mem::take(&mut self.0);
            let _ = write!(self.0, "{value:?}{rest}");
        } else {
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environment_says_stands_above_and_the_driver_that_quotes_values_is_silent() {
        let levels = Levels([(Area::Databases, Level::Debug)].into());
        assert_eq!(
            directives(Some("warn,mssql_tds=debug"), &levels),
            "warn,mssql_tds=debug,mssql_tds=off"
        );
        let own = directives(None, &levels);
        assert!(own.starts_with("info,") && own.ends_with(",mssql_tds=off"));
        assert!(own.contains("sluice_db=debug"), "{own}");
    }
}
