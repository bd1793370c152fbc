//! Reaching an Oracle server: address, TLS, login, and how a session is set up.
//!
//! **Invariant:** what the driver cannot do is refused before anything is sent, by the name of the
//! property that asks for it, and never passed over.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oracledb::Config;
use sluice_core::config::{Connection, Tls, TlsMode};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret};

use super::error;
use super::thread::Line;
use crate::properties;
use crate::tls::Protection;

/// How the session reads and writes dates and numbers as text. A text may leave the time of day out
/// (Oracle lets time fields at the end of a format be omitted); the `T` of ISO 8601 it does not read.
const FORMATS: &str = "ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' \
     NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF' \
     NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM' \
     NLS_NUMERIC_CHARACTERS = '.,'";

/// Where a server is and how to log in, with what has to be kept for it.
pub(super) struct Target {
    config: Config,
    /// PEM text of the authorities to trust, written to a wallet of its own for each login.
    authorities: Option<String>,
    /// How long the server may take for one answer; `None`: any time.
    pub(super) limit: Option<Duration>,
    schema: Option<String>,
    pub(super) places: usize,
    /// Every address of the descriptor is one of TLS.
    pub(super) encrypted: bool,
}

impl Target {
    /// Reads a connection.
    ///
    /// # Errors
    /// `Unsupported` where it asks for something the driver cannot do, `UnknownDatabase` where its
    /// descriptor cannot be read.
    pub(super) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        check(connection)?;
        properties::tell(connection);
        let (Some(user), Some(password)) = (
            connection
                .user
                .as_deref()
                .filter(|user| !user.is_empty() && *user != "/"),
            password.filter(|password| !password.expose().is_empty()),
        ) else {
            return Err(unsupported(
                "The connection has no user or no password, which asks Oracle for external \
                 authentication. The driver logs in with user and password only.",
            ));
        };
        let mut config = Config::default()
            .set_user(user)
            .set_password(password.expose())
            .set_driver_name("sluice")
            .set_transport_connect_timeout(Some(Duration::from_millis(
                connection.pool.connection_timeout.clamp(1, 60_000),
            )));
        let program = ["v$session.program", "ApplicationName"]
            .iter()
            .find_map(|name| properties::get(connection, name))
            .unwrap_or("Sluice");
        config = config
            .set_program(program)
            .map_err(|error| error::at_connect(&error))?;
        if let Some(folder) = properties::get(connection, "oracle.net.tns_admin") {
            config = config.set_config_dir(folder);
        }
        let tls = connection
            .protection()
            .map_err(|error| refused(format!("A property cannot be used: {error}.")))?;
        let address = match properties::get(connection, "oracle.descriptor") {
            Some(text) => text.trim().to_owned(),
            None => descriptor(connection, wants_tls(&tls))?,
        };
        refuse_directories(&address)?;
        config = config
            .set_connect_string(&address)
            .map_err(|error| error::at_connect(&error))?;
        let resolved = config.get_connect_descriptor().to_ascii_lowercase();
        let encrypted =
            resolved.contains("(protocol=tcps)") && !resolved.contains("(protocol=tcp)");
        if wants_tls(&tls) && !encrypted {
            return Err(refused(
                "The connection is to be encrypted, and its descriptor names an address with \
                 PROTOCOL=TCP. Write PROTOCOL=TCPS and the port of the listener's TLS endpoint.",
            ));
        }
        let (config, authorities) = if encrypted {
            with_tls(config, connection, &tls)?
        } else {
            (config, None)
        };
        Ok(Self {
            config,
            authorities,
            limit: Some(connection.statement_timeout_ms)
                .filter(|ms| *ms > 0)
                .map(Duration::from_millis),
            schema: properties::get(connection, "currentSchema").map(str::to_owned),
            encrypted,
            places: usize::try_from(connection.pool.maximum_pool_size.max(4)).unwrap_or(4),
        })
    }

    /// Logs in. Blocks, and where the server accepts and then says nothing, without a limit.
    pub(super) fn connect(&self) -> Result<oracledb::Connection, DatabaseError> {
        let mut config = self.config.clone();
        let wallet = self.authorities.as_deref().map(wallet_of).transpose()?;
        if let Some(wallet) = &wallet {
            config = config.set_wallet_location(wallet.path().to_string_lossy());
        }
        oracledb::connect(config).map_err(|error| error::at_connect(&error))
    }

    /// Sets a new session up.
    pub(super) fn prepare(&self, line: &mut Line) -> Result<(), DatabaseError> {
        let connection = &line.connection;
        connection
            .set_call_timeout(self.limit)
            .and_then(|()| connection.execute(FORMATS, &[]))
            .map_err(|error| error::at_connect(&error))?;
        if let Some(schema) = &self.schema {
            let quoted = super::procedure::quoted(&super::procedure::folded(schema));
            let sql = format!("ALTER SESSION SET CURRENT_SCHEMA = {quoted}"); // identifiers only
            connection
                .execute(&sql, &[])
                .map_err(|error| error::at_connect(&error))?;
        }
        // Both belong to PUBLIC unless somebody took them away.
        line.output = connection
            .execute("BEGIN DBMS_OUTPUT.ENABLE(NULL); END;", &[])
            .is_ok();
        let ask = "DECLARE t VARCHAR2(100); BEGIN t := DBMS_TRANSACTION.LOCAL_TRANSACTION_ID; END;";
        line.transactions = connection.execute(ask, &[]).is_ok();
        Ok(())
    }
}

fn unsupported(message: impl Into<String>) -> DatabaseError {
    DatabaseError::new(DatabaseErrorKind::Unsupported, message)
}

fn refused(message: impl Into<String>) -> DatabaseError {
    DatabaseError::new(DatabaseErrorKind::Tls, message)
}

/// Whether the connection must be encrypted. `prefer` is content without: a listener has either an open
/// or a protected port, so there is nothing to be offered on the open one.
fn wants_tls(tls: &Tls) -> bool {
    match tls.mode {
        TlsMode::Disable | TlsMode::Prefer => false,
        TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => true,
    }
}

/// A connect descriptor of host, port and service name or SID.
fn descriptor(connection: &Connection, encrypted: bool) -> Result<String, DatabaseError> {
    let plain = |what: &str, text: &str| {
        let clean = |c: char| c.is_alphanumeric() || "._-$#:+".contains(c);
        if !text.is_empty() && text.chars().all(clean) {
            return Ok(text.to_owned());
        }
        Err(DatabaseError::new(
            DatabaseErrorKind::UnknownDatabase,
            format!(
                "The {what} \"{text}\" is none: it may hold letters, digits and . _ - $ # only."
            ),
        ))
    };
    let host = plain("host", connection.host.as_deref().unwrap_or("localhost"))?;
    let protocol = if encrypted { "TCPS" } else { "TCP" };
    let mut wanted = if let Some(sid) = properties::get(connection, "oracle.sid") {
        format!("(SID={})", plain("SID", sid)?)
    } else {
        let service = connection.database.as_deref().unwrap_or_default();
        format!("(SERVICE_NAME={})", plain("service name", service)?)
    };
    for (property, key, what) in [
        ("oracle.server", "SERVER", "kind of server"),
        ("oracle.instance", "INSTANCE_NAME", "instance"),
    ] {
        if let Some(value) = properties::get(connection, property) {
            wanted.push_str(&["(", key, "=", &plain(what, value)?, ")"].concat());
        }
    }
    Ok(format!(
        "(DESCRIPTION=(ADDRESS=(PROTOCOL={protocol})(HOST={host})(PORT={port}))(CONNECT_DATA={wanted}))",
        port = connection.port(),
    ))
}

/// Addresses that a directory or a configuration service would have to resolve.
fn refuse_directories(address: &str) -> Result<(), DatabaseError> {
    let lower = address.to_ascii_lowercase();
    for prefix in ["ldap:", "ldaps:", "config-"] {
        if lower.starts_with(prefix) {
            return Err(unsupported(format!(
                "The descriptor begins with {prefix}, and the driver resolves no names by LDAP or a \
                 configuration service. Write the descriptor out: (DESCRIPTION=…)."
            )));
        }
    }
    Ok(())
}

/// Looks through the properties.
fn check(connection: &Connection) -> Result<(), DatabaseError> {
    for (name, value) in &connection.properties {
        let lower = name.to_ascii_lowercase();
        let value = value.trim().to_ascii_lowercase();
        let refuse = |why: &str| Err(unsupported(format!("The property {name} {why}")));
        match lower.as_str() {
            "oracle.client" => match value.as_str() {
                "thin" | "" => {}
                _ => {
                    return refuse(
                        "asks for Oracle's client library. Sluice speaks Oracle's protocol itself and \
                         loads none, so there is nothing to install; leave the property out. What only \
                         the library can do (Kerberos, external authentication, Native Network \
                         Encryption, LDAP names) is not available.",
                    );
                }
            },
            "oracle.net.authentication_services"
                if !matches!(value.trim_matches(['(', ')']), "" | "none" | "all") =>
            {
                return refuse(
                    "asks for Kerberos, RADIUS or external authentication; the driver logs in with user \
                     and password only.",
                );
            }
            "oracle.net.encryption_client" | "oracle.net.crypto_checksum_client"
                if matches!(value.as_str(), "required" | "requested") =>
            {
                return refuse(
                    "asks for Native Network Encryption, which the driver does not speak. Use TLS: set \
                     tls.mode of the connection.",
                );
            }
            "oracle.jdbc.tokenauthentication" | "oracle.jdbc.accesstoken" => {
                return refuse("asks for a login by token, which the driver does not do.");
            }
            "internal_logon" => {
                return refuse("asks for an administrator's login, which Sluice does not do.");
            }
            _ if lower.starts_with("oracle.net.ldap") => {
                return refuse("is about names resolved by LDAP, which the driver does not do.");
            }
            _ => {}
        }
    }
    Ok(())
}

/// TLS by the connection's settings, with the authorities to trust as PEM. Whatever the mode, the driver
/// holds the server's certificate against authorities and the host's name; there is no laxer way. It
/// trusts Mozilla's authorities, and those of a wallet beside them.
fn with_tls(
    mut config: Config,
    connection: &Connection,
    tls: &Tls,
) -> Result<(Config, Option<String>), DatabaseError> {
    if tls.certificate_file.is_some() {
        return Err(unsupported(
            "For a certificate of its own the driver wants a wallet: put certificate and key into a file \
             ewallet.pem and name its folder as the property oracle.net.wallet_location instead of \
             tls.certificate_file and tls.key_file.",
        ));
    }
    let folder = ["oracle.net.wallet_location", "wallet_location"]
        .iter()
        .find_map(|name| properties::get(connection, name));
    if let Some(folder) = folder {
        if tls.ca_file.is_some() {
            return Err(unsupported(
                "The connection has both tls.ca_file and a wallet, and the driver reads one wallet. Put \
                 the authority's certificate into the wallet's ewallet.pem.",
            ));
        }
        let folder = wallet_folder(folder);
        refuse_unreadable_wallet(&folder)?;
        config = config.set_wallet_location(folder.to_string_lossy());
        return Ok((config, None));
    }
    let mut strict = connection.clone();
    strict.tls = Tls {
        mode: TlsMode::VerifyFull,
        ..tls.clone()
    };
    let protection = Protection::of(&strict)?;
    let pem: String = protection
        .authorities
        .iter()
        .map(|der| pem_of(der))
        .collect();
    Ok((config, Some(pem)))
}

/// A certificate in PEM form (RFC 7468).
fn pem_of(der: &[u8]) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (index, letter) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

/// The folder of a wallet as JDBC writes it: a path, `file:path`, or
/// `(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY=path)))`.
fn wallet_folder(written: &str) -> PathBuf {
    let written = written.trim();
    let upper = written.to_ascii_uppercase();
    if let Some(start) = upper.find("DIRECTORY=") {
        let rest = &written[start + "DIRECTORY=".len()..];
        return PathBuf::from(rest.split(')').next().unwrap_or(rest).trim());
    }
    PathBuf::from(written.strip_prefix("file:").unwrap_or(written))
}

fn refuse_unreadable_wallet(folder: &Path) -> Result<(), DatabaseError> {
    if folder.join("ewallet.pem").is_file() {
        return Ok(());
    }
    let other = ["cwallet.sso", "ewallet.p12"]
        .into_iter()
        .find(|name| folder.join(name).is_file());
    Err(match other {
        Some(other) => unsupported(format!(
            "The wallet {} holds {other}, which the driver cannot read; it reads ewallet.pem. Make one by: \
             openssl pkcs12 -in ewallet.p12 -out ewallet.pem",
            folder.display()
        )),
        None => refused(format!(
            "There is no wallet (ewallet.pem) in {}.",
            folder.display()
        )),
    })
}

/// A wallet that holds certificates only, for the time of a login: the driver reads authorities from
/// nowhere else.
fn wallet_of(pem: &str) -> Result<tempfile::TempDir, DatabaseError> {
    let made = tempfile::Builder::new()
        .prefix("sluice-wallet-")
        .tempdir()
        .and_then(|folder| fs::write(folder.path().join("ewallet.pem"), pem).map(|()| folder));
    made.map_err(|error| {
        refused(format!(
            "The wallet for the login cannot be written: {error}."
        ))
    })
}

#[cfg(test)]
mod tests;
