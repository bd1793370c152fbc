//! An exchange as rows, and rows as an exchange again.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sluice_core::exchange::{
    Action, Diagnosis, Exchange, ExchangeSummary, Message, Outcome, Repeats, Step,
};
use sluice_core::header::HeaderView;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::seen::client_of;

/// The columns of a summary, in the order in which [`summary`] reads them.
macro_rules! summary_columns {
    () => {
        "exchanges.seq, exchanges.id, exchanges.at, exchanges.application, exchanges.method, \
         exchanges.path, exchanges.title, exchanges.action, exchanges.subject, exchanges.status, \
         exchanges.outcome, exchanges.effect, exchanges.duration_us, exchanges.cause"
    };
}
pub(crate) use summary_columns;

/// Between the fields of the text that a filter looks through; no filter can contain it.
const BETWEEN: char = '\u{1f}';

/// Everything of an exchange that has no column.
#[derive(Serialize, Deserialize)]
struct Details<'a> {
    remote: Cow<'a, str>,
    request: Cow<'a, Message>,
    answer: Cow<'a, Message>,
    steps: Cow<'a, [Step]>,
    diagnosis: Cow<'a, Option<Diagnosis>>,
    /// Records of before it was kept do not have it.
    #[serde(default)]
    header: Cow<'a, Option<HeaderView>>,
    /// Hardly any exchange repeats another one: the others need not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repeats: Option<Cow<'a, Repeats>>,
}

/// An exchange ready to be inserted.
pub(crate) struct Encoded {
    pub summary: ExchangeSummary,
    pub action: String,
    pub outcome: String,
    pub search: Arc<str>,
    pub subject_search: Option<Arc<str>>,
    pub client: Option<String>,
    pub details: Arc<str>,
}

type Text<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

impl Encoded {
    /// Binds what the columns of an exchange hold, from `id` to `client`.
    pub fn bind<'q>(&'q self, query: Text<'q>) -> Text<'q> {
        let summary = &self.summary;
        query
            .bind(&summary.id)
            .bind(summary.at)
            .bind(&summary.application)
            .bind(&summary.method)
            .bind(&summary.path)
            .bind(&summary.title)
            .bind(&self.action)
            .bind(&summary.subject)
            .bind(summary.status)
            .bind(&self.outcome)
            .bind(&summary.effect)
            .bind(summary.duration_us)
            .bind(&summary.cause)
            .bind(Arc::clone(&self.search))
            .bind(self.subject_search.clone())
            .bind(&self.client)
    }
}

/// Costs what it costs to write the JSON: not for a request's own task.
pub(crate) fn encode(exchange: Exchange) -> Encoded {
    let details = Details {
        remote: Cow::Borrowed(&exchange.remote),
        request: Cow::Borrowed(&exchange.request),
        answer: Cow::Borrowed(&exchange.answer),
        steps: Cow::Borrowed(&exchange.steps),
        diagnosis: Cow::Borrowed(&exchange.diagnosis),
        header: Cow::Borrowed(&exchange.header),
        repeats: exchange.repeats.as_ref().map(Cow::Borrowed),
    };
    let details = serde_json::to_string(&details).unwrap_or_else(|error| {
        // These shapes have text keys only and nothing that fails; the summary is kept even so.
        tracing::error!(%error, "the details of an exchange cannot be written as JSON");
        "{}".to_owned()
    });
    let client = client_of(&exchange);
    let summary = exchange.summary;
    Encoded {
        client,
        action: word(&summary.action),
        outcome: word(&summary.outcome),
        search: search_text(&summary).into(),
        subject_search: summary
            .subject
            .as_ref()
            .map(|subject| subject.to_lowercase().into()),
        details: details.into(),
        summary,
    }
}

fn search_text(summary: &ExchangeSummary) -> String {
    let mut text = String::with_capacity(256);
    let status = summary.status.to_string();
    for field in [
        summary.application.as_str(),
        &summary.method,
        &summary.path,
        &summary.title,
        summary.subject.as_deref().unwrap_or_default(),
        &status,
        summary.cause.as_deref().unwrap_or_default(),
        &summary.id,
    ] {
        text.push_str(field);
        text.push(BETWEEN);
    }
    text.to_lowercase()
}

/// The machine word of a variant, the one its JSON has.
pub(crate) fn word<T: Serialize>(variant: &T) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(crate) fn variant<T: DeserializeOwned>(word: String) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word)).ok()
}

pub(crate) fn summary(row: &SqliteRow) -> Result<ExchangeSummary, sqlx::Error> {
    Ok(ExchangeSummary {
        seq: row.try_get(0)?,
        id: row.try_get(1)?,
        at: row.try_get(2)?,
        application: row.try_get(3)?,
        method: row.try_get(4)?,
        path: row.try_get(5)?,
        title: row.try_get(6)?,
        action: variant(row.try_get(7)?).unwrap_or(Action::Unknown),
        subject: row.try_get(8)?,
        status: row.try_get(9)?,
        outcome: variant(row.try_get(10)?).unwrap_or(Outcome::Failed),
        effect: row.try_get(11)?,
        duration_us: row.try_get(12)?,
        cause: row.try_get(13)?,
    })
}

/// A whole exchange: the summary's columns, then the details.
pub(crate) fn exchange(row: &SqliteRow) -> Result<Exchange, sqlx::Error> {
    let details: &str = row.try_get(14)?;
    let details: Details =
        serde_json::from_str(details).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Exchange {
        summary: summary(row)?,
        remote: details.remote.into_owned(),
        request: details.request.into_owned(),
        answer: details.answer.into_owned(),
        steps: details.steps.into_owned(),
        diagnosis: details.diagnosis.into_owned(),
        header: details.header.into_owned(),
        repeats: details.repeats.map(Cow::into_owned),
    })
}
