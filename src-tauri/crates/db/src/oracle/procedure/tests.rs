//! Signatures from rows as ALL_PROCEDURES and ALL_ARGUMENTS give them (Database Reference, 19c).

use super::*;

/// A row of [`ROUTINES`]: owner, object, procedure, type, id, pipelined; then of the argument its
/// position, name, direction, type and DEFAULTED.
fn row(routine: [&str; 6], argument: Option<[&str; 5]>) -> Vec<Value> {
    let cell = |text: &str| match text {
        "" => Value::Null,
        text => match text.parse() {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::from(text),
        },
    };
    let mut cells: Vec<Value> = routine.iter().map(|text| cell(text)).collect();
    cells.push(Value::from("DEFINER"));
    let [position, name, direction, data_type, defaulted] = argument.unwrap_or_default();
    cells.extend([position, name, direction, data_type].map(cell));
    cells.extend(["", "", "", "", ""].map(cell));
    cells.push(cell(defaulted));
    cells.push(Value::Null);
    cells
}

const ALONE: [&str; 6] = ["HR", "ADD_USER", "", "PROCEDURE", "1", "NO"];

#[test]
fn a_procedure_has_its_parameters_in_order() {
    let found = read(&[
        row(ALONE, Some(["1", "P_NAME", "IN", "VARCHAR2", "N"])),
        row(ALONE, Some(["2", "P_DAY", "IN", "DATE", "Y"])),
        row(ALONE, Some(["3", "P_ID", "OUT", "NUMBER", "N"])),
        row(ALONE, Some(["4", "P_ROWS", "IN/OUT", "REF CURSOR", "N"])),
    ]);
    assert_eq!(found.len(), 1);
    let known = &found[0];
    assert_eq!(known.quoted(), "\"HR\".\"ADD_USER\"");
    assert_eq!(known.gives, Gives::Nothing);
    let parameters: Vec<_> = known
        .routine
        .parameters
        .iter()
        .map(|p| {
            (
                p.name.as_deref().unwrap(),
                p.direction,
                p.data_type.kind,
                p.optional,
            )
        })
        .collect();
    assert_eq!(
        parameters,
        [
            ("P_NAME", Direction::In, TypeKind::Text, false),
            ("P_DAY", Direction::In, TypeKind::Date, true),
            ("P_ID", Direction::Out, TypeKind::Decimal, false),
            ("P_ROWS", Direction::InOut, TypeKind::Cursor, false),
        ]
    );
}

#[test]
fn a_procedure_without_parameters_is_one_row() {
    let found = read(&[row(ALONE, None)]);
    assert_eq!(found.len(), 1);
    assert!(found[0].routine.parameters.is_empty());
    assert_eq!(found[0].routine.security.as_deref(), Some("definer"));
}

#[test]
fn overloads_of_a_package_are_told_apart_and_named_by_it() {
    let first = ["HR", "USERS_API", "FIND", "PACKAGE", "1", "NO"];
    let second = ["HR", "USERS_API", "FIND", "PACKAGE", "2", "NO"];
    let found = read(&[
        row(first, Some(["1", "P_ID", "IN", "NUMBER", "N"])),
        row(second, Some(["0", "", "OUT", "REF CURSOR", "N"])),
        row(second, Some(["1", "P_NAME", "IN", "VARCHAR2", "N"])),
    ]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].gives, Gives::Nothing);
    assert_eq!(found[1].gives, Gives::Cursor);
    assert_eq!(found[1].quoted(), "\"HR\".\"USERS_API\".\"FIND\"");
    let routine = found[1].to_routine();
    assert_eq!(routine.name.to_string(), "HR.USERS_API.FIND");
    assert_eq!(routine.kind, RoutineKind::Function);
    assert!(routine.returns_rows);
}

#[test]
fn a_function_gives_a_value_a_cursor_or_a_table() {
    let gives = |pipelined: &str, data_type: &str| {
        let function = ["HR", "F", "", "FUNCTION", "1", pipelined];
        let rows = [row(function, Some(["0", "", "OUT", data_type, "N"]))];
        read(&rows).remove(0).gives
    };
    assert!(matches!(gives("NO", "NUMBER"), Gives::Value(t) if t.kind == TypeKind::Decimal));
    assert_eq!(gives("NO", "REF CURSOR"), Gives::Cursor);
    assert!(matches!(gives("YES", "TABLE"), Gives::Table(_)));
    assert!(matches!(gives("NO", "VARRAY"), Gives::Table(_)));
}

#[test]
fn names_are_folded_unless_they_are_quoted() {
    for (written, read) in [
        ("create_user", vec!["CREATE_USER"]),
        ("hr.users_api.find", vec!["HR", "USERS_API", "FIND"]),
        ("\"hr\".\"Add.User\"", vec!["hr", "Add.User"]),
        ("straße", vec!["STRASSE"]),
    ] {
        assert_eq!(parts(written), read, "{written}");
    }
    assert_eq!(folded("hr"), "HR");
    assert_eq!(folded("\"hr\""), "hr");
    assert_eq!(quoted("a\"b"), "\"ab\"");
}
