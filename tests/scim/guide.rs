//! The guide's four tests (assign, update, deactivate, import), as an administrator would run them
//! by hand: curl with the endpoint's certificate.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::server::Server;
use sluice_tests::support::site::{On, Site};
use tokio::process::Command;

crate::on_every_dialect!(
    an_assigned_user_is_in_the_database_with_its_entitlements,
    a_changed_attribute_reaches_the_database,
    an_unassigned_user_is_deactivated_and_can_come_back,
    a_user_made_in_the_database_is_imported,
);

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ID: &str = "testuser@example.com";

async fn curl(
    server: &Server,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> anyhow::Result<(u16, Value)> {
    let mut command = Command::new("curl");
    command.args([
        "--silent",
        "--show-error",
        "--max-time",
        "60",
        "--request",
        method,
        "--write-out",
        "\n%{http_code}",
        "--cacert",
    ]);
    command.arg(&server.certificate).args([
        "--header",
        &format!("Authorization: Bearer {}", server.token),
    ]);
    if let Some(body) = body {
        command.args([
            "--header",
            "Content-Type: application/scim+json",
            "--data-binary",
            &body.to_string(),
        ]);
    }
    let output = command
        .arg(format!("{}{path}", server.base_url))
        .output()
        .await
        .context("curl is not installed")?;
    ensure!(
        output.status.success(),
        "curl: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    let (body, status) = text.rsplit_once('\n').context("no status")?;
    Ok((
        status.parse()?,
        serde_json::from_str(body).with_context(|| format!("{status}: {body}"))?,
    ))
}

fn user(title: &str, active: bool, entitlements: &[&str]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION],
        "userName": ID, "active": active, "password": "a placeholder the provider always sends",
        "entitlements": entitlements.iter().map(|id| json!({"value": id, "type": "Entitlements"})).collect::<Vec<_>>(),
        EXTENSION: {
            "ext_USER_ID": ID, "ext_USERNAME": "test.user", "ext_FIRSTNAME": "Test", "ext_LASTNAME": "User",
            "ext_EMAIL": ID, "ext_TITLE": title, "ext_HIREDATE": "2025-01-15", "ext_DEPARTMENT": "O'Brien's; -- team"
        }
    })
}

/// A column of a user on the wire. PostgreSQL folds names to lower case, and they go out as they are.
fn column<'u>(on: On, user: &'u Value, name: &str) -> &'u Value {
    let name = if on.lowers_names() {
        name.to_lowercase()
    } else {
        name.to_owned()
    };
    &user[EXTENSION][format!("ext_{name}")]
}

async fn assign(site: &Site) -> anyhow::Result<()> {
    // The agent looks before it creates; no match is 200 and an empty list.
    let filter = format!("Users?filter=userName%20eq%20%22{ID}%22&startIndex=1&count=100");
    let (status, found) = curl(&site.server, "GET", &filter, None).await?;
    ensure!(
        status == 200 && found["totalResults"] == 0,
        "{status} {found}"
    );
    let (status, created) = curl(
        &site.server,
        "POST",
        "Users",
        Some(&user("Tester", true, &["1", "2"])),
    )
    .await?;
    ensure!(status == 201, "{status} {created}");
    ensure!(
        created["id"] == ID && created["active"] == true,
        "{created}"
    );
    ensure!(
        created["entitlements"].as_array().map(Vec::len) == Some(2),
        "{created}"
    );
    ensure!(
        created.to_string().find("placeholder").is_none(),
        "a password came back: {created}"
    );
    Ok(())
}

async fn an_assigned_user_is_in_the_database_with_its_entitlements(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    assign(&site).await?;
    let rows = site.reader.rows(&format!("SELECT USERNAME, FIRSTNAME, LASTNAME, EMAIL, HIREDATE, DEPARTMENT, MIDDLENAME, IS_ACTIVE FROM USERS WHERE USER_ID = '{ID}'")).await?;
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        rows,
        [vec![
            text("test.user"),
            text("Test"),
            text("User"),
            text(ID),
            text("2025-01-15"),
            text("O'Brien's; -- team"),
            None,
            text("1")
        ]]
    );
    let held = site
        .reader
        .rows(&format!(
            "SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = '{ID}' ORDER BY ENT_ID"
        ))
        .await?;
    assert_eq!(held, [[text("1")], [text("2")]]);
    Ok(())
}

async fn a_changed_attribute_reaches_the_database(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    assign(&site).await?;
    let (status, updated) = curl(
        &site.server,
        "PUT",
        &format!("Users/{ID}"),
        Some(&user("Lead Tester", true, &["2", "7"])),
    )
    .await?;
    ensure!(status == 200, "{status} {updated}");
    assert_eq!(column(on, &updated, "TITLE"), "Lead Tester");
    assert_eq!(
        site.reader
            .one(&format!("SELECT TITLE FROM USERS WHERE USER_ID = '{ID}'"))
            .await?
            .as_deref(),
        Some("Lead Tester")
    );
    let held = site
        .reader
        .rows(&format!(
            "SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = '{ID}' ORDER BY ENT_ID"
        ))
        .await?;
    assert_eq!(
        held,
        [[Some("2".to_owned())], [Some("7".to_owned())]],
        "one was taken away, one was given"
    );
    Ok(())
}

async fn an_unassigned_user_is_deactivated_and_can_come_back(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    assign(&site).await?;
    // As the agent does it: the whole user as it is, with active turned.
    for (active, stored) in [(false, "0"), (true, "1")] {
        let (_, mut current) = curl(&site.server, "GET", &format!("Users/{ID}"), None).await?;
        current["active"] = json!(active);
        let (status, answer) =
            curl(&site.server, "PUT", &format!("Users/{ID}"), Some(&current)).await?;
        ensure!(
            status == 200 && answer["active"] == active,
            "{status} {answer}"
        );
        assert_eq!(
            site.reader
                .one(&format!(
                    "SELECT IS_ACTIVE FROM USERS WHERE USER_ID = '{ID}'"
                ))
                .await?
                .as_deref(),
            Some(stored)
        );
        let held = site
            .reader
            .one(&format!(
                "SELECT COUNT(*) FROM USERENTITLEMENTS WHERE USER_ID = '{ID}'"
            ))
            .await?;
        assert_eq!(
            held.as_deref(),
            Some("2"),
            "the entitlements are as they were"
        );
    }
    Ok(())
}

async fn a_user_made_in_the_database_is_imported(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let (status, before) = curl(&site.server, "GET", "Users?startIndex=1&count=5", None).await?;
    ensure!(
        status == 200 && before["totalResults"] == 14,
        "fifteen people, one inactive: {before}"
    );
    site.reader.run("INSERT INTO USERS (USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, EMPLOYEENUMBER) VALUES ('test.import@galaxy.local', 'test.import', 'Test', 'Import', 'test.import@galaxy.local', '9999')").await?;
    let mut seen = Vec::new();
    let mut start = 1;
    loop {
        let (status, page) = curl(
            &site.server,
            "GET",
            &format!("Users?startIndex={start}&count=5"),
            None,
        )
        .await?;
        ensure!(
            status == 200 && page["totalResults"] == 15,
            "{status} {page}"
        );
        let resources = page["Resources"].as_array().context("no Resources")?;
        assert_eq!(page["itemsPerPage"], json!(resources.len()));
        assert_eq!(page["startIndex"], json!(start));
        seen.extend(resources.iter().cloned());
        start += 5;
        if start > 15 {
            break;
        }
    }
    let mut ids: Vec<&str> = seen.iter().filter_map(|user| user["id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 15, "no page overlaps another or leaves one out");
    let imported = seen
        .iter()
        .find(|user| user["id"] == "test.import@galaxy.local")
        .context("not imported")?;
    assert_eq!(column(on, imported, "EMPLOYEENUMBER"), "9999");
    assert_eq!(imported["entitlements"], json!([]));
    let yoda = seen
        .iter()
        .find(|user| user["id"] == "yoda@galaxy.local")
        .context("no Yoda")?;
    assert_eq!(yoda["entitlements"].as_array().map(Vec::len), Some(4));
    assert!(
        seen.iter()
            .all(|user| !user.to_string().contains("PASSWORD_HASH")),
        "a secret column was returned"
    );
    Ok(())
}
