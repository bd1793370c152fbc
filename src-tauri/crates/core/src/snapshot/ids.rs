//! From a user's id to its row, for the time of an import: eight times smaller than a map of texts.
//!
//! Ids are known by 128 bits of keyed hashes, with keys made anew for each import. Two ids of the same
//! hash cannot be made by somebody who knows neither key, and meet by chance among a million ids once
//! in 10^26 imports, so equal hashes are taken for equal ids.

use std::hash::{BuildHasher as _, RandomState};

/// An empty slot.
const NONE: u32 = u32::MAX;

/// Row numbers by user id.
#[derive(Debug, Default)]
pub struct Ids {
    keys: (RandomState, RandomState),
    /// By row number, 0 where the row is none of its own.
    hashes: Vec<u128>,
    /// Row numbers where their hash puts them, or in the next free slot.
    slots: Vec<u32>,
    taken: usize,
    /// Rows that repeat an id, with the first row of it; in order.
    repeated: Vec<(u32, u32)>,
}

impl Ids {
    /// Notes the next row. `None`: it has no id.
    pub fn push(&mut self, id: Option<&str>) {
        let row = u32::try_from(self.hashes.len()).unwrap_or(NONE);
        let Some(id) = id else {
            self.hashes.push(0);
            return;
        };
        if self.taken * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = self.hash(id);
        let slot = self.slot(hash);
        if self.slots[slot] == NONE {
            self.slots[slot] = row;
            self.hashes.push(hash);
            self.taken += 1;
        } else {
            self.repeated.push((row, self.slots[slot]));
            self.hashes.push(0);
        }
    }

    /// The first row with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let found = *self.slots.get(self.slot(self.hash(id)))?;
        (found != NONE).then_some(found)
    }

    /// How many rows were noted.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Rows that repeat an id, with the first row of it.
    pub fn into_repeated(self) -> Vec<(u32, u32)> {
        self.repeated
    }

    /// How many rows repeat an id.
    pub fn repeated(&self) -> usize {
        self.repeated.len()
    }

    fn hash(&self, id: &str) -> u128 {
        let (high, low) = (self.keys.0.hash_one(id), self.keys.1.hash_one(id));
        // 0 stands for no id.
        (u128::from(high) << 64 | u128::from(low)).max(1)
    }

    /// The slot with this hash, or the one where it would be put; 0 where there are none at all.
    fn slot(&self, hash: u128) -> usize {
        if self.slots.is_empty() {
            return 0;
        }
        let mask = self.slots.len() - 1;
        #[allow(clippy::cast_possible_truncation)] // any bits of it do
        let mut slot = hash as usize & mask;
        while self.slots[slot] != NONE && self.hashes[self.slots[slot] as usize] != hash {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let rows: Vec<u32> = std::mem::take(&mut self.slots)
            .into_iter()
            .filter(|row| *row != NONE)
            .collect();
        self.slots = vec![NONE; (rows.len() * 4).next_power_of_two().max(64)];
        for row in rows {
            let slot = self.slot(self.hashes[row as usize]);
            self.slots[slot] = row;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_leads_to_its_first_row() {
        let mut ids = Ids::default();
        assert_eq!(ids.find("0"), None, "of none at all");
        for n in 0..10_000 {
            ids.push(Some(&n.to_string()));
        }
        ids.push(None);
        ids.push(Some("77"));
        assert_eq!(ids.len(), 10_002);
        for n in 0..10_000_u32 {
            assert_eq!(ids.find(&n.to_string()), Some(n));
        }
        assert_eq!(ids.find("10000"), None);
        assert_eq!(ids.repeated(), 1);
        assert_eq!(ids.into_repeated(), [(10_001, 77)]);
    }
}
