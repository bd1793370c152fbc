//! Login links: who may write into the data folder may enter the console.
//!
//! A code is random, and the data folder holds a file named after its SHA-256. Using it up is removing
//! that file, which succeeds once, whoever asks at the same time. So a link is made by another process
//! (`sluice-server console` beside a running one) without a way into the running one, and a
//! copy of the folder's listing lets nobody in.
//!
//! **Invariant:** a code works once, for ten minutes, and stands nowhere but in the link.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

/// How long a link can be used. Enough to copy it through a terminal, not enough to be found in one.
pub const VALID: Duration = Duration::from_mins(10);

/// The folder of the codes in the data folder.
const FOLDER: &str = "logins";

/// The file that says where a running console is. Its address is no secret.
const NOTE: &str = "console";

/// The codes of one data folder.
#[derive(Clone)]
pub struct Codes {
    folder: PathBuf,
}

impl Codes {
    pub fn new(data_dir: &Path) -> Self {
        Self {
            folder: data_dir.join(FOLDER),
        }
    }

    /// Makes a code, and removes those that nobody used in time.
    pub fn issue(&self) -> anyhow::Result<String> {
        self.clear();
        let code = random()?;
        sluice_app::write_private(&self.file(&code), b"")
            .with_context(|| format!("a login cannot be prepared in {}", self.folder.display()))?;
        Ok(code)
    }

    /// Uses a code up. `true` once for each that is not too old.
    pub fn spend(&self, code: &str) -> bool {
        let file = self.file(code);
        let fresh = fresh(&file);
        // Only the one who removes it has used it.
        std::fs::remove_file(&file).is_ok() && fresh
    }

    fn file(&self, code: &str) -> PathBuf {
        let digest = Sha256::digest(code.as_bytes());
        self.folder.join(sluice_app::hex(&digest))
    }

    fn clear(&self) {
        for entry in std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
        {
            if !fresh(&entry.path()) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether a code's file is there and not too old. One from the future is not trusted either.
fn fresh(file: &Path) -> bool {
    std::fs::metadata(file)
        .and_then(|file| file.modified())
        .is_ok_and(|made| {
            SystemTime::now()
                .duration_since(made)
                .is_ok_and(|age| age < VALID)
        })
}

/// 128 bits that nobody can guess, as hexadecimal digits.
pub fn random() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    Ok(sluice_app::hex(&bytes))
}

/// The link with a code. It stands in the fragment, which no browser sends: neither a log on the way
/// nor a program that looks at links uses it up.
pub fn address(console: &str, code: &str) -> String {
    format!("{console}#login={code}")
}

/// Where a running console is, for a process beside it.
pub struct Note {
    file: PathBuf,
}

impl Note {
    pub fn leave(data_dir: &Path, address: &str) -> anyhow::Result<Self> {
        let file = data_dir.join(NOTE);
        sluice_app::write_private(&file, format!("{address}\n").as_bytes())
            .with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(Self { file })
    }

    /// The address noted last. It may be left over from a process that was killed.
    pub fn read(data_dir: &Path) -> Option<String> {
        let text = std::fs::read_to_string(data_dir.join(NOTE)).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub fn remove(self) {
        let _ = std::fs::remove_file(self.file);
    }

    /// Removes what a killed process left, once the folder is ours.
    pub fn clear(data_dir: &Path) {
        let _ = std::fs::remove_file(data_dir.join(NOTE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once() {
        let folder = tempfile::tempdir().unwrap();
        let codes = Codes::new(folder.path());
        let code = codes.issue().unwrap();
        assert!(!codes.spend("0123"), "another code");
        assert!(codes.spend(&code));
        assert!(!codes.spend(&code), "the second time");
    }

    #[test]
    fn a_code_that_is_too_old_is_refused_and_gone() {
        let folder = tempfile::tempdir().unwrap();
        let codes = Codes::new(folder.path());
        let code = codes.issue().unwrap();
        let file = std::fs::File::options()
            .write(true)
            .open(codes.file(&code))
            .unwrap();
        file.set_modified(SystemTime::now() - VALID).unwrap();
        assert!(!codes.spend(&code));
        assert!(!codes.file(&code).exists());
    }

    #[test]
    fn what_stands_in_the_folder_is_not_the_code() {
        let folder = tempfile::tempdir().unwrap();
        let codes = Codes::new(folder.path());
        let code = codes.issue().unwrap();
        let entry = std::fs::read_dir(folder.path().join(FOLDER))
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(!codes.spend(&name), "the file's name is no code");
        assert!(
            !std::fs::read_to_string(entry.path())
                .unwrap()
                .contains(&code)
        );
        assert!(codes.spend(&code));
    }
}
