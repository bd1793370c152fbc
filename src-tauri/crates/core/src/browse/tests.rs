use serde_json::json;

use super::document::{Document, Format, Heading, file_name, from_screen};
use super::select::{Reading, Subject, count, rows};
use super::{Condition, Operator, Refusal, RowQuery, Sort, Window};
use crate::catalogue::{Column, DataType, Key, KeyKind, ObjectName, Relation, TypeKind};
use crate::config::Dialect;
use crate::value::Value;

fn column(name: &str, kind: TypeKind, nullable: bool) -> Column {
    Column {
        name: name.to_owned(),
        data_type: DataType::new(kind, "a type"),
        nullable,
        ..Column::default()
    }
}

fn people() -> Relation {
    Relation {
        name: ObjectName::new(Some("hr"), "PEOPLE"),
        columns: vec![
            column("ID", TypeKind::Integer { bits: 32 }, false),
            column("NA\"ME`]", TypeKind::Text, true),
            column("HASH", TypeKind::Text, true),
            column("BORN", TypeKind::Date, true),
            column("PHOTO", TypeKind::Bytes, true),
        ],
        keys: vec![Key {
            name: "PRIMARY".to_owned(),
            kind: KeyKind::Primary,
            columns: vec!["ID".to_owned()],
        }],
        ..Relation::default()
    }
}

const SECRETS: &[&str] = &["hash"];

fn with<T>(dialect: Dialect, relation: &Relation, use_it: impl FnOnce(&Subject<'_>) -> T) -> T {
    let secrets: Vec<String> = SECRETS.iter().map(|name| (*name).to_owned()).collect();
    use_it(&Subject {
        dialect,
        relation,
        secrets: &secrets,
    })
}

fn condition(column: &str, operator: Operator, values: &[&str]) -> Condition {
    Condition {
        column: column.to_owned(),
        operator,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn query() -> RowQuery {
    RowQuery {
        conditions: vec![
            condition("NA\"ME`]", Operator::Contains, &["50%_![x]"]),
            condition("BORN", Operator::Between, &["1815-12-10", "1906-12-09"]),
            condition("ID", Operator::NoneOf, &["3", "4"]),
        ],
        sort: vec![Sort {
            column: "BORN".to_owned(),
            descending: true,
        }],
        ..RowQuery::default()
    }
}

const WINDOW: Window = Window {
    first: 200,
    count: 100,
};

#[test]
fn each_dialect_gets_its_own_words_with_quoted_names_and_nothing_but_marks_for_values() {
    let standard = |text: &str| text.replace("¤", "HASH");
    for (dialect, text) in [
        (
            Dialect::Sqlite,
            r#"SELECT "ID", "NA""ME`]", (CASE WHEN ("¤" IS NULL) THEN 0 ELSE 1 END) AS "¤", "BORN", "PHOTO" FROM "hr"."PEOPLE" WHERE "NA""ME`]" LIKE ? ESCAPE '!' AND ("BORN" BETWEEN ? AND ?) AND ("ID" NOT IN (?, ?) OR "ID" IS NULL) ORDER BY "BORN" DESC, "ID" ASC LIMIT ? OFFSET ?"#,
        ),
        (
            Dialect::Mysql,
            r#"SELECT `ID`, `NA"ME``]`, (CASE WHEN (`¤` IS NULL) THEN 0 ELSE 1 END) AS `¤`, `BORN`, `PHOTO` FROM `hr`.`PEOPLE` WHERE `NA"ME``]` LIKE ? ESCAPE '!' AND (`BORN` BETWEEN ? AND ?) AND (`ID` NOT IN (?, ?) OR `ID` IS NULL) ORDER BY `BORN` DESC, `ID` ASC LIMIT ? OFFSET ?"#,
        ),
        (
            Dialect::Postgresql,
            r#"SELECT "ID", "NA""ME`]", (CASE WHEN ("¤" IS NULL) THEN 0 ELSE 1 END) AS "¤", "BORN", "PHOTO" FROM "hr"."PEOPLE" WHERE LOWER("NA""ME`]") LIKE ? ESCAPE '!' AND ("BORN" BETWEEN ? AND ?) AND ("ID" NOT IN (?, ?) OR "ID" IS NULL) ORDER BY "BORN" DESC, "ID" ASC LIMIT ? OFFSET ?"#,
        ),
        (
            Dialect::SqlServer,
            r#"SELECT [ID], [NA"ME`]]], (CASE WHEN ([¤] IS NULL) THEN 0 ELSE 1 END) AS [¤], [BORN], [PHOTO] FROM [hr].[PEOPLE] WHERE [NA"ME`]]] LIKE ? ESCAPE '!' AND ([BORN] BETWEEN ? AND ?) AND ([ID] NOT IN (?, ?) OR [ID] IS NULL) ORDER BY [BORN] DESC, [ID] ASC OFFSET ? ROWS FETCH NEXT ? ROWS ONLY"#,
        ),
        (
            Dialect::Oracle,
            r#"SELECT "ID", "NA""ME`]", (CASE WHEN ("¤" IS NULL) THEN 0 ELSE 1 END) AS "¤", "BORN", "PHOTO" FROM "hr"."PEOPLE" WHERE LOWER("NA""ME`]") LIKE ? ESCAPE '!' AND ("BORN" BETWEEN ? AND ?) AND ("ID" NOT IN (?, ?) OR "ID" IS NULL) ORDER BY "BORN" DESC, "ID" ASC OFFSET ? ROWS FETCH NEXT ? ROWS ONLY"#,
        ),
        (
            Dialect::Odbc,
            r#"SELECT "ID", "NA""ME`]", (CASE WHEN ("¤" IS NULL) THEN 0 ELSE 1 END) AS "¤", "BORN", "PHOTO" FROM "hr"."PEOPLE" WHERE LOWER("NA""ME`]") LIKE ? ESCAPE '!' AND ("BORN" BETWEEN ? AND ?) AND ("ID" NOT IN (?, ?) OR "ID" IS NULL) ORDER BY "BORN" DESC, "ID" ASC OFFSET ? ROWS FETCH NEXT ? ROWS ONLY"#,
        ),
    ] {
        let statement = with(dialect, &people(), |subject| {
            rows(subject, &query(), Reading::Everything, Some(WINDOW)).unwrap()
        });
        assert_eq!(statement.text, standard(text), "{dialect}");
        let pattern = if dialect == Dialect::SqlServer {
            "%50!%!_!!![x]%"
        } else {
            "%50!%!_!![x]%"
        };
        let (low, high) = if matches!(
            dialect,
            Dialect::Sqlite | Dialect::Mysql | Dialect::Postgresql
        ) {
            (100, 200)
        } else {
            (200, 100)
        };
        let names: Vec<&str> = statement
            .parameters
            .iter()
            .map(|p| p.name.as_str())
            .collect();
        let column = "NA\"ME`]";
        assert_eq!(names[..5], [column, "BORN", "BORN", "ID", "ID"]);
        assert_eq!(names[5] == "rows at most", low == 100, "{dialect}");
        let bound: Vec<Value> = statement
            .parameters
            .into_iter()
            .map(|parameter| parameter.value)
            .collect();
        assert_eq!(
            bound,
            [
                Value::from(pattern),
                "1815-12-10".into(),
                "1906-12-09".into(),
                Value::Integer(3),
                Value::Integer(4),
                Value::Integer(low),
                Value::Integer(high),
            ],
            "{dialect}"
        );
    }
}

#[test]
fn a_secret_column_is_read_by_nobody_and_neither_filtered_nor_sorted_by() {
    let relation = people();
    let refused = Err(Refusal::Secret {
        column: "HASH".to_owned(),
    });
    with(Dialect::Postgresql, &relation, |subject| {
        let by = |query: &RowQuery| rows(subject, query, Reading::Everything, None).map(|s| s.text);
        let asked = RowQuery {
            conditions: vec![condition("Hash", Operator::IsNull, &[])],
            ..RowQuery::default()
        };
        assert_eq!(by(&asked), refused);
        assert_eq!(count(subject, &asked).map(|s| s.text), refused);
        let sorted = RowQuery {
            sort: vec![Sort {
                column: "HASH".to_owned(),
                descending: false,
            }],
            ..RowQuery::default()
        };
        assert_eq!(by(&sorted), refused);
        let leaving = rows(subject, &RowQuery::default(), Reading::Open, None).unwrap();
        assert!(!leaving.text.contains("HASH"), "{}", leaving.text);
    });
}

#[test]
fn pages_are_settled_by_the_primary_key_else_by_a_solid_unique_one_else_by_all_that_sorts() {
    let ordered = |relation: &Relation| {
        with(Dialect::Postgresql, relation, |subject| {
            let statement = rows(subject, &RowQuery::default(), Reading::Open, None).unwrap();
            let (_, order) = statement.text.split_once(" ORDER BY ").unwrap();
            order.to_owned()
        })
    };
    let mut relation = people();
    assert_eq!(ordered(&relation), "\"ID\" ASC");
    relation.keys[0].kind = KeyKind::Unique;
    assert_eq!(ordered(&relation), "\"ID\" ASC");
    relation.columns[0].nullable = true;
    assert_eq!(
        ordered(&relation),
        "\"ID\" ASC, \"NA\"\"ME`]\" ASC, \"BORN\" ASC"
    );
}

#[test]
fn a_condition_that_does_not_fit_its_column_is_refused_before_anything_is_sent() {
    let relation = people();
    with(Dialect::Mysql, &relation, |subject| {
        let refusal = |asked: Condition| {
            let query = RowQuery {
                conditions: vec![asked],
                ..RowQuery::default()
            };
            count(subject, &query).unwrap_err().to_string()
        };
        assert_eq!(
            refusal(condition("ID", Operator::Equals, &["three"])),
            "ID is a type and wants a whole number; \"three\" is none."
        );
        assert_eq!(
            refusal(condition("BORN", Operator::Less, &["10.12.1815"])),
            "BORN is a type and wants a date as YYYY-MM-DD; \"10.12.1815\" is none."
        );
        assert_eq!(
            refusal(condition("PHOTO", Operator::Equals, &["x"])),
            "PHOTO is a type, which can only be asked whether it is NULL."
        );
        assert_eq!(
            refusal(condition("ID", Operator::Between, &["3"])),
            "The condition on ID takes two values, and 1 are given."
        );
        assert_eq!(
            refusal(condition("ID`; DROP TABLE x", Operator::IsNull, &[])),
            "There is no column ID`; DROP TABLE x in hr.PEOPLE."
        );
    });
}

fn written(format: Format, dialect: Dialect, row: &[Value]) -> String {
    let headings = (0..row.len()).map(|index| Heading {
        name: ["a", "b,c", "d", "e", "f", "g"][index].to_owned(),
        kind: TypeKind::Other,
    });
    let table = ObjectName::new(None, "t");
    let mut document = Document::new(format, dialect, &table, headings.collect());
    let mut out = Vec::new();
    document.begin(&mut out);
    document.row(row, &mut out);
    document.row(row, &mut out);
    document.end(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn csv_tells_null_from_empty_text_quotes_what_needs_it_and_runs_no_formula() {
    // RFC 4180, sections 2.5 to 2.7; the apostrophe as OWASP advises.
    let row = [
        Value::Null,
        "".into(),
        "say \"hi\",\r\nyou".into(),
        "=1+1".into(),
        Value::Integer(-7),
        "-7,5".into(),
    ];
    let line = ",\"\",\"say \"\"hi\"\",\r\nyou\",'=1+1,-7,\"'-7,5\"\r\n";
    assert_eq!(
        written(Format::Csv, Dialect::Sqlite, &row),
        format!("a,\"b,c\",d,e,f,g\r\n{line}{line}")
    );
}

#[test]
fn json_keeps_what_it_can_hold_exactly_and_writes_the_rest_as_text() {
    let row = [
        Value::Null,
        Value::Bool(true),
        Value::Decimal("0.10".into()),
        Value::Bytes(vec![0, 255]),
    ];
    let object = json!({"a": null, "b,c": true, "d": "0.10", "e": "AP8="});
    let text = written(Format::Json, Dialect::Sqlite, &row);
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read, json!([object, object]));
    let lines = written(Format::Ndjson, Dialect::Sqlite, &row);
    let read: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read, [object.clone(), object]);
}

#[test]
fn an_insert_means_what_the_row_held_in_each_dialect() {
    let row = [
        Value::Null,
        Value::Bool(true),
        Value::Decimal("-0.10".into()),
        "O'Brien \\ 1".into(),
        Value::Bytes(vec![0, 255]),
        Value::Float(1e21),
    ];
    for (dialect, line) in [
        (
            Dialect::Sqlite,
            r#"INSERT INTO "t" ("a", "b,c", "d", "e", "f", "g") VALUES (NULL, TRUE, -0.10, 'O''Brien \ 1', X'00FF', 1e21);"#,
        ),
        (
            Dialect::Mysql,
            "INSERT INTO `t` (`a`, `b,c`, `d`, `e`, `f`, `g`) VALUES (NULL, TRUE, -0.10, _utf8mb4 X'4F27427269656E205C2031', X'00FF', 1e21);",
        ),
        (
            Dialect::Postgresql,
            r#"INSERT INTO "t" ("a", "b,c", "d", "e", "f", "g") VALUES (NULL, TRUE, -0.10, E'O''Brien \\ 1', '\x00FF'::bytea, 1e21);"#,
        ),
        (
            Dialect::SqlServer,
            r"INSERT INTO [t] ([a], [b,c], [d], [e], [f], [g]) VALUES (NULL, 1, -0.10, N'O''Brien \ 1', 0x00FF, 1e21);",
        ),
        (
            Dialect::Oracle,
            r#"INSERT INTO "t" ("a", "b,c", "d", "e", "f", "g") VALUES (NULL, 1, -0.10, 'O''Brien \ 1', HEXTORAW('00FF'), 1e21);"#,
        ),
    ] {
        assert_eq!(
            written(Format::Insert, dialect, &row),
            format!("{line}\n{line}\n"),
            "{dialect}"
        );
    }
}

#[test]
fn a_cell_of_the_screen_is_the_value_it_was() {
    for (kind, value) in [
        (TypeKind::Bytes, Value::Bytes(vec![0, 255])),
        (TypeKind::Decimal, Value::Decimal("0.10".into())),
        (TypeKind::Text, Value::from("0.10")),
        (TypeKind::Integer { bits: 64 }, Value::Integer(-3)),
        (TypeKind::Float, Value::Float(0.5)),
        (TypeKind::Boolean, Value::Bool(false)),
        (TypeKind::Text, Value::Null),
    ] {
        assert_eq!(from_screen(kind, &value.to_json()), value);
    }
}

#[test]
fn a_file_is_called_after_table_and_time_and_leads_nowhere_else() {
    let table = ObjectName::new(Some("hr"), "../Größe x");
    // 2009-02-13T23:31:30Z is the second 1234567890.
    assert_eq!(
        file_name(&table, 1_234_567_890_000_000, Format::Insert),
        "___Größe_x-20090213-233130.sql"
    );
}
