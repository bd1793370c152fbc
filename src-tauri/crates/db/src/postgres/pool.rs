//! Reaching a PostgreSQL server.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::{ClientConfig, ProtocolVersion};
use rustls_pki_types::ServerName;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use sluice_core::config::{Connection, TlsMode};
use sluice_core::{DatabaseError, Secret};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::config::{self, SslMode};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as Encrypted;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use super::error;
use super::notices::{self, Notices};
use crate::properties;
use crate::tls::{self, Protection};

/// Where a server is, who logs in, and how the connection is protected.
pub(crate) struct Reach {
    config: Config,
    protection: Protection,
    tls: Arc<ClientConfig>,
    host: String,
}

pub(super) fn reach(
    connection: &Connection,
    password: Option<&Secret>,
) -> Result<Reach, DatabaseError> {
    let protection = Protection::of(connection)?;
    properties::tell(connection);
    let host = connection.host.as_deref().unwrap_or("localhost");
    let mut config = Config::new();
    config
        .host(host)
        .port(connection.port())
        .ssl_mode(match protection.mode {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        })
        .application_name(properties::get(connection, "ApplicationName").unwrap_or("Sluice"));
    if let Some(wanted) = properties::get(connection, "channelBinding") {
        config.channel_binding(match wanted.to_ascii_lowercase().as_str() {
            "require" => config::ChannelBinding::Require,
            "disable" => config::ChannelBinding::Disable,
            _ => config::ChannelBinding::Prefer,
        });
    }
    match connection.pool.keepalive_time {
        0 => config.keepalives(false),
        every => config.keepalives_idle(Duration::from_millis(every)),
    };
    if let Some(user) = &connection.user {
        config.user(user);
    }
    if let Some(password) = password {
        config.password(password.expose());
    }
    if let Some(database) = &connection.database {
        config.dbname(database);
    }
    if let Some(schema) = properties::get(connection, "currentSchema") {
        // Options are cut at spaces unless a backslash stands before them.
        let schema = schema.replace('\\', "\\\\").replace(' ', "\\ ");
        config.options(format!("-c search_path={schema}"));
    }
    Ok(Reach {
        config,
        tls: protection.client_config()?,
        protection,
        host: host.to_owned(),
    })
}

/// A connection, with what its encryption is like where it has one.
pub(super) struct Opened {
    pub(super) client: Client,
    pub(super) notices: Notices,
    /// "TLS 1.3, certificate verified".
    pub(super) tls: Option<String>,
    /// The way in for a request to cancel, which is a connection of its own.
    pub(super) connector: Connector,
}

pub(super) async fn connect(reach: &Reach) -> Result<Opened, DatabaseError> {
    match open(reach, &reach.config).await {
        // As libpq does it: what cannot be encrypted goes on without, where the mode allows that.
        Err(refused)
            if reach.protection.mode == TlsMode::Prefer
                && error::is_handshake(&refused)
                && !refused.is_closed() =>
        {
            tracing::debug!(error = %refused, "a database's TLS cannot be used; going on without");
            let mut plain = reach.config.clone();
            plain.ssl_mode(SslMode::Disable);
            open(reach, &plain).await
        }
        opened => opened,
    }
    .map_err(|e| error::at_connect(&e, &reach.host))
}

async fn open(reach: &Reach, config: &Config) -> Result<Opened, tokio_postgres::Error> {
    let connector = Connector {
        tls: Arc::clone(&reach.tls),
        version: Arc::default(),
    };
    let (client, connection) = config.connect(connector.clone()).await?;
    let notices = notices::drive(connection);
    let version = connector.version.get();
    let tls = version.map(|version| reach.protection.told(tls::version(Some(*version))));
    Ok(Opened {
        client,
        notices,
        tls,
        connector,
    })
}

/// Makes a TLS stream out of a plain one, for tokio-postgres.
#[derive(Clone)]
pub(crate) struct Connector {
    tls: Arc<ClientConfig>,
    /// What the first handshake agreed on.
    version: Arc<OnceLock<ProtocolVersion>>,
}

impl<S> MakeTlsConnect<S> for Connector
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Secured<S>;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Handshake> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        Ok(Handshake {
            connector: self.clone(),
            name,
        })
    }
}

/// A handshake to come.
pub(crate) struct Handshake {
    connector: Connector,
    name: ServerName<'static>,
}

impl<S> TlsConnect<S> for Handshake
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Secured<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Secured<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let connector = TlsConnector::from(self.connector.tls);
            let stream = connector.connect(self.name, stream).await?;
            if let Some(version) = stream.get_ref().1.protocol_version() {
                // The request to cancel has its own handshake, and what it agrees on is not told.
                let _ = self.connector.version.set(version);
            }
            Ok(Secured(Box::new(stream)))
        })
    }
}

/// An encrypted stream.
pub(crate) struct Secured<S>(Box<Encrypted<S>>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Secured<S> {
    /// `tls-server-end-point` (RFC 5929): SCRAM then notices somebody in between.
    fn channel_binding(&self) -> ChannelBinding {
        let certificates = self.0.get_ref().1.peer_certificates();
        certificates
            .and_then(|chain| chain.first())
            .and_then(|certificate| end_point(certificate))
            .map_or_else(ChannelBinding::none, ChannelBinding::tls_server_end_point)
    }
}

/// A certificate's digest by the algorithm of its own signature, SHA-256 in place of MD5 and SHA-1;
/// `None` where the signature has none that RFC 5929 defines (Ed25519, RSA-PSS).
fn end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let algorithm = parsed.signature_algorithm.algorithm.to_id_string();
    Some(match algorithm.as_str() {
        // RSA with MD5, SHA-1, SHA-256; ECDSA with SHA-1, SHA-256
        "1.2.840.113549.1.1.4"
        | "1.2.840.113549.1.1.5"
        | "1.2.840.113549.1.1.11"
        | "1.2.840.10045.4.1"
        | "1.2.840.10045.4.3.2" => Sha256::digest(certificate).to_vec(),
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Sha384::digest(certificate).to_vec(),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Sha512::digest(certificate).to_vec(),
        _ => return None,
    })
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Secured<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Secured<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
