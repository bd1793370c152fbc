//! What the simulator did, kept in the data folder: `simulator/<server>/<run>/run.json` with the lists of an
//! import beside it.
//!
//! **Invariant:** of a server only the newest whole import keeps its resources, which the next one is held
//! against; of older runs what was found stays. A folder is there whole or not at all.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sluice_core::config::Environment;
use sluice_provider::{Counts, Import, ImportFolder, PairedCall, Performed, Task, side_by_side};
use ts_rs::TS;

use super::target::{TargetRef, TargetView};
use crate::private;
use crate::problem::Problem;

/// How many runs of a server are kept.
const MOST: usize = 30;

/// What a run is known by, and what it was.
const FILE: &str = "run.json";

/// What an import was held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorCompared")]
pub struct Compared {
    /// The server's name: its own, or another's.
    pub target: String,
    pub run: String,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// How many users that import had.
    pub users: usize,
}

/// An import that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "SimulatorImportRun")]
pub struct ImportRun {
    pub import: Import,
    /// `null` where there was none to hold it against.
    pub compared: Option<Compared>,
}

/// A task that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorTaskRun")]
pub struct TaskRun {
    pub task: Task,
    /// Whether its writes were only shown.
    pub preview: bool,
    pub performed: Performed,
    pub beside: Option<BesideRun>,
}

/// The same at another server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorBeside")]
pub struct BesideRun {
    pub name: String,
    pub url: String,
    pub performed: Performed,
}

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub id: String,
    pub at: i64,
    pub target: String,
    pub url: String,
    pub environment: Environment,
    pub import: Option<ImportRun>,
    pub task: Option<TaskRun>,
}

/// A run as it is shown.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorRun")]
pub struct Run {
    pub id: String,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// The server's name.
    pub target: String,
    pub url: String,
    pub environment: Environment,
    /// One of the two is there.
    pub import: Option<ImportRun>,
    pub task: Option<TaskRun>,
    /// The calls of a task side by side, where there was another server.
    pub pairs: Vec<PairedCall>,
}

/// A line of the list of runs.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorRunLine")]
pub struct RunLine {
    pub id: String,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    pub title: String,
    pub passed: bool,
    /// Of an import.
    pub users: Option<Counts>,
    /// Whether the next import can be held against it.
    pub whole: bool,
    pub preview: bool,
    /// The other server's name.
    pub beside: Option<String>,
    #[ts(type = "number")]
    pub duration_us: i64,
}

impl Record {
    pub fn passed(&self) -> bool {
        match (&self.import, &self.task) {
            (Some(run), _) => run.import.failure.is_none(),
            (None, Some(run)) => run.performed.passed,
            (None, None) => false,
        }
    }

    pub fn title(&self) -> String {
        let Some(run) = &self.task else {
            return "Import".to_owned();
        };
        let user = |word: &str, user: &str| format!("{word} {user}");
        match &run.task {
            Task::Look { .. } => "Read calls".to_owned(),
            Task::Assign { .. } => {
                user("Assign", run.performed.user.as_deref().unwrap_or("a user"))
            }
            Task::Update { user: id, .. } => user("Update", id),
            Task::Deactivate { user: id } => user("Deactivate", id),
            Task::Reactivate { user: id } => user("Reactivate", id),
            Task::Entitlements { user: id, .. } => user("Entitlements of", id),
            Task::Life { .. } => user(
                "Whole life of",
                run.performed.user.as_deref().unwrap_or("a user"),
            ),
        }
    }

    pub fn shown(self) -> Run {
        let pairs = match &self.task {
            Some(TaskRun {
                performed,
                beside: Some(beside),
                ..
            }) => side_by_side(
                (&self.url, &performed.calls),
                (&beside.url, &beside.performed.calls),
            ),
            _ => Vec::new(),
        };
        Run {
            id: self.id,
            at: self.at,
            target: self.target,
            url: self.url,
            environment: self.environment,
            import: self.import,
            task: self.task,
            pairs,
        }
    }

    fn line(&self, whole: bool) -> RunLine {
        let calls = self.task.iter().flat_map(|run| &run.performed.calls);
        RunLine {
            id: self.id.clone(),
            at: self.at,
            title: self.title(),
            passed: self.passed(),
            users: self.import.as_ref().map(|run| run.import.users),
            whole,
            preview: self.task.as_ref().is_some_and(|run| run.preview),
            beside: self
                .task
                .as_ref()
                .and_then(|run| run.beside.as_ref())
                .map(|beside| beside.name.clone()),
            duration_us: match &self.import {
                Some(run) => run.import.duration_us,
                None => calls.map(|call| call.duration_us).sum(),
            },
        }
    }
}

/// The runs of one server.
#[derive(Clone, Debug)]
pub(super) struct Shelf(PathBuf);

impl Shelf {
    /// Of the server as it is now: one with another URL is another server.
    pub fn of(data_dir: &Path, view: &TargetView) -> Self {
        let (kind, of) = match &view.reference {
            // The port and the host names of the endpoint may change; it stays the same application.
            TargetRef::Own { application } => ("own", application.clone()),
            TargetRef::Saved { .. } => ("saved", view.url.clone()),
        };
        // A folder's name that every file system can have.
        let name: String = of
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
                other => format!("_{other:02x}"),
            })
            .collect();
        let short: String = name.chars().take(150).collect();
        Self(data_dir.join("simulator").join(format!("{kind}.{short}")))
    }

    /// A folder for a run under way.
    pub fn begin(&self) -> Result<ImportFolder, Problem> {
        private::make_folder(&self.0).map_err(|error| trouble(&self.0, &error.to_string()))?;
        ImportFolder::begin(&self.0).map_err(|error| trouble(&self.0, &error.to_string()))
    }

    /// The newest whole import.
    pub fn newest(&self) -> Option<(ImportFolder, Record)> {
        self.all().into_iter().find_map(|(path, record)| {
            let folder = ImportFolder::at(path);
            (folder.is_whole() && record.import.is_some()).then_some((folder, record))
        })
    }

    /// The folder of a run.
    pub fn folder(&self, id: &str) -> Result<ImportFolder, Problem> {
        self.path(id).map(ImportFolder::at)
    }

    /// A run.
    pub fn get(&self, id: &str) -> Result<Record, Problem> {
        read(&self.path(id)?).ok_or_else(|| {
            Problem::new(
                "simulator.no_run",
                "This run is not kept any more.",
                "Choose another one from the list of runs.",
            )
        })
    }

    /// Keeps a run, and makes room. `whole` says whether the next import may be held against it.
    pub fn keep(&self, folder: ImportFolder, record: &Record, whole: bool) -> Result<(), Problem> {
        let text = serde_json::to_vec(record)
            .map_err(|error| trouble(folder.path(), &error.to_string()))?;
        private::replace(&folder.path().join(FILE), &text)
            .map_err(|error| trouble(folder.path(), &error.to_string()))?;
        if !whole {
            folder.thin_out();
        }
        let folder = folder
            .keep(&self.0.join(&record.id))
            .map_err(|error| trouble(&self.0, &error.to_string()))?;
        for (number, (path, _)) in self.all().into_iter().enumerate() {
            if path == folder.path() {
                continue;
            }
            if whole {
                ImportFolder::at(path.clone()).thin_out();
            }
            // The import that the next one is held against is not what makes room.
            if number >= MOST && !ImportFolder::at(path.clone()).is_whole() {
                let _ = std::fs::remove_dir_all(&path);
            }
        }
        Ok(())
    }

    /// The lines of the list, the newest run first.
    pub fn lines(&self) -> Vec<RunLine> {
        let all = self.all().into_iter();
        all.map(|(path, record)| record.line(ImportFolder::at(path).is_whole()))
            .collect()
    }

    /// Removes all of it: people's data among it.
    pub fn forget(&self) -> Result<(), Problem> {
        match std::fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(trouble(&self.0, &error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// All runs, the newest first.
    fn all(&self) -> Vec<(PathBuf, Record)> {
        let mut all: Vec<(PathBuf, Record)> = std::fs::read_dir(&self.0)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let path = entry.path();
                // One that is under way, or was left by a process that was ended.
                if entry.file_name().to_string_lossy().starts_with('.') {
                    return None;
                }
                read(&path).map(|record| (path, record))
            })
            .collect();
        all.sort_by(|(_, one), (_, other)| other.at.cmp(&one.at).then(other.id.cmp(&one.id)));
        all
    }

    fn path(&self, id: &str) -> Result<PathBuf, Problem> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Err(Problem::new(
                "simulator.no_run",
                "That is no run.",
                "Choose one from the list of runs.",
            ));
        }
        Ok(self.0.join(id))
    }
}

fn read(folder: &Path) -> Option<Record> {
    let text = std::fs::read(folder.join(FILE)).ok()?;
    serde_json::from_slice(&text).ok()
}

pub(super) fn trouble(path: &Path, why: &str) -> Problem {
    Problem::new(
        "simulator.folder",
        format!("The folder {} cannot be used: {why}.", path.display()),
        "Check that there is room on the disk and that Sluice may write there.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(reference: TargetRef, url: &str) -> TargetView {
        TargetView {
            reference,
            name: String::new(),
            url: url.to_owned(),
            environment: Environment::Test,
            confirm: String::new(),
            header: None,
            authorized: true,
            connector_header: false,
            trust: None,
            problem: None,
        }
    }

    fn record(id: &str, at: i64) -> Record {
        Record {
            id: id.to_owned(),
            at,
            target: "hr".to_owned(),
            url: String::new(),
            environment: Environment::Test,
            import: None,
            task: None,
        }
    }

    #[test]
    fn runs_are_listed_newest_first_and_the_oldest_make_room() {
        let data = tempfile::tempdir().unwrap();
        let reference = TargetRef::Own {
            application: "hr".to_owned(),
        };
        let shelf = Shelf::of(data.path(), &view(reference, "https://a/v2/"));
        for number in 1..=40 {
            let folder = shelf.begin().unwrap();
            shelf
                .keep(folder, &record(&format!("{number}"), number), false)
                .unwrap();
        }
        let lines = shelf.lines();
        assert_eq!((lines.len(), lines[0].id.as_str()), (MOST, "40"));
        assert!(shelf.get("40").is_ok());
        assert_eq!(shelf.get("1").unwrap_err().code, "simulator.no_run");
        shelf.forget().unwrap();
        assert!(shelf.lines().is_empty());
    }

    #[test]
    fn no_id_leads_out_of_the_folder() {
        let data = tempfile::tempdir().unwrap();
        let reference = TargetRef::Saved {
            name: "vendor".to_owned(),
        };
        let shelf = Shelf::of(data.path(), &view(reference, "https://a/../v2/"));
        assert!(shelf.0.starts_with(data.path().join("simulator")));
        assert_eq!(
            shelf.0.parent(),
            Some(data.path().join("simulator").as_path())
        );
        for id in ["", "..", "../own.hr/1", "/etc"] {
            assert!(shelf.get(id).is_err());
        }
    }
}
