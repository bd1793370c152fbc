//! The address of a name, and whether something listens there.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sluice_core::config::Connection;
use sluice_core::probe::{Probe, ProbeStep};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How many addresses of a name are told.
const NAMED: usize = 4;

/// The addresses of a host; `None` where the step failed.
pub(super) async fn look_up(
    host: &str,
    port: u16,
    limit: Duration,
    steps: &mut Probe,
) -> Option<Vec<SocketAddr>> {
    steps.begin(ProbeStep::Lookup);
    if let Ok(address) = host.parse::<IpAddr>() {
        steps.pass(format!(
            "{address} is an address; there is nothing to look up."
        ));
        return Some(vec![SocketAddr::new(address, port)]);
    }
    let found = match timeout(limit, lookup_host((host, port))).await {
        Err(_) => {
            steps.fail(
                format!("No name server answered within {} ms.", limit.as_millis()),
                "Look at this machine's name servers, or write the server's address.",
            );
            return None;
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "a host has no address");
            Vec::new()
        }
        Ok(Ok(found)) => found.collect(),
    };
    if found.is_empty() {
        steps.fail(
            format!("The name {host} has no address."),
            "Check how it is written, and whether this machine knows it: ask your network's people, \
             or write the server's address.",
        );
        return None;
    }
    let mut told: Vec<String> = found.iter().map(|one| one.ip().to_string()).collect();
    told.dedup();
    let more = told.len().saturating_sub(NAMED);
    told.truncate(NAMED);
    let mut words = format!("{host} is {}", told.join(", "));
    if more > 0 {
        words = format!("{words} and {more} more");
    }
    steps.pass(format!("{words}."));
    Some(found)
}

/// A stream to the first address that answers; `None` where the step failed.
pub(super) async fn connect(
    connection: &Connection,
    addresses: &[SocketAddr],
    limit: Duration,
    steps: &mut Probe,
) -> Option<TcpStream> {
    steps.begin(ProbeStep::Reach);
    let mut last = None;
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                steps.pass(format!("Something listens at {address}."));
                return Some(stream);
            }
            Ok(Err(error)) => last = Some((*address, Some(error))),
            Err(_) => last = Some((*address, None)),
        }
    }
    let (address, error) = last?;
    let port = connection.port();
    let (words, remedy) = match error.as_ref().map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => (
            format!("Nothing listens at {address}."),
            format!(
                "Check the port ({port}; {} is usual), that the server runs, and that it listens on \
                 this address and not on its own machine only.",
                Connection::new("", connection.dialect).port()
            ),
        ),
        None | Some(io::ErrorKind::TimedOut) => (
            format!("No answer from {address} within {} ms.", limit.as_millis()),
            "A firewall may keep it away. Let it allow this machine, and check host and port."
                .to_owned(),
        ),
        Some(
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::AddrNotAvailable,
        ) => (
            format!("No way leads to {address}."),
            "Check the network of this machine: a VPN that is off, a route that is missing."
                .to_owned(),
        ),
        _ => (
            format!(
                "{address} cannot be reached: {}.",
                error.map(|error| error.to_string()).unwrap_or_default()
            ),
            "Check host and port.".to_owned(),
        ),
    };
    steps.fail(words, remedy);
    None
}
