//! Connections of a configuration's text: added, changed, taken out.
//!
//! **Invariant:** no password is ever written: [`ConnectionSettings`] has none, and a property that
//! holds a secret is refused. What a connection does not differ in stays as it was written, a JDBC
//! address among it.

use toml_edit::{TableLike, Value};

use super::super::connection_settings::check;
use super::super::{
    ConfigError, Connection, ConnectionSettings, Environment, Pool, Tls, Workspace,
};
use super::{child, no_table, put, put_unless, read, set, table_of};
use crate::config::{Dialect, TlsMode};

/// The text with a connection put in the place of the one of its name, or added.
///
/// # Errors
/// [`ConfigError`]: the text cannot be read, or the settings cannot be used.
pub fn put_connection(
    text: &str,
    name: &str,
    settings: &ConnectionSettings,
) -> Result<String, ConfigError> {
    check(name, settings)?;
    let was = Workspace::parse(text)?.connections.swap_remove(name);
    let is = settings.connection(name);
    let mut document = read(text)?;
    let all = child(document.as_item_mut(), "connections", true)?;
    let item = child(all, name, false)?;
    let table = table_of(item, name)?;
    // Another word for the same dialect stays.
    if was.as_ref().is_none_or(|was| was.dialect != is.dialect) {
        set(table, "dialect", word(is.dialect).into());
    }
    let environment = environment(is.environment);
    if was.is_none() {
        // What a mistake would cost is said of every connection that is made here.
        set(table, "environment", environment.into());
    } else {
        let usual = Value::from("development");
        put_unless(table, "environment", Some(environment.into()), Some(&usual));
    }
    let same = was.as_ref().is_some_and(|was| same_address(was, &is));
    if !same {
        table.remove("url");
        for (key, value) in address(&is) {
            put(table, key, value);
        }
    }
    let timeout = integer(is.statement_timeout_ms);
    let usual = integer(Connection::new("", is.dialect).statement_timeout_ms);
    put_unless(table, "statement_timeout_ms", Some(timeout), Some(&usual));
    let (tls, pool) = match &was {
        Some(was) => (was.tls.clone(), was.pool.clone()),
        None => (Tls::default(), Pool::default()),
    };
    if tls != is.tls {
        put_tls(table_of(child(item, "tls", false)?, "tls")?, &is.tls);
    }
    if pool != is.pool {
        put_pool(table_of(child(item, "pool", false)?, "pool")?, &is.pool);
    }
    if !same && (!is.properties.is_empty() || item.get("properties").is_some()) {
        let table = table_of(child(item, "properties", false)?, "properties")?;
        let gone: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| !is.properties.contains_key(key))
            .collect();
        for key in gone {
            table.remove(&key);
        }
        for (key, value) in &is.properties {
            set(table, key, value.as_str().into());
        }
    }
    // A heading under which nothing stands says nothing.
    let table = table_of(item, name)?;
    for key in ["tls", "pool", "properties"] {
        let empty = table.get(key).and_then(|item| item.as_table_like());
        if empty.is_some_and(TableLike::is_empty) {
            table.remove(key);
        }
    }
    Ok(document.to_string())
}

/// The text without a connection.
///
/// # Errors
/// [`ConfigError`]: the text cannot be read, has no such connection, or an application uses it.
pub fn remove_connection(text: &str, name: &str) -> Result<String, ConfigError> {
    let users: Vec<String> = Workspace::parse(text)?
        .applications
        .values()
        .filter(|application| application.connection.as_deref() == Some(name))
        .map(|application| format!("\"{}\"", application.name))
        .collect();
    if !users.is_empty() {
        return Err(ConfigError::new(
            format!(
                "The connection \"{name}\" is used by {}.",
                users.join(" and ")
            ),
            "Give them another connection, or remove them first.",
        ));
    }
    let mut document = read(text)?;
    let all = document
        .get_mut("connections")
        .ok_or_else(|| no_table("connections"))?;
    let removed = table_of(all, "connections")?.remove(name);
    if removed.is_none() {
        return Err(ConfigError::new(
            format!("The configuration has no connection \"{name}\"."),
            "Look at the file: it may have been taken out or renamed.",
        ));
    }
    Ok(document.to_string())
}

/// Whether the keys that a JDBC address stands for say the same.
fn same_address(was: &Connection, is: &Connection) -> bool {
    was.dialect == is.dialect
        && (&was.path, &was.odbc, &was.host, was.port) == (&is.path, &is.odbc, &is.host, is.port)
        && (&was.database, &was.user, &was.properties) == (&is.database, &is.user, &is.properties)
}

fn address(connection: &Connection) -> [(&'static str, Option<Value>); 6] {
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    [
        ("path", text(&connection.path)),
        ("odbc", text(&connection.odbc)),
        ("host", text(&connection.host)),
        ("port", connection.port.map(|port| i64::from(port).into())),
        ("database", text(&connection.database)),
        ("user", text(&connection.user)),
    ]
}

fn put_tls(table: &mut dyn TableLike, tls: &Tls) {
    let mode = match tls.mode {
        TlsMode::Disable => "disable",
        TlsMode::Prefer => "prefer",
        TlsMode::Require => "require",
        TlsMode::VerifyCa => "verify-ca",
        TlsMode::VerifyFull => "verify-full",
    };
    put_unless(table, "mode", Some(mode.into()), Some(&"prefer".into()));
    for (key, file) in [
        ("ca_file", &tls.ca_file),
        ("certificate_file", &tls.certificate_file),
        ("key_file", &tls.key_file),
    ] {
        put(table, key, file.as_deref().map(Value::from));
    }
}

fn put_pool(table: &mut dyn TableLike, pool: &Pool) {
    let usual = Pool::default();
    let numbers = |pool: &Pool| {
        [
            ("maximumPoolSize", u64::from(pool.maximum_pool_size)),
            ("minimumIdle", u64::from(pool.minimum_idle)),
            ("connectionTimeout", pool.connection_timeout),
            ("validationTimeout", pool.validation_timeout),
            ("idleTimeout", pool.idle_timeout),
            ("keepaliveTime", pool.keepalive_time),
            ("maxLifetime", pool.max_lifetime),
        ]
    };
    for ((key, value), (_, usual)) in numbers(pool).into_iter().zip(numbers(&usual)) {
        put_unless(table, key, Some(integer(value)), Some(&integer(usual)));
    }
    let statement = pool.connection_init_sql.as_deref().map(Value::from);
    put(table, "connectionInitSql", statement);
}

/// TOML has no number beyond 63 bits; as milliseconds those are longer than anything waits.
fn integer(value: u64) -> Value {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}

fn word(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Mysql => "mysql",
        Dialect::Postgresql => "postgresql",
        Dialect::SqlServer => "sqlserver",
        Dialect::Oracle => "oracle",
        Dialect::Odbc => "odbc",
    }
}

fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Development => "development",
        Environment::Test => "test",
        Environment::Production => "production",
    }
}

#[cfg(test)]
mod tests;
