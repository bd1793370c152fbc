//! Data: the schemas, tables and views of a connection, and their rows. Everything here reads.

mod export;
mod page;

pub use export::{
    ExportInput, ExportName, ExportPart, ExportProgress, Exported, Exports, PartOfExport,
    RemovedExport, export, list as exports, read as export_read, remove as export_remove,
};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::browse::document::{Document, Format, Heading, from_screen};
use sluice_core::browse::select::{self, Reading};
use sluice_core::browse::{RowQuery, Window};
use sluice_core::catalogue::{ObjectName, Question, Reference, Relation, RelationKind, Schema};
use sluice_core::config::Dialect;
use sluice_core::exchange::{ParameterRecord, StatementRecord};
use sluice_core::failure::DatabaseErrorKind;
use sluice_core::plan::Statement;
use sluice_core::ports::RowSink;
use sluice_core::{DatabaseError, Failure};
use ts_rs::TS;

use crate::app::App;
use crate::browse::Looking;
use crate::problem::Problem;
use page::{Counting, Page};

/// Rows of one page at most.
const MOST_ROWS: u64 = 500;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct OnConnection {
    pub connection: String,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Schemas {
    pub schemas: Vec<Schema>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct InSchema {
    pub connection: String,
    /// `null`: where unqualified names are looked up.
    pub schema: Option<String>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Listed {
    pub relations: Vec<ListedRelation>,
}

/// A table or view in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ListedRelation {
    pub name: ObjectName,
    pub kind: RelationKind,
    /// The database's own estimate, where it gives one with its list.
    #[ts(type = "number | null")]
    pub rows: Option<u64>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfRelation {
    pub connection: String,
    pub relation: ObjectName,
}

/// Everything known of a table or view.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RelationDetail {
    pub relation: Relation,
    pub dialect: Dialect,
    /// Columns whose values are never read.
    pub secret: Vec<String>,
    /// Columns that the rows can be ordered by.
    pub sortable: Vec<String>,
    /// The columns that tell rows apart; `null` where none do.
    pub key: Option<Vec<String>>,
    /// Foreign keys of other tables that lead here.
    pub referenced_by: Vec<Reference>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct RowsInput {
    pub connection: String,
    pub query: RowQuery,
    /// Rows before the page.
    #[ts(type = "number")]
    pub first: u64,
    /// Rows of the page, at most 500.
    #[ts(type = "number")]
    pub count: u64,
    /// Whether long values come whole, at most 4 MB each.
    pub whole: bool,
}

/// A page of rows.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowsPage {
    #[ts(type = "number")]
    pub first: u64,
    /// One cell per column of the relation; `null` for NULL, `•••` where a secret column has a value,
    /// base64 for bytes.
    #[ts(type = "JsonValue[][]")]
    pub rows: Vec<Vec<Json>>,
    /// The cells that are not whole.
    pub cut: Vec<CutCell>,
    /// What was run.
    pub statement: StatementRecord,
    #[ts(type = "number")]
    pub duration_us: i64,
}

/// A cell of which only the beginning is in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CutCell {
    /// Position in the page, from 0.
    pub row: usize,
    pub column: usize,
    /// Characters, or bytes, of the whole.
    pub length: usize,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct CountInput {
    pub connection: String,
    /// Its order does not matter.
    pub query: RowQuery,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    #[ts(type = "number")]
    pub rows: u64,
    pub statement: StatementRecord,
    #[ts(type = "number")]
    pub duration_us: i64,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct FormatInput {
    /// Whose words INSERT statements have.
    pub connection: String,
    pub format: Format,
    /// The table of INSERT statements.
    pub table: ObjectName,
    pub headings: Vec<Heading>,
    /// Cells as a page has them.
    #[ts(type = "JsonValue[][]")]
    pub rows: Vec<Vec<Json>>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Formatted {
    pub text: String,
    /// Secret columns, which are not in the text.
    pub left_out: Vec<String>,
}

/// The schemas of a connection.
pub async fn schemas(app: Arc<App>, input: OnConnection) -> Result<Schemas, Problem> {
    let mut looking = Looking::at(&app, &input.connection).await?;
    let found = looking.ask(&Question::Schemas).await?;
    Ok(Schemas {
        schemas: found.schemas,
    })
}

/// The tables and views of a schema.
pub async fn relations(app: Arc<App>, input: InSchema) -> Result<Listed, Problem> {
    let mut looking = Looking::at(&app, &input.connection).await?;
    let question = Question::Relations {
        schema: input.schema,
    };
    let found = looking.ask(&question).await?;
    Ok(Listed {
        relations: found
            .relations
            .into_iter()
            .map(|relation| ListedRelation {
                name: relation.name,
                kind: relation.kind,
                rows: relation.rows,
                comment: relation.comment.filter(|comment| !comment.is_empty()),
            })
            .collect(),
    })
}

/// One table or view, asked anew.
pub async fn relation(app: Arc<App>, input: OfRelation) -> Result<RelationDetail, Problem> {
    let OfRelation {
        connection,
        relation: name,
    } = input;
    let mut looking = Looking::at(&app, &connection).await?;
    let relation = looking.relation(&app, &connection, &name, true).await?;
    let found = looking
        .ask(&Question::ReferencedBy(relation.name.clone()))
        .await?;
    let subject = looking.subject(&relation);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let columns = relation.columns.iter().map(|column| column.name.as_str());
    Ok(RelationDetail {
        dialect: subject.dialect,
        secret: owned(columns.filter(|name| subject.is_secret(name)).collect()),
        sortable: owned(subject.sortable().collect()),
        key: subject.key().map(owned),
        referenced_by: found.references,
        relation: (*relation).clone(),
    })
}

/// A page of rows.
pub async fn rows(app: Arc<App>, input: RowsInput) -> Result<RowsPage, Problem> {
    let mut looking = Looking::at(&app, &input.connection).await?;
    let name = input.query.relation.clone();
    let relation = looking
        .relation(&app, &input.connection, &name, false)
        .await?;
    let subject = looking.subject(&relation);
    let window = Window {
        first: input.first,
        count: input.count.clamp(1, MOST_ROWS),
    };
    let statement = select::rows(&subject, &input.query, Reading::Everything, Some(window))?;
    let secret = relation
        .columns
        .iter()
        .map(|column| subject.is_secret(&column.name))
        .collect();
    let mut page = Page::new(secret, input.whole);
    let took = run(
        &app,
        &mut looking,
        &input.connection,
        &name,
        &statement,
        &mut page,
    )
    .await?;
    let record = record(
        &statement,
        relation.columns.iter().map(|column| column.name.clone()),
        page.rows.len(),
    );
    Ok(RowsPage {
        first: window.first,
        rows: page.rows,
        cut: page.cut,
        statement: record,
        duration_us: took,
    })
}

/// How many rows there are under the conditions.
pub async fn count(app: Arc<App>, input: CountInput) -> Result<Counted, Problem> {
    let mut looking = Looking::at(&app, &input.connection).await?;
    let name = input.query.relation.clone();
    let relation = looking
        .relation(&app, &input.connection, &name, false)
        .await?;
    let statement = select::count(&looking.subject(&relation), &input.query)?;
    let mut counting = Counting::default();
    let connection = &input.connection;
    let took = run(
        &app,
        &mut looking,
        connection,
        &name,
        &statement,
        &mut counting,
    )
    .await?;
    Ok(Counted {
        rows: counting.0,
        statement: record(&statement, ["COUNT(*)".to_owned()], 1),
        duration_us: took,
    })
}

/// Rows that a screen has as text to copy. Secret columns are left out, whoever sends them.
pub async fn format(app: Arc<App>, input: FormatInput) -> Result<Formatted, Problem> {
    let looking = Looking::at(&app, &input.connection).await?;
    let is_secret = |name: &str| {
        let mut secrets = looking.secrets.iter();
        secrets.any(|secret| secret.eq_ignore_ascii_case(name))
    };
    let (left_out, kept): (Vec<_>, Vec<_>) = input
        .headings
        .into_iter()
        .enumerate()
        .partition(|(_, heading)| is_secret(&heading.name));
    let (places, headings): (Vec<usize>, Vec<Heading>) = kept.into_iter().unzip();
    let kinds: Vec<_> = headings.iter().map(|heading| heading.kind).collect();
    let mut document = Document::new(input.format, looking.dialect, &input.table, headings);
    let mut out = Vec::new();
    document.begin(&mut out);
    for row in &input.rows {
        let cell = |(place, kind): (&usize, &_)| {
            from_screen(*kind, row.get(*place).unwrap_or(&Json::Null))
        };
        let values: Vec<_> = places.iter().zip(&kinds).map(cell).collect();
        document.row(&values, &mut out);
    }
    document.end(&mut out);
    Ok(Formatted {
        text: String::from_utf8_lossy(&out).into_owned(),
        left_out: left_out
            .into_iter()
            .map(|(_, heading)| heading.name)
            .collect(),
    })
}

/// Runs a statement and gives its rows to `rows`; microseconds it took.
async fn run(
    app: &App,
    looking: &mut Looking,
    connection: &str,
    name: &ObjectName,
    statement: &Statement,
    rows: &mut dyn RowSink,
) -> Result<i64, Problem> {
    let begun = app.clock.monotonic_us();
    match looking.session.stream(statement, rows).await {
        Ok(_) => Ok(app.clock.monotonic_us() - begun),
        Err(error) => {
            if matches!(
                error.kind,
                DatabaseErrorKind::MissingObject | DatabaseErrorKind::Syntax
            ) {
                app.relations.forget(connection, name);
            }
            Err(refused(error, statement))
        }
    }
}

/// What the database said to a statement of ours.
fn refused(error: DatabaseError, statement: &Statement) -> Problem {
    Failure::from_statement(error, statement).into()
}

fn record(
    statement: &Statement,
    columns: impl IntoIterator<Item = String>,
    rows: usize,
) -> StatementRecord {
    let parameters = statement.parameters.iter().enumerate();
    StatementRecord {
        operation: None,
        kind: statement.kind,
        text: statement.text.clone(),
        parameters: parameters
            .map(|(index, parameter)| ParameterRecord {
                position: index + 1,
                name: parameter.name.clone(),
                value: parameter.value.to_json(),
                secret: false,
            })
            .collect(),
        columns: columns.into_iter().collect(),
        rows,
        affected: None,
        sample: Vec::new(),
        sample_truncated: false,
        further: Vec::new(),
        outs: Vec::new(),
        returned: None,
        messages: Vec::new(),
        problem: None,
        note: None,
    }
}
