//! The dialect against two servers on loopback: the mock of the driver's makers, for login, TLS, rows,
//! errors and deadlines, and our own [`responder`](super::responder), for what that one cannot say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use mssql_mock_tds::{
    ColumnDefinition, ColumnValue, MockTdsServer, QueryResponse, Row, SqlDataType, TerminalError,
};
use sluice_core::config::{Connection, Dialect, TlsMode};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Access, Database, OutValue, Severity, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret, Value};

use super::responder::{
    LATIN, Responder, Seen, Typed, columns, done, done_in_proc, done_proc, return_status,
    return_value, rolled_back, rows, said, units,
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

/// Answers catalogue questions for one procedure, and what `answer` says to calls.
async fn with_procedure(
    parameters: impl Fn() -> Vec<Vec<Typed>> + Send + Sync + 'static,
    definition: &'static str,
    answer: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> Responder {
    Responder::start(move |seen| {
        let Seen::Call(name, sent) = seen else {
            return None;
        };
        if name != "#10" {
            return answer(name);
        }
        let text = sent[0].text().unwrap();
        if text.contains("FROM sys.all_parameters") {
            let names = [
                "object_id",
                "parameter_id",
                "name",
                "type",
                "max_length",
                "precision",
                "scale",
                "is_output",
                "has_default_value",
                "default_value",
                "is_table_type",
            ];
            return Some(
                [
                    rows(&names, &parameters()),
                    done_in_proc(1, 0xC1),
                    return_status(0),
                    done_proc(0),
                ]
                .concat(),
            );
        }
        if text.contains("FROM sys.all_objects") {
            let names = [
                "object_id",
                "schema",
                "name",
                "type",
                "definition",
                "as",
                "comment",
            ];
            let row = vec![
                Typed::int(Some(7)),
                Typed::nvarchar("dbo"),
                Typed::nvarchar("ADD_USER"),
                Typed::nvarchar("P"),
                Typed::nvarchar(definition),
                Typed::int(None),
                Typed::null_text(),
            ];
            return Some(
                [
                    rows(&names, &[row]),
                    done_in_proc(1, 0xC1),
                    return_status(0),
                    done_proc(0),
                ]
                .concat(),
            );
        }
        answer(&text)
    })
    .await
}

/// A row of `sys.parameters`: name, type, length, precision, scale, whether it is OUTPUT.
fn parameter(id: i32, name: &str, kind: &str, numbers: [i32; 3], output: bool) -> Vec<Typed> {
    vec![
        Typed::int(Some(7)),
        Typed::int(Some(id)),
        Typed::nvarchar(name),
        Typed::nvarchar(kind),
        Typed::int(Some(numbers[0])),
        Typed::int(Some(numbers[1])),
        Typed::int(Some(numbers[2])),
        Typed::bit(output),
        Typed::bit(false),
        Typed::null_text(),
        Typed::bit(false),
    ]
}

const DEFINITION: &str = "CREATE PROCEDURE dbo.ADD_USER @p_name nvarchar(20), @p_id int OUTPUT, \
     @p_rate decimal(10,2) OUTPUT, @p_since datetime2(3) = NULL OUTPUT AS SELECT 1";

fn add_user() -> Vec<Vec<Typed>> {
    vec![
        parameter(1, "@p_name", "nvarchar", [40, 0, 0], false),
        parameter(2, "@p_id", "int", [4, 10, 0], true),
        parameter(3, "@p_rate", "decimal", [9, 10, 2], true),
        parameter(4, "@p_since", "datetime2", [7, 23, 3], true),
    ]
}

#[tokio::test]
async fn a_call_brings_its_sets_out_values_return_code_counts_and_messages() {
    let responder = with_procedure(add_user, DEFINITION, |_| {
        let decimal = Typed::short(&[0x6A, 17, 10, 2], &[0, 0xE2, 0x04, 0, 0]); // -12.50
        // 2024-05-06T07:08:09.123: 25,689,123 ms in four bytes, day 739,011 in three.
        let since = Typed::short(&[0x2A, 3], &[0x23, 0xFC, 0x87, 0x01, 0xC3, 0x46, 0x0B]);
        Some(
            [
                said(0xAB, 0, 1, 0, "looking", "ADD_USER"),
                columns(&["A"], &[Typed::int(None)]),
                done_in_proc(0, 0xC1),
                done_in_proc(2, 0xC3),
                said(0xAB, 50000, 1, 10, "nearly full", "ADD_USER"),
                rows(
                    &["B"],
                    &[vec![Typed::int(Some(21))], vec![Typed::int(None)]],
                ),
                done_in_proc(2, 0xC1),
                done_in_proc(1, 0xC5),
                return_value(1, "@p_id", &Typed::int(Some(42))),
                return_value(2, "@p_rate", &decimal),
                return_value(3, "@p_since", &since),
                return_status(-6),
                done_proc(0),
            ]
            .concat(),
        )
    })
    .await;
    let database = open(&connection(responder.port));
    let mut call = statement(
        Kind::Procedure,
        "{? = call dbo.ADD_USER(?, ?, ?, ?)}",
        &[
            Value::Null,
            Value::from("leia"),
            Value::Null,
            Value::from("12.5"),
            Value::Null,
        ],
    );
    call.parameters[0].direction = Direction::Out;
    call.parameters[2].direction = Direction::Out;
    let outcome = once(&database, &call).await.unwrap();

    // What was sent: the declared types where a value comes back.
    let (name, sent) = responder.call();
    assert_eq!(name, "[dbo].[ADD_USER]");
    let shape: Vec<_> = sent
        .iter()
        .map(|p| (p.name.as_str(), p.by_ref, p.kind, p.digits.as_slice()))
        .collect();
    assert_eq!(
        shape,
        [
            ("@p_name", false, 0xE7, &[][..]),
            ("@p_id", true, 0x26, &[]),
            // NUMERIC and DECIMAL are one type to the server.
            ("@p_rate", true, 0x6C, &[10, 2]),
            ("@p_since", true, 0x2A, &[3]),
        ]
    );
    assert_eq!(sent[0].text().as_deref(), Some("leia"));
    assert_eq!(sent[1].bytes, None);
    assert_eq!(sent[2].bytes.as_ref().unwrap()[..3], [1, 0xE2, 0x04]); // +1250
    assert_eq!(sent[3].bytes, None);

    // What came.
    assert_eq!(outcome.sets.len(), 2);
    assert_eq!(
        (outcome.sets[0].columns.len(), outcome.sets[0].rows.len()),
        (1, 0)
    );
    assert_eq!(outcome.sets[1].rows, [[Value::Integer(21)], [Value::Null]]);
    let out = |position, name: &str, value| OutValue {
        position,
        name: name.into(),
        value,
    };
    assert_eq!(
        outcome.outs,
        [
            out(2, "p_id", Value::Integer(42)),
            out(3, "p_rate", Value::Decimal("-12.50".into())),
            out(4, "p_since", Value::from("2024-05-06T07:08:09.123")),
        ]
    );
    assert_eq!(outcome.returned, Some(Value::Integer(-6)));
    assert_eq!(outcome.affected, Some(3));
    let said: Vec<_> = outcome
        .messages
        .iter()
        .map(|m| (m.severity, m.code.as_deref(), m.text.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Severity::Note, None, "looking"),
            (Severity::Warning, Some("50000"), "nearly full"),
        ]
    );
}

#[tokio::test]
async fn an_error_inside_a_procedure_is_the_authors_with_state_and_place() {
    let responder = with_procedure(add_user, DEFINITION, |_| {
        Some(
            [
                said(0xAA, 51000, 3, 16, "No such user.", "ADD_USER"),
                done_proc(2),
            ]
            .concat(),
        )
    })
    .await;
    let database = open(&connection(responder.port));
    let call = statement(
        Kind::Procedure,
        "EXEC ADD_USER @P_ID = ? OUTPUT, @p_rate = ?, @p_name = ?",
        &[Value::Null, Value::Null, Value::from("leia")],
    );
    let error = once(&database, &call).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Raised);
    assert_eq!(error.code.as_deref(), Some("51000"));
    assert_eq!(error.message, "No such user. [state 3, ADD_USER, line 7]");
    // Named arguments are sent under the declared names; what is optional may be left out.
    let names: Vec<_> = responder.call().1.into_iter().map(|p| p.name).collect();
    assert_eq!(names, ["@p_id", "@p_rate", "@p_name"]);
}

#[tokio::test]
async fn what_cannot_mean_the_procedure_or_fit_a_parameter_is_refused_before_it_is_sent() {
    let responder = with_procedure(add_user, DEFINITION, |_| None).await;
    let database = open(&connection(responder.port));
    let refused = async |text: &str, values: &[Value]| {
        let call = statement(Kind::Procedure, text, values);
        once(&database, &call).await.unwrap_err()
    };
    let few = refused("ADD_USER(?)", &[Value::Null]).await;
    assert_eq!(
        (few.kind, few.expected),
        (DatabaseErrorKind::ArgumentCount, Some(4))
    );
    let long = refused(
        "ADD_USER(?, ?, ?)",
        &[Value::Text("x".repeat(21)), Value::Null, Value::Null],
    )
    .await;
    assert_eq!(
        (long.kind, long.object.as_deref()),
        (DatabaseErrorKind::TooLong, Some("p_name"))
    );
    let wrong = refused(
        "ADD_USER(?, ?, ?)",
        &[Value::from("x"), Value::from("abc"), Value::Null],
    )
    .await;
    assert_eq!(
        (wrong.kind, wrong.object.as_deref()),
        (DatabaseErrorKind::InvalidValue, Some("p_id"))
    );
    let named = |seen: &Seen| matches!(seen, Seen::Call(name, _) if name != "#10");
    assert!(!responder.seen().iter().any(named));
}

#[tokio::test]
async fn a_call_with_an_argument_written_out_goes_as_text_and_brings_the_same() {
    let responder = with_procedure(add_user, DEFINITION, |text| {
        assert_eq!(
            text,
            "EXEC @RETURN_STATUS = [dbo].[ADD_USER] @p_name = 'leia', @p_id = @P1 OUTPUT, @p_rate = @P2 OUTPUT"
        );
        Some(
            [
                done_in_proc(1, 0xC3),
                return_value(1, "@P1", &Typed::int(Some(42))),
                return_value(2, "@P2", &Typed::short(&[0x6A, 17, 10, 2], &[])),
                return_value(3, "@RETURN_STATUS", &Typed::int(Some(4))),
                return_status(0),
                done_proc(0),
            ]
            .concat(),
        )
    })
    .await;
    let database = open(&connection(responder.port));
    let call = statement(
        Kind::Procedure,
        "EXEC ADD_USER 'leia', ? OUTPUT, ?",
        &[Value::Null, Value::Null],
    );
    let outcome = once(&database, &call).await.unwrap();
    let outs: Vec<_> = outcome
        .outs
        .iter()
        .map(|o| (o.position, &o.value))
        .collect();
    assert_eq!(outs, [(2, &Value::Integer(42)), (3, &Value::Null)]);
    assert_eq!(outcome.returned, Some(Value::Integer(4)));
    assert_eq!(outcome.affected, Some(1));
    let (_, sent) = responder.call();
    assert_eq!(
        sent[1].text().unwrap().replace(" ,", ",").trim_end(),
        "@P1 int OUTPUT, @P2 decimal(10,2) OUTPUT, @RETURN_STATUS int OUTPUT"
    );
}

#[tokio::test]
async fn a_procedure_that_was_made_anew_is_noticed_before_anything_is_refused() {
    static SEEN: AtomicBool = AtomicBool::new(false);
    let anew = Arc::new(AtomicBool::new(false));
    let (now, then) = (Arc::clone(&anew), Arc::clone(&anew));
    let parameters = move || {
        let name = if now.load(Relaxed) {
            "@p_login"
        } else {
            "@p_name"
        };
        vec![parameter(1, name, "nvarchar", [40, 0, 0], false)]
    };
    let definition = "CREATE PROCEDURE dbo.ADD_USER @p nvarchar(20) AS SELECT 1";
    let responder = with_procedure(parameters, definition, move |_| {
        // The first call is answered; then the procedure is made anew.
        if then.swap(true, Relaxed) && !SEEN.swap(true, Relaxed) {
            let text = "@p_name is not a parameter for procedure ADD_USER.";
            return Some([said(0xAA, 8145, 2, 16, text, "ADD_USER"), done_proc(2)].concat());
        }
        Some([return_status(0), done_proc(0)].concat())
    })
    .await;
    let database = open(&connection(responder.port));
    let call = statement(Kind::Procedure, "ADD_USER(?)", &[Value::from("leia")]);
    for _ in 0..3 {
        let outcome = once(&database, &call).await.unwrap();
        assert_eq!(outcome.returned, Some(Value::Integer(0)));
    }
    let sent: Vec<String> = responder
        .seen()
        .into_iter()
        .filter_map(|seen| match seen {
            Seen::Call(name, sent) if name != "#10" => Some(sent[0].name.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(sent, ["@p_name", "@p_name", "@p_login", "@p_login"]);
}

#[tokio::test]
async fn a_routine_that_the_catalogue_does_not_show_is_called_as_it_is_written() {
    let responder = Responder::start(|seen| match seen {
        Seen::Call(name, _) if name == "#10" => {
            let names = ["object_id", "schema"];
            let none = columns(&names, &[Typed::int(None), Typed::null_text()]);
            Some([none, done_in_proc(0, 0xC1), done_proc(0)].concat())
        }
        Seen::Call(..) => {
            let out = return_value(1, "", &Typed::nvarchar("42"));
            Some([out, return_status(0), done_proc(0)].concat())
        }
        _ => None,
    })
    .await;
    let database = open(&connection(responder.port));
    let mut call = statement(Kind::Procedure, "p", &[Value::from("leia"), Value::Null]);
    call.parameters[1].direction = Direction::Out;
    for (text, name) in [
        (
            "other.dbo.[Add ]] User](?, ?)",
            "[other].[dbo].[Add ]] User]",
        ),
        ("sp_of_master ?, ?", "[sp_of_master]"),
    ] {
        text.clone_into(&mut call.text);
        if !text.contains('(') {
            call.text.insert_str(0, "EXEC ");
        }
        let outcome = once(&database, &call).await.unwrap();
        let (called, sent) = responder.call();
        assert_eq!(called, name);
        let shape: Vec<_> = sent
            .iter()
            .map(|p| (p.name.as_str(), p.by_ref, p.kind))
            .collect();
        assert_eq!(shape, [("", false, 0xE7), ("", true, 0xE7)]);
        let outs: Vec<_> = outcome
            .outs
            .iter()
            .map(|out| (out.position, out.name.as_str(), &out.value))
            .collect();
        assert_eq!(outs, [(2, "F2", &Value::from("42"))]);
    }
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

/// Every type as a row of a server sends it: TYPE_INFO, value, and what it means by [MS-TDS] 2.2.5.5 and
/// the documentation of Transact-SQL.
#[tokio::test]
async fn every_type_is_read() {
    let latin = |head: &[u8]| [head, &LATIN].concat();
    let since = [0x00, 0x29, 0xE9, 0xCF, 0x3B, 0xC3, 0x46, 0x0B]; // 07:08:09.1234560 on day 739,011
    let text_pointer = [&[16][..], &[1; 16], &[2; 8]].concat();
    let legacy = |value: &[u8]| {
        let length = i32::try_from(value.len()).unwrap().to_le_bytes();
        [text_pointer.as_slice(), &length, value].concat()
    };
    let variant = |head: &[u8], value: &[u8]| {
        let length = u32::try_from(head.len() + value.len())
            .unwrap()
            .to_le_bytes();
        Typed::new(&[0x62, 0x49, 0x1F, 0, 0], &[&length, head, value].concat())
    };
    let udt = [
        &[0xF0, 0x7C, 0x03][..],
        &[2, b'h', 0, b'r', 0],
        &[3, b's', 0, b'y', 0, b's', 0],
        &[2, b'h', 0, b'i', 0],
        &[1, 0, b'x', 0],
    ]
    .concat();
    let mut rowversion = Typed::long(&[0xAD, 8, 0], &[0, 0, 0, 0, 0, 0, 7, 0xD1]);
    rowversion.user_type = 80;
    let uuid = [
        0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE,
        0xFF,
    ];
    let cases: Vec<(&str, Typed, &str, Value)> = vec![
        ("bit", Typed::bit(true), "BIT", Value::Bool(true)),
        (
            "tinyint",
            Typed::short(&[0x26, 1], &[255]),
            "TINYINT",
            Value::Integer(255),
        ),
        (
            "smallint",
            Typed::short(&[0x26, 2], &[0xFE, 0xFF]),
            "SMALLINT",
            Value::Integer(-2),
        ),
        ("int", Typed::int(Some(-7)), "INT", Value::Integer(-7)),
        (
            "int not null",
            Typed::new(&[0x38], &[1, 0, 0, 0]),
            "INT",
            Value::Integer(1),
        ),
        (
            "bigint",
            Typed::short(&[0x26, 8], &i64::MIN.to_le_bytes()),
            "BIGINT",
            Value::Integer(i64::MIN),
        ),
        (
            "decimal(38,10)",
            Typed::short(
                &[0x6A, 17, 38, 10],
                &[
                    &[1][..],
                    &123_456_789_012_345_678_901_234_567_890_u128.to_le_bytes(),
                ]
                .concat(),
            ),
            "DECIMAL",
            Value::Decimal("12345678901234567890.1234567890".into()),
        ),
        (
            "numeric(5,2)",
            Typed::short(&[0x6C, 17, 5, 2], &[0, 5, 0, 0, 0]),
            "NUMERIC",
            Value::Decimal("-0.05".into()),
        ),
        // 922,337,203,685,477.5807: the larger half first.
        (
            "money",
            Typed::short(
                &[0x6E, 8],
                &[0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF],
            ),
            "MONEY",
            Value::Decimal("922337203685477.5807".into()),
        ),
        (
            "smallmoney",
            Typed::short(&[0x6E, 4], &(-12_345_i32).to_le_bytes()),
            "SMALLMONEY",
            Value::Decimal("-1.2345".into()),
        ),
        (
            "real",
            Typed::short(&[0x6D, 4], &0.1_f32.to_le_bytes()),
            "REAL",
            Value::Float(0.1),
        ),
        (
            "float",
            Typed::short(&[0x6D, 8], &0.25_f64.to_le_bytes()),
            "FLOAT",
            Value::Float(0.25),
        ),
        (
            "char(5)",
            Typed::long(&latin(&[0xAF, 5, 0]), b"abc  "),
            "CHAR",
            Value::from("abc  "),
        ),
        (
            "varchar, code page 1252",
            Typed::long(&latin(&[0xA7, 20, 0]), b"Padm\xE9"),
            "VARCHAR",
            Value::from("Padmé"),
        ),
        (
            "varchar(max)",
            Typed::chunked(&latin(&[0xA7, 0xFF, 0xFF]), b"long"),
            "VARCHAR",
            Value::from("long"),
        ),
        (
            "nchar(2)",
            Typed::long(&latin(&[0xEF, 4, 0]), &units("é ")),
            "NCHAR",
            Value::from("é "),
        ),
        (
            "nvarchar",
            Typed::nvarchar("Padmé 😀"),
            "NVARCHAR",
            Value::from("Padmé 😀"),
        ),
        (
            "nvarchar(max)",
            Typed::chunked(&latin(&[0xE7, 0xFF, 0xFF]), &units("😀")),
            "NVARCHAR",
            Value::from("😀"),
        ),
        (
            "text",
            Typed::new(
                &[&[0x23, 0xFF, 0xFF, 0xFF, 0x7F][..], &LATIN].concat(),
                &legacy(b"old"),
            ),
            "TEXT",
            Value::from("old"),
        ),
        (
            "ntext",
            Typed::new(
                &[&[0x63, 0xFE, 0xFF, 0xFF, 0x7F][..], &LATIN].concat(),
                &legacy(&units("ält")),
            ),
            "NTEXT",
            Value::from("ält"),
        ),
        (
            "image",
            Typed::new(&[0x22, 0xFF, 0xFF, 0xFF, 0x7F], &legacy(&[0, 255])),
            "IMAGE",
            Value::Bytes(vec![0, 255]),
        ),
        (
            "binary(2)",
            Typed::long(&[0xAD, 2, 0], &[1, 2]),
            "BINARY",
            Value::Bytes(vec![1, 2]),
        ),
        (
            "varbinary",
            Typed::long(&[0xA5, 4, 0], &[0, 255]),
            "VARBINARY",
            Value::Bytes(vec![0, 255]),
        ),
        (
            "varbinary(max)",
            Typed::chunked(&[0xA5, 0xFF, 0xFF], &[9]),
            "VARBINARY",
            Value::Bytes(vec![9]),
        ),
        (
            "rowversion",
            rowversion,
            "ROWVERSION",
            Value::Bytes(vec![0, 0, 0, 0, 0, 0, 7, 0xD1]),
        ),
        (
            "date",
            Typed::short(&[0x28], &[0xC3, 0x46, 0x0B]),
            "DATE",
            Value::from("2024-05-06"),
        ),
        (
            "time(0)",
            Typed::short(&[0x29, 0], &[0x7F, 0x51, 0x01]),
            "TIME",
            Value::from("23:59:59"),
        ),
        (
            "datetime2(7)",
            Typed::short(&[0x2A, 7], &since),
            "DATETIME2",
            Value::from("2024-05-06T07:08:09.123456"),
        ),
        // The wire has UTC; 120 minutes lie between.
        (
            "datetimeoffset(7)",
            Typed::short(&[0x2B, 7], &[&since[..], &[120, 0]].concat()),
            "DATETIMEOFFSET",
            Value::from("2024-05-06T09:08:09.123456+02:00"),
        ),
        (
            "datetimeoffset, west",
            Typed::short(
                &[0x2B, 7],
                &[&since[..], &(-570_i16).to_le_bytes()].concat(),
            ),
            "DATETIMEOFFSET",
            Value::from("2024-05-05T21:38:09.123456-09:30"),
        ),
        // 45,416 days after 1900; 7,706,737 three-hundredths.
        (
            "datetime",
            Typed::short(
                &[0x6F, 8],
                &[45_416_i32.to_le_bytes(), 7_706_737_u32.to_le_bytes()].concat(),
            ),
            "DATETIME",
            Value::from("2024-05-06T07:08:09.123"),
        ),
        (
            "datetime, the first",
            Typed::short(
                &[0x6F, 8],
                &[(-53_690_i32).to_le_bytes(), [1, 0, 0, 0]].concat(),
            ),
            "DATETIME",
            Value::from("1753-01-01T00:00:00.003"),
        ),
        (
            "smalldatetime",
            Typed::short(&[0x6F, 4], &[0x68, 0xB1, 0xAC, 0x01]),
            "SMALLDATETIME",
            Value::from("2024-05-06T07:08:00"),
        ),
        (
            "uniqueidentifier",
            Typed::short(&[0x24, 16], &uuid),
            "UNIQUEIDENTIFIER",
            Value::from("00112233-4455-6677-8899-AABBCCDDEEFF"),
        ),
        (
            "xml",
            Typed::chunked(&[0xF1, 0], &units("\u{feff}<a>é</a>")),
            "XML",
            Value::from("<a>é</a>"),
        ),
        (
            "sql_variant of int",
            variant(&[0x38, 0], &42_i32.to_le_bytes()),
            "SQL_VARIANT",
            Value::Integer(42),
        ),
        (
            "sql_variant of nvarchar",
            variant(
                &[&[0xE7, 7][..], &LATIN, &[0x40, 0x1F]].concat(),
                &units("x"),
            ),
            "SQL_VARIANT",
            Value::from("x"),
        ),
        (
            "hierarchyid",
            Typed::chunked(&udt, &[0x58]),
            "UDT",
            Value::Bytes(vec![0x58]),
        ),
        (
            "json, of SQL Server 2025",
            Typed::chunked(&[0xF4], b"{\"a\":1}"),
            "JSON",
            Value::Json(serde_json::json!({"a": 1})),
        ),
        ("null", Typed::null_text(), "NVARCHAR", Value::Null),
    ];
    let names: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let types: Vec<Typed> = cases.iter().map(|case| case.1.clone()).collect();
    let answer = [rows(&names, &[types]), done(0x10, 1)].concat();
    let responder = with_statement(vec![], move |_| Some(answer.clone())).await;
    let database = open(&connection(responder.port));
    let set = sql(&database, "SELECT * FROM T").await.unwrap().into_rows();
    for (index, (name, _, kind, value)) in cases.into_iter().enumerate() {
        assert_eq!(set.columns[index].type_name, kind, "{name}");
        assert_eq!(set.rows[0][index], value, "{name}");
    }
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
