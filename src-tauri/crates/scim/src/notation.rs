//! The notation of filters and paths (RFC 7644 §3.4.2.2 and §3.5.2) as a tree.
//!
//! The `scim_v2` crate parses; this module makes one tree of its two (outside and inside of
//! brackets) and admits three spellings that it refuses: `not(` without a space, which the RFC's ABNF
//! writes; `eq"x"` without a space, which the RFC's own example of a removal has; `$` in names
//! (`$ref`, columns), which RFC 7643 §2.1 allows.
//!
//! **Invariant:** what [`Node`] prints is read as the same [`Node`].

use std::fmt;
use std::str::FromStr as _;

use scim_v2::filter as grammar;
pub(crate) use scim_v2::filter::{CompValue, CompareOp};

/// A filter, or the part of one inside brackets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Present(Name),
    Compare(Name, CompareOp, CompValue),
    /// `name[…]`: the rest is said of one and the same element.
    Element(Name, Box<Node>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
}

/// `[URN:]name[.sub]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub uri: Option<String>,
    pub attribute: String,
    pub sub: Option<String>,
}

/// A path of PATCH: an attribute, or elements of it and what of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub name: Name,
    /// Which elements, and the sub-attribute after the brackets.
    pub elements: Option<(Node, Option<String>)>,
}

/// Where and why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Position of the character, from 1; `None` where the whole is meant.
    pub at: Option<usize>,
    /// A clause that ends a sentence.
    pub why: String,
}

/// What stands for `$` while the text is parsed. Not a name anybody gives to an attribute.
const DOLLAR: &str = "x--dollar--x";

/// Reads a filter.
pub(crate) fn filter(text: &str) -> Result<Node, Unreadable> {
    let spelled = Spelled::of(text);
    grammar::Filter::from_str(&spelled.text)
        .map(node)
        .map_err(|error| spelled.explain(&error))
}

/// Reads a path of PATCH.
pub(crate) fn path(text: &str) -> Result<Target, Unreadable> {
    let spelled = Spelled::of(text);
    match grammar::PatchPath::from_str(&spelled.text).map_err(|error| spelled.explain(&error))? {
        grammar::PatchPath::Attr(path) => Ok(Target {
            name: path.into(),
            elements: None,
        }),
        grammar::PatchPath::Value(path) => Ok(Target {
            name: path.attr.into(),
            elements: Some((inner(path.filter), path.sub_attr.map(restore))),
        }),
    }
}

/// A text in the spelling that the grammar reads.
struct Spelled<'t> {
    original: &'t str,
    text: String,
    /// For each byte of `text` the position, from 0, of its character in `original`.
    origins: Vec<usize>,
}

impl<'t> Spelled<'t> {
    fn of(original: &'t str) -> Self {
        let mut spelled = Self {
            original,
            text: String::with_capacity(original.len()),
            origins: Vec::with_capacity(original.len()),
        };
        let mut quoted = false;
        let mut escaped = false;
        let first = original.len() - original.trim_start().len();
        let start = original[..first].chars().count();
        for (position, c) in original.trim().chars().enumerate() {
            let position = start + position;
            if quoted {
                spelled.push(position, c);
                quoted = c != '"' || escaped;
                escaped = c == '\\' && !escaped;
                continue;
            }
            let written = spelled.text.as_str();
            match c {
                '"' => {
                    if written.ends_with(|c: char| c.is_ascii_alphabetic()) {
                        spelled.push(position, ' ');
                    }
                    quoted = true;
                    spelled.push(position, c);
                }
                '(' => {
                    if ends_with_not(written) {
                        spelled.push(position, ' ');
                    }
                    spelled.push(position, c);
                }
                '$' => DOLLAR.chars().for_each(|c| spelled.push(position, c)),
                c => spelled.push(position, c),
            }
        }
        spelled
    }

    fn push(&mut self, position: usize, c: char) {
        self.text.push(c);
        self.origins.resize(self.text.len(), position);
    }

    fn explain(&self, error: &grammar::ParseError) -> Unreadable {
        use grammar::ParseError as Error;
        let at = |offset: usize| self.origins.get(offset).map(|position| position + 1);
        match error {
            Error::InvalidToken { location } => Unreadable {
                at: at(*location),
                why: self.unknown(*location, &[]),
            },
            Error::UnrecognizedEof { .. } => Unreadable {
                at: None,
                why: "it ends too early".to_owned(),
            },
            Error::UnrecognizedToken { token, expected } => Unreadable {
                at: at(token.0),
                why: self.unknown(token.0, expected),
            },
            Error::ExtraToken { token } => Unreadable {
                at: at(token.0),
                why: self.unknown(token.0, &[]),
            },
            Error::User { error } => Unreadable {
                at: None,
                why: restore(match error {
                    grammar::FilterActionError::InvalidCompValue(_) => {
                        "a value is not written as JSON writes it, or is a number beyond all bounds"
                            .to_owned()
                    }
                    grammar::FilterActionError::DepthExceeded(_) => format!(
                        "it is nested more than {} levels deep",
                        grammar::MAX_FILTER_DEPTH
                    ),
                    grammar::FilterActionError::TooManyTerms(_) => {
                        format!("it has more than {} comparisons", grammar::MAX_FILTER_TERMS)
                    }
                    grammar::FilterActionError::InvalidAttrPath(path) => {
                        format!("{path} has more than one dot after the attribute")
                    }
                    grammar::FilterActionError::InvalidAttrName(path) => {
                        format!("{path} is no attribute's name")
                    }
                    _ => "it is not well formed".to_owned(),
                }),
            },
        }
    }

    /// What is wrong with the word that begins at this byte of the spelled text, where the grammar
    /// expected these tokens.
    fn unknown(&self, offset: usize, expected: &[String]) -> String {
        let expects = |token: &str| expected.iter().any(|one| one.contains(token));
        let start = self.origins.get(offset).copied().unwrap_or_default();
        let rest: String = self.original.chars().skip(start).collect();
        let word = rest.trim_start();
        let end = word
            .find(|c: char| c.is_whitespace() || "()[]\"".contains(c))
            .unwrap_or(word.len());
        match word.chars().next() {
            None => "it ends too early".to_owned(),
            Some('\'') => "texts stand in double quotes".to_owned(),
            Some('"') if word.matches('"').count() < 2 => "a double quote is missing".to_owned(),
            Some(first) if end == 0 => format!("{first} cannot stand there"),
            Some(_) => {
                let (word, after) = (&word[..end], word[end..].trim());
                let operators = [
                    "and", "or", "not", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le",
                ];
                let is_operator = operators.iter().any(|own| own.eq_ignore_ascii_case(word));
                let shown = shortened(word);
                if is_operator && after.is_empty() {
                    format!("it ends too early, after {shown}")
                } else if expects("\"eq\"") {
                    format!("there is no operator \"{shown}\"")
                } else if expects("\"null\"") {
                    format!("\"{shown}\" is no value, because texts stand in double quotes")
                } else if expects("\"and\"") {
                    format!("\"{shown}\" cannot stand there, only and, or, or the end")
                } else {
                    format!("\"{shown}\" cannot stand there")
                }
            }
        }
    }
}

/// The first characters of a word, for a message.
pub(crate) fn shortened(word: &str) -> String {
    const MOST: usize = 40;
    if word.chars().count() <= MOST {
        return word.to_owned();
    }
    word.chars().take(MOST).chain(['…']).collect()
}

/// Whether the last word is the operator `not`.
fn ends_with_not(text: &str) -> bool {
    let Some(start) = text.len().checked_sub(3) else {
        return false;
    };
    text.is_char_boundary(start)
        && text[start..].eq_ignore_ascii_case("not")
        && !text[..start]
            .ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
}

fn restore(name: String) -> String {
    if name.contains(DOLLAR) {
        name.replace(DOLLAR, "$")
    } else {
        name
    }
}

fn node(filter: grammar::Filter) -> Node {
    use grammar::Filter as F;
    let all = |items: grammar::Operands<F>| items.into_vec().into_iter().map(node).collect();
    match filter {
        F::Attr(expression) => leaf(expression),
        F::ValuePath(path) => Node::Element(path.attr.into(), Box::new(inner(*path.filter))),
        F::Not(negated) => Node::Not(Box::new(node(*negated))),
        F::And(items) => Node::And(all(items)),
        F::Or(items) => Node::Or(all(items)),
    }
}

fn inner(filter: grammar::ValFilter) -> Node {
    use grammar::ValFilter as F;
    let all = |items: grammar::Operands<F>| items.into_vec().into_iter().map(inner).collect();
    match filter {
        F::Attr(expression) => leaf(expression),
        F::Not(negated) => Node::Not(Box::new(inner(*negated))),
        F::And(items) => Node::And(all(items)),
        F::Or(items) => Node::Or(all(items)),
    }
}

fn leaf(expression: grammar::AttrExp) -> Node {
    match expression {
        grammar::AttrExp::Present(path) => Node::Present(path.into()),
        grammar::AttrExp::Comparison(path, op, value) => Node::Compare(path.into(), op, value),
    }
}

impl From<grammar::AttrPath> for Name {
    fn from(path: grammar::AttrPath) -> Self {
        Self {
            uri: path.uri.map(restore),
            attribute: restore(path.name),
            sub: path.sub_attr.map(restore),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(uri) = &self.uri {
            write!(f, "{uri}:")?;
        }
        f.write_str(&self.attribute)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, nodes: &[Node], word: &str| {
            for (position, node) in nodes.iter().enumerate() {
                if position > 0 {
                    write!(f, " {word} ")?;
                }
                match (word, node) {
                    ("and", Node::Or(_)) => write!(f, "({node})")?,
                    _ => write!(f, "{node}")?,
                }
            }
            Ok(())
        };
        match self {
            Node::Present(name) => write!(f, "{name} pr"),
            Node::Compare(name, op, value) => write!(f, "{name} {op} {value}"),
            Node::Element(name, inner) => write!(f, "{name}[{inner}]"),
            Node::Not(inner) => write!(f, "not ({inner})"),
            Node::And(nodes) => joined(f, nodes, "and"),
            Node::Or(nodes) => joined(f, nodes, "or"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        match &self.elements {
            None => Ok(()),
            Some((filter, None)) => write!(f, "[{filter}]"),
            Some((filter, Some(sub))) => write!(f, "[{filter}].{sub}"),
        }
    }
}
