//! The Data screen as a browser uses it: every command over the console's own transport, on real
//! databases, with secret columns that no way leads to.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect!(
    a_page_has_every_column_and_of_a_secret_one_only_whether_it_is_there,
    no_condition_order_or_copy_reaches_a_secret_column,
    an_export_is_a_file_of_all_rows_without_secret_columns,
    an_export_that_is_dropped_leaves_no_file_and_stops_its_statement,
);

struct Screen {
    site: Site,
    console: Console,
}

impl Screen {
    async fn open(on: On) -> anyhow::Result<Self> {
        let site = Site::start(on).await?;
        let console = Console::of(&site.server).await?;
        Ok(Self { site, console })
    }

    /// The name as the database's catalogue has it.
    fn name(&self, name: &str) -> String {
        if self.site.on.lowers_names() {
            name.to_lowercase()
        } else {
            name.to_owned()
        }
    }

    fn query(&self, table: &str) -> Value {
        json!({"relation": {"schema": null, "name": self.name(table)}, "conditions": [], "sort": []})
    }

    async fn page(&self, query: &Value) -> anyhow::Result<Value> {
        let asked =
            json!({"connection": "demo", "query": query, "first": 0, "count": 200, "whole": false});
        self.console.call("data.rows", &asked).await
    }

    /// Looks into the folder of exports until it is as wanted.
    async fn until(&self, what: &str, wanted: impl Fn(&[String]) -> bool) -> anyhow::Result<()> {
        for _ in 0..2_400 {
            if wanted(&self.exports()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        anyhow::bail!("waited in vain for {what}: {:?}", self.exports())
    }

    fn exports(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.site.server.data_dir.join("exports"));
        folder
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }
}

/// Where a column of the answer of `data.relation` stands.
fn place(detail: &Value, column: &str) -> anyhow::Result<usize> {
    let columns = detail["relation"]["columns"]
        .as_array()
        .context("no columns")?;
    columns
        .iter()
        .position(|each| {
            each["name"]
                .as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case(column))
        })
        .with_context(|| format!("no {column}"))
}

async fn a_page_has_every_column_and_of_a_secret_one_only_whether_it_is_there(
    on: On,
) -> anyhow::Result<()> {
    let mut screen = Screen::open(on).await?;
    let asked =
        json!({"connection": "demo", "relation": {"schema": null, "name": screen.name("USERS")}});
    let detail = screen.console.call("data.relation", &asked).await?;
    let (id, hash) = (place(&detail, "USER_ID")?, place(&detail, "PASSWORD_HASH")?);
    ensure!(
        detail["key"] == json!([screen.name("USER_ID")]),
        "{}",
        detail["key"]
    );
    let from = &detail["referencedBy"][0]["from"]["name"];
    ensure!(*from == json!(screen.name("USERENTITLEMENTS")), "{from}");
    let page = screen.page(&screen.query("USERS")).await?;
    let rows = page["rows"].as_array().context("no rows")?;
    let there = screen
        .site
        .reader
        .rows("SELECT USER_ID, CASE WHEN PASSWORD_HASH IS NULL THEN 0 ELSE 1 END FROM USERS ORDER BY USER_ID")
        .await?;
    ensure!(rows.len() == 15 && there.len() == 15);
    let hashes = there
        .iter()
        .filter(|row| row[1].as_deref() == Some("1"))
        .count();
    ensure!(hashes > 0 && hashes < 15, "both kinds are wanted");
    for row in &there {
        let of = |page: &&Value| page[id].as_str() == row[0].as_deref();
        let shown = rows.iter().find(of).context("a row is missing")?;
        let expected = if row[1].as_deref() == Some("1") {
            json!("•••")
        } else {
            Value::Null
        };
        ensure!(shown[hash] == expected, "{shown}");
    }
    let told = page.to_string();
    let kept = screen
        .site
        .reader
        .one("SELECT MIN(PASSWORD_HASH) FROM USERS")
        .await?
        .context("no hash")?;
    ensure!(!told.contains(&kept), "{told}");
    let counted = json!({"connection": "demo", "query": screen.query("USERS")});
    ensure!(screen.console.call("data.count", &counted).await?["rows"] == 15);
    Ok(())
}

async fn no_condition_order_or_copy_reaches_a_secret_column(on: On) -> anyhow::Result<()> {
    let screen = Screen::open(on).await?;
    let hash = screen.name("PASSWORD_HASH");
    let mut filtered = screen.query("USERS");
    filtered["conditions"] = json!([{"column": hash, "operator": "starts_with", "values": ["a"]}]);
    let mut sorted = screen.query("USERS");
    sorted["sort"] = json!([{"column": hash, "descending": false}]);
    for query in [filtered, sorted] {
        let asked =
            json!({"connection": "demo", "query": query, "first": 0, "count": 1, "whole": false});
        let answer = screen.console.ask("data.rows", &asked).await?;
        ensure!(
            answer.status != 200 && answer.json["code"] == "data.query",
            "{}",
            answer.text
        );
        ensure!(answer.json["fields"][&hash].is_string(), "{}", answer.text);
        let asked = json!({"connection": "demo", "query": query, "format": "csv"});
        let ended = screen.console.work("data.export", &asked).await?;
        let problem = ended.err().context("a file by a secret column")?;
        ensure!(problem["code"] == "data.query", "{problem}");
    }
    // Whoever sends such a column: it is not in the text.
    let copied = json!({
        "connection": "demo", "format": "csv", "table": {"schema": null, "name": "USERS"},
        "headings": [{"name": "USER_ID", "kind": "text"}, {"name": hash, "kind": "text"}],
        "rows": [["yoda@galaxy.local", "•••"]],
    });
    let text = screen.console.call("data.format", &copied).await?;
    ensure!(text["text"] == "USER_ID\r\nyoda@galaxy.local\r\n", "{text}");
    ensure!(text["left_out"] == json!([hash]), "{text}");
    Ok(())
}

async fn an_export_is_a_file_of_all_rows_without_secret_columns(on: On) -> anyhow::Result<()> {
    let screen = Screen::open(on).await?;
    let asked = json!({"connection": "demo", "query": screen.query("USERS"), "format": "ndjson"});
    let done = screen.console.work("data.export", &asked).await?;
    let done = done.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    ensure!(
        done["rows"] == 15 && done["leftOut"] == json!([screen.name("PASSWORD_HASH")]),
        "{done}"
    );
    let path = done["file"]["path"].as_str().context("no path")?;
    let text = std::fs::read_to_string(path)?;
    let rows: Vec<Value> = text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let id = screen.name("USER_ID");
    ensure!(
        rows.len() == 15 && rows.iter().any(|row| row[&id] == "yoda@galaxy.local"),
        "{text}"
    );
    ensure!(!text.to_uppercase().contains("PASSWORD_HASH"), "{text}");
    let name = json!({"name": done["file"]["name"]});
    ensure!(screen.console.call("data.export_remove", &name).await?["removed"] == true);
    ensure!(screen.exports().is_empty());
    let outside = json!({"name": "../secrets.toml"});
    let refused = screen.console.ask("data.export_remove", &outside).await?;
    ensure!(refused.json["code"] == "export.name", "{}", refused.text);
    Ok(())
}

async fn an_export_that_is_dropped_leaves_no_file_and_stops_its_statement(
    on: On,
) -> anyhow::Result<()> {
    let mut screen = Screen::open(on).await?;
    // 34 to the power of five rows: nobody waits for their order.
    screen
        .site
        .reader
        .run(
            "CREATE VIEW ENDLESS AS SELECT A.USER_ID FROM USERENTITLEMENTS A CROSS JOIN USERENTITLEMENTS B \
             CROSS JOIN USERENTITLEMENTS C CROSS JOIN USERENTITLEMENTS D CROSS JOIN USERENTITLEMENTS E",
        )
        .await?;
    let asked = json!({"connection": "demo", "query": screen.query("ENDLESS"), "format": "csv"});
    let begun = screen.console.begin("data.export", &asked).await?;
    screen
        .until("the file that is being written", |files| !files.is_empty())
        .await?;
    drop(begun);
    screen.until("its end", <[String]>::is_empty).await?;
    // Whatever it held is free again.
    ensure!(
        screen.page(&screen.query("USERS")).await?["rows"]
            .as_array()
            .is_some_and(|rows| rows.len() == 15)
    );
    Ok(())
}
