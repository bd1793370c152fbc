//! The configuration out of one Sluice and into another, and what is given to somebody who helps.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::server::{Client, Server};
use sluice_tests::support::site::{On, Place};

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const LUKE: &str = "luke.skywalker@galaxy.local";

/// A server on a data folder of its own, over a configuration that may be looked at.
struct Running {
    _data: tempfile::TempDir,
    file: PathBuf,
    server: Server,
    console: Console,
}

impl Running {
    async fn on(text: &str, folder: &Path) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let file = folder.join("sluice.toml");
        std::fs::write(&file, text)?;
        let config = file.display().to_string();
        let arguments = ["--config", &config, "--console", "127.0.0.1:0"];
        let server = Server::start(data.path(), &arguments, &[]).await?;
        let console = Console::of(&server).await?;
        Ok(Self {
            _data: data,
            file,
            server,
            console,
        })
    }

    async fn preview(&self, file: &Value) -> anyhow::Result<Value> {
        self.console.call("configuration.preview_file", file).await
    }

    /// Takes a file over as its preview shows it; what is to be typed is `typed`.
    async fn take(&self, file: &Value, typed: Option<&str>) -> anyhow::Result<u16> {
        let preview = self.preview(file).await?;
        let mut input = json!({"file": file, "before": preview["before"]});
        if let Some(typed) = typed {
            input["typed"] = json!(typed);
        }
        let answer = self.console.ask("configuration.take_file", &input).await?;
        Ok(answer.status)
    }

    fn text(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(&self.file)?)
    }
}

fn file(name: &str, bytes: impl AsRef<[u8]>) -> Value {
    json!({"name": name, "content": STANDARD.encode(bytes)})
}

/// What an agent asks in a day: discovery, an import, a life of a user, an error.
async fn conversation(client: &Client) -> anyhow::Result<Vec<(u16, String)>> {
    let user = json!({"userName": "ada@example.org", EXTENSION: {"ext_USERNAME": "ada", "ext_FIRSTNAME": "Ada", "ext_LASTNAME": "Lovelace", "ext_EMAIL": "ada@example.org"}});
    let mut gone = user.clone();
    gone["active"] = json!(false);
    let mut answers = Vec::new();
    for path in [
        "ServiceProviderConfig",
        "ResourceTypes",
        "Schemas",
        "Users?startIndex=1&count=5",
        "Users?startIndex=6&count=100",
        &format!("Users/{LUKE}"),
        "Users?filter=userName%20eq%20%22nobody%22&startIndex=1&count=100",
        "Entitlements",
        "Users/nobody",
    ] {
        answers.push(client.get(path).await?);
    }
    answers.push(client.post("Users", &user).await?);
    answers.push(client.post("Users", &user).await?);
    answers.push(client.put("Users/ada@example.org", &gone).await?);
    answers.push(client.get("Users/ada@example.org").await?);
    let told = answers.into_iter().map(|answer| {
        let text = answer.text.replace(&client.base, "BASE/");
        // When a row was made is the database's to say.
        let mut json: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        forget_times(&mut json);
        (answer.status, json.to_string())
    });
    Ok(told.collect())
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| {
                !matches!(
                    key.as_str(),
                    "lastModified"
                        | "created"
                        | "version"
                        | "ext_CREATED_AT"
                        | "ext_UPDATED_AT"
                        | "ext_LASTLOGIN"
                )
            });
            map.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

#[tokio::test]
async fn an_exported_configuration_serves_the_same_answers_from_an_empty_data_folder()
-> anyhow::Result<()> {
    let (one, other) = (Place::new(On::Sqlite).await?, Place::new(On::Sqlite).await?);
    let first = Running::on(&one.configuration, one.folder.path()).await?;
    let input = json!({"form": "toml", "application": "jdbc_on_prem"});
    let exported = first.console.call("configuration.export", &input).await?;
    let text = exported["text"].as_str().context("no text")?;
    assert_eq!(text, one.configuration, "as it is in use");
    // Each has a database of its own, with the same people in it.
    let moved = text.replace(
        &one.folder.path().display().to_string(),
        &other.folder.path().display().to_string(),
    );
    assert_ne!(moved, text);
    let second = Running::on("[workspace]\nname = \"Empty\"\n", other.folder.path()).await?;
    let preview = second.preview(&file("sluice.toml", &moved)).await?;
    assert_eq!(preview["form"], "toml");
    assert_eq!(preview["problem"], Value::Null);
    assert_eq!(second.take(&file("sluice.toml", &moved), None).await?, 200);
    assert_eq!(second.text()?, moved);

    let base = second.server.base_of("jdbc_on_prem");
    let answers = conversation(
        &first
            .server
            .client()?
            .at(&first.server.base_of("jdbc_on_prem")),
    )
    .await?;
    assert_eq!(answers[0].0, 200);
    assert_eq!(answers[9].0, 201, "{}", answers[9].1);
    assert_eq!(
        conversation(&second.server.client()?.at(&base)).await?,
        answers
    );

    // One press takes the import back.
    second
        .console
        .call("configuration.undo", &json!({}))
        .await?;
    assert_eq!(second.text()?, "[workspace]\nname = \"Empty\"\n");
    Ok(())
}

#[tokio::test]
async fn a_bundle_holds_configuration_certificate_and_history_and_is_imported_again()
-> anyhow::Result<()> {
    let place = Place::new(On::Sqlite).await?;
    let running = Running::on(&place.configuration, place.folder.path()).await?;
    let input = json!({"history": true});
    let bundled = running.console.call("configuration.bundle", &input).await?;
    let path = bundled["file"]["path"].as_str().context("no path")?;
    let bytes = std::fs::read(path)?;
    let read = |name: &str| -> anyhow::Result<String> {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes))?;
        let mut text = String::new();
        archive.by_name(name)?.read_to_string(&mut text)?;
        Ok(text)
    };
    assert_eq!(read("sluice.toml")?, place.configuration);
    assert!(read("sluice.crt")?.starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(read("history.jsonl")?.lines().count(), 1);
    let manifest: Value = serde_json::from_str(&read("manifest.json")?)?;
    assert_eq!(manifest["secretsToSet"][0]["name"], "token");
    for name in [
        "manifest.json",
        "sluice.toml",
        "sluice.crt",
        "history.jsonl",
    ] {
        let text = read(name)?;
        assert!(
            !text.contains(&running.server.token) && !text.contains("PRIVATE KEY"),
            "{name}"
        );
    }
    let preview = running.preview(&file("bundle.zip", &bytes)).await?;
    assert_eq!(
        (&preview["form"], &preview["after"]),
        (&json!("bundle"), &json!(place.configuration))
    );
    Ok(())
}

#[tokio::test]
async fn a_text_that_holds_a_known_secret_does_not_leave() -> anyhow::Result<()> {
    let place = Place::new(On::Sqlite).await?;
    let running = Running::on(&place.configuration, place.folder.path()).await?;
    let written = format!(
        "# the token is {}\n{}",
        running.server.token, place.configuration
    );
    assert_eq!(running.take(&file("a.toml", written), None).await?, 200);
    for (command, input) in [
        (
            "configuration.export",
            json!({"form": "toml", "application": "jdbc_on_prem"}),
        ),
        ("configuration.bundle", json!({"history": false})),
    ] {
        let refused = running.console.ask(command, &input).await?;
        assert_eq!(refused.json["code"], "export.secret", "{}", refused.text);
        assert!(!refused.text.contains(&running.server.token));
    }
    let collected = running.console.work("support.collect", &json!({})).await?;
    let collected = collected.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let input = json!({"id": collected["id"], "parts": ["configuration", "about"]});
    let refused = running.console.ask("support.save", &input).await?;
    assert_eq!(refused.json["code"], "export.secret", "{}", refused.text);
    // Nothing was written, and what does not hold it can be.
    let exports = running.console.call("data.exports", &json!({})).await?;
    assert_eq!(exports["files"], json!([]));
    let input = json!({"id": collected["id"], "parts": ["about"]});
    assert_eq!(
        running.console.ask("support.save", &input).await?.status,
        200
    );
    Ok(())
}

#[tokio::test]
async fn a_support_bundle_is_what_was_shown_and_holds_nobodys_data() -> anyhow::Result<()> {
    let place = Place::new(On::Sqlite).await?;
    let running = Running::on(&place.configuration, place.folder.path()).await?;
    let client = running.server.client()?;
    let twice = json!({"userName": LUKE, EXTENSION: {"ext_USERNAME": "luke", "ext_FIRSTNAME": "Lukas", "ext_LASTNAME": "Himmel", "ext_EMAIL": LUKE}});
    assert_eq!(client.post("Users", &twice).await?.status, 409);
    let collected = running.console.work("support.collect", &json!({})).await?;
    let collected = collected.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let parts = collected["parts"].as_array().context("no parts")?;
    let wanted: Vec<&Value> = parts
        .iter()
        .map(|part| &part["part"])
        .filter(|part| *part != "state")
        .collect();
    let input = json!({"id": collected["id"], "parts": wanted});
    let saved = running.console.call("support.save", &input).await?;
    let bytes = std::fs::read(saved["path"].as_str().context("no path")?)?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes))?;
    let mut written = Vec::new();
    for index in 0..archive.len() {
        let mut text = String::new();
        let mut entry = archive.by_index(index)?;
        entry.read_to_string(&mut text)?;
        written.push((entry.name().to_owned(), text));
    }
    let shown: Vec<(String, String)> = parts
        .iter()
        .filter(|part| part["part"] != "state")
        .flat_map(|part| part["files"].as_array().cloned().unwrap_or_default())
        .map(|file| {
            (
                file["name"].as_str().unwrap_or_default().to_owned(),
                file["text"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    assert_eq!(
        written, shown,
        "what was shown, without the part that was left out"
    );
    let all: String = written.into_iter().map(|(_, text)| text).collect();
    for value in [
        LUKE,
        "Lukas",
        "Himmel",
        &running.server.token,
        &place.folder.path().display().to_string(),
    ] {
        assert!(!all.contains(value), "{value} is in it");
    }
    assert!(
        all.contains("\"status\": 409") && all.contains("INSERT INTO USERS"),
        "why it failed is in it"
    );
    Ok(())
}

#[tokio::test]
async fn what_was_tested_is_promoted_to_production_by_its_typed_name_and_addresses_stay()
-> anyhow::Result<()> {
    let place = Place::new(On::Sqlite).await?;
    let production = place.configuration.replace(
        "dialect = \"sqlite\"",
        "dialect = \"sqlite\"\nenvironment = \"production\"",
    );
    let running = Running::on(&production, place.folder.path()).await?;
    let tested = place
        .configuration
        .replace("compatibility = \"original\"", "compatibility = \"rfc\"")
        .replace(
            &place.folder.path().display().to_string(),
            "/somewhere/else",
        );
    let promotion = json!({"source": {"kind": "file", "file": file("test.toml", &tested)}, "from": "jdbc_on_prem", "to": "jdbc_on_prem", "connection": null, "pool": true});
    let plan = running
        .console
        .call("configuration.promotion", &promotion)
        .await?;
    assert_eq!(
        (&plan["confirm"], &plan["problem"]),
        (&json!("demo"), &Value::Null)
    );
    let changed: Vec<&Value> = plan["changes"][0]["keys"]
        .as_array()
        .context("no keys")?
        .iter()
        .collect();
    assert_eq!(
        changed,
        [&json!({"key": "compatibility", "before": "original", "after": "rfc"})]
    );
    let mut input =
        json!({"promotion": promotion, "before": plan["before"], "after": plan["after"]});
    let refused = running.console.ask("configuration.promote", &input).await?;
    assert_eq!(refused.json["code"], "configuration.typed");
    assert_eq!(running.text()?, production);
    input["typed"] = json!("demo");
    running
        .console
        .call("configuration.promote", &input)
        .await?;
    let text = running.text()?;
    assert!(text.contains("compatibility = \"rfc\"") && !text.contains("/somewhere/else"));
    assert!(text.contains("environment = \"production\""));
    Ok(())
}

#[tokio::test]
async fn a_preview_of_another_configuration_than_the_one_in_use_changes_nothing()
-> anyhow::Result<()> {
    let place = Place::new(On::Sqlite).await?;
    let running = Running::on(&place.configuration, place.folder.path()).await?;
    let properties = file(
        "config-x.properties",
        "server.max-http-request-header-size=10KB\n",
    );
    let input = json!({"file": properties, "before": "another"});
    let refused = running
        .console
        .ask("configuration.take_file", &input)
        .await?;
    assert_eq!(refused.json["code"], "configuration.moved");
    assert_eq!(running.text()?, place.configuration);
    assert_eq!(running.take(&properties, None).await?, 200);
    assert!(running.text()?.contains("header_limit_kb = 10"));
    let wrong = file("a.toml", "[endpoint]\nlisten = 5\n");
    let preview = running.preview(&wrong).await?;
    let message = preview["problem"]["message"]
        .as_str()
        .context("no problem")?;
    assert!(message.starts_with("Line 2"), "{message}");
    Ok(())
}
