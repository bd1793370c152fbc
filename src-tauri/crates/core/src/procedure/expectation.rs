//! What a test case expects of a run, and what was different.
//!
//! **Invariant:** nothing is expected that somebody did not confirm: a part that is `None`, and an out
//! value that is not in the list, is not compared.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use crate::catalogue::ObjectName;
use crate::dry_run::TableChange;
use crate::exchange::{SetRecord, StatementRecord};

use super::{ProcedureRun, RunEnd};

/// The rows of larger result sets are counted and not written down.
const MOST_ROWS: usize = 200;
/// More differences than these tell nothing new.
const MOST_MISMATCHES: usize = 100;

/// What a run is held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Expectation {
    pub ends: ExpectedEnd,
    /// Those that are compared.
    pub outs: Vec<ExpectedOut>,
    /// What the routine returns; under `value`, because NULL can be expected too.
    pub returned: Option<ExpectedValue>,
    #[ts(type = "number | null")]
    pub affected: Option<u64>,
    /// All result sets, in order.
    pub sets: Option<Vec<ExpectedSet>>,
    /// How many rows of which tables differ; a table that is not named must not differ.
    pub tables: Option<Vec<ExpectedTable>>,
}

/// How the run ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "how")]
pub enum ExpectedEnd {
    Succeeds,
    /// With an error; what is `None` is not compared.
    Fails {
        sqlstate: Option<String>,
        /// The vendor's own number or word.
        code: Option<String>,
        /// A part of the message.
        says: Option<String>,
    },
}

/// A value that is expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ExpectedValue {
    #[ts(type = "JsonValue")]
    pub value: Json,
}

/// An OUT or INOUT value that is expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ExpectedOut {
    pub name: String,
    #[ts(type = "JsonValue")]
    pub value: Json,
}

/// A result set that is expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedSet {
    pub columns: Vec<String>,
    /// How many rows.
    #[ts(type = "number | null")]
    pub rows: Option<u64>,
    /// The rows themselves.
    #[ts(type = "JsonValue[][] | null")]
    pub values: Option<Vec<Vec<Json>>>,
    /// Columns whose values differ from run to run.
    pub ignored: Vec<String>,
    /// Whether the order of the rows says nothing.
    pub any_order: bool,
}

/// What is expected to happen to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedTable {
    pub table: ObjectName,
    /// Numbers of rows.
    pub added: usize,
    pub changed: usize,
    pub removed: usize,
}

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Mismatch {
    /// "Result set 1, row 3, EMAIL".
    pub place: String,
    #[ts(type = "JsonValue")]
    pub expected: Json,
    #[ts(type = "JsonValue")]
    pub got: Json,
}

/// What a run that is right would be expected to give again; `None` where nothing was run.
pub fn expectation_of(run: &ProcedureRun) -> Option<Expectation> {
    let statement = run.statement.as_ref()?;
    if run.end == RunEnd::Failed {
        let problem = statement.problem.as_ref();
        return Some(Expectation {
            ends: ExpectedEnd::Fails {
                sqlstate: problem.and_then(|problem| problem.sqlstate.clone()),
                code: problem.and_then(|problem| problem.code.clone()),
                says: None,
            },
            outs: Vec::new(),
            returned: None,
            affected: None,
            sets: None,
            tables: None,
        });
    }
    let outs = statement.outs.iter().map(|out| ExpectedOut {
        name: out.name.clone(),
        value: out.value.clone(),
    });
    let sets = sets_of(statement).into_iter().map(|set| ExpectedSet {
        columns: set.columns,
        rows: Some(set.rows as u64),
        values: (!set.truncated && set.rows <= MOST_ROWS).then_some(set.sample),
        ignored: Vec::new(),
        any_order: false,
    });
    let tables = run.tables.iter().filter(|change| !change.is_empty());
    Some(Expectation {
        ends: ExpectedEnd::Succeeds,
        outs: outs.collect(),
        returned: statement
            .returned
            .clone()
            .map(|value| ExpectedValue { value }),
        affected: statement.affected,
        sets: Some(sets.collect()),
        tables: Some(tables.map(expected_table).collect()),
    })
}

fn expected_table(change: &TableChange) -> ExpectedTable {
    ExpectedTable {
        table: change.table.clone(),
        added: change.added.len(),
        changed: change.changed.len(),
        removed: change.removed.len(),
    }
}

/// All result sets of a statement; the first one stands in the record itself.
fn sets_of(statement: &StatementRecord) -> Vec<SetRecord> {
    let first = (!statement.columns.is_empty()).then(|| SetRecord {
        columns: statement.columns.clone(),
        rows: statement.rows,
        sample: statement.sample.clone(),
        truncated: statement.sample_truncated,
    });
    let further = statement.further.iter().cloned();
    first.into_iter().chain(further).collect()
}

/// Holds a run against an expectation. Nothing different: empty.
pub fn compare(expected: &Expectation, run: &ProcedureRun) -> Vec<Mismatch> {
    let mut found = Found(Vec::new());
    let Some(statement) = run.statement.as_ref() else {
        let cause = run.cautions.first().map(|caution| caution.text.clone());
        found.add(
            "The run",
            "it is run".into(),
            cause.unwrap_or_else(|| "nothing was run".to_owned()).into(),
        );
        return found.0;
    };
    found.end(&expected.ends, run, statement);
    if run.end == RunEnd::Failed {
        return found.0;
    }
    for out in &expected.outs {
        let named = |got: &&crate::exchange::OutRecord| got.name.eq_ignore_ascii_case(&out.name);
        let place = format!("Out value {}", out.name);
        match statement.outs.iter().find(named) {
            Some(got) => found.value(&place, &out.value, &got.value),
            None => found.add(&place, out.value.clone(), "there is none".into()),
        }
    }
    if let Some(expected) = &expected.returned {
        let got = statement.returned.clone().unwrap_or(Json::Null);
        found.value("Return value", &expected.value, &got);
    }
    if let Some(expected) = expected.affected {
        let got = statement.affected.map_or(Json::Null, Json::from);
        found.value("Rows affected", &expected.into(), &got);
    }
    if let Some(expected) = &expected.sets {
        found.sets(expected, &sets_of(statement));
    }
    if let Some(expected) = &expected.tables {
        found.tables(expected, &run.tables);
    }
    found.0.truncate(MOST_MISMATCHES);
    found.0
}

struct Found(Vec<Mismatch>);

impl Found {
    fn add(&mut self, place: &str, expected: Json, got: Json) {
        self.0.push(Mismatch {
            place: place.to_owned(),
            expected,
            got,
        });
    }

    fn value(&mut self, place: &str, expected: &Json, got: &Json) {
        if !same(expected, got) {
            self.add(place, expected.clone(), got.clone());
        }
    }

    fn end(&mut self, expected: &ExpectedEnd, run: &ProcedureRun, statement: &StatementRecord) {
        let problem = statement.problem.as_ref();
        let said = || {
            let message = problem.map(|problem| problem.message.clone());
            let cause = run.problem.as_ref().map(|problem| problem.cause.clone());
            message.or(cause).unwrap_or_default()
        };
        match expected {
            ExpectedEnd::Succeeds if run.end == RunEnd::Failed => {
                self.add("The run", "it succeeds".into(), said().into());
            }
            ExpectedEnd::Succeeds => {}
            ExpectedEnd::Fails { .. } if run.end != RunEnd::Failed => {
                self.add("The run", "it fails".into(), "it succeeded".into());
            }
            ExpectedEnd::Fails {
                sqlstate,
                code,
                says,
            } => {
                let got = |text: Option<&String>| text.cloned().map_or(Json::Null, Json::from);
                if let Some(expected) = sqlstate {
                    let got = got(problem.and_then(|problem| problem.sqlstate.as_ref()));
                    self.value("SQLSTATE", &expected.clone().into(), &got);
                }
                if let Some(expected) = code {
                    let got = got(problem.and_then(|problem| problem.code.as_ref()));
                    self.value("Error code", &expected.clone().into(), &got);
                }
                if let Some(expected) = says
                    && !said().contains(expected.as_str())
                {
                    self.add("Message", expected.clone().into(), said().into());
                }
            }
        }
    }

    fn sets(&mut self, expected: &[ExpectedSet], got: &[SetRecord]) {
        if expected.len() != got.len() {
            self.add("Result sets", expected.len().into(), got.len().into());
        }
        for (number, (expected, got)) in expected.iter().zip(got).enumerate() {
            let place = format!("Result set {}", number + 1);
            if expected.columns != got.columns {
                let columns = |names: &[String]| Json::from(names.join(", "));
                self.add(
                    &format!("{place}, columns"),
                    columns(&expected.columns),
                    columns(&got.columns),
                );
                continue;
            }
            if let Some(rows) = expected.rows {
                self.value(&format!("{place}, rows"), &rows.into(), &got.rows.into());
            }
            if let Some(values) = &expected.values {
                self.rows(&place, expected, values, got);
            }
        }
    }

    fn rows(&mut self, place: &str, expected: &ExpectedSet, values: &[Vec<Json>], got: &SetRecord) {
        let compared: Vec<usize> = (0..expected.columns.len())
            .filter(|column| {
                let name = &expected.columns[*column];
                !expected.ignored.iter().any(|ignored| ignored == name)
            })
            .collect();
        let cut = |row: &Vec<Json>| -> Vec<Json> {
            let cells = compared.iter().map(|column| row.get(*column).cloned());
            cells.map(|cell| cell.unwrap_or(Json::Null)).collect()
        };
        let mut wanted: Vec<Vec<Json>> = values.iter().map(cut).collect();
        let mut found: Vec<Vec<Json>> = got.sample.iter().map(cut).collect();
        if expected.any_order {
            wanted.sort_by_key(|row| Json::from(row.clone()).to_string());
            found.sort_by_key(|row| Json::from(row.clone()).to_string());
        }
        for line in 0..wanted.len().max(found.len()) {
            let place = format!("{place}, row {}", line + 1);
            match (wanted.get(line), found.get(line)) {
                (Some(wanted), Some(found)) => {
                    for (cell, column) in compared.iter().enumerate() {
                        let place = format!("{place}, {}", expected.columns[*column]);
                        self.value(&place, &wanted[cell], &found[cell]);
                    }
                }
                (Some(wanted), None) => {
                    self.add(&place, wanted.clone().into(), "there is none".into());
                }
                (None, Some(found)) => {
                    self.add(&place, "there is none".into(), found.clone().into());
                }
                (None, None) => {}
            }
        }
    }

    fn tables(&mut self, expected: &[ExpectedTable], got: &[TableChange]) {
        let mut rest: Vec<ExpectedTable> = got.iter().map(expected_table).collect();
        for table in expected {
            let at = rest
                .iter()
                .position(|other| other.table.means(&table.table));
            let got = at.map(|at| rest.remove(at));
            if got.as_ref().is_none_or(|got| !counts_alike(got, table)) {
                self.add(
                    &format!("Table {}", table.table),
                    words(table).into(),
                    got.map_or_else(|| "it was not compared".into(), |got| words(&got).into()),
                );
            }
        }
        for table in rest {
            if table.added + table.changed + table.removed > 0 {
                self.add(
                    &format!("Table {}", table.table),
                    "no row differs".into(),
                    words(&table).into(),
                );
            }
        }
    }
}

fn counts_alike(one: &ExpectedTable, other: &ExpectedTable) -> bool {
    (one.added, one.changed, one.removed) == (other.added, other.changed, other.removed)
}

fn words(table: &ExpectedTable) -> String {
    format!(
        "{} added, {} changed, {} removed",
        table.added, table.changed, table.removed
    )
}

/// Whether two cells are alike. A number kept as text, because JSON cannot hold it exactly, is the same
/// as the number.
fn same(one: &Json, other: &Json) -> bool {
    let number = |value: &Json| match value {
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match (number(one), number(other)) {
        (Some(one), None) => other.as_str() == Some(one.as_str()),
        (None, Some(other)) => one.as_str() == Some(other.as_str()),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests;
