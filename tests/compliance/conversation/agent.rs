//! What the provider's agent says in SCIM 2.0: set-up, import, and the life of a user.
//!
//! The order is the documented one; that a second push follows the first a moment later was seen in the
//! provider's log, that it is a replace of the same is a guess.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::site::Reader;

use super::scribe::Scribe;
use super::{EXTENSION, ID, Variant};

/// The user as the provider pushes it: everything of its profile, a password nobody uses, its own id.
pub(super) fn pushed(variant: Variant, title: &str, entitlements: &[(&str, &str)]) -> Value {
    let held: Vec<Value> = entitlements
        .iter()
        .map(|(id, name)| json!({"value": id, "display": name, "type": "Entitlements"}))
        .collect();
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION]);
    if variant.columns {
        json!({
            "schemas": schemas, "userName": ID, "externalId": "00u1a2b3c4d5e6f7g8h9", "active": true,
            "password": "a placeholder", "groups": [], "entitlements": held,
            EXTENSION: {
                "ext_USER_ID": ID, "ext_USERNAME": ID, "ext_FIRSTNAME": "Test", "ext_LASTNAME": "O'Hara",
                "ext_EMAIL": ID, "ext_TITLE": title, "ext_HIREDATE": "2025-01-15",
                "ext_DEPARTMENT": "Überprüfung 😀"
            }
        })
    } else {
        json!({
            "schemas": schemas, "userName": ID, "externalId": "00u1a2b3c4d5e6f7g8h9", "active": true,
            "name": {"givenName": "Test", "familyName": "O'Hara"},
            "emails": [{"primary": true, "value": ID, "type": "work"}],
            "title": title, "password": "a placeholder", "groups": [], "entitlements": held,
            EXTENSION: {"department": "Überprüfung 😀"}
        })
    }
}

pub(super) async fn set_up(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    for (why, path) in [
        ("The agent tests the connection", "ServiceProviderConfig"),
        ("It asks which resources there are", "ResourceTypes"),
        ("It asks which attributes they have", "Schemas"),
        (
            "It asks for the values of the entitlement type",
            "Entitlements?startIndex=1&count=100",
        ),
        ("One of them", "Entitlements/10"),
    ] {
        scribe.ask(why, "GET", path, None).await?;
    }
    scribe.end(
        "set-up",
        "Set-up: the provider connects, and learns what there is",
    )
}

pub(super) async fn import(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    for (why, path) in [
        (
            "The first page; the provider asks the same to see whether an import would work",
            "Users?startIndex=1&count=2",
        ),
        (
            "The second page, which is the last",
            "Users?startIndex=3&count=2",
        ),
        ("A page beyond the end", "Users?startIndex=5&count=2"),
        ("The groups", "Groups?startIndex=1&count=100"),
    ] {
        scribe.ask(why, "GET", path, None).await?;
    }
    scribe.end(
        "import",
        "Import: all users that Get users gives, page by page",
    )
}

pub(super) async fn life(scribe: &mut Scribe<'_>, reader: &mut Reader) -> anyhow::Result<()> {
    let look_up = format!("Users?filter=userName%20eq%20%22{ID}%22&startIndex=1&count=100");
    let new = pushed(
        scribe.variant,
        "Tester",
        &[("1", "VPN Access"), ("2", "GitHub Admin")],
    );
    scribe
        .ask(
            "A person is assigned: is the user there?",
            "GET",
            &look_up,
            None,
        )
        .await?;
    let created = scribe
        .ask("It is not, so it is made", "POST", "Users", Some(&new))
        .await?;
    ensure!(created["id"] == ID, "{created}");
    scribe
        .replace(
            "The provider pushes the same once more, a moment later",
            &new,
        )
        .await?;

    let mut user = scribe
        .current("An attribute changes: the user as it is")
        .await?;
    let changed = pushed(scribe.variant, "Lead Tester", &[]);
    for name in ["title", EXTENSION] {
        if let (Some(from), Some(to)) = (changed.get(name), user.get_mut(name)) {
            *to = from.clone();
        }
    }
    scribe.replace("The user with another title", &user).await?;

    user = scribe
        .current("An entitlement is added: the user as it is")
        .await?;
    let held = user["entitlements"]
        .as_array_mut()
        .context("no entitlements")?;
    held.push(json!({"value": "10", "display": "Salesforce", "type": "Entitlements"}));
    scribe
        .replace("The whole list with one more", &user)
        .await?;
    user = scribe
        .current("Two are taken away: the user as it is")
        .await?;
    let held = user["entitlements"]
        .as_array_mut()
        .context("no entitlements")?;
    held.retain(|held| held["value"] == "10");
    scribe
        .replace("The whole list with two less", &user)
        .await?;

    user = scribe
        .current("The person is unassigned: the user as it is")
        .await?;
    user["active"] = json!(false);
    scribe.replace("The user is deactivated", &user).await?;
    scribe
        .ask("It is still found", "GET", &look_up, None)
        .await?;
    user = scribe
        .current("The person comes back: the user as it is")
        .await?;
    user["active"] = json!(true);
    scribe.replace("The user is reactivated", &user).await?;
    scribe
        .ask("The user is made once more", "POST", "Users", Some(&new))
        .await?;
    scribe.look(reader).await?;
    scribe.end(
        "life",
        "Life of a user: made, changed, entitled, deactivated, reactivated",
    )
}
