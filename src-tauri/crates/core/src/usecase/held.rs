//! What the users of a page hold, where it must be asked for user by user: over several connections
//! at once, in the order of the users.
//!
//! **Invariant:** one statement that fails fails the page; the others end their statement first, so
//! that no connection is lost by it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::Context;
use crate::config::{Application, Dialect};
use crate::exchange::StepKind;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::{self, Statement};
use crate::ports::{Access, Database, Session};
use crate::profile::{self, Entitlement};
use crate::trace::Trace;

/// How many connections ask for one page at most; never more than half of the pool.
const AT_ONCE: u32 = 4;
/// Of the statements of a page, so many are recorded one by one; the others in one line.
const RECORDED: usize = 3;

/// What the users with these ids hold.
///
/// # Errors
/// What planning or running Get User Entitlements gives for one of them.
pub(super) async fn ask(
    context: &mut Context,
    ids: &[String],
) -> Result<Vec<Vec<Entitlement>>, Failure> {
    let operation = Operation::GetUserEntitlements;
    let dialect = context.database.dialect();
    let statements = ids
        .iter()
        .map(|id| {
            let key = context.user_key(id);
            plan::statement(&context.application, dialect, operation, &key)
        })
        .collect::<Result<Vec<_>, _>>()?;
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    let session = context.begin(Access::Read).await?;
    let mark = context.trace.mark();
    let most = (context.database.pool().max / 2).clamp(1, AT_ONCE);
    let asking = Asking {
        application: &context.application,
        dialect,
        statements: &statements,
        next: AtomicUsize::new(0),
        under_way: AtomicUsize::new(0),
        failed: AtomicBool::new(false),
        told: Mutex::new(Told {
            trace: &mut context.trace,
            held: vec![Vec::new(); statements.len()],
            failure: None,
            workers: 0,
            in_all_us: 0,
            slowest: (0, 0),
        }),
    };
    {
        let database = &*context.database;
        let mut workers = FuturesUnordered::new();
        workers.push(asking.work(database, Some(session)));
        // The others help where a connection is free for them; who waits for one is not waited for.
        for _ in 1..most.min(u32::try_from(statements.len()).unwrap_or(AT_ONCE)) {
            workers.push(asking.work(database, None));
        }
        while workers.next().await.is_some() && !asking.is_over() {}
    }
    let told = asking
        .told
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let slowest = ids.get(told.slowest.1).map_or("", String::as_str);
    let detail = format!(
        "{} at once; {} ms in all, the slowest {} ms for {slowest}. The first {} are recorded.",
        told.workers,
        told.in_all_us / 1000,
        told.slowest.0 / 1000,
        RECORDED.min(statements.len()),
    );
    if statements.len() > RECORDED {
        told.trace.step(
            StepKind::Statement,
            format!("{operation}, for {} users", statements.len()),
            mark,
            told.failure.is_none(),
            Some(detail),
        );
    }
    match told.failure {
        Some((_, failure)) => Err(failure),
        None => Ok(told.held),
    }
}

struct Asking<'a> {
    application: &'a Application,
    dialect: Dialect,
    statements: &'a [Statement],
    next: AtomicUsize,
    under_way: AtomicUsize,
    failed: AtomicBool,
    told: Mutex<Told<'a>>,
}

/// What the answers came to.
struct Told<'a> {
    trace: &'a mut Trace,
    held: Vec<Vec<Entitlement>>,
    /// The failure of the first user that has one.
    failure: Option<(usize, Failure)>,
    workers: usize,
    in_all_us: i64,
    /// Microseconds, and for which user.
    slowest: (i64, usize),
}

impl<'a> Asking<'a> {
    fn tell(&self) -> std::sync::MutexGuard<'_, Told<'a>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether every user has an answer, or the page has failed.
    fn is_over(&self) -> bool {
        let none_left = self.next.load(Ordering::Relaxed) >= self.statements.len();
        (none_left || self.failed.load(Ordering::Relaxed))
            && self.under_way.load(Ordering::Relaxed) == 0
    }

    async fn work(&self, database: &dyn Database, session: Option<Box<dyn Session>>) {
        let mut session = match session {
            Some(session) => session,
            None => match database.begin(Access::Read).await {
                Ok(session) => session,
                Err(_) => return,
            },
        };
        let mut worked = false;
        while !self.failed.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(statement) = self.statements.get(index) else {
                break;
            };
            self.under_way.fetch_add(1, Ordering::Relaxed);
            if !worked {
                worked = true;
                self.tell().workers += 1;
            }
            self.one(session.as_mut(), index, statement).await;
            self.under_way.fetch_sub(1, Ordering::Relaxed);
        }
        // A read keeps nothing; what matters is that the connection goes back.
        let _ = session.rollback().await;
    }

    async fn one(&self, session: &mut dyn Session, index: usize, statement: &Statement) {
        let mark = self.tell().trace.mark();
        let result = session
            .execute(statement)
            .await
            .map_err(|error| error.without_secrets(statement));
        let mut told = self.tell();
        let took = told.trace.since_us(mark);
        told.in_all_us += took;
        if took >= told.slowest.0 {
            told.slowest = (took, index);
        }
        if index < RECORDED || result.is_err() {
            let result = result.as_ref();
            told.trace
                .statement(self.application, self.dialect, statement, result, mark);
        }
        let held = match result {
            Err(error) => Err(Failure::from_statement(error, statement)),
            Ok(outcome) => match outcome.into_rows() {
                // A procedure that gives no set at all gives no entitlements.
                set if set.columns.is_empty() => Ok(Vec::new()),
                set => profile::entitlements(self.application, &set),
            },
        };
        match held {
            Ok(held) => {
                if let Some(slot) = told.held.get_mut(index) {
                    *slot = held;
                }
            }
            Err(failure) => {
                self.failed.store(true, Ordering::Relaxed);
                if told
                    .failure
                    .as_ref()
                    .is_none_or(|(first, _)| index < *first)
                {
                    told.failure = Some((index, failure));
                }
            }
        }
    }
}
