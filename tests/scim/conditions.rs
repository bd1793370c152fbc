//! Versions and conditions (RFC 7644 §3.14), and what is not there (§3.7, §3.11, §4).

use anyhow::ensure;
use serde_json::json;
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect!(a_change_to_a_version_that_has_passed_is_refused);

const LUKE: &str = "Users/luke.skywalker@galaxy.local";

async fn a_change_to_a_version_that_has_passed_is_refused(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?.at(&site.server.base_of("core"));
    let read = client.get(LUKE).await?;
    let version = read.headers["etag"].to_str()?.to_owned();
    assert!(version.starts_with("W/\""), "{version}");
    assert_eq!(read.json["meta"]["version"], version);
    assert_eq!(
        read.headers["content-location"],
        read.json["meta"]["location"].as_str().unwrap_or_default()
    );

    let again = Client::send(
        client
            .request("GET", LUKE)
            .header("if-none-match", &version),
    )
    .await?;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.headers["etag"].to_str()?, version);

    let change = |title: &str, condition: &str| {
        let mut body = read.json.clone();
        body["title"] = json!(title);
        client
            .request("PUT", LUKE)
            .header("content-type", "application/scim+json")
            .header("if-match", condition)
            .body(body.to_string())
    };
    let stale = Client::send(change("Stale", "W/\"0000\"")).await?;
    assert_eq!(
        (stale.status, &stale.json["status"]),
        (412, &json!("412")),
        "{}",
        stale.text
    );
    let first = Client::send(change("First", &version)).await?;
    ensure!(first.status == 200, "{}", first.text);
    assert_ne!(first.headers["etag"].to_str()?, version);
    let second = Client::send(change("Second", &version)).await?;
    assert_eq!(second.status, 412, "{}", second.text);
    let any = Client::send(change("Third", "*")).await?;
    ensure!(any.status == 200, "{}", any.text);
    for method in ["DELETE", "PATCH"] {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                          "Operations": [{"op": "replace", "path": "title", "value": "Fourth"}]});
        let request = client.request(method, LUKE).header("if-match", &version);
        let answer = Client::send(
            request
                .header("content-type", "application/scim+json")
                .body(body.to_string()),
        )
        .await?;
        assert_eq!(answer.status, 412, "{method}: {}", answer.text);
    }
    let title = "SELECT TITLE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'";
    assert_eq!(site.reader.one(title).await?.as_deref(), Some("Third"));
    Ok(())
}

#[tokio::test]
async fn what_is_not_supported_says_so() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?.at(&site.server.base_of("core"));
    let form = |answer: &Answered| {
        answer.json["schemas"] == json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
    };
    for (method, path, status) in [
        ("GET", "Me", 501),
        ("PATCH", "Me", 501),
        ("POST", "Bulk", 501),
        ("GET", "Bulk", 405),
        ("GET", "Schemas?filter=id%20pr", 403),
        ("GET", "ResourceTypes?filter=id%20pr", 403),
        ("GET", "ServiceProviderConfig?filter=id%20pr", 403),
        ("POST", "Schemas", 405),
        ("POST", "Groups", 405),
        ("GET", "Groups/1", 404),
        ("GET", "Users/.search", 405),
    ] {
        let request = client.request(method, path);
        let request = request
            .header("content-type", "application/scim+json")
            .body("{}");
        let answer = Client::send(request).await?;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert!(form(&answer), "{method} {path}: {}", answer.text);
        assert_eq!(answer.headers.contains_key("allow"), status == 405);
    }
    let config = client.get("ServiceProviderConfig").await?.json;
    for (feature, supported) in [
        ("patch", true),
        ("filter", true),
        ("sort", true),
        ("etag", true),
        ("bulk", false),
        ("changePassword", false),
    ] {
        assert_eq!(config[feature]["supported"], supported, "{feature}");
    }
    Ok(())
}
