//! Keeping the record within its bounds while Sluice runs.

use std::sync::Arc;
use std::time::Duration;

use sluice_core::config::Log;
use sluice_log::Bounds;

use crate::app::App;

/// After a start, so that the first requests have the disk for themselves.
const FIRST: Duration = Duration::from_mins(1);
/// How far the record may be out of its bounds.
const EVERY: Duration = Duration::from_mins(10);

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const MIB: i64 = 1024 * 1024;

/// The bounds that a configuration sets.
pub(crate) fn bounds(log: &Log) -> Bounds {
    let number = |bound: Option<std::num::NonZeroU32>| bound.map(|bound| i64::from(bound.get()));
    Bounds {
        age_ms: number(log.keep_days).map(|days| days * DAY_MS),
        bytes: number(log.keep_mb).map(|mb| mb * MIB),
        exchanges: number(log.keep_exchanges),
    }
}

/// Removes what is out of bounds, again and again, for as long as there is an app.
pub(crate) fn keep_within_bounds(app: &Arc<App>) {
    let app = Arc::downgrade(app);
    tokio::spawn(async move {
        let mut pause = FIRST;
        loop {
            tokio::time::sleep(pause).await;
            pause = EVERY;
            let Some(app) = app.upgrade() else { return };
            let bounds = bounds(&app.workspace().log);
            if !bounds.any() {
                continue;
            }
            let now = app.clock.wall_us() / 1000;
            let removed = match app.store.excess(bounds, now).await {
                Ok(excess) => app.store.remove(excess.reach, |_| ()).await,
                Err(error) => Err(error),
            };
            match removed {
                Ok(0) => {}
                Ok(exchanges) => tracing::info!(exchanges, "the record was kept within its bounds"),
                Err(error) => tracing::warn!(%error, "the record cannot be kept within its bounds"),
            }
        }
    });
}
