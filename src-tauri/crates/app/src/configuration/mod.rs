//! The configuration: what is in use now, the file it stands in, how it is changed while Sluice runs,
//! and what it was before.
//!
//! **Invariants:** a configuration in use never changes; another takes its place. A change is written
//! over nothing but the text that is in use: where the file holds another text, somebody else changed
//! it, and the change is refused. Every text that was in use is in the history before the next one is.

mod change;
mod file;
mod history;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sluice_core::Secret;
use sluice_core::config::{Application, Connection, Workspace};
use sluice_core::ports::Directory as _;

use crate::app::AppError;
use crate::application_secrets;
use crate::databases::Databases;
use crate::problem::Problem;
use crate::secrets::SecretStore;

pub(crate) use change::{Change, ChangeError, Changed};
pub use history::{Act, PastVersion};
pub(crate) use history::{Entry, History, HistoryError, redo, undo};

/// A configuration as its file has it.
pub(crate) struct Read {
    pub text: String,
    pub workspace: Workspace,
}

/// Reads a workspace's file.
///
/// # Errors
/// [`AppError`] where it cannot be read, or is wrong.
pub(crate) fn read(path: &Path) -> Result<Read, AppError> {
    let text = file::read(path).map_err(|source| AppError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let workspace = parse(&text, path)?;
    Ok(Read { text, workspace })
}

/// Reads the text of a workspace's file that stands, or will stand, at `path`.
///
/// # Errors
/// [`AppError::Configuration`].
pub(crate) fn parse(text: &str, path: &Path) -> Result<Workspace, AppError> {
    let mut workspace = Workspace::parse(text).map_err(|source| AppError::Configuration {
        path: path.to_owned(),
        source,
    })?;
    // Relative files count from the configuration, so that a workspace can be moved as a folder.
    let folder = path.parent().unwrap_or(Path::new("."));
    for connection in workspace.connections.values_mut() {
        place(connection, folder);
    }
    Ok(workspace)
}

/// Makes a connection ready to be opened: its protection as its properties ask for it, its files by whole
/// paths from the configuration's `folder`.
pub(crate) fn place(connection: &mut Connection, folder: &Path) {
    // What the properties ask for was looked at when the configuration was read.
    if let Ok(tls) = connection.protection() {
        connection.tls = tls;
    }
    let tls = &mut connection.tls;
    for file in [
        &mut connection.path,
        &mut tls.ca_file,
        &mut tls.certificate_file,
        &mut tls.key_file,
    ] {
        if let Some(file) = file
            && Path::new(file.as_str()).is_relative()
        {
            *file = folder.join(file.as_str()).display().to_string();
        }
    }
}

/// A configuration in use, with what was opened for it.
pub(crate) struct Configured {
    /// As the file had it when it was read or written.
    pub text: String,
    pub workspace: Arc<Workspace>,
    pub databases: Arc<Databases>,
    /// Of the applications that do not take the endpoint's token, by their names.
    pub application_secrets: HashMap<String, Secret>,
}

impl Configured {
    /// The application of a name.
    ///
    /// # Errors
    /// [`Problem`] where there is none.
    pub fn application(&self, name: &str) -> Result<Arc<Application>, Problem> {
        self.databases.application(name).ok_or_else(|| {
            Problem::new(
                "application.unknown",
                format!("There is no application \"{name}\"."),
                "Choose one from the title bar.",
            )
        })
    }

    /// Makes what a configuration needs. What is open and stays as it was is taken over from `before`.
    ///
    /// # Errors
    /// [`AppError`] where an application's secret cannot be read or used.
    pub async fn new(
        read: Read,
        before: Option<&Self>,
        secrets: &SecretStore,
    ) -> Result<Self, AppError> {
        let application_secrets = application_secrets::read(&read.workspace, secrets).await?;
        let databases = match before {
            Some(before) => before.databases.next(&read.workspace),
            None => Databases::new(&read.workspace, secrets.clone()),
        };
        Ok(Self {
            text: read.text,
            workspace: Arc::new(read.workspace),
            databases: Arc::new(databases),
            application_secrets,
        })
    }
}

/// Where the file really is: a link to it stays a link when it is written.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
