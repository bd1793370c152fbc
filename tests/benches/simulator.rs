//! A simulated import of many users, twice: through the console of a real `sluice-server`, against its own
//! endpoint over TLS. Client, server and database are on one machine, and client and server are one process.
//!
//! What must hold: progress is told, the second run shows no difference, one that is cancelled leaves nothing, and
//! the process's memory stays below 400 MB for 100,000 users. `make bench` runs it; `SLUICE_BENCH_USERS` sets the
//! sizes (default 10000,100000), `SLUICE_BENCH_ON` picks one database.

#![allow(clippy::cast_precision_loss, clippy::print_stdout)]

use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::bench;
use sluice_tests::support::console::Console;
use sluice_tests::support::people;
use sluice_tests::support::server::Server;
use sluice_tests::support::site::{On, Place};

/// As the provider's agent asks, unless it was set otherwise.
const PAGE: usize = 100;

fn main() -> anyhow::Result<()> {
    bench::start(run())
}

async fn run() -> anyhow::Result<()> {
    let sizes = bench::sizes(&[10_000, 100_000])?;
    println!("A simulated import in pages of {PAGE}, and again over the unchanged database\n");
    println!(
        "{:<12} {:>9} {:>9} {:>9} {:>10} {:>10} {:>10} {:>9}",
        "database", "users", "first s", "second s", "page p50", "page p99", "told", "peak MB"
    );
    for (on, name) in bench::databases() {
        for size in &sizes {
            measure(on, name, *size).await?;
        }
    }
    Ok(())
}

async fn measure(on: On, name: &str, users: usize) -> anyhow::Result<()> {
    let mut place = Place::new(on).await?;
    people::many(&mut place.reader, on, users).await?;
    let long = "statement_timeout_ms = 600000";
    let configuration = place
        .configuration
        .replace("statement_timeout_ms = 30000", long);
    let passwords = [("demo", place.password.as_str())];
    let options = ["--console", "127.0.0.1:0"];
    let server = Server::with_options(&configuration, &passwords, &options).await?;
    let console = Console::of(&server).await?;
    let order = json!({
        "target": {"kind": "own", "application": "jdbc_on_prem"},
        "pageSize": PAGE, "again": true, "against": null,
    });

    // One that nobody listens to any more is given up.
    let mut response = console.begin("simulator.import", &order).await?;
    ensure!(response.chunk().await?.is_some(), "no progress was told");
    drop(response);

    let (first, took, told) = imported(&console, &order).await?;
    ensure!(
        first["compared"] == Value::Null,
        "one that was cancelled is its past"
    );
    let counts = |run: &Value, name: &str| run["import"]["users"][name].as_u64();
    ensure!(counts(&first, "new") == Some(users as u64), "{first}");
    let (second, again, _) = imported(&console, &order).await?;
    ensure!(counts(&second, "same") == Some(users as u64), "{second}");
    for kind in ["new", "changed", "inactive", "active", "missing"] {
        ensure!(counts(&second, kind) == Some(0), "{kind}: {second}");
    }
    let peak = peak_mb(server.pid().context("the server has ended")?)?;
    let times = &first["import"]["times"];
    let ms = |name: &str| times[name].as_f64().unwrap_or_default() / 1000.0;
    println!(
        "{name:<12} {users:>9} {took:>9.1} {again:>9.1} {:>10.1} {:>10.1} {told:>10} {peak:>9.0}",
        ms("p50Us"),
        ms("p99Us"),
    );
    ensure!(users > 100_000 || peak < 400.0, "{peak} MB");
    server.stop().await?;
    Ok(())
}

/// The import of a run, how long it took, and how often progress was told.
async fn imported(console: &Console, order: &Value) -> anyhow::Result<(Value, f64, usize)> {
    let begun = Instant::now();
    let worked = console.worked("simulator.import", order).await?;
    let took = begun.elapsed().as_secs_f64();
    let mut done = worked.end.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    ensure!(done["import"]["import"]["failure"] == Value::Null, "{done}");
    Ok((done["import"].take(), took, worked.told.len()))
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
