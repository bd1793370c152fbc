//! A whole request tried in a transaction that is rolled back, as the dry run of one operation is
//! ([decision 0020](../../../../../docs/decisions/0020-what-a-dry-run-promises.md)): what cannot be taken
//! back is said beforehand, the tables are read before, inside and after.
//!
//! [`look_ahead`], then [`rehearse`], then the request on [`Rehearsing::database`], then
//! [`Rehearsing::end`].

use std::sync::Arc;

use super::Context;
use super::dry_run::{committed, touched};
use super::watched::Watched;
use crate::dry_run::{Caution, CautionKind, DryRun, Rollback, Touched, cautions};
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::{BoundParameter, Direction, Statement};
use crate::ports::{Access, Database};
use crate::rehearsal::Rehearsal;
use crate::value::Value;

/// What is known before anything runs.
pub struct Ahead {
    /// Each names the operation that it is about.
    pub cautions: Vec<Caution>,
    touched: Touched,
}

impl Ahead {
    /// Whether something would stay after a rollback, so that it is no dry run.
    pub fn cannot_hold(&self) -> bool {
        let stays = |caution: &Caution| caution.kind == CautionKind::CannotHold;
        self.cautions.iter().any(stays)
    }

    /// The report of a dry run that was not begun.
    pub fn not_run(self) -> DryRun {
        report(self.cautions)
    }
}

/// Looks into everything that these operations would run; those that are not mapped run nothing.
///
/// # Errors
/// A database that cannot be reached, or does not tell of itself.
pub async fn look_ahead(context: &mut Context, operations: &[Operation]) -> Result<Ahead, Failure> {
    let mut all = Touched::default();
    let statements: Vec<Statement> = operations
        .iter()
        .flat_map(|operation| statements(context, *operation))
        .collect();
    if statements.is_empty() {
        return Ok(Ahead {
            cautions: Vec::new(),
            touched: all,
        });
    }
    let mut session = context.begin(Access::Read).await?;
    let mut result = Ok(());
    for statement in &statements {
        match touched(context, session.as_mut(), statement).await {
            Ok(found) => add(&mut all, found, statement.operation),
            Err(failure) => {
                result = Err(failure);
                break;
            }
        }
    }
    context.end(session, Access::Read, result).await?;
    let mut told = cautions(context.database.grammar(), &all);
    told.dedup();
    Ok(Ahead {
        cautions: told,
        touched: all,
    })
}

/// The texts of a mapping, without values.
fn statements(context: &Context, operation: Operation) -> Vec<Statement> {
    let Some(mapping) = context.application.mapping(operation) else {
        return Vec::new();
    };
    let statement = |text: &str| Statement {
        operation: Some(operation),
        kind: mapping.kind,
        text: text.trim().to_owned(),
        parameters: mapping.parameters.iter().map(|_| nothing()).collect(),
    };
    let import = mapping.import.iter();
    std::iter::once(&mapping.statement)
        .chain(import)
        .map(|text| statement(text))
        .collect()
}

fn nothing() -> BoundParameter {
    BoundParameter {
        name: String::new(),
        value: Value::Null,
        direction: Direction::In,
        secret: false,
    }
}

/// Lays what one operation touches to what the others do.
fn add(all: &mut Touched, found: Touched, operation: Option<Operation>) {
    for (place, effects) in found.texts {
        let place = match operation {
            Some(operation) if place == "The statement" => operation.to_string(),
            _ => place,
        };
        if !all.texts.iter().any(|(known, _)| *known == place) {
            all.texts.push((place, effects));
        }
    }
    for routine in found.unreadable {
        if !all
            .unreadable
            .iter()
            .any(|known| known.name == routine.name)
        {
            all.unreadable.push(routine);
        }
    }
    for name in found.missing {
        if !all.missing.contains(&name) {
            all.missing.push(name);
        }
    }
    for relation in found.relations {
        if !all
            .relations
            .iter()
            .any(|known| known.name == relation.name)
        {
            all.relations.push(relation);
        }
    }
}

/// A rehearsal under way.
pub struct Rehearsing {
    rehearsal: Arc<Rehearsal>,
    watched: Watched,
    cautions: Vec<Caution>,
}

/// Begins the transaction, and reads the tables that will be written; `user` tells which rows of large
/// ones. Where nothing writes, there is no transaction and nothing is read.
///
/// # Errors
/// A database that cannot be reached.
pub async fn rehearse(
    context: &mut Context,
    ahead: Ahead,
    user: Option<&str>,
) -> Result<Rehearsing, Failure> {
    let touched = &ahead.touched;
    let blind = !touched.unreadable.is_empty()
        || !touched.missing.is_empty()
        || touched
            .texts
            .iter()
            .any(|(_, effects)| effects.dynamic || effects.autonomous);
    let writes = !touched.relations.is_empty() || ahead.cannot_hold() || blind;
    let rehearsal = Rehearsal::new(Arc::clone(&context.database), writes);
    let mut watched = Watched::default();
    if writes {
        let key: Vec<BoundParameter> = user
            .map(|id| BoundParameter {
                name: context.application.user_id_column.clone(),
                value: Value::Text(id.to_owned()),
                ..nothing()
            })
            .into_iter()
            .collect();
        let mut session = context.begin(Access::Read).await?;
        watched = Watched::find(context, session.as_mut(), &key, &touched.relations).await;
        context.end(session, Access::Read, Ok(())).await?;
        let mut session = context.begin(Access::Write).await?;
        watched.before(session.as_mut()).await?;
        rehearsal.hold(session);
    }
    Ok(Rehearsing {
        rehearsal: Arc::new(rehearsal),
        watched,
        cautions: ahead.cautions,
    })
}

impl Rehearsing {
    /// What the request is to run on.
    pub fn database(&self) -> Arc<dyn Database> {
        Arc::clone(&self.rehearsal) as _
    }

    /// Reads the tables inside the transaction, rolls back, and reads them again.
    pub async fn end(self, context: &mut Context) -> DryRun {
        let mut report = report(self.cautions);
        let mut open = None;
        if let Some(mut session) = self.rehearsal.release() {
            open = session.in_transaction().await.ok().flatten();
            let (tables, problem) = self.watched.compare(context, session.as_mut()).await;
            report.tables = tables;
            report.problem = problem;
            if let Err(error) = session.rollback().await {
                report
                    .problem
                    .get_or_insert(Failure::from_database(error, None).diagnosis);
            }
        }
        (report.rollback, report.kept) = self.watched.verify(context).await;
        if open == Some(false) {
            committed(&mut report);
        }
        report
    }
}

fn report(cautions: Vec<Caution>) -> DryRun {
    DryRun {
        cautions,
        statements: Vec::new(),
        problem: None,
        answer: None,
        tables: Vec::new(),
        rollback: Rollback::NotRun,
        kept: Vec::new(),
        duration_us: 0,
    }
}
