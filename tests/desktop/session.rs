//! A session of the test's own: a bus nobody else is on, and the part of a desktop that shows icons in a tray.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};
use zbus::{Connection, Proxy};

/// A bus, ended with the test.
pub struct Bus {
    pub address: String,
    _daemon: Child,
}

impl Bus {
    pub async fn start() -> anyhow::Result<Self> {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("dbus-daemon is not installed: run make setup")?;
        let output = daemon.stdout.take().context("no output")?;
        let line = BufReader::new(output).lines().next_line().await?;
        Ok(Self {
            address: line.context("the bus names no address")?,
            _daemon: daemon,
        })
    }
}

/// The tray of a desktop: who has put an icon there.
pub struct Tray {
    connection: Connection,
    icons: Icons,
}

type Icons = Arc<Mutex<Vec<(String, String)>>>;

/// Source: freedesktop.org, StatusNotifierItem, "StatusNotifierWatcher".
struct Watcher(Icons);

// The bus calls them with itself and with what it took off the wire.
#[allow(clippy::unused_self, clippy::needless_pass_by_value)]
#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, item: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((sender, item.to_owned()));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Tray {
    pub async fn on(bus: &Bus) -> anyhow::Result<Self> {
        let icons = Icons::default();
        let connection = zbus::connection::Builder::address(bus.address.as_str())?
            .name("org.kde.StatusNotifierWatcher")?
            .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&icons)))?
            .build()
            .await?;
        Ok(Self { connection, icons })
    }

    /// Waits for an icon and opens its menu.
    pub async fn menu(&self) -> anyhow::Result<Menu> {
        for _ in 0..600 {
            let icon = self
                .icons
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .first()
                .cloned();
            if let Some((sender, path)) = icon {
                let item = Proxy::new(
                    &self.connection,
                    sender.clone(),
                    path,
                    "org.kde.StatusNotifierItem",
                )
                .await?;
                let menu: OwnedObjectPath = item.get_property("Menu").await?;
                let menu =
                    Proxy::new(&self.connection, sender, menu, "com.canonical.dbusmenu").await?;
                return Ok(Menu(menu));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("nobody puts an icon into the tray")
    }
}

/// The menu of an icon.
pub struct Menu(Proxy<'static>);

impl Menu {
    /// Its lines from top to bottom: number, text, whether it can be chosen.
    pub async fn lines(&self) -> anyhow::Result<Vec<(i32, String, bool)>> {
        type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let depth: (i32, i32, Vec<&str>) = (0, -1, Vec::new());
        let (_, (_, _, children)): (u32, Layout) = self.0.call("GetLayout", &depth).await?;
        let mut lines = Vec::new();
        for child in children {
            let child = Structure::try_from(child)?;
            let [Value::I32(number), Value::Dict(properties), ..] = child.fields() else {
                anyhow::bail!("a line of another shape: {child:?}")
            };
            let label: Option<String> = properties.get(&"label")?;
            let enabled: Option<bool> = properties.get(&"enabled")?;
            // A line without a text parts the others.
            if let Some(label) = label {
                lines.push((*number, label.replace('_', ""), enabled.unwrap_or(true)));
            }
        }
        Ok(lines)
    }

    /// Waits for a line that begins so, and gives its number.
    pub async fn line(&self, text: &str) -> anyhow::Result<i32> {
        let mut seen = Vec::new();
        for _ in 0..600 {
            seen = self.lines().await?;
            if let Some((number, ..)) = seen.iter().find(|(_, label, _)| label.starts_with(text)) {
                return Ok(*number);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("no line {text:?} among {seen:?}")
    }

    /// Chooses a line.
    pub async fn choose(&self, text: &str) -> anyhow::Result<()> {
        let number = self.line(text).await?;
        let event = (number, "clicked", Value::from(0i32), 0u32);
        self.0.call::<_, _, ()>("Event", &event).await?;
        Ok(())
    }
}
