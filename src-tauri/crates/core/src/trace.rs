//! The steps of one exchange while it happens.

use std::sync::Arc;

use crate::config::{Application, Dialect};
use crate::exchange::{ParameterRecord, StatementRecord, Step, StepKind};
use crate::failure::DatabaseError;
use crate::mapping::Kind;
use crate::plan::Statement;
use crate::ports::{Clock, ResultColumn, StatementOutcome};
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
        self.set(
            &mut record,
            application,
            &sample.columns,
            &sample.rows,
            sample.count,
        );
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
                value: match (&parameter.value, parameter.secret) {
                    (value, true) if !value.is_null() => MASK.into(),
                    (value, _) => value.to_json(),
                },
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
                if let Some(set) = outcome.sets.first() {
                    self.set(
                        &mut record,
                        application,
                        &set.columns,
                        &set.rows,
                        set.rows.len() as u64,
                    );
                }
            }
        }
        record
    }

    /// Notes a result set: its first rows, with secret cells masked.
    fn set(
        &self,
        record: &mut StatementRecord,
        application: &Application,
        columns: &[ResultColumn],
        rows: &[Vec<Value>],
        count: u64,
    ) {
        let secret: Vec<bool> = columns
            .iter()
            .map(|column| application.is_secret(&column.name))
            .collect();
        let shown = |(value, secret): (&Value, &bool)| {
            if *secret && !value.is_null() {
                MASK.into()
            } else {
                value.to_json()
            }
        };
        record.columns = columns.iter().map(|column| column.name.clone()).collect();
        record.rows = usize::try_from(count).unwrap_or(usize::MAX);
        record.sample_truncated = record.rows > self.sample_rows;
        record.sample = rows
            .iter()
            .take(self.sample_rows)
            .map(|row| row.iter().zip(&secret).map(shown).collect())
            .collect();
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

/// "3 rows" or "1 row changed"; nothing where the database says nothing.
fn effect(outcome: &StatementOutcome) -> Option<String> {
    match (outcome.sets.first(), outcome.affected) {
        (Some(set), _) => Some(count(set.rows.len() as u64, "row")),
        (None, Some(affected)) => Some(format!("{} changed", count(affected, "row"))),
        (None, None) => None,
    }
}
