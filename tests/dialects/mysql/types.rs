//! Every column type of MySQL and MariaDB: written by text or by a typed value, read by the driver
//! and by a connection that has nothing to do with it. The rows are those of docs/databases.md.

use mysql_async::prelude::Queryable as _;
use sluice_core::ports::Access;
use sluice_core::{DatabaseErrorKind, Value};
use sluice_tests::support::mariadb;

use super::{demo, opened};
use crate::stage::{NONE, call, read, texts, write};

/// What is bound, what the driver must read, and what another connection must read of it.
struct Case {
    column: &'static str,
    bound: Value,
    read: Value,
    /// How the other connection asks for the column `V`.
    seen: &'static str,
    as_text: String,
}

const PLAIN: &str = "CAST(V AS CHAR CHARACTER SET utf8mb4)";

fn case(column: &'static str, bound: &str, read: Value) -> Case {
    Case {
        column,
        bound: Value::from(bound),
        read,
        seen: PLAIN,
        as_text: bound.to_owned(),
    }
}

/// A type that reads as it was written.
fn same(column: &'static str, text: &str) -> Case {
    case(column, text, Value::from(text))
}

fn bytes(column: &'static str, bound: &[u8], read: &[u8], hex: &str) -> Case {
    Case {
        column,
        bound: Value::Bytes(bound.to_vec()),
        read: Value::Bytes(read.to_vec()),
        seen: "HEX(V)",
        as_text: hex.to_owned(),
    }
}

impl Case {
    fn seen(self, seen: &'static str, as_text: &str) -> Self {
        Self {
            seen,
            as_text: as_text.to_owned(),
            ..self
        }
    }
}

fn numbers() -> Vec<Case> {
    let decimal = "-12345678901234567890123456789012345.123456789012345678901234567890";
    vec![
        case("TINYINT", "-128", Value::Integer(-128)),
        case("TINYINT UNSIGNED", "255", Value::Integer(255)),
        case("SMALLINT", "-32768", Value::Integer(-32_768)),
        case("SMALLINT UNSIGNED", "65535", Value::Integer(65_535)),
        case("MEDIUMINT", "-8388608", Value::Integer(-8_388_608)),
        case("MEDIUMINT UNSIGNED", "16777215", Value::Integer(16_777_215)),
        case("INT", "-2147483648", Value::Integer(-2_147_483_648)),
        case("INT UNSIGNED", "4294967295", Value::Integer(4_294_967_295)),
        case("BIGINT", "-9223372036854775808", Value::Integer(i64::MIN)),
        case(
            "BIGINT UNSIGNED",
            "18446744073709551615",
            Value::Unsigned(u64::MAX),
        ),
        case("BIGINT UNSIGNED", "7", Value::Unsigned(7)),
        case("DECIMAL(65,30)", decimal, Value::Decimal(decimal.into())),
        case("DECIMAL(10,2)", "12.30", Value::Decimal("12.30".into())),
        case("FLOAT", "0.1", Value::Float(0.1)),
        case("DOUBLE", "0.30000000000000004", Value::Float(0.1 + 0.2)),
        case("DOUBLE", "1.7976931348623157e308", Value::Float(f64::MAX)),
        case("BIT(1)", "1", Value::Bool(true)).seen("V + 0", "1"),
        case("BIT(1)", "false", Value::Bool(false)).seen("V + 0", "0"),
        case("BIT(12)", "2730", Value::Unsigned(2730)).seen("V + 0", "2730"),
        case("BIT(64)", "18446744073709551615", Value::Unsigned(u64::MAX))
            .seen("V + 0", "18446744073709551615"),
        case("BOOLEAN", "true", Value::Bool(true)).seen(PLAIN, "1"),
        case("BOOLEAN", "0", Value::Bool(false)),
        case("TINYINT(1)", "5", Value::Integer(5)),
        case("YEAR", "2024", Value::Integer(2024)),
    ]
}

fn characters() -> Vec<Case> {
    let long = "Padmé 😀 ".repeat(6_000);
    let long = long.trim_end();
    assert!(long.len() > 64 * 1024, "{}", long.len());
    vec![
        // CHAR forgets the blanks it ends with, VARCHAR keeps them.
        case("CHAR(5)", "ab  ", Value::from("ab")).seen(PLAIN, "ab"),
        same("VARCHAR(20)", "ab  "),
        same("VARCHAR(20)", ""),
        same("VARCHAR(7)", "Padmé 😀"),
        same("TINYTEXT", "Padmé 😀"),
        same("TEXT", ""),
        same("MEDIUMTEXT", long),
        same("LONGTEXT", long),
        same("ENUM('x','it''s')", "it's"),
        same("SET('a','b','c')", "a,c"),
        same("JSON", r#"{"a":[1,"😀",null]}"#),
        same("UUID", "00112233-4455-6677-8899-aabbccddeeff"),
        same("INET6", "2001:db8::1"),
        same("INET4", "192.0.2.1"),
    ]
}

fn times() -> Vec<Case> {
    vec![
        same("DATE", "2024-05-06"),
        same("DATE", "9999-12-31"),
        same("DATE", "0000-00-00"),
        same("TIME", "-12:34:56"),
        same("TIME", "-838:59:59"),
        case("TIME(6)", "100:00:00.500000", Value::from("100:00:00.5")),
        same("TIME(6)", "838:59:58.999999"),
        case(
            "DATETIME(6)",
            "2024-05-06T07:08:09.123456",
            Value::from("2024-05-06T07:08:09.123456"),
        )
        .seen(PLAIN, "2024-05-06 07:08:09.123456"),
        case(
            "DATETIME",
            "0000-00-00 00:00:00",
            Value::from("0000-00-00T00:00:00"),
        ),
        case(
            "TIMESTAMP(6) NULL",
            "2024-05-06 07:08:09.000001",
            Value::from("2024-05-06T07:08:09.000001"),
        ),
    ]
}

fn binaries() -> Vec<Case> {
    // The server's own form of a geometry: the reference system, then well-known binary.
    let mut point = vec![0, 0, 0, 0, 1, 1, 0, 0, 0];
    point.extend(1.0_f64.to_le_bytes());
    point.extend(2.0_f64.to_le_bytes());
    vec![
        bytes("BINARY(4)", &[1, 255], &[1, 255, 0, 0], "01FF0000"),
        bytes("VARBINARY(4)", &[0, 255], &[0, 255], "00FF"),
        bytes("TINYBLOB", &[0, 39, 92, 255], &[0, 39, 92, 255], "00275CFF"),
        bytes("BLOB", &[], &[], ""),
        bytes("MEDIUMBLOB", b"abc", b"abc", "616263"),
        bytes("LONGBLOB", &[128], &[128], "80"),
        bytes("GEOMETRY", &point, &point, "").seen("ST_AsText(V)", "POINT(1 2)"),
    ]
}

#[tokio::test]
async fn every_column_type_is_written_and_read_without_loss() {
    let (_guard, database) = opened(&[]).await;
    let (name, server) = (database_name(&database).await, mariadb::shared().await);
    let mut other = server.unwrap().connect(&name).await.unwrap();
    let cases = [numbers(), characters(), times(), binaries()];
    for (n, case) in cases.into_iter().flatten().enumerate() {
        let column = case.column;
        let create = format!("CREATE TABLE T{n} (ID INT PRIMARY KEY, V {column})");
        other.query_drop(create).await.unwrap();
        let insert = format!("INSERT INTO T{n} (ID, V) VALUES (?, ?)");
        let select = format!("SELECT V FROM T{n} ORDER BY ID");
        let row = |id: i64, value: Value| [Value::Integer(id), value];
        let written = write(&database, &insert, row(1, case.bound.clone())).await;
        written.unwrap_or_else(|error| panic!("{column}: {error:?}"));
        let first = read(&database, &select, NONE).await.unwrap().into_rows();
        let first = first.rows[0][0].clone();
        assert_eq!(first, case.read, "{column}");
        // Through JSON and back; bytes are for the eye there and go back as they are.
        let back = match &first {
            Value::Bytes(_) => first.clone(),
            value => Value::from_json(&value.to_json()),
        };
        write(&database, &insert, row(2, back)).await.unwrap();
        write(&database, &insert, row(3, Value::Null))
            .await
            .unwrap();
        let rows = read(&database, &select, NONE)
            .await
            .unwrap()
            .into_rows()
            .rows;
        assert_eq!(rows, [[first.clone()], [first], [Value::Null]], "{column}");
        let see = format!("SELECT {} FROM T{n} ORDER BY ID", case.seen);
        let seen: Vec<Option<String>> = other.query(see).await.unwrap();
        let text = Some(case.as_text);
        assert_eq!(seen, [text.clone(), text, None], "{column}");
    }
}

async fn database_name(database: &std::sync::Arc<dyn sluice_core::ports::Database>) -> String {
    let name = crate::stage::cell(database, "SELECT DATABASE()").await;
    name.to_text().unwrap()
}

#[tokio::test]
async fn a_timestamp_is_read_and_written_in_the_sessions_zone() {
    let (_guard, mut connection, password) =
        demo(&["CREATE TABLE T (V TIMESTAMP(6) NULL, D DATETIME)"]).await;
    connection.pool.connection_init_sql = Some("SET time_zone = '+02:00'".to_owned());
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let text = "2024-05-06T07:08:09.123456";
    write(
        &database,
        "INSERT INTO T VALUES (?, ?)",
        texts(&[text, "2024-05-06T07:08:09"]),
    )
    .await
    .unwrap();
    let rows = read(&database, "SELECT V FROM T", NONE).await.unwrap();
    assert_eq!(rows.into_rows().rows[0][0], Value::from(text));
    let server = mariadb::shared().await.unwrap();
    let mut other = server
        .connect(connection.database.as_deref().unwrap())
        .await
        .unwrap();
    other.query_drop("SET time_zone = '+00:00'").await.unwrap();
    let seen: Option<(String, String)> = other
        .query_first("SELECT CAST(V AS CHAR), CAST(D AS CHAR) FROM T")
        .await
        .unwrap();
    let (moved, kept) = ("2024-05-06 05:08:09.123456", "2024-05-06 07:08:09");
    assert_eq!(seen, Some((moved.to_owned(), kept.to_owned())));
}

#[tokio::test]
async fn a_value_that_does_not_fit_its_column_is_refused_before_it_is_sent() {
    let (_guard, database) = opened(&[
        "CREATE TABLE T (ID INT PRIMARY KEY, TINY TINYINT UNSIGNED, DAY DATE, OK BOOLEAN, NAME VARCHAR(5), \
         MONEY DECIMAL(6,2), KIND ENUM('a','b'), DOC JSON, BITS BIT(4), ID2 UUID)",
    ])
    .await;
    for (column, value, kind, wanted) in [
        (
            "ID",
            "abc",
            DatabaseErrorKind::InvalidValue,
            "a whole number",
        ),
        (
            "TINY",
            "256",
            DatabaseErrorKind::InvalidValue,
            "from 0 to 255",
        ),
        (
            "DAY",
            "soon",
            DatabaseErrorKind::InvalidValue,
            "a date as YYYY-MM-DD",
        ),
        (
            "OK",
            "maybe",
            DatabaseErrorKind::InvalidValue,
            "true or false",
        ),
        ("NAME", "sixsix", DatabaseErrorKind::TooLong, "holds 5"),
        (
            "MONEY",
            "12345",
            DatabaseErrorKind::InvalidValue,
            "4 digits",
        ),
        ("KIND", "c", DatabaseErrorKind::InvalidValue, "one of a, b"),
        ("DOC", "{", DatabaseErrorKind::InvalidValue, "JSON"),
        (
            "BITS",
            "16",
            DatabaseErrorKind::InvalidValue,
            "from 0 to 15",
        ),
        ("ID2", "1234", DatabaseErrorKind::InvalidValue, "a UUID"),
    ] {
        let insert = format!("INSERT INTO T (ID, {column}) VALUES (1, ?)");
        let insert = insert.replace("(ID, ID) VALUES (1, ?)", "(ID) VALUES (?)");
        let update = format!("UPDATE T SET {column} = ? WHERE ID = 1");
        for text in [insert, update] {
            let error = write(&database, &text, texts(&[value])).await.unwrap_err();
            assert_eq!(error.kind, kind, "{text}: {error:?}");
            assert_eq!(error.object.as_deref(), Some(column), "{error:?}");
            assert!(error.message.contains(wanted), "{error:?}");
            assert!(error.message.contains("Nothing was sent"), "{error:?}");
            assert_eq!(error.sqlstate, None);
        }
    }
    // A condition with a value that no row can have finds none; one that is no number at all would
    // be taken for 0 by the server.
    let none = write(
        &database,
        "DELETE FROM T WHERE ID = ?",
        texts(&["9999999999"]),
    )
    .await;
    assert_eq!(none.unwrap().affected, Some(0));
    for text in [
        "DELETE FROM T WHERE ID = ?",
        "SELECT * FROM T X WHERE X.ID = ?",
    ] {
        let error = write(&database, text, texts(&["abc"])).await.unwrap_err();
        assert_eq!(
            error.kind,
            DatabaseErrorKind::InvalidValue,
            "{text}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_changed_column_is_noticed_before_a_value_is_refused() {
    let (_guard, database) = opened(&["CREATE TABLE T (V VARCHAR(3))"]).await;
    let insert = "INSERT INTO T (V) VALUES (?)";
    let refused = write(&database, insert, texts(&["four"])).await;
    assert_eq!(refused.unwrap_err().kind, DatabaseErrorKind::TooLong);
    write(&database, "ALTER TABLE T MODIFY V VARCHAR(4)", NONE)
        .await
        .unwrap();
    let written = write(&database, insert, texts(&["four"])).await;
    assert_eq!(written.unwrap().affected, Some(1));
    // The other way round the server itself refuses, and by its own words.
    write(&database, "DELETE FROM T", NONE).await.unwrap();
    write(&database, "ALTER TABLE T MODIFY V VARCHAR(3)", NONE)
        .await
        .unwrap();
    let refused = write(&database, insert, texts(&["four"]))
        .await
        .unwrap_err();
    assert_eq!(refused.kind, DatabaseErrorKind::TooLong);
    assert_eq!(refused.code.as_deref(), Some("1406"));
}

#[tokio::test]
async fn a_text_fits_every_parameter_of_a_procedure_and_what_does_not_is_refused_by_name() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE P(p_n INT, p_day DATE, p_ok BOOLEAN, p_bits BIT(4), p_name VARCHAR(3)) \
         SELECT p_n + 1, p_day, p_ok, p_bits + 0, p_name",
    ])
    .await;
    let values = ["41", "2024-05-06", "true", "9", "abc"];
    let outcome = call(&database, Access::Read, "P", texts(&values)).await;
    assert_eq!(
        outcome.unwrap().sets[0].rows[0],
        [
            Value::Integer(42),
            Value::from("2024-05-06"),
            Value::Bool(true),
            Value::Integer(9),
            Value::from("abc"),
        ]
    );
    for (index, name, value, expected) in [
        (0, "p_n", "x", "int(11)"),
        (1, "p_day", "x", "date"),
        (2, "p_ok", "x", "tinyint(1)"),
        (3, "p_bits", "99", "bit(4)"),
        (4, "p_name", "abcd", "varchar(3)"),
    ] {
        let mut values = values;
        values[index] = value;
        let refused = call(&database, Access::Read, "P", texts(&values)).await;
        let error = refused.unwrap_err();
        assert_eq!(error.object.as_deref(), Some(name), "{error:?}");
        assert!(error.message.contains(expected), "{error:?}");
        assert!(error.message.contains("Nothing was sent"), "{error:?}");
        assert_eq!(error.sqlstate, None);
    }
}

#[tokio::test]
async fn a_text_that_ran_before_costs_one_question() {
    let (_guard, mut connection, password) = demo(&[
        "CREATE TABLE T (ID INT PRIMARY KEY)",
        "CREATE PROCEDURE P(a INT, OUT b INT) SET b = a",
    ])
    .await;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let asked = async || {
        let status = "SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM INFORMATION_SCHEMA.SESSION_STATUS \
             WHERE VARIABLE_NAME = 'QUESTIONS'";
        match crate::stage::cell(&database, status).await {
            Value::Integer(number) => number,
            other => panic!("{other:?}"),
        }
    };
    let select = async || {
        let found = read(&database, "SELECT ID FROM T WHERE ID = ?", texts(&["1"])).await;
        found.unwrap();
    };
    let called = async || {
        let outcome = call(
            &database,
            Access::Read,
            "P",
            [Value::from("1"), Value::Null],
        )
        .await;
        assert_eq!(outcome.unwrap().outs.len(), 1);
    };
    select().await;
    called().await;
    let before = asked().await;
    for _ in 0..3 {
        select().await;
        called().await;
    }
    // Six, and the one that asks.
    assert_eq!(asked().await - before, 7);
}
