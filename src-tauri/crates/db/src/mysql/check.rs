//! The values of a statement held against the columns they meet, before anything is sent.
//!
//! **Invariant:** a value is refused only by column types read in the same moment; kept ones only
//! let it pass. What the server does not tell is not checked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mysql_async::{Conn, Value as Raw};
use sluice_core::DatabaseError;
use sluice_core::catalogue::{Column, DataType, ObjectName};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::sql::{Target, targets};

use super::{Mysql, catalogue, value};

/// What the catalogue said is believed for so long.
pub(super) const BELIEVED: Duration = Duration::from_mins(1);

/// What each placeholder of a text meets.
pub(super) struct Places {
    read: Instant,
    /// Empty where no placeholder has a column that is known.
    places: Vec<Option<(Target, DataType)>>,
}

impl Places {
    fn check(&self, parameters: &[BoundParameter]) -> Result<(), DatabaseError> {
        for (parameter, place) in parameters.iter().zip(&self.places) {
            if let Some((target, data_type)) = place {
                target.check(parameter, data_type)?;
            }
        }
        Ok(())
    }

    fn bind(&self, parameters: &[BoundParameter]) -> Vec<Raw> {
        let place = |index: usize| self.places.get(index).and_then(Option::as_ref);
        let bind = |(index, parameter): (usize, &BoundParameter)| {
            value::bind(&parameter.value, place(index).map(|(_, kind)| kind))
        };
        parameters.iter().enumerate().map(bind).collect()
    }
}

/// The values as they are sent.
///
/// # Errors
/// `InvalidValue` or `TooLong` where one does not fit its column; nothing was sent then.
pub(super) async fn bound(
    database: &Mysql,
    conn: &mut Conn,
    statement: &Statement,
) -> Result<Vec<Raw>, DatabaseError> {
    let parameters = statement.parameters.as_slice();
    if parameters.is_empty() {
        return Ok(Vec::new());
    }
    let kept = database.places.get(&statement.text);
    let believed = |kept: &Arc<Places>| kept.places.is_empty() || kept.read.elapsed() < BELIEVED;
    if let Some(kept) = kept.filter(believed)
        && kept.check(parameters).is_ok()
    {
        return Ok(kept.bind(parameters));
    }
    let read = read(conn, &statement.text).await;
    let places = database.places.insert(statement.text.clone(), read);
    places.check(parameters)?;
    Ok(places.bind(parameters))
}

async fn read(conn: &mut Conn, text: &str) -> Places {
    let read = Instant::now();
    let targets = targets(Dialect::Mysql, text);
    let mut tables: Vec<(ObjectName, Vec<Column>)> = Vec::new();
    for target in targets.iter().flatten() {
        if tables.iter().any(|(table, _)| *table == target.table) {
            continue;
        }
        let columns = catalogue::columns(conn, &target.table).await;
        let columns = columns.unwrap_or_else(|error| {
            // The statement itself will tell what is wrong, if anything is.
            tracing::debug!(%error, table = %target.table, "the columns of a table cannot be read");
            Vec::new()
        });
        tables.push((target.table.clone(), columns));
    }
    let place = |target: Target| {
        let (_, columns) = tables.iter().find(|(table, _)| *table == target.table)?;
        let named = |column: &&Column| column.name.eq_ignore_ascii_case(&target.column);
        let data_type = columns.iter().find(named)?.data_type.clone();
        Some((target, data_type))
    };
    let mut places: Vec<Option<(Target, DataType)>> =
        targets.into_iter().map(|t| t.and_then(place)).collect();
    // Texts without any target are never read again; a table that appears later is noticed, because
    // until then the statement fails and is forgotten.
    if places.iter().all(Option::is_none) {
        places.clear();
    }
    Places { read, places }
}
