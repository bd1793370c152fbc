//! Types, dates and states of single columns.

use super::*;
use crate::value::Cell;
use sluice_scim::schema::{AttributeType, ResourceSchema};

const ACME: &str = "urn:acme:2.0:User";

fn configured(profile: &str, keys: &str) -> Application {
    let text = format!(
        r#"
[applications.a]
profile = "{profile}"
user_id_column = "ID"
{keys}
[applications.a.attributes]
userName = "LOGIN"
employeeBadge = "BADGE"
'emails[type eq "work"].primary' = "FLAG"
'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber' = "BADGE"
'{ACME}:salary' = "SALARY"
'{ACME}:flag' = "FLAG"
'{ACME}:seen' = "SEEN"
"#
    );
    let mut workspace = Workspace::parse(&text).unwrap();
    workspace.applications.swap_remove("a").unwrap()
}

fn rows() -> ResultSet {
    let cells: [(&str, &str, Value); 8] = [
        ("ID", "BIGINT", Value::Integer(7)),
        ("LOGIN", "VARCHAR", "ada".into()),
        ("BADGE", "INT", Value::Integer(42)),
        ("SALARY", "DECIMAL", Value::Decimal("1234.50".into())),
        ("FLAG", "BOOLEAN", Value::Bool(true)),
        ("SEEN", "DATETIME", "2024-01-31 10:20:30".into()),
        ("HIRED", "VARCHAR", "31.01.2024".into()),
        ("PHOTO", "BLOB", Value::Bytes(b"abc".to_vec())),
    ];
    let (columns, row) = cells
        .into_iter()
        .map(|(name, type_name, value)| {
            let (name, type_name) = (name.into(), type_name.into());
            (ResultColumn { name, type_name }, value)
        })
        .unzip::<_, _, Vec<_>, Vec<_>>();
    ResultSet {
        columns: Arc::from(columns),
        rows: vec![row],
    }
}

/// The user as a list writes it, and as the tree that one user is answered from.
fn shown(application: &Application) -> Json {
    let set = rows();
    let shape = UserShape::new(application, &set.columns, BASE).unwrap();
    let user = shape.user(cells(&set.rows[0]), None).unwrap();
    let written: Json = serde_json::from_str(&serde_json::to_string(&user).unwrap()).unwrap();
    assert_eq!(written, Json::Object(user.resource().unwrap()));
    written
}

fn schema(application: &Application) -> ResourceSchema {
    user_schema(application, &rows().columns)
}

fn type_of(schema: &ResourceSchema, urn: Option<&str>, name: &str) -> AttributeType {
    schema.attribute(urn, name).unwrap().kind
}

#[test]
fn in_the_originals_form_every_column_is_a_text() {
    let application = configured("columns", "compatibility = \"original\"");
    assert_eq!(
        shown(&application)[uri::ENTERPRISE_USER],
        json!({"ext_ID": "7", "ext_LOGIN": "ada", "ext_BADGE": "42", "ext_SALARY": "1234.50", "ext_FLAG": "1",
               "ext_SEEN": "2024-01-31 10:20:30", "ext_HIRED": "31.01.2024", "ext_PHOTO": "YWJj"})
    );
    let schema = schema(&application);
    for attribute in &schema.extensions[0].attributes {
        assert_eq!(attribute.kind, AttributeType::String, "{}", attribute.name);
    }
    let badge = schema.attribute(Some(uri::ENTERPRISE_USER), "ext_BADGE");
    assert_eq!(badge.unwrap().description, "BADGE");
}

#[test]
fn in_the_rfcs_form_a_column_has_the_type_of_its_database_type() {
    let application = configured("columns", "");
    let user = shown(&application);
    assert_eq!(
        user[uri::ENTERPRISE_USER],
        json!({"ext_ID": 7, "ext_LOGIN": "ada", "ext_BADGE": 42, "ext_SALARY": 1234.5, "ext_FLAG": true,
               "ext_SEEN": "2024-01-31T10:20:30", "ext_HIRED": "31.01.2024", "ext_PHOTO": "YWJj"})
    );
    assert_eq!(
        user["id"], "7",
        "an id is always a text (RFC 7643 section 3.1)"
    );
    let schema = schema(&application);
    for (name, kind) in [
        ("ext_ID", AttributeType::Integer),
        ("ext_LOGIN", AttributeType::String),
        ("ext_SALARY", AttributeType::Decimal),
        ("ext_FLAG", AttributeType::Boolean),
        ("ext_SEEN", AttributeType::DateTime),
        ("ext_PHOTO", AttributeType::Binary),
    ] {
        assert_eq!(
            type_of(&schema, Some(uri::ENTERPRISE_USER), name),
            kind,
            "{name}"
        );
    }
    let photo = schema.attribute(Some(uri::ENTERPRISE_USER), "ext_PHOTO");
    assert!(photo.unwrap().case_exact);
}

#[test]
fn an_attribute_of_ones_own_has_its_columns_type_and_one_of_the_rfc_its_own() {
    let application = configured("core", "");
    let user = shown(&application);
    assert_eq!(
        user[ACME],
        json!({"salary": 1234.5, "flag": true, "seen": "2024-01-31T10:20:30"})
    );
    assert_eq!(user["employeeBadge"], 42);
    assert_eq!(user["emails"][0]["primary"], true);
    assert_eq!(
        user[uri::ENTERPRISE_USER]["employeeNumber"],
        "42",
        "RFC 7643 section 4.3: a string"
    );
    let schema = schema(&application);
    assert_eq!(
        type_of(&schema, Some(ACME), "salary"),
        AttributeType::Decimal
    );
    assert_eq!(
        type_of(&schema, Some(ACME), "seen"),
        AttributeType::DateTime
    );
    assert_eq!(
        type_of(&schema, None, "employeeBadge"),
        AttributeType::Integer
    );
    let number = type_of(&schema, Some(uri::ENTERPRISE_USER), "employeeNumber");
    assert_eq!(number, AttributeType::String);
    let original = configured("core", "compatibility = \"original\"");
    assert_eq!(shown(&original)[ACME]["salary"], "1234.50");
}

#[test]
fn columns_are_asked_for_only_where_types_come_from_them() {
    assert!(types_come_from_columns(&configured("core", "")));
    let original = configured("core", "compatibility = \"original\"");
    assert!(!types_come_from_columns(&original));
    assert!(types_come_from_columns(&configured(
        "columns",
        "compatibility = \"original\""
    )));
    assert!(!types_come_from_columns(&application("core")));
}

const DATES: &str = "fields = { hired = { type = \"date\", column_format = \"%d.%m.%Y\" }, SEEN = { type = \"datetime\", zone = \"Europe/Berlin\" } }";

#[test]
fn a_date_is_shown_in_the_wires_form_and_the_schema_tells_the_truth_of_it() {
    for compatibility in ["original", "rfc"] {
        let keys = format!("compatibility = \"{compatibility}\"\n{DATES}");
        let application = configured("columns", &keys);
        let columns = &shown(&application)[uri::ENTERPRISE_USER];
        assert_eq!(columns["ext_HIRED"], "2024-01-31");
        assert_eq!(columns["ext_SEEN"], "2024-01-31T09:20:30Z");
        let schema = schema(&application);
        let kind = |name| type_of(&schema, Some(uri::ENTERPRISE_USER), name);
        assert_eq!(kind("ext_HIRED"), AttributeType::String, "it has no time");
        let seen = if compatibility == "rfc" {
            AttributeType::DateTime
        } else {
            AttributeType::String
        };
        assert_eq!(kind("ext_SEEN"), seen);
    }
    let own = configured(
        "columns",
        "fields = { SEEN = { type = \"datetime\", zone = \"UTC\", wire_format = \"%d/%m/%Y %H:%M:%S\" } }",
    );
    assert_eq!(
        shown(&own)[uri::ENTERPRISE_USER]["ext_SEEN"],
        "31/01/2024 10:20:30"
    );
    let kind = type_of(&schema(&own), Some(uri::ENTERPRISE_USER), "ext_SEEN");
    assert_eq!(kind, AttributeType::String, "no dateTime of the RFC");
    let core = configured("core", DATES);
    assert_eq!(shown(&core)[ACME]["seen"], "2024-01-31T09:20:30Z");
}

#[test]
fn a_row_whose_date_does_not_read_is_shown_as_it_is() {
    let application = configured("columns", "fields = { LOGIN = { type = \"date\" } }");
    assert_eq!(
        shown(&application)[uri::ENTERPRISE_USER]["ext_LOGIN"],
        "ada"
    );
}

#[test]
fn a_request_whose_date_does_not_read_is_refused_with_attribute_value_and_form() {
    let read = |value: Json| {
        let application = configured("columns", DATES);
        let body = json!({"userName": "7", ACME: {"ext_hired": value}});
        wanted(&application, body.as_object().unwrap(), None)
            .map(|wanted| wanted.fields.get("HIRED").cloned())
    };
    assert_eq!(
        read(json!("2024-01-31")).unwrap(),
        Some("31.01.2024".into())
    );
    assert_eq!(read(json!(null)).unwrap(), Some(Value::Null));
    assert_eq!(read(json!("")).unwrap(), Some("".into()));
    let failure = read(json!("31.01.2024")).unwrap_err();
    assert_eq!(
        (failure.scim.status, failure.scim.scim_type),
        (400, Some(ScimType::InvalidValue))
    );
    assert_eq!(
        failure.diagnosis.cause,
        "ext_hired is \"31.01.2024\", which is not a date such as 2024-01-31."
    );
    assert!(read(json!(20_240_131)).is_err());
    assert!(read(json!(true)).is_err());
    assert!(read(json!({"value": "2024-01-31"})).is_err());
}

#[test]
fn a_secret_date_is_not_repeated_in_its_refusal() {
    let keys = format!("secret_columns = [\"HIRED\"]\n{DATES}");
    let application = configured("columns", &keys);
    let body = json!({"userName": "7", ACME: {"HIRED": "31.01.1999"}});
    let failure = wanted(&application, body.as_object().unwrap(), None).unwrap_err();
    assert!(
        !failure.scim.detail.contains("1999"),
        "{}",
        failure.scim.detail
    );
}

#[test]
fn a_typed_column_takes_a_text_as_well_as_its_type() {
    let application = configured("columns", "");
    for (value, bound) in [
        (json!(42), Value::Integer(42)),
        (json!("42"), "42".into()),
        (json!(true), Value::Bool(true)),
        (json!("true"), "true".into()),
    ] {
        let body = json!({"userName": "7", ACME: {"BADGE": value}});
        let wanted = wanted(&application, body.as_object().unwrap(), None).unwrap();
        assert_eq!(wanted.fields.get("BADGE"), Some(&bound));
    }
}

#[test]
fn a_state_is_read_by_every_spelling_and_what_is_not_known_is_inactive() {
    let active = |keys: &str, text: &str| {
        let application = configured("columns", &format!("status_column = \"S\"\n{keys}"));
        is_active(&application, &Cell::Text(text))
    };
    let words =
        "active_value = [\"ACTIVE\", \"PROBATION\"]\ninactive_value = [\"TERMINATED\", \"LEAVE\"]";
    for text in ["ACTIVE", "active ", "Probation"] {
        assert!(active(words, text), "{text}");
    }
    for text in ["TERMINATED", "leave", "SABBATICAL", "", "1"] {
        assert!(!active(words, text), "{text}");
    }
    let letters = "active_value = \"Y\"\ninactive_value = \"T\"";
    assert!(active(letters, "yes") && active(letters, "1"));
    assert!(!active(letters, "T"), "it is written down as inactive");
    assert!(active("", "true") && active("", "Y") && !active("", "0") && !active("", "A"));
    assert!(active("active_value = \"0\"", "false"), "a column LOCKED");
}

#[test]
fn a_state_is_written_by_the_first_spelling_or_the_opposite_of_a_truth() {
    let written = |keys: &str, active: Json| {
        let application = configured("columns", &format!("status_column = \"S\"\n{keys}"));
        let body = json!({"userName": "7", "active": active});
        let wanted = wanted(&application, body.as_object().unwrap(), None).unwrap();
        wanted.fields.get("S").and_then(Value::to_text)
    };
    let words = "active_value = [\"A\", \"P\"]\ninactive_value = [\"T\", \"L\"]";
    assert_eq!(written(words, json!(true)).as_deref(), Some("A"));
    assert_eq!(written(words, json!("False")).as_deref(), Some("T"));
    assert_eq!(
        written("active_value = \"Y\"", json!(0)).as_deref(),
        Some("N")
    );
    assert_eq!(written("", json!(false)).as_deref(), Some("0"));
    assert_eq!(written("active_value = \"A\"", json!(false)), None);
    assert_eq!(written("", json!(null)), None, "null says nothing");
}

#[test]
fn a_patch_of_a_date_is_bound_in_the_columns_form() {
    let application = configured("columns", DATES);
    let set = rows();
    let before = shown(&application);
    let mut after = before.clone();
    after[uri::ENTERPRISE_USER]["ext_HIRED"] = json!("2024-02-01");
    let wanted = patched(
        &application,
        &schema(&application),
        "7",
        Fields::of_row(&set.columns, &set.rows[0]),
        before.as_object().unwrap(),
        after.as_object().unwrap(),
    )
    .unwrap();
    assert_eq!(wanted.fields.get("HIRED"), Some(&"01.02.2024".into()));
    assert_eq!(
        wanted.fields.get("SEEN"),
        Some(&"2024-01-31 10:20:30".into()),
        "what is not named stays as the row has it"
    );
}
