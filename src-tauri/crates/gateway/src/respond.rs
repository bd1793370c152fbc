//! A reply as HTTP: status, headers, and where there is no reply, that.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use axum::response::Response;
use sluice_scim::Compatibility;

use crate::capture::Seen;
use crate::operations::{Content, Reply};
use crate::route::Version;

/// The header that names the exchange to the client, so that an error can be found again.
pub(crate) const EXCHANGE_HEADER: &str = "x-sluice-exchange";

/// Status and headers of a reply; the body is put in when it is recorded.
pub(crate) fn respond(parts: &Parts, seen: &Seen, reply: &Reply, id: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let content_type = match &reply.content {
        Content::Text(_) => Some("text/plain;charset=UTF-8"),
        Content::Scim(_)
            if seen.route.version == Version::V1 || wants_plain_json(&parts.headers) =>
        {
            Some("application/json;charset=UTF-8")
        }
        Content::Scim(_) => Some("application/scim+json;charset=UTF-8"),
        Content::None => None,
    };
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(EXCHANGE_HEADER, value);
    }
    if let Some(Ok(value)) = reply.location.as_deref().map(HeaderValue::from_str) {
        if reply.status == 201 {
            headers.insert(header::LOCATION, value.clone());
        }
        // RFC 7643 §3.1: the same as meta.location.
        headers.insert(header::CONTENT_LOCATION, value);
    }
    // SCIM 1.1 is not told to have versions.
    let etag = reply
        .etag
        .as_deref()
        .filter(|_| seen.route.version == Version::V2);
    if let Some(Ok(value)) = etag.map(HeaderValue::from_str) {
        headers.insert(header::ETAG, value);
    }
    match reply.status {
        401 => {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(seen.challenge),
            );
        }
        405 => {
            headers.insert(
                header::ALLOW,
                HeaderValue::from_static(seen.route.allowed()),
            );
        }
        503 => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
        }
        _ => {}
    }
    response
}

/// Whether the client asks for plain JSON and not for SCIM's own type (RFC 7644 §3.8).
fn wants_plain_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accept.contains("application/json") && !accept.contains("scim+json")
}

/// The answer where a request's task ended without one.
pub(crate) fn broken() -> Response {
    let body = sluice_scim::ScimError::new(500, "The request could not be finished. Send it again; if it happens again, look into the server's log.").to_json(Compatibility::Rfc);
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/scim+json;charset=UTF-8"),
    );
    response
}
