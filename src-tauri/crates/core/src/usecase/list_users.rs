//! List users: the provider's import, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use sluice_scim::{Page, Resource, list_response};

use super::{Answer, Context, rows};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::{self, Statement};
use crate::ports::{Access, ResultSet, Session};
use crate::profile::{self, Entitlement, Fields, UserShape};
use crate::snapshot::Snapshot;

/// One page of all users.
///
/// # Errors
/// Whatever planning and running Get Users and Get User Entitlements gives.
pub async fn list_users(context: &mut Context, page: Page) -> Result<Answer, Failure> {
    let (snapshot, session) = open(context, page.start_index == 1).await?;
    let total = snapshot.set.rows.len();
    let result = resources(context, session, &snapshot, page.range(total)).await?;
    let subject = match page.count {
        _ if page.start_index > 1 => Some(format!("from {}", page.start_index)),
        Some(count) => Some(format!("first {count}")),
        None => None,
    };
    Ok(Answer {
        status: 200,
        effect: Some(rows(result.len())),
        body: list_response(
            result.into_iter().map(Into::into).collect(),
            total,
            page.start_index,
        ),
        location: None,
        action: Action::ListUsers,
        subject,
    })
}

/// The rows of an import: those of the one under way, or new ones.
///
/// # Errors
/// Whatever planning and running Get Users gives.
pub async fn import(context: &mut Context, fresh: bool) -> Result<Arc<Snapshot>, Failure> {
    let (snapshot, session) = open(context, fresh).await?;
    if let Some(session) = session {
        context.end(session, Access::Read, Ok(())).await?;
    }
    Ok(snapshot)
}

/// All users for which `keep` holds.
pub(super) async fn resources_where(
    context: &mut Context,
    keep: impl Fn(&Resource) -> bool,
) -> Result<Vec<Resource>, Failure> {
    // Under a key of its own: a look-up must not move the pages of an import under way.
    let provider_key = std::mem::take(&mut context.snapshot_key);
    context.snapshot_key = format!("look-up {provider_key}");
    let imported = import(context, true).await;
    context.snapshot_key = provider_key;
    let snapshot = imported?;
    let kept: Vec<usize> = {
        let shape = UserShape::new(&context.application, &snapshot.set.columns, &context.base)?;
        let mut kept = Vec::new();
        for (index, row) in snapshot.set.rows.iter().enumerate() {
            if keep(&shape.user(row, None)?) {
                kept.push(index);
            }
        }
        kept
    };
    resources_at(context, &snapshot, &kept).await
}

type Opened = (Arc<Snapshot>, Option<Box<dyn Session>>);

/// The snapshot, and the session it was taken in where it is new.
async fn open(context: &mut Context, fresh: bool) -> Result<Opened, Failure> {
    let key = context.snapshot_key.clone();
    if !fresh && let Some(snapshot) = context.snapshots.get(&key, context.trace.wall_us()) {
        return Ok((snapshot, None));
    }
    let statement = context.plan(Operation::GetUsers, &Fields::default())?;
    let mut session = context.begin(Access::Read).await?;
    let taken = take(context, session.as_mut(), &statement).await;
    match taken {
        Ok(snapshot) => {
            let snapshot = Arc::new(snapshot);
            context
                .snapshots
                .put(&key, context.trace.wall_us(), Arc::clone(&snapshot));
            Ok((snapshot, Some(session)))
        }
        Err(failure) => context.end(session, Access::Read, Err(failure)).await,
    }
}

async fn take(
    context: &mut Context,
    session: &mut dyn Session,
    statement: &Statement,
) -> Result<Snapshot, Failure> {
    let set = context.run(session, statement).await?.into_rows();
    let import = plan::import_statement(&context.application, context.database.dialect())?;
    let entitlements = match import {
        None => None,
        Some(statement) => {
            let set = context.run(session, &statement).await?.into_rows();
            Some(by_user(context, &set)?)
        }
    };
    Ok(Snapshot { set, entitlements })
}

fn by_user(
    context: &Context,
    set: &ResultSet,
) -> Result<HashMap<String, Vec<Entitlement>>, Failure> {
    let column = &context.application.user_id_column;
    let user = set.column(column).ok_or_else(|| {
        Failure::new(
            500,
            "mapping.column_missing",
            format!(
                "The import statement of \"{}\" returns no column {column}.",
                Operation::GetUserEntitlements
            ),
            "Return the user id with each entitlement.",
        )
    })?;
    let (id, display) = profile::entitlement_columns(&context.application, set)?;
    let mut map: HashMap<String, Vec<Entitlement>> = HashMap::new();
    for row in &set.rows {
        if let (Some(user), Some(entitlement)) = (
            row.get(user).and_then(crate::Value::to_text),
            profile::entitlement(row, id, display),
        ) {
            map.entry(user).or_default().push(entitlement);
        }
    }
    Ok(map)
}

/// The resources at these positions of a snapshot.
pub(super) async fn resources_at(
    context: &mut Context,
    snapshot: &Snapshot,
    positions: &[usize],
) -> Result<Vec<Resource>, Failure> {
    resources(context, None, snapshot, positions.iter().copied()).await
}

/// The resources at these positions of a snapshot. `session` is used for entitlements that must be
/// asked for user by user, and given back.
async fn resources(
    context: &mut Context,
    session: Option<Box<dyn Session>>,
    snapshot: &Snapshot,
    positions: impl Iterator<Item = usize>,
) -> Result<Vec<Resource>, Failure> {
    let page: Vec<&Vec<crate::Value>> = positions
        .filter_map(|position| snapshot.set.rows.get(position))
        .collect();
    let one_by_one = snapshot.entitlements.is_none()
        && context
            .application
            .mapping(Operation::GetUserEntitlements)
            .is_some()
        && !page.is_empty();
    let mut session = match session {
        Some(session) => Some(session),
        None if one_by_one => Some(context.begin(Access::Read).await?),
        None => None,
    };
    let mut held: Vec<Option<Vec<Entitlement>>> = Vec::with_capacity(page.len());
    let mut result = Ok(());
    if let (true, Some(session)) = (one_by_one, session.as_mut()) {
        let ids = {
            let shape = UserShape::new(&context.application, &snapshot.set.columns, &context.base)?;
            page.iter()
                .map(|row| shape.id(row))
                .collect::<Result<Vec<_>, _>>()
        };
        match ids {
            Ok(ids) => {
                for id in ids {
                    match context.read_entitlements(session.as_mut(), &id).await {
                        Ok(entitlements) => held.push(entitlements),
                        Err(failure) => {
                            result = Err(failure);
                            break;
                        }
                    }
                }
            }
            Err(failure) => result = Err(failure),
        }
    }
    if let Some(session) = session {
        context.end(session, Access::Read, Ok(())).await?;
    }
    result?;
    let none: &[Entitlement] = &[];
    let shape = UserShape::new(&context.application, &snapshot.set.columns, &context.base)?;
    page.iter()
        .enumerate()
        .map(|(index, row)| {
            let entitlements = match &snapshot.entitlements {
                Some(map) => Some(map.get(&shape.id(row)?).map_or(none, Vec::as_slice)),
                None => held.get(index).and_then(|held| held.as_deref()),
            };
            shape.user(row, entitlements)
        })
        .collect()
}
