//! An entry of a HAR file as an exchange.

use serde::Deserialize;
use serde_json::Value as Json;
use sluice_core::exchange::{Action, Body, Exchange, ExchangeSummary, Message, Outcome};

use super::write::decoded;
use super::{OWN, mask};
use crate::marks::Marks;

/// Why an entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("Entry {number} is not as HAR 1.2 describes one: {source}.")]
    Shape {
        /// From 1.
        number: usize,
        source: serde_json::Error,
    },
    #[error("Entry {number} has no time that can be read: “{text}”.")]
    Time { number: usize, text: String },
}

/// What Sluice itself wrote.
#[derive(Deserialize)]
struct Own {
    exchange: Exchange,
    #[serde(default)]
    marks: Marks,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: String,
    /// Milliseconds.
    #[serde(default)]
    time: f64,
    request: Request,
    response: Response,
    #[serde(default)]
    comment: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Response {
    /// Some programs write 0 or less for an answer that never came.
    status: i64,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    text: Option<String>,
    /// "base64" where the text is not the body itself.
    #[serde(default)]
    encoding: Option<String>,
}

/// Reads an entry; `number` is its place in the file, from 1. What it holds of secrets is masked.
///
/// # Errors
/// [`ReadError`] where it is no entry of a HAR file.
pub fn entry(mut json: Json, number: usize) -> Result<(Exchange, Marks), ReadError> {
    let own = json.get_mut(OWN).map(Json::take);
    let own = own.and_then(|own| serde_json::from_value::<Own>(own).ok());
    let (mut exchange, marks) = if let Some(own) = own {
        (own.exchange, own.marks)
    } else {
        let entry: Entry =
            serde_json::from_value(json).map_err(|source| ReadError::Shape { number, source })?;
        foreign(entry, number)?
    };
    mask::message(&mut exchange.request);
    mask::message(&mut exchange.answer);
    exchange.summary.path = mask::path(&exchange.summary.path);
    exchange.summary.seq = 0;
    Ok((exchange, marks))
}

fn foreign(entry: Entry, number: usize) -> Result<(Exchange, Marks), ReadError> {
    let at: jiff::Timestamp = entry
        .started_date_time
        .parse()
        .map_err(|_| ReadError::Time {
            number,
            text: entry.started_date_time.clone(),
        })?;
    let (host, path) = address(&entry.request.url);
    let request = Message {
        headers: pairs(entry.request.headers),
        body: entry.request.post_data.and_then(|data| data.text).map(body),
    };
    let answer = Message {
        headers: pairs(entry.response.headers),
        body: entry
            .response
            .content
            .and_then(|content| match content.encoding {
                None => content.text.map(body),
                Some(encoding) => content.text.map(|text| Body {
                    bytes: text.len(),
                    text: format!("(left out: it is written as {encoding})"),
                    truncated: true,
                }),
            }),
    };
    let method = entry.request.method.to_ascii_uppercase();
    let (application, rest) = application(&path).unwrap_or((host, ""));
    let (action, subject) = meaning(&method, rest, request.body.as_ref());
    let status = u16::try_from(entry.response.status).unwrap_or(0);
    let outcome = if (200..400).contains(&status) {
        Outcome::Ok
    } else {
        Outcome::Failed
    };
    let cause = (outcome == Outcome::Failed).then(|| cause(answer.body.as_ref(), status));
    let summary = ExchangeSummary {
        seq: 0,
        id: format!("entry-{number}"),
        at: at.as_millisecond(),
        application: application.to_owned(),
        title: action.title().to_owned(),
        action,
        subject,
        status,
        outcome,
        effect: None,
        duration_us: microseconds(entry.time),
        cause,
        path: path.clone(),
        method,
    };
    let marks = Marks {
        note: entry.comment,
        ..Marks::default()
    };
    Ok((
        Exchange {
            summary,
            remote: String::new(),
            request,
            answer,
            steps: Vec::new(),
            diagnosis: None,
            header: None,
            repeats: None,
        },
        marks,
    ))
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a float beyond the range becomes its edge"
)]
fn microseconds(ms: f64) -> i64 {
    (ms.max(0.0) * 1000.0).round() as i64
}

fn pairs(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .map(|pair| (pair.name, pair.value))
        .collect()
}

fn body(text: String) -> Body {
    Body {
        bytes: text.len(),
        text,
        truncated: false,
    }
}

/// Host and path with query.
fn address(url: &str) -> (&str, String) {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let path = path.split('#').next().unwrap_or_default();
    (
        host,
        if path.is_empty() {
            "/".to_owned()
        } else {
            path.to_owned()
        },
    )
}

/// The application and what follows the version, in a path such as `/ws/rest/{app}/scim/v2/Users`.
fn application(path: &str) -> Option<(&str, &str)> {
    let (before, after) = path.split_once("/scim/v")?;
    let application = before.rsplit('/').next().filter(|name| !name.is_empty())?;
    Some((application, after.find('/').map_or("", |at| &after[at..])))
}

/// What a request asked for (RFC 7644, section 3.2), and whom or what it is about.
fn meaning(method: &str, rest: &str, body: Option<&Body>) -> (Action, Option<String>) {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = path.trim_matches('/').splitn(2, '/');
    let (kind, id) = (parts.next().unwrap_or_default(), parts.next());
    let id = id.map(|id| decoded(id).into_owned());
    let named = || {
        let json: Json = serde_json::from_str(&body?.text).ok()?;
        Some(json.get("userName")?.as_str()?.to_owned())
    };
    match (method, kind, id) {
        ("GET", "Users", None) if query.contains("filter=") => (Action::SearchUsers, None),
        ("GET", "Users", None) => (Action::ListUsers, None),
        ("GET", "Users", id) => (Action::GetUser, id),
        ("POST", "Users", None) => (Action::CreateUser, named()),
        ("PUT", "Users", id) => (Action::ReplaceUser, id),
        ("PATCH", "Users", id) => (Action::PatchUser, id),
        ("DELETE", "Users", id) => (Action::DeleteUser, id),
        ("GET", "Entitlements", None) => (Action::ListEntitlements, None),
        ("GET", "Entitlements", id) => (Action::GetEntitlement, id),
        ("GET", "Groups", _) => (Action::ListGroups, None),
        ("GET", "ServiceProviderConfig" | "Schemas" | "ResourceTypes", id) => {
            (Action::Discover, id)
        }
        ("GET", "Status", _) => (Action::Status, None),
        _ => (Action::Unknown, None),
    }
}

fn cause(body: Option<&Body>, status: u16) -> String {
    let detail = || {
        let json: Json = serde_json::from_str(&body?.text).ok()?;
        Some(json.get("detail")?.as_str()?.to_owned())
    };
    detail().unwrap_or_else(|| match status {
        0 => "No answer came.".to_owned(),
        _ => format!("The answer has the status {status}."),
    })
}
