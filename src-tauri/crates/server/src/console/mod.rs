//! The screens in a browser.
//!
//! **Invariants:** who comes in has a login link that worked once, made by whoever may write into the
//! data folder ([`link`]). Every call is asked for by this console's own page, under a name that only
//! it has, within a session ([`door`], [`sessions`]). Beyond loopback it speaks TLS or does not start.
//! What a call does is the registry's; here is no command of its own.
//!
//! To add a header that every answer carries: [`files::harden`]. To add a way to call: `calls.rs`, under
//! the routes that pass [`door::admitted`].

mod calls;
mod door;
mod files;
pub mod link;
mod sessions;

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use axum::{Router, serve::ListenerExt as _};
use sluice_app::{App, tls};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use door::Door;
use link::Codes;
use sessions::Sessions;

/// The most that one call may send, in bytes: an imported record of traffic is the largest.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Where the console listens and how it is protected there.
pub struct Place {
    /// `127.0.0.1:8080`; port 0 picks a free one.
    pub address: String,
    pub protection: Protection,
}

/// What stands between a browser and the console.
pub enum Protection {
    /// Nothing: on loopback only.
    Plain,
    /// TLS with the endpoint's own certificate.
    EndpointsCertificate,
    /// TLS with files of one's own, in PEM form.
    Files { certificate: PathBuf, key: PathBuf },
}

/// A running console.
pub struct Console {
    address: String,
    codes: Codes,
    served: Served,
    note: link::Note,
}

enum Served {
    Plain(JoinHandle<()>),
    Tls(tls::Running),
}

struct Shared {
    app: Arc<App>,
    door: Door,
    sessions: Sessions,
    codes: Codes,
}

impl Console {
    /// Where the console is, without the right to enter: `http://127.0.0.1:8080/`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What to open in a browser: works once, for ten minutes.
    pub fn login_link(&self) -> anyhow::Result<String> {
        Ok(link::address(&self.address, &self.codes.issue()?))
    }

    /// Ends at once; sessions end with it.
    pub fn stop(self) {
        match self.served {
            Served::Plain(task) => task.abort(),
            Served::Tls(running) => running.cut(),
        }
        self.note.remove();
    }
}

/// Serves the screens.
///
/// # Errors
/// Where the place cannot be listened on, is beyond loopback without TLS, or the certificate is of no
/// use; each with what to do.
pub async fn start(app: Arc<App>, place: &Place) -> anyhow::Result<Console> {
    let wanted = resolve(&place.address)?;
    let identity = match &place.protection {
        Protection::Plain => None,
        Protection::EndpointsCertificate => Some((*app.identity()).clone()),
        Protection::Files { certificate, key } => Some(tls::given(certificate, key)?),
    };
    if identity.is_none() && !wanted.ip().is_loopback() {
        bail!(
            "the console listens beyond this machine over TLS only, and {wanted} is not a loopback address; add \
             TLS with the endpoint's certificate or with files of your own (see --help), or reach \
             127.0.0.1 through an SSH tunnel"
        );
    }
    let scheme = if identity.is_some() { "https" } else { "http" };
    let names = identity
        .as_ref()
        .map_or_else(Vec::new, |identity| identity.names.clone());
    let codes = Codes::new(app.data_dir());
    let data_dir = app.data_dir().to_owned();
    let shared = |address: SocketAddr| {
        Arc::new(Shared {
            app,
            door: Door::new(scheme, names.clone()),
            sessions: Sessions::new(scheme == "https", address.port()),
            codes: codes.clone(),
        })
    };
    let (address, served) = if let Some(identity) = &identity {
        let listener = tls::bind(&wanted.to_string())
            .with_context(|| format!("the console cannot listen on {wanted}"))?;
        let address = listener.address();
        let running = tls::serve(listener, identity, None, router(shared(address))).await?;
        (address, Served::Tls(running))
    } else {
        let listener = TcpListener::bind(wanted)
            .await
            .with_context(|| format!("the console cannot listen on {wanted}"))?;
        let address = listener.local_addr()?;
        let router = router(shared(address));
        // Small answers leave at once instead of waiting to be filled up.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the console ended");
            }
        });
        (address, Served::Plain(task))
    };
    let address = shown(scheme, address, &names);
    let note = link::Note::leave(&data_dir, &address)?;
    Ok(Console {
        address,
        codes,
        served,
        note,
    })
}

fn router(shared: Arc<Shared>) -> Router {
    let within_a_session = from_fn_with_state(Arc::clone(&shared), door::admitted);
    let from_our_page = from_fn_with_state(Arc::clone(&shared), door::from_our_page);
    let by_our_name = from_fn_with_state(Arc::clone(&shared), door::by_our_name);
    Router::new()
        .route("/rpc/{command}", post(calls::call))
        .route("/stream/{name}", post(calls::stream))
        .route("/work/{name}", post(calls::work))
        .route("/session/end", post(sessions::log_out))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        // The layer added last is passed first.
        .layer(within_a_session)
        .merge(Router::new().route("/session", post(sessions::log_in)))
        .layer(from_our_page)
        .fallback(get(files::file))
        .layer(by_our_name)
        .layer(from_fn(files::harden))
        .with_state(shared)
}

/// The one address meant; `localhost` without asking the network.
fn resolve(address: &str) -> anyhow::Result<SocketAddr> {
    let numeric = match address.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => address.to_owned(),
    };
    numeric
        .to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next())
        .with_context(|| {
            format!("\"{address}\" is not an address with a port; write for example 127.0.0.1:8080")
        })
}

/// An address that can be typed: the certificate's name where it listens everywhere.
fn shown(scheme: &str, address: SocketAddr, names: &[String]) -> String {
    let host = if address.ip().is_unspecified() {
        let name = names
            .iter()
            .find(|name| *name != "localhost" && !name.starts_with('*'));
        match name {
            Some(name) if name.contains(':') => format!("[{name}]"),
            Some(name) => name.clone(),
            None => "localhost".to_owned(),
        }
    } else {
        match address {
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        }
    };
    format!("{scheme}://{host}:{}/", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_shown_is_one_that_a_browser_can_open() {
        let names = ["localhost".to_owned(), "hr-gw.example.org".to_owned()];
        for (address, expected) in [
            ("127.0.0.1:8080", "https://127.0.0.1:8080/"),
            ("[::1]:8080", "https://[::1]:8080/"),
            ("0.0.0.0:8443", "https://hr-gw.example.org:8443/"),
            ("192.0.2.7:8443", "https://192.0.2.7:8443/"),
        ] {
            assert_eq!(shown("https", address.parse().unwrap(), &names), expected);
        }
        assert_eq!(
            shown("https", "[::]:1".parse().unwrap(), &[]),
            "https://localhost:1/"
        );
    }
}
