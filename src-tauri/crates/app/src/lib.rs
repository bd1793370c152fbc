//! The composition root: it puts configuration, databases, the exchange store and the gateway
//! together, and lists every command of the console once.
//!
//! **Invariant:** both shells (the desktop window and the headless server) reach everything through
//! [`App`] and [`registry`]; neither has a way of its own.
//!
//! To add a command: a function in `commands/`, and a line in [`registry`]; the TypeScript types are
//! generated from it by `cargo test -p sluice-app`.

mod app;
mod check;
mod clock;
pub mod commands;
mod credentials;
mod databases;
mod demo;
mod generate;
mod problem;
pub mod registry;
mod secrets;
mod spool;

pub use app::{App, AppError, Options, Source};
pub use check::{Checked, check_file};
pub use credentials::{Credentials, credentials};
pub use generate::{
    GenerateInput, Generated, GeneratedOperation, Granted, GrantsInput, generate_file, grants_file,
};
pub use problem::Problem;
pub use secrets::{SecretStore, SecretsError, Stored, hex};

use std::path::PathBuf;

/// The folder for certificate, exchange store and secrets file, where none is given.
pub fn default_data_dir() -> PathBuf {
    directories::ProjectDirs::from("org", "Sluice", "Sluice").map_or_else(
        || PathBuf::from("sluice-data"),
        |dirs| dirs.data_dir().to_owned(),
    )
}
