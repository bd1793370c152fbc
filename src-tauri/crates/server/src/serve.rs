//! `serve` and `console`: open everything, say one line when ready, and wait for the end.
//!
//! `serve` is a service: it fails where the endpoint cannot listen, and its line is for a script.
//! `console` is the desktop program for a machine without a desktop: it shows such a problem on its screens,
//! and its line is the login link. Beside a running one it only prints a link.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use sluice_app::{App, AppError, Options, Process, Source};

use crate::arguments;
use crate::console::{self, Place, Protection, link};

/// Serves until SIGTERM or SIGINT.
pub async fn serve(arguments: arguments::Serve) -> anyhow::Result<()> {
    let demo = arguments.source.demo;
    if let Some(path) = arguments.source.config.as_deref().filter(|_| arguments.new) {
        make(path)?;
    }
    let source = match arguments.source.config {
        Some(path) if !demo => Source::File(path),
        _ => Source::Demo,
    };
    let options = Options {
        source,
        data_dir: arguments.data_dir.path(),
        listen: arguments.listen,
    };
    let address = arguments
        .console
        .or_else(|| demo.then(|| "127.0.0.1:0".to_owned()));
    let place = address.map(|address| Place {
        address,
        protection: protection(
            arguments.console_tls,
            arguments.console_certificate,
            arguments.console_key,
        ),
    });
    // Listened for before anything else, so that an early SIGTERM is not lost.
    let end = end()?;

    let app = open(options).await?;
    app.start_endpoint().await?;
    let name = app.first_application();
    let name = name.unwrap_or_else(|| "jdbc_on_prem".to_owned());
    let base_url = app.base_url(&name).await.unwrap_or_default();
    tracing::info!("listening: {base_url}");

    let console = match &place {
        Some(place) => Some(console::start(Arc::clone(&app), place).await?),
        None => None,
    };
    if let Some(console) = &console {
        // A link is for who sits before it. A log is read by others, and keeps it.
        if std::io::stderr().is_terminal() {
            tracing::info!(
                "console, by this link once and for ten minutes: {}",
                console.login_link()?
            );
        } else {
            tracing::info!(
                "console: {}; for a login link run: sluice-server console --data-dir {}",
                console.address(),
                app.data_dir().display()
            );
        }
    }
    say(&serde_json::json!({
        "ready": true,
        "base_url": base_url,
        "certificate": app.certificate_path(),
        "console": console.as_ref().map(console::Console::address),
    }))?;
    until(end, &app, console).await;
    Ok(())
}

/// Serves the screens until SIGTERM or SIGINT; where the folder is served already, prints a link to it.
pub async fn console(arguments: arguments::Console) -> anyhow::Result<()> {
    let data_dir = arguments.data_dir.path();
    if let Some(path) = arguments.config.as_deref().filter(|_| arguments.new) {
        make(path)?;
    }
    let source = match (arguments.demo, arguments.config) {
        (_, Some(path)) => Some(Source::File(path)),
        (true, None) => Some(Source::Demo),
        (false, None) => None,
    };
    let Some(source) = source else {
        return match sluice_app::in_use(&data_dir) {
            Some(process) => beside(&data_dir, process),
            None => bail!(
                "no Sluice works with the data folder {}; name what to open with --config FILE or --demo",
                data_dir.display()
            ),
        };
    };
    let options = Options {
        source,
        data_dir: data_dir.clone(),
        listen: arguments.endpoint,
    };
    let place = Place {
        address: arguments.listen,
        protection: protection(arguments.tls, arguments.certificate, arguments.key),
    };
    let end = end()?;
    let app = match open(options).await {
        Ok(app) => app,
        Err(AppError::InUse { process, .. }) => return beside(&data_dir, process),
        Err(error) => return Err(error.into()),
    };
    // As in the window: the Overview shows it, with what to do.
    if let Err(error) = app.start_endpoint().await {
        tracing::error!("{error}");
    }
    let console = console::start(Arc::clone(&app), &place).await?;
    tracing::info!(
        "open the link below in a browser; it works once, for ten minutes. For another one run: sluice-server \
         console --data-dir {}",
        data_dir.display()
    );
    say(&console.login_link()?)?;
    until(end, &app, Some(console)).await;
    Ok(())
}

/// Makes a workspace's file where there is none.
fn make(path: &Path) -> Result<(), AppError> {
    if sluice_app::new_workspace(path)? {
        tracing::info!("made the workspace {}", path.display());
    }
    Ok(())
}

/// Says who serves the folder, and prints a way in.
fn beside(data_dir: &Path, process: Process) -> anyhow::Result<()> {
    let Some(address) = link::Note::read(data_dir) else {
        bail!(
            "another Sluice{process} already works with the data folder {}, and without a console in a browser. Use \
             its window, or start it with one: sluice-server serve --console 127.0.0.1:8080 …",
            data_dir.display()
        );
    };
    tracing::warn!(
        "another Sluice{process} already serves this data folder, with a console at {address}. Nothing was started; \
         the link below leads into that one, works once and for ten minutes"
    );
    say(&link::address(
        &address,
        &link::Codes::new(data_dir).issue()?,
    ))
}

async fn open(options: Options) -> Result<Arc<App>, AppError> {
    let data_dir = options.data_dir.clone();
    let app = App::open(options, |step| tracing::info!("{step}")).await?;
    link::Note::clear(&data_dir);
    tracing::info!(
        "token and passwords: asked for in the keyring, the environment and the secrets file, in this order; the token stands in the {}",
        app.token_stored()
    );
    Ok(app)
}

fn protection(
    tls: bool,
    certificate: Option<std::path::PathBuf>,
    key: Option<std::path::PathBuf>,
) -> Protection {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Protection::Files { certificate, key },
        _ if tls => Protection::EndpointsCertificate,
        _ => Protection::Plain,
    }
}

/// The one line on standard output.
fn say(line: &impl std::fmt::Display) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

async fn until(
    end: impl Future<Output = &'static str>,
    app: &App,
    console: Option<console::Console>,
) {
    tracing::info!("{}: finishing what is in flight", end.await);
    if let Some(console) = console {
        console.stop();
    }
    app.close().await;
    tracing::info!("ended");
}

/// Resolves when the process shall end, with the reason.
#[cfg(unix)]
fn end() -> anyhow::Result<impl Future<Output = &'static str>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate =
        signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened for")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "interrupted",
        }
    })
}

/// Resolves when the process shall end, with the reason.
#[cfg(not(unix))]
fn end() -> anyhow::Result<impl Future<Output = &'static str>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        "interrupted"
    })
}
