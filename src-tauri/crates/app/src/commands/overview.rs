//! Overview: is the endpoint up, which databases answer; its figures over time and the state of the
//! set-up in the files beside.

pub mod figures;
pub mod setup;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::config::{AuthenticationKind, Dialect, Environment, Profile};
use sluice_core::exchange::{ExchangeSummary, Recording};
use sluice_core::mapping::Kind;
use sluice_core::{DatabaseError, DatabaseErrorKind};
use ts_rs::TS;

use super::Nothing;
use crate::app::App;
use crate::problem::Problem;

/// A database that has not answered by then is shown as failing: a screen must not wait for it.
const HEALTH_DEADLINE: Duration = Duration::from_secs(3);

/// Everything the Overview screen shows.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Overview {
    pub workspace: WorkspaceInfo,
    pub endpoint: Endpoint,
    pub token: TokenInfo,
    pub certificate: Certificate,
    pub applications: Vec<ApplicationSummary>,
    pub connections: Vec<ConnectionHealth>,
    pub recording: Recording,
    /// The latest exchanges that failed, newest first, at most ten.
    pub failures: Vec<ExchangeSummary>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WorkspaceInfo {
    pub name: String,
    pub environment: Environment,
    /// The configuration's path.
    pub configuration: String,
    pub demo: bool,
}

/// The endpoint now.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Endpoint {
    pub state: EndpointState,
    /// `host:port` as bound.
    pub address: Option<String>,
    /// Milliseconds since 1970.
    pub since: Option<i64>,
    pub problem: Option<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum EndpointState {
    Listening,
    Stopped,
    Failed,
}

/// The token without the token.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TokenInfo {
    pub masked: String,
    /// "operating-system keyring", "environment variable", "secrets file".
    pub store: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    pub path: String,
    /// Host names and addresses it is good for.
    pub names: Vec<String>,
    /// Milliseconds since 1970.
    pub not_after: i64,
    pub days_left: i64,
    /// SHA-256, hex with colons.
    pub fingerprint: String,
    /// What is uploaded as "public key" in the provider's console.
    pub pem: String,
    /// What deserves attention though it can be used, each with its remedy.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSummary {
    pub name: String,
    pub connection: Option<String>,
    pub profile: Profile,
    #[ts(type = "\"original\" | \"rfc\"")]
    pub compatibility: sluice_scim::Compatibility,
    /// `null` while the endpoint does not listen.
    pub base_url: Option<String>,
    /// What its client must show.
    #[ts(type = "\"bearer\" | \"basic\" | \"header\"")]
    pub authentication: AuthenticationKind,
    /// The user of Basic authentication, or the name of the header; `null` for the endpoint's token.
    pub shown_as: Option<String>,
    pub operations: Vec<OperationSummary>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OperationSummary {
    pub operation: Operation,
    /// Whether an application is whole without it.
    pub optional: bool,
    pub enabled: bool,
    pub kind: Option<Kind>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionHealth {
    pub name: String,
    pub dialect: Dialect,
    pub environment: Environment,
    /// Without user or password.
    pub address: String,
    pub state: HealthState,
    /// "MariaDB 10.11.19".
    pub product: Option<String>,
    /// "TLS 1.3, certificate verified"; `null` where the connection is not encrypted or did not open.
    pub tls: Option<String>,
    /// Microseconds.
    pub latency_us: Option<i64>,
    pub problem: Option<Problem>,
    pub pool: PoolInfo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum HealthState {
    Answers,
    Fails,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
pub struct PoolInfo {
    pub busy: u32,
    pub idle: u32,
    pub max: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Revealed {
    pub token: String,
}

/// The whole screen. Databases are asked side by side.
pub async fn get(app: Arc<App>, _: Nothing) -> Result<Overview, Problem> {
    let workspace = app.workspace();
    let checks: Vec<_> = workspace
        .connections
        .keys()
        .cloned()
        .map(|name| tokio::spawn(health(Arc::clone(&app), name)))
        .collect();
    let mut connections = Vec::with_capacity(checks.len());
    for check in checks {
        connections.extend(check.await.ok().flatten());
    }
    let mut applications = Vec::new();
    for application in workspace.applications.values() {
        applications.push(ApplicationSummary {
            name: application.name.clone(),
            connection: application.connection.clone(),
            profile: application.profile,
            compatibility: application.compatibility,
            base_url: app.base_url(&application.name).await,
            authentication: application.authentication.kind,
            shown_as: match application.authentication.kind {
                AuthenticationKind::Bearer => None,
                AuthenticationKind::Basic => application.authentication.user.clone(),
                AuthenticationKind::Header => application.authentication.name.clone(),
            },
            operations: Operation::ALL
                .into_iter()
                .map(|operation| {
                    let mapping = application.operations.get(&operation);
                    OperationSummary {
                        operation,
                        optional: operation.is_optional(),
                        enabled: mapping.is_some_and(|m| m.enabled),
                        kind: mapping.map(|m| m.kind),
                    }
                })
                .collect(),
        });
    }
    let failures = app.store.latest_failures(10).await.map_err(store_problem)?;
    let identity = app.identity();
    Ok(Overview {
        workspace: WorkspaceInfo {
            name: workspace.workspace.name.clone(),
            environment: workspace.workspace.environment,
            configuration: app.configuration.display().to_string(),
            demo: app.is_demo,
        },
        endpoint: app.endpoint().await,
        token: TokenInfo {
            masked: "•".repeat(32),
            store: app.token_stored().to_string(),
        },
        certificate: Certificate {
            path: identity.certificate_path.display().to_string(),
            names: identity.names.clone(),
            not_after: identity.not_after,
            days_left: identity.days_left(),
            fingerprint: identity.fingerprint_sha256.clone(),
            pem: identity.pem.clone(),
            warnings: identity.warnings(&workspace.endpoint.host_names),
        },
        applications,
        connections,
        recording: app.store.figures(),
        failures,
    })
}

/// Begins to listen.
pub async fn start(app: Arc<App>, _: Nothing) -> Result<Endpoint, Problem> {
    app.start_endpoint().await?;
    Ok(app.endpoint().await)
}

/// Stops listening; what is in flight is finished.
pub async fn stop(app: Arc<App>, _: Nothing) -> Result<Endpoint, Problem> {
    app.stop_endpoint().await;
    Ok(app.endpoint().await)
}

/// The token itself, on the administrator's press.
pub async fn reveal(app: Arc<App>, _: Nothing) -> Result<Revealed, Problem> {
    Ok(Revealed {
        token: app.token().expose().to_owned(),
    })
}

#[allow(clippy::needless_pass_by_value)] // the shape of map_err
pub(crate) fn store_problem(error: sluice_log::StoreError) -> Problem {
    Problem::new(
        "store",
        error.to_string(),
        "Check the disk and the rights of the data folder.",
    )
}

async fn health(app: Arc<App>, name: String) -> Option<ConnectionHealth> {
    let workspace = app.workspace();
    let connection = workspace.connections.get(&name)?;
    let mut health = ConnectionHealth {
        name: name.clone(),
        dialect: connection.dialect,
        environment: connection.environment,
        address: connection.address(),
        state: HealthState::Fails,
        product: None,
        tls: None,
        latency_us: None,
        problem: None,
        pool: PoolInfo {
            max: connection.pool.maximum_pool_size,
            ..PoolInfo::default()
        },
    };
    let started = app.clock.monotonic_us();
    let check = async {
        let database = app.databases().get(&name).await?;
        let info = database.check().await?;
        Ok::<_, DatabaseError>((database.pool(), info))
    };
    let result = tokio::time::timeout(HEALTH_DEADLINE, check)
        .await
        .unwrap_or_else(|_| {
            Err(DatabaseError::new(
                DatabaseErrorKind::Unreachable,
                "no answer within 3 seconds",
            ))
        });
    match result {
        Ok((pool, info)) => {
            health.state = HealthState::Answers;
            health.latency_us = Some(app.clock.monotonic_us() - started);
            health.product = Some(info.product);
            health.tls = info.tls;
            health.pool = PoolInfo {
                busy: pool.busy,
                idle: pool.idle,
                max: pool.max,
            };
        }
        Err(error) => health.problem = Some(error.into()),
    }
    Some(health)
}
