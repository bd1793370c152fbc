//! Replace a user: update, activate or deactivate, entitlements, in one transaction.

use sluice_scim::Resource;

use super::change_user::{Change, change};
use super::{Answer, Asked, Context, asked};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::profile;

/// Makes the user with this id as `body` says, and answers it as the database then has it.
///
/// # Errors
/// 404 where there is no such user (a replace never creates, RFC 7644 §3.5.1); 412 where it is not
/// as the client believes; whatever planning and running gives. Nothing is kept then.
pub async fn replace_user(
    context: &mut Context,
    id: &str,
    body: &Resource,
    asked: &Asked,
) -> Result<Answer, Failure> {
    let wanted = profile::wanted(&context.application, body, Some(id))?;
    let changed = change(context, id, &Change::Replace(&wanted), asked).await?;
    let action = changed.action(Action::ReplaceUser);
    Ok(Answer {
        effect: Some(changed.effect()),
        ..asked::user(context, &changed.found, asked, (200, action))?
    })
}
