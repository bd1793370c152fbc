//! The desktop shell: one window over the same commands that the headless server serves.
//!
//! **Invariant:** it decides nothing. Commands pass through [`rpc`], streams through [`events`], files through [`files`].

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod events;
mod files;
mod rpc;
mod shell;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use sluice_app::{Options, Source};
use tracing_subscriber::EnvFilter;

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
    /// Make the configuration where it is not there yet: a workspace without connections
    #[arg(long, requires = "config")]
    new: bool,
    /// Address and port, in place of the configuration's; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The folder for certificate, exchange store and secrets file
    #[arg(long, value_name = "DIR", env = "SLUICE_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

/// As the environment says; where that cannot be read, as if it said nothing.
fn log_filter() -> EnvFilter {
    let wanted = std::env::var("SLUICE_LOG").ok();
    EnvFilter::try_new(sluice_app::log_filter(wanted.as_deref()))
        .unwrap_or_else(|_| EnvFilter::new(sluice_app::log_filter(None)))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(log_filter())
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    if let Some(path) = arguments.config.as_deref().filter(|_| arguments.new)
        && let Err(error) = sluice_app::new_workspace(path)
    {
        tracing::error!("{error}");
        return ExitCode::FAILURE;
    }
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
