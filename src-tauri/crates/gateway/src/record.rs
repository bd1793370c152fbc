//! What is kept of an exchange, and when its answer may leave.
//!
//! **Invariant:** the exchange of a write is in the store before its answer leaves; that of a read never
//! delays it.

use axum::body::Body;
use axum::http::request::Parts;
use axum::response::Response;
use sluice_core::exchange::{
    Diagnosis, Exchange, ExchangeSummary, Message, Outcome, Step, StepKind,
};
use sluice_core::trace::Trace;
use sluice_core::{Failure, Operation};

use crate::capture::{Client, Seen};
use crate::operations::{Content, Reply};
use crate::{Gateway, redact};

/// Redacts, records, and puts the body into the response.
#[allow(clippy::too_many_arguments)] // the parts of one record, gathered in one place
pub(crate) async fn record(
    gateway: &Gateway,
    client: Client,
    parts: &Parts,
    seen: &Seen,
    reply: Reply,
    failure: Option<Failure>,
    mut trace: Trace,
    mut response: Response,
    at: i64,
    id: String,
) -> Response {
    let mark = trace.mark();
    let ok = reply.status < 400;
    trace.step(
        StepKind::Answer,
        format!("Answered {}", reply.status),
        mark,
        // That it was answered went well, whatever the answer says; the step at fault is another.
        true,
        None,
    );
    let duration_us = trace.elapsed_us();
    let text = match reply.content {
        Content::Scim(text) | Content::Text(text) => text,
        Content::None => String::new(),
    };
    let steps = trace.into_steps();
    let limit = gateway.log.body_limit_kb;
    // Who has no token does not get to have a header looked at.
    let header = (!seen.refused)
        .then(|| {
            let known = seen.application.is_some();
            gateway
                .shapes
                .look(&parts.headers, &id, &seen.route.application, known)
        })
        .flatten();
    let exchange = Exchange {
        summary: ExchangeSummary {
            seq: 0,
            id,
            at,
            application: seen.route.application.clone(),
            method: parts.method.to_string(),
            path: parts
                .uri
                .path_and_query()
                .map_or_else(|| parts.uri.path().to_owned(), ToString::to_string),
            title: reply.action.title().to_owned(),
            action: reply.action,
            subject: reply.subject,
            status: reply.status,
            outcome: match (ok, seen.refused) {
                (true, _) => Outcome::Ok,
                (false, true) => Outcome::Refused,
                (false, false) => Outcome::Failed,
            },
            effect: if rolled_back(&steps) {
                Some("rolled back".to_owned())
            } else {
                reply.effect
            },
            duration_us,
            cause: failure
                .as_ref()
                .map(|failure| failure.diagnosis.cause.clone()),
        },
        remote: client.to_string(),
        request: Message {
            headers: redact::headers(&parts.headers, |name| gateway.guards.is_secret(name)),
            body: redact::request_body(
                &seen.body,
                seen.json.as_ref(),
                seen.application.as_deref(),
                limit,
            ),
        },
        answer: Message {
            headers: redact::headers(response.headers(), |_| false),
            body: (!text.is_empty()).then(|| redact::cut(&text, limit)),
        },
        steps,
        diagnosis: failure.map(|failure| failure.diagnosis),
        header,
        repeats: None,
    };
    if matches!(client, Client::Console) {
        // Stays in this process: what the screen says of its own request is what the record says.
        response.extensions_mut().insert(Ran {
            operations: exchange.steps.iter().filter_map(wrote).collect(),
            diagnosis: exchange.diagnosis.clone(),
        });
    }
    // What a write did is in the store before the client hears of it. Where that fails, the answer
    // leaves all the same: the change is made, and the recorder raises the alarm.
    if seen.route.action(&parts.method).writes() && !seen.refused {
        if let Err(error) = gateway.recorder.record(exchange).await {
            tracing::error!(%error, "the exchange of a write is lost");
        }
    } else {
        gateway.recorder.offer(exchange);
    }
    *response.body_mut() = Body::from(text);
    response
}

/// What a request of the console's own came to.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    /// The writing operations whose statements ran, in order.
    pub operations: Vec<Operation>,
    pub diagnosis: Option<Diagnosis>,
}

fn wrote(step: &Step) -> Option<Operation> {
    let operation = step.statement.as_ref()?.operation?;
    operation.writes().then_some(operation)
}

fn rolled_back(steps: &[Step]) -> bool {
    steps.iter().any(|step| step.kind == StepKind::Rollback)
}
