//! The configuration as files: out, in, compared, and promoted from one environment to another.
//!
//! **Invariant:** what is previewed is what is done. A change names the text that its preview began from,
//! and is refused where another one is in use by then. No secret leaves, and none comes in.

mod export;
mod import;
mod promote;
mod source;

pub(crate) use export::pack;
pub use export::{BundleInput, Bundled, ExportedText, TextForm, TextInput, bundle, export};
pub use import::{FileForm, ImportInput, ImportPreview, TakeFile, preview, take};
pub use promote::{KeptPart, PromoteInput, PromotionInput, PromotionPlan, plan, promote};
pub use source::{
    CompareInput, ComparedTexts, Side, Source, SourceInput, SourceParts, compare, parts,
};

use serde::Serialize;
use sluice_core::config::comparison::{ChangedPart, PartKind};
use sluice_core::config::{AuthenticationKind, Dialect, Environment, Workspace};
use ts_rs::TS;

use crate::app::App;
use crate::problem::Problem;

/// A secret that a configuration needs and does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NeededSecret {
    /// As the secrets are called: `token`, `connection.hr`, `application.hr`.
    pub name: String,
    pub what: String,
    /// How it is set where nobody has it.
    pub how: String,
    /// Whether this Sluice has it.
    pub set: bool,
}

/// The secrets that a configuration needs, and which of them are here.
async fn needed(app: &App, workspace: &Workspace) -> Result<Vec<NeededSecret>, Problem> {
    let secret = |name: String, what: String, how: String| NeededSecret {
        name,
        what,
        how,
        set: false,
    };
    let mut all = vec![secret(
        "token".into(),
        "The endpoint's token".into(),
        "A new one is made at the first start. To go on with the same, start with it in SLUICE_TOKEN.".into(),
    )];
    for connection in workspace.connections.values() {
        if connection.dialect != Dialect::Sqlite && connection.user.is_some() {
            let name = &connection.name;
            all.push(secret(
                format!("connection.{name}"),
                format!("The password of the connection \"{name}\""),
                format!("Under Connections, or by sluice-server password {name}."),
            ));
        }
    }
    for application in workspace.applications.values() {
        let what = match application.authentication.kind {
            AuthenticationKind::Bearer => continue,
            AuthenticationKind::Basic => "password",
            AuthenticationKind::Header => "header's value",
        };
        let name = &application.name;
        all.push(secret(
            format!("application.{name}"),
            format!("The {what} of the application \"{name}\""),
            format!("By sluice-server password --application {name}."),
        ));
    }
    let store = app.secrets.clone();
    let found = tokio::task::spawn_blocking(move || {
        for secret in &mut all {
            secret.set = store.get(&secret.name)?.is_some();
        }
        Ok::<_, crate::secrets::SecretsError>(all)
    });
    let found = found.await.map_err(crate::app::AppError::from)?;
    Ok(found.map_err(crate::app::AppError::from)?)
}

/// What is to be typed before a change is made: the name of a production connection that it touches,
/// or whose application it touches; that of the workspace where that is labelled production.
fn to_be_typed(before: &Workspace, after: &Workspace, changes: &[ChangedPart]) -> Option<String> {
    let production = |name: &str| {
        [before, after].into_iter().any(|workspace| {
            let connection = workspace.connections.get(name);
            connection.is_some_and(|connection| connection.environment == Environment::Production)
        })
    };
    for part in changes {
        let name = part.name.as_deref().unwrap_or_default();
        let connections: Vec<&str> = match part.kind {
            PartKind::General => continue,
            PartKind::Connection => vec![name],
            PartKind::Application | PartKind::Operation => [before, after]
                .into_iter()
                .filter_map(|workspace| workspace.applications.get(name)?.connection.as_deref())
                .collect(),
        };
        if let Some(name) = connections.into_iter().find(|name| production(name)) {
            return Some(name.to_owned());
        }
    }
    let whole = before.workspace.environment == Environment::Production;
    (whole && !changes.is_empty()).then(|| before.workspace.name.clone())
}

/// Refuses a change whose name was not typed.
fn typed(wanted: Option<&str>, typed: Option<&str>) -> Result<(), Problem> {
    match wanted {
        Some(wanted) if typed != Some(wanted) => Err(Problem::new(
            "configuration.typed",
            format!(
                "This changes what \"{wanted}\" in production serves, and its name was not typed."
            ),
            format!("Type {wanted}."),
        )),
        _ => Ok(()),
    }
}

/// What to tell where another configuration is in use than the preview began from.
fn moved_on() -> Problem {
    Problem::new(
        "configuration.moved",
        "The configuration was changed since this preview was made, so nothing was done.",
        "Look at the preview once more; it is made anew.",
    )
}
