//! Simulator: the provider's calls, made against the endpoint itself or against any other SCIM server.
//!
//! `target` knows the servers and what they are shown, `runs` keeps what was done, `work` does it. What the
//! calls are and what they mean is decided in `sluice-provider`.
//!
//! **Invariant:** a write to a server of production has its name typed first, and no token is ever given out.

mod runs;
mod target;
mod work;

pub use runs::{BesideRun, Compared, ImportRun, Run, RunLine, TaskRun};
pub use target::{SaveTarget, TargetRef, TargetView};
pub use work::{ImportOrder, PerformOrder, PerformProgress, import, perform};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::Environment;
use sluice_provider::{
    Call, DifferenceKind, DifferencePage, FormField, GivenEntitlement, GivenValue, ImportReport,
    Resources, ShownCertificate, TaskReport, fields, import_html, look, task_html, values_of,
};
use ts_rs::TS;

use self::runs::{Record, Shelf};
use self::target::{off, reach, views};
use crate::app::App;
use crate::commands::Nothing;
use crate::problem::Problem;

/// How many of each list stand in a report.
const REPORTED: usize = 200;

#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "SimulatorTargets")]
pub struct Targets {
    /// The endpoint's own first.
    pub targets: Vec<TargetView>,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SimulatorTargetName")]
pub struct TargetName {
    pub name: String,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SimulatorUrl")]
pub struct AtUrl {
    pub url: String,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SimulatorOfTarget")]
pub struct OfTarget {
    pub target: TargetRef,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SimulatorFormOf")]
pub struct FormOf {
    pub target: TargetRef,
    /// Whose values are read with it; `null` for a new user.
    pub user: Option<String>,
}

/// The form of a user, as the server's own schemas make it.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "SimulatorForm")]
pub struct Form {
    pub fields: Vec<FormField>,
    /// Those of the server, as far as its first pages go.
    pub entitlements: Vec<GivenEntitlement>,
    /// What the user has in the fields.
    pub values: Vec<GivenValue>,
    /// The values of the entitlements that the user has.
    pub held: Vec<String>,
    /// Whether the user is active; `null` for a new one.
    pub active: Option<bool>,
    /// The calls that were made for it.
    pub calls: Vec<Call>,
}

#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "SimulatorRuns")]
pub struct Runs {
    /// The newest first.
    pub runs: Vec<RunLine>,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SimulatorRunOf")]
pub struct RunOf {
    pub target: TargetRef,
    pub run: String,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SimulatorListOf")]
pub struct ListOf {
    pub target: TargetRef,
    pub run: String,
    pub resources: Resources,
    pub kind: DifferenceKind,
    pub offset: usize,
    /// At most 500.
    pub limit: usize,
    /// Part of an id or a name; empty for all.
    pub search: String,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SimulatorReportFormat")]
pub enum ReportFormat {
    Html,
    Json,
}

#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SimulatorReportOf")]
pub struct ReportOf {
    pub target: TargetRef,
    pub run: String,
    pub format: ReportFormat,
}

/// A document that stands by itself.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "SimulatorReport")]
pub struct Report {
    /// A file's name.
    pub name: String,
    pub text: String,
}

/// The servers that can be called.
pub async fn targets(app: Arc<App>, _: Nothing) -> Result<Targets, Problem> {
    Ok(Targets {
        targets: views(&app).await?,
    })
}

/// Saves a server with what it is shown.
pub async fn save_target(app: Arc<App>, input: SaveTarget) -> Result<Targets, Problem> {
    target::save(&app, input).await?;
    targets(app, Nothing {}).await
}

/// Removes a server, what it is shown, and what was kept of it.
pub async fn remove_target(app: Arc<App>, input: TargetName) -> Result<Targets, Problem> {
    let reference = TargetRef::Saved {
        name: input.name.clone(),
    };
    let all = views(&app).await?;
    let removed = all.iter().find(|view| view.reference == reference);
    // Two targets of one URL share what was imported from it.
    let shared = removed.is_some_and(|removed| {
        let same = |view: &&TargetView| {
            view.url == removed.url && matches!(view.reference, TargetRef::Saved { .. })
        };
        all.iter().filter(same).count() > 1
    });
    if let (Some(view), false) = (removed, shared) {
        let shelf = Shelf::of(app.data_dir(), view);
        off(move || shelf.forget()).await?;
    }
    target::remove(&app, input.name).await?;
    targets(app, Nothing {}).await
}

/// The certificate that a server shows. Nothing is sent to it.
pub async fn certificate(_: Arc<App>, input: AtUrl) -> Result<ShownCertificate, Problem> {
    look(input.url.trim()).await.map_err(Problem::from)
}

/// The form of a user of a server.
pub async fn form(app: Arc<App>, input: FormOf) -> Result<Form, Problem> {
    let reached = reach(&app, &input.target).await?;
    let stamp = stamp(app.clock.wall_us());
    work::form(&reached, input.user.as_deref(), |found| {
        fields(found, &stamp)
    })
    .await
    .map(|(mut form, user)| {
        if let Some(user) = user {
            form.values = values_of(&user, &form.fields);
            form.active = Some(user["active"] != false);
            let held = user["entitlements"].as_array();
            form.held = held
                .into_iter()
                .flatten()
                .map(|one| match &one["value"] {
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                })
                .collect();
        }
        form
    })
}

/// Digits that the next second does not have again: minutes and seconds of the day.
fn stamp(wall_us: i64) -> String {
    format!("{:05}", (wall_us / 1_000_000).rem_euclid(86_400))
}

async fn shelf(app: &Arc<App>, reference: &TargetRef) -> Result<(Shelf, TargetView), Problem> {
    let view = views(app)
        .await?
        .into_iter()
        .find(|view| view.reference == *reference)
        .ok_or_else(|| {
            Problem::new(
                "simulator.unknown",
                "This target is not there any more.",
                "Choose another one, or add it again.",
            )
        })?;
    Ok((Shelf::of(app.data_dir(), &view), view))
}

/// The runs against a server.
pub async fn runs(app: Arc<App>, input: OfTarget) -> Result<Runs, Problem> {
    let (shelf, _) = shelf(&app, &input.target).await?;
    off(move || {
        Ok(Runs {
            runs: shelf.lines(),
        })
    })
    .await
}

/// One run.
pub async fn run(app: Arc<App>, input: RunOf) -> Result<Run, Problem> {
    let (shelf, _) = shelf(&app, &input.target).await?;
    off(move || shelf.get(&input.run).map(Record::shown)).await
}

/// A part of a list of an import.
pub async fn list(app: Arc<App>, input: ListOf) -> Result<DifferencePage, Problem> {
    let (shelf, _) = shelf(&app, &input.target).await?;
    off(move || {
        let folder = shelf.folder(&input.run)?;
        folder
            .page(
                input.resources,
                input.kind,
                input.offset,
                input.limit.min(500),
                &input.search,
            )
            .map_err(|error| runs::trouble(folder.path(), &error.to_string()))
    })
    .await
}

/// A run as a document.
pub async fn report(app: Arc<App>, input: ReportOf) -> Result<Report, Problem> {
    let (shelf, _) = shelf(&app, &input.target).await?;
    off(move || {
        let record = shelf.get(&input.run)?;
        let folder = shelf.folder(&input.run)?;
        write_report(&record, &folder, input.format)
    })
    .await
}

fn write_report(
    record: &Record,
    folder: &sluice_provider::ImportFolder,
    format: ReportFormat,
) -> Result<Report, Problem> {
    let environment = match record.environment {
        Environment::Development => "Development",
        Environment::Test => "Test",
        Environment::Production => "Production",
    };
    let json = |value: Result<String, serde_json::Error>| {
        value.map_err(|error| runs::trouble(folder.path(), &error.to_string()))
    };
    let text = if let Some(run) = &record.import {
        let mut lists = Vec::new();
        for resources in [Resources::Users, Resources::Entitlements] {
            for kind in [
                DifferenceKind::New,
                DifferenceKind::Changed,
                DifferenceKind::Inactive,
                DifferenceKind::Active,
                DifferenceKind::Missing,
            ] {
                let page = folder.page(resources, kind, 0, REPORTED, "");
                let page =
                    page.map_err(|error| runs::trouble(folder.path(), &error.to_string()))?;
                lists.push((resources, kind, page.items));
            }
        }
        let compared = run.compared.as_ref().map_or_else(
            || "nothing: it was the first import".to_owned(),
            |compared| {
                format!(
                    "the import of {} with {} users",
                    compared.target, compared.users
                )
            },
        );
        let report = ImportReport {
            target: &record.target,
            url: &record.url,
            environment,
            at: record.at,
            compared_with: &compared,
            import: &run.import,
            lists,
        };
        match format {
            ReportFormat::Html => import_html(&report),
            ReportFormat::Json => json(serde_json::to_string_pretty(&report))?,
        }
    } else if let Some(run) = &record.task {
        let shown = record.clone().shown();
        let title = record.title();
        let beside = run.beside.as_ref();
        let report = TaskReport {
            target: &record.target,
            url: &record.url,
            environment,
            beside: beside.map(|beside| beside.name.as_str()),
            at: record.at,
            title: &title,
            preview: run.preview,
            performed: &run.performed,
            beside_performed: beside.map(|beside| &beside.performed),
            pairs: &shown.pairs,
        };
        match format {
            ReportFormat::Html => task_html(&report),
            ReportFormat::Json => json(serde_json::to_string_pretty(&report))?,
        }
    } else {
        return Err(Problem::new(
            "simulator.no_run",
            "This run holds nothing.",
            "Choose another one from the list of runs.",
        ));
    };
    let extension = match format {
        ReportFormat::Html => "html",
        ReportFormat::Json => "json",
    };
    let plain: String = record
        .target
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    Ok(Report {
        name: format!("simulator-{plain}-{}.{extension}", record.id),
        text,
    })
}

/// Removes all that was kept of a server: its imports hold people's data.
pub async fn forget(app: Arc<App>, input: OfTarget) -> Result<Runs, Problem> {
    let (shelf, _) = shelf(&app, &input.target).await?;
    off(move || {
        shelf.forget()?;
        Ok(Runs { runs: Vec::new() })
    })
    .await
}
