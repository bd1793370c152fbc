//! What the list, its filter, marks and imports answer.

use super::*;

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

/// A failed update of Jörg in "hr", an import in "Payroll", a look at user3.
async fn three(store: &Store) {
    let mut failed = exchange(1);
    failed.summary.method = "PUT".into();
    failed.summary.title = Action::ReplaceUser.title().into();
    failed.summary.action = Action::ReplaceUser;
    failed.summary.subject = Some("JÖRG_100%".into());
    failed.summary.status = 409;
    failed.summary.outcome = Outcome::Failed;
    failed.summary.cause = Some("The login name is taken.".into());
    failed.summary.duration_us = 250_000;
    failed.steps[0].statement = Some(StatementRecord {
        text: "UPDATE USERS SET NAME = ? WHERE ID = ?".into(),
        parameters: vec![ParameterRecord {
            position: 1,
            name: "NAME".into(),
            value: serde_json::json!("O\"Hara\\x"),
            secret: false,
        }],
        ..exchange(1).steps[0].statement.clone().unwrap()
    });
    failed.request.body = Some(Body {
        text: "{\"displayName\":\"Jörg 100%\"}".into(),
        bytes: 27,
        truncated: false,
    });
    let mut import = exchange(2);
    import.summary.application = "Payroll".into();
    import.summary.title = Action::ListUsers.title().into();
    import.summary.action = Action::ListUsers;
    import.summary.subject = None;
    for one in [failed, import, exchange(3)] {
        store.record(one).await.unwrap();
    }
}

#[tokio::test]
async fn a_filter_finds_what_matches_all_its_words() {
    let folder = Folder::new();
    let store = folder.open().await;
    three(&store).await;
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
        ("op:import or status:failed", &[2, 1]),
        ("-(op:import or status:failed)", &[3]),
        ("method:put", &[1]),
        ("path:users/3", &[3]),
        ("took>200ms", &[1]),
        // The time of the second one: 1 760 000 000 002 ms.
        ("before:2025-10-09T08:53:20.002Z", &[1]),
        ("after:2025-10-09T08:53:20.002Z", &[3, 2]),
        ("body:\"displayname\\\":\"", &[]),
        ("body:jörg", &[1]),
        ("body:\"JÖRG 100%\"", &[1]),
        ("-body:jörg", &[3, 2]),
        // Headers and the trace are no bodies, and what a body holds is no statement.
        ("body:get_user_by_id", &[]),
        ("sql:jörg", &[]),
        ("sql:\"update users\"", &[1]),
        ("sql:\"it''s\"", &[3, 2]),
        ("sql:hara\\x", &[1]),
        ("sql:name", &[1]),
        ("sql:.*", &[]),
        ("body:jörg or sql:it''s", &[3, 2, 1]),
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
        assert_eq!(page.more, expected.len() > 1, "{text}");
        // What reads every exchange whole does not read on only to count.
        if page.counted {
            assert_eq!(page.total, expected.len() as u64, "{text}");
        } else {
            assert!(page.more && text.contains(':'), "{text}");
        }
        assert_eq!(page.problems, [], "{text}");
    }
    let failures = store.latest_failures(10).await.unwrap();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].seq, 1);
}

#[tokio::test]
async fn a_filter_with_a_mistake_lists_by_the_rest_of_it_and_says_so() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=3 {
        store.record(exchange(n)).await.unwrap();
    }
    let page = store.list(&filter("user:user2 status:odd")).await.unwrap();
    assert_eq!(page.total, 1);
    assert_eq!((page.problems[0].from, page.problems[0].to), (11, 21));
}

#[tokio::test]
async fn a_list_can_begin_after_a_place_and_a_cleared_one_keeps_what_is_pinned() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=5 {
        store.record(exchange(n)).await.unwrap();
    }
    let seqs = async |query: Query| {
        let page = store.list(&query).await.unwrap();
        page.exchanges.iter().map(|one| one.seq).collect::<Vec<_>>()
    };
    let after = Query {
        after: Some(3),
        ..all()
    };
    assert_eq!(seqs(after).await, [5, 4]);
    let pinned = MarkChange {
        pinned: Some(true),
        ..MarkChange::default()
    };
    store
        .mark(&[exchange(2).summary.id], &pinned)
        .await
        .unwrap();
    let cleared = Query {
        cleared: Some(4),
        ..all()
    };
    assert_eq!(seqs(cleared.clone()).await, [5, 2]);
    assert_eq!(store.list(&cleared).await.unwrap().total, 2);
}

#[tokio::test]
async fn marks_are_kept_found_changed_and_taken_away() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=3 {
        store.record(exchange(n)).await.unwrap();
    }
    let ids = [exchange(1).summary.id, exchange(2).summary.id];
    let change = MarkChange {
        pinned: Some(true),
        colour: Some(Colour::Red),
        note: Some("  Ticket Ü-7 ".into()),
    };
    let marked = store.mark(&ids, &change).await.unwrap();
    assert_eq!(marked.len(), 2);
    assert_eq!(marked[0].marks.note, "Ticket Ü-7");

    let found = async |store: &Store, text: &str| {
        let page = store.list(&filter(text)).await.unwrap();
        page.exchanges.iter().map(|one| one.seq).collect::<Vec<_>>()
    };
    for (text, expected) in [
        ("is:pinned", &[2, 1][..]),
        ("-is:pinned", &[3]),
        ("is:noted", &[2, 1]),
        ("is:coloured", &[2, 1]),
        ("colour:red", &[2, 1]),
        ("colour:blue", &[]),
        ("-colour:blue", &[3, 2, 1]),
        ("note:\"ticket ü\"", &[2, 1]),
        ("-note:ticket", &[3]),
    ] {
        assert_eq!(found(&store, text).await, expected, "{text}");
    }

    // One at a time, the others stay.
    let only = async |change: MarkChange| store.mark(&ids[..1], &change).await.unwrap();
    let blue = MarkChange {
        colour: Some(Colour::Blue),
        ..MarkChange::default()
    };
    let marks = only(blue).await.remove(0).marks;
    assert_eq!(
        (marks.pinned, marks.colour, marks.note.as_str()),
        (true, Colour::Blue, "Ticket Ü-7")
    );
    let none = MarkChange {
        pinned: Some(false),
        colour: Some(Colour::None),
        note: Some(String::new()),
    };
    assert_eq!(only(none).await, []);

    store.close().await;
    let store = folder.open().await;
    assert_eq!(found(&store, "is:pinned").await, [2]);
    let page = store.list(&all()).await.unwrap();
    assert_eq!(page.marked.len(), 1);
    assert_eq!(page.marked[0].id, ids[1]);
    assert_eq!(store.mark(&["gone".into()], &change).await.unwrap(), []);
}

#[tokio::test]
async fn a_pinned_exchange_stays_whatever_removes_old_ones() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=3 {
        store.record(exchange(n)).await.unwrap();
    }
    let ids = [exchange(2).summary.id];
    let pin = |pinned| MarkChange {
        pinned: Some(pinned),
        note: Some("kept".into()),
        ..MarkChange::default()
    };
    store.mark(&ids, &pin(true)).await.unwrap();
    let mut other = SqliteConnectOptions::new()
        .filename(folder.store())
        .connect()
        .await
        .unwrap();
    let remove = "DELETE FROM exchanges WHERE at < 9000000000000";
    sqlx::query(remove).execute(&mut other).await.unwrap();
    let left = store.list(&filter("-nothing")).await.unwrap();
    assert_eq!(
        left.exchanges.iter().map(|one| one.seq).collect::<Vec<_>>(),
        [2]
    );

    store.mark(&ids, &pin(false)).await.unwrap();
    sqlx::query(remove).execute(&mut other).await.unwrap();
    assert_eq!(store.list(&filter("-nothing")).await.unwrap().total, 0);
    other.close().await.unwrap();
}

#[tokio::test]
async fn a_filter_is_completed_with_what_the_store_knows() {
    let folder = Folder::new();
    let store = folder.open().await;
    let mut payroll = exchange(1);
    payroll.summary.application = "payroll".into();
    payroll.summary.subject = Some("Grace Hopper".into());
    let mut list = exchange(2);
    list.summary.action = Action::ListUsers;
    list.summary.subject = Some("page from 101".into());
    for one in [payroll, list, exchange(3)] {
        store.record(one).await.unwrap();
    }
    let offered = async |text: &str| {
        let completion = store.complete(text, text.len(), "UTC").await.unwrap();
        let choices = completion.choices.into_iter();
        choices.map(|choice| choice.text).collect::<Vec<_>>()
    };
    assert_eq!(
        offered("app:").await,
        ["hr", "payroll"],
        "the one used last comes first"
    );
    assert_eq!(offered("user:hop").await, ["\"Grace Hopper\""]);
    assert_eq!(
        offered("user:").await,
        ["user3", "\"Grace Hopper\""],
        "a page is no user"
    );
    assert!(
        offered("grace")
            .await
            .contains(&"user:\"Grace Hopper\"".to_owned())
    );
}

#[tokio::test]
async fn what_comes_from_a_file_is_told_from_what_was_recorded() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.record(exchange(1)).await.unwrap();
    let mut live = store.subscribe();
    let import = store.begin_import("Old day.har").await.unwrap();
    let pinned = Marks {
        pinned: true,
        ..Marks::default()
    };
    // The first one has the id of one that was recorded here.
    let given = || {
        vec![
            (exchange(1), pinned.clone()),
            (exchange(2), Marks::default()),
        ]
    };
    assert_eq!(store.import(import, given()).await.unwrap(), 2);
    assert_eq!(
        store.import(import, given()).await.unwrap(),
        0,
        "once is enough"
    );

    let found = async |text: &str| {
        let page = store.list(&filter(text)).await.unwrap();
        assert_eq!(page.total, page.exchanges.len() as u64, "{text}");
        page.exchanges.iter().map(|one| one.seq).collect::<Vec<_>>()
    };
    assert_eq!(found("").await, [1]);
    assert_eq!(found("-nothing").await, [1]);
    assert_eq!(found("is:imported").await, [3, 2]);
    assert_eq!(found("file:\"old day\" is:pinned").await, [2]);
    assert!(found("file:other").await.is_empty());
    assert_eq!(store.figures().recorded, 1);
    assert!(live.try_recv().is_err(), "it did not arrive");
    let page = store.list(&filter("is:imported")).await.unwrap();
    assert_eq!(page.marked[1].imported.as_deref(), Some("Old day.har"));
    let whole = store.get(&page.exchanges[0].id).await.unwrap().unwrap();
    assert_eq!(whole.steps, exchange(2).steps);

    let removed = async |import| store.remove_import("Old day.har", import).await.unwrap();
    assert!(!removed(Some(import + 1)).await, "that is no import of it");
    assert!(removed(Some(import)).await);
    let again = store.begin_import("Old day.har").await.unwrap();
    store.import(again, given()).await.unwrap();
    assert!(removed(None).await);
    assert!(!removed(None).await);
    assert!(found("is:imported").await.is_empty());
    assert_eq!(found("").await, [1]);
}

#[tokio::test]
async fn a_page_is_given_whole_with_its_marks() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=3 {
        store.record(exchange(n)).await.unwrap();
    }
    let note = MarkChange {
        note: Some("x".into()),
        ..MarkChange::default()
    };
    store.mark(&[exchange(3).summary.id], &note).await.unwrap();
    let query = Query {
        limit: 2,
        ..Query::default()
    };
    let (found, next) = store.whole(&query).await.unwrap();
    let seqs: Vec<i64> = found.iter().map(|(one, _)| one.summary.seq).collect();
    assert_eq!((seqs, next), (vec![3, 2], Some(2)));
    assert_eq!(
        (found[0].1.note.as_str(), &found[1].1),
        ("x", &Marks::default())
    );
    assert_eq!(found[1].0.answer, exchange(2).answer);
}

#[tokio::test]
async fn who_fell_behind_reads_what_was_missed_in_order_and_nothing_else() {
    let folder = Folder::new();
    let store = folder.open().await;
    for n in 1..=5 {
        store.record(exchange(n)).await.unwrap();
    }
    let import = store.begin_import("a.har").await.unwrap();
    store
        .import(import, vec![(exchange(6), Marks::default())])
        .await
        .unwrap();
    store.record(exchange(7)).await.unwrap();

    assert_eq!(store.since(2).await.unwrap(), (7, 4), "the file's is none");
    assert_eq!(store.since(7).await.unwrap(), (7, 0));
    let seqs = async |after, limit| {
        let rows = store.newer(after, limit).await.unwrap();
        rows.iter().map(|row| row.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(2, 10).await, [3, 4, 5, 7]);
    assert_eq!(seqs(2, 2).await, [3, 4]);
    assert!(seqs(7, 10).await.is_empty());
}
