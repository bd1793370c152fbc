//! Every row of the table of types in docs/databases.md: bound as text, read by Sluice, held against
//! what the server itself writes for it, and bound again as it was read.

use sluice_core::mapping::Kind;
use sluice_core::ports::Access;
use sluice_core::{DatabaseErrorKind, Value};
use sluice_tests::support::postgres;
use tokio_postgres::SimpleQueryMessage;

use super::{demo, opened};
use crate::stage::{NONE, cell, once, read, statement, texts, write};

const DECLARED: &[&str] = &[
    "CREATE EXTENSION hstore",
    "CREATE EXTENSION citext",
    "CREATE EXTENSION ltree",
    "CREATE TYPE MOOD AS ENUM ('ok', 'bad mood')",
    "CREATE DOMAIN POSITIVE AS INT CHECK (VALUE > 0)",
    "CREATE DOMAIN STARS AS POSITIVE CHECK (VALUE < 6)",
    "CREATE TYPE PAIR AS (a int, b text)",
    "CREATE TYPE SPAN AS RANGE (subtype = float8)",
];

fn text(text: &str) -> Value {
    Value::from(text)
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}

fn json(text: &str) -> Value {
    Value::Json(serde_json::from_str(text).unwrap())
}

/// The type of a column; what is bound; what the server writes (psql's text); what is read.
#[allow(clippy::too_many_lines)]
fn rows() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    vec![
        ("boolean", "1", "t", Value::Bool(true)),
        ("boolean", "false", "f", Value::Bool(false)),
        ("int2", "-32768", "-32768", Value::Integer(-32768)),
        (
            "int4",
            "2147483647",
            "2147483647",
            Value::Integer(2_147_483_647),
        ),
        (
            "int8",
            "-9223372036854775808",
            "-9223372036854775808",
            Value::Integer(i64::MIN),
        ),
        (
            "numeric",
            "-12345678901234567890.50",
            "-12345678901234567890.50",
            decimal("-12345678901234567890.50"),
        ),
        (
            "numeric",
            "1e40",
            "10000000000000000000000000000000000000000",
            decimal("10000000000000000000000000000000000000000"),
        ),
        (
            "numeric",
            "0.00000000000000000001",
            "0.00000000000000000001",
            decimal("0.00000000000000000001"),
        ),
        (
            "numeric(10,3)",
            "100000",
            "100000.000",
            decimal("100000.000"),
        ),
        ("numeric(3,-2)", "12345", "12300", decimal("12300")),
        ("numeric", "NaN", "NaN", decimal("NaN")),
        ("numeric", "-Infinity", "-Infinity", decimal("-Infinity")),
        ("float4", "0.1", "0.1", Value::Float(0.1)),
        ("float4", "nan", "NaN", decimal("NaN")),
        ("float8", "1.5e300", "1.5e+300", Value::Float(1.5e300)),
        ("float8", "-infinity", "-Infinity", decimal("-Infinity")),
        ("float8", "infinity", "Infinity", decimal("Infinity")),
        ("money", "-1234.56", "-$1,234.56", decimal("-1234.56")),
        ("text", "Padmé 😀", "Padmé 😀", text("Padmé 😀")),
        ("text", "", "", text("")),
        ("varchar(9)", "O'Brien\\", "O'Brien\\", text("O'Brien\\")),
        ("char(5)", "ab", "ab   ", text("ab   ")),
        ("\"char\"", "x", "x", text("x")),
        ("name", "n", "n", text("n")),
        ("citext", "MiXed", "MiXed", text("MiXed")),
        (
            "xml",
            "<a b=\"1\">ü</a>",
            "<a b=\"1\">ü</a>",
            text("<a b=\"1\">ü</a>"),
        ),
        ("ltree", "a.b.c", "a.b.c", text("a.b.c")),
        ("date", "2024-05-06", "2024-05-06", text("2024-05-06")),
        (
            "date",
            "0044-03-15 BC",
            "0044-03-15 BC",
            text("-0043-03-15"),
        ),
        ("date", "0001-12-31 BC", "0001-12-31 BC", text("0000-12-31")),
        ("date", "infinity", "infinity", text("infinity")),
        ("date", "12345-06-07", "12345-06-07", text("12345-06-07")),
        ("time", "07:08:09.120", "07:08:09.12", text("07:08:09.12")),
        ("time", "24:00", "24:00:00", text("24:00:00")),
        (
            "timetz",
            "07:08:09+05:30",
            "07:08:09+05:30",
            text("07:08:09+05:30"),
        ),
        (
            "timetz",
            "07:08:09.5-08",
            "07:08:09.5-08",
            text("07:08:09.5-08:00"),
        ),
        (
            "timestamp",
            "2024-05-06T07:08:09.5",
            "2024-05-06 07:08:09.5",
            text("2024-05-06T07:08:09.5"),
        ),
        (
            "timestamp",
            "0044-03-15 10:00 BC",
            "0044-03-15 10:00:00 BC",
            text("-0043-03-15T10:00:00"),
        ),
        (
            "timestamptz",
            "2024-05-06 07:08:09+02",
            "2024-05-06 05:08:09+00",
            text("2024-05-06T05:08:09Z"),
        ),
        ("timestamptz", "-infinity", "-infinity", text("-infinity")),
        (
            "interval",
            "1 year 2 mons 3 days 04:05:06.5",
            "1 year 2 mons 3 days 04:05:06.5",
            text("P1Y2M3DT4H5M6.5S"),
        ),
        (
            "interval",
            "-1 day -02:00:00.5",
            "-1 days -02:00:00.5",
            text("P-1DT-2H-0.5S"),
        ),
        ("interval", "0", "00:00:00", text("PT0S")),
        (
            "uuid",
            "00112233-4455-6677-8899-AABBCCDDEEFF",
            "00112233-4455-6677-8899-aabbccddeeff",
            text("00112233-4455-6677-8899-aabbccddeeff"),
        ),
        (
            "json",
            "{\"a\":[1,null]}",
            "{\"a\":[1,null]}",
            json("{\"a\":[1,null]}"),
        ),
        (
            "jsonb",
            "{\"b\":1,\"a\":\"x\"}",
            "{\"a\": \"x\", \"b\": 1}",
            json("{\"a\":\"x\",\"b\":1}"),
        ),
        ("jsonpath", "$.a", "$.\"a\"", text("$.\"a\"")),
        ("bytea", "\\x00ff", "\\x00ff", Value::Bytes(vec![0, 255])),
        ("bytea", "", "\\x", Value::Bytes(vec![])),
        (
            "oid",
            "4294967295",
            "4294967295",
            Value::Integer(4_294_967_295),
        ),
        (
            "xid8",
            "18446744073709551615",
            "18446744073709551615",
            Value::Unsigned(u64::MAX),
        ),
        ("pg_lsn", "16/b374d848", "16/B374D848", text("16/B374D848")),
        ("mood", "bad mood", "bad mood", text("bad mood")),
        ("positive", "5", "5", Value::Integer(5)),
        ("stars", "5", "5", Value::Integer(5)),
        ("inet", "10.0.0.1/8", "10.0.0.1/8", text("10.0.0.1/8")),
        (
            "inet",
            "::ffff:1.2.3.4",
            "::ffff:1.2.3.4",
            text("::ffff:1.2.3.4"),
        ),
        ("cidr", "10.0.0.0/8", "10.0.0.0/8", text("10.0.0.0/8")),
        (
            "macaddr",
            "08:00:2b:01:02:03",
            "08:00:2b:01:02:03",
            text("08:00:2b:01:02:03"),
        ),
        (
            "macaddr8",
            "08:00:2b:01:02:03:04:05",
            "08:00:2b:01:02:03:04:05",
            text("08:00:2b:01:02:03:04:05"),
        ),
        ("bit(3)", "101", "101", text("101")),
        (
            "varbit(20)",
            "1010101010101",
            "1010101010101",
            text("1010101010101"),
        ),
        ("point", "1.5,-2e20", "(1.5,-2e+20)", text("(1.5,-2e+20)")),
        ("line", "{1,2,3}", "{1,2,3}", text("{1,2,3}")),
        (
            "lseg",
            "[(0,0),(1,1)]",
            "[(0,0),(1,1)]",
            text("[(0,0),(1,1)]"),
        ),
        ("box", "(0,0),(2,2)", "(2,2),(0,0)", text("(2,2),(0,0)")),
        (
            "path",
            "[(0,0),(1,1),(2,0)]",
            "[(0,0),(1,1),(2,0)]",
            text("[(0,0),(1,1),(2,0)]"),
        ),
        (
            "path",
            "((0,0),(1,1))",
            "((0,0),(1,1))",
            text("((0,0),(1,1))"),
        ),
        (
            "polygon",
            "((0,0),(0,3),(4,0.5))",
            "((0,0),(0,3),(4,0.5))",
            text("((0,0),(0,3),(4,0.5))"),
        ),
        (
            "circle",
            "<(1,2),3.25>",
            "<(1,2),3.25>",
            text("<(1,2),3.25>"),
        ),
        ("int4range", "[1,5]", "[1,6)", text("[1,6)")),
        ("int8range", "(,5)", "(,5)", text("(,5)")),
        ("numrange", "(1.50,)", "(1.50,)", text("(1.50,)")),
        ("daterange", "empty", "empty", text("empty")),
        (
            "daterange",
            "[2024-05-06,infinity]",
            "[2024-05-06,infinity]",
            text("[2024-05-06,infinity]"),
        ),
        (
            "tsrange",
            "[2024-05-06 07:08,)",
            "[\"2024-05-06 07:08:00\",)",
            text("[2024-05-06T07:08:00,)"),
        ),
        (
            "tstzrange",
            "(0044-03-15 00:00+00 BC,2024-01-01 00:00+00]",
            "(\"0044-03-15 00:00:00+00 BC\",\"2024-01-01 00:00:00+00\"]",
            text("(\"0044-03-15T00:00:00Z BC\",2024-01-01T00:00:00Z]"),
        ),
        (
            "span",
            "[0.5,1e20]",
            "[0.5,1e+20]",
            text("[0.5,100000000000000000000]"),
        ),
        (
            "int4multirange",
            "{[1,3),[7,9)}",
            "{[1,3),[7,9)}",
            text("{[1,3),[7,9)}"),
        ),
        ("datemultirange", "{}", "{}", text("{}")),
        (
            "tsvector",
            "'it''s':2A,4 fat:1 a\\\\b",
            "'a\\\\b' 'fat':1 'it''s':2A,4",
            text("'a\\\\b' 'fat':1 'it''s':2A,4"),
        ),
        (
            "pair",
            "(1,\"x, \"\"y\"\"\")",
            "(1,\"x, \"\"y\"\"\")",
            json("{\"a\":1,\"b\":\"x, \\\"y\\\"\"}"),
        ),
        ("pair", "(,)", "(,)", json("{\"a\":null,\"b\":null}")),
        ("int4[]", "{1,NULL,3}", "{1,NULL,3}", json("[1,null,3]")),
        (
            "int4[]",
            "{{1,2},{3,4}}",
            "{{1,2},{3,4}}",
            json("[[1,2],[3,4]]"),
        ),
        (
            "text[]",
            "{\"a,\\\"b\\\\\",\"NULL\",\"\",NULL}",
            "{\"a,\\\"b\\\\\",\"NULL\",\"\",NULL}",
            json("[\"a,\\\"b\\\\\",\"NULL\",\"\",null]"),
        ),
        ("text[]", "{}", "{}", json("[]")),
        (
            "mood[]",
            "{ok,\"bad mood\"}",
            "{ok,\"bad mood\"}",
            json("[\"ok\",\"bad mood\"]"),
        ),
        (
            "pair[]",
            "{\"(1,x)\",\"(2,)\"}",
            "{\"(1,x)\",\"(2,)\"}",
            json("[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":null}]"),
        ),
        (
            "numeric[]",
            "{NaN,1.50}",
            "{NaN,1.50}",
            json("[\"NaN\",\"1.50\"]"),
        ),
        (
            "float8[]",
            "{Infinity,-0.5}",
            "{Infinity,-0.5}",
            json("[\"Infinity\",-0.5]"),
        ),
        (
            "date[]",
            "{\"0044-03-15 BC\"}",
            "{\"0044-03-15 BC\"}",
            json("[\"-0043-03-15\"]"),
        ),
        (
            "jsonb[]",
            "{\"{\\\"a\\\": 1}\",\"[2]\"}",
            "{\"{\\\"a\\\": 1}\",[2]}",
            json("[{\"a\":1},[2]]"),
        ),
        (
            "int4range[]",
            "{\"[1,3)\"}",
            "{\"[1,3)\"}",
            json("[\"[1,3)\"]"),
        ),
    ]
}

#[tokio::test]
async fn every_type_is_bound_as_text_read_whole_and_bound_again_as_it_was_read() {
    let (_guard, connection, password) = demo(DECLARED).await;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let server = postgres::shared().await.unwrap();
    let name = connection.database.as_deref().unwrap();
    let aside = server.connect(name).await.unwrap();
    aside.batch_execute("SET TimeZone = 'UTC'").await.unwrap();
    let told = async |sql: &str| {
        let rows = aside.simple_query(sql).await.unwrap();
        let rows = rows.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).map(str::to_owned)),
            _ => None,
        });
        rows.collect::<Vec<_>>()
    };
    for (index, (column, bound, written, value)) in rows().into_iter().enumerate() {
        let table = format!("T{index}");
        let told_as = format!("{column}: {bound}");
        let create = format!("CREATE TABLE {table} (N INT, V {column})");
        aside.batch_execute(&create).await.unwrap();
        let insert = format!("INSERT INTO {table} VALUES (?, ?)");
        write(&database, &insert, texts(&["1", bound]))
            .await
            .unwrap();
        let select = format!("SELECT V FROM {table} ORDER BY N");
        assert_eq!(told(&select).await, [Some(written.to_owned())], "{told_as}");
        let got = cell(&database, &select).await;
        assert_eq!(got, value, "{told_as}");
        // As JSON it goes to whoever asked, and comes back from there. Bytes are shown as Base64.
        let back = match &got {
            Value::Bytes(_) => got.clone(),
            got => Value::from_json(&got.to_json()),
        };
        write(&database, &insert, [Value::from("2"), back])
            .await
            .unwrap();
        write(&database, &insert, [Value::from("3"), Value::Null])
            .await
            .unwrap();
        let all = told(&select).await;
        let expected = Some(written.to_owned());
        assert_eq!(all, [expected.clone(), expected, None], "{told_as}");
        let set = read(&database, &select, NONE).await.unwrap().into_rows();
        assert_eq!(set.rows[2], [Value::Null], "{told_as}");
    }
}

#[tokio::test]
async fn an_hstore_is_an_object_of_texts() {
    let (_guard, database) = opened(DECLARED).await;
    write(&database, "CREATE TABLE H (V hstore)", NONE)
        .await
        .unwrap();
    let pairs = r#""a"=>"1", "b \"\\"=>NULL"#;
    write(&database, "INSERT INTO H VALUES (?)", texts(&[pairs]))
        .await
        .unwrap();
    let got = cell(&database, "SELECT V FROM H").await;
    assert_eq!(got, json(r#"{"a": "1", "b \"\\": null}"#));
    let same = "SELECT V = ? FROM H";
    let back = Value::from_json(&got.to_json());
    let same = read(&database, same, [back]).await.unwrap().into_rows();
    assert_eq!(same.rows, [[Value::Bool(true)]]);
}

#[tokio::test]
async fn what_has_no_text_of_its_own_here_comes_as_bytes_or_is_refused_with_a_way_out() {
    let (_guard, database) = opened(&["CREATE EXTENSION cube"]).await;
    let query = cell(&database, "SELECT 'a & b'::tsquery").await;
    assert!(matches!(query, Value::Bytes(_)), "{query:?}");
    let cast = cell(&database, "SELECT ('a & b'::tsquery)::text").await;
    assert_eq!(cast, text("'a' & 'b'"));
    let error = read(&database, "SELECT acldefault('r', 10)", NONE)
        .await
        .unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unsupported, "{error:?}");
    assert!(error.message.contains("::text"), "{error:?}");
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_refused_before_it_is_sent() {
    let (_guard, database) = opened(&[
        "CREATE TYPE MOOD AS ENUM ('ok', 'bad')",
        "CREATE DOMAIN AGE AS int2",
        "CREATE TABLE T (A INT, B DATE, C BOOLEAN, D UUID, E JSONB, F MOOD, G AGE, H NUMERIC)",
        "CREATE FUNCTION f(p_when date, p_n int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT p_n'",
    ])
    .await;
    let mut session = database.begin(Access::Write).await.unwrap();
    for (column, value, wanted) in [
        ("A", "12345678901", "from -2147483648 to 2147483647"),
        ("A", "twelve", "integer"),
        ("B", "soon", "YYYY-MM-DD"),
        ("C", "maybe", "boolean"),
        ("D", "1234", "uuid"),
        ("E", "{", "JSON"),
        ("F", "sad", "one of ok, bad"),
        ("G", "40000", "from -32768 to 32767"),
        ("H", "much", "numeric"),
        ("H", "a\0b", "U+0000"),
    ] {
        let text = format!("UPDATE T SET {column} = ?");
        let mut update = statement(Kind::Sql, &text, texts(&[value]));
        column.clone_into(&mut update.parameters[0].name);
        let error = session.execute(&update).await.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::InvalidValue, "{error:?}");
        assert_eq!(error.sqlstate, None, "{error:?}");
        assert!(error.message.contains(wanted), "{error:?}");
        assert_eq!(update.at_fault(&error), Some(0), "{error:?}");
    }
    let plain = statement(Kind::Sql, "SELECT f(?)", texts(&["x"]));
    assert!(session.execute(&plain).await.is_err());
    let call = statement(
        Kind::Procedure,
        "F(p_n => ?, p_when => ?)",
        texts(&["2", "later"]),
    );
    let error = session.execute(&call).await.unwrap_err();
    assert_eq!(error.object.as_deref(), Some("p_when"), "{error:?}");
    // Nothing of it reached the server, so the transaction goes on.
    let insert = statement(Kind::Sql, "INSERT INTO T (A) VALUES (?)", texts(&[" 7 "]));
    assert_eq!(session.execute(&insert).await.unwrap().affected, Some(1));
    session.commit().await.unwrap();
}

#[tokio::test]
async fn a_type_that_changed_is_asked_for_again_before_a_value_is_refused() {
    let (_guard, database) = opened(&[
        "CREATE TYPE MOOD AS ENUM ('ok')",
        "CREATE TABLE T (A INT, F MOOD)",
    ])
    .await;
    let insert = "INSERT INTO T (A, F) VALUES (?, ?)";
    write(&database, insert, texts(&["1", "ok"])).await.unwrap();
    write(&database, "ALTER TYPE MOOD ADD VALUE 'new'", NONE)
        .await
        .unwrap();
    write(&database, "ALTER TABLE T ALTER A TYPE TEXT", NONE)
        .await
        .unwrap();
    write(&database, insert, texts(&["1", "new"]))
        .await
        .unwrap();
    write(&database, insert, texts(&["one", "new"]))
        .await
        .unwrap();
    let count = cell(&database, "SELECT COUNT(*) FROM T").await;
    assert_eq!(count, Value::Integer(3));
}

#[tokio::test]
async fn what_is_too_long_for_its_column_is_refused_by_name_before_it_is_sent() {
    let (_guard, database) = opened(&[
        "CREATE DOMAIN CODE AS varchar(3)",
        "CREATE TABLE T (\"Login\" varchar(5), C CODE, D char(2), N numeric(4,1), X text)",
    ])
    .await;
    let insert = "INSERT INTO T (\"Login\", C, D, N, X) VALUES (?, ?, ?, ?, ?)";
    for (values, column) in [
        (["sixsix", "c", "d", "1", "x"], "Login"),
        (["five5", "four", "d", "1", "x"], "c"),
        (["five5", "thr", "dee", "1", "x"], "d"),
        (["five5", "thr", "de", "1234", "x"], "n"),
    ] {
        let error = write(&database, insert, texts(&values)).await.unwrap_err();
        assert_eq!(error.object.as_deref(), Some(column), "{error:?}");
        assert_eq!(error.sqlstate, None, "{error:?}");
    }
    // What is only compared may be longer: it is not found.
    let compared = statement(
        Kind::Sql,
        "UPDATE T SET X = ? WHERE \"Login\" = ?",
        texts(&["y", "much longer than five"]),
    );
    let compared = once(&database, Access::Write, compared).await.unwrap();
    assert_eq!(compared.affected, Some(0));
    // Five characters of more bytes, and spaces that the server cuts off.
    let fit = ["😀é漢ab", "thr  ", "de", "999.9", "any"];
    write(&database, insert, texts(&fit)).await.unwrap();
    write(
        &database,
        "ALTER TABLE T ALTER \"Login\" TYPE varchar(9)",
        NONE,
    )
    .await
    .unwrap();
    let longer = ["sixsix", "c", "d", "1", "x"];
    write(&database, insert, texts(&longer)).await.unwrap();
    let update = "UPDATE T SET \"Login\" = ?";
    let error = write(&database, update, texts(&["ten letters"]))
        .await
        .unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::TooLong);
}
