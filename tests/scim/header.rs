//! The connector's header: ignored, needed, supplying, overriding.

use anyhow::Context as _;
use serde_json::json;
use sluice_tests::support::console::Console;
use sluice_tests::support::server::Client;
use sluice_tests::support::site::{On, Reader, Site, configuration};
use sluice_tests::support::{mariadb, server::Server};

/// Base64 without a library: the client of the test is not the decoder under test.
async fn base64(text: &str) -> anyhow::Result<String> {
    use tokio::io::AsyncWriteExt as _;
    let mut child = tokio::process::Command::new("base64")
        .arg("-w0")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    child
        .stdin
        .take()
        .context("no pipe")?
        .write_all(text.as_bytes())
        .await?;
    Ok(String::from_utf8(child.wait_with_output().await?.stdout)?)
}

const NAME: &str = "X-OKTA-ONPREM-DATA";

#[tokio::test]
async fn an_application_nobody_configured_gets_the_originals_answer() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?.at(&site.server.base_of("elsewhere"));
    let answer = client.get("Users").await?;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.text,
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"scimType":"MISSING_ATTRIBUTE","detail":"Missing X-OKTA-ONPREM-DATA header","status":400}"#
    );
    let with = Client::send(
        client
            .request("GET", "Users")
            .header(NAME, base64("{}").await?),
    )
    .await?;
    assert_eq!(with.status, 404, "{}", with.text);
    Ok(())
}

#[tokio::test]
async fn a_header_supplies_connection_and_procedures_where_the_application_allows_it()
-> anyhow::Result<()> {
    let database = mariadb::shared().await?;
    let name = database.fresh_database().await?;
    let config = "[applications.jdbc_on_prem]\nprofile = \"columns\"\ncompatibility = \"original\"\nheader = \"supply\"\nstatus_column = \"IS_ACTIVE\"\nsecret_columns = [\"PASSWORD_HASH\"]\n";
    let server = Server::with_config(config, &[]).await?;
    let client = server.client()?;
    let missing = client.get("Users").await?;
    assert_eq!(
        (missing.status, missing.json["detail"].as_str()),
        (400, Some("Missing X-OKTA-ONPREM-DATA header"))
    );
    let header = json!({
        "jdbcUrl": format!("jdbc:mysql://127.0.0.1:{}/{name}?allowMultiQueries=true", database.port),
        "username": database.user, "password": database.password, "driverClassName": "com.mysql.cj.jdbc.Driver",
        "procedures": {"listUsers": "GET_ACTIVEUSERS", "getUser": "GET_USER_BY_ID"}
    });
    let header = base64(&header.to_string()).await?;
    let list = Client::send(
        client
            .request("GET", "Users?startIndex=1&count=100")
            .header(NAME, &header),
    )
    .await?;
    assert_eq!(
        (list.status, &list.json["totalResults"]),
        (200, &json!(14)),
        "{}",
        list.text
    );
    let one = Client::send(
        client
            .request("GET", "Users/yoda@galaxy.local")
            .header(NAME, &header),
    )
    .await?;
    assert_eq!(
        (one.status, &one.json["id"]),
        (200, &json!("yoda@galaxy.local")),
        "{}",
        one.text
    );
    let undefined =
        Client::send(client.request("GET", "Entitlements").header(NAME, &header)).await?;
    assert_eq!(
        (undefined.status, undefined.json["detail"].as_str()),
        (400, Some("No getAllEntitlements operation defined"))
    );
    let broken = Client::send(client.request("GET", "Users").header(NAME, "%%%")).await?;
    assert_eq!(broken.status, 400, "{}", broken.text);

    // Nothing of the header is kept anywhere.
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn an_ignored_header_changes_nothing() -> anyhow::Result<()> {
    let mut site = Site::start(On::Sqlite).await?;
    assert!(configuration(On::Sqlite).contains("header = \"ignore\""));
    assert!(matches!(site.reader, Reader::Sqlite(_)));
    let client = site.server.client()?;
    let answer = Client::send(
        client
            .request("GET", "Users?count=1")
            .header(NAME, "not even base64 !!"),
    )
    .await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        site.reader
            .one("SELECT COUNT(*) FROM USERS")
            .await?
            .as_deref(),
        Some("15")
    );
    Ok(())
}

/// Files below a folder.
fn files(folder: &std::path::Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[tokio::test]
async fn a_header_is_recorded_by_its_keys_and_nothing_it_says_is_kept() -> anyhow::Result<()> {
    const SECRET: &str = "hunter2hunter2";
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?;
    let header = json!({
        "jdbcUrl": format!("jdbc:mysql://scim:{SECRET}@db.internal.example/hr"),
        "username": SECRET, "password": SECRET, "driverClassName": SECRET,
        "procedures": {"listUsers": SECRET, "getUser": format!("CALL P('{SECRET}')"), "mergeUser": SECRET},
        "notKnownYet": [{"name": SECRET, "enabled": true}],
        format!("{SECRET}@example.org"): SECRET
    });
    let text = base64(&header.to_string()).await?;
    let send =
        |text: String| Client::send(client.request("GET", "Users?count=1").header(NAME, text));
    let answer = send(text.clone()).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // A write is stored before its answer leaves, and what was before it with it.
    let refused = client.post("Users", &json!({"active": true})).await?;
    assert_eq!(refused.status, 400, "{}", refused.text);

    let console = Console::of(&site.server).await?;
    let id = answer.headers["x-sluice-exchange"].to_str()?;
    let exchange = console.call("traffic.get", &json!({"id": id})).await?;
    let view = &exchange["header"];
    assert_eq!(
        (&view["bytes"], &view["problem"]),
        (&json!(text.len()), &json!(null))
    );
    let keys: Vec<(&str, bool)> = view["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|field| Some((field["key"].as_str()?, field["known"].as_bool()?)))
        .collect();
    let mut expected = vec![
        ("driverClassName", true),
        ("jdbcUrl", true),
        ("notKnownYet", false),
        ("password", true),
        ("procedures", true),
        ("username", true),
    ];
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(
        sorted, expected,
        "the key that looks like an address is not named"
    );
    let mut searched = 0;
    for file in files(&site.server.data_dir)? {
        let bytes = std::fs::read(&file)?;
        searched += usize::from(bytes.windows(11).any(|window| window == b"notKnownYet"));
        for secret in [SECRET.as_bytes(), b"db.internal.example"] {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret),
                "it stands in {}",
                file.display()
            );
        }
    }
    assert!(searched > 0, "the record itself was not searched");
    assert!(!site.server.log().await.contains(SECRET));

    let changed = send(base64(r#"{"jdbcUrl": "x", "username": "y"}"#).await?).await?;
    let id = changed.headers["x-sluice-exchange"].to_str()?;
    client.post("Users", &json!({"active": true})).await?;
    let exchange = console.call("traffic.get", &json!({"id": id})).await?;
    let told = exchange["header"]["changed"].as_str().unwrap_or_default();
    assert!(
        told.contains("gone: ") && told.contains("password (text)"),
        "{told}"
    );
    Ok(())
}

#[tokio::test]
async fn headers_may_be_held_to_the_ten_kilobytes_of_the_original() -> anyhow::Result<()> {
    let site = Site::with(On::Sqlite, |text| {
        assert!(text.contains("header_limit_kb = 64"));
        text.replace("header_limit_kb = 64", "header_limit_kb = 10")
    })
    .await?;
    let client = site.server.client()?;
    let send = |size: usize| {
        let text = format!("{{\"a\":\"{}\"}}", "x".repeat(size));
        let request = client.request("GET", "Users?count=1");
        async move { Client::send(request.header(NAME, base64(&text).await?)).await }
    };
    // Base64 makes four bytes of three, and the other headers count too.
    assert_eq!(send(7_000).await?.status, 200);
    let refused = send(7_700).await?;
    assert_eq!(refused.status, 431, "{}", refused.text);
    assert!(refused.text.contains("10 KiB"), "{}", refused.text);
    Ok(())
}
