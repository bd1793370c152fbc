//! The users of an import on the disk, and what is different from the import before.
//!
//! A run has a folder: `users.jsonl` has a line for each user with its attributes, `users.index` a record of
//! 45 bytes for each, and `users.new.jsonl` and the like one line for each that is new, changed and so on.
//!
//! **Invariant:** in memory stands one record of about a hundred bytes for each resource, never a resource;
//! so an import of a million users takes about a hundred MB more and no import takes what its rows weigh. A folder that
//! is not kept is removed with everything in it.

mod index;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tempfile::TempDir;
use ts_rs::TS;

use crate::resource::{self, AttributeChange};
use index::{Before, Known};

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SimulatorResources")]
pub enum Resources {
    Users,
    Entitlements,
}

impl Resources {
    fn stem(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Entitlements => "entitlements",
        }
    }
}

/// How a resource stands to the import before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    New,
    Changed,
    /// It was active and is not any more.
    Inactive,
    /// It was inactive and is active again.
    Active,
    /// It did not come.
    Missing,
}

impl DifferenceKind {
    const ALL: [Self; 5] = [
        Self::New,
        Self::Changed,
        Self::Inactive,
        Self::Active,
        Self::Missing,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Inactive => "inactive",
            Self::Active => "active",
            Self::Missing => "missing",
        }
    }
}

/// One resource that is different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Difference {
    pub id: String,
    /// `userName`, or `displayName` of an entitlement.
    pub name: String,
    pub active: bool,
    /// Attribute by attribute; empty for one that is new or missing.
    pub changes: Vec<AttributeChange>,
}

/// A part of a list of differences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DifferencePage {
    pub items: Vec<Difference>,
    /// How many there are that match what was searched for.
    pub total: usize,
}

/// How many are how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "SimulatorCounts")]
pub struct Counts {
    /// How many came, each counted once.
    pub seen: usize,
    pub new: usize,
    pub changed: usize,
    pub inactive: usize,
    pub active: usize,
    pub missing: usize,
    pub same: usize,
}

/// Why an import could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    #[error("The file {path} of the simulator cannot be used: {source}.")]
    File { path: PathBuf, source: io::Error },
    #[error("The file {path} of the simulator is not what was written.")]
    Damaged { path: PathBuf },
}

/// The folder of a run.
#[derive(Debug)]
pub struct ImportFolder {
    path: PathBuf,
    /// Removed when it is dropped.
    temporary: Option<TempDir>,
}

impl ImportFolder {
    /// A folder that goes again unless it is kept.
    ///
    /// # Errors
    /// [`SpoolError::File`].
    pub fn begin(parent: &Path) -> Result<Self, SpoolError> {
        let temporary = tempfile::Builder::new()
            .prefix(".import-")
            .tempdir_in(parent)
            .map_err(|source| SpoolError::File {
                path: parent.to_owned(),
                source,
            })?;
        Ok(Self {
            path: temporary.path().to_owned(),
            temporary: Some(temporary),
        })
    }

    /// The folder of a run that was kept.
    pub fn at(path: PathBuf) -> Self {
        Self {
            path,
            temporary: None,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it a place for good, which must be free.
    ///
    /// # Errors
    /// [`SpoolError::File`].
    pub fn keep(mut self, place: &Path) -> Result<Self, SpoolError> {
        std::fs::rename(&self.path, place).map_err(|source| SpoolError::File {
            path: place.to_owned(),
            source,
        })?;
        if let Some(temporary) = self.temporary.take() {
            // It is where it belongs now; nothing is left to remove.
            let _ = temporary.keep();
        }
        Ok(Self::at(place.to_owned()))
    }

    /// Whether a later import can be compared with it.
    pub fn is_whole(&self) -> bool {
        self.file(Resources::Users, "index").exists()
    }

    /// Removes the resources themselves; what was different stays.
    pub fn thin_out(&self) {
        for resources in [Resources::Users, Resources::Entitlements] {
            for kind in ["jsonl", "index"] {
                let _ = std::fs::remove_file(self.file(resources, kind));
            }
        }
    }

    /// A part of a list: `limit` from `offset` on, of those whose id or name has `search` in it.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn page(
        &self,
        resources: Resources,
        kind: DifferenceKind,
        offset: usize,
        limit: usize,
        search: &str,
    ) -> Result<DifferencePage, SpoolError> {
        let path = self.file(resources, &format!("{}.jsonl", kind.word()));
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(DifferencePage {
                    items: Vec::new(),
                    total: 0,
                });
            }
            Err(source) => return Err(SpoolError::File { path, source }),
        };
        let search = search.to_lowercase();
        let mut page = DifferencePage {
            items: Vec::new(),
            total: 0,
        };
        for line in BufReader::new(file).lines() {
            let line = line.map_err(|source| SpoolError::File {
                path: path.clone(),
                source,
            })?;
            let wanted = page.total >= offset && page.items.len() < limit;
            if search.is_empty() && !wanted {
                page.total += 1;
                continue;
            }
            let item: Difference = serde_json::from_str(&line)
                .map_err(|_| SpoolError::Damaged { path: path.clone() })?;
            let found = search.is_empty()
                || item.id.to_lowercase().contains(&search)
                || item.name.to_lowercase().contains(&search);
            if found {
                if wanted {
                    page.items.push(item);
                }
                page.total += 1;
            }
        }
        Ok(page)
    }

    fn file(&self, resources: Resources, rest: &str) -> PathBuf {
        self.path.join(format!("{}.{rest}", resources.stem()))
    }
}

/// A resource on the disk.
#[derive(Serialize, Deserialize)]
struct Line {
    id: String,
    name: String,
    #[serde(rename = "a")]
    attributes: BTreeMap<String, Json>,
}

/// What a resource was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Once,
    /// It came before, on this page.
    Twice {
        id: String,
        first: u32,
    },
    /// It has no id, or no name where it is a user.
    Nameless,
}

/// Takes the resources of an import one by one.
pub(crate) struct Spool {
    resources: Resources,
    folder: PathBuf,
    lines: BufWriter<File>,
    index: BufWriter<File>,
    offset: u64,
    before: Option<Before>,
    /// Those that the import before did not have, by the page on which they came.
    fresh: HashMap<u128, u32>,
    lists: [Option<BufWriter<File>>; 5],
    pub counts: Counts,
}

impl Spool {
    pub fn begin(
        folder: &ImportFolder,
        resources: Resources,
        before: Option<&ImportFolder>,
    ) -> Result<Self, SpoolError> {
        let before = match before {
            Some(before) => Before::open(before, resources)?,
            None => None,
        };
        let create = |rest: &str| {
            let path = folder.file(resources, rest);
            File::create_new(&path)
                .map(BufWriter::new)
                .map_err(|source| SpoolError::File { path, source })
        };
        Ok(Self {
            resources,
            folder: folder.path.clone(),
            lines: create("jsonl")?,
            index: create("index")?,
            offset: 0,
            before,
            fresh: HashMap::new(),
            lists: Default::default(),
            counts: Counts::default(),
        })
    }

    /// Takes a resource of a page, counted from 1.
    pub fn take(&mut self, resource: &Map<String, Json>, page: u32) -> Result<Taken, SpoolError> {
        let text = |name: &str| resource.get(name).and_then(Json::as_str);
        let named = match self.resources {
            Resources::Users => text("userName"),
            Resources::Entitlements => text("displayName").or_else(|| text("display")),
        };
        let id = text("id").unwrap_or_default();
        // An entitlement without a name is shown by its id; a user without one cannot be taken.
        let named = match self.resources {
            Resources::Users => named,
            Resources::Entitlements => named.or(Some(id)),
        };
        let Some(name) = named.filter(|name| !name.is_empty() && !id.is_empty()) else {
            return Ok(Taken::Nameless);
        };
        let key = resource::key(id);
        let attributes = resource::attributes(resource);
        let digest = resource::digest(&attributes);
        let active = resource::active(resource);
        let line = Line {
            id: id.to_owned(),
            name: name.to_owned(),
            attributes,
        };
        let known = self
            .before
            .as_mut()
            .and_then(|before| before.known.get_mut(&key));
        let mut other = None;
        match known {
            Some(known) if known.page > 0 => {
                return Ok(Taken::Twice {
                    id: line.id,
                    first: known.page,
                });
            }
            Some(known) => {
                known.page = page;
                if known.digest == digest {
                    self.counts.same += 1;
                } else {
                    other = Some(*known);
                }
            }
            None => {
                if let Some(first) = self.fresh.insert(key, page) {
                    self.fresh.insert(key, first);
                    return Ok(Taken::Twice { id: line.id, first });
                }
                self.counts.new += 1;
                self.list(DifferenceKind::New, &told(&line, active, Vec::new()))?;
            }
        }
        if let (Some(known), Some(before)) = (other, &mut self.before) {
            let was = before.read(known)?;
            let changes = resource::changes(&was.attributes, &line.attributes);
            let kind = match (known.active, active) {
                (true, false) => DifferenceKind::Inactive,
                (false, true) => DifferenceKind::Active,
                _ => DifferenceKind::Changed,
            };
            match kind {
                DifferenceKind::Inactive => self.counts.inactive += 1,
                DifferenceKind::Active => self.counts.active += 1,
                _ => self.counts.changed += 1,
            }
            self.list(kind, &told(&line, active, changes))?;
        }
        self.counts.seen += 1;
        self.keep(&line, key, digest, active)?;
        Ok(Taken::Once)
    }

    /// Finds those that did not come, and puts everything on the disk.
    pub fn end(mut self) -> Result<Counts, SpoolError> {
        if let Some(mut before) = self.before.take() {
            let mut missing: Vec<Known> = before
                .known
                .values()
                .filter(|known| known.page == 0)
                .copied()
                .collect();
            missing.sort_by_key(|known| known.offset);
            for known in missing {
                let was = before.read(known)?;
                self.counts.missing += 1;
                self.list(
                    DifferenceKind::Missing,
                    &told(&was, known.active, Vec::new()),
                )?;
            }
        }
        let counts = self.counts;
        let path = self.folder.clone();
        let lists = self.lists.into_iter().flatten();
        for mut file in [self.lines, self.index].into_iter().chain(lists) {
            file.flush().map_err(|source| SpoolError::File {
                path: path.clone(),
                source,
            })?;
        }
        Ok(counts)
    }

    fn keep(
        &mut self,
        line: &Line,
        key: u128,
        digest: u128,
        active: bool,
    ) -> Result<(), SpoolError> {
        let trouble = |source: io::Error| SpoolError::File {
            path: self.folder.clone(),
            source,
        };
        let mut text = serde_json::to_vec(line).map_err(|error| trouble(error.into()))?;
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push(b'\n');
        self.lines.write_all(&text).map_err(trouble)?;
        let record = index::record(key, digest, self.offset, length, active);
        self.index.write_all(&record).map_err(trouble)?;
        self.offset += text.len() as u64;
        Ok(())
    }

    fn list(&mut self, kind: DifferenceKind, item: &Difference) -> Result<(), SpoolError> {
        let path = self
            .folder
            .join(format!("{}.{}.jsonl", self.resources.stem(), kind.word()));
        let trouble = |source: io::Error| SpoolError::File {
            path: path.clone(),
            source,
        };
        let place = DifferenceKind::ALL
            .iter()
            .position(|one| *one == kind)
            .unwrap_or_default();
        let mut text = serde_json::to_vec(item).map_err(|error| trouble(error.into()))?;
        text.push(b'\n');
        let file = match &mut self.lists[place] {
            Some(file) => file,
            none => none.insert(BufWriter::new(File::create_new(&path).map_err(trouble)?)),
        };
        file.write_all(&text).map_err(trouble)
    }
}

fn told(line: &Line, active: bool, changes: Vec<AttributeChange>) -> Difference {
    Difference {
        id: line.id.clone(),
        name: line.name.clone(),
        active,
        changes,
    }
}

#[cfg(test)]
mod tests;
