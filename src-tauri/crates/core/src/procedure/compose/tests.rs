use super::*;
use crate::config::Workspace;
use crate::sql::ProcedureCall;

const TEXT: &str = r#"
    [connections.demo]
    dialect = "mysql"
    host = "127.0.0.1"
    database = "hr"
    user = "scim"
    [applications.a]
    connection = "demo"
    profile = "columns"
    secret_columns = ["PASSWORD_HASH"]
"#;

fn parameter(name: &str, kind: TypeKind) -> RoutineParameter {
    RoutineParameter {
        name: Some(name.to_owned()),
        data_type: DataType::new(kind, "some_type"),
        ..RoutineParameter::default()
    }
}

fn optional(name: &str) -> RoutineParameter {
    RoutineParameter {
        optional: true,
        ..parameter(name, TypeKind::Text)
    }
}

fn procedure(parameters: Vec<RoutineParameter>) -> Routine {
    Routine {
        name: ObjectName::new(Some("hr"), "P"),
        parameters,
        ..Routine::default()
    }
}

fn given(routine: &Routine, all: &[Option<&str>]) -> Vec<GivenArgument> {
    all.iter()
        .enumerate()
        .map(|(index, text)| GivenArgument {
            position: index + 1,
            name: routine.parameters[index].name.clone(),
            given: match text {
                Some(text) => Given::Value {
                    text: (*text).to_owned(),
                },
                None => Given::LeaveOut,
            },
        })
        .collect()
}

fn composed(dialect: Dialect, routine: &Routine, arguments: &[GivenArgument]) -> Composed {
    let workspace = Workspace::parse(TEXT).unwrap();
    compose(
        &workspace.applications["a"],
        dialect,
        routine,
        false,
        arguments,
    )
}

fn text(dialect: Dialect, routine: &Routine, all: &[Option<&str>]) -> String {
    let made = composed(dialect, routine, &given(routine, all));
    made.statement.map_or_else(
        || made.notes[0].text.clone(),
        |statement| {
            let marks = statement.parameters.len();
            assert_eq!(statement.text.matches('?').count(), marks);
            ProcedureCall::parse(dialect, &statement.text, marks).unwrap();
            statement.text
        },
    )
}

#[test]
fn a_call_has_quoted_names_and_no_value_in_its_text() {
    let p = procedure(vec![
        parameter("a", TypeKind::Text),
        parameter("b", TypeKind::Text),
    ]);
    let all = [Some("x'; DROP TABLE t; --"), Some("y")];
    for (dialect, expected) in [
        (Dialect::Mysql, "CALL `hr`.`P`(?, ?)"),
        (Dialect::Postgresql, "CALL \"hr\".\"P\"(?, ?)"),
        (Dialect::Sqlite, "CALL \"P\"(?, ?)"),
        (Dialect::SqlServer, "CALL [hr].[P](?, ?)"),
    ] {
        assert_eq!(text(dialect, &p, &all), expected);
    }
    let mut packaged = p.clone();
    packaged.name = ObjectName::new(Some("HR"), "IDM.P");
    assert_eq!(
        text(Dialect::Oracle, &packaged, &all),
        "CALL \"HR\".\"IDM\".\"P\"(?, ?)"
    );
}

#[test]
fn what_is_left_out_at_the_end_is_not_sent_and_in_the_middle_makes_names() {
    let p = procedure(vec![
        parameter("a", TypeKind::Text),
        optional("b"),
        optional("c"),
    ]);
    let end = [Some("1"), Some("2"), None];
    let middle = [Some("1"), None, Some("3")];
    assert_eq!(text(Dialect::Mysql, &p, &end), "CALL `hr`.`P`(?, ?)");
    assert!(text(Dialect::Mysql, &p, &middle).starts_with("It can be left out only together"));
    assert_eq!(
        text(Dialect::Postgresql, &p, &middle),
        "CALL \"hr\".\"P\"(\"a\" => ?, \"c\" => ?)"
    );
    assert_eq!(
        text(Dialect::SqlServer, &p, &middle),
        "CALL [hr].[P](@a = ?, @c = ?)"
    );
}

#[test]
fn a_function_is_asked_for_what_it_returns_and_one_with_rows_for_its_rows() {
    let mut f = procedure(vec![parameter("a", TypeKind::Text)]);
    f.kind = RoutineKind::Function;
    assert_eq!(
        text(Dialect::Mysql, &f, &[Some("1")]),
        "{? = call `hr`.`P`(?)}"
    );
    f.returns_rows = true;
    assert_eq!(text(Dialect::Mysql, &f, &[Some("1")]), "CALL `hr`.`P`(?)");
}

#[test]
fn out_parameters_have_a_place_and_take_no_value() {
    let mut out = parameter("b", TypeKind::Integer { bits: 32 });
    out.direction = Direction::Out;
    let p = procedure(vec![parameter("a", TypeKind::Text), out]);
    let made = composed(Dialect::Mysql, &p, &given(&p, &[Some("1")]));
    let statement = made.statement.unwrap();
    assert_eq!(statement.parameters[1].direction, Direction::Out);
    assert_eq!(statement.parameters[1].value, Value::Null);
    assert_eq!(made.positions, [Some(1), Some(2)]);
}

#[test]
fn null_the_empty_text_and_nothing_are_three_things() {
    let p = procedure(vec![optional("a")]);
    let value = |given: Given| {
        let argument = GivenArgument {
            position: 1,
            name: Some("a".to_owned()),
            given,
        };
        let statement = composed(Dialect::Postgresql, &p, &[argument]).statement;
        let parameters = statement.unwrap().parameters;
        parameters.into_iter().next().map(|bound| bound.value)
    };
    let empty = String::new();
    assert_eq!(value(Given::Null), Some(Value::Null));
    assert_eq!(value(Given::Value { text: empty }), Some(Value::from("")));
    assert_eq!(value(Given::LeaveOut), None);
}

fn note(data_type: DataType, text: &str) -> Option<(Severity, String)> {
    let mut p = procedure(vec![parameter("a", TypeKind::Text)]);
    p.parameters[0].data_type = data_type;
    let made = composed(Dialect::Mysql, &p, &given(&p, &[Some(text)]));
    let note = made.notes.into_iter().next()?;
    Some((note.severity, note.text))
}

#[test]
fn what_does_not_fit_is_said_in_words_before_anything_runs() {
    use Severity::{Error, Warning};
    let small = || DataType::new(TypeKind::Integer { bits: 8 }, "tinyint");
    assert_eq!(note(small(), " 12 "), None);
    assert_eq!(
        note(small(), "300"),
        Some((
            Error,
            "Tinyint wants a whole number from -128 to 127.".to_owned()
        ))
    );
    assert_eq!(
        note(small(), ""),
        Some((
            Error,
            "An empty text is no tinyint: give it a value, or NULL.".to_owned()
        ))
    );
    let mut word = DataType::new(TypeKind::Text, "varchar(3)");
    word.length = Some(3);
    assert_eq!(
        note(word, "four"),
        Some((
            Error,
            "It has 4 characters, and varchar(3) holds 3.".to_owned()
        ))
    );
    let date = || DataType::new(TypeKind::Date, "date");
    assert_eq!(note(date(), "2024-02-29"), None);
    assert_eq!(
        note(date(), "2023-02-29"),
        Some((
            Warning,
            "There is no 2023-02-29 in the calendar.".to_owned()
        ))
    );
    let mut money = DataType::new(TypeKind::Decimal, "decimal(6,2)");
    (money.precision, money.scale) = (Some(6), Some(2));
    assert_eq!(note(money.clone(), "1.50"), None);
    assert_eq!(
        note(money, "1.505").map(|(severity, _)| severity),
        Some(Warning)
    );
    let bytes = || DataType::new(TypeKind::Bytes, "varbinary(4)");
    assert_eq!(note(bytes(), "0xCAFE"), None);
    assert_eq!(
        note(bytes(), "CAF").map(|(severity, _)| severity),
        Some(Error)
    );
}

#[test]
fn a_parameter_that_is_gone_or_was_secret_stands_in_the_way() {
    let p = procedure(vec![parameter("a", TypeKind::Text)]);
    let argument = |name: &str, given| GivenArgument {
        position: 1,
        name: Some(name.to_owned()),
        given,
    };
    let renamed = argument("b", Given::Null);
    assert!(composed(Dialect::Mysql, &p, &[renamed]).statement.is_none());
    let hidden = argument("a", Given::Secret);
    assert!(composed(Dialect::Mysql, &p, &[hidden]).statement.is_none());
    let missing = composed(Dialect::Mysql, &p, &[]);
    assert!(missing.notes[0].text.starts_with("It has no default"));
}

#[test]
fn a_value_for_a_secret_column_is_bound_as_a_secret() {
    let p = procedure(vec![parameter("p_password_hash", TypeKind::Text)]);
    let made = composed(Dialect::Mysql, &p, &given(&p, &[Some("x")]));
    assert!(made.statement.unwrap().has_secrets());
}

#[test]
fn a_variadic_parameter_takes_any_number_of_values() {
    let mut p = procedure(vec![parameter("a", TypeKind::Text)]);
    p.variadic = true;
    let one = given(&p, &[Some("1")]);
    let three = [one.clone(), one.clone(), one.clone()].concat();
    let text = |arguments: &[GivenArgument]| {
        composed(Dialect::Postgresql, &p, arguments)
            .statement
            .map(|statement| statement.text)
    };
    assert_eq!(text(&three).as_deref(), Some("CALL \"hr\".\"P\"(?, ?, ?)"));
    assert_eq!(text(&[]).as_deref(), Some("CALL \"hr\".\"P\"()"));
    p.variadic = false;
    let twice = composed(Dialect::Postgresql, &p, &three);
    assert_eq!(twice.notes[0].text, "It takes one value.");
}
