//! Every type as a row of a server sends it.

use sluice_core::Value;

use super::super::responder::{LATIN, Typed, done, rows, units};
use super::{connection, open, sql, with_statement};

/// Every type as a row of a server sends it: TYPE_INFO, value, and what it means by [MS-TDS] 2.2.5.5 and
/// the documentation of Transact-SQL.
#[tokio::test]
#[allow(clippy::too_many_lines)] // a table
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
