//! Users as the console shows them: the resource that the provider sees beside the raw row.

use std::borrow::Cow;
use std::sync::Arc;

use sluice_scim::Resource;

use super::entitlement_usage::Counting;
use super::find_users::{Positions, UserChoice, positions};
use super::import::import;
use super::list_users::each_at;
use super::{Context, get_user};
use crate::failure::Failure;
use crate::ports::{ResultColumn, ResultSet};
use crate::profile::{self, Naming, UserShape};
use crate::snapshot::{Snapshot, unkept};
use crate::value::{Cell, Value};

/// A page of users.
pub struct Browsed {
    pub columns: Arc<[ResultColumn]>,
    pub users: Vec<BrowsedUser>,
    /// How many users match.
    pub total: usize,
    /// How many there are without search and conditions.
    pub all: usize,
    /// When the rows were read, in milliseconds since 1970. Pages of another time are of other rows.
    pub taken_at: i64,
    /// Whether it is known who holds what.
    pub counting: Counting,
}

/// A user of a page.
pub struct BrowsedUser {
    pub row: Vec<Value>,
    /// What the user is called; `None` where nothing says it.
    pub name: Option<String>,
    /// By the application's status column; `None` where no column says it.
    pub active: Option<bool>,
    pub resource: Resource,
}

/// One user with its row.
pub struct Inspected {
    /// One row.
    pub set: ResultSet,
    /// What the user is called; `None` where nothing says it.
    pub name: Option<String>,
    pub resource: Resource,
}

/// A page of the users that are wanted. `start` counts from 0. `fresh` reads the database anew; else the
/// console's own import is read that is there already.
///
/// # Errors
/// 400 for a condition that cannot be answered; whatever planning and running Get Users and Get User
/// Entitlements gives.
pub async fn browse_users(
    context: &mut Context,
    choice: &UserChoice,
    start: usize,
    count: usize,
    fresh: bool,
) -> Result<Browsed, Failure> {
    let (snapshot, found) = found(context, choice, fresh).await?;
    let users = browsed(context, &snapshot, &found.page(start, count)).await?;
    snapshot.progress.page();
    Ok(Browsed {
        columns: Arc::clone(&snapshot.rows.columns),
        users,
        total: found.len(),
        all: snapshot.rows.len(),
        taken_at: snapshot.taken_at(),
        counting: Counting::of(&context.application),
    })
}

/// The ids of users in a list, by the positions that they have in it: ranges from 0, both ends included.
/// `taken_at` is when the rows of that list were read.
///
/// # Errors
/// 409 where the rows were read anew since; else as [`browse_users`].
pub async fn ids_at(
    context: &mut Context,
    choice: &UserChoice,
    ranges: &[(usize, usize)],
    taken_at: i64,
) -> Result<Vec<String>, Failure> {
    let (snapshot, found) = found(context, choice, false).await?;
    same_rows(&snapshot, taken_at)?;
    let shape = UserShape::new(&context.application, &snapshot.rows.columns, &context.base)?;
    let mut ids = Vec::new();
    for (first, last) in ranges {
        let count = last.saturating_add(1).saturating_sub(*first);
        for position in found.page(*first, count) {
            let block = snapshot.rows.read(position..position + 1).await;
            let block = block.map_err(|error| unkept(&error))?;
            let cells = block.cells(0).map_err(|error| unkept(&error))?;
            ids.push(shape.id(&cells)?.into_owned());
        }
    }
    Ok(ids)
}

/// Refuses positions that were counted in other rows.
pub(super) fn same_rows(snapshot: &Snapshot, taken_at: i64) -> Result<(), Failure> {
    if snapshot.taken_at() == taken_at {
        return Ok(());
    }
    Err(Failure::new(
        409,
        "users.read_anew",
        "The users were read anew since they were chosen, so their places may be others'.",
        "Choose them again.",
    ))
}

/// The console's import, and where the users that are wanted stand in it.
pub(super) async fn found(
    context: &mut Context,
    choice: &UserChoice,
    fresh: bool,
) -> Result<(Arc<Snapshot>, Positions), Failure> {
    let snapshot = import(context, fresh).await?;
    let found = positions(context, &snapshot, choice).await?;
    Ok((snapshot, found))
}

/// The users at these positions, in this order, with what they hold.
pub(super) async fn browsed(
    context: &mut Context,
    snapshot: &Snapshot,
    positions: &[usize],
) -> Result<Vec<BrowsedUser>, Failure> {
    let naming = Naming::of(&context.application, &snapshot.rows.columns);
    each_at(context, snapshot, positions, |shape, cells, held| {
        Ok(BrowsedUser {
            row: cells.iter().map(Cell::to_value).collect(),
            name: naming.name(&cells).map(Cow::into_owned),
            active: shape.active(&cells),
            resource: shape.user(cells, held)?.resource()?,
        })
    })
    .await
}

/// The user with this id.
///
/// # Errors
/// 404 where there is none; whatever planning and running Get User by ID gives.
pub async fn inspect_user(context: &mut Context, id: &str) -> Result<Inspected, Failure> {
    let found = get_user::find(context, id)
        .await?
        .ok_or_else(|| Failure::no_such_user(id))?;
    let resource = found.resource(context)?;
    let naming = Naming::of(&context.application, &found.set.columns);
    let name = naming.name(&profile::cells(found.row()));
    let name = name.map(Cow::into_owned);
    Ok(Inspected {
        set: found.set,
        name,
        resource,
    })
}
