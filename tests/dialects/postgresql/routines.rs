//! Procedures and functions of PostgreSQL: what goes in, what comes back and where.

use sluice_core::mapping::Kind;
use sluice_core::plan::{Direction, Statement};
use sluice_core::ports::{Access, DatabaseMessage, OutValue, Severity};
use sluice_core::{DatabaseErrorKind, Value};

use super::opened;
use crate::stage::{NONE, call, cell, once, read, statement, texts, write};

fn out(position: usize, name: &str, value: impl Into<Value>) -> OutValue {
    OutValue {
        position,
        name: name.to_owned(),
        value: value.into(),
    }
}

/// A call with the direction of each parameter: `i` in, `o` out.
fn directed(text: &str, directions: &str, values: &[&str]) -> Statement {
    let mut values = values.iter();
    let bound: Vec<Value> = directions
        .chars()
        .map(|direction| match direction {
            'o' => Value::Null,
            _ => Value::from(*values.next().unwrap()),
        })
        .collect();
    let mut statement = statement(Kind::Procedure, text, bound);
    for (parameter, direction) in statement.parameters.iter_mut().zip(directions.chars()) {
        if direction == 'o' {
            parameter.direction = Direction::Out;
            "WANTED".clone_into(&mut parameter.name);
        }
    }
    statement
}

#[tokio::test]
async fn out_and_inout_values_come_back_with_their_names_and_places() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE p(a int, OUT b text, INOUT c int, OUT d date) LANGUAGE plpgsql AS \
         $$BEGIN b := 'x' || a; c := c + a; d := '2024-05-06'; END$$",
        "CREATE PROCEDURE nameless(int, OUT text) LANGUAGE plpgsql AS 'BEGIN $2 := $1; END'",
    ])
    .await;
    let expected = [
        out(2, "b", "x1"),
        out(3, "c", Value::Integer(11)),
        out(4, "d", "2024-05-06"),
    ];
    for (text, directions, values) in [
        ("CALL p(?, ?, ?, ?)", "ioio", ["1", "10"]),
        // What only comes back may be left out, in each form of a call.
        ("{call P(?, ?)}", "ii", ["1", "10"]),
        ("p", "ii", ["1", "10"]),
        ("CALL p(c => ?, a => ?)", "ii", ["10", "1"]),
        (
            "CALL p(a => ?, c => ?, d => ?, b => ?)",
            "iioo",
            ["1", "10"],
        ),
    ] {
        for access in [Access::Read, Access::Write] {
            let done = once(&database, access, directed(text, directions, &values)).await;
            let done = done.unwrap();
            assert_eq!(done.outs, expected, "{text}");
            assert_eq!(
                (done.sets.len(), done.returned, done.affected),
                (0, None, None)
            );
        }
    }
    // A value that is bound where the routine only writes is not sent.
    let bound = call(
        &database,
        Access::Write,
        "p(?, ?, ?, ?)",
        texts(&["1", "?", "10", "no date"]),
    );
    assert_eq!(bound.await.unwrap().outs, expected);
    let nameless = once(
        &database,
        Access::Write,
        directed("nameless(?, ?)", "io", &["5"]),
    )
    .await;
    assert_eq!(nameless.unwrap().outs, [out(2, "WANTED", "5")]);
}

#[tokio::test]
async fn a_function_gives_rows_or_what_it_returns() {
    let (_guard, database) = opened(&[
        "CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a * 2'",
        "CREATE FUNCTION two(a int, OUT b int, OUT c text) LANGUAGE sql AS $$SELECT a + 1, 'c'$$",
        "CREATE FUNCTION many(n int) RETURNS SETOF int LANGUAGE sql AS 'SELECT generate_series(1, n)'",
        "CREATE FUNCTION nobody() RETURNS TABLE (x int, y text) LANGUAGE sql AS $$SELECT 1, 'a' WHERE false$$",
        "CREATE PROCEDURE p() LANGUAGE sql AS ''",
    ])
    .await;
    let run = async |text: &str, directions: &str, values: &[&str]| {
        once(&database, Access::Read, directed(text, directions, values)).await
    };
    let plain = run("{call twice(?)}", "i", &["4"]).await.unwrap();
    assert_eq!(plain.sets[0].rows, [[Value::Integer(8)]]);
    assert_eq!(plain.returned, None);
    for text in [
        "{? = call twice(?)}",
        "{?=call TWICE(a => ?)}",
        "twice(?, ?)",
    ] {
        let returned = run(text, "oi", &["4"]).await.unwrap();
        assert_eq!(returned.returned, Some(Value::Integer(8)), "{text}");
        assert_eq!(returned.sets, []);
    }
    let row = run("two(?)", "i", &["4"]).await.unwrap();
    assert_eq!(row.sets[0].rows, [[Value::Integer(5), Value::from("c")]]);
    let outs = run("{call two(?, ?, ?)}", "ioo", &["4"]).await.unwrap();
    assert_eq!(
        outs.outs,
        [out(2, "b", Value::Integer(5)), out(3, "c", "c")]
    );
    assert_eq!(outs.sets, []);
    let many = run("many(?)", "i", &["3"]).await.unwrap();
    assert_eq!(many.sets[0].rows.len(), 3);
    let none = run("CALL nobody()", "", &[]).await.unwrap();
    assert_eq!(
        (none.sets[0].columns.len(), none.sets[0].rows.len()),
        (2, 0)
    );
    let error = run("{? = call p()}", "o", &[]).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unsupported, "{error:?}");
}

const CURSORS: &[&str] = &[
    "CREATE TABLE many AS SELECT g AS id, 'n' || g AS name FROM generate_series(1, 2500) g",
    "CREATE TABLE log (what text)",
    "CREATE PROCEDURE p(n int, OUT c1 refcursor, OUT total int, INOUT c2 refcursor) LANGUAGE plpgsql AS \
     $$BEGIN INSERT INTO log VALUES ('called'); \
       OPEN c1 FOR SELECT id, name FROM many WHERE id <= n ORDER BY id; \
       SELECT count(*) INTO total FROM many; \
       OPEN c2 FOR SELECT name FROM many WHERE false; END$$",
    "CREATE FUNCTION f(n int) RETURNS refcursor LANGUAGE plpgsql AS \
     $$DECLARE c refcursor := 'od\"d na;me'; BEGIN OPEN c FOR SELECT id FROM many WHERE id <= n; RETURN c; END$$",
    "CREATE FUNCTION given(c refcursor, n int) RETURNS refcursor LANGUAGE plpgsql AS \
     $$BEGIN OPEN c FOR SELECT id FROM many WHERE id <= n; RETURN c; END$$",
    "CREATE FUNCTION quiet(c refcursor) RETURNS void LANGUAGE plpgsql AS \
     $$BEGIN OPEN c FOR SELECT 7; END$$",
    "CREATE FUNCTION several() RETURNS SETOF refcursor LANGUAGE plpgsql AS \
     $$DECLARE a refcursor; b refcursor; BEGIN OPEN a FOR SELECT 1; RETURN NEXT a; OPEN b FOR SELECT 2; RETURN NEXT b; END$$",
    "CREATE FUNCTION mixed(OUT n int, OUT c refcursor) LANGUAGE plpgsql AS \
     $$BEGIN n := 9; OPEN c FOR SELECT 'in'; END$$",
];

#[tokio::test]
async fn cursors_become_result_sets_after_the_others() {
    let (_guard, database) = opened(CURSORS).await;
    for access in [Access::Read, Access::Write] {
        for (text, directions) in [("p(?, ?, ?, ?)", "iooo"), ("CALL p(?, c2 => ?)", "io")] {
            let done = once(&database, access, directed(text, directions, &["2100"])).await;
            let done = done.unwrap();
            // Its own columns even where it has no rows; more rows than are fetched at once.
            let sets: Vec<_> = done
                .sets
                .iter()
                .map(|s| (s.columns.len(), s.rows.len()))
                .collect();
            assert_eq!(sets, [(2, 2100), (1, 0)], "{text}");
            let last = &done.sets[0].rows[2099];
            assert_eq!(*last, [Value::Integer(2100), Value::from("n2100")]);
            assert_eq!(done.outs, [out(3, "total", Value::Integer(2500))]);
        }
    }
    // What the routine wrote is kept, although a read has no transaction of its own.
    assert_eq!(
        cell(&database, "SELECT COUNT(*) FROM log").await,
        Value::Integer(4)
    );
    for access in [Access::Read, Access::Write] {
        for (text, directions) in [
            ("f(?)", "i"),
            ("{call f(?, ?)}", "io"),
            ("{? = call f(?)}", "oi"),
            ("given(?, ?)", "oi"),
            ("{? = call given(?, ?)}", "ooi"),
            ("CALL given(n => ?, c => ?)", "io"),
        ] {
            let done = once(&database, access, directed(text, directions, &["1000"])).await;
            let done = done.unwrap();
            let sets: Vec<_> = done.sets.iter().map(|s| s.rows.len()).collect();
            assert_eq!(sets, [1000], "{text}");
            assert_eq!((done.outs, done.returned), (vec![], None), "{text}");
        }
        let given = call(&database, access, "given(?, ?)", texts(&["my cursor", "1"])).await;
        assert_eq!(given.unwrap().sets[0].rows, [[Value::Integer(1)]]);
        let quiet = once(&database, access, directed("quiet(?)", "o", &[]))
            .await
            .unwrap();
        assert_eq!(quiet.sets[0].rows, [[Value::Integer(7)]]);
        let several = call(&database, access, "several()", NONE).await.unwrap();
        let rows: Vec<_> = several.sets.iter().map(|s| s.rows[0][0].clone()).collect();
        assert_eq!(rows, [Value::Integer(1), Value::Integer(2)]);
        let mixed = call(&database, access, "mixed", NONE).await.unwrap();
        assert_eq!(mixed.sets[0].rows, [[Value::Integer(9)]]);
        assert_eq!(mixed.sets[1].rows, [[Value::from("in")]]);
    }
    // Nothing of them is left open.
    let mut session = database.begin(Access::Write).await.unwrap();
    session
        .execute(&directed("f(?)", "i", &["5"]))
        .await
        .unwrap();
    let open = statement(
        Kind::Sql,
        "SELECT name FROM pg_cursors WHERE name <> ''",
        NONE,
    );
    let open = session.execute(&open).await.unwrap();
    assert_eq!(open.sets[0].rows.len(), 0);
    session.commit().await.unwrap();
}

#[tokio::test]
async fn a_call_with_cursors_that_fails_in_a_read_leaves_the_connection_usable() {
    let (_guard, database) = opened(&[
        "CREATE FUNCTION bad(n int) RETURNS refcursor LANGUAGE plpgsql AS \
         $$DECLARE c refcursor; BEGIN OPEN c FOR SELECT 1 / (id - n) FROM generate_series(1, 9) id; RETURN c; END$$",
    ])
    .await;
    let mut session = database.begin(Access::Read).await.unwrap();
    let error = session
        .execute(&directed("bad(?)", "i", &["5"]))
        .await
        .unwrap_err();
    assert_eq!(error.sqlstate.as_deref(), Some("22012"), "{error:?}");
    let error = session
        .execute(&directed("bad(?)", "i", &["x"]))
        .await
        .unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::InvalidValue, "{error:?}");
    assert_eq!(session.in_transaction().await.unwrap(), Some(false));
    let fine = session
        .execute(&directed("bad(?)", "i", &["50"]))
        .await
        .unwrap();
    assert_eq!(fine.sets[0].rows.len(), 9);
}

#[tokio::test]
async fn what_a_routine_says_comes_with_its_answer() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE talk(n int) LANGUAGE plpgsql AS $$BEGIN \
         RAISE NOTICE 'one %', n; RAISE WARNING 'two' USING ERRCODE = '01P99', HINT = 'look'; \
         RAISE INFO 'three'; RAISE DEBUG 'four'; END$$",
        "CREATE FUNCTION loud() RETURNS SETOF int LANGUAGE plpgsql AS $$BEGIN \
         FOR i IN 1..3000 LOOP RAISE NOTICE 'n%', i; RETURN NEXT i; END LOOP; END$$",
    ])
    .await;
    let message = |severity, code: &str, text: &str| DatabaseMessage {
        severity,
        code: Some(code.to_owned()),
        text: text.to_owned(),
    };
    let mut session = database.begin(Access::Write).await.unwrap();
    for _ in 0..2 {
        let talk = session
            .execute(&directed("talk(?)", "i", &["1"]))
            .await
            .unwrap();
        assert_eq!(
            talk.messages,
            [
                message(Severity::Note, "00000", "one 1"),
                message(Severity::Warning, "01P99", "two (look)"),
                message(Severity::Note, "00000", "three"),
            ]
        );
    }
    let quiet = statement(Kind::Sql, "SELECT 1", NONE);
    assert_eq!(session.execute(&quiet).await.unwrap().messages, []);
    let loud = session.execute(&directed("loud", "", &[])).await.unwrap();
    assert_eq!((loud.sets[0].rows.len(), loud.messages.len()), (3000, 1000));
    let ddl = statement(Kind::Sql, "DROP TABLE IF EXISTS nowhere", NONE);
    let told = session.execute(&ddl).await.unwrap().messages;
    assert_eq!((told.len(), told[0].code.as_deref()), (1, Some("00000")));
}

#[tokio::test]
async fn arguments_go_by_name_by_default_and_in_any_number() {
    let many: Vec<String> = (1..=40).map(|n| format!("p{n} text")).collect();
    let sum: Vec<String> = (1..=40).map(|n| format!("p{n}")).collect();
    let (_guard, database) = opened(&[
        &format!(
            "CREATE PROCEDURE many({}, OUT all_of text) LANGUAGE plpgsql AS \
             $$BEGIN all_of := concat_ws(',', {}); END$$",
            many.join(", "),
            sum.join(", ")
        ),
        "CREATE FUNCTION d(a int, b int DEFAULT 10, c int DEFAULT 100) RETURNS int LANGUAGE sql AS 'SELECT a + b + c'",
        "CREATE FUNCTION v(first text, VARIADIC rest int[]) RETURNS int LANGUAGE sql \
         AS 'SELECT coalesce(sum(x), 0)::int FROM unnest(rest) x'",
        "CREATE SCHEMA \"My Schema\"",
        "CREATE FUNCTION \"My Schema\".\"F\"(\"My Arg\" text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
        "CREATE FUNCTION over(a int) RETURNS text LANGUAGE sql AS $$SELECT 'int'$$",
        "CREATE FUNCTION over(a text) RETURNS text LANGUAGE sql AS $$SELECT 'text'$$",
        "CREATE FUNCTION over(a text, b text) RETURNS text LANGUAGE sql AS $$SELECT 'two'$$",
        "CREATE PROCEDURE later(a int, OUT c int, b int DEFAULT 5) LANGUAGE plpgsql AS 'BEGIN c := a + b; END'",
    ])
    .await;
    let values: Vec<String> = (1..=40).map(|n| n.to_string()).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let done = call(&database, Access::Write, "many", texts(&values)).await;
    assert_eq!(
        done.unwrap().outs,
        [out(41, "all_of", values.join(",").as_str())]
    );
    for (text, values, expected) in [
        ("d(?)", vec!["1"], Value::Integer(111)),
        ("d(?, c => ?)", vec!["1", "2"], Value::Integer(13)),
        ("d(c => ?, A => ?)", vec!["1", "2"], Value::Integer(13)),
        ("d(a := ?, b := 1 + 1)", vec!["1"], Value::Integer(103)),
        ("v(?, ?, ?)", vec!["x", "2", "3"], Value::Integer(5)),
        ("v(?, VARIADIC ?)", vec!["x", "{4,5}"], Value::Integer(9)),
        (
            "\"My Schema\".\"F\"(\"My Arg\" => ?)",
            vec!["a"],
            Value::from("a"),
        ),
        ("over(?)", vec!["1"], Value::from("text")),
        ("over(?::int)", vec!["1"], Value::from("int")),
        ("over(?, ?)", vec!["1", "2"], Value::from("two")),
    ] {
        let done = call(&database, Access::Read, text, texts(&values)).await;
        assert_eq!(done.unwrap().sets[0].rows, [[expected]], "{text}");
    }
    let later = call(&database, Access::Write, "later(?)", texts(&["1"]))
        .await
        .unwrap();
    assert_eq!(later.outs, [out(2, "c", Value::Integer(6))]);
    for (text, values, said) in [
        ("d(x => ?)", vec!["1"], "no parameter named x"),
        ("d(b => ?)", vec!["1"], "a"),
        ("d(?, a => ?)", vec!["1", "1"], "twice"),
    ] {
        let error = call(&database, Access::Read, text, texts(&values))
            .await
            .unwrap_err();
        assert_eq!(
            error.kind,
            DatabaseErrorKind::ArgumentCount,
            "{text}: {error:?}"
        );
        assert!(error.message.contains(said), "{text}: {error:?}");
    }
}

#[tokio::test]
async fn a_procedure_that_ends_the_transaction_is_refused_in_a_write_with_a_way_out() {
    let (_guard, database) = opened(&[
        "CREATE TABLE t (a int)",
        "CREATE PROCEDURE ends() LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (1); COMMIT; END'",
    ])
    .await;
    let error = call(&database, Access::Write, "ends", NONE)
        .await
        .unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unsupported, "{error:?}");
    assert_eq!(error.sqlstate.as_deref(), Some("2D000"));
    assert!(error.message.contains("Take COMMIT"), "{error:?}");
    assert_eq!(
        cell(&database, "SELECT COUNT(*) FROM t").await,
        Value::Integer(0)
    );
    call(&database, Access::Read, "ends", NONE).await.unwrap();
    assert_eq!(
        cell(&database, "SELECT COUNT(*) FROM t").await,
        Value::Integer(1)
    );
}

#[tokio::test]
async fn whether_a_transaction_is_open_is_asked_of_the_server() {
    let (_guard, database) = opened(&["CREATE TABLE t (a int)"]).await;
    let sql = |text: &str| statement(Kind::Sql, text, NONE);
    let mut session = database.begin(Access::Write).await.unwrap();
    session
        .execute(&sql("INSERT INTO t VALUES (1)"))
        .await
        .unwrap();
    assert_eq!(session.in_transaction().await.unwrap(), Some(true));
    session.execute(&sql("COMMIT")).await.unwrap();
    assert_eq!(session.in_transaction().await.unwrap(), Some(false));
    drop(session);
    let mut session = database.begin(Access::Read).await.unwrap();
    assert_eq!(session.in_transaction().await.unwrap(), Some(false));
    // What a read begins does not outlive it.
    session.execute(&sql("BEGIN")).await.unwrap();
    session
        .execute(&sql("INSERT INTO t VALUES (2)"))
        .await
        .unwrap();
    drop(session);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let count = read(&database, "SELECT COUNT(*) FROM t", NONE)
        .await
        .unwrap();
    assert_eq!(count.into_rows().rows, [[Value::Integer(1)]]);
    write(&database, "DELETE FROM t", NONE).await.unwrap();
}
