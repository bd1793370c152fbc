//! Try a change of a user: the PATCH of it, in a transaction that is rolled back ([`super::rehearse`]).

use serde_json::Value as Json;

use super::{Asked, Context, get_user, look_ahead, patch_user, rehearse};
use crate::dry_run::DryRun;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::user_change::UserChange;

/// What a change would do.
pub struct TriedChange {
    /// The writing operations that ran, in order; none where the user is as it is wanted already.
    pub operations: Vec<Operation>,
    /// Statements, rows before and after, and whether the rollback held.
    pub report: DryRun,
    /// The user as the provider sees it now; NULL where nothing was run.
    pub before: Json,
    /// The user as the provider would see it; NULL where the change failed or was not run.
    pub after: Json,
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
    let operations = [
        Operation::GetUserById,
        Operation::GetUserEntitlements,
        change.operation(),
    ];
    let ahead = look_ahead(context, &operations).await?;
    if ahead.cannot_hold() && !in_spite {
        return Ok(TriedChange {
            operations: Vec::new(),
            report: ahead.not_run(),
            before: Json::Null,
            after: Json::Null,
        });
    }
    let rehearsing = rehearse(context, ahead, Some(id)).await?;
    let mut tried = context.fork();
    tried.database = rehearsing.database();
    let asked = Asked::all();
    let before = get_user(&mut tried, id, &asked).await;
    let steps = tried.trace.len();
    let answer = match before {
        Ok(_) => patch_user(&mut tried, id, &change.body(), &asked).await,
        Err(ref failure) => Err(failure.clone()),
    };
    let statements = tried.trace.statements_from(steps);
    // A session of it still open would keep the transaction from its end.
    drop(tried);
    let mut report = rehearsing.end(context).await;
    report.duration_us = context.trace.since_us(begun);
    let operations: Vec<Operation> = statements
        .iter()
        .filter_map(|statement| statement.operation)
        .filter(|operation| operation.writes())
        .collect();
    let body = |text: &str| serde_json::from_str(text).unwrap_or(Json::Null);
    let after = match answer {
        Ok(answer) => body(&answer.body),
        // What failed before it wrote anything is an answer to a question that was wrong.
        Err(failure) if operations.is_empty() => return Err(failure),
        Err(failure) => {
            report.problem.get_or_insert(failure.diagnosis);
            Json::Null
        }
    };
    report.statements = statements;
    Ok(TriedChange {
        operations,
        report,
        before: before.map_or(Json::Null, |answer| body(&answer.body)),
        after,
    })
}
