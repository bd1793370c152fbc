//! One exchange from its first byte to its answer: limits, authorisation, the application, the
//! operation, the record.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header, request::Parts};
use axum::response::Response;
use serde_json::Value;
use sluice_core::config::{Application, Audit};
use sluice_core::exchange::{Action, StepKind};
use sluice_core::trace::Trace;
use sluice_core::usecase::Context;
use sluice_core::{Failure, header as connector};
use sluice_scim::Compatibility;

use crate::operations::{self, Content, Reply, ScimRequest};
use crate::record::record;
use crate::respond::respond;
use crate::route::{Route, Target, Version};
use crate::{BASE_PATH, Gateway, auth, limits, v1};

/// The status under which a request is recorded that nobody waited for: nginx's 499, which no
/// standard has and nobody is sent.
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// Who sent a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Client {
    /// Somebody at this address.
    Remote(SocketAddr),
    /// This program's own console.
    Console,
}

impl fmt::Display for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remote(address) => address.fmt(formatter),
            Self::Console => formatter.write_str("console"),
        }
    }
}

/// What is known of a request while it is served.
pub(crate) struct Seen {
    pub route: Route,
    pub application: Option<Arc<Application>>,
    pub body: axum::body::Bytes,
    pub json: Option<Value>,
    pub refused: bool,
    /// Until the secret was shown. A stranger is answered in one form for every name, so that it does
    /// not tell which applications there are.
    pub stranger: bool,
    /// What a 401 asks for.
    pub challenge: &'static str,
}

impl Seen {
    /// Whom or what a request that failed is about: the id in its path, the user in its body, or
    /// where a refused one came from.
    fn subject(&self, client: Client) -> Option<String> {
        if self.refused {
            return Some(match client {
                Client::Remote(address) => format!("from {}", address.ip()),
                Client::Console => "from the console".to_owned(),
            });
        }
        let name = |json: &Value| json["userName"].as_str().map(str::to_owned);
        self.route
            .subject()
            .or_else(|| self.json.as_ref().and_then(name))
    }
}

/// Serves one request and records it. Where the client is `gone` before the answer is there, what is
/// only read ends at once; a write goes on to its end.
pub(crate) async fn exchange(
    gateway: Arc<Gateway>,
    client: Client,
    request: Request,
    gone: impl Future<Output = ()>,
) -> Response {
    let at = gateway.clock.wall_us() / 1000;
    let id = uuid::Uuid::now_v7().to_string();
    let trace = Trace::new(Arc::clone(&gateway.clock), gateway.log.sample_rows);
    let (parts, body) = request.into_parts();
    let route = Route::parse(parts.uri.path());
    let application = gateway.directory.application(&route.application);
    let challenge = gateway.guards.of(&route.application).challenge();
    let mut seen = Seen {
        route,
        application,
        body: axum::body::Bytes::new(),
        json: None,
        refused: false,
        stranger: true,
        challenge,
    };

    let nobody_waits = trace.fork();
    let writes = seen.route.action(&parts.method).writes();
    let gone = async {
        if writes {
            std::future::pending::<()>().await;
        }
        gone.await;
    };
    let served = tokio::select! {
        served = serve(&gateway, &parts, body, &mut seen, trace) => Some(served),
        // Dropped half way, a session closes its connection and stops the statement at the server.
        () = gone => None,
    };
    let (result, trace) = served.unwrap_or_else(|| abandoned(nobody_waits));
    let application = seen.application.as_deref().filter(|_| !seen.stranger);
    let compatibility = match application {
        Some(application) => application.compatibility,
        None if seen.stranger => Compatibility::Rfc,
        None => Compatibility::Original,
    };
    let action = match &result {
        Ok(reply) => reply.action,
        Err(_) if seen.refused => Action::Refused,
        Err(_) => seen.route.action(&parts.method),
    };
    let (answer, failure) = match result {
        Ok(reply) => (reply, None),
        Err(failure) => {
            let body = match seen.route.version {
                Version::V1 => v1::error(&failure, application),
                Version::V2 => failure.scim.to_json(compatibility),
            }
            .to_string();
            let reply = Reply {
                status: failure.scim.status,
                content: Content::Scim(body),
                location: None,
                etag: None,
                action,
                subject: seen.subject(client),
                effect: None,
            };
            (reply, Some(failure))
        }
    };
    let response = respond(&parts, &seen, &answer, &id);
    record(
        &gateway, client, &parts, &seen, answer, failure, trace, response, at, id,
    )
    .await
}

/// What is said of a request whose client did not wait; nobody reads it but the record.
fn abandoned(mut trace: Trace) -> (Result<Reply, Failure>, Trace) {
    let mark = trace.begun();
    trace.step(
        StepKind::Answer,
        "The client hung up",
        mark,
        false,
        Some("What was being read for it was stopped.".to_owned()),
    );
    let failure = Failure::new(
        CLIENT_CLOSED_REQUEST,
        "request.abandoned",
        "The client closed the connection before the answer was ready; what was being read for it was stopped.",
        "If this happens at the first page of an import, let the client wait longer.",
    );
    (Err(failure), trace)
}

async fn serve(
    gateway: &Gateway,
    parts: &Parts,
    body: Body,
    seen: &mut Seen,
    mut trace: Trace,
) -> (Result<Reply, Failure>, Trace) {
    let authorised = match receive(gateway, parts, body, seen, &mut trace).await {
        Ok(authorised) => authorised,
        Err(failure) => return (Err(failure), trace),
    };
    if seen.route.target == Target::Unknown {
        let failure = Failure::new(
            404,
            "request.unknown_path",
            format!("There is nothing at {}.", parts.uri.path()),
            format!(
                "The base URL is https://host:port{BASE_PATH}/{{application}}/scim/v2/, or with v1 for SCIM 1.1."
            ),
        );
        return (Err(failure), trace);
    }
    if !seen.route.allows(&parts.method) {
        let failure = Failure::new(
            405,
            "request.method",
            format!("{} is not supported here.", parts.method),
            format!("Use {}.", seen.route.allowed()),
        );
        return (Err(failure), trace);
    }
    if seen.route.target == Target::Status {
        return (operations::status::handle(authorised), trace);
    }
    let scim = match parse(parts, seen, &mut trace) {
        Ok(scim) => scim,
        Err(failure) => return (Err(failure), trace),
    };
    if seen.route.action(&parts.method).writes()
        && gateway.log.audit == Audit::Strict
        && let Err(error) = gateway.recorder.ready()
    {
        let failure = Failure::new(
            503,
            "audit.not_recorded",
            "Writes are refused while they cannot be recorded.",
            "Make room for the exchange store, then send it again.",
        )
        .caused_by(format!("Audit is strict, and {error}."));
        return (Err(failure), trace);
    }
    let base = base(gateway, &parts.headers, &seen.route);
    let mut context = match context(gateway, parts, seen, base, trace).await {
        Ok(context) => context,
        Err((failure, trace)) => return (Err(failure), trace),
    };
    let result = operations::dispatch(authorised, &scim, &mut context).await;
    let result = match (seen.route.version, &seen.application) {
        (Version::V1, Some(application)) => {
            result.and_then(|reply| v1::reply(reply, &seen.route.target, application))
        }
        _ => result,
    };
    (result, context.trace)
}

/// Limits, the token, the body: everything before the request is understood.
async fn receive(
    gateway: &Gateway,
    parts: &Parts,
    body: Body,
    seen: &mut Seen,
    trace: &mut Trace,
) -> Result<auth::Authorised, Failure> {
    let mark = trace.mark();
    seen.refused = true;
    limits::check_headers(&parts.headers, gateway.endpoint.header_limit_kb)?;
    let guard = gateway.guards.of(&seen.route.application);
    let now = gateway.clock.wall_us() / 1000;
    let authorised = guard.authorise(&parts.headers, now).map_err(|refusal| {
        trace.step(
            StepKind::Authorise,
            "Refused",
            mark,
            false,
            Some(refusal.to_string()),
        );
        let told = refusal.to_string();
        let (cause, remedy) = told.split_once(". ").unwrap_or((&told, ""));
        // The client is not told which part was wrong.
        let (wrong, send) = guard.told();
        let mut failure =
            Failure::new(401, "request.unauthorised", wrong, send).caused_by(format!("{cause}."));
        if !remedy.is_empty() {
            remedy.clone_into(&mut failure.diagnosis.remedy);
        }
        failure
    })?;
    seen.stranger = false;
    note_address(gateway, &parts.headers);
    let still = authorised.by_former_token().then(|| {
        if let Some(application) = &seen.application {
            gateway.guards.former_used(&application.name, now);
        }
        "With the token from before it was rotated; it ends soon.".to_owned()
    });
    trace.step(StepKind::Authorise, "Authorised", mark, true, still);
    let mark = trace.mark();
    seen.body = limits::read_body(body, &parts.headers, gateway.endpoint.body_limit_kb).await?;
    seen.refused = false;
    if !seen.body.is_empty() {
        trace.step(
            StepKind::Receive,
            format!("Received {} bytes", seen.body.len()),
            mark,
            true,
            None,
        );
    }
    Ok(authorised)
}

/// An address is never asked for in a handshake (RFC 6066 §3), so the host of the request tells it.
fn note_address(gateway: &Gateway, headers: &HeaderMap) {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let Some(host) = host else { return };
    let address = host
        .parse::<SocketAddr>()
        .map(|address| address.ip())
        .or_else(|_| host.trim_matches(['[', ']']).parse());
    if let Ok(address) = address {
        gateway.asked.note(&address.to_string());
    }
}

fn parse(parts: &Parts, seen: &mut Seen, trace: &mut Trace) -> Result<ScimRequest, Failure> {
    let mark = trace.mark();
    if matches!(parts.method, Method::POST | Method::PUT | Method::PATCH) {
        limits::check_content_type(&parts.headers)?;
        let json: Value = serde_json::from_slice(&seen.body).map_err(|error| {
            let failure = Failure::bad_request(
                "request.malformed_json",
                format!(
                    "The body is not JSON: line {}, column {}.",
                    error.line(),
                    error.column()
                ),
                "Send one JSON object.",
            );
            trace.step(
                StepKind::Parse,
                "The body is not JSON",
                mark,
                false,
                Some(error.to_string()),
            );
            failure
        })?;
        seen.json = Some(json);
        if !seen.json.as_ref().is_some_and(Value::is_object) {
            return Err(Failure::bad_request(
                "request.not_an_object",
                "The body is JSON, but not an object.",
                "Send one JSON object.",
            ));
        }
    }
    let attributes = seen.json.as_ref().and_then(Value::as_object);
    if let Some(attributes) = attributes {
        trace.step(
            StepKind::Parse,
            format!("Parsed {}, {} attributes", parts.method, attributes.len()),
            mark,
            true,
            None,
        );
    }
    let request = ScimRequest {
        target: seen.route.target.clone(),
        method: parts.method.clone(),
        query: parts.uri.query().map(str::to_owned),
        if_match: text(&parts.headers, &header::IF_MATCH),
        if_none_match: text(&parts.headers, &header::IF_NONE_MATCH),
        body: attributes.cloned().unwrap_or_default(),
    };
    match (seen.route.version, &seen.application) {
        (Version::V1, Some(application)) => v1::request(request, application),
        _ => Ok(request),
    }
}

/// A header's values as one list; what is no text matches nothing.
fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let values: Vec<String> = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Application, header and database, laid together for this request.
async fn context(
    gateway: &Gateway,
    parts: &Parts,
    seen: &Seen,
    base: String,
    mut trace: Trace,
) -> Result<Context, (Failure, Trace)> {
    let mark = trace.mark();
    let raw = parts
        .headers
        .get(connector::NAME)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let laid = match (&seen.application, &raw) {
        // The original knows no applications of its own: without the header it says so.
        (None, None) => Err(connector::missing().caused_by(format!(
            "There is no application \"{}\" in the configuration.",
            seen.route.application
        ))),
        (None, Some(_)) => Err(Failure::new(
            404,
            "application.unknown",
            format!("There is no application \"{}\".", seen.route.application),
            "Add it to the configuration, with header = \"supply\" if the header shall configure it.",
        )),
        (Some(application), raw) => {
            let wanted = application.header != sluice_core::config::HeaderPolicy::Ignore;
            let data = raw
                .as_deref()
                .filter(|_| wanted)
                .map(connector::decode)
                .transpose();
            data.and_then(|data| connector::lay_over(application, data))
        }
    };
    let laid = match laid {
        Ok(laid) => laid,
        Err(failure) => {
            trace.step(
                StepKind::Plan,
                "Could not set the application up",
                mark,
                false,
                Some(failure.diagnosis.cause.clone()),
            );
            return Err((failure, trace));
        }
    };
    let (database, snapshot_key) = match &laid.connection {
        Some((connection, password)) => (
            gateway
                .directory
                .database_from_header(connection, password.as_ref())
                .await,
            format!("{} {}", seen.route.application, connection.address()),
        ),
        None => (
            gateway
                .directory
                .database(laid.application.connection.as_deref().unwrap_or_default())
                .await,
            seen.route.application.clone(),
        ),
    };
    match database {
        Ok(database) => Ok(Context {
            application: laid.application,
            database,
            snapshots: Arc::clone(&gateway.snapshots),
            snapshot_key,
            base,
            trace,
        }),
        Err(error) => {
            trace.step(
                StepKind::Connect,
                "Could not reach the database",
                mark,
                false,
                Some(error.message.clone()),
            );
            Err((Failure::from_database(error, None), trace))
        }
    }
}

/// `https://host:port/ws/rest/{app}/scim/v2` (or `v1`), with the host the client typed.
fn base(gateway: &Gateway, headers: &HeaderMap, route: &Route) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .filter(|host| {
            host.chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_:[]".contains(c))
        })
        .unwrap_or(&gateway.authority);
    let (application, root) = (&route.application, route.root);
    format!("https://{host}{BASE_PATH}/{application}{root}")
}
