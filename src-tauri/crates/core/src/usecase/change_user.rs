//! Change a user in one transaction: read it, decide what makes it as it is wanted, run that, read it
//! again. Replace, PATCH and DELETE all come through here.

use sluice_scim::{Patch, ScimType};

use super::repeat::Attempts;
use super::{Asked, Context, Found, asked};
use crate::config::Application;
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::Current;
use crate::ports::{Access, Session};
use crate::profile::{self, Fields, Wanted};

/// How a user shall be.
pub(super) enum Change<'a> {
    /// As this says, and nothing is known of how it is.
    Replace(&'a Wanted),
    /// As it is, with these differences.
    Patch(&'a Patch),
    /// As it is, and not active.
    Deactivate,
}

/// A user after a change, and what ran for it.
pub(super) struct Changed {
    pub found: Found,
    pub operations: Vec<Operation>,
}

impl Changed {
    /// What it came to, for the record; `otherwise` where the state is as it was.
    pub fn action(&self, otherwise: Action) -> Action {
        match self.operations.as_slice() {
            [.., Operation::DeactivateUser] => Action::DeactivateUser,
            [.., Operation::ActivateUser] => Action::ActivateUser,
            _ => otherwise,
        }
    }

    /// "0 statements", "1 statement".
    pub fn effect(&self) -> String {
        statements(self.operations.len())
    }
}

/// Makes the change, again where that is safe.
///
/// # Errors
/// 404 where there is no such user; 412 where it is not as the client believes; whatever planning
/// and running gives. Nothing is kept then.
pub(super) async fn change(
    context: &mut Context,
    id: &str,
    change: &Change<'_>,
    asked: &Asked,
) -> Result<Changed, Failure> {
    let mut attempts = Attempts::begin(context);
    loop {
        let result = attempt(context, id, change, asked).await;
        if !attempts.again(context, Access::Write, &result) {
            return result;
        }
    }
}

async fn attempt(
    context: &mut Context,
    id: &str,
    change: &Change<'_>,
    asked: &Asked,
) -> Result<Changed, Failure> {
    let mut session = context.begin(Access::Write).await?;
    let result = run(context, session.as_mut(), id, change, asked).await;
    context.end(session, Access::Write, result).await
}

async fn run(
    context: &mut Context,
    session: &mut dyn Session,
    id: &str,
    change: &Change<'_>,
    asked: &Asked,
) -> Result<Changed, Failure> {
    let found = context
        .read_user(session, id)
        .await?
        .ok_or_else(|| Failure::no_such_user(id))?;
    asked::check(context, &found, asked)?;
    let wanted = match change {
        Change::Replace(wanted) => (*wanted).clone(),
        Change::Patch(patch) => patched(context, id, &found, patch)?,
        Change::Deactivate => Wanted {
            id: id.to_owned(),
            fields: Fields::of_row(&found.set.columns, found.row()),
            active: Some(false),
            entitlements: None,
        },
    };
    check_entitlements(&context.application, &wanted)?;
    if wanted.entitlements.is_some() && found.entitlements.is_none() {
        return Err(Failure::not_defined(Operation::GetUserEntitlements));
    }
    let current = current(context, &found)?;
    let plan = context.plan_replace(&current, &wanted)?;
    if plan.is_empty() {
        return Ok(Changed {
            found,
            operations: Vec::new(),
        });
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
    check_state(context, &found, &current, &wanted)?;
    Ok(Changed {
        found,
        operations: plan
            .iter()
            .filter_map(|statement| statement.operation)
            .collect(),
    })
}

/// What a PATCH makes of the user as a client sees it.
fn patched(context: &Context, id: &str, found: &Found, patch: &Patch) -> Result<Wanted, Failure> {
    let application = &context.application;
    let schema = profile::user_schema(application, &found.set.columns);
    let before = found.resource(context)?;
    let after = patch.apply(&before, &schema).map_err(|error| {
        Failure::from_scim(
            error,
            "request.patch",
            "Correct the operation, or the mapping of the attribute it names.",
        )
    })?;
    let row = Fields::of_row(&found.set.columns, found.row());
    profile::patched(application, &schema, id, row, &before, &after)
}

/// The user as it stands, for the plan.
pub(super) fn current(context: &Context, found: &Found) -> Result<Current, Failure> {
    Ok(Current {
        fields: Fields::of_row(&found.set.columns, found.row()),
        active: found.active(context)?,
        entitlements: found
            .entitlements
            .iter()
            .flatten()
            .map(|held| held.value.clone())
            .collect(),
    })
}

/// Where an application allows one entitlement for each user, several are refused.
pub(super) fn check_entitlements(
    application: &Application,
    wanted: &Wanted,
) -> Result<(), Failure> {
    let several = wanted.entitlements.iter().find(|list| list.len() > 1);
    match several {
        Some(list) if application.single_entitlement => Err(Failure::new(
            400,
            "user.several_entitlements",
            format!(
                "The user would hold {} entitlements ({}), and this application allows one.",
                list.len(),
                list.join(", ")
            ),
            "Send one, or set single_entitlement = false.",
        )
        .with_type(ScimType::InvalidValue)),
        _ => Ok(()),
    }
}

/// Holds what was read back against what was asked: a write that changed nothing is no success.
pub(super) fn check_state(
    context: &Context,
    found: &Found,
    before: &Current,
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
    let (Some(wanted), Some(held)) = (&wanted.entitlements, &found.entitlements) else {
        return Ok(());
    };
    let holds = |id: &String| held.iter().any(|held| held.value == *id);
    if let Some(missing) = wanted.iter().find(|id| !holds(id)) {
        let operation = Operation::AddEntitlement;
        return Err(Failure::new(
            400,
            "contract.entitlement_not_added",
            format!("\"{operation}\" ran, and the user does not hold the entitlement {missing}; nothing was kept."),
            "Check that the entitlement exists.",
        )
        .with_type(ScimType::InvalidValue)
        .at(operation.to_string()));
    }
    let removed = before.entitlements.iter().filter(|id| !wanted.contains(id));
    if let Some(kept) = removed.into_iter().find(|id| holds(id)) {
        let operation = Operation::RemoveEntitlement;
        return Err(Failure::new(
            500,
            "contract.entitlement_not_removed",
            format!("\"{operation}\" ran, and the user still holds the entitlement {kept}; nothing was kept."),
            "Check the statement, and whether the database gives the entitlement by a rule of its own.",
        )
        .at(operation.to_string()));
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
