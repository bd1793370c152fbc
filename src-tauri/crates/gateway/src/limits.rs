//! Sizes and forms that are refused before anything is read further.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use sluice_core::Failure;
use sluice_scim::ScimType;

/// Holds all request headers together against the limit, counted as name and value.
///
/// # Errors
/// 431.
pub(crate) fn check_headers(headers: &HeaderMap, limit_kb: usize) -> Result<(), Failure> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
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

/// How long a body may take to arrive: a client that sends byte by byte must not hold a task for
/// ever.
const BODY_DEADLINE: Duration = Duration::from_mins(1);
/// How much of a refused body is read and thrown away, and for how long, so that a client that is
/// still sending gets to read its answer instead of a broken connection.
const DISCARD: usize = 16 * 1024 * 1024;
const DISCARD_DEADLINE: Duration = Duration::from_secs(5);

/// Reads a body up to the limit.
///
/// # Errors
/// 413; 408 where it takes too long; 400 where the client stops sending half way.
pub(crate) async fn read_body(
    body: Body,
    headers: &HeaderMap,
    limit_kb: usize,
) -> Result<Bytes, Failure> {
    let limit = limit_kb * 1024;
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    match tokio::time::timeout(BODY_DEADLINE, collect(body, limit, announced)).await {
        Ok(result) => result,
        Err(_) => Err(Failure::new(
            408,
            "request.body_too_slow",
            format!(
                "The request body did not arrive within {} seconds.",
                BODY_DEADLINE.as_secs()
            ),
            "Send it again.",
        )),
    }
}

async fn collect(body: Body, limit: usize, announced: Option<usize>) -> Result<Bytes, Failure> {
    let mut stream = body.into_data_stream();
    let mut collected = Vec::with_capacity(announced.unwrap_or_default().min(limit));
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| {
            Failure::bad_request(
                "request.incomplete",
                "The request body ended before it was complete.",
                "Send it again.",
            )
        })?;
        if collected.len() + chunk.len() > limit {
            let _ = tokio::time::timeout(DISCARD_DEADLINE, discard(stream)).await;
            return Err(Failure::new(
                413,
                "request.body_too_large",
                format!("The request body is larger than {} KiB.", limit / 1024),
                "Send less at once, or raise endpoint.body_limit_kb.",
            ));
        }
        collected.extend_from_slice(&chunk);
    }
    Ok(Bytes::from(collected))
}

async fn discard(mut stream: BodyDataStream) {
    let mut seen = 0;
    while let Some(Ok(chunk)) = stream.next().await {
        seen += chunk.len();
        if seen > DISCARD {
            return;
        }
    }
}

/// Whether a body's type is one that SCIM is written in (RFC 7644 §3.1, §8.1); none at all passes,
/// because agents leave it out.
///
/// # Errors
/// 415.
pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let text = value.to_str().unwrap_or_default();
    let kind = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
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
