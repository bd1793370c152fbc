//! `GET /Schemas` and one of them (RFC 7643 §7).

use sluice_core::Failure;
use sluice_core::usecase::{self, Context};

use super::{Reply, one_or_all};
use crate::auth::Authorised;

pub(super) async fn handle(
    _: Authorised,
    context: &mut Context,
    id: Option<&str>,
) -> Result<Reply, Failure> {
    one_or_all(usecase::schemas(context).await?, id, "schema")
}
