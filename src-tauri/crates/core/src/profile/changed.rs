//! The time of a change: as a filter says it, as it is bound, as a column gives it, as
//! `meta.lastModified` shows it.
//!
//! **Invariant:** everything is UTC, to the millisecond, and a fraction is cut and never rounded up,
//! so that nothing changed after a time is missed. A time without an offset is taken as UTC.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, fmt::strtime};

/// The time of a filter as it is bound: `2020-04-07 14:19:34` in UTC, milliseconds only where there
/// are any. `None` where the text is no xsd:dateTime (RFC 7643 §2.3.5).
pub fn bound_time(text: &str) -> Option<String> {
    // A day without a time is a date and no dateTime.
    text.contains(':')
        .then(|| moment(text))
        .flatten()
        .map(written)?
}

/// What a column gives as the value of `meta.lastModified`; `None` where it is no time that can be
/// understood.
pub fn last_modified(text: &str) -> Option<String> {
    let text = written(moment(text)?)?;
    Some(format!("{}Z", text.replacen(' ', "T", 1)))
}

fn written(moment: Timestamp) -> Option<String> {
    let format = if moment.as_millisecond().rem_euclid(1000) == 0 {
        "%Y-%m-%d %H:%M:%S"
    } else {
        // Three digits, the others cut.
        "%Y-%m-%d %H:%M:%S.%3f"
    };
    strtime::format(format, moment).ok()
}

/// Reads what databases and clients write: `T` or a space between date and time, seconds, fraction
/// and offset or not, the offset as `Z`, `+02`, `+0200` or `+02:00`.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // A civil time passes over an offset, so what has one must be read with it.
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<DateTime>().ok()?;
        civil
            .to_zoned(TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    })?;
    let year = Offset::UTC.to_datetime(moment).year();
    (0..=9999).contains(&year).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_filter_is_bound_as_utc_in_the_words_databases_read() {
        for (asked, bound) in [
            ("2020-04-07T14:19:34Z", "2020-04-07 14:19:34"),
            ("2020-04-07T14:19:34+02:00", "2020-04-07 12:19:34"),
            ("2020-01-01T00:30:00+01:00", "2019-12-31 23:30:00"),
            ("2020-04-07T14:19:34", "2020-04-07 14:19:34"),
            ("2020-04-07T14:19:34.5Z", "2020-04-07 14:19:34.500"),
            ("2020-04-07T14:19:34.1239999Z", "2020-04-07 14:19:34.123"),
            ("2020-04-07T14:19:34.000Z", "2020-04-07 14:19:34"),
        ] {
            assert_eq!(bound_time(asked).as_deref(), Some(bound), "{asked}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_bound() {
        for text in [
            "",
            "yesterday",
            "2020-04-07",
            "2020-13-07T14:19:34Z",
            "2020-04-07T25:19:34Z",
            "2020-04-07T14:19:34Z' OR 1=1 --",
            "2020-04-07T14:19:34+2",
            "0000-01-01T00:00:00+01:00",
            "2020-04-0é T14:19:34Z",
        ] {
            assert_eq!(bound_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_column_in_the_words_of_any_database_becomes_an_rfc_3339_time() {
        for (column, shown) in [
            ("2020-04-07 14:19:34", "2020-04-07T14:19:34Z"),
            ("2020-04-07T14:19:34.25", "2020-04-07T14:19:34.250Z"),
            ("2020-04-07 14:19:34.123456+00", "2020-04-07T14:19:34.123Z"),
            ("2020-04-07T16:19:34+0200", "2020-04-07T14:19:34Z"),
            ("2020-04-07 14:19", "2020-04-07T14:19:00Z"),
            ("2020-04-07", "2020-04-07T00:00:00Z"),
        ] {
            assert_eq!(last_modified(column).as_deref(), Some(shown), "{column}");
        }
        for column in ["", "infinity", "1586269174", "07.04.2020 14:19:34"] {
            assert_eq!(last_modified(column), None, "{column}");
        }
    }
}
