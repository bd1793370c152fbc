//! Users as a text to copy or a file to take away: as rows, as INSERT statements, as the provider sees
//! them.

use std::io::Write as _;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::browse::document::{Document, Format, Heading, file_name};
use sluice_core::catalogue::{ObjectName, Relation, TypeKind};
use sluice_core::config::{Application, Dialect};
use sluice_core::usecase::{self, Context, Take, TakenUser, Taking, UserChoice, UserSink};
use sluice_core::value::Value;
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::data::{ExportProgress, Exported, Formatted};
use crate::app::App;
use crate::exports::trouble;
use crate::problem::Problem;
use crate::spool::without_blocking;

/// Bytes that wait before they are written.
const BUFFER: usize = 256 * 1024;
/// After how many users progress is told.
const TOLD_EVERY: u64 = 500;
/// So many users are copied at once; for more there is the export.
const COPIED: usize = 5_000;

/// In which form users leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UserFormat {
    Csv,
    Json,
    Ndjson,
    /// For the table that Get user by ID reads.
    Insert,
    /// An array of SCIM users as the provider gets them.
    Scim,
}

impl UserFormat {
    /// The document of rows; `None` for resources.
    fn of_rows(self) -> Option<Format> {
        match self {
            Self::Csv => Some(Format::Csv),
            Self::Json => Some(Format::Json),
            Self::Ndjson => Some(Format::Ndjson),
            Self::Insert => Some(Format::Insert),
            Self::Scim => None,
        }
    }
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct UserExport {
    pub application: String,
    pub choice: UserChoice,
    pub format: UserFormat,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UserCopy {
    pub application: String,
    pub choice: UserChoice,
    /// First and last position of each, from 0, both included.
    pub ranges: Vec<(usize, usize)>,
    /// When the rows of the list were read.
    pub taken_at: i64,
    pub format: UserFormat,
}

/// Some users of a list as text.
///
/// # Errors
/// Where there are too many, the rows were read anew since, or no table can be named for INSERT.
pub async fn copy(app: Arc<App>, input: UserCopy) -> Result<Formatted, Problem> {
    let mut context = app.context(&input.application).await?;
    let mut paper = Paper::of(&mut context, input.format).await?;
    paper.most = COPIED;
    let take = Take::Ranges(&input.ranges, input.taken_at);
    usecase::take_users(&mut context, &input.choice, take, &mut paper).await?;
    paper.end();
    Ok(Formatted {
        text: String::from_utf8_lossy(&paper.out).into_owned(),
        left_out: paper.left_out,
    })
}

/// All users that are wanted, as a file of the data folder. Where it is dropped, no file stays.
///
/// # Errors
/// Where no table can be named for INSERT, or the file cannot be written.
pub async fn export(
    app: Arc<App>,
    input: UserExport,
    progress: mpsc::Sender<ExportProgress>,
) -> Result<Exported, Problem> {
    let begun = app.clock.monotonic_us();
    let mut context = app.context(&input.application).await?;
    let mut paper = Paper::of(&mut context, input.format).await?;
    let name = ObjectName::new(None, &format!("users_{}", input.application));
    let of_rows = input.format.of_rows().unwrap_or(Format::Json);
    let wanted = file_name(&name, app.clock.wall_us(), of_rows);
    let file = app.exports.begin();
    paper.file = Some((
        file.map_err(|error| trouble(&wanted, &error))?,
        wanted.clone(),
    ));
    paper.progress = Some(progress);
    usecase::take_users(&mut context, &input.choice, Take::All, &mut paper).await?;
    paper.end();
    paper.flush()?;
    let Some((file, _)) = paper.file.take() else {
        return Err(Problem::new(
            "export.file",
            "The file was closed before its end.",
            "Export again.",
        ));
    };
    let finished = without_blocking(|| {
        file.as_file().sync_all()?;
        app.exports.finish(file, &wanted)
    });
    Ok(Exported {
        file: finished.map_err(|error| trouble(&wanted, &error))?,
        rows: paper.users,
        duration_us: app.clock.monotonic_us() - begun,
        left_out: paper.left_out,
    })
}

/// What users are written on.
struct Paper {
    /// `None` for resources.
    format: Option<Format>,
    dialect: Dialect,
    /// Of INSERT statements.
    table: Option<Relation>,
    application: Arc<Application>,
    document: Option<Document>,
    /// The positions of columns that are written, and whether each has one.
    places: Vec<usize>,
    left_out: Vec<String>,
    out: Vec<u8>,
    users: u64,
    bytes: u64,
    most: usize,
    /// With the name it shall have.
    file: Option<(NamedTempFile, String)>,
    progress: Option<mpsc::Sender<ExportProgress>>,
}

impl Paper {
    async fn of(context: &mut Context, format: UserFormat) -> Result<Self, Problem> {
        let table = if format == UserFormat::Insert {
            let table = usecase::user_table(context).await?;
            Some(table.ok_or_else(|| {
                Problem::new(
                    "users.no_table",
                    "The table of the users cannot be seen from Get user by ID, so no INSERT can name it.",
                    "Choose another form, or export the table on the Data screen.",
                )
            })?)
        } else {
            None
        };
        Ok(Self {
            format: format.of_rows(),
            dialect: context.database.grammar(),
            table,
            application: Arc::clone(&context.application),
            document: None,
            places: Vec::new(),
            left_out: Vec::new(),
            out: Vec::new(),
            users: 0,
            bytes: 0,
            most: usize::MAX,
            file: None,
            progress: None,
        })
    }

    fn end(&mut self) {
        match &self.document {
            Some(document) => document.end(&mut self.out),
            None => self.out.extend_from_slice(b"\n]\n"),
        }
    }

    fn flush(&mut self) -> Result<(), Problem> {
        if let Some((file, name)) = &mut self.file {
            without_blocking(|| file.write_all(&self.out))
                .map_err(|error| trouble(name, &error))?;
            self.bytes += self.out.len() as u64;
            self.out.clear();
        }
        Ok(())
    }
}

impl UserSink for Paper {
    type Error = Problem;

    fn begin(&mut self, taking: &Taking) -> Result<(), Problem> {
        if taking.total > self.most {
            return Err(Problem::new(
                "users.too_many",
                format!(
                    "{} users are chosen, and {} can be copied.",
                    taking.total, self.most
                ),
                "Export them to a file.",
            ));
        }
        let Some(format) = self.format else {
            self.out.push(b'[');
            return Ok(());
        };
        let mut headings = Vec::new();
        for (place, column) in taking.columns.iter().enumerate() {
            if self.application.is_secret(&column.name) {
                self.left_out.push(column.name.clone());
                continue;
            }
            let own = self.table.as_ref().map(|table| table.column(&column.name));
            let kind = match own {
                // The statement gives a column that the table does not have: no INSERT can fill it.
                Some(None) => continue,
                Some(Some(own)) => own.data_type.kind,
                None => TypeKind::default(),
            };
            self.places.push(place);
            headings.push(Heading {
                name: column.name.clone(),
                kind,
            });
        }
        let table = self.table.as_ref().map(|table| table.name.clone());
        let table = table.unwrap_or_default();
        let document = Document::new(format, self.dialect, &table, headings);
        document.begin(&mut self.out);
        self.document = Some(document);
        Ok(())
    }

    fn user(&mut self, user: TakenUser) -> Result<(), Problem> {
        if let Some(document) = &mut self.document {
            let value = |place: &usize| user.row.get(*place).cloned().unwrap_or(Value::Null);
            let row: Vec<Value> = self.places.iter().map(value).collect();
            document.row(&row, &mut self.out);
        } else {
            let before: &[u8] = if self.users == 0 { b"\n" } else { b",\n" };
            self.out.extend_from_slice(before);
            let resource = Json::Object(user.resource).to_string();
            self.out.extend_from_slice(resource.as_bytes());
        }
        self.users += 1;
        if self.file.is_some() && self.out.len() >= BUFFER {
            self.flush()?;
        }
        if let Some(progress) = &self.progress
            && self.users.is_multiple_of(TOLD_EVERY)
        {
            // Nobody waits for progress: a listener that is slow hears of fewer steps.
            let _ = progress.try_send(ExportProgress {
                rows: self.users,
                bytes: self.bytes + self.out.len() as u64,
            });
        }
        Ok(())
    }
}
