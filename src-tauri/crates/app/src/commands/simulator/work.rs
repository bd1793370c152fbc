//! The works of the simulator: an import, and what the provider does for one user.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::config::Environment;
use sluice_provider::{
    Call, Discovered, FormField, ImportOptions, ImportProgress, Performed, Task,
};
use tokio::sync::mpsc;
use ts_rs::TS;

use super::Form;
use super::runs::{BesideRun, Compared, ImportRun, Record, Run, Shelf, TaskRun, trouble};
use super::target::{Reached, TargetRef, TargetView, off, reach};
use crate::app::App;
use crate::problem::Problem;

/// The most users of a page that can be asked for.
const LARGEST_PAGE: usize = 1_000;

/// An import to be made.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorImportOrder")]
pub struct ImportOrder {
    pub target: TargetRef,
    /// How many users a page shall have: 1 to 1,000. The agent asks for 100 unless it was set otherwise.
    pub page_size: usize,
    /// Whether pages are asked for again, to see whether they stay the same.
    pub again: bool,
    /// Whose newest import it is held against; `null` for its own.
    pub against: Option<TargetRef>,
}

/// A task to be done.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorPerformOrder")]
pub struct PerformOrder {
    pub target: TargetRef,
    /// Where the same is done too, to hold the answers against each other.
    pub beside: Option<TargetRef>,
    pub task: Task,
    /// Writes are shown and not sent.
    pub preview: bool,
    /// What a production server wants typed, for each of the two that is one.
    pub confirmed: Vec<String>,
}

/// A call that is through.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorPerformProgress")]
pub struct PerformProgress {
    /// Whether it is the server beside.
    pub beside: bool,
    pub call: Call,
}

/// Imports from a server and holds it against the import before. Where it is dropped, nothing stays.
///
/// # Errors
/// Where the server cannot be called at all, or the disk fails. What goes wrong in a call is in the run.
pub async fn import(
    app: Arc<App>,
    order: ImportOrder,
    progress: mpsc::Sender<ImportProgress>,
) -> Result<Run, Problem> {
    if order.page_size == 0 || order.page_size > LARGEST_PAGE {
        let mut problem = Problem::new(
            "simulator.page_size",
            format!("A page has 1 to {LARGEST_PAGE} users."),
            "The agent asks for 100 unless it was set otherwise.",
        );
        problem
            .fields
            .insert("pageSize".to_owned(), format!("1 to {LARGEST_PAGE}"));
        return Err(problem);
    }
    let reached = reach(&app, &order.target).await?;
    let shelf = Shelf::of(app.data_dir(), &reached.view);
    let against = match &order.against {
        Some(other) if *other != order.target => {
            let (other, _) = super::shelf(&app, other).await?;
            other
        }
        _ => shelf.clone(),
    };
    let chosen = order.against.is_some();
    let own = shelf.clone();
    let (folder, before) = off(move || {
        let before = against.newest();
        if chosen && before.is_none() {
            return Err(Problem::new(
                "simulator.nothing_to_compare",
                "That server was not imported yet, so there is nothing to compare this import with.",
                "Import from it first.",
            ));
        }
        Ok((own.begin()?, before))
    })
    .await?;
    let at = app.clock.wall_us() / 1000;
    let options = ImportOptions {
        page_size: order.page_size,
        again: order.again,
        ordered: reached.ordered,
    };
    let import = sluice_provider::import(
        &reached.client,
        options,
        &folder,
        before.as_ref().map(|(folder, _)| folder),
        progress,
    )
    .await
    .map_err(|error| trouble(folder.path(), &error.to_string()))?;
    let compared = before.map(|(_, record)| Compared {
        target: record.target,
        run: record.id,
        at: record.at,
        users: record.import.map_or(0, |run| run.import.users.seen),
    });
    let whole = import.failure.is_none();
    let run = ImportRun { import, compared };
    let record = record(&app, at, &reached.view, Some(run), None);
    off(move || {
        shelf.keep(folder, &record, whole)?;
        Ok(record.shown())
    })
    .await
}

fn record(
    app: &App,
    at: i64,
    view: &TargetView,
    import: Option<ImportRun>,
    task: Option<TaskRun>,
) -> Record {
    Record {
        // When it ended, in microseconds: no two runs of a server have it in common.
        id: app.clock.wall_us().to_string(),
        at,
        target: view.name.clone(),
        url: view.url.clone(),
        environment: view.environment,
        import,
        task,
    }
}

/// Does what the provider does for one user, at one server or at two.
///
/// # Errors
/// Where a server cannot be called at all, or production was not confirmed.
pub async fn perform(
    app: Arc<App>,
    order: PerformOrder,
    progress: mpsc::Sender<PerformProgress>,
) -> Result<Run, Problem> {
    let reached = reach(&app, &order.target).await?;
    let beside = match &order.beside {
        Some(other) if *other == order.target => {
            return Err(Problem::new(
                "simulator.beside_itself",
                "A server cannot stand beside itself.",
                "Choose another one.",
            ));
        }
        Some(other) => Some(reach(&app, other).await?),
        None => None,
    };
    let stays = order.task.writes() && !order.preview;
    if stays {
        for one in [Some(&reached), beside.as_ref()].into_iter().flatten() {
            confirm(&one.view, &order.confirmed)?;
        }
    }
    // A write is not cut short by a window that is closed: what was begun is done in a task of its own.
    if stays {
        let task = tokio::spawn(async move { done(app, order, reached, beside, progress).await });
        return task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a task of the simulator ended early");
            Err(Problem::new(
                "simulator.ended",
                "The task could not be finished.",
                "Look in Traffic what was sent, and into the program's log.",
            ))
        });
    }
    done(app, order, reached, beside, progress).await
}

async fn done(
    app: Arc<App>,
    order: PerformOrder,
    reached: Reached,
    beside: Option<Reached>,
    progress: mpsc::Sender<PerformProgress>,
) -> Result<Run, Problem> {
    let at = app.clock.wall_us() / 1000;
    let performed = one(&reached, &order, false, &progress).await;
    let beside = match beside {
        Some(other) => Some(BesideRun {
            name: other.view.name.clone(),
            url: other.view.url.clone(),
            performed: one(&other, &order, true, &progress).await,
        }),
        None => None,
    };
    let run = TaskRun {
        task: order.task,
        preview: order.preview,
        performed,
        beside,
    };
    let shelf = Shelf::of(app.data_dir(), &reached.view);
    let record = record(&app, at, &reached.view, None, Some(run));
    off(move || {
        shelf.keep(shelf.begin()?, &record, false)?;
        Ok(record.shown())
    })
    .await
}

async fn one(
    reached: &Reached,
    order: &PerformOrder,
    beside: bool,
    progress: &mpsc::Sender<PerformProgress>,
) -> Performed {
    sluice_provider::perform(&reached.client, &order.task, order.preview, &mut |call| {
        // Whoever listens too slowly reads it at the end.
        let _ = progress.try_send(PerformProgress {
            beside,
            call: call.clone(),
        });
    })
    .await
}

/// On production nothing stays unless its name was typed.
fn confirm(view: &TargetView, confirmed: &[String]) -> Result<(), Problem> {
    if view.environment != Environment::Production || confirmed.contains(&view.confirm) {
        return Ok(());
    }
    let mut problem = Problem::new(
        "simulator.not_confirmed",
        format!(
            "\"{}\" is production, and \"{}\" was not typed.",
            view.name, view.confirm
        ),
        "Type it to send the writes there, or look at a preview.",
    );
    problem
        .fields
        .insert("confirmed".to_owned(), format!("Type {}.", view.confirm));
    Err(problem)
}

/// The form of a user, and the user whose values stand in it.
pub(super) async fn form(
    reached: &Reached,
    user: Option<&str>,
    fields: impl Fn(&Discovered) -> Vec<FormField>,
) -> Result<(Form, Option<Json>), Problem> {
    let read = sluice_provider::read_form(&reached.client, user).await;
    if let Some(problem) = read.problem {
        let mut problem = Problem::from(problem);
        problem.exchange = read.calls.last().and_then(|call| call.exchange.clone());
        return Err(problem);
    }
    Ok((
        Form {
            fields: fields(&read.discovered),
            entitlements: read.entitlements,
            values: Vec::new(),
            held: Vec::new(),
            active: None,
            calls: read.calls,
        },
        read.user,
    ))
}
