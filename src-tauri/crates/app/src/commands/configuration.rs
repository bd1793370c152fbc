//! The configuration's history: what it was, what differs, and the way back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::config::edit::{Touched, mapping_text, take_mapping};
use ts_rs::TS;

use crate::app::App;
use crate::commands::Nothing;
use crate::configuration::{
    self, Act, Change, ChangeError, Changed, Configured, Entry, PastVersion,
};
use crate::problem::Problem;

/// What is in use after a change.
#[derive(Clone, Debug, Serialize, TS)]
pub struct InUse {
    /// Its version in the history.
    #[ts(type = "number")]
    pub version: u64,
    /// Keys whose new value is in use only after a restart: `endpoint.listen`.
    pub restart: Vec<String>,
}

impl From<Changed> for InUse {
    fn from(changed: Changed) -> Self {
        Self {
            version: changed.version,
            restart: changed.restart,
        }
    }
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct HistoryQuery {
    /// Only versions that touched this; left out, all.
    #[serde(default)]
    #[ts(optional)]
    pub only: Option<Touched>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Versions {
    /// The newest first.
    pub versions: Vec<PastVersion>,
    /// The version that undo brings back.
    #[ts(type = "number | null")]
    pub undo: Option<u64>,
    /// The version that redo brings back.
    #[ts(type = "number | null")]
    pub redo: Option<u64>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct VersionInput {
    #[ts(type = "number")]
    pub version: u64,
    /// One mapping; left out, the whole configuration.
    #[serde(default)]
    #[ts(optional)]
    pub mapping: Option<MappingName>,
}

/// Which mapping is meant.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct MappingName {
    pub application: String,
    pub operation: Operation,
}

/// The texts of a version, to be compared.
#[derive(Clone, Debug, Serialize, TS)]
pub struct VersionTexts {
    pub version: PastVersion,
    /// As it was in the version before; empty where there was none.
    pub before: String,
    pub after: String,
    /// As it is in use.
    pub now: String,
}

/// What the file holds beside what is in use.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OnDisk {
    /// Whether somebody else changed the file since Sluice read or wrote it.
    pub elsewhere: bool,
    /// The text in use.
    pub in_use: String,
    /// The text of the file.
    pub on_disk: String,
    /// Why the file cannot be used, where it cannot.
    pub problem: Option<Problem>,
}

/// The versions of the configuration, without their texts.
pub async fn history(app: Arc<App>, input: HistoryQuery) -> Result<Versions, Problem> {
    let _one = app.changing.lock().await;
    let all = app.history()?;
    let wanted = |entry: &&Entry| {
        let only = input.only.as_ref();
        only.is_none_or(|only| entry.act == Act::First || entry.touched.contains(only))
    };
    Ok(Versions {
        versions: all
            .iter()
            .rev()
            .filter(wanted)
            .map(PastVersion::from)
            .collect(),
        undo: configuration::undo(&all).map(|entry| entry.version),
        redo: configuration::redo(&all).map(|entry| entry.version),
    })
}

/// The texts of a version, whole or of one mapping.
pub async fn version(app: Arc<App>, input: VersionInput) -> Result<VersionTexts, Problem> {
    let _one = app.changing.lock().await;
    let all = app.history()?;
    let at = all.iter().position(|entry| entry.version == input.version);
    let at = at.ok_or(ChangeError::NoVersion(input.version))?;
    let entry = all.get(at).ok_or(ChangeError::NoVersion(input.version))?;
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    let part = |text: &str| match &input.mapping {
        Some(name) => mapping_text(text, &name.application, name.operation),
        None => text.to_owned(),
    };
    Ok(VersionTexts {
        version: entry.into(),
        before: before.map(|before| part(&before.text)).unwrap_or_default(),
        after: part(&entry.text),
        now: part(&app.configured().text),
    })
}

/// Brings an older version back, whole or one mapping of it.
pub async fn restore(app: Arc<App>, input: VersionInput) -> Result<InUse, Problem> {
    let Some(name) = input.mapping else {
        let whole = app.change(|_| Ok(Change::Restore(input.version)));
        return Ok(whole.await?.into());
    };
    let older = {
        let _one = app.changing.lock().await;
        let all = app.history()?;
        let entry = all.into_iter().find(|entry| entry.version == input.version);
        entry.ok_or(ChangeError::NoVersion(input.version))?.text
    };
    let mapping = |now: &Configured| {
        let text = take_mapping(&now.text, &older, &name.application, name.operation);
        Ok(Change::To {
            text: text.map_err(ChangeError::Wrong)?,
            act: Act::Restored,
        })
    };
    Ok(app.change(mapping).await?.into())
}

/// Brings the version before back.
pub async fn undo(app: Arc<App>, _: Nothing) -> Result<InUse, Problem> {
    Ok(app.change(|_| Ok(Change::Undo)).await?.into())
}

/// Brings back what an undo took back.
pub async fn redo(app: Arc<App>, _: Nothing) -> Result<InUse, Problem> {
    Ok(app.change(|_| Ok(Change::Redo)).await?.into())
}

/// Compares the file with what is in use.
pub async fn on_disk(app: Arc<App>, _: Nothing) -> Result<OnDisk, Problem> {
    let in_use = app.configured().text.clone();
    let on_disk = app.text_on_disk()?;
    let problem = configuration::parse(&on_disk, &app.configuration).err();
    Ok(OnDisk {
        elsewhere: in_use != on_disk,
        in_use,
        on_disk,
        problem: problem.map(Problem::from),
    })
}

/// Takes into use what somebody else wrote into the file.
pub async fn take(app: Arc<App>, _: Nothing) -> Result<InUse, Problem> {
    Ok(app.change(|_| Ok(Change::Take)).await?.into())
}
