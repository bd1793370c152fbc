//! A single condition: how it is read, and how a reader is told of it.

use super::Now;
use super::tokens::Word;
use super::vocabulary::{COLOURS, Key, PROPERTIES, unknown_word, word_of};
use super::when;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    /// Anywhere in a line of the list, in lower case.
    Text(String),
    Application(String),
    Operation(String),
    User(String),
    /// From, to, both included.
    Status(i64, i64),
    Outcome(&'static str),
    /// Microseconds.
    Longer(i64),
    Shorter(i64),
    /// In a body, as typed.
    Body(String),
    /// In a statement or a bound value, as typed.
    Sql(String),
    Pinned,
    Noted,
    Coloured,
    Imported,
    Colour(&'static str),
    Note(String),
    /// Milliseconds since 1970, and the same in words.
    From(i64, String),
    Until(i64, String),
    /// Milliseconds since 1970, and the length that was asked for.
    Last(i64, String),
    Method(String),
    Path(String),
    File(String),
}

/// What a word says.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    Term(Term),
    /// A word with nothing after it yet: half-typed, so it excludes nothing.
    Unfinished,
}

/// A word, and how many bytes of it are the word of the filter.
pub(super) struct Reading {
    pub key: usize,
    pub read: Result<Read, Wrong>,
}

/// Why a word cannot be read, and what to do.
#[derive(Debug, PartialEq)]
pub(super) struct Wrong {
    pub message: String,
    pub hint: String,
}

fn wrong(message: impl Into<String>, hint: impl Into<String>) -> Wrong {
    Wrong {
        message: message.into(),
        hint: hint.into(),
    }
}

/// Reads a word.
pub(super) fn read(word: &Word, now: &Now) -> Reading {
    let open = word.open();
    let Some((known, key)) = word_of(open) else {
        let read = match unknown_word(open) {
            Some(unknown) => Err(wrong(
                format!("The filter has no word “{unknown}”."),
                "Type a part of it to see the words there are, or put it in quotes to look for it as it stands.",
            )),
            None if word.text.is_empty() => Ok(Read::Unfinished),
            None => Ok(Read::Term(Term::Text(word.text.to_lowercase()))),
        };
        return Reading { key: 0, read };
    };
    let value = &word.text[key..];
    let read = if value.is_empty() {
        Ok(Read::Unfinished)
    } else {
        value_of(known.key, value, now).map(Read::Term)
    };
    Reading { key, read }
}

fn value_of(key: Key, value: &str, now: &Now) -> Result<Term, Wrong> {
    let lower = value.to_lowercase();
    Ok(match key {
        Key::Application => Term::Application(lower),
        Key::Operation => Term::Operation(lower),
        Key::User => Term::User(lower),
        Key::Note => Term::Note(lower),
        Key::Path => Term::Path(lower),
        Key::File => Term::File(lower),
        Key::Body => Term::Body(searched(value)?),
        Key::Sql => Term::Sql(searched(value)?),
        Key::Status => status(&lower).ok_or_else(|| {
            wrong(
                format!("“{value}” is no status."),
                "Give a number such as 404, a class such as 4xx, or failed, ok, refused.",
            )
        })?,
        Key::Slower => Term::Longer(duration(value)?),
        Key::Faster => Term::Shorter(duration(value)?),
        Key::Is => property(&lower)?,
        Key::Colour => COLOURS
            .iter()
            .find(|(word, _)| *word == lower)
            .map(|(word, _)| Term::Colour(word))
            .ok_or_else(|| wrong(format!("There is no colour “{value}”."), list(COLOURS)))?,
        Key::After => {
            let at = moment(value, now)?;
            Term::From(at, now.says(at))
        }
        Key::Before => {
            let at = moment(value, now)?;
            Term::Until(at, now.says(at))
        }
        Key::Last => {
            let length = when::span(&lower).ok_or_else(|| {
                wrong(
                    format!("“{value}” is no length of time."),
                    "Give a number with s, m, h, d or w: 15m, 1h, 7d.",
                )
            })?;
            Term::Last(now.ago(length), lower)
        }
        Key::Method => {
            if !value.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                return Err(wrong(
                    format!("“{value}” is no HTTP method."),
                    "Give GET, POST, PUT, PATCH or DELETE.",
                ));
            }
            Term::Method(value.to_ascii_uppercase())
        }
    })
}

/// How long a text that is looked for in bodies and statements may be.
const LONGEST: usize = 500;

fn searched(value: &str) -> Result<String, Wrong> {
    if value.chars().count() > LONGEST {
        return Err(wrong(
            format!("The text is longer than {LONGEST} characters."),
            "Give a part of it.",
        ));
    }
    Ok(value.to_owned())
}

fn duration(value: &str) -> Result<i64, Wrong> {
    when::duration(&value.to_lowercase()).ok_or_else(|| {
        wrong(
            format!("“{value}” is no duration."),
            "Give a number with a unit: 250us, 100ms, 1.5s, 2m. Without one it is milliseconds.",
        )
    })
}

fn moment(value: &str, now: &Now) -> Result<i64, Wrong> {
    now.read(value).ok_or_else(|| {
        wrong(
            format!("“{value}” is no day or time."),
            "Give 2026-11-22, 10:30, 2026-11-22T10:30, today or yesterday.",
        )
    })
}

fn property(value: &str) -> Result<Term, Wrong> {
    Ok(match value {
        "pinned" => Term::Pinned,
        "noted" => Term::Noted,
        "coloured" | "colored" => Term::Coloured,
        "imported" => Term::Imported,
        _ => {
            return Err(wrong(
                format!("An exchange is never “{value}”."),
                list(PROPERTIES),
            ));
        }
    })
}

fn list(words: &[(&str, &str)]) -> String {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    format!("Give one of: {}.", words.join(", "))
}

/// `404`; `4xx`, and the same half-typed: `4`, `40`; `ok`, `failed`, `refused`.
fn status(text: &str) -> Option<Term> {
    for outcome in ["ok", "failed", "refused"] {
        if text == outcome {
            return Some(Term::Outcome(outcome));
        }
    }
    let digits = text.trim_end_matches('x');
    if digits.is_empty() || text.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let width = match digits.len() {
        1 => 100,
        2 => 10,
        _ => 1,
    };
    Some(Term::Status(number * width, number * width + width - 1))
}

impl Term {
    /// Whether it looks into requests, answers and statements.
    pub fn is_deep(&self) -> bool {
        matches!(self, Self::Body(_) | Self::Sql(_))
    }

    /// In plain words.
    pub fn says(&self) -> String {
        match self {
            Self::Text(text) => format!("“{text}”"),
            Self::Application(text) => format!("Application {text}"),
            Self::Operation(text) => format!("Operation {text}"),
            Self::User(text) => format!("User {text}"),
            Self::Status(from, to) if from == to => format!("Status {from}"),
            Self::Status(from, to) if to - from == 99 => format!("Status {}xx", from / 100),
            Self::Status(from, to) => format!("Status {from} to {to}"),
            Self::Outcome("failed") => "Failed".to_owned(),
            Self::Outcome("refused") => "Refused".to_owned(),
            Self::Outcome(_) => "Done".to_owned(),
            Self::Longer(us) => format!("Slower than {}", when::says(*us)),
            Self::Shorter(us) => format!("Faster than {}", when::says(*us)),
            Self::Body(text) => format!("Body has “{text}”"),
            Self::Sql(text) => format!("SQL has “{text}”"),
            Self::Pinned => "Pinned".to_owned(),
            Self::Noted => "With a note".to_owned(),
            Self::Coloured => "With a colour".to_owned(),
            Self::Imported => "From a file".to_owned(),
            Self::Colour(colour) => format!("Colour {colour}"),
            Self::Note(text) => format!("Note has “{text}”"),
            Self::From(_, says) => format!("From {says} on"),
            Self::Until(_, says) => format!("Before {says}"),
            Self::Last(_, length) => format!("Last {length}"),
            Self::Method(method) => method.clone(),
            Self::Path(text) => format!("Path has “{text}”"),
            Self::File(text) => format!("File {text}"),
        }
    }
}
