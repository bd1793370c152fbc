//! The window and what stands behind it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arboard::Clipboard;
use sluice_app::{App, Asked, KnownWorkspace, Options, Problem, Tray, Workspaces};
use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent};
use tauri_plugin_window_state::StateFlags;
use tokio::sync::{Notify, broadcast, watch};

use crate::arguments::Arguments;
use crate::login::Login;
use crate::window::Window;
use crate::{events, files, instance, rpc, tray, window};

/// What came of opening the program; `None` before.
type Opened = Option<Result<Arc<App>, Problem>>;

/// How long after a failure the next attempt begins at the earliest: the screens ask for several things at once.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The program behind the window. It opens while the window already paints, so the first commands
/// wait for it. Where it cannot be opened, the next thing that is asked tries it again: what was wrong may be mended.
pub struct Shell {
    opened: watch::Receiver<Opened>,
    again: Arc<Notify>,
    pub streams: events::Streams,
    /// How this process was started.
    pub arguments: Arguments,
    pub login: Login,
    asked: broadcast::Sender<Asked>,
    tray: watch::Sender<Tray>,
    /// It belongs to whoever copied last, for as long as that one runs.
    clipboard: Mutex<Option<Clipboard>>,
}

impl Shell {
    /// The opened program.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn app(&self) -> Result<Arc<App>, Problem> {
        let mut opened = self.opened.clone();
        let failed_before = matches!(&*opened.borrow_and_update(), Some(Err(_)));
        if failed_before {
            self.again.notify_one();
            // An error is the end of the attempts: then the state says how they ended.
            let _ = opened.changed().await;
        }
        let state = opened.wait_for(Option::is_some).await;
        let result = state.ok().and_then(|state| state.clone());
        result.unwrap_or_else(|| {
            Err(Problem::new(
                "start",
                "Sluice ended while it was starting.",
                "Start it anew.",
            ))
        })
    }

    /// The opened program; `None` before, and where it could not be opened.
    pub fn opened(&self) -> Option<Arc<App>> {
        self.opened.borrow().clone()?.ok()
    }

    /// What is asked of the screens from now on.
    pub fn asked(&self) -> broadcast::Receiver<Asked> {
        self.asked.subscribe()
    }

    /// Asks the screens for something; where none listens yet, the window alone is what is seen.
    pub fn ask(&self, asked: Asked) {
        let _ = self.asked.send(asked);
    }

    /// Whether the tray shows Sluice, as it was found last.
    pub fn tray(&self) -> Tray {
        *self.tray.borrow()
    }

    /// Notes what was found of the tray.
    pub fn note_tray(&self, tray: Tray) {
        self.tray.send_replace(tray);
    }

    /// Puts a text into the clipboard.
    ///
    /// # Errors
    /// Where the desktop has none.
    pub fn copy(&self, text: String) -> Result<(), arboard::Error> {
        let mut clipboard = self
            .clipboard
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if clipboard.is_none() {
            *clipboard = Some(Clipboard::new()?);
        }
        clipboard
            .as_mut()
            .map_or(Ok(()), |clipboard| clipboard.set_text(text))
    }
}

/// Opens the window and runs until it is closed; then what is in flight is finished. Where the data folder has its
/// window already, that one is shown, and this process ends with 0.
///
/// # Errors
/// Where there is no display, or the web view cannot be made.
pub fn run(arguments: Arguments) -> tauri::Result<()> {
    let (sender, opened) = watch::channel(None);
    let again = Arc::new(Notify::new());
    let closing = opened.clone();
    let name = instance::name(&arguments.data_dir());
    // Where the window was and how large, in a file of its own beside the account's settings: it belongs to this
    // desktop and not to a workspace. Whether it is visible is not remembered: that is said at the start.
    let remembered = StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED;
    let window_state = tauri_plugin_window_state::Builder::default()
        .with_state_flags(remembered)
        .build();
    let options = arguments.options();
    let background = arguments.background;
    let app = tauri::Builder::default()
        // First: a second process ends here, before it touches anything.
        .plugin(instance::plugin(&name))
        .plugin(window_state)
        .manage(Shell {
            opened,
            again: Arc::clone(&again),
            streams: events::Streams::default(),
            login: Login::new(&name, arguments.at_login()),
            arguments,
            asked: broadcast::channel(16).0,
            tray: watch::channel(Tray::NoTray).0,
            clipboard: Mutex::default(),
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
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && window::stays(window.app_handle())
            {
                api.prevent_close();
            }
        })
        .setup(move |app| {
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(opening(handle.clone(), options, sender, again));
            let icon = tray::Icon::new(&handle);
            tauri::async_runtime::spawn(tray::follow(handle.clone(), icon));
            tauri::async_runtime::spawn(end_when_told(handle.clone()));
            if background {
                tauri::async_runtime::spawn(window::stay_away(handle));
            } else {
                window::raise(&handle);
            }
            Ok(())
        })
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

async fn opening(
    handle: AppHandle,
    options: Options,
    opened: watch::Sender<Opened>,
    again: Arc<Notify>,
) {
    let mut told = None;
    loop {
        let result = open(handle.clone(), options.clone())
            .await
            .map_err(|problem| handle.state::<Shell>().arguments.besides(problem));
        let failed = result.as_ref().err().map(|problem| problem.message.clone());
        let _ = opened.send(Some(result));
        let Some(message) = failed else { return };
        if told.as_ref() != Some(&message) {
            tracing::error!("{message}");
            told = Some(message);
        }
        tokio::time::sleep(AGAIN_AFTER).await;
        again.notified().await;
    }
}

/// Opens the program and begins to listen. A port that is taken is shown on the Overview screen and
/// is no reason to show nothing.
async fn open(handle: AppHandle, options: Options) -> Result<Arc<App>, Problem> {
    let app = App::open(options, |step| tracing::info!("{step}")).await?;
    note(&handle.state::<Shell>().arguments);
    app.shown_in(Arc::new(Window(handle)));
    if let Err(error) = app.start_endpoint().await {
        tracing::error!("{error}");
    }
    Ok(app)
}

/// Remembers the workspace, so that it is opened again where nothing is named. The demo is not remembered.
fn note(arguments: &Arguments) {
    let Some(configuration) = arguments.configuration() else {
        return;
    };
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let noted = Workspaces::of_this_account().note(KnownWorkspace {
        configuration: configuration.to_owned(),
        data_dir: arguments.data_dir(),
        opened_at: since.map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        }),
    });
    if let Err(error) = noted {
        tracing::warn!(%error, "the list of workspaces cannot be written");
    }
}

/// A session that ends, or whoever stops the program, gets what closing the window gives: requests in flight are
/// finished.
#[cfg(unix)]
async fn end_when_told(handle: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hang_up)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    handle.exit(0);
}

#[cfg(not(unix))]
async fn end_when_told(_: AppHandle) {}
