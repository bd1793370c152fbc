//! The configuration's file: read whole, and written so that it is never half there.
//!
//! **Invariant:** a reader finds the old text or the new one, also after a power cut; the file keeps
//! its rights and, where the account may set it, its owner.

use std::io::Write as _;
use std::path::Path;

use super::real;

/// The whole text.
pub(super) fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// Puts a text in the place of the file's.
pub(super) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let path = real(path);
    let folder = path.parent().unwrap_or(Path::new("."));
    let rights = std::fs::metadata(&path)?;
    if rights.permissions().readonly() {
        return Err(std::io::Error::new(
            std::io::ErrorKind::PermissionDenied,
            "the file is set to read-only",
        ));
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    keep_owner(file.path(), &rights);
    file.as_file().set_permissions(rights.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// Whoever may not give files away keeps them.
#[cfg(unix)]
fn keep_owner(path: &Path, rights: &std::fs::Metadata) {
    use std::os::unix::fs::MetadataExt as _;
    let _ = std::os::unix::fs::chown(path, Some(rights.uid()), Some(rights.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &std::fs::Metadata) {}

/// The new name is on the disk once its folder is; a file system that cannot say so is not asked twice.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sluice.toml");
        std::fs::write(&path, "old, and longer than the new").unwrap();
        write(&path, "new").unwrap();
        assert_eq!(read(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn a_file_keeps_its_rights_and_a_link_stays_a_link() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (
            folder.path().join("real.toml"),
            folder.path().join("link.toml"),
        );
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, "new").unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o640);
    }

    #[test]
    fn a_file_that_is_set_to_read_only_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sluice.toml");
        std::fs::write(&path, "old").unwrap();
        let mut rights = std::fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        std::fs::set_permissions(&path, rights).unwrap();
        let error = write(&path, "new").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
        assert_eq!(read(&path).unwrap(), "old");
    }
}
