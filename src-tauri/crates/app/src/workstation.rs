//! The window that Sluice may be shown in, as the console asks it: the tray, what closing does, the start at login.
//!
//! **Invariant:** the program without a window has none of it, and says so instead of pretending. What is chosen
//! stands with the data folder, except the start at login, which belongs to the account's session.
//!
//! To ask something more of a window: a method of [`Workstation`], a field of [`WorkstationState`] or of
//! [`WorkstationChange`](crate::commands::workstation::WorkstationChange), its line on the screen.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use ts_rs::TS;

use crate::app::App;
use crate::kept::{Kept, KeptKind};
use crate::problem::Problem;
use crate::workspaces::Workspaces;

/// The name under which the choice is kept.
const WINDOW: &str = "window";

/// What closing the window does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// Sluice ends, and the endpoint with it.
    #[default]
    Quit,
    /// The endpoint goes on; the window goes into the tray, or where there is none, is minimised.
    KeepServing,
}

/// The tray of the desktop, as far as Sluice stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tray {
    /// The icon is shown.
    Shown,
    /// The desktop shows no tray now.
    NoTray,
    /// The system's library for it is not installed.
    NoLibrary,
}

/// The window and its surroundings now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkstationState {
    pub closing: Closing,
    pub tray: Tray,
    /// Whether Sluice starts when this account logs in, with this data folder and configuration.
    pub start_at_login: bool,
    /// The file that starts it at login, whether it is there or not; `null` where this system has no such file.
    pub login_file: Option<String>,
}

/// What the surroundings of the window ask of the screens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Asked {
    /// Nothing yet: it is listened.
    Nothing,
    /// Sluice was started again with this data folder and another configuration, which is not opened.
    Elsewhere {
        /// The path of the other one; `null` for the demo.
        configuration: Option<String>,
    },
    /// To stop the endpoint, which is confirmed in the window.
    StopEndpoint,
}

/// The window, implemented by the desktop program.
pub trait Workstation: Send + Sync {
    /// Whether the tray shows Sluice.
    fn tray(&self) -> Tray;

    /// Whether Sluice starts at login.
    ///
    /// # Errors
    /// [`Problem`] `workstation.login` where the account's settings cannot be read.
    fn starts_at_login(&self) -> Result<bool, Problem>;

    /// The file that starts Sluice at login; `None` where this system has no such file.
    fn login_file(&self) -> Option<String>;

    /// Starts Sluice at login from now on, or no longer.
    ///
    /// # Errors
    /// [`Problem`] `workstation.login` where the account's settings cannot be written.
    fn start_at_login(&self, wanted: bool) -> Result<(), Problem>;

    /// The workspaces that this account has opened.
    fn workspaces(&self) -> Workspaces;

    /// Opens a workspace in a window of its own, or shows the window that it has.
    ///
    /// # Errors
    /// [`Problem`] `workspaces.open` where the program cannot be started once more.
    fn open_workspace(&self, configuration: &Path, data_dir: &Path) -> Result<(), Problem>;

    /// Asks for the file of a configuration, or where a `new` one is to be; `None` where that was cancelled.
    fn choose_workspace(
        &self,
        new: bool,
    ) -> Pin<Box<dyn Future<Output = Option<PathBuf>> + Send + '_>>;

    /// What is asked of the screens from now on.
    fn asked(&self) -> broadcast::Receiver<Asked>;

    /// Ends the program, once the call that asks for it is answered.
    fn quit(&self);
}

impl App {
    /// Says in which window this program is shown. It is said once; a second window is not taken.
    pub fn shown_in(&self, window: Arc<dyn Workstation>) {
        let _ = self.workstation.set(window);
    }

    /// What closing the window does, as it was chosen; a choice that cannot be read is none.
    pub fn closing(&self) -> Closing {
        let kept = self
            .kept
            .list(KeptKind::Workstation)
            .inspect_err(|problem| tracing::warn!("{}", problem.message))
            .unwrap_or_default();
        kept.into_iter()
            .find(|kept| kept.name == WINDOW)
            .and_then(|kept| serde_json::from_value(kept.body["closing"].clone()).ok())
            .unwrap_or_default()
    }

    /// Chooses what closing the window does.
    pub(crate) fn choose_closing(&self, closing: Closing) -> Result<(), Problem> {
        let item = Kept {
            name: WINDOW.to_owned(),
            body: serde_json::json!({ "closing": closing }),
            at: self.clock.wall_us() / 1000,
        };
        self.kept.put(KeptKind::Workstation, item).map(drop)
    }
}
