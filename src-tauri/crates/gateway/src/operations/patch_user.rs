//! `PATCH /Users/{id}` (RFC 7644 §3.5.2): how the provider's catalogue applications deactivate.

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
    usecase::patch_user(context, id, &request.body, &request.asked()?)
        .await
        .map(Reply::from)
}
