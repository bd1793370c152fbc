//! `GET /health`: whether the databases of the applications answer, for a load balancer, without a
//! token.
//!
//! **Invariants:** it tells no name and no address to anybody without the endpoint's token. However
//! often it is asked, a database is asked once in [`KEPT`] at most. It is no exchange and is not
//! recorded: a balancer that asks every few seconds would bury what an administrator looks for. A
//! change is logged.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::future::join_all;
use serde_json::json;
use sluice_core::ports::{Clock, Directory};
use tokio::sync::Mutex;

use crate::Gateway;

/// Where it stands: at the root, beside all applications.
pub(crate) const PATH: &str = "/health";

/// How long what was found is answered again.
const KEPT: Duration = Duration::from_secs(5);

/// How long a database may take; load balancers commonly wait a few seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found last, and when.
#[derive(Default)]
pub struct Health(Mutex<Option<Found>>);

struct Found {
    /// Of the monotonic clock, in microseconds.
    at_us: i64,
    /// By connection: whether it answers.
    databases: BTreeMap<String, bool>,
}

/// 200 where every database answers, 503 where one does not. With the endpoint's token the answer
/// names them.
pub(crate) async fn answer(gateway: &Gateway, method: Method, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        let told = json!({"detail": "Use GET or HEAD."});
        let mut response = respond(StatusCode::METHOD_NOT_ALLOWED, &told);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let named = gateway
        .guards
        .endpoint()
        .authorise(&headers, gateway.clock.wall_us() / 1000)
        .is_ok();
    let databases = gateway
        .health
        .databases(gateway.directory.as_ref(), gateway.clock.as_ref())
        .await;
    let healthy = databases.values().all(|answers| *answers);
    let word = |healthy: bool| if healthy { "healthy" } else { "unhealthy" };
    let mut body = json!({"status": word(healthy)});
    if named {
        body["databases"] = databases
            .iter()
            .map(|(name, answers)| (name.clone(), json!(word(*answers))))
            .collect();
    }
    if healthy {
        return respond(StatusCode::OK, &body);
    }
    let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, &body);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(KEPT.as_secs()));
    response
}

impl Health {
    /// Which databases answer, by connection: as it was found within [`KEPT`], or asked anew. Whoever
    /// comes meanwhile waits and is told the same.
    async fn databases(
        &self,
        directory: &dyn Directory,
        clock: &dyn Clock,
    ) -> BTreeMap<String, bool> {
        let mut kept = self.0.lock().await;
        let kept_us = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
        if let Some(found) = kept.as_ref()
            && clock.monotonic_us() - found.at_us < kept_us
        {
            return found.databases.clone();
        }
        let databases = ask(directory).await;
        log(kept.as_ref(), &databases);
        *kept = Some(Found {
            at_us: clock.monotonic_us(),
            databases: databases.clone(),
        });
        databases
    }
}

async fn ask(directory: &dyn Directory) -> BTreeMap<String, bool> {
    let connections = directory.connections();
    let asked = connections.into_iter().map(|name| async {
        let answers = async {
            let database = directory.database(&name).await?;
            database.check().await
        };
        let answers = matches!(tokio::time::timeout(PATIENCE, answers).await, Ok(Ok(_)));
        (name, answers)
    });
    join_all(asked).await.into_iter().collect()
}

fn log(before: Option<&Found>, now: &BTreeMap<String, bool>) {
    for (name, answers) in now {
        let was = before.and_then(|found| found.databases.get(name)).copied();
        match (was.unwrap_or(true), answers) {
            (true, false) => tracing::warn!(
                connection = %name,
                "/health: the database does not answer within {} seconds",
                PATIENCE.as_secs()
            ),
            (false, true) => {
                tracing::info!(connection = %name, "/health: the database answers again");
            }
            _ => {}
        }
    }
}

fn respond(status: StatusCode, body: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=UTF-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use async_trait::async_trait;
    use sluice_core::config::{Application, Connection, Dialect};
    use sluice_core::ports::{Access, Database, PoolFigures, ServerInfo, Session};
    use sluice_core::{DatabaseError, DatabaseErrorKind, Secret};

    use super::*;

    /// Two databases, one of which never answers.
    #[derive(Default)]
    struct Two(Arc<AtomicUsize>);

    struct One {
        asked: Arc<AtomicUsize>,
        hangs: bool,
    }

    struct Time(AtomicI64);

    fn unused() -> DatabaseError {
        DatabaseError::new(DatabaseErrorKind::Other, "not part of this test")
    }

    #[async_trait]
    impl Directory for Two {
        fn application(&self, _: &str) -> Option<Arc<Application>> {
            None
        }
        fn connections(&self) -> Vec<String> {
            vec!["hangs".into(), "well".into()]
        }
        async fn database(&self, name: &str) -> Result<Arc<dyn Database>, DatabaseError> {
            Ok(Arc::new(One {
                asked: Arc::clone(&self.0),
                hangs: name == "hangs",
            }))
        }
        async fn database_from_header(
            &self,
            _: &Connection,
            _: Option<&Secret>,
        ) -> Result<Arc<dyn Database>, DatabaseError> {
            Err(unused())
        }
    }

    #[async_trait]
    impl Database for One {
        fn dialect(&self) -> Dialect {
            Dialect::Sqlite
        }
        fn pool(&self) -> PoolFigures {
            PoolFigures::default()
        }
        async fn check(&self) -> Result<ServerInfo, DatabaseError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            if self.hangs {
                std::future::pending::<()>().await;
            }
            Ok(ServerInfo {
                product: String::new(),
                tls: None,
            })
        }
        async fn begin(&self, _: Access) -> Result<Box<dyn Session>, DatabaseError> {
            Err(unused())
        }
    }

    impl Clock for Time {
        fn wall_us(&self) -> i64 {
            0
        }
        fn monotonic_us(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn a_database_is_asked_once_however_many_ask_and_again_when_the_time_is_over() {
        let (health, two, time) = (Health::default(), Two::default(), Time(AtomicI64::new(0)));
        let found = join_all((0..10).map(|_| health.databases(&two, &time))).await;
        let expected = BTreeMap::from([("hangs".to_owned(), false), ("well".to_owned(), true)]);
        assert!(found.iter().all(|found| *found == expected), "{found:?}");
        assert_eq!(two.0.load(Ordering::SeqCst), 2);
        time.0.store(4_999_999, Ordering::SeqCst);
        health.databases(&two, &time).await;
        assert_eq!(two.0.load(Ordering::SeqCst), 2);
        time.0.store(5_000_000, Ordering::SeqCst);
        health.databases(&two, &time).await;
        assert_eq!(two.0.load(Ordering::SeqCst), 4);
    }
}
