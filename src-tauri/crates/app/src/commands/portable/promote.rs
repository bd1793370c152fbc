//! An application of one configuration into the one in use: from test to production.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::Environment;
use sluice_core::config::comparison::{ChangedKey, ChangedPart, PartKind, compare, compare_tables};
use sluice_core::config::edit::{KEPT, Promotion, promote as promoted};
use ts_rs::TS;

use super::source::{Source, side};
use super::{moved_on, to_be_typed, typed};
use crate::app::App;
use crate::commands::configuration::InUse;
use crate::configuration::{self, Act, Change, ChangeError, Configured};
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct PromotionInput {
    pub source: Source,
    /// The application in the source.
    pub from: String,
    /// Its name in the configuration in use; made where it is not there.
    pub to: String,
    /// The connection of an application that is made.
    pub connection: Option<String>,
    /// Whether the pool and the time limit of the connection come too.
    pub pool: bool,
}

/// What a promotion would change, and what it leaves as it is here.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PromotionPlan {
    pub before: String,
    pub after: String,
    pub changes: Vec<ChangedPart>,
    /// What belongs to an environment: `before` is the source's, `after` is what stays here.
    pub kept: Vec<KeptPart>,
    /// The connection it works with here.
    pub connection: Option<String>,
    pub environment: Option<Environment>,
    /// Why it cannot be done.
    pub problem: Option<Problem>,
    /// What is to be typed first; `null` where nothing is.
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct KeptPart {
    pub table: String,
    pub keys: Vec<ChangedKey>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct PromoteInput {
    pub promotion: PromotionInput,
    /// `before` of the plan.
    pub before: String,
    /// `after` of the plan: what was looked at.
    pub after: String,
    #[serde(default)]
    #[ts(optional)]
    pub typed: Option<String>,
}

impl PromotionInput {
    fn promotion(&self) -> Promotion<'_> {
        Promotion {
            from: &self.from,
            to: &self.to,
            connection: self.connection.as_deref(),
            with_pool: self.pool,
        }
    }
}

/// What a promotion would do. Nothing is changed.
pub async fn plan(app: Arc<App>, input: PromotionInput) -> Result<PromotionPlan, Problem> {
    let source = side(&app, &input.source).await?;
    let now = app.configured();
    let after =
        promoted(&source.text, &now.text, &input.promotion()).map_err(ChangeError::Wrong)?;
    let changes = compare(&now.text, &after).map_err(ChangeError::Wrong)?;
    let parsed = configuration::parse(&after, &app.configuration).map_err(ChangeError::of);
    let (mut connection, mut environment, mut confirm, mut problem) = (None, None, None, None);
    match parsed {
        Ok(next) => {
            confirm = to_be_typed(&now.workspace, &next, &changes);
            let application = next.applications.get(&input.to);
            connection = application.and_then(|application| application.connection.clone());
            let found = connection
                .as_ref()
                .and_then(|name| next.connections.get(name));
            environment = found.map(|connection| connection.environment);
        }
        Err(error) => problem = Some(error.into()),
    }
    let kept = kept(&source.text, &after, &input, connection.as_deref())?;
    Ok(PromotionPlan {
        before: now.text.clone(),
        after,
        changes,
        kept,
        connection,
        environment,
        problem,
        confirm,
    })
}

/// What stays the target's, where the source has it otherwise.
fn kept(
    source: &str,
    after: &str,
    input: &PromotionInput,
    connection: Option<&str>,
) -> Result<Vec<KeptPart>, Problem> {
    let mut found = Vec::new();
    let own = compare_tables(
        (source, ["applications", &input.from]),
        (after, ["applications", &input.to]),
    )
    .map_err(ChangeError::Wrong)?;
    let stays = |key: &str| {
        KEPT.iter().any(|path| {
            let path = path.join(".");
            key == path || key.starts_with(&format!("{path}."))
        })
    };
    for part in own
        .into_iter()
        .filter(|part| part.kind == PartKind::Application)
    {
        let keys: Vec<ChangedKey> = part
            .keys
            .into_iter()
            .filter(|key| stays(&key.key))
            .collect();
        if !keys.is_empty() {
            found.push(KeptPart {
                table: part.table,
                keys,
            });
        }
    }
    let workspace = sluice_core::config::Workspace::parse(source).ok();
    let from = workspace.as_ref().and_then(|workspace| {
        workspace
            .applications
            .get(&input.from)?
            .connection
            .as_deref()
    });
    if let (Some(from), Some(to)) = (from, connection) {
        let parts = compare_tables(
            (source, ["connections", from]),
            (after, ["connections", to]),
        );
        for part in parts.map_err(ChangeError::Wrong)? {
            found.push(KeptPart {
                table: part.table,
                keys: part.keys,
            });
        }
    }
    Ok(found)
}

/// Does what a plan showed.
pub async fn promote(app: Arc<App>, input: PromoteInput) -> Result<InUse, Problem> {
    let source = side(&app, &input.promotion.source).await?;
    let path = app.configuration.clone();
    let change = move |now: &Configured| {
        let text = promoted(&source.text, &now.text, &input.promotion.promotion())
            .map_err(ChangeError::Wrong)?;
        if now.text != input.before || text != input.after {
            return Err(moved_on());
        }
        let after = configuration::parse(&text, &path).map_err(ChangeError::of)?;
        let changes = compare(&now.text, &text).map_err(ChangeError::Wrong)?;
        let wanted = to_be_typed(&now.workspace, &after, &changes);
        typed(wanted.as_deref(), input.typed.as_deref())?;
        Ok(Change::To {
            text,
            act: Act::Promoted,
        })
    };
    Ok(app.change(change).await?.into())
}
