//! The rights of the connected account beside those that the mappings need.
//!
//! A right that is not listed may still come from somewhere the account cannot see, so nothing here
//! is an error.

use crate::catalogue::{Grant, Rights};
use crate::config::{Application, Dialect};
use crate::generate::{Known, Need, Needs, Script, grants, needs};
use crate::ports::Severity;

use super::{Finding, Fix, Live};

/// What the account seems not to be allowed to do. Only for dialects whose lists of rights were seen
/// to be whole.
pub(super) fn missing(application: &Application, dialect: Dialect, live: &Live) -> Vec<Finding> {
    let Some(rights) = live.rights.as_ref() else {
        return Vec::new();
    };
    if rights.unlimited || !matches!(dialect, Dialect::Mysql | Dialect::Postgresql) {
        return Vec::new();
    }
    let routines: Vec<_> = live.routines.values().flatten().cloned().collect();
    let known = Known {
        relations: &live.relations,
        routines: &routines,
        schema: live.schema.as_deref(),
    };
    needs(application, dialect, known)
        .needs
        .into_iter()
        .filter(|need| !rights.grants.iter().any(|grant| covers(grant, need)))
        .map(|need| finding(dialect, rights, need))
        .collect()
}

/// Whether a right that was given is the one that is needed.
pub(crate) fn covers(grant: &Grant, need: &Need) -> bool {
    let word = grant.privilege.as_str();
    if word != need.privilege.word() && !word.starts_with("ALL") {
        return false;
    }
    match &grant.object {
        None => true,
        Some(object) if object.name.is_empty() => match (&object.schema, &need.object.schema) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => true,
        },
        Some(object) => object.means(&need.object),
    }
}

fn finding(dialect: Dialect, rights: &Rights, need: Need) -> Finding {
    let (word, object) = (need.privilege.word(), need.object.clone());
    let operation = need.operations.first().copied();
    let needs = Needs {
        needs: vec![need],
        remarks: Vec::new(),
    };
    let script: Option<Script> = grants(dialect, &needs, &rights.account).ok();
    Finding {
        operation,
        fix: script.and_then(|script| {
            let text = script.grants.last()?.clone();
            Some(Fix::Sql { text })
        }),
        ..Finding::new(
            Severity::Warning,
            "right_missing",
            format!(
                "{} has no right of its own to {word} on {object}.",
                rights.account
            ),
            "Grant it, where the account does not get it in another way.",
        )
    }
}
