//! SCIM 1.1: the calls of the agent in their order, the forms that its documentation shows, what its
//! own conformance test asks for.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect! { @module sqlite Sqlite
a_whole_conversation_of_the_agent columns_of_the_table_stand_under_the_custom_urn }
crate::on_every_dialect! { @module mariadb MariaDb
a_whole_conversation_of_the_agent columns_of_the_table_stand_under_the_custom_urn }
crate::on_every_dialect! { @module postgresql PostgreSql
a_whole_conversation_of_the_agent columns_of_the_table_stand_under_the_custom_urn }

const CORE: &str = "urn:scim:schemas:core:1.0";
const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";
const ID: &str = "ada@example.org";
const LUKE: &str = "luke.skywalker@galaxy.local";

/// A client of an application with `root` in place of `/scim/v2`.
fn client(site: &Site, application: &str, root: &str) -> anyhow::Result<Client> {
    let base = site.server.base_of(application);
    let base = base.replace("/scim/v2/", &format!("{root}/"));
    Ok(site.server.client()?.at(&base))
}

fn figures(answer: &Answered) -> Value {
    json!([
        answer.json["schemas"],
        answer.json["totalResults"],
        answer.json["startIndex"],
        answer.json["itemsPerPage"]
    ])
}

async fn look_up(client: &Client, filter: &str) -> anyhow::Result<Answered> {
    let escaped = filter.bytes().map(|byte| format!("%{byte:02X}"));
    let filter = escaped.collect::<String>();
    client
        .get(&format!("Users?filter={filter}&startIndex=1&count=100"))
        .await
}

async fn send(client: &Client, method: &str, path: &str, body: &Value) -> anyhow::Result<Answered> {
    let request = client.request(method, path);
    // The agent of 1.1 writes plain JSON.
    let request = request
        .header("content-type", "application/json")
        .body(body.to_string());
    Client::send(request).await
}

async fn a_whole_conversation_of_the_agent(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let agent = client(&site, "core", "/scim/v1")?;
    asks_what_there_is(&agent).await?;
    imports(&agent).await?;
    creates(&agent, &mut site).await?;
    changes_the_state(&agent, &mut site).await?;
    leaves_entitlements_alone(&agent, &mut site).await?;
    let missing = agent.get("Users/nobody").await?;
    assert_eq!(
        (missing.status, &missing.json["Errors"][0]["code"]),
        (404, &json!(404)),
        "{}",
        missing.text
    );
    Ok(())
}

async fn asks_what_there_is(agent: &Client) -> anyhow::Result<()> {
    let config = agent.get("ServiceProviderConfigs").await?;
    ensure!(config.status == 200, "{}", config.text);
    assert_eq!(
        config.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    assert_eq!(
        config.json["schemas"],
        json!([CORE, "urn:okta:schemas:scim:providerconfig:1.0"])
    );
    for absent in ["patch", "bulk", "etag"] {
        assert_eq!(config.json[absent]["supported"], false, "{absent}");
    }
    let can =
        &config.json["urn:okta:schemas:scim:providerconfig:1.0"]["userManagementCapabilities"];
    let can: Vec<&str> = can
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(
        can,
        [
            "IMPORT_NEW_USERS",
            "IMPORT_PROFILE_UPDATES",
            "PUSH_NEW_USERS",
            "PUSH_PROFILE_UPDATES",
            "PUSH_USER_DEACTIVATION",
            "REACTIVATE_USERS"
        ]
    );
    let groups = agent.get("Groups?startIndex=1&count=100").await?;
    assert_eq!(
        figures(&groups),
        json!([[CORE], 0, 1, 0]),
        "{}",
        groups.text
    );
    assert_eq!(groups.json["Resources"], json!([]));
    Ok(())
}

/// Page by page: fourteen of the fifteen are active.
async fn imports(agent: &Client) -> anyhow::Result<()> {
    let mut ids = Vec::new();
    for start in [1, 6, 11] {
        let page = agent
            .get(&format!("Users?startIndex={start}&count=5"))
            .await?;
        let here = if start == 11 { 4 } else { 5 };
        assert_eq!(
            figures(&page),
            json!([[CORE], 14, start, here]),
            "{}",
            page.text
        );
        for user in page.json["Resources"].as_array().into_iter().flatten() {
            assert_eq!(user["schemas"], json!([CORE, ENTERPRISE]), "{user}");
            assert!(user.get("entitlements").is_none(), "{user}");
            assert!(user["meta"].get("resourceType").is_none(), "{user}");
            let location = user["meta"]["location"].as_str().context("no location")?;
            assert!(location.contains("/core/scim/v1/Users/"), "{location}");
            ids.push(user["id"].to_string());
        }
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 14);
    Ok(())
}

/// It looks before it creates, and creates a pending user.
async fn creates(agent: &Client, site: &mut Site) -> anyhow::Result<()> {
    let none = look_up(agent, &format!("userName eq \"{ID}\"")).await?;
    assert_eq!(
        none.json,
        json!({"schemas": [CORE], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []})
    );
    let body = json!({
        "schemas": [CORE, ENTERPRISE], "userName": ID, "password": "a placeholder", "active": false,
        "name": {"formatted": "Ada Lovelace", "givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.org", "primary": true, "type": "primary"}],
        "phoneNumbers": [], "groups": [],
        ENTERPRISE: {"department": "Analytics", "manager": {"managerId": "7"}}
    });
    let created = send(agent, "POST", "Users", &body).await?;
    ensure!(created.status == 201, "{}", created.text);
    assert_eq!(
        created.headers["location"],
        created.json["meta"]["location"]
            .as_str()
            .unwrap_or_default()
    );
    assert_eq!(
        (&created.json["id"], &created.json["active"]),
        (&json!(ID), &json!(false))
    );
    assert_eq!(created.json[ENTERPRISE]["manager"]["managerId"], "7");
    assert!(!created.text.contains("placeholder"), "{}", created.text);
    let query = format!(
        "SELECT FIRSTNAME, LASTNAME, EMAIL, DEPARTMENT, MANAGERID, IS_ACTIVE FROM USERS WHERE USER_ID = '{ID}'"
    );
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        site.reader.rows(&query).await?,
        [[
            text("Ada"),
            text("Lovelace"),
            text("ada@example.org"),
            text("Analytics"),
            text("7"),
            text("0")
        ]]
    );
    let again = send(agent, "POST", "Users", &body).await?;
    assert_eq!(
        (again.status, &again.json["Errors"][0]["code"]),
        (409, &json!(409)),
        "{}",
        again.text
    );
    for filter in [format!("userName eq \"{ID}\""), format!("id eq \"{ID}\"")] {
        let found = look_up(agent, &filter).await?;
        assert_eq!(found.json["totalResults"], 1, "{filter}: {}", found.text);
        assert_eq!(found.json["Resources"][0], created.json);
    }
    Ok(())
}

/// It sends the whole user to change it: activated, changed, deactivated, activated again.
async fn changes_the_state(agent: &Client, site: &mut Site) -> anyhow::Result<()> {
    let text = |text: &str| Some(text.to_owned());
    let path = format!("Users/{ID}");
    for (active, department, stored) in [
        (true, "Analytics", "1"),
        (true, "Engines", "1"),
        (false, "Engines", "0"),
        (true, "Engines", "1"),
    ] {
        let mut user = agent.get(&path).await?.json;
        user["active"] = json!(active);
        user[ENTERPRISE]["department"] = json!(department);
        let answer = send(agent, "PUT", &path, &user).await?;
        ensure!(answer.status == 200, "{}", answer.text);
        assert_eq!(
            (
                &answer.json["active"],
                &answer.json[ENTERPRISE]["department"]
            ),
            (&json!(active), &json!(department))
        );
        let query = format!("SELECT DEPARTMENT, IS_ACTIVE FROM USERS WHERE USER_ID = '{ID}'");
        assert_eq!(
            site.reader.rows(&query).await?,
            [[text(department), text(stored)]]
        );
    }
    Ok(())
}

/// What 1.1 does not know, it does not take away.
async fn leaves_entitlements_alone(agent: &Client, site: &mut Site) -> anyhow::Result<()> {
    let query =
        format!("SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = '{LUKE}' ORDER BY ENT_ID");
    let held = site.reader.rows(&query).await?;
    assert!(!held.is_empty());
    let mut luke = agent.get(&format!("Users/{LUKE}")).await?.json;
    luke["title"] = json!("Master");
    luke["entitlements"] = json!([]);
    let answer = send(agent, "PUT", &format!("Users/{LUKE}"), &luke).await?;
    assert_eq!(
        (answer.status, &answer.json["title"]),
        (200, &json!("Master")),
        "{}",
        answer.text
    );
    assert_eq!(site.reader.rows(&query).await?, held);
    Ok(())
}

async fn columns_of_the_table_stand_under_the_custom_urn(on: On) -> anyhow::Result<()> {
    const CUSTOM: &str = "urn:okta:jdbc_on_prem:1.0:user:custom";
    let mut site = Site::start(on).await?;
    let agent = client(&site, "jdbc_on_prem", "/scim/v1")?;
    let column = |name: &str| {
        if on.lowers_names() {
            name.to_lowercase()
        } else {
            name.to_owned()
        }
    };
    let mut luke = agent.get(&format!("Users/{LUKE}")).await?.json;
    assert_eq!(luke["schemas"], json!([CORE, CUSTOM]));
    assert_eq!(luke[CUSTOM][column("FIRSTNAME")], "Luke");
    assert!(
        luke[CUSTOM].get(column("PASSWORD_HASH")).is_none(),
        "{luke}"
    );
    luke[CUSTOM] = json!({"title": "Master", "isAdmin": true});
    let answer = send(&agent, "PUT", &format!("Users/{LUKE}"), &luke).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    assert_eq!(answer.json[CUSTOM][column("TITLE")], "Master");
    let query = format!("SELECT TITLE, FIRSTNAME FROM USERS WHERE USER_ID = '{LUKE}'");
    assert_eq!(
        site.reader.rows(&query).await?,
        [[Some("Master".to_owned()), Some("Luke".to_owned())]]
    );
    Ok(())
}

#[tokio::test]
async fn a_base_url_without_a_version_is_1_1_and_addresses_repeat_it() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    for root in ["", "/scim", "/v1"] {
        let agent = client(&site, "core", root)?;
        let user = agent.get(&format!("Users/{LUKE}")).await?;
        assert_eq!(
            user.json["schemas"],
            json!([CORE, ENTERPRISE]),
            "{}",
            user.text
        );
        let location = user.json["meta"]["location"]
            .as_str()
            .context("no location")?;
        assert!(
            location.ends_with(&format!("/core{root}/Users/{LUKE}")),
            "{location}"
        );
        let read = Client::send(agent.http.get(location).bearer_auth(&agent.token)).await?;
        assert_eq!(read.json, user.json);
    }
    let two = client(&site, "core", "/v2")?
        .get(&format!("Users/{LUKE}"))
        .await?;
    assert_eq!(two.json["meta"]["resourceType"], "User", "{}", two.text);
    Ok(())
}

#[tokio::test]
async fn the_quirks_of_the_providers_own_test_are_met() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let agent = client(&site, "core", "/scim/v1")?;
    for filter in ["userName", "userName xx \"a\"", "email eq", ""] {
        let refused = look_up(&agent, filter).await?;
        assert_eq!(
            (refused.status, &refused.json["Errors"][0]["code"]),
            (400, &json!(400)),
            "{filter:?}: {}",
            refused.text
        );
    }
    for path in [
        "ServiceProviderConfigs",
        "ServiceProviderConfig",
        "ResourceTypes",
        "Schemas",
    ] {
        let there = agent.get(path).await?;
        assert_eq!(there.status, 200, "{path}: {}", there.text);
        let refused = send(&agent, "POST", path, &json!({})).await?;
        assert_eq!(refused.status, 405, "{path}: {}", refused.text);
        assert_eq!(refused.headers["allow"], "GET");
    }
    for method in ["PATCH", "DELETE"] {
        let refused = send(&agent, method, &format!("Users/{LUKE}"), &json!({})).await?;
        assert_eq!(refused.status, 405, "{method}: {}", refused.text);
        assert_eq!(refused.headers["allow"], "GET, PUT");
    }
    let missing = agent.get("Users/nobody").await?;
    let told = &missing.json["Errors"][0]["description"];
    assert!(
        told.as_str().is_some_and(|told| told.contains("nobody")),
        "{}",
        missing.text
    );
    assert_eq!((missing.status, &missing.json["detail"]), (404, told));

    let schemas = agent.get("Schemas").await?;
    assert_eq!(
        schemas.json["schemas"],
        json!(["urn:scim:schemas:core:1.0:ListResponse"])
    );
    let names: Vec<&Value> = schemas.json["Resources"][0]["attributes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|attribute| &attribute["name"])
        .collect();
    assert!(names.contains(&&json!("userName")) && names.contains(&&json!("department")));
    assert!(!names.contains(&&json!("entitlements")), "{names:?}");
    let one = agent.get("Schemas/urn:scim:schemas:core:1.0:User").await?;
    assert_eq!(one.json, schemas.json["Resources"][0], "{}", one.text);
    assert_eq!(agent.get("Schemas/urn:nothing").await?.status, 404);
    assert_eq!(agent.get("Entitlements").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn an_application_may_write_errors_in_the_form_of_the_sdk() -> anyhow::Result<()> {
    let site = Site::with(On::Sqlite, |text| {
        text + "\n[applications.core.v1]\nerrors = \"sdk\"\nurn = \"urn:okta:acme_hr_1:1.0:user:custom\"\n"
    })
    .await?;
    let agent = client(&site, "core", "/scim/v1")?;
    let missing = agent.get("Users/nobody").await?;
    assert_eq!(missing.status, 404);
    let error = &missing.json["errors"][0];
    assert_eq!(
        (
            &error["statusCode"],
            &error["internalCode"],
            &error["help_url"]
        ),
        (&json!(404), &json!("E0000048"), &Value::Null),
        "{}",
        missing.text
    );
    // 2.0 of the same application keeps its own form.
    let two = site.server.client()?.at(&site.server.base_of("core"));
    assert_eq!(two.get("Users/nobody").await?.json["status"], "404");
    Ok(())
}
