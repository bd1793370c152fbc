//! What the catalogue writes for a type, read: `int(10) unsigned`, `enum('a','b')`.
//!
//! **Invariant:** a type that is not known here is `Other`, for which no value is refused.
//!
//! To read one more type: a line in [`read`] and one in its test.

use sluice_core::catalogue::{DataType, TypeKind};

/// A type as `COLUMN_TYPE` and `DTD_IDENTIFIER` have it.
pub(super) fn read(text: &str) -> DataType {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let word = text[..end].to_ascii_lowercase();
    let unsigned = text.to_ascii_lowercase().contains("unsigned");
    let list = bracketed(&text[end..]);
    let mut numbers = list.split(',').map(|number| number.trim().parse::<u32>());
    let mut number = || numbers.next().and_then(Result::ok);
    let whole = |bits| {
        if unsigned {
            TypeKind::Unsigned { bits }
        } else {
            TypeKind::Integer { bits }
        }
    };
    let mut data_type = DataType::new(TypeKind::Other, text);
    match word.as_str() {
        // How these databases write BOOLEAN.
        "tinyint" if list == "1" => data_type.kind = TypeKind::Boolean,
        "bool" | "boolean" => data_type.kind = TypeKind::Boolean,
        "tinyint" => data_type.kind = whole(8),
        "smallint" => data_type.kind = whole(16),
        "mediumint" => data_type.kind = whole(24),
        "int" | "integer" => data_type.kind = whole(32),
        "bigint" => data_type.kind = whole(64),
        "year" => data_type.kind = TypeKind::Unsigned { bits: 16 },
        "bit" => {
            let bits = number().and_then(|n| u8::try_from(n).ok()).unwrap_or(1);
            data_type.kind = if bits == 1 {
                TypeKind::Boolean
            } else {
                TypeKind::Unsigned { bits }
            };
        }
        "decimal" | "numeric" | "dec" | "fixed" => {
            data_type.kind = TypeKind::Decimal;
            data_type.precision = number().or(Some(10));
            data_type.scale = number().and_then(|n| i32::try_from(n).ok()).or(Some(0));
        }
        "float" | "double" | "real" => data_type.kind = TypeKind::Float,
        "char" | "varchar" => {
            data_type.kind = TypeKind::Text;
            data_type.length = number().map(u64::from).or(Some(1));
        }
        "tinytext" | "text" | "mediumtext" | "longtext" => {
            data_type.kind = TypeKind::Text;
            data_type.length = capacity(&word);
        }
        "binary" | "varbinary" => {
            data_type.kind = TypeKind::Bytes;
            data_type.length = number().map(u64::from).or(Some(1));
        }
        "tinyblob" | "blob" | "mediumblob" | "longblob" => {
            data_type.kind = TypeKind::Bytes;
            data_type.length = capacity(&word);
        }
        "enum" => {
            data_type.kind = TypeKind::Enum;
            data_type.labels = labels(list);
        }
        // Any of the labels together, separated by commas: text as far as a value is concerned.
        "set" => {
            data_type.kind = TypeKind::Text;
            data_type.labels = labels(list);
        }
        "date" => data_type.kind = TypeKind::Date,
        "time" => data_type.kind = TypeKind::Time,
        // A TIMESTAMP is read and written in the session's zone, and its text has none.
        "datetime" | "timestamp" => data_type.kind = TypeKind::Timestamp,
        "json" => data_type.kind = TypeKind::Json,
        "uuid" => data_type.kind = TypeKind::Uuid,
        _ => {}
    }
    data_type
}

/// Whether a value must be bound as a number, because the server takes digits for bytes.
pub(super) fn is_bits(data_type: &DataType) -> bool {
    let text = data_type.text.as_bytes();
    text.get(..3)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"bit"))
}

/// What the types without a length of their own hold, in bytes, hence at most so many characters.
fn capacity(word: &str) -> Option<u64> {
    match word {
        "tinytext" | "tinyblob" => Some((1 << 8) - 1),
        "text" | "blob" => Some((1 << 16) - 1),
        "mediumtext" | "mediumblob" => Some((1 << 24) - 1),
        _ => None,
    }
}

/// What stands in the brackets that follow a type's name.
fn bracketed(rest: &str) -> &str {
    let inner = rest.trim_start().strip_prefix('(');
    inner
        .and_then(|inner| inner.rsplit_once(')'))
        .map_or("", |(list, _)| list)
}

/// `'a','it''s'` as its labels.
fn labels(list: &str) -> Vec<String> {
    let (mut labels, mut label, mut inside) = (Vec::new(), String::new(), false);
    let mut characters = list.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\'' if inside && characters.peek() == Some(&'\'') => {
                characters.next();
                label.push('\'');
            }
            '\'' if inside => {
                labels.push(std::mem::take(&mut label));
                inside = false;
            }
            '\'' => inside = true,
            other if inside => label.push(other),
            _ => {}
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_servers_spellings_of_a_type_are_read() {
        for (text, kind) in [
            ("tinyint(1)", TypeKind::Boolean),
            ("bit(1)", TypeKind::Boolean),
            ("bit(12)", TypeKind::Unsigned { bits: 12 }),
            ("tinyint(4)", TypeKind::Integer { bits: 8 }),
            ("tinyint(3) unsigned", TypeKind::Unsigned { bits: 8 }),
            ("tinyint unsigned", TypeKind::Unsigned { bits: 8 }),
            ("int(11)", TypeKind::Integer { bits: 32 }),
            ("int", TypeKind::Integer { bits: 32 }),
            (
                "mediumint(8) unsigned zerofill",
                TypeKind::Unsigned { bits: 24 },
            ),
            ("bigint(20) unsigned", TypeKind::Unsigned { bits: 64 }),
            ("double unsigned", TypeKind::Float),
            ("datetime(6)", TypeKind::Timestamp),
            ("timestamp", TypeKind::Timestamp),
            ("time(3)", TypeKind::Time),
            ("year(4)", TypeKind::Unsigned { bits: 16 }),
            ("json", TypeKind::Json),
            ("uuid", TypeKind::Uuid),
            ("inet6", TypeKind::Other),
            ("point", TypeKind::Other),
            ("varbinary(16)", TypeKind::Bytes),
        ] {
            assert_eq!(read(text).kind, kind, "{text}");
        }
    }

    #[test]
    fn lengths_digits_and_labels_are_read() {
        assert_eq!(read("varchar(100)").length, Some(100));
        assert_eq!(read("varchar(100) CHARSET utf8mb4").length, Some(100));
        assert_eq!(read("text").length, Some(65_535));
        assert_eq!(read("longtext").length, None);
        let money = read("decimal(65,30) unsigned");
        assert_eq!((money.precision, money.scale), (Some(65), Some(30)));
        assert_eq!(read("enum('x','it''s, (y)')").labels, ["x", "it's, (y)"]);
        assert_eq!(read("set('a','b')").labels, ["a", "b"]);
    }
}
