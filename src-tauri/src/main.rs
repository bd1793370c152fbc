//! The desktop shell: one window over the same commands that the headless server serves.
//!
//! **Invariant:** it decides nothing. Commands pass through [`rpc`], streams through [`events`], files
//! through [`files`]; what belongs to this desktop alone (one window for a data folder, the tray, the start
//! at login) is in files of its own and is asked through [`window`].

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod events;
mod files;
mod instance;
mod login;
mod rpc;
mod shell;
mod tray;
mod window;

use std::process::ExitCode;

use arguments::Arguments;
use clap::Parser as _;
use sluice_app::Workspaces;

/// Rows are made on the drivers' threads and freed on others, which the system's allocator is slow
/// at: measured at a tenth of an import's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    sluice_app::start_logging();
    let here = std::env::current_dir().unwrap_or_default();
    let arguments = arguments
        .seen_from(&here)
        .or_last(|| Workspaces::of_this_account().last());
    if let Some(path) = arguments.new_configuration()
        && let Err(error) = sluice_app::new_workspace(path)
    {
        tracing::error!("{error}");
        return ExitCode::FAILURE;
    }
    match shell::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(
                "The window cannot be opened: {error}. Without a display, run sluice-server instead."
            );
            ExitCode::FAILURE
        }
    }
}
