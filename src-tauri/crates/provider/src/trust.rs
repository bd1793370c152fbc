//! Whom a call may reach: by an authority, or by the one certificate that somebody confirmed.
//!
//! **Invariant:** there is no way to accept whatever is shown. [`look`] shows what a server shows and
//! refuses it, before any header is sent.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sluice_core::exchange::Diagnosis;
use ts_rs::TS;
use x509_parser::extensions::GeneralName;

/// How long a server may take to show its certificate.
const LOOKING: Duration = Duration::from_secs(10);

/// Whose certificate is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(rename = "SimulatorTrust")]
pub enum Trust {
    /// One that an authority of this machine signed, made out to the host.
    System,
    /// One that these certificates (PEM) signed, or that is one of them; made out to the host.
    Authority { pem: String },
    /// Exactly the one whose SHA-256 is this, in hex digits, colons or not. Names and dates are not looked at:
    /// somebody looked at this very certificate.
    Fingerprint { sha256: String },
}

/// Why a server cannot be trusted as was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    #[error("The authority's text holds no certificate in PEM.")]
    NoCertificate,
    #[error("This machine's list of trusted authorities is empty or cannot be read.")]
    NoAuthorities,
    #[error("The fingerprint is not the SHA-256 of a certificate: 64 hexadecimal digits.")]
    NoFingerprint,
    #[error("TLS cannot be set up: {0}.")]
    Setup(String),
}

/// A certificate as a server shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShownCertificate {
    /// SHA-256, in hex digits with colons.
    pub fingerprint: String,
    pub subject: String,
    pub issuer: String,
    /// Names and addresses that it is made out to.
    pub names: Vec<String>,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub not_before: i64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub not_after: i64,
    /// Why this machine does not trust it by itself; `null` where it does.
    pub distrusted: Option<String>,
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn digest(certificate: &[u8]) -> [u8; 32] {
    Sha256::digest(certificate).into()
}

/// The SHA-256 of a certificate, in hex digits with colons.
fn written(digest: [u8; 32]) -> String {
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// The fingerprint of the first certificate of a PEM text; that is the server's own.
///
/// # Errors
/// [`TrustError::NoCertificate`].
pub fn fingerprint_of(pem: &str) -> Result<String, TrustError> {
    let first = CertificateDer::from_pem_slice(pem.as_bytes());
    let first = first.map_err(|_| TrustError::NoCertificate)?;
    Ok(written(digest(&first)))
}

fn read_fingerprint(text: &str) -> Result<[u8; 32], TrustError> {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let other = |c: char| !c.is_ascii_hexdigit() && c != ':' && !c.is_whitespace();
    if digits.len() != 64 || text.contains(other) {
        return Err(TrustError::NoFingerprint);
    }
    let mut bytes = [0; 32];
    for (byte, index) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&digits[index..index + 2], 16)
            .map_err(|_| TrustError::NoFingerprint)?;
    }
    Ok(bytes)
}

impl Trust {
    /// TLS 1.2 and 1.3 with a server of this trust, HTTP/1.1 inside.
    ///
    /// # Errors
    /// [`TrustError`].
    pub(crate) fn client_config(&self) -> Result<ClientConfig, TrustError> {
        let inner: Arc<dyn ServerCertVerifier> = match self {
            Self::System => by_authorities(system()?)?,
            Self::Authority { pem } => by_authorities(certificates(pem)?)?,
            Self::Fingerprint { sha256 } => Arc::new(Exactly {
                digests: vec![read_fingerprint(sha256)?],
                otherwise: None,
                provider: provider(),
            }),
        };
        config(inner)
    }
}

fn config(verifier: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, TrustError> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| TrustError::Setup(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .flatten()
        .collect();
    if found.is_empty() {
        return Err(TrustError::NoCertificate);
    }
    Ok(found)
}

fn system() -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let loaded = rustls_native_certs::load_native_certs();
    for error in &loaded.errors {
        tracing::debug!(%error, "some of this machine's authorities cannot be read");
    }
    if loaded.certs.is_empty() {
        return Err(TrustError::NoAuthorities);
    }
    Ok(loaded.certs)
}

/// By authorities and by name.
fn by_authorities(
    authorities: Vec<CertificateDer<'static>>,
) -> Result<Arc<dyn ServerCertVerifier>, TrustError> {
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(authorities);
    if taken == 0 {
        return Err(TrustError::NoCertificate);
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|error| TrustError::Setup(error.to_string()))?;
    Ok(verifier)
}

/// Accepts the certificates with these digests and no other.
#[derive(Debug)]
struct Exactly {
    digests: Vec<[u8; 32]>,
    otherwise: Option<Arc<Looking>>,
    provider: Arc<CryptoProvider>,
}

/// What a server showed while it was only looked at.
#[derive(Debug)]
struct Looking {
    /// As this machine trusts by itself; `None` where it has no authorities.
    system: Option<Arc<dyn ServerCertVerifier>>,
    shown: Mutex<Option<(Vec<u8>, Option<String>)>>,
}

impl ServerCertVerifier for Exactly {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.digests.contains(&digest(end_entity)) {
            return Ok(ServerCertVerified::assertion());
        }
        if let Some(looking) = &self.otherwise {
            let judged = looking.system.as_ref().map(|system| {
                system.verify_server_cert(
                    end_entity,
                    intermediates,
                    server_name,
                    ocsp_response,
                    now,
                )
            });
            let why = match judged {
                Some(Ok(_)) => None,
                Some(Err(error)) => Some(in_words(&error, &server_name.to_str())),
                None => Some(TrustError::NoAuthorities.to_string()),
            };
            let mut shown = looking.shown.lock().unwrap_or_else(PoisonError::into_inner);
            *shown = Some((end_entity.to_vec(), why));
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// What a server shows, before anything is sent to it. The connection ends with that.
///
/// # Errors
/// [`Diagnosis`] where the address cannot be reached or speaks no TLS.
pub async fn look(base: &str) -> Result<ShownCertificate, Diagnosis> {
    let system = system().and_then(by_authorities).ok();
    let looking = Arc::new(Looking {
        system,
        shown: Mutex::default(),
    });
    let verifier = Exactly {
        digests: Vec::new(),
        otherwise: Some(Arc::clone(&looking)),
        provider: provider(),
    };
    let trouble = |code: &str, cause: String, remedy: &str| Diagnosis {
        code: code.to_owned(),
        cause,
        remedy: remedy.to_owned(),
        place: Some(base.to_owned()),
    };
    let setup = |cause: String| trouble("simulator.tls", cause, "Look into the program's log.");
    let config = config(Arc::new(verifier)).map_err(|error| setup(error.to_string()))?;
    let http = crate::client::builder(config)
        .timeout(LOOKING)
        .build()
        .map_err(|error| setup(error.to_string()))?;
    // A HEAD would only be sent once the handshake was through, and it never is.
    let answer = http.head(base).send().await;
    let shown = looking
        .shown
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match (shown, answer) {
        (Some((der, distrusted)), _) => {
            told(&der, distrusted).map_err(|error| setup(error.to_owned()))
        }
        (None, Err(error)) => Err(crate::client::diagnosis(&error, base)),
        (None, Ok(_)) => Err(trouble(
            "simulator.no_tls",
            "The server speaks without TLS, so it shows no certificate.".to_owned(),
            "Use an address that begins with https://.",
        )),
    }
}

fn told(der: &[u8], distrusted: Option<String>) -> Result<ShownCertificate, &'static str> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der)
        .map_err(|_| "The server's certificate cannot be read")?;
    let names = certificate.subject_alternative_name().ok().flatten();
    let names = names.map_or_else(Vec::new, |names| {
        let names = names.value.general_names.iter();
        names
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                GeneralName::IPAddress([a, b, c, d]) => Some(format!("{a}.{b}.{c}.{d}")),
                GeneralName::IPAddress(bytes) => <[u8; 16]>::try_from(*bytes)
                    .ok()
                    .map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
                _ => None,
            })
            .collect()
    });
    Ok(ShownCertificate {
        fingerprint: written(digest(der)),
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        names,
        not_before: certificate.validity().not_before.timestamp() * 1000,
        not_after: certificate.validity().not_after.timestamp() * 1000,
        distrusted,
    })
}

/// What rustls refused, in a sentence for an administrator.
pub(crate) fn in_words(error: &rustls::Error, host: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::UnknownIssuer => {
                "The server's certificate comes from no authority that is trusted.".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("The server's certificate is not made out to {host}.")
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "The server's certificate has ended.".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "The server's certificate is not valid yet.".to_owned()
            }
            CertificateError::ApplicationVerificationFailure => {
                "The server shows another certificate than the one that was confirmed.".to_owned()
            }
            other => format!("The server's certificate cannot be accepted: {other}."),
        },
        other => format!("The TLS handshake failed: {other}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (CertificateDer<'static>, String) {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["hr.example.org".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        (certificate.der().clone(), certificate.pem())
    }

    fn judged(trust: &Trust, certificate: &CertificateDer<'_>) -> bool {
        let verifier: Arc<dyn ServerCertVerifier> = match trust {
            Trust::Fingerprint { sha256 } => Arc::new(Exactly {
                digests: vec![read_fingerprint(sha256).unwrap()],
                otherwise: None,
                provider: provider(),
            }),
            Trust::Authority { pem } => by_authorities(certificates(pem).unwrap()).unwrap(),
            Trust::System => by_authorities(system().unwrap()).unwrap(),
        };
        let name = ServerName::try_from("hr.example.org").unwrap();
        verifier
            .verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
            .is_ok()
    }

    #[test]
    fn only_the_certificate_that_was_confirmed_is_accepted() {
        let ((one, pem), (other, _)) = (made(), made());
        let sha256 = fingerprint_of(&pem).unwrap();
        assert_eq!(sha256.len(), 64 + 31, "{sha256}");
        let plain = Trust::Fingerprint {
            sha256: sha256.replace(':', "").to_lowercase(),
        };
        for trust in [Trust::Fingerprint { sha256 }, plain] {
            assert!(judged(&trust, &one));
            assert!(!judged(&trust, &other));
        }
    }

    #[test]
    fn an_authority_that_is_given_is_the_only_one() {
        let ((one, pem), (other, _)) = (made(), made());
        let trust = Trust::Authority { pem };
        assert!(judged(&trust, &one));
        assert!(!judged(&trust, &other));
    }

    #[test]
    fn what_is_no_fingerprint_and_no_certificate_is_refused() {
        for text in [
            "",
            "ab:cd",
            &"g".repeat(64),
            &format!("{}!", "a".repeat(64)),
        ] {
            assert_eq!(read_fingerprint(text), Err(TrustError::NoFingerprint));
        }
        let trust = Trust::Authority {
            pem: "nothing".to_owned(),
        };
        assert_eq!(trust.client_config().err(), Some(TrustError::NoCertificate));
    }
}
