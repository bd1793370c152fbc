//! Oracle through the ports. What needs no server runs everywhere; the rest runs where
//! `SLUICE_TEST_ORACLE_URL` names one (`jdbc:oracle:thin:user/password@//host:port/service`), whose
//! user may create tables, procedures and types, and says that it was skipped otherwise.

mod demo;
pub(crate) use demo::address;

mod server;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use sluice_core::config::{Connection, Dialect};
use sluice_core::{DatabaseErrorKind, Secret};

/// A connection to a port of this machine.
fn to_port(port: u16) -> Connection {
    let mut connection = Connection::new("test", Dialect::Oracle);
    connection.host = Some("127.0.0.1".into());
    connection.port = Some(port);
    connection.database = Some("hr".into());
    connection.user = Some("scim".into());
    connection
}

#[tokio::test]
async fn a_port_on_which_nothing_listens_is_told_at_once() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let database = sluice_db::open(&to_port(port), Some(&Secret::new("pw"))).unwrap();
    let began = Instant::now();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unreachable, "{error:?}");
    assert!(!error.message.contains("pw"), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_listener_that_says_nothing_is_given_up_and_holds_nothing_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut connection = to_port(listener.local_addr().unwrap().port());
    connection.pool.connection_timeout = 300;
    let began = Instant::now();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let database = sluice_db::open(&connection, Some(&Secret::new("pw"))).unwrap();
        for _ in 0..2 {
            let error = database.check().await.unwrap_err();
            assert_eq!(error.kind, DatabaseErrorKind::Unreachable, "{error:?}");
        }
    });
    // The logins still wait for an answer; neither the pool nor the runtime waits for them.
    drop(runtime);
    assert!(began.elapsed() < Duration::from_secs(5), "{began:?}");
    // They had come that far.
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_ok());
}

#[tokio::test]
async fn a_listener_that_hangs_up_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        // Each of them is closed as soon as it is there.
        listener.incoming().take(8).for_each(drop);
    });
    let database = sluice_db::open(&to_port(port), Some(&Secret::new("pw"))).unwrap();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unreachable, "{error:?}");
}

#[tokio::test]
async fn what_answers_without_tls_where_tls_is_asked_for_is_not_logged_in_to() {
    use std::io::{Read as _, Write as _};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0_u8; 6];
        stream.read_exact(&mut hello).unwrap();
        // A refusal as a listener's open port sends it.
        stream
            .write_all(&[0, 12, 0, 0, 4, 0, 0, 0, 0x22, 0, 0, 0])
            .unwrap();
        let mut rest = Vec::new();
        let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
        let _ = stream.read_to_end(&mut rest);
        (hello, rest)
    });
    let mut connection = to_port(port);
    connection.tls.mode = sluice_core::config::TlsMode::Require;
    let database = sluice_db::open(&connection, Some(&Secret::new("hunter2"))).unwrap();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Tls, "{error:?}");
    let (hello, rest) = server.join().unwrap();
    // TLS: a handshake record with a ClientHello (RFC 8446, 5.1 and 4).
    assert_eq!((hello[0], hello[1], hello[5]), (22, 3, 1));
    let text = String::from_utf8_lossy(&rest).into_owned();
    assert!(!text.contains("scim") && !text.contains("hunter2"));
}
