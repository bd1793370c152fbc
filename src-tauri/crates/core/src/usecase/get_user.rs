//! Get one user: by id, or by the provider's look-up before a create.

use sluice_scim::lookup::LookupAttribute;
use sluice_scim::{Filter, ListResponse, Lookup, Query, Resource};

use super::repeat::Attempts;
use super::{Answer, Asked, Context, Found, asked, json, rows, scan};
use crate::config::Profile;
use crate::exchange::Action;
use crate::failure::Failure;
use crate::ports::Access;
use crate::profile;

/// The user with this id; 304 without a body where the client has it as it is.
///
/// # Errors
/// 404 where there is none; whatever planning and running Get User by ID gives.
pub async fn get_user(context: &mut Context, id: &str, asked: &Asked) -> Result<Answer, Failure> {
    let found = find(context, id)
        .await?
        .ok_or_else(|| Failure::no_such_user(id))?;
    let answer = Answer {
        effect: Some(rows(1)),
        ..asked::user(context, &found, asked, (200, Action::GetUser))?
    };
    let unchanged = answer
        .etag
        .as_deref()
        .is_some_and(|version| asked.preconditions.not_modified(version));
    if unchanged {
        return Ok(Answer {
            status: 304,
            body: String::new(),
            ..answer
        });
    }
    Ok(answer)
}

pub(super) async fn find(context: &mut Context, id: &str) -> Result<Option<Found>, Failure> {
    let mut attempts = Attempts::begin(context);
    loop {
        let found = read(context, id).await;
        if !attempts.again(context, Access::Read, &found) {
            return found;
        }
    }
}

async fn read(context: &mut Context, id: &str) -> Result<Option<Found>, Failure> {
    let mut session = context.begin(Access::Read).await?;
    let found = context.read_user(session.as_mut(), id).await;
    context.end(session, Access::Read, found).await
}

/// The users a look-up finds, as a list of none or one: no match is 200 with no results, as the
/// original answers since 1.9 and RFC 7644 §3.4.2 asks.
///
/// In the profile `columns` id, externalId and userName are the id column. In the profile `core`
/// another column may be the userName: then the id is tried first, and the import after it.
///
/// # Errors
/// Whatever planning and running gives.
pub(super) async fn look_up_user(
    context: &mut Context,
    filter: &Filter,
    lookup: &Lookup,
    query: &Query,
) -> Result<Answer, Failure> {
    let by_id = find(context, &lookup.value).await?;
    let attribute = match lookup.attribute {
        LookupAttribute::Id => None,
        _ if context.application.profile == Profile::Columns => None,
        LookupAttribute::UserName => Some("userName"),
        LookupAttribute::ExternalId => Some("externalId"),
    };
    // Who has the id of a look-up by the id is found; nothing is left to be compared.
    let schema = attribute.map(|_| profile::user_schema(&context.application, &[]));
    let matches = |user: &Resource| {
        let schema = schema.as_ref();
        schema.is_none_or(|schema| filter.matches(user, schema))
    };
    let mut found = Vec::new();
    let mut columns = std::sync::Arc::default();
    if let Some(user) = by_id {
        let resource = user.resource(context)?;
        if matches(&resource) {
            columns = user.set.columns.clone();
            found.push(resource);
        }
    }
    let column = attribute.and_then(|name| {
        let column = profile::column_of(&context.application, name)?;
        (!context.application.is_secret(column)).then(|| (name, column.to_owned()))
    });
    if let (true, Some((name, column))) = (found.is_empty(), column) {
        let matches = |text: &str| matches(&Resource::from_iter([(name.to_owned(), text.into())]));
        (columns, found) = scan::users_where(context, &column, matches).await?;
    }
    let total = found.len();
    let mut resources = found[query.page.range(total)].to_vec();
    if !query.projection.is_all() {
        let schema = profile::user_schema(&context.application, &columns);
        for resource in &mut resources {
            query.projection.apply(resource, &schema);
        }
    }
    Ok(Answer {
        status: 200,
        body: json(&ListResponse::new(resources, total, query.page.start_index))?,
        location: None,
        etag: None,
        action: Action::LookUpUser,
        subject: Some(lookup.value.clone()),
        effect: Some(rows(total)),
    })
}
