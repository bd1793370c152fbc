//! Coverage: how far each operation of an application is mapped, checked, tried and used.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::mapping::Mapping;
use sluice_core::ports::Severity;
use sluice_core::usecase::{ObjectNames, object_names};
use ts_rs::TS;

use crate::app::App;
use crate::check::Checked;
use crate::commands::overview::store_problem;
use crate::coverage::{LOOKED, Proof, Use, Went};
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct CoverageInput {
    pub application: String,
}

/// All operations of an application.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// In the order of the provider's console.
    pub operations: Vec<Covered>,
    /// Among how many of the latest exchanges the last use was looked for.
    #[ts(type = "number")]
    pub looked_through: usize,
}

/// What is known of one operation.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Covered {
    pub operation: Operation,
    pub checked: Option<Proven>,
    pub tried: Option<Proven>,
    pub last_used: Option<Use>,
    pub last_failure: Option<Use>,
}

/// A check or a dry run that was made.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Proven {
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    pub went: Went,
    /// Whether the mapping was changed since.
    pub stale: bool,
}

/// How far the operations of an application are known to work. Nothing is asked of its database.
pub async fn coverage(app: Arc<App>, input: CoverageInput) -> Result<Coverage, Problem> {
    let application = app.application(&input.application)?;
    let mut proofs = app.knowledge.proofs(&input.application);
    let uses = app.knowledge.uses(&app.store, &input.application).await;
    let mut uses = uses.map_err(store_problem)?;
    let proven = |proof: Proof, mapping: Option<&Mapping>| Proven {
        at: proof.at,
        went: proof.went,
        stale: mapping.is_none_or(|mapping| !alike(mapping, &proof.of)),
    };
    let covered = |operation: Operation| {
        let mapping = application.operations.get(&operation);
        let proofs = proofs.remove(&operation).unwrap_or_default();
        let uses = uses.remove(&operation).unwrap_or_default();
        Covered {
            operation,
            checked: proofs.checked.map(|proof| proven(proof, mapping)),
            tried: proofs.tried.map(|proof| proven(proof, mapping)),
            last_used: uses.last,
            last_failure: uses.failed,
        }
    };
    Ok(Coverage {
        operations: Operation::ALL.into_iter().map(covered).collect(),
        looked_through: LOOKED,
    })
}

/// The names that statements of an application may use.
pub async fn names(app: Arc<App>, input: CoverageInput) -> Result<ObjectNames, Problem> {
    let mut context = app.context(&input.application).await?;
    Ok(object_names(&mut context).await?)
}

/// Whether two mappings run the same; being switched on is no part of that.
pub(super) fn alike(one: &Mapping, other: &Mapping) -> bool {
    one.kind == other.kind
        && one.statement.trim() == other.statement.trim()
        && one.parameters == other.parameters
        && one.import == other.import
        && one.rows == other.rows
}

/// Remembers what a check found of each mapping.
pub(super) fn remember_check(app: &App, checked: &Checked) {
    let Ok(application) = app.application(&checked.application) else {
        return;
    };
    if checked.problem.is_some() {
        return;
    }
    let at = app.clock.wall_us() / 1000;
    for (operation, mapping) in &application.operations {
        let findings = checked.findings.iter();
        let own = findings.filter(|finding| finding.operation == Some(*operation));
        let went = own.map(|finding| match finding.severity {
            Severity::Error => Went::Failed,
            Severity::Warning => Went::Warned,
            Severity::Note => Went::Well,
        });
        let proof = Proof {
            at,
            went: went.max().unwrap_or(Went::Well),
            of: mapping.clone(),
        };
        let name = &checked.application;
        app.knowledge
            .prove(name, *operation, |proofs| proofs.checked = Some(proof));
    }
}

/// Remembers how a dry run went.
pub(super) fn remember_try(
    app: &App,
    application: &str,
    operation: Operation,
    mapping: Mapping,
    well: bool,
) {
    let proof = Proof {
        at: app.clock.wall_us() / 1000,
        went: if well { Went::Well } else { Went::Failed },
        of: mapping,
    };
    app.knowledge
        .prove(application, operation, |proofs| proofs.tried = Some(proof));
}
