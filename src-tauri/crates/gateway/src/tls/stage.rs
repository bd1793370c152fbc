//! The certificate to come and those that were: in folders beside the one in use.
//!
//! A new certificate is made or brought first, given to the provider, and only then taken into use: so no request is lost
//! between the two.
//!
//! **Invariants:** what is in use is changed by [`Stage::take_next`] alone, and stays aside as it was. The
//! certificate gets its place last, so that a break before that leaves the old one in use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::certificate::{Files, keystore, make, password};
use super::files::{self, Draft, Readable};
use super::offer::Pair;
use super::{HostNames, Identity, TlsError};

const NEXT: &str = "next";
const EARLIER: &str = "earlier";

/// What stands beside the certificate in use.
#[derive(Clone, Debug)]
pub struct Stage {
    folder: PathBuf,
}

/// A certificate that was in use.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// When it was put aside, in milliseconds since 1970; its folder's name.
    pub id: i64,
    pub identity: Identity,
}

impl Stage {
    /// Of the folder that holds the certificate in use.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    fn next_folder(&self) -> PathBuf {
        self.folder.join(NEXT)
    }

    fn earlier_folder(&self, id: i64) -> PathBuf {
        self.folder.join(EARLIER).join(id.to_string())
    }

    /// The one to come; `None` where there is none.
    ///
    /// # Errors
    /// [`TlsError`] where it cannot be read.
    pub fn next(&self) -> Result<Option<Identity>, TlsError> {
        let files = Files::new(&self.next_folder());
        if !files.certificate.exists() {
            return Ok(None);
        }
        Identity::read(&files.certificate, &files.key, false).map(Some)
    }

    /// Makes a pair as at a first start, in the place of the one to come. It takes seconds.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn make_next(&self, names: &HostNames) -> Result<Identity, TlsError> {
        self.fresh()?;
        let files = Files::new(&self.next_folder());
        make(&files, names)?;
        Identity::read(&files.certificate, &files.key, false)
    }

    /// Keeps a pair that was brought and examined, in the place of the one to come.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn bring_next(&self, pair: &Pair) -> Result<Identity, TlsError> {
        let files = Files::new(&self.next_folder());
        let password = password()?;
        let store = keystore(&pair.chain, pair.key.secret_der(), &password);
        let certificates: String = pair
            .chain
            .iter()
            .map(|der| pem("CERTIFICATE", der))
            .collect();
        let key = pem(label(&pair.key), pair.key.secret_der());
        self.fresh()?;
        let draft = |path: &Path, content: &[u8], readable| {
            Draft::write(path, content, readable)
                .and_then(Draft::publish)
                .map_err(|error| TlsError::file(path, &error))
        };
        // Some kinds of keys do not go into a key store; Java's tools are then given the PEM files.
        if let Ok(store) = store {
            draft(&files.password, password.as_bytes(), Readable::ByOwner)?;
            draft(&files.keystore, &store, Readable::ByOwner)?;
        }
        draft(&files.key, key.as_bytes(), Readable::ByOwner)?;
        draft(&files.certificate, certificates.as_bytes(), Readable::ByAll)?;
        Identity::read(&files.certificate, &files.key, false)
    }

    /// Forgets the one to come, with its key.
    ///
    /// # Errors
    /// [`TlsError::File`].
    pub fn discard_next(&self) -> Result<(), TlsError> {
        remove(&self.next_folder())
    }

    /// Takes the one to come into the place of the one in use, which is put aside under `id`.
    ///
    /// # Errors
    /// [`TlsError`]; the one in use stays.
    pub fn take_next(&self, id: i64) -> Result<Identity, TlsError> {
        let in_folder = |error: io::Error| TlsError::file(&self.folder, &error);
        let _lock = files::lock(&self.folder).map_err(in_folder)?;
        let next = Files::new(&self.next_folder());
        // Read once more: it may have waited for months.
        Identity::read(&next.certificate, &next.key, false)?;
        let aside = self.earlier_folder(id);
        files::folder(&aside).map_err(|error| TlsError::file(&aside, &error))?;
        let current = Files::new(&self.folder);
        copy(&current, &Files::new(&aside))?;
        for (from, to) in next.all().into_iter().zip(current.all()) {
            if from.exists() {
                fs::rename(from, to).map_err(in_folder)?;
            } else {
                // One of an earlier pair would not belong to this one.
                gone(to).map_err(in_folder)?;
            }
        }
        files::sync_folder(&self.folder).map_err(in_folder)?;
        remove(&self.next_folder())?;
        Identity::read(&current.certificate, &current.key, false)
    }

    /// Those that were in use, the one put aside last first. One that cannot be read is left out.
    pub fn earlier(&self) -> Vec<Earlier> {
        let Ok(entries) = fs::read_dir(self.folder.join(EARLIER)) else {
            return Vec::new();
        };
        let mut all: Vec<Earlier> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let id = entry.file_name().to_str()?.parse().ok()?;
                let files = Files::new(&entry.path());
                let identity = Identity::read_even_expired(&files.certificate, &files.key).ok()?;
                Some(Earlier { id, identity })
            })
            .collect();
        all.sort_by_key(|earlier| std::cmp::Reverse(earlier.id));
        all
    }

    /// Makes one that was in use the one to come; it stays aside as well.
    ///
    /// # Errors
    /// [`TlsError`] where it is not there, or has expired.
    pub fn bring_back(&self, id: i64) -> Result<Identity, TlsError> {
        let aside = Files::new(&self.earlier_folder(id));
        Identity::read(&aside.certificate, &aside.key, false)?;
        self.fresh()?;
        let next = Files::new(&self.next_folder());
        copy(&aside, &next)?;
        Identity::read(&next.certificate, &next.key, false)
    }

    /// Removes one that was in use, with its key.
    ///
    /// # Errors
    /// [`TlsError::File`].
    pub fn forget_earlier(&self, id: i64) -> Result<(), TlsError> {
        remove(&self.earlier_folder(id))
    }

    /// An empty folder for the one to come.
    fn fresh(&self) -> Result<(), TlsError> {
        let folder = self.next_folder();
        remove(&folder)?;
        files::folder(&folder).map_err(|error| TlsError::file(&folder, &error))
    }
}

/// The same files once more, with the same rights.
fn copy(from: &Files, to: &Files) -> Result<(), TlsError> {
    for (from, to) in from.all().into_iter().zip(to.all()) {
        if !from.exists() {
            continue;
        }
        let readable = if files::open_to_others(from) {
            Readable::ByAll
        } else {
            Readable::ByOwner
        };
        fs::read(from)
            .and_then(|content| Draft::write(to, &content, readable))
            .and_then(Draft::publish)
            .map_err(|error| TlsError::file(to, &error))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<(), TlsError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(TlsError::file(folder, &error))
        }
        _ => Ok(()),
    }
}

fn gone(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn label(key: &rustls_pki_types::PrivateKeyDer<'_>) -> &'static str {
    use rustls_pki_types::PrivateKeyDer as Key;
    match key {
        Key::Pkcs1(_) => "RSA PRIVATE KEY",
        Key::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    }
}

/// RFC 7468: base64 in lines of 64 characters between two words.
fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END ");
    pem.push_str(label);
    pem.push_str("-----\n");
    pem
}
