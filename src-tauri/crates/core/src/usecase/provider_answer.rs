//! What the provider would be told of an operation that a dry run ran: the resource as it stands inside
//! of the transaction, or the error.
//!
//! **Invariant:** it goes the way of a real answer: the same contract, the same reading back, the same
//! shape. What a real answer has beside it (a version to compare, later pages) is said in a note.

use serde_json::{Value as Json, json};
use sluice_scim::{ListResponse, Resource};

use super::contract::hold;
use super::{Context, Found};
use crate::dry_run::ProviderAnswer;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::Statement;
use crate::ports::{ResultSet, Session, StatementOutcome};
use crate::profile;

/// How many resources of a list are shown.
const SHOWN: usize = 20;

/// Makes the answer of an operation from what its statement gave. Gives what the statement gave back, as
/// a failure where a request would have failed.
pub(super) async fn told(
    context: &mut Context,
    session: &mut dyn Session,
    statement: &Statement,
    result: Result<StatementOutcome, Failure>,
    answer: &mut Option<ProviderAnswer>,
) -> Result<StatementOutcome, Failure> {
    let Some(operation) = statement.operation else {
        return result;
    };
    let made = match &result {
        Ok(outcome) => made(context, session, statement, operation, outcome).await,
        Err(failure) => Err(failure.clone()),
    };
    match made {
        Ok(made) => {
            *answer = made;
            result
        }
        Err(failure) => {
            *answer = Some(ProviderAnswer {
                status: failure.scim.status,
                body: failure.scim.to_json(context.application.compatibility),
                note: None,
            });
            Err(failure)
        }
    }
}

async fn made(
    context: &mut Context,
    session: &mut dyn Session,
    statement: &Statement,
    operation: Operation,
    outcome: &StatementOutcome,
) -> Result<Option<ProviderAnswer>, Failure> {
    let empty = ResultSet::default();
    let set = outcome.sets.first().unwrap_or(&empty);
    let id = id_of(context, statement);
    match operation {
        Operation::GetUsers | Operation::IncrementalImport => {
            let (users, total) = (users(context, set)?, set.rows.len());
            list(users, total, "users").map(Some)
        }
        Operation::GetAllEntitlements => {
            let mut found = Vec::new();
            for row in set.rows.iter().take(SHOWN) {
                let (application, base) = (&context.application, &context.base);
                found.extend(profile::entitlement_resource(application, set, row, base)?);
            }
            list(found, set.rows.len(), "entitlements").map(Some)
        }
        Operation::GetUserById => {
            let id = id.unwrap_or_default();
            match set.rows.len() {
                0 => return Err(Failure::no_such_user(&id)),
                1 => {}
                several => return Err(Failure::several_users(&id, several)),
            }
            let entitlements = context.read_entitlements(session, &id).await?;
            let found = Found {
                set: set.clone(),
                entitlements,
            };
            user(context, &found, 200).map(Some)
        }
        Operation::GetUserEntitlements => {
            let held = if set.columns.is_empty() {
                Vec::new()
            } else {
                profile::entitlements(&context.application, set)?
            };
            let values: Vec<Json> = held
                .iter()
                .map(|held| json!({"value": held.value, "display": held.display}))
                .collect();
            Ok(Some(ProviderAnswer {
                status: 200,
                body: json!({ "entitlements": values }),
                note: Some(
                    "This part of the user; the provider reads it with the whole user.".into(),
                ),
            }))
        }
        _ => written(context, session, statement, operation, outcome, id).await,
    }
}

/// A write: held against its contract, and the user read again.
async fn written(
    context: &mut Context,
    session: &mut dyn Session,
    statement: &Statement,
    operation: Operation,
    outcome: &StatementOutcome,
    id: Option<String>,
) -> Result<Option<ProviderAnswer>, Failure> {
    hold(
        &context.application,
        statement,
        outcome.affected,
        id.as_deref().unwrap_or_default(),
    )?;
    let (Some(id), Some(_)) = (id, context.application.mapping(Operation::GetUserById)) else {
        return Ok(None);
    };
    let found = context.read_user(session, &id).await?;
    let found = found.ok_or_else(|| {
        Failure::new(
            500,
            "contract.not_found_after_write",
            format!("\"{operation}\" ran, and \"{}\" does not find \"{id}\" after it.", Operation::GetUserById),
            "Check that both mean the same id column, and that Get user by ID returns inactive users too.",
        )
        .at(operation.to_string())
    })?;
    let wanted = match operation {
        Operation::ActivateUser => Some(true),
        Operation::DeactivateUser => Some(false),
        _ => None,
    };
    if let (Some(wanted), Some(active)) = (wanted, found.active(context)?)
        && wanted != active
    {
        return Err(Failure::new(
            500,
            "contract.state_unchanged",
            format!("\"{operation}\" ran, and the user's state is not what it was to become."),
            "Check the statement, status_column and active_value of the application.",
        )
        .at(operation.to_string()));
    }
    let status = if operation == Operation::CreateUser {
        201
    } else {
        200
    };
    user(context, &found, status).map(Some)
}

fn user(context: &Context, found: &Found, status: u16) -> Result<ProviderAnswer, Failure> {
    Ok(ProviderAnswer {
        status,
        body: Json::Object(found.resource(context)?.into_iter().collect()),
        note: None,
    })
}

fn users(context: &Context, set: &ResultSet) -> Result<Vec<Resource>, Failure> {
    if set.columns.is_empty() {
        return Ok(Vec::new());
    }
    let shape = profile::UserShape::new(&context.application, &set.columns, &context.base)?;
    let rows = set.rows.iter().take(SHOWN);
    rows.map(|row| shape.user(profile::cells(row), None)?.resource())
        .collect()
}

fn list(resources: Vec<Resource>, total: usize, what: &str) -> Result<ProviderAnswer, Failure> {
    let shown = resources.len();
    let body = serde_json::to_value(ListResponse::new(resources, total, 1))
        .map_err(|error| Failure::unwritable(&error))?;
    let note = (shown < total)
        .then(|| format!("The first {shown} of {total} {what}; an import asks for them in pages."));
    Ok(ProviderAnswer {
        status: 200,
        body,
        note,
    })
}

/// The user that a statement is about: the value of the id column among its parameters.
fn id_of(context: &Context, statement: &Statement) -> Option<String> {
    let column = &context.application.user_id_column;
    let bound = statement
        .parameters
        .iter()
        .find(|parameter| parameter.name.eq_ignore_ascii_case(column))?;
    bound.value.to_text()
}
