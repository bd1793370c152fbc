//! Imports as snapshots: the first page runs the operation once, later pages read it by position, so
//! that pages never overlap or skip and a procedure that gives all rows at once runs once.
//!
//! A snapshot is dropped after [`KEEP_US`] without use, and a new first page takes a new one. At
//! most [`MOST`] are kept; all rows stand in memory (a spool on disk for very large imports is not
//! built yet).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ports::ResultSet;
use crate::profile::Entitlement;

/// Five minutes, in microseconds: longer than the agent takes between two pages.
pub const KEEP_US: i64 = 5 * 60 * 1_000_000;
/// How many imports may be under way at once.
pub const MOST: usize = 8;

/// The rows of one import.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub set: ResultSet,
    /// Entitlements by user id, where the mapping gives them for all users at once.
    pub entitlements: Option<HashMap<String, Vec<Entitlement>>>,
}

/// The imports under way, by application and header.
#[derive(Default)]
pub struct Snapshots {
    kept: Mutex<HashMap<String, (i64, Arc<Snapshot>)>>,
}

impl Snapshots {
    /// The snapshot under `key`, where it is there and has been used within [`KEEP_US`].
    pub fn get(&self, key: &str, now_us: i64) -> Option<Arc<Snapshot>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (used, _)| now_us - *used < KEEP_US);
        let (used, snapshot) = kept.get_mut(key)?;
        *used = now_us;
        Some(Arc::clone(snapshot))
    }

    /// Keeps a snapshot under `key` in place of an older one.
    pub fn put(&self, key: &str, now_us: i64, snapshot: Arc<Snapshot>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST
            && !kept.contains_key(key)
            && let Some(oldest) = kept
                .iter()
                .min_by_key(|(_, (used, _))| *used)
                .map(|(key, _)| key.clone())
        {
            kept.remove(&oldest);
        }
        kept.insert(key.to_owned(), (now_us, snapshot));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_expires_when_it_is_not_used() {
        let snapshots = Snapshots::default();
        snapshots.put("a", 0, Arc::default());
        assert!(snapshots.get("a", KEEP_US - 1).is_some());
        assert!(
            snapshots.get("a", 2 * KEEP_US - 2).is_some(),
            "use keeps it"
        );
        assert!(snapshots.get("a", 4 * KEEP_US).is_none());
    }

    #[test]
    fn the_least_used_import_makes_room() {
        let snapshots = Snapshots::default();
        for n in 0..=MOST {
            snapshots.put(&n.to_string(), i64::try_from(n).unwrap(), Arc::default());
        }
        assert!(snapshots.get("0", 20).is_none());
        assert!(snapshots.get("1", 20).is_some());
    }
}
