//! Dry run: a statement in a transaction that is rolled back, with the rows before and after.

use crate::catalogue::{Column, ObjectName, Question, Relation};
use crate::dry_run::{
    CautionKind, DryRun, Rollback, Rows, TableChange, Touched, Trial, cautions, difference,
};
use crate::effects::{Effects, effects};
use crate::exchange::Diagnosis;
use crate::failure::Failure;
use crate::mapping::Kind;
use crate::plan::{BoundParameter, Direction, Statement};
use crate::ports::{Access, Session};
use crate::profile::Fields;
use crate::quote;
use crate::secret::MASK;
use crate::sql::{ProcedureCall, name_parts};
use crate::value::Value;

use super::Context;
use super::provider_answer::told;

/// A table with more rows is compared only where a key of the trial names a few of them.
const WHOLE: u64 = 2_000;
/// How deep routines that call routines are looked into.
const DEPTH: usize = 4;

/// Runs a trial and rolls it back.
///
/// Where something is found beforehand that a rollback cannot take back, nothing is run, unless
/// `in_spite` says so.
///
/// # Errors
/// Whatever planning gives, and a database that cannot be reached. A statement that fails is no
/// error here: it is in the report.
pub async fn dry_run(
    context: &mut Context,
    trial: &Trial,
    in_spite: bool,
) -> Result<DryRun, Failure> {
    let begun = context.trace.mark();
    let statement = statement(context, trial)?;
    let touched = {
        let mut session = context.begin(Access::Read).await?;
        let touched = touched(context, session.as_mut(), &statement).await;
        context.end(session, Access::Read, touched).await?
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
        run(context, &statement, &touched.relations, &mut report).await?;
    }
    report.duration_us = context.trace.since_us(begun);
    Ok(report)
}

fn statement(context: &mut Context, trial: &Trial) -> Result<Statement, Failure> {
    match trial {
        Trial::Operation { operation, fields } => {
            let mut values = Fields::default();
            for (name, value) in fields {
                values.set(name, Value::from_json(value));
            }
            context.plan(*operation, &values)
        }
        Trial::Statement {
            kind,
            text,
            parameters,
        } => Ok(Statement {
            operation: None,
            kind: *kind,
            text: text.trim().to_owned(),
            parameters: parameters
                .iter()
                .map(|parameter| BoundParameter {
                    name: parameter.name.clone(),
                    value: match parameter.direction {
                        Direction::Out => Value::Null,
                        _ => Value::from_json(&parameter.value),
                    },
                    direction: parameter.direction,
                    secret: parameter.secret || context.application.is_secret(&parameter.name),
                })
                .collect(),
        }),
    }
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

/// What is read of a table to compare it.
pub(super) struct Look {
    relation: Relation,
    /// Count of all rows, and the rows themselves, with what was read in words.
    count: Statement,
    rows: Option<Statement>,
    compared: String,
}

async fn run(
    context: &mut Context,
    statement: &Statement,
    relations: &[Relation],
    report: &mut DryRun,
) -> Result<(), Failure> {
    let mut session = context.begin(Access::Write).await?;
    let mut watched = Watched::default();
    watched
        .add(context, session.as_mut(), &statement.parameters, relations)
        .await;
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

/// Tables that are looked at, and their rows before anything ran.
#[derive(Default)]
pub(super) struct Watched {
    looks: Vec<Look>,
    before: Vec<Rows>,
}

impl Watched {
    /// Looks at tables that are going to be written, with `values` to tell which rows of large ones; those that are watched already are not read again.
    pub(super) async fn add(
        &mut self,
        context: &Context,
        session: &mut dyn Session,
        values: &[BoundParameter],
        relations: &[Relation],
    ) {
        for relation in relations {
            let known = |look: &Look| look.relation.name == relation.name;
            if self.looks.iter().any(known) {
                continue;
            }
            // A table that this account may write and not read is run all the same.
            if let Ok((look, rows)) = look(context, session, values, relation).await {
                self.looks.push(look);
                self.before.push(rows);
            }
        }
    }

    /// Reads the same rows inside the transaction, and tells what changed.
    pub(super) async fn compare(
        &self,
        context: &Context,
        session: &mut dyn Session,
        report: &mut DryRun,
    ) {
        for (look, before) in self.looks.iter().zip(&self.before) {
            match read(session, look).await {
                Ok(after) => report.tables.push(change(context, look, before, &after)),
                Err(failure) => {
                    report.problem.get_or_insert(failure.diagnosis);
                }
            }
        }
    }

    /// Reads the same rows again after the rollback, through another session.
    pub(super) async fn verify(&self, context: &mut Context, report: &mut DryRun) -> Rollback {
        if self.looks.is_empty() {
            return Rollback::NotVerified;
        }
        let Ok(mut session) = context.begin(Access::Read).await else {
            return Rollback::NotVerified;
        };
        let mut verdict = Rollback::Held;
        for (look, before) in self.looks.iter().zip(&self.before) {
            let Ok(after) = read(session.as_mut(), look).await else {
                verdict = Rollback::NotVerified;
                continue;
            };
            let kept = change(context, look, before, &after);
            if !kept.is_empty() {
                report.kept.push(kept);
            }
        }
        let _ = session.rollback().await;
        if report.kept.is_empty() {
            verdict
        } else {
            Rollback::Broken
        }
    }
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
        watched.compare(context, session.as_mut(), report).await;
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
        watched.verify(context, report).await
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

/// Decides what to read of a table and reads it for the first time. Among `values`, the user's key or what
/// an index covers tells which rows of a large one.
pub(super) async fn look(
    context: &Context,
    session: &mut dyn Session,
    values: &[BoundParameter],
    relation: &Relation,
) -> Result<(Look, Rows), Failure> {
    let dialect = context.database.grammar();
    let table = quote::object(dialect, &relation.name);
    let mut look = Look {
        relation: relation.clone(),
        count: plain(format!("SELECT COUNT(*) FROM {table}")), // identifiers only
        rows: None,
        compared:
            "the number of rows only: the table is too large, and nothing in the trial names \
                   a few of its rows"
                .to_owned(),
    };
    let total = count(session, &look.count).await?;
    if total <= WHOLE {
        look.rows = Some(plain(format!("SELECT * FROM {table}"))); // identifiers only
        "all rows".clone_into(&mut look.compared);
    } else if let Some((column, id)) = narrowed(context, values, relation) {
        let name = quote::identifier(dialect, &column.name);
        let mut rows = plain(format!("SELECT * FROM {table} WHERE {name} = ?")); // identifiers only
        rows.parameters.push(id.clone());
        look.rows = Some(rows);
        look.compared = format!(
            "rows with {} = {}",
            column.name,
            id.value.to_text().unwrap_or_default()
        );
    }
    let rows = rows(session, &look, total).await?;
    Ok((look, rows))
}

/// The column and the value that name a few rows of a large table: the user's key, else a column with an
/// index. Procedures name their parameters after columns: `p_user_id`.
fn narrowed<'a>(
    context: &Context,
    values: &'a [BoundParameter],
    relation: &'a Relation,
) -> Option<(&'a Column, &'a BoundParameter)> {
    let given = |column: &Column| {
        values.iter().find(|parameter| {
            let name = parameter.name.as_str();
            let plain = name
                .get(2..)
                .filter(|_| name.to_ascii_lowercase().starts_with("p_"));
            let named = name.eq_ignore_ascii_case(&column.name)
                || plain.is_some_and(|plain| plain.eq_ignore_ascii_case(&column.name));
            named && !parameter.value.is_null() && !parameter.secret
        })
    };
    let key = relation.column(&context.application.user_id_column);
    let indexed = relation
        .columns
        .iter()
        .filter(|column| relation.is_indexed(&column.name));
    let mut candidates = key.into_iter().chain(indexed);
    candidates.find_map(|column| Some((column, given(column)?)))
}

pub(super) async fn read(session: &mut dyn Session, look: &Look) -> Result<Rows, Failure> {
    let total = count(session, &look.count).await?;
    rows(session, look, total).await
}

async fn rows(session: &mut dyn Session, look: &Look, total: u64) -> Result<Rows, Failure> {
    let Some(statement) = &look.rows else {
        return Ok(Rows {
            total,
            ..Rows::default()
        });
    };
    let outcome = session.execute(statement).await;
    let set = outcome
        .map_err(|error| Failure::from_database(error, None))?
        .into_rows();
    let key = look.relation.primary_key();
    Ok(Rows {
        key: key.iter().filter_map(|name| set.column(name)).collect(),
        columns: set.columns.iter().map(|c| c.name.clone()).collect(),
        rows: set.rows,
        total,
    })
}

async fn count(session: &mut dyn Session, statement: &Statement) -> Result<u64, Failure> {
    let outcome = session.execute(statement).await;
    let set = outcome
        .map_err(|error| Failure::from_database(error, None))?
        .into_rows();
    let text = set.rows.first().and_then(|row| row.first()?.to_text());
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
}

pub(super) fn change(context: &Context, look: &Look, before: &Rows, after: &Rows) -> TableChange {
    let secret = |column: usize| {
        after
            .columns
            .get(column)
            .is_some_and(|name| context.application.is_secret(name))
    };
    let shown = |column: usize, value: &Value| {
        if secret(column) && !value.is_null() {
            MASK.into()
        } else {
            value.to_json()
        }
    };
    difference(&look.relation.name, &look.compared, before, after, &shown)
}

/// A statement of the dry run's own, without values.
fn plain(text: String) -> Statement {
    Statement {
        operation: None,
        kind: Kind::Sql,
        text,
        parameters: Vec::new(),
    }
}
