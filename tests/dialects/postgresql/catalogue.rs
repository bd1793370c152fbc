//! What PostgreSQL says of itself, held against what was created.

use std::sync::Arc;

use sluice_core::Secret;
use sluice_core::catalogue::{
    Catalogue, DataType, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, Relation,
    RelationKind, RoutineKind, TypeKind,
};
use sluice_core::plan::Direction;
use sluice_core::ports::{Access, Database};

use super::{demo, opened};

const DECLARED: &[&str] = &[
    "CREATE SCHEMA hr",
    "CREATE TYPE hr.mood AS ENUM ('ok', 'bad')",
    "CREATE DOMAIN hr.code AS varchar(12) NOT NULL",
    "CREATE DOMAIN hr.short AS hr.code",
    "CREATE TABLE hr.dept (id int PRIMARY KEY, \"Site\" text, UNIQUE (\"Site\", id))",
    "CREATE TABLE hr.person (
       id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       serial_no serial,
       login varchar(100) NOT NULL UNIQUE,
       pay numeric(10,2) DEFAULT 0.5,
       code hr.short,
       mood hr.mood DEFAULT 'ok',
       dept int REFERENCES hr.dept,
       dept2 int, site text,
       tags text[],
       born date, seen timestamptz(3) DEFAULT now(),
       loud text GENERATED ALWAYS AS (upper(login)) STORED,
       gone int,
       FOREIGN KEY (site, dept2) REFERENCES hr.dept (\"Site\", id))",
    "ALTER TABLE hr.person DROP COLUMN gone",
    "CREATE INDEX person_lower ON hr.person (lower(login), born)",
    "CREATE UNIQUE INDEX person_partial ON hr.person (code) WHERE dept IS NULL",
    "COMMENT ON TABLE hr.person IS 'people'",
    "COMMENT ON COLUMN hr.person.pay IS 'a month'",
    "CREATE FUNCTION hr.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER person_touch BEFORE UPDATE ON hr.person FOR EACH ROW EXECUTE FUNCTION hr.touch()",
    "CREATE VIEW hr.names AS SELECT login FROM hr.person",
    "CREATE MATERIALIZED VIEW hr.kept AS SELECT 1 AS one",
    "CREATE TABLE hr.parts (a int) PARTITION BY RANGE (a)",
    "CREATE TABLE hr.parts_1 PARTITION OF hr.parts FOR VALUES FROM (1) TO (9)",
    "CREATE PROCEDURE hr.hire(p_login varchar, INOUT p_id bigint DEFAULT 7, p_pay numeric DEFAULT 1.5) \
       LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN p_id := 1; END'",
    "COMMENT ON PROCEDURE hr.hire IS 'hires'",
    "CREATE FUNCTION hr.hire(a int, OUT b hr.mood, VARIADIC c text[]) LANGUAGE sql AS $$SELECT 'ok'::hr.mood$$",
    "CREATE FUNCTION hr.list(n int) RETURNS TABLE (x int, y date) LANGUAGE sql AS 'SELECT 1, current_date'",
    "CREATE FUNCTION hr.open(hr.short) RETURNS refcursor LANGUAGE plpgsql AS 'DECLARE c refcursor; BEGIN RETURN c; END'",
];

async fn ask(database: &Arc<dyn Database>, question: Question) -> Catalogue {
    let mut session = database.begin(Access::Read).await.unwrap();
    session.catalogue(&question).await.unwrap()
}

fn named(schema: &str, name: &str) -> ObjectName {
    ObjectName::new(Some(schema), name)
}

#[tokio::test]
async fn schemas_tables_and_views_are_listed_without_the_databases_own() {
    let (_guard, mut connection, password) = demo(DECLARED).await;
    let properties = &mut connection.properties;
    properties.insert("currentSchema".into(), "hr".into());
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let schemas = ask(&database, Question::Schemas).await.schemas;
    let schemas: Vec<_> = schemas
        .iter()
        .map(|s| (s.name.as_str(), s.current))
        .collect();
    assert_eq!(schemas, [("hr", true), ("public", false)]);
    let found = ask(&database, Question::Relations { schema: None })
        .await
        .relations;
    let found: Vec<_> = found.iter().map(|r| (r.name.to_string(), r.kind)).collect();
    let expected = [
        ("hr.dept", RelationKind::Table),
        ("hr.kept", RelationKind::MaterializedView),
        ("hr.names", RelationKind::View),
        ("hr.parts", RelationKind::Table),
        ("hr.parts_1", RelationKind::Other),
        ("hr.person", RelationKind::Table),
    ];
    assert_eq!(found, expected.map(|(name, kind)| (name.to_owned(), kind)));
    let public = Question::Relations {
        schema: Some("public".into()),
    };
    let public = ask(&database, public).await.relations;
    assert!(public.iter().any(|r| r.name == named("public", "users")));
    assert!(public.iter().all(|r| r.columns.is_empty()));
}

async fn person(database: &Arc<dyn Database>) -> Relation {
    let found = ask(database, Question::Relation(named("HR", "PERSON"))).await;
    assert_eq!(found.relations.len(), 1, "{found:?}");
    found.relations.into_iter().next().unwrap()
}

#[tokio::test]
async fn the_columns_of_a_table_are_told_with_types_lengths_and_defaults() {
    let (_guard, database) = opened(DECLARED).await;
    let table = person(&database).await;
    assert_eq!(table.name, named("hr", "person"));
    assert_eq!(
        (table.kind, table.transactional),
        (RelationKind::Table, Some(true))
    );
    assert_eq!(table.comment.as_deref(), Some("people"));
    assert_eq!(table.triggers, ["person_touch"]);
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|c| {
            (
                c.name.as_str(),
                c.data_type.text.as_str(),
                c.nullable,
                c.generated,
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("id", "bigint", false, true),
            ("serial_no", "integer", false, true),
            ("login", "character varying(100)", false, false),
            ("pay", "numeric(10,2)", true, false),
            // Its domain allows no NULL.
            ("code", "hr.short", false, false),
            ("mood", "hr.mood", true, false),
            ("dept", "integer", true, false),
            ("dept2", "integer", true, false),
            ("site", "text", true, false),
            ("tags", "text[]", true, false),
            ("born", "date", true, false),
            ("seen", "timestamp(3) with time zone", true, false),
            ("loud", "text", true, true),
        ]
    );
    let column = |name: &str| table.column(name).unwrap();
    let kind = |name: &str| column(name).data_type.kind;
    assert_eq!(kind("id"), TypeKind::Integer { bits: 64 });
    assert_eq!(kind("tags"), TypeKind::Array);
    assert_eq!(kind("born"), TypeKind::Date);
    assert_eq!(kind("seen"), TypeKind::TimestampTz);
    assert_eq!(kind("mood"), TypeKind::Enum);
    assert_eq!(column("mood").data_type.labels, ["ok", "bad"]);
    assert_eq!(column("login").data_type.length, Some(100));
    // A domain over a domain has the length of the type at its base.
    assert_eq!(
        (kind("code"), column("code").data_type.length),
        (TypeKind::Text, Some(12))
    );
    let pay = &column("pay").data_type;
    assert_eq!((pay.precision, pay.scale), (Some(10), Some(2)));
    assert_eq!(column("pay").default.as_deref(), Some("0.5"));
    assert_eq!(column("seen").default.as_deref(), Some("now()"));
    assert_eq!(column("pay").comment.as_deref(), Some("a month"));
}

#[tokio::test]
async fn a_table_is_told_with_its_keys_and_references_and_a_view_with_its_query() {
    let (_guard, database) = opened(DECLARED).await;
    let table = person(&database).await;
    let key = |name: &str, kind, columns: &[&str]| Key {
        name: name.to_owned(),
        kind,
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
    };
    assert_eq!(
        table.keys,
        [
            key("person_pkey", KeyKind::Primary, &["id"]),
            key("person_login_key", KeyKind::Unique, &["login"]),
            key(
                "person_lower",
                KeyKind::Index,
                &["lower(login::text)", "born"]
            ),
            // Unique among some rows only.
            key("person_partial", KeyKind::Index, &["code"]),
        ]
    );
    let reference = |name: &str, columns: &[&str], target: &[&str]| ForeignKey {
        name: name.to_owned(),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        target: named("hr", "dept"),
        target_columns: target.iter().map(|c| (*c).to_owned()).collect(),
    };
    assert_eq!(
        table.foreign_keys,
        [
            reference("person_dept_fkey", &["dept"], &["id"]),
            reference(
                "person_site_dept2_fkey",
                &["site", "dept2"],
                &["Site", "id"]
            ),
        ]
    );
    let view = ask(&database, Question::Relation(named("hr", "names")))
        .await
        .relations;
    assert!(
        view[0]
            .source
            .as_deref()
            .unwrap()
            .contains("FROM hr.person")
    );
    let absent = Question::Relation(ObjectName::new(None, "person"));
    assert_eq!(ask(&database, absent).await.relations, []);
    let found = Question::Relation(ObjectName::new(None, "USERS"));
    assert_eq!(
        ask(&database, found).await.relations[0].primary_key(),
        ["user_id"]
    );
}

#[tokio::test]
async fn routines_are_told_with_their_signatures_and_sources() {
    let (_guard, database) = opened(DECLARED).await;
    let found = ask(&database, Question::Routine(named("hr", "HIRE")))
        .await
        .routines;
    let [procedure, function] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(procedure.kind, RoutineKind::Procedure);
    assert_eq!(procedure.security.as_deref(), Some("definer"));
    assert_eq!(procedure.comment.as_deref(), Some("hires"));
    assert!(procedure.source.as_deref().unwrap().contains("p_id := 1"));
    assert_eq!(procedure.returns, None);
    let parameters: Vec<_> = procedure
        .parameters
        .iter()
        .map(|p| {
            (
                p.name.as_deref(),
                p.direction,
                p.data_type.text.as_str(),
                p.default.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        parameters,
        [
            (Some("p_login"), Direction::In, "character varying", None),
            (Some("p_id"), Direction::InOut, "bigint", Some("7")),
            (Some("p_pay"), Direction::In, "numeric", Some("1.5")),
        ]
    );
    assert!(procedure.parameters[2].optional && !procedure.parameters[0].optional);
    assert_eq!(
        (function.kind, function.variadic),
        (RoutineKind::Function, true)
    );
    let returned = function.returns.as_ref().unwrap();
    assert_eq!(
        (returned.text.as_str(), returned.kind),
        ("hr.mood", TypeKind::Enum)
    );
    assert_eq!(function.parameters[1].direction, Direction::Out);
    assert_eq!(function.parameters[1].data_type.labels, ["ok", "bad"]);
    assert_eq!(function.parameters[2].data_type.kind, TypeKind::Array);
    let schema = Some("hr".to_owned());
    let all = ask(&database, Question::Routines { schema }).await.routines;
    let names: Vec<_> = all.iter().map(|r| r.name.name.as_str()).collect();
    assert_eq!(names, ["hire", "hire", "list", "open", "touch"]);
    assert!(all.iter().all(|r| r.source.is_none()));
    let list = &all[2];
    assert!(list.returns_rows);
    assert_eq!(
        list.returns.as_ref().unwrap().text,
        "TABLE(x integer, y date)"
    );
    let open = &all[3];
    assert_eq!(open.returns.as_ref().unwrap().kind, TypeKind::Cursor);
    assert_eq!(open.parameters[0].name, None);
    let domain: &DataType = &open.parameters[0].data_type;
    assert_eq!((domain.kind, domain.length), (TypeKind::Text, Some(12)));
}

#[tokio::test]
async fn the_rights_of_an_account_are_those_it_has_by_itself_by_a_role_or_by_everybody() {
    let (_guard, mut connection, password) = demo(DECLARED).await;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let rights = ask(&database, Question::Rights).await.rights.unwrap();
    assert_eq!(
        (rights.account.as_str(), rights.unlimited),
        ("postgres", true)
    );
    for sql in [
        "DROP ROLE IF EXISTS clerk",
        "DROP ROLE IF EXISTS clerks",
        "CREATE ROLE clerks CREATEDB",
        "CREATE ROLE clerk LOGIN CREATEROLE PASSWORD 'clerk' IN ROLE clerks",
        "GRANT USAGE ON SCHEMA hr TO clerks",
        "GRANT SELECT ON hr.person TO clerks",
        "GRANT INSERT (login) ON hr.person TO clerk",
        "GRANT DELETE ON hr.dept TO PUBLIC",
        "REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA hr, public FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION hr.list TO clerk",
        "CREATE TABLE hr.mine (a int)",
        "ALTER TABLE hr.mine OWNER TO clerk",
    ] {
        crate::stage::write(&database, sql, crate::stage::NONE)
            .await
            .unwrap();
    }
    connection.user = Some("clerk".to_owned());
    let database = sluice_db::open(&connection, Some(&Secret::new("clerk"))).unwrap();
    let rights = ask(&database, Question::Rights).await.rights.unwrap();
    assert_eq!(
        (rights.account.as_str(), rights.unlimited),
        ("clerk", false)
    );
    let grant = |privilege: &str, object: Option<(&str, &str)>| Grant {
        privilege: privilege.to_owned(),
        object: object.map(|(schema, name)| named(schema, name)),
    };
    assert_eq!(
        rights.grants,
        [
            grant("CREATEROLE", None),
            grant("USAGE", Some(("hr", ""))),
            grant("DELETE", Some(("hr", "dept"))),
            grant("EXECUTE", Some(("hr", "list"))),
            grant("ALL PRIVILEGES", Some(("hr", "mine"))),
            grant("INSERT", Some(("hr", "person"))),
            grant("SELECT", Some(("hr", "person"))),
            grant("USAGE", Some(("public", ""))),
        ]
    );
}
