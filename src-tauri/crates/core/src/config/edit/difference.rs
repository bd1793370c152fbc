//! Which applications and operations two texts of a configuration differ in.

use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use ts_rs::TS;

use crate::operation::Operation;

/// A part of the configuration that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Touched {
    /// `None`: something that belongs to no application: the endpoint, a connection.
    pub application: Option<String>,
    /// `None`: what the application says beside its mappings.
    pub operation: Option<Operation>,
}

/// What differs between two texts in what they mean; a comment is no difference. Empty where either
/// cannot be read.
pub fn touched(before: &str, after: &str) -> Vec<Touched> {
    let (Ok(mut before), Ok(mut after)) = (before.parse::<Table>(), after.parse::<Table>()) else {
        return Vec::new();
    };
    let (mut old, mut new) = (
        take(&mut before, "applications"),
        take(&mut after, "applications"),
    );
    let mut found = Vec::new();
    if before != after {
        found.push(Touched {
            application: None,
            operation: None,
        });
    }
    let mut names: Vec<String> = new.keys().chain(old.keys()).cloned().collect();
    names.sort();
    names.dedup();
    for name in names {
        let (mut old, mut new) = (take(&mut old, &name), take(&mut new, &name));
        let (was, is) = (take(&mut old, "operations"), take(&mut new, "operations"));
        if old != new {
            found.push(Touched {
                application: Some(name.clone()),
                operation: None,
            });
        }
        let differs = |operation: &Operation| was.get(operation.key()) != is.get(operation.key());
        found.extend(
            Operation::ALL
                .into_iter()
                .filter(differs)
                .map(|operation| Touched {
                    application: Some(name.clone()),
                    operation: Some(operation),
                }),
        );
    }
    found
}

fn take(table: &mut Table, key: &str) -> Table {
    match table.remove(key) {
        Some(Value::Table(table)) => table,
        _ => Table::new(),
    }
}
