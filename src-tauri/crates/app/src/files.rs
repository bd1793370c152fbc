//! Files at places that an administrator chose, outside of the data folder.
//!
//! **Invariant:** a file that is written is there whole or not at all, and only its owner may read it:
//! most of what leaves Sluice is people's data. Where it stands is decided by a dialog of the shell,
//! never by a screen.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::private;
use crate::problem::Problem;

/// The largest file that is opened, in bytes: it comes to stand in the memory of the screens.
const LARGEST: u64 = 512 * 1024 * 1024;
/// Bytes of a file that are read at once.
const PART: u64 = 4 * 1024 * 1024;

/// Writes a file.
///
/// # Errors
/// [`Problem`] `file.write` where the place cannot be written.
pub async fn write(to: PathBuf, bytes: Vec<u8>) -> Result<(), Problem> {
    off_the_runtime(move || private::replace(&to, &bytes).map_err(|error| unwritable(&to, &error)))
        .await
}

/// Copies a file of the folder of exports.
///
/// # Errors
/// [`Problem`] `export.name`, `export.file` or `file.write`.
pub async fn copy_export(app: &App, name: &str, to: PathBuf) -> Result<(), Problem> {
    let mut from = app.exports.open(name)?;
    off_the_runtime(move || private::copy(&to, &mut from).map_err(|error| unwritable(&to, &error)))
        .await
}

/// A file that an administrator chose, read part by part.
#[derive(Debug)]
pub struct Opened {
    file: File,
    path: PathBuf,
}

impl Opened {
    /// Opens a file.
    ///
    /// # Errors
    /// [`Problem`] `file.read` where it cannot be read, `file.large` where it has more than 512 MB.
    pub fn open(path: PathBuf) -> Result<Self, Problem> {
        let opened = || -> io::Result<(File, u64)> {
            let file = File::open(&path)?;
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Ok((file, metadata.len()))
        };
        let (file, size) = opened().map_err(|error| unreadable(&path, &error))?;
        if size > LARGEST {
            return Err(Problem::new(
                "file.large",
                format!("{} is larger than 512 MB.", path.display()),
                "Choose a smaller file.",
            ));
        }
        Ok(Self { file, path })
    }

    /// The next part; empty at the end of the file.
    ///
    /// # Errors
    /// [`Problem`] `file.read`.
    pub fn part(&mut self) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        let read = (&mut self.file).take(PART).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(&self.path, &error))?;
        Ok(bytes)
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        "file.write",
        format!("{} cannot be written: {error}.", path.display()),
        "Choose another place, or make room there.",
    )
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        "file.read",
        format!("{} cannot be read: {error}.", path.display()),
        "Choose another file, or one that your account may read.",
    )
}

/// A disk may take its time, and the runtime's threads serve the endpoint.
async fn off_the_runtime(
    work: impl FnOnce() -> Result<(), Problem> + Send + 'static,
) -> Result<(), Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a file could not be written");
            Err(Problem::new(
                "command.broken",
                "The command could not be finished.",
                "Try again; the program's log has the cause.",
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_is_read_again_part_by_part() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        let length = usize::try_from(PART).unwrap() + 10;
        let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
        write(path.clone(), bytes.clone()).await.unwrap();
        let mut opened = Opened::open(path).unwrap();
        let (first, second) = (opened.part().unwrap(), opened.part().unwrap());
        assert_eq!((first.len(), second.len()), (length - 10, 10));
        assert!([first, second].concat() == bytes);
        assert!(opened.part().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_written_or_read_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let refused = write(folder.path().to_owned(), Vec::new())
            .await
            .unwrap_err();
        assert_eq!(refused.code, "file.write");
        assert!(
            refused
                .message
                .contains(&folder.path().display().to_string())
        );
        for path in [folder.path().to_owned(), folder.path().join("none")] {
            assert_eq!(Opened::open(path).unwrap_err().code, "file.read");
        }
    }
}
