//! Whether a value fits a type, decided before it is sent, so that the refusal can name the
//! parameter, the value and what was expected.
//!
//! **Invariant:** only what no database of the dialects would accept is refused; where dialects or
//! their settings differ, the value is sent and the database decides.
//!
//! To add a kind of type: a variant of [`TypeKind`] and its arm in [`fits`].

use crate::catalogue::{DataType, TypeKind};
use crate::value::Value;

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It cannot be read as the type; what would do, as in "a whole number from -128 to 127".
    Unreadable(String),
    /// It has more characters (or bytes) than this.
    TooLong(u64),
}

/// Holds a value against a type. NULL always fits: whether it may stand there is another question.
///
/// # Errors
/// [`Misfit`] where no database would take it.
pub fn fits(value: &Value, data_type: &DataType) -> Result<(), Misfit> {
    let Some(text) = value.to_text() else {
        return Ok(());
    };
    let wanted = |what: &str| Err(Misfit::Unreadable(what.to_owned()));
    let trimmed = text.trim();
    match data_type.kind {
        TypeKind::Text => longer_than(data_type.length, text.chars().count()),
        TypeKind::Bytes => match value {
            Value::Bytes(bytes) => longer_than(data_type.length, bytes.len()),
            _ => Ok(()),
        },
        TypeKind::Boolean => match value {
            Value::Bool(_) => Ok(()),
            _ if is_boolean(trimmed) || is_number(trimmed) => Ok(()),
            _ => wanted("true or false, 1 or 0"),
        },
        TypeKind::Integer { bits } => {
            let largest = i128::MAX >> 128u32.saturating_sub(u32::from(bits));
            whole(value, trimmed, -largest - 1, largest)
        }
        TypeKind::Unsigned { bits } => {
            let largest = i128::MAX >> 127u32.saturating_sub(u32::from(bits));
            whole(value, trimmed, 0, largest)
        }
        TypeKind::Decimal => decimal(value, trimmed, data_type),
        TypeKind::Float => {
            if matches!(value, Value::Bool(_)) || trimmed.parse::<f64>().is_ok() {
                Ok(())
            } else {
                wanted("a number")
            }
        }
        TypeKind::Date => {
            if has_date(trimmed) {
                Ok(())
            } else {
                wanted("a date as YYYY-MM-DD")
            }
        }
        TypeKind::Timestamp | TypeKind::TimestampTz => {
            if has_date(trimmed) {
                Ok(())
            } else {
                wanted("a date and time as YYYY-MM-DDThh:mm:ss")
            }
        }
        TypeKind::Time => {
            if trimmed.contains(|c: char| c.is_ascii_digit()) {
                Ok(())
            } else {
                wanted("a time as hh:mm:ss")
            }
        }
        TypeKind::Uuid => {
            let digits = trimmed.chars().filter(char::is_ascii_hexdigit).count();
            if digits == 32
                && trimmed
                    .chars()
                    .all(|c| c.is_ascii_hexdigit() || "{}-".contains(c))
            {
                Ok(())
            } else {
                wanted("a UUID as 8-4-4-4-12 hexadecimal digits")
            }
        }
        TypeKind::Json => match value {
            Value::Text(text) if serde_json::from_str::<serde_json::Value>(text).is_err() => {
                wanted("JSON")
            }
            _ => Ok(()),
        },
        TypeKind::Enum => {
            let known = |label: &String| label.eq_ignore_ascii_case(trimmed);
            // MySQL takes the number of a label too.
            if data_type.labels.is_empty()
                || data_type.labels.iter().any(known)
                || trimmed.parse::<u32>().is_ok()
            {
                Ok(())
            } else {
                wanted(&format!("one of {}", data_type.labels.join(", ")))
            }
        }
        TypeKind::Interval | TypeKind::Cursor | TypeKind::Array | TypeKind::Other => Ok(()),
    }
}

fn longer_than(limit: Option<u64>, length: usize) -> Result<(), Misfit> {
    match limit {
        Some(limit) if length as u64 > limit => Err(Misfit::TooLong(limit)),
        _ => Ok(()),
    }
}

fn is_boolean(text: &str) -> bool {
    [
        "true", "false", "t", "f", "yes", "no", "y", "n", "on", "off",
    ]
    .iter()
    .any(|word| word.eq_ignore_ascii_case(text))
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn whole(value: &Value, text: &str, least: i128, largest: i128) -> Result<(), Misfit> {
    let misfit = || {
        Err(Misfit::Unreadable(format!(
            "a whole number from {least} to {largest}"
        )))
    };
    if matches!(value, Value::Bool(_)) {
        return Ok(());
    }
    match text.parse::<i128>() {
        Ok(number) if (least..=largest).contains(&number) => Ok(()),
        // "12.0" and "1e3": some round, some refuse.
        Err(_) if is_number(text) => Ok(()),
        _ => misfit(),
    }
}

fn decimal(value: &Value, text: &str, data_type: &DataType) -> Result<(), Misfit> {
    if matches!(value, Value::Bool(_)) {
        return Ok(());
    }
    if !is_number(text) {
        // PostgreSQL's numeric holds these.
        let special = ["nan", "infinity", "-infinity", "inf", "-inf"];
        if special.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Ok(());
        }
        return Err(Misfit::Unreadable("a number".to_owned()));
    }
    let (Some(precision), scale) = (data_type.precision, data_type.scale.unwrap_or(0)) else {
        return Ok(());
    };
    if text.contains(['e', 'E']) {
        return Ok(());
    }
    let whole = text.trim_start_matches(['+', '-']);
    let whole = whole.split('.').next().unwrap_or_default();
    let digits = whole.trim_start_matches('0').len();
    let room = i64::from(precision) - i64::from(scale);
    if i64::try_from(digits).unwrap_or(i64::MAX) > room.max(0) {
        return Err(Misfit::Unreadable(format!(
            "a number with at most {} digits before the point",
            room.max(0)
        )));
    }
    Ok(())
}

/// Whether the text can hold a date at all: digits, or a word that some database knows (`today`,
/// `infinity`, `now`).
fn has_date(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 4
        || [
            "infinity",
            "-infinity",
            "now",
            "today",
            "tomorrow",
            "yesterday",
            "epoch",
        ]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str, kind: TypeKind) -> bool {
        fits(&Value::from(text), &DataType::new(kind, "")).is_ok()
    }

    #[test]
    fn a_whole_number_must_be_within_its_bits() {
        for (text, bits, fit) in [
            ("127", 8, true),
            ("128", 8, false),
            ("-128", 8, true),
            ("9223372036854775807", 64, true),
            ("9223372036854775808", 64, false),
            ("abc", 32, false),
            ("", 32, false),
            (" 7 ", 32, true),
        ] {
            assert_eq!(
                held(text, TypeKind::Integer { bits }),
                fit,
                "{text} in {bits}"
            );
        }
        assert!(held(
            "18446744073709551615",
            TypeKind::Unsigned { bits: 64 }
        ));
        assert!(!held("-1", TypeKind::Unsigned { bits: 64 }));
        let misfit = fits(
            &Value::from("300"),
            &DataType::new(TypeKind::Unsigned { bits: 8 }, "tinyint unsigned"),
        );
        assert_eq!(
            misfit,
            Err(Misfit::Unreadable("a whole number from 0 to 255".into()))
        );
    }

    #[test]
    fn text_is_counted_in_characters() {
        let mut five = DataType::new(TypeKind::Text, "varchar(5)");
        five.length = Some(5);
        assert!(fits(&Value::from("😀é漢ab"), &five).is_ok());
        assert_eq!(fits(&Value::from("sixsix"), &five), Err(Misfit::TooLong(5)));
    }

    #[test]
    fn a_decimal_has_room_before_the_point() {
        let mut money = DataType::new(TypeKind::Decimal, "decimal(6,2)");
        (money.precision, money.scale) = (Some(6), Some(2));
        for (text, fit) in [
            ("9999.999", true),
            ("-0001234.5", true),
            ("12345", false),
            ("x", false),
        ] {
            assert_eq!(fits(&Value::from(text), &money).is_ok(), fit, "{text}");
        }
    }

    #[test]
    fn what_no_database_reads_is_refused_and_null_never_is() {
        assert!(!held("abc", TypeKind::Date));
        assert!(!held("maybe", TypeKind::Boolean));
        assert!(!held("{", TypeKind::Json));
        assert!(!held("1234", TypeKind::Uuid));
        assert!(held("2024-05-06", TypeKind::Date));
        assert!(held("20240506", TypeKind::Date));
        assert!(held("infinity", TypeKind::TimestampTz));
        assert!(held("T", TypeKind::Boolean));
        assert!(fits(&Value::Null, &DataType::new(TypeKind::Date, "date")).is_ok());
    }
}
