//! Two result sets, row by row.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value as Json;
use ts_rs::TS;

use super::Likeness;
use crate::exchange::SetRecord;

/// A column of either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ComparedColumn {
    pub name: String,
    /// On which sides it is.
    pub likeness: Likeness,
}

/// A row of either side, its values in the order of the columns; `null` also where the side lacks the
/// column.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ComparedRow {
    pub likeness: Likeness,
    #[ts(type = "JsonValue[] | null")]
    pub left: Option<Vec<Json>>,
    #[ts(type = "JsonValue[] | null")]
    pub right: Option<Vec<Json>>,
    /// Positions of the columns that differ.
    pub columns: Vec<usize>,
}

/// Two result sets.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedRows {
    pub columns: Vec<ComparedColumn>,
    /// How many rows came back; `None` where the side has no such set.
    pub left_rows: Option<usize>,
    pub right_rows: Option<usize>,
    /// Of the rows that were recorded.
    pub rows: Vec<ComparedRow>,
    /// Whether more rows came than were recorded, on either side.
    pub truncated: bool,
}

impl ComparedRows {
    /// Whether anything is different.
    pub fn differs(&self) -> bool {
        self.left_rows != self.right_rows
            || self.columns.iter().any(|column| column.likeness.differs())
            || self.rows.iter().any(|row| row.likeness.differs())
    }
}

/// Compares two sets. Columns belong together by their names without regard to letter case, because
/// databases differ in it; rows where they are equal, or where the first column says so.
pub(super) fn compare(left: Option<&SetRecord>, right: Option<&SetRecord>) -> ComparedRows {
    let columns = columns(left, right);
    let laid = |set: Option<&SetRecord>| -> Vec<Vec<Json>> {
        let Some(set) = set else { return Vec::new() };
        let places: Vec<Option<usize>> = columns
            .iter()
            .map(|column| {
                set.columns
                    .iter()
                    .position(|own| own.eq_ignore_ascii_case(&column.name))
            })
            .collect();
        let row = |row: &Vec<Json>| {
            let cell = |place: &Option<usize>| place.and_then(|place| row.get(place).cloned());
            places
                .iter()
                .map(|place| cell(place).unwrap_or(Json::Null))
                .collect()
        };
        set.sample.iter().map(row).collect()
    };
    let truncated = [left, right].iter().flatten().any(|set| set.truncated);
    let mut rows = paired(laid(left), laid(right), truncated);
    for row in &mut rows {
        let (Some(left), Some(right)) = (&row.left, &row.right) else {
            continue;
        };
        let cells = left.iter().zip(right).zip(&columns).enumerate();
        let differing = cells.filter(|(_, ((left, right), column))| {
            // A column that one side lacks is told once, above all rows.
            column.likeness == Likeness::Same && Likeness::of(left, right).differs()
        });
        row.columns = differing.map(|(position, _)| position).collect();
        row.likeness = if row.columns.is_empty() {
            Likeness::Same
        } else {
            Likeness::Changed
        };
    }
    ComparedRows {
        columns,
        left_rows: left.map(|set| set.rows),
        right_rows: right.map(|set| set.rows),
        rows,
        truncated,
    }
}

fn columns(left: Option<&SetRecord>, right: Option<&SetRecord>) -> Vec<ComparedColumn> {
    let names = |set: Option<&SetRecord>| set.map(|set| set.columns.clone()).unwrap_or_default();
    let (left, right) = (names(left), names(right));
    let has = |list: &[String], name: &str| list.iter().any(|own| own.eq_ignore_ascii_case(name));
    let mut columns: Vec<ComparedColumn> = left
        .iter()
        .map(|name| ComparedColumn {
            likeness: if has(&right, name) {
                Likeness::Same
            } else {
                Likeness::Left
            },
            name: name.clone(),
        })
        .collect();
    let only_right = right.into_iter().filter(|name| !has(&left, name));
    columns.extend(only_right.map(|name| ComparedColumn {
        name,
        likeness: Likeness::Right,
    }));
    columns
}

/// Which row belongs to which. Where not all rows were recorded, one beyond the other side's sample may be
/// there all the same, so it is not called missing.
fn paired(left: Vec<Vec<Json>>, right: Vec<Vec<Json>>, truncated: bool) -> Vec<ComparedRow> {
    let mut rest: Vec<Option<Vec<Json>>> = right.into_iter().map(Some).collect();
    let equal: Vec<Option<Vec<Json>>> = left
        .iter()
        .map(|row| take(&mut rest, |other| other == row))
        .collect();
    let unmatched = || rest.iter().flatten();
    let keyed = has_key(unmatched())
        && has_key(
            left.iter()
                .zip(&equal)
                .filter_map(|(row, other)| other.is_none().then_some(row)),
        );
    let mut rows = Vec::new();
    for (row, other) in left.into_iter().zip(equal) {
        let other =
            other.or_else(|| take(&mut rest, |other| !keyed || other.first() == row.first()));
        if other.is_none() && truncated {
            continue;
        }
        rows.push(ComparedRow {
            likeness: Likeness::Left,
            left: Some(row),
            right: other,
            columns: Vec::new(),
        });
    }
    if !truncated {
        rows.extend(rest.into_iter().flatten().map(|row| ComparedRow {
            likeness: Likeness::Right,
            left: None,
            right: Some(row),
            columns: Vec::new(),
        }));
    }
    rows
}

fn take(rest: &mut [Option<Vec<Json>>], wanted: impl Fn(&Vec<Json>) -> bool) -> Option<Vec<Json>> {
    let found = rest
        .iter_mut()
        .find(|other| other.as_ref().is_some_and(&wanted));
    found.and_then(Option::take)
}

/// Whether the first column tells the rows apart.
fn has_key<'a>(rows: impl Iterator<Item = &'a Vec<Json>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut keys = rows.map(|row| {
        row.first()
            .filter(|key| !key.is_null())
            .map(ToString::to_string)
    });
    keys.all(|key| key.is_some_and(|key| seen.insert(key)))
}
