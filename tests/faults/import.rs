//! What goes wrong with an import: a client that does not wait, a disk that is full.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::people;
use sluice_tests::support::site::{On, Reader, Site};

use crate::assert_error;

crate::on_every_dialect!(
    a_client_that_hangs_up_stops_what_is_read_for_it,
    rows_that_cannot_be_put_aside_are_a_503_and_nothing_else_breaks,
);

/// Half a minute for the fifteen people.
fn endless(on: On) -> &'static str {
    match on {
        On::Sqlite => {
            "SELECT U.* FROM USERS U WHERE (WITH RECURSIVE S(N) AS (SELECT 1 UNION ALL SELECT N + 1 FROM S WHERE N < 900000000 + LENGTH(U.USER_ID)) SELECT COUNT(*) FROM S) > 0"
        }
        On::MariaDb | On::OdbcMariaDb => "SELECT U.*, SLEEP(2) AS SLEPT FROM USERS U",
        On::PostgreSql | On::OdbcPostgreSql => {
            "SELECT U.* FROM USERS U WHERE pg_sleep(2) IS NOT NULL"
        }
    }
}

/// Whether it runs at the server; `None` where the database does not tell.
async fn runs(reader: &mut Reader, on: On) -> anyhow::Result<Option<bool>> {
    let sql = match on {
        On::Sqlite => return Ok(None),
        On::MariaDb | On::OdbcMariaDb => {
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT U.*, SLEEP%'"
        }
        On::PostgreSql | On::OdbcPostgreSql => {
            "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT U.* FROM USERS U WHERE pg_sleep%'"
        }
    };
    let count = reader.one(sql).await?;
    Ok(Some(count.as_deref() != Some("0")))
}

async fn until(
    what: &str,
    mut holds: impl AsyncFnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !holds().await? {
        // Shorter than what is left of the statement.
        ensure!(
            begun.elapsed() < Duration::from_secs(15),
            "not within 15 s: {what}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn a_client_that_hangs_up_stops_what_is_read_for_it(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| {
        text.replace(
            "kind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"",
            &format!("kind = \"sql\"\nstatement = \"{}\"", endless(on)),
        )
        // So that a connection that is not freed is missed at once.
        .replace("maximumPoolSize = 10", "maximumPoolSize = 1")
    })
    .await?;
    let client = site.server.client()?;
    let console = Console::of(&site.server).await?;
    let reading = async || {
        let imports = console.call("imports.list", &json!({})).await?;
        Ok(imports["imports"]
            .as_array()
            .is_some_and(|all| !all.is_empty()))
    };
    let request = client.request("GET", "Users?startIndex=1&count=5");
    let waiting = tokio::spawn(request.send());
    until("the import is seen", reading).await?;
    if on != On::Sqlite {
        let reader = &mut site.reader;
        until("the statement runs", async || {
            Ok(runs(reader, on).await? == Some(true))
        })
        .await?;
    }
    // As a client that goes: its connection is closed.
    waiting.abort();
    let reader = &mut site.reader;
    until("the statement ends", async || {
        Ok(runs(reader, on).await? != Some(true))
    })
    .await?;
    until("the import is over", async || Ok(!reading().await?)).await?;
    let begun = Instant::now();
    let luke = client.get("Users/luke.skywalker@galaxy.local").await?;
    assert_eq!(luke.status, 200, "{}", luke.text);
    ensure!(
        begun.elapsed() < Duration::from_secs(15),
        "the connection was not freed"
    );
    let listed = console
        .call(
            "traffic.list",
            &json!({"filter": "", "before": null, "limit": 50}),
        )
        .await?;
    let abandoned = listed["exchanges"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|exchange| exchange["status"] == 499);
    let abandoned = abandoned.with_context(|| format!("not recorded: {listed}"))?;
    assert_eq!(abandoned["outcome"], "failed");
    Ok(())
}

async fn rows_that_cannot_be_put_aside_are_a_503_and_nothing_else_breaks(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    people::many(&mut site.reader, on, 12_000).await?;
    // More than what stays in memory.
    let long = "x".repeat(100);
    site.reader
        .run(&format!(
            "UPDATE USERS SET STREETADDRESS = '{long}', CITY = '{long}', STATE = '{long}', ORGANIZATION = '{long}', DEPARTMENT = '{long}', MANAGER = '{long}', TITLE = '{long}', NICKNAME = '{long}' WHERE IS_ACTIVE = '1'"
        ))
        .await?;
    // A disk that takes nothing: where the folder should be, there is a file.
    let spool = site.server.data_dir.join("spool");
    std::fs::write(&spool, "")?;
    let client = site.server.client()?;
    let refused = client.get("Users?startIndex=1&count=200").await?;
    assert_error(&refused, 503, &["cannot be kept", "Make room"]);
    assert!(
        !refused.text.contains("spool"),
        "no path for a client: {}",
        refused.text
    );
    for _ in 0..3 {
        let one = client.get("Users/user0000001@example.org").await?;
        assert_eq!(one.status, 200, "{}", one.text);
    }
    std::fs::remove_file(&spool)?;
    for start in [1, 11_801] {
        let page = client
            .get(&format!("Users?startIndex={start}&count=200"))
            .await?;
        assert_eq!(page.status, 200, "{}", page.text);
        assert_eq!(page.json["totalResults"], 12_000);
        let users = page.json["Resources"].as_array().map(Vec::as_slice);
        let first = users.and_then(<[Value]>::first).context("no user")?;
        assert_eq!(first["id"], format!("user{start:07}@example.org"));
    }
    assert_eq!(
        std::fs::read_dir(&spool)?.count(),
        0,
        "nobody finds the rows on the disk"
    );
    Ok(())
}
