//! Reaching a PostgreSQL server.

use std::time::Duration;

use sluice_core::config::Connection;
use sluice_core::{DatabaseError, Secret};
use tokio_postgres::{Client, Config, NoTls};

use super::error;
use super::notices::{self, Notices};
use crate::properties;

pub(super) fn config(
    connection: &Connection,
    password: Option<&Secret>,
) -> Result<Config, DatabaseError> {
    properties::check(connection)?;
    let mut config = Config::new();
    config
        .host(connection.host.as_deref().unwrap_or("localhost"))
        .port(connection.port())
        .application_name(properties::get(connection, "ApplicationName").unwrap_or("Sluice"));
    match connection.pool.keepalive_time {
        0 => config.keepalives(false),
        every => config.keepalives_idle(Duration::from_millis(every)),
    };
    if let Some(user) = &connection.user {
        config.user(user);
    }
    if let Some(password) = password {
        config.password(password.expose());
    }
    if let Some(database) = &connection.database {
        config.dbname(database);
    }
    if let Some(schema) = properties::get(connection, "currentSchema") {
        // Options are cut at spaces unless a backslash stands before them.
        let schema = schema.replace('\\', "\\\\").replace(' ', "\\ ");
        config.options(format!("-c search_path={schema}"));
    }
    Ok(config)
}

pub(super) async fn connect(config: &Config) -> Result<(Client, Notices), DatabaseError> {
    let connected = config.connect(NoTls).await;
    let (client, connection) = connected.map_err(|e| error::at_connect(&e))?;
    Ok((client, notices::drive(connection)))
}
