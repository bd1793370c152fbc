//! `GET /Entitlements`: the provider's entitlement discovery.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};

use super::{Reply, ScimRequest};
use crate::auth::Authorised;

pub(super) async fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &mut Context,
) -> Result<Reply, Failure> {
    usecase::list_entitlements(context, &request.list()?)
        .await
        .map(Reply::from)
}
