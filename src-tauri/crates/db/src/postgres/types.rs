//! PostgreSQL's types in the words of the core, from the catalogue's description or from the driver's.
//!
//! **Invariant:** a type that is not named here is [`TypeKind::Other`], for which no value is refused.
//!
//! To add a type: its name as `pg_type` has it in [`kind`], and where the standard spells it
//! otherwise, in [`spelled`].

use sluice_core::catalogue::{DataType, TypeKind};
use tokio_postgres::types::{Kind, Type};

/// The kind of a type by its name in `pg_type`.
fn kind(name: &str) -> TypeKind {
    match name {
        "bool" => TypeKind::Boolean,
        "int2" => TypeKind::Integer { bits: 16 },
        "int4" => TypeKind::Integer { bits: 32 },
        "int8" => TypeKind::Integer { bits: 64 },
        "numeric" => TypeKind::Decimal,
        "float4" | "float8" => TypeKind::Float,
        "text" | "varchar" | "bpchar" | "name" | "citext" | "xml" => TypeKind::Text,
        "bytea" => TypeKind::Bytes,
        "date" => TypeKind::Date,
        "time" | "timetz" => TypeKind::Time,
        "timestamp" => TypeKind::Timestamp,
        "timestamptz" => TypeKind::TimestampTz,
        "interval" => TypeKind::Interval,
        "uuid" => TypeKind::Uuid,
        "json" | "jsonb" => TypeKind::Json,
        "refcursor" => TypeKind::Cursor,
        name if name.starts_with('_') => TypeKind::Array,
        _ => TypeKind::Other,
    }
}

/// A type's name as `format_type` writes it.
fn spelled(name: &str) -> &str {
    match name {
        "bool" => "boolean",
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "varchar" => "character varying",
        "bpchar" => "character",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "varbit" => "bit varying",
        other => other,
    }
}

/// A type of the catalogue. `name` is that of the type below all domains, `modifier` its
/// `atttypmod` (-1 for none), `labels` those of an enumeration.
pub(super) fn described(text: String, name: &str, modifier: i64, labels: Vec<String>) -> DataType {
    let mut data_type = DataType {
        text,
        kind: if labels.is_empty() {
            kind(name)
        } else {
            TypeKind::Enum
        },
        labels,
        ..DataType::default()
    };
    match name {
        // Four bytes of header are counted.
        "varchar" | "bpchar" => data_type.length = u64::try_from(modifier - 4).ok(),
        "bit" | "varbit" => data_type.length = u64::try_from(modifier).ok(),
        "numeric" if modifier >= 4 => {
            let modifier = modifier - 4;
            data_type.precision = u32::try_from((modifier >> 16) & 0xffff).ok();
            // Eleven bits with a sign, as of PostgreSQL 15; before, never more than ten were used.
            data_type.scale = i32::try_from(((modifier & 0x7ff) ^ 1024) - 1024).ok();
        }
        _ => {}
    }
    data_type
}

/// A type as the driver describes it: of a parameter, which has no length.
pub(super) fn of_parameter(ty: &Type) -> DataType {
    let text = match ty.kind() {
        Kind::Array(inner) => format!("{}[]", spelled(inner.name())),
        _ => spelled(ty.name()).to_owned(),
    };
    match ty.kind() {
        Kind::Enum(labels) => described(text, ty.name(), -1, labels.clone()),
        Kind::Domain(inner) => DataType {
            text,
            ..of_parameter(inner)
        },
        Kind::Array(_) => DataType::new(TypeKind::Array, text),
        _ => described(text, ty.name(), -1, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The modifiers are those that PostgreSQL 15 keeps in atttypmod for these types.
    #[test]
    fn lengths_precisions_and_scales_are_read_from_the_modifier() {
        let of = |name, modifier| {
            let it = described(String::new(), name, modifier, Vec::new());
            (it.length, it.precision, it.scale)
        };
        assert_eq!(of("varchar", 104), (Some(100), None, None));
        assert_eq!(of("varchar", -1), (None, None, None));
        assert_eq!(of("numeric", 655_366), (None, Some(10), Some(2)));
        assert_eq!(of("numeric", 198_658), (None, Some(3), Some(-2)));
        assert_eq!(of("numeric", -1), (None, None, None));
        assert_eq!(of("bit", 3), (Some(3), None, None));
    }

    #[test]
    fn parameters_are_told_in_the_servers_words() {
        let integer = of_parameter(&Type::INT4);
        assert_eq!(integer.text, "integer");
        assert_eq!(integer.kind, TypeKind::Integer { bits: 32 });
        let array = of_parameter(&Type::INT4_ARRAY);
        assert_eq!(
            (array.text.as_str(), array.kind),
            ("integer[]", TypeKind::Array)
        );
        assert_eq!(of_parameter(&Type::POINT).kind, TypeKind::Other);
    }
}
