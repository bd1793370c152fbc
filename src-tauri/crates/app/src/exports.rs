//! The files that exports leave: `exports` in the data folder.
//!
//! **Invariant:** a file is there whole or not at all, and only its owner may read it. A name from a
//! screen is one name in this folder, never a way to somewhere else.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::Serialize;
use tempfile::NamedTempFile;
use ts_rs::TS;

use crate::private;
use crate::problem::Problem;

/// A file that an export left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ExportFile {
    pub name: String,
    /// Where it is on the machine that runs Sluice.
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
}

/// The folder of exports, which is made when the first file needs it.
#[derive(Clone, Debug)]
pub(crate) struct Exports(PathBuf);

impl Exports {
    pub fn new(data_dir: &Path) -> Self {
        Self(data_dir.join("exports"))
    }

    /// A file without a place yet; dropped, it is gone.
    pub fn begin(&self) -> io::Result<NamedTempFile> {
        private::make_folder(&self.0)?;
        tempfile::Builder::new()
            .prefix(".")
            .suffix(".part")
            .tempfile_in(&self.0)
    }

    /// Gives a file its name, or that name with a number where there is one already.
    pub fn finish(&self, mut file: NamedTempFile, wanted: &str) -> io::Result<ExportFile> {
        let (stem, extension) = wanted.rsplit_once('.').unwrap_or((wanted, "txt"));
        for number in 1..1000 {
            let name = if number == 1 {
                wanted.to_owned()
            } else {
                format!("{stem}-{number}.{extension}")
            };
            match file.persist_noclobber(self.0.join(&name)) {
                Ok(file) => return describe(&self.0.join(&name), name, &file.metadata()?),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    file = error.file;
                }
                Err(error) => return Err(error.error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// The files that are there, the newest first.
    pub fn list(&self) -> Vec<ExportFile> {
        let mut files: Vec<ExportFile> = fs::read_dir(&self.0)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let metadata = entry.metadata().ok()?;
                let shown = !name.starts_with('.') && metadata.is_file();
                shown
                    .then(|| describe(&entry.path(), name, &metadata).ok())
                    .flatten()
            })
            .collect();
        files.sort_by(|one, other| other.at.cmp(&one.at).then(one.name.cmp(&other.name)));
        files
    }

    /// At most `most` bytes of a file from `start` on; none at its end.
    pub fn read(&self, name: &str, start: u64, most: u64) -> Result<Vec<u8>, Problem> {
        let path = self.file(name)?;
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            file.take(most).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error| trouble(name, &error))
    }

    /// A file, to be read whole.
    pub fn open(&self, name: &str) -> Result<File, Problem> {
        File::open(self.file(name)?).map_err(|error| trouble(name, &error))
    }

    /// Removes a file; whether it was there.
    pub fn remove(&self, name: &str) -> Result<bool, Problem> {
        match fs::remove_file(self.file(name)?) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(trouble(name, &error)),
        }
    }

    fn file(&self, name: &str) -> Result<PathBuf, Problem> {
        let mut parts = Path::new(name).components();
        let single = matches!(
            (parts.next(), parts.next()),
            (Some(std::path::Component::Normal(part)), None) if part == name
        );
        if single && !name.starts_with('.') && !name.contains(['/', '\\']) {
            return Ok(self.0.join(name));
        }
        Err(Problem::new(
            "export.name",
            format!("\"{name}\" is no file of the folder of exports."),
            "Choose one from the list of exports.",
        ))
    }
}

fn describe(path: &Path, name: String, metadata: &fs::Metadata) -> io::Result<ExportFile> {
    let at = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Ok(ExportFile {
        name,
        path: path.display().to_string(),
        bytes: metadata.len(),
        at: u64::try_from(at.as_millis()).unwrap_or(u64::MAX),
    })
}

/// What to tell where a file cannot be read, written or removed.
pub(crate) fn trouble(name: &str, error: &io::Error) -> Problem {
    Problem::new(
        "export.file",
        format!("The file {name} cannot be used: {error}."),
        "Check that there is room in the data folder and that Sluice may write there.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn left(exports: &Exports, name: &str, text: &str) -> ExportFile {
        let mut file = exports.begin().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        exports.finish(file, name).unwrap()
    }

    #[test]
    fn a_file_is_its_owners_keeps_its_name_to_itself_and_goes_when_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let exports = Exports::new(folder.path());
        assert_eq!(exports.list(), []);
        let first = left(&exports, "USERS.csv", "one");
        let second = left(&exports, "USERS.csv", "two");
        assert_eq!(
            (first.name.as_str(), second.name.as_str()),
            ("USERS.csv", "USERS-2.csv")
        );
        assert_eq!(std::fs::read(&first.path).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&first.path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(exports.read("USERS.csv", 1, 1).unwrap(), b"n");
        assert_eq!(exports.read("USERS.csv", 3, 9).unwrap(), b"");
        assert!(exports.remove("USERS.csv").unwrap());
        assert!(!exports.remove("USERS.csv").unwrap());
        assert_eq!(exports.list(), [second]);
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let exports = Exports::new(folder.path());
        drop(exports.begin().unwrap());
        let inside = fs::read_dir(folder.path().join("exports")).unwrap();
        assert_eq!(inside.count(), 0);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secrets.toml"), "x").unwrap();
        let exports = Exports::new(folder.path());
        left(&exports, "a.csv", "");
        for name in [
            "../secrets.toml",
            "/etc/hostname",
            "a/../../secrets.toml",
            "..",
            ".",
            "",
            ".a.part",
            "..\\secrets.toml",
        ] {
            assert_eq!(exports.read(name, 0, 9).unwrap_err().code, "export.name");
            assert_eq!(exports.remove(name).unwrap_err().code, "export.name");
        }
    }
}
