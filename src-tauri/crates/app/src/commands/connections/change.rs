//! A connection is saved or removed, and its password kept.
//!
//! **Invariant:** the password goes to the keyring, or to the secrets file where that was asked for; it is never
//! in the configuration's text, and a test never keeps it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Secret;
use sluice_core::config::{ConnectionSettings, edit, fault_of_name};
use ts_rs::TS;

use super::{PasswordPlace, as_written, has_password, refuse_faults, secret_name};
use crate::app::{App, AppError};
use crate::commands::configuration::InUse;
use crate::configuration::{Act, Change, ChangeError, Configured};
use crate::problem::Problem;
use crate::secrets::{SecretsError, Stored, variable};

/// A connection to be added, or changed.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveConnection {
    pub name: String,
    /// What was set when somebody began to change it; `null`: it is new.
    pub was: Option<ConnectionSettings>,
    pub settings: ConnectionSettings,
    /// Left out, the one that is kept stays.
    #[serde(default)]
    #[ts(optional)]
    pub password: Option<String>,
    /// Where to keep what was typed.
    #[serde(default)]
    #[ts(optional)]
    pub keep_in: Option<KeepIn>,
    /// A connection whose password this one gets as well, where none was typed.
    #[serde(default)]
    #[ts(optional)]
    pub password_of: Option<String>,
}

/// Where a password is to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum KeepIn {
    Keyring,
    /// The secrets file, that only its owner reads.
    File,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Saved {
    pub in_use: InUse,
    /// Where the password went; `null` where none was typed.
    pub password: Option<PasswordPlace>,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemoveConnection {
    pub name: String,
    /// Its password too, which an undo does not bring back.
    pub forget_password: bool,
}

/// Saves a connection and takes it into use.
pub async fn save(app: Arc<App>, input: SaveConnection) -> Result<Saved, Problem> {
    let mut faults = input.settings.faults();
    if input.was.is_none()
        && let Some(fault) = fault_of_name(&input.name)
    {
        faults.insert("name".to_owned(), fault.to_owned());
    }
    refuse_faults(faults)?;
    let typed = input.password.as_deref().filter(|typed| !typed.is_empty());
    let typed = typed.filter(|_| has_password(input.settings.dialect));
    let password = match (typed, &input.password_of) {
        (Some(typed), _) => Some(Secret::new(typed)),
        (None, Some(other)) => kept(&app, other).await?,
        (None, None) => None,
    };
    if password.is_some() {
        may_be_kept(&app, &input.name, input.keep_in).await?;
    }
    let change = |now: &Configured| {
        let there = as_written(now)?.connections.swap_remove(&input.name);
        match (
            there.map(|there| ConnectionSettings::of(&there)),
            &input.was,
        ) {
            (Some(_), None) => {
                let mut faults = std::collections::BTreeMap::new();
                faults.insert("name".to_owned(), "There is one of this name.".to_owned());
                refuse_faults(faults)?;
            }
            (Some(now), Some(was)) if now == *was => {}
            (None, None) => {}
            _ => return Err(meanwhile("connection", &input.name)),
        }
        Ok(Change::To {
            text: edit::put_connection(&now.text, &input.name, &input.settings)
                .map_err(ChangeError::Wrong)?,
            act: Act::Saved,
        })
    };
    let in_use: InUse = app.change(change).await?.into();
    let Some(password) = password else {
        return Ok(Saved {
            in_use,
            password: None,
        });
    };
    let (secrets, key) = (app.secrets.clone(), secret_name(&input.name));
    let stored = blocking(move || secrets.set(&key, &password))
        .await
        .map_err(|problem| Problem {
            message: format!(
                "The connection is saved, and its password could not be kept: {}",
                problem.message
            ),
            ..problem
        })?;
    // What is open was opened with the password before.
    app.reopen(&input.name).await;
    Ok(Saved {
        in_use,
        password: Some(stored.into()),
    })
}

/// Takes a connection out of the configuration; one that an application uses stays.
pub async fn remove(app: Arc<App>, input: RemoveConnection) -> Result<InUse, Problem> {
    let change = |now: &Configured| {
        Ok(Change::To {
            text: edit::remove_connection(&now.text, &input.name).map_err(ChangeError::Wrong)?,
            act: Act::Saved,
        })
    };
    let in_use = app.change(change).await?.into();
    if input.forget_password {
        let (secrets, key) = (app.secrets.clone(), secret_name(&input.name));
        blocking(move || secrets.forget(&key)).await?;
    }
    Ok(in_use)
}

/// The password that is kept of a connection.
pub(super) async fn kept(app: &App, connection: &str) -> Result<Option<Secret>, Problem> {
    let (secrets, key) = (app.secrets.clone(), secret_name(connection));
    let found = blocking(move || secrets.get(&key)).await?;
    Ok(found.map(|(secret, _)| secret))
}

/// Refuses a password that would not be kept where it was meant to be, or never be asked for there.
async fn may_be_kept(app: &App, connection: &str, keep_in: Option<KeepIn>) -> Result<(), Problem> {
    let (secrets, key) = (app.secrets.clone(), secret_name(connection));
    let name = variable(&key);
    let (keyring, place) =
        blocking(move || Ok((secrets.has_keyring(), secrets.place_of(&key)?))).await?;
    if keyring {
        return Ok(());
    }
    if place == Some(Stored::Environment) {
        return Err(field(
            "secrets.environment",
            format!(
                "The environment variable {name} is set and is asked first, so a password in the file would not be used."
            ),
            "Change it there, or take it out and start Sluice anew.",
        ));
    }
    if keep_in == Some(KeepIn::File) {
        return Ok(());
    }
    Err(field(
        "secrets.keyring",
        "There is no keyring here that could keep the password.".to_owned(),
        &format!(
            "Keep it in the secrets file, or leave it out and set {name} where Sluice is started."
        ),
    ))
}

fn field(code: &str, message: String, hint: &str) -> Problem {
    let mut problem = Problem::new(code, message.clone(), hint);
    problem.fields.insert("password".to_owned(), message);
    problem
}

pub(super) fn meanwhile(what: &str, name: &str) -> Problem {
    Problem::new(
        "connections.meanwhile",
        format!(
            "The {what} \"{name}\" was changed or removed in another window since you began, so nothing was saved."
        ),
        "Open it again to see what it is now, and make your change there.",
    )
}

/// Asks the places of secrets, which may take their time.
async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, SecretsError> + Send + 'static,
) -> Result<T, Problem> {
    let asked = tokio::task::spawn_blocking(ask).await;
    Ok(asked.map_err(AppError::from)?.map_err(AppError::from)?)
}
