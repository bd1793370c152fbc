//! Standard output: replies, each in one line.

use std::io::{self, BufWriter, Stdout, Write as _};

use sluice_odbc::Reply;

/// Says what there is to say.
pub struct Talk(BufWriter<Stdout>);

impl Talk {
    pub fn new() -> Self {
        Self(BufWriter::with_capacity(64 * 1024, io::stdout()))
    }

    /// Writes one reply and lets it go.
    ///
    /// # Errors
    /// Nobody listens any more.
    pub fn say(&mut self, reply: &Reply) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, reply)?;
        self.0.write_all(b"\n")?;
        self.0.flush()
    }
}

/// Writes a line for people.
///
/// # Errors
/// Nobody listens any more.
pub fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
