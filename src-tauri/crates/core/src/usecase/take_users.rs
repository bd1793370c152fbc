//! Users taken away by a person: all that are wanted, or some of a list, one after the other and never
//! all of them in memory.

use std::sync::Arc;

use sluice_scim::Resource;

use super::Context;
use super::browse_users::{browsed, found, same_rows};
use super::dry_run::touched;
use super::find_users::UserChoice;
use crate::catalogue::{ObjectName, Question, Relation, RelationKind};
use crate::failure::Failure;
use crate::operation::Operation;
use crate::ports::{Access, ResultColumn, Session};
use crate::value::Value;

/// So many users are taken together; where they must be asked for what they hold, each of them is.
const AT_ONCE: usize = 500;

/// Which users are taken.
pub enum Take<'a> {
    /// All that are wanted, in their order.
    All,
    /// Those at these positions of the list, from 0, both ends included. The rows are of this time, in
    /// milliseconds since 1970.
    Ranges(&'a [(usize, usize)], i64),
}

/// A user on its way out. Secret columns are in the row; who writes it leaves them out.
pub struct TakenUser {
    pub row: Vec<Value>,
    pub resource: Resource,
}

/// The columns of the rows, and how many users there are to take.
pub struct Taking {
    pub columns: Arc<[ResultColumn]>,
    pub total: usize,
}

/// Takes users as they come.
pub trait UserSink: Send {
    /// Why it takes no more.
    type Error: From<Failure>;

    /// Told once, before the first user.
    ///
    /// # Errors
    /// What keeps it from taking any.
    fn begin(&mut self, taking: &Taking) -> Result<(), Self::Error>;

    /// A user.
    ///
    /// # Errors
    /// What stops the taking.
    fn user(&mut self, user: TakenUser) -> Result<(), Self::Error>;
}

/// Gives users to a sink.
///
/// # Errors
/// 409 where the rows of a list were read anew since; whatever the sink gives; else as
/// [`super::browse_users`].
pub async fn take_users<S: UserSink>(
    context: &mut Context,
    choice: &UserChoice,
    take: Take<'_>,
    sink: &mut S,
) -> Result<(), S::Error> {
    let (snapshot, positions) = found(context, choice, false).await?;
    let all = [(0, positions.len().saturating_sub(1))];
    let ranges = match take {
        Take::All => &all[..],
        Take::Ranges(ranges, taken_at) => {
            same_rows(&snapshot, taken_at)?;
            ranges
        }
    };
    let end = |last: &usize| last.saturating_add(1).min(positions.len());
    let total = ranges
        .iter()
        .map(|(first, last)| end(last).saturating_sub(*first))
        .sum();
    sink.begin(&Taking {
        columns: Arc::clone(&snapshot.rows.columns),
        total,
    })?;
    for (first, last) in ranges {
        let mut next = *first;
        while next < end(last) {
            let count = AT_ONCE.min(end(last) - next);
            for user in browsed(context, &snapshot, &positions.page(next, count)).await? {
                sink.user(TakenUser {
                    row: user.row,
                    resource: user.resource,
                })?;
            }
            next += count;
        }
    }
    Ok(())
}

/// The table that users stand in, for INSERT statements: the one that Get user by ID reads and that has
/// the id's column; `None` where that cannot be seen from its statement and the routines it calls.
///
/// # Errors
/// A database that cannot be reached, or does not tell of itself.
pub async fn user_table(context: &mut Context) -> Result<Option<Relation>, Failure> {
    let statement = context.plan(Operation::GetUserById, &context.user_key(""))?;
    let mut session = context.begin(Access::Read).await?;
    let table = async {
        let touched = touched(context, session.as_mut(), &statement).await?;
        let reads = touched.texts.iter().flat_map(|(_, effects)| &effects.reads);
        let names: Vec<ObjectName> = reads.cloned().collect();
        table_of_users(context, session.as_mut(), names).await
    }
    .await;
    context.end(session, Access::Read, table).await
}

async fn table_of_users(
    context: &Context,
    session: &mut dyn Session,
    names: Vec<ObjectName>,
) -> Result<Option<Relation>, Failure> {
    for name in names {
        let found = session.catalogue(&Question::Relation(name)).await;
        let found = found.map_err(|error| Failure::from_database(error, None))?;
        let relation = found.relations.into_iter().find(|relation| {
            relation.kind == RelationKind::Table
                && relation
                    .column(&context.application.user_id_column)
                    .is_some()
        });
        if let Some(relation) = relation {
            return Ok(Some(relation));
        }
    }
    Ok(None)
}
