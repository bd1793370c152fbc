//! List users: the provider's import, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use sluice_scim::{ListResponse, Page, Resource};

use super::{Answer, Context, json, rows};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::{self, Statement};
use crate::ports::{Access, ResultSet, Session};
use crate::profile::{self, Entitlement, Fields, User, UserShape};
use crate::snapshot::Snapshot;

/// One page of all users.
///
/// # Errors
/// Whatever planning and running Get Users and Get User Entitlements gives.
pub async fn list_users(context: &mut Context, page: Page) -> Result<Answer, Failure> {
    let (snapshot, session) = open(context, page.start_index == 1).await?;
    let total = snapshot.set.rows.len();
    let range = page.range(total);
    let held = held(context, session, &snapshot, range.clone()).await?;
    let shape = UserShape::new(&context.application, &snapshot.set.columns, &context.base)?;
    let users = range
        .zip(&held)
        .map(|(position, held)| user(&shape, &snapshot, position, held))
        .collect::<Result<Vec<_>, _>>()?;
    let subject = match page.count {
        _ if page.start_index > 1 => Some(format!("from {}", page.start_index)),
        Some(count) => Some(format!("first {count}")),
        None => None,
    };
    Ok(Answer {
        status: 200,
        effect: Some(rows(users.len())),
        body: json(&ListResponse::new(users, total, page.start_index))?,
        location: None,
        action: Action::ListUsers,
        subject,
    })
}

/// The rows of an import: those of the one under way, or new ones.
///
/// # Errors
/// Whatever planning and running Get Users gives.
pub async fn import(context: &mut Context, anew: bool) -> Result<Arc<Snapshot>, Failure> {
    let (snapshot, session) = open(context, anew).await?;
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
    // Not kept: a look-up must neither move the pages of an import under way nor push one out.
    let (snapshot, session) = fresh(context).await?;
    context.end(session, Access::Read, Ok(())).await?;
    let kept: Vec<usize> = {
        let shape = UserShape::new(&context.application, &snapshot.set.columns, &context.base)?;
        let mut kept = Vec::new();
        for (index, row) in snapshot.set.rows.iter().enumerate() {
            if keep(&shape.user(row, None)?.resource()?) {
                kept.push(index);
            }
        }
        kept
    };
    resources_at(context, &snapshot, &kept).await
}

type Opened = (Arc<Snapshot>, Option<Box<dyn Session>>);

/// The snapshot, and the session it was taken in where it is new.
async fn open(context: &mut Context, anew: bool) -> Result<Opened, Failure> {
    let key = context.snapshot_key.clone();
    if !anew && let Some(snapshot) = context.snapshots.get(&key, context.trace.wall_us()) {
        return Ok((snapshot, None));
    }
    let (snapshot, session) = fresh(context).await?;
    let snapshot = Arc::new(snapshot);
    context
        .snapshots
        .put(&key, context.trace.wall_us(), Arc::clone(&snapshot));
    Ok((snapshot, Some(session)))
}

/// A new import, and the session it was taken in.
async fn fresh(context: &mut Context) -> Result<(Snapshot, Box<dyn Session>), Failure> {
    let statement = context.plan(Operation::GetUsers, &Fields::default())?;
    let mut session = context.begin(Access::Read).await?;
    match take(context, session.as_mut(), &statement).await {
        Ok(snapshot) => Ok((snapshot, session)),
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
    let held = held(context, None, snapshot, positions.iter().copied()).await?;
    let shape = UserShape::new(&context.application, &snapshot.set.columns, &context.base)?;
    positions
        .iter()
        .zip(&held)
        .map(|(position, held)| user(&shape, snapshot, *position, held)?.resource())
        .collect()
}

/// One user of a snapshot.
fn user<'r>(
    shape: &'r UserShape<'r>,
    snapshot: &'r Snapshot,
    position: usize,
    held: &'r Held,
) -> Result<User<'r>, Failure> {
    let row = snapshot
        .set
        .rows
        .get(position)
        .map_or(&[][..], Vec::as_slice);
    let entitlements = match &snapshot.entitlements {
        Some(map) => Some(map.get(&shape.id(row)?).map_or(&[][..], Vec::as_slice)),
        None => held.as_deref(),
    };
    shape.user(row, entitlements)
}

/// The entitlements of one user, where they were asked for user by user.
type Held = Option<Vec<Entitlement>>;

/// What each user at these positions holds, in their order; `None` where the snapshot knows it, or
/// nobody does. `session` is used where the users must be asked for one by one, and given back.
async fn held(
    context: &mut Context,
    session: Option<Box<dyn Session>>,
    snapshot: &Snapshot,
    positions: impl Iterator<Item = usize>,
) -> Result<Vec<Held>, Failure> {
    let positions: Vec<usize> = positions.collect();
    let mapped = context
        .application
        .mapping(Operation::GetUserEntitlements)
        .is_some();
    let one_by_one = snapshot.entitlements.is_none() && mapped && !positions.is_empty();
    let session = match session {
        None if one_by_one => Some(context.begin(Access::Read).await?),
        session => session,
    };
    let Some(mut session) = session else {
        return Ok(vec![None; positions.len()]);
    };
    let asked = if one_by_one {
        ask(context, session.as_mut(), snapshot, &positions).await
    } else {
        Ok(vec![None; positions.len()])
    };
    context.end(session, Access::Read, asked).await
}

async fn ask(
    context: &mut Context,
    session: &mut dyn Session,
    snapshot: &Snapshot,
    positions: &[usize],
) -> Result<Vec<Held>, Failure> {
    let ids = {
        let shape = UserShape::new(&context.application, &snapshot.set.columns, &context.base)?;
        positions
            .iter()
            .filter_map(|position| snapshot.set.rows.get(*position))
            .map(|row| shape.id(row))
            .collect::<Result<Vec<_>, _>>()?
    };
    let mut held = Vec::with_capacity(ids.len());
    for id in ids {
        held.push(context.read_entitlements(session, &id).await?);
    }
    Ok(held)
}
