//! `GET /Users` (RFC 7644 §3.4.2): an import's page, or a look-up by filter.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};
use sluice_scim::{Lookup, uri};

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
            if let Some(since) = changed_after(&filter) {
                return usecase::changed_users(context, since, page)
                    .await
                    .map(Reply::from);
            }
            let lookup = Lookup::parse(&filter).map_err(|error| {
                Failure::from_scim(error, "request.filter", "Ask for one user by userName, id or externalId; other filters are not supported yet.")
            })?;
            usecase::look_up_user(context, &lookup, page)
                .await
                .map(Reply::from)
        }
    }
}

/// The time of `meta.lastModified gt "…"`, the only form in which the provider asks for changes; with
/// or without the URN of the User.
fn changed_after(filter: &str) -> Option<&str> {
    let mut words = filter.split_whitespace();
    let (attribute, operator) = (words.next()?, words.next()?);
    let value = words.next().filter(|_| words.next().is_none())?;
    let name = attribute
        .get(uri::USER.len()..)
        .filter(|_| {
            attribute
                .get(..uri::USER.len())
                .is_some_and(|urn| urn.eq_ignore_ascii_case(uri::USER))
        })
        .and_then(|rest| rest.strip_prefix(':'))
        .unwrap_or(attribute);
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))?;
    (name.eq_ignore_ascii_case("meta.lastModified") && operator.eq_ignore_ascii_case("gt"))
        .then_some(value)
}
