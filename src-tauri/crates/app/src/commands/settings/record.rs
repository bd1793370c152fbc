//! What is recorded, for how long, and what goes by that.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::Log;
use sluice_core::config::edit::{RecordSettings, put_record};
use sluice_log::Excess;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::{began_from, saved};
use crate::app::App;
use crate::commands::Nothing;
use crate::commands::configuration::InUse;
use crate::commands::overview::store_problem;
use crate::configuration::ChangeError;
use crate::problem::Problem;
use crate::retention::bounds;

/// How much of a recorded body is kept at most, in KiB, and how many rows.
const LARGEST_BODY_KB: u32 = 10_240;
const MOST_ROWS: u32 = 1000;

/// The settings of the record, and what it holds.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecordSetup {
    pub settings: RecordSettings,
    pub usual: RecordSettings,
    /// The store's path.
    pub path: String,
    #[ts(type = "number")]
    pub exchanges: u64,
    #[ts(type = "number")]
    pub pinned: u64,
    /// What they take, roughly.
    #[ts(type = "number")]
    pub bytes: u64,
    /// The file with the space in it that is free.
    #[ts(type = "number")]
    pub file_bytes: u64,
    /// When the oldest was, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub oldest: Option<i64>,
    /// What is out of the bounds in use now.
    pub excess: WouldGo,
}

/// What goes by some bounds.
#[derive(Clone, Debug, Default, Serialize, TS)]
pub struct WouldGo {
    #[ts(type = "number")]
    pub exchanges: u64,
    /// What they take, roughly.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Milliseconds since 1970, as `newest`.
    #[ts(type = "number | null")]
    pub oldest: Option<i64>,
    #[ts(type = "number | null")]
    pub newest: Option<i64>,
    /// Pinned ones that are as old, and stay.
    #[ts(type = "number")]
    pub pinned: u64,
}

impl From<Excess> for WouldGo {
    fn from(excess: Excess) -> Self {
        Self {
            exchanges: excess.exchanges,
            bytes: excess.bytes,
            oldest: excess.oldest,
            newest: excess.newest,
            pinned: excess.pinned,
        }
    }
}

/// New settings, and those they began from.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveRecord {
    pub was: RecordSettings,
    pub settings: RecordSettings,
}

#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct Removing {
    #[ts(type = "number")]
    pub removed: u64,
    /// As it was counted before.
    #[ts(type = "number")]
    pub of: u64,
}

#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct RemovedExchanges {
    #[ts(type = "number")]
    pub removed: u64,
}

/// What is recorded, and what there is.
pub async fn get(app: Arc<App>, _: Nothing) -> Result<RecordSetup, Problem> {
    let log = app.workspace().log.clone();
    let holdings = app.store.holdings().await.map_err(store_problem)?;
    let excess = app
        .store
        .excess(bounds(&log), app.clock.wall_us() / 1000)
        .await
        .map_err(store_problem)?;
    Ok(RecordSetup {
        settings: RecordSettings::from(&log),
        usual: RecordSettings::from(&Log::default()),
        path: app.store.path().display().to_string(),
        exchanges: holdings.exchanges,
        pinned: holdings.pinned,
        bytes: holdings.bytes,
        file_bytes: holdings.file_bytes,
        oldest: holdings.oldest,
        excess: excess.into(),
    })
}

/// What would go by other bounds. Nothing is removed.
pub async fn would_go(app: Arc<App>, settings: RecordSettings) -> Result<WouldGo, Problem> {
    let log = Log {
        keep_days: settings.keep_days,
        keep_mb: settings.keep_mb,
        keep_exchanges: settings.keep_exchanges,
        ..Log::default()
    };
    let now = app.clock.wall_us() / 1000;
    let excess = app.store.excess(bounds(&log), now).await;
    Ok(excess.map_err(store_problem)?.into())
}

/// Changes what is recorded and for how long. What is out of bounds then goes with the next round, or by
/// `record.remove_excess` at once.
pub async fn save(app: Arc<App>, save: SaveRecord) -> Result<InUse, Problem> {
    let mut problem = Problem::new(
        "settings.wrong",
        "The record cannot be set up so.",
        "Correct what is marked.",
    );
    if !(1..=LARGEST_BODY_KB).contains(&save.settings.body_limit_kb) {
        let says = format!("From 1 to {LARGEST_BODY_KB} KiB.");
        problem.fields.insert("bodyLimitKb".into(), says);
    }
    if save.settings.sample_rows > MOST_ROWS {
        let says = format!("At most {MOST_ROWS} rows.");
        problem.fields.insert("sampleRows".into(), says);
    }
    if !problem.fields.is_empty() {
        return Err(problem);
    }
    let changed = app
        .change(|now| {
            began_from(&RecordSettings::from(&now.workspace.log), &save.was)?;
            let text = put_record(&now.text, &save.settings).map_err(ChangeError::Wrong)?;
            Ok(saved(text))
        })
        .await?;
    Ok(changed.into())
}

/// Removes what is out of the bounds in use, bit by bit. Cancelled, what went stays gone and the rest stays.
pub async fn remove_excess(
    app: Arc<App>,
    _: Nothing,
    progress: mpsc::Sender<Removing>,
) -> Result<RemovedExchanges, Problem> {
    let now = app.clock.wall_us() / 1000;
    let excess = app
        .store
        .excess(bounds(&app.workspace().log), now)
        .await
        .map_err(store_problem)?;
    let of = excess.exchanges;
    let tell = |removed| {
        // A screen that is behind is told the next one.
        let _ = progress.try_send(Removing { removed, of });
    };
    tell(0);
    let removed = app.store.remove(excess.reach, tell).await;
    Ok(RemovedExchanges {
        removed: removed.map_err(store_problem)?,
    })
}
