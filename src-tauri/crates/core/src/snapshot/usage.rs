//! How often each entitlement is used: counted over what the users of an import hold, by one pass over
//! their numbers. Nothing is asked of the database for it.
//!
//! **Invariant:** a user counts once for an entitlement, however often a row says it and however many
//! rows repeat the user's id.

use std::collections::HashMap;

use super::Entitlements;

/// An entitlement and how many hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    /// Whether Get all entitlements gives it. What is held and not given cannot be assigned.
    pub listed: bool,
    /// How many users of the import hold it; `None` where holders are not counted.
    pub holders: Option<usize>,
    /// How many of the holders are inactive; `None` where no column says it.
    pub inactive: Option<usize>,
    /// How many rows say that somebody holds it who is not in the import; `None` where holders are not
    /// counted.
    pub outside: Option<usize>,
}

impl Used {
    /// One of which nobody knows who holds it.
    pub fn uncounted(id: String, name: String, description: Option<String>) -> Self {
        Self {
            id,
            name,
            description,
            listed: true,
            holders: None,
            inactive: None,
            outside: None,
        }
    }
}

impl Entitlements {
    /// How many users there are. Rows that repeat an id are none of their own.
    pub fn users(&self) -> usize {
        self.starts.len().saturating_sub(1) - self.repeated.len()
    }

    /// Each entitlement that somebody holds, in the order in which it was first read. `inactive` says
    /// by row whether the user is inactive.
    pub fn usage(&self, inactive: Option<&[bool]>) -> Vec<Used> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut used: Vec<Used> = Vec::new();
        // The same id may stand under several numbers, where rows name it differently.
        let mut place_of = Vec::with_capacity(self.all.len());
        for (number, entitlement) in self.all.iter().enumerate() {
            let place = *places.entry(&entitlement.value).or_insert_with(|| {
                let id = entitlement.value.clone();
                let name = entitlement.display.clone().unwrap_or_else(|| id.clone());
                used.push(Used {
                    listed: false,
                    holders: Some(0),
                    inactive: inactive.map(|_| 0),
                    outside: Some(0),
                    ..Used::uncounted(id, name, None)
                });
                used.len() - 1
            });
            place_of.push(place);
            let rows = self.outside.get(number).copied().unwrap_or_default();
            add(&mut used[place].outside, rows);
        }
        let mut counted_for: Vec<Option<usize>> = vec![None; used.len()];
        for (row, bounds) in self.starts.windows(2).enumerate() {
            for number in &self.held[bounds[0] as usize..bounds[1] as usize] {
                let place = place_of[*number as usize];
                if counted_for[place].replace(row) == Some(row) {
                    continue;
                }
                add(&mut used[place].holders, 1);
                if inactive.and_then(|all| all.get(row)) == Some(&true) {
                    add(&mut used[place].inactive, 1);
                }
            }
        }
        used
    }

    /// The rows of the users who hold the entitlement with this id, in their order.
    pub fn holders(&self, id: &str) -> Vec<usize> {
        let wanted: Vec<bool> = self.all.iter().map(|one| one.value == id).collect();
        let holds = |bounds: &[u32]| {
            let held = &self.held[bounds[0] as usize..bounds[1] as usize];
            held.iter().any(|number| wanted[*number as usize])
        };
        let rows = self.starts.windows(2).enumerate();
        rows.filter(|(_, bounds)| holds(bounds))
            .map(|(row, _)| row)
            .collect()
    }
}

fn add(count: &mut Option<usize>, more: usize) {
    if let Some(count) = count {
        *count += more;
    }
}
