//! Mappings that are not saved yet: held against the database, tried, saved.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Operation;
use sluice_core::check::{Finding, Live, Place, Span, check as check_against, places, span};
use sluice_core::config::{Application, Settings, Workspace, edit};
use sluice_core::dry_run::{DryRun, Rollback};
use sluice_core::mapping::{Mapping, RowContract};
use sluice_core::usecase::{self, Context};
use tokio::sync::mpsc;
use ts_rs::TS;

use crate::app::App;
use crate::commands::configuration::InUse;
use crate::commands::coverage;
use crate::configuration::{Act, Change, ChangeError, Configured};
use crate::problem::Problem;

/// What is to be saved of an application, all of it or nothing.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveInput {
    pub application: String,
    pub mappings: Vec<ChangedMapping>,
    #[serde(default)]
    #[ts(optional)]
    pub settings: Option<ChangedSettings>,
}

/// A mapping with what it was when somebody began to change it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ChangedMapping {
    pub operation: Operation,
    /// `null`: it was not mapped.
    pub was: Option<Mapping>,
    pub mapping: Mapping,
}

/// What an application says of its columns, with what it said when somebody began to change it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ChangedSettings {
    pub was: Settings,
    pub settings: Settings,
}

/// A mapping that is not saved, with settings that may not be saved either.
#[derive(Clone, Debug, Deserialize, Serialize, TS)]
pub struct Draft {
    pub application: String,
    pub operation: Operation,
    pub mapping: Mapping,
    #[serde(default)]
    #[ts(optional)]
    pub settings: Option<Settings>,
}

impl Draft {
    /// The workspace as it would be with this draft saved and switched on.
    pub(super) fn workspace(
        &self,
        app: &App,
        configured: &Configured,
    ) -> Result<Workspace, Problem> {
        configured.application(&self.application)?;
        let mut mapping = self.mapping.clone();
        mapping.enabled = true;
        let mut text = configured.text.clone();
        if let Some(settings) = &self.settings {
            text = edit::put_settings(&text, &self.application, settings)
                .map_err(ChangeError::Wrong)?;
        }
        text = edit::put_mapping(&text, &self.application, self.operation, &mapping)
            .map_err(ChangeError::Wrong)?;
        let parsed = crate::configuration::parse(&text, &app.configuration);
        Ok(parsed.map_err(ChangeError::of)?)
    }
}

/// Saves mappings and settings of an application, and takes them into use.
pub async fn save(app: Arc<App>, input: SaveInput) -> Result<InUse, Problem> {
    let change = |now: &Configured| {
        let application = now.application(&input.application)?;
        let mut text = now.text.clone();
        if let Some(settings) = &input.settings {
            let now = serde_json::to_value(Settings::of(&application));
            if now.ok() != serde_json::to_value(&settings.was).ok() {
                return Err(meanwhile("The columns and values of the application"));
            }
            text = edit::put_settings(&text, &input.application, &settings.settings)
                .map_err(ChangeError::Wrong)?;
        }
        for changed in &input.mappings {
            let now = application.operations.get(&changed.operation);
            let same = match (now, &changed.was) {
                (Some(now), Some(was)) => trimmed(now) == trimmed(was),
                (None, None) => true,
                _ => false,
            };
            if !same {
                return Err(meanwhile(&format!("\"{}\"", changed.operation)));
            }
            let mut mapping = changed.mapping.clone();
            // White space around a statement means nothing and is left as it stands in the file.
            if let Some(now) = now {
                if now.statement.trim() == mapping.statement.trim() {
                    mapping.statement.clone_from(&now.statement);
                }
                let trim =
                    |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
                if trim(&now.import) == trim(&mapping.import) {
                    mapping.import.clone_from(&now.import);
                }
            }
            let operation = changed.operation;
            text = edit::put_mapping(&text, &input.application, operation, &mapping)
                .map_err(ChangeError::Wrong)?;
        }
        Ok(Change::To {
            text,
            act: Act::Saved,
        })
    };
    Ok(app.change(change).await?.into())
}

fn trimmed(mapping: &Mapping) -> Mapping {
    let mut mapping = mapping.clone();
    mapping.statement = mapping.statement.trim().to_owned();
    mapping.import = mapping.import.map(|text| text.trim().to_owned());
    mapping
}

fn meanwhile(what: &str) -> Problem {
    Problem::new(
        "operations.meanwhile",
        format!("{what} was changed in another window since you began, so nothing was saved."),
        "Look at what it is now, and make your change again.",
    )
}

/// What a check found of a draft, without running anything of it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DraftChecked {
    /// Errors first.
    pub findings: Vec<DraftFinding>,
    /// Each `?` of the statement, beside what the database says of it.
    pub places: Vec<Place>,
    /// How many rows it must change; `null` where rows are not counted.
    pub contract: Option<RowContract>,
    /// Why the database could not be asked; then the findings are those that need none.
    pub problem: Option<Problem>,
}

/// A finding with the part of the statement that it is about.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DraftFinding {
    pub finding: Finding,
    pub span: Option<Span>,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryInput {
    pub draft: Draft,
    /// A value for each database field.
    #[ts(type = "Record<string, JsonValue>")]
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// Run it although something was found that a rollback cannot take back.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub in_spite: bool,
}

/// A dry run began.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct Trying {
    /// Milliseconds since 1970.
    pub since: i64,
}

/// The draft's application in place of the one in use.
async fn context(app: &App, draft: &Draft) -> Result<Context, Problem> {
    let mut workspace = draft.workspace(app, &app.configured())?;
    let application = workspace.applications.swap_remove(&draft.application);
    let mut context = app.context(&draft.application).await?;
    if let Some(application) = application {
        context.application = Arc::new(application);
    }
    // What is only tried is nothing to browse.
    context.snapshots = Arc::default();
    Ok(context)
}

/// Holds a draft against the catalogue of the database. Nothing of it is run: this is asked while
/// somebody types.
pub async fn check(app: Arc<App>, input: Draft) -> Result<DraftChecked, Problem> {
    let configured = app.configured();
    let mut workspace = input.workspace(&app, &configured)?;
    let application = workspace.applications.swap_remove(&input.application);
    let mapping = application
        .as_ref()
        .and_then(|application| application.operations.get(&input.operation));
    let contract = mapping.and_then(|mapping| mapping.contract(input.operation));
    let checked = async {
        let mut context = context(&app, &input).await?;
        let found = usecase::check_mapping(&mut context, input.operation).await?;
        Ok::<_, Problem>((context.database.grammar(), found))
    };
    match checked.await {
        Ok((dialect, (findings, places))) => Ok(DraftChecked {
            findings: findings
                .into_iter()
                .map(|finding| DraftFinding {
                    span: span(dialect, &input.mapping.statement, &finding),
                    finding,
                })
                .collect(),
            places,
            contract,
            problem: None,
        }),
        Err(problem) => Ok(offline(&workspace, application, &input, contract, problem)),
    }
}

/// What can be said without a database.
fn offline(
    workspace: &Workspace,
    application: Option<Application>,
    input: &Draft,
    contract: Option<RowContract>,
    problem: Problem,
) -> DraftChecked {
    let found = application.and_then(|application| {
        let connections = &workspace.connections;
        let connection = connections.get(application.connection.as_ref()?)?;
        let dialect = connection.dialect;
        let live = Live::default();
        let mut findings = check_against(&application, dialect, &live);
        findings.retain(|finding| {
            // What the catalogue would have to say is not missing only because it did not answer.
            finding.operation == Some(input.operation) && finding.code == "check.mapping"
        });
        let places = places(&application, dialect, input.operation, &live);
        Some((dialect, findings, places))
    });
    let (findings, places) = match found {
        Some((dialect, findings, places)) => {
            let finding = |finding: Finding| DraftFinding {
                span: span(dialect, &input.mapping.statement, &finding),
                finding,
            };
            (findings.into_iter().map(finding).collect(), places)
        }
        None => (Vec::new(), Vec::new()),
    };
    DraftChecked {
        findings,
        places,
        contract,
        problem: Some(problem),
    }
}

/// Runs a draft in a transaction that is rolled back. Who cancels it stops the statement at the server.
pub async fn try_it(
    app: Arc<App>,
    input: TryInput,
    progress: mpsc::Sender<Trying>,
) -> Result<DryRun, Problem> {
    let since = app.clock.wall_us() / 1000;
    // Nobody who is gone has to be told.
    let _ = progress.try_send(Trying { since });
    let mut context = context(&app, &input.draft).await?;
    let statement = usecase::planned(&mut context, input.draft.operation, &input.fields)?;
    let report = usecase::dry_run(&mut context, &statement, input.in_spite).await?;
    if report.rollback != Rollback::NotRun {
        let Draft {
            application,
            operation,
            mapping,
            ..
        } = input.draft;
        let well = report.problem.is_none();
        coverage::remember_try(&app, &application, operation, mapping, well);
    }
    Ok(report)
}
