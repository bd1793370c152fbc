//! What is around the window: one for a data folder, the tray, what closing does, where it was, the start at login.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use fantoccini::Locator;
use serde_json::json;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::screen::Screen;
use crate::session::{Bus, Tray};
use crate::{PATIENCE, binary, credentials, driver, open, wait_for_base};

const TITLE: &str = "Sluice";

/// The program on a data folder, in a session.
async fn start(home: &Path, data_dir: &Path, bus: &str, more: &[&str]) -> anyhow::Result<Child> {
    if !data_dir.exists() {
        credentials(data_dir).await?;
    }
    Command::new(binary()?)
        .args(["--demo", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data_dir)
        .args(more)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("SLUICE_KEYRING", "off")
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("the program does not start")
}

/// Chooses what closing does, as the screen keeps it.
fn keep_serving(data_dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(data_dir.join("kept"))?;
    let kept = json!([{"name": "window", "body": {"closing": "keep_serving"}, "at": 0}]);
    std::fs::write(data_dir.join("kept/workstation.json"), kept.to_string())?;
    Ok(())
}

/// Whether the endpoint of a base URL answers.
pub async fn answers(base: &str) -> bool {
    let Ok(client) = reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .build()
    else {
        return false;
    };
    let root = base.split("/ws/").next().unwrap_or_default();
    client.get(format!("{root}/health")).send().await.is_ok()
}

pub async fn ends(process: &mut Child) -> anyhow::Result<std::process::ExitStatus> {
    let ended = timeout(PATIENCE, process.wait()).await;
    Ok(ended.context("the program does not end")??)
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn a_closed_window_goes_on_serving_from_the_tray_and_a_second_start_brings_it_back()
-> anyhow::Result<()> {
    let (screen, bus) = (Screen::connect()?, Bus::start().await?);
    let tray = Tray::on(&bus).await?;
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    credentials(&data_dir).await?;
    keep_serving(&data_dir)?;
    let mut first = start(home.path(), &data_dir, &bus.address, &[]).await?;
    let process = first.id().context("it ended")?;
    let window = screen.shown(process, TITLE).await?;
    let base = wait_for_base(&data_dir).await?;
    let menu = tray.menu().await?;
    menu.line("Listening on 127.0.0.1:").await?;

    screen.ask_to_close(window)?;
    screen.hidden(window).await?;
    ensure!(answers(&base).await, "the endpoint ended with the window");

    let mut second = start(home.path(), &data_dir, &bus.address, &[]).await?;
    ensure!(
        ends(&mut second).await?.code() == Some(0),
        "the second start"
    );
    screen.shown(process, TITLE).await?;

    // Away again, and back by the menu; and what the menu ends, ends.
    screen.ask_to_close(window)?;
    screen.hidden(window).await?;
    menu.choose("Open Sluice").await?;
    screen.shown(process, TITLE).await?;
    menu.choose("Quit Sluice").await?;
    ensure!(ends(&mut first).await?.code() == Some(0), "the first one");
    ensure!(!answers(&base).await, "the endpoint is still there");
    Ok(())
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn the_window_has_its_title_is_painted_and_fits_the_screen() -> anyhow::Result<()> {
    let (screen, bus) = (Screen::connect()?, Bus::start().await?);
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    let process = start(home.path(), &data_dir, &bus.address, &[]).await?;
    let number = process.id().context("it ended")?;
    let window = screen.shown(number, TITLE).await?;
    // It would be wider than this screen.
    ensure!(screen.holds(window)?, "it stands out of the screen");
    for _ in 0..600 {
        // Text alone has more, by its smoothed edges.
        if screen.colours(window)? > 50 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the window has {} colours", screen.colours(window)?)
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn windows_on_two_data_folders_stand_beside_each_other() -> anyhow::Result<()> {
    let (screen, bus) = (Screen::connect()?, Bus::start().await?);
    let home = tempfile::tempdir()?;
    let mut windows = Vec::new();
    for name in ["one", "two"] {
        let data_dir = home.path().join(name);
        let process = start(home.path(), &data_dir, &bus.address, &[]).await?;
        screen
            .shown(process.id().context("it ended")?, TITLE)
            .await?;
        let base = wait_for_base(&data_dir).await?;
        windows.push((process, base));
    }
    for (_, base) in &windows {
        ensure!(answers(base).await, "{base}");
    }
    Ok(())
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn without_a_bus_and_a_tray_closing_still_does_what_was_chosen() -> anyhow::Result<()> {
    let screen = Screen::connect()?;
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    let nowhere = "unix:path=/nonexistent";
    let mut process = start(home.path(), &data_dir, nowhere, &[]).await?;
    let number = process.id().context("it ended")?;
    let window = screen.shown(number, TITLE).await?;
    let base = wait_for_base(&data_dir).await?;
    keep_serving(&data_dir)?;
    screen.ask_to_close(window)?;
    // Long enough for a program that ends to have ended.
    let ended = timeout(Duration::from_secs(5), process.wait()).await;
    ensure!(ended.is_err(), "the program ended: {ended:?}");
    ensure!(answers(&base).await, "the endpoint ended with the window");

    std::fs::remove_file(data_dir.join("kept/workstation.json"))?;
    screen.ask_to_close(window)?;
    ensure!(
        ends(&mut process).await?.code() == Some(0),
        "not ended well"
    );
    ensure!(!answers(&base).await, "the endpoint is still there");
    Ok(())
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn a_start_in_the_background_serves_and_shows_no_window_until_it_is_asked_for()
-> anyhow::Result<()> {
    let (screen, bus) = (Screen::connect()?, Bus::start().await?);
    let tray = Tray::on(&bus).await?;
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    let process = start(home.path(), &data_dir, &bus.address, &["--background"]).await?;
    let number = process.id().context("it ended")?;
    let base = wait_for_base(&data_dir).await?;
    let menu = tray.menu().await?;
    menu.line("Listening on 127.0.0.1:").await?;
    ensure!(answers(&base).await, "the endpoint does not answer");
    ensure!(!screen.shows_any(number, TITLE)?, "a window is shown");
    menu.choose("Open Sluice").await?;
    screen.shown(number, TITLE).await?;
    Ok(())
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn the_window_opens_where_it_was_and_sluice_starts_at_login_when_that_is_chosen()
-> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    credentials(&data_dir).await?;
    let place: (u32, u32, u32, u32) = (60, 40, 1100, 700);
    {
        let (_driver, port) = driver(home.path())?;
        let window = open(&binary()?, &data_dir, port).await?;
        let (x, y, width, height) = place;
        window.set_window_rect(x, y, width, height).await?;
        login_is_chosen(&window, home.path(), &data_dir).await?;
        quit(&window).await?;
        gone(&data_dir).await?;
    }
    let (_driver, port) = driver(home.path())?;
    let window = open(&binary()?, &data_dir, port).await?;
    let (x, y, width, height) = window.get_window_rect().await?;
    let found = [x, y, width, height].map(u32::try_from);
    let (x, y, width, height) = place;
    ensure!(found == [x, y, width, height].map(Ok), "{found:?}");
    quit(&window).await?;
    Ok(())
}

/// On the screen Configuration, and back.
async fn login_is_chosen(
    window: &fantoccini::Client,
    home: &Path,
    data_dir: &Path,
) -> anyhow::Result<()> {
    for link in [
        "//nav//a[contains(., 'Configuration')]",
        "//nav//a[contains(., 'Workstation')]",
    ] {
        click(window, link).await?;
    }
    let choice = |answer: &str| {
        format!(
            "//*[@role='group'][@aria-label='Start at login']//button[normalize-space()='{answer}']"
        )
    };
    click(window, &choice("Yes")).await?;
    let folder = home.join(".config/autostart");
    let entry = wait_for_entry(&folder, true).await?.unwrap_or_default();
    let exec = entry
        .lines()
        .find_map(|line| line.strip_prefix("Exec="))
        .context("no Exec")?;
    for part in [
        "--background",
        "--data-dir",
        &data_dir.display().to_string(),
    ] {
        ensure!(exec.contains(&format!("\"{part}\"")), "{exec}");
    }
    click(window, &choice("No")).await?;
    wait_for_entry(&folder, false).await?;
    Ok(())
}

pub async fn click(window: &fantoccini::Client, path: &str) -> anyhow::Result<()> {
    let element = window.wait().at_most(PATIENCE);
    let element = element.for_element(Locator::XPath(path)).await;
    element
        .with_context(|| format!("no {path}"))?
        .click()
        .await?;
    Ok(())
}

/// The one file of the autostart folder, once it is there or gone.
async fn wait_for_entry(folder: &Path, there: bool) -> anyhow::Result<Option<String>> {
    for _ in 0..600 {
        let first = std::fs::read_dir(folder)
            .ok()
            .and_then(|mut files| files.next());
        match first {
            Some(file) if there => return Ok(Some(std::fs::read_to_string(file?.path())?)),
            None if !there => return Ok(None),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    anyhow::bail!("a file in {}: wanted {there}", folder.display())
}

/// Ends the program as the palette does: a driver's own end kills it, and nothing is remembered.
async fn quit(window: &fantoccini::Client) -> anyhow::Result<()> {
    let script = "window.__TAURI_INTERNALS__.invoke('rpc', { command: 'workstation.quit', input: { whileServing: true } })";
    // The program may be gone before it has answered.
    let _ = window.execute(script, Vec::new()).await;
    Ok(())
}

/// Waits until nobody has the data folder.
async fn gone(data_dir: &Path) -> anyhow::Result<()> {
    for _ in 0..600 {
        if sluice_app::in_use(data_dir).is_none() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the program does not end")
}
