//! What is generated from tables nobody made for it, on real servers: the procedures are made, the
//! grants are run for a fresh account, and the real endpoint works with that account and the
//! generated configuration. A second connection looks at what became of it.

use anyhow::{Context as _, ensure};
use serde_json::{Value as Json, json};
use sluice_core::catalogue::{ObjectName, Question, Relation};
use sluice_core::config::{Connection, Dialect, TlsMode, Workspace};
use sluice_core::generate::{Choice, Generated, Known, Tables, generate, grants, needs, propose};
use sluice_core::mapping::Kind;
use sluice_core::ports::Access;
use sluice_core::{Operation, Secret};
use sluice_tests::support::server::{Client, Server, command};
use sluice_tests::support::site::{On, Reader};
use sluice_tests::support::{mariadb, postgres, sqlite};
use tempfile::TempDir;

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PASSWORD: &str = "a word for tests";

/// People with a number that the database makes and a login that the provider knows them by, a name
/// with a space and capitals, a default, a hash; roles; who has which; and a table that is nobody's
/// business.
fn odd_tables(on: On) -> Vec<&'static str> {
    match on {
        On::MariaDb | On::OdbcMariaDb => vec![
            "CREATE TABLE People (
               id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
               login VARCHAR(100) NOT NULL UNIQUE,
               `Given Name` VARCHAR(100),
               mail VARCHAR(100) NOT NULL,
               born DATE,
               category VARCHAR(20) NOT NULL DEFAULT 'staff',
               password_hash VARCHAR(100),
               created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
               is_enabled BOOLEAN NOT NULL DEFAULT TRUE)",
            "CREATE TABLE roles (id INT NOT NULL PRIMARY KEY, title VARCHAR(50) NOT NULL, notes TEXT)",
            "CREATE TABLE people_roles (
               person_id BIGINT UNSIGNED NOT NULL, role_id INT NOT NULL,
               PRIMARY KEY (person_id, role_id),
               FOREIGN KEY (person_id) REFERENCES People (id),
               FOREIGN KEY (role_id) REFERENCES roles (id))",
            "CREATE TABLE salaries (person_id BIGINT UNSIGNED, amount INT)",
        ],
        On::PostgreSql | On::OdbcPostgreSql => vec![
            "CREATE SCHEMA \"Human R\"",
            "CREATE TYPE \"Human R\".mood AS ENUM ('fine', 'so-so')",
            "CREATE TABLE \"Human R\".\"People\" (
               id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
               login VARCHAR(100) NOT NULL UNIQUE,
               \"Given Name\" VARCHAR(100),
               mail TEXT NOT NULL,
               born DATE,
               category VARCHAR(20) NOT NULL DEFAULT 'staff',
               mood \"Human R\".mood NOT NULL DEFAULT 'fine',
               password_hash VARCHAR(100),
               created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
               is_enabled BOOLEAN NOT NULL DEFAULT TRUE)",
            "CREATE TABLE \"Human R\".roles (id INT PRIMARY KEY, title VARCHAR(50) NOT NULL, notes TEXT)",
            "CREATE TABLE \"Human R\".people_roles (
               number SERIAL,
               person_id BIGINT NOT NULL REFERENCES \"Human R\".\"People\" (id),
               role_id INT NOT NULL REFERENCES \"Human R\".roles (id),
               PRIMARY KEY (person_id, role_id))",
            "CREATE TABLE \"Human R\".salaries (person_id BIGINT, amount INT)",
        ],
        On::Sqlite => vec![
            "CREATE TABLE People (
               id INTEGER PRIMARY KEY AUTOINCREMENT,
               login VARCHAR(100) NOT NULL UNIQUE,
               \"Given Name\" VARCHAR(100),
               mail VARCHAR(100) NOT NULL,
               born DATE,
               category VARCHAR(20) NOT NULL DEFAULT 'staff',
               password_hash VARCHAR(100),
               created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
               is_enabled BOOLEAN NOT NULL DEFAULT TRUE)",
            "CREATE TABLE roles (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(50) NOT NULL, notes TEXT)",
            "CREATE TABLE people_roles (
               person_id INTEGER NOT NULL REFERENCES People (id),
               role_id INTEGER NOT NULL REFERENCES roles (id),
               PRIMARY KEY (person_id, role_id))",
        ],
    }
}

/// A database with the odd tables, and ways into it.
struct Odd {
    on: On,
    owner: Connection,
    password: String,
    reader: Reader,
    _folder: TempDir,
}

impl Odd {
    async fn new(on: On) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (owner, password, mut reader) = match on {
            On::Sqlite => {
                let file = folder.path().join("odd.db");
                let reader = Reader::Sqlite(Box::new(sqlite::connect(&file).await?));
                let mut owner = Connection::new("hr", Dialect::Sqlite);
                owner.path = Some(file.display().to_string());
                (owner, String::new(), reader)
            }
            On::MariaDb | On::OdbcMariaDb => {
                let server = mariadb::shared().await?;
                let name = server.empty_database().await?;
                let reader = Reader::MariaDb(Box::new(server.connect(&name).await?));
                let owner = address(Dialect::Mysql, server.port, &name, &server.user);
                (owner, server.password.clone(), reader)
            }
            On::PostgreSql | On::OdbcPostgreSql => {
                let server = postgres::shared().await?;
                let name = server.empty_database().await?;
                let reader = Reader::PostgreSql(server.connect(&name).await?);
                let owner = address(Dialect::Postgresql, server.port, &name, &server.user);
                (owner, server.password.clone(), reader)
            }
        };
        for statement in odd_tables(on) {
            reader.run(statement).await?;
        }
        let (roles, people) = (table(on, "roles"), table(on, "People"));
        for (id, title) in [(1, "Reader"), (2, "Writer"), (3, "O'Neil's")] {
            let title = title.replace('\'', "''");
            reader
                .run(&format!(
                    "INSERT INTO {roles} (id, title) VALUES ({id}, '{title}')"
                ))
                .await?;
        }
        reader
            .run(&format!(
                "INSERT INTO {people} (login, mail, is_enabled) VALUES ('zoe', 'z@x', TRUE), ('anna', 'a@x', TRUE), ('gone', 'g@x', FALSE)"
            ))
            .await?;
        Ok(Self {
            on,
            owner,
            password,
            reader,
            _folder: folder,
        })
    }

    /// The three tables as the catalogue describes them.
    async fn relations(&self) -> anyhow::Result<[Relation; 3]> {
        if self.on == On::Sqlite {
            return Ok(by_hand::relations());
        }
        let schema = match self.on {
            On::PostgreSql | On::OdbcPostgreSql => Some("Human R"),
            _ => None,
        };
        let secret = Secret::new(self.password.clone());
        let database = sluice_db::open(&self.owner, Some(&secret))?;
        let mut session = database.begin(Access::Read).await?;
        let mut found = Vec::new();
        for name in ["People", "roles", "people_roles"] {
            let question = Question::Relation(ObjectName::new(schema, name));
            let mut relations = session.catalogue(&question).await?.relations;
            ensure!(
                relations.len() == 1,
                "{name}: {} relations",
                relations.len()
            );
            found.extend(relations.pop());
        }
        session.rollback().await?;
        let mut relations: [Relation; 3] = found.try_into().ok().context("three tables")?;
        if self.on == On::MariaDb {
            // The database is the connection's own, and its name need not be in every statement.
            for relation in &mut relations {
                relation.name.schema = None;
                for key in &mut relation.foreign_keys {
                    key.target.schema = None;
                }
            }
        }
        Ok(relations)
    }
}

fn address(dialect: Dialect, port: u16, database: &str, user: &str) -> Connection {
    let mut connection = Connection::new("hr", dialect);
    connection.host = Some("127.0.0.1".to_owned());
    connection.port = Some(port);
    connection.database = Some(database.to_owned());
    connection.user = Some(user.to_owned());
    connection.tls.mode = TlsMode::Disable;
    connection
}

fn table(on: On, name: &str) -> String {
    match on {
        On::PostgreSql | On::OdbcPostgreSql => format!("\"Human R\".\"{name}\""),
        _ => name.to_owned(),
    }
}

/// A connection as the configuration writes it.
fn written(connection: &Connection) -> String {
    let dialect = serde_json::to_value(connection.dialect).unwrap();
    let mut text = format!("[connections.hr]\ndialect = {dialect}\n");
    if let Some(path) = &connection.path {
        text.push_str(&format!("path = \"{path}\"\n"));
    }
    if let (Some(host), Some(port)) = (&connection.host, connection.port) {
        text.push_str(&format!(
            "host = \"{host}\"\nport = {port}\ndatabase = \"{}\"\nuser = \"{}\"\n[connections.hr.tls]\nmode = \"disable\"\n",
            connection.database.as_deref().unwrap_or_default(),
            connection.user.as_deref().unwrap_or_default()
        ));
    }
    text
}

/// Everything at work: the procedures made, an account with the script's grants and no other right,
/// the endpoint connected as that account.
struct Working {
    odd: Odd,
    server: Server,
    client: Client,
    /// As the endpoint connects.
    account: Connection,
    password: String,
}

impl Working {
    async fn start(on: On, kind: Kind) -> anyhow::Result<Self> {
        let mut odd = Odd::new(on).await?;
        let relations = odd.relations().await?;
        let [users, entitlements, link] = &relations;
        let tables = Tables {
            users,
            entitlements,
            link,
        };
        let (choice, _) = propose(odd.owner.dialect, kind, &tables)?;
        assert_eq!(
            (choice.user_id.as_str(), choice.user_key.as_str()),
            ("login", "id")
        );
        let choice = Choice {
            application: "people".to_owned(),
            connection: "hr".to_owned(),
            ..choice
        };
        let generated = generate(&tables, &choice)?;
        assert_eq!(generated.mappings.len(), 10);
        assert_eq!(generated.script.is_empty(), kind == Kind::Sql);
        for statement in &generated.script {
            odd.reader
                .run(statement)
                .await
                .with_context(|| statement.clone())?;
        }
        let (account, password) = odd.account(&generated, &relations).await?;
        let text = format!("{}\n{}", written(&account), generated.toml);
        let server = Server::with_config(&text, &[("hr", &password)]).await?;
        let client = server.client()?.at(&server.base_of("people"));
        let client = client.at(&client.base.replace("/jdbc_on_prem/", "/people/"));
        Ok(Self {
            odd,
            server,
            client,
            account,
            password,
        })
    }
}

impl Odd {
    /// A fresh account with what the script grants; SQLite has none.
    async fn account(
        &mut self,
        generated: &Generated,
        relations: &[Relation],
    ) -> anyhow::Result<(Connection, String)> {
        if self.on == On::Sqlite {
            return Ok((self.owner.clone(), String::new()));
        }
        let database = self.owner.database.clone().unwrap_or_default();
        let user = format!("scim_{database}");
        let account = match self.on {
            On::MariaDb | On::OdbcMariaDb => format!("{user}@127.0.0.1"),
            _ => user.clone(),
        };
        self.reader
            .run(&match self.on {
                On::MariaDb | On::OdbcMariaDb => {
                    format!("CREATE USER '{user}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
                }
                _ => format!("CREATE ROLE {user} LOGIN PASSWORD '{PASSWORD}'"),
            })
            .await?;
        let text = format!("{}\n{}", written(&self.owner), generated.toml);
        let workspace = Workspace::parse(&text)?;
        let known = Known {
            relations,
            routines: &[],
            schema: (self.on == On::MariaDb).then_some(database.as_str()),
        };
        let dialect = self.owner.dialect;
        let needs = needs(&workspace.applications["people"], dialect, known);
        assert!(
            needs.remarks.iter().all(|r| !r.warning),
            "{:?}",
            needs.remarks
        );
        let script = grants(dialect, &needs, &account)?;
        for grant in &script.grants {
            self.reader
                .run(grant)
                .await
                .with_context(|| grant.clone())?;
        }
        let mut connection = self.owner.clone();
        connection.user = Some(user);
        Ok((connection, PASSWORD.to_owned()))
    }
}

/// A user as the provider sends one in the profile `columns`.
fn body(login: &str, fields: &Json) -> Json {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION],
        "userName": login, EXTENSION: fields
    })
}

fn held(user: &Json) -> Vec<String> {
    let held = user["entitlements"].as_array().cloned().unwrap_or_default();
    held.iter()
        .map(|one| one["value"].as_str().unwrap_or_default().to_owned())
        .collect()
}

async fn all_ten_operations_work(on: On, kind: Kind) -> anyhow::Result<()> {
    let mut working = Working::start(on, kind).await?;
    let client = working.client.clone();
    let (people, roles_of) = (table(on, "People"), table(on, "people_roles"));

    // Get users: the active ones, in a stable order. Get all entitlements.
    let list = client.get("Users?startIndex=1&count=100").await?;
    ensure!(
        list.status == 200,
        "{}\n{}",
        list.text,
        working.server.log().await
    );
    let logins: Vec<&str> = list.json["Resources"]
        .as_array()
        .context("no list")?
        .iter()
        .filter_map(|user| user["userName"].as_str())
        .collect();
    assert_eq!(logins, ["anna", "zoe"]);
    let roles = client.get("Entitlements").await?;
    ensure!(roles.status == 200, "{}", roles.text);
    assert_eq!(roles.json["totalResults"], 3);
    assert_eq!(roles.json["Resources"][2]["displayName"], "O'Neil's");

    // Create user: what the request leaves out takes the table's default.
    let created = client
        .post(
            "Users",
            &body("o'brien", &json!({"ext_Given Name": "Pat\\ 😀", "ext_mail": "p@x", "ext_born": "1990-02-28", "ext_password_hash": "h1"})),
        )
        .await?;
    ensure!(created.status == 201, "{}", created.text);
    assert!(!created.text.contains("h1"), "a secret column came back");
    let row = format!(
        "SELECT \"Given Name\", mail, category, password_hash, is_enabled FROM {people} WHERE login = 'o''brien'"
    );
    let row = if on == On::MariaDb {
        row.replace('"', "`")
    } else {
        row
    };
    let cells = |texts: [&str; 5]| vec![texts.map(|text| Some(text.to_owned())).to_vec()];
    assert_eq!(
        working.odd.reader.rows(&row).await?,
        cells(["Pat\\ 😀", "p@x", "staff", "h1", "1"])
    );

    // Update user: what the request leaves out keeps what it has, the hash too.
    let answer = client
        .put(
            "Users/o'brien",
            &body(
                "o'brien",
                &json!({"ext_mail": "new@x", "ext_category": "guest"}),
            ),
        )
        .await?;
    ensure!(answer.status == 200, "{}", answer.text);
    assert_eq!(
        working.odd.reader.rows(&row).await?,
        cells(["Pat\\ 😀", "new@x", "guest", "h1", "1"])
    );

    // Deactivate and activate; one who is inactive is still found by id.
    for (active, stands) in [(false, "0"), (true, "1")] {
        let mut user = body("o'brien", &json!({}));
        user["active"] = json!(active);
        let answer = client.put("Users/o'brien", &user).await?;
        ensure!(answer.status == 200, "{}", answer.text);
        assert_eq!(answer.json["active"], active, "{}", answer.text);
        assert_eq!(
            working.odd.reader.rows(&row).await?[0][4].as_deref(),
            Some(stands)
        );
    }

    // Entitlements: given, given again, taken, one by one for this user only.
    let count = format!(
        "SELECT COUNT(*) FROM {roles_of} l JOIN {people} p ON p.id = l.person_id WHERE p.login = 'o''brien'"
    );
    for wanted in [&["1", "3"][..], &["1", "3"], &["3"], &[]] {
        let mut user = body("o'brien", &json!({}));
        let list: Vec<Json> = wanted.iter().map(|id| json!({"value": id})).collect();
        user["entitlements"] = json!(list);
        let answer = client.put("Users/o'brien", &user).await?;
        ensure!(answer.status == 200, "{}", answer.text);
        assert_eq!(held(&answer.json), wanted);
        let read = client.get("Users/o'brien").await?;
        assert_eq!(held(&read.json), wanted);
        assert_eq!(
            working.odd.reader.one(&count).await?,
            Some(wanted.len().to_string())
        );
    }

    // An import has everybody's entitlements in one statement.
    let mut user = body("zoe", &json!({}));
    user["entitlements"] = json!([{"value": "2"}]);
    ensure!(client.put("Users/zoe", &user).await?.status == 200);
    let list = client.get("Users?startIndex=1&count=100").await?;
    let resources = list.json["Resources"].as_array().context("no list")?;
    let of = |login: &str| {
        let mut found = resources.iter().filter(|user| user["userName"] == login);
        found.next().map(held)
    };
    assert_eq!(of("zoe"), Some(vec!["2".to_owned()]));
    assert_eq!(of("anna"), Some(Vec::new()));

    // A write that finds nobody is no success.
    let answer = client
        .put("Users/nobody", &body("nobody", &json!({"ext_mail": "n@x"})))
        .await?;
    assert_eq!(answer.status, 404, "{}", answer.text);
    let mut user = body("zoe", &json!({}));
    user["entitlements"] = json!([{"value": "2"}, {"value": "99"}]);
    let answer = client.put("Users/zoe", &user).await?;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let again = client
        .post("Users", &body("zoe", &json!({"ext_mail": "z@x"})))
        .await?;
    assert_eq!(again.status, 409, "{}", again.text);
    Ok(())
}

/// What the account of the grants may not do.
async fn nothing_else_is_allowed(on: On, kind: Kind) -> anyhow::Result<()> {
    let working = Working::start(on, kind).await?;
    let (people, roles_of) = (table(on, "People"), table(on, "people_roles"));
    let mut refused = vec![
        format!("SELECT amount FROM {}", table(on, "salaries")),
        format!("DROP TABLE {people}"),
        format!("DELETE FROM {people}"),
        format!("UPDATE {people} SET created_at = NULL"),
        format!("UPDATE {roles_of} SET role_id = 1"),
        format!(
            "INSERT INTO {} (id, title) VALUES (9, 'x')",
            table(on, "roles")
        ),
        format!("CREATE TABLE {} (a INT)", table(on, "other")),
    ];
    if kind == Kind::Procedure {
        refused.push(format!("SELECT login FROM {people}"));
    }
    let user = working.account.user.clone().unwrap_or_default();
    let port = working.account.port();
    let name = working.account.database.clone().unwrap_or_default();
    for statement in refused {
        match on {
            On::MariaDb | On::OdbcMariaDb => {
                use mysql_async::prelude::Queryable as _;
                let options = mysql_async::OptsBuilder::default()
                    .ip_or_hostname("127.0.0.1")
                    .tcp_port(port)
                    .prefer_socket(false)
                    .user(Some(&user))
                    .pass(Some(&working.password))
                    .db_name(Some(&name));
                let mut connection = mysql_async::Conn::new(options).await?;
                let error = connection.query_drop(&statement).await.unwrap_err();
                let mysql_async::Error::Server(error) = error else {
                    anyhow::bail!("{statement}: {error}");
                };
                // ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR.
                assert!(matches!(error.code, 1142 | 1143), "{statement}: {error}");
                connection.disconnect().await?;
            }
            On::PostgreSql | On::OdbcPostgreSql => {
                let mut config = tokio_postgres::Config::new();
                config
                    .host("127.0.0.1")
                    .port(port)
                    .user(&user)
                    .password(&working.password)
                    .dbname(&name);
                let (client, connection) = config.connect(tokio_postgres::NoTls).await?;
                tokio::spawn(connection);
                let error = client.batch_execute(&statement).await.unwrap_err();
                let state = error.code().context("no SQLSTATE")?;
                // insufficient_privilege
                assert_eq!(state.code(), "42501", "{statement}: {error}");
            }
            On::Sqlite => {}
        }
    }
    Ok(())
}

/// An account that was granted nothing cannot call what was generated, though PostgreSQL would let
/// everybody call a new routine.
async fn a_stranger_may_call_nothing() -> anyhow::Result<()> {
    let mut working = Working::start(On::PostgreSql, Kind::Procedure).await?;
    let stranger = format!(
        "stranger_{}",
        working.account.database.clone().unwrap_or_default()
    );
    let reader = &mut working.odd.reader;
    reader
        .run(&format!("CREATE ROLE {stranger}; GRANT USAGE ON SCHEMA \"Human R\" TO {stranger}; SET ROLE {stranger}"))
        .await?;
    for statement in [
        "SELECT * FROM \"Human R\".scim_get_users()",
        "CALL \"Human R\".scim_deactivate_user('zoe')",
    ] {
        let error = reader.run(statement).await.unwrap_err();
        let error = error.downcast::<tokio_postgres::Error>()?;
        assert_eq!(
            error.code().map(|state| state.code()),
            Some("42501"),
            "{statement}"
        );
    }
    reader.run("RESET ROLE").await
}

/// Writing procedures refuse in their own words, whoever calls them.
async fn procedures_raise_where_nobody_is_found(on: On) -> anyhow::Result<()> {
    let working = Working::start(on, Kind::Procedure).await?;
    let password = Secret::new(working.password.clone());
    let database = sluice_db::open(&working.account, Some(&password))?;
    let workspace = Workspace::parse(&format!(
        "{}\n{}",
        written(&working.account),
        std::fs::read_to_string(working.server.data_dir.join("sluice.toml"))?
            .split_once("# Generated")
            .map(|(_, generated)| format!("# Generated{generated}"))
            .context("no generated part")?
    ))?;
    let application = &workspace.applications["people"];
    for (operation, said) in [
        (Operation::UpdateUser, "The user does not exist."),
        (Operation::ActivateUser, "The user does not exist."),
        (Operation::DeactivateUser, "The user does not exist."),
        (Operation::AddEntitlement, "The user does not exist."),
    ] {
        let fields = sluice_core::profile::Fields::default()
            .with("login", "nobody".into())
            .with("mail", "n@x".into())
            .with("category", "staff".into())
            .with("id", "1".into());
        let statement =
            sluice_core::plan::statement(application, database.dialect(), operation, &fields)
                .map_err(|failure| anyhow::anyhow!("{}", failure.diagnosis.cause))?;
        let mut session = database.begin(Access::Write).await?;
        let error = session.execute(&statement).await.unwrap_err();
        assert!(
            error.message.contains(said),
            "{operation}: {}",
            error.message
        );
        session.rollback().await?;
    }
    Ok(())
}

macro_rules! on {
    ($module:ident, $on:ident) => {
        mod $module {
            use super::{Kind, On};

            #[tokio::test]
            async fn generated_statements_do_all_ten_operations_with_the_granted_rights()
            -> anyhow::Result<()> {
                super::all_ten_operations_work(On::$on, Kind::Sql).await
            }

            #[tokio::test]
            async fn generated_procedures_do_all_ten_operations_with_the_granted_rights()
            -> anyhow::Result<()> {
                super::all_ten_operations_work(On::$on, Kind::Procedure).await
            }

            #[tokio::test]
            async fn generated_procedures_raise_where_nobody_is_found() -> anyhow::Result<()> {
                super::procedures_raise_where_nobody_is_found(On::$on).await
            }
        }
    };
}

on!(sqlite_generated, Sqlite);
on!(mariadb_generated, MariaDb);
on!(postgresql_generated, PostgreSql);

#[tokio::test]
async fn the_granted_rights_of_statements_are_all_there_are() -> anyhow::Result<()> {
    nothing_else_is_allowed(On::MariaDb, Kind::Sql).await?;
    nothing_else_is_allowed(On::PostgreSql, Kind::Sql).await
}

#[tokio::test]
async fn the_granted_rights_of_procedures_are_all_there_are() -> anyhow::Result<()> {
    nothing_else_is_allowed(On::MariaDb, Kind::Procedure).await?;
    nothing_else_is_allowed(On::PostgreSql, Kind::Procedure).await
}

#[tokio::test]
async fn generated_routines_of_postgresql_are_nobodys_until_they_are_granted() -> anyhow::Result<()>
{
    a_stranger_may_call_nothing().await
}

/// The command line does the same from the configuration alone, finds the link table by itself, and
/// warns that the owner's account may do more than any application needs.
async fn the_command_line_prints_it(on: On) -> anyhow::Result<()> {
    let odd = Odd::new(on).await?;
    let home = tempfile::tempdir()?;
    let config = home.path().join("sluice.toml");
    std::fs::write(&config, written(&odd.owner))?;
    let people = table(on, "People");
    let run = async |arguments: &[&str]| {
        let output = command(home.path())
            .await?
            .args(arguments)
            .arg("--config")
            .arg(&config)
            .arg("--data-dir")
            .arg(home.path())
            .env("SLUICE_CONNECTION_HR", &odd.password)
            .output()
            .await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        anyhow::Ok((
            output.status.success(),
            text(&output.stdout),
            text(&output.stderr),
        ))
    };
    let roles = table(on, "roles");
    let generate = [
        "generate",
        "--connection",
        "hr",
        "--users",
        &people,
        "--entitlements",
        &roles,
        "--application",
        "people",
    ];
    let (succeeded, toml, said) = run(&generate).await?;
    ensure!(succeeded, "{said}");
    let workspace = Workspace::parse(&format!("{}\n{toml}", written(&odd.owner)))?;
    assert_eq!(workspace.applications["people"].operations.len(), 10);

    std::fs::write(&config, format!("{}\n{toml}", written(&odd.owner)))?;
    let (succeeded, script, said) =
        run(&["grants", "--application", "people", "--account", "scim"]).await?;
    ensure!(succeeded, "{said}");
    assert!(
        script.contains("GRANT SELECT (") && !script.contains("salaries"),
        "{script}"
    );
    assert!(said.contains("may do everything"), "{said}");

    let (succeeded, _, said) =
        run(&["grants", "--application", "people", "--account", "public"]).await?;
    assert!(!succeeded && said.contains("everybody"), "{said}");
    let wrong = [
        "generate",
        "--connection",
        "hr",
        "--users",
        "nothing",
        "--entitlements",
        &roles,
    ];
    let (succeeded, _, said) = run(&wrong).await?;
    assert!(!succeeded && said.contains("nothing"), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_command_line_prints_statements_and_grants() -> anyhow::Result<()> {
    the_command_line_prints_it(On::MariaDb).await?;
    the_command_line_prints_it(On::PostgreSql).await
}

/// The odd tables on SQLite, described by hand.
mod by_hand {
    use sluice_core::catalogue::{
        Column, DataType, ForeignKey, Key, KeyKind, ObjectName, Relation, TypeKind,
    };

    fn column(name: &str, kind: TypeKind, text: &str, required: bool) -> Column {
        Column {
            name: name.to_owned(),
            data_type: DataType::new(kind, text),
            nullable: !required,
            ..Column::default()
        }
    }

    fn key(kind: KeyKind, columns: &[&str]) -> Key {
        Key {
            name: String::new(),
            kind,
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn foreign(column: &str, target: &str) -> ForeignKey {
        ForeignKey {
            name: String::new(),
            columns: vec![column.to_owned()],
            target: ObjectName::new(None, target),
            target_columns: vec!["id".to_owned()],
        }
    }

    pub fn relations() -> [Relation; 3] {
        let number = TypeKind::Integer { bits: 64 };
        let text = TypeKind::Text;
        let with = |column: Column, default: &str| Column {
            default: Some(default.to_owned()),
            ..column
        };
        let people = Relation {
            name: ObjectName::new(None, "People"),
            columns: vec![
                Column {
                    generated: true,
                    ..column("id", number, "INTEGER", true)
                },
                column("login", text, "VARCHAR(100)", true),
                column("Given Name", text, "VARCHAR(100)", false),
                column("mail", text, "VARCHAR(100)", true),
                column("born", TypeKind::Date, "DATE", false),
                with(column("category", text, "VARCHAR(20)", true), "'staff'"),
                column("password_hash", text, "VARCHAR(100)", false),
                with(
                    column("created_at", TypeKind::Timestamp, "DATETIME", true),
                    "CURRENT_TIMESTAMP",
                ),
                with(
                    column("is_enabled", TypeKind::Boolean, "BOOLEAN", true),
                    "TRUE",
                ),
            ],
            keys: vec![
                key(KeyKind::Primary, &["id"]),
                key(KeyKind::Unique, &["login"]),
            ],
            ..Relation::default()
        };
        let roles = Relation {
            name: ObjectName::new(None, "roles"),
            columns: vec![
                column("id", number, "INTEGER", true),
                column("title", text, "VARCHAR(50)", true),
                column("notes", text, "TEXT", false),
            ],
            keys: vec![key(KeyKind::Primary, &["id"])],
            ..Relation::default()
        };
        let link = Relation {
            name: ObjectName::new(None, "people_roles"),
            columns: vec![
                column("person_id", number, "INTEGER", true),
                column("role_id", number, "INTEGER", true),
            ],
            keys: vec![key(KeyKind::Primary, &["person_id", "role_id"])],
            foreign_keys: vec![foreign("person_id", "People"), foreign("role_id", "roles")],
            ..Relation::default()
        };
        [people, roles, link]
    }
}
