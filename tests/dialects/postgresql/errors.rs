//! Refusals of PostgreSQL as the server really raises them.

use sluice_core::mapping::Kind;
use sluice_core::ports::Access;
use sluice_core::{DatabaseErrorKind, Secret, Value};
use tokio::time::{Duration, sleep};

use super::{demo, opened};
use crate::stage::{NONE, call, read, statement, write};

const DECLARED: &[&str] = &[
    "CREATE EXTENSION btree_gist",
    "CREATE TABLE booked (room int, during tsrange, id int GENERATED ALWAYS AS IDENTITY, \
       EXCLUDE USING gist (room WITH =, during WITH &&))",
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "CREATE TABLE child (id int REFERENCES parent ON DELETE RESTRICT)",
    "INSERT INTO booked VALUES (1, '[2024-01-01,2024-01-02)')",
    "INSERT INTO parent VALUES (1)",
    "INSERT INTO child VALUES (1)",
    "CREATE VIEW low AS SELECT * FROM parent WHERE id < 10 WITH CHECK OPTION",
    "CREATE PROCEDURE raises(state text) LANGUAGE plpgsql AS \
       $$BEGIN RAISE EXCEPTION USING ERRCODE = state, MESSAGE = 'said so'; END$$",
    "CREATE PROCEDURE strict_none() LANGUAGE plpgsql AS \
       $$DECLARE x int; BEGIN SELECT id INTO STRICT x FROM parent WHERE id = 99; END$$",
    "CREATE PROCEDURE asserts() LANGUAGE plpgsql AS 'BEGIN ASSERT false; END'",
];

#[tokio::test]
async fn each_refusal_has_its_kind_and_what_it_is_about() {
    use DatabaseErrorKind as K;
    let (_guard, database) = opened(DECLARED).await;
    for (sql, state, kind, object) in [
        (
            "INSERT INTO booked VALUES (1, '[2024-01-01,)')",
            "23P01",
            K::Duplicate,
            Some("booked_room_during_excl"),
        ),
        (
            "INSERT INTO booked (id) VALUES (7)",
            "428C9",
            K::Syntax,
            Some("id"),
        ),
        (
            "DELETE FROM parent",
            "23503",
            K::ForeignKey,
            Some("child_id_fkey"),
        ),
        ("INSERT INTO low VALUES (11)", "44000", K::Check, None),
        ("SELECT '300000'::int2", "22003", K::InvalidValue, None),
        ("SELECT '2024-02-31'::date", "22008", K::InvalidValue, None),
        ("SELECT 'x'::date", "22007", K::InvalidValue, None),
        ("SELECT 'x'::int", "22P02", K::InvalidValue, None),
        ("SELECT 1 / 0", "22012", K::Other, None),
        (
            "SELECT 'x'::nosuchtype",
            "42704",
            K::MissingObject,
            Some("nosuchtype"),
        ),
        (
            "SELECT * FROM nosuch.t",
            "42P01",
            K::MissingObject,
            Some("nosuch.t"),
        ),
        (
            "CREATE TABLE nosuch.t (a int)",
            "3F000",
            K::MissingObject,
            Some("nosuch"),
        ),
        ("LOCK TABLE parent IN SHARE MODE", "25P01", K::Other, None),
        ("CALL raises('P0001')", "P0001", K::Raised, None),
        ("CALL strict_none()", "P0002", K::Raised, None),
        ("CALL asserts()", "P0004", K::Raised, None),
        ("CALL raises('ZZ001')", "ZZ001", K::Raised, None),
        ("CALL raises('23505')", "23505", K::Duplicate, None),
        ("CALL raises('40001')", "40001", K::Deadlock, None),
        ("CALL raises('0A000')", "0A000", K::Unsupported, None),
    ] {
        let error = read(&database, sql, NONE).await.unwrap_err();
        assert_eq!(error.sqlstate.as_deref(), Some(state), "{sql}: {error:?}");
        assert_eq!(
            (error.kind, error.object.as_deref()),
            (kind, object),
            "{sql}: {error:?}"
        );
    }
    let sql = "INSERT INTO booked (room) SELECT 1 WHERE 1 = ?::text";
    let error = read(&database, sql, [Value::from("x")]).await.unwrap_err();
    assert_eq!(error.kind, K::Syntax, "{error:?}");
    let error = call(&database, Access::Read, "raises(?)", [Value::from("P0003")]).await;
    assert_eq!(error.unwrap_err().kind, K::Raised);
}

#[tokio::test]
async fn a_write_that_meets_a_changed_table_is_told_so_and_the_next_one_works() {
    let (_guard, database) = opened(DECLARED).await;
    let sql = "INSERT INTO parent VALUES (50) RETURNING *";
    let remove = "DELETE FROM parent WHERE id = 50";
    write(&database, sql, NONE).await.unwrap();
    write(&database, remove, NONE).await.unwrap();
    write(&database, "ALTER TABLE parent ADD more text", NONE)
        .await
        .unwrap();
    let error = write(&database, sql, NONE).await.unwrap_err();
    assert_eq!(
        (error.kind, error.sqlstate.as_deref()),
        (DatabaseErrorKind::Other, Some("0A000"))
    );
    write(&database, sql, NONE).await.unwrap();
}

#[tokio::test]
async fn what_waits_too_long_is_a_timeout_and_what_the_server_closes_is_lost() {
    use DatabaseErrorKind as K;
    let (_guard, mut connection, password) = demo(DECLARED).await;
    connection.pool.maximum_pool_size = 3;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let sql = |text: &str| statement(Kind::Sql, text, NONE);
    let mut holder = database.begin(Access::Write).await.unwrap();
    holder
        .execute(&sql("UPDATE parent SET id = id"))
        .await
        .unwrap();
    for (setting, waiting, state) in [
        (
            "SET LOCAL lock_timeout = 100",
            "UPDATE parent SET id = id",
            "55P03",
        ),
        (
            "SET LOCAL lock_timeout = 0",
            "SELECT * FROM parent FOR UPDATE NOWAIT",
            "55P03",
        ),
        (
            "SET LOCAL statement_timeout = 100",
            "SELECT pg_sleep(9)",
            "57014",
        ),
    ] {
        let mut session = database.begin(Access::Write).await.unwrap();
        session.execute(&sql(setting)).await.unwrap();
        let error = session.execute(&sql(waiting)).await.unwrap_err();
        assert_eq!(
            (error.kind, error.sqlstate.as_deref()),
            (K::Timeout, Some(state)),
            "{error:?}"
        );
        // Whatever comes after it is answered with it.
        let after = session.execute(&sql("SELECT 1")).await.unwrap_err();
        assert_eq!(after.kind, K::Timeout, "{after:?}");
        assert!(session.commit().await.is_err());
    }
    let set = sql("SET LOCAL idle_in_transaction_session_timeout = 100");
    holder.execute(&set).await.unwrap();
    sleep(Duration::from_millis(400)).await;
    let error = holder.execute(&sql("SELECT 1")).await.unwrap_err();
    assert_eq!(error.kind, K::ConnectionLost, "{error:?}");
    drop(holder);
    assert!(read(&database, "SELECT 1", NONE).await.is_ok());
}

#[tokio::test]
async fn of_two_that_wait_for_each_other_one_is_told_of_a_deadlock() {
    let (_guard, database) = opened(&[
        "CREATE TABLE t (id int PRIMARY KEY)",
        "INSERT INTO t VALUES (1), (2)",
    ])
    .await;
    let change = |id: i64| {
        statement(
            Kind::Sql,
            "UPDATE t SET id = id WHERE id = ?",
            [Value::Integer(id)],
        )
    };
    let mut one = database.begin(Access::Write).await.unwrap();
    let mut two = database.begin(Access::Write).await.unwrap();
    one.execute(&change(1)).await.unwrap();
    two.execute(&change(2)).await.unwrap();
    let (second, first) = (change(2), change(1));
    let (one, two) = tokio::join!(
        async {
            let done = one.execute(&second).await;
            drop(one);
            done
        },
        async {
            let done = two.execute(&first).await;
            drop(two);
            done
        }
    );
    let errors: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].kind, DatabaseErrorKind::Deadlock);
    assert_eq!(errors[0].sqlstate.as_deref(), Some("40P01"));
}

#[tokio::test]
async fn a_server_without_a_free_connection_is_asked_again_and_then_told_of() {
    let (_guard, mut connection, _) = demo(&[
        "DROP ROLE IF EXISTS nobody",
        "CREATE ROLE nobody LOGIN PASSWORD 'nobody' CONNECTION LIMIT 0",
    ])
    .await;
    connection.user = Some("nobody".to_owned());
    connection.pool.connection_timeout = 500;
    let database = sluice_db::open(&connection, Some(&Secret::new("nobody"))).unwrap();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::PoolExhausted, "{error:?}");
}
