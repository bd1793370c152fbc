//! An exchange as an entry of a HAR file.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value as Json, json};
use sluice_core::exchange::{Body, Exchange, Message};

use super::OWN;
use crate::marks::Marks;

/// What was masked, for whoever opens the file.
const MASKED: &str = "Values that read ••• were masked when the exchanges were recorded: tokens, cookies, passwords, \
     the connector header, and the columns that the configuration calls secret. Bodies may be cut; \
     each exchange says so under _sluice.";

/// What stands before the entries, which are separated by commas.
pub fn head(version: &str) -> String {
    let creator = json!({ "name": "Sluice", "version": version, "comment": MASKED });
    format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"entries\":[\n")
}

/// What stands after them.
pub const TAIL: &str = "\n]}}\n";

/// A name for a file that is written at `at`, milliseconds since 1970: `traffic-20261122-093000.har`, in UTC.
pub fn file_name(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.strftime("traffic-%Y%m%d-%H%M%S.har").to_string()
}

/// What of an exchange HAR has no words for.
#[derive(Serialize)]
struct Own<'a> {
    exchange: &'a Exchange,
    marks: &'a Marks,
}

/// One entry.
pub fn entry(exchange: &Exchange, marks: &Marks) -> String {
    let summary = &exchange.summary;
    let milliseconds = Json::from(exact_ms(summary.duration_us));
    let mut entry = json!({
        "startedDateTime": jiff::Timestamp::from_millisecond(summary.at).unwrap_or_default().to_string(),
        "time": milliseconds,
        "request": {
            "method": summary.method,
            "url": url(exchange),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(&exchange.request),
            "queryString": query(&summary.path),
            "headersSize": -1,
            "bodySize": size(exchange.request.body.as_ref()),
        },
        "response": {
            "status": summary.status,
            "statusText": reason(summary.status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(&exchange.answer),
            "content": content(&exchange.answer),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": size(exchange.answer.body.as_ref()),
        },
        "cache": {},
        // All that is known is how long it took here.
        "timings": { "send": 0, "wait": milliseconds, "receive": 0 },
    });
    if let Some(body) = &exchange.request.body {
        entry["request"]["postData"] =
            json!({ "mimeType": mime(&exchange.request), "text": body.text });
    }
    if !marks.note.is_empty() {
        entry["comment"] = Json::from(marks.note.as_str());
    }
    match serde_json::to_value(Own { exchange, marks }) {
        Ok(own) => entry[OWN] = own,
        Err(error) => tracing::error!(%error, "an exchange cannot be written as JSON"),
    }
    entry.to_string()
}

/// Microseconds as milliseconds, exact to the microsecond up to centuries.
#[allow(
    clippy::cast_precision_loss,
    reason = "a duration of 2^53 µs is 285 years"
)]
fn exact_ms(us: i64) -> f64 {
    us as f64 / 1000.0
}

fn header<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    let mut found = message.headers.iter();
    found
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn url(exchange: &Exchange) -> String {
    // HAR wants an absolute address; ".invalid" is the top-level domain that no host has (RFC 2606).
    let host = header(&exchange.request, "host").unwrap_or("host.invalid");
    format!("https://{host}{}", exchange.summary.path)
}

fn headers(message: &Message) -> Json {
    let pairs = message.headers.iter();
    pairs
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

fn query(path: &str) -> Json {
    let (_, query) = path.split_once('?').unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({ "name": decoded(name), "value": decoded(value) })
        })
        .collect()
}

/// Percent-decoded where that gives text.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = match (first, after) {
            (b'%', [high, low, ..]) => (char::from(*high).to_digit(16))
                .zip(char::from(*low).to_digit(16))
                .and_then(|(high, low)| u8::try_from(high * 16 + low).ok()),
            _ => None,
        };
        if let Some(byte) = hex {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
            rest = after;
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn mime(message: &Message) -> &str {
    header(message, "content-type").unwrap_or("application/scim+json")
}

fn content(message: &Message) -> Json {
    match &message.body {
        Some(body) => json!({ "size": body.bytes, "mimeType": mime(message), "text": body.text }),
        None => json!({ "size": 0, "mimeType": mime(message) }),
    }
}

fn size(body: Option<&Body>) -> usize {
    body.map_or(0, |body| body.bytes)
}

/// The words of the statuses that SCIM uses (RFC 9110, section 15).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
