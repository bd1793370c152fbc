//! Whether the protocol is right, by measures that are not our own: the suites of others, what the
//! provider publishes as its test, malformed requests, and conversations that a person can read.

mod conversation;
mod malformed;
mod spec;
mod suites;

/// The same tests on every dialect.
#[macro_export]
macro_rules! on_every_dialect {
    ($($name:ident),* $(,)?) => {
        $crate::on_every_dialect! { @module sqlite Sqlite $($name)* }
        $crate::on_every_dialect! { @module mariadb MariaDb $($name)* }
        $crate::on_every_dialect! { @module postgresql PostgreSql $($name)* }
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
