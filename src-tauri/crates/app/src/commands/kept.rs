//! What the administrator keeps of the console: read, kept, removed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use crate::app::App;
use crate::kept::{Kept, KeptKind};
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct KeptQuery {
    pub kind: KeptKind,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct KeptItems {
    /// The one kept last first.
    pub items: Vec<Kept>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct Keep {
    pub kind: KeptKind,
    /// 1 to 200 characters; an item of this name is replaced.
    pub name: String,
    /// At most 1 MB of JSON, without secrets.
    #[ts(type = "JsonValue")]
    pub body: Json,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct KeptByName {
    pub kind: KeptKind,
    pub name: String,
}

#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct Removed {
    /// Whether it was there.
    pub removed: bool,
}

/// All items of a kind.
pub async fn list(app: Arc<App>, query: KeptQuery) -> Result<KeptItems, Problem> {
    let items = off_the_runtime(move || app.kept.list(query.kind)).await?;
    Ok(KeptItems { items })
}

/// Keeps an item, in the place of the one of its name.
pub async fn put(app: Arc<App>, keep: Keep) -> Result<Kept, Problem> {
    let item = Kept {
        name: keep.name,
        body: keep.body,
        at: app.clock.wall_us() / 1000,
    };
    off_the_runtime(move || app.kept.put(keep.kind, item)).await
}

/// Removes an item.
pub async fn remove(app: Arc<App>, item: KeptByName) -> Result<Removed, Problem> {
    let removed = off_the_runtime(move || app.kept.remove(item.kind, &item.name)).await?;
    Ok(Removed { removed })
}

/// A disk may take its time, and the runtime's threads serve the endpoint.
pub(super) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "what is kept could not be read or written");
            Err(Problem::new(
                "command.broken",
                "The command could not be finished.",
                "Try again; the program's log has the cause.",
            ))
        })
}
