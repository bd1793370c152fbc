use std::collections::BTreeMap;

use super::Verdict::{Left, Same, Secret, Taken};
use super::*;

/// Written by hand after the public description of the vendor's file, with its keys in its order, a note
/// behind a value, a continued line and other separators.
const BY_HAND: &str = r"# HTTPS
server.port=2443
server.servlet.context-path=/ws/rest
server.ssl.enabled=true
server.ssl.key-store-type=PKCS12
server.ssl.key-store=/etc/pki/tls/private/OktaOnPremScimServer-myorg.p12
server.ssl.key-store-password=kept-to-itself
server.ssl.key-alias=okscimservercert
server.ssl.enabled-protocols=TLSv1.2,\
    TLSv1.3
server.ssl.client-auth: NONE
server.max-http-request-header-size=10KB
scim.security.bearer.token=0123456789abcdef0123456789abcdef
app.datasource.hikari.maximumPoolSize=25              # Max connections
app.datasource.hikari.minimumIdle = 2
app.datasource.hikari.connectionTimeout=30000
app.datasource.hikari.validationTimeout=3000
app.datasource.hikari.idleTimeout=90000
app.datasource.hikari.keepaliveTime=60000
app.datasource.hikari.maxLifetime=180000
app.datasource.hikari.initializationFailTimeout=0
app.datasource.hikari.leakDetectionThreshold=1
logging.level.root=INFO
logging.level.com.zaxxer.hikari=WARN                 # Connection pool
logging.pattern.console=1
server.tomcat.threads.max=50
app.datasource.hikari.maxLifetime=many
";

/// The keys of the original's file, as the public description lists them, with what they hold there.
const ORIGINAL: &[(&str, &str)] = &[
    ("server.port", "1443"),
    ("server.servlet.context-path", "/ws/rest"),
    ("server.ssl.enabled", "true"),
    ("server.ssl.key-store-type", "PKCS12"),
    (
        "server.ssl.key-store",
        "/etc/pki/tls/private/OktaOnPremScimServer-myorg.p12",
    ),
    ("server.ssl.key-store-password", ""),
    ("server.ssl.key-alias", "okscimservercert"),
    ("server.ssl.enabled-protocols", "TLSv1.2,TLSv1.3"),
    ("server.ssl.client-auth", "NONE"),
    ("server.max-http-request-header-size", "10KB"),
    ("scim.security.bearer.token", ""),
    ("app.datasource.hikari.maximumPoolSize", "10"),
    ("app.datasource.hikari.minimumIdle", "0"),
    ("app.datasource.hikari.connectionTimeout", "30000"),
    ("app.datasource.hikari.validationTimeout", "3000"),
    ("app.datasource.hikari.idleTimeout", "90000"),
    ("app.datasource.hikari.keepaliveTime", "60000"),
    ("app.datasource.hikari.maxLifetime", "180000"),
    ("app.datasource.hikari.initializationFailTimeout", "0"),
    ("logging.level.root", "INFO"),
    ("logging.level.org.springframework.web", "WARN"),
    ("logging.level.org.apache.catalina", "WARN"),
    ("logging.level.com.okta.server.scim", "INFO"),
    ("logging.level.org.springframework.jdbc", "INFO"),
    (
        "logging.pattern.file",
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}  [pid:${PID:-unknown}] [%thread] %class{36}:%line - %msg%n",
    ),
    ("logging.pattern.console", "1"),
];

const TEXT: &str = r#"
[endpoint]
listen = "0.0.0.0:1443" # every address
header_limit_kb = 10

[connections.hr]
dialect = "postgresql"
host = "db"
database = "hr"
user = "sluice"

[connections.pay]
dialect = "mysql"
host = "db"
database = "pay"
user = "sluice"
[connections.pay.pool]
maximumPoolSize = 3

[connections.demo]
dialect = "sqlite"
path = "demo.db"
"#;

fn workspace(text: &str) -> Workspace {
    Workspace::parse(text).unwrap()
}

#[test]
fn a_file_that_is_written_holds_what_the_originals_holds() {
    let workspace = workspace(TEXT);
    let text = write(&workspace, workspace.connections.get("hr"), "myorg");
    let written: Vec<(String, String)> = entries(&text)
        .into_iter()
        .map(|entry| (entry.key, entry.value.unwrap()))
        .collect();
    let written: Vec<(&str, &str)> = written
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(written, ORIGINAL);
    assert_eq!(text.matches(LEFT_OUT).count(), 2);
}

#[test]
fn a_file_written_by_hand_is_laid_over_what_is_in_use_line_by_line() {
    let before = workspace(TEXT);
    let laid = lay_over(BY_HAND, TEXT, &before).unwrap();
    let after = workspace(&laid.text);
    assert_eq!(after.endpoint.listen, "0.0.0.0:2443");
    assert_eq!(after.endpoint.header_limit_kb, 10);
    for name in ["hr", "pay"] {
        let pool = &after.connections[name].pool;
        assert_eq!(
            (pool.maximum_pool_size, pool.minimum_idle),
            (25, 2),
            "{name}"
        );
    }
    assert_eq!(after.connections["demo"].pool, Pool::default());
    assert!(laid.text.contains("# every address"), "comments stay");
    let verdicts: BTreeMap<usize, Verdict> = laid
        .remarks
        .iter()
        .map(|remark| (remark.line.unwrap(), remark.verdict))
        .collect();
    assert_eq!(
        laid.remarks.len(),
        entries(BY_HAND).len(),
        "every line is answered"
    );
    for (line, verdict) in [
        (2, Taken),
        (3, Same),
        (7, Secret),
        (9, Same),
        (12, Taken),
        (13, Secret),
        (14, Taken),
        (21, Same),
        (22, Left),
        (26, Left),
        (27, Left),
    ] {
        assert_eq!(verdicts[&line], verdict, "line {line}");
    }
    assert!(
        laid.remarks
            .iter()
            .filter(|remark| matches!(remark.verdict, Left | Secret))
            .all(|remark| remark.remedy.is_some())
    );
}

#[test]
fn no_secret_of_a_file_is_taken_or_said() {
    let laid = lay_over(BY_HAND, TEXT, &workspace(TEXT)).unwrap();
    let told = format!("{}{:?}", laid.text, laid.remarks);
    for secret in ["kept-to-itself", "0123456789abcdef"] {
        assert!(!told.contains(secret));
    }
}

#[test]
fn what_was_written_is_read_back_without_a_change() {
    let text = TEXT.replace("[connections.pay.pool]\nmaximumPoolSize = 3\n", "");
    let before = workspace(&text);
    let file = write(&before, before.connections.get("hr"), "myorg");
    let laid = lay_over(&file, &text, &before).unwrap();
    let after = workspace(&laid.text);
    assert_eq!(after.endpoint, before.endpoint);
    for name in ["hr", "pay"] {
        assert_eq!(after.connections[name].pool, before.connections[name].pool);
    }
}

#[test]
fn a_statement_of_the_pool_survives_the_format() {
    let mut before = workspace(TEXT);
    let sql = "SET NAMES 'ä\\b';\n\tSELECT 1";
    before.connections["hr"].pool.connection_init_sql = Some(sql.into());
    let file = write(&before, before.connections.get("hr"), "x");
    assert!(file.is_ascii());
    let after = workspace(&lay_over(&file, TEXT, &before).unwrap().text);
    assert_eq!(
        after.connections["hr"].pool.connection_init_sql.as_deref(),
        Some(sql)
    );
}
