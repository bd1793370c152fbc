//! SQLite through the ports, on throw-away files.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::stage::{NONE, call, cell, read, sqlite, statement, texts, user, write};
use sluice_core::config::Connection;
use sluice_core::mapping::Kind;
use sluice_core::ports::{Access, Database};
use sluice_core::{DatabaseErrorKind, Value};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tempfile::TempDir;

/// A file with the demo database, and statements of the test's own.
async fn demo(extra: &[&str]) -> (TempDir, Connection) {
    let folder = TempDir::new().unwrap();
    let path = sluice_tests::support::sqlite::fresh_file(folder.path())
        .await
        .unwrap();
    let mut file = sluice_tests::support::sqlite::connect(&path).await.unwrap();
    for sql in extra {
        file.execute(sqlx::raw_sql(AssertSqlSafe((*sql).to_owned())))
            .await
            .unwrap();
    }
    file.close().await.unwrap();
    (folder, sqlite(&path))
}

async fn opened(extra: &[&str]) -> (TempDir, Arc<dyn Database>) {
    let (folder, connection) = demo(extra).await;
    (folder, sluice_db::open(&connection, None).unwrap())
}

#[tokio::test]
async fn the_database_says_who_it_is_and_what_its_pool_does() {
    let (_folder, database) = opened(&[]).await;
    let server = database.check().await.unwrap();
    assert!(server.product.starts_with("SQLite 3."), "{server:?}");
    let figures = database.pool();
    assert_eq!((figures.busy, figures.idle, figures.max), (0, 1, 10));
    let session = database.begin(Access::Read).await.unwrap();
    assert_eq!(database.pool().busy, 1);
    session.commit().await.unwrap();
    assert_eq!(database.pool().busy, 0);
}

#[tokio::test]
async fn a_missing_file_is_an_unknown_database_and_is_said_at_once() {
    let folder = TempDir::new().unwrap();
    let connection = sqlite(&folder.path().join("absent.db"));
    let database = sluice_db::open(&connection, None).unwrap();
    let began = Instant::now();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::UnknownDatabase, "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
    // And again, as the pool must not be waiting for anything.
    let error = database.begin(Access::Write).await.err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::UnknownDatabase);
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn values_keep_their_types_both_ways() {
    let (_folder, database) = opened(&[
        "CREATE TABLE T (A TEXT, B INTEGER, C REAL, D BLOB, E BOOLEAN, F DATE, G NUMERIC)",
    ])
    .await;
    let long = "Padmé 😀 ".repeat(8_000);
    let given = [
        Value::Text(long.clone()),
        Value::from("42"),
        Value::Float(0.1),
        Value::Bytes(vec![0, 255]),
        Value::Bool(true),
        Value::from("2024-05-06"),
        Value::Unsigned(u64::MAX),
    ];
    let insert = "INSERT INTO T VALUES (?, ?, ?, ?, ?, ?, ?)";
    let written = write(&database, insert, &given).await.unwrap();
    assert_eq!((written.affected, written.sets.len()), (Some(1), 0));
    let read_back = read(&database, "SELECT * FROM T WHERE B = ?", texts(&["42"])).await;
    let set = read_back.unwrap().into_rows();
    let types: Vec<_> = set.columns.iter().map(|c| c.type_name.as_str()).collect();
    assert_eq!(
        types,
        ["TEXT", "INTEGER", "REAL", "BLOB", "BOOLEAN", "DATE", "NULL"]
    );
    assert_eq!(
        set.rows[0][..6],
        [
            Value::Text(long),
            Value::Integer(42),
            Value::Float(0.1),
            Value::Bytes(vec![0, 255]),
            Value::Bool(true),
            Value::from("2024-05-06"),
        ]
    );
    let empty = [Value::from(""), Value::Bytes(Vec::new()), Value::Null];
    let set = read(&database, "SELECT ?, ?, ?", &empty).await.unwrap();
    assert_eq!(set.into_rows().rows[0], empty);
}

#[tokio::test]
async fn an_empty_result_keeps_its_columns_and_a_select_counts_nothing() {
    let (_folder, database) = opened(&[]).await;
    write(&database, "UPDATE USERS SET TITLE = 'x'", NONE)
        .await
        .unwrap();
    let sql = "SELECT USER_ID, USERNAME FROM USERS WHERE USER_ID = ?";
    let outcome = read(&database, sql, texts(&["nobody"])).await.unwrap();
    assert_eq!(outcome.affected, None);
    let set = outcome.into_rows();
    assert_eq!((set.columns.len(), set.rows.len()), (2, 0));
    assert_eq!(set.column("username"), Some(1));
    let returned = write(
        &database,
        "UPDATE USERS SET TITLE = 'y' WHERE USER_ID = ? RETURNING USER_ID",
        texts(&["nobody"]),
    );
    let returned = returned.await.unwrap();
    assert_eq!((returned.affected, returned.sets.len()), (Some(0), 1));
}

#[tokio::test]
async fn scripts_are_called_by_name_whatever_its_letter_case() {
    let (_folder, database) = opened(&[]).await;
    let outcome = call(&database, Access::Read, "CALL get_activeusers()", NONE).await;
    let before = outcome.unwrap().into_rows().rows.len();
    let created = call(
        &database,
        Access::Write,
        "{call CREATE_USER}",
        user("u-1", "leia"),
    );
    // The escape form without a list takes as many as are bound.
    let created = created.await.unwrap();
    assert_eq!((created.affected, created.sets.len()), (Some(1), 0));
    let outcome = call(&database, Access::Read, "GET_ACTIVEUSERS", NONE).await;
    assert_eq!(outcome.unwrap().into_rows().rows.len(), before + 1);
    let found = call(
        &database,
        Access::Read,
        "CALL GET_USER_BY_ID(?)",
        texts(&["u-1"]),
    );
    let set = found.await.unwrap().into_rows();
    let active = set.column("IS_ACTIVE").unwrap();
    assert_eq!(set.rows[0][active], Value::Bool(true));
}

#[tokio::test]
async fn a_script_that_refuses_leaves_nothing_and_says_why() {
    let (_folder, database) = opened(&[]).await;
    for access in [Access::Write, Access::Read] {
        let error = call(
            &database,
            access,
            "CALL DEACTIVATE_USER(?)",
            texts(&["nobody"]),
        );
        let error = error.await.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::Raised, "{error:?}");
        assert_eq!(error.message, "The user does not exist.");
    }
    // The connection is as good as before.
    let changed = write(&database, "UPDATE USERS SET TITLE = 'x'", NONE).await;
    assert!(changed.unwrap().affected > Some(0));
}

#[tokio::test]
async fn a_script_runs_whole_or_not_at_all_also_without_a_transaction_around_it() {
    let script = "INSERT INTO SLUICE_PROCEDURES VALUES ('HALF', '[{\"name\":\"p_id\"}]', \
        'UPDATE USERS SET TITLE = ''half'' WHERE USER_ID = :p_id; INSERT INTO USERS (USER_ID) VALUES (:p_id)', NULL)";
    let (_folder, database) = opened(&[script]).await;
    let id = cell(&database, "SELECT MIN(USER_ID) FROM USERS").await;
    for access in [Access::Read, Access::Write] {
        let mut session = database.begin(access).await.unwrap();
        let half = statement(Kind::Procedure, "HALF(?)", std::slice::from_ref(&id));
        let error = session.execute(&half).await.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::NotNull, "{error:?}");
        session.commit().await.unwrap();
        let titles = cell(&database, "SELECT COUNT(*) FROM USERS WHERE TITLE = 'half'");
        assert_eq!(titles.await, Value::Integer(0), "{access:?}");
    }
}

#[tokio::test]
async fn a_changed_script_is_noticed_at_once() {
    let (_folder, database) =
        opened(&["INSERT INTO SLUICE_PROCEDURES VALUES ('ONE', '[]', 'SELECT 1', NULL)"]).await;
    let one = call(&database, Access::Read, "ONE", NONE).await.unwrap();
    assert_eq!(one.into_rows().rows[0][0], Value::Integer(1));
    let change = "UPDATE SLUICE_PROCEDURES SET BODY = 'SELECT 2' WHERE NAME = 'one'";
    write(&database, change, NONE).await.unwrap();
    let two = call(&database, Access::Read, "ONE", NONE).await.unwrap();
    assert_eq!(two.into_rows().rows[0][0], Value::Integer(2));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_runs() {
    let (_folder, database) = opened(&[]).await;
    let one = texts(&["u-1"]);
    let error = call(&database, Access::Write, "CALL CREATE_USER(?)", &one).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount);
    assert_eq!(error.expected, Some(24));
    let error = call(&database, Access::Write, "CALL CREATE_USRE(?)", &one).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::MissingProcedure);
    assert_eq!(error.object.as_deref(), Some("CREATE_USRE"));
    let error = call(
        &database,
        Access::Read,
        "CALL GET_USER_BY_ID(lower(?))",
        &one,
    );
    assert_eq!(
        error.await.unwrap_err().kind,
        DatabaseErrorKind::Unsupported
    );
    let error = read(&database, "SELECT ?, ?", &one).await.unwrap_err();
    assert_eq!(
        (error.kind, error.expected),
        (DatabaseErrorKind::ArgumentCount, Some(2))
    );
    let error = read(&database, "SELECT 1; DELETE FROM USERS", NONE).await;
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::Syntax);
}

#[tokio::test]
async fn a_file_without_scripts_has_no_procedures() {
    let (_folder, database) = opened(&["DROP TABLE SLUICE_PROCEDURES"]).await;
    let error = call(&database, Access::Read, "GET_ACTIVEUSERS", NONE).await;
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::MissingProcedure);
}

#[tokio::test]
async fn refusals_of_the_database_are_told_apart() {
    let (_folder, database) = opened(&[]).await;
    let create = |values: Vec<Value>| {
        let database = Arc::clone(&database);
        async move {
            let created = call(&database, Access::Write, "CREATE_USER", &values).await;
            let error = created.unwrap_err();
            (error.kind, error.object)
        }
    };
    call(&database, Access::Write, "CREATE_USER", user("u-1", "leia"))
        .await
        .unwrap();
    let named = |text: &str| Some(text.to_owned());
    assert_eq!(
        create(user("u-2", "leia")).await,
        (DatabaseErrorKind::Duplicate, named("USERS.USERNAME"))
    );
    assert_eq!(
        create(user("u-1", "other")).await,
        (DatabaseErrorKind::Duplicate, named("USERS.USER_ID"))
    );
    assert_eq!(
        create(user("u-3", &"x".repeat(101))).await,
        (DatabaseErrorKind::TooLong, named("USERNAME"))
    );
    let mut values = user("u-4", "han");
    values[4] = Value::Null;
    assert_eq!(
        create(values).await,
        (DatabaseErrorKind::NotNull, named("USERS.EMAIL"))
    );
    let mut values = user("u-5", "luke");
    values[21] = Value::from("06.05.2024");
    assert_eq!(
        create(values).await,
        (DatabaseErrorKind::InvalidValue, named("HIREDATE"))
    );
    for (sql, kind) in [
        (
            "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) VALUES ('x', 1)",
            DatabaseErrorKind::ForeignKey,
        ),
        ("SELECT * FROM USRES", DatabaseErrorKind::MissingObject),
        ("SELECT NAM FROM USERS", DatabaseErrorKind::MissingObject),
        ("SELEC 1", DatabaseErrorKind::Syntax),
        ("UPDATE USERS SET IS_ACTIVE = 7", DatabaseErrorKind::Check),
    ] {
        let error = write(&database, sql, NONE).await.unwrap_err();
        assert_eq!(error.kind, kind, "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn nothing_stays_of_a_session_that_was_rolled_back_or_dropped() {
    let (_folder, database) = opened(&[]).await;
    let insert = statement(Kind::Procedure, "CREATE_USER", user("u-1", "leia"));
    let count = "SELECT COUNT(*) FROM USERS WHERE USER_ID = 'u-1'";

    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(0));

    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    drop(session);
    // The next writer waits for the rollback and is not hindered by it.
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(1));
}

#[tokio::test]
async fn an_error_that_ends_the_transaction_ends_the_session() {
    let (_folder, database) = opened(&[
        "CREATE TRIGGER GIVE_UP BEFORE UPDATE ON USERS BEGIN SELECT RAISE(ROLLBACK, 'given up'); END",
    ])
    .await;
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = statement(
        Kind::Sql,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["901", "a"]),
    );
    session.execute(&insert).await.unwrap();
    let update = statement(Kind::Sql, "UPDATE USERS SET TITLE = 'x'", NONE);
    let error = session.execute(&update).await.unwrap_err();
    assert_eq!(error.message, "given up");
    // Without a transaction this would be kept at once.
    let insert = statement(
        Kind::Sql,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["902", "b"]),
    );
    assert!(session.execute(&insert).await.is_err());
    assert!(session.commit().await.is_err());
    let count = "SELECT COUNT(*) FROM ENTITLEMENTS WHERE ENT_ID > 900";
    assert_eq!(cell(&database, count).await, Value::Integer(0));
}

const ENDLESS: &str =
    "WITH RECURSIVE N(I) AS (SELECT 1 UNION ALL SELECT I + 1 FROM N) SELECT COUNT(*) FROM N";

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_and_its_connection_closed() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.statement_timeout_ms = 200;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, None).unwrap();
    let began = Instant::now();
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = statement(
        Kind::Sql,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["901", "a"]),
    );
    session.execute(&insert).await.unwrap();
    let endless = statement(Kind::Sql, ENDLESS, NONE);
    let error = session.execute(&endless).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout, "{error:?}");
    assert!(session.execute(&insert).await.is_err());
    assert!(session.commit().await.is_err());
    assert_eq!(database.pool().busy, 0);
    // One connection only: the next session has a new one, and the statement really ended, or this
    // could not write.
    write(
        &database,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["901", "b"]),
    )
    .await
    .unwrap();
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_call_that_was_dropped_is_stopped_and_its_connection_closed() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, None).unwrap();
    let endless = read(&database, ENDLESS, NONE);
    let dropped = tokio::time::timeout(Duration::from_millis(200), endless).await;
    assert!(dropped.is_err());
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
}

#[tokio::test]
async fn a_session_waits_no_longer_than_the_connection_timeout_for_a_connection() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.maximum_pool_size = 1;
    connection.pool.connection_timeout = 250;
    let database = sluice_db::open(&connection, None).unwrap();
    let _held = database.begin(Access::Read).await.unwrap();
    let began = Instant::now();
    let error = database.begin(Access::Read).await.err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::PoolExhausted, "{error:?}");
    let waited = began.elapsed().as_millis();
    assert!((200..1_000).contains(&waited), "{waited} ms");
}

#[tokio::test]
async fn idle_connections_are_closed_down_to_the_minimum() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.idle_timeout = 200;
    connection.pool.minimum_idle = 1;
    let database = sluice_db::open(&connection, None).unwrap();
    let mut sessions = Vec::new();
    for _ in 0..4 {
        sessions.push(database.begin(Access::Read).await.unwrap());
    }
    drop(sessions);
    assert!(database.pool().idle >= 4);
    let mut figures = database.pool();
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        figures = database.pool();
        if figures.idle == 1 {
            break;
        }
    }
    assert_eq!(figures.idle, 1, "{figures:?}");
}

#[tokio::test]
async fn the_init_statement_runs_on_every_new_connection() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.connection_init_sql = Some("PRAGMA user_version = 7".to_owned());
    let database = sluice_db::open(&connection, None).unwrap();
    assert_eq!(
        cell(&database, "PRAGMA user_version").await,
        Value::Integer(7)
    );
    connection.pool.connection_init_sql = Some("SELEC 1".to_owned());
    let database = sluice_db::open(&connection, None).unwrap();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Syntax);
}

#[tokio::test]
async fn foreign_keys_hold_and_the_journal_is_wal() {
    let (_folder, database) = opened(&[]).await;
    assert_eq!(
        cell(&database, "PRAGMA foreign_keys").await,
        Value::Integer(1)
    );
    assert_eq!(
        cell(&database, "PRAGMA journal_mode").await,
        Value::from("wal")
    );
}

#[test]
fn outside_a_runtime_opening_is_refused_and_does_not_panic() {
    let connection = sqlite("x.db".as_ref());
    assert!(sluice_db::open(&connection, None).is_err());
}
