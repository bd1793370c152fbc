//! The icon in the tray: how the endpoint is, and what can be done without the window.
//!
//! **Invariant:** a desktop without a tray works as well. The system's library may be missing, and the desktop may
//! show no tray, now or ever: the icon is made where it can be, and whether anybody sees it is asked, not assumed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use sluice_app::commands::overview::EndpointState;
use sluice_app::{App, Asked, Tray};
use tauri::image::Image;
use tauri::menu::{MenuBuilder, MenuEvent, MenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager as _, Wry};

use crate::shell::Shell;
use crate::window;

/// How often endpoint and tray are looked at: a listener that ends by itself tells nobody.
const BEAT: Duration = Duration::from_secs(1);
/// The longest text of the first line: a menu is as wide as its widest line.
const LONGEST: usize = 80;

const OPEN: &str = "open";
const SWITCH: &str = "switch";
const COPY: &str = "copy";
const QUIT: &str = "quit";

/// What the icon tells.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    state: State,
    /// The first line of the menu.
    line: String,
    /// What is copied; `None` where no application is configured.
    url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Running,
    Stopped,
    Failing,
}

/// The icon with the parts of it that change.
pub struct Icon {
    tray: TrayIcon<Wry>,
    line: MenuItem<Wry>,
    switch: MenuItem<Wry>,
    copy: MenuItem<Wry>,
}

impl Icon {
    /// Makes the icon; `None` where the system's library for it is missing or refuses.
    pub fn new(app: &AppHandle) -> Option<Self> {
        // The library is looked for when the first icon is made, and where it is missing, that panics.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let made = std::panic::catch_unwind(AssertUnwindSafe(|| Self::make(app)));
        std::panic::set_hook(hook);
        match made {
            Ok(Ok(icon)) => Some(icon),
            Ok(Err(error)) => {
                tracing::warn!(%error, "there is no icon in the tray");
                None
            }
            Err(_) => {
                tracing::info!(
                    "There is no icon in the tray: libayatana-appindicator3 is not installed."
                );
                None
            }
        }
    }

    fn make(app: &AppHandle) -> tauri::Result<Self> {
        let line = MenuItem::new(app, "Starting", false, None::<&str>)?;
        let open = MenuItem::with_id(app, OPEN, "Open Sluice", true, None::<&str>)?;
        let switch = MenuItem::with_id(app, SWITCH, "Start the endpoint", false, None::<&str>)?;
        let copy = MenuItem::with_id(app, COPY, "Copy the base URL", false, None::<&str>)?;
        let quit = MenuItem::with_id(app, QUIT, "Quit Sluice", true, None::<&str>)?;
        let menu = MenuBuilder::new(app)
            .item(&line)
            .separator()
            .item(&open)
            .item(&switch)
            .item(&copy)
            .separator()
            .item(&quit)
            .build()?;
        let mut icon = TrayIconBuilder::with_id("endpoint")
            .menu(&menu)
            .tooltip("Sluice")
            .on_menu_event(|handle, event| chosen(handle, &event));
        if let Some(image) = app.default_window_icon() {
            icon = icon.icon(badged(image, State::Stopped));
        }
        Ok(Self {
            tray: icon.build(app)?,
            line,
            switch,
            copy,
        })
    }

    fn tell(&self, app: &AppHandle, told: &Told) -> tauri::Result<()> {
        self.line.set_text(&told.line)?;
        self.switch.set_text(match told.state {
            State::Running => "Stop the endpoint…",
            State::Stopped | State::Failing => "Start the endpoint",
        })?;
        self.switch.set_enabled(true)?;
        self.copy.set_enabled(told.url.is_some())?;
        self.tray
            .set_tooltip(Some(format!("Sluice: {}", told.line)))?;
        if let Some(image) = app.default_window_icon() {
            self.tray.set_icon(Some(badged(image, told.state)))?;
        }
        Ok(())
    }
}

fn chosen(handle: &AppHandle, event: &MenuEvent) {
    let shell = handle.state::<Shell>();
    match event.id().as_ref() {
        OPEN => window::raise(handle),
        QUIT => handle.exit(0),
        SWITCH => {
            if let Some(app) = shell.opened() {
                tauri::async_runtime::spawn(switch(handle.clone(), app));
            } else {
                // What keeps it from opening stands in the window.
                window::raise(handle);
            }
        }
        COPY => {
            if let Some(app) = shell.opened() {
                tauri::async_runtime::spawn(copy(handle.clone(), app));
            }
        }
        _ => {}
    }
}

async fn switch(handle: AppHandle, app: Arc<App>) {
    if app.endpoint().await.state == EndpointState::Listening {
        // What a stop does to the provider is said where there is room for it.
        window::raise(&handle);
        handle.state::<Shell>().ask(Asked::StopEndpoint);
    } else if app.start_endpoint().await.is_err() {
        // Cause and remedy stand on the Overview.
        window::raise(&handle);
    }
}

async fn copy(handle: AppHandle, app: Arc<App>) {
    if let Some(url) = told(&app).await.url
        && let Err(error) = handle.state::<Shell>().copy(url)
    {
        tracing::warn!(%error, "the base URL cannot be copied");
    }
}

/// What is told of the endpoint now.
async fn told(app: &App) -> Told {
    let endpoint = app.endpoint().await;
    let recording = app.recorded().failing;
    let (state, line) = match (endpoint.state, endpoint.address, recording) {
        (EndpointState::Listening, _, Some(_)) => {
            (State::Failing, "Listening, and recording fails".to_owned())
        }
        (EndpointState::Listening, address, None) => (
            State::Running,
            format!("Listening on {}", address.unwrap_or_default()),
        ),
        (EndpointState::Stopped, ..) => (State::Stopped, "Stopped".to_owned()),
        (EndpointState::Failed, ..) => (
            State::Failing,
            endpoint
                .problem
                .map_or_else(|| "Could not start".to_owned(), |problem| problem.message),
        ),
    };
    let url = match app.first_application() {
        Some(name) => app
            .base_url(&name)
            .await
            .or_else(|| Some(app.configured_base_url(&name))),
        None => None,
    };
    Told {
        state,
        line: shortened(&line),
        url,
    }
}

fn shortened(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

/// Keeps the icon and what is known of the tray current, for as long as the program runs.
pub async fn follow(handle: AppHandle, icon: Option<Icon>) {
    let shell = handle.state::<Shell>();
    let host = Host::connect().await;
    let mut last = None;
    loop {
        shell.note_tray(match (&icon, host.shows().await) {
            (None, _) => Tray::NoLibrary,
            (Some(_), true) => Tray::Shown,
            (Some(_), false) => Tray::NoTray,
        });
        if let (Some(icon), Some(app)) = (&icon, shell.opened()) {
            let now = told(&app).await;
            if last.as_ref() != Some(&now) {
                if let Err(error) = icon.tell(&handle, &now) {
                    tracing::warn!(%error, "the icon in the tray cannot be changed");
                }
                last = Some(now);
            }
        }
        tokio::time::sleep(BEAT).await;
    }
}

/// The part of the desktop that shows icons.
#[cfg(target_os = "linux")]
struct Host(Option<zbus::Proxy<'static>>);

#[cfg(target_os = "linux")]
impl Host {
    /// Source: freedesktop.org, StatusNotifierItem, "StatusNotifierWatcher".
    const NAME: &'static str = "org.kde.StatusNotifierWatcher";

    async fn connect() -> Self {
        let Ok(session) = zbus::Connection::session().await else {
            return Self(None);
        };
        let watcher = zbus::proxy::Builder::new(&session)
            .destination(Self::NAME)
            .and_then(|proxy| proxy.path("/StatusNotifierWatcher"))
            .and_then(|proxy| proxy.interface(Self::NAME))
            // A desktop's panel may come later than Sluice, and end.
            .map(|proxy| proxy.cache_properties(zbus::proxy::CacheProperties::No));
        match watcher {
            Ok(watcher) => Self(watcher.build().await.ok()),
            Err(_) => Self(None),
        }
    }

    async fn shows(&self) -> bool {
        match &self.0 {
            Some(watcher) => watcher
                .get_property::<bool>("IsStatusNotifierHostRegistered")
                .await
                .unwrap_or(false),
            None => false,
        }
    }
}

/// The part of the desktop that shows icons: elsewhere it is always there.
#[cfg(not(target_os = "linux"))]
struct Host;

#[cfg(not(target_os = "linux"))]
impl Host {
    async fn connect() -> Self {
        Self
    }

    async fn shows(&self) -> bool {
        true
    }
}

/// The program's icon with a dot in its lower right corner: a colour for those who see it, a shape for those who do
/// not (full while it runs, a ring while it is stopped, a square where it fails).
fn badged(base: &Image<'_>, state: State) -> Image<'static> {
    let (width, height) = (base.width(), base.height());
    let mut rgba = base.rgba().to_vec();
    let side = width.min(height) / 2;
    let (left, top) = (width - side, height - side);
    let radius = f64::from(side) / 2.0;
    // The tones of the console's tokens in its light theme, which both light and dark panels carry.
    let colour: [u8; 4] = match state {
        State::Running => [22, 163, 74, 255],
        State::Stopped => [115, 115, 115, 255],
        State::Failing => [220, 38, 38, 255],
    };
    for y in 0..side {
        for x in 0..side {
            let (dx, dy) = (f64::from(x) + 0.5 - radius, f64::from(y) + 0.5 - radius);
            // How far from the middle, by the shape's own measure: 1 is its edge.
            let far = match state {
                State::Failing => dx.abs().max(dy.abs()),
                State::Running | State::Stopped => dx.hypot(dy),
            } / radius;
            let paint = match state {
                // Around it a gap, so that it does not run into the icon.
                _ if far > 1.0 => continue,
                _ if far > 0.8 => [0, 0, 0, 0],
                State::Stopped if far < 0.4 => [0, 0, 0, 0],
                _ => colour,
            };
            let at = ((top + y) * width + left + x) as usize * 4;
            if let Some(pixel) = rgba.get_mut(at..at + 4) {
                pixel.copy_from_slice(&paint);
            }
        }
    }
    Image::new_owned(rgba, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_states_look_different_and_leave_most_of_the_icon_alone() {
        let base = Image::new_owned([1, 2, 3, 255].repeat(32 * 32), 32, 32);
        let of = |state| badged(&base, state).rgba().to_vec();
        let (running, stopped, failing) =
            (of(State::Running), of(State::Stopped), of(State::Failing));
        assert_ne!(running, stopped);
        assert_ne!(running, failing);
        assert_ne!(stopped, failing);
        for image in [running, stopped, failing] {
            let untouched = image
                .chunks(4)
                .filter(|pixel| pixel == &[1, 2, 3, 255])
                .count();
            assert!(untouched >= 32 * 32 * 3 / 4, "{untouched}");
        }
    }

    #[test]
    fn a_long_cause_does_not_make_a_wide_menu() {
        assert_eq!(shortened("Stopped"), "Stopped");
        let short = shortened(&"é".repeat(500));
        assert_eq!(short.chars().count(), LONGEST);
        assert!(short.ends_with('…'));
    }
}
