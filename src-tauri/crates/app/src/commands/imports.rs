//! Imports: which are under way, and how far they are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::snapshot::ImportFigures;
use ts_rs::TS;

use super::Nothing;
use crate::app::App;
use crate::problem::Problem;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Imports {
    /// The one that began last first.
    pub imports: Vec<ImportFigures>,
    /// Now, in milliseconds since 1970, to say how long ago the others are.
    pub at: i64,
}

/// The imports under way, the provider's and the console's own. Ask it as often as you like: nothing
/// is read for it.
pub async fn list(app: Arc<App>, _: Nothing) -> Result<Imports, Problem> {
    let now = app.clock.wall_us();
    Ok(Imports {
        imports: app.snapshots.figures(now),
        at: now / 1000,
    })
}
