//! Each test breaks one thing of a mapping that is otherwise sound.

use std::sync::Arc;

use super::*;
use crate::catalogue::{Column, DataType, Key, KeyKind, RoutineKind, RoutineParameter, TypeKind};
use crate::config::Workspace;
use crate::plan::Direction;

const CONFIGURATION: &str = r#"
[connections.db]
dialect = "mysql"
host = "h"
database = "hr"
user = "u"

[applications.app]
connection = "db"
profile = "columns"
status_column = "ACTIVE"

[applications.app.operations.get_users]
kind = "sql"
statement = "SELECT * FROM USERS ORDER BY USER_ID"

[applications.app.operations.get_user_by_id]
kind = "sql"
statement = "SELECT * FROM USERS WHERE USER_ID = ?"
parameters = ["USER_ID"]

[applications.app.operations.get_all_entitlements]
kind = "sql"
statement = "SELECT ENT_ID, ENT_NAME FROM ENTS"

[applications.app.operations.get_user_entitlements]
kind = "sql"
statement = "SELECT ENT_ID, ENT_NAME FROM ENTS"

[applications.app.operations.create_user]
kind = "procedure"
statement = "CALL ADD_USER(?, ?, ?)"
parameters = ["USER_ID", "MAIL", { constant = "1" }]

[applications.app.operations.update_user]
kind = "procedure"
statement = "CALL ADD_USER(?, ?, ?)"
parameters = ["USER_ID", "MAIL", { constant = "1" }]

[applications.app.operations.activate_user]
kind = "sql"
statement = "UPDATE USERS SET ACTIVE = 1 WHERE USER_ID = ?"
parameters = ["USER_ID"]

[applications.app.operations.deactivate_user]
kind = "sql"
statement = "UPDATE USERS SET ACTIVE = 0 WHERE USER_ID = ?"
parameters = ["USER_ID"]

[applications.app.operations.add_entitlement]
kind = "sql"
statement = "INSERT INTO UE VALUES (?, ?)"
parameters = ["USER_ID", "ENT_ID"]

[applications.app.operations.remove_entitlement]
kind = "sql"
statement = "DELETE FROM UE WHERE USER_ID = ? AND ENT_ID = ?"
parameters = ["USER_ID", "ENT_ID"]
"#;

fn text(length: u64) -> DataType {
    DataType {
        length: Some(length),
        ..DataType::new(TypeKind::Text, format!("varchar({length})"))
    }
}

fn column(name: &str, data_type: DataType) -> Column {
    Column {
        name: name.into(),
        data_type,
        ..Column::default()
    }
}

fn users() -> Relation {
    Relation {
        name: ObjectName::new(Some("hr"), "USERS"),
        columns: vec![
            column("USER_ID", text(50)),
            column("MAIL", text(100)),
            Column {
                default: Some("1".into()),
                ..column("ACTIVE", DataType::new(TypeKind::Boolean, "tinyint(1)"))
            },
        ],
        keys: vec![Key {
            name: "PRIMARY".into(),
            kind: KeyKind::Primary,
            columns: vec!["USER_ID".into()],
        }],
        ..Relation::default()
    }
}

fn add_user(parameters: &[(&str, DataType)]) -> Routine {
    Routine {
        name: ObjectName::new(Some("hr"), "ADD_USER"),
        kind: RoutineKind::Procedure,
        parameters: parameters
            .iter()
            .map(|(name, data_type)| RoutineParameter {
                name: Some((*name).to_owned()),
                data_type: data_type.clone(),
                ..RoutineParameter::default()
            })
            .collect(),
        source: Some(
            "BEGIN INSERT INTO USERS (USER_ID, MAIL) VALUES (p_user_id, p_mail); END".into(),
        ),
        ..Routine::default()
    }
}

fn sound_routine() -> Routine {
    add_user(&[
        ("p_user_id", text(50)),
        ("p_mail", text(100)),
        ("p_active", DataType::new(TypeKind::Boolean, "tinyint(1)")),
    ])
}

fn columns(names: &[&str]) -> Answer {
    let column = |name: &&str| ResultColumn {
        name: (*name).to_owned(),
        type_name: "VARCHAR".to_owned(),
    };
    Answer::Columns(names.iter().map(column).collect())
}

fn live() -> Live {
    let users_columns = ["USER_ID", "MAIL", "ACTIVE"];
    Live {
        routines: [Operation::CreateUser, Operation::UpdateUser]
            .into_iter()
            .map(|operation| (operation, vec![sound_routine()]))
            .collect(),
        routine_names: vec!["ADD_USER".into()],
        relations: vec![users()],
        answers: [
            (Operation::GetUsers, columns(&users_columns)),
            (Operation::GetUserById, columns(&users_columns)),
            (
                Operation::GetAllEntitlements,
                columns(&["ENT_ID", "ENT_NAME"]),
            ),
            (
                Operation::GetUserEntitlements,
                columns(&["ENT_ID", "ENT_NAME"]),
            ),
        ]
        .into_iter()
        .collect(),
        ..Live::default()
    }
}

fn findings(change: impl FnOnce(String) -> String, live: &Live) -> Vec<Finding> {
    let workspace = Workspace::parse(&change(CONFIGURATION.to_owned())).unwrap();
    let application = Arc::new(workspace.applications["app"].clone());
    check(&application, Dialect::Mysql, live)
}

/// The only finding that a change brings.
fn only(change: impl FnOnce(String) -> String, live: &Live) -> Finding {
    let mut found = findings(change, live);
    // Create and update share the routine here.
    found.dedup_by(|one, other| one.code == other.code && one.cause == other.cause);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn with_routine(routine: &Routine) -> Live {
    let mut live = live();
    for routines in live.routines.values_mut() {
        *routines = vec![routine.clone()];
    }
    live
}

fn same(text: String) -> String {
    text
}

#[test]
fn a_sound_application_has_no_findings() {
    assert_eq!(findings(same, &live()), []);
}

#[test]
fn a_signature_that_grew_is_found_with_the_parameters_to_map() {
    let drifted = add_user(&[
        ("p_user_id", text(50)),
        ("p_mail", text(100)),
        ("p_active", DataType::new(TypeKind::Boolean, "tinyint(1)")),
        ("p_title", text(20)),
    ]);
    let finding = only(same, &with_routine(&drifted));
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.code, "check.parameter_count");
    assert_eq!(
        finding.cause,
        "hr.ADD_USER takes 4 parameters, and 3 are given. Not mapped: p_active, p_title."
    );
}

#[test]
fn two_parameters_in_each_others_place_are_found_with_the_right_order() {
    let swapped =
        |text: String| text.replace("[\"USER_ID\", \"MAIL\", {", "[\"MAIL\", \"USER_ID\", {");
    let mut found = findings(swapped, &live());
    found.retain(|finding| finding.operation == Some(Operation::CreateUser));
    assert!(
        found.iter().all(|f| f.code == "check.parameter_order"),
        "{found:#?}"
    );
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].fix,
        Some(Fix::Parameters {
            parameters: vec!["\"USER_ID\"".into(), "\"MAIL\"".into(), "\"ACTIVE\"".into()]
        })
    );
}

#[test]
fn a_parameter_shorter_than_its_column_is_found() {
    let mut routine = sound_routine();
    routine.parameters[1].data_type = text(40);
    let finding = only(same, &with_routine(&routine));
    assert_eq!(finding.code, "check.parameter_length");
    assert_eq!(finding.place.as_deref(), Some("parameter 2"));
}

#[test]
fn a_parameter_of_another_type_than_its_column_is_found() {
    let mut routine = sound_routine();
    routine.parameters[1].data_type = DataType::new(TypeKind::Integer { bits: 32 }, "int");
    assert_eq!(
        only(same, &with_routine(&routine)).code,
        "check.parameter_type"
    );
}

#[test]
fn a_constant_that_its_parameter_cannot_hold_is_found() {
    let finding = only(
        |text| text.replace("constant = \"1\"", "constant = \"often\""),
        &live(),
    );
    assert_eq!(
        (finding.severity, finding.code.as_str()),
        (Severity::Error, "check.parameter_type")
    );
}

#[test]
fn the_wrong_mode_of_a_parameter_is_found() {
    let finding = only(
        |text| text.replace("{ constant = \"1\" }", "{ out = \"X\" }"),
        &live(),
    );
    assert_eq!(
        (finding.severity, finding.code.as_str()),
        (Severity::Error, "check.parameter_mode")
    );
    let mut routine = sound_routine();
    routine.parameters[2].direction = Direction::Out;
    let finding = only(same, &with_routine(&routine));
    assert_eq!(
        (finding.severity, finding.code.as_str()),
        (Severity::Warning, "check.parameter_mode")
    );
}

#[test]
fn a_missing_routine_is_named_with_the_nearest_one() {
    let mut live = live();
    for routines in live.routines.values_mut() {
        routines.clear();
    }
    let found = findings(|text| text.replace("ADD_USER", "ADD_USR"), &live);
    assert_eq!(found[0].code, "check.routine_missing");
    assert!(
        found[0].remedy.contains("Did you mean ADD_USER?"),
        "{}",
        found[0].remedy
    );
}

#[test]
fn a_missing_table_is_named_with_the_nearest_one() {
    let mut live = live();
    live.missing
        .insert(Operation::GetUsers, vec![ObjectName::new(None, "USRES")]);
    live.relation_names = vec!["USERS".into(), "ENTS".into()];
    let finding = only(same, &live);
    assert_eq!(finding.code, "check.object_missing");
    assert!(finding.remedy.contains("USERS"), "{}", finding.remedy);
}

#[test]
fn a_column_that_a_create_cannot_leave_empty_is_found() {
    let mut live = live();
    live.relations[0].columns.push(column("BADGE", text(8)));
    let finding = only(same, &live);
    assert_eq!(
        (finding.code.as_str(), finding.place.as_deref()),
        ("check.not_null", Some("column BADGE"))
    );
}

#[test]
fn a_look_up_without_an_index_is_found_with_the_index_to_make() {
    let mut live = live();
    live.relations[0].keys.clear();
    let found = findings(same, &live);
    assert!(found.iter().all(|f| f.code == "check.index"), "{found:#?}");
    assert_eq!(
        found[0].fix,
        Some(Fix::Sql {
            text: "CREATE INDEX `USERS_USER_ID` ON `hr`.`USERS` (`USER_ID`)".into()
        })
    );
}

#[test]
fn an_answer_without_the_id_is_an_error_and_the_nearest_column_is_named() {
    let mut live = live();
    live.answers.insert(
        Operation::GetAllEntitlements,
        columns(&["ENTID", "ENT_NAME"]),
    );
    let finding = only(same, &live);
    assert_eq!(
        (finding.severity, finding.code.as_str()),
        (Severity::Error, "check.column_missing")
    );
    assert!(
        finding.remedy.contains("ENTID is there"),
        "{}",
        finding.remedy
    );
}

#[test]
fn a_rule_for_a_column_that_is_not_there_is_found() {
    let rule = |column: &str| {
        let fields =
            format!("status_column = \"ACTIVE\"\nfields = {{ {column} = {{ empty = \"null\" }} }}");
        move |text: String| text.replace("status_column = \"ACTIVE\"", &fields)
    };
    let finding = only(rule("MIAL"), &live());
    assert_eq!(
        (finding.severity, finding.code.as_str()),
        (Severity::Warning, "check.column_missing")
    );
    assert!(
        finding.remedy.contains("MAIL is there"),
        "{}",
        finding.remedy
    );
    assert_eq!(findings(rule("mail"), &live()), []);
}

#[test]
fn an_operation_that_fails_or_gives_nothing_is_an_error() {
    let mut live = live();
    live.answers
        .insert(Operation::GetAllEntitlements, Answer::Nothing);
    assert_eq!(only(same, &live).code, "check.no_rows");
}

#[test]
fn an_import_without_a_stable_order_is_a_warning() {
    let finding = only(|text| text.replace(" ORDER BY USER_ID", ""), &live());
    assert_eq!(
        (finding.severity, finding.code.as_str()),
        (Severity::Warning, "check.order")
    );
    let finding = only(
        |text| text.replace("ORDER BY USER_ID", "ORDER BY MAIL"),
        &live(),
    );
    assert!(finding.cause.contains("MAIL"), "{}", finding.cause);
}

#[test]
fn two_readings_of_a_user_that_differ_are_a_warning() {
    let mut live = live();
    live.answers.insert(
        Operation::GetUserById,
        columns(&["USER_ID", "ACTIVE", "NOTE"]),
    );
    let finding = only(same, &live);
    assert_eq!(finding.code, "check.columns_differ");
    assert!(finding.cause.contains("MAIL only in") && finding.cause.contains("NOTE only in"));
}

#[test]
fn an_operation_that_is_not_mapped_is_said_with_what_it_costs() {
    let finding = only(
        |text| {
            text.replace(
                "[applications.app.operations.deactivate_user]\n",
                "[applications.app.operations.deactivate_user]\nenabled = false\n",
            )
        },
        &live(),
    );
    assert_eq!(
        (finding.severity, finding.code.as_str()),
        (Severity::Warning, "check.not_mapped")
    );
}

#[test]
fn a_time_of_change_that_a_reading_operation_does_not_return_is_a_warning() {
    let with_time = |text: String| {
        let text = text.replace(
            "status_column = \"ACTIVE\"",
            "status_column = \"ACTIVE\"\nchanged_column = \"CHANGED_AT\"",
        );
        format!(
            "{text}\n[applications.app.operations.incremental_import]\nkind = \"sql\"\n\
             statement = \"SELECT * FROM USERS WHERE CHANGED_AT > ? ORDER BY USER_ID\"\nparameters = [\"CHANGED_AT\"]\n"
        )
    };
    let all = ["USER_ID", "MAIL", "ACTIVE", "CHANGED_AT"];
    let mut live = live();
    for operation in [Operation::GetUsers, Operation::GetUserById] {
        live.answers.insert(operation, columns(&all));
    }
    live.answers
        .insert(Operation::IncrementalImport, columns(&all));
    assert_eq!(findings(with_time, &live), []);
    live.answers
        .insert(Operation::IncrementalImport, columns(&all[..3]));
    let found = only(with_time, &live);
    assert_eq!(
        (found.severity, found.operation),
        (Severity::Warning, Some(Operation::IncrementalImport))
    );
    assert!(found.cause.contains("CHANGED_AT"), "{}", found.cause);
}
