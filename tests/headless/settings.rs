//! What an administrator sets while requests are served: address, certificate, token, how long is recorded.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::certificates::Authority;
use sluice_tests::support::console::Console;
use sluice_tests::support::server::Server;
use sluice_tests::support::site::{On, Place};

const HOUR: i64 = 3_600_000;

/// A client that trusts one certificate and nothing else.
fn trusting(pem: &str) -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(pem.as_bytes())?])
        .timeout(Duration::from_mins(1))
        .build()?)
}

async fn status(http: &reqwest::Client, base: &str, token: &str) -> Result<u16, reqwest::Error> {
    let request = http
        .get(format!("{base}Status"))
        .header("authorization", format!("Bearer {token}"));
    Ok(request.send().await?.status().as_u16())
}

async fn token_of(console: &Console) -> anyhow::Result<String> {
    let revealed = console.call("credentials.reveal", &json!({})).await?;
    Ok(revealed["token"].as_str().context("no token")?.to_owned())
}

#[tokio::test]
async fn a_new_certificate_is_shown_to_the_next_handshake_and_open_connections_stay()
-> anyhow::Result<()> {
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    let before = console.call("certificate.get", &json!({})).await?;
    let old = before["current"]["pem"].as_str().context("no PEM")?;
    let open = trusting(old)?;
    assert_eq!(status(&open, &server.base_url, &server.token).await?, 200);

    // Made, and not in use yet.
    let made = console
        .work("certificate.make", &json!({}))
        .await?
        .map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let new = made["next"]["pem"].as_str().context("no next one")?;
    assert_ne!(new, old);
    let fresh = trusting(old)?;
    assert_eq!(status(&fresh, &server.base_url, &server.token).await?, 200);

    let taken = console.call("certificate.take", &json!({})).await?;
    assert_eq!(taken["current"]["pem"], new);
    assert_eq!(taken["next"], Value::Null);
    assert_eq!(
        status(&open, &server.base_url, &server.token).await?,
        200,
        "a connection that was open goes on"
    );
    ensure!(
        status(&trusting(old)?, &server.base_url, &server.token)
            .await
            .is_err(),
        "who knows the old one alone refuses the next handshake"
    );
    let knows = trusting(new)?;
    assert_eq!(status(&knows, &server.base_url, &server.token).await?, 200);
    // What another process reads is what is served.
    assert_eq!(std::fs::read_to_string(&server.certificate)?, new);

    let id = &taken["earlier"][0]["id"];
    console
        .call("certificate.bring_back", &json!({ "id": id }))
        .await?;
    console.call("certificate.take", &json!({})).await?;
    let back = trusting(old)?;
    assert_eq!(status(&back, &server.base_url, &server.token).await?, 200);
    Ok(())
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_served_with_its_chain_once_it_is_good() -> anyhow::Result<()>
{
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    let company = Authority::new("Company")?;
    let (good, other) = (
        company.server(&["127.0.0.1"], false)?,
        company.server(&["127.0.0.1"], false)?,
    );
    let bring = |certificates: String, key: &str| {
        let input = json!({ "certificates": certificates, "key": key });
        let console = &console;
        async move { console.call("certificate.bring", &input).await }
    };
    let whole = format!("{}{}", good.certificate, company.pem());
    let refused = bring(whole.clone(), &other.key).await?;
    assert_eq!(refused["taken"], false);
    assert_eq!(refused["checks"][0]["verdict"], "bad");
    let setup = console.call("certificate.get", &json!({})).await?;
    assert_eq!(setup["next"], Value::Null, "what is refused stands nowhere");

    let expired = company.server(&["127.0.0.1"], true)?;
    let refused = bring(expired.certificate.clone(), &expired.key).await?;
    assert_eq!(refused["taken"], false);

    assert_eq!(bring(whole, &good.key).await?["taken"], true);
    console.call("certificate.take", &json!({})).await?;
    let company = trusting(&company.pem())?;
    assert_eq!(
        status(&company, &server.base_url, &server.token).await?,
        200
    );
    let setup = console.call("certificate.get", &json!({})).await?;
    assert_eq!(setup["host"], json!({ "name": "127.0.0.1", "named": true }));
    let asked = setup["asked"].as_array().context("nobody asked")?;
    assert!(asked.iter().any(|name| name["name"] == "127.0.0.1"));
    Ok(())
}

#[tokio::test]
async fn both_tokens_open_the_endpoint_until_the_one_before_is_ended() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path(), &["--demo"], &[]).await?;
    let console = Console::of(&server).await?;
    let old = server.token.clone();
    let rotated = console
        .call("token.rotate", &json!({ "overlapMs": HOUR }))
        .await?;
    let new = token_of(&console).await?;
    assert_ne!(new, old);
    assert!(!rotated.to_string().contains(&new), "no answer tells it");
    let http = trusting(&std::fs::read_to_string(&server.certificate)?)?;
    for token in [&old, &new] {
        assert_eq!(status(&http, &server.base_url, token).await?, 200);
    }
    let setup = console.call("token.get", &json!({})).await?;
    let used = &setup["former"]["uses"][0];
    assert_eq!(
        (&used["application"], &used["times"]),
        (&json!("jdbc_on_prem"), &json!(1))
    );

    // Across a restart both are good still.
    server.stop().await?;
    let server = Server::start(folder.path(), &["--demo"], &[]).await?;
    assert_eq!(
        server.token, new,
        "what another process is told is the new one"
    );
    for token in [&old, &new] {
        assert_eq!(status(&http, &server.base_url, token).await?, 200);
    }

    let console = Console::of(&server).await?;
    console.call("token.end_former", &json!({})).await?;
    assert_eq!(status(&http, &server.base_url, &old).await?, 401);
    assert_eq!(status(&http, &server.base_url, &new).await?, 200);
    let page = json!({ "filter": "status:refused", "before": null, "limit": 1 });
    let listed = console.call("traffic.list", &page).await?;
    let id = &listed["exchanges"][0]["id"];
    let exchange = console.call("traffic.get", &json!({ "id": id })).await?;
    let cause = exchange["diagnosis"]["cause"].as_str().unwrap_or_default();
    assert!(cause.contains("before it was rotated"), "{exchange}");
    let kept = std::fs::read_to_string(folder.path().join("secrets.toml"))?;
    assert!(!kept.contains(&old), "what has ended is not kept");
    Ok(())
}

#[tokio::test]
async fn a_token_of_the_environment_is_not_sluices_to_change() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let token = "0123456789abcdef0123456789abcdef";
    let server = Server::start(folder.path(), &["--demo"], &[("SLUICE_TOKEN", token)]).await?;
    let console = Console::of(&server).await?;
    let answer = console
        .ask("token.rotate", &json!({ "overlapMs": HOUR }))
        .await?;
    assert_eq!(answer.json["code"], "token.environment", "{}", answer.text);
    assert_eq!(server.client()?.get("Status").await?.status, 200);
    Ok(())
}

/// A server over SQLite that listens where its configuration says.
struct Configured {
    _place: Place,
    _data: tempfile::TempDir,
    file: PathBuf,
    server: Server,
    console: Console,
}

impl Configured {
    async fn new() -> anyhow::Result<Self> {
        let place = Place::new(On::Sqlite).await?;
        let data = tempfile::tempdir()?;
        let file = place.folder.path().join("sluice.toml");
        let text = place
            .configuration
            .replace("listen = \"127.0.0.1:1443\"", "listen = \"127.0.0.1:0\"");
        let text = if text.contains("[endpoint]") {
            text
        } else {
            format!("{text}\n[endpoint]\nlisten = \"127.0.0.1:0\"\n")
        };
        std::fs::write(&file, text)?;
        let config = file.display().to_string();
        let arguments = ["--config", &config, "--console", "127.0.0.1:0"];
        let server = Server::start_as_configured(data.path(), &arguments, &[]).await?;
        let console = Console::of(&server).await?;
        Ok(Self {
            _place: place,
            _data: data,
            file,
            server,
            console,
        })
    }

    async fn settings(&self) -> anyhow::Result<Value> {
        let setup = self.console.call("settings.endpoint", &json!({})).await?;
        Ok(setup["settings"].clone())
    }

    /// Saves another address for the endpoint.
    async fn listen(&self, address: &str) -> anyhow::Result<Value> {
        let was = self.settings().await?;
        let mut settings = was.clone();
        settings["listen"] = json!(address);
        let input = json!({ "was": was, "settings": settings });
        Ok(self
            .console
            .ask("settings.save_endpoint", &input)
            .await?
            .json)
    }
}

/// A port that nobody has a moment ago.
fn free() -> anyhow::Result<std::net::SocketAddr> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn at(base: &str, address: std::net::SocketAddr) -> anyhow::Result<String> {
    let (_, path) = base.split_once("/ws/").context("no path")?;
    Ok(format!("https://{address}/ws/{path}"))
}

fn text(path: &Path) -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(path)?)
}

#[tokio::test]
async fn the_endpoint_moves_to_another_address_and_back_by_an_undo() -> anyhow::Result<()> {
    let running = Configured::new().await?;
    let server = &running.server;
    let http = trusting(&text(&server.certificate)?)?;
    assert_eq!(status(&http, &server.base_url, &server.token).await?, 200);
    let first = free()?;
    let saved = running.listen(&first.to_string()).await?;
    assert_eq!(saved["restart"], json!([]), "{saved}");
    let moved = at(&server.base_url, first)?;
    assert_eq!(status(&http, &moved, &server.token).await?, 200);
    assert!(text(&running.file)?.contains(&format!("\"{first}\"")));
    ensure!(
        status(
            &trusting(&text(&server.certificate)?)?,
            &server.base_url,
            &server.token
        )
        .await
        .is_err(),
        "nobody answers where it was"
    );

    // The same port with another address of the machine: the old one has to be given up first.
    let wide = format!("0.0.0.0:{}", first.port());
    let saved = running.listen(&wide).await?;
    assert!(saved["version"].is_number(), "{saved}");
    assert_eq!(status(&http, &moved, &server.token).await?, 200);
    running
        .console
        .call("configuration.undo", &json!({}))
        .await?;
    assert_eq!(running.settings().await?["listen"], first.to_string());
    assert_eq!(status(&http, &moved, &server.token).await?, 200);
    Ok(())
}

#[tokio::test]
async fn a_port_in_use_leaves_file_and_endpoint_as_they_were() -> anyhow::Result<()> {
    let running = Configured::new().await?;
    let server = &running.server;
    let before = text(&running.file)?;
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let refused = running.listen(&taken.local_addr()?.to_string()).await?;
    assert_eq!(refused["code"], "endpoint.listen", "{refused}");
    let said = refused["fields"]["listen"].as_str().unwrap_or_default();
    assert!(said.contains("Another program listens"), "{refused}");
    assert_eq!(text(&running.file)?, before);
    let http = trusting(&text(&server.certificate)?)?;
    assert_eq!(status(&http, &server.base_url, &server.token).await?, 200);

    let refused = running.listen("the front door").await?;
    assert_eq!(refused["code"], "settings.wrong");
    Ok(())
}

#[tokio::test]
async fn the_record_is_kept_within_its_bounds_and_pinned_exchanges_stay() -> anyhow::Result<()> {
    let running = Configured::new().await?;
    let client = running.server.client()?;
    let mut first = None;
    for _ in 0..6 {
        let answer = client.get("Status").await?;
        first.get_or_insert(answer.headers["x-sluice-exchange"].to_str()?.to_owned());
    }
    let first = first.context("nothing was recorded")?;
    let all = json!({ "filter": "", "before": null, "limit": 100 });
    let count = async || {
        let listed = running.console.call("traffic.list", &all).await?;
        anyhow::Ok(listed["exchanges"].as_array().map_or(0, Vec::len))
    };
    // Reads are written in a moment.
    while count().await? < 6 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let pin = json!({ "ids": [&first], "change": { "pinned": true } });
    running.console.call("traffic.mark", &pin).await?;

    let setup = running.console.call("record.get", &json!({})).await?;
    let mut settings = setup["settings"].clone();
    settings["keepExchanges"] = json!(2);
    let would = running.console.call("record.would_go", &settings).await?;
    assert_eq!(
        (&would["exchanges"], &would["pinned"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(count().await?, 6, "nothing goes by being counted");

    let save = json!({ "was": setup["settings"], "settings": settings });
    running.console.call("record.save", &save).await?;
    let removed = running
        .console
        .work("record.remove_excess", &json!({}))
        .await?;
    assert_eq!(removed, Ok(json!({ "removed": 3 })));
    assert_eq!(count().await?, 3);
    let pinned = running
        .console
        .call("traffic.get", &json!({ "id": first }))
        .await?;
    assert_eq!(pinned["summary"]["id"], json!(first));
    assert!(text(&running.file)?.contains("keep_exchanges = 2"));
    Ok(())
}

#[tokio::test]
async fn a_level_of_the_log_is_in_use_at_once_and_the_console_reads_its_lines() -> anyhow::Result<()>
{
    let running = Configured::new().await?;
    let setup = running.console.call("log.levels", &json!({})).await?;
    let told = async |text: &str| {
        let tail = running
            .console
            .call("log.tail", &json!({ "after": 0 }))
            .await?;
        let lines = tail["lines"].as_array().cloned().unwrap_or_default();
        anyhow::Ok(
            lines
                .iter()
                .filter(|line| {
                    line["text"]
                        .as_str()
                        .is_some_and(|line| line.contains(text))
                })
                .count(),
        )
    };
    const ROTATED: &str = "the token was rotated";
    let rotate = json!({ "overlapMs": 0 });
    running.console.call("token.rotate", &rotate).await?;
    assert_eq!(told(ROTATED).await?, 1);

    let mut areas = setup["areas"].clone();
    for area in areas.as_array_mut().context("no areas")? {
        if area["area"] == "console" {
            area["level"] = json!("error");
        }
    }
    let save = json!({ "was": setup["areas"], "areas": areas });
    running.console.call("log.save_levels", &save).await?;
    running.console.call("token.rotate", &rotate).await?;
    assert_eq!(told(ROTATED).await?, 1, "the second is not said any more");
    assert!(text(&running.file)?.contains("console = \"error\""));
    Ok(())
}
