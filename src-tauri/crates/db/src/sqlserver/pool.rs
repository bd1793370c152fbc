//! Connections to SQL Server: their options, and how they are opened, stopped and closed.

use std::sync::Arc;
use std::time::Duration;

use mssql_tds::connection::client_context::ClientContext;
use mssql_tds::connection::tds_client::TdsClient;
use mssql_tds::connection_provider::tds_connection_provider::TdsConnectionProvider;
use mssql_tds::core::{EncryptionOptions, EncryptionSetting};
use mssql_tds::message::login_options::ApplicationIntent;
use sluice_core::config::{Connection, TlsMode};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret};
use tokio::sync::Mutex;

use super::error;
use crate::properties;

/// How long the server may take to acknowledge that it stopped, before the connection is closed.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection that a cancel can reach while, or after, a call holds it.
pub(super) type Client = Arc<Mutex<TdsClient>>;

/// How connections are opened.
#[derive(Clone, Debug)]
pub(super) struct Options {
    source: String,
    database: String,
    user: String,
    password: Secret,
    application: String,
    workstation: Option<String>,
    read_only: bool,
    multi_subnet: Option<bool>,
    packet_size: Option<u16>,
    /// Milliseconds; `None` for the driver's own.
    keepalive: Option<u32>,
    /// Seconds.
    login_timeout: u32,
    tls: EncryptionOptions,
    /// Whether an open connection will do where the server has no TLS.
    may_be_open: bool,
}

impl Options {
    /// # Errors
    /// `Unsupported` where the connection asks for a login that is not built, and `Tls` where it asks
    /// for protection that cannot be given, so that nothing is taken for granted.
    pub(super) fn read(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        let get = |name: &str| properties::get(connection, name).map(str::trim);
        let (tls, may_be_open) = tls(connection)?;
        properties::tell(connection);
        if yes(get("integratedSecurity")) == Some(true) {
            return Err(unsupported(
                "The property integratedSecurity asks for a Windows login, which is not built. \
                 Use a SQL Server login, or the ODBC dialect with Microsoft's driver.",
            ));
        }
        if let Some(method) = get("authentication")
            && !["", "sqlpassword", "notspecified"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(method))
        {
            return Err(unsupported(format!(
                "The property authentication asks for {method}, which is not built. Use a SQL \
                 Server login, or the ODBC dialect with Microsoft's driver."
            )));
        }
        let pool = connection.pool.connection_timeout.div_ceil(1000);
        Ok(Self {
            source: source(connection)?,
            database: connection.database.clone().unwrap_or_default(),
            user: connection.user.clone().unwrap_or_default(),
            password: password.cloned().unwrap_or_else(|| Secret::new("")),
            application: get("applicationName").unwrap_or("Sluice").to_owned(),
            workstation: get("workstationID").map(str::to_owned),
            read_only: get("applicationIntent").is_some_and(|v| v.eq_ignore_ascii_case("ReadOnly")),
            multi_subnet: yes(get("multiSubnetFailover")),
            packet_size: get("packetSize")
                .and_then(|text| text.parse().ok())
                .filter(|size| (512..=32_767).contains(size)),
            keepalive: u32::try_from(connection.pool.keepalive_time)
                .ok()
                .filter(|time| *time > 0),
            login_timeout: u32::try_from(pool).unwrap_or(0),
            tls,
            may_be_open,
        })
    }

    fn context(&self, tls: EncryptionOptions) -> ClientContext {
        let mut context = ClientContext::with_data_source(&self.source);
        context.database.clone_from(&self.database);
        context.user_name.clone_from(&self.user);
        self.password.expose().clone_into(&mut context.password);
        context.application_name.clone_from(&self.application);
        if let Some(name) = &self.workstation {
            context.workstation_id.clone_from(name);
        }
        if self.read_only {
            context.application_intent = ApplicationIntent::ReadOnly;
        }
        context.multi_subnet_failover = self.multi_subnet;
        if let Some(size) = self.packet_size {
            context.packet_size = size;
        }
        if let Some(time) = self.keepalive {
            context.keep_alive_in_ms = time;
        }
        context.connect_timeout = self.login_timeout;
        context.login_timeout = Some(self.login_timeout);
        // A connection that was lost is the pool's business: it knows what was in flight.
        context.connect_retry_count = 0;
        context.encryption_options = tls;
        context
    }
}

/// `tcp:host,port`, or `tcp:host\instance`, whose port the server's browser service tells.
fn source(connection: &Connection) -> Result<String, DatabaseError> {
    let host = connection.host.as_deref().unwrap_or("localhost").trim();
    let (host, beside) = match host.split_once('\\') {
        Some((host, instance)) => (host, Some(instance)),
        None => (host, None),
    };
    let instance = properties::get(connection, "instanceName").or(beside);
    let odd = |text: &str| text.is_empty() || text.contains([',', '\\', ';', '/']);
    if odd(host) || instance.is_some_and(odd) {
        return Err(unsupported(format!(
            "\"{}\" is not the name or address of a host.",
            connection.host.as_deref().unwrap_or_default()
        )));
    }
    // The driver knows an IPv6 address by its colons, and only without `tcp:` before it.
    let protocol = if host.contains(':') { "" } else { "tcp:" };
    Ok(match (instance, connection.port) {
        (Some(instance), None) => format!("{protocol}{host}\\{instance}"),
        // With a port nobody has to be asked for it; JDBC ignores the instance then too.
        _ => format!("{protocol}{host},{}", connection.port()),
    })
}

/// The connection's protection in the driver's words, and whether an open connection will do.
///
/// The driver checks authority and name together or neither, so `verify-ca` checks both; and it knows
/// no authorities but the system's. A file in their place is the server's own certificate, byte for
/// byte, and then nothing else is checked.
fn tls(connection: &Connection) -> Result<(EncryptionOptions, bool), DatabaseError> {
    let refused = |message: String| DatabaseError::new(DatabaseErrorKind::Tls, message);
    let asked = connection
        .protection()
        .map_err(|error| refused(format!("A property cannot be used: {error}.")))?;
    if asked.certificate_file.is_some() {
        return Err(refused(
            "SQL Server takes no client certificate at login. Remove tls.certificate_file and \
             tls.key_file."
                .to_owned(),
        ));
    }
    let get = |name: &str| properties::get(connection, name).map(str::trim);
    let strict = get("encrypt").is_some_and(|v| v.eq_ignore_ascii_case("strict"));
    let pinned = asked.ca_file.as_ref().filter(|_| asked.verifies());
    Ok((
        EncryptionOptions {
            mode: match asked.mode {
                TlsMode::Disable => EncryptionSetting::PreferOff,
                _ if strict => EncryptionSetting::Strict,
                _ => EncryptionSetting::Required,
            },
            trust_server_certificate: !asked.verifies(),
            host_name_in_cert: get("hostNameInCertificate")
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            server_certificate: pinned.map(Into::into),
        },
        asked.mode == TlsMode::Prefer && !strict,
    ))
}

fn yes(value: Option<&str>) -> Option<bool> {
    match value?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "mandatory" => Some(true),
        "false" | "no" | "0" | "optional" => Some(false),
        _ => None,
    }
}

fn unsupported(message: impl Into<String>) -> DatabaseError {
    DatabaseError::new(DatabaseErrorKind::Unsupported, message)
}

/// Opens a connection. The login itself is encrypted wherever the server can do it, whatever is set.
pub(super) async fn connect(options: &Options) -> Result<Client, DatabaseError> {
    let provider = TdsConnectionProvider {};
    let open = async |tls: EncryptionOptions| {
        let context = options.context(tls);
        // The driver's future is large.
        Box::pin(provider.create_client(context, &options.source, None)).await
    };
    let opened = match open(options.tls.clone()).await {
        Err(refused) if options.may_be_open && error::is_without_tls(&refused) => {
            let mut tls = options.tls.clone();
            tls.mode = EncryptionSetting::PreferOff;
            open(tls).await
        }
        opened => opened,
    };
    let client = opened.map_err(|e| error::at_connect(&e))?;
    Ok(Arc::new(Mutex::new(client)))
}

impl Options {
    /// What is told of an encrypted connection; the driver does not say which version of TLS it is.
    pub(super) fn told(&self) -> String {
        let certificate = if self.tls.server_certificate.is_some() {
            "certificate as in ca_file"
        } else if self.tls.trust_server_certificate {
            "certificate not verified"
        } else {
            "certificate verified"
        };
        format!("TLS, {certificate}")
    }
}

/// Tells the server to stop what it does for a call that nobody waits for any more (ATTENTION), and
/// closes the connection.
pub(super) async fn stop(client: Client) {
    let mut client = client.lock().await;
    if let Err(error) = client.send_attention_with_timeout(GOODBYE).await {
        tracing::debug!(%error, "a statement that ran too long was not seen to stop at the server");
    }
    if let Err(error) = client.close_connection().await {
        tracing::debug!(%error, "a connection to SQL Server was not closed in good order");
    }
}

#[cfg(test)]
mod tests {
    use sluice_core::config::Dialect;

    use super::*;

    fn connection(properties: &[(&str, &str)]) -> Connection {
        let mut connection = Connection::new("hr", Dialect::SqlServer);
        connection.host = Some("db1".into());
        for (name, value) in properties {
            connection
                .properties
                .insert((*name).into(), (*value).into());
        }
        connection
    }

    #[test]
    fn an_address_is_a_port_or_an_instance() {
        assert_eq!(source(&connection(&[])).unwrap(), "tcp:db1,1433");
        let named = connection(&[("instanceName", "HR")]);
        assert_eq!(source(&named).unwrap(), "tcp:db1\\HR");
        let mut both = connection(&[("INSTANCENAME", "HR")]);
        both.port = Some(14330);
        assert_eq!(source(&both).unwrap(), "tcp:db1,14330");
        let mut written = connection(&[]);
        written.host = Some("db1\\HR".into());
        assert_eq!(source(&written).unwrap(), "tcp:db1\\HR");
        written.host = Some("::1".into());
        assert_eq!(source(&written).unwrap(), "::1,1433");
        written.host = Some("db1,1433;Encrypt=no".into());
        assert_eq!(
            source(&written).unwrap_err().kind,
            DatabaseErrorKind::Unsupported
        );
    }

    // The words of JDBC are read in the core; here is what the driver is told.
    #[test]
    fn the_modes_of_tls_are_told_to_the_driver() {
        use EncryptionSetting as E;
        let read = |mode, properties: &[(&str, &str)]| {
            let mut connection = connection(properties);
            connection.tls.mode = mode;
            let (tls, may_be_open) = tls(&connection).unwrap();
            (tls.mode, tls.trust_server_certificate, may_be_open)
        };
        let prefer = TlsMode::Prefer;
        assert_eq!(read(prefer, &[]), (E::Required, true, true));
        assert_eq!(read(TlsMode::Disable, &[]), (E::PreferOff, true, false));
        assert_eq!(read(TlsMode::Require, &[]), (E::Required, true, false));
        assert_eq!(read(TlsMode::VerifyCa, &[]), (E::Required, false, false));
        assert_eq!(read(TlsMode::VerifyFull, &[]), (E::Required, false, false));
        let encrypt = ("encrypt", "true");
        let trust = ("trustServerCertificate", "true");
        assert_eq!(read(prefer, &[encrypt]), (E::Required, false, false));
        assert_eq!(read(prefer, &[encrypt, trust]), (E::Required, true, false));
        assert_eq!(
            read(prefer, &[("encrypt", "strict")]),
            (E::Strict, false, false)
        );
        assert_eq!(
            read(prefer, &[("encrypt", "false")]),
            (E::PreferOff, true, false)
        );
        let mut pinned = connection(&[]);
        pinned.tls.mode = TlsMode::VerifyFull;
        pinned.tls.ca_file = Some("server.pem".into());
        let (tls, _) = tls(&pinned).unwrap();
        assert_eq!(tls.server_certificate, Some("server.pem".into()));
    }

    #[test]
    fn what_cannot_be_done_is_refused_by_name() {
        let read = |properties: &[(&str, &str)]| Options::read(&connection(properties), None);
        let options = read(&[
            ("applicationName", "scim"),
            ("hostNameInCertificate", "db1.example.org"),
            ("sendStringParametersAsUnicode", "true"),
            ("packetSize", "8000"),
        ])
        .unwrap();
        assert_eq!(options.application, "scim");
        assert_eq!(options.packet_size, Some(8000));
        let name = options.tls.host_name_in_cert;
        assert_eq!(name.as_deref(), Some("db1.example.org"));
        for (property, kind) in [
            (
                ("integratedSecurity", "true"),
                DatabaseErrorKind::Unsupported,
            ),
            (
                ("authentication", "ActiveDirectoryPassword"),
                DatabaseErrorKind::Unsupported,
            ),
            (("encrypt", "perhaps"), DatabaseErrorKind::Tls),
            (("trustStore", "ca.jks"), DatabaseErrorKind::Tls),
        ] {
            let error = read(&[property]).unwrap_err();
            assert_eq!(error.kind, kind, "{property:?}");
            assert!(error.message.contains(property.0), "{}", error.message);
        }
        let mut certified = connection(&[]);
        certified.tls.mode = TlsMode::Require;
        certified.tls.certificate_file = Some("me.pem".into());
        certified.tls.key_file = Some("me.key".into());
        let error = Options::read(&certified, None).unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::Tls);
    }
}
