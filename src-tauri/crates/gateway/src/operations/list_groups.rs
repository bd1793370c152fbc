//! `GET /Groups`: present and empty, as the original answers for databases. The agent asks for it
//! when it validates an application.

use sluice_core::Failure;
use sluice_core::exchange::Action;
use sluice_scim::ListResponse;

use super::{Content, Reply, ScimRequest};
use crate::auth::Authorised;

pub(super) fn handle(_: Authorised, request: &ScimRequest) -> Result<Reply, Failure> {
    let page = request.page()?;
    let list = ListResponse::new(Vec::<()>::new(), 0, page.start_index);
    Ok(Reply {
        status: 200,
        content: Content::Scim(serde_json::to_string(&list).map_err(|e| Failure::unwritable(&e))?),
        location: None,
        action: Action::ListGroups,
        subject: None,
        effect: Some("0 rows".to_owned()),
    })
}
