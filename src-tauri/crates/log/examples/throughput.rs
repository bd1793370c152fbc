//! Measures the store: how many exchanges of reads it keeps up with, how long the exchange of a
//! write takes, how long a filter takes. Run with
//! `cargo run --release -p sluice-log --example throughput [exchanges]`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)]

use std::time::{Duration, Instant};

use sluice_core::exchange::{
    Action, Body, Exchange, ExchangeSummary, Message, Outcome, Step, StepKind,
};
use sluice_core::ports::Recorder;
use sluice_log::{Options, Query, Store};

/// What the store has to keep up with.
const RATE: u32 = 5_000;

fn exchange(n: u32) -> Exchange {
    let step = |kind, title: &str| Step {
        kind,
        title: title.to_owned(),
        start_us: 120,
        duration_us: 340,
        ok: true,
        detail: None,
        statement: None,
    };
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Exchange {
        summary: ExchangeSummary {
            seq: 0,
            id: format!("0198c0de-0000-7000-8000-{n:012}"),
            at: 1_760_000_000_000 + i64::from(n),
            application: "hr".into(),
            method: "GET".into(),
            path: format!("/ws/rest/hr/scim/v2/Users/{n}"),
            title: Action::GetUser.title().into(),
            action: Action::GetUser,
            subject: Some(format!("user{n}@example.com")),
            status: if n.is_multiple_of(1000) { 404 } else { 200 },
            outcome: Outcome::Ok,
            effect: Some("1 row".into()),
            duration_us: 1500,
            cause: None,
        },
        remote: "127.0.0.1:50000".into(),
        request: Message {
            headers: vec![
                header("authorization", "•••"),
                header("accept", "application/scim+json"),
                header("user-agent", "provisioning agent"),
            ],
            body: None,
        },
        answer: Message {
            headers: vec![header("content-type", "application/scim+json")],
            body: Some(Body {
                text: "{\"userName\":\"someone@example.com\",\"active\":true}".repeat(12),
                bytes: 600,
                truncated: false,
            }),
        },
        steps: [
            StepKind::Receive,
            StepKind::Authorise,
            StepKind::Plan,
            StepKind::Connect,
            StepKind::Statement,
            StepKind::Answer,
        ]
        .map(|kind| step(kind, "a step of the trace"))
        .to_vec(),
        diagnosis: None,
        header: None,
        repeats: None,
    }
}

#[tokio::main]
async fn main() {
    let count: u32 = std::env::args()
        .nth(1)
        .map_or(100_000, |text| text.parse().expect("a number of exchanges"));
    let folder = tempfile::tempdir().unwrap();
    for strict in [false, true] {
        let path = folder.path().join(format!("strict-{strict}.db"));
        let options = Options {
            strict,
            ..Options::default()
        };
        let store = Store::open(&path, options).await.unwrap();
        println!("strict: {strict}");
        steady(&store).await;
        flood(&store, count).await;
        writes(&store, count).await;
        filters(&store).await;
        store.close().await;
        let size = std::fs::metadata(&path).unwrap().len();
        println!(
            "  {} bytes for each exchange",
            size / store.figures().recorded
        );
    }
}

/// Ten seconds of reads at the rate.
async fn steady(store: &Store) {
    let begin = Instant::now();
    for tick in 0..1000 {
        for n in 0..RATE / 100 {
            store.offer(exchange(2_000_000_000 + tick * (RATE / 100) + n));
        }
        tokio::time::sleep_until((begin + Duration::from_millis(10) * (tick + 1)).into()).await;
    }
    let late = begin.elapsed();
    let figures = store.figures();
    println!(
        "  {RATE} reads a second for {late:.1?}: {} recorded, {} dropped",
        figures.recorded, figures.dropped
    );
    drain(store, u64::from(RATE) * 10).await;
}

/// As many as the store takes.
async fn flood(store: &Store, count: u32) {
    let before = store.figures().recorded + store.figures().dropped;
    let given: Vec<Exchange> = (0..count).map(exchange).collect();
    let begin = Instant::now();
    let mut offered = before;
    for chunk in given.chunks(1024) {
        // Never more than half the queue, so that nothing is dropped.
        while offered > store.figures().recorded + store.figures().dropped + 1024 {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        for one in chunk {
            store.offer(one.clone());
        }
        offered += chunk.len() as u64;
    }
    drain(store, offered).await;
    let took = begin.elapsed();
    let recorded = offered - before;
    println!(
        "  {recorded} reads at once in {took:.2?}: {:.0} a second, {} dropped in all",
        f64::from(u32::try_from(recorded).unwrap()) / took.as_secs_f64(),
        store.figures().dropped
    );
}

/// Waits until nothing waits any more.
async fn drain(store: &Store, offered: u64) {
    while store.figures().recorded + store.figures().dropped < offered {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// One write after the other: what recording adds to an answer.
async fn writes(store: &Store, from: u32) {
    let mut times = Vec::new();
    for n in 0..1000 {
        let one = exchange(from + n);
        let begin = Instant::now();
        store.record(one).await.unwrap();
        times.push(begin.elapsed());
    }
    times.sort();
    println!(
        "  one write: median {:?}, 99 of 100 below {:?}",
        times[500], times[990]
    );
}

async fn filters(store: &Store) {
    for text in [
        "",
        "status:404",
        "user:user77",
        "nothing like it",
        "body:someone",
        "body:nobody",
        "sql:\"no such statement\"",
        "is:pinned or status:404",
    ] {
        let query = Query {
            filter: text.into(),
            limit: 100,
            ..Query::default()
        };
        let begin = Instant::now();
        let page = store.list(&query).await.unwrap();
        println!(
            "  filter \"{text}\": {} of {} in {:.1?}",
            page.total,
            store.figures().recorded,
            begin.elapsed()
        );
    }
}
