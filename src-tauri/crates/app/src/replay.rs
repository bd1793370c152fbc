//! A recorded request sent again: which database it reaches, where it is recorded, and what is made of it
//! when it is only tried.
//!
//! **Invariant:** a dry run is never recorded as an exchange and never commits; one for real is recorded
//! with what it repeats, and goes on to its end where nobody waits for it any more. Neither moves the
//! provider's pages: imports of a replay stand apart.
//!
//! It goes through [`sluice_gateway::replay`] with other ports: a directory that gives one database, and a
//! recorder that keeps the exchange for whoever asked.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sluice_core::config::{Application, Connection};
use sluice_core::dry_run::DryRun;
use sluice_core::exchange::{Exchange, Repeats};
use sluice_core::ports::{Database, Directory, RecordError, Recorder};
use sluice_core::snapshot::Snapshots;
use sluice_core::trace::Trace;
use sluice_core::usecase::{self, Ahead, Context};
use sluice_core::{DatabaseError, Secret, replay};
use sluice_gateway::Gateway;
use sluice_gateway::replay::{Asked, Replay};
use sluice_log::Store;

use crate::app::App;
use crate::problem::Problem;

/// Who sent what was sent from the console, in the place of a client's address.
const CONSOLE: &str = "the console";

/// Gives one database for every name.
struct One {
    application: Option<Arc<Application>>,
    database: Arc<dyn Database>,
}

#[async_trait]
impl Directory for One {
    fn application(&self, name: &str) -> Option<Arc<Application>> {
        let own = self.application.as_ref();
        own.filter(|application| application.name == name).cloned()
    }

    fn connections(&self) -> Vec<String> {
        Vec::new()
    }

    async fn database(&self, _: &str) -> Result<Arc<dyn Database>, DatabaseError> {
        Ok(Arc::clone(&self.database))
    }

    async fn database_from_header(
        &self,
        _: &Connection,
        _: Option<&Secret>,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        Ok(Arc::clone(&self.database))
    }
}

/// Keeps the exchange, and records it too where there is a store.
struct Keeping {
    store: Option<Store>,
    repeats: Repeats,
    kept: Mutex<Option<Exchange>>,
}

impl Keeping {
    fn marked(&self, exchange: Exchange) -> Exchange {
        Exchange {
            remote: CONSOLE.to_owned(),
            repeats: Some(self.repeats.clone()),
            ..exchange
        }
    }

    fn keep(&self, exchange: Exchange) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange);
    }

    fn take(&self) -> Option<Exchange> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

#[async_trait]
impl Recorder for Keeping {
    async fn record(&self, exchange: Exchange) -> Result<(), RecordError> {
        let exchange = self.marked(exchange);
        let recorded = match &self.store {
            Some(store) => store.record(exchange.clone()).await,
            None => Ok(()),
        };
        self.keep(exchange);
        recorded
    }

    fn offer(&self, exchange: Exchange) {
        let exchange = self.marked(exchange);
        if let Some(store) = &self.store {
            store.offer(exchange.clone());
        }
        self.keep(exchange);
    }

    fn ready(&self) -> Result<(), RecordError> {
        self.store.as_ref().map_or(Ok(()), Recorder::ready)
    }
}

/// What is to be sent, and where.
pub(crate) struct Order {
    pub request: Replay,
    pub asked: Asked,
    pub repeats: Repeats,
    pub application: Option<Arc<Application>>,
    pub database: Arc<dyn Database>,
    /// Imports of this replay; their figures tell how far it is.
    pub snapshots: Arc<Snapshots>,
}

impl Order {
    /// What a use case of this order works with.
    fn context(&self, app: &App) -> Option<Context> {
        Some(Context {
            application: Arc::clone(self.application.as_ref()?),
            database: Arc::clone(&self.database),
            snapshots: Arc::clone(&self.snapshots),
            snapshot_key: String::new(),
            base: String::new(),
            trace: Trace::new(Arc::clone(&app.clock), app.workspace().log.sample_rows),
        })
    }

    /// The user that the request names, by whom rows of large tables are found.
    fn user(&self) -> Option<String> {
        self.asked.subject.clone().or_else(|| {
            let body: serde_json::Value = serde_json::from_str(&self.request.body).ok()?;
            Some(body.get("userName")?.as_str()?.to_owned())
        })
    }

    async fn send(
        &self,
        app: &App,
        database: Arc<dyn Database>,
        store: Option<Store>,
    ) -> Result<Exchange, Problem> {
        let keeping = Arc::new(Keeping {
            store,
            repeats: self.repeats.clone(),
            kept: Mutex::default(),
        });
        let gateway = Gateway {
            directory: Arc::new(One {
                application: self.application.clone(),
                database,
            }),
            recorder: Arc::clone(&keeping) as _,
            clock: Arc::clone(&app.clock),
            snapshots: Arc::clone(&self.snapshots),
            guards: app.guards(),
            endpoint: app.workspace().endpoint.clone(),
            log: app.workspace().log.clone(),
            authority: app.workspace().endpoint.listen.clone(),
            health: Arc::default(),
            // Its header was left out: that is no change of the client's.
            shapes: Arc::default(),
            asked: Arc::clone(&app.asked),
        };
        sluice_gateway::replay::replay(Arc::new(gateway), self.request.clone()).await?;
        keeping.take().ok_or_else(|| {
            Problem::new(
                "replay.no_exchange",
                "The request was served and left no record.",
                "Look into the server's log, and whether the store can be written.",
            )
        })
    }

    /// What a rollback would not take back of what this may run. Nothing is run.
    pub async fn look_ahead(&self, app: &App) -> Result<Option<(Context, Ahead)>, Problem> {
        let Some(mut context) = self.context(app) else {
            return Ok(None);
        };
        let operations = replay::operations(self.asked.action);
        let ahead = usecase::look_ahead(&mut context, operations).await?;
        Ok(Some((context, ahead)))
    }

    /// Sends it in a transaction that is rolled back. No exchange where something was found that cannot be
    /// taken back, unless `in_spite`.
    pub async fn dry(
        &self,
        app: &App,
        in_spite: bool,
    ) -> Result<(Option<Exchange>, DryRun), Problem> {
        let Some((mut context, ahead)) = self.look_ahead(app).await? else {
            return Err(no_application(&self.asked.application));
        };
        if ahead.cannot_hold() && !in_spite {
            return Ok((None, ahead.not_run()));
        }
        let user = self.user();
        let begun = context.trace.mark();
        let rehearsing = usecase::rehearse(&mut context, ahead, user.as_deref()).await?;
        let sent = self.send(app, rehearsing.database(), None).await;
        let mut report = rehearsing.end(&mut context).await;
        report.duration_us = context.trace.since_us(begun);
        let mut exchange = sent?;
        replay::rehearsed(&mut exchange);
        let statements = exchange.steps.iter();
        report.statements = statements
            .filter_map(|step| step.statement.clone())
            .collect();
        if report.problem.is_none() {
            report.problem.clone_from(&exchange.diagnosis);
        }
        Ok((Some(exchange), report))
    }

    /// Sends it for real, and records it.
    pub async fn real(self, app: Arc<App>) -> Result<Exchange, Problem> {
        if !self.asked.action.writes() {
            return self
                .send(&app, Arc::clone(&self.database), Some(app.store.clone()))
                .await;
        }
        // In a task of its own: a write is not cut short by a window that is closed.
        let task = tokio::spawn(async move {
            self.send(&app, Arc::clone(&self.database), Some(app.store.clone()))
                .await
        });
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a replay ended early");
            Err(Problem::new(
                "replay.broken",
                "The replay could not be finished.",
                "Look whether it is in the Traffic list, and into the program's log.",
            ))
        })
    }
}

/// Where there is nothing that could be run.
pub(crate) fn no_application(name: &str) -> Problem {
    Problem::new(
        "application.unknown",
        format!("There is no application \"{name}\" in the configuration."),
        "The connector header that configured it is never recorded. Add the application to the configuration, or edit the path to one that is there.",
    )
}
