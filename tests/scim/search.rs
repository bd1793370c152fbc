//! Filters, sorting, projection and `.search` (RFC 7644 §3.4.2, §3.4.3 and §3.9).

use anyhow::ensure;
use serde_json::{Value, json};
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect!(
    a_filter_finds_whom_the_database_finds,
    a_sorted_list_is_in_order_over_its_pages,
    an_answer_has_the_attributes_that_were_asked_for,
    a_search_asks_in_its_body_what_a_list_asks_in_its_query,
    a_search_does_not_move_the_pages_of_an_import,
);

fn core(site: &Site) -> anyhow::Result<Client> {
    Ok(site.server.client()?.at(&site.server.base_of("core")))
}

async fn filtered(client: &Client, kind: &str, filter: &str) -> anyhow::Result<Answered> {
    let encoded: String = filter
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b':' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    client.get(&format!("{kind}?filter={encoded}")).await
}

fn ids(answer: &Answered) -> Vec<String> {
    let all = answer.json["Resources"].as_array();
    all.into_iter()
        .flatten()
        .filter_map(|user| user["id"].as_str().map(str::to_owned))
        .collect()
}

async fn a_filter_finds_whom_the_database_finds(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = core(&site)?;
    let columns = site.server.client()?;
    let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    // Get users gives those who are active.
    for (client, filter, condition) in [
        (
            &client,
            "name.familyName eq \"SKYWALKER\"".to_owned(),
            "LASTNAME = 'Skywalker'",
        ),
        (
            &client,
            "emails[type eq \"work\" and value sw \"l\"]".to_owned(),
            "EMAIL LIKE 'l%'",
        ),
        (
            &client,
            "title pr and not (name.givenName eq \"Luke\")".to_owned(),
            "TITLE IS NOT NULL AND FIRSTNAME <> 'Luke'",
        ),
        (
            &client,
            format!("{extension}:department co \"oper\" or userName sw \"yoda\""),
            "DEPARTMENT LIKE '%Oper%' OR USERNAME LIKE 'yoda%'",
        ),
        (
            &client,
            "entitlements.value eq \"3\"".to_owned(),
            "USER_ID IN (SELECT USER_ID FROM USERENTITLEMENTS WHERE ENT_ID = 3)",
        ),
        (&client, "active eq true".to_owned(), "1 = 1"),
        (&client, "noSuchAttribute eq \"x\"".to_owned(), "1 = 0"),
        (
            &columns,
            format!("{extension}:ext_FIRSTNAME eq \"Luke\""),
            "FIRSTNAME = 'Luke'",
        ),
        (
            &columns,
            format!("{extension}:firstname sw \"L\""),
            "FIRSTNAME LIKE 'L%'",
        ),
    ] {
        let answer = filtered(client, "Users", &filter).await?;
        ensure!(answer.status == 200, "{filter}: {}", answer.text);
        let rows = site
            .reader
            .rows(&format!(
                "SELECT USER_ID FROM USERS WHERE IS_ACTIVE = '1' AND ({condition})"
            ))
            .await?;
        let mut wanted: Vec<String> = rows
            .into_iter()
            .filter_map(|mut row| row.remove(0))
            .collect();
        let mut found = ids(&answer);
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "{filter}");
        assert_eq!(answer.json["totalResults"], wanted.len(), "{filter}");
    }
    for wrong in ["title xx \"a\"", "active gt true", "title eq", ""] {
        let answer = filtered(&client, "Users", wrong).await?;
        assert_eq!(
            (answer.status, &answer.json["scimType"]),
            (400, &json!("invalidFilter")),
            "{wrong}: {}",
            answer.text
        );
    }
    let values = filtered(&client, "Entitlements", "displayName sw \"aws\"").await?;
    assert_eq!(ids(&values), ["3"], "{}", values.text);
    Ok(())
}

async fn a_sorted_list_is_in_order_over_its_pages(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = core(&site)?;
    let rows = site
        .reader
        .rows("SELECT USER_ID, LASTNAME FROM USERS WHERE IS_ACTIVE = '1'")
        .await?;
    for order in ["ascending", "descending"] {
        let mut names = Vec::new();
        for start in [1, 6, 11] {
            let page = client
                .get(&format!(
                    "Users?sortBy=name.familyName&sortOrder={order}&startIndex={start}&count=5"
                ))
                .await?;
            ensure!(page.status == 200, "{}", page.text);
            assert_eq!(page.json["totalResults"], rows.len());
            let all = page.json["Resources"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            names.extend(
                all.iter()
                    .map(|user| user["name"]["familyName"].as_str().map(str::to_lowercase)),
            );
        }
        let mut wanted: Vec<Option<String>> = rows
            .iter()
            .map(|row| row[1].as_deref().map(str::to_lowercase))
            .collect();
        // Whoever has no family name is last, or first in descending order (RFC 7644 §3.4.2.3).
        wanted.sort_by_key(|name| (name.is_none(), name.clone()));
        if order == "descending" {
            wanted.reverse();
        }
        assert_eq!(names, wanted, "{order}");
    }
    Ok(())
}

async fn an_answer_has_the_attributes_that_were_asked_for(on: On) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let client = core(&site)?;
    let keys = |value: &Value| -> Vec<String> {
        let object = value.as_object();
        object.into_iter().flat_map(|o| o.keys().cloned()).collect()
    };
    let luke = "Users/luke.skywalker@galaxy.local";
    let one = client
        .get(&format!("{luke}?attributes=name.givenName,userName"))
        .await?;
    let mut names = keys(&one.json);
    names.sort();
    assert_eq!(names, ["id", "name", "schemas", "userName"], "{}", one.text);
    assert_eq!(one.json["name"], json!({"givenName": "Luke"}));
    for list in [
        "Users?attributes=userName&count=2",
        "Users?attributes=userName&count=2&filter=title%20pr",
        "Users?attributes=userName&filter=userName%20eq%20%22luke.skywalker@galaxy.local%22",
    ] {
        let list = client.get(list).await?;
        let mut names = keys(&list.json["Resources"][0]);
        names.sort();
        assert_eq!(names, ["id", "schemas", "userName"], "{}", list.text);
    }
    let without = client
        .get(&format!("{luke}?excludedAttributes=entitlements,id"))
        .await?;
    let names = keys(&without.json);
    assert!(names.contains(&"id".to_owned()) && !names.contains(&"entitlements".to_owned()));
    let both = client
        .get(&format!("{luke}?attributes=id&excludedAttributes=meta"))
        .await?;
    assert_eq!(both.status, 400, "{}", both.text);
    let created = client
        .post(
            "Users?attributes=userName",
            &json!({"userName": "new@x", "title": "T", "name": {"givenName": "N", "familyName": "N"},
                   "emails": [{"value": "new@x", "type": "work"}]}),
        )
        .await?;
    assert_eq!(
        (created.status, &created.json["title"]),
        (201, &Value::Null)
    );
    Ok(())
}

async fn a_search_asks_in_its_body_what_a_list_asks_in_its_query(on: On) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let client = core(&site)?;
    let asked = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName sw \"l\"", "attributes": ["userName"],
        "sortBy": "userName", "startIndex": 1, "count": 10,
    });
    let searched = client.post("Users/.search", &asked).await?;
    let listed = client
        .get("Users?filter=userName%20sw%20%22l%22&attributes=userName&sortBy=userName&startIndex=1&count=10")
        .await?;
    ensure!(searched.status == 200, "{}", searched.text);
    assert!(!ids(&searched).is_empty());
    assert_eq!(searched.json, listed.json);
    // Of everything: what matches is of both kinds, users first.
    let all = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "startIndex": 12, "count": 5,
    });
    let all = client.post(".search", &all).await?;
    assert_eq!(
        all.json["totalResults"], 24,
        "14 users and 10 entitlements: {}",
        all.text
    );
    let kinds: Vec<&Value> = all.json["Resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|resource| &resource["meta"]["resourceType"])
        .collect();
    assert_eq!(
        kinds,
        ["User", "User", "User", "Entitlements", "Entitlements"]
    );
    let bare = client
        .post("Users/.search", &json!({"filter": "title pr"}))
        .await?;
    assert_eq!(bare.status, 400, "{}", bare.text);
    Ok(())
}

async fn a_search_does_not_move_the_pages_of_an_import(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = core(&site)?;
    let first = client.get("Users?startIndex=1&count=7").await?;
    site.reader
        .run("UPDATE USERS SET IS_ACTIVE = '0' WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let gone = filtered(&client, "Users", "name.givenName eq \"Luke\"").await?;
    assert_eq!(gone.json["totalResults"], 0, "{}", gone.text);
    let second = client.get("Users?startIndex=8&count=7").await?;
    assert_eq!(second.json["totalResults"], 14, "{}", second.text);
    let mut all = ids(&first);
    all.extend(ids(&second));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 14);
    Ok(())
}
