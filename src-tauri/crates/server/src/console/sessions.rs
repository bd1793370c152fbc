//! Who is logged in: a cookie and a key that belong together.
//!
//! A browser sends a cookie to every port of a host, so a program on another port of this machine
//! sees it when the administrator opens a page there. The key beside it is kept by the page under its whole
//! origin, port included, and sent as a header: neither of the two alone opens anything.
//!
//! **Invariant:** a session ends after [`IDLE`] without a call, after [`LONGEST`] in any case, when it is
//! logged out, and with this process; its streams and works end with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sluice_app::Problem;
use subtle::ConstantTimeEq as _;
use tokio::sync::watch;

use super::door::refusal;
use super::{Shared, link};

/// How long a session lasts without a call. An open page calls every few seconds.
pub const IDLE: Duration = Duration::from_hours(1);
/// How long a session lasts: a working day.
pub const LONGEST: Duration = Duration::from_hours(12);
/// More than this many, and the one used longest ago ends.
const MOST: usize = 32;
/// The header that carries the key.
const KEY: &str = "x-sluice-key";

/// The sessions of one console.
pub struct Sessions {
    cookie: String,
    secure: bool,
    /// By the SHA-256 of what stands in the cookie.
    open: Mutex<HashMap<Vec<u8>, Entry>>,
}

struct Entry {
    key: String,
    begun: Instant,
    used: Instant,
    /// Closed with the entry; whoever listens ends.
    end: watch::Sender<()>,
}

/// A session that a call came in with.
#[derive(Clone)]
pub struct Session {
    id: Vec<u8>,
    until: Instant,
    end: watch::Receiver<()>,
}

impl Session {
    /// Returns when the session has ended.
    pub async fn ended(mut self) {
        tokio::select! {
            // An error is what comes when the sender went with its session.
            _ = self.end.changed() => {}
            () = tokio::time::sleep_until(self.until.into()) => {}
        }
    }
}

/// What a page keeps after logging in.
#[derive(Serialize)]
struct LoggedIn {
    key: String,
}

/// What a login sends.
#[derive(Deserialize)]
struct Login {
    code: String,
}

impl Sessions {
    /// Cookies are told apart by the port: consoles of several folders may be open in one browser.
    pub fn new(secure: bool, port: u16) -> Self {
        let cookie = if secure {
            // The browser itself then insists on Secure and on this host alone.
            format!("__Host-sluice-{port}")
        } else {
            format!("sluice-{port}")
        };
        Self {
            cookie,
            secure,
            open: Mutex::default(),
        }
    }

    /// Begins a session: what to set as the cookie, and the key.
    fn begin(&self, now: Instant) -> anyhow::Result<(String, String)> {
        let (id, key) = (link::random()?, link::random()?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, entry| entry.lives(now));
        if open.len() >= MOST
            && let Some(oldest) = open
                .iter()
                .min_by_key(|(_, entry)| entry.used)
                .map(|(id, _)| id.clone())
        {
            open.remove(&oldest);
        }
        let entry = Entry {
            key: key.clone(),
            begun: now,
            used: now,
            end: watch::Sender::new(()),
        };
        open.insert(digest(&id), entry);
        Ok((self.set_cookie(&id, LONGEST.as_secs()), key))
    }

    /// The session that a call belongs to.
    pub fn of(&self, headers: &HeaderMap, now: Instant) -> Option<Session> {
        let id = digest(&self.cookie_in(headers)?);
        let given = headers.get(KEY)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, entry| entry.lives(now));
        let entry = open.get_mut(&id)?;
        let same: bool = given.as_bytes().ct_eq(entry.key.as_bytes()).into();
        if !same {
            return None;
        }
        entry.used = now;
        Some(Session {
            id,
            until: entry.begun + LONGEST,
            end: entry.end.subscribe(),
        })
    }

    fn end(&self, session: &Session) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&session.id);
    }

    fn cookie_in(&self, headers: &HeaderMap) -> Option<String> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.cookie)
            .map(|(_, value)| value.to_owned())
    }

    fn set_cookie(&self, value: &str, seconds: u64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!(
            "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
            self.cookie
        )
    }
}

impl Entry {
    fn lives(&self, now: Instant) -> bool {
        now.duration_since(self.used) < IDLE && now.duration_since(self.begun) < LONGEST
    }
}

fn digest(id: &str) -> Vec<u8> {
    Sha256::digest(id.as_bytes()).to_vec()
}

/// `POST /session`: a login link's code becomes a session.
pub(super) async fn log_in(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Ok(login) = serde_json::from_slice::<Login>(&body) else {
        return used_up();
    };
    if !shared.codes.spend(&login.code) {
        tracing::warn!(
            "a login to the console was refused: its link was used before or is too old"
        );
        return used_up();
    }
    let (cookie, key) = match shared.sessions.begin(Instant::now()) {
        Ok(begun) => begun,
        Err(error) => {
            tracing::error!("a session cannot begin: {error}");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    tracing::info!("a browser logged in to the console");
    with_cookie(Json(LoggedIn { key }).into_response(), &cookie)
}

/// `POST /session/end`.
pub(super) async fn log_out(
    State(shared): State<Arc<Shared>>,
    Extension(session): Extension<Session>,
) -> Response {
    shared.sessions.end(&session);
    tracing::info!("a browser logged out of the console");
    let gone = shared.sessions.set_cookie("", 0);
    with_cookie(StatusCode::NO_CONTENT.into_response(), &gone)
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

fn used_up() -> Response {
    refusal(
        StatusCode::UNAUTHORIZED,
        &Problem::new(
            "console.link",
            "This login link was used before, or is older than ten minutes.",
            "Run sluice-server console with the data folder of this Sluice, and open the link that it prints.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str, key: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let pair = cookie.split(';').next().unwrap();
        let cookies = format!("other=1; {pair}");
        headers.insert(header::COOKIE, cookies.parse().unwrap());
        headers.insert(KEY, key.parse().unwrap());
        headers
    }

    #[test]
    fn neither_the_cookie_nor_the_key_alone_opens_a_session() {
        let sessions = Sessions::new(false, 8080);
        let now = Instant::now();
        let (cookie, key) = sessions.begin(now).unwrap();
        assert!(sessions.of(&headers(&cookie, &key), now).is_some());
        assert!(
            sessions
                .of(&headers(&cookie, &"0".repeat(32)), now)
                .is_none()
        );
        assert!(sessions.of(&headers("sluice-8080=0", &key), now).is_none());
        let mut without = headers(&cookie, &key);
        without.remove(KEY);
        assert!(sessions.of(&without, now).is_none());
        let mut without = headers(&cookie, &key);
        without.remove(header::COOKIE);
        assert!(sessions.of(&without, now).is_none());
        let (_, other) = sessions.begin(now).unwrap();
        assert!(
            sessions.of(&headers(&cookie, &other), now).is_none(),
            "the key of another session"
        );
    }

    #[test]
    fn a_session_ends_when_it_is_idle_and_after_a_day_of_use() {
        let sessions = Sessions::new(false, 8080);
        let begun = Instant::now();
        let (cookie, key) = sessions.begin(begun).unwrap();
        let call = headers(&cookie, &key);
        let mut now = begun;
        while now + IDLE / 2 < begun + LONGEST {
            now += IDLE / 2;
            assert!(sessions.of(&call, now).is_some(), "in use");
        }
        assert!(sessions.of(&call, begun + LONGEST).is_none());

        let (cookie, key) = sessions.begin(begun).unwrap();
        let call = headers(&cookie, &key);
        assert!(sessions.of(&call, begun + IDLE).is_none());
        assert!(sessions.of(&call, begun).is_none(), "it does not come back");
    }

    #[tokio::test]
    async fn what_a_session_began_ends_with_it() {
        let sessions = Sessions::new(false, 8080);
        let now = Instant::now();
        let (cookie, key) = sessions.begin(now).unwrap();
        let session = sessions.of(&headers(&cookie, &key), now).unwrap();
        let waiting = tokio::spawn(session.clone().ended());
        sessions.end(&session);
        waiting.await.unwrap();
        assert!(sessions.of(&headers(&cookie, &key), now).is_none());
    }

    #[test]
    fn one_too_many_ends_the_one_used_longest_ago() {
        let sessions = Sessions::new(false, 8080);
        let begun = Instant::now();
        let first = sessions.begin(begun).unwrap();
        let second = sessions.begin(begun).unwrap();
        let later = begun + Duration::from_secs(1);
        let first = headers(&first.0, &first.1);
        assert!(sessions.of(&first, later).is_some());
        for _ in 0..MOST - 1 {
            sessions.begin(later).unwrap();
        }
        assert!(sessions.of(&first, later).is_some());
        assert!(sessions.of(&headers(&second.0, &second.1), later).is_none());
    }

    #[test]
    fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        let plain = Sessions::new(false, 8080).begin(Instant::now()).unwrap().0;
        assert!(plain.starts_with("sluice-8080="), "{plain}");
        assert!(
            plain.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"),
            "{plain}"
        );
        let secure = Sessions::new(true, 8443).begin(Instant::now()).unwrap().0;
        assert!(secure.starts_with("__Host-sluice-8443="), "{secure}");
        assert!(
            secure.ends_with("; HttpOnly; SameSite=Strict; Secure"),
            "{secure}"
        );
    }
}
