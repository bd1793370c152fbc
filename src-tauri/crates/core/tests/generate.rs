//! What is generated from three odd tables, in each dialect, beside the texts in `generate/` that a
//! person has read: they are the expectation, and `UPDATE=1` writes them anew to be read again. What
//! they say on real servers is shown by `tests/dialects/generate.rs`.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sluice_core::catalogue::{
    Column, DataType, ForeignKey, Grant, Key, KeyKind, ObjectName, Relation, Rights, TypeKind,
};
use sluice_core::config::{Dialect, Workspace};
use sluice_core::generate::{
    Choice, GenerateError, Generated, GrantError, Known, Privilege, Tables, excess, find_link,
    generate, grants, needs, propose,
};
use sluice_core::mapping::{Kind, Mapping, Parameter};
use sluice_core::operation::Operation;
use sluice_core::sql::{ProcedureCall, Template};

const SERVERS: [Dialect; 5] = [
    Dialect::Mysql,
    Dialect::Postgresql,
    Dialect::SqlServer,
    Dialect::Oracle,
    Dialect::Sqlite,
];

/// A type as the dialect writes it.
fn data_type(dialect: Dialect, kind: TypeKind) -> DataType {
    use Dialect as D;
    let text = match (kind, dialect) {
        (TypeKind::Text, D::Postgresql) => "character varying(100)",
        (TypeKind::Text, D::SqlServer) => "nvarchar(100)",
        (TypeKind::Text, D::Oracle) => "VARCHAR2(100 CHAR)",
        (TypeKind::Text, _) => "varchar(100)",
        (TypeKind::Boolean, D::Mysql) => "tinyint(1)",
        (TypeKind::Boolean, D::SqlServer) => "bit",
        (TypeKind::Boolean, D::Oracle) => "NUMBER(1)",
        (TypeKind::Boolean, _) => "boolean",
        (TypeKind::Date, _) => "date",
        (TypeKind::Timestamp, D::SqlServer) => "datetime2(0)",
        (TypeKind::Timestamp, D::Mysql) => "datetime",
        (TypeKind::Timestamp, _) => "timestamp",
        (_, D::Oracle) => "NUMBER(10)",
        _ => "int",
    };
    let kind = match (kind, dialect) {
        // Oracle has had no Boolean column before 23ai.
        (TypeKind::Boolean, D::Oracle) => TypeKind::Decimal,
        (kind, _) => kind,
    };
    DataType {
        length: (kind == TypeKind::Text).then_some(100),
        ..DataType::new(kind, text)
    }
}

fn column(dialect: Dialect, name: &str, kind: TypeKind) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type(dialect, kind),
        nullable: true,
        ..Column::default()
    }
}

fn required(column: Column) -> Column {
    Column {
        nullable: false,
        ..column
    }
}

fn key(kind: KeyKind, columns: &[&str]) -> Key {
    Key {
        name: "k".to_owned(),
        kind,
        columns: columns.iter().map(|&c| c.to_owned()).collect(),
    }
}

fn foreign(column: &str, target: &ObjectName, target_column: &str) -> ForeignKey {
    ForeignKey {
        name: "f".to_owned(),
        columns: vec![column.to_owned()],
        target: target.clone(),
        target_columns: vec![target_column.to_owned()],
    }
}

const NUMBER: TypeKind = TypeKind::Integer { bits: 32 };

/// People with a number the database makes, a login, names with spaces and capitals, a column with
/// a default, a password's hash; roles; who has which role.
fn odd(dialect: Dialect) -> [Relation; 3] {
    let schema = match dialect {
        Dialect::Postgresql => Some("hr"),
        Dialect::SqlServer => Some("dbo"),
        Dialect::Oracle => Some("HR"),
        _ => None,
    };
    let spelled = |name: &str| match dialect {
        Dialect::Oracle => name.to_uppercase(),
        _ => name.to_owned(),
    };
    let name = |name: &str| ObjectName::new(schema, &spelled(name));
    let of = |name: &str, kind| column(dialect, &spelled(name), kind);
    let default = match dialect {
        Dialect::Postgresql => "'staff'::character varying",
        Dialect::SqlServer => "('staff')",
        _ => "'staff'",
    };
    let people = Relation {
        name: name("people"),
        columns: vec![
            Column {
                generated: true,
                ..required(of("id", NUMBER))
            },
            required(of("login", TypeKind::Text)),
            column(dialect, "Given Name", TypeKind::Text),
            required(of("mail", TypeKind::Text)),
            of("born", TypeKind::Date),
            Column {
                default: Some(default.to_owned()),
                ..required(of("category", TypeKind::Text))
            },
            of("password_hash", TypeKind::Text),
            Column {
                default: Some("CURRENT_TIMESTAMP".to_owned()),
                ..required(of("created_at", TypeKind::Timestamp))
            },
            Column {
                default: Some("1".to_owned()),
                ..required(of("is_enabled", TypeKind::Boolean))
            },
        ],
        keys: vec![
            key(KeyKind::Primary, &[&spelled("id")]),
            key(KeyKind::Unique, &[&spelled("login")]),
        ],
        ..Relation::default()
    };
    let roles = Relation {
        name: name("roles"),
        columns: vec![
            required(of("id", NUMBER)),
            required(of("title", TypeKind::Text)),
            of("notes", TypeKind::Text),
        ],
        keys: vec![key(KeyKind::Primary, &[&spelled("id")])],
        ..Relation::default()
    };
    let link = Relation {
        name: name("people_roles"),
        columns: vec![
            required(of("person_id", NUMBER)),
            required(of("role_id", NUMBER)),
        ],
        keys: vec![key(
            KeyKind::Primary,
            &[&spelled("person_id"), &spelled("role_id")],
        )],
        foreign_keys: vec![
            foreign(&spelled("person_id"), &people.name, &spelled("id")),
            foreign(&spelled("role_id"), &roles.name, &spelled("id")),
        ],
        ..Relation::default()
    };
    [people, roles, link]
}

fn tables([users, entitlements, link]: &[Relation; 3]) -> Tables<'_> {
    Tables {
        users,
        entitlements,
        link,
    }
}

fn proposed(dialect: Dialect, kind: Kind, relations: &[Relation; 3]) -> Choice {
    let (choice, remarks) = propose(dialect, kind, &tables(relations)).unwrap();
    assert_eq!(remarks, []);
    Choice {
        application: "people".to_owned(),
        connection: "hr".to_owned(),
        ..choice
    }
}

fn made(dialect: Dialect, kind: Kind) -> Generated {
    let relations = odd(dialect);
    generate(&tables(&relations), &proposed(dialect, kind, &relations)).unwrap()
}

/// A workspace around generated TOML.
fn workspace(dialect: Dialect, toml: &str) -> Workspace {
    let connection = match dialect {
        Dialect::Sqlite => "dialect = \"sqlite\"\npath = \"x.db\"".to_owned(),
        _ => format!(
            "dialect = \"{}\"\nhost = \"h\"\ndatabase = \"d\"\nuser = \"u\"",
            serde_json::to_value(dialect).unwrap().as_str().unwrap()
        ),
    };
    let text = format!("[connections.hr]\n{connection}\n\n{toml}");
    Workspace::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[track_caller]
fn as_read(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/generate")
        .join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{name} is not as it was read:\n{text}");
}

fn file_name(dialect: Dialect, what: &str) -> String {
    let dialect = serde_json::to_value(dialect).unwrap();
    format!("{}-{what}", dialect.as_str().unwrap())
}

#[test]
fn statements_and_procedures_are_as_they_were_read() {
    for dialect in SERVERS {
        as_read(
            &file_name(dialect, "statements.toml"),
            &made(dialect, Kind::Sql).toml,
        );
        let procedures = made(dialect, Kind::Procedure);
        as_read(
            &file_name(dialect, "procedures.sql"),
            &procedures.script_text(),
        );
        as_read(&file_name(dialect, "procedures.toml"), &procedures.toml);
    }
}

#[test]
fn grants_for_what_was_generated_are_as_they_were_read() {
    for dialect in SERVERS {
        for (kind, word) in [(Kind::Sql, "statements"), (Kind::Procedure, "procedures")] {
            let generated = made(dialect, kind);
            let workspace = workspace(dialect, &generated.toml);
            let relations = odd(dialect);
            let known = Known {
                relations: &relations,
                routines: &[],
                schema: (dialect == Dialect::Mysql).then_some("hr"),
            };
            let needs = needs(&workspace.applications["people"], dialect, known);
            let script = grants(dialect, &needs, "scim@10.0.0.%").unwrap();
            as_read(
                &file_name(dialect, &format!("{word}-grants.sql")),
                &script.text(),
            );
        }
    }
}

#[test]
fn proposals_come_from_the_tables_alone() {
    for dialect in SERVERS {
        let relations = odd(dialect);
        let choice = proposed(dialect, Kind::Sql, &relations);
        let lower = |text: &str| text.to_lowercase();
        // The number is made by the database, so a new user cannot bring it along: the login can.
        assert_eq!(lower(&choice.user_id), "login");
        assert_eq!(lower(&choice.user_key), "id");
        let status = choice.status.unwrap();
        assert_eq!(
            (lower(&status.column), status.active, status.inactive),
            ("is_enabled".into(), "1".into(), "0".into())
        );
        assert_eq!(lower(&choice.entitlement_display), "title");
        assert_eq!(lower(&choice.entitlement_description.unwrap()), "notes");
        assert_eq!(lower(&choice.link_user), "person_id");
        assert_eq!(lower(&choice.link_entitlement), "role_id");
        assert_eq!(choice.secret.len(), 1);
        assert_eq!(lower(&choice.secret[0]), "password_hash");
        let written: Vec<String> = choice.written.iter().map(|c| lower(c)).collect();
        assert_eq!(
            written,
            [
                "login",
                "given name",
                "mail",
                "born",
                "category",
                "password_hash"
            ]
        );
        let [people, roles, link] = &relations;
        assert_eq!(
            find_link(&relations, people, roles).map(|found| &found.name),
            Some(&link.name)
        );
    }
}

#[test]
fn an_inverted_status_an_enumeration_and_a_place_are_told_apart() {
    let status_of = |columns: Vec<Column>| {
        let mut relations = odd(Dialect::Mysql);
        relations[0].columns.retain(|c| c.name != "is_enabled");
        relations[0].columns.extend(columns);
        let (choice, _) = propose(Dialect::Mysql, Kind::Sql, &tables(&relations)).unwrap();
        choice
            .status
            .map(|status| (status.column, status.active, status.inactive))
    };
    let of = |name: &str, kind| column(Dialect::Mysql, name, kind);
    let is = |column: &str, active: &str, inactive: &str| {
        Some((column.to_owned(), active.to_owned(), inactive.to_owned()))
    };
    assert_eq!(
        status_of(vec![of("accountLocked", TypeKind::Boolean)]),
        is("accountLocked", "0", "1")
    );
    let mut labels = of("STATUS", TypeKind::Enum);
    labels.data_type.labels = vec!["New".into(), "Active".into(), "Inactive".into()];
    assert_eq!(status_of(vec![labels]), is("STATUS", "Active", "Inactive"));
    let letter = Column {
        default: Some("'Y'::bpchar".to_owned()),
        ..of("active", TypeKind::Text)
    };
    assert_eq!(status_of(vec![letter]), is("active", "Y", "N"));
    // STATE is a place, and a time of activation no status.
    assert_eq!(
        status_of(vec![
            of("STATE", TypeKind::Text),
            of("active_since", TypeKind::Timestamp)
        ]),
        None
    );
}

#[test]
fn generated_configurations_are_read_back_to_the_same_mappings() {
    for dialect in SERVERS {
        for kind in [Kind::Sql, Kind::Procedure] {
            let generated = made(dialect, kind);
            let workspace = workspace(dialect, &generated.toml);
            let application = &workspace.applications["people"];
            let read: BTreeMap<Operation, Mapping> = application.operations.clone();
            let meant: BTreeMap<Operation, Mapping> = generated.mappings.iter().cloned().collect();
            assert_eq!(read.len(), 10, "{dialect}");
            assert_eq!(read, meant, "{dialect}");
            for (operation, mapping) in &read {
                let template = Template::parse(dialect, &mapping.statement).unwrap();
                assert_eq!(
                    template.placeholders(),
                    mapping.parameters.len(),
                    "{dialect}: {operation}"
                );
                if kind == Kind::Procedure {
                    let call = ProcedureCall::parse(dialect, &mapping.statement, 0).unwrap();
                    assert_eq!(call.arguments.len(), mapping.parameters.len());
                }
            }
        }
    }
}

/// Names and values that end quotes, statements and scripts where they are not quoted well.
const HOSTILE: [&str; 7] = [
    "a`b",
    "a\"]b",
    "O'Brien",
    "x; DROP TABLE people; --",
    "two\nlines",
    "$$ $body1$ :name ? @x",
    "p_login",
];

#[test]
fn hostile_names_and_values_stay_names_and_values() {
    for dialect in SERVERS {
        for hostile in HOSTILE {
            let mut relations = odd(dialect);
            if dialect == Dialect::Oracle && hostile.contains('"') {
                continue;
            }
            relations[0].columns[2].name = hostile.to_owned();
            relations[1].name.name = hostile.to_owned();
            relations[2].foreign_keys[1].target = relations[1].name.clone();
            let status = column(dialect, "status", TypeKind::Text);
            relations[0]
                .columns
                .retain(|c| !c.name.eq_ignore_ascii_case("is_enabled"));
            relations[0].columns.push(status);
            let (mut choice, _) = propose(dialect, Kind::Sql, &tables(&relations)).unwrap();
            choice.application = hostile.to_owned();
            choice.connection = "hr".to_owned();
            let status = choice.status.as_mut().unwrap();
            status.active = hostile.to_owned();
            status.inactive = "back\\slash'".to_owned();
            for kind in [Kind::Sql, Kind::Procedure] {
                choice.kind = kind;
                let generated = generate(&tables(&relations), &choice).unwrap();
                let workspace = workspace(dialect, &generated.toml);
                let application = &workspace.applications[hostile];
                assert_eq!(application.active_value, hostile.into());
                for (operation, mapping) in &application.operations {
                    // One statement, with a mark for each parameter and none in a name.
                    let template = Template::parse(dialect, &mapping.statement);
                    // sqlparser ends [a"]]b] at the first bracket, which SQL Server does not.
                    if dialect == Dialect::SqlServer && hostile.contains(']') {
                        continue;
                    }
                    let template = template
                        .unwrap_or_else(|e| panic!("{dialect}: {e}\n{}", mapping.statement));
                    assert_eq!(
                        template.placeholders(),
                        mapping.parameters.len(),
                        "{dialect}: {operation}\n{}",
                        mapping.statement
                    );
                }
            }
        }
    }
}

#[test]
fn a_user_and_an_entitlement_id_of_one_name_are_kept_apart() {
    let dialect = Dialect::Postgresql;
    let mut relations = odd(dialect);
    // The person's number is no longer made by the database: both ids are called id.
    relations[0].columns[0].generated = false;
    let mut choice = proposed(dialect, Kind::Sql, &relations);
    choice.user_id = "id".to_owned();
    let generated = generate(&tables(&relations), &choice).unwrap();
    let application = &workspace(dialect, &generated.toml).applications["people"];
    assert_eq!(application.user_id_column, "id");
    assert_eq!(application.entitlement_id_column, "entitlement_id");
    let held = &application.operations[&Operation::GetUserEntitlements];
    assert!(held.statement.contains("e.\"id\" AS \"entitlement_id\""));
    assert!(
        held.import
            .as_ref()
            .unwrap()
            .starts_with("SELECT l.\"person_id\" AS \"id\", e.\"id\" AS \"entitlement_id\"")
    );
    let add = &application.operations[&Operation::AddEntitlement];
    let names: Vec<&str> = add.parameters.iter().map(Parameter::name).collect();
    assert_eq!(names, ["id", "entitlement_id"]);
}

#[test]
fn a_choice_that_cannot_work_is_refused_with_its_reason() {
    let dialect = Dialect::Postgresql;
    let relations = odd(dialect);
    let refused = |change: fn(&mut Choice)| {
        let mut choice = proposed(dialect, Kind::Procedure, &relations);
        change(&mut choice);
        generate(&tables(&relations), &choice).unwrap_err()
    };
    assert!(matches!(
        refused(|c| c.user_id = "id".into()),
        GenerateError::GeneratedUserId(_)
    ));
    assert!(matches!(
        refused(|c| c.written.push("nothing".into())),
        GenerateError::NoSuchColumn { .. }
    ));
    assert!(matches!(
        refused(|c| c.status.as_mut().unwrap().active = "on'; --".into()),
        GenerateError::Status { .. }
    ));
    assert!(matches!(
        refused(|c| c.procedure_names = "scim".into()),
        GenerateError::Pattern(_)
    ));
    let mut twice = odd(dialect);
    let again = column(dialect, "LOGIN", TypeKind::Text);
    twice[0].columns.push(again);
    let choice = proposed(dialect, Kind::Sql, &relations);
    assert!(matches!(
        generate(&tables(&twice), &choice),
        Err(GenerateError::Ambiguous { .. })
    ));
}

#[test]
fn a_default_that_is_not_one_expression_is_left_to_the_database() {
    for hostile in [
        "'x'); DROP TABLE people; --",
        "(SELECT max(id) FROM roles)",
        "mail",
        "$1",
        "'x', 'y'",
    ] {
        let mut relations = odd(Dialect::Postgresql);
        relations[0].columns[5].default = Some(hostile.to_owned());
        let choice = proposed(Dialect::Postgresql, Kind::Sql, &relations);
        let generated = generate(&tables(&relations), &choice).unwrap();
        let create = &generated.mappings[4];
        assert_eq!(create.0, Operation::CreateUser);
        assert!(!create.1.statement.contains("category"), "{hostile}");
        assert!(
            generated
                .remarks
                .iter()
                .any(|r| r.warning && r.text.contains("category")),
            "{hostile}"
        );
    }
}

#[test]
fn mysql_repeats_a_literal_default_and_leaves_an_expression_to_the_table() {
    for (default, repeated) in [
        ("'staff'", true),
        ("staff", true),
        ("uuid()", false),
        ("NULL", true),
    ] {
        let mut relations = odd(Dialect::Mysql);
        relations[0].columns[5].default = Some(default.to_owned());
        let choice = proposed(Dialect::Mysql, Kind::Sql, &relations);
        let generated = generate(&tables(&relations), &choice).unwrap();
        let create = &generated.mappings[4].1.statement;
        assert_eq!(
            create.contains("`category`"),
            repeated,
            "{default}: {create}"
        );
        assert_eq!(
            create.contains("DEFAULT(`category`)"),
            repeated && default != "NULL",
            "{default}"
        );
    }
}

#[test]
fn a_type_that_is_not_one_type_is_replaced_by_text() {
    let mut relations = odd(Dialect::Mysql);
    relations[0].columns[2].data_type.text = "int); DROP TABLE people; --".to_owned();
    let choice = proposed(Dialect::Mysql, Kind::Procedure, &relations);
    let text = generate(&tables(&relations), &choice)
        .unwrap()
        .script_text();
    assert!(!text.contains("DROP TABLE"), "{text}");
    assert!(text.contains("IN p_given_name LONGTEXT"), "{text}");
}

/// An application of hand-written statements.
fn application(dialect: Dialect, operations: &[(&str, &str, &str)]) -> Workspace {
    let mut toml = "[applications.people]\nconnection = \"hr\"\n".to_owned();
    toml.push_str("profile = \"columns\"\n");
    for (operation, kind, statement) in operations {
        let marks = vec!["\"USER_ID\""; statement.matches('?').count()].join(", ");
        let _ = writeln!(
            toml,
            "[applications.people.operations.{operation}]\nkind = \"{kind}\"\nstatement = '''{statement}'''\nparameters = [{marks}]"
        );
    }
    workspace(dialect, &toml)
}

type Told = (Privilege, String, Option<Vec<String>>);

fn told(dialect: Dialect, relations: &[Relation], statement: (&str, &str, &str)) -> Vec<Told> {
    let workspace = application(dialect, &[statement]);
    let known = Known {
        relations,
        ..Known::default()
    };
    needs(&workspace.applications["people"], dialect, known)
        .needs
        .into_iter()
        .map(|need| (need.privilege, need.object.to_string(), need.columns))
        .collect()
}

#[allow(clippy::unnecessary_wraps)] // what it is compared with is optional
fn some(columns: &[&str]) -> Option<Vec<String>> {
    Some(columns.iter().map(|&c| c.to_owned()).collect())
}

#[test]
fn needs_are_found_through_joins_subqueries_and_common_table_expressions() {
    let statement = "WITH held AS (SELECT l.person_id, l.role_id FROM people_roles l) \
         SELECT p.login, upper(mail) AS post FROM hr.people p JOIN held ON held.person_id = p.id \
         WHERE p.id = ? AND EXISTS (SELECT 1 FROM roles WHERE title <> 'x' AND id = held.role_id) \
         ORDER BY post";
    let relations = odd(Dialect::Postgresql);
    let found = told(
        Dialect::Postgresql,
        &relations,
        ("get_user_by_id", "sql", statement),
    );
    assert_eq!(
        found,
        [
            (
                Privilege::Select,
                "hr.people".into(),
                some(&["id", "login", "mail"])
            ),
            (
                Privilege::Select,
                "hr.people_roles".into(),
                some(&["person_id", "role_id"])
            ),
            (Privilege::Select, "hr.roles".into(), some(&["id", "title"])),
        ]
    );
}

#[test]
fn writing_statements_need_what_they_write_and_what_they_look_at() {
    let relations = odd(Dialect::Postgresql);
    let of = |operation, statement| {
        told(
            Dialect::Postgresql,
            &relations,
            (operation, "sql", statement),
        )
    };
    assert_eq!(
        of(
            "update_user",
            "UPDATE people SET mail = ?, category = upper(category) WHERE login = ? RETURNING id"
        ),
        [
            (
                Privilege::Select,
                "hr.people".into(),
                some(&["category", "id", "login"])
            ),
            (
                Privilege::Update,
                "hr.people".into(),
                some(&["category", "mail"])
            ),
        ]
    );
    assert_eq!(
        of(
            "remove_entitlement",
            "DELETE FROM people_roles WHERE person_id = ? AND role_id = ?"
        ),
        [
            (
                Privilege::Select,
                "hr.people_roles".into(),
                some(&["person_id", "role_id"])
            ),
            (Privilege::Delete, "hr.people_roles".into(), None),
        ]
    );
    assert_eq!(
        of(
            "add_entitlement",
            "INSERT INTO people_roles (person_id, role_id) VALUES (?, ?) \
             ON CONFLICT (person_id, role_id) DO UPDATE SET role_id = excluded.role_id"
        ),
        [
            (
                Privilege::Select,
                "hr.people_roles".into(),
                some(&["person_id", "role_id"])
            ),
            (
                Privilege::Insert,
                "hr.people_roles".into(),
                some(&["person_id", "role_id"])
            ),
            (
                Privilege::Update,
                "hr.people_roles".into(),
                some(&["role_id"])
            ),
        ]
    );
    assert_eq!(
        of("get_users", "SELECT * FROM people"),
        [(Privilege::Select, "hr.people".into(), None)]
    );
}

#[test]
fn an_update_by_alias_needs_the_table_behind_it_on_sql_server() {
    let relations = odd(Dialect::SqlServer);
    let found = told(
        Dialect::SqlServer,
        &relations,
        (
            "update_user",
            "sql",
            "UPDATE u SET u.mail = ? FROM dbo.people u WHERE u.login = ?",
        ),
    );
    assert_eq!(
        found,
        [
            (Privilege::Select, "dbo.people".into(), some(&["login"])),
            (Privilege::Update, "dbo.people".into(), some(&["mail"])),
        ]
    );
}

#[test]
fn tables_nobody_described_are_asked_for_by_what_the_statement_says() {
    // One table: its columns can be nobody else's. Two tables: nothing says whose they are.
    assert_eq!(
        told(
            Dialect::Oracle,
            &[],
            (
                "get_users",
                "sql",
                "SELECT login, \"Given Name\" FROM hr.people ORDER BY login"
            )
        ),
        [(
            Privilege::Select,
            "HR.PEOPLE".into(),
            some(&["Given Name", "LOGIN"])
        )]
    );
    assert_eq!(
        told(
            Dialect::Mysql,
            &[],
            (
                "get_users",
                "sql",
                "SELECT login FROM people, accounts a WHERE a.id = 1"
            )
        ),
        [
            (Privilege::Select, "accounts".into(), None),
            (Privilege::Select, "people".into(), None),
        ]
    );
}

#[test]
fn a_sequence_behind_a_default_is_needed_for_an_insert() {
    let mut relations = odd(Dialect::Postgresql);
    relations[2].columns.push(Column {
        default: Some("nextval('hr.\"Odd seq\"'::regclass)".to_owned()),
        ..column(Dialect::Postgresql, "number", NUMBER)
    });
    let found = told(
        Dialect::Postgresql,
        &relations,
        (
            "add_entitlement",
            "sql",
            "INSERT INTO people_roles (person_id, role_id) VALUES (?, ?)",
        ),
    );
    assert!(
        found.contains(&(Privilege::Usage, "hr.Odd seq".into(), None)),
        "{found:?}"
    );
}

#[test]
fn what_cannot_be_read_is_said_and_not_guessed() {
    let workspace = application(
        Dialect::Mysql,
        &[("get_users", "sql", "SELECT FROM WHERE ORDER")],
    );
    let found = needs(
        &workspace.applications["people"],
        Dialect::Mysql,
        Known::default(),
    );
    assert_eq!(found.needs, []);
    assert!(
        found
            .remarks
            .iter()
            .any(|r| r.warning && r.text.contains("Get users"))
    );
}

#[test]
fn an_account_is_one_name_and_never_everybody() {
    let workspace = application(Dialect::Mysql, &[("get_users", "procedure", "CALL P()")]);
    let application = &workspace.applications["people"];
    let of = |dialect, account: &str| {
        let needs = needs(application, dialect, Known::default());
        grants(dialect, &needs, account).map(|script| script.grants.join("\n"))
    };
    assert_eq!(
        of(Dialect::Mysql, "o`brien'; DROP USER x; --@%").unwrap(),
        "GRANT EXECUTE ON PROCEDURE `P` TO `o``brien'; DROP USER x; --`@`%`"
    );
    assert_eq!(
        of(Dialect::Postgresql, "scim\" WITH GRANT OPTION; --").unwrap(),
        "GRANT EXECUTE ON ROUTINE \"p\" TO \"scim\"\" WITH GRANT OPTION; --\""
    );
    assert_eq!(
        of(Dialect::SqlServer, "a]b").unwrap(),
        "GRANT EXECUTE ON OBJECT::[P] TO [a]]b]"
    );
    assert_eq!(
        of(Dialect::Oracle, "scim").unwrap(),
        "GRANT EXECUTE ON \"P\" TO \"SCIM\""
    );
    for everybody in ["public", "PUBLIC"] {
        assert!(matches!(
            of(Dialect::Postgresql, everybody),
            Err(GrantError::Everybody(_))
        ));
    }
    assert!(of(Dialect::Mysql, "").is_err());
}

#[test]
fn rights_beyond_the_needs_are_told_and_the_needed_ones_are_not() {
    let workspace = application(
        Dialect::Mysql,
        &[
            ("get_users", "procedure", "CALL hr.GET_USERS()"),
            (
                "get_user_by_id",
                "sql",
                "SELECT login FROM hr.people WHERE login = ?",
            ),
        ],
    );
    let needs = needs(
        &workspace.applications["people"],
        Dialect::Mysql,
        Known::default(),
    );
    let grant = |privilege: &str, object: Option<(&str, &str)>| Grant {
        privilege: privilege.to_owned(),
        object: object.map(|(schema, name)| ObjectName::new(Some(schema), name)),
    };
    let rights = Rights {
        account: "scim@%".to_owned(),
        unlimited: false,
        grants: vec![
            grant("USAGE", None),
            grant("EXECUTE", Some(("hr", "GET_USERS"))),
            grant("SELECT (login)", Some(("hr", "people"))),
            grant("DELETE", Some(("hr", "people"))),
            grant("SELECT", Some(("hr", "salaries"))),
            grant("SELECT", Some(("hr", ""))),
            grant("PROCESS", None),
        ],
    };
    let found = excess(Dialect::Mysql, &rights, &needs);
    let causes: Vec<&str> = found.iter().map(|finding| finding.cause.as_str()).collect();
    assert_eq!(
        causes,
        [
            "scim@% has DELETE on hr.people.",
            "scim@% has SELECT on hr.salaries.",
            "scim@% has SELECT on everything in hr.",
            "scim@% has PROCESS on the whole server.",
        ]
    );
    let unlimited = Rights {
        unlimited: true,
        ..rights
    };
    let found = excess(Dialect::Mysql, &unlimited, &needs);
    assert_eq!(found.len(), 1);
    assert!(found[0].cause.contains("may do everything"));
}
