//! The incremental import: a mapping of its own, a column that says when a user was changed.

use anyhow::ensure;
use sluice_tests::support::site::{On, Site};

use super::scribe::Scribe;
use super::{COLUMNS_ORIGINAL, client, few};

/// The configuration with a column that says when a user was changed, and the import that asks for it.
/// The demo's procedures do not know the column.
pub(super) fn with_changes(text: &str) -> anyhow::Result<String> {
    let all = "SELECT * FROM USERS ORDER BY USER_ID";
    let one = "SELECT * FROM USERS WHERE USER_ID = ?";
    let mut text = text.to_owned();
    for (from, to) in [
        (
            "[applications.jdbc_on_prem]\n".to_owned(),
            "[applications.jdbc_on_prem]\nchanged_column = \"CHANGED_AT\"\n".to_owned(),
        ),
        (
            "kind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"".to_owned(),
            format!("kind = \"sql\"\nstatement = \"{all}\""),
        ),
        (
            "kind = \"procedure\"\nstatement = \"CALL GET_USER_BY_ID(?)\"".to_owned(),
            format!("kind = \"sql\"\nstatement = \"{one}\""),
        ),
    ] {
        ensure!(text.contains(&from), "the demo has no {from}");
        text = text.replacen(&from, &to, 1);
    }
    Ok(format!(
        "{text}\n[applications.jdbc_on_prem.operations.incremental_import]\nkind = \"sql\"\n\
         statement = \"SELECT * FROM USERS WHERE CHANGED_AT > ? ORDER BY USER_ID\"\n\
         parameters = [\"CHANGED_AT\"]\n"
    ))
}

pub(super) async fn an_incremental_import(on: On) -> anyhow::Result<()> {
    let variant = COLUMNS_ORIGINAL;
    let mut failure = None;
    let mut site = Site::with(on, |text| match with_changes(&text) {
        Ok(text) => text,
        Err(error) => {
            failure = Some(error);
            text
        }
    })
    .await?;
    if let Some(error) = failure {
        return Err(error);
    }
    few(&mut site).await?;
    let column = match on {
        On::MariaDb | On::OdbcMariaDb => "DATETIME",
        On::PostgreSql | On::OdbcPostgreSql => "TIMESTAMP",
        On::Sqlite => "TEXT",
    };
    for sql in [
        &format!("ALTER TABLE USERS ADD COLUMN CHANGED_AT {column}"),
        "UPDATE USERS SET CHANGED_AT = '2019-01-01 00:00:00'",
        "UPDATE USERS SET CHANGED_AT = '2021-01-02 03:04:05' WHERE USER_ID = 'yoda@galaxy.local'",
        "UPDATE USERS SET CHANGED_AT = '2020-04-07 14:19:34' WHERE USER_ID = 'c3-po@galaxy.local'",
        "UPDATE USERS SET CHANGED_AT = '2020-04-07 14:19:35' WHERE USER_ID = 'darth.vader@galaxy.local'",
    ] {
        site.reader.run(sql).await?;
    }
    let client = client(&site, variant)?;
    let mut scribe = Scribe::new(&client, on, variant);
    let changed = |since: &str, start: usize| {
        format!("Users?filter=meta.lastModified%20gt%20%22{since}%22&startIndex={start}&count=1")
    };
    for (why, path) in [
        (
            "The agent tests the connection: there is a capability more",
            "ServiceProviderConfig".to_owned(),
        ),
        (
            "Who was changed since the last import: not who was changed at that second",
            changed("2020-04-07T14:19:34Z", 1),
        ),
        ("The next page", changed("2020-04-07T14:19:34Z", 2)),
        (
            "Nobody since then; the time has a zone",
            changed("2021-01-02T04:04:05%2B01:00", 1),
        ),
    ] {
        scribe.ask(why, "GET", &path, None).await?;
    }
    scribe.end(
        "incremental",
        "Incremental import: users that were changed since a time",
    )
}
