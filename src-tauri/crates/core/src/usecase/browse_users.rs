//! Users as the console shows them: the resource that the provider sees beside the raw row.

use std::sync::{Arc, PoisonError};

use sluice_scim::Resource;

use super::import::import;
use super::list_users::each_at;
use super::{Context, get_user};
use crate::failure::Failure;
use crate::ports::{ResultColumn, ResultSet};
use crate::snapshot::{Snapshot, unkept};
use crate::value::{Cell, Value};

/// So many rows are searched at a time.
const SEARCHED_AT_ONCE: usize = 1024;

/// A page of users.
pub struct Browsed {
    pub columns: Arc<[ResultColumn]>,
    pub users: Vec<BrowsedUser>,
    /// How many users match.
    pub total: usize,
}

/// A user of a page.
pub struct BrowsedUser {
    pub row: Vec<Value>,
    /// By the application's status column; `None` where no column says it.
    pub active: Option<bool>,
    pub resource: Resource,
}

/// One user with its row.
pub struct Inspected {
    /// One row.
    pub set: ResultSet,
    pub resource: Resource,
}

/// The users whose row holds `search` in any column that is not secret, without regard to letter
/// case; all of them where it is empty. `start` counts from 0.
///
/// # Errors
/// Whatever planning and running Get Users and Get User Entitlements gives.
pub async fn browse_users(
    context: &mut Context,
    search: &str,
    start: usize,
    count: usize,
    fresh: bool,
) -> Result<Browsed, Failure> {
    let snapshot = import(context, fresh).await?;
    let wanted = search.trim().to_lowercase();
    let (total, positions): (usize, Vec<usize>) = if wanted.is_empty() {
        let total = snapshot.rows.len();
        (
            total,
            (start.min(total)..start.saturating_add(count).min(total)).collect(),
        )
    } else {
        let found = positions(context, &snapshot, &wanted).await?;
        let page = found.iter().skip(start).take(count);
        (
            found.len(),
            page.map(|position| *position as usize).collect(),
        )
    };
    let users = browsed(context, &snapshot, &positions).await?;
    snapshot.progress.page();
    Ok(Browsed {
        columns: Arc::clone(&snapshot.rows.columns),
        users,
        total,
    })
}

/// The users at these positions, in this order, with what they hold.
pub(super) async fn browsed(
    context: &mut Context,
    snapshot: &Snapshot,
    positions: &[usize],
) -> Result<Vec<BrowsedUser>, Failure> {
    each_at(context, snapshot, positions, |shape, cells, held| {
        Ok(BrowsedUser {
            row: cells.iter().map(Cell::to_value).collect(),
            active: shape.active(&cells),
            resource: shape.user(cells, held)?.resource()?,
        })
    })
    .await
}

/// Where the rows that hold a text stand. The last search is remembered, so that its next page is not
/// another search.
async fn positions(
    context: &Context,
    snapshot: &Snapshot,
    wanted: &str,
) -> Result<Arc<Vec<u32>>, Failure> {
    let found = || {
        snapshot
            .found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    };
    if let Some((text, positions)) = &*found()
        && text == wanted
    {
        return Ok(Arc::clone(positions));
    }
    let secret: Vec<bool> = snapshot
        .rows
        .columns
        .iter()
        .map(|column| context.application.is_secret(&column.name))
        .collect();
    let holds = |cell: &Cell<'_>| {
        let text = cell.to_text();
        text.is_some_and(|text| text.to_lowercase().contains(wanted))
    };
    let mut positions = Vec::new();
    let mut next = 0;
    while next < snapshot.rows.len() {
        let block = snapshot.rows.read(next..next + SEARCHED_AT_ONCE).await;
        let block = block.map_err(|error| unkept(&error))?;
        for index in 0..block.len() {
            let cells = block.cells(index).map_err(|error| unkept(&error))?;
            let mut open = cells.iter().zip(&secret).filter(|(_, secret)| !**secret);
            if open.any(|(cell, _)| holds(cell)) {
                positions.extend(u32::try_from(next + index));
            }
        }
        next += SEARCHED_AT_ONCE;
    }
    let positions = Arc::new(positions);
    *found() = Some((wanted.to_owned(), Arc::clone(&positions)));
    Ok(positions)
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
    Ok(Inspected {
        set: found.set,
        resource,
    })
}
