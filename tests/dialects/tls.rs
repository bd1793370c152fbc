//! TLS to MySQL/MariaDB and PostgreSQL: every mode against servers whose certificate is good, made
//! out to another host, to none, out of date, of an authority nobody trusts; and against none at all.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sluice_core::config::{Connection, Dialect, Tls, TlsMode};
use sluice_core::ports::{Access, Database};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret, Value};
use sluice_tests::support::certificates::{Authority, Issued, ServerTls};
use sluice_tests::support::mariadb::MariaDb;
use sluice_tests::support::postgres::Postgres;
use sluice_tests::support::{mariadb, postgres};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::stage::{NONE, cell, read};

const MODES: [TlsMode; 5] = [
    TlsMode::Disable,
    TlsMode::Prefer,
    TlsMode::Require,
    TlsMode::VerifyCa,
    TlsMode::VerifyFull,
];

/// The certificate of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Good,
    /// For `db.example.com`, and reached by an address.
    OtherName,
    /// With a common name only, as MySQL makes them for itself.
    NoName,
    Expired,
}

/// What all tests of this process share: authorities, the files of the client.
pub(crate) struct Office {
    folder: TempDir,
    authority: Authority,
}

impl Office {
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

pub(crate) async fn office() -> &'static Office {
    static OFFICE: OnceCell<Office> = OnceCell::const_new();
    let make = async || {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new("a company").unwrap();
        let stranger = Authority::new("a stranger").unwrap();
        let write = |name: &str, text: &str| write(folder.path(), name, text);
        write("ca.pem", &authority.pem());
        write("stranger.pem", &stranger.pem());
        let pair = |name: &str, issued: Issued| {
            write(&format!("{name}.pem"), &issued.certificate);
            write(&format!("{name}.key"), &issued.key);
        };
        pair("certified", authority.client("certified").unwrap());
        pair("somebody", authority.client("somebody").unwrap());
        pair("forged", stranger.client("certified").unwrap());
        Office { folder, authority }
    };
    OFFICE.get_or_init(make).await
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

async fn server_tls(shown: Shown) -> ServerTls {
    let authority = &office().await.authority;
    let identity = match shown {
        Shown::Good => authority.server(&["localhost", "127.0.0.1"], false),
        Shown::OtherName => authority.server(&["db.example.com"], false),
        Shown::NoName => authority.server(&[], false),
        Shown::Expired => authority.server(&["127.0.0.1"], true),
    };
    ServerTls {
        identity: identity.unwrap(),
        clients: authority.pem(),
    }
}

async fn mariadb(shown: Shown) -> &'static MariaDb {
    static SERVERS: [OnceCell<MariaDb>; 4] = [const { OnceCell::const_new() }; 4];
    let start = async || {
        let tls = server_tls(shown).await;
        MariaDb::start_with(Some(&tls)).await.unwrap()
    };
    SERVERS[shown as usize].get_or_init(start).await
}

async fn postgres(shown: Shown) -> &'static Postgres {
    static SERVERS: [OnceCell<Postgres>; 4] = [const { OnceCell::const_new() }; 4];
    let start = async || {
        let tls = server_tls(shown).await;
        let server = Postgres::start_with(Some(&tls)).await.unwrap();
        let client = server.connect("postgres").await.unwrap();
        for user in ["secured", "certified"] {
            let sql = format!("CREATE ROLE {user} LOGIN PASSWORD '{}'", server.password);
            client.batch_execute(&sql).await.unwrap();
        }
        server
    };
    SERVERS[shown as usize].get_or_init(start).await
}

/// A connection to a server that shows such a certificate, or that has no TLS.
pub(crate) async fn to(dialect: Dialect, shown: Option<Shown>, user: &str) -> (Connection, Secret) {
    let mut connection = Connection::new("test", dialect);
    connection.pool.connection_timeout = 10_000;
    connection.user = Some(user.to_owned());
    let password = if dialect == Dialect::Mysql {
        let server = match shown {
            Some(shown) => mariadb(shown).await,
            None => mariadb::shared().await.unwrap(),
        };
        connection.host = Some(server.host.clone());
        connection.port = Some(server.port);
        server.password.clone()
    } else {
        let server = match shown {
            Some(shown) => postgres(shown).await,
            None => postgres::shared().await.unwrap(),
        };
        connection.host = Some(server.host.clone());
        connection.port = Some(server.port);
        connection.database = Some("postgres".to_owned());
        server.password.clone()
    };
    (connection, Secret::new(password))
}

pub(crate) fn superuser(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mysql => "root",
        _ => "postgres",
    }
}

pub(crate) fn tls(mode: TlsMode, ca_file: Option<String>) -> Tls {
    Tls {
        mode,
        ca_file,
        ..Tls::default()
    }
}

/// How the connection turned out to be encrypted, as Sluice tells it.
async fn told(connection: &Connection, password: &Secret) -> Result<Option<String>, DatabaseError> {
    let database = sluice_db::open(connection, Some(password))?;
    Ok(database.check().await?.tls)
}

/// The same as the server tells it.
async fn is_encrypted(database: &Arc<dyn Database>) -> bool {
    if database.dialect() == Dialect::Mysql {
        let status = read(database, "SHOW SESSION STATUS LIKE 'Ssl_cipher'", NONE).await;
        status.unwrap().into_rows().rows[0][1] != Value::from("")
    } else {
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        cell(database, sql).await == Value::Bool(true)
    }
}

/// What each mode makes of a server: `Ok` with whether it is encrypted, or a word of the refusal.
async fn outcome(
    dialect: Dialect,
    shown: Option<Shown>,
    tls: Tls,
) -> Result<bool, (DatabaseErrorKind, String)> {
    let (mut connection, password) = to(dialect, shown, superuser(dialect)).await;
    connection.tls = tls;
    let told = told(&connection, &password)
        .await
        .map_err(|error| (error.kind, error.message))?;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let encrypted = is_encrypted(&database).await;
    assert_eq!(told.is_some(), encrypted, "{told:?}");
    Ok(encrypted)
}

const BOTH: [Dialect; 2] = [Dialect::Mysql, Dialect::Postgresql];

#[tokio::test]
async fn without_verifying_every_certificate_does_and_only_prefer_goes_on_without_any() {
    for dialect in BOTH {
        for shown in [Shown::Good, Shown::OtherName, Shown::NoName, Shown::Expired] {
            for mode in [TlsMode::Disable, TlsMode::Prefer, TlsMode::Require] {
                let outcome = outcome(dialect, Some(shown), tls(mode, None)).await;
                let encrypted = mode != TlsMode::Disable;
                assert_eq!(outcome, Ok(encrypted), "{dialect} {shown:?} {mode:?}");
            }
        }
        for mode in MODES {
            let verifies = matches!(mode, TlsMode::VerifyCa | TlsMode::VerifyFull);
            let ca = office().await.file("ca.pem");
            let outcome = outcome(dialect, None, tls(mode, verifies.then_some(ca))).await;
            if matches!(mode, TlsMode::Disable | TlsMode::Prefer) {
                assert_eq!(outcome, Ok(false), "{dialect} {mode:?}");
            } else {
                let (kind, message) = outcome.unwrap_err();
                assert_eq!(
                    kind,
                    DatabaseErrorKind::Tls,
                    "{dialect} {mode:?}: {message}"
                );
                assert!(message.contains("offers no TLS"), "{dialect}: {message}");
            }
        }
    }
}

#[tokio::test]
async fn verify_ca_wants_a_trusted_authority_and_verify_full_the_host_too() {
    let office = office().await;
    for dialect in BOTH {
        for (mode, shown, ca, expected) in [
            (TlsMode::VerifyFull, Shown::Good, "ca.pem", Ok(true)),
            (
                TlsMode::VerifyFull,
                Shown::OtherName,
                "ca.pem",
                Err("db.example.com"),
            ),
            (
                TlsMode::VerifyFull,
                Shown::NoName,
                "ca.pem",
                Err("made out to 127.0.0.1"),
            ),
            (
                TlsMode::VerifyFull,
                Shown::Expired,
                "ca.pem",
                Err("has ended"),
            ),
            (
                TlsMode::VerifyFull,
                Shown::Good,
                "stranger.pem",
                Err("no authority"),
            ),
            (TlsMode::VerifyCa, Shown::Good, "ca.pem", Ok(true)),
            (TlsMode::VerifyCa, Shown::OtherName, "ca.pem", Ok(true)),
            (TlsMode::VerifyCa, Shown::NoName, "ca.pem", Ok(true)),
            (
                TlsMode::VerifyCa,
                Shown::Expired,
                "ca.pem",
                Err("has ended"),
            ),
            (
                TlsMode::VerifyCa,
                Shown::Good,
                "stranger.pem",
                Err("no authority"),
            ),
            (
                TlsMode::VerifyCa,
                Shown::NoName,
                "stranger.pem",
                Err("no authority"),
            ),
            // As libpq: a file of authorities makes it verify-ca.
            (TlsMode::Require, Shown::OtherName, "ca.pem", Ok(true)),
            (
                TlsMode::Require,
                Shown::Good,
                "stranger.pem",
                Err("no authority"),
            ),
        ] {
            let outcome = outcome(dialect, Some(shown), tls(mode, Some(office.file(ca)))).await;
            let place = format!("{dialect} {mode:?} {shown:?} {ca}: {outcome:?}");
            match (outcome, expected) {
                (Ok(encrypted), Ok(expected)) => assert_eq!(encrypted, expected, "{place}"),
                (Err((kind, message)), Err(word)) => {
                    assert_eq!(kind, DatabaseErrorKind::Tls, "{place}");
                    assert!(message.contains(word), "{place}");
                }
                _ => panic!("{place}"),
            }
        }
        // This machine's own authorities do not know ours.
        let (kind, message) = outcome(dialect, Some(Shown::Good), tls(TlsMode::VerifyFull, None))
            .await
            .unwrap_err();
        assert_eq!(kind, DatabaseErrorKind::Tls, "{message}");
    }
}

#[tokio::test]
async fn what_is_told_of_a_connection_says_how_far_the_certificate_was_looked_at() {
    let office = office().await;
    for dialect in BOTH {
        for (mode, ca, expected) in [
            (TlsMode::Disable, None, None),
            (
                TlsMode::Prefer,
                None,
                Some("TLS 1.3, certificate not verified"),
            ),
            (
                TlsMode::VerifyCa,
                Some("ca.pem"),
                Some("TLS 1.3, certificate verified, host name not"),
            ),
            (
                TlsMode::VerifyFull,
                Some("ca.pem"),
                Some("TLS 1.3, certificate verified"),
            ),
        ] {
            let (mut connection, password) =
                to(dialect, Some(Shown::Good), superuser(dialect)).await;
            connection.tls = tls(mode, ca.map(|ca| office.file(ca)));
            let told = told(&connection, &password).await.unwrap();
            assert_eq!(told.as_deref(), expected, "{dialect} {mode:?}");
        }
    }
}

#[tokio::test]
async fn a_host_is_held_against_the_names_of_the_certificate() {
    let office = office().await;
    for dialect in BOTH {
        let (mut connection, password) = to(dialect, Some(Shown::Good), superuser(dialect)).await;
        connection.tls = tls(TlsMode::VerifyFull, Some(office.file("ca.pem")));
        connection.host = Some("localhost".to_owned());
        // The server listens at 127.0.0.1 only, which localhost leads to as well.
        let told = told(&connection, &password).await.unwrap();
        assert_eq!(
            told.as_deref(),
            Some("TLS 1.3, certificate verified"),
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn an_account_that_needs_tls_is_refused_without_it() {
    for dialect in BOTH {
        let (mut connection, password) = to(dialect, Some(Shown::Good), "secured").await;
        connection.tls = tls(TlsMode::Disable, None);
        let error = told(&connection, &password).await.unwrap_err();
        assert_eq!(
            error.kind,
            DatabaseErrorKind::LoginRefused,
            "{dialect} {error:?}"
        );
        connection.tls = tls(TlsMode::Require, None);
        assert!(told(&connection, &password).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_client_shows_its_certificate_and_another_one_is_refused() {
    let office = office().await;
    for dialect in BOTH {
        let (mut connection, password) = to(dialect, Some(Shown::Good), "certified").await;
        let mut with = async |name: Option<&str>| {
            connection.tls = tls(TlsMode::VerifyFull, Some(office.file("ca.pem")));
            connection.tls.certificate_file = name.map(|name| office.file(&format!("{name}.pem")));
            connection.tls.key_file = name.map(|name| office.file(&format!("{name}.key")));
            told(&connection, &password).await
        };
        assert!(with(Some("certified")).await.is_ok(), "{dialect}");
        let error = with(None).await.unwrap_err();
        assert_eq!(
            error.kind,
            DatabaseErrorKind::LoginRefused,
            "{dialect} {error:?}"
        );
        // Of an authority that the server does not believe.
        let error = with(Some("forged")).await.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::Tls, "{dialect} {error:?}");
        assert!(
            error.message.contains("certificate_file"),
            "{}",
            error.message
        );
        // Of somebody else: PostgreSQL compares the names here, MariaDB's REQUIRE X509 does not.
        let other = with(Some("somebody")).await;
        match dialect {
            Dialect::Mysql => assert!(other.is_ok()),
            _ => assert_eq!(other.unwrap_err().kind, DatabaseErrorKind::LoginRefused),
        }
    }
}

#[tokio::test]
async fn a_certificate_with_the_key_of_another_is_refused_before_anything_is_sent() {
    let office = office().await;
    for dialect in BOTH {
        let mut connection = Connection::new("test", dialect);
        connection.tls.mode = TlsMode::Require;
        connection.tls.certificate_file = Some(office.file("certified.pem"));
        connection.tls.key_file = Some(office.file("somebody.key"));
        let error = sluice_db::open(&connection, None).err().unwrap();
        assert_eq!(error.kind, DatabaseErrorKind::Tls, "{error:?}");
        assert!(error.message.contains("key_file"), "{}", error.message);
    }
}

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_over_tls_too() {
    for (dialect, sleep, count) in [
        (
            Dialect::Mysql,
            "SELECT SLEEP(30)",
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%'",
        ),
        (
            Dialect::Postgresql,
            "SELECT pg_sleep(30)",
            "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'",
        ),
    ] {
        // An account that no connection without TLS would let in.
        let (mut connection, password) = to(dialect, Some(Shown::Good), "secured").await;
        connection.tls = tls(TlsMode::VerifyFull, Some(office().await.file("ca.pem")));
        connection.statement_timeout_ms = 300;
        let database = sluice_db::open(&connection, Some(&password)).unwrap();
        let error = read(&database, sleep, NONE).await.unwrap_err();
        assert_eq!(
            error.kind,
            DatabaseErrorKind::Timeout,
            "{dialect} {error:?}"
        );

        let (watch, password) = to(dialect, Some(Shown::Good), superuser(dialect)).await;
        let watch = sluice_db::open(&watch, Some(&password)).unwrap();
        let began = Instant::now();
        while cell(&watch, count).await != Value::Integer(0) {
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "{dialect} still runs"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn properties_of_jdbc_drivers_set_the_mode() {
    let ca = office().await.file("ca.pem");
    for (dialect, properties, expected) in [
        (
            Dialect::Mysql,
            vec![("sslMode", "REQUIRED")],
            Some("not verified"),
        ),
        (Dialect::Mysql, vec![("useSSL", "false")], None),
        (
            Dialect::Mysql,
            vec![("sslMode", "verify-full"), ("serverSslCert", ca.as_str())],
            Some("certificate verified"),
        ),
        (Dialect::Postgresql, vec![("sslmode", "disable")], None),
        (
            Dialect::Postgresql,
            vec![("sslmode", "require")],
            Some("not verified"),
        ),
        (
            Dialect::Postgresql,
            vec![("ssl", "true"), ("sslrootcert", ca.as_str())],
            Some("certificate verified"),
        ),
    ] {
        let (mut connection, password) = to(dialect, Some(Shown::Good), superuser(dialect)).await;
        for (key, value) in &properties {
            let properties = &mut connection.properties;
            properties.insert((*key).to_owned(), (*value).to_owned());
        }
        let told = told(&connection, &password).await.unwrap();
        match (told, expected) {
            (None, None) => {}
            (Some(told), Some(word)) => assert!(told.contains(word), "{properties:?}: {told}"),
            (told, _) => panic!("{dialect} {properties:?}: {told:?}"),
        }
    }
}

#[tokio::test]
async fn postgresqls_login_is_bound_to_the_certificate() {
    let (mut connection, password) = to(Dialect::Postgresql, Some(Shown::Good), "secured").await;
    let properties = &mut connection.properties;
    properties.insert("channelBinding".to_owned(), "require".to_owned());
    // With a wrong binding the server refuses, and without one the driver does.
    assert!(told(&connection, &password).await.is_ok());
    connection.tls.mode = TlsMode::Disable;
    connection.user = Some("postgres".to_owned());
    assert!(told(&connection, &password).await.is_err());
}

#[tokio::test]
async fn a_connection_that_was_lost_and_opened_again_is_encrypted_again() {
    let (mut connection, password) = to(Dialect::Mysql, Some(Shown::Good), "secured").await;
    connection.tls.mode = TlsMode::Prefer;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    assert!(is_encrypted(&database).await);
    let id = cell(&database, "SELECT CONNECTION_ID()").await;
    let (root, password) = to(Dialect::Mysql, Some(Shown::Good), "root").await;
    let root = sluice_db::open(&root, Some(&password)).unwrap();
    let kill = format!("KILL CONNECTION {}", id.to_text().unwrap());
    read(&root, &kill, NONE).await.unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    // The pool may find out only now.
    drop(database.begin(Access::Read).await);
    assert!(is_encrypted(&database).await);
}
