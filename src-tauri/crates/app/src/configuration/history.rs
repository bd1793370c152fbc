//! Every text that the configuration had: `history/<number>.json` in the data folder, one file for a
//! version.
//!
//! **Invariant:** a version never changes. Undo and redo are versions too, whose `state` names the
//! version whose text they brought back, so that nothing is ever lost by going back. The newest
//! [`MOST`] of a configuration are kept.
//!
//! To keep more with a version: a field of [`Entry`] with a default, so that older files read.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sluice_core::config::edit::Touched;
use ts_rs::TS;

use super::real;
use crate::private;
use crate::problem::Problem;

/// How many versions of a configuration are kept.
const MOST: usize = 500;

/// What made a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The text that was there when the history began.
    First,
    /// Saved in the console.
    Saved,
    /// The one before was brought back.
    Undone,
    /// What an undo took back was brought back.
    Redone,
    /// An older one, or a mapping of it, was brought back.
    Restored,
    /// Taken over from a file.
    Imported,
    /// An application was brought here from another configuration.
    Promoted,
    /// The file was changed outside of Sluice, and read.
    Outside,
}

/// One file of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// From 1, in the order in which they came.
    pub version: u64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The account that Sluice ran under.
    pub who: String,
    pub act: Act,
    /// The version that had this text first; its own number where none had.
    pub state: u64,
    /// What differs from the version before.
    pub touched: Vec<Touched>,
    /// The configuration's file.
    pub file: PathBuf,
    pub text: String,
}

/// A version, without its text.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PastVersion {
    /// From 1.
    #[ts(type = "number")]
    pub version: u64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// The account that Sluice ran under.
    pub who: String,
    pub act: Act,
    /// The version that had this text first; its own number where none had.
    #[ts(type = "number")]
    pub state: u64,
    /// What differs from the version before; empty where only comments do.
    pub touched: Vec<Touched>,
}

impl From<&Entry> for PastVersion {
    fn from(entry: &Entry) -> Self {
        Self {
            version: entry.version,
            at: entry.at,
            who: entry.who.clone(),
            act: entry.act,
            state: entry.state,
            touched: entry.touched.clone(),
        }
    }
}

/// Why the history cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HistoryError {
    #[error("The history at {path} cannot be used: {source}.")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("A version of the history, {path}, cannot be read: {source}.")]
    Unreadable {
        path: PathBuf,
        source: serde_json::Error,
    },
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        Self::new(
            "configuration.history",
            error.to_string(),
            "Check the disk and the rights of the data folder.",
        )
    }
}

/// The versions of one configuration.
#[derive(Clone, Debug)]
pub(crate) struct History {
    folder: PathBuf,
    file: PathBuf,
}

impl History {
    /// Of the configuration at `file`, in a data folder. Nothing is read or made yet.
    pub fn new(data_dir: &Path, file: &Path) -> Self {
        Self {
            folder: data_dir.join("history"),
            file: real(file),
        }
    }

    /// All versions, the oldest first.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub fn all(&self) -> Result<Vec<Entry>, HistoryError> {
        let mut all = Vec::new();
        for (_, path) in self.files()? {
            let entry = read(&path)?;
            if entry.file == self.file {
                all.push(entry);
            }
        }
        Ok(all)
    }

    /// Adds a version after `all`, and forgets the oldest beyond [`MOST`]. A text that is the last one's
    /// is no version.
    ///
    /// # Errors
    /// [`HistoryError`]; then nothing was added.
    pub fn add(
        &self,
        all: &mut Vec<Entry>,
        made: Made<'_>,
        touched: Vec<Touched>,
    ) -> Result<(), HistoryError> {
        let highest = self.files()?.last().map_or(0, |(version, _)| *version);
        let version = highest + 1;
        let entry = Entry {
            version,
            at: made.at,
            who: made.who,
            act: made.act,
            state: made.state.unwrap_or(version),
            touched,
            file: self.file.clone(),
            text: made.text.to_owned(),
        };
        let path = self.folder.join(format!("{version:06}.json"));
        let bytes =
            serde_json::to_vec_pretty(&entry).map_err(|source| HistoryError::Unreadable {
                path: path.clone(),
                source,
            })?;
        private::replace(&path, &bytes).map_err(|source| HistoryError::File { path, source })?;
        all.push(entry);
        while all.len() > MOST {
            let oldest = all.remove(0);
            let _ = std::fs::remove_file(self.folder.join(format!("{:06}.json", oldest.version)));
        }
        Ok(())
    }

    /// Takes the last version back, which never came into use.
    pub fn take_back(&self, all: &mut Vec<Entry>) {
        if let Some(last) = all.pop() {
            let _ = std::fs::remove_file(self.folder.join(format!("{:06}.json", last.version)));
        }
    }

    fn files(&self) -> Result<Vec<(u64, PathBuf)>, HistoryError> {
        let failed = |source| HistoryError::File {
            path: self.folder.clone(),
            source,
        };
        let folder = match std::fs::read_dir(&self.folder) {
            Ok(folder) => folder,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut files = Vec::new();
        for file in folder {
            let path = file.map_err(failed)?.path();
            let number = path
                .file_stem()
                .and_then(|stem| stem.to_str()?.parse().ok());
            if let Some(number) = number.filter(|_| path.extension().is_some_and(|e| e == "json")) {
                files.push((number, path));
            }
        }
        files.sort();
        Ok(files)
    }
}

/// What a version is made of.
pub(crate) struct Made<'a> {
    pub at: i64,
    pub who: String,
    pub act: Act,
    /// The version whose text this is; `None` for a text of its own.
    pub state: Option<u64>,
    pub text: &'a str,
}

fn read(path: &Path) -> Result<Entry, HistoryError> {
    let bytes = std::fs::read(path).map_err(|source| HistoryError::File {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&bytes).map_err(|source| HistoryError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The version that stands before one in what undo goes back through.
fn before(all: &[Entry], version: u64) -> Option<u64> {
    let at = all.iter().position(|entry| entry.version == version)?;
    Some(all.get(at.checked_sub(1)?)?.state)
}

/// The version that undo brings back: the one before the text that is in use.
pub(crate) fn undo(all: &[Entry]) -> Option<&Entry> {
    let now = all.last()?.state;
    let wanted = before(all, now)?;
    all.iter().find(|entry| entry.version == wanted)
}

/// The version that redo brings back: of the texts that came after the one in use, the latest.
pub(crate) fn redo(all: &[Entry]) -> Option<&Entry> {
    let now = all.last()?;
    if now.state == now.version {
        return None;
    }
    let mut own = all
        .iter()
        .rev()
        .filter(|entry| entry.state == entry.version);
    own.find(|entry| before(all, entry.version) == Some(now.state))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> (tempfile::TempDir, History) {
        let folder = tempfile::tempdir().unwrap();
        let history = History::new(folder.path(), Path::new("sluice.toml"));
        (folder, history)
    }

    fn add(history: &History, act: Act, state: Option<u64>, text: &str) {
        let mut all = history.all().unwrap();
        let made = Made {
            at: 0,
            who: "ada".into(),
            act,
            state,
            text,
        };
        history.add(&mut all, made, Vec::new()).unwrap();
    }

    fn back(history: &History) -> Option<String> {
        let all = history.all().unwrap();
        let (state, text) = undo(&all).map(|entry| (entry.version, entry.text.clone()))?;
        add(history, Act::Undone, Some(state), &text);
        Some(text)
    }

    fn forth(history: &History) -> Option<String> {
        let all = history.all().unwrap();
        let (state, text) = redo(&all).map(|entry| (entry.version, entry.text.clone()))?;
        add(history, Act::Redone, Some(state), &text);
        Some(text)
    }

    #[test]
    fn undo_goes_back_text_by_text_and_redo_forth_again() {
        let (_folder, history) = history();
        for text in ["a", "b", "c"] {
            add(&history, Act::Saved, None, text);
        }
        assert_eq!(forth(&history), None);
        assert_eq!(back(&history).as_deref(), Some("b"));
        assert_eq!(back(&history).as_deref(), Some("a"));
        assert_eq!(back(&history), None);
        assert_eq!(forth(&history).as_deref(), Some("b"));
        assert_eq!(forth(&history).as_deref(), Some("c"));
        assert_eq!(forth(&history), None);
    }

    #[test]
    fn a_change_after_an_undo_goes_back_to_what_the_undo_brought() {
        let (_folder, history) = history();
        for text in ["a", "b"] {
            add(&history, Act::Saved, None, text);
        }
        assert_eq!(back(&history).as_deref(), Some("a"));
        add(&history, Act::Saved, None, "c");
        assert_eq!(forth(&history), None);
        assert_eq!(back(&history).as_deref(), Some("a"));
        assert_eq!(forth(&history).as_deref(), Some("c"));
    }

    #[test]
    fn versions_of_another_configuration_in_the_same_folder_are_not_ours() {
        let (folder, history) = history();
        add(&history, Act::First, None, "a");
        let other = History::new(folder.path(), Path::new("other.toml"));
        add(&other, Act::First, None, "x");
        add(&history, Act::Saved, None, "b");
        let texts = |history: &History| {
            let all = history.all().unwrap();
            all.into_iter().map(|entry| entry.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(&history), ["a", "b"]);
        assert_eq!(texts(&other), ["x"]);
    }

    #[test]
    fn a_version_that_cannot_be_read_is_named_and_none_is_written_over_it() {
        let (folder, history) = history();
        add(&history, Act::First, None, "a");
        let path = folder.path().join("history").join("000002.json");
        std::fs::write(&path, "{").unwrap();
        assert!(
            history
                .all()
                .unwrap_err()
                .to_string()
                .contains("000002.json")
        );
        let mut none = Vec::new();
        let made = Made {
            at: 0,
            who: "ada".into(),
            act: Act::Saved,
            state: None,
            text: "b",
        };
        history.add(&mut none, made, Vec::new()).unwrap();
        assert_eq!(none[0].version, 3);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "{");
    }
}
