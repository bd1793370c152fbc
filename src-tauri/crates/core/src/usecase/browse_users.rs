//! Users as the console shows them: the resource that the provider sees beside the raw row.

use std::sync::Arc;

use sluice_scim::Resource;

use super::{Context, get_user, list_users};
use crate::failure::Failure;
use crate::ports::ResultSet;
use crate::profile::UserShape;
use crate::snapshot::Snapshot;
use crate::value::Value;

/// A page of users.
pub struct Browsed {
    pub snapshot: Arc<Snapshot>,
    /// Position of each user's row in the snapshot, with the resource made of it.
    pub users: Vec<(usize, Resource)>,
    /// How many users match.
    pub total: usize,
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
    let snapshot = list_users::import(context, fresh).await?;
    let secret: Vec<bool> = snapshot
        .set
        .columns
        .iter()
        .map(|column| context.application.is_secret(&column.name))
        .collect();
    let wanted = search.trim().to_lowercase();
    let matches = |row: &[Value]| {
        wanted.is_empty()
            || row.iter().zip(&secret).any(|(value, secret)| {
                !secret
                    && value
                        .to_text()
                        .is_some_and(|text| text.to_lowercase().contains(&wanted))
            })
    };
    let positions: Vec<usize> = snapshot
        .set
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| matches(row))
        .map(|(index, _)| index)
        .collect();
    let page: Vec<usize> = positions.iter().copied().skip(start).take(count).collect();
    let resources = list_users::resources_at(context, &snapshot, &page).await?;
    Ok(Browsed {
        total: positions.len(),
        users: page.into_iter().zip(resources).collect(),
        snapshot,
    })
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

impl Snapshot {
    /// Whether each row's user is active, by the application's status column.
    ///
    /// # Errors
    /// 500 where the user id column is not among the columns.
    pub fn active(
        &self,
        application: &crate::config::Application,
        position: usize,
    ) -> Result<Option<bool>, Failure> {
        let shape = UserShape::new(application, &self.set.columns, "")?;
        Ok(self
            .set
            .rows
            .get(position)
            .and_then(|row| shape.active(row)))
    }
}
