//! Who is let in: three questions to every request, the cheapest first.
//!
//! 1. *By which name?* ([`by_our_name`]) A site whose name was made to lead here (DNS rebinding) still
//!    calls itself by its own, and is refused before it reads a single file.
//! 2. *From which page?* ([`from_our_page`]) Every call is a POST, to which a browser always adds the
//!    page's origin. It must be this console's own, port included; a form of another site cannot send JSON.
//! 3. *In which session?* ([`admitted`])

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sluice_app::Problem;

use super::Shared;

/// Told by the browser itself and by no script: where a request comes from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// By what the console is called.
pub struct Door {
    scheme: &'static str,
    names: Vec<String>,
}

impl Door {
    /// The names of loopback, and those of the certificate where there is one.
    pub fn new(scheme: &'static str, certificate: Vec<String>) -> Self {
        let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut names: Vec<String> = certificate
            .into_iter()
            .map(|name| name.to_lowercase())
            .collect();
        names.extend(loopback);
        names.dedup();
        Self { scheme, names }
    }

    /// Whether a `Host` is one of our names. A tunnel may have any port.
    fn is_called(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
            _ => &host,
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        self.names.iter().any(|ours| {
            // A certificate's star stands for one label.
            match (ours.strip_prefix("*."), name.split_once('.')) {
                (Some(domain), Some((label, rest))) => !label.is_empty() && rest == domain,
                _ => ours == name,
            }
        })
    }

    /// Whether an `Origin` is the page that this `Host` serves.
    fn is_our_page(&self, origin: &str, host: &str) -> bool {
        origin.eq_ignore_ascii_case(&format!("{}://{host}", self.scheme))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Refuses what calls the console by a name that is not its own.
pub(super) async fn by_our_name(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let host = text(request.headers(), &header::HOST);
    if shared.door.is_called(host) {
        return next.run(request).await;
    }
    tracing::warn!(host, "the console was called by a name that is not its own");
    refusal(
        StatusCode::MISDIRECTED_REQUEST,
        &Problem::new(
            "console.host",
            format!("This console does not go by the name \"{host}\"."),
            format!(
                "Open it by one of its own names: {}.",
                shared.door.names.join(", ")
            ),
        ),
    )
}

/// Refuses calls that no page of this console makes.
pub(super) async fn from_our_page(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let headers = request.headers();
    let (origin, host) = (text(headers, &header::ORIGIN), text(headers, &header::HOST));
    let site = text(headers, &FETCH_SITE);
    let elsewhere = !site.is_empty() && site != "same-origin";
    if elsewhere || !shared.door.is_our_page(origin, host) {
        tracing::warn!(
            origin,
            site,
            "a call to the console from another page was refused"
        );
        return refusal(
            StatusCode::FORBIDDEN,
            &Problem::new(
                "console.origin",
                "This call does not come from a page of this console.",
                "Use the console's own page. Where something stands between browser and console, it must pass Origin and Host on unchanged.",
            ),
        );
    }
    let kind = text(headers, &header::CONTENT_TYPE);
    if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
        return refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            &Problem::new(
                "console.content_type",
                "A call to the console is JSON.",
                "Send it with Content-Type: application/json.",
            ),
        );
    }
    next.run(request).await
}

/// Refuses calls outside of a session, and tells those inside which one.
pub(super) async fn admitted(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    match shared.sessions.of(request.headers(), Instant::now()) {
        Some(session) => {
            request.extensions_mut().insert(session);
            next.run(request).await
        }
        None => refusal(
            StatusCode::UNAUTHORIZED,
            &Problem::new(
                "console.session",
                "This browser is not logged in to the console, or no longer.",
                "Run sluice-server console with the data folder of this Sluice, and open the link that it prints.",
            ),
        ),
    }
}

/// A refusal in the form that the screens show.
pub(super) fn refusal(status: StatusCode, problem: &Problem) -> Response {
    (status, Json(problem)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_names_are_answered_whatever_the_port() {
        let door = Door::new(
            "https",
            vec![
                "HR-GW.example.org".to_owned(),
                "*.apps.example.org".to_owned(),
            ],
        );
        for host in [
            "localhost",
            "127.0.0.1:8080",
            "[::1]:8080",
            "LOCALHOST:1",
            "hr-gw.example.org:8443",
            "sluice.apps.example.org",
        ] {
            assert!(door.is_called(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:8080",
            "a.b.apps.example.org",
            "apps.example.org",
            ".apps.example.org",
            "127.0.0.2",
            "user@localhost",
        ] {
            assert!(!door.is_called(host), "{host}");
        }
    }

    #[test]
    fn a_page_is_ours_by_scheme_name_and_port() {
        let door = Door::new("http", Vec::new());
        assert!(door.is_our_page("http://127.0.0.1:8080", "127.0.0.1:8080"));
        for origin in [
            "",
            "null",
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8081",
            "http://localhost:8080",
            "http://127.0.0.1:8080.evil.example",
        ] {
            assert!(!door.is_our_page(origin, "127.0.0.1:8080"), "{origin}");
        }
    }
}
