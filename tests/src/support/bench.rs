//! The frame of a benchmark: how it is begun, how large, and on which databases.
//!
//! `SLUICE_BENCH_USERS` sets the sizes, separated by commas; `SLUICE_BENCH_ON` picks one database by its name.

use std::future::Future;

use anyhow::Context as _;

use super::site::On;

/// Runs a benchmark; does nothing where `cargo test --benches` asks for a run without measuring.
///
/// # Errors
/// What the benchmark gives, or a runtime that cannot be made.
pub fn start(run: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run)
}

/// How many users to measure with, one after the other.
///
/// # Errors
/// Where `SLUICE_BENCH_USERS` holds something else than whole numbers.
pub fn sizes(usual: &[usize]) -> anyhow::Result<Vec<usize>> {
    let Ok(given) = std::env::var("SLUICE_BENCH_USERS") else {
        return Ok(usual.to_vec());
    };
    given
        .split(',')
        .map(|size| size.trim().parse().context("SLUICE_BENCH_USERS"))
        .collect()
}

/// The databases to measure on, with their names.
pub fn databases() -> impl Iterator<Item = (On, &'static str)> {
    let only = std::env::var("SLUICE_BENCH_ON").ok();
    [
        (On::Sqlite, "SQLite"),
        (On::MariaDb, "MariaDB"),
        (On::PostgreSql, "PostgreSQL"),
    ]
    .into_iter()
    .filter(move |(_, name)| {
        only.as_deref()
            .is_none_or(|only| only.eq_ignore_ascii_case(name))
    })
}
