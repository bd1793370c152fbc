//! A new SQLite file, filled by scripts: the embedded demo.

use std::path::Path;

use sluice_core::{DatabaseError, DatabaseErrorKind};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use super::error;

/// Makes a SQLite file and runs scripts on it, in one transaction. The text is the program's own,
/// never a user's: it is run as it stands.
///
/// # Errors
/// Kind `Other` where the file is there already; whatever SQLite says of the scripts.
pub async fn create_sqlite(path: &Path, scripts: &[&'static str]) -> Result<(), DatabaseError> {
    if path.exists() {
        return Err(DatabaseError::new(
            DatabaseErrorKind::Other,
            format!("{} exists already", path.display()),
        ));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Delete);
    let mut connection = options.connect().await.map_err(|e| error::translate(&e))?;
    let mut transaction = connection.begin().await.map_err(|e| error::translate(&e))?;
    for script in scripts {
        transaction
            .execute(AssertSqlSafe((*script).to_owned()))
            .await
            .map_err(|e| error::translate(&e))?;
    }
    transaction
        .commit()
        .await
        .map_err(|e| error::translate(&e))?;
    connection.close().await.map_err(|e| error::translate(&e))
}
