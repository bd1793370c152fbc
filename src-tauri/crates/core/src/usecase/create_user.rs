//! Create a user, with its state and its entitlements, in one transaction.

use sluice_scim::{Resource, ScimType};

use super::change_user::{check_entitlements, check_state, current, statements};
use super::repeat::Attempts;
use super::{Answer, Asked, Context, Found, asked};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::{self, Current};
use crate::ports::{Access, Session};
use crate::profile::{self, Wanted};

/// Creates the user that `body` describes and answers it as the database then has it.
///
/// # Errors
/// 400 for a body without a name; 409 where the user is there already; whatever planning and
/// running gives. Nothing is kept then.
pub async fn create_user(
    context: &mut Context,
    body: &Resource,
    asked: &Asked,
) -> Result<Answer, Failure> {
    let wanted = profile::wanted(&context.application, body, None)?;
    check_entitlements(&context.application, &wanted)?;
    let create = context.plan(Operation::CreateUser, &wanted.fields)?;
    let mut attempts = Attempts::begin(context);
    let (found, count) = loop {
        let result = attempt(context, &wanted, &create).await;
        if !attempts.again(context, Access::Write, &result) {
            break result?;
        }
    };
    Ok(Answer {
        effect: Some(statements(count)),
        ..asked::user(context, &found, asked, (201, Action::CreateUser))?
    })
}

async fn attempt(
    context: &mut Context,
    wanted: &Wanted,
    create: &plan::Statement,
) -> Result<(Found, usize), Failure> {
    let mut session = context.begin(Access::Write).await?;
    let result = run(context, session.as_mut(), wanted, create).await;
    context.end(session, Access::Write, result).await
}

async fn run(
    context: &mut Context,
    session: &mut dyn Session,
    wanted: &Wanted,
    create: &plan::Statement,
) -> Result<(Found, usize), Failure> {
    let id = wanted.id.as_str();
    // A table without a unique key would take the same user twice.
    if exists(context, session, id).await? {
        return Err(Failure::new(
            409,
            "user.exists",
            format!("There is already a user with the id \"{id}\"."),
            "Look it up and replace it instead, or use another userName.",
        )
        .with_type(ScimType::Uniqueness));
    }
    context.write(session, create, id).await?;
    let found = created(context, session, id).await?;
    // State and entitlements go the way of a replace: only what differs runs.
    let before = Current {
        fields: wanted.fields.clone(),
        ..current(context, &found)?
    };
    let rest = context.plan_replace(&before, wanted)?;
    if rest.is_empty() {
        return Ok((found, 1));
    }
    for statement in &rest {
        context.write(session, statement, id).await?;
    }
    let found = created(context, session, id).await?;
    check_state(context, &found, &before, wanted)?;
    Ok((found, 1 + rest.len()))
}

async fn exists(
    context: &mut Context,
    session: &mut dyn Session,
    id: &str,
) -> Result<bool, Failure> {
    let statement = context.plan(Operation::GetUserById, &context.user_key(id))?;
    Ok(!context
        .run(session, &statement)
        .await?
        .into_rows()
        .rows
        .is_empty())
}

async fn created(
    context: &mut Context,
    session: &mut dyn Session,
    id: &str,
) -> Result<Found, Failure> {
    context.read_user(session, id).await?.ok_or_else(|| {
        Failure::new(
            500,
            "contract.not_found_after_create",
            format!("\"Create user\" ran, and \"Get user by ID\" does not find \"{id}\"; nothing was kept."),
            "Check that both mean the same id column, and that Get user by ID returns new users.",
        )
    })
}
