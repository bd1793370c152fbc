//! The wire, over real TLS, on every dialect: the guide's four tests by curl, and what the agent and
//! the RFC ask of each endpoint. What is changed is read back by a connection of the test's own.

mod authentication;
mod conditions;
mod console_changes;
mod console_users;
mod data;
mod discovery;
mod entitlement_usage;
mod fields;
mod guide;
mod header;
mod health;
mod import;
mod incremental;
mod patch;
mod procedures;
mod replay;
mod search;
mod simulator;
mod table;
mod users;
mod v1;

/// The same tests on every dialect.
#[macro_export]
macro_rules! on_every_dialect {
    ($($name:ident),* $(,)?) => {
        $crate::on_every_dialect! { @module sqlite Sqlite $($name)* }
        $crate::on_every_dialect! { @module mariadb MariaDb $($name)* }
        $crate::on_every_dialect! { @module postgresql PostgreSql $($name)* }
        $crate::on_every_dialect! { @module mariadb_by_odbc OdbcMariaDb $($name)* }
        $crate::on_every_dialect! { @module postgresql_by_odbc OdbcPostgreSql $($name)* }
    };
    (@module $module:ident $on:ident $($name:ident)*) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $name() -> anyhow::Result<()> {
                    super::$name(sluice_tests::support::site::On::$on).await
                }
            )*
        }
    };
}
