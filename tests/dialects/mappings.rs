//! Mappings on real databases: checked against the live catalogue, and run dry.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde_json::{Value as Json, json};
use sluice_core::check::{Finding, Fix};
use sluice_core::config::Workspace;
use sluice_core::dry_run::{CautionKind, DryRun, Rollback};
use sluice_core::mapping::Kind;
use sluice_core::plan::Statement;
use sluice_core::ports::{Clock, Severity};
use sluice_core::trace::Trace;
use sluice_core::usecase::{self, Context};
use sluice_core::{Operation, Secret};
use sluice_tests::support::site::{On, Place, Reader};

struct Running(Instant);

impl Clock for Running {
    fn wall_us(&self) -> i64 {
        0
    }

    fn monotonic_us(&self) -> i64 {
        i64::try_from(self.0.elapsed().as_micros()).unwrap_or(i64::MAX)
    }
}

/// The demo's first application on a fresh database, after some SQL of the test's own.
struct Bench {
    context: Context,
    reader: Reader,
    _folder: tempfile::TempDir,
}

async fn bench(on: On, prepare: &[&str]) -> anyhow::Result<Bench> {
    bench_as(on, prepare, None).await
}

/// With an account of the database's own, whose name is its password too.
async fn bench_as(on: On, prepare: &[&str], account: Option<&str>) -> anyhow::Result<Bench> {
    let mut place = Place::new(on).await?;
    for sql in prepare {
        place
            .reader
            .run(sql)
            .await
            .with_context(|| (*sql).to_owned())?;
    }
    let workspace = Workspace::parse(&place.configuration)?;
    let mut connection = workspace
        .connections
        .values()
        .next()
        .context("no connection")?
        .clone();
    let mut password = (!place.password.is_empty()).then(|| Secret::new(place.password.clone()));
    if let Some(account) = account {
        connection.user = Some(account.to_owned());
        password = Some(Secret::new(account));
    }
    let application = workspace.applications["jdbc_on_prem"].clone();
    Ok(Bench {
        context: Context {
            application: Arc::new(application),
            database: sluice_db::open(&connection, password.as_ref())?,
            snapshots: Arc::default(),
            snapshot_key: String::new(),
            base: String::new(),
            trace: Trace::new(Arc::new(Running(Instant::now())), 5),
        },
        reader: place.reader,
        _folder: place.folder,
    })
}

const EVERYWHERE: [On; 5] = [
    On::Sqlite,
    On::MariaDb,
    On::PostgreSql,
    On::OdbcMariaDb,
    On::OdbcPostgreSql,
];

impl Bench {
    async fn check(&mut self) -> anyhow::Result<Vec<Finding>> {
        Ok(usecase::check_mappings(&mut self.context).await?)
    }

    async fn dry_run(&mut self, statement: &Statement, in_spite: bool) -> anyhow::Result<DryRun> {
        Ok(usecase::dry_run(&mut self.context, statement, in_spite).await?)
    }

    async fn try_it(&mut self, operation: Operation, fields: &Json) -> anyhow::Result<DryRun> {
        let fields = fields.as_object().context("fields are an object")?;
        let statement = usecase::planned(&mut self.context, operation, fields)?;
        self.dry_run(&statement, false).await
    }

    async fn count(&mut self, of: &str) -> anyhow::Result<Option<String>> {
        self.reader.one(&format!("SELECT COUNT(*) FROM {of}")).await
    }
}

fn statement(kind: Kind, text: &str) -> Statement {
    Statement {
        operation: None,
        kind,
        text: text.to_owned(),
        parameters: Vec::new(),
    }
}

fn sql(text: &str) -> Statement {
    statement(Kind::Sql, text)
}

fn call(text: &str) -> Statement {
    statement(Kind::Procedure, text)
}

#[tokio::test]
async fn the_demo_has_nothing_that_would_fail() -> anyhow::Result<()> {
    for on in EVERYWHERE {
        let found = bench(on, &[]).await?.check().await?;
        let errors: Vec<_> = found
            .iter()
            .filter(|f| f.severity != Severity::Note)
            .collect();
        ensure!(errors.is_empty(), "{on:?}: {errors:#?}");
    }
    Ok(())
}

/// The guide's figures disagree: 24 parameters in its list, 29 in its drawing.
#[tokio::test]
async fn twenty_four_parameters_against_twenty_nine_are_found_on_every_dialect()
-> anyhow::Result<()> {
    let names: Vec<String> = (1..=29).map(|n| format!("p_{n}")).collect();
    for on in EVERYWHERE {
        let declare = |kind: &str| {
            let list: Vec<String> = names.iter().map(|name| format!("{name} {kind}")).collect();
            list.join(", ")
        };
        let prepare = match on {
            On::Sqlite => vec![format!(
                "UPDATE SLUICE_PROCEDURES SET PARAMETERS = '[{}]', BODY = 'SELECT :p_1' WHERE NAME = 'CREATE_USER'",
                names.iter().map(|n| format!("{{\"name\":\"{n}\",\"type\":\"TEXT\"}}")).collect::<Vec<_>>().join(",")
            )],
            On::MariaDb | On::OdbcMariaDb => vec![
                "DROP PROCEDURE CREATE_USER".to_owned(),
                format!("CREATE PROCEDURE CREATE_USER({}) SELECT 1", declare("VARCHAR(100)")),
            ],
            On::PostgreSql | On::OdbcPostgreSql => vec![
                "DO $$ DECLARE r regprocedure; BEGIN FOR r IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proname = 'create_user' LOOP EXECUTE 'DROP ROUTINE ' || r; END LOOP; END $$".to_owned(),
                format!("CREATE PROCEDURE CREATE_USER({}) LANGUAGE sql AS $$ SELECT 1 $$", declare("varchar")),
            ],
        };
        let prepare: Vec<&str> = prepare.iter().map(String::as_str).collect();
        let found = bench(on, &prepare).await?.check().await?;
        let drift = found
            .iter()
            .find(|f| f.code == "check.parameter_count")
            .with_context(|| format!("{on:?}: {found:#?}"))?;
        ensure!(
            drift.operation == Some(Operation::CreateUser) && drift.severity == Severity::Error
        );
        ensure!(
            drift
                .cause
                .contains("takes 29 parameters, and 24 are given"),
            "{on:?}: {}",
            drift.cause
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_missing_index_a_missing_column_and_a_shorter_parameter_are_found() -> anyhow::Result<()>
{
    let prepare = [
        "CREATE TABLE PLAIN AS SELECT USER_ID, USERNAME FROM USERS",
        "CREATE OR REPLACE PROCEDURE GET_USER_BY_ID(p_user_id VARCHAR(100)) SELECT USER_ID, USERNAME FROM PLAIN WHERE USER_ID = p_user_id",
        "ALTER TABLE USERS ADD COLUMN BADGE VARCHAR(8) NOT NULL AFTER TITLE, ALTER COLUMN BADGE DROP DEFAULT",
        "ALTER TABLE USERS MODIFY USERNAME VARCHAR(200) NOT NULL",
    ];
    let found = bench(On::MariaDb, &prepare).await?.check().await?;
    let one = |code: &str| {
        let finding = found.iter().find(|f| f.code == code);
        finding.with_context(|| format!("{code} is not among {found:#?}"))
    };
    let index = one("check.index")?;
    ensure!(
        matches!(&index.fix, Some(Fix::Sql { text }) if text.starts_with("CREATE INDEX `PLAIN_USER_ID`")),
        "{index:?}"
    );
    ensure!(one("check.not_null")?.cause.contains("BADGE"));
    ensure!(one("check.parameter_length")?.cause.contains("USERNAME"));
    ensure!(one("check.columns_differ")?.cause.contains("EMAIL"));
    Ok(())
}

#[tokio::test]
async fn a_right_that_the_account_lacks_is_found_with_the_grant() -> anyhow::Result<()> {
    let mut place = Place::new(On::MariaDb).await?;
    let name = place
        .reader
        .one("SELECT DATABASE()")
        .await?
        .context("no database")?;
    for sql in [
        "CREATE USER checker_of_rights@'127.0.0.1' IDENTIFIED BY 'checker'".to_owned(),
        format!("GRANT SELECT, EXECUTE ON {name}.* TO checker_of_rights@'127.0.0.1'"),
    ] {
        place.reader.run(&sql).await?;
    }
    let workspace = Workspace::parse(&place.configuration)?;
    let mut connection = workspace
        .connections
        .values()
        .next()
        .context("no connection")?
        .clone();
    connection.user = Some("checker_of_rights".to_owned());
    let mut application = workspace.applications["jdbc_on_prem"].clone();
    let switch = application
        .operations
        .get_mut(&Operation::DeactivateUser)
        .context("not mapped")?;
    switch.kind = Kind::Sql;
    "UPDATE USERS SET IS_ACTIVE = '0' WHERE USER_ID = ?".clone_into(&mut switch.statement);
    let mut bench = Bench {
        context: Context {
            application: Arc::new(application),
            database: sluice_db::open(&connection, Some(&Secret::new("checker")))?,
            snapshots: Arc::default(),
            snapshot_key: String::new(),
            base: String::new(),
            trace: Trace::new(Arc::new(Running(Instant::now())), 5),
        },
        reader: place.reader,
        _folder: place.folder,
    };
    let found = bench.check().await?;
    let missing: Vec<_> = found
        .iter()
        .filter(|f| f.code == "check.right_missing")
        .collect();
    ensure!(missing.len() == 1, "{missing:#?}");
    ensure!(
        missing[0].operation == Some(Operation::DeactivateUser)
            && missing[0].cause.contains("UPDATE")
    );
    ensure!(
        matches!(&missing[0].fix, Some(Fix::Sql { text }) if text.starts_with("GRANT UPDATE") && text.contains("USERS")),
        "{missing:#?}"
    );
    bench
        .reader
        .run("DROP USER checker_of_rights@'127.0.0.1'")
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_create_is_tried_with_the_rows_it_would_add_and_nothing_stays() -> anyhow::Result<()> {
    for on in EVERYWHERE {
        let mut bench = bench(on, &[]).await?;
        let before = bench.count("USERS").await?;
        let fields = json!({
            "USER_ID": "rey@galaxy.local", "USERNAME": "rey@galaxy.local", "FIRSTNAME": "Rey",
            "LASTNAME": "Palpatine", "EMAIL": "rey@galaxy.local", "PASSWORD_HASH": "$2b$hidden"
        });
        let report = bench.try_it(Operation::CreateUser, &fields).await?;
        ensure!(report.problem.is_none(), "{on:?}: {report:#?}");
        ensure!(report.rollback == Rollback::Held, "{on:?}: {report:#?}");
        let users = report
            .tables
            .iter()
            .find(|change| change.table.name.eq_ignore_ascii_case("USERS"))
            .with_context(|| format!("{on:?}: {report:#?}"))?;
        ensure!(users.added.len() == 1 && users.changed.is_empty() && users.removed.is_empty());
        let row = serde_json::to_string(&users.added[0])?;
        ensure!(
            row.contains("Palpatine") && !row.contains("hidden"),
            "{row}"
        );
        ensure!(
            !serde_json::to_string(&report)?.contains("hidden"),
            "a secret is in the report"
        );
        ensure!(bench.count("USERS").await? == before, "{on:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_change_shows_the_row_before_and_after() -> anyhow::Result<()> {
    for on in EVERYWHERE {
        let mut bench = bench(on, &[]).await?;
        let id = bench
            .reader
            .one("SELECT MIN(USER_ID) FROM USERS WHERE IS_ACTIVE = '1'")
            .await?;
        let fields = json!({ "USER_ID": id });
        let report = bench.try_it(Operation::DeactivateUser, &fields).await?;
        ensure!(report.rollback == Rollback::Held, "{on:?}: {report:#?}");
        let changes: Vec<_> = report.tables.iter().flat_map(|t| &t.changed).collect();
        ensure!(
            changes.len() == 1 && changes[0].before != changes[0].after,
            "{on:?}: {report:#?}"
        );
        let active = bench.count("USERS WHERE IS_ACTIVE = '0'").await?;
        ensure!(active.as_deref() == Some("1"), "{on:?}: {active:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_statement_that_fails_is_told_and_leaves_nothing() -> anyhow::Result<()> {
    for on in EVERYWHERE {
        let mut bench = bench(on, &[]).await?;
        let report = bench
            .dry_run(&sql("UPDATE USERS SET USERNAME = NULL"), false)
            .await?;
        let problem = report.problem.with_context(|| format!("{on:?}"))?;
        ensure!(problem.code == "database.not_null", "{on:?}: {problem:?}");
        ensure!(report.rollback == Rollback::Held, "{on:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_table_that_may_be_written_and_not_read_is_tried_all_the_same() -> anyhow::Result<()> {
    let prepare = [
        "CREATE ROLE writer_only LOGIN PASSWORD 'writer_only'",
        "GRANT INSERT ON ENTITLEMENTS TO writer_only",
    ];
    let mut bench = bench_as(On::PostgreSql, &prepare, Some("writer_only")).await?;
    let insert = sql("INSERT INTO ENTITLEMENTS (ENT_ID, ENT_NAME) VALUES (4711, 'Unread')");
    let report = bench.dry_run(&insert, false).await?;
    ensure!(report.problem.is_none(), "{report:#?}");
    ensure!(
        report.statements.len() == 1 && report.tables.is_empty(),
        "{report:#?}"
    );
    // What cannot be read cannot be compared, and nothing is promised of it.
    ensure!(report.rollback == Rollback::NotVerified, "{report:#?}");
    let stayed = bench.count("ENTITLEMENTS WHERE ENT_ID = 4711").await?;
    ensure!(stayed.as_deref() == Some("0"), "{stayed:?}");
    for sql in ["DROP OWNED BY writer_only", "DROP ROLE writer_only"] {
        bench.reader.run(sql).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_a_rollback_cannot_take_back_is_not_run_unless_asked_for_and_then_shown()
-> anyhow::Result<()> {
    let prepare = [
        "CREATE TABLE AUDIT (ID INT PRIMARY KEY, WHAT VARCHAR(20)) ENGINE = MyISAM",
        "CREATE PROCEDURE KEEPS() BEGIN UPDATE USERS SET TITLE = 'kept' WHERE USER_ID LIKE 'y%'; COMMIT; END",
    ];
    let mut bench = bench(On::MariaDb, &prepare).await?;
    let insert = sql("INSERT INTO AUDIT VALUES (1, 'x')");
    for statement in [&insert, &call("KEEPS()"), &sql("CREATE TABLE X (A INT)")] {
        let report = bench.dry_run(statement, false).await?;
        ensure!(
            report.rollback == Rollback::NotRun && report.statements.is_empty(),
            "{report:#?}"
        );
        ensure!(
            report
                .cautions
                .iter()
                .any(|c| c.kind == CautionKind::CannotHold),
            "{report:#?}"
        );
    }
    ensure!(bench.count("AUDIT").await?.as_deref() == Some("0"));
    let kept = bench.dry_run(&insert, true).await?;
    ensure!(kept.rollback == Rollback::Broken, "{kept:#?}");
    ensure!(
        kept.kept.len() == 1 && kept.kept[0].added.len() == 1,
        "{kept:#?}"
    );
    let committed = bench.dry_run(&call("KEEPS()"), true).await?;
    ensure!(committed.rollback == Rollback::Broken, "{committed:#?}");
    let problem = committed.problem.context("nothing is said")?;
    ensure!(problem.code == "dry_run.committed", "{problem:?}");
    Ok(())
}

#[tokio::test]
async fn numbers_of_a_sequence_and_commits_are_told_on_postgresql() -> anyhow::Result<()> {
    let prepare = [
        "CREATE SEQUENCE BADGES",
        "CREATE PROCEDURE NUMBERS() LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET title = nextval('badges')::text; END $$",
        "CREATE PROCEDURE KEEPS() LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET title = 'kept'; COMMIT; END $$",
    ];
    let mut bench = bench(On::PostgreSql, &prepare).await?;
    let numbers = bench.dry_run(&call("NUMBERS()"), false).await?;
    ensure!(numbers.rollback == Rollback::Held, "{numbers:#?}");
    ensure!(
        numbers
            .cautions
            .iter()
            .any(|c| c.kind == CautionKind::Leaves),
        "{numbers:#?}"
    );
    let keeps = bench.dry_run(&call("KEEPS()"), false).await?;
    ensure!(keeps.rollback == Rollback::NotRun, "{keeps:#?}");
    let refused = bench.dry_run(&call("KEEPS()"), true).await?;
    ensure!(
        refused.problem.is_some() && refused.rollback == Rollback::Held,
        "{refused:#?}"
    );
    Ok(())
}
