//! `GET /ServiceProviderConfig` (RFC 7643 §5): the agent's first question.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};
use sluice_scim::discovery;

use super::{Reply, ScimRequest, refuse_filter};
use crate::auth::Authorised;

pub(super) fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &Context,
) -> Result<Reply, Failure> {
    refuse_filter(request)?;
    let capabilities = usecase::capabilities(&context.application);
    let scheme = context.application.authentication.scheme();
    Ok(Reply::discovery(
        &discovery::service_provider_config(
            &context.base,
            &capabilities,
            usecase::MOST_IN_PAGE,
            scheme,
        ),
        "capabilities",
    ))
}
