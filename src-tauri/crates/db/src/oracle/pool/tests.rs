//! Addresses, refusals and TLS settings, without a server.

use sluice_core::config::{Dialect, jdbc};

use super::*;

fn connection() -> Connection {
    let mut connection = Connection::new("hr", Dialect::Oracle);
    connection.host = Some("db.example.com".into());
    connection.database = Some("hr".into());
    connection.user = Some("scim".into());
    connection
}

fn with(properties: &[(&str, &str)]) -> Connection {
    let mut connection = connection();
    for (name, value) in properties {
        connection
            .properties
            .insert((*name).into(), (*value).into());
    }
    connection
}

fn target(connection: &Connection) -> Result<Target, DatabaseError> {
    Target::new(connection, Some(&Secret::new("pw")))
}

fn resolved(connection: &Connection) -> String {
    target(connection).unwrap().config.get_connect_descriptor()
}

#[test]
fn host_port_and_service_become_a_descriptor() {
    assert_eq!(
        descriptor(&connection(), false).unwrap(),
        "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db.example.com)(PORT=1521))\
         (CONNECT_DATA=(SERVICE_NAME=hr)))"
    );
    let text = resolved(&connection()).to_ascii_lowercase();
    assert!(text.contains("(host=db.example.com)(port=1521)"), "{text}");
    assert!(text.contains("(service_name=hr)"), "{text}");
}

#[test]
fn a_sid_a_server_kind_and_an_instance_come_from_properties() {
    let text = descriptor(
        &with(&[
            ("oracle.sid", "XE"),
            ("oracle.server", "dedicated"),
            ("oracle.instance", "one"),
        ]),
        false,
    );
    assert!(
        text.as_deref().is_ok_and(
            |t| t.ends_with("(CONNECT_DATA=(SID=XE)(SERVER=dedicated)(INSTANCE_NAME=one)))")
        ),
        "{text:?}"
    );
}

#[test]
fn every_form_of_the_jdbc_address_reaches_the_driver() {
    for (url, wanted) in [
        (
            "jdbc:oracle:thin:scim@//db:1522/hr.example.com",
            "(service_name=hr.example.com)",
        ),
        ("jdbc:oracle:thin:scim@db:1521:XE", "(sid=xe)"),
        (
            "jdbc:oracle:thin:scim@//[::1]:1522/hr",
            "(host=[::1])(port=1522)",
        ),
        (
            "jdbc:oracle:thin:scim@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=a)(PORT=1))(ADDRESS=(PROTOCOL=TCP)(HOST=b)(PORT=2))(CONNECT_DATA=(SERVICE_NAME=hr)))",
            "(host=b)(port=2)",
        ),
    ] {
        let address = jdbc::parse("hr", url).unwrap();
        let text = resolved(&address.connection).to_ascii_lowercase();
        assert!(text.contains(wanted), "{url}: {text}");
    }
}

#[test]
fn a_descriptor_may_be_easy_connect() {
    let text = resolved(&with(&[("oracle.descriptor", "db1,db2:1522/hr")])).to_ascii_lowercase();
    assert!(
        text.contains("(host=db1)") && text.contains("(host=db2)"),
        "{text}"
    );
}

#[test]
fn a_name_cannot_smuggle_another_address_into_the_descriptor() {
    for (host, service) in [
        ("db)(PORT=1", "hr"),
        ("db", "hr))(ADDRESS=("),
        ("", "hr"),
        ("db", ""),
    ] {
        let mut connection = connection();
        connection.host = Some(host.into());
        connection.database = Some(service.into());
        let error = target(&connection).err().unwrap();
        assert_eq!(
            error.kind,
            DatabaseErrorKind::UnknownDatabase,
            "{host} {service}"
        );
    }
}

#[test]
fn what_the_driver_cannot_do_is_refused_by_the_name_of_the_property() {
    for (name, value, words) in [
        ("oracle.client", "thick", "client library"),
        (
            "oracle.net.authentication_services",
            "(KERBEROS5)",
            "Kerberos",
        ),
        (
            "oracle.net.encryption_client",
            "REQUIRED",
            "Native Network Encryption",
        ),
        (
            "oracle.net.crypto_checksum_client",
            "REQUESTED",
            "Native Network Encryption",
        ),
        ("oracle.jdbc.tokenAuthentication", "OCI_TOKEN", "token"),
        ("internal_logon", "sysdba", "administrator"),
        ("oracle.net.ldap.security.authentication", "simple", "LDAP"),
        ("oracle.descriptor", "ldap://directory/hr", "LDAP"),
        (
            "oracle.descriptor",
            "config-ocivault://x",
            "configuration service",
        ),
    ] {
        let error = target(&with(&[(name, value)])).err().unwrap();
        assert_eq!(error.kind, DatabaseErrorKind::Unsupported, "{name}");
        assert!(error.message.contains(words), "{name}: {}", error.message);
        assert!(
            name == "oracle.descriptor" || error.message.contains(name),
            "{name}: {}",
            error.message
        );
    }
    for (name, value) in [
        ("oracle.client", "thin"),
        ("oracle.net.authentication_services", "(NONE)"),
        ("oracle.net.encryption_client", "ACCEPTED"),
        ("oracle.jdbc.defaultRowPrefetch", "100"),
    ] {
        assert!(target(&with(&[(name, value)])).is_ok(), "{name}={value}");
    }
}

#[test]
fn without_user_or_password_it_would_be_external_authentication() {
    let mut nobody = connection();
    nobody.user = Some("/".into());
    for refused in [
        target(&nobody),
        Target::new(&connection(), None),
        Target::new(&connection(), Some(&Secret::new(""))),
    ] {
        assert_eq!(refused.err().unwrap().kind, DatabaseErrorKind::Unsupported);
    }
}

#[test]
fn encryption_that_is_asked_for_is_never_left_out() {
    for mode in [TlsMode::Require, TlsMode::VerifyCa, TlsMode::VerifyFull] {
        let mut connection = connection();
        connection.tls.mode = mode;
        let target = target(&connection).unwrap();
        assert!(target.encrypted);
        let text = target.config.get_connect_descriptor().to_ascii_lowercase();
        assert!(text.contains("(protocol=tcps)"), "{text}");
        assert!(
            target
                .authorities
                .is_some_and(|pem| pem.contains("BEGIN CERTIFICATE"))
        );
    }
    for mode in [TlsMode::Disable, TlsMode::Prefer] {
        let mut connection = connection();
        connection.tls.mode = mode;
        assert!(!target(&connection).unwrap().encrypted);
    }
    let mut mixed = with(&[(
        "oracle.descriptor",
        "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCPS)(HOST=a)(PORT=1))(ADDRESS=(PROTOCOL=TCP)(HOST=b)(PORT=2))\
         (CONNECT_DATA=(SERVICE_NAME=hr)))",
    )]);
    mixed.tls.mode = TlsMode::Require;
    let error = target(&mixed).err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::Tls);
}

#[test]
fn a_wallet_that_the_driver_cannot_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_string_lossy().into_owned();
    let mut asked = with(&[("oracle.net.wallet_location", &path)]);
    asked.tls.mode = TlsMode::VerifyFull;
    let error = target(&asked).err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::Tls);
    fs::write(folder.path().join("cwallet.sso"), "x").unwrap();
    let error = target(&asked).err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::Unsupported);
    assert!(error.message.contains("cwallet.sso"), "{}", error.message);
    fs::write(folder.path().join("ewallet.pem"), "x").unwrap();
    let found = target(&asked).unwrap();
    assert_eq!(found.config.wallet_location(), Some(path.as_str()));
}

#[test]
fn the_places_of_wallets_are_read_as_jdbc_writes_them() {
    for written in [
        "/w/x",
        "file:/w/x",
        "(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY=/w/x)))",
        "(source=(method=file)(method_data=(directory=/w/x)))",
    ] {
        assert_eq!(wallet_folder(written), PathBuf::from("/w/x"), "{written}");
    }
}

#[test]
fn a_certificate_of_its_own_wants_a_wallet() {
    let mut asked = connection();
    asked.tls.mode = TlsMode::VerifyFull;
    asked.tls.certificate_file = Some("c.pem".into());
    asked.tls.key_file = Some("k.pem".into());
    let error = target(&asked).err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::Unsupported);
    assert!(error.message.contains("ewallet.pem"), "{}", error.message);
}

#[test]
fn the_wallet_of_a_login_is_gone_afterwards_and_its_lines_are_short() {
    let pem = pem_of(&[7; 100]);
    let lines: Vec<&str> = pem.lines().collect();
    assert_eq!(lines[0], "-----BEGIN CERTIFICATE-----");
    assert_eq!(lines[1].len(), 64);
    assert_eq!(lines.last(), Some(&"-----END CERTIFICATE-----"));
    let wallet = wallet_of(&pem).unwrap();
    let file = wallet.path().join("ewallet.pem");
    assert_eq!(fs::read_to_string(&file).unwrap(), pem);
    drop(wallet);
    assert!(!file.exists());
}
