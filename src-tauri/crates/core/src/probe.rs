//! A connection tried step by step: what was done, what came of it in words, and what to do.
//!
//! The way to the server (or the file) is walked by `sluice_db::reach`; who logs in and what the account
//! may do is asked by [`crate::usecase::prove_connection`].
//!
//! **Invariant:** the steps stand in the order they are taken, and after one that failed none is taken:
//! it is told as not reached, never as passed.
//!
//! To add a step: a variant of [`ProbeStep`], its place in [`ProbeStep::of`], and where it is taken.

mod rights;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::{Connection, Dialect};
use crate::failure::{DatabaseError, DatabaseErrorKind};
use crate::ports::Clock;

pub use rights::{Looked, account_told, objects_of, rights_told};

/// Something that has to go well before a statement can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ProbeStep {
    /// SQLite: the file is there.
    Found,
    /// SQLite: this account may read it.
    Readable,
    /// SQLite: this account may write it, and beside it.
    Writable,
    /// SQLite: it is a database.
    Opened,
    /// The server's name has an address.
    Lookup,
    /// Something listens there.
    Reach,
    /// The connection is encrypted as it was asked for.
    Protect,
    /// User, password and database are accepted.
    Login,
    /// Who answers.
    Version,
    /// What the account may do.
    Rights,
    /// The statement of every new connection runs.
    Statement,
}

impl ProbeStep {
    /// The steps that a connection is tried by.
    pub fn of(connection: &Connection) -> Vec<Self> {
        let mut steps = match connection.dialect {
            Dialect::Sqlite => vec![Self::Found, Self::Readable, Self::Writable, Self::Opened],
            // The way is the driver's own.
            Dialect::Odbc => vec![Self::Login],
            _ => vec![Self::Lookup, Self::Reach, Self::Protect, Self::Login],
        };
        steps.push(Self::Version);
        if connection.dialect != Dialect::Sqlite {
            steps.push(Self::Rights);
        }
        if connection.pool.connection_init_sql.is_some() {
            steps.push(Self::Statement);
        }
        steps
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ProbeState {
    Waiting,
    Running,
    Passed,
    /// It works, and there is something to know.
    Warned,
    Failed,
    /// Not taken: the one before failed, or there is nothing to it here.
    Skipped,
}

/// A step with what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProbeResult {
    pub step: ProbeStep,
    pub state: ProbeState,
    /// What came of it, in a sentence; empty before it ended.
    pub words: String,
    /// What to do, where there is something.
    pub remedy: Option<String>,
    /// What the database said, word for word, where it did.
    pub said: Option<String>,
    /// Microseconds; `null` where it was not taken, or not by itself.
    #[ts(type = "number | null")]
    pub duration_us: Option<i64>,
}

/// The certificate that a server showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerCertificate {
    /// "CN=db.example.com".
    pub subject: String,
    pub issuer: String,
    /// Host names and addresses it is made out to.
    pub names: Vec<String>,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub not_before: i64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub not_after: i64,
    /// SHA-256, hex with colons.
    pub fingerprint: String,
    /// "TLS 1.3"; `null` where the handshake did not come to its end.
    pub version: Option<String>,
}

/// What is wanted to know how far a test is.
pub type Tell = Arc<dyn Fn(&[ProbeResult]) + Send + Sync>;

/// The steps of one test as they are taken, each measured and told.
pub struct Probe {
    all: Vec<ProbeResult>,
    current: usize,
    begun: i64,
    clock: Arc<dyn Clock>,
    tell: Tell,
}

impl Probe {
    /// Those of a connection; none is taken yet.
    pub fn new(connection: &Connection, clock: Arc<dyn Clock>, tell: Tell) -> Self {
        let waiting = |step| ProbeResult {
            step,
            state: ProbeState::Waiting,
            words: String::new(),
            remedy: None,
            said: None,
            duration_us: None,
        };
        Self {
            all: ProbeStep::of(connection).into_iter().map(waiting).collect(),
            current: 0,
            begun: 0,
            clock,
            tell,
        }
    }

    /// Begins a step; what follows is said of it.
    pub fn begin(&mut self, step: ProbeStep) {
        if let Some(at) = self.all.iter().position(|one| one.step == step) {
            self.current = at;
            self.begun = self.clock.monotonic_us();
            if let Some(one) = self.all.get_mut(at) {
                one.state = ProbeState::Running;
            }
            (self.tell)(&self.all);
        }
    }

    /// It went well.
    pub fn pass(&mut self, words: impl Into<String>) {
        self.end(ProbeState::Passed, words.into(), None, None);
    }

    /// It went well, and there is something to do about it.
    pub fn warn(&mut self, words: impl Into<String>, remedy: impl Into<String>) {
        self.end(ProbeState::Warned, words.into(), Some(remedy.into()), None);
    }

    /// It did not go well, and none is taken after it.
    pub fn fail(&mut self, words: impl Into<String>, remedy: impl Into<String>) {
        self.end(ProbeState::Failed, words.into(), Some(remedy.into()), None);
    }

    /// The same, with what the database said.
    pub fn refused(&mut self, connection: &Connection, error: &DatabaseError) {
        let (words, remedy) = told(connection, error);
        let said = (words != error.message).then(|| said(error));
        self.end(ProbeState::Failed, words, Some(remedy), said);
    }

    /// There is nothing to it here.
    pub fn skip(&mut self, step: ProbeStep, words: impl Into<String>) {
        self.begin(step);
        self.end(ProbeState::Skipped, words.into(), None, None);
        if let Some(one) = self.all.get_mut(self.current) {
            one.duration_us = None;
        }
    }

    /// Takes the time of a step back: it was not taken by itself.
    pub fn without_time(&mut self) {
        if let Some(one) = self.all.get_mut(self.current) {
            one.duration_us = None;
        }
    }

    /// Whether one of them failed.
    pub fn failed(&self) -> bool {
        self.all.iter().any(|one| one.state == ProbeState::Failed)
    }

    /// Ends the test: what was not taken is told as not reached.
    pub fn finish(mut self) -> Vec<ProbeResult> {
        for one in &mut self.all {
            if matches!(one.state, ProbeState::Waiting | ProbeState::Running) {
                one.state = ProbeState::Skipped;
                "Not reached.".clone_into(&mut one.words);
            }
        }
        (self.tell)(&self.all);
        self.all
    }

    fn end(
        &mut self,
        state: ProbeState,
        words: String,
        remedy: Option<String>,
        said: Option<String>,
    ) {
        let took = self.clock.monotonic_us() - self.begun;
        if let Some(one) = self.all.get_mut(self.current) {
            (one.state, one.words, one.remedy, one.said) = (state, words, remedy, said);
            one.duration_us = Some(took);
        }
        (self.tell)(&self.all);
    }
}

/// A refusal with its codes, as the database said it.
fn said(error: &DatabaseError) -> String {
    let codes: Vec<&str> = [&error.sqlstate, &error.code]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if codes.is_empty() {
        error.message.clone()
    } else {
        format!("{} ({})", error.message, codes.join(", "))
    }
}

/// A refusal on the way to a first statement: what it means, and what to do.
fn told(connection: &Connection, error: &DatabaseError) -> (String, String) {
    let user = connection.user.as_deref().unwrap_or_default();
    let database = connection.database.as_deref().unwrap_or_default();
    match error.kind {
        DatabaseErrorKind::LoginRefused => (
            format!("The database refuses the account {user} or its password."),
            "Type the password anew, and let the database's administrator look whether the account \
             may log in from this machine."
                .to_owned(),
        ),
        DatabaseErrorKind::UnknownDatabase => (
            match connection.dialect {
                Dialect::Oracle => format!("The listener knows no service or SID {database}."),
                Dialect::Sqlite => "There is no such file.".to_owned(),
                _ => format!("There is no database {database}, or the account may not use it."),
            },
            "Check its name and letter case; where it is right, let the account be given access to it."
                .to_owned(),
        ),
        DatabaseErrorKind::PermissionDenied => (
            format!("The account {user} may not do this."),
            "Let the database's administrator grant it.".to_owned(),
        ),
        DatabaseErrorKind::Tls => (
            error.message.clone(),
            "Choose another mode under TLS, or mend it at the server.".to_owned(),
        ),
        DatabaseErrorKind::Unreachable => (
            error.message.clone(),
            "Check host and port, and that a firewall lets this machine through.".to_owned(),
        ),
        DatabaseErrorKind::PoolExhausted => (
            "The server has no connection to give.".to_owned(),
            "Let it allow more, or fewer others hold some.".to_owned(),
        ),
        DatabaseErrorKind::Timeout => (
            "It was not answered in time.".to_owned(),
            "Look at the load of the server, or give it more time.".to_owned(),
        ),
        DatabaseErrorKind::ConnectionLost => (
            "The server closed the connection.".to_owned(),
            "Check that the port is the database's own, and look into the server's log.".to_owned(),
        ),
        DatabaseErrorKind::Unsupported => (
            error.message.clone(),
            "docs/databases.md says what Sluice needs on this machine.".to_owned(),
        ),
        _ => (
            error.message.clone(),
            "The database's own words say what it is; its log may say more.".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    struct Tick(Mutex<i64>);
    impl Clock for Tick {
        fn wall_us(&self) -> i64 {
            0
        }
        fn monotonic_us(&self) -> i64 {
            let mut now = self.0.lock().unwrap();
            *now += 5;
            *now
        }
    }

    fn steps(dialect: Dialect) -> Probe {
        let connection = Connection::new("hr", dialect);
        Probe::new(&connection, Arc::new(Tick(Mutex::new(0))), Arc::new(|_| {}))
    }

    #[test]
    fn after_a_step_that_failed_the_others_are_told_as_not_reached() {
        let mut steps = steps(Dialect::Postgresql);
        steps.begin(ProbeStep::Lookup);
        steps.pass("It has an address.");
        steps.begin(ProbeStep::Reach);
        steps.fail("Nothing listens.", "Check the port.");
        let all = steps.finish();
        let states: Vec<ProbeState> = all.iter().map(|one| one.state).collect();
        let (passed, failed, skipped) =
            (ProbeState::Passed, ProbeState::Failed, ProbeState::Skipped);
        assert_eq!(states, [passed, failed, skipped, skipped, skipped, skipped]);
        assert_eq!((all[0].duration_us, all[2].duration_us), (Some(5), None));
    }

    #[test]
    fn a_file_has_steps_of_its_own_and_an_odbc_driver_finds_its_own_way() {
        use ProbeStep::{Found, Login, Opened, Readable, Rights, Statement, Version, Writable};
        let file = Connection::new("hr", Dialect::Sqlite);
        assert_eq!(
            ProbeStep::of(&file),
            [Found, Readable, Writable, Opened, Version]
        );
        let mut odbc = Connection::new("hr", Dialect::Odbc);
        odbc.pool.connection_init_sql = Some("SET SCHEMA HR".into());
        assert_eq!(ProbeStep::of(&odbc), [Login, Version, Rights, Statement]);
    }

    #[test]
    fn a_refused_login_says_whose_and_keeps_what_the_database_said() {
        let mut steps = steps(Dialect::Mysql);
        let mut connection = Connection::new("hr", Dialect::Mysql);
        connection.user = Some("scim".into());
        let error = DatabaseError {
            code: Some("1045".into()),
            ..DatabaseError::new(DatabaseErrorKind::LoginRefused, "Access denied")
        };
        steps.begin(ProbeStep::Login);
        steps.refused(&connection, &error);
        let all = steps.finish();
        assert!(all[3].words.contains("scim"), "{:?}", all[3]);
        assert_eq!(all[3].said.as_deref(), Some("Access denied (1045)"));
    }
}
