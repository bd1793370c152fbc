//! What the tests of this crate share.
#![allow(dead_code)]

use std::path::Path;
use std::sync::Arc;

use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::ports::{Access, Database, StatementOutcome};
use sluice_core::{DatabaseError, Secret, Value};

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

/// The blocks of a demo file.
pub fn blocks(dialect: &str, file: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../sql/demo");
    let text = std::fs::read_to_string(folder.join(dialect).join(file)).unwrap();
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        if line.trim() == "-- @" {
            blocks.push(String::new());
        } else {
            let block = blocks.last_mut().unwrap();
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

pub const DEMO: [&str; 4] = ["schema.sql", "views.sql", "procedures.sql", "people.sql"];

/// A server named by an environment variable as `host port database user password`.
pub fn server(dialect: Dialect, variable: &str) -> (Connection, Secret) {
    let address = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} must hold: host port database user password"));
    let parts: Vec<_> = address.split_whitespace().collect();
    let mut connection = Connection::new("test", dialect);
    connection.host = Some(parts[0].to_owned());
    connection.port = Some(parts[1].parse().unwrap());
    connection.database = Some(parts[2].to_owned());
    connection.user = Some(parts[3].to_owned());
    (connection, Secret::new(parts[4]))
}

pub fn sqlite(path: &Path) -> Connection {
    let mut connection = Connection::new("test", Dialect::Sqlite);
    connection.path = Some(path.to_string_lossy().into_owned());
    connection
}
