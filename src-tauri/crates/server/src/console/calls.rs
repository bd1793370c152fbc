//! The registry's commands, streams and works over HTTP.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use sluice_app::{Problem, registry};
use tokio::sync::mpsc;

use super::Shared;
use super::door::refusal;
use super::sessions::Session;

/// A command: its output, or 422 with its problem.
pub(super) async fn call(
    State(shared): State<Arc<Shared>>,
    Path(command): Path<String>,
    body: Bytes,
) -> Response {
    let input = match input(&body) {
        Ok(input) => input,
        Err(refused) => return *refused,
    };
    match registry::call(Arc::clone(&shared.app), &command, input).await {
        Ok(output) => Json(output).into_response(),
        Err(problem) => refusal(StatusCode::UNPROCESSABLE_ENTITY, &problem),
    }
}

/// A stream as lines of JSON.
pub(super) async fn stream(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    Extension(session): Extension<Session>,
    body: Bytes,
) -> Response {
    let input = match input(&body) {
        Ok(input) => input,
        Err(refused) => return *refused,
    };
    match registry::stream(Arc::clone(&shared.app), &name, input) {
        Ok(receiver) => lines(receiver, session),
        Err(problem) => refusal(StatusCode::UNPROCESSABLE_ENTITY, &problem),
    }
}

/// A work as lines of JSON. A client that hangs up drops the body, and with it the work.
pub(super) async fn work(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    Extension(session): Extension<Session>,
    body: Bytes,
) -> Response {
    let input = match input(&body) {
        Ok(input) => input,
        Err(refused) => return *refused,
    };
    match registry::work(Arc::clone(&shared.app), &name, input) {
        Ok(receiver) => lines(receiver, session),
        Err(problem) => refusal(StatusCode::UNPROCESSABLE_ENTITY, &problem),
    }
}

fn input(body: &[u8]) -> Result<Value, Box<Response>> {
    serde_json::from_slice(body).map_err(|error| {
        Box::new(refusal(
            StatusCode::BAD_REQUEST,
            &Problem::new(
                "command.input",
                format!("The input is not JSON: {error}."),
                "Reload the page.",
            ),
        ))
    })
}

/// Items as they come, until there are no more or the session ends.
fn lines(receiver: mpsc::Receiver<Value>, session: Session) -> Response {
    let ended = Box::pin(session.ended());
    let lines =
        futures_util::stream::unfold((receiver, ended), |(mut receiver, mut ended)| async {
            let item = tokio::select! {
                biased;
                () = &mut ended => None,
                item = receiver.recv() => item,
            }?;
            Some((Ok::<_, Infallible>(format!("{item}\n")), (receiver, ended)))
        });
    let mut response = Response::new(Body::from_stream(lines));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    response
}
