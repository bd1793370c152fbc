//! `GET /Schemas` and one of them (RFC 7643 §7).

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};

use super::{Reply, ScimRequest, one_or_all, refuse_filter};
use crate::auth::Authorised;

pub(super) async fn handle(
    _: Authorised,
    request: &ScimRequest,
    context: &mut Context,
    id: Option<&str>,
) -> Result<Reply, Failure> {
    refuse_filter(request)?;
    one_or_all(usecase::schemas(context).await?, id, "schema")
}
