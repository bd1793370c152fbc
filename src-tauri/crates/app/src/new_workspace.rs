//! A workspace that begins with nothing: no connection, no application. What it needs is added in the console.

use std::ffi::OsStr;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use crate::app::AppError;

/// As the documents name it.
const USUAL_PORT: u16 = 1443;

/// What a new workspace's file holds.
const TEXT: &str = "\
# A workspace of Sluice. Connections and applications are added in the console, on the screen
# Connections, or here. Passwords and the endpoint's token never stand in this file.

[workspace]
name = NAME
environment = \"development\" # development, test or production: the colour in the title bar

[endpoint]
listen = \"127.0.0.1:PORT\"
# Names for the certificate: exactly what is typed as host in the provider's console. localhost,
# 127.0.0.1 and this machine's own name are in it anyway.
host_names = []
";

/// Makes the file of a new workspace, with its folder. A file that is there stays as it is; `false` says so.
///
/// # Errors
/// [`AppError::Folder`] where it cannot be made.
pub fn new_workspace(path: &Path) -> Result<bool, AppError> {
    let fail = |source| AppError::Folder {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(fail)?;
    }
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    match made {
        Ok(mut file) => {
            let text = TEXT
                .replace("PORT", &free_port().to_string())
                // A text of JSON is one of TOML.
                .replace("NAME", &serde_json::Value::from(name_of(path)).to_string());
            file.write_all(text.as_bytes()).map_err(fail)?;
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(fail(error)),
    }
}

/// What a workspace is called by its file: `hr.toml` is hr, and so is `hr/sluice.toml`.
fn name_of(path: &Path) -> String {
    let named = |part: Option<&OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let file = named(path.file_stem()).filter(|stem| !stem.eq_ignore_ascii_case("sluice"));
    let folder = || {
        let whole = std::path::absolute(path).ok()?;
        named(whole.parent()?.file_name())
    };
    file.or_else(folder)
        .unwrap_or_else(|| "Workspace".to_owned())
}

/// The usual port, or the next one that nobody listens on: another workspace may be served on this machine.
fn free_port() -> u16 {
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    (USUAL_PORT..USUAL_PORT + 20)
        .find(free)
        .unwrap_or(USUAL_PORT)
}

#[cfg(test)]
mod tests {
    use sluice_core::config::Workspace;

    use super::*;

    #[test]
    fn a_workspace_is_called_as_its_file_or_as_the_folder_of_one_that_says_nothing() {
        for (path, name) in [
            ("/srv/hr.toml", "hr"),
            ("/srv/sales/sluice.toml", "sales"),
            ("/srv/a \"b\".toml", "a \"b\""),
        ] {
            assert_eq!(name_of(Path::new(path)), name);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a \"b\".toml");
        assert!(new_workspace(&path).unwrap());
        let workspace = Workspace::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(workspace.workspace.name, "a \"b\"");
    }

    #[test]
    fn a_new_workspace_can_be_read_and_one_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hr").join("sluice.toml");
        assert!(new_workspace(&path).unwrap());
        let workspace = Workspace::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(workspace.workspace.name, "hr");
        assert!(workspace.connections.is_empty() && workspace.applications.is_empty());
        std::fs::write(&path, "# mine\n").unwrap();
        assert!(!new_workspace(&path).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "# mine\n");
    }
}
