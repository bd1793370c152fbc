//! `GET /ResourceTypes` and one of them (RFC 7643 §6).

use sluice_core::Failure;
use sluice_core::usecase::Context;
use sluice_scim::discovery;

use super::{Reply, ScimRequest, one_or_all, refuse_filter};
use crate::auth::Authorised;

pub(super) fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &Context,
    id: Option<&str>,
) -> Result<Reply, Failure> {
    refuse_filter(request)?;
    let documents = discovery::resource_types(&context.base, &context.application.extensions());
    one_or_all(documents, id, "resource type")
}
