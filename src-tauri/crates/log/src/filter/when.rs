//! Times and durations of a filter.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// The moment at which a filter is read, and the zone its times are written in.
#[derive(Clone, Debug)]
pub struct Now {
    at: Timestamp,
    zone: TimeZone,
}

impl Now {
    /// `at` in milliseconds since 1970; `zone` as the zone database names it, such as `Europe/Berlin`. An
    /// unknown zone is UTC.
    pub fn new(at: i64, zone: &str) -> Self {
        Self {
            at: Timestamp::from_millisecond(at).unwrap_or_default(),
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
        }
    }

    /// Milliseconds since 1970, `length` milliseconds ago.
    pub(super) fn ago(&self, length: i64) -> i64 {
        self.at.as_millisecond().saturating_sub(length)
    }

    fn today(&self) -> Date {
        self.at.to_zoned(self.zone.clone()).date()
    }

    fn stamp(&self, local: DateTime) -> Option<i64> {
        let zoned = local.to_zoned(self.zone.clone()).ok()?;
        Some(zoned.timestamp().as_millisecond())
    }

    /// A day (`2026-11-22`, `today`, `yesterday`), a time of today (`10:30`), or both (`2026-11-22T10:30`, or with
    /// a zone of its own: `…Z`), as milliseconds since 1970. A day is its first moment.
    pub(super) fn read(&self, text: &str) -> Option<i64> {
        match text.to_ascii_lowercase().as_str() {
            "now" => return Some(self.at.as_millisecond()),
            "today" => return self.stamp(self.today().to_datetime(Time::midnight())),
            "yesterday" => {
                let day = self.today().yesterday().ok()?;
                return self.stamp(day.to_datetime(Time::midnight()));
            }
            _ => {}
        }
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Some(stamp.as_millisecond());
        }
        if !text.contains('-') {
            let time: Time = text.parse().ok().filter(|_| text.contains(':'))?;
            return self.stamp(self.today().to_datetime(time));
        }
        if let Ok(day) = text.parse::<Date>()
            && text.len() <= 10
        {
            return self.stamp(day.to_datetime(Time::midnight()));
        }
        self.stamp(text.parse::<DateTime>().ok()?)
    }

    /// A moment in words, in the zone.
    pub(super) fn says(&self, stamp: i64) -> String {
        let Ok(stamp) = Timestamp::from_millisecond(stamp) else {
            return String::new();
        };
        let zoned = stamp.to_zoned(self.zone.clone());
        let form = if zoned.time().second() == 0 {
            "%Y-%m-%d %H:%M"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        zoned.strftime(form).to_string()
    }
}

/// `15m`, `1h`, `7d`: milliseconds.
pub(super) fn span(text: &str) -> Option<i64> {
    let (number, unit) = number_and_unit(text)?;
    let unit_ms = match unit {
        "s" | "sec" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        _ => return None,
    };
    scaled(number, unit_ms)
}

/// `100`, `2.5`, `1.5s`: microseconds. Without a unit it is milliseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (number, unit) = number_and_unit(text)?;
    let unit_us = match unit {
        "us" | "µs" | "μs" => 1,
        "" | "ms" => 1_000,
        "s" | "sec" => 1_000_000,
        "m" | "min" => 60_000_000,
        _ => return None,
    };
    scaled(number, unit_us)
}

fn number_and_unit(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A decimal number times a unit, without the detours of floating point.
fn scaled(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let millionths: i64 = format!("{fraction:0<6}").parse().ok()?;
    let part = millionths.checked_mul(unit)? / 1_000_000;
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(unit)?
        .checked_add(part)
}

/// The same in words: "1.5 s", "100 ms".
pub(super) fn says(us: i64) -> String {
    let (unit, name) = match us {
        1_000_000.. => (1_000_000, "s"),
        1_000.. => (1_000, "ms"),
        _ => (1, "µs"),
    };
    let (whole, rest) = (us / unit, us % unit);
    if rest == 0 {
        return format!("{whole} {name}");
    }
    let digits = if unit == 1_000_000 { 6 } else { 3 };
    let fraction = format!("{rest:0digits$}");
    format!("{whole}.{} {name}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 09:30:00 UTC, a Sunday; in Berlin it is 10:30.
    const AT: i64 = 1_795_339_800_000;

    #[test]
    fn times_are_read_in_the_zone_of_the_reader() {
        let berlin = Now::new(AT, "Europe/Berlin");
        let hour = 3_600_000;
        for (text, expected) in [
            ("2026-11-22", Some(AT - 10 * hour - hour / 2)),
            ("today", Some(AT - 10 * hour - hour / 2)),
            ("yesterday", Some(AT - 34 * hour - hour / 2)),
            ("now", Some(AT)),
            ("10:30", Some(AT)),
            ("10:00", Some(AT - hour / 2)),
            ("2026-11-22T10:30", Some(AT)),
            ("2026-11-22 10:30", Some(AT)),
            ("2026-11-22T09:30:00Z", Some(AT)),
            // In summer Berlin is two hours ahead.
            ("2026-07-01", Some(1_782_856_800_000)),
            ("2026-13-01", None),
            ("noon", None),
            ("10", None),
            ("", None),
        ] {
            assert_eq!(berlin.read(text), expected, "{text}");
        }
        assert_eq!(berlin.says(AT), "2026-11-22 10:30");
        assert_eq!(Now::new(AT, "Nowhere/Land").says(AT), "2026-11-22 09:30");
    }

    #[test]
    fn durations_have_units_and_fractions() {
        for (text, expected) in [
            ("100", Some(100_000)),
            ("100ms", Some(100_000)),
            ("2.5", Some(2_500)),
            ("1.5s", Some(1_500_000)),
            ("250us", Some(250)),
            ("2m", Some(120_000_000)),
            ("x", None),
            ("1.2.3", None),
            ("5h", None),
            (".5s", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
        for (text, expected) in [
            ("15m", Some(900_000)),
            ("1.5h", Some(5_400_000)),
            ("7d", Some(604_800_000)),
            ("1", None),
        ] {
            assert_eq!(span(text), expected, "{text}");
        }
        for (us, expected) in [
            (100_000, "100 ms"),
            (1_500_000, "1.5 s"),
            (2_500, "2.5 ms"),
            (7, "7 µs"),
        ] {
            assert_eq!(says(us), expected);
        }
    }
}
