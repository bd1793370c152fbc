//! Two compliance suites that others wrote, against the real server on every dialect: `scim2-tester`
//! tries every attribute that the schemas tell of, `scim-sanity` the life of a user and its errors.
//!
//! What fails must stand in `allowed_failures.toml` with a reason, and what stands there must fail.
//! `scripts/suites.sh` installs them. The table of results in `docs/compatibility.md` is made here.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sluice_tests::support::server::Server;
use sluice_tests::support::site::{On, Place, Reader};
use sluice_tests::support::snapshot;
use tokio::process::Command;

const DIALECTS: [(On, &str); 3] = [
    (On::Sqlite, "SQLite"),
    (On::MariaDb, "MariaDB"),
    (On::PostgreSql, "PostgreSQL"),
];

/// How long a suite may take; they take seconds.
const DEADLINE: Duration = Duration::from_mins(5);

/// The words of a finding that is allowed.
struct Allowed {
    suite: String,
    check: String,
    says: String,
}

/// A check that did not pass.
#[derive(Debug)]
struct Finding {
    check: String,
    says: String,
}

/// What a suite said of one dialect.
#[derive(Debug, Default)]
struct Report {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// At least one for each check that failed.
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, status: &str, check: &str, says: Vec<&str>) {
        match status {
            "SUCCESS" | "COMPLIANT" | "ACCEPTABLE" | "pass" => self.passed += 1,
            "SKIPPED" | "skip" => self.skipped += 1,
            _ => {
                self.failed += 1;
                self.findings.extend(says.into_iter().map(|says| Finding {
                    check: check.to_owned(),
                    says: says.to_owned(),
                }));
            }
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.findings.extend(other.findings);
        self
    }
}

/// Where `scripts/suites.sh` put the suites.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::var_os("SLUICE_SUITES").map_or_else(
        || {
            let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
                || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")),
                |cache| Some(PathBuf::from(cache)),
            );
            cache.map(|cache| cache.join("sluice/suites"))
        },
        |folder| Some(PathBuf::from(folder)),
    );
    let path = folder.context("no HOME")?.join("bin").join(name);
    ensure!(
        path.is_file(),
        "{} is not there. Run scripts/suites.sh, which installs the compliance suites.",
        path.display()
    );
    Ok(path)
}

async fn run(mut command: Command) -> anyhow::Result<String> {
    let output = command
        .env_remove("PYTHONPATH")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(DEADLINE, output)
        .await
        .context("the suite does not end")??;
    let text = String::from_utf8(output.stdout)?;
    ensure!(
        !text.trim().is_empty(),
        "the suite said nothing: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(text)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// `what` is `discovery` or a resource type.
async fn scim2_tester(server: &Server, application: &str, what: &str) -> anyhow::Result<Report> {
    let mut command = Command::new(program("python")?);
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/compliance/tester.py"))
        .args([&server.base_of(application), &server.token])
        .arg(&server.certificate)
        .arg(what);
    let mut report = Report::default();
    for line in run(command).await?.lines() {
        let result: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
        report.add(
            &text(&result, "status"),
            &text(&result, "check"),
            vec![&text(&result, "says")],
        );
    }
    Ok(report)
}

async fn scim_sanity(server: &Server, application: &str) -> anyhow::Result<Report> {
    let mut command = Command::new(program("scim-sanity")?);
    command
        .args(["probe", &server.base_of(application)])
        .args(["--token", &server.token, "--ca-bundle"])
        .arg(&server.certificate)
        .args(["--i-accept-side-effects", "--json-output"])
        // Groups are an empty list that nobody can write.
        .args(["--resource", "User"]);
    let results: Value = serde_json::from_str(&run(command).await?)?;
    let mut report = Report::default();
    for result in results["results"].as_array().context("no results")? {
        report.add(
            &text(result, "status"),
            &text(result, "name"),
            // All that the check found stands in one line.
            text(result, "message").split("; ").collect(),
        );
    }
    Ok(report)
}

/// The demo's application `core` once more, as `people`, for a suite that makes every value up and looks
/// for what it made: without entitlements, of which the connector gives only those that the database
/// has; with an external id; and with a list that has the inactive users too.
fn with_people(configuration: &str) -> anyhow::Result<String> {
    let (_, core) = configuration
        .split_once("[applications.core]")
        .context("the demo has no application core")?;
    let core =
        format!("[applications.core]{core}").replace("applications.core", "applications.people");
    let mut people = String::new();
    let mut keep = true;
    for line in core.lines() {
        if line.starts_with('[') {
            keep = !line.contains("entitlement");
        }
        if keep && !line.starts_with("entitlement_") {
            writeln!(people, "{line}")?;
        }
    }
    let changes = [
        (
            "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber' = ",
            "externalId = ",
        ),
        (
            "kind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"",
            "kind = \"sql\"\nstatement = \"SELECT * FROM USERS ORDER BY USER_ID\"",
        ),
    ];
    for (from, to) in changes {
        ensure!(people.contains(from), "the demo has no {from}");
        people = people.replace(from, to);
    }
    Ok(format!("{configuration}\n{people}"))
}

/// Lets the names of a user be absent, as they are in the smallest user that the suite makes from what
/// the schema demands.
async fn let_names_be_absent(reader: &mut Reader) -> anyhow::Result<()> {
    match reader {
        Reader::Sqlite(_) => {
            // SQLite has no statement for it.
            let mut sql = "PRAGMA writable_schema = ON;".to_owned();
            for column in ["FIRSTNAME", "LASTNAME", "EMAIL"] {
                write!(
                    sql,
                    "UPDATE sqlite_schema SET sql = replace(sql, '{column} VARCHAR(100) NOT NULL', '{column} VARCHAR(100)') WHERE name = 'USERS';"
                )?;
            }
            sql = sql
                .replace("FIRSTNAME VARCHAR", "FIRSTNAME       VARCHAR")
                .replace("LASTNAME VARCHAR", "LASTNAME        VARCHAR")
                .replace("EMAIL VARCHAR", "EMAIL           VARCHAR");
            reader
                .run(&format!("{sql} PRAGMA writable_schema = RESET;"))
                .await?;
        }
        Reader::MariaDb(_) => {
            reader.run("ALTER TABLE USERS MODIFY FIRSTNAME VARCHAR(100), MODIFY LASTNAME VARCHAR(100), MODIFY EMAIL VARCHAR(100)").await?;
        }
        Reader::PostgreSql(_) => {
            reader.run("ALTER TABLE USERS ALTER FIRSTNAME DROP NOT NULL, ALTER LASTNAME DROP NOT NULL, ALTER EMAIL DROP NOT NULL").await?;
        }
    }
    reader
        .run("INSERT INTO USERS (USER_ID, USERNAME) VALUES ('nameless', 'nameless')")
        .await
        .context("names can be absent now")?;
    reader
        .run("DELETE FROM USERS WHERE USER_ID = 'nameless'")
        .await
}

/// Every pair of a check and what it may say, and one sentence for each entry.
fn allowed() -> anyhow::Result<(Vec<Allowed>, String)> {
    let table: toml::Table = include_str!("allowed_failures.toml").parse()?;
    let entries = table.get("failure").and_then(toml::Value::as_array);
    let mut all = Vec::new();
    let mut told = String::new();
    for entry in entries.into_iter().flatten() {
        let missing = |key: &str| format!("{entry:?} has no {key}");
        let text = |key: &str| {
            let value = entry.get(key).and_then(toml::Value::as_str);
            value.with_context(|| missing(key))
        };
        let texts = |key: &str| -> anyhow::Result<Vec<&str>> {
            let values = entry.get(key).and_then(toml::Value::as_array);
            let values = values.with_context(|| missing(key))?;
            values
                .iter()
                .map(|value| value.as_str().with_context(|| missing(key)))
                .collect()
        };
        let (suite, checks) = (text("suite")?, texts("checks")?);
        for check in &checks {
            for says in texts("says")? {
                all.push(Allowed {
                    suite: suite.to_owned(),
                    check: (*check).to_owned(),
                    says: says.to_owned(),
                });
            }
        }
        let checks = checks.join("`, `");
        writeln!(told, "- {suite}, `{checks}`: {}", text("because")?)?;
    }
    Ok((all, told))
}

/// Findings that are not allowed, and allowances that nothing needs.
fn complaints(suite: &str, dialect: &str, report: &Report, allowed: &[Allowed]) -> Vec<String> {
    let fits = |finding: &Finding, allowed: &Allowed| {
        allowed.suite == suite
            && allowed.check == finding.check
            && finding.says.contains(&allowed.says)
    };
    let unexpected = report
        .findings
        .iter()
        .filter(|finding| !allowed.iter().any(|allowed| fits(finding, allowed)))
        .map(|finding| format!("{suite} on {dialect}: {}: {}", finding.check, finding.says));
    let needless = allowed
        .iter()
        .filter(|allowed| allowed.suite == suite)
        .filter(|allowed| !report.findings.iter().any(|finding| fits(finding, allowed)))
        .map(|allowed| {
            format!(
                "{suite} on {dialect}: \"{}\" ({}) no longer fails: take it out of allowed_failures.toml",
                allowed.check, allowed.says
            )
        });
    let mut complaints: Vec<String> = unexpected.chain(needless).collect();
    if report.passed == 0 {
        complaints.push(format!("{suite} on {dialect}: no check passed"));
    }
    complaints
}

async fn on_one(on: On) -> anyhow::Result<[(&'static str, Report); 2]> {
    let mut place = Place::new(on).await?;
    let_names_be_absent(&mut place.reader).await?;
    let configuration = with_people(&place.configuration)?;
    let server = Server::with_config(&configuration, &[("demo", &place.password)]).await?;
    let tester = scim2_tester(&server, "core", "discovery")
        .await?
        .and(scim2_tester(&server, "people", "User").await?);
    let sanity = scim_sanity(&server, "core").await?;
    Ok([("scim2-tester", tester), ("scim-sanity", sanity)])
}

#[tokio::test]
async fn the_suites_of_others_find_nothing_but_what_is_allowed_and_explained() -> anyhow::Result<()>
{
    let (allowed, told) = allowed()?;
    let mut table =
        "| suite | database | passed | failed, and allowed | skipped |\n|---|---|--:|--:|--:|\n"
            .to_owned();
    let mut all = Vec::new();
    for (on, dialect) in DIALECTS {
        for (suite, report) in on_one(on).await.context(dialect)? {
            all.extend(complaints(suite, dialect, &report, &allowed));
            writeln!(
                table,
                "| {suite} | {dialect} | {} | {} | {} |",
                report.passed, report.failed, report.skipped
            )?;
        }
    }
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
    write!(table, "\nWhat is allowed to fail, and why:\n\n{told}")?;
    snapshot::assert_part(
        "docs/compatibility.md",
        "tests/compliance/suites.rs",
        &table,
    )
}
