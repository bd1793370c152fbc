//! The console's door: who is let in, who is not, and what each is told.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use reqwest::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};
use sluice_tests::support::certificates;
use sluice_tests::support::console::{Console, login_link};
use sluice_tests::support::server::{Client, Server, command};
use tokio::io::{AsyncBufReadExt as _, BufReader};

#[tokio::test]
async fn a_login_link_lets_in_once_and_what_is_kept_of_it_is_no_link() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let link = login_link(&server).await?;
    let (_, code) = link.split_once("#login=").context("no code")?;
    for file in std::fs::read_dir(server.data_dir.join("logins"))? {
        let name = file?.file_name().to_string_lossy().into_owned();
        assert!(!name.contains(code), "the code stands in the folder");
        let stolen = link.replace(code, &name);
        let refused = Console::open(reqwest::Client::new(), &stolen).await;
        assert!(refused.is_err(), "a file's name lets in");
    }
    let console = Console::open(reqwest::Client::new(), &link).await?;
    console.call("overview.get", &json!({})).await?;

    let again = Console::open(reqwest::Client::new(), &link).await;
    let said = again.err().context("the second time lets in")?.to_string();
    assert!(
        said.starts_with("401") && said.contains("console.link") && said.contains("used before"),
        "{said}"
    );
    // Nothing of it is in the log, whose readers are others.
    assert!(!server.log().await.contains(code));
    Ok(())
}

/// A change of one header of a call that is answered: what it is like, its name, its new value (none
/// takes it away), the status and the code of the refusal. `PORT` stands for the console's own.
type Refusal = (
    &'static str,
    &'static str,
    Option<&'static str>,
    u16,
    &'static str,
);

const REFUSALS: &[Refusal] = &[
    ("no cookie", "cookie", None, 401, "console.session"),
    ("no key", "x-sluice-key", None, 401, "console.session"),
    (
        "a made-up cookie",
        "cookie",
        Some("sluice-PORT=00000000000000000000000000000000"),
        401,
        "console.session",
    ),
    ("no origin", "origin", None, 403, "console.origin"),
    (
        "another site",
        "origin",
        Some("https://evil.example"),
        403,
        "console.origin",
    ),
    (
        "another port of this machine",
        "origin",
        Some("http://127.0.0.1:1"),
        403,
        "console.origin",
    ),
    (
        "this machine by another of its names",
        "origin",
        Some("http://localhost:PORT"),
        403,
        "console.origin",
    ),
    (
        "a sandboxed page",
        "origin",
        Some("null"),
        403,
        "console.origin",
    ),
    (
        "another site, as the browser says",
        "sec-fetch-site",
        Some("cross-site"),
        403,
        "console.origin",
    ),
    (
        "another port, as the browser says",
        "sec-fetch-site",
        Some("same-site"),
        403,
        "console.origin",
    ),
    (
        "what a form can send",
        "content-type",
        Some("text/plain"),
        415,
        "console.content_type",
    ),
    (
        "a rebound name",
        "host",
        Some("evil.example:PORT"),
        421,
        "console.host",
    ),
    (
        "a name that begins like ours",
        "host",
        Some("127.0.0.1.evil.example:PORT"),
        421,
        "console.host",
    ),
];

#[tokio::test]
async fn every_refusal_is_seen_beside_the_same_call_that_is_answered() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    let port = console.base.trim_end_matches('/').rsplit(':').next();
    let port = port.context("no port")?.to_owned();
    let call = || console.request("rpc/credentials.reveal", "{}".to_owned());
    let answer = Client::send(call()).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    assert_eq!(answer.json["token"], server.token);

    let other = Console::of(&server).await?;
    let foreign_key = Client::send(
        Console {
            key: other.key,
            http: console.http.clone(),
            base: console.base.clone(),
            cookie: console.cookie.clone(),
        }
        .request("rpc/credentials.reveal", "{}".to_owned()),
    )
    .await?;
    assert_eq!(foreign_key.status, 401, "{}", foreign_key.text);

    for (case, name, value, status, code) in REFUSALS {
        let (http, request) = call().build_split();
        let mut request = request?;
        match value {
            Some(value) => {
                let value = value.replace("PORT", &port).parse()?;
                request.headers_mut().insert(*name, value);
            }
            None => {
                request.headers_mut().remove(*name);
            }
        }
        let answer = http.execute(request).await?;
        let (got, text) = (answer.status().as_u16(), answer.text().await?);
        ensure!(got == *status, "{case}: {got} {text}");
        let problem: Value = serde_json::from_str(&text)?;
        ensure!(problem["code"] == *code, "{case}: {problem}");
        ensure!(!text.contains(&server.token), "{case}: the token is told");
        for field in ["message", "hint"] {
            let words = problem[field].as_str().unwrap_or_default();
            ensure!(!words.is_empty(), "{case}: no {field} in {problem}");
        }
    }
    // A GET brings no origin; nothing is called by one.
    let got = Client::send(
        console
            .http
            .get(format!("{}rpc/credentials.reveal", console.base))
            .header(COOKIE, &console.cookie)
            .header("x-sluice-key", &console.key),
    )
    .await?;
    assert_eq!(got.status, 405, "{}", got.text);
    Ok(())
}

#[tokio::test]
async fn no_other_page_can_log_a_browser_in_and_trying_does_not_use_the_link_up()
-> anyhow::Result<()> {
    let server = Server::demo().await?;
    let link = login_link(&server).await?;
    let (base, code) = link.split_once("#login=").context("no code")?;
    let foreign = Client::send(
        reqwest::Client::new()
            .post(format!("{base}session"))
            .header(ORIGIN, "https://evil.example")
            .header(CONTENT_TYPE, "application/json")
            .body(json!({"code": code}).to_string()),
    )
    .await?;
    assert_eq!(foreign.status, 403, "{}", foreign.text);
    assert!(!foreign.headers.contains_key(SET_COOKIE));
    Console::open(reqwest::Client::new(), &link).await?;
    Ok(())
}

#[tokio::test]
async fn logging_out_ends_the_session_and_what_it_had_open() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    let other = Console::of(&server).await?;
    let mut stream = console
        .request("stream/traffic.live", json!({"after": 0}).to_string())
        .send()
        .await?;
    ensure!(stream.status() == 200, "{}", stream.status());
    server.client()?.get("Users/yoda@galaxy.local").await?;
    stream.chunk().await?.context("the stream is silent")?;

    let out = Client::send(console.request("session/end", "{}".to_owned())).await?;
    assert_eq!(out.status, 204, "{}", out.text);
    let cookie = out.headers[SET_COOKIE].to_str()?;
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    tokio::time::timeout(Duration::from_secs(30), async {
        while let Ok(Some(_)) = stream.chunk().await {}
    })
    .await
    .context("the stream goes on")?;
    let answer = console.ask("overview.get", &json!({})).await?;
    assert_eq!(answer.status, 401, "{}", answer.text);
    other
        .call("overview.get", &json!({}))
        .await
        .context("the session of another browser ended too")?;
    Ok(())
}

#[tokio::test]
async fn the_page_is_kept_from_frames_other_sites_and_scripts_of_others() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    let page = Client::send(console.http.get(&console.base)).await?;
    let header = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok());
    let policy = header("content-security-policy").unwrap_or_default();
    for part in [
        "default-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(
        !policy.contains("unsafe-eval") && !policy.contains("script-src"),
        "{policy}"
    );
    assert_eq!(header("x-content-type-options"), Some("nosniff"));
    assert_eq!(header("referrer-policy"), Some("no-referrer"));
    assert_eq!(header("cross-origin-resource-policy"), Some("same-origin"));
    assert_eq!(header("cache-control"), Some("no-store"));
    let rebound =
        Client::send(console.http.get(&console.base).header(HOST, "evil.example")).await?;
    assert_eq!(rebound.status, 421, "the page itself, under another name");
    let answer = console.ask("overview.get", &json!({})).await?;
    assert_eq!(answer.headers["cache-control"], "no-store");
    Ok(())
}

#[tokio::test]
async fn beside_a_running_server_the_command_says_so_and_prints_a_link_to_it() -> anyhow::Result<()>
{
    let server = Server::demo().await?;
    let output = command(&server.data_dir)
        .await?
        .args(["console", "--demo", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(&server.data_dir)
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let pid = server.pid().context("it has ended")?.to_string();
    assert!(
        said.contains("already serves this data folder") && said.contains(&pid),
        "{said}"
    );
    let link = String::from_utf8(output.stdout)?.trim().to_owned();
    let console = Console::open(reqwest::Client::new(), &link).await?;
    console.call("overview.get", &json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn a_folder_that_is_in_use_is_refused_and_one_that_nobody_serves_is_named()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let run = async |arguments: &[&str]| -> anyhow::Result<(Option<i32>, String)> {
        let output = command(folder.path())
            .await?
            .args(arguments)
            .arg("--data-dir")
            .arg(folder.path())
            .output()
            .await?;
        assert!(output.stdout.is_empty());
        Ok((
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ))
    };
    let (code, said) = run(&["console"]).await?;
    assert!(
        code == Some(1) && said.contains("--config FILE or --demo"),
        "{said}"
    );

    // A server without a console: there is nothing to link to.
    let configuration = folder.path().join("sluice.toml");
    std::fs::write(&configuration, "[endpoint]\nlisten = \"127.0.0.1:0\"\n")?;
    let path = configuration.to_str().context("a path that is no text")?;
    let server = Server::start(folder.path(), &["--config", path], &[]).await?;
    let pid = server.pid().context("it has ended")?.to_string();
    for arguments in [
        &["console"][..],
        &["console", "--demo"],
        &["serve", "--demo", "--listen", "127.0.0.1:0"],
    ] {
        let (code, said) = run(arguments).await?;
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        assert!(
            said.contains("works with the data folder") && said.contains(&pid),
            "{arguments:?}: {said}"
        );
    }
    server.kill().await?;
    let server = Server::start(folder.path(), &["--demo"], &[]).await;
    server.context("a server that was killed leaves the folder to the next one")?;
    Ok(())
}

#[tokio::test]
async fn beyond_loopback_it_speaks_tls_or_does_not_start() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let output = command(folder.path())
        .await?
        .args([
            "serve",
            "--demo",
            "--listen",
            "127.0.0.1:0",
            "--console",
            "0.0.0.0:0",
            "--data-dir",
        ])
        .arg(folder.path())
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(1) && said.contains("over TLS only"),
        "{said}"
    );

    let folder = tempfile::tempdir()?;
    let arguments = ["--demo", "--console", "0.0.0.0:0", "--console-tls"];
    let server = Server::start(folder.path(), &arguments, &[]).await?;
    let link = login_link(&server).await?;
    // Known by the certificate's names; the test reaches it by one that is on this machine.
    let (_, rest) = link
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once(':'))
        .context("no https link")?;
    let http = server.client()?.http;
    let console = Console::open(http.clone(), &format!("https://localhost:{rest}")).await?;
    console.call("overview.get", &json!({})).await?;
    assert!(console.cookie.starts_with("__Host-"), "{}", console.cookie);
    let plain = Client::send(http.get(console.base.replace("https://", "http://"))).await;
    assert!(plain.is_err(), "the same port without TLS");
    let rebound = Client::send(
        console
            .request("rpc/overview.get", "{}".to_owned())
            .header(HOST, "evil.example"),
    )
    .await?;
    assert_eq!(rebound.status, 421, "{}", rebound.text);
    Ok(())
}

#[tokio::test]
async fn a_console_of_its_own_brings_the_endpoint_up_and_takes_given_certificates()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let authority = certificates::Authority::new("console")?;
    let identity = authority.server(&["localhost"], false)?;
    let (certificate, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
    std::fs::write(&certificate, &identity.certificate)?;
    std::fs::write(&key, &identity.key)?;
    let mut child = command(folder.path())
        .await?
        .args([
            "console",
            "--demo",
            "--listen",
            "127.0.0.1:0",
            "--endpoint",
            "127.0.0.1:0",
        ])
        .arg("--certificate")
        .arg(&certificate)
        .arg("--key")
        .arg(&key)
        .arg("--data-dir")
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
    let link = tokio::time::timeout(Duration::from_mins(1), lines.next_line())
        .await??
        .context("no link")?;
    let http = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(authority.pem().as_bytes())?])
        .build()?;
    let console = Console::open(http, &link.replace("127.0.0.1", "localhost")).await?;
    let overview = console.call("overview.get", &json!({})).await?;
    assert_eq!(overview["endpoint"]["state"], "listening", "{overview}");
    child.kill().await?;
    Ok(())
}
