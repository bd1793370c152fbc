//! Reaching a MySQL or MariaDB server.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;
use mysql_async::{ClientIdentity, Conn, Opts, OptsBuilder, SslOpts};
use rustls_pki_types::PrivateKeyDer;
use sluice_core::config::{Connection, TlsMode};
use sluice_core::{DatabaseError, Secret};
use tokio::time::timeout;

use super::error;
use crate::properties;
use crate::tls::{Protection, Verify, pem};

/// Statements kept prepared on each connection.
const PREPARED: usize = 128;
/// How long the goodbye of a connection may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// A name that no certificate has and that mysql_async's own words for "made out to another host"
/// then quote: [`secured`] says why.
const ANY_NAME: &str = "NotValidForName";

/// Where a server is, who logs in, and how the connection is protected.
pub(super) struct Reach {
    protection: Protection,
    host: String,
    /// With TLS; `None` in mode `disable`.
    secured: Option<Opts>,
    /// Without; `None` where that would be less than was asked for.
    plain: Option<Opts>,
    /// The server was found to have no TLS, so the next connection need not ask.
    found_plain: AtomicBool,
}

pub(super) fn reach(
    connection: &Connection,
    password: Option<&Secret>,
) -> Result<Reach, DatabaseError> {
    let protection = Protection::of(connection)?;
    properties::tell(connection);
    let host = connection.host.as_deref().unwrap_or("localhost");
    let keepalive = connection.pool.keepalive_time;
    let keepalive = (keepalive > 0).then(|| Duration::from_millis(keepalive));
    let builder = OptsBuilder::default()
        .ip_or_hostname(host)
        .tcp_port(connection.port())
        .user(connection.user.clone())
        .pass(password.map(Secret::expose))
        .db_name(connection.database.clone())
        // A row that already holds what an UPDATE writes was found, as Connector/J counts it.
        .client_found_rows(true)
        // The address that was configured, and no socket that the server tells of.
        .prefer_socket(false)
        .stmt_cache_size(PREPARED)
        .tcp_keepalive(keepalive);
    let with = |ssl: Option<SslOpts>| Opts::from(builder.clone().ssl_opts(ssl));
    let (secured, plain) = match protection.mode {
        TlsMode::Disable => (None, Some(with(None))),
        TlsMode::Prefer => (Some(with(Some(secured(&protection)?))), Some(with(None))),
        TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => {
            (Some(with(Some(secured(&protection)?))), None)
        }
    };
    Ok(Reach {
        protection,
        host: host.to_owned(),
        secured,
        plain,
        found_plain: AtomicBool::new(false),
    })
}

/// The modes in the driver's words.
///
/// For `verify-ca` the driver means to accept a certificate that is good but for its name. It knows
/// that case by the word `NotValidForName` in the error's text, which rustls writes no longer; the
/// name that was asked for does stand in it. Asking for that very word as the name is therefore what
/// makes the driver do what it documents: the chain is verified first, and a certificate refused for
/// anything else stays refused. Should either text change, the connection is refused and not opened
/// unverified. `tests/dialects/tls.rs` holds both.
fn secured(protection: &Protection) -> Result<SslOpts, DatabaseError> {
    // Also finds out now whether certificate and key belong together.
    protection.client_config()?;
    let mut ssl = SslOpts::default();
    if let Some(identity) = &protection.identity {
        let chain = identity.chain.iter();
        let chain: Vec<u8> = chain.flat_map(|c| pem("CERTIFICATE", c)).collect();
        let label = match &identity.key {
            PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
            PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
            _ => "PRIVATE KEY",
        };
        let key = pem(label, identity.key.secret_der());
        ssl = ssl.with_client_identity(Some(ClientIdentity::new(chain.into(), key.into())));
    }
    if protection.verify == Verify::Nothing {
        return Ok(ssl.with_danger_accept_invalid_certs(true));
    }
    let authorities = protection.authorities.iter();
    let authorities: Vec<u8> = authorities.flat_map(|c| pem("CERTIFICATE", c)).collect();
    ssl = ssl
        .with_root_certs(vec![authorities.into()])
        .with_disable_built_in_roots(true);
    if protection.verify == Verify::Chain {
        ssl = ssl
            .with_danger_skip_domain_validation(true)
            .with_danger_tls_hostname_override(Some(ANY_NAME));
    }
    Ok(ssl)
}

impl Reach {
    /// Opens a connection; in mode `prefer` without TLS where the server has none that can be used.
    pub(super) async fn connect(&self) -> Result<Handle, DatabaseError> {
        let secured = self
            .secured
            .as_ref()
            .filter(|_| !self.found_plain.load(Ordering::Relaxed));
        let opened = match (secured, &self.plain) {
            (Some(secured), Some(plain)) => match Conn::new(secured.clone()).await {
                Err(refused) if error::is_handshake(&refused) => {
                    tracing::debug!(error = %refused, "a database has no TLS that can be used; going on without");
                    let opened = Conn::new(plain.clone()).await;
                    self.found_plain.store(opened.is_ok(), Ordering::Relaxed);
                    opened.map(|conn| Handle::new(conn, plain.clone()))
                }
                opened => opened.map(|conn| Handle::new(conn, secured.clone())),
            },
            (Some(options), None) | (None, Some(options)) => {
                let opened = Conn::new(options.clone()).await;
                if opened.is_err() {
                    // It may have learned TLS since.
                    self.found_plain.store(false, Ordering::Relaxed);
                }
                opened.map(|conn| Handle::new(conn, options.clone()))
            }
            (None, None) => return Err(error::closed()),
        };
        opened.map_err(|e| error::at_connect(&e, &self.host))
    }

    /// What is told of a connection that is encrypted by `version`, the server's word for it.
    pub(super) fn told(&self, version: &str) -> Option<String> {
        let version = match version {
            "" => return None,
            "TLSv1.3" => "TLS 1.3",
            "TLSv1.2" => "TLS 1.2",
            other => other,
        };
        Some(self.protection.told(version))
    }
}

/// A connection that says goodbye when it is dropped. Without that the server counts an aborted
/// client and writes a warning whenever the pool closes one.
pub(crate) struct Handle {
    conn: Option<Conn>,
    /// How it was opened, for another connection of the same kind that ends it.
    options: Opts,
}

impl Handle {
    fn new(conn: Conn, options: Opts) -> Self {
        Self {
            conn: Some(conn),
            options,
        }
    }

    pub(super) fn get(&self) -> Option<&Conn> {
        self.conn.as_ref()
    }

    pub(super) fn options(&self) -> &Opts {
        &self.options
    }

    /// The connection, which is there until the handle is dropped.
    pub(super) fn conn(&mut self) -> Result<&mut Conn, DatabaseError> {
        self.conn.as_mut().ok_or_else(error::closed)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let (Some(conn), Ok(runtime)) = (self.conn.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(timeout(GOODBYE, conn.disconnect()));
        }
    }
}

/// Ends another connection and the statement it runs. Whoever may log in may do this to their own.
pub(super) async fn kill(options: Opts, id: u32) {
    let killed = async {
        let mut conn = Conn::new(options).await?;
        // A number of the driver's own; KILL takes no placeholder on every server.
        conn.query_drop(format!("KILL CONNECTION {id}")).await?;
        conn.disconnect().await
    };
    if let Err(error) = killed.await {
        tracing::debug!(%error, "a statement that ran too long could not be stopped at the server");
    }
}

/// Whether the server's last answer said that a transaction is open.
pub(super) fn in_transaction(conn: &Conn) -> bool {
    conn.last_ok_packet().is_some_and(|packet| {
        packet
            .status_flags()
            .contains(StatusFlags::SERVER_STATUS_IN_TRANS)
    })
}
