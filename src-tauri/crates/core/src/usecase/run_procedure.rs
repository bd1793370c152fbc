//! Running a procedure by hand: in a transaction that is rolled back, or for good. What it changes in
//! the tables that its source writes is read before and after, in both ways alike.
//!
//! **Invariant:** a dry run commits nothing, and a run for good commits only after the call came to its
//! end without an error.

use std::sync::Arc;

use crate::dry_run::{CautionKind, Rollback, Touched, cautions};
use crate::exchange::{Diagnosis, StatementRecord};
use crate::failure::{DatabaseError, Failure};
use crate::plan::Statement;
use crate::ports::{Access, ResultColumn, ResultSet, RowSink, Session};
use crate::procedure::{
    ProcedureRun, RunEnd, RunMode, RunPart, RunProgress, RunStage, expectation_of,
};
use crate::value::Value;

use super::Context;
use super::dry_run::{look_into as find, touched};
use super::watched::Watched;

/// Takes how far a run is.
pub type Told<'a> = &'a (dyn Fn(RunProgress) + Send + Sync);

/// So many rows come between two words of how far it is.
const EVERY: u64 = 1_000;

/// What a call would touch, found by the words of the routine's source. Nothing is run.
///
/// # Errors
/// A database that cannot be reached, or refuses to describe itself.
pub async fn look_into(context: &mut Context, statement: &Statement) -> Result<Touched, Failure> {
    let mut session = context.begin(Access::Read).await?;
    let touched = touched(context, session.as_mut(), statement).await;
    context.end(session, Access::Read, touched).await
}

/// Runs a call. Of each result set so many rows are kept as the context's trace keeps.
///
/// A dry run that could not be taken back is not run, unless `in_spite` says so.
///
/// # Errors
/// A database that cannot be reached. A call that fails is no error here: it is in what is given back.
pub async fn run_procedure(
    context: &mut Context,
    statement: &Statement,
    mode: RunMode,
    in_spite: bool,
    told: Told<'_>,
) -> Result<ProcedureRun, Failure> {
    let begun = context.trace.mark();
    let mut run = ProcedureRun {
        mode,
        end: RunEnd::NotRun,
        committed: false,
        cautions: Vec::new(),
        statement: None,
        problem: None,
        tables: Vec::new(),
        rollback: Rollback::NotRun,
        kept: Vec::new(),
        parts: Vec::new(),
        duration_us: 0,
        expectation: None,
    };
    let mut stages = Stages {
        told,
        parts: Vec::new(),
    };
    let watched = {
        let mark = stages.begin(context, RunStage::Look);
        let mut session = context.begin(Access::Read).await?;
        let found = find(context, session.as_mut(), statement).await;
        let (touched, watched) = context.end(session, Access::Read, found).await?;
        run.cautions = cautions(context.database.grammar(), &touched);
        stages.end(context, RunStage::Look, mark);
        watched
    };
    let cannot_hold = run
        .cautions
        .iter()
        .any(|caution| caution.kind == CautionKind::CannotHold);
    if mode == RunMode::Real || !cannot_hold || in_spite {
        call(context, statement, watched, &mut run, &mut stages).await?;
    }
    run.parts = stages.parts;
    run.duration_us = context.trace.since_us(begun);
    run.expectation = expectation_of(&run);
    Ok(run)
}

/// Tells the stages of a run, and how long each took.
struct Stages<'a> {
    told: Told<'a>,
    parts: Vec<RunPart>,
}

impl Stages<'_> {
    fn begin(&self, context: &Context, stage: RunStage) -> crate::trace::Mark {
        (self.told)(RunProgress { stage, rows: 0 });
        context.trace.mark()
    }

    fn end(&mut self, context: &Context, stage: RunStage, mark: crate::trace::Mark) {
        self.parts.push(RunPart {
            stage,
            duration_us: context.trace.since_us(mark),
        });
    }
}

async fn call(
    context: &mut Context,
    statement: &Statement,
    mut watched: Watched,
    run: &mut ProcedureRun,
    stages: &mut Stages<'_>,
) -> Result<(), Failure> {
    let mark = stages.begin(context, RunStage::Before);
    let mut session = context.begin(Access::Write).await?;
    watched.before(session.as_mut()).await?;
    stages.end(context, RunStage::Before, mark);

    let mark = stages.begin(context, RunStage::Run);
    let (record, result) = execute(context, session.as_mut(), statement, stages.told).await;
    stages.end(context, RunStage::Run, mark);
    run.statement = record;
    run.end = RunEnd::Succeeded;
    if let Err(failure) = result {
        run.end = RunEnd::Failed;
        run.problem = Some(failure.diagnosis);
    }

    let mut open = None;
    if run.end == RunEnd::Succeeded {
        let mark = stages.begin(context, RunStage::After);
        open = session.in_transaction().await.ok().flatten();
        let (tables, problem) = watched.compare(context, session.as_mut()).await;
        run.tables = tables;
        if problem.is_some() {
            run.end = RunEnd::Failed;
            run.problem = problem;
        }
        stages.end(context, RunStage::After, mark);
    }

    let mark = stages.begin(context, RunStage::End);
    let commits = run.mode == RunMode::Real && run.end == RunEnd::Succeeded;
    let ended = if commits {
        session.commit().await
    } else {
        session.rollback().await
    };
    stages.end(context, RunStage::End, mark);
    run.committed = commits && ended.is_ok();
    if commits {
        if let Err(error) = ended {
            run.end = RunEnd::Failed;
            run.problem = Some(uncertain(error));
        }
        return Ok(());
    }
    run.rollback = Rollback::NotVerified;
    if ended.is_ok() && !watched.is_empty() {
        let mark = stages.begin(context, RunStage::Verify);
        (run.rollback, run.kept) = watched.verify(context).await;
        stages.end(context, RunStage::Verify, mark);
    }
    if open == Some(false) {
        run.rollback = Rollback::Broken;
        run.problem.get_or_insert_with(|| Diagnosis {
            code: "dry_run.committed".to_owned(),
            cause: "The procedure ended the transaction by itself, so there was nothing left to roll back.".to_owned(),
            remedy: "Look at what stayed, and undo it by hand where it must not stay.".to_owned(),
            place: None,
        });
    }
    Ok(())
}

/// A commit without a good answer may have been done or not.
fn uncertain(error: DatabaseError) -> Diagnosis {
    let mut diagnosis = Failure::from_database(error, None).diagnosis;
    diagnosis.cause = format!(
        "The procedure ran, and the commit failed: {}",
        diagnosis.cause
    );
    "Whether it was kept is not known: look at the tables before it is run again."
        .clone_into(&mut diagnosis.remedy);
    diagnosis
}

/// Runs the call; its rows are counted all and kept as far as there is room.
async fn execute(
    context: &mut Context,
    session: &mut dyn Session,
    statement: &Statement,
    told: Told<'_>,
) -> (Option<StatementRecord>, Result<(), Failure>) {
    let mut rows = FirstRows {
        sets: Vec::new(),
        counts: Vec::new(),
        most: context.trace.sample_rows(),
        total: 0,
        told,
    };
    let steps = context.trace.len();
    let mark = context.trace.mark();
    let result = session
        .stream(statement, &mut rows)
        .await
        .map(|mut outcome| {
            outcome.sets = std::mem::take(&mut rows.sets);
            outcome
        })
        .map_err(|error| error.without_secrets(statement));
    context.trace.statement(
        &context.application,
        context.database.dialect(),
        statement,
        result.as_ref(),
        mark,
    );
    let mut record = context.trace.statements_from(steps).pop();
    if let Some(record) = &mut record
        && result.is_ok()
    {
        count(record, &rows.counts);
    }
    let result = result.map_err(|error| Failure::from_statement(error, statement));
    (record, result.map(drop))
}

/// Puts the number of all rows where the number of the kept ones stood.
fn count(record: &mut StatementRecord, counts: &[u64]) {
    let mut counts = counts.iter().map(|count| usize::try_from(*count));
    if let Some(Ok(rows)) = counts.next() {
        record.rows = rows;
        record.sample_truncated = rows > record.sample.len();
    }
    for (set, rows) in record.further.iter_mut().zip(counts) {
        set.rows = rows.unwrap_or(usize::MAX);
        set.truncated = set.rows > set.sample.len();
    }
}

/// Keeps the first rows of each result set and counts the others.
struct FirstRows<'a> {
    sets: Vec<ResultSet>,
    counts: Vec<u64>,
    most: usize,
    total: u64,
    told: Told<'a>,
}

impl RowSink for FirstRows<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.sets.push(ResultSet {
            columns,
            rows: Vec::new(),
        });
        self.counts.push(0);
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if let (Some(set), Some(count)) = (self.sets.last_mut(), self.counts.last_mut()) {
            *count += 1;
            if set.rows.len() < self.most {
                set.rows.push(row);
            }
        }
        self.total += 1;
        if self.total.is_multiple_of(EVERY) {
            (self.told)(RunProgress {
                stage: RunStage::Run,
                rows: self.total,
            });
        }
        Ok(())
    }
}
