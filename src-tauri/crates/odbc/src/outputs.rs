//! Calls with output parameters.
//!
//! odbc-api binds a list of values that is known only at run time as input, and output parameters
//! in tuples, whose shape the compiler has to know; anything else would take unsafe code. So the
//! shapes that occur are written out here: values and then outputs, in the order procedures are
//! usually declared, and the result of a function before its values. For the databases that
//! `sluice-db` knows by name it finds other ways and sends no output parameters at all.

use odbc_api::buffers::Indicator;
use odbc_api::handles::StatementImpl;
use odbc_api::parameter::VarCharBox;
use odbc_api::{InOut, Out, Preallocated};
use sluice_odbc::{Cell, Direction, Done, Failed, Run};

use crate::diagnostics::{failed, told};
use crate::fetch;
use crate::run::{changed, drain, input, text};
use crate::talk::Talk;

/// What an output parameter may take, in bytes; one more for the zero at its end.
const ROOM: usize = 65_536;

/// The tuple of one shape.
macro_rules! shape {
    ($statement:ident, $sql:ident, $values:ident, $wrap:ident, [$($out:ident)*], $($index:literal)*) => {
        $statement.execute($sql, ($(&$values[$index],)* $($wrap($out),)*))
    };
    (result $statement:ident, $sql:ident, $values:ident, $result:ident, $($index:literal)*) => {
        $statement.execute($sql, (Out($result), $(&$values[$index],)*))
    };
}

/// One arm for each number of values.
macro_rules! shapes {
    ($statement:ident, $sql:ident, $values:ident, $wrap:ident, $outs:tt) => {
        shapes! { @ $statement, $sql, $values, ($wrap $outs),
                0 => []
                1 => [0]
                2 => [0 1]
                3 => [0 1 2]
                4 => [0 1 2 3]
                5 => [0 1 2 3 4]
                6 => [0 1 2 3 4 5]
                7 => [0 1 2 3 4 5 6]
                8 => [0 1 2 3 4 5 6 7]
                9 => [0 1 2 3 4 5 6 7 8]
                10 => [0 1 2 3 4 5 6 7 8 9]
                11 => [0 1 2 3 4 5 6 7 8 9 10]
                12 => [0 1 2 3 4 5 6 7 8 9 10 11]
                13 => [0 1 2 3 4 5 6 7 8 9 10 11 12]
                14 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13]
                15 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14]
                16 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15]
                17 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16]
                18 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17]
                19 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18]
                20 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19]
        }
    };
    (result $statement:ident, $sql:ident, $values:ident, $result:ident) => {
        shapes! { @ $statement, $sql, $values, (result $result),
                0 => []
                1 => [0]
                2 => [0 1]
                3 => [0 1 2]
                4 => [0 1 2 3]
                5 => [0 1 2 3 4]
                6 => [0 1 2 3 4 5]
                7 => [0 1 2 3 4 5 6]
                8 => [0 1 2 3 4 5 6 7]
                9 => [0 1 2 3 4 5 6 7 8]
                10 => [0 1 2 3 4 5 6 7 8 9]
                11 => [0 1 2 3 4 5 6 7 8 9 10]
                12 => [0 1 2 3 4 5 6 7 8 9 10 11]
                13 => [0 1 2 3 4 5 6 7 8 9 10 11 12]
                14 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13]
                15 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14]
                16 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15]
                17 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16]
                18 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17]
                19 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18]
                20 => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19]
        }
    };
    (@ $statement:ident, $sql:ident, $values:ident, $how:tt, $($count:literal => [$($index:literal)*])*) => {
        match $values.len() {
            $($count => shapes!(# $statement, $sql, $values, $how, $($index)*),)*
            _ => return Err(unsupported()),
        }
    };
    (# $statement:ident, $sql:ident, $values:ident, (result $result:ident), $($index:literal)*) => {
        shape!(result $statement, $sql, $values, $result, $($index)*)
    };
    (# $statement:ident, $sql:ident, $values:ident, ($wrap:ident $outs:tt), $($index:literal)*) => {
        shape!($statement, $sql, $values, $wrap, $outs, $($index)*)
    };
}

/// One arm for each number of outputs.
macro_rules! outputs {
    ($statement:ident, $sql:ident, $values:ident, $outs:ident, $wrap:ident) => {
        match $outs.as_mut_slice() {
            [a] => shapes!($statement, $sql, $values, $wrap, [a]),
            [a, b] => shapes!($statement, $sql, $values, $wrap, [a b]),
            [a, b, c] => shapes!($statement, $sql, $values, $wrap, [a b c]),
            [a, b, c, d] => shapes!($statement, $sql, $values, $wrap, [a b c d]),
            [a, b, c, d, e] => shapes!($statement, $sql, $values, $wrap, [a b c d e]),
            _ => return Err(unsupported()),
        }
    };
}

/// Runs a call whose outputs are bound as text.
///
/// # Errors
/// What the driver says, or that the shape of the call is none of those above.
pub fn run(
    statement: &mut Preallocated<StatementImpl<'_>>,
    run: Run,
    talk: &mut Talk,
) -> Result<Done, Failed> {
    let directions: Vec<Direction> = run.parameters.iter().map(|p| p.direction).collect();
    let shape = Shape::of(&directions).ok_or_else(unsupported)?;
    let (mut values, mut outs) = (Vec::new(), Vec::new());
    for parameter in run.parameters {
        match parameter.direction {
            Direction::In => values.push(input(parameter.value)),
            Direction::Out => outs.push(empty()),
            Direction::InOut => outs.push(match parameter.value {
                Cell::Text(value) => text(value, ROOM),
                Cell::Null => empty(),
                Cell::Bytes(_) => {
                    return Err(told("Bytes cannot go both ways through a parameter."));
                }
            }),
        }
    }
    let sql = run.sql.as_str();
    let first = match shape {
        Shape::ThenOut => outputs!(statement, sql, values, outs, Out),
        Shape::ThenInOut => outputs!(statement, sql, values, outs, InOut),
        Shape::Result => match outs.as_mut_slice() {
            [result] => shapes!(result statement, sql, values, result),
            _ => return Err(unsupported()),
        },
    };
    let first = first.map_err(|e| failed(&e))?;
    let drained = first.map(|cursor| drain(cursor, talk)).transpose()?;
    let affected = drained.unwrap_or_else(|| changed(statement));
    // Outputs have their values when all results were read.
    Ok(Done {
        affected,
        outs: outs.iter().map(fetch::output).collect::<Result<_, _>>()?,
        ..Done::default()
    })
}

/// The shapes that can be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Values, and then parameters that only give.
    ThenOut,
    /// Values, and then parameters that go both ways.
    ThenInOut,
    /// What a function returns, and then values.
    Result,
}

impl Shape {
    fn of(directions: &[Direction]) -> Option<Self> {
        let only = |part: &[Direction], one| part.iter().all(|direction| *direction == one);
        if let [Direction::Out, rest @ ..] = directions
            && only(rest, Direction::In)
        {
            return Some(Self::Result);
        }
        let first = directions.iter().position(|d| *d != Direction::In)?;
        let outputs = directions.get(first..)?;
        if only(outputs, Direction::Out) {
            Some(Self::ThenOut)
        } else {
            only(outputs, Direction::InOut).then_some(Self::ThenInOut)
        }
    }
}

fn empty() -> VarCharBox {
    VarCharBox::from_buffer(vec![0; ROOM].into_boxed_slice(), Indicator::Null)
}

fn unsupported() -> Failed {
    Failed {
        unsupported: true,
        ..told(
            "Output parameters can be bound where they stand behind all others, are all OUT or all \
             INOUT, at most 5 of them behind at most 20 values. Give the procedure a result set instead.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_behind_values_and_a_result_before_them_can_be_bound() {
        use Direction::{In, InOut, Out};
        for (directions, shape) in [
            (&[In, In, Out][..], Some(Shape::ThenOut)),
            (&[Out], Some(Shape::Result)),
            (&[Out, In], Some(Shape::Result)),
            (&[Out, Out], Some(Shape::ThenOut)),
            (&[In, InOut, InOut], Some(Shape::ThenInOut)),
            (&[In, Out, In], None),
            (&[InOut, Out], None),
        ] {
            assert_eq!(Shape::of(directions), shape, "{directions:?}");
        }
    }
}
