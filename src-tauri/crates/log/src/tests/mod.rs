//! What the store promises, on files of its own.

mod asking;
mod overview;
mod recording;
mod retention;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sluice_core::exchange::{
    Action, Body, Diagnosis, Exchange, ExchangeSummary, Message, Outcome, ParameterRecord,
    StatementRecord, Step, StepKind,
};
use sluice_core::header::HeaderView;
use sluice_core::mapping::Kind;
use sluice_core::ports::Recorder;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::{Colour, MarkChange, Marks, Options, Query, Store, StoreError};

/// Names the store of a process that is going to be killed.
const DOOMED: &str = "SLUICE_LOG_DOOMED_STORE";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn store(&self) -> PathBuf {
        self.0.path().join("exchanges.db")
    }

    async fn open(&self) -> Store {
        open(&self.store()).await
    }
}

async fn open(path: &Path) -> Store {
    let options = Options {
        busy_timeout: Duration::from_millis(50),
        ..Options::default()
    };
    Store::open(path, options).await.unwrap()
}

pub(crate) fn exchange(n: u32) -> Exchange {
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
            subject: Some(format!("user{n}")),
            status: 200,
            outcome: Outcome::Ok,
            effect: Some("1 row".into()),
            duration_us: 1500,
            cause: None,
        },
        remote: "127.0.0.1:50000".into(),
        request: Message {
            headers: vec![("authorization".into(), "•••".into())],
            body: Some(Body {
                text: "{\"a\":\"ü\\n\\\"\"}".into(),
                bytes: 12,
                truncated: false,
            }),
        },
        answer: Message::default(),
        steps: vec![Step {
            kind: StepKind::Statement,
            title: "get_user_by_id".into(),
            start_us: 10,
            duration_us: 900,
            ok: true,
            detail: None,
            statement: Some(StatementRecord {
                operation: None,
                kind: Kind::Sql,
                text: "SELECT 'it''s' WHERE id = ?".into(),
                parameters: vec![ParameterRecord {
                    position: 1,
                    name: "id".into(),
                    value: serde_json::json!("7"),
                    secret: false,
                }],
                columns: vec!["it's".into()],
                rows: 1,
                affected: None,
                sample: vec![vec![serde_json::json!(null), serde_json::json!(1.5)]],
                sample_truncated: false,
                further: vec![],
                outs: vec![],
                returned: None,
                messages: vec![],
                problem: None,
                note: None,
            }),
        }],
        diagnosis: Some(Diagnosis {
            code: "x.y".into(),
            cause: "c".into(),
            remedy: "r".into(),
            place: None,
        }),
        header: Some(HeaderView::of("e30=")),
        repeats: None,
    }
}

fn all() -> Query {
    Query {
        limit: 100,
        ..Query::default()
    }
}

fn filter(text: &str) -> Query {
    Query {
        filter: text.into(),
        ..all()
    }
}

/// Waits until the writer has worked off what was offered.
async fn settled(store: &Store, recorded: u64) {
    for _ in 0..500 {
        if store.figures().recorded >= recorded {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?} instead of {recorded}", store.figures());
}
