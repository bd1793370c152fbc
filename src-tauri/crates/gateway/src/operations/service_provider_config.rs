//! `GET /ServiceProviderConfig` (RFC 7643 §5): the agent's first question.

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};
use sluice_scim::discovery;

use super::Reply;
use crate::auth::Authorised;

#[allow(clippy::unnecessary_wraps)] // the shape of every handler
pub(super) fn handle(_: Authorised, context: &Context) -> Result<Reply, Failure> {
    let capabilities = usecase::capabilities(&context.application);
    let scheme = context.application.authentication.scheme();
    Ok(Reply::discovery(
        &discovery::service_provider_config(&context.base, &capabilities, scheme),
        "capabilities",
    ))
}
