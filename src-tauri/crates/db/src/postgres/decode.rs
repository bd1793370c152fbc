//! The binary form in which PostgreSQL sends the cells of a result.
//!
//! A cell of a type that is not known here, or one that is not built as its type says, comes out as
//! [`Value::Bytes`] as the server sent it: never a guess and never a panic.

// Writing into a String cannot fail, so what `write!` gives is let go.
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use sluice_core::Value;
use tokio_postgres::types::{Kind, Type};

use super::shapes;
use crate::civil;

/// Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts.
const EPOCH_DAYS: i64 = 10_957;
const DAY_MICROS: i64 = 86_400_000_000;

/// One cell.
pub(super) fn decode(ty: &Type, raw: &[u8]) -> Value {
    known(ty, raw).unwrap_or_else(|| Value::Bytes(raw.to_vec()))
}

fn known(ty: &Type, raw: &[u8]) -> Option<Value> {
    Some(match *ty {
        Type::BOOL => Value::Bool(fixed::<1>(raw)?[0] != 0),
        Type::INT2 => Value::Integer(i16::from_be_bytes(fixed(raw)?).into()),
        Type::INT4 => Value::Integer(i32::from_be_bytes(fixed(raw)?).into()),
        Type::INT8 => Value::Integer(i64::from_be_bytes(fixed(raw)?)),
        Type::OID | Type::XID | Type::CID | Type::REGPROC | Type::REGCLASS | Type::REGTYPE => {
            Value::Integer(u32::from_be_bytes(fixed(raw)?).into())
        }
        // The shortest digits that mean this float, and not those of the double next to it.
        Type::FLOAT4 => {
            let number = f32::from_be_bytes(fixed(raw)?);
            float(number.to_string().parse().unwrap_or(f64::NAN))
        }
        Type::FLOAT8 => float(f64::from_be_bytes(fixed(raw)?)),
        Type::NUMERIC => Value::Decimal(numeric(raw)?),
        Type::MONEY => {
            let cents = i64::from_be_bytes(fixed(raw)?);
            let sign = if cents < 0 { "-" } else { "" };
            let cents = cents.unsigned_abs();
            Value::Decimal(format!("{sign}{}.{:02}", cents / 100, cents % 100))
        }
        Type::TEXT
        | Type::VARCHAR
        | Type::BPCHAR
        | Type::NAME
        | Type::CHAR
        | Type::UNKNOWN
        | Type::XML
        | Type::REFCURSOR
        | Type::CSTRING => Value::Text(text(raw)?),
        Type::JSON => json(raw)?,
        // One byte of version first.
        Type::JSONB => json(raw.strip_prefix(&[1])?)?,
        Type::UUID => Value::Text(uuid(fixed(raw)?)),
        Type::BYTEA => Value::Bytes(raw.to_vec()),
        Type::VOID => Value::Null,
        Type::DATE => Value::Text(date(i32::from_be_bytes(fixed(raw)?))),
        Type::TIME => Value::Text(civil::time(i64::from_be_bytes(fixed(raw)?))),
        Type::TIMETZ => {
            let (micros, zone) = raw.split_at_checked(8)?;
            let west = i32::from_be_bytes(fixed(zone)?);
            let time = civil::time(i64::from_be_bytes(fixed(micros)?));
            Value::Text(format!("{time}{}", offset(-west)))
        }
        Type::TIMESTAMP => Value::Text(timestamp(i64::from_be_bytes(fixed(raw)?), "")),
        Type::TIMESTAMPTZ => Value::Text(timestamp(i64::from_be_bytes(fixed(raw)?), "Z")),
        Type::INTERVAL => Value::Text(interval(raw)?),
        Type::INET | Type::CIDR => Value::Text(address(raw)?),
        Type::MACADDR | Type::MACADDR8 => Value::Text(hex(raw, ":")),
        Type::BIT | Type::VARBIT => Value::Text(bits(raw)?),
        Type::POINT | Type::LSEG | Type::BOX | Type::LINE | Type::CIRCLE => {
            Value::Text(shapes::shape(ty, raw)?)
        }
        Type::PATH => Value::Text(shapes::path(raw)?),
        Type::POLYGON => Value::Text(shapes::polygon(raw)?),
        Type::TS_VECTOR => Value::Text(shapes::search_vector(raw)?),
        Type::PG_LSN => {
            let place = u64::from_be_bytes(fixed(raw)?);
            Value::Text(format!("{:X}/{:X}", place >> 32, place & 0xffff_ffff))
        }
        Type::XID8 => Value::Unsigned(u64::from_be_bytes(fixed(raw)?)),
        // One byte of version first.
        Type::JSONPATH => Value::Text(text(raw.strip_prefix(&[1])?)?),
        _ => return by_kind(ty, raw),
    })
}

/// JSON and the other databases have no number for these; the server's words keep them.
fn float(number: f64) -> Value {
    if number.is_finite() {
        Value::Float(number)
    } else {
        Value::Decimal(shapes::float(number))
    }
}

fn by_kind(ty: &Type, raw: &[u8]) -> Option<Value> {
    match ty.kind() {
        Kind::Enum(_) => text(raw).map(Value::Text),
        Kind::Domain(inner) => known(inner, raw),
        Kind::Array(inner) => array(inner, raw).map(Value::Json),
        Kind::Range(inner) => shapes::range(inner, raw).map(Value::Text),
        Kind::Multirange(inner) => shapes::multirange(inner, raw).map(Value::Text),
        Kind::Composite(fields) => {
            let mut rest = raw;
            let count = usize::try_from(take_i32(&mut rest)?).ok()?;
            if count != fields.len() {
                return None;
            }
            let mut object = serde_json::Map::new();
            for field in fields {
                take_i32(&mut rest)?;
                let value = element(field.type_(), &mut rest)?;
                object.insert(field.name().to_owned(), value);
            }
            Some(Value::Json(object.into()))
        }
        // Extensions send their types as they like.
        _ => match ty.name() {
            "citext" => text(raw).map(Value::Text),
            "ltree" => text(raw.strip_prefix(&[1])?).map(Value::Text),
            "hstore" => shapes::hstore(raw).map(Value::Json),
            _ => None,
        },
    }
}

pub(super) fn fixed<const N: usize>(raw: &[u8]) -> Option<[u8; N]> {
    raw.try_into().ok()
}

pub(super) fn take_i32(rest: &mut &[u8]) -> Option<i32> {
    let (head, tail) = rest.split_at_checked(4)?;
    *rest = tail;
    Some(i32::from_be_bytes(fixed(head)?))
}

/// A value with its length before it; -1 is NULL.
fn element(ty: &Type, rest: &mut &[u8]) -> Option<serde_json::Value> {
    let Ok(length) = usize::try_from(take_i32(rest)?) else {
        return Some(serde_json::Value::Null);
    };
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(decode(ty, head).to_json())
}

/// An array as JSON, arrays within arrays for further dimensions.
fn array(inner: &Type, raw: &[u8]) -> Option<serde_json::Value> {
    let mut rest = raw;
    let dimensions = take_i32(&mut rest)?;
    let (_has_null, _element_type) = (take_i32(&mut rest)?, take_i32(&mut rest)?);
    let mut lengths = Vec::new();
    for _ in 0..dimensions {
        lengths.push(usize::try_from(take_i32(&mut rest)?).ok()?);
        let _lower_bound = take_i32(&mut rest)?;
    }
    if lengths.is_empty() {
        return Some(serde_json::Value::Array(Vec::new()));
    }
    nested(inner, &lengths, &mut rest)
}

fn nested(inner: &Type, lengths: &[usize], rest: &mut &[u8]) -> Option<serde_json::Value> {
    let Some((length, deeper)) = lengths.split_first() else {
        return element(inner, rest);
    };
    let mut values = Vec::new();
    for _ in 0..*length {
        values.push(nested(inner, deeper, rest)?);
    }
    Some(values.into())
}

fn text(raw: &[u8]) -> Option<String> {
    String::from_utf8(raw.to_vec()).ok()
}

fn json(raw: &[u8]) -> Option<Value> {
    let text = text(raw)?;
    Some(serde_json::from_str(&text).map_or(Value::Text(text), Value::Json))
}

/// An exact number from its digits to the base of 10000.
fn numeric(raw: &[u8]) -> Option<String> {
    let mut words = raw
        .chunks_exact(2)
        .map(|word| u16::from_be_bytes([word[0], word[1]]));
    let (count, weight) = (words.next()?, words.next()?.cast_signed());
    let (sign, scale) = (words.next()?, words.next()?);
    match sign {
        0xC000 => return Some("NaN".to_owned()),
        0xD000 => return Some("Infinity".to_owned()),
        0xF000 => return Some("-Infinity".to_owned()),
        _ => {}
    }
    let digits: Vec<u16> = words.collect();
    if digits.len() != usize::from(count) {
        return None;
    }
    // The digit that stands for 10000^power; what is not sent is 0.
    let at = |power: i32| {
        let index = usize::try_from(i32::from(weight) - power).ok();
        index
            .and_then(|index| digits.get(index))
            .copied()
            .unwrap_or(0)
    };
    let mut whole = String::new();
    for power in (0..=i32::from(weight).max(0)).rev() {
        let _ = write!(whole, "{:04}", at(power));
    }
    let whole = whole.trim_start_matches('0');
    let mut fraction = String::new();
    for power in 1..=i32::from(scale).div_euclid(4) + 1 {
        let _ = write!(fraction, "{:04}", at(-power));
    }
    fraction.truncate(usize::from(scale));
    let sign = if sign == 0x4000 { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

fn date(days: i32) -> String {
    match days {
        i32::MAX => "infinity".to_owned(),
        i32::MIN => "-infinity".to_owned(),
        days => civil::date(i64::from(days) + EPOCH_DAYS),
    }
}

fn timestamp(micros: i64, zone: &str) -> String {
    match micros {
        i64::MAX => "infinity".to_owned(),
        i64::MIN => "-infinity".to_owned(),
        // The server's range ends far before the sum could overflow.
        micros => {
            let since_1970 = micros.saturating_add(EPOCH_DAYS * DAY_MICROS);
            format!("{}{zone}", civil::date_time(since_1970))
        }
    }
}

/// Seconds east of Greenwich as `+02:00`.
fn offset(east: i32) -> String {
    let sign = if east < 0 { '-' } else { '+' };
    let minutes = east.unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// An ISO 8601 duration: `P1Y2M3DT4H5M6.5S`.
fn interval(raw: &[u8]) -> Option<String> {
    let (micros, rest) = raw.split_at_checked(8)?;
    let (days, months) = rest.split_at_checked(4)?;
    let micros = i64::from_be_bytes(fixed(micros)?);
    let (days, months) = (
        i32::from_be_bytes(fixed(days)?),
        i32::from_be_bytes(fixed(months)?),
    );
    let mut duration = "P".to_owned();
    for (amount, unit) in [(months / 12, 'Y'), (months % 12, 'M'), (days, 'D')] {
        if amount != 0 {
            let _ = write!(duration, "{amount}{unit}");
        }
    }
    let seconds = micros / 1_000_000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let rest = micros % 60_000_000;
    if micros != 0 {
        duration.push('T');
        for (amount, unit) in [(hours, 'H'), (minutes, 'M')] {
            if amount != 0 {
                let _ = write!(duration, "{amount}{unit}");
            }
        }
        if rest != 0 {
            let sign = if rest < 0 { "-" } else { "" };
            let rest = rest.abs();
            let fraction = civil::fraction(rest % 1_000_000);
            let _ = write!(duration, "{sign}{}{fraction}S", rest / 1_000_000);
        }
    }
    if duration == "P" {
        duration.push_str("T0S");
    }
    Some(duration)
}

/// An address, with the length of its network where it is not a single host.
fn address(raw: &[u8]) -> Option<String> {
    let [family, length, is_cidr, _, address @ ..] = raw else {
        return None;
    };
    let (address, all) = match family {
        2 => (Ipv4Addr::from(fixed::<4>(address)?).to_string(), 32),
        3 => (Ipv6Addr::from(fixed::<16>(address)?).to_string(), 128),
        _ => return None,
    };
    Some(if *is_cidr == 0 && *length == all {
        address
    } else {
        format!("{address}/{length}")
    })
}

fn bits(raw: &[u8]) -> Option<String> {
    let mut rest = raw;
    let count = usize::try_from(take_i32(&mut rest)?).ok()?;
    let mut all = String::new();
    for byte in rest {
        let _ = write!(all, "{byte:08b}");
    }
    all.get(..count).map(str::to_owned)
}

fn uuid(bytes: [u8; 16]) -> String {
    let part = |from: usize, to: usize| hex(&bytes[from..to], "");
    [
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 16),
    ]
    .join("-")
}

fn hex(bytes: &[u8], between: &str) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn numerics_keep_every_digit() {
        for (raw, text) in [
            (words(&[2, 0, 0, 2, 12, 3400]), "12.34"),
            (words(&[2, 0, 0x4000, 4, 12, 3400]), "-12.3400"),
            (words(&[1, 0xffff, 0, 4, 5]), "0.0005"),
            (words(&[1, 0xfffe, 0, 8, 5]), "0.00000005"),
            (words(&[1, 2, 0, 0, 1]), "100000000"),
            (words(&[0, 0, 0, 0]), "0"),
            (words(&[0, 0, 0, 2]), "0.00"),
            (words(&[0, 0, 0xC000, 0]), "NaN"),
        ] {
            assert_eq!(decode(&Type::NUMERIC, &raw), Value::Decimal(text.into()));
        }
    }

    #[test]
    fn dates_and_timestamps_count_from_2000_and_may_be_infinite() {
        let day = |days: i32| decode(&Type::DATE, &days.to_be_bytes());
        assert_eq!(day(8_892), Value::from("2024-05-06"));
        assert_eq!(day(i32::MAX), Value::from("infinity"));
        let moment = |ty: &Type, micros: i64| decode(ty, &micros.to_be_bytes());
        assert_eq!(
            moment(&Type::TIMESTAMP, 768_294_489_500_000),
            Value::from("2024-05-06T07:08:09.5")
        );
        assert_eq!(
            moment(&Type::TIMESTAMPTZ, 0),
            Value::from("2000-01-01T00:00:00Z")
        );
        assert_eq!(
            moment(&Type::TIMESTAMPTZ, i64::MIN),
            Value::from("-infinity")
        );
    }

    #[test]
    fn what_is_cut_short_or_not_known_comes_out_as_the_bytes_that_were_sent() {
        for ty in [
            Type::INT4,
            Type::NUMERIC,
            Type::UUID,
            Type::INTERVAL,
            Type::INET,
            Type::VARBIT,
            Type::INT4_ARRAY,
            Type::TS_VECTOR,
            Type::JSONB,
        ] {
            assert_eq!(decode(&ty, &[9, 9]), Value::Bytes(vec![9, 9]), "{ty}");
        }
    }

    #[test]
    fn arrays_are_json_arrays() {
        let numbers: Vec<u8> = [1, 0, 23, 2, 1, 4, 7, -1]
            .iter()
            .flat_map(|number: &i32| number.to_be_bytes())
            .collect();
        assert_eq!(
            decode(&Type::INT4_ARRAY, &numbers),
            Value::Json(serde_json::json!([7, null]))
        );
    }

    #[test]
    fn durations_addresses_and_bits_are_written_out() {
        let mut raw = 14_706_500_000_i64.to_be_bytes().to_vec();
        raw.extend(3_i32.to_be_bytes());
        raw.extend(14_i32.to_be_bytes());
        assert_eq!(
            decode(&Type::INTERVAL, &raw),
            Value::from("P1Y2M3DT4H5M6.5S")
        );
        assert_eq!(
            decode(&Type::INET, &[2, 32, 0, 4, 127, 0, 0, 1]),
            Value::from("127.0.0.1")
        );
        assert_eq!(
            decode(&Type::CIDR, &[2, 8, 1, 4, 10, 0, 0, 0]),
            Value::from("10.0.0.0/8")
        );
        assert_eq!(
            decode(&Type::VARBIT, &[0, 0, 0, 5, 0b1010_1000]),
            Value::from("10101")
        );
    }
}
