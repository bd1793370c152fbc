//! What databases say of themselves through ODBC. Expected is what the tables were made with.

use sluice_core::catalogue::{
    Catalogue, KeyKind, ObjectName, Question, RelationKind, RoutineKind, TypeKind,
};
use sluice_core::plan::Direction;
use sluice_core::ports::{Access, Database};

use super::{on_mariadb, on_postgres, opened};
use std::sync::Arc;

async fn ask(database: &Arc<dyn Database>, question: Question) -> Catalogue {
    let mut session = database.begin(Access::Read).await.unwrap();
    session.catalogue(&question).await.unwrap()
}

fn named(name: &str) -> ObjectName {
    ObjectName::new(None, name)
}

#[tokio::test]
async fn mariadb_describes_its_tables_routines_and_rights() {
    let (_guard, database) = opened(
        on_mariadb(&[
            "CREATE TABLE PARENT (ID INT AUTO_INCREMENT PRIMARY KEY, N VARCHAR(20) NOT NULL DEFAULT 'x' COMMENT 'c', \
             UNIQUE KEY U (N)) COMMENT 'about parents'",
            "CREATE TABLE CHILD (A INT, B DECIMAL(10,2), C BIGINT UNSIGNED, D DATETIME, E LONGTEXT, \
             CONSTRAINT CHILD_FK FOREIGN KEY (A) REFERENCES PARENT (ID))",
            "CREATE VIEW SEEN AS SELECT ID FROM PARENT",
            "CREATE PROCEDURE P_OUT(IN p_id INT, OUT p_name VARCHAR(30), INOUT p_sum DECIMAL(8,2)) SET p_name = 'x'",
            "CREATE FUNCTION F_ONE(p INT) RETURNS INT DETERMINISTIC RETURN p",
        ])
        .await,
    );
    let schemas = ask(&database, Question::Schemas).await.schemas;
    assert_eq!(schemas.iter().filter(|schema| schema.current).count(), 1);
    assert!(
        schemas
            .iter()
            .all(|schema| schema.name != "information_schema")
    );
    let relations = ask(&database, Question::Relations { schema: None })
        .await
        .relations;
    let kind = |name: &str| {
        let found = relations.iter().find(|relation| relation.name.name == name);
        found.map(|relation| relation.kind)
    };
    assert_eq!(kind("PARENT"), Some(RelationKind::Table));
    assert_eq!(kind("SEEN"), Some(RelationKind::View));

    let parent = ask(&database, Question::Relation(named("PARENT"))).await;
    let parent = &parent.relations[0];
    assert_eq!(parent.primary_key(), ["ID"]);
    assert_eq!(parent.transactional, Some(true));
    assert_eq!(parent.comment.as_deref(), Some("about parents"));
    let id = parent.column("ID").unwrap();
    assert_eq!(id.data_type.kind, TypeKind::Integer { bits: 32 });
    assert!(id.generated && !id.nullable);
    let name = parent.column("N").unwrap();
    assert_eq!(
        (name.data_type.kind, name.data_type.length),
        (TypeKind::Text, Some(20))
    );
    assert_eq!((name.nullable, name.comment.as_deref()), (false, Some("c")));
    let unique: Vec<_> = parent
        .keys
        .iter()
        .filter(|key| key.kind == KeyKind::Unique)
        .map(|key| (key.name.as_str(), key.columns.clone()))
        .collect();
    assert_eq!(unique, [("U", vec!["N".to_owned()])]);

    let child = ask(&database, Question::Relation(named("CHILD"))).await;
    let child = &child.relations[0];
    let foreign = &child.foreign_keys[0];
    assert_eq!(foreign.name, "CHILD_FK");
    assert_eq!(
        (
            foreign.columns.as_slice(),
            foreign.target_columns.as_slice()
        ),
        (&["A".to_owned()][..], &["ID".to_owned()][..])
    );
    assert_eq!(foreign.target.name, "PARENT");
    let kinds: Vec<_> = child.columns.iter().map(|c| c.data_type.kind).collect();
    assert_eq!(
        kinds,
        [
            TypeKind::Integer { bits: 32 },
            TypeKind::Decimal,
            TypeKind::Unsigned { bits: 64 },
            TypeKind::Timestamp,
            TypeKind::Text
        ]
    );
    assert_eq!(child.columns[1].data_type.precision, Some(10));
    assert_eq!(child.columns[4].data_type.length, None);
    let none = ask(&database, Question::Relation(named("NO_SUCH"))).await;
    assert!(none.relations.is_empty());

    let routine = ask(&database, Question::Routine(named("P_OUT"))).await;
    let routine = &routine.routines[0];
    assert_eq!(routine.kind, RoutineKind::Procedure);
    let parameters: Vec<_> = routine
        .parameters
        .iter()
        .map(|p| {
            (
                p.name.as_deref().unwrap(),
                p.direction,
                p.data_type.kind,
                p.data_type.length,
            )
        })
        .collect();
    assert_eq!(
        parameters,
        [
            ("p_id", Direction::In, TypeKind::Integer { bits: 32 }, None),
            ("p_name", Direction::Out, TypeKind::Text, Some(30)),
            ("p_sum", Direction::InOut, TypeKind::Decimal, None),
        ]
    );
    let function = ask(&database, Question::Routine(named("F_ONE"))).await;
    let function = &function.routines[0];
    assert_eq!(function.kind, RoutineKind::Function);
    assert_eq!(function.parameters.len(), 1);
    let returns = function.returns.as_ref().unwrap();
    assert_eq!(returns.kind, TypeKind::Integer { bits: 32 });
    let all = ask(&database, Question::Routines { schema: None }).await;
    assert!(
        all.routines
            .iter()
            .any(|r| r.name.name == "CREATE_USER" && r.parameters.len() == 24)
    );
    assert!(all.routines.iter().all(|r| r.source.is_none()));
    let rights = ask(&database, Question::Rights).await.rights.unwrap();
    assert!(rights.account.starts_with("root@") && rights.unlimited);
}

#[tokio::test]
async fn postgresql_describes_its_tables_routines_and_rights() {
    let (_guard, database) = opened(
        on_postgres(&[
            "CREATE SCHEMA hr2",
            "CREATE TABLE hr2.parent (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n varchar(20) NOT NULL DEFAULT 'x')",
            "CREATE UNIQUE INDEX parent_n ON hr2.parent (lower(n))",
            "CREATE TABLE hr2.child (a int CONSTRAINT child_fk REFERENCES hr2.parent (id), b numeric(10,2), c uuid, \
             d jsonb, e boolean, f text, g timestamptz, h text[], i varchar)",
            "CREATE PROCEDURE hr2.p_out(a int, OUT b text, INOUT c numeric) LANGUAGE plpgsql AS 'BEGIN b := 1; END'",
            "CREATE FUNCTION hr2.f_two(a int, b int DEFAULT 2, OUT c int, OUT d text) LANGUAGE sql AS 'SELECT 1, 2::text'",
        ])
        .await,
    );
    let schemas = ask(&database, Question::Schemas).await.schemas;
    let seen: Vec<_> = schemas
        .iter()
        .map(|schema| (schema.name.as_str(), schema.current))
        .collect();
    assert_eq!(seen, [("hr2", false), ("public", true)]);
    let name = |name: &str| ObjectName::new(Some("hr2"), name);
    let parent = ask(&database, Question::Relation(name("parent"))).await;
    let parent = &parent.relations[0];
    assert_eq!(parent.primary_key(), ["id"]);
    let id = parent.column("id").unwrap();
    assert!(id.generated && !id.nullable);
    let unique = parent.keys.iter().find(|key| key.kind == KeyKind::Unique);
    assert_eq!(unique.unwrap().name, "parent_n");
    assert!(unique.unwrap().columns[0].starts_with("lower("));
    let child = ask(&database, Question::Relation(name("CHILD"))).await;
    let child = &child.relations[0];
    let kinds: Vec<_> = child.columns.iter().map(|c| c.data_type.kind).collect();
    assert_eq!(
        kinds,
        [
            TypeKind::Integer { bits: 32 },
            TypeKind::Decimal,
            TypeKind::Uuid,
            TypeKind::Json,
            TypeKind::Boolean,
            TypeKind::Text,
            TypeKind::TimestampTz,
            TypeKind::Array,
            TypeKind::Text
        ]
    );
    // psqlODBC announces 255 characters for it.
    assert_eq!(child.columns[8].data_type.length, None);
    assert_eq!(child.foreign_keys[0].target, name("parent"));
    let routine = ask(&database, Question::Routine(name("P_OUT"))).await;
    let parameters: Vec<_> = routine.routines[0]
        .parameters
        .iter()
        .map(|p| (p.name.as_deref().unwrap(), p.direction))
        .collect();
    assert_eq!(
        parameters,
        [
            ("a", Direction::In),
            ("b", Direction::Out),
            ("c", Direction::InOut)
        ]
    );
    let function = ask(&database, Question::Routine(name("f_two"))).await;
    let parameters: Vec<_> = function.routines[0]
        .parameters
        .iter()
        .map(|p| (p.name.as_deref().unwrap(), p.direction, p.optional))
        .collect();
    assert_eq!(
        parameters,
        [
            ("a", Direction::In, false),
            ("b", Direction::In, true),
            ("c", Direction::Out, false),
            ("d", Direction::Out, false)
        ]
    );
    let rights = ask(&database, Question::Rights).await.rights.unwrap();
    assert_eq!(
        (rights.account.as_str(), rights.unlimited),
        ("postgres", true)
    );
    assert!(
        rights
            .grants
            .iter()
            .any(|grant| grant.privilege == "EXECUTE")
    );
}
