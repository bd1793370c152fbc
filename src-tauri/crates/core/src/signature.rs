//! A call held against the signature of the routine it names: which argument goes where, which
//! values come back, what does not fit. Pure, so that the check of a mapping and the drivers decide
//! alike.

use crate::catalogue::{Routine, RoutineKind, RoutineParameter};
use crate::failure::{DatabaseError, DatabaseErrorKind};
use crate::fit::{Misfit, fits};
use crate::plan::{BoundParameter, Direction};
use crate::sql::ProcedureCall;

/// One argument of a call beside what the routine declares for it.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// Position in the routine's list of parameters, from 0.
    pub position: usize,
    /// `None` beyond the declared ones of a variadic routine.
    pub declared: Option<&'a RoutineParameter>,
    /// Which bound parameter it is, from 0, where the argument is a `?` and nothing else.
    pub bound: Option<usize>,
}

/// Why a call cannot mean this routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It takes so many arguments.
    Count { declared: usize, given: usize },
    /// It has no parameter of this name.
    NoSuchParameter(String),
    /// The parameter is given twice.
    Twice(String),
    /// The parameter is not given and has no default.
    Missing(String),
}

/// Lays the arguments of a call beside the parameters of a routine.
///
/// The parameters of a function do not include those it only gives back ([`Direction::Out`]),
/// because a call has no place for them.
///
/// # Errors
/// [`Mismatch`] where the call cannot mean this routine.
pub fn arguments<'a>(
    routine: &'a Routine,
    call: &ProcedureCall,
) -> Result<Vec<Argument<'a>>, Mismatch> {
    let declared: Vec<(usize, &RoutineParameter)> = routine
        .parameters
        .iter()
        .enumerate()
        .filter(|(_, p)| routine.kind == RoutineKind::Procedure || p.direction != Direction::Out)
        .collect();
    let given = call.arguments.len();
    let count = Mismatch::Count {
        declared: declared.len(),
        given,
    };
    if given > declared.len() && !routine.variadic {
        return Err(count);
    }
    let mut marks = usize::from(call.returns);
    let mut laid: Vec<Argument<'a>> = Vec::with_capacity(given);
    for (index, argument) in call.arguments.iter().enumerate() {
        let bound = (argument.text == "?").then_some(marks);
        marks += argument.marks;
        let (position, parameter) = match &argument.name {
            None => match declared.get(index) {
                Some((position, parameter)) => (*position, Some(*parameter)),
                None => (index, None),
            },
            Some(name) => {
                let found = declared.iter().find(|(_, p)| {
                    p.name.as_ref().is_some_and(|known| {
                        known.trim_start_matches('@').eq_ignore_ascii_case(name)
                    })
                });
                let (position, parameter) =
                    found.ok_or_else(|| Mismatch::NoSuchParameter(name.clone()))?;
                (*position, Some(*parameter))
            }
        };
        if parameter.is_some() && laid.iter().any(|earlier| earlier.position == position) {
            let name = argument
                .name
                .clone()
                .unwrap_or_else(|| position.to_string());
            return Err(Mismatch::Twice(name));
        }
        laid.push(Argument {
            position,
            declared: parameter,
            bound,
        });
    }
    let named = call
        .arguments
        .iter()
        .any(|argument| argument.name.is_some());
    for (index, (position, parameter)) in declared.iter().enumerate() {
        let last_of_variadic = routine.variadic && index + 1 == declared.len();
        if parameter.optional
            || last_of_variadic
            || laid.iter().any(|argument| argument.position == *position)
        {
            continue;
        }
        return Err(match (&parameter.name, named) {
            (Some(name), true) => Mismatch::Missing(name.clone()),
            _ => count,
        });
    }
    Ok(laid)
}

/// The routine that a call means among those of its name, with its arguments laid out: the first
/// that fits, the one without defaults used before the others.
///
/// # Errors
/// `ArgumentCount` (with how many are declared) where none fits, `MissingProcedure` where there is
/// none.
pub fn choose<'a>(
    routines: &'a [Routine],
    call: &ProcedureCall,
) -> Result<(&'a Routine, Vec<Argument<'a>>), DatabaseError> {
    let mut refused = None;
    let mut fitting: Option<(&Routine, Vec<Argument<'a>>)> = None;
    for routine in routines {
        match arguments(routine, call) {
            Ok(laid) => {
                let exact = laid.len() == routine.parameters.len();
                if exact || fitting.is_none() {
                    fitting = Some((routine, laid));
                }
                if exact {
                    break;
                }
            }
            Err(mismatch) => refused = refused.or(Some((routine, mismatch))),
        }
    }
    if let Some(found) = fitting {
        return Ok(found);
    }
    let name = call.name.as_str();
    Err(match refused {
        None => DatabaseError {
            object: Some(name.to_owned()),
            ..DatabaseError::new(
                DatabaseErrorKind::MissingProcedure,
                format!("There is no procedure or function named {name}."),
            )
        },
        Some((routine, mismatch)) => refusal(routine, &mismatch),
    })
}

fn refusal(routine: &Routine, mismatch: &Mismatch) -> DatabaseError {
    let name = routine.name.to_string();
    let (expected, message) = match mismatch {
        Mismatch::Count { declared, given } => (
            Some(*declared),
            format!("\"{name}\" takes {declared} parameters, and {given} are given."),
        ),
        Mismatch::NoSuchParameter(parameter) => (
            None,
            format!("\"{name}\" has no parameter named {parameter}."),
        ),
        Mismatch::Twice(parameter) => (
            None,
            format!("The parameter {parameter} of \"{name}\" is given twice."),
        ),
        Mismatch::Missing(parameter) => (
            None,
            format!("The parameter {parameter} of \"{name}\" is not given, and it has no default."),
        ),
    };
    DatabaseError {
        object: Some(name),
        expected,
        ..DatabaseError::new(DatabaseErrorKind::ArgumentCount, message)
    }
}

/// Refuses a value that cannot fit the type of its parameter or column, before anything is sent.
/// `place` is the parameter's or column's own name in the database.
///
/// # Errors
/// `InvalidValue` or `TooLong`, naming place, value (where it is no secret) and what is expected.
pub fn check_value(
    parameter: &BoundParameter,
    place: &str,
    data_type: &crate::catalogue::DataType,
) -> Result<(), DatabaseError> {
    let Err(misfit) = fits(&parameter.value, data_type) else {
        return Ok(());
    };
    let text = parameter.value.to_text().unwrap_or_default();
    let shown = if parameter.secret {
        "The value".to_owned()
    } else {
        match text.char_indices().nth(60) {
            Some((end, _)) => format!("\"{}…\"", &text[..end]),
            None => format!("\"{text}\""),
        }
    };
    let (kind, message) = match misfit {
        Misfit::Unreadable(wanted) => (
            DatabaseErrorKind::InvalidValue,
            format!(
                "{shown} does not fit {place}, which is {} and wants {wanted}. Nothing was sent.",
                data_type.text
            ),
        ),
        Misfit::TooLong(limit) => (
            DatabaseErrorKind::TooLong,
            format!(
                "{shown} has {} characters, and {place} ({}) holds {limit}. Nothing was sent.",
                text.chars().count(),
                data_type.text
            ),
        ),
    };
    Err(DatabaseError {
        object: Some(place.to_owned()),
        ..DatabaseError::new(kind, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{DataType, ObjectName, TypeKind};
    use crate::config::Dialect;

    fn routine(kind: RoutineKind, parameters: &[(&str, Direction, bool)]) -> Routine {
        Routine {
            name: ObjectName::new(Some("hr"), "p"),
            kind,
            parameters: parameters
                .iter()
                .map(|(name, direction, optional)| RoutineParameter {
                    name: Some((*name).to_owned()),
                    direction: *direction,
                    data_type: DataType::new(TypeKind::Text, "text"),
                    optional: *optional,
                    default: None,
                })
                .collect(),
            ..Routine::default()
        }
    }

    fn call(text: &str) -> ProcedureCall {
        ProcedureCall::parse(Dialect::Postgresql, text, 0).unwrap()
    }

    fn places(routine: &Routine, text: &str) -> Result<Vec<(usize, Option<usize>)>, Mismatch> {
        arguments(routine, &call(text))
            .map(|laid| laid.iter().map(|a| (a.position, a.bound)).collect())
    }

    const IN: Direction = Direction::In;
    const OUT: Direction = Direction::Out;

    #[test]
    fn arguments_stand_by_position_or_by_name() {
        let p = routine(
            RoutineKind::Procedure,
            &[("a", IN, false), ("b", IN, true), ("c", OUT, false)],
        );
        assert_eq!(
            places(&p, "CALL p(?, 'x', ?)"),
            Ok(vec![(0, Some(0)), (1, None), (2, Some(1))])
        );
        assert_eq!(
            places(&p, "CALL p(c => ?, A => ?)"),
            Ok(vec![(2, Some(0)), (0, Some(1))])
        );
        assert_eq!(
            places(&p, "CALL p(a => ?, d => ?)"),
            Err(Mismatch::NoSuchParameter("d".into()))
        );
        assert_eq!(
            places(&p, "CALL p(a => ?, a => ?, c => ?)"),
            Err(Mismatch::Twice("a".into()))
        );
        assert_eq!(
            places(&p, "CALL p(b => ?, c => ?)"),
            Err(Mismatch::Missing("a".into()))
        );
        assert_eq!(
            places(&p, "CALL p(?)"),
            Err(Mismatch::Count {
                declared: 3,
                given: 1
            })
        );
    }

    #[test]
    fn a_functions_out_values_take_no_place_in_the_call() {
        let f = routine(
            RoutineKind::Function,
            &[("a", IN, false), ("b", OUT, false)],
        );
        assert_eq!(places(&f, "p(?)"), Ok(vec![(0, Some(0))]));
        let returned = call("{? = call p(?)}");
        assert!(returned.returns);
        assert_eq!(arguments(&f, &returned).unwrap()[0].bound, Some(1));
    }

    #[test]
    fn the_overload_without_defaults_wins() {
        let long = routine(RoutineKind::Procedure, &[("a", IN, false), ("b", IN, true)]);
        let short = routine(RoutineKind::Procedure, &[("a", IN, false)]);
        let both = [long, short];
        let (chosen, _) = choose(&both, &call("p(?)")).unwrap();
        assert_eq!(chosen.parameters.len(), 1);
        let error = choose(&both, &call("p(?, ?, ?)")).unwrap_err();
        assert_eq!(
            (error.kind, error.expected),
            (DatabaseErrorKind::ArgumentCount, Some(2))
        );
        assert_eq!(
            choose(&[], &call("p")).unwrap_err().kind,
            DatabaseErrorKind::MissingProcedure
        );
    }

    #[test]
    fn a_value_that_does_not_fit_is_named_unless_it_is_secret() {
        let bound = |secret| BoundParameter {
            name: "AGE".into(),
            value: "old".into(),
            direction: IN,
            secret,
        };
        let int = DataType::new(TypeKind::Integer { bits: 32 }, "integer");
        let error = check_value(&bound(false), "p_age", &int).unwrap_err();
        assert_eq!(
            error.message,
            "\"old\" does not fit p_age, which is integer and wants a whole number from \
             -2147483648 to 2147483647. Nothing was sent."
        );
        let error = check_value(&bound(true), "p_age", &int).unwrap_err();
        assert!(!error.message.contains("old"), "{}", error.message);
    }
}
