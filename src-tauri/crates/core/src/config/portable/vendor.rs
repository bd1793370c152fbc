//! The vendor server's `config-<customer>.properties`: written from a configuration, and laid over one.
//!
//! Source of keys, order and defaults: a public description of that server, not its documentation. What
//! a key does there that Sluice does otherwise, or not at all, is said line by line.
//!
//! **Invariant:** a secret is written as an empty value below a line that marks it, and never read.
//!
//! To take one more key: an arm in [`meaning`], a line in [`write`] where the original's file has it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::java::entries;
use super::{FileRemark, Verdict};
use crate::config::edit::{Put, put_keys};
use crate::config::{ConfigError, Connection, Dialect, Pool, Workspace};

/// Under which the vendor's server answers; Sluice does too.
const CONTEXT: &str = "/ws/rest";
const HIKARI: &str = "app.datasource.hikari.";
/// What marks a secret that was left out.
pub const LEFT_OUT: &str = "# LEFT OUT, a secret:";

/// The file's name for a customer.
pub fn file_name(customer: &str) -> String {
    format!("config-{customer}.properties")
}

/// A configuration as the file. It has one pool for all databases: that of `connection`, or the
/// defaults where there is none.
pub fn write(workspace: &Workspace, connection: Option<&Connection>, customer: &str) -> String {
    let usual = Pool::default();
    let pool = connection.map_or(&usual, |connection| &connection.pool);
    let port = workspace.endpoint.listen.rsplit_once(':');
    let port = port.map_or("1443", |(_, port)| port);
    let limit = workspace.endpoint.header_limit_kb;
    let mut text = format!(
        "# {}, made by Sluice. Secrets are left out; each place is marked.\n\n\
         # Endpoint\n\
         server.port={port}\n\
         server.servlet.context-path={CONTEXT}\n\
         server.ssl.enabled=true\n\n\
         # Certificate\n\
         server.ssl.key-store-type=PKCS12\n\
         server.ssl.key-store=/etc/pki/tls/private/OktaOnPremScimServer-{customer}.p12\n\
         {LEFT_OUT} the password of the key store\n\
         server.ssl.key-store-password=\n\
         server.ssl.key-alias=okscimservercert\n\n\
         # TLS\n\
         server.ssl.enabled-protocols=TLSv1.2,TLSv1.3\n\
         server.ssl.client-auth=NONE\n\n\
         # Size of a request's headers\n\
         server.max-http-request-header-size={limit}KB\n\n\
         # Authentication\n\
         {LEFT_OUT} the token, 32 hex digits, as the provider's console has it after \"Bearer \"\n\
         scim.security.bearer.token=\n\n",
        file_name(customer),
    );
    match connection {
        Some(connection) => {
            let _ = writeln!(text, "# Pool, as of the connection {}", connection.name);
        }
        None => text.push_str("# Pool\n"),
    }
    for (key, value) in [
        ("maximumPoolSize", u64::from(pool.maximum_pool_size)),
        ("minimumIdle", u64::from(pool.minimum_idle)),
        ("connectionTimeout", pool.connection_timeout),
        ("validationTimeout", pool.validation_timeout),
        ("idleTimeout", pool.idle_timeout),
        ("keepaliveTime", pool.keepalive_time),
        ("maxLifetime", pool.max_lifetime),
        ("initializationFailTimeout", 0),
    ] {
        let _ = writeln!(text, "{HIKARI}{key}={value}");
    }
    if let Some(sql) = &pool.connection_init_sql {
        let _ = writeln!(text, "{HIKARI}connectionInitSql={}", escaped(sql));
    }
    text.push_str(
        "\n# Log\n\
         logging.level.root=INFO\n\
         logging.level.org.springframework.web=WARN\n\
         logging.level.org.apache.catalina=WARN\n\
         logging.level.com.okta.server.scim=INFO\n\
         logging.level.org.springframework.jdbc=INFO\n\n\
         logging.pattern.file=%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}  [pid:${PID:-unknown}] [%thread] %class{36}:%line - %msg%n\n\
         logging.pattern.console=1\n",
    );
    text
}

/// What of a configuration the file does not hold, in sentences.
pub fn not_held(workspace: &Workspace, connection: Option<&Connection>) -> Vec<String> {
    let mut notes = vec![
        "The vendor's server is told connections and operations by the provider with every request, so they are not in this file. The connector header's JSON has them."
            .to_owned(),
        "The key store and the levels of the log are those that the vendor's server begins with.".to_owned(),
    ];
    let pool = connection.map(|connection| &connection.pool);
    let other = workspace.connections.values().find(|other| {
        connection.is_some_and(|connection| connection.name != other.name)
            && Some(&other.pool) != pool
    });
    if let Some(other) = other {
        notes.push(format!(
            "It has one pool for all databases. The pool of \"{}\" is another one here.",
            other.name
        ));
    }
    notes
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // The file is Latin-1 to an old reader.
            c if !c.is_ascii() => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// A configuration's text with what a file says, and what became of each of its lines.
#[derive(Clone, Debug)]
pub struct Laid {
    pub text: String,
    pub remarks: Vec<FileRemark>,
}

/// Lays a file over a configuration. What it says of the pool holds for every connection to a server.
///
/// # Errors
/// [`ConfigError`] where the configuration is no TOML. What cannot be used of the file is no error: it
/// is a remark.
pub fn lay_over(properties: &str, text: &str, workspace: &Workspace) -> Result<Laid, ConfigError> {
    let servers: Vec<&str> = workspace
        .connections
        .values()
        .filter(|connection| connection.dialect != Dialect::Sqlite)
        .map(|connection| connection.name.as_str())
        .collect();
    let mut keys = Vec::new();
    let mut remarks = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in entries(properties) {
        let line = Some(entry.line);
        let value = match entry.value {
            Ok(value) => value,
            Err(why) => {
                let remark = FileRemark::new(
                    line,
                    &entry.key,
                    Verdict::Left,
                    format!("Its value cannot be read: it has {why}."),
                );
                remarks.push(remark.remedy("Correct the line."));
                continue;
            }
        };
        // In this format a # in a value belongs to it; a note behind a value is a slip that is meant well.
        let value = value.split(" #").next().unwrap_or_default().trim();
        let mut remark = match meaning(&entry.key, value, workspace) {
            Meaning::Endpoint(key, put) => {
                keys.push((vec!["endpoint".to_owned(), key.to_owned()], put));
                FileRemark::new(
                    line,
                    &entry.key,
                    Verdict::Taken,
                    format!("Becomes endpoint.{key}."),
                )
            }
            Meaning::Pool(..) if servers.is_empty() => {
                let says = "There is no connection to a server whose pool it could be.";
                FileRemark::new(line, &entry.key, Verdict::Left, says)
                    .remedy("Add a connection first, then import the file again.")
            }
            Meaning::Pool(key, put) => {
                for name in &servers {
                    let path = ["connections", name, "pool", key];
                    keys.push((path.map(str::to_owned).to_vec(), put.clone()));
                }
                let says = format!("Becomes pool.{key} of {}.", servers.join(", "));
                FileRemark::new(line, &entry.key, Verdict::Taken, says)
            }
            Meaning::Same(says) => FileRemark::new(line, &entry.key, Verdict::Same, says),
            Meaning::Secret(says, remedy) => {
                FileRemark::new(line, &entry.key, Verdict::Secret, says).remedy(remedy)
            }
            Meaning::Left(says, remedy) => {
                FileRemark::new(line, &entry.key, Verdict::Left, says).remedy(remedy)
            }
        };
        if !seen.insert(entry.key.clone()) {
            remark
                .says
                .push_str(" The key stands in the file before; this line counts.");
        }
        remarks.push(remark);
    }
    Ok(Laid {
        text: put_keys(text, &keys)?,
        remarks,
    })
}

enum Meaning {
    Endpoint(&'static str, Put),
    Pool(&'static str, Put),
    Same(String),
    Secret(String, String),
    Left(String, String),
}

fn meaning(key: &str, value: &str, workspace: &Workspace) -> Meaning {
    if let Some(key) = key.strip_prefix(HIKARI) {
        return pool(key, value);
    }
    if let Some(target) = key.strip_prefix("logging.") {
        let says =
            format!("Sluice has no log by classes of Java, so {target} has nothing to act on.");
        return left(
            says,
            "Traffic shows each statement with its values; the program's own log is set under Logging.",
        );
    }
    match key {
        "server.port" => match value.parse::<u16>() {
            Ok(port) => {
                let listen = &workspace.endpoint.listen;
                let host = listen.rsplit_once(':').map_or("0.0.0.0", |(host, _)| host);
                Meaning::Endpoint("listen", Put::Text(format!("{host}:{port}")))
            }
            Err(_) => wrong("a port from 0 to 65535"),
        },
        "server.address" => {
            let listen = &workspace.endpoint.listen;
            let port = listen.rsplit_once(':').map_or("1443", |(_, port)| port);
            Meaning::Endpoint("listen", Put::Text(format!("{value}:{port}")))
        }
        "server.servlet.context-path" if value.trim_end_matches('/') == CONTEXT => same("It is served under this path."),
        "server.servlet.context-path" => left(
            format!("The endpoint is served under {CONTEXT} only."),
            "Give the provider the base URL that Overview shows.",
        ),
        "server.ssl.enabled" if value.eq_ignore_ascii_case("true") => same("The endpoint is always HTTPS."),
        "server.ssl.enabled" => left("The endpoint is never without HTTPS.", "Leave it as it is."),
        "server.ssl.enabled-protocols" => {
            let all: Vec<&str> = value.split(',').map(str::trim).collect();
            if all.len() == 2 && all.contains(&"TLSv1.2") && all.contains(&"TLSv1.3") {
                same("TLS 1.2 and 1.3 are spoken.")
            } else {
                left("TLS 1.2 and 1.3 are spoken, whatever stands here.", "Leave it as it is.")
            }
        }
        "server.ssl.client-auth" if value.eq_ignore_ascii_case("none") => same("No certificate is asked of the agent."),
        "server.ssl.client-auth" => left("No certificate is asked of the agent.", "Leave it as it is: the token says who asks."),
        "server.ssl.key-store-password" => Meaning::Secret(
            "The password of the key store is not read from a file.".into(),
            "Bring the key store itself under Certificate; its password is asked there.".into(),
        ),
        "server.ssl.key-store" | "server.ssl.key-store-type" | "server.ssl.key-alias" => left(
            "The certificate is not taken from the configuration.",
            "To go on with the certificate the agent trusts already, bring the key store under Certificate.",
        ),
        "scim.security.bearer.token" => Meaning::Secret(
            "The token is not read from a file.".into(),
            "Give the provider the token that Overview shows, or start Sluice with this one in SLUICE_TOKEN.".into(),
        ),
        "server.max-http-request-header-size" | "server.max-http-header-size" => match kilobytes(value) {
            Some(size) => Meaning::Endpoint("header_limit_kb", size.into()),
            None => wrong("a size such as 10KB"),
        },
        _ if key.to_ascii_lowercase().contains("password") => Meaning::Secret(
            "It is a secret, and none is read from a file.".into(),
            "Set it where it is used: under Connections, or Token.".into(),
        ),
        _ => left("Sluice does not know this key.", "Leave it out, or look at what it was set for."),
    }
}

fn pool(key: &str, value: &str) -> Meaning {
    let number = value.parse::<u64>();
    let known = [
        "maximumPoolSize",
        "minimumIdle",
        "connectionTimeout",
        "validationTimeout",
        "idleTimeout",
        "keepaliveTime",
        "maxLifetime",
    ];
    if let Some(known) = known.into_iter().find(|known| *known == key) {
        return match number {
            Ok(number) if u32::try_from(number).is_ok() => Meaning::Pool(known, number.into()),
            _ => wrong("a whole number"),
        };
    }
    match key {
        "connectionInitSql" => Meaning::Pool("connectionInitSql", value.into()),
        "initializationFailTimeout" => same(
            "A database is first asked when a request needs it; the start never waits for one.",
        ),
        "leakDetectionThreshold" => left(
            "A connection belongs to its request and cannot leak.",
            "Leave it out.",
        ),
        "jdbcUrl" | "username" | "driverClassName" => left(
            "A connection is not taken from this file.",
            "Add it under Connections, where a JDBC address can be pasted.",
        ),
        "password" => Meaning::Secret(
            "A password is not read from a file.".into(),
            "Set it under Connections.".into(),
        ),
        _ => left("Sluice's pool does not have this setting.", "Leave it out."),
    }
}

fn same(says: &str) -> Meaning {
    Meaning::Same(says.to_owned())
}

fn left(says: impl Into<String>, remedy: &str) -> Meaning {
    Meaning::Left(says.into(), remedy.to_owned())
}

fn wrong(expected: &str) -> Meaning {
    Meaning::Left(
        format!("It must be {expected}."),
        "Correct the line.".to_owned(),
    )
}

/// `10KB`, `1MB`, `10240` or `10240B` in KiB, rounded up; nothing below 1.
fn kilobytes(text: &str) -> Option<u64> {
    let text = text.to_ascii_uppercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.trim().parse().ok()?;
    let size = match &text[digits.len()..] {
        "" | "B" => number.div_ceil(1024),
        "KB" => number,
        "MB" => number.checked_mul(1024)?,
        _ => return None,
    };
    (size > 0).then_some(size)
}

#[cfg(test)]
mod tests;
