//! What stays of procedures: the runs that were made, and the test cases.
//!
//! **Invariant:** no value of a secret parameter is ever written: [`masked`] is the only way in.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::catalogue::{ObjectName, Routine};
use sluice_core::config::{Application, Dialect};
use sluice_core::exchange::{OutRecord, StatementProblem};
use sluice_core::procedure::{
    ExpectedTable, Given, GivenArgument, ProcedureRun, RunEnd, RunMode, TestCase, is_secret,
};
use ts_rs::TS;

use super::routines;
use crate::app::App;
use crate::kept::{Kept, KeptKind};
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct HistoryInput {
    pub application: String,
    /// `null` for those of all routines.
    pub routine: Option<ObjectName>,
}

/// The runs of an application's procedures, the latest first.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PastRuns {
    pub runs: Vec<PastRun>,
}

/// How a run ended, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PastEnd {
    /// It was stopped, or Sluice ended while it ran.
    Unfinished,
    NotRun,
    Succeeded,
    Failed,
}

/// A run that was made: what was given and what came of it, without rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PastRun {
    /// What it is kept under.
    #[serde(default)]
    pub name: String,
    /// Milliseconds since 1970, when it began.
    #[ts(type = "number")]
    pub at: i64,
    pub application: String,
    pub connection: String,
    pub routine: ObjectName,
    pub signature: String,
    /// Secret values left out.
    pub arguments: Vec<GivenArgument>,
    pub mode: RunMode,
    pub end: PastEnd,
    pub committed: bool,
    /// Why it failed, in one sentence.
    pub cause: Option<String>,
    pub problem: Option<StatementProblem>,
    #[ts(type = "number | null")]
    pub affected: Option<u64>,
    /// The number of rows of each result set.
    pub sets: Vec<usize>,
    pub outs: Vec<OutRecord>,
    #[ts(type = "JsonValue | null")]
    pub returned: Option<Json>,
    pub tables: Vec<ExpectedTable>,
    /// Microseconds.
    #[ts(type = "number")]
    pub duration_us: i64,
}

impl PastRun {
    /// The same run with what came of it.
    pub(super) fn ended(mut self, run: &ProcedureRun) -> Self {
        self.end = match run.end {
            RunEnd::NotRun => PastEnd::NotRun,
            RunEnd::Succeeded => PastEnd::Succeeded,
            RunEnd::Failed => PastEnd::Failed,
        };
        self.committed = run.committed;
        self.cause = run.problem.as_ref().map(|problem| problem.cause.clone());
        self.duration_us = run.duration_us;
        if let Some(expectation) = &run.expectation {
            self.tables = expectation.tables.clone().unwrap_or_default();
        }
        if let Some(statement) = &run.statement {
            self.problem.clone_from(&statement.problem);
            self.affected = statement.affected;
            self.outs.clone_from(&statement.outs);
            self.returned.clone_from(&statement.returned);
            let first = (!statement.columns.is_empty()).then_some(statement.rows);
            let further = statement.further.iter().map(|set| set.rows);
            self.sets = first.into_iter().chain(further).collect();
        }
        self
    }
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct CasesInput {
    pub application: String,
}

/// The test cases of an application's procedures, by routine and title.
#[derive(Clone, Debug, Serialize, TS)]
pub struct KeptCases {
    pub cases: Vec<KeptCase>,
}

/// A test case as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct KeptCase {
    /// What it is kept under.
    pub name: String,
    pub title: String,
    pub case: TestCase,
    /// Milliseconds since 1970, when it was kept last.
    #[ts(type = "number")]
    pub at: i64,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct KeepCase {
    pub application: String,
    pub title: String,
    pub case: TestCase,
    /// What it was kept under before, where it gets another title.
    pub replaces: Option<String>,
}

/// A test case as it stands in the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct OnDisk {
    application: String,
    title: String,
    case: TestCase,
}

/// The runs that were made.
///
/// # Errors
/// [`Problem`] `kept.unreadable`.
pub async fn history(app: Arc<App>, input: HistoryInput) -> Result<PastRuns, Problem> {
    let items = items(&app, KeptKind::ProcedureRun).await?;
    let runs = items.into_iter().filter_map(|item| {
        let mut run: PastRun = serde_json::from_value(item.body).ok()?;
        run.name = item.name;
        let wanted = input.routine.as_ref();
        let fits = run.application == input.application
            && wanted.is_none_or(|wanted| *wanted == run.routine);
        fits.then_some(run)
    });
    let mut runs: Vec<PastRun> = runs.collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.at));
    Ok(PastRuns { runs })
}

/// The test cases.
///
/// # Errors
/// [`Problem`] `kept.unreadable`.
pub async fn cases(app: Arc<App>, input: CasesInput) -> Result<KeptCases, Problem> {
    let items = items(&app, KeptKind::TestCase).await?;
    let cases = items.into_iter().filter_map(|item| {
        let kept: OnDisk = serde_json::from_value(item.body).ok()?;
        (kept.application == input.application).then_some(KeptCase {
            name: item.name,
            title: kept.title,
            case: kept.case,
            at: item.at,
        })
    });
    let mut cases: Vec<KeptCase> = cases.collect();
    cases.sort_by(|one, other| {
        let key = |kept: &KeptCase| (kept.case.routine.to_string(), kept.title.to_lowercase());
        key(one).cmp(&key(other))
    });
    Ok(KeptCases { cases })
}

/// Keeps a test case, in the place of the one of its title.
///
/// # Errors
/// [`Problem`]: those of keeping; `procedure.changed` where the routine is not there any more, because
/// then nobody knows which of the values are secret.
pub async fn keep_case(app: Arc<App>, input: KeepCase) -> Result<KeptCase, Problem> {
    let context = app.context(&input.application).await?;
    let mut case = input.case;
    let found = routines(&context, &case.routine).await?;
    let routine = super::run::choose(&found, &case.routine, &case.signature)?;
    let dialect = context.database.grammar();
    case.arguments = masked(&context.application, dialect, routine, &case.arguments);
    let title = input.title.trim().to_owned();
    if title.is_empty() {
        return Err(Problem::new(
            "kept.name",
            "The test case has no name.",
            "Say in a few words what it shows.",
        ));
    }
    let item = Kept {
        name: format!("{}/{}/{title}", input.application, case.routine),
        body: body(&OnDisk {
            application: input.application,
            title: title.clone(),
            case: case.clone(),
        })?,
        at: app.clock.wall_us() / 1000,
    };
    let (name, at) = (item.name.clone(), item.at);
    let replaces = input.replaces.filter(|before| *before != name);
    blocking(&app, move |app| {
        app.kept.put(KeptKind::TestCase, item)?;
        match replaces {
            Some(before) => app.kept.remove(KeptKind::TestCase, &before).map(drop),
            None => Ok(()),
        }
    })
    .await?;
    Ok(KeptCase {
        name,
        title,
        case,
        at,
    })
}

/// Keeps a run, in the place of what was kept of it before.
pub(super) async fn keep_run(app: &Arc<App>, run: PastRun) -> Result<(), Problem> {
    let item = Kept {
        name: run.name.clone(),
        at: run.at,
        body: body(&run)?,
    };
    blocking(app, move |app| app.kept.put(KeptKind::ProcedureRun, item))
        .await
        .map(drop)
}

/// What was given, with secret values left out.
pub(super) fn masked(
    application: &Application,
    dialect: Dialect,
    routine: &Routine,
    arguments: &[GivenArgument],
) -> Vec<GivenArgument> {
    let mask = |argument: &GivenArgument| {
        let secret = is_secret(
            application,
            dialect,
            routine,
            argument.position.wrapping_sub(1),
        );
        let value = matches!(argument.given, Given::Value { .. });
        GivenArgument {
            given: if secret && value {
                Given::Secret
            } else {
                argument.given.clone()
            },
            ..argument.clone()
        }
    };
    arguments.iter().map(mask).collect()
}

async fn items(app: &Arc<App>, kind: KeptKind) -> Result<Vec<Kept>, Problem> {
    blocking(app, move |app| app.kept.list(kind)).await
}

fn body(value: &impl Serialize) -> Result<Json, Problem> {
    serde_json::to_value(value).map_err(|error| {
        Problem::new(
            "kept.unwritable",
            format!("It cannot be written: {error}."),
            "Report this with the program's log.",
        )
    })
}

/// A disk may take its time, and the runtime's threads serve the endpoint.
async fn blocking<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let app = Arc::clone(app);
    let done = tokio::task::spawn_blocking(move || work(&app)).await;
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "what is kept could not be read or written");
        Err(Problem::new(
            "command.broken",
            "The command could not be finished.",
            "Try again; the program's log has the cause.",
        ))
    })
}
