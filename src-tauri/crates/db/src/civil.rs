//! Days and microseconds as dates and times of the Gregorian calendar, written as ISO 8601.

use std::fmt::Write as _;

const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

/// `YYYY-MM-DD` of a day counted from 1970-01-01; years before 1 are written astronomically
/// (`-0043`).
pub(crate) fn date(days: i64) -> String {
    // Counted from 0000-03-01, so that the leap day is the last of its year (H. Hinnant, "chrono
    // -compatible low-level date algorithms").
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    if year < 0 {
        format!("-{:04}-{month:02}-{day:02}", -year)
    } else {
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// `HH:MM:SS[.ffffff]` of microseconds since midnight, without trailing zeros in the fraction.
pub(crate) fn time(micros: i64) -> String {
    let seconds = micros.div_euclid(MICROS);
    let mut text = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    text.push_str(&fraction(micros.rem_euclid(MICROS)));
    text
}

/// `YYYY-MM-DDTHH:MM:SS[.ffffff]` of microseconds since 1970-01-01.
pub(crate) fn date_time(micros: i64) -> String {
    let days = micros.div_euclid(DAY * MICROS);
    format!("{}T{}", date(days), time(micros.rem_euclid(DAY * MICROS)))
}

/// `.ffffff` without trailing zeros; nothing for 0.
pub(crate) fn fraction(micros: i64) -> String {
    let mut text = String::new();
    if micros > 0 {
        // Writing into a String cannot fail.
        let _ = write!(text, ".{micros:06}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates_across_leap_years_and_eras() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(19_849), "2024-05-06");
        assert_eq!(date(-719_528), "0000-01-01");
        assert_eq!(date(-719_529), "-0001-12-31");
        assert_eq!(date(2_932_896), "9999-12-31");
    }

    #[test]
    fn microseconds_become_times_without_trailing_zeros() {
        assert_eq!(date_time(0), "1970-01-01T00:00:00");
        assert_eq!(date_time(-1), "1969-12-31T23:59:59.999999");
        assert_eq!(time(29_289_123_000), "08:08:09.123");
    }
}
