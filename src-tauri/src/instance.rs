//! One window for a data folder: a second start shows the first one's window and hands it its command line.
//!
//! **Invariant:** it agrees with the lock of the data folder, because it goes by the same folder: windows on
//! different folders stand beside each other. Where the session has no bus, nothing is handed over, and the lock
//! alone refuses the second one.

use std::path::Path;

use clap::Parser as _;
use sha2::{Digest as _, Sha256};
use sluice_app::Asked;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager as _, Wry};

use crate::arguments::Arguments;
use crate::shell::Shell;
use crate::window;

/// Begins every name that this program has in a session.
const IDENTIFIER: &str = "org.sluice.console";
/// How many bytes of the folder's digest make the name: enough that two folders of one account differ.
const BYTES: usize = 8;

/// The name of a data folder in the session: the same for every way to write its path, also before it exists.
pub fn name(data_dir: &Path) -> String {
    let folder = sluice_app::whole(data_dir);
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    // A part of a name on the bus does not begin with a digit.
    let folder = sluice_app::hex(&digest[..BYTES]);
    format!("{IDENTIFIER}.d{folder}")
}

/// Takes the name for this process. Where another one has it, that one is told, and this process ends with 0.
pub fn plugin(name: &str) -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(name)
        .callback(|app, words, folder| started_again(app, &words, Path::new(&folder)))
        .build()
}

fn started_again(app: &AppHandle, words: &[String], folder: &Path) {
    window::raise(app);
    let shell = app.state::<Shell>();
    // What this version does not know is a reason to show the window and no more.
    let Ok(again) = Arguments::try_parse_from(words) else {
        return;
    };
    let again = again.seen_from(folder);
    // A start that names nothing, as the desktop's menu does it, asks for the window and not for the demo.
    if let Some(asked) = again.configuration()
        && !same(Some(asked), shell.arguments.configuration())
    {
        shell.ask(Asked::Elsewhere {
            configuration: Some(asked.display().to_string()),
        });
    }
}

fn same(one: Option<&Path>, other: Option<&Path>) -> bool {
    one.map(sluice_app::whole) == other.map(sluice_app::whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_name_however_it_is_written_and_another_folder_another() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let winding = folder.path().join("data/../data/.");
        assert_eq!(name(&data), name(&winding));
        assert_ne!(name(&data), name(folder.path()));
        // https://dbus.freedesktop.org/doc/dbus-specification.html, "Bus names".
        let name = name(&data);
        assert!(
            name.len() < 255
                && name.split('.').all(|part| {
                    !part.starts_with(|first: char| first.is_ascii_digit())
                        && part
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
                })
        );
    }
}
