//! Several files as one: ZIP, which every system opens.
//!
//! **Invariant:** nothing of an archive is ever written to a disk by its own name. What is read is small
//! ([`LARGEST`]), whatever its head says.

use std::io::{self, Cursor, Read as _, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::problem::Problem;

/// All files of an archive together, in bytes, when it is read.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Packed {
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into(),
        }
    }
}

/// Writes an archive.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn write(to: impl Write + Seek, files: &[Packed]) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o600);
    let mut archive = ZipWriter::new(to);
    for file in files {
        archive.start_file(&file.name, options)?;
        archive.write_all(&file.bytes)?;
    }
    archive.finish()?;
    Ok(())
}

/// The file of a name in an archive; `None` where it has none.
///
/// # Errors
/// [`Problem`] `archive.unreadable`.
pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Option<Vec<u8>>, Problem> {
    let unreadable = |why: String| {
        Problem::new(
            "archive.unreadable",
            format!("The archive cannot be read: {why}."),
            "Choose a bundle that was exported here.",
        )
    };
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(error.to_string()))?;
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    let mut content = Vec::new();
    let read = file.take(LARGEST + 1).read_to_end(&mut content);
    read.map_err(|error| unreadable(error.to_string()))?;
    if content.len() as u64 > LARGEST {
        return Err(unreadable(format!("{name} has more than 64 MB")));
    }
    Ok(Some(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_there_again_by_its_name() {
        let files = [
            Packed::new("a.toml", "grün"),
            Packed::new("history/1.json", vec![0_u8; 100_000]),
        ];
        let mut archive = Cursor::new(Vec::new());
        write(&mut archive, &files).unwrap();
        let bytes = archive.into_inner();
        assert!(bytes.len() < 2_000, "{} bytes", bytes.len());
        for file in &files {
            assert!(read(&bytes, &file.name).unwrap().unwrap() == file.bytes);
        }
        assert_eq!(read(&bytes, "none").unwrap(), None);
        assert_eq!(
            read(b"PK\x03\x04 and nothing", "a").unwrap_err().code,
            "archive.unreadable"
        );
    }
}
