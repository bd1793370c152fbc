//! The desktop shell: one window over the same commands that the headless server serves.
//!
//! **Invariant:** it decides nothing. Commands pass through [`rpc`], streams through [`events`], files through [`files`].

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod events;
mod files;
mod rpc;
mod shell;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use sluice_app::{Options, Source};

/// Rows are made on the drivers' threads and freed on others, which the system's allocator is slow
/// at: measured at a tenth of an import's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The desktop console of Sluice.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Open the embedded demo, which is also what opens when nothing is named
    #[arg(long, conflicts_with = "config")]
    demo: bool,
    /// Open a workspace's configuration
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port, in place of the configuration's; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The folder for certificate, exchange store and secrets file
    #[arg(long, value_name = "DIR", env = "SLUICE_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    sluice_app::start_logging();
    let options = Options {
        source: arguments.config.map_or(Source::Demo, Source::File),
        data_dir: arguments
            .data_dir
            .unwrap_or_else(sluice_app::default_data_dir),
        listen: arguments.listen,
    };
    match shell::run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(
                "The window cannot be opened: {error}. Without a display, run sluice-server instead."
            );
            ExitCode::FAILURE
        }
    }
}
