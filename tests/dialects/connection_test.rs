//! The test of a connection on real servers: each step passes, or the first that does not says which it was,
//! why, and what to do; nothing after it is taken.

use std::sync::Arc;
use std::time::Instant;

use mysql_async::prelude::Queryable as _;
use sluice_core::Secret;
use sluice_core::config::{Application, Connection, Dialect, TlsMode, Workspace};
use sluice_core::ports::Clock;
use sluice_core::probe::{Probe, ProbeResult, ProbeState, ProbeStep, ServerCertificate};
use sluice_core::usecase::prove_connection;
use sluice_tests::support::{mariadb, postgres, sqlite};
use tokio::net::TcpListener;

use crate::tls::{self, Shown};

struct Watch(Instant);

impl Clock for Watch {
    fn wall_us(&self) -> i64 {
        0
    }
    fn monotonic_us(&self) -> i64 {
        i64::try_from(self.0.elapsed().as_micros()).unwrap()
    }
}

struct Tried {
    steps: Vec<ProbeResult>,
    certificate: Option<ServerCertificate>,
}

impl Tried {
    fn of(&self, step: ProbeStep) -> &ProbeResult {
        self.steps.iter().find(|one| one.step == step).unwrap()
    }

    fn states(&self) -> Vec<(ProbeStep, ProbeState)> {
        self.steps.iter().map(|one| (one.step, one.state)).collect()
    }

    /// The one step that failed; those after it were not taken.
    fn failed(&self) -> &ProbeResult {
        let mut failed = self
            .steps
            .iter()
            .filter(|one| one.state == ProbeState::Failed);
        let found = failed.next().unwrap_or_else(|| panic!("{:?}", self.steps));
        assert!(failed.next().is_none(), "{:?}", self.steps);
        let after = self
            .steps
            .iter()
            .skip_while(|one| one.step != found.step)
            .skip(1);
        for one in after {
            assert_eq!(one.state, ProbeState::Skipped, "{one:?}");
        }
        assert!(
            found
                .remedy
                .as_deref()
                .is_some_and(|remedy| !remedy.is_empty())
        );
        found
    }
}

/// As the console does it: the way, then the login and what comes after it.
async fn test(
    connection: &Connection,
    password: Option<&Secret>,
    applications: &[Arc<Application>],
) -> Tried {
    let clock = Arc::new(Watch(Instant::now()));
    let mut steps = Probe::new(connection, clock, Arc::new(|_| {}));
    let reached = sluice_db::reach(connection, &mut steps).await;
    if !steps.failed() {
        let database = sluice_db::open(connection, password).unwrap();
        let apart = sluice_db::protects_apart(connection.dialect);
        prove_connection(connection, &database, applications, apart, &mut steps).await;
    }
    Tried {
        steps: steps.finish(),
        certificate: reached.certificate,
    }
}

const BOTH: [Dialect; 2] = [Dialect::Mysql, Dialect::Postgresql];

/// A fresh demo database, and who made it.
async fn demo(dialect: Dialect) -> (Connection, Secret) {
    let (mut connection, password) = tls::to(dialect, None, tls::superuser(dialect)).await;
    connection.database = Some(match dialect {
        Dialect::Mysql => mariadb::shared()
            .await
            .unwrap()
            .fresh_database()
            .await
            .unwrap(),
        _ => postgres::shared()
            .await
            .unwrap()
            .fresh_database()
            .await
            .unwrap(),
    });
    (connection, password)
}

/// The demo's application with its ten operations, as it is shipped.
fn application(dialect: Dialect) -> Arc<Application> {
    let text = match dialect {
        Dialect::Mysql => include_str!("../../sql/demo/mysql/sluice.toml"),
        _ => include_str!("../../sql/demo/postgresql/sluice.toml"),
    };
    let mut workspace = Workspace::parse(text).unwrap();
    Arc::new(workspace.applications.swap_remove("jdbc_on_prem").unwrap())
}

/// Runs statements as the administrator.
async fn administer(connection: &Connection, statements: &[String]) {
    let database = connection.database.as_deref().unwrap();
    if connection.dialect == Dialect::Mysql {
        let mut conn = mariadb::shared()
            .await
            .unwrap()
            .connect(database)
            .await
            .unwrap();
        for statement in statements {
            conn.query_drop(statement).await.unwrap();
        }
        conn.disconnect().await.unwrap();
    } else {
        let client = postgres::shared()
            .await
            .unwrap()
            .connect(database)
            .await
            .unwrap();
        for statement in statements {
            client.batch_execute(statement).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_good_connection_passes_every_step_with_its_time_and_an_account_without_limits_is_named()
{
    for dialect in BOTH {
        let (connection, password) = demo(dialect).await;
        let tried = test(&connection, Some(&password), &[application(dialect)]).await;
        for step in &tried.steps {
            assert_ne!(step.state, ProbeState::Failed, "{step:?}");
            assert!(step.duration_us.is_some_and(|took| took >= 0), "{step:?}");
            assert!(step.words.ends_with('.'), "{step:?}");
        }
        let product = &tried.of(ProbeStep::Version).words;
        let expected = if dialect == Dialect::Mysql {
            "MariaDB"
        } else {
            "PostgreSQL"
        };
        assert!(product.starts_with(expected), "{product}");
        let rights = tried.of(ProbeStep::Rights);
        assert_eq!(rights.state, ProbeState::Warned, "{rights:?}");
        assert!(rights.words.contains("everything else"), "{rights:?}");
    }
}

#[tokio::test]
async fn an_account_with_the_rights_that_are_needed_passes_and_one_without_hears_which_are_missing()
{
    for dialect in BOTH {
        let (mut connection, password) = demo(dialect).await;
        let name = connection.database.clone().unwrap();
        let word = password.expose();
        let (enough, few) = (format!("{name}_enough"), format!("{name}_few"));
        let statements: Vec<String> = if dialect == Dialect::Mysql {
            vec![
                format!("CREATE USER '{enough}'@'127.0.0.1' IDENTIFIED BY '{word}'"),
                format!(
                    "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON {name}.* TO '{enough}'@'127.0.0.1'"
                ),
                format!("CREATE USER '{few}'@'127.0.0.1' IDENTIFIED BY '{word}'"),
                format!("GRANT SELECT ON {name}.USERS TO '{few}'@'127.0.0.1'"),
            ]
        } else {
            vec![
                "REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public FROM PUBLIC".into(),
                format!("CREATE ROLE {enough} LOGIN PASSWORD '{word}'"),
                format!("GRANT ALL ON ALL TABLES IN SCHEMA public TO {enough}"),
                format!("GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO {enough}"),
                format!("CREATE ROLE {few} LOGIN PASSWORD '{word}'"),
            ]
        };
        administer(&connection, &statements).await;
        let applications = [application(dialect)];
        connection.user = Some(enough);
        let tried = test(&connection, Some(&password), &applications).await;
        let rights = tried.of(ProbeStep::Rights);
        assert_eq!(rights.state, ProbeState::Passed, "{rights:?}");
        assert!(
            rights.words.contains("may do what jdbc_on_prem needs"),
            "{rights:?}"
        );
        connection.user = Some(few);
        let tried = test(&connection, Some(&password), &applications).await;
        let rights = tried.of(ProbeStep::Rights);
        assert_eq!(rights.state, ProbeState::Warned, "{rights:?}");
        assert!(rights.words.contains("has no right"), "{rights:?}");
        let remedy = rights.remedy.as_deref().unwrap();
        assert!(remedy.contains("sluice-server grants"), "{remedy}");
    }
}

#[tokio::test]
async fn a_wrong_name_a_wrong_port_and_another_protocol_are_three_different_things() {
    for dialect in BOTH {
        let (good, password) = demo(dialect).await;
        let mut connection = good.clone();
        connection.host = Some("no-such-host.invalid".into());
        let tried = test(&connection, Some(&password), &[]).await;
        let failed = tried.failed();
        assert_eq!(failed.step, ProbeStep::Lookup);
        assert!(failed.words.contains("no-such-host.invalid"), "{failed:?}");

        // A port that was free a moment ago has nobody.
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut connection = good.clone();
        connection.port = Some(port);
        let tried = test(&connection, Some(&password), &[]).await;
        let failed = tried.failed();
        assert_eq!(failed.step, ProbeStep::Reach);
        assert!(
            failed.words.contains(&format!("127.0.0.1:{port}")),
            "{failed:?}"
        );

        // The other kind of database listens there.
        let other = if dialect == Dialect::Mysql {
            Dialect::Postgresql
        } else {
            Dialect::Mysql
        };
        let (elsewhere, _) = tls::to(other, None, "nobody").await;
        let mut connection = good;
        connection.port = elsewhere.port;
        connection.pool.connection_timeout = 1_000;
        let tried = test(&connection, Some(&password), &[]).await;
        let failed = tried.failed();
        assert_eq!(failed.step, ProbeStep::Protect, "{failed:?}");
        assert!(failed.words.contains(&dialect.to_string()), "{failed:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_a_database_that_is_not_there_fail_the_login_in_their_own_words() {
    for dialect in BOTH {
        let (good, password) = demo(dialect).await;
        let wrong = Secret::new("not-the-password");
        let tried = test(&good, Some(&wrong), &[]).await;
        let failed = tried.failed();
        assert_eq!(failed.step, ProbeStep::Login);
        assert!(failed.words.contains(tls::superuser(dialect)), "{failed:?}");
        assert!(failed.said.is_some(), "{failed:?}");
        for text in [&failed.words, failed.said.as_ref().unwrap()] {
            assert!(!text.contains("not-the-password"), "{text}");
        }
        let mut connection = good;
        connection.database = Some("nothing_of_this_name".into());
        let tried = test(&connection, Some(&password), &[]).await;
        let failed = tried.failed();
        assert_eq!(failed.step, ProbeStep::Login);
        assert!(failed.words.contains("nothing_of_this_name"), "{failed:?}");
    }
}

#[tokio::test]
async fn encryption_that_is_asked_for_and_not_there_fails_before_anybody_logs_in() {
    for dialect in BOTH {
        let (mut connection, password) = demo(dialect).await;
        connection.tls = tls::tls(TlsMode::Require, None);
        let tried = test(&connection, Some(&password), &[]).await;
        let failed = tried.failed();
        assert_eq!(failed.step, ProbeStep::Protect);
        assert!(failed.words.contains("offers no TLS"), "{failed:?}");
        assert_eq!(tried.certificate, None);
    }
}

#[tokio::test]
async fn a_certificate_is_shown_with_its_names_also_where_it_is_refused() {
    let office = tls::office().await;
    for dialect in BOTH {
        let user = tls::superuser(dialect);
        let (mut connection, password) = tls::to(dialect, Some(Shown::Good), user).await;
        connection.database.get_or_insert_with(|| "mysql".into());
        connection.tls = tls::tls(TlsMode::VerifyFull, Some(office.file("ca.pem")));
        let tried = test(&connection, Some(&password), &[]).await;
        let protected = tried.of(ProbeStep::Protect);
        assert_eq!(
            protected.words, "TLS 1.3, certificate verified.",
            "{protected:?}"
        );
        let certificate = tried.certificate.unwrap();
        assert_eq!(certificate.names, ["localhost", "127.0.0.1"]);
        assert_eq!(certificate.issuer, "CN=a company");
        assert_eq!(certificate.version.as_deref(), Some("TLS 1.3"));
        assert!(certificate.not_before < certificate.not_after);

        let (mut connection, password) = tls::to(dialect, Some(Shown::OtherName), user).await;
        connection.database.get_or_insert_with(|| "mysql".into());
        connection.tls = tls::tls(TlsMode::VerifyFull, Some(office.file("ca.pem")));
        let tried = test(&connection, Some(&password), &[]).await;
        let failed = tried.failed();
        assert_eq!(failed.step, ProbeStep::Protect);
        assert!(failed.words.contains("db.example.com"), "{failed:?}");
        let certificate = tried.certificate.unwrap();
        assert_eq!(certificate.names, ["db.example.com"]);
        assert_eq!(certificate.version, None);
    }
}

#[tokio::test]
async fn a_file_is_found_read_written_and_opened_or_the_first_of_them_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = sqlite::fresh_file(folder.path()).await.unwrap();
    let mut connection = Connection::new("file", Dialect::Sqlite);
    connection.path = Some(path.display().to_string());
    let tried = test(&connection, None, &[]).await;
    let passed: Vec<_> = tried.states().into_iter().map(|(_, state)| state).collect();
    assert_eq!(passed, [ProbeState::Passed; 5], "{:?}", tried.steps);
    let beside: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("demo_"))
        .collect();
    assert!(beside.is_empty(), "{beside:?}");

    let missing = folder.path().join("missing.db");
    connection.path = Some(missing.display().to_string());
    let tried = test(&connection, None, &[]).await;
    assert_eq!(tried.failed().step, ProbeStep::Found);
    assert!(!missing.exists(), "a test makes nothing");

    let text = folder.path().join("text.db");
    std::fs::write(&text, "this is no database at all").unwrap();
    connection.path = Some(text.display().to_string());
    let tried = test(&connection, None, &[]).await;
    assert_eq!(tried.failed().step, ProbeStep::Readable);

    connection.path = Some(folder.path().display().to_string());
    let tried = test(&connection, None, &[]).await;
    assert_eq!(tried.failed().step, ProbeStep::Found);
}
