//! Delete a user: deactivated, or refused, as the application says. No row is ever deleted.

use super::change_user::{Change, change};
use super::{Answer, Asked, Context};
use crate::config::Delete;
use crate::exchange::Action;
use crate::failure::Failure;

/// Deactivates the user with this id, where the application has DELETE mean that.
///
/// # Errors
/// 501 where the application refuses; 404 and 412 as for a replace; whatever planning and running
/// gives. Nothing is kept then.
pub async fn delete_user(
    context: &mut Context,
    id: &str,
    asked: &Asked,
) -> Result<Answer, Failure> {
    if context.application.delete == Delete::Refuse {
        return Err(Failure::new(
            501,
            "user.delete_refused",
            "This application deletes no users.",
            "Deactivate the user instead, or set delete = \"deactivate\" for the application.",
        ));
    }
    let changed = change(context, id, &Change::Deactivate, asked).await?;
    Ok(Answer {
        status: 204,
        body: String::new(),
        location: None,
        etag: None,
        action: Action::DeactivateUser,
        subject: Some(id.to_owned()),
        effect: Some(changed.effect()),
    })
}
