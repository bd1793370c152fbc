//! The workspaces of this account, on the section Workstation: opened again, opened from a file, begun anew. Each has a
//! window and a process of its own.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::{Environment, Workspace};
use ts_rs::TS;

use super::Nothing;
use super::kept::off_the_runtime;
use super::workstation::window;
use crate::app::App;
use crate::problem::Problem;
use crate::workspaces::{KnownWorkspace, Workspaces, whole};

/// A workspace that this account has opened.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceLine {
    /// The file of its configuration, which also says which one it is.
    pub configuration: String,
    /// As the file names it; `null` where the file cannot be read, or is no configuration.
    pub name: Option<String>,
    pub environment: Option<Environment>,
    /// When it was opened last.
    #[ts(type = "number")]
    pub opened_at: i64,
    /// Whether it is the one in this window.
    pub here: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceLines {
    /// The one that was opened last first. The embedded demo is none of them.
    pub workspaces: Vec<WorkspaceLine>,
    /// Whether this window shows the embedded demo.
    pub demo_here: bool,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct WorkspaceInput {
    /// As the list has it.
    pub configuration: String,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ChooseWorkspace {
    /// Whether to begin a new one; else a configuration that is there is opened.
    pub new: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChosenWorkspace {
    /// What was opened; `null` where the dialog was cancelled.
    pub configuration: Option<String>,
}

/// All of them; a server has none.
pub async fn list(app: Arc<App>, _: Nothing) -> Result<WorkspaceLines, Problem> {
    let Some(window) = app.workstation.get().cloned() else {
        return Ok(WorkspaceLines {
            workspaces: Vec::new(),
            demo_here: app.is_demo,
        });
    };
    off_the_runtime(move || {
        let all = window
            .workspaces()
            .list()
            .map_err(|error| unlisted(&error))?;
        let here = (!app.is_demo).then(|| whole(&app.configuration));
        Ok(WorkspaceLines {
            workspaces: all.iter().map(|one| line(one, here.as_ref())).collect(),
            demo_here: app.is_demo,
        })
    })
    .await
}

/// Opens one of the list in its own window, or shows the window that it has.
pub async fn open(app: Arc<App>, input: WorkspaceInput) -> Result<Nothing, Problem> {
    let window = window(&app)?;
    off_the_runtime(move || {
        let known = one_of(&window.workspaces(), &input)?;
        if !known.configuration.is_file() {
            return Err(Problem::new(
                "workspaces.gone",
                format!("{} is not there any more.", known.configuration.display()),
                "Open the file where it is now, or take it out of the list.",
            ));
        }
        window.open_workspace(&known.configuration, &known.data_dir)?;
        Ok(Nothing {})
    })
    .await
}

/// Asks by the desktop's dialog for a configuration, or for the place of a new one, and opens it.
pub async fn choose(app: Arc<App>, input: ChooseWorkspace) -> Result<ChosenWorkspace, Problem> {
    let window = window(&app)?;
    let Some(path) = window.choose_workspace(input.new).await else {
        return Ok(ChosenWorkspace {
            configuration: None,
        });
    };
    off_the_runtime(move || {
        if input.new && !crate::new_workspace(&path)? {
            return Err(Problem::new(
                "workspaces.there",
                format!("{} is there already, and stays as it is.", path.display()),
                "Choose another name, or open it.",
            ));
        }
        // Only now is it there, with the links on the way to it.
        let path = whole(&path);
        let known = window.workspaces();
        let data_dir = known.data_dir(&path).map_err(|error| unlisted(&error))?;
        window.open_workspace(&path, &data_dir)?;
        // The window that opens notes it too, once it has opened; this one shows it at once.
        let opened = KnownWorkspace {
            configuration: path.clone(),
            data_dir,
            opened_at: app.clock.wall_us() / 1000,
        };
        known.note(opened).map_err(|error| unlisted(&error))?;
        Ok(ChosenWorkspace {
            configuration: Some(path.display().to_string()),
        })
    })
    .await
}

/// Takes one out of the list; its files stay.
pub async fn forget(app: Arc<App>, input: WorkspaceInput) -> Result<Nothing, Problem> {
    let known = window(&app)?.workspaces();
    off_the_runtime(move || {
        let one = one_of(&known, &input)?;
        known
            .forget(&one.configuration)
            .map_err(|error| unlisted(&error))?;
        Ok(Nothing {})
    })
    .await
}

fn line(known: &KnownWorkspace, here: Option<&PathBuf>) -> WorkspaceLine {
    let text = std::fs::read_to_string(&known.configuration).ok();
    let read = text.and_then(|text| Workspace::parse(&text).ok());
    WorkspaceLine {
        name: read.as_ref().map(|read| read.workspace.name.clone()),
        environment: read.map(|read| read.workspace.environment),
        opened_at: known.opened_at,
        here: here == Some(&known.configuration),
        configuration: known.configuration.display().to_string(),
    }
}

fn one_of(known: &Workspaces, input: &WorkspaceInput) -> Result<KnownWorkspace, Problem> {
    let all = known.list().map_err(|error| unlisted(&error))?;
    all.into_iter()
        .find(|one| one.configuration.display().to_string() == input.configuration)
        .ok_or_else(|| {
            Problem::new(
                "workspaces.unknown",
                format!("{} is not in the list.", input.configuration),
                "Open it by its file.",
            )
        })
}

fn unlisted(error: &std::io::Error) -> Problem {
    Problem::new(
        "workspaces.list",
        format!("The list of workspaces cannot be read or written: {error}."),
        "Look at the file workspaces.json in the folder of this account's settings for Sluice; without it the list begins anew.",
    )
}
