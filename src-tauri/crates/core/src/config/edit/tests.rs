use super::*;
use crate::config::Workspace;
use crate::mapping::{Constant, Cursor, Out};

const DEMO: &str = include_str!("../../../../../../sql/demo/sqlite/sluice.toml");

/// What a text says of an operation, read by the configuration's own parser.
fn mapping(text: &str, operation: Operation) -> Mapping {
    let workspace = Workspace::parse(text).unwrap();
    workspace.applications["jdbc_on_prem"].operations[&operation].clone()
}

fn demo(operation: Operation) -> Mapping {
    mapping(DEMO, operation)
}

fn put_demo(operation: Operation, mapping: &Mapping) -> String {
    put_mapping(DEMO, "jdbc_on_prem", operation, mapping).unwrap()
}

/// The lines that only one of two texts has.
fn differing(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    // The second application of the demo has many of the first one's lines.
    let lines = |text: &str| {
        let first = text
            .lines()
            .take_while(|line| *line != "[applications.core]");
        first.map(str::to_owned).collect::<Vec<_>>()
    };
    let (before, after) = (lines(before), lines(after));
    let only = |these: &[String], those: &[String]| {
        let mut those = those.to_vec();
        let mut missing = these.to_vec();
        missing.retain(|line| match those.iter().position(|other| other == line) {
            Some(at) => {
                those.remove(at);
                false
            }
            None => true,
        });
        missing
    };
    (only(&before, &after), only(&after, &before))
}

#[test]
fn what_is_saved_unchanged_leaves_every_byte_as_it_was() {
    for operation in Operation::ALL {
        if operation.is_optional() {
            continue;
        }
        assert_eq!(put_demo(operation, &demo(operation)), DEMO, "{operation}");
    }
    let workspace = Workspace::parse(DEMO).unwrap();
    for (name, application) in &workspace.applications {
        let settings = Settings::of(application);
        assert_eq!(put_settings(DEMO, name, &settings).unwrap(), DEMO, "{name}");
    }
}

#[test]
fn a_changed_statement_changes_its_own_line_and_no_comment() {
    let changed = Mapping {
        statement: "SELECT * FROM USERS WHERE USER_ID = ?".into(),
        kind: Kind::Sql,
        ..demo(Operation::GetUserById)
    };
    let text = put_demo(Operation::GetUserById, &changed);
    assert_eq!(mapping(&text, Operation::GetUserById), changed);
    let (_, added) = differing(DEMO, &text);
    assert_eq!(
        added,
        [
            "kind = \"sql\"",
            "statement = \"SELECT * FROM USERS WHERE USER_ID = ?\""
        ]
    );
    let comments = |text: &str| text.matches('#').count();
    assert_eq!(comments(&text), comments(DEMO));
    // The other application has a mapping of the same name, which is none of this one's business.
    let other = |text: &str| mapping_text(text, "core", Operation::GetUserById);
    assert_eq!(other(&text), other(DEMO));
}

#[test]
fn a_comment_behind_a_value_stays_when_the_value_changes() {
    let text = "[applications.a]\nprofile = \"columns\" # as the original\n\n# how people are read\n[applications.a.operations.get_users]\nkind = \"sql\" # not a procedure\nstatement = \"SELECT 1\" # for now\n";
    let changed = Mapping {
        statement: "SELECT 2".into(),
        ..Workspace::parse(text).unwrap().applications["a"].operations[&Operation::GetUsers].clone()
    };
    let after = put_mapping(text, "a", Operation::GetUsers, &changed).unwrap();
    assert_eq!(after, text.replace("SELECT 1", "SELECT 2"));
}

#[test]
fn a_statement_of_several_lines_is_written_as_several_lines_and_reads_back() {
    let statement = "SELECT *\nFROM USERS -- it's \"all\" of them\\\nWHERE X = '''?'";
    let changed = Mapping {
        kind: Kind::Sql,
        statement: statement.into(),
        parameters: Vec::new(),
        ..demo(Operation::GetUsers)
    };
    let text = put_demo(Operation::GetUsers, &changed);
    assert_eq!(mapping(&text, Operation::GetUsers).statement, statement);
    let own_line = |line: &str| line.starts_with("FROM USERS");
    assert!(text.lines().any(own_line), "{text}");
}

#[test]
fn every_source_of_a_parameter_reads_back() {
    let changed = Mapping {
        statement: "CALL P(?, ?, ?, ?)".into(),
        parameters: vec![
            Parameter::Field("USER_ID".into()),
            Parameter::Constant(Constant {
                constant: "it's \"x\"".into(),
            }),
            Parameter::Out(Out { out: "P_ID".into() }),
            Parameter::Cursor(Cursor {
                cursor: "P_ROWS".into(),
            }),
        ],
        ..demo(Operation::CreateUser)
    };
    let text = put_demo(Operation::CreateUser, &changed);
    assert_eq!(mapping(&text, Operation::CreateUser), changed);
}

#[test]
fn a_list_keeps_its_lines_where_one_parameter_is_taken_out_or_added() {
    let before = demo(Operation::CreateUser);
    let mut fewer = before.clone();
    fewer.parameters.remove(2);
    let text = put_demo(Operation::CreateUser, &fewer);
    assert_eq!(mapping(&text, Operation::CreateUser), fewer);
    let (gone, added) = differing(DEMO, &text);
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert_eq!(added, [gone[0].replace(" \"FIRSTNAME\",", "")]);

    let mut first = before.clone();
    first.parameters.remove(0);
    let text = put_demo(Operation::CreateUser, &first);
    assert_eq!(mapping(&text, Operation::CreateUser), first);
    assert!(text.contains("parameters = [\n    \"USERNAME\""), "{text}");

    let mut more = before;
    more.parameters.push(Parameter::Constant(Constant {
        constant: "okta".into(),
    }));
    let text = put_demo(Operation::CreateUser, &more);
    assert_eq!(mapping(&text, Operation::CreateUser), more);
    let own = text.lines().find(|line| line.contains("constant")).unwrap();
    assert!(
        own.starts_with("    \"HIREDATE\"") && own.len() <= 100,
        "{own}"
    );
}

#[test]
fn a_comment_inside_a_list_stays_with_its_parameter() {
    let text = "[applications.a]\nprofile = \"columns\"\n[applications.a.operations.update_user]\nkind = \"sql\"\nstatement = \"UPDATE T SET A = ?, B = ? WHERE C = ?\"\nparameters = [\n    \"A\", # the first\n    \"B\", # the second\n    \"C\",\n]\n";
    let mut changed = Workspace::parse(text).unwrap().applications["a"].operations
        [&Operation::UpdateUser]
        .clone();
    changed.parameters.swap(0, 1);
    let after = put_mapping(text, "a", Operation::UpdateUser, &changed).unwrap();
    assert!(
        after.contains("# the first") && after.contains("# the second"),
        "{after}"
    );
    let read = Workspace::parse(&after).unwrap();
    assert_eq!(
        read.applications["a"].operations[&Operation::UpdateUser],
        changed
    );
}

#[test]
fn a_mapping_that_was_not_there_is_added_behind_the_others_of_its_application() {
    let mut new = demo(Operation::GetUserById);
    new.statement = "SELECT * FROM USERS WHERE UPDATED >= ?".into();
    new.kind = Kind::Sql;
    new.parameters = vec![Parameter::Field("UPDATED".into())];
    let text = put_demo(Operation::IncrementalImport, &new);
    assert_eq!(mapping(&text, Operation::IncrementalImport), new);
    let (gone, _) = differing(DEMO, &text);
    assert!(gone.is_empty(), "{gone:?}");
    let at = |part: &str| text.find(part).unwrap();
    let own = at("[applications.jdbc_on_prem.operations.incremental_import]");
    assert!(at("[applications.jdbc_on_prem.operations.remove_entitlement]") < own);
    assert!(own < at("[applications.core]"));
}

#[test]
fn a_mapping_is_switched_off_by_a_line_and_on_by_taking_nothing_else() {
    let off = Mapping {
        enabled: false,
        ..demo(Operation::DeactivateUser)
    };
    let text = put_demo(Operation::DeactivateUser, &off);
    let (gone, added) = differing(DEMO, &text);
    assert_eq!((gone.len(), added), (0, vec!["enabled = false".to_owned()]));
    let on = Mapping {
        enabled: true,
        ..off
    };
    let back = put_mapping(&text, "jdbc_on_prem", Operation::DeactivateUser, &on).unwrap();
    assert!(mapping(&back, Operation::DeactivateUser).enabled);
}

#[test]
fn settings_write_only_the_keys_that_differ() {
    let workspace = Workspace::parse(DEMO).unwrap();
    let mut settings = Settings::of(&workspace.applications["jdbc_on_prem"]);
    settings.active_value = vec!["1".into(), "A".into()];
    settings.fields.insert(
        "TITLE".into(),
        toml::from_str("empty = \"null\"\n").unwrap(),
    );
    let text = put_settings(DEMO, "jdbc_on_prem", &settings).unwrap();
    let read = Workspace::parse(&text).unwrap();
    let application = &read.applications["jdbc_on_prem"];
    assert_eq!(application.active_value.0, ["1", "A"]);
    assert_eq!(application.field("TITLE").unwrap().empty, OnEmpty::Null);
    let (_, added) = differing(DEMO, &text);
    let added: Vec<_> = added.iter().filter(|line| !line.is_empty()).collect();
    assert_eq!(added.len(), 3, "{added:?}");
    assert!(
        added[0].contains("# or a list"),
        "the comment stays: {added:?}"
    );

    settings.fields.clear();
    settings.active_value = vec!["1".into()];
    let back = put_settings(&text, "jdbc_on_prem", &settings).unwrap();
    assert!(!back.contains("TITLE]"));
    assert!(Workspace::parse(&back).is_ok());
}

#[test]
fn a_mapping_of_an_earlier_text_comes_back_with_its_comments() {
    let changed = Mapping {
        statement: "CALL OTHER(?)".into(),
        ..demo(Operation::GetUserEntitlements)
    };
    let now = put_demo(Operation::GetUserEntitlements, &changed);
    let back = take_mapping(&now, DEMO, "jdbc_on_prem", Operation::GetUserEntitlements).unwrap();
    assert_eq!(back, DEMO);
}

#[test]
fn a_mapping_that_an_earlier_text_does_not_have_goes() {
    let new = Mapping {
        statement: "SELECT * FROM USERS WHERE UPDATED >= ?".into(),
        kind: Kind::Sql,
        ..demo(Operation::GetUserById)
    };
    let now = put_demo(Operation::IncrementalImport, &new);
    let back = take_mapping(&now, DEMO, "jdbc_on_prem", Operation::IncrementalImport).unwrap();
    assert_eq!(back, DEMO);
}

#[test]
fn an_application_that_is_written_in_one_line_can_be_changed_too() {
    let text = "[applications]\na = { profile = \"columns\", operations = { get_users = { kind = \"sql\", statement = \"SELECT 1\" } } }\n";
    let read = |text: &str| Workspace::parse(text).unwrap().applications["a"].clone();
    let mut changed = read(text).operations[&Operation::GetUsers].clone();
    changed.statement = "SELECT 2".into();
    let after = put_mapping(text, "a", Operation::GetUsers, &changed).unwrap();
    assert_eq!(read(&after).operations[&Operation::GetUsers], changed);
    let added = put_mapping(&after, "a", Operation::GetUserById, &changed).unwrap();
    assert_eq!(read(&added).operations.len(), 2);
}

#[test]
fn what_was_touched_is_told_by_application_and_operation() {
    assert!(touched(DEMO, &DEMO.replace("# The database.", "# One.")).is_empty());
    let off = Mapping {
        enabled: false,
        ..demo(Operation::DeactivateUser)
    };
    let text = put_demo(Operation::DeactivateUser, &off);
    let one = |application: Option<&str>, operation| Touched {
        application: application.map(str::to_owned),
        operation,
    };
    assert_eq!(
        touched(DEMO, &text),
        [one(Some("jdbc_on_prem"), Some(Operation::DeactivateUser))]
    );
    let elsewhere = text
        .replace("sample_rows = 20", "sample_rows = 10")
        .replacen("absent_fields = \"keep\"", "absent_fields = \"null\"", 1);
    let found = touched(&text, &elsewhere);
    assert_eq!(found, [one(None, None), one(Some("jdbc_on_prem"), None)]);
}

#[test]
fn an_application_that_is_gone_is_named() {
    let mapping = demo(Operation::GetUsers);
    let error = put_mapping(DEMO, "payroll", Operation::GetUsers, &mapping).unwrap_err();
    assert!(error.to_string().contains("\"payroll\""), "{error}");
}
