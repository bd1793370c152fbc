//! `GET /Users` (RFC 7644 §3.4.2): an import's page, or a look-up by filter.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};
use sluice_scim::Lookup;

use super::{Reply, ScimRequest};
use crate::auth::Authorised;

pub(super) async fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &mut Context,
) -> Result<Reply, Failure> {
    let page = request.page()?;
    match request.parameter("filter") {
        None => usecase::list_users(context, page).await.map(Reply::from),
        Some(filter) => {
            let lookup = Lookup::parse(&filter).map_err(|error| {
                Failure::from_scim(error, "request.filter", "Ask for one user by userName, id or externalId; other filters are not supported yet.")
            })?;
            usecase::look_up_user(context, &lookup, page)
                .await
                .map(Reply::from)
        }
    }
}
