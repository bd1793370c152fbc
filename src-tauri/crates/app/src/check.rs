//! The mappings of a workspace held against its databases, for the console and for the command
//! line: both come through here, so both find the same.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use sluice_core::Failure;
use sluice_core::check::Finding;
use sluice_core::config::Workspace;
use sluice_core::ports::{Clock, Directory as _, Severity};
use sluice_core::snapshot::{CONSOLE, Snapshots};
use sluice_core::trace::Trace;
use sluice_core::usecase::{self, Context};
use ts_rs::TS;

use crate::app::AppError;
use crate::clock::SystemClock;
use crate::configuration;
use crate::databases::Databases;
use crate::problem::Problem;
use crate::secrets::SecretStore;

/// What a check found of one application.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    pub application: String,
    /// Errors first.
    pub findings: Vec<Finding>,
    /// Why it could not be checked, where it could not.
    pub problem: Option<Problem>,
    /// Microseconds.
    pub duration_us: i64,
}

impl Checked {
    /// Whether requests will fail.
    pub fn has_errors(&self) -> bool {
        let error = |finding: &Finding| finding.severity == Severity::Error;
        self.problem.is_some() || self.findings.iter().any(error)
    }
}

/// Checks every application of a configuration, or the one that is named, without a running
/// endpoint.
///
/// # Errors
/// [`AppError`] where the configuration cannot be read or names no such application. A database that
/// does not answer is told with its application.
pub async fn check_file(
    path: &Path,
    data_dir: &Path,
    only: Option<&str>,
) -> Result<Vec<Checked>, AppError> {
    let workspace = configuration::read(path)?.workspace;
    let databases = Databases::new(&workspace, SecretStore::new(data_dir));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let mut checked = Vec::new();
    for name in workspace.applications.keys() {
        if only.is_none_or(|only| only == name) {
            checked.push(check(&databases, &workspace, &clock, name).await);
        }
    }
    match only {
        Some(name) if checked.is_empty() => Err(AppError::NoApplication {
            name: name.to_owned(),
            path: path.to_owned(),
        }),
        _ => Ok(checked),
    }
}

/// Checks one application.
pub(crate) async fn check(
    databases: &Databases,
    workspace: &Workspace,
    clock: &Arc<dyn Clock>,
    name: &str,
) -> Checked {
    let begun = clock.monotonic_us();
    let result = match context(databases, workspace, clock, name).await {
        Ok(mut context) => usecase::check_mappings(&mut context)
            .await
            .map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    let (findings, problem) = match result {
        Ok(findings) => (findings, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    Checked {
        application: name.to_owned(),
        findings,
        problem,
        duration_us: clock.monotonic_us() - begun,
    }
}

/// What the console's own use cases work with: the application as the file has it, and an import of
/// its own, so that browsing never moves the provider's pages.
pub(crate) async fn context(
    databases: &Databases,
    workspace: &Workspace,
    clock: &Arc<dyn Clock>,
    name: &str,
) -> Result<Context, Problem> {
    let application = databases.application(name).ok_or_else(|| {
        Problem::new(
            "application.unknown",
            format!("There is no application \"{name}\"."),
            "Choose one of the workspace's applications.",
        )
    })?;
    let connection = application.connection.clone().ok_or_else(|| {
        Problem::from(Failure::new(
            400,
            "application.without_connection",
            format!("The application \"{name}\" has no connection of its own; it is configured by the header of each request."),
            "Give it a connection to look into its database.",
        ))
    })?;
    Ok(Context {
        application,
        database: databases.database(&connection).await?,
        snapshots: Arc::new(Snapshots::default()),
        snapshot_key: format!("{CONSOLE}{name}"),
        base: String::new(),
        trace: Trace::new(Arc::clone(clock), workspace.log.sample_rows),
    })
}
