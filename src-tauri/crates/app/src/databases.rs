//! The workspace's databases and applications, by name.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sluice_core::config::{Application, Connection, Workspace};
use sluice_core::ports::{Database, Directory};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret};
use tokio::sync::OnceCell;

use crate::secrets::SecretStore;

/// The original serves up to eight databases; headers may name that many here.
const MOST_FROM_HEADERS: usize = 8;

/// One configuration's applications and databases. A database is opened when it is first asked for,
/// and kept.
///
/// **Invariant:** it never changes. A changed configuration has one of its own ([`Databases::next`]),
/// which shares the open databases of those connections that stayed as they were.
pub(crate) struct Databases {
    connections: HashMap<String, Arc<Opening>>,
    applications: HashMap<String, Arc<Application>>,
    secrets: SecretStore,
    from_headers: Arc<Mutex<Vec<FromHeader>>>,
}

/// A connection and its database, once somebody asked for it.
struct Opening {
    connection: Connection,
    open: OnceCell<Arc<dyn Database>>,
}

struct FromHeader {
    connection: Connection,
    password: Option<Secret>,
    database: Arc<dyn Database>,
}

impl Databases {
    pub fn new(workspace: &Workspace, secrets: SecretStore) -> Self {
        Self::of(workspace, secrets, &HashMap::new(), Arc::default())
    }

    /// Those of a changed configuration. What is open and unchanged stays open.
    pub fn next(&self, workspace: &Workspace) -> Self {
        let from_headers = Arc::clone(&self.from_headers);
        Self::of(
            workspace,
            self.secrets.clone(),
            &self.connections,
            from_headers,
        )
    }

    /// The same with one connection's database to be opened anew.
    pub fn reopened(&self, workspace: &Workspace, connection: &str) -> Self {
        let mut before = self.connections.clone();
        before.remove(connection);
        let from_headers = Arc::clone(&self.from_headers);
        Self::of(workspace, self.secrets.clone(), &before, from_headers)
    }

    /// The database of a connection, where it is open already.
    pub fn opened(&self, name: &str) -> Option<Arc<dyn Database>> {
        self.connections.get(name)?.open.get().cloned()
    }

    fn of(
        workspace: &Workspace,
        secrets: SecretStore,
        before: &HashMap<String, Arc<Opening>>,
        from_headers: Arc<Mutex<Vec<FromHeader>>>,
    ) -> Self {
        let opening = |(name, connection): (&String, &Connection)| {
            let same = before.get(name).filter(|o| o.connection == *connection);
            let opening = same.cloned().unwrap_or_else(|| {
                Arc::new(Opening {
                    connection: connection.clone(),
                    open: OnceCell::new(),
                })
            });
            (name.clone(), opening)
        };
        Self {
            connections: workspace.connections.iter().map(opening).collect(),
            applications: workspace
                .applications
                .iter()
                .map(|(name, a)| (name.clone(), Arc::new(a.clone())))
                .collect(),
            secrets,
            from_headers,
        }
    }

    /// The database of a connection, opened where it is not yet.
    pub async fn get(&self, name: &str) -> Result<Arc<dyn Database>, DatabaseError> {
        let opening = self.connections.get(name).ok_or_else(|| {
            DatabaseError::new(
                DatabaseErrorKind::UnknownDatabase,
                format!("there is no connection \"{name}\" in the configuration"),
            )
        })?;
        let database = opening.open.get_or_try_init(async || {
            let secrets = self.secrets.clone();
            let key = format!("connection.{name}");
            // The keyring is asked over a socket of its own and may take its time.
            let password = tokio::task::spawn_blocking(move || secrets.get(&key))
                .await
                .map_err(|error| DatabaseError::new(DatabaseErrorKind::Other, error.to_string()))?
                .map_err(|error| DatabaseError::new(DatabaseErrorKind::Other, error.to_string()))?;
            sluice_db::open(
                &opening.connection,
                password.as_ref().map(|(secret, _)| secret),
            )
        });
        Ok(Arc::clone(database.await?))
    }
}

#[async_trait]
impl Directory for Databases {
    fn application(&self, name: &str) -> Option<Arc<Application>> {
        self.applications.get(name).cloned()
    }

    fn connections(&self) -> Vec<String> {
        let of = |application: &Arc<Application>| application.connection.clone();
        let names: BTreeSet<String> = self.applications.values().filter_map(of).collect();
        names.into_iter().collect()
    }

    async fn database(&self, connection: &str) -> Result<Arc<dyn Database>, DatabaseError> {
        self.get(connection).await
    }

    async fn database_from_header(
        &self,
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let mut kept = self
            .from_headers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // The password is part of the identity: a changed one must not ride on an open pool.
        if let Some(index) = kept
            .iter()
            .position(|k| k.connection == *connection && k.password.as_ref() == password)
        {
            let found = kept.remove(index);
            let database = Arc::clone(&found.database);
            kept.push(found);
            return Ok(database);
        }
        let database = sluice_db::open(connection, password)?;
        if kept.len() >= MOST_FROM_HEADERS {
            kept.remove(0);
        }
        kept.push(FromHeader {
            connection: connection.clone(),
            password: password.cloned(),
            database: Arc::clone(&database),
        });
        Ok(database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[connections.one]\ndialect = \"sqlite\"\npath = \"one.db\"\n[connections.two]\ndialect = \"sqlite\"\npath = \"two.db\"\n";

    #[test]
    fn a_connection_that_stays_as_it_was_keeps_its_database_and_a_changed_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let before = Workspace::parse(TEXT).unwrap();
        let databases = Databases::new(&before, SecretStore::new(folder.path()));
        let after = Workspace::parse(&TEXT.replace("two.db", "other.db")).unwrap();
        let next = databases.next(&after);
        let same = |name: &str| Arc::ptr_eq(&databases.connections[name], &next.connections[name]);
        assert!(same("one"));
        assert!(!same("two"));
        // Who still works with the configuration before is not moved to another database.
        let path = |of: &Databases| of.connections["two"].connection.path.clone();
        assert_eq!(path(&databases).as_deref(), Some("two.db"));
        assert_eq!(path(&next).as_deref(), Some("other.db"));
    }
}
