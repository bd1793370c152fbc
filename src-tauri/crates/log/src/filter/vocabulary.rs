//! The words of the filter: one list, read by the parser, by the completion and by the help in the field.

/// What may stand after a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// Applications that the store knows.
    Applications,
    /// The titles of requests: "Create user".
    Operations,
    /// Users that the store knows.
    Users,
    /// Files that were opened.
    Files,
    /// One of a few words, each with what it means.
    Words(&'static [(&'static str, &'static str)]),
    /// Free text.
    Text,
}

/// A word of the filter.
#[derive(Debug)]
pub(super) struct Word {
    pub key: Key,
    /// How it is typed, with the sign after it.
    pub written: &'static str,
    /// Other ways to write it.
    pub also: &'static [&'static str],
    /// What it finds.
    pub help: &'static str,
    pub values: Values,
}

/// A word, for the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Application,
    Operation,
    User,
    Status,
    Slower,
    Faster,
    Body,
    Sql,
    Is,
    Colour,
    Note,
    After,
    Before,
    Last,
    Method,
    Path,
    File,
}

pub(super) const STATUSES: &[(&str, &str)] = &[
    ("failed", "answered with an error"),
    ("ok", "done"),
    ("refused", "turned away before it was read"),
    ("2xx", "any status from 200 to 299"),
    ("4xx", "any status from 400 to 499"),
    ("5xx", "any status from 500 to 599"),
    ("400", "bad request"),
    ("401", "wrong or missing token"),
    ("404", "not found"),
    ("409", "conflict: it is there already"),
];

pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("pinned", "kept by a pin"),
    ("noted", "with a note"),
    ("coloured", "with a colour"),
    ("imported", "from a file, not recorded here"),
];

/// The colours an exchange can be given, in the order of their keys 1 to 5.
pub(super) const COLOURS: &[(&str, &str)] = &[
    ("red", "key 1"),
    ("orange", "key 2"),
    ("green", "key 3"),
    ("blue", "key 4"),
    ("violet", "key 5"),
];

const DURATIONS: &[(&str, &str)] = &[
    ("100ms", "a tenth of a second"),
    ("1s", "a second"),
    ("10s", "ten seconds"),
];

const SPANS: &[(&str, &str)] = &[
    ("15m", "minutes"),
    ("1h", "hour"),
    ("24h", "hours"),
    ("7d", "days"),
];

const METHODS: &[(&str, &str)] = &[
    ("GET", "reads"),
    ("POST", "creates"),
    ("PUT", "replaces"),
    ("PATCH", "changes"),
    ("DELETE", "removes"),
];

/// Every word, in the order in which they are offered.
pub(super) const WORDS: &[Word] = &[
    Word {
        key: Key::Application,
        written: "app:",
        also: &["application:"],
        help: "the application, or a part of its name",
        values: Values::Applications,
    },
    Word {
        key: Key::Operation,
        written: "op:",
        also: &["operation:"],
        help: "what was asked for, such as create",
        values: Values::Operations,
    },
    Word {
        key: Key::User,
        written: "user:",
        also: &[],
        help: "whom it is about, or a part of the id",
        values: Values::Users,
    },
    Word {
        key: Key::Status,
        written: "status:",
        also: &[],
        help: "404, 4xx, failed, ok or refused",
        values: Values::Words(STATUSES),
    },
    Word {
        key: Key::Last,
        written: "last:",
        also: &[],
        help: "no older than 15m, 1h, 7d",
        values: Values::Words(SPANS),
    },
    Word {
        key: Key::After,
        written: "after:",
        also: &["since:"],
        help: "from a day or time on, such as 2026-11-22 or 10:30",
        values: Values::Text,
    },
    Word {
        key: Key::Before,
        written: "before:",
        also: &["until:"],
        help: "up to a day or time",
        values: Values::Text,
    },
    Word {
        key: Key::Slower,
        written: "took>",
        also: &["ms>"],
        help: "slower than 100ms, 1.5s",
        values: Values::Words(DURATIONS),
    },
    Word {
        key: Key::Faster,
        written: "took<",
        also: &["ms<"],
        help: "faster than",
        values: Values::Words(DURATIONS),
    },
    Word {
        key: Key::Body,
        written: "body:",
        also: &[],
        help: "text in the request or the answer",
        values: Values::Text,
    },
    Word {
        key: Key::Sql,
        written: "sql:",
        also: &[],
        help: "text in a statement or a bound value",
        values: Values::Text,
    },
    Word {
        key: Key::Is,
        written: "is:",
        also: &[],
        help: "pinned, noted, coloured or imported",
        values: Values::Words(PROPERTIES),
    },
    Word {
        key: Key::Colour,
        written: "colour:",
        also: &["color:"],
        help: "the colour it was given",
        values: Values::Words(COLOURS),
    },
    Word {
        key: Key::Note,
        written: "note:",
        also: &[],
        help: "text in its note",
        values: Values::Text,
    },
    Word {
        key: Key::Method,
        written: "method:",
        also: &[],
        help: "the HTTP method",
        values: Values::Words(METHODS),
    },
    Word {
        key: Key::Path,
        written: "path:",
        also: &[],
        help: "a part of the path and query",
        values: Values::Text,
    },
    Word {
        key: Key::File,
        written: "file:",
        also: &[],
        help: "opened from this file, not recorded here",
        values: Values::Files,
    },
];

/// Beginnings that look like a word of the filter and are none: addresses and the names of schemas.
const ADDRESSES: &[&str] = &["urn:", "http:", "https:"];

/// The word with which a text begins, and how many bytes of it that is.
pub(super) fn word_of(text: &str) -> Option<(&'static Word, usize)> {
    WORDS.iter().find_map(|word| {
        let spellings = std::iter::once(&word.written).chain(word.also);
        spellings
            .filter(|spelling| {
                text.get(..spelling.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(spelling))
            })
            .map(|spelling| (word, spelling.len()))
            .next()
    })
}

/// What stands where a word would, and is none: `foo:`.
pub(super) fn unknown_word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let sign = text[end..].chars().next()?;
    let unknown = text.get(..=end)?;
    let lower = unknown.to_ascii_lowercase();
    (end > 0 && matches!(sign, ':' | '<' | '>') && !ADDRESSES.contains(&lower.as_str()))
        .then_some(unknown)
}
