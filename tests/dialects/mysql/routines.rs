//! Procedures and functions of MySQL and MariaDB: what goes in, what comes back.

use std::sync::Arc;

use mysql_async::prelude::Queryable as _;
use sluice_core::mapping::Kind;
use sluice_core::plan::Direction;
use sluice_core::ports::{Access, Database, Severity, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret, Value};
use sluice_tests::support::mariadb;

use super::{demo, opened};
use crate::stage::{NONE, call, cell, once, read, statement, texts, user, write};

const MIXED: &str = "CREATE PROCEDURE MIXED(IN a INT, INOUT b VARCHAR(20), OUT c DECIMAL(10,2), \
     OUT d BOOLEAN, OUT e DATETIME(3), INOUT f BIGINT UNSIGNED) \
     BEGIN SET b = CONCAT(b, '-', a), c = a / 4, d = a > 10, e = '2024-05-06 07:08:09.12', f = f - 1; END";

fn outs(outcome: &StatementOutcome) -> Vec<(usize, &str, Value)> {
    let outs = outcome.outs.iter();
    outs.map(|out| (out.position, out.name.as_str(), out.value.clone()))
        .collect()
}

async fn run(
    database: &Arc<dyn Database>,
    text: &str,
    values: &[Value],
) -> Result<StatementOutcome, DatabaseError> {
    call(database, Access::Read, text, values).await
}

#[tokio::test]
async fn out_and_inout_values_come_back_with_their_names_and_types() {
    let (_guard, database) = opened(&[MIXED]).await;
    let values = [
        Value::from("42"),
        Value::from("x"),
        Value::Null,
        Value::Null,
        Value::Null,
        Value::Unsigned(u64::MAX),
    ];
    let expected = [
        (2, "b", Value::from("x-42")),
        (3, "c", Value::Decimal("10.50".into())),
        (4, "d", Value::Bool(true)),
        (5, "e", Value::from("2024-05-06T07:08:09.12")),
        (6, "f", Value::Unsigned(u64::MAX - 1)),
    ];
    for text in [
        "MIXED",
        "CALL MIXED(?, ?, ?, ?, ?, ?)",
        "{call MIXED(?,?,?,?,?,?)}",
        "call `mixed` ( ?, ?, ?, ?, ?, ? );",
    ] {
        let outcome = run(&database, text, &values).await.unwrap();
        assert_eq!(outcome.sets.len(), 0, "{text}");
        assert_eq!(outs(&outcome), expected, "{text}");
        assert_eq!(outcome.returned, None);
    }
    // By name, in another order.
    let named = "MIXED(f => ?, e => ?, d => ?, c => ?, b => ?, a => ?)";
    let mut reversed = values.to_vec();
    reversed.reverse();
    let outcome = run(&database, named, &reversed).await.unwrap();
    assert_eq!(outs(&outcome), expected);
    let slip = "MIXED(f => ?, e => ?, d => ?, c => ?, b => ?, z => ?)";
    let error = run(&database, slip, &reversed).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount);
    assert!(error.message.contains("no parameter named z"), "{error:?}");
}

#[tokio::test]
async fn a_set_that_looks_like_the_out_values_is_a_set_all_the_same() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE ALIKE(OUT q INT) BEGIN SELECT 1 AS q; SELECT 2 AS q UNION SELECT 3; SELECT 4 AS q WHERE FALSE; SET q = 5; END",
    ])
    .await;
    let outcome = run(&database, "ALIKE", &[Value::Null]).await.unwrap();
    let rows: Vec<usize> = outcome.sets.iter().map(|set| set.rows.len()).collect();
    assert_eq!(rows, [1, 2, 0]);
    assert_eq!(outcome.sets[0].rows[0], [Value::Integer(1)]);
    assert_eq!(outs(&outcome), [(1, "q", Value::Integer(5))]);
}

#[tokio::test]
async fn a_function_is_called_as_one_and_returns_its_value() {
    let (_guard, database) = opened(&[
        "CREATE FUNCTION TWICE(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
        "CREATE FUNCTION BOTH_KINDS(n INT) RETURNS INT DETERMINISTIC RETURN n + 1",
        "CREATE PROCEDURE BOTH_KINDS(n INT) SELECT n - 1 AS LESS",
    ])
    .await;
    let set = run(&database, "TWICE(?)", &texts(&["21"])).await.unwrap();
    let set = set.into_rows();
    assert_eq!(set.columns[0].name, "TWICE");
    assert_eq!(set.rows, [[Value::Integer(42)]]);
    let returned = "{? = call TWICE(?)}";
    let values = [Value::Null, Value::from("21")];
    let outcome = run(&database, returned, &values).await.unwrap();
    assert_eq!(outcome.returned, Some(Value::Integer(42)));
    assert_eq!((outcome.sets.len(), outcome.outs.len()), (0, 0));
    let outcome = run(&database, "{? = call BOTH_KINDS(?)}", &values).await;
    assert_eq!(outcome.unwrap().returned, Some(Value::Integer(22)));
    let set = run(&database, "BOTH_KINDS(?)", &texts(&["21"])).await;
    assert_eq!(set.unwrap().into_rows().rows, [[Value::Integer(20)]]);
    let refused = run(&database, "TWICE(?)", &texts(&["x"]))
        .await
        .unwrap_err();
    assert_eq!(refused.object.as_deref(), Some("n"), "{refused:?}");
    let none = run(&database, "{? = call NOT_THERE(?)}", &values).await;
    assert_eq!(none.unwrap_err().kind, DatabaseErrorKind::MissingProcedure);
}

#[tokio::test]
async fn names_are_read_with_their_schema_and_quotes() {
    let (_guard, mut connection, password) =
        demo(&["CREATE PROCEDURE `odd.na``me`(IN `the value` INT) SELECT `the value` AS V"]).await;
    let schema = connection.database.take().unwrap();
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    for text in [
        format!("CALL {schema}.`odd.na``me`(?)"),
        format!("`{schema}`.`odd.na``me`"),
    ] {
        let outcome = run(&database, &text, &texts(&["7"])).await.unwrap();
        assert_eq!(outcome.into_rows().rows, [[Value::Integer(7)]]);
        let refused = run(&database, &text, &texts(&["x"])).await.unwrap_err();
        assert_eq!(refused.object.as_deref(), Some("the value"), "{refused:?}");
    }
}

#[tokio::test]
async fn forty_parameters_keep_their_places() {
    let names = 1..=40;
    let declared: Vec<String> = names.clone().map(|n| format!("INOUT p{n} INT")).collect();
    let sets: Vec<String> = names.map(|n| format!("p{n} = p{n} + {n}")).collect();
    let create = format!(
        "CREATE PROCEDURE MANY({}) SET {}",
        declared.join(", "),
        sets.join(", ")
    );
    let (_guard, database) = opened(&[&create]).await;
    let values: Vec<Value> = (1..=40).map(|n| Value::Integer(n * 100)).collect();
    let outcome = run(&database, "MANY", &values).await.unwrap();
    let expected: Vec<Value> = (1..=40).map(|n| Value::Integer(n * 101)).collect();
    let values: Vec<Value> = outcome.outs.into_iter().map(|out| out.value).collect();
    assert_eq!(values, expected);
    // And the 24 of the guide.
    let created = call(&database, Access::Write, "CREATE_USER", user("u-1", "leia"));
    assert_eq!(created.await.unwrap().affected, Some(1));
}

#[tokio::test]
async fn a_procedure_that_was_made_anew_is_noticed_before_anything_is_refused() {
    let (_guard, database) = opened(&["CREATE PROCEDURE P(a INT) SELECT a AS V"]).await;
    run(&database, "P", &texts(&["1"])).await.unwrap();
    write(
        &database,
        "CREATE OR REPLACE PROCEDURE P(a VARCHAR(9)) SELECT a AS V",
        NONE,
    )
    .await
    .unwrap();
    let set = run(&database, "P", &texts(&["one"])).await.unwrap();
    assert_eq!(set.into_rows().rows, [[Value::from("one")]]);
    write(
        &database,
        "CREATE OR REPLACE PROCEDURE P(a VARCHAR(9), b INT) SELECT b AS V",
        NONE,
    )
    .await
    .unwrap();
    let set = run(&database, "P", &texts(&["one", "2"])).await.unwrap();
    assert_eq!(set.into_rows().rows, [[Value::Integer(2)]]);
    let error = run(&database, "P", &texts(&["one"])).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount, "{error:?}");
    assert_eq!(error.expected, Some(2));
}

#[tokio::test]
async fn a_routine_that_the_catalogue_does_not_show_is_called_as_it_is_written() {
    // What is in a package stands in no catalogue.
    let (_guard, database) = opened(&[
        "SET sql_mode = ORACLE",
        "CREATE PACKAGE PKG AS PROCEDURE TWICE(a INT, b OUT INT); PROCEDURE PLAIN(a INT); END",
        "CREATE PACKAGE BODY PKG AS \
           PROCEDURE TWICE(a INT, b OUT INT) AS BEGIN b := a * 2; END; \
           PROCEDURE PLAIN(a INT) AS BEGIN SELECT a + 1 AS V; END; END",
    ])
    .await;
    let schema = cell(&database, "SELECT DATABASE()")
        .await
        .to_text()
        .unwrap();
    let plain = run(&database, &format!("{schema}.PKG.PLAIN"), &texts(&["1"])).await;
    assert_eq!(plain.unwrap().into_rows().rows, [[Value::Integer(2)]]);
    // The mapping says which value comes back.
    let text = format!("CALL {schema}.PKG.TWICE(?, ?)");
    let mut twice = statement(Kind::Procedure, &text, [Value::from("21"), Value::Null]);
    twice.parameters[1].direction = Direction::Out;
    twice.parameters[1].name = "DOUBLE".to_owned();
    let outcome = once(&database, Access::Read, twice).await.unwrap();
    assert_eq!(outs(&outcome), [(2, "DOUBLE", Value::Integer(42))]);
    assert_eq!(outcome.sets.len(), 0);
}

#[tokio::test]
async fn an_account_with_nothing_but_execute_calls_and_gets_its_values() {
    let (_guard, mut connection, _) = demo(&[
        MIXED,
        "CREATE OR REPLACE USER caller@'127.0.0.1' IDENTIFIED BY 'caller'",
    ])
    .await;
    let name = connection.database.clone().unwrap();
    let server = mariadb::shared().await.unwrap();
    let mut root = server.connect(&name).await.unwrap();
    root.query_drop("GRANT EXECUTE ON PROCEDURE MIXED TO caller@'127.0.0.1'")
        .await
        .unwrap();
    connection.user = Some("caller".to_owned());
    let database = sluice_db::open(&connection, Some(&Secret::new("caller"))).unwrap();
    let mut values = vec![Value::Null; 6];
    values[0] = Value::Integer(4);
    let outcome = run(&database, "MIXED", &values).await.unwrap();
    assert_eq!(outs(&outcome)[1], (3, "c", Value::Decimal("1.00".into())));
    // What it may not see, the server refuses by its own words.
    let refused = run(&database, "ACTIVATE_USER(?)", &texts(&["x"])).await;
    let refused = refused.unwrap_err();
    assert_eq!(
        refused.kind,
        DatabaseErrorKind::PermissionDenied,
        "{refused:?}"
    );
}

#[tokio::test]
async fn warnings_and_notes_are_told_with_their_numbers() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE CAREFUL() SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'mind the gap', MYSQL_ERRNO = 1642",
    ])
    .await;
    let outcome = run(&database, "CAREFUL", &[]).await.unwrap();
    let said: Vec<_> = outcome
        .messages
        .iter()
        .map(|m| (m.severity, m.code.as_deref(), m.text.as_str()))
        .collect();
    assert_eq!(said, [(Severity::Warning, Some("1642"), "mind the gap")]);
    let outcome = write(&database, "DROP TABLE IF EXISTS NOT_THERE", NONE).await;
    let messages = outcome.unwrap().messages;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].severity, Severity::Note);
    assert_eq!(messages[0].code.as_deref(), Some("1051"));
    // The count is the statement's own, and not that of the question for its warnings.
    let update = "UPDATE USERS SET TITLE = CAST('5x' AS SIGNED) WHERE USER_ID = ?";
    let mut values = user("u-1", "leia");
    values.truncate(24);
    call(&database, Access::Write, "CREATE_USER", values)
        .await
        .unwrap();
    let outcome = read(&database, "SELECT CAST('5x' AS SIGNED)", NONE)
        .await
        .unwrap();
    assert_eq!(outcome.messages[0].code.as_deref(), Some("1292"));
    assert_eq!(outcome.sets[0].rows.len(), 1);
    let outcome = write(&database, "SELECT 1", NONE).await.unwrap();
    assert_eq!(outcome.messages, []);
    let outcome = write(&database, update, texts(&["nobody"])).await.unwrap();
    assert_eq!(outcome.affected, Some(0));
}

#[tokio::test]
async fn it_is_known_whether_a_call_ended_the_transaction() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE COMMITS() BEGIN UPDATE USERS SET TITLE = 'x'; COMMIT; END",
        "CREATE PROCEDURE WARNS_AND_COMMITS() BEGIN COMMIT; SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'w'; END",
        "CREATE PROCEDURE KEEPS() UPDATE USERS SET TITLE = 'y'",
        "CREATE TABLE ONCE (ID INT PRIMARY KEY)",
        "INSERT INTO ONCE VALUES (1)",
    ])
    .await;
    for (text, open) in [
        ("KEEPS", true),
        ("COMMITS", false),
        ("WARNS_AND_COMMITS", false),
    ] {
        let mut session = database.begin(Access::Write).await.unwrap();
        assert_eq!(session.in_transaction().await.unwrap(), Some(true));
        let called = statement(Kind::Procedure, text, NONE);
        session.execute(&called).await.unwrap();
        assert_eq!(
            session.in_transaction().await.unwrap(),
            Some(open),
            "{text}"
        );
        session.rollback().await.unwrap();
    }
    let mut session = database.begin(Access::Write).await.unwrap();
    let twice = statement(Kind::Sql, "INSERT INTO ONCE VALUES (1)", NONE);
    let error = session.execute(&twice).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Duplicate);
    // An error does not end it, and the server is asked because an error does not say so.
    assert_eq!(session.in_transaction().await.unwrap(), Some(true));
    let another = statement(Kind::Sql, "INSERT INTO ONCE VALUES (2)", NONE);
    session.execute(&another).await.unwrap();
    session.commit().await.unwrap();
    let count = cell(&database, "SELECT COUNT(*) FROM ONCE").await;
    assert_eq!(count, Value::Integer(2));
}

#[tokio::test]
async fn a_transaction_left_open_by_a_call_that_failed_is_rolled_back() {
    let (_guard, mut connection, password) = demo(&[
        "CREATE PROCEDURE FAILS_OPEN() BEGIN START TRANSACTION; UPDATE ENTITLEMENTS SET ENT_NAME = CONCAT('x', ENT_NAME); \
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END",
    ])
    .await;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let failed = run(&database, "FAILS_OPEN", &[]).await.unwrap_err();
    assert_eq!(failed.kind, DatabaseErrorKind::Raised, "{failed:?}");
    let count = "SELECT COUNT(*) FROM ENTITLEMENTS WHERE ENT_NAME LIKE 'x%'";
    assert_eq!(cell(&database, count).await, Value::Integer(0));
}
