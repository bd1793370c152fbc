//! A recorded request sent again by an administrator, without a network: it goes the way of the wire from its
//! first header to its record.
//!
//! **Invariant:** it passes the guard as every request does; the secret that it shows is put in here and
//! nowhere else, so the console never holds it.
//!
//! Where it runs and where it is recorded is decided by the ports of the [`Gateway`] that it is given.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use sluice_core::Failure;
use sluice_core::exchange::Action;

use crate::capture::Client;
use crate::route::{Route, Target};
use crate::{BASE_PATH, Gateway, capture};

/// A request as it is to be sent.
#[derive(Clone, Debug)]
pub struct Replay {
    pub method: String,
    /// Path and query below the endpoint's host: `/ws/rest/{app}/scim/v2/Users`.
    pub path: String,
    /// Without the application's secret.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What a method and a path ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub application: String,
    pub action: Action,
    /// The id in the path, where there is one.
    pub subject: Option<String>,
}

/// Reads what a method and a path ask for.
///
/// # Errors
/// 400 where they are no request to an application.
pub fn asked(method: &str, path: &str) -> Result<Asked, Failure> {
    let (method, uri) = read(method, path)?;
    let route = Route::parse(uri.path());
    if route.application.is_empty() || route.target == Target::Unknown {
        return Err(Failure::bad_request(
            "replay.path",
            format!("\"{path}\" is no address of an application."),
            format!(
                "Write it as {BASE_PATH}/{{application}}/scim/v2/Users, with an id or a query behind it."
            ),
        ));
    }
    Ok(Asked {
        action: route.action(&method),
        subject: route.subject(),
        application: route.application,
    })
}

fn read(method: &str, path: &str) -> Result<(Method, Uri), Failure> {
    let wrong = |what: &str, remedy: &str| Failure::bad_request("replay.path", what, remedy);
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| {
        wrong(
            "This is no method of HTTP.",
            "Use GET, POST, PUT, PATCH or DELETE.",
        )
    })?;
    let uri = path.parse::<Uri>().ok().filter(|_| path.starts_with('/'));
    let uri = uri.ok_or_else(|| {
        wrong(
            "The path cannot be read.",
            "Begin it with a slash, and write spaces and quotes of a query as %20 and %22.",
        )
    })?;
    Ok((method, uri))
}

/// Sends it. Its exchange goes to the gateway's recorder, its answer nowhere else. Where this is dropped
/// before its end, what runs is stopped at the database.
///
/// # Errors
/// 400 where it is no request at all; what a request fails with stands in its exchange.
pub async fn replay(gateway: Arc<Gateway>, replay: Replay) -> Result<(), Failure> {
    let (method, uri) = read(&replay.method, &replay.path)?;
    let application = Route::parse(uri.path()).application;
    let mut headers = HeaderMap::new();
    for (name, value) in &replay.headers {
        // What was received as a header can be sent as one.
        if let (Ok(name), Ok(value)) = (
            name.parse::<HeaderName>(),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            headers.append(name, value);
        }
    }
    if let Some((name, value)) = gateway.guards.of(&application).shown() {
        headers.insert(name, value);
    }
    let mut request = Request::new(Body::from(replay.body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    capture::exchange(gateway, Client::Console, request, std::future::pending()).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_by_its_method_and_path() {
        let known = asked("PUT", "/ws/rest/hr/scim/v2/Users/luke%40x?attributes=id").unwrap();
        assert_eq!(
            known,
            Asked {
                application: "hr".into(),
                action: Action::ReplaceUser,
                subject: Some("luke@x".into())
            }
        );
    }

    #[test]
    fn what_is_no_request_to_an_application_is_refused_with_a_remedy() {
        for (method, path) in [
            ("GET", "/"),
            ("GET", "ws/rest/hr/scim/v2/Users"),
            ("GET", "/ws/rest/hr/scim/v2/Nothing"),
            ("GE T", "/ws/rest/hr/scim/v2/Users"),
            ("GET", "/ws/rest/hr/scim/v2/Users?filter=a b"),
        ] {
            let failure = asked(method, path).unwrap_err();
            assert_eq!(failure.diagnosis.code, "replay.path", "{method} {path}");
            assert!(!failure.diagnosis.remedy.is_empty());
        }
    }
}
