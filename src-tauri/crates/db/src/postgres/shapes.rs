//! The text of what is neither a number, a text nor a time: points and what is made of them, ranges,
//! search vectors, hstore.
//!
//! **Invariant:** the text is one that PostgreSQL reads back as the same value. What is not built as
//! its type says is `None`, and comes out as bytes.
//!
//! To add a type: its binary form (the `…_send` function of PostgreSQL's source) as a function here,
//! and a line in `decode`.

// Writing into a String cannot fail, so what `write!` gives is let go.
use std::fmt::Write as _;

use tokio_postgres::types::Type;

use super::decode::{decode, fixed, take_i32};
use super::literal;

/// A float in the shortest digits that mean it, as the server writes them since version 12.
pub(super) fn float(number: f64) -> String {
    if !number.is_finite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return if number.is_nan() {
            "NaN".to_owned()
        } else {
            format!("{sign}Infinity")
        };
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..15).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// Numbers of eight bytes each, all of them.
fn floats(raw: &[u8]) -> Option<Vec<f64>> {
    let (all, rest) = raw.as_chunks::<8>();
    let numbers = all.iter().map(|number| f64::from_be_bytes(*number));
    rest.is_empty().then(|| numbers.collect())
}

/// Points as `(1,2),(3,4)`.
fn points(numbers: &[f64]) -> Option<String> {
    let (pairs, rest) = numbers.as_chunks::<2>();
    let point = |[x, y]: &[f64; 2]| format!("({},{})", float(*x), float(*y));
    let all: Vec<String> = pairs.iter().map(point).collect();
    rest.is_empty().then(|| all.join(","))
}

/// A shape of a fixed number of coordinates.
pub(super) fn shape(ty: &Type, raw: &[u8]) -> Option<String> {
    let numbers = floats(raw)?;
    Some(match (ty.clone(), numbers.as_slice()) {
        (Type::POINT, [_, _]) | (Type::BOX, [_, _, _, _]) => points(&numbers)?,
        (Type::LSEG, [_, _, _, _]) => format!("[{}]", points(&numbers)?),
        (Type::LINE, [a, b, c]) => format!("{{{},{},{}}}", float(*a), float(*b), float(*c)),
        (Type::CIRCLE, [x, y, radius]) => {
            format!("<({},{}),{}>", float(*x), float(*y), float(*radius))
        }
        _ => return None,
    })
}

pub(super) fn path(raw: &[u8]) -> Option<String> {
    let (closed, rest) = raw.split_first()?;
    let all = counted_points(rest)?;
    Some(if *closed == 0 {
        format!("[{all}]")
    } else {
        format!("({all})")
    })
}

pub(super) fn polygon(raw: &[u8]) -> Option<String> {
    counted_points(raw).map(|all| format!("({all})"))
}

fn counted_points(raw: &[u8]) -> Option<String> {
    let mut rest = raw;
    let count = usize::try_from(take_i32(&mut rest)?).ok()?;
    let numbers = floats(rest)?;
    (numbers.len() == count.checked_mul(2)?).then(|| points(&numbers))?
}

/// `[1,5)`, `(,5)`, `empty`; the bounds as their type is written elsewhere.
pub(super) fn range(inner: &Type, raw: &[u8]) -> Option<String> {
    const EMPTY: u8 = 0x01;
    const LOWER_IN: u8 = 0x02;
    const UPPER_IN: u8 = 0x04;
    const NO_LOWER: u8 = 0x08;
    const NO_UPPER: u8 = 0x10;
    let (flags, mut rest) = raw.split_first()?;
    let is = |flag: u8| flags & flag != 0;
    if is(EMPTY) {
        return Some("empty".to_owned());
    }
    let mut bound = |absent: bool| {
        if absent {
            return Some(String::new());
        }
        let length = usize::try_from(take_i32(&mut rest)?).ok()?;
        let (head, tail) = rest.split_at_checked(length)?;
        rest = tail;
        let text = decode(inner, head).to_text()?;
        let text = literal::time(inner, &text);
        let plain = !text.is_empty()
            && !text.contains(|c: char| c.is_whitespace() || "\"\\()[],".contains(c));
        Some(if plain {
            text.into_owned()
        } else {
            literal::quoted(&text)
        })
    };
    let (lower, upper) = (bound(is(NO_LOWER))?, bound(is(NO_UPPER))?);
    let open = if is(LOWER_IN) { '[' } else { '(' };
    let close = if is(UPPER_IN) { ']' } else { ')' };
    Some(format!("{open}{lower},{upper}{close}"))
}

/// `{[1,5),[7,9)}`.
pub(super) fn multirange(inner: &Type, raw: &[u8]) -> Option<String> {
    let mut rest = raw;
    let mut ranges = Vec::new();
    for _ in 0..take_i32(&mut rest)? {
        let length = usize::try_from(take_i32(&mut rest)?).ok()?;
        let (head, tail) = rest.split_at_checked(length)?;
        rest = tail;
        ranges.push(range(inner, head)?);
    }
    Some(format!("{{{}}}", ranges.join(",")))
}

/// `'cat':3 'fat':2A,4`.
pub(super) fn search_vector(raw: &[u8]) -> Option<String> {
    let mut rest = raw;
    let mut text = String::new();
    for index in 0..take_i32(&mut rest)? {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let word = std::str::from_utf8(&rest[..end]).ok()?;
        let word = word.replace('\\', "\\\\").replace('\'', "''");
        let space = if index > 0 { " " } else { "" };
        let _ = write!(text, "{space}'{word}'");
        rest = &rest[end + 1..];
        for place in 0..take_u16(&mut rest)? {
            let at = take_u16(&mut rest)?;
            // Two bits of weight before the position; D is the one that is not written.
            let weight = ["", "C", "B", "A"][usize::from(at >> 14)];
            let before = if place == 0 { ':' } else { ',' };
            let _ = write!(text, "{before}{}{weight}", at & 0x3fff);
        }
    }
    Some(text)
}

/// The extension hstore: keys with texts or NULL, as an object.
pub(super) fn hstore(raw: &[u8]) -> Option<serde_json::Value> {
    let mut rest = raw;
    let mut object = serde_json::Map::new();
    for _ in 0..take_i32(&mut rest)? {
        let key = take_text(&mut rest)??;
        let value = take_text(&mut rest)?;
        object.insert(key, value.map_or(serde_json::Value::Null, Into::into));
    }
    Some(object.into())
}

/// A text with its length before it; NULL is a text that is not there.
#[allow(clippy::option_option)]
fn take_text(rest: &mut &[u8]) -> Option<Option<String>> {
    let Ok(length) = usize::try_from(take_i32(rest)?) else {
        return Some(None);
    };
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(Some(String::from_utf8(head.to_vec()).ok()?))
}

fn take_u16(rest: &mut &[u8]) -> Option<u16> {
    let (head, tail) = rest.split_at_checked(2)?;
    *rest = tail;
    Some(u16::from_be_bytes(fixed(head)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    // What PostgreSQL 15 writes for these numbers.
    #[test]
    fn floats_are_written_as_the_server_writes_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.5, "-0.5"),
            (123_456.0, "123456"),
            (1e14, "100000000000000"),
            (1e15, "1e+15"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn what_is_cut_short_is_nothing() {
        assert_eq!(shape(&Type::POINT, &[0; 9]), None);
        assert_eq!(shape(&Type::POINT, &[0; 8]), None);
        assert_eq!(path(&[]), None);
        assert_eq!(polygon(&[0x7f, 0xff, 0xff, 0xff]), None);
        assert_eq!(range(&Type::INT4, &[2, 0, 0, 0, 4, 0]), None);
        assert_eq!(multirange(&Type::INT4, &[0, 0, 0, 1]), None);
        assert_eq!(search_vector(&[0, 0, 0, 1, b'a']), None);
        assert_eq!(hstore(&[0, 0, 0, 1, 0, 0, 0, 9, b'a']), None);
    }
}
