//! What may stand at the caret of a filter: words of the language, and values that the store knows.

use serde::{Deserialize, Serialize};
use sluice_core::exchange::Action;
use ts_rs::TS;

use super::tokens::{What, tokens};
use super::vocabulary::{Values, WORDS, Word, word_of};
use super::{Filter, Part, Piece, Problem};

/// How many choices are given at most.
pub(crate) const MOST: usize = 12;
/// How many values of one kind stand among others.
const SOME: usize = 4;

/// What an administrator can ask for by `op:`.
const OPERATIONS: &[Action] = &[
    Action::CreateUser,
    Action::ReplaceUser,
    Action::PatchUser,
    Action::ActivateUser,
    Action::DeactivateUser,
    Action::DeleteUser,
    Action::ListUsers,
    Action::LookUpUser,
    Action::SearchUsers,
    Action::GetUser,
    Action::ListEntitlements,
    Action::GetEntitlement,
    Action::ListGroups,
    Action::Discover,
    Action::Status,
    Action::Refused,
    Action::Unknown,
];

/// A filter as it is being typed: how it reads, and what may come next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "FilterCompletion")]
pub struct Completion {
    /// What a choice replaces, in UTF-16 units.
    pub from: usize,
    pub to: usize,
    pub choices: Vec<Choice>,
    pub parts: Vec<Part>,
    pub pieces: Vec<Piece>,
    pub problems: Vec<Problem>,
}

/// Something that may stand at the caret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "FilterChoice")]
pub struct Choice {
    /// What is put in.
    pub text: String,
    /// What it means, in a few words.
    pub help: String,
    /// Whether the condition is whole with it; otherwise its value comes next.
    pub whole: bool,
}

/// What is being typed at a caret.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    from: usize,
    to: usize,
    /// The word before the caret, with how it was spelled.
    word: Option<(&'static str, Values)>,
    /// What is typed of it so far, in lower case.
    pub typed: String,
}

/// Values to be looked up in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Applications,
    Users,
    Files,
}

impl Place {
    /// The place of a caret, which is counted in UTF-16 units.
    pub fn at(text: &str, caret: usize) -> Self {
        let token = tokens(text)
            .into_iter()
            .find(|token| token.span.from < caret && caret <= token.span.to);
        let Some(token) = token else {
            return Self::empty(caret);
        };
        // "not" and "or" may be the beginning of a longer word, such as note:.
        let raw = &text[token.span.bytes.0..token.span.bytes.1];
        let (open, typed) = match &token.what {
            What::Word(word) => (word.open().to_owned(), word.text.to_lowercase()),
            What::Not | What::Or | What::And if raw != "-" => {
                (raw.to_lowercase(), raw.to_lowercase())
            }
            _ => return Self::empty(caret),
        };
        let Some((word, key)) = word_of(&open) else {
            return Self {
                from: token.span.from,
                to: token.span.to,
                word: None,
                typed,
            };
        };
        Self {
            from: token.span.from + key,
            to: token.span.to,
            word: Some((word.written, word.values)),
            typed: typed[key..].to_owned(),
        }
    }

    fn empty(caret: usize) -> Self {
        Self {
            from: caret,
            to: caret,
            word: None,
            typed: String::new(),
        }
    }

    /// What the store must be asked for.
    pub fn asks(&self) -> &'static [Ask] {
        match self.word {
            Some((_, Values::Applications)) => &[Ask::Applications],
            Some((_, Values::Users)) => &[Ask::Users],
            Some((_, Values::Files)) => &[Ask::Files],
            Some(_) => &[],
            None if self.typed.is_empty() => &[],
            None => &[Ask::Applications, Ask::Users],
        }
    }

    /// The choices, with what the store knows of each kind.
    pub fn choices(&self, known: &[(Ask, Vec<(String, u64)>)]) -> Vec<Choice> {
        let mut choices = Vec::new();
        if let Some((_, values)) = self.word {
            choices.extend(fixed(values, &self.typed, ""));
            for (_, values) in known {
                choices.extend(
                    values
                        .iter()
                        .map(|(value, count)| stored("", value, *count)),
                );
            }
        } else {
            choices.extend(
                WORDS
                    .iter()
                    .filter(|word| self.begins(word))
                    .map(|word| Choice {
                        text: word.written.to_owned(),
                        help: word.help.to_owned(),
                        whole: false,
                    }),
            );
            if !self.typed.is_empty() {
                for word in WORDS {
                    choices.extend(fixed(word.values, &self.typed, word.written).take(SOME));
                }
                for (ask, values) in known {
                    let before = match ask {
                        Ask::Applications => "app:",
                        Ask::Users => "user:",
                        Ask::Files => "file:",
                    };
                    let some = values.iter().take(SOME);
                    choices.extend(some.map(|(value, count)| stored(before, value, *count)));
                }
            }
        }
        if !(self.typed.is_empty() && self.word.is_none()) {
            choices.truncate(MOST);
        }
        choices
    }

    fn begins(&self, word: &Word) -> bool {
        std::iter::once(&word.written)
            .chain(word.also)
            .any(|written| written.starts_with(&self.typed))
    }
}

/// The values of a word that are always the same, as far as they hold what was typed.
fn fixed<'a>(
    values: Values,
    typed: &'a str,
    before: &'static str,
) -> impl Iterator<Item = Choice> + 'a {
    let choice = move |value: &str, help: &str| Choice {
        text: format!("{before}{}", quoted(value)),
        help: help.to_owned(),
        whole: true,
    };
    let (words, operations): (&[(&str, &str)], &[Action]) = match values {
        Values::Words(words) => (words, &[]),
        Values::Operations => (&[], OPERATIONS),
        _ => (&[], &[]),
    };
    // Among everything else only what begins with it: a lone letter stands in too many words.
    let fits = move |text: &str| {
        let text = text.to_lowercase();
        if before.is_empty() {
            text.contains(typed)
        } else {
            typed.len() > 1 && text.starts_with(typed)
        }
    };
    let words = words
        .iter()
        .filter(move |(word, _)| fits(word))
        .map(move |(word, help)| choice(word, help));
    let operations = operations.iter().filter_map(move |action| {
        let word = crate::row::word(action);
        let title = action.title();
        (fits(&word) || fits(title)).then(|| choice(&word, title))
    });
    words.chain(operations)
}

fn stored(before: &str, value: &str, count: u64) -> Choice {
    Choice {
        text: format!("{before}{}", quoted(value)),
        help: match count {
            0 => String::new(),
            1 => "1 exchange lately".to_owned(),
            _ => format!("{count} exchanges lately"),
        },
        whole: true,
    }
}

/// A value as it must be typed.
fn quoted(value: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '(' | ')');
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('"', ""))
    }
}

impl Filter {
    /// How it reads, with the choices at a place.
    pub(crate) fn completion(&self, place: &Place, choices: Vec<Choice>) -> Completion {
        Completion {
            from: place.from,
            to: place.to,
            choices,
            parts: self.parts(),
            pieces: self.pieces().to_vec(),
            problems: self.problems().to_vec(),
        }
    }
}
