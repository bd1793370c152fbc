//! MySQL or MariaDB through the ports, on a private server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::ports::{Access, Database};
use sluice_core::{DatabaseErrorKind, Secret, Value};
use sluice_tests::support::mariadb;

use crate::stage::{NONE, call, cell, read, statement, texts, user, write};
use tokio::sync::{Mutex, MutexGuard};

mod catalogue;
mod routines;
mod types;

static ALONE: Mutex<()> = Mutex::const_new(());

/// A fresh demo database with statements of the test's own; one test at a time, because some look
/// at what the whole server does.
async fn demo(extra: &[&str]) -> (MutexGuard<'static, ()>, Connection, Secret) {
    let guard = ALONE.lock().await;
    let server = mariadb::shared().await.unwrap();
    let name = server.fresh_database().await.unwrap();
    let mut conn = server.connect(&name).await.unwrap();
    for sql in extra {
        conn.query_drop(*sql).await.unwrap();
    }
    let mut connection = Connection::new("test", Dialect::Mysql);
    connection.host = Some(server.host.clone());
    connection.port = Some(server.port);
    connection.database = Some(name);
    connection.user = Some(server.user.clone());
    (guard, connection, Secret::new(server.password.clone()))
}

async fn opened(extra: &[&str]) -> (MutexGuard<'static, ()>, Arc<dyn Database>) {
    let (guard, connection, password) = demo(extra).await;
    (
        guard,
        sluice_db::open(&connection, Some(&password)).unwrap(),
    )
}

#[tokio::test]
async fn every_common_type_is_read() {
    let (_guard, database) = opened(&[
        "CREATE TABLE T (A TINYINT(1), B TINYINT, C BIGINT UNSIGNED, D DECIMAL(38,10), E FLOAT, F DOUBLE, \
         G DATE, H DATETIME(3), I TIME(1), J JSON, K BIT(12), L BLOB, M VARBINARY(4), N ENUM('x','y'), \
         O YEAR, P TIMESTAMP NULL, Q TEXT, R CHAR(3), S UUID, T SET('a','b'), U INT)",
        "INSERT INTO T VALUES (1, 5, 18446744073709551615, 12345678901234567890.5, 0.1, 0.25, '2024-05-06', \
         '2024-05-06 07:08:09.120', '-12:34:56.5', '{\"a\":1}', 2730, X'00FF', X'0102', 'y', 2024, \
         '2024-05-06 07:08:09', 'Padmé 😀', 'abc', '00112233-4455-6677-8899-aabbccddeeff', 'a,b', -7)",
    ])
    .await;
    let set = read(&database, "SELECT * FROM T", NONE).await.unwrap();
    let set = set.into_rows();
    let types: Vec<_> = set.columns.iter().map(|c| c.type_name.as_str()).collect();
    assert_eq!(
        set.rows[0],
        [
            Value::Bool(true),
            Value::Integer(5),
            Value::Unsigned(u64::MAX),
            Value::Decimal("12345678901234567890.5000000000".into()),
            Value::Float(0.1),
            Value::Float(0.25),
            Value::from("2024-05-06"),
            Value::from("2024-05-06T07:08:09.12"),
            Value::from("-12:34:56.5"),
            Value::from("{\"a\":1}"),
            Value::Unsigned(2730),
            Value::Bytes(vec![0, 255]),
            Value::Bytes(vec![1, 2]),
            Value::from("y"),
            Value::Integer(2024),
            Value::from("2024-05-06T07:08:09"),
            Value::from("Padmé 😀"),
            Value::from("abc"),
            Value::from("00112233-4455-6677-8899-aabbccddeeff"),
            Value::from("a,b"),
            Value::Integer(-7),
        ],
        "{types:?}"
    );
}

#[tokio::test]
async fn text_is_converted_by_the_server_and_long_or_empty_values_arrive_whole() {
    let (_guard, database) = opened(&[
        "CREATE TABLE T (A INT, B DATE, C LONGTEXT, D LONGBLOB, E TINYINT(1), F BIGINT UNSIGNED)",
    ])
    .await;
    let long = "Padmé 😀 ".repeat(8_000);
    let values = [
        Value::from("42"),
        Value::from("2024-05-06"),
        Value::Text(long.clone()),
        Value::Bytes(vec![0, 255, 128]),
        Value::from("1"),
        Value::Unsigned(u64::MAX),
    ];
    let insert = "INSERT INTO T VALUES (?, ?, ?, ?, ?, ?)";
    let written = write(&database, insert, &values).await.unwrap();
    assert_eq!((written.affected, written.sets.len()), (Some(1), 0));
    let set = read(&database, "SELECT * FROM T", NONE).await.unwrap();
    assert_eq!(
        set.into_rows().rows[0],
        [
            Value::Integer(42),
            Value::from("2024-05-06"),
            Value::Text(long),
            Value::Bytes(vec![0, 255, 128]),
            Value::Bool(true),
            Value::Unsigned(u64::MAX),
        ]
    );
    let mut empty = vec![Value::Null; 6];
    empty[2] = Value::from("");
    empty[3] = Value::Bytes(Vec::new());
    write(&database, insert, &empty).await.unwrap();
    let set = read(&database, "SELECT * FROM T WHERE A IS NULL", NONE).await;
    assert_eq!(set.unwrap().into_rows().rows[0], empty);
}

#[tokio::test]
async fn the_demo_procedures_run_and_a_repeated_update_counts_the_row() {
    let (_guard, database) = opened(&[]).await;
    let product = database.check().await.unwrap().product;
    assert!(product.starts_with('M'), "{product}");
    let created = call(&database, Access::Write, "CREATE_USER", user("u-1", "leia"));
    let created = created.await.unwrap();
    assert_eq!((created.affected, created.sets.len()), (Some(1), 0));
    let found = call(
        &database,
        Access::Read,
        "{call GET_USER_BY_ID(?)}",
        texts(&["u-1"]),
    );
    let set = found.await.unwrap().into_rows();
    let at = |name: &str| set.rows[0][set.column(name).unwrap()].clone();
    assert_eq!(at("USERNAME"), Value::from("leia"));
    assert_eq!(at("IS_ACTIVE"), Value::Bool(true));
    assert_eq!(at("HIREDATE"), Value::from("2024-05-06"));
    let none = call(
        &database,
        Access::Read,
        "GET_USER_BY_ID(?)",
        texts(&["nobody"]),
    );
    let none = none.await.unwrap().into_rows();
    assert_eq!((none.columns.len(), none.rows.len()), (25, 0));
    for _ in 0..2 {
        let update = "UPDATE USERS SET TITLE = ? WHERE USER_ID = ?";
        let changed = write(&database, update, texts(&["Senator", "u-1"])).await;
        assert_eq!(changed.unwrap().affected, Some(1));
    }
}

#[tokio::test]
async fn every_result_set_of_a_call_is_kept_and_so_are_out_parameters() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE TWO(IN P INT, OUT Q INT) BEGIN SELECT 1 AS A WHERE FALSE; SELECT P + 1 AS B; SET Q = P * 2; END",
    ])
    .await;
    let values = [Value::from("20"), Value::Null];
    let outcome = call(&database, Access::Read, "CALL TWO(?, ?)", values).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.sets.len(), 2);
    assert_eq!(outcome.sets[0].columns.len(), 1);
    assert_eq!(outcome.sets[0].rows.len(), 0);
    assert_eq!(outcome.sets[1].rows, [[Value::Integer(21)]]);
    let out = &outcome.outs[0];
    assert_eq!(outcome.outs.len(), 1);
    assert_eq!((out.position, out.name.as_str()), (2, "Q"));
    assert_eq!(out.value, Value::Integer(40));
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let (_guard, database) = opened(&[
        "CREATE TABLE C (A INT, CONSTRAINT A_POSITIVE CHECK (A > 0))",
        "CREATE PROCEDURE ODD() SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31001, MESSAGE_TEXT = 'odd'",
    ])
    .await;
    call(&database, Access::Write, "CREATE_USER", user("u-1", "leia"))
        .await
        .unwrap();
    let mut no_mail = user("u-2", "han");
    no_mail[4] = Value::Null;
    let mut bad_date = user("u-2", "han");
    bad_date[21] = Value::from("soon");
    for (text, values, kind, object) in [
        (
            "CREATE_USER",
            user("u-2", "leia"),
            DatabaseErrorKind::Duplicate,
            Some("USERNAME_UNIQUE"),
        ),
        (
            "CREATE_USER",
            user("u-2", &"x".repeat(101)),
            DatabaseErrorKind::TooLong,
            Some("p_username"),
        ),
        (
            "CREATE_USER",
            no_mail,
            DatabaseErrorKind::NotNull,
            Some("EMAIL"),
        ),
        (
            "CREATE_USER",
            bad_date,
            DatabaseErrorKind::InvalidValue,
            Some("p_hiredate"),
        ),
        (
            "DEACTIVATE_USER(?)",
            texts(&["nobody"]),
            DatabaseErrorKind::Raised,
            None,
        ),
        ("ODD()", vec![], DatabaseErrorKind::Raised, None),
    ] {
        let error = call(&database, Access::Write, text, values).await;
        let error = error.unwrap_err();
        assert_eq!(
            (error.kind, error.object.as_deref()),
            (kind, object),
            "{error:?}"
        );
    }
    for (text, kind) in [
        (
            "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) VALUES ('x', 1)",
            DatabaseErrorKind::ForeignKey,
        ),
        ("INSERT INTO C VALUES (0)", DatabaseErrorKind::Check),
        (
            "INSERT INTO C VALUES ('x')",
            DatabaseErrorKind::InvalidValue,
        ),
        ("SELECT * FROM USRES", DatabaseErrorKind::MissingObject),
        ("SELECT NAM FROM USERS", DatabaseErrorKind::MissingObject),
        ("SELEC 1", DatabaseErrorKind::Syntax),
    ] {
        let error = write(&database, text, NONE).await.unwrap_err();
        assert_eq!(error.kind, kind, "{text}: {error:?}");
        assert!(error.sqlstate.is_some() && error.code.is_some());
    }
    let error = call(&database, Access::Read, "CREATE_USER(?)", texts(&["x"]));
    let error = error.await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount, "{error:?}");
    assert_eq!(error.expected, Some(24));
    let error = call(&database, Access::Read, "CREATE_USRE(?)", texts(&["x"]));
    let error = error.await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::MissingProcedure, "{error:?}");
}

#[tokio::test]
async fn a_user_without_the_right_is_told_so() {
    let (_guard, mut connection, _) =
        demo(&["CREATE OR REPLACE USER low@'127.0.0.1' IDENTIFIED BY 'low'"]).await;
    let name = connection.database.clone().unwrap();
    let root = mariadb::shared().await.unwrap();
    let mut conn = root.connect(&name).await.unwrap();
    conn.query_drop(format!(
        "GRANT SELECT ON `{name}`.ENTITLEMENTS TO low@'127.0.0.1'"
    ))
    .await
    .unwrap();
    connection.user = Some("low".to_owned());
    let database = sluice_db::open(&connection, Some(&Secret::new("low"))).unwrap();
    assert!(
        read(&database, "SELECT * FROM ENTITLEMENTS", NONE)
            .await
            .is_ok()
    );
    for text in ["SELECT * FROM USERS", "DELETE FROM ENTITLEMENTS"] {
        let error = write(&database, text, NONE).await.unwrap_err();
        assert_eq!(
            error.kind,
            DatabaseErrorKind::PermissionDenied,
            "{text}: {error:?}"
        );
    }
    let error = call(
        &database,
        Access::Write,
        "CALL ACTIVATE_USER(?)",
        texts(&["yoda"]),
    )
    .await
    .unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::PermissionDenied, "{error:?}");
}

#[tokio::test]
async fn nothing_stays_of_a_session_that_was_rolled_back_or_dropped() {
    let (_guard, database) = opened(&[]).await;
    let insert = statement(Kind::Procedure, "CREATE_USER", user("u-1", "leia"));
    let count = "SELECT COUNT(*) FROM USERS WHERE USER_ID = 'u-1'";
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(0));
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    drop(session);
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(1));
}

#[tokio::test]
async fn a_transaction_that_a_procedure_left_open_is_rolled_back() {
    let (_guard, mut connection, password) = demo(&[
        "CREATE PROCEDURE LEFT_OPEN() BEGIN START TRANSACTION; UPDATE USERS SET TITLE = 'x'; END",
    ])
    .await;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    call(&database, Access::Read, "LEFT_OPEN()", NONE)
        .await
        .unwrap();
    let count = "SELECT COUNT(*) FROM USERS WHERE TITLE = 'x'";
    assert_eq!(cell(&database, count).await, Value::Integer(0));
}

#[tokio::test]
async fn the_victim_of_a_deadlock_writes_nothing_more() {
    let (_guard, database) = opened(&[
        "CREATE TABLE D (ID INT PRIMARY KEY, N INT)",
        "INSERT INTO D VALUES (1, 0), (2, 0), (3, 0)",
    ])
    .await;
    let update = |id: i64| {
        let values = [Value::Integer(id)];
        statement(Kind::Sql, "UPDATE D SET N = N + 1 WHERE ID = ?", values)
    };
    let mut one = database.begin(Access::Write).await.unwrap();
    let mut two = database.begin(Access::Write).await.unwrap();
    one.execute(&update(1)).await.unwrap();
    two.execute(&update(2)).await.unwrap();
    let (first, second) = (update(2), update(1));
    let (a, b) = tokio::join!(one.execute(&first), two.execute(&second));
    let (victim, error) = match (a, b) {
        (Err(error), Ok(_)) => (&mut one, error),
        (Ok(_), Err(error)) => (&mut two, error),
        other => panic!("one of them is the victim: {other:?}"),
    };
    assert_eq!(error.kind, DatabaseErrorKind::Deadlock, "{error:?}");
    let again = victim.execute(&update(3)).await.unwrap_err();
    assert_eq!(again.kind, DatabaseErrorKind::Deadlock);
    drop((one, two));
    let three = cell(&database, "SELECT N FROM D WHERE ID = 3").await;
    assert_eq!(three, Value::Integer(0));
}

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_at_the_server_and_its_answer_never_seen() {
    let (_guard, mut connection, password) = demo(&[
        "CREATE PROCEDURE SLOW() BEGIN UPDATE USERS SET TITLE = 'slow'; SELECT SLEEP(20) AS SLEPT; END",
    ])
    .await;
    connection.statement_timeout_ms = 300;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let mut session = database.begin(Access::Write).await.unwrap();
    let slow = statement(Kind::Procedure, "SLOW()", NONE);
    let error = session.execute(&slow).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout, "{error:?}");
    assert!(session.commit().await.is_err());
    let dropped = tokio::time::timeout(
        Duration::from_millis(100),
        read(&database, "SELECT SLEEP(20)", NONE),
    );
    assert!(dropped.await.is_err());
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
    let mut asleep = Value::Null;
    for _ in 0..30 {
        let sql = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.PROCESSLIST WHERE INFO LIKE '%SLEEP(20%' AND ID <> CONNECTION_ID()";
        asleep = cell(&database, sql).await;
        if asleep == Value::Integer(0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(asleep, Value::Integer(0));
    let count = "SELECT COUNT(*) FROM USERS WHERE TITLE = 'slow'";
    assert_eq!(cell(&database, count).await, Value::Integer(0));
}

#[tokio::test]
async fn what_cannot_be_reached_is_said_at_once() {
    let (_guard, connection, password) = demo(&[]).await;
    let began = Instant::now();
    let kind = |connection: Connection, password: Secret| async move {
        let database = sluice_db::open(&connection, Some(&password)).unwrap();
        database.check().await.unwrap_err().kind
    };
    let wrong = Secret::new("wrong");
    assert_eq!(
        kind(connection.clone(), wrong).await,
        DatabaseErrorKind::LoginRefused
    );
    let mut other = connection.clone();
    other.port = Some(1);
    assert_eq!(
        kind(other, password.clone()).await,
        DatabaseErrorKind::Unreachable
    );
    let mut other = connection.clone();
    other.host = Some("no-such-host.invalid".into());
    assert_eq!(
        kind(other, password.clone()).await,
        DatabaseErrorKind::Unreachable
    );
    let mut other = connection.clone();
    other.database = Some("absent".into());
    // To a user without rights on everything the server does not admit that a database is missing.
    let missing = kind(other, password).await;
    assert!(
        matches!(
            missing,
            DatabaseErrorKind::UnknownDatabase | DatabaseErrorKind::LoginRefused
        ),
        "{missing:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_connection_that_the_pool_closes_says_goodbye() {
    let (_guard, mut connection, password) = demo(&[]).await;
    let watching = sluice_db::open(&connection, Some(&password)).unwrap();
    connection.pool.idle_timeout = 100;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let aborted = "SELECT VARIABLE_VALUE FROM INFORMATION_SCHEMA.GLOBAL_STATUS \
         WHERE VARIABLE_NAME = 'Aborted_clients'";
    // What other tests left behind is counted first.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = cell(&watching, aborted).await;
    cell(&database, "SELECT 1").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(database.pool().idle, 0);
    assert_eq!(cell(&watching, aborted).await, before);
}
