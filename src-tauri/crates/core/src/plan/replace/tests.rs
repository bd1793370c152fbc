use super::*;
use crate::config::Workspace;
use serde_json::{Value as Json, json};

const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// An application whose Update user writes CITY, HIRED and STATUS, with more keys.
fn application(keys: &str) -> Application {
    let text = format!(
        r#"
[applications.a]
profile = "columns"
{keys}
[applications.a.operations.update_user]
kind = "sql"
statement = "UPDATE U SET CITY = ?, HIRED = ?, STATUS = ? WHERE USER_ID = ?"
parameters = ["CITY", "HIRED", "STATUS", "USER_ID"]
"#
    );
    let mut workspace = Workspace::parse(&text).unwrap();
    workspace.applications.swap_remove("a").unwrap()
}

fn with_field(column: &str, policy: &str) -> Application {
    application(&format!("fields = {{ {column} = {{ {policy} }} }}"))
}

fn row(column: &str, value: Value) -> Current {
    Current {
        fields: Fields::default()
            .with("USER_ID", "luke".into())
            .with("CITY", "Mos Eisley".into())
            .with("HIRED", Value::Null)
            .with("STATUS", "1".into())
            .with(column, value),
        ..Current::default()
    }
}

/// What Update user binds for a column; `None` where it does not run.
#[allow(clippy::needless_pass_by_value)] // callers write json!(…) in place
fn bound_on(
    dialect: Dialect,
    application: &Application,
    current: &Current,
    column: &str,
    body: Json,
) -> Option<Value> {
    let body = json!({ URN: body });
    let wanted =
        crate::profile::wanted(application, body.as_object().unwrap(), Some("luke")).unwrap();
    let plan = replace(application, dialect, current, &wanted).unwrap();
    let update = plan.first()?;
    let at = |p: &&crate::plan::BoundParameter| p.name == column;
    Some(update.parameters.iter().find(at).unwrap().value.clone())
}

fn bound(application: &Application, now: Value, column: &str, body: Json) -> Option<Value> {
    let current = row(column, now);
    bound_on(Dialect::Mysql, application, &current, column, body)
}

#[allow(clippy::unnecessary_wraps)] // what is bound, beside None
fn text(text: &str) -> Option<Value> {
    Some(text.into())
}

#[test]
fn absent_null_and_empty_are_three_things_unless_a_policy_says_otherwise() {
    let plain = application("");
    let city = |application: &Application, body| bound(application, "Theed".into(), "CITY", body);
    assert_eq!(city(&plain, json!({})), None, "absent keeps");
    assert_eq!(city(&plain, json!({"CITY": null})), Some(Value::Null));
    assert_eq!(city(&plain, json!({"CITY": []})), Some(Value::Null));
    assert_eq!(city(&plain, json!({"CITY": ""})), text(""));

    let absent = with_field("city", "absent = \"null\"");
    assert_eq!(city(&absent, json!({})), Some(Value::Null));
    let null = with_field("CITY", "null = \"keep\"");
    assert_eq!(city(&null, json!({"CITY": null})), None);
    assert_eq!(city(&null, json!({"CITY": []})), None);
    let empty = with_field("CITY", "empty = \"null\"");
    assert_eq!(city(&empty, json!({"CITY": ""})), Some(Value::Null));
    let kept = with_field("CITY", "empty = \"keep\"");
    assert_eq!(city(&kept, json!({"CITY": ""})), None);
    assert_eq!(
        city(&kept, json!({"CITY": "", "HIRED": "x"})),
        text("Theed")
    );
    let both = with_field("CITY", "empty = \"null\", null = \"keep\"");
    assert_eq!(
        city(&both, json!({"CITY": ""})),
        Some(Value::Null),
        "what empty means is not asked again as a null"
    );
}

#[test]
fn a_field_may_keep_what_the_application_clears() {
    let application =
        application("absent_fields = \"null\"\nfields = { CITY = { absent = \"keep\" } }");
    let current = row("HIRED", "x".into());
    let of = |column| {
        let body = json!({});
        bound_on(Dialect::Mysql, &application, &current, column, body)
    };
    assert_eq!(of("CITY"), text("Mos Eisley"));
    assert_eq!(of("HIRED"), Some(Value::Null));
}

#[test]
fn what_the_policy_makes_of_a_value_is_compared_with_the_row() {
    let empty = with_field("CITY", "empty = \"null\"");
    assert_eq!(
        bound(&empty, Value::Null, "CITY", json!({"CITY": ""})),
        None
    );
    assert_eq!(
        bound(&empty, "".into(), "CITY", json!({"CITY": ""})),
        None,
        "it is sent as it was shown"
    );
    let plain = application("");
    assert_eq!(
        bound(&plain, Value::Null, "CITY", json!({"CITY": ""})),
        text("")
    );
    assert_eq!(
        bound(&plain, Value::Null, "CITY", json!({"CITY": null})),
        None
    );
}

#[test]
fn to_oracle_the_empty_text_is_null() {
    let plain = application("");
    let on = |dialect| {
        let current = row("CITY", Value::Null);
        bound_on(dialect, &plain, &current, "CITY", json!({"CITY": ""}))
    };
    assert_eq!(on(Dialect::Oracle), None);
    assert_eq!(on(Dialect::Postgresql), text(""));
}

#[test]
fn a_field_that_keeps_a_value_nobody_knows_is_no_reason_to_update_and_stops_one() {
    let kept = with_field("CITY", "empty = \"keep\"");
    let current = Current {
        fields: Fields::default()
            .with("USER_ID", "luke".into())
            .with("HIRED", "x".into()),
        ..Current::default()
    };
    let plan = |body: Json| {
        let body = json!({ URN: body });
        let wanted = crate::profile::wanted(&kept, body.as_object().unwrap(), Some("luke"));
        replace(&kept, Dialect::Mysql, &current, &wanted.unwrap())
    };
    assert_eq!(plan(json!({"CITY": "", "STATUS": null})).unwrap(), []);
    let failure = plan(json!({"CITY": "", "STATUS": null, "HIRED": "y"})).unwrap_err();
    assert_eq!(failure.diagnosis.code, "mapping.would_clear");
}

#[test]
fn a_create_has_nothing_to_keep() {
    let create = |policy: &str, value: Json| {
        let mut application = with_field("CITY", policy);
        let mut mapping = application.mapping(Operation::UpdateUser).unwrap().clone();
        mapping.statement = "INSERT INTO U VALUES (?, ?, ?, ?)".into();
        mapping.checked = crate::mapping::Checked::default();
        application
            .operations
            .insert(Operation::CreateUser, mapping);
        let body = json!({"userName": "luke", URN: {"CITY": value}});
        let wanted = crate::profile::wanted(&application, body.as_object().unwrap(), None).unwrap();
        let plan = statement(
            &application,
            Dialect::Mysql,
            Operation::CreateUser,
            &wanted.fields,
        );
        plan.unwrap().parameters[0].value.clone()
    };
    assert_eq!(create("empty = \"empty\"", json!("")), "".into());
    assert_eq!(create("empty = \"null\"", json!("")), Value::Null);
    assert_eq!(create("empty = \"keep\"", json!("")), Value::Null);
    assert_eq!(create("null = \"keep\"", json!(null)), Value::Null);
}

#[test]
fn a_date_is_bound_in_the_columns_form_and_the_same_day_is_no_change() {
    let dates = with_field("HIRED", "type = \"date\", column_format = \"%d.%m.%Y\"");
    let hired =
        |now: &str, sent: &str| bound(&dates, now.into(), "HIRED", json!({"ext_HIRED": sent}));
    assert_eq!(hired("30.01.2024", "2024-01-31"), text("31.01.2024"));
    assert_eq!(hired("31.01.2024", "2024-01-31"), None);
    assert_eq!(hired("31.1.2024", "2024-01-31"), None);

    let times = with_field("HIRED", "type = \"datetime\", zone = \"Europe/Berlin\"");
    let hired = |sent: &str| {
        let now = Value::from("2024-01-31 10:20:30");
        bound(&times, now, "HIRED", json!({"HIRED": sent}))
    };
    assert_eq!(hired("2024-01-31T09:20:30Z"), None);
    assert_eq!(hired("2024-01-31T09:20:31Z"), text("2024-01-31T10:20:31"));
}

#[test]
fn a_date_that_is_unchanged_is_bound_as_the_row_has_it() {
    let dates = with_field("HIRED", "type = \"date\"");
    assert_eq!(
        bound(
            &dates,
            "2024-01-31T08:15:00".into(),
            "HIRED",
            json!({"HIRED": "2024-01-31", "CITY": "Theed"})
        ),
        text("2024-01-31T08:15:00"),
        "the time of day is not lost"
    );
}

#[test]
fn a_number_is_unchanged_in_every_spelling_of_it() {
    let plain = application("");
    let same = |now: Value, sent: Json| bound(&plain, now, "CITY", json!({"CITY": sent})).is_none();
    assert!(same(Value::Integer(42), json!(42)));
    assert!(same(Value::Integer(42), json!("42")));
    assert!(same(Value::Integer(1), json!(1.0)));
    assert!(same(Value::Decimal("1234.50".into()), json!(1234.5)));
    assert!(same(Value::Decimal("0.00".into()), json!("-0")));
    assert!(same(Value::Float(7.0), json!("7.0")));
    assert!(same(Value::Float(1e21), json!(1e21)));
    assert!(same(Value::Bool(true), json!(true)));
    assert!(same(Value::Bool(true), json!("true")));
    assert!(!same(Value::Integer(42), json!(43)));
    assert!(!same(
        Value::Decimal("12345678901234567.1".into()),
        json!("12345678901234567.2")
    ));
    assert!(!same("007".into(), json!("7")), "a text is no number");
}

#[test]
fn bytes_come_as_base64() {
    let plain = application("");
    let photo = |sent: &str| {
        let now = Value::Bytes(b"abc".to_vec());
        bound(&plain, now, "CITY", json!({"CITY": sent}))
    };
    assert_eq!(photo("YWJj"), None);
    assert_eq!(photo("YWJk"), Some(Value::Bytes(b"abd".to_vec())));
}

const STATES: &str = "status_column = \"STATUS\"\nactive_value = [\"ACTIVE\", \"PROBATION\"]\ninactive_value = [\"TERMINATED\", \"LEAVE\"]";

fn state(application: &Application, now: &str, active: bool, sent: &Json) -> Option<Value> {
    let current = Current {
        active: Some(crate::profile::is_active(
            application,
            &crate::value::Cell::Text(now),
        )),
        ..row("STATUS", now.into())
    };
    let body = json!({"active": active, URN: sent});
    let wanted = crate::profile::wanted(application, body.as_object().unwrap(), Some("luke"));
    let plan = replace(application, Dialect::Mysql, &current, &wanted.unwrap()).unwrap();
    assert!(plan.len() <= 1, "{plan:?}");
    let update = plan.first()?;
    Some(update.parameters[2].value.clone())
}

#[test]
fn a_state_is_written_by_its_first_spelling_and_only_where_it_changes() {
    let application = application(STATES);
    let state = |now, active, sent| state(&application, now, active, &sent);
    assert_eq!(state("ACTIVE", false, json!({})), text("TERMINATED"));
    assert_eq!(state("LEAVE", true, json!({})), text("ACTIVE"));
    assert_eq!(state("leave", false, json!({})), None);
    assert_eq!(
        state("LEAVE", false, json!({"CITY": "Theed"})),
        text("LEAVE")
    );
    assert_eq!(
        state("PROBATION", true, json!({"CITY": "Theed"})),
        text("PROBATION")
    );
    assert_eq!(
        state("SABBATICAL", false, json!({"CITY": "Theed"})),
        text("SABBATICAL"),
        "a state nobody knows is inactive, and stays"
    );
}

#[test]
fn a_request_that_does_not_speak_of_the_state_leaves_it_unless_its_field_says_otherwise() {
    let update = |keys: &str| {
        let application = application(&format!("absent_fields = \"null\"\n{STATES}\n{keys}"));
        let current = row("STATUS", "ACTIVE".into());
        let body = json!({"CITY": "Theed"});
        bound_on(Dialect::Mysql, &application, &current, "STATUS", body)
    };
    assert_eq!(update(""), text("ACTIVE"));
    let own = "fields = { STATUS = { absent = \"null\" } }";
    assert_eq!(update(own), Some(Value::Null));
}

#[test]
fn a_state_whose_opposite_is_not_known_is_left_to_the_operations() {
    let application = application(
        "status_column = \"STATUS\"\nactive_value = \"A\"\n[applications.a.operations.deactivate_user]\nkind = \"procedure\"\nstatement = \"OFF\"\nparameters = [\"USER_ID\"]",
    );
    let current = Current {
        active: Some(true),
        ..row("STATUS", "A".into())
    };
    let body = json!({"active": false});
    let wanted = crate::profile::wanted(&application, body.as_object().unwrap(), Some("luke"));
    let plan = replace(&application, Dialect::Mysql, &current, &wanted.unwrap()).unwrap();
    let operations: Vec<_> = plan.iter().map(|statement| statement.operation).collect();
    assert_eq!(operations, [Some(Operation::DeactivateUser)]);
}
