//! Tokens as conditions.

use super::term::{self, Read};
use super::tokens::{Token, What, Word, tokens};
use super::{Filter, Node, Now, Parsed, Piece, PieceKind, Problem, Span};

/// How deep brackets may stand in each other.
const DEEPEST: usize = 16;
/// How many terms are read; SQLite bounds the depth of an expression at 1000.
pub(super) const MOST: usize = 100;

/// Reads tokens from left to right; what it cannot read it notes and passes over.
pub(super) struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    terms: usize,
    now: &'a Now,
    pieces: Vec<Piece>,
    problems: Vec<Problem>,
}

/// What was read of a condition.
struct One {
    span: Span,
    bare: Span,
    negated: bool,
    node: Option<Node>,
    bracketed: bool,
}

impl<'a> Reader<'a> {
    /// Reads a whole filter.
    pub fn read(text: &str, now: &'a Now) -> Filter {
        let mut reader = Self {
            tokens: tokens(text),
            at: 0,
            depth: 0,
            terms: 0,
            now,
            pieces: Vec::new(),
            problems: Vec::new(),
        };
        let parts = reader.conditions();
        Filter {
            text: text.to_owned(),
            parts,
            pieces: reader.pieces,
            problems: reader.problems,
        }
    }

    fn next_is(&self, what: fn(&What) -> bool) -> bool {
        self.tokens
            .get(self.at)
            .is_some_and(|token| what(&token.what))
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    fn piece(&mut self, span: Span, kind: PieceKind) {
        if span.from < span.to {
            self.pieces.push(Piece {
                from: span.from,
                to: span.to,
                kind,
            });
        }
    }

    fn problem(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem {
            from: span.from,
            to: span.to,
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Conditions up to the end, or up to the bracket that closes them.
    fn conditions(&mut self) -> Vec<Parsed> {
        let mut parts = Vec::new();
        while self.at < self.tokens.len() {
            if self.next_is(|what| *what == What::Close) {
                if self.depth > 0 {
                    break;
                }
                if let Some(token) = self.take() {
                    self.piece(token.span, PieceKind::Bad);
                    self.problem(
                        token.span,
                        "This bracket closes nothing.",
                        "Remove it, or put it in quotes to look for it.",
                    );
                }
                continue;
            }
            if self.next_is(|what| *what == What::And) {
                if let Some(token) = self.take() {
                    self.piece(token.span, PieceKind::Join);
                }
                continue;
            }
            parts.extend(self.either());
        }
        parts
    }

    /// A condition, or several with `or` between them.
    fn either(&mut self) -> Option<Parsed> {
        if self.next_is(|what| *what == What::Or) {
            let token = self.take()?;
            self.piece(token.span, PieceKind::Bad);
            self.problem(
                token.span,
                "“or” needs a condition before it.",
                "Put it between two conditions, or in quotes to look for the word.",
            );
            return None;
        }
        let first = self.one()?;
        let mut span = first.span;
        let mut alternatives: Vec<Node> = Vec::new();
        let mut several = false;
        let (bare, negated, bracketed) = (first.bare, first.negated, first.bracketed);
        alternatives.extend(first.node.clone());
        while self.next_is(|what| *what == What::Or) {
            let or = self.take()?;
            self.piece(or.span, PieceKind::Join);
            span = span.until(or.span);
            if self.next_is(|what| matches!(what, What::Or | What::And | What::Close)) {
                self.problem(
                    or.span,
                    "“or” needs a condition after it.",
                    "Put it between two conditions, or in quotes to look for the word.",
                );
                continue;
            }
            // Half-typed at the end: it says nothing yet.
            let Some(next) = self.one() else { continue };
            span = span.until(next.span);
            if let Some(node) = next.node {
                several = !alternatives.is_empty();
                alternatives.push(node);
            }
        }
        if several {
            return Some(Parsed {
                span,
                bare: span,
                negated: false,
                node: Some(Node::Any(alternatives)),
                group: true,
            });
        }
        Some(Parsed {
            span,
            bare: if span == first.span { bare } else { span },
            negated: negated && span == first.span,
            node: alternatives.pop(),
            group: span != first.span && !bracketed,
        })
    }

    /// A term or a group, with what excludes it.
    fn one(&mut self) -> Option<One> {
        let mut negated = false;
        let mut begin: Option<Span> = None;
        while self.next_is(|what| *what == What::Not) {
            let token = self.take()?;
            self.piece(token.span, PieceKind::Not);
            begin.get_or_insert(token.span);
            negated = !negated;
        }
        let Some(token) = self.tokens.get(self.at).cloned() else {
            // "not" and nothing after it: being typed.
            return begin.map(|span| One {
                span,
                bare: span,
                negated,
                node: None,
                bracketed: false,
            });
        };
        let (bare, node, bracketed) = match &token.what {
            What::Close | What::Or | What::And | What::Not => {
                let span = begin?;
                self.problem(
                    span,
                    "“not” needs a condition after it.",
                    "Put it before a condition, or in quotes to look for the word.",
                );
                return Some(One {
                    span,
                    bare: span,
                    negated,
                    node: None,
                    bracketed: false,
                });
            }
            What::Open => {
                let (span, node) = self.group(token.span);
                (span, node, true)
            }
            What::Word(word) => {
                self.at += 1;
                (token.span, self.term(&token, word), false)
            }
        };
        let span = begin.map_or(bare, |begin| begin.until(bare));
        let node = node.map(|node| {
            if negated {
                Node::Not(Box::new(node))
            } else {
                node
            }
        });
        Some(One {
            span,
            bare,
            negated,
            node,
            bracketed,
        })
    }

    fn group(&mut self, open: Span) -> (Span, Option<Node>) {
        self.at += 1;
        self.piece(open, PieceKind::Join);
        self.depth += 1;
        let mut span = open;
        let nodes: Vec<Node> = if self.depth > DEEPEST {
            self.problem(
                open,
                format!("Brackets stand in each other more than {DEEPEST} deep."),
                "Remove some of them.",
            );
            // Passed over without going deeper.
            let mut depth = 1_usize;
            while let Some(token) = self.tokens.get(self.at) {
                match token.what {
                    What::Open => depth += 1,
                    What::Close => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                self.at += 1;
            }
            Vec::new()
        } else {
            let parts = self.conditions();
            if let Some(last) = parts.last() {
                span = span.until(last.span);
            }
            parts.into_iter().filter_map(|part| part.node).collect()
        };
        self.depth -= 1;
        if self.next_is(|what| *what == What::Close)
            && let Some(close) = self.take()
        {
            self.piece(close.span, PieceKind::Join);
            span = span.until(close.span);
        }
        let mut nodes = nodes;
        let node = match nodes.len() {
            0 => None,
            1 => nodes.pop(),
            _ => Some(Node::All(nodes)),
        };
        (span, node)
    }

    fn term(&mut self, token: &Token, word: &Word) -> Option<Node> {
        self.terms += 1;
        if self.terms > MOST {
            if self.terms == MOST + 1 {
                self.problem(token.span, format!("A filter has at most {MOST} conditions; this one and those after it take no part."), "Remove some of them.");
            }
            self.piece(token.span, PieceKind::Bad);
            return None;
        }
        let read = term::read(word, self.now);
        let (head, tail) = token.split(read.key);
        match read.read {
            Ok(found) => {
                if read.key > 0 {
                    self.piece(head, PieceKind::Word);
                    self.piece(tail, PieceKind::Value);
                } else {
                    self.piece(token.span, PieceKind::Text);
                }
                match found {
                    Read::Term(term) => Some(Node::Term(term)),
                    Read::Unfinished => None,
                }
            }
            Err(wrong) => {
                self.piece(token.span, PieceKind::Bad);
                self.problem(token.span, wrong.message, wrong.hint);
                None
            }
        }
    }
}
