//! What is written is read back by the configuration's own parser.

use std::collections::BTreeMap;

use super::*;
use crate::config::edit::{put_application, remove_application};
use crate::config::{ApplicationSettings, AttributeColumn, Delete, HeaderPolicy, Profile};

fn settings(dialect: Dialect) -> ConnectionSettings {
    let mut connection = Connection::new("hr", dialect);
    match dialect {
        Dialect::Sqlite => connection.path = Some("hr.db".into()),
        Dialect::Odbc => {
            connection.odbc = Some("Driver={IBM DB2 ODBC};Server=db;Port=50000".into());
            connection.user = Some("scim".into());
        }
        _ => {
            connection.host = Some("db.example.com".into());
            connection.database = Some("hr".into());
            connection.user = Some("scim".into());
        }
    }
    ConnectionSettings::of(&connection)
}

fn read_back(text: &str, name: &str) -> ConnectionSettings {
    ConnectionSettings::of(&Workspace::parse(text).unwrap().connections[name])
}

const NEXT_TO_IT: &str = "# The workspace.\n[workspace]\nname = \"HR\" # as it is called\n\n[connections.old]\ndialect = \"mariadb\"\nurl = \"jdbc:mariadb://db:3307/old?user=scim&sslMode=trust\" # as the vendor has it\n\n[connections.old.pool]\nmaximumPoolSize = 4 # few\n\n[applications.one]\nconnection = \"old\"\nprofile = \"columns\"\n";

#[test]
fn a_new_connection_of_every_dialect_is_read_back_as_it_was_set() {
    for dialect in Dialect::ALL {
        let mut settings = settings(dialect);
        settings.environment = Environment::Production;
        settings.statement_timeout_ms = 12_000;
        settings.pool.maximum_pool_size = 3;
        settings.pool.connection_init_sql = Some("SET x = 'y'".into());
        if !matches!(dialect, Dialect::Sqlite | Dialect::Odbc) {
            settings.port = Some(4321);
            settings.tls = Tls {
                mode: TlsMode::VerifyFull,
                ca_file: Some("ca.pem".into()),
                certificate_file: Some("client.pem".into()),
                key_file: Some("client.key".into()),
            };
        }
        if dialect == Dialect::Oracle {
            settings.properties = BTreeMap::from([("oracle.sid".into(), "hr".into())]);
        } else if dialect != Dialect::Sqlite {
            settings.properties = ["one", "two", "three", "four", "five", "a key"]
                .map(|key| (key.to_owned(), format!("{key} \"=\" value")))
                .into();
        }
        for text in ["", NEXT_TO_IT] {
            let written = put_connection(text, "hr", &settings).unwrap();
            assert_eq!(read_back(&written, "hr"), settings, "{dialect}:\n{written}");
            assert_eq!(remove_connection(&written, "hr").unwrap(), text);
        }
    }
}

#[test]
fn only_what_differs_is_written_over_what_stands_there() {
    let same = read_back(NEXT_TO_IT, "old");
    assert_eq!(
        put_connection(NEXT_TO_IT, "old", &same).unwrap(),
        NEXT_TO_IT
    );
    let mut other = same.clone();
    other.pool.maximum_pool_size = 5;
    assert_eq!(
        put_connection(NEXT_TO_IT, "old", &other).unwrap(),
        NEXT_TO_IT.replace("maximumPoolSize = 4", "maximumPoolSize = 5")
    );
    let mut moved = same;
    moved.host = Some("other".into());
    let written = put_connection(NEXT_TO_IT, "old", &moved).unwrap();
    assert!(!written.contains("jdbc:"), "{written}");
    assert!(written.contains("dialect = \"mariadb\""), "{written}");
    assert_eq!(read_back(&written, "old"), moved);
}

#[test]
fn a_default_that_is_set_back_leaves_no_heading_without_keys() {
    let mut settings = settings(Dialect::Mysql);
    let plain = put_connection("", "hr", &settings).unwrap();
    settings.tls.mode = TlsMode::Require;
    let with = put_connection(&plain, "hr", &settings).unwrap();
    assert!(with.contains("[connections.hr.tls]"), "{with}");
    settings.tls.mode = TlsMode::Prefer;
    settings.properties.clear();
    let back = put_connection(&with, "hr", &settings).unwrap();
    assert_eq!(read_back(&back, "hr"), settings);
}

#[test]
fn a_secret_is_refused_wherever_it_is_put() {
    for key in ["password", "PWD", "oracle.net.wallet_password"] {
        let mut settings = settings(Dialect::Postgresql);
        settings.properties.insert(key.into(), "hunter2".into());
        let error = put_connection("", "hr", &settings).unwrap_err().to_string();
        assert!(error.contains(key) && !error.contains("hunter2"), "{error}");
    }
    let mut settings = settings(Dialect::Odbc);
    settings.odbc = Some("DSN=hr;Pwd=hunter2".into());
    let error = put_connection("", "hr", &settings).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn what_is_missing_is_named_at_its_field() {
    for (dialect, fields) in [
        (Dialect::Sqlite, vec!["path"]),
        (Dialect::Odbc, vec!["odbc"]),
        (Dialect::Oracle, vec!["database", "host", "user"]),
    ] {
        let empty = ConnectionSettings::of(&Connection::new("hr", dialect));
        let faults: Vec<String> = empty.faults().into_keys().collect();
        assert_eq!(faults, fields, "{dialect}");
    }
    let mut settings = settings(Dialect::Mysql);
    settings.tls.certificate_file = Some("c.pem".into());
    settings.pool.maximum_pool_size = 2;
    settings.pool.minimum_idle = 3;
    settings
        .properties
        .insert("sslMode".into(), "perhaps".into());
    let faults: Vec<String> = settings.faults().into_keys().collect();
    assert_eq!(faults, ["pool.minimumIdle", "properties", "tls"]);
}

#[test]
fn a_connection_that_is_used_stays_and_one_that_is_not_leaves_the_rest_as_it_was() {
    let error = remove_connection(NEXT_TO_IT, "old").unwrap_err();
    assert!(error.cause.contains("\"one\""), "{error}");
    let with = put_connection(NEXT_TO_IT, "hr", &settings(Dialect::Oracle)).unwrap();
    assert_eq!(remove_connection(&with, "hr").unwrap(), NEXT_TO_IT);
    assert!(remove_connection(NEXT_TO_IT, "hr").is_err());
}

#[test]
fn an_application_is_added_changed_and_taken_out_again() {
    let mut application = ApplicationSettings {
        connection: Some("old".into()),
        profile: Profile::Core,
        compatibility: sluice_scim::Compatibility::Original,
        header: HeaderPolicy::Ignore,
        delete: Delete::Deactivate,
        user_id_column: "LOGIN".into(),
        attributes: vec![AttributeColumn {
            attribute: "userName".into(),
            column: "LOGIN".into(),
        }],
    };
    let read = |text: &str| {
        let workspace = Workspace::parse(text).unwrap();
        ApplicationSettings::of(&workspace.applications["two"])
    };
    let text = put_application(NEXT_TO_IT, "two", &application).unwrap();
    assert_eq!(read(&text), application, "{text}");
    let mail = AttributeColumn {
        attribute: "emails[type eq \"work\"].value".into(),
        column: "MAIL".into(),
    };
    application.attributes.insert(0, mail);
    application.connection = None;
    application.header = HeaderPolicy::Supply;
    let text = put_application(&text, "two", &application).unwrap();
    assert_eq!(read(&text), application, "{text}");
    assert_eq!(remove_application(&text, "two").unwrap(), NEXT_TO_IT);
    for name in ["", "a b", "a/b", "ä"] {
        assert!(put_application("", name, &application).is_err(), "{name}");
    }
}

#[test]
fn a_workspace_with_nothing_in_it_can_be_read() {
    let workspace = Workspace::parse("").unwrap();
    assert!(workspace.connections.is_empty() && workspace.applications.is_empty());
}
