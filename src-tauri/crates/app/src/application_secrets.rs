//! The secrets of applications that authenticate by something else than the endpoint's token: kept as
//! `application.NAME`, where all secrets are.
//!
//! **Invariant:** an application without its secret lets nobody in; it does not keep the others from
//! starting. A secret that could be guessed or never be sent stops the start, as a bad token does.

use std::collections::HashMap;

use sluice_core::Secret;
use sluice_core::config::{AuthenticationKind, Workspace};
use sluice_gateway::auth::check_secret;

use crate::app::AppError;
use crate::secrets::{SecretStore, variable};

/// The name under which an application's secret is kept.
pub fn secret_name(application: &str) -> String {
    format!("application.{application}")
}

/// The secrets of a workspace's applications, by their names.
///
/// # Errors
/// [`AppError`] where the secrets file cannot be read, or a secret cannot be used.
pub(crate) async fn read(
    workspace: &Workspace,
    secrets: &SecretStore,
) -> Result<HashMap<String, Secret>, AppError> {
    let mut read = HashMap::new();
    for application in workspace.applications.values() {
        let kind = application.authentication.kind;
        if kind == AuthenticationKind::Bearer {
            continue;
        }
        let name = secret_name(&application.name);
        let (store, asked) = (secrets.clone(), name.clone());
        // The keyring is asked over a socket of its own and may take its time.
        let found = tokio::task::spawn_blocking(move || store.get(&asked)).await??;
        let Some((secret, stored)) = found else {
            tracing::warn!(
                "the application \"{}\" has no secret, so it lets nobody in: set it with sluice-server password --application {}, or in {}",
                application.name,
                application.name,
                variable(&name)
            );
            continue;
        };
        check_secret(kind, &secret).map_err(|source| AppError::ApplicationSecret {
            application: application.name.clone(),
            stored,
            source,
        })?;
        read.insert(application.name.clone(), secret);
    }
    Ok(read)
}
