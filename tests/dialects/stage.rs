//! What the tests of the three dialects share.

use std::path::Path;
use std::sync::Arc;

use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Direction, Statement};
use sluice_core::ports::{Access, Database, StatementOutcome};
use sluice_core::{DatabaseError, Value};

pub const NONE: [Value; 0] = [];

pub fn statement(kind: Kind, text: &str, values: impl AsRef<[Value]>) -> Statement {
    Statement {
        operation: None,
        kind,
        text: text.to_owned(),
        parameters: values
            .as_ref()
            .iter()
            .map(|value| BoundParameter {
                name: "P".to_owned(),
                value: value.clone(),
                direction: Direction::In,
                secret: false,
            })
            .collect(),
    }
}

pub fn texts(values: &[&str]) -> Vec<Value> {
    values.iter().map(|text| Value::from(*text)).collect()
}

/// One statement in a session of its own.
pub async fn once(
    database: &Arc<dyn Database>,
    access: Access,
    statement: Statement,
) -> Result<StatementOutcome, DatabaseError> {
    let mut session = database.begin(access).await?;
    let outcome = session.execute(&statement).await?;
    session.commit().await?;
    Ok(outcome)
}

pub async fn read(
    database: &Arc<dyn Database>,
    text: &str,
    values: impl AsRef<[Value]>,
) -> Result<StatementOutcome, DatabaseError> {
    once(database, Access::Read, statement(Kind::Sql, text, values)).await
}

pub async fn write(
    database: &Arc<dyn Database>,
    text: &str,
    values: impl AsRef<[Value]>,
) -> Result<StatementOutcome, DatabaseError> {
    once(database, Access::Write, statement(Kind::Sql, text, values)).await
}

pub async fn call(
    database: &Arc<dyn Database>,
    access: Access,
    text: &str,
    values: impl AsRef<[Value]>,
) -> Result<StatementOutcome, DatabaseError> {
    once(database, access, statement(Kind::Procedure, text, values)).await
}

/// The first cell of the first row.
pub async fn cell(database: &Arc<dyn Database>, text: &str) -> Value {
    let outcome = read(database, text, NONE).await.unwrap();
    outcome.into_rows().rows.remove(0).remove(0)
}

/// The 24 arguments of CREATE_USER and UPDATE_USER.
pub fn user(id: &str, name: &str) -> Vec<Value> {
    let mut values = texts(&[id, name, "Leia", "Organa", "leia@example.org"]);
    values.resize(24, Value::Null);
    values[21] = Value::from("2024-05-06");
    values
}

pub fn sqlite(path: &Path) -> Connection {
    let mut connection = Connection::new("test", Dialect::Sqlite);
    connection.path = Some(path.to_string_lossy().into_owned());
    connection
}
