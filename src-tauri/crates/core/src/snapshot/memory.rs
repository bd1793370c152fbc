//! Spools in memory, for tests and for whoever has no folder.

use std::sync::Arc;

use async_trait::async_trait;

use crate::ports::{Spool, SpoolError, SpoolWriter, Spools};

/// Gives spools that never leave memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct InMemory;

impl Spools for InMemory {
    fn begin(&self) -> Result<Box<dyn SpoolWriter>, SpoolError> {
        Ok(Box::new(Bytes(Vec::new())))
    }
}

/// Bytes in memory, first written and then read.
#[derive(Debug, Default)]
pub struct Bytes(pub Vec<u8>);

impl SpoolWriter for Bytes {
    fn append(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Arc<dyn Spool>, SpoolError> {
        Ok(Arc::new(*self))
    }
}

#[async_trait]
impl Spool for Bytes {
    async fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, SpoolError> {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let part = start
            .checked_add(length)
            .and_then(|end| self.0.get(start..end));
        part.map(<[u8]>::to_vec)
            .ok_or_else(|| SpoolError("the spool is shorter than that".to_owned()))
    }
}
