//! The one window: shown, hidden, and what the console asks of it.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::time::Duration;

use sluice_app::{Asked, Closing, Problem, Tray, Workspaces, Workstation};
use tauri::{AppHandle, Manager as _, WebviewWindow};
use tokio::sync::broadcast;

use crate::files::Files;
use crate::shell::Shell;

/// The window's label in `tauri.conf.json`.
const LABEL: &str = "main";
/// How long a panel is waited for at the start, in seconds: a guess, for a session that is busy with its login.
const PANEL_SECONDS: u32 = 20;

/// Shows the window in front of others, wherever it was.
pub fn raise(app: &AppHandle) {
    with_window(app, |window| {
        window.show()?;
        window.unminimize()?;
        window.set_focus()
    });
}

/// Puts the window out of the way: into the tray, or where nobody could get it back from there, into the list of
/// minimised windows.
pub fn put_away(app: &AppHandle) {
    let tray = app.state::<Shell>().tray();
    with_window(app, |window| match tray {
        Tray::Shown => window.hide(),
        // One that was never shown has to be, to stand in the list.
        Tray::NoTray | Tray::NoLibrary => window.show().and_then(|()| window.minimize()),
    });
}

/// Begins without a window. At a login the panel may come later than Sluice; where none has come when others are
/// there, the window stands in the list of minimised ones.
pub async fn stay_away(app: AppHandle) {
    let shell = app.state::<Shell>();
    for _ in 0..PANEL_SECONDS {
        if shell.tray() == Tray::Shown {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // Somebody may have asked for the window meanwhile.
    let seen = app
        .get_webview_window(LABEL)
        .is_some_and(|window| window.is_visible().unwrap_or(false));
    if !seen {
        put_away(&app);
    }
}

/// Whether the window is to stay when somebody closes it: it was put away instead.
pub fn stays(app: &AppHandle) -> bool {
    let opened = app.state::<Shell>().opened();
    // A program that did not open serves nothing.
    let stays = opened.is_some_and(|app| app.closing() == Closing::KeepServing);
    if stays {
        put_away(app);
    }
    stays
}

fn with_window(app: &AppHandle, act: impl FnOnce(&WebviewWindow) -> tauri::Result<()>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = act(&window) {
        tracing::warn!(%error, "the window cannot be shown or hidden");
    }
}

/// The window, as the console asks it.
pub struct Window(pub AppHandle);

impl Workstation for Window {
    fn tray(&self) -> Tray {
        self.0.state::<Shell>().tray()
    }

    fn starts_at_login(&self) -> Result<bool, Problem> {
        self.0.state::<Shell>().login.is_on()
    }

    fn login_file(&self) -> Option<String> {
        let shell = self.0.state::<Shell>();
        shell.login.file().map(|file| file.display().to_string())
    }

    fn start_at_login(&self, wanted: bool) -> Result<(), Problem> {
        self.0.state::<Shell>().login.set(wanted)
    }

    fn workspaces(&self) -> Workspaces {
        Workspaces::of_this_account()
    }

    fn open_workspace(&self, configuration: &Path, data_dir: &Path) -> Result<(), Problem> {
        let unable = |error: std::io::Error| {
            Problem::new(
                "workspaces.open",
                format!("The workspace cannot be opened: {error}."),
                "Start it from a terminal: sluice --config FILE --data-dir FOLDER.",
            )
        };
        let program = std::env::current_exe().map_err(unable)?;
        let mut started = Command::new(program)
            .arg("--config")
            .arg(configuration)
            .arg("--data-dir")
            .arg(data_dir)
            .stdin(Stdio::null())
            .spawn()
            .map_err(unable)?;
        // It goes on when this one ends. Until then somebody has to take note of its end.
        std::thread::spawn(move || started.wait());
        Ok(())
    }

    fn choose_workspace(
        &self,
        new: bool,
    ) -> Pin<Box<dyn Future<Output = Option<PathBuf>> + Send + '_>> {
        Box::pin(async move {
            let window = self.0.get_webview_window(LABEL)?;
            let files = self.0.state::<Files>();
            if new {
                files.to_save(&window, "sluice.toml").await
            } else {
                files
                    .to_open(&window, "Configuration", &["toml".to_owned()])
                    .await
            }
        })
    }

    fn asked(&self) -> broadcast::Receiver<Asked> {
        self.0.state::<Shell>().asked()
    }

    fn quit(&self) {
        self.0.exit(0);
    }
}
