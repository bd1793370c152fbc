//! Rows as bytes, so that a million of them can wait outside of memory.
//!
//! **Invariant:** what is read is what was written, cell for cell; damaged bytes are an error and
//! never another value. JSON comes back as its text.
//!
//! A record is its length (four bytes, little-endian) and its cells, one after the other. A cell is
//! a tag, and what the tag asks for: tags from [`SHORT`] on are texts of `tag - SHORT` bytes, the
//! others are the constants below. Integers are LEB128, signed ones zigzag. To add a kind of value: a
//! constant, an arm in [`append`] and one in [`Reader::cell`].

use std::borrow::Cow;

use crate::value::{Cell, Value};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INTEGER: u8 = 3;
const UNSIGNED: u8 = 4;
const FLOAT: u8 = 5;
const DECIMAL: u8 = 6;
const TEXT: u8 = 7;
const BYTES: u8 = 8;
const JSON: u8 = 9;
/// Most texts are short, and their length fits beside the tag.
const SHORT: u8 = 16;

/// How many bytes the length before each record takes.
const HEAD: usize = 4;

/// The bytes are not those of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// Appends a row to `out`; `false`, and nothing appended, where it is larger than 4 GB.
pub fn append(row: &[Value], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD]);
    for value in row {
        match value {
            Value::Null => out.push(NULL),
            Value::Bool(false) => out.push(FALSE),
            Value::Bool(true) => out.push(TRUE),
            Value::Integer(number) => {
                out.push(INTEGER);
                number_to(
                    out,
                    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned(),
                );
            }
            Value::Unsigned(number) => {
                out.push(UNSIGNED);
                number_to(out, *number);
            }
            Value::Float(number) => {
                out.push(FLOAT);
                out.extend_from_slice(&number.to_bits().to_le_bytes());
            }
            Value::Decimal(text) => bytes_to(out, DECIMAL, text.as_bytes()),
            Value::Text(text) => match u8::try_from(text.len()) {
                Ok(length @ ..=239) => {
                    out.push(SHORT + length);
                    out.extend_from_slice(text.as_bytes());
                }
                _ => bytes_to(out, TEXT, text.as_bytes()),
            },
            Value::Bytes(bytes) => bytes_to(out, BYTES, bytes),
            Value::Json(json) => bytes_to(out, JSON, json.to_string().as_bytes()),
        }
    }
    let Ok(length) = u32::try_from(out.len() - start - HEAD) else {
        out.truncate(start);
        return false;
    };
    out[start..start + HEAD].copy_from_slice(&length.to_le_bytes());
    true
}

/// The first record of `bytes` without its head, and what comes after it.
///
/// # Errors
/// [`Damaged`] where there is none.
pub fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Damaged> {
    let (head, rest) = bytes.split_first_chunk::<HEAD>().ok_or(Damaged)?;
    let length = usize::try_from(u32::from_le_bytes(*head)).map_err(|_| Damaged)?;
    rest.split_at_checked(length).ok_or(Damaged)
}

/// The cells of a record, as [`split`] gives it.
///
/// # Errors
/// [`Damaged`].
pub fn cells(record: &[u8], expected: usize) -> Result<Vec<Cell<'_>>, Damaged> {
    let mut reader = Reader(record);
    let mut cells = Vec::with_capacity(expected);
    while !reader.0.is_empty() {
        cells.push(reader.cell()?);
    }
    Ok(cells)
}

fn number_to(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        #[allow(clippy::cast_possible_truncation)] // the lowest seven bits are meant
        out.push((number as u8) | 0x80);
        number >>= 7;
    }
    #[allow(clippy::cast_possible_truncation)] // below 0x80
    out.push(number as u8);
}

fn bytes_to(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    number_to(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, Damaged> {
        let (first, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if shift == 63 && part > 1 {
                return Err(Damaged);
            }
            number |= part << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Damaged> {
        let length = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Damaged)
    }

    fn cell(&mut self) -> Result<Cell<'a>, Damaged> {
        Ok(match self.byte()? {
            NULL => Cell::Null,
            FALSE => Cell::Bool(false),
            TRUE => Cell::Bool(true),
            INTEGER => {
                let number = self.number()?;
                Cell::Integer((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
            }
            UNSIGNED => Cell::Unsigned(self.number()?),
            FLOAT => {
                let bits = self.0.first_chunk().ok_or(Damaged)?;
                let number = f64::from_bits(u64::from_le_bytes(*bits));
                self.take(8)?;
                Cell::Float(number)
            }
            DECIMAL => Cell::Decimal(self.text()?),
            TEXT => Cell::Text(self.text()?),
            BYTES => Cell::Bytes(self.bytes()?),
            JSON => Cell::Json(Cow::Borrowed(self.text()?)),
            tag if tag >= SHORT => {
                let text = self.take(usize::from(tag - SHORT))?;
                Cell::Text(std::str::from_utf8(text).map_err(|_| Damaged)?)
            }
            _ => return Err(Damaged),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Values from a seed: every kind, with the lengths and numbers at which the form changes.
    fn value(seed: &mut u64) -> Value {
        // Knuth's MMIX generator; the high bits are the good ones.
        let mut next = |below: u64| {
            *seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*seed >> 33) % below
        };
        let length = [0, 1, 2, 127, 128, 238, 239, 240, 255, 256, 20_000]
            [usize::try_from(next(11)).unwrap()];
        let shift = next(64);
        let number = (next(u64::MAX) << 33 | next(u64::MAX)) >> shift;
        let text: String = "aé漢😀\"\n\0".chars().cycle().take(length).collect();
        match next(10) {
            0 => Value::Null,
            1 => Value::Bool(next(2) == 1),
            2 => Value::Integer(number.cast_signed()),
            3 => Value::Integer(number.cast_signed().wrapping_neg()),
            4 => Value::Unsigned(number),
            5 => Value::Float(f64::from_bits(number)),
            6 => Value::Decimal(format!("-{number}.{number:03}")),
            7 => Value::Text(text),
            8 => Value::Bytes(text.into_bytes()),
            _ => Value::Json(json!({"a": [number, text, null]})),
        }
    }

    fn same(left: &Value, right: &Value) -> bool {
        match (left, right) {
            // NaN too is the same bits.
            (Value::Float(left), Value::Float(right)) => left.to_bits() == right.to_bits(),
            _ => left == right,
        }
    }

    #[test]
    fn whatever_is_written_is_read_again() {
        let mut seed = 1;
        let mut out = Vec::new();
        let rows: Vec<Vec<Value>> = (0..400)
            .map(|n| (0..n % 7).map(|_| value(&mut seed)).collect())
            .collect();
        for row in &rows {
            assert!(append(row, &mut out));
        }
        let mut rest = out.as_slice();
        for row in &rows {
            let (record, after) = split(rest).unwrap();
            rest = after;
            let read = cells(record, row.len()).unwrap();
            assert_eq!(read.len(), row.len());
            for (cell, value) in read.iter().zip(row) {
                let read = cell.to_value();
                assert!(same(&read, value), "{value:?} came back as {read:?}");
                assert_eq!(cell.to_text().map(Cow::into_owned), value.to_text());
                assert_eq!(&Cell::from(value).to_value().to_text(), &value.to_text());
            }
        }
        assert_eq!(rest, b"");
    }

    #[test]
    fn the_limits_of_each_kind_survive() {
        let row = [
            Value::Integer(i64::MIN),
            Value::Integer(i64::MAX),
            Value::Integer(-1),
            Value::Unsigned(u64::MAX),
            Value::Float(f64::NEG_INFINITY),
            Value::Float(-0.0),
            Value::Text(String::new()),
            Value::Bytes(Vec::new()),
            Value::Json(json!(null)),
        ];
        let mut out = Vec::new();
        assert!(append(&row, &mut out));
        let read = cells(split(&out).unwrap().0, row.len()).unwrap();
        let values: Vec<Value> = read.iter().map(Cell::to_value).collect();
        assert!(
            values
                .iter()
                .zip(&row)
                .all(|(left, right)| same(left, right)),
            "{values:?}"
        );
    }

    #[test]
    fn a_record_that_is_cut_short_or_altered_is_never_read_as_another_kind_of_length() {
        let row = [Value::from("abc"), Value::Integer(300), Value::Float(0.5)];
        let mut out = Vec::new();
        assert!(append(&row, &mut out));
        for length in 0..out.len() {
            assert_eq!(split(&out[..length]), Err(Damaged));
        }
        let (record, _) = split(&out).unwrap();
        for length in 1..record.len() {
            // A prefix may end between two cells; it never holds all three.
            assert!(
                cells(&record[..length], 3).is_ok_and(|cells| cells.len() < 3)
                    || cells(&record[..length], 3).is_err()
            );
        }
        assert_eq!(cells(&[10], 1), Err(Damaged), "a tag nobody writes");
        assert_eq!(
            cells(&[SHORT + 2, 0xff, 0xfe], 1),
            Err(Damaged),
            "not UTF-8"
        );
        assert_eq!(
            cells(
                &[
                    UNSIGNED, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02
                ],
                1
            ),
            Err(Damaged)
        );
    }
}
