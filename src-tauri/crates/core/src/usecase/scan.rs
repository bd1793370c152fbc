//! Looking for users by an attribute that no operation answers: Get Users runs, and of its rows only
//! those that match are kept.

use std::sync::Arc;

use sluice_scim::Resource;

use super::Context;
use crate::failure::{DatabaseError, Failure};
use crate::operation::Operation;
use crate::ports::{Access, ResultColumn, RowSink, Session};
use crate::profile::{self, Fields, Held, UserShape};
use crate::trace::Sample;
use crate::value::{Cell, Value};

/// The columns of Get Users, and the users that match.
pub(super) type Scanned = (Arc<[ResultColumn]>, Vec<Resource>);

/// The users whose `column` reads as `matches` asks, with what they hold. It is no import: it must
/// neither move the pages of one under way nor push one out.
///
/// # Errors
/// Whatever planning and running Get Users and Get User Entitlements gives.
pub(super) async fn users_where(
    context: &mut Context,
    column: &str,
    matches: impl Fn(&str) -> bool + Send + Sync,
) -> Result<Scanned, Failure> {
    let mut session = context.begin(Access::Read).await?;
    let found = scan(context, session.as_mut(), column, matches).await;
    context.end(session, Access::Read, found).await
}

async fn scan(
    context: &mut Context,
    session: &mut dyn Session,
    column: &str,
    matches: impl Fn(&str) -> bool + Send + Sync,
) -> Result<Scanned, Failure> {
    let statement = context.plan(Operation::GetUsers, &Fields::default())?;
    let mut sink = Matching {
        column,
        matches,
        sets: 0,
        at: None,
        kept: Vec::new(),
        sample: Sample::new(context.trace.sample_rows()),
    };
    context
        .stream(session, &statement, &mut sink, |sink| {
            sink.sample.note = Some(format!("{} of them kept", sink.kept.len()));
            &sink.sample
        })
        .await
        .map_err(|error| Failure::from_statement(error, &statement))?;
    let application = Arc::clone(&context.application);
    let base = context.base.clone();
    let shape = UserShape::new(&application, &sink.sample.columns, &base)?;
    let mut users = Vec::with_capacity(sink.kept.len());
    for row in &sink.kept {
        let cells = profile::cells(row);
        let id = shape.id(&cells)?.into_owned();
        let held = context.read_entitlements(session, &id).await?;
        let held = held.as_deref().map(Held::List);
        users.push(shape.user(cells, held)?.resource()?);
    }
    Ok((Arc::clone(&sink.sample.columns), users))
}

struct Matching<'a, M> {
    column: &'a str,
    matches: M,
    sets: usize,
    at: Option<usize>,
    kept: Vec<Vec<Value>>,
    sample: Sample,
}

impl<M: Fn(&str) -> bool + Send> RowSink for Matching<'_, M> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.sets += 1;
        if self.sets == 1 {
            self.at = columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(self.column));
            self.sample.columns = columns;
        }
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if self.sets > 1 {
            return Ok(());
        }
        let cell = self.at.and_then(|at| row.get(at)).map(Cell::from);
        let text = cell.as_ref().and_then(Cell::to_text);
        if text.is_some_and(|text| (self.matches)(&text)) {
            self.kept.push(row.clone());
        }
        self.sample.take(row);
        Ok(())
    }
}
