//! The composition root: it puts configuration, databases, the exchange store and the gateway
//! together, and lists every command of the console once.
//!
//! **Invariant:** both shells (the desktop window and the headless server) reach everything through
//! [`App`] and [`registry`]; neither has a way of its own.
//!
//! To add a command: a function in `commands/`, and a line in [`registry`]; the TypeScript types are
//! generated from it by `cargo test -p sluice-app`.

mod app;
mod application_secrets;
mod archive;
mod browse;
mod check;
mod clock;
pub mod commands;
mod configuration;
mod coverage;
mod credentials;
mod databases;
mod demo;
mod exports;
pub mod files;
mod folder;
mod generate;
mod kept;
mod leaks;
mod logging;
mod new_workspace;
mod private;
mod problem;
pub mod registry;
mod replay;
mod retention;
mod secrets;
mod spool;
mod tokens;
mod workspaces;
mod workstation;

pub use app::{App, AppError, Options, Process, Source};
pub use application_secrets::secret_name;
pub use check::{Checked, check_file};
pub use credentials::{Credentials, credentials};
pub use folder::in_use;
pub use generate::{
    GenerateInput, Generated, GeneratedOperation, Granted, GrantsInput, generate_file, grants_file,
};
pub use logging::start_logging;
pub use new_workspace::new_workspace;
pub use private::replace as write_private;
pub use problem::Problem;
pub use secrets::{SecretStore, SecretsError, Stored, hex};
pub use workspaces::{KnownWorkspace, Workspaces, whole};
pub use workstation::{Asked, Closing, Tray, Workstation, WorkstationState};

use std::path::PathBuf;

/// Serving over TLS, for the console of the headless server: what the endpoint itself is served with.
pub mod tls {
    pub use sluice_gateway::serve::{Running, ServeError, bind, serve};
    pub use sluice_gateway::tls::{Identity, TlsError, given};
}

/// The folder for certificate, exchange store and secrets file, where none is given.
pub fn default_data_dir() -> PathBuf {
    directories::ProjectDirs::from("org", "Sluice", "Sluice").map_or_else(
        || PathBuf::from("sluice-data"),
        |dirs| dirs.data_dir().to_owned(),
    )
}
