//! What an administrator does to a user from the console, as the PATCH that a client would send for it.
//!
//! **Invariant:** the console has no way of its own to write a user: what is asked for here goes through
//! the same request, plan and contracts as what the provider sends (decision 0032).
//!
//! To add one: a variant, its operation, and what it is in a PATCH in [`UserChange::body`].

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sluice_scim::{Resource, uri};
use ts_rs::TS;

use crate::operation::Operation;

/// A change of one user that the mapped operations can make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase", tag = "what")]
pub enum UserChange {
    Activate,
    Deactivate,
    /// Adds these entitlements, by their ids; one that is held already changes nothing.
    Assign {
        entitlements: Vec<String>,
    },
    /// Takes these entitlements away, by their ids; one that is not held changes nothing.
    Revoke {
        entitlements: Vec<String>,
    },
}

impl UserChange {
    /// The mapped operation that makes it.
    pub fn operation(&self) -> Operation {
        match self {
            Self::Activate => Operation::ActivateUser,
            Self::Deactivate => Operation::DeactivateUser,
            Self::Assign { .. } => Operation::AddEntitlement,
            Self::Revoke { .. } => Operation::RemoveEntitlement,
        }
    }

    /// As the body of a PATCH (RFC 7644 §3.5.2).
    pub fn body(&self) -> Resource {
        let operations: Vec<Json> = match self {
            Self::Activate => vec![json!({"op": "replace", "path": "active", "value": true})],
            Self::Deactivate => vec![json!({"op": "replace", "path": "active", "value": false})],
            Self::Assign { entitlements } => {
                let values: Vec<Json> = entitlements
                    .iter()
                    .map(|id| json!({ "value": id }))
                    .collect();
                vec![json!({"op": "add", "path": "entitlements", "value": values})]
            }
            Self::Revoke { entitlements } => entitlements
                .iter()
                .map(|id| {
                    // A string of a filter is a JSON string (RFC 7644 §3.4.2.2).
                    let path = format!("entitlements[value eq {}]", json!(id));
                    json!({"op": "remove", "path": path})
                })
                .collect(),
        };
        let mut body = Resource::new();
        body.insert("schemas".into(), json!([uri::PATCH_OP]));
        body.insert("Operations".into(), Json::Array(operations));
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_scim::Patch;

    #[test]
    fn every_change_is_a_patch_that_can_be_read_whatever_stands_in_an_id() {
        let entitlements = vec!["3".to_owned(), "a \"b\" \\ ]".to_owned()];
        for change in [
            UserChange::Activate,
            UserChange::Deactivate,
            UserChange::Assign {
                entitlements: entitlements.clone(),
            },
            UserChange::Revoke { entitlements },
        ] {
            assert!(Patch::parse(&change.body()).is_ok(), "{change:?}");
        }
    }
}
