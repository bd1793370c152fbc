//! The console as a client: a write that an administrator asks for, served as one that came over the
//! network.
//!
//! **Invariant:** it passes the same limits, the same comparison of the secret, the same handler and the
//! same recorder as everybody's, so that nothing an administrator does is missing in Traffic (decision
//! 0032). Only no socket is opened for it: it works while the endpoint does not listen.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, Request as HttpRequest, header};
use sluice_core::Operation;
use sluice_core::exchange::Diagnosis;
use sluice_core::profile::path_segment;
use sluice_scim::Resource;

use crate::capture::{self, Client};
use crate::record::Ran;
use crate::respond::EXCHANGE_HEADER;
use crate::{BASE_PATH, Gateway};

/// What the record shows as the client's name.
const USER_AGENT: &str = concat!("Sluice-Console/", env!("CARGO_PKG_VERSION"));

/// The answer to a request of the console's own.
#[derive(Clone, Debug)]
pub struct OwnAnswer {
    pub status: u16,
    /// The id of its exchange; `None` where it ended before there was one.
    pub exchange: Option<String>,
    /// JSON: the user as it is now, or a SCIM error.
    pub body: String,
    /// The writing operations whose statements ran; none where the user was as it was wanted already.
    pub operations: Vec<Operation>,
    /// Cause and remedy, where it failed.
    pub diagnosis: Option<Diagnosis>,
}

impl OwnAnswer {
    /// Of a request that ended before there was an answer.
    fn none(status: u16) -> Self {
        Self {
            status,
            exchange: None,
            body: String::new(),
            operations: Vec::new(),
            diagnosis: None,
        }
    }
}

/// Sends a PATCH of a user to this gateway, and waits until it is done and recorded. `authority` is the
/// host and port of the addresses in the answer.
///
/// Dropped before it ends, the change goes on to its end all the same.
pub async fn patch_user(
    gateway: &Arc<Gateway>,
    application: &str,
    authority: &str,
    id: &str,
    body: &Resource,
) -> OwnAnswer {
    let Some(request) = request(gateway, application, authority, id, body) else {
        // Only an address that no URL can hold comes here.
        return OwnAnswer::none(400);
    };
    let gateway = Arc::clone(gateway);
    // In a task of its own: a screen that is closed never cuts a transaction short.
    let served = tokio::spawn(async move {
        let patient = std::future::pending();
        let response = capture::exchange(gateway, Client::Console, request, patient).await;
        let (mut parts, body) = response.into_parts();
        let ran = parts.extensions.remove::<Ran>();
        let (operations, diagnosis) =
            ran.map_or_else(|| (Vec::new(), None), |ran| (ran.operations, ran.diagnosis));
        let body = axum::body::to_bytes(body, usize::MAX).await;
        OwnAnswer {
            status: parts.status.as_u16(),
            exchange: parts
                .headers
                .get(EXCHANGE_HEADER)
                .and_then(|id| id.to_str().ok())
                .map(str::to_owned),
            body: String::from_utf8_lossy(&body.unwrap_or_default()).into_owned(),
            operations,
            diagnosis,
        }
    });
    served.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a change of the console ended without an answer");
        OwnAnswer::none(500)
    })
}

fn request(
    gateway: &Gateway,
    application: &str,
    authority: &str,
    id: &str,
    body: &Resource,
) -> Option<Request> {
    let (application_segment, id) = (path_segment(application), path_segment(id));
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    headers.insert(header::HOST, HeaderValue::from_str(authority).ok()?);
    let scim = HeaderValue::from_static("application/scim+json");
    headers.insert(header::CONTENT_TYPE, scim.clone());
    headers.insert(header::ACCEPT, scim);
    if let Some((name, value)) = gateway.guards.of(application).shown() {
        headers.insert(name, value);
    }
    let body = serde_json::to_vec(body).ok()?;
    let mut request = HttpRequest::builder()
        .method(Method::PATCH)
        .uri(format!(
            "{BASE_PATH}/{application_segment}/scim/v2/Users/{id}"
        ))
        .body(Body::from(body))
        .ok()?;
    *request.headers_mut() = headers;
    Some(request)
}
