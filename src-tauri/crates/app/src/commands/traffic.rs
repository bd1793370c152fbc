//! Traffic: the recorded exchanges, and those that arrive.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sluice_core::exchange::{Exchange, ExchangeSummary, Recording};
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::overview::store_problem;
use crate::app::App;
use crate::problem::Problem;

/// The live list is told about ten times a second: faster than the eye, slow enough for the window.
const BEAT: Duration = Duration::from_millis(100);
/// How many exchanges one batch carries; what is more is fetched by the list.
const BATCH: usize = 500;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TrafficQuery {
    pub filter: String,
    /// Only exchanges with a lower `seq`.
    pub before: Option<i64>,
    pub limit: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TrafficPage {
    /// Newest first.
    pub exchanges: Vec<ExchangeSummary>,
    pub more: bool,
    /// How many match in all.
    pub total: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ById {
    pub id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct After {
    /// The newest `seq` the list has; 0 for none.
    pub after: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LiveBatch {
    /// Oldest first.
    pub exchanges: Vec<ExchangeSummary>,
    pub recording: Recording,
}

/// A page of the list.
pub async fn list(app: Arc<App>, query: TrafficQuery) -> Result<TrafficPage, Problem> {
    let query = sluice_log::Query {
        filter: query.filter,
        before: query.before,
        limit: query.limit.clamp(1, 1000),
        ..sluice_log::Query::default()
    };
    let page = app.store.list(&query).await.map_err(store_problem)?;
    Ok(TrafficPage {
        exchanges: page.exchanges,
        more: page.more,
        total: page.total,
    })
}

/// One exchange, whole.
pub async fn get(app: Arc<App>, input: ById) -> Result<Exchange, Problem> {
    app.store
        .get(&input.id)
        .await
        .map_err(store_problem)?
        .ok_or_else(|| {
            Problem::new(
                "exchange.missing",
                "This exchange is not in the store.",
                "It may have been removed; refresh the list.",
            )
        })
}

/// The exchanges that arrive after `after`, in batches, until the receiver is dropped.
pub async fn live(app: Arc<App>, input: After, out: mpsc::Sender<LiveBatch>) {
    let mut arrivals = app.store.subscribe();
    let mut last = input.after;
    // What came between the list and the subscription.
    let mut waiting = missed(&app, last).await;
    loop {
        waiting.retain(|summary: &ExchangeSummary| summary.seq > last);
        if let Some(newest) = waiting.last() {
            last = newest.seq;
        }
        let batch = LiveBatch {
            exchanges: std::mem::take(&mut waiting),
            recording: app.store.figures(),
        };
        if out.send(batch).await.is_err() {
            return;
        }
        // A beat with nothing in it still carries the figures, once in twenty.
        for _ in 0..20 {
            tokio::time::sleep(BEAT).await;
            loop {
                match arrivals.try_recv() {
                    Ok(batch) => waiting.extend(batch.iter().cloned()),
                    Err(TryRecvError::Lagged(_)) => waiting = missed(&app, last).await,
                    Err(_) => break,
                }
            }
            if !waiting.is_empty() || out.is_closed() {
                break;
            }
        }
        if waiting.len() > BATCH {
            waiting.drain(..waiting.len() - BATCH);
        }
    }
}

async fn missed(app: &App, after: i64) -> Vec<ExchangeSummary> {
    if after == 0 {
        return Vec::new();
    }
    let query = sluice_log::Query {
        filter: String::new(),
        before: None,
        limit: BATCH,
        ..sluice_log::Query::default()
    };
    let mut exchanges = app
        .store
        .list(&query)
        .await
        .map(|page| page.exchanges)
        .unwrap_or_default();
    exchanges.retain(|summary| summary.seq > after);
    exchanges.reverse();
    exchanges
}
