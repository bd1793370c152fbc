//! What a certificate says of itself, for an administrator to read.

use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

/// One certificate of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// "CN=scim.example.org, O=Example".
    pub subject: String,
    pub issuer: String,
    /// In milliseconds since 1970, as its end below.
    pub not_before: i64,
    pub not_after: i64,
    /// "RSA, 4096 bits".
    pub key: String,
    /// Whether it is signed by itself: by nobody else.
    pub self_signed: bool,
    /// Whether it may sign others.
    pub authority: bool,
}

impl Link {
    pub(super) fn of(certificate: &X509Certificate<'_>) -> Self {
        let validity = certificate.validity();
        Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            not_before: validity.not_before.timestamp().saturating_mul(1000),
            not_after: validity.not_after.timestamp().saturating_mul(1000),
            key: key_of(certificate).0,
            self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            authority: certificate.is_ca(),
        }
    }
}

/// Kind and size of a certificate's key in words, and its size in bits where it is one of RSA.
pub(super) fn key_of(certificate: &X509Certificate<'_>) -> (String, Option<usize>) {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => {
            let bits = key.key_size();
            (format!("RSA, {bits} bits"), Some(bits))
        }
        Ok(PublicKey::EC(point)) => (format!("elliptic curve, {} bits", point.key_size()), None),
        _ => ("another kind".to_owned(), None),
    }
}

/// The certificates that can be read, in their order.
pub(super) fn links(chain: &[CertificateDer<'_>]) -> Vec<Link> {
    chain
        .iter()
        .filter_map(|der| X509Certificate::from_der(der).ok())
        .map(|(_, certificate)| Link::of(&certificate))
        .collect()
}
