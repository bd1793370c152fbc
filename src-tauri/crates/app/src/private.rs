//! Files and folders that only this account may read.
//!
//! **Invariant:** a file is written beside and moved over, with its rights from the first moment: it is
//! never half there, and never readable by another account.

use std::io::Read;
use std::path::Path;

/// Makes a folder that only its owner may enter; what is there keeps its mode.
pub(crate) fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Puts `bytes` in the place of what the file held, or makes it with its folder.
///
/// # Errors
/// Where the folder cannot be made or written to.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    copy(path, &mut &*bytes)
}

/// The same with what can be read from `source`.
///
/// # Errors
/// As [`replace`], and where the source cannot be read.
pub fn copy(path: &Path, source: &mut dyn Read) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    // A temporary file has the mode 600, and a name that no other writer has.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::copy(source, &mut file)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_file_that_is_replaced_is_its_owners_only_and_leaves_nothing_beside_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("file");
        replace(&path, b"first and longer").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        let beside = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1);
    }
}
