//! The endpoint's own certificate: made at the first start, read at every later one.

use std::path::{Path, PathBuf};

use p12_keystore::{Certificate as StoredCertificate, KeyStore, KeyStoreEntry};
use p12_keystore::{PrivateKey, PrivateKeyChain};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, SerialNumber,
};
use rustls_pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};

use super::files::{self, Draft, Readable};
use super::{HostNames, Identity, TlsError, random, sha256};

/// The name of the key in the PKCS#12 file; tools written for the original server look for it.
pub const KEYSTORE_ALIAS: &str = "okscimservercert";

/// Ten years, as on the original server: each new certificate is work on the provider's side.
const DAYS: i64 = 3650;

/// X.520's limit; some clients refuse a longer one.
const LONGEST_COMMON_NAME: usize = 64;

/// The files of an identity, in one folder.
pub(super) struct Files {
    folder: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub keystore: PathBuf,
    pub password: PathBuf,
}

impl Files {
    pub fn new(folder: &Path) -> Self {
        Self {
            certificate: folder.join("sluice.crt"),
            key: folder.join("sluice.key"),
            keystore: folder.join("sluice.p12"),
            password: folder.join("sluice.p12.pass"),
            folder: folder.to_owned(),
        }
    }

    /// Each of them, the certificate last.
    pub fn all(&self) -> [&Path; 4] {
        [&self.password, &self.keystore, &self.key, &self.certificate]
    }
}

/// The identity in a folder: `sluice.crt` and `sluice.key` as they are there, a company's own
/// pair included; where there is neither, a new pair with an RSA key of 4096 bits, good for ten
/// years, signed by itself, and the same once more as `sluice.p12` for Java, with its password in
/// `sluice.p12.pass`. `progress` is told what takes its time.
///
/// # Errors
/// [`TlsError`] where a file is missing, cannot be read, does not fit to the other or has
/// expired. Nothing that is there is replaced.
pub async fn ensure(
    folder: &Path,
    names: &HostNames,
    progress: &(dyn Fn(&str) + Send + Sync),
) -> Result<Identity, TlsError> {
    let files = Files::new(folder);
    if !present(&files)? {
        progress("Making a key of 4096 bits and a certificate; this takes a few seconds.");
    }
    let names = names.clone();
    // Looking for large primes is seconds of work.
    tokio::task::spawn_blocking(move || read_or_make(&files, &names))
        .await
        .map_err(TlsError::make)?
}

/// The identity of a certificate (with its chain) and a key that stand somewhere else, both in PEM form.
/// They are only read.
///
/// # Errors
/// [`TlsError`] where a file cannot be read, does not fit to the other or has expired.
pub fn given(certificate: &Path, key: &Path) -> Result<Identity, TlsError> {
    Identity::read(certificate, key, false)
}

fn read_or_make(files: &Files, names: &HostNames) -> Result<Identity, TlsError> {
    let mut created = false;
    if !present(files)? {
        let in_folder = |error| TlsError::file(&files.folder, &error);
        files::folder(&files.folder).map_err(in_folder)?;
        let _lock = files::lock(&files.folder).map_err(in_folder)?;
        // Another process may have made it in the meantime.
        if !present(files)? {
            make(files, names)?;
            created = true;
        }
    }
    Identity::read(&files.certificate, &files.key, created)
}

/// Whether both are there; one without the other is an error.
fn present(files: &Files) -> Result<bool, TlsError> {
    let there = |path: &Path| {
        path.try_exists()
            .map_err(|error| TlsError::file(path, &error))
    };
    let incomplete = |present: &Path, missing: &Path| TlsError::Incomplete {
        present: present.to_owned(),
        missing: missing.to_owned(),
    };
    match (there(&files.certificate)?, there(&files.key)?) {
        (true, true) => Ok(true),
        (false, false) => Ok(false),
        (true, false) => Err(incomplete(&files.certificate, &files.key)),
        (false, true) => Err(incomplete(&files.key, &files.certificate)),
    }
}

pub(super) fn make(files: &Files, names: &HostNames) -> Result<(), TlsError> {
    let parameters = parameters(names)?;
    let key =
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096).map_err(TlsError::make)?;
    let certificate = parameters.self_signed(&key).map_err(TlsError::make)?;
    let password = password()?;
    let keystore = keystore(
        std::slice::from_ref(certificate.der()),
        key.serialized_der(),
        &password,
    )?;

    // All are on the disk before the first gets its name, and the certificate gets it last.
    let draft = |path: &Path, content: &[u8], readable| {
        Draft::write(path, content, readable).map_err(|error| TlsError::file(path, &error))
    };
    let drafts = [
        draft(&files.password, password.as_bytes(), Readable::ByOwner)?,
        draft(&files.keystore, &keystore, Readable::ByOwner)?,
        draft(
            &files.key,
            key.serialize_pem().as_bytes(),
            Readable::ByOwner,
        )?,
        draft(
            &files.certificate,
            certificate.pem().as_bytes(),
            Readable::ByAll,
        )?,
    ];
    let in_folder = |error| TlsError::file(&files.folder, &error);
    for draft in drafts {
        draft.publish().map_err(in_folder)?;
    }
    files::sync_folder(&files.folder).map_err(in_folder)
}

/// What the certificate says. It is no certificate authority: a client that trusts it trusts this
/// endpoint and nothing else, and rustls refuses an authority as a server.
fn parameters(names: &HostNames) -> Result<CertificateParams, TlsError> {
    let mut parameters = CertificateParams::new(names.all()?).map_err(TlsError::make)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Sluice");
    subject.push(DnType::OrganizationalUnitName, "SCIM endpoint");
    subject.push(DnType::CommonName, common_name(names));
    parameters.distinguished_name = subject;
    // Clocks differ a little; a new certificate is good at once everywhere.
    let now = OffsetDateTime::now_utc();
    parameters.not_before = now - Duration::hours(1);
    parameters.not_after = now + Duration::days(DAYS);
    let mut serial = random::<16>()?;
    // A serial number is positive and has no leading zeros.
    serial[0] = serial[0] & 0x7f | 0x40;
    parameters.serial_number = Some(SerialNumber::from_slice(&serial));
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    Ok(parameters)
}

fn common_name(names: &HostNames) -> &str {
    let name = names.machine.as_deref().unwrap_or("localhost");
    if name.len() <= LONGEST_COMMON_NAME {
        name
    } else {
        // A label is at most 63 characters.
        name.split('.').next().unwrap_or(name)
    }
}

/// 24 random bytes in base64: each of its 32 characters carries six of the bits.
pub(super) fn password() -> Result<String, TlsError> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes = random::<32>()?;
    Ok(bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 0x3f)]))
        .collect())
}

/// The pair as PKCS#12, for Java. The certificate stands first in `chain`.
pub(super) fn keystore(
    chain: &[CertificateDer<'_>],
    key: &[u8],
    password: &str,
) -> Result<Vec<u8>, TlsError> {
    let stored: Vec<_> = chain
        .iter()
        .map(|der| StoredCertificate::from_der(der))
        .collect::<Result<_, _>>()
        .map_err(TlsError::make)?;
    let key = PrivateKey::from_der(key).map_err(TlsError::make)?;
    let key_id = chain
        .first()
        .and_then(|der| sha256(der))
        .unwrap_or_default();
    let chain = PrivateKeyChain::new(key_id, key, stored);
    let mut store = KeyStore::new();
    store.add_entry(KEYSTORE_ALIAS, KeyStoreEntry::PrivateKeyChain(chain));
    store.writer(password).write().map_err(TlsError::make)
}
