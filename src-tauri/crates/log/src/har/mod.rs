//! Exchanges as HAR 1.2 (the HTTP Archive of the W3C's Web Performance Working Group), and back.
//!
//! An entry says what every reader of HAR understands, and under `_sluice` the whole exchange with its trace and
//! statements, so that an export opens here as it was. Names that begin with `_` are for that, by the format.
//!
//! **Invariant:** no secret goes out, because none is in the store; and none comes in: what a file of another program
//! holds of tokens, cookies and passwords is masked before anything keeps it.

mod mask;
mod read;
mod write;

pub use read::{ReadError, entry as read_entry};
pub use write::{TAIL, entry as write_entry, file_name, head};

/// The member that holds what HAR has no words for.
const OWN: &str = "_sluice";

#[cfg(test)]
mod tests;
