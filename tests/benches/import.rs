//! A whole import beside one read of the same rows: users and what they hold, in pages of 200, over
//! TLS, from the real `sluice-server`; and once through the bare driver, kept by nobody.
//!
//! What must hold: the import takes at most three times the read, ten times the users take less than
//! eleven times as long, and the server's memory stays below 200 MB. `make bench` runs it;
//! `SLUICE_BENCH_USERS` sets the sizes (default 10000,100000,1000000), `SLUICE_BENCH_ON` picks one
//! dialect.

#![allow(clippy::cast_precision_loss, clippy::print_stdout)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use sluice_core::config::Workspace;
use sluice_core::ports::{Access, Database, ResultColumn, RowSink};
use sluice_core::profile::Fields;
use sluice_core::{DatabaseError, Operation, Secret, Value, plan};
use sluice_tests::support::bench;
use sluice_tests::support::people::{self, HELD};
use sluice_tests::support::server::{Client, Server};
use sluice_tests::support::site::{self, On};

/// As the provider's agent asks.
const PAGE: usize = 200;

/// As the binaries have it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    bench::start(run())
}

async fn run() -> anyhow::Result<()> {
    let sizes = bench::sizes(&[10_000, 100_000, 1_000_000])?;
    println!("A whole import in pages of {PAGE}, {HELD} entitlements each, beside one read\n");
    println!(
        "{:<12} {:>9} {:>9} {:>8} {:>12} {:>10} {:>8} {:>7} {:>9} {:>9}",
        "database",
        "users",
        "read s",
        "growth",
        "first page s",
        "import s",
        "growth",
        "ratio",
        "cpu s",
        "peak MB"
    );
    for (on, name) in bench::databases() {
        let mut before = None;
        for size in &sizes {
            before = Some(measure(on, name, *size, before).await?);
        }
    }
    Ok(())
}

async fn measure(on: On, name: &str, users: usize, before: Option<Took>) -> anyhow::Result<Took> {
    let mut place = site::Place::new(on).await?;
    people::many(&mut place.reader, on, users).await?;
    // A database sorts a million rows before it gives the first one.
    let long = "statement_timeout_ms = 600000";
    let configuration = place
        .configuration
        .replace("statement_timeout_ms = 30000", long);
    let workspace = Workspace::parse(&configuration)?;
    let application = &workspace.applications["jdbc_on_prem"];
    let database = sluice_db::open(
        &workspace.connections["demo"],
        Some(&Secret::new(place.password.clone())),
    )?;
    let dialect = database.dialect();
    let statements = [
        plan::statement(
            application,
            dialect,
            Operation::GetUsers,
            &Fields::default(),
        )?,
        plan::import_statement(application, dialect)?.context("no import statement")?,
    ];

    let server = Server::with_config(&configuration, &[("demo", &place.password)]).await?;
    let client = server.client()?;
    // A server that runs has its connections open, to the client and to the database.
    let warm = client.get("Users/nobody@example.org").await?;
    ensure!(warm.status == 404, "{}", warm.text);
    // Before and after, so that a drift of the machine meets both.
    let first = read(&database, &statements, users).await?;
    let idle = busy(server.pid().context("the server has ended")?)?;
    let (page, whole) = import(&client, users).await?;
    let pid = server.pid().context("the server has ended")?;
    let (peak, busy) = (peak_mb(pid)?, busy(pid)? - idle);
    let again = read(&database, &statements, users).await?;
    let once = (first + again) / 2;
    println!(
        "{name:<12} {users:>9} {:>9.2} {:>8} {:>12.2} {:>10.2} {:>8} {:>7.2} {busy:>9.1} {peak:>9.0}",
        once.as_secs_f64(),
        growth(once, before.map(|before| before.read)),
        page.as_secs_f64(),
        whole.as_secs_f64(),
        growth(whole, before.map(|before| before.import)),
        whole.as_secs_f64() / once.as_secs_f64(),
    );
    server.stop().await?;
    Ok(Took {
        read: once,
        import: whole,
    })
}

/// How long a size took, for the growth to the next one.
#[derive(Clone, Copy)]
struct Took {
    read: Duration,
    import: Duration,
}

fn growth(now: Duration, before: Option<Duration>) -> String {
    before.map_or(String::new(), |before| {
        format!("{:.1}", now.as_secs_f64() / before.as_secs_f64())
    })
}

/// Counts rows and keeps none.
#[derive(Default)]
struct Count(usize);

impl RowSink for Count {
    fn columns(&mut self, _: Arc<[ResultColumn]>) {}

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        self.0 += usize::from(!row.is_empty());
        Ok(())
    }
}

async fn read(
    database: &Arc<dyn Database>,
    statements: &[plan::Statement],
    users: usize,
) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let mut session = database.begin(Access::Read).await?;
    let mut rows = Count::default();
    for statement in statements {
        session.stream(statement, &mut rows).await?;
    }
    session.rollback().await?;
    // The demo's own people hold things too, and are not active.
    ensure!(rows.0 >= users * (1 + HELD), "{} rows", rows.0);
    Ok(begun.elapsed())
}

/// All pages, one after the other, as the agent does; also the time of the first.
async fn import(client: &Client, users: usize) -> anyhow::Result<(Duration, Duration)> {
    let begun = Instant::now();
    let mut first = None;
    for start in (1..=users).step_by(PAGE) {
        let path = format!("Users?startIndex={start}&count={PAGE}");
        let response = client
            .request("GET", &path)
            .timeout(Duration::from_mins(20));
        let response = response.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        let head = String::from_utf8_lossy(&body[..body.len().min(400)]);
        ensure!(status == 200, "{status} {head}");
        let items = PAGE.min(users + 1 - start);
        ensure!(
            head.contains(&format!(
                "\"totalResults\":{users},\"startIndex\":{start},\"itemsPerPage\":{items},"
            )),
            "{head}"
        );
        first.get_or_insert_with(|| begun.elapsed());
    }
    Ok((first.unwrap_or_default(), begun.elapsed()))
}

/// Seconds of processor time that a process has taken, which other load on the machine does not touch.
fn busy(pid: u32) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // After the name in brackets: user and system time are the 12th and 13th, in hundredths.
    let fields = text.rsplit_once(')').context("no name")?.1;
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    Ok(ticks / 100.0)
}

/// The most memory a process has had, in MB (10^6 bytes).
fn peak_mb(pid: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes: f64 = line
        .and_then(|line| line.split_whitespace().nth(1))
        .context("no VmHWM")?
        .parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
