//! Dry run: a statement in a transaction that is rolled back, with the rows before and after.

use serde_json::{Map, Value as Json};

use crate::catalogue::{ObjectName, Question};
use crate::dry_run::{CautionKind, DryRun, Rollback, Touched, cautions};
use crate::effects::{Effects, effects};
use crate::exchange::Diagnosis;
use crate::failure::Failure;
use crate::mapping::Kind;
use crate::operation::Operation;
use crate::plan::Statement;
use crate::ports::{Access, Session};
use crate::profile::Fields;
use crate::sql::{ProcedureCall, name_parts};
use crate::value::Value;

use super::Context;
use super::provider_answer::told;
use super::watched::Watched;

/// How deep routines that call routines are looked into.
const DEPTH: usize = 4;

/// The statement of a mapped operation with values for its fields; a field that is left out is as in
/// a request that leaves it out.
///
/// # Errors
/// Whatever planning gives: an operation that is not mapped, a value that does not fit.
pub fn planned(
    context: &mut Context,
    operation: Operation,
    fields: &Map<String, Json>,
) -> Result<Statement, Failure> {
    let mut values = Fields::default();
    for (name, value) in fields {
        values.set(name, Value::from_json(value));
    }
    context.plan(operation, &values)
}

/// Runs a statement and rolls it back.
///
/// Where something is found beforehand that a rollback cannot take back, nothing is run, unless
/// `in_spite` says so.
///
/// # Errors
/// A database that cannot be reached. A statement that fails is no error here: it is in the report.
pub async fn dry_run(
    context: &mut Context,
    statement: &Statement,
    in_spite: bool,
) -> Result<DryRun, Failure> {
    let begun = context.trace.mark();
    let (touched, watched) = {
        let mut session = context.begin(Access::Read).await?;
        let found = look_into(context, session.as_mut(), statement).await;
        context.end(session, Access::Read, found).await?
    };
    let mut report = DryRun {
        cautions: cautions(context.database.grammar(), &touched),
        statements: Vec::new(),
        problem: None,
        answer: None,
        tables: Vec::new(),
        rollback: Rollback::NotRun,
        kept: Vec::new(),
        duration_us: 0,
    };
    let refused = report
        .cautions
        .iter()
        .any(|caution| caution.kind == CautionKind::CannotHold);
    if !refused || in_spite {
        run(context, statement, watched, &mut report).await?;
    }
    report.duration_us = context.trace.since_us(begun);
    Ok(report)
}

/// What a statement would touch, and what of it this account can read.
pub(super) async fn look_into(
    context: &Context,
    session: &mut dyn Session,
    statement: &Statement,
) -> Result<(Touched, Watched), Failure> {
    let touched = touched(context, session, statement).await?;
    let watched = Watched::find(context, session, &statement.parameters, &touched.relations).await;
    Ok((touched, watched))
}

/// What a statement would touch, with the source of the routines it calls.
pub(super) async fn touched(
    context: &Context,
    session: &mut dyn Session,
    statement: &Statement,
) -> Result<Touched, Failure> {
    let dialect = context.database.grammar();
    let failed = |error| Failure::from_database(error, statement.operation);
    let mut touched = Touched::default();
    let mut calls: Vec<(ObjectName, usize)> = Vec::new();
    match statement.kind {
        Kind::Sql => {
            let found = effects(dialect, &statement.text);
            calls.extend(found.calls.iter().map(|name| (name.clone(), 1)));
            touched.texts.push(("The statement".to_owned(), found));
        }
        Kind::Procedure => {
            let given = statement.parameters.len();
            // What cannot be read as a call is refused when it runs, with its place.
            if let Ok(call) = ProcedureCall::parse(dialect, &statement.text, given) {
                let mut parts = name_parts(&call.name).into_iter().rev().map(|p| p.text);
                let name = parts.next().unwrap_or_default();
                calls.push((ObjectName::new(parts.next().as_deref(), &name), 0));
            }
        }
    }
    let mut seen = Vec::new();
    while let Some((name, depth)) = calls.pop() {
        if seen.contains(&name) || depth > DEPTH {
            continue;
        }
        seen.push(name.clone());
        let question = Question::Routine(name.clone());
        let routines = session.catalogue(&question).await.map_err(failed)?.routines;
        if routines.is_empty() {
            touched.missing.push(name.to_string());
        }
        for routine in routines {
            match &routine.source {
                Some(source) => {
                    let found = effects(dialect, source);
                    calls.extend(found.calls.iter().map(|name| (name.clone(), depth + 1)));
                    touched.texts.push((routine.name.to_string(), found));
                }
                None => touched.unreadable.push(routine),
            }
        }
    }
    for name in written(context, &touched) {
        let question = Question::Relation(name);
        let found = session.catalogue(&question).await.map_err(failed)?;
        for relation in found.relations {
            if !touched
                .relations
                .iter()
                .any(|known| known.name == relation.name)
            {
                touched.relations.push(relation);
            }
        }
    }
    Ok(touched)
}

/// The tables to look at: those that are written, and where that cannot be known, those that the
/// application's own statements name.
fn written(context: &Context, touched: &Touched) -> Vec<ObjectName> {
    let mut names: Vec<ObjectName> = Vec::new();
    let mut keep = |effects: &Effects, reads: bool| {
        let reads = effects.reads.iter().filter(|_| reads);
        for name in effects.writes.iter().chain(reads) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    };
    for (_, effects) in &touched.texts {
        keep(effects, false);
    }
    let blind =
        !touched.unreadable.is_empty() || touched.texts.iter().any(|(_, effects)| effects.dynamic);
    if blind {
        for mapping in context.application.operations.values() {
            if mapping.kind == Kind::Sql {
                keep(
                    &effects(context.database.grammar(), &mapping.statement),
                    true,
                );
            }
        }
    }
    names
}

async fn run(
    context: &mut Context,
    statement: &Statement,
    mut watched: Watched,
    report: &mut DryRun,
) -> Result<(), Failure> {
    let mut session = context.begin(Access::Write).await?;
    watched.before(session.as_mut()).await?;
    let steps = context.trace.len();
    let result = context.run(session.as_mut(), statement).await;
    report.statements = context.trace.statements_from(steps);
    // Read inside of the transaction: afterwards it is as if nothing had been.
    let result = told(
        context,
        session.as_mut(),
        statement,
        result,
        &mut report.answer,
    )
    .await;
    take_back(context, session, &watched, result.map(drop), report).await;
    Ok(())
}

/// Says what changed, rolls it back, and sees whether the rollback held.
async fn take_back(
    context: &mut Context,
    mut session: Box<dyn Session>,
    watched: &Watched,
    result: Result<(), Failure>,
    report: &mut DryRun,
) {
    let mut open = None;
    if let Err(failure) = result {
        report.problem = Some(failure.diagnosis);
    } else {
        open = session.in_transaction().await.ok().flatten();
        let (tables, problem) = watched.compare(context, session.as_mut()).await;
        report.tables = tables;
        report.problem = report.problem.take().or(problem);
    }
    let mark = context.trace.mark();
    let rolled_back = session.rollback().await;
    context.trace.step(
        crate::exchange::StepKind::Rollback,
        "Rolled back",
        mark,
        rolled_back.is_ok(),
        None,
    );
    report.rollback = if rolled_back.is_err() {
        Rollback::NotVerified
    } else {
        let (verdict, kept) = watched.verify(context).await;
        report.kept = kept;
        verdict
    };
    if open == Some(false) {
        committed(report);
    }
}

/// Says that there was nothing left to roll back.
pub(super) fn committed(report: &mut DryRun) {
    report.rollback = Rollback::Broken;
    report.problem.get_or_insert_with(|| Diagnosis {
        code: "dry_run.committed".to_owned(),
        cause:
            "A statement ended the transaction by itself, so there was nothing left to roll back."
                .to_owned(),
        remedy: "Look at what stayed, and undo it by hand where it must not stay.".to_owned(),
        place: None,
    });
}
