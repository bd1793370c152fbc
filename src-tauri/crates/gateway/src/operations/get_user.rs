//! `GET /Users/{id}` (RFC 7644 §3.4.1).

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
    usecase::get_user(context, id, &request.asked()?)
        .await
        .map(Reply::from)
}
