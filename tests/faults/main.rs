//! Bad input and broken surroundings: each has its status, a detail with cause and remedy, and
//! nothing of a driver or a secret in it; nothing is changed.

mod database;
mod deadlock;
mod import;
mod load;
mod request;

use serde_json::Value;
use sluice_tests::support::server::Answered;

/// An error as RFC 7644 §3.12 asks: the right status, the form, a sentence, no driver's words.
///
/// # Panics
/// Where it is not.
#[track_caller]
pub fn assert_error(answer: &Answered, status: u16, words: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(
        answer.json["schemas"],
        serde_json::json!(["urn:ietf:params:scim:api:messages:2.0:Error"]),
        "{}",
        answer.text
    );
    let told = match &answer.json["status"] {
        Value::String(text) => text.parse().unwrap_or(0),
        number => number.as_u64().unwrap_or(0),
    };
    assert_eq!(told, u64::from(status), "{}", answer.text);
    let detail = answer.json["detail"].as_str().unwrap_or_default();
    for word in words {
        assert!(detail.contains(word), "\"{word}\" is not in: {detail}");
    }
    assert!(
        detail.contains(". ") && detail.ends_with('.'),
        "cause and remedy are two sentences: {detail}"
    );
    for internal in [
        "SQLSTATE",
        "sqlx",
        "mysql",
        "Mysql",
        "postgres",
        "ERROR ",
        "error returned",
        "Server error",
        "constraint failed",
        "panicked",
        "oktademo",
        "Duplicate entry",
        "violates",
    ] {
        assert!(
            !detail.contains(internal),
            "driver text \"{internal}\" in: {detail}"
        );
    }
    assert!(
        answer.headers.contains_key("x-sluice-exchange"),
        "no exchange to look up"
    );
}

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
