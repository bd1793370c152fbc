//! The endpoint's token: rotated, and for a time two of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::AuthenticationKind;
use ts_rs::TS;

use crate::app::App;
use crate::commands::Nothing;
use crate::problem::Problem;

/// The longest overlap, in milliseconds: 30 days.
const LONGEST_OVERLAP: i64 = 30 * 24 * 60 * 60 * 1000;

/// The token without the token.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokenSetup {
    /// "operating-system keyring", "environment variable", "secrets file".
    pub store: String,
    /// Whether Sluice may change it: not where the environment sets it.
    pub ours: bool,
    /// Milliseconds since 1970; `null` where it was never rotated.
    #[ts(type = "number | null")]
    pub rotated_at: Option<i64>,
    /// The token before, for as long as it is good.
    pub former: Option<FormerUse>,
    /// The applications that it opens.
    pub applications: Vec<String>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct FormerUse {
    /// When it ends, in milliseconds since 1970.
    #[ts(type = "number")]
    pub until: i64,
    /// Who showed it since the rotation or the last start, the latest first.
    pub uses: Vec<UsedBy>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct UsedBy {
    pub application: String,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub last: i64,
    #[ts(type = "number")]
    pub times: u64,
}

#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Rotate {
    /// How long the token before is good still, in milliseconds; 0 ends it at once.
    #[ts(type = "number")]
    pub overlap_ms: i64,
}

/// How the token stands.
pub async fn get(app: Arc<App>, _: Nothing) -> Result<TokenSetup, Problem> {
    let former = app.tokens.former(now(&app)).map(|former| {
        let mut uses: Vec<UsedBy> = former
            .uses
            .all()
            .into_iter()
            .map(|(application, used)| UsedBy {
                application,
                last: used.last,
                times: used.times,
            })
            .collect();
        uses.sort_by_key(|used| std::cmp::Reverse(used.last));
        FormerUse {
            until: former.until,
            uses,
        }
    });
    let workspace = app.workspace();
    let stored = app.token_stored();
    Ok(TokenSetup {
        ours: stored != crate::secrets::Stored::Environment,
        store: stored.to_string(),
        rotated_at: app.tokens.rotated_at(),
        former,
        applications: workspace
            .applications
            .values()
            .filter(|application| application.authentication.kind == AuthenticationKind::Bearer)
            .map(|application| application.name.clone())
            .collect(),
    })
}

/// Makes a new token; the one before is good for a while.
pub async fn rotate(app: Arc<App>, rotate: Rotate) -> Result<TokenSetup, Problem> {
    if !(0..=LONGEST_OVERLAP).contains(&rotate.overlap_ms) {
        return Err(Problem::new(
            "token.overlap",
            "Both tokens are good together for 30 days at most.",
            "Choose a shorter time.",
        ));
    }
    let at = now(&app);
    off_the_runtime(&app, move |app| app.tokens.rotate(rotate.overlap_ms, at)).await?;
    app.use_tokens().await;
    tracing::info!(overlap_ms = rotate.overlap_ms, "the token was rotated");
    get(app, Nothing {}).await
}

/// Ends the token before at once.
pub async fn end_former(app: Arc<App>, _: Nothing) -> Result<TokenSetup, Problem> {
    let at = now(&app);
    off_the_runtime(&app, move |app| app.tokens.end_former(at)).await?;
    app.use_tokens().await;
    tracing::info!("the token from before the rotation was ended");
    get(app, Nothing {}).await
}

fn now(app: &App) -> i64 {
    app.clock.wall_us() / 1000
}

/// The keyring is asked over a socket of its own and may take its time.
async fn off_the_runtime(
    app: &Arc<App>,
    work: impl FnOnce(&App) -> Result<(), Problem> + Send + 'static,
) -> Result<(), Problem> {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || work(&app))
        .await
        .map_err(|error| Problem::new("command.broken", error.to_string(), "Try again."))?
}
