//! What a connected account may do beyond what an application needs.
//!
//! **Invariant:** a right is excess unless a need covers it; rights that only let an account in are
//! none.

use super::grants::account_name;
use super::needs::Needs;
use super::quote;
use crate::catalogue::{Grant, Rights};
use crate::check::{Finding, Fix};
use crate::config::Dialect;
use crate::ports::Severity;

/// Holds the rights of the connected account against what is needed. Each finding is a warning, and
/// its fix, where it has one, is for the database's administrator to read before it is run.
pub fn excess(dialect: Dialect, rights: &Rights, needs: &Needs) -> Vec<Finding> {
    let account = match rights.account.as_str() {
        "" => "The account",
        account => account,
    };
    if rights.unlimited {
        return vec![finding(
            "account_unlimited",
            format!("{account} may do everything: no right limits it."),
            "Connect with an account of Sluice's own, and give it what the script of grants gives.",
            None,
        )];
    }
    let too_much = rights
        .grants
        .iter()
        .filter(|grant| !is_covered(grant, needs));
    too_much
        .map(|grant| {
            let (place, remedy) = match &grant.object {
                None => (
                    "on the whole server".to_owned(),
                    "Take it back, and run the script of grants instead.",
                ),
                Some(object) if object.name.is_empty() => (
                    match &object.schema {
                        Some(schema) => format!("on everything in {schema}"),
                        None => "on the whole schema".to_owned(),
                    },
                    "Take it back, and run the script of grants instead.",
                ),
                Some(object) => (
                    format!("on {object}"),
                    "Take it back: no mapping of this application needs it.",
                ),
            };
            finding(
                "rights_excess",
                format!("{account} has {} {place}.", grant.privilege),
                remedy,
                revoke(dialect, rights, grant),
            )
        })
        .collect()
}

fn finding(code: &str, cause: String, remedy: &str, fix: Option<String>) -> Finding {
    Finding {
        severity: Severity::Warning,
        code: format!("check.{code}"),
        operation: None,
        place: None,
        cause,
        remedy: remedy.to_owned(),
        fix: fix.map(|text| Fix::Sql { text }),
    }
}

/// What takes a right on one table back. Wider ones may be held by a role or by others too, so their
/// administrator decides.
fn revoke(dialect: Dialect, rights: &Rights, grant: &Grant) -> Option<String> {
    let object = grant
        .object
        .as_ref()
        .filter(|object| !object.name.is_empty())?;
    let plain = grant
        .privilege
        .chars()
        .all(|c| c.is_ascii_alphabetic() || c == ' ');
    if !plain || grant.privilege.eq_ignore_ascii_case("EXECUTE") {
        return None;
    }
    let name = quote::name(dialect, object).ok()?;
    let account = account_name(dialect, &rights.account).ok()?;
    Some(format!(
        "REVOKE {} ON {name} FROM {account}",
        grant.privilege
    ))
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
