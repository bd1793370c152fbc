//! The way to a database, tried step by step before anybody logs in: the name's address, the port, the
//! encryption; or the file, what may be done with it.
//!
//! Drivers walk the same way in one call, and say afterwards that it did not work. Here each step is
//! taken by itself, so that a test can say which one it was. Nothing that identifies anybody is sent.
//!
//! **Invariant:** the modes of TLS mean what they mean to the drivers: the same `Protection` makes the
//! handshake.
//!
//! To try another dialect's encryption by itself: its first words in `handshake`, and its place in
//! [`protects_apart`].

mod certificate;
mod file;
mod handshake;
mod network;

use std::time::Duration;

use sluice_core::config::{Connection, Dialect, TlsMode};
use sluice_core::probe::{Probe, ProbeStep, ServerCertificate};

use crate::properties;

/// What was found on the way.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// What the server showed, also where it was refused.
    pub certificate: Option<ServerCertificate>,
}

/// Whether the encryption of a dialect is tried in a step of its own. Of the others the driver tells it,
/// once somebody is logged in.
pub fn protects_apart(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Mysql | Dialect::Postgresql)
}

/// Takes the steps up to the login; a step that fails is in `steps`, and is the last one taken.
pub async fn reach(connection: &Connection, steps: &mut Probe) -> Reached {
    match connection.dialect {
        Dialect::Sqlite => {
            file::look(connection, steps).await;
            Reached::default()
        }
        Dialect::Odbc => Reached::default(),
        _ => over_the_network(connection, steps).await,
    }
}

async fn over_the_network(connection: &Connection, steps: &mut Probe) -> Reached {
    if let Some(why) = own_way(connection) {
        steps.skip(ProbeStep::Lookup, why);
        steps.skip(ProbeStep::Reach, why);
        return Reached::default();
    }
    let limit = limit(connection);
    let host = connection.host.as_deref().unwrap_or("localhost");
    let Some(addresses) = network::look_up(host, connection.port(), limit, steps).await else {
        return Reached::default();
    };
    let Some(stream) = network::connect(connection, &addresses, limit, steps).await else {
        return Reached::default();
    };
    if !protects_apart(connection.dialect) {
        return Reached::default();
    }
    let certificate = handshake::protect(connection, host, stream, limit, steps).await;
    Reached { certificate }
}

/// Why a driver finds its address in another way than by host and port.
fn own_way(connection: &Connection) -> Option<&'static str> {
    match connection.dialect {
        Dialect::Oracle if properties::get(connection, "oracle.descriptor").is_some() => {
            Some("The descriptor says the way; the driver takes it.")
        }
        Dialect::SqlServer
            if connection.port.is_none()
                && properties::get(connection, "instanceName").is_some() =>
        {
            Some("The driver asks the SQL Server Browser for the instance's port.")
        }
        _ => None,
    }
}

/// How long a step may take: as long as a request would wait for a connection.
fn limit(connection: &Connection) -> Duration {
    match connection.pool.connection_timeout {
        0 => Duration::from_hours(24),
        ms => Duration::from_millis(ms),
    }
}

/// Whether what is sent never leaves this machine.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// What is said of a connection that is not encrypted.
fn in_the_clear(mode: TlsMode, host: &str, steps: &mut Probe) {
    let words = match mode {
        TlsMode::Disable => "Not encrypted, as it is set.",
        _ => "Not encrypted: the server offers no TLS, and the mode prefer goes on without.",
    };
    if is_loopback(host) {
        steps.pass(format!("{words} It does not leave this machine."));
    } else {
        steps.warn(
            words,
            "Passwords and rows can be read on the way. Let the server have a certificate, and set \
             the mode verify-full.",
        );
    }
}
