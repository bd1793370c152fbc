//! The assertions of the other dialects, on a server that the environment names.

use std::sync::Arc;
use std::time::Duration;

use sluice_core::catalogue::{KeyKind, ObjectName, Question, RelationKind, RoutineKind, TypeKind};
use sluice_core::mapping::Kind;
use sluice_core::plan::Direction;
use sluice_core::ports::{Access, Database};
use sluice_core::{DatabaseErrorKind, Secret, Value};

use super::demo::{opened, stage};
use crate::stage::{NONE, call, cell, read, statement, texts, write};

const ADD: &str = "SLUICE_API.ADD_USER(?, ?, ?)";

async fn leia(database: &Arc<dyn Database>) {
    let values = texts(&["u-1", "leia", "leia@example.org"]);
    call(database, Access::Write, ADD, values).await.unwrap();
}

#[tokio::test]
async fn every_common_type_is_written_as_text_and_read_back_whole() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    let long = "Padmé 😀 ".repeat(8_000);
    let insert = "INSERT INTO SLUICE_T VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut values = texts(&[
        "42",
        "12345678901234567890.0123456789",
        "0.5",
        "0.1",
        "1.5",
        "ab",
        "Padmé 😀",
        "Ω",
        &long,
        "",
        "",
        "2024-05-06T07:08:09",
        "2024-05-06T07:08:09.123456",
        "2024-05-06T07:08:09.5Z",
        "P1DT2H3M4.5S",
        "P2Y6M",
    ]);
    values[9] = Value::Bytes(vec![0, 255, 128]);
    values[10] = Value::Bytes(vec![1, 2]);
    let written = write(&database, insert, &values).await.unwrap();
    assert_eq!((written.affected, written.sets.len()), (Some(1), 0));
    let set = read(
        &database,
        "SELECT * FROM SLUICE_T WHERE A = ?",
        texts(&["42"]),
    );
    let set = set.await.unwrap().into_rows();
    assert_eq!(
        set.rows[0],
        [
            Value::Integer(42),
            Value::Decimal("12345678901234567890.0123456789".into()),
            Value::Decimal("0.5".into()),
            Value::Float(0.1),
            Value::Float(1.5),
            Value::from("ab   "),
            Value::from("Padmé 😀"),
            Value::from("Ω"),
            Value::Text(long),
            Value::Bytes(vec![0, 255, 128]),
            Value::Bytes(vec![1, 2]),
            Value::from("2024-05-06T07:08:09"),
            Value::from("2024-05-06T07:08:09.123456"),
            Value::from("2024-05-06T07:08:09.5Z"),
            Value::from("P1DT2H3M4.5S"),
            Value::from("P2Y6M"),
        ]
    );
    assert_eq!(set.columns[8].type_name, "CLOB");
    let mut empty = vec![Value::Null; 16];
    empty[6] = Value::from("");
    write(&database, insert, &empty).await.unwrap();
    let set = read(&database, "SELECT * FROM SLUICE_T WHERE A IS NULL", NONE).await;
    // In Oracle the empty text is NULL.
    assert_eq!(set.unwrap().into_rows().rows[0], vec![Value::Null; 16]);
}

#[tokio::test]
async fn a_date_may_be_written_with_and_without_a_time() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    let insert = "INSERT INTO SLUICE_T (G, L) VALUES (?, ?)";
    for (text, kept) in [
        ("2024-05-06", "2024-05-06T00:00:00"),
        ("2024-05-06 07:08:09", "2024-05-06T07:08:09"),
        ("2024-05-06T07:08:09", "2024-05-06T07:08:09"),
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09"),
    ] {
        write(&database, "DELETE FROM SLUICE_T", NONE)
            .await
            .unwrap();
        write(&database, insert, texts(&[text, text]))
            .await
            .unwrap();
        let set = read(&database, "SELECT G, L FROM SLUICE_T", NONE).await;
        assert_eq!(
            set.unwrap().into_rows().rows[0],
            [Value::from(text), Value::from(kept)],
            "{text}"
        );
    }
}

#[tokio::test]
async fn procedures_and_functions_are_called_by_every_form() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    let product = database.check().await.unwrap().product;
    assert!(product.starts_with("Oracle Database "), "{product}");
    let long = "é".repeat(40_000);
    let values = texts(&[
        "u-1",
        "leia",
        "leia@example.org",
        "2024-05-06T00:00:00",
        &long,
    ]);
    let text = "{call sluice_api.add_user(?, ?, p_email => ?, p_hiredate => ?, p_note => ?)}";
    let added = call(&database, Access::Write, text, values).await.unwrap();
    assert_eq!((added.affected, added.sets.len()), (None, 0));
    let length = "SELECT DBMS_LOB.GETLENGTH(NOTE) FROM SLUICE_USERS";
    assert_eq!(cell(&database, length).await, Value::Integer(40_000));
    // By the synonym, as a function that gives a cursor.
    let found = call(&database, Access::Read, "SLUICE_S.FIND(?)", texts(&["u-1"]));
    let set = found.await.unwrap().into_rows();
    assert_eq!(set.columns[2].name, "HIREDATE");
    assert_eq!(set.rows[0][2], Value::from("2024-05-06T00:00:00"));
    let none = call(&database, Access::Read, "SLUICE_API.FIND(?)", texts(&["x"]));
    let none = none.await.unwrap().into_rows();
    assert_eq!((none.columns.len(), none.rows.len()), (3, 0));
    let both = call(
        &database,
        Access::Read,
        "SLUICE_API.USERS(?, ?)",
        vec![Value::Null; 2],
    );
    let sets = both.await.unwrap().sets;
    assert_eq!(
        (sets.len(), sets[0].rows.len(), sets[1].rows.len()),
        (2, 1, 0)
    );
    let names = call(
        &database,
        Access::Read,
        "SLUICE_API.NAMES(?)",
        texts(&["l%"]),
    );
    assert_eq!(
        names.await.unwrap().into_rows().rows,
        [[Value::from("leia")]]
    );
    for (text, values, returned) in [
        ("SLUICE_API.TWICE(?)", vec!["21"], Value::Integer(42)),
        (
            "{? = call SLUICE_API.TWICE(?, ?)}",
            vec!["", "a", "b"],
            Value::from("ab"),
        ),
    ] {
        let outcome = call(&database, Access::Read, text, texts(&values))
            .await
            .unwrap();
        assert_eq!(outcome.returned, Some(returned), "{text}");
    }
}

#[tokio::test]
async fn out_values_messages_and_booleans_come_back() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    let mut values = vec![Value::Null; 8];
    (values[0], values[2]) = (Value::from("21"), Value::from("in"));
    let text = "SLUICE_API.IN_AND_OUT(?, ?, ?, ?, ?, ?, ?, ?)";
    let mut called = statement(Kind::Procedure, text, values);
    for index in [1, 3, 4, 5, 6, 7] {
        called.parameters[index].direction = Direction::Out;
    }
    let mut session = database.begin(Access::Write).await.unwrap();
    let outcome = session.execute(&called).await.unwrap();
    session.commit().await.unwrap();
    let outs: Vec<(usize, &str, Value)> = outcome
        .outs
        .iter()
        .map(|out| (out.position, out.name.as_str(), out.value.clone()))
        .collect();
    assert_eq!(outs.len(), 7);
    assert_eq!(outs[0], (2, "P_B", Value::Integer(42)));
    assert_eq!(
        outs[1],
        (3, "P_C", Value::Text(format!("in{}", "x".repeat(5000))))
    );
    assert_eq!(outs[2].2, Value::from("2024-05-06T00:00:00"));
    assert_eq!(outs[3].2, Value::from("2024-05-06T07:08:09.123"));
    assert_eq!(outs[4].2.to_text().map(|text| text.len()), Some(40_000));
    assert_eq!(outs[5].2, Value::Bool(true));
    assert_eq!(outs[6].2, Value::Bytes(vec![0, 255, 128]));
    let said = call(
        &database,
        Access::Read,
        "SLUICE_API.SAYS(?)",
        texts(&["two\nlines"]),
    );
    let said: Vec<String> = said
        .await
        .unwrap()
        .messages
        .into_iter()
        .map(|m| m.text)
        .collect();
    assert_eq!(said, ["one", "two\nlines"]);
    for (value, text) in [("true", "on"), ("0", "off"), ("", "unknown")] {
        let values = texts(&[value, ""]);
        let flagged = call(&database, Access::Read, "SLUICE_API.FLAG(?, ?)", values).await;
        assert_eq!(flagged.unwrap().outs[0].value, Value::from(text));
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    leia(&database).await;
    for (text, values, kind, object) in [
        (
            ADD,
            vec!["u-2", "leia", "x"],
            DatabaseErrorKind::Duplicate,
            Some("SLUICE_USERNAME_UNIQUE"),
        ),
        (
            ADD,
            vec!["u-2", "han", ""],
            DatabaseErrorKind::NotNull,
            Some("EMAIL"),
        ),
        (
            "SLUICE_API.REMOVE_USER(?)",
            vec!["nobody"],
            DatabaseErrorKind::Raised,
            None,
        ),
        (
            "SLUICE_API.TWICE(?)",
            vec!["abc"],
            DatabaseErrorKind::InvalidValue,
            Some("P_A"),
        ),
        (
            "SLUICE_API.ADD_USER(?)",
            vec!["x"],
            DatabaseErrorKind::ArgumentCount,
            None,
        ),
        (
            "SLUICE_API.ADD_USRE(?)",
            vec!["x"],
            DatabaseErrorKind::MissingProcedure,
            None,
        ),
    ] {
        let error = call(&database, Access::Write, text, texts(&values)).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind, kind, "{error:?}");
        if object.is_some() {
            assert_eq!(error.object.as_deref(), object, "{error:?}");
        }
    }
    for (text, kind) in [
        (
            "INSERT INTO SLUICE_LINKS (USER_ID) VALUES ('x')",
            DatabaseErrorKind::ForeignKey,
        ),
        ("UPDATE SLUICE_USERS SET AGE = 0", DatabaseErrorKind::Check),
        (
            "UPDATE SLUICE_USERS SET AGE = 1000",
            DatabaseErrorKind::InvalidValue,
        ),
        (
            "UPDATE SLUICE_USERS SET AGE = 'x'",
            DatabaseErrorKind::InvalidValue,
        ),
        (
            "UPDATE SLUICE_USERS SET TITLE = RPAD('x', 21)",
            DatabaseErrorKind::TooLong,
        ),
        (
            "UPDATE SLUICE_USERS SET HIREDATE = 'soon'",
            DatabaseErrorKind::InvalidValue,
        ),
        (
            "SELECT * FROM SLUICE_USRES",
            DatabaseErrorKind::MissingObject,
        ),
        (
            "SELECT NAM FROM SLUICE_USERS",
            DatabaseErrorKind::MissingObject,
        ),
        ("UPDATE SLUICE_USERS SET", DatabaseErrorKind::Syntax),
    ] {
        let error = write(&database, text, NONE).await.unwrap_err();
        assert_eq!(error.kind, kind, "{text}: {error:?}");
        assert!(error.code.is_some_and(|code| code.starts_with("ORA-")));
    }
}

#[tokio::test]
async fn nothing_stays_of_a_session_that_was_rolled_back_or_dropped() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    let insert = statement(
        Kind::Procedure,
        ADD,
        texts(&["u-1", "leia", "l@example.org"]),
    );
    let count = "SELECT COUNT(*) FROM SLUICE_USERS WHERE USER_ID = 'u-1'";
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    assert_eq!(session.in_transaction().await.unwrap(), Some(true));
    session.rollback().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(0));
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    drop(session);
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert).await.unwrap();
    // An error undoes its own statement only.
    let error = session.execute(&insert).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Duplicate);
    session.commit().await.unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(1));
    // A read keeps what it wrote at once, as where databases commit by themselves.
    let remove = "SLUICE_API.REMOVE_USER(?)";
    call(&database, Access::Read, remove, texts(&["u-1"]))
        .await
        .unwrap();
    assert_eq!(cell(&database, count).await, Value::Integer(0));
}

#[tokio::test]
async fn a_commit_inside_a_procedure_is_noticed() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    leia(&database).await;
    let mut session = database.begin(Access::Write).await.unwrap();
    // Nothing is written yet, and the transaction is there all the same.
    assert_eq!(session.in_transaction().await.unwrap(), Some(true));
    let keeps = statement(Kind::Procedure, "SLUICE_API.KEEPS(?)", texts(&["u-1"]));
    session.execute(&keeps).await.unwrap();
    assert_eq!(session.in_transaction().await.unwrap(), Some(false));
    session.rollback().await.unwrap();
    let title = "SELECT TITLE FROM SLUICE_USERS";
    assert_eq!(cell(&database, title).await, Value::from("kept"));
}

#[tokio::test]
async fn a_statement_past_its_deadline_is_stopped_and_its_answer_never_seen() {
    let Some((_guard, mut connection, password)) = stage().await else {
        return;
    };
    connection.statement_timeout_ms = 500;
    connection.pool.maximum_pool_size = 1;
    let database = sluice_db::open(&connection, Some(&password)).unwrap();
    let wait = statement(Kind::Procedure, "SLUICE_API.WAITS(?)", texts(&["20"]));
    let mut session = database.begin(Access::Write).await.unwrap();
    let error = session.execute(&wait).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Timeout, "{error:?}");
    drop(session);
    let dropped = tokio::time::timeout(
        Duration::from_millis(100),
        call(
            &database,
            Access::Read,
            "SLUICE_API.WAITS(?)",
            texts(&["20"]),
        ),
    );
    assert!(dropped.await.is_err());
    let answer = cell(&database, "SELECT 42 FROM DUAL").await;
    assert_eq!(answer, Value::Integer(42));
}

#[tokio::test]
async fn what_cannot_be_reached_is_said_at_once() {
    let Some((_guard, connection, password)) = stage().await else {
        return;
    };
    let wrong = sluice_db::open(&connection, Some(&Secret::new("wrong"))).unwrap();
    let error = wrong.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::LoginRefused, "{error:?}");
    let mut other = connection.clone();
    other.database = Some("no_such_service".into());
    other.properties.remove("oracle.sid");
    let other = sluice_db::open(&other, Some(&password)).unwrap();
    let error = other.check().await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::UnknownDatabase, "{error:?}");
}

#[tokio::test]
async fn the_catalogue_knows_tables_keys_routines_and_rights() {
    let Some((_guard, database)) = opened().await else {
        return;
    };
    let mut session = database.begin(Access::Read).await.unwrap();
    let ask = |name: &str| ObjectName::new(None, name);
    let found = session.catalogue(&Question::Schemas).await.unwrap();
    let current: Vec<_> = found.schemas.iter().filter(|s| s.current).collect();
    assert_eq!(current.len(), 1);
    let own = current[0].name.clone();
    let question = Question::Relations { schema: None };
    let relations = session.catalogue(&question).await.unwrap().relations;
    let kind = |name: &str| {
        relations
            .iter()
            .find(|r| r.name.name == name)
            .map(|r| r.kind)
    };
    assert_eq!(kind("SLUICE_USERS"), Some(RelationKind::Table));
    assert_eq!(kind("SLUICE_V"), Some(RelationKind::View));
    let question = Question::Relation(ask("sluice_users"));
    let users = session
        .catalogue(&question)
        .await
        .unwrap()
        .relations
        .remove(0);
    assert_eq!(users.primary_key(), ["USER_ID"]);
    let title = users.column("title").unwrap();
    assert_eq!(
        (title.data_type.kind, title.data_type.length),
        (TypeKind::Text, Some(20))
    );
    assert!(title.nullable && !users.column("EMAIL").unwrap().nullable);
    let by_mail = users
        .keys
        .iter()
        .find(|k| k.name == "SLUICE_BY_MAIL")
        .unwrap();
    assert_eq!(
        (by_mail.kind, by_mail.columns[0].as_str()),
        (KeyKind::Index, "UPPER(\"EMAIL\")")
    );
    let question = Question::Relation(ask("SLUICE_LINKS"));
    let links = session
        .catalogue(&question)
        .await
        .unwrap()
        .relations
        .remove(0);
    assert_eq!(
        links.foreign_keys[0].target,
        ObjectName::new(Some(&own), "SLUICE_USERS")
    );
    assert!(links.column("LINK_ID").unwrap().generated);
    let question = Question::Relation(ask("SLUICE_V"));
    let view = session
        .catalogue(&question)
        .await
        .unwrap()
        .relations
        .remove(0);
    assert!(view.source.is_some_and(|text| text.contains("SELECT")));
    let question = Question::Routine(ask("sluice_api.add_user"));
    let routine = session
        .catalogue(&question)
        .await
        .unwrap()
        .routines
        .remove(0);
    assert_eq!(routine.kind, RoutineKind::Procedure);
    let optional: Vec<bool> = routine.parameters.iter().map(|p| p.optional).collect();
    assert_eq!(optional, [false, false, false, true, true, true]);
    assert_eq!(routine.parameters[3].data_type.kind, TypeKind::Date);
    assert!(routine.source.is_some_and(|text| text.contains("ADD_USER")));
    let question = Question::Routine(ask("SLUICE_S.TWICE"));
    assert_eq!(
        session.catalogue(&question).await.unwrap().routines.len(),
        2
    );
    let rights = session
        .catalogue(&Question::Rights)
        .await
        .unwrap()
        .rights
        .unwrap();
    assert!(
        rights
            .grants
            .iter()
            .any(|g| g.privilege == "CREATE SESSION")
    );
}
