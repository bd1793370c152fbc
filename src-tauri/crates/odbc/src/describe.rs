//! What the driver tells of the database through ODBC's own catalogue functions.

use odbc_api::{Connection, Error};
use sluice_odbc::{Describe, Done, Failed};

use crate::diagnostics::failed;
use crate::run::drain;
use crate::talk::Talk;

/// Describes something; the rows go to `talk` with the columns that ODBC defines for the function.
///
/// # Errors
/// What the driver says.
pub fn describe(
    connection: &Connection<'_>,
    what: &Describe,
    talk: &mut Talk,
) -> Result<Done, Failed> {
    let open = |name: &Option<String>| name.clone().unwrap_or_default();
    let said = |error: Error| failed(&error);
    let mut statement = connection.preallocate().map_err(said)?;
    let cursor = match what {
        Describe::Schemas => statement.tables_cursor("", "%", "", ""),
        Describe::Tables {
            catalog,
            schema,
            name,
        } => statement.tables_cursor(
            &open(catalog),
            schema.as_deref().unwrap_or("%"),
            name.as_deref().unwrap_or("%"),
            "",
        ),
        Describe::Columns {
            catalog,
            schema,
            name,
        } => statement.columns_cursor(&open(catalog), schema.as_deref().unwrap_or("%"), name, "%"),
        Describe::PrimaryKeys {
            catalog,
            schema,
            name,
        } => statement.primary_keys_cursor(catalog.as_deref(), schema.as_deref(), name),
        Describe::References {
            catalog,
            schema,
            name,
        } => statement.foreign_keys_cursor(&open(catalog), &open(schema), name, "", "", ""),
        Describe::ForeignKeys {
            catalog,
            schema,
            name,
        } => statement.foreign_keys_cursor("", "", "", &open(catalog), &open(schema), name),
    };
    drain(cursor.map_err(said)?, talk)?;
    Ok(Done::default())
}
