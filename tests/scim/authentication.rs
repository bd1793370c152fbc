//! What an application asks of its client: the endpoint's token, user and password, or a header of
//! its own.

use std::process::Stdio;

use anyhow::{Context as _, ensure};
use reqwest::RequestBuilder;
use serde_json::json;
use sluice_tests::support::server::{Answered, Client, Server, command};
use sluice_tests::support::site::{On, Place};
use tokio::io::AsyncWriteExt as _;

const USER: &str = "okta_import";
const PASSWORD: &str = "SecureImportPassword123!";
const KEY: &str = "SSWS 5e5a1b9c0d7f4e21";
const SECRETS: &[(&str, &str)] = &[
    ("SLUICE_APPLICATION_CORE", PASSWORD),
    ("SLUICE_APPLICATION_JDBC_ON_PREM", KEY),
];
const AUTHENTICATION: &str = r#"
[applications.core.authentication]
kind = "basic"
user = "okta_import"
[applications.jdbc_on_prem.authentication]
kind = "header"
name = "X-Api-Key"
[applications.token]
connection = "demo"
profile = "columns"
[applications.old]
connection = "demo"
profile = "columns"
compatibility = "original"
[applications.old.v1]
errors = "sdk"
"#;

struct Guarded {
    server: Server,
    place: Place,
}

async fn guarded(secrets: &[(&str, &str)]) -> anyhow::Result<Guarded> {
    let place = Place::new(On::Sqlite).await?;
    let text = format!("{}{AUTHENTICATION}", place.configuration);
    let config = place.folder.path().join("sluice.toml");
    std::fs::write(&config, text)?;
    let path = config
        .to_str()
        .context("a path that is no text")?
        .to_owned();
    let server = Server::start(place.folder.path(), &["--config", &path], secrets).await?;
    Ok(Guarded { server, place })
}

/// A request to an application without any authentication.
fn bare(server: &Server, application: &str, path: &str) -> anyhow::Result<RequestBuilder> {
    let client = server.client()?;
    Ok(client
        .http
        .get(format!("{}{path}", server.base_of(application))))
}

fn challenge(answer: &Answered) -> &str {
    answer.headers["www-authenticate"]
        .to_str()
        .unwrap_or_default()
}

#[tokio::test]
async fn user_and_password_admit_to_their_application_and_nothing_else_does() -> anyhow::Result<()>
{
    let guarded = guarded(SECRETS).await?;
    let server = &guarded.server;
    let get = || bare(server, "core", "ServiceProviderConfig");
    let admitted = Client::send(get()?.basic_auth(USER, Some(PASSWORD))).await?;
    ensure!(admitted.status == 200, "{}", admitted.text);
    assert_eq!(
        admitted.json["authenticationSchemes"][0]["type"],
        "httpbasic"
    );
    let mut told = Vec::new();
    for request in [
        get()?.basic_auth(USER, Some("SecureImportPassword123")),
        get()?.basic_auth("somebody", Some(PASSWORD)),
        get()?.basic_auth(USER, None::<&str>),
        get()?.bearer_auth(&server.token),
        get()?.header("X-Api-Key", KEY),
        get()?,
    ] {
        let refused = Client::send(request).await?;
        assert_eq!(refused.status, 401, "{}", refused.text);
        assert_eq!(
            challenge(&refused),
            "Basic realm=\"Sluice\", charset=\"UTF-8\""
        );
        told.push(refused.text);
    }
    told.dedup();
    assert_eq!(
        told.len(),
        1,
        "a refusal tells which part was wrong: {told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_header_of_its_own_admits_to_its_application_and_nothing_else_does() -> anyhow::Result<()>
{
    let guarded = guarded(SECRETS).await?;
    let server = &guarded.server;
    let get = || bare(server, "jdbc_on_prem", "ServiceProviderConfig");
    let admitted = Client::send(get()?.header("x-api-key", KEY)).await?;
    ensure!(admitted.status == 200, "{}", admitted.text);
    assert_eq!(
        admitted.json["authenticationSchemes"][0]["type"],
        "httpheader"
    );
    assert!(
        !admitted.text.to_lowercase().contains("x-api-key"),
        "{}",
        admitted.text
    );
    for request in [
        get()?.header("x-api-key", "SSWS 5e5a1b9c0d7f4e22"),
        get()?.header("x-api-key", ""),
        get()?.header("authorization", KEY),
        get()?.bearer_auth(&server.token),
        get()?,
    ] {
        let refused = Client::send(request).await?;
        assert_eq!(refused.status, 401, "{}", refused.text);
        assert!(
            !refused.text.to_lowercase().contains("x-api-key"),
            "{}",
            refused.text
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_no_application_is_refused_like_one_with_the_token() -> anyhow::Result<()> {
    let guarded = guarded(SECRETS).await?;
    for version in ["v2", "v1"] {
        let mut answers = Vec::new();
        for application in ["token", "old", "nobody"] {
            let base = guarded.server.base_of(application);
            let url = format!("{}Users", base.replace("/v2/", &format!("/{version}/")));
            let request = guarded.server.client()?.http.get(url);
            let refused = Client::send(request.basic_auth(USER, Some(PASSWORD))).await?;
            assert_eq!(refused.status, 401, "{}", refused.text);
            answers.push((challenge(&refused).to_owned(), refused.text));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(answers[0].0, "Bearer realm=\"Sluice\"");
    }
    Ok(())
}

#[tokio::test]
async fn no_secret_of_an_application_is_recorded_or_logged() -> anyhow::Result<()> {
    let guarded = guarded(SECRETS).await?;
    let server = &guarded.server;
    let encoded = "b2t0YV9pbXBvcnQ6U2VjdXJlSW1wb3J0UGFzc3dvcmQxMjMh";
    for application in ["core", "jdbc_on_prem", "token", "nobody"] {
        let request = bare(server, application, "Users")?
            .header("authorization", format!("Basic {encoded}"))
            .header("X-Api-Key", KEY);
        Client::send(request).await?;
    }
    let log = server.log().await;
    let Guarded { server, place } = guarded;
    ensure!(server.stop().await?.success(), "it ended badly");
    let mut seen = 0;
    for file in std::fs::read_dir(place.folder.path())? {
        let path = file?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("exchanges.db") {
            let bytes = std::fs::read(&path)?;
            for secret in [PASSWORD, KEY, encoded] {
                let found = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                assert!(!found, "{secret} stands in {name}");
                assert!(!log.contains(secret), "{secret} stands in the log");
            }
            seen += bytes
                .windows("x-api-key".len())
                .filter(|window| *window == b"x-api-key")
                .count();
        }
    }
    assert!(seen >= 4, "the requests are in the record");
    Ok(())
}

async fn set(place: &Place, secret: &str) -> anyhow::Result<()> {
    let mut child = command(place.folder.path())
        .await?
        .args(["password", "--application", "core", "--data-dir"])
        .arg(place.folder.path())
        .stdin(Stdio::piped())
        .spawn()?;
    let mut pipe = child.stdin.take().context("no pipe")?;
    pipe.write_all(format!("{secret}\n").as_bytes()).await?;
    drop(pipe);
    ensure!(child.wait().await?.success(), "the secret is not kept");
    Ok(())
}

#[tokio::test]
async fn an_application_is_closed_until_its_secret_is_set_by_the_command() -> anyhow::Result<()> {
    let Guarded { server, place } = guarded(&SECRETS[1..]).await?;
    assert!(
        server
            .log()
            .await
            .contains("sluice-server password --application core"),
        "{}",
        server.log().await
    );
    for password in ["", PASSWORD] {
        let get = bare(&server, "core", "Status")?;
        let refused = Client::send(get.basic_auth(USER, Some(password))).await?;
        assert_eq!(refused.status, 401, "{}", refused.text);
    }
    ensure!(server.stop().await?.success(), "it ended badly");
    set(&place, PASSWORD).await?;
    let config = place.folder.path().join("sluice.toml");
    let path = config
        .to_str()
        .context("a path that is no text")?
        .to_owned();
    let source = ["--config", path.as_str()];
    let server = Server::start(place.folder.path(), &source, &[]).await?;
    let get = bare(&server, "core", "Status")?;
    let admitted = Client::send(get.basic_auth(USER, Some(PASSWORD))).await?;
    assert_eq!(admitted.status, 200, "{}", admitted.text);
    ensure!(server.stop().await?.success(), "it ended badly");

    set(&place, "short").await?;
    let refused = Server::start(place.folder.path(), &source, &[]).await;
    let told = refused
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(
        told.contains("application \"core\"") && told.contains("16 characters"),
        "{told}"
    );
    assert!(!told.contains("short\""), "{told}");
    Ok(())
}

#[tokio::test]
async fn the_record_tells_the_administrator_what_was_wrong() -> anyhow::Result<()> {
    use sluice_tests::support::console::Console;
    let place = Place::new(On::Sqlite).await?;
    let text = format!("{}{AUTHENTICATION}", place.configuration);
    let config = place.folder.path().join("sluice.toml");
    std::fs::write(&config, text)?;
    let path = config
        .to_str()
        .context("a path that is no text")?
        .to_owned();
    let options = ["--config", &path, "--console", "127.0.0.1:0"];
    let server = Server::start(place.folder.path(), &options, SECRETS).await?;
    let get = bare(&server, "core", "Users")?;
    let refused = Client::send(get.basic_auth(USER, Some("another password"))).await?;
    let id = refused.headers["x-sluice-exchange"].to_str()?;
    let console = Console::of(&server).await?;
    // A read is recorded a moment after its answer.
    for _ in 0..100 {
        if let Ok(exchange) = console.call("traffic.get", &json!({"id": id})).await {
            let cause = exchange["diagnosis"]["cause"].as_str().unwrap_or_default();
            assert!(cause.contains("User or password"), "{exchange}");
            let headers = exchange["request"]["headers"].to_string();
            assert!(headers.contains("Basic •••"), "{headers}");
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("the exchange is not recorded")
}
