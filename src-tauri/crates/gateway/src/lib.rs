//! SCIM over HTTPS: the router, TLS, authorisation, limits, capture.
//!
//! **Invariants:** an operation's handler takes an [`auth::Authorised`], which only the comparison
//! of a secret makes, so a handler that forgets it does not compile. A request runs in a
//! task of its own: a client that hangs up never cuts a transaction short, and stops what was only
//! read for it. A write's exchange is recorded before its answer leaves.
//!
//! To add an operation: a file in `operations/` with one `handle`, an arm in
//! [`operations::dispatch`], a target in [`route`].

pub mod auth;
mod capture;
mod console;
mod health;
mod limits;
mod operations;
mod record;
mod redact;
pub mod replay;
mod respond;
mod route;
pub mod serve;
mod shapes;
pub mod tls;
mod v1;

pub use console::{OwnAnswer, patch_user};
pub use shapes::Shapes;

use capture::Client;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use sluice_core::config::{Endpoint, Log};
use sluice_core::ports::{Clock, Directory, Recorder};
use sluice_core::snapshot::Snapshots;

/// What every request is served with.
pub struct Gateway {
    pub directory: Arc<dyn Directory>,
    pub recorder: Arc<dyn Recorder>,
    pub clock: Arc<dyn Clock>,
    pub snapshots: Arc<Snapshots>,
    pub guards: auth::Guards,
    pub endpoint: Endpoint,
    pub log: Log,
    /// Host and port for `meta.location` where a request names no host.
    pub authority: String,
    pub health: Health,
    /// What connector headers looked like.
    pub shapes: Shapes,
}

pub use health::Health;

/// The path under which all applications live, as on the original.
pub const BASE_PATH: &str = "/ws/rest";

/// The router of the endpoint. It must be served with connect info, so that an exchange knows its
/// client's address.
pub fn router(gateway: Arc<Gateway>) -> Router {
    Router::new().fallback(serve_one).with_state(gateway)
}

async fn serve_one(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(remote): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    // In a task of its own: dropped with the connection, it would leave a statement half way. What
    // is dropped is `_here`, and the task learns by it that nobody waits for its answer any more.
    let (_here, client) = tokio::sync::oneshot::channel::<Infallible>();
    let gone = async move {
        let _ = client.await;
    };
    let task = tokio::spawn(async move {
        if request.uri().path() == health::PATH {
            let (parts, _) = request.into_parts();
            return health::answer(&gateway, parts.method, parts.headers).await;
        }
        capture::exchange(gateway, Client::Remote(remote), request, gone).await
    });
    match task.await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "an exchange ended without an answer");
            respond::broken()
        }
    }
}
