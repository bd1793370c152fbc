//! SCIM 1.1 as a translation at the edge: a 1.1 request becomes a 2.0 request, a 2.0 answer becomes a
//! 1.1 answer. Everything between speaks 2.0 and knows nothing of this.
//!
//! **Invariant:** pure, and nothing is decided here: what a 1.1 client may do is what a 2.0 client may
//! do, in other words. There are no entitlements in 1.1: none leave, and none that come are passed
//! on, so that a 1.1 client never takes any away.
//!
//! Source of the shapes: the SCIM 1.1 core schema and the provider's documentation of SCIM 1.1
//! messages for its agent.
//!
//! To add a document: a function from its 2.0 form, with the 1.1 form in a test.

mod discovery;
mod error;
mod filter;
mod user;

pub use discovery::{resource_types, schema, schemas, service_provider_config};
pub use error::ErrorForm;
pub use filter::{attributes, filter};
pub use user::{list, user, user_request};

/// The one schema of SCIM 1.1's core, of users, lists and documents alike.
pub const CORE: &str = "urn:scim:schemas:core:1.0";
/// The enterprise extension of SCIM 1.1.
pub const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";
/// What a list of schemas calls itself; the provider's conformance test asks for it.
pub const SCHEMA_LIST: &str = "urn:scim:schemas:core:1.0:ListResponse";

/// Where the attributes of an application's users stand in 1.1 and in 2.0.
///
/// The provider allows one URN of its own for each user, `urn:okta:{app}:1.0:user:{schema}`; whatever
/// 2.0 has in extensions other than the enterprise one stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// The custom URN.
    pub custom: String,
    /// What stands before a column's name in 2.0, where the columns are the enterprise extension of
    /// 2.0. In 1.1 they stand under the custom URN without it.
    pub column_prefix: Option<String>,
    /// The attributes of other extensions than the enterprise one: URN and name, as 2.0 has them.
    pub attributes: Vec<(String, String)>,
}

impl Naming {
    /// The custom URN of an application where its configuration names none.
    pub fn default_urn(application: &str) -> String {
        format!("urn:okta:{application}:1.0:user:custom")
    }

    /// Whether a URN is the custom one: as it is configured, or any of the provider's pattern, because
    /// the provider calls an application by a name of its own, and a user has one custom URN only.
    fn is_custom(&self, urn: &str) -> bool {
        let provider = || {
            let lower = urn.to_ascii_lowercase();
            let rest = lower.strip_prefix("urn:okta:")?;
            let (application, schema) = rest.split_once(":1.0:user:")?;
            Some(!application.is_empty() && !schema.is_empty())
        };
        self.custom.eq_ignore_ascii_case(urn) || provider().unwrap_or_default()
    }

    /// The 2.0 extensions that have an attribute of the custom URN.
    fn extensions_with<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(urn, _)| urn.as_str())
    }
}

/// Whether a text begins with another, without regard to letter case.
fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|own| own.eq_ignore_ascii_case(start))
}
