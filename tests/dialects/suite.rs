//! One suite for every dialect with a server here: the same assertions, and a table in the README
//! of what each dialect can do, made by it.
//!
//! A capability is either shown to work or declared not to be there, with its reason. To add one: a
//! line in [`CAPABILITIES`] and a function; what differs between dialects is only the SQL that sets
//! the stage ([`objects`]) and the names of things.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sluice_core::catalogue::{ObjectName, Question, RoutineKind, TypeKind};
use sluice_core::config::{Connection, Workspace};
use sluice_core::mapping::Kind;
use sluice_core::plan::{Direction, Statement};
use sluice_core::ports::{Access, Database, ResultColumn, RowSink, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret, Value};
use sluice_tests::support::site::{On, Place, Reader};

use crate::stage::{NONE, call, read, statement, texts, write};

mod elsewhere;

/// A database of a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// A private one of this machine.
    Here(On),
    /// The one that `SLUICE_TEST_MSSQL_URL` names.
    SqlServer,
    /// The one that `SLUICE_TEST_ORACLE_URL` names.
    Oracle,
}

const SQLITE: At = At::Here(On::Sqlite);

/// A dialect's database with the suite's own objects in it.
struct Stage {
    at: At,
    database: Arc<dyn Database>,
    reader: Eyes,
    connection: Connection,
    password: Option<Secret>,
    _place: Option<tempfile::TempDir>,
}

/// What looks at the database beside the code that is tested.
enum Eyes {
    /// A driver of the tests' own.
    Own(Reader),
    /// The same driver again, where the tests have no other one.
    Ports(Arc<dyn Database>),
}

impl Eyes {
    async fn one(&mut self, sql: &str) -> anyhow::Result<Option<String>> {
        match self {
            Self::Own(reader) => reader.one(sql).await,
            Self::Ports(database) => Ok(text(&read(database, sql, NONE).await?)),
        }
    }
}

/// The dialects with a server here, as the table heads its columns.
const DIALECTS: [(On, &str); 5] = [
    (On::Sqlite, "SQLite"),
    (On::MariaDb, "MariaDB"),
    (On::PostgreSql, "PostgreSQL"),
    (On::OdbcMariaDb, "MariaDB by ODBC"),
    (On::OdbcPostgreSql, "PostgreSQL by ODBC"),
];

type Run = for<'a> fn(&'a mut Stage) -> BoxFuture<'a, anyhow::Result<()>>;

struct Capability {
    name: &'static str,
    run: Run,
    /// Why a dialect cannot do it.
    not: fn(At) -> Option<&'static str>,
}

const ALL: fn(At) -> Option<&'static str> = |_| None;

const NO_PROCEDURES: &str = "SQLite has no procedures; Sluice runs scripts kept in a table";

fn not_in_scripts(at: At) -> Option<&'static str> {
    (at == SQLITE).then_some(NO_PROCEDURES)
}

const CAPABILITIES: &[Capability] = &[
    Capability {
        name: "statements with bound values and a count of rows",
        run: |s| statements(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "text bound to INT, DATE, BOOLEAN, DECIMAL",
        run: |s| text_fits(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "a value that does not fit is refused before it is sent",
        run: |s| misfits(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "NULL, empty text, 64 KB, emoji, numbers beyond 2^53",
        run: |s| extremes(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "procedures with 29 parameters",
        run: |s| many_parameters(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "OUT and INOUT parameters",
        run: |s| outs(s).boxed(),
        not: not_in_scripts,
    },
    Capability {
        name: "functions and what they return",
        run: |s| returns(s).boxed(),
        not: not_in_scripts,
    },
    Capability {
        name: "several result sets of one call",
        run: |s| several_sets(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "notices and warnings",
        run: |s| messages(s).boxed(),
        not: not_in_scripts,
    },
    Capability {
        name: "named arguments",
        run: |s| named_arguments(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "every form of a call",
        run: |s| forms(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "rows streamed one by one",
        run: |s| streams(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "a rolled back session leaves nothing",
        run: |s| rollback(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "a deadline stops the statement",
        run: |s| deadline(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "errors by kind: duplicate, foreign key, NULL, missing table",
        run: |s| errors(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "catalogue of tables, keys and views",
        run: |s| tables(s).boxed(),
        not: ALL,
    },
    Capability {
        name: "catalogue of routines and their parameters",
        run: |s| routines(s).boxed(),
        not: ALL,
    },
];

/// What sets the stage. The objects have the same names and do the same in each dialect.
fn objects(on: On) -> Vec<String> {
    let many: Vec<String> = (1..=29).map(|n| format!("p{n}")).collect();
    let sql = match on {
        On::Sqlite => vec![
            "CREATE TABLE S_T (ID INTEGER PRIMARY KEY, NAME VARCHAR(20) NOT NULL, BORN DATE, ACTIVE BOOLEAN, SALARY DECIMAL(12,4), BIG BIGINT, NOTE TEXT)".to_owned(),
            "CREATE TABLE S_C (ID INTEGER PRIMARY KEY, T_ID INTEGER NOT NULL REFERENCES S_T (ID))".to_owned(),
            script("S_MANY", &many.iter().map(|p| (p.as_str(), "TEXT")).collect::<Vec<_>>(), &format!("SELECT :{} AS ALL_OF_THEM", many.join(" || :"))),
            script("S_TWO", &[], "SELECT 1 AS A; SELECT 'x' AS B, 2 AS C"),
            script("S_ADD", &[("p_id", "INTEGER"), ("p_name", "VARCHAR(20)")], "INSERT INTO S_T (ID, NAME) VALUES (:p_id, :p_name)"),
        ],
        On::MariaDb | On::OdbcMariaDb => vec![
            "CREATE TABLE S_T (ID INT PRIMARY KEY, NAME VARCHAR(20) NOT NULL, BORN DATE, ACTIVE BOOLEAN, SALARY DECIMAL(12,4), BIG BIGINT, NOTE LONGTEXT) CHARACTER SET utf8mb4".to_owned(),
            "CREATE TABLE S_C (ID INT PRIMARY KEY, T_ID INT NOT NULL, CONSTRAINT S_C_T FOREIGN KEY (T_ID) REFERENCES S_T (ID))".to_owned(),
            format!("CREATE PROCEDURE S_MANY({}) SELECT CONCAT({}) AS ALL_OF_THEM", many.iter().map(|p| format!("{p} VARCHAR(10)")).collect::<Vec<_>>().join(", "), many.join(", ")),
            "CREATE PROCEDURE S_OUT(IN p_a INT, OUT p_b INT, INOUT p_c VARCHAR(20)) BEGIN SET p_b = p_a + 1; SET p_c = CONCAT(p_c, '!'); END".to_owned(),
            "CREATE FUNCTION S_TWICE(p_n INT) RETURNS INT DETERMINISTIC RETURN p_n * 2".to_owned(),
            "CREATE PROCEDURE S_TWO() BEGIN SELECT 1 AS A; SELECT 'x' AS B, 2 AS C; END".to_owned(),
            "CREATE PROCEDURE S_SAYS() BEGIN SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'careful'; END".to_owned(),
            "CREATE PROCEDURE S_ADD(p_id INT, p_name VARCHAR(20)) INSERT INTO S_T (ID, NAME) VALUES (p_id, p_name)".to_owned(),
        ],
        On::PostgreSql | On::OdbcPostgreSql => vec![
            "CREATE TABLE S_T (ID int PRIMARY KEY, NAME varchar(20) NOT NULL, BORN date, ACTIVE boolean, SALARY numeric(12,4), BIG bigint, NOTE text)".to_owned(),
            "CREATE TABLE S_C (ID int PRIMARY KEY, T_ID int NOT NULL, CONSTRAINT S_C_T FOREIGN KEY (T_ID) REFERENCES S_T (ID))".to_owned(),
            format!("CREATE FUNCTION S_MANY({}) RETURNS TABLE (ALL_OF_THEM text) LANGUAGE sql AS $$ SELECT {} $$", many.iter().map(|p| format!("{p} varchar")).collect::<Vec<_>>().join(", "), many.join(" || ")),
            "CREATE PROCEDURE S_OUT(p_a int, OUT p_b int, INOUT p_c varchar) LANGUAGE plpgsql AS $$ BEGIN p_b := p_a + 1; p_c := p_c || '!'; END $$".to_owned(),
            "CREATE FUNCTION S_TWICE(p_n int) RETURNS int LANGUAGE sql AS $$ SELECT p_n * 2 $$".to_owned(),
            "CREATE FUNCTION S_TWO() RETURNS SETOF refcursor LANGUAGE plpgsql AS $$ DECLARE a refcursor := 'a'; b refcursor := 'b'; BEGIN OPEN a FOR SELECT 1 AS A; RETURN NEXT a; OPEN b FOR SELECT 'x'::text AS B, 2 AS C; RETURN NEXT b; END $$".to_owned(),
            "CREATE PROCEDURE S_SAYS() LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'careful'; END $$".to_owned(),
            "CREATE PROCEDURE S_ADD(p_id int, p_name varchar) LANGUAGE sql AS $$ INSERT INTO S_T (ID, NAME) VALUES (p_id, p_name) $$".to_owned(),
        ],
    };
    let view = "CREATE VIEW S_V AS SELECT ID, NAME FROM S_T WHERE NAME <> ''".to_owned();
    sql.into_iter().chain([view]).collect()
}

/// A row of SLUICE_PROCEDURES, which is how SQLite has procedures.
fn script(name: &str, parameters: &[(&str, &str)], body: &str) -> String {
    let list: Vec<String> = parameters
        .iter()
        .map(|(name, kind)| format!("{{\"name\":\"{name}\",\"type\":\"{kind}\"}}"))
        .collect();
    let body = body.replace('\'', "''");
    format!(
        "INSERT INTO SLUICE_PROCEDURES (NAME, PARAMETERS, BODY) VALUES ('{name}', '[{}]', '{body}')",
        list.join(",")
    )
}

impl Stage {
    async fn set(on: On) -> anyhow::Result<Self> {
        let mut place = Place::new(on).await?;
        let workspace = Workspace::parse(&place.configuration)?;
        let connection = workspace
            .connections
            .values()
            .next()
            .context("no connection")?
            .clone();
        let password = (!place.password.is_empty()).then(|| Secret::new(place.password.clone()));
        for sql in objects(on) {
            place.reader.run(&sql).await.with_context(|| sql.clone())?;
        }
        let Place { reader, folder, .. } = place;
        Ok(Self {
            at: At::Here(on),
            database: sluice_db::open(&connection, password.as_ref())?,
            reader: Eyes::Own(reader),
            connection,
            password,
            _place: Some(folder),
        })
    }

    /// On a server that the environment names; what an earlier run left there goes first.
    async fn elsewhere(at: At, connection: Connection, password: Secret) -> anyhow::Result<Self> {
        let database = sluice_db::open(&connection, Some(&password))?;
        for sql in elsewhere::DROPS {
            // Most of them are not there.
            let _ = read(&database, sql, NONE).await;
        }
        for sql in elsewhere::objects(at) {
            read(&database, &sql, NONE)
                .await
                .with_context(|| sql.clone())?;
        }
        let reader = Eyes::Ports(sluice_db::open(&connection, Some(&password))?);
        Ok(Self {
            at,
            database,
            reader,
            connection,
            password: Some(password),
            _place: None,
        })
    }

    /// Runs what the dialect can do; the cells of its column, and what failed.
    async fn perform(&mut self) -> (Vec<Result<(), &'static str>>, String) {
        let (mut cells, mut failures) = (Vec::new(), String::new());
        for capability in CAPABILITIES {
            if let Some(reason) = (capability.not)(self.at) {
                cells.push(Err(reason));
                continue;
            }
            match (capability.run)(self).await {
                Ok(()) => cells.push(Ok(())),
                Err(error) => {
                    writeln!(failures, "{:?}: {}: {error:#}", self.at, capability.name).unwrap();
                    cells.push(Err("it fails"));
                }
            }
        }
        (cells, failures)
    }
}

#[tokio::test]
async fn sql_server_does_the_same_where_there_is_one() {
    let Some((connection, password)) = crate::sqlserver::server() else {
        return;
    };
    let stage = Stage::elsewhere(At::SqlServer, connection, password).await;
    let (_, failures) = stage.unwrap().perform().await;
    assert!(failures.is_empty(), "\n{failures}");
}

#[tokio::test]
async fn oracle_does_the_same_where_there_is_one() {
    let Some((connection, password)) = crate::oracle::address() else {
        return;
    };
    let stage = Stage::elsewhere(At::Oracle, connection, password).await;
    let (_, failures) = stage.unwrap().perform().await;
    assert!(failures.is_empty(), "\n{failures}");
}

#[tokio::test]
async fn every_dialect_does_what_the_readme_says() {
    let mut columns = Vec::new();
    let mut failures = String::new();
    for (on, _) in DIALECTS {
        let (cells, failed) = Stage::set(on).await.unwrap().perform().await;
        failures.push_str(&failed);
        columns.push(cells);
    }
    assert!(failures.is_empty(), "\n{failures}");
    let table = table(&columns);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (now, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}\n{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(now.trim(), table.trim(), "renew it with UPDATE=1");
    }
}

const BEGIN: &str = "<!-- made by tests/dialects/suite.rs -->";
const END: &str = "<!-- end -->";

fn table(columns: &[Vec<Result<(), &'static str>>]) -> String {
    let mut notes: Vec<&str> = Vec::new();
    let heads: Vec<&str> = DIALECTS.iter().map(|(_, title)| *title).collect();
    let mut text = format!(
        "| | {} |\n|---|{}\n",
        heads.join(" | "),
        ":-:|".repeat(heads.len())
    );
    for (row, capability) in CAPABILITIES.iter().enumerate() {
        let cells: Vec<String> = columns
            .iter()
            .map(|cells| match cells[row] {
                Ok(()) => "✓".to_owned(),
                Err(reason) => {
                    let number = notes
                        .iter()
                        .position(|note| *note == reason)
                        .unwrap_or_else(|| {
                            notes.push(reason);
                            notes.len() - 1
                        });
                    format!("– <sup>{}</sup>", number + 1)
                }
            })
            .collect();
        writeln!(text, "| {} | {} |", capability.name, cells.join(" | ")).unwrap();
    }
    for (index, note) in notes.iter().enumerate() {
        writeln!(text, "\n<sup>{}</sup> {note}.", index + 1).unwrap();
    }
    text
}

const INSERT: &str = "INSERT INTO S_T (ID, NAME, BORN, ACTIVE, SALARY) VALUES (?, ?, ?, ?, ?)";

async fn statements(stage: &mut Stage) -> anyhow::Result<()> {
    let values = [
        Value::Integer(1),
        "it's; -- ?".into(),
        Value::Null,
        Value::Bool(true),
        Value::Null,
    ];
    let outcome = write(&stage.database, INSERT, values).await?;
    ensure!(outcome.affected == Some(1), "{outcome:?}");
    let none = write(
        &stage.database,
        "UPDATE S_T SET NAME = ? WHERE ID = ?",
        texts(&["x", "99"]),
    )
    .await?;
    ensure!(none.affected == Some(0), "{none:?}");
    let rows = read(
        &stage.database,
        "SELECT NAME FROM S_T WHERE ID = ? -- ?\n;",
        [Value::Integer(1)],
    )
    .await?;
    ensure!(text(&rows) == Some("it's; -- ?".to_owned()), "{rows:?}");
    Ok(())
}

async fn text_fits(stage: &mut Stage) -> anyhow::Result<()> {
    write(
        &stage.database,
        INSERT,
        texts(&["2", "b", "2024-02-29", "1", "12345678.1234"]),
    )
    .await?;
    let sql = "SELECT ID, BORN, ACTIVE, SALARY FROM S_T WHERE ID = ?";
    let row = read(&stage.database, sql, texts(&["2"]))
        .await?
        .into_rows()
        .rows
        .remove(0);
    ensure!(row[0] == Value::Integer(2), "{row:?}");
    let born = row[1].to_text().unwrap_or_default();
    // A DATE of Oracle has a time of day.
    let (day, time) = born.split_at_checked(10).unwrap_or((&born, ""));
    ensure!(day == "2024-02-29", "{row:?}");
    ensure!(time.is_empty() || stage.at == At::Oracle, "{row:?}");
    ensure!(row[2].to_text().as_deref() == Some("1"), "{row:?}");
    ensure!(
        row[3].to_text().as_deref() == Some("12345678.1234"),
        "{row:?}"
    );
    let seen = stage
        .reader
        .one(&format!(
            "SELECT COUNT(*) FROM S_T WHERE ID = 2 AND BORN = {}",
            elsewhere::day(stage.at)
        ))
        .await?;
    ensure!(seen.as_deref() == Some("1"), "{seen:?}");
    Ok(())
}

async fn misfits(stage: &mut Stage) -> anyhow::Result<()> {
    for (values, kind, column, value) in [
        (
            ["abc", "b", "2024-02-29", "1", "1"],
            DatabaseErrorKind::InvalidValue,
            "ID",
            "abc",
        ),
        (
            ["3", "b", "often", "1", "1"],
            DatabaseErrorKind::InvalidValue,
            "BORN",
            "often",
        ),
        (
            ["3", "b", "2024-02-29", "maybe", "1"],
            DatabaseErrorKind::InvalidValue,
            "ACTIVE",
            "maybe",
        ),
        (
            ["3", "b", "2024-02-29", "1", "12 EUR"],
            DatabaseErrorKind::InvalidValue,
            "SALARY",
            "12 EUR",
        ),
        (
            ["3", "a name that is too long", "2024-02-29", "1", "1"],
            DatabaseErrorKind::TooLong,
            "NAME",
            "a name that is too long",
        ),
    ] {
        // SQLite keeps any text in a column of these types.
        if stage.at == SQLITE && matches!(column, "BORN" | "NAME") {
            continue;
        }
        let error = refused(write(&stage.database, INSERT, texts(&values)).await)?;
        ensure!(error.kind == kind, "{values:?}: {error:?}");
        ensure!(
            error.message.contains(value) && error.message.contains("Nothing was sent"),
            "{error:?}"
        );
        ensure!(error.message.to_uppercase().contains(column), "{error:?}");
        ensure!(
            error.sqlstate.is_none(),
            "the database was asked: {error:?}"
        );
    }
    let error = refused(
        call(
            &stage.database,
            Access::Write,
            "S_ADD(?, ?)",
            texts(&["x", "y"]),
        )
        .await,
    )?;
    ensure!(
        error.kind == DatabaseErrorKind::InvalidValue
            && error.message.to_lowercase().contains("p_id"),
        "{error:?}"
    );
    let left = stage
        .reader
        .one("SELECT COUNT(*) FROM S_T WHERE ID = 3")
        .await?;
    ensure!(left.as_deref() == Some("0"), "{left:?}");
    Ok(())
}

async fn extremes(stage: &mut Stage) -> anyhow::Result<()> {
    let long = "ä😀".repeat(64 * 1024 / 6);
    let sql = "INSERT INTO S_T (ID, NAME, BIG, NOTE) VALUES (?, ?, ?, ?)";
    let big = Value::Integer(9_007_199_254_740_993);
    // To Oracle an empty text is NULL.
    let empty = if stage.at == At::Oracle { "e" } else { "" };
    let values = [
        Value::Integer(4),
        empty.into(),
        big.clone(),
        Value::Text(long.clone()),
    ];
    write(&stage.database, sql, values).await?;
    write(
        &stage.database,
        sql,
        [Value::Integer(5), "😀".into(), Value::Null, Value::Null],
    )
    .await?;
    let sql = "SELECT NAME, BIG, NOTE FROM S_T WHERE ID IN (4, 5) ORDER BY ID";
    let rows = read(&stage.database, sql, NONE).await?.into_rows().rows;
    ensure!(
        rows[0] == [empty.into(), big, Value::Text(long)],
        "the long row differs"
    );
    ensure!(
        rows[1] == ["😀".into(), Value::Null, Value::Null],
        "{:?}",
        rows[1]
    );
    ensure!(
        rows[0][1].to_json() == "9007199254740993",
        "JSON keeps it as text"
    );
    Ok(())
}

async fn many_parameters(stage: &mut Stage) -> anyhow::Result<()> {
    let values: Vec<Value> = (1..=29).map(|n| Value::Text(format!("{n};"))).collect();
    let wanted: String = (1..=29).map(|n| format!("{n};")).collect();
    let outcome = call(&stage.database, Access::Read, "S_MANY", values).await?;
    ensure!(text(&outcome) == Some(wanted), "{outcome:?}");
    let error = refused(
        call(
            &stage.database,
            Access::Read,
            "S_MANY(?, ?)",
            texts(&["1", "2"]),
        )
        .await,
    )?;
    ensure!(
        error.kind == DatabaseErrorKind::ArgumentCount && error.expected == Some(29),
        "{error:?}"
    );
    Ok(())
}

async fn outs(stage: &mut Stage) -> anyhow::Result<()> {
    let mut call = statement(
        Kind::Procedure,
        "CALL S_OUT(?, ?, ?)",
        texts(&["41", "", "x"]),
    );
    call.parameters[1].direction = Direction::Out;
    call.parameters[1].value = Value::Null;
    let outcome = run(stage, Access::Read, &call).await?;
    let outs: Vec<_> = outcome
        .outs
        .iter()
        .map(|out| (out.position, out.name.to_lowercase(), out.value.to_text()))
        .collect();
    ensure!(
        outs == [
            (2, "p_b".to_owned(), Some("42".to_owned())),
            (3, "p_c".to_owned(), Some("x!".to_owned()))
        ],
        "{outcome:?}"
    );
    ensure!(
        outcome.sets.is_empty(),
        "out values are no rows: {outcome:?}"
    );
    Ok(())
}

async fn returns(stage: &mut Stage) -> anyhow::Result<()> {
    let mut call = statement(Kind::Procedure, "{? = call S_TWICE(?)}", texts(&["", "21"]));
    call.parameters[0].direction = Direction::Out;
    call.parameters[0].value = Value::Null;
    let outcome = run(stage, Access::Read, &call).await?;
    let returned = outcome.returned.as_ref().and_then(Value::to_text);
    ensure!(returned.as_deref() == Some("42"), "{outcome:?}");
    let plain = statement(Kind::Procedure, "S_TWICE(?)", texts(&["4"]));
    let outcome = run(stage, Access::Read, &plain).await?;
    ensure!(text(&outcome).as_deref() == Some("8"), "{outcome:?}");
    Ok(())
}

async fn several_sets(stage: &mut Stage) -> anyhow::Result<()> {
    let outcome = call(&stage.database, Access::Read, "S_TWO()", NONE).await?;
    ensure!(outcome.sets.len() == 2, "{outcome:?}");
    let cells = |index: usize| -> Vec<Option<String>> {
        outcome.sets[index].rows[0]
            .iter()
            .map(Value::to_text)
            .collect()
    };
    ensure!(cells(0) == [Some("1".to_owned())], "{outcome:?}");
    ensure!(
        cells(1) == [Some("x".to_owned()), Some("2".to_owned())],
        "{outcome:?}"
    );
    ensure!(outcome.sets[1].column("c") == Some(1), "{outcome:?}");
    Ok(())
}

async fn messages(stage: &mut Stage) -> anyhow::Result<()> {
    let outcome = call(&stage.database, Access::Write, "S_SAYS()", NONE).await?;
    ensure!(
        outcome.messages.iter().any(|m| m.text.contains("careful")),
        "{outcome:?}"
    );
    let quiet = read(&stage.database, elsewhere::seven(stage.at), NONE).await?;
    ensure!(quiet.messages.is_empty(), "a message comes once: {quiet:?}");
    Ok(())
}

async fn named_arguments(stage: &mut Stage) -> anyhow::Result<()> {
    call(
        &stage.database,
        Access::Write,
        "CALL S_ADD(p_name => ?, p_id => ?)",
        texts(&["named", "6"]),
    )
    .await?;
    let seen = stage
        .reader
        .one("SELECT NAME FROM S_T WHERE ID = 6")
        .await?;
    ensure!(seen.as_deref() == Some("named"), "{seen:?}");
    let unknown = call(
        &stage.database,
        Access::Write,
        "CALL S_ADD(p_nam => ?, p_id => ?)",
        texts(&["named", "7"]),
    )
    .await;
    let error = refused(unknown)?;
    ensure!(error.message.contains("p_nam"), "{error:?}");
    Ok(())
}

async fn forms(stage: &mut Stage) -> anyhow::Result<()> {
    for (id, form) in [
        "CALL S_ADD(?, ?)",
        "{call S_ADD(?, ?)}",
        "EXEC S_ADD ?, ?",
        "S_ADD(?,?);",
        "S_ADD",
    ]
    .iter()
    .enumerate()
    {
        let id = (20 + id).to_string();
        call(&stage.database, Access::Write, form, texts(&[&id, form]))
            .await
            .with_context(|| (*form).to_owned())?;
    }
    let seen = stage
        .reader
        .one("SELECT COUNT(*) FROM S_T WHERE ID BETWEEN 20 AND 24")
        .await?;
    ensure!(seen.as_deref() == Some("5"), "{seen:?}");
    Ok(())
}

/// Takes rows and keeps none.
#[derive(Default)]
struct Count {
    rows: u64,
    stop_after: Option<u64>,
}

impl RowSink for Count {
    fn columns(&mut self, _: Arc<[ResultColumn]>) {}

    fn row(&mut self, _: Vec<Value>) -> Result<(), DatabaseError> {
        self.rows += 1;
        match self.stop_after {
            Some(limit) if self.rows > limit => {
                Err(DatabaseError::new(DatabaseErrorKind::Other, "enough"))
            }
            _ => Ok(()),
        }
    }
}

async fn streams(stage: &mut Stage) -> anyhow::Result<()> {
    let ten = elsewhere::ten(stage.at);
    let ten_thousand = format!("SELECT a.ENT_ID FROM {ten} a, {ten} b, {ten} c, {ten} d");
    let query = statement(Kind::Sql, &ten_thousand, NONE);
    let mut session = stage.database.begin(Access::Read).await?;
    let mut all = Count::default();
    let outcome = session.stream(&query, &mut all).await?;
    ensure!(
        all.rows == 10_000 && outcome.sets.is_empty(),
        "{} rows",
        all.rows
    );
    let mut some = Count {
        stop_after: Some(10),
        ..Count::default()
    };
    let error = session
        .stream(&query, &mut some)
        .await
        .err()
        .context("the sink was not heard")?;
    ensure!(error.message == "enough", "{error:?}");
    drop(session);
    // The rest of the answer never reaches who comes next.
    let next = read(&stage.database, elsewhere::seven(stage.at), NONE).await?;
    ensure!(text(&next).as_deref() == Some("7"), "{next:?}");
    Ok(())
}

async fn rollback(stage: &mut Stage) -> anyhow::Result<()> {
    let mut session = stage.database.begin(Access::Write).await?;
    session
        .execute(&statement(
            Kind::Sql,
            INSERT,
            texts(&["30", "gone", "2024-01-01", "1", "1"]),
        ))
        .await?;
    ensure!(session.in_transaction().await? != Some(false));
    session.rollback().await?;
    let mut dropped = stage.database.begin(Access::Write).await?;
    dropped
        .execute(&statement(
            Kind::Procedure,
            "S_ADD(?, ?)",
            texts(&["31", "gone"]),
        ))
        .await?;
    drop(dropped);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let left = stage
        .reader
        .one("SELECT COUNT(*) FROM S_T WHERE ID IN (30, 31)")
        .await?;
    ensure!(left.as_deref() == Some("0"), "{left:?}");
    Ok(())
}

async fn deadline(stage: &mut Stage) -> anyhow::Result<()> {
    let slow = match stage.at {
        At::Here(On::Sqlite) => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
        }
        At::Here(On::MariaDb | On::OdbcMariaDb) => "SELECT SLEEP(20)",
        At::Here(On::PostgreSql | On::OdbcPostgreSql) => "SELECT pg_sleep(20)",
        At::SqlServer => "WAITFOR DELAY '00:00:20'",
        At::Oracle => "SELECT COUNT(*) FROM ALL_OBJECTS a, ALL_OBJECTS b, ALL_OBJECTS c",
    };
    let mut connection = stage.connection.clone();
    connection.statement_timeout_ms = 300;
    let database = sluice_db::open(&connection, stage.password.as_ref())?;
    let error = refused(read(&database, slow, NONE).await)?;
    ensure!(error.kind == DatabaseErrorKind::Timeout, "{error:?}");
    let next = read(&database, elsewhere::seven(stage.at), NONE).await?;
    ensure!(text(&next).as_deref() == Some("7"), "{next:?}");
    Ok(())
}

async fn errors(stage: &mut Stage) -> anyhow::Result<()> {
    use DatabaseErrorKind as K;
    let insert = "INSERT INTO S_T (ID, NAME) VALUES (?, ?)";
    write(&stage.database, insert, texts(&["40", "one"])).await?;
    let duplicate = refused(write(&stage.database, insert, texts(&["40", "two"])).await)?;
    ensure!(duplicate.kind == K::Duplicate, "{duplicate:?}");
    let null = refused(write(&stage.database, insert, ["41".into(), Value::Null]).await)?;
    ensure!(null.kind == K::NotNull, "{null:?}");
    let child = "INSERT INTO S_C (ID, T_ID) VALUES (?, ?)";
    let foreign = refused(write(&stage.database, child, texts(&["1", "4000"])).await)?;
    ensure!(foreign.kind == K::ForeignKey, "{foreign:?}");
    let missing = refused(read(&stage.database, "SELECT 1 FROM S_NOWHERE", NONE).await)?;
    ensure!(missing.kind == K::MissingObject, "{missing:?}");
    let routine = refused(call(&stage.database, Access::Read, "S_NOWHERE()", NONE).await)?;
    ensure!(routine.kind == K::MissingProcedure, "{routine:?}");
    let syntax = refused(read(&stage.database, "SELECT FROM WHERE", NONE).await)?;
    ensure!(
        matches!(syntax.kind, K::Syntax | K::MissingObject),
        "{syntax:?}"
    );
    Ok(())
}

async fn tables(stage: &mut Stage) -> anyhow::Result<()> {
    let mut session = stage.database.begin(Access::Read).await?;
    let name = |text: &str| Question::Relation(ObjectName::new(None, text));
    let found = session.catalogue(&name("S_T")).await?.relations;
    let table = found.first().context("S_T is not found")?;
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|c| c.name.to_uppercase())
        .collect();
    ensure!(
        names == ["ID", "NAME", "BORN", "ACTIVE", "SALARY", "BIG", "NOTE"],
        "{names:?}"
    );
    let column = |name: &str| table.column(name).with_context(|| name.to_owned());
    ensure!(
        is_whole(stage.at, column("ID")?.data_type.kind),
        "{table:?}"
    );
    ensure!(
        column("NAME")?.data_type.length == Some(20) && !column("NAME")?.nullable,
        "{table:?}"
    );
    ensure!(
        column("BORN")?.data_type.kind == TypeKind::Date && column("BORN")?.nullable,
        "{table:?}"
    );
    // Oracle had no BOOLEAN for columns before 23.
    ensure!(
        column("ACTIVE")?.data_type.kind == TypeKind::Boolean || stage.at == At::Oracle,
        "{table:?}"
    );
    let salary = &column("SALARY")?.data_type;
    ensure!(
        (salary.kind, salary.precision, salary.scale) == (TypeKind::Decimal, Some(12), Some(4)),
        "{salary:?}"
    );
    ensure!(
        table
            .primary_key()
            .iter()
            .map(|c| c.to_uppercase())
            .collect::<Vec<_>>()
            == ["ID"],
        "{table:?}"
    );
    let child = session.catalogue(&name("S_C")).await?.relations;
    let key = child
        .first()
        .and_then(|c| c.foreign_keys.first())
        .context("no foreign key")?;
    ensure!(
        key.target.name.eq_ignore_ascii_case("S_T") && key.columns.len() == 1,
        "{key:?}"
    );
    let view = session.catalogue(&name("S_V")).await?.relations;
    ensure!(
        view.first()
            .is_some_and(|v| v.columns.len() == 2 && v.source.is_some()),
        "{view:?}"
    );
    let all = session
        .catalogue(&Question::Relations { schema: None })
        .await?
        .relations;
    for wanted in ["S_T", "S_C", "S_V", elsewhere::ten(stage.at)] {
        ensure!(
            all.iter().any(|r| r.name.name.eq_ignore_ascii_case(wanted)),
            "{wanted} is not listed"
        );
    }
    ensure!(
        session
            .catalogue(&name("S_NOWHERE"))
            .await?
            .relations
            .is_empty()
    );
    ensure!(
        session
            .catalogue(&Question::Schemas)
            .await?
            .schemas
            .iter()
            .any(|s| s.current)
    );
    ensure!(session.catalogue(&Question::Rights).await?.rights.is_some());
    Ok(())
}

async fn routines(stage: &mut Stage) -> anyhow::Result<()> {
    let mut session = stage.database.begin(Access::Read).await?;
    let name = |text: &str| Question::Routine(ObjectName::new(None, text));
    let many = session.catalogue(&name("S_MANY")).await?.routines;
    ensure!(many.len() == 1 && many[0].source.is_some(), "{many:?}");
    let inputs: Vec<_> = many[0]
        .parameters
        .iter()
        .filter(|p| p.direction == Direction::In)
        .collect();
    ensure!(
        inputs.len() == 29
            && inputs[28]
                .name
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case("p29")),
        "{inputs:?}"
    );
    let add = session.catalogue(&name("s_add")).await?.routines;
    let parameters = &add.first().context("S_ADD is not found")?.parameters;
    ensure!(
        is_whole(stage.at, parameters[0].data_type.kind),
        "{parameters:?}"
    );
    if not_in_scripts(stage.at).is_none() {
        let out = session.catalogue(&name("S_OUT")).await?.routines;
        let directions: Vec<_> = out[0].parameters.iter().map(|p| p.direction).collect();
        // An OUTPUT parameter of SQL Server takes a value as well.
        let out_only = match stage.at {
            At::SqlServer => Direction::InOut,
            _ => Direction::Out,
        };
        ensure!(
            directions == [Direction::In, out_only, Direction::InOut],
            "{out:?}"
        );
        let twice = session.catalogue(&name("S_TWICE")).await?.routines;
        ensure!(
            twice[0].kind == RoutineKind::Function && twice[0].returns.is_some(),
            "{twice:?}"
        );
    }
    let all = session
        .catalogue(&Question::Routines { schema: None })
        .await?
        .routines;
    ensure!(
        all.iter()
            .any(|r| r.name.name.eq_ignore_ascii_case("S_ADD") && r.parameters.len() == 2),
        "not listed"
    );
    Ok(())
}

/// Whether a type holds whole numbers. To Oracle a whole number is a NUMBER without decimals.
fn is_whole(at: At, kind: TypeKind) -> bool {
    matches!(kind, TypeKind::Integer { .. }) || (at == At::Oracle && kind == TypeKind::Decimal)
}

async fn run(
    stage: &Stage,
    access: Access,
    statement: &Statement,
) -> Result<StatementOutcome, DatabaseError> {
    let mut session = stage.database.begin(access).await?;
    let outcome = session.execute(statement).await?;
    session.commit().await?;
    Ok(outcome)
}

fn text(outcome: &StatementOutcome) -> Option<String> {
    outcome.sets.first()?.rows.first()?.first()?.to_text()
}

fn refused<T>(result: Result<T, DatabaseError>) -> anyhow::Result<DatabaseError> {
    result.err().context("it was not refused")
}
