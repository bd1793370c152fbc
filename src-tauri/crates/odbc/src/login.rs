//! Opening the connection, and what there is to connect with.

use std::process::ExitCode;

use odbc_api::{Connection, ConnectionOptions, Environment};
use sluice_odbc::{Connect, Connected, Failed};

use crate::{diagnostics, talk};

/// Opens the connection.
///
/// # Errors
/// What driver or driver manager say; where no driver was found, with those that are installed.
pub fn connect<'e>(
    environment: &'e Environment,
    connect: &Connect,
) -> Result<(Connection<'e>, Connected), Failed> {
    let options = ConnectionOptions {
        login_timeout_sec: (connect.login_timeout > 0).then_some(connect.login_timeout),
        packet_size: None,
    };
    let connection = environment
        .connect_with_connection_string(&whole(connect), options)
        .map_err(|error| {
            let mut failed = diagnostics::failed(&error);
            let missing = |said: &sluice_odbc::Diagnostic| {
                matches!(said.state.as_str(), "IM002" | "IM003")
                    || said.message.contains("Can't open lib")
            };
            if failed.diagnostics.iter().any(missing) {
                failed.installed = installed(environment);
            }
            failed
        })?;
    let connected = Connected {
        dbms: connection
            .database_management_system_name()
            .unwrap_or_default(),
        quote: connection.identifier_quote_char().ok().flatten(),
        catalog: connection.current_catalog().unwrap_or_default(),
    };
    Ok((connection, connected))
}

/// The connection string with user and password.
fn whole(connect: &Connect) -> String {
    let mut text = connect.connection_string.trim().to_owned();
    let mut add = |key: &str, value: &str| {
        if !text.is_empty() && !text.ends_with(';') {
            text.push(';');
        }
        text.push_str(key);
        text.push('=');
        text.push_str(&escaped(value));
        text.push(';');
    };
    if let Some(user) = &connect.user {
        add("UID", user);
    }
    if let Some(password) = &connect.password {
        add("PWD", &password.0);
    }
    text
}

/// A value of a connection string. Braces go around it where it holds what means something there,
/// and not else, because some drivers take them for a part of the value.
fn escaped(value: &str) -> String {
    let special = |c: char| c.is_whitespace() || "[]{}(),;?*=!@+'\"".contains(c);
    if value.contains(special) {
        format!("{{{}}}", value.replace('}', "}}"))
    } else {
        value.to_owned()
    }
}

/// Names of the drivers, and of the data sources with their drivers.
fn installed(environment: &Environment) -> Vec<String> {
    let mut names: Vec<String> = environment
        .drivers()
        .unwrap_or_default()
        .into_iter()
        .map(|driver| format!("Driver={{{}}}", driver.description))
        .collect();
    names.extend(
        environment
            .data_sources()
            .unwrap_or_default()
            .into_iter()
            .map(|source| format!("DSN={} ({})", source.server_name, source.driver)),
    );
    names.sort();
    names.dedup();
    names
}

/// Lists drivers and data sources, one a line, in the words of a connection string.
pub fn print_installed() -> ExitCode {
    match Environment::new() {
        Ok(environment) => {
            let names = installed(&environment);
            if names.is_empty() {
                eprintln!("No ODBC driver and no data source is installed.");
            }
            for name in names {
                if talk::line(&name).is_err() {
                    return ExitCode::FAILURE;
                }
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use sluice_odbc::Password;

    use super::*;

    #[test]
    fn user_and_password_are_added_in_braces_where_they_need_them() {
        let connect = |text: &str, password: &str| {
            whole(&Connect {
                connection_string: text.to_owned(),
                user: Some("scim".to_owned()),
                password: Some(Password(password.to_owned())),
                login_timeout: 0,
            })
        };
        assert_eq!(connect("DSN=hr", "plain"), "DSN=hr;UID=scim;PWD=plain;");
        assert_eq!(
            connect("Driver={X};", "a;b}c"),
            "Driver={X};UID=scim;PWD={a;b}}c};"
        );
    }
}
