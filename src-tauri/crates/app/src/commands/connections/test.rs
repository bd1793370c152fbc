//! The test of a connection as its form has it, saved or not: step by step, each with its time.
//!
//! **Invariant:** nothing of it is kept, the password least of all, and nothing is written to the database. Who
//! ends the work ends what it waits for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::Secret;
use sluice_core::config::{Connection, ConnectionSettings};
use sluice_core::ports::Access;
use sluice_core::probe::{Probe, ProbeResult, ProbeStep, ServerCertificate, Tell};
use sluice_core::usecase::prove_connection;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::change::kept;
use super::{has_password, ready};
use crate::app::App;
use crate::problem::Problem;

/// What to try.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestInput {
    pub settings: ConnectionSettings,
    /// As it was typed; it is used for this test and kept nowhere.
    #[serde(default)]
    #[ts(optional)]
    pub password: Option<String>,
    /// A saved connection whose password is used where none was typed.
    #[serde(default)]
    #[ts(optional)]
    pub password_of: Option<String>,
    /// The saved connection that this is; the rights that its applications need are looked at.
    #[serde(default)]
    #[ts(optional)]
    pub name: Option<String>,
}

/// How far a test is.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Testing {
    pub steps: Vec<ProbeResult>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Tested {
    pub steps: Vec<ProbeResult>,
    /// What the server showed; `null` where nothing was encrypted, or the driver does not show it.
    pub certificate: Option<ServerCertificate>,
    /// Whether no step failed.
    pub passed: bool,
}

/// Tries a connection.
pub async fn test(
    app: Arc<App>,
    input: TestInput,
    progress: mpsc::Sender<Testing>,
) -> Result<Tested, Problem> {
    let name = input.name.clone().unwrap_or_default();
    let mut connection = ready(&app, &name, &input.settings)?;
    // A test is one conversation, and none of it stays open.
    connection.pool.maximum_pool_size = 1;
    connection.pool.minimum_idle = 0;
    let password = match (&input.password, &input.password_of) {
        _ if !has_password(connection.dialect) => None,
        (Some(typed), _) if !typed.is_empty() => Some(Secret::new(typed.as_str())),
        (_, Some(other)) => kept(&app, other).await?,
        _ => None,
    };
    let tell: Tell = Arc::new(move |steps: &[ProbeResult]| {
        // Nobody who is gone has to be told; who is slow gets the whole of it at the end.
        let _ = progress.try_send(Testing {
            steps: steps.to_vec(),
        });
    });
    let mut steps = Probe::new(&connection, Arc::clone(&app.clock), tell);
    let reached = sluice_db::reach(&connection, &mut steps).await;
    if !steps.failed() {
        prove(&app, &connection, password.as_ref(), &mut steps).await;
    }
    let passed = !steps.failed();
    Ok(Tested {
        steps: steps.finish(),
        certificate: reached.certificate,
        passed,
    })
}

async fn prove(app: &App, connection: &Connection, password: Option<&Secret>, steps: &mut Probe) {
    // The first statement of a connection has a step of its own.
    let mut bare = connection.clone();
    let first = bare.pool.connection_init_sql.take();
    let database = match sluice_db::open(&bare, password) {
        Ok(database) => database,
        Err(error) => {
            steps.begin(ProbeStep::Login);
            return steps.refused(connection, &error);
        }
    };
    let configured = app.configured();
    let applications: Vec<_> = configured
        .workspace
        .applications
        .values()
        .filter(|one| {
            !connection.name.is_empty() && one.connection.as_deref() == Some(&connection.name)
        })
        .map(|one| Arc::new(one.clone()))
        .collect();
    let apart = sluice_db::protects_apart(connection.dialect);
    prove_connection(connection, &database, &applications, apart, steps).await;
    if first.is_some() && !steps.failed() {
        steps.begin(ProbeStep::Statement);
        let opened = match sluice_db::open(connection, password) {
            Ok(database) => database.begin(Access::Read).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(session) => {
                let _ = session.rollback().await;
                steps.pass("It runs on a new connection.");
            }
            Err(error) => steps.refused(connection, &error),
        }
    }
}
