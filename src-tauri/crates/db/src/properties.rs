//! The further properties of a connection, as far as a driver looks at them. What each of them means
//! stands in `sluice_core::config::properties`, for the configuration's check as well.

use sluice_core::config::{Connection, properties};

/// Says in the log which properties have no effect, once for each database that is opened.
pub(crate) fn tell(connection: &Connection) {
    let Ok(read) = properties::read(connection.dialect, &connection.properties) else {
        return;
    };
    for property in read.unknown {
        tracing::warn!(
            connection = connection.name,
            property,
            "a property of the connection is not known and has no effect"
        );
    }
    for (property, setting) in read.replaced {
        tracing::info!(
            connection = connection.name,
            property,
            setting,
            "a property of the connection has no effect; the setting does what it did"
        );
    }
}

/// The value of a property, its name without regard to letter case.
pub(crate) fn get<'a>(connection: &'a Connection, name: &str) -> Option<&'a str> {
    connection
        .properties
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
