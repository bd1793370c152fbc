//! What came first to an application: how far its set-up is, seen from the provider's side.
//!
//! **Invariant:** a client is told by the name it gives itself. The console's own requests, and those of a
//! client that calls itself Sluice's, are a rehearsal and never taken for the provider.

use serde::{Deserialize, Serialize};
use sluice_core::exchange::{Exchange, Outcome};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use ts_rs::TS;

use crate::error::StoreError;
use crate::row::variant;
use crate::store::Store;

/// What an exchange names as its client where it came from the console.
const CONSOLE: &str = "console";
/// A name that is longer is cut: it is the client's own to choose.
const LONGEST_NAME: usize = 120;

macro_rules! first {
    ($which:literal) => {
        concat!(
            "SELECT at, id, client, outcome, cause FROM exchanges WHERE application = ? AND import_id IS NULL AND ",
            $which,
            " LIMIT 1"
        )
    };
}

const REHEARSED: &str = first!(
    "outcome = 'ok' AND action = 'list_users' AND instr(lower(client), 'sluice') > 0 ORDER BY seq DESC"
);
const REQUEST: &str = first!(
    "outcome = 'ok' AND coalesce(client, '') <> 'console' AND instr(lower(coalesce(client, '')), 'sluice') = 0 \
     ORDER BY seq"
);
const IMPORT: &str = first!(
    "outcome = 'ok' AND action = 'list_users' AND coalesce(client, '') <> 'console' \
     AND instr(lower(coalesce(client, '')), 'sluice') = 0 ORDER BY seq"
);
const LATEST: &str = first!(
    "coalesce(client, '') <> 'console' AND instr(lower(coalesce(client, '')), 'sluice') = 0 ORDER BY seq DESC"
);

/// An exchange that shows how far an application is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sighting {
    /// Milliseconds since 1970.
    pub at: i64,
    /// The exchange's id.
    pub exchange: String,
    /// What the client calls itself, where it said so.
    pub client: Option<String>,
    pub outcome: Outcome,
    /// Why it failed, where it did.
    pub cause: Option<String>,
}

/// What came to an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The latest import by a client of Sluice's own that was answered.
    pub rehearsed: Option<Sighting>,
    /// The first request of the provider that was answered.
    pub request: Option<Sighting>,
    /// The first import of the provider that was answered.
    pub import: Option<Sighting>,
    /// The provider's latest request, however it ended.
    pub latest: Option<Sighting>,
}

impl Store {
    /// What came to an application so far.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn seen(&self, application: &str) -> Result<Seen, StoreError> {
        Ok(Seen {
            rehearsed: self.sighting(REHEARSED, application).await?,
            request: self.sighting(REQUEST, application).await?,
            import: self.sighting(IMPORT, application).await?,
            latest: self.sighting(LATEST, application).await?,
        })
    }

    async fn sighting(
        &self,
        text: &'static str,
        application: &str,
    ) -> Result<Option<Sighting>, StoreError> {
        let read = |row: SqliteRow| {
            Ok::<_, sqlx::Error>(Sighting {
                at: row.try_get(0)?,
                exchange: row.try_get(1)?,
                client: row.try_get(2)?,
                outcome: variant(row.try_get(3)?).unwrap_or(Outcome::Failed),
                cause: row.try_get(4)?,
            })
        };
        let row = sqlx::query(text)
            .bind(application)
            .fetch_optional(&self.0.readers)
            .await;
        row.and_then(|row| row.map(read).transpose())
            .map_err(|error| StoreError::read(&self.0.path, &error))
    }
}

/// What the client of an exchange calls itself.
pub(crate) fn client_of(exchange: &Exchange) -> Option<String> {
    if exchange.remote == CONSOLE {
        return Some(CONSOLE.to_owned());
    }
    let mut headers = exchange.request.headers.iter();
    let (_, name) = headers.find(|(name, _)| name.eq_ignore_ascii_case("user-agent"))?;
    Some(name.chars().take(LONGEST_NAME).collect())
}
