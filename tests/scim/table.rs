//! Users imported from one table by the names of its columns, as the readme of a public connector
//! names them.

use anyhow::ensure;
use serde_json::{Value, json};
use sluice_tests::support::server::{Client, Server, command};
use sluice_tests::support::site::{On, Place};

crate::on_every_dialect!(people_are_imported_from_their_table);

const IMPORT: &str = r#"
[applications.hr]
connection = "demo"

[applications.hr.import]
table = "people"
id = "user_id"
username = "email"
email = "email"
first_name = "first_name"
last_name = "last_name"
display_name = "display_name"
active = "is_active"
external_id = "employee_id"
"#;

const PEOPLE: &[&str] = &[
    "CREATE TABLE people (user_id INTEGER PRIMARY KEY, email VARCHAR(100), first_name VARCHAR(100), \
     last_name VARCHAR(100), display_name VARCHAR(100), is_active INTEGER, employee_id VARCHAR(20), \
     salary VARCHAR(20))",
    "INSERT INTO people VALUES (30, 'c@x', 'Cleo', 'C', 'Cleo C', 1, 'E3', 'salary of three')",
    "INSERT INTO people VALUES (4, 'a@x', 'Ada', 'A', 'Ada A', 1, 'E1', 'salary of one')",
    "INSERT INTO people VALUES (12, 'b@x', 'Bob', 'O''B', NULL, 0, 'E2', 'salary of two')",
];

async fn people_are_imported_from_their_table(on: On) -> anyhow::Result<()> {
    let mut place = Place::new(on).await?;
    for statement in PEOPLE {
        place.reader.run(statement).await?;
    }
    let text = format!("{}{IMPORT}", place.configuration);
    let config = place.folder.path().join("sluice.toml");
    std::fs::write(&config, &text)?;
    let server = Server::with_config(&text, &[("demo", &place.password)]).await?;
    let client = server.client()?.at(&server.base_of("hr"));

    let config_document = client.get("ServiceProviderConfig").await?;
    assert_eq!(
        config_document.json["urn:okta:schemas:scim:providerconfig:1.0"]["userManagementCapabilities"],
        json!([
            "IMPORT_NEW_USERS",
            "IMPORT_PROFILE_UPDATES",
            "IMPORT_USER_SCHEMA"
        ])
    );
    let users = client.get("Users?startIndex=1&count=100").await?;
    ensure!(users.status == 200, "{}", users.text);
    let all = users.json["Resources"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let ids: Vec<&Value> = all.iter().map(|user| &user["id"]).collect();
    assert_eq!(ids, ["4", "12", "30"], "in the order of the id");
    let mut bob = all[1].clone();
    bob.as_object_mut().and_then(|user| user.remove("meta"));
    assert_eq!(
        bob,
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "12", "active": false,
            "userName": "b@x", "externalId": "E2", "name": {"givenName": "Bob", "familyName": "O'B"},
            "emails": [{"type": "work", "primary": true, "value": "b@x"}]
        })
    );
    assert_eq!(all[0]["displayName"], "Ada A");
    assert!(!users.text.contains("salary"), "{}", users.text);

    // An answer with one user has its version, a list has none.
    let mut one = client.get("Users/12").await?.json;
    let meta = one["meta"].as_object_mut();
    assert!(meta.and_then(|meta| meta.remove("version")).is_some());
    assert_eq!(one, all[1]);
    let found = client.get("Users?filter=userName%20eq%20%22B@x%22").await?;
    assert_eq!(found.json["Resources"], json!([all[1]]), "{}", found.text);

    // It imports and does nothing else.
    let refused = client.post("Users", &json!({"userName": "d@x"})).await?;
    assert_eq!(
        (refused.status, &refused.json["detail"]),
        (400, &json!("No createUser operation defined"))
    );
    let mut bob = all[1].clone();
    bob["name"]["givenName"] = json!("Robert");
    assert_eq!(client.put("Users/12", &bob).await?.status, 400);
    let names = place
        .reader
        .rows("SELECT first_name FROM people ORDER BY user_id")
        .await?;
    assert_eq!(
        names,
        ["Ada", "Bob", "Cleo"].map(|name| [Some(name.to_owned())])
    );

    // The same in 1.1.
    let base = server.base_of("hr").replace("/v2/", "/v1/");
    let old = client.at(&base).get("Users?startIndex=2&count=1").await?;
    assert_eq!(old.json["totalResults"], 3, "{}", old.text);
    assert_eq!(old.json["Resources"][0]["emails"][0]["value"], "b@x");

    let output = command(place.folder.path())
        .await?
        .args(["check", "--application", "hr", "--config"])
        .arg(&config)
        .env("SLUICE_CONNECTION_DEMO", &place.password)
        .args(["--data-dir"])
        .arg(place.folder.path())
        .output()
        .await?;
    let told = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{told}");
    assert!(told.contains("hr: 0 errors"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_column_that_the_table_lacks_is_found_by_the_check() -> anyhow::Result<()> {
    let mut place = Place::new(On::PostgreSql).await?;
    for statement in PEOPLE {
        place.reader.run(statement).await?;
    }
    let text = format!("{}{IMPORT}", place.configuration).replace("\"employee_id\"", "\"badge\"");
    let config = place.folder.path().join("sluice.toml");
    std::fs::write(&config, &text)?;
    let output = command(place.folder.path())
        .await?
        .args(["check", "--application", "hr", "--config"])
        .arg(&config)
        .env("SLUICE_CONNECTION_DEMO", &place.password)
        .args(["--data-dir"])
        .arg(place.folder.path())
        .output()
        .await?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("badge"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_slip_in_the_import_is_told_with_its_line() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("sluice.toml");
    let text = "[connections.demo]\ndialect = \"sqlite\"\npath = \"x.db\"\n".to_owned()
        + &IMPORT.replace("first_name =", "firstname =");
    std::fs::write(&config, &text)?;
    let output = command(folder.path())
        .await?
        .args(["check", "--config"])
        .arg(&config)
        .args(["--data-dir"])
        .arg(folder.path())
        .output()
        .await?;
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let line = text
        .lines()
        .position(|line| line.starts_with("firstname"))
        .unwrap_or_default()
        + 1;
    assert!(
        told.contains(&format!("line {line}:")) && told.contains("\"first_name\""),
        "{told}"
    );
    Ok(())
}

/// The readme's own way in: Basic, and a base URL that ends without a version.
#[tokio::test]
async fn the_connectors_way_of_asking_works() -> anyhow::Result<()> {
    let mut place = Place::new(On::Sqlite).await?;
    for statement in PEOPLE {
        place.reader.run(statement).await?;
    }
    let text = format!(
        "{}{IMPORT}\n[applications.hr.authentication]\nkind = \"basic\"\nuser = \"okta_import\"\n",
        place.configuration
    );
    let config = place.folder.path().join("sluice.toml");
    std::fs::write(&config, &text)?;
    let path = config.to_str().unwrap_or_default().to_owned();
    let secret = [("SLUICE_APPLICATION_HR", "SecureImportPassword123!")];
    let server = Server::start(place.folder.path(), &["--config", &path], &secret).await?;
    let base = server.base_of("hr").replace("/scim/v2/", "/");
    let request = server.client()?.http.get(format!("{base}Users?count=5"));
    let answer = request.basic_auth("okta_import", Some("SecureImportPassword123!"));
    let answer = Client::send(answer).await?;
    assert_eq!(
        (answer.status, &answer.json["totalResults"]),
        (200, &json!(3)),
        "{}",
        answer.text
    );
    Ok(())
}

#[tokio::test]
async fn the_example_in_the_demos_configuration_works_as_it_stands() -> anyhow::Result<()> {
    let place = Place::new(On::Sqlite).await?;
    let begin = place
        .configuration
        .find("# [applications.people]")
        .unwrap_or_default();
    let (demo, example) = place.configuration.split_at(begin);
    let example: Vec<&str> = example
        .lines()
        .map(|line| line.trim_start_matches('#').trim_start())
        .collect();
    let text = format!("{demo}\n{}\n", example.join("\n"));
    let config = place.folder.path().join("sluice.toml");
    std::fs::write(&config, &text)?;
    let path = config.to_str().unwrap_or_default().to_owned();
    let secret = [("SLUICE_APPLICATION_PEOPLE", "SecureImportPassword123!")];
    let server = Server::start(place.folder.path(), &["--config", &path], &secret).await?;
    let base = server.base_of("people").replace("/v2/", "/v1/");
    let request = server
        .client()?
        .http
        .get(format!("{base}Users?startIndex=1&count=100"));
    let answer = request.basic_auth("okta_import", Some("SecureImportPassword123!"));
    let answer = Client::send(answer).await?;
    assert_eq!(
        (answer.status, &answer.json["totalResults"]),
        (200, &json!(15)),
        "{}",
        answer.text
    );
    let vader = answer.json["Resources"]
        .as_array()
        .and_then(|all| {
            all.iter()
                .find(|user| user["id"] == "darth.vader@galaxy.local")
        })
        .cloned()
        .unwrap_or_default();
    assert_eq!(vader["active"], false, "{vader}");
    Ok(())
}
