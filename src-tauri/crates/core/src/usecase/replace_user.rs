//! Replace a user: update, activate or deactivate, entitlements, in one transaction.

use sluice_scim::Resource;

use super::repeat::Attempts;
use super::{Answer, Context, Found};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::Current;
use crate::ports::{Access, Session};
use crate::profile::{self, Fields, Wanted};

/// Makes the user with this id as `body` says, and answers it as the database then has it.
///
/// # Errors
/// 404 where there is no such user (a replace never creates, RFC 7644 §3.5.1); whatever planning
/// and running gives. Nothing is kept then.
pub async fn replace_user(
    context: &mut Context,
    id: &str,
    body: &Resource,
) -> Result<Answer, Failure> {
    let wanted = profile::wanted(&context.application, body, Some(id))?;
    let mut attempts = Attempts::begin(context);
    let (found, operations) = loop {
        let result = attempt(context, &wanted).await;
        if !attempts.again(context, Access::Write, &result) {
            break result?;
        }
    };
    let action = match operations.as_slice() {
        [.., Operation::DeactivateUser] => Action::DeactivateUser,
        [.., Operation::ActivateUser] => Action::ActivateUser,
        _ => Action::ReplaceUser,
    };
    Ok(Answer {
        status: 200,
        body: super::json(&found.resource(context)?)?,
        location: None,
        action,
        subject: Some(id.to_owned()),
        effect: Some(statements(operations.len())),
    })
}

async fn attempt(
    context: &mut Context,
    wanted: &Wanted,
) -> Result<(Found, Vec<Operation>), Failure> {
    let mut session = context.begin(Access::Write).await?;
    let result = run(context, session.as_mut(), wanted).await;
    context.end(session, Access::Write, result).await
}

async fn run(
    context: &mut Context,
    session: &mut dyn Session,
    wanted: &Wanted,
) -> Result<(Found, Vec<Operation>), Failure> {
    let id = wanted.id.as_str();
    let found = context
        .read_user(session, id)
        .await?
        .ok_or_else(|| Failure::no_such_user(id))?;
    if wanted.entitlements.is_some() && found.entitlements.is_none() {
        return Err(Failure::not_defined(Operation::GetUserEntitlements));
    }
    let current = Current {
        fields: Fields::of_row(&found.set.columns, found.row()),
        active: found.active(context)?,
        entitlements: found
            .entitlements
            .iter()
            .flatten()
            .map(|held| held.value.clone())
            .collect(),
    };
    let plan = context.plan_replace(&current, wanted)?;
    if plan.is_empty() {
        return Ok((found, Vec::new()));
    }
    for statement in &plan {
        context.write(session, statement, id).await?;
    }
    let found = context.read_user(session, id).await?.ok_or_else(|| {
        Failure::new(
            500,
            "contract.not_found_after_update",
            format!("The user \"{id}\" is not found after the change; nothing was kept."),
            "Check that Get user by ID returns inactive users too.",
        )
    })?;
    check_state(context, &found, wanted)?;
    Ok((
        found,
        plan.iter()
            .filter_map(|statement| statement.operation)
            .collect(),
    ))
}

/// Holds what was read back against what was asked: a write that changed nothing is no success.
pub(super) fn check_state(
    context: &Context,
    found: &Found,
    wanted: &Wanted,
) -> Result<(), Failure> {
    if let (Some(wanted), Some(active)) = (wanted.active, found.active(context)?)
        && wanted != active
    {
        let operation = if wanted {
            Operation::ActivateUser
        } else {
            Operation::DeactivateUser
        };
        return Err(Failure::new(
            500,
            "contract.state_unchanged",
            format!("\"{operation}\" ran, and the user's state is as before; nothing was kept."),
            "Check the statement, status_column and active_value of the application.",
        )
        .at(operation.to_string()));
    }
    if let (Some(wanted), Some(held)) = (&wanted.entitlements, &found.entitlements)
        && let Some(missing) = wanted
            .iter()
            .find(|id| !held.iter().any(|held| held.value == **id))
    {
        return Err(Failure::new(
            400,
            "contract.entitlement_not_added",
            format!("\"{}\" ran, and the user does not hold the entitlement {missing}; nothing was kept.", Operation::AddEntitlement),
            "Check that the entitlement exists.",
        )
        .at(Operation::AddEntitlement.to_string()));
    }
    Ok(())
}

/// "0 statements", "1 statement".
pub(super) fn statements(count: usize) -> String {
    if count == 1 {
        "1 statement".to_owned()
    } else {
        format!("{count} statements")
    }
}
