//! Sorting, projection, searches and versions (RFC 7644 §3.4.2.3 to §3.4.3, §3.9, §3.14).
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use sluice_scim::{
    Page, Preconditions, Projection, Query, Resource, ScimError, ScimType, Sort, uri, version,
};
use support::{COLUMNS, object, schema, users};

fn sorted(by: &str, order: Option<&str>) -> String {
    let sort = Sort::parse(Some(by), order).unwrap().unwrap();
    let mut users = users();
    users.sort_by_cached_key(|user| sort.key(user, &schema()));
    let ids: Vec<&str> = users
        .iter()
        .map(|user| user["id"].as_str().unwrap())
        .collect();
    ids.join(" ")
}

#[test]
fn a_list_is_sorted_by_letter_case_where_the_schema_says_so() {
    for (by, expected) in [
        // userName is caseExact false, id is true: capitals come first.
        ("userName", "ada grace jose MUELLER"),
        ("id", "MUELLER ada grace jose"),
        ("name.familyName", "grace ada MUELLER jose"),
        // ada@example.org, hopper@example.org and m@example.org; jose has none
        ("emails", "ada grace MUELLER jose"),
        ("emails.value", "ada grace MUELLER jose"),
        (
            "URN:ietf:params:scim:schemas:core:2.0:User:USERNAME",
            "ada grace jose MUELLER",
        ),
    ] {
        assert_eq!(sorted(by, None), expected, "{by}");
    }
}

#[test]
fn numbers_and_dates_are_sorted_by_what_they_mean() {
    // 3 before 12, which as texts would be the other way round.
    assert_eq!(
        sorted(&format!("{COLUMNS}:level"), None),
        "ada jose grace MUELLER"
    );
    // Half a second apart; grace and MUELLER have none.
    assert_eq!(
        sorted(&format!("{COLUMNS}:hired"), Some("descending")),
        "grace MUELLER jose ada"
    );
    // ada and grace are the same moment in two offsets and keep their order.
    assert_eq!(sorted("meta.lastModified", None), "ada grace jose MUELLER");
    assert_eq!(
        sorted("meta.lastModified", Some("descending")),
        "MUELLER jose ada grace"
    );
}

#[test]
fn absent_values_stand_last_in_ascending_and_first_in_descending_order() {
    // jose's title is null.
    assert_eq!(sorted("title", Some("ascending")), "grace ada MUELLER jose");
    assert_eq!(
        sorted("title", Some("Descending")),
        "jose MUELLER ada grace"
    );
    assert_eq!(sorted("colour", None), "ada grace jose MUELLER");
}

#[test]
fn a_list_cannot_be_sorted_by_a_secret() {
    for by in [
        "password".to_owned(),
        format!("{COLUMNS}:pin"),
        format!("{COLUMNS}:hidden"),
    ] {
        assert_eq!(
            sorted(&by, Some("descending")),
            "ada grace jose MUELLER",
            "{by}"
        );
    }
}

#[test]
fn an_order_without_an_attribute_is_none() {
    assert_eq!(Sort::parse(None, Some("descending")), Ok(None));
    assert_eq!(Sort::parse(Some(" "), None), Ok(None));
}

#[test]
fn a_wrong_order_is_refused_by_its_name() {
    let keyword = |by, order| Sort::parse(by, order).unwrap_err().scim_type;
    assert_eq!(
        keyword(Some("userName"), Some("up")),
        Some(ScimType::InvalidValue)
    );
    assert_eq!(
        keyword(Some("user name"), None),
        Some(ScimType::InvalidPath)
    );
    assert_eq!(
        keyword(Some("emails[type eq \"work\"]"), None),
        Some(ScimType::InvalidPath)
    );
}

#[test]
fn a_sort_says_what_it_reads() {
    let sort = Sort::parse(Some(&format!("{}:city", uri::ENTERPRISE_USER)), None)
        .unwrap()
        .unwrap();
    assert!(sort.reads(Some(uri::ENTERPRISE_USER), "ext_CITY"));
    assert!(!sort.reads(None, "ext_CITY"));
    assert!(!sort.reads(Some(uri::ENTERPRISE_USER), "department"));
    let by = format!("{}:ext_FIRST NAME", uri::ENTERPRISE_USER);
    let sort = Sort::parse(Some(&by), None).unwrap().unwrap();
    assert!(sort.reads(Some(uri::ENTERPRISE_USER), "ext_FIRST NAME"));
    assert!(!sort.reads(None, "userName"));
}

fn user() -> Resource {
    object(json!({
        "schemas": [uri::USER, uri::ENTERPRISE_USER], "id": "ada", "userName": "Ada", "password": "secret",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "a@x", "type": "work"}, {"value": "b@x", "type": "home"}],
        (uri::ENTERPRISE_USER): {"department": "Engines", "ext_CITY": "London"},
        (COLUMNS): {"photo": "P", "office": "North", "hidden": "h"},
        "meta": {"resourceType": "User", "version": "W/\"1\""}
    }))
}

fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let mut user = user();
    Projection::parse(attributes, excluded)
        .unwrap()
        .apply(&mut user, &schema());
    Value::Object(user)
}

#[test]
fn without_names_everything_is_shown_but_what_never_is_or_only_on_request() {
    let mut expected = user();
    expected.shift_remove("password");
    expected[COLUMNS] = json!({"office": "North"});
    assert_eq!(shown(None, None), Value::Object(expected.clone()));
    assert_eq!(shown(Some(""), Some(" , ")), Value::Object(expected));
    assert!(Projection::default().is_all());
    assert!(!Projection::parse(Some("id"), None).unwrap().is_all());
}

#[test]
fn attributes_choose_and_what_is_always_returned_stays() {
    let base = |more: Value| {
        let mut all = object(json!({"schemas": [uri::USER, uri::ENTERPRISE_USER], "id": "ada"}));
        all.extend(object(more));
        Value::Object(all)
    };
    let city = format!("{}:city", uri::ENTERPRISE_USER);
    let photo = format!("{COLUMNS}:photo");
    let core = format!("{}:userName", uri::USER.to_uppercase());
    for (attributes, more) in [
        ("userName", json!({"userName": "Ada"})),
        (" USERNAME , colour", json!({"userName": "Ada"})),
        ("colour", json!({})),
        ("name.givenName", json!({"name": {"givenName": "Ada"}})),
        (
            "name.givenName,name",
            json!({"name": {"givenName": "Ada", "familyName": "Lovelace"}}),
        ),
        ("name.colour", json!({})),
        (
            "emails.value",
            json!({"emails": [{"value": "a@x"}, {"value": "b@x"}]}),
        ),
        ("emails.display", json!({})),
        ("password", json!({})),
        ("meta.version", json!({"meta": {"version": "W/\"1\""}})),
        (core.as_str(), json!({"userName": "Ada"})),
        (
            city.as_str(),
            json!({(uri::ENTERPRISE_USER): {"ext_CITY": "London"}}),
        ),
        (
            uri::ENTERPRISE_USER,
            json!({(uri::ENTERPRISE_USER): {"department": "Engines", "ext_CITY": "London"}}),
        ),
        (photo.as_str(), json!({(COLUMNS): {"photo": "P"}})),
        ("department", json!({})),
    ] {
        assert_eq!(shown(Some(attributes), None), base(more), "{attributes}");
    }
}

#[test]
fn excluded_attributes_go_and_what_is_always_returned_stays() {
    let without = |change: &dyn Fn(&mut Resource)| {
        let Value::Object(mut all) = shown(None, None) else {
            panic!("not an object")
        };
        change(&mut all);
        Value::Object(all)
    };
    let department = format!("{}:department", uri::ENTERPRISE_USER);
    assert_eq!(shown(None, Some("id,schemas")), without(&|_| {}));
    assert_eq!(
        shown(None, Some("emails,META")),
        without(&|all| {
            all.shift_remove("emails");
            all.shift_remove("meta");
        })
    );
    assert_eq!(
        shown(None, Some("name.givenName,emails.type")),
        without(&|all| {
            all["name"] = json!({"familyName": "Lovelace"});
            all["emails"] = json!([{"value": "a@x"}, {"value": "b@x"}]);
        })
    );
    assert_eq!(
        shown(None, Some("name.givenName,name.familyName")),
        without(&|all| {
            all.shift_remove("name");
        })
    );
    assert_eq!(
        shown(None, Some(&department)),
        without(&|all| all[uri::ENTERPRISE_USER] = json!({"ext_CITY": "London"}))
    );
    assert_eq!(
        shown(None, Some(uri::ENTERPRISE_USER)),
        without(&|all| {
            all.shift_remove(uri::ENTERPRISE_USER);
        })
    );
}

#[test]
fn both_lists_at_once_are_refused() {
    let error = Projection::parse(Some("id"), Some("name")).unwrap_err();
    assert_eq!(
        (error.status, error.scim_type),
        (400, Some(ScimType::InvalidValue))
    );
}

fn search(mut body: Value) -> Result<Query, ScimError> {
    if body.get("schemas").is_none() {
        body["schemas"] = json!([uri::SEARCH_REQUEST]);
    }
    Query::from_body(&object(body))
}

#[test]
fn a_search_says_what_the_parameters_say() {
    let parameters = |name: &str| {
        Some(
            match name {
                "startIndex" => "11",
                "count" => "5",
                "filter" => "title pr",
                "sortBy" => "userName",
                "sortOrder" => "descending",
                "attributes" => "userName,name.givenName",
                _ => return None,
            }
            .to_owned(),
        )
    };
    let by_get = Query::from_parameters(parameters).unwrap();
    assert_eq!(
        by_get.page,
        Page {
            start_index: 11,
            count: Some(5)
        }
    );
    let by_post = search(json!({
        "startIndex": 11, "COUNT": 5, "filter": "title pr", "sortBy": "userName", "sortOrder": "descending",
        "attributes": ["userName", "name.givenName"], "excludedAttributes": null, "somethingElse": {}
    }));
    assert_eq!(by_post.unwrap(), by_get);
    assert_eq!(
        search(json!({"attributes": "userName,title"})).unwrap(),
        search(json!({"attributes": ["userName", "title"]})).unwrap()
    );
}

#[test]
fn an_empty_search_is_everything() {
    let all = search(json!({})).unwrap();
    assert_eq!(
        (all.page, all.filter.is_none(), all.sort.is_none()),
        (Page::ALL, true, true)
    );
    assert!(all.projection.is_all());
    assert_eq!(Query::from_parameters(|_| None).unwrap(), all);
}

#[test]
fn a_wrong_search_is_refused_with_its_keyword() {
    for (body, keyword) in [
        (json!({"schemas": [uri::USER]}), ScimType::InvalidSyntax),
        (json!({"schemas": []}), ScimType::InvalidSyntax),
        (json!({"filter": ""}), ScimType::InvalidFilter),
        (json!({"filter": "userName xx 5"}), ScimType::InvalidFilter),
        (json!({"filter": ["title pr"]}), ScimType::InvalidValue),
        (json!({"startIndex": "one"}), ScimType::InvalidValue),
        (json!({"count": 1.5}), ScimType::InvalidValue),
        (json!({"count": true}), ScimType::InvalidValue),
        (json!({"sortBy": "a b"}), ScimType::InvalidPath),
        (json!({"sortOrder": "sideways"}), ScimType::InvalidValue),
        (json!({"attributes": [5]}), ScimType::InvalidValue),
        (json!({"attributes": 5}), ScimType::InvalidValue),
        (
            json!({"attributes": ["id"], "excludedAttributes": ["name"]}),
            ScimType::InvalidValue,
        ),
    ] {
        let error = search(body.clone()).unwrap_err();
        assert_eq!(
            (error.status, error.scim_type),
            (400, Some(keyword)),
            "{body}: {error}"
        );
    }
    let empty = Query::from_parameters(|name| (name == "filter").then(String::new));
    assert_eq!(empty.unwrap_err().scim_type, Some(ScimType::InvalidFilter));
}

#[test]
fn a_version_says_the_content_and_not_meta() {
    let user = user();
    let tag = version(&user);
    assert!(
        tag.starts_with("W/\"") && tag.ends_with('"') && tag.len() > 20,
        "{tag}"
    );
    let mut other = user.clone();
    other["meta"] = json!({"version": "W/\"2\""});
    assert_eq!(version(&other), tag);
    for (name, value) in [
        ("userName", json!("ada")),
        ("title", json!("")),
        ("name", json!({"givenName": "AdaLovelace"})),
        (
            "emails",
            json!([{"value": "b@x", "type": "home"}, {"value": "a@x", "type": "work"}]),
        ),
        ("active", json!(true)),
        ("active", json!("true")),
        ("active", Value::Null),
    ] {
        let mut other = user.clone();
        other.insert(name.to_owned(), value.clone());
        assert_ne!(version(&other), tag, "{name} {value}");
    }
}

#[test]
fn a_write_fails_where_the_version_is_another() {
    let failed = |if_match, if_none| Preconditions::parse(if_match, if_none).failed("W/\"b\"");
    for header in [
        "W/\"b\"",
        "\"b\"",
        "*",
        " * ",
        "W/\"a\", W/\"b\"",
        "\"a\",\"b\"",
    ] {
        assert!(!failed(Some(header), None), "{header}");
        assert!(failed(None, Some(header)), "{header}");
    }
    for header in ["W/\"a\"", "\"B\"", "b", "", "W/\"a", "\"a,b\"", "\"*\""] {
        assert!(failed(Some(header), None), "{header}");
        assert!(!failed(None, Some(header)), "{header}");
    }
    assert!(!failed(None, None));
    assert!(Preconditions::parse(None, None).is_empty());
    assert!(!Preconditions::parse(Some("*"), None).is_empty());
}

#[test]
fn a_read_is_not_modified_where_the_version_is_one_of_those() {
    let not_modified = |header| Preconditions::parse(None, Some(header)).not_modified("W/\"b\"");
    assert!(not_modified("\"a\", W/\"b\""));
    assert!(not_modified("*"));
    assert!(!not_modified("\"a\""));
    assert!(!Preconditions::parse(Some("\"b\""), None).not_modified("W/\"b\""));
}
