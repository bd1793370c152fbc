//! `GET /health`: whether the databases of the applications answer, for a load balancer, without a
//! token.
//!
//! **Invariants:** it tells no name and no address to anybody without the endpoint's token. However
//! often it is asked, a database is asked once in [`KEPT`] at most. It is no exchange and is not
//! recorded: a balancer that asks every few seconds would bury what an administrator looks for. A
//! change is logged.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Mutex;

use crate::Gateway;

/// Where it stands: at the root, beside all applications.
pub(crate) const PATH: &str = "/health";

/// How long what was found is answered again.
const KEPT: Duration = Duration::from_secs(5);

/// How long a database may take; load balancers commonly wait a few seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found last, and when.
#[derive(Default)]
pub struct Health(Mutex<Option<Found>>);

struct Found {
    /// Of the monotonic clock, in microseconds.
    at_us: i64,
    /// By connection: whether it answers.
    databases: BTreeMap<String, bool>,
}

impl Found {
    fn healthy(&self) -> bool {
        self.databases.values().all(|answers| *answers)
    }
}

/// 200 where every database answers, 503 where one does not. With the endpoint's token the answer
/// names them.
pub(crate) async fn answer(gateway: &Gateway, method: Method, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        let told = json!({"detail": "Use GET or HEAD."});
        let mut response = respond(StatusCode::METHOD_NOT_ALLOWED, &told);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let named = gateway.guards.endpoint().authorise(&headers).is_ok();
    // Whoever asks meanwhile waits here and is told the same.
    let mut kept = gateway.health.0.lock().await;
    let now = gateway.clock.monotonic_us();
    let fresh = kept
        .as_ref()
        .filter(|found| now - found.at_us < i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX));
    if fresh.is_none() {
        let databases = ask(gateway).await;
        let found = Found {
            at_us: gateway.clock.monotonic_us(),
            databases,
        };
        log(kept.as_ref(), &found);
        *kept = Some(found);
    }
    let Some(found) = kept.as_ref() else {
        return respond(StatusCode::SERVICE_UNAVAILABLE, &json!({}));
    };
    let word = |healthy: bool| if healthy { "healthy" } else { "unhealthy" };
    let mut body = json!({"status": word(found.healthy())});
    if named {
        body["databases"] = found
            .databases
            .iter()
            .map(|(name, answers)| (name.clone(), json!(word(*answers))))
            .collect();
    }
    if found.healthy() {
        return respond(StatusCode::OK, &body);
    }
    let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, &body);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(KEPT.as_secs()));
    response
}

async fn ask(gateway: &Gateway) -> BTreeMap<String, bool> {
    let connections = gateway.directory.connections();
    let asked = connections.into_iter().map(|name| async {
        let answers = async {
            let database = gateway.directory.database(&name).await?;
            database.check().await
        };
        let answers = matches!(tokio::time::timeout(PATIENCE, answers).await, Ok(Ok(_)));
        (name, answers)
    });
    join_all(asked).await.into_iter().collect()
}

fn log(before: Option<&Found>, now: &Found) {
    for (name, answers) in &now.databases {
        let was = before.and_then(|found| found.databases.get(name)).copied();
        match (was.unwrap_or(true), answers) {
            (true, false) => tracing::warn!(
                connection = %name,
                "/health: the database does not answer within {} seconds",
                PATIENCE.as_secs()
            ),
            (false, true) => {
                tracing::info!(connection = %name, "/health: the database answers again");
            }
            _ => {}
        }
    }
}

fn respond(status: StatusCode, body: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=UTF-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
