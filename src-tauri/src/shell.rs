//! The window and what stands behind it.

use std::sync::Arc;

use sluice_app::{App, Options, Problem};
use tauri::{Manager as _, RunEvent};
use tauri_plugin_window_state::StateFlags;
use tokio::sync::watch;

use crate::{events, files, rpc};

/// The program behind the window. It opens while the window already paints, so the first commands
/// wait for it.
pub struct Shell {
    opened: watch::Receiver<Option<Result<Arc<App>, Problem>>>,
    pub streams: events::Streams,
}

impl Shell {
    /// The opened program.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn app(&self) -> Result<Arc<App>, Problem> {
        let mut opened = self.opened.clone();
        let result = opened
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|state| state.clone());
        result.unwrap_or_else(|| {
            Err(Problem::new(
                "start",
                "Sluice ended while it was starting.",
                "Start it anew.",
            ))
        })
    }
}

/// Opens the window and runs until it is closed; then what is in flight is finished.
///
/// # Errors
/// Where there is no display, or the web view cannot be made.
pub fn run(options: Options) -> tauri::Result<()> {
    let (sender, opened) = watch::channel(None);
    tauri::async_runtime::spawn(async move {
        let result = open(options).await;
        if let Err(problem) = &result {
            tracing::error!("{}", problem.message);
        }
        let _ = sender.send(Some(result));
    });
    let closing = opened.clone();
    // Where the window was and how large, in a file of its own beside the account's settings: it belongs to this
    // desktop and not to a workspace. Whether it is visible is not remembered: it always is.
    let remembered = StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED;
    let window_state = tauri_plugin_window_state::Builder::default()
        .with_state_flags(remembered)
        .build();
    let app = tauri::Builder::default()
        .plugin(window_state)
        .manage(Shell {
            opened,
            streams: events::Streams::default(),
        })
        .manage(files::Files::new())
        .invoke_handler(tauri::generate_handler![
            rpc::rpc,
            events::stream,
            events::work,
            events::stream_stop,
            files::save_file,
            files::write_file,
            files::write_export,
            files::open_file,
            files::read_file
        ])
        .build(tauri::generate_context!())?;
    app.run(move |handle, event| {
        if let RunEvent::Exit = event {
            handle.state::<Shell>().streams.stop_all();
            let opened = closing.borrow().clone();
            if let Some(Ok(app)) = opened {
                tauri::async_runtime::block_on(app.close());
            }
        }
    });
    Ok(())
}

/// Opens the program and begins to listen. A port that is taken is shown on the Overview screen and
/// is no reason to show nothing.
async fn open(options: Options) -> Result<Arc<App>, Problem> {
    let app = App::open(options, |step| tracing::info!("{step}")).await?;
    if let Err(error) = app.start_endpoint().await {
        tracing::error!("{error}");
    }
    Ok(app)
}
