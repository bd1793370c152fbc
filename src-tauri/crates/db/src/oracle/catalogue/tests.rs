//! The catalogue's answers from rows as the ALL_ views give them (Database Reference, 19c), and its
//! queries as far as they can be read without a server.

use sqlparser::dialect::OracleDialect;
use sqlparser::parser::Parser;

use super::*;

fn row(cells: &[Option<&str>]) -> Vec<Value> {
    let cell = |cell: Option<&str>| match cell {
        None => Value::Null,
        Some(text) => match text.parse() {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::from(text),
        },
    };
    cells.iter().copied().map(cell).collect()
}

fn described(data_type: &str, bytes: u64, characters: u64, used: &str) -> DataType {
    data_type_of(data_type, None, None, Some(bytes), Some(characters), used)
}

fn numeric(precision: Option<u32>, scale: Option<i32>) -> DataType {
    data_type_of("NUMBER", precision, scale, Some(22), Some(0), "")
}

fn data_type_of(
    name: &str,
    precision: Option<u32>,
    scale: Option<i32>,
    bytes: Option<u64>,
    characters: Option<u64>,
    used: &str,
) -> DataType {
    data_type(&Described {
        data_type: name.to_owned(),
        bytes,
        precision,
        scale,
        characters,
        counted_in_characters: used == "C",
        named: None,
    })
}

#[test]
fn every_query_parses_as_oracle_sql_and_numbers_its_places_from_one() {
    for sql in ALL {
        let parsed = Parser::parse_sql(&OracleDialect {}, sql);
        assert!(
            parsed.as_ref().is_ok_and(|all| all.len() == 1),
            "{parsed:?} {sql}"
        );
        let places = sql.matches(':').count();
        assert!(
            (1..=places).all(|n| sql.contains(&format!(":{n}"))),
            "{sql}"
        );
        assert!(!sql.contains(';') && !sql.contains("  "), "{sql}");
    }
}

#[test]
fn texts_have_a_length_in_the_unit_they_were_declared_in() {
    let text = described("VARCHAR2", 400, 100, "C");
    assert_eq!((text.kind, text.length), (TypeKind::Text, Some(100)));
    assert_eq!(text.text, "VARCHAR2(100 CHAR)");
    let bytes = described("VARCHAR2", 100, 100, "B");
    assert_eq!(
        (bytes.length, bytes.text.as_str()),
        (Some(100), "VARCHAR2(100)")
    );
    let national = described("NVARCHAR2", 100, 50, "C");
    assert_eq!(
        (national.length, national.text.as_str()),
        (Some(50), "NVARCHAR2(50)")
    );
    // A parameter has none.
    let parameter = described("VARCHAR2", 0, 0, "B");
    assert_eq!(
        (parameter.length, parameter.text.as_str()),
        (None, "VARCHAR2")
    );
    let raw = described("RAW", 16, 0, "");
    assert_eq!((raw.kind, raw.length), (TypeKind::Bytes, Some(16)));
    assert_eq!(described("CLOB", 4000, 0, "").length, None);
}

#[test]
fn numbers_have_the_digits_that_they_were_declared_with() {
    let money = numeric(Some(10), Some(2));
    assert_eq!(
        (money.kind, money.precision, money.scale),
        (TypeKind::Decimal, Some(10), Some(2))
    );
    assert_eq!(money.text, "NUMBER(10,2)");
    let id = numeric(Some(10), Some(0));
    assert_eq!((id.text.as_str(), id.scale), ("NUMBER(10)", Some(0)));
    let integer = numeric(None, Some(0));
    assert_eq!(
        (integer.text.as_str(), integer.precision),
        ("INTEGER", Some(38))
    );
    let any = numeric(None, None);
    assert_eq!(
        (any.text.as_str(), any.precision, any.scale),
        ("NUMBER", None, None)
    );
}

#[test]
fn every_name_of_a_type_has_its_kind() {
    for (name, kind) in [
        ("CHAR", TypeKind::Text),
        ("NCLOB", TypeKind::Text),
        ("LONG", TypeKind::Text),
        ("ROWID", TypeKind::Text),
        ("BINARY_INTEGER", TypeKind::Integer { bits: 32 }),
        ("FLOAT", TypeKind::Float),
        ("BINARY_DOUBLE", TypeKind::Float),
        ("DATE", TypeKind::Date),
        ("TIMESTAMP(6)", TypeKind::Timestamp),
        ("TIMESTAMP(6) WITH TIME ZONE", TypeKind::TimestampTz),
        ("TIMESTAMP WITH LOCAL TIME ZONE", TypeKind::TimestampTz),
        ("INTERVAL DAY(2) TO SECOND(6)", TypeKind::Interval),
        ("INTERVAL YEAR TO MONTH", TypeKind::Interval),
        ("BLOB", TypeKind::Bytes),
        ("PL/SQL BOOLEAN", TypeKind::Boolean),
        ("BOOLEAN", TypeKind::Boolean),
        ("JSON", TypeKind::Json),
        ("REF CURSOR", TypeKind::Cursor),
        ("PL/SQL TABLE", TypeKind::Array),
        ("XMLTYPE", TypeKind::Other),
        ("PL/SQL RECORD", TypeKind::Other),
    ] {
        assert_eq!(described(name, 0, 0, "").kind, kind, "{name}");
    }
    assert_eq!(described("TIMESTAMP(3)", 0, 0, "").text, "TIMESTAMP(3)");
}

#[test]
fn a_materialized_view_is_not_its_table_too() {
    let found = relations(&[
        row(&[Some("HR"), Some("A"), Some("TABLE")]),
        row(&[Some("HR"), Some("MV"), Some("MATERIALIZED VIEW")]),
        row(&[Some("HR"), Some("MV"), Some("TABLE")]),
        row(&[Some("HR"), Some("S"), Some("SYNONYM")]),
        row(&[Some("HR"), Some("V"), Some("VIEW")]),
    ]);
    let kinds: Vec<_> = found
        .iter()
        .map(|r| (r.name.name.as_str(), r.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("A", RelationKind::Table),
            ("MV", RelationKind::MaterializedView),
            ("S", RelationKind::Other),
            ("V", RelationKind::View),
        ]
    );
    assert!(found.iter().all(|r| r.transactional == Some(true)));
}

#[test]
fn columns_say_what_the_database_fills_by_itself() {
    let found = columns(&[
        row(&[
            Some("ENT_ID"),
            Some("NUMBER"),
            Some("22"),
            None,
            Some("0"),
            Some("0"),
            None,
            Some("N"),
            Some("NO"),
            Some("YES"),
            None,
            Some("\"HR\".\"ISEQ$$_74\".nextval"),
        ]),
        row(&[
            Some("TITLE"),
            Some("VARCHAR2"),
            Some("400"),
            None,
            None,
            Some("100"),
            Some("C"),
            Some("Y"),
            Some("NO"),
            Some("NO"),
            Some("as on the card"),
            Some("'none'\n"),
        ]),
        row(&[
            Some("UPPER_NAME"),
            Some("VARCHAR2"),
            Some("100"),
            None,
            None,
            Some("100"),
            Some("B"),
            Some("Y"),
            Some("YES"),
            Some("NO"),
            None,
            Some("UPPER(\"TITLE\")"),
        ]),
    ]);
    let seen: Vec<_> = found
        .iter()
        .map(|c| {
            (
                c.name.as_str(),
                c.nullable,
                c.generated,
                c.default.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("ENT_ID", false, true, Some("\"HR\".\"ISEQ$$_74\".nextval")),
            ("TITLE", true, false, Some("'none'")),
            ("UPPER_NAME", true, true, Some("UPPER(\"TITLE\")")),
        ]
    );
    assert_eq!(found[1].comment.as_deref(), Some("as on the card"));
}

#[test]
fn an_index_that_serves_a_key_is_not_told_twice() {
    let (found, of_keys) = keys(&[
        row(&[
            Some("USERS_PK"),
            Some("P"),
            Some("USER_ID"),
            Some("USERS_PK"),
        ]),
        row(&[Some("UK"), Some("U"), Some("A"), Some("UK_I")]),
        row(&[Some("UK"), Some("U"), Some("B"), Some("UK_I")]),
    ]);
    assert_eq!(of_keys, ["USERS_PK", "UK_I"]);
    assert_eq!(found[0].kind, KeyKind::Primary);
    assert_eq!(
        (found[1].kind, found[1].columns.len()),
        (KeyKind::Unique, 2)
    );
    let more = indexes(
        &[
            row(&[
                Some("BY_NAME"),
                Some("NONUNIQUE"),
                Some("SYS_NC00004$"),
                Some("UPPER(\"USERNAME\")"),
            ]),
            row(&[
                Some("NEWEST"),
                Some("UNIQUE"),
                Some("SYS_NC00005$"),
                Some("\"HIREDATE\""),
            ]),
            row(&[Some("UK_I"), Some("UNIQUE"), Some("A"), None]),
        ],
        &of_keys,
    );
    let seen: Vec<_> = more
        .iter()
        .map(|k| (k.name.as_str(), k.kind, k.columns[0].as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("BY_NAME", KeyKind::Index, "UPPER(\"USERNAME\")"),
            ("NEWEST", KeyKind::Unique, "HIREDATE"),
        ]
    );
}

#[test]
fn a_foreign_key_of_two_columns_is_one() {
    let found = foreign_keys(&[
        row(&[Some("FK"), Some("A"), Some("HR"), Some("T"), Some("X")]),
        row(&[Some("FK"), Some("B"), Some("HR"), Some("T"), Some("Y")]),
    ]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].columns, ["A", "B"]);
    assert_eq!(found[0].target_columns, ["X", "Y"]);
    assert_eq!(found[0].target.to_string(), "HR.T");
}

#[test]
fn names_are_looked_for_as_written_and_then_folded() {
    assert_eq!(spellings("users"), ["users", "USERS"]);
    assert_eq!(spellings("USERS"), ["USERS"]);
}
