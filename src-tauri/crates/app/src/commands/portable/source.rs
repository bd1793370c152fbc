//! Where a configuration to be looked at comes from, and two of them compared.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::comparison::{self, ChangedPart};
use sluice_core::config::{Environment, Workspace};
use ts_rs::TS;

use super::import::{ImportInput, read};
use crate::app::App;
use crate::configuration::ChangeError;
use crate::problem::Problem;

/// A configuration.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    InUse,
    Version {
        #[ts(type = "number")]
        version: u64,
    },
    /// A file in any of the forms that can be imported: as it would be here.
    File {
        file: ImportInput,
    },
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct CompareInput {
    pub left: Source,
    pub right: Source,
}

/// One of two that are compared.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Side {
    pub title: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct ComparedTexts {
    pub left: Side,
    pub right: Side,
    /// What differs in what they mean; empty where only comments, order or spelling do.
    pub changes: Vec<ChangedPart>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct SourceInput {
    pub source: Source,
}

/// What can be promoted from a configuration.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SourceParts {
    pub title: String,
    pub applications: Vec<ApplicationOf>,
    pub connections: Vec<ConnectionOf>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct ApplicationOf {
    pub name: String,
    pub connection: Option<String>,
    pub environment: Option<Environment>,
    /// How many operations it maps.
    pub operations: usize,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectionOf {
    pub name: String,
    pub environment: Environment,
}

/// The text of a source, with its title.
pub(super) async fn side(app: &App, source: &Source) -> Result<Side, Problem> {
    match source {
        Source::InUse => Ok(Side {
            title: "In use".to_owned(),
            text: app.configured().text.clone(),
        }),
        Source::Version { version } => {
            let _one = app.changing.lock().await;
            let all = app.history().map_err(ChangeError::from)?;
            let found = all.into_iter().find(|entry| entry.version == *version);
            let entry = found.ok_or(ChangeError::NoVersion(*version))?;
            Ok(Side {
                title: format!("Version {version}"),
                text: entry.text,
            })
        }
        Source::File { file } => Ok(Side {
            title: if file.name.is_empty() {
                "What was pasted".to_owned()
            } else {
                file.name.clone()
            },
            text: read(file, &app.configured())?.after,
        }),
    }
}

/// What two configurations differ in.
pub async fn compare(app: Arc<App>, input: CompareInput) -> Result<ComparedTexts, Problem> {
    let (left, right) = (
        side(&app, &input.left).await?,
        side(&app, &input.right).await?,
    );
    let named = |side: &Side| {
        let title = side.title.clone();
        move |error: sluice_core::config::ConfigError| {
            let mut problem = Problem::from(ChangeError::Wrong(error.clone()));
            let line = error
                .line
                .map(|line| format!(", line {line}"))
                .unwrap_or_default();
            problem.message = format!("{title}{line}: {}", problem.message);
            problem
        }
    };
    // Each is read by itself first, so that a mistake is told of the one it is in.
    comparison::compare(&left.text, "").map_err(named(&left))?;
    let changes = comparison::compare(&left.text, &right.text).map_err(named(&right))?;
    Ok(ComparedTexts {
        left,
        right,
        changes,
    })
}

/// The applications and connections of a configuration.
pub async fn parts(app: Arc<App>, input: SourceInput) -> Result<SourceParts, Problem> {
    let side = side(&app, &input.source).await?;
    let workspace = Workspace::parse(&side.text).map_err(ChangeError::Wrong)?;
    let environment = |name: &Option<String>| {
        let connection = workspace.connections.get(name.as_deref()?)?;
        Some(connection.environment)
    };
    Ok(SourceParts {
        title: side.title,
        applications: workspace
            .applications
            .values()
            .map(|application| ApplicationOf {
                name: application.name.clone(),
                connection: application.connection.clone(),
                environment: environment(&application.connection),
                operations: application.operations.len(),
            })
            .collect(),
        connections: workspace
            .connections
            .values()
            .map(|connection| ConnectionOf {
                name: connection.name.clone(),
                environment: connection.environment,
            })
            .collect(),
    })
}
