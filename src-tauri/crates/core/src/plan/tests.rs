use super::*;
use crate::config::Workspace;
use serde_json::json;

/// The guide's mapping with the statements an administrator would write by hand.
const CONFIG: &str = r#"
[connections.hr]
dialect = "sqlite"
path = "hr.db"
[applications.a]
connection = "hr"
profile = "columns"
compatibility = "original"
status_column = "IS_ACTIVE"
secret_columns = ["PASSWORD_HASH"]
[applications.a.operations]
get_user_by_id = { kind = "procedure", statement = "CALL GET_USER_BY_ID(?)", parameters = ["USER_ID"] }
update_user = { kind = "sql", statement = "UPDATE USERS SET TITLE = ?, CITY = ?, PASSWORD_HASH = ? WHERE USER_ID = ?", parameters = ["TITLE", "CITY", "PASSWORD_HASH", "USER_ID"] }
activate_user = { kind = "procedure", statement = "CALL ACTIVATE_USER(?)", parameters = ["USER_ID"] }
deactivate_user = { kind = "sql", statement = "CALL DEACTIVATE_USER(?)", parameters = ["USER_ID"] }
add_entitlement = { kind = "procedure", statement = "CALL ADD_ENTITLEMENT_TO_USER(?, ?)", parameters = ["USER_ID", "ENT_ID"] }
remove_entitlement = { kind = "procedure", statement = "CALL REMOVE_ENTITLEMENT_FROM_USER(?, ?)", parameters = ["USER_ID", "ENT_ID"] }
"#;

fn application(text: &str) -> Application {
    Workspace::parse(text)
        .unwrap()
        .applications
        .swap_remove("a")
        .unwrap()
}

fn current() -> Current {
    Current {
        fields: Fields::default()
            .with("USER_ID", "luke".into())
            .with("TITLE", "Jedi Knight".into())
            .with("CITY", "Mos Eisley".into())
            .with("PASSWORD_HASH", "$2b$secret".into())
            .with("IS_ACTIVE", Value::Bool(true)),
        active: Some(true),
        entitlements: vec!["1".into(), "2".into()],
    }
}

#[allow(clippy::needless_pass_by_value)] // callers write json!(…) in place
fn plan(application: &Application, body: serde_json::Value) -> Vec<String> {
    let body = body.as_object().unwrap();
    let wanted = crate::profile::wanted(application, body, Some("luke")).unwrap();
    show(&replace(application, Dialect::Sqlite, &current(), &wanted).unwrap())
}

fn show(plan: &[Statement]) -> Vec<String> {
    plan.iter()
        .map(|statement| {
            let values: Vec<String> = statement
                .parameters
                .iter()
                .map(|p| format!("{}={}", p.name, p.value.to_text().unwrap_or("NULL".into())))
                .collect();
            format!("{} <- {}", statement.text, values.join(", "))
        })
        .collect()
}

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[test]
fn values_that_are_as_they_were_cause_no_statement() {
    let plan = plan(
        &application(CONFIG),
        json!({"userName": "luke", "active": "True", "entitlements": [{"value": 2}, {"value": "1"}], ENTERPRISE: {"ext_TITLE": "Jedi Knight", "city": "Mos Eisley"}}),
    );
    assert_eq!(plan, Vec::<String>::new());
}

#[test]
fn what_changed_becomes_an_update_and_what_was_left_out_keeps_its_value() {
    let plan = plan(
        &application(CONFIG),
        json!({"userName": "luke", ENTERPRISE: {"ext_TITLE": "Master"}}),
    );
    assert_eq!(
        plan,
        [
            "UPDATE USERS SET TITLE = ?, CITY = ?, PASSWORD_HASH = ? WHERE USER_ID = ? <- TITLE=Master, CITY=Mos Eisley, PASSWORD_HASH=$2b$secret, USER_ID=luke"
        ]
    );
}

#[test]
fn an_explicit_null_clears_and_the_null_policy_clears_what_is_absent_but_never_a_secret() {
    let plan_of = |text: &str, body| plan(&application(text), body);
    assert_eq!(
        plan_of(CONFIG, json!({ENTERPRISE: {"ext_CITY": null}})).len(),
        1
    );
    let nulls = CONFIG.replace("status_column", "absent_fields = \"null\"\nstatus_column");
    assert_eq!(
        plan_of(&nulls, json!({ENTERPRISE: {"ext_TITLE": "Master"}})),
        [
            "UPDATE USERS SET TITLE = ?, CITY = ?, PASSWORD_HASH = ? WHERE USER_ID = ? <- TITLE=Master, CITY=NULL, PASSWORD_HASH=$2b$secret, USER_ID=luke"
        ]
    );
}

#[test]
fn a_value_that_nobody_knows_is_never_cleared_by_an_update() {
    let application = application(CONFIG);
    let mut current = current();
    current.fields = Fields::default()
        .with("USER_ID", "luke".into())
        .with("TITLE", "Jedi Knight".into());
    let change = |body: serde_json::Value| {
        let wanted =
            crate::profile::wanted(&application, body.as_object().unwrap(), Some("luke")).unwrap();
        replace(&application, Dialect::Sqlite, &current, &wanted)
    };
    let failure =
        change(json!({ENTERPRISE: {"ext_TITLE": "Master", "ext_CITY": "x"}})).unwrap_err();
    assert_eq!(failure.diagnosis.code, "mapping.would_clear");
    assert!(
        failure.scim.detail.contains("would clear PASSWORD_HASH"),
        "{}",
        failure.scim.detail
    );
    assert_eq!(
        change(json!({"active": true})).unwrap(),
        [],
        "what does not update does not ask"
    );
}

#[test]
fn update_state_removals_and_additions_run_in_this_order() {
    let sql = CONFIG.replace(
        "deactivate_user = { kind = \"sql\"",
        "deactivate_user = { kind = \"procedure\"",
    );
    let plan = plan(
        &application(&sql),
        json!({"active": false, "entitlements": [{"value": "2"}, {"value": "3"}], ENTERPRISE: {"ext_TITLE": "Hermit"}}),
    );
    assert_eq!(
        plan.iter()
            .map(|line| line.split([' ', '(']).nth(1).unwrap())
            .collect::<Vec<_>>(),
        [
            "USERS",
            "DEACTIVATE_USER",
            "REMOVE_ENTITLEMENT_FROM_USER",
            "ADD_ENTITLEMENT_TO_USER"
        ]
    );
    assert!(
        plan[2].ends_with("<- USER_ID=luke, ENT_ID=1"),
        "{}",
        plan[2]
    );
    assert!(
        plan[3].ends_with("<- USER_ID=luke, ENT_ID=3"),
        "{}",
        plan[3]
    );
}

#[test]
fn a_call_in_an_sql_operation_is_refused_in_the_originals_words() {
    let application = application(CONFIG);
    let key = Fields::default().with("USER_ID", "luke".into());
    let failure = statement(
        &application,
        Dialect::Mysql,
        Operation::DeactivateUser,
        &key,
    )
    .unwrap_err();
    assert_eq!(
        failure
            .scim
            .to_json(sluice_scim::Compatibility::Original)
            .to_string(),
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"scimType":"INVALID_SYNTAX","detail":"statement=CALL DEACTIVATE_USER(?), errors=[ValidationException: executeCall not allowed., ValidationException: execute not allowed.]","status":400}"#
    );
    assert_eq!(
        failure.diagnosis.remedy,
        "Set the operation's kind to stored procedure."
    );
}

#[test]
fn a_query_cannot_write_and_a_write_cannot_drop() {
    for (operation, text) in [
        ("get_user_by_id", "DELETE FROM USERS WHERE USER_ID = ?"),
        ("activate_user", "DROP TABLE USERS -- ?"),
        (
            "activate_user",
            "UPDATE USERS SET A = 1 WHERE USER_ID = ?; DELETE FROM USERS",
        ),
    ] {
        let config = format!(
            "{}\n",
            CONFIG
                .lines()
                .filter(|line| !line.starts_with(operation))
                .collect::<Vec<_>>()
                .join("\n")
        ) + &format!(
            "{operation} = {{ kind = \"sql\", statement = \"{text}\", parameters = [\"USER_ID\"] }}"
        );
        let key = Fields::default().with("USER_ID", "luke".into());
        let result = statement(
            &application(&config),
            Dialect::Sqlite,
            Operation::from_key(operation).unwrap(),
            &key,
        );
        assert!(result.is_err(), "{text}");
    }
}

#[test]
fn a_parameter_too_few_is_found_before_anything_runs() {
    let config = CONFIG.replace(
        "parameters = [\"TITLE\", \"CITY\", ",
        "parameters = [\"TITLE\", ",
    );
    let failure = statement(
        &application(&config),
        Dialect::Sqlite,
        Operation::UpdateUser,
        &Fields::default(),
    )
    .unwrap_err();
    assert_eq!(
        failure.scim.detail,
        "The statement of \"Update user\" has 4 placeholders and 3 parameters are mapped. Map exactly one parameter to each ?."
    );
}

#[test]
fn a_field_the_operation_does_not_have_is_named() {
    let config = CONFIG.replace(
        "CALL ACTIVATE_USER(?)\", parameters = [\"USER_ID\"]",
        "CALL ACTIVATE_USER(?)\", parameters = [\"LOGIN\"]",
    );
    let key = Fields::default().with("USER_ID", "luke".into());
    let failure = statement(
        &application(&config),
        Dialect::Sqlite,
        Operation::ActivateUser,
        &key,
    )
    .unwrap_err();
    assert!(
        failure.scim.detail.contains("mapped to LOGIN"),
        "{}",
        failure.scim.detail
    );
}

#[test]
fn an_operation_that_is_not_mapped_is_named_in_the_originals_words() {
    let failure = statement(
        &application(CONFIG),
        Dialect::Sqlite,
        Operation::GetUsers,
        &Fields::default(),
    )
    .unwrap_err();
    assert_eq!(failure.scim.detail, "No getUsers operation defined");
}

#[test]
fn a_secret_parameter_is_marked() {
    let application = application(CONFIG);
    let plan = statement(
        &application,
        Dialect::Sqlite,
        Operation::UpdateUser,
        &Fields::default().with("PASSWORD_HASH", "x".into()),
    )
    .unwrap();
    assert!(plan.has_secrets() && plan.parameters[2].secret && !plan.parameters[0].secret);
}

#[test]
fn the_parameter_at_fault_is_found_by_its_column_or_by_the_value_the_database_quotes() {
    use crate::failure::DatabaseErrorKind::InvalidValue;
    let application = application(CONFIG);
    let fields = Fields::default()
        .with("CITY", "31/12".into())
        .with("TITLE", "x".into());
    let update = statement(
        &application,
        Dialect::Sqlite,
        Operation::UpdateUser,
        &fields,
    )
    .unwrap();
    let mut error = DatabaseError::new(
        InvalidValue,
        "invalid input syntax for type date: \"31/12\"",
    );
    assert_eq!(update.at_fault(&error), Some(1));
    error.object = Some("p_title".into());
    assert_eq!(update.at_fault(&error), Some(0));
    assert_eq!(
        update.at_fault(&DatabaseError::new(InvalidValue, "no hint")),
        None
    );
}

#[test]
fn several_statements_share_the_parameters_in_order_and_only_where_that_is_allowed() {
    let two = CONFIG.replace(
        "statement = \"CALL DEACTIVATE_USER(?)\", parameters = [\"USER_ID\"]",
        "statement = \"UPDATE USERS SET IS_ACTIVE = 0 WHERE USER_ID = ?; INSERT INTO AUDIT VALUES (?, ';');\", parameters = [\"USER_ID\", { constant = \"off\" }]",
    );
    let fields = Fields::default().with("USER_ID", "luke".into());
    let plan = |text: &str| {
        let application = application(text);
        statement(
            &application,
            Dialect::Sqlite,
            Operation::DeactivateUser,
            &fields,
        )
    };
    let refused = plan(&two).unwrap_err();
    assert_eq!(refused.diagnosis.code, "mapping.syntax");
    assert!(
        refused
            .diagnosis
            .remedy
            .contains("several_statements = true")
    );

    let allowed = two.replace(
        "connection = \"hr\"\n",
        "connection = \"hr\"\nseveral_statements = true\n",
    );
    assert_eq!(
        show(&plan(&allowed).unwrap().parts(Dialect::Sqlite)),
        [
            "UPDATE USERS SET IS_ACTIVE = 0 WHERE USER_ID = ? <- USER_ID=luke",
            "INSERT INTO AUDIT VALUES (?, ';') <- constant=off",
        ]
    );
    let wrong_kind = allowed.replace("INSERT INTO AUDIT", "DROP TABLE AUDIT; INSERT INTO AUDIT");
    assert!(plan(&wrong_kind).is_err(), "each of them must fit its kind");
}

#[test]
fn an_incremental_import_that_never_sees_the_time_is_refused() {
    let with = |statement: &str, parameters: &str| {
        let line = format!(
            "incremental_import = {{ kind = \"sql\", statement = \"{statement}\", parameters = [{parameters}] }}\n"
        );
        let fields = Fields::default().with("CHANGED_AT", "2020-04-07 14:19:34".into());
        statement_of(&application(&format!("{CONFIG}{line}")), &fields)
    };
    for (text, parameters) in [
        ("SELECT * FROM USERS", ""),
        (
            "SELECT * FROM USERS WHERE CHANGED_AT > ?",
            "{ constant = '2020-01-01' }",
        ),
    ] {
        let failure = with(text, parameters).unwrap_err();
        assert_eq!(failure.diagnosis.code, "mapping.no_time", "{text}");
    }
    let planned = with("SELECT * FROM USERS WHERE CHANGED_AT > ?", "\"changed_at\"").unwrap();
    assert_eq!(
        show(&[planned]),
        ["SELECT * FROM USERS WHERE CHANGED_AT > ? <- changed_at=2020-04-07 14:19:34"]
    );
    let written = with("DELETE FROM USERS WHERE CHANGED_AT > ?", "\"CHANGED_AT\"").unwrap_err();
    assert_eq!(written.diagnosis.code, "mapping.kind");
}

fn statement_of(application: &Application, fields: &Fields) -> Result<Statement, Failure> {
    statement(
        application,
        Dialect::Sqlite,
        Operation::IncrementalImport,
        fields,
    )
}
