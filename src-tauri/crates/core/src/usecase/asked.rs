//! What a request asks of its answer: which attributes, and on which condition.

use sluice_scim::{Preconditions, Projection, version};

use super::{Answer, Context, Found, json};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::profile;

/// The attributes a client wants to have, and the version it wants the resource to have
/// (RFC 7644 §3.9 and §3.14).
#[derive(Debug)]
pub struct Asked {
    pub projection: Projection,
    pub preconditions: Preconditions,
}

impl Asked {
    /// Everything, on no condition.
    pub fn all() -> Self {
        Self {
            projection: Projection::default(),
            preconditions: Preconditions::parse(None, None),
        }
    }
}

/// Refuses a write to a user that is not as the client believes.
///
/// # Errors
/// 412.
pub(super) fn check(context: &Context, found: &Found, asked: &Asked) -> Result<(), Failure> {
    if asked.preconditions.is_empty() {
        return Ok(());
    }
    let now = version(&found.resource(context)?);
    if asked.preconditions.failed(&now) {
        return Err(Failure::new(
            412,
            "request.version",
            "The user is not as the request's If-Match says; it has been changed since.",
            "Read it again, and send the change with the version it has now.",
        ));
    }
    Ok(())
}

/// The answer that shows one user: with its version, as far as the client wants it.
pub(super) fn user(
    context: &Context,
    found: &Found,
    asked: &Asked,
    (status, action): (u16, Action),
) -> Result<Answer, Failure> {
    let mut resource = found.resource(context)?;
    let meta = |name: &str| {
        let value = resource.get("meta")?.get(name)?.as_str()?;
        Some(value.to_owned())
    };
    let (location, etag) = (meta("location"), meta("version"));
    let subject = resource
        .get("id")
        .and_then(|id| id.as_str())
        .map(str::to_owned);
    if !asked.projection.is_all() {
        let schema = profile::user_schema(&context.application, &found.set.columns);
        asked.projection.apply(&mut resource, &schema);
    }
    Ok(Answer {
        status,
        body: json(&resource)?,
        location,
        etag,
        action,
        subject,
        effect: None,
    })
}
