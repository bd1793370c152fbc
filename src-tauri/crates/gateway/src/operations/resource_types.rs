//! `GET /ResourceTypes` and one of them (RFC 7643 §6).

use sluice_core::Failure;
use sluice_core::usecase::Context;
use sluice_scim::discovery;

use super::{Reply, one_or_all};
use crate::auth::Authorised;

pub(super) fn handle(_: Authorised, context: &Context, id: Option<&str>) -> Result<Reply, Failure> {
    let documents = discovery::resource_types(&context.base, &context.application.extensions());
    one_or_all(documents, id, "resource type")
}
