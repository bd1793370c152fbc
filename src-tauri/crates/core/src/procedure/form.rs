//! The fields of a form, from a routine's signature.

use serde::Serialize;
use ts_rs::TS;

use crate::catalogue::{DataType, Routine, RoutineKind, RoutineParameter, TypeKind};
use crate::config::{Application, Dialect};
use crate::mapping::Parameter;
use crate::plan::Direction;
use crate::signature::arguments;

use super::usage::call_of;

/// How a value is typed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FormControl {
    /// Text, with the most characters it may have.
    Text {
        #[ts(type = "number | null")]
        most: Option<u64>,
    },
    /// Several lines: JSON, text without a limit.
    Long,
    Number {
        /// Whether it has no digits after the point.
        whole: bool,
    },
    Boolean,
    Date,
    Time,
    /// A date and a time, with an offset where `zone` says so.
    Moment {
        zone: bool,
    },
    Choice {
        labels: Vec<String>,
    },
    /// Hexadecimal digits.
    Bytes,
    /// Nothing is typed: it only comes back.
    None,
}

/// Whether a call may do without a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Omission {
    /// It has no default.
    Never,
    /// It has a default, and arguments can be named.
    Any,
    /// It has a default, and the dialect can leave out the last ones only.
    Last,
}

/// A field of the form: a parameter as somebody fills it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FormField {
    /// Position in the routine's own list, from 1.
    pub position: usize,
    pub name: Option<String>,
    pub direction: Direction,
    /// The type in the database's words.
    pub type_text: String,
    pub control: FormControl,
    /// What it takes, in words; `None` where anything does.
    pub takes: Option<String>,
    pub omission: Omission,
    /// The default in the database's words, where it tells it.
    pub default: Option<String>,
    /// Whether its values are never shown or kept.
    pub secret: bool,
    /// Whether any number of values may be given for it.
    pub variadic: bool,
}

/// The fields of a routine's form, in the order of its parameters.
pub fn fields(application: &Application, dialect: Dialect, routine: &Routine) -> Vec<FormField> {
    let last = routine.parameters.len();
    let parameters = routine.parameters.iter().enumerate();
    parameters
        .map(|(index, parameter)| {
            let out = parameter.direction == Direction::Out;
            FormField {
                position: index + 1,
                name: parameter.name.clone(),
                direction: parameter.direction,
                type_text: parameter.data_type.text.clone(),
                control: if out {
                    FormControl::None
                } else {
                    control(&parameter.data_type)
                },
                takes: takes(&parameter.data_type).filter(|_| !out),
                omission: omission(dialect, routine, parameter),
                default: parameter.default.clone(),
                secret: is_secret(application, dialect, routine, index),
                variadic: routine.variadic && index + 1 == last,
            }
        })
        .collect()
}

fn control(data_type: &DataType) -> FormControl {
    match data_type.kind {
        TypeKind::Boolean => FormControl::Boolean,
        TypeKind::Integer { .. } | TypeKind::Unsigned { .. } => FormControl::Number { whole: true },
        TypeKind::Decimal => FormControl::Number {
            whole: data_type.scale == Some(0),
        },
        TypeKind::Float => FormControl::Number { whole: false },
        TypeKind::Bytes => FormControl::Bytes,
        TypeKind::Date => FormControl::Date,
        TypeKind::Time => FormControl::Time,
        TypeKind::Timestamp => FormControl::Moment { zone: false },
        TypeKind::TimestampTz => FormControl::Moment { zone: true },
        TypeKind::Enum if !data_type.labels.is_empty() => FormControl::Choice {
            labels: data_type.labels.clone(),
        },
        TypeKind::Json => FormControl::Long,
        // What a line of a form cannot show at once gets several.
        TypeKind::Text if data_type.length.is_none_or(|most| most > 1_000) => FormControl::Long,
        TypeKind::Text => FormControl::Text {
            most: data_type.length,
        },
        TypeKind::Cursor => FormControl::None,
        _ => FormControl::Text { most: None },
    }
}

/// What a type takes, in words.
fn takes(data_type: &DataType) -> Option<String> {
    Some(match data_type.kind {
        TypeKind::Integer { bits } => {
            let largest = i128::MAX >> 128u32.saturating_sub(u32::from(bits));
            format!("a whole number from {} to {largest}", -largest - 1)
        }
        TypeKind::Unsigned { bits } => {
            let largest = i128::MAX >> 127u32.saturating_sub(u32::from(bits));
            format!("a whole number from 0 to {largest}")
        }
        TypeKind::Decimal => match (data_type.precision, data_type.scale) {
            (Some(precision), Some(scale)) if scale > 0 => {
                format!("a number with {precision} digits, {scale} of them after the point")
            }
            (Some(precision), _) => format!("a whole number of {precision} digits"),
            (None, _) => "a number".to_owned(),
        },
        TypeKind::Float => "a number".to_owned(),
        TypeKind::Text => format!("text of at most {} characters", data_type.length?),
        TypeKind::Bytes => match data_type.length {
            Some(most) => format!("at most {most} bytes, as hexadecimal digits"),
            None => "bytes, as hexadecimal digits".to_owned(),
        },
        TypeKind::Boolean => "true or false".to_owned(),
        TypeKind::Date => "a date as YYYY-MM-DD".to_owned(),
        TypeKind::Time => "a time as hh:mm:ss".to_owned(),
        TypeKind::Timestamp => "a date and time as YYYY-MM-DD hh:mm:ss".to_owned(),
        TypeKind::TimestampTz => {
            "a date and time with an offset, as YYYY-MM-DD hh:mm:ss+00:00".to_owned()
        }
        TypeKind::Uuid => "a UUID as 8-4-4-4-12 hexadecimal digits".to_owned(),
        TypeKind::Json => "JSON".to_owned(),
        TypeKind::Enum => format!("one of {}", data_type.labels.join(", ")),
        TypeKind::Interval => "a length of time as the database writes it".to_owned(),
        TypeKind::Array => "a list as the database writes it".to_owned(),
        TypeKind::Cursor | TypeKind::Other => return None,
    })
}

fn omission(dialect: Dialect, routine: &Routine, parameter: &RoutineParameter) -> Omission {
    if !parameter.optional || parameter.direction == Direction::Out {
        return Omission::Never;
    }
    let named = routine.parameters.iter().all(|p| p.name.is_some());
    match dialect {
        // A function of SQL Server takes no names, and the word DEFAULT in the place.
        Dialect::SqlServer if routine.kind == RoutineKind::Function => Omission::Any,
        Dialect::Sqlite | Dialect::Postgresql | Dialect::SqlServer | Dialect::Oracle if named => {
            Omission::Any
        }
        _ => Omission::Last,
    }
}

/// Words in the name of a parameter that make its value a secret, whatever the configuration says: to
/// hide one too many costs less than to keep a password.
const TELLING: [&str; 5] = ["password", "passwd", "pwd", "secret", "passphrase"];

/// Whether the values of a parameter (from 0) are never shown or kept: it is named after a secret
/// column of the application, a mapping of the application gives it one, or its name says so itself.
pub fn is_secret(
    application: &Application,
    dialect: Dialect,
    routine: &Routine,
    index: usize,
) -> bool {
    let Some(parameter) = routine.parameters.get(index) else {
        return false;
    };
    let name = parameter.name.as_deref().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let plain = lower.strip_prefix("p_").unwrap_or(&lower);
    application.is_secret(name)
        || application.is_secret(plain)
        || TELLING.iter().any(|word| lower.contains(word))
        || mapped_to_secret(application, dialect, routine, index)
}

fn mapped_to_secret(
    application: &Application,
    dialect: Dialect,
    routine: &Routine,
    index: usize,
) -> bool {
    application.operations.values().any(|mapping| {
        let Some(call) = call_of(dialect, mapping, &routine.name) else {
            return false;
        };
        let Ok(laid) = arguments(routine, &call) else {
            return false;
        };
        laid.iter().any(|argument| {
            let source = argument.bound.and_then(|at| mapping.parameters.get(at));
            argument.position == index
                && matches!(source, Some(Parameter::Field(field)) if application.is_secret(field))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ObjectName;
    use crate::config::Workspace;

    const TEXT: &str = r#"
        [connections.demo]
        dialect = "mysql"
        host = "127.0.0.1"
        database = "hr"
        user = "scim"
        [applications.a]
        connection = "demo"
        profile = "columns"
        secret_columns = ["BADGE"]
        [applications.a.operations.create_user]
        kind = "procedure"
        statement = "CALL ENROL(?, ?)"
        parameters = ["USER_ID", "BADGE"]
    "#;

    fn routine(name: &str, parameters: &[(&str, TypeKind)]) -> Routine {
        Routine {
            name: ObjectName::new(Some("hr"), name),
            parameters: parameters
                .iter()
                .map(|(name, kind)| RoutineParameter {
                    name: Some((*name).to_owned()),
                    data_type: DataType::new(*kind, ""),
                    ..RoutineParameter::default()
                })
                .collect(),
            ..Routine::default()
        }
    }

    #[test]
    fn a_parameter_is_secret_by_its_column_by_a_mapping_or_by_its_own_name() {
        let workspace = Workspace::parse(TEXT).unwrap();
        let application = &workspace.applications["a"];
        let text = TypeKind::Text;
        let enrol = routine("ENROL", &[("p_who", text), ("p_what", text)]);
        let other = routine("OTHER", &[("p_badge", text), ("newPassword", text)]);
        let secret =
            |routine: &Routine, index| is_secret(application, Dialect::Mysql, routine, index);
        assert!(!secret(&enrol, 0));
        assert!(secret(&enrol, 1), "the mapping binds BADGE to it");
        assert!(secret(&other, 0) && secret(&other, 1));
    }

    #[test]
    fn the_type_decides_the_control_and_the_words() {
        let mut money = DataType::new(TypeKind::Decimal, "decimal(6,2)");
        (money.precision, money.scale) = (Some(6), Some(2));
        assert_eq!(control(&money), FormControl::Number { whole: false });
        assert_eq!(
            takes(&money).as_deref(),
            Some("a number with 6 digits, 2 of them after the point")
        );
        let small = DataType::new(TypeKind::Integer { bits: 8 }, "tinyint");
        assert_eq!(
            takes(&small).as_deref(),
            Some("a whole number from -128 to 127")
        );
        let mut word = DataType::new(TypeKind::Text, "varchar(10)");
        word.length = Some(10);
        assert_eq!(control(&word), FormControl::Text { most: Some(10) });
        word.length = None;
        assert_eq!(control(&word), FormControl::Long);
    }

    #[test]
    fn only_the_last_parameters_may_be_left_out_where_arguments_have_no_names() {
        let mut p = routine("P", &[("a", TypeKind::Text)]);
        p.parameters[0].optional = true;
        let of = |dialect, routine: &Routine| omission(dialect, routine, &routine.parameters[0]);
        assert_eq!(of(Dialect::Postgresql, &p), Omission::Any);
        assert_eq!(of(Dialect::Mysql, &p), Omission::Last);
        p.parameters[0].name = None;
        assert_eq!(of(Dialect::Postgresql, &p), Omission::Last);
        p.parameters[0].optional = false;
        assert_eq!(of(Dialect::Postgresql, &p), Omission::Never);
    }
}
