//! Files from and to the administrator: the desktop's own dialogs, and what is done at the chosen place.
//!
//! **Invariant:** a place comes from a dialog and is used once. The page names a file and never a path,
//! so that no script in it can read or write where nobody pointed.
//!
//! A dialog cannot be reached by a test that drives the window. `SLUICE_SAVE_TO` names the folder that
//! every file is saved to, and `SLUICE_OPEN_FROM` the file that is opened, in place of the dialogs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rfd::AsyncFileDialog;
use serde::Serialize;
use sluice_app::Problem;
use sluice_app::files::{self, Opened};
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{State, WebviewWindow};

use crate::shell::Shell;

/// The header of a request with bytes that says which place they are for.
const PLACE: &str = "x-file";

/// The places that were chosen and not yet used, by their number.
pub struct Files {
    picker: Picker,
    chosen: Mutex<(u32, HashMap<u32, Chosen>)>,
}

#[derive(Clone)]
enum Chosen {
    ToWrite(PathBuf),
    ToRead(Arc<Mutex<Opened>>),
}

/// Who answers where a file goes, or comes from.
enum Picker {
    Dialogs,
    Fixed {
        save_to: Option<PathBuf>,
        open_from: Option<PathBuf>,
    },
}

/// A place, as the page knows it.
#[derive(Serialize)]
pub struct Place {
    id: u32,
    name: String,
    path: String,
}

impl Files {
    /// None chosen yet.
    pub fn new() -> Self {
        let named = |variable| std::env::var_os(variable).map(PathBuf::from);
        let (save_to, open_from) = (named("SLUICE_SAVE_TO"), named("SLUICE_OPEN_FROM"));
        let picker = if save_to.is_none() && open_from.is_none() {
            Picker::Dialogs
        } else {
            tracing::warn!("the environment answers in place of the dialogs for files");
            Picker::Fixed { save_to, open_from }
        };
        Self {
            picker,
            chosen: Mutex::default(),
        }
    }

    /// Asks where a file goes; `None` where that was cancelled.
    pub async fn to_save(&self, window: &WebviewWindow, name: &str) -> Option<PathBuf> {
        match &self.picker {
            Picker::Fixed { save_to, .. } => save_to.as_ref().map(|folder| folder.join(name)),
            Picker::Dialogs => {
                let mut dialog = AsyncFileDialog::new().set_parent(window);
                if let Some((_, extension)) = name.rsplit_once('.') {
                    dialog = dialog.add_filter(extension.to_uppercase(), &[extension]);
                }
                let chosen = dialog.set_file_name(name).save_file().await;
                chosen.map(|file| file.path().to_owned())
            }
        }
    }

    /// Asks which file to open; `None` where that was cancelled.
    pub async fn to_open(
        &self,
        window: &WebviewWindow,
        what: &str,
        extensions: &[String],
    ) -> Option<PathBuf> {
        match &self.picker {
            Picker::Fixed { open_from, .. } => open_from.clone(),
            Picker::Dialogs => {
                let dialog = AsyncFileDialog::new().set_parent(window);
                let dialog = dialog.add_filter(what, extensions);
                let chosen = dialog.add_filter("All files", &["*"]).pick_file().await;
                chosen.map(|file| file.path().to_owned())
            }
        }
    }

    fn add(&self, chosen: Chosen, path: &std::path::Path) -> Place {
        let mut all = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        all.0 += 1;
        let id = all.0;
        all.1.insert(id, chosen);
        let name = path.file_name().unwrap_or(path.as_os_str());
        Place {
            id,
            name: name.to_string_lossy().into_owned(),
            path: path.display().to_string(),
        }
    }

    fn get(&self, id: u32) -> Option<Chosen> {
        let all = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        all.1.get(&id).cloned()
    }

    fn take(&self, id: u32) -> Option<Chosen> {
        let mut all = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        all.1.remove(&id)
    }

    fn to_write(&self, id: Option<u32>) -> Result<PathBuf, Problem> {
        match id.and_then(|id| self.take(id)) {
            Some(Chosen::ToWrite(path)) => Ok(path),
            _ => Err(unknown()),
        }
    }
}

fn unknown() -> Problem {
    Problem::new(
        "file.unknown",
        "No place was chosen for this file.",
        "Save it, or open it, once more.",
    )
}

/// Asks where a file goes; `None` where that was cancelled.
#[tauri::command]
pub async fn save_file(
    window: WebviewWindow,
    files: State<'_, Files>,
    name: String,
) -> Result<Option<Place>, Problem> {
    let path = files.to_save(&window, &name).await;
    Ok(path.map(|path| files.add(Chosen::ToWrite(path.clone()), &path)))
}

/// Writes the bytes of the request to a place that was chosen.
#[tauri::command]
pub async fn write_file(files: State<'_, Files>, request: Request<'_>) -> Result<(), Problem> {
    let id = request.headers().get(PLACE);
    let id = id.and_then(|id| id.to_str().ok()?.parse().ok());
    let path = files.to_write(id)?;
    let bytes = match request.body() {
        InvokeBody::Raw(bytes) => bytes.clone(),
        // Where the web view has no way for bytes, they come as a list of numbers.
        InvokeBody::Json(list) => serde_json::from_value(list.clone()).map_err(|_| unknown())?,
    };
    files::write(path, bytes).await
}

/// Copies a file of the folder of exports to a place that was chosen.
#[tauri::command]
pub async fn write_export(
    shell: State<'_, Shell>,
    files: State<'_, Files>,
    id: u32,
    exported: String,
) -> Result<(), Problem> {
    let path = files.to_write(Some(id))?;
    let app = shell.app().await?;
    files::copy_export(&app, &exported, path).await
}

/// Asks for a file and opens it; `None` where that was cancelled.
#[tauri::command]
pub async fn open_file(
    window: WebviewWindow,
    files: State<'_, Files>,
    what: String,
    extensions: Vec<String>,
) -> Result<Option<Place>, Problem> {
    let Some(path) = files.to_open(&window, &what, &extensions).await else {
        return Ok(None);
    };
    let opened = Arc::new(Mutex::new(Opened::open(path.clone())?));
    Ok(Some(files.add(Chosen::ToRead(opened), &path)))
}

/// The next bytes of a file that was opened; none at its end, and then it is closed.
#[tauri::command]
pub async fn read_file(files: State<'_, Files>, id: u32) -> Result<Response, Problem> {
    let Some(Chosen::ToRead(opened)) = files.get(id) else {
        return Err(unknown());
    };
    let part = opened.lock().unwrap_or_else(PoisonError::into_inner).part();
    if part.as_ref().map_or(true, Vec::is_empty) {
        files.take(id);
    }
    Ok(Response::new(part?))
}
