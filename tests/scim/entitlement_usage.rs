//! Who holds what, as the console counts it, held against the database's own counts.

use anyhow::Context as _;
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::people;
use sluice_tests::support::site::{On, Reader, Site};

crate::on_every_dialect!(
    each_entitlement_has_as_many_holders_as_the_database_says,
    inactive_holders_and_unlisted_entitlements_are_told_apart,
    where_it_would_take_a_query_for_each_user_nobody_is_counted,
);

const USERS: usize = 1000;

async fn list(console: &Console, search: &str, fresh: bool) -> anyhow::Result<Value> {
    let query = json!({
        "application": "jdbc_on_prem", "fresh": fresh,
        "choice": {"search": search, "filters": [], "sort": []},
    });
    console.call("entitlements.list", &query).await
}

async fn holders(console: &Console, id: &str, start: usize, count: usize) -> anyhow::Result<Value> {
    let query =
        json!({"application": "jdbc_on_prem", "entitlement": id, "start": start, "count": count});
    console.call("entitlements.holders", &query).await
}

/// Of each entitlement told: the values of these members, as text.
fn told(list: &Value, members: &[&str]) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let all = list["entitlements"].as_array();
    all.into_iter()
        .flatten()
        .map(|used| members.iter().map(|name| text(&used[*name])).collect())
        .collect()
}

async fn truth(reader: &mut Reader, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let rows = reader.rows(sql).await?;
    let row = |row: Vec<Option<String>>| row.into_iter().map(Option::unwrap_or_default).collect();
    Ok(rows.into_iter().map(row).collect())
}

async fn each_entitlement_has_as_many_holders_as_the_database_says(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    people::many(&mut site.reader, on, USERS).await?;
    site.reader
        .run("DELETE FROM USERENTITLEMENTS WHERE USER_ID = 'user0000002@example.org'")
        .await?;
    let console = Console::of(&site.server).await?;
    // The demo imports active users; what the others hold is counted apart.
    let counts = "SELECT E.ENT_ID, E.ENT_NAME, \
         SUM(CASE WHEN U.IS_ACTIVE = '1' THEN 1 ELSE 0 END), \
         SUM(CASE WHEN U.IS_ACTIVE = '0' THEN 1 ELSE 0 END) \
         FROM ENTITLEMENTS E LEFT JOIN USERENTITLEMENTS H ON H.ENT_ID = E.ENT_ID \
         LEFT JOIN USERS U ON U.USER_ID = H.USER_ID \
         GROUP BY E.ENT_ID, E.ENT_NAME ORDER BY E.ENT_ID";
    let expected = truth(&mut site.reader, counts).await?;
    assert_eq!(expected.len(), 10, "the demo's entitlements");
    let first = list(&console, "", false).await?;
    assert_eq!(first["counting"], "counted");
    assert_eq!(first["users"], USERS);
    assert_eq!(
        told(&first, &["id", "name", "holders", "outside"]),
        expected
    );

    // In pages, everybody once.
    let ids = "SELECT U.USER_ID FROM USERENTITLEMENTS H JOIN USERS U ON U.USER_ID = H.USER_ID \
         WHERE H.ENT_ID = 4 AND U.IS_ACTIVE = '1' ORDER BY U.USER_ID";
    let expected = truth(&mut site.reader, ids).await?.concat();
    let mut seen = Vec::new();
    while seen.len() < expected.len() {
        let page = holders(&console, "4", seen.len() + 1, 50).await?;
        assert_eq!(page["entitlement"]["holders"], expected.len());
        let page = page["holders"].as_array().context("no holders")?.clone();
        assert!(!page.is_empty() && page.len() <= 50, "{}", page.len());
        for holder in page {
            assert_eq!(holder["active"], true);
            assert_eq!(holder["display"], "First Last");
            seen.push(holder["id"].as_str().unwrap_or_default().to_owned());
        }
    }
    assert_eq!(seen, expected);

    // What was counted stays until the database is asked anew.
    site.reader
        .run("INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) VALUES ('user0000002@example.org', 8)")
        .await?;
    let before = told(&first, &["id", "holders"]);
    assert_eq!(
        told(&list(&console, "", false).await?, &["id", "holders"]),
        before
    );
    let expected = truth(&mut site.reader, counts).await?;
    let after = list(&console, "", true).await?;
    assert_eq!(
        told(&after, &["id", "name", "holders", "outside"]),
        expected
    );

    let found = list(&console, "REPOSITORIES", false).await?;
    assert_eq!(told(&found, &["id"]), [["2"]], "by its description");
    assert_eq!(found["total"], 10);
    Ok(())
}

async fn inactive_holders_and_unlisted_entitlements_are_told_apart(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| {
        let procedure = |name: &str| format!("kind = \"procedure\"\nstatement = \"CALL {name}()\"");
        let query = |sql: &str| format!("kind = \"sql\"\nstatement = \"{sql}\"");
        text.replace(
            &procedure("GET_ACTIVEUSERS"),
            &query("SELECT * FROM USERS ORDER BY USER_ID"),
        )
        .replace(
            &procedure("GET_ALL_ENTITLEMENTS"),
            &query("SELECT ENT_ID, ENT_NAME, ENT_DESCRIPTION FROM ENTITLEMENTS WHERE ENT_ID <> 3 ORDER BY ENT_ID"),
        )
    })
    .await?;
    let expected = truth(
        &mut site.reader,
        "SELECT E.ENT_ID, COUNT(H.USER_ID), SUM(CASE WHEN U.IS_ACTIVE = '0' THEN 1 ELSE 0 END), \
         CASE WHEN E.ENT_ID = 3 THEN 'false' ELSE 'true' END \
         FROM ENTITLEMENTS E LEFT JOIN USERENTITLEMENTS H ON H.ENT_ID = E.ENT_ID \
         LEFT JOIN USERS U ON U.USER_ID = H.USER_ID \
         GROUP BY E.ENT_ID ORDER BY CASE WHEN E.ENT_ID = 3 THEN 1 ELSE 0 END, E.ENT_ID",
    )
    .await?;
    let console = Console::of(&site.server).await?;
    let all = list(&console, "", false).await?;
    assert_eq!(
        told(&all, &["id", "holders", "inactive", "listed"]),
        expected
    );
    assert_eq!(all["users"], 15, "the demo's people, active or not");
    let unlisted = holders(&console, "3", 1, 100).await?;
    assert_eq!(unlisted["entitlement"]["name"], "AWS Console");
    let vader = unlisted["holders"].as_array().into_iter().flatten();
    let vader = vader.filter(|holder| holder["id"] == "darth.vader@galaxy.local");
    let states: Vec<&Value> = vader.map(|holder| &holder["active"]).collect();
    assert_eq!(states, [false]);
    Ok(())
}

async fn where_it_would_take_a_query_for_each_user_nobody_is_counted(on: On) -> anyhow::Result<()> {
    let site = Site::with(on, |text| {
        let lines = text.lines().filter(|line| !line.starts_with("import ="));
        lines.collect::<Vec<_>>().join("\n")
    })
    .await?;
    let console = Console::of(&site.server).await?;
    let all = list(&console, "", true).await?;
    assert_eq!(all["counting"], "one_by_one");
    assert_eq!(all["users"], Value::Null);
    let counts = told(&all, &["holders", "inactive", "outside"]);
    assert_eq!(counts.len(), 10);
    assert!(
        counts.concat().iter().all(|count| count == "null"),
        "{counts:?}"
    );
    let page = holders(&console, "1", 1, 100).await?;
    assert_eq!(page["entitlement"]["name"], "VPN Access");
    assert_eq!(page["holders"], json!([]));
    let imports = console.call("imports.list", &json!({})).await?;
    assert_eq!(imports["imports"], json!([]), "nobody was read for it");
    Ok(())
}
