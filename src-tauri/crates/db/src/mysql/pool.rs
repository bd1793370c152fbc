//! Reaching a MySQL or MariaDB server.

use std::time::Duration;

use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder};
use sluice_core::config::Connection;
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret};
use tokio::time::timeout;

use crate::properties;

/// Statements kept prepared on each connection.
const PREPARED: usize = 128;
/// How long the goodbye of a connection may take.
const GOODBYE: Duration = Duration::from_secs(1);

pub(super) fn options(
    connection: &Connection,
    password: Option<&Secret>,
) -> Result<Opts, DatabaseError> {
    properties::check(connection)?;
    let keepalive = connection.pool.keepalive_time;
    let keepalive = (keepalive > 0).then(|| Duration::from_millis(keepalive));
    Ok(OptsBuilder::default()
        .ip_or_hostname(connection.host.as_deref().unwrap_or("localhost"))
        .tcp_port(connection.port())
        .user(connection.user.clone())
        .pass(password.map(Secret::expose))
        .db_name(connection.database.clone())
        // A row that already holds what an UPDATE writes was found, as Connector/J counts it.
        .client_found_rows(true)
        // The address that was configured, and no socket that the server tells of.
        .prefer_socket(false)
        .stmt_cache_size(PREPARED)
        .tcp_keepalive(keepalive)
        .into())
}

/// A connection that says goodbye when it is dropped. Without that the server counts an aborted
/// client and writes a warning whenever the pool closes one.
pub(crate) struct Handle(Option<Conn>);

impl Handle {
    pub(super) fn new(conn: Conn) -> Self {
        Self(Some(conn))
    }

    pub(super) fn get(&self) -> Option<&Conn> {
        self.0.as_ref()
    }

    /// The connection, which is there until the handle is dropped.
    pub(super) fn conn(&mut self) -> Result<&mut Conn, DatabaseError> {
        self.0.as_mut().ok_or_else(|| {
            DatabaseError::new(
                DatabaseErrorKind::ConnectionLost,
                "The connection is closed.",
            )
        })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let (Some(conn), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(timeout(GOODBYE, conn.disconnect()));
        }
    }
}

/// Ends another connection and the statement it runs. Whoever may log in may do this to their own.
pub(super) async fn kill(options: Opts, id: u32) {
    let killed = async {
        let mut conn = Conn::new(options).await?;
        // A number of the driver's own; KILL takes no placeholder on every server.
        conn.query_drop(format!("KILL CONNECTION {id}")).await?;
        conn.disconnect().await
    };
    if let Err(error) = killed.await {
        tracing::debug!(%error, "a statement that ran too long could not be stopped at the server");
    }
}

/// Whether the server's last answer said that a transaction is open.
pub(super) fn in_transaction(conn: &Conn) -> bool {
    conn.last_ok_packet().is_some_and(|packet| {
        packet
            .status_flags()
            .contains(StatusFlags::SERVER_STATUS_IN_TRANS)
    })
}
