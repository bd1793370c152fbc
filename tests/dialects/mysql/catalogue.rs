//! What MySQL and MariaDB say of themselves.

use std::sync::Arc;

use mysql_async::prelude::Queryable as _;
use sluice_core::Secret;
use sluice_core::catalogue::{
    Catalogue, KeyKind, ObjectName, Question, RelationKind, RoutineKind, TypeKind,
};
use sluice_core::plan::Direction;
use sluice_core::ports::{Access, Database};
use sluice_tests::support::mariadb;

use super::{demo, opened};
use crate::stage::cell;

async fn ask(database: &Arc<dyn Database>, question: Question) -> Catalogue {
    let mut session = database.begin(Access::Read).await.unwrap();
    session.catalogue(&question).await.unwrap()
}

fn name(name: &str) -> ObjectName {
    ObjectName::new(None, name)
}

#[tokio::test]
async fn schemas_and_relations_are_listed_with_their_kinds() {
    let (_guard, database) = opened(&[
        "CREATE TABLE OLD_ONE (A INT) ENGINE = MyISAM",
        "CREATE TABLE ARIA_ONE (A INT) ENGINE = Aria",
        "CREATE TABLE MEMORY_ONE (A INT) ENGINE = MEMORY",
        "CREATE TABLE CSV_ONE (A INT NOT NULL) ENGINE = CSV",
        "CREATE VIEW SEEN AS SELECT USER_ID FROM USERS",
    ])
    .await;
    let own = cell(&database, "SELECT DATABASE()")
        .await
        .to_text()
        .unwrap();
    let schemas = ask(&database, Question::Schemas).await.schemas;
    let current: Vec<_> = schemas.iter().filter(|s| s.current).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].name, own);
    assert!(
        schemas
            .iter()
            .all(|s| s.name != "mysql" && s.name != "information_schema")
    );
    for schema in [None, Some(own.clone())] {
        let found = ask(&database, Question::Relations { schema }).await;
        let of = |name: &str| {
            let mut all = found.relations.iter();
            let relation = all.find(|r| r.name.name == name).unwrap();
            assert_eq!(relation.name.schema.as_deref(), Some(own.as_str()));
            assert!(relation.columns.is_empty());
            (relation.kind, relation.transactional)
        };
        assert_eq!(of("USERS"), (RelationKind::Table, Some(true)));
        for kept in ["OLD_ONE", "ARIA_ONE", "MEMORY_ONE", "CSV_ONE"] {
            assert_eq!(of(kept), (RelationKind::Table, Some(false)), "{kept}");
        }
        assert_eq!(of("SEEN"), (RelationKind::View, None));
    }
}

#[tokio::test]
async fn a_table_is_described_with_columns_keys_and_triggers() {
    let (_guard, database) = opened(&[
        "CREATE TABLE PARENT (A INT, B INT, PRIMARY KEY (A, B))",
        "CREATE TABLE CHILD (ID BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY COMMENT 'the key', A INT, B INT, \
         NAME VARCHAR(100) NOT NULL DEFAULT 'it''s', MONEY DECIMAL(10,2), KIND ENUM('x','y'), DOC JSON, NOTE LONGTEXT, \
         TWICE INT AS (A * 2), AT TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3), FLAG BOOLEAN, RAW VARBINARY(8), \
         UNIQUE KEY NAME_ONCE (NAME), KEY BY_BOTH (A, B), \
         CONSTRAINT TO_PARENT FOREIGN KEY (A, B) REFERENCES PARENT (A, B)) COMMENT 'a child'",
        "CREATE TRIGGER CHILD_NAMES BEFORE INSERT ON CHILD FOR EACH ROW SET NEW.NAME = UPPER(NEW.NAME)",
        "INSERT INTO PARENT VALUES (1, 2)",
        "INSERT INTO CHILD (A, B, NAME) VALUES (1, 2, 'n')",
    ])
    .await;
    let found = ask(&database, Question::Relation(name("CHILD"))).await;
    let child = &found.relations[0];
    assert_eq!(found.relations.len(), 1);
    assert_eq!(child.kind, RelationKind::Table);
    assert_eq!(child.transactional, Some(true));
    assert_eq!(child.comment.as_deref(), Some("a child"));
    assert!(child.rows.is_some());
    let types: Vec<(&str, &str, TypeKind)> = child
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.data_type.text.as_str(), c.data_type.kind))
        .collect();
    assert_eq!(
        types,
        [
            ("ID", "bigint(20) unsigned", TypeKind::Unsigned { bits: 64 }),
            ("A", "int(11)", TypeKind::Integer { bits: 32 }),
            ("B", "int(11)", TypeKind::Integer { bits: 32 }),
            ("NAME", "varchar(100)", TypeKind::Text),
            ("MONEY", "decimal(10,2)", TypeKind::Decimal),
            ("KIND", "enum('x','y')", TypeKind::Enum),
            ("DOC", "json", TypeKind::Json),
            ("NOTE", "longtext", TypeKind::Text),
            ("TWICE", "int(11)", TypeKind::Integer { bits: 32 }),
            ("AT", "timestamp(3)", TypeKind::Timestamp),
            ("FLAG", "tinyint(1)", TypeKind::Boolean),
            ("RAW", "varbinary(8)", TypeKind::Bytes),
        ]
    );
    let column = |name: &str| child.column(name).unwrap();
    assert!(column("id").generated && column("TWICE").generated);
    assert!(!column("AT").generated && !column("NAME").generated);
    assert_eq!(column("ID").comment.as_deref(), Some("the key"));
    assert!(!column("NAME").nullable && column("MONEY").nullable);
    assert_eq!(column("NAME").default.as_deref(), Some("'it''s'"));
    assert_eq!(column("MONEY").default, None);
    assert_eq!(column("NAME").data_type.length, Some(100));
    let money = &column("MONEY").data_type;
    assert_eq!((money.precision, money.scale), (Some(10), Some(2)));
    assert_eq!(column("KIND").data_type.labels, ["x", "y"]);
    let keys: Vec<_> = child
        .keys
        .iter()
        .map(|key| (key.name.as_str(), key.kind, key.columns.join("+")))
        .collect();
    assert_eq!(
        keys,
        [
            ("PRIMARY", KeyKind::Primary, "ID".to_owned()),
            ("NAME_ONCE", KeyKind::Unique, "NAME".to_owned()),
            ("BY_BOTH", KeyKind::Index, "A+B".to_owned()),
        ]
    );
    assert_eq!(child.primary_key(), ["ID"]);
    let foreign = &child.foreign_keys[0];
    assert_eq!(child.foreign_keys.len(), 1);
    assert_eq!(foreign.name, "TO_PARENT");
    assert_eq!(foreign.target.name, "PARENT");
    assert_eq!(
        (foreign.columns.join("+"), foreign.target_columns.join("+")),
        ("A+B".into(), "A+B".into())
    );
    assert_eq!(child.triggers, ["CHILD_NAMES"]);
    let none = ask(&database, Question::Relation(name("NOT_THERE"))).await;
    assert_eq!(none, Catalogue::default());
}

#[tokio::test]
async fn a_view_is_described_with_its_query() {
    let (_guard, database) =
        opened(&["CREATE VIEW SEEN AS SELECT USER_ID AS ID FROM USERS WHERE TITLE = 'x'"]).await;
    let own = cell(&database, "SELECT DATABASE()")
        .await
        .to_text()
        .unwrap();
    let seen = Question::Relation(ObjectName::new(Some(&own), "SEEN"));
    let found = ask(&database, seen).await;
    let view = &found.relations[0];
    assert_eq!((view.kind, view.rows), (RelationKind::View, None));
    assert_eq!(view.columns[0].name, "ID");
    assert_eq!((view.comment.as_deref(), view.keys.len()), (None, 0));
    assert!(view.source.as_ref().unwrap().contains("TITLE"));
}

#[tokio::test]
async fn routines_are_described_with_their_parameters() {
    let (_guard, database) = opened(&[
        "CREATE PROCEDURE MIXED(IN a INT, INOUT b VARCHAR(20), OUT c TINYINT(1)) SQL SECURITY INVOKER COMMENT 'mixes' SET c = a",
        "CREATE FUNCTION MIXED(a DECIMAL(5,1)) RETURNS VARCHAR(7) DETERMINISTIC RETURN a",
    ])
    .await;
    let found = ask(&database, Question::Routine(name("mixed"))).await;
    let kinds: Vec<_> = found.routines.iter().map(|r| r.kind).collect();
    assert_eq!(kinds, [RoutineKind::Procedure, RoutineKind::Function]);
    let (procedure, function) = (&found.routines[0], &found.routines[1]);
    assert_eq!(procedure.name.name, "MIXED");
    assert_eq!(procedure.security.as_deref(), Some("invoker"));
    assert_eq!(procedure.comment.as_deref(), Some("mixes"));
    assert_eq!(procedure.source.as_deref(), Some("SET c = a"));
    let parameters: Vec<_> = procedure
        .parameters
        .iter()
        .map(|p| (p.name.as_deref(), p.direction, p.data_type.kind))
        .collect();
    assert_eq!(
        parameters,
        [
            (Some("a"), Direction::In, TypeKind::Integer { bits: 32 }),
            (Some("b"), Direction::InOut, TypeKind::Text),
            (Some("c"), Direction::Out, TypeKind::Boolean),
        ]
    );
    assert_eq!(function.parameters.len(), 1);
    assert_eq!(function.security.as_deref(), Some("definer"));
    assert_eq!(function.returns.as_ref().unwrap().text, "varchar(7)");
    let listed = ask(&database, Question::Routines { schema: None }).await;
    let create = listed
        .routines
        .iter()
        .find(|r| r.name.name == "CREATE_USER");
    let create = create.unwrap();
    assert_eq!((create.parameters.len(), &create.source), (24, &None));
    assert!(
        ask(&database, Question::Routine(name("nothing")))
            .await
            .routines
            .is_empty()
    );
}

#[tokio::test]
async fn an_account_is_told_what_it_may_do() {
    let (_guard, mut connection, password) = demo(&[
        "CREATE OR REPLACE USER clerk_1@'127.0.0.1' IDENTIFIED BY 'hidden'",
        "CREATE OR REPLACE ROLE clerks",
    ])
    .await;
    let schema = connection.database.clone().unwrap();
    let server = mariadb::shared().await.unwrap();
    let mut root = server.connect(&schema).await.unwrap();
    for sql in [
        "GRANT SELECT, INSERT ON USERS TO clerk_1@'127.0.0.1'",
        "GRANT UPDATE (TITLE) ON USERS TO clerk_1@'127.0.0.1'",
        "GRANT EXECUTE ON PROCEDURE CREATE_USER TO clerk_1@'127.0.0.1'",
        &format!(
            "GRANT DELETE ON `{}`.* TO clerks",
            schema.replace('_', "\\_")
        ),
        "GRANT clerks TO clerk_1@'127.0.0.1'",
        "SET DEFAULT ROLE clerks FOR clerk_1@'127.0.0.1'",
    ] {
        root.query_drop(sql).await.unwrap();
    }
    let all = sluice_db::open(&connection, Some(&password)).unwrap();
    let rights = ask(&all, Question::Rights).await.rights.unwrap();
    assert!(rights.unlimited, "{rights:?}");
    connection.user = Some("clerk_1".to_owned());
    let database = sluice_db::open(&connection, Some(&Secret::new("hidden"))).unwrap();
    let rights = ask(&database, Question::Rights).await.rights.unwrap();
    assert_eq!(rights.account, "clerk_1@127.0.0.1");
    assert!(!rights.unlimited);
    let mut held: Vec<String> = rights
        .grants
        .iter()
        .map(|g| format!("{} {}", g.privilege, g.object.as_ref().unwrap()))
        .map(|grant| grant.replace(&schema, "S"))
        .collect();
    held.sort();
    assert_eq!(
        held,
        [
            "DELETE S.",
            // The server keeps the names of routines in lower case here.
            "EXECUTE S.create_user",
            "INSERT S.USERS",
            "SELECT S.USERS",
            "UPDATE (`TITLE`) S.USERS",
        ]
    );
    // It sees the routine it may call, and no other.
    let listed = ask(&database, Question::Routines { schema: None }).await;
    let names: Vec<_> = listed
        .routines
        .iter()
        .map(|r| r.name.name.as_str())
        .collect();
    assert_eq!(names, ["CREATE_USER"]);
    assert_eq!(listed.routines[0].parameters.len(), 24);
}
