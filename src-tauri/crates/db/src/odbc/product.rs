//! What is known of a database behind an ODBC driver once it has said its name.
//!
//! To add a product: a variant, its name in [`Product::of`], and an arm in each function.

use sluice_core::config::Dialect;
use sluice_odbc::{Cell, Direction, Parameter, Run};

/// A database by what its driver says of it (SQL_DBMS_NAME).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    /// MySQL and MariaDB.
    Mysql,
    Postgres,
    SqlServer,
    /// Db2 for Linux, UNIX and Windows.
    Db2,
    Other,
}

impl Product {
    /// The dialect whose grammar it has; that of the standard where it is not known.
    pub(super) fn grammar(self) -> Dialect {
        match self {
            Self::Mysql => Dialect::Mysql,
            Self::Postgres => Dialect::Postgresql,
            Self::SqlServer => Dialect::SqlServer,
            Self::Db2 | Self::Other => Dialect::Odbc,
        }
    }

    pub(super) fn of(dbms: &str) -> Self {
        let name = dbms.to_ascii_lowercase();
        if name.contains("mariadb") || name.contains("mysql") {
            Self::Mysql
        } else if name.contains("postgres") {
            Self::Postgres
        } else if name.contains("sql server") {
            Self::SqlServer
        } else if name.starts_with("db2/") && !name.contains("400") {
            Self::Db2
        } else {
            Self::Other
        }
    }

    /// Asks for the version.
    pub(super) fn version_sql(self) -> Option<&'static str> {
        match self {
            Self::Mysql => Some("SELECT VERSION()"),
            Self::Postgres => Some("SELECT current_setting('server_version')"),
            Self::SqlServer => {
                Some("SELECT CAST(SERVERPROPERTY('ProductVersion') AS varchar(128))")
            }
            Self::Db2 => Some("SELECT SERVICE_LEVEL FROM SYSIBMADM.ENV_INST_INFO"),
            Self::Other => None,
        }
    }

    /// The shortest question.
    pub(super) fn ping_sql(self) -> Option<&'static str> {
        match self {
            Self::Mysql | Self::Postgres | Self::SqlServer => Some("SELECT 1"),
            Self::Db2 => Some("SELECT 1 FROM SYSIBM.SYSDUMMY1"),
            Self::Other => None,
        }
    }

    /// Asks for the name under which the session can be ended. Only for databases that do not
    /// notice by themselves that the client of a running statement is gone.
    pub(super) fn session_sql(self) -> Option<&'static str> {
        match self {
            Self::Mysql => Some("SELECT CONNECTION_ID()"),
            Self::Postgres => Some("SELECT pg_backend_pid()"),
            Self::SqlServer | Self::Db2 | Self::Other => None,
        }
    }

    /// Ends another session of the same account, with the statement it runs.
    pub(super) fn stop(self, session: &str) -> Option<Run> {
        let sql = match self {
            // KILL takes no placeholder on every server; the number is the server's own.
            Self::Mysql => format!("KILL CONNECTION {}", session.parse::<u64>().ok()?),
            Self::Postgres => "SELECT pg_terminate_backend(CAST(? AS integer))".to_owned(),
            Self::SqlServer | Self::Db2 | Self::Other => return None,
        };
        let bound = (self == Self::Postgres).then(|| Parameter {
            value: Cell::Text(session.to_owned()),
            direction: Direction::In,
        });
        Some(Run {
            sql,
            parameters: bound.into_iter().collect(),
            timeout: 0,
        })
    }
}

/// Product and version: "MariaDB 10.11.19", from "MariaDB" and "10.11.19-MariaDB-0+deb12u1".
pub(super) fn named(product: &str, version: &str) -> String {
    let number = version
        .split_whitespace()
        .find(|word| word.contains(|c: char| c.is_ascii_digit()))
        .and_then(|word| word.split('-').next());
    match number {
        Some(number) => format!("{product} {number}"),
        None => product.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_known_by_the_names_their_drivers_give() {
        for (name, product) in [
            ("MariaDB", Product::Mysql),
            ("MySQL", Product::Mysql),
            ("PostgreSQL", Product::Postgres),
            ("Microsoft SQL Server", Product::SqlServer),
            ("DB2/LINUXX8664", Product::Db2),
            ("DB2/400 SQL", Product::Other),
            ("HDB", Product::Other),
        ] {
            assert_eq!(Product::of(name), product, "{name}");
        }
    }

    #[test]
    fn a_version_is_named_with_its_product() {
        assert_eq!(
            named("MariaDB", "10.11.19-MariaDB-0+deb12u1"),
            "MariaDB 10.11.19"
        );
        assert_eq!(
            named("PostgreSQL", "15.18 (Debian 15.18-0)"),
            "PostgreSQL 15.18"
        );
        assert_eq!(named("HDB", ""), "HDB");
    }

    #[test]
    fn only_a_number_is_put_into_kill() {
        assert_eq!(Product::Mysql.stop("42").unwrap().sql, "KILL CONNECTION 42");
        assert!(Product::Mysql.stop("42; DROP TABLE X").is_none());
    }
}
