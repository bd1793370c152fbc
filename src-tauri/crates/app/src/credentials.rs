//! What is typed into the provider's console, for a command line beside a running server.

use std::path::{Path, PathBuf};

use sluice_core::Secret;
use sluice_gateway::tls::HostNames;

use crate::app::{AppError, base_url, make_private};
use crate::configuration;
use crate::demo;
use crate::secrets::SecretStore;

/// The file in the data folder that holds the base URL last served.
pub(crate) const NOTE: &str = "base_url";

/// Token, certificate and base URL.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub token: Secret,
    pub certificate: PathBuf,
    pub base_url: String,
}

/// The credentials of a data folder; token and certificate are made where they are not there yet.
/// The base URL is the one served last from it, or the one `config` says.
///
/// # Errors
/// [`AppError`].
pub async fn credentials(data_dir: &Path, config: Option<&Path>) -> Result<Credentials, AppError> {
    make_private(data_dir)?;
    let secrets = SecretStore::new(data_dir);
    let (token, _) = tokio::task::spawn_blocking(move || secrets.token()).await??;
    let noted = std::fs::read_to_string(data_dir.join(NOTE))
        .ok()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty());
    let (url, names) = match (config, noted) {
        (None, Some(url)) => (url, Vec::new()),
        (config, _) => {
            let workspace = match config {
                Some(path) => configuration::read(path)?.workspace,
                None => sluice_core::config::Workspace::parse(demo::CONFIGURATION).map_err(
                    |source| AppError::Configuration {
                        path: "the embedded demo".into(),
                        source,
                    },
                )?,
            };
            let (host, port) = workspace
                .endpoint
                .listen
                .rsplit_once(':')
                .unwrap_or(("127.0.0.1", "1443"));
            let applications = &workspace.applications;
            let name = applications
                .first()
                .map_or("jdbc_on_prem", |(name, _)| name.as_str());
            let first = workspace.endpoint.host_names.first().map(String::as_str);
            (
                base_url(first, host, port.parse().unwrap_or(1443), name),
                workspace.endpoint.host_names.clone(),
            )
        }
    };
    let names = HostNames::of_this_machine(&names);
    let identity =
        sluice_gateway::tls::ensure(&data_dir.join("certificate"), &names, &|step: &str| {
            tracing::info!("{step}");
        })
        .await?;
    Ok(Credentials {
        token,
        certificate: identity.certificate_path,
        base_url: url,
    })
}
