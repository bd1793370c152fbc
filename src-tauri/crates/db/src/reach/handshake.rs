//! The encryption of a server, by itself: the first words of its protocol up to TLS, then the handshake
//! with the connection's own protection. Nobody logs in.
//!
//! Sources: PostgreSQL, "Message Flow: SSL Session Encryption"; MySQL, "Protocol::HandshakeV10" and
//! "Protocol::SSLRequest".

use std::io;
use std::time::Duration;

use rustls_pki_types::ServerName;
use sluice_core::DatabaseError;
use sluice_core::config::{Connection, Dialect, TlsMode};
use sluice_core::probe::{Probe, ProbeStep, ServerCertificate};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{certificate, in_the_clear, is_loopback};
use crate::tls::{self, Protection, Seen};

/// What an answer before TLS may have, in bytes; greetings have about a hundred.
const LONGEST_GREETING: usize = 4096;
/// PostgreSQL's SSLRequest: its length, then the number that asks for TLS.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// MySQL's capabilities: protocol 4.1, TLS, secure connection, plugins.
const CLIENT_SSL: u32 = 0x0000_0800;
const CAPABILITIES: u32 = 0x0000_0200 | CLIENT_SSL | 0x0000_8000 | 0x0008_0000;
/// The largest packet that is announced to MySQL, and utf8mb4.
const LARGEST: u32 = 16 * 1024 * 1024;
const UTF8MB4: u8 = 45;

/// What a server says to the wish for TLS.
enum Offer {
    Tls,
    None,
    /// It ends the conversation, with these words.
    Refused(String),
}

/// Takes the step; gives the certificate that was shown.
pub(super) async fn protect(
    connection: &Connection,
    host: &str,
    mut stream: TcpStream,
    limit: Duration,
    steps: &mut Probe,
) -> Option<ServerCertificate> {
    steps.begin(ProbeStep::Protect);
    let protection = match Protection::of(connection) {
        Ok(protection) => protection,
        Err(error) => {
            steps.refused(connection, &error);
            return None;
        }
    };
    let mode = protection.mode;
    if mode == TlsMode::Disable {
        in_the_clear(mode, host, steps);
        return None;
    }
    let offer = match timeout(limit, offer(connection.dialect, &mut stream)).await {
        Ok(Ok(offer)) => offer,
        Ok(Err(error)) => {
            steps.fail(
                format!(
                    "What listens there does not speak {}: {error}.",
                    connection.dialect
                ),
                "Check the port, and that the dialect is the server's.",
            );
            return None;
        }
        Err(_) => {
            steps.fail(
                format!(
                    "No greeting of {} within {} ms.",
                    connection.dialect,
                    limit.as_millis()
                ),
                "Check the port, and that the dialect is the server's.",
            );
            return None;
        }
    };
    match offer {
        Offer::Refused(words) => {
            steps.fail(
                format!("The server refuses this machine: {words}"),
                "Let the database's administrator admit it.",
            );
            None
        }
        Offer::None if mode == TlsMode::Prefer => {
            in_the_clear(mode, host, steps);
            None
        }
        Offer::None => {
            steps.refused(connection, &tls::not_offered());
            None
        }
        Offer::Tls => encrypt(connection, &protection, host, stream, limit, steps).await,
    }
}

async fn encrypt(
    connection: &Connection,
    protection: &Protection,
    host: &str,
    stream: TcpStream,
    limit: Duration,
    steps: &mut Probe,
) -> Option<ServerCertificate> {
    let seen = Seen::default();
    let shaken = timeout(limit, shake(protection, host, stream, &seen)).await;
    let version = match shaken {
        Ok(Ok(version)) => version,
        Ok(Err(error)) if protection.mode == TlsMode::Prefer => {
            steps.warn(
                format!(
                    "Not encrypted: the mode prefer goes on without TLS, which failed. {}",
                    error.message
                ),
                "Mend it at the server, and set the mode verify-full.",
            );
            return certificate::of(&seen, None);
        }
        Ok(Err(error)) => {
            steps.refused(connection, &error);
            return certificate::of(&seen, None);
        }
        Err(_) => {
            steps.fail(
                format!(
                    "The TLS handshake did not end within {} ms.",
                    limit.as_millis()
                ),
                "Look into the server's log.",
            );
            return certificate::of(&seen, None);
        }
    };
    let told = protection.told(version);
    let verifies = matches!(protection.mode, TlsMode::VerifyCa | TlsMode::VerifyFull);
    if verifies || is_loopback(host) {
        steps.pass(format!("{told}."));
    } else {
        steps.warn(
            format!("{told}."),
            "Somebody in between would not be noticed. Set the mode verify-full, with the \
             authority's certificate as CA file where this machine does not trust it.",
        );
    }
    certificate::of(&seen, Some(version))
}

/// The handshake; gives the version it agreed on.
async fn shake(
    protection: &Protection,
    host: &str,
    stream: TcpStream,
    seen: &Seen,
) -> Result<&'static str, DatabaseError> {
    let connector = TlsConnector::from(protection.config_that_keeps(seen)?);
    let name = ServerName::try_from(host.to_owned()).map_err(|error| {
        DatabaseError::new(
            sluice_core::DatabaseErrorKind::Tls,
            format!("{host} cannot stand in a certificate: {error}."),
        )
    })?;
    let stream = connector.connect(name, stream).await.map_err(|error| {
        tls::in_words(&error, host).unwrap_or_else(|| {
            DatabaseError::new(
                sluice_core::DatabaseErrorKind::Tls,
                format!("The server ended the TLS handshake: {error}."),
            )
        })
    })?;
    Ok(tls::version(stream.get_ref().1.protocol_version()))
}

async fn offer(dialect: Dialect, stream: &mut TcpStream) -> io::Result<Offer> {
    match dialect {
        Dialect::Postgresql => postgresql(stream).await,
        _ => mysql(stream).await,
    }
}

async fn postgresql(stream: &mut TcpStream) -> io::Result<Offer> {
    stream.write_all(&SSL_REQUEST).await?;
    match stream.read_u8().await? {
        b'S' => Ok(Offer::Tls),
        b'N' => Ok(Offer::None),
        _ => Err(odd()),
    }
}

async fn mysql(stream: &mut TcpStream) -> io::Result<Offer> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let length = usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16;
    if length == 0 || length > LONGEST_GREETING {
        return Err(odd());
    }
    let mut greeting = vec![0; length];
    stream.read_exact(&mut greeting).await?;
    match greeting.split_first() {
        // An error in place of a greeting: its number, then its words.
        Some((0xff, rest)) => {
            let words = rest.get(2..).unwrap_or_default();
            return Ok(Offer::Refused(String::from_utf8_lossy(words).into_owned()));
        }
        Some((10, _)) => {}
        _ => return Err(odd()),
    }
    if !offers_tls(&greeting).ok_or_else(odd)? {
        return Ok(Offer::None);
    }
    let mut request = vec![32, 0, 0, head[3].wrapping_add(1)];
    request.extend(CAPABILITIES.to_le_bytes());
    request.extend(LARGEST.to_le_bytes());
    request.push(UTF8MB4);
    request.extend([0; 23]);
    stream.write_all(&request).await?;
    Ok(Offer::Tls)
}

/// Whether a greeting has TLS among its capabilities; `None` where it ends before them. They stand after
/// the version (ended by a zero), the thread's number, eight bytes and a filler.
fn offers_tls(greeting: &[u8]) -> Option<bool> {
    let version = greeting.get(1..)?.iter().position(|byte| *byte == 0)?;
    let at = 1 + version + 1 + 4 + 8 + 1;
    let lower = [*greeting.get(at)?, *greeting.get(at + 1)?];
    Some(u32::from(u16::from_le_bytes(lower)) & CLIENT_SSL != 0)
}

fn odd() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its first words are others")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The greeting of a MariaDB 10.11 without and with TLS, up to its capabilities.
    #[test]
    fn a_greeting_says_whether_there_is_tls() {
        let greeting = |lower: [u8; 2]| {
            let mut bytes = vec![10];
            bytes.extend(b"5.5.5-10.11.14-MariaDB\0");
            bytes.extend([8, 0, 0, 0]);
            bytes.extend(b"abcdefgh\0");
            bytes.extend(lower);
            bytes
        };
        assert_eq!(offers_tls(&greeting([0xfe, 0xff])), Some(true));
        assert_eq!(offers_tls(&greeting([0xfe, 0xf7])), Some(false));
        assert_eq!(offers_tls(&greeting([0xfe, 0xf7])[..20]), None);
    }
}
