//! A private database for the browser tests, which are not written in Rust.
//!
//! `database sqlite|mariadb|postgresql [users]` makes one with the demo in it, and as many more users as
//! are asked for. It prints one JSON line, `{"configuration": …, "password": …}`, then reads SQL from
//! standard input, one JSON string a line, and answers each with its rows, or with `{"error": …}`: an
//! eye of its own on what the console says it did. Server and data end with standard input.

use std::io::{BufRead as _, Write as _};

use anyhow::{Context as _, bail};
use serde_json::json;
use sluice_tests::support::people;
use sluice_tests::support::site::{On, Place};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let on = match arguments.next().as_deref() {
        Some("sqlite") => On::Sqlite,
        Some("mariadb") => On::MariaDb,
        Some("postgresql") => On::PostgreSql,
        other => bail!("no database is called {other:?}: sqlite, mariadb or postgresql"),
    };
    let users = match arguments.next() {
        Some(users) => users.parse().context("the number of users is no number")?,
        None => 0,
    };
    let mut place = Place::new(on).await?;
    if users > 0 {
        people::many(&mut place.reader, on, users).await?;
    }
    say(&json!({"configuration": place.configuration, "password": place.password}))?;
    for line in std::io::stdin().lock().lines() {
        let sql: String = serde_json::from_str(&line?)?;
        let answer = match place.reader.rows(&sql).await {
            Ok(rows) => json!(rows),
            Err(error) => json!({"error": error.to_string()}),
        };
        say(&answer)?;
    }
    Ok(())
}

fn say(answer: &serde_json::Value) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{answer}")?;
    Ok(out.flush()?)
}
