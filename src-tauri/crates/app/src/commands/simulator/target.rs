//! The servers that the simulator may speak with: the endpoint's own applications, and others that were
//! saved with their URL.
//!
//! **Invariant:** what a server is shown stands where all secrets are, under the target's name, and leaves
//! from there only towards the address it was given for: another address wants it typed anew.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::Secret;
use sluice_core::config::{AuthenticationKind, Environment};
use sluice_core::effects::effects;
use sluice_core::mapping::Kind;
use sluice_provider::{Client, Target, Trust, fingerprint_of};
use ts_rs::TS;

use crate::app::App;
use crate::commands::overview::EndpointState;
use crate::commands::replay::Typed;
use crate::kept::{Kept, KeptKind};
use crate::problem::Problem;

/// Which server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(rename = "SimulatorTargetRef")]
pub enum TargetRef {
    /// The endpoint's own, by an application of it.
    Own { application: String },
    /// A saved one.
    Saved { name: String },
}

/// A server as it is chosen on the screen.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorTarget")]
pub struct TargetView {
    pub reference: TargetRef,
    pub name: String,
    /// Its base URL.
    pub url: String,
    pub environment: Environment,
    /// What has to be typed before something is written to a production one.
    pub confirm: String,
    /// The header that says who asks; `null` where none is sent.
    pub header: Option<String>,
    /// Whether a value for it is kept.
    pub authorized: bool,
    pub connector_header: bool,
    /// `null` for the endpoint's own, whose certificate is known.
    pub trust: Option<Trust>,
    /// Why it cannot be called now.
    pub problem: Option<Problem>,
}

/// A saved target, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedTarget {
    url: String,
    environment: Environment,
    /// `None` where nobody has to say who asks.
    header: Option<String>,
    connector_header: bool,
    trust: Trust,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorSaveTarget")]
pub struct SaveTarget {
    pub name: String,
    /// The name it has so far; `null` for a new one.
    pub before: Option<String>,
    pub url: String,
    pub environment: Environment,
    /// The name of the header that says who asks; `null` where none is sent.
    pub header: Option<String>,
    /// The header's whole value; `null` keeps the one that is kept.
    #[ts(type = "string | null")]
    pub authorization: Option<Typed>,
    /// The value of `X-OKTA-ONPREM-DATA`; `null` keeps what is kept, an empty one takes it away.
    #[ts(type = "string | null")]
    pub connector_header: Option<Typed>,
    pub trust: Trust,
}

/// The name under which a target's authorization is kept.
fn secret_name(target: &str) -> String {
    format!("simulator.{target}")
}

/// The same for its connector header.
fn header_name(target: &str) -> String {
    format!("simulator-header.{target}")
}

/// All of them, the endpoint's own first.
pub(super) async fn views(app: &Arc<App>) -> Result<Vec<TargetView>, Problem> {
    let workspace = app.workspace();
    let listening = app.endpoint().await.state == EndpointState::Listening;
    let mut views = Vec::new();
    for application in workspace.applications.values() {
        let connection = application
            .connection
            .as_ref()
            .and_then(|name| workspace.connections.get(name));
        let url = match app.base_url(&application.name).await {
            Some(url) => url,
            None => app.configured_base_url(&application.name),
        };
        views.push(TargetView {
            reference: TargetRef::Own {
                application: application.name.clone(),
            },
            name: application.name.clone(),
            url,
            environment: connection.map_or(workspace.workspace.environment, |connection| {
                connection.environment
            }),
            confirm: application
                .connection
                .clone()
                .unwrap_or_else(|| application.name.clone()),
            header: Some(
                match application.authentication.kind {
                    AuthenticationKind::Header => application.authentication.name.as_deref(),
                    _ => None,
                }
                .unwrap_or("Authorization")
                .to_owned(),
            ),
            authorized: true,
            connector_header: false,
            trust: None,
            problem: (!listening).then(stopped),
        });
    }
    for kept in saved(app).await? {
        let Ok(body) = serde_json::from_value::<SavedTarget>(kept.body) else {
            continue;
        };
        let authorized = secret(app, secret_name(&kept.name)).await?.is_some();
        views.push(TargetView {
            reference: TargetRef::Saved {
                name: kept.name.clone(),
            },
            confirm: kept.name.clone(),
            name: kept.name,
            url: body.url,
            environment: body.environment,
            authorized: authorized || body.header.is_none(),
            problem: (body.header.is_some() && !authorized).then(no_authorization),
            header: body.header,
            connector_header: body.connector_header,
            trust: Some(body.trust),
        });
    }
    Ok(views)
}

async fn saved(app: &Arc<App>) -> Result<Vec<Kept>, Problem> {
    let app = Arc::clone(app);
    off(move || app.kept.list(KeptKind::SimulatorTarget)).await
}

async fn secret(app: &Arc<App>, name: String) -> Result<Option<Secret>, Problem> {
    let secrets = app.secrets.clone();
    off(move || {
        let found = secrets.get(&name).map_err(secrets_problem)?;
        Ok(found.map(|(secret, _)| secret))
    })
    .await
}

/// Runs what reads files or asks the keyring where it may take its time.
pub(super) async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a task of the simulator ended early");
            Err(Problem::new(
                "command.broken",
                "The command could not be finished.",
                "Try again; the program's log has the cause.",
            ))
        })
}

#[allow(clippy::needless_pass_by_value)] // the shape of map_err
fn secrets_problem(error: crate::SecretsError) -> Problem {
    let mut problem = Problem::new("secrets", error.to_string(), "");
    problem.hint = None;
    problem
}

fn stopped() -> Problem {
    Problem::new(
        "simulator.stopped",
        "The endpoint is not listening, so there is nobody to call.",
        "Start it on the Overview.",
    )
}

fn no_authorization() -> Problem {
    Problem::new(
        "simulator.no_authorization",
        "No value is kept for the header that says who asks.",
        "Edit the target and type it, as it stands in the provider's console.",
    )
}

fn unknown(name: &str) -> Problem {
    Problem::new(
        "simulator.unknown",
        format!("There is no target \"{name}\" any more."),
        "Choose another one, or add it again.",
    )
}

/// A server that can be called, with what the screen shows of it.
pub(super) struct Reached {
    pub view: TargetView,
    pub client: Client,
    /// Whether the statement of Get users has an order, where that can be seen.
    pub ordered: Option<bool>,
}

/// Puts together what a call needs.
pub(super) async fn reach(app: &Arc<App>, reference: &TargetRef) -> Result<Reached, Problem> {
    let view = views(app)
        .await?
        .into_iter()
        .find(|view| view.reference == *reference)
        .ok_or_else(|| match reference {
            TargetRef::Own { application } => unknown(application),
            TargetRef::Saved { name } => unknown(name),
        })?;
    if let Some(problem) = view.problem {
        return Err(problem);
    }
    let (target, ordered) = match reference {
        TargetRef::Own { application } => (
            own(app, application, &view).await?,
            ordered(app, application),
        ),
        TargetRef::Saved { name } => {
            let authorization = match &view.header {
                Some(header) => secret(app, secret_name(name))
                    .await?
                    .map(|secret| (header.clone(), secret)),
                None => None,
            };
            let connector_header = if view.connector_header {
                secret(app, header_name(name)).await?
            } else {
                None
            };
            let target = Target {
                name: view.name.clone(),
                base: view.url.clone(),
                address: None,
                authorization,
                connector_header,
                trust: view.trust.clone().unwrap_or(Trust::System),
            };
            (target, None)
        }
    };
    let client = Client::new(target).map_err(|error| {
        Problem::new(
            "simulator.target",
            error.to_string(),
            "Edit the target: its certificate, and the headers that it is shown.",
        )
    })?;
    Ok(Reached {
        view,
        client,
        ordered,
    })
}

/// The endpoint itself, over the network as anybody reaches it.
async fn own(app: &Arc<App>, name: &str, view: &TargetView) -> Result<Target, Problem> {
    let configured = app.configured();
    let application = configured.application(name)?;
    let missing = || {
        Problem::new(
            "simulator.no_secret",
            format!("The application \"{name}\" has no secret, so it lets nobody in."),
            format!("Set it with sluice-server password --application {name}."),
        )
    };
    let own = configured.application_secrets.get(name);
    let authorization = match application.authentication.kind {
        AuthenticationKind::Bearer => (
            "Authorization".to_owned(),
            Secret::new(format!("Bearer {}", app.token().expose())),
        ),
        AuthenticationKind::Basic => {
            let user = application
                .authentication
                .user
                .as_deref()
                .unwrap_or_default();
            let pair = format!("{user}:{}", own.ok_or_else(missing)?.expose());
            (
                "Authorization".to_owned(),
                Secret::new(format!("Basic {}", STANDARD.encode(pair))),
            )
        }
        AuthenticationKind::Header => (
            application.authentication.name.clone().unwrap_or_default(),
            own.ok_or_else(missing)?.clone(),
        ),
    };
    // Wherever the name leads, it is this endpoint that is asked.
    let mut address: SocketAddr = app
        .endpoint()
        .await
        .address
        .and_then(|address| address.parse().ok())
        .ok_or_else(stopped)?;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let sha256 = fingerprint_of(&app.identity().pem).map_err(|error| {
        Problem::new(
            "certificate",
            error.to_string(),
            "Look at the certificate on the Overview.",
        )
    })?;
    Ok(Target {
        name: view.name.clone(),
        base: view.url.clone(),
        address: Some(address),
        authorization: Some(authorization),
        connector_header: None,
        trust: Trust::Fingerprint { sha256 },
    })
}

/// Whether the statement of Get users has an order; `None` for a procedure, which cannot be seen into.
fn ordered(app: &App, name: &str) -> Option<bool> {
    let workspace = app.workspace();
    let application = workspace.applications.get(name)?;
    let mapping = application.operations.get(&Operation::GetUsers)?;
    let dialect = workspace
        .connections
        .get(application.connection.as_ref()?)?
        .dialect;
    (mapping.kind == Kind::Sql).then(|| !effects(dialect, &mapping.statement).order_by.is_empty())
}

/// Saves a target with its secrets.
pub(super) async fn save(app: &Arc<App>, input: SaveTarget) -> Result<(), Problem> {
    let at = |field: &str, message: &str| {
        let mut problem = Problem::new("simulator.target", message, "Correct it and save again.");
        problem.fields.insert(field.to_owned(), message.to_owned());
        problem
    };
    let url = input.url.trim().to_owned();
    if let Some(why) = Target::trouble_with(&url) {
        return Err(at("url", why));
    }
    if url.starts_with("http://") && !on_this_machine(&url) {
        return Err(at(
            "url",
            "Without TLS the token would travel in the clear. Use https://, or an address of this machine.",
        ));
    }
    let kept = saved(app).await?;
    let before = input.before.as_deref();
    if before != Some(input.name.as_str()) && kept.iter().any(|one| one.name == input.name) {
        return Err(at("name", "Another target has this name."));
    }
    let was = kept
        .iter()
        .find(|one| Some(one.name.as_str()) == before)
        .and_then(|one| serde_json::from_value::<SavedTarget>(one.body.clone()).ok());
    let old = before.unwrap_or(&input.name).to_owned();
    let moved = was
        .as_ref()
        .is_some_and(|was| origin(&was.url) != origin(&url));
    let authorization = match (&input.header, input.authorization) {
        (None, _) => None,
        (Some(_), Some(Typed(typed))) if !typed.expose().trim().is_empty() => {
            Some(Secret::new(typed.expose().trim()))
        }
        (Some(_), _) if moved => {
            return Err(at(
                "authorization",
                "The address is another one: type the value for it again.",
            ));
        }
        (Some(_), _) => match secret(app, secret_name(&old)).await? {
            Some(secret) => Some(secret),
            None => return Err(at("authorization", "Type the header's whole value.")),
        },
    };
    let connector_header = match input.connector_header {
        Some(Typed(typed)) => {
            let text = typed.expose().trim();
            (!text.is_empty()).then(|| Secret::new(text))
        }
        None if moved => None,
        None => secret(app, header_name(&old)).await?,
    };
    let target = Target {
        name: input.name.clone(),
        base: url.clone(),
        address: None,
        authorization: input.header.clone().zip(authorization.clone()),
        connector_header: connector_header.clone(),
        trust: input.trust.clone(),
    };
    if let Err(error) = Client::new(target) {
        return Err(at("trust", &error.to_string()));
    }
    let body = SavedTarget {
        url,
        environment: input.environment,
        header: input.header,
        connector_header: connector_header.is_some(),
        trust: input.trust,
    };
    let body = serde_json::to_value(&body).map_err(|error| at("name", &error.to_string()))?;
    put(app, input.name, old, body, authorization, connector_header).await
}

/// Keeps a target and its secrets under its name, and nothing under the one it had.
async fn put(
    app: &Arc<App>,
    name: String,
    old: String,
    body: serde_json::Value,
    authorization: Option<Secret>,
    connector_header: Option<Secret>,
) -> Result<(), Problem> {
    let app = Arc::clone(app);
    let at = app.clock.wall_us() / 1000;
    off(move || {
        let kept = Kept {
            name: name.clone(),
            body,
            at,
        };
        app.kept.put(KeptKind::SimulatorTarget, kept)?;
        for (secret, at) in [
            (authorization, secret_name(&name)),
            (connector_header, header_name(&name)),
        ] {
            match secret {
                Some(secret) => {
                    app.secrets.set(&at, &secret).map_err(secrets_problem)?;
                }
                None => forget(&app, &at)?,
            }
        }
        if old != name {
            app.kept.remove(KeptKind::SimulatorTarget, &old)?;
            forget(&app, &secret_name(&old))?;
            forget(&app, &header_name(&old))?;
        }
        Ok(())
    })
    .await
}

/// Removes a target with its secrets; whether it was there.
pub(super) async fn remove(app: &Arc<App>, name: String) -> Result<bool, Problem> {
    let app = Arc::clone(app);
    off(move || {
        let removed = app.kept.remove(KeptKind::SimulatorTarget, &name)?;
        forget(&app, &secret_name(&name))?;
        forget(&app, &header_name(&name))?;
        Ok(removed)
    })
    .await
}

fn forget(app: &App, name: &str) -> Result<(), Problem> {
    app.secrets.forget(name).map_err(secrets_problem)
}

/// Scheme, host and port: whom a secret was given to.
fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |place| place + 3);
    let end = url[after..]
        .find('/')
        .map_or(url.len(), |place| after + place);
    &url[..end]
}

fn on_this_machine(url: &str) -> bool {
    let host = origin(url).trim_start_matches("http://");
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_belongs_to_scheme_host_and_port() {
        for (url, expected) in [
            ("https://a.example:1443/scim/v2/", "https://a.example:1443"),
            ("http://127.0.0.1:8081/v2/", "http://127.0.0.1:8081"),
        ] {
            assert_eq!(origin(url), expected);
        }
        assert!(on_this_machine("http://127.0.0.1:8081/v2/"));
        assert!(on_this_machine("http://[::1]:8081/v2/"));
        assert!(!on_this_machine("http://127.0.0.1.example.org/v2/"));
        assert!(!on_this_machine("http://10.0.0.1/v2/"));
    }
}
