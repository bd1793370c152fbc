//! SQL Server's types: what `sys.types` says of a column or a parameter as our description, and the
//! description as what is sent for it.
//!
//! **Invariant:** a type that is not known here is `Other` and takes text: no value is refused
//! because of it, the server decides.
//!
//! To add a type: an arm in [`describe`], and one in [`Wire::of`] where text would not do.

use mssql_tds::datatypes::column_values::{
    SqlDate, SqlDateTime, SqlDateTime2, SqlDateTimeOffset, SqlMoney, SqlSmallDateTime,
    SqlSmallMoney, SqlTime, SqlXml,
};
use mssql_tds::datatypes::decoder::DecimalParts;
use mssql_tds::datatypes::sql_string::SqlString;
use mssql_tds::datatypes::sql_udt::UdtTypeName;
use mssql_tds::datatypes::sqltypes::SqlType;
use sluice_core::Value;
use sluice_core::catalogue::{DataType, TypeKind};

/// The most characters that NVARCHAR holds without MAX.
pub(super) const NVARCHAR: u16 = 4_000;
/// The most bytes that VARBINARY holds without MAX.
pub(super) const VARBINARY: u16 = 8_000;

const TICKS: u64 = 10_000_000;
/// Days from 0001-01-01 and from 1900-01-01 to 1970-01-01.
pub(super) const FROM_YEAR_1: i64 = 719_162;
pub(super) const FROM_1900: i64 = 25_567;

/// A type as `sys.types` names it, with the numbers that `sys.columns` and `sys.parameters` have:
/// `length` in bytes, -1 for MAX.
pub(super) fn describe(name: &str, length: i64, precision: i64, scale: i64) -> DataType {
    let name = name.to_ascii_lowercase();
    let size = u64::try_from(length).ok();
    let max_or = |unit: u64| {
        size.map_or_else(
            || format!("{name}(max)"),
            |bytes| format!("{name}({})", bytes / unit),
        )
    };
    let fraction = || format!("{name}({scale})");
    let mut described = match name.as_str() {
        "bit" => DataType::new(TypeKind::Boolean, "bit"),
        "tinyint" => DataType::new(TypeKind::Unsigned { bits: 8 }, "tinyint"),
        "smallint" => DataType::new(TypeKind::Integer { bits: 16 }, "smallint"),
        "int" => DataType::new(TypeKind::Integer { bits: 32 }, "int"),
        "bigint" => DataType::new(TypeKind::Integer { bits: 64 }, "bigint"),
        "decimal" | "numeric" => {
            DataType::new(TypeKind::Decimal, format!("{name}({precision},{scale})"))
        }
        "money" | "smallmoney" => DataType::new(TypeKind::Decimal, name.as_str()),
        "float" | "real" => DataType::new(TypeKind::Float, name.as_str()),
        "char" | "varchar" => DataType::new(TypeKind::Text, max_or(1)),
        "nchar" | "nvarchar" => DataType::new(TypeKind::Text, max_or(2)),
        "sysname" => DataType::new(TypeKind::Text, "sysname"),
        "text" | "ntext" | "xml" => DataType::new(TypeKind::Text, name.as_str()),
        "binary" | "varbinary" => DataType::new(TypeKind::Bytes, max_or(1)),
        "image" => DataType::new(TypeKind::Bytes, "image"),
        "timestamp" | "rowversion" => DataType::new(TypeKind::Bytes, "rowversion"),
        "date" => DataType::new(TypeKind::Date, "date"),
        "time" => DataType::new(TypeKind::Time, fraction()),
        "datetime" | "smalldatetime" => DataType::new(TypeKind::Timestamp, name.as_str()),
        "datetime2" => DataType::new(TypeKind::Timestamp, fraction()),
        "datetimeoffset" => DataType::new(TypeKind::TimestampTz, fraction()),
        "uniqueidentifier" => DataType::new(TypeKind::Uuid, name.as_str()),
        "json" => DataType::new(TypeKind::Json, "json"),
        _ => DataType::new(TypeKind::Other, name.as_str()),
    };
    match name.as_str() {
        "char" | "varchar" | "binary" | "varbinary" => described.length = size,
        "nchar" | "nvarchar" => described.length = size.map(|bytes| bytes / 2),
        "sysname" => described.length = Some(128),
        "timestamp" | "rowversion" => described.length = Some(8),
        "decimal" | "numeric" | "money" | "smallmoney" => {
            described.precision = u32::try_from(precision).ok();
            described.scale = i32::try_from(scale).ok();
        }
        _ => {}
    }
    described
}

/// What is sent for a declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Bit,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    /// Digits in all, digits after the point.
    Decimal(u8, u8),
    Money,
    SmallMoney,
    Real,
    Float,
    /// At most so many UTF-16 units; `None` for MAX.
    Text(Option<u16>),
    /// At most so many bytes; `None` for MAX.
    Bytes(Option<u16>),
    Date,
    /// Digits of the fraction of a second, for these three.
    Time(u8),
    DateTime2(u8),
    DateTimeOffset(u8),
    DateTime,
    SmallDateTime,
    Uuid,
    Xml,
    Variant,
    /// hierarchyid, geometry, geography.
    Udt(String),
}

impl Wire {
    pub(super) fn of(data_type: &DataType) -> Self {
        let text = data_type.text.as_str();
        let name = text.split('(').next().unwrap_or_default();
        let within = |limit: u16| {
            let length = data_type.length.and_then(|n| u16::try_from(n).ok());
            length.filter(|n| (1..=limit).contains(n))
        };
        let digits =
            |n: Option<u32>, otherwise| n.and_then(|n| u8::try_from(n).ok()).unwrap_or(otherwise);
        let fraction = || {
            let inner = text
                .split_once('(')
                .and_then(|(_, rest)| rest.strip_suffix(')'));
            inner
                .and_then(|n| n.parse().ok())
                .filter(|n| *n <= 7)
                .unwrap_or(7)
        };
        match name {
            "bit" => Self::Bit,
            "tinyint" => Self::TinyInt,
            "smallint" => Self::SmallInt,
            "int" => Self::Int,
            "bigint" => Self::BigInt,
            "decimal" | "numeric" => Self::Decimal(
                digits(data_type.precision, 18),
                digits(data_type.scale.and_then(|n| u32::try_from(n).ok()), 0),
            ),
            "money" => Self::Money,
            "smallmoney" => Self::SmallMoney,
            "real" => Self::Real,
            "float" => Self::Float,
            "binary" | "varbinary" | "rowversion" => Self::Bytes(within(VARBINARY)),
            "image" => Self::Bytes(None),
            "date" => Self::Date,
            "time" => Self::Time(fraction()),
            "datetime" => Self::DateTime,
            "smalldatetime" => Self::SmallDateTime,
            "datetime2" => Self::DateTime2(fraction()),
            "datetimeoffset" => Self::DateTimeOffset(fraction()),
            "uniqueidentifier" => Self::Uuid,
            "xml" => Self::Xml,
            "sql_variant" => Self::Variant,
            "hierarchyid" | "geometry" | "geography" => Self::Udt(name.to_owned()),
            "char" | "varchar" | "nchar" | "nvarchar" | "sysname" => Self::Text(within(NVARCHAR)),
            "text" | "ntext" | "json" => Self::Text(None),
            _ => Self::Text(Some(NVARCHAR)),
        }
    }

    /// NULL of this type.
    pub(super) fn null(&self) -> SqlType {
        match self {
            Self::Bit => SqlType::Bit(None),
            Self::TinyInt => SqlType::TinyInt(None),
            Self::SmallInt => SqlType::SmallInt(None),
            Self::Int => SqlType::Int(None),
            Self::BigInt => SqlType::BigInt(None),
            Self::Decimal(..) => SqlType::Decimal(None),
            Self::Money => SqlType::Money(None),
            Self::SmallMoney => SqlType::SmallMoney(None),
            Self::Real => SqlType::Real(None),
            Self::Float => SqlType::Float(None),
            Self::Text(Some(length)) => SqlType::NVarchar(None, *length),
            Self::Text(None) => SqlType::NVarcharMax(None),
            Self::Bytes(Some(length)) => SqlType::VarBinary(None, *length),
            Self::Bytes(None) => SqlType::VarBinaryMax(None),
            Self::Date => SqlType::Date(None),
            Self::Time(_) => SqlType::Time(None),
            Self::DateTime2(_) => SqlType::DateTime2(None),
            Self::DateTimeOffset(_) => SqlType::DateTimeOffset(None),
            Self::DateTime => SqlType::DateTime(None),
            Self::SmallDateTime => SqlType::SmallDateTime(None),
            Self::Uuid => SqlType::Uuid(None),
            Self::Xml => SqlType::Xml(None),
            Self::Variant => SqlType::Variant(Box::new(SqlType::NVarchar(None, NVARCHAR))),
            Self::Udt(name) => SqlType::Udt(
                UdtTypeName::new(None, Some("sys".to_owned()), name.clone()),
                None,
            ),
        }
    }

    /// A value as this type, exactly; `None` where it cannot be read as one, so that it is better
    /// sent as text and the server left to judge.
    pub(super) fn exactly(&self, value: &Value) -> Option<SqlType> {
        let Some(text) = value.to_text() else {
            return Some(self.null());
        };
        let trimmed = text.trim();
        Some(match self {
            Self::Bit => SqlType::Bit(Some(match trimmed.to_ascii_lowercase().as_str() {
                "1" | "true" => true,
                "0" | "false" => false,
                _ => return None,
            })),
            Self::TinyInt => SqlType::TinyInt(Some(trimmed.parse().ok()?)),
            Self::SmallInt => SqlType::SmallInt(Some(trimmed.parse().ok()?)),
            Self::Int => SqlType::Int(Some(trimmed.parse().ok()?)),
            Self::BigInt => SqlType::BigInt(Some(trimmed.parse().ok()?)),
            Self::Decimal(precision, scale) => {
                SqlType::Decimal(Some(scaled(trimmed, *precision, *scale)?))
            }
            Self::Money => {
                let units = ten_thousandths(trimmed)?;
                // Two halves, the higher first on the wire.
                let low = i32::from_le_bytes(units.to_le_bytes()[..4].try_into().ok()?);
                let high = i32::from_le_bytes(units.to_le_bytes()[4..].try_into().ok()?);
                SqlType::Money(Some(SqlMoney {
                    lsb_part: low,
                    msb_part: high,
                }))
            }
            Self::SmallMoney => SqlType::SmallMoney(Some(SqlSmallMoney {
                int_val: i32::try_from(ten_thousandths(trimmed)?).ok()?,
            })),
            Self::Real => SqlType::Real(Some(trimmed.parse().ok()?)),
            Self::Float => SqlType::Float(Some(trimmed.parse().ok()?)),
            Self::Text(limit) => match limit {
                Some(limit) if text.encode_utf16().count() <= usize::from(*limit) => {
                    SqlType::NVarchar(Some(SqlString::from_utf8_string(text)), *limit)
                }
                Some(_) => return None,
                None => SqlType::NVarcharMax(Some(SqlString::from_utf8_string(text))),
            },
            Self::Bytes(limit) => match (value, limit) {
                (Value::Bytes(bytes), Some(limit)) if bytes.len() <= usize::from(*limit) => {
                    SqlType::VarBinary(Some(bytes.clone()), *limit)
                }
                (Value::Bytes(bytes), _) => SqlType::VarBinaryMax(Some(bytes.clone())),
                _ => return None,
            },
            Self::Date => SqlType::Date(Some(date(trimmed)?)),
            Self::Time(scale) => SqlType::Time(Some(SqlTime {
                time_nanoseconds: clock(trimmed, *scale)?,
                scale: *scale,
            })),
            Self::DateTime2(scale) => SqlType::DateTime2(Some(moment(trimmed, *scale)?)),
            Self::DateTimeOffset(scale) => SqlType::DateTimeOffset(Some(zoned(trimmed, *scale)?)),
            Self::DateTime => SqlType::DateTime(Some(legacy(trimmed)?)),
            Self::SmallDateTime => {
                let moment = moment(trimmed, 0)?;
                let seconds = moment.time.time_nanoseconds / TICKS;
                if seconds % 60 != 0 {
                    return None;
                }
                SqlType::SmallDateTime(Some(SqlSmallDateTime {
                    days: u16::try_from(i64::from(moment.days) - FROM_YEAR_1 + FROM_1900).ok()?,
                    time: u16::try_from(seconds / 60).ok()?,
                }))
            }
            Self::Uuid => SqlType::Uuid(Some(uuid::Uuid::parse_str(trimmed).ok()?)),
            Self::Xml => SqlType::Xml(Some(SqlXml::from(text))),
            Self::Variant => {
                if text.encode_utf16().count() > usize::from(NVARCHAR) {
                    return None;
                }
                let inner = SqlType::NVarchar(Some(SqlString::from_utf8_string(text)), NVARCHAR);
                SqlType::Variant(Box::new(inner))
            }
            Self::Udt(_) => return None,
        })
    }
}

/// A plain decimal number with as many digits as it is written with.
pub(super) fn decimal(text: &str) -> Option<DecimalParts> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (false, &text[1..]),
        b'+' => (true, &text[1..]),
        _ => (true, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let scale = u8::try_from(fraction.len()).ok()?;
    let precision = u8::try_from(whole.len() + fraction.len()).ok()?.max(1);
    if precision > 38 {
        return None;
    }
    Some(DecimalParts::new(sign, precision, scale, all.parse().ok()?))
}

/// The same with the digits of a declaration.
fn scaled(text: &str, precision: u8, scale: u8) -> Option<DecimalParts> {
    let read = decimal(text)?;
    let missing = scale.checked_sub(read.scale)?;
    let magnitude = read
        .magnitude()
        .checked_mul(10_u128.checked_pow(u32::from(missing))?)?;
    let limit = 10_u128.checked_pow(u32::from(precision))?;
    (magnitude < limit).then(|| DecimalParts::new(read.is_positive, precision, scale, magnitude))
}

fn ten_thousandths(text: &str) -> Option<i64> {
    let read = scaled(text, 19, 4)?;
    let units = i128::try_from(read.magnitude()).ok()?;
    i64::try_from(if read.is_positive { units } else { -units }).ok()
}

fn number(text: &str, least: u32, most: u32) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|n| (least..=most).contains(n))
}

/// Days since 0001-01-01 of `YYYY-MM-DD`.
fn days(text: &str) -> Option<u32> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let (year, month) = (number(year, 1, 9999)?, number(month, 1, 12)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let before: u32 = lengths.iter().take(month as usize - 1).sum();
    let day = number(day, 1, lengths[month as usize - 1])?;
    let past = year - 1;
    Some(past * 365 + past / 4 - past / 100 + past / 400 + before + day - 1)
}

fn date(text: &str) -> Option<SqlDate> {
    SqlDate::create(days(text)?).ok()
}

/// 100-nanosecond units since midnight of `HH:MM[:SS[.f]]`, where no more than `scale` digits of the
/// fraction say something.
fn clock(text: &str, scale: u8) -> Option<u64> {
    let (plain, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > usize::from(scale) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut parts = plain.split(':');
    let hour = number(parts.next()?, 0, 23)?;
    let minute = number(parts.next()?, 0, 59)?;
    let second = match parts.next() {
        Some(second) => number(second, 0, 59)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<7}").parse().ok()?;
    Some(u64::from(hour * 3600 + minute * 60 + second) * TICKS + fraction)
}

/// `YYYY-MM-DD`, alone or with a time behind `T` or a space.
fn moment(text: &str, scale: u8) -> Option<SqlDateTime2> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    Some(SqlDateTime2 {
        days: days(date)?,
        time: SqlTime {
            time_nanoseconds: clock(time, scale)?,
            scale,
        },
    })
}

/// A moment with `Z` or `+HH:MM` behind it; on the wire it is in UTC.
fn zoned(text: &str, scale: u8) -> Option<SqlDateTimeOffset> {
    let (local, offset) = if let Some(local) = text.strip_suffix(['Z', 'z']) {
        (local, 0)
    } else {
        let at = text
            .len()
            .checked_sub(6)
            .filter(|at| text.is_char_boundary(*at))?;
        let (local, zone) = text.split_at(at);
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        let minutes = i64::from(number(hours, 0, 14)? * 60 + number(minutes, 0, 59)?);
        match zone.as_bytes().first()? {
            b'+' => (local.trim_end(), minutes),
            b'-' => (local.trim_end(), -minutes),
            _ => return None,
        }
    };
    let mut moment = moment(local, scale)?;
    let ticks = i64::try_from(TICKS).ok()?;
    let day = 86_400 * ticks;
    let local = i64::from(moment.days) * day + i64::try_from(moment.time.time_nanoseconds).ok()?;
    let utc = local - offset * 60 * ticks;
    moment.days = u32::try_from(utc.div_euclid(day)).ok()?;
    moment.time.time_nanoseconds = u64::try_from(utc.rem_euclid(day)).ok()?;
    Some(SqlDateTimeOffset {
        datetime2: moment,
        offset: i16::try_from(offset).ok()?,
    })
}

/// DATETIME counts three hundredths of a second; up to three digits of a fraction are rounded to
/// them, as the server does it.
fn legacy(text: &str) -> Option<SqlDateTime> {
    let moment = moment(text, 3)?;
    let millis = moment.time.time_nanoseconds / 10_000;
    let days = i32::try_from(i64::from(moment.days) - FROM_YEAR_1 + FROM_1900).ok()?;
    let time = u32::try_from((millis * 3 + 5) / 10).ok()?;
    // 23:59:59.999 is the next day to the server, and before 1753 there is nothing.
    (time < 25_920_000 && days >= -53_690).then_some(SqlDateTime { days, time })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(text: &str, name: &str, precision: i64, scale: i64) -> Option<SqlType> {
        let described = describe(name, 20, precision, scale);
        Wire::of(&described).exactly(&Value::from(text))
    }

    #[test]
    fn a_type_is_written_as_a_declaration_writes_it() {
        for (name, length, precision, scale, text, kind, holds) in [
            (
                "nvarchar",
                200,
                0,
                0,
                "nvarchar(100)",
                TypeKind::Text,
                Some(100),
            ),
            ("varchar", -1, 0, 0, "varchar(max)", TypeKind::Text, None),
            (
                "varbinary",
                16,
                0,
                0,
                "varbinary(16)",
                TypeKind::Bytes,
                Some(16),
            ),
            (
                "decimal",
                9,
                10,
                2,
                "decimal(10,2)",
                TypeKind::Decimal,
                None,
            ),
            (
                "tinyint",
                1,
                3,
                0,
                "tinyint",
                TypeKind::Unsigned { bits: 8 },
                None,
            ),
            (
                "datetime2",
                8,
                27,
                3,
                "datetime2(3)",
                TypeKind::Timestamp,
                None,
            ),
            ("timestamp", 8, 0, 0, "rowversion", TypeKind::Bytes, Some(8)),
            (
                "datetimeoffset",
                10,
                34,
                7,
                "datetimeoffset(7)",
                TypeKind::TimestampTz,
                None,
            ),
            (
                "hierarchyid",
                892,
                0,
                0,
                "hierarchyid",
                TypeKind::Other,
                None,
            ),
        ] {
            let described = describe(name, length, precision, scale);
            assert_eq!(described.text, text);
            assert_eq!((described.kind, described.length), (kind, holds), "{name}");
        }
    }

    #[test]
    fn text_becomes_the_exact_value_of_a_declared_type() {
        assert_eq!(exactly("42", "int", 10, 0), Some(SqlType::Int(Some(42))));
        assert_eq!(exactly("256", "tinyint", 3, 0), None);
        assert_eq!(
            exactly(" TRUE ", "bit", 1, 0),
            Some(SqlType::Bit(Some(true)))
        );
        // 12.5 in DECIMAL(10,2) is 1250 hundredths.
        let parts = DecimalParts::new(false, 10, 2, 1250);
        assert_eq!(
            exactly("-12.5", "decimal", 10, 2),
            Some(SqlType::Decimal(Some(parts)))
        );
        assert_eq!(exactly("12.555", "decimal", 10, 2), None);
        assert_eq!(exactly("123456789.5", "decimal", 10, 2), None);
        let money = SqlMoney {
            lsb_part: 123_456,
            msb_part: 0,
        };
        assert_eq!(
            exactly("12.3456", "money", 19, 4),
            Some(SqlType::Money(Some(money)))
        );
    }

    // Day numbers by the calendar: 2024-05-06 is day 739,011 after 0001-01-01, 45,416 after 1900-01-01.
    #[test]
    fn dates_are_counted_as_the_protocol_counts_them() {
        assert_eq!(days("0001-01-01"), Some(0));
        assert_eq!(days("1970-01-01"), u32::try_from(FROM_YEAR_1).ok());
        assert_eq!(days("2024-05-06"), Some(739_011));
        assert_eq!(days("9999-12-31"), Some(3_652_058));
        for wrong in [
            "2023-02-29",
            "2024-13-01",
            "24-05-06",
            "2024-5-6",
            "06.05.2024",
            "",
        ] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
        let Some(SqlType::DateTime(Some(read))) =
            exactly("2024-05-06T07:08:09.123", "datetime", 23, 3)
        else {
            panic!("a DATETIME");
        };
        // 25,689.123 s times 300, rounded.
        assert_eq!((read.days, read.time), (45_416, 7_706_737));
        assert_eq!(exactly("2024-05-06T07:08:09.1234", "datetime", 23, 3), None);
        let Some(SqlType::DateTimeOffset(Some(read))) =
            exactly("2024-05-06T01:00:00+02:00", "datetimeoffset", 34, 7)
        else {
            panic!("a DATETIMEOFFSET");
        };
        assert_eq!((read.datetime2.days, read.offset), (739_010, 120));
        assert_eq!(read.datetime2.time.time_nanoseconds, 23 * 3600 * TICKS);
    }
}
