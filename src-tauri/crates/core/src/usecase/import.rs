//! Reading an import: all users, and what they hold, into a snapshot.
//!
//! The reading belongs to nobody in particular. Whoever asks for a first page while one is under way
//! waits for it, and it ends when nobody waits any more ([`crate::snapshot`]).

use std::sync::Arc;

use futures_util::FutureExt as _;

use super::Context;
use crate::exchange::StepKind;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::{self, Statement};
use crate::ports::{Access, Session};
use crate::profile::Fields;
use crate::snapshot::{EntitlementWriter, Found, Progress, RowWriter, Snapshot, Taken, unkept};

/// Where the users of an import come from.
pub(super) struct Source {
    pub operation: Operation,
    /// What its snapshot is kept under.
    pub key: String,
    /// The values of its parameters.
    pub fields: Fields,
}

/// The import of all users of this application: a new one for a first page (`anew`), else the one
/// there is.
///
/// # Errors
/// As [`import_of`].
pub(super) async fn import(context: &mut Context, anew: bool) -> Result<Arc<Snapshot>, Failure> {
    let all = Source {
        operation: Operation::GetUsers,
        key: context.snapshot_key.clone(),
        fields: Fields::default(),
    };
    import_of(context, all, anew).await
}

/// The import from a source: a new one for a first page (`anew`), else the one there is.
///
/// # Errors
/// Whatever planning and running its operation and Get User Entitlements gives; 503 where its rows
/// cannot be put aside.
pub(super) async fn import_of(
    context: &mut Context,
    source: Source,
    anew: bool,
) -> Result<Arc<Snapshot>, Failure> {
    let mark = context.trace.mark();
    let key = source.key.clone();
    let mut own = Some((context.fork(), source));
    let found = context
        .snapshots
        .find(&key, anew, context.trace.wall_us(), |progress| {
            match own.take() {
                Some((own, source)) => read(own, source, progress).boxed(),
                None => std::future::pending().boxed(),
            }
        });
    let (taken, joined) = match found {
        Found::Ready(snapshot) => return Ok(snapshot),
        Found::Begun(reading) => (reading.await, false),
        Found::Joined(reading) => (reading.await, true),
    };
    if joined {
        context.trace.step(
            StepKind::Statement,
            "Waited for the import under way",
            mark,
            taken.result.is_ok(),
            Some("Another request had begun it; the database was not asked again.".to_owned()),
        );
    } else {
        context.trace.append(&taken.steps);
    }
    taken.result.clone()
}

/// Reads it, keeps it, and says what was done.
async fn read(mut context: Context, source: Source, progress: Arc<Progress>) -> Arc<Taken> {
    let result = open(&mut context, &source, progress).await.map(Arc::new);
    let now = context.trace.wall_us();
    match &result {
        Ok(snapshot) => {
            let snapshot = Arc::clone(snapshot);
            context.snapshots.keep(&source.key, now, snapshot);
        }
        Err(_) => context.snapshots.give_up(&source.key, now),
    }
    Arc::new(Taken {
        steps: context.trace.into_steps(),
        result,
    })
}

async fn open(
    context: &mut Context,
    source: &Source,
    progress: Arc<Progress>,
) -> Result<Snapshot, Failure> {
    let statement = context.plan(source.operation, &source.fields)?;
    // Few users are worth a question for each of them, and not what everybody holds.
    let import = if source.operation == Operation::GetUsers {
        plan::import_statement(&context.application, context.database.dialect())?
    } else {
        None
    };
    let mut session = context.begin(Access::Read).await?;
    let taken = take(
        context,
        session.as_mut(),
        &statement,
        import.as_ref(),
        progress,
    )
    .await;
    context.end(session, Access::Read, taken).await
}

async fn take(
    context: &mut Context,
    session: &mut dyn Session,
    users: &Statement,
    import: Option<&Statement>,
    progress: Arc<Progress>,
) -> Result<Snapshot, Failure> {
    let application = Arc::clone(&context.application);
    let sample_rows = context.trace.sample_rows();
    let spool = context.snapshots.spools().begin().map_err(|e| unkept(&e))?;
    let mut writer = RowWriter::new(&application, &progress, spool, sample_rows);
    let streamed = context
        .stream(session, users, &mut writer, |writer| {
            writer.sample.note = note(&[
                (writer.ids.repeated() as u64, "with an id that came before"),
                (writer.without_id, "without an id"),
            ]);
            &writer.sample
        })
        .await;
    if let Err(error) = streamed {
        return Err(match writer.stopped {
            Some(stopped) => stopped.into_failure(),
            None => Failure::from_statement(error, users),
        });
    }
    let (rows, ids) = writer.finish().map_err(|e| unkept(&e))?;
    let Some(import) = import else {
        return Ok(Snapshot::new(rows, None, progress));
    };
    let mut writer = EntitlementWriter::new(&application, &progress, &ids, sample_rows);
    let streamed = context
        .stream(session, import, &mut writer, |writer| {
            writer.sample.note = note(&[
                (writer.without_user, "of users that are not in the list"),
                (writer.without_id, "without a user or an entitlement"),
            ]);
            &writer.sample
        })
        .await;
    if let Some(stopped) = writer.stopped {
        return Err(stopped.into_failure());
    }
    streamed.map_err(|error| Failure::from_statement(error, import))?;
    writer.check()?;
    let entitlements = writer.finish();
    let entitlements = entitlements.with_repeated(ids.into_repeated());
    Ok(Snapshot::new(rows, Some(entitlements), progress))
}

/// "2 with an id that came before, 1 without an id"; nothing where all are 0.
fn note(counts: &[(u64, &str)]) -> Option<String> {
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}
