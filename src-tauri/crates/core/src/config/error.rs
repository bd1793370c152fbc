//! What is wrong with a configuration: where, what, and what to write instead.

use std::fmt;

/// A configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// From 1; `None` where the fault is not at one place.
    pub line: Option<usize>,
    pub cause: String,
    pub remedy: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{} {}", self.cause, self.remedy)
    }
}

impl ConfigError {
    pub(crate) fn new(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            line: None,
            cause: cause.into(),
            remedy: remedy.into(),
        }
    }

    /// The line on which `[header]` stands.
    pub(crate) fn at_table(mut self, text: &str, header: &str) -> Self {
        self.line = text
            .lines()
            .position(|line| line.trim() == format!("[{header}]"))
            .map(|n| n + 1);
        self
    }

    /// The line on which `key` stands below `[header]`; that of the table itself where it does not, and
    /// none where the table is written inline.
    pub(super) fn at_key(mut self, text: &str, header: &str, key: &str) -> Self {
        let mut lines = text.lines().enumerate();
        let table = lines.find(|(_, line)| line.trim() == format!("[{header}]"));
        let own = lines
            .take_while(|(_, line)| !line.trim_start().starts_with('['))
            .find(|(_, line)| {
                line.split_once('=')
                    .is_some_and(|(name, _)| name.trim() == key)
            });
        self.line = own.or(table).map(|(number, _)| number + 1);
        self
    }

    pub(super) fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let line = error
            .span()
            .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let message = error.message();
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let (cause, remedy) = match quoted.split_first() {
            Some((unknown, known)) if message.starts_with("unknown field") => (
                format!("\"{unknown}\" is not a key that Sluice knows here."),
                suggestion(unknown, known),
            ),
            Some((unknown, known)) if message.starts_with("unknown variant") => (
                format!("\"{unknown}\" is not a value that fits here."),
                suggestion(unknown, known),
            ),
            Some((missing, _)) if message.starts_with("missing field") => (
                format!("The key \"{missing}\" is missing."),
                format!("Add {missing} = … to this table."),
            ),
            _ if message.contains("enum Parameter") => (
                "A parameter is neither a field nor a constant.".to_owned(),
                "Write the field's name, or { constant = \"…\" }.".to_owned(),
            ),
            _ => (
                format!(
                    "The file cannot be read: {}.",
                    message.trim_end_matches('.')
                ),
                "Correct this line.".to_owned(),
            ),
        };
        Self {
            line,
            cause,
            remedy,
        }
    }
}

fn suggestion(unknown: &str, known: &[&str]) -> String {
    match nearest(unknown, known.iter().copied()) {
        Some(nearest) => format!("Did you mean \"{nearest}\"?"),
        None if known.is_empty() => "Remove it.".to_owned(),
        None => format!("Known here: {}.", known.join(", ")),
    }
}

/// The known word nearest to an unknown one, where one is near enough to be a slip: alike as a whole,
/// and of those the one with the fewest letters to change.
pub fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let unknown = unknown.to_lowercase();
    known
        .filter(|word| strsim::jaro_winkler(&unknown, &word.to_lowercase()) > 0.75)
        .min_by_key(|word| strsim::damerau_levenshtein(&unknown, &word.to_lowercase()))
}
