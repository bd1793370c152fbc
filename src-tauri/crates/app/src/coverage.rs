//! How far an application's mappings are known to work: what was checked and tried here, and what the
//! provider used.
//!
//! A check or a dry run is remembered with the mapping it was made of, in `proofs.json` of the data
//! folder, so that a mapping that changed since is told apart. What was used is read from the recorded
//! exchanges, the latest [`LOOKED`] of an application at first, and only what came since after that.
//!
//! **Invariant:** no value of a user is kept here, and losing the file loses no more than the marks.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::exchange::{Exchange, Outcome};
use sluice_core::mapping::Mapping;
use sluice_log::{Query, Store, StoreError};
use ts_rs::TS;

use crate::private;

/// How many exchanges of an application are looked through.
pub(crate) const LOOKED: usize = 400;

/// How something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Went {
    Well,
    /// It works, and something is to be looked at.
    Warned,
    Failed,
}

/// A check or a dry run of a mapping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// Milliseconds since 1970.
    pub at: i64,
    pub went: Went,
    /// What it was made of.
    pub of: Mapping,
}

/// Check and dry run of one mapping.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Proofs {
    pub checked: Option<Proof>,
    pub tried: Option<Proof>,
}

type ByOperation = BTreeMap<Operation, Proofs>;

/// An exchange that ran an operation.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Use {
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// The exchange's id.
    pub exchange: String,
    /// Why it failed, where it did.
    pub cause: Option<String>,
}

/// What an operation was used for last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses {
    pub last: Option<Use>,
    pub failed: Option<Use>,
}

#[derive(Default)]
struct Seen {
    /// The newest exchange that was looked at.
    seq: i64,
    uses: BTreeMap<Operation, Uses>,
}

/// What is known of all applications.
pub(crate) struct Knowledge {
    path: PathBuf,
    proofs: Mutex<Option<HashMap<String, ByOperation>>>,
    seen: tokio::sync::Mutex<HashMap<String, Seen>>,
}

impl Knowledge {
    /// In a data folder. Nothing is read yet.
    pub fn new(data_dir: &Path) -> Self {
        Self {
            path: data_dir.join("proofs.json"),
            proofs: Mutex::default(),
            seen: tokio::sync::Mutex::default(),
        }
    }

    /// Check and dry run of each operation of an application.
    pub fn proofs(&self, application: &str) -> ByOperation {
        let mut proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        let all = proofs.get_or_insert_with(|| self.read());
        all.get(application).cloned().unwrap_or_default()
    }

    /// Remembers one. A disk that cannot be written costs the mark after a restart, and nothing else.
    pub fn prove(&self, application: &str, operation: Operation, change: impl FnOnce(&mut Proofs)) {
        let mut proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        let all = proofs.get_or_insert_with(|| self.read());
        let of = all.entry(application.to_owned()).or_default();
        change(of.entry(operation).or_default());
        let written = serde_json::to_vec(all)
            .map_err(std::io::Error::from)
            .and_then(|bytes| private::replace(&self.path, &bytes));
        if let Err(error) = written {
            tracing::warn!(%error, "what was checked and tried cannot be written down");
        }
    }

    fn read(&self) -> HashMap<String, ByOperation> {
        let bytes = std::fs::read(&self.path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// What each operation of an application was used for last, among the exchanges that were looked
    /// through.
    ///
    /// # Errors
    /// [`StoreError`] where the exchanges cannot be read.
    pub async fn uses(
        &self,
        store: &Store,
        application: &str,
    ) -> Result<BTreeMap<Operation, Uses>, StoreError> {
        let mut all = self.seen.lock().await;
        let seen = all.entry(application.to_owned()).or_default();
        let query = Query {
            filter: format!("app:\"{application}\""),
            limit: LOOKED,
            after: (seen.seq > 0).then_some(seen.seq),
            ..Query::default()
        };
        let mut found = store.list(&query).await?.exchanges;
        // Oldest first, so that what is newer is what stays.
        found.sort_by_key(|summary| summary.seq);
        for summary in found {
            seen.seq = seen.seq.max(summary.seq);
            if summary.application == application
                && let Some(exchange) = store.get(&summary.id).await?
            {
                note(&exchange, &mut seen.uses);
            }
        }
        Ok(seen.uses.clone())
    }
}

/// Notes the operations that an exchange ran, and the one it failed at.
fn note(exchange: &Exchange, uses: &mut BTreeMap<Operation, Uses>) {
    let one = |cause: Option<String>| Use {
        at: exchange.summary.at,
        exchange: exchange.summary.id.clone(),
        cause,
    };
    let statements = exchange
        .steps
        .iter()
        .filter_map(|step| step.statement.as_ref());
    let mut last = None;
    for statement in statements {
        if let Some(operation) = statement.operation {
            uses.entry(operation).or_default().last = Some(one(None));
            last = Some((operation, statement.problem.is_some()));
        }
    }
    if exchange.summary.outcome == Outcome::Ok {
        return;
    }
    // What could not even be planned has no statement; its diagnosis names the operation.
    let named = exchange.diagnosis.as_ref().and_then(|diagnosis| {
        let place = diagnosis.place.as_deref()?;
        let mut all = Operation::ALL.into_iter();
        all.find(|operation| operation.to_string() == place)
    });
    let broken = last
        .filter(|(_, broken)| *broken)
        .map(|(operation, _)| operation);
    if let Some(operation) = named.or(broken) {
        uses.entry(operation).or_default().failed = Some(one(exchange.summary.cause.clone()));
    }
}
