//! The workspaces of an account: begun from the window, remembered, and opened again where nothing is named.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use tokio::process::{Child, Command};

use crate::screen::Screen;
use crate::session::Bus;
use crate::workstation::{answers, click, ends};
use crate::{SAVED, binary, wait_for_base};

/// The program with nothing else than these words, as the account's menu starts it.
fn start(home: &Path, bus: &str, words: &[&str]) -> anyhow::Result<Child> {
    Command::new(binary()?)
        .args(words)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_DATA_HOME", home.join(".local/share"))
        .env("SLUICE_KEYRING", "off")
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env_remove("SLUICE_DATA_DIR")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("the program does not start")
}

async fn terminate(process: u32) -> anyhow::Result<()> {
    let told = Command::new("kill")
        .args(["-TERM", &process.to_string()])
        .status()
        .await?;
    ensure!(told.success(), "process {process} cannot be told to end");
    Ok(())
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn a_workspace_that_was_opened_is_opened_again_where_nothing_is_named() -> anyhow::Result<()>
{
    let bus = Bus::start().await?;
    let home = tempfile::tempdir()?;
    let (file, data_dir) = (home.path().join("hr/sluice.toml"), home.path().join("own"));
    let (config, folder) = (file.display().to_string(), data_dir.display().to_string());
    let words = ["--config", &config, "--new", "--data-dir", &folder];
    let mut first = start(home.path(), &bus.address, &words)?;
    wait_for_base(&data_dir).await?;
    ensure!(file.is_file(), "no new configuration");
    terminate(first.id().context("it ended")?).await?;
    ends(&mut first).await?;

    std::fs::remove_file(data_dir.join("base_url"))?;
    let again = start(home.path(), &bus.address, &[])?;
    let base = wait_for_base(&data_dir).await?;
    ensure!(answers(&base).await, "{base}");
    let demo = home.path().join(".local/share/sluice");
    ensure!(!demo.exists(), "the demo was opened too");
    drop(again);
    Ok(())
}

#[tokio::test]
#[ignore = "needs a display and the desktop binary: make test-desktop"]
async fn a_workspace_that_cannot_be_opened_opens_in_the_same_window_once_it_is_mended()
-> anyhow::Result<()> {
    let bus = Bus::start().await?;
    let home = tempfile::tempdir()?;
    let (file, data_dir) = (home.path().join("sluice.toml"), home.path().join("own"));
    std::fs::write(&file, "[endpoint]\nlistne = \"127.0.0.1:0\"\n")?;
    let (config, folder) = (file.display().to_string(), data_dir.display().to_string());
    let words = ["--config", &config, "--data-dir", &folder];
    let mut program = start(home.path(), &bus.address, &words)?;
    let process = program.id().context("it ended")?;
    Screen::connect()?.shown(process, "Sluice").await?;
    ensure!(!data_dir.join("base_url").exists(), "it serves already");

    // Nobody presses anything: the screens ask again by themselves.
    std::fs::write(&file, "[endpoint]\nlisten = \"127.0.0.1:0\"\n")?;
    let base = wait_for_base(&data_dir).await?;
    ensure!(answers(&base).await, "{base}");
    terminate(process).await?;
    ends(&mut program).await?;
    Ok(())
}

/// Begins another workspace from the screen; its file goes where the dialog says, in whose place the test answers.
pub async fn another_is_begun(window: &fantoccini::Client, home: &Path) -> anyhow::Result<()> {
    for link in [
        "//nav//a[contains(., 'Configuration')]",
        "//nav//a[contains(., 'Workstation')]",
        "//button[contains(., 'New workspace')]",
    ] {
        click(window, link).await?;
    }
    let data_dir = home.join(SAVED).join("sluice.data");
    let seen = it_serves_and_is_listed(window, home, &data_dir).await;
    // Whatever was seen: the program that was started for it is nobody else's to end.
    if let Some(process) = sluice_app::in_use(&data_dir).and_then(|held| held.0) {
        terminate(process).await?;
    }
    seen
}

async fn it_serves_and_is_listed(
    window: &fantoccini::Client,
    home: &Path,
    data_dir: &Path,
) -> anyhow::Result<()> {
    let base = wait_for_base(data_dir).await?;
    ensure!(answers(&base).await, "{base}");
    let file = std::fs::read_to_string(home.join(SAVED).join("sluice.toml"))?;
    ensure!(!file.contains("[connections"), "it is not empty: {file}");
    let listed = "//*[@aria-label='Workspaces']//li[contains(., 'sluice.toml')]";
    click(window, listed).await?;
    ensure!(
        sluice_app::in_use(data_dir).is_some(),
        "nobody holds the data folder"
    );
    Ok(())
}
