//! What is kept, what is lost and counted, and what a broken file does.

use super::*;

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
        .args([
            "--exact",
            "tests::recording::a_process_that_is_killed",
            "--nocapture",
        ])
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
async fn a_store_of_the_first_version_is_brought_up_to_date() {
    let folder = Folder::new();
    let options = SqliteConnectOptions::new().filename(folder.store());
    let mut file = options.create_if_missing(true).connect().await.unwrap();
    sqlx::raw_sql(include_str!("../../../../../sql/log/0001_exchanges.sql"))
        .execute(&mut file)
        .await
        .unwrap();
    sqlx::raw_sql("INSERT INTO exchanges (id, at, application, method, path, title, action, status, outcome, duration_us, search) \
                   VALUES ('old', 1, 'hr', 'GET', '/', 'Status', 'status', 200, 'ok', 5, 'hr')")
        .execute(&mut file)
        .await
        .unwrap();
    file.close().await.unwrap();
    let store = folder.open().await;
    store.record(exchange(1)).await.unwrap();
    let page = store.list(&all()).await.unwrap();
    assert_eq!(page.total, 2);
    assert_eq!(page.exchanges[1].id, "old");
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
