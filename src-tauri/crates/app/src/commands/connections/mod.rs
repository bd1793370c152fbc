//! The screen Connections: which databases there are, who uses them, where their passwords are kept, what
//! their pools are doing; and how one is described before it is saved.
//!
//! **Invariant:** no answer has a password, and none is read out of a record.

mod applications;
mod change;
mod explain;
mod test;

pub use applications::{ApplicationByName, SaveApplication, remove_application, save_application};
pub use change::{KeepIn, RemoveConnection, SaveConnection, Saved, remove, save};
pub use explain::{
    Described, ExplainInput, Explained, HeaderInput, PropertySort, PropertyTold, UrlInput, explain,
    read_header, read_url,
};
pub use test::{TestInput, Tested, Testing, test};

use std::sync::Arc;

use serde::Serialize;
use sluice_core::Operation;
use sluice_core::config::{
    ApplicationSettings, Connection, ConnectionSettings, Dialect, TlsMode, Workspace,
};
use ts_rs::TS;

use crate::app::App;
use crate::commands::Nothing;
use crate::configuration::{ChangeError, Configured};
use crate::problem::Problem;
use crate::secrets::{Stored, variable};

/// All connections and applications of the workspace.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Connections {
    /// In the configuration's order.
    pub connections: Vec<ConnectionRow>,
    pub applications: Vec<ApplicationRow>,
    /// Whether passwords can be kept in the operating system's keyring.
    pub keyring: bool,
    /// The file for secrets where there is no keyring; only its owner may read it.
    pub secrets_file: String,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionRow {
    pub name: String,
    pub settings: ConnectionSettings,
    /// Without user or password.
    pub address: String,
    /// What protects it, the properties counted in.
    pub protection: TlsMode,
    /// The applications that use it.
    pub used_by: Vec<String>,
    /// Where its password is kept; `null` where nobody has one.
    pub password: Option<PasswordPlace>,
    /// The environment variable that its password may stand in.
    pub variable: String,
    /// Why the places of secrets cannot be asked.
    pub problem: Option<String>,
}

/// Where a password was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PasswordPlace {
    Keyring,
    Environment,
    File,
}

impl From<Stored> for PasswordPlace {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Keyring => Self::Keyring,
            Stored::Environment => Self::Environment,
            Stored::File => Self::File,
        }
    }
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationRow {
    pub name: String,
    pub settings: ApplicationSettings,
    /// How many of the ten operations are mapped.
    pub mapped: usize,
    pub base_url: String,
}

/// What the pools do now.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Pools {
    /// Of those databases that were opened since the start.
    pub pools: Vec<PoolNow>,
}

/// Connections of one pool.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PoolNow {
    pub connection: String,
    /// Busy and idle together.
    pub open: u32,
    pub busy: u32,
    pub idle: u32,
    /// Requests that wait for one.
    pub waiting: u32,
    pub max: u32,
}

/// Everything but what changes by the second.
pub async fn list(app: Arc<App>, _: Nothing) -> Result<Connections, Problem> {
    let configured = app.configured();
    let workspace = as_written(&configured)?;
    let secrets = app.secrets.clone();
    let names: Vec<String> = workspace.connections.keys().cloned().collect();
    // The keyring is asked over a socket of its own and may take its time.
    let (keyring, places) = tokio::task::spawn_blocking(move || {
        let places: Vec<_> = names
            .iter()
            .map(|name| secrets.place_of(&secret_name(name)))
            .collect();
        (secrets.has_keyring(), places)
    })
    .await
    .map_err(crate::app::AppError::from)?;
    let connections = workspace
        .connections
        .values()
        .zip(places)
        .map(|(connection, place)| {
            let (password, problem) = match place {
                Ok(place) => (place.map(PasswordPlace::from), None),
                Err(error) => (None, Some(error.to_string())),
            };
            ConnectionRow {
                name: connection.name.clone(),
                settings: ConnectionSettings::of(connection),
                address: connection.address(),
                protection: connection.protection().unwrap_or_default().mode,
                used_by: used_by(&workspace, &connection.name),
                password,
                variable: variable(&secret_name(&connection.name)),
                problem,
            }
        })
        .collect();
    let mut applications = Vec::new();
    for application in workspace.applications.values() {
        let ten = Operation::ALL.into_iter();
        let base_url = match app.base_url(&application.name).await {
            Some(url) => url,
            None => app.configured_base_url(&application.name),
        };
        applications.push(ApplicationRow {
            name: application.name.clone(),
            settings: ApplicationSettings::of(application),
            mapped: ten
                .filter(|operation| !operation.is_optional())
                .filter(|operation| application.operations.contains_key(operation))
                .count(),
            base_url,
        });
    }
    Ok(Connections {
        connections,
        applications,
        keyring,
        secrets_file: app.secrets.file().display().to_string(),
    })
}

/// The pools of the databases that are open. None is opened for it.
pub async fn pools(app: Arc<App>, _: Nothing) -> Result<Pools, Problem> {
    let configured = app.configured();
    let pool = |name: &String| {
        let figures = configured.databases.opened(name)?.pool();
        Some(PoolNow {
            connection: name.clone(),
            open: figures.busy + figures.idle,
            busy: figures.busy,
            idle: figures.idle,
            waiting: figures.waiting,
            max: figures.max,
        })
    };
    Ok(Pools {
        pools: configured
            .workspace
            .connections
            .keys()
            .filter_map(pool)
            .collect(),
    })
}

/// The workspace with its paths as they are written, and what is set apart from what properties ask for.
fn as_written(configured: &Configured) -> Result<Workspace, Problem> {
    Ok(Workspace::parse(&configured.text).map_err(ChangeError::Wrong)?)
}

/// The applications that use a connection.
fn used_by(workspace: &Workspace, connection: &str) -> Vec<String> {
    workspace
        .applications
        .values()
        .filter(|application| application.connection.as_deref() == Some(connection))
        .map(|application| application.name.clone())
        .collect()
}

/// The name that a connection's password is kept under.
fn secret_name(connection: &str) -> String {
    format!("connection.{connection}")
}

/// What is set, ready to be opened.
fn ready(app: &App, name: &str, settings: &ConnectionSettings) -> Result<Connection, Problem> {
    refuse_faults(settings.faults())?;
    let mut connection = settings.connection(name);
    let folder = app.configuration.parent();
    crate::configuration::place(&mut connection, folder.unwrap_or(std::path::Path::new(".")));
    Ok(connection)
}

/// Refuses a form with what is wrong at its fields.
fn refuse_faults(faults: std::collections::BTreeMap<String, String>) -> Result<(), Problem> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::new(
        "connections.form",
        "Something is missing or wrong in the form.",
        "Correct the fields that say so.",
    );
    problem.fields = faults;
    Err(problem)
}

/// Whether a dialect has accounts with passwords.
fn has_password(dialect: Dialect) -> bool {
    dialect != Dialect::Sqlite
}
