//! What can be wrong with the exchange store: where, why, and what to do.

use std::path::{Path, PathBuf};

/// A store that cannot be opened or read. No variant means that anything was deleted or changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be opened, created or written.
    #[error("The exchange store {} cannot be opened: {cause}. {remedy}", path.display())]
    Open {
        path: PathBuf,
        cause: String,
        remedy: &'static str,
    },
    /// The file was written by a later version of the program.
    #[error(
        "The exchange store {} was written by a newer version of Sluice (its format is {found}, \
         this version knows {known}). Start the newer version, or name another file.",
        path.display()
    )]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    /// The file is a database of something else.
    #[error(
        "{} is a database, but not an exchange store. It was left as it is. Name another file for \
         the store.",
        path.display()
    )]
    Foreign { path: PathBuf },
    /// The file is no database, or its pages do not fit together.
    #[error(
        "The exchange store {} is damaged: {cause}. Nothing was deleted. Move the file away and \
         start again for a new store, and keep it: most of it can be read with sqlite3's .recover.",
        path.display()
    )]
    Damaged { path: PathBuf, cause: String },
    /// A mark or an import could not be kept. Nothing of it was.
    #[error("The exchange store {} cannot be written: {cause}. {remedy}", path.display())]
    Write {
        path: PathBuf,
        cause: String,
        remedy: &'static str,
    },
    /// A question could not be answered.
    #[error("The exchange store {} cannot be read: {cause}. {remedy}", path.display())]
    Read {
        path: PathBuf,
        cause: String,
        remedy: &'static str,
    },
}

impl StoreError {
    pub(crate) fn write(path: &Path, error: &sqlx::Error) -> Self {
        Self::sort(path, error, |path, cause, remedy| Self::Write {
            path,
            cause,
            remedy,
        })
    }

    pub(crate) fn open(path: &Path, error: &sqlx::Error) -> Self {
        Self::sort(path, error, |path, cause, remedy| Self::Open {
            path,
            cause,
            remedy,
        })
    }

    pub(crate) fn read(path: &Path, error: &sqlx::Error) -> Self {
        Self::sort(path, error, |path, cause, remedy| Self::Read {
            path,
            cause,
            remedy,
        })
    }

    fn sort(
        path: &Path,
        error: &sqlx::Error,
        other: impl FnOnce(PathBuf, String, &'static str) -> Self,
    ) -> Self {
        let path = path.to_owned();
        let Explanation { cause, remedy } = explain(error);
        match primary_code(error) {
            Some(CORRUPT | NOT_A_DATABASE) => Self::Damaged { path, cause },
            _ => other(path, cause, remedy),
        }
    }

    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::Open {
            path: path.to_owned(),
            cause: error.to_string(),
            remedy: "Give the account that runs Sluice the right to write there, or name another \
                     file.",
        }
    }
}

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const IO: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;

/// Cause and remedy in plain words.
pub(crate) struct Explanation {
    pub cause: String,
    pub remedy: &'static str,
}

/// What SQLite's result code means to somebody who runs this program.
pub(crate) fn explain(error: &sqlx::Error) -> Explanation {
    let (cause, remedy) = match primary_code(error) {
        Some(BUSY | LOCKED) => (
            "another program holds it locked",
            "Close the program that has the file open, such as a backup or a database viewer.",
        ),
        Some(READ_ONLY) => (
            "the file may not be written",
            "Give the account that runs Sluice the right to write the file and its folder.",
        ),
        Some(FULL) => ("the disk is full", "Free some space on that disk."),
        Some(CORRUPT) => (
            "its pages do not fit together",
            "Move the file away and start again for a new store.",
        ),
        Some(NOT_A_DATABASE) => (
            "it is not a SQLite database",
            "Move the file away and start again for a new store.",
        ),
        Some(CANNOT_OPEN) => (
            "the file is not there or may not be opened",
            "Put the file back, or give the account that runs Sluice the right to open it.",
        ),
        Some(IO) => {
            return Explanation {
                cause: format!("the disk reports a fault ({error})"),
                remedy: "Check the disk.",
            };
        }
        _ => {
            return Explanation {
                cause: error.to_string(),
                remedy: "Start Sluice again; if it stays, move the file away for a new store.",
            };
        }
    };
    Explanation {
        cause: cause.to_owned(),
        remedy,
    }
}

/// SQLite's result code without its refinement.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
