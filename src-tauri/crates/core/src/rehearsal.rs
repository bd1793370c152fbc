//! A database on which a request can be tried: whatever it commits waits in a transaction that somebody
//! else ends.
//!
//! **Invariant:** nothing that a use case does through a [`Rehearsal`] is committed. The use cases do not
//! know of it: what is tried is what production runs.
//!
//! A write session begins a real transaction. When the use case commits, the transaction stays open and is
//! kept; what begins next goes on in it. Who made the rehearsal takes it with [`Rehearsal::release`] and
//! rolls it back. Dropped, it is closed, and nothing stays either.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::catalogue::{Catalogue, Question};
use crate::config::Dialect;
use crate::failure::DatabaseError;
use crate::plan::Statement;
use crate::ports::{Access, Database, PoolFigures, RowSink, ServerInfo, Session, StatementOutcome};

/// The transaction that waits for its end, while nobody works in it.
type Held = Arc<Mutex<Option<Box<dyn Session>>>>;

/// A database whose commits are not made.
pub struct Rehearsal {
    database: Arc<dyn Database>,
    held: Held,
    /// Whether reads too go into a transaction, because what they run may write.
    reads_too: bool,
}

impl Rehearsal {
    /// A rehearsal on this database. Reads go past it as on the wire, unless `reads_too`.
    pub fn new(database: Arc<dyn Database>, reads_too: bool) -> Self {
        Self {
            database,
            held: Held::default(),
            reads_too,
        }
    }

    /// Gives it a transaction that was begun already.
    pub fn hold(&self, session: Box<dyn Session>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }

    /// The transaction with all that was done in it; `None` where there was none, or the use case rolled it
    /// back.
    pub fn release(&self) -> Option<Box<dyn Session>> {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

#[async_trait]
impl Database for Rehearsal {
    fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    fn grammar(&self) -> Dialect {
        self.database.grammar()
    }

    fn pool(&self) -> PoolFigures {
        self.database.pool()
    }

    async fn check(&self) -> Result<ServerInfo, DatabaseError> {
        self.database.check().await
    }

    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError> {
        let session = match (self.release(), access) {
            (Some(session), _) => session,
            (None, Access::Read) if !self.reads_too => return self.database.begin(access).await,
            (None, _) => self.database.begin(Access::Write).await?,
        };
        Ok(Box::new(Lent {
            session,
            access,
            held: Arc::clone(&self.held),
        }))
    }
}

/// The transaction, while a use case works in it.
struct Lent {
    session: Box<dyn Session>,
    access: Access,
    held: Held,
}

impl Lent {
    fn give_back(self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.session);
    }
}

#[async_trait]
impl Session for Lent {
    async fn stream(
        &mut self,
        statement: &Statement,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        self.session.stream(statement, rows).await
    }

    async fn catalogue(&mut self, question: &Question) -> Result<Catalogue, DatabaseError> {
        self.session.catalogue(question).await
    }

    async fn in_transaction(&mut self) -> Result<Option<bool>, DatabaseError> {
        self.session.in_transaction().await
    }

    async fn commit(self: Box<Self>) -> Result<(), DatabaseError> {
        self.give_back();
        Ok(())
    }

    async fn rollback(self: Box<Self>) -> Result<(), DatabaseError> {
        match self.access {
            // A read ends so in every case; what was written before it must stay until the end.
            Access::Read => {
                self.give_back();
                Ok(())
            }
            Access::Write => self.session.rollback().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes what reaches the database.
    #[derive(Default)]
    struct Noting(Arc<Mutex<Vec<String>>>);

    struct NotingSession(Arc<Mutex<Vec<String>>>);

    fn note(notes: &Mutex<Vec<String>>, words: impl Into<String>) {
        notes.lock().unwrap().push(words.into());
    }

    #[async_trait]
    impl Database for Noting {
        fn dialect(&self) -> Dialect {
            Dialect::Postgresql
        }
        fn pool(&self) -> PoolFigures {
            PoolFigures::default()
        }
        async fn check(&self) -> Result<ServerInfo, DatabaseError> {
            unreachable!("not asked")
        }
        async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError> {
            note(&self.0, format!("begin {access:?}"));
            Ok(Box::new(NotingSession(Arc::clone(&self.0))))
        }
    }

    #[async_trait]
    impl Session for NotingSession {
        async fn stream(
            &mut self,
            statement: &Statement,
            _: &mut dyn RowSink,
        ) -> Result<StatementOutcome, DatabaseError> {
            note(&self.0, &statement.text);
            Ok(StatementOutcome::default())
        }
        async fn catalogue(&mut self, _: &Question) -> Result<Catalogue, DatabaseError> {
            unreachable!("not asked")
        }
        async fn in_transaction(&mut self) -> Result<Option<bool>, DatabaseError> {
            Ok(Some(true))
        }
        async fn commit(self: Box<Self>) -> Result<(), DatabaseError> {
            note(&self.0, "commit");
            Ok(())
        }
        async fn rollback(self: Box<Self>) -> Result<(), DatabaseError> {
            note(&self.0, "rollback");
            Ok(())
        }
    }

    fn statement(text: &str) -> Statement {
        Statement {
            operation: None,
            kind: crate::mapping::Kind::Sql,
            text: text.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// Two writes that are committed and a read between them, then the end.
    async fn use_case(database: &Rehearsal) {
        for (access, text) in [
            (Access::Read, "look"),
            (Access::Write, "first"),
            (Access::Read, "look again"),
            (Access::Write, "second"),
        ] {
            let mut session = database.begin(access).await.unwrap();
            session.execute(&statement(text)).await.unwrap();
            match access {
                Access::Read => session.rollback().await.unwrap(),
                Access::Write => session.commit().await.unwrap(),
            }
        }
    }

    fn notes_of(reads_too: bool) -> Vec<String> {
        let database = Noting::default();
        let notes = Arc::clone(&database.0);
        let rehearsal = Rehearsal::new(Arc::new(database), reads_too);
        futures_util::FutureExt::now_or_never(async {
            use_case(&rehearsal).await;
            rehearsal.release().unwrap().rollback().await.unwrap();
        })
        .unwrap();
        notes.lock().unwrap().clone()
    }

    #[test]
    fn what_a_use_case_commits_waits_in_one_transaction_and_is_rolled_back() {
        assert_eq!(
            notes_of(false),
            [
                "begin Read",
                "look",
                "rollback",
                "begin Write",
                "first",
                "look again",
                "second",
                "rollback"
            ]
        );
    }

    #[test]
    fn reads_that_may_write_are_in_the_transaction_too() {
        assert_eq!(
            notes_of(true),
            [
                "begin Write",
                "look",
                "first",
                "look again",
                "second",
                "rollback"
            ]
        );
    }
}
