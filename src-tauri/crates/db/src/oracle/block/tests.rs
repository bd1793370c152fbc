//! The texts of calls and what is bound beside them, without a server. That each block is one that
//! Oracle compiles, only a server can say; here they are held against the PL/SQL Language Reference.

use sluice_core::catalogue::{ObjectName, Routine, RoutineParameter};
use sluice_core::mapping::Kind;
use sluice_core::signature::choose;

use super::*;

const PLAIN: Features = Features {
    output: false,
    transactions: false,
};

fn described(kind: TypeKind, text: &str) -> DataType {
    DataType::new(kind, text)
}

fn known(gives: Gives, parameters: &[(&str, Direction, TypeKind, &str)]) -> Known {
    let parameter =
        |(name, direction, kind, text): &(&str, Direction, TypeKind, &str)| RoutineParameter {
            name: Some((*name).to_owned()),
            direction: *direction,
            data_type: described(*kind, text),
            optional: false,
            default: None,
        };
    Known {
        owner: "HR".into(),
        package: Some("API".into()),
        name: "P".into(),
        gives,
        routine: Routine {
            name: ObjectName::new(Some("HR"), "API.P"),
            parameters: parameters.iter().map(parameter).collect(),
            ..Routine::default()
        },
    }
}

fn planned(
    known: &Known,
    text: &str,
    values: &[Value],
    features: Features,
) -> Result<Plan, DatabaseError> {
    let parameter = |value: &Value| BoundParameter {
        name: "FIELD".into(),
        value: value.clone(),
        direction: Direction::In,
        secret: false,
    };
    let statement = Statement {
        operation: None,
        kind: Kind::Procedure,
        text: text.into(),
        parameters: values.iter().map(parameter).collect(),
    };
    let call = ProcedureCall::parse(Dialect::Oracle, text, values.len()).unwrap();
    let routines = [known.routine.clone()];
    let (_, laid) = choose(&routines, &call)?;
    plan(known, &call, &laid, &statement, features)
}

fn text(value: &str) -> Bind {
    Bind::Text(Some(value.to_owned()))
}

const IN: Direction = Direction::In;
const OUT: Direction = Direction::Out;

#[test]
fn a_call_is_a_block_with_a_placeholder_for_every_value() {
    let p = known(
        Gives::Nothing,
        &[
            ("P_NAME", IN, TypeKind::Text, "VARCHAR2"),
            ("P_DAY", IN, TypeKind::Date, "DATE"),
            ("P_AGE", IN, TypeKind::Decimal, "NUMBER"),
        ],
    );
    let values = ["leia", "2024-05-06T07:08:09", "42"].map(Value::from);
    let plan = planned(&p, "{call hr.api.p(?, ?, ?)}", &values, PLAIN).unwrap();
    assert_eq!(plan.sql, "BEGIN \"HR\".\"API\".\"P\"(:1, :2, :3); END;");
    assert_eq!(
        plan.binds,
        [text("leia"), text("2024-05-06 07:08:09"), text("42")]
    );
    assert!(plan.outs.is_empty() && !plan.query);
}

#[test]
fn named_arguments_literals_and_expressions_stand_as_they_were_written() {
    let p = known(
        Gives::Nothing,
        &[
            ("P_NAME", IN, TypeKind::Text, "VARCHAR2"),
            ("P_KIND", IN, TypeKind::Text, "VARCHAR2"),
            ("P_DAY", IN, TypeKind::Date, "DATE"),
        ],
    );
    let plan = planned(
        &p,
        "call p(p_day => SYSDATE, p_name => UPPER(? || '?' || ?), P_Kind => ?)",
        &["a", "b", "c"].map(Value::from),
        PLAIN,
    );
    let plan = plan.unwrap();
    assert_eq!(
        plan.sql,
        "BEGIN \"HR\".\"API\".\"P\"(\"P_DAY\" => SYSDATE, \"P_NAME\" => UPPER(:1 || '?' || :2), \
         \"P_KIND\" => :3); END;"
    );
    assert_eq!(plan.binds, [text("a"), text("b"), text("c")]);
}

#[test]
fn a_procedure_without_parameters_has_no_brackets() {
    let plan = planned(&known(Gives::Nothing, &[]), "P()", &[], PLAIN).unwrap();
    assert_eq!(plan.sql, "BEGIN \"HR\".\"API\".\"P\"; END;");
}

#[test]
fn out_values_come_back_in_the_order_of_their_placeholders() {
    let p = known(
        Gives::Nothing,
        &[
            ("P_ID", OUT, TypeKind::Decimal, "NUMBER"),
            ("P_NAME", IN, TypeKind::Text, "VARCHAR2"),
            ("P_BOTH", Direction::InOut, TypeKind::Text, "VARCHAR2"),
            ("P_ROWS", OUT, TypeKind::Cursor, "REF CURSOR"),
        ],
    );
    let values = [Value::Null, "leia".into(), "in".into(), Value::Null];
    let plan = planned(&p, "p(?, ?, ?, ?)", &values, PLAIN).unwrap();
    assert_eq!(
        plan.sql,
        "DECLARE sluice$p2 VARCHAR2(32767); BEGIN sluice$p2 := :1; \
         \"HR\".\"API\".\"P\"(:2, :3, sluice$p2, :4); :5 := sluice$p2; END;"
    );
    assert_eq!(
        plan.binds,
        [
            text("in"),
            Bind::Out(Out::Number),
            text("leia"),
            Bind::Out(Out::Cursor),
            Bind::Out(Out::Text)
        ]
    );
    let parameter = |position, name: &str| Meaning::Parameter {
        position,
        name: name.into(),
    };
    assert_eq!(
        plan.outs,
        [
            parameter(1, "P_ID"),
            parameter(4, "P_ROWS"),
            parameter(3, "P_BOTH")
        ]
    );
}

#[test]
fn a_function_gives_its_value_whether_or_not_the_call_takes_it() {
    let number = described(TypeKind::Decimal, "NUMBER");
    let f = known(
        Gives::Value(number),
        &[("P_A", IN, TypeKind::Decimal, "NUMBER")],
    );
    for (call, values) in [
        ("f(?)", vec![Value::from("1")]),
        ("{? = call f(?)}", vec![Value::Null, Value::from("1")]),
    ] {
        let plan = planned(&f, call, &values, PLAIN).unwrap();
        assert_eq!(plan.sql, "BEGIN :1 := \"HR\".\"API\".\"P\"(:2); END;");
        assert_eq!(plan.binds, [Bind::Out(Out::Number), text("1")]);
        assert_eq!(plan.outs, [Meaning::Returned]);
    }
    let error = planned(
        &known(Gives::Nothing, &[("P_A", IN, TypeKind::Decimal, "NUMBER")]),
        "{? = call p(?)}",
        &[Value::Null, Value::from("1")],
        PLAIN,
    );
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::ArgumentCount);
}

#[test]
fn a_function_that_gives_a_table_is_a_query() {
    let table = described(TypeKind::Array, "TABLE");
    let f = known(
        Gives::Table(table),
        &[
            ("P_A", IN, TypeKind::Text, "VARCHAR2"),
            ("P_B", IN, TypeKind::Text, "VARCHAR2"),
        ],
    );
    let plan = planned(&f, "f(p_b => ?, p_a => 'x')", &["y".into()], PLAIN).unwrap();
    assert_eq!(
        plan.sql,
        "SELECT * FROM TABLE(\"HR\".\"API\".\"P\"(\"P_B\" => :1, \"P_A\" => 'x'))"
    );
    assert!(plan.query);
}

#[test]
fn booleans_of_pl_sql_are_bound_as_such() {
    let p = known(
        Gives::Nothing,
        &[("P_ACTIVE", IN, TypeKind::Boolean, "PL/SQL BOOLEAN")],
    );
    for (value, bound) in [
        (Value::from("true"), Some(true)),
        (Value::from("0"), Some(false)),
        (Value::Integer(1), Some(true)),
        (Value::Bool(false), Some(false)),
        (Value::Null, None),
    ] {
        let plan = planned(&p, "p(?)", &[value], PLAIN).unwrap();
        assert_eq!(plan.binds, [Bind::Bool(bound)]);
    }
    let error = planned(&p, "p(?)", &["maybe".into()], PLAIN).unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::InvalidValue);
    assert_eq!(error.object.as_deref(), Some("P_ACTIVE"));
}

#[test]
fn a_value_that_does_not_fit_is_refused_before_it_is_sent_and_the_empty_text_is_null() {
    let p = known(
        Gives::Nothing,
        &[("P_AGE", IN, TypeKind::Decimal, "NUMBER")],
    );
    let error = planned(&p, "p(?)", &["old".into()], PLAIN).unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::InvalidValue);
    assert!(error.message.contains("P_AGE") && error.message.contains("NUMBER"));
    let plan = planned(&p, "p(?)", &["".into()], PLAIN).unwrap();
    assert_eq!(plan.binds, [Bind::Text(None)]);
}

#[test]
fn a_text_too_long_for_pl_sql_is_put_together_in_a_variable() {
    let p = known(Gives::Nothing, &[("P_NOTE", IN, TypeKind::Text, "CLOB")]);
    // A character of two bytes lies across the limit.
    let long = format!("{}é{}", "a".repeat(PLSQL_LIMIT - 1), "b".repeat(10));
    let plan = planned(&p, "p(?)", &[Value::from(long.as_str())], PLAIN).unwrap();
    assert_eq!(
        plan.sql,
        "DECLARE sluice$p0 CLOB; BEGIN sluice$p0 := :1; sluice$p0 := sluice$p0 || :2; \
         \"HR\".\"API\".\"P\"(sluice$p0); END;"
    );
    let [Bind::Text(Some(one)), Bind::Text(Some(two))] = plan.binds.as_slice() else {
        panic!("{:?}", plan.binds.len());
    };
    assert_eq!((one.len(), format!("{one}{two}")), (PLSQL_LIMIT - 1, long));
    let p = known(
        Gives::Nothing,
        &[("P_PICTURE", IN, TypeKind::Bytes, "BLOB")],
    );
    let plan = planned(&p, "p(?)", &[Value::Bytes(vec![7; 40_000])], PLAIN).unwrap();
    assert_eq!(
        plan.sql,
        "DECLARE sluice$p0 BLOB; BEGIN DBMS_LOB.CREATETEMPORARY(sluice$p0, TRUE); \
         DBMS_LOB.WRITEAPPEND(sluice$p0, 32767, :1); DBMS_LOB.WRITEAPPEND(sluice$p0, 7233, :2); \
         \"HR\".\"API\".\"P\"(sluice$p0); END;"
    );
}

#[test]
fn xml_goes_in_by_its_constructor_and_comes_out_as_text() {
    let xml = described(TypeKind::Other, "XMLTYPE");
    let f = known(
        Gives::Value(xml),
        &[("P_DOC", IN, TypeKind::Other, "XMLTYPE")],
    );
    let plan = planned(&f, "f(?)", &["<a/>".into()], PLAIN).unwrap();
    assert_eq!(
        plan.sql,
        "DECLARE sluice$r XMLTYPE; sluice$p0 XMLTYPE; BEGIN sluice$p0 := XMLTYPE(:1); \
         sluice$r := \"HR\".\"API\".\"P\"(sluice$p0); \
         :2 := CASE WHEN sluice$r IS NULL THEN NULL ELSE sluice$r.getClobVal() END; END;"
    );
    let plan = planned(&f, "f(?)", &[Value::Null], PLAIN).unwrap();
    assert!(plan.sql.contains("\"P\"(NULL)"), "{}", plan.sql);
}

#[test]
fn fixed_length_text_comes_back_without_the_padding_of_the_variable() {
    let p = known(Gives::Nothing, &[("P_CODE", OUT, TypeKind::Text, "CHAR")]);
    let plan = planned(&p, "p(?)", &[Value::Null], PLAIN).unwrap();
    assert_eq!(
        plan.sql,
        "DECLARE sluice$p0 VARCHAR2(32767); BEGIN \"HR\".\"API\".\"P\"(sluice$p0); \
         :1 := RTRIM(sluice$p0); END;"
    );
}

#[test]
fn what_cannot_be_taken_back_is_refused_by_name() {
    let p = known(
        Gives::Nothing,
        &[("P_REC", OUT, TypeKind::Other, "PL/SQL RECORD")],
    );
    let error = planned(&p, "p(?)", &[Value::Null], PLAIN).unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unsupported);
    assert!(error.message.contains("P_REC") && error.message.contains("PL/SQL RECORD"));
}

#[test]
fn lines_and_the_open_transaction_are_taken_along_in_the_same_block() {
    let p = known(
        Gives::Nothing,
        &[("P_NAME", IN, TypeKind::Text, "VARCHAR2")],
    );
    let features = Features {
        output: true,
        transactions: true,
    };
    let plan = planned(&p, "p(?)", &["leia".into()], features).unwrap();
    assert_eq!(
        plan.sql,
        "DECLARE sluice$o CLOB; sluice$l VARCHAR2(32767); sluice$s INTEGER; sluice$n INTEGER := 0; \
         BEGIN \"HR\".\"API\".\"P\"(:1); \
         LOOP DBMS_OUTPUT.GET_LINE(sluice$l, sluice$s); EXIT WHEN sluice$s != 0; \
         sluice$n := sluice$n + 1; \
         IF sluice$n <= 1000 THEN sluice$o := sluice$o || sluice$l || CHR(30); END IF; END LOOP; \
         :2 := sluice$o; :3 := DBMS_TRANSACTION.LOCAL_TRANSACTION_ID; END;"
    );
    assert_eq!(plan.outs, [Meaning::Lines, Meaning::Transaction]);
}

#[test]
fn every_placeholder_stands_once_and_in_the_order_of_the_values() {
    let all: Vec<(&str, Direction, TypeKind, &str)> = vec![
        ("A", Direction::InOut, TypeKind::Date, "DATE"),
        ("B", OUT, TypeKind::Text, "CLOB"),
        ("C", Direction::InOut, TypeKind::Bytes, "BLOB"),
        ("D", IN, TypeKind::Text, "CLOB"),
        ("E", Direction::InOut, TypeKind::Boolean, "BOOLEAN"),
        ("F", IN, TypeKind::Text, "VARCHAR2"),
    ];
    let p = known(Gives::Cursor, &all);
    let values = [
        Value::from("2024-05-06"),
        Value::Null,
        Value::Bytes(vec![1; 70_000]),
        Value::from("x".repeat(70_000).as_str()),
        Value::Bool(true),
        Value::from("f"),
    ];
    let features = Features {
        output: true,
        transactions: true,
    };
    let plan = planned(&p, "p(?, ?, ?, ?, ?, ?)", &values, features).unwrap();
    let mut places: Vec<usize> = Vec::new();
    for (at, _) in plan.sql.match_indices(':') {
        let digits: String = plan.sql[at + 1..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        places.extend(digits.parse::<usize>());
    }
    assert_eq!(places, (1..=plan.binds.len()).collect::<Vec<_>>());
    let outs = plan.binds.iter().filter(|b| matches!(b, Bind::Out(_)));
    assert_eq!(outs.count(), plan.outs.len());
    // Nothing of a value stands in the text.
    assert!(!plan.sql.contains("xxx") && !plan.sql.contains("2024"));
}

#[test]
fn the_wrong_number_of_parameters_is_refused() {
    let p = known(
        Gives::Nothing,
        &[("P_NAME", IN, TypeKind::Text, "VARCHAR2")],
    );
    let error = planned(&p, "p(?)", &[], PLAIN).unwrap_err();
    assert_eq!(
        (error.kind, error.expected),
        (DatabaseErrorKind::ArgumentCount, Some(1))
    );
    let error = planned(&p, "p(?, ?)", &["a".into(), "b".into()], PLAIN).unwrap_err();
    assert_eq!(
        (error.kind, error.expected),
        (DatabaseErrorKind::ArgumentCount, Some(1))
    );
}
