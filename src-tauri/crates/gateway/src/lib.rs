//! SCIM over HTTPS: the router, TLS, authorisation, limits, capture.
//!
//! **Invariants:** an operation's handler takes an [`auth::Authorised`], which only the comparison
//! of a secret makes, so a handler that forgets it does not compile. A request runs in a
//! task of its own: a client that hangs up never cuts a transaction short, and stops what was only
//! read for it. A write's exchange is recorded before its answer leaves. A request takes the [`Gateway`]
//! of its beginning and is served by it to its end, whatever the configuration becomes meanwhile.
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
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use sluice_core::config::{Endpoint, Log};
use sluice_core::ports::{Clock, Directory, Recorder};
use sluice_core::snapshot::Snapshots;

/// What a request is served with: one configuration, and what belongs to it.
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
    /// Outlives a change of the configuration, as `shapes` does.
    pub health: Arc<Health>,
    /// What connector headers looked like.
    pub shapes: Arc<Shapes>,
    /// Under which names clients call.
    pub asked: Arc<tls::Asked>,
}

/// What is served at this time. It may be replaced while requests are in flight: those end with what
/// they began with.
pub struct Serving(RwLock<Arc<Gateway>>);

impl Serving {
    /// Serves by this gateway, until another takes its place.
    pub fn new(gateway: Gateway) -> Self {
        Self(RwLock::new(Arc::new(gateway)))
    }

    /// What a request that comes now is served with.
    pub fn current(&self) -> Arc<Gateway> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Serves every request that comes from now on by another gateway.
    pub fn replace(&self, gateway: Gateway) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(gateway);
    }
}

pub use health::Health;

/// The path under which all applications live, as on the original.
pub const BASE_PATH: &str = "/ws/rest";

/// The router of the endpoint. It must be served with connect info, so that an exchange knows its
/// client's address.
pub fn router(serving: Arc<Serving>) -> Router {
    Router::new().fallback(serve_one).with_state(serving)
}

async fn serve_one(
    State(serving): State<Arc<Serving>>,
    ConnectInfo(remote): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    // In a task of its own: dropped with the connection, it would leave a statement half way. What
    // is dropped is `_here`, and the task learns by it that nobody waits for its answer any more.
    let (_here, client) = tokio::sync::oneshot::channel::<Infallible>();
    let gone = async move {
        let _ = client.await;
    };
    let gateway = serving.current();
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
