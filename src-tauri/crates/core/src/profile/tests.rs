use super::*;
use crate::config::Workspace;
use std::sync::Arc;

mod typed;

const CONFIG: &str = r#"
[connections.hr]
dialect = "sqlite"
path = "hr.db"
[applications.columns]
connection = "hr"
profile = "columns"
status_column = "IS_ACTIVE"
secret_columns = ["PASSWORD_HASH"]
[applications.core]
connection = "hr"
status_column = "IS_ACTIVE"
[applications.core.attributes]
userName = "USERNAME"
"name.givenName" = "FIRSTNAME"
'emails[type eq "work"].value' = "EMAIL"
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department" = "DEPARTMENT"
"#;

const BASE: &str = "https://h:1443/ws/rest/a/scim/v2";

fn application(name: &str) -> Application {
    Workspace::parse(CONFIG)
        .unwrap()
        .applications
        .swap_remove(name)
        .unwrap()
}

fn set() -> ResultSet {
    let columns: Vec<ResultColumn> = [
        "USER_ID",
        "USERNAME",
        "FIRSTNAME",
        "EMAIL",
        "DEPARTMENT",
        "PASSWORD_HASH",
        "IS_ACTIVE",
    ]
    .map(|name| ResultColumn {
        name: name.into(),
        type_name: "VARCHAR".into(),
    })
    .into();
    let row = vec![
        "luke@x".into(),
        "luke".into(),
        "Luke".into(),
        "luke@x".into(),
        Value::Null,
        "$2b".into(),
        Value::Bool(true),
    ];
    ResultSet {
        columns: Arc::from(columns),
        rows: vec![row],
    }
}

fn user(name: &str) -> Json {
    let (application, set) = (application(name), set());
    let held = [Entitlement {
        value: "3".into(),
        display: Some("AWS Console".into()),
    }];
    let shape = UserShape::new(&application, &set.columns, BASE).unwrap();
    let user = shape.user(cells(&set.rows[0]), Some(Held::List(&held)));
    serde_json::to_value(user.unwrap()).unwrap()
}

#[test]
fn the_columns_profile_shows_the_id_column_as_name_and_every_other_as_ext() {
    assert_eq!(
        user("columns"),
        json!({
            "schemas": [uri::USER, uri::ENTERPRISE_USER],
            "id": "luke@x", "externalId": "luke@x", "userName": "luke@x", "active": true,
            (uri::ENTERPRISE_USER): {"ext_USER_ID": "luke@x", "ext_USERNAME": "luke", "ext_FIRSTNAME": "Luke", "ext_EMAIL": "luke@x", "ext_IS_ACTIVE": "1"},
            "entitlements": [{"value": "3", "display": "AWS Console", "type": "Entitlements"}],
            "meta": {"resourceType": "User", "location": "https://h:1443/ws/rest/a/scim/v2/Users/luke@x"}
        })
    );
}

#[test]
fn the_core_profile_shows_rfc_attributes_and_leaves_nulls_out() {
    let user = user("core");
    assert_eq!(user["userName"], "luke");
    assert_eq!(user["name"], json!({"givenName": "Luke"}));
    assert_eq!(
        user["emails"],
        json!([{"type": "work", "primary": true, "value": "luke@x"}])
    );
    assert_eq!(
        user.get(uri::ENTERPRISE_USER),
        None,
        "its only column is NULL"
    );
    assert_eq!(user["id"], "luke@x");
}

#[test]
fn a_secret_column_never_appears() {
    for name in ["columns", "core"] {
        assert!(!user(name).to_string().contains("$2b"), "{name}");
    }
    assert_eq!(attribute_of(&application("columns"), "PASSWORD_HASH"), None);
}

#[test]
fn a_body_is_read_with_and_without_the_prefix_in_any_letter_case() {
    let body = json!({"userName": "ada@x", (uri::ENTERPRISE_USER): {"EXT_firstname": "Ada", "EMAIL": "ada@x", "ext_DEPARTMENT": null}});
    let wanted = wanted(&application("columns"), body.as_object().unwrap(), None).unwrap();
    assert_eq!(wanted.id, "ada@x");
    assert_eq!(wanted.fields.get("FIRSTNAME"), Some(&"Ada".into()));
    assert_eq!(wanted.fields.get("email"), Some(&"ada@x".into()));
    assert_eq!(
        wanted.fields.get("DEPARTMENT"),
        Some(&Value::Null),
        "an explicit null"
    );
    assert_eq!(wanted.fields.get("CITY"), None, "absent");
    assert_eq!(wanted.entitlements, None);
}

#[test]
fn active_is_understood_in_every_spelling_and_refused_in_others() {
    let read = |value: Json| {
        wanted(
            &application("core"),
            json!({"userName": "a", "active": value})
                .as_object()
                .unwrap(),
            None,
        )
        .map(|w| w.active)
    };
    for yes in [
        json!(true),
        json!("True"),
        json!("true"),
        json!(1),
        json!("1"),
    ] {
        assert_eq!(read(yes).unwrap(), Some(true));
    }
    for no in [json!(false), json!("False"), json!(0)] {
        assert_eq!(read(no).unwrap(), Some(false));
    }
    assert_eq!(read(json!("maybe")).unwrap_err().scim.status, 400);
}

#[test]
fn entitlements_are_read_as_objects_numbers_or_texts_once_each() {
    let body = json!({"userName": "a", "entitlements": [{"value": "3"}, {"value": 3}, 7, "x"]});
    let wanted = wanted(&application("core"), body.as_object().unwrap(), None).unwrap();
    assert_eq!(wanted.entitlements.unwrap(), ["3", "7", "x"]);
    assert!(
        super::wanted(
            &application("core"),
            json!({"userName": "a", "entitlements": [{}]})
                .as_object()
                .unwrap(),
            None
        )
        .is_err()
    );
}

#[test]
fn a_user_without_a_name_is_refused() {
    let failure = wanted(
        &application("columns"),
        json!({"active": true}).as_object().unwrap(),
        None,
    )
    .unwrap_err();
    assert_eq!(
        (failure.scim.status, failure.scim.scim_type),
        (400, Some(ScimType::InvalidValue))
    );
}

#[test]
fn a_missing_id_column_is_named_with_its_remedy() {
    let mut application = application("columns");
    application.user_id_column = "LOGIN".into();
    let failure = UserShape::new(&application, &set().columns, BASE)
        .err()
        .unwrap();
    assert!(
        failure.scim.detail.contains("no column LOGIN"),
        "{}",
        failure.scim.detail
    );
}

#[test]
fn an_id_with_odd_characters_is_escaped_in_its_location() {
    assert_eq!(path_segment("o'brien/ä %@x"), "o'brien%2F%C3%A4%20%25@x");
}

#[test]
fn a_value_that_no_column_can_keep_is_refused_by_the_name_of_its_attribute() {
    for (body, name) in [
        (json!({"userName": "a", "name": "Ada"}), "name "),
        (json!({"userName": "a", "name": [{}, {}]}), "name "),
        (
            json!({"userName": "a", "name": {"givenName": ["Ada"]}}),
            "name.givenName ",
        ),
        (
            json!({"userName": "a", "name": {"givenName": "A\0da"}}),
            "name.givenName ",
        ),
        (json!({"userName": "a", "emails": 42}), "emails "),
        (json!({"userName": "a", "emails": ["a@x"]}), "emails "),
        (
            json!({"userName": "a", "emails": [{"value": {"x": 1}}]}),
            "emails.value ",
        ),
        (json!({"userName": {"value": "a"}}), "userName "),
        (json!({"userName": "a\0"}), "userName "),
    ] {
        let failure = wanted(&application("core"), body.as_object().unwrap(), None).unwrap_err();
        assert_eq!(failure.scim.status, 400, "{body}");
        assert_eq!(
            failure.scim.scim_type,
            Some(ScimType::InvalidValue),
            "{body}"
        );
        assert!(
            failure.scim.detail.starts_with(name),
            "{body}: {}",
            failure.scim.detail
        );
    }
}

#[test]
fn null_an_empty_list_and_what_no_column_is_behind_are_no_values_of_a_wrong_shape() {
    let body = json!({
        "userName": "a", "name": null, "emails": [], "title": {"any": ["thing"]},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "b"}}
    });
    for profile in ["core", "columns"] {
        wanted(&application(profile), body.as_object().unwrap(), None).unwrap();
    }
}
