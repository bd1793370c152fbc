//! SCIM errors (RFC 7644 §3.12), in the RFC's form and in the original server's.
//!
//! The original differs in two ways that were seen on the wire: `status` is a number, and
//! `scimType` is upper case with underscores. An application's [`Compatibility`] decides.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::uri;

/// Whose form an answer takes where the original server and the RFC differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compatibility {
    /// As the original server answers.
    Original,
    /// As RFC 7643 and 7644 ask.
    #[default]
    Rfc,
}

/// The detail keyword of an error (RFC 7644 §3.12, table 9), and the one the original adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScimType {
    InvalidFilter,
    TooMany,
    Uniqueness,
    Mutability,
    InvalidSyntax,
    InvalidPath,
    NoTarget,
    InvalidValue,
    InvalidVers,
    Sensitive,
    /// The original's word for something the request lacks; the RFC has `invalidValue` for it.
    MissingAttribute,
}

impl ScimType {
    /// The keyword in the form that `compatibility` asks for. Of the original's, `INVALID_SYNTAX` and
    /// `MISSING_ATTRIBUTE` were seen; the others follow their pattern (guess).
    pub fn keyword(self, compatibility: Compatibility) -> &'static str {
        match (self, compatibility) {
            (Self::InvalidFilter, Compatibility::Rfc) => "invalidFilter",
            (Self::InvalidFilter, Compatibility::Original) => "INVALID_FILTER",
            (Self::TooMany, Compatibility::Rfc) => "tooMany",
            (Self::TooMany, Compatibility::Original) => "TOO_MANY",
            (Self::Uniqueness, Compatibility::Rfc) => "uniqueness",
            (Self::Uniqueness, Compatibility::Original) => "UNIQUENESS",
            (Self::Mutability, Compatibility::Rfc) => "mutability",
            (Self::Mutability, Compatibility::Original) => "MUTABILITY",
            (Self::InvalidSyntax, Compatibility::Rfc) => "invalidSyntax",
            (Self::InvalidSyntax, Compatibility::Original) => "INVALID_SYNTAX",
            (Self::InvalidPath, Compatibility::Rfc) => "invalidPath",
            (Self::InvalidPath, Compatibility::Original) => "INVALID_PATH",
            (Self::NoTarget, Compatibility::Rfc) => "noTarget",
            (Self::NoTarget, Compatibility::Original) => "NO_TARGET",
            (Self::InvalidVers, Compatibility::Rfc) => "invalidVers",
            (Self::InvalidVers, Compatibility::Original) => "INVALID_VERS",
            (Self::Sensitive, Compatibility::Rfc) => "sensitive",
            (Self::Sensitive, Compatibility::Original) => "SENSITIVE",
            (Self::InvalidValue | Self::MissingAttribute, Compatibility::Rfc) => "invalidValue",
            (Self::InvalidValue, Compatibility::Original) => "INVALID_VALUE",
            (Self::MissingAttribute, Compatibility::Original) => "MISSING_ATTRIBUTE",
        }
    }
}

/// An error as a SCIM client sees it. `detail` names cause and remedy, never a driver's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status} {detail}")]
pub struct ScimError {
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// The keyword, where RFC 7644 table 9 has one for the case.
    pub scim_type: Option<ScimType>,
    /// One or two plain sentences.
    pub detail: String,
}

impl ScimError {
    /// An error with a status and a detail, without a keyword.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status,
            scim_type: None,
            detail: detail.into(),
        }
    }

    /// The same error with its keyword.
    #[must_use]
    pub fn with_type(mut self, scim_type: ScimType) -> Self {
        self.scim_type = Some(scim_type);
        self
    }

    /// The body of the answer: RFC 7644 §3.12 has `status` as a string, the original as a number.
    pub fn to_json(&self, compatibility: Compatibility) -> Value {
        let mut body = serde_json::Map::new();
        body.insert("schemas".into(), json!([uri::ERROR]));
        if let Some(scim_type) = self.scim_type {
            body.insert("scimType".into(), json!(scim_type.keyword(compatibility)));
        }
        body.insert("detail".into(), json!(self.detail));
        body.insert(
            "status".into(),
            match compatibility {
                Compatibility::Rfc => json!(self.status.to_string()),
                Compatibility::Original => json!(self.status),
            },
        );
        Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfc_form_has_status_as_a_string_and_a_camel_case_keyword() {
        let error = ScimError::new(409, "exists").with_type(ScimType::Uniqueness);
        assert_eq!(
            error.to_json(Compatibility::Rfc),
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                   "scimType": "uniqueness", "detail": "exists", "status": "409"})
        );
    }

    #[test]
    fn every_keyword_of_the_rfc_is_written_as_its_table_9_writes_it() {
        for (scim_type, rfc, original) in [
            (ScimType::InvalidFilter, "invalidFilter", "INVALID_FILTER"),
            (ScimType::TooMany, "tooMany", "TOO_MANY"),
            (ScimType::Uniqueness, "uniqueness", "UNIQUENESS"),
            (ScimType::Mutability, "mutability", "MUTABILITY"),
            (ScimType::InvalidSyntax, "invalidSyntax", "INVALID_SYNTAX"),
            (ScimType::InvalidPath, "invalidPath", "INVALID_PATH"),
            (ScimType::NoTarget, "noTarget", "NO_TARGET"),
            (ScimType::InvalidValue, "invalidValue", "INVALID_VALUE"),
            (ScimType::InvalidVers, "invalidVers", "INVALID_VERS"),
            (ScimType::Sensitive, "sensitive", "SENSITIVE"),
        ] {
            assert_eq!(scim_type.keyword(Compatibility::Rfc), rfc);
            assert_eq!(scim_type.keyword(Compatibility::Original), original);
        }
    }

    #[test]
    fn the_original_form_has_a_numeric_status_and_its_own_keyword() {
        let error = ScimError::new(400, "Missing X-OKTA-ONPREM-DATA header")
            .with_type(ScimType::MissingAttribute);
        assert_eq!(
            error.to_json(Compatibility::Original).to_string(),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"scimType":"MISSING_ATTRIBUTE","detail":"Missing X-OKTA-ONPREM-DATA header","status":400}"#
        );
    }
}
