//! Errors of SCIM 1.1, in the two forms that are known.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ScimError;

/// Which of its two known forms an error takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorForm {
    /// `Errors` with description and code, as SCIM 1.1 and the provider's documentation have it.
    #[default]
    Specification,
    /// `errors` with statusCode and internalCode, as the provider's connector SDK writes it and its
    /// console quotes it.
    Sdk,
}

/// The SDK's code for a resource that is not there, the only one that is documented with a status.
const NOT_FOUND: &str = "E0000048";

impl ErrorForm {
    /// The body of an error's answer.
    ///
    /// The specification's form also has `detail`: the provider's own 1.1 test looks for it.
    pub fn body(self, error: &ScimError) -> Value {
        match self {
            Self::Specification => json!({
                "Errors": [{"description": error.detail, "code": error.status}],
                "detail": error.detail
            }),
            Self::Sdk => json!({
                "errors": [{
                    "statusCode": error.status,
                    "internalCode": (error.status == 404).then_some(NOT_FOUND),
                    "description": error.detail,
                    "help_url": null
                }]
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_the_documented_form_of_either_source() {
        let exists = ScimError::new(409, "User already exists in the database.");
        assert_eq!(
            ErrorForm::Specification.body(&exists)["Errors"],
            json!([{"description": "User already exists in the database.", "code": 409}])
        );
        let missing = ScimError::new(404, "Not there.");
        assert_eq!(
            ErrorForm::Sdk.body(&missing),
            json!({"errors": [{"statusCode": 404, "internalCode": "E0000048",
                               "description": "Not there.", "help_url": null}]})
        );
        assert_eq!(
            ErrorForm::Sdk.body(&exists)["errors"][0]["internalCode"],
            Value::Null
        );
    }
}
