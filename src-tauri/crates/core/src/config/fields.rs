//! What is special about one column: what absent, NULL and empty mean for it, and how its dates read.
//!
//! To add a key: a field of [`Field`], what it means in `plan` or `profile`, and a line in
//! `docs/configuration.md`.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::{AbsentFields, ConfigError};
use crate::moment::{Kind, Moment, Unusable};

/// What a `null`, or an empty list, in a request does to a field (RFC 7643 §2.5 calls both
/// unassigned).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnNull {
    /// The column becomes NULL.
    #[default]
    Clear,
    /// The row keeps what it has.
    Keep,
}

/// What an empty text in a request does to a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnEmpty {
    /// The column becomes the empty text.
    #[default]
    Empty,
    /// The column becomes NULL.
    Null,
    /// The row keeps what it has.
    Keep,
}

/// One table `[applications.NAME.fields.COLUMN]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What a replace does where the request leaves the field out; `None` is as the application says.
    #[serde(default)]
    pub absent: Option<AbsentFields>,
    #[serde(default)]
    pub null: OnNull,
    #[serde(default)]
    pub empty: OnEmpty,
    /// What it holds, where that is a date or a point in time.
    #[serde(default, rename = "type")]
    kind: Option<Kind>,
    /// How the column's text reads, as `strftime` has it; ISO 8601 where it is not said.
    #[serde(default)]
    column_format: Option<String>,
    /// How the provider sees and sends it; likewise.
    #[serde(default)]
    wire_format: Option<String>,
    /// The zone of a column that has none, by its IANA name, or `column` where each value says its
    /// own offset.
    #[serde(default)]
    zone: Option<String>,
    /// The zone of the wire; UTC where it is not said.
    #[serde(default)]
    wire_zone: Option<String>,
    /// The keys above as they are used; filled by [`Field::settle`].
    #[serde(skip)]
    pub moment: Option<Moment>,
}

impl Field {
    /// Reads the keys about dates.
    ///
    /// # Errors
    /// [`ConfigError`] where they contradict each other or cannot be used.
    pub(super) fn settle(&mut self, column: &str) -> Result<(), ConfigError> {
        let given = [
            ("column_format", &self.column_format),
            ("wire_format", &self.wire_format),
            ("zone", &self.zone),
            ("wire_zone", &self.wire_zone),
        ];
        let given = given
            .into_iter()
            .filter_map(|(key, value)| value.as_ref().map(|_| key));
        match self.kind {
            None => {
                if let Some(key) = given.into_iter().next() {
                    return Err(ConfigError::new(
                        format!("{key} says how the dates of {column} read, and it has no type."),
                        "Add type = \"date\" or type = \"datetime\".",
                    ));
                }
            }
            Some(Kind::Date) => {
                if let Some(key) = given.into_iter().find(|key| key.ends_with("zone")) {
                    return Err(ConfigError::new(
                        format!("{column} is a date, which is the same day in every zone."),
                        format!("Take {key} out, or set type = \"datetime\"."),
                    ));
                }
            }
            Some(Kind::DateTime) => {}
        }
        let Some(kind) = self.kind else {
            return Ok(());
        };
        let moment = Moment::new(
            kind,
            self.column_format.as_deref(),
            self.wire_format.as_deref(),
            self.zone.as_deref(),
            self.wire_zone.as_deref(),
        );
        self.moment = Some(moment.map_err(|unusable| refused(column, &unusable))?);
        Ok(())
    }
}

fn refused(column: &str, unusable: &Unusable) -> ConfigError {
    let remedy = match unusable {
        Unusable::Zone {
            near: Some(near), ..
        } => format!("Did you mean \"{near}\"?"),
        Unusable::Zone { near: None, .. } => {
            "Write a name of the IANA database, for example \"Europe/Berlin\" or \"UTC\"."
                .to_owned()
        }
        Unusable::Format { .. } => {
            "Write it as strftime has it, for example \"%d/%m/%Y\" or \"%Y-%m-%d %H:%M:%S\"."
                .to_owned()
        }
        Unusable::NoZone => "Add zone = \"Europe/Berlin\", or whichever it is; zone = \"column\" \
             where each value says its own offset."
            .to_owned(),
    };
    ConfigError::new(format!("{column}: {unusable}"), remedy)
}

/// Spellings of one thing: a text, or a list of texts. The first is what is written; all are
/// understood when read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings(pub Vec<String>);

impl Spellings {
    /// What is written; `None` where nothing is said.
    pub fn first(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    /// Whether a text is one of them, without regard to letter case.
    pub fn has(&self, text: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(text))
    }
}

impl From<&str> for Spellings {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl<'de> Deserialize<'de> for Spellings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Spellings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Spellings, E> {
                Ok(text.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Spellings, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Spellings(texts))
            }
        }
        deserializer.deserialize_any(Texts)
    }
}

/// A column that stands under `fields` twice, in two letter cases, by its second name.
pub(super) fn twice<'a>(columns: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for column in columns {
        if seen.iter().any(|known| known.eq_ignore_ascii_case(column)) {
            return Some(column);
        }
        seen.push(column);
    }
    None
}
