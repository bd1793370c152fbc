//! SQLite through the ports, on throw-away files.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::stage::{NONE, call, cell, read, sqlite, statement, texts, user, write};
use sluice_core::catalogue::{
    Catalogue, ForeignKey, Grant, Key, KeyKind, ObjectName, Question, RelationKind, TypeKind,
};
use sluice_core::config::Connection;
use sluice_core::mapping::Kind;
use sluice_core::ports::{Access, Database};
use sluice_core::{DatabaseErrorKind, Value};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tempfile::TempDir;

/// A file with the demo database, and statements of the test's own.
async fn demo(extra: &[&str]) -> (TempDir, Connection) {
    let folder = TempDir::new().unwrap();
    let path = sluice_tests::support::sqlite::fresh_file(folder.path())
        .await
        .unwrap();
    let mut file = sluice_tests::support::sqlite::connect(&path).await.unwrap();
    for sql in extra {
        file.execute(sqlx::raw_sql(AssertSqlSafe((*sql).to_owned())))
            .await
            .unwrap();
    }
    file.close().await.unwrap();
    (folder, sqlite(&path))
}

async fn opened(extra: &[&str]) -> (TempDir, Arc<dyn Database>) {
    let (folder, connection) = demo(extra).await;
    (folder, sluice_db::open(&connection, None).unwrap())
}

#[tokio::test]
async fn the_database_says_who_it_is_and_what_its_pool_does() {
    let (_folder, database) = opened(&[]).await;
    let server = database.check().await.unwrap();
    assert!(server.product.starts_with("SQLite 3."), "{server:?}");
    let figures = database.pool();
    assert_eq!((figures.busy, figures.idle, figures.max), (0, 1, 10));
    let session = database.begin(Access::Read).await.unwrap();
    assert_eq!(database.pool().busy, 1);
    session.commit().await.unwrap();
    assert_eq!(database.pool().busy, 0);
}

#[tokio::test]
async fn a_missing_file_is_an_unknown_database_and_is_said_at_once() {
    let folder = TempDir::new().unwrap();
    let connection = sqlite(&folder.path().join("absent.db"));
    let database = sluice_db::open(&connection, None).unwrap();
    let began = Instant::now();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::UnknownDatabase, "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
    // And again, as the pool must not be waiting for anything.
    let error = database.begin(Access::Write).await.err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::UnknownDatabase);
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn values_keep_their_types_both_ways() {
    let (_folder, database) = opened(&[
        "CREATE TABLE T (A TEXT, B INTEGER, C REAL, D BLOB, E BOOLEAN, F DATE, G NUMERIC)",
    ])
    .await;
    let long = "Padmé 😀 ".repeat(8_000);
    let given = [
        Value::Text(long.clone()),
        Value::from("42"),
        Value::Float(0.1),
        Value::Bytes(vec![0, 255]),
        Value::Bool(true),
        Value::from("2024-05-06"),
        Value::Unsigned(u64::MAX),
    ];
    let insert = "INSERT INTO T VALUES (?, ?, ?, ?, ?, ?, ?)";
    let written = write(&database, insert, &given).await.unwrap();
    assert_eq!((written.affected, written.sets.len()), (Some(1), 0));
    let read_back = read(&database, "SELECT * FROM T WHERE B = ?", texts(&["42"])).await;
    let set = read_back.unwrap().into_rows();
    let types: Vec<_> = set.columns.iter().map(|c| c.type_name.as_str()).collect();
    assert_eq!(
        types,
        ["TEXT", "INTEGER", "REAL", "BLOB", "BOOLEAN", "DATE", "NULL"]
    );
    assert_eq!(
        set.rows[0][..6],
        [
            Value::Text(long),
            Value::Integer(42),
            Value::Float(0.1),
            Value::Bytes(vec![0, 255]),
            Value::Bool(true),
            Value::from("2024-05-06"),
        ]
    );
    let empty = [Value::from(""), Value::Bytes(Vec::new()), Value::Null];
    let set = read(&database, "SELECT ?, ?, ?", &empty).await.unwrap();
    assert_eq!(set.into_rows().rows[0], empty);
}

#[tokio::test]
async fn an_empty_result_keeps_its_columns_and_a_select_counts_nothing() {
    let (_folder, database) = opened(&[]).await;
    write(&database, "UPDATE USERS SET TITLE = 'x'", NONE)
        .await
        .unwrap();
    let sql = "SELECT USER_ID, USERNAME FROM USERS WHERE USER_ID = ?";
    let outcome = read(&database, sql, texts(&["nobody"])).await.unwrap();
    assert_eq!(outcome.affected, None);
    let set = outcome.into_rows();
    assert_eq!((set.columns.len(), set.rows.len()), (2, 0));
    assert_eq!(set.column("username"), Some(1));
    let returned = write(
        &database,
        "UPDATE USERS SET TITLE = 'y' WHERE USER_ID = ? RETURNING USER_ID",
        texts(&["nobody"]),
    );
    let returned = returned.await.unwrap();
    assert_eq!((returned.affected, returned.sets.len()), (Some(0), 1));
}

#[tokio::test]
async fn scripts_are_called_by_name_whatever_its_letter_case() {
    let (_folder, database) = opened(&[]).await;
    let outcome = call(&database, Access::Read, "CALL get_activeusers()", NONE).await;
    let before = outcome.unwrap().into_rows().rows.len();
    let created = call(
        &database,
        Access::Write,
        "{call CREATE_USER}",
        user("u-1", "leia"),
    );
    // The escape form without a list takes as many as are bound.
    let created = created.await.unwrap();
    assert_eq!((created.affected, created.sets.len()), (Some(1), 0));
    let outcome = call(&database, Access::Read, "GET_ACTIVEUSERS", NONE).await;
    assert_eq!(outcome.unwrap().into_rows().rows.len(), before + 1);
    let found = call(
        &database,
        Access::Read,
        "CALL GET_USER_BY_ID(?)",
        texts(&["u-1"]),
    );
    let set = found.await.unwrap().into_rows();
    let active = set.column("IS_ACTIVE").unwrap();
    assert_eq!(set.rows[0][active], Value::Bool(true));
}

#[tokio::test]
async fn a_script_that_refuses_leaves_nothing_and_says_why() {
    let (_folder, database) = opened(&[]).await;
    for access in [Access::Write, Access::Read] {
        let error = call(
            &database,
            access,
            "CALL DEACTIVATE_USER(?)",
            texts(&["nobody"]),
        );
        let error = error.await.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::Raised, "{error:?}");
        assert_eq!(error.message, "The user does not exist.");
    }
    // The connection is as good as before.
    let changed = write(&database, "UPDATE USERS SET TITLE = 'x'", NONE).await;
    assert!(changed.unwrap().affected > Some(0));
}

#[tokio::test]
async fn a_script_runs_whole_or_not_at_all_also_without_a_transaction_around_it() {
    let script = "INSERT INTO SLUICE_PROCEDURES VALUES ('HALF', '[{\"name\":\"p_id\"}]', \
        'UPDATE USERS SET TITLE = ''half'' WHERE USER_ID = :p_id; INSERT INTO USERS (USER_ID) VALUES (:p_id)', NULL)";
    let (_folder, database) = opened(&[script]).await;
    let id = cell(&database, "SELECT MIN(USER_ID) FROM USERS").await;
    for access in [Access::Read, Access::Write] {
        let mut session = database.begin(access).await.unwrap();
        let half = statement(Kind::Procedure, "HALF(?)", std::slice::from_ref(&id));
        let error = session.execute(&half).await.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::NotNull, "{error:?}");
        session.commit().await.unwrap();
        let titles = cell(&database, "SELECT COUNT(*) FROM USERS WHERE TITLE = 'half'");
        assert_eq!(titles.await, Value::Integer(0), "{access:?}");
    }
}

#[tokio::test]
async fn a_changed_script_is_noticed_at_once() {
    let (_folder, database) =
        opened(&["INSERT INTO SLUICE_PROCEDURES VALUES ('ONE', '[]', 'SELECT 1', NULL)"]).await;
    let one = call(&database, Access::Read, "ONE", NONE).await.unwrap();
    assert_eq!(one.into_rows().rows[0][0], Value::Integer(1));
    let change = "UPDATE SLUICE_PROCEDURES SET BODY = 'SELECT 2' WHERE NAME = 'one'";
    write(&database, change, NONE).await.unwrap();
    let two = call(&database, Access::Read, "ONE", NONE).await.unwrap();
    assert_eq!(two.into_rows().rows[0][0], Value::Integer(2));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_runs() {
    let (_folder, database) = opened(&[]).await;
    let one = texts(&["u-1"]);
    let error = call(&database, Access::Write, "CALL CREATE_USER(?)", &one).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::ArgumentCount);
    assert_eq!(error.expected, Some(24));
    let error = call(&database, Access::Write, "CALL CREATE_USRE(?)", &one).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::MissingProcedure);
    assert_eq!(error.object.as_deref(), Some("CREATE_USRE"));
    let error = call(
        &database,
        Access::Read,
        "CALL GET_USER_BY_ID(lower(?))",
        &one,
    );
    assert_eq!(
        error.await.unwrap_err().kind,
        DatabaseErrorKind::Unsupported
    );
    let error = read(&database, "SELECT ?, ?", &one).await.unwrap_err();
    assert_eq!(
        (error.kind, error.expected),
        (DatabaseErrorKind::ArgumentCount, Some(2))
    );
    let error = read(&database, "SELECT 1; DELETE FROM USERS", NONE).await;
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::Syntax);
}

#[tokio::test]
async fn a_file_without_scripts_has_no_procedures() {
    let (_folder, database) = opened(&["DROP TABLE SLUICE_PROCEDURES"]).await;
    let error = call(&database, Access::Read, "GET_ACTIVEUSERS", NONE).await;
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::MissingProcedure);
}

#[tokio::test]
async fn refusals_of_the_database_are_told_apart() {
    let (_folder, database) = opened(&[]).await;
    let create = |values: Vec<Value>| {
        let database = Arc::clone(&database);
        async move {
            let created = call(&database, Access::Write, "CREATE_USER", &values).await;
            let error = created.unwrap_err();
            (error.kind, error.object)
        }
    };
    call(&database, Access::Write, "CREATE_USER", user("u-1", "leia"))
        .await
        .unwrap();
    let named = |text: &str| Some(text.to_owned());
    assert_eq!(
        create(user("u-2", "leia")).await,
        (DatabaseErrorKind::Duplicate, named("USERS.USERNAME"))
    );
    assert_eq!(
        create(user("u-1", "other")).await,
        (DatabaseErrorKind::Duplicate, named("USERS.USER_ID"))
    );
    assert_eq!(
        create(user("u-3", &"x".repeat(101))).await,
        (DatabaseErrorKind::TooLong, named("p_username"))
    );
    let mut values = user("u-4", "han");
    values[4] = Value::Null;
    assert_eq!(
        create(values).await,
        (DatabaseErrorKind::NotNull, named("USERS.EMAIL"))
    );
    let mut values = user("u-5", "luke");
    values[21] = Value::from("06.05.2024");
    assert_eq!(
        create(values).await,
        (DatabaseErrorKind::InvalidValue, named("HIREDATE"))
    );
    for (sql, kind) in [
        (
            "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) VALUES ('x', 1)",
            DatabaseErrorKind::ForeignKey,
        ),
        ("SELECT * FROM USRES", DatabaseErrorKind::MissingObject),
        ("SELECT NAM FROM USERS", DatabaseErrorKind::MissingObject),
        ("SELEC 1", DatabaseErrorKind::Syntax),
        ("UPDATE USERS SET IS_ACTIVE = 7", DatabaseErrorKind::Check),
    ] {
        let error = write(&database, sql, NONE).await.unwrap_err();
        assert_eq!(error.kind, kind, "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn nothing_stays_of_a_session_that_was_rolled_back_or_dropped() {
    let (_folder, database) = opened(&[]).await;
    let insert = statement(Kind::Procedure, "CREATE_USER", user("u-1", "leia"));
    let count = "SELECT COUNT(*) FROM USERS WHERE USER_ID = 'u-1'";

    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(0));

    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    drop(session);
    // The next writer waits for the rollback and is not hindered by it.
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(1));
}

#[tokio::test]
async fn an_error_that_ends_the_transaction_ends_the_session() {
    let (_folder, database) = opened(&[
        "CREATE TRIGGER GIVE_UP BEFORE UPDATE ON USERS BEGIN SELECT RAISE(ROLLBACK, 'given up'); END",
    ])
    .await;
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = statement(
        Kind::Sql,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["901", "a"]),
    );
    session.execute(&insert).await.unwrap();
    let update = statement(Kind::Sql, "UPDATE USERS SET TITLE = 'x'", NONE);
    let error = session.execute(&update).await.unwrap_err();
    assert_eq!(error.message, "given up");
    // Without a transaction this would be kept at once.
    let insert = statement(
        Kind::Sql,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["902", "b"]),
    );
    assert!(session.execute(&insert).await.is_err());
    assert!(session.commit().await.is_err());
    let count = "SELECT COUNT(*) FROM ENTITLEMENTS WHERE ENT_ID > 900";
    assert_eq!(cell(&database, count).await, Value::Integer(0));
}

const ENDLESS: &str =
    "WITH RECURSIVE N(I) AS (SELECT 1 UNION ALL SELECT I + 1 FROM N) SELECT COUNT(*) FROM N";

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_and_its_connection_closed() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.statement_timeout_ms = 200;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, None).unwrap();
    let began = Instant::now();
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = statement(
        Kind::Sql,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["901", "a"]),
    );
    session.execute(&insert).await.unwrap();
    let endless = statement(Kind::Sql, ENDLESS, NONE);
    let error = session.execute(&endless).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout, "{error:?}");
    assert!(session.execute(&insert).await.is_err());
    assert!(session.commit().await.is_err());
    assert_eq!(database.pool().busy, 0);
    // One connection only: the next session has a new one, and the statement really ended, or this
    // could not write.
    write(
        &database,
        "INSERT INTO ENTITLEMENTS VALUES (?, ?, NULL)",
        texts(&["901", "b"]),
    )
    .await
    .unwrap();
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_call_that_was_dropped_is_stopped_and_its_connection_closed() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, None).unwrap();
    let endless = read(&database, ENDLESS, NONE);
    let dropped = tokio::time::timeout(Duration::from_millis(200), endless).await;
    assert!(dropped.is_err());
    assert_eq!(cell(&database, "SELECT 42").await, Value::Integer(42));
}

#[tokio::test]
async fn a_session_waits_no_longer_than_the_connection_timeout_for_a_connection() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.maximum_pool_size = 1;
    connection.pool.connection_timeout = 250;
    let database = sluice_db::open(&connection, None).unwrap();
    let _held = database.begin(Access::Read).await.unwrap();
    let began = Instant::now();
    let error = database.begin(Access::Read).await.err().unwrap();
    assert_eq!(error.kind, DatabaseErrorKind::PoolExhausted, "{error:?}");
    let waited = began.elapsed().as_millis();
    assert!((200..1_000).contains(&waited), "{waited} ms");
}

#[tokio::test]
async fn idle_connections_are_closed_down_to_the_minimum() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.idle_timeout = 200;
    connection.pool.minimum_idle = 1;
    let database = sluice_db::open(&connection, None).unwrap();
    let mut sessions = Vec::new();
    for _ in 0..4 {
        sessions.push(database.begin(Access::Read).await.unwrap());
    }
    drop(sessions);
    assert!(database.pool().idle >= 4);
    let mut figures = database.pool();
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        figures = database.pool();
        if figures.idle == 1 {
            break;
        }
    }
    assert_eq!(figures.idle, 1, "{figures:?}");
}

#[tokio::test]
async fn the_init_statement_runs_on_every_new_connection() {
    let (_folder, mut connection) = demo(&[]).await;
    connection.pool.connection_init_sql = Some("PRAGMA user_version = 7".to_owned());
    let database = sluice_db::open(&connection, None).unwrap();
    assert_eq!(
        cell(&database, "PRAGMA user_version").await,
        Value::Integer(7)
    );
    connection.pool.connection_init_sql = Some("SELEC 1".to_owned());
    let database = sluice_db::open(&connection, None).unwrap();
    let error = database.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Syntax);
}

#[tokio::test]
async fn foreign_keys_hold_and_the_journal_is_wal() {
    let (_folder, database) = opened(&[]).await;
    assert_eq!(
        cell(&database, "PRAGMA foreign_keys").await,
        Value::Integer(1)
    );
    assert_eq!(
        cell(&database, "PRAGMA journal_mode").await,
        Value::from("wal")
    );
}

#[test]
fn outside_a_runtime_opening_is_refused_and_does_not_panic() {
    let connection = sqlite("x.db".as_ref());
    assert!(sluice_db::open(&connection, None).is_err());
}

async fn ask(database: &Arc<dyn Database>, question: Question) -> Catalogue {
    let mut session = database.begin(Access::Read).await.unwrap();
    session.catalogue(&question).await.unwrap()
}

fn key(name: &str, kind: KeyKind, columns: &[&str]) -> Key {
    Key {
        name: name.to_owned(),
        kind,
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
    }
}

#[tokio::test]
async fn a_table_is_described_with_columns_keys_references_and_triggers() {
    let (_folder, database) = opened(&[
        "CREATE TABLE \"Odd name\" (ID INTEGER PRIMARY KEY, \"a b\" DECIMAL(10,2) NOT NULL DEFAULT 1.5,
           C TEXT GENERATED ALWAYS AS (upper(\"a b\")) VIRTUAL, D DATETIME, E, USER_ID VARCHAR(100) REFERENCES USERS)",
        "CREATE INDEX ODD_D ON \"Odd name\" (D, lower(E))",
        "CREATE INDEX ODD_SOME ON \"Odd name\" (E) WHERE E IS NOT NULL",
        "CREATE TRIGGER ODD_TRIGGER AFTER DELETE ON \"Odd name\" BEGIN SELECT 1; END",
        "CREATE TABLE BARE (A INTEGER, B TEXT, PRIMARY KEY (B, A)) WITHOUT ROWID",
    ])
    .await;
    let found = ask(
        &database,
        Question::Relation(ObjectName::new(None, "odd NAME")),
    )
    .await;
    let odd = &found.relations[0];
    assert_eq!(
        (odd.name.to_string().as_str(), odd.kind),
        ("Odd name", RelationKind::Table)
    );
    let columns: Vec<_> = odd
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.data_type.kind, c.nullable, c.generated))
        .collect();
    assert_eq!(
        columns,
        [
            ("ID", TypeKind::Integer { bits: 64 }, false, true),
            ("a b", TypeKind::Decimal, false, false),
            ("C", TypeKind::Text, true, true),
            ("D", TypeKind::Timestamp, true, false),
            ("E", TypeKind::Other, true, false),
            ("USER_ID", TypeKind::Text, true, false),
        ]
    );
    assert_eq!(odd.columns[1].default.as_deref(), Some("1.5"));
    assert_eq!(odd.columns[1].data_type.text, "DECIMAL(10,2)");
    assert_eq!(
        odd.keys,
        [
            key("PRIMARY KEY", KeyKind::Primary, &["ID"]),
            key("ODD_D", KeyKind::Index, &["D", "(expression)"]),
        ]
    );
    assert_eq!(
        odd.foreign_keys,
        [ForeignKey {
            name: "FOREIGN KEY (USER_ID)".to_owned(),
            columns: vec!["USER_ID".to_owned()],
            target: ObjectName::new(None, "USERS"),
            // Not written there: the primary key is meant.
            target_columns: vec!["USER_ID".to_owned()],
        }]
    );
    assert_eq!(odd.triggers, ["ODD_TRIGGER"]);
    assert_eq!(odd.transactional, Some(true));

    let users = ask(
        &database,
        Question::Relation(ObjectName::new(Some("main"), "USERS")),
    )
    .await;
    let users = &users.relations[0];
    assert_eq!(users.columns.len(), 25);
    assert_eq!(users.primary_key(), ["USER_ID"]);
    assert!(users.is_indexed("username"));
    assert_eq!(
        users.column("USERNAME").unwrap().data_type.length,
        Some(100)
    );
    // SQLite lets NULL into a primary key that is no row number, unless it says NOT NULL.
    assert!(!users.column("USER_ID").unwrap().nullable);

    let bare = ask(&database, Question::Relation(ObjectName::new(None, "BARE"))).await;
    let bare = &bare.relations[0];
    assert_eq!(bare.primary_key(), ["B", "A"]);
    assert!(bare.columns.iter().all(|c| !c.nullable && !c.generated));

    let none = ask(
        &database,
        Question::Relation(ObjectName::new(None, "NOBODY")),
    )
    .await;
    assert_eq!(none, Catalogue::default());
}

#[tokio::test]
async fn relations_and_views_are_listed_and_attached_files_are_schemas() {
    let folder = TempDir::new().unwrap();
    let other = sluice_tests::support::sqlite::fresh_file(folder.path())
        .await
        .unwrap();
    let (_folder, mut connection) =
        demo(&["CREATE VIEW PEOPLE AS SELECT USER_ID FROM USERS WHERE IS_ACTIVE"]).await;
    connection.pool.connection_init_sql = Some(format!("ATTACH '{}' AS hr", other.display()));
    let database = sluice_db::open(&connection, None).unwrap();

    let schemas = ask(&database, Question::Schemas).await.schemas;
    let names: Vec<_> = schemas
        .iter()
        .map(|s| (s.name.as_str(), s.current))
        .collect();
    assert_eq!(names, [("main", true), ("hr", true)]);

    let of = |schema: Option<&str>| Question::Relations {
        schema: schema.map(str::to_owned),
    };
    let main = ask(&database, of(Some("main"))).await.relations;
    let people = main.iter().find(|r| r.name.name == "PEOPLE").unwrap();
    assert_eq!(
        (people.kind, &people.name.schema),
        (RelationKind::View, &None)
    );
    assert!(main.iter().all(|r| !r.name.name.starts_with("sqlite_")));
    let hr = ask(&database, of(Some("HR"))).await.relations;
    assert!(hr.iter().all(|r| r.name.schema.as_deref() == Some("hr")));
    assert!(hr.iter().any(|r| r.name.name == "USERS"));
    assert_eq!(
        ask(&database, of(None)).await.relations.len(),
        main.len() + hr.len()
    );

    let people = ask(
        &database,
        Question::Relation(ObjectName::new(None, "people")),
    )
    .await;
    let people = &people.relations[0];
    assert_eq!(
        people.source.as_deref(),
        Some("SELECT USER_ID FROM USERS WHERE IS_ACTIVE")
    );
    assert_eq!(people.columns[0].data_type.text, "VARCHAR(100)");
    let users = ask(
        &database,
        Question::Relation(ObjectName::new(Some("hr"), "USERENTITLEMENTS")),
    )
    .await;
    let reference = &users.relations[0].foreign_keys;
    assert!(
        reference
            .iter()
            .any(|f| f.target == ObjectName::new(Some("hr"), "USERS"))
    );

    let routines = Question::Routines {
        schema: Some("hr".to_owned()),
    };
    let routines = ask(&database, routines).await.routines;
    assert_eq!(routines.len(), 10);
    assert!(
        routines
            .iter()
            .all(|r| r.name.schema.as_deref() == Some("hr"))
    );
}

#[tokio::test]
async fn scripts_are_routines_with_parameters_defaults_and_source() {
    let (_folder, database) = opened(&[
        "INSERT INTO SLUICE_PROCEDURES VALUES ('PAGE', '[{\"name\":\"p_from\",\"type\":\"INTEGER\"},
           {\"name\":\"p_count\",\"type\":\"INTEGER\",\"default\":10}]',
           'SELECT :p_from, :p_count', 'Says what it was given.')",
        "INSERT INTO SLUICE_PROCEDURES VALUES ('BROKEN', 'none', 'SELECT 1', NULL)",
    ])
    .await;
    let all = ask(&database, Question::Routines { schema: None })
        .await
        .routines;
    assert_eq!(all.len(), 12);
    assert!(all.iter().all(|routine| routine.source.is_none()));
    let found = ask(&database, Question::Routine(ObjectName::new(None, "page"))).await;
    let page = &found.routines[0];
    assert_eq!(page.source.as_deref(), Some("SELECT :p_from, :p_count"));
    assert_eq!(page.comment.as_deref(), Some("Says what it was given."));
    let parameters: Vec<_> = page
        .parameters
        .iter()
        .map(|p| (p.name.as_deref().unwrap(), p.optional, p.default.as_deref()))
        .collect();
    assert_eq!(
        parameters,
        [("p_from", false, None), ("p_count", true, Some("10"))]
    );

    let rows = async |text: &str, values: &[&str]| {
        let outcome = call(&database, Access::Read, text, texts(values)).await;
        outcome.map(|outcome| outcome.into_rows().rows.remove(0))
    };
    assert_eq!(
        rows("PAGE(p_from => ?)", &["1"]).await.unwrap(),
        [Value::from("1"), Value::Integer(10)]
    );
    assert_eq!(
        rows("CALL PAGE(p_count => ?, p_from => ?)", &["5", "1"])
            .await
            .unwrap(),
        texts(&["1", "5"])
    );
    let error = rows("CALL PAGE(?)", &["one"]).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::InvalidValue, "{error:?}");
    assert_eq!(error.object.as_deref(), Some("p_from"));
    let error = rows("{? = call PAGE(?)}", &["", "1"]).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unsupported, "{error:?}");
    let error = rows("BROKEN", &[]).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Syntax, "{error:?}");
}

#[tokio::test]
async fn a_file_without_scripts_has_no_routines_and_one_of_its_own_form_has() {
    let (_folder, database) = opened(&["DROP TABLE SLUICE_PROCEDURES"]).await;
    let found = ask(&database, Question::Routines { schema: None }).await;
    assert_eq!(found, Catalogue::default());
    let (_folder, database) = opened(&[
        "DROP TABLE SLUICE_PROCEDURES",
        "CREATE TABLE SLUICE_PROCEDURES (NAME TEXT, PARAMETERS TEXT, BODY TEXT)",
        "INSERT INTO SLUICE_PROCEDURES VALUES ('ONE', '[]', 'SELECT 1')",
    ])
    .await;
    let found = ask(&database, Question::Routines { schema: None }).await;
    assert_eq!(found.routines.len(), 1);
}

#[tokio::test]
async fn a_file_may_be_opened_to_be_read_only_and_says_so() {
    let (_folder, mut connection) = demo(&[]).await;
    let rights = async |connection: &Connection| {
        let database = sluice_db::open(connection, None).unwrap();
        let rights = ask(&database, Question::Rights).await.rights.unwrap();
        (database, rights)
    };
    let grant = |privilege: &str| Grant {
        privilege: privilege.to_owned(),
        object: None,
    };
    let (_, unlimited) = rights(&connection).await;
    assert!(unlimited.unlimited);
    assert_eq!(unlimited.grants, [grant("ALL PRIVILEGES")]);
    connection.properties.insert("mode".into(), "ro".into());
    let (database, limited) = rights(&connection).await;
    assert!(!limited.unlimited);
    assert_eq!(limited.grants, [grant("SELECT")]);
    let count = cell(&database, "SELECT COUNT(*) FROM USERS").await;
    assert_eq!(count, Value::Integer(15));
    let error = write(&database, "UPDATE USERS SET TITLE = 'x'", NONE).await;
    assert_eq!(error.unwrap_err().kind, DatabaseErrorKind::PermissionDenied);
}

/// What is written into a column of a type and what is read again: a line for each of the table of
/// types in docs/databases.md. What SQLite keeps stands in sqlite.org/datatype3.html.
async fn kept(declared: &str, given: Value) -> Value {
    let table = format!("CREATE TABLE T (A {declared})");
    let (_folder, database) = opened(&[table.as_str()]).await;
    write(&database, "INSERT INTO T VALUES (?)", [given])
        .await
        .unwrap();
    cell(&database, "SELECT A FROM T").await
}

#[tokio::test]
async fn every_type_comes_back_as_the_table_of_types_says() {
    let beyond = 9_007_199_254_740_993; // 2^53 + 1, which no double holds
    let long = "ö😀 ".repeat(9_363); // 64 KB
    for (declared, given, expected) in [
        ("INTEGER", Value::from("42"), Value::Integer(42)),
        ("INTEGER", Value::Integer(beyond), Value::Integer(beyond)),
        (
            "INTEGER",
            Value::from("9007199254740993"),
            Value::Integer(beyond),
        ),
        ("BIGINT", Value::Integer(i64::MIN), Value::Integer(i64::MIN)),
        ("REAL", Value::from("0.1"), Value::Float(0.1)),
        (
            "DOUBLE PRECISION",
            Value::Float(-2.5e300),
            Value::Float(-2.5e300),
        ),
        ("TEXT", Value::from("Padmé 😀"), Value::from("Padmé 😀")),
        ("TEXT", Value::from(""), Value::from("")),
        (
            "TEXT",
            Value::from(long.as_str()),
            Value::from(long.as_str()),
        ),
        ("VARCHAR(3)", Value::from("longer"), Value::from("longer")),
        ("CHAR(5)", Value::from("ab"), Value::from("ab")),
        (
            "BLOB",
            Value::Bytes(vec![0, 159, 255]),
            Value::Bytes(vec![0, 159, 255]),
        ),
        ("BLOB", Value::Bytes(Vec::new()), Value::Bytes(Vec::new())),
        ("BOOLEAN", Value::Bool(true), Value::Bool(true)),
        ("BOOLEAN", Value::from("0"), Value::Bool(false)),
        ("BOOLEAN", Value::Integer(7), Value::Integer(7)),
        ("DATE", Value::from("2024-05-06"), Value::from("2024-05-06")),
        (
            "DATETIME",
            Value::from("2024-05-06T07:08:09.123Z"),
            Value::from("2024-05-06T07:08:09.123Z"),
        ),
        // Fifteen digits are kept, as a number; a nought at the end is not.
        (
            "DECIMAL(10,2)",
            Value::Decimal("1234567890123.45".into()),
            Value::Float(1_234_567_890_123.45),
        ),
        (
            "DECIMAL(10,2)",
            Value::Decimal("12.50".into()),
            Value::Float(12.5),
        ),
        (
            "DECIMAL(10,2)",
            Value::Decimal("12.00".into()),
            Value::Integer(12),
        ),
        // The way to keep them all: a column of text.
        (
            "TEXT",
            Value::Decimal("12345678901234567890.1234567890".into()),
            Value::from("12345678901234567890.1234567890"),
        ),
        (
            "JSON",
            Value::from("{\"a\": [1]}"),
            Value::from("{\"a\": [1]}"),
        ),
        ("", Value::from("42"), Value::from("42")),
        ("", Value::Integer(42), Value::Integer(42)),
        ("INTEGER", Value::Null, Value::Null),
        ("TEXT", Value::Null, Value::Null),
    ] {
        let kept = kept(declared, given.clone()).await;
        assert_eq!(kept, expected, "{declared}: {given:?}");
    }
}

#[tokio::test]
async fn a_decimal_of_more_digits_than_a_double_has_loses_some_in_a_numeric_column() {
    // Documented as a limit of SQLite: if this fails, the document is wrong.
    let kept = kept(
        "DECIMAL(30,10)",
        Value::Decimal("12345678901234567.89".into()),
    )
    .await;
    // A double without a fraction becomes an integer there.
    assert_eq!(kept, Value::Integer(12_345_678_901_234_568));
    let kept = self::kept("INTEGER", Value::Unsigned(u64::MAX)).await;
    assert_eq!(kept, Value::Float(18_446_744_073_709_551_616.0));
}
