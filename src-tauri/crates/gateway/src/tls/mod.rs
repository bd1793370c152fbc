//! The certificate of the endpoint, and how TLS is spoken with it.
//!
//! **Invariants:** a key file is never readable by another account, not even for a moment, and a
//! pair that is there is replaced on an administrator's press only, and kept aside: what is wrong with it is an
//! error with a remedy. TLS 1.2 and 1.3 only. The crypto library is passed on explicitly, so that no other part of the process
//! has to set a default first.
//!
//! To change what a new certificate holds: `parameters` in `certificate.rs`. It must stay one that
//! curl, OpenSSL, Java and rustls accept as their own trust anchor.

mod asked;
mod certificate;
mod details;
mod error;
mod files;
mod identity;
mod names;
mod offer;
mod stage;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::ServerSessionMemoryCache;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedCipherSuite};

use asked::Noting;

pub use asked::{Asked, AskedName};
pub use certificate::{KEYSTORE_ALIAS, ensure, given};
pub use details::Link;
pub use error::TlsError;
pub use identity::Identity;
pub use names::{HostNames, is_host};
pub use offer::{Check, Examined, Offer, Pair, Verdict, examine};
pub use stage::{Earlier, Stage};

/// How many sessions of clients without tickets are remembered.
const SESSIONS: usize = 1024;

/// TLS 1.2 and 1.3 with this certificate. Clients come back without a full handshake; the names they
/// ask for are noted in `asked`.
///
/// # Errors
/// [`TlsError::Setup`] where the library refuses.
pub fn server_config(
    identity: &Identity,
    asked: Option<&Arc<Asked>>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let setup = |error: rustls::Error| TlsError::Setup {
        cause: error.to_string(),
    };
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(setup)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Noting {
            certified: identity.certified(),
            asked: asked.cloned(),
        }));
    // The provider speaks HTTP/1.1; offering more would only add what nobody tests.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(setup)?;
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
    Ok(Arc::new(config))
}

/// The same for the server, which can be given another certificate while it runs.
///
/// # Errors
/// [`TlsError::Setup`] where the library refuses.
pub fn rustls_config(
    identity: &Identity,
    asked: Option<&Arc<Asked>>,
) -> Result<RustlsConfig, TlsError> {
    Ok(RustlsConfig::from_config(server_config(identity, asked)?))
}

/// Gives a running server another certificate; the next handshake uses it, connections that are
/// open stay.
///
/// # Errors
/// [`TlsError::Setup`] where the library refuses; the server keeps the certificate it has.
pub fn reload(
    running: &RustlsConfig,
    identity: &Identity,
    asked: Option<&Arc<Asked>>,
) -> Result<(), TlsError> {
    running.reload_from_config(server_config(identity, asked)?);
    Ok(())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// SHA-256 of the one crypto library there is.
fn sha256(data: &[u8]) -> Option<Vec<u8>> {
    const SUITE: SupportedCipherSuite = aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let hash = SUITE.tls13()?.common.hash_provider.hash(data);
    Some(hash.as_ref().to_vec())
}

/// Random bytes that nobody can guess.
fn random<const N: usize>() -> Result<[u8; N], TlsError> {
    let mut bytes = [0; N];
    provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| TlsError::make("this machine gives no random numbers"))?;
    Ok(bytes)
}
