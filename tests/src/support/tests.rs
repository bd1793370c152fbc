//! The support itself, tried: servers start, end with us, and hold the demo.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use mysql_async::{Value, prelude::Queryable};
use sqlx::Row;

use super::{demo, mariadb, mariadb::MariaDb, postgres, postgres::Postgres, sqlite};

const PROCEDURES: [&str; 10] = [
    "ACTIVATE_USER",
    "ADD_ENTITLEMENT_TO_USER",
    "CREATE_USER",
    "DEACTIVATE_USER",
    "GET_ACTIVEUSERS",
    "GET_ALL_ENTITLEMENTS",
    "GET_USER_BY_ID",
    "GET_USER_ENTITLEMENT",
    "REMOVE_ENTITLEMENT_FROM_USER",
    "UPDATE_USER",
];

const COLUMNS: [&str; 25] = [
    "USER_ID",
    "USERNAME",
    "FIRSTNAME",
    "LASTNAME",
    "MIDDLENAME",
    "EMAIL",
    "DISPLAYNAME",
    "NICKNAME",
    "MOBILEPHONE",
    "STREETADDRESS",
    "CITY",
    "STATE",
    "ZIPCODE",
    "COUNTRYCODE",
    "TIMEZONE",
    "ORGANIZATION",
    "DEPARTMENT",
    "MANAGERID",
    "MANAGER",
    "TITLE",
    "EMPLOYEENUMBER",
    "HIREDATE",
    "TERMINATIONDATE",
    "PASSWORD_HASH",
    "IS_ACTIVE",
];

const VIEWS: [(&str, i64); 6] = [
    ("V_ACTIVE_USERS", 14),
    ("V_ENTITLEMENT_USAGE", 10),
    ("V_INACTIVE_USERENTITLEMENTS", 3),
    ("V_INACTIVE_USERS", 1),
    ("V_USERENTITLEMENTS", 34),
    ("V_USER_HIERARCHY", 15),
];

const YODA: &str = "yoda@galaxy.local";
const VADER: &str = "darth.vader@galaxy.local";

/// What CREATE_USER and UPDATE_USER take: five that are required, nineteen that may be empty.
fn person(id: &str, first: &str) -> Vec<Option<String>> {
    let mut all: Vec<Option<String>> = [id, id, first, "Tano", id]
        .map(|v| Some(v.to_owned()))
        .into();
    all.resize(24, None);
    all[21] = Some("2024-02-29".to_owned());
    all
}

fn text(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|v| Some((*v).to_owned())).collect()
}

/// One dialect's way of calling a procedure with text for every parameter: rows, or the refusal.
trait Caller {
    async fn call(&mut self, name: &str, values: Vec<Option<String>>) -> Result<usize, String>;
}

/// The same story on every database.
async fn all_ten_run(db: &mut impl Caller) {
    let ahsoka = "ahsoka.tano@galaxy.local";

    assert_eq!(db.call("GET_ACTIVEUSERS", vec![]).await, Ok(14));
    assert_eq!(db.call("GET_ALL_ENTITLEMENTS", vec![]).await, Ok(10));
    assert_eq!(db.call("GET_USER_BY_ID", text(&[VADER])).await, Ok(1));
    assert_eq!(db.call("GET_USER_BY_ID", text(&["nobody"])).await, Ok(0));
    assert_eq!(db.call("GET_USER_ENTITLEMENT", text(&[YODA])).await, Ok(4));

    db.call("CREATE_USER", person(ahsoka, "Ahsoka"))
        .await
        .unwrap();
    assert_eq!(db.call("GET_ACTIVEUSERS", vec![]).await, Ok(15));
    db.call("CREATE_USER", person(ahsoka, "Ahsoka"))
        .await
        .unwrap_err();
    let mut long = person("long@galaxy.local", "Long");
    long[2] = Some("x".repeat(101));
    db.call("CREATE_USER", long).await.unwrap_err();
    let mut no_date = person("no.date@galaxy.local", "No");
    no_date[21] = Some("2024-02-31".to_owned());
    db.call("CREATE_USER", no_date).await.unwrap_err();

    db.call("UPDATE_USER", person(ahsoka, "Fulcrum"))
        .await
        .unwrap();
    db.call("UPDATE_USER", person(ahsoka, "Fulcrum"))
        .await
        .unwrap();
    db.call("DEACTIVATE_USER", text(&[ahsoka])).await.unwrap();
    assert_eq!(db.call("GET_ACTIVEUSERS", vec![]).await, Ok(14));
    db.call("ACTIVATE_USER", text(&[ahsoka])).await.unwrap();
    assert_eq!(db.call("GET_ACTIVEUSERS", vec![]).await, Ok(15));

    db.call("ADD_ENTITLEMENT_TO_USER", text(&[ahsoka, "3"]))
        .await
        .unwrap();
    db.call("ADD_ENTITLEMENT_TO_USER", text(&[ahsoka, "3"]))
        .await
        .unwrap();
    assert_eq!(
        db.call("GET_USER_ENTITLEMENT", text(&[ahsoka])).await,
        Ok(1)
    );
    db.call("REMOVE_ENTITLEMENT_FROM_USER", text(&[ahsoka, "3"]))
        .await
        .unwrap();
    db.call("REMOVE_ENTITLEMENT_FROM_USER", text(&[ahsoka, "3"]))
        .await
        .unwrap();
    assert_eq!(
        db.call("GET_USER_ENTITLEMENT", text(&[ahsoka])).await,
        Ok(0)
    );

    for (name, values, what) in [
        ("UPDATE_USER", person("nobody", "No"), "user"),
        ("ACTIVATE_USER", text(&["nobody"]), "user"),
        ("DEACTIVATE_USER", text(&["nobody"]), "user"),
        ("ADD_ENTITLEMENT_TO_USER", text(&["nobody", "3"]), "user"),
        (
            "ADD_ENTITLEMENT_TO_USER",
            text(&[YODA, "33"]),
            "entitlement",
        ),
    ] {
        let refusal = db.call(name, values).await.unwrap_err();
        let expected = format!("The {what} does not exist.");
        assert!(refusal.contains(&expected), "{name}: {refusal}");
    }
}

impl Caller for mysql_async::Conn {
    async fn call(&mut self, name: &str, values: Vec<Option<String>>) -> Result<usize, String> {
        let marks = vec!["?"; values.len()].join(", ");
        let values: Vec<Value> = values.into_iter().map(Value::from).collect();
        let parameters = if values.is_empty() {
            mysql_async::Params::Empty
        } else {
            values.into()
        };
        let rows: Vec<mysql_async::Row> = self
            .exec(format!("CALL {name}({marks})"), parameters)
            .await
            .map_err(|error| error.to_string())?;
        Ok(rows.len())
    }
}

impl Caller for tokio_postgres::Client {
    async fn call(&mut self, name: &str, values: Vec<Option<String>>) -> Result<usize, String> {
        let literals: Vec<String> = values
            .iter()
            .map(|value| {
                value
                    .as_ref()
                    .map_or("NULL".to_owned(), |text| format!("'{text}'"))
            })
            .collect();
        let verb = if name.starts_with("GET_") {
            "SELECT * FROM"
        } else {
            "CALL"
        };
        let answer = self
            .simple_query(&format!("{verb} {name}({})", literals.join(", ")))
            .await
            .map_err(|error| error.as_db_error().unwrap().message().to_owned())?;
        let row = |message: &&_| matches!(message, tokio_postgres::SimpleQueryMessage::Row(_));
        Ok(answer.iter().filter(row).count())
    }
}

/// Runs a script of SLUICE_PROCEDURES. The driver knows numbered parameters only.
impl Caller for sqlx::SqliteConnection {
    async fn call(&mut self, name: &str, values: Vec<Option<String>>) -> Result<usize, String> {
        let script = sqlx::query("SELECT PARAMETERS, BODY FROM SLUICE_PROCEDURES WHERE NAME = ?")
            .bind(name.to_lowercase())
            .fetch_one(&mut *self)
            .await
            .unwrap();
        let parameters: Vec<serde_json::Value> = serde_json::from_str(script.get(0)).unwrap();
        assert_eq!(parameters.len(), values.len(), "parameters of {name}");

        let mut rows = 0;
        for statement in script.get::<String, _>(1).split(';') {
            // Longest first: no parameter's name may be found inside another's.
            let mut named: Vec<_> = parameters
                .iter()
                .map(|parameter| format!(":{}", parameter["name"].as_str().unwrap()))
                .zip(&values)
                .filter(|(name, _)| statement.contains(name))
                .collect();
            named.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
            let mut sql = statement.to_owned();
            for (at, (name, _)) in named.iter().enumerate() {
                sql = sql.replace(name, &format!("?{}", at + 1));
            }
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for (_, value) in named {
                query = query.bind(value);
            }
            rows = query
                .fetch_all(&mut *self)
                .await
                .map_err(|error| error.to_string())?
                .len();
        }
        Ok(rows)
    }
}

#[tokio::test]
async fn a_private_mariadb_answers_and_holds_fifteen_people() {
    let server = mariadb::shared().await.unwrap();
    let database = server.fresh_database().await.unwrap();
    let mut conn = server.connect(&database).await.unwrap();

    let people: Option<i64> = conn
        .query_first("SELECT COUNT(*) FROM USERS")
        .await
        .unwrap();
    assert_eq!(people, Some(15));
    let name: Option<String> = conn
        .query_first("SELECT FIRSTNAME FROM USERS WHERE USER_ID = 'padme.amidala@galaxy.local'")
        .await
        .unwrap();
    assert_eq!(name.as_deref(), Some("Padmé"));
    let columns: Vec<String> = conn
        .query("SELECT COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'USERS' ORDER BY ORDINAL_POSITION")
        .await
        .unwrap();
    assert_eq!(columns, COLUMNS);
    let routines: Vec<String> = conn
        .query("SELECT ROUTINE_NAME FROM INFORMATION_SCHEMA.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1")
        .await
        .unwrap();
    assert_eq!(routines, PROCEDURES);
    for (view, rows) in VIEWS {
        let found: Option<i64> = conn
            .query_first(format!("SELECT COUNT(*) FROM {view}"))
            .await
            .unwrap();
        assert_eq!(found, Some(rows), "{view}");
    }
}

#[tokio::test]
async fn a_private_postgresql_answers_and_holds_fifteen_people() {
    let server = postgres::shared().await.unwrap();
    let database = server.fresh_database().await.unwrap();
    let client = server.connect(&database).await.unwrap();

    let people: i64 = client
        .query_one("SELECT COUNT(*) FROM USERS", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(people, 15);
    let name: String = client
        .query_one(
            "SELECT FIRSTNAME FROM USERS WHERE USER_ID = 'padme.amidala@galaxy.local'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(name, "Padmé");
    let columns = client
        .prepare("SELECT * FROM GET_ACTIVEUSERS()")
        .await
        .unwrap();
    let columns: Vec<String> = columns
        .columns()
        .iter()
        .map(|column| column.name().to_uppercase())
        .collect();
    assert_eq!(columns, COLUMNS);
    let routines: Vec<String> = client
        .query(
            "SELECT UPPER(proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
            &[],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(routines, PROCEDURES);
    for (view, rows) in VIEWS {
        let found: i64 = client
            .query_one(&format!("SELECT COUNT(*) FROM {view}"), &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(found, rows, "{view}");
    }
}

#[tokio::test]
async fn the_sqlite_demo_holds_fifteen_people() {
    let dir = tempfile::tempdir().unwrap();
    let file = sqlite::fresh_file(dir.path()).await.unwrap();
    let mut conn = sqlite::connect(&file).await.unwrap();

    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info('USERS')")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert_eq!(columns, COLUMNS);
    let routines: Vec<String> = sqlx::query_scalar("SELECT NAME FROM SLUICE_PROCEDURES ORDER BY 1")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert_eq!(routines, PROCEDURES);
    for (view, rows) in VIEWS.into_iter().chain([("USERS", 15)]) {
        let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {view}"));
        let found: i64 = sqlx::query_scalar(count)
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(found, rows, "{view}");
    }
}

#[tokio::test]
async fn all_ten_procedures_run_on_mariadb() {
    let server = mariadb::shared().await.unwrap();
    let database = server.fresh_database().await.unwrap();
    all_ten_run(&mut server.connect(&database).await.unwrap()).await;
}

#[tokio::test]
async fn all_ten_procedures_run_on_postgresql() {
    let server = postgres::shared().await.unwrap();
    let database = server.fresh_database().await.unwrap();
    all_ten_run(&mut server.connect(&database).await.unwrap()).await;
}

#[tokio::test]
async fn all_ten_procedures_run_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let file = sqlite::fresh_file(dir.path()).await.unwrap();
    all_ten_run(&mut sqlite::connect(&file).await.unwrap()).await;
}

#[test]
fn every_dialect_holds_the_same_people() {
    assert_eq!(demo::MYSQL.people, demo::POSTGRESQL.people);
    assert_eq!(demo::MYSQL.people, demo::SQLITE.people);
}

#[test]
fn a_file_is_cut_at_lines_that_hold_only_the_mark() {
    let file = "-- why\nSELECT '-- @';\n-- @\nBEGIN\n  x; -- @\nEND;\n-- @\n";
    assert_eq!(
        demo::blocks(file),
        ["-- why\nSELECT '-- @';\n", "BEGIN\n  x; -- @\nEND;\n"]
    );
}

#[tokio::test]
async fn a_stopped_server_leaves_nothing_behind() {
    let (mariadb, postgres) = tokio::join!(MariaDb::start(), Postgres::start());
    let (mut mariadb, mut postgres) = (mariadb.unwrap(), postgres.unwrap());

    "wrong".clone_into(&mut mariadb.password);
    mariadb.connect("").await.unwrap_err();
    "wrong".clone_into(&mut postgres.password);
    postgres.connect("postgres").await.unwrap_err();

    let pids = [mariadb.pid().unwrap(), postgres.pid().unwrap()];
    let homes = pids.map(home);
    assert!(homes.iter().all(|home| home.exists()));
    mariadb.stop().await.unwrap();
    postgres.stop().await.unwrap();
    for (pid, home) in pids.into_iter().zip(homes) {
        assert!(
            !Path::new(&format!("/proc/{pid}")).exists(),
            "{pid} still runs"
        );
        assert!(!home.exists(), "{} is still there", home.display());
    }
}

/// The directory a server was started in.
fn home(pid: u32) -> std::path::PathBuf {
    let directory = std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap();
    let root = directory.ancestors().find(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("sluice-"))
    });
    root.unwrap().to_owned()
}

/// Runs twice: as the test, and as the process that the test kills.
#[tokio::test]
async fn a_killed_test_process_leaves_no_server_behind() {
    const HOLD: &str = "SLUICE_TEST_HOLD_SERVERS";
    const NAME: &str = "support::tests::a_killed_test_process_leaves_no_server_behind";

    if std::env::var_os(HOLD).is_some() {
        let (mariadb, postgres) = (
            mariadb::shared().await.unwrap(),
            postgres::shared().await.unwrap(),
        );
        eprintln!(
            "held {} {}",
            mariadb.pid().unwrap(),
            postgres.pid().unwrap()
        );
        tokio::time::sleep(Duration::from_mins(10)).await;
        return;
    }

    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(HOLD, "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stderr.take().unwrap()).lines();
    let held = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("held ").map(str::to_owned));
    let pids: Vec<u32> = held
        .unwrap()
        .split(' ')
        .map(|pid| pid.parse().unwrap())
        .collect();
    let homes: Vec<_> = pids.iter().map(|pid| home(*pid)).collect();

    holder.kill().unwrap();
    holder.wait().unwrap();

    let begun = Instant::now();
    while homes.iter().any(|home| home.exists()) {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "still there: {homes:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for pid in pids {
        assert!(
            !Path::new(&format!("/proc/{pid}")).exists(),
            "{pid} still runs"
        );
    }
}
