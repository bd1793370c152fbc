//! A data folder belongs to one process at a time.
//!
//! **Invariant:** two processes never write one record, one spool and one configuration. The lock is
//! the system's: it goes with the process, however that ends, so there is none to clear away by hand.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::app::Process;

/// The file in the data folder that is locked; it holds the number of the process that did.
const LOCK: &str = "lock";

/// A data folder that is ours until this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    _file: File,
}

/// Why a folder is not ours.
#[derive(Debug)]
pub(crate) enum NotHeld {
    /// Another process has it, of this number where it could be read.
    InUse(Option<u32>),
    Unusable(std::io::Error),
}

/// Takes a data folder that exists.
pub(crate) fn hold(data_dir: &Path) -> Result<Held, NotHeld> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(data_dir.join(LOCK))
        .map_err(NotHeld::Unusable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            return Err(NotHeld::InUse(text.trim().parse().ok()));
        }
        Err(TryLockError::Error(error)) => return Err(NotHeld::Unusable(error)),
    }
    let noted = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    // The number is for people; the lock holds without it.
    if let Err(error) = noted {
        tracing::warn!(%error, "the number of this process cannot be noted in the data folder");
    }
    Ok(Held { _file: file })
}

/// Who works with a data folder now; `None` where nobody does, or there is none.
pub fn in_use(data_dir: &Path) -> Option<Process> {
    if !data_dir.join(LOCK).exists() {
        return None;
    }
    match hold(data_dir) {
        Err(NotHeld::InUse(process)) => Some(Process(process)),
        Ok(_) | Err(NotHeld::Unusable(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_and_names_it_and_is_free_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let held = hold(folder.path()).unwrap();
        let second = hold(folder.path()).unwrap_err();
        let NotHeld::InUse(process) = second else {
            panic!("{second:?}");
        };
        assert_eq!(process, Some(std::process::id()));
        assert!(in_use(folder.path()).is_some());
        drop(held);
        assert!(in_use(folder.path()).is_none());
        hold(folder.path()).unwrap();
    }
}
