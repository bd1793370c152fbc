//! The endpoint beside the bare driver, in one run: requests per second and latency of a read, of a
//! page of a hundred users and of a create, over TLS with recording on, and the same statements on a
//! pool of the same size without any of it.
//!
//! The figures to look at are the ratios: server, client and database share the machine, so the
//! absolute ones say as much about it as about Sluice. `make bench` runs it; `SLUICE_BENCH_SECONDS`
//! sets the length of one measurement (default 3), `SLUICE_BENCH_ON` picks one dialect.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::too_many_lines
)]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::json;
use sluice_app::{App, Options, Source};
use sluice_core::config::Workspace;
use sluice_core::ports::{Access, Database};
use sluice_core::profile::Fields;
use sluice_core::{Operation, Secret, plan};
use sluice_tests::support::bench;
use sluice_tests::support::server::Client;
use sluice_tests::support::site::{self, On};

/// Users in the table, all active: one page.
const USERS: usize = 100;
/// Requests under way at once.
const AT_ONCE: usize = 8;
/// Each pair is measured in turn this often, so that a drift of the machine meets both.
const ROUNDS: usize = 3;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// As the binaries have it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    bench::start(run())
}

async fn run() -> anyhow::Result<()> {
    println!(
        "{AT_ONCE} requests at once, {USERS} users, {} s a measurement, {ROUNDS} rounds\n",
        seconds().as_secs_f32()
    );
    println!(
        "{:<12} {:<10} {:>11} {:>9} {:>9} {:>11} {:>9} {:>9} {:>8}",
        "database",
        "what",
        "endpoint/s",
        "p50 ms",
        "p99 ms",
        "driver/s",
        "p50 ms",
        "p99 ms",
        "ratio"
    );
    for (on, name) in bench::databases() {
        measure(on, name).await?;
    }
    Ok(())
}

async fn measure(on: On, name: &str) -> anyhow::Result<()> {
    let mut place = site::Place::new(on).await?;
    fill(&mut place).await?;
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("sluice.toml");
    std::fs::write(&config, &place.configuration)?;
    sluice_app::SecretStore::new(folder.path())
        .set("connection.demo", &Secret::new(place.password.clone()))?;

    let workspace = Workspace::parse(&place.configuration)?;
    let application = Arc::new(workspace.applications["jdbc_on_prem"].clone());
    let database = sluice_db::open(
        &workspace.connections["demo"],
        Some(&Secret::new(place.password.clone())),
    )?;

    let app = App::open(
        Options {
            source: Source::File(config),
            data_dir: folder.path().to_owned(),
            listen: Some("127.0.0.1:0".to_owned()),
        },
        |_| {},
    )
    .await?;
    app.start_endpoint().await?;
    let pem = std::fs::read(app.certificate_path())?;
    let client = Client {
        http: reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(&pem)?])
            .pool_max_idle_per_host(AT_ONCE)
            .build()?,
        base: app
            .base_url("jdbc_on_prem")
            .await
            .context("not listening")?,
        token: app.token().expose().to_owned(),
    };
    let dialect = database.dialect();
    let statement = |operation, fields: &Fields| {
        plan::statement(&application, dialect, operation, fields).map_err(anyhow::Error::from)
    };

    // No database at all: what TLS, HTTP, recording and the client cost on this machine.
    let endpoint = |_| {
        let client = client.clone();
        async move { expect(client.request("GET", "Status"), 200).await }
    };
    alone(name, "status", endpoint).await?;

    // A read: the row and the entitlements of one user.
    let key = Fields::default().with("USER_ID", user(7).as_str().into());
    let read = [
        statement(Operation::GetUserById, &key)?,
        statement(Operation::GetUserEntitlements, &key)?,
    ];
    let endpoint = |_| {
        let client = client.clone();
        async move { expect(client.request("GET", &format!("Users/{}", user(7))), 200).await }
    };
    report(name, "read", endpoint, |_| reads(&database, &read)).await?;

    // A page: everybody, with everybody's entitlements.
    let mut all = statement(Operation::GetUserEntitlements, &key)?;
    all.parameters.clear();
    all.kind = sluice_core::mapping::Kind::Sql;
    all.text = application
        .mapping(Operation::GetUserEntitlements)
        .and_then(|m| m.import.clone())
        .context("no import statement")?;
    let page = [statement(Operation::GetUsers, &Fields::default())?, all];
    let endpoint = |_| {
        let client = client.clone();
        async move { expect(client.request("GET", "Users?startIndex=1&count=100"), 200).await }
    };
    report(name, "page", endpoint, |_| reads(&database, &page)).await?;

    // A create: the call alone on the driver's side. The endpoint looks first and reads back.
    let endpoint = |n| {
        let client = client.clone();
        async move {
            let id = format!("endpoint{n}@example.org");
            let body = json!({"userName": id, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"ext_USERNAME": id, "ext_FIRSTNAME": "A", "ext_LASTNAME": "B", "ext_EMAIL": id}});
            expect(
                client
                    .request("POST", "Users")
                    .header("content-type", "application/scim+json")
                    .body(body.to_string()),
                201,
            )
            .await
        }
    };
    let driver = |n| {
        let (database, application) = (Arc::clone(&database), Arc::clone(&application));
        async move {
            let id = format!("driver{n}@example.org");
            let mut fields = Fields::default();
            for (field, value) in [
                ("USER_ID", id.as_str()),
                ("USERNAME", &id),
                ("FIRSTNAME", "A"),
                ("LASTNAME", "B"),
                ("EMAIL", &id),
            ] {
                fields.set(field, value.into());
            }
            let create = plan::statement(
                &application,
                database.dialect(),
                Operation::CreateUser,
                &fields,
            )?;
            let mut session = database.begin(Access::Write).await?;
            session.execute(&create).await?;
            session.commit().await?;
            Ok(())
        }
    };
    report(name, "create", endpoint, driver).await?;
    let figures = app.recorded();
    println!(
        "{name}: {} exchanges recorded, {} dropped\n",
        figures.recorded, figures.dropped
    );
    app.close().await;
    Ok(())
}

fn reads(
    database: &Arc<dyn Database>,
    statements: &[plan::Statement],
) -> impl Future<Output = anyhow::Result<()>> + Send + 'static + use<> {
    let (database, statements) = (Arc::clone(database), statements.to_vec());
    async move {
        let mut session = database.begin(Access::Read).await?;
        for statement in &statements {
            ensure!(
                !session.execute(statement).await?.sets.is_empty(),
                "no rows"
            );
        }
        session.rollback().await?;
        Ok(())
    }
}

async fn alone<E, EF>(name: &str, what: &str, endpoint: E) -> anyhow::Result<()>
where
    E: Fn(u64) -> EF,
    EF: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    load(&endpoint, Duration::from_millis(500)).await?;
    let (rate, mut latencies) = load(&endpoint, seconds()).await?;
    latencies.sort_unstable();
    let at = |part: f64| {
        let index = (latencies.len() as f64 * part) as usize;
        latencies
            .get(index.min(latencies.len() - 1))
            .map_or(0.0, |d| d.as_secs_f64() * 1000.0)
    };
    println!(
        "{name:<12} {what:<10} {rate:>11.0} {:>9.2} {:>9.2}",
        at(0.5),
        at(0.99)
    );
    Ok(())
}

async fn report<E, D, EF, DF>(name: &str, what: &str, endpoint: E, driver: D) -> anyhow::Result<()>
where
    E: Fn(u64) -> EF,
    D: Fn(u64) -> DF,
    EF: Future<Output = anyhow::Result<()>> + Send + 'static,
    DF: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let (mut through, mut bare) = (Vec::new(), Vec::new());
    load(&endpoint, Duration::from_millis(500)).await?;
    load(&driver, Duration::from_millis(500)).await?;
    let mut ratios = Vec::new();
    let (mut through_rate, mut bare_rate) = (0.0, 0.0);
    for _ in 0..ROUNDS {
        let (rate, mut latencies) = load(&endpoint, seconds()).await?;
        let (direct, mut direct_latencies) = load(&driver, seconds()).await?;
        ratios.push(rate / direct);
        through_rate += rate / ROUNDS as f64;
        bare_rate += direct / ROUNDS as f64;
        through.append(&mut latencies);
        bare.append(&mut direct_latencies);
    }
    ratios.sort_by(f64::total_cmp);
    let at = |all: &mut Vec<Duration>, part: f64| {
        all.sort_unstable();
        all.get(((all.len() as f64 * part) as usize).min(all.len() - 1))
            .map_or(0.0, |d| d.as_secs_f64() * 1000.0)
    };
    println!(
        "{name:<12} {what:<10} {through_rate:>11.0} {:>9.2} {:>9.2} {bare_rate:>11.0} {:>9.2} {:>9.2} {:>8.2}",
        at(&mut through, 0.5),
        at(&mut through, 0.99),
        at(&mut bare, 0.5),
        at(&mut bare, 0.99),
        ratios[ratios.len() / 2],
    );
    Ok(())
}

/// Runs one thing at a time in each of [`AT_ONCE`] tasks for `length`; gives the rate and every
/// latency.
async fn load<F, Fut>(one: &F, length: Duration) -> anyhow::Result<(f64, Vec<Duration>)>
where
    F: Fn(u64) -> Fut,
    Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let started = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    let mut latencies = Vec::new();
    let timed = |future: Fut| async move {
        let begun = Instant::now();
        future.await.map(|()| begun.elapsed())
    };
    for _ in 0..AT_ONCE {
        running.spawn(timed(one(NEXT.fetch_add(1, Ordering::Relaxed))));
    }
    while let Some(done) = running.join_next().await {
        latencies.push(done??);
        if started.elapsed() < length {
            running.spawn(timed(one(NEXT.fetch_add(1, Ordering::Relaxed))));
        }
    }
    Ok((
        latencies.len() as f64 / started.elapsed().as_secs_f64(),
        latencies,
    ))
}

async fn fill(place: &mut site::Place) -> anyhow::Result<()> {
    place.reader.run("UPDATE USERS SET IS_ACTIVE = '0'").await?;
    for n in 0..USERS {
        let id = user(n);
        place
            .reader
            .run(&format!(
                "INSERT INTO USERS (USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, DISPLAYNAME, CITY, DEPARTMENT, TITLE, EMPLOYEENUMBER, HIREDATE) \
                 VALUES ('{id}', '{id}', 'First', 'Last', '{id}', 'First Last', 'Theed', 'Field Operations', 'Analyst', 'E{n}', '2024-02-29')"
            ))
            .await?;
        for entitlement in [1, 2, 1 + n % 8 + 2] {
            place
                .reader
                .run(&format!(
                    "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) VALUES ('{id}', {entitlement})"
                ))
                .await?;
        }
    }
    Ok(())
}

fn user(n: usize) -> String {
    format!("user{n:04}@example.org")
}

/// Sends and reads the answer to its end, without looking into it: the client shares the machine.
async fn expect(request: reqwest::RequestBuilder, status: u16) -> anyhow::Result<()> {
    let response = request.send().await?;
    let answered = response.status();
    let body = response.bytes().await?;
    ensure!(
        answered == status,
        "{answered} {}",
        String::from_utf8_lossy(&body)
    );
    Ok(())
}

fn seconds() -> Duration {
    let seconds = std::env::var("SLUICE_BENCH_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    Duration::from_secs_f32(seconds.unwrap_or(3.0))
}
