//! Users as the console finds and draws them, held against what the database says by itself.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::people;
use sluice_tests::support::site::{On, Reader, Site};

crate::on_every_dialect!(
    conditions_and_orders_find_what_the_database_finds,
    a_secret_column_can_neither_be_filtered_nor_sorted_by,
    a_page_is_of_the_same_rows_until_somebody_asks_anew,
    the_lines_of_reporting_are_those_of_the_hierarchy_view,
    circles_strangers_and_inactive_managers_are_told,
    what_inactive_people_still_hold_is_what_the_view_says,
    users_are_taken_away_whole_in_their_order_and_without_secrets,
);

const APP: &str = "jdbc_on_prem";

/// Get users with the inactive ones too.
fn everybody(text: &str) -> String {
    text.replace(
        "kind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"",
        "kind = \"sql\"\nstatement = \"SELECT * FROM USERS ORDER BY USER_ID\"",
    )
}

fn filter(column: &str, operator: &str, values: &[&str]) -> Value {
    json!({"column": column, "operator": operator, "values": values})
}

async fn list(
    console: &Console,
    filters: &[Value],
    sort: &[(&str, bool)],
) -> anyhow::Result<Value> {
    let sort: Vec<Value> = sort
        .iter()
        .map(|(column, descending)| json!({"column": column, "descending": descending}))
        .collect();
    let query = json!({
        "application": APP, "start": 1, "count": 500, "fresh": false,
        "choice": {"search": "", "filters": filters, "sort": sort},
    });
    console.call("users.list", &query).await
}

fn ids(page: &Value) -> Vec<String> {
    let users = page["users"].as_array();
    let id = |user: &Value| user["id"].as_str().unwrap_or_default().to_owned();
    users.into_iter().flatten().map(id).collect()
}

async fn truth(reader: &mut Reader, sql: &str) -> anyhow::Result<Vec<String>> {
    let rows = reader.rows(sql).await?;
    Ok(rows.into_iter().flatten().flatten().collect())
}

async fn conditions_and_orders_find_what_the_database_finds(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| everybody(&text)).await?;
    let console = Console::of(&site.server).await?;
    let held = "SELECT COUNT(*) FROM USERENTITLEMENTS H WHERE H.USER_ID = U.USER_ID";
    for (conditions, condition) in [
        (vec![filter("DEPARTMENT", "contains", &["COMMAND"])], "LOWER(DEPARTMENT) LIKE '%command%'".to_owned()),
        (vec![filter("DEPARTMENT", "none_of", &["Command", "Navy"])], "DEPARTMENT NOT IN ('Command', 'Navy') OR DEPARTMENT IS NULL".to_owned()),
        (vec![filter("NICKNAME", "is_null", &[])], "NICKNAME IS NULL".to_owned()),
        (vec![filter("HIREDATE", "between", &["2005-01-01", "2009-12-31"])], "HIREDATE BETWEEN '2005-01-01' AND '2009-12-31'".to_owned()),
        (vec![filter("HIREDATE", "greater", &["2016-05-04"]), filter("COUNTRYCODE", "equals", &["us"])], "HIREDATE > '2016-05-04' AND COUNTRYCODE = 'US'".to_owned()),
        (vec![filter("@state", "equals", &["inactive"])], "IS_ACTIVE = '0'".to_owned()),
        (vec![filter("@entitlements", "at_least", &["3"])], format!("({held}) >= 3")),
        (vec![filter("@holds", "one_of", &["4", "8"])], "EXISTS (SELECT 1 FROM USERENTITLEMENTS H WHERE H.USER_ID = U.USER_ID AND H.ENT_ID IN (4, 8))".to_owned()),
        (vec![filter("@name", "starts_with", &["darth"])], "LOWER(DISPLAYNAME) LIKE 'darth%'".to_owned()),
    ] {
        let sql = format!("SELECT U.USER_ID FROM USERS U WHERE {condition} ORDER BY U.USER_ID");
        let mut expected = truth(&mut site.reader, &sql).await?;
        assert!(!expected.is_empty() && expected.len() < 15, "{condition} tells nothing");
        let page = list(&console, &conditions, &[]).await?;
        let mut found = ids(&page);
        // Databases collate ids as they like; what matters here is who is found.
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{condition}");
        assert_eq!((&page["total"], &page["all"]), (&json!(expected.len()), &json!(15)));
    }
    for (order, sort) in [
        (
            "HIREDATE, EMPLOYEENUMBER DESC",
            vec![("HIREDATE", false), ("EMPLOYEENUMBER", true)],
        ),
        (
            "ORGANIZATION DESC, EMPLOYEENUMBER",
            vec![("ORGANIZATION", true), ("EMPLOYEENUMBER", false)],
        ),
    ] {
        let sql = format!("SELECT USER_ID FROM USERS ORDER BY {order}");
        let expected = truth(&mut site.reader, &sql).await?;
        assert_eq!(ids(&list(&console, &[], &sort).await?), expected, "{order}");
    }
    let sql = format!("SELECT U.USER_ID FROM USERS U ORDER BY ({held}) DESC, EMPLOYEENUMBER");
    let expected = truth(&mut site.reader, &sql).await?;
    let sorted = list(
        &console,
        &[],
        &[("@entitlements", true), ("EMPLOYEENUMBER", false)],
    )
    .await?;
    assert_eq!(ids(&sorted), expected);
    Ok(())
}

async fn a_secret_column_can_neither_be_filtered_nor_sorted_by(on: On) -> anyhow::Result<()> {
    let site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    for (filters, sort) in [
        (vec![filter("password_hash", "starts_with", &["$"])], vec![]),
        (vec![], vec![("PASSWORD_HASH", false)]),
        (vec![filter("NO_SUCH_COLUMN", "equals", &["1"])], vec![]),
    ] {
        let refused = list(&console, &filters, &sort).await;
        let refused = refused.err().context("it was answered")?.to_string();
        assert!(refused.contains("filter."), "{refused}");
    }
    // The search does not look there either.
    let query = json!({
        "application": APP, "start": 1, "count": 5, "fresh": false,
        "choice": {"search": "no-password", "filters": [], "sort": []},
    });
    assert_eq!(console.call("users.list", &query).await?["total"], 0);
    Ok(())
}

async fn a_page_is_of_the_same_rows_until_somebody_asks_anew(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let first = list(&console, &[], &[]).await?;
    assert_eq!(first["total"], 14);
    let ranges = json!({
        "application": APP, "ranges": [[0, 1], [13, 99]], "takenAt": first["takenAt"],
        "choice": {"search": "", "filters": [], "sort": []},
    });
    let all = ids(&first);
    let chosen = console.call("users.ids", &ranges).await?;
    assert_eq!(chosen["ids"], json!([all[0], all[1], all[13]]));
    site.reader.run("UPDATE USERS SET IS_ACTIVE = '1'").await?;
    assert_eq!(
        list(&console, &[], &[]).await?["total"],
        14,
        "nobody asked anew"
    );
    let anew = json!({
        "application": APP, "start": 1, "count": 1, "fresh": true,
        "choice": {"search": "", "filters": [], "sort": []},
    });
    assert_eq!(console.call("users.list", &anew).await?["total"], 15);
    let refused = console.call("users.ids", &ranges).await;
    let refused = refused.err().context("places of other rows were taken")?;
    assert!(refused.to_string().contains("users.read_anew"), "{refused}");
    Ok(())
}

/// The ids from the top down to a user, as the console tells them.
async fn line(console: &Console, user: &str) -> anyhow::Result<Vec<String>> {
    let query = json!({"application": APP, "column": null, "user": user});
    let line = console.call("users.line", &query).await?;
    let id = |node: &Value| node["id"].as_str().unwrap_or_default().to_owned();
    Ok(line["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(id)
        .collect())
}

async fn lines(console: &Console, fresh: bool) -> anyhow::Result<Value> {
    let query = json!({"application": APP, "column": null, "fresh": fresh});
    console.call("users.lines", &query).await
}

async fn the_lines_of_reporting_are_those_of_the_hierarchy_view(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| everybody(&text)).await?;
    let console = Console::of(&site.server).await?;
    let told = lines(&console, false).await?;
    let column = told["column"]["name"].as_str().unwrap_or_default();
    assert!(column.eq_ignore_ascii_case("MANAGERID"), "{told}");
    assert_eq!(told["column"]["source"], "values", "nothing maps it here");
    let view = site
        .reader
        .rows("SELECT USER_ID, CHAIN, DEPTH FROM V_USER_HIERARCHY")
        .await?;
    assert_eq!(view.len(), 15);
    let mut deepest = 0;
    let mut below: BTreeMap<String, usize> = BTreeMap::new();
    for row in &view {
        let [Some(user), Some(chain), Some(depth)] = row.as_slice() else {
            anyhow::bail!("NULL in {row:?}");
        };
        deepest = deepest.max(depth.parse::<usize>()?);
        let chain: Vec<&str> = chain.split(" > ").collect();
        assert_eq!(line(&console, user).await?, chain);
        for above in &chain[..chain.len() - 1] {
            *below.entry((*above).to_owned()).or_default() += 1;
        }
    }
    assert_eq!(told["levels"], deepest + 1);
    for (user, count) in below {
        let reports =
            format!("SELECT USER_ID FROM USERS WHERE MANAGERID = '{user}' ORDER BY USER_ID");
        let mut expected = truth(&mut site.reader, &reports).await?;
        let query =
            json!({"application": APP, "column": null, "of": user, "start": 1, "count": 50});
        let page = console.call("users.reports", &query).await?;
        let mut found: Vec<String> = (page["nodes"].as_array().into_iter().flatten())
            .map(|node| node["id"].as_str().unwrap_or_default().to_owned())
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "reports to {user}");
        let query = json!({"application": APP, "column": null, "text": user});
        let node = console.call("users.find_in_lines", &query).await?["nodes"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|node| node["id"] == json!(user))
            .cloned();
        assert_eq!(
            node.context("not found by its id")?["below"],
            count,
            "below {user}"
        );
    }
    Ok(())
}

async fn circles_strangers_and_inactive_managers_are_told(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| everybody(&text)).await?;
    for (user, manager) in [
        ("han.solo@galaxy.local", "chewbacca@galaxy.local"),
        ("lando.calrissian@galaxy.local", "jabba@hutt.example"),
        ("padme.amidala@galaxy.local", "padme.amidala@galaxy.local"),
        ("wilhuff.tarkin@galaxy.local", "darth.vader@galaxy.local"),
    ] {
        site.reader
            .run(&format!(
                "UPDATE USERS SET MANAGERID = '{manager}' WHERE USER_ID = '{user}'"
            ))
            .await?;
    }
    let console = Console::of(&site.server).await?;
    let told = lines(&console, false).await?;
    let ids = |nodes: &Value| {
        let nodes = nodes.as_array().into_iter().flatten();
        nodes
            .map(|node| node["id"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(told["circleCount"], 1);
    assert_eq!(
        ids(&told["circles"][0]),
        ["chewbacca@galaxy.local", "han.solo@galaxy.local"]
    );
    assert_eq!(ids(&told["oneself"]), ["padme.amidala@galaxy.local"]);
    assert_eq!(ids(&told["absent"]), ["jabba@hutt.example"]);
    assert_eq!(told["absent"][0]["user"], false);
    assert_eq!(ids(&told["inactiveManagers"]), ["darth.vader@galaxy.local"]);
    assert_eq!(
        line(&console, "lando.calrissian@galaxy.local").await?,
        ["jabba@hutt.example", "lando.calrissian@galaxy.local"]
    );
    Ok(())
}

async fn what_inactive_people_still_hold_is_what_the_view_says(on: On) -> anyhow::Result<()> {
    let sql = "SELECT USER_ID, ENT_ID FROM V_INACTIVE_USERENTITLEMENTS ORDER BY USER_ID, ENT_ID";
    // Once where Get users leaves inactive people out, once where it has them.
    for (all, standing) in [(false, "inactive_left_out"), (true, "inactive")] {
        let mut site = Site::with(on, |text| if all { everybody(&text) } else { text }).await?;
        site.reader
            .run("UPDATE USERS SET IS_ACTIVE = '0' WHERE USER_ID = 'han.solo@galaxy.local'")
            .await?;
        let view = site.reader.rows(sql).await?;
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in view {
            let mut row = row.into_iter().flatten();
            let (Some(user), Some(id)) = (row.next(), row.next()) else {
                anyhow::bail!("NULL in the view");
            };
            expected.entry(user).or_default().push(id);
        }
        assert!(expected.len() >= 2, "{expected:?}");
        let console = Console::of(&site.server).await?;
        let query = json!({"application": APP, "start": 1, "count": 50});
        let page = console.call("entitlements.idle", &query).await?;
        assert_eq!(page["total"], expected.len());
        let mut found = BTreeMap::new();
        for holder in page["holders"].as_array().into_iter().flatten() {
            assert_eq!(holder["standing"], standing, "{holder}");
            assert!(holder["display"].is_string());
            let held = holder["entitlements"].as_array().into_iter().flatten();
            let held = held.map(|held| held["value"].as_str().unwrap_or_default().to_owned());
            found.insert(
                holder["id"].as_str().unwrap_or_default().to_owned(),
                held.collect::<Vec<_>>(),
            );
        }
        assert_eq!(found, expected);
    }
    Ok(())
}

async fn users_are_taken_away_whole_in_their_order_and_without_secrets(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| everybody(&text)).await?;
    let console = Console::of(&site.server).await?;
    let choice = json!({
        "search": "", "filters": [filter("COUNTRYCODE", "equals", &["US"])],
        "sort": [{"column": "EMPLOYEENUMBER", "descending": false}],
    });
    let expected = truth(
        &mut site.reader,
        "SELECT USER_ID FROM USERS WHERE COUNTRYCODE = 'US' ORDER BY EMPLOYEENUMBER",
    )
    .await?;
    assert!(expected.len() > 5);
    // The whole list as a file.
    let input = json!({"application": APP, "choice": choice, "format": "ndjson"});
    let done = console.worked("users.export", &input).await?.end;
    let done = done.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    assert_eq!(done["rows"], expected.len());
    let secret = done["leftOut"][0].as_str().unwrap_or_default();
    assert!(secret.eq_ignore_ascii_case("PASSWORD_HASH"), "{done}");
    let path = done["file"]["path"].as_str().context("no path")?;
    let text = std::fs::read_to_string(path)?;
    assert!(!text.contains("no-password"), "a secret is in {path}");
    let id = if on.lowers_names() {
        "user_id"
    } else {
        "USER_ID"
    };
    let mut found = Vec::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line)?;
        found.push(row[id].as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(found, expected);

    // Some rows of it, as the provider gets them and as INSERT.
    let list = json!({
        "application": APP, "start": 1, "count": 5, "fresh": false, "choice": choice,
    });
    let list = console.call("users.list", &list).await?;
    let copy = |format: &str| {
        json!({
            "application": APP, "choice": choice, "ranges": [[1, 2]],
            "takenAt": list["takenAt"], "format": format,
        })
    };
    let scim = console.call("users.copy", &copy("scim")).await?;
    let scim: Value = serde_json::from_str(scim["text"].as_str().unwrap_or_default())?;
    let told = site.server.client()?;
    for (at, user) in scim.as_array().into_iter().flatten().enumerate() {
        assert_eq!(user["id"], expected[at + 1]);
        let wire = told.get(&format!("Users/{}", expected[at + 1])).await?;
        assert_eq!(user["entitlements"], wire.json["entitlements"]);
    }
    assert_eq!(scim.as_array().map(Vec::len), Some(2));
    let insert = console.call("users.copy", &copy("insert")).await?;
    let insert = insert["text"].as_str().unwrap_or_default();
    assert_eq!(insert.matches("INSERT INTO").count(), 2, "{insert}");
    assert!(insert.to_uppercase().contains("USERS"), "{insert}");
    assert!(!insert.contains("no-password"), "{insert}");
    Ok(())
}

/// A hundred thousand are many for a debug build; a thousand find the same mistakes.
#[tokio::test]
async fn pages_of_a_filtered_and_sorted_list_neither_overlap_nor_skip() -> anyhow::Result<()> {
    let mut site = Site::start(On::Sqlite).await?;
    people::many(&mut site.reader, On::Sqlite, 1000).await?;
    let console = Console::of(&site.server).await?;
    let mut seen = Vec::new();
    while seen.len() < 125 {
        let query = json!({
            "application": APP, "start": seen.len() + 1, "count": 40, "fresh": false,
            "choice": {
                "search": "", "filters": [filter("@holds", "equals", &["4"])],
                "sort": [{"column": "EMPLOYEENUMBER", "descending": true}],
            },
        });
        let page = console.call("users.list", &query).await?;
        assert_eq!(page["total"], 125);
        let page = ids(&page);
        assert!(!page.is_empty());
        seen.extend(page);
    }
    let sql = "SELECT USER_ID FROM USERENTITLEMENTS WHERE ENT_ID = 4 AND USER_ID LIKE 'user0%' ORDER BY USER_ID DESC";
    assert_eq!(seen, truth(&mut site.reader, sql).await?);
    Ok(())
}
