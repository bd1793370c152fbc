//! Operations: the mappings held against the live database, and tried without harm.

use std::sync::Arc;

use serde::Deserialize;
use sluice_core::dry_run::{DryRun, Trial};
use sluice_core::usecase;
use ts_rs::TS;

use crate::app::App;
use crate::check::{self, Checked};
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct CheckInput {
    pub application: String,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DryRunInput {
    pub application: String,
    pub trial: Trial,
    /// Run it although something was found that a rollback cannot take back.
    #[serde(default)]
    pub in_spite: bool,
}

/// Compares every mapping of an application with its database.
pub async fn check(app: Arc<App>, input: CheckInput) -> Result<Checked, Problem> {
    app.application(&input.application)?;
    Ok(check::check(
        &app.databases,
        &app.workspace,
        &app.clock,
        &input.application,
    )
    .await)
}

/// Runs an operation, a statement or a call in a transaction that is rolled back.
pub async fn dry_run(app: Arc<App>, input: DryRunInput) -> Result<DryRun, Problem> {
    let mut context = app.context(&input.application).await?;
    Ok(usecase::dry_run(&mut context, &input.trial, input.in_spite).await?)
}
