//! The users of an import on the disk, and what is different from the import before.
//!
//! A run has a folder: `users.jsonl` has a line for each user with its attributes, `users.index` a record of
//! 45 bytes for each, and `users.new.jsonl` and the like one line for each that is new, changed and so on.
//!
//! **Invariant:** in memory stands one record of about a hundred bytes for each resource, never a resource;
//! so an import of a million users takes about a hundred MB more and no import takes what its rows weigh. A folder that
//! is not kept is removed with everything in it.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{
    self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _,
};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tempfile::TempDir;
use ts_rs::TS;

use crate::resource::{self, AttributeChange};

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

/// The bytes of a record: key, digest, offset, length, active.
const RECORD: usize = 16 + 16 + 8 + 4 + 1;

/// What is known of a resource of the import before.
#[derive(Clone, Copy)]
struct Known {
    digest: u128,
    offset: u64,
    length: u32,
    active: bool,
    /// The page of this import on which it came; 0 as long as it did not.
    page: u32,
}

/// The import before: its records in memory, its resources on the disk.
struct Before {
    path: PathBuf,
    file: File,
    known: HashMap<u128, Known>,
}

impl Before {
    fn open(folder: &ImportFolder, resources: Resources) -> Result<Option<Self>, SpoolError> {
        let index = folder.file(resources, "index");
        let bytes = match std::fs::read(&index) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(SpoolError::File {
                    path: index,
                    source,
                });
            }
        };
        if bytes.len() % RECORD != 0 {
            return Err(SpoolError::Damaged { path: index });
        }
        let mut known = HashMap::with_capacity(bytes.len() / RECORD);
        for record in bytes.chunks_exact(RECORD) {
            let (key, rest) = number(record);
            let (digest, rest) = number(rest);
            let (offset, rest) = eight(rest);
            let (length, rest) = four(rest);
            known.insert(
                key,
                Known {
                    digest,
                    offset,
                    length,
                    active: rest.first() == Some(&1),
                    page: 0,
                },
            );
        }
        let path = folder.file(resources, "jsonl");
        let file = File::open(&path).map_err(|source| SpoolError::File {
            path: path.clone(),
            source,
        })?;
        Ok(Some(Self { path, file, known }))
    }

    fn read(&mut self, known: Known) -> Result<Line, SpoolError> {
        let trouble = |source| SpoolError::File {
            path: self.path.clone(),
            source,
        };
        let mut bytes = vec![0; usize::try_from(known.length).unwrap_or(usize::MAX)];
        self.file
            .seek(SeekFrom::Start(known.offset))
            .map_err(trouble)?;
        self.file.read_exact(&mut bytes).map_err(trouble)?;
        serde_json::from_slice(&bytes).map_err(|_| SpoolError::Damaged {
            path: self.path.clone(),
        })
    }
}

fn number(bytes: &[u8]) -> (u128, &[u8]) {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; 16], &[]));
    (u128::from_be_bytes(*first), rest)
}

fn eight(bytes: &[u8]) -> (u64, &[u8]) {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; 8], &[]));
    (u64::from_be_bytes(*first), rest)
}

fn four(bytes: &[u8]) -> (u32, &[u8]) {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; 4], &[]));
    (u32::from_be_bytes(*first), rest)
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
        let mut record = Vec::with_capacity(RECORD);
        record.extend_from_slice(&key.to_be_bytes());
        record.extend_from_slice(&digest.to_be_bytes());
        record.extend_from_slice(&self.offset.to_be_bytes());
        record.extend_from_slice(&length.to_be_bytes());
        record.push(u8::from(active));
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
mod tests {
    use super::*;
    use serde_json::json;

    fn user(id: &str, title: &str, active: bool) -> Map<String, Json> {
        let user = json!({"id": id, "userName": id, "title": title, "active": active});
        user.as_object().unwrap().clone()
    }

    fn imported(
        parent: &Path,
        before: Option<&ImportFolder>,
        users: &[Map<String, Json>],
    ) -> (ImportFolder, Counts) {
        let folder = ImportFolder::begin(parent).unwrap();
        let mut spool = Spool::begin(&folder, Resources::Users, before).unwrap();
        for user in users {
            assert_eq!(spool.take(user, 1).unwrap(), Taken::Once);
        }
        let counts = spool.end().unwrap();
        (folder, counts)
    }

    fn ids(folder: &ImportFolder, kind: DifferenceKind) -> Vec<String> {
        let page = folder.page(Resources::Users, kind, 0, 100, "").unwrap();
        page.items.into_iter().map(|item| item.id).collect()
    }

    #[test]
    fn what_is_new_changed_inactive_active_again_and_missing_is_told_once_each() {
        let parent = tempfile::tempdir().unwrap();
        let (first, counts) = imported(
            parent.path(),
            None,
            &[
                user("same", "a", true),
                user("changed", "a", true),
                user("leaves", "a", true),
                user("returns", "a", false),
                user("gone", "a", true),
            ],
        );
        assert_eq!((counts.seen, counts.new), (5, 5));
        let (second, counts) = imported(
            parent.path(),
            Some(&first),
            &[
                user("returns", "a", true),
                user("new", "a", true),
                user("same", "a", true),
                user("changed", "b", true),
                user("leaves", "a", false),
            ],
        );
        assert_eq!(
            counts,
            Counts {
                seen: 5,
                new: 1,
                changed: 1,
                inactive: 1,
                active: 1,
                missing: 1,
                same: 1,
            }
        );
        for (kind, id) in [
            (DifferenceKind::New, "new"),
            (DifferenceKind::Changed, "changed"),
            (DifferenceKind::Inactive, "leaves"),
            (DifferenceKind::Active, "returns"),
            (DifferenceKind::Missing, "gone"),
        ] {
            assert_eq!(ids(&second, kind), [id]);
        }
        let changed = second
            .page(Resources::Users, DifferenceKind::Changed, 0, 1, "")
            .unwrap();
        assert_eq!(
            changed.items[0].changes,
            [AttributeChange {
                path: "title".to_owned(),
                before: Some(json!("a")),
                after: Some(json!("b")),
            }]
        );
    }

    #[test]
    fn a_resource_that_comes_twice_is_told_with_its_first_page_and_counted_once() {
        let parent = tempfile::tempdir().unwrap();
        let (first, _) = imported(parent.path(), None, &[user("a", "x", true)]);
        let folder = ImportFolder::begin(parent.path()).unwrap();
        let mut spool = Spool::begin(&folder, Resources::Users, Some(&first)).unwrap();
        for (id, page, taken) in [
            ("a", 1, Taken::Once),
            ("b", 1, Taken::Once),
            (
                "a",
                2,
                Taken::Twice {
                    id: "a".to_owned(),
                    first: 1,
                },
            ),
            (
                "b",
                3,
                Taken::Twice {
                    id: "b".to_owned(),
                    first: 1,
                },
            ),
            (
                "b",
                4,
                Taken::Twice {
                    id: "b".to_owned(),
                    first: 1,
                },
            ),
        ] {
            assert_eq!(spool.take(&user(id, "x", true), page).unwrap(), taken);
        }
        let nameless = json!({"id": "c"}).as_object().unwrap().clone();
        assert_eq!(spool.take(&nameless, 4).unwrap(), Taken::Nameless);
        let counts = spool.end().unwrap();
        assert_eq!((counts.seen, counts.same, counts.new), (2, 1, 1));
    }

    #[test]
    fn a_list_is_read_in_parts_and_searched() {
        let parent = tempfile::tempdir().unwrap();
        let users: Vec<_> = (0..250)
            .map(|n| user(&format!("user-{n:03}"), "x", true))
            .collect();
        let (folder, _) = imported(parent.path(), None, &users);
        let page = |offset, search: &str| {
            folder
                .page(Resources::Users, DifferenceKind::New, offset, 100, search)
                .unwrap()
        };
        let last = page(200, "");
        assert_eq!((last.total, last.items.len()), (250, 50));
        assert_eq!(last.items[0].id, "user-200");
        let found = page(0, "USER-24");
        assert_eq!((found.total, found.items.len()), (10, 10));
        assert_eq!(page(0, "nobody").total, 0);
    }

    #[test]
    fn a_folder_that_is_not_kept_is_gone_and_one_that_is_kept_can_be_compared_with() {
        let parent = tempfile::tempdir().unwrap();
        let (folder, _) = imported(parent.path(), None, &[user("a", "x", true)]);
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
        let (folder, _) = imported(parent.path(), None, &[user("a", "x", true)]);
        let kept = folder.keep(&parent.path().join("run")).unwrap();
        assert!(kept.is_whole());
        let (_, counts) = imported(parent.path(), Some(&kept), &[user("a", "x", true)]);
        assert_eq!((counts.same, counts.new, counts.missing), (1, 0, 0));
        kept.thin_out();
        assert!(!kept.is_whole());
        assert_eq!(ids(&kept, DifferenceKind::New), ["a"]);
    }
}
