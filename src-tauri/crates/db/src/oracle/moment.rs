//! Points in time between ISO 8601, which Sluice speaks, and what a session reads as text.
//!
//! **Invariant:** the digits are the database's or the caller's; nothing is shifted from zone to zone.

use oracledb::OracleTimestamp;

/// A date with what else is known of the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    date: String,
    /// `hh:mm:ss`.
    time: Option<String>,
    /// Digits behind the point, at most nine.
    fraction: String,
    /// `+hh:mm`.
    zone: Option<String>,
}

impl Moment {
    /// Reads `YYYY-MM-DD`, with `Thh:mm[:ss[.fffffffff]]` or the same behind a space, and `Z` or an
    /// offset. `None` for anything else, which the database may still know how to read.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, rest) = text.split_at_checked(10)?;
        if !shaped(date, "dddd-dd-dd") {
            return None;
        }
        let mut moment = Self {
            date: date.to_owned(),
            time: None,
            fraction: String::new(),
            zone: None,
        };
        if rest.is_empty() {
            return Some(moment);
        }
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (time, zone) = match rest.find(['Z', 'z', '+', '-']) {
            Some(end) => (rest[..end].trim_end(), Some(&rest[end..])),
            None => (rest, None),
        };
        moment.zone = match zone {
            Some(zone) => Some(offset(zone)?),
            None => None,
        };
        let (clock, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
        moment.time = Some(if shaped(clock, "dd:dd:dd") {
            clock.to_owned()
        } else if shaped(clock, "dd:dd") && fraction.is_empty() {
            format!("{clock}:00")
        } else {
            return None;
        });
        if !fraction.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        moment.fraction = fraction.chars().take(9).collect();
        Some(moment)
    }

    /// What the driver read.
    pub(super) fn of(read: &OracleTimestamp) -> Self {
        let year = read.year();
        let sign = if year < 0 { "-" } else { "" };
        Self {
            date: format!(
                "{sign}{:04}-{:02}-{:02}",
                year.unsigned_abs(),
                read.month(),
                read.day()
            ),
            time: Some(format!(
                "{:02}:{:02}:{:02}",
                read.hour(),
                read.minute(),
                read.second()
            )),
            fraction: fraction(read.nanoseconds())
                .trim_start_matches('.')
                .to_owned(),
            zone: read.is_utc().then(|| "Z".to_owned()),
        }
    }

    pub(super) fn to_iso(&self) -> String {
        let mut text = self.date.clone();
        if let Some(time) = &self.time {
            text.push('T');
            text.push_str(time);
            if !self.fraction.is_empty() {
                text.push('.');
                text.push_str(&self.fraction);
            }
        }
        text.push_str(self.zone.as_deref().unwrap_or_default());
        text
    }

    /// As the session's NLS_DATE_FORMAT reads it: a DATE has neither fraction nor zone.
    pub(super) fn as_date(&self) -> String {
        match &self.time {
            Some(time) => format!("{} {time}", self.date),
            None => self.date.clone(),
        }
    }

    /// As NLS_TIMESTAMP_FORMAT reads it.
    pub(super) fn as_timestamp(&self) -> String {
        let mut text = self.as_date();
        if self.time.is_some() && !self.fraction.is_empty() {
            text.push('.');
            text.push_str(&self.fraction);
        }
        text
    }

    /// As NLS_TIMESTAMP_TZ_FORMAT reads it; without a zone it is the session's.
    pub(super) fn as_zoned(&self) -> String {
        let mut text = self.as_timestamp();
        if let (Some(zone), true) = (&self.zone, self.time.is_some()) {
            if self.fraction.is_empty() {
                text.push_str(".0");
            }
            text.push(' ');
            text.push_str(if zone == "Z" { "+00:00" } else { zone });
        }
        text
    }
}

/// `.fffffffff` without trailing zeros; nothing for 0.
pub(super) fn fraction(nanoseconds: u32) -> String {
    if nanoseconds == 0 {
        return String::new();
    }
    let text = format!(".{nanoseconds:09}");
    text.trim_end_matches('0').to_owned()
}

/// `+hh:mm` of `Z`, `+hh`, `+hhmm`, `+hh:mm`.
fn offset(text: &str) -> Option<String> {
    if text.eq_ignore_ascii_case("z") {
        return Some("+00:00".to_owned());
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let sign = text.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    let whole = ["sdd", "sdddd", "sdd:dd"]
        .iter()
        .any(|shape| shaped(text, shape));
    if !whole {
        return None;
    }
    let minutes = digits.get(2..).filter(|m| !m.is_empty()).unwrap_or("00");
    Some(format!("{sign}{}:{minutes}", &digits[..2]))
}

/// Whether a text has a digit for each `d`, a sign for each `s`, and the rest as it stands.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .chars()
            .zip(shape.chars())
            .all(|(c, wanted)| match wanted {
                'd' => c.is_ascii_digit(),
                's' => matches!(c, '+' | '-'),
                other => c == other,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_texts_become_what_the_session_reads() {
        for (iso, date, timestamp, zoned) in [
            ("2024-05-06", "2024-05-06", "2024-05-06", "2024-05-06"),
            (
                "2024-05-06T07:08:09",
                "2024-05-06 07:08:09",
                "2024-05-06 07:08:09",
                "2024-05-06 07:08:09",
            ),
            (
                "2024-05-06T07:08",
                "2024-05-06 07:08:00",
                "2024-05-06 07:08:00",
                "2024-05-06 07:08:00",
            ),
            (
                "2024-05-06 07:08:09.123456789012",
                "2024-05-06 07:08:09",
                "2024-05-06 07:08:09.123456789",
                "2024-05-06 07:08:09.123456789",
            ),
            (
                "2024-05-06T07:08:09.5Z",
                "2024-05-06 07:08:09",
                "2024-05-06 07:08:09.5",
                "2024-05-06 07:08:09.5 +00:00",
            ),
            (
                "2024-05-06T07:08:09-0530",
                "2024-05-06 07:08:09",
                "2024-05-06 07:08:09",
                "2024-05-06 07:08:09.0 -05:30",
            ),
        ] {
            let moment = Moment::read(iso).unwrap();
            assert_eq!(
                (
                    moment.as_date().as_str(),
                    moment.as_timestamp().as_str(),
                    moment.as_zoned().as_str()
                ),
                (date, timestamp, zoned),
                "{iso}"
            );
        }
    }

    #[test]
    fn what_is_no_iso_text_is_left_to_the_database() {
        for text in [
            "",
            "06-MAY-24",
            "20240506",
            "2024-05-06X",
            "2024-05-06T7:08",
            "2024-05-06T07:08:09 CET",
            "2024-05-06T07:08:09+1",
            "é024-05-06",
        ] {
            assert_eq!(Moment::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_driver_read_is_written_as_iso_8601() {
        let date = OracleTimestamp::new_timestamp(2024, 5, 6, 7, 8, 9, 0);
        assert_eq!(Moment::of(&date).to_iso(), "2024-05-06T07:08:09");
        let fine = OracleTimestamp::new_timestamp(-44, 3, 15, 0, 0, 0, 120_000);
        assert_eq!(Moment::of(&fine).to_iso(), "-0044-03-15T00:00:00.00012");
        let zoned = OracleTimestamp::new_utc_timestamp(1999, 12, 31, 23, 59, 59, 500_000_000);
        assert_eq!(Moment::of(&zoned).to_iso(), "1999-12-31T23:59:59.5Z");
    }
}
