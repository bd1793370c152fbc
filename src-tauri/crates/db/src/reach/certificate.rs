//! A server's certificate as it is told.

use std::fmt::Write as _;
use std::net::IpAddr;

use sha2::{Digest as _, Sha256};
use sluice_core::probe::ServerCertificate;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;

use crate::tls::Seen;

/// What was seen; `None` where nothing was, or it cannot be read.
pub(super) fn of(seen: &Seen, version: Option<&str>) -> Option<ServerCertificate> {
    let der = seen.get()?;
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    let alternative = parsed.subject_alternative_name().ok().flatten();
    let names = alternative
        .map(|extension| {
            let names = extension.value.general_names.iter();
            names.filter_map(name).collect()
        })
        .unwrap_or_default();
    Some(ServerCertificate {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        names,
        not_before: parsed.validity().not_before.timestamp() * 1000,
        not_after: parsed.validity().not_after.timestamp() * 1000,
        fingerprint: fingerprint(der),
        version: version.map(str::to_owned),
    })
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            if let Ok(v4) = <[u8; 4]>::try_from(*bytes) {
                Some(IpAddr::from(v4).to_string())
            } else {
                let v6 = <[u8; 16]>::try_from(*bytes).ok()?;
                Some(IpAddr::from(v6).to_string())
            }
        }
        _ => None,
    }
}

fn fingerprint(der: &[u8]) -> String {
    let mut text = String::with_capacity(95);
    for (index, byte) in Sha256::digest(der).iter().enumerate() {
        if index > 0 {
            text.push(':');
        }
        let _ = write!(text, "{byte:02X}");
    }
    text
}
