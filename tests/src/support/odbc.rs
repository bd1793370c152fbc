//! The program that holds ODBC connections, and connection strings for Debian's drivers.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::OnceCell;

use super::{mariadb::MariaDb, postgres::Postgres};

/// The program, built once for this test run. It lands beside `sluice-server`, where it is looked for.
///
/// # Errors
/// Where it does not compile, mostly because unixODBC's development package is missing.
pub async fn bridge() -> Result<&'static Path> {
    static BRIDGE: OnceCell<PathBuf> = OnceCell::const_new();
    let path = BRIDGE
        .get_or_try_init(|| async {
            let output = Command::new(env!("CARGO"))
                .args([
                    "build",
                    "--package",
                    "sluice-odbc",
                    "--features",
                    "bridge",
                    "--message-format",
                    "json",
                ])
                .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
                .stderr(Stdio::inherit())
                .output()
                .await?;
            ensure!(
                output.status.success(),
                "sluice-odbc does not compile; it needs unixodbc-dev"
            );
            String::from_utf8_lossy(&output.stdout)
                .lines()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok())
                .find_map(|message| message["executable"].as_str().map(PathBuf::from))
                .context("cargo names no binary of sluice-odbc")
        })
        .await?;
    Ok(path)
}

/// A driver for a connection string: by its name where it is registered, else by its file.
fn driver(name: &str, file: &str) -> Result<String> {
    let registered = std::fs::read_to_string("/etc/odbcinst.ini").unwrap_or_default();
    if registered
        .lines()
        .any(|line| line.trim() == format!("[{name}]"))
    {
        return Ok(format!("{{{name}}}"));
    }
    std::fs::read_dir("/usr/lib")?
        .flatten()
        .map(|folder| folder.path().join("odbc").join(file))
        .find(|path| path.is_file())
        .map(|path| path.display().to_string())
        .with_context(|| format!("no ODBC driver named {name}, and no {file}"))
}

/// The connection string for a database of a MariaDB. Option 2 counts the rows that an UPDATE found
/// and not only those it changed.
///
/// # Errors
/// Where the driver is not installed.
pub fn to_mariadb(server: &MariaDb, database: &str) -> Result<String> {
    Ok(format!(
        "Driver={};Server={};Port={};Database={database};Option=2",
        driver("MariaDB Unicode", "libmaodbc.so")?,
        server.host,
        server.port
    ))
}

/// The connection string for a database of a PostgreSQL.
///
/// # Errors
/// Where the driver is not installed.
pub fn to_postgres(server: &Postgres, database: &str) -> Result<String> {
    Ok(format!(
        "Driver={};Server={};Port={};Database={database}",
        driver("PostgreSQL Unicode", "psqlodbcw.so")?,
        server.host,
        server.port
    ))
}
