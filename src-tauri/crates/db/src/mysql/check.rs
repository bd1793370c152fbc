//! The values of a statement, as MySQL and MariaDB get them once they fit.

use std::time::Instant;

use mysql_async::{Conn, Value as Raw};
use sluice_core::DatabaseError;
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::sql::targets;

use super::{Mysql, catalogue, value};
use crate::places::{Places, tables};

fn bind(places: &Places, parameters: &[BoundParameter]) -> Vec<Raw> {
    let bind = |(index, parameter): (usize, &BoundParameter)| {
        value::bind(&parameter.value, places.kind(index))
    };
    parameters.iter().enumerate().map(bind).collect()
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
    if let Some(kept) = kept.filter(|kept| kept.believed())
        && kept.check(parameters).is_ok()
    {
        return Ok(bind(&kept, parameters));
    }
    let read = read(conn, &statement.text).await;
    let places = database.places.insert(statement.text.clone(), read);
    places.check(parameters)?;
    Ok(bind(&places, parameters))
}

async fn read(conn: &mut Conn, text: &str) -> Places {
    let read = Instant::now();
    let targets = targets(Dialect::Mysql, text);
    let mut known = Vec::new();
    for table in tables(&targets) {
        let columns = catalogue::columns(conn, &table).await;
        let columns = columns.unwrap_or_else(|error| {
            // The statement itself will tell what is wrong, if anything is.
            tracing::debug!(%error, %table, "the columns of a table cannot be read");
            Vec::new()
        });
        known.push((table, columns));
    }
    Places::new(read, targets, &known)
}
