//! Changes of users from the console: tried without leaving anything, made as the provider makes them,
//! and recorded.

use anyhow::Context as _;
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::site::{On, Reader, Site};

crate::on_every_dialect!(
    a_change_is_tried_without_leaving_anything_and_then_made_and_recorded,
    each_of_several_users_is_changed_by_itself_and_a_failure_is_said,
    a_change_that_is_there_already_runs_nothing,
    on_production_nothing_is_changed_before_its_name_is_typed,
    an_application_with_a_secret_of_its_own_is_changed_with_it_and_never_without,
);

const LUKE: &str = "luke.skywalker@galaxy.local";
const LEIA: &str = "leia.organa@galaxy.local";
const APP: &str = "jdbc_on_prem";

async fn attempt(
    console: &Console,
    app: &str,
    user: &str,
    change: &Value,
) -> anyhow::Result<Value> {
    let input = json!({"application": app, "user": user, "change": change});
    console.call("users.try", &input).await
}

/// What each user's change came to, and the counts.
async fn made(
    console: &Console,
    work: &str,
    app: &str,
    users: &[&str],
    change: &Value,
) -> anyhow::Result<(Vec<Value>, Value)> {
    let input = json!({"application": app, "users": users, "change": change});
    let worked = console.worked(work, &input).await?;
    let end = worked.end.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let results = worked.told.into_iter().map(|step| step["result"].clone());
    Ok((results.collect(), end))
}

async fn active(reader: &mut Reader, user: &str) -> anyhow::Result<String> {
    let sql = format!("SELECT IS_ACTIVE FROM USERS WHERE USER_ID = '{user}'");
    reader.one(&sql).await?.context("NULL")
}

/// The ids of what a user holds.
async fn held(reader: &mut Reader, user: &str) -> anyhow::Result<Vec<String>> {
    let sql =
        format!("SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = '{user}' ORDER BY ENT_ID");
    let rows = reader.rows(&sql).await?;
    Ok(rows.into_iter().flatten().flatten().collect())
}

async fn a_change_is_tried_without_leaving_anything_and_then_made_and_recorded(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let assign = json!({"what": "assign", "entitlements": ["8", "10"]});
    let revoke = json!({"what": "revoke", "entitlements": ["1"]});
    let deactivate = json!({"what": "deactivate"});
    let activate = json!({"what": "activate"});
    assert_eq!(held(&mut site.reader, LUKE).await?, ["1", "2", "5"]);
    for (change, table, operations, holds, state) in [
        (
            &assign,
            "userentitlements",
            json!(["add_entitlement", "add_entitlement"]),
            vec!["1", "2", "5", "8", "10"],
            "1",
        ),
        (
            &revoke,
            "userentitlements",
            json!(["remove_entitlement"]),
            vec!["2", "5", "8", "10"],
            "1",
        ),
        (
            &deactivate,
            "users",
            json!(["deactivate_user"]),
            vec!["2", "5", "8", "10"],
            "0",
        ),
        (
            &activate,
            "users",
            json!(["activate_user"]),
            vec!["2", "5", "8", "10"],
            "1",
        ),
    ] {
        let before = (
            active(&mut site.reader, LUKE).await?,
            held(&mut site.reader, LUKE).await?,
        );
        let tried = attempt(&console, APP, LUKE, change).await?;
        let report = &tried["report"];
        assert_eq!(report["problem"], Value::Null, "{change}: {tried}");
        assert_eq!(tried["operations"], operations, "{change}");
        assert_eq!(report["rollback"], "held", "{change}: {report}");
        let changed = report["tables"].as_array().context("no tables")?;
        let changed = changed.iter().find(|change| {
            let name = change["table"]["name"]
                .as_str()
                .or_else(|| change["name"]["name"].as_str());
            name.is_some_and(|name| name.eq_ignore_ascii_case(table))
        });
        assert!(changed.is_some(), "{change}: {table} in {report}");
        // What the provider would be told is what it is told once the change is made.
        let would = tried["after"].clone();
        assert_eq!(would["active"], json!(state == "1"), "{change}");
        let after = (
            active(&mut site.reader, LUKE).await?,
            held(&mut site.reader, LUKE).await?,
        );
        assert_eq!(before, after, "{change} was only tried");

        let (results, summary) = made(&console, "users.change", APP, &[LUKE], change).await?;
        assert_eq!(results[0]["outcome"], "changed", "{change}: {results:?}");
        assert_eq!(results[0]["operations"], operations);
        assert_eq!(summary["changed"], 1);
        assert_eq!(active(&mut site.reader, LUKE).await?, state, "{change}");
        let mut now = held(&mut site.reader, LUKE).await?;
        now.sort_by_key(|id| id.parse::<u32>().unwrap_or(0));
        assert_eq!(now, holds, "{change}");
        let told = site.server.client()?.get(&format!("Users/{LUKE}")).await?;
        assert_eq!(told.json["entitlements"], would["entitlements"], "{change}");

        let exchange = json!({"id": results[0]["exchange"]});
        let exchange = console.call("traffic.get", &exchange).await?;
        assert_eq!(exchange["remote"], "console");
        assert_eq!(exchange["summary"]["method"], "PATCH");
        assert_eq!(exchange["summary"]["subject"], LUKE);
        assert_eq!(exchange["summary"]["status"], 200);
        assert!(!exchange.to_string().contains(&site.server.token));
    }
    Ok(())
}

async fn each_of_several_users_is_changed_by_itself_and_a_failure_is_said(
    on: On,
) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    let users = [LUKE, "nobody@galaxy.local", LEIA];
    let change = json!({"what": "assign", "entitlements": ["10"]});
    let outcomes = |results: &[Value]| {
        let told = results.iter().map(|result| result["outcome"].clone());
        told.collect::<Vec<Value>>()
    };
    let wanted = ["changed", "failed", "changed"];
    let (results, summary) = made(&console, "users.try_all", APP, &users, &change).await?;
    assert_eq!(outcomes(&results), wanted, "{results:?}");
    assert_eq!(
        (&summary["changed"], &summary["failed"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(results[0]["exchange"], Value::Null);
    for user in [LUKE, LEIA] {
        assert!(
            !held(&mut site.reader, user)
                .await?
                .contains(&"10".to_owned())
        );
    }

    let (results, summary) = made(&console, "users.change", APP, &users, &change).await?;
    assert_eq!(outcomes(&results), wanted, "{results:?}");
    assert_eq!(
        (&summary["changed"], &summary["failed"]),
        (&json!(2), &json!(1))
    );
    assert!(
        results[1]["problem"]["message"]
            .to_string()
            .contains("nobody@galaxy.local")
    );
    assert_eq!(results[1]["problem"]["exchange"], results[1]["exchange"]);
    for user in [LUKE, LEIA] {
        assert!(
            held(&mut site.reader, user)
                .await?
                .contains(&"10".to_owned())
        );
    }

    // An entitlement that does not exist: nothing is kept, also not of what came before it.
    let before = held(&mut site.reader, LUKE).await?;
    let wrong = json!({"what": "assign", "entitlements": ["7", "4711"]});
    let tried = attempt(&console, APP, LUKE, &wrong).await?;
    assert_ne!(tried["report"]["problem"], Value::Null, "{tried}");
    assert_eq!(tried["after"], Value::Null);
    let (results, summary) = made(&console, "users.change", APP, &[LUKE], &wrong).await?;
    assert_eq!(results[0]["outcome"], "failed", "{results:?}");
    assert!(
        results[0]["problem"]["message"]
            .to_string()
            .contains("4711"),
        "{results:?}"
    );
    assert_eq!(
        results[0]["operations"],
        json!([]),
        "what was rolled back changed nothing"
    );
    assert_eq!(summary["changed"], 0);
    assert_eq!(held(&mut site.reader, LUKE).await?, before);
    Ok(())
}

async fn a_change_that_is_there_already_runs_nothing(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let console = Console::of(&site.server).await?;
    for change in [
        json!({"what": "activate"}),
        json!({"what": "assign", "entitlements": ["1"]}),
        json!({"what": "revoke", "entitlements": ["9"]}),
    ] {
        let tried = attempt(&console, APP, LUKE, &change).await?;
        assert_eq!(tried["operations"], json!([]), "{change}: {tried}");
        for table in tried["report"]["tables"].as_array().into_iter().flatten() {
            for kind in ["added", "removed", "changed"] {
                assert_eq!(table[kind], json!([]), "{change}: {table}");
            }
        }
        assert_eq!(tried["before"], tried["after"]);
        let (results, _) = made(&console, "users.change", APP, &[LUKE], &change).await?;
        assert_eq!(results[0]["outcome"], "unchanged", "{change}: {results:?}");
    }
    assert_eq!(held(&mut site.reader, LUKE).await?, ["1", "2", "5"]);
    Ok(())
}

async fn on_production_nothing_is_changed_before_its_name_is_typed(on: On) -> anyhow::Result<()> {
    let production = |text: String| {
        text.replace(
            "[connections.demo]\n",
            "[connections.demo]\nenvironment = \"production\"\n",
        )
    };
    let mut site = Site::with(on, production).await?;
    let console = Console::of(&site.server).await?;
    let input = |confirmation: Value| {
        json!({
            "application": APP, "users": [LUKE], "change": {"what": "deactivate"},
            "confirmation": confirmation,
        })
    };
    for typed in [Value::Null, json!("Demo"), json!("")] {
        let refused = console
            .worked("users.change", &input(typed.clone()))
            .await?;
        let problem = refused.end.err().context("it ran")?;
        assert_eq!(problem["code"], "change.unconfirmed", "{typed}: {problem}");
        assert!(problem["fields"]["confirmation"].is_string());
        assert_eq!(active(&mut site.reader, LUKE).await?, "1");
    }
    // Trying is free: it is taken back.
    let tried = attempt(&console, APP, LUKE, &json!({"what": "deactivate"})).await?;
    assert_eq!(tried["report"]["rollback"], "held");
    let done = console
        .worked("users.change", &input(json!("demo")))
        .await?;
    assert_eq!(
        done.end.map_err(|problem| anyhow::anyhow!("{problem}"))?["changed"],
        1
    );
    assert_eq!(active(&mut site.reader, LUKE).await?, "0");
    Ok(())
}

async fn an_application_with_a_secret_of_its_own_is_changed_with_it_and_never_without(
    on: On,
) -> anyhow::Result<()> {
    let guarded = |text: String| {
        format!("{text}\n[applications.core.authentication]\nkind = \"basic\"\nuser = \"okta\"\n")
    };
    let mut site = Site::with(on, guarded).await?;
    let console = Console::of(&site.server).await?;
    let change = json!({"what": "deactivate"});
    // No secret is set: nobody is let in, and the console is nobody special.
    let (results, _) = made(&console, "users.change", "core", &[LUKE], &change).await?;
    assert_eq!(results[0]["outcome"], "failed", "{results:?}");
    assert_eq!(results[0]["problem"]["code"], "request.unauthorised");
    assert!(
        results[0]["problem"]["message"]
            .to_string()
            .contains("No secret"),
        "{results:?}"
    );
    assert_eq!(active(&mut site.reader, LUKE).await?, "1");
    let (results, _) = made(&console, "users.change", APP, &[LUKE], &change).await?;
    assert_eq!(results[0]["outcome"], "changed", "{results:?}");
    assert_eq!(active(&mut site.reader, LUKE).await?, "0");
    Ok(())
}
