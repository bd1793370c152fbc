//! Discovery, entitlements, groups, status.

use serde_json::{Value, json};
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect!(the_columns_are_the_schema_and_entitlements_are_listed);

async fn the_columns_are_the_schema_and_entitlements_are_listed(on: On) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let client = site.server.client()?;
    let schemas = client.get("Schemas").await?;
    let enterprise = schemas.json["Resources"]
        .as_array()
        .and_then(|all| {
            all.iter()
                .find(|s| s["id"].as_str().is_some_and(|id| id.contains("enterprise")))
        })
        .cloned()
        .unwrap_or_default();
    let names: Vec<String> = enterprise["attributes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|a| a["name"].as_str())
        .map(str::to_lowercase)
        .collect();
    assert_eq!(
        names.len(),
        24,
        "25 columns without the secret one: {names:?}"
    );
    assert!(names.contains(&"ext_employeenumber".to_owned()));

    let entitlements = client.get("Entitlements?startIndex=1&count=3").await?;
    assert_eq!(
        (
            &entitlements.json["totalResults"],
            &entitlements.json["itemsPerPage"]
        ),
        (&json!(10), &json!(3)),
        "{}",
        entitlements.text
    );
    let one = client.get("Entitlements/3").await?;
    assert_eq!(
        (&one.json["id"], &one.json["displayName"], &one.json["type"]),
        (&json!("3"), &json!("AWS Console"), &json!("Entitlements"))
    );
    assert_eq!(client.get("Entitlements/99").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn discovery_says_what_is_there_and_no_more() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?.at(&site.server.base_of("core"));
    let config = client.get("ServiceProviderConfig").await?;
    assert_eq!(
        (config.status, &config.json["patch"]["supported"]),
        (200, &json!(true))
    );
    let types = client.get("ResourceTypes").await?;
    let ids: Vec<&Value> = types.json["Resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|t| &t["id"])
        .collect();
    assert_eq!(ids, [&json!("User"), &json!("Entitlements")]);
    assert_eq!(
        client.get("ResourceTypes/User").await?.json["endpoint"],
        "/Users"
    );
    assert_eq!(
        client
            .get("Schemas/urn:ietf:params:scim:schemas:core:2.0:User")
            .await?
            .json["name"],
        "User"
    );
    assert_eq!(
        client.get("Groups?startIndex=1&count=100").await?.json["Resources"],
        json!([])
    );
    Ok(())
}

#[tokio::test]
async fn the_status_is_the_originals_to_the_byte_and_asks_no_database() -> anyhow::Result<()> {
    let site = Site::with(On::Sqlite, |text| {
        text.replace("path = \"", "path = \"/nowhere")
    })
    .await?;
    let answer = site.server.client()?.get("Status").await?;
    assert_eq!(
        (answer.status, answer.text.as_str(), answer.text.len()),
        (200, "✅ Scim Server is running.", 27)
    );
    assert_eq!(answer.headers["content-type"], "text/plain;charset=UTF-8");
    assert_eq!(answer.headers["content-length"], "27");
    Ok(())
}
