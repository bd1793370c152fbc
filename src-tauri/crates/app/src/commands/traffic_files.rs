//! Traffic as files: exchanges out as HAR, and in.
//!
//! What goes out is written to the folder of exports page by page, never all of it in memory. What comes in is sent
//! by the console a few entries at a time, so that no request is large and each one is kept or refused as a whole.

use std::io::{self, Write as _};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::exchange::Exchange;
use sluice_log::{Marks, har};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::overview::store_problem;
use super::traffic::TrafficQuery;
use crate::app::App;
use crate::exports::{ExportFile, trouble};
use crate::problem::Problem;
use crate::spool::without_blocking;

/// Exchanges that are read and written at once.
const PAGE: usize = 100;
/// Entries that one call may bring.
const ENTRIES: usize = 500;
/// How many entries that cannot be read are told one by one.
const TOLD: usize = 5;
/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct HarExport {
    pub filter: String,
    #[serde(default)]
    #[ts(optional)]
    pub cleared: Option<i64>,
    pub zone: String,
    /// These and no others, in this order; empty for everything the filter finds.
    pub ids: Vec<String>,
}

#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct HarProgress {
    /// Exchanges written.
    pub done: u64,
    /// How many there are; `None` where that is not known before the end.
    pub total: Option<u64>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct HarExported {
    pub file: ExportFile,
    pub exchanges: u64,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct HarImport {
    /// The file's name.
    pub file: String,
    /// `import` of the answer to the file's first entries; `None` for those.
    pub import: Option<i64>,
    /// The place of the first of these entries in the file, from 1.
    pub first: usize,
    /// Entries of a HAR file, at most 500.
    #[ts(type = "JsonValue[]")]
    pub entries: Vec<Json>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct HarImported {
    pub import: i64,
    /// How many were taken in.
    pub exchanges: u64,
    /// How many could not be read.
    pub refused: usize,
    /// Why, for the first few.
    pub reasons: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct HarFile {
    pub file: String,
    /// `import` of [`HarImported`]; `None` for every file of the name.
    pub import: Option<i64>,
}

#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct HarRemoved {
    /// Whether it was there.
    pub removed: bool,
}

/// Writes exchanges to a HAR file of the data folder. Dropped, it leaves no file.
pub async fn export(
    app: Arc<App>,
    input: HarExport,
    progress: mpsc::Sender<HarProgress>,
) -> Result<HarExported, Problem> {
    let wanted = har::file_name(app.clock.wall_us() / 1000);
    let failed = |error: io::Error| trouble(&wanted, &error);
    let mut file = app.exports.begin().map_err(failed)?;
    let mut done = 0;
    write(&mut file, &har::head(env!("CARGO_PKG_VERSION"))).map_err(failed)?;
    if input.ids.is_empty() {
        let mut query = everything(&input);
        let first = app
            .store
            .list(&query.to_store())
            .await
            .map_err(store_problem)?;
        let total = first.counted.then_some(first.total);
        query.limit = PAGE;
        loop {
            // Where nobody listens to progress, the work itself is dropped.
            let _ = progress.send(HarProgress { done, total }).await;
            let (page, next) = app
                .store
                .whole(&query.to_store())
                .await
                .map_err(store_problem)?;
            append(&mut file, &page, &mut done).map_err(failed)?;
            if next.is_none() {
                break;
            }
            query.before = next;
        }
    } else {
        let total = Some(input.ids.len() as u64);
        for ids in input.ids.chunks(PAGE) {
            let _ = progress.send(HarProgress { done, total }).await;
            let page = chosen(&app, ids).await?;
            append(&mut file, &page, &mut done).map_err(failed)?;
        }
    }
    if done == 0 {
        return Err(Problem::new(
            "traffic.export_empty",
            "There is no exchange to export.",
            "Change the filter, or pick exchanges that are still in the store.",
        ));
    }
    write(&mut file, har::TAIL).map_err(failed)?;
    let file = without_blocking(|| app.exports.finish(file, &wanted)).map_err(failed)?;
    Ok(HarExported {
        file,
        exchanges: done,
    })
}

fn everything(input: &HarExport) -> TrafficQuery {
    TrafficQuery {
        filter: input.filter.clone(),
        before: None,
        limit: 1,
        after: None,
        cleared: input.cleared,
        zone: Some(input.zone.clone()),
    }
}

async fn chosen(app: &App, ids: &[String]) -> Result<Vec<(Exchange, Marks)>, Problem> {
    let marked = app.store.marks(ids).await.map_err(store_problem)?;
    let mut page = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(exchange) = app.store.get(id).await.map_err(store_problem)? else {
            continue;
        };
        let marks = marked.iter().find(|marked| marked.id == *id);
        page.push((
            exchange,
            marks.map(|marked| marked.marks.clone()).unwrap_or_default(),
        ));
    }
    Ok(page)
}

fn append(file: &mut NamedTempFile, page: &[(Exchange, Marks)], done: &mut u64) -> io::Result<()> {
    let mut text = String::new();
    for (exchange, marks) in page {
        if *done > 0 {
            text.push_str(",\n");
        }
        text.push_str(&har::write_entry(exchange, marks));
        *done += 1;
    }
    write(file, &text)
}

fn write(file: &mut NamedTempFile, text: &str) -> io::Result<()> {
    without_blocking(|| file.write_all(text.as_bytes()))
}

/// Takes in entries of a HAR file. They are told from what was recorded here, and are listed only where a filter
/// asks for them.
pub async fn import(app: Arc<App>, input: HarImport) -> Result<HarImported, Problem> {
    if input.entries.len() > ENTRIES {
        return Err(Problem::new(
            "traffic.import",
            format!(
                "{} entries are more than one call may bring.",
                input.entries.len()
            ),
            format!("Send at most {ENTRIES} at a time."),
        ));
    }
    let file = plain_name(&input.file);
    let mut exchanges = Vec::with_capacity(input.entries.len());
    let mut reasons = Vec::new();
    let mut refused = 0;
    for (index, entry) in input.entries.into_iter().enumerate() {
        match har::read_entry(entry, input.first + index) {
            Ok(read) => exchanges.push(read),
            Err(error) => {
                refused += 1;
                if reasons.len() < TOLD {
                    reasons.push(error.to_string());
                }
            }
        }
    }
    let import = match input.import {
        Some(import) => import,
        None if exchanges.is_empty() => {
            return Err(Problem::new(
                "traffic.import_unreadable",
                format!("Nothing of {file} can be read. {}", reasons.join(" ")),
                "Choose a HAR file: one exported here, or by a browser or a proxy.",
            ));
        }
        None => app.store.begin_import(&file).await.map_err(store_problem)?,
    };
    let exchanges = app
        .store
        .import(import, exchanges)
        .await
        .map_err(store_problem)?;
    Ok(HarImported {
        import,
        exchanges,
        refused,
        reasons,
    })
}

/// Takes away what came from a file.
pub async fn remove(app: Arc<App>, input: HarFile) -> Result<HarRemoved, Problem> {
    let removed = app
        .store
        .remove_import(&plain_name(&input.file), input.import)
        .await
        .map_err(store_problem)?;
    Ok(HarRemoved { removed })
}

/// The last part of a path, without what no name holds.
fn plain_name(file: &str) -> String {
    let last = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name: String = last
        .chars()
        .filter(|c| !c.is_control() && *c != '"')
        .take(LONGEST_NAME)
        .collect();
    if name.trim().is_empty() {
        "file.har".to_owned()
    } else {
        name.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_file_is_known_by_its_name_alone() {
        for (given, name) in [
            ("day.har", "day.har"),
            ("/home/anna/day.har", "day.har"),
            ("C:\\files\\my day.har", "my day.har"),
            ("a\"b\n.har", "ab.har"),
            ("", "file.har"),
            ("/", "file.har"),
        ] {
            assert_eq!(plain_name(given), name, "{given}");
        }
        assert_eq!(plain_name(&"x".repeat(500)).len(), 200);
    }
}
