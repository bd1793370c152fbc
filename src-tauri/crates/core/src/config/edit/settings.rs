//! Changing what belongs to no application and no connection: the endpoint, the record, the log.
//!
//! **Invariant:** as in [`super`]: what is not changed stays as it was written, and a key is not added
//! only to say its default.
//!
//! To add a setting: its field here with its key, and its default from [`Endpoint`] or [`Log`].

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use toml_edit::{Item, Value};
use ts_rs::TS;

use super::{array, child, put_unless, read, table_of};
use crate::config::{Area, Audit, ConfigError, Endpoint, Levels, Log};

/// `[endpoint]`, as the console changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointSettings {
    /// Address and port: `0.0.0.0:1443`.
    pub listen: String,
    /// The hosts of the provider's console; the first stands in the base URL.
    pub host_names: Vec<String>,
    /// All request headers together, in KiB.
    pub header_limit_kb: u32,
    /// One request body, in KiB.
    pub body_limit_kb: u32,
}

impl From<&Endpoint> for EndpointSettings {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            listen: endpoint.listen.clone(),
            host_names: endpoint.host_names.clone(),
            header_limit_kb: whole(endpoint.header_limit_kb),
            body_limit_kb: whole(endpoint.body_limit_kb),
        }
    }
}

/// `[log]` without its levels, as the console changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordSettings {
    pub audit: Audit,
    /// A recorded body is cut beyond this, in KiB.
    pub body_limit_kb: u32,
    /// How many rows of a result are kept with a statement.
    pub sample_rows: u32,
    /// At least 1; `null` for no bound, as in the two below.
    #[ts(type = "number | null")]
    pub keep_days: Option<NonZeroU32>,
    /// In MiB.
    #[ts(type = "number | null")]
    pub keep_mb: Option<NonZeroU32>,
    #[ts(type = "number | null")]
    pub keep_exchanges: Option<NonZeroU32>,
}

impl From<&Log> for RecordSettings {
    fn from(log: &Log) -> Self {
        Self {
            audit: log.audit,
            body_limit_kb: whole(log.body_limit_kb),
            sample_rows: whole(log.sample_rows),
            keep_days: log.keep_days,
            keep_mb: log.keep_mb,
            keep_exchanges: log.keep_exchanges,
        }
    }
}

fn whole(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

type Key = (&'static str, Option<Value>, Option<Value>);

fn number(value: u32) -> Option<Value> {
    Some(i64::from(value).into())
}

/// The text with the endpoint's settings.
///
/// # Errors
/// [`ConfigError`]: the text is no TOML, or `endpoint` is no table.
pub fn put_endpoint(text: &str, settings: &EndpointSettings) -> Result<String, ConfigError> {
    let usual = EndpointSettings::from(&Endpoint::default());
    let keys = [
        (
            "listen",
            Some(settings.listen.as_str().into()),
            Some(usual.listen.as_str().into()),
        ),
        (
            "host_names",
            Some(array(&settings.host_names)),
            Some(array(&usual.host_names)),
        ),
        (
            "header_limit_kb",
            number(settings.header_limit_kb),
            number(usual.header_limit_kb),
        ),
        (
            "body_limit_kb",
            number(settings.body_limit_kb),
            number(usual.body_limit_kb),
        ),
    ];
    put_table(text, &["endpoint"], keys)
}

/// The text with what is recorded, and for how long.
///
/// # Errors
/// [`ConfigError`]: the text is no TOML, or `log` is no table.
pub fn put_record(text: &str, settings: &RecordSettings) -> Result<String, ConfigError> {
    let usual = RecordSettings::from(&Log::default());
    let audit = |audit| {
        Some(Value::from(match audit {
            Audit::Normal => "normal",
            Audit::Strict => "strict",
        }))
    };
    let bound = |bound: Option<NonZeroU32>| bound.and_then(|bound| number(bound.get()));
    let keys = [
        ("audit", audit(settings.audit), audit(usual.audit)),
        (
            "body_limit_kb",
            number(settings.body_limit_kb),
            number(usual.body_limit_kb),
        ),
        (
            "sample_rows",
            number(settings.sample_rows),
            number(usual.sample_rows),
        ),
        ("keep_days", bound(settings.keep_days), None),
        ("keep_mb", bound(settings.keep_mb), None),
        ("keep_exchanges", bound(settings.keep_exchanges), None),
    ];
    put_table(text, &["log"], keys)
}

/// The text with the levels of the log.
///
/// # Errors
/// [`ConfigError`]: the text is no TOML, or `log` is no table.
pub fn put_levels(text: &str, levels: &Levels) -> Result<String, ConfigError> {
    let keys = Area::ALL.map(|area| {
        let level = Some(Value::from(levels.of(area).word()));
        (area.key(), level, Some(Levels::USUAL.word().into()))
    });
    put_table(text, &["log", "levels"], keys)
}

/// Puts keys into a table that stands at the root, or in one that does.
fn put_table(
    text: &str,
    path: &[&str],
    keys: impl IntoIterator<Item = Key>,
) -> Result<String, ConfigError> {
    let mut document = read(text)?;
    let keys: Vec<Key> = keys.into_iter().collect();
    // A table is not made only to stand empty.
    let mut there: Option<&Item> = Some(document.as_item());
    for key in path {
        there = there.and_then(|item| item.get(key));
    }
    if there.is_none() && keys.iter().all(is_usual) {
        return Ok(text.to_owned());
    }
    let mut item = document.as_item_mut();
    for (depth, key) in path.iter().enumerate() {
        item = child(item, key, depth + 1 < path.len())?;
    }
    let table = table_of(item, path.last().copied().unwrap_or_default())?;
    for (key, value, usual) in keys {
        put_unless(table, key, value, usual.as_ref());
    }
    Ok(document.to_string())
}

fn is_usual((_, value, usual): &Key) -> bool {
    match (value, usual) {
        (None, _) => true,
        (Some(value), Some(usual)) => super::means(value, usual),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Level, Workspace};

    const TEXT: &str =
        "# ours\n[endpoint]\nlisten = \"0.0.0.0:1443\" # all\n\n[workspace]\nname = \"hr\"\n";

    fn endpoint(text: &str) -> EndpointSettings {
        (&Workspace::parse(text).unwrap().endpoint).into()
    }

    #[test]
    fn what_is_changed_is_read_back_and_the_rest_stays_as_it_was_written() {
        let mut wanted = endpoint(TEXT);
        wanted.listen = "127.0.0.1:8443".into();
        wanted.host_names = vec!["scim.example.org".into(), "scim".into()];
        let text = put_endpoint(TEXT, &wanted).unwrap();
        assert_eq!(
            text,
            "# ours\n[endpoint]\nlisten = \"127.0.0.1:8443\" # all\nhost_names = [\"scim.example.org\", \"scim\"]\n\n[workspace]\nname = \"hr\"\n"
        );
        assert_eq!(endpoint(&text), wanted);
    }

    #[test]
    fn a_setting_that_is_as_usual_is_not_added_and_nothing_makes_no_difference() {
        assert_eq!(put_endpoint(TEXT, &endpoint(TEXT)).unwrap(), TEXT);
        let record = RecordSettings::from(&Log::default());
        assert_eq!(put_record(TEXT, &record).unwrap(), TEXT);
        assert_eq!(put_levels(TEXT, &Levels::default()).unwrap(), TEXT);
    }

    #[test]
    fn a_bound_comes_and_goes() {
        let mut record = RecordSettings::from(&Log::default());
        record.keep_days = NonZeroU32::new(30);
        let text = put_record(TEXT, &record).unwrap();
        let log = Workspace::parse(&text).unwrap().log;
        assert_eq!(log.keep_days, NonZeroU32::new(30));
        record.keep_days = None;
        let without = put_record(&text, &record).unwrap();
        assert!(!without.contains("keep_days"), "{without}");
    }

    #[test]
    fn levels_have_a_table_of_their_own_and_are_read_back() {
        let levels = Levels([(Area::Databases, Level::Debug)].into());
        let text = put_levels(TEXT, &levels).unwrap();
        assert!(
            text.contains("[log.levels]\ndatabases = \"debug\"\n"),
            "{text}"
        );
        assert_eq!(Workspace::parse(&text).unwrap().log.levels, levels);
    }

    #[test]
    fn a_bound_of_nothing_is_refused() {
        let error = Workspace::parse("[log]\nkeep_days = 0\n").unwrap_err();
        assert_eq!(error.line, Some(2));
    }
}
