//! Imports of thousands of users: pages, what users hold, and what an administrator sees of them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::people;
use sluice_tests::support::server::Client;
use sluice_tests::support::site::{On, Reader, Site};

crate::on_every_dialect!(
    pages_neither_overlap_nor_skip_while_users_are_added,
    everybody_holds_what_the_database_says,
    entitlements_asked_user_by_user_are_as_right_and_recorded_in_a_few_lines,
    two_first_pages_at_once_read_the_database_once,
);

/// Enough to be many pages, of any size.
const USERS: usize = 5000;

async fn ids(reader: &mut Reader) -> anyhow::Result<Vec<String>> {
    let rows = reader
        .rows("SELECT USER_ID FROM USERS WHERE IS_ACTIVE = '1' ORDER BY USER_ID")
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|mut row| row.remove(0))
        .collect())
}

async fn page(client: &Client, start: usize, count: usize) -> anyhow::Result<Value> {
    let answer = client
        .get(&format!("Users?startIndex={start}&count={count}"))
        .await?;
    ensure!(answer.status == 200, "{}", answer.text);
    Ok(answer.json)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn resources(page: &Value) -> &[Value] {
    page["Resources"].as_array().map_or(&[], Vec::as_slice)
}

async fn pages_neither_overlap_nor_skip_while_users_are_added(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    people::many(&mut site.reader, on, USERS).await?;
    let client = site.server.client()?;
    for (size, most) in [(200, USERS), (100, USERS), (1000, USERS), (1, 150)] {
        let expected = ids(&mut site.reader).await?;
        let mut seen = Vec::new();
        while seen.len() < most.min(expected.len()) {
            let start = seen.len() + 1;
            let page = page(&client, start, size).await?;
            assert_eq!(
                page["totalResults"],
                expected.len(),
                "the import's own number"
            );
            assert_eq!(page["startIndex"], start);
            let users = resources(&page);
            assert_eq!(users.len(), size.min(expected.len() - seen.len()));
            assert_eq!(page["itemsPerPage"], users.len());
            seen.extend(users.iter().map(|user| text(user, "id").to_owned()));
            if start % 500 == 1 {
                // It sorts before everybody, so a list that is read anew would move by one.
                let id = format!("a{size}-{start}@example.org");
                site.reader
                    .run(&format!("INSERT INTO USERS (USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL) VALUES ('{id}', '{id}', 'A', 'B', '{id}')"))
                    .await?;
            }
        }
        assert_eq!(seen, expected[..seen.len()], "pages of {size}");
    }
    let after = page(&client, 1, 1).await?;
    assert_eq!(
        after["totalResults"],
        ids(&mut site.reader).await?.len(),
        "a first page begins anew"
    );
    Ok(())
}

/// Who holds what, in the database's own words.
async fn truth(reader: &mut Reader) -> anyhow::Result<BTreeMap<String, Vec<(String, String)>>> {
    let rows = reader
        .rows("SELECT USER_ID, ENT_ID, ENT_NAME FROM V_USERENTITLEMENTS ORDER BY USER_ID, ENT_ID")
        .await?;
    let mut truth: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in rows {
        let mut cells = row.into_iter().map(Option::unwrap_or_default);
        let user = cells.next().unwrap_or_default();
        let held = (
            cells.next().unwrap_or_default(),
            cells.next().unwrap_or_default(),
        );
        truth.entry(user).or_default().push(held);
    }
    Ok(truth)
}

#[track_caller]
fn assert_held(users: &[Value], truth: &BTreeMap<String, Vec<(String, String)>>) {
    for user in users {
        let mut held: Vec<(String, String)> = user["entitlements"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|held| {
                (
                    text(held, "value").to_owned(),
                    text(held, "display").to_owned(),
                )
            })
            .collect();
        held.sort_by_key(|(value, _)| value.parse::<u32>().unwrap_or(0));
        let id = text(user, "id");
        let expected = truth.get(id).map_or(&[][..], Vec::as_slice);
        assert_eq!(held, expected, "{id}");
    }
}

async fn everybody_holds_what_the_database_says(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    people::many(&mut site.reader, on, USERS).await?;
    // Somebody who holds nothing, and somebody in another order than the others.
    site.reader
        .run("DELETE FROM USERENTITLEMENTS WHERE USER_ID = 'user0000002@example.org'")
        .await?;
    site.reader
        .run(
            "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) VALUES ('user0000001@example.org', 10)",
        )
        .await?;
    let truth = truth(&mut site.reader).await?;
    let client = site.server.client()?;
    for start in (1..=USERS).step_by(1000) {
        assert_held(resources(&page(&client, start, 1000).await?), &truth);
    }
    // The demo's own people are inactive now: what they hold is of nobody in the list.
    let console = Console::of(&site.server).await?;
    let listed = console
        .call(
            "traffic.list",
            &json!({"filter": "", "before": null, "limit": 50}),
        )
        .await?;
    let first = listed["exchanges"].as_array().and_then(|all| all.last());
    let id = &first.context("nothing was recorded")?["id"];
    let exchange = console.call("traffic.get", &json!({"id": id})).await?;
    let told = exchange["steps"].to_string();
    assert!(
        told.contains("34 of users that are not in the list"),
        "{told}"
    );
    assert!(told.contains("5000 rows"), "{told}");
    Ok(())
}

async fn entitlements_asked_user_by_user_are_as_right_and_recorded_in_a_few_lines(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| {
        let lines = text.lines().filter(|line| !line.starts_with("import ="));
        lines.collect::<Vec<_>>().join("\n")
    })
    .await?;
    people::many(&mut site.reader, on, 400).await?;
    let truth = truth(&mut site.reader).await?;
    let client = site.server.client()?;
    assert_held(resources(&page(&client, 1, 200).await?), &truth);
    let answer = client.get("Users?startIndex=201&count=200").await?;
    assert_held(resources(&answer.json), &truth);
    let console = Console::of(&site.server).await?;
    let id = answer.headers["x-sluice-exchange"].to_str()?;
    let exchange = recorded(&console, id).await?;
    let steps = exchange["steps"].as_array().context("no steps")?;
    assert!(steps.len() < 10, "{} steps", steps.len());
    let told = exchange["steps"].to_string();
    assert!(told.contains("for 200 users"), "{told}");
    assert!(told.contains("the slowest"), "{told}");
    Ok(())
}

/// An exchange, once it is in the store: those of reads are written a little later.
async fn recorded(console: &Console, id: &str) -> anyhow::Result<Value> {
    let begun = Instant::now();
    loop {
        match console.call("traffic.get", &json!({"id": id})).await {
            Err(error) if begun.elapsed() > Duration::from_secs(10) => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            found => return found,
        }
    }
}

/// A statement that gives the fifteen people, and takes more than a second for it.
pub fn slow(on: On) -> &'static str {
    match on {
        On::Sqlite => {
            "SELECT U.* FROM USERS U WHERE (WITH RECURSIVE S(N) AS (SELECT 1 UNION ALL SELECT N + 1 FROM S WHERE N < 300000 + LENGTH(U.USER_ID)) SELECT COUNT(*) FROM S) > 0"
        }
        On::MariaDb | On::OdbcMariaDb => "SELECT U.*, SLEEP(0.1) AS SLEPT FROM USERS U",
        On::PostgreSql | On::OdbcPostgreSql => {
            "SELECT U.* FROM USERS U WHERE pg_sleep(0.1) IS NOT NULL"
        }
    }
}

async fn two_first_pages_at_once_read_the_database_once(on: On) -> anyhow::Result<()> {
    let site = Site::with(on, |text| with_statement(&text, slow(on))).await?;
    let client = site.server.client()?;
    let console = Console::of(&site.server).await?;
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.get("Users?startIndex=1&count=5").await }
    });
    let begun = Instant::now();
    let reading = loop {
        let imports = console.call("imports.list", &json!({})).await?;
        if let Some(reading) = imports["imports"].get(0) {
            break reading.clone();
        }
        ensure!(
            begun.elapsed() < Duration::from_secs(20),
            "no import to be seen"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(reading["state"], "reading", "{reading}");
    assert_eq!(reading["application"], "jdbc_on_prem");
    let second = client.get("Users?startIndex=1&count=5").await?;
    let first = first.await??;
    assert_eq!(resources(&first.json).len(), 5, "{}", first.text);
    assert_eq!(first.json, second.json);
    let id = second.headers["x-sluice-exchange"].to_str()?;
    let exchange = recorded(&console, id).await?;
    let told = exchange["steps"].to_string();
    assert!(told.contains("Waited for the import under way"), "{told}");
    let imports = console.call("imports.list", &json!({})).await?;
    let ready = &imports["imports"][0];
    assert_eq!(ready["state"], "ready", "{imports}");
    assert_eq!((&ready["rows"], &ready["pages"]), (&json!(15), &json!(2)));
    assert_eq!(imports["imports"].as_array().map(Vec::len), Some(1));
    Ok(())
}

/// The demo's configuration with another statement for Get users.
pub fn with_statement(text: &str, statement: &str) -> String {
    text.replace(
        "kind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"",
        &format!("kind = \"sql\"\nstatement = \"{statement}\""),
    )
}
