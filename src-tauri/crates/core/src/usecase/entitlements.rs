//! Entitlements: the list, and one of it.

use sluice_scim::{ListResponse, Page, Resource};

use super::repeat::Attempts;
use super::{Answer, Context, json, rows};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::Statement;
use crate::ports::{Access, StatementOutcome};
use crate::profile::{self, Fields};

/// One page of all entitlements.
///
/// # Errors
/// Whatever planning and running Get All Entitlements gives.
pub async fn list_entitlements(context: &mut Context, page: Page) -> Result<Answer, Failure> {
    let all = all(context).await?;
    let total = all.len();
    let resources: Vec<serde_json::Value> = all
        .into_iter()
        .skip(page.range(total).start)
        .take(page.range(total).len())
        .map(Into::into)
        .collect();
    Ok(Answer {
        status: 200,
        effect: Some(rows(resources.len())),
        body: json(&ListResponse::new(resources, total, page.start_index))?,
        location: None,
        action: Action::ListEntitlements,
        subject: Some(format!("{total} values")),
    })
}

/// The entitlement with this id. There is no operation for one, so it is looked for in the list.
///
/// # Errors
/// 404 where there is none; whatever planning and running Get All Entitlements gives.
pub async fn get_entitlement(context: &mut Context, id: &str) -> Result<Answer, Failure> {
    let found = all(context)
        .await?
        .into_iter()
        .find(|resource| resource.get("id").and_then(|v| v.as_str()) == Some(id));
    Ok(Answer {
        status: 200,
        body: json(&found.ok_or_else(|| Failure::no_such_entitlement(id))?)?,
        location: None,
        action: Action::GetEntitlement,
        subject: Some(id.to_owned()),
        effect: Some(rows(1)),
    })
}

async fn all(context: &mut Context) -> Result<Vec<Resource>, Failure> {
    let statement = context.plan(Operation::GetAllEntitlements, &Fields::default())?;
    let mut attempts = Attempts::begin(context);
    let set = loop {
        let outcome = read(context, &statement).await;
        if !attempts.again(context, Access::Read, &outcome) {
            break outcome?.into_rows();
        }
    };
    let mut resources = Vec::with_capacity(set.rows.len());
    for row in &set.rows {
        resources.extend(profile::entitlement_resource(
            &context.application,
            &set,
            row,
            &context.base,
        )?);
    }
    Ok(resources)
}

async fn read(context: &mut Context, statement: &Statement) -> Result<StatementOutcome, Failure> {
    let mut session = context.begin(Access::Read).await?;
    let outcome = context.run(session.as_mut(), statement).await;
    context.end(session, Access::Read, outcome).await
}
