//! The databases that Sluice writes to, behind the ports of `sluice-core`.
//!
//! **Purpose:** a [`Connection`] becomes a [`Database`] with a pool; a statement or a procedure call
//! becomes result sets and a count of rows, or a [`DatabaseError`] that reads the same for every
//! dialect. This is the only crate that knows a database driver.
//!
//! **Invariant:** statement text meets values only as bound parameters. A connection on which a call
//! did not come to its end (deadline, dropped future) is closed and never used again, because what
//! it would answer next is not known.
//!
//! **To add a dialect:** a folder with the same files as the others (`mod` joins them, `pool` opens
//! connections, `procedure` calls, `value` translates cells, `error` names failures), whose `mod`
//! implements `driver::Driver`, and a line in `open`. Pool, deadlines and transactions come from
//! `pool` and `session` and are the same for all.

mod civil;
mod driver;
mod mysql;
mod odbc;
mod oracle;
mod places;
mod pool;
mod postgres;
mod properties;
mod reach;
mod session;
mod sqlite;
mod sqlserver;
mod text;
mod tls;

use std::sync::Arc;

use sluice_core::config::{Connection, Dialect};
use sluice_core::ports::Database;
use sluice_core::{DatabaseError, Secret};

use crate::pool::Pooled;

pub use crate::reach::{Reached, protects_apart, reach};
pub use crate::sqlite::create_sqlite;

/// The database that a connection describes. Nothing is connected yet: the first session does that
/// (or, where `minimumIdle` is above 0, a task in the background).
///
/// Must be called inside a tokio runtime, on which the pool keeps its timers.
///
/// # Errors
/// Kind `Tls` where a property or a file that is to protect the connection cannot be used, and
/// `Other` outside a runtime. Whether the database can be reached is not known yet.
pub fn open(
    connection: &Connection,
    password: Option<&Secret>,
) -> Result<Arc<dyn Database>, DatabaseError> {
    Ok(match connection.dialect {
        Dialect::Sqlite => Arc::new(Pooled::open(sqlite::Sqlite::new(connection)?, connection)?),
        Dialect::Mysql => Arc::new(Pooled::open(
            mysql::Mysql::new(connection, password)?,
            connection,
        )?),
        Dialect::Postgresql => Arc::new(Pooled::open(
            postgres::Postgres::new(connection, password)?,
            connection,
        )?),
        Dialect::SqlServer => Arc::new(Pooled::open(
            sqlserver::SqlServer::new(connection, password)?,
            connection,
        )?),
        Dialect::Odbc => Arc::new(Pooled::open(
            odbc::Odbc::new(connection, password)?,
            connection,
        )?),
        Dialect::Oracle => Arc::new(Pooled::open(
            oracle::Oracle::new(connection, password)?,
            connection,
        )?),
    })
}
