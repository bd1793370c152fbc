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

use crate::{Options, Query, Store, StoreError};

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

fn exchange(n: u32) -> Exchange {
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

#[tokio::test]
async fn a_recorded_exchange_can_be_read_at_once_and_is_the_same() {
    let folder = Folder::new();
    let store = folder.open().await;
    let given = exchange(1);
    store.record(given.clone()).await.unwrap();

    let mut found = store.get(&given.summary.id).await.unwrap().unwrap();
    assert_eq!(found.summary.seq, 1);
    found.summary.seq = 0;
    assert_eq!(found, given);
    assert_eq!(store.get("nothing").await.unwrap(), None);
    let page = store.list(&all()).await.unwrap();
    assert_eq!((page.total, page.more), (1, false));
    assert_eq!(page.exchanges[0].id, given.summary.id);
}

#[tokio::test]
async fn a_record_of_before_headers_were_kept_can_still_be_read() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.record(exchange(1)).await.unwrap();
    store.close().await;
    let mut file = SqliteConnectOptions::new()
        .filename(folder.store())
        .connect()
        .await
        .unwrap();
    let changed =
        sqlx::query("UPDATE details SET body = json_remove(body, '$.header') WHERE json_type(body, '$.header') = 'object'")
            .execute(&mut file)
            .await
            .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    file.close().await.unwrap();
    let read = folder
        .open()
        .await
        .get(&exchange(1).summary.id)
        .await
        .unwrap();
    assert_eq!(read.unwrap().header, None);
}

#[tokio::test]
async fn everything_survives_closing_and_opening_again() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=20 {
        store.offer(exchange(n));
    }
    store.close().await;
    store.offer(exchange(21));
    assert_eq!(store.figures().dropped, 1, "it was closed");
    assert!(store.record(exchange(22)).await.is_err());
    assert!(store.ready().is_err());

    let store = folder.open().await;
    let page = store.list(&all()).await.unwrap();
    assert_eq!(page.total, 20);
    store.record(exchange(23)).await.unwrap();
    assert_eq!(store.list(&all()).await.unwrap().exchanges[0].seq, 21);
    assert_eq!(store.figures().recorded, 21);
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_was_recorded() {
    let folder = Folder::new();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::a_process_that_is_killed", "--nocapture"])
        .env(DOOMED, folder.store())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    assert!(!child.wait().unwrap().success());

    let store = folder.open().await;
    let found = store.get(&exchange(7).summary.id).await.unwrap();
    assert_eq!(found.unwrap().summary.seq, 1);
    store.record(exchange(8)).await.unwrap();
}

/// Does nothing but as the child of the test above.
#[tokio::test]
async fn a_process_that_is_killed() {
    if let Some(path) = std::env::var_os(DOOMED) {
        let store = open(Path::new(&path)).await;
        store.record(exchange(7)).await.unwrap();
        std::process::abort();
    }
}

#[tokio::test]
async fn a_full_queue_drops_reads_and_counts_them() {
    let folder = Folder::new();
    let options = Options {
        queue: 3,
        ..Options::default()
    };
    let store = Store::open(&folder.store(), options).await.unwrap();
    // On a runtime with one thread the writer cannot run in between.
    for n in 1..=10 {
        store.offer(exchange(n));
    }
    assert_eq!(store.figures().dropped, 7);
    store.record(exchange(11)).await.unwrap();
    settled(&store, 4).await;
    store.offer(exchange(12));
    settled(&store, 5).await;
    assert_eq!(store.figures().dropped, 7);
    assert_eq!(store.figures().failing, None);
}

#[tokio::test]
async fn large_bodies_fill_the_queue_sooner() {
    let folder = Folder::new();
    let options = Options {
        queue_bytes: 100_000,
        ..Options::default()
    };
    let store = Store::open(&folder.store(), options).await.unwrap();
    for n in 1..=10 {
        let mut large = exchange(n);
        large.answer.body = Some(Body {
            text: "x".repeat(30_000),
            bytes: 30_000,
            truncated: false,
        });
        store.offer(large);
    }
    assert_eq!(store.figures().dropped, 7);
    settled(&store, 3).await;
    store.offer(exchange(11));
    settled(&store, 4).await;
}

#[tokio::test]
async fn the_same_exchange_twice_is_kept_once() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.record(exchange(1)).await.unwrap();
    store.record(exchange(1)).await.unwrap();
    store.record(exchange(2)).await.unwrap();
    assert_eq!(store.list(&all()).await.unwrap().total, 2);
}

#[tokio::test]
async fn pages_follow_each_other_newest_first() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=25 {
        store.offer(exchange(n));
    }
    settled(&store, 25).await;
    let mut seen = Vec::new();
    let mut query = Query {
        limit: 10,
        ..Query::default()
    };
    loop {
        let page = store.list(&query).await.unwrap();
        assert_eq!(page.total, 25);
        query.before = page.exchanges.last().map(|last| last.seq);
        seen.extend(page.exchanges.iter().map(|one| one.seq));
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_filter_finds_what_matches_all_its_words() {
    let folder = Folder::new();
    let store = folder.open().await;
    let mut failed = exchange(1);
    failed.summary.method = "PUT".into();
    failed.summary.title = Action::ReplaceUser.title().into();
    failed.summary.action = Action::ReplaceUser;
    failed.summary.subject = Some("JÖRG_100%".into());
    failed.summary.status = 409;
    failed.summary.outcome = Outcome::Failed;
    failed.summary.cause = Some("The login name is taken.".into());
    failed.summary.duration_us = 250_000;
    let mut import = exchange(2);
    import.summary.application = "Payroll".into();
    import.summary.title = Action::ListUsers.title().into();
    import.summary.action = Action::ListUsers;
    import.summary.subject = None;
    for one in [failed, import, exchange(3)] {
        store.record(one).await.unwrap();
    }

    let cases: &[(&str, &[i64])] = &[
        ("", &[3, 2, 1]),
        ("jörg", &[1]),
        ("JÖRG put", &[1]),
        ("jörg get", &[]),
        ("\"login name\"", &[1]),
        ("\"name login\"", &[]),
        ("app:pay", &[2]),
        ("-app:pay", &[3, 1]),
        ("op:list_users", &[2]),
        ("op:import", &[2]),
        ("user:jörg", &[1]),
        ("user:user3", &[3]),
        ("-user:user3", &[2, 1]),
        ("not user:user3", &[2, 1]),
        ("status:4xx", &[1]),
        ("status:409", &[1]),
        ("409", &[1]),
        ("-status:2xx", &[1]),
        ("status:failed", &[1]),
        ("ms>100", &[1]),
        ("ms<100", &[3, 2]),
        ("000000000003", &[3]),
        ("%", &[1]),
        ("_100%", &[1]),
        ("user_", &[]),
        ("'; DROP TABLE exchanges; --", &[]),
        ("app:", &[3, 2, 1]),
    ];
    for (text, expected) in cases {
        let page = store.list(&filter(text)).await.unwrap();
        let found: Vec<i64> = page.exchanges.iter().map(|one| one.seq).collect();
        assert_eq!(&found, expected, "{text}");
        assert_eq!(page.total, expected.len() as u64, "{text}");
        // The number is the same where the page is too short to hold everything.
        let short = Query {
            limit: 1,
            ..filter(text)
        };
        let page = store.list(&short).await.unwrap();
        assert_eq!(page.total, expected.len() as u64, "{text}");
        assert_eq!(page.more, expected.len() > 1, "{text}");
    }
    let failures = store.latest_failures(10).await.unwrap();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].seq, 1);
}

#[tokio::test]
async fn listeners_get_each_batch_with_its_places() {
    let folder = Folder::new();
    let store = folder.open().await;
    let mut live = store.subscribe();
    store.offer(exchange(1));
    store.offer(exchange(2));
    let mut seqs = Vec::new();
    while seqs.len() < 2 {
        let batch = live.recv().await.unwrap();
        seqs.extend(batch.iter().map(|one| one.seq));
    }
    assert_eq!(seqs, [1, 2]);
}

#[tokio::test]
async fn figures_tell_of_the_last_minute() {
    let folder = Folder::new();
    let store = folder.open().await;
    assert_eq!(store.figures().p50_us, None);
    store.record(exchange(1)).await.unwrap();
    let figures = store.figures();
    assert_eq!((figures.recorded, figures.requests_per_minute), (1, 1));
    let median = figures.p50_us.unwrap();
    assert!((1450..=1550).contains(&median), "{median}");
}

#[tokio::test]
async fn a_locked_store_is_reported_and_recovers() {
    let folder = Folder::new();
    let store = folder.open().await;
    let mut other = SqliteConnectOptions::new()
        .filename(folder.store())
        .connect()
        .await
        .unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();

    let error = store.record(exchange(1)).await.unwrap_err();
    assert!(error.to_string().contains("another program"), "{error}");
    assert!(store.ready().is_err());
    let figures = store.figures();
    assert_eq!(figures.dropped, 1);
    assert!(figures.failing.unwrap().contains("another program"));
    // Reading goes on.
    assert_eq!(store.list(&all()).await.unwrap().total, 0);

    drop(lock);
    other.close().await.unwrap();
    store.record(exchange(2)).await.unwrap();
    assert_eq!(store.figures().failing, None);
    assert!(store.ready().is_ok());
    assert_eq!(store.list(&all()).await.unwrap().exchanges.len(), 1);
}

#[tokio::test]
async fn a_store_recovers_without_anything_to_write() {
    let folder = Folder::new();
    let store = folder.open().await;
    let mut other = SqliteConnectOptions::new()
        .filename(folder.store())
        .connect()
        .await
        .unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert!(store.record(exchange(1)).await.is_err());
    drop(lock);
    other.close().await.unwrap();
    for _ in 0..100 {
        if store.ready().is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", store.figures());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_taken_away_is_noticed_and_found_again() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.record(exchange(1)).await.unwrap();
    let elsewhere = folder.0.path().join("elsewhere.db");
    std::fs::rename(folder.store(), &elsewhere).unwrap();
    let error = store.record(exchange(2)).await.unwrap_err();
    assert!(error.to_string().contains("taken away"), "{error}");
    std::fs::rename(&elsewhere, folder.store()).unwrap();
    store.record(exchange(3)).await.unwrap();
    assert_eq!(store.list(&all()).await.unwrap().exchanges.len(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.0.path().join("new/deep/exchanges.db");
    let store = open(&path).await;
    store.record(exchange(1)).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap().path();
        assert_eq!(mode(&entry), 0o600, "{}", entry.display());
    }
}

#[tokio::test]
async fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let folder = Folder::new();
    let path = folder.store();
    let refused = async |path: &Path| Store::open(path, Options::default()).await.err().unwrap();

    let garbage = "no database at all, but long enough to have a header ".repeat(40);
    std::fs::write(&path, &garbage).unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), garbage);

    std::fs::remove_file(&path).unwrap();
    let sql = async |path: &Path, text: &'static str| {
        let options = SqliteConnectOptions::new().filename(path);
        let mut connection = options.create_if_missing(true).connect().await.unwrap();
        sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    };
    sql(&path, "CREATE TABLE people (name TEXT)").await;
    let before = std::fs::read(&path).unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    std::fs::remove_file(&path).unwrap();
    open(&path).await.close().await;
    sql(&path, "PRAGMA user_version = 99").await;
    let error = refused(&path).await;
    assert!(
        matches!(error, StoreError::Newer { found: 99, .. }),
        "{error}"
    );

    let error = refused(folder.0.path()).await;
    assert!(matches!(error, StoreError::Open { .. }), "{error}");
}

#[tokio::test]
async fn a_strict_store_works_the_same() {
    let folder = Folder::new();
    let options = Options {
        strict: true,
        ..Options::default()
    };
    let store = Store::open(&folder.store(), options).await.unwrap();
    store.record(exchange(1)).await.unwrap();
    store.close().await;
    assert_eq!(folder.open().await.list(&all()).await.unwrap().total, 1);
}
