//! The screens in a browser, over loopback only.
//!
//! **Invariant:** every call needs a key that stands in the URL's fragment, made anew at each start,
//! and a Host that only this machine has: another site open in the same browser can neither read nor
//! call (cross-site requests cannot set the header, a rebound name has another Host).

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rust_embed::RustEmbed;
use serde_json::Value;
use sluice_app::{App, Problem, registry};
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The header that carries the key.
const KEY: &str = "x-sluice-key";
/// What the browser may load: this page's own files and nothing else.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The built screens. Absent while the UI has not been built.
#[derive(RustEmbed)]
#[folder = "../../../ui/dist"]
#[allow_missing = true]
struct Screens;

/// A running console.
pub struct Console {
    address: SocketAddr,
    key: String,
    task: JoinHandle<()>,
}

struct Shared {
    app: Arc<App>,
    key: String,
}

impl Console {
    /// What to open in a browser.
    pub fn url(&self) -> String {
        format!("http://{}/#key={}", self.address, self.key)
    }

    pub fn stop(self) {
        self.task.abort();
    }
}

/// Serves the screens on a loopback address.
pub async fn start(app: Arc<App>, address: &str) -> anyhow::Result<Console> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("the console cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        bail!(
            "the console listens on loopback only, and {address} is not; reach it through an SSH tunnel"
        );
    }
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let key = sluice_app::hex(&bytes);
    let shared = Arc::new(Shared {
        app,
        key: key.clone(),
    });
    let router = Router::new()
        .route("/rpc/{command}", post(call))
        .route("/stream/{name}", get(stream))
        .route("/work/{name}", post(work))
        .fallback(get(file))
        .with_state(shared);
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the console ended");
        }
    });
    Ok(Console { address, key, task })
}

async fn call(
    State(shared): State<Arc<Shared>>,
    Path(command): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = shared.admit(&headers) {
        return *refused;
    }
    let input = match input(&body) {
        Ok(input) => input,
        Err(refused) => return *refused,
    };
    match registry::call(Arc::clone(&shared.app), &command, input).await {
        Ok(output) => Json(output).into_response(),
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error),
    }
}

#[derive(serde::Deserialize)]
struct StreamQuery {
    input: String,
}

async fn stream(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = shared.admit(&headers) {
        return *refused;
    }
    let input: Value = serde_json::from_str(&query.input).unwrap_or_default();
    match registry::stream(Arc::clone(&shared.app), &name, input) {
        Ok(receiver) => lines(receiver),
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error),
    }
}

/// A work as lines of JSON. A client that hangs up drops the body, and with it the work.
async fn work(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = shared.admit(&headers) {
        return *refused;
    }
    let input = match input(&body) {
        Ok(input) => input,
        Err(refused) => return *refused,
    };
    match registry::work(Arc::clone(&shared.app), &name, input) {
        Ok(receiver) => lines(receiver),
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error),
    }
}

fn input(body: &[u8]) -> Result<Value, Box<Response>> {
    serde_json::from_slice(body).map_err(|error| {
        Box::new(problem(
            StatusCode::BAD_REQUEST,
            &Problem::new(
                "command.input",
                format!("The input is not JSON: {error}."),
                "Reload the page.",
            ),
        ))
    })
}

fn lines(receiver: mpsc::Receiver<Value>) -> Response {
    let lines = futures_util::stream::unfold(receiver, |mut receiver| async move {
        let item = receiver.recv().await?;
        Some((
            Ok::<_, std::convert::Infallible>(format!("{item}\n")),
            receiver,
        ))
    });
    let mut response = Response::new(Body::from_stream(lines));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    response
}

async fn file(headers: HeaderMap, uri: Uri) -> Response {
    if !from_here(&headers) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let Some(file) = Screens::get(path) else {
        let text = if path == "index.html" {
            "The screens are not built. Run: make ui"
        } else {
            "Not found"
        };
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    let mut response = Response::new(Body::from(file.data));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(path)),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

impl Shared {
    fn admit(&self, headers: &HeaderMap) -> Result<(), Box<Response>> {
        let text = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let key: bool = text(KEY).as_bytes().ct_eq(self.key.as_bytes()).into();
        if key && from_here(headers) {
            return Ok(());
        }
        Err(Box::new(problem(
            StatusCode::UNAUTHORIZED,
            &Problem::new(
                "console.key",
                "This page does not have the console's key.",
                "Open the URL that Sluice printed when it started; the key changes at each start.",
            ),
        )))
    }
}

/// Whether the browser calls this machine by a name that only it has. A site whose name was made to
/// lead here (DNS rebinding) still calls itself by its own; a tunnel may have any port.
fn from_here(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

fn problem(status: StatusCode, problem: &Problem) -> Response {
    (status, Json(problem)).into_response()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html;charset=utf-8",
        Some("js") => "text/javascript;charset=utf-8",
        Some("css") => "text/css;charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
