//! `/health`, as a load balancer asks for it.

use anyhow::Context as _;
use serde_json::json;
use sluice_tests::support::console::Console;
use sluice_tests::support::server::{Answered, Client, Server};
use sluice_tests::support::site::{On, Site};

/// `/health` at the root of the endpoint.
fn address(server: &Server) -> anyhow::Result<String> {
    let (root, _) = server.base_url.split_once("/ws/").context("no base path")?;
    Ok(format!("{root}/health"))
}

async fn ask(server: &Server) -> anyhow::Result<Answered> {
    Client::send(server.client()?.http.get(address(server)?)).await
}

/// A second application whose database is not there.
const DEAD: &str = r#"
[connections.gone]
dialect = "postgresql"
host = "127.0.0.1"
port = 1
database = "payroll"
user = "scim"

[applications.payroll]
connection = "gone"
profile = "columns"
"#;

#[tokio::test]
async fn an_outsider_learns_that_all_is_well_and_nothing_else() -> anyhow::Result<()> {
    for on in [On::Sqlite, On::MariaDb, On::PostgreSql] {
        let site = Site::start(on).await?;
        let answer = ask(&site.server).await?;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, r#"{"status":"healthy"}"#),
            "{on:?}"
        );
        assert_eq!(
            answer.headers["content-type"],
            "application/json;charset=UTF-8"
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    Ok(())
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_told_by_name_to_the_administrator_only()
-> anyhow::Result<()> {
    let site = Site::with(On::Sqlite, |text| text + DEAD).await?;
    let outsider = ask(&site.server).await?;
    assert_eq!(
        (outsider.status, outsider.text.as_str()),
        (503, r#"{"status":"unhealthy"}"#)
    );
    let client = site.server.client()?;
    let request = client.http.get(address(&site.server)?);
    let named = Client::send(request.bearer_auth(&client.token)).await?;
    assert_eq!(
        named.json,
        json!({"status": "unhealthy", "databases": {"demo": "healthy", "gone": "unhealthy"}})
    );
    let request = client.http.get(address(&site.server)?);
    let wrong = Client::send(request.bearer_auth("0123456789abcdef")).await?;
    assert_eq!(wrong.text, outsider.text);
    let log = site.server.log().await;
    let told = log.matches("the database does not answer").count();
    assert_eq!(told, 1, "once, not with every question: {log}");
    Ok(())
}

#[tokio::test]
async fn a_balancers_questions_are_not_in_the_record() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    for _ in 0..3 {
        ask(&site.server).await?;
    }
    // A write is in the store before its answer leaves, and so is all that came before it.
    let client = site.server.client()?;
    let refused = client.post("Users", &json!({"active": true})).await?;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let console = Console::of(&site.server).await?;
    let query = json!({"filter": "", "before": null, "limit": 10});
    let page = console.call("traffic.list", &query).await?;
    assert_eq!(page["total"], 1, "{page}");
    Ok(())
}

#[tokio::test]
async fn health_is_asked_and_never_written() -> anyhow::Result<()> {
    let site = Site::start(On::Sqlite).await?;
    let http = site.server.client()?.http;
    let url = address(&site.server)?;
    let posted = Client::send(http.post(&url)).await?;
    assert_eq!(
        (posted.status, posted.headers["allow"].to_str()?),
        (405, "GET, HEAD")
    );
    let head = Client::send(http.head(&url)).await?;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    let below = Client::send(http.get(format!("{url}/more"))).await?;
    assert_eq!(below.status, 401, "only the exact path is open");
    Ok(())
}
