//! JDBC addresses: what the consoles of other products keep a connection as.
//!
//! Each driver's own grammar is read, from its documentation: Connector/J, MariaDB Connector/J,
//! pgJDBC, Microsoft's driver, Oracle's thin driver, sqlite-jdbc, the old ODBC bridge. What a driver
//! would do and Sluice does not (several hosts, fail-over, LDAP) is refused by name.
//!
//! **Invariants:** a password never stays in the [`Connection`]: it is handed over as a [`Secret`],
//! and whoever asks for an address decides whether one may be there. An error quotes nothing but
//! keys, so that neither host nor password shows in it.
//!
//! To add a kind: an arm in [`parse`], a function that reads it, its properties in `properties`.

mod write;

pub use write::write;

use super::{Connection, Dialect, properties};
use crate::secret::Secret;

/// What an address says.
#[derive(Clone, Debug)]
pub struct Address {
    /// With `name` as it was given, and all properties but user and password.
    pub connection: Connection,
    /// A password that stood in the address.
    pub password: Option<Secret>,
    /// Properties that mean nothing to Sluice, as they are written there.
    pub unknown: Vec<String>,
}

/// Why an address cannot be used: the predicate of a sentence whose subject is the address, "names
/// several hosts, and Sluice connects to one".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JdbcError(String);

fn wrong<T>(what: impl Into<String>) -> Result<T, JdbcError> {
    Err(JdbcError(what.into()))
}

/// Reads an address. `name` becomes the connection's name.
///
/// # Errors
/// [`JdbcError`]: an unknown kind, a form that Sluice does not follow, a port that is none.
pub fn parse(name: &str, url: &str) -> Result<Address, JdbcError> {
    let unknown = || {
        JdbcError(
            "is not one of jdbc:mysql, jdbc:mariadb, jdbc:postgresql, jdbc:sqlserver, \
             jdbc:oracle:thin, jdbc:sqlite, jdbc:odbc"
                .to_owned(),
        )
    };
    let rest = strip(url.trim(), "jdbc:").ok_or_else(unknown)?;
    let (kind, rest) = rest.split_once(':').ok_or_else(unknown)?;
    let mut reader = match kind.to_ascii_lowercase().as_str() {
        "mysql" | "mariadb" => mysql(Reader::new(name, Dialect::Mysql), rest)?,
        "postgresql" => postgresql(Reader::new(name, Dialect::Postgresql), rest)?,
        "sqlserver" => sql_server(Reader::new(name, Dialect::SqlServer), rest)?,
        "oracle" => {
            let (_, address) = rest
                .split_once(':')
                .filter(|(driver, _)| {
                    ["thin", "oci", "oci8"]
                        .iter()
                        .any(|d| d.eq_ignore_ascii_case(driver))
                })
                .ok_or_else(unknown)?;
            oracle(Reader::new(name, Dialect::Oracle), address)?
        }
        "sqlite" => sqlite(Reader::new(name, Dialect::Sqlite), rest)?,
        "odbc" => odbc(Reader::new(name, Dialect::Odbc), rest)?,
        _ => return Err(unknown()),
    };
    let read = properties::read(reader.connection.dialect, &reader.connection.properties)
        .map_err(|error| JdbcError(format!("has a property that cannot be used: {error}")))?;
    reader.unknown.extend(read.unknown);
    Ok(Address {
        connection: reader.connection,
        password: reader.password,
        unknown: reader.unknown,
    })
}

/// What has been read so far.
struct Reader {
    connection: Connection,
    password: Option<Secret>,
    unknown: Vec<String>,
}

impl Reader {
    fn new(name: &str, dialect: Dialect) -> Self {
        Self {
            connection: Connection::new(name, dialect),
            password: None,
            unknown: Vec::new(),
        }
    }

    /// Takes `host`, `host:port`, `[v6]` or `[v6]:port`; localhost where it is empty.
    fn host(&mut self, text: &str) -> Result<(), JdbcError> {
        if text.contains(',') {
            return wrong("names several hosts, and Sluice connects to one");
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(v6) => match v6.split_once(']') {
                Some((host, "")) => (host, None),
                Some((host, rest)) => match rest.strip_prefix(':') {
                    Some(port) => (host, Some(port)),
                    None => return wrong("has something after the address in brackets"),
                },
                None => return wrong("has an address in brackets that does not end"),
            },
            None => match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        self.connection.host = Some(if host.is_empty() { "localhost" } else { host }.to_owned());
        if let Some(port) = port.filter(|port| !port.is_empty()) {
            self.port(port)?;
        }
        Ok(())
    }

    fn port(&mut self, text: &str) -> Result<(), JdbcError> {
        match text.trim().parse() {
            Ok(port) if port > 0 => self.connection.port = Some(port),
            _ => return wrong("has a port that is no number from 1 to 65535"),
        }
        Ok(())
    }

    /// A property; user and password have places of their own.
    fn property(&mut self, key: &str, value: String) {
        let lower = key.to_ascii_lowercase();
        match lower.as_str() {
            "user" | "username" | "uid" => self.connection.user = Some(value),
            "password" | "pwd" => self.password = Some(Secret::new(value)),
            _ => {
                self.connection.properties.insert(key.to_owned(), value);
            }
        }
    }

    /// `a=b&c=d`, percent-decoded.
    fn query(&mut self, text: &str, decode: fn(&str) -> String) {
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.property(&decode(key), decode(value));
        }
    }

    /// `user` or `user` with a password after the first mark.
    fn login(&mut self, text: &str, mark: char) {
        let (user, password) = match text.split_once(mark) {
            Some((user, password)) => (user, Some(password)),
            None => (text, None),
        };
        if !user.is_empty() {
            self.connection.user = Some(percent(user.trim_matches('"')));
        }
        if let Some(password) = password.filter(|password| !password.is_empty()) {
            self.password = Some(Secret::new(percent(password.trim_matches('"'))));
        }
    }
}

/// `//host:port/database?key=value&…`, also `//user:password@host…`.
fn mysql(mut reader: Reader, rest: &str) -> Result<Reader, JdbcError> {
    let Some(rest) = rest.strip_prefix("//") else {
        let form = rest.split(['/', ':']).next().unwrap_or_default();
        return wrong(match form.to_ascii_lowercase().as_str() {
            "loadbalance" | "replication" | "sequential" | "failover" | "aurora"
            | "load-balance-read" => {
                "is of a form for several hosts, and Sluice connects to one".to_owned()
            }
            "srv" => {
                "asks DNS for its hosts (SRV), and Sluice connects to one that is named".into()
            }
            _ => "has no // before its host".into(),
        });
    };
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = address.split_once('/').unwrap_or((address, ""));
    let authority = match authority.rsplit_once('@') {
        Some((login, host)) => {
            reader.login(login, ':');
            host
        }
        None => authority,
    };
    if authority.contains('(') {
        return wrong("describes its host in parentheses; write //host:port/database");
    }
    reader.host(authority)?;
    reader.connection.database = Some(percent(database));
    reader.query(query, percent);
    Ok(reader)
}

/// `//host:port/database?…`, `/database`, `database`, or nothing at all.
fn postgresql(mut reader: Reader, rest: &str) -> Result<Reader, JdbcError> {
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, database) = match address.strip_prefix("//") {
        Some(address) => address.split_once('/').unwrap_or((address, "")),
        None => ("", address.strip_prefix('/').unwrap_or(address)),
    };
    reader.host(host)?;
    reader.query(query, form);
    // These stand in for parts of the address where it leaves them out.
    let mut database = form(database);
    for (key, value) in std::mem::take(&mut reader.connection.properties) {
        match key.as_str() {
            "PGHOST" if host.is_empty() => reader.host(&value)?,
            "PGPORT" if reader.connection.port.is_none() => reader.port(&value)?,
            "PGDBNAME" if database.is_empty() => database = value,
            "PGHOST" | "PGPORT" | "PGDBNAME" => {}
            _ => {
                reader.connection.properties.insert(key, value);
            }
        }
    }
    if database.is_empty() {
        // The server's own rule: a database of the user's name.
        database = reader.connection.user.clone().unwrap_or_default();
    }
    reader.connection.database = Some(database);
    Ok(reader)
}

/// `//host\instance:port;key=value;…`, values in braces where they hold a semicolon.
fn sql_server(mut reader: Reader, rest: &str) -> Result<Reader, JdbcError> {
    let Some(rest) = rest.strip_prefix("//") else {
        return wrong("has no // before its host");
    };
    let (address, properties) = rest.split_once(';').unwrap_or((rest, ""));
    let (host, tail) = match address.split_once('\\') {
        Some((host, tail)) => (host, Some(tail)),
        None => (address, None),
    };
    match tail {
        Some(tail) => {
            let (instance, port) = match tail.split_once(':') {
                Some((instance, port)) => (instance, Some(port)),
                None => (tail, None),
            };
            reader.host(host)?;
            if let Some(port) = port {
                reader.port(port)?;
            }
            reader
                .connection
                .properties
                .insert("instanceName".into(), instance.into());
        }
        None => reader.host(host)?,
    }
    for (key, value) in braced(properties)? {
        match key.to_ascii_lowercase().as_str() {
            "servername" | "server" => {
                if host.is_empty() {
                    // Written without brackets here, also where it is an IPv6 address.
                    let (server, instance) = match value.split_once('\\') {
                        Some((server, instance)) => (server.to_owned(), Some(instance.to_owned())),
                        None => (value, None),
                    };
                    reader.connection.host = Some(server);
                    if let Some(instance) = instance {
                        reader
                            .connection
                            .properties
                            .insert("instanceName".into(), instance);
                    }
                }
            }
            "portnumber" | "port" => {
                if reader.connection.port.is_none() {
                    reader.port(&value)?;
                }
            }
            "databasename" | "database" => reader.connection.database = Some(value),
            "instancename" => {
                let properties = &mut reader.connection.properties;
                properties.entry("instanceName".into()).or_insert(value);
            }
            "failoverpartner" => {
                return wrong("names a fail-over partner, and Sluice connects to one host");
            }
            _ => reader.property(&key, value),
        }
    }
    // The driver's own rule: the login's default database, which is "master" unless it was changed.
    let database = &mut reader.connection.database;
    database.get_or_insert_with(|| "master".to_owned());
    Ok(reader)
}

/// `key=value;key={va;lue};`: a closing brace inside is doubled.
fn braced(text: &str) -> Result<Vec<(String, String)>, JdbcError> {
    let mut pairs = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t', '\r', '\n']);
        if rest.is_empty() {
            return Ok(pairs);
        }
        let Some((key, after)) = rest.split_once('=') else {
            return wrong("has a property without a value");
        };
        let key = key.trim();
        if key.contains(';') {
            return wrong("has a property without a value");
        }
        let after = after.trim_start();
        let value;
        if let Some(inside) = after.strip_prefix('{') {
            let mut text = String::new();
            let mut characters = inside.char_indices().peekable();
            let end = loop {
                match characters.next() {
                    None => {
                        return wrong(format!("has no closing brace in its property {key}"));
                    }
                    Some((_, '}')) if characters.peek().is_some_and(|(_, c)| *c == '}') => {
                        characters.next();
                        text.push('}');
                    }
                    Some((at, '}')) => break at + 1,
                    Some((_, character)) => text.push(character),
                }
            };
            let tail = inside[end..].trim_start();
            if !tail.is_empty() && !tail.starts_with(';') {
                return wrong(format!(
                    "has something after the closing brace of its property {key}"
                ));
            }
            (value, rest) = (text, tail);
        } else {
            let (text, tail) = after.split_once(';').unwrap_or((after, ""));
            (value, rest) = (text.trim_end().to_owned(), tail);
        }
        pairs.push((key.to_owned(), value));
    }
}

/// `user/password@//host:port/service`, `@tcps://…`, `@host:port:sid`, `@(DESCRIPTION=…)`.
fn oracle(mut reader: Reader, text: &str) -> Result<Reader, JdbcError> {
    let (login, address) = at_sign(text);
    let Some(address) = address else {
        return wrong("has no @ before its host");
    };
    reader.login(login, '/');
    let address = address.trim();
    if address.starts_with('(') {
        return Ok(descriptor(reader, address));
    }
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let (protocol, address) = match address.split_once("//") {
        Some((protocol, address)) => (protocol.trim_end_matches(':').to_ascii_lowercase(), address),
        None => (String::new(), address),
    };
    match protocol.as_str() {
        "" | "tcp" => {}
        "tcps" => {
            let properties = &mut reader.connection.properties;
            properties.insert("oracle.protocol".into(), "tcps".into());
        }
        "ldap" | "ldaps" => {
            return wrong("asks a directory (LDAP) for its host; write //host:port/service");
        }
        _ => return wrong("is of a protocol other than tcp and tcps"),
    }
    let (authority, service) = match address.split_once('/') {
        Some((authority, service)) => (authority, Some(service)),
        None => (address, None),
    };
    let parts: Vec<&str> = if authority.starts_with('[') {
        vec![authority]
    } else {
        authority.split(':').collect()
    };
    match (parts.as_slice(), service) {
        // host:port:sid, the oldest form.
        ([host, port, sid], None) => {
            reader.host(host)?;
            reader.port(port)?;
            reader.connection.database = Some((*sid).to_owned());
            let properties = &mut reader.connection.properties;
            properties.insert("oracle.sid".into(), (*sid).to_owned());
        }
        ([_], None) if protocol.is_empty() && !address.is_empty() => {
            return wrong(
                "names an alias of tnsnames.ora, which Sluice does not read; write \
                 //host:port/service",
            );
        }
        (_, Some(service)) => {
            reader.host(authority)?;
            // service:server/instance
            let (service, instance) = service.split_once('/').unwrap_or((service, ""));
            let (service, server) = service.split_once(':').unwrap_or((service, ""));
            reader.connection.database = Some(service.to_owned());
            for (key, value) in [("oracle.server", server), ("oracle.instance", instance)] {
                if !value.is_empty() {
                    let properties = &mut reader.connection.properties;
                    properties.insert(key.into(), value.into());
                }
            }
        }
        _ => return wrong("has neither a service nor a SID"),
    }
    reader.query(query, percent);
    Ok(reader)
}

/// Splits at the `@` that ends the login; one in quotes or in a descriptor does not count.
fn at_sign(text: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '@' if !quoted => return (&text[..at], Some(&text[at + 1..])),
            _ => {}
        }
    }
    (text, None)
}

/// `(DESCRIPTION=…)` goes to the driver as it is; host, port and service are read out of it to be
/// shown.
fn descriptor(mut reader: Reader, text: &str) -> Reader {
    let value = |key: &str| {
        let lower = text.to_ascii_lowercase();
        let mut from = 0;
        while let Some(found) = lower[from..].find(key) {
            let after = from + found + key.len();
            let before = lower[..from + found].trim_end();
            if before.ends_with('(')
                && let Some(tail) = text[after..].trim_start().strip_prefix('=')
            {
                let end = tail.find([')', '(']).unwrap_or(tail.len());
                return Some(tail[..end].trim().to_owned());
            }
            from = after;
        }
        None
    };
    let connection = &mut reader.connection;
    connection.host = Some(value("host").unwrap_or_else(|| "localhost".into()));
    connection.port = value("port").and_then(|port| port.parse().ok());
    let service = value("service_name").or_else(|| value("sid"));
    connection.database = Some(service.unwrap_or_default());
    if value("protocol").is_some_and(|protocol| protocol.eq_ignore_ascii_case("tcps")) {
        let properties = &mut connection.properties;
        properties.insert("oracle.protocol".into(), "tcps".into());
    }
    let properties = &mut connection.properties;
    properties.insert("oracle.descriptor".into(), text.to_owned());
    reader
}

/// `file?key=value`, also `file:path`.
fn sqlite(mut reader: Reader, rest: &str) -> Result<Reader, JdbcError> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match strip(path, "file:") {
        Some(path) => percent(path),
        None => path.to_owned(),
    };
    if path.is_empty() || path.starts_with(":memory:") || path.starts_with(":resource:") {
        return wrong("names no file, and Sluice needs one");
    }
    reader.connection.path = Some(path);
    reader.query(query, percent);
    Ok(reader)
}

/// `dsn;key=value`, or a connection string.
fn odbc(reader: Reader, rest: &str) -> Result<Reader, JdbcError> {
    let (first, tail) = rest.split_once(';').unwrap_or((rest, ""));
    match first.trim() {
        "" => wrong("names no data source"),
        // A connection string from its beginning.
        pair if pair.contains('=') => odbc_pairs(reader, rest, String::new()),
        source => odbc_pairs(reader, tail, format!("DSN={source}")),
    }
}

fn odbc_pairs(mut reader: Reader, text: &str, mut kept: String) -> Result<Reader, JdbcError> {
    for (key, value) in braced(text)? {
        match key.to_ascii_lowercase().as_str() {
            "uid" | "user" => reader.connection.user = Some(value),
            "pwd" | "password" => reader.password = Some(Secret::new(value)),
            _ => {
                if !kept.is_empty() && !kept.ends_with(';') {
                    kept.push(';');
                }
                kept.push_str(&key);
                kept.push('=');
                // Braces keep a value with marks together, and do no harm to one without.
                if value.contains([';', '{', '}', ' ']) {
                    kept.push('{');
                    kept.push_str(&value.replace('}', "}}"));
                    kept.push('}');
                } else {
                    kept.push_str(&value);
                }
            }
        }
    }
    reader.connection.odbc = Some(kept.trim_end_matches(';').to_owned());
    Ok(reader)
}

/// The rest after a prefix, whose letter case does not matter.
fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

/// Percent-decoding; what is no encoding stays as it is, and so does a plus sign.
fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let code = (bytes[index] == b'%')
            .then(|| text.get(index + 1..index + 3))
            .flatten()
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        // What is no encoding stands for itself.
        decoded.push(code.unwrap_or(bytes[index]));
        index += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The decoding of HTML forms, which pgJDBC uses: a plus sign is a space.
fn form(text: &str) -> String {
    percent(&text.replace('+', " "))
}

#[cfg(test)]
mod tests;
