//! Mappings that are not saved yet: held against the database, tried, saved.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::config::{Settings, Workspace, edit};
use sluice_core::mapping::Mapping;
use ts_rs::TS;

use crate::app::App;
use crate::commands::configuration::InUse;
use crate::configuration::{Act, Change, ChangeError, Configured};
use crate::problem::Problem;

/// What is to be saved of an application, all of it or nothing.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveInput {
    pub application: String,
    pub mappings: Vec<ChangedMapping>,
    #[serde(default)]
    #[ts(optional)]
    pub settings: Option<ChangedSettings>,
}

/// A mapping with what it was when somebody began to change it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ChangedMapping {
    pub operation: Operation,
    /// `null`: it was not mapped.
    pub was: Option<Mapping>,
    pub mapping: Mapping,
}

/// What an application says of its columns, with what it said when somebody began to change it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ChangedSettings {
    pub was: Settings,
    pub settings: Settings,
}

/// A mapping that is not saved, with settings that may not be saved either.
#[derive(Clone, Debug, Deserialize, Serialize, TS)]
pub struct Draft {
    pub application: String,
    pub operation: Operation,
    pub mapping: Mapping,
    #[serde(default)]
    #[ts(optional)]
    pub settings: Option<Settings>,
}

impl Draft {
    /// The workspace as it would be with this draft saved and switched on.
    pub(super) fn workspace(
        &self,
        app: &App,
        configured: &Configured,
    ) -> Result<Workspace, Problem> {
        configured.application(&self.application)?;
        let mut mapping = self.mapping.clone();
        mapping.enabled = true;
        let mut text = configured.text.clone();
        if let Some(settings) = &self.settings {
            text = edit::put_settings(&text, &self.application, settings)
                .map_err(ChangeError::Wrong)?;
        }
        text = edit::put_mapping(&text, &self.application, self.operation, &mapping)
            .map_err(ChangeError::Wrong)?;
        let parsed = crate::configuration::parse(&text, &app.configuration);
        Ok(parsed.map_err(ChangeError::of)?)
    }
}

/// Saves mappings and settings of an application, and takes them into use.
pub async fn save(app: Arc<App>, input: SaveInput) -> Result<InUse, Problem> {
    let change = |now: &Configured| {
        let application = now.application(&input.application)?;
        let mut text = now.text.clone();
        if let Some(settings) = &input.settings {
            let now = serde_json::to_value(Settings::of(&application));
            if now.ok() != serde_json::to_value(&settings.was).ok() {
                return Err(meanwhile("The columns and values of the application"));
            }
            text = edit::put_settings(&text, &input.application, &settings.settings)
                .map_err(ChangeError::Wrong)?;
        }
        for changed in &input.mappings {
            let now = application.operations.get(&changed.operation);
            let same = match (now, &changed.was) {
                (Some(now), Some(was)) => trimmed(now) == trimmed(was),
                (None, None) => true,
                _ => false,
            };
            if !same {
                return Err(meanwhile(&format!("\"{}\"", changed.operation)));
            }
            let mut mapping = changed.mapping.clone();
            // White space around a statement means nothing and is left as it stands in the file.
            if let Some(now) = now.filter(|now| now.statement.trim() == mapping.statement.trim()) {
                mapping.statement.clone_from(&now.statement);
            }
            let operation = changed.operation;
            text = edit::put_mapping(&text, &input.application, operation, &mapping)
                .map_err(ChangeError::Wrong)?;
        }
        Ok(Change::To {
            text,
            act: Act::Saved,
        })
    };
    Ok(app.change(change).await?.into())
}

fn trimmed(mapping: &Mapping) -> Mapping {
    let mut mapping = mapping.clone();
    mapping.statement = mapping.statement.trim().to_owned();
    mapping
}

fn meanwhile(what: &str) -> Problem {
    Problem::new(
        "operations.meanwhile",
        format!("{what} was changed in another window since you began, so nothing was saved."),
        "Look at what it is now, and make your change again.",
    )
}
