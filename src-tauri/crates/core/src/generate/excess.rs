//! What a connected account may do beyond what an application needs.
//!
//! **Invariant:** a right is excess unless a need covers it; rights that only let an account in are
//! none.

use serde::Serialize;
use ts_rs::TS;

use super::needs::Needs;
use crate::catalogue::{Grant, ObjectName, Rights};

/// A right nobody needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Excess {
    /// What the account may do.
    pub cause: String,
    pub remedy: String,
    /// `None`: on the whole server, or unlimited.
    pub object: Option<ObjectName>,
}

/// Holds the rights of an account against what is needed.
pub fn excess(rights: &Rights, needs: &Needs) -> Vec<Excess> {
    let account = if rights.account.is_empty() {
        "The account"
    } else {
        &rights.account
    };
    if rights.unlimited {
        return vec![Excess {
            cause: format!("{account} may do everything: no right limits it."),
            remedy: "Connect with an account of Sluice's own, and give it what the script grants."
                .to_owned(),
            object: None,
        }];
    }
    rights
        .grants
        .iter()
        .filter(|grant| !is_covered(grant, needs))
        .map(|grant| {
            let (place, remedy) = match &grant.object {
                None => (
                    "on the whole server".to_owned(),
                    "Revoke it, and give the account what the script grants instead.",
                ),
                Some(object) if object.name.is_empty() => (
                    match &object.schema {
                        Some(schema) => format!("on everything in {schema}"),
                        None => "on the whole schema".to_owned(),
                    },
                    "Revoke it, and give the account what the script grants instead.",
                ),
                Some(object) => (
                    format!("on {object}"),
                    "Revoke it: no mapping of this application needs it.",
                ),
            };
            Excess {
                cause: format!("{account} has {} {place}.", grant.privilege),
                remedy: remedy.to_owned(),
                object: grant.object.clone(),
            }
        })
        .collect()
}

fn is_covered(grant: &Grant, needs: &Needs) -> bool {
    let privilege = grant
        .privilege
        .split('(')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_uppercase();
    // They let the account in and show it names, and no more.
    if matches!(
        privilege.as_str(),
        "USAGE" | "CONNECT" | "CREATE SESSION" | "CONNECT SQL"
    ) {
        return true;
    }
    let Some(object) = grant
        .object
        .as_ref()
        .filter(|object| !object.name.is_empty())
    else {
        return false;
    };
    let privilege = match privilege.as_str() {
        "READ" => "SELECT",
        other => other,
    };
    needs
        .needs
        .iter()
        .any(|need| need.privilege.word() == privilege && need.object.means(object))
}
