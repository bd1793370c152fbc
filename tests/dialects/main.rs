//! The drivers on real servers: statements, procedures, types, deadlines, transactions, the pool.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that cannot set up its stage should stop
#![allow(clippy::too_many_lines)] // a test is read from top to bottom
#![allow(clippy::format_push_string, clippy::format_collect)] // nothing here has to be fast

mod browse;
mod connection_test;
mod generate;
mod mappings;
mod mysql;
mod odbc;
mod oracle;
mod postgresql;
mod sqlite;
mod sqlserver;
mod stage;
mod suite;
mod tls;
