//! Declared types of SQLite in the words of the catalogue.
//!
//! SQLite takes any word for a type and gives a column one of five affinities by the letters in it
//! (sqlite.org/datatype3.html, 3.1). The words say more than the affinity: `DATE` is numeric to
//! SQLite, and a date to whoever wrote it.
//!
//! **Invariant:** where a word means nothing here, the affinity decides, by SQLite's own rules and in
//! their order.
//!
//! To add a word: an arm in [`by_word`], a line in the test.

use sluice_core::catalogue::{DataType, TypeKind};

/// A type as it stands in a table's definition, or at a script's parameter.
pub(super) fn data_type(declared: &str) -> DataType {
    let text = declared.trim();
    let (words, numbers) = match text.split_once('(') {
        Some((words, rest)) => {
            let (inside, behind) = rest.split_once(')').unwrap_or((rest, ""));
            (format!("{words} {behind}"), inside)
        }
        None => (text.to_owned(), ""),
    };
    let words = words.to_ascii_uppercase();
    let mut numbers = numbers.split(',').map(|n| n.trim().parse::<u32>().ok());
    let (first, second) = (numbers.next().flatten(), numbers.next().flatten());
    let kind = by_word(&words).unwrap_or_else(|| by_affinity(&words));
    let mut data_type = DataType::new(kind, if text.is_empty() { "ANY" } else { text });
    match kind {
        TypeKind::Text => data_type.length = first.map(u64::from),
        TypeKind::Decimal => {
            data_type.precision = first;
            // DECIMAL(10) has no digits after the point, as everywhere else.
            data_type.scale =
                first.map(|_| second.and_then(|n| i32::try_from(n).ok()).unwrap_or(0));
        }
        _ => {}
    }
    data_type
}

fn by_word(words: &str) -> Option<TypeKind> {
    let mut each = words.split_whitespace();
    let first = each.next()?;
    Some(match first {
        "BOOLEAN" | "BOOL" => TypeKind::Boolean,
        "DATE" => TypeKind::Date,
        "TIME" => TypeKind::Time,
        "DATETIME" => TypeKind::Timestamp,
        "TIMESTAMP" | "TIMESTAMPTZ" => {
            let zone =
                first == "TIMESTAMPTZ" || (words.contains("ZONE") && !words.contains("WITHOUT"));
            if zone {
                TypeKind::TimestampTz
            } else {
                TypeKind::Timestamp
            }
        }
        "DECIMAL" | "NUMERIC" | "NUMBER" | "DEC" => TypeKind::Decimal,
        "JSON" => TypeKind::Json,
        "UUID" | "GUID" => TypeKind::Uuid,
        "INTERVAL" => TypeKind::Interval,
        "BINARY" | "VARBINARY" => TypeKind::Bytes,
        _ => return None,
    })
}

fn by_affinity(words: &str) -> TypeKind {
    let holds = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if holds(&["INT"]) {
        TypeKind::Integer { bits: 64 }
    } else if holds(&["CHAR", "CLOB", "TEXT"]) {
        TypeKind::Text
    } else if holds(&["BLOB"]) {
        TypeKind::Bytes
    } else if holds(&["REAL", "FLOA", "DOUB"]) {
        TypeKind::Float
    } else {
        // No type at all, or a word that SQLite takes for a number where it can.
        TypeKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of sqlite.org/datatype3.html, 3.1.1, and the words that say more.
    #[test]
    fn declared_types_are_read_by_word_and_else_by_affinity() {
        let integer = TypeKind::Integer { bits: 64 };
        for (declared, kind) in [
            ("INT", integer),
            ("INTEGER", integer),
            ("TINYINT", integer),
            ("UNSIGNED BIG INT", integer),
            ("INT2", integer),
            ("CHARACTER(20)", TypeKind::Text),
            ("VARYING CHARACTER(255)", TypeKind::Text),
            ("NATIVE CHARACTER(70)", TypeKind::Text),
            ("NVARCHAR(100)", TypeKind::Text),
            ("CLOB", TypeKind::Text),
            ("text", TypeKind::Text),
            ("BLOB", TypeKind::Bytes),
            ("", TypeKind::Other),
            ("REAL", TypeKind::Float),
            ("DOUBLE PRECISION", TypeKind::Float),
            ("FLOAT", TypeKind::Float),
            ("NUMERIC", TypeKind::Decimal),
            ("DECIMAL(10,5)", TypeKind::Decimal),
            ("BOOLEAN", TypeKind::Boolean),
            ("DATE", TypeKind::Date),
            ("DATETIME", TypeKind::Timestamp),
            ("TIMESTAMP(3) WITH TIME ZONE", TypeKind::TimestampTz),
            ("timestamp without time zone", TypeKind::Timestamp),
            ("MONEY", TypeKind::Other),
            // By the letters it is an integer, in this order of the rules.
            ("CHARINT", integer),
        ] {
            assert_eq!(data_type(declared).kind, kind, "{declared}");
        }
    }

    #[test]
    fn lengths_and_digits_stand_in_brackets() {
        let text = data_type("VARCHAR(100)");
        assert_eq!(
            (text.length, text.text.as_str()),
            (Some(100), "VARCHAR(100)")
        );
        let decimal = data_type("DECIMAL(10, 2)");
        assert_eq!((decimal.precision, decimal.scale), (Some(10), Some(2)));
        let decimal = data_type("DECIMAL(10)");
        assert_eq!((decimal.precision, decimal.scale), (Some(10), Some(0)));
        let decimal = data_type("NUMERIC");
        assert_eq!((decimal.precision, decimal.scale), (None, None));
        assert_eq!(data_type("").text, "ANY");
    }
}
