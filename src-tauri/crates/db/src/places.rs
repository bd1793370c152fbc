//! The values of a statement held against the columns they meet, before anything is sent.
//!
//! **Invariant:** a value is refused only by column types read in the same moment; kept ones only
//! let it pass. What the database does not tell is not checked.
//!
//! To use it in a dialect: keep [`Places`] by text, let them pass while [`Places::believed`], read
//! them anew before a refusal.

use std::time::{Duration, Instant};

use sluice_core::DatabaseError;
use sluice_core::catalogue::{Column, DataType, ObjectName};
use sluice_core::plan::BoundParameter;
use sluice_core::sql::Target;

/// What the catalogue said is believed for so long.
pub(crate) const BELIEVED: Duration = Duration::from_mins(1);

/// What each placeholder of a text meets.
pub(crate) struct Places {
    read: Instant,
    /// Empty where no placeholder has a column that is known.
    places: Vec<Option<(Target, DataType)>>,
}

impl Places {
    /// The columns of the tables that the targets name, laid beside the placeholders. `read` is when
    /// they were asked for.
    pub(crate) fn new(
        read: Instant,
        targets: Vec<Option<Target>>,
        tables: &[(ObjectName, Vec<Column>)],
    ) -> Self {
        let place = |target: Target| {
            let (_, columns) = tables.iter().find(|(table, _)| *table == target.table)?;
            let named = |column: &&Column| column.name.eq_ignore_ascii_case(&target.column);
            let data_type = columns.iter().find(named)?.data_type.clone();
            Some((target, data_type))
        };
        let mut places: Vec<Option<(Target, DataType)>> =
            targets.into_iter().map(|t| t.and_then(place)).collect();
        // Texts without any target are never read again; a table that appears later is noticed,
        // because until then the statement fails and is forgotten.
        if places.iter().all(Option::is_none) {
            places.clear();
        }
        Self { read, places }
    }

    /// Whether what was read is new enough to let a value pass.
    pub(crate) fn believed(&self) -> bool {
        self.places.is_empty() || self.read.elapsed() < BELIEVED
    }

    /// Refuses a value that does not fit its column.
    pub(crate) fn check(&self, parameters: &[BoundParameter]) -> Result<(), DatabaseError> {
        for (parameter, place) in parameters.iter().zip(&self.places) {
            if let Some((target, data_type)) = place {
                target.check(parameter, data_type)?;
            }
        }
        Ok(())
    }

    /// The type that the placeholder at this position (from 0) meets.
    pub(crate) fn kind(&self, index: usize) -> Option<&DataType> {
        let place = self.places.get(index)?.as_ref();
        place.map(|(_, kind)| kind)
    }
}

/// The tables that targets name, each once.
pub(crate) fn tables(targets: &[Option<Target>]) -> Vec<ObjectName> {
    let mut tables = Vec::new();
    for target in targets.iter().flatten() {
        if !tables.contains(&target.table) {
            tables.push(target.table.clone());
        }
    }
    tables
}
