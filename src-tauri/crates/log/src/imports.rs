//! Exchanges from files, apart from what this endpoint recorded.

use sluice_core::exchange::Exchange;
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::list::wall_ms;
use crate::marks::{self, Colour, MarkChange, Marks};
use crate::row::{Encoded, encode};
use crate::store::Store;

const BEGIN: &str = "INSERT INTO imports (file, file_search, imported_at) VALUES (?, ?, ?)";
const INSERT: &str = "INSERT INTO exchanges \
    (id, at, application, method, path, title, action, subject, status, outcome, effect, \
     duration_us, cause, search, subject_search, client, import_id) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
const INSERT_DETAILS: &str = "INSERT INTO details (seq, body) VALUES (?, ?)";
/// Whoever takes a file away means its pinned exchanges too.
const UNPIN: &str = "UPDATE marks SET pinned = 0 WHERE seq IN (SELECT seq FROM exchanges JOIN imports \
     ON imports.import_id = exchanges.import_id \
     WHERE imports.file = ? AND imports.import_id = coalesce(?, imports.import_id))";
const REMOVE: &str = "DELETE FROM imports WHERE file = ? AND import_id = coalesce(?, import_id)";

impl Store {
    /// Begins to take in a file; its number is for [`Store::import`].
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written.
    pub async fn begin_import(&self, file: &str) -> Result<i64, StoreError> {
        let done = sqlx::query(BEGIN)
            .bind(file)
            .bind(file.to_lowercase())
            .bind(wall_ms())
            .execute(&self.0.editor)
            .await
            .map_err(|error| StoreError::write(&self.0.path, &error))?;
        Ok(done.last_insert_rowid())
    }

    /// Takes in exchanges of a file, all of them or none. They get ids of their own, so that a file that was
    /// exported here can be opened here. Gives how many were not there yet.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written.
    pub async fn import(
        &self,
        import: i64,
        exchanges: Vec<(Exchange, Marks)>,
    ) -> Result<u64, StoreError> {
        let encoded = tokio::task::spawn_blocking(move || {
            let own = exchanges.into_iter();
            own.map(|(mut exchange, marks)| {
                exchange.summary.id = format!("f{import}-{}", exchange.summary.id);
                (encode(exchange), marks)
            })
            .collect::<Vec<_>>()
        })
        .await
        .map_err(|error| StoreError::write(&self.0.path, &sqlx::Error::Io(error.into())))?;
        let written = async {
            let mut transaction = self.0.editor.begin_with("BEGIN IMMEDIATE").await?;
            let mut count = 0;
            for (row, marks) in &encoded {
                count += u64::from(insert(&mut transaction, row, import).await?);
                keep_marks(&mut transaction, &row.summary.id, marks).await?;
            }
            transaction.commit().await?;
            Ok(count)
        };
        written
            .await
            .map_err(|error| StoreError::write(&self.0.path, &error))
    }

    /// Takes away what came from files of this name, or from one of them; `false` where there was none.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written.
    pub async fn remove_import(&self, file: &str, import: Option<i64>) -> Result<bool, StoreError> {
        let written = async {
            let mut transaction = self.0.editor.begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query(UNPIN)
                .bind(file)
                .bind(import)
                .execute(&mut *transaction)
                .await?;
            let removed = sqlx::query(REMOVE)
                .bind(file)
                .bind(import)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(removed.rows_affected() > 0)
        };
        written
            .await
            .map_err(|error| StoreError::write(&self.0.path, &error))
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    row: &Encoded,
    import: i64,
) -> Result<bool, sqlx::Error> {
    let inserted = row
        .bind(sqlx::query(INSERT))
        .bind(import)
        .execute(&mut *connection)
        .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(INSERT_DETAILS)
        .bind(inserted.last_insert_rowid())
        .bind(std::sync::Arc::clone(&row.details))
        .execute(connection)
        .await?;
    Ok(true)
}

async fn keep_marks(
    connection: &mut SqliteConnection,
    id: &str,
    marks: &Marks,
) -> Result<(), sqlx::Error> {
    if *marks == Marks::default() {
        return Ok(());
    }
    let change = MarkChange {
        pinned: Some(marks.pinned),
        colour: Some(marks.colour).filter(|colour| *colour != Colour::None),
        note: Some(marks.note.clone()),
    };
    marks::change(connection, &[id.to_owned()], &change).await
}
