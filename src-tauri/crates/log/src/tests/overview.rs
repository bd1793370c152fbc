//! What the Overview counts, on stores whose every exchange is written down here.

use super::*;
use crate::{Course, Point, Steps};

/// The middle of a minute, so that a few seconds around it stay within.
const NOON: i64 = 1_760_000_030_000;
const MINUTE: i64 = 60_000;

struct Made {
    n: u32,
    store: Store,
}

impl Made {
    async fn one(&mut self, at: i64, action: Action, change: impl FnOnce(&mut Exchange)) {
        self.n += 1;
        let mut made = exchange(self.n);
        made.summary.at = at;
        made.summary.action = action;
        made.summary.title = action.title().into();
        change(&mut made);
        self.store.record(made).await.unwrap();
    }

    async fn failed(&mut self, at: i64, user: &str, cause: &str) {
        self.one(at, Action::ReplaceUser, |made| {
            made.summary.outcome = Outcome::Failed;
            made.summary.status = 400;
            made.summary.subject = Some(user.into());
            made.summary.cause = Some(cause.into());
        })
        .await;
    }
}

async fn made(folder: &Folder) -> Made {
    Made {
        n: 0,
        store: folder.open().await,
    }
}

fn from_agent(name: &str) -> impl FnOnce(&mut Exchange) {
    let header = ("User-Agent".to_owned(), name.to_owned());
    move |made| made.request.headers.push(header)
}

#[test]
fn steps_begin_at_whole_multiples_and_end_with_the_one_that_is_now() {
    let steps = Steps::until(NOON, MINUTE, 3);
    assert_eq!(steps.from, 1_760_000_000_000 - 2 * MINUTE - 20_000);
    assert_eq!(steps.from % MINUTE, 0);
    assert!(steps.from + 2 * MINUTE <= NOON && NOON < steps.from + 3 * MINUTE);
}

#[tokio::test]
async fn a_course_counts_each_minute_by_itself() {
    let folder = Folder::new();
    let mut made = made(&folder).await;
    // Two minutes ago: 20 requests of 1 to 20 ms, of which 95 in 100 took 19 ms or less.
    for ms in 1..=20_i64 {
        made.one(NOON - 2 * MINUTE, Action::GetUser, |made| {
            made.summary.duration_us = ms * 1000;
        })
        .await;
    }
    made.failed(NOON, "luke", "The date is wrong.").await;
    made.one(NOON, Action::Refused, |made| {
        made.summary.outcome = Outcome::Refused;
        made.summary.duration_us = 40_000;
    })
    .await;
    // Before the first step, and so no part of it.
    made.one(NOON - 4 * MINUTE, Action::GetUser, |_| ()).await;
    let course = made.store.course(Steps::until(NOON, MINUTE, 3)).await;
    let quiet = Point::default();
    let expected = Course {
        from: Steps::until(NOON, MINUTE, 3).from,
        step: MINUTE,
        points: vec![
            Point {
                requests: 20,
                p95_us: Some(19_000),
                ..quiet
            },
            quiet,
            Point {
                requests: 2,
                failed: 1,
                refused: 1,
                p95_us: Some(40_000),
            },
        ],
        // 22 durations: 1, 1.5 (the failed one), 2, … 20, 40 ms. The 11th and the 21st.
        p50_us: Some(10_000),
        p95_us: Some(20_000),
    };
    assert_eq!(course.unwrap(), expected);
}

#[tokio::test]
async fn an_empty_store_has_a_course_of_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    let course = store.course(Steps::until(NOON, MINUTE, 60)).await.unwrap();
    assert_eq!(course.points, vec![Point::default(); 60]);
    assert_eq!((course.p50_us, course.p95_us), (None, None));
    assert_eq!(store.slowest(0, 5).await.unwrap(), []);
    assert_eq!(store.causes(0, 5).await.unwrap(), []);
    assert_eq!(store.failing_users(0, 5).await.unwrap(), []);
}

#[tokio::test]
async fn what_failed_alike_is_told_once_with_how_often_and_for_how_many() {
    let folder = Folder::new();
    let mut made = made(&folder).await;
    made.failed(NOON - 3, "luke", "The date is wrong.").await;
    made.failed(NOON - 2, "leia", "The date is wrong.").await;
    made.failed(NOON - 1, "luke", "The date is wrong.").await;
    made.failed(NOON, "han", "The entitlement 44 does not exist.")
        .await;
    made.failed(NOON - 9_000, "yoda", "Long ago.").await;
    let causes = made.store.causes(NOON - 1_000, 10).await.unwrap();
    let told: Vec<_> = causes
        .iter()
        .map(|one| (one.cause.as_deref(), one.times, one.users, one.at))
        .collect();
    assert_eq!(
        told,
        [
            (Some("The entitlement 44 does not exist."), 1, 1, NOON),
            (Some("The date is wrong."), 3, 2, NOON - 1),
        ]
    );
    assert_eq!(causes[1].subject.as_deref(), Some("luke"));
    assert_eq!(causes[1].exchange, exchange(3).summary.id);
}

#[tokio::test]
async fn a_user_is_failing_until_a_change_of_that_user_goes_well() {
    let folder = Folder::new();
    let mut made = made(&folder).await;
    made.failed(NOON, "luke", "First.").await;
    made.failed(NOON + 1, "luke", "Last.").await;
    made.failed(NOON, "leia", "First.").await;
    let of =
        |user: &'static str| move |made: &mut Exchange| made.summary.subject = Some(user.into());
    // To read a user mends nothing; a change of another one neither.
    made.one(NOON + 5, Action::GetUser, of("luke")).await;
    made.one(NOON + 6, Action::ReplaceUser, of("leia")).await;
    let users = made.store.failing_users(NOON, 10).await.unwrap();
    let told: Vec<_> = users
        .iter()
        .map(|one| {
            (
                one.user.as_str(),
                one.times,
                one.cause.as_deref(),
                one.mended_at,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("luke", 2, Some("Last."), None),
            ("leia", 1, Some("First."), Some(NOON + 6)),
        ]
    );
}

#[tokio::test]
async fn the_slowest_kind_comes_first_with_the_statement_that_took_longest() {
    let folder = Folder::new();
    let mut made = made(&folder).await;
    for ms in 1..=3_i64 {
        made.one(NOON, Action::GetUser, |made| {
            made.summary.duration_us = ms * 1000;
        })
        .await;
    }
    made.one(NOON, Action::ListUsers, |made| {
        made.summary.duration_us = 900_000;
        let mut first = made.steps[0].clone();
        first.duration_us = 800_000;
        if let Some(statement) = &mut first.statement {
            statement.text = "CALL GET_ACTIVEUSERS()".into();
            statement.operation = Some(sluice_core::Operation::GetUsers);
        }
        made.steps.push(first);
    })
    .await;
    // Nobody waited for what was turned away.
    made.one(NOON, Action::Refused, |made| {
        made.summary.outcome = Outcome::Refused;
        made.summary.duration_us = 9_000_000;
    })
    .await;
    let slowest = made.store.slowest(NOON, 10).await.unwrap();
    let told: Vec<_> = slowest
        .iter()
        .map(|one| (one.title.as_str(), one.times, one.p50_us, one.slowest_us))
        .collect();
    assert_eq!(
        told,
        [
            ("Import users", 1, 900_000, 900_000),
            ("Get user", 3, 2_000, 3_000),
        ]
    );
    let statement = slowest[0].statement.as_ref().unwrap();
    assert_eq!(statement.text, "CALL GET_ACTIVEUSERS()");
    assert_eq!(statement.duration_us, 800_000);
    assert_eq!(statement.operation, Some(sluice_core::Operation::GetUsers));
}

#[tokio::test]
async fn the_console_and_the_simulator_are_not_taken_for_the_provider() {
    let folder = Folder::new();
    let mut made = made(&folder).await;
    made.one(NOON, Action::CreateUser, |made| {
        made.remote = "console".into();
    })
    .await;
    made.one(NOON, Action::ListUsers, from_agent("sluice-simulator/1"))
        .await;
    let seen = made.store.seen("hr").await.unwrap();
    assert_eq!((seen.request, seen.import, seen.latest), (None, None, None));
    assert_eq!(seen.rehearsed.unwrap().exchange, exchange(2).summary.id);

    made.one(NOON + 1, Action::Refused, |made| {
        made.summary.outcome = Outcome::Refused;
        made.summary.cause = Some("Wrong token.".into());
        from_agent("Okta Agent")(made);
    })
    .await;
    let seen = made.store.seen("hr").await.unwrap();
    assert_eq!(seen.request, None, "who is refused has not got through");
    assert_eq!(seen.latest.unwrap().cause.as_deref(), Some("Wrong token."));

    made.one(NOON + 2, Action::Discover, from_agent("Okta Agent"))
        .await;
    made.one(NOON + 3, Action::ListUsers, from_agent("Okta Agent"))
        .await;
    let seen = made.store.seen("hr").await.unwrap();
    let request = seen.request.unwrap();
    assert_eq!(
        (request.at, request.client.as_deref()),
        (NOON + 2, Some("Okta Agent"))
    );
    assert_eq!(seen.import.unwrap().at, NOON + 3);
    assert_eq!(
        made.store.seen("payroll").await.unwrap(),
        crate::Seen::default()
    );
}
