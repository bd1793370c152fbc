//! The rows of an import, in a spool, found again by their position.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::ids::Ids;
use super::record::{self, Damaged};
use super::{Progress, Stopped};
use crate::config::Application;
use crate::failure::{DatabaseError, DatabaseErrorKind};
use crate::ports::{ResultColumn, RowSink, Spool, SpoolError, SpoolWriter};
use crate::trace::Sample;
use crate::value::{Cell, Value};

/// Of so many records one is remembered by its place; the others are found from there.
const EVERY: usize = 32;
/// Records are handed to the spool in parts of this size, in bytes.
const PART: usize = 64 * 1024;

/// Rows that stand in a spool.
pub struct Rows {
    pub columns: Arc<[ResultColumn]>,
    spool: Arc<dyn Spool>,
    count: usize,
    /// Where the records 0, [`EVERY`], 2 × [`EVERY`], … begin.
    anchors: Vec<u64>,
    /// Where the last record ends.
    size: u64,
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many bytes they take.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The rows at these positions, by one read.
    ///
    /// # Errors
    /// Where the spool cannot be read.
    pub async fn read(&self, range: Range<usize>) -> Result<Block, SpoolError> {
        let end = range.end.min(self.count);
        let width = self.columns.len();
        if range.start >= end {
            return Ok(Block::default());
        }
        let damaged = |_: Damaged| SpoolError("its bytes are not those of rows".to_owned());
        let place = |anchor: usize| self.anchors.get(anchor).copied().unwrap_or(self.size);
        let (from, to) = (place(range.start / EVERY), place(end.div_ceil(EVERY)));
        let length = usize::try_from(to - from).unwrap_or(usize::MAX);
        let bytes = self.spool.read(from, length).await?;
        let mut records = Vec::with_capacity(end - range.start);
        let mut rest = bytes.as_slice();
        for position in range.start / EVERY * EVERY..end {
            let (found, after) = record::split(rest).map_err(damaged)?;
            if position >= range.start {
                let end = bytes.len() - after.len();
                records.push(end - found.len()..end);
            }
            rest = after;
        }
        Ok(Block {
            bytes,
            records,
            width,
        })
    }
}

/// Some rows that were read together.
#[derive(Debug, Default)]
pub struct Block {
    bytes: Vec<u8>,
    records: Vec<Range<usize>>,
    width: usize,
}

impl Block {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many bytes were read for it.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The cells of a row, by its position in this block.
    ///
    /// # Errors
    /// Where it is not there, or not whole.
    pub fn cells(&self, index: usize) -> Result<Vec<Cell<'_>>, SpoolError> {
        let record = self
            .records
            .get(index)
            .and_then(|range| self.bytes.get(range.clone()))
            .ok_or_else(|| SpoolError("it has no such row".to_owned()))?;
        record::cells(record, self.width)
            .map_err(|Damaged| SpoolError(format!("row {index} of a block is damaged")))
    }
}

/// Takes the rows of Get Users into a spool.
pub struct Writer<'a> {
    application: &'a Application,
    progress: &'a Progress,
    spool: Option<Box<dyn SpoolWriter>>,
    part: Vec<u8>,
    anchors: Vec<u64>,
    size: u64,
    count: usize,
    /// Which set of the answer this is: the first one has the users.
    sets: usize,
    columns: Arc<[ResultColumn]>,
    id: Option<usize>,
    pub ids: Ids,
    pub without_id: u64,
    pub sample: Sample,
    pub stopped: Option<Stopped>,
}

impl<'a> Writer<'a> {
    pub fn new(
        application: &'a Application,
        progress: &'a Progress,
        spool: Box<dyn SpoolWriter>,
        sample_rows: usize,
    ) -> Self {
        Self {
            application,
            progress,
            spool: Some(spool),
            part: Vec::with_capacity(PART + PART / 4),
            anchors: Vec::new(),
            size: 0,
            count: 0,
            sets: 0,
            columns: Arc::default(),
            id: None,
            ids: Ids::default(),
            without_id: 0,
            sample: Sample::new(sample_rows),
            stopped: None,
        }
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// Where the last part cannot be kept.
    pub fn finish(mut self) -> Result<(Rows, Ids), SpoolError> {
        let Some(mut spool) = self.spool.take() else {
            return Err(SpoolError("it was finished before".to_owned()));
        };
        spool.append(&self.part)?;
        let rows = Rows {
            columns: self.columns,
            spool: spool.finish()?,
            count: self.count,
            anchors: self.anchors,
            size: self.size,
        };
        Ok((rows, self.ids))
    }

    fn keep(&mut self, row: &[Value]) -> Result<(), Stopped> {
        if u32::try_from(self.count).is_ok_and(|count| count == u32::MAX) {
            return Err(Stopped::TooMany);
        }
        if self.count.is_multiple_of(EVERY) {
            self.anchors.push(self.size);
        }
        let before = self.part.len();
        if !record::append(row, &mut self.part) {
            return Err(Stopped::TooMany);
        }
        self.size += (self.part.len() - before) as u64;
        self.count += 1;
        let cell = self.id.and_then(|id| row.get(id)).map(Cell::from);
        let id = cell.as_ref().and_then(Cell::to_text);
        if id.is_none() {
            self.without_id += 1;
        }
        self.ids.push(id.as_deref());
        if self.part.len() >= PART {
            if let Some(spool) = &mut self.spool {
                spool.append(&self.part).map_err(Stopped::Spool)?;
            }
            self.part.clear();
        }
        Ok(())
    }
}

impl RowSink for Writer<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.sets += 1;
        if self.sets == 1 {
            let wanted = &self.application.user_id_column;
            self.id = columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(wanted));
            self.sample.columns = Arc::clone(&columns);
            self.columns = columns;
        }
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if self.sets > 1 {
            return Ok(());
        }
        if let Err(stopped) = self.keep(&row) {
            let message = stopped.to_string();
            self.stopped = Some(stopped);
            return Err(DatabaseError::new(DatabaseErrorKind::Other, message));
        }
        self.sample.take(row);
        self.progress
            .rows
            .store(self.count as u64, Ordering::Relaxed);
        Ok(())
    }
}
