//! Entitlements: all of them, how many hold each, and who.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::snapshot::Used;
use sluice_core::usecase::{self, Counting, EntitlementChoice, Standing};
use ts_rs::TS;

use super::users::HeldEntitlement;
use crate::app::App;
use crate::problem::Problem;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EntitlementsQuery {
    pub application: String,
    pub choice: EntitlementChoice,
    /// Whether the database is asked anew; else the import is read that is there already.
    pub fresh: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementList {
    /// Those that match.
    pub entitlements: Vec<EntitlementUse>,
    /// How many there are without the search.
    pub total: usize,
    pub counting: Counting,
    /// How many users were looked at; `null` where holders are not counted.
    pub users: Option<usize>,
    /// When it was read, in milliseconds since 1970.
    pub taken_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EntitlementUse {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    /// Whether Get all entitlements gives it; `false` where users hold it in spite of that.
    pub listed: bool,
    /// How many users of the import hold it; `null` where holders are not counted.
    pub holders: Option<usize>,
    /// How many of the holders are inactive; `null` where it is not known.
    pub inactive: Option<usize>,
    /// How many rows give it to somebody who is not in the import; `null` where holders are not counted.
    pub outside: Option<usize>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HoldersQuery {
    pub application: String,
    pub entitlement: String,
    /// From 1.
    pub start: usize,
    pub count: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HoldersPage {
    pub entitlement: EntitlementUse,
    pub counting: Counting,
    /// Empty where holders are not counted.
    pub holders: Vec<Holder>,
    pub start: usize,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct IdleQuery {
    pub application: String,
    /// From 1.
    pub start: usize,
    pub count: usize,
}

/// Who still holds something without being an active user of the import.
#[derive(Clone, Debug, Serialize, TS)]
pub struct IdlePage {
    pub holders: Vec<IdleUser>,
    pub start: usize,
    /// How many there are.
    pub total: usize,
    /// Of them: how many are inactive users of the import; the others are not in it.
    pub inactive: usize,
    pub counting: Counting,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct IdleUser {
    pub id: String,
    pub display: Option<String>,
    pub standing: IdleStanding,
    pub entitlements: Vec<HeldEntitlement>,
}

/// Why somebody should need nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdleStanding {
    /// In the import, and inactive.
    Inactive,
    /// Not in the import, and inactive.
    InactiveLeftOut,
    /// Not in the import, though not known to be inactive.
    LeftOut,
    /// Not in the import, and Get user by ID finds nobody.
    Unknown,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Holder {
    pub id: String,
    pub display: Option<String>,
    pub active: Option<bool>,
}

/// All entitlements that match a search, with their counts.
pub async fn list(app: Arc<App>, query: EntitlementsQuery) -> Result<EntitlementList, Problem> {
    let mut context = app.context(&query.application).await?;
    let usage = usecase::entitlement_usage(&mut context, &query.choice, query.fresh).await?;
    Ok(EntitlementList {
        entitlements: usage.entitlements.into_iter().map(shown).collect(),
        total: usage.total,
        counting: usage.counting,
        users: usage.users,
        taken_at: usage.taken_at.unwrap_or_else(|| app.clock.wall_us() / 1000),
    })
}

/// A page of the users who hold an entitlement.
pub async fn holders(app: Arc<App>, query: HoldersQuery) -> Result<HoldersPage, Problem> {
    let mut context = app.context(&query.application).await?;
    let start = query.start.max(1);
    let found = usecase::entitlement_holders(
        &mut context,
        &query.entitlement,
        start - 1,
        query.count.clamp(1, 500),
    )
    .await?;
    let holders = found.users.iter().map(|user| Holder {
        id: user
            .resource
            .get("id")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned(),
        display: user.name.clone(),
        active: user.active,
    });
    Ok(HoldersPage {
        holders: holders.collect(),
        entitlement: shown(found.entitlement),
        counting: found.counting,
        start,
    })
}

/// A page of those who still hold something without being an active user of the import.
pub async fn idle(app: Arc<App>, query: IdleQuery) -> Result<IdlePage, Problem> {
    let mut context = app.context(&query.application).await?;
    let start = query.start.max(1);
    // Who is not in the import is asked for one by one.
    let count = query.count.clamp(1, 50);
    let found = usecase::idle_entitlements(&mut context, start - 1, count).await?;
    let holders = found.holders.into_iter().map(|holder| IdleUser {
        id: holder.id,
        display: holder.name,
        standing: match holder.standing {
            Standing::Inactive => IdleStanding::Inactive,
            Standing::LeftOut(Some(false)) => IdleStanding::InactiveLeftOut,
            Standing::LeftOut(_) => IdleStanding::LeftOut,
            Standing::Unknown => IdleStanding::Unknown,
        },
        entitlements: holder
            .held
            .into_iter()
            .map(|held| HeldEntitlement {
                value: held.value,
                display: held.display,
            })
            .collect(),
    });
    Ok(IdlePage {
        holders: holders.collect(),
        start,
        total: found.total,
        inactive: found.inactive,
        counting: found.counting,
    })
}

fn shown(used: Used) -> EntitlementUse {
    EntitlementUse {
        id: used.id,
        name: used.name,
        description: used.description,
        listed: used.listed,
        holders: used.holders,
        inactive: used.inactive,
        outside: used.outside,
    }
}
