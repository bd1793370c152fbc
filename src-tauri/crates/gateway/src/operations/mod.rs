//! The operations of the endpoint, one file each. A handler reads what it needs of the request and
//! calls the use case; it decides nothing.

mod create_user;
mod get_entitlement;
mod get_user;
mod list_entitlements;
mod list_groups;
mod list_users;
mod replace_user;
mod resource_types;
mod schemas;
mod service_provider_config;
pub(crate) mod status;

use axum::http::Method;
use serde_json::Value;
use sluice_core::Failure;
use sluice_core::exchange::Action;
use sluice_core::usecase::{Answer, Context};
use sluice_scim::{ListResponse, Page, Resource};

use crate::auth::Authorised;
use crate::route::{Target, query};

/// A request, parsed.
pub(crate) struct ScimRequest {
    pub target: Target,
    pub method: Method,
    pub query: Option<String>,
    /// Empty for requests without a body.
    pub body: Resource,
}

impl ScimRequest {
    /// A query parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        query(self.query.as_deref(), name)
    }

    /// The page that the query asks for.
    ///
    /// # Errors
    /// 400 where `startIndex` or `count` is no integer.
    pub fn page(&self) -> Result<Page, Failure> {
        Page::parse(
            self.parameter("startIndex").as_deref(),
            self.parameter("count").as_deref(),
        )
        .map_err(|error| Failure::from_scim(error, "request.page", "Send integers."))
    }
}

/// A body with its kind.
pub(crate) enum Content {
    Scim(String),
    Text(String),
}

/// An answer on its way out.
pub(crate) struct Reply {
    pub status: u16,
    pub content: Content,
    pub location: Option<String>,
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
            content: Content::Scim(answer.body),
            location: answer.location,
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
    let post = request.method == Method::POST;
    let put = request.method == Method::PUT;
    match &request.target {
        Target::Users if post => create_user::handle(authorised, request, context).await,
        Target::Users => list_users::handle(authorised, request, context).await,
        Target::User(id) if put => replace_user::handle(authorised, request, context, id).await,
        Target::User(id) => get_user::handle(authorised, context, id).await,
        Target::Entitlements => list_entitlements::handle(authorised, request, context).await,
        Target::Entitlement(id) => get_entitlement::handle(authorised, context, id).await,
        Target::Groups => list_groups::handle(authorised, request),
        Target::ServiceProviderConfig => service_provider_config::handle(authorised, context),
        Target::ResourceTypes(id) => resource_types::handle(authorised, context, id.as_deref()),
        Target::Schemas(id) => schemas::handle(authorised, context, id.as_deref()).await,
        Target::Status | Target::Unknown => status::handle(authorised),
    }
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
