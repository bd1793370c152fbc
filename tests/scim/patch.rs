//! PATCH and DELETE of users (RFC 7644 §3.5.2 and §3.6).

use anyhow::ensure;
use serde_json::{Value, json};
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect!(
    a_patch_changes_what_it_names_and_nothing_else,
    a_patch_of_a_column_goes_by_its_name_with_or_without_the_prefix,
    a_patch_that_fails_in_its_second_operation_changes_nothing,
    a_patch_deactivates_and_reactivates_in_every_form_that_clients_send,
    a_patch_adds_and_removes_single_entitlements,
    an_entitlement_that_does_not_exist_is_named,
    a_delete_deactivates_where_the_application_says_so,
);

const LUKE: &str = "Users/luke.skywalker@galaxy.local";
const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn patch(client: &Client, path: &str, operations: Value) -> anyhow::Result<Answered> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": operations,
    });
    let request = client.request("PATCH", path);
    Client::send(
        request
            .header("content-type", "application/scim+json")
            .body(body.to_string()),
    )
    .await
}

async fn a_patch_changes_what_it_names_and_nothing_else(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?.at(&site.server.base_of("core"));
    let everything =
        "SELECT * FROM USERS WHERE USER_ID <> 'luke.skywalker@galaxy.local' ORDER BY USER_ID";
    let others = site.reader.rows(everything).await?;
    let answer = patch(
        &client,
        LUKE,
        json!([
            {"op": "replace", "path": "name.familyName", "value": "Lars"},
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "luke@tatooine"},
            {"op": "remove", "path": "nickName"},
            {"op": "add", "value": {"title": "Farmer", EXTENSION: {"department": "Moisture"}}},
        ]),
    )
    .await?;
    ensure!(answer.status == 200, "{}", answer.text);
    assert_eq!(answer.json["name"]["familyName"], "Lars");
    assert_eq!(answer.json["name"]["givenName"], "Luke");
    assert_eq!(answer.json["nickName"], Value::Null);
    let rows = site
        .reader
        .rows("SELECT FIRSTNAME, LASTNAME, EMAIL, NICKNAME, TITLE, DEPARTMENT, IS_ACTIVE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'")
        .await?;
    let row: Vec<Option<&str>> = rows[0].iter().map(Option::as_deref).collect();
    assert_eq!(
        row,
        [
            Some("Luke"),
            Some("Lars"),
            Some("luke@tatooine"),
            None,
            Some("Farmer"),
            Some("Moisture"),
            Some("1")
        ]
    );
    assert_eq!(site.reader.rows(everything).await?, others);
    Ok(())
}

async fn a_patch_of_a_column_goes_by_its_name_with_or_without_the_prefix(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?;
    for (path, value) in [
        (format!("{EXTENSION}:ext_CITY"), "Anchorhead"),
        (format!("{EXTENSION}:city"), "Mos Eisley"),
    ] {
        let answer = patch(
            &client,
            LUKE,
            json!([{"op": "replace", "path": path, "value": value}]),
        )
        .await?;
        ensure!(answer.status == 200, "{path}: {}", answer.text);
        let city = "SELECT CITY FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'";
        assert_eq!(site.reader.one(city).await?.as_deref(), Some(value));
    }
    Ok(())
}

async fn a_patch_that_fails_in_its_second_operation_changes_nothing(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?.at(&site.server.base_of("core"));
    let people = "SELECT * FROM USERS ORDER BY USER_ID";
    let before = site.reader.rows(people).await?;
    for (second, status, scim_type) in [
        (
            json!({"op": "replace", "path": "id", "value": "x"}),
            400,
            "mutability",
        ),
        (json!({"op": "remove"}), 400, "noTarget"),
        (
            json!({"op": "replace", "path": "nothing", "value": "x"}),
            400,
            "invalidPath",
        ),
        (
            json!({"op": "add", "path": "entitlements", "value": [{"value": "99"}]}),
            400,
            "invalidValue",
        ),
        (
            json!({"op": "add", "path": "emails", "value": [{"type": "home", "value": "h@x"}]}),
            400,
            "invalidValue",
        ),
    ] {
        let first = json!({"op": "replace", "path": "title", "value": "Changed"});
        let answer = patch(&client, LUKE, json!([first, second])).await?;
        assert_eq!(
            (answer.status, &answer.json["scimType"]),
            (status, &json!(scim_type)),
            "{second}: {}",
            answer.text
        );
        assert_eq!(site.reader.rows(people).await?, before, "{second}");
    }
    Ok(())
}

async fn a_patch_deactivates_and_reactivates_in_every_form_that_clients_send(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?;
    for (operation, active) in [
        (json!({"op": "replace", "value": {"active": false}}), "0"),
        (
            json!({"op": "Replace", "path": "active", "value": "True"}),
            "1",
        ),
        (
            json!({"op": "Add", "path": "active", "value": "False"}),
            "0",
        ),
        (
            json!({"op": "replace", "path": "active", "value": [{"value": "true"}]}),
            "0",
        ),
        (
            json!({"op": "replace", "path": "active", "value": true}),
            "1",
        ),
    ] {
        let answer = patch(&client, LUKE, json!([operation])).await?;
        let state = "SELECT IS_ACTIVE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'";
        let now = site.reader.one(state).await?;
        assert_eq!(now.as_deref(), Some(active), "{operation}: {}", answer.text);
        // What is not understood is refused, never answered as if it had been done.
        assert_eq!(answer.status == 200, !operation["value"].is_array());
    }
    Ok(())
}

async fn a_patch_adds_and_removes_single_entitlements(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?;
    let held = "SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = 'luke.skywalker@galaxy.local' ORDER BY ENT_ID";
    for (operation, wanted) in [
        (
            json!({"op": "add", "path": "entitlements", "value": [{"value": "3"}]}),
            "1 2 3 5",
        ),
        // Held already: nothing to do.
        (
            json!({"op": "add", "path": "entitlements", "value": [{"value": "3"}]}),
            "1 2 3 5",
        ),
        (
            json!({"op": "remove", "path": "entitlements[value eq \"1\"]"}),
            "2 3 5",
        ),
        (
            json!({"op": "Remove", "path": "entitlements", "value": [{"value": "2"}]}),
            "3 5",
        ),
        (
            json!({"op": "replace", "path": "entitlements", "value": [{"value": "4"}, {"value": "5"}]}),
            "4 5",
        ),
        (json!({"op": "remove", "path": "entitlements"}), ""),
    ] {
        let answer = patch(&client, LUKE, json!([operation])).await?;
        ensure!(answer.status == 200, "{operation}: {}", answer.text);
        let rows = site.reader.rows(held).await?;
        let now: Vec<&str> = rows.iter().filter_map(|row| row[0].as_deref()).collect();
        assert_eq!(now.join(" "), wanted, "{operation}");
    }
    Ok(())
}

async fn an_entitlement_that_does_not_exist_is_named(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?;
    let count = "SELECT COUNT(*) FROM USERENTITLEMENTS";
    let before = site.reader.one(count).await?;
    let current = client.get(LUKE).await?;
    let mut body = current.json.clone();
    body["entitlements"] = json!([{"value": "3"}, {"value": "4711"}]);
    for answer in [
        client.put(LUKE, &body).await?,
        client
            .post(
                "Users",
                &json!({"userName": "new@x", "entitlements": [{"value": "4711"}],
                        EXTENSION: {"USERNAME": "new@x", "FIRSTNAME": "N", "LASTNAME": "N", "EMAIL": "new@x"}}),
            )
            .await?,
    ] {
        assert_eq!(answer.status, 400, "{}", answer.text);
        let detail = answer.json["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("4711"), "{detail}");
    }
    assert_eq!(site.reader.one(count).await?, before);
    let new = "SELECT COUNT(*) FROM USERS WHERE USER_ID = 'new@x'";
    assert_eq!(site.reader.one(new).await?.as_deref(), Some("0"));
    Ok(())
}

async fn a_delete_deactivates_where_the_application_says_so(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let refused = Client::send(site.server.client()?.request("DELETE", LUKE)).await?;
    assert_eq!(refused.status, 501, "{}", refused.text);
    let state = "SELECT IS_ACTIVE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'";
    assert_eq!(site.reader.one(state).await?.as_deref(), Some("1"));

    let client = site.server.client()?.at(&site.server.base_of("core"));
    let deleted = Client::send(client.request("DELETE", LUKE)).await?;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert!(!deleted.headers.contains_key("content-type"));
    assert_eq!(site.reader.one(state).await?.as_deref(), Some("0"));
    let missing = Client::send(client.request("DELETE", "Users/nobody@x")).await?;
    assert_eq!(missing.status, 404, "{}", missing.text);
    Ok(())
}

#[tokio::test]
async fn an_application_with_one_entitlement_for_each_user_refuses_two() -> anyhow::Result<()> {
    let mut site = Site::with(On::Sqlite, |text| {
        text.replace(
            "absent_fields = \"keep\"",
            "single_entitlement = true\nabsent_fields = \"keep\"",
        )
    })
    .await?;
    let client = site.server.client()?;
    let two = json!([{"value": "3"}, {"value": "4"}]);
    let answer = patch(
        &client,
        LUKE,
        json!([{"op": "replace", "path": "entitlements", "value": two}]),
    )
    .await?;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let detail = answer.json["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("3, 4"), "{detail}");
    let one = json!([{"op": "replace", "path": "entitlements", "value": [{"value": "4"}]}]);
    assert_eq!(patch(&client, LUKE, one).await?.status, 200);
    let held = "SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = 'luke.skywalker@galaxy.local'";
    assert_eq!(site.reader.one(held).await?.as_deref(), Some("4"));
    Ok(())
}

#[tokio::test]
async fn a_removal_that_removed_nothing_is_no_success() -> anyhow::Result<()> {
    let mut site = Site::with(On::Sqlite, |text| {
        text.replacen(
            "remove_entitlement]\nkind = \"procedure\"\nstatement = \"CALL REMOVE_ENTITLEMENT_FROM_USER(?, ?)\"",
            "remove_entitlement]\nkind = \"sql\"\nstatement = \"DELETE FROM USERENTITLEMENTS WHERE USER_ID = ? AND ENT_ID = ? AND 1 = 0\"",
            1,
        )
    })
    .await?;
    let client = site.server.client()?;
    let operations = json!([
        {"op": "remove", "path": "entitlements[value eq \"1\"]"},
        {"op": "replace", "path": format!("{EXTENSION}:ext_TITLE"), "value": "Changed"},
    ]);
    let answer = patch(&client, LUKE, operations).await?;
    assert_eq!(answer.status, 500, "{}", answer.text);
    let detail = answer.json["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("still holds the entitlement 1"), "{detail}");
    let title = "SELECT TITLE FROM USERS WHERE USER_ID = 'luke.skywalker@galaxy.local'";
    assert_eq!(
        site.reader.one(title).await?.as_deref(),
        Some("Jedi Knight"),
        "nothing of the request is kept"
    );
    Ok(())
}
