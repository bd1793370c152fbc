use super::*;

const GOOD: &str = r#"
[connections.hr]
dialect = "mariadb"
host = "127.0.0.1"
database = "hr"
user = "scim"
[connections.hr.pool]
maximumPoolSize = 4

[applications.jdbc_on_prem]
connection = "hr"
profile = "columns"
compatibility = "original"

[applications.jdbc_on_prem.operations.get_user_by_id]
kind = "procedure"
statement = "CALL GET_USER_BY_ID(?)"
parameters = ["USER_ID"]
"#;

fn error(text: &str) -> ConfigError {
    Workspace::parse(text).unwrap_err()
}

#[test]
fn a_configuration_is_read_with_its_defaults() {
    let workspace = Workspace::parse(GOOD).unwrap();
    let connection = &workspace.connections["hr"];
    assert_eq!(
        (
            connection.dialect,
            connection.port(),
            connection.pool.maximum_pool_size
        ),
        (Dialect::Mysql, 3306, 4)
    );
    assert_eq!(connection.pool.connection_timeout, 30_000);
    assert_eq!(workspace.endpoint.listen, "127.0.0.1:1443");
    let application = &workspace.applications["jdbc_on_prem"];
    assert_eq!(application.name, "jdbc_on_prem");
    assert!(application.mapping(crate::Operation::GetUserById).is_some());
    assert!(application.mapping(crate::Operation::CreateUser).is_none());
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_nearest_known_key() {
    let error = error(&GOOD.replace("database = \"hr\"", "databse = \"hr\""));
    assert_eq!(error.line, Some(5));
    assert_eq!(
        error.to_string(),
        "line 5: \"databse\" is not a key that Sluice knows here. Did you mean \"database\"?"
    );
}

#[test]
fn an_unknown_operation_is_refused_with_the_nearest_one() {
    let error = error(&GOOD.replace("operations.get_user_by_id", "operations.get_user_by_idd"));
    assert!(
        error
            .to_string()
            .contains("Did you mean \"get_user_by_id\"?"),
        "{error}"
    );
}

#[test]
fn a_parameter_that_is_no_field_and_no_constant_is_refused() {
    let error = error(&GOOD.replace("[\"USER_ID\"]", "[{ constant = \"x\", typo = 1 }]"));
    assert_eq!(error.line, Some(18));
    assert!(
        error.cause.contains("neither a field nor a constant"),
        "{error}"
    );
    let good = GOOD.replace("[\"USER_ID\"]", "[{ constant = \"x\" }]");
    assert!(Workspace::parse(&good).is_ok());
}

#[test]
fn a_password_in_the_file_is_an_unknown_key() {
    let error = error(&GOOD.replace("user = \"scim\"", "user = \"scim\"\npassword = \"x\""));
    assert!(error.cause.contains("password"), "{error}");
}

#[test]
fn a_connection_that_is_not_there_is_named_with_the_line() {
    let error = error(&GOOD.replace("connection = \"hr\"", "connection = \"hrr\""));
    assert_eq!(error.line, Some(10));
    assert!(error.remedy.contains("\"hr\""), "{error}");
}

#[test]
fn a_core_profile_without_a_user_name_is_refused() {
    let error = error(&GOOD.replace("profile = \"columns\"", "profile = \"core\""));
    assert!(error.remedy.contains("userName"), "{error}");
}

fn with_url(url: &str) -> String {
    GOOD.replace(
        "host = \"127.0.0.1\"\ndatabase = \"hr\"\nuser = \"scim\"",
        &format!("url = \"{url}\""),
    )
}

#[test]
fn a_jdbc_address_stands_in_for_host_port_and_database() {
    let text = with_url("jdbc:mariadb://db:3307/hr?user=scim&sslMode=verify-full");
    let workspace = Workspace::parse(&text).unwrap();
    let connection = &workspace.connections["hr"];
    assert_eq!(connection.address(), "db:3307/hr");
    assert_eq!(connection.user.as_deref(), Some("scim"));
    assert_eq!(connection.protection().unwrap().mode, TlsMode::VerifyFull);
}

#[test]
fn an_address_that_contradicts_its_connection_is_refused() {
    for (text, word) in [
        (
            GOOD.replace("database =", "url = \"jdbc:mysql://db/hr\"\ndatabase ="),
            "both url and host",
        ),
        (
            with_url("jdbc:postgresql://db/hr?user=x"),
            "dialect is MySQL",
        ),
        (with_url("jdbc:mysql://one,two/hr?user=x"), "several hosts"),
        (with_url("jdbc:mysql://db/hr"), "has no user"),
        (
            with_url("jdbc:mysql://db/hr?user=x\"\nuser = \"y"),
            "one user as a key and another",
        ),
    ] {
        let error = error(&text);
        assert!(error.cause.contains(word), "{word}: {error}");
    }
}

#[test]
fn a_password_in_an_address_or_a_property_is_refused_with_the_place_where_it_belongs() {
    let in_table = |name: &str| {
        let properties = format!("user = \"scim\"\nproperties = {{ {name} = \"hunter2\" }}");
        GOOD.replace("user = \"scim\"", &properties)
    };
    for text in [
        with_url("jdbc:mysql://db/hr?user=x&password=hunter2"),
        with_url("jdbc:mysql://x:hunter2@db/hr"),
        in_table("password"),
        in_table("sslpassword"),
    ] {
        let error = error(&text);
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(
            error.remedy.contains("sluice-server password hr"),
            "{error}"
        );
    }
}

#[test]
fn tls_that_contradicts_itself_is_refused_and_the_table_wins_over_the_properties() {
    let tls = |table: &str| {
        let table = format!("[connections.hr.tls]\n{table}\n[connections.hr.pool]");
        GOOD.replace("[connections.hr.pool]", &table)
    };
    for (table, word) in [
        ("ca_file = \"ca.pem\"", "ca_file"),
        (
            "mode = \"require\"\nkey_file = \"k.pem\"",
            "certificate_file",
        ),
        ("mode = \"requier\"", "requier"),
    ] {
        let error = error(&tls(table));
        assert!(error.cause.contains(word), "{error}");
    }
    let text = tls("mode = \"verify-full\"\nca_file = \"ca.pem\"").replace(
        "user = \"scim\"",
        "user = \"scim\"\nproperties = { sslMode = \"DISABLED\" }",
    );
    let workspace = Workspace::parse(&text).unwrap();
    let tls = workspace.connections["hr"].protection().unwrap();
    assert_eq!(tls.mode, TlsMode::VerifyFull);
    assert_eq!(tls.ca_file.as_deref(), Some("ca.pem"));
}
