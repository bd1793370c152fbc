//! Procedures: the routines of a connection, the form of one, a run of it, its test cases.
//!
//! `kept` has what stays on the disk (history, test cases), `run` the two works. What a form becomes is
//! decided in `sluice_core::procedure`, what a run does in `usecase::run_procedure`.
//!
//! **Invariant:** the signature that a call is made for is read anew when it runs; a form that was made
//! for another one is refused.

mod kept;
mod run;

pub use kept::{
    CasesInput, HistoryInput, KeepCase, KeptCase, KeptCases, PastEnd, PastRun, PastRuns, cases,
    history, keep_case,
};
pub use run::{
    CaseResult, CaseVerdict, CasesProgress, CasesRun, RunCases, RunInput, RunOutput, run, test,
};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::catalogue::{ObjectName, Question, Routine, Schema};
use sluice_core::config::{Application, Dialect, Environment};
use sluice_core::dry_run::{Caution, cautions};
use sluice_core::exchange::ParameterRecord;
use sluice_core::ports::{Access, Directory as _};
use sluice_core::procedure::{
    FormField, FormNote, GivenArgument, bare_call, compose, fields, signature_of, used_by,
};
use sluice_core::secret::MASK;
use sluice_core::usecase::{self, Context};
use ts_rs::TS;

use crate::app::App;
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ProceduresInput {
    pub application: String,
    /// `null` for the one that unqualified names are looked up in.
    pub schema: Option<String>,
}

/// The routines of a schema.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Procedures {
    /// All that the account can see.
    pub schemas: Vec<Schema>,
    /// Whether they are scripts that Sluice runs, because the database has no procedures.
    pub scripts: bool,
    /// By name.
    pub routines: Vec<ListedRoutine>,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub taken_at: i64,
}

/// A line of the list.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListedRoutine {
    /// Name and types: tells overloads apart.
    pub signature: String,
    /// Without its source.
    pub routine: Routine,
    pub used_by: Vec<RoutineUse>,
}

/// A mapping that calls a routine.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RoutineUse {
    pub application: String,
    pub operation: Operation,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ProcedureInput {
    pub application: String,
    pub name: ObjectName,
}

/// All routines of a name.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProcedureDetail {
    /// Empty where there is none any more.
    pub overloads: Vec<ProcedureOverload>,
    /// What a rollback would not take back, found by the words of the source.
    pub cautions: Vec<Caution>,
    /// The tables that the source writes.
    pub writes: Vec<ObjectName>,
    /// The tables and views that it reads.
    pub reads: Vec<ObjectName>,
}

/// One routine of a name, as a form.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProcedureOverload {
    pub signature: String,
    /// With its source, where the account may read it.
    pub routine: Routine,
    pub fields: Vec<FormField>,
    pub used_by: Vec<RoutineUse>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct PrepareInput {
    pub application: String,
    /// As [`detail`] gave it. What runs is held against the database anew.
    pub routine: Routine,
    /// Whether there are others of its name.
    pub overloads: bool,
    pub arguments: Vec<GivenArgument>,
}

/// The call that a form becomes.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PreparedCall {
    /// With a `?` for each value; `null` where an error stands in the way.
    pub text: Option<String>,
    /// The bound values; secret ones read `•••`.
    pub parameters: Vec<ParameterRecord>,
    pub notes: Vec<FormNote>,
}

/// The routines that a connection shows.
///
/// # Errors
/// Where there is no such application, or its database refuses.
pub async fn list(app: Arc<App>, input: ProceduresInput) -> Result<Procedures, Problem> {
    let context = app.context(&input.application).await?;
    let mut session = context.database.begin(Access::Read).await?;
    let schemas = session.catalogue(&Question::Schemas).await?.schemas;
    let question = Question::Routines {
        schema: input.schema,
    };
    let routines = session.catalogue(&question).await?.routines;
    session.rollback().await?;
    let dialect = context.database.grammar();
    let applications = sharing(&app, &context.application);
    let listed = routines.into_iter().map(|mut routine| {
        routine.source = None;
        ListedRoutine {
            signature: signature_of(&routine),
            used_by: uses(&applications, dialect, &routine),
            routine,
        }
    });
    Ok(Procedures {
        schemas,
        scripts: dialect == Dialect::Sqlite,
        routines: listed.collect(),
        taken_at: app.clock.wall_us() / 1000,
    })
}

/// Everything that is known of the routines of a name.
///
/// # Errors
/// As [`list`].
pub async fn detail(app: Arc<App>, input: ProcedureInput) -> Result<ProcedureDetail, Problem> {
    let mut context = app.context(&input.application).await?;
    let routines = routines(&context, &input.name).await?;
    let dialect = context.database.grammar();
    let call = bare_call(dialect, &input.name);
    let touched = usecase::look_into(&mut context, &call).await?;
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    for (_, effects) in &touched.texts {
        writes.extend(effects.writes.iter().cloned());
        reads.extend(effects.reads.iter().cloned());
    }
    for names in [&mut writes, &mut reads] {
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
    }
    let applications = sharing(&app, &context.application);
    let overloads = routines.into_iter().map(|routine| ProcedureOverload {
        signature: signature_of(&routine),
        fields: fields(&context.application, dialect, &routine),
        used_by: uses(&applications, dialect, &routine),
        routine,
    });
    Ok(ProcedureDetail {
        overloads: overloads.collect(),
        cautions: cautions(dialect, &touched),
        writes,
        reads,
    })
}

/// What a form becomes, and what is to be said of its fields. Nothing is asked of the database.
///
/// # Errors
/// Where there is no such application.
pub async fn prepare(app: Arc<App>, input: PrepareInput) -> Result<PreparedCall, Problem> {
    let context = app.context(&input.application).await?;
    let composed = compose(
        &context.application,
        context.database.grammar(),
        &input.routine,
        input.overloads,
        &input.arguments,
    );
    let parameters = composed.statement.iter().flat_map(|s| &s.parameters);
    let parameters = parameters
        .enumerate()
        .map(|(index, parameter)| ParameterRecord {
            position: index + 1,
            name: parameter.name.clone(),
            value: if parameter.secret && !parameter.value.is_null() {
                MASK.into()
            } else {
                parameter.value.to_json()
            },
            secret: parameter.secret,
        })
        .collect();
    Ok(PreparedCall {
        text: composed.statement.map(|statement| statement.text),
        parameters,
        notes: composed.notes,
    })
}

/// The routines of a name as the database has them now.
async fn routines(context: &Context, name: &ObjectName) -> Result<Vec<Routine>, Problem> {
    let mut session = context.database.begin(Access::Read).await?;
    let question = Question::Routine(name.clone());
    let mut routines = session.catalogue(&question).await?.routines;
    session.rollback().await?;
    // A name without regard to letter case may mean several where the database tells them apart.
    if routines
        .iter()
        .any(|routine| routine.name.name == name.name)
    {
        routines.retain(|routine| routine.name.name == name.name);
    }
    Ok(routines)
}

/// The applications that share the connection of one of them.
fn sharing(app: &App, application: &Application) -> Vec<Arc<Application>> {
    let workspace = app.workspace();
    let names = workspace.applications.keys();
    names
        .filter_map(|name| app.databases().application(name))
        .filter(|other| other.connection == application.connection)
        .collect()
}

fn uses(applications: &[Arc<Application>], dialect: Dialect, routine: &Routine) -> Vec<RoutineUse> {
    let of = |application: &Arc<Application>| {
        let name = application.name.clone();
        let operations = used_by(application, dialect, routine).into_iter();
        operations.map(move |operation| RoutineUse {
            application: name.clone(),
            operation,
        })
    };
    applications.iter().flat_map(of).collect()
}

/// The connection of an application, where it is one of production.
fn production(app: &App, application: &Application) -> Option<String> {
    let connection = application.connection.as_ref()?;
    let workspace = app.workspace();
    let known = workspace.connections.get(connection)?;
    (known.environment == Environment::Production).then(|| connection.clone())
}
