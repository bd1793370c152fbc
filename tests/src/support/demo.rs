//! The demo database's files, cut into statements and loaded.

use anyhow::{Context, Result};
use mysql_async::prelude::Queryable;

/// The four files of one dialect.
#[derive(Debug, Clone, Copy)]
pub struct Demo {
    pub schema: &'static str,
    pub views: &'static str,
    pub procedures: &'static str,
    pub people: &'static str,
}

macro_rules! demo {
    ($dialect:literal) => {
        Demo {
            schema: include_str!(concat!("../../../sql/demo/", $dialect, "/schema.sql")),
            views: include_str!(concat!("../../../sql/demo/", $dialect, "/views.sql")),
            procedures: include_str!(concat!("../../../sql/demo/", $dialect, "/procedures.sql")),
            people: include_str!(concat!("../../../sql/demo/", $dialect, "/people.sql")),
        }
    };
}

pub const MYSQL: Demo = demo!("mysql");
pub const POSTGRESQL: Demo = demo!("postgresql");
pub const SQLITE: Demo = demo!("sqlite");

impl Demo {
    /// Every statement of the four files, in the order in which they load.
    pub fn blocks(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.schema, self.views, self.procedures, self.people]
            .into_iter()
            .flat_map(blocks)
    }
}

/// Cuts a file at the lines that hold nothing but `-- @`.
pub fn blocks(script: &'static str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in script.split_inclusive('\n') {
        if line.trim_end() == "-- @" {
            found.push(&script[start..at]);
            start = at + line.len();
        }
        at += line.len();
    }
    found.push(&script[start..]);
    found.retain(|block| !block.trim().is_empty());
    found
}

/// What an error shows of a statement: its first line that says something.
fn headline(block: &str) -> &str {
    block
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with("--"))
        .unwrap_or_default()
}

pub async fn load_mysql(conn: &mut mysql_async::Conn) -> Result<()> {
    for block in MYSQL.blocks() {
        conn.query_drop(block)
            .await
            .with_context(|| format!("loading the demo: {}", headline(block)))?;
    }
    Ok(())
}

pub async fn load_postgres(client: &tokio_postgres::Client) -> Result<()> {
    for block in POSTGRESQL.blocks() {
        client
            .batch_execute(block)
            .await
            .with_context(|| format!("loading the demo: {}", headline(block)))?;
    }
    Ok(())
}

pub async fn load_sqlite(conn: &mut sqlx::SqliteConnection) -> Result<()> {
    for block in SQLITE.blocks() {
        sqlx::raw_sql(block)
            .execute(&mut *conn)
            .await
            .with_context(|| format!("loading the demo: {}", headline(block)))?;
    }
    Ok(())
}
