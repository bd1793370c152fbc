//! `GET /Users` (RFC 7644 §3.4.2): an import's page, a look-up, a search.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};

use super::{Reply, ScimRequest};
use crate::auth::Authorised;

pub(super) async fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &mut Context,
) -> Result<Reply, Failure> {
    usecase::search_users(context, &request.list()?)
        .await
        .map(Reply::from)
}
