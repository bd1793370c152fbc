//! The further properties of a connection, which come from consoles made for JDBC drivers.
//!
//! Most of them tune a JDBC driver and mean nothing here; a few ask for something that must not be
//! passed over in silence. A property of neither sort is named in the log.

use sluice_core::config::Connection;
use sluice_core::{DatabaseError, DatabaseErrorKind};

/// Tuning of the JDBC drivers without a counterpart here, lower case.
const HARMLESS: &[&str] = &[
    "allowloadlocalinfile",
    "allowmultiqueries",
    "allowpublickeyretrieval",
    "applicationname",
    "assumeminserverversion",
    "autoreconnect",
    "binarytransfer",
    "cachecallablestmts",
    "cacheprepstmts",
    "cacheresultsetmetadata",
    "cacheserverconfiguration",
    "characterencoding",
    "charset",
    "connectioncollation",
    "connecttimeout",
    "currentschema",
    "defaultrowfetchsize",
    "elidesetautocommits",
    "failoverreadonly",
    "gssencmode",
    "jdbccomplianttruncation",
    "logintimeout",
    "loglevel",
    "maintaintimestats",
    "maxreconnects",
    "noaccesstoprocedurebodies",
    "nullcatalogmeanscurrent",
    "preparethreshold",
    "preparedstatementcachequeries",
    "preparedstatementcachesizemib",
    "prepstmtcachesize",
    "prepstmtcachesqllimit",
    "rewritebatchedinserts",
    "rewritebatchedstatements",
    "servertimezone",
    "sockettimeout",
    "stringtype",
    "tcpkeepalive",
    "tcpnodelay",
    "tinyint1isbit",
    "useaffectedrows",
    "usecompression",
    "usecursorfetch",
    "uselegacydatetimecode",
    "uselocalsessionstate",
    "useserverprepstmts",
    "useunicode",
    "zerodatetimebehavior",
];

/// Looks through the properties of a connection to a server.
///
/// # Errors
/// Kind `Unsupported` where one asks for TLS, which would otherwise be taken for granted.
pub(crate) fn check(connection: &Connection) -> Result<(), DatabaseError> {
    for (name, value) in &connection.properties {
        let lower = name.to_ascii_lowercase();
        if asks_for_tls(&lower, value) {
            return Err(DatabaseError::new(
                DatabaseErrorKind::Unsupported,
                format!(
                    "The property {name} asks for an encrypted connection to the database, which \
                     Sluice does not open yet. Remove it, or reach the database through a tunnel."
                ),
            ));
        }
        if !is_about_tls(&lower)
            && !HARMLESS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        {
            tracing::warn!(
                connection = connection.name,
                property = name,
                "a property of the connection is not known and has no effect"
            );
        }
    }
    Ok(())
}

/// The value of a property, its name without regard to letter case.
pub(crate) fn get<'a>(connection: &'a Connection, name: &str) -> Option<&'a str> {
    connection
        .properties
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn is_about_tls(name: &str) -> bool {
    name.contains("ssl")
        || name.contains("tls")
        || name.contains("certificate")
        || name == "channelbinding"
}

fn asks_for_tls(name: &str, value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    if !is_about_tls(name) {
        return false;
    }
    match name {
        // The modes that are content without it.
        "sslmode" | "ssl-mode" => !matches!(
            value.as_str(),
            "disable" | "disabled" | "allow" | "prefer" | "preferred" | "false"
        ),
        "channelbinding" => value == "require",
        // pgJDBC reads `ssl` without a value as yes; files and names of any kind mean yes too.
        _ => !matches!(value.as_str(), "false" | "no" | "0" | "off"),
    }
}

#[cfg(test)]
mod tests {
    use sluice_core::config::Dialect;

    use super::*;

    fn with(name: &str, value: &str) -> Result<(), DatabaseError> {
        let mut connection = Connection::new("hr", Dialect::Mysql);
        connection.properties.insert(name.into(), value.into());
        check(&connection)
    }

    #[test]
    fn a_property_that_asks_for_tls_is_refused_by_name() {
        for (name, value) in [
            ("sslMode", "REQUIRED"),
            ("sslmode", "verify-full"),
            ("ssl", "true"),
            ("ssl", ""),
            ("useSSL", "true"),
            ("requireSSL", "TRUE"),
            ("trustCertificateKeyStoreUrl", "file:ca.jks"),
        ] {
            let error = with(name, value).unwrap_err();
            assert_eq!(error.kind, DatabaseErrorKind::Unsupported, "{name}={value}");
            assert!(error.message.contains(name), "{}", error.message);
        }
    }

    #[test]
    fn properties_that_tune_a_jdbc_driver_are_accepted() {
        for (name, value) in [
            ("useSSL", "false"),
            ("sslmode", "disable"),
            ("sslMode", "PREFERRED"),
            ("allowMultiQueries", "true"),
            ("serverTimezone", "UTC"),
            ("somethingNew", "1"),
        ] {
            assert!(with(name, value).is_ok(), "{name}={value}");
        }
    }
}
