//! Statements: values bound, every result read.

use odbc_api::buffers::Indicator;
use odbc_api::handles::{AsStatementRef as _, Statement, StatementImpl};
use odbc_api::parameter::{InputParameter, VarBinaryBox, VarCharBox};
use odbc_api::{Connection, Cursor, CursorImpl, Error, Preallocated, ResultSetMetadata as _};
use sluice_odbc::{Cell, Direction, Done, Failed, Run};

use crate::diagnostics::{failed, told};
use crate::talk::Talk;
use crate::{fetch, outputs};

/// Runs one statement; its result sets go to `talk`.
///
/// # Errors
/// What the driver says, and what cannot be bound or said.
pub fn run(connection: &Connection<'_>, run: Run, talk: &mut Talk) -> Result<Done, Failed> {
    let mut statement = connection.preallocate().map_err(|e| failed(&e))?;
    if run.timeout > 0 {
        // A driver that knows no timeout says so, and the statement runs without one.
        let _ = statement.set_query_timeout_sec(run.timeout as usize);
    }
    if run.parameters.iter().any(|p| p.direction != Direction::In) {
        return outputs::run(&mut statement, run, talk);
    }
    let bound: Vec<Box<dyn InputParameter>> =
        run.parameters.into_iter().map(|p| input(p.value)).collect();
    let first = statement.execute(&run.sql, bound.as_slice());
    let first = first.map_err(|e| failed(&e))?;
    let drained = first.map(|cursor| drain(cursor, talk)).transpose()?;
    let affected = drained.unwrap_or_else(|| changed(&mut statement));
    Ok(Done {
        affected,
        ..Done::default()
    })
}

/// How many rows a statement without rows of its own changed, where the driver tells.
pub fn changed(statement: &mut Preallocated<StatementImpl<'_>>) -> Option<u64> {
    let count = statement.row_count().ok().flatten();
    count.and_then(|count| u64::try_from(count).ok())
}

/// A value on its way in. Everything but bytes is bound as text, which the database reads as the
/// type it wants.
pub fn input(value: Cell) -> Box<dyn InputParameter> {
    match value {
        Cell::Null => Box::new(VarCharBox::null()),
        Cell::Text(text) => Box::new(self::text(text, 0)),
        Cell::Bytes(bytes) if bytes.is_empty() => Box::new(VarBinaryBox::from_buffer(
            Box::new([0]),
            Indicator::Length(0),
        )),
        Cell::Bytes(bytes) => Box::new(VarBinaryBox::from_vec(bytes)),
    }
}

/// A text in a buffer of at least so many bytes, and never in an empty one, which drivers refuse.
pub fn text(text: String, least: usize) -> VarCharBox {
    let length = text.len();
    let mut buffer = text.into_bytes();
    if length < least.max(1) {
        buffer.resize(least.max(1), 0);
    }
    VarCharBox::from_buffer(buffer.into_boxed_slice(), Indicator::Length(length))
}

/// Reads all results from the first on, and returns the last count of changed rows among them, or
/// where there is none what the driver counts for the last result set.
///
/// # Errors
/// As [`run`].
pub fn drain<S: Statement>(first: CursorImpl<S>, talk: &mut Talk) -> Result<Option<u64>, Failed> {
    // Behind rows some drivers give their number, which counts where nothing else is counted.
    let (mut next, mut affected, mut read) = (Some(first), None, None);
    while let Some(mut cursor) = next {
        let columns = match cursor.num_result_cols() {
            Ok(columns) => columns,
            Err(error) => return Err(left(cursor, &error)),
        };
        let count = {
            let mut statement = cursor.as_stmt_ref();
            statement.row_count().into_result(&statement)
        };
        let count = count.ok().and_then(|count| u64::try_from(count).ok());
        if columns == 0 {
            affected = count;
        } else {
            read = count;
            cursor = fetch::rows(cursor, talk)?;
        }
        next = cursor.more_results().map_err(|e| failed(&e))?;
    }
    Ok(affected.or(read))
}

/// A failure whose cursor is left as it is. Closing it might fail too, and that would end the process.
pub fn left<S: Statement>(cursor: CursorImpl<S>, error: &Error) -> Failed {
    drop(cursor.into_stmt());
    failed(error)
}

/// Nobody listens any more.
pub fn unheard(_error: std::io::Error) -> Failed {
    told("What the database answered could not be passed on.")
}
