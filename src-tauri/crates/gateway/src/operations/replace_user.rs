//! `PUT /Users/{id}` (RFC 7644 §3.5.1): the agent's way to update, deactivate and reactivate.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};

use super::{Reply, ScimRequest};
use crate::auth::Authorised;

pub(super) async fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &mut Context,
    id: &str,
) -> Result<Reply, Failure> {
    usecase::replace_user(context, id, &request.body, &request.asked()?)
        .await
        .map(Reply::from)
}
