//! Databases behind ODBC drivers through the ports: real MariaDB and PostgreSQL servers, reached
//! through Debian's drivers for them.

mod bridge;
mod catalogue;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::ports::{Access, Database};
use sluice_core::{DatabaseErrorKind, Secret, Value};
use sluice_tests::support::{mariadb, odbc, postgres};

use crate::stage::{NONE, call, cell, read, statement, texts, user, write};
use tokio::sync::{Mutex, MutexGuard};

static ALONE: Mutex<()> = Mutex::const_new(());

type Place = (MutexGuard<'static, ()>, Connection, Secret);

/// A fresh demo database on MariaDB with statements of the test's own; one test at a time, because
/// some look at what the whole server does.
async fn on_mariadb(extra: &[&str]) -> Place {
    odbc::bridge().await.unwrap();
    let guard = ALONE.lock().await;
    let server = mariadb::shared().await.unwrap();
    let name = server.fresh_database().await.unwrap();
    let mut conn = server.connect(&name).await.unwrap();
    for sql in extra {
        conn.query_drop(*sql).await.unwrap();
    }
    let mut connection = Connection::new("test", Dialect::Odbc);
    connection.odbc = Some(odbc::to_mariadb(server, &name).unwrap());
    connection.user = Some(server.user.clone());
    (guard, connection, Secret::new(server.password.clone()))
}

/// The same on PostgreSQL.
async fn on_postgres(extra: &[&str]) -> Place {
    odbc::bridge().await.unwrap();
    let guard = ALONE.lock().await;
    let server = postgres::shared().await.unwrap();
    let name = server.fresh_database().await.unwrap();
    let client = server.connect(&name).await.unwrap();
    for sql in extra {
        client.batch_execute(sql).await.unwrap();
    }
    let mut connection = Connection::new("test", Dialect::Odbc);
    connection.odbc = Some(odbc::to_postgres(server, &name).unwrap());
    connection.user = Some(server.user.clone());
    (guard, connection, Secret::new(server.password.clone()))
}

fn opened(place: Place) -> (MutexGuard<'static, ()>, Arc<dyn Database>) {
    let (guard, connection, password) = place;
    (
        guard,
        sluice_db::open(&connection, Some(&password)).unwrap(),
    )
}

#[tokio::test]
async fn every_common_type_of_mariadb_is_read() {
    let (_guard, database) = opened(
        on_mariadb(&[
            "CREATE TABLE T (A TINYINT(1), B TINYINT, C BIGINT UNSIGNED, D DECIMAL(38,10), E FLOAT, F DOUBLE, \
             G DATE, H DATETIME(3), I TIME(1), J JSON, K BIT(12), L BLOB, M VARBINARY(4), N ENUM('x','y'), \
             O YEAR, P TIMESTAMP NULL, Q TEXT, R CHAR(3), S UUID, T SET('a','b'), U INT)",
            "INSERT INTO T VALUES (1, 5, 18446744073709551615, 12345678901234567890.5, 0.1, 0.25, '2024-05-06', \
             '2024-05-06 07:08:09.120', '-12:34:56.5', '{\"a\":1}', 2730, X'00FF', X'0102', 'y', 2024, \
             '2024-05-06 07:08:09', 'Padmé 😀', 'abc', '00112233-4455-6677-8899-aabbccddeeff', 'a,b', -7)",
        ])
        .await,
    );
    let set = read(&database, "SELECT * FROM T", NONE).await.unwrap();
    assert_eq!(set.affected, None);
    let set = set.into_rows();
    let types: Vec<_> = set.columns.iter().map(|c| c.type_name.as_str()).collect();
    assert_eq!(
        set.rows[0],
        [
            // The driver does not tell a Boolean from another small number.
            Value::Integer(1),
            Value::Integer(5),
            Value::Unsigned(u64::MAX),
            Value::Decimal("12345678901234567890.5000000000".into()),
            Value::Float(0.1),
            Value::Float(0.25),
            Value::from("2024-05-06"),
            Value::from("2024-05-06T07:08:09.12"),
            Value::from("-12:34:56.5"),
            Value::from("{\"a\":1}"),
            // A BIT(12) is BINARY to ODBC: 2730 is 0x0AAA.
            Value::Bytes(vec![0x0a, 0xaa]),
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
    assert_eq!(types[2..6], ["BIGINT", "DECIMAL", "REAL", "DOUBLE"]);
}

#[tokio::test]
async fn every_common_type_of_postgresql_is_read() {
    let (_guard, database) = opened(on_postgres(&[]).await);
    let text = |text: &str| Value::from(text);
    for (sql, value) in [
        // The driver gives Booleans as characters.
        ("true", text("1")),
        ("7::int2", Value::Integer(7)),
        ("-7::int4", Value::Integer(-7)),
        ("9223372036854775807::int8", Value::Integer(i64::MAX)),
        ("0.1::float4", Value::Float(0.1)),
        ("0.25::float8", Value::Float(0.25)),
        (
            "-12345678901234567890.50::numeric",
            Value::Decimal("-12345678901234567890.50".into()),
        ),
        ("0.0001::numeric", Value::Decimal("0.0001".into())),
        ("100000::numeric(10,3)", Value::Decimal("100000.000".into())),
        ("'Padmé 😀'::text", text("Padmé 😀")),
        ("'ab'::char(3)", text("ab ")),
        ("'plain'", text("plain")),
        (
            "'00112233-4455-6677-8899-aabbccddeeff'::uuid",
            text("00112233-4455-6677-8899-aabbccddeeff"),
        ),
        ("'{\"a\": [1]}'::jsonb", text("{\"a\": [1]}")),
        ("'2024-05-06'::date", text("2024-05-06")),
        ("'07:08:09.120'::time", text("07:08:09.12")),
        (
            "'2024-05-06 07:08:09.5'::timestamp",
            text("2024-05-06T07:08:09.5"),
        ),
        ("'\\x00ff'::bytea", Value::Bytes(vec![0, 255])),
        ("NULL::int", Value::Null),
    ] {
        assert_eq!(
            cell(&database, &format!("SELECT {sql}")).await,
            value,
            "{sql}"
        );
    }
}

#[tokio::test]
async fn text_is_converted_and_long_or_empty_values_arrive_whole_on_mariadb() {
    let (_guard, database) = opened(
        on_mariadb(&[
            "CREATE TABLE T (A INT, B DATE, C LONGTEXT, D LONGBLOB, E TINYINT(1), F BIGINT UNSIGNED)",
        ])
        .await,
    );
    // More than 64 KiB, so that a buffer of that size would cut it.
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
            Value::Integer(1),
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
async fn text_is_converted_and_long_or_empty_values_arrive_whole_on_postgresql() {
    let (_guard, database) = opened(
        on_postgres(&[
            "CREATE TABLE T (A INT, B DATE, C TEXT, D BYTEA, E BOOLEAN, F NUMERIC, G JSONB, H UUID)",
        ])
        .await,
    );
    let long = "Padmé 😀 ".repeat(8_000);
    let uuid = "00112233-4455-6677-8899-aabbccddeeff";
    let insert = "INSERT INTO T VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    for (flag, expected) in [
        (Value::from("1"), "1"),
        (Value::from("true"), "1"),
        (Value::Bool(false), "0"),
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
                Value::from(expected),
                Value::Decimal(u64::MAX.to_string()),
                Value::from("{\"a\": 1}"),
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
}

#[tokio::test]
async fn many_rows_come_whole_and_in_order() {
    let (_guard, database) = opened(on_mariadb(&[]).await);
    let sql = "SELECT seq, CONCAT('n', seq) FROM seq_1_to_5000 ORDER BY seq";
    let set = read(&database, sql, NONE).await.unwrap().into_rows();
    assert_eq!(set.rows.len(), 5000);
    for (index, row) in set.rows.iter().enumerate() {
        let number = index + 1;
        assert_eq!(row[0].to_text(), Some(number.to_string()));
        assert_eq!(row[1], Value::Text(format!("n{number}")));
    }
    let empty = read(
        &database,
        "SELECT USER_ID, TITLE FROM USERS WHERE 1 = 0",
        NONE,
    )
    .await;
    let empty = empty.unwrap().into_rows();
    assert_eq!((empty.columns.len(), empty.rows.len()), (2, 0));
}

#[tokio::test]
async fn the_demo_procedures_run_and_a_repeated_update_counts_the_row() {
    let (_guard, database) = opened(on_mariadb(&[]).await);
    let product = database.check().await.unwrap().product;
    assert!(product.starts_with("MariaDB 1"), "{product}");
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
    assert_eq!(at("IS_ACTIVE").to_text().as_deref(), Some("1"));
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
async fn the_demo_routines_run_be_they_functions_or_procedures() {
    let (_guard, database) = opened(on_postgres(&[]).await);
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
    assert_eq!(at("IS_ACTIVE").to_text().as_deref(), Some("1"));
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
    let update = "UPDATE USERS SET TITLE = ? WHERE USER_ID = ? RETURNING TITLE";
    let changed = write(&database, update, texts(&["Senator", "u-1"])).await;
    let changed = changed.unwrap();
    assert_eq!((changed.affected, changed.sets.len()), (Some(1), 1));
}

#[tokio::test]
async fn every_result_set_of_a_call_is_kept_and_output_parameters_come_by_name() {
    let (_guard, database) = opened(
        on_mariadb(&[
            "CREATE PROCEDURE TWO(IN P INT, OUT Q INT, INOUT R VARCHAR(20)) BEGIN SELECT 1 AS A WHERE FALSE; \
             SELECT P + 1 AS B; SET Q = P * 2; SET R = CONCAT(R, ' Padmé'); END",
            "CREATE FUNCTION F(P INT) RETURNS INT DETERMINISTIC RETURN P + 1",
            "CREATE PROCEDURE WARN() SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'careful'",
        ])
        .await,
    );
    let values = [Value::from("20"), Value::Null, Value::from("hello")];
    let outcome = call(&database, Access::Read, "CALL TWO(?, ?, ?)", values).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.sets.len(), 2);
    assert_eq!(
        (outcome.sets[0].columns.len(), outcome.sets[0].rows.len()),
        (1, 0)
    );
    assert_eq!(outcome.sets[1].rows, [[Value::Integer(21)]]);
    let outs: Vec<_> = outcome
        .outs
        .iter()
        .map(|out| (out.position, out.name.as_str(), out.value.clone()))
        .collect();
    assert_eq!(
        outs,
        [
            (2, "Q", Value::Integer(40)),
            (3, "R", Value::from("hello Padmé"))
        ]
    );
    let function = call(
        &database,
        Access::Read,
        "{? = call F(?)}",
        [Value::Null, Value::from("4")],
    );
    assert_eq!(function.await.unwrap().returned, Some(Value::Integer(5)));
    let plain = call(&database, Access::Read, "F(?)", texts(&["4"])).await;
    assert_eq!(plain.unwrap().into_rows().rows, [[Value::Integer(5)]]);
    let warned = call(&database, Access::Read, "WARN()", NONE).await.unwrap();
    let said: Vec<_> = warned.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(said, ["careful"]);
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
}

#[tokio::test]
async fn postgresqls_outputs_cursors_defaults_and_notices_come_through() {
    let (_guard, database) = opened(on_postgres(&[
        "CREATE SCHEMA hr2",
        "CREATE FUNCTION hr2.f(a int, b int DEFAULT 5) RETURNS int LANGUAGE sql AS 'SELECT a + b'",
        "CREATE PROCEDURE hr2.\"Mixed Case\"(a int, OUT b int, INOUT c text) LANGUAGE plpgsql AS \
         'BEGIN RAISE NOTICE ''hello''; RAISE WARNING ''careful''; b := a * 2; c := c || ''!''; END'",
        "CREATE FUNCTION quiet() RETURNS void LANGUAGE sql AS ''",
        "CREATE PROCEDURE cur(OUT c refcursor, OUT n int) LANGUAGE plpgsql AS \
         'BEGIN OPEN c FOR SELECT 1 AS x UNION ALL SELECT 2; n := 7; END'",
    ]).await);
    let f = call(&database, Access::Read, "HR2.F(?)", texts(&["1"])).await;
    assert_eq!(f.unwrap().into_rows().rows, [[Value::Integer(6)]]);
    let f = call(
        &database,
        Access::Read,
        "hr2.f(b => ?, a => ?)",
        texts(&["1", "2"]),
    )
    .await;
    assert_eq!(f.unwrap().into_rows().rows, [[Value::Integer(3)]]);
    let values = [Value::Null, Value::from("1")];
    let f = call(&database, Access::Read, "{? = call hr2.f(?)}", values).await;
    assert_eq!(f.unwrap().returned, Some(Value::Integer(6)));
    let values = [Value::from("4"), Value::Null, Value::from("x")];
    let p = call(
        &database,
        Access::Write,
        "CALL hr2.\"Mixed Case\"(?, ?, ?)",
        values,
    );
    let p = p.await.unwrap();
    assert_eq!(p.sets.len(), 0);
    let outs: Vec<_> = p
        .outs
        .iter()
        .map(|out| (out.position, out.name.as_str(), out.value.clone()))
        .collect();
    assert_eq!(
        outs,
        [(2, "b", Value::Integer(8)), (3, "c", Value::from("x!"))]
    );
    let said: Vec<_> = p.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(said, ["hello", "careful"]);
    let quiet = call(&database, Access::Write, "QUIET", NONE).await.unwrap();
    assert_eq!((quiet.sets.len(), quiet.affected), (0, None));
    let values = [Value::Null, Value::Null];
    let cursor = call(&database, Access::Write, "cur(?, ?)", values)
        .await
        .unwrap();
    assert_eq!(cursor.sets.len(), 1);
    assert_eq!(
        cursor.sets[0].rows,
        [[Value::Integer(1)], [Value::Integer(2)]]
    );
    assert_eq!((cursor.outs.len(), cursor.outs[0].position), (1, 2));
    // Not on the search path.
    let error = call(&database, Access::Read, "F(?)", texts(&["1"])).await;
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::MissingProcedure);
}

#[tokio::test]
async fn mariadbs_refusals_are_told_apart() {
    let (_guard, database) = opened(on_mariadb(&[
        "CREATE TABLE C (A INT, CONSTRAINT A_POSITIVE CHECK (A > 0))",
        "CREATE PROCEDURE ODD() SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31001, MESSAGE_TEXT = 'odd'",
    ])
    .await);
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
        assert!(!error.message.contains('['), "{error:?}");
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
async fn postgresqls_refusals_are_told_apart() {
    let (_guard, database) = opened(on_postgres(&[
        "CREATE TABLE C (A INT CONSTRAINT A_POSITIVE CHECK (A > 0))",
        "CREATE PROCEDURE odd() LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''odd'' USING ERRCODE = ''ZZ001''; END'",
    ])
    .await);
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
}

#[tokio::test]
async fn a_user_without_the_right_is_told_so() {
    let (_guard, mut connection, _) =
        on_mariadb(&["CREATE OR REPLACE USER low@'127.0.0.1' IDENTIFIED BY 'l;o}w {x'"]).await;
    let string = connection.odbc.clone().unwrap();
    let (_, rest) = string.split_once("Database=").unwrap();
    let name = rest.split(';').next().unwrap();
    let root = mariadb::shared().await.unwrap();
    let mut conn = root.connect(name).await.unwrap();
    conn.query_drop(format!(
        "GRANT SELECT ON `{name}`.ENTITLEMENTS TO low@'127.0.0.1'"
    ))
    .await
    .unwrap();
    connection.user = Some("low".to_owned());
    // A password with what separates pairs in a connection string.
    let database = sluice_db::open(&connection, Some(&Secret::new("l;o}w {x"))).unwrap();
    read(&database, "SELECT * FROM ENTITLEMENTS", NONE)
        .await
        .unwrap();
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

async fn nothing_stays(place: Place) {
    let (_guard, database) = opened(place);
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
async fn nothing_stays_of_a_session_that_was_rolled_back_or_dropped_on_mariadb() {
    nothing_stays(on_mariadb(&[]).await).await;
}

#[tokio::test]
async fn nothing_stays_of_a_session_that_was_rolled_back_or_dropped_on_postgresql() {
    nothing_stays(on_postgres(&[]).await).await;
}

#[tokio::test]
async fn after_an_error_of_postgresql_nothing_of_the_transaction_is_said_to_be_kept() {
    let (_guard, database) = opened(on_postgres(&[]).await);
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = statement(Kind::Procedure, "CREATE_USER", user("u-1", "leia"));
    session.execute(&insert).await.unwrap();
    let error = session.execute(&insert).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Duplicate);
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
async fn a_transaction_that_a_procedure_left_open_is_rolled_back() {
    let (guard, mut connection, password) = on_mariadb(&[
        "CREATE PROCEDURE LEFT_OPEN() BEGIN START TRANSACTION; UPDATE USERS SET TITLE = 'x'; END",
    ])
    .await;
    connection.pool.maximum_pool_size = 1;
    let (_guard, database) = opened((guard, connection, password));
    call(&database, Access::Read, "LEFT_OPEN()", NONE)
        .await
        .unwrap();
    let count = "SELECT COUNT(*) FROM USERS WHERE TITLE = 'x'";
    assert_eq!(cell(&database, count).await, Value::Integer(0));
}

#[tokio::test]
async fn the_victim_of_a_deadlock_writes_nothing_more() {
    let (_guard, database) = opened(
        on_mariadb(&[
            "CREATE TABLE D (ID INT PRIMARY KEY, N INT)",
            "INSERT INTO D VALUES (1, 0), (2, 0), (3, 0)",
        ])
        .await,
    );
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

/// A write past its deadline and a dropped read leave nothing running and nothing written.
async fn stopped(place: Place, slow: &str, running: &str) {
    let (guard, mut connection, password) = place;
    connection.statement_timeout_ms = 700;
    connection.pool.maximum_pool_size = 1;
    let (_guard, database) = opened((guard, connection, password));
    let mut session = database.begin(Access::Write).await.unwrap();
    let update = statement(Kind::Sql, "UPDATE USERS SET TITLE = 'slow'", NONE);
    session.execute(&update).await.unwrap();
    let error = session
        .execute(&statement(Kind::Sql, slow, NONE))
        .await
        .unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout, "{error:?}");
    assert!(session.commit().await.is_err());
    let dropped = tokio::time::timeout(Duration::from_millis(100), read(&database, slow, NONE));
    assert!(dropped.await.is_err());
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
    let mut asleep = Value::Null;
    for _ in 0..30 {
        asleep = cell(&database, running).await;
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
async fn a_statement_past_its_deadline_is_stopped_at_mariadb() {
    let running = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.PROCESSLIST WHERE INFO LIKE '%SLEEP(20%' \
         AND ID <> CONNECTION_ID()";
    stopped(on_mariadb(&[]).await, "SELECT SLEEP(20)", running).await;
}

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_at_postgresql() {
    let running = "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' \
         AND query LIKE '%pg_sleep(20%' AND pid <> pg_backend_pid()";
    stopped(on_postgres(&[]).await, "SELECT pg_sleep(20)", running).await;
}

/// The processes of the bridge that this test process started.
fn bridges() -> Vec<u32> {
    let children = |task: std::fs::DirEntry| {
        let ids = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        ids.split_whitespace()
            .filter_map(|id| id.parse().ok())
            .collect::<Vec<u32>>()
    };
    std::fs::read_dir("/proc/self/task")
        .unwrap()
        .flatten()
        .flat_map(children)
        .filter(|id| {
            let name = std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
            name.trim() == "sluice-odbc"
        })
        .collect()
}

#[tokio::test]
async fn a_driver_that_dies_takes_its_own_connection_only() {
    let (guard, mut connection, password) = on_mariadb(&[]).await;
    connection.pool.maximum_pool_size = 2;
    connection.pool.idle_timeout = 300;
    let before = bridges();
    let (_guard, database) = opened((guard, connection, password));
    let mut victim = database.begin(Access::Write).await.unwrap();
    let update = statement(Kind::Sql, "UPDATE USERS SET TITLE = 'x'", NONE);
    victim.execute(&update).await.unwrap();
    let own: Vec<u32> = bridges()
        .into_iter()
        .filter(|id| !before.contains(id))
        .collect();
    assert_eq!(own.len(), 1, "one process for one connection");
    let mut other = database.begin(Access::Read).await.unwrap();
    let slow = statement(Kind::Sql, "SELECT SLEEP(2)", NONE);
    let kill = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let killed = std::process::Command::new("kill")
            .args(["-9", &own[0].to_string()])
            .status();
        assert!(killed.unwrap().success());
    };
    let (error, ()) = tokio::join!(victim.execute(&slow), kill);
    let error = error.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ConnectionLost, "{error:?}");
    assert!(error.message.contains("signal: 9"), "{error:?}");
    assert!(victim.commit().await.is_err());
    let one = statement(Kind::Sql, "SELECT 1", NONE);
    let answer = other.execute(&one).await.unwrap();
    assert_eq!(answer.into_rows().rows, [[Value::Integer(1)]]);
    drop(other);
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
    // Nobody told the server, which goes on to sleep.
    alone(&database, 60).await;
}

/// Waits until no other connection works or waits on MariaDB.
async fn alone(database: &Arc<dyn Database>, tries: u32) {
    let others = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.PROCESSLIST WHERE ID <> CONNECTION_ID() \
         AND USER <> 'system user'";
    for _ in 0..tries {
        if cell(database, others).await == Value::Integer(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let (guard, mut connection, password) = on_postgres(&[]).await;
    connection.pool.maximum_pool_size = 2;
    let (_guard, database) = opened((guard, connection, password));
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
    let kind = |connection: &Connection, password: &Secret, from: &str, to: &str| {
        let mut connection = connection.clone();
        let string = connection.odbc.take().unwrap();
        assert!(string.contains(from), "{string}");
        connection.odbc = Some(string.replace(from, to));
        let database = sluice_db::open(&connection, Some(password)).unwrap();
        async move { database.check().await.unwrap_err() }
    };
    for postgres in [false, true] {
        let (guard, connection, password) = if postgres {
            on_postgres(&[]).await
        } else {
            on_mariadb(&[]).await
        };
        let began = Instant::now();
        let string = connection.odbc.clone().unwrap();
        let part = |key: &str| {
            let pair = string.split(';').find(|pair| pair.starts_with(key));
            pair.unwrap().to_owned()
        };
        let wrong = Secret::new("wrong");
        for (secret, key, to, expected) in [
            (&wrong, "Port", None, DatabaseErrorKind::LoginRefused),
            (
                &password,
                "Port",
                Some("Port=1"),
                DatabaseErrorKind::Unreachable,
            ),
            (
                &password,
                "Server",
                Some("Server=no-such-host.invalid"),
                DatabaseErrorKind::Unreachable,
            ),
            (
                &password,
                "Database",
                Some("Database=absent"),
                DatabaseErrorKind::UnknownDatabase,
            ),
            (
                &password,
                "Driver",
                Some("Driver={No Such Driver}"),
                DatabaseErrorKind::Unsupported,
            ),
        ] {
            let from = part(key);
            let error = kind(&connection, secret, &from, to.unwrap_or(&from)).await;
            assert_eq!(error.kind, expected, "{to:?} {error:?}");
            if expected == DatabaseErrorKind::Unsupported {
                assert!(error.message.contains("Installed are: "), "{error:?}");
            }
        }
        assert!(began.elapsed() < Duration::from_secs(10));
        drop(guard);
    }
}

#[tokio::test]
async fn a_connection_that_the_pool_closes_says_goodbye_and_its_process_ends() {
    let (guard, mut connection, password) = on_mariadb(&[]).await;
    let watching = sluice_db::open(&connection, Some(&password)).unwrap();
    let aborted = "SELECT VARIABLE_VALUE FROM INFORMATION_SCHEMA.GLOBAL_STATUS \
         WHERE VARIABLE_NAME = 'Aborted_clients'";
    // What other tests left behind ends first.
    alone(&watching, 100).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = cell(&watching, aborted).await;
    let known = bridges();
    connection.pool.idle_timeout = 100;
    let (_guard, database) = opened((guard, connection, password));
    cell(&database, "SELECT 1").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(database.pool().idle, 0);
    assert_eq!(cell(&watching, aborted).await, before);
    assert!(bridges().iter().all(|id| known.contains(id)));
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_refused_before_it_is_sent() {
    for postgres in [false, true] {
        let (_guard, database) = opened(if postgres {
            on_postgres(&["CREATE PROCEDURE aged(p_age int) LANGUAGE sql AS 'SELECT 1'"]).await
        } else {
            on_mariadb(&["CREATE PROCEDURE AGED(IN p_age INT) SELECT p_age"]).await
        });
        let error = call(&database, Access::Write, "AGED(?)", texts(&["old"])).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::InvalidValue, "{error:?}");
        assert_eq!(
            (error.object.as_deref(), error.sqlstate),
            (Some("p_age"), None)
        );
        assert!(error.message.contains("Nothing was sent."));
        call(&database, Access::Write, "AGED(?)", texts(&["42"]))
            .await
            .unwrap();
    }
}
