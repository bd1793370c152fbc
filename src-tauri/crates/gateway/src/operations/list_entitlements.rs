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
    let page = request.page()?;
    if request.parameter("filter").is_some() {
        return Err(Failure::new(
            400,
            "request.filter",
            "Filters on entitlements are not supported.",
            "Ask for the list without a filter.",
        )
        .with_type(sluice_scim::ScimType::InvalidFilter));
    }
    usecase::list_entitlements(context, page)
        .await
        .map(Reply::from)
}
