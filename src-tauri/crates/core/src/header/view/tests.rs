use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, json};

use super::*;

const SECRET: &str = "hunter2-4711";

fn view(json: &Json) -> HeaderView {
    HeaderView::of(&STANDARD.encode(json.to_string()))
}

/// Everything that the record and the console get.
fn recorded(view: &HeaderView) -> String {
    serde_json::to_string(view).unwrap()
}

fn sample() -> Json {
    // The one public sample, and what a console collects beside it.
    json!({
        "jdbcUrl": "jdbc:mysql://db.internal.example:3306/hr?useSSL=true",
        "username": "scim_reader",
        "password": SECRET,
        "driverClassName": "com.mysql.cj.jdbc.Driver",
        "procedures": {"listUsers": "CALL GET_ACTIVEUSERS()", "getUser": "GET_USER_BY_ID", "odd": 1},
        "singleEntitlement": true,
        "columns": [{"name": "USER_ID", "type": "DATABASE_FIELD"}, {"name": "EMAIL", "type": "DATABASE_FIELD"}]
    })
}

fn find<'v>(fields: &'v [HeaderField], path: &[&str]) -> &'v HeaderField {
    let (first, rest) = path.split_first().unwrap();
    let field = fields
        .iter()
        .find(|field| field.key.as_deref() == Some(*first))
        .unwrap_or_else(|| panic!("no {first}"));
    if rest.is_empty() {
        field
    } else {
        find(&field.fields, rest)
    }
}

#[test]
fn the_public_sample_is_told_by_its_keys_kinds_and_sizes() {
    let view = view(&sample());
    assert_eq!((&view.problem, view.omitted), (&None, 0));
    let user = find(&view.fields, &["username"]);
    assert_eq!(
        (user.kind, user.size, &user.value, user.known),
        (HeaderKind::Text, Some(11), &None, true)
    );
    let unknown = find(&view.fields, &["procedures", "odd"]);
    assert_eq!((unknown.kind, unknown.known), (HeaderKind::Number, false));
    let columns = find(&view.fields, &["columns"]);
    assert_eq!(
        (columns.kind, columns.size, columns.fields.len()),
        (HeaderKind::List, Some(2), 1),
        "two objects of one shape are told once"
    );
    assert_eq!(columns.fields[0].fields.len(), 2);
}

#[test]
fn of_the_values_only_the_harmless_ones_are_told() {
    let view = view(&sample());
    let value = |path: &[&str]| find(&view.fields, path).value.clone();
    assert_eq!(value(&["jdbcUrl"]).as_deref(), Some("jdbc:mysql:…"));
    assert_eq!(
        value(&["driverClassName"]).as_deref(),
        Some("com.mysql.cj.jdbc.Driver")
    );
    assert_eq!(
        value(&["procedures", "listUsers"]).as_deref(),
        Some("CALL GET_ACTIVEUSERS()")
    );
    assert_eq!(value(&["singleEntitlement"]).as_deref(), Some("true"));
    assert_eq!(
        value(&["procedures", "getUser"]),
        None,
        "it could be anything"
    );
    let text = recorded(&view);
    for hidden in [
        SECRET,
        "scim_reader",
        "db.internal.example",
        "3306",
        "DATABASE_FIELD",
    ] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[test]
fn not_even_the_length_of_a_password_is_told() {
    let view =
        view(&json!({"password": SECRET, "auth": {"clientSecret": [SECRET]}, "user": "ada"}));
    assert_eq!(find(&view.fields, &["password"]).size, None);
    assert_eq!(
        find(&view.fields, &["auth", "clientSecret"]).fields[0].size,
        None
    );
    assert_eq!(find(&view.fields, &["user"]).size, Some(3));
}

#[test]
fn a_secret_in_an_unexpected_place_is_not_told() {
    let statement = ["SELECT '", SECRET, "'"].concat();
    for header in [
        json!({"jdbcUrl": SECRET}),
        json!({"jdbcUrl": format!("jdbc:{SECRET}:x")}),
        json!({"jdbcUrl": format!("jdbc:mysql://u:{SECRET}@h/x")}),
        json!({"jdbcUrl": {"password": SECRET}}),
        json!({"driverClassName": SECRET}),
        json!({"driverClassName": format!("com.example.{SECRET}!")}),
        json!({"procedures": {"listUsers": SECRET}}),
        json!({"procedures": {"listUsers": format!("CALL P('{SECRET}')")}}),
        json!({"procedures": {"listUsers": statement}}),
        json!({"procedures": {"listUsers": {"statement": format!("CALL P({SECRET})")}}}),
        json!({"procedures": SECRET}),
        json!({"procedures": {SECRET: "CALL P()"}}),
        json!({SECRET: 1}),
        json!({"unknown": {SECRET: {SECRET: SECRET}}}),
        json!({"list": [SECRET, [SECRET], {"x": SECRET}]}),
        json!({"password": [1, {"a": SECRET}]}),
    ] {
        let text = recorded(&view(&header));
        assert!(!text.contains(SECRET), "{text}");
        // Nor a part of it.
        assert!(!text.contains("hunter2"), "{text}");
    }
    let pin = recorded(&view(&json!({"password": 907_351, "pin": 907_351})));
    assert!(!pin.contains("907351"), "{pin}");
}

#[test]
fn a_key_that_may_be_a_value_is_counted_and_not_named() {
    for key in [
        "ada@example.org",
        "d5307740c879491cedecf70c2225776b",
        "Ada Lovelace",
        "jdbc:mysql://host",
        "\u{1b}[31mred",
        "",
        &"k".repeat(LONGEST_KEY + 1),
    ] {
        let view = view(&json!({key: 1}));
        assert_eq!(view.fields.len(), 1);
        assert_eq!(view.fields[0].key, None, "{key}");
    }
}

#[test]
fn what_is_unknown_here_is_what_the_reader_does_not_understand() {
    let header = STANDARD.encode(sample().to_string());
    let mut unknown = Vec::new();
    let view = HeaderView::of(&header);
    for field in &view.fields {
        let key = field.key.clone().unwrap();
        if !field.known {
            unknown.push(key);
        } else if key == "procedures" {
            let below = field.fields.iter().filter(|below| !below.known);
            unknown.extend(below.map(|below| format!("procedures.{}", below.key.clone().unwrap())));
        }
    }
    let mut expected = crate::header::decode(&header).unwrap().unknown;
    expected.sort();
    unknown.sort();
    assert_eq!(unknown, expected);
}

#[test]
fn what_cannot_be_read_is_a_problem_that_shows_nothing_of_it() {
    for text in [
        "not base64 hunter2 !!".to_owned(),
        STANDARD.encode("hunter2"),
        STANDARD.encode("[\"hunter2\"]"),
        STANDARD.encode("\u{0}\u{1}"),
        STANDARD.encode([0xff, 0xfe]),
        "A".repeat(LIMIT + 1),
        String::new(),
    ] {
        let view = HeaderView::of(&text);
        assert_eq!((view.bytes, view.fields.len()), (text.len(), 0));
        let problem = view.problem.unwrap();
        assert!(!problem.contains("hunter2"), "{problem}");
    }
}

#[test]
fn a_hostile_header_makes_a_small_view() {
    let deep = format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120));
    let too_deep = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
    let wide: Map<String, Json> = (0..2000).map(|n| (format!("k{n}"), Json::Null)).collect();
    let lists = json!({"a": vec![json!([[[[[[[[1]]]]]]]]); 2000]});
    let mut views = Vec::new();
    for text in [
        deep,
        too_deep,
        Json::Object(wide).to_string(),
        lists.to_string(),
    ] {
        let view = HeaderView::of(&STANDARD.encode(text));
        let size = recorded(&view).len();
        assert!(size < 40_000, "{size} bytes");
        views.push(view);
    }
    assert_eq!(views[0].omitted, 1, "what stands deeper");
    assert!(views[1].problem.is_some());
    assert_eq!(
        (views[2].fields.len(), views[2].omitted),
        (MOST_KEYS, 2000 - MOST_KEYS)
    );
}

#[test]
fn a_change_of_shape_is_told_and_a_change_of_values_is_not() {
    let compared = |before: &Json, after: &Json| {
        let mut view = view(after);
        view.compare(&super::tests::view(before));
        view.changed
    };
    let before = json!({"username": "a", "procedures": {"getUser": "P"}});
    assert_eq!(
        compared(
            &before,
            &json!({"username": "bb", "procedures": {"getUser": "Q"}})
        ),
        None
    );
    let changed = compared(
        &before,
        &json!({"username": 1, "procedures": {"getUser": "P", "listUsers": "L"}}),
    );
    assert_eq!(
        changed.as_deref(),
        Some(
            "Not as the header before: new: procedures.listUsers (text), username (number); gone: username (text)."
        )
    );
    let nested = compared(
        &before,
        &json!({"username": "a", "procedures": {"getUser": "P"}, "columns": [{"name": {"a": 1}}]}),
    );
    assert_eq!(
        nested.as_deref(),
        Some("Not as the header before: new: columns (list)."),
        "and not what stands below it"
    );
    assert_eq!(
        compared(&json!({"a": [1, "x"]}), &json!({"a": ["y", 2, 3]})),
        None,
        "the order of a list is no shape"
    );
    let many: Map<String, Json> = ["a", "b", "c", "d", "e", "f"]
        .into_iter()
        .map(|key| (key.to_owned(), Json::Null))
        .collect();
    assert_eq!(
        compared(&json!({}), &Json::Object(many)).as_deref(),
        Some("Not as the header before: new: a (null), b (null), c (null), d (null) and 2 more.")
    );
}
