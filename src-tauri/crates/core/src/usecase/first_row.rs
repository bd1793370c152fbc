//! A statement up to its first row: what columns it gives, and what stands in them.

use std::sync::Arc;

use crate::failure::{DatabaseError, DatabaseErrorKind};
use crate::ports::{ResultColumn, RowSink};
use crate::value::Value;

/// Takes the first row, and stops the statement at the second.
#[derive(Default)]
pub(super) struct FirstRow {
    pub columns: Option<Arc<[ResultColumn]>>,
    pub row: Option<Vec<Value>>,
    /// Whether the statement was stopped, and so ends with an error that is none.
    pub stopped: bool,
}

impl RowSink for FirstRow {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.columns.get_or_insert(columns);
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if self.row.is_none() {
            self.row = Some(row);
            return Ok(());
        }
        self.stopped = true;
        Err(DatabaseError::new(
            DatabaseErrorKind::Other,
            "One row is enough.",
        ))
    }
}
