//! Entitlements as the console shows them: the list, how many hold each, and who.
//!
//! Counts come from the console's own import, in which everybody's entitlements were read by one
//! statement. Where the mapping has none, holders are not counted: it would take a query for each user.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_scim::Resource;
use ts_rs::TS;

use super::browse_users::{BrowsedUser, browsed};
use super::find_users::LOOKED_AT_ONCE;
use super::import::import;
use super::{Context, entitlements};
use crate::config::Application;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::ports::ResultColumn;
use crate::profile::UserShape;
use crate::sift::{Condition, Rank, RowFilter, RowSort};
use crate::snapshot::{Entitlements, Snapshot, Used, unkept};
use crate::value::Cell;

/// Whether it is known who holds what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    Counted,
    /// Get user entitlements has no `import`: it would take a query for each user.
    OneByOne,
    /// Get user entitlements is not mapped.
    Unmapped,
}

impl Counting {
    pub(super) fn of(application: &Application) -> Self {
        match application.mapping(Operation::GetUserEntitlements) {
            None => Self::Unmapped,
            Some(mapping) if mapping.import.is_none() => Self::OneByOne,
            Some(_) => Self::Counted,
        }
    }
}

/// The entitlements that match a search.
pub struct EntitlementUsage {
    pub entitlements: Vec<Used>,
    /// How many there are without the search.
    pub total: usize,
    pub counting: Counting,
    /// How many users were looked at; `None` where holders are not counted.
    pub users: Option<usize>,
    /// When these users were read, in milliseconds since 1970; `None` where holders are not counted.
    pub taken_at: Option<i64>,
}

/// An entitlement and a page of those who hold it.
pub struct EntitlementHolders {
    pub entitlement: Used,
    pub counting: Counting,
    /// Of the users' rows; empty where holders are not counted.
    pub columns: Arc<[ResultColumn]>,
    pub users: Vec<BrowsedUser>,
}

/// Which entitlements are wanted, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EntitlementChoice {
    /// Text that id, name or description holds, without regard to letter case; empty for all.
    pub search: String,
    /// All of them are to be true. The columns are `id`, `name`, `description`, `holders`, `active`,
    /// `inactive`, `outside` and `listed`.
    pub filters: Vec<RowFilter>,
    /// Empty for the order of Get all entitlements.
    pub sort: Vec<RowSort>,
}

/// The entitlements that are wanted. In their own order those of Get all entitlements come first; after
/// them those that somebody holds and it does not give. `fresh` reads everything anew.
///
/// # Errors
/// 400 for a condition that cannot be answered; whatever planning and running Get all entitlements gives;
/// where holders are counted, whatever importing users gives.
pub async fn entitlement_usage(
    context: &mut Context,
    choice: &EntitlementChoice,
    fresh: bool,
) -> Result<EntitlementUsage, Failure> {
    let known = Known::read(context, fresh).await?;
    Ok(EntitlementUsage {
        entitlements: chosen(&known.all, choice)?,
        total: known.all.len(),
        counting: known.counting,
        users: known.held().map(Entitlements::users),
        taken_at: known.snapshot.as_ref().map(|kept| kept.taken_at()),
    })
}

/// The entitlement with this id, and of the users who hold it those from `start`, which counts from 0.
///
/// # Errors
/// 404 where there is none; else as [`entitlement_usage`].
pub async fn entitlement_holders(
    context: &mut Context,
    id: &str,
    start: usize,
    count: usize,
) -> Result<EntitlementHolders, Failure> {
    let known = Known::read(context, false).await?;
    let entitlement = known.all.iter().find(|used| used.id == id).cloned();
    let entitlement = entitlement.ok_or_else(|| Failure::no_such_entitlement(id))?;
    let (mut columns, mut users): (Arc<[ResultColumn]>, _) = (Arc::default(), Vec::new());
    if let Some((snapshot, held)) = known.snapshot.as_ref().zip(known.held()) {
        let positions: Vec<usize> = held
            .holders(id)
            .into_iter()
            .skip(start)
            .take(count)
            .collect();
        columns = Arc::clone(&snapshot.rows.columns);
        users = browsed(context, snapshot, &positions).await?;
    }
    Ok(EntitlementHolders {
        entitlement,
        counting: known.counting,
        columns,
        users,
    })
}

fn chosen(all: &[Used], choice: &EntitlementChoice) -> Result<Vec<Used>, Failure> {
    let wanted = choice.search.trim().to_lowercase();
    let conditions = (choice.filters.iter())
        .map(|filter| Ok((field(&filter.column)?, Condition::of(filter)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let order = (choice.sort.iter())
        .map(|sort| Ok((field(&sort.column)?, sort.descending)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let found = |used: &&Used| {
        let texts = [Some(&used.id), Some(&used.name), used.description.as_ref()];
        let mut texts = texts.into_iter().flatten();
        texts.any(|text| text.to_lowercase().contains(&wanted))
            && conditions
                .iter()
                .all(|(field, condition)| condition.holds(&field(used)))
    };
    let mut chosen: Vec<Used> = all.iter().filter(found).cloned().collect();
    // One after the other from the last: each sort leaves equal ones as they were.
    for (field, descending) in order.into_iter().rev() {
        chosen.sort_by(|one, other| {
            let order = Rank::of(&field(one)).cmp(&Rank::of(&field(other)));
            if descending { order.reverse() } else { order }
        });
    }
    Ok(chosen)
}

/// What a condition on a column looks at.
fn field(column: &str) -> Result<fn(&Used) -> Cell<'_>, Failure> {
    fn count(count: Option<usize>) -> Cell<'static> {
        count.map_or(Cell::Null, |count| Cell::Unsigned(count as u64))
    }
    let look: fn(&Used) -> Cell<'_> = match column {
        "id" => |used| Cell::Text(&used.id),
        "name" => |used| Cell::Text(&used.name),
        "description" => |used| used.description.as_deref().map_or(Cell::Null, Cell::Text),
        "holders" => |used| count(used.holders),
        "active" => |used| {
            let active = used.holders.zip(used.inactive);
            count(active.map(|(all, inactive)| all.saturating_sub(inactive)))
        },
        "inactive" => |used| count(used.inactive),
        "outside" => |used| count(used.outside),
        "listed" => |used| Cell::Bool(used.listed),
        _ => {
            return Err(Failure::new(
                400,
                "filter.column",
                format!("Entitlements have no column {column}."),
                "Take the condition or the order away.",
            ));
        }
    };
    Ok(look)
}

/// What is known of all entitlements.
struct Known {
    all: Arc<Vec<Used>>,
    counting: Counting,
    snapshot: Option<Arc<Snapshot>>,
}

impl Known {
    fn held(&self) -> Option<&Entitlements> {
        self.snapshot.as_ref()?.entitlements.as_ref()
    }

    async fn read(context: &mut Context, fresh: bool) -> Result<Self, Failure> {
        let counting = Counting::of(&context.application);
        if counting != Counting::Counted {
            let listed = entitlements::all(context).await?;
            return Ok(Self {
                all: Arc::new(listed.iter().map(uncounted).collect()),
                counting,
                snapshot: None,
            });
        }
        let snapshot = import(context, fresh).await?;
        let kept = || {
            snapshot
                .usage
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let before = kept().clone();
        let all = if let Some(all) = before {
            all
        } else {
            let listed = entitlements::all(context).await?;
            let inactive = inactive(context, &snapshot).await?;
            let held = snapshot.entitlements.as_ref();
            let held = held.map(|held| held.usage(inactive.as_deref()));
            let all = merged(&listed, held.unwrap_or_default(), inactive.is_some());
            let all = Arc::new(all);
            *kept() = Some(Arc::clone(&all));
            all
        };
        Ok(Self {
            all,
            counting,
            snapshot: Some(snapshot),
        })
    }
}

/// What is listed with its counts, and after it what is held and not listed.
fn merged(listed: &[Resource], held: Vec<Used>, states_known: bool) -> Vec<Used> {
    let places: HashMap<&str, usize> = held
        .iter()
        .enumerate()
        .map(|(place, used)| (used.id.as_str(), place))
        .collect();
    let mut is_listed = vec![false; held.len()];
    let mut all: Vec<Used> = Vec::with_capacity(listed.len());
    for resource in listed {
        let mut used = uncounted(resource);
        used.holders = Some(0);
        used.inactive = states_known.then_some(0);
        used.outside = Some(0);
        if let Some(place) = places.get(used.id.as_str()) {
            is_listed[*place] = true;
            used.holders = held[*place].holders;
            used.inactive = held[*place].inactive;
            used.outside = held[*place].outside;
        }
        all.push(used);
    }
    let others = held.into_iter().zip(is_listed);
    all.extend(others.filter(|(_, is)| !is).map(|(used, _)| used));
    all
}

fn uncounted(resource: &Resource) -> Used {
    let text = |name: &str| resource.get(name).and_then(Json::as_str).map(str::to_owned);
    let id = text("id").unwrap_or_default();
    let name = text("displayName").unwrap_or_else(|| id.clone());
    Used::uncounted(id, name, text("description"))
}

/// By row, whether the user is inactive; `None` where no row says whether.
async fn inactive(context: &Context, snapshot: &Snapshot) -> Result<Option<Vec<bool>>, Failure> {
    let shape = UserShape::new(&context.application, &snapshot.rows.columns, &context.base)?;
    let mut told = false;
    let mut inactive = Vec::with_capacity(snapshot.rows.len());
    while inactive.len() < snapshot.rows.len() {
        let next = inactive.len();
        let block = snapshot.rows.read(next..next + LOOKED_AT_ONCE).await;
        let block = block.map_err(|error| unkept(&error))?;
        for index in 0..block.len() {
            let cells = block.cells(index).map_err(|error| unkept(&error))?;
            let active = shape.active(&cells);
            told |= active.is_some();
            inactive.push(active == Some(false));
        }
    }
    Ok(told.then_some(inactive))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sift::RowOperator;

    fn listed(id: &str) -> Resource {
        let mut resource = Resource::new();
        resource.insert("id".into(), json!(id));
        resource.insert("displayName".into(), json!(format!("name of {id}")));
        resource
    }

    fn held(id: &str, holders: usize) -> Used {
        Used {
            listed: false,
            holders: Some(holders),
            inactive: Some(0),
            outside: Some(0),
            ..Used::uncounted(id.into(), id.into(), None)
        }
    }

    #[test]
    fn what_is_held_and_not_listed_stands_last_and_is_marked() {
        let all = merged(
            &[listed("2"), listed("1")],
            vec![held("9", 4), held("1", 7)],
            true,
        );
        let told: Vec<_> = all
            .iter()
            .map(|used| (used.id.as_str(), used.holders, used.listed))
            .collect();
        assert_eq!(
            told,
            [
                ("2", Some(0), true),
                ("1", Some(7), true),
                ("9", Some(4), false)
            ]
        );
        assert_eq!(
            all[1].name, "name of 1",
            "as it is listed, not as it is held"
        );
    }

    #[test]
    fn what_only_inactive_users_hold_is_found_and_put_in_order() {
        let used = |id: &str, holders, inactive| Used {
            inactive: Some(inactive),
            ..held(id, holders)
        };
        let all = [
            used("1", 3, 1),
            used("2", 1, 1),
            used("3", 0, 0),
            used("4", 2, 2),
        ];
        let filter = |column: &str, operator, value: &str| RowFilter {
            column: column.into(),
            operator,
            values: vec![value.into()],
        };
        let ids = |filters: Vec<RowFilter>, column: &str| {
            let choice = EntitlementChoice {
                search: String::new(),
                filters,
                sort: vec![RowSort {
                    column: column.into(),
                    descending: true,
                }],
            };
            let chosen = chosen(&all, &choice).unwrap();
            chosen.into_iter().map(|used| used.id).collect::<Vec<_>>()
        };
        let idle = vec![
            filter("active", RowOperator::Equals, "0"),
            filter("inactive", RowOperator::Greater, "0"),
        ];
        assert_eq!(ids(idle, "holders"), ["4", "2"]);
        let unheld = vec![filter("holders", RowOperator::Equals, "0")];
        assert_eq!(ids(unheld, "id"), ["3"]);
        assert_eq!(ids(Vec::new(), "holders"), ["1", "4", "2", "3"]);
        assert!(field("PASSWORD_HASH").is_err());
    }

    #[test]
    fn what_nobody_holds_has_no_inactive_holder_only_where_states_are_known() {
        assert_eq!(
            merged(&[listed("1")], Vec::new(), true)[0].inactive,
            Some(0)
        );
        assert_eq!(merged(&[listed("1")], Vec::new(), false)[0].inactive, None);
    }
}
