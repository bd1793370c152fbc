//! Faults in the middle of work: nothing is lost that was confirmed, nothing is done twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};
use sluice_tests::support::mariadb::MariaDb;
use sluice_tests::support::server::{Client, Server};
use sluice_tests::support::site::{On, Site, mariadb_at};
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::assert_error;

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn user(id: &str) -> Value {
    json!({
        "userName": id, "active": true,
        EXTENSION: {"ext_USERNAME": id, "ext_FIRSTNAME": "A", "ext_LASTNAME": "B", "ext_EMAIL": id}
    })
}

/// Counts every row that a create writes, in a table without a key.
const WITNESS: [&str; 2] = [
    "CREATE TABLE WITNESS (USER_ID VARCHAR(100))",
    "CREATE TRIGGER USERS_WITNESS AFTER INSERT ON USERS FOR EACH ROW INSERT INTO WITNESS VALUES (NEW.USER_ID)",
];

/// Creates users until it is told to stop; each id with the status of its answer, 0 where there was
/// none.
async fn create(client: Client, name: usize, stop: Arc<AtomicBool>) -> BTreeMap<String, u16> {
    let mut answers = BTreeMap::new();
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let id = format!("u{name}-{n}@example.org");
        let answer = client.post("Users", &user(&id)).await;
        answers.insert(id, answer.map_or(0, |answer| answer.status));
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    answers
}

#[tokio::test]
async fn a_database_that_is_killed_under_load_and_started_again_loses_and_doubles_nothing()
-> anyhow::Result<()> {
    let mut database = MariaDb::durable().await?;
    let name = database.fresh_database().await?;
    let mut conn = database.connect(&name).await?;
    for sql in WITNESS {
        conn.query_drop(sql).await?;
    }
    drop(conn);
    let text = mariadb_at(database.port, &name, &database.user)?;
    let server = Server::with_config(&text, &[("demo", &database.password)]).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for task in 0..4 {
        tasks.push(tokio::spawn(create(
            server.client()?,
            task,
            Arc::clone(&stop),
        )));
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    database.kill().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    database.restart().await?;
    tokio::time::sleep(Duration::from_millis(900)).await;
    stop.store(true, Ordering::Relaxed);
    let mut answers = BTreeMap::new();
    for task in tasks {
        answers.extend(task.await?);
    }
    let mut conn = database.connect(&name).await?;
    let rows: Vec<(String, u64)> = conn
        .query("SELECT u.USER_ID, (SELECT COUNT(*) FROM WITNESS w WHERE w.USER_ID = u.USER_ID) FROM USERS u WHERE u.USER_ID LIKE 'u%-%@example.org'")
        .await?;
    let witnesses: Option<u64> = conn.query_first("SELECT COUNT(*) FROM WITNESS").await?;
    let kept: BTreeMap<String, u64> = rows.into_iter().collect();
    let created = answers.values().filter(|status| **status == 201).count();
    let refused = answers.values().filter(|status| **status != 201).count();
    ensure!(
        created > 20 && refused > 0,
        "{created} created and {refused} refused: no fault was met"
    );
    for (id, status) in &answers {
        ensure!(matches!(status, 201 | 503), "{id}: {status}");
        match kept.get(id) {
            Some(times) => ensure!(*times == 1, "{id} was written {times} times"),
            None => ensure!(*status != 201, "{id} was confirmed and is lost"),
        }
    }
    ensure!(
        witnesses == Some(kept.len() as u64),
        "rows were written twice: {witnesses:?} for {}",
        kept.len()
    );
    let last = server
        .client()?
        .post("Users", &user("after@example.org"))
        .await?;
    ensure!(
        last.status == 201,
        "the endpoint does not go on: {}",
        last.text
    );
    Ok(())
}

/// A way to the database that can be cut.
async fn proxy(to: u16) -> anyhow::Result<(u16, watch::Sender<bool>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (cut, is_cut) = watch::channel(false);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut is_cut = is_cut.clone();
            tokio::spawn(async move {
                let Ok(mut far) = TcpStream::connect(("127.0.0.1", to)).await else {
                    return;
                };
                tokio::select! {
                    _ = copy_bidirectional(&mut near, &mut far) => {}
                    _ = is_cut.wait_for(|cut| *cut) => {}
                }
                let _ = near.shutdown().await;
            });
        }
    });
    Ok((port, cut))
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_of_a_transaction_keeps_nothing_and_says_what_is_not_known()
-> anyhow::Result<()> {
    let database = MariaDb::start().await?;
    let name = database.fresh_database().await?;
    let mut conn = database.connect(&name).await?;
    conn.query_drop(
        "CREATE TRIGGER USERS_SLOW AFTER INSERT ON USERS FOR EACH ROW SET @slept = SLEEP(1.5)",
    )
    .await?;
    let (port, cut) = proxy(database.port).await?;
    let text = mariadb_at(port, &name, &database.user)?;
    let server = Server::with_config(&text, &[("demo", &database.password)]).await?;
    let client = server.client()?;
    client.get("Users/yoda@galaxy.local").await?;
    let asked = tokio::spawn({
        let client = server.client()?;
        async move { client.post("Users", &user("cut@example.org")).await }
    });
    tokio::time::sleep(Duration::from_millis(600)).await;
    cut.send(true)?;
    let answer = asked.await??;
    assert_error(&answer, 503, &["not known"]);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let left: Option<u64> = conn
        .query_first("SELECT COUNT(*) FROM USERS WHERE USER_ID = 'cut@example.org'")
        .await?;
    ensure!(left == Some(0), "{left:?}");
    cut.send(false)?;
    ensure!(
        client.get("Users/yoda@galaxy.local").await?.status == 200,
        "a new connection is not opened"
    );
    Ok(())
}

/// The demo with Get user by ID as a statement that takes its time.
async fn slow(on: On, from: &str, to: &str) -> anyhow::Result<Site> {
    let statement = match on {
        On::MariaDb => "SELECT * FROM USERS WHERE USER_ID = ? AND SLEEP(1) = 0",
        _ => "SELECT * FROM USERS WHERE USER_ID = ? AND pg_sleep(1) IS NOT NULL",
    };
    Site::with(on, |text| {
        let (before, rest) = text.split_once("[applications.jdbc_on_prem.operations.get_user_by_id]").unwrap_or_default();
        let rest = rest.split_once("parameters").map_or(rest, |(_, rest)| rest);
        let text = format!("{before}[applications.jdbc_on_prem.operations.get_user_by_id]\nkind = \"sql\"\nstatement = \"{statement}\"\nparameters{rest}");
        text.replacen(from, to, 1)
    })
    .await
}

#[tokio::test]
async fn a_statement_past_its_deadline_is_a_504_and_the_endpoint_goes_on() -> anyhow::Result<()> {
    for on in [On::MariaDb, On::PostgreSql] {
        let site = slow(
            on,
            "statement_timeout_ms = 30000",
            "statement_timeout_ms = 300",
        )
        .await?;
        let client = site.server.client()?;
        let answer = client.get("Users/yoda@galaxy.local").await?;
        assert_error(&answer, 504, &["deadline"]);
        ensure!(
            client.get("Entitlements?count=1").await?.status == 200,
            "{on:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_pool_without_a_free_connection_is_a_503_and_recovers() -> anyhow::Result<()> {
    for on in [On::MariaDb, On::PostgreSql] {
        let site = slow(
            on,
            "maximumPoolSize = 10",
            "maximumPoolSize = 1\nconnectionTimeout = 250",
        )
        .await?;
        let first = tokio::spawn({
            let client = site.server.client()?;
            async move { client.get("Users/yoda@galaxy.local").await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let answer = site.server.client()?.get("Entitlements?count=1").await?;
        assert_error(&answer, 503, &["maximumPoolSize"]);
        ensure!(
            first.await??.status == 200,
            "{on:?}: who has the connection is not disturbed"
        );
        ensure!(
            site.server
                .client()?
                .get("Entitlements?count=1")
                .await?
                .status
                == 200,
            "{on:?}"
        );
    }
    Ok(())
}

/// Needs the right to mount; without it the test says so and passes.
#[tokio::test]
async fn a_full_disk_of_the_store_is_counted_and_told_and_answers_still_leave() -> anyhow::Result<()>
{
    let folder = tempfile::tempdir()?;
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
        .arg(folder.path())
        .output();
    if !mounted.is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: this account may not mount a small file system");
        return Ok(());
    }
    let outcome = fill(folder.path()).await;
    let unmounted = std::process::Command::new("umount")
        .arg("--lazy")
        .arg(folder.path())
        .status()?;
    ensure!(unmounted.success());
    outcome
}

async fn fill(folder: &std::path::Path) -> anyhow::Result<()> {
    let server = Server::start(folder, &["--demo"], &[]).await?;
    let client = server.client()?;
    let mut created = 0;
    for n in 0..400 {
        let mut body = user(&format!("full-{n}@example.org"));
        // What is not mapped is recorded all the same.
        body["note"] = json!(format!("{n}").repeat(4_000));
        let answer = client.post("Users", &body).await?;
        // The demo's own database is on the same full disk.
        ensure!(matches!(answer.status, 201 | 500 | 503), "{}", answer.text);
        created += u32::from(answer.status == 201);
        if server
            .log()
            .await
            .contains("the exchange store cannot be written")
        {
            break;
        }
    }
    ensure!(created > 0);
    let log = server.log().await;
    ensure!(
        log.contains("the exchange store cannot be written"),
        "nothing is said of the full disk: {log}"
    );
    ensure!(
        client
            .get("Users?count=1")
            .await
            .context("a read after it")?
            .status
            == 200
    );
    Ok(())
}
