//! JSON and dates in the words in which PostgreSQL reads its own types, so that what was read can be
//! bound again.
//!
//! **Invariant:** what is written here is sent as a bound value and is never part of a statement.

use std::borrow::Cow;

use serde_json::Value as Json;
use tokio_postgres::types::{Kind, Type};

/// A JSON value for a parameter of this type: arrays, composites and hstore in PostgreSQL's own
/// form, everything else as JSON text.
pub(super) fn json(ty: &Type, value: &Json) -> String {
    match (ty.kind(), value) {
        (Kind::Domain(inner), _) => json(inner, value),
        (Kind::Array(inner), Json::Array(items)) => array(inner, items),
        (Kind::Composite(fields), Json::Object(object)) => {
            let cells = fields.iter().map(|field| match object.get(field.name()) {
                None | Some(Json::Null) => String::new(),
                Some(value) => quoted(&plain(field.type_(), value)),
            });
            format!("({})", cells.collect::<Vec<_>>().join(","))
        }
        (_, Json::Object(object)) if ty.name() == "hstore" => {
            let pairs = object.iter().map(|(key, value)| {
                let value = match value {
                    Json::Null => "NULL".to_owned(),
                    value => quoted(&plain(&Type::TEXT, value)),
                };
                format!("{}=>{value}", quoted(key))
            });
            pairs.collect::<Vec<_>>().join(",")
        }
        _ => value.to_string(),
    }
}

fn array(inner: &Type, items: &[Json]) -> String {
    let cells = items.iter().map(|item| match item {
        Json::Null => "NULL".to_owned(),
        // A further dimension; an array of JSON holds JSON arrays.
        Json::Array(deeper) if !matches!(*inner, Type::JSON | Type::JSONB) => array(inner, deeper),
        item => quoted(&plain(inner, item)),
    });
    format!("{{{}}}", cells.collect::<Vec<_>>().join(","))
}

/// A value inside another one, before it is quoted.
fn plain(ty: &Type, value: &Json) -> String {
    match value {
        Json::String(text) if !matches!(*ty, Type::JSON | Type::JSONB) => {
            time(ty, text).into_owned()
        }
        value => json(ty, value),
    }
}

/// In double quotes, with a backslash before what would end them.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A year before 1, which ISO 8601 counts from 0 downwards and PostgreSQL calls BC.
pub(super) fn time<'a>(ty: &Type, text: &'a str) -> Cow<'a, str> {
    if !matches!(*ty, Type::DATE | Type::TIMESTAMP | Type::TIMESTAMPTZ) {
        return text.into();
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    match rest.split_once('-') {
        Some((year, rest)) if year.len() >= 4 && (sign || year == "0000") => {
            match year.parse::<u32>() {
                Ok(year) => format!("{:04}-{rest} BC", year.saturating_add(1)).into(),
                Err(_) => text.into(),
            }
        }
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_become_array_literals_that_nothing_in_them_can_end() {
        let of = |value| json(&Type::TEXT_ARRAY, &value);
        assert_eq!(
            of(serde_json::json!(["a\"b\\c,{}", null, "NULL", ""])),
            r#"{"a\"b\\c,{}",NULL,"NULL",""}"#
        );
        let nested = serde_json::json!([[1, 2], [3, null]]);
        assert_eq!(
            json(&Type::INT4_ARRAY, &nested),
            r#"{{"1","2"},{"3",NULL}}"#
        );
        assert_eq!(of(serde_json::json!({"a": 1})), r#"{"a":1}"#);
        let documents = serde_json::json!([{"a": [1]}, [2], "x"]);
        assert_eq!(
            json(&Type::JSONB_ARRAY, &documents),
            r#"{"{\"a\":[1]}","[2]","\"x\""}"#
        );
    }

    #[test]
    fn years_before_one_are_counted_as_the_server_counts_them() {
        assert_eq!(time(&Type::DATE, "-0043-03-15"), "0044-03-15 BC");
        assert_eq!(time(&Type::DATE, "0000-01-01"), "0001-01-01 BC");
        assert_eq!(
            time(&Type::TIMESTAMPTZ, "-0043-03-15T10:00:00Z"),
            "0044-03-15T10:00:00Z BC"
        );
        for same in ["-infinity", "2024-05-06", "12-05-06", ""] {
            assert_eq!(time(&Type::DATE, same), same);
        }
        assert_eq!(time(&Type::TEXT, "-0043-03-15"), "-0043-03-15");
    }
}
