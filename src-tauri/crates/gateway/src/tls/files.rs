//! Files that appear whole or not at all, and private ones that nobody else could ever open.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readable {
    ByOwner,
    ByAll,
}

/// A file written beside its final place. Dropped without [`Draft::publish`], it goes away.
pub(super) struct Draft {
    temporary: PathBuf,
    path: PathBuf,
    published: bool,
}

impl Draft {
    /// Writes the content to the disk, under another name. The file is private from its creation;
    /// rights are only ever added.
    pub fn write(path: &Path, content: &[u8], readable: Readable) -> io::Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let temporary = path.with_file_name(name);
        // Left over from a process of the same number that was killed.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        let draft = Self {
            temporary,
            path: path.to_owned(),
            published: false,
        };
        file.write_all(content)?;
        #[cfg(unix)]
        if readable == Readable::ByAll {
            use std::os::unix::fs::PermissionsExt;
            file.set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        #[cfg(not(unix))]
        let _ = readable;
        file.sync_all()?;
        Ok(draft)
    }

    /// Puts it in its place, at once and whole.
    pub fn publish(mut self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.path)?;
        self.published = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published
            && let Err(error) = fs::remove_file(&self.temporary)
        {
            tracing::warn!(file = %self.temporary.display(), %error, "an unfinished file remains");
        }
    }
}

/// The folder, for this account only where it has to be made.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Waits until no other process makes a certificate in this folder; until the file is dropped,
/// none begins.
pub(super) fn lock(folder: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join(".sluice-certificate.lock"))?;
    match file.lock() {
        // Some network folders have no locks; two first starts at once are rare enough.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    }
}

/// Makes sure that the names in a folder are on the disk as well as the contents.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Whether others than the owner may read a file.
#[cfg(unix)]
pub(super) fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the rights are inherited from the folder, and are not looked at.
#[cfg(not(unix))]
pub(super) fn open_to_others(_path: &Path) -> bool {
    false
}
