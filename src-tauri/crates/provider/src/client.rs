//! Sends one call and keeps what came of it.
//!
//! **Invariants:** no redirect is followed and no proxy is asked: a token goes to the address that it
//! belongs to. An answer that is larger than [`LARGEST`] is not read to its end.

use std::error::Error as _;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{ClientBuilder, Method};
use rustls::ClientConfig;
use serde_json::Value as Json;
use sluice_core::exchange::{Diagnosis, Message};
use sluice_core::secret::MASK;

use crate::call::{self, Call};
use crate::target::Target;
use crate::trust::{TrustError, in_words};

/// How long the agent waits for an answer, as its set-up form has it (the screenshot among the seeds).
const PATIENCE: Duration = Duration::from_mins(2);

/// The largest answer that is read, in bytes. A page of 1,000 users with 25 columns has 1 MB.
const LARGEST: usize = 32 * 1024 * 1024;

/// The header in which the provider sends a connector's configuration.
const CONNECTOR_HEADER: &str = "x-okta-onprem-data";

/// What Sluice calls itself: which words the agent uses is not known.
const USER_AGENT: &str = concat!("Sluice-Simulator/", env!("CARGO_PKG_VERSION"));

/// Why no call can be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("The header {0} or its value cannot be sent.")]
    Header(String),
    #[error("The client cannot be set up: {0}.")]
    Setup(String),
}

/// A call to make.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub title: String,
    pub method: Method,
    /// Below the base URL.
    pub path: String,
    pub body: Option<Json>,
}

impl Request {
    pub fn get(title: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            method: Method::GET,
            path: path.into(),
            body: None,
        }
    }

    pub fn write(
        method: Method,
        title: impl Into<String>,
        path: impl Into<String>,
        body: Json,
    ) -> Self {
        Self {
            title: title.into(),
            method,
            path: path.into(),
            body: Some(body),
        }
    }
}

/// A call with the whole of its answer.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub call: Call,
    /// The body, where it is JSON.
    pub json: Option<Json>,
}

impl Answered {
    /// Whether it was answered with a status of success.
    pub fn ok(&self) -> bool {
        self.call
            .status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

/// A way to one server.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    target: Target,
    authorization: Option<(HeaderName, HeaderValue)>,
    connector_header: Option<HeaderValue>,
}

/// What all clients have in common.
pub(crate) fn builder(config: ClientConfig) -> ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .user_agent(USER_AGENT)
}

impl Client {
    /// A client for a server; nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError`] where the trust or a header cannot be used.
    pub fn new(target: Target) -> Result<Self, ClientError> {
        let sent = |name: &str, value: &sluice_core::Secret| {
            let mut value = HeaderValue::from_str(value.expose())
                .map_err(|_| ClientError::Header(name.to_owned()))?;
            value.set_sensitive(true);
            Ok::<_, ClientError>(value)
        };
        let authorization = match &target.authorization {
            Some((name, value)) => {
                let header = HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| ClientError::Header(name.clone()))?;
                Some((header, sent(name, value)?))
            }
            None => None,
        };
        let connector_header = match &target.connector_header {
            Some(value) => Some(sent(CONNECTOR_HEADER, value)?),
            None => None,
        };
        let mut builder = builder(target.trust.client_config()?).timeout(PATIENCE);
        let host = reqwest::Url::parse(&target.base)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        if let (Some(host), Some(address)) = (host, target.address) {
            builder = builder.resolve(&host, address);
        }
        let http = builder
            .build()
            .map_err(|error| ClientError::Setup(in_full(&error)))?;
        Ok(Self {
            http,
            target,
            authorization,
            connector_header,
        })
    }

    /// The server that this speaks with.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Sends a call. That no answer came is part of what it gives.
    pub(crate) async fn send(&self, request: &Request) -> Answered {
        let mut call = self.shown(request);
        call.sent = true;
        let begun = Instant::now();
        let mut http = self
            .http
            .request(
                request.method.clone(),
                format!("{}{}", self.target.base, request.path),
            )
            .header(ACCEPT, "application/scim+json");
        if let Some((name, value)) = &self.authorization {
            http = http.header(name, value);
        }
        if let Some(value) = &self.connector_header {
            http = http.header(CONNECTOR_HEADER, value);
        }
        if let Some(body) = &request.body {
            http = http
                .header(CONTENT_TYPE, "application/scim+json")
                .body(body.to_string());
        }
        let mut json = None;
        match http.send().await {
            Ok(response) => {
                call.status = Some(response.status().as_u16());
                call.answer.headers = response
                    .headers()
                    .iter()
                    .map(|(name, value)| {
                        (
                            name.as_str().to_owned(),
                            String::from_utf8_lossy(value.as_bytes()).into_owned(),
                        )
                    })
                    .collect();
                let exchange = response.headers().get("x-sluice-exchange");
                call.exchange = exchange.and_then(|id| id.to_str().ok()).map(str::to_owned);
                match read(response).await {
                    Ok(bytes) => {
                        let text = String::from_utf8_lossy(&bytes);
                        json = serde_json::from_slice(&bytes).ok();
                        call.answer.body = call::body(&text);
                    }
                    Err(NotRead::Large) => {
                        call.problem = Some(Diagnosis {
                            code: "simulator.large".to_owned(),
                            cause: format!(
                                "The answer is larger than {} MB and was not read to its end.",
                                LARGEST / 1024 / 1024
                            ),
                            remedy: "Ask for smaller pages.".to_owned(),
                            place: Some(request.path.clone()),
                        });
                    }
                    Err(NotRead::Broken(error)) => {
                        call.problem = Some(diagnosis(&error, &self.target.base));
                    }
                }
            }
            Err(error) => call.problem = Some(diagnosis(&error, &self.target.base)),
        }
        call.duration_us = i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX);
        Answered { call, json }
    }

    /// A call as it would be sent, and is not.
    pub(crate) fn shown(&self, request: &Request) -> Call {
        let mut headers = vec![("accept".to_owned(), "application/scim+json".to_owned())];
        if let Some((name, value)) = &self.target.authorization {
            // The scheme tells how the server is asked; what follows it is the secret.
            let scheme = value.expose().split_once(' ').map(|(scheme, _)| scheme);
            let value = match scheme {
                Some(scheme @ ("Bearer" | "Basic"))
                    if name.eq_ignore_ascii_case(AUTHORIZATION.as_str()) =>
                {
                    format!("{scheme} {MASK}")
                }
                _ => MASK.to_owned(),
            };
            headers.push((name.to_lowercase(), value));
        }
        if self.connector_header.is_some() {
            headers.push((CONNECTOR_HEADER.to_owned(), MASK.to_owned()));
        }
        if request.body.is_some() {
            headers.push((
                "content-type".to_owned(),
                "application/scim+json".to_owned(),
            ));
        }
        Call {
            title: request.title.clone(),
            method: request.method.to_string(),
            path: request.path.clone(),
            sent: false,
            request: Message {
                headers,
                body: request
                    .body
                    .as_ref()
                    .and_then(|body| call::body(&body.to_string())),
            },
            status: None,
            answer: Message::default(),
            duration_us: 0,
            exchange: None,
            problem: None,
            findings: Vec::new(),
        }
    }
}

enum NotRead {
    Large,
    Broken(reqwest::Error),
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, NotRead> {
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(NotRead::Broken)? {
        if bytes.len() + part.len() > LARGEST {
            return Err(NotRead::Large);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// An error with the causes below it, each once.
fn in_full(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

/// Why no answer came, and what to do.
pub(crate) fn diagnosis(error: &reqwest::Error, base: &str) -> Diagnosis {
    let host = reqwest::Url::parse(base)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| base.to_owned());
    let (code, cause, remedy) = if let Some(tls) = tls_error(error) {
        (
            "simulator.tls",
            in_words(tls, &host),
            "Look at the certificate that the server shows, and confirm it or name its authority.",
        )
    } else if error.is_timeout() {
        (
            "simulator.timeout",
            format!(
                "No answer came within {} seconds; the agent gives up then too.",
                PATIENCE.as_secs()
            ),
            "Look what the server does meanwhile. Smaller pages are answered sooner.",
        )
    } else if error.is_connect() {
        let text = in_full(error);
        let (cause, remedy) = if text.contains("dns") || text.contains("lookup") {
            (
                format!("The name {host} is not known here."),
                "Check the address; the agent's machine must know the name too.",
            )
        } else if text.contains("refused") {
            (
                format!("Nothing listens at {base}."),
                "Start the server there, or correct the port.",
            )
        } else {
            (
                format!("{host} cannot be reached: {text}."),
                "Check address, port, and the firewall between.",
            )
        };
        ("simulator.unreachable", cause, remedy)
    } else {
        (
            "simulator.broken",
            format!("The connection broke off: {}.", in_full(error)),
            "Try again. What a write did is seen by a read.",
        )
    };
    Diagnosis {
        code: code.to_owned(),
        cause,
        remedy: remedy.to_owned(),
        place: Some(base.to_owned()),
    }
}

/// The error of rustls below an error of the client.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<rustls::Error>() {
                return Some(found);
            }
            // An I/O error leaves what it wraps out of its chain of causes.
            if let Some(wrapped) = error
                .downcast_ref::<std::io::Error>()
                .and_then(std::io::Error::get_ref)
                && let Some(found) = find(wrapped)
            {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
    find(error.source()?)
}

/// A text as one part of a path or a query (RFC 3986 §2.3: what is unreserved stays).
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
            out
        })
}

/// The path of a filter by equality, as the agent asks it before it creates somebody.
pub(crate) fn by_user_name(user_name: &str) -> String {
    let filter = format!("userName eq {}", Json::from(user_name));
    format!("Users?filter={}&startIndex=1&count=100", encoded(&filter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_is_written_as_the_agent_writes_it() {
        // The vendor's documentation of a creation: filter=userName%20eq%20%22..%22&startIndex=1&count=100
        assert_eq!(
            by_user_name("test.user@okta.local"),
            "Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100"
        );
        assert_eq!(
            by_user_name("o\"brien & sons"),
            "Users?filter=userName%20eq%20%22o%5C%22brien%20%26%20sons%22&startIndex=1&count=100"
        );
    }
}
