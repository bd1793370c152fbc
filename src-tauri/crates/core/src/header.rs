//! The `X-OKTA-ONPREM-DATA` header: the provider's configuration of a connector, sent with every
//! request.
//!
//! Its schema is not public. The reader is therefore tolerant: Base64 of any alphabet, with or
//! without padding and line breaks; JSON keys in any letter case; what it does not know is named
//! in [`HeaderData::unknown`], never an error. The shape it does know is the one public sample:
//! `jdbcUrl`, `username`, `password`, `driverClassName`, `procedures`.
//!
//! **Invariant:** the password goes into a [`Secret`]; no value of the header is logged, and what is
//! recorded of it is a [`HeaderView`].

mod view;

pub use view::{HeaderField, HeaderKind, HeaderView};

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value as Json;
use sluice_scim::{ScimError, ScimType};

use crate::config::{Application, Connection, Dialect, HeaderPolicy, jdbc};
use crate::failure::Failure;
use crate::mapping::{Checked, Kind, Mapping, Parameter};
use crate::operation::Operation;
use crate::secret::Secret;

/// The header's name.
pub const NAME: &str = "X-OKTA-ONPREM-DATA";
/// The header is refused beyond this many bytes.
pub const LIMIT: usize = 64 * 1024;

/// What a header says.
#[derive(Clone, Debug, Default)]
pub struct HeaderData {
    pub connection: Option<Connection>,
    pub password: Option<Secret>,
    /// Procedure name or call by operation.
    pub procedures: BTreeMap<Operation, String>,
    /// Keys that are not understood, as paths.
    pub unknown: Vec<String>,
}

/// An application for one request: local configuration and header laid together.
#[derive(Clone, Debug)]
pub struct Effective {
    pub application: Arc<Application>,
    /// The header's connection, where it is to be used.
    pub connection: Option<(Connection, Option<Secret>)>,
}

/// Decodes a header.
///
/// # Errors
/// 400 naming what cannot be read: too long, not Base64, not JSON, an address of an unknown kind.
pub fn decode(value: &str) -> Result<HeaderData, Failure> {
    let wrong = |what: String| {
        Failure::new(
            400,
            "header.unreadable",
            format!("The header {NAME} cannot be read: {what}."),
            "Let the agent send it again; by hand, send Base64 of a JSON object.",
        )
        .with_type(ScimType::InvalidValue)
        .at(NAME)
    };
    if value.len() > LIMIT {
        return Err(wrong(format!(
            "it has {} bytes, and {LIMIT} are allowed",
            value.len()
        )));
    }
    let object = object_of(value).map_err(wrong)?;
    let mut data = HeaderData::default();
    let (mut url, mut user) = (None, None);
    for (key, value) in &object {
        match (key.to_ascii_lowercase().as_str(), value) {
            ("jdbcurl", Json::String(text)) => url = Some(text.clone()),
            ("username", Json::String(text)) => user = Some(text.clone()),
            ("password", Json::String(text)) => data.password = Some(Secret::new(text.clone())),
            ("driverclassname", Json::String(_)) => {}
            ("procedures", Json::Object(procedures)) => {
                for (name, call) in procedures {
                    match (operation(name), call) {
                        (Some(operation), Json::String(call)) => {
                            data.procedures.insert(operation, call.clone());
                        }
                        _ => data.unknown.push(format!("procedures.{name}")),
                    }
                }
            }
            _ => data.unknown.push(key.clone()),
        }
    }
    if let Some(url) = url {
        let address = jdbc::parse("header", &url).map_err(|e| wrong(format!("its jdbcUrl {e}")))?;
        if address.password.is_some() {
            // A password in the address would be shown with it.
            return Err(wrong(
                "its jdbcUrl holds a password; it belongs into the key password".into(),
            ));
        }
        if address.connection.dialect == Dialect::Odbc {
            // Its driver may be any file of this machine, which would be loaded and run.
            return Err(wrong(
                "its jdbcUrl names an ODBC driver, and those are named in Sluice's configuration only"
                    .into(),
            ));
        }
        let unknown = address.unknown.into_iter();
        data.unknown
            .extend(unknown.map(|key| format!("jdbcUrl: {key}")));
        let mut connection = address.connection;
        connection.user = user.or(connection.user);
        data.connection = Some(connection);
    }
    Ok(data)
}

/// The JSON object in a header; what is wrong with it, in words without a value of it.
fn object_of(value: &str) -> Result<serde_json::Map<String, Json>, String> {
    let compact: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '=')
        .collect();
    let bytes = STANDARD_NO_PAD
        .decode(&compact)
        .or_else(|_| URL_SAFE_NO_PAD.decode(&compact))
        .map_err(|_| "it is not Base64".to_owned())?;
    let json: Json = serde_json::from_slice(&bytes).map_err(|error| {
        format!(
            "its content is not JSON (line {}, column {})",
            error.line(),
            error.column()
        )
    })?;
    match json {
        Json::Object(object) => Ok(object),
        _ => Err("its content is not a JSON object".to_owned()),
    }
}

/// Whether [`decode`] understands the key at this path.
fn known(path: &[&str]) -> bool {
    let is = |key: &str, name: &str| key.eq_ignore_ascii_case(name);
    match path {
        [key] => [
            "jdbcUrl",
            "username",
            "password",
            "driverClassName",
            "procedures",
        ]
        .iter()
        .any(|name| is(key, name)),
        [key, name] => is(key, "procedures") && operation(name).is_some(),
        _ => false,
    }
}

/// Lays a header over an application, as the application's policy allows.
///
/// # Errors
/// 400 in the original's words where the application needs the header and it is not there; 400
/// where the header names a procedure whose parameters nobody has mapped.
pub fn lay_over(
    application: &Arc<Application>,
    data: Option<HeaderData>,
) -> Result<Effective, Failure> {
    let incomplete = application.connection.is_none() || application.operations.is_empty();
    let data = match (application.header, data) {
        (HeaderPolicy::Ignore, _) | (_, None) if incomplete => return Err(missing()),
        (HeaderPolicy::Ignore, _) | (_, None) => {
            return Ok(Effective {
                application: Arc::clone(application),
                connection: None,
            });
        }
        (_, Some(data)) => data,
    };
    let overrides = application.header == HeaderPolicy::Override;
    let mut laid = Application::clone(application);
    for (operation, call) in data.procedures {
        let local = laid.operations.get(&operation);
        if local.is_some() && !overrides {
            continue;
        }
        let parameters = match local {
            Some(mapping) if mapping.kind == Kind::Procedure => mapping.parameters.clone(),
            _ => default_parameters(&laid, operation).ok_or_else(|| {
                Failure::new(
                    400,
                    "header.parameters",
                    format!("The header names a procedure for \"{operation}\" and does not say what its parameters are."),
                    "Map the parameters of this operation in the application's local configuration.",
                )
                .at(NAME)
            })?,
        };
        laid.operations.insert(
            operation,
            Mapping {
                enabled: true,
                kind: Kind::Procedure,
                statement: call,
                parameters,
                import: None,
                rows: None,
                checked: Checked::default(),
            },
        );
    }
    let connection = match (data.connection, &laid.connection) {
        (Some(connection), local) if overrides || local.is_none() => {
            Some((connection, data.password))
        }
        (_, None) => return Err(missing()),
        _ => None,
    };
    Ok(Effective {
        application: Arc::new(laid),
        connection,
    })
}

/// The original's answer where the header is needed and not there.
pub fn missing() -> Failure {
    Failure::from_scim(
        ScimError::new(400, format!("Missing {NAME} header")),
        "header.missing",
        "Send the request through the agent, or give the application a connection and operations of its own.",
    )
    .with_type(ScimType::MissingAttribute)
    .at(NAME)
}

/// The parameters an operation can only have; `None` where they are a matter of choice.
pub(crate) fn default_parameters(
    application: &Application,
    operation: Operation,
) -> Option<Vec<Parameter>> {
    let user = || Parameter::Field(application.user_id_column.clone());
    match operation {
        Operation::GetUsers | Operation::GetAllEntitlements => Some(Vec::new()),
        Operation::GetUserById
        | Operation::GetUserEntitlements
        | Operation::ActivateUser
        | Operation::DeactivateUser => Some(vec![user()]),
        Operation::AddEntitlement | Operation::RemoveEntitlement => Some(vec![
            user(),
            Parameter::Field(application.entitlement_id_column.clone()),
        ]),
        Operation::IncrementalImport => {
            let time = application.changed_column.clone();
            Some(vec![Parameter::Field(
                time.unwrap_or_else(|| "time".into()),
            )])
        }
        Operation::CreateUser | Operation::UpdateUser => None,
    }
}

/// The operation a header's key means: the sample's words, the original's, and ours.
fn operation(name: &str) -> Option<Operation> {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    Some(match plain.as_str() {
        "listusers" | "getusers" => Operation::GetUsers,
        "getuser" | "getuserbyid" => Operation::GetUserById,
        "listentitlements" | "getentitlements" | "getallentitlements" => {
            Operation::GetAllEntitlements
        }
        "getuserentitlements" | "getuserentitlement" => Operation::GetUserEntitlements,
        "createuser" => Operation::CreateUser,
        "updateuser" => Operation::UpdateUser,
        "activateuser" => Operation::ActivateUser,
        "deactivateuser" => Operation::DeactivateUser,
        "addentitlement" | "addentitlementtouser" => Operation::AddEntitlement,
        "removeentitlement" | "removeentitlementfromuser" => Operation::RemoveEntitlement,
        "incrementalimport" => Operation::IncrementalImport,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    const SAMPLE: &str = r#"{"jdbcUrl":"jdbc:mysql://db:3307/hr?allowMultiQueries=true","username":"scim","password":"pä55>>?","driverClassName":"x","procedures":{"listUsers":"GET_ACTIVEUSERS","getUser":"GET_USER_BY_ID","odd":1},"connectorVersion":"1.2"}"#;

    #[test]
    fn the_public_sample_is_read_and_what_is_unknown_is_named() {
        let data = decode(&STANDARD.encode(SAMPLE)).unwrap();
        let connection = data.connection.unwrap();
        assert_eq!(
            (connection.address().as_str(), connection.user.as_deref()),
            ("db:3307/hr", Some("scim"))
        );
        assert_eq!(connection.properties["allowMultiQueries"], "true");
        assert_eq!(data.password.unwrap().expose(), "pä55>>?");
        assert_eq!(data.procedures[&Operation::GetUsers], "GET_ACTIVEUSERS");
        assert_eq!(data.unknown, ["procedures.odd", "connectorVersion"]);
    }

    #[test]
    fn padding_alphabet_and_line_breaks_do_not_matter() {
        let standard = STANDARD.encode(SAMPLE);
        let url_safe = standard.replace('+', "-").replace('/', "_");
        let broken = standard
            .as_bytes()
            .chunks(60)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect::<Vec<_>>()
            .join("\r\n");
        for text in [standard.trim_end_matches('=').to_owned(), url_safe, broken] {
            assert!(decode(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_400_that_shows_no_value() {
        for text in [
            "%%%",
            "aGVsbG8",
            &STANDARD.encode("[1]"),
            &STANDARD.encode(r#"{"jdbcUrl":"jdbc:db2://secret-host/x"}"#),
            &STANDARD.encode(r#"{"jdbcUrl":"jdbc:odbc:Driver=/tmp/x.so;Server=secret-host"}"#),
            &"A".repeat(LIMIT + 1),
        ] {
            let failure = decode(text).unwrap_err();
            assert_eq!(failure.scim.status, 400);
            assert!(
                !failure.scim.detail.contains("secret-host"),
                "{}",
                failure.scim.detail
            );
        }
    }

    fn application(header: HeaderPolicy, local: bool) -> Arc<Application> {
        let mut application: Application = toml::from_str("").unwrap();
        application.header = header;
        if local {
            application.connection = Some("hr".into());
            application.operations.insert(
                Operation::GetUsers,
                Mapping {
                    enabled: true,
                    kind: Kind::Sql,
                    statement: "SELECT 1".into(),
                    parameters: vec![],
                    import: None,
                    rows: None,
                    checked: Checked::default(),
                },
            );
        }
        Arc::new(application)
    }

    #[test]
    fn an_application_without_a_configuration_needs_the_header_in_the_originals_words() {
        for policy in [HeaderPolicy::Ignore, HeaderPolicy::Supply] {
            let failure = lay_over(&application(policy, false), None).unwrap_err();
            assert_eq!(failure.scim.detail, "Missing X-OKTA-ONPREM-DATA header");
            assert_eq!(failure.scim.status, 400);
        }
    }

    #[test]
    fn a_header_wins_only_where_the_application_lets_it() {
        let data = || decode(&STANDARD.encode(SAMPLE)).unwrap();
        let statement = |effective: &Effective| {
            effective.application.operations[&Operation::GetUsers]
                .statement
                .clone()
        };
        let ignored = lay_over(&application(HeaderPolicy::Ignore, true), Some(data())).unwrap();
        assert_eq!(
            (statement(&ignored).as_str(), ignored.connection.is_some()),
            ("SELECT 1", false)
        );
        let supplied = lay_over(&application(HeaderPolicy::Supply, true), Some(data())).unwrap();
        assert_eq!(
            (statement(&supplied).as_str(), supplied.connection.is_some()),
            ("SELECT 1", false)
        );
        assert!(
            supplied
                .application
                .mapping(Operation::GetUserById)
                .is_some(),
            "what is missing locally is supplied"
        );
        let overridden =
            lay_over(&application(HeaderPolicy::Override, true), Some(data())).unwrap();
        assert_eq!(
            (
                statement(&overridden).as_str(),
                overridden.connection.is_some()
            ),
            ("GET_ACTIVEUSERS", true)
        );
    }
}
