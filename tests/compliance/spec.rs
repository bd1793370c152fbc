//! What the provider's published test of a SCIM 2.0 server asks, in our own words: which requests it
//! sends, and which members of which types it demands. Its CRUD test needs an account at the provider
//! and is not here.
//!
//! Source: the provider's developer documentation, its "SPEC test"; it looks at attributes of the
//! RFC, so the application has the profile `core`. Its limits on time are left out.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Site};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

crate::on_every_dialect!(
    a_list_of_one_has_all_that_the_provider_demands,
    a_user_is_read_by_its_id,
    a_name_that_nobody_has_gives_an_empty_list,
    a_name_is_found_in_another_letter_case,
    an_id_that_nobody_has_is_404_with_a_detail,
    a_new_user_is_made_read_and_not_made_twice,
    groups_can_be_listed,
    a_wrong_token_is_401_with_a_body,
    the_service_provider_config_has_its_members,
);

async fn core(on: On) -> anyhow::Result<(Site, Client)> {
    let site = Site::start(on).await?;
    let client = site.server.client()?.at(&site.server.base_of("core"));
    Ok((site, client))
}

fn has_schema(body: &Value, urn: &str) -> bool {
    body["schemas"]
        .as_array()
        .is_some_and(|schemas| schemas.iter().any(|schema| schema == urn))
}

#[track_caller]
fn assert_list(answer: &Answered) {
    let body = &answer.json;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(has_schema(body, LIST), "{body}");
    for member in ["totalResults", "startIndex", "itemsPerPage"] {
        assert!(body[member].is_u64(), "{member} is a number: {body}");
    }
    assert!(body["Resources"].is_array(), "{body}");
}

#[track_caller]
fn assert_error(answer: &Answered, status: u16) {
    let body = &answer.json;
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(has_schema(body, ERROR), "{body}");
    assert_eq!(body["status"], status.to_string(), "{body}");
    let detail = body["detail"].as_str().unwrap_or_default();
    assert!(!detail.is_empty(), "{body}");
}

/// The members that the provider reads of every user, each of its type.
#[track_caller]
fn assert_user(user: &Value) {
    assert!(has_schema(user, USER), "{user}");
    for pointer in [
        "/id",
        "/userName",
        "/name/givenName",
        "/name/familyName",
        "/emails/0/value",
    ] {
        let text = user.pointer(pointer).and_then(Value::as_str);
        assert!(
            text.is_some_and(|text| !text.is_empty()),
            "{pointer} is a text: {user}"
        );
    }
    assert!(user["active"].is_boolean(), "{user}");
    assert_eq!(user["meta"]["resourceType"], "User", "{user}");
}

fn new_user() -> Value {
    json!({
        "schemas": [USER],
        "userName": "new.person@example.com",
        "name": {"givenName": "Ada", "familyName": "Byron"},
        "emails": [{"primary": true, "value": "new.person@example.com", "type": "work"}],
        "displayName": "Ada Byron", "locale": "en-US", "externalId": "00u5f4e3d2c1b0a9z8y7",
        "groups": [], "password": "not kept anywhere", "active": true
    })
}

async fn a_list_of_one_has_all_that_the_provider_demands(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    let list = client.get("Users?count=1&startIndex=1").await?;
    assert_list(&list);
    assert_eq!(list.json["Resources"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&list.json["itemsPerPage"], &list.json["startIndex"]),
        (&json!(1), &json!(1))
    );
    assert_user(&list.json["Resources"][0]);
    Ok(())
}

async fn a_user_is_read_by_its_id(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    let list = client.get("Users?count=1&startIndex=1").await?;
    let listed = &list.json["Resources"][0];
    let id = listed["id"].as_str().context("no id")?;
    let read = client.get(&format!("Users/{id}")).await?;
    assert_eq!(read.status, 200, "{}", read.text);
    assert_user(&read.json);
    // The version is made for one user; pages of an import do without.
    let mut without_version = read.json.clone();
    if let Some(meta) = without_version["meta"].as_object_mut() {
        meta.remove("version");
    }
    assert_eq!(&without_version, listed, "read and listed are the same");
    Ok(())
}

async fn a_name_that_nobody_has_gives_an_empty_list(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    let none = client
        .get("Users?filter=userName%20eq%20%22nobody%40example.org%22")
        .await?;
    assert_list(&none);
    assert_eq!(none.json["totalResults"], 0);
    Ok(())
}

async fn a_name_is_found_in_another_letter_case(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    let found = client
        .get("Users?filter=userName%20eq%20%22LUKE.SKYWALKER%40GALAXY.LOCAL%22&startIndex=1&count=100")
        .await?;
    assert_list(&found);
    assert_eq!(found.json["totalResults"], 1, "{}", found.text);
    assert_user(&found.json["Resources"][0]);
    Ok(())
}

async fn an_id_that_nobody_has_is_404_with_a_detail(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    assert_error(&client.get("Users/123456").await?, 404);
    assert_error(&client.get("Unknown/123456").await?, 404);
    Ok(())
}

async fn a_new_user_is_made_read_and_not_made_twice(on: On) -> anyhow::Result<()> {
    let (mut site, client) = core(on).await?;
    let look_up = "Users?filter=userName%20eq%20%22new.person%40example.com%22";
    assert_eq!(client.get(look_up).await?.json["totalResults"], 0);

    let made = client.post("Users", &new_user()).await?;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_user(&made.json);
    for (pointer, value) in [
        ("/userName", json!("new.person@example.com")),
        ("/name/givenName", json!("Ada")),
        ("/name/familyName", json!("Byron")),
        ("/emails/0/value", json!("new.person@example.com")),
        ("/active", json!(true)),
    ] {
        assert_eq!(made.json.pointer(pointer), Some(&value), "{pointer}");
    }
    ensure!(
        !made.text.contains("not kept anywhere"),
        "a password came back"
    );

    let id = made.json["id"].as_str().context("no id")?;
    let read = client.get(&format!("Users/{id}")).await?;
    assert_eq!(read.json, made.json);
    assert_eq!(client.get(look_up).await?.json["totalResults"], 1);

    let again = client.post("Users", &new_user()).await?;
    assert_error(&again, 409);
    assert_eq!(again.json["scimType"], "uniqueness");
    let rows = site
        .reader
        .one("SELECT COUNT(*) FROM USERS WHERE USERNAME = 'new.person@example.com'")
        .await?;
    assert_eq!(rows.as_deref(), Some("1"));
    Ok(())
}

async fn groups_can_be_listed(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    assert_list(&client.get("Groups").await?);
    Ok(())
}

async fn a_wrong_token_is_401_with_a_body(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    let stranger = Client {
        token: "0000".to_owned(),
        ..client
    };
    assert_error(&stranger.get("Users?startIndex=1&count=1").await?, 401);
    Ok(())
}

async fn the_service_provider_config_has_its_members(on: On) -> anyhow::Result<()> {
    let (_site, client) = core(on).await?;
    let config = client.get("ServiceProviderConfig").await?;
    assert_eq!(config.status, 200, "{}", config.text);
    let urn = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    assert!(has_schema(&config.json, urn), "{}", config.text);
    // RFC 7643 §5: each is demanded.
    for feature in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        let supported = &config.json[feature]["supported"];
        assert!(supported.is_boolean(), "{feature}: {}", config.text);
    }
    for number in [
        "/bulk/maxOperations",
        "/bulk/maxPayloadSize",
        "/filter/maxResults",
    ] {
        let value = config.json.pointer(number);
        assert!(
            value.is_some_and(Value::is_u64),
            "{number}: {}",
            config.text
        );
    }
    let schemes = config.json["authenticationSchemes"].as_array();
    for scheme in schemes.context("no authenticationSchemes")? {
        for member in ["type", "name", "description"] {
            assert!(scheme[member].is_string(), "{scheme}");
        }
    }
    Ok(())
}
