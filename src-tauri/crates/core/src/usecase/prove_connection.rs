//! The second half of a test of a connection: who logs in, who answers, what the account may do.
//! Nothing is written.

use std::sync::Arc;

use crate::catalogue::{ObjectName, Question, Rights};
use crate::config::{Application, Connection, Dialect};
use crate::failure::{DatabaseError, DatabaseErrorKind};
use crate::ports::{Access, Database, Session};
use crate::probe::{Looked, Probe, ProbeStep, account_told, objects_of, rights_told};

/// Takes the steps from the login on; each is told in `steps`. `tls_apart`: whether the way was protected in
/// a step of its own before, or is told by the driver only once somebody is logged in.
pub async fn prove_connection(
    connection: &Connection,
    database: &Arc<dyn Database>,
    applications: &[Arc<Application>],
    tls_apart: bool,
    steps: &mut Probe,
) {
    let login = match connection.dialect {
        Dialect::Sqlite => ProbeStep::Opened,
        _ => ProbeStep::Login,
    };
    steps.begin(login);
    let session = match database.begin(Access::Read).await {
        Ok(session) => session,
        Err(error) => {
            // The driver protects the way and logs in at one go.
            if !tls_apart && error.kind == DatabaseErrorKind::Tls {
                steps.begin(ProbeStep::Protect);
            }
            return steps.refused(connection, &error);
        }
    };
    let user = connection.user.as_deref().unwrap_or_default();
    steps.pass(match connection.dialect {
        Dialect::Sqlite => "It is a database.".to_owned(),
        Dialect::Odbc => "The driver is there, and the database lets the account in.".to_owned(),
        _ => format!(
            "{user} is let in, to {}.",
            connection.database.as_deref().unwrap_or_default()
        ),
    });
    // Nothing was written; what matters is that the connection goes back.
    let _ = session.rollback().await;
    steps.begin(ProbeStep::Version);
    let server = match database.check().await {
        Ok(server) => server,
        Err(error) => return steps.refused(connection, &error),
    };
    steps.pass(format!("{}.", server.product));
    if !tls_apart && !matches!(connection.dialect, Dialect::Sqlite | Dialect::Odbc) {
        steps.begin(ProbeStep::Protect);
        match server.tls {
            Some(words) => steps.pass(format!("{words}.")),
            None => steps.warn(
                "Not encrypted.",
                "Set the mode verify-full, where the server has a certificate.",
            ),
        }
        steps.without_time();
    }
    if connection.dialect == Dialect::Sqlite {
        return;
    }
    steps.begin(ProbeStep::Rights);
    match look(connection, database, applications).await {
        Ok((words, None)) => steps.pass(words),
        Ok((words, Some(remedy))) => steps.warn(words, remedy),
        Err(error) => steps.warn(
            format!("What the account may do cannot be read: {}.", error.message),
            "The check of the mappings on the screen Operations says what works.",
        ),
    }
}

async fn look(
    connection: &Connection,
    database: &Arc<dyn Database>,
    applications: &[Arc<Application>],
) -> Result<(String, Option<String>), DatabaseError> {
    let dialect = database.grammar();
    let mut session = database.begin(Access::Read).await?;
    let found = ask(connection, dialect, session.as_mut(), applications).await;
    let _ = session.rollback().await;
    found
}

async fn ask(
    connection: &Connection,
    dialect: Dialect,
    session: &mut dyn Session,
    applications: &[Arc<Application>],
) -> Result<(String, Option<String>), DatabaseError> {
    let rights: Option<Rights> = session.catalogue(&Question::Rights).await?.rights;
    let schema = match connection.dialect {
        Dialect::Mysql => connection.database.clone(),
        _ => None,
    };
    let all: Vec<&Application> = applications.iter().map(AsRef::as_ref).collect();
    let objects = objects_of(all.iter().copied(), dialect, schema.as_deref());
    if objects.is_empty() {
        let (tables, routines) = (
            Question::Relations { schema: None },
            Question::Routines { schema: None },
        );
        let tables = session.catalogue(&tables).await?.relations.len();
        let routines = session.catalogue(&routines).await?.routines.len();
        return Ok(account_told(rights.as_ref(), tables, routines));
    }
    let mut looked = Looked {
        schema,
        ..Looked::default()
    };
    for (is_routine, name) in objects {
        let seen = see(session, &mut looked, is_routine, &name).await?;
        if !seen {
            looked.unseen.push(name);
        }
    }
    Ok(rights_told(dialect, rights.as_ref(), &all, &looked))
}

/// Looks at an object; `false` where it is not there for this account.
async fn see(
    session: &mut dyn Session,
    looked: &mut Looked,
    is_routine: bool,
    name: &ObjectName,
) -> Result<bool, DatabaseError> {
    if is_routine {
        let question = Question::Routine(name.clone());
        let found = session.catalogue(&question).await?.routines;
        let seen = !found.is_empty();
        looked.routines.extend(found);
        return Ok(seen);
    }
    let question = Question::Relation(name.clone());
    let found = session.catalogue(&question).await?.relations;
    let seen = !found.is_empty();
    looked.relations.extend(found);
    Ok(seen)
}
