//! `POST /Users` (RFC 7644 §3.3).

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};

use super::{Reply, ScimRequest};
use crate::auth::Authorised;

pub(super) async fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &mut Context,
) -> Result<Reply, Failure> {
    usecase::create_user(context, &request.body, &request.asked()?)
        .await
        .map(Reply::from)
}
