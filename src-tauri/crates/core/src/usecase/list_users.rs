//! List users: the provider's import, page by page.

use std::ops::Range;
use std::sync::Arc;

use sluice_scim::{ListResponse, Page, Query, Resource};

use super::import::import;
use super::{Answer, Context, held, json, json_of, rows};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::profile::{self, Entitlement, Held, UserShape};
use crate::snapshot::{Block, Snapshot, unkept};
use crate::value::Cell;

/// How many users an answer holds at most, so that one without `count` stays bounded too;
/// `totalResults` says that there are more.
pub const MOST_IN_PAGE: usize = 10_000;

/// One page of all users.
///
/// # Errors
/// Whatever planning and running Get Users and Get User Entitlements gives.
pub(super) async fn list_users(context: &mut Context, query: &Query) -> Result<Answer, Failure> {
    let snapshot = import(context, query.page.start_index == 1).await?;
    page_of(context, &snapshot, query).await
}

/// One page of a snapshot.
///
/// # Errors
/// 503 where the spool cannot be read; whatever asking for entitlements gives.
pub(super) async fn page_of(
    context: &mut Context,
    snapshot: &Snapshot,
    query: &Query,
) -> Result<Answer, Failure> {
    let page = query.page;
    let total = snapshot.rows.len();
    let range = range_of(page, total);
    let (count, body) = if query.projection.is_all() {
        whole(context, snapshot, range, page).await?
    } else {
        let positions: Vec<usize> = range.collect();
        let mut users = users_at(context, snapshot, &positions).await?;
        let schema = profile::user_schema(&context.application, &snapshot.rows.columns);
        for user in &mut users {
            query.projection.apply(user, &schema);
        }
        let list = ListResponse::new(users, total, page.start_index);
        (positions.len(), json(&list)?)
    };
    snapshot.progress.page();
    Ok(Answer {
        status: 200,
        effect: Some(rows(count)),
        body,
        location: None,
        etag: None,
        action: Action::ListUsers,
        subject: page_subject(page),
    })
}

/// The positions of a page in a list of `total`, as many as an answer holds at most.
pub(super) fn range_of(page: Page, total: usize) -> Range<usize> {
    let range = page.range(total);
    range.start..range.end.min(range.start + MOST_IN_PAGE)
}

/// Which page it is, in words.
pub(super) fn page_subject(page: Page) -> Option<String> {
    match page.count {
        _ if page.start_index > 1 => Some(format!("from {}", page.start_index)),
        Some(count) => Some(format!("first {count}")),
        None => None,
    }
}

/// How many users, and the answer, written straight from the rows.
async fn whole(
    context: &mut Context,
    snapshot: &Snapshot,
    range: Range<usize>,
    page: Page,
) -> Result<(usize, String), Failure> {
    let cut = Cut::read(context, snapshot, range).await?;
    let shape = UserShape::new(&context.application, &snapshot.rows.columns, &context.base)?;
    let users = (0..cut.block.len())
        .map(|index| {
            let cells = cut.block.cells(index).map_err(|error| unkept(&error))?;
            shape.user(cells, cut.held(index))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let count = users.len();
    // Names of attributes are most of an answer; growing it step by step would copy it several times.
    let size = cut.block.size() * 4 + 1024;
    let list = ListResponse::new(users, snapshot.rows.len(), page.start_index);
    Ok((count, json_of(&list, size)?))
}

/// The users at these positions, in this order.
pub(super) async fn users_at(
    context: &mut Context,
    snapshot: &Snapshot,
    positions: &[usize],
) -> Result<Vec<Resource>, Failure> {
    let resource = |shape: &UserShape<'_>, cells: Vec<Cell<'_>>, held: Option<Held<'_>>| {
        shape.user(cells, held)?.resource()
    };
    each_at(context, snapshot, positions, resource).await
}

/// What `make` makes of the rows at these positions and of what their users hold, in this order.
/// Neighbours are read together.
pub(super) async fn each_at<T: Send>(
    context: &mut Context,
    snapshot: &Snapshot,
    positions: &[usize],
    make: impl Fn(&UserShape<'_>, Vec<Cell<'_>>, Option<Held<'_>>) -> Result<T, Failure> + Send + Sync,
) -> Result<Vec<T>, Failure> {
    let application = Arc::clone(&context.application);
    let base = context.base.clone();
    let shape = UserShape::new(&application, &snapshot.rows.columns, &base)?;
    let mut results = Vec::with_capacity(positions.len());
    for run in positions.chunk_by(|a, b| a + 1 == *b) {
        let Some((first, last)) = run.first().zip(run.last()) else {
            continue;
        };
        let cut = Cut::read(context, snapshot, *first..last + 1).await?;
        for index in 0..cut.block.len() {
            let cells = cut.block.cells(index).map_err(|error| unkept(&error))?;
            results.push(make(&shape, cells, cut.held(index))?);
        }
    }
    Ok(results)
}

/// Some users of a snapshot that stand one after the other, with what they hold.
pub(super) struct Cut<'a> {
    snapshot: &'a Snapshot,
    start: usize,
    pub(super) block: Block,
    /// Where the snapshot does not know it.
    asked: Option<Vec<Vec<Entitlement>>>,
}

impl<'a> Cut<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// 503 where the spool cannot be read; whatever asking for entitlements gives.
    pub(super) async fn read(
        context: &mut Context,
        snapshot: &'a Snapshot,
        range: Range<usize>,
    ) -> Result<Self, Failure> {
        let mut cut = Self::bare(snapshot, range).await?;
        let mapped = context.application.mapping(Operation::GetUserEntitlements);
        if snapshot.entitlements.is_none() && mapped.is_some() {
            let ids = ids(context, snapshot, &cut.block)?;
            cut.asked = Some(held::ask(context, &ids).await?);
        }
        Ok(cut)
    }

    /// Reads them without asking what they hold, where the snapshot does not know it.
    ///
    /// # Errors
    /// 503 where the spool cannot be read.
    pub(super) async fn bare(snapshot: &'a Snapshot, range: Range<usize>) -> Result<Self, Failure> {
        let start = range.start;
        let block = snapshot.rows.read(range).await;
        Ok(Self {
            snapshot,
            start,
            block: block.map_err(|error| unkept(&error))?,
            asked: None,
        })
    }

    /// What the user at this position of the block holds; `None` where nobody knows.
    pub(super) fn held(&self, index: usize) -> Option<Held<'_>> {
        match &self.snapshot.entitlements {
            Some(all) => Some(all.of(self.start + index)),
            None => self.asked.as_ref()?.get(index).map(|held| Held::List(held)),
        }
    }
}

fn ids(context: &Context, snapshot: &Snapshot, block: &Block) -> Result<Vec<String>, Failure> {
    let shape = UserShape::new(&context.application, &snapshot.rows.columns, &context.base)?;
    (0..block.len())
        .map(|index| {
            let cells = block.cells(index).map_err(|error| unkept(&error))?;
            Ok(shape.id(&cells)?.into_owned())
        })
        .collect()
}
