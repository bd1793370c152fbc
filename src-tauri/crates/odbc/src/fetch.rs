//! Rows: in blocks where all columns are short, else value by value, so that none is ever cut.

use odbc_api::buffers::{BufferDesc, ColumnarDynBuffer};
use odbc_api::handles::{ColumnDescription, Statement};
use odbc_api::{Cursor, CursorImpl, Error, ResultSetMetadata as _};
use sluice_odbc::{Cell, Column, Failed, Reply};

use crate::diagnostics::{failed, told};
use crate::run::{left, unheard};
use crate::talk::Talk;

/// A column that may be longer, in bytes, is read value by value.
const SHORT: usize = 4 * 1024;
/// How much a block of rows may hold, in bytes.
const BLOCK: usize = 1024 * 1024;
/// Rows in a block, and in a reply.
const ROWS: usize = 200;
/// A reply goes out when its values are longer than this, in bytes.
const ENOUGH: usize = 256 * 1024;

/// Reads one result set to its end.
///
/// # Errors
/// What the driver says, and a value that is not what its driver announced.
pub fn rows<S: Statement>(
    mut cursor: CursorImpl<S>,
    talk: &mut Talk,
) -> Result<CursorImpl<S>, Failed> {
    let (columns, widths) = match described(&mut cursor) {
        Ok(described) => described,
        Err(error) => return Err(left(cursor, &error)),
    };
    let binary: Vec<bool> = columns.iter().map(|c| is_binary(c.code)).collect();
    talk.say(&Reply::Columns(columns)).map_err(unheard)?;
    let short: Option<Vec<usize>> = widths.into_iter().collect();
    match short {
        Some(widths) => in_blocks(cursor, &binary, &widths, talk),
        None => one_by_one(cursor, &binary, talk),
    }
}

/// BINARY, VARBINARY, LONGVARBINARY.
fn is_binary(code: i16) -> bool {
    matches!(code, -4..=-2)
}

/// CHAR, VARCHAR, LONGVARCHAR and their wide forms: their size counts characters.
fn is_text(code: i16) -> bool {
    matches!(code, 1 | 12 | -1 | -10..=-8)
}

/// The columns, and how many bytes a value may take where that is known and little.
fn described<S: Statement>(
    cursor: &mut CursorImpl<S>,
) -> Result<(Vec<Column>, Vec<Option<usize>>), Error> {
    let count = u16::try_from(cursor.num_result_cols()?).unwrap_or_default();
    let (mut columns, mut widths) = (Vec::new(), Vec::new());
    for number in 1..=count {
        let mut description = ColumnDescription::default();
        cursor.describe_col(number, &mut description)?;
        let data_type = description.data_type;
        let code = data_type.data_type().0;
        let shown = cursor.col_display_size(number).ok().flatten();
        let width = match (is_text(code), shown.or(data_type.column_size())) {
            // A character takes up to four bytes.
            (true, size) => size.and_then(|size| size.get().checked_mul(4)),
            (false, Some(size)) => Some(size.get().max(64)),
            // A number or a date of a length that the driver does not tell.
            (false, None) if !is_binary(code) => Some(128),
            (false, None) => None,
        };
        widths.push(width.filter(|bytes| *bytes <= SHORT));
        columns.push(Column {
            name: String::from_utf8_lossy(&description.name).into_owned(),
            code,
            size: data_type.column_size().map_or(0, |size| size.get() as u64),
            digits: data_type.decimal_digits(),
            unsigned: cursor.column_is_unsigned(number).unwrap_or(false),
        });
    }
    Ok((columns, widths))
}

fn in_blocks<S: Statement>(
    cursor: CursorImpl<S>,
    binary: &[bool],
    widths: &[usize],
    talk: &mut Talk,
) -> Result<CursorImpl<S>, Failed> {
    let row: usize = widths.iter().sum::<usize>().max(1);
    let buffer = ColumnarDynBuffer::from_descs(
        (BLOCK / row).clamp(1, ROWS),
        binary.iter().zip(widths).map(|(binary, width)| {
            if *binary {
                BufferDesc::Binary { max_bytes: *width }
            } else {
                BufferDesc::Text {
                    max_str_len: *width,
                }
            }
        }),
    );
    let mut block = cursor.bind_buffer(buffer).map_err(|e| failed(&e))?;
    let result = loop {
        // A value that was longer than announced is an error and never a part of it.
        let batch = match block.fetch_with_truncation_check(true) {
            Ok(Some(batch)) => batch,
            Ok(None) => break Ok(()),
            Err(error) => break Err(failed(&error)),
        };
        let mut rows = vec![Vec::with_capacity(binary.len()); batch.num_rows()];
        for (index, binary) in binary.iter().enumerate() {
            let column = batch.column(index);
            for (number, row) in rows.iter_mut().enumerate() {
                let value = if *binary {
                    column.as_binary().and_then(|values| values.get(number))
                } else {
                    column.as_text().and_then(|values| values.get(number))
                };
                row.push(cell(value, *binary));
            }
        }
        if let Err(error) = talk.say(&Reply::Rows(rows)) {
            break Err(unheard(error));
        }
    };
    match (block.unbind(), result) {
        (Ok((cursor, _)), Ok(())) => Ok(cursor),
        (Ok((cursor, _)), Err(error)) => {
            drop(cursor.into_stmt());
            Err(error)
        }
        (Err(error), Ok(())) => Err(failed(&error)),
        (Err(_), Err(error)) => Err(error),
    }
}

fn one_by_one<S: Statement>(
    mut cursor: CursorImpl<S>,
    binary: &[bool],
    talk: &mut Talk,
) -> Result<CursorImpl<S>, Failed> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    let result = loop {
        let mut row = match cursor.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => break Ok(()),
            Err(error) => break Err(failed(&error)),
        };
        let mut values = Vec::with_capacity(binary.len());
        let mut number = 0;
        let read: Result<(), Error> = binary.iter().try_for_each(|binary| {
            number += 1;
            let mut buffer = Vec::new();
            let there = if *binary {
                row.get_binary(number, &mut buffer)?
            } else {
                row.get_text(number, &mut buffer)?
            };
            bytes += buffer.len();
            values.push(cell(there.then_some(buffer.as_slice()), *binary));
            Ok(())
        });
        if let Err(error) = read {
            break Err(failed(&error));
        }
        rows.push(values);
        if rows.len() >= ROWS || bytes >= ENOUGH {
            bytes = 0;
            if let Err(error) = talk.say(&Reply::Rows(std::mem::take(&mut rows))) {
                break Err(unheard(error));
            }
        }
    };
    let result = match result {
        Ok(()) if !rows.is_empty() => talk.say(&Reply::Rows(rows)).map_err(unheard),
        result => result,
    };
    match result {
        Ok(()) => Ok(cursor),
        Err(error) => {
            drop(cursor.into_stmt());
            Err(error)
        }
    }
}

/// Text that is not UTF-8 goes on as bytes.
fn cell(value: Option<&[u8]>, binary: bool) -> Cell {
    match value {
        None => Cell::Null,
        Some(bytes) if binary => Cell::Bytes(bytes.to_vec()),
        Some(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Bytes(bytes.to_vec()),
        },
    }
}

/// A value of an output parameter.
///
/// # Errors
/// Where it was longer than its buffer.
pub fn output(cell: &odbc_api::parameter::VarCharBox) -> Result<Cell, Failed> {
    if !cell.is_complete() {
        return Err(told(
            "The value of an output parameter is longer than 65535 bytes, which is as much as is read.",
        ));
    }
    Ok(self::cell(cell.as_bytes(), false))
}
