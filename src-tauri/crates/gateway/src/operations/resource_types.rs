//! `GET /ResourceTypes` and one of them (RFC 7643 §6).

use sluice_core::Failure;
use sluice_core::config::Profile;
use sluice_core::usecase::Context;
use sluice_scim::{discovery, uri};

use super::{Reply, one_or_all};
use crate::auth::Authorised;

pub(super) fn handle(_: Authorised, context: &Context, id: Option<&str>) -> Result<Reply, Failure> {
    let application = &context.application;
    let extended = application.profile == Profile::Columns
        || application
            .paths
            .iter()
            .any(|(path, _)| path.extension.is_some());
    let documents =
        discovery::resource_types(&context.base, extended.then_some(uri::ENTERPRISE_USER));
    one_or_all(documents, id, "resource type")
}
