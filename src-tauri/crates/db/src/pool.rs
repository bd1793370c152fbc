//! One pool for every dialect, with HikariCP's names for its settings.
//!
//! | HikariCP | here |
//! |---|---|
//! | `maximumPoolSize`, `minimumIdle`, `idleTimeout`, `maxLifetime` | bb8's own; 0 means "never" |
//! | `connectionTimeout` | how long a session waits, and how long one attempt to connect may take |
//! | `validationTimeout` | how long a ping may take; a connection used within the last 500 ms is not pinged |
//! | `keepaliveTime` | how often the operating system probes the connection's socket (TCP keepalive) |
//! | `connectionInitSql` | run on every new connection |
//!
//! **Invariant:** a connection is `busy` from before a call until its end. Whatever drops the call
//! in between (deadline, closed request, panic) leaves it busy, and a busy connection is closed when
//! it comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bb8::{ManageConnection, PooledConnection, QueueStrategy, RunError};
use sluice_core::config::{Connection, Dialect};
use sluice_core::ports::{Access, Database, PoolFigures, ServerInfo, Session};
use sluice_core::{DatabaseError, DatabaseErrorKind};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::driver::Driver;
use crate::session::{OpenSession, Step};

/// A connection used more recently than this is taken to be alive, as HikariCP does.
const TRUSTED: Duration = Duration::from_millis(500);
/// How long to wait before asking again a server that has no connection to give for now.
const PAUSE: Duration = Duration::from_millis(100);

/// A connection with what the pool has to know about it.
pub(crate) struct Slot<C> {
    pub(crate) connection: C,
    /// A call is in flight, or one was abandoned.
    pub(crate) busy: bool,
    /// When the server last answered on it.
    last_heard: Instant,
}

impl<C> Slot<C> {
    /// A call came to its end.
    pub(crate) fn used(&mut self) {
        self.busy = false;
        self.last_heard = Instant::now();
    }
}

pub(crate) type Lease<D> = PooledConnection<'static, Manager<D>>;

/// Opens and checks connections for bb8.
pub(crate) struct Manager<D: Driver> {
    driver: Arc<D>,
    settings: Settings,
    /// The last failure to connect, so that who waits for a connection learns of it at once.
    failures: watch::Sender<Option<DatabaseError>>,
}

#[derive(Clone, Debug)]
struct Settings {
    connection_timeout: Duration,
    validation_timeout: Duration,
    statement_timeout: Duration,
    init_sql: Option<String>,
    maximum: u32,
    minimum_idle: u32,
    idle_timeout: Option<Duration>,
    max_lifetime: Option<Duration>,
}

impl Settings {
    fn of(connection: &Connection) -> Self {
        let pool = &connection.pool;
        let some = |ms: u64| (ms > 0).then(|| Duration::from_millis(ms));
        // HikariCP reads a timeout of 0 as "wait for ever"; a day is long enough for a request.
        let or_a_day = |ms: u64| some(ms).unwrap_or(Duration::from_hours(24));
        let maximum = pool.maximum_pool_size.max(1);
        Self {
            connection_timeout: or_a_day(pool.connection_timeout),
            validation_timeout: or_a_day(pool.validation_timeout),
            statement_timeout: or_a_day(connection.statement_timeout_ms),
            init_sql: pool
                .connection_init_sql
                .clone()
                .filter(|sql| !sql.trim().is_empty()),
            maximum,
            minimum_idle: pool.minimum_idle.min(maximum),
            idle_timeout: some(pool.idle_timeout),
            max_lifetime: some(pool.max_lifetime),
        }
    }

    /// How often expired connections are looked for: often enough for the shortest limit.
    fn reaper_rate(&self) -> Duration {
        [self.idle_timeout, self.max_lifetime]
            .into_iter()
            .flatten()
            .map(|limit| limit / 2)
            .fold(Duration::from_secs(30), Duration::min)
            .max(Duration::from_millis(50))
    }
}

impl<D: Driver> Manager<D> {
    async fn open(&self) -> Result<D::Connection, DatabaseError> {
        let mut connection = self.driver.connect().await?;
        if let Some(sql) = &self.settings.init_sql {
            self.driver.initialise(&mut connection, sql).await?;
        }
        Ok(connection)
    }

    async fn ping(&self, slot: &mut Slot<D::Connection>) -> Result<(), DatabaseError> {
        slot.busy = true;
        let limit = self.settings.validation_timeout;
        match timeout(limit, self.driver.ping(&mut slot.connection)).await {
            Ok(Ok(())) => {
                slot.used();
                Ok(())
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(DatabaseError::new(
                DatabaseErrorKind::ConnectionLost,
                format!("No answer to a ping within {} ms.", limit.as_millis()),
            )),
        }
    }
}

impl<D: Driver> ManageConnection for Manager<D> {
    type Connection = Slot<D::Connection>;
    type Error = DatabaseError;

    async fn connect(&self) -> Result<Self::Connection, DatabaseError> {
        let limit = self.settings.connection_timeout;
        let opened = match timeout(limit, self.open()).await {
            Ok(opened) => opened,
            Err(_) => Err(no_answer(limit)),
        };
        match opened {
            Ok(connection) => Ok(Slot {
                connection,
                busy: false,
                last_heard: Instant::now(),
            }),
            Err(error) => {
                self.failures.send_replace(Some(error.clone()));
                Err(error)
            }
        }
    }

    async fn is_valid(&self, slot: &mut Self::Connection) -> Result<(), DatabaseError> {
        if slot.last_heard.elapsed() < TRUSTED {
            return Ok(());
        }
        self.ping(slot).await
    }

    fn has_broken(&self, slot: &mut Self::Connection) -> bool {
        slot.busy || self.driver.is_closed(&slot.connection)
    }
}

/// A database with its pool.
pub(crate) struct Pooled<D: Driver> {
    driver: Arc<D>,
    pool: bb8::Pool<Manager<D>>,
    failures: watch::Sender<Option<DatabaseError>>,
    settings: Settings,
    waiting: Arc<AtomicU32>,
}

/// Somebody who waits for a connection, counted for as long as this lives.
struct Waiting(Arc<AtomicU32>);

impl Waiting {
    fn begin(count: &Arc<AtomicU32>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<D: Driver> Pooled<D> {
    pub(crate) fn open(driver: D, connection: &Connection) -> Result<Self, DatabaseError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(DatabaseError::new(
                DatabaseErrorKind::Other,
                "A database can only be opened inside a tokio runtime.",
            ));
        }
        let settings = Settings::of(connection);
        let (driver, failures) = (Arc::new(driver), watch::Sender::new(None));
        let pool = bb8::Pool::builder()
            .max_size(settings.maximum)
            .min_idle(settings.minimum_idle)
            .idle_timeout(settings.idle_timeout)
            .max_lifetime(settings.max_lifetime)
            .connection_timeout(settings.connection_timeout)
            .reaper_rate(settings.reaper_rate())
            // A refused attempt is reported to who waits for it, who decides whether to try again.
            .retry_connection(false)
            // The most recently used first: its prepared statements are warm, the others can go.
            .queue_strategy(QueueStrategy::Lifo)
            .build_unchecked(Manager {
                driver: Arc::clone(&driver),
                settings: settings.clone(),
                failures: failures.clone(),
            });
        Ok(Self {
            driver,
            pool,
            failures,
            settings,
            waiting: Arc::default(),
        })
    }

    /// A connection of the pool. A refusal that waiting cannot mend (nothing listens, wrong
    /// password) is returned at once and not after `connectionTimeout`.
    async fn lease(&self) -> Result<Lease<D>, DatabaseError> {
        let limit = self.settings.connection_timeout;
        let _waiting = Waiting::begin(&self.waiting);
        let mut failures = self.failures.subscribe();
        let mut last = None;
        let waiting = async {
            loop {
                tokio::select! {
                    biased;
                    leased = self.pool.get_owned() => match leased {
                        Ok(lease) => return Ok(lease),
                        Err(RunError::User(error)) => return Err(Some(error)),
                        Err(RunError::TimedOut) => return Err(None),
                    },
                    Ok(()) = failures.changed() => {
                        let failure = failures.borrow_and_update().clone();
                        if let Some(failure) = failure {
                            if failure.kind != DatabaseErrorKind::PoolExhausted {
                                return Err(Some(failure));
                            }
                            last = Some(failure);
                        }
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        };
        let error = match timeout(limit, waiting).await {
            Ok(Ok(lease)) => return Ok(lease),
            Ok(Err(error)) => error,
            Err(_) => None,
        };
        Err(error.or(last).unwrap_or_else(|| {
            if self.pool.state().connections == 0 {
                no_answer(limit)
            } else {
                DatabaseError::new(
                    DatabaseErrorKind::PoolExhausted,
                    format!(
                        "All {} connections of the pool stayed busy for {} ms.",
                        self.settings.maximum,
                        limit.as_millis()
                    ),
                )
            }
        }))
    }

    async fn session(&self, access: Access) -> Result<OpenSession<D>, DatabaseError> {
        let lease = self.lease().await?;
        let mut session = OpenSession::new(
            Arc::clone(&self.driver),
            lease,
            access,
            self.settings.statement_timeout,
        );
        if access == Access::Write {
            session.step(Step::Begin).await?;
        }
        Ok(session)
    }
}

#[async_trait]
impl<D: Driver> Database for Pooled<D> {
    fn dialect(&self) -> Dialect {
        D::DIALECT
    }

    fn grammar(&self) -> Dialect {
        self.driver.grammar()
    }

    fn pool(&self) -> PoolFigures {
        let state = self.pool.state();
        PoolFigures {
            busy: state.connections.saturating_sub(state.idle_connections),
            idle: state.idle_connections,
            waiting: self.waiting.load(Ordering::Relaxed),
            max: self.settings.maximum,
        }
    }

    async fn check(&self) -> Result<ServerInfo, DatabaseError> {
        let mut session = self.session(Access::Read).await?;
        session.server().await
    }

    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError> {
        match self.session(access).await {
            // The connection died while it was idle and nothing of the operation was sent yet, so
            // another one may do it.
            Err(error) if error.kind == DatabaseErrorKind::ConnectionLost => {
                Ok(Box::new(self.session(access).await?))
            }
            session => Ok(Box::new(session?)),
        }
    }
}

fn no_answer(limit: Duration) -> DatabaseError {
    DatabaseError::new(
        DatabaseErrorKind::Unreachable,
        format!(
            "The database did not answer within {} ms.",
            limit.as_millis()
        ),
    )
}
