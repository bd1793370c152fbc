//! How much the program's own log says, and its last lines.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::edit::put_levels;
use sluice_core::config::{Area, Level, Levels};
use ts_rs::TS;

use super::{began_from, saved};
use crate::app::App;
use crate::commands::Nothing;
use crate::commands::configuration::InUse;
use crate::configuration::ChangeError;
use crate::logging;
use crate::problem::Problem;

#[derive(Clone, Debug, Serialize, TS)]
pub struct LogSetup {
    pub areas: Vec<AreaLevel>,
    pub usual: Level,
    /// What the environment's `SLUICE_LOG` says, which stands above all levels.
    pub given: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AreaLevel {
    pub area: Area,
    pub level: Level,
}

/// New levels, and those they began from.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveLevels {
    pub was: Vec<AreaLevel>,
    pub areas: Vec<AreaLevel>,
}

#[derive(Clone, Copy, Debug, Deserialize, TS)]
pub struct AfterLine {
    /// 0 for all that are still there.
    #[ts(type = "number")]
    pub after: u64,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct LogLines {
    /// The oldest first, at most a thousand.
    pub lines: Vec<LogLine>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct LogLine {
    #[ts(type = "number")]
    pub number: u64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    pub level: Level,
    pub area: Area,
    pub text: String,
}

fn areas(levels: &Levels) -> Vec<AreaLevel> {
    let level = |area| AreaLevel {
        area,
        level: levels.of(area),
    };
    Area::ALL.map(level).to_vec()
}

/// The levels in use.
pub async fn get(app: Arc<App>, _: Nothing) -> Result<LogSetup, Problem> {
    Ok(LogSetup {
        areas: areas(&app.workspace().log.levels),
        usual: Levels::USUAL,
        given: logging::given(),
    })
}

/// Changes the levels, from the next line on.
pub async fn save(app: Arc<App>, save: SaveLevels) -> Result<InUse, Problem> {
    let levels = Levels(
        save.areas
            .iter()
            .map(|each| (each.area, each.level))
            .collect(),
    );
    let changed = app
        .change(|now| {
            began_from(&areas(&now.workspace.log.levels), &save.was)?;
            let text = put_levels(&now.text, &levels).map_err(ChangeError::Wrong)?;
            Ok(saved(text))
        })
        .await?;
    Ok(changed.into())
}

/// The lines after one that is known.
pub async fn tail(_: Arc<App>, after: AfterLine) -> Result<LogLines, Problem> {
    let lines = logging::after(after.after);
    let line = |line: logging::Line| LogLine {
        number: line.number,
        at: line.at,
        level: line.level,
        area: line.area,
        text: line.text,
    };
    Ok(LogLines {
        lines: lines.into_iter().map(line).collect(),
    })
}
