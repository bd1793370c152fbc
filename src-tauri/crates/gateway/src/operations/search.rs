//! `POST …/.search` (RFC 7644 §3.4.3): a list whose query stands in the body.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};
use sluice_scim::Query;

use super::{Reply, ScimRequest, groups, unreadable};
use crate::auth::Authorised;
use crate::route::Target;

pub(super) async fn handle(
    authorised: Authorised,
    request: &ScimRequest,
    context: &mut Context,
) -> Result<Reply, Failure> {
    let query = Query::from_body(&request.body).map_err(unreadable)?;
    let answer = match request.target {
        Target::UserSearch => usecase::search_users(context, &query).await,
        Target::EntitlementSearch => usecase::list_entitlements(context, &query).await,
        Target::GroupSearch => return groups::list(authorised, &query),
        _ => usecase::search_all(context, &query).await,
    };
    answer.map(Reply::from)
}
