//! The steps of one exchange while it happens.

use std::sync::Arc;

use crate::config::{Application, Dialect};
use serde_json::Value as Json;

use crate::exchange::{OutRecord, ParameterRecord, SetRecord, StatementRecord, Step, StepKind};
use crate::failure::DatabaseError;
use crate::mapping::Kind;
use crate::plan::Statement;
use crate::ports::{Clock, DatabaseMessage, ResultSet, StatementOutcome};
use crate::secret::MASK;
use crate::value::Value;

/// SQLite has no procedures, and nobody shall learn otherwise from the demo.
const SCRIPT: &str = "A script of the table SLUICE_PROCEDURES, run by Sluice: SQLite has no stored procedures of its own.";

/// Collects steps with their times, counted from where it was made.
pub struct Trace {
    clock: Arc<dyn Clock>,
    started: i64,
    steps: Vec<Step>,
    sample_rows: usize,
}

/// When a step began.
#[derive(Clone, Copy)]
pub struct Mark(i64);

impl Trace {
    /// Begins a trace; of each result at most `sample_rows` rows are kept.
    pub fn new(clock: Arc<dyn Clock>, sample_rows: usize) -> Self {
        let started = clock.monotonic_us();
        Self {
            clock,
            started,
            steps: Vec::with_capacity(8),
            sample_rows,
        }
    }

    /// Now, as the beginning of a step.
    pub fn mark(&self) -> Mark {
        Mark(self.clock.monotonic_us())
    }

    /// Microseconds since the trace began.
    pub fn elapsed_us(&self) -> i64 {
        self.clock.monotonic_us() - self.started
    }

    /// Microseconds since 1970, for what must expire.
    pub fn wall_us(&self) -> i64 {
        self.clock.wall_us()
    }

    /// Ends a step that began at `mark`.
    pub fn step(
        &mut self,
        kind: StepKind,
        title: impl Into<String>,
        mark: Mark,
        ok: bool,
        detail: Option<String>,
    ) {
        self.push(kind, title.into(), mark, ok, detail, None);
    }

    /// Ends the step of a statement, with what it gave or why it failed.
    pub fn statement(
        &mut self,
        application: &Application,
        dialect: Dialect,
        statement: &Statement,
        result: Result<&StatementOutcome, &DatabaseError>,
        mark: Mark,
    ) {
        let mut record = self.record(application, statement, result);
        if dialect == Dialect::Sqlite && statement.kind == Kind::Procedure {
            record.note = Some(SCRIPT.to_owned());
        }
        let title = statement
            .operation
            .map_or_else(|| "Statement".to_owned(), |operation| operation.to_string());
        let detail = match result {
            Ok(outcome) => effect(outcome),
            Err(error) => Some(error.message.clone()),
        };
        self.push(
            StepKind::Statement,
            title,
            mark,
            result.is_ok(),
            detail,
            Some(record),
        );
    }

    /// Microseconds since `mark`.
    pub fn since(&self, mark: Mark) -> i64 {
        self.clock.monotonic_us() - mark.0
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The statements among the steps from this position on.
    pub fn statements_from(&self, position: usize) -> Vec<StatementRecord> {
        let steps = self.steps.iter().skip(position);
        steps.filter_map(|step| step.statement.clone()).collect()
    }

    /// Ends the trace.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    fn push(
        &mut self,
        kind: StepKind,
        title: String,
        mark: Mark,
        ok: bool,
        detail: Option<String>,
        statement: Option<StatementRecord>,
    ) {
        let duration_us = self.clock.monotonic_us() - mark.0;
        self.steps.push(Step {
            kind,
            title,
            start_us: mark.0 - self.started,
            duration_us,
            ok,
            detail,
            statement,
        });
    }

    fn record(
        &self,
        application: &Application,
        statement: &Statement,
        result: Result<&StatementOutcome, &DatabaseError>,
    ) -> StatementRecord {
        let parameters = statement
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| ParameterRecord {
                position: index + 1,
                name: parameter.name.clone(),
                value: shown(&parameter.value, parameter.secret),
                secret: parameter.secret,
            })
            .collect();
        let mut record = StatementRecord {
            operation: statement.operation,
            kind: statement.kind,
            text: statement.text.clone(),
            parameters,
            columns: Vec::new(),
            rows: 0,
            affected: None,
            sample: Vec::new(),
            sample_truncated: false,
            further: Vec::new(),
            outs: Vec::new(),
            returned: None,
            messages: Vec::new(),
            problem: None,
            note: None,
        };
        match result {
            Err(error) => {
                let mut problem = error.to_problem();
                problem.parameter = statement.at_fault(error).map(|index| index + 1);
                record.problem = Some(problem);
            }
            Ok(outcome) => {
                record.affected = outcome.affected;
                let mut sets = outcome
                    .sets
                    .iter()
                    .map(|set| set_record(application, set, self.sample_rows));
                if let Some(first) = sets.next() {
                    record.columns = first.columns;
                    record.rows = first.rows;
                    record.sample = first.sample;
                    record.sample_truncated = first.truncated;
                }
                record.further = sets.collect();
                record.outs = outcome
                    .outs
                    .iter()
                    .map(|out| OutRecord {
                        name: out.name.clone(),
                        value: shown(&out.value, is_secret(application, statement, &out.name)),
                    })
                    .collect();
                record.returned = outcome.returned.as_ref().map(Value::to_json);
                record.messages = outcome
                    .messages
                    .iter()
                    .map(|message| DatabaseMessage {
                        text: without_secrets(statement, &message.text),
                        ..message.clone()
                    })
                    .collect();
            }
        }
        record
    }
}

/// A result set with at most `sample` rows of it, secret columns masked.
pub(crate) fn set_record(application: &Application, set: &ResultSet, sample: usize) -> SetRecord {
    let secret: Vec<bool> = set
        .columns
        .iter()
        .map(|column| application.is_secret(&column.name))
        .collect();
    let row = |row: &Vec<Value>| {
        let cells = row.iter().zip(&secret);
        cells.map(|(value, secret)| shown(value, *secret)).collect()
    };
    SetRecord {
        columns: set.columns.iter().map(|c| c.name.clone()).collect(),
        rows: set.rows.len(),
        sample: set.rows.iter().take(sample).map(row).collect(),
        truncated: set.rows.len() > sample,
    }
}

/// A value as JSON, a secret one as the mask.
fn shown(value: &Value, secret: bool) -> Json {
    if secret && !value.is_null() {
        MASK.into()
    } else {
        value.to_json()
    }
}

/// Whether an out value must stay hidden: its parameter is mapped to a secret column, or is named
/// after one.
fn is_secret(application: &Application, statement: &Statement, name: &str) -> bool {
    let plain = name
        .get(2..)
        .filter(|_| name.to_ascii_lowercase().starts_with("p_"));
    application.is_secret(name)
        || plain.is_some_and(|plain| application.is_secret(plain))
        || statement
            .parameters
            .iter()
            .any(|parameter| parameter.secret && parameter.name.eq_ignore_ascii_case(name))
}

/// A message without the secret values that were bound.
fn without_secrets(statement: &Statement, text: &str) -> String {
    let secrets = statement.parameters.iter().filter(|p| p.secret);
    secrets
        .filter_map(|parameter| parameter.value.to_text())
        .filter(|secret| !secret.is_empty())
        .fold(text.to_owned(), |text, secret| text.replace(&secret, MASK))
}

/// "3 rows" or "1 row changed"; nothing where the database says nothing.
fn effect(outcome: &StatementOutcome) -> Option<String> {
    let count = |n: u64, noun: &str| {
        if n == 1 {
            format!("1 {noun}")
        } else {
            format!("{n} {noun}s")
        }
    };
    match (outcome.sets.first(), outcome.affected) {
        (Some(set), _) => Some(count(set.rows.len() as u64, "row")),
        (None, Some(affected)) => Some(format!("{} changed", count(affected, "row"))),
        (None, None) => None,
    }
}
