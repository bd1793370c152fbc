//! Generate: an application made from tables that are there, and the rights an application needs.

use std::sync::Arc;

use crate::app::App;
use crate::generate::{self, GenerateInput, Generated, Granted, GrantsInput};
use crate::problem::Problem;

/// Makes statements or procedures, and their mappings, from three tables. Nothing is run.
pub async fn generate(app: Arc<App>, input: GenerateInput) -> Result<Generated, Problem> {
    let configured = app.configured();
    generate::generate(&configured.databases, &configured.workspace, input).await
}

/// Makes the script of grants for exactly what an application's mappings touch. Nothing is run.
pub async fn grants(app: Arc<App>, input: GrantsInput) -> Result<Granted, Problem> {
    let configured = app.configured();
    generate::grants(&configured.databases, &configured.workspace, input).await
}
