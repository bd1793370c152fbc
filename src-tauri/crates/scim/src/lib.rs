//! SCIM on the wire, and nothing else: URNs, errors, lists, filters, PATCH, sorting, projection,
//! versions, attribute paths, discovery; SCIM 1.1 as a translation of 2.0.
//!
//! **Invariant:** pure. No runtime, no socket, no file, no clock, no database; a resource is a
//! [`serde_json::Map`], because the columns of a customer's table are not known when this is
//! compiled.
//!
//! To add a message or an endpoint's document: one module with the shape, its RFC section in the
//! doc comment, and tests whose expected values come from the RFC.

pub mod attribute;
mod compare;
pub mod discovery;
pub mod error;
pub mod filter;
pub mod list;
pub mod lookup;
mod notation;
pub mod patch;
pub mod project;
pub mod query;
mod resolve;
pub mod schema;
pub mod sort;
pub mod uri;
pub mod user;
pub mod v1;
pub mod version;

pub use attribute::AttributePath;
pub use error::{Compatibility, ScimError, ScimType};
pub use filter::Filter;
pub use list::{ListResponse, Page};
pub use lookup::Lookup;
pub use patch::{Patch, PatchPath};
pub use project::Projection;
pub use query::Query;
pub use sort::{Sort, SortKey};
pub use version::{Preconditions, version};

/// A SCIM resource or message as JSON, attribute names in the order they were put in.
pub type Resource = serde_json::Map<String, serde_json::Value>;
