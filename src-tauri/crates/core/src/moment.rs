//! Dates and times as a column has them, and as the provider has them.
//!
//! **Invariant:** what does not read as its format is never guessed: the caller learns that it does
//! not, and shows or refuses it. The zones are compiled in, so nothing here reads a file.
//!
//! Where a zone's clocks are put forward, a local time that does not exist means the time as much
//! later as they are put forward. Where they are put back, a local time that happens twice means the
//! first of the two (RFC 5545 §3.3.5 has the same two rules).
//!
//! To add a kind of value: a variant of [`Kind`], and what [`Moment`] reads and writes for it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::{strtime, temporal::Pieces};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(rename = "MomentKind")]
pub enum Kind {
    /// A day, the same day in every zone.
    Date,
    /// A point in time.
    DateTime,
}

/// How one field's dates stand in its column and on the wire.
#[derive(Clone, Debug)]
pub struct Moment {
    kind: Kind,
    column: Side,
    wire: Side,
}

/// One of the two places.
#[derive(Clone, Debug)]
struct Side {
    /// As `strftime` has it; `None` is ISO 8601.
    format: Option<String>,
    /// Of a time that says none; `None` where each value says its own.
    zone: Option<TimeZone>,
    /// Whether ISO 8601 is written with its offset: a column without a zone has no place for one.
    writes_offset: bool,
}

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Point {
    Day(Date),
    Instant(Timestamp),
}

/// Why a format or a zone cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("The zone \"{name}\" is not known.")]
    Zone {
        name: String,
        /// The known name that is most like it.
        near: Option<String>,
    },
    #[error("{key} = \"{format}\" does not say a whole {what}.")]
    Format {
        key: &'static str,
        format: String,
        what: &'static str,
    },
    #[error("It is not said in which zone the column's times are.")]
    NoZone,
}

/// The word for a column whose values say their own offset.
const OF_ITS_OWN: &str = "column";

impl Moment {
    /// A field of this kind. Formats are those of `strftime`; without one, ISO 8601 is meant. `zone`
    /// is a name of the IANA database or `column`; the wire's is UTC where none is given. A
    /// [`Kind::Date`] has no zones.
    ///
    /// # Errors
    /// [`Unusable`] where a format does not come back as it was written, a zone is not known, or a
    /// point in time has no zone.
    pub fn new(
        kind: Kind,
        column_format: Option<&str>,
        wire_format: Option<&str>,
        zone: Option<&str>,
        wire_zone: Option<&str>,
    ) -> Result<Self, Unusable> {
        let known = |zone: Option<&str>| zone.map(known_zone).transpose();
        let own = zone.is_some_and(|zone| zone.eq_ignore_ascii_case(OF_ITS_OWN));
        let wire_zone = known(wire_zone)?.unwrap_or(TimeZone::UTC);
        let moment = Self {
            kind,
            column: Side {
                format: column_format.map(str::to_owned),
                zone: known(zone.filter(|_| !own))?,
                writes_offset: own,
            },
            wire: Side {
                format: wire_format.map(str::to_owned),
                zone: Some(wire_zone),
                writes_offset: true,
            },
        };
        if kind == Kind::DateTime && zone.is_none() && !moment.column.says_offset() {
            return Err(Unusable::NoZone);
        }
        for (key, side) in [
            ("column_format", &moment.column),
            ("wire_format", &moment.wire),
        ] {
            moment.check(key, side)?;
        }
        Ok(moment)
    }

    /// The column's text as the provider sees it; `None` where it does not read as the column's
    /// format.
    pub fn to_wire(&self, text: &str) -> Option<String> {
        self.wire.write(&self.read_column(text)?)
    }

    /// The provider's text as it is bound; `None` where it does not read as the wire's format.
    pub fn to_column(&self, text: &str) -> Option<String> {
        self.column.write(&self.read_wire(text)?)
    }

    /// Whether two texts of the column mean the same.
    pub fn same(&self, one: &str, other: &str) -> bool {
        one == other
            || self
                .read_column(one)
                .is_some_and(|point| Some(point) == self.read_column(other))
    }

    /// Whether the provider sees a SCIM dateTime (RFC 7643 §2.3.5: date and time as in XML Schema).
    pub fn is_date_time(&self) -> bool {
        self.kind == Kind::DateTime && self.wire.format.is_none()
    }

    /// What the provider should send, for a message: `a date such as 2024-01-31`.
    pub fn expected(&self) -> String {
        let what = match self.kind {
            Kind::Date => "a date",
            Kind::DateTime => "a point in time",
        };
        let sample = self.wire.sample(self.kind);
        let example = sample
            .and_then(|sample| self.wire.write(&sample))
            .unwrap_or_default();
        match &self.wire.format {
            Some(format) => format!("{what} of the form {format}, such as {example}"),
            None => format!("{what} such as {example}"),
        }
    }

    /// A day shows no time: what a column holds beside it is neither shown nor lost.
    fn read_column(&self, text: &str) -> Option<Point> {
        let text = text.trim();
        match (self.kind, &self.column.format) {
            (Kind::Date, None) => Some(Point::Day(iso(text)?.0.date())),
            (_, Some(format)) => self.column.parse(self.kind, format, text),
            (Kind::DateTime, None) => self.column.at(&iso(text)?),
        }
    }

    /// Stricter than a column: a time that a date cannot keep is refused, and so is a point in time
    /// without its time.
    fn read_wire(&self, text: &str) -> Option<Point> {
        let text = text.trim();
        if let Some(format) = &self.wire.format {
            return self.wire.parse(self.kind, format, text);
        }
        let read = iso(text)?;
        match self.kind {
            Kind::Date if read.0.time() == Time::midnight() => Some(Point::Day(read.0.date())),
            Kind::DateTime if read.2 => self.wire.at(&read),
            _ => None,
        }
    }

    /// A format must give back what was written with it.
    fn check(&self, key: &'static str, side: &Side) -> Result<(), Unusable> {
        let Some(format) = &side.format else {
            return Ok(());
        };
        let sample = side.sample(self.kind);
        let back = sample
            .as_ref()
            .and_then(|sample| side.write(sample))
            .and_then(|text| side.parse(self.kind, format, &text));
        if back.is_some() && back == sample {
            return Ok(());
        }
        Err(Unusable::Format {
            key,
            format: format.clone(),
            what: match self.kind {
                Kind::Date => "date",
                Kind::DateTime if side.zone.is_none() => "date and time with its offset",
                Kind::DateTime => "date and time",
            },
        })
    }
}

impl Side {
    fn parse(&self, kind: Kind, format: &str, text: &str) -> Option<Point> {
        let read = strtime::parse(format, text).ok()?;
        if read.iana_time_zone().is_some() {
            return None;
        }
        if kind == Kind::Date {
            return Some(Point::Day(read.to_date().ok()?));
        }
        let instant = match (read.timestamp(), read.offset()) {
            (Some(instant), _) => instant,
            (None, Some(offset)) => offset.to_timestamp(read.to_datetime().ok()?).ok()?,
            (None, None) => self.local(read.to_datetime().ok()?)?,
        };
        Some(Point::Instant(instant))
    }

    fn at(&self, (local, offset, _): &Iso) -> Option<Point> {
        let instant = match offset {
            Some(offset) => offset.to_timestamp(*local).ok()?,
            None => self.local(*local)?,
        };
        Some(Point::Instant(instant))
    }

    /// A local time that says no offset; none where each value should.
    fn local(&self, local: DateTime) -> Option<Timestamp> {
        self.zone.as_ref()?.to_timestamp(local).ok()
    }

    fn write(&self, point: &Point) -> Option<String> {
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        match (point, &self.format) {
            (Point::Day(day), None) => Some(day.to_string()),
            (Point::Day(day), Some(format)) => strtime::format(format, *day).ok(),
            (Point::Instant(instant), Some(format)) => {
                strtime::format(format, &instant.to_zoned(zone)).ok()
            }
            (Point::Instant(instant), None) if !self.writes_offset => {
                Some(zone.to_datetime(*instant).to_string())
            }
            (Point::Instant(instant), None) if zone != TimeZone::UTC => Some(
                instant
                    .display_with_offset(zone.to_offset(*instant))
                    .to_string(),
            ),
            (Point::Instant(instant), None) => Some(instant.to_string()),
        }
    }

    /// 13:45, so that a clock of twelve hours without a.m. and p.m. is found out.
    fn sample(&self, kind: Kind) -> Option<Point> {
        let day = Date::constant(2024, 1, 31);
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        Some(match kind {
            Kind::Date => Point::Day(day),
            Kind::DateTime => Point::Instant(zone.to_timestamp(day.at(13, 45, 0, 0)).ok()?),
        })
    }

    fn says_offset(&self) -> bool {
        let (Some(format), Some(sample)) = (&self.format, self.sample(Kind::DateTime)) else {
            return false;
        };
        let text = self.write(&sample).unwrap_or_default();
        strtime::parse(format, text)
            .is_ok_and(|read| read.offset().is_some() || read.timestamp().is_some())
    }
}

/// Local time, offset, and whether a time was said.
type Iso = (DateTime, Option<jiff::tz::Offset>, bool);

/// ISO 8601 as databases and RFC 3339 write it: `2024-01-31`, `2024-01-31T13:45:00.5+01:00`, with a
/// space for the T.
fn iso(text: &str) -> Option<Iso> {
    let read = Pieces::parse(text).ok()?;
    // 20240131 is ISO 8601 too, but would not be written so again: it needs a format.
    if text.as_bytes().get(4) != Some(&b'-') || read.time_zone_annotation().is_some() {
        return None;
    }
    let time = read.time();
    let local = read.date().to_datetime(time.unwrap_or(Time::midnight()));
    Some((local, read.to_numeric_offset(), time.is_some()))
}

fn known_zone(name: &str) -> Result<TimeZone, Unusable> {
    if name.eq_ignore_ascii_case("UTC") {
        return Ok(TimeZone::UTC);
    }
    // Not the machine's database: what a zone means must not depend on where Sluice runs.
    let zones = TimeZoneDatabase::bundled();
    zones.get(name).map_err(|_| {
        let names: Vec<String> = zones.available().map(|zone| zone.to_string()).collect();
        Unusable::Zone {
            name: name.to_owned(),
            near: crate::config::nearest(name, names.iter().map(String::as_str)).map(str::to_owned),
        }
    })
}

#[cfg(test)]
mod tests;
