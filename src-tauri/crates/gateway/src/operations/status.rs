//! `GET /Status`: whether the endpoint runs; the token is all it needs, and it asks no database.

use sluice_core::Failure;
use sluice_core::exchange::Action;

use super::{Content, Reply};
use crate::auth::Authorised;

/// The original's answer, to the byte: load balancers and health checks compare it.
const RUNNING: &str = "✅ Scim Server is running.";

#[allow(clippy::unnecessary_wraps)] // the shape of every handler
pub(crate) fn handle(_: Authorised) -> Result<Reply, Failure> {
    Ok(Reply {
        status: 200,
        content: Content::Text(RUNNING.to_owned()),
        location: None,
        etag: None,
        action: Action::Status,
        subject: None,
        effect: None,
    })
}
