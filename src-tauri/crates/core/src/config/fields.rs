//! What is special about one column: what absent, NULL and empty mean for it, and how its dates read.
//!
//! To add a key: a field of [`Field`], what it means in `plan` or `profile`, and a line in
//! `docs/configuration.md`.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AbsentFields, ConfigError};
use crate::moment::{Kind, Moment, Unusable};

/// What a `null`, or an empty list, in a request does to a field (RFC 7643 §2.5 calls both
/// unassigned).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum OnNull {
    /// The column becomes NULL.
    #[default]
    Clear,
    /// The row keeps what it has.
    Keep,
}

/// What an empty text in a request does to a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
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
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "FieldRules")]
pub struct Field {
    /// What a replace does where the request leaves the field out; `None` is as the application says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub absent: Option<AbsentFields>,
    #[serde(default)]
    #[ts(as = "Option<OnNull>", optional)]
    pub null: OnNull,
    #[serde(default)]
    #[ts(as = "Option<OnEmpty>", optional)]
    pub empty: OnEmpty,
    /// What it holds, where that is a date or a point in time.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(super) kind: Option<Kind>,
    /// How the column's text reads, as `strftime` has it; ISO 8601 where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(super) column_format: Option<String>,
    /// How the provider sees and sends it; likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(super) wire_format: Option<String>,
    /// The zone of a column that has none, by its IANA name, or `column` where each value says its
    /// own offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(super) zone: Option<String>,
    /// The zone of the wire; UTC where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(super) wire_zone: Option<String>,
    /// The keys above as they are used; filled by [`Field::settle`].
    #[serde(skip)]
    #[ts(skip)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Application, Workspace};

    const HEAD: &str = "[applications.a]\nprofile = \"columns\"\nstatus_column = \"STATUS\"\n";

    fn parse(text: &str) -> Result<Application, ConfigError> {
        let mut workspace = Workspace::parse(&format!("{HEAD}{text}"))?;
        Ok(workspace.applications.swap_remove("a").unwrap())
    }

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_state_may_have_one_spelling_or_several() {
        let one = parse("active_value = \"A\"").unwrap();
        assert_eq!(one.active_value, "A".into());
        assert_eq!(one.inactive_value, Spellings::default());
        let several =
            parse("active_value = [\"ACTIVE\"]\ninactive_value = [\"TERMINATED\", \"LEAVE\"]");
        let several = several.unwrap();
        assert_eq!(several.inactive_value.first(), Some("TERMINATED"));
        assert!(several.inactive_value.has("leave"));
        assert_eq!(parse("").unwrap().active_value, "1".into());
    }

    #[test]
    fn a_state_that_is_both_or_nothing_is_refused() {
        assert_eq!(
            error("active_value = \"A\"\ninactive_value = [\"T\", \"a\"]"),
            "line 1: \"a\" stands under active_value and under inactive_value. Take it out of one of them."
        );
        assert!(error("active_value = []").contains("is an empty list"));
        assert!(error("active_value = 1").starts_with("line 4: "));
        let nowhere =
            format!("{HEAD}inactive_value = \"T\"").replace("status_column", "user_id_column");
        let nowhere = Workspace::parse(&nowhere).unwrap_err().to_string();
        assert!(nowhere.contains("no status_column"), "{nowhere}");
    }

    #[test]
    fn a_field_is_found_in_any_letter_case_and_has_the_applications_policy_where_it_says_none() {
        let application = parse(
            "absent_fields = \"null\"\n[applications.a.fields.CITY]\nabsent = \"keep\"\nnull = \"keep\"\nempty = \"null\"\n[applications.a.fields.TITLE]\n",
        )
        .unwrap();
        let city = application.field("city").unwrap();
        assert_eq!((city.null, city.empty), (OnNull::Keep, OnEmpty::Null));
        assert_eq!(application.absent("City"), AbsentFields::Keep);
        let title = application.field("TITLE").unwrap();
        assert_eq!((title.null, title.empty), (OnNull::Clear, OnEmpty::Empty));
        assert_eq!(application.absent("TITLE"), AbsentFields::Null);
        assert_eq!(application.absent("COUNTRY"), AbsentFields::Null);
    }

    #[test]
    fn an_unknown_key_or_value_of_a_field_is_named_with_its_line() {
        assert_eq!(
            error("[applications.a.fields.CITY]\nabsentt = \"keep\""),
            "line 5: \"absentt\" is not a key that Sluice knows here. Did you mean \"absent\"?"
        );
        assert_eq!(
            error("[applications.a.fields.CITY]\nempty = \"nul\""),
            "line 5: \"nul\" is not a value that fits here. Did you mean \"null\"?"
        );
        assert!(error("[applications.a.fields.CITY]\ntype = \"time\"").starts_with("line 5: "));
    }

    #[test]
    fn a_column_that_stands_there_twice_is_refused() {
        assert_eq!(
            error("[applications.a.fields.CITY]\n[applications.a.fields.City]\n"),
            "line 5: The column City stands under [applications.a.fields] twice, in two letter cases. Take one of them out."
        );
    }

    #[test]
    fn what_is_wrong_with_a_date_is_said_at_its_table() {
        let of = |text: &str| error(&format!("[applications.a.fields.HIREDATE]\n{text}"));
        assert_eq!(
            of("column_format = \"%d/%m/%Y\""),
            "line 4: column_format says how the dates of HIREDATE read, and it has no type. Add type = \"date\" or type = \"datetime\"."
        );
        assert_eq!(
            of("type = \"date\"\nzone = \"UTC\""),
            "line 4: HIREDATE is a date, which is the same day in every zone. Take zone out, or set type = \"datetime\"."
        );
        assert!(
            of("type = \"date\"\ncolumn_format = \"%d/%m\"").starts_with(
                "line 4: HIREDATE: column_format = \"%d/%m\" does not say a whole date."
            )
        );
        assert!(of("type = \"datetime\"").contains("in which zone"));
        assert_eq!(
            of("type = \"datetime\"\nzone = \"Europe/Berlim\""),
            "line 4: HIREDATE: The zone \"Europe/Berlim\" is not known. Did you mean \"Europe/Berlin\"?"
        );
        let inline = error("fields = { HIREDATE = { type = \"datetime\" } }");
        assert!(inline.starts_with("line 1: "), "{inline}");
        assert!(parse("[applications.a.fields.HIREDATE]\ntype = \"date\"").is_ok());
    }
}
