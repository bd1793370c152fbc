//! The values of a statement held against the columns they meet, in the grammar of the database
//! behind the driver where it is known.

use std::time::Instant;

use sluice_core::DatabaseError;
use sluice_core::catalogue::Question;
use sluice_core::plan::Statement;
use sluice_core::sql::targets;

use super::pool::Handle;
use super::{Odbc, catalogue};
use crate::places::{Places, tables};

/// Refuses a value that does not fit, by columns read in this moment.
///
/// # Errors
/// `InvalidValue` or `TooLong`; nothing was sent then.
pub(super) async fn check(
    database: &Odbc,
    handle: &mut Handle,
    statement: &Statement,
) -> Result<(), DatabaseError> {
    if statement.parameters.is_empty() {
        return Ok(());
    }
    let kept = database.places.get(&statement.text);
    if let Some(kept) = kept.filter(|kept| kept.believed())
        && kept.check(&statement.parameters).is_ok()
    {
        return Ok(());
    }
    let read = read(database, handle, &statement.text).await;
    let places = database.places.insert(statement.text.clone(), read);
    places.check(&statement.parameters)
}

async fn read(database: &Odbc, handle: &mut Handle, text: &str) -> Places {
    let read = Instant::now();
    let targets = targets(handle.product().grammar(), text);
    let mut known = Vec::new();
    for table in tables(&targets) {
        let found = catalogue::answer(database, handle, &Question::Relation(table.clone())).await;
        let columns = match found {
            Ok(found) => found.relations.into_iter().next().map(|r| r.columns),
            Err(error) => {
                tracing::debug!(%error, %table, "the columns of a table cannot be read");
                None
            }
        };
        known.push((table, columns.unwrap_or_default()));
    }
    Places::new(read, targets, &known)
}
