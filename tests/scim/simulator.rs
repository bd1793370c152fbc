//! The simulator of the console: real calls over TLS against the endpoint, and against servers of the tests'
//! own. What it says of an import is held against rows that another connection reads.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::site::{On, Site};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

crate::on_every_dialect!(
    an_import_sees_everybody_and_its_second_run_shows_no_difference,
    what_changed_in_the_database_is_what_the_provider_would_do,
    a_whole_life_leaves_an_inactive_user_and_each_call_has_its_exchange,
);

const LUKE: &str = "luke.skywalker@galaxy.local";
const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn own(application: &str) -> Value {
    json!({"kind": "own", "application": application})
}

fn saved(name: &str) -> Value {
    json!({"kind": "saved", "name": name})
}

/// The configuration with a Get users that gives inactive people too; the demo's gives active ones only.
fn everybody(text: &str) -> String {
    text.replace(
        "kind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"",
        "kind = \"sql\"\nstatement = \"SELECT * FROM USERS ORDER BY USER_ID\"",
    )
}

fn import_of(target: &Value, page_size: usize) -> Value {
    json!({"target": target, "pageSize": page_size, "again": true, "against": null})
}

async fn imported(console: &Console, order: &Value) -> anyhow::Result<Value> {
    let done = console.work("simulator.import", order).await?;
    done.map_err(|problem| anyhow::anyhow!("{problem}"))
}

fn order_of(target: &Value, task: &Value, preview: bool) -> Value {
    json!({"target": target, "beside": null, "task": task, "preview": preview, "confirmed": []})
}

async fn performed(console: &Console, order: &Value) -> anyhow::Result<Value> {
    let done = console.work("simulator.perform", order).await?;
    done.map_err(|problem| anyhow::anyhow!("{problem}"))
}

fn bad(run: &Value) -> Vec<&Value> {
    let paging = run["import"]["import"]["paging"].as_array();
    paging
        .into_iter()
        .flatten()
        .filter(|finding| finding["severity"] == "bad")
        .collect()
}

async fn listed(console: &Console, run: &Value, kind: &str) -> anyhow::Result<Value> {
    let input = json!({
        "target": own("jdbc_on_prem"), "run": run["id"], "resources": "users", "kind": kind,
        "offset": 0, "limit": 100, "search": "",
    });
    console.call("simulator.list", &input).await
}

async fn an_import_sees_everybody_and_its_second_run_shows_no_difference(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| everybody(&text)).await?;
    let console = Console::of(&site.server).await?;
    let rows = |answer: Option<String>| answer.context("no count")?.parse::<u64>().context("count");
    let people = rows(site.reader.one("SELECT COUNT(*) FROM USERS").await?)?;
    let entitlements = rows(site.reader.one("SELECT COUNT(*) FROM ENTITLEMENTS").await?)?;

    let order = import_of(&own("jdbc_on_prem"), 4);
    let worked = console.worked("simulator.import", &order).await?;
    let first = worked.end.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let import = &first["import"]["import"];
    assert_eq!(import["failure"], Value::Null, "{import}");
    assert_eq!(import["users"]["seen"], people);
    assert_eq!(import["users"]["new"], people);
    assert_eq!(import["entitlements"]["seen"], entitlements);
    assert_eq!(import["times"]["pages"], people.div_ceil(4));
    assert_eq!(bad(&first), Vec::<&Value>::new());
    assert!(!worked.told.is_empty(), "no progress was told");

    let second = imported(&console, &order).await?;
    let users = &second["import"]["import"]["users"];
    assert_eq!(
        users,
        &json!({"seen": people, "new": 0, "changed": 0, "inactive": 0, "active": 0, "missing": 0, "same": people})
    );
    assert_eq!(
        second["import"]["import"]["entitlements"]["same"],
        entitlements
    );
    assert_eq!(second["import"]["compared"]["run"], first["id"]);
    Ok(())
}

async fn what_changed_in_the_database_is_what_the_provider_would_do(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| everybody(&text)).await?;
    let console = Console::of(&site.server).await?;
    let order = import_of(&own("jdbc_on_prem"), 100);
    imported(&console, &order).await?;
    let active = site
        .reader
        .rows("SELECT USER_ID FROM USERS WHERE IS_ACTIVE = '1' ORDER BY USER_ID")
        .await?;
    let mut others = active
        .into_iter()
        .filter_map(|row| row.into_iter().next().flatten())
        .filter(|id| id != LUKE);
    let leaves = others.next().context("nobody else is active")?;
    for statement in [
        format!("UPDATE USERS SET TITLE = 'General' WHERE USER_ID = '{LUKE}'"),
        format!("UPDATE USERS SET IS_ACTIVE = '0' WHERE USER_ID = '{leaves}'"),
        "INSERT INTO USERS (USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL) VALUES ('new@x', 'new@x', 'N', 'N', 'new@x')".to_owned(),
    ] {
        site.reader.run(&statement).await?;
    }

    let run = imported(&console, &order).await?;

    let users = &run["import"]["import"]["users"];
    assert_eq!(
        (
            &users["new"],
            &users["changed"],
            &users["inactive"],
            &users["missing"]
        ),
        (&json!(1), &json!(1), &json!(1), &json!(0)),
        "{users}"
    );
    assert_eq!(
        listed(&console, &run, "new").await?["items"][0]["id"],
        "new@x"
    );
    assert_eq!(
        listed(&console, &run, "inactive").await?["items"][0]["id"],
        leaves.as_str()
    );
    let changed = listed(&console, &run, "changed").await?;
    assert_eq!(changed["items"][0]["id"], LUKE);
    let title = changed["items"][0]["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|change| {
            // PostgreSQL's own letter case of a column is the small one.
            let path = change["path"].as_str().unwrap_or_default();
            path.eq_ignore_ascii_case(&format!("{EXTENSION}:ext_TITLE"))
        })
        .with_context(|| format!("the title is not told: {changed}"))?;
    assert_eq!(title["after"], "General");

    site.reader
        .run("DELETE FROM USERS WHERE USER_ID = 'new@x'")
        .await?;
    let run = imported(&console, &order).await?;
    assert_eq!(run["import"]["import"]["users"]["missing"], 1);
    assert_eq!(
        listed(&console, &run, "missing").await?["items"][0]["id"],
        "new@x"
    );
    Ok(())
}

async fn a_whole_life_leaves_an_inactive_user_and_each_call_has_its_exchange(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let target = own("jdbc_on_prem");
    let form = console
        .call("simulator.form", &json!({"target": target, "user": null}))
        .await?;
    let values: Vec<Value> = form["fields"]
        .as_array()
        .context("no fields")?
        .iter()
        .filter(|field| field["example"] != Value::Null)
        .map(|field| json!({"place": field["place"], "value": field["example"]}))
        .collect();
    let title = json!([{"place": [EXTENSION, "ext_TITLE"], "value": "General"}]);
    let task = json!({
        "kind": "life", "values": values, "change": title, "entitlement": form["entitlements"][0],
    });

    let preview = performed(&console, &order_of(&target, &task, true)).await?;
    let name = values[0]["value"]
        .as_str()
        .context("no userName")?
        .to_owned();
    let count = format!("SELECT COUNT(*) FROM USERS WHERE USER_ID = '{name}'");
    assert_eq!(site.reader.one(&count).await?.as_deref(), Some("0"));
    let sent = preview["task"]["performed"]["calls"]
        .as_array()
        .context("no calls")?;
    assert!(
        sent.iter()
            .all(|call| call["method"] == "GET" || call["sent"] == false)
    );

    let run = performed(&console, &order_of(&target, &task, false)).await?;
    let performed = &run["task"]["performed"];
    assert_eq!(performed["passed"], true, "{performed:#}");
    let row = format!("SELECT IS_ACTIVE FROM USERS WHERE USER_ID = '{name}'");
    assert_eq!(site.reader.one(&row).await?.as_deref(), Some("0"));
    let row = format!("SELECT TITLE FROM USERS WHERE USER_ID = '{name}'");
    assert_eq!(site.reader.one(&row).await?.as_deref(), Some("General"));
    let held = format!("SELECT COUNT(*) FROM USERENTITLEMENTS WHERE USER_ID = '{name}'");
    assert_eq!(site.reader.one(&held).await?.as_deref(), Some("0"));
    for call in performed["calls"].as_array().context("no calls")? {
        let id = call["exchange"].as_str().context("no exchange")?;
        assert_eq!(id.len(), 36, "{call}");
    }
    let told = run.to_string();
    assert!(
        !told.contains(&site.server.token),
        "the token is in the run"
    );
    Ok(())
}

#[tokio::test]
async fn production_is_written_to_only_by_its_name() -> anyhow::Result<()> {
    let mut site = Site::with(On::Sqlite, |text| {
        text.replace(
            "[connections.demo]\n",
            "[connections.demo]\nenvironment = \"production\"\n",
        )
    })
    .await?;
    let console = Console::of(&site.server).await?;
    let task = json!({"kind": "deactivate", "user": LUKE});
    let mut order = order_of(&own("jdbc_on_prem"), &task, false);

    let refused = console.work("simulator.perform", &order).await?;
    let problem = refused.err().context("it was not refused")?;
    assert_eq!(problem["code"], "simulator.not_confirmed");
    let state = format!("SELECT IS_ACTIVE FROM USERS WHERE USER_ID = '{LUKE}'");
    assert_eq!(site.reader.one(&state).await?.as_deref(), Some("1"));

    order["confirmed"] = json!(["demo"]);
    let run = performed(&console, &order).await?;
    assert_eq!(run["task"]["performed"]["passed"], true, "{run:#}");
    assert_eq!(site.reader.one(&state).await?.as_deref(), Some("0"));
    Ok(())
}

fn target(name: &str, url: &str, authorization: Option<&str>, trust: &Value) -> Value {
    json!({
        "name": name, "before": null, "url": url, "environment": "test",
        "header": authorization.map(|_| "Authorization"), "authorization": authorization,
        "connectorHeader": null, "trust": trust,
    })
}

#[tokio::test]
async fn another_server_is_trusted_by_the_certificate_that_was_confirmed_and_by_no_other()
-> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let other = Site::start(On::Sqlite).await?;
    let console = Console::of(&site.server).await?;
    let url = &other.server.base_url;
    let authorization = format!("Bearer {}", other.server.token);
    let look = json!({"kind": "look", "user": LUKE});
    let calls = |run: &Value| run["task"]["performed"]["calls"].as_array().cloned();

    let shown = console
        .call("simulator.certificate", &json!({"url": url}))
        .await?;
    assert_ne!(shown["distrusted"], Value::Null);
    let names = shown["names"].as_array().context("no names")?;
    assert!(names.contains(&json!("127.0.0.1")), "{names:?}");

    let by_system = target(
        "by system",
        url,
        Some(&authorization),
        &json!({"kind": "system"}),
    );
    console.call("simulator.save_target", &by_system).await?;
    let run = performed(&console, &order_of(&saved("by system"), &look, false)).await?;
    let made = calls(&run).context("no calls")?;
    assert_eq!(
        (made.len(), &made[0]["problem"]["code"]),
        (1, &json!("simulator.tls"))
    );

    let mut sha256 = shown["fingerprint"]
        .as_str()
        .context("no fingerprint")?
        .to_owned();
    let trust = json!({"kind": "fingerprint", "sha256": sha256});
    let by_print = target("by fingerprint", url, Some(&authorization), &trust);
    console.call("simulator.save_target", &by_print).await?;
    let run = performed(&console, &order_of(&saved("by fingerprint"), &look, false)).await?;
    assert_eq!(run["task"]["performed"]["passed"], true, "{run:#}");

    let last = if sha256.ends_with('0') { '1' } else { '0' };
    sha256.pop();
    sha256.push(last);
    let trust = json!({"kind": "fingerprint", "sha256": sha256});
    let wrong = target("wrong", url, Some(&authorization), &trust);
    console.call("simulator.save_target", &wrong).await?;
    let run = performed(&console, &order_of(&saved("wrong"), &look, false)).await?;
    assert_eq!(
        calls(&run).context("no calls")?[0]["problem"]["code"],
        "simulator.tls"
    );

    // What it is shown goes to no other address, and stands where secrets are only.
    let mut moved = target(
        "by fingerprint",
        "https://127.0.0.1:1/scim/v2/",
        None,
        &trust,
    );
    moved["before"] = json!("by fingerprint");
    moved["header"] = json!("Authorization");
    let refused = console.ask("simulator.save_target", &moved).await?;
    ensure!(
        refused.status != 200,
        "a token was taken along to another address"
    );
    let everything = files(&site.server.data_dir)?;
    let holding: Vec<&String> = everything
        .iter()
        .filter(|(_, text)| text.contains(&other.server.token))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(holding, ["secrets.toml"]);
    console
        .call(
            "simulator.remove_target",
            &json!({"name": "by fingerprint"}),
        )
        .await?;
    Ok(())
}

/// The text files below a folder, by their names.
fn files(folder: &std::path::Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                let name = entry.file_name().to_string_lossy().into_owned();
                let text = String::from_utf8_lossy(&std::fs::read(entry.path())?).into_owned();
                found.push((name, text));
            }
        }
    }
    Ok(found)
}

#[tokio::test]
async fn two_servers_stand_side_by_side_with_their_differences() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let mut other = Site::start(On::Sqlite).await?;
    let console = Console::of(&site.server).await?;
    let url = &other.server.base_url;
    let shown = console
        .call("simulator.certificate", &json!({"url": url}))
        .await?;
    let trust = json!({"kind": "fingerprint", "sha256": shown["fingerprint"]});
    let authorization = format!("Bearer {}", other.server.token);
    console
        .call(
            "simulator.save_target",
            &target("vendor", url, Some(&authorization), &trust),
        )
        .await?;
    let look = json!({"kind": "look", "user": LUKE});
    let mut order = order_of(&own("jdbc_on_prem"), &look, false);
    order["beside"] = saved("vendor");

    let run = performed(&console, &order).await?;
    let pairs = run["pairs"].as_array().context("no pairs")?;
    assert!(pairs.len() >= 7, "{pairs:?}");
    for pair in pairs {
        assert_eq!(pair["differences"], 0, "{pair:#}");
    }

    other
        .reader
        .run(&format!(
            "UPDATE USERS SET TITLE = 'General' WHERE USER_ID = '{LUKE}'"
        ))
        .await?;
    let run = performed(&console, &order).await?;
    let read = run["pairs"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|pair| pair["title"] == "Read the user")
        .context("the user was not read")?;
    let different: Vec<&Value> = read["answer"]["body"]["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|line| line["likeness"] == "changed" && line["path"] != "meta.version")
        .collect();
    assert_eq!(different.len(), 1, "{read:#}");
    assert!(
        different[0]["path"]
            .as_str()
            .is_some_and(|path| path.ends_with("ext_TITLE")),
        "{different:?}"
    );
    assert_eq!(different[0]["right"], "General");
    for format in ["html", "json"] {
        let input = json!({"target": own("jdbc_on_prem"), "run": run["id"], "format": format});
        let report = console.call("simulator.report", &input).await?;
        let text = report["text"].as_str().context("no text")?;
        assert!(text.contains("ext_TITLE") && text.contains("General"));
        assert!(!text.contains(&site.server.token) && !text.contains(&other.server.token));
    }
    Ok(())
}

/// A server that answers each GET by what a function makes of its path.
async fn faulty(answer: impl Fn(&str) -> Value + Send + Sync + 'static) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}/scim/v2/", listener.local_addr()?);
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut buffer = vec![0; 16 * 1024];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                    let path = request.split(' ').nth(1).unwrap_or_default();
                    let body = answer(path.trim_start_matches("/scim/v2/")).to_string();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/scim+json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    if stream.write_all(head.as_bytes()).await.is_err()
                        || stream.write_all(body.as_bytes()).await.is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    Ok(base)
}

/// The figure of a parameter in a path.
fn figure(path: &str, name: &str) -> usize {
    path.split(['?', '&'])
        .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
        .and_then(|value| value.parse().ok())
        .unwrap_or(1)
}

#[tokio::test]
async fn a_server_whose_pages_overlap_and_skip_is_found_out() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let console = Console::of(&site.server).await?;
    let base = faulty(|path| {
        let list = |total: Value, resources: Vec<Value>| {
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                "totalResults": total, "startIndex": figure(path, "startIndex"),
                "itemsPerPage": resources.len(), "Resources": resources,
            })
        };
        if path.starts_with("ServiceProviderConfig") {
            return json!({"patch": {"supported": false}});
        }
        if path.starts_with("ResourceTypes") {
            let user = json!({"name": "User", "endpoint": "/Users", "schema": "urn:ietf:params:scim:schemas:core:2.0:User"});
            return list(json!(1), vec![user]);
        }
        if path.starts_with("Schemas") {
            let user = json!({"id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": [{"name": "userName", "type": "string"}]});
            return list(json!(1), vec![user]);
        }
        if path.starts_with("Groups") {
            return list(json!(0), Vec::new());
        }
        let start = figure(path, "startIndex");
        let user = |n: usize| json!({"id": format!("{n}"), "userName": format!("user{n}")});
        // The second page begins with the last of the first, and so 20 is never told.
        match start {
            1 => list(json!(20), (1..=10).map(user).collect()),
            11 => list(json!("21"), (10..=19).map(user).collect()),
            _ => list(json!(20), Vec::new()),
        }
    })
    .await?;
    console
        .call(
            "simulator.save_target",
            &target("faulty", &base, None, &json!({"kind": "system"})),
        )
        .await?;
    let run = imported(&console, &import_of(&saved("faulty"), 10)).await?;
    let found: Vec<(String, String)> = run["import"]["import"]["paging"]
        .as_array()
        .context("no verdict")?
        .iter()
        .filter(|finding| finding["severity"] == "bad")
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            (text("rule"), text("text"))
        })
        .collect();
    let words = |rule: &str| {
        let found = found.iter().find(|(name, _)| name == rule);
        found.map(|(_, text)| text.as_str()).unwrap_or_default()
    };
    assert!(
        words("overlap").contains("10 stands on page 1 and again on page 2"),
        "{found:?}"
    );
    assert!(
        words("gap").contains("says 20, and 19 came: 1 too few"),
        "{found:?}"
    );
    assert!(words("total").contains("was 20 and is 21"), "{found:?}");
    assert!(words("shape").contains("is a text"), "{found:?}");
    Ok(())
}

#[tokio::test]
async fn an_import_that_is_cancelled_leaves_nothing_and_is_nobodys_past() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let console = Console::of(&site.server).await?;
    let order = import_of(&own("jdbc_on_prem"), 1);
    let mut response = console.begin("simulator.import", &order).await?;
    let first = response.chunk().await?.context("no progress came")?;
    ensure!(first.starts_with(b"{\"progress\""), "{first:?}");
    drop(response);
    let folder = site.server.data_dir.join("simulator/own.jdbc_5fon_5fprem");
    for _ in 0..400 {
        let left = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(std::fs::read_dir(&folder).map_or(0, Iterator::count), 0);
    let run = imported(&console, &import_of(&own("jdbc_on_prem"), 100)).await?;
    assert_eq!(run["import"]["compared"], Value::Null);
    Ok(())
}
