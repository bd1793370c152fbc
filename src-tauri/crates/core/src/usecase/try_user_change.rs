//! Try a change of a user: all that a PATCH of it would run, in a transaction that is rolled back.
//!
//! The way is that of [`super::patch_user`], step for step; only its end is another.

use sluice_scim::{Patch, Resource};

use super::change_user::{Change, carry_out, decide};
use super::dry_run::{Watched, take_back, touched};
use super::{Asked, Context};
use crate::dry_run::{CautionKind, DryRun, Rollback, cautions};
use crate::failure::Failure;
use crate::operation::Operation;
use crate::ports::Access;
use crate::user_change::UserChange;

/// What a change would do.
pub struct TriedChange {
    /// The operations it runs, in order; none where the user is as it is wanted already.
    pub operations: Vec<Operation>,
    /// Statements, rows before and after, and whether the rollback held.
    pub report: DryRun,
    /// The user as the provider sees it now.
    pub before: Resource,
    /// The user as the provider would see it; `None` where the change failed or was not run.
    pub after: Option<Resource>,
}

/// Tries a change of the user with this id, and rolls it back.
///
/// Where something is found beforehand that a rollback cannot take back, nothing is run, unless
/// `in_spite` says so.
///
/// # Errors
/// 404 where there is no such user, whatever planning gives, and a database that cannot be reached. A
/// statement that fails, and a user that is not as it was asked for, are no errors here: they are in the
/// report.
pub async fn try_user_change(
    context: &mut Context,
    id: &str,
    change: &UserChange,
    in_spite: bool,
) -> Result<TriedChange, Failure> {
    let begun = context.trace.mark();
    let patch = Patch::parse(&change.body()).map_err(|error| {
        Failure::from_scim(error, "request.patch", "Report this: the console made it.")
    })?;
    let mut session = context.begin(Access::Write).await?;
    let change = Change::Patch(&patch);
    let decided = decide(context, session.as_mut(), id, &change, &Asked::all()).await;
    let decided = match decided {
        Ok(decided) => decided,
        Err(failure) => return context.end(session, Access::Write, Err(failure)).await,
    };
    let mut tried = TriedChange {
        operations: decided.plan.iter().filter_map(|s| s.operation).collect(),
        report: DryRun {
            cautions: Vec::new(),
            statements: Vec::new(),
            problem: None,
            answer: None,
            tables: Vec::new(),
            rollback: Rollback::NotRun,
            kept: Vec::new(),
            duration_us: 0,
        },
        before: decided.found.resource(context)?,
        after: None,
    };
    let mut watched = Watched::default();
    for statement in &decided.plan {
        let touched = match touched(context, session.as_mut(), statement).await {
            Ok(touched) => touched,
            Err(failure) => return context.end(session, Access::Write, Err(failure)).await,
        };
        for caution in cautions(context.database.grammar(), &touched) {
            if !tried.report.cautions.contains(&caution) {
                tried.report.cautions.push(caution);
            }
        }
        watched
            .add(
                context,
                session.as_mut(),
                &statement.parameters,
                &touched.relations,
            )
            .await;
    }
    let refused = (tried.report.cautions.iter())
        .any(|caution| caution.kind == CautionKind::CannotHold)
        && !in_spite;
    if refused || decided.plan.is_empty() {
        if !refused {
            tried.after = Some(tried.before.clone());
        }
        // Nothing was written; what matters is that the connection goes back.
        let _ = session.rollback().await;
        tried.report.duration_us = context.trace.since_us(begun);
        return Ok(tried);
    }
    let steps = context.trace.len();
    let result = carry_out(context, session.as_mut(), id, decided).await;
    tried.report.statements = context.trace.statements_from(steps);
    let result = match result {
        Ok(changed) => changed.found.resource(context).map(|after| {
            tried.after = Some(after);
        }),
        Err(failure) => Err(failure),
    };
    take_back(context, session, &watched, result, &mut tried.report).await;
    tried.report.duration_us = context.trace.since_us(begun);
    Ok(tried)
}
