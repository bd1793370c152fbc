//! The dialect against two servers on loopback: the mock of the driver's makers, for login, TLS, rows,
//! errors and deadlines, and our own [`responder`](super::responder), for what that one cannot say.

mod procedures;
mod types;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mssql_mock_tds::{
    ColumnDefinition, ColumnValue, MockTdsServer, QueryResponse, Row, SqlDataType, TerminalError,
};
use sluice_core::config::{Connection, Dialect, TlsMode};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Access, Database, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret, Value};

use super::responder::{
    Responder, Seen, Typed, done, done_in_proc, done_proc, return_status, rolled_back, rows, said,
};

fn connection(port: u16) -> Connection {
    let mut connection = Connection::new("test", Dialect::SqlServer);
    connection.host = Some("127.0.0.1".into());
    connection.port = Some(port);
    connection.database = Some("hr".into());
    connection.user = Some("scim".into());
    connection
}

fn open(connection: &Connection) -> Arc<dyn Database> {
    crate::open(connection, Some(&Secret::new("secret"))).unwrap()
}

fn statement(kind: Kind, text: &str, values: &[Value]) -> Statement {
    Statement {
        operation: None,
        kind,
        text: text.to_owned(),
        parameters: values
            .iter()
            .enumerate()
            .map(|(at, value)| BoundParameter {
                name: format!("F{}", at + 1),
                value: value.clone(),
                direction: Direction::In,
                secret: false,
            })
            .collect(),
    }
}

async fn once(
    database: &Arc<dyn Database>,
    statement: &Statement,
) -> Result<StatementOutcome, DatabaseError> {
    let mut session = database.begin(Access::Read).await?;
    session.execute(statement).await
}

async fn sql(database: &Arc<dyn Database>, text: &str) -> Result<StatementOutcome, DatabaseError> {
    once(database, &statement(Kind::Sql, text, &[])).await
}

/// The mock server with what is registered.
async fn mock(queries: Vec<(&str, QueryResponse)>) -> u16 {
    let server = MockTdsServer::new("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().port();
    let registry = server.query_registry();
    for (query, response) in queries {
        registry.lock().await.register(query, response);
    }
    tokio::spawn(server.run());
    port
}

fn numbers() -> QueryResponse {
    let column = |name: &str, kind| ColumnDefinition::new(name, kind);
    QueryResponse::new(
        vec![
            column("ID", SqlDataType::BigInt),
            column("Name", SqlDataType::NVarChar),
            column("T", SqlDataType::TinyInt),
        ],
        vec![
            Row::new(vec![
                ColumnValue::BigInt(i64::MAX),
                ColumnValue::NVarChar("Padmé 😀".into()),
                ColumnValue::TinyInt(255),
            ]),
            Row::new(vec![
                ColumnValue::Null,
                ColumnValue::NVarChar(String::new()),
                ColumnValue::TinyInt(0),
            ]),
        ],
    )
}

#[tokio::test]
async fn rows_of_the_makers_own_mock_server_are_read_with_their_columns() {
    let port = mock(vec![("SELECT * FROM T", numbers())]).await;
    let database = open(&connection(port));
    let set = sql(&database, "SELECT * FROM T").await.unwrap().into_rows();
    let names: Vec<_> = set
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.type_name.as_str()))
        .collect();
    assert_eq!(
        names,
        [("ID", "BIGINT"), ("Name", "NVARCHAR"), ("T", "TINYINT")]
    );
    assert_eq!(
        set.rows,
        [
            [
                Value::Integer(i64::MAX),
                Value::from("Padmé 😀"),
                Value::Integer(255)
            ],
            [Value::Null, Value::from(""), Value::Integer(0)],
        ]
    );
}

#[tokio::test]
async fn an_error_of_the_server_is_told_and_the_connection_still_serves() {
    let deadlock = TerminalError::new(1205, 13, "Transaction was deadlocked");
    let port = mock(vec![
        ("SELECT * FROM T", numbers()),
        ("DELETE FROM T", QueryResponse::error_only(deadlock)),
    ])
    .await;
    let mut connection = connection(port);
    connection.pool.maximum_pool_size = 1;
    let database = open(&connection);
    let error = sql(&database, "DELETE FROM T").await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Deadlock);
    assert_eq!(error.code.as_deref(), Some("1205"));
    assert_eq!(
        sql(&database, "SELECT * FROM T").await.unwrap().sets[0]
            .rows
            .len(),
        2
    );
}

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_and_its_answer_never_seen() {
    let slow = numbers().with_delay(Duration::from_secs(20));
    let port = mock(vec![
        ("SELECT * FROM SLOW", slow),
        ("SELECT * FROM T", numbers()),
    ])
    .await;
    let mut connection = connection(port);
    connection.statement_timeout_ms = 300;
    connection.pool.maximum_pool_size = 1;
    let database = open(&connection);
    let began = Instant::now();
    let error = sql(&database, "SELECT * FROM SLOW").await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout, "{error:?}");
    assert_eq!(
        sql(&database, "SELECT * FROM T").await.unwrap().sets[0]
            .rows
            .len(),
        2
    );
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn tls_is_spoken_and_checked_as_the_mode_says() {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256)
        .or_else(|_| rcgen::KeyPair::generate())
        .unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let identity = mssql_mock_tds::create_test_identity(
        certificate.pem().as_bytes(),
        key.serialize_pem().as_bytes(),
    )
    .unwrap();
    let server = MockTdsServer::new_with_tls("127.0.0.1:0", Some(identity))
        .await
        .unwrap();
    let port = server.local_addr().port();
    tokio::spawn(server.run());
    let mut connection = connection(port);
    connection.host = Some("localhost".into());
    for mode in [TlsMode::Prefer, TlsMode::Require] {
        connection.tls.mode = mode;
        let set = sql(&open(&connection), "SELECT 1")
            .await
            .unwrap()
            .into_rows();
        assert_eq!(set.rows.len(), 1, "{mode:?}");
    }
    connection.tls.mode = TlsMode::VerifyFull;
    let error = sql(&open(&connection), "SELECT 1").await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Tls, "{error:?}");
    assert!(
        error.message.to_lowercase().contains("certificate"),
        "{}",
        error.message
    );
    // The server's own certificate, named.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.pem");
    std::fs::write(&file, certificate.pem()).unwrap();
    connection.tls.ca_file = Some(file.to_string_lossy().into_owned());
    let set = sql(&open(&connection), "SELECT 1")
        .await
        .unwrap()
        .into_rows();
    assert_eq!(set.rows.len(), 1);
}

#[tokio::test]
async fn a_server_without_tls_serves_who_does_not_insist() {
    let port = mock(vec![]).await;
    let mut connection = connection(port);
    assert!(sql(&open(&connection), "SELECT 1").await.is_ok());
    connection.tls.mode = TlsMode::Require;
    let error = sql(&open(&connection), "SELECT 1").await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Tls, "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_reached_or_refuses_the_login_is_said_at_once() {
    let began = Instant::now();
    let error = open(&connection(1)).check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unreachable, "{error:?}");
    let refusing = Responder::start(|seen| {
        let Seen::Login {
            user,
            database,
            application,
        } = seen
        else {
            return None;
        };
        assert_eq!((database.as_str(), application.as_str()), ("hr", "Sluice"));
        let text = format!("Login failed for user '{user}'.");
        Some([said(0xAA, 18456, 1, 14, &text, ""), done(2, 0)].concat())
    })
    .await;
    let error = open(&connection(refusing.port)).check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::LoginRefused, "{error:?}");
    assert_eq!(error.message, "Login failed for user 'scim'.");
    assert!(!error.message.contains("secret"));
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// A server that infers nothing and answers statements with `answer`.
async fn with_statement(
    inferred: Vec<Vec<Typed>>,
    answer: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> Responder {
    Responder::start(move |seen| match seen {
        Seen::Call(name, _) if name == "sys.sp_describe_undeclared_parameters" => {
            if inferred.is_empty() {
                let text = "The undeclared parameter '@P1' is used more than once in the batch being analyzed.";
                return Some([said(0xAA, 11508, 2, 16, text, ""), done_proc(2)].concat());
            }
            let names = ["parameter_ordinal", "name", "suggested_system_type_name",
                "suggested_max_length", "suggested_precision", "suggested_scale"];
            Some([rows(&names, &inferred), done_in_proc(1, 0xC1), return_status(0), done_proc(0)].concat())
        }
        Seen::Call(_, sent) => answer(&sent[0].text().unwrap()),
        Seen::Batch(text) => answer(text),
        _ => None,
    })
    .await
}

fn suggested(ordinal: i32, kind: &str, numbers: [i32; 3]) -> Vec<Typed> {
    vec![
        Typed::int(Some(ordinal)),
        Typed::nvarchar(&format!("@P{ordinal}")),
        Typed::nvarchar(kind),
        Typed::int(Some(numbers[0])),
        Typed::int(Some(numbers[1])),
        Typed::int(Some(numbers[2])),
    ]
}

#[tokio::test]
async fn a_statement_binds_its_values_in_the_types_that_the_server_infers() {
    let inferred = vec![
        suggested(1, "nvarchar(100)", [200, 0, 0]),
        suggested(2, "varbinary(16)", [16, 0, 0]),
        suggested(3, "int", [4, 10, 0]),
        suggested(4, "datetime", [8, 23, 3]),
    ];
    let responder = with_statement(inferred, |text| {
        assert_eq!(text, "INSERT INTO T VALUES (@P1, @P2, @P3, @P4)");
        Some([done_in_proc(1, 0xC3), return_status(0), done_proc(0)].concat())
    })
    .await;
    let database = open(&connection(responder.port));
    let text = "INSERT INTO T VALUES (?, ?, ?, ?);";
    let long = "Padmé 😀 ".repeat(8_000);
    let values = [
        Value::Text(long.clone()),
        Value::Null,
        Value::from("42"),
        Value::from("2024-05-06"),
    ];
    let outcome = once(&database, &statement(Kind::Sql, text, &values))
        .await
        .unwrap();
    assert_eq!(outcome.affected, Some(1));
    let (_, sent) = responder.call();
    assert_eq!(sent[2].text().unwrap(), long);
    assert_eq!((sent[3].kind, &sent[3].bytes), (0xA5, &None));
    assert_eq!(
        (sent[4].kind, sent[4].text().as_deref()),
        (0xE7, Some("42"))
    );
    // 45,416 days after 1900-01-01, at midnight; text would be read after the session's language.
    let bytes = [45_416_i32.to_le_bytes(), [0; 4]].concat();
    assert_eq!((sent[5].kind, sent[5].bytes.as_ref()), (0x6F, Some(&bytes)));
    let declared = sent[1].text().unwrap();
    assert!(declared.starts_with("@P1 nvarchar(MAX)"), "{declared}");
    // A number meets text as text.
    let number = [
        Value::Integer(7),
        Value::Null,
        Value::Integer(8),
        Value::Null,
    ];
    once(&database, &statement(Kind::Sql, text, &number))
        .await
        .unwrap();
    let (_, sent) = responder.call();
    assert_eq!((sent[2].kind, sent[2].text().as_deref()), (0xE7, Some("7")));
    assert_eq!(
        (sent[4].kind, sent[4].bytes.clone()),
        (0x26, Some(vec![8, 0, 0, 0, 0, 0, 0, 0]))
    );
    let wrong = [Value::Null, Value::Null, Value::from("abc"), Value::Null];
    let error = once(&database, &statement(Kind::Sql, text, &wrong))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.object.as_deref()),
        (DatabaseErrorKind::InvalidValue, Some("F3"))
    );
}

#[tokio::test]
async fn a_statement_that_the_server_cannot_describe_runs_all_the_same() {
    let responder = with_statement(vec![], |_| {
        let row = vec![Typed::nvarchar("leia")];
        Some(
            [
                rows(&["NAME"], &[row]),
                done_in_proc(1, 0xC1),
                return_status(0),
                done_proc(0),
            ]
            .concat(),
        )
    })
    .await;
    let database = open(&connection(responder.port));
    for _ in 0..2 {
        let select = statement(Kind::Sql, "SELECT ? AS NAME", &[Value::from("leia")]);
        let outcome = once(&database, &select).await.unwrap();
        assert_eq!(outcome.sets[0].rows, [[Value::from("leia")]]);
        assert_eq!((outcome.affected, outcome.returned), (None, None));
    }
    let asked = |seen: &&Seen| matches!(seen, Seen::Call(name, _) if name.starts_with("sys."));
    assert_eq!(responder.seen().iter().filter(asked).count(), 1);
}

#[tokio::test]
async fn a_transaction_that_the_server_ended_is_over() {
    let responder = with_statement(vec![], |text| match text {
        "UPDATE T SET N = 1" => {
            let text = "Transaction (Process ID 52) was deadlocked on lock resources.";
            Some(
                [
                    rolled_back(),
                    said(0xAA, 1205, 51, 13, text, ""),
                    done(2, 0),
                ]
                .concat(),
            )
        }
        "SELECT XACT_STATE()" => {
            let info = [0x26, 2];
            Some(
                [
                    rows(&[""], &[vec![Typed::short(&info, &[0, 0])]]),
                    done(0x10, 1),
                ]
                .concat(),
            )
        }
        _ => None,
    })
    .await;
    let database = open(&connection(responder.port));
    let mut session = database.begin(Access::Write).await.unwrap();
    let update = statement(Kind::Sql, "UPDATE T SET N = 1", &[]);
    let error = session.execute(&update).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Deadlock, "{error:?}");
    assert_eq!(
        session.execute(&update).await.unwrap_err().kind,
        DatabaseErrorKind::Deadlock
    );
    assert!(session.commit().await.is_err());
    let sent = |text: &str| {
        let seen = responder.seen();
        seen.iter()
            .filter(|s| **s == Seen::Batch(text.to_owned()))
            .count()
    };
    assert_eq!(
        (sent("UPDATE T SET N = 1"), sent("COMMIT TRANSACTION")),
        (1, 0)
    );
}

#[tokio::test]
async fn a_write_is_committed_and_one_that_is_dropped_is_rolled_back() {
    let responder = with_statement(vec![], |text| {
        (text == "UPDATE T SET N = 1").then(|| {
            // A trigger's count comes first; the statement's own is the last.
            [
                [
                    vec![0xFD],
                    vec![0x11, 0, 0xC5, 0],
                    7_u64.to_le_bytes().to_vec(),
                ]
                .concat(),
                [
                    vec![0xFD],
                    vec![0x10, 0, 0xC5, 0],
                    1_u64.to_le_bytes().to_vec(),
                ]
                .concat(),
            ]
            .concat()
        })
    })
    .await;
    let database = open(&connection(responder.port));
    let update = statement(Kind::Sql, "UPDATE T SET N = 1", &[]);
    let mut session = database.begin(Access::Write).await.unwrap();
    assert_eq!(session.execute(&update).await.unwrap().affected, Some(1));
    session.commit().await.unwrap();
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&update).await.unwrap();
    drop(session);
    for _ in 0..50 {
        if responder
            .seen()
            .contains(&Seen::Batch(super::ROLLBACK.to_owned()))
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let batches: Vec<Seen> = responder
        .seen()
        .into_iter()
        .filter(|seen| matches!(seen, Seen::Batch(_)))
        .collect();
    let expected = [
        "BEGIN TRANSACTION",
        "UPDATE T SET N = 1",
        "COMMIT TRANSACTION",
        "BEGIN TRANSACTION",
        "UPDATE T SET N = 1",
        super::ROLLBACK,
    ];
    assert_eq!(batches, expected.map(|text| Seen::Batch(text.to_owned())));
}

#[tokio::test]
async fn a_call_that_is_given_up_is_stopped_by_attention_and_its_connection_closed() {
    let responder = with_statement(vec![], |_| None).await;
    let mut connection = connection(responder.port);
    connection.statement_timeout_ms = 200;
    // Else the first attempt is one with TLS, which the responder has not.
    connection.tls.mode = TlsMode::Disable;
    let database = open(&connection);
    let error = sql(&database, "WAITFOR DELAY '00:01'").await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout);
    for _ in 0..100 {
        if responder.seen().last() == Some(&Seen::Closed) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seen = responder.seen();
    assert_eq!(
        seen[seen.len() - 2..],
        [Seen::Attention, Seen::Closed],
        "{seen:?}"
    );
}
