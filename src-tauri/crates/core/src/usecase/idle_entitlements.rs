//! Entitlements that stay with those who should not need them: inactive users, and people whom Get users
//! leaves out. This is the list to clean up.

use std::borrow::Cow;

use super::browse_users::inspect_user;
use super::entitlement_usage::Counting;
use super::find_users::{UserChoice, positions};
use super::import::import;
use super::{Context, find_users};
use crate::failure::Failure;
use crate::profile::{Entitlement, Naming, UserShape};
use crate::sift::{RowFilter, RowOperator};
use crate::snapshot::unkept;

/// What is known of somebody who still holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the import, and inactive.
    Inactive,
    /// Not in the import; Get user by ID says whether the user is active, where a column says it.
    LeftOut(Option<bool>),
    /// Not in the import, and Get user by ID finds nobody.
    Unknown,
}

/// Somebody who holds entitlements without being an active user of the import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleHolder {
    pub id: String,
    pub name: Option<String>,
    pub standing: Standing,
    pub held: Vec<Entitlement>,
}

/// A page of them.
pub struct IdleEntitlements {
    pub holders: Vec<IdleHolder>,
    /// How many there are.
    pub total: usize,
    /// Of them: how many are inactive users of the import; the others are not in it.
    pub inactive: usize,
    pub counting: Counting,
}

/// Who still holds something without being an active user of the import: inactive users first, then
/// those who are not in it. `start` counts from 0. Those who are left out are asked for by their id, one
/// by one, so a page should be short.
///
/// # Errors
/// Whatever importing users and Get User by ID give.
pub async fn idle_entitlements(
    context: &mut Context,
    start: usize,
    count: usize,
) -> Result<IdleEntitlements, Failure> {
    let counting = Counting::of(&context.application);
    let mut told = IdleEntitlements {
        holders: Vec::new(),
        total: 0,
        inactive: 0,
        counting,
    };
    if counting != Counting::Counted {
        return Ok(told);
    }
    let snapshot = import(context, false).await?;
    let Some(all) = &snapshot.entitlements else {
        return Ok(told);
    };
    let condition = |column: &str, operator, values: &[&str]| RowFilter {
        column: column.to_owned(),
        operator,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let choice = UserChoice {
        filters: vec![
            condition(find_users::STATE, RowOperator::Equals, &["inactive"]),
            condition(find_users::ENTITLEMENTS, RowOperator::Greater, &["0"]),
        ],
        ..UserChoice::default()
    };
    let inactive = positions(context, &snapshot, &choice).await?;
    told.inactive = inactive.len();
    told.total = inactive.len() + all.strangers().len();
    {
        let columns = &snapshot.rows.columns;
        let shape = UserShape::new(&context.application, columns, &context.base)?;
        let naming = Naming::of(&context.application, columns);
        for position in inactive.page(start, count) {
            let block = snapshot.rows.read(position..position + 1).await;
            let block = block.map_err(|error| unkept(&error))?;
            let cells = block.cells(0).map_err(|error| unkept(&error))?;
            told.holders.push(IdleHolder {
                id: shape.id(&cells)?.into_owned(),
                name: naming.name(&cells).map(Cow::into_owned),
                standing: Standing::Inactive,
                held: all.of(position).iter().cloned().collect(),
            });
        }
    }
    let left_out = all
        .strangers()
        .iter()
        .skip(start.saturating_sub(told.inactive))
        .take(count - told.holders.len());
    for stranger in left_out {
        let (name, standing) = match inspect_user(context, &stranger.id).await {
            Ok(found) => {
                let active = found
                    .resource
                    .get("active")
                    .and_then(serde_json::Value::as_bool);
                (found.name, Standing::LeftOut(active))
            }
            Err(failure) if failure.scim.status == 404 => (None, Standing::Unknown),
            Err(failure) => return Err(failure),
        };
        told.holders.push(IdleHolder {
            id: stranger.id.clone(),
            name,
            standing,
            held: all.of_stranger(stranger).iter().cloned().collect(),
        });
    }
    Ok(told)
}
