//! What only databases with procedures of their own have: out values, several result sets, messages,
//! functions, defaults, calls that end the transaction, calls that are stopped.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value as Json, json};
use sluice_tests::support::site::{On, Site};

use super::{Screen, of};

/// The demo with further routines.
async fn with(on: On, routines: &[&str]) -> anyhow::Result<Screen> {
    let mut screen = of(Site::start(on).await?).await?;
    for sql in routines {
        let made = screen.site.reader.run(sql).await;
        made.with_context(|| (*sql).to_owned())?;
    }
    Ok(screen)
}

const BACK_ON_MARIADB: &str = "CREATE PROCEDURE GIVE_BACK(IN p_a INT, OUT p_b VARCHAR(20), INOUT p_c INT) \
     BEGIN SELECT 1 AS ONE; SELECT 2 AS TWO UNION SELECT 3; SET p_b = CONCAT('got ', p_a), p_c = p_c + 1; \
     SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'a word of warning'; END";
const BACK_ON_POSTGRESQL: &str = "CREATE PROCEDURE give_back(p_a int, OUT p_b varchar, INOUT p_c int) \
     LANGUAGE plpgsql AS $$ BEGIN p_b := 'got ' || p_a; p_c := p_c + 1; RAISE WARNING 'a word of warning'; END $$";

#[tokio::test]
async fn out_values_and_messages_come_back_by_their_names() -> anyhow::Result<()> {
    for (on, sql) in [
        (On::MariaDb, BACK_ON_MARIADB),
        (On::PostgreSql, BACK_ON_POSTGRESQL),
        (On::OdbcMariaDb, BACK_ON_MARIADB),
    ] {
        let screen = with(on, &[sql]).await?;
        let run = screen.dry("GIVE_BACK", &[Some("5"), Some("41")]).await?;
        ensure!(run["end"] == "succeeded", "{on:?}: {run}");
        let outs = run["statement"]["outs"].as_array().context("no outs")?;
        let value = |name: &str| {
            let named = |out: &&Json| out["name"] == name;
            outs.iter().find(named).map(|out| out["value"].to_string())
        };
        ensure!(
            value("p_b").as_deref() == Some("\"got 5\""),
            "{on:?}: {run}"
        );
        let c = value("p_c").map(|text| text.replace('"', ""));
        ensure!(c.as_deref() == Some("42"), "{on:?}: {run}");
        let messages = run["statement"]["messages"].to_string();
        ensure!(
            on == On::OdbcMariaDb || messages.contains("a word of warning"),
            "{on:?}: {run}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn every_result_set_of_a_call_is_counted_and_shown() -> anyhow::Result<()> {
    let screen = with(On::MariaDb, &[BACK_ON_MARIADB]).await?;
    let run = screen.dry("GIVE_BACK", &[None, None]).await?;
    let statement = &run["statement"];
    assert_eq!(
        (&statement["columns"], &statement["rows"]),
        (&json!(["ONE"]), &json!(1))
    );
    assert_eq!(
        statement["further"][0]["sample"],
        json!([[2], [3]]),
        "{run}"
    );
    Ok(())
}

#[tokio::test]
async fn a_function_gives_what_it_returns() -> anyhow::Result<()> {
    for (on, sql) in [
        (
            On::MariaDb,
            "CREATE FUNCTION TWICE(p_n INT) RETURNS INT DETERMINISTIC RETURN p_n * 2",
        ),
        (
            On::PostgreSql,
            "CREATE FUNCTION twice(p_n int) RETURNS int LANGUAGE sql AS 'SELECT p_n * 2'",
        ),
        (
            On::OdbcMariaDb,
            "CREATE FUNCTION TWICE(p_n INT) RETURNS INT DETERMINISTIC RETURN p_n * 2",
        ),
        (
            On::OdbcPostgreSql,
            "CREATE FUNCTION twice(p_n int) RETURNS int LANGUAGE sql AS 'SELECT p_n * 2'",
        ),
    ] {
        let run = with(on, &[sql]).await?.dry("TWICE", &[Some("21")]).await?;
        let returned = run["statement"]["returned"].to_string().replace('"', "");
        ensure!(returned == "42", "{on:?}: {run}");
    }
    Ok(())
}

#[tokio::test]
async fn the_out_values_of_a_function_are_out_values() -> anyhow::Result<()> {
    let sql = "CREATE FUNCTION parts(p_name varchar, OUT p_first varchar, OUT p_length int) \
         LANGUAGE sql AS $$ SELECT substr(p_name, 1, 1), length(p_name) $$";
    let run = with(On::PostgreSql, &[sql])
        .await?
        .dry("PARTS", &[Some("Leia")])
        .await?;
    assert_eq!(
        run["statement"]["outs"],
        json!([{ "name": "p_first", "value": "L" }, { "name": "p_length", "value": 4 }]),
        "{run}"
    );
    Ok(())
}

#[tokio::test]
async fn a_parameter_with_a_default_can_be_left_out_before_others() -> anyhow::Result<()> {
    let sql = "CREATE FUNCTION greet(p_a text DEFAULT 'left out', p_b text DEFAULT 'b') RETURNS text \
         LANGUAGE sql AS $$ SELECT p_a || ', ' || p_b $$";
    let screen = with(On::PostgreSql, &[sql]).await?;
    let mut input = screen.call("GREET", &[None, Some("given")]).await?;
    input["arguments"][0] = json!({ "position": 1, "name": "p_a", "give": "leave_out" });
    let run = screen.run(&input).await?;
    assert_eq!(run["statement"]["returned"], "left out, given", "{run}");
    Ok(())
}

#[tokio::test]
async fn overloads_are_told_apart_by_their_types() -> anyhow::Result<()> {
    let screen = with(
        On::PostgreSql,
        &[
            "CREATE FUNCTION which(p_n int) RETURNS text LANGUAGE sql AS $$ SELECT 'a number' $$",
            "CREATE FUNCTION which(p_word text, p_more text) RETURNS text LANGUAGE sql AS $$ SELECT 'two words' $$",
        ],
    )
    .await?;
    let list =
        json!({ "application": "jdbc_on_prem", "name": { "schema": "public", "name": "which" } });
    let detail = screen.console.call("procedures.get", &list).await?;
    for overload in detail["overloads"].as_array().context("none")? {
        let fields = overload["fields"].as_array().context("no fields")?;
        let arguments: Vec<Json> = fields
            .iter()
            .map(|field| json!({ "position": field["position"], "name": field["name"], "give": "value", "text": "1" }))
            .collect();
        let input = json!({
            "application": "jdbc_on_prem",
            "name": overload["routine"]["name"],
            "signature": overload["signature"],
            "arguments": arguments,
        });
        let run = screen.run(&input).await?;
        let expected = if fields.len() == 1 {
            "a number"
        } else {
            "two words"
        };
        assert_eq!(run["statement"]["returned"], expected, "{run}");
    }
    Ok(())
}

/// The statement is running at the server once this finds it, and has ended once it finds it no more.
fn running(on: On) -> &'static str {
    match on {
        On::PostgreSql => {
            "SELECT COUNT(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND state = 'active' AND query ILIKE '%slow_insert%'"
        }
        _ => {
            "SELECT COUNT(*) FROM INFORMATION_SCHEMA.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND INFO LIKE '%SLEEP(%'"
        }
    }
}

async fn until(screen: &mut Screen, sql: &str, wanted: &str) -> anyhow::Result<()> {
    for _ in 0..400 {
        if screen.site.reader.one(sql).await?.as_deref() == Some(wanted) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    anyhow::bail!("it did not become {wanted}: {sql}")
}

#[tokio::test]
async fn a_run_that_is_cancelled_ends_at_the_server_and_keeps_nothing() -> anyhow::Result<()> {
    for (on, sql) in [
        (
            On::MariaDb,
            "CREATE PROCEDURE SLOW_INSERT() BEGIN INSERT INTO ENTITLEMENTS (ENT_ID, ENT_NAME) VALUES (4711, 'Slow'); DO SLEEP(25); END",
        ),
        (
            On::PostgreSql,
            "CREATE PROCEDURE slow_insert() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO entitlements (ent_id, ent_name) VALUES (4711, 'Slow'); PERFORM pg_sleep(25); END $$",
        ),
    ] {
        let mut screen = with(on, &[sql]).await?;
        // For good: what is cancelled must not stay even so.
        let mut input = screen.call("SLOW_INSERT", &[]).await?;
        input["mode"] = "real".into();
        let answer = screen.console.begin("procedures.run", &input).await?;
        until(&mut screen, running(on), "1").await?;
        drop(answer);
        until(&mut screen, running(on), "0").await?;
        let slow = "SELECT COUNT(*) FROM ENTITLEMENTS WHERE ENT_ID = 4711";
        until(&mut screen, slow, "0").await?;
        let history = json!({ "application": "jdbc_on_prem", "routine": input["name"] });
        let history = screen.console.call("procedures.history", &history).await?;
        ensure!(
            history["runs"][0]["end"] == "unfinished",
            "{on:?}: {history}"
        );
        // The connection was not used again: the next one works.
        let run = screen.dry("GET_ALL_ENTITLEMENTS", &[]).await?;
        ensure!(run["end"] == "succeeded", "{on:?}: {run}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_rollback_cannot_take_back_is_said_before_and_not_run() -> anyhow::Result<()> {
    let mut screen = with(
        On::MariaDb,
        &["CREATE PROCEDURE KEEP_IT() BEGIN INSERT INTO ENTITLEMENTS (ENT_ID, ENT_NAME) VALUES (4711, 'Kept'); COMMIT; END"],
    )
    .await?;
    let mut input = screen.call("KEEP_IT", &[]).await?;
    let detail = json!({ "application": "jdbc_on_prem", "name": input["name"] });
    let detail = screen.console.call("procedures.get", &detail).await?;
    assert_eq!(detail["cautions"][0]["kind"], "cannot_hold", "{detail}");
    let run = screen.run(&input).await?;
    assert_eq!(
        (&run["end"], &run["statement"]),
        (&json!("not_run"), &Json::Null)
    );
    let count = "SELECT COUNT(*) FROM ENTITLEMENTS WHERE ENT_ID = 4711";
    assert_eq!(screen.site.reader.one(count).await?.as_deref(), Some("0"));
    input["inSpite"] = true.into();
    let run = screen.run(&input).await?;
    assert_eq!(run["rollback"], "broken", "{run}");
    assert_eq!(screen.site.reader.one(count).await?.as_deref(), Some("1"));
    Ok(())
}

#[tokio::test]
async fn a_large_result_is_counted_whole_and_shown_in_part() -> anyhow::Result<()> {
    let sql = "CREATE FUNCTION many() RETURNS TABLE (n int) LANGUAGE sql AS 'SELECT generate_series(1, 12000)'";
    let run = with(On::PostgreSql, &[sql]).await?.dry("MANY", &[]).await?;
    let statement = &run["statement"];
    assert_eq!(
        (&statement["rows"], &statement["sampleTruncated"]),
        (&json!(12_000), &json!(true))
    );
    assert_eq!(statement["sample"].as_array().map(Vec::len), Some(5_000));
    assert_eq!(statement["sample"][4_999], json!([5_000]));
    Ok(())
}
