//! The index of an import: where each resource stands in the import's file, and what was in it, as a digest.
//!
//! Invariant: what [`record`] writes is what [`Before::open`] reads, in records of one length.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use super::{ImportFolder, Line, Resources, SpoolError};

/// The bytes of a record: key, digest, offset, length, active.
const RECORD: usize = 16 + 16 + 8 + 4 + 1;

/// A resource's record.
pub(super) fn record(key: u128, digest: u128, offset: u64, length: u32, active: bool) -> Vec<u8> {
    let mut record = Vec::with_capacity(RECORD);
    record.extend_from_slice(&key.to_be_bytes());
    record.extend_from_slice(&digest.to_be_bytes());
    record.extend_from_slice(&offset.to_be_bytes());
    record.extend_from_slice(&length.to_be_bytes());
    record.push(u8::from(active));
    record
}

/// What is known of a resource of the import before.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) digest: u128,
    pub(super) offset: u64,
    length: u32,
    pub(super) active: bool,
    /// The page of this import on which it came; 0 as long as it did not.
    pub(super) page: u32,
}

/// The import before: its records in memory, its resources on the disk.
pub(super) struct Before {
    path: PathBuf,
    file: File,
    pub(super) known: HashMap<u128, Known>,
}

impl Before {
    pub(super) fn open(
        folder: &ImportFolder,
        resources: Resources,
    ) -> Result<Option<Self>, SpoolError> {
        let index = folder.file(resources, "index");
        let bytes = match std::fs::read(&index) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(SpoolError::File {
                    path: index,
                    source,
                });
            }
        };
        if bytes.len() % RECORD != 0 {
            return Err(SpoolError::Damaged { path: index });
        }
        let mut known = HashMap::with_capacity(bytes.len() / RECORD);
        for record in bytes.chunks_exact(RECORD) {
            let (key, rest) = number(record);
            let (digest, rest) = number(rest);
            let (offset, rest) = eight(rest);
            let (length, rest) = four(rest);
            known.insert(
                key,
                Known {
                    digest,
                    offset,
                    length,
                    active: rest.first() == Some(&1),
                    page: 0,
                },
            );
        }
        let path = folder.file(resources, "jsonl");
        let file = File::open(&path).map_err(|source| SpoolError::File {
            path: path.clone(),
            source,
        })?;
        Ok(Some(Self { path, file, known }))
    }

    /// A resource as it was in that import.
    pub(super) fn read(&mut self, known: Known) -> Result<Line, SpoolError> {
        let trouble = |source| SpoolError::File {
            path: self.path.clone(),
            source,
        };
        let mut bytes = vec![0; usize::try_from(known.length).unwrap_or(usize::MAX)];
        self.file
            .seek(SeekFrom::Start(known.offset))
            .map_err(trouble)?;
        self.file.read_exact(&mut bytes).map_err(trouble)?;
        serde_json::from_slice(&bytes).map_err(|_| SpoolError::Damaged {
            path: self.path.clone(),
        })
    }
}

fn number(bytes: &[u8]) -> (u128, &[u8]) {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; 16], &[]));
    (u128::from_be_bytes(*first), rest)
}

fn eight(bytes: &[u8]) -> (u64, &[u8]) {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; 8], &[]));
    (u64::from_be_bytes(*first), rest)
}

fn four(bytes: &[u8]) -> (u32, &[u8]) {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; 4], &[]));
    (u32::from_be_bytes(*first), rest)
}
