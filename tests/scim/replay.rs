//! A recorded exchange sent again from the console: what a dry run leaves, where a real one is recorded, what
//! happens to masked values. Databases are read by a connection of the test's own.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::server::{Answered, Client, Server};
use sluice_tests::support::site::{On, Place, Site};

crate::on_every_dialect!(
    a_dry_replay_shows_what_would_change_and_leaves_nothing,
    a_replay_for_real_changes_the_database_and_is_recorded_with_what_it_repeats,
    a_replay_on_another_connection_runs_there_and_nowhere_else,
    a_masked_value_is_asked_for_and_its_mask_is_never_written,
    an_edited_request_is_tried_as_it_was_edited,
    a_replay_that_fails_says_why_and_changes_nothing,
    a_replayed_import_reads_anew_and_leaves_the_providers_pages,
    production_is_changed_only_by_its_name,
    two_exchanges_are_compared_by_what_they_did,
);

const LUKE: &str = "luke.skywalker@galaxy.local";
const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const TITLE: &str = "SELECT TITLE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'";

fn exchange_of(answer: &Answered) -> anyhow::Result<String> {
    Ok(answer.headers["x-sluice-exchange"].to_str()?.to_owned())
}

/// A replace of one column, as the provider sends it.
async fn retitle(client: &Client, title: &str) -> anyhow::Result<String> {
    let body = json!({"userName": LUKE, "active": true, EXTENSION: {"ext_TITLE": title}});
    let answer = client.put(&format!("Users/{LUKE}"), &body).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    exchange_of(&answer)
}

fn order(id: &str, dry: bool) -> Value {
    json!({
        "id": id, "request": null, "connection": null, "secrets": {}, "dry": dry, "inSpite": false,
        "confirmed": null,
    })
}

async fn replay(console: &Console, input: &Value) -> anyhow::Result<Value> {
    let done = console.work("replay.run", input).await?;
    done.map_err(|problem| anyhow::anyhow!("{problem}"))
}

async fn refused(console: &Console, input: &Value) -> anyhow::Result<Value> {
    let done = console.work("replay.run", input).await?;
    match done {
        Ok(done) => anyhow::bail!("it was not refused: {done}"),
        Err(problem) => Ok(problem),
    }
}

/// Waits until the exchange of a read is in the store: its answer does not wait for that.
async fn stored(console: &Console, id: &str) -> anyhow::Result<()> {
    let input = json!({ "id": id });
    for _ in 0..400 {
        if console.call("traffic.get", &input).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    anyhow::bail!("the exchange {id} did not come into the store")
}

async fn recorded(console: &Console) -> anyhow::Result<u64> {
    let query = json!({"filter": "", "before": null, "limit": 1});
    let page = console.call("traffic.list", &query).await?;
    page["total"].as_u64().context("no total")
}

async fn a_dry_replay_shows_what_would_change_and_leaves_nothing(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let id = retitle(&site.server.client()?, "General").await?;
    site.reader
        .run("UPDATE USERS SET TITLE = 'Jedi' WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let before = site
        .reader
        .rows("SELECT * FROM USERS ORDER BY USER_ID")
        .await?;
    let count = recorded(&console).await?;

    let done = replay(&console, &order(&id, true)).await?;

    assert_eq!(done["exchange"]["summary"]["status"], 200, "{done}");
    assert_eq!(done["report"]["rollback"], "held", "{}", done["report"]);
    let tables = done["report"]["tables"].as_array().context("no tables")?;
    let users = tables
        .iter()
        .find(|table| {
            table["table"]["name"]
                .as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case("USERS"))
        })
        .context("USERS was not compared")?;
    let changed = &users["changed"][0];
    let shown = |side: &str| {
        changed[side]
            .as_array()
            .into_iter()
            .flatten()
            .any(|cell| cell == if side == "before" { "Jedi" } else { "General" })
    };
    assert!(shown("before") && shown("after"), "{users}");
    // It did again what was recorded, and not a commit.
    let steps = done["exchange"]["steps"].as_array().context("no steps")?;
    assert!(
        steps.iter().any(|step| step["kind"] == "rollback"),
        "{steps:?}"
    );
    assert!(
        !steps.iter().any(|step| step["kind"] == "commit"),
        "{steps:?}"
    );

    assert_eq!(
        site.reader
            .rows("SELECT * FROM USERS ORDER BY USER_ID")
            .await?,
        before
    );
    assert_eq!(recorded(&console).await?, count, "a dry run is no exchange");
    Ok(())
}

async fn a_replay_for_real_changes_the_database_and_is_recorded_with_what_it_repeats(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let id = retitle(&site.server.client()?, "General").await?;
    site.reader
        .run("UPDATE USERS SET TITLE = 'Jedi' WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let count = recorded(&console).await?;

    let done = replay(&console, &order(&id, false)).await?;

    assert_eq!(site.reader.one(TITLE).await?.as_deref(), Some("General"));
    assert_eq!(done["report"], Value::Null);
    assert_eq!(recorded(&console).await?, count + 1);
    let own = done["exchange"]["summary"]["id"].clone();
    let kept = console.call("traffic.get", &json!({"id": own})).await?;
    assert_eq!(
        kept["repeats"],
        json!({"exchange": id, "connection": "demo", "edited": false})
    );
    assert_eq!(kept["remote"], "the console");
    let told = kept.to_string();
    assert!(
        !told.contains(&site.server.token),
        "the token is in the record"
    );
    Ok(())
}

async fn a_replay_on_another_connection_runs_there_and_nowhere_else(on: On) -> anyhow::Result<()> {
    let first = Place::new(on).await?;
    let mut second = Place::new(on).await?;
    let of_second = second
        .configuration
        .split_once("[connections.demo]")
        .and_then(|(_, rest)| rest.split_once("\n["))
        .context("no connection")?
        .0
        .to_owned();
    let configuration = format!("{}\n[connections.other]{of_second}\n", first.configuration);
    let passwords = [
        ("demo", first.password.as_str()),
        ("other", second.password.as_str()),
    ];
    let options = ["--console", "127.0.0.1:0"];
    let server = Server::with_options(&configuration, &passwords, &options).await?;
    let console = Console::of(&server).await?;
    let id = retitle(&server.client()?, "General").await?;
    let mut here = first.reader;
    here.run("UPDATE USERS SET TITLE = 'Jedi' WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let there_before = second.reader.one(TITLE).await?;
    assert_ne!(there_before.as_deref(), Some("General"));

    let mut input = order(&id, true);
    input["connection"] = json!("other");
    let dry = replay(&console, &input).await?;
    assert_eq!(dry["connection"], "other");
    assert_eq!(dry["report"]["rollback"], "held");
    assert_eq!(second.reader.one(TITLE).await?, there_before);

    input["dry"] = json!(false);
    let done = replay(&console, &input).await?;
    assert_eq!(second.reader.one(TITLE).await?.as_deref(), Some("General"));
    assert_eq!(
        here.one(TITLE).await?.as_deref(),
        Some("Jedi"),
        "the other database was not meant"
    );
    assert_eq!(done["exchange"]["repeats"]["connection"], "other");
    // The other database has its own rows: what they gave is told apart.
    assert_eq!(done["comparison"]["requestDifferences"], 0);
    Ok(())
}

async fn a_masked_value_is_asked_for_and_its_mask_is_never_written(on: On) -> anyhow::Result<()> {
    const HASH: &str = "SELECT PASSWORD_HASH FROM USERS WHERE USER_ID = 'ada@example.org'";
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let body = json!({
        "userName": "ada@example.org", "active": true,
        EXTENSION: {"ext_USER_ID": "ada@example.org", "ext_USERNAME": "ada", "ext_FIRSTNAME": "Ada",
                    "ext_LASTNAME": "Lovelace", "ext_EMAIL": "ada@example.org", "ext_PASSWORD_HASH": "first-hash"},
    });
    let answer = site.server.client()?.post("Users", &body).await?;
    ensure!(answer.status == 201, "{}", answer.text);
    assert_eq!(site.reader.one(HASH).await?.as_deref(), Some("first-hash"));
    let id = exchange_of(&answer)?;
    let gone = [
        "DELETE FROM USERENTITLEMENTS WHERE USER_ID = 'ada@example.org'",
        "DELETE FROM USERS WHERE USER_ID = 'ada@example.org'",
    ];
    for statement in gone {
        site.reader.run(statement).await?;
    }

    let plan = console
        .call(
            "replay.plan",
            &json!({"id": id, "request": null, "connection": null}),
        )
        .await?;
    let place = &plan["masked"][0];
    assert_eq!(place["name"], "ext_PASSWORD_HASH", "{plan}");
    let pointer = place["pointer"].as_str().context("no pointer")?.to_owned();

    for (secrets, dry) in [
        (json!({}), true),
        (json!({}), false),
        (json!({pointer.as_str(): "•••"}), false),
    ] {
        let mut input = order(&id, dry);
        input["secrets"] = secrets;
        let problem = refused(&console, &input).await?;
        assert_eq!(problem["code"], "replay.masked");
        assert!(problem["fields"][&pointer].is_string(), "{problem}");
    }
    let there = "SELECT USER_ID FROM USERS WHERE USER_ID = 'ada@example.org'";
    assert!(
        site.reader.rows(there).await?.is_empty(),
        "something was sent"
    );

    let mut input = order(&id, false);
    input["secrets"] = json!({pointer.as_str(): "second-hash"});
    let done = replay(&console, &input).await?;
    assert_eq!(done["exchange"]["summary"]["status"], 201, "{done}");
    assert_eq!(site.reader.one(HASH).await?.as_deref(), Some("second-hash"));
    assert!(
        !done.to_string().contains("second-hash"),
        "the value is in the answer"
    );

    for statement in gone {
        site.reader.run(statement).await?;
    }
    input["secrets"] = json!({pointer.as_str(): null});
    let done = replay(&console, &input).await?;
    assert_eq!(done["exchange"]["summary"]["status"], 201, "{done}");
    assert_eq!(site.reader.one(HASH).await?, None, "it was left out");
    Ok(())
}

async fn an_edited_request_is_tried_as_it_was_edited(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let id = retitle(&site.server.client()?, "General").await?;
    let mut input = order(&id, true);
    let path = format!("/ws/rest/jdbc_on_prem/scim/v2/Users/{LUKE}");
    let body = json!({"userName": LUKE, "active": false, EXTENSION: {"ext_TITLE": "Hermit"}});
    input["request"] = json!({"method": "PUT", "path": path, "body": body.to_string()});
    let done = replay(&console, &input).await?;
    let lines = done["comparison"]["request"]["body"]["lines"]
        .as_array()
        .context("no lines")?;
    let differing: Vec<_> = lines
        .iter()
        .filter(|line| line["likeness"] == "changed")
        .map(|line| line["path"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(differing, ["active", &format!("\"{EXTENSION}\".ext_TITLE")]);
    let ran: Vec<_> = done["report"]["statements"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|ran| ran["operation"].as_str().unwrap_or_default())
        .collect();
    assert!(
        ran.contains(&"deactivate_user") && ran.contains(&"update_user"),
        "{ran:?}"
    );
    assert_eq!(site.reader.one(TITLE).await?.as_deref(), Some("General"));

    // What is no request is refused before anything runs.
    input["request"]["path"] = json!("/nowhere");
    assert_eq!(refused(&console, &input).await?["code"], "replay.path");
    input["request"]["path"] = json!("/ws/rest/nobody/scim/v2/Users");
    assert_eq!(
        refused(&console, &input).await?["code"],
        "application.unknown"
    );
    Ok(())
}

async fn a_replay_that_fails_says_why_and_changes_nothing(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let id = retitle(&site.server.client()?, "General").await?;
    site.reader
        .run("DELETE FROM USERENTITLEMENTS WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    site.reader
        .run("DELETE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let done = replay(&console, &order(&id, true)).await?;
    assert_eq!(done["exchange"]["summary"]["status"], 404, "{done}");
    assert!(
        done["report"]["problem"]["remedy"]
            .as_str()
            .is_some_and(|remedy| !remedy.is_empty())
    );
    assert_eq!(done["report"]["rollback"], "held");
    let head = &done["comparison"]["answer"]["head"][0];
    assert_eq!((&head["left"], &head["right"]), (&json!(200), &json!(404)));
    let missing = order("no-such-id", true);
    assert_eq!(
        refused(&console, &missing).await?["code"],
        "exchange.missing"
    );
    Ok(())
}

async fn a_replayed_import_reads_anew_and_leaves_the_providers_pages(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let client = site.server.client()?;
    let first = client.get("Users?startIndex=1&count=5").await?;
    let total = first.json["totalResults"].as_u64().context("no total")?;
    let id = exchange_of(&first)?;
    stored(&console, &id).await?;
    site.reader
        .run("UPDATE USERS SET IS_ACTIVE = '0' WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;

    let done = replay(&console, &order(&id, true)).await?;
    assert_eq!(done["report"]["tables"], json!([]), "nothing is written");
    let text = done["exchange"]["answer"]["body"]["text"]
        .as_str()
        .context("no body")?;
    assert!(
        text.contains(&format!("\"totalResults\":{}", total - 1)),
        "{text}"
    );

    let second = client.get("Users?startIndex=6&count=5").await?;
    assert_eq!(
        second.json["totalResults"], total,
        "the provider's own pages moved"
    );
    Ok(())
}

async fn production_is_changed_only_by_its_name(on: On) -> anyhow::Result<()> {
    let production = |text: String| {
        text.replace(
            "[connections.demo]\n",
            "[connections.demo]\nenvironment = \"production\"\n",
        )
    };
    let mut site = Site::with(on, production).await?;
    let console = Console::of(&site.server).await?;
    let id = retitle(&site.server.client()?, "General").await?;
    site.reader
        .run("UPDATE USERS SET TITLE = 'Jedi' WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let mut input = order(&id, false);
    for typed in [json!(null), json!("Demo"), json!("")] {
        input["confirmed"] = typed;
        let problem = refused(&console, &input).await?;
        assert_eq!(problem["code"], "replay.not_confirmed");
        assert!(problem["fields"]["confirmed"].is_string());
    }
    assert_eq!(site.reader.one(TITLE).await?.as_deref(), Some("Jedi"));
    replay(&console, &order(&id, true)).await?;
    input["confirmed"] = json!("demo");
    replay(&console, &input).await?;
    assert_eq!(site.reader.one(TITLE).await?.as_deref(), Some("General"));
    Ok(())
}

async fn two_exchanges_are_compared_by_what_they_did(on: On) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let client = site.server.client()?;
    let (left, right) = (
        retitle(&client, "General").await?,
        retitle(&client, "Hermit").await?,
    );
    let found = console
        .call("traffic.compare", &json!({"left": left, "right": right}))
        .await?;
    let comparison = &found["comparison"];
    assert_eq!(comparison["same"], false);
    assert_eq!(comparison["requestDifferences"], 1, "{comparison}");
    let statements = comparison["statements"]
        .as_array()
        .context("no statements")?;
    let update = statements
        .iter()
        .find(|pair| pair["left"]["operation"] == "update_user")
        .context("no update")?;
    let differing: Vec<_> = update["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|line| line["likeness"] == "changed")
        .collect();
    assert_eq!(differing.len(), 1, "{update}");
    assert_eq!(
        (&differing[0]["left"], &differing[0]["right"]),
        (&json!("General"), &json!("Hermit"))
    );
    let same = console
        .call("traffic.compare", &json!({"left": left, "right": left}))
        .await?;
    assert_eq!(same["comparison"]["same"], true);
    Ok(())
}

/// What only a database with procedures that commit, or with locks that wait, can show.
mod mariadb_alone {
    use super::*;

    #[tokio::test]
    async fn a_dry_replay_that_could_not_be_taken_back_is_not_begun() -> anyhow::Result<()> {
        let mut site = Site::start(On::MariaDb).await?;
        let console = Console::of(&site.server).await?;
        let id = retitle(&site.server.client()?, "General").await?;
        for statement in [
            "UPDATE USERS SET TITLE = 'Jedi' WHERE USER_ID = 'luke.skywalker@galaxy.local'",
            "DROP PROCEDURE DEACTIVATE_USER",
            "CREATE PROCEDURE DEACTIVATE_USER(IN p_user_id VARCHAR(100)) \
             BEGIN UPDATE USERS SET IS_ACTIVE = 0 WHERE USER_ID = p_user_id; COMMIT; END",
        ] {
            site.reader.run(statement).await?;
        }
        let mut input = order(&id, true);
        let path = format!("/ws/rest/jdbc_on_prem/scim/v2/Users/{LUKE}");
        let body = json!({"userName": LUKE, "active": false});
        input["request"] = json!({"method": "PUT", "path": path, "body": body.to_string()});

        let of = json!({"id": id, "request": input["request"], "connection": null});
        let ahead = console.call("replay.cautions", &of).await?;
        assert_eq!(ahead["refused"], true, "{ahead}");
        let told = ahead["cautions"].to_string();
        assert!(told.contains("DEACTIVATE_USER holds COMMIT"), "{told}");

        let done = replay(&console, &input).await?;
        assert_eq!(done["exchange"], Value::Null);
        assert_eq!(done["report"]["rollback"], "not_run");
        let state = "SELECT IS_ACTIVE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'";
        assert_eq!(site.reader.one(state).await?.as_deref(), Some("1"));

        // In spite of it, what stays is found and said.
        input["inSpite"] = json!(true);
        let done = replay(&console, &input).await?;
        assert_eq!(done["report"]["rollback"], "broken", "{}", done["report"]);
        assert_eq!(site.reader.one(state).await?.as_deref(), Some("0"));
        Ok(())
    }
}

/// A replay that waits for a lock, and whoever waits for it goes away.
async fn a_cancelled_dry_replay_is_stopped_at_the_server(
    on: On,
    waiting: &str,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let id = retitle(&site.server.client()?, "General").await?;
    site.reader.run("BEGIN").await?;
    site.reader
        .run("UPDATE USERS SET TITLE = 'Jedi' WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let mut input = order(&id, true);
    let path = format!("/ws/rest/jdbc_on_prem/scim/v2/Users/{LUKE}");
    let body = json!({"userName": LUKE, "active": true, EXTENSION: {"ext_TITLE": "Hermit"}});
    input["request"] = json!({"method": "PUT", "path": path, "body": body.to_string()});
    let answer = console.begin("replay.run", &input).await?;
    until(&mut site, waiting, "1")
        .await
        .context("it never waited for the lock")?;
    drop(answer);
    until(&mut site, waiting, "0")
        .await
        .context("the statement goes on")?;
    site.reader.run("COMMIT").await?;
    assert_eq!(site.reader.one(TITLE).await?.as_deref(), Some("Jedi"));
    Ok(())
}

/// Asks until the answer is there, at most half a minute.
async fn until(site: &mut Site, question: &str, expected: &str) -> anyhow::Result<()> {
    for _ in 0..300 {
        // A snapshot of what others do is kept within a transaction.
        if site.on == On::PostgreSql {
            site.reader.rows("SELECT pg_stat_clear_snapshot()").await?;
        }
        if site.reader.one(question).await?.as_deref() == Some(expected) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("{question} never gave {expected}")
}

#[tokio::test]
async fn on_mariadb_a_cancelled_dry_replay_is_stopped() -> anyhow::Result<()> {
    let waiting = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND COMMAND IN ('Query', 'Execute') AND ID <> CONNECTION_ID()";
    a_cancelled_dry_replay_is_stopped_at_the_server(On::MariaDb, waiting).await
}

#[tokio::test]
async fn on_postgresql_a_cancelled_dry_replay_is_stopped() -> anyhow::Result<()> {
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    a_cancelled_dry_replay_is_stopped_at_the_server(On::PostgreSql, waiting).await
}
