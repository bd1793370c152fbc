//! One real window: the program as it ships, driven through WebKitWebDriver; and what is around it (the tray, a
//! second start, the start at login), looked at as a desktop does: over X and the session's bus.
//!
//! It needs a display and the built binary, so it is ignored unless asked for: `make test-desktop`
//! starts a display nobody sees and names the binary in `SLUICE_DESKTOP_BINARY`.

mod screen;
mod session;
mod workspaces;
mod workstation;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use fantoccini::{ClientBuilder, Locator, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use sluice_tests::support::sentinels::{Answer, Way, sentinels};
use sluice_tests::support::server::{Client, command};
use tokio::process::{Child, Command};

/// The folder beside the data folder that files are saved to.
const SAVED: &str = "saved";
/// A loaded machine takes its time to paint.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn requests_that_arrive_are_seen_in_the_window() -> anyhow::Result<()> {
    let binary = binary()?;
    let folder = tempfile::tempdir()?;
    let data_dir = folder.path().join("data");
    // Token and certificate first, so that the window has nothing to wait for.
    let credentials = credentials(&data_dir).await?;
    let (driver, port) = driver(folder.path())?;
    let window = open(&binary, &data_dir, port).await?;

    let result = drive(&window, &data_dir, &credentials).await;
    if let (Ok(shot), Some(to)) = (
        window.screenshot().await,
        std::env::var_os("SLUICE_SCREENSHOT"),
    ) {
        std::fs::write(to, shot)?;
    }
    let closed = window.close().await;
    drop(driver);
    result?;
    closed?;
    Ok(())
}

/// The program as it ships.
fn binary() -> anyhow::Result<PathBuf> {
    let named = std::env::var_os("SLUICE_DESKTOP_BINARY");
    let named = named.context("SLUICE_DESKTOP_BINARY is not set: run make test-desktop")?;
    Ok(PathBuf::from(named))
}

async fn drive(
    window: &fantoccini::Client,
    data_dir: &Path,
    credentials: &Value,
) -> anyhow::Result<()> {
    window
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::XPath("//nav//a[contains(., 'Traffic')]"))
        .await
        .context("the window shows no sidebar")?
        .click()
        .await?;

    // The endpoint runs in the same program; where it listens is noted in the data folder.
    let base = wait_for_base(data_dir).await?;
    let pem = std::fs::read(
        credentials["certificate"]
            .as_str()
            .context("no certificate")?,
    )?;
    let client = Client {
        http: reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(&pem)?])
            .build()?,
        base,
        token: credentials["token"]
            .as_str()
            .context("no token")?
            .to_owned(),
    };
    let yoda = client.get("Users/yoda@galaxy.local").await?;
    ensure!(yoda.status == 200, "{}", yoda.text);
    let created = client
        .post("Users", &json!({"userName": "window@example.org", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"ext_USERNAME": "window", "ext_FIRSTNAME": "Win", "ext_LASTNAME": "Dow", "ext_EMAIL": "window@example.org"}}))
        .await?;
    ensure!(created.status == 201, "{}", created.text);
    let refused = client
        .post("Users", &json!({"userName": "window@example.org"}))
        .await?;
    ensure!(refused.status == 409, "{}", refused.text);

    for (subject, words) in [
        ("yoda@galaxy.local", "Get user"),
        ("window@example.org", "Create user"),
    ] {
        let row = format!("//*[@role='row'][contains(., '{subject}') and contains(., '{words}')]");
        window
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&row))
            .await
            .with_context(|| format!("no row for {words} {subject}"))?;
    }
    // The failed one tells why when it is opened.
    let failed = "//*[@role='row'][contains(., 'window@example.org') and contains(., '409')]";
    window
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::XPath(failed))
        .await?
        .click()
        .await?;
    let cause = "//*[contains(text(), 'already a user with the id')]";
    window
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::XPath(cause))
        .await
        .context("the detail tells no cause")?;
    // Before the calls: the one for a new workspace finds its file there then, and is refused.
    let home = data_dir.parent().context("no folder")?;
    workspaces::another_is_begun(window, home).await?;
    rows_are_seen(window).await?;
    rows_are_saved(window, &data_dir.with_file_name(SAVED)).await?;
    every_call_answers(window).await?;
    // A screenshot taken now would still show the frame before.
    window.execute_async("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(null)))", vec![]).await?;
    Ok(())
}

/// The window answers every command and work as the browser's way does: both read the same table.
async fn every_call_answers(window: &fantoccini::Client) -> anyhow::Result<()> {
    // The window's own way in, which the screens use too. A work tells through a channel.
    let script = r"
        const [way, name, input, done] = arguments;
        const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
        const failed = (problem) => done({ problem });
        if (way === 'work') {
            const id = transformCallback((told) => {
                const message = told.message ?? told;
                if (message && message.failed) failed(message.failed);
                if (message && 'done' in message) done({ output: message.done });
            });
            invoke('work', { name, input, channel: `__CHANNEL__:${id}` }).catch(failed);
        } else {
            invoke('rpc', { command: name, input }).then((output) => done({ output }), failed);
        }";
    let mut wrong = Vec::new();
    for call in sentinels() {
        let way = match call.way {
            Way::Command => "command",
            Way::Work => "work",
            // The list of exchanges above came by it.
            Way::Stream => continue,
        };
        let arguments = vec![json!(way), json!(call.name), call.input.clone()];
        let answer = window.execute_async(script, arguments).await?;
        let found = match answer.get("problem") {
            Some(_) => Answer::Problem,
            None => Answer::Output,
        };
        if found != call.answer {
            wrong.push(format!("{}: {answer}", call.name));
        }
    }
    ensure!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
    Ok(())
}

/// A new screen in the window: the tables of the demo, and the rows of one.
async fn rows_are_seen(window: &fantoccini::Client) -> anyhow::Result<()> {
    for step in [
        "//nav//a[contains(., 'Data')]",
        "//section[@aria-label='Tables']//button[contains(., 'USERS')]",
    ] {
        let element = window.wait().at_most(PATIENCE);
        let element = element.for_element(Locator::XPath(step)).await;
        element
            .with_context(|| format!("no {step}"))?
            .click()
            .await?;
    }
    let row = "//*[@role='row'][contains(., 'yoda@galaxy.local')]";
    let found = window.wait().at_most(PATIENCE);
    found
        .for_element(Locator::XPath(row))
        .await
        .context("Data shows no row of USERS")?;
    Ok(())
}

/// An export goes where the dialog for files says; the test answers in the dialog's place.
async fn rows_are_saved(window: &fantoccini::Client, folder: &Path) -> anyhow::Result<()> {
    for step in [
        "//button[contains(., 'Export all rows') or @aria-label='Export all rows']",
        "//*[@role='dialog']//button[normalize-space()='Export']",
        "//*[@role='dialog']//button[starts-with(@aria-label, 'Save ')]",
    ] {
        let element = window.wait().at_most(PATIENCE);
        let element = element.for_element(Locator::XPath(step)).await;
        element
            .with_context(|| format!("no {step}"))?
            .click()
            .await?;
    }
    for _ in 0..600 {
        let saved = std::fs::read_dir(folder)?.filter_map(Result::ok);
        let csv = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "csv");
        if let Some(file) = saved.map(|file| file.path()).find(csv) {
            let text = std::fs::read_to_string(file)?;
            // The guide's demo has fifteen users, and the test made one.
            let lines = text.lines().count();
            if lines == 17 {
                ensure!(text.contains("yoda@galaxy.local"), "{text}");
                window
                    .active_element()
                    .await?
                    .send_keys(&char::from(fantoccini::key::Key::Escape).to_string())
                    .await?;
                return Ok(());
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("no export of sixteen rows with their heading was saved")
}

async fn credentials(data_dir: &Path) -> anyhow::Result<Value> {
    std::fs::create_dir_all(data_dir)?;
    let output = command(data_dir)
        .await?
        .args(["credentials", "--json", "--data-dir"])
        .arg(data_dir)
        .output()
        .await?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // The note of a server that is not running yet would be taken for the window's.
    let _ = std::fs::remove_file(data_dir.join("base_url"));
    Ok(serde_json::from_slice(&output.stdout)?)
}

async fn wait_for_base(data_dir: &Path) -> anyhow::Result<String> {
    for _ in 0..600 {
        if let Ok(text) = std::fs::read_to_string(data_dir.join("base_url"))
            && !text.trim().is_empty()
        {
            return Ok(text.trim().to_owned());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the window's endpoint does not listen")
}

fn driver(home: &Path) -> anyhow::Result<(Child, u16)> {
    std::fs::create_dir_all(home.join(SAVED))?;
    let port = std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port();
    let child = Command::new("WebKitWebDriver")
        .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
        .env("TAURI_AUTOMATION", "true")
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("SLUICE_KEYRING", "off")
        .env("SLUICE_SAVE_TO", home.join(SAVED))
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("WebKitWebDriver is not installed: run make setup")?;
    Ok((child, port))
}

async fn open(binary: &Path, data_dir: &Path, port: u16) -> anyhow::Result<fantoccini::Client> {
    let mut capabilities = Capabilities::new();
    let arguments = [
        "--demo",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        data_dir.to_str().context("a path that is no text")?,
    ];
    capabilities.insert(
        "webkitgtk:browserOptions".to_owned(),
        json!({"binary": binary, "args": arguments}),
    );
    let mut last = None;
    for _ in 0..100 {
        match ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
        {
            Ok(window) => return Ok(window),
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(last.map_or_else(|| anyhow::anyhow!("no attempt"), anyhow::Error::from))
        .context("the window does not open")
}
