//! What other clients send, and what is said of mistakes.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::json;
use sluice_tests::support::server::Client;

use super::agent::pushed;
use super::scribe::Scribe;
use super::{EXTENSION, ID};

/// What other clients of the same provider and of others send.
pub(super) async fn changes(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    scribe
        .patch(
            "Deactivated by PATCH without a path",
            json!([{"op": "replace", "value": {"active": false}}]),
        )
        .await?;
    scribe
        .patch(
            "Reactivated by PATCH with a path, as another provider writes it",
            json!([{"op": "Replace", "path": "active", "value": "True"}]),
        )
        .await?;
    let (title, department) = if scribe.variant.columns {
        (
            format!("{EXTENSION}:ext_TITLE"),
            format!("{EXTENSION}:ext_DEPARTMENT"),
        )
    } else {
        ("title".to_owned(), format!("{EXTENSION}:department"))
    };
    scribe
        .patch(
            "An attribute is set and another removed",
            json!([{"op": "replace", "path": title, "value": "Chief Tester"}, {"op": "remove", "path": department}]),
        )
        .await?;
    scribe
        .patch(
            "An entitlement is added",
            json!([{"op": "add", "path": "entitlements", "value": [{"value": "3"}]}]),
        )
        .await?;
    scribe
        .patch(
            "One is taken away",
            json!([{"op": "remove", "path": "entitlements[value eq \"3\"]"}]),
        )
        .await?;
    scribe
        .patch(
            "One that the database does not have: nothing changes",
            json!([{"op": "replace", "path": title, "value": "Nobody"},
                   {"op": "add", "path": "entitlements", "value": [{"value": "99"}]}]),
        )
        .await?;
    let user = scribe.current("The user is as it was").await?;
    let version = user["meta"]["version"]
        .as_str()
        .context("no version")?
        .to_owned();
    scribe.condition = Some(("If-None-Match", version.clone()));
    scribe
        .current("Only if it is another than the one that is known")
        .await?;
    scribe.condition = Some(("If-Match", version));
    scribe
        .patch(
            "Changed, if nobody else has changed it",
            json!([{"op": "replace", "path": title, "value": "Tester"}]),
        )
        .await?;
    scribe.condition = Some(("If-Match", scribe.versions[0].clone()));
    scribe
        .patch(
            "Changed, but somebody else was quicker",
            json!([{"op": "replace", "path": title, "value": "Late"}]),
        )
        .await?;
    let attributes = format!("Users/{ID}?attributes=userName,active");
    scribe
        .ask("Two attributes only", "GET", &attributes, None)
        .await?;
    scribe
        .ask(
            "Everybody who is active, by name, backwards",
            "GET",
            "Users?filter=active%20eq%20true&sortBy=userName&sortOrder=descending&attributes=userName&count=3",
            None,
        )
        .await?;
    scribe
        .ask(
            "The user is deleted",
            "DELETE",
            &format!("Users/{ID}"),
            None,
        )
        .await?;
    scribe
        .current("The row is still there: where DELETE is served, it deactivates")
        .await?;
    scribe.end(
        "changes",
        "Changes: PATCH, filters, attributes and DELETE, which this provider's agent does not send",
    )
}

pub(super) async fn mistakes(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    let nobody = json!({"userName": "nobody@example.com"});
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
            "A replace never makes a user",
            "PUT",
            "Users/nobody@example.com",
            Some(&nobody),
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
            "Schemas",
            Some(&json!({})),
        )
        .await?;
    let mut odd = pushed(scribe.variant, "Tester", &[("99", "Unknown")]);
    scribe
        .ask(
            "An entitlement that is not there",
            "POST",
            "Users",
            Some(&odd),
        )
        .await?;
    odd["active"] = json!("perhaps");
    scribe
        .ask("A state that is none", "POST", "Users", Some(&odd))
        .await?;
    let stranger = scribe
        .client
        .http
        .get(format!("{}Users", scribe.client.base));
    write!(
        scribe.text,
        "\n## A request without the token\n\nGET Users\n"
    )?;
    let answer = Client::send(stranger).await?;
    scribe.hear(&answer)?;
    scribe.end("mistakes", "Mistakes, and what is said of them")
}
