//! The steps of one exchange while it happens.

use std::sync::Arc;

use crate::config::{Application, Dialect};
use serde_json::Value as Json;

use crate::exchange::{OutRecord, ParameterRecord, SetRecord, StatementRecord, Step, StepKind};
use crate::failure::DatabaseError;
use crate::mapping::Kind;
use crate::plan::Statement;
use crate::ports::{Clock, DatabaseMessage, ResultColumn, StatementOutcome};
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

/// The first rows of a result that goes elsewhere, and how many there were.
#[derive(Debug, Default)]
pub struct Sample {
    pub columns: Arc<[ResultColumn]>,
    rows: Vec<Vec<Value>>,
    limit: usize,
    /// Rows that came so far.
    pub count: u64,
    /// What else is to be said of them.
    pub note: Option<String>,
}

impl Sample {
    /// Keeps at most `limit` rows.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Counts a row, and keeps it where there is room.
    pub fn take(&mut self, row: Vec<Value>) {
        self.count += 1;
        if self.rows.len() < self.limit {
            self.rows.push(row);
        }
    }
}

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

    /// When the trace began, as the beginning of a step.
    pub fn begun(&self) -> Mark {
        Mark(self.started)
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
        let detail = match result {
            Ok(outcome) => effect(outcome),
            Err(error) => Some(error.message.clone()),
        };
        self.push(
            StepKind::Statement,
            title(statement),
            mark,
            result.is_ok(),
            detail,
            Some(record),
        );
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

    /// Ends the step of a statement whose rows went elsewhere.
    pub fn streamed(
        &mut self,
        application: &Application,
        dialect: Dialect,
        statement: &Statement,
        sample: &Sample,
        error: Option<&DatabaseError>,
        mark: Mark,
    ) {
        let outcome = StatementOutcome::default();
        let result = error.map_or(Ok(&outcome), Err);
        let mut record = self.record(application, statement, result);
        let kept = self.sample_rows;
        record.take(set_record(
            application,
            &sample.columns,
            &sample.rows,
            sample.count,
            kept,
        ));
        if dialect == Dialect::Sqlite && statement.kind == Kind::Procedure {
            record.note = Some(SCRIPT.to_owned());
        }
        let rows = count(sample.count, "row");
        let detail = match (&sample.note, error) {
            (_, Some(error)) => format!("{rows}, then: {}", error.message),
            (Some(note), None) => format!("{rows}, {note}"),
            (None, None) => rows,
        };
        self.push(
            StepKind::Statement,
            title(statement),
            mark,
            error.is_none(),
            Some(detail),
            Some(record),
        );
    }

    /// Takes over the steps of another trace that began at the same time.
    pub fn append(&mut self, steps: &[Step]) {
        self.steps.extend_from_slice(steps);
    }

    /// An empty trace that counts from the same time.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            clock: Arc::clone(&self.clock),
            started: self.started,
            steps: Vec::new(),
            sample_rows: self.sample_rows,
        }
    }

    /// Of each result at most so many rows are kept.
    pub fn sample_rows(&self) -> usize {
        self.sample_rows
    }

    /// Microseconds since `mark`.
    pub fn since_us(&self, mark: Mark) -> i64 {
        self.clock.monotonic_us() - mark.0
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
                let mut sets = outcome.sets.iter().map(|set| {
                    let count = set.rows.len() as u64;
                    let kept = self.sample_rows;
                    set_record(application, &set.columns, &set.rows, count, kept)
                });
                if let Some(first) = sets.next() {
                    record.take(first);
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

fn title(statement: &Statement) -> String {
    statement
        .operation
        .map_or_else(|| "Statement".to_owned(), |operation| operation.to_string())
}

/// "1 row", "3 rows".
fn count(n: u64, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

impl StatementRecord {
    /// Takes a result set as the statement's first one.
    fn take(&mut self, set: SetRecord) {
        self.columns = set.columns;
        self.rows = set.rows;
        self.sample = set.sample;
        self.sample_truncated = set.truncated;
    }
}

/// A result set of `count` rows with at most `kept` of them, secret columns masked.
fn set_record(
    application: &Application,
    columns: &[ResultColumn],
    rows: &[Vec<Value>],
    count: u64,
    kept: usize,
) -> SetRecord {
    let secret: Vec<bool> = columns
        .iter()
        .map(|column| application.is_secret(&column.name))
        .collect();
    let row = |row: &Vec<Value>| {
        let cells = row.iter().zip(&secret);
        cells.map(|(value, secret)| shown(value, *secret)).collect()
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    SetRecord {
        columns: columns.iter().map(|column| column.name.clone()).collect(),
        rows: count,
        sample: rows.iter().take(kept).map(row).collect(),
        truncated: count > kept,
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
    match (outcome.sets.first(), outcome.affected) {
        (Some(set), _) => Some(count(set.rows.len() as u64, "row")),
        (None, Some(affected)) => Some(format!("{} changed", count(affected, "row"))),
        (None, None) => None,
    }
}
