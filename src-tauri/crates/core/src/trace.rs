//! The steps of one exchange while it happens.

use std::sync::Arc;

use crate::config::{Application, Dialect};
use crate::exchange::{ParameterRecord, StatementRecord, Step, StepKind};
use crate::failure::DatabaseError;
use crate::mapping::Kind;
use crate::plan::Statement;
use crate::ports::{Clock, StatementOutcome};
use crate::secret::MASK;

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
                    let secret: Vec<bool> = set
                        .columns
                        .iter()
                        .map(|column| application.is_secret(&column.name))
                        .collect();
                    record.columns = set
                        .columns
                        .iter()
                        .map(|column| column.name.clone())
                        .collect();
                    record.rows = set.rows.len();
                    record.sample_truncated = set.rows.len() > self.sample_rows;
                    record.sample = set
                        .rows
                        .iter()
                        .take(self.sample_rows)
                        .map(|row| {
                            row.iter()
                                .zip(&secret)
                                .map(|(value, secret)| {
                                    if *secret && !value.is_null() {
                                        MASK.into()
                                    } else {
                                        value.to_json()
                                    }
                                })
                                .collect()
                        })
                        .collect();
                }
            }
        }
        record
    }
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
