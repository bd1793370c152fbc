//! `/Groups`: present and empty, as the original answers for databases. The agent asks for it when it
//! validates an application.

use sluice_core::Failure;
use sluice_core::exchange::Action;
use sluice_scim::{ListResponse, Query};

use super::{Content, Reply};
use crate::auth::Authorised;

pub(super) fn list(_: Authorised, query: &Query) -> Result<Reply, Failure> {
    let list = ListResponse::new(Vec::<()>::new(), 0, query.page.start_index);
    Ok(Reply {
        status: 200,
        content: Content::Scim(serde_json::to_string(&list).map_err(|e| Failure::unwritable(&e))?),
        location: None,
        etag: None,
        action: Action::ListGroups,
        subject: None,
        effect: Some("0 rows".to_owned()),
    })
}

pub(super) fn one(_: Authorised, id: &str) -> Result<Reply, Failure> {
    Err(Failure::new(
        404,
        "group.missing",
        format!("There is no group with the id \"{id}\"."),
        "A database has no groups here; entitlements are under /Entitlements.",
    ))
}
