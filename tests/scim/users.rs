//! Users on the wire, beyond the guide.

use anyhow::ensure;
use serde_json::{Value, json};
use sluice_tests::support::server::Client;
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect!(
    a_core_user_is_created_read_looked_up_and_replaced,
    a_replace_never_creates,
    an_inactive_user_is_still_found_by_its_id,
    unchanged_values_change_nothing,
    a_page_beyond_the_end_is_empty_and_a_count_of_zero_only_counts,
);

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn core(site: &Site) -> anyhow::Result<Client> {
    Ok(site.server.client()?.at(&site.server.base_of("core")))
}

async fn a_core_user_is_created_read_looked_up_and_replaced(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = core(&site)?;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION],
        "userName": "Ada", "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.org", "type": "home", "primary": true}],
        "id": "the client's own id is ignored", "active": "False", EXTENSION: {"department": "Analytics 😀"}
    });
    let created = client.post("Users", &body).await?;
    ensure!(created.status == 201, "{}", created.text);
    let location = created.headers["location"].to_str()?.to_owned();
    assert_eq!(created.json["meta"]["location"], location);
    assert_eq!(created.json["active"], false);
    assert_eq!(created.json["emails"][0]["value"], "ada@example.org");
    let rows = site
        .reader
        .rows("SELECT USERNAME, EMAIL, DEPARTMENT, IS_ACTIVE FROM USERS WHERE USER_ID = 'Ada'")
        .await?;
    assert_eq!(rows[0][2].as_deref(), Some("Analytics 😀"));
    assert_eq!(rows[0][3].as_deref(), Some("0"));

    let read = Client::send(client.http.get(&location).bearer_auth(&client.token)).await?;
    assert_eq!(read.json, created.json);

    // userName is compared without regard to letter case, and finds a user whose id is another.
    let found = client
        .get("Users?filter=userName%20eq%20%22LUKE.skywalker@galaxy.local%22")
        .await?;
    assert_eq!(found.json["totalResults"], 1, "{}", found.text);

    let mut replaced = created.json.clone();
    replaced["name"]["familyName"] = json!("King");
    replaced["active"] = json!(true);
    let answer = client.put("Users/Ada", &replaced).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    let rows = site
        .reader
        .rows("SELECT LASTNAME, DEPARTMENT, IS_ACTIVE FROM USERS WHERE USER_ID = 'Ada'")
        .await?;
    assert_eq!(
        rows,
        [[
            Some("King".into()),
            Some("Analytics 😀".into()),
            Some("1".into())
        ]]
    );
    Ok(())
}

async fn a_replace_never_creates(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let answer = core(&site)?
        .put(
            "Users/nobody@x",
            &json!({"userName": "nobody@x", "name": {"givenName": "N"}}),
        )
        .await?;
    assert_eq!(
        (answer.status, &answer.json["status"]),
        (404, &json!("404")),
        "{}",
        answer.text
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

async fn an_inactive_user_is_still_found_by_its_id(on: On) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let answer = site
        .server
        .client()?
        .get("Users/darth.vader@galaxy.local")
        .await?;
    assert_eq!(
        (answer.status, &answer.json["active"]),
        (200, &json!(false)),
        "{}",
        answer.text
    );
    let found = site
        .server
        .client()?
        .get("Users?filter=userName+eq+%22darth.vader@galaxy.local%22")
        .await?;
    assert_eq!(found.json["totalResults"], 1);
    Ok(())
}

async fn unchanged_values_change_nothing(on: On) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let client = site.server.client()?;
    for id in ["luke.skywalker@galaxy.local", "darth.vader@galaxy.local"] {
        let current = client.get(&format!("Users/{id}")).await?;
        let answer = client.put(&format!("Users/{id}"), &current.json).await?;
        assert_eq!(
            (answer.status, &answer.json),
            (200, &current.json),
            "{}",
            answer.text
        );
    }
    Ok(())
}

async fn a_page_beyond_the_end_is_empty_and_a_count_of_zero_only_counts(
    on: On,
) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let client = site.server.client()?;
    let beyond = client.get("Users?startIndex=100&count=5").await?;
    assert_eq!(
        (&beyond.json["totalResults"], &beyond.json["Resources"]),
        (&json!(14), &json!([]))
    );
    let counted = client.get("Users?count=0").await?;
    assert_eq!(
        (
            &counted.json["totalResults"],
            &counted.json["itemsPerPage"],
            &counted.json["Resources"]
        ),
        (&json!(14), &json!(0), &json!([]))
    );
    let below = client.get("Users?startIndex=-3&count=1").await?;
    assert_eq!(below.json["startIndex"], Value::from(1));
    Ok(())
}
