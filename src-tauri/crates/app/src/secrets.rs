//! Where the token and the passwords of connections and applications are kept: the operating system's keyring, an
//! environment variable, a file that only its owner can read.
//!
//! **Invariant:** a secret is never in the configuration and never in a message. Reading asks the
//! three in this order; writing goes to the keyring where there is one, else to the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sluice_core::Secret;

use crate::private;

/// The keyring's service name.
const SERVICE: &str = "sluice";
/// Set to `off`, the keyring is not asked: for services without a session, and for tests.
const SWITCH: &str = "SLUICE_KEYRING";

/// Where a secret was found or put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    Keyring,
    Environment,
    File,
}

impl std::fmt::Display for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keyring => "operating-system keyring",
            Self::Environment => "environment variable",
            Self::File => "secrets file",
        })
    }
}

/// Why a secret could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error(
        "The secrets file {path} cannot be used: {source}. Check that its owner is the user Sluice runs as."
    )]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("The secrets file {path} can be read by others (mode {mode:o}). Run: chmod 600 {path}")]
    Readable { path: PathBuf, mode: u32 },
    #[error(
        "The secrets file {path} cannot be read: line {line} is not of the form name = \"secret\". Correct it, or remove the line."
    )]
    Malformed { path: PathBuf, line: usize },
    #[error("The keyring refuses: {0}. Unlock it, or set {SWITCH}=off to use the secrets file.")]
    Keyring(String),
    #[error("No random numbers are to be had from the operating system: {0}.")]
    Random(String),
}

/// The secrets of one data folder.
#[derive(Clone, Debug)]
pub struct SecretStore {
    file: PathBuf,
    /// Two workspaces on one machine keep their secrets apart by their folders.
    scope: String,
    keyring: bool,
}

impl SecretStore {
    /// The secrets that belong to a data folder.
    pub fn new(data_dir: &Path) -> Self {
        let scope = std::fs::canonicalize(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        Self {
            file: data_dir.join("secrets.toml"),
            scope: scope.display().to_string(),
            keyring: std::env::var(SWITCH).map_or(true, |value| value != "off"),
        }
    }

    /// The same without the keyring of whoever runs the test.
    #[cfg(test)]
    pub(crate) fn without_keyring(data_dir: &Path) -> Self {
        Self {
            keyring: false,
            ..Self::new(data_dir)
        }
    }

    /// Finds a secret by its name (`token`, `connection.hr`, `application.hr`); `None` where nobody has it.
    ///
    /// # Errors
    /// [`SecretsError`] where the file is there and cannot be trusted or read.
    pub fn get(&self, name: &str) -> Result<Option<(Secret, Stored)>, SecretsError> {
        if let Some(entry) = self.entry(name) {
            match entry.get_password() {
                Ok(text) => return Ok(Some((Secret::new(text), Stored::Keyring))),
                Err(keyring::Error::NoEntry) => {}
                // A locked keyring is no reason to stop: the secret may stand in another place.
                Err(error) => tracing::warn!(%error, secret = name, "the keyring gives no answer"),
            }
        }
        if let Ok(text) = std::env::var(variable(name)) {
            return Ok(Some((Secret::new(text), Stored::Environment)));
        }
        Ok(self
            .read()?
            .remove(name)
            .map(|secret| (secret, Stored::File)))
    }

    /// Where a secret is found; `None` where nobody has it.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) fn place_of(&self, name: &str) -> Result<Option<Stored>, SecretsError> {
        Ok(self.get(name)?.map(|(_, stored)| stored))
    }

    /// Whether there is a keyring that answers. It is asked for an entry that nobody makes.
    pub(crate) fn has_keyring(&self) -> bool {
        self.entry("is-anybody-there").is_some_and(|entry| {
            matches!(
                entry.get_password(),
                Ok(_) | Err(keyring::Error::NoEntry | keyring::Error::BadEncoding(_))
            )
        })
    }

    /// The secrets file, whether or not it is there.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Forgets a secret, in the keyring and in the file; what the environment has is not Sluice's.
    ///
    /// # Errors
    /// [`SecretsError`] where the file cannot be trusted or written.
    pub(crate) fn forget(&self, name: &str) -> Result<(), SecretsError> {
        if let Some(entry) = self.entry(name)
            && let Err(error) = entry.delete_credential()
            && !matches!(error, keyring::Error::NoEntry)
        {
            tracing::warn!(%error, secret = name, "the keyring forgets nothing");
        }
        let mut all = self.read()?;
        if all.remove(name).is_some() {
            self.write(&all)?;
        }
        Ok(())
    }

    /// Keeps a secret, in the keyring where there is one.
    ///
    /// # Errors
    /// [`SecretsError`] where the file cannot be written.
    pub fn set(&self, name: &str, secret: &Secret) -> Result<Stored, SecretsError> {
        if let Some(entry) = self.entry(name) {
            match entry.set_password(secret.expose()) {
                Ok(()) => return Ok(Stored::Keyring),
                Err(error) => {
                    tracing::warn!(%error, "the keyring keeps nothing; the secrets file is used instead");
                }
            }
        }
        let mut all = self.read()?;
        all.insert(name.to_owned(), secret.clone());
        self.write(&all)?;
        Ok(Stored::File)
    }

    /// The endpoint's token: the one that is kept, or a new one of 32 hex digits.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn token(&self) -> Result<(Secret, Stored), SecretsError> {
        if let Some(found) = self.get("token")? {
            return Ok(found);
        }
        let token = new_token()?;
        let stored = self.set("token", &token)?;
        Ok((token, stored))
    }

    fn entry(&self, name: &str) -> Option<keyring::Entry> {
        if !self.keyring {
            return None;
        }
        match keyring::Entry::new(SERVICE, &format!("{name}@{}", self.scope)) {
            Ok(entry) => Some(entry),
            Err(error) => {
                tracing::debug!(%error, "there is no keyring");
                None
            }
        }
    }

    fn read(&self) -> Result<BTreeMap<String, Secret>, SecretsError> {
        let error = |source| SecretsError::File {
            path: self.file.clone(),
            source,
        };
        let text = match std::fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                return Ok(BTreeMap::new());
            }
            Err(source) => return Err(error(source)),
        };
        check_mode(&self.file)?;
        let mut all = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let parsed = line.split_once('=').and_then(|(name, value)| {
                let value: String = serde_json::from_str(value.trim()).ok()?;
                Some((name.trim().trim_matches('"').to_owned(), value))
            });
            let (name, value) = parsed.ok_or(SecretsError::Malformed {
                path: self.file.clone(),
                line: index + 1,
            })?;
            all.insert(name, Secret::new(value));
        }
        Ok(all)
    }

    fn write(&self, all: &BTreeMap<String, Secret>) -> Result<(), SecretsError> {
        let error = |source| SecretsError::File {
            path: self.file.clone(),
            source,
        };
        let mut text =
            String::from("# Secrets of Sluice. Only its owner may read this file (mode 600).\n");
        for (name, secret) in all {
            let _ = writeln!(
                text,
                "\"{name}\" = {}",
                serde_json::Value::from(secret.expose())
            );
        }
        private::replace(&self.file, text.as_bytes()).map_err(error)
    }
}

/// A token that nobody can guess: 32 hex digits.
///
/// # Errors
/// [`SecretsError::Random`].
pub(crate) fn new_token() -> Result<Secret, SecretsError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| SecretsError::Random(error.to_string()))?;
    Ok(Secret::new(hex(&bytes)))
}

/// Bytes as hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The environment variable of a secret: `SLUICE_TOKEN`, `SLUICE_CONNECTION_HR`.
pub(crate) fn variable(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    format!("SLUICE_{plain}")
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)
        .map_err(|source| SecretsError::File {
            path: path.to_owned(),
            source,
        })?
        .permissions()
        .mode()
        & 0o777;
    if mode.trailing_zeros() >= 6 {
        Ok(())
    } else {
        Err(SecretsError::Readable {
            path: path.to_owned(),
            mode,
        })
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), SecretsError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(folder: &Path) -> SecretStore {
        SecretStore {
            keyring: false,
            ..SecretStore::new(folder)
        }
    }

    #[test]
    fn the_token_is_made_once_and_has_32_hex_digits() {
        let folder = tempfile::tempdir().unwrap();
        let (token, stored) = store(folder.path()).token().unwrap();
        assert_eq!(stored, Stored::File);
        assert!(
            token.expose().len() == 32 && token.expose().chars().all(|c| c.is_ascii_hexdigit())
        );
        assert_eq!(store(folder.path()).token().unwrap().0, token);
    }

    #[test]
    #[cfg(unix)]
    fn a_secrets_file_that_others_can_read_is_refused_with_the_command_that_mends_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        store
            .set("connection.hr", &Secret::new("a \"quoted\" = secret"))
            .unwrap();
        assert_eq!(
            store.get("connection.hr").unwrap().unwrap().0.expose(),
            "a \"quoted\" = secret"
        );
        let mode = std::fs::metadata(&store.file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        std::fs::set_permissions(&store.file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(
            store
                .get("connection.hr")
                .unwrap_err()
                .to_string()
                .contains("chmod 600")
        );
    }

    #[test]
    fn each_secret_has_a_variable_of_its_own() {
        assert_eq!(variable("token"), "SLUICE_TOKEN");
        assert_eq!(variable("connection.hr-test"), "SLUICE_CONNECTION_HR_TEST");
        assert_eq!(variable("application.hr"), "SLUICE_APPLICATION_HR");
    }
}
