//! Certificate and key as they are on the disk, read and checked.

use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::details::{Link, links};
use super::{HostNames, TlsError, files, provider, sha256};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How long before its end a certificate is spoken of: the provider needs the new one in time.
const SOON_DAYS: i64 = 30;

/// Who this endpoint is: a certificate and the key that belongs to it. The key shows itself to
/// nobody.
#[derive(Clone)]
pub struct Identity {
    /// The file to give to the provider.
    pub certificate_path: PathBuf,
    /// Names and addresses that the certificate is good for.
    pub names: Vec<String>,
    /// Its end, in milliseconds since 1970.
    pub not_after: i64,
    /// SHA-256 of the certificate, in hex with colons, as the usual tools show it.
    pub fingerprint_sha256: String,
    /// The certificate as text, for copying.
    pub pem: String,
    /// Whether it was made just now, so that the provider cannot know it yet.
    pub created: bool,
    key_path: PathBuf,
    key_open_to_others: bool,
    not_before: i64,
    certified: Arc<CertifiedKey>,
}

impl Identity {
    /// Whole days until the end, counted now; negative afterwards.
    pub fn days_left(&self) -> i64 {
        (self.not_after - now_ms()).div_euclid(DAY_MS)
    }

    /// Configured host names that the certificate is not good for: a client that calls one of them refuses
    /// the connection.
    pub fn missing_names(&self, host_names: &[String]) -> Vec<String> {
        let names = HostNames {
            configured: host_names.to_vec(),
            ..HostNames::default()
        };
        names.missing_in(&self.names)
    }

    /// Whether a client that asks for this host accepts the certificate.
    pub fn is_good_for(&self, host: &str) -> bool {
        self.missing_names(&[host.to_owned()]).is_empty()
    }

    /// The certificate and those of its issuers, as they are sent.
    pub fn chain(&self) -> Vec<Link> {
        links(&self.certified.cert)
    }

    /// What deserves attention though the certificate can be used, each with its remedy.
    pub fn warnings(&self, host_names: &[String]) -> Vec<String> {
        let mut warnings = Vec::new();
        let file = self.certificate_path.display();
        for name in self.missing_names(host_names) {
            warnings.push(format!(
                "The certificate {file} does not name {name}, so clients that call {name} refuse \
                 it. Make or bring one that does, under Configuration in the console, or take {name} \
                 out of host_names."
            ));
        }
        let days = self.days_left();
        if days < SOON_DAYS {
            warnings.push(format!(
                "The certificate {file} ends in {days} days. Make or bring the next one, under \
                 Configuration in the console, and give it to the provider."
            ));
        }
        if self.not_before > now_ms() {
            warnings.push(format!(
                "The certificate {file} is not valid yet, so clients refuse it. Set this \
                 machine's clock."
            ));
        }
        if self.key_open_to_others {
            let key = self.key_path.display();
            warnings.push(format!(
                "The key {key} can be read by other accounts of this machine. Run: chmod 600 {key}"
            ));
        }
        warnings
    }

    pub(super) fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified)
    }

    /// Reads and checks a pair.
    pub(super) fn read(
        certificate_path: &Path,
        key_path: &Path,
        created: bool,
    ) -> Result<Self, TlsError> {
        let mut identity = Self::read_even_expired(certificate_path, key_path)?;
        if identity.not_after < now_ms() {
            return Err(TlsError::Expired {
                path: certificate_path.to_owned(),
                day: day(identity.not_after / 1000),
            });
        }
        identity.created = created;
        Ok(identity)
    }

    /// The same for one that is only shown.
    pub(super) fn read_even_expired(
        certificate_path: &Path,
        key_path: &Path,
    ) -> Result<Self, TlsError> {
        let read = |path: &Path| fs::read(path).map_err(|error| TlsError::file(path, &error));
        let pem = read(certificate_path)?;
        let chain = CertificateDer::pem_slice_iter(&pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| TlsError::content(certificate_path, error))?;
        let first = chain
            .first()
            .ok_or_else(|| TlsError::content(certificate_path, "there is no certificate in it"))?
            .clone();
        // Never the library's own words here: they might quote the content.
        let key = PrivateKeyDer::from_pem_slice(&read(key_path)?)
            .map_err(|_| TlsError::content(key_path, "there is no private key in it"))?;
        let certified = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| {
            if matches!(
                error,
                Error::InconsistentKeys(InconsistentKeys::KeyMismatch)
            ) {
                TlsError::Mismatch {
                    certificate: certificate_path.to_owned(),
                    key: key_path.to_owned(),
                }
            } else {
                TlsError::content(key_path, "it is no key that TLS can use")
            }
        })?;
        let (_, certificate) = X509Certificate::from_der(&first)
            .map_err(|error| TlsError::content(certificate_path, error))?;
        let carried = carried_names(&certificate);
        let validity = certificate.validity();
        let not_after = validity.not_after.timestamp().saturating_mul(1000);
        Ok(Self {
            names: carried,
            not_before: validity.not_before.timestamp().saturating_mul(1000),
            not_after,
            fingerprint_sha256: fingerprint(&first),
            pem: String::from_utf8_lossy(&pem).into_owned(),
            created: false,
            certificate_path: certificate_path.to_owned(),
            key_path: key_path.to_owned(),
            key_open_to_others: files::open_to_others(key_path),
            certified: Arc::new(certified),
        })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("certificate_path", &self.certificate_path)
            .field("names", &self.names)
            .field("not_after", &self.not_after)
            .field("fingerprint_sha256", &self.fingerprint_sha256)
            .finish_non_exhaustive()
    }
}

pub(super) fn carried_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = extension.value.general_names.iter();
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress(bytes) => <[u8; 4]>::try_from(*bytes)
                .map(IpAddr::from)
                .or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from))
                .ok()
                .map(|address| address.to_string()),
            _ => None,
        })
        .collect()
}

fn fingerprint(certificate: &[u8]) -> String {
    let bytes = sha256(certificate).unwrap_or_default();
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

pub(super) fn day(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|at| at.date().format(&Iso8601::DATE).ok())
        .unwrap_or_else(|| format!("second {seconds} since 1970"))
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}
