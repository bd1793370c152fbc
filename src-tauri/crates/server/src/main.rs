//! `sluice-server`: the endpoint without a window.
//!
//! Standard output carries what a script reads (one JSON line); everything else goes to standard
//! error. SIGTERM finishes what is in flight, then ends with 0.

mod arguments;
mod check;
mod console;
mod generate;
mod serve;

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use arguments::{Arguments, Command};
use clap::Parser as _;
use sluice_core::Secret;
use sluice_core::mapping::Kind;

/// Rows are made on the drivers' threads and freed on others, which the system's allocator is slow
/// at: measured at a tenth of an import's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    sluice_app::start_logging();
    let result = match arguments.command {
        Command::Serve(options) => {
            runtime().and_then(|runtime| runtime.block_on(serve::serve(options)))
        }
        Command::Console(options) => {
            runtime().and_then(|runtime| runtime.block_on(serve::console(options)))
        }
        Command::Credentials {
            data_dir,
            json,
            config,
            demo,
        } => credentials(&data_dir.path(), json, config.as_deref().filter(|_| !demo)),
        Command::Check {
            config,
            application,
            json,
            data_dir,
        } => {
            let checked = runtime().and_then(|runtime| {
                runtime.block_on(check::check(
                    &config,
                    &data_dir.path(),
                    application.as_deref(),
                    json,
                ))
            });
            match checked {
                Ok(true) => Ok(()),
                Ok(false) => return ExitCode::FAILURE,
                Err(error) => Err(error),
            }
        }
        Command::Generate(options) => generated(options),
        Command::Grants {
            config,
            application,
            account,
            data_dir,
        } => runtime().and_then(|runtime| {
            let input = sluice_app::GrantsInput {
                application,
                account,
            };
            runtime.block_on(generate::grants(&config, &data_dir.path(), input))
        }),
        Command::Password {
            connection,
            application,
            data_dir,
        } => {
            let (name, whose) = match (connection, application) {
                (_, Some(application)) => (
                    sluice_app::secret_name(&application),
                    format!("application \"{application}\""),
                ),
                (connection, None) => {
                    let connection = connection.unwrap_or_default();
                    (
                        format!("connection.{connection}"),
                        format!("connection \"{connection}\""),
                    )
                }
            };
            password(&name, &whose, &data_dir.path())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}

/// Prints what is made from three tables.
fn generated(options: arguments::Generate) -> anyhow::Result<()> {
    let input = sluice_app::GenerateInput {
        connection: options.connection,
        users: options.users,
        entitlements: options.entitlements,
        link: options.link,
        kind: match options.kind {
            arguments::Kind::Sql => Kind::Sql,
            arguments::Kind::Procedure => Kind::Procedure,
        },
        application: options.application,
        choice: None,
    };
    let data_dir = options.data_dir.path();
    runtime()?.block_on(generate::generate(
        &options.config,
        &data_dir,
        input,
        options.part,
    ))
}

/// Prints what is typed into the provider's console.
fn credentials(
    data_dir: &std::path::Path,
    json: bool,
    config: Option<&std::path::Path>,
) -> anyhow::Result<()> {
    let credentials = runtime()?.block_on(sluice_app::credentials(data_dir, config))?;
    let mut out = std::io::stdout().lock();
    if json {
        let line = serde_json::json!({
            "token": credentials.token.expose(),
            "certificate": credentials.certificate,
            "base_url": credentials.base_url,
        });
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "Base URL     {}", credentials.base_url)?;
        writeln!(out, "API token    Bearer {}", credentials.token.expose())?;
        writeln!(out, "Public key   {}", credentials.certificate.display())?;
    }
    Ok(())
}

/// Reads a secret from standard input and keeps it under `name`.
fn password(name: &str, whose: &str, data_dir: &std::path::Path) -> anyhow::Result<()> {
    if std::io::stdin().is_terminal() {
        eprintln!(
            "Type the password of the {whose} and end it with Ctrl-D; it is shown while you type. Better: pipe it in."
        );
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("the password cannot be read from standard input")?;
    let text = text.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!text.is_empty(), "no password came on standard input");
    let stored = sluice_app::SecretStore::new(data_dir).set(name, &Secret::new(text))?;
    eprintln!("The password of the {whose} is kept in the {stored}.");
    Ok(())
}
