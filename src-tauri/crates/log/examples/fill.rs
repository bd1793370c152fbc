//! Fills a store with exchanges as a real day has them, for trying the console and measuring it. Run with
//! `cargo run --release -p sluice-log --example fill <folder> [exchanges]`, then start `sluice-server` with
//! that folder as its data folder.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value as Json, json};
use sluice_core::exchange::{
    Action, Body, Exchange, ExchangeSummary, Message, Outcome, ParameterRecord, StatementRecord,
    Step, StepKind,
};
use sluice_core::mapping::Kind;
use sluice_core::operation::Operation;
use sluice_core::ports::Recorder;
use sluice_log::{Options, Store};

/// Users the exchanges are about.
const USERS: u64 = 20_000;
/// Columns of a user, as many as the demo's table has.
const COLUMNS: usize = 25;
/// Milliseconds between two exchanges.
const APART: i64 = 850;
/// Exchanges that may wait in the queue while it is filled.
const AHEAD: u64 = 2_048;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("the data folder"));
    let count: u64 = arguments
        .next()
        .map_or(100_000, |text| text.parse().expect("a number of exchanges"));
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(fill(folder, count));
}

async fn fill(folder: PathBuf, count: u64) {
    let path = folder.join("exchanges.db");
    let store = Store::open(&path, Options::default()).await.unwrap();
    let there = store.figures().recorded;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_millis()).unwrap();
    let begin = Instant::now();
    for n in 0..count {
        while there + n > store.figures().recorded + AHEAD {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let ago = i64::try_from(count - n).unwrap() * APART;
        store.offer(exchange(there + n, now - ago));
    }
    store.close().await;
    let figures = store.figures();
    assert_eq!(figures.dropped, 0, "the queue was never full");
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!(
        "{} exchanges in {}, {} MB, in {:.1?}",
        figures.recorded,
        path.display(),
        bytes / 1_000_000,
        begin.elapsed()
    );
}

/// The same numbers give the same exchanges.
fn exchange(n: u64, at: i64) -> Exchange {
    // Multiplying by an odd constant spreads the numbers over all users (Knuth's multiplicative hash).
    let user = n.wrapping_mul(2_654_435_761) % USERS;
    let id = format!("user{user:05}@example.org");
    let (action, method, operation) = match n % 20 {
        0 => (Action::CreateUser, "POST", Operation::CreateUser),
        1..=3 => (Action::ReplaceUser, "PUT", Operation::UpdateUser),
        4 => (Action::DeactivateUser, "PUT", Operation::DeactivateUser),
        5..=9 => (Action::LookUpUser, "GET", Operation::GetUserById),
        10..=12 => (Action::ListUsers, "GET", Operation::GetUsers),
        _ => (Action::GetUser, "GET", Operation::GetUserById),
    };
    let failed = n % 97 == 0;
    let status = match (failed, action) {
        (true, _) => 400,
        (false, Action::CreateUser) => 201,
        _ => 200,
    };
    let (path, subject) = match action {
        Action::ListUsers => {
            let start = n % 1000 * 200 + 1;
            (
                format!("/ws/rest/hr/scim/v2/Users?startIndex={start}&count=200"),
                format!("page from {start}"),
            )
        }
        Action::CreateUser => ("/ws/rest/hr/scim/v2/Users".to_owned(), id.clone()),
        _ => (format!("/ws/rest/hr/scim/v2/Users/{id}"), id.clone()),
    };
    let duration_us =
        i64::try_from(2_000 + n * 7_919 % 9_000).unwrap() * if failed { 20 } else { 1 };
    Exchange {
        summary: ExchangeSummary {
            seq: 0,
            id: format!("{at:011x}-7000-8000-{n:012}"),
            at,
            application: if n % 5 == 0 {
                "payroll".into()
            } else {
                "hr".into()
            },
            method: method.into(),
            path,
            title: action.title().into(),
            action,
            subject: Some(subject),
            status,
            outcome: if failed { Outcome::Failed } else { Outcome::Ok },
            effect: Some(if failed {
                "rolled back".into()
            } else {
                "1 row".into()
            }),
            duration_us,
            cause: failed.then(|| "HIREDATE cannot hold “31/12/2024”.".into()),
        },
        remote: "10.2.0.17:50000".into(),
        request: Message {
            headers: vec![
                ("authorization".into(), "Bearer •••".into()),
                ("accept".into(), "application/scim+json".into()),
                (
                    "user-agent".into(),
                    "Okta On-Premises Provisioning Agent".into(),
                ),
            ],
            body: (method != "GET").then(|| body(&resource(&id, n))),
        },
        answer: Message {
            headers: vec![("content-type".into(), "application/scim+json".into())],
            body: Some(body(&resource(&id, n))),
        },
        steps: steps(operation, &id, n, duration_us, failed),
        diagnosis: None,
        header: None,
        repeats: None,
    }
}

fn resource(id: &str, n: u64) -> Json {
    let columns: Map<String, Json> = (0..COLUMNS)
        .map(|column| {
            (
                format!("ext_COLUMN_{column}"),
                json!(format!("value {column} of {n}")),
            )
        })
        .collect();
    json!({ "id": id, "userName": id, "active": true, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": columns })
}

fn body(json: &Json) -> Body {
    let text = json.to_string();
    Body {
        bytes: text.len(),
        text,
        truncated: false,
    }
}

fn steps(operation: Operation, id: &str, n: u64, duration_us: i64, failed: bool) -> Vec<Step> {
    let kinds = [
        (StepKind::Receive, "Received"),
        (StepKind::Authorise, "Authorised"),
        (StepKind::Parse, "Parsed"),
        (StepKind::Plan, "Planned"),
        (StepKind::Connect, "Connected"),
        (StepKind::Begin, "Begin transaction"),
        (StepKind::Statement, "Statement"),
        (StepKind::Commit, "Committed"),
        (StepKind::Answer, "Answered"),
    ];
    let each = duration_us / 9;
    let parameters = (0..COLUMNS).map(|column| ParameterRecord {
        position: column + 1,
        name: format!("COLUMN_{column}"),
        value: if column == 0 {
            json!(id)
        } else {
            json!(format!("value {column} of {n}"))
        },
        secret: false,
    });
    let statement = StatementRecord {
        operation: Some(operation),
        kind: Kind::Procedure,
        text: format!(
            "CALL {}({})",
            operation.key().to_uppercase(),
            vec!["?"; COLUMNS].join(", ")
        ),
        parameters: parameters.collect(),
        columns: vec![],
        rows: 0,
        affected: Some(1),
        sample: vec![],
        sample_truncated: false,
        further: vec![],
        outs: vec![],
        returned: None,
        messages: vec![],
        problem: None,
        note: None,
    };
    kinds
        .into_iter()
        .zip(0_i64..)
        .map(|((kind, title), place)| Step {
            kind,
            title: title.into(),
            start_us: place * each,
            duration_us: each,
            ok: !(failed && kind == StepKind::Statement),
            detail: None,
            statement: (kind == StepKind::Statement).then(|| statement.clone()),
        })
        .collect()
}
