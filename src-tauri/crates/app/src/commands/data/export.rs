//! The whole result as a file: rows go from the driver to the disk, never all of them in memory.

use std::io::{self, Write as _};
use std::sync::Arc;

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use sluice_core::browse::RowQuery;
use sluice_core::browse::document::{Document, Format, Heading, file_name};
use sluice_core::browse::select::{self, Reading};
use sluice_core::ports::{ResultColumn, RowSink};
use sluice_core::value::Value;
use sluice_core::{DatabaseError, DatabaseErrorKind};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::refused;
use crate::app::App;
use crate::browse::Looking;
use crate::commands::Nothing;
use crate::exports::{ExportFile, trouble};
use crate::problem::Problem;
use crate::spool::without_blocking;

/// Bytes that wait before they are written.
const BUFFER: usize = 256 * 1024;
/// Bytes of a file in one part of a download.
const PART: u64 = 1024 * 1024;
/// After how many rows progress is told; a screen needs no more.
const TOLD_EVERY: u64 = 2_000;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportInput {
    pub connection: String,
    pub query: RowQuery,
    pub format: Format,
}

#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct ExportProgress {
    #[ts(type = "number")]
    pub rows: u64,
    #[ts(type = "number")]
    pub bytes: u64,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    pub file: ExportFile,
    #[ts(type = "number")]
    pub rows: u64,
    #[ts(type = "number")]
    pub duration_us: i64,
    /// Secret columns, which are not in the file.
    pub left_out: Vec<String>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Exports {
    /// The newest first.
    pub files: Vec<ExportFile>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportName {
    pub name: String,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct PartOfExport {
    pub name: String,
    /// Bytes before it.
    #[ts(type = "number")]
    pub start: u64,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct ExportPart {
    /// At most 1 MB as base64; empty at the end of the file.
    pub bytes: String,
}

#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct RemovedExport {
    /// Whether it was there.
    pub removed: bool,
}

/// Writes all rows of a query to a file of the data folder. Where it is dropped, the statement is
/// stopped and no file stays.
pub async fn export(
    app: Arc<App>,
    input: ExportInput,
    progress: mpsc::Sender<ExportProgress>,
) -> Result<Exported, Problem> {
    let begun = app.clock.monotonic_us();
    let mut looking = Looking::at(&app, &input.connection).await?;
    let name = &input.query.relation;
    let relation = looking
        .relation(&app, &input.connection, name, true)
        .await?;
    let subject = looking.subject(&relation);
    let statement = select::rows(&subject, &input.query, Reading::Open, None)?;
    let (left_out, kept): (Vec<_>, Vec<_>) = relation
        .columns
        .iter()
        .partition(|column| subject.is_secret(&column.name));
    let headings = kept.into_iter().map(|column| Heading {
        name: column.name.clone(),
        kind: column.data_type.kind,
    });
    let dialect = subject.dialect;
    let document = Document::new(input.format, dialect, &relation.name, headings.collect());
    let wanted = file_name(&relation.name, app.clock.wall_us(), input.format);
    let file = app
        .exports
        .begin()
        .map_err(|error| trouble(&wanted, &error))?;
    let mut sink = ToFile {
        file,
        document,
        waiting: Vec::with_capacity(BUFFER * 2),
        bytes: 0,
        progress,
        failed: None,
    };
    sink.document.begin(&mut sink.waiting);
    let streamed = looking.session.stream(&statement, &mut sink).await;
    if let Some(error) = sink.failed.take() {
        return Err(trouble(&wanted, &error));
    }
    if let Err(error) = streamed {
        return Err(refused(error, &statement));
    }
    sink.document.end(&mut sink.waiting);
    sink.flush().map_err(|error| trouble(&wanted, &error))?;
    let rows = sink.document.rows();
    let finished = without_blocking(|| {
        sink.file.as_file().sync_all()?;
        app.exports.finish(sink.file, &wanted)
    });
    Ok(Exported {
        file: finished.map_err(|error| trouble(&wanted, &error))?,
        rows,
        duration_us: app.clock.monotonic_us() - begun,
        left_out: left_out
            .into_iter()
            .map(|column| column.name.clone())
            .collect(),
    })
}

struct ToFile {
    file: NamedTempFile,
    document: Document,
    waiting: Vec<u8>,
    bytes: u64,
    progress: mpsc::Sender<ExportProgress>,
    failed: Option<io::Error>,
}

impl ToFile {
    fn flush(&mut self) -> io::Result<()> {
        without_blocking(|| self.file.write_all(&self.waiting))?;
        self.bytes += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }
}

impl RowSink for ToFile {
    fn columns(&mut self, _: Arc<[ResultColumn]>) {}

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        self.document.row(&row, &mut self.waiting);
        if self.waiting.len() >= BUFFER
            && let Err(error) = self.flush()
        {
            let stop = DatabaseError::new(DatabaseErrorKind::Other, error.to_string());
            self.failed = Some(error);
            return Err(stop);
        }
        if self.document.rows().is_multiple_of(TOLD_EVERY) {
            // Nobody waits for progress: a listener that is slow hears of fewer steps.
            let _ = self.progress.try_send(ExportProgress {
                rows: self.document.rows(),
                bytes: self.bytes + self.waiting.len() as u64,
            });
        }
        Ok(())
    }
}

/// The files that exports left.
pub async fn list(app: Arc<App>, _: Nothing) -> Result<Exports, Problem> {
    let files = off_the_runtime(move || Ok(app.exports.list())).await?;
    Ok(Exports { files })
}

/// A part of a file, for a browser on another machine.
pub async fn read(app: Arc<App>, part: PartOfExport) -> Result<ExportPart, Problem> {
    let bytes = off_the_runtime(move || app.exports.read(&part.name, part.start, PART)).await?;
    Ok(ExportPart {
        bytes: base64::engine::general_purpose::STANDARD.encode(bytes),
    })
}

/// Removes a file.
pub async fn remove(app: Arc<App>, file: ExportName) -> Result<RemovedExport, Problem> {
    let removed = off_the_runtime(move || app.exports.remove(&file.name)).await?;
    Ok(RemovedExport { removed })
}

/// A disk may take its time, and the runtime's threads serve the endpoint.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a file of exports could not be read");
            Err(Problem::new(
                "command.broken",
                "The command could not be finished.",
                "Try again; the program's log has the cause.",
            ))
        })
}
