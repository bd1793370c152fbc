//! What is wrong with the request itself.

use serde_json::json;
use sluice_tests::support::server::Client;
use sluice_tests::support::site::{On, Site};

use crate::assert_error;

#[tokio::test]
async fn a_wrong_or_missing_token_is_401_and_tells_how_to_authenticate() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?;
    let url = format!("{}Users", client.base);
    // The right token but for its last digit, whatever that is.
    let last = if client.token.ends_with('0') {
        '1'
    } else {
        '0'
    };
    let almost = format!("Bearer {}{last}", &client.token[..31]);
    for value in [
        None,
        Some("Bearer 00000000000000000000000000000000"),
        Some(client.token.as_str()),
        Some("Basic dTpw"),
        Some(almost.as_str()),
        Some("bearer "),
        Some("Bearer"),
    ] {
        let mut request = client.http.get(&url);
        if let Some(value) = value {
            request = request.header("authorization", value);
        }
        let answer = Client::send(request).await?;
        assert_error(&answer, 401, &["token", "Authorization: Bearer"]);
        assert_eq!(
            answer.headers["www-authenticate"],
            "Bearer realm=\"Sluice\""
        );
    }
    let status = Client::send(client.http.get(format!("{}Status", client.base))).await?;
    assert_eq!(status.status, 401);
    Ok(())
}

#[tokio::test]
async fn malformed_bodies_are_400_with_the_place() -> anyhow::Result<()> {
    let mut site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?;
    let post = |body: &'static str| {
        client
            .request("POST", "Users")
            .header("content-type", "application/scim+json")
            .body(body)
    };
    assert_error(
        &Client::send(post("{\"userName\": \n oops}")).await?,
        400,
        &["line 2"],
    );
    assert_error(&Client::send(post("")).await?, 400, &["not JSON"]);
    assert_error(
        &Client::send(post("[1, 2]")).await?,
        400,
        &["not an object"],
    );
    assert_error(&Client::send(post("{}")).await?, 400, &["userName"]);
    assert_error(
        &Client::send(post(r#"{"userName": "a", "active": "perhaps"}"#)).await?,
        400,
        &["active"],
    );
    assert_error(
        &Client::send(post(
            r#"{"userName": "a", "entitlements": [{"display": "x"}]}"#,
        ))
        .await?,
        400,
        &["entitlements"],
    );
    assert_eq!(
        site.reader
            .one("SELECT COUNT(*) FROM USERS")
            .await?
            .as_deref(),
        Some("15")
    );
    Ok(())
}

#[tokio::test]
async fn a_wrong_content_type_is_415() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?;
    let request = client
        .request("POST", "Users")
        .header("content-type", "text/xml")
        .body("<user/>");
    assert_error(
        &Client::send(request).await?,
        415,
        &["text/xml", "application/scim+json"],
    );
    Ok(())
}

#[tokio::test]
async fn unknown_paths_and_methods_are_404_and_405() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?;
    assert_error(&client.get("Nothing").await?, 404, &["nothing at"]);
    assert_error(
        &client.get("Users/nobody@nowhere").await?,
        404,
        &["nobody@nowhere"],
    );
    let create = client
        .post("Users/yoda@galaxy.local", &json!({"userName": "a"}))
        .await?;
    assert_error(&create, 405, &["POST", "GET, PUT, PATCH, DELETE"]);
    assert_eq!(create.headers["allow"], "GET, PUT, PATCH, DELETE");
    // An application deletes only where it is told to.
    let delete = Client::send(client.request("DELETE", "Users/yoda@galaxy.local")).await?;
    assert_error(&delete, 501, &["deletes no users"]);
    // A replace without an id in its path.
    assert_error(
        &client.put("Users", &json!({"userName": "a"})).await?,
        405,
        &["PUT"],
    );
    Ok(())
}

#[tokio::test]
async fn oversized_headers_are_431_and_oversized_bodies_413() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?;
    let request = client
        .request("GET", "Users")
        .header("x-long", "a".repeat(70_000));
    assert_error(
        &Client::send(request).await?,
        431,
        &["64 KiB", "header_limit_kb"],
    );
    let body = json!({"userName": "a".repeat(1_100_000)});
    assert_error(
        &client.post("Users", &body).await?,
        413,
        &["1024 KiB", "body_limit_kb"],
    );
    let well = client
        .request("GET", "Users?count=1")
        .header("x-long", "a".repeat(60_000));
    assert_eq!(Client::send(well).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_filter_that_is_not_understood_is_400_and_never_all_users() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let client = site.server.client()?;
    for filter in [
        "userName%20xx%20%22a%22",
        "title%20eq%20a",
        "userName",
        "%22",
        "userName%20eq%20%22a%22%20or",
    ] {
        let answer = client.get(&format!("Users?filter={filter}")).await?;
        assert_error(&answer, 400, &["filter"]);
        assert_eq!(answer.json["scimType"], "INVALID_FILTER");
    }
    assert_error(
        &client.get("Users?count=ten").await?,
        400,
        &["count", "integer"],
    );
    Ok(())
}
