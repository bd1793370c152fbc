//! The filter of the Traffic list: words, turned into conditions with bound values.

use sluice_core::exchange::ExchangeSummary;
use sqlx::{QueryBuilder, Sqlite};

/// Which exchanges to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words, all of which must be found; empty for everything. `app:`, `op:`, `user:`,
    /// `status:404`, `status:4xx`, `status:failed`, `ms>100`; `-word` and `not word` exclude;
    /// `"two words"` is one. A plain word is looked for in application, method, path, title,
    /// subject, status, cause and id, without regard to letter case.
    pub filter: String,
    /// Only exchanges before this one: the `seq` of the last one of the page before.
    pub before: Option<i64>,
    /// How many at most; between 1 and 1000.
    pub limit: usize,
}

/// A page of the list, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub exchanges: Vec<ExchangeSummary>,
    /// Whether older ones match as well.
    pub more: bool,
    /// How many match in the whole store.
    pub total: u64,
}

/// The words of a filter.
#[derive(Debug, PartialEq)]
pub(crate) struct Filter(Vec<Condition>);

#[derive(Debug, PartialEq)]
struct Condition {
    negated: bool,
    term: Term,
}

#[derive(Debug, PartialEq)]
enum Term {
    /// Anywhere, in lower case.
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
}

impl Filter {
    pub fn parse(text: &str) -> Self {
        let mut conditions = Vec::new();
        let mut words = words(text).into_iter().peekable();
        let mut negated = false;
        while let Some(mut word) = words.next() {
            if word.quoted.is_none()
                && word.text.eq_ignore_ascii_case("not")
                && words.peek().is_some()
            {
                negated = !negated;
                continue;
            }
            if word.quoted != Some(0) && word.text.len() > 1 && word.text.starts_with('-') {
                negated = !negated;
                word.text.remove(0);
                word.quoted = word.quoted.map(|at| at - 1);
            }
            if let Some(term) = Term::parse(&word) {
                conditions.push(Condition { negated, term });
            }
            negated = false;
        }
        Self(conditions)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends ` AND …` for every word.
    pub fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        for condition in &self.0 {
            condition.push(sql);
        }
    }
}

impl Condition {
    /// `instr` instead of LIKE: what the administrator types has no wildcards to escape.
    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(if self.negated { " AND NOT (" } else { " AND (" });
        match &self.term {
            Term::Text(text) => {
                sql.push("instr(search, ")
                    .push_bind(text.clone())
                    .push(") > 0");
            }
            Term::Application(text) => {
                sql.push("instr(lower(application), ")
                    .push_bind(text.clone())
                    .push(") > 0");
            }
            Term::Operation(text) => {
                sql.push("instr(action, ")
                    .push_bind(text.clone())
                    .push(") > 0 OR instr(lower(title), ")
                    .push_bind(text.clone())
                    .push(") > 0");
            }
            Term::User(text) => {
                // An exchange about nobody must not make the negation NULL.
                sql.push("coalesce(instr(subject_search, ")
                    .push_bind(text.clone())
                    .push("), 0) > 0");
            }
            Term::Status(from, to) => {
                sql.push("status BETWEEN ")
                    .push_bind(*from)
                    .push(" AND ")
                    .push_bind(*to);
            }
            Term::Outcome(outcome) => {
                sql.push("outcome = ").push_bind(*outcome);
            }
            Term::Longer(us) => {
                sql.push("duration_us > ").push_bind(*us);
            }
            Term::Shorter(us) => {
                sql.push("duration_us < ").push_bind(*us);
            }
        }
        sql.push(")");
    }
}

impl Term {
    /// `None` for a prefix with nothing after it yet: half-typed, so it excludes nothing.
    fn parse(word: &Word) -> Option<Self> {
        // What a quote encloses is meant literally.
        let open = &word.text[..word.quoted.unwrap_or(word.text.len())];
        let after = |prefix: &str| {
            open.get(..prefix.len())
                .filter(|start| start.eq_ignore_ascii_case(prefix))
                .map(|_| word.text[prefix.len()..].to_lowercase())
        };
        let filled = |text: String| (!text.is_empty()).then_some(text);
        if let Some(text) = after("app:") {
            return filled(text).map(Self::Application);
        }
        if let Some(text) = after("op:") {
            return filled(text).map(Self::Operation);
        }
        if let Some(text) = after("user:") {
            return filled(text).map(Self::User);
        }
        if let Some(text) = after("status:") {
            if text.is_empty() {
                return None;
            }
            if let Some(term) = Self::status(&text) {
                return Some(term);
            }
        }
        if let Some(text) = after("ms>").or_else(|| after("ms<")) {
            if text.is_empty() {
                return None;
            }
            if let Some(us) = microseconds(&text) {
                return Some(if open.contains('>') {
                    Self::Longer(us)
                } else {
                    Self::Shorter(us)
                });
            }
        }
        filled(word.text.to_lowercase()).map(Self::Text)
    }

    /// `404`; `4xx`, and the same half-typed: `4`, `40`; `ok`, `failed`, `refused`.
    fn status(text: &str) -> Option<Self> {
        for outcome in ["ok", "failed", "refused"] {
            if text == outcome {
                return Some(Self::Outcome(outcome));
            }
        }
        let digits = text.trim_end_matches('x');
        if digits.is_empty() || text.len() > 3 {
            return None;
        }
        let number: i64 = digits.parse().ok().filter(|number| *number >= 0)?;
        let width = match digits.len() {
            1 => 100,
            2 => 10,
            _ => 1,
        };
        Some(Self::Status(number * width, number * width + width - 1))
    }
}

/// Milliseconds with an optional fraction, as microseconds.
fn microseconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    let thousandths: i64 = format!("{fraction:0<3}").parse().ok()?;
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(1000)?
        .checked_add(thousandths)
}

/// A word as typed, without its quotes.
#[derive(Debug, PartialEq)]
struct Word {
    text: String,
    /// Where in the text the first quote opened.
    quoted: Option<usize>,
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut inside = false;
    for c in text.chars() {
        if c.is_whitespace() && !inside {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_with(|| Word {
            text: String::new(),
            quoted: None,
        });
        if c == '"' {
            inside = !inside;
            word.quoted.get_or_insert(word.text.len());
        } else if !c.is_control() {
            // A control character never stands in what is searched, except between its fields.
            word.text.push(c);
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(bool, Term)> {
        Filter::parse(text)
            .0
            .into_iter()
            .map(|condition| (condition.negated, condition.term))
            .collect()
    }

    #[test]
    fn words_prefixes_phrases_and_negations_are_read() {
        use Term::{
            Application, Longer, Operation, Outcome, Shorter, Status, Text, User as Person,
        };
        let text = |text: &str| Text(text.to_owned());
        let cases: Vec<(&str, Vec<(bool, Term)>)> = vec![
            ("", vec![]),
            (
                "  Anna  PUT ",
                vec![(false, text("anna")), (false, text("put"))],
            ),
            ("\"Create User\"", vec![(false, text("create user"))]),
            ("-ok", vec![(true, text("ok"))]),
            ("not ok", vec![(true, text("ok"))]),
            ("not -ok", vec![(false, text("ok"))]),
            (
                "\"not\" ok",
                vec![(false, text("not")), (false, text("ok"))],
            ),
            ("not", vec![(false, text("not"))]),
            ("-", vec![(false, text("-"))]),
            ("-\"a b\"", vec![(true, text("a b"))]),
            ("\"-a\"", vec![(false, text("-a"))]),
            ("app:HR", vec![(false, Application("hr".into()))]),
            ("APP:\"my hr\"", vec![(false, Application("my hr".into()))]),
            ("\"app:hr\"", vec![(false, text("app:hr"))]),
            ("app:", vec![]),
            (
                "op:create_user",
                vec![(false, Operation("create_user".into()))],
            ),
            ("user:Jörg", vec![(false, Person("jörg".into()))]),
            ("-status:4xx", vec![(true, Status(400, 499))]),
            ("status:4", vec![(false, Status(400, 499))]),
            ("status:40", vec![(false, Status(400, 409))]),
            ("status:404", vec![(false, Status(404, 404))]),
            ("status:Failed", vec![(false, Outcome("failed"))]),
            ("status:odd", vec![(false, text("status:odd"))]),
            ("status:4444", vec![(false, text("status:4444"))]),
            ("ms>100", vec![(false, Longer(100_000))]),
            ("ms<2.5", vec![(false, Shorter(2_500))]),
            ("ms>x", vec![(false, text("ms>x"))]),
            ("ms>", vec![]),
            ("100%_", vec![(false, text("100%_"))]),
            ("\"open end", vec![(false, text("open end"))]),
        ];
        for (filter, expected) in cases {
            assert_eq!(terms(filter), expected, "{filter}");
        }
    }

    #[test]
    fn no_value_stands_in_the_statement() {
        let mut sql = QueryBuilder::<Sqlite>::new("");
        Filter::parse("x'; app:x'; op:x'; user:x'; -status:404 status:ok ms>9 ms<9").push(&mut sql);
        assert!(!sql.sql().as_str().contains('\''));
        assert!(!sql.sql().as_str().contains('9'));
    }
}
