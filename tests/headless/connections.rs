//! From an empty workspace to users served, through the console's own commands; and that no password gets anywhere
//! but where it is kept.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::server::{Client, Server};
use sluice_tests::support::{mariadb, postgres};

/// A server on a workspace that was not there before.
struct Empty {
    folder: tempfile::TempDir,
    file: PathBuf,
    server: Server,
    console: Console,
}

impl Empty {
    async fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("workspace").join("sluice.toml");
        let config = file.display().to_string();
        let arguments = ["--config", &config, "--new", "--console", "127.0.0.1:0"];
        let server = Server::start(&folder.path().join("data"), &arguments, &[]).await?;
        let console = Console::of(&server).await?;
        Ok(Self {
            folder,
            file,
            server,
            console,
        })
    }

    fn text(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(&self.file)?)
    }
}

/// What the form holds of a connection to a server at this port.
fn settings(dialect: &str, port: u16, database: &str, user: &str) -> Value {
    json!({
        "dialect": dialect, "environment": "test", "path": null, "odbc": null,
        "host": "127.0.0.1", "port": port, "database": database, "user": user,
        "statementTimeoutMs": 30_000,
        "tls": { "mode": "prefer", "ca_file": null, "certificate_file": null, "key_file": null },
        "pool": {
            "maximumPoolSize": 4, "minimumIdle": 0, "connectionTimeout": 5_000, "validationTimeout": 3_000,
            "idleTimeout": 90_000, "keepaliveTime": 60_000, "maxLifetime": 180_000, "connectionInitSql": null
        },
        "properties": {}
    })
}

/// All files below a folder.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[tokio::test]
async fn an_empty_workspace_starts_and_every_screen_has_an_answer() -> anyhow::Result<()> {
    let empty = Empty::new().await?;
    let console = &empty.console;
    let overview = console.call("overview.get", &json!({})).await?;
    ensure!(overview["connections"] == json!([]) && overview["applications"] == json!([]));
    ensure!(overview["endpoint"]["state"] == "listening", "{overview}");
    let list = console.call("connections.list", &json!({})).await?;
    ensure!(
        list["connections"] == json!([]) && list["keyring"] == false,
        "{list}"
    );
    for (command, input) in [
        ("connections.pools", json!({})),
        ("imports.list", json!({})),
        ("configuration.history", json!({})),
        (
            "traffic.list",
            json!({"filter": "", "before": null, "limit": 10}),
        ),
    ] {
        console.call(command, &input).await?;
    }
    // The provider learns that there is nothing for it here, as it does of any other address.
    let answer = empty.server.client()?.get("Users?count=1").await?;
    ensure!(
        answer.status == 400 || answer.status == 404,
        "{}",
        answer.text
    );
    Ok(())
}

/// Searches every file of the workspace and its data folder for a password.
fn stands_only_in(empty: &Empty, password: &str, kept: &Path) -> anyhow::Result<()> {
    let mut searched = 0;
    for file in files(empty.folder.path())? {
        let bytes = std::fs::read(&file)?;
        searched += 1;
        let there = bytes
            .windows(password.len())
            .any(|window| window == password.as_bytes());
        ensure!(
            there == (file == *kept),
            "the password and {}",
            file.display()
        );
    }
    ensure!(searched > 4, "{searched} files were searched");
    Ok(())
}

#[tokio::test]
async fn from_nothing_to_users_by_the_console_alone_and_no_password_outside_of_the_secrets()
-> anyhow::Result<()> {
    for dialect in ["mysql", "postgresql"] {
        let (port, user, password, database) = if dialect == "mysql" {
            let server = mariadb::shared().await?;
            (
                server.port,
                &server.user,
                &server.password,
                server.fresh_database().await?,
            )
        } else {
            let server = postgres::shared().await?;
            (
                server.port,
                &server.user,
                &server.password,
                server.fresh_database().await?,
            )
        };
        let empty = Empty::new().await?;
        let console = &empty.console;
        let settings = settings(dialect, port, &database, user);

        // Tried before it is saved, with a password that is kept nowhere.
        let test = json!({"settings": settings, "password": password});
        let tried = console.worked("connections.test", &test).await?;
        let done = tried.end.map_err(|problem| anyhow::anyhow!("{problem}"))?;
        ensure!(done["passed"] == true, "{done}");
        ensure!(
            tried
                .told
                .iter()
                .any(|told| told["steps"][0]["state"] != "waiting")
        );
        ensure!(
            !empty.text()?.contains("[connections"),
            "a test saves nothing"
        );

        // Without a keyring it is kept only where somebody said so.
        let mut save =
            json!({"name": "hr", "was": null, "settings": settings, "password": password});
        let refused = console.ask("connections.save", &save).await?;
        ensure!(refused.text.contains("secrets.keyring"), "{}", refused.text);
        ensure!(!empty.text()?.contains("[connections"), "{}", empty.text()?);
        save["keepIn"] = json!("file");
        let saved = console.call("connections.save", &save).await?;
        ensure!(saved["password"] == "file", "{saved}");
        let kept = empty.server.data_dir.join("secrets.toml");
        let mode = std::fs::metadata(&kept)?.permissions().mode() & 0o777;
        ensure!(mode == 0o600, "{mode:o}");

        let application = json!({"name": "jdbc_on_prem", "was": null, "settings": {
            "connection": "hr", "profile": "columns", "compatibility": "original", "header": "ignore",
            "delete": "refuse", "userIdColumn": "USER_ID", "attributes": []
        }});
        console.call("applications.save", &application).await?;
        let case = |name: &str| {
            if dialect == "mysql" {
                name.to_owned()
            } else {
                name.to_lowercase()
            }
        };
        let input = json!({
            "connection": "hr", "users": case("USERS"), "entitlements": case("ENTITLEMENTS"), "kind": "sql",
            "application": "jdbc_on_prem"
        });
        let generated = console.call("operations.generate", &input).await?;
        let mappings: Vec<Value> = generated["operations"]
            .as_array()
            .context("nothing was generated")?
            .iter()
            .map(|one| json!({"operation": one["operation"], "was": null, "mapping": one["mapping"]}))
            .collect();
        ensure!(mappings.len() == 10, "{}", mappings.len());
        let was = console
            .call("operations.list", &json!({"application": "jdbc_on_prem"}))
            .await?["settings"]
            .clone();
        let mut columns = was.clone();
        columns["userIdColumn"] = generated["choice"]["userId"].clone();
        let save = json!({"application": "jdbc_on_prem", "mappings": mappings, "settings": {"was": was, "settings": columns}});
        console.call("operations.save", &save).await?;

        let users = empty
            .server
            .client()?
            .get("Users?startIndex=1&count=100")
            .await?;
        ensure!(
            users.status == 200 && users.json["totalResults"] == 14,
            "{}",
            users.text
        );

        // It is used, so it stays.
        let remove = json!({"name": "hr", "forgetPassword": false});
        let refused = console.ask("connections.remove", &remove).await?;
        ensure!(refused.text.contains("jdbc_on_prem"), "{}", refused.text);

        stands_only_in(&empty, password, &kept)?;
        ensure!(
            !empty.server.log().await.contains(password.as_str()),
            "it stands in the log"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_password_that_is_typed_anew_serves_the_next_request_and_an_undo_brings_a_connection_back()
-> anyhow::Result<()> {
    let server = mariadb::shared().await?;
    let database = server.fresh_database().await?;
    let empty = Empty::new().await?;
    let console = &empty.console;
    let settings = settings("mysql", server.port, &database, &server.user);
    let mut save = json!({"name": "hr", "was": null, "settings": settings, "password": "a wrong one", "keepIn": "file"});
    console.call("connections.save", &save).await?;
    let schemas = json!({"connection": "hr"});
    let refused = console.ask("data.schemas", &schemas).await?;
    ensure!(refused.status != 200, "{}", refused.text);
    save["was"] = settings;
    save["password"] = json!(server.password);
    console.call("connections.save", &save).await?;
    console.call("data.schemas", &schemas).await?;

    let before = empty.text()?;
    let remove = json!({"name": "hr", "forgetPassword": false});
    console.call("connections.remove", &remove).await?;
    ensure!(!empty.text()?.contains("[connections.hr]"));
    console.call("configuration.undo", &json!({})).await?;
    ensure!(empty.text()? == before);
    console.call("data.schemas", &schemas).await?;
    Ok(())
}

#[tokio::test]
async fn the_connection_of_a_header_can_be_taken_over_without_its_password() -> anyhow::Result<()> {
    use base64::Engine as _;
    const SECRET: &str = "hunter2hunter2";
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    let header = json!({"jdbcUrl": "jdbc:oracle:thin:@db.example.com:1521:HR", "username": "scim", "password": SECRET, "other": 1});
    let text = base64::engine::general_purpose::STANDARD.encode(header.to_string());
    let client = server.client()?;
    let request = client
        .request("GET", "Users?count=1")
        .header("X-OKTA-ONPREM-DATA", &text);
    let answer = Client::send(request).await?;
    let id = answer.headers["x-sluice-exchange"].to_str()?;
    for (input, had_password) in [
        (json!({"exchange": id}), true),
        (json!({"header": text}), true),
    ] {
        let read = console.call("connections.read_header", &input).await?;
        ensure!(!read.to_string().contains(SECRET), "{read}");
        ensure!(read["hadPassword"] == had_password, "{read}");
        let settings = &read["settings"];
        ensure!(
            settings["dialect"] == "oracle" && settings["host"] == "db.example.com",
            "{read}"
        );
        ensure!(
            settings["user"] == "scim" && settings["properties"]["oracle.sid"] == "HR",
            "{read}"
        );
    }
    let unknown = console
        .ask("connections.read_header", &json!({"exchange": "another"}))
        .await?;
    ensure!(
        unknown.text.contains("connections.header"),
        "{}",
        unknown.text
    );
    Ok(())
}
