//! The filter of the Traffic list: what an administrator types, as conditions with bound values.
//!
//! Words stand one after the other and all of them must hold. `or` joins its two neighbours, tighter
//! than the blank does; brackets group; `not` and `-` exclude. What cannot be read is a [`Problem`] with
//! its place and takes no part: a filter that is being typed never empties the list, and nothing is
//! looked for in silence as something else than what was meant.
//!
//! **Invariant:** a filter meets SQL as bound parameters only, and no text makes it fail: depth and number
//! of its terms are bounded.
//!
//! To add a word: a line in `vocabulary::WORDS`, its reading and its words in `term.rs`, its condition in
//! `condition.rs`, a case in both tests.

mod complete;
mod condition;
mod reader;
mod term;
mod tokens;
mod vocabulary;
mod when;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub(crate) use complete::{Ask, Place};
pub use complete::{Choice, Completion};
pub use when::Now;

use reader::Reader;
use term::Term;

/// A filter that was read.
#[derive(Debug)]
pub struct Filter {
    text: String,
    parts: Vec<Parsed>,
    pieces: Vec<Piece>,
    problems: Vec<Problem>,
}

/// One of the conditions that must all hold.
#[derive(Debug)]
struct Parsed {
    span: Span,
    /// The same without what excludes it.
    bare: Span,
    negated: bool,
    /// `None` where it says nothing yet, or cannot be read.
    node: Option<Node>,
    /// Whether its bare text must be bracketed to be excluded as a whole.
    group: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Term(Term),
    Not(Box<Node>),
    Any(Vec<Node>),
    All(Vec<Node>),
}

/// A stretch of the text, in UTF-16 units as a browser counts them, and in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Span {
    from: usize,
    to: usize,
    bytes: (usize, usize),
}

impl Span {
    fn until(self, end: Self) -> Self {
        Self {
            from: self.from,
            to: end.to,
            bytes: (self.bytes.0, end.bytes.1),
        }
    }
}

/// Something in a filter that cannot be read. It takes no part in what is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "FilterProblem")]
pub struct Problem {
    /// Where it begins, in UTF-16 units.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    pub message: String,
    pub hint: String,
}

/// What a stretch of a filter is, for its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "FilterPieceKind")]
pub enum PieceKind {
    /// `not`, `-`.
    Not,
    /// `or` and brackets.
    Join,
    /// `app:`, `ms>`.
    Word,
    /// What stands after a word.
    Value,
    /// What is looked for as it stands.
    Text,
    /// What cannot be read.
    Bad,
}

/// A stretch of a filter, in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "FilterPiece")]
pub struct Piece {
    pub from: usize,
    pub to: usize,
    pub kind: PieceKind,
}

/// One of the conditions of a filter, as a reader is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "FilterPart")]
pub struct Part {
    pub from: usize,
    pub to: usize,
    pub negated: bool,
    /// In plain words, without what excludes it: "Status 4xx".
    pub says: String,
    /// The whole filter without this condition.
    pub without: String,
    /// The whole filter with this condition excluded, or no longer excluded.
    pub toggled: String,
}

impl Filter {
    /// Reads a filter. `now` is what "today" and "the last hour" count from.
    pub fn parse(text: &str, now: &Now) -> Self {
        Reader::read(text, now)
    }

    /// Whether it excludes nothing.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.node.is_none())
    }

    /// What cannot be read, in its order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What it is made of, for its colours.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Its conditions, in plain words.
    pub fn parts(&self) -> Vec<Part> {
        let parts = self.parts.iter();
        parts
            .filter_map(|part| {
                let bare = &self.text[part.bare.bytes.0..part.bare.bytes.1];
                let other = match (part.negated, part.group) {
                    (true, _) => bare.to_owned(),
                    (false, true) => format!("-({bare})"),
                    (false, false) => format!("-{bare}"),
                };
                let says = match part.node.as_ref()? {
                    Node::Not(inner) if part.negated => inner.says(),
                    node => node.says(),
                };
                Some(Part {
                    from: part.span.from,
                    to: part.span.to,
                    negated: part.negated,
                    says,
                    without: self.replaced(part.span, ""),
                    toggled: self.replaced(part.span, &other),
                })
            })
            .collect()
    }

    fn replaced(&self, span: Span, with: &str) -> String {
        let before = self.text[..span.bytes.0].trim_end();
        let after = self.text[span.bytes.1..].trim_start();
        [before, with, after]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether it asks for exchanges of files; otherwise they are not listed.
    pub(crate) fn names_imports(&self) -> bool {
        self.any(&|term| matches!(term, Term::Imported | Term::File(_)))
    }

    /// Whether it looks into requests, answers and statements, so that each exchange must be read whole.
    pub(crate) fn is_deep(&self) -> bool {
        self.any(&Term::is_deep)
    }

    fn any(&self, is: &dyn Fn(&Term) -> bool) -> bool {
        let nodes = self.parts.iter().filter_map(|part| part.node.as_ref());
        nodes.into_iter().any(|node| node.any(is))
    }
}

impl Node {
    fn says(&self) -> String {
        match self {
            Self::Term(term) => term.says(),
            Self::Not(inner) => format!("not {}", inner.says()),
            Self::Any(nodes) => joined(nodes, " or "),
            Self::All(nodes) => format!("({})", joined(nodes, " and ")),
        }
    }

    fn any(&self, is: &dyn Fn(&Term) -> bool) -> bool {
        match self {
            Self::Term(term) => is(term),
            Self::Not(inner) => inner.any(is),
            Self::Any(nodes) | Self::All(nodes) => nodes.iter().any(|node| node.any(is)),
        }
    }
}

fn joined(nodes: &[Node], with: &str) -> String {
    nodes.iter().map(Node::says).collect::<Vec<_>>().join(with)
}

#[cfg(test)]
mod tests;
