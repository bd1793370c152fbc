//! The configuration changed from the console while requests are served: in the file, in use, in the
//! history.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::server::{Answered, Server};
use sluice_tests::support::site::{On, Place};

const APPLICATION: &str = "jdbc_on_prem";
const LUKE: &str = "luke.skywalker@galaxy.local";

/// A server over SQLite whose configuration may be looked at, and its console.
struct Running {
    place: Place,
    data: tempfile::TempDir,
    file: PathBuf,
    server: Server,
    console: Console,
}

async fn begin(file: &Path, data: &Path) -> anyhow::Result<(Server, Console)> {
    let config = file.display().to_string();
    let arguments = ["--config", &config, "--console", "127.0.0.1:0"];
    let server = Server::start(data, &arguments, &[]).await?;
    let console = Console::of(&server).await?;
    Ok((server, console))
}

impl Running {
    async fn new() -> anyhow::Result<Self> {
        let place = Place::new(On::Sqlite).await?;
        let data = tempfile::tempdir()?;
        let file = place.folder.path().join("sluice.toml");
        std::fs::write(&file, &place.configuration)?;
        let (server, console) = begin(&file, data.path()).await?;
        Ok(Self {
            place,
            data,
            file,
            server,
            console,
        })
    }

    async fn mapping(&self, operation: &str) -> anyhow::Result<Value> {
        let input = json!({ "application": APPLICATION });
        let all = self.console.call("operations.list", &input).await?;
        let mapped = all["operations"]
            .as_array()
            .context("no operations")?
            .iter()
            .find(|mapped| mapped["operation"] == operation)
            .context("no such operation")?;
        let mapping = &mapped["mapping"];
        let parameters: Vec<&Value> = mapping["parameters"]
            .as_array()
            .context("no parameters")?
            .iter()
            .map(|parameter| &parameter["text"])
            .collect();
        Ok(json!({
            "enabled": mapping["enabled"],
            "kind": mapping["kind"],
            "statement": mapping["statement"],
            "parameters": parameters,
        }))
    }

    /// Saves a statement for an operation, in place of what is in use.
    async fn save(&self, operation: &str, statement: &str) -> anyhow::Result<Answered> {
        let was = self.mapping(operation).await?;
        let mut mapping = was.clone();
        mapping["kind"] = json!("sql");
        mapping["statement"] = json!(statement);
        let input = json!({
            "application": APPLICATION,
            "mappings": [{ "operation": operation, "was": was, "mapping": mapping }],
        });
        self.console.ask("operations.save", &input).await
    }

    async fn title(&self) -> anyhow::Result<Value> {
        let answer = self.server.client()?.get(&format!("Users/{LUKE}")).await?;
        Ok(
            answer.json["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["ext_TITLE"]
                .clone(),
        )
    }

    fn text(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(&self.file)?)
    }
}

/// What Get user by ID is changed to: everybody has the same title.
const CHANGED: &str =
    "SELECT USER_ID, USERNAME, IS_ACTIVE, 'Changed' AS TITLE FROM USERS WHERE USER_ID = ?";

#[tokio::test]
async fn a_saved_mapping_serves_the_next_request_without_a_restart() -> anyhow::Result<()> {
    let running = Running::new().await?;
    assert_eq!(running.title().await?, "Jedi Knight");
    let answer = running.save("get_user_by_id", CHANGED).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(running.title().await?, "Changed");
    let text = running.text()?;
    assert!(text.contains(CHANGED));
    let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!(comments(&text), comments(&running.place.configuration));
    let lines = |text: &str| text.lines().count();
    assert_eq!(lines(&text), lines(&running.place.configuration));
    Ok(())
}

#[tokio::test]
async fn a_change_that_would_be_wrong_leaves_file_and_endpoint_as_they_were() -> anyhow::Result<()>
{
    let running = Running::new().await?;
    let before = running.text()?;
    let was = running.mapping("get_user_by_id").await?;
    let mut mapping = was.clone();
    // Rows of a query are not counted.
    mapping["rows"] = json!("one");
    let input = json!({
        "application": APPLICATION,
        "mappings": [{ "operation": "get_user_by_id", "was": was, "mapping": mapping }],
    });
    let answer = running.console.ask("operations.save", &input).await?;
    assert_eq!(
        answer.json["code"], "configuration.wrong",
        "{}",
        answer.text
    );
    assert_eq!(running.text()?, before);
    assert_eq!(running.title().await?, "Jedi Knight");
    Ok(())
}

#[tokio::test]
async fn what_somebody_else_wrote_into_the_file_is_never_written_over() -> anyhow::Result<()> {
    let running = Running::new().await?;
    let theirs = format!("{}\n# by somebody else\n", running.text()?);
    std::fs::write(&running.file, &theirs)?;
    let answer = running.save("get_user_by_id", CHANGED).await?;
    assert_eq!(
        answer.json["code"], "configuration.elsewhere",
        "{}",
        answer.text
    );
    assert_eq!(running.text()?, theirs);
    assert_eq!(running.title().await?, "Jedi Knight");

    let disk = running
        .console
        .call("configuration.on_disk", &json!({}))
        .await?;
    assert_eq!(disk["elsewhere"], true);
    assert_eq!(disk["on_disk"], theirs);
    running
        .console
        .call("configuration.take", &json!({}))
        .await?;
    let answer = running.save("get_user_by_id", CHANGED).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(running.text()?.ends_with("# by somebody else\n"));
    assert_eq!(running.title().await?, "Changed");
    Ok(())
}

#[tokio::test]
async fn of_two_windows_the_second_does_not_silently_win() -> anyhow::Result<()> {
    let running = Running::new().await?;
    let was = running.mapping("get_user_by_id").await?;
    running.save("get_user_by_id", CHANGED).await?;
    let mut mapping = was.clone();
    mapping["statement"] = json!("CALL GET_USER_BY_ID(?) -- mine");
    let input = json!({
        "application": APPLICATION,
        "mappings": [{ "operation": "get_user_by_id", "was": was, "mapping": mapping }],
    });
    let answer = running.console.ask("operations.save", &input).await?;
    assert_eq!(
        answer.json["code"], "operations.meanwhile",
        "{}",
        answer.text
    );
    assert!(running.text()?.contains(CHANGED));
    Ok(())
}

#[tokio::test]
async fn the_history_survives_a_restart_and_leads_back_and_forth() -> anyhow::Result<()> {
    let running = Running::new().await?;
    let first = running.text()?;
    running.save("get_user_by_id", CHANGED).await?;
    let Running {
        place,
        data,
        file,
        server,
        ..
    } = running;
    server.stop().await?;
    let (server, console) = begin(&file, data.path()).await?;
    let running = Running {
        place,
        data,
        file,
        server,
        console,
    };
    assert_eq!(running.title().await?, "Changed");
    let only = json!({"only": {"application": APPLICATION, "operation": "get_user_by_id"}});
    let history = running.console.call("configuration.history", &only).await?;
    let acts: Vec<&Value> = history["versions"]
        .as_array()
        .context("no versions")?
        .iter()
        .map(|version| &version["act"])
        .collect();
    assert_eq!(acts, ["saved", "first"]);
    assert!(
        history["versions"][0]["who"]
            .as_str()
            .is_some_and(|who| !who.is_empty())
    );

    running
        .console
        .call("configuration.undo", &json!({}))
        .await?;
    assert_eq!(running.text()?, first);
    assert_eq!(running.title().await?, "Jedi Knight");
    running
        .console
        .call("configuration.redo", &json!({}))
        .await?;
    assert_eq!(running.title().await?, "Changed");
    // One mapping of an older version, while another one stays as it was changed.
    running
        .save("get_all_entitlements", "SELECT * FROM ENTITLEMENTS")
        .await?;
    let name = json!({"application": APPLICATION, "operation": "get_user_by_id"});
    let input = json!({"version": 1, "mapping": name});
    running
        .console
        .call("configuration.restore", &input)
        .await?;
    assert_eq!(running.title().await?, "Jedi Knight");
    assert!(running.text()?.contains("SELECT * FROM ENTITLEMENTS"));
    Ok(())
}

#[tokio::test]
async fn requests_in_flight_are_neither_cut_nor_mixed_while_the_mapping_changes()
-> anyhow::Result<()> {
    let running = Running::new().await?;
    let client = running.server.client()?;
    let asked: Vec<_> = (0..4)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut seen = Vec::new();
                for _ in 0..40 {
                    let answer = client.get(&format!("Users/{LUKE}")).await?;
                    anyhow::ensure!(answer.status == 200, "{}", answer.text);
                    let extension =
                        &answer.json["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];
                    // The columns belong to the statement that gave the title.
                    let has_email = extension.get("ext_EMAIL").is_some();
                    let changed = extension["ext_TITLE"] == "Changed";
                    anyhow::ensure!(has_email != changed, "{}", answer.text);
                    seen.push(changed);
                }
                Ok::<_, anyhow::Error>(seen)
            })
        })
        .collect();
    for _ in 0..5 {
        running.save("get_user_by_id", CHANGED).await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
        running
            .console
            .call("configuration.undo", &json!({}))
            .await?;
    }
    for task in asked {
        assert_eq!(task.await??.len(), 40);
    }
    Ok(())
}

#[tokio::test]
async fn a_draft_is_checked_and_tried_as_it_stands_and_changes_nothing() -> anyhow::Result<()> {
    let running = Running::new().await?;
    let before = running.text()?;
    let draft = |statement: &str| {
        json!({
            "application": APPLICATION,
            "operation": "get_user_by_id",
            "mapping": { "kind": "sql", "statement": statement, "parameters": ["USER_ID"] },
        })
    };
    let wrong = draft("SELECT * FROM\n  USER WHERE USER_ID = ?");
    let checked = running
        .console
        .call("operations.check_draft", &wrong)
        .await?;
    let finding = &checked["findings"][0];
    assert_eq!(
        finding["finding"]["code"], "check.object_missing",
        "{checked}"
    );
    assert_eq!(finding["span"], json!({"from": 16, "to": 20}));
    assert_eq!(
        checked["places"][0]["dataType"]
            .as_str()
            .map(str::to_uppercase),
        None
    );

    let fields = json!({ "USER_ID": LUKE });
    let input = json!({ "draft": draft(CHANGED), "fields": fields });
    let report = running.console.work("operations.try", &input).await?;
    let report = report.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    assert_eq!(report["answer"]["status"], 200, "{report}");
    assert_eq!(report["answer"]["body"]["userName"], LUKE);
    assert_eq!(running.title().await?, "Jedi Knight");
    assert_eq!(running.text()?, before);

    let nobody = json!({ "draft": draft(CHANGED), "fields": { "USER_ID": "nobody" } });
    let report = running.console.work("operations.try", &nobody).await?;
    let report = report.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    assert_eq!(report["answer"]["status"], 404, "{report}");
    Ok(())
}

#[tokio::test]
async fn coverage_tells_what_was_checked_tried_and_used_of_each_mapping() -> anyhow::Result<()> {
    let running = Running::new().await?;
    let covered = async |operation: &str| -> anyhow::Result<Value> {
        let input = json!({ "application": APPLICATION });
        let all = running.console.call("operations.coverage", &input).await?;
        let all = all["operations"].as_array().context("no operations")?;
        let one = all.iter().find(|one| one["operation"] == operation);
        Ok(one.context("no such operation")?.clone())
    };
    let none = covered("get_user_by_id").await?;
    assert!(
        none["checked"].is_null() && none["lastUsed"].is_null(),
        "{none}"
    );
    running.title().await?;
    let input = json!({ "application": APPLICATION });
    running.console.call("operations.check", &input).await?;
    let mut all = covered("get_user_by_id").await?;
    // A read is recorded a moment after its answer.
    for _ in 0..50 {
        if !all["lastUsed"].is_null() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        all = covered("get_user_by_id").await?;
    }
    assert!(all["lastUsed"]["exchange"].is_string(), "{all}");
    assert_eq!(all["checked"]["stale"], false, "{all}");
    running.save("get_user_by_id", CHANGED).await?;
    assert_eq!(covered("get_user_by_id").await?["checked"]["stale"], true);
    Ok(())
}
