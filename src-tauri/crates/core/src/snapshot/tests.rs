use std::task::{Context, Waker};

use futures_util::future::{pending, ready};

use super::*;
use crate::config::{Application, Workspace};
use crate::ports::{ResultColumn, RowSink as _, Spool, SpoolWriter};
use crate::profile::Held;
use crate::value::{Cell, Value};

const CONFIG: &str = r#"
[connections.hr]
dialect = "sqlite"
path = "hr.db"
[applications.hr]
profile = "columns"
connection = "hr"
"#;

fn application() -> Application {
    let mut workspace = Workspace::parse(CONFIG).unwrap();
    workspace.applications.swap_remove("hr").unwrap()
}

fn columns(names: &[&str]) -> Arc<[ResultColumn]> {
    let column = |name: &&str| ResultColumn {
        name: (*name).to_owned(),
        type_name: "VARCHAR".to_owned(),
    };
    names.iter().map(column).collect()
}

/// The user in this row: rows differ in length, so that no place can be guessed.
fn row(n: usize) -> Vec<Value> {
    vec![
        format!("user{n}").as_str().into(),
        "x".repeat(n % 400).as_str().into(),
    ]
}

fn users(count: usize, progress: &Progress) -> (Rows, ids::Ids) {
    let application = application();
    let spool = InMemory.begin().unwrap();
    let mut writer = RowWriter::new(&application, progress, spool, 2);
    writer.columns(columns(&["USER_ID", "NOTE"]));
    for n in 0..count {
        writer.row(row(n)).unwrap();
    }
    assert_eq!(writer.sample.count, count as u64);
    writer.finish().unwrap()
}

fn now<F: Future>(future: F) -> F::Output {
    future
        .now_or_never()
        .expect("nothing to wait for in memory")
}

fn values(block: &Block) -> Vec<Vec<Value>> {
    (0..block.len())
        .map(|index| {
            block
                .cells(index)
                .unwrap()
                .iter()
                .map(Cell::to_value)
                .collect()
        })
        .collect()
}

#[test]
fn any_range_of_rows_is_found_again() {
    let (rows, _) = users(1000, &Progress::new(0));
    assert_eq!(rows.len(), 1000);
    for start in (0..1000).step_by(7) {
        for count in [0, 1, 31, 32, 33, 200] {
            let end = (start + count).min(1000);
            let block = now(rows.read(start..start + count)).unwrap();
            let expected: Vec<Vec<Value>> = (start..end).map(row).collect();
            assert_eq!(values(&block), expected, "{start}..{end}");
        }
    }
    assert!(now(rows.read(1000..1200)).unwrap().is_empty());
}

#[test]
fn a_second_result_set_is_not_taken_for_users() {
    let application = application();
    let progress = Progress::new(0);
    let mut writer = RowWriter::new(&application, &progress, InMemory.begin().unwrap(), 2);
    writer.columns(columns(&["USER_ID"]));
    writer.row(vec!["a".into()]).unwrap();
    writer.columns(columns(&["COUNT"]));
    writer.row(vec![Value::Integer(1)]).unwrap();
    let (rows, _) = writer.finish().unwrap();
    assert_eq!((rows.len(), rows.columns.len()), (1, 1));
}

fn held(entitlements: &Entitlements, row: usize) -> Vec<String> {
    let held: Held<'_> = entitlements.of(row);
    held.iter().map(|one| one.value.clone()).collect()
}

#[test]
fn everybody_holds_what_stands_beside_their_id_in_any_order() {
    let application = application();
    let progress = Progress::new(0);
    let mut writer = RowWriter::new(&application, &progress, InMemory.begin().unwrap(), 2);
    writer.columns(columns(&["USER_ID"]));
    for id in ["a", "b", "c", "b"] {
        writer.row(vec![id.into()]).unwrap();
    }
    writer.row(vec![Value::Null]).unwrap();
    assert_eq!((writer.ids.repeated(), writer.without_id), (1, 1));
    let (_, ids) = writer.finish().unwrap();

    let mut writer = EntitlementWriter::new(&application, &progress, &ids, 2);
    writer.columns(columns(&["ent_id", "USER_ID", "ENT_NAME"]));
    for (user, entitlement) in [("b", 2), ("a", 1), ("b", 1), ("nobody", 3), ("b", 3)] {
        let name = format!("name of {entitlement}");
        writer
            .row(vec![
                Value::Integer(entitlement),
                user.into(),
                name.as_str().into(),
            ])
            .unwrap();
    }
    writer
        .row(vec![Value::Null, "a".into(), "none".into()])
        .unwrap();
    writer
        .row(vec![Value::Integer(1), Value::Null, "none".into()])
        .unwrap();
    assert_eq!((writer.without_user, writer.without_id), (1, 2));
    let entitlements = writer.finish().with_repeated(ids.into_repeated());
    assert_eq!(held(&entitlements, 0), ["1"]);
    assert_eq!(
        held(&entitlements, 1),
        ["2", "1", "3"],
        "in the order they were read"
    );
    assert_eq!(held(&entitlements, 2), <[&str; 0]>::default());
    assert_eq!(
        held(&entitlements, 3),
        held(&entitlements, 1),
        "the same id, the same entitlements"
    );
    assert_eq!(
        held(&entitlements, 4),
        <[&str; 0]>::default(),
        "a row without an id"
    );
    assert_eq!(
        held(&entitlements, 5),
        <[&str; 0]>::default(),
        "beyond the end"
    );
    assert_eq!(
        entitlements.of(0).iter().next().unwrap().display.as_deref(),
        Some("name of 1")
    );
    assert_eq!(progress.pairs.load(Ordering::Relaxed), 4);
}

/// A disk with room for some bytes.
struct Small(usize);

impl SpoolWriter for Small {
    fn append(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => self.0 = left,
            None => return Err(SpoolError("No space left on device (os error 28)".into())),
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Arc<dyn Spool>, SpoolError> {
        Ok(Arc::new(Bytes::default()))
    }
}

#[test]
fn a_full_disk_stops_the_statement_and_the_client_reads_a_remedy() {
    let application = application();
    let progress = Progress::new(0);
    let mut writer = RowWriter::new(&application, &progress, Box::new(Small(100_000)), 2);
    writer.columns(columns(&["USER_ID", "NOTE"]));
    let error = (0..10_000).find_map(|n| writer.row(row(n)).err()).unwrap();
    assert!(error.message.contains("No space left"), "{error}");
    let failure = writer.stopped.unwrap().into_failure();
    assert_eq!(failure.scim.status, 503);
    assert!(
        !failure.scim.detail.contains("os error"),
        "{}",
        failure.scim.detail
    );
    assert!(failure.scim.detail.contains("Make room"));
    assert!(failure.diagnosis.cause.contains("No space left on device"));
}

fn snapshot(progress: Arc<Progress>) -> Arc<Snapshot> {
    Arc::new(Snapshot::new(users(1, &progress).0, None, progress))
}

/// Looks without beginning anything.
fn peek(snapshots: &Snapshots, key: &str, now_us: i64) -> Option<Arc<Snapshot>> {
    match snapshots.find(key, false, now_us, |_| pending().boxed()) {
        Found::Ready(snapshot) => Some(snapshot),
        Found::Joined(_) | Found::Begun(_) => None,
    }
}

#[test]
fn a_snapshot_expires_when_it_is_not_used() {
    let snapshots = Snapshots::default();
    snapshots.keep("a", 0, snapshot(Arc::new(Progress::new(0))));
    assert!(peek(&snapshots, "a", KEEP_US - 1).is_some());
    assert!(
        peek(&snapshots, "a", 2 * KEEP_US - 2).is_some(),
        "use keeps it"
    );
    assert!(peek(&snapshots, "a", 4 * KEEP_US).is_none());
    let kept = snapshot(Arc::new(Progress::new(0)));
    snapshots.keep("a", 0, Arc::clone(&kept));
    snapshots.expire(KEEP_US);
    assert_eq!(
        Arc::strong_count(&kept),
        1,
        "its spool goes without being asked for"
    );
}

#[test]
fn the_least_used_import_makes_room() {
    let snapshots = Snapshots::default();
    for n in 0..=MOST {
        let at = i64::try_from(n).unwrap();
        snapshots.keep(&n.to_string(), at, snapshot(Arc::new(Progress::new(at))));
    }
    assert!(peek(&snapshots, "0", 20).is_none());
    assert!(peek(&snapshots, "1", 20).is_some());
}

#[test]
fn who_asks_while_an_import_is_read_waits_for_it_and_nobody_waiting_ends_it() {
    let snapshots = Snapshots::default();
    let (reads, at) = (
        |progress: Arc<Progress>| {
            async move {
                progress.rows.store(7, Ordering::Relaxed);
                pending::<()>().await;
                Arc::new(Taken {
                    steps: Vec::new(),
                    result: Ok(snapshot(progress)),
                })
            }
            .boxed()
        },
        1_000_000,
    );
    let Found::Begun(mut first) = snapshots.find("a", true, at, reads) else {
        panic!("nothing was there");
    };
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.poll_unpin(&mut context).is_pending());
    let figures = &snapshots.figures(at)[0];
    assert_eq!(
        (figures.state, figures.rows, figures.started),
        (ImportState::Reading, 7, 1000)
    );

    let Found::Joined(second) = snapshots.find("a", true, at + 1, reads) else {
        panic!("one is being read");
    };
    drop(first);
    assert_eq!(snapshots.figures(at).len(), 1, "the second still waits");
    drop(second);
    assert_eq!(snapshots.figures(at), [], "nobody does");
    assert!(matches!(
        snapshots.find("a", true, at, reads),
        Found::Begun(_)
    ));
}

#[test]
fn a_first_page_begins_anew_and_later_pages_take_what_is_ready() {
    let snapshots = Snapshots::default();
    let old = snapshot(Arc::new(Progress::new(0)));
    snapshots.keep("a", 0, Arc::clone(&old));
    let reading = snapshots.find("a", true, 1, |_progress| pending().boxed());
    assert!(matches!(reading, Found::Begun(_)));
    let later = peek(&snapshots, "a", 2).unwrap();
    assert!(Arc::ptr_eq(&later, &old), "until the new one is there");
    let new = snapshot(Arc::new(Progress::new(3)));
    snapshots.keep("a", 3, Arc::clone(&new));
    assert!(Arc::ptr_eq(&peek(&snapshots, "a", 4).unwrap(), &new));
    drop(reading);
    snapshots.give_up("a", 5);
    assert!(
        peek(&snapshots, "a", 6).is_some(),
        "a failure takes nothing away"
    );
    let failed = Arc::new(Taken {
        steps: Vec::new(),
        result: Err(unkept(&SpoolError("full".into()))),
    });
    let failed = snapshots.find("b", true, 7, |_| ready(failed).boxed());
    let Found::Begun(failed) = failed else {
        panic!("nothing was there");
    };
    assert_eq!(now(failed).result.as_ref().err().unwrap().scim.status, 503);
}

#[test]
fn figures_name_application_address_and_console() {
    let snapshots = Snapshots::default();
    for (at, key) in ["hr", "console hr", "hr mysql://db:3306/x"]
        .into_iter()
        .enumerate()
    {
        let at = i64::try_from(at).unwrap() * 1_000_000;
        snapshots.keep(key, at, snapshot(Arc::new(Progress::new(at))));
    }
    let figures = snapshots.figures(2_000_000);
    let told: Vec<_> = figures
        .iter()
        .map(|f| {
            (
                f.application.as_str(),
                f.address.as_deref(),
                f.console,
                f.started,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("hr", Some("mysql://db:3306/x"), false, 2000),
            ("hr", None, true, 1000),
            ("hr", None, false, 0),
        ]
    );
    assert!(
        figures
            .iter()
            .all(|f| f.state == ImportState::Ready && f.rows == 1 && f.bytes > Some(0))
    );
}

#[test]
fn holders_are_counted_once_each_and_those_outside_the_list_apart() {
    let application = application();
    let progress = Progress::new(0);
    let mut writer = RowWriter::new(&application, &progress, InMemory.begin().unwrap(), 2);
    writer.columns(columns(&["USER_ID"]));
    for id in ["a", "b", "b", "c"] {
        writer.row(vec![id.into()]).unwrap();
    }
    let (_, ids) = writer.finish().unwrap();
    let mut writer = EntitlementWriter::new(&application, &progress, &ids, 2);
    writer.columns(columns(&["USER_ID", "ENT_ID", "ENT_NAME"]));
    // Twice the same, once under another name; b stands in two rows of the list.
    for (user, entitlement, name) in [
        ("a", "1", "VPN"),
        ("a", "1", "VPN"),
        ("a", "1", "Vpn"),
        ("b", "1", "VPN"),
        ("c", "2", "Jira"),
        ("gone", "2", "Jira"),
        ("gone", "3", "Mail"),
    ] {
        writer
            .row(vec![user.into(), entitlement.into(), name.into()])
            .unwrap();
    }
    let entitlements = writer.finish().with_repeated(ids.into_repeated());
    assert_eq!(entitlements.users(), 3);
    let told = |inactive: Option<&[bool]>| -> Vec<_> {
        let usage = entitlements.usage(inactive).into_iter();
        usage
            .map(|used| (used.name, used.holders, used.inactive, used.outside))
            .collect()
    };
    let inactive = [true, false, false, true];
    assert_eq!(
        told(Some(&inactive)),
        [
            ("VPN".into(), Some(2), Some(1), Some(0)),
            ("Jira".into(), Some(1), Some(1), Some(1)),
            ("Mail".into(), Some(0), Some(0), Some(1)),
        ]
    );
    assert!(
        told(None)
            .iter()
            .all(|(_, _, inactive, _)| inactive.is_none())
    );
    assert_eq!(entitlements.holders("1"), [0, 1]);
    assert_eq!(entitlements.holders("2"), [3]);
    assert_eq!(entitlements.holders("3"), <[usize; 0]>::default());
}
