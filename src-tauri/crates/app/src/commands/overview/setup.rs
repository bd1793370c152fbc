//! How far an application is on its way to the provider. Nobody ticks a step: each is found to be true or
//! not, from the configuration, the database, what was checked and tried, and what was recorded.
//!
//! What is known is gathered in [`Facts`]; [`steps`] decides from them alone. To add a step: a variant of
//! [`Milestone`], what it is decided by in [`Facts`], a function here, a test, a place to mend it in
//! `ui/src/features/overview/checklist.tsx`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::exchange::Outcome;
use sluice_core::mapping::Mapping;
use sluice_log::{Seen, Sighting};
use ts_rs::TS;

use super::{ConnectionHealth, HealthState, health, store_problem};
use crate::app::App;
use crate::commands::coverage::alike;
use crate::coverage::{Proof, Proofs, Went};
use crate::problem::Problem;

/// How long before its end a certificate is to be renewed: the provider needs the new one in time.
const RENEW_FROM_DAYS: i64 = 30;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct SetupInput {
    /// `null` where the workspace has no application yet.
    pub application: Option<String>,
}

/// The steps of an application, in the order in which they are done.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Setup {
    pub steps: Vec<SetupStep>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Milestone {
    /// A connection, and it answers.
    Connection,
    /// All operations have a mapping and are on.
    Mapped,
    /// Each mapping was checked as it is now, without an error.
    Checked,
    /// Each mapping was run dry as it is now, and would succeed.
    Tried,
    /// The endpoint listens where the provider's agent can call it.
    Endpoint,
    /// Its certificate names the host of the base URL, and lasts.
    Certificate,
    /// An import by the simulator was answered.
    Rehearsed,
    /// A request of the provider was answered.
    Request,
    /// An import of the provider was answered.
    Import,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SetupState {
    Done,
    /// Done, and something of it is to be looked at.
    Warned,
    /// Tried, and it fails.
    Failed,
    Open,
}

/// A step, what is known of it, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetupStep {
    pub step: Milestone,
    pub state: SetupState,
    /// One sentence.
    pub said: String,
    /// What to do, where something is to be done that the step's own screen does not say.
    pub hint: Option<String>,
    /// The operation to begin with.
    pub operation: Option<Operation>,
    /// The exchange that shows it.
    pub exchange: Option<String>,
    /// When that was, in milliseconds since 1970.
    pub at: Option<i64>,
}

impl SetupStep {
    fn new(step: Milestone, state: SetupState, said: impl Into<String>) -> Self {
        Self {
            step,
            state,
            said: said.into(),
            hint: None,
            operation: None,
            exchange: None,
            at: None,
        }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    fn begin_with(self, operation: Operation) -> Self {
        Self {
            operation: Some(operation),
            ..self
        }
    }

    fn shown_by(self, sighting: &Sighting) -> Self {
        Self {
            exchange: Some(sighting.exchange.clone()),
            at: Some(sighting.at),
            ..self
        }
    }
}

/// What the steps are decided by.
#[derive(Debug, Default)]
struct Facts {
    /// Whether the workspace has any connection.
    any_connection: bool,
    /// The application's name; `None` where there is none.
    application: Option<String>,
    connection: Option<ConnectionHealth>,
    mappings: BTreeMap<Operation, Mapping>,
    proofs: BTreeMap<Operation, Proofs>,
    /// The host that the base URL names; `None` while the endpoint does not listen.
    host: Option<String>,
    /// Names of the certificate.
    names: Vec<String>,
    days_left: i64,
    seen: Seen,
}

/// How far an application is.
pub async fn setup(app: Arc<App>, input: SetupInput) -> Result<Setup, Problem> {
    let workspace = app.workspace();
    let mut facts = Facts {
        any_connection: !workspace.connections.is_empty(),
        names: app.identity().names.clone(),
        days_left: app.identity().days_left(),
        ..Facts::default()
    };
    if let Some(name) = input.application {
        let application = app.application(&name)?;
        if let Some(connection) = &application.connection {
            facts.connection = health(Arc::clone(&app), connection.clone()).await;
        }
        facts.mappings = application
            .operations
            .iter()
            .map(|(operation, mapping)| (*operation, mapping.clone()))
            .collect();
        facts.proofs = app.knowledge.proofs(&name);
        facts.host = app.base_url(&name).await.as_deref().and_then(host_of);
        facts.seen = app.store.seen(&name).await.map_err(store_problem)?;
        facts.application = Some(name);
    }
    Ok(Setup {
        steps: steps(&facts),
    })
}

fn steps(facts: &Facts) -> Vec<SetupStep> {
    vec![
        connection(facts),
        mapped(facts),
        checked(facts),
        tried(facts),
        rehearsed(facts),
        endpoint(facts),
        certificate(facts),
        request(facts),
        import(facts),
    ]
}

/// The operations that an application is whole with.
fn needed() -> impl Iterator<Item = Operation> {
    let all = Operation::ALL.into_iter();
    all.filter(|operation| !operation.is_optional())
}

fn connection(facts: &Facts) -> SetupStep {
    let step = |state, said: String| SetupStep::new(Milestone::Connection, state, said);
    let Some(health) = &facts.connection else {
        return match (&facts.application, facts.any_connection) {
            (_, false) => step(SetupState::Open, "Add a connection to your database".into()),
            (None, true) => step(
                SetupState::Open,
                "Add an application, the name in the provider’s URL".into(),
            ),
            (Some(name), true) => step(SetupState::Open, format!("{name} has no connection yet")),
        };
    };
    match health.state {
        HealthState::Answers => {
            let product = health
                .product
                .as_deref()
                .map_or_else(String::new, |product| format!(": {product}"));
            step(
                SetupState::Done,
                format!("{} answers{product}", health.name),
            )
        }
        HealthState::Fails => {
            let problem = health.problem.as_ref();
            let cause = problem.map_or("it does not answer", |problem| problem.message.as_str());
            let failed = step(SetupState::Failed, format!("{}: {cause}", health.name));
            match problem.and_then(|problem| problem.hint.as_deref()) {
                Some(hint) => failed.hint(hint),
                None => failed,
            }
        }
    }
}

fn mapped(facts: &Facts) -> SetupStep {
    let all = needed().count();
    let missing: Vec<_> = needed()
        .filter(|operation| !facts.mappings.contains_key(operation))
        .collect();
    let off: Vec<_> = needed()
        .filter(|operation| {
            facts
                .mappings
                .get(operation)
                .is_some_and(|one| !one.enabled)
        })
        .collect();
    let step = |state, said: String| SetupStep::new(Milestone::Mapped, state, said);
    match (missing.first(), off.first()) {
        (None, None) => step(
            SetupState::Done,
            format!("All {all} operations are mapped and on"),
        ),
        (Some(_), _) if missing.len() == all => step(
            SetupState::Open,
            format!("Map the {all} operations to statements or procedures"),
        )
        .hint("Operations can make them all from your tables."),
        (Some(first), _) => step(
            SetupState::Open,
            format!("Not mapped yet: {}", listed(&missing)),
        )
        .begin_with(*first),
        (None, Some(first)) => step(
            SetupState::Open,
            format!("Mapped and switched off: {}", listed(&off)),
        )
        .begin_with(*first),
    }
}

/// What is known of the mappings by one kind of proof.
struct Proven {
    /// How many there are to prove.
    all: usize,
    failed: Vec<Operation>,
    warned: Vec<Operation>,
    /// Never proven, or changed since.
    open: Vec<Operation>,
}

fn proven(facts: &Facts, of: impl Fn(&Proofs) -> Option<&Proof>) -> Proven {
    let mut proven = Proven {
        all: 0,
        failed: Vec::new(),
        warned: Vec::new(),
        open: Vec::new(),
    };
    for operation in needed() {
        let Some(mapping) = facts.mappings.get(&operation).filter(|one| one.enabled) else {
            continue;
        };
        proven.all += 1;
        let proof = facts.proofs.get(&operation).and_then(&of);
        match proof.filter(|proof| alike(mapping, &proof.of)) {
            None => proven.open.push(operation),
            Some(proof) => match proof.went {
                Went::Failed => proven.failed.push(operation),
                Went::Warned => proven.warned.push(operation),
                Went::Well => (),
            },
        }
    }
    proven
}

fn checked(facts: &Facts) -> SetupStep {
    let found = proven(facts, |proofs| proofs.checked.as_ref());
    let step = |state, said: String| SetupStep::new(Milestone::Checked, state, said);
    if found.all == 0 {
        return step(
            SetupState::Open,
            "Check the mappings against the live database".into(),
        );
    }
    if let Some(first) = found.failed.first() {
        return step(
            SetupState::Failed,
            format!("The check found errors: {}", listed(&found.failed)),
        )
        .begin_with(*first);
    }
    if let Some(first) = found.open.first() {
        let said = if found.open.len() == found.all {
            "Check the mappings against the live database".into()
        } else {
            format!("Changed since the last check: {}", listed(&found.open))
        };
        return step(SetupState::Open, said).begin_with(*first);
    }
    match found.warned.first() {
        Some(first) => step(
            SetupState::Warned,
            format!("Checked, with warnings: {}", listed(&found.warned)),
        )
        .begin_with(*first),
        None => step(
            SetupState::Done,
            "Every mapping fits the live database".into(),
        ),
    }
}

fn tried(facts: &Facts) -> SetupStep {
    let found = proven(facts, |proofs| proofs.tried.as_ref());
    let step = |state, said: String| SetupStep::new(Milestone::Tried, state, said);
    if found.all == 0 {
        return step(SetupState::Open, "Run each operation dry".into());
    }
    if let Some(first) = found.failed.first() {
        return step(
            SetupState::Failed,
            format!("A dry run failed: {}", listed(&found.failed)),
        )
        .begin_with(*first);
    }
    if let Some(first) = found.open.first() {
        let done = found.all - found.open.len();
        return step(
            SetupState::Open,
            format!("{done} of {} operations run dry", found.all),
        )
        .hint(format!("Next: {first}. A dry run is taken back."))
        .begin_with(*first);
    }
    step(
        SetupState::Done,
        "A dry run of every operation went well".into(),
    )
}

fn rehearsed(facts: &Facts) -> SetupStep {
    match &facts.seen.rehearsed {
        Some(sighting) => SetupStep::new(
            Milestone::Rehearsed,
            SetupState::Done,
            "A simulated import was answered",
        )
        .shown_by(sighting),
        None => SetupStep::new(Milestone::Rehearsed, SetupState::Open, "Simulate an import"),
    }
}

fn endpoint(facts: &Facts) -> SetupStep {
    let step = |state, said: String| SetupStep::new(Milestone::Endpoint, state, said);
    match &facts.host {
        None if facts.application.is_some() => {
            step(SetupState::Open, "The endpoint is stopped".into())
        }
        None => step(
            SetupState::Open,
            "Listen where the provider’s agent can call".into(),
        ),
        Some(host) if is_loopback(host) => step(
            SetupState::Warned,
            format!("The base URL names {host}: only an agent on this machine can call it"),
        )
        .hint("Set the host name that other machines call, and an address to listen on."),
        Some(host) => step(SetupState::Done, format!("The endpoint listens as {host}")),
    }
}

fn certificate(facts: &Facts) -> SetupStep {
    let step = |state, said: String| SetupStep::new(Milestone::Certificate, state, said);
    if facts.days_left < 0 {
        return step(SetupState::Failed, "The certificate has expired".into())
            .hint("Renew it, and give the new one to the provider.");
    }
    let Some(host) = &facts.host else {
        return step(
            SetupState::Open,
            "The certificate is to name the host of the base URL".into(),
        );
    };
    if !facts.names.iter().any(|name| covers(name, host)) {
        return step(
            SetupState::Failed,
            format!("The certificate does not name {host}, which the base URL names"),
        )
        .hint("Renew it with that name, and give the new one to the provider.");
    }
    if facts.days_left < RENEW_FROM_DAYS {
        return step(
            SetupState::Warned,
            format!(
                "The certificate names {host}, and ends in {} days",
                facts.days_left
            ),
        )
        .hint("Renew it, and give the new one to the provider.");
    }
    step(SetupState::Done, format!("The certificate names {host}"))
}

fn request(facts: &Facts) -> SetupStep {
    let step = |state, said: String| SetupStep::new(Milestone::Request, state, said);
    if let Some(sighting) = &facts.seen.request {
        let who = sighting
            .client
            .as_deref()
            .unwrap_or("a client without a name");
        return step(SetupState::Done, format!("A first request came from {who}"))
            .shown_by(sighting);
    }
    match &facts.seen.latest {
        Some(sighting) => {
            let what = match sighting.outcome {
                Outcome::Refused => "was refused",
                Outcome::Failed | Outcome::Ok => "failed",
            };
            let cause = sighting.cause.as_deref().unwrap_or("no cause was recorded");
            step(
                SetupState::Failed,
                format!("The provider’s latest request {what}: {cause}"),
            )
            .shown_by(sighting)
        }
        None => step(SetupState::Open, "No request has come yet".into()).hint(
            "Paste what stands below into the provider’s console and test the connection there.",
        ),
    }
}

fn import(facts: &Facts) -> SetupStep {
    match &facts.seen.import {
        Some(sighting) => SetupStep::new(
            Milestone::Import,
            SetupState::Done,
            "A first import was answered",
        )
        .shown_by(sighting),
        None => SetupStep::new(
            Milestone::Import,
            SetupState::Open,
            "No import has come yet",
        ),
    }
}

/// At most three names, and how many more.
fn listed(operations: &[Operation]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<_> = operations
        .iter()
        .take(SHOWN)
        .map(ToString::to_string)
        .collect();
    let mut text = names.join(", ");
    if operations.len() > SHOWN {
        text.push_str(" and ");
        text.push_str(&(operations.len() - SHOWN).to_string());
        text.push_str(" more");
    }
    text
}

/// The host of an `https` URL, without port and brackets.
fn host_of(url: &str) -> Option<String> {
    let authority = url.strip_prefix("https://")?.split('/').next()?;
    let (host, _) = authority.rsplit_once(':')?;
    Some(host.trim_matches(['[', ']']).to_owned())
}

/// Whether a name of a certificate is good for a host; a wildcard stands for one label (RFC 9525, 6.3).
fn covers(name: &str, host: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(domain) => host
            .split_once('.')
            .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(domain)),
        None => name.eq_ignore_ascii_case(host),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
