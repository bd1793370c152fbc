//! The operations of the endpoint, one file each. A handler reads what it needs of the request and
//! calls the use case; it decides nothing.

mod create_user;
mod delete_user;
mod get_entitlement;
mod get_user;
mod groups;
mod list_entitlements;
mod list_users;
mod patch_user;
mod replace_user;
mod resource_types;
mod schemas;
mod search;
mod service_provider_config;
pub(crate) mod status;

use axum::http::Method;
use serde_json::Value;
use sluice_core::Failure;
use sluice_core::exchange::Action;
use sluice_core::usecase::{Answer, Asked, Context};
use sluice_scim::{ListResponse, Preconditions, Projection, Query, Resource, ScimError, ScimType};

use crate::auth::Authorised;
use crate::route::{Target, query};

/// A request, parsed.
pub(crate) struct ScimRequest {
    pub target: Target,
    pub method: Method,
    pub query: Option<String>,
    /// The header `If-Match`.
    pub if_match: Option<String>,
    /// The header `If-None-Match`.
    pub if_none_match: Option<String>,
    /// Empty for requests without a body.
    pub body: Resource,
}

impl ScimRequest {
    /// A query parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        query(self.query.as_deref(), name)
    }

    /// A parameter given twice is refused: nobody knows which of the two is meant.
    fn each_once(&self) -> Result<(), Failure> {
        let pairs = self.query.as_deref().unwrap_or_default().split('&');
        let mut names: Vec<String> = pairs
            .filter_map(|pair| pair.split('=').next())
            .filter(|name| !name.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        names.sort_unstable();
        let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) else {
            return Ok(());
        };
        let error = ScimError::new(400, format!("The parameter {} is given twice.", twice[0]));
        Err(unreadable(error.with_type(ScimType::InvalidValue)))
    }

    /// What the query asks of a list: page, filter, order, attributes.
    ///
    /// # Errors
    /// 400 where one of them cannot be read.
    pub fn list(&self) -> Result<Query, Failure> {
        self.each_once()?;
        Query::from_parameters(|name| self.parameter(name)).map_err(unreadable)
    }

    /// What the query and the headers ask of an answer with one resource.
    ///
    /// # Errors
    /// 400 where both `attributes` and `excludedAttributes` are there, or one cannot be read.
    pub fn asked(&self) -> Result<Asked, Failure> {
        self.each_once()?;
        let projection = Projection::parse(
            self.parameter("attributes").as_deref(),
            self.parameter("excludedAttributes").as_deref(),
        )
        .map_err(unreadable)?;
        let preconditions =
            Preconditions::parse(self.if_match.as_deref(), self.if_none_match.as_deref());
        Ok(Asked {
            projection,
            preconditions,
        })
    }
}

/// A query that cannot be read.
fn unreadable(error: ScimError) -> Failure {
    let code = match error.scim_type {
        Some(ScimType::InvalidFilter) => "request.filter",
        _ => "request.query",
    };
    Failure::from_scim(error, code, "Correct the request's parameters.")
}

/// A body with its kind.
pub(crate) enum Content {
    Scim(String),
    Text(String),
    None,
}

/// An answer on its way out.
pub(crate) struct Reply {
    pub status: u16,
    pub content: Content,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub action: Action,
    pub subject: Option<String>,
    pub effect: Option<String>,
}

impl Reply {
    fn discovery(body: &impl serde::Serialize, subject: &str) -> Self {
        Self {
            status: 200,
            content: Content::Scim(serde_json::to_string(body).unwrap_or_default()),
            location: None,
            etag: None,
            action: Action::Discover,
            subject: Some(subject.to_owned()),
            effect: None,
        }
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self {
            status: answer.status,
            content: match answer.status {
                // Neither has a body (RFC 9110 §15.3.5 and §15.4.5).
                204 | 304 => Content::None,
                _ => Content::Scim(answer.body),
            },
            location: answer.location,
            etag: answer.etag,
            action: answer.action,
            subject: answer.subject,
            effect: answer.effect,
        }
    }
}

/// Runs the operation that the request asks for.
///
/// # Errors
/// Whatever the operation gives.
pub(crate) async fn dispatch(
    authorised: Authorised,
    request: &ScimRequest,
    context: &mut Context,
) -> Result<Reply, Failure> {
    match (&request.target, &request.method) {
        (Target::Users, &Method::POST) => create_user::handle(authorised, request, context).await,
        (Target::Users, _) => list_users::handle(authorised, request, context).await,
        (Target::User(id), &Method::PUT) => {
            replace_user::handle(authorised, request, context, id).await
        }
        (Target::User(id), &Method::PATCH) => {
            patch_user::handle(authorised, request, context, id).await
        }
        (Target::User(id), &Method::DELETE) => {
            delete_user::handle(authorised, request, context, id).await
        }
        (Target::User(id), _) => get_user::handle(authorised, request, context, id).await,
        (Target::Entitlements, _) => list_entitlements::handle(authorised, request, context).await,
        (Target::Entitlement(id), _) => {
            get_entitlement::handle(authorised, request, context, id).await
        }
        (Target::Groups, _) => groups::list(authorised, &request.list()?),
        (Target::Group(id), _) => groups::one(authorised, id),
        (
            Target::Search | Target::UserSearch | Target::EntitlementSearch | Target::GroupSearch,
            _,
        ) => search::handle(authorised, request, context).await,
        (Target::ServiceProviderConfig, _) => {
            service_provider_config::handle(authorised, request, context)
        }
        (Target::ResourceTypes(id), _) => {
            resource_types::handle(authorised, request, context, id.as_deref())
        }
        (Target::Schemas(id), _) => {
            schemas::handle(authorised, request, context, id.as_deref()).await
        }
        (Target::Me | Target::Bulk, _) => Err(not_implemented(&request.target)),
        (Target::Status | Target::Unknown, _) => status::handle(authorised),
    }
}

/// What RFC 7644 §3.7 and §3.11 let a server leave out.
fn not_implemented(target: &Target) -> Failure {
    let (what, remedy) = match target {
        Target::Bulk => ("Bulk requests are", "Send the operations one by one."),
        _ => (
            "/Me is",
            "The token belongs to no user; ask for a user under /Users.",
        ),
    };
    Failure::new(
        501,
        "request.not_implemented",
        format!("{what} not supported."),
        remedy,
    )
}

/// Discovery documents are not filtered: RFC 7644 §4 asks for 403.
fn refuse_filter(request: &ScimRequest) -> Result<(), Failure> {
    if request.parameter("filter").is_none() {
        return Ok(());
    }
    Err(Failure::new(
        403,
        "discovery.filter",
        "Discovery documents cannot be filtered.",
        "Ask without a filter.",
    ))
}

/// The one of `documents` with this id, or all of them as a list (RFC 7644 §4).
fn one_or_all(documents: Vec<Value>, id: Option<&str>, kind: &str) -> Result<Reply, Failure> {
    let Some(id) = id else {
        let total = documents.len();
        return Ok(Reply::discovery(
            &ListResponse::new(documents, total, 1),
            kind,
        ));
    };
    let found = documents.iter().find(|document| {
        document["id"]
            .as_str()
            .is_some_and(|own| own.eq_ignore_ascii_case(id))
    });
    match found {
        Some(document) => Ok(Reply::discovery(document, id)),
        None => Err(Failure::new(
            404,
            "discovery.missing",
            format!("There is no {kind} with the id \"{id}\"."),
            "Ask for the list to see which there are.",
        )),
    }
}
