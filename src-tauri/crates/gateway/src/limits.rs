//! Sizes and forms that are refused before anything is read further.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};
use sluice_core::Failure;
use sluice_scim::ScimType;

/// Holds all request headers together against the limit, counted as name and value.
///
/// # Errors
/// 431.
pub(crate) fn check_headers(headers: &HeaderMap, limit_kb: usize) -> Result<(), Failure> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if size <= limit_kb * 1024 {
        return Ok(());
    }
    Err(Failure::new(
        431,
        "request.headers_too_large",
        format!("The request headers have {size} bytes, and {limit_kb} KiB are allowed."),
        "Shorten the statements that the connector sends in its header, or raise endpoint.header_limit_kb.",
    ))
}

/// Reads a body up to the limit.
///
/// # Errors
/// 413, or 400 where the client stops sending half way.
pub(crate) async fn read_body(body: Body, headers: &HeaderMap, limit_kb: usize) -> Result<Bytes, Failure> {
    let too_large = || {
        Failure::new(
            413,
            "request.body_too_large",
            format!("The request body is larger than {limit_kb} KiB."),
            "Send less at once, or raise endpoint.body_limit_kb.",
        )
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|size| size > limit_kb * 1024) {
        return Err(too_large());
    }
    to_bytes(body, limit_kb * 1024).await.map_err(|error| {
        let limited = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("length limit"));
        if limited || error.to_string().contains("length limit") {
            too_large()
        } else {
            Failure::bad_request("request.incomplete", "The request body ended before it was complete.", "Send it again.")
        }
    })
}

/// Whether a body's type is one that SCIM is written in (RFC 7644 §3.1, §8.1); none at all passes,
/// because agents leave it out.
///
/// # Errors
/// 415.
pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let text = value.to_str().unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if matches!(kind.as_str(), "application/scim+json" | "application/json") {
        return Ok(());
    }
    Err(Failure::new(
        415,
        "request.content_type",
        format!("The content type is \"{kind}\"."),
        "Send application/scim+json or application/json.",
    )
    .with_type(ScimType::InvalidSyntax))
}
