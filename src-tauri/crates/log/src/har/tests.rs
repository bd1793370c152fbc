use serde_json::{Value as Json, json};
use sluice_core::exchange::{Action, Outcome};

use super::*;
use crate::marks::{Colour, Marks};
use crate::tests::exchange;

fn file(entries: &[String]) -> Json {
    let text = format!("{}{}{TAIL}", head("1.2.3"), entries.join(","));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn an_export_is_har_as_its_specification_describes_it() {
    let mut given = exchange(1);
    given.summary.path = "/ws/rest/hr/scim/v2/Users?filter=userName%20eq%20%22a%22&count=1".into();
    let marks = Marks {
        note: "Ticket 7".into(),
        ..Marks::default()
    };
    let file = file(&[write_entry(&given, &marks)]);
    let log = &file["log"];
    // The members that HAR 1.2 requires, by its sections "log", "creator", "entries", "request", "response", "timings".
    assert_eq!(log["version"], "1.2");
    assert_eq!(
        (&log["creator"]["name"], &log["creator"]["version"]),
        (&json!("Sluice"), &json!("1.2.3"))
    );
    assert!(
        log["creator"]["comment"]
            .as_str()
            .unwrap()
            .contains("masked")
    );
    let entry = &log["entries"][0];
    assert_eq!(entry["startedDateTime"], "2025-10-09T08:53:20.001Z");
    assert_eq!(
        (&entry["time"], &entry["comment"]),
        (&json!(1.5), &json!("Ticket 7"))
    );
    for member in [
        "method",
        "url",
        "httpVersion",
        "cookies",
        "headers",
        "queryString",
        "headersSize",
        "bodySize",
    ] {
        assert!(!entry["request"][member].is_null(), "{member}");
    }
    for member in [
        "status",
        "statusText",
        "httpVersion",
        "cookies",
        "headers",
        "content",
        "redirectURL",
        "headersSize",
        "bodySize",
    ] {
        assert!(!entry["response"][member].is_null(), "{member}");
    }
    for member in ["send", "wait", "receive"] {
        assert!(entry["timings"][member].is_number(), "{member}");
    }
    assert!(entry["cache"].is_object());
    assert_eq!(
        entry["request"]["queryString"],
        json!([{ "name": "filter", "value": "userName eq \"a\"" }, { "name": "count", "value": "1" }])
    );
    assert_eq!(
        entry["request"]["headers"],
        json!([{ "name": "authorization", "value": "•••" }])
    );
}

#[test]
fn an_export_comes_back_whole() {
    let given = exchange(7);
    let marks = Marks {
        pinned: true,
        colour: Colour::Green,
        note: "kept".into(),
    };
    let mut file = file(&[write_entry(&given, &marks)]);
    let (read, read_marks) = read_entry(file["log"]["entries"][0].take(), 1).unwrap();
    assert_eq!((read, read_marks), (given, marks));
}

/// An entry as a browser's tools write it.
fn foreign() -> Json {
    json!({
        "startedDateTime": "2026-11-22T10:30:00.000+01:00",
        "time": 12.5,
        "request": {
            "method": "post",
            "url": "https://gw.example.org/ws/rest/hr/scim/v2/Users?access_token=t0psecret&x=1",
            "headers": [
                { "name": "Authorization", "value": "Bearer t0psecret" },
                { "name": "Cookie", "value": "session=t0psecret" },
                { "name": "X-Api-Token", "value": "t0psecret" },
                { "name": "Accept", "value": "application/scim+json" },
            ],
            "postData": { "mimeType": "application/json", "text": "{\"userName\":\"anna\",\"password\":\"t0psecret\",\"more\":[{\"clientSecret\":\"t0psecret\"}]}" },
        },
        "response": {
            "status": 409,
            "headers": [{ "name": "Set-Cookie", "value": "t0psecret" }],
            "content": { "text": "{\"detail\":\"The user is there already.\"}" },
        },
    })
}

#[test]
fn a_file_of_another_program_is_understood_as_far_as_it_goes() {
    let (read, marks) = read_entry(foreign(), 3).unwrap();
    let summary = read.summary;
    // 10:30 in a zone one hour ahead of UTC.
    assert_eq!(summary.at, 1_795_339_800_000);
    assert_eq!(
        (summary.application.as_str(), summary.method.as_str()),
        ("hr", "POST")
    );
    assert_eq!(
        (summary.action, summary.subject.as_deref()),
        (Action::CreateUser, Some("anna"))
    );
    assert_eq!(
        (summary.status, summary.outcome, summary.duration_us),
        (409, Outcome::Failed, 12_500)
    );
    assert_eq!(summary.cause.as_deref(), Some("The user is there already."));
    assert_eq!(marks, Marks::default());
    for (method, path, action) in [
        ("GET", "/scim/v2/Users", Action::ListUsers),
        ("GET", "/ws/rest/hr/scim/v2/Users", Action::ListUsers),
        (
            "GET",
            "/ws/rest/hr/scim/v2/Users?filter=x",
            Action::SearchUsers,
        ),
        ("GET", "/ws/rest/hr/scim/v2/Users/a%40b", Action::GetUser),
        ("PUT", "/ws/rest/hr/scim/v2/Users/a", Action::ReplaceUser),
        ("GET", "/ws/rest/hr/scim/v2/Schemas", Action::Discover),
        ("GET", "/index.html", Action::Unknown),
    ] {
        let mut entry = foreign();
        entry["request"]["method"] = method.into();
        entry["request"]["url"] = format!("https://gw.example.org{path}").into();
        let (read, _) = read_entry(entry, 1).unwrap();
        // Without an application before "scim" the path tells nothing of ours.
        let expected = if path.starts_with("/scim") {
            Action::Unknown
        } else {
            action
        };
        assert_eq!(read.summary.action, expected, "{path}");
        if action == Action::GetUser {
            assert_eq!(read.summary.subject.as_deref(), Some("a@b"));
        }
    }
}

#[test]
fn no_secret_of_a_foreign_file_is_kept() {
    let (read, marks) = read_entry(foreign(), 1).unwrap();
    let kept = write_entry(&read, &marks);
    assert!(!kept.contains("t0psecret"), "{kept}");
    assert!(kept.contains("application/scim+json"));

    // Nor of one that says it is ours.
    let mut ours: Json =
        serde_json::from_str(&write_entry(&exchange(1), &Marks::default())).unwrap();
    ours["_sluice"]["exchange"]["request"]["headers"] =
        json!([["authorization", "Bearer t0psecret"]]);
    ours["_sluice"]["exchange"]["request"]["body"]["text"] = "password=t0psecret".into();
    let (read, marks) = read_entry(ours, 1).unwrap();
    assert!(!write_entry(&read, &marks).contains("t0psecret"));
}

#[test]
fn what_is_no_entry_is_refused_with_its_number() {
    let refused = |entry: Json| read_entry(entry, 12).unwrap_err().to_string();
    assert!(refused(json!({})).contains("Entry 12"));
    let mut entry = foreign();
    entry["startedDateTime"] = "yesterday".into();
    assert!(refused(entry).contains("“yesterday”"));
}
