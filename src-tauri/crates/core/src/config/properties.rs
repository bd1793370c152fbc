//! What the further properties of a connection mean. They come from consoles made for JDBC drivers.
//!
//! There are four sorts: those that ask for protection ([`Read::tls`]), those that a dialect of
//! `sluice-db` looks up by itself, those with a counterpart among Sluice's own settings, and those
//! that tune a JDBC driver and mean nothing here. What is of no sort is named: a property that is
//! passed over in silence may be one that somebody relies on.
//!
//! **Invariant:** configuration, log and drivers use this one list. A property that asks for
//! protection which Sluice cannot give is an error, never a connection in the clear.
//!
//! To add one: a word in its list here, and where it has an effect, a line in
//! `docs/configuration.md`.

use std::collections::BTreeMap;

use super::{Dialect, Tls, TlsMode};

/// Properties by their sort, each under the name it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// What they ask of the connection's protection; `None` where they say nothing of it.
    pub tls: Option<Tls>,
    /// Without effect and without harm.
    pub harmless: Vec<String>,
    /// Without effect, with the setting of Sluice that does what they did.
    pub replaced: Vec<(String, &'static str)>,
    /// Not known.
    pub unknown: Vec<String>,
}

/// Why a property cannot be used; it names the property and, where it is no secret, its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PropertyError(String);

/// Words for "on" and "off" in the drivers' documents.
fn truth(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        // pgJDBC reads `ssl` without a value as yes.
        "" | "true" | "yes" | "on" | "1" | "mandatory" => Some(true),
        "false" | "no" | "off" | "0" | "optional" => Some(false),
        _ => None,
    }
}

/// What a driver of `sluice-db` looks up by itself.
const EFFECTIVE: &[(Dialect, &[&str])] = &[
    (Dialect::Sqlite, &["mode"]),
    (
        Dialect::Postgresql,
        &["applicationname", "channelbinding", "currentschema"],
    ),
    (
        Dialect::SqlServer,
        &[
            "applicationintent",
            "applicationname",
            "authentication",
            "encrypt",
            "hostnameincertificate",
            "instancename",
            "integratedsecurity",
            "logintimeout",
            "multisubnetfailover",
            "servercertificate",
            "workstationid",
        ],
    ),
    (
        Dialect::Oracle,
        &[
            "applicationname",
            "currentschema",
            "oracle.client",
            "oracle.descriptor",
            "oracle.instance",
            "oracle.protocol",
            "oracle.server",
            "oracle.sid",
            "oracle.jdbc.accesstoken",
            "oracle.jdbc.tokenauthentication",
            "oracle.net.authentication_services",
            "oracle.net.crypto_checksum_client",
            "oracle.net.encryption_client",
            "oracle.net.tns_admin",
            "oracle.net.wallet_location",
            "wallet_location",
            "internal_logon",
            "v$session.program",
        ],
    ),
];

/// Counterparts among Sluice's own settings.
const REPLACED: &[(&str, &str)] = &[
    ("connecttimeout", "pool.connectionTimeout"),
    ("connect_timeout", "pool.connectionTimeout"),
    ("transport_connect_timeout", "pool.connectionTimeout"),
    ("oracle.net.connect_timeout", "pool.connectionTimeout"),
    ("logintimeout", "pool.connectionTimeout"),
    ("sockettimeout", "statement_timeout_ms"),
    ("querytimeout", "statement_timeout_ms"),
    ("locktimeout", "statement_timeout_ms"),
    ("canceltimeout", "statement_timeout_ms"),
    ("cancelsignaltimeout", "statement_timeout_ms"),
    ("max_statement_time", "statement_timeout_ms"),
    ("oracle.jdbc.readtimeout", "statement_timeout_ms"),
    ("busy_timeout", "statement_timeout_ms"),
    ("tcpkeepalive", "pool.keepaliveTime"),
    ("maxpoolsize", "pool.maximumPoolSize"),
    ("minpoolsize", "pool.minimumIdle"),
    ("maxidletime", "pool.idleTimeout"),
    ("initsql", "pool.connectionInitSql"),
    ("sessionvariables", "pool.connectionInitSql"),
    ("connectiontimezone", "pool.connectionInitSql"),
    ("servertimezone", "pool.connectionInitSql"),
];

/// Tuning of JDBC drivers, lower case.
const HARMLESS: &[&str] = &[
    "adaptivefetch",
    "allowloadlocalinfile",
    "allowmultiqueries",
    "allowpublickeyretrieval",
    "assumeminserverversion",
    "autocommit",
    "autoreconnect",
    "autosave",
    "binarytransfer",
    "cachecallablestmts",
    "cacheprepstmts",
    "cacheresultsetmetadata",
    "cacheserverconfiguration",
    "cancelquerytimeout",
    "characterencoding",
    "charset",
    "columnencryptionsetting",
    "connectioncollation",
    "connectretrycount",
    "connectretryinterval",
    "continuebatchonerror",
    "createdatabaseifnotexist",
    "databasemetadatacachefields",
    "defaultfetchsize",
    "defaultrowfetchsize",
    "delayloadinglobs",
    "disablestatementpooling",
    "elidesetautocommits",
    "enableprepareonfirstpreparedstatementcall",
    "escapesyntaxcallmode",
    "failoverreadonly",
    "foreign_keys",
    "gssencmode",
    "holdresultsopenoverstatementclose",
    "includeinnodbstatusindeadlockexceptions",
    "jdbccomplianttruncation",
    "journal_mode",
    "lastupdatecount",
    "loggerlevel",
    "loglevel",
    "logunclosedconnections",
    "maintaintimestats",
    "maxreconnects",
    "noaccesstoprocedurebodies",
    "nulldatabasemeanscurrent",
    "nullcatalogmeanscurrent",
    "defaultrowprefetch",
    "includesynonyms",
    "oracle.jdbc.convertnchar",
    "oracle.jdbc.defaultlobprefetchsize",
    "oracle.jdbc.defaultnchar",
    "oracle.jdbc.defaultrowprefetch",
    "oracle.jdbc.fanenabled",
    "oracle.jdbc.implicitstatementcachesize",
    "oracle.jdbc.j2ee13compliant",
    "oracle.jdbc.mapdatetotimestamp",
    "oracle.jdbc.timezoneasregion",
    "oracle.net.disableoob",
    "processescapes",
    "remarksreporting",
    "packetsize",
    "paranoid",
    "preparemethod",
    "prepstmtcachesize",
    "prepstmtcachesqllimit",
    "preparedstatementcachequeries",
    "preparedstatementcachesizemib",
    "preferquerymode",
    "preparethreshold",
    "responsebuffering",
    "rewritebatchedinserts",
    "rewritebatchedstatements",
    "selectmethod",
    "sendstringparametersasunicode",
    "sendtimeasdatetime",
    "sendtemporaldatatypesasstringforbulkcopy",
    "statementpoolingcachesize",
    "serverpreparedstatementdiscardthreshold",
    "stringtype",
    "synchronous",
    "tcpnodelay",
    "tinyint1isbit",
    "transformedbitisboolean",
    "useaffectedrows",
    "usebulkcopyforbatchinsert",
    "usecompression",
    "usecursorfetch",
    "usefmtonly",
    "usejdbccomplianttimezoneshift",
    "uselegacydatetimecode",
    "uselocalsessionstate",
    "uselocaltransactionstate",
    "useserverprepstmts",
    "useunicode",
    "xopenstates",
    "yearisdatetype",
    "zerodatetimebehavior",
];

/// Stores of Java's own formats, which nothing but Java reads.
const JAVA_STORES: &[&str] = &[
    "trustcertificatekeystoreurl",
    "trustcertificatekeystorepassword",
    "trustcertificatekeystoretype",
    "clientcertificatekeystoreurl",
    "clientcertificatekeystorepassword",
    "clientcertificatekeystoretype",
    "truststore",
    "truststorepassword",
    "truststoretype",
    "keystore",
    "keystorepassword",
    "keystoretype",
    "javax.net.ssl.truststore",
    "javax.net.ssl.truststorepassword",
    "javax.net.ssl.keystore",
    "javax.net.ssl.keystorepassword",
];

/// About protection and without a say in it: choices that Sluice makes itself.
const HARMLESS_TLS: &[&str] = &[
    "enabledsslciphersuites",
    "enabledtlsprotocols",
    "fallbacktosystemkeystore",
    "fallbacktosystemtruststore",
    "fips",
    "sslfactory",
    "sslfactoryarg",
    "ssl_server_cert_dn",
    "sslhostnameverifier",
    "sslnegotiation",
    "sslpasswordcallback",
    "sslprotocol",
    "sslresponsetimeout",
    "tlsciphersuites",
    "tlsversions",
    "trustmanagerclass",
    "trustmanagerconstructorarg",
];

/// Whether a property holds a secret, which has no place beside the others.
pub fn is_secret(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "password"
            | "pwd"
            | "sslpassword"
            | "keypassword"
            | "accesstoken"
            | "clientkeypassword"
            | "password1"
            | "password2"
            | "password3"
            | "oracle.net.wallet_password"
            | "aadsecureprincipalsecret"
            | "keystoresecret"
            | "keyvaultproviderclientkey"
    )
}

/// Sorts the properties of a connection.
///
/// # Errors
/// [`PropertyError`] where one asks for protection in words that are not known, or in a way that
/// Sluice does not have.
pub fn read(
    dialect: Dialect,
    properties: &BTreeMap<String, String>,
) -> Result<Read, PropertyError> {
    let mut read = Read::default();
    let mut asked = Asked::default();
    for (name, value) in properties {
        let lower = name.to_ascii_lowercase();
        let known = |list: &[&str]| list.iter().any(|word| word.eq_ignore_ascii_case(&lower));
        let replaced = REPLACED.iter().find(|(word, _)| *word == lower);
        let mut effective = EFFECTIVE.iter().filter(|(of, _)| *of == dialect);
        if asked.take(dialect, name, &lower, value)? || effective.any(|(_, list)| known(list)) {
            continue;
        }
        if let Some((_, setting)) = replaced {
            read.replaced.push((name.clone(), setting));
        } else if known(HARMLESS) || known(HARMLESS_TLS) || lower == "applicationname" {
            read.harmless.push(name.clone());
        } else {
            read.unknown.push(name.clone());
        }
    }
    read.tls = asked.tls(dialect)?;
    Ok(read)
}

/// What the properties ask of the connection's protection, word for word.
#[derive(Debug, Default)]
struct Asked {
    mode: Option<TlsMode>,
    /// MySQL `useSSL`, PostgreSQL `ssl`.
    on: Option<bool>,
    require: bool,
    verify: bool,
    /// SQL Server.
    encrypt: Option<bool>,
    trust: Option<bool>,
    /// Oracle.
    tcps: bool,
    match_name: Option<bool>,
    ca_file: Option<String>,
    certificate_file: Option<String>,
    key_file: Option<String>,
}

impl Asked {
    /// Takes a property about protection; `false` where it is about something else.
    fn take(
        &mut self,
        dialect: Dialect,
        name: &str,
        lower: &str,
        value: &str,
    ) -> Result<bool, PropertyError> {
        let truth = || {
            truth(value).ok_or_else(|| {
                PropertyError(format!("\"{value}\" is neither true nor false for {name}"))
            })
        };
        let file = || Some(value.to_owned());
        if JAVA_STORES.contains(&lower) && dialect != Dialect::Sqlite {
            return Err(PropertyError(format!(
                "{name} names a Java key store, which Sluice does not read. Export the certificate \
                 as PEM (keytool -exportcert -rfc) and name it as tls.ca_file, or as \
                 tls.certificate_file and tls.key_file"
            )));
        }
        match (dialect, lower) {
            (Dialect::Mysql, "sslmode" | "ssl-mode") | (Dialect::Postgresql, "sslmode") => {
                self.mode = Some(mode(value).ok_or_else(|| {
                    PropertyError(format!("\"{value}\" is not a mode that {name} has"))
                })?);
            }
            (Dialect::Mysql, "usessl") | (Dialect::Postgresql, "ssl") => self.on = Some(truth()?),
            (Dialect::Mysql, "requiressl") => self.require = truth()?,
            (Dialect::Mysql, "verifyservercertificate") => self.verify = truth()?,
            (Dialect::SqlServer, "encrypt") => {
                self.encrypt = Some(value.eq_ignore_ascii_case("strict") || truth()?);
            }
            (Dialect::SqlServer, "trustservercertificate") => self.trust = Some(truth()?),
            (Dialect::Oracle, "oracle.protocol") => {
                self.tcps = value.eq_ignore_ascii_case("tcps");
            }
            (Dialect::Oracle, "oracle.net.ssl_server_dn_match" | "ssl_server_dn_match") => {
                self.match_name = Some(truth()?);
            }
            (Dialect::Mysql, "serversslcert") | (Dialect::Postgresql, "sslrootcert") => {
                self.ca_file = file();
            }
            (Dialect::Postgresql, "sslcert") | (Dialect::SqlServer, "clientcertificate") => {
                self.certificate_file = file();
            }
            (Dialect::Postgresql, "sslkey") | (Dialect::SqlServer, "clientkey") => {
                self.key_file = file();
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn tls(self, dialect: Dialect) -> Result<Option<Tls>, PropertyError> {
        let by_words = match dialect {
            Dialect::Mysql => match (self.on, self.require, self.verify) {
                (Some(false), ..) => Some(TlsMode::Disable),
                (_, _, true) => Some(TlsMode::VerifyCa),
                // Connector/J is content without it even where useSSL is true. Whoever wrote that
                // did not mean so.
                (Some(true), ..) | (None, true, _) => Some(TlsMode::Require),
                (None, false, false) => None,
            },
            // pgJDBC: `ssl=true` without a mode is verify-full.
            Dialect::Postgresql => self.on.map(|on| {
                if on {
                    TlsMode::VerifyFull
                } else {
                    TlsMode::Disable
                }
            }),
            Dialect::SqlServer => match (self.encrypt, self.trust) {
                (Some(false), _) => Some(TlsMode::Disable),
                (_, Some(true)) => Some(TlsMode::Require),
                (Some(true), _) | (None, Some(false)) => Some(TlsMode::VerifyFull),
                (None, None) => None,
            },
            Dialect::Oracle => self.tcps.then_some(match self.match_name {
                Some(false) => TlsMode::VerifyCa,
                _ => TlsMode::VerifyFull,
            }),
            Dialect::Sqlite | Dialect::Odbc => None,
        };
        let files = [&self.ca_file, &self.certificate_file, &self.key_file];
        let mode = match self.mode.or(by_words) {
            Some(mode) => mode,
            // A file that is named is meant to be used.
            None if self.ca_file.is_some() => TlsMode::VerifyFull,
            None if files.iter().any(|file| file.is_some()) => TlsMode::Require,
            None => return Ok(None),
        };
        let tls = Tls {
            mode,
            ca_file: self.ca_file,
            certificate_file: self.certificate_file,
            key_file: self.key_file,
        };
        tls.check().map_err(|(cause, _)| PropertyError(cause))?;
        Ok(Some(tls))
    }
}

/// The modes of Connector/J, MariaDB Connector/J and libpq.
fn mode(value: &str) -> Option<TlsMode> {
    let plain = value.trim().to_ascii_lowercase().replace('_', "-");
    Some(match plain.as_str() {
        "disable" | "disabled" | "false" | "0" => TlsMode::Disable,
        "allow" | "prefer" | "preferred" => TlsMode::Prefer,
        "require" | "required" | "trust" | "true" | "1" => TlsMode::Require,
        "verify-ca" => TlsMode::VerifyCa,
        "verify-full" | "verify-identity" => TlsMode::VerifyFull,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn mode_of(dialect: Dialect, pairs: &[(&str, &str)]) -> Option<TlsMode> {
        read(dialect, &map(pairs)).unwrap().tls.map(|tls| tls.mode)
    }

    /// The words stand in the documents of the drivers; those of the legacy properties of
    /// Connector/J under "Setting up SSL connections".
    #[test]
    fn the_modes_of_every_driver_are_read() {
        use TlsMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};
        for (pairs, mode) in [
            (&[("sslMode", "DISABLED")][..], Disable),
            (&[("sslMode", "PREFERRED")], Prefer),
            (&[("sslMode", "REQUIRED")], Require),
            (&[("sslMode", "VERIFY_CA")], VerifyCa),
            (&[("sslMode", "VERIFY_IDENTITY")], VerifyFull),
            (&[("sslMode", "trust")], Require),
            (&[("sslMode", "verify-full")], VerifyFull),
            (&[("useSSL", "false")], Disable),
            (&[("useSSL", "false"), ("requireSSL", "true")], Disable),
            (&[("useSSL", "true")], Require),
            (&[("requireSSL", "TRUE")], Require),
            (
                &[("useSSL", "true"), ("verifyServerCertificate", "true")],
                VerifyCa,
            ),
            // The newer word wins over the older ones.
            (&[("sslMode", "DISABLED"), ("useSSL", "true")], Disable),
            (&[("serverSslCert", "ca.pem")], VerifyFull),
        ] {
            assert_eq!(mode_of(Dialect::Mysql, pairs), Some(mode), "{pairs:?}");
        }
        for (pairs, mode) in [
            (&[("sslmode", "disable")][..], Disable),
            (&[("sslmode", "allow")], Prefer),
            (&[("sslmode", "require")], Require),
            (&[("sslmode", "verify-ca")], VerifyCa),
            (&[("ssl", "true")], VerifyFull),
            (&[("ssl", "")], VerifyFull),
            (&[("ssl", "false")], Disable),
            (&[("ssl", "true"), ("sslmode", "require")], Require),
            (&[("sslrootcert", "ca.pem")], VerifyFull),
            (&[("sslcert", "c.pem"), ("sslkey", "k.pem")], Require),
        ] {
            assert_eq!(mode_of(Dialect::Postgresql, pairs), Some(mode), "{pairs:?}");
        }
        for (pairs, mode) in [
            (&[("encrypt", "false")][..], Disable),
            (
                &[("encrypt", "optional"), ("trustServerCertificate", "true")],
                Disable,
            ),
            (&[("encrypt", "true")], VerifyFull),
            (&[("encrypt", "strict")], VerifyFull),
            (
                &[("encrypt", "true"), ("trustServerCertificate", "true")],
                Require,
            ),
            (&[("trustServerCertificate", "true")], Require),
        ] {
            assert_eq!(mode_of(Dialect::SqlServer, pairs), Some(mode), "{pairs:?}");
        }
        assert_eq!(mode_of(Dialect::Mysql, &[("useUnicode", "true")]), None);
    }

    #[test]
    fn files_stand_beside_the_mode() {
        let pairs = map(&[
            ("sslmode", "verify-ca"),
            ("sslrootcert", "ca.pem"),
            ("sslcert", "c.pem"),
            ("sslkey", "k.pem"),
        ]);
        let tls = read(Dialect::Postgresql, &pairs).unwrap().tls.unwrap();
        assert_eq!(tls.ca_file.as_deref(), Some("ca.pem"));
        assert_eq!(tls.certificate_file.as_deref(), Some("c.pem"));
        assert_eq!(tls.key_file.as_deref(), Some("k.pem"));
    }

    #[test]
    fn what_cannot_be_given_is_refused_by_name() {
        for (dialect, name, value) in [
            (Dialect::Mysql, "sslMode", "REQIRED"),
            (Dialect::Mysql, "useSSL", "ja"),
            (Dialect::Mysql, "trustCertificateKeyStoreUrl", "file:ca.jks"),
            (Dialect::SqlServer, "trustStore", "ca.jks"),
            (Dialect::SqlServer, "encrypt", "perhaps"),
            (Dialect::Postgresql, "sslcert", "without-a-key.pem"),
        ] {
            let error = read(dialect, &map(&[(name, value)])).unwrap_err();
            let said = error.to_string();
            assert!(
                said.contains(name) || said.contains("key_file"),
                "{name}: {said}"
            );
        }
    }

    #[test]
    fn every_property_is_of_one_sort_and_the_unknown_ones_are_named() {
        let pairs = map(&[
            ("currentSchema", "hr"),
            ("ApplicationName", "x"),
            ("allowMultiQueries", "true"),
            ("connectTimeout", "5"),
            ("socketTimeout", "5"),
            ("somethingNew", "1"),
        ]);
        let read = read(Dialect::Postgresql, &pairs).unwrap();
        assert_eq!(read.unknown, ["somethingNew"]);
        assert_eq!(read.harmless, ["allowMultiQueries"]);
        assert_eq!(
            read.replaced,
            [
                ("connectTimeout".to_owned(), "pool.connectionTimeout"),
                ("socketTimeout".to_owned(), "statement_timeout_ms"),
            ]
        );
        // A schema of the connection means nothing on MySQL, so it is not passed over there.
        let read = super::read(Dialect::Mysql, &map(&[("currentSchema", "hr")])).unwrap();
        assert_eq!(read.unknown, ["currentSchema"]);
    }
}
