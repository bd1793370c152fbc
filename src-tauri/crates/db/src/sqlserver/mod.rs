//! SQL Server, by mssql-tds, Microsoft's own driver, because it is the one that hands out what a
//! procedure prints ([decision 0014](../../../../../docs/decisions/0014-sql-server-driver.md)).
//!
//! **Invariant:** no type of the driver leaves this folder.

mod catalogue;
mod defaults;
mod error;
mod pool;
mod procedure;
mod statement;
mod types;
mod value;

#[cfg(test)]
mod responder;
#[cfg(test)]
mod tests;

use mssql_tds::connection::tds_client::{ResultSet as _, StatementResult, TdsClient};
use mssql_tds::error::SqlInfoMessage;
use mssql_tds::message::parameters::rpc_parameters::RpcParameter;
use mssql_tds::query::result::ReturnValue;
use sluice_core::catalogue::{Catalogue, Question, Routine};
use sluice_core::config::{Connection, Dialect};
use sluice_core::mapping::Kind;
use sluice_core::plan::Statement;
use sluice_core::ports::{Access, Collected, DatabaseMessage, RowSink, Severity, StatementOutcome};
use sluice_core::{DatabaseError, DatabaseErrorKind, Secret, Value};

use self::pool::{Client, Options};
use crate::driver::{Driver, check_count};
use crate::text::{Cache, Texts};

/// A SQL Server, with a database of it.
pub(crate) struct SqlServer {
    options: Options,
    texts: Texts,
    inferred: Cache<String, statement::Inferred>,
    calls: Cache<(String, usize), procedure::Call>,
    signatures: Cache<String, Vec<Routine>>,
}

impl SqlServer {
    pub(crate) fn new(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        Ok(Self {
            options: Options::read(connection, password)?,
            texts: Texts::new(Dialect::SqlServer),
            inferred: Cache::new(),
            calls: Cache::new(),
            signatures: Cache::new(),
        })
    }
}

impl Driver for SqlServer {
    type Connection = Client;
    type Cancel = Client;

    const DIALECT: Dialect = Dialect::SqlServer;
    const ERROR_ABORTS: bool = false;

    async fn connect(&self) -> Result<Client, DatabaseError> {
        pool::connect(&self.options).await
    }

    async fn initialise(&self, client: &mut Client, sql: &str) -> Result<(), DatabaseError> {
        plain(&mut *client.lock().await, sql).await
    }

    async fn ping(&self, client: &mut Client) -> Result<(), DatabaseError> {
        plain(&mut *client.lock().await, "SELECT 1").await
    }

    fn is_closed(&self, client: &Client) -> bool {
        // Where somebody holds it, a call is in flight or is being stopped.
        client.try_lock().map_or(true, |c| c.is_connection_dead())
    }

    fn canceller(&self, client: &Client) -> Client {
        Client::clone(client)
    }

    async fn cancel(client: Client) {
        pool::stop(client).await;
    }

    async fn product(&self, client: &mut Client) -> Result<String, DatabaseError> {
        let rows = ask(
            &mut *client.lock().await,
            "SELECT @@VERSION, CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion'))",
            &[],
        )
        .await?;
        let cell = |at: usize| rows.first()?.get(at)?.to_text();
        Ok(product(
            &cell(0).unwrap_or_default(),
            &cell(1).unwrap_or_default(),
        ))
    }

    async fn tls(&self, client: &mut Client) -> Result<Option<String>, DatabaseError> {
        let encrypted = client.lock().await.is_encrypted();
        Ok(encrypted.then(|| self.options.told()))
    }

    async fn begin(&self, client: &mut Client) -> Result<(), DatabaseError> {
        plain(&mut *client.lock().await, "BEGIN TRANSACTION").await
    }

    async fn commit(&self, client: &mut Client) -> Result<(), DatabaseError> {
        let mut client = client.lock().await;
        plain(&mut client, "COMMIT TRANSACTION").await?;
        if client.has_active_transaction() {
            // A procedure began one inside and left it: COMMIT only counted down.
            plain(&mut client, ROLLBACK).await?;
            return Err(DatabaseError::new(
                DatabaseErrorKind::Other,
                "A procedure left a transaction of its own open, so everything was rolled back.",
            ));
        }
        Ok(())
    }

    async fn rollback(&self, client: &mut Client) -> Result<(), DatabaseError> {
        plain(&mut *client.lock().await, ROLLBACK).await
    }

    fn left_open(&self, client: &Client) -> bool {
        client.try_lock().is_ok_and(|c| c.has_active_transaction())
    }

    /// A deadlock, XACT_ABORT and many errors inside a trigger end the transaction; most errors leave it.
    /// A transaction that can only be rolled back (-1) is over too.
    async fn ended_transaction(&self, client: &mut Client, error: &DatabaseError) -> bool {
        // Without a number it is an error of our own, found before anything was sent.
        error.code.is_some() && self.in_transaction(client).await != Ok(Some(true))
    }

    async fn execute(
        &self,
        client: &mut Client,
        statement: &Statement,
        access: Access,
        rows: &mut dyn RowSink,
    ) -> Result<StatementOutcome, DatabaseError> {
        let client = &mut *client.lock().await;
        match statement.kind {
            Kind::Sql => {
                let text = self.texts.read(&statement.text)?;
                check_count(None, text.placeholders, statement.parameters.len())?;
                let bound = statement::bound(self, client, statement, &text, access).await?;
                let answer = run(client, Request::text(&text.sql, bound), rows).await?;
                Ok(StatementOutcome {
                    // A trigger's counts come before the statement's own.
                    affected: if answer.counts.is_empty() && text.counts_rows() {
                        answer.rows_of_last
                    } else {
                        answer.counts.last().copied()
                    },
                    messages: answer.messages,
                    ..StatementOutcome::default()
                })
            }
            Kind::Procedure => procedure::call(self, client, statement, rows).await,
        }
    }

    async fn catalogue(
        &self,
        client: &mut Client,
        question: &Question,
    ) -> Result<Catalogue, DatabaseError> {
        catalogue::answer(&mut *client.lock().await, question).await
    }

    async fn in_transaction(&self, client: &mut Client) -> Result<Option<bool>, DatabaseError> {
        let rows = ask(&mut *client.lock().await, "SELECT XACT_STATE()", &[]).await?;
        let state = rows.first().and_then(|row| row.first());
        Ok(state.map(|state| *state == Value::Integer(1)))
    }
}

const ROLLBACK: &str = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION";

/// What is sent.
enum Request {
    Batch(String),
    /// `sp_executesql`: a text with its parameters by name.
    Text(String, Vec<RpcParameter>),
    /// A procedure by name, with parameters by position and then by name.
    Call(String, Vec<RpcParameter>, Vec<RpcParameter>),
}

impl Request {
    fn text(sql: &str, parameters: Vec<RpcParameter>) -> Self {
        if parameters.is_empty() {
            Self::Batch(sql.to_owned())
        } else {
            Self::Text(sql.to_owned(), parameters)
        }
    }
}

/// What came, besides rows.
#[derive(Default)]
struct Answer {
    /// Rows changed, statement by statement.
    counts: Vec<u64>,
    /// The count that ended the last result set: rows given, or rows changed by a statement with OUTPUT.
    rows_of_last: Option<u64>,
    messages: Vec<DatabaseMessage>,
    outs: Vec<ReturnValue>,
    status: Option<i32>,
}

/// Sends one request and reads its answer to the end.
async fn run(
    client: &mut TdsClient,
    request: Request,
    rows: &mut dyn RowSink,
) -> Result<Answer, DatabaseError> {
    let sent = match request {
        Request::Batch(sql) => client.execute(sql, ()).await,
        Request::Text(sql, parameters) => client.execute_sp_executesql(sql, parameters, ()).await,
        Request::Call(name, placed, named) => {
            let some = |list: Vec<RpcParameter>| (!list.is_empty()).then_some(list);
            client
                .execute_stored_procedure(name, some(placed), some(named), ())
                .await
        }
    };
    let mut answer = Answer::default();
    let mut at = sent.map_err(|e| error::translate(&e))?;
    loop {
        match at {
            StatementResult::Rows => {
                rows.columns(value::columns(client.get_metadata()));
                while let Some(row) = client.next_row().await.map_err(|e| error::translate(&e))? {
                    // Where the rows are wanted no more, the session stops the rest and closes.
                    rows.row(value::row(row))?;
                }
                answer.rows_of_last = client.last_result_row_count();
            }
            StatementResult::NoRows { rows_affected } => answer.counts.extend(rows_affected),
            StatementResult::End => break,
        }
        at = client.advance().await.map_err(|e| error::translate(&e))?;
    }
    answer.messages = client
        .take_info_messages()
        .into_iter()
        .filter_map(message)
        .collect();
    answer.outs = client.get_return_values();
    answer.status = client.get_return_status();
    Ok(answer)
}

/// PRINT and RAISERROR below 11; "changed database context" and its like are no news.
fn message(info: SqlInfoMessage) -> Option<DatabaseMessage> {
    if matches!(info.number, 5701 | 5703) {
        return None;
    }
    Some(DatabaseMessage {
        severity: if info.class > 0 {
            Severity::Warning
        } else {
            Severity::Note
        },
        code: (info.number != 0).then(|| info.number.to_string()),
        text: info.message,
    })
}

/// Runs a text that takes nothing and whose rows nobody wants.
async fn plain(client: &mut TdsClient, sql: &str) -> Result<(), DatabaseError> {
    let request = Request::Batch(sql.to_owned());
    run(client, request, &mut Collected::default())
        .await
        .map(drop)
}

/// The rows of a query of our own.
async fn ask(
    client: &mut TdsClient,
    sql: &str,
    values: &[Value],
) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut rows = Collected::default();
    let named = (1..).map(|number| format!("@P{number}"));
    let bound = values
        .iter()
        .zip(named)
        .map(|(value, name)| value::bind(Some(name), value, None))
        .collect();
    run(client, Request::text(sql, bound), &mut rows).await?;
    Ok(rows.into_rows())
}

/// "Microsoft SQL Server 2022 (RTM-CU14) …" and "16.0.4135.4" as "SQL Server 2022 16.0.4135.4".
fn product(version: &str, number: &str) -> String {
    let name = version.split(" (").next().unwrap_or_default().trim();
    let name = name.strip_prefix("Microsoft ").unwrap_or(name);
    format!("{name} {number}").trim().to_owned()
}

/// A name in brackets, whatever stands in it.
fn bracketed(name: &str) -> String {
    format!("[{}]", name.replace(']', "]]"))
}
