//! The one command of the window: every other is found in the registry by its name.

use serde_json::Value;
use sluice_app::{Problem, registry};
use tauri::State;

use crate::shell::Shell;

/// Runs a command of the registry.
#[tauri::command]
pub async fn rpc(shell: State<'_, Shell>, command: String, input: Value) -> Result<Value, Problem> {
    registry::call(shell.app().await?, &command, input).await
}
