//! Entitlements: the list, and one of it.

use sluice_scim::discovery::entitlement_schema;
use sluice_scim::schema::ResourceSchema;
use sluice_scim::{ListResponse, Query, Resource};

use super::list_users::range_of;
use super::repeat::Attempts;
use super::{Answer, Asked, Context, json, rows, search};
use crate::exchange::Action;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::plan::Statement;
use crate::ports::{Access, StatementOutcome};
use crate::profile::{self, Fields};

/// The entitlements that a query asks for.
///
/// # Errors
/// 400 for a filter that cannot be answered; whatever planning and running Get All Entitlements
/// gives.
pub async fn list_entitlements(context: &mut Context, query: &Query) -> Result<Answer, Failure> {
    let (found, schema) = matching(context, query).await?;
    let total = found.len();
    let mut resources = found[range_of(query.page, total)].to_vec();
    for resource in &mut resources {
        query.projection.apply(resource, &schema);
    }
    Ok(Answer {
        status: 200,
        effect: Some(rows(resources.len())),
        body: json(&ListResponse::new(resources, total, query.page.start_index))?,
        location: None,
        etag: None,
        action: Action::ListEntitlements,
        subject: Some(format!("{total} values")),
    })
}

/// All entitlements that match a query's filter, in its order, and what they look like.
pub(super) async fn matching(
    context: &mut Context,
    query: &Query,
) -> Result<(Vec<Resource>, ResourceSchema), Failure> {
    let schema = entitlement_schema();
    let mut found = all(context).await?;
    if let Some(filter) = &query.filter {
        filter.check(&schema).map_err(search::refused)?;
        found.retain(|resource| filter.matches(resource, &schema));
    }
    if let Some(sort) = &query.sort {
        found.sort_by_cached_key(|resource| sort.key(resource, &schema));
    }
    Ok((found, schema))
}

/// The entitlement with this id. There is no operation for one, so it is looked for in the list.
///
/// # Errors
/// 404 where there is none; whatever planning and running Get All Entitlements gives.
pub async fn get_entitlement(
    context: &mut Context,
    id: &str,
    asked: &Asked,
) -> Result<Answer, Failure> {
    let found = all(context)
        .await?
        .into_iter()
        .find(|resource| resource.get("id").and_then(|v| v.as_str()) == Some(id));
    let mut found = found.ok_or_else(|| Failure::no_such_entitlement(id))?;
    asked.projection.apply(&mut found, &entitlement_schema());
    Ok(Answer {
        status: 200,
        body: json(&found)?,
        location: None,
        etag: None,
        action: Action::GetEntitlement,
        subject: Some(id.to_owned()),
        effect: Some(rows(1)),
    })
}

/// All that Get all entitlements gives, as the provider gets them.
///
/// # Errors
/// Whatever planning and running it gives.
pub(super) async fn all(context: &mut Context) -> Result<Vec<Resource>, Failure> {
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
