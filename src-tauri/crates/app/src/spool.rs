//! Where the rows of imports wait for their pages: in memory up to [`IN_MEMORY`], beyond it in a file
//! of the data folder's `spool`.
//!
//! **Invariant:** such a file has no name from the moment it is made (on Windows it goes with its last
//! handle), and only its owner may read it. So nothing of it is left when its import is over, also
//! where the process is killed.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use sluice_core::ports::{Spool, SpoolError, SpoolWriter, Spools};
use sluice_core::snapshot::Bytes;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::private::make_folder;

/// How many bytes of an import stay in memory.
const IN_MEMORY: usize = 8 * 1024 * 1024;
/// How many bytes are written to the file at a time.
const PART: usize = 256 * 1024;

/// Makes spools in a folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder is made when the first import needs it. Files that are left in it (of a system that
    /// crashed between making a file and taking its name away) are removed.
    pub fn new(path: PathBuf) -> Self {
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten() {
            if let Err(error) = std::fs::remove_file(entry.path()) {
                tracing::warn!(%error, path = %entry.path().display(), "a file of an earlier import cannot be removed");
            }
        }
        Self(path)
    }
}

impl Spools for Folder {
    fn begin(&self) -> Result<Box<dyn SpoolWriter>, SpoolError> {
        Ok(Box::new(Writer {
            folder: self.0.clone(),
            file: None,
            waiting: Vec::new(),
        }))
    }
}

struct Writer {
    folder: PathBuf,
    /// Once there is one, `waiting` holds what is not in it yet.
    file: Option<File>,
    waiting: Vec<u8>,
}

impl Writer {
    fn flush(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(nameless(&self.folder)?),
        };
        without_blocking(|| file.write_all(&self.waiting))?;
        self.waiting.clear();
        self.waiting.shrink_to(PART * 2);
        Ok(())
    }
}

impl SpoolWriter for Writer {
    fn append(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        self.waiting.extend_from_slice(bytes);
        let most = if self.file.is_some() { PART } else { IN_MEMORY };
        if self.waiting.len() > most {
            self.flush().map_err(|error| told(&error))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Arc<dyn Spool>, SpoolError> {
        if self.file.is_some() {
            self.flush().map_err(|error| told(&error))?;
        }
        if let Some(file) = self.file {
            return Ok(Arc::new(OnDisk(Arc::new(file))));
        }
        self.waiting.shrink_to_fit();
        Ok(Arc::new(Bytes(self.waiting)))
    }
}

struct OnDisk(Arc<File>);

#[async_trait]
impl Spool for OnDisk {
    async fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, SpoolError> {
        let file = Arc::clone(&self.0);
        let read = tokio::task::spawn_blocking(move || {
            let mut bytes = vec![0; length];
            read_at(&file, &mut bytes, start).map(|()| bytes)
        });
        match read.await {
            Ok(read) => read.map_err(|error| told(&error)),
            Err(error) => Err(SpoolError(error.to_string())),
        }
    }
}

fn told(error: &io::Error) -> SpoolError {
    SpoolError(error.to_string())
}

/// A file without a name in this folder, which is made where it is missing.
fn nameless(folder: &Path) -> io::Result<File> {
    make_folder(folder)?;
    tempfile::tempfile_in(folder)
}

/// Lets other tasks go on while this one waits for a disk.
pub(crate) fn without_blocking<T>(wait: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut start: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                start += read as u64;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path, megabytes: usize) -> Arc<dyn Spool> {
        let mut writer = Folder::new(folder.to_owned()).begin().unwrap();
        for megabyte in 0..megabytes {
            for _ in 0..64 {
                let byte = u8::try_from(megabyte).unwrap();
                writer.append(&[byte; 16 * 1024]).unwrap();
            }
        }
        writer.finish().unwrap()
    }

    async fn check(spool: &dyn Spool, megabytes: usize) {
        let half = 512 * 1024_u64;
        for megabyte in 0..u64::try_from(megabytes).unwrap() - 1 {
            let read = spool.read(megabyte * 2 * half + half, 1024 * 1024).await;
            let (left, right) = (
                u8::try_from(megabyte).unwrap(),
                u8::try_from(megabyte + 1).unwrap(),
            );
            let read = read.unwrap();
            assert!(read[..512 * 1024].iter().all(|byte| *byte == left));
            assert!(read[512 * 1024..].iter().all(|byte| *byte == right));
        }
        let beyond = spool
            .read(u64::try_from(megabytes).unwrap() * 2 * half - 1, 2)
            .await;
        assert!(beyond.is_err(), "more than there is");
    }

    #[tokio::test]
    async fn a_small_import_makes_no_file_and_a_large_one_a_file_nobody_sees() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let small = written(&path, 7);
        assert!(!path.exists());
        check(&*small, 7).await;
        let large = written(&path, 20);
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
        check(&*large, 20).await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_folder_is_its_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        drop(written(&path, 9));
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[tokio::test]
    async fn what_an_earlier_process_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("left"), "rows").unwrap();
        let _spools = Folder::new(folder.path().to_owned());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// Every write to /dev/full fails as on a disk without room (full(4)).
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_full_disk_is_told_in_the_systems_words() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut writer = Writer {
            folder: PathBuf::new(),
            file: Some(full),
            waiting: Vec::new(),
        };
        let error = (0..64).find_map(|_| writer.append(&[0; 16 * 1024]).err());
        assert!(error.unwrap().0.contains("No space left on device"));
    }
}
