//! Configuration › settings: endpoint, record, log; certificate and token have files of their own.
//!
//! **Invariant:** what stands in the configuration's file is changed through [`App::change`] only, so that each change has its
//! version and can be undone. A save names what it began from; what somebody else saved meanwhile is never
//! written over.
//!
//! To add a setting: its field in `core/src/config/edit/settings.rs`; the screen reads it from there.

pub mod certificate;
pub mod logging;
pub mod record;
pub mod token;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::Endpoint;
use sluice_core::config::edit::{EndpointSettings, put_endpoint};
use sluice_gateway::serve::check_address;
use sluice_gateway::tls::is_host;
use ts_rs::TS;

use super::Nothing;
use crate::app::App;
use crate::commands::configuration::InUse;
use crate::configuration::{Act, Change, ChangeError};
use crate::problem::Problem;

/// How small and how large a limit may be, in KiB.
const LIMITS: std::ops::RangeInclusive<u32> = 1..=65_536;

/// The endpoint's settings, and what they come to.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EndpointSetup {
    pub settings: EndpointSettings,
    /// What stands where nobody says anything.
    pub usual: EndpointSettings,
    /// `host:port` as bound; `null` while it does not listen.
    pub listening: Option<String>,
    /// What the command line says in place of `listen`.
    pub given: Option<String>,
    /// Connections that clients hold open now.
    pub connections: usize,
    /// What stands in the provider's console, of the first application.
    pub base_url: Option<String>,
}

/// New settings, and those they began from.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveEndpoint {
    pub was: EndpointSettings,
    pub settings: EndpointSettings,
}

/// The endpoint as it is set up.
pub async fn endpoint(app: Arc<App>, _: Nothing) -> Result<EndpointSetup, Problem> {
    let settings = EndpointSettings::from(&app.workspace().endpoint);
    let base_url = app
        .first_application()
        .map(|name| app.configured_base_url(&name));
    Ok(EndpointSetup {
        settings,
        usual: EndpointSettings::from(&Endpoint::default()),
        listening: app.endpoint().await.address,
        given: app.listen_given.clone(),
        connections: app.connections().await,
        base_url,
    })
}

/// Changes the endpoint. Another address is taken into use at once: the port is taken first, and where it is not to be had
/// the endpoint goes on where it is.
pub async fn save_endpoint(app: Arc<App>, save: SaveEndpoint) -> Result<InUse, Problem> {
    check(&save.settings)?;
    let changed = app
        .change(|now| {
            began_from(&EndpointSettings::from(&now.workspace.endpoint), &save.was)?;
            let text = put_endpoint(&now.text, &save.settings).map_err(ChangeError::Wrong)?;
            Ok(saved(text))
        })
        .await
        .map_err(at_listen)?;
    Ok(changed.into())
}

fn check(settings: &EndpointSettings) -> Result<(), Problem> {
    let mut problem = Problem::new(
        "settings.wrong",
        "The endpoint cannot be set up so.",
        "Correct what is marked.",
    );
    if let Err(error) = check_address(&settings.listen) {
        problem.fields.insert("listen".into(), error.to_string());
    }
    if let Some(name) = settings.host_names.iter().find(|name| !is_host(name)) {
        let says = format!(
            "“{name}” is no host name or address. Write what stands as host in the provider's console, without https:// and port."
        );
        problem.fields.insert("hostNames".into(), says);
    }
    for (field, limit) in [
        ("headerLimitKb", settings.header_limit_kb),
        ("bodyLimitKb", settings.body_limit_kb),
    ] {
        if !LIMITS.contains(&limit) {
            let says = format!("From {} to {} KiB.", LIMITS.start(), LIMITS.end());
            problem.fields.insert(field.into(), says);
        }
    }
    if problem.fields.is_empty() {
        Ok(())
    } else {
        Err(problem)
    }
}

/// A port that is not to be had is said at its field.
fn at_listen(mut problem: Problem) -> Problem {
    if problem.code == "endpoint.listen" {
        problem
            .fields
            .insert("listen".into(), problem.message.clone());
        "The endpoint cannot listen there; it goes on where it is."
            .clone_into(&mut problem.message);
        problem.hint = None;
    }
    problem
}

/// Whether what somebody saves began from what is in use.
pub(super) fn began_from<T: PartialEq>(now: &T, was: &T) -> Result<(), Problem> {
    if now == was {
        return Ok(());
    }
    Err(Problem::new(
        "settings.changed",
        "Somebody else saved other settings meanwhile, so nothing was written over them.",
        "Look at what is in use now, and save again.",
    ))
}

pub(super) fn saved(text: String) -> Change {
    Change::To {
        text,
        act: Act::Saved,
    }
}
