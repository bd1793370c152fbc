//! A certificate of one's own, judged before it is taken: does the key belong to it, is the chain whole and in
//! order, is it for a server, for these names, and for how long.
//!
//! **Invariant:** what is not [`Examined::usable`] is never served. No check says anything of a key but
//! whether it belongs to a certificate, and no library's words about one are passed on.

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use rustls::RootCertStore;
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use sluice_core::Secret;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::details::{Link, key_of};
use super::identity::carried_names;
use super::{HostNames, provider};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The provider needs the next one in time.
const SOON_DAYS: i64 = 30;
/// The fewest bits of an RSA key that clients accept.
const SHORTEST_RSA: usize = 2048;

/// What somebody brings.
pub enum Offer {
    /// A certificate, with those of its issuers after it, and its key.
    Pem { certificates: Vec<u8>, key: Vec<u8> },
    /// Both in one file, PKCS#12.
    Store { file: Vec<u8>, password: Secret },
}

/// How one check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// It can be used all the same.
    Doubtful,
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// "Key", "Chain", "Names".
    pub what: &'static str,
    pub verdict: Verdict,
    /// What was found, and what to do about it, in whole sentences.
    pub says: String,
}

/// What came of it.
pub struct Examined {
    pub checks: Vec<Check>,
    /// The certificate and its issuers, in order; empty where none could be read.
    pub chain: Vec<Link>,
    /// `None` where something keeps it from being used.
    pub pair: Option<Pair>,
}

impl Examined {
    /// Whether it may be taken.
    pub fn usable(&self) -> bool {
        self.pair.is_some()
    }
}

/// A certificate with its chain, and its key.
pub struct Pair {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

/// Looks at what was brought, for the host names of the configuration. `now` is in milliseconds since 1970.
pub fn examine(offer: &Offer, host_names: &[String], now: i64) -> Examined {
    let mut checks = Vec::new();
    let (chain, pair) = look(offer, host_names, now, &mut checks).unwrap_or_default();
    let good = checks.iter().all(|check| check.verdict != Verdict::Bad);
    Examined {
        chain,
        pair: pair.filter(|_| good),
        checks,
    }
}

type Looked = (Vec<Link>, Option<Pair>);

fn look(offer: &Offer, host_names: &[String], now: i64, checks: &mut Vec<Check>) -> Option<Looked> {
    let mut add = |what, verdict, says: String| {
        checks.push(Check {
            what,
            verdict,
            says,
        });
    };
    let (certificates, key) = match read(offer) {
        Ok(read) => read,
        Err(says) => {
            add("Files", Verdict::Bad, says.to_owned());
            return None;
        }
    };
    let parsed: Vec<_> = certificates
        .iter()
        .map(|der| X509Certificate::from_der(der).map(|(_, certificate)| certificate))
        .collect::<Result<_, _>>()
        .ok()
        .or_else(|| {
            let says = "One of the certificates cannot be read. Export it anew, in PEM form.";
            add("Files", Verdict::Bad, says.to_owned());
            None
        })?;
    let belongs = |der: &CertificateDer<'static>| {
        CertifiedKey::from_der(vec![der.clone()], key.clone_key(), &provider()).is_ok()
    };
    let Some(first) = certificates.iter().position(belongs) else {
        add(
            "Key",
            Verdict::Bad,
            format!(
                "The key belongs to {}, or is of a kind that TLS cannot use. Bring the key that was made with the request for this certificate.",
                if certificates.len() == 1 {
                    "another certificate"
                } else {
                    "none of these certificates"
                }
            ),
        );
        return Some((parsed.iter().map(Link::of).collect(), None));
    };
    let leaf = &parsed[first];
    let (kind, bits) = key_of(leaf);
    if bits.is_some_and(|bits| bits < SHORTEST_RSA) {
        add(
            "Key",
            Verdict::Bad,
            format!("The key is too short: {kind}. Clients accept {SHORTEST_RSA} bits and more."),
        );
    } else {
        add(
            "Key",
            Verdict::Good,
            format!("It belongs to the certificate: {kind}."),
        );
    }
    let order = in_order(&certificates, &parsed, first, now);
    chain_checks(&certificates, &parsed, &order, now, &mut add);
    validity_checks(leaf, now, &mut add);
    purpose_checks(leaf, &mut add);
    name_checks(leaf, host_names, &mut add);
    let links = order.iter().map(|at| Link::of(&parsed[*at])).collect();
    let chain = order.iter().map(|at| certificates[*at].clone()).collect();
    Some((links, Some(Pair { chain, key })))
}

type Material = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Certificates and key out of the files; else what is wrong with those.
fn read(offer: &Offer) -> Result<Material, &'static str> {
    match offer {
        Offer::Pem { certificates, key } => {
            let chain: Vec<_> = CertificateDer::pem_slice_iter(certificates)
                .collect::<Result<_, _>>()
                .map_err(|_| "The certificate is not in PEM form: text that begins with -----BEGIN CERTIFICATE-----. Export it as PEM, or bring a PKCS#12 file.")?;
            if chain.is_empty() {
                return Err(
                    "There is no certificate in the file. It begins with -----BEGIN CERTIFICATE-----; a request for one (CSR) is not the certificate.",
                );
            }
            if String::from_utf8_lossy(key).contains("ENCRYPTED") {
                return Err(
                    "The key is locked by a password. Unlock it with openssl pkey -in locked.key -out open.key, or bring a PKCS#12 file with its password.",
                );
            }
            // Never the library's own words here: they might quote the content.
            let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
                "There is no private key in the file. It begins with -----BEGIN PRIVATE KEY-----."
            })?;
            Ok((chain, key))
        }
        Offer::Store { file, password } => {
            let store = KeyStore::from_pkcs12(file, password.expose(), Pkcs12ImportPolicy::Relaxed)
                .map_err(|_| "The PKCS#12 file cannot be opened: the password is another one, or it is no such file. Type the password anew.")?;
            let (_, chain) = store.private_key_chain().ok_or(
                "There is no private key in the PKCS#12 file. Export it again together with its key.",
            )?;
            let key = PrivatePkcs8KeyDer::from(chain.key().as_der().to_vec());
            let mut certificates: Vec<CertificateDer<'static>> = chain
                .certs()
                .iter()
                .map(|certificate| certificate.as_der().to_vec().into())
                .collect();
            // Issuers that the file holds without having linked them to the key.
            for (_, entry) in store.entries() {
                if let p12_keystore::KeyStoreEntry::Certificate(certificate) = entry {
                    let der: CertificateDer<'static> = certificate.as_der().to_vec().into();
                    if !certificates.contains(&der) {
                        certificates.push(der);
                    }
                }
            }
            if certificates.is_empty() {
                return Err(
                    "There is no certificate in the PKCS#12 file. Export the key together with its certificate.",
                );
            }
            Ok((certificates, key.into()))
        }
    }
}

/// From the certificate to its issuer, to the issuer's issuer, as far as they are there. Of several that bear
/// the issuer's name, the one that really signed.
fn in_order(
    certificates: &[CertificateDer<'static>],
    all: &[X509Certificate<'_>],
    first: usize,
    now: i64,
) -> Vec<usize> {
    let mut order = vec![first];
    while let Some(&last) = order.last() {
        let issuer = all[last].issuer().as_raw();
        if all[last].subject().as_raw() == issuer {
            break;
        }
        let named: Vec<usize> = (0..all.len())
            .filter(|at| !order.contains(at) && all[*at].subject().as_raw() == issuer)
            .collect();
        let signed = |at: &usize| verify(certificates, &[&order[..], &[*at]].concat(), now).is_ok();
        match named
            .iter()
            .copied()
            .find(signed)
            .or(named.first().copied())
        {
            Some(next) => order.push(next),
            None => break,
        }
    }
    order
}

fn chain_checks(
    certificates: &[CertificateDer<'static>],
    parsed: &[X509Certificate<'_>],
    order: &[usize],
    now: i64,
    add: &mut impl FnMut(&'static str, Verdict, String),
) {
    let leaf = &parsed[order[0]];
    let last = &parsed[*order.last().unwrap_or(&order[0])];
    let alone = order.len() == 1;
    let own = leaf.subject().as_raw() == leaf.issuer().as_raw();
    if own {
        add(
            "Chain",
            Verdict::Good,
            "It is signed by itself: whoever calls this endpoint must be given this very certificate.".to_owned(),
        );
        return;
    }
    if alone {
        add(
            "Chain",
            Verdict::Doubtful,
            format!(
                "The certificate of its issuer, {}, is not with it. Clients that know only the root refuse it: add the issuers’ certificates after it.",
                leaf.issuer()
            ),
        );
        return;
    }
    if let Err(says) = verify(certificates, order, now) {
        add("Chain", Verdict::Bad, says);
        return;
    }
    let ordered = order.iter().copied().eq(0..order.len());
    let whole = last.subject().as_raw() == last.issuer().as_raw();
    let end = if whole {
        format!("It ends with the root {}.", last.subject())
    } else {
        format!(
            "It ends below {}, which the client has to know.",
            last.issuer()
        )
    };
    let moved = if ordered {
        "Each is signed by the next one."
    } else {
        "They were in another order and are put right."
    };
    let left = parsed.len() - order.len();
    let unused = if left == 0 {
        String::new()
    } else {
        format!(" {left} that do not belong to it are left out.")
    };
    add(
        "Chain",
        Verdict::Good,
        format!("{} certificates. {moved} {end}{unused}", order.len()),
    );
}

/// Whether each is really signed by the next one.
fn verify(
    certificates: &[CertificateDer<'static>],
    order: &[usize],
    now: i64,
) -> Result<(), String> {
    let broken = |_| {
        "The certificates do not belong together: one is not signed by the next, though it bears its name, or its time is over. Ask the issuer for the whole chain.".to_owned()
    };
    let (Some((&leaf, rest)), Some(&end)) = (order.split_first(), order.last()) else {
        return Ok(());
    };
    let mut roots = RootCertStore::empty();
    roots.add(certificates[end].clone()).map_err(broken)?;
    let between: Vec<_> = rest
        .iter()
        .filter(|at| **at != end)
        .map(|at| certificates[*at].clone())
        .collect();
    let leaf = ParsedCertificate::try_from(&certificates[leaf]).map_err(broken)?;
    let seconds = u64::try_from(now / 1000).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    match verify_server_cert_signed_by_trust_anchor(
        &leaf,
        &roots,
        &between,
        now,
        provider().signature_verification_algorithms.all,
    ) {
        // Told by the checks of their own.
        Err(rustls::Error::InvalidCertificate(
            rustls::CertificateError::Expired
            | rustls::CertificateError::ExpiredContext { .. }
            | rustls::CertificateError::NotValidYet
            | rustls::CertificateError::NotValidYetContext { .. }
            | rustls::CertificateError::InvalidPurpose
            | rustls::CertificateError::InvalidPurposeContext { .. },
        ))
        | Ok(()) => Ok(()),
        Err(error) => Err(broken(error)),
    }
}

fn validity_checks(
    leaf: &X509Certificate<'_>,
    now: i64,
    add: &mut impl FnMut(&'static str, Verdict, String),
) {
    let Link {
        not_before,
        not_after,
        ..
    } = Link::of(leaf);
    let days = (not_after - now).div_euclid(DAY_MS);
    let until = super::identity::day(not_after / 1000);
    let (verdict, says) = if not_after < now {
        (
            Verdict::Bad,
            format!(
                "It expired on {until}. Bring a newer one; if the date is wrong, set this machine’s clock."
            ),
        )
    } else if not_before > now {
        let from = super::identity::day(not_before / 1000);
        (
            Verdict::Bad,
            format!(
                "It is good from {from} on only. Take it then; if the date is wrong, set this machine’s clock."
            ),
        )
    } else if days < SOON_DAYS {
        (
            Verdict::Doubtful,
            format!("It ends on {until}, in {days} days. Ask for the next one now."),
        )
    } else {
        (
            Verdict::Good,
            format!("Good until {until}, for {days} days."),
        )
    };
    add("Validity", verdict, says);
}

fn purpose_checks(leaf: &X509Certificate<'_>, add: &mut impl FnMut(&'static str, Verdict, String)) {
    let for_servers = match leaf.extended_key_usage() {
        Ok(Some(usage)) => usage.value.server_auth || usage.value.any,
        Ok(None) => true,
        Err(_) => false,
    };
    if !for_servers {
        add(
            "Purpose",
            Verdict::Bad,
            "It is not for servers: its extended key usage lacks serverAuth. Ask the issuer for a server’s certificate.".to_owned(),
        );
    } else if leaf.is_ca() {
        add(
            "Purpose",
            Verdict::Doubtful,
            "It is an authority, which may sign others. Java’s clients take it, others refuse it as a server’s: better is one with CA:FALSE.".to_owned(),
        );
    } else {
        add("Purpose", Verdict::Good, "It is for a server.".to_owned());
    }
}

fn name_checks(
    leaf: &X509Certificate<'_>,
    host_names: &[String],
    add: &mut impl FnMut(&'static str, Verdict, String),
) {
    let carried = carried_names(leaf);
    let names = HostNames {
        configured: host_names.to_vec(),
        ..HostNames::default()
    };
    let missing = names.missing_in(&carried);
    if carried.is_empty() {
        add(
            "Names",
            Verdict::Bad,
            "It names no host: clients look at its alternative names only, and there are none. Ask the issuer for one with them.".to_owned(),
        );
    } else if missing.is_empty() {
        add(
            "Names",
            Verdict::Good,
            format!("For {}.", carried.join(", ")),
        );
    } else {
        add(
            "Names",
            Verdict::Doubtful,
            format!(
                "It does not name {}: clients that call the endpoint so refuse it. It is for {}.",
                missing.join(", "),
                carried.join(", ")
            ),
        );
    }
}
