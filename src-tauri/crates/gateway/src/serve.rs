//! Listening, and serving a router over TLS until told to stop.
//!
//! **Invariant:** an endpoint that stops finishes what is in flight first, for a bounded time.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use tokio::sync::watch;

use crate::tls::{self, Asked, Identity, TlsError};

/// How long requests in flight may take to end once the endpoint stops.
const GRACE: Duration = Duration::from_secs(10);

/// How long a client may take for the headers of a request, and so how long a connection may be
/// idle.
const HEAD_TIME: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 30 });

/// How much a request's line and headers may take before the HTTP library itself refuses them,
/// with an empty answer. Far above our own limit, which answers in words.
const HEADER_BUFFER: usize = 512 * 1024;

/// Why the endpoint cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(
        "Another program listens on {address} already. Stop it, or write another port after \
         listen under [endpoint]; port 0 takes any that is free."
    )]
    PortTaken { address: String },
    #[error(
        "This account may not listen on {address}. Choose a port from 1024 on, or give the \
         account that right."
    )]
    NotPermitted { address: String },
    #[error(
        "{address} is not an address of this machine. Write 0.0.0.0 for all addresses, or \
         127.0.0.1 for this machine alone, after listen under [endpoint]."
    )]
    NoSuchAddress { address: String },
    #[error(
        "\"{address}\" is not an address with a port. Write for example 0.0.0.0:1443 after listen \
         under [endpoint]."
    )]
    Address { address: String },
    #[error("The endpoint cannot listen on {address}: {cause}. Start Sluice again.")]
    Listen { address: String, cause: String },
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A port that is taken for this endpoint; clients wait until it is served.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Where it listens, with the port that was picked where 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Reads an address with a port; no port is taken.
///
/// # Errors
/// [`ServeError::Address`].
pub fn check_address(address: &str) -> Result<SocketAddr, ServeError> {
    // A name would be looked up in the network, and might give several addresses.
    match address.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}").parse(),
        None => address.parse(),
    }
    .map_err(|_| ServeError::Address {
        address: address.to_owned(),
    })
}

/// Takes a port: `0.0.0.0:1443`.
///
/// # Errors
/// [`ServeError`], with what to write instead.
pub fn bind(address: &str) -> Result<Listener, ServeError> {
    let sort = |error: io::Error| {
        let address = address.to_owned();
        match error.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortTaken { address },
            io::ErrorKind::PermissionDenied => ServeError::NotPermitted { address },
            io::ErrorKind::AddrNotAvailable => ServeError::NoSuchAddress { address },
            io::ErrorKind::InvalidInput => ServeError::Address { address },
            _ => ServeError::Listen {
                address,
                cause: error.to_string(),
            },
        }
    };
    let parsed = check_address(address)?;
    let socket = TcpListener::bind(parsed).map_err(sort)?;
    socket.set_nonblocking(true).map_err(sort)?;
    let address = socket.local_addr().map_err(sort)?;
    Ok(Listener { socket, address })
}

/// An endpoint that is being served. Dropped, it goes on until the runtime ends.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    tls: RustlsConfig,
    asked: Option<Arc<Asked>>,
    /// `None` while it runs, then how it ended.
    ended: watch::Receiver<Option<Result<(), String>>>,
}

impl Running {
    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Connections that are open now.
    pub fn connections(&self) -> usize {
        self.handle.connection_count()
    }

    /// Uses another certificate from the next connection on.
    ///
    /// # Errors
    /// [`TlsError::Setup`]; the endpoint goes on with the certificate it has.
    pub fn reload(&self, identity: &Identity) -> Result<(), TlsError> {
        tls::reload(&self.tls, identity, self.asked.as_ref())
    }

    /// Takes no more connections, lets what is in flight end, and returns when it has, after ten
    /// seconds at the latest.
    pub async fn stop(&self) {
        self.handle.graceful_shutdown(Some(GRACE));
        // Whether it ended well is for whoever waits in `ended`.
        let _ = self.ended().await;
    }

    /// Ends at once, with what is in flight: for what is served to browsers, whose streams have no end.
    pub fn cut(&self) {
        self.handle.shutdown();
    }

    /// Whether it no longer runs, for whatever reason.
    pub fn is_over(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// Why it no longer runs though nobody asked it to stop; `None` while it does.
    pub fn failure(&self) -> Option<ServeError> {
        let cause = match &*self.ended.borrow() {
            None | Some(Ok(())) => return None,
            Some(Err(cause)) => cause.clone(),
        };
        Some(ServeError::Listen {
            address: self.address.to_string(),
            cause,
        })
    }

    /// Returns when the endpoint no longer runs.
    ///
    /// # Errors
    /// [`ServeError::Listen`] where nobody had asked it to stop.
    pub async fn ended(&self) -> Result<(), ServeError> {
        let mut ended = self.ended.clone();
        let result = match ended.wait_for(Option::is_some).await {
            Ok(result) => result.clone().unwrap_or(Ok(())),
            Err(_) => Err("its task ended early".to_owned()),
        };
        result.map_err(|cause| ServeError::Listen {
            address: self.address.to_string(),
            cause,
        })
    }
}

/// Serves a router over TLS, in a task of its own. Handlers find the client's address as
/// `ConnectInfo<SocketAddr>`; the names that they ask for are noted in `asked`.
///
/// # Errors
/// [`ServeError`] where TLS cannot be set up or the socket is of no use.
#[allow(clippy::unused_async)] // Says that it needs a runtime.
pub async fn serve(
    listener: Listener,
    identity: &Identity,
    asked: Option<Arc<Asked>>,
    router: Router,
) -> Result<Running, ServeError> {
    let tls = tls::rustls_config(identity, asked.as_ref())?;
    let handle = Handle::new();
    let address = listener.address;
    // Small answers leave at once instead of waiting to be filled up.
    let acceptor = RustlsAcceptor::new(tls.clone()).acceptor(NoDelayAcceptor::new());
    let mut server = axum_server::from_tcp(listener.socket)
        .map_err(|error| ServeError::Listen {
            address: address.to_string(),
            cause: error.to_string(),
        })?
        .acceptor(acceptor)
        .http1_only()
        .handle(handle.clone());
    server
        .http_builder()
        .http1()
        .max_buf_size(HEADER_BUFFER)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let (tell, ended) = watch::channel(None);
    tokio::spawn(async move {
        let result = server.serve(service).await;
        if let Err(error) = &result {
            tracing::error!(%address, %error, "the endpoint ended");
        }
        tell.send_replace(Some(result.map_err(|error| error.to_string())));
    });
    Ok(Running {
        address,
        handle,
        tls,
        asked,
        ended,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::Instant;

    use axum::http::HeaderMap;
    use axum::routing::get;
    use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    use rustls::version::{TLS12, TLS13};
    use rustls::{ClientConfig, ClientConnection, HandshakeKind, RootCertStore, Stream};

    use super::*;
    use crate::tls::tests::{folder, identity};

    fn router() -> Router {
        Router::new()
            .route("/", get(|| async { "here" }))
            .route(
                "/headers",
                get(|headers: HeaderMap| async move { headers["x-large"].len().to_string() }),
            )
            .route(
                "/slow",
                get(|| async {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    "at last"
                }),
            )
    }

    async fn start(identity: &Identity) -> Running {
        serve(bind("127.0.0.1:0").unwrap(), identity, None, router())
            .await
            .unwrap()
    }

    fn client(
        identity: &Identity,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(identity.pem.as_bytes()).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    /// One request on a connection of its own; the answer's body and how the handshake went.
    async fn ask(
        running: &Running,
        config: &Arc<ClientConfig>,
        host: &'static str,
        request: String,
    ) -> io::Result<(String, HandshakeKind)> {
        let (address, config) = (running.local_addr(), Arc::clone(config));
        tokio::task::spawn_blocking(move || {
            let name = ServerName::try_from(host).map_err(io::Error::other)?;
            let mut connection = ClientConnection::new(config, name).map_err(io::Error::other)?;
            let mut socket = TcpStream::connect(address)?;
            socket.set_read_timeout(Some(HEAD_TIME * 10))?;
            let mut stream = Stream::new(&mut connection, &mut socket);
            stream.write_all(request.as_bytes())?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            let body = answer
                .split("\r\n\r\n")
                .nth(1)
                .unwrap_or_default()
                .to_owned();
            let kind = connection
                .handshake_kind()
                .ok_or(io::ErrorKind::NotConnected)?;
            Ok((body, kind))
        })
        .await?
    }

    fn request(path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_trusts_the_certificate_connects_by_each_of_its_names() {
        let folder = folder().await;
        let identity = identity(folder.path()).await;
        let running = start(&identity).await;
        for version in [&TLS12, &TLS13] {
            let config = client(&identity, &[version]);
            for host in ["localhost", "127.0.0.1", "scim.example.com"] {
                let (body, _) = ask(&running, &config, host, request("/")).await.unwrap();
                assert_eq!(body, "here", "{host}");
            }
            let other = ask(&running, &config, "other.example.com", request("/")).await;
            assert!(other.is_err(), "a name that the certificate does not have");
            let (_, kind) = ask(&running, &config, "localhost", request("/"))
                .await
                .unwrap();
            assert_eq!(kind, HandshakeKind::Resumed, "the second time is quicker");
        }
        running.stop().await;
        running.ended().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn curl_connects_by_name_and_by_address() {
        let folder = folder().await;
        let running = start(&identity(folder.path()).await).await;
        let port = running.local_addr().port();
        for host in ["localhost", "127.0.0.1"] {
            let output = tokio::process::Command::new("curl")
                .args([
                    "--silent",
                    "--show-error",
                    "--noproxy",
                    "*",
                    "--ipv4",
                    "--cacert",
                ])
                .arg(folder.path().join("sluice.crt"))
                .arg(format!("https://{host}:{port}/"))
                .output()
                .await;
            match output {
                Ok(output) => assert_eq!(output.stdout, b"here", "{output:?}"),
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::NotFound),
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn tls_1_1_is_refused() {
        let folder = folder().await;
        let running = start(&identity(folder.path()).await).await;
        let address = running.local_addr();
        // The same greeting but for the version, so that nothing else can be the reason.
        let greet = move |minor: u8| {
            let mut hello = vec![0x16, 3, 1, 0, 71, 1, 0, 0, 67, 3, minor];
            hello.extend([7; 32]);
            // No session; two cipher suites, one of each version; no compression.
            hello.extend([0, 0, 4, 0xc0, 0x2f, 0xc0, 0x13, 1, 0]);
            // A group, a point format, a signature scheme.
            hello.extend([0, 22, 0, 10, 0, 4, 0, 2, 0, 0x1d, 0, 11, 0, 2, 1, 0]);
            hello.extend([0, 13, 0, 4, 0, 2, 8, 4]);
            let mut socket = TcpStream::connect(address).unwrap();
            socket.write_all(&hello).unwrap();
            let mut answer = [0; 7];
            socket.read_exact(&mut answer).unwrap();
            answer
        };
        let (of_1_1, of_1_2) = tokio::task::spawn_blocking(move || (greet(2), greet(3)))
            .await
            .unwrap();
        // An alert, fatal, "protocol version".
        assert_eq!(
            (of_1_1[0], &of_1_1[5..]),
            (0x15, &[2, 70][..]),
            "{of_1_1:?}"
        );
        // A handshake that goes on.
        assert_eq!(of_1_2[0], 0x16, "{of_1_2:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn stopping_finishes_what_is_in_flight() {
        let folder = folder().await;
        let identity = identity(folder.path()).await;
        let running = Arc::new(start(&identity).await);
        let config = client(&identity, &[&TLS13]);
        let asking = {
            let running = Arc::clone(&running);
            tokio::spawn(async move { ask(&running, &config, "localhost", request("/slow")).await })
        };
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(running.connections(), 1);
        running.stop().await;
        assert_eq!(asking.await.unwrap().unwrap().0, "at last");
        assert!(TcpStream::connect(running.local_addr()).is_err());
        bind(&running.local_addr().to_string()).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn large_headers_reach_the_router() {
        let folder = folder().await;
        let identity = identity(folder.path()).await;
        let running = start(&identity).await;
        let large = format!(
            "GET /headers HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-large: {}\r\n\r\n",
            "x".repeat(300_000)
        );
        let config = client(&identity, &[&TLS13]);
        let (body, _) = ask(&running, &config, "localhost", large).await.unwrap();
        assert_eq!(body, "300000");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_never_ends_its_headers_is_cut_off() {
        let folder = folder().await;
        let identity = identity(folder.path()).await;
        let running = start(&identity).await;
        let config = client(&identity, &[&TLS13]);
        let begin = Instant::now();
        let half = "GET / HTTP/1.1\r\nhost: localhost\r\n".to_owned();
        // It may be cut off with an answer or without one.
        let _ = ask(&running, &config, "localhost", half).await;
        assert!(begin.elapsed() < HEAD_TIME * 5, "{:?}", begin.elapsed());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn another_certificate_is_used_from_the_next_connection_on() {
        let folder = folder().await;
        let first = identity(folder.path()).await;
        let running = start(&first).await;
        let trusting = client(&first, &[&TLS13]);
        ask(&running, &trusting, "localhost", request("/"))
            .await
            .unwrap();

        let key = rcgen::KeyPair::generate().unwrap();
        let other = rcgen::CertificateParams::new(["localhost".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        std::fs::write(folder.path().join("sluice.key"), key.serialize_pem()).unwrap();
        std::fs::write(folder.path().join("sluice.crt"), other.pem()).unwrap();
        let second = identity(folder.path()).await;
        running.reload(&second).unwrap();
        let trusting = client(&second, &[&TLS13]);
        ask(&running, &trusting, "localhost", request("/"))
            .await
            .unwrap();
    }

    #[test]
    fn an_address_that_cannot_be_used_is_explained() {
        let taken = bind("127.0.0.1:0").unwrap();
        let error = bind(&taken.address().to_string()).unwrap_err();
        assert!(matches!(error, ServeError::PortTaken { .. }));
        let port = taken.address().port().to_string();
        assert!(error.to_string().contains(&port), "{error}");
        for odd in ["1443", "host.example.com:1443", "127.0.0.1:99999", ""] {
            let error = bind(odd).unwrap_err();
            assert!(
                matches!(error, ServeError::Address { .. }),
                "{odd}: {error}"
            );
        }
        let error = bind("192.0.2.1:1443").unwrap_err();
        assert!(matches!(error, ServeError::NoSuchAddress { .. }), "{error}");
        bind("localhost:0").unwrap();
    }
}
