//! A server in front of a fresh demo database, and a second way to look into that database.

use anyhow::Context as _;
use mysql_async::prelude::Queryable as _;
use sqlx::{AssertSqlSafe, Column as _, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _};
use tempfile::TempDir;

use super::server::Server;
use super::{mariadb, odbc, postgres, sqlite};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    MariaDb,
    PostgreSql,
    /// MariaDB through its ODBC driver.
    OdbcMariaDb,
    /// PostgreSQL through its ODBC driver.
    OdbcPostgreSql,
}

impl On {
    /// Whether names that are not quoted are kept in lower case.
    pub fn lowers_names(self) -> bool {
        matches!(self, Self::PostgreSql | Self::OdbcPostgreSql)
    }
}

/// A server and its database.
pub struct Site {
    pub server: Server,
    pub reader: Reader,
    pub on: On,
    _folder: TempDir,
}

/// A fresh demo database and the configuration that leads to it.
pub struct Place {
    pub configuration: String,
    pub password: String,
    pub reader: Reader,
    pub folder: TempDir,
}

/// A connection of its own, that shares nothing with the server.
pub enum Reader {
    Sqlite(Box<SqliteConnection>),
    MariaDb(Box<mysql_async::Conn>),
    PostgreSql(tokio_postgres::Client),
}

/// The configuration of the demo for a dialect, as it is in `sql/demo`.
pub fn configuration(on: On) -> &'static str {
    match on {
        On::Sqlite => include_str!("../../../sql/demo/sqlite/sluice.toml"),
        On::MariaDb | On::OdbcMariaDb => include_str!("../../../sql/demo/mysql/sluice.toml"),
        On::PostgreSql | On::OdbcPostgreSql => {
            include_str!("../../../sql/demo/postgresql/sluice.toml")
        }
    }
}

impl Site {
    /// The demo's configuration on a fresh database.
    ///
    /// # Errors
    /// Where a server does not start.
    pub async fn start(on: On) -> anyhow::Result<Self> {
        Self::with(on, |text| text).await
    }

    /// The same with changes to the configuration.
    ///
    /// # Errors
    /// Where a server does not start.
    pub async fn with(on: On, change: impl FnOnce(String) -> String) -> anyhow::Result<Self> {
        let Place {
            configuration,
            password,
            reader,
            folder,
        } = Place::new(on).await?;
        let configuration = change(configuration);
        // With a console, so that a test can see what an administrator sees.
        let options = ["--console", "127.0.0.1:0"];
        let server = Server::with_options(&configuration, &[("demo", &password)], &options).await?;
        Ok(Self {
            server,
            reader,
            on,
            _folder: folder,
        })
    }
}

impl Place {
    /// A database of the test's own, with the fifteen people in it.
    ///
    /// # Errors
    /// Where the database does not start.
    pub async fn new(on: On) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let text = configuration(on).to_owned();
        let (text, password, reader) = match on {
            On::Sqlite => {
                let file = sqlite::fresh_file(folder.path()).await?;
                let text = replaced(
                    &text,
                    "path = \"demo.db\"",
                    &format!("path = \"{}\"", file.display()),
                )?;
                (
                    text,
                    String::new(),
                    Reader::Sqlite(Box::new(sqlite::connect(&file).await?)),
                )
            }
            On::MariaDb => {
                let database = mariadb::shared().await?;
                let name = database.fresh_database().await?;
                let text = addressed(&text, "3306", database.port, &name, &database.user)?;
                (
                    text,
                    database.password.clone(),
                    Reader::MariaDb(Box::new(database.connect(&name).await?)),
                )
            }
            On::OdbcMariaDb => {
                odbc::bridge().await?;
                let database = mariadb::shared().await?;
                let name = database.fresh_database().await?;
                let string = odbc::to_mariadb(database, &name)?;
                (
                    through_odbc(&text, &string, &database.user)?,
                    database.password.clone(),
                    Reader::MariaDb(Box::new(database.connect(&name).await?)),
                )
            }
            On::OdbcPostgreSql => {
                odbc::bridge().await?;
                let database = postgres::shared().await?;
                let name = database.fresh_database().await?;
                let string = odbc::to_postgres(database, &name)?;
                (
                    through_odbc(&text, &string, &database.user)?,
                    database.password.clone(),
                    Reader::PostgreSql(database.connect(&name).await?),
                )
            }
            On::PostgreSql => {
                let database = postgres::shared().await?;
                let name = database.fresh_database().await?;
                let text = addressed(&text, "5432", database.port, &name, &database.user)?;
                (
                    text,
                    database.password.clone(),
                    Reader::PostgreSql(database.connect(&name).await?),
                )
            }
        };
        Ok(Self {
            configuration: text,
            password,
            reader,
            folder,
        })
    }
}

/// The demo's configuration for a MariaDB database at this address.
///
/// # Errors
/// Where the demo's configuration has another form than is known here.
pub fn mariadb_at(port: u16, database: &str, user: &str) -> anyhow::Result<String> {
    addressed(configuration(On::MariaDb), "3306", port, database, user)
}

impl Reader {
    /// Rows as text; `None` is NULL. A Boolean reads `1` or `0` everywhere.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn rows(&mut self, sql: &str) -> anyhow::Result<Vec<Vec<Option<String>>>> {
        Ok(match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
                    .fetch_all(&mut **connection)
                    .await?;
                rows.iter()
                    .map(|row| {
                        (0..row.columns().len())
                            .map(|index| sqlite_text(row, index))
                            .collect()
                    })
                    .collect()
            }
            Self::MariaDb(connection) => {
                let rows: Vec<mysql_async::Row> = connection.query(sql).await?;
                rows.into_iter()
                    .map(|row| row.unwrap().into_iter().map(mysql_text).collect())
                    .collect()
            }
            Self::PostgreSql(client) => {
                let mut rows = Vec::new();
                for message in client.simple_query(sql).await? {
                    if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                        rows.push(
                            (0..row.len())
                                .map(|index| {
                                    row.get(index).map(|text| {
                                        match text {
                                            "t" => "1",
                                            "f" => "0",
                                            other => other,
                                        }
                                        .to_owned()
                                    })
                                })
                                .collect(),
                        );
                    }
                }
                rows
            }
        })
    }

    /// The one value of a query.
    ///
    /// # Errors
    /// Where there is not exactly one row.
    pub async fn one(&mut self, sql: &str) -> anyhow::Result<Option<String>> {
        let mut rows = self.rows(sql).await?;
        anyhow::ensure!(rows.len() == 1, "{} rows for {sql}", rows.len());
        rows.remove(0).into_iter().next().context("no column")
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn run(&mut self, sql: &str) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => {
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
                    .execute(&mut **connection)
                    .await?;
            }
            Self::MariaDb(connection) => connection.query_drop(sql).await?,
            Self::PostgreSql(client) => client.batch_execute(sql).await?,
        }
        Ok(())
    }
}

fn sqlite_text(row: &sqlx::sqlite::SqliteRow, index: usize) -> Option<String> {
    let raw = row.try_get_raw(index).ok()?;
    if raw.is_null() {
        return None;
    }
    match raw.type_info().name() {
        "INTEGER" | "BOOLEAN" => row
            .try_get_unchecked::<i64, _>(index)
            .ok()
            .map(|value| value.to_string()),
        "REAL" => row
            .try_get_unchecked::<f64, _>(index)
            .ok()
            .map(|value| value.to_string()),
        _ => row
            .try_get_unchecked::<String, _>(index)
            .ok()
            .or_else(|| Some(row.column(index).name().to_owned())),
    }
}

fn mysql_text(value: mysql_async::Value) -> Option<String> {
    match value {
        mysql_async::Value::NULL => None,
        mysql_async::Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        other => Some(other.as_sql(true).trim_matches('\'').to_owned()),
    }
}

fn addressed(
    text: &str,
    port: &str,
    actual: u16,
    database: &str,
    user: &str,
) -> anyhow::Result<String> {
    let text = replaced(text, &format!("port = {port}"), &format!("port = {actual}"))?;
    let text = replaced(
        &text,
        "database = \"sluice_demo\"",
        &format!("database = \"{database}\""),
    )?;
    replaced(&text, "user = \"sluice\"", &format!("user = \"{user}\""))
}

/// The configuration with a connection string in place of the address.
fn through_odbc(text: &str, string: &str, user: &str) -> anyhow::Result<String> {
    let (before, rest) = text
        .split_once("[connections.demo]\n")
        .context("the demo's configuration has no connection")?;
    let (_, after) = rest
        .split_once("statement_timeout_ms")
        .context("the demo's configuration has no statement_timeout_ms")?;
    Ok(format!(
        "{before}[connections.demo]\ndialect = \"odbc\"\nodbc = \"{string}\"\nuser = \"{user}\"\n\
         statement_timeout_ms{after}"
    ))
}

fn replaced(text: &str, from: &str, to: &str) -> anyhow::Result<String> {
    anyhow::ensure!(
        text.contains(from),
        "the demo's configuration has no {from}"
    );
    Ok(text.replace(from, to))
}
