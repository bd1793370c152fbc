//! Windows as the display has them: whether one is shown, where, and asking it to close as a window manager does.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Context as _;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, ImageFormat, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

/// The display that the test runs on.
pub struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Screen {
    pub fn connect() -> anyhow::Result<Self> {
        let (connection, number) = x11rb::connect(None).context("there is no display")?;
        let root = connection.setup().roots[number].root;
        Ok(Self { connection, root })
    }

    /// Waits until a process shows a window of this title.
    pub async fn shown(&self, process: u32, title: &str) -> anyhow::Result<Window> {
        for _ in 0..600 {
            if let Some(window) = self.find(process, title)?
                && self.is_shown(window)?
            {
                return Ok(window);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("process {process} shows no window {title:?}")
    }

    /// Whether a process shows a window of this title now.
    pub fn shows_any(&self, process: u32, title: &str) -> anyhow::Result<bool> {
        let found = self.find(process, title)?;
        found.map_or(Ok(false), |window| self.is_shown(window))
    }

    /// Waits until a window is not shown any more.
    pub async fn hidden(&self, window: Window) -> anyhow::Result<()> {
        for _ in 0..600 {
            if !self.is_shown(window)? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("the window is still shown")
    }

    pub fn is_shown(&self, window: Window) -> anyhow::Result<bool> {
        let attributes = self.connection.get_window_attributes(window)?.reply()?;
        Ok(attributes.map_state == MapState::VIEWABLE)
    }

    /// How many colours a window has: one where nothing is painted.
    pub fn colours(&self, window: Window) -> anyhow::Result<usize> {
        let size = self.connection.get_geometry(window)?.reply()?;
        let (width, height) = (size.width, size.height);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, !0)?
            .reply()?;
        Ok(image.data.chunks(4).collect::<HashSet<_>>().len())
    }

    /// Whether nothing of a window stands out of the screen.
    pub fn holds(&self, window: Window) -> anyhow::Result<bool> {
        let window = self.connection.get_geometry(window)?.reply()?;
        let screen = self.connection.get_geometry(self.root)?.reply()?;
        let fits = |at: i16, size: u16, room: u16| {
            at >= 0 && i32::from(at) + i32::from(size) <= i32::from(room)
        };
        Ok(fits(window.x, window.width, screen.width)
            && fits(window.y, window.height, screen.height))
    }

    /// Asks a window to close, as its button in the frame does.
    pub fn ask_to_close(&self, window: Window) -> anyhow::Result<()> {
        let (protocols, delete) = (self.atom("WM_PROTOCOLS")?, self.atom("WM_DELETE_WINDOW")?);
        let data = [delete, x11rb::CURRENT_TIME, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, protocols, data);
        self.connection
            .send_event(false, window, EventMask::NO_EVENT, message)?
            .check()?;
        Ok(())
    }

    /// A process has windows that are never shown; the title tells them apart.
    fn find(&self, process: u32, title: &str) -> anyhow::Result<Option<Window>> {
        let owner = self.atom("_NET_WM_PID")?;
        let children = self.connection.query_tree(self.root)?.reply()?.children;
        for window in children {
            let pid = self.property(window, owner, AtomEnum::CARDINAL.into())?;
            let name = self.property(window, AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())?;
            let pid = pid.try_into().map(u32::from_ne_bytes);
            if pid == Ok(process) && name == title.as_bytes() {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// A property's bytes; none where the window has gone meanwhile.
    fn property(&self, window: Window, name: u32, kind: u32) -> anyhow::Result<Vec<u8>> {
        let asked = self
            .connection
            .get_property(false, window, name, kind, 0, 1024)?;
        Ok(asked.reply().map(|reply| reply.value).unwrap_or_default())
    }

    fn atom(&self, name: &str) -> anyhow::Result<u32> {
        Ok(self
            .connection
            .intern_atom(false, name.as_bytes())?
            .reply()?
            .atom)
    }
}
