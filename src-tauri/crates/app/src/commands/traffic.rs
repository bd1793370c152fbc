//! Traffic: the recorded exchanges, those that arrive, and what an administrator adds to them.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sluice_core::exchange::{Exchange, ExchangeSummary, Recording};
use sluice_log::{Completion, FilterProblem, MarkChange, Marked};
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::overview::store_problem;
use crate::app::App;
use crate::problem::Problem;

/// The live list is told about ten times a second: faster than the eye, slow enough for the window.
const BEAT: Duration = Duration::from_millis(100);
/// How many exchanges one batch carries.
const BATCH: usize = 500;
/// How far a listener may be behind before the rest is skipped, and it is told so.
const BEHIND: u64 = 10_000;
/// How many are read from the store at once for a listener that is behind.
const CATCH_UP: usize = 4 * BATCH;
/// How many exchanges are marked at once.
const MARKED: usize = 1_000;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TrafficQuery {
    pub filter: String,
    /// Only exchanges with a lower `seq`: `next` of the page before.
    pub before: Option<i64>,
    pub limit: usize,
    /// Only exchanges with a higher `seq`.
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<i64>,
    /// The view was cleared at this `seq`: only later exchanges, and pinned ones.
    #[serde(default)]
    #[ts(optional)]
    pub cleared: Option<i64>,
    /// In which the filter's times are written, such as `Europe/Berlin`; else UTC.
    #[serde(default)]
    #[ts(optional)]
    pub zone: Option<String>,
}

impl TrafficQuery {
    pub(super) fn to_store(&self) -> sluice_log::Query {
        sluice_log::Query {
            filter: self.filter.clone(),
            zone: self.zone.clone().unwrap_or_default(),
            before: self.before,
            after: self.after,
            cleared: self.cleared,
            limit: self.limit.clamp(1, 1000),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TrafficPage {
    /// Newest first.
    pub exchanges: Vec<ExchangeSummary>,
    /// Those of them that have marks, or were imported.
    pub marked: Vec<Marked>,
    pub more: bool,
    /// What to ask for next as `before`, where there is more. A page of a filter that looks into bodies and
    /// statements may be short, or empty, and yet not the last.
    pub next: Option<i64>,
    /// How many match in all.
    pub total: u64,
    /// Whether `total` is the whole number; otherwise at least so many match.
    pub counted: bool,
    /// What of the filter cannot be read, and takes no part.
    pub problems: Vec<FilterProblem>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CompleteInput {
    pub filter: String,
    /// Where the caret stands, in UTF-16 units.
    pub caret: usize,
    pub zone: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MarksQuery {
    pub ids: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MarkInput {
    /// At most 1000.
    pub ids: Vec<String>,
    pub change: MarkChange,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MarkedList {
    /// Those that have marks, or were imported.
    pub marked: Vec<Marked>,
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
    /// How many came before these and are not sent, because the listener is too far behind. They are in the
    /// store.
    pub skipped: u64,
    pub recording: Recording,
}

/// A page of the list.
pub async fn list(app: Arc<App>, query: TrafficQuery) -> Result<TrafficPage, Problem> {
    let page = app
        .store
        .list(&query.to_store())
        .await
        .map_err(store_problem)?;
    Ok(TrafficPage {
        exchanges: page.exchanges,
        marked: page.marked,
        more: page.more,
        next: page.next,
        total: page.total,
        counted: page.counted,
        problems: page.problems,
    })
}

/// How a filter reads, and what may stand at its caret.
pub async fn complete(app: Arc<App>, input: CompleteInput) -> Result<Completion, Problem> {
    app.store
        .complete(&input.filter, input.caret, &input.zone)
        .await
        .map_err(store_problem)
}

/// The marks of some exchanges.
pub async fn marks(app: Arc<App>, query: MarksQuery) -> Result<MarkedList, Problem> {
    let marked = app.store.marks(&query.ids).await.map_err(store_problem)?;
    Ok(MarkedList { marked })
}

/// Pins, colours or annotates exchanges; gives what they have now.
pub async fn mark(app: Arc<App>, input: MarkInput) -> Result<MarkedList, Problem> {
    if input.ids.len() > MARKED {
        return Err(Problem::new(
            "traffic.marks",
            format!(
                "{} exchanges are more than can be marked at once.",
                input.ids.len()
            ),
            format!("Mark at most {MARKED} at a time."),
        ));
    }
    let marked = app
        .store
        .mark(&input.ids, &input.change)
        .await
        .map_err(store_problem)?;
    Ok(MarkedList { marked })
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

/// The exchanges that arrive after `after`, each once and in order, until the receiver is dropped. Who takes
/// them too slowly gets them from the store; who falls far behind is told how many were skipped.
pub async fn live(app: Arc<App>, input: After, out: mpsc::Sender<LiveBatch>) {
    let mut arrivals = app.store.subscribe();
    let mut last = input.after;
    // What came between the list and the subscription.
    let mut behind = true;
    let mut waiting: Vec<ExchangeSummary> = Vec::new();
    loop {
        let mut skipped = 0;
        if behind {
            waiting.clear();
            match missed(&app, &mut last, &mut skipped).await {
                Ok((rows, more)) => (waiting, behind) = (rows, more),
                // The figures say that the store fails; it is tried again with the next beat.
                Err(error) => tracing::warn!(%error, "the live list cannot be read"),
            }
        }
        waiting.retain(|summary| summary.seq > last);
        if let Some(newest) = waiting.last() {
            last = newest.seq;
        }
        loop {
            let rest = waiting.split_off(waiting.len().min(BATCH));
            let batch = LiveBatch {
                exchanges: std::mem::replace(&mut waiting, rest),
                skipped: std::mem::take(&mut skipped),
                recording: app.store.figures(),
            };
            if out.send(batch).await.is_err() {
                return;
            }
            if waiting.is_empty() {
                break;
            }
        }
        // A beat with nothing in it still carries the figures, once in twenty.
        for _ in 0..20 {
            tokio::time::sleep(BEAT).await;
            if behind {
                break;
            }
            loop {
                match arrivals.try_recv() {
                    Ok(batch) => waiting.extend(batch.iter().cloned()),
                    Err(TryRecvError::Lagged(_)) => behind = true,
                    Err(_) => break,
                }
            }
            if behind || !waiting.is_empty() || out.is_closed() {
                break;
            }
        }
    }
}

/// What is in the store after `last`, and whether that was not all of it.
async fn missed(
    app: &App,
    last: &mut i64,
    skipped: &mut u64,
) -> Result<(Vec<ExchangeSummary>, bool), sluice_log::StoreError> {
    let (newest, count) = app.store.since(*last).await?;
    if count > BEHIND {
        *skipped = count;
        *last = newest;
    }
    let rows = app.store.newer(*last, CATCH_UP).await?;
    let more = rows.len() == CATCH_UP;
    Ok((rows, more))
}
