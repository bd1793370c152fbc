use super::*;

fn date(column: Option<&str>, wire: Option<&str>) -> Moment {
    Moment::new(Kind::Date, column, wire, None, None).unwrap()
}

fn time(column: Option<&str>, zone: &str) -> Moment {
    Moment::new(Kind::DateTime, column, None, Some(zone), None).unwrap()
}

fn show(text: Option<String>) -> String {
    text.unwrap_or_else(|| "not read".into())
}

#[test]
fn a_date_goes_from_the_columns_form_to_iso_and_back() {
    let german = date(Some("%d.%m.%Y"), None);
    assert_eq!(show(german.to_wire("31.01.2024")), "2024-01-31");
    assert_eq!(show(german.to_column("2024-01-31")), "31.01.2024");
    let american = date(None, Some("%m/%d/%Y"));
    assert_eq!(show(american.to_wire("2024-01-31")), "01/31/2024");
    assert_eq!(show(american.to_column("01/31/2024")), "2024-01-31");
}

#[test]
fn a_column_that_has_a_time_beside_the_date_shows_the_date() {
    let plain = date(None, None);
    assert_eq!(show(plain.to_wire("2024-01-31T08:15:00")), "2024-01-31");
    assert_eq!(show(plain.to_wire("2024-01-31 00:00:00")), "2024-01-31");
}

#[test]
fn a_provider_may_send_a_date_with_midnight_but_no_time_that_would_be_lost() {
    let plain = date(None, None);
    assert_eq!(show(plain.to_column("2024-01-31T00:00:00Z")), "2024-01-31");
    assert_eq!(plain.to_column("2024-01-31T23:30:00Z"), None);
    assert_eq!(plain.to_column("31.01.2024"), None);
    assert_eq!(plain.to_column("2024-02-30"), None);
}

#[test]
fn a_local_time_becomes_the_same_instant_in_utc_in_winter_and_in_summer() {
    let berlin = time(None, "Europe/Berlin");
    // CET is UTC+1, CEST is UTC+2.
    assert_eq!(
        show(berlin.to_wire("2024-01-31T10:20:30")),
        "2024-01-31T09:20:30Z"
    );
    assert_eq!(
        show(berlin.to_wire("2024-07-31 10:20:30.5")),
        "2024-07-31T08:20:30.5Z"
    );
    assert_eq!(
        show(berlin.to_column("2024-01-31T09:20:30Z")),
        "2024-01-31T10:20:30"
    );
    assert_eq!(
        show(berlin.to_column("2024-01-31T04:20:30-05:00")),
        "2024-01-31T10:20:30"
    );
}

#[test]
fn what_the_provider_sends_without_an_offset_is_in_the_wires_zone() {
    let berlin = time(None, "Europe/Berlin");
    assert_eq!(
        show(berlin.to_column("2024-01-31T09:20:30")),
        "2024-01-31T10:20:30"
    );
    assert_eq!(berlin.to_column("2024-01-31"), None, "no time is said");
    let both = Moment::new(
        Kind::DateTime,
        None,
        None,
        Some("Europe/Berlin"),
        Some("America/New_York"),
    )
    .unwrap();
    assert_eq!(
        show(both.to_wire("2024-01-31T10:20:30")),
        "2024-01-31T04:20:30-05:00"
    );
    assert_eq!(
        show(both.to_column("2024-01-31T04:20:30")),
        "2024-01-31T10:20:30"
    );
}

#[test]
fn a_time_that_does_not_exist_is_as_much_later_as_the_clocks_go_forward() {
    // 31 March 2024, 02:00 to 03:00 in Berlin.
    let berlin = time(None, "Europe/Berlin");
    assert_eq!(
        show(berlin.to_wire("2024-03-31T02:30:00")),
        "2024-03-31T01:30:00Z"
    );
    assert_eq!(
        show(berlin.to_column("2024-03-31T01:30:00Z")),
        "2024-03-31T03:30:00"
    );
}

#[test]
fn a_time_that_happens_twice_is_the_first_of_the_two() {
    // 27 October 2024, 03:00 back to 02:00 in Berlin.
    let berlin = time(None, "Europe/Berlin");
    assert_eq!(
        show(berlin.to_wire("2024-10-27T02:30:00")),
        "2024-10-27T00:30:00Z"
    );
    for instant in ["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"] {
        assert_eq!(
            show(berlin.to_column(instant)),
            "2024-10-27T02:30:00",
            "{instant}"
        );
    }
}

#[test]
fn a_column_with_an_offset_keeps_it_whatever_the_zone() {
    let own = time(None, "column");
    assert_eq!(
        show(own.to_wire("2024-01-31T10:20:30+01:00")),
        "2024-01-31T09:20:30Z"
    );
    assert_eq!(
        show(own.to_column("2024-01-31T10:20:30+01:00")),
        "2024-01-31T09:20:30Z"
    );
    assert_eq!(
        own.to_wire("2024-01-31T10:20:30"),
        None,
        "it says no offset"
    );
    let berlin = time(None, "Europe/Berlin");
    assert_eq!(
        show(berlin.to_wire("2024-01-31T10:20:30Z")),
        "2024-01-31T10:20:30Z"
    );
}

#[test]
fn seconds_since_1970_are_a_format_and_need_no_zone() {
    let unix = Moment::new(Kind::DateTime, Some("%s"), None, None, None).unwrap();
    assert_eq!(show(unix.to_wire("1706692830")), "2024-01-31T09:20:30Z");
    assert_eq!(show(unix.to_column("2024-01-31T09:20:30Z")), "1706692830");
}

#[test]
fn the_same_day_in_two_spellings_is_unchanged() {
    let plain = date(None, None);
    assert!(plain.same("2024-01-31T00:00:00", "2024-01-31"));
    assert!(!plain.same("2024-01-31", "2024-02-01"));
    assert!(!plain.same("never", "2024-02-01"));
    let berlin = time(None, "Europe/Berlin");
    assert!(berlin.same("2024-01-31 10:20:30", "2024-01-31T10:20:30"));
    assert!(!berlin.same("2024-01-31 10:20:30", "2024-01-31T10:20:31"));
}

#[test]
fn what_is_no_date_does_not_read() {
    for text in [
        "",
        "never",
        "0000-00-00",
        "infinity",
        "2024-13-01",
        "20240131",
    ] {
        assert_eq!(date(None, None).to_wire(text), None, "{text}");
        assert_eq!(time(None, "UTC").to_wire(text), None, "{text}");
    }
}

#[test]
fn a_format_that_loses_part_of_the_date_is_refused() {
    for format in ["%d/%m", "%Y", "day", "%"] {
        let refused = Moment::new(Kind::Date, Some(format), None, None, None);
        assert!(matches!(refused, Err(Unusable::Format { .. })), "{format}");
    }
    for format in ["%Y-%m-%d", "%Y-%m-%d %I:%M", "%Y-%m-%d %H:%M %Q"] {
        let refused = Moment::new(Kind::DateTime, None, Some(format), Some("UTC"), None);
        assert!(matches!(refused, Err(Unusable::Format { .. })), "{format}");
    }
    assert!(
        Moment::new(
            Kind::DateTime,
            Some("%d.%m.%y %H:%M"),
            None,
            Some("UTC"),
            None
        )
        .is_ok()
    );
}

#[test]
fn a_point_in_time_without_a_zone_and_a_zone_that_is_not_known_are_refused() {
    let none = Moment::new(Kind::DateTime, None, None, None, None);
    assert_eq!(none.err(), Some(Unusable::NoZone));
    let wrong = Moment::new(Kind::DateTime, None, None, Some("Europe/Berlim"), None);
    let near = Some("Europe/Berlin".to_owned());
    assert!(
        matches!(&wrong, Err(Unusable::Zone { near: found, .. }) if *found == near),
        "{wrong:?}"
    );
}

#[test]
fn what_should_be_sent_is_said_with_an_example() {
    assert_eq!(date(None, None).expected(), "a date such as 2024-01-31");
    assert_eq!(
        date(None, Some("%d/%m/%Y")).expected(),
        "a date of the form %d/%m/%Y, such as 31/01/2024"
    );
    assert_eq!(
        time(None, "UTC").expected(),
        "a point in time such as 2024-01-31T13:45:00Z"
    );
}
