//! Two traces, statement by statement.

use serde::Serialize;
use serde_json::Value as Json;
use ts_rs::TS;

use super::{ComparedLine, ComparedRows, Likeness, rows};
use crate::exchange::{SetRecord, StatementProblem, StatementRecord, Step};
use crate::operation::Operation;

/// A statement as one side ran it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedSide {
    /// Which statement of the exchange it is, from 1.
    pub number: usize,
    pub operation: Option<Operation>,
    pub text: String,
    /// Microseconds.
    #[ts(type = "number")]
    pub duration_us: i64,
    /// How many rows the database says it changed.
    #[ts(type = "number | null")]
    pub affected: Option<u64>,
    pub problem: Option<StatementProblem>,
}

/// A statement of either side, or of both.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedStatement {
    pub likeness: Likeness,
    pub left: Option<ComparedSide>,
    pub right: Option<ComparedSide>,
    /// Whether both ran the same text.
    pub same_text: bool,
    /// Bound values by position and name.
    pub parameters: Vec<ComparedLine>,
    /// Rows changed, values that came out, what the database objected to.
    pub outcome: Vec<ComparedLine>,
    pub sets: Vec<ComparedRows>,
}

impl ComparedStatement {
    /// Whether anything is different but the time it took.
    pub fn differs(&self) -> bool {
        self.likeness.differs()
    }
}

struct Ran<'a> {
    number: usize,
    step: &'a Step,
    record: &'a StatementRecord,
}

/// Compares the statements of two traces.
pub(super) fn compare(left: &[Step], right: &[Step]) -> Vec<ComparedStatement> {
    let (left, right) = (ran(left), ran(right));
    let pairs = align(&left, &right);
    pairs
        .into_iter()
        .map(|(l, r)| pair(l.map(|at| &left[at]), r.map(|at| &right[at])))
        .collect()
}

fn ran(steps: &[Step]) -> Vec<Ran<'_>> {
    let statements = steps
        .iter()
        .filter_map(|step| Some((step, step.statement.as_ref()?)));
    let numbered = statements.enumerate();
    numbered
        .map(|(index, (step, record))| Ran {
            number: index + 1,
            step,
            record,
        })
        .collect()
}

/// How well two statements belong together; 0 where they do not.
fn likeness(left: &Ran<'_>, right: &Ran<'_>) -> u32 {
    let (left, right) = (left.record, right.record);
    if left.operation != right.operation {
        return 0;
    }
    let text = u32::from(left.text == right.text) * 2;
    if left.operation.is_none() && text == 0 {
        return 0;
    }
    let values = |record: &StatementRecord| {
        record
            .parameters
            .iter()
            .map(|p| p.value.clone())
            .collect::<Vec<_>>()
    };
    1 + text + u32::from(values(left) == values(right)) * 2
}

/// Beyond this many pairs (an import that asks for each user's entitlements) they are taken in order.
const MOST_PAIRS: usize = 250_000;

/// Which statement belongs to which, both in order: the pairing of the greatest likeness.
fn align(left: &[Ran<'_>], right: &[Ran<'_>]) -> Vec<(Option<usize>, Option<usize>)> {
    let (n, m) = (left.len(), right.len());
    if n * m > MOST_PAIRS {
        return (0..n.max(m))
            .map(|at| ((at < n).then_some(at), (at < m).then_some(at)))
            .collect();
    }
    // best[l][r]: the greatest sum for what is left of both from l and r on.
    let mut best = vec![vec![0_u32; m + 1]; n + 1];
    for l in (0..n).rev() {
        for r in (0..m).rev() {
            let like = likeness(&left[l], &right[r]);
            let together = if like > 0 {
                like + best[l + 1][r + 1]
            } else {
                0
            };
            best[l][r] = together.max(best[l + 1][r]).max(best[l][r + 1]);
        }
    }
    let (mut l, mut r) = (0, 0);
    let mut pairs = Vec::with_capacity(n.max(m));
    while l < n || r < m {
        let like = if l < n && r < m {
            likeness(&left[l], &right[r])
        } else {
            0
        };
        if like > 0 && best[l][r] == like + best[l + 1][r + 1] {
            pairs.push((Some(l), Some(r)));
            (l, r) = (l + 1, r + 1);
        } else if r == m || (l < n && best[l][r] == best[l + 1][r]) {
            pairs.push((Some(l), None));
            l += 1;
        } else {
            pairs.push((None, Some(r)));
            r += 1;
        }
    }
    pairs
}

fn pair(left: Option<&Ran<'_>>, right: Option<&Ran<'_>>) -> ComparedStatement {
    let same_text = match (left, right) {
        (Some(left), Some(right)) => left.record.text == right.record.text,
        _ => false,
    };
    let parameters = zipped(left.map(parameters), right.map(parameters));
    let outcome = zipped(left.map(outcome), right.map(outcome));
    let sets = sets(left.map(|ran| ran.record), right.map(|ran| ran.record));
    let differs = !same_text
        || parameters
            .iter()
            .chain(&outcome)
            .any(|line| line.likeness.differs())
        || sets.iter().any(ComparedRows::differs);
    ComparedStatement {
        likeness: match (left, right) {
            (Some(_), None) => Likeness::Left,
            (None, Some(_)) => Likeness::Right,
            _ if differs => Likeness::Changed,
            _ => Likeness::Same,
        },
        left: left.map(side),
        right: right.map(side),
        same_text,
        parameters,
        outcome,
        sets,
    }
}

fn side(ran: &Ran<'_>) -> ComparedSide {
    ComparedSide {
        number: ran.number,
        operation: ran.record.operation,
        text: ran.record.text.clone(),
        duration_us: ran.step.duration_us,
        affected: ran.record.affected,
        problem: ran.record.problem.clone(),
    }
}

type Named = (String, Json);

fn parameters(ran: &Ran<'_>) -> Vec<Named> {
    let parameters = ran.record.parameters.iter();
    parameters
        .map(|p| (format!("{} {}", p.position, p.name), p.value.clone()))
        .collect()
}

/// What a statement gave beside rows.
fn outcome(ran: &Ran<'_>) -> Vec<Named> {
    let record = ran.record;
    let mut named = Vec::new();
    let mut say = |name: &str, value: Json| named.push((name.to_owned(), value));
    if let Some(affected) = record.affected {
        say("rows changed", affected.into());
    }
    for out in &record.outs {
        say(&out.name, out.value.clone());
    }
    if let Some(returned) = &record.returned {
        say("returned", returned.clone());
    }
    for message in &record.messages {
        say("message", message.text.as_str().into());
    }
    if let Some(problem) = &record.problem {
        say("error", problem.message.as_str().into());
    }
    named
}

fn zipped(left: Option<Vec<Named>>, right: Option<Vec<Named>>) -> Vec<ComparedLine> {
    let mut rest = right.unwrap_or_default();
    let mut lines = Vec::new();
    for (name, value) in left.unwrap_or_default() {
        let other = rest
            .iter()
            .position(|(other, _)| other.eq_ignore_ascii_case(&name));
        let other = other.map(|position| rest.remove(position).1);
        lines.push(ComparedLine::new(name, Some(value), other));
    }
    lines.extend(
        rest.into_iter()
            .map(|(name, value)| ComparedLine::new(name, None, Some(value))),
    );
    lines
}

fn sets(left: Option<&StatementRecord>, right: Option<&StatementRecord>) -> Vec<ComparedRows> {
    let (left, right) = (
        left.map(sets_of).unwrap_or_default(),
        right.map(sets_of).unwrap_or_default(),
    );
    (0..left.len().max(right.len()))
        .map(|at| rows::compare(left.get(at), right.get(at)))
        .collect()
}

/// All result sets of a statement; the first one stands in the record itself.
fn sets_of(record: &StatementRecord) -> Vec<SetRecord> {
    let first = SetRecord {
        columns: record.columns.clone(),
        rows: record.rows,
        sample: record.sample.clone(),
        truncated: record.sample_truncated,
    };
    let first = (!record.columns.is_empty()).then_some(first);
    first
        .into_iter()
        .chain(record.further.iter().cloned())
        .collect()
}
