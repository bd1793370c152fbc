//! The headless server as a process: ready line, credentials, SIGTERM, restarts, its console.

mod configuration;
mod connections;
mod console;
mod parity;
mod portable;
mod settings;

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::server::{Server, command};
use sluice_tests::support::site::{On, Place};

#[tokio::test]
async fn the_ready_line_and_the_credentials_are_what_a_script_needs() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    ensure!(
        server.base_url.starts_with("https://127.0.0.1:")
            && server.base_url.ends_with("/ws/rest/jdbc_on_prem/scim/v2/"),
        "{}",
        server.base_url
    );
    let output = command(&server.data_dir)
        .await?
        .args(["credentials", "--json", "--data-dir"])
        .arg(&server.data_dir)
        .output()
        .await?;
    let lines: Vec<&str> = std::str::from_utf8(&output.stdout)?.lines().collect();
    assert_eq!(lines.len(), 1, "one line and nothing else");
    let credentials: Value = serde_json::from_str(lines[0])?;
    assert_eq!(credentials["base_url"], server.base_url);
    assert_eq!(credentials["certificate"], json!(server.certificate));
    assert!(
        credentials["token"]
            .as_str()
            .is_some_and(|token| token.len() == 32 && token.chars().all(|c| c.is_ascii_hexdigit()))
    );
    let log = server.log().await;
    assert!(
        log.contains("secrets file"),
        "where the token is kept is said at start: {log}"
    );
    assert!(!log.contains(&server.token), "the token is not logged");
    Ok(())
}

#[tokio::test]
async fn a_token_from_the_environment_is_used_and_the_source_is_said() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let token = "0123456789abcdef0123456789abcdef";
    let server = Server::start(folder.path(), &["--demo"], &[("SLUICE_TOKEN", token)]).await?;
    assert!(server.log().await.contains("environment variable"));
    assert_eq!(server.token, token);
    assert_eq!(server.client()?.get("Status").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn sigterm_finishes_what_is_in_flight_and_ends_with_0() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let client = server.client()?;
    client.get("Users?count=1").await?;
    let requests: Vec<_> = (0..20)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move { client.get(&format!("Users?startIndex={n}&count=5")).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(30)).await;
    let status = server.stop().await?;
    assert_eq!(status.code(), Some(0));
    let mut answered = 0;
    for request in requests {
        match request.await? {
            Ok(answer) => {
                assert_eq!(answer.status, 200, "{}", answer.text);
                answered += 1;
            }
            // Refused before it was taken: nothing of it was begun.
            Err(error) => assert!(
                error
                    .downcast_ref::<reqwest::Error>()
                    .is_some_and(|e| e.is_connect() || e.is_request()),
                "{error:#}"
            ),
        }
    }
    assert!(answered > 0);
    Ok(())
}

#[tokio::test]
async fn what_was_recorded_survives_a_restart_and_a_kill() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path(), &["--demo"], &[]).await?;
    let created = server.client()?.post("Users", &json!({"userName": "kill@x", "password": "hunter2hunter2", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"ext_USERNAME": "kill@x", "ext_FIRSTNAME": "K", "ext_LASTNAME": "L", "ext_EMAIL": "kill@x", "ext_PASSWORD_HASH": "hunter2hunter2"}})).await?;
    assert_eq!(created.status, 201, "{}", created.text);
    let id = created.headers["x-sluice-exchange"].to_str()?.to_owned();
    let token = server.token.clone();
    // The answer has left, so the exchange is in the store: a kill now loses nothing.
    server.kill().await?;

    let server = Server::start(folder.path(), &["--demo"], &[]).await?;
    assert_eq!(server.token, token, "the same token after a restart");
    let console = Console::of(&server).await?;
    let exchange = console.call("traffic.get", &json!({"id": id})).await?;
    assert_eq!(exchange["summary"]["subject"], "kill@x");
    assert_eq!(exchange["summary"]["status"], 201);
    let text = exchange.to_string();
    assert!(
        !text.contains("hunter2") && !text.contains(&token),
        "a secret was recorded: {text}"
    );
    let kinds: Vec<&str> = exchange["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|step| step["kind"].as_str())
        .collect();
    for kind in [
        "authorise",
        "parse",
        "begin",
        "statement",
        "commit",
        "answer",
    ] {
        assert!(kinds.contains(&kind), "no step {kind} in {kinds:?}");
    }
    let create = exchange["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|step| step["statement"]["operation"] == "create_user")
        .context("no statement")?;
    let note = create["statement"]["note"].as_str().unwrap_or_default();
    assert!(
        note.contains("run by Sluice"),
        "a script is shown as what it is: {create}"
    );
    let parameters = &create["statement"]["parameters"];
    assert_eq!(
        parameters[0],
        json!({"position": 1, "name": "USER_ID", "value": "kill@x", "secret": false})
    );
    assert_eq!(
        parameters[23],
        json!({"position": 24, "name": "PASSWORD_HASH", "value": "•••", "secret": true})
    );
    for file in std::fs::read_dir(folder.path())? {
        let path = file?.path();
        if path
            .extension()
            .is_some_and(|e| e.to_string_lossy().starts_with("db"))
        {
            let bytes = std::fs::read(&path)?;
            assert!(
                !bytes.windows(14).any(|window| window == b"hunter2hunter2"),
                "a secret stands in {}",
                path.display()
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_configuration_with_a_slip_is_refused_with_its_line() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("sluice.toml");
    std::fs::write(
        &path,
        "[endpoint]\nlisten = \"127.0.0.1:0\"\nhedder_limit_kb = 10\n",
    )?;
    let output = command(folder.path())
        .await?
        .args(["serve", "--config"])
        .arg(&path)
        .arg("--data-dir")
        .arg(folder.path())
        .output()
        .await?;
    assert_ne!(output.status.code(), Some(0));
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        log.contains("line 3") && log.contains("Did you mean \"header_limit_kb\"?"),
        "{log}"
    );
    assert!(output.stdout.is_empty(), "nothing is ready");
    Ok(())
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_remedy() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let address = server
        .base_url
        .trim_start_matches("https://")
        .split('/')
        .next()
        .context("no address")?
        .to_owned();
    let folder = tempfile::tempdir()?;
    let output = command(folder.path())
        .await?
        .args(["serve", "--demo", "--listen", &address, "--data-dir"])
        .arg(folder.path())
        .output()
        .await?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let port = address.rsplit(':').next().unwrap_or_default();
    assert!(
        output.status.code() != Some(0) && log.contains(port),
        "{log}"
    );
    Ok(())
}

#[tokio::test]
async fn the_commands_of_the_screens_answer_in_the_browser() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let client = server.client()?;
    client.get("Users/yoda@galaxy.local").await?;
    client.get("Users/nobody@x").await?;
    let console = Console::of(&server).await?;
    let overview = console.call("overview.get", &json!({})).await?;
    assert_eq!(overview["endpoint"]["state"], "listening");
    assert_eq!(overview["connections"][0]["state"], "answers", "{overview}");
    assert!(
        !overview.to_string().contains(&server.token),
        "the token is masked"
    );
    assert_eq!(
        console.call("credentials.reveal", &json!({})).await?["token"],
        server.token
    );

    let users = console
        .call(
            "users.list",
            &json!({
                "application": "jdbc_on_prem", "start": 1, "count": 5, "fresh": false,
                "choice": {"search": "galaxy", "filters": [], "sort": []},
            }),
        )
        .await?;
    assert_eq!(
        (&users["total"], users["users"].as_array().map(Vec::len)),
        (&json!(14), Some(5))
    );
    let yoda = console
        .call(
            "users.get",
            &json!({"application": "core", "id": "yoda@galaxy.local"}),
        )
        .await?;
    assert_eq!(yoda["user"]["resource"]["userName"], "yoda@galaxy.local");
    let attribute = yoda["attributes"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|a| a["column"] == "PASSWORD_HASH")
        .context("no column")?;
    assert_eq!(attribute["attribute"], Value::Null);

    // Reads are recorded behind a queue: they are there soon, not at once.
    let mut page = Value::Null;
    for _ in 0..100 {
        page = console
            .call(
                "traffic.list",
                &json!({"filter": "nobody@x", "before": null, "limit": 10}),
            )
            .await?;
        if page["total"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(page["exchanges"][0]["status"], 404, "{page}");
    let exchange = console
        .call("traffic.get", &json!({"id": page["exchanges"][0]["id"]}))
        .await?;
    assert_eq!(exchange["diagnosis"]["code"], "user.missing");

    let stopped = console.call("endpoint.stop", &json!({})).await?;
    assert_eq!(stopped["state"], "stopped");
    assert!(client.get("Status").await.is_err(), "nobody listens");
    assert_eq!(
        console.call("endpoint.start", &json!({})).await?["state"],
        "listening"
    );
    Ok(())
}

#[tokio::test]
async fn check_ends_with_1_where_requests_would_fail_and_says_why() -> anyhow::Result<()> {
    let mut place = Place::new(On::MariaDb).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("sluice.toml");
    tokio::fs::write(&file, &place.configuration).await?;
    let run = async |arguments: &[&str]| -> anyhow::Result<std::process::Output> {
        Ok(command(folder.path())
            .await?
            .args(["check", "--config"])
            .arg(&file)
            .arg("--data-dir")
            .arg(folder.path())
            .args(arguments)
            .env("SLUICE_CONNECTION_DEMO", &place.password)
            .output()
            .await?)
    };
    let sound = run(&["--json"]).await?;
    ensure!(sound.status.code() == Some(0), "{sound:?}");
    let checked: Value = serde_json::from_slice(&sound.stdout)?;
    ensure!(
        checked.as_array().is_some_and(|all| all.len() == 2),
        "{checked}"
    );

    place.reader.run("DROP PROCEDURE DEACTIVATE_USER").await?;
    let broken = run(&["--application", "jdbc_on_prem"]).await?;
    ensure!(broken.status.code() == Some(1), "{broken:?}");
    let text = String::from_utf8_lossy(&broken.stdout).into_owned();
    ensure!(text.contains("check.routine_missing"), "{text}");
    ensure!(text.contains("Did you mean ACTIVATE_USER?"), "{text}");
    let unknown = run(&["--application", "nobody"]).await?;
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    ensure!(
        unknown.status.code() == Some(1) && said.contains("\"nobody\""),
        "{said}"
    );
    Ok(())
}
