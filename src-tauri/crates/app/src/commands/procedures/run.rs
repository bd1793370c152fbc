//! The works: a run of one procedure, and a dry run of test cases one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::catalogue::{ObjectName, Routine, TypeKind};
use sluice_core::dry_run::CautionKind;
use sluice_core::plan::Statement;
use sluice_core::ports::Severity;
use sluice_core::procedure::{
    Given, GivenArgument, Mismatch, ProcedureRun, RunMode, RunProgress, TestCase, compare, compose,
    signature_of,
};
use sluice_core::trace::Trace;
use sluice_core::usecase::{self, Context};
use tokio::sync::mpsc;
use ts_rs::TS;

use super::kept::{self, PastEnd, PastRun};
use super::{production, routines};
use crate::app::App;
use crate::problem::Problem;

/// So many rows of a result set are shown; all of them are counted. A measure of what a screen is asked
/// to hold, about 3 MB for the users of the guide.
const MOST_ROWS: usize = 5_000;
/// What is bound for the secret of a test case, which is never kept. It is seen in a dry run only.
const STAND_IN: &str = "sluice-test";

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunInput {
    pub application: String,
    pub name: ObjectName,
    /// Of the routine that the form was made for.
    pub signature: String,
    pub arguments: Vec<GivenArgument>,
    #[serde(default)]
    pub mode: RunMode,
    /// Run it dry although something was found that a rollback cannot take back.
    #[serde(default)]
    pub in_spite: bool,
    /// On production, for what may stay: the connection's name, as somebody typed it.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// A run and what became of its line in the history.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunOutput {
    pub run: ProcedureRun,
    /// Why it is not in the history, where it is not.
    pub not_kept: Option<Problem>,
}

/// Runs a procedure.
///
/// # Errors
/// [`Problem`] before anything runs: `procedure.changed`, `procedure.values` with the fields,
/// `production.confirm`; a database that cannot be reached. A call that fails is in the output.
pub async fn run(
    app: Arc<App>,
    input: RunInput,
    progress: mpsc::Sender<RunProgress>,
) -> Result<RunOutput, Problem> {
    let mut context = app.context(&input.application).await?;
    context.trace = Trace::new(Arc::clone(&app.clock), MOST_ROWS);
    let found = routines(&context, &input.name).await?;
    let routine = choose(&found, &input.name, &input.signature)?;
    let statement = statement(&context, routine, found.len() > 1, &input.arguments)?;
    if input.mode == RunMode::Real || input.in_spite {
        confirmed(&app, &context, &input)?;
    }
    let dialect = context.database.grammar();
    let at = app.clock.wall_us();
    let past = PastRun {
        name: at.to_string(),
        at: at / 1000,
        application: input.application.clone(),
        connection: context.application.connection.clone().unwrap_or_default(),
        routine: routine.name.clone(),
        signature: input.signature.clone(),
        arguments: kept::masked(&context.application, dialect, routine, &input.arguments),
        mode: input.mode,
        end: PastEnd::Unfinished,
        committed: false,
        cause: None,
        problem: None,
        affected: None,
        sets: Vec::new(),
        outs: Vec::new(),
        returned: None,
        tables: Vec::new(),
        duration_us: 0,
    };
    // Before it runs, so that one that is stopped is in the history too.
    let begun = kept::keep_run(&app, past.clone()).await;
    let told = |step: RunProgress| {
        // A screen that is slower than the database misses a step and nothing else.
        let _ = progress.try_send(step);
    };
    let run =
        usecase::run_procedure(&mut context, &statement, input.mode, input.in_spite, &told).await?;
    let ended = kept::keep_run(&app, past.ended(&run)).await;
    Ok(RunOutput {
        run,
        not_kept: begun.and(ended).err(),
    })
}

/// The routine that a form was made for, as it is now.
pub(super) fn choose<'a>(
    found: &'a [Routine],
    name: &ObjectName,
    signature: &str,
) -> Result<&'a Routine, Problem> {
    let known = found
        .iter()
        .find(|routine| signature_of(routine) == signature);
    known.ok_or_else(|| {
        let cause = if found.is_empty() {
            format!("{name} is not there any more.")
        } else {
            format!("The parameters of {name} have changed since this was filled in.")
        };
        Problem::new(
            "procedure.changed",
            cause,
            "Read the list of procedures anew, and fill in the form as it is now.",
        )
    })
}

fn statement(
    context: &Context,
    routine: &Routine,
    overloads: bool,
    arguments: &[GivenArgument],
) -> Result<Statement, Problem> {
    let composed = compose(
        &context.application,
        context.database.grammar(),
        routine,
        overloads,
        arguments,
    );
    if let Some(statement) = composed.statement {
        return Ok(statement);
    }
    let name = |position: usize| {
        let parameter = routine.parameters.get(position.wrapping_sub(1));
        let name = parameter.and_then(|parameter| parameter.name.clone());
        name.unwrap_or_else(|| format!("parameter {position}"))
    };
    let errors = composed.notes.into_iter();
    let fields: BTreeMap<String, String> = errors
        .filter(|note| note.severity == Severity::Error)
        .map(|note| (name(note.position), note.text))
        .collect();
    Err(Problem {
        fields,
        ..Problem::new(
            "procedure.values",
            "The call cannot be made of these values. Nothing was sent.",
            "Correct the fields.",
        )
    })
}

/// What may stay on production is done only by somebody who typed where.
fn confirmed(app: &App, context: &Context, input: &RunInput) -> Result<(), Problem> {
    let Some(connection) = production(app, &context.application) else {
        return Ok(());
    };
    if input.confirm.as_deref() == Some(connection.as_str()) {
        return Ok(());
    }
    Err(Problem::new(
        "production.confirm",
        format!("{connection} is production, and its name was not typed. Nothing was run."),
        format!("Type {connection} to run it there."),
    ))
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct RunCases {
    pub application: String,
    /// What they are kept under, in the order in which they are run.
    pub names: Vec<String>,
}

/// How far the test cases are.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CasesProgress {
    pub done: usize,
    pub total: usize,
    /// The one that ended last; `null` at the beginning.
    pub ended: Option<CaseResult>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct CasesRun {
    pub results: Vec<CaseResult>,
}

/// What came of a test case.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CaseResult {
    pub name: String,
    pub verdict: CaseVerdict,
    /// What is not as expected.
    pub mismatches: Vec<Mismatch>,
    /// Why it could not be run.
    pub problem: Option<Problem>,
    /// Microseconds.
    #[ts(type = "number")]
    pub duration_us: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CaseVerdict {
    Passed,
    Failed,
    /// It could not be run, so nothing is known of it.
    NotRun,
}

/// Runs test cases as dry runs, one after the other.
///
/// # Errors
/// Where there is no such application, or what is kept cannot be read.
pub async fn test(
    app: Arc<App>,
    input: RunCases,
    progress: mpsc::Sender<CasesProgress>,
) -> Result<CasesRun, Problem> {
    let application = kept::CasesInput {
        application: input.application.clone(),
    };
    let known = kept::cases(Arc::clone(&app), application).await?.cases;
    let total = input.names.len();
    let mut results: Vec<CaseResult> = Vec::with_capacity(total);
    let tell = |done: usize, ended: Option<CaseResult>| CasesProgress { done, total, ended };
    let _ = progress.send(tell(0, None)).await;
    for name in input.names {
        let begun = app.clock.monotonic_us();
        let found = known.iter().find(|kept| kept.name == name);
        let outcome = match found {
            Some(kept) => one(&app, &input.application, &kept.case).await,
            None => Err(Problem::new(
                "case.missing",
                "This test case is not kept any more.",
                "Read the test cases anew.",
            )),
        };
        let (verdict, mismatches, problem) = match outcome {
            Ok(mismatches) if mismatches.is_empty() => (CaseVerdict::Passed, mismatches, None),
            Ok(mismatches) => (CaseVerdict::Failed, mismatches, None),
            Err(problem) => (CaseVerdict::NotRun, Vec::new(), Some(problem)),
        };
        let result = CaseResult {
            name,
            verdict,
            mismatches,
            problem,
            duration_us: app.clock.monotonic_us() - begun,
        };
        results.push(result.clone());
        let _ = progress.send(tell(results.len(), Some(result))).await;
    }
    Ok(CasesRun { results })
}

/// Runs a test case dry.
async fn one(app: &App, application: &str, case: &TestCase) -> Result<Vec<Mismatch>, Problem> {
    let mut context = app.context(application).await?;
    context.trace = Trace::new(Arc::clone(&app.clock), MOST_ROWS);
    let found = routines(&context, &case.routine).await?;
    let routine = choose(&found, &case.routine, &case.signature)?;
    let arguments = stood_in(routine, &case.arguments);
    let statement = statement(&context, routine, found.len() > 1, &arguments)?;
    let nobody = |_: RunProgress| {};
    let run =
        usecase::run_procedure(&mut context, &statement, RunMode::Dry, false, &nobody).await?;
    let cannot_hold =
        |caution: &&sluice_core::dry_run::Caution| caution.kind == CautionKind::CannotHold;
    if run.statement.is_none()
        && let Some(caution) = run.cautions.iter().find(cannot_hold)
    {
        return Err(Problem::new(
            "case.cannot_hold",
            format!("It was not run: {}", caution.text),
            "A rollback would not take everything back, so a test case cannot run it.",
        ));
    }
    Ok(compare(&case.expectation, &run))
}

/// The arguments with a stand-in for what is secret and therefore not kept.
fn stood_in(routine: &Routine, arguments: &[GivenArgument]) -> Vec<GivenArgument> {
    let stand_in = |argument: &GivenArgument| {
        let parameter = routine.parameters.get(argument.position.wrapping_sub(1));
        let data_type = parameter.map(|parameter| &parameter.data_type);
        let most = data_type.and_then(|data_type| data_type.length);
        let most = most.and_then(|most| usize::try_from(most).ok());
        match data_type.map(|data_type| data_type.kind) {
            Some(TypeKind::Text) => Given::Value {
                text: STAND_IN.chars().take(most.unwrap_or(usize::MAX)).collect(),
            },
            _ => Given::Null,
        }
    };
    let fill = |argument: &GivenArgument| GivenArgument {
        given: match argument.given {
            Given::Secret => stand_in(argument),
            _ => argument.given.clone(),
        },
        ..argument.clone()
    };
    arguments.iter().map(fill).collect()
}
