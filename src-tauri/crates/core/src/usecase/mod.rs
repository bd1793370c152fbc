//! The use cases: what a request, or a screen, has done to a database. The wire and the console
//! come through here both, so what a screen tries is what production runs.
//!
//! To add one: a file with one public function that takes a [`Context`] and gives an [`Answer`].

mod asked;
mod browse_users;
mod change_user;
mod changed_users;
mod check_mappings;
mod contract;
mod create_user;
mod delete_user;
mod discovery;
mod dry_run;
mod entitlement_usage;
mod entitlements;
mod find_users;
mod first_row;
mod get_user;
mod held;
mod idle_entitlements;
mod import;
mod list_users;
mod object_names;
mod patch_user;
mod prove_connection;
mod provider_answer;
mod rehearse;
mod repeat;
mod replace_user;
mod reporting_lines;
mod run_procedure;
mod scan;
mod search;
mod take_users;
mod try_user_change;
mod watched;

pub use asked::Asked;
pub use browse_users::{Browsed, BrowsedUser, Inspected, browse_users, ids_at, inspect_user};
pub use check_mappings::{check_mapping, check_mappings};
pub use create_user::create_user;
pub use delete_user::delete_user;
pub use discovery::{capabilities, schemas};
pub use dry_run::{dry_run, planned};
pub use entitlement_usage::{
    Counting, EntitlementChoice, EntitlementHolders, EntitlementUsage, entitlement_holders,
    entitlement_usage,
};
pub use entitlements::{get_entitlement, list_entitlements};
pub use find_users::UserChoice;
pub use get_user::get_user;
pub use idle_entitlements::{IdleEntitlements, IdleHolder, Standing, idle_entitlements};
pub use list_users::MOST_IN_PAGE;
pub use object_names::{ObjectNames, object_names};
pub use patch_user::patch_user;
pub use prove_connection::prove_connection;
pub use rehearse::{Ahead, Rehearsing, look_ahead, rehearse};
pub use replace_user::replace_user;
pub use reporting_lines::{
    ManagerColumn, ManagerSource, ReportingLines, ReportingNode, Reports, find_in_lines, line_of,
    reporting_lines, reports_of,
};
pub use run_procedure::{look_into, run_procedure};
pub use search::{search_all, search_users};
pub use take_users::{Take, TakenUser, Taking, UserSink, take_users, user_table};
pub use try_user_change::{TriedChange, try_user_change};

use std::sync::Arc;

use serde::ser::Error as _;
use serde_json::Value as Json;
use sluice_scim::Resource;

use crate::config::Application;
use crate::exchange::{Action, StepKind};
use crate::failure::{DatabaseError, Failure};
use crate::mapping::Kind;
use crate::operation::Operation;
use crate::plan::{self, Current, Statement};
use crate::ports::{Access, Database, ResultSet, RowSink, Session, StatementOutcome};
use crate::profile::{self, Entitlement, Fields, Held, Wanted};
use crate::snapshot::Snapshots;
use crate::trace::{Sample, Trace};
use crate::value::Value;

/// What a use case works with.
pub struct Context {
    /// The application, with the request's header laid over it where that is allowed.
    pub application: Arc<Application>,
    pub database: Arc<dyn Database>,
    pub snapshots: Arc<Snapshots>,
    /// Tells imports of the same application apart when a header changes it.
    pub snapshot_key: String,
    /// `https://host:1443/ws/rest/{app}/scim/v2`, for `meta.location`.
    pub base: String,
    pub trace: Trace,
}

/// What a use case gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// JSON.
    pub body: String,
    /// The address of the resource in the body.
    pub location: Option<String>,
    /// The version of the resource in the body, as an entity tag.
    pub etag: Option<String>,
    pub action: Action,
    pub subject: Option<String>,
    /// "15 rows", "2 statements".
    pub effect: Option<String>,
}

/// A user as it stands in the database.
pub(crate) struct Found {
    pub set: ResultSet,
    pub entitlements: Option<Vec<Entitlement>>,
}

impl Found {
    fn row(&self) -> &[Value] {
        self.set.rows.first().map_or(&[], Vec::as_slice)
    }

    /// The user as a client sees it, with its version.
    pub(crate) fn resource(&self, context: &Context) -> Result<Resource, Failure> {
        let shape =
            profile::UserShape::new(&context.application, &self.set.columns, &context.base)?;
        let held = self.entitlements.as_deref().map(Held::List);
        let mut resource = shape.user(profile::cells(self.row()), held)?.resource()?;
        let version = sluice_scim::version(&resource);
        if let Some(meta) = resource.get_mut("meta").and_then(Json::as_object_mut) {
            meta.insert("version".into(), Json::String(version));
        }
        Ok(resource)
    }

    fn active(&self, context: &Context) -> Result<Option<bool>, Failure> {
        Ok(
            profile::UserShape::new(&context.application, &self.set.columns, &context.base)?
                .active(&profile::cells(self.row())),
        )
    }
}

impl Context {
    async fn begin(&mut self, access: Access) -> Result<Box<dyn Session>, Failure> {
        let mark = self.trace.mark();
        let (kind, title) = match access {
            Access::Read => (StepKind::Connect, "Took a connection"),
            Access::Write => (StepKind::Begin, "Began a transaction"),
        };
        match self.database.begin(access).await {
            Ok(session) => {
                self.trace.step(kind, title, mark, true, None);
                Ok(session)
            }
            Err(error) => {
                self.trace.step(
                    kind,
                    "Could not get a connection",
                    mark,
                    false,
                    Some(error.message.clone()),
                );
                Err(Failure::from_database(error, None))
            }
        }
    }

    /// Plans the statement of an operation. Reads that only serve another operation leave no step
    /// of their own, unless they fail.
    fn plan(&mut self, operation: Operation, fields: &Fields) -> Result<Statement, Failure> {
        let mark = self.trace.mark();
        let planned = plan::statement(
            &self.application,
            self.database.dialect(),
            operation,
            fields,
        );
        match &planned {
            Ok(_)
                if operation.writes()
                    || matches!(
                        operation,
                        Operation::GetUsers | Operation::IncrementalImport
                    ) =>
            {
                self.trace.step(
                    StepKind::Plan,
                    format!("Planned: {operation}"),
                    mark,
                    true,
                    None,
                );
            }
            Ok(_) => {}
            Err(failure) => self.plan_failed(mark, failure),
        }
        planned
    }

    /// Plans what a replace runs.
    fn plan_replace(
        &mut self,
        current: &Current,
        wanted: &Wanted,
    ) -> Result<Vec<Statement>, Failure> {
        let mark = self.trace.mark();
        let planned = plan::replace(&self.application, self.database.dialect(), current, wanted);
        match &planned {
            Ok(plan) => {
                let operations: Vec<String> = plan
                    .iter()
                    .filter_map(|s| s.operation)
                    .map(|o| o.to_string())
                    .collect();
                let title = match operations.as_slice() {
                    [] => "Planned: nothing, all is as it was".to_owned(),
                    [one] => format!("Planned: {one}"),
                    several => format!("Planned: {} statements", several.len()),
                };
                let detail = (operations.len() > 1).then(|| operations.join(", "));
                self.trace.step(StepKind::Plan, title, mark, true, detail);
            }
            Err(failure) => self.plan_failed(mark, failure),
        }
        planned
    }

    fn plan_failed(&mut self, mark: crate::trace::Mark, failure: &Failure) {
        self.trace.step(
            StepKind::Plan,
            "Could not plan",
            mark,
            false,
            Some(failure.diagnosis.cause.clone()),
        );
    }

    /// Runs a statement, or the several that its text holds where the application allows it: their
    /// result sets in order, and the count of the first one, which is the one the contract is about.
    async fn run(
        &mut self,
        session: &mut dyn Session,
        statement: &Statement,
    ) -> Result<StatementOutcome, Failure> {
        let parts = self.parts(statement);
        if parts.is_empty() {
            return self.run_one(session, statement).await;
        }
        let mut whole: Option<StatementOutcome> = None;
        for part in parts {
            let outcome = self.run_one(session, &part).await?;
            match &mut whole {
                None => whole = Some(outcome),
                Some(whole) => {
                    whole.sets.extend(outcome.sets);
                    whole.messages.extend(outcome.messages);
                }
            }
        }
        Ok(whole.unwrap_or_default())
    }

    /// The statements of a text that holds several; empty where it holds one, as nearly all do.
    fn parts(&self, statement: &Statement) -> Vec<Statement> {
        if self.application.several_statements && statement.kind == Kind::Sql {
            statement.parts(self.database.dialect())
        } else {
            Vec::new()
        }
    }

    async fn run_one(
        &mut self,
        session: &mut dyn Session,
        statement: &Statement,
    ) -> Result<StatementOutcome, Failure> {
        let mark = self.trace.mark();
        let result = session
            .execute(statement)
            .await
            .map_err(|error| error.without_secrets(statement));
        self.trace.statement(
            &self.application,
            self.database.dialect(),
            statement,
            result.as_ref(),
            mark,
        );
        result.map_err(|error| Failure::from_statement(error, statement))
    }

    /// Runs a statement whose rows go to `rows`; `sample` is what that sink says of them afterwards.
    /// An error is not yet a failure, because the sink may know better what it was.
    async fn stream<S: RowSink>(
        &mut self,
        session: &mut dyn Session,
        statement: &Statement,
        rows: &mut S,
        sample: impl FnOnce(&mut S) -> &Sample + Send,
    ) -> Result<(), DatabaseError> {
        let parts = self.parts(statement);
        // Of several statements the last one gives the rows.
        let statement = match parts.split_last() {
            Some((last, before)) => {
                for part in before {
                    session.execute(part).await?;
                }
                last
            }
            None => statement,
        };
        let mark = self.trace.mark();
        let result = session
            .stream(statement, rows)
            .await
            .map_err(|error| error.without_secrets(statement));
        self.trace.streamed(
            &self.application,
            self.database.dialect(),
            statement,
            sample(rows),
            result.as_ref().err(),
            mark,
        );
        result.map(drop)
    }

    /// The same surroundings with an empty trace, for what several requests may wait for.
    fn fork(&self) -> Self {
        Self {
            application: Arc::clone(&self.application),
            database: Arc::clone(&self.database),
            snapshots: Arc::clone(&self.snapshots),
            snapshot_key: self.snapshot_key.clone(),
            base: self.base.clone(),
            trace: self.trace.fork(),
        }
    }

    /// Ends a session: keeps what was written where `result` is good, nothing where it is not.
    async fn end<T>(
        &mut self,
        session: Box<dyn Session>,
        access: Access,
        result: Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mark = self.trace.mark();
        match (access, result) {
            (Access::Read, result) => {
                // A read keeps nothing either way; what matters is that the connection goes back.
                let _ = session.rollback().await;
                result
            }
            (Access::Write, Ok(value)) => match session.commit().await {
                Ok(()) => {
                    self.trace
                        .step(StepKind::Commit, "Committed", mark, true, None);
                    Ok(value)
                }
                Err(error) => {
                    self.trace.step(
                        StepKind::Commit,
                        "Could not commit",
                        mark,
                        false,
                        Some(error.message.clone()),
                    );
                    Err(Failure::from_database(error, None))
                }
            },
            (Access::Write, Err(failure)) => {
                let rolled_back = session.rollback().await;
                let detail = rolled_back
                    .as_ref()
                    .err()
                    .map(|error| error.message.clone());
                self.trace.step(
                    StepKind::Rollback,
                    "Rolled back",
                    mark,
                    rolled_back.is_ok(),
                    detail,
                );
                Err(failure)
            }
        }
    }

    fn user_key(&self, id: &str) -> Fields {
        Fields::default().with(&self.application.user_id_column, Value::Text(id.to_owned()))
    }

    /// Reads one user with its entitlements (where they are mapped); `None` where there is none.
    async fn read_user(
        &mut self,
        session: &mut dyn Session,
        id: &str,
    ) -> Result<Option<Found>, Failure> {
        let statement = self.plan(Operation::GetUserById, &self.user_key(id))?;
        let set = match self.run(session, &statement).await {
            Err(failure) if cannot_be_an_id(&failure, &statement) => return Ok(None),
            outcome => outcome?.into_rows(),
        };
        match set.rows.len() {
            0 => return Ok(None),
            1 => {}
            several => return Err(Failure::several_users(id, several)),
        }
        let entitlements = self.read_entitlements(session, id).await?;
        Ok(Some(Found { set, entitlements }))
    }

    /// Reads a user's entitlements; `None` where the operation is not mapped.
    async fn read_entitlements(
        &mut self,
        session: &mut dyn Session,
        id: &str,
    ) -> Result<Option<Vec<Entitlement>>, Failure> {
        if self
            .application
            .mapping(Operation::GetUserEntitlements)
            .is_none()
        {
            return Ok(None);
        }
        let statement = self.plan(Operation::GetUserEntitlements, &self.user_key(id))?;
        let set = self.run(session, &statement).await?.into_rows();
        if set.columns.is_empty() {
            return Ok(Some(Vec::new()));
        }
        profile::entitlements(&self.application, &set).map(Some)
    }

    /// Runs a statement that writes, and holds the rows it touched against its contract
    /// ([`Mapping::contract`](crate::mapping::Mapping::contract)). A procedure's count is not trusted, because databases do not count inside it; what it did is
    /// read back instead.
    async fn write(
        &mut self,
        session: &mut dyn Session,
        statement: &Statement,
        id: &str,
    ) -> Result<(), Failure> {
        let entitlement = matches!(
            statement.operation,
            Some(Operation::AddEntitlement | Operation::RemoveEntitlement)
        );
        let outcome = match self.run(session, statement).await {
            Err(failure) if entitlement => {
                return Err(name_entitlement(&self.application, failure, statement));
            }
            outcome => outcome?,
        };
        contract::hold(&self.application, statement, outcome.affected, id)
    }
}

/// A refusal with the entitlement it is about: a request may name many of them.
fn name_entitlement(application: &Application, failure: Failure, statement: &Statement) -> Failure {
    let column = &application.entitlement_id_column;
    let id = statement
        .parameters
        .iter()
        .find(|parameter| parameter.name.eq_ignore_ascii_case(column) && !parameter.secret)
        .and_then(|parameter| parameter.value.to_text());
    let Some(id) = id.filter(|_| failure.scim.status == 400) else {
        return failure;
    };
    let mut failure = failure;
    failure.scim.detail = format!("Entitlement \"{id}\": {}", failure.scim.detail);
    failure.diagnosis.cause = format!("Entitlement \"{id}\": {}", failure.diagnosis.cause);
    failure
}

/// Whether a read was refused before it was sent because the id cannot stand in its column: then there
/// is nobody with this id.
fn cannot_be_an_id(failure: &Failure, statement: &Statement) -> bool {
    use crate::failure::DatabaseErrorKind::{InvalidValue, TooLong};
    statement.parameters.len() == 1
        && failure.database.as_ref().is_some_and(|error| {
            error.sqlstate.is_none() && matches!(error.kind, InvalidValue | TooLong)
        })
}

/// A body as it is sent.
fn json(body: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(body).map_err(|error| Failure::unwritable(&error))
}

/// A body as it is sent, of about so many bytes.
fn json_of(body: &impl serde::Serialize, size: usize) -> Result<String, Failure> {
    let mut text = Vec::with_capacity(size);
    serde_json::to_writer(&mut text, body).map_err(|error| Failure::unwritable(&error))?;
    // JSON is UTF-8; what is checked here costs next to nothing.
    String::from_utf8(text).map_err(|error| Failure::unwritable(&serde_json::Error::custom(error)))
}

/// "1 row", "15 rows".
fn rows(count: usize) -> String {
    if count == 1 {
        "1 row".to_owned()
    } else {
        format!("{count} rows")
    }
}
