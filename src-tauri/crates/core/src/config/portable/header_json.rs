//! The connector header's JSON: written from an application, and laid over a configuration.
//!
//! The header's schema is not public. What is written has the keys of the one public sample, and for the
//! operations it does not name the words that follow from it (a guess).
//!
//! **Invariant:** the password is neither written nor read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

use super::vendor::Laid;
use super::{FileRemark, Verdict};
use crate::config::edit::{Put, put_keys, put_mapping};
use crate::config::{Application, ConfigError, Connection, Dialect, Workspace, jdbc};
use crate::header::{self, HeaderData};
use crate::mapping::{Kind, Mapping};
use crate::operation::Operation;

/// What is written, and what of the application it does not hold.
#[derive(Clone, Debug)]
pub struct Written {
    pub json: String,
    /// As the agent sends it: Base64 on one line.
    pub header: String,
    pub notes: Vec<String>,
}

/// An application as the header would bring it.
pub fn write(application: &Application, connection: Option<&Connection>) -> Written {
    let mut object = Map::new();
    let mut notes = Vec::new();
    if let Some(connection) = connection {
        object.insert("jdbcUrl".into(), jdbc::write(connection).into());
        if let Some(user) = &connection.user {
            object.insert("username".into(), user.as_str().into());
            notes.push("The password is left out. Put it under \"password\" where the header is really to be sent.".to_owned());
        }
        if let Some(driver) = driver(connection.dialect) {
            object.insert("driverClassName".into(), driver.into());
        }
    } else {
        notes.push(
            "The application has no connection of its own, so there is no address to write."
                .to_owned(),
        );
    }
    let mut procedures = Map::new();
    let mut statements = Vec::new();
    for operation in Operation::ALL {
        let Some(mapping) = application.mapping(operation) else {
            continue;
        };
        match mapping.kind {
            Kind::Procedure => {
                procedures.insert(word(operation).into(), mapping.statement.as_str().into());
            }
            Kind::Sql => statements.push(operation.to_string()),
        }
    }
    if !statements.is_empty() {
        notes.push(format!(
            "The public form of the header names procedures only. These are SQL statements and are left out: {}.",
            statements.join(", ")
        ));
    }
    if application
        .operations
        .values()
        .any(|mapping| !mapping.parameters.is_empty())
    {
        notes.push("It does not say what the parameters of a procedure are; they stay in the configuration.".to_owned());
    }
    object.insert("procedures".into(), Json::Object(procedures));
    let json = serde_json::to_string_pretty(&object).unwrap_or_default();
    let line = serde_json::to_string(&object).unwrap_or_default();
    Written {
        header: STANDARD.encode(line),
        json,
        notes,
    }
}

/// The sample's words for the operations it names; for the others, words of the same form.
fn word(operation: Operation) -> &'static str {
    match operation {
        Operation::GetUsers => "listUsers",
        Operation::GetUserById => "getUser",
        Operation::GetAllEntitlements => "listEntitlements",
        Operation::GetUserEntitlements => "getUserEntitlements",
        Operation::CreateUser => "createUser",
        Operation::UpdateUser => "updateUser",
        Operation::ActivateUser => "activateUser",
        Operation::DeactivateUser => "deactivateUser",
        Operation::AddEntitlement => "addEntitlement",
        Operation::RemoveEntitlement => "removeEntitlement",
        Operation::IncrementalImport => "incrementalImport",
    }
}

/// The driver's class, from each driver's documentation.
fn driver(dialect: Dialect) -> Option<&'static str> {
    Some(match dialect {
        Dialect::Mysql => "com.mysql.cj.jdbc.Driver",
        Dialect::Postgresql => "org.postgresql.Driver",
        Dialect::SqlServer => "com.microsoft.sqlserver.jdbc.SQLServerDriver",
        Dialect::Oracle => "oracle.jdbc.OracleDriver",
        Dialect::Sqlite => "org.sqlite.JDBC",
        Dialect::Odbc => return None,
    })
}

/// Lays a header, as JSON or as the agent sends it, over a configuration: a connection and an
/// application of the given name, made where they are not there. What an application says of itself
/// beside its procedures stays.
///
/// # Errors
/// [`ConfigError`] where the header cannot be read, or the configuration is no TOML.
pub fn lay_over(
    sent: &str,
    text: &str,
    workspace: &Workspace,
    name: &str,
) -> Result<Laid, ConfigError> {
    let sent = sent.trim();
    let encoded = if sent.starts_with('{') {
        STANDARD.encode(sent)
    } else {
        sent.to_owned()
    };
    let data = header::decode(&encoded)
        .map_err(|failure| ConfigError::new(failure.scim.detail, failure.diagnosis.remedy))?;
    let application = workspace.applications.get(name);
    let own = application.and_then(|application| application.connection.clone());
    let connection_name = own.unwrap_or_else(|| name.to_owned());
    let mut remarks = Vec::new();
    let mut text = text.to_owned();
    if let Some(connection) = &data.connection {
        text = put_keys(&text, &keys_of(connection, &connection_name))?;
        let says = format!("Becomes the address of the connection \"{connection_name}\".");
        remarks.push(FileRemark::new(None, "jdbcUrl", Verdict::Taken, says));
        if connection.user.is_some() {
            let says = format!("Becomes the user of \"{connection_name}\".");
            remarks.push(FileRemark::new(None, "username", Verdict::Taken, says));
        }
    }
    if data.password.is_some() {
        let remark = FileRemark::new(
            None,
            "password",
            Verdict::Secret,
            "A password is not read from a file.",
        );
        remarks.push(remark.remedy(format!(
            "Set it under Connections, for \"{connection_name}\"."
        )));
    }
    if application.is_none() {
        let path = |key: &str| ["applications", name, key].map(str::to_owned).to_vec();
        let mut keys = vec![
            (path("profile"), Put::from("columns")),
            (path("compatibility"), Put::from("original")),
        ];
        if data.connection.is_some() {
            keys.insert(0, (path("connection"), Put::from(connection_name.as_str())));
        }
        text = put_keys(&text, &keys)?;
    }
    text = procedures(&data, &text, application, name, &mut remarks)?;
    for key in &data.unknown {
        let remark = FileRemark::new(None, key, Verdict::Left, "Sluice does not know this key.");
        remarks.push(
            remark.remedy("Look at what it was set for; the schema of the header is not public."),
        );
    }
    Ok(Laid { text, remarks })
}

fn procedures(
    data: &HeaderData,
    text: &str,
    application: Option<&Application>,
    name: &str,
    remarks: &mut Vec<FileRemark>,
) -> Result<String, ConfigError> {
    let mut text = text.to_owned();
    let fresh = Workspace::parse("[applications.new]\nprofile = \"columns\"\n")?;
    let fresh = fresh
        .applications
        .first()
        .map(|(_, application)| application);
    for (operation, call) in &data.procedures {
        let key = format!("procedures.{}", word(*operation));
        let local = application.and_then(|application| application.operations.get(operation));
        let parameters = match local {
            Some(mapping) if mapping.kind == Kind::Procedure => Some(mapping.parameters.clone()),
            _ => application
                .or(fresh)
                .and_then(|application| header::default_parameters(application, *operation)),
        };
        let Some(parameters) = parameters else {
            let says = "The header does not say what its parameters are.";
            let remark = FileRemark::new(None, &key, Verdict::Left, says);
            remarks.push(remark.remedy(format!("Map \"{operation}\" under Operations.")));
            continue;
        };
        let mapping = Mapping {
            enabled: true,
            kind: Kind::Procedure,
            statement: call.clone(),
            parameters,
            import: None,
            rows: None,
            checked: crate::mapping::Checked::default(),
        };
        text = put_mapping(&text, name, *operation, &mapping)?;
        let says = format!("Becomes the operation \"{operation}\" of \"{name}\".");
        remarks.push(FileRemark::new(None, &key, Verdict::Taken, says));
    }
    Ok(text)
}

fn keys_of(connection: &Connection, name: &str) -> Vec<(Vec<String>, Put)> {
    let path = |key: &str| ["connections", name, key].map(str::to_owned).to_vec();
    let text = |value: &Option<String>| value.as_deref().map_or(Put::Nothing, Put::from);
    let dialect = match connection.dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Mysql => "mysql",
        Dialect::Postgresql => "postgresql",
        Dialect::SqlServer => "sqlserver",
        Dialect::Oracle => "oracle",
        Dialect::Odbc => "odbc",
    };
    let mut keys = vec![
        (path("dialect"), Put::from(dialect)),
        (path("url"), Put::Nothing),
        (path("path"), text(&connection.path)),
        (path("host"), text(&connection.host)),
        (
            path("port"),
            connection
                .port
                .map_or(Put::Nothing, |port| u64::from(port).into()),
        ),
        (path("database"), text(&connection.database)),
    ];
    // A connection without a user cannot be used; one that is there keeps its own.
    if connection.user.is_some() {
        keys.push((path("user"), text(&connection.user)));
    }
    for (key, value) in &connection.properties {
        let path = ["connections", name, "properties", key].map(str::to_owned);
        keys.push((path.to_vec(), Put::from(value.as_str())));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
[connections.hr]
dialect = "mysql"
environment = "production"
host = "db"
database = "hr"
user = "sluice"
[connections.hr.properties]
useSSL = "true"

[applications.jdbc_on_prem]
connection = "hr"
profile = "columns"
[applications.jdbc_on_prem.operations.get_users]
kind = "procedure"
statement = "GET_ACTIVEUSERS"
[applications.jdbc_on_prem.operations.create_user]
kind = "procedure"
statement = "CALL CREATE_USER(?, ?)"
parameters = ["USER_ID", "EMAIL"]
[applications.jdbc_on_prem.operations.get_user_by_id]
kind = "sql"
statement = "SELECT * FROM USERS WHERE USER_ID = ?"
parameters = ["USER_ID"]
"#;

    /// The public sample, with its password.
    const SAMPLE: &str = r#"{"jdbcUrl": "jdbc:mysql://db:3306/oktademo", "username": "oktademo", "password": "a-password",
        "procedures": {"listUsers": "GET_ACTIVEUSERS", "getUser": "GET_USER_BY_ID", "createUser": "CREATE_USER", "updateUser": "UPDATE_USER"}, "extra": 1}"#;

    #[test]
    fn what_is_written_is_read_by_the_endpoint_as_the_same() {
        let workspace = Workspace::parse(TEXT).unwrap();
        let connection = &workspace.connections["hr"];
        let written = write(&workspace.applications["jdbc_on_prem"], Some(connection));
        let data = header::decode(&written.header).unwrap();
        let read = data.connection.unwrap();
        assert_eq!(
            (read.address(), read.user.as_deref(), &read.properties),
            (
                "db:3306/hr".to_owned(),
                Some("sluice"),
                &connection.properties
            )
        );
        assert_eq!(
            data.procedures[&Operation::CreateUser],
            "CALL CREATE_USER(?, ?)"
        );
        assert_eq!(
            (
                data.procedures.len(),
                data.password.is_none(),
                data.unknown.len()
            ),
            (2, true, 0)
        );
        assert!(
            written
                .notes
                .iter()
                .any(|note| note.contains("Get user by ID"))
        );
    }

    #[test]
    fn the_public_sample_becomes_a_connection_and_an_application() {
        let workspace = Workspace::parse("").unwrap();
        for sent in [SAMPLE.to_owned(), STANDARD.encode(SAMPLE)] {
            let laid = lay_over(&sent, "", &workspace, "hr").unwrap();
            let after = Workspace::parse(&laid.text).unwrap();
            assert_eq!(after.connections["hr"].address(), "db:3306/oktademo");
            let application = &after.applications["hr"];
            assert_eq!(application.connection.as_deref(), Some("hr"));
            let mapped: Vec<Operation> = application.operations.keys().copied().collect();
            assert_eq!(mapped, [Operation::GetUsers, Operation::GetUserById]);
            let told: Vec<(&str, Verdict)> = laid
                .remarks
                .iter()
                .map(|remark| (remark.key.as_str(), remark.verdict))
                .collect();
            assert!(
                told.contains(&("password", Verdict::Secret))
                    && told.contains(&("extra", Verdict::Left))
                    && told.contains(&("procedures.createUser", Verdict::Left))
            );
            assert!(!format!("{laid:?}").contains("a-password"));
        }
    }

    #[test]
    fn an_application_that_is_there_keeps_what_the_header_does_not_say() {
        let workspace = Workspace::parse(TEXT).unwrap();
        let laid = lay_over(SAMPLE, TEXT, &workspace, "jdbc_on_prem").unwrap();
        let after = Workspace::parse(&laid.text).unwrap();
        let connection = &after.connections["hr"];
        assert_eq!(
            (connection.address(), connection.environment),
            (
                "db:3306/oktademo".to_owned(),
                crate::config::Environment::Production
            )
        );
        let create = &after.applications["jdbc_on_prem"].operations[&Operation::CreateUser];
        assert_eq!(
            (create.statement.as_str(), create.parameters.len()),
            ("CREATE_USER", 2)
        );
    }

    #[test]
    fn what_is_no_header_is_refused_with_its_cause() {
        let refused = lay_over("{\"jdbcUrl\": 1", "", &Workspace::default(), "hr").unwrap_err();
        assert!(refused.cause.contains("cannot be read"), "{refused}");
    }
}
