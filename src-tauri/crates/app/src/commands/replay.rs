//! A recorded exchange sent again, dry or for real, and two exchanges compared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sluice_core::compare::{self, Comparison};
use sluice_core::config::{Environment, HeaderPolicy};
use sluice_core::dry_run::{Caution, DryRun};
use sluice_core::exchange::{Action, Exchange, Repeats};
use sluice_core::ports::Directory as _;
use sluice_core::replay::{self, LeftOut, MaskedPlace};
use sluice_core::{Failure, Secret};
use sluice_gateway::replay::{Asked, Replay, asked};
use tokio::sync::mpsc;
use ts_rs::TS;

use super::traffic::{self, ById};
use crate::app::App;
use crate::problem::Problem;
use crate::replay::{Order, no_application};

/// How often a waiting reader is told how far an import is.
const BEAT: Duration = Duration::from_millis(250);

/// A request in place of the recorded one.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ReplayRequest {
    pub method: String,
    /// Path and query, from the first slash after the host on.
    pub path: String,
    /// Empty for none. The mask of a secret stands for a value that is asked for.
    pub body: String,
}

/// Which exchange, and what is different this time.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ReplayOf {
    pub id: String,
    /// `null`: as recorded.
    pub request: Option<ReplayRequest>,
    /// `null`: the application's own.
    pub connection: Option<String>,
}

/// A secret on its way in; it shows itself to nobody.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(from = "String")]
#[ts(type = "string")]
pub struct Typed(pub(crate) Secret);

impl From<String> for Typed {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}

/// A replay to be run.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplayInput {
    #[serde(flatten)]
    pub of: ReplayOf,
    /// For each masked place of the body, by its pointer, the value; `null` leaves it out.
    #[ts(type = "Record<string, string | null>")]
    pub secrets: BTreeMap<String, Option<Typed>>,
    /// In a transaction that is rolled back, and not recorded.
    pub dry: bool,
    /// Dry although something was found that a rollback cannot take back.
    pub in_spite: bool,
    /// The connection's name, typed: on production nothing stays without it.
    pub confirmed: Option<String>,
}

/// What can be said of a replay before it runs. No database is asked.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplayPlan {
    pub method: String,
    pub path: String,
    /// As recorded, secrets masked; empty where there was none, or it cannot be sent again.
    pub body: String,
    pub application: String,
    pub action: Action,
    /// Plain words for what it asks.
    pub title: String,
    /// The id in the path, where it has one.
    pub subject: Option<String>,
    /// Whether it changes data.
    pub writes: bool,
    /// The application's own connection; `null` where it has none.
    pub connection: Option<String>,
    /// Why it cannot be sent as it is.
    pub refused: Option<Problem>,
    /// Places of the body that need a value.
    pub masked: Vec<MaskedPlace>,
    /// Headers that are not sent again.
    pub left_out: Vec<LeftOut>,
}

/// What a rollback would not take back.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReplayCautions {
    pub cautions: Vec<Caution>,
    /// Whether a dry run would be refused because of one of them.
    pub refused: bool,
}

/// What a replay is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReplayStage {
    /// Looking into what it would run, running it, reading again.
    Running,
    Comparing,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct ReplayProgress {
    pub stage: ReplayStage,
    /// Rows of an import read so far.
    #[ts(type = "number")]
    pub rows: u64,
}

/// What came of a replay.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Replayed {
    /// The connection it ran on.
    pub connection: String,
    /// `null` where nothing was run. Of a dry run it is in no store.
    pub exchange: Option<Exchange>,
    /// The recorded one on the left, this one on the right.
    pub comparison: Option<Comparison>,
    /// `null` where it was for real.
    pub report: Option<DryRun>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ComparePair {
    /// Ids of exchanges.
    pub left: String,
    pub right: String,
}

/// Two exchanges with what is different between them.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Compared {
    pub left: Exchange,
    pub right: Exchange,
    pub comparison: Comparison,
}

/// Compares two recorded exchanges.
///
/// # Errors
/// Where one of them is not in the store.
pub async fn compare(app: Arc<App>, input: ComparePair) -> Result<Compared, Problem> {
    let left = traffic::get(Arc::clone(&app), ById { id: input.left }).await?;
    let right = traffic::get(app, ById { id: input.right }).await?;
    Ok(Compared {
        comparison: compare::compare(&left, &right),
        left,
        right,
    })
}

/// What can be said of a replay before it runs.
///
/// # Errors
/// Where the exchange is not in the store. What keeps it from being sent is no error here.
pub async fn plan(app: Arc<App>, input: ReplayOf) -> Result<ReplayPlan, Problem> {
    let recorded = traffic::get(Arc::clone(&app), ById { id: input.id }).await?;
    let (request, body_refused) = match input.request {
        Some(request) => (request, None),
        None => recorded_request(&recorded),
    };
    let read = asked(&request.method, &request.path);
    let (asked, path_refused) = match read {
        Ok(asked) => (asked, None),
        Err(failure) => (
            Asked {
                application: recorded.summary.application.clone(),
                action: Action::Unknown,
                subject: None,
            },
            Some(Problem::from(failure)),
        ),
    };
    let application = app.databases().application(&asked.application);
    let unknown = (path_refused.is_none() && application.is_none())
        .then(|| no_application(&asked.application));
    let ignores = application
        .as_ref()
        .is_some_and(|application| application.header == HeaderPolicy::Ignore);
    let mut left_out = replay::headers(&recorded).left_out;
    // What the application does not read is not missed.
    left_out.retain(|left| !(ignores && left.name == sluice_core::header::NAME));
    Ok(ReplayPlan {
        title: asked.action.title().to_owned(),
        writes: asked.action.writes(),
        connection: application.and_then(|application| application.connection.clone()),
        application: asked.application,
        subject: asked.subject,
        action: asked.action,
        refused: path_refused
            .or_else(|| body_refused.map(Problem::from))
            .or(unknown),
        masked: replay::masked(&request.body),
        left_out,
        method: request.method,
        path: request.path,
        body: request.body,
    })
}

fn recorded_request(recorded: &Exchange) -> (ReplayRequest, Option<Failure>) {
    let (body, refused) = match replay::body(recorded) {
        Ok(body) => (body, None),
        Err(failure) => (String::new(), Some(failure)),
    };
    let request = ReplayRequest {
        method: recorded.summary.method.clone(),
        path: recorded.summary.path.clone(),
        body,
    };
    (request, refused)
}

/// What a rollback would not take back of what the request may run. Nothing is run.
///
/// # Errors
/// A request that cannot be sent, a database that cannot be reached.
pub async fn cautions(app: Arc<App>, input: ReplayOf) -> Result<ReplayCautions, Problem> {
    let recorded = traffic::get(
        Arc::clone(&app),
        ById {
            id: input.id.clone(),
        },
    )
    .await?;
    let order = order(&app, &recorded, input, None).await?;
    let found = order.look_ahead(&app).await?;
    Ok(match found {
        Some((_, ahead)) => ReplayCautions {
            refused: ahead.cannot_hold(),
            cautions: ahead.cautions,
        },
        None => ReplayCautions {
            cautions: Vec::new(),
            refused: false,
        },
    })
}

/// Sends a recorded request again and compares what came of it.
///
/// # Errors
/// A request that cannot be sent as it is, a masked value without a value, a name that was not typed, a
/// database that cannot be reached. What the request itself fails with stands in its exchange.
pub async fn run(
    app: Arc<App>,
    input: ReplayInput,
    progress: mpsc::Sender<ReplayProgress>,
) -> Result<Replayed, Problem> {
    let recorded = traffic::get(
        Arc::clone(&app),
        ById {
            id: input.of.id.clone(),
        },
    )
    .await?;
    let secrets = input.secrets.into_iter();
    let secrets = secrets.map(|(pointer, typed)| (pointer, typed.map(|typed| typed.0)));
    let order = order(&app, &recorded, input.of, Some(&secrets.collect())).await?;
    let connection = order.repeats.connection.clone();
    let stays = (!input.dry && order.asked.action.writes()) || (input.dry && input.in_spite);
    if stays {
        confirm(&app, &connection, input.confirmed.as_deref())?;
    }
    let snapshots = Arc::clone(&order.snapshots);
    let sending = async {
        if input.dry {
            let (exchange, report) = order.dry(&app, input.in_spite).await?;
            return Ok((exchange, Some(report)));
        }
        let exchange = order.real(Arc::clone(&app)).await?;
        Ok::<_, Problem>((Some(exchange), None))
    };
    let watching = async {
        loop {
            let rows = snapshots
                .figures(app.clock.wall_us())
                .iter()
                .map(|figures| figures.rows)
                .sum();
            let stage = ReplayStage::Running;
            let _ = progress.send(ReplayProgress { stage, rows }).await;
            tokio::time::sleep(BEAT).await;
        }
    };
    let (exchange, report) = tokio::select! {
        sent = sending => sent?,
        never = watching => never,
    };
    let stage = ReplayStage::Comparing;
    let _ = progress.send(ReplayProgress { stage, rows: 0 }).await;
    Ok(Replayed {
        comparison: exchange
            .as_ref()
            .map(|exchange| compare::compare(&recorded, exchange)),
        connection,
        exchange,
        report,
    })
}

/// On production only the typed name lets something stay.
fn confirm(app: &App, connection: &str, typed: Option<&str>) -> Result<(), Problem> {
    let workspace = app.workspace();
    let known = workspace.connections.get(connection);
    let production = known.is_some_and(|known| known.environment == Environment::Production);
    if !production || typed == Some(connection) {
        return Ok(());
    }
    let mut problem = Problem::new(
        "replay.not_confirmed",
        format!("\"{connection}\" is production, and its name was not typed."),
        "Type the connection's name to run it there, or run it dry.",
    );
    let field = format!("Type {connection}.");
    problem.fields.insert("confirmed".to_owned(), field);
    Err(problem)
}

/// Puts together what is sent and where. Without `secrets` the masks stay where they are: then it is only
/// looked at.
async fn order(
    app: &App,
    recorded: &Exchange,
    of: ReplayOf,
    secrets: Option<&BTreeMap<String, Option<Secret>>>,
) -> Result<Order, Problem> {
    let edited = of.request.is_some();
    let mut request = match of.request {
        Some(request) => request,
        None => match recorded_request(recorded) {
            (request, None) => request,
            (_, Some(failure)) => return Err(failure.into()),
        },
    };
    let asked = asked(&request.method, &request.path)?;
    if let Some(secrets) = secrets {
        request.body = replay::fill(&request.body, secrets).map_err(|open| still_masked(&open))?;
    }
    let application = app.databases().application(&asked.application);
    let own = application
        .as_ref()
        .and_then(|application| application.connection.clone());
    let connection = of.connection.or(own).ok_or_else(|| match &application {
        None => no_application(&asked.application),
        Some(_) => Problem::new(
            "replay.no_connection",
            "The application has no connection of its own: each request's header names one, and headers are not recorded.",
            "Choose a connection of the workspace.",
        ),
    })?;
    if application.is_none() {
        return Err(no_application(&asked.application));
    }
    let database = app.databases().database(&connection).await?;
    Ok(Order {
        request: Replay {
            method: request.method,
            path: request.path,
            headers: replay::headers(recorded).sent,
            body: request.body,
        },
        asked,
        repeats: Repeats {
            exchange: recorded.summary.id.clone(),
            connection,
            edited,
        },
        application,
        database,
        snapshots: Arc::new(app.snapshots.apart()),
    })
}

fn still_masked(open: &[MaskedPlace]) -> Problem {
    let names: Vec<&str> = open.iter().map(|place| place.name.as_str()).collect();
    let mut problem = Problem::new(
        "replay.masked",
        format!(
            "What was masked when it was recorded cannot be sent: {}.",
            names.join(", ")
        ),
        "Type a value, or leave it out.",
    );
    for place in open {
        let words = "Type a value, or leave it out.".to_owned();
        problem.fields.insert(place.pointer.clone(), words);
    }
    problem
}
