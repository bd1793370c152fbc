//! Who holds what, for all users of an import: each entitlement once, and for each user the numbers
//! of those it holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::ids::Ids;
use super::record;
use super::{Progress, Stopped};
use crate::config::Application;
use crate::failure::{DatabaseError, DatabaseErrorKind, Failure};
use crate::operation::Operation;
use crate::ports::{ResultColumn, RowSink};
use crate::profile::{self, Entitlement, Held};
use crate::trace::Sample;
use crate::value::{Cell, Value};

/// Pairs are kept in pieces of this many, so that growing never copies what is there.
const PIECE: usize = 64 * 1024;

/// Of those who hold something and are not in the list, so many are known by their id; the others are
/// counted.
const STRANGERS: usize = 10_000;

/// Somebody who holds something and is not in the list of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    pub id: String,
    /// Numbers of entitlements.
    held: Vec<u32>,
}

/// What the users of an import hold.
#[derive(Debug, Default)]
pub struct Entitlements {
    pub(super) all: Vec<Entitlement>,
    /// By the number of an entitlement: how many rows say that somebody holds it who is not in the list.
    pub(super) outside: Vec<usize>,
    /// Where the numbers of each user begin in `held`, and after the last one where they end.
    pub(super) starts: Vec<u32>,
    pub(super) held: Vec<u32>,
    /// Rows that repeat an id, with the first row of it; in order.
    pub(super) repeated: Vec<(u32, u32)>,
    strangers: Vec<Stranger>,
}

impl Entitlements {
    /// Those who hold something and are not in the list, in the order in which they were read; the first
    /// ten thousand.
    pub fn strangers(&self) -> &[Stranger] {
        &self.strangers
    }

    /// What one of them holds.
    pub fn of_stranger<'a>(&'a self, stranger: &'a Stranger) -> Held<'a> {
        Held::Of(&self.all, &stranger.held)
    }

    /// What the user in this row holds, in the order in which it was read.
    pub fn of(&self, row: usize) -> Held<'_> {
        let same = u32::try_from(row)
            .ok()
            .and_then(|row| {
                self.repeated
                    .binary_search_by_key(&row, |(row, _)| *row)
                    .ok()
            })
            .and_then(|index| self.repeated.get(index));
        let row = same.map_or(row, |(_, first)| *first as usize);
        let bounds = self.starts.get(row).zip(self.starts.get(row + 1));
        let held = bounds.and_then(|(from, to)| self.held.get(*from as usize..*to as usize));
        Held::Of(&self.all, held.unwrap_or_default())
    }
}

/// Takes the rows of the statement that gives everybody's entitlements.
pub struct Writer<'a> {
    application: &'a Application,
    progress: &'a Progress,
    ids: &'a Ids,
    sets: usize,
    user: usize,
    id: usize,
    display: Option<usize>,
    known: HashMap<Vec<u8>, u32>,
    all: Vec<Entitlement>,
    outside: Vec<usize>,
    strangers: Vec<Stranger>,
    /// Where somebody stands among them.
    stranger_at: HashMap<String, usize>,
    /// Row of the user, number of the entitlement.
    pairs: Vec<Vec<(u32, u32)>>,
    count: u64,
    /// The user of the row before: most statements give a user's rows together.
    last: (String, Option<u32>),
    key: Vec<u8>,
    /// Rows whose user is not in the list.
    pub without_user: u64,
    /// Rows with NULL for the user or the entitlement.
    pub without_id: u64,
    pub sample: Sample,
    pub stopped: Option<Stopped>,
}

impl<'a> Writer<'a> {
    pub fn new(
        application: &'a Application,
        progress: &'a Progress,
        ids: &'a Ids,
        sample_rows: usize,
    ) -> Self {
        Self {
            application,
            progress,
            ids,
            sets: 0,
            user: 0,
            id: 0,
            display: None,
            known: HashMap::new(),
            all: Vec::new(),
            outside: Vec::new(),
            strangers: Vec::new(),
            stranger_at: HashMap::new(),
            pairs: Vec::new(),
            count: 0,
            last: (String::new(), None),
            key: Vec::new(),
            without_user: 0,
            without_id: 0,
            sample: Sample::new(sample_rows),
            stopped: None,
        }
    }

    /// Finds the columns; also for an answer without a row.
    ///
    /// # Errors
    /// 500 where one is missing.
    pub fn check(&mut self) -> Result<(), Failure> {
        let columns = Arc::clone(&self.sample.columns);
        let wanted = &self.application.user_id_column;
        self.user = columns
            .iter()
            .position(|column| column.name.eq_ignore_ascii_case(wanted))
            .ok_or_else(|| {
                Failure::new(
                    500,
                    "mapping.column_missing",
                    format!(
                        "The import statement of \"{}\" returns no column {wanted}.",
                        Operation::GetUserEntitlements
                    ),
                    "Return the user id with each entitlement.",
                )
            })?;
        (self.id, self.display) = profile::entitlement_columns(self.application, &columns)?;
        Ok(())
    }

    /// Sorts what was read by user. `ids` are those of the users that were read before.
    pub fn finish(self) -> Entitlements {
        let mut starts = vec![0_u32; self.ids.len() + 1];
        for (user, _) in self.pairs.iter().flatten() {
            starts[*user as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut held = vec![0_u32; self.pairs.iter().map(Vec::len).sum()];
        // Each piece goes as soon as it is sorted in.
        for piece in self.pairs {
            for (user, entitlement) in piece {
                let place = &mut next[user as usize];
                held[*place as usize] = entitlement;
                *place += 1;
            }
        }
        Entitlements {
            all: self.all,
            outside: self.outside,
            starts,
            held,
            repeated: Vec::new(),
            strangers: self.strangers,
        }
    }

    fn stranger(&mut self, id: &str, entitlement: u32) {
        let at = match self.stranger_at.get(id) {
            Some(at) => *at,
            None if self.strangers.len() >= STRANGERS => return,
            None => {
                self.stranger_at.insert(id.to_owned(), self.strangers.len());
                self.strangers.push(Stranger {
                    id: id.to_owned(),
                    held: Vec::new(),
                });
                self.strangers.len() - 1
            }
        };
        let held = &mut self.strangers[at].held;
        if !held.contains(&entitlement) {
            held.push(entitlement);
        }
    }

    fn keep(&mut self, row: &[Value]) -> Result<(), Stopped> {
        let cell = |index: usize| row.get(index).map_or(Cell::Null, Cell::from);
        let (user, entitlement) = (cell(self.user), cell(self.id));
        let Some(user) = user.to_text().filter(|_| !entitlement.is_null()) else {
            self.without_id += 1;
            return Ok(());
        };
        if self.last.0 != user || self.last.1.is_none() {
            self.last.1 = self.ids.find(&user);
            self.last.0.clear();
            self.last.0.push_str(&user);
        }
        self.key.clear();
        let shown = [row.get(self.id), self.display.and_then(|at| row.get(at))];
        for value in shown.into_iter().flatten() {
            if !record::append(std::slice::from_ref(value), &mut self.key) {
                return Err(Stopped::TooMany);
            }
        }
        let number = if let Some(number) = self.known.get(&self.key) {
            *number
        } else {
            let number = u32::try_from(self.all.len()).map_err(|_| Stopped::TooMany)?;
            let Some(entitlement) = profile::entitlement(row, self.id, self.display) else {
                return Ok(());
            };
            self.all.push(entitlement);
            self.outside.push(0);
            self.known.insert(self.key.clone(), number);
            number
        };
        let Some(user) = self.last.1 else {
            self.without_user += 1;
            self.outside[number as usize] += 1;
            self.stranger(&user, number);
            return Ok(());
        };
        if self.count >= u64::from(u32::MAX) {
            return Err(Stopped::TooMany);
        }
        self.count += 1;
        match self.pairs.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push((user, number)),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push((user, number));
                self.pairs.push(piece);
            }
        }
        Ok(())
    }
}

impl Entitlements {
    /// Lets rows that repeat an id hold what its first row holds.
    #[must_use]
    pub fn with_repeated(mut self, repeated: Vec<(u32, u32)>) -> Self {
        self.repeated = repeated;
        self
    }
}

impl RowSink for Writer<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.sets += 1;
        if self.sets == 1 {
            self.sample.columns = columns;
            if let Err(failure) = self.check() {
                self.stopped = Some(Stopped::Mapping(Box::new(failure)));
            }
        }
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if self.sets > 1 {
            return Ok(());
        }
        if self.stopped.is_none()
            && let Err(stopped) = self.keep(&row)
        {
            self.stopped = Some(stopped);
        }
        if let Some(stopped) = &self.stopped {
            let message = stopped.to_string();
            return Err(DatabaseError::new(DatabaseErrorKind::Other, message));
        }
        self.sample.take(row);
        self.progress.pairs.store(self.count, Ordering::Relaxed);
        Ok(())
    }
}
