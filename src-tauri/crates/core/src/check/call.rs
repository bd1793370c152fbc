//! A call held against the signature of its routine: existence, number, order, mode, type, length.

use std::fmt::Write as _;

use crate::catalogue::{Routine, RoutineKind, RoutineParameter, TypeKind};
use crate::config::nearest;
use crate::fit::{Misfit, fits};
use crate::mapping::{Mapping, Parameter};
use crate::plan::Direction;
use crate::ports::Severity;
use crate::signature::{Argument, Mismatch, arguments};
use crate::value::Value;

use super::{Finding, Fix, Subject};

impl Subject<'_> {
    pub(super) fn call(&self, mapping: &Mapping, found: &mut Vec<Finding>) {
        let (Some(call), Some(routines)) = (
            self.parsed_call(mapping),
            self.live.routines.get(&self.operation),
        ) else {
            return;
        };
        let Some(routine) = self.routine(mapping) else {
            let near = nearest(
                &call.bare_name(),
                self.live.routine_names.iter().map(String::as_str),
            );
            let remedy = match near {
                Some(near) => format!("Did you mean {near}? Else create it, or grant the right to run it."),
                None => "Create it, or grant this account the right to run it: without that it cannot be seen.".to_owned(),
            };
            found.push(
                Finding::new(
                    Severity::Error,
                    "routine_missing",
                    format!(
                        "The routine {} does not exist, or this account cannot see it.",
                        call.name
                    ),
                    remedy,
                )
                .at(format!("object {}", call.bare_name())),
            );
            return;
        };
        if routines.len() > 1 {
            found.push(Finding::new(
                Severity::Note,
                "overloaded",
                format!("There are {} routines named {}; the database chooses by the number and types of the arguments.", routines.len(), routine.name),
                "Check that the one that is meant is chosen.",
            ));
        }
        match arguments(routine, &call) {
            Ok(laid) => {
                self.order(mapping, &laid, found);
                for argument in &laid {
                    let place = argument.bound.map(parameter_place);
                    // What stands in the wrong place has the wrong type too; once is enough.
                    if !found.iter().any(|f| f.place.is_some() && f.place == place) {
                        self.argument(mapping, routine, argument, found);
                    }
                }
            }
            Err(mismatch) => found.push(self.mismatch(mapping, routine, &mismatch)),
        }
    }

    fn mismatch(&self, mapping: &Mapping, routine: &Routine, mismatch: &Mismatch) -> Finding {
        let name = &routine.name;
        let (code, cause) = match mismatch {
            Mismatch::Count { declared, given } => {
                let fields: Vec<&str> = mapping.parameters.iter().map(Parameter::name).collect();
                let unmapped: Vec<&str> = declared_names(routine)
                    .filter(|name| !fields.iter().any(|field| same(field, name)))
                    .collect();
                let unknown: Vec<&str> = fields
                    .iter()
                    .copied()
                    .filter(|field| {
                        *field != "constant"
                            && !declared_names(routine).any(|name| same(field, name))
                    })
                    .collect();
                let mut cause =
                    format!("{name} takes {declared} parameters, and {given} are given.");
                if !unmapped.is_empty() {
                    let _ = write!(cause, " Not mapped: {}.", unmapped.join(", "));
                }
                if !unknown.is_empty() {
                    let _ = write!(cause, " Not among its parameters: {}.", unknown.join(", "));
                }
                ("parameter_count", cause)
            }
            Mismatch::NoSuchParameter(parameter) => (
                "parameter_name",
                format!("{name} has no parameter named {parameter}."),
            ),
            Mismatch::Twice(parameter) => (
                "parameter_name",
                format!("The parameter {parameter} of {name} is given twice."),
            ),
            Mismatch::Missing(parameter) => (
                "parameter_name",
                format!("The parameter {parameter} of {name} is not given, and it has no default."),
            ),
        };
        let finding = Finding::new(
            Severity::Error,
            code,
            cause,
            "Map exactly the parameters that the routine declares, in its order.",
        );
        match self.proposal(mapping, routine) {
            Some(parameters) => finding.fixed_by(Fix::Parameters { parameters }),
            None => finding,
        }
    }

    /// The parameters in the routine's own order, where each is found by its name.
    fn proposal(&self, mapping: &Mapping, routine: &Routine) -> Option<Vec<String>> {
        let known: Vec<&str> = mapping
            .parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Field(field) => Some(field.as_str()),
                _ => None,
            })
            .chain(
                self.live
                    .relations
                    .iter()
                    .flat_map(|relation| relation.columns.iter().map(|c| c.name.as_str())),
            )
            .collect();
        routine
            .parameters
            .iter()
            .filter(|p| routine.kind == RoutineKind::Procedure || p.direction != Direction::Out)
            .map(|parameter| {
                let name = parameter.name.as_deref()?;
                if parameter.direction == Direction::Out {
                    return Some(format!("{{ out = \"{name}\" }}"));
                }
                let field = known.iter().find(|field| same(field, name))?;
                Some(format!("\"{field}\""))
            })
            .collect()
    }

    /// Mode, type and length of one argument.
    fn argument(
        &self,
        mapping: &Mapping,
        routine: &Routine,
        argument: &Argument<'_>,
        found: &mut Vec<Finding>,
    ) {
        let (Some(declared), Some(bound)) = (argument.declared, argument.bound) else {
            return;
        };
        let Some(parameter) = mapping.parameters.get(bound) else {
            return;
        };
        let place = parameter_place(bound);
        let name = declared.name.as_deref().unwrap_or("without a name");
        match (parameter, declared.direction) {
            (Parameter::Out(_) | Parameter::Cursor(_), Direction::In) => found.push(
                Finding::new(
                    Severity::Error,
                    "parameter_mode",
                    format!(
                        "{name} of {} is an IN parameter, and it is mapped as an out value.",
                        routine.name
                    ),
                    "Map a field or a constant to it.",
                )
                .at(&place),
            ),
            (Parameter::Field(_) | Parameter::Constant(_), Direction::Out) => found.push(
                Finding::new(
                    Severity::Warning,
                    "parameter_mode",
                    format!(
                        "{name} of {} is an OUT parameter: the value of {} is not used.",
                        routine.name,
                        parameter.name()
                    ),
                    format!("Map it as {{ out = \"{name}\" }}."),
                )
                .at(&place),
            ),
            _ => {}
        }
        match parameter {
            Parameter::Constant(fixed) => {
                let value = Value::Text(fixed.constant.clone());
                if let Err(misfit) = fits(&value, &declared.data_type) {
                    let wanted = match misfit {
                        Misfit::Unreadable(wanted) => wanted,
                        Misfit::TooLong(limit) => format!("at most {limit} characters"),
                    };
                    found.push(
                        Finding::new(
                            Severity::Error,
                            "parameter_type",
                            format!("The constant \"{}\" does not fit {name}, which is {} and wants {wanted}.", fixed.constant, declared.data_type.text),
                            "Correct the constant.",
                        )
                        .at(&place),
                    );
                }
            }
            Parameter::Field(field) => self.field_type(field, declared, &place, found),
            Parameter::Cursor(cursor) => {
                if declared.direction != Direction::In
                    && declared.data_type.kind != TypeKind::Cursor
                {
                    found.push(
                        Finding::new(
                            Severity::Error,
                            "parameter_mode",
                            format!(
                                "{name} of {} is {}, and it is mapped as a cursor.",
                                routine.name, declared.data_type.text
                            ),
                            format!("Map it as {{ out = \"{}\" }}.", cursor.cursor),
                        )
                        .at(&place),
                    );
                }
            }
            Parameter::Out(_) => {}
        }
    }

    /// The type of a parameter beside that of the column it is named after.
    fn field_type(
        &self,
        field: &str,
        declared: &RoutineParameter,
        place: &str,
        found: &mut Vec<Finding>,
    ) {
        let Some((relation, column)) = self.column_of(field) else {
            return;
        };
        let (parameter, stored) = (&declared.data_type, &column.data_type);
        let name = declared.name.as_deref().unwrap_or("the parameter");
        let column_name = format!("{}.{}", relation.name.name, column.name);
        if family(parameter.kind) != family(stored.kind)
            && family(parameter.kind) != Family::Any
            && family(stored.kind) != Family::Any
        {
            found.push(
                Finding::new(
                    Severity::Warning,
                    "parameter_type",
                    format!(
                        "{name} is {}, and the column {column_name} is {}.",
                        parameter.text, stored.text
                    ),
                    "Give both the same type, or check how the routine converts it.",
                )
                .at(place),
            );
        } else if let (Some(takes), Some(holds)) = (parameter.length, stored.length)
            && takes < holds
            && stored.kind == TypeKind::Text
        {
            found.push(
                Finding::new(
                    Severity::Warning,
                    "parameter_length",
                    format!("{name} takes {takes} characters, and the column {column_name} holds {holds}: longer values are refused or cut."),
                    "Widen the parameter.",
                )
                .at(place),
            );
        }
    }

    /// Two parameters that stand in each other's place.
    fn order(&self, mapping: &Mapping, laid: &[Argument<'_>], found: &mut Vec<Finding>) {
        let names = |argument: &Argument<'_>| -> Option<(String, String, usize)> {
            let declared = argument.declared?.name.clone()?;
            let bound = argument.bound?;
            match mapping.parameters.get(bound)? {
                Parameter::Field(field) => Some((field.clone(), declared, bound)),
                _ => None,
            }
        };
        let pairs: Vec<(String, String, usize)> = laid.iter().filter_map(names).collect();
        for (field, declared, bound) in &pairs {
            if same(field, declared) {
                continue;
            }
            // Only where its own place is there and somebody else stands in it.
            let own = pairs.iter().find(|(_, other, _)| same(field, other));
            if let Some((other, own, _)) = own {
                found.push(
                    Finding::new(
                        Severity::Error,
                        "parameter_order",
                        format!("{field} is mapped to {declared}, while {own} gets {other}: they stand in the wrong order."),
                        "Put them in the routine's order.",
                    )
                    .at(parameter_place(*bound)),
                );
            }
        }
        if found.iter().any(|f| f.code == "check.parameter_order")
            && let Some(routine) = self.routine(mapping)
            && let Some(parameters) = self.proposal(mapping, routine)
            && let Some(finding) = found.iter_mut().find(|f| f.code == "check.parameter_order")
        {
            finding.fix = Some(Fix::Parameters { parameters });
        }
    }
}

/// Counted from 1, as an administrator counts.
fn parameter_place(bound: usize) -> String {
    format!("parameter {}", bound + 1)
}

/// The names of what a call has a place for.
fn declared_names(routine: &Routine) -> impl Iterator<Item = &str> {
    routine
        .parameters
        .iter()
        .filter(|p| routine.kind == RoutineKind::Procedure || p.direction != Direction::Out)
        .filter_map(|parameter| parameter.name.as_deref())
}

/// Whether a field and a parameter are named alike: `USER_ID`, `p_user_id`, `in_USERID`.
fn same(field: &str, parameter: &str) -> bool {
    let plain = |text: &str| -> String {
        let text = text.trim_start_matches('@').to_ascii_lowercase();
        let text = ["p_", "in_", "i_", "v_", "pi_", "par_", "p"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix).filter(|rest| rest.len() > 1))
            .map_or(text.clone(), str::to_owned);
        text.chars().filter(|c| *c != '_').collect()
    };
    let bare = |text: &str| -> String {
        let text = text.trim_start_matches('@').to_ascii_lowercase();
        text.chars().filter(|c| *c != '_').collect()
    };
    bare(field) == plain(parameter) || bare(field) == bare(parameter)
}

/// Types between which no conversion is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Text,
    Number,
    Time,
    Bytes,
    Any,
}

fn family(kind: TypeKind) -> Family {
    match kind {
        TypeKind::Text | TypeKind::Enum | TypeKind::Json | TypeKind::Uuid => Family::Text,
        // A Boolean is a number on MySQL, SQLite and Oracle.
        TypeKind::Boolean
        | TypeKind::Integer { .. }
        | TypeKind::Unsigned { .. }
        | TypeKind::Decimal
        | TypeKind::Float => Family::Number,
        TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz => Family::Time,
        TypeKind::Bytes => Family::Bytes,
        TypeKind::Time
        | TypeKind::Interval
        | TypeKind::Cursor
        | TypeKind::Array
        | TypeKind::Other => Family::Any,
    }
}
