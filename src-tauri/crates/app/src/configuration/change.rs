//! A change of the configuration, from the text in use to the next one, while requests are served.

use std::path::PathBuf;

use sluice_core::config::ConfigError;
use sluice_core::config::Workspace;
use sluice_core::config::edit::{Touched, touched};

use super::history::{self, Made};
use super::{Act, Configured, Entry, HistoryError, Read, file, parse};
use crate::app::{App, AppError};
use crate::problem::Problem;

/// What to do to the text in use.
pub(crate) enum Change {
    /// What the console saved, or an older mapping that is brought back.
    To { text: String, act: Act },
    /// The version before.
    Undo,
    /// The version that an undo took back.
    Redo,
    /// The whole text of a version.
    Restore(u64),
    /// What somebody wrote into the file.
    Take,
}

/// What came of it.
pub(crate) struct Changed {
    /// The version that is in use now.
    pub version: u64,
    /// Keys whose new value is in use only after a restart.
    pub restart: Vec<String>,
}

/// Why the configuration is as it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    #[error(
        "The file {path} was changed by somebody else since Sluice read it, so nothing was written over it."
    )]
    Elsewhere { path: PathBuf },
    #[error("The configuration would be wrong. {0}")]
    Wrong(ConfigError),
    #[error("The file {path} cannot be written: {source}.")]
    Unwritable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("There is nothing to undo.")]
    NothingBefore,
    #[error("There is nothing to redo.")]
    NothingAfter,
    #[error("The history has no version {0}.")]
    NoVersion(u64),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    App(#[from] AppError),
}

impl ChangeError {
    /// What keeps a text from being used.
    pub fn of(error: AppError) -> Self {
        match error {
            AppError::Configuration { source, .. } => Self::Wrong(source),
            other => other.into(),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        let words = error.to_string();
        match error {
            ChangeError::Elsewhere { .. } => Self::new(
                "configuration.elsewhere",
                words,
                "Look at the difference and take theirs; what you changed stays here and can be saved after that.",
            ),
            ChangeError::Wrong(error) => {
                Self::new("configuration.wrong", error.cause, error.remedy)
            }
            ChangeError::Unwritable { .. } => Self::new(
                "configuration.unwritable",
                words,
                "Give the account that Sluice runs under the right to write the file and its folder.",
            ),
            ChangeError::NothingBefore | ChangeError::NothingAfter | ChangeError::NoVersion(_) => {
                Self::new("configuration.version", words, "Look at the history anew.")
            }
            ChangeError::History(error) => error.into(),
            ChangeError::App(error) => error.into(),
        }
    }
}

impl App {
    /// Changes the configuration in its file and in use. One change comes after the other; what is
    /// wrong, or was changed elsewhere, leaves everything as it was.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub(crate) async fn change(
        &self,
        change: impl FnOnce(&Configured) -> Result<Change, Problem>,
    ) -> Result<Changed, Problem> {
        let _one = self.changing.lock().await;
        let now = self.configured();
        let change = change(&now)?;
        let mut all = self.history()?;
        let (text, act, state) = match change {
            Change::To { text, act } => (text, act, None),
            Change::Undo => {
                let entry = history::undo(&all).ok_or(ChangeError::NothingBefore)?;
                (entry.text.clone(), Act::Undone, Some(entry.version))
            }
            Change::Redo => {
                let entry = history::redo(&all).ok_or(ChangeError::NothingAfter)?;
                (entry.text.clone(), Act::Redone, Some(entry.version))
            }
            Change::Restore(version) => {
                let entry = all.iter().find(|entry| entry.version == version);
                let entry = entry.ok_or(ChangeError::NoVersion(version))?;
                (entry.text.clone(), Act::Restored, Some(entry.state))
            }
            Change::Take => (self.text_on_disk()?, Act::Outside, None),
        };
        if act != Act::Outside && self.text_on_disk()? != now.text {
            return Err(ChangeError::Elsewhere {
                path: self.configuration.clone(),
            }
            .into());
        }
        if text == now.text {
            let version = all.last().map_or(0, |entry| entry.version);
            return Ok(Changed {
                version,
                restart: Vec::new(),
            });
        }
        let workspace = parse(&text, &self.configuration).map_err(ChangeError::of)?;
        let listen = workspace.endpoint.listen.clone();
        let restart = self.needs_restart(&now.workspace, &workspace);
        let read = Read {
            text: text.clone(),
            workspace,
        };
        let next = Configured::new(read, Some(&now), &self.secrets)
            .await
            .map_err(ChangeError::from)?;
        // First remembered, then written: a text that was in use is never without its version.
        let differs = touched(&now.text, &text);
        self.remember_version(&mut all, act, state, &text, differs)?;
        let moved = match self.prepare_move(&listen).await {
            Ok(moved) => moved,
            Err(error) => {
                // A port that is not to be had leaves all as it was.
                self.history.take_back(&mut all);
                return Err(error.into());
            }
        };
        if act != Act::Outside
            && let Err(source) = file::write(&self.configuration, &text)
        {
            self.history.take_back(&mut all);
            if let Some(listener) = moved {
                self.give_move_up(listener).await?;
            }
            return Err(ChangeError::Unwritable {
                path: self.configuration.clone(),
                source,
            }
            .into());
        }
        let version = all.last().map_or(0, |entry| entry.version);
        self.configure(next).await;
        if let Some(listener) = moved {
            self.finish_move(listener).await?;
        }
        tracing::info!(version, "the configuration was changed and is in use");
        Ok(Changed { version, restart })
    }

    /// All versions, the oldest first. The text in use is the last one of them: what was changed while
    /// Sluice did not run is added here.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub(crate) fn history(&self) -> Result<Vec<Entry>, HistoryError> {
        let mut all = self.history.all()?;
        let now = self.configured();
        let last = all.last().map(|entry| entry.text.clone());
        if last.as_ref() != Some(&now.text) {
            let (act, differs) = match &last {
                None => (Act::First, Vec::new()),
                Some(last) => (Act::Outside, touched(last, &now.text)),
            };
            self.remember_version(&mut all, act, None, &now.text, differs)?;
        }
        Ok(all)
    }

    /// What the file holds now.
    ///
    /// # Errors
    /// [`AppError::Unreadable`].
    pub(crate) fn text_on_disk(&self) -> Result<String, ChangeError> {
        let path = &self.configuration;
        file::read(path).map_err(|source| {
            ChangeError::App(AppError::Unreadable {
                path: path.clone(),
                source,
            })
        })
    }

    /// What waits for a start: the address, where the command line names another one.
    fn needs_restart(&self, before: &Workspace, after: &Workspace) -> Vec<String> {
        if self.listen_given.is_some() && before.endpoint.listen != after.endpoint.listen {
            vec!["endpoint.listen".to_owned()]
        } else {
            Vec::new()
        }
    }

    fn remember_version(
        &self,
        all: &mut Vec<Entry>,
        act: Act,
        state: Option<u64>,
        text: &str,
        touched: Vec<Touched>,
    ) -> Result<(), HistoryError> {
        let made = Made {
            at: self.clock.wall_us() / 1000,
            who: account(),
            act,
            state,
            text,
        };
        self.history.add(all, made, touched)
    }
}

/// The account that Sluice runs under.
fn account() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}
