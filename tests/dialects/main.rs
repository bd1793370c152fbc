//! The drivers on real servers: statements, procedures, types, deadlines, transactions, the pool.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that cannot set up its stage should stop

mod generate;
mod mysql;
mod odbc;
mod oracle;
mod postgresql;
mod sqlite;
mod sqlserver;
mod stage;
mod suite;
mod tls;
