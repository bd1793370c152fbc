//! An application is added, changed or removed: where its rows are and how they are shown. Its columns and mappings
//! are the business of the screen Operations.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use sluice_core::config::{ApplicationSettings, Profile, edit, fault_of_name};
use ts_rs::TS;

use super::change::meanwhile;
use super::{as_written, refuse_faults};
use crate::app::App;
use crate::commands::configuration::InUse;
use crate::configuration::{Act, Change, ChangeError, Configured};
use crate::problem::Problem;

/// An application to be added, or changed.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveApplication {
    pub name: String,
    /// What was set when somebody began to change it; `null`: it is new.
    pub was: Option<ApplicationSettings>,
    pub settings: ApplicationSettings,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ApplicationByName {
    pub name: String,
}

/// Saves an application and takes it into use.
pub async fn save_application(app: Arc<App>, input: SaveApplication) -> Result<InUse, Problem> {
    let change = |now: &Configured| {
        let workspace = as_written(now)?;
        let there = workspace.applications.get(&input.name);
        match (there.map(ApplicationSettings::of), &input.was) {
            (Some(now), Some(was)) if now == *was => {}
            (None, None) => {}
            (Some(_), None) => {
                let words = "There is one of this name.".to_owned();
                refuse_faults(BTreeMap::from([("name".to_owned(), words)]))?;
            }
            _ => return Err(meanwhile("application", &input.name)),
        }
        refuse_faults(faults(&input, |name| {
            workspace.connections.contains_key(name)
        }))?;
        Ok(Change::To {
            text: edit::put_application(&now.text, &input.name, &input.settings)
                .map_err(ChangeError::Wrong)?,
            act: Act::Saved,
        })
    };
    Ok(app.change(change).await?.into())
}

/// Takes an application out of the configuration, with its mappings.
pub async fn remove_application(app: Arc<App>, input: ApplicationByName) -> Result<InUse, Problem> {
    let change = |now: &Configured| {
        Ok(Change::To {
            text: edit::remove_application(&now.text, &input.name).map_err(ChangeError::Wrong)?,
            act: Act::Saved,
        })
    };
    Ok(app.change(change).await?.into())
}

/// What is wrong with a form, by its fields.
fn faults(
    input: &SaveApplication,
    is_connection: impl Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let settings = &input.settings;
    let mut faults = BTreeMap::new();
    let mut fault = |key: &str, words: &str| faults.insert(key.to_owned(), words.to_owned());
    if input.was.is_none()
        && let Some(words) = fault_of_name(&input.name)
    {
        fault("name", words);
    }
    if let Some(name) = &settings.connection
        && !is_connection(name)
    {
        fault("connection", "There is no such connection.");
    }
    if settings.user_id_column.trim().is_empty() {
        fault("userIdColumn", "Name the column that identifies a user.");
    }
    let attributes = &settings.attributes;
    let half = |one: &sluice_core::config::AttributeColumn| {
        one.attribute.trim().is_empty() || one.column.trim().is_empty()
    };
    let named =
        |one: &sluice_core::config::AttributeColumn| one.attribute.eq_ignore_ascii_case("userName");
    let twice = attributes.iter().enumerate().any(|(index, one)| {
        let mut before = attributes.iter().take(index);
        before.any(|other| other.attribute.eq_ignore_ascii_case(&one.attribute))
    });
    if attributes.iter().any(half) {
        fault(
            "attributes",
            "Each attribute needs its path and its column.",
        );
    } else if twice {
        fault("attributes", "An attribute stands here twice.");
    } else if settings.profile == Profile::Core && !attributes.iter().any(named) {
        fault("attributes", "Say which column is userName.");
    }
    faults
}
