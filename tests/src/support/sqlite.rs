//! A demo database in a file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{demo, unique_name};

/// A connection with foreign keys on, which SQLite leaves off unless asked.
pub async fn connect(file: &Path) -> Result<SqliteConnection> {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .connect()
        .await
        .with_context(|| format!("opening {}", file.display()))
}

/// A new file in `dir` that holds the demo.
pub async fn fresh_file(dir: &Path) -> Result<PathBuf> {
    let file = dir.join(unique_name("demo")).with_extension("db");
    let mut conn = connect(&file).await?;
    demo::load_sqlite(&mut conn).await?;
    conn.close().await?;
    Ok(file)
}
