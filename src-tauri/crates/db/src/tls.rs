//! TLS to a database: the five modes of libpq, by rustls, the same for every driver that takes a
//! stream or a configuration of it.
//!
//! | mode | encrypted | certificate | made out to the host |
//! |---|---|---|---|
//! | `disable` | never | | |
//! | `prefer` | where the server can | not looked at | |
//! | `require` | always | not looked at; where `ca_file` is set, as `verify-ca` | |
//! | `verify-ca` | always | from a trusted authority | not looked at |
//! | `verify-full` | always | from a trusted authority | yes |
//!
//! **Invariants:** nothing but `prefer` ever goes on without encryption. In the two modes that
//! verify, and in no other, a server proves who it is before it sees a user or a password. The
//! crypto library is passed on explicitly, so that no other part of the process has to set a default
//! first.
//!
//! To protect another driver: [`Protection::client_config`] where it takes rustls, else its own
//! options from [`Protection`]'s parts, with a test for each mode in `tests/dialects/tls.rs`.

use std::error::Error as StdError;
use std::io;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::version::{TLS12, TLS13};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, ProtocolVersion,
    RootCertStore, SignatureScheme,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use sluice_core::config::{Connection, TlsMode};
use sluice_core::{DatabaseError, DatabaseErrorKind};

/// How far a server's certificate is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verify {
    Nothing,
    /// It must come from a trusted authority.
    Chain,
    /// And be made out to the host that was asked for.
    ChainAndName,
}

/// A certificate to show to the server, with its key.
pub(crate) struct ClientIdentity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

/// How a connection is to be protected, with the files read.
pub(crate) struct Protection {
    pub(crate) mode: TlsMode,
    pub(crate) verify: Verify,
    /// The trusted authorities; empty where nothing is verified.
    pub(crate) authorities: Vec<CertificateDer<'static>>,
    pub(crate) identity: Option<ClientIdentity>,
}

impl Protection {
    /// Reads what a connection asks for, its files included.
    ///
    /// # Errors
    /// Kind `Tls` where a property or a file cannot be used; the file is named, and nothing of it
    /// quoted.
    pub(crate) fn of(connection: &Connection) -> Result<Self, DatabaseError> {
        let tls = connection
            .protection()
            .map_err(|error| refused(format!("A property cannot be used: {error}.")))?;
        let verify = match tls.mode {
            TlsMode::VerifyFull => Verify::ChainAndName,
            _ if tls.verifies() => Verify::Chain,
            _ => Verify::Nothing,
        };
        let authorities = match (verify, &tls.ca_file) {
            (Verify::Nothing, _) => Vec::new(),
            (_, Some(file)) => certificates(file)?,
            (_, None) => system_authorities()?,
        };
        let identity = match (&tls.certificate_file, &tls.key_file) {
            (Some(certificate), Some(key)) if tls.mode != TlsMode::Disable => {
                Some(ClientIdentity {
                    chain: certificates(certificate)?,
                    key: key_of(key)?,
                })
            }
            _ => None,
        };
        Ok(Self {
            mode: tls.mode,
            verify,
            authorities,
            identity,
        })
    }

    /// The same as a configuration of rustls.
    ///
    /// # Errors
    /// Kind `Tls` where certificate and key do not belong together.
    pub(crate) fn client_config(&self) -> Result<Arc<ClientConfig>, DatabaseError> {
        self.config_that_keeps(&Seen::default())
    }

    /// The same, and what certificate the server showed is kept in `seen`, also where it is refused.
    ///
    /// # Errors
    /// As [`Self::client_config`].
    pub(crate) fn config_that_keeps(
        &self,
        seen: &Seen,
    ) -> Result<Arc<ClientConfig>, DatabaseError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Verifier {
            verify: self.verify,
            roots: roots(&self.authorities),
            provider: Arc::clone(&provider),
            seen: Arc::clone(seen),
        };
        let setup = |error: rustls::Error| refused(format!("TLS cannot be set up: {error}."));
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(setup)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let config = match &self.identity {
            Some(identity) => builder
                .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
                .map_err(|error| {
                    refused(format!(
                        "The certificate of tls.certificate_file cannot be used with the key of \
                         tls.key_file: {error}."
                    ))
                })?,
            None => builder.with_no_client_auth(),
        };
        Ok(Arc::new(config))
    }

    /// What is told of an encrypted connection: "TLS 1.3, certificate verified".
    pub(crate) fn told(&self, version: &str) -> String {
        let certificate = match self.verify {
            Verify::Nothing => "certificate not verified",
            Verify::Chain => "certificate verified, host name not",
            Verify::ChainAndName => "certificate verified",
        };
        format!("{version}, {certificate}")
    }
}

/// A version in the usual words.
pub(crate) fn version(version: Option<ProtocolVersion>) -> &'static str {
    match version {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    }
}

/// The certificate a server showed in the first handshake.
pub(crate) type Seen = Arc<OnceLock<CertificateDer<'static>>>;

/// Looks at a server's certificate as far as the mode asks for it.
#[derive(Debug)]
struct Verifier {
    verify: Verify,
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
    seen: Seen,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let _ = self.seen.set(end_entity.clone().into_owned());
        if self.verify != Verify::Nothing {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.roots,
                intermediates,
                now,
                self.provider.signature_verification_algorithms.all,
            )?;
            if self.verify == Verify::ChainAndName {
                verify_server_name(&certificate, server_name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
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

/// What rustls refused, where that is why a connection could not be opened.
///
/// `error` is an error of any driver: rustls's own stands somewhere below it.
pub(crate) fn in_words(error: &(dyn StdError + 'static), host: &str) -> Option<DatabaseError> {
    let found = find(error)?;
    let said = match found {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::UnknownIssuer => {
                "The database's certificate comes from no authority \
                that is trusted. Name the authority's certificate in tls.ca_file."
                    .to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!(
                    "The database's certificate is not made out to {host} ({reason}). Connect by \
                     a name that it has, let it be made out to this one, or set mode = \
                     \"verify-ca\"."
                )
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                format!("The database's certificate has ended ({reason}). Let it be renewed.")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                format!(
                    "The database's certificate is not valid yet ({reason}). Look at the clocks of \
                     both machines."
                )
            }
            other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                "The database shows the certificate of an authority (CA:TRUE) as its own, which \
                 cannot be verified. Let it have one that an authority signed."
                    .to_owned()
            }
            other => format!("The database's certificate cannot be accepted: {other}."),
        },
        rustls::Error::AlertReceived(
            alert @ (AlertDescription::CertificateRequired
            | AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::AccessDenied),
        ) => format!(
            "The database refuses the certificate that Sluice shows, or the lack of one \
             ({alert:?}). Set tls.certificate_file and tls.key_file to one that it accepts."
        ),
        other => format!("The TLS handshake with the database failed: {other}."),
    };
    Some(refused(said))
}

/// The error of rustls in a driver's error.
fn find<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // An I/O error leaves what it wraps out of its chain of causes.
        if let Some(wrapped) = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            && let Some(found) = find(wrapped)
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The error where TLS is asked for and the server has none.
pub(crate) fn not_offered() -> DatabaseError {
    refused(
        "The database offers no TLS, and the connection asks for it. Switch it on at the server; \
         mode = \"prefer\" or \"disable\" would go on in the clear."
            .to_owned(),
    )
}

fn refused(message: String) -> DatabaseError {
    DatabaseError::new(DatabaseErrorKind::Tls, message)
}

/// The authorities this machine trusts.
fn system_authorities() -> Result<Vec<CertificateDer<'static>>, DatabaseError> {
    let loaded = rustls_native_certs::load_native_certs();
    for error in &loaded.errors {
        tracing::debug!(%error, "some of this machine's authorities cannot be read");
    }
    let usable = usable(loaded.certs);
    if usable.is_empty() {
        return Err(refused(
            "This machine's list of trusted authorities is empty or cannot be read. Name the \
             database's authority in tls.ca_file."
                .to_owned(),
        ));
    }
    Ok(usable)
}

fn read(file: &str) -> Result<Vec<u8>, DatabaseError> {
    std::fs::read(file)
        .map_err(|error| refused(format!("The file {file} of tls cannot be read: {error}.")))
}

/// The certificates of a PEM file, or the one of a DER file.
fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, DatabaseError> {
    let bytes = read(file)?;
    let mut found: Vec<_> = CertificateDer::pem_slice_iter(&bytes).flatten().collect();
    if found.is_empty() && std::str::from_utf8(&bytes).is_err() {
        found.push(CertificateDer::from(bytes));
    }
    let found = usable(found);
    if found.is_empty() {
        return Err(refused(format!("The file {file} holds no certificate.")));
    }
    Ok(found)
}

/// The private key of a PEM file, or of a DER file as pgJDBC has it.
fn key_of(file: &str) -> Result<PrivateKeyDer<'static>, DatabaseError> {
    let bytes = read(file)?;
    PrivateKeyDer::from_pem_slice(&bytes)
        .ok()
        .or_else(|| PrivateKeyDer::try_from(bytes).ok())
        .ok_or_else(|| {
            refused(format!(
                "The file {file} holds no private key that can be used. Write it as PEM without a \
                 password: openssl pkey -in {file} -out key.pem."
            ))
        })
}

/// Those that the library can read: one odd certificate must not cost all the others.
fn usable(certificates: Vec<CertificateDer<'static>>) -> Vec<CertificateDer<'static>> {
    let mut store = RootCertStore::empty();
    certificates
        .into_iter()
        .filter(|certificate| store.add(certificate.clone()).is_ok())
        .collect()
}

fn roots(authorities: &[CertificateDer<'static>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(authorities.iter().cloned());
    store
}

/// DER as PEM, for a driver that reads its own files.
pub(crate) fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let mut text = format!("-----BEGIN {label}-----\n").into_bytes();
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    text
}

#[cfg(test)]
mod tests {
    use sluice_core::config::Dialect;

    use super::*;

    fn connection(mode: TlsMode) -> Connection {
        let mut connection = Connection::new("hr", Dialect::Postgresql);
        connection.tls.mode = mode;
        connection
    }

    #[test]
    fn only_the_verifying_modes_have_authorities() {
        for (mode, verify) in [
            (TlsMode::Disable, Verify::Nothing),
            (TlsMode::Prefer, Verify::Nothing),
            (TlsMode::Require, Verify::Nothing),
        ] {
            let protection = Protection::of(&connection(mode)).unwrap();
            assert_eq!(protection.verify, verify);
            assert!(protection.authorities.is_empty());
        }
    }

    #[test]
    fn a_file_that_is_missing_or_holds_nothing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("ca.pem");
        std::fs::write(&empty, "nothing").unwrap();
        let missing = folder.path().join("missing.pem");
        for file in [&empty, &missing] {
            let mut connection = connection(TlsMode::VerifyFull);
            connection.tls.ca_file = Some(file.display().to_string());
            let error = Protection::of(&connection).err().unwrap();
            assert_eq!(error.kind, DatabaseErrorKind::Tls);
            assert!(error.message.contains(&*file.to_string_lossy()), "{error}");
        }
    }

    #[test]
    fn an_error_of_rustls_is_found_below_an_io_error() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let error = io::Error::new(io::ErrorKind::InvalidData, inner);
        let said = in_words(&error, "db").unwrap();
        assert_eq!(said.kind, DatabaseErrorKind::Tls);
        assert!(said.message.contains("ca_file"), "{}", said.message);
        assert!(in_words(&io::Error::other("x"), "db").is_none());
    }
}
