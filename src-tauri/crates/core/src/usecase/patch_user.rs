//! Patch a user (RFC 7644 §3.5.2): the difference it makes goes the way of a replace.

use sluice_scim::{Patch, Resource};

use super::change_user::{Change, change};
use super::{Answer, Asked, Context, asked};
use crate::exchange::Action;
use crate::failure::Failure;

/// Makes the changes that `body` says, all or none of them, and answers the user as the database
/// then has it.
///
/// # Errors
/// 400 for a body that is no PATCH, or cannot be applied; 404 and 412 as for a replace; whatever
/// planning and running gives. Nothing is kept then.
pub async fn patch_user(
    context: &mut Context,
    id: &str,
    body: &Resource,
    asked: &Asked,
) -> Result<Answer, Failure> {
    let patch = Patch::parse(body).map_err(|error| {
        Failure::from_scim(
            error,
            "request.patch",
            "Send a PatchOp message as in RFC 7644 section 3.5.2.",
        )
    })?;
    let changed = change(context, id, &Change::Patch(&patch), asked).await?;
    let action = changed.action(Action::PatchUser);
    Ok(Answer {
        effect: Some(changed.effect()),
        ..asked::user(context, &changed.found, asked, (200, action))?
    })
}
