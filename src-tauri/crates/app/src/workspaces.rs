//! The workspaces that this account has opened in a window, so that each is opened again without its paths, and the
//! one that was opened last when nothing is named.
//!
//! **Invariant:** the list holds places and never what is in them. It belongs to the account and to no data folder: a
//! data folder is one workspace's. A list that cannot be read is told and never overwritten.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::private;

/// A path as the list has it: the same for every way to write it, also before there is anything at it.
pub fn whole(path: &Path) -> PathBuf {
    std::fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned())
}

/// How many are remembered; the one that was opened longest ago makes room.
const MOST: usize = 20;

/// A workspace that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownWorkspace {
    /// The file of its configuration, from the root.
    pub configuration: PathBuf,
    /// The folder for its certificate, record and secrets, from the root.
    pub data_dir: PathBuf,
    /// When it was opened last, in milliseconds since 1970.
    pub opened_at: i64,
}

/// The list, by its file.
#[derive(Clone, Debug)]
pub struct Workspaces {
    file: PathBuf,
}

impl Workspaces {
    /// The list of this account, beside its settings.
    pub fn of_this_account() -> Self {
        let folder = directories::ProjectDirs::from("org", "Sluice", "Sluice").map_or_else(
            || PathBuf::from("sluice-data"),
            |dirs| dirs.config_dir().to_owned(),
        );
        Self::at(folder.join("workspaces.json"))
    }

    /// The list in a file, whether it is there or not.
    pub fn at(file: PathBuf) -> Self {
        Self { file }
    }

    /// All of them, the one that was opened last first.
    ///
    /// # Errors
    /// Where the file is there and is no list.
    pub fn list(&self) -> io::Result<Vec<KnownWorkspace>> {
        let bytes = match std::fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut all: Vec<KnownWorkspace> = serde_json::from_slice(&bytes)?;
        all.sort_by_key(|one| std::cmp::Reverse(one.opened_at));
        Ok(all)
    }

    /// The one that was opened last and whose configuration is still there.
    pub fn last(&self) -> Option<KnownWorkspace> {
        let all = self.list().inspect_err(|error| {
            tracing::warn!(%error, file = %self.file.display(), "the list of workspaces cannot be read");
        });
        let there = |one: &KnownWorkspace| one.configuration.is_file();
        all.unwrap_or_default().into_iter().find(there)
    }

    /// Notes that one was opened.
    ///
    /// # Errors
    /// Where the list cannot be read or written; it stays as it was.
    pub fn note(&self, mut opened: KnownWorkspace) -> io::Result<()> {
        opened.configuration = whole(&opened.configuration);
        opened.data_dir = whole(&opened.data_dir);
        let mut all = self.list()?;
        all.retain(|one| one.configuration != opened.configuration);
        all.insert(0, opened);
        all.truncate(MOST);
        self.write(&all)
    }

    /// Takes one out of the list; its files stay.
    ///
    /// # Errors
    /// As [`Workspaces::note`].
    pub fn forget(&self, configuration: &Path) -> io::Result<()> {
        let mut all = self.list()?;
        all.retain(|one| one.configuration != configuration);
        self.write(&all)
    }

    /// The data folder of a configuration that is opened from a window: the one it had, else one beside it.
    ///
    /// # Errors
    /// Where the list cannot be read.
    pub fn data_dir(&self, configuration: &Path) -> io::Result<PathBuf> {
        let configuration = whole(configuration);
        let known = self.list()?;
        let had = known
            .into_iter()
            .find(|one| one.configuration == configuration);
        Ok(had.map_or_else(
            || configuration.with_extension("data"),
            |known| known.data_dir,
        ))
    }

    fn write(&self, all: &[KnownWorkspace]) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            private::make_folder(folder)?;
        }
        private::replace(&self.file, &serde_json::to_vec_pretty(all)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(folder: &Path, name: &str, opened_at: i64) -> KnownWorkspace {
        KnownWorkspace {
            configuration: folder.join(name).join("sluice.toml"),
            data_dir: folder.join(name),
            opened_at,
        }
    }

    #[test]
    fn the_one_that_was_opened_last_is_first_and_each_stands_once() {
        let folder = tempfile::tempdir().unwrap();
        let workspaces = Workspaces::at(folder.path().join("settings").join("workspaces.json"));
        assert_eq!(workspaces.list().unwrap(), []);
        for (name, at) in [("hr", 1), ("sales", 2), ("hr", 3)] {
            workspaces.note(opened(folder.path(), name, at)).unwrap();
        }
        let (hr, sales) = (
            opened(folder.path(), "hr", 3),
            opened(folder.path(), "sales", 2),
        );
        assert_eq!(workspaces.list().unwrap(), [hr.clone(), sales.clone()]);
        workspaces.forget(&hr.configuration).unwrap();
        assert_eq!(workspaces.list().unwrap(), [sales]);
    }

    #[test]
    fn what_is_opened_by_itself_is_the_last_one_that_is_still_there() {
        let folder = tempfile::tempdir().unwrap();
        let workspaces = Workspaces::at(folder.path().join("workspaces.json"));
        assert_eq!(workspaces.last(), None);
        let (gone, there) = (
            opened(folder.path(), "gone", 2),
            opened(folder.path(), "hr", 1),
        );
        std::fs::create_dir(folder.path().join("hr")).unwrap();
        std::fs::write(&there.configuration, "").unwrap();
        workspaces.note(there.clone()).unwrap();
        workspaces.note(gone).unwrap();
        assert_eq!(workspaces.last(), Some(there));
    }

    #[test]
    fn a_workspace_keeps_its_data_folder_and_a_new_one_gets_one_beside_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let workspaces = Workspaces::at(folder.path().join("workspaces.json"));
        let hr = opened(folder.path(), "hr", 1);
        workspaces.note(hr.clone()).unwrap();
        assert_eq!(workspaces.data_dir(&hr.configuration).unwrap(), hr.data_dir);
        assert_eq!(
            workspaces.data_dir(Path::new("/srv/sales.toml")).unwrap(),
            Path::new("/srv/sales.data")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_workspace_that_is_reached_through_a_link_is_the_same_one() {
        let folder = tempfile::tempdir().unwrap();
        let workspaces = Workspaces::at(folder.path().join("workspaces.json"));
        let hr = opened(folder.path(), "hr", 1);
        std::fs::create_dir(folder.path().join("hr")).unwrap();
        std::fs::write(&hr.configuration, "").unwrap();
        std::os::unix::fs::symlink(folder.path().join("hr"), folder.path().join("link")).unwrap();
        workspaces.note(hr.clone()).unwrap();
        workspaces.note(opened(folder.path(), "link", 2)).unwrap();
        let all = workspaces.list().unwrap();
        assert_eq!((all.len(), all[0].opened_at), (1, 2));
        let by_link = folder.path().join("link").join("sluice.toml");
        assert_eq!(workspaces.data_dir(&by_link).unwrap(), all[0].data_dir);
    }

    #[test]
    fn a_list_that_cannot_be_read_opens_nothing_and_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("workspaces.json");
        std::fs::write(&file, "not a list").unwrap();
        let workspaces = Workspaces::at(file.clone());
        assert_eq!(workspaces.last(), None);
        workspaces.note(opened(folder.path(), "hr", 1)).unwrap_err();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a list");
    }
}
