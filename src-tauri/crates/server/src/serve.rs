//! `serve`: opens everything, says one line when ready, and waits for the end.

use std::io::Write as _;

use anyhow::Context as _;
use sluice_app::{App, Options, Source};

use crate::arguments::Serve;
use crate::console;

/// Serves until SIGTERM or SIGINT.
pub async fn serve(arguments: Serve) -> anyhow::Result<()> {
    let demo = arguments.source.demo;
    let source = match arguments.source.config {
        Some(path) if !demo => Source::File(path),
        _ => Source::Demo,
    };
    let options = Options {
        source,
        data_dir: arguments.data_dir.path(),
        listen: arguments.listen,
    };
    // Listened for before anything else, so that an early SIGTERM is not lost.
    let end = end()?;

    let app = App::open(options, |step| tracing::info!("{step}")).await?;
    tracing::info!(
        "token and passwords: asked for in the keyring, the environment and the secrets file, in this order; the token stands in the {}",
        app.token_stored()
    );
    app.start_endpoint().await?;
    let name = app.first_application();
    let name = name.unwrap_or_else(|| "jdbc_on_prem".to_owned());
    let base_url = app.base_url(&name).await.unwrap_or_default();
    tracing::info!("listening: {base_url}");

    let console = match arguments
        .console
        .or_else(|| demo.then(|| "127.0.0.1:0".to_owned()))
    {
        Some(address) => Some(console::start(std::sync::Arc::clone(&app), &address).await?),
        None => None,
    };
    if let Some(console) = &console {
        tracing::info!("console for a browser on this machine: {}", console.url());
    }
    let ready = serde_json::json!({"ready": true, "base_url": base_url, "certificate": app.certificate_path()});
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{ready}")?;
        out.flush()?;
    }
    tracing::info!("{}: finishing what is in flight", end.await);
    if let Some(console) = console {
        console.stop();
    }
    app.close().await;
    tracing::info!("ended");
    Ok(())
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
