//! Pages of a table of users as the Data screen asks for them: by the key and by a column without an
//! index, at the beginning, in the middle and at the end; a filter, a count, and the whole table as CSV.
//! `make bench` runs it; `SLUICE_BENCH_USERS` sets the size (its first number, default 100000),
//! `SLUICE_BENCH_ON` picks one dialect.

#![allow(clippy::cast_precision_loss, clippy::print_stdout)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sluice_core::browse::document::{Document, Format, Heading};
use sluice_core::browse::select::{self, Reading, Subject};
use sluice_core::browse::{Condition, Operator, RowQuery, Sort, Window};
use sluice_core::catalogue::{ObjectName, Question, Relation};
use sluice_core::config::Workspace;
use sluice_core::plan::Statement;
use sluice_core::ports::{Access, Database, ResultColumn, RowSink};
use sluice_core::{DatabaseError, Secret, Value};
use sluice_tests::support::bench;
use sluice_tests::support::people;
use sluice_tests::support::site::{On, Place};

/// Rows of a page, as the screen asks.
const PAGE: u64 = 200;
/// Each is asked for so often, and the median told.
const TIMES: usize = 7;

/// As the binaries have it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    bench::start(run())
}

async fn run() -> anyhow::Result<()> {
    let users = bench::sizes(&[100_000])?
        .first()
        .copied()
        .context("SLUICE_BENCH_USERS")?;
    println!("Pages of {PAGE} of {users} users with 25 columns, median of {TIMES}, milliseconds\n");
    println!(
        "{:<12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {:>9}",
        "database",
        "key 1st",
        "key half",
        "key last",
        "col 1st",
        "col half",
        "col last",
        "filter",
        "count",
        "CSV rows/s"
    );
    for (on, name) in bench::databases() {
        measure(on, name, users).await?;
    }
    Ok(())
}

/// Counts rows and lets them go.
#[derive(Default)]
struct Gone {
    rows: u64,
    document: Option<Document>,
    text: Vec<u8>,
}

impl RowSink for Gone {
    fn columns(&mut self, _: Arc<[ResultColumn]>) {}

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        self.rows += 1;
        if let Some(document) = &mut self.document {
            document.row(&row, &mut self.text);
            if self.text.len() > 256 * 1024 {
                self.text.clear();
            }
        }
        Ok(())
    }
}

async fn measure(on: On, name: &str, users: usize) -> anyhow::Result<()> {
    let mut place = Place::new(on).await?;
    people::many(&mut place.reader, on, users).await?;
    let workspace = Workspace::parse(&place.configuration)?;
    let connection = workspace
        .connections
        .values()
        .next()
        .context("no connection")?;
    let password = (!place.password.is_empty()).then(|| Secret::new(place.password.clone()));
    let database = sluice_db::open(connection, password.as_ref())?;
    let mut session = database.begin(Access::Read).await?;
    let question = Question::Relation(ObjectName::new(None, "USERS"));
    let found = session.catalogue(&question).await?;
    drop(session);
    let relation: Relation = found.relations.into_iter().next().context("no USERS")?;
    let secrets = ["PASSWORD_HASH".to_owned()];
    let subject = Subject {
        dialect: database.grammar(),
        relation: &relation,
        secrets: &secrets,
    };
    let column = |name: &str| {
        relation
            .column(name)
            .map_or_else(|| name.to_owned(), |c| c.name.clone())
    };
    let total = users as u64 + 15;
    let page = |sort: Vec<Sort>, first: u64| {
        let query = RowQuery {
            sort,
            ..RowQuery::default()
        };
        select::rows(
            &subject,
            &query,
            Reading::Everything,
            Some(Window { first, count: PAGE }),
        )
    };
    let by_column = || {
        vec![Sort {
            column: column("EMPLOYEENUMBER"),
            descending: true,
        }]
    };
    let ends = [0, total / 2, total - PAGE];
    let mut figures = Vec::new();
    for first in ends {
        figures.push(median(&*database, &page(Vec::new(), first)?).await?);
    }
    for first in ends {
        figures.push(median(&*database, &page(by_column(), first)?).await?);
    }
    let filtered = RowQuery {
        conditions: vec![Condition {
            column: column("EMAIL"),
            operator: Operator::Contains,
            values: vec!["099@".to_owned()],
        }],
        ..RowQuery::default()
    };
    let window = Window {
        first: 0,
        count: PAGE,
    };
    let filter = select::rows(&subject, &filtered, Reading::Everything, Some(window))?;
    figures.push(median(&*database, &filter).await?);
    figures.push(median(&*database, &select::count(&subject, &RowQuery::default())?).await?);
    let ms: Vec<String> = figures
        .iter()
        .map(|took| format!("{:.1}", took.as_secs_f64() * 1000.0))
        .collect();
    let rate = rows_per_second(&*database, &subject).await?;
    println!(
        "{name:<12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {rate:>9.0}",
        ms[0], ms[1], ms[2], ms[3], ms[4], ms[5], ms[6], ms[7]
    );
    Ok(())
}

/// The whole table as CSV, thrown away.
async fn rows_per_second(database: &dyn Database, subject: &Subject<'_>) -> anyhow::Result<f64> {
    let columns = subject.relation.columns.iter();
    let shown = columns.filter(|column| !subject.is_secret(&column.name));
    let headings = shown.map(|column| Heading {
        name: column.name.clone(),
        kind: column.data_type.kind,
    });
    let whole = select::rows(subject, &RowQuery::default(), Reading::Open, None)?;
    let mut sink = Gone {
        document: Some(Document::new(
            Format::Csv,
            subject.dialect,
            &subject.relation.name,
            headings.collect(),
        )),
        ..Gone::default()
    };
    let begun = Instant::now();
    let mut session = database.begin(Access::Read).await?;
    session.stream(&whole, &mut sink).await?;
    Ok(sink.rows as f64 / begun.elapsed().as_secs_f64())
}

async fn median(database: &dyn Database, statement: &Statement) -> anyhow::Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let mut session = database.begin(Access::Read).await?;
        let begun = Instant::now();
        session.stream(statement, &mut Gone::default()).await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[TIMES / 2])
}
