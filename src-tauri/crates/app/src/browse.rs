//! Looks at a connection's tables: what is known of them, and which of their columns are secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sluice_core::browse::Refusal;
use sluice_core::browse::select::Subject;
use sluice_core::catalogue::{Catalogue, ObjectName, Question, Relation};
use sluice_core::config::{Dialect, Workspace};
use sluice_core::ports::{Access, Database, Session};

use crate::app::App;
use crate::problem::Problem;

/// How long what a database said of a table is believed while somebody scrolls through its rows,
/// microseconds. A look at the table itself always asks.
const BELIEVED_US: i64 = 20_000_000;
/// How many tables are known at once.
const MOST: usize = 64;

/// A connection's name and a table's.
type Key = (String, ObjectName);

/// What was asked of tables lately, and when (microseconds).
#[derive(Default)]
pub(crate) struct Relations(Mutex<HashMap<Key, (i64, Arc<Relation>)>>);

impl Relations {
    fn get(&self, connection: &str, name: &ObjectName, now: i64) -> Option<Arc<Relation>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, relation) = known.get(&(connection.to_owned(), name.clone()))?;
        (now - at < BELIEVED_US).then(|| Arc::clone(relation))
    }

    fn put(&self, connection: &str, name: &ObjectName, now: i64, relation: &Arc<Relation>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, _)| now - *at < BELIEVED_US);
        if known.len() >= MOST {
            known.clear();
        }
        let key = (connection.to_owned(), name.clone());
        known.insert(key, (now, Arc::clone(relation)));
    }

    /// Forgets a table, because a statement on it was refused.
    pub fn forget(&self, connection: &str, name: &ObjectName) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&(connection.to_owned(), name.clone()));
    }
}

/// A connection that is being looked at: one session that only reads.
pub(crate) struct Looking {
    pub session: Box<dyn Session>,
    /// Whose grammar statements have.
    pub dialect: Dialect,
    pub secrets: Vec<String>,
}

impl Looking {
    /// Takes a connection of the pool for reading.
    pub async fn at(app: &App, connection: &str) -> Result<Self, Problem> {
        let database: Arc<dyn Database> = app.databases().get(connection).await?;
        let session = database.begin(Access::Read).await?;
        Ok(Self {
            session,
            dialect: database.grammar(),
            secrets: secret_columns(&app.workspace(), connection),
        })
    }

    /// Asks the database about itself.
    pub async fn ask(&mut self, question: &Question) -> Result<Catalogue, Problem> {
        Ok(self.session.catalogue(question).await?)
    }

    /// A table or view with everything that is known of it; `fresh` asks in every case.
    pub async fn relation(
        &mut self,
        app: &App,
        connection: &str,
        name: &ObjectName,
        fresh: bool,
    ) -> Result<Arc<Relation>, Problem> {
        let now = app.clock.monotonic_us();
        if let Some(known) = app.relations.get(connection, name, now).filter(|_| !fresh) {
            return Ok(known);
        }
        let found = self.ask(&Question::Relation(name.clone())).await?;
        let relation = found.relations.into_iter().next().ok_or_else(|| {
            Problem::new(
                "data.no_relation",
                format!("There is no table or view {name} on the connection \"{connection}\"."),
                "It may have been dropped, or the connection's user may not see it.",
            )
        })?;
        let relation = Arc::new(relation);
        app.relations.put(connection, name, now, &relation);
        Ok(relation)
    }

    /// The table as statements are made for it.
    pub fn subject<'a>(&'a self, relation: &'a Relation) -> Subject<'a> {
        Subject {
            dialect: self.dialect,
            relation,
            secrets: &self.secrets,
        }
    }
}

/// What an application calls secret is secret wherever its connection is looked at.
fn secret_columns(workspace: &Workspace, connection: &str) -> Vec<String> {
    let mut columns: Vec<String> = workspace
        .applications
        .values()
        .filter(|application| application.connection.as_deref() == Some(connection))
        .flat_map(|application| application.secret_columns.iter().cloned())
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Self::new("data.query", refusal.to_string(), refusal.remedy());
        if let Some(column) = refusal.column() {
            problem
                .fields
                .insert(column.to_owned(), refusal.to_string());
        }
        problem
    }
}
