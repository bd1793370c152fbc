//! Calling a stored procedure: `CALL name(?, ?)`, with every result set it gives.
//!
//! OUT and INOUT parameters take a `?` like the others, and the server sends their values as one
//! more result set, the last one.

use std::sync::Arc;

use mysql_async::Conn;
use sluice_core::DatabaseError;
use sluice_core::config::Dialect;
use sluice_core::plan::Statement;
use sluice_core::ports::{RowSink, StatementOutcome};
use sluice_core::sql::ProcedureCall;

use super::{Mysql, run};
use crate::driver::check_count;
use crate::text::{Text, syntax};

/// A call, read once.
pub(super) struct Call {
    name: String,
    text: Text,
}

impl Call {
    fn read(text: &str, given: usize) -> Result<Self, DatabaseError> {
        let call =
            ProcedureCall::parse(Dialect::Mysql, text, given).map_err(|error| syntax(&error))?;
        let sql = format!("CALL {}({})", quoted(&call.name), call.list());
        Ok(Self {
            name: call.bare_name(),
            text: Text::read(Dialect::Mysql, &sql)?,
        })
    }
}

/// Plain parts of a name in backticks, so that a reserved word or a hyphen does no harm; the
/// reader of calls lets no backtick into a plain part. Letter case does not matter to the server.
fn quoted(name: &str) -> String {
    let parts = name.split('.').map(|part| {
        if part.starts_with(['`', '"']) {
            part.to_owned()
        } else {
            format!("`{part}`")
        }
    });
    parts.collect::<Vec<_>>().join(".")
}

pub(super) async fn call(
    database: &Mysql,
    conn: &mut Conn,
    statement: &Statement,
    rows: &mut dyn RowSink,
) -> Result<StatementOutcome, DatabaseError> {
    let call = known(database, statement)?;
    let given = statement.parameters.len();
    check_count(Some(&call.name), call.text.placeholders, given)?;
    run(conn, &call.text, &statement.parameters, rows).await
}

fn known(database: &Mysql, statement: &Statement) -> Result<Arc<Call>, DatabaseError> {
    let given = statement.parameters.len();
    let key = (statement.text.clone(), given);
    if let Some(call) = database.calls.get(&key) {
        return Ok(call);
    }
    let call = Call::read(&statement.text, given)?;
    Ok(database.calls.insert(key, call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_call_is_sent_as_call_with_quoted_names() {
        for (text, given, sent) in [
            ("{call hr.Add-User(?, ?)}", 2, "CALL `hr`.`Add-User`(?, ?)"),
            ("GET_ACTIVEUSERS", 0, "CALL `GET_ACTIVEUSERS`()"),
            ("ADD_USER", 2, "CALL `ADD_USER`(?, ?)"),
            ("CALL `Add User`(?, now())", 1, "CALL `Add User`(?, now())"),
        ] {
            let call = Call::read(text, given).unwrap();
            assert_eq!(&*call.text.sql, sent);
            assert_eq!(call.text.placeholders, given);
        }
    }
}
