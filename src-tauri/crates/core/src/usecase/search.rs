//! Searching: filters and sorting that no operation answers, over the rows of an import of their own.
//!
//! **Invariant:** a search never moves the pages of the provider's import; its first page reads the
//! database anew, and its later pages are cut from the same rows.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use sluice_scim::discovery::entitlement_schema;
use sluice_scim::schema::ResourceSchema;
use sluice_scim::{ListResponse, Page, Query, Resource};

use super::changed_users::changed_users;
use super::import::{Source, import_of};
use super::list_users::{Cut, list_users, page_subject, range_of, users_at};
use super::{Answer, Context, entitlements, get_user, json, rows};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::profile::{self, Fields, UserShape};
use crate::snapshot::{SEARCH, Snapshot, unkept};

/// So many rows are held against a filter at a time.
const AT_ONCE: usize = 512;

/// The users that a query asks for: a page of all of them, the one of a look-up, those that changed
/// after a time, those that match a filter, in the order they stand or the one that is asked for.
///
/// # Errors
/// 400 for a filter that cannot be answered; whatever planning and running Get Users, Get User by ID
/// and Get User Entitlements gives.
pub async fn search_users(context: &mut Context, query: &Query) -> Result<Answer, Failure> {
    let Some(filter) = &query.filter else {
        return match query.sort {
            None => list_users(context, query).await,
            Some(_) => found_users(context, query).await,
        };
    };
    if let Some(since) = filter.changed_after() {
        return changed_users(context, since, query).await;
    }
    match filter.lookup() {
        Some(lookup) => get_user::look_up_user(context, filter, &lookup, query).await,
        None => found_users(context, query).await,
    }
}

async fn found_users(context: &mut Context, query: &Query) -> Result<Answer, Failure> {
    let (total, mut users, schema) = users(context, query, query.page.start_index == 1).await?;
    for user in &mut users {
        query.projection.apply(user, &schema);
    }
    Ok(Answer {
        status: 200,
        effect: Some(rows(users.len())),
        body: json(&ListResponse::new(users, total, query.page.start_index))?,
        location: None,
        etag: None,
        action: Action::SearchUsers,
        subject: query
            .filter
            .as_ref()
            .map(ToString::to_string)
            .or_else(|| page_subject(query.page)),
    })
}

/// All resources that a query asks for, users before entitlements (`POST /.search`, RFC 7644
/// §3.4.3). Each kind is in the order that is asked for.
///
/// # Errors
/// As [`search_users`], and whatever running Get All Entitlements gives.
pub async fn search_all(context: &mut Context, query: &Query) -> Result<Answer, Failure> {
    let (total, mut found, schema) = users(context, query, query.page.start_index == 1).await?;
    for user in &mut found {
        query.projection.apply(user, &schema);
    }
    // Without that operation there is no such resource type.
    let mapped = context.application.mapping(Operation::GetAllEntitlements);
    let (values, schema) = match mapped {
        Some(_) => entitlements::matching(context, query).await?,
        None => (Vec::new(), entitlement_schema()),
    };
    for value in &values[values_of(query.page, total, values.len())] {
        let mut value = value.clone();
        query.projection.apply(&mut value, &schema);
        found.push(value);
    }
    let all = total + values.len();
    Ok(Answer {
        status: 200,
        effect: Some(rows(found.len())),
        body: json(&ListResponse::new(found, all, query.page.start_index))?,
        location: None,
        etag: None,
        action: Action::SearchUsers,
        subject: query.filter.as_ref().map(ToString::to_string),
    })
}

/// Which of so many values stand in a page of a list that has so many users before them.
fn values_of(page: Page, users: usize, values: usize) -> Range<usize> {
    let page = range_of(page, users + values);
    page.start.saturating_sub(users)..page.end.saturating_sub(users)
}

/// How many users match, those of the page, and what they look like.
async fn users(
    context: &mut Context,
    query: &Query,
    anew: bool,
) -> Result<(usize, Vec<Resource>, ResourceSchema), Failure> {
    let source = Source {
        operation: Operation::GetUsers,
        key: format!("{SEARCH}{}", context.snapshot_key),
        fields: Fields::default(),
    };
    let snapshot = import_of(context, source, anew).await?;
    let schema = profile::user_schema(&context.application, &snapshot.rows.columns);
    if let Some(filter) = &query.filter {
        filter.check(&schema).map_err(refused)?;
    }
    let positions = positions(context, &snapshot, query, &schema).await?;
    let page = &positions[range_of(query.page, positions.len())];
    let wanted: Vec<usize> = page.iter().map(|position| *position as usize).collect();
    let users = users_at(context, &snapshot, &wanted).await?;
    snapshot.progress.page();
    Ok((positions.len(), users, schema))
}

/// Where the rows that match stand, in the order that is asked for. The last search of a snapshot is
/// remembered, so that its next page is not another search.
async fn positions(
    context: &mut Context,
    snapshot: &Snapshot,
    query: &Query,
    schema: &ResourceSchema,
) -> Result<Arc<Vec<u32>>, Failure> {
    let asked = format!("{:?} {:?}", query.filter, query.sort);
    let remembered = || {
        let found = snapshot.found.lock();
        found.unwrap_or_else(PoisonError::into_inner)
    };
    if let Some((text, positions)) = &*remembered()
        && *text == asked
    {
        return Ok(Arc::clone(positions));
    }
    let reads = |name: &str| {
        let filter = query.filter.as_ref();
        filter.is_some_and(|filter| filter.reads(None, name))
            || query
                .sort
                .as_ref()
                .is_some_and(|sort| sort.reads(None, name))
    };
    let with_entitlements = reads("entitlements");
    let application = Arc::clone(&context.application);
    let base = context.base.clone();
    let shape = UserShape::new(&application, &snapshot.rows.columns, &base)?;
    let mut keys = Vec::new();
    let mut positions: Vec<u32> = Vec::new();
    let mut next = 0;
    while next < snapshot.rows.len() {
        let range = next..next + AT_ONCE;
        let cut = if with_entitlements {
            Cut::read(context, snapshot, range).await?
        } else {
            Cut::bare(snapshot, range).await?
        };
        for index in 0..cut.block.len() {
            let cells = cut.block.cells(index).map_err(|error| unkept(&error))?;
            let user = shape.user(cells, cut.held(index))?.resource()?;
            let matches = |filter: &sluice_scim::Filter| filter.matches(&user, schema);
            if !query.filter.as_ref().is_none_or(matches) {
                continue;
            }
            positions.extend(u32::try_from(next + index));
            keys.extend(query.sort.as_ref().map(|sort| sort.key(&user, schema)));
        }
        next += AT_ONCE;
    }
    if query.sort.is_some() {
        let mut sorted: Vec<_> = keys.into_iter().zip(positions).collect();
        // Equal keys stay in the order of the rows.
        sorted.sort_by(|one, other| one.0.cmp(&other.0));
        positions = sorted.into_iter().map(|(_, position)| position).collect();
    }
    let positions = Arc::new(positions);
    *remembered() = Some((asked, Arc::clone(&positions)));
    Ok(positions)
}

/// A filter that cannot be answered.
pub(super) fn refused(error: sluice_scim::ScimError) -> Failure {
    Failure::from_scim(
        error,
        "request.filter",
        "Correct the filter; RFC 7644 section 3.4.2.2 has its grammar.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_after_the_last_user_and_never_in_place_of_users_that_did_not_fit() {
        let page = |start_index, count| Page { start_index, count };
        for (page, users, values, wanted) in [
            (page(12, Some(5)), 14, 10, 0..2),
            (page(15, Some(5)), 14, 10, 0..5),
            (page(1, Some(14)), 14, 10, 0..0),
            (page(1, None), 14, 10, 0..10),
            (page(99, Some(5)), 14, 10, 10..10),
            // An answer holds 10,000: there is no room for values yet.
            (page(1, None), 20_000, 10, 0..0),
            (page(10_001, None), 20_000, 10, 0..0),
            (page(20_001, None), 20_000, 10, 0..10),
        ] {
            assert_eq!(values_of(page, users, values), wanted, "{page:?}");
        }
    }
}
