//! A SQLite file: is it there, may it be read, may it be written. Nothing of it is changed.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use sluice_core::config::Connection;
use sluice_core::probe::{Probe, ProbeStep};
use tokio::fs;
use tokio::io::AsyncReadExt as _;

use crate::properties;

/// How every SQLite database begins ("Database File Format", 1.3); an empty file is one too.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Takes the three steps.
pub(super) async fn look(connection: &Connection, steps: &mut Probe) {
    let path = PathBuf::from(connection.path.as_deref().unwrap_or_default());
    if find(&path, steps).await && read(&path, steps).await {
        write(connection, &path, steps).await;
    }
}

async fn find(path: &Path, steps: &mut Probe) -> bool {
    steps.begin(ProbeStep::Found);
    let shown = path.display();
    match fs::metadata(path).await {
        Ok(found) if found.is_file() => {
            steps.pass(format!("{shown} is there, with {} bytes.", found.len()));
            return true;
        }
        Ok(_) => steps.fail(format!("{shown} is no file."), "Name the file itself."),
        Err(error) if error.kind() == ErrorKind::NotFound => steps.fail(
            format!("There is no file {shown}."),
            "Check the path. A relative one counts from the folder of the configuration. Sluice makes \
             no database by itself.",
        ),
        Err(error) => steps.fail(
            format!("{shown} cannot be looked at: {error}."),
            "Let the account that Sluice runs under enter its folders.",
        ),
    }
    false
}

async fn read(path: &Path, steps: &mut Probe) -> bool {
    steps.begin(ProbeStep::Readable);
    match beginning(path).await {
        Ok(bytes) if bytes.is_empty() => {
            steps.warn(
                "It may be read, and is empty.",
                "It becomes a database with its first table.",
            );
            true
        }
        Ok(bytes) if bytes == MAGIC => {
            steps.pass("It may be read, and begins as a SQLite database.");
            true
        }
        Ok(_) => {
            steps.fail(
                "It may be read, and is no SQLite database, or an encrypted one.",
                "Name another file.",
            );
            false
        }
        Err(error) => {
            steps.fail(
                format!("It may not be read: {error}."),
                "Give the account that Sluice runs under the right to read it.",
            );
            false
        }
    }
}

async fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(MAGIC.len());
    let limit = u64::try_from(MAGIC.len()).unwrap_or(u64::MAX);
    let file = fs::File::open(path).await?;
    file.take(limit).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

async fn write(connection: &Connection, path: &Path, steps: &mut Probe) {
    steps.begin(ProbeStep::Writable);
    if properties::get(connection, "mode").is_some_and(|mode| mode.eq_ignore_ascii_case("ro")) {
        steps.pass("It is opened to be read only, as the property mode says.");
        return;
    }
    let remedy = "Give the account that Sluice runs under the right to write the file and its folder; \
                  without it users can be listed and not changed.";
    if let Err(error) = fs::OpenOptions::new().append(true).open(path).await {
        steps.warn(format!("It may not be written: {error}."), remedy);
        return;
    }
    // SQLite keeps its journal beside the file.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    let beside = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder)).await;
    match beside {
        Ok(Ok(_)) => steps.pass("It may be written, and so may its journal beside it."),
        Ok(Err(error)) => steps.warn(
            format!("It may be written, and its journal beside it may not: {error}."),
            remedy,
        ),
        Err(error) => steps.warn(format!("Its folder cannot be tried: {error}."), remedy),
    }
}
