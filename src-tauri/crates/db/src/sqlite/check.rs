//! The values of a statement held against the columns they are written to.
//!
//! SQLite keeps a word in a column of numbers without complaint, and nothing that reads the column
//! expects it. So what goes into a column that is declared as a number or a Boolean must be one.
//! Lengths and dates are no limits to SQLite, and none here; CHECK constraints say them. Values that
//! are only compared are not looked at: what is no number is not found.
//!
//! **Invariant:** a value is refused only by column types read in the same moment; kept ones only let
//! it pass.

use std::sync::Arc;
use std::time::Instant;

use sluice_core::DatabaseError;
use sluice_core::catalogue::{Column, DataType, TypeKind};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::sql::{Target, targets};

use super::{Handle, Sqlite, catalogue, types};
use crate::places::{BELIEVED, tables};

/// The column each placeholder of a text is written to, where it is one of numbers or Booleans.
pub(super) struct Places {
    read: Instant,
    /// Empty where there is none.
    places: Vec<Option<(Target, DataType)>>,
}

impl Places {
    fn bind(&self, parameters: &[BoundParameter]) -> Result<Vec<BoundParameter>, DatabaseError> {
        let mut bound = parameters.to_vec();
        for (parameter, place) in bound.iter_mut().zip(&self.places) {
            if let Some((target, data_type)) = place {
                target.check(parameter, data_type)?;
                parameter.value = types::meant(&parameter.value, data_type);
            }
        }
        Ok(bound)
    }
}

/// The values as they are bound.
///
/// # Errors
/// `InvalidValue` where one does not fit its column; nothing was run then.
pub(super) async fn bound(
    database: &Sqlite,
    handle: &mut Handle,
    statement: &Statement,
) -> Result<Vec<BoundParameter>, DatabaseError> {
    let parameters = statement.parameters.as_slice();
    if parameters.is_empty() {
        return Ok(Vec::new());
    }
    let kept = database.places.get(&statement.text);
    let believed = |kept: &Arc<Places>| kept.read.elapsed() < BELIEVED;
    if let Some(kept) = kept.filter(believed)
        && let Ok(bound) = kept.bind(parameters)
    {
        return Ok(bound);
    }
    let read = read(handle, &statement.text).await;
    let places = database.places.insert(statement.text.clone(), read);
    places.bind(parameters)
}

async fn read(handle: &mut Handle, text: &str) -> Places {
    let read = Instant::now();
    let targets = targets(Dialect::Sqlite, text);
    let targets: Vec<Option<Target>> = targets
        .into_iter()
        .map(|target| target.filter(|target| target.written))
        .collect();
    let mut known = Vec::new();
    for table in tables(&targets) {
        let columns = catalogue::columns(handle, &table).await;
        // Where they cannot be read, the statement itself will tell what is wrong.
        known.push((table, columns.unwrap_or_default()));
    }
    let place = |target: Target| {
        let (_, columns) = known.iter().find(|(table, _)| *table == target.table)?;
        let named = |column: &&Column| column.name.eq_ignore_ascii_case(&target.column);
        let declared = columns.iter().find(named)?.data_type.clone();
        let data_type = DataType {
            // To SQLite these are comments.
            precision: None,
            scale: None,
            ..declared
        };
        let holds_numbers = matches!(
            data_type.kind,
            TypeKind::Boolean | TypeKind::Integer { .. } | TypeKind::Float | TypeKind::Decimal
        );
        holds_numbers.then_some((target, data_type))
    };
    let mut places: Vec<Option<(Target, DataType)>> =
        targets.into_iter().map(|t| t.and_then(place)).collect();
    if places.iter().all(Option::is_none) {
        places.clear();
    }
    Places { read, places }
}
