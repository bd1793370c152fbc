//! What is different between two exchanges: their requests, the statements with bound values and rows,
//! the answers.
//!
//! **Invariant:** a value that is masked on both sides is never called the same: nobody can know. Bodies
//! are compared by their structure and never by their text, as long as they are JSON.
//!
//! `json` compares bodies, `statements` finds which statement of one side belongs to which of the other,
//! `rows` does the same with rows. To compare one thing more: a field of [`Comparison`] and its count in
//! [`Comparison::same`].

mod json;
mod rows;
mod statements;

#[cfg(test)]
mod tests;

pub use rows::{ComparedColumn, ComparedRow, ComparedRows};
pub use statements::{ComparedSide, ComparedStatement};

use serde::Serialize;
use serde_json::Value as Json;
use ts_rs::TS;

use crate::exchange::{Body, Exchange, Message};
use crate::secret::MASK;

/// How the two sides of something stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    Same,
    Changed,
    /// Only on the left.
    Left,
    /// Only on the right.
    Right,
    /// Masked on both sides: whether it is the same cannot be known.
    Hidden,
}

impl Likeness {
    /// Whether a reader who wants only differences must see it.
    pub fn differs(self) -> bool {
        !matches!(self, Self::Same | Self::Hidden)
    }

    /// Of two values that are both there.
    pub(crate) fn of(left: &Json, right: &Json) -> Self {
        let masked = |value: &Json| value.as_str() == Some(MASK);
        match (masked(left), masked(right)) {
            (true, true) => Self::Hidden,
            _ if left == right => Self::Same,
            _ => Self::Changed,
        }
    }
}

/// One value of the two sides, by its name or its path in a body.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ComparedLine {
    /// `method`, `if-match`, `name.familyName`, `emails[0].value`, `Resources[id=luke].active`.
    pub path: String,
    pub likeness: Likeness,
    /// Left out where the left side has none; `null` is a JSON null.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "JsonValue")]
    pub left: Option<Json>,
    /// As `left`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "JsonValue")]
    pub right: Option<Json>,
}

impl ComparedLine {
    pub(crate) fn new(path: impl Into<String>, left: Option<Json>, right: Option<Json>) -> Self {
        Self {
            path: path.into(),
            likeness: match (&left, &right) {
                (Some(left), Some(right)) => Likeness::of(left, right),
                (Some(_), None) => Likeness::Left,
                (None, Some(_)) => Likeness::Right,
                (None, None) => Likeness::Same,
            },
            left,
            right,
        }
    }
}

/// Two bodies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
pub struct ComparedBody {
    /// Each value, in the order of the left body, what only the right one has after its neighbours.
    pub lines: Vec<ComparedLine>,
    /// How many more lines there are: those that are the same go first.
    pub omitted: usize,
    /// What a reader must know: that only the beginning was recorded, that it is no JSON.
    pub note: Option<String>,
}

/// A request or an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
pub struct ComparedMessage {
    /// Method, path and parameters of a request; the status of an answer.
    pub head: Vec<ComparedLine>,
    pub headers: Vec<ComparedLine>,
    pub body: ComparedBody,
}

impl ComparedMessage {
    /// How many lines differ.
    pub fn differences(&self) -> usize {
        let all = self
            .head
            .iter()
            .chain(&self.headers)
            .chain(&self.body.lines);
        all.filter(|line| line.likeness.differs()).count()
    }
}

/// What is different between two exchanges.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Whether nothing differs; times are not looked at.
    pub same: bool,
    /// How many lines of the requests differ.
    pub request_differences: usize,
    /// How many statements differ in text, values or what they gave, or stand on one side only.
    pub statement_differences: usize,
    /// How many lines of the answers differ.
    pub answer_differences: usize,
    pub request: ComparedMessage,
    pub statements: Vec<ComparedStatement>,
    pub answer: ComparedMessage,
}

/// Compares two exchanges. What is different at every time (the exchange's own id, dates, lengths) is not
/// looked at.
pub fn compare(left: &Exchange, right: &Exchange) -> Comparison {
    let request = ComparedMessage {
        head: request_head(left, right),
        headers: headers(&left.request, &right.request),
        body: bodies(left.request.body.as_ref(), right.request.body.as_ref()),
    };
    let answer = answers(
        (Some(left.summary.status), &left.answer),
        (Some(right.summary.status), &right.answer),
    );
    let statements = statements::compare(&left.steps, &right.steps);
    let request_differences = request.differences();
    let answer_differences = answer.differences();
    let statement_differences = statements.iter().filter(|pair| pair.differs()).count();
    Comparison {
        same: request_differences + answer_differences + statement_differences == 0,
        request_differences,
        statement_differences,
        answer_differences,
        request,
        statements,
        answer,
    }
}

/// Compares two answers by status, headers and body; a status that is `None` is that of no answer.
pub fn answers(left: (Option<u16>, &Message), right: (Option<u16>, &Message)) -> ComparedMessage {
    let status = |status: Option<u16>| status.map(Json::from);
    ComparedMessage {
        head: vec![ComparedLine::new("status", status(left.0), status(right.0))],
        headers: headers(left.1, right.1),
        body: bodies(left.1.body.as_ref(), right.1.body.as_ref()),
    }
}

/// Method, path, and each parameter of the query.
fn request_head(left: &Exchange, right: &Exchange) -> Vec<ComparedLine> {
    let text = |text: &str| Some(Json::from(text));
    let (left, right) = (&left.summary, &right.summary);
    let (left_path, left_query) = left.path.split_once('?').unwrap_or((&left.path, ""));
    let (right_path, right_query) = right.path.split_once('?').unwrap_or((&right.path, ""));
    let mut lines = vec![
        ComparedLine::new("method", text(&left.method), text(&right.method)),
        ComparedLine::new("path", text(left_path), text(right_path)),
    ];
    let pairs = |query: &str| -> Vec<(String, String)> {
        let parts = query.split('&').filter(|part| !part.is_empty());
        let split = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
        split
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    lines.extend(named(&pairs(left_query), &pairs(right_query)));
    lines
}

/// Headers that say nothing of what was asked or answered.
const NOT_COMPARED: [&str; 7] = [
    "x-sluice-exchange",
    "content-length",
    "date",
    "connection",
    "user-agent",
    "accept-encoding",
    "host",
];

fn headers(left: &Message, right: &Message) -> Vec<ComparedLine> {
    let told = |message: &Message| -> Vec<(String, String)> {
        let told = message.headers.iter();
        told.filter(|(name, _)| !NOT_COMPARED.contains(&name.as_str()))
            .map(|(name, value)| {
                // "Bearer •••" tells no more than "•••".
                let value = if value.contains(MASK) { MASK } else { value };
                (name.clone(), value.to_owned())
            })
            .collect()
    };
    named(&told(left), &told(right))
}

/// Names with values, those of a name in their order.
fn named(left: &[(String, String)], right: &[(String, String)]) -> Vec<ComparedLine> {
    let mut rest: Vec<&(String, String)> = right.iter().collect();
    let mut lines = Vec::new();
    for (name, value) in left {
        let other = rest.iter().position(|(other, _)| other == name);
        let other = other.map(|position| Json::from(rest.remove(position).1.as_str()));
        lines.push(ComparedLine::new(name, Some(value.as_str().into()), other));
    }
    let only_right = rest.into_iter();
    lines.extend(
        only_right.map(|(name, value)| ComparedLine::new(name, None, Some(value.as_str().into()))),
    );
    lines
}

/// How many lines of a body are told; a person reads no more.
const MOST: usize = 2_000;

fn bodies(left: Option<&Body>, right: Option<&Body>) -> ComparedBody {
    let text = |body: Option<&Body>| {
        body.map(|body| body.text.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let cut = |body: Option<&Body>| body.is_some_and(|body| body.truncated);
    let (left_text, right_text) = (text(left), text(right));
    let cut = (cut(left), cut(right));
    let (Ok(left_json), Ok(right_json)) = (
        json::read(&left_text, cut.0),
        json::read(&right_text, cut.1),
    ) else {
        let there = |text: String| (!text.is_empty()).then(|| Json::from(text));
        return ComparedBody {
            lines: vec![ComparedLine::new("", there(left_text), there(right_text))],
            omitted: 0,
            note: Some("It is not JSON on both sides, so it is compared as a text.".to_owned()),
        };
    };
    let mut lines = Vec::new();
    json::compare(left_json, right_json, cut.0 || cut.1, &mut lines);
    let all = lines.len();
    if all > MOST {
        let mut room =
            MOST.saturating_sub(lines.iter().filter(|line| line.likeness.differs()).count());
        lines.retain(|line| {
            let keep = line.likeness.differs() || room > 0;
            if !line.likeness.differs() {
                room = room.saturating_sub(1);
            }
            keep
        });
        lines.truncate(MOST);
    }
    ComparedBody {
        omitted: all - lines.len(),
        lines,
        note: match cut {
            (false, false) => None,
            (true, true) => {
                Some("Only the beginning of both was recorded, and is compared.".to_owned())
            }
            _ => Some(
                "Only the beginning of one was recorded; as much of both is compared.".to_owned(),
            ),
        },
    }
}
