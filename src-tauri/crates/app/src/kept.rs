//! What an administrator keeps of the console: saved filters, views of grids, test cases, runs of
//! procedures, the layout.
//!
//! It stands in the data folder and not in the browser, whose storage belongs to an address that
//! changes with every start.
//!
//! **Invariant:** an item is replaced whole or stays as it was; a file that cannot be read is never
//! overwritten. What is kept holds no secrets: whoever keeps something masks it first.
//!
//! To keep something new: a variant of [`KeptKind`] with its bound.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use crate::private;
use crate::problem::Problem;

/// How long a name may be, in characters: it stands in one line of a list.
const LONGEST_NAME: usize = 200;
/// How large one item may be, in bytes of JSON: the rows that a test case expects, not a table.
const LARGEST_BODY: usize = 1024 * 1024;

/// What is kept. Each kind is a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeptKind {
    /// A filter of Traffic.
    TrafficFilter,
    /// Columns, order and filters of a grid.
    GridView,
    /// A call of a routine with what is expected of it.
    TestCase,
    /// A call of a routine that was made, with what came of it.
    ProcedureRun,
    /// A SCIM server that the simulator speaks with; what it is shown is among the secrets.
    SimulatorTarget,
    /// Sizes of panes, the last screen, what was closed for good.
    Layout,
    /// What the window does when it is closed.
    Workstation,
}

impl KeptKind {
    fn file(self) -> &'static str {
        match self {
            Self::TrafficFilter => "traffic_filters.json",
            Self::GridView => "grid_views.json",
            Self::TestCase => "test_cases.json",
            Self::ProcedureRun => "procedure_runs.json",
            Self::SimulatorTarget => "simulator_targets.json",
            Self::Layout => "layout.json",
            Self::Workstation => "workstation.json",
        }
    }

    /// How many items there may be.
    fn most(self) -> usize {
        match self {
            Self::ProcedureRun => 200,
            _ => 1000,
        }
    }

    /// Whether the oldest item makes room for a new one. Where not, a new one is refused: nothing that
    /// somebody named is lost by itself.
    fn forgets(self) -> bool {
        self == Self::ProcedureRun
    }
}

/// Something that was kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Kept {
    /// What it is called; one item of a kind has the name.
    pub name: String,
    /// What the screen that keeps it put into it.
    #[ts(type = "JsonValue")]
    pub body: Json,
    /// When it was kept last, in milliseconds since 1970.
    pub at: i64,
}

/// What is kept in a data folder.
pub(crate) struct Shelf {
    folder: PathBuf,
    /// One writer at a time: an item is a change of a whole file.
    writing: Mutex<()>,
}

impl Shelf {
    /// The shelf of a data folder; nothing is read or made yet.
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self {
            folder: data_dir.join("kept"),
            writing: Mutex::default(),
        }
    }

    /// All items of a kind, the one kept last first.
    ///
    /// # Errors
    /// [`Problem`] `kept.unreadable` where the file is there and cannot be read.
    pub(crate) fn list(&self, kind: KeptKind) -> Result<Vec<Kept>, Problem> {
        let path = self.folder.join(kind.file());
        let unreadable = |why: String| {
            Problem::new(
                "kept.unreadable",
                format!("The file {} cannot be read: {why}.", path.display()),
                "Mend the file or move it away; Sluice does not write over it.",
            )
        };
        match std::fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }

    /// Keeps an item, in the place of the one of its name.
    ///
    /// # Errors
    /// [`Problem`]: `kept.name`, `kept.large`, `kept.full`, `kept.unreadable`, `kept.unwritable`.
    pub(crate) fn put(&self, kind: KeptKind, item: Kept) -> Result<Kept, Problem> {
        if item.name.trim().is_empty() || item.name.chars().count() > LONGEST_NAME {
            return Err(Problem::new(
                "kept.name",
                format!("A name has 1 to {LONGEST_NAME} characters."),
                "Choose another name.",
            ));
        }
        if serde_json::to_string(&item.body).map_or(usize::MAX, |text| text.len()) > LARGEST_BODY {
            return Err(Problem::new(
                "kept.large",
                format!("\"{}\" is larger than 1 MB.", item.name),
                "Keep less of it: fewer rows, shorter values.",
            ));
        }
        self.change(kind, |items| {
            items.retain(|kept| kept.name != item.name);
            if items.len() >= kind.most() {
                if !kind.forgets() {
                    return Err(Problem::new(
                        "kept.full",
                        format!("{} are kept already.", items.len()),
                        "Remove one that is not needed any more.",
                    ));
                }
                items.truncate(kind.most() - 1);
            }
            items.insert(0, item.clone());
            Ok(())
        })?;
        Ok(item)
    }

    /// Removes an item; says whether it was there.
    ///
    /// # Errors
    /// [`Problem`]: `kept.unreadable`, `kept.unwritable`.
    pub(crate) fn remove(&self, kind: KeptKind, name: &str) -> Result<bool, Problem> {
        let mut found = false;
        self.change(kind, |items| {
            let before = items.len();
            items.retain(|kept| kept.name != name);
            found = items.len() < before;
            Ok(())
        })?;
        Ok(found)
    }

    fn change(
        &self,
        kind: KeptKind,
        change: impl FnOnce(&mut Vec<Kept>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut items = self.list(kind)?;
        change(&mut items)?;
        let path = self.folder.join(kind.file());
        let unwritable = |why: String| {
            Problem::new(
                "kept.unwritable",
                format!("The file {} cannot be written: {why}.", path.display()),
                "Check that there is room on the disk and that Sluice may write there.",
            )
        };
        let bytes = serde_json::to_vec(&items).map_err(|error| unwritable(error.to_string()))?;
        private::replace(&path, &bytes).map_err(|error| unwritable(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(name: &str, at: i64) -> Kept {
        Kept {
            name: name.to_owned(),
            body: json!({ "filter": name }),
            at,
        }
    }

    #[test]
    fn an_item_is_kept_replaced_by_its_name_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        assert_eq!(shelf.list(KeptKind::TrafficFilter).unwrap(), []);
        shelf.put(KeptKind::TrafficFilter, kept("slow", 1)).unwrap();
        shelf
            .put(KeptKind::TrafficFilter, kept("failed", 2))
            .unwrap();
        shelf.put(KeptKind::TrafficFilter, kept("slow", 3)).unwrap();
        // Another process, or the next start, reads the same.
        let items = Shelf::new(folder.path())
            .list(KeptKind::TrafficFilter)
            .unwrap();
        assert_eq!(items, [kept("slow", 3), kept("failed", 2)]);
        assert!(shelf.remove(KeptKind::TrafficFilter, "slow").unwrap());
        assert!(!shelf.remove(KeptKind::TrafficFilter, "slow").unwrap());
        assert_eq!(
            shelf.list(KeptKind::TrafficFilter).unwrap(),
            [kept("failed", 2)]
        );
        assert_eq!(shelf.list(KeptKind::TestCase).unwrap(), []);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_said_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        shelf.put(KeptKind::TestCase, kept("one", 1)).unwrap();
        let path = folder.path().join("kept/test_cases.json");
        std::fs::write(&path, "[{ half").unwrap();
        let refused = shelf.put(KeptKind::TestCase, kept("two", 2)).unwrap_err();
        assert_eq!(refused.code, "kept.unreadable");
        assert!(refused.message.contains("test_cases.json"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[{ half");
    }

    #[test]
    fn the_oldest_run_makes_room_and_nothing_that_was_named_is_lost_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let full = |kind: KeptKind| -> Vec<Kept> {
            (0..kind.most()).map(|n| kept(&format!("{n}"), 0)).collect()
        };
        for kind in [KeptKind::ProcedureRun, KeptKind::TestCase] {
            let bytes = serde_json::to_vec(&full(kind)).unwrap();
            private::replace(&folder.path().join("kept").join(kind.file()), &bytes).unwrap();
        }
        shelf
            .put(KeptKind::ProcedureRun, kept("newest", 1))
            .unwrap();
        let runs = shelf.list(KeptKind::ProcedureRun).unwrap();
        assert_eq!(
            (runs.len(), runs[0].name.as_str(), runs[199].name.as_str()),
            (200, "newest", "198")
        );
        let refused = shelf
            .put(KeptKind::TestCase, kept("newest", 1))
            .unwrap_err();
        assert_eq!(refused.code, "kept.full");
        // One that is there may still be changed.
        shelf.put(KeptKind::TestCase, kept("7", 1)).unwrap();
    }

    #[test]
    fn a_name_is_not_empty_and_not_long_and_a_body_is_not_a_table() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        for name in ["", " ", &"x".repeat(201)] {
            let refused = shelf.put(KeptKind::GridView, kept(name, 1)).unwrap_err();
            assert_eq!(refused.code, "kept.name");
        }
        let mut large = kept("large", 1);
        large.body = json!("x".repeat(LARGEST_BODY));
        assert_eq!(
            shelf.put(KeptKind::GridView, large).unwrap_err().code,
            "kept.large"
        );
    }
}
