//! PostgreSQL through the ports, on a private server.

mod catalogue;
mod errors;
mod routines;
mod types;

use std::sync::Arc;
use std::time::{Duration, Instant};

use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::ports::{Access, Database, OutValue};
use sluice_core::{DatabaseErrorKind, Secret, Value};
use sluice_tests::support::postgres;

use crate::stage::{NONE, call, cell, read, statement, texts, user, write};
use tokio::sync::{Mutex, MutexGuard};

static ALONE: Mutex<()> = Mutex::const_new(());

/// A fresh demo database with statements of the test's own; one test at a time, because some look
/// at what the whole server does.
async fn demo(extra: &[&str]) -> (MutexGuard<'static, ()>, Connection, Secret) {
    let guard = ALONE.lock().await;
    let server = postgres::shared().await.unwrap();
    let name = server.fresh_database().await.unwrap();
    let client = server.connect(&name).await.unwrap();
    for sql in extra {
        client.batch_execute(sql).await.unwrap();
    }
    let mut connection = Connection::new("test", Dialect::Postgresql);
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
async fn text_is_converted_by_the_server_and_long_or_empty_values_arrive_whole() {
    let (_guard, database) = opened(&[
        "CREATE TABLE T (A INT, B DATE, C TEXT, D BYTEA, E BOOLEAN, F NUMERIC, G JSONB, H UUID)",
    ])
    .await;
    let long = "Padmé 😀 ".repeat(8_000);
    let uuid = "00112233-4455-6677-8899-aabbccddeeff";
    let insert = "INSERT INTO T VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    for (flag, expected) in [
        (Value::from("1"), true),
        (Value::from("0"), false),
        (Value::from("true"), true),
        (Value::Bool(false), false),
    ] {
        write(&database, "DELETE FROM T", NONE).await.unwrap();
        let values = [
            Value::from("42"),
            Value::from("2024-05-06"),
            Value::Text(long.clone()),
            Value::Bytes(vec![0, 255, 128]),
            flag,
            Value::Unsigned(u64::MAX),
            Value::Json(serde_json::json!({"a": 1})),
            Value::from(uuid),
        ];
        let written = write(&database, insert, values).await.unwrap();
        assert_eq!((written.affected, written.sets.len()), (Some(1), 0));
        let set = read(&database, "SELECT * FROM T WHERE A = ?", texts(&["42"])).await;
        assert_eq!(
            set.unwrap().into_rows().rows[0],
            [
                Value::Integer(42),
                Value::from("2024-05-06"),
                Value::Text(long.clone()),
                Value::Bytes(vec![0, 255, 128]),
                Value::Bool(expected),
                Value::Decimal(u64::MAX.to_string()),
                Value::Json(serde_json::json!({"a": 1})),
                Value::from(uuid),
            ]
        );
    }
    let mut empty = vec![Value::Null; 8];
    empty[2] = Value::from("");
    empty[3] = Value::Bytes(Vec::new());
    write(&database, insert, &empty).await.unwrap();
    let set = read(&database, "SELECT * FROM T WHERE A IS NULL", NONE).await;
    assert_eq!(set.unwrap().into_rows().rows[0], empty);
    let json = "SELECT G ?? ? FROM T WHERE A = 42";
    let set = read(&database, json, texts(&["a"])).await.unwrap();
    assert_eq!(set.into_rows().rows[0], [Value::Bool(true)]);
}

#[tokio::test]
async fn the_demo_routines_run_be_they_functions_or_procedures() {
    let (_guard, database) = opened(&[]).await;
    let product = database.check().await.unwrap().product;
    assert!(product.starts_with("PostgreSQL 1"), "{product}");
    let created = call(&database, Access::Write, "CREATE_USER", user("u-1", "leia"));
    let created = created.await.unwrap();
    assert_eq!((created.affected, created.sets.len()), (None, 0));
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
    let none = none.await.unwrap();
    assert_eq!(none.affected, None);
    let none = none.into_rows();
    assert_eq!((none.columns.len(), none.rows.len()), (25, 0));
    let select = read(&database, "SELECT * FROM USERS", NONE).await.unwrap();
    assert_eq!(select.affected, None);
    let update = "UPDATE USERS SET TITLE = ? WHERE USER_ID = ? RETURNING TITLE";
    let changed = write(&database, update, texts(&["Senator", "u-1"])).await;
    let changed = changed.unwrap();
    assert_eq!((changed.affected, changed.sets.len()), (Some(1), 1));
}

#[tokio::test]
async fn routines_in_schemas_with_defaults_or_out_parameters_are_called() {
    let (_guard, database) = opened(&[
        "CREATE SCHEMA hr2",
        "CREATE FUNCTION hr2.f(a int, b int DEFAULT 5) RETURNS int LANGUAGE sql AS 'SELECT a + b'",
        "CREATE PROCEDURE hr2.\"Mixed Case\"(a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN b := a * 2; END'",
        "CREATE FUNCTION quiet() RETURNS void LANGUAGE sql AS ''",
    ])
    .await;
    let f = call(&database, Access::Read, "HR2.F(?)", texts(&["1"])).await;
    assert_eq!(f.unwrap().into_rows().rows, [[Value::Integer(6)]]);
    let f = call(&database, Access::Read, "hr2.f(?, ?)", texts(&["1", "1"])).await;
    assert_eq!(f.unwrap().into_rows().rows, [[Value::Integer(2)]]);
    let values = [Value::from("4"), Value::Null];
    let p = call(
        &database,
        Access::Write,
        "CALL hr2.\"Mixed Case\"(?, ?)",
        values,
    );
    let p = p.await.unwrap();
    assert_eq!(p.sets, []);
    assert_eq!(
        p.outs,
        [OutValue {
            position: 2,
            name: "b".into(),
            value: Value::Integer(8)
        }]
    );
    let quiet = call(&database, Access::Write, "QUIET", NONE).await.unwrap();
    assert_eq!((quiet.sets.len(), quiet.affected), (0, None));
    // Not on the search path.
    let error = call(&database, Access::Read, "F(?)", texts(&["1"])).await;
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::MissingProcedure);
}

#[tokio::test]
async fn a_routine_that_changed_is_noticed() {
    let (_guard, database) =
        opened(&["CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT a'"]).await;
    let g = |arguments: &str, values: &[&str]| {
        let (database, values) = (Arc::clone(&database), texts(values));
        let text = format!("G{arguments}");
        async move { call(&database, Access::Write, &text, values).await }
    };
    assert!(g("(?)", &["1"]).await.is_ok());
    for sql in [
        "DROP FUNCTION g(int)",
        "CREATE PROCEDURE g(a int, b int) LANGUAGE sql AS 'SELECT 1'",
    ] {
        write(&database, sql, NONE).await.unwrap();
    }
    // A kept answer never refuses: two arguments are right now.
    assert!(g("(?, ?)", &["1", "2"]).await.is_ok());
    let error = g("(?)", &["1"]).await.unwrap_err();
    assert_eq!(
        (error.kind, error.expected),
        (DatabaseErrorKind::ArgumentCount, Some(2))
    );
    write(&database, "DROP PROCEDURE g", NONE).await.unwrap();
    let error = g("(?, ?)", &["1", "2"]).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::MissingProcedure, "{error:?}");
    // A table that changes under a prepared statement.
    let all = "SELECT * FROM ENTITLEMENTS";
    let before = read(&database, all, NONE).await.unwrap().into_rows();
    write(&database, "ALTER TABLE ENTITLEMENTS ADD X INT", NONE)
        .await
        .unwrap();
    let after = read(&database, all, NONE).await.unwrap().into_rows();
    assert_eq!(after.columns.len(), before.columns.len() + 1);
}

#[tokio::test]
async fn a_user_without_the_right_is_told_so() {
    let (_guard, mut connection, _) = demo(&[
        "DROP ROLE IF EXISTS low",
        "CREATE ROLE low LOGIN PASSWORD 'low'",
        "GRANT SELECT ON ENTITLEMENTS TO low",
        "REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public FROM PUBLIC",
    ])
    .await;
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
async fn refusals_are_told_apart() {
    let (_guard, database) = opened(&[
        "CREATE TABLE C (A INT CONSTRAINT A_POSITIVE CHECK (A > 0))",
        "CREATE PROCEDURE odd() LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''odd'' USING ERRCODE = ''ZZ001''; END'",
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
            Some("username_unique"),
        ),
        (
            "CREATE_USER",
            user("u-2", &"x".repeat(101)),
            DatabaseErrorKind::TooLong,
            None,
        ),
        (
            "CREATE_USER",
            no_mail,
            DatabaseErrorKind::NotNull,
            Some("email"),
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
        assert!(!error.message.contains("Failing row"), "{error:?}");
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
        ("SELECT nofun(1)", DatabaseErrorKind::MissingProcedure),
        ("SELECT 1 = 'x'::text", DatabaseErrorKind::Syntax),
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
async fn after_an_error_nothing_of_the_transaction_is_said_to_be_kept() {
    let (_guard, database) = opened(&[]).await;
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = statement(Kind::Procedure, "CREATE_USER", user("u-1", "leia"));
    session.execute(&insert).await.unwrap();
    let error = session.execute(&insert).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Duplicate);
    // The server answers COMMIT with success here, and rolls back.
    assert!(session.commit().await.is_err());
    let count = "SELECT COUNT(*) FROM USERS WHERE USER_ID = 'u-1'";
    assert_eq!(cell(&database, count).await, Value::Integer(0));
    // What was refused before it was sent ends nothing.
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    let short = statement(Kind::Procedure, "CREATE_USER(?)", texts(&["x"]));
    let error = session.execute(&short).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount);
    session.commit().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(1));
}

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_at_the_server_and_its_answer_never_seen() {
    let (_guard, mut connection, password) = demo(&[]).await;
    connection.statement_timeout_ms = 300;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let mut session = database.begin(Access::Write).await.unwrap();
    let update = statement(Kind::Sql, "UPDATE USERS SET TITLE = 'slow'", NONE);
    session.execute(&update).await.unwrap();
    let slow = statement(Kind::Sql, "SELECT pg_sleep(20)", NONE);
    let error = session.execute(&slow).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout, "{error:?}");
    assert!(session.commit().await.is_err());
    let dropped = tokio::time::timeout(
        Duration::from_millis(100),
        read(&database, "SELECT pg_sleep(20)", NONE),
    );
    assert!(dropped.await.is_err());
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
    let mut asleep = Value::Null;
    for _ in 0..30 {
        let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' \
             AND query LIKE '%pg_sleep(20%' AND pid <> pg_backend_pid()";
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
async fn a_connection_that_the_server_closed_is_replaced() {
    let (_guard, mut connection, password) = demo(&[]).await;
    connection.pool.maximum_pool_size = 2;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let mut victim = database.begin(Access::Write).await.unwrap();
    let me = statement(Kind::Sql, "SELECT pg_backend_pid()", NONE);
    let pid = victim.execute(&me).await.unwrap().into_rows().rows[0][0].clone();
    read(&database, "SELECT pg_terminate_backend(?)", [pid])
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let error = victim.execute(&me).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ConnectionLost, "{error:?}");
    drop(victim);
    for _ in 0..3 {
        assert_eq!(cell(&database, "SELECT 1").await, Value::Integer(1));
    }
}

#[tokio::test]
async fn what_cannot_be_reached_is_said_at_once() {
    let (_guard, connection, password) = demo(&[]).await;
    let began = Instant::now();
    let kind = |connection: Connection, password: Option<Secret>| async move {
        let database = sluice_db::open(&connection, password.as_ref()).unwrap();
        database.check().await.unwrap_err().kind
    };
    let wrong = Some(Secret::new("wrong"));
    assert_eq!(
        kind(connection.clone(), wrong).await,
        DatabaseErrorKind::LoginRefused
    );
    assert_eq!(
        kind(connection.clone(), None).await,
        DatabaseErrorKind::LoginRefused
    );
    let mut other = connection.clone();
    other.port = Some(1);
    assert_eq!(
        kind(other, Some(password.clone())).await,
        DatabaseErrorKind::Unreachable
    );
    let mut other = connection.clone();
    other.host = Some("no-such-host.invalid".into());
    assert_eq!(
        kind(other, Some(password.clone())).await,
        DatabaseErrorKind::Unreachable
    );
    let mut other = connection.clone();
    other.database = Some("absent".into());
    assert_eq!(
        kind(other, Some(password)).await,
        DatabaseErrorKind::UnknownDatabase
    );
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn the_current_schema_property_sets_the_search_path() {
    let (_guard, mut connection, password) =
        demo(&["CREATE SCHEMA hr2; CREATE TABLE hr2.only_here (a int)"]).await;
    let properties = &mut connection.properties;
    properties.insert("currentSchema".into(), "hr2, public".into());
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let set = read(&database, "SELECT * FROM only_here", NONE).await;
    assert_eq!(set.unwrap().into_rows().columns.len(), 1);
}
