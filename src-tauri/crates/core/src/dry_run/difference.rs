//! Two looks at the rows of a table, and what is different between them.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Serialize;
use serde_json::Value as Json;
use ts_rs::TS;

use crate::catalogue::ObjectName;
use crate::value::Value;

/// The rows of a table as they were read at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub columns: Vec<String>,
    /// Positions of the primary key's columns; empty where there is none, then a row is its own key.
    pub key: Vec<usize>,
    pub rows: Vec<Vec<Value>>,
    /// How many rows the table has; more than `rows` where only some were read.
    pub total: u64,
}

/// What changed in a table.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TableChange {
    pub table: ObjectName,
    pub columns: Vec<String>,
    /// Which of the columns are the primary key.
    pub key: Vec<usize>,
    #[ts(type = "JsonValue[][]")]
    pub added: Vec<Vec<Json>>,
    #[ts(type = "JsonValue[][]")]
    pub removed: Vec<Vec<Json>>,
    pub changed: Vec<ChangedRow>,
    /// How many rows the table had before and has after.
    #[ts(type = "number")]
    pub rows_before: u64,
    #[ts(type = "number")]
    pub rows_after: u64,
    /// Which rows were compared, in words: "all rows", "rows with USER_ID = luke".
    pub compared: String,
}

impl TableChange {
    /// Whether anything is different.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.rows_before == self.rows_after
    }
}

/// A row before and after.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ChangedRow {
    #[ts(type = "JsonValue[]")]
    pub before: Vec<Json>,
    #[ts(type = "JsonValue[]")]
    pub after: Vec<Json>,
    /// Positions of the columns that differ. A secret column is named here and shows only its mask.
    pub columns: Vec<usize>,
}

/// Compares two looks at a table. `shown` makes a cell of the column at a position fit to be seen.
pub fn difference(
    table: &ObjectName,
    compared: &str,
    before: &Rows,
    after: &Rows,
    shown: &dyn Fn(usize, &Value) -> Json,
) -> TableChange {
    let show = |row: &Vec<Value>| {
        let cells = row.iter().enumerate();
        cells.map(|(column, value)| shown(column, value)).collect()
    };
    // Rows without a key of their own may stand there several times.
    let mut unmatched: HashMap<Vec<Option<String>>, VecDeque<&Vec<Value>>> = HashMap::new();
    for row in &before.rows {
        unmatched
            .entry(before.key_of(row))
            .or_default()
            .push_back(row);
    }
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for row in &after.rows {
        let old = unmatched
            .get_mut(&after.key_of(row))
            .and_then(VecDeque::pop_front);
        let Some(old) = old else {
            added.push(show(row));
            continue;
        };
        let columns: Vec<usize> = old
            .iter()
            .zip(row)
            .enumerate()
            .filter(|(_, (old, new))| old != new)
            .map(|(column, _)| column)
            .collect();
        if !columns.is_empty() {
            changed.push(ChangedRow {
                before: show(old),
                after: show(row),
                columns,
            });
        }
    }
    // In the order they were read in.
    let mut gone: BTreeMap<usize, &Vec<Value>> = BTreeMap::new();
    for rows in unmatched.values() {
        for row in rows {
            let position = before
                .rows
                .iter()
                .position(|known| std::ptr::eq(known, *row));
            gone.insert(position.unwrap_or(usize::MAX), row);
        }
    }
    TableChange {
        table: table.clone(),
        columns: after.columns.clone(),
        key: after.key.clone(),
        added,
        removed: gone.into_values().map(show).collect(),
        changed,
        rows_before: before.total,
        rows_after: after.total,
        compared: compared.to_owned(),
    }
}

impl Rows {
    fn key_of(&self, row: &[Value]) -> Vec<Option<String>> {
        if self.key.is_empty() {
            return row.iter().map(Value::to_text).collect();
        }
        self.key
            .iter()
            .map(|position| row.get(*position).and_then(Value::to_text))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(key: &[usize], rows: &[[&str; 2]]) -> Rows {
        Rows {
            columns: vec!["ID".into(), "NAME".into()],
            key: key.to_vec(),
            rows: rows
                .iter()
                .map(|row| row.iter().map(|text| Value::from(*text)).collect())
                .collect(),
            total: rows.len() as u64,
        }
    }

    fn compare(before: &Rows, after: &Rows) -> TableChange {
        let shown = |column, value: &Value| {
            if column == 1 {
                "•••".into()
            } else {
                value.to_json()
            }
        };
        difference(
            &ObjectName::new(None, "t"),
            "all rows",
            before,
            after,
            &shown,
        )
    }

    #[test]
    fn rows_are_told_apart_by_their_key() {
        let before = rows(&[0], &[["1", "a"], ["2", "b"], ["3", "c"]]);
        let after = rows(&[0], &[["4", "d"], ["2", "B"], ["1", "a"]]);
        let change = compare(&before, &after);
        assert_eq!(change.added, [vec![Json::from("4"), "•••".into()]]);
        assert_eq!(change.removed, [vec![Json::from("3"), "•••".into()]]);
        assert_eq!(change.changed.len(), 1);
        assert_eq!(
            change.changed[0].columns,
            [1],
            "a secret change is named and not shown"
        );
        assert!(!change.is_empty());
        assert!(compare(&before, &before).is_empty());
    }

    #[test]
    fn equal_rows_without_a_key_are_counted() {
        let before = rows(&[], &[["1", "a"], ["1", "a"], ["1", "a"]]);
        let after = rows(&[], &[["1", "a"]]);
        let change = compare(&before, &after);
        assert_eq!((change.added.len(), change.removed.len()), (0, 2));
    }
}
