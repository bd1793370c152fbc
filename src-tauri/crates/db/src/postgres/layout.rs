//! How a call is sent: which routine it means, the text that calls it, which value stands at each of
//! its placeholders, and what comes back where.
//!
//! **Invariant:** nothing here asks or sends anything, and no value enters a text: names are quoted,
//! and what the mapping wrote keeps a placeholder for every value.

use std::fmt::Write as _;

use sluice_core::catalogue::{ObjectName, Routine, RoutineKind, TypeKind};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Direction};
use sluice_core::quote;
use sluice_core::signature::{Argument, arguments, choose};
use sluice_core::sql::{CallArgument, ProcedureCall, name_parts};
use sluice_core::{DatabaseError, DatabaseErrorKind};

use crate::driver::check_count;
use crate::text::Text;

/// A call, worked out once for a mapping.
#[derive(Debug)]
pub(super) struct Plan {
    pub name: ObjectName,
    pub text: Text,
    /// One for each placeholder of `text`.
    pub places: Vec<Place>,
    pub answer: Answer,
    /// What each routine gives back that the call may mean: several where only the server can tell
    /// overloads apart. The first is the likeliest.
    pub outs: Vec<Vec<Out>>,
    /// Whether it may open cursors, which live as long as a transaction.
    pub cursors: bool,
}

/// What is sent for a placeholder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which of the statement's parameters, from 0.
    pub parameter: usize,
    /// The routine's name for it, where there is no doubt which routine is meant.
    pub name: Option<String>,
    pub fill: Fill,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// The value that is bound.
    Value,
    /// NULL, because the routine only writes to it.
    Null,
    /// A name of Sluice's own for the cursor that the routine is to open.
    Cursor,
}

/// What becomes of the rows that the call itself gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// They are a result set.
    Rows,
    /// The one row holds the OUT and INOUT values.
    Outs,
    /// A single value is what the function returned.
    Returned,
}

/// A parameter that gives a value back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Out {
    /// In the routine's own list, from 0.
    pub position: usize,
    pub name: Option<String>,
    /// Which of the statement's parameters stands there.
    pub parameter: Option<usize>,
}

/// A routine's name as the catalogue has it: plain parts are read in lower case, as the server does.
pub(super) fn read_name(written: &str) -> ObjectName {
    let mut parts = name_parts(written)
        .into_iter()
        .rev()
        // Only these letters: the server leaves others as they are.
        .map(|part| {
            if part.quoted {
                part.text
            } else {
                part.text.to_ascii_lowercase()
            }
        });
    let name = parts.next().unwrap_or_default();
    ObjectName {
        schema: parts.next(),
        name,
    }
}

/// One argument of the call at its place.
#[derive(Clone, Copy, Debug)]
struct Laid {
    /// Which argument of the call, from 0.
    argument: usize,
    /// Which parameter of the routine, from 0.
    position: usize,
}

/// A routine with the arguments laid out.
struct Chosen<'a> {
    routine: &'a Routine,
    laid: Vec<Laid>,
    /// All that fit as well.
    candidates: Vec<&'a Routine>,
    /// Arguments of the call that the routine has no place for: the mapping means what comes back.
    dropped: bool,
}

impl Plan {
    /// # Errors
    /// `MissingProcedure` and `ArgumentCount` where no routine can be meant, `Unsupported` where a
    /// procedure is to return something, `Syntax` for a call that cannot be read.
    pub(super) fn new(
        call: &ProcedureCall,
        name: &ObjectName,
        routines: &[Routine],
        parameters: &[BoundParameter],
    ) -> Result<Self, DatabaseError> {
        let chosen = find(call, routines, parameters)?;
        let routine = chosen.routine;
        if call.returns && routine.kind == RoutineKind::Procedure {
            return Err(DatabaseError {
                object: Some(routine.name.to_string()),
                ..DatabaseError::new(
                    DatabaseErrorKind::Unsupported,
                    format!(
                        "\"{}\" is a procedure, and procedures return nothing: write CALL without \"? =\".",
                        routine.name
                    ),
                )
            });
        }
        let marks = marks(call);
        let all = marks.last().copied().unwrap_or(usize::from(call.returns))
            + call.arguments.last().map_or(0, |last| last.marks);
        check_count(Some(&name.name), all, parameters.len())?;
        let places = places(call, &chosen, &marks, parameters);
        let outs: Vec<Vec<Out>> = chosen
            .candidates
            .iter()
            .map(|candidate| outs(candidate, call, &chosen, &marks))
            .collect();
        let answer = match routine.kind {
            RoutineKind::Procedure => Answer::Outs,
            RoutineKind::Function if chosen.dropped && !routine.returns_rows => {
                if outs.first().is_some_and(|outs| !outs.is_empty()) {
                    Answer::Outs
                } else {
                    Answer::Returned
                }
            }
            RoutineKind::Function if call.returns => Answer::Returned,
            RoutineKind::Function => Answer::Rows,
        };
        let cursors = places.iter().any(|place| place.fill == Fill::Cursor)
            || chosen
                .candidates
                .iter()
                .any(|routine| gives_cursors(routine));
        let verb = match routine.kind {
            RoutineKind::Procedure => "CALL",
            RoutineKind::Function => "SELECT * FROM",
        };
        // The list is the mapping's own text, with a mark for every value.
        let list = list(call, &chosen);
        let text = format!(
            "{verb} {}({list})",
            quote::object(Dialect::Postgresql, name)
        ); // identifiers only
        Ok(Self {
            name: name.clone(),
            text: Text::read(Dialect::Postgresql, &text)?,
            places,
            answer,
            outs,
            cursors,
        })
    }
}

/// How many `?` stand before each argument, that of the result counted.
fn marks(call: &ProcedureCall) -> Vec<usize> {
    let mut before = usize::from(call.returns);
    let count = |argument: &CallArgument| {
        let here = before;
        before += argument.marks;
        here
    };
    call.arguments.iter().map(count).collect()
}

/// The routine that a call means. A call may leave out what only comes back; and it may have a place
/// for what only comes back of a function, as JDBC writes it.
fn find<'a>(
    call: &ProcedureCall,
    routines: &'a [Routine],
    parameters: &[BoundParameter],
) -> Result<Chosen<'a>, DatabaseError> {
    let refused = match choose(routines, call) {
        Ok((routine, laid)) => {
            let fits = |other: &&Routine| {
                other.kind == routine.kind
                    && !std::ptr::eq(*other, routine)
                    && arguments(other, call).is_ok()
            };
            let mut candidates = vec![routine];
            candidates.extend(routines.iter().filter(fits));
            return Ok(Chosen {
                routine,
                laid: straight(&laid),
                candidates,
                dropped: false,
            });
        }
        Err(refused) => refused,
    };
    let marks = marks(call);
    let is_out = |argument: usize| {
        let mark = call.arguments.get(argument).is_some_and(|a| a.text == "?");
        let bound = marks.get(argument).and_then(|mark| parameters.get(*mark));
        mark && bound.is_some_and(|parameter| parameter.direction == Direction::Out)
    };
    for routine in routines {
        let mut turned = routine.clone();
        turned.kind = match routine.kind {
            RoutineKind::Procedure => RoutineKind::Function,
            RoutineKind::Function => RoutineKind::Procedure,
        };
        let Ok(laid) = arguments(&turned, call) else {
            continue;
        };
        let only_back = |laid: &Laid| {
            let declared = routine.parameters.get(laid.position);
            routine.kind == RoutineKind::Function
                && declared.is_some_and(|p| p.direction == Direction::Out)
        };
        let mut laid = straight(&laid);
        if laid.iter().any(|l| only_back(l) && !is_out(l.argument)) {
            continue;
        }
        let before = laid.len();
        laid.retain(|l| !only_back(l));
        return Ok(Chosen {
            routine,
            dropped: laid.len() < before,
            laid,
            candidates: vec![routine],
        });
    }
    let kept: Vec<usize> = (0..call.arguments.len()).filter(|i| !is_out(*i)).collect();
    if kept.len() < call.arguments.len() {
        let shorter = ProcedureCall {
            arguments: kept.iter().map(|i| call.arguments[*i].clone()).collect(),
            ..call.clone()
        };
        if let Ok((routine, laid)) = choose(routines, &shorter)
            && routine.kind == RoutineKind::Function
        {
            let mut laid = straight(&laid);
            for one in &mut laid {
                one.argument = kept[one.argument];
            }
            return Ok(Chosen {
                routine,
                laid,
                candidates: vec![routine],
                dropped: true,
            });
        }
    }
    Err(refused)
}

fn straight(laid: &[Argument<'_>]) -> Vec<Laid> {
    let one = |(argument, laid): (usize, &Argument<'_>)| Laid {
        argument,
        position: laid.position,
    };
    laid.iter().enumerate().map(one).collect()
}

fn places(
    call: &ProcedureCall,
    chosen: &Chosen<'_>,
    marks: &[usize],
    parameters: &[BoundParameter],
) -> Vec<Place> {
    let mut places = Vec::new();
    for laid in &chosen.laid {
        let argument = &call.arguments[laid.argument];
        let declared = chosen.routine.parameters.get(laid.position);
        for mark in 0..argument.marks {
            let parameter = marks[laid.argument] + mark;
            let is_out = parameters
                .get(parameter)
                .is_some_and(|bound| bound.direction == Direction::Out);
            let fill = match declared.map(|p| (p.direction, p.data_type.kind)) {
                Some((Direction::Out, _)) if chosen.candidates.len() == 1 => Fill::Null,
                Some((Direction::In, TypeKind::Cursor)) if is_out => Fill::Cursor,
                _ => Fill::Value,
            };
            places.push(Place {
                parameter,
                name: declared
                    .and_then(|declared| declared.name.clone())
                    .filter(|_| chosen.candidates.len() == 1),
                fill,
            });
        }
    }
    places
}

fn outs(routine: &Routine, call: &ProcedureCall, chosen: &Chosen<'_>, marks: &[usize]) -> Vec<Out> {
    let stands_at = |position: usize| {
        let laid = chosen.laid.iter().find(|laid| laid.position == position)?;
        let alone = call.arguments[laid.argument].text == "?";
        alone.then(|| marks[laid.argument])
    };
    let backs = routine.parameters.iter().enumerate();
    backs
        .filter(|(_, parameter)| parameter.direction != Direction::In)
        .map(|(position, parameter)| Out {
            position,
            name: parameter.name.clone(),
            parameter: stands_at(position),
        })
        .collect()
}

fn gives_cursors(routine: &Routine) -> bool {
    let is_cursor =
        |data_type: &sluice_core::catalogue::DataType| data_type.kind == TypeKind::Cursor;
    routine.returns.as_ref().is_some_and(is_cursor)
        || routine
            .parameters
            .iter()
            .any(|p| p.direction != Direction::In && is_cursor(&p.data_type))
}

/// The list of arguments, with NULL for what only comes back and is not given: CALL wants a place
/// for it. Behind a parameter that is named or left to its default only names are allowed.
fn list(call: &ProcedureCall, chosen: &Chosen<'_>) -> String {
    let routine = chosen.routine;
    let mut list = String::new();
    let mut add = |name: Option<&str>, text: &str| {
        if !list.is_empty() {
            list.push_str(", ");
        }
        // Writing into a String cannot fail.
        let _ = match name {
            Some(name) => write!(
                list,
                "{} => {text}",
                quote::identifier(Dialect::Postgresql, name)
            ),
            None => write!(list, "{text}"),
        };
    };
    let declared_name = |position: usize| routine.parameters.get(position)?.name.as_deref();
    let (named, plain): (Vec<&Laid>, Vec<&Laid>) = chosen
        .laid
        .iter()
        .partition(|laid| call.arguments[laid.argument].name.is_some());
    let mut rest = plain.iter().copied().peekable();
    let mut by_name = false;
    if routine.kind == RoutineKind::Procedure {
        for (position, parameter) in routine.parameters.iter().enumerate() {
            if let Some(laid) = rest.next_if(|laid| laid.position == position) {
                add(None, &call.arguments[laid.argument].text);
            } else if named.iter().any(|laid| laid.position == position) {
                by_name = true;
            } else if parameter.direction == Direction::Out {
                add(declared_name(position).filter(|_| by_name), "NULL");
            } else {
                by_name = true;
            }
        }
    }
    for laid in rest {
        add(None, &call.arguments[laid.argument].text);
    }
    for laid in named {
        let argument = &call.arguments[laid.argument];
        let name = declared_name(laid.position).or(argument.name.as_deref());
        add(name, &argument.text);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::Value;
    use sluice_core::catalogue::{DataType, RoutineParameter};

    const IN: Direction = Direction::In;
    const OUT: Direction = Direction::Out;
    const BOTH: Direction = Direction::InOut;

    fn routine(
        kind: RoutineKind,
        returns: Option<TypeKind>,
        parameters: &[(&str, Direction, TypeKind, bool)],
    ) -> Routine {
        let parameter = |(name, direction, kind, optional): &(&str, Direction, TypeKind, bool)| {
            RoutineParameter {
                name: Some((*name).to_owned()),
                direction: *direction,
                data_type: DataType::new(*kind, ""),
                optional: *optional,
                default: None,
            }
        };
        Routine {
            name: ObjectName::new(Some("hr"), "r"),
            kind,
            returns: returns.map(|kind| DataType::new(kind, "")),
            parameters: parameters.iter().map(parameter).collect(),
            ..Routine::default()
        }
    }

    fn plan(
        routine: &Routine,
        text: &str,
        directions: &[Direction],
    ) -> Result<Plan, DatabaseError> {
        let parameters: Vec<_> = directions
            .iter()
            .map(|direction| BoundParameter {
                name: "F".into(),
                value: Value::Null,
                direction: *direction,
                secret: false,
            })
            .collect();
        let call = ProcedureCall::parse(Dialect::Postgresql, text, directions.len()).unwrap();
        let name = read_name(&call.name);
        Plan::new(&call, &name, std::slice::from_ref(routine), &parameters)
    }

    fn filled(plan: &Plan) -> Vec<(usize, Fill)> {
        plan.places.iter().map(|p| (p.parameter, p.fill)).collect()
    }

    #[test]
    fn names_are_read_as_the_server_reads_them_and_always_sent_quoted() {
        for (written, sent) in [
            ("ADD_USER", "\"add_user\""),
            ("HR.Add_User", "\"hr\".\"add_user\""),
            ("\"HR\".\"Add \"\"User\"", "\"HR\".\"Add \"\"User\""),
        ] {
            assert_eq!(
                quote::object(Dialect::Postgresql, &read_name(written)),
                sent
            );
        }
    }

    #[test]
    fn a_procedure_gets_null_where_it_only_writes_be_there_a_mark_or_not() {
        use TypeKind::Text as T;
        let p = routine(
            RoutineKind::Procedure,
            None,
            &[
                ("a", IN, T, false),
                ("B", OUT, T, false),
                ("c", BOTH, T, false),
            ],
        );
        let full = plan(&p, "{call HR.R(?, ?, now())}", &[IN, IN]).unwrap();
        assert_eq!(&*full.text.sql, "CALL \"hr\".\"r\"($1, $2, now())");
        assert_eq!(filled(&full), [(0, Fill::Value), (1, Fill::Null)]);
        assert_eq!(full.answer, Answer::Outs);
        let positions: Vec<_> = full.outs[0]
            .iter()
            .map(|o| (o.position, o.parameter))
            .collect();
        assert_eq!(positions, [(1, Some(1)), (2, None)]);
        let short = plan(&p, "hr.r", &[IN, IN]).unwrap();
        assert_eq!(&*short.text.sql, "CALL \"hr\".\"r\"($1, NULL, $2)");
        let named = plan(&p, "CALL r(c => ?, a => ?)", &[IN, IN]).unwrap();
        assert_eq!(
            &*named.text.sql,
            "CALL \"r\"(\"B\" => NULL, \"c\" => $1, \"a\" => $2)"
        );
        let error = plan(&p, "CALL r(?)", &[IN]).unwrap_err();
        assert_eq!(
            (error.kind, error.expected),
            (DatabaseErrorKind::ArgumentCount, Some(3))
        );
    }

    #[test]
    fn what_a_function_gives_back_may_have_a_place_in_the_call_where_the_mapping_says_out() {
        use TypeKind::{Cursor, Text as T};
        let f = routine(
            RoutineKind::Function,
            Some(T),
            &[("a", IN, T, false), ("b", OUT, T, false)],
        );
        let rows = plan(&f, "r(?)", &[IN]).unwrap();
        assert_eq!(rows.answer, Answer::Rows);
        let outs = plan(&f, "{call r(?, ?)}", &[IN, OUT]).unwrap();
        assert_eq!(&*outs.text.sql, "SELECT * FROM \"r\"($1)");
        assert_eq!((outs.answer, filled(&outs).len()), (Answer::Outs, 1));
        assert!(plan(&f, "r(?, ?)", &[IN, IN]).is_err());
        let returns = routine(RoutineKind::Function, Some(Cursor), &[("a", IN, T, false)]);
        let place = plan(&returns, "r(?, ?)", &[OUT, IN]).unwrap();
        assert_eq!(filled(&place), [(1, Fill::Value)]);
        assert!(place.cursors && place.answer == Answer::Returned);
        let returned = plan(&returns, "{? = call r(?)}", &[OUT, IN]).unwrap();
        assert_eq!(filled(&returned), [(1, Fill::Value)]);
        assert_eq!(returned.answer, Answer::Returned);
    }

    #[test]
    fn a_cursor_that_is_only_taken_gets_a_name() {
        let p = routine(
            RoutineKind::Procedure,
            None,
            &[("c", IN, TypeKind::Cursor, false)],
        );
        let place = plan(&p, "r(?)", &[OUT]).unwrap();
        assert_eq!(filled(&place), [(0, Fill::Cursor)]);
        assert!(place.cursors);
        let given = plan(&p, "r(?)", &[IN]).unwrap();
        assert_eq!(filled(&given), [(0, Fill::Value)]);
    }

    #[test]
    fn a_procedure_cannot_be_asked_what_it_returns() {
        let p = routine(RoutineKind::Procedure, None, &[]);
        let error = plan(&p, "{? = call r()}", &[OUT]).unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::Unsupported);
    }
}
