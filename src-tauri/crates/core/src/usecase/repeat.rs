//! Doing it again: a request is repeated only where nothing of it can have happened.
//!
//! A read is repeated when its connection broke. A write is repeated when the database ended its
//! transaction because of a deadlock, which keeps nothing, unless a procedure ran in it that could
//! have committed by itself. Everything else is answered, and whoever asked decides.

use crate::config::Dialect;
use crate::exchange::StepKind;
use crate::failure::{DatabaseErrorKind, Failure};
use crate::mapping::Kind;
use crate::ports::Access;

use super::Context;

/// How often a request is repeated. Two who meet in a deadlock seldom meet a third time.
const REPEATS: usize = 2;

/// The attempts of one request.
pub(super) struct Attempts {
    left: usize,
    /// Where in the trace the attempt under way began.
    from: usize,
}

impl Attempts {
    pub(super) fn begin(context: &Context) -> Self {
        Self {
            left: REPEATS,
            from: context.trace.len(),
        }
    }

    /// Whether to do it again after this result; says so in the trace.
    pub(super) fn again<T>(
        &mut self,
        context: &mut Context,
        access: Access,
        result: &Result<T, Failure>,
    ) -> bool {
        let Err(failure) = result else { return false };
        if self.left == 0 || !self.nothing_happened(context, access, failure) {
            return false;
        }
        self.left -= 1;
        let mark = context.trace.mark();
        context.trace.step(
            StepKind::Plan,
            "Began again",
            mark,
            true,
            Some(match access {
                Access::Read => "The connection broke during a read.".to_owned(),
                Access::Write => "A deadlock was resolved and nothing was kept.".to_owned(),
            }),
        );
        self.from = context.trace.len();
        true
    }

    fn nothing_happened(&self, context: &Context, access: Access, failure: &Failure) -> bool {
        let kind = failure.database.as_ref().map(|error| error.kind);
        match (access, kind) {
            (Access::Read, Some(DatabaseErrorKind::ConnectionLost)) => true,
            (Access::Write, Some(DatabaseErrorKind::Deadlock)) => {
                let dialect = context.database.dialect();
                // SQLite has no deadlocks; this is another writer who did not end in time, and
                // waiting once more would only make the answer later. On PostgreSQL a procedure
                // cannot commit inside a transaction.
                match dialect {
                    Dialect::Sqlite => false,
                    Dialect::Postgresql => true,
                    _ => !self.called_a_writing_procedure(context),
                }
            }
            _ => false,
        }
    }

    fn called_a_writing_procedure(&self, context: &Context) -> bool {
        let ran = context.trace.statements_from(self.from);
        ran.iter().any(|statement| {
            statement.kind == Kind::Procedure
                && statement.operation.is_none_or(crate::Operation::writes)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use serde_json::json;

    use super::*;
    use crate::catalogue::{Catalogue, Question};
    use crate::config::Workspace;
    use crate::failure::DatabaseError;
    use crate::plan::Statement;
    use crate::ports::{
        Clock, Database, PoolFigures, ResultColumn, RowSink, ServerInfo, Session, StatementOutcome,
    };
    use crate::trace::Trace;
    use crate::usecase::Asked;
    use crate::usecase::{get_user, replace_user};
    use crate::value::Value;

    /// A database with one user, which fails at the statements with a word so many times.
    struct Fails {
        dialect: Dialect,
        word: &'static str,
        kind: DatabaseErrorKind,
        left: Arc<AtomicUsize>,
        begun: AtomicUsize,
        title: Arc<std::sync::Mutex<String>>,
    }

    struct FailingSession {
        word: &'static str,
        kind: DatabaseErrorKind,
        left: Arc<AtomicUsize>,
        title: Arc<std::sync::Mutex<String>>,
        written: Option<String>,
    }

    #[async_trait]
    impl Database for Fails {
        fn dialect(&self) -> Dialect {
            self.dialect
        }
        fn pool(&self) -> PoolFigures {
            PoolFigures::default()
        }
        async fn check(&self) -> Result<ServerInfo, DatabaseError> {
            Err(DatabaseError::new(DatabaseErrorKind::Other, "not asked"))
        }
        async fn begin(&self, _: Access) -> Result<Box<dyn Session>, DatabaseError> {
            self.begun.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(FailingSession {
                word: self.word,
                kind: self.kind,
                left: Arc::clone(&self.left),
                title: Arc::clone(&self.title),
                written: None,
            }))
        }
    }

    #[async_trait]
    impl Session for FailingSession {
        async fn stream(
            &mut self,
            statement: &Statement,
            rows: &mut dyn RowSink,
        ) -> Result<StatementOutcome, DatabaseError> {
            let fails = statement.text.contains(self.word)
                && self
                    .left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                        left.checked_sub(1)
                    })
                    .is_ok();
            if fails {
                return Err(DatabaseError::new(self.kind, "1213"));
            }
            if statement.text.starts_with("SELECT") {
                let column = |name: &str| ResultColumn {
                    name: name.to_owned(),
                    type_name: "TEXT".to_owned(),
                };
                rows.columns(Arc::new([column("USER_ID"), column("TITLE")]));
                let title = self.written.clone();
                let title = title.unwrap_or_else(|| self.title.lock().unwrap().clone());
                rows.row(vec!["luke".into(), Value::Text(title)])?;
            } else {
                self.written = statement.parameters[0].value.to_text();
            }
            Ok(StatementOutcome {
                affected: Some(1),
                ..StatementOutcome::default()
            })
        }
        async fn catalogue(&mut self, _: &Question) -> Result<Catalogue, DatabaseError> {
            Ok(Catalogue::default())
        }
        async fn in_transaction(&mut self) -> Result<Option<bool>, DatabaseError> {
            Ok(None)
        }
        async fn commit(self: Box<Self>) -> Result<(), DatabaseError> {
            if let Some(written) = self.written {
                *self.title.lock().unwrap() = written;
            }
            Ok(())
        }
        async fn rollback(self: Box<Self>) -> Result<(), DatabaseError> {
            Ok(())
        }
    }

    struct Still;

    impl Clock for Still {
        fn wall_us(&self) -> i64 {
            0
        }
        fn monotonic_us(&self) -> i64 {
            0
        }
    }

    fn database(
        dialect: Dialect,
        word: &'static str,
        kind: DatabaseErrorKind,
        times: usize,
    ) -> Arc<Fails> {
        Arc::new(Fails {
            dialect,
            word,
            kind,
            left: Arc::new(AtomicUsize::new(times)),
            begun: AtomicUsize::new(0),
            title: Arc::new(std::sync::Mutex::new("Farmer".to_owned())),
        })
    }

    fn context(database: &Arc<Fails>, update: &str) -> Context {
        let text = format!(
            "[applications.app]\nprofile = \"columns\"\n\
             [applications.app.operations.get_user_by_id]\nkind = \"sql\"\n\
             statement = \"SELECT USER_ID, TITLE FROM USERS WHERE USER_ID = ?\"\nparameters = [\"USER_ID\"]\n\
             [applications.app.operations.update_user]\n{update}\nparameters = [\"TITLE\", \"USER_ID\"]\n"
        );
        let workspace = Workspace::parse(&text).unwrap();
        Context {
            application: Arc::new(workspace.applications["app"].clone()),
            database: Arc::clone(database) as _,
            snapshots: Arc::default(),
            snapshot_key: String::new(),
            base: String::new(),
            trace: Trace::new(Arc::new(Still), 5),
        }
    }

    const SQL: &str =
        "kind = \"sql\"\nstatement = \"UPDATE USERS SET TITLE = ? WHERE USER_ID = ?\"";
    const PROCEDURE: &str = "kind = \"procedure\"\nstatement = \"CALL UPDATE_USER(?, ?)\"";

    /// Replaces the user's title; the answer's status, how many sessions it took, and the title.
    fn replace(database: &Arc<Fails>, update: &str) -> (u16, usize, String) {
        let mut context = context(database, update);
        let body = json!({
            "userName": "luke",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "ext_TITLE": "Jedi" }
        });
        let body = body.as_object().unwrap();
        let status = match wait(replace_user(&mut context, "luke", body, &Asked::all())) {
            Ok(answer) => answer.status,
            Err(failure) => failure.scim.status,
        };
        let title = database.title.lock().unwrap().clone();
        (status, database.begun.load(Ordering::Relaxed), title)
    }

    /// The fakes never wait, so one poll is enough.
    fn wait<T>(future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => unreachable!("the fake waited"),
        }
    }

    #[test]
    fn a_deadlock_of_plain_statements_is_repeated_twice_and_then_answered() {
        let deadlock =
            |times| database(Dialect::Mysql, "UPDATE", DatabaseErrorKind::Deadlock, times);
        assert_eq!(replace(&deadlock(1), SQL), (200, 2, "Jedi".into()));
        assert_eq!(replace(&deadlock(2), SQL), (200, 3, "Jedi".into()));
        assert_eq!(replace(&deadlock(9), SQL), (503, 3, "Farmer".into()));
    }

    #[test]
    fn a_procedure_that_may_have_committed_is_not_repeated() {
        let deadlock = |dialect| database(dialect, "CALL", DatabaseErrorKind::Deadlock, 1);
        for dialect in [
            Dialect::Mysql,
            Dialect::Oracle,
            Dialect::SqlServer,
            Dialect::Odbc,
        ] {
            assert_eq!(replace(&deadlock(dialect), PROCEDURE).0, 503, "{dialect}");
        }
        assert_eq!(replace(&deadlock(Dialect::Postgresql), PROCEDURE).0, 200);
    }

    #[test]
    fn a_write_whose_connection_broke_is_never_repeated() {
        let lost = database(
            Dialect::Postgresql,
            "UPDATE",
            DatabaseErrorKind::ConnectionLost,
            1,
        );
        assert_eq!(replace(&lost, SQL), (503, 1, "Farmer".into()));
    }

    #[test]
    fn an_id_that_its_column_cannot_hold_is_nobodys() {
        let misfit = database(Dialect::Mysql, "SELECT", DatabaseErrorKind::InvalidValue, 9);
        let read = wait(get_user(
            &mut context(&misfit, SQL),
            "nonsense",
            &Asked::all(),
        ));
        assert_eq!(read.unwrap_err().scim.status, 404);
        assert_eq!(misfit.begun.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_read_whose_connection_broke_is_repeated() {
        let lost = |times| {
            database(
                Dialect::Mysql,
                "SELECT",
                DatabaseErrorKind::ConnectionLost,
                times,
            )
        };
        let read = |database: &Arc<Fails>| {
            wait(get_user(&mut context(database, SQL), "luke", &Asked::all()))
        };
        assert_eq!(read(&lost(2)).unwrap().status, 200);
        assert_eq!(read(&lost(9)).unwrap_err().scim.status, 503);
        let other = database(Dialect::Mysql, "SELECT", DatabaseErrorKind::Timeout, 1);
        assert!(
            read(&other).is_err(),
            "a slow statement would be slow again"
        );
    }
}
