//! The section Workstation of Configuration: what the window does when it is closed, and when Sluice starts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, mpsc};
use ts_rs::TS;

use super::Nothing;
use super::kept::off_the_runtime;
use super::overview::EndpointState;
use crate::app::App;
use crate::problem::Problem;
use crate::workstation::{Asked, Closing, Workstation, WorkstationState};

/// Whether Sluice runs in a window, and how that stands.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct InWindow {
    /// `null` for a server with its console in a browser.
    pub window: Option<WorkstationState>,
}

/// What is to be otherwise; what is absent stays.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkstationChange {
    pub closing: Option<Closing>,
    pub start_at_login: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuitInput {
    /// Whether to end although the endpoint listens, which ends it too.
    pub while_serving: bool,
}

/// How the window stands.
pub async fn get(app: Arc<App>, _: Nothing) -> Result<InWindow, Problem> {
    let Some(window) = app.workstation.get().cloned() else {
        return Ok(InWindow { window: None });
    };
    let state = off_the_runtime(move || state(&app, window.as_ref())).await?;
    Ok(InWindow {
        window: Some(state),
    })
}

/// Changes it, and says how it stands then.
pub async fn set(app: Arc<App>, change: WorkstationChange) -> Result<InWindow, Problem> {
    let window = window(&app)?;
    if change.closing.is_none() && change.start_at_login.is_none() {
        return Err(Problem::new(
            "workstation.nothing",
            "The change names nothing to be otherwise.",
            "Name what closing does, or whether Sluice starts at login.",
        ));
    }
    let state = off_the_runtime(move || {
        if let Some(wanted) = change.start_at_login {
            window.start_at_login(wanted)?;
        }
        if let Some(closing) = change.closing {
            app.choose_closing(closing)?;
        }
        state(&app, window.as_ref())
    });
    Ok(InWindow {
        window: Some(state.await?),
    })
}

/// Ends the program.
pub async fn quit(app: Arc<App>, input: QuitInput) -> Result<Nothing, Problem> {
    let window = window(&app)?;
    if !input.while_serving && app.endpoint().await.state == EndpointState::Listening {
        return Err(Problem::new(
            "workstation.serving",
            "The endpoint listens, and would end with Sluice.",
            "Confirm it, or stop the endpoint first.",
        ));
    }
    window.quit();
    Ok(Nothing {})
}

/// What is asked of the screens; the first item says that it is listened.
pub async fn asked(app: Arc<App>, _: Nothing, out: mpsc::Sender<Asked>) {
    let asked = app.workstation.get().map(|window| window.asked());
    if out.send(Asked::Nothing).await.is_err() {
        return;
    }
    let Some(mut asked) = asked else {
        // A stream that ends is opened again; nobody will ever ask here.
        return out.closed().await;
    };
    loop {
        let item = match asked.recv().await {
            Ok(item) => item,
            Err(broadcast::error::RecvError::Lagged(_)) => continue,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        if out.send(item).await.is_err() {
            return;
        }
    }
}

pub(super) fn window(app: &App) -> Result<Arc<dyn Workstation>, Problem> {
    app.workstation.get().cloned().ok_or_else(|| {
        Problem::new(
            "workstation.none",
            "This Sluice is a server and has no window.",
            "Change it in the desktop program, or with the service manager of this machine.",
        )
    })
}

fn state(app: &App, window: &dyn Workstation) -> Result<WorkstationState, Problem> {
    Ok(WorkstationState {
        closing: app.closing(),
        tray: window.tray(),
        start_at_login: window.starts_at_login()?,
        login_file: window.login_file(),
    })
}
