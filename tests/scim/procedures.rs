//! Procedures from the console: lists, runs, test cases, history. What a run did is read back by a
//! connection of the test's own.

use anyhow::{Context as _, ensure};
use serde_json::{Value as Json, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::site::{On, Site};

use crate::on_every_dialect;

on_every_dialect! {
    the_list_has_each_signature_and_the_mapping_that_uses_it,
    a_dry_run_shows_the_row_and_keeps_nothing,
    a_run_for_good_is_committed,
    a_call_that_fails_says_why_and_leaves_nothing,
    a_value_that_does_not_fit_is_refused_at_its_field,
    a_secret_is_bound_and_never_kept,
    a_test_case_is_green_until_the_data_is_another,
    on_production_the_name_of_the_connection_is_asked_for,
}

const LUKE: &str = "luke.skywalker@galaxy.local";
/// Luke holds it not.
const OTHER: &str = "7";

/// A site with its console.
struct Screen {
    site: Site,
    console: Console,
}

async fn screen(on: On) -> anyhow::Result<Screen> {
    of(Site::start(on).await?).await
}

async fn of(site: Site) -> anyhow::Result<Screen> {
    let console = Console::of(&site.server).await?;
    Ok(Screen { site, console })
}

impl Screen {
    /// A routine of the list, by its name without regard to letter case.
    async fn listed(&self, name: &str) -> anyhow::Result<Json> {
        let input = json!({ "application": "jdbc_on_prem", "schema": null });
        let list = self.console.call("procedures.list", &input).await?;
        let routines = list["routines"].as_array().context("no list")?;
        let is = |listed: &&Json| {
            let own = listed["routine"]["name"]["name"].as_str();
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        let found = routines.iter().find(is);
        found.cloned().with_context(|| format!("{name} in {list}"))
    }

    /// The input of a run: `None` is NULL.
    async fn call(&self, name: &str, values: &[Option<&str>]) -> anyhow::Result<Json> {
        let listed = self.listed(name).await?;
        let parameters = listed["routine"]["parameters"].as_array().context("none")?;
        let takes = parameters
            .iter()
            .enumerate()
            .filter(|(_, parameter)| parameter["direction"] != "out");
        let arguments: Vec<Json> = takes
            .zip(values)
            .map(|((index, parameter), value)| {
                let (position, name) = (index + 1, &parameter["name"]);
                match value {
                    Some(text) => {
                        json!({ "position": position, "name": name, "give": "value", "text": text })
                    }
                    None => json!({ "position": position, "name": name, "give": "null" }),
                }
            })
            .collect();
        Ok(json!({
            "application": "jdbc_on_prem",
            "name": listed["routine"]["name"],
            "signature": listed["signature"],
            "arguments": arguments,
            "mode": "dry",
        }))
    }

    /// Runs it dry; what is wrong beforehand is an error of the test.
    async fn dry(&self, name: &str, values: &[Option<&str>]) -> anyhow::Result<Json> {
        let input = self.call(name, values).await?;
        self.run(&input).await
    }

    async fn run(&self, input: &Json) -> anyhow::Result<Json> {
        let output = self.console.work("procedures.run", input).await?;
        let mut output = output.map_err(|problem| anyhow::anyhow!("{problem}"))?;
        ensure!(output["notKept"].is_null(), "{}", output["notKept"]);
        Ok(output["run"].take())
    }

    /// How many entitlements Luke holds.
    async fn held(&mut self) -> anyhow::Result<Option<String>> {
        let sql = format!("SELECT COUNT(*) FROM USERENTITLEMENTS WHERE USER_ID = '{LUKE}'");
        self.site.reader.one(&sql).await
    }
}

async fn the_list_has_each_signature_and_the_mapping_that_uses_it(on: On) -> anyhow::Result<()> {
    let screen = screen(on).await?;
    let add = screen.listed("ADD_ENTITLEMENT_TO_USER").await?;
    let names: Vec<String> = add["routine"]["parameters"]
        .as_array()
        .context("no parameters")?
        .iter()
        .map(|p| p["name"].as_str().unwrap_or_default().to_lowercase())
        .collect();
    assert_eq!(names, ["p_user_id", "p_ent_id"]);
    assert!(add["usedBy"].as_array().is_some_and(|uses| {
        uses.contains(&json!({ "application": "jdbc_on_prem", "operation": "add_entitlement" }))
    }));
    let input = json!({ "application": "jdbc_on_prem", "name": add["routine"]["name"] });
    let detail = screen.console.call("procedures.get", &input).await?;
    let overload = &detail["overloads"][0];
    assert_eq!(
        overload["fields"][1]["control"],
        json!({ "kind": "number", "whole": true })
    );
    let source = overload["routine"]["source"].as_str().unwrap_or_default();
    assert!(
        source.to_uppercase().contains("USERENTITLEMENTS"),
        "{source}"
    );
    let writes = detail["writes"].to_string().to_uppercase();
    assert!(writes.contains("USERENTITLEMENTS"), "{writes}");
    Ok(())
}

async fn a_dry_run_shows_the_row_and_keeps_nothing(on: On) -> anyhow::Result<()> {
    let mut screen = screen(on).await?;
    let before = screen.held().await?;
    let run = screen
        .dry("ADD_ENTITLEMENT_TO_USER", &[Some(LUKE), Some(OTHER)])
        .await?;
    assert_eq!(run["end"], "succeeded", "{run}");
    assert_eq!(
        (&run["committed"], &run["rollback"]),
        (&json!(false), &json!("held"))
    );
    let table = run["tables"]
        .as_array()
        .context("no tables")?
        .iter()
        .find(|table| table["added"] != json!([]))
        .with_context(|| format!("no row was added: {run}"))?;
    let row = table["added"][0].to_string();
    assert!(row.contains(LUKE) && row.contains(OTHER), "{row}");
    assert_eq!(screen.held().await?, before);
    Ok(())
}

async fn a_run_for_good_is_committed(on: On) -> anyhow::Result<()> {
    let mut screen = screen(on).await?;
    let before: u32 = screen.held().await?.context("none")?.parse()?;
    let mut input = screen
        .call("ADD_ENTITLEMENT_TO_USER", &[Some(LUKE), Some(OTHER)])
        .await?;
    input["mode"] = "real".into();
    let run = screen.run(&input).await?;
    assert_eq!(
        (&run["end"], &run["committed"]),
        (&json!("succeeded"), &json!(true)),
        "{run}"
    );
    assert_eq!(screen.held().await?, Some((before + 1).to_string()));
    Ok(())
}

async fn a_call_that_fails_says_why_and_leaves_nothing(on: On) -> anyhow::Result<()> {
    let mut screen = screen(on).await?;
    let before = screen.held().await?;
    let mut input = screen
        .call("ADD_ENTITLEMENT_TO_USER", &[Some(LUKE), Some("4711")])
        .await?;
    input["mode"] = "real".into();
    let run = screen.run(&input).await?;
    assert_eq!(
        (&run["end"], &run["committed"]),
        (&json!("failed"), &json!(false)),
        "{run}"
    );
    let said = run["statement"]["problem"]["message"].as_str();
    assert!(said.is_some_and(|said| !said.is_empty()), "{run}");
    assert!(
        run["problem"]["remedy"]
            .as_str()
            .is_some_and(|remedy| !remedy.is_empty())
    );
    assert_eq!(screen.held().await?, before);
    Ok(())
}

async fn a_value_that_does_not_fit_is_refused_at_its_field(on: On) -> anyhow::Result<()> {
    let screen = screen(on).await?;
    let input = screen
        .call("ADD_ENTITLEMENT_TO_USER", &[Some(LUKE), Some("seven")])
        .await?;
    let problem = screen.console.work("procedures.run", &input).await?;
    let problem = problem.err().context("it ran")?;
    assert_eq!(problem["code"], "procedure.values");
    let words = problem["fields"]["p_ent_id"].as_str().unwrap_or_default();
    assert!(words.contains("a whole number"), "{problem}");
    // And a form that was made for another signature is not sent at all.
    let mut input = screen
        .call("ADD_ENTITLEMENT_TO_USER", &[Some(LUKE), Some(OTHER)])
        .await?;
    input["signature"] = "ADD_ENTITLEMENT_TO_USER(text)".into();
    let problem = screen.console.work("procedures.run", &input).await?;
    assert_eq!(
        problem.err().context("it ran")?["code"],
        "procedure.changed"
    );
    Ok(())
}

async fn a_secret_is_bound_and_never_kept(on: On) -> anyhow::Result<()> {
    const SECRET: &str = "correct-horse-battery";
    let screen = screen(on).await?;
    let mut values = vec![None; 24];
    let listed = screen.listed("CREATE_USER").await?;
    let names: Vec<&str> = listed["routine"]["parameters"]
        .as_array()
        .context("none")?
        .iter()
        .filter_map(|p| p["name"].as_str())
        .collect();
    let at = |name: &str| names.iter().position(|own| own.eq_ignore_ascii_case(name));
    for (name, value) in [
        ("p_user_id", "new@galaxy.local"),
        ("p_username", "new@galaxy.local"),
        ("p_firstname", "New"),
        ("p_lastname", "One"),
        ("p_email", "new@galaxy.local"),
        ("p_password_hash", SECRET),
    ] {
        values[at(name).context(name)?] = Some(value);
    }
    let run = screen.dry("CREATE_USER", &values).await?;
    assert_eq!(run["end"], "succeeded", "{run}");
    assert!(!run.to_string().contains(SECRET));
    let case = json!({
        "routine": listed["routine"]["name"],
        "signature": listed["signature"],
        "arguments": screen.call("CREATE_USER", &values).await?["arguments"],
        "expectation": run["expectation"],
    });
    let keep = json!({ "application": "jdbc_on_prem", "title": "A new user", "case": case, "replaces": null });
    screen.console.call("procedures.keep_case", &keep).await?;
    let input = json!({ "application": "jdbc_on_prem", "routine": null });
    let history = screen.console.call("procedures.history", &input).await?;
    assert_eq!(history["runs"][0]["end"], "succeeded");
    assert!(
        history.to_string().contains("\"give\":\"secret\""),
        "{history}"
    );
    for file in ["procedure_runs.json", "test_cases.json"] {
        let kept = std::fs::read_to_string(screen.site.server.data_dir.join("kept").join(file))?;
        assert!(kept.contains("new@galaxy.local"), "{file}: {kept}");
        assert!(!kept.contains(SECRET), "{file}: {kept}");
    }
    Ok(())
}

async fn a_test_case_is_green_until_the_data_is_another(on: On) -> anyhow::Result<()> {
    let mut screen = screen(on).await?;
    let input = screen.call("GET_USER_ENTITLEMENT", &[Some(LUKE)]).await?;
    let run = screen.run(&input).await?;
    let case = json!({
        "routine": input["name"],
        "signature": input["signature"],
        "arguments": input["arguments"],
        "expectation": run["expectation"],
    });
    let keep = json!({ "application": "jdbc_on_prem", "title": "What Luke holds", "case": case, "replaces": null });
    let kept = screen.console.call("procedures.keep_case", &keep).await?;
    let all = json!({ "application": "jdbc_on_prem", "names": [kept["name"]] });
    let test = async |screen: &Screen| -> anyhow::Result<Json> {
        let output = screen.console.work("procedures.test", &all).await?;
        let mut output = output.map_err(|problem| anyhow::anyhow!("{problem}"))?;
        Ok(output["results"][0].take())
    };
    let result = test(&screen).await?;
    assert_eq!(result["verdict"], "passed", "{result}");
    let sql = format!(
        "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID, ASSIGNEDDATE) VALUES ('{LUKE}', {OTHER}, '2024-01-01')"
    );
    screen.site.reader.run(&sql).await?;
    let result = test(&screen).await?;
    assert_eq!(result["verdict"], "failed", "{result}");
    let rows = &result["mismatches"][0];
    assert_eq!(rows["place"], "Result set 1, rows", "{result}");
    let (expected, got) = (rows["expected"].as_u64(), rows["got"].as_u64());
    assert_eq!(expected.map(|rows| rows + 1), got, "{result}");
    Ok(())
}

async fn on_production_the_name_of_the_connection_is_asked_for(on: On) -> anyhow::Result<()> {
    let production = |text: String| {
        text.replacen(
            "[connections.demo]\n",
            "[connections.demo]\nenvironment = \"production\"\n",
            1,
        )
    };
    let mut screen = of(Site::with(on, production).await?).await?;
    let before = screen.held().await?;
    let mut input = screen
        .call("ADD_ENTITLEMENT_TO_USER", &[Some(LUKE), Some(OTHER)])
        .await?;
    input["mode"] = "real".into();
    for typed in [Json::Null, "Demo".into()] {
        input["confirm"] = typed;
        let problem = screen.console.work("procedures.run", &input).await?;
        assert_eq!(
            problem.err().context("it ran")?["code"],
            "production.confirm"
        );
    }
    assert_eq!(screen.held().await?, before);
    input["confirm"] = "demo".into();
    assert_eq!(screen.run(&input).await?["committed"], true);
    // A dry run needs no word.
    input["mode"] = "dry".into();
    input["confirm"] = Json::Null;
    assert_eq!(screen.run(&input).await?["committed"], false);
    Ok(())
}

mod routines;
