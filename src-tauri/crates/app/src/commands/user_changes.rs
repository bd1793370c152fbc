//! Changes of users that an administrator makes: tried first, then made through the gateway, as the
//! provider would make them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::config::Environment;
use sluice_core::dry_run::{CautionKind, DryRun};
use sluice_core::usecase::{self, TriedChange};
use sluice_core::user_change::UserChange;
use sluice_core::{Failure, Operation};
use sluice_gateway::{BASE_PATH, OwnAnswer};
use tokio::sync::mpsc;
use ts_rs::TS;

use crate::app::App;
use crate::problem::Problem;

/// So many users are changed by one wish at most: beyond that it is a migration, and has its own tools.
const MOST: usize = 10_000;

#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryUserChange {
    pub application: String,
    /// The user's id.
    pub user: String,
    pub change: UserChange,
    /// Run it although something was found that a rollback cannot take back.
    #[serde(default)]
    pub in_spite: bool,
}

/// What a change would do, found by making it and taking it back.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TriedUserChange {
    /// The operations it runs, in order; none where the user is as it is wanted already.
    pub operations: Vec<Operation>,
    pub report: DryRun,
    /// The SCIM user as the provider gets it now; `null` where nothing was run.
    #[ts(type = "JsonValue")]
    pub before: Json,
    /// The SCIM user as the provider would get it; `null` where the change failed or was not run.
    #[ts(type = "JsonValue")]
    pub after: Json,
}

/// A change of several users, one after the other.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UserChangeInput {
    pub application: String,
    pub change: UserChange,
    /// Their ids.
    pub users: Vec<String>,
    /// On a connection labelled production: its name, as somebody typed it. Trying needs none.
    #[serde(default)]
    pub confirmation: Option<String>,
}

/// How a change of one user went, or would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UserChangeOutcome {
    Changed,
    /// The user was as it is wanted already; no statement was run.
    Unchanged,
    /// Nothing was kept.
    Failed,
    /// Not tried: something was found that a rollback could not take back.
    NotTried,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct UserResult {
    /// The user's id.
    pub user: String,
    pub outcome: UserChangeOutcome,
    /// The operations that ran, in order.
    pub operations: Vec<Operation>,
    pub problem: Option<Problem>,
    /// The id of the exchange that records it; `null` where it was only tried.
    pub exchange: Option<String>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct UserChangeProgress {
    pub done: usize,
    pub total: usize,
    /// Of the user that was done last.
    pub result: UserResult,
}

#[derive(Clone, Copy, Debug, Default, Serialize, TS)]
pub struct UserChangeSummary {
    pub changed: usize,
    pub unchanged: usize,
    pub failed: usize,
    #[serde(rename = "notTried")]
    pub not_tried: usize,
}

impl UserChangeSummary {
    fn count(&mut self, outcome: UserChangeOutcome) {
        *match outcome {
            UserChangeOutcome::Changed => &mut self.changed,
            UserChangeOutcome::Unchanged => &mut self.unchanged,
            UserChangeOutcome::Failed => &mut self.failed,
            UserChangeOutcome::NotTried => &mut self.not_tried,
        } += 1;
    }
}

/// Tries a change of one user, and rolls it back.
///
/// # Errors
/// Where there is no such user, the change cannot be planned, or the database cannot be reached.
pub async fn try_one(app: Arc<App>, input: TryUserChange) -> Result<TriedUserChange, Problem> {
    let mut context = app.context(&input.application).await?;
    let tried = usecase::try_user_change(&mut context, &input.user, &input.change, input.in_spite);
    let TriedChange {
        operations,
        report,
        before,
        after,
    } = tried.await?;
    Ok(TriedUserChange {
        operations,
        report,
        before,
        after,
    })
}

/// Tries a change of several users, each by itself, and rolls each back. What goes wrong with one is in
/// its result and does not keep the others from being tried.
///
/// # Errors
/// Where there is no such application, there are too many users, or the database cannot be reached.
pub async fn try_all(
    app: Arc<App>,
    input: UserChangeInput,
    progress: mpsc::Sender<UserChangeProgress>,
) -> Result<UserChangeSummary, Problem> {
    check_count(&input)?;
    let mut summary = UserChangeSummary::default();
    for (index, user) in input.users.iter().enumerate() {
        let mut context = app.context(&input.application).await?;
        let tried = usecase::try_user_change(&mut context, user, &input.change, false).await;
        let result = tried_result(user, tried);
        summary.count(result.outcome);
        tell(&progress, &input, index, result).await?;
    }
    Ok(summary)
}

/// Changes several users, one after the other, each in a transaction of its own and recorded as an
/// exchange of its own. What goes wrong with one does not keep the others from being changed; stopping it
/// finishes the one under way and begins no other.
///
/// # Errors
/// Where there is no such application, there are too many users, or on production its connection's name
/// was not typed.
pub async fn change(
    app: Arc<App>,
    input: UserChangeInput,
    progress: mpsc::Sender<UserChangeProgress>,
) -> Result<UserChangeSummary, Problem> {
    check_count(&input)?;
    check_confirmed(&app, &input)?;
    let authority = app.authority(&input.application).await;
    let gateway = Arc::new(app.gateway(authority.clone()));
    let body = input.change.body();
    let mut summary = UserChangeSummary::default();
    for (index, user) in input.users.iter().enumerate() {
        let application = &input.application;
        let answer =
            sluice_gateway::patch_user(&gateway, application, &authority, user, &body).await;
        let result = made_result(user, answer);
        summary.count(result.outcome);
        tell(&progress, &input, index, result).await?;
    }
    Ok(summary)
}

impl App {
    /// Host and port in the addresses of an application's users.
    async fn authority(&self, application: &str) -> String {
        let base = self
            .base_url(application)
            .await
            .unwrap_or_else(|| self.configured_base_url(application));
        let rest = base.strip_prefix("https://").unwrap_or(&base);
        let authority = rest.split(BASE_PATH).next().unwrap_or(rest);
        authority.to_owned()
    }
}

async fn tell(
    progress: &mpsc::Sender<UserChangeProgress>,
    input: &UserChangeInput,
    index: usize,
    result: UserResult,
) -> Result<(), Problem> {
    let step = UserChangeProgress {
        done: index + 1,
        total: input.users.len(),
        result,
    };
    // Nobody listens any more: the wish was taken back.
    progress.send(step).await.map_err(|_| {
        Problem::new(
            "work.stopped",
            "It was stopped; what was done until then stays.",
            "Look into Traffic for what was done.",
        )
    })
}

fn check_count(input: &UserChangeInput) -> Result<(), Problem> {
    if input.users.len() <= MOST {
        return Ok(());
    }
    Err(Problem::new(
        "change.too_many",
        format!(
            "{} users are chosen, and {MOST} can be changed at once.",
            input.users.len()
        ),
        "Narrow the list by a filter, and change them in parts.",
    ))
}

/// On production whoever changes something has typed where.
fn check_confirmed(app: &App, input: &UserChangeInput) -> Result<(), Problem> {
    let application = app.application(&input.application)?;
    let name = application.connection.as_deref().unwrap_or_default();
    let workspace = app.workspace();
    let connection = workspace.connections.get(name);
    let production =
        connection.is_some_and(|connection| connection.environment == Environment::Production);
    if !production || input.confirmation.as_deref() == Some(name) {
        return Ok(());
    }
    let mut problem = Problem::new(
        "change.unconfirmed",
        format!("The connection \"{name}\" is labelled production, and its name was not typed."),
        format!("Type {name} to change users there."),
    );
    let told = format!("Type {name}.");
    problem.fields.insert("confirmation".to_owned(), told);
    Err(problem)
}

fn tried_result(user: &str, tried: Result<TriedChange, Failure>) -> UserResult {
    let result = |outcome, operations, problem| UserResult {
        user: user.to_owned(),
        outcome,
        operations,
        problem,
        exchange: None,
    };
    match tried {
        Err(failure) => result(UserChangeOutcome::Failed, Vec::new(), Some(failure.into())),
        Ok(tried) => {
            let held =
                |caution: &&sluice_core::dry_run::Caution| caution.kind == CautionKind::CannotHold;
            let refused = tried.report.cautions.iter().find(held);
            let outcome = match (&tried.report.problem, refused) {
                (Some(_), _) => UserChangeOutcome::Failed,
                (None, Some(_)) => UserChangeOutcome::NotTried,
                (None, None) if tried.operations.is_empty() => UserChangeOutcome::Unchanged,
                (None, None) => UserChangeOutcome::Changed,
            };
            let problem = match (tried.report.problem, refused) {
                (Some(diagnosis), _) => Some(Problem::from(diagnosis)),
                (None, Some(caution)) => Some(Problem::new(
                    "dry_run.cannot_hold",
                    caution.text.clone(),
                    "Try one of them by itself to see what can be said.",
                )),
                (None, None) => None,
            };
            result(outcome, tried.operations, problem)
        }
    }
}

fn made_result(user: &str, answer: OwnAnswer) -> UserResult {
    let outcome = match (answer.status < 400, answer.operations.is_empty()) {
        (false, _) => UserChangeOutcome::Failed,
        (true, true) => UserChangeOutcome::Unchanged,
        (true, false) => UserChangeOutcome::Changed,
    };
    let problem = (outcome == UserChangeOutcome::Failed).then(|| {
        let mut problem = answer.diagnosis.map_or_else(
            || {
                Problem::new(
                    "change.broken",
                    "The change could not be finished.",
                    "Look at the user and into Traffic; the program's log has the cause.",
                )
            },
            Problem::from,
        );
        problem.exchange.clone_from(&answer.exchange);
        problem
    });
    UserResult {
        user: user.to_owned(),
        outcome,
        // What ran in a transaction that was rolled back changed nothing.
        operations: if outcome == UserChangeOutcome::Failed {
            Vec::new()
        } else {
            answer.operations
        },
        problem,
        exchange: answer.exchange,
    }
}
