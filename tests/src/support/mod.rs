//! Databases for tests: private servers that nobody else uses, and the demo database in each dialect.

pub mod bench;
pub mod certificates;
pub mod console;
pub mod demo;
pub mod mariadb;
pub mod odbc;
pub mod people;
pub mod postgres;
pub mod sentinels;
pub mod server;
pub mod site;
pub mod snapshot;
pub mod sqlite;

mod process;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU32, Ordering};

/// A name no other test of this process gets.
fn unique_name(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    format!("{prefix}_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
