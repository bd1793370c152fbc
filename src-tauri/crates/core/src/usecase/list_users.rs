//! List users: the provider's import, page by page.

use std::ops::Range;

use sluice_scim::{ListResponse, Page};

use super::import::import;
use super::{Answer, Context, held, json_of, rows};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::profile::{Entitlement, Held, UserShape};
use crate::snapshot::{Block, Snapshot, unkept};

/// How many users an answer holds at most, so that one without `count` stays bounded too;
/// `totalResults` says that there are more.
pub const MOST_IN_PAGE: usize = 10_000;

/// One page of all users.
///
/// # Errors
/// Whatever planning and running Get Users and Get User Entitlements gives.
pub async fn list_users(context: &mut Context, page: Page) -> Result<Answer, Failure> {
    let snapshot = import(context, page.start_index == 1).await?;
    page_of(context, &snapshot, page).await
}

/// One page of a snapshot.
///
/// # Errors
/// 503 where the spool cannot be read; whatever asking for entitlements gives.
pub(super) async fn page_of(
    context: &mut Context,
    snapshot: &Snapshot,
    page: Page,
) -> Result<Answer, Failure> {
    let total = snapshot.rows.len();
    let range = page.range(total);
    let cut = Cut::read(
        context,
        snapshot,
        range.start..range.end.min(range.start + MOST_IN_PAGE),
    )
    .await?;
    let shape = UserShape::new(&context.application, &snapshot.rows.columns, &context.base)?;
    let users = (0..cut.block.len())
        .map(|index| {
            let cells = cut.block.cells(index).map_err(|error| unkept(&error))?;
            shape.user(cells, cut.held(index))
        })
        .collect::<Result<Vec<_>, _>>()?;
    snapshot.progress.page();
    let subject = match page.count {
        _ if page.start_index > 1 => Some(format!("from {}", page.start_index)),
        Some(count) => Some(format!("first {count}")),
        None => None,
    };
    let effect = Some(rows(users.len()));
    // Names of attributes are most of an answer; growing it step by step would copy it several times.
    let size = cut.block.size() * 4 + 1024;
    let list = ListResponse::new(users, total, page.start_index);
    Ok(Answer {
        status: 200,
        effect,
        body: json_of(&list, size)?,
        location: None,
        action: Action::ListUsers,
        subject,
    })
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
        let start = range.start;
        let block = snapshot.rows.read(range).await;
        let block = block.map_err(|error| unkept(&error))?;
        let mapped = context.application.mapping(Operation::GetUserEntitlements);
        let asked = if snapshot.entitlements.is_none() && mapped.is_some() {
            let ids = ids(context, snapshot, &block)?;
            Some(held::ask(context, &ids).await?)
        } else {
            None
        };
        Ok(Self {
            snapshot,
            start,
            block,
            asked,
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
