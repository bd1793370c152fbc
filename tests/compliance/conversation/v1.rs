//! What the agent says in SCIM 1.1, from set-up to a deactivated user.

use serde_json::{Value, json};
use sluice_tests::support::site::{On, Site};

use super::scribe::Scribe;
use super::{ID, Variant, client, few};

/// The user as the agent of SCIM 1.1 pushes it.
pub(super) fn pushed(variant: Variant, title: &str, active: bool) -> Value {
    let mut user = json!({
        "schemas": ["urn:scim:schemas:core:1.0", "urn:scim:schemas:extension:enterprise:1.0"],
        "userName": ID, "active": active, "password": "a placeholder", "title": title,
        "name": {"givenName": "Test", "familyName": "O'Hara"},
        "emails": [{"value": ID, "primary": true, "type": "primary"}]
    });
    if variant.columns {
        let urn = format!("urn:okta:{}:1.0:user:custom", variant.application);
        user["schemas"][1] = json!(urn);
        user[urn] = json!({
            "USERNAME": ID, "FIRSTNAME": "Test", "LASTNAME": "O'Hara", "EMAIL": ID, "TITLE": title
        });
    }
    user
}

pub(super) async fn talk(on: On, variant: Variant) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    few(&mut site).await?;
    let client = client(&site, variant)?;
    let mut scribe = Scribe::new(&client, on, variant);
    let look_up = format!("Users?filter=userName%20eq%20%22{ID}%22&startIndex=1&count=100");
    for (why, path) in [
        ("The agent tests the connection", "ServiceProviderConfigs"),
        ("An import, the first page", "Users?startIndex=1&count=2"),
        (
            "The second page, which is the last",
            "Users?startIndex=3&count=2",
        ),
        ("The groups", "Groups?startIndex=1&count=100"),
        ("A person is assigned: is the user there?", look_up.as_str()),
    ] {
        scribe.ask(why, "GET", path, None).await?;
    }
    let new = pushed(variant, "Tester", false);
    scribe
        .ask(
            "It is not, so it is made, and is pending",
            "POST",
            "Users",
            Some(&new),
        )
        .await?;
    scribe
        .replace("The user is activated", &pushed(variant, "Tester", true))
        .await?;
    scribe
        .replace(
            "An attribute changes",
            &pushed(variant, "Lead Tester", true),
        )
        .await?;
    scribe
        .replace(
            "The user is deactivated",
            &pushed(variant, "Lead Tester", false),
        )
        .await?;
    scribe
        .ask("It is still found", "GET", &look_up, None)
        .await?;
    scribe
        .ask("The user is made once more", "POST", "Users", Some(&new))
        .await?;
    scribe
        .ask(
            "Somebody who is not there",
            "GET",
            "Users/nobody@example.com",
            None,
        )
        .await?;
    scribe
        .ask(
            "A filter that cannot be read",
            "GET",
            "Users?filter=userName%20eq",
            None,
        )
        .await?;
    scribe
        .ask(
            "A method that is not served",
            "POST",
            "ServiceProviderConfigs",
            Some(&json!({})),
        )
        .await?;
    scribe.look(&mut site.reader).await?;
    scribe.end(
        "all",
        "SCIM 1.1: the whole conversation of an agent without /v2 in its base URL",
    )
}
