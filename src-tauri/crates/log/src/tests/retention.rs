//! What goes by age, number and size, and what stays.

use super::*;
use crate::Bounds;

/// When the exchanges of these tests begin; the nth is n milliseconds later.
const BEGIN: i64 = 1_760_000_000_000;

/// A store of exchanges 1 to `count`.
async fn filled(folder: &Folder, count: u32) -> Store {
    let store = folder.open().await;
    for n in 1..=count {
        store.record(exchange(n)).await.unwrap();
    }
    store
}

fn id(n: u32) -> String {
    exchange(n).summary.id
}

async fn pin(store: &Store, n: u32) {
    let change = MarkChange {
        pinned: Some(true),
        ..MarkChange::default()
    };
    store.mark(&[id(n)], &change).await.unwrap();
}

/// Which are left, read by a connection of its own.
async fn left(path: &Path) -> Vec<String> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    let ids = sqlx::query_scalar("SELECT id FROM exchanges ORDER BY seq")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let orphans: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM details WHERE seq NOT IN (SELECT seq FROM exchanges)",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(orphans, 0, "the details go with their exchange");
    connection.close().await.unwrap();
    ids
}

/// Removes what is out of bounds, and holds it against what was counted.
async fn goes(store: &Store, bounds: Bounds, now: i64) -> u64 {
    let excess = store.excess(bounds, now).await.unwrap();
    let removed = store.remove(excess.reach, |_| ()).await.unwrap();
    assert_eq!(removed, excess.exchanges, "what was counted is what goes");
    removed
}

#[tokio::test]
async fn the_oldest_go_by_their_number_and_pinned_ones_stay_and_do_not_count() {
    let folder = Folder::new();
    let store = filled(&folder, 10).await;
    pin(&store, 2).await;
    let bounds = Bounds {
        exchanges: Some(4),
        ..Bounds::default()
    };
    let excess = store.excess(bounds, BEGIN).await.unwrap();
    assert_eq!((excess.exchanges, excess.pinned), (5, 1));
    assert_eq!(
        (excess.oldest, excess.newest),
        (Some(BEGIN + 1), Some(BEGIN + 6))
    );
    assert_eq!(goes(&store, bounds, BEGIN).await, 5);
    let kept: Vec<String> = [2, 7, 8, 9, 10].map(id).to_vec();
    assert_eq!(left(&folder.store()).await, kept);
    assert_eq!(store.figures().recorded, 5);
    assert_eq!(goes(&store, bounds, BEGIN).await, 0, "once is enough");
}

#[tokio::test]
async fn what_is_older_goes_by_the_time_it_is_given() {
    let folder = Folder::new();
    let store = filled(&folder, 6).await;
    pin(&store, 1).await;
    let bounds = Bounds {
        age_ms: Some(100),
        ..Bounds::default()
    };
    assert_eq!(goes(&store, bounds, BEGIN + 101).await, 0);
    assert_eq!(goes(&store, bounds, BEGIN + 104).await, 2);
    assert_eq!(left(&folder.store()).await, [1, 4, 5, 6].map(id).to_vec());
}

#[tokio::test]
async fn what_takes_more_than_is_allowed_goes_until_it_does_not() {
    let folder = Folder::new();
    let store = filled(&folder, 20).await;
    let holdings = store.holdings().await.unwrap();
    assert_eq!((holdings.exchanges, holdings.pinned), (20, 0));
    assert_eq!(holdings.oldest, Some(BEGIN + 1));
    let half = i64::try_from(holdings.bytes / 2).unwrap();
    let bounds = Bounds {
        bytes: Some(half),
        ..Bounds::default()
    };
    let removed = goes(&store, bounds, BEGIN).await;
    let after = store.holdings().await.unwrap();
    assert_eq!(after.exchanges, 20 - removed);
    assert!(after.bytes <= holdings.bytes / 2, "{after:?}");
    assert_eq!(left(&folder.store()).await.last(), Some(&id(20)));
    assert!(
        removed >= 10,
        "exchanges of one size: half of them or one more, not {removed}"
    );
}

#[tokio::test]
async fn without_bounds_nothing_goes_and_a_file_that_was_opened_is_no_record() {
    let folder = Folder::new();
    let store = filled(&folder, 3).await;
    assert!(!Bounds::default().any());
    assert_eq!(goes(&store, Bounds::default(), i64::MAX).await, 0);
    let file = store.begin_import("theirs.har").await.unwrap();
    store
        .import(file, vec![(exchange(7), Marks::default())])
        .await
        .unwrap();
    let bounds = Bounds {
        age_ms: Some(1),
        exchanges: Some(1),
        ..Bounds::default()
    };
    assert_eq!(goes(&store, bounds, BEGIN + 1_000_000).await, 3);
    assert_eq!(left(&folder.store()).await.len(), 1, "the opened file's");
}
