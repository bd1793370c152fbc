//! The User of RFC 7643 §4.1 and its enterprise extension (§4.3), whole: what an attribute is, where
//! a column is mapped to it.
//!
//! **Invariant:** types, cardinality and letter case are those of RFC 7643 §8.7.1; descriptions are
//! our own words.

use crate::schema::{Attribute, AttributeType, Mutability, Returned, Schema};
use crate::uri;

/// The core User schema.
pub fn user() -> Schema {
    let text = |name: &str, description: &str| Attribute::text(name, description);
    let reference = |name: &str, description: &str| Attribute {
        case_exact: true,
        ..text(name, description).of(AttributeType::Reference)
    };
    Schema {
        id: uri::USER.to_owned(),
        name: "User".to_owned(),
        description: "User account".to_owned(),
        attributes: vec![
            Attribute {
                required: true,
                unique: true,
                ..text("userName", "Name that identifies the user")
            },
            Attribute::complex(
                "name",
                "Parts of the person's name",
                false,
                vec![
                    text("formatted", "The whole name as it is shown"),
                    text("familyName", "Family name"),
                    text("givenName", "Given name"),
                    text("middleName", "Middle names"),
                    text("honorificPrefix", "Title before the name"),
                    text("honorificSuffix", "Suffix after the name"),
                ],
            ),
            text("displayName", "Name to show"),
            text("nickName", "Casual name"),
            reference("profileUrl", "Address of a profile page"),
            text("title", "Job title"),
            text("userType", "Kind of employment"),
            text("preferredLanguage", "Preferred languages"),
            text("locale", "Locale for dates and numbers"),
            text("timezone", "Time zone"),
            text("active", "Whether the user is active").of(AttributeType::Boolean),
            Attribute {
                case_exact: true,
                returned: Returned::Never,
                ..text("password", "Password in clear text").with(Mutability::WriteOnly)
            },
            several("emails", "E-mail addresses", AttributeType::String),
            several("phoneNumbers", "Telephone numbers", AttributeType::String),
            several("ims", "Instant messaging addresses", AttributeType::String),
            several("photos", "Pictures", AttributeType::Reference),
            Attribute::complex(
                "addresses",
                "Postal addresses",
                true,
                vec![
                    text("formatted", "The whole address"),
                    text("streetAddress", "Street and number"),
                    text("locality", "City"),
                    text("region", "State or region"),
                    text("postalCode", "Postal code"),
                    text("country", "Country"),
                    text("type", "Which of the addresses this is"),
                    text("primary", "Whether it is the preferred one").of(AttributeType::Boolean),
                ],
            ),
            several("entitlements", "Entitlements", AttributeType::String),
            several("roles", "Roles", AttributeType::String),
            several("x509Certificates", "Certificates", AttributeType::Binary),
        ],
    }
}

/// The enterprise extension.
pub fn enterprise() -> Schema {
    let text = |name: &str, description: &str| Attribute::text(name, description);
    Schema {
        id: uri::ENTERPRISE_USER.to_owned(),
        name: "EnterpriseUser".to_owned(),
        description: "Enterprise user".to_owned(),
        attributes: vec![
            text("employeeNumber", "Number of the employee"),
            text("costCenter", "Cost centre"),
            text("organization", "Organisation"),
            text("division", "Division"),
            text("department", "Department"),
            Attribute::complex(
                "manager",
                "The user's manager",
                false,
                vec![
                    Attribute {
                        case_exact: true,
                        ..text("value", "Identifier of the manager")
                    },
                    text("$ref", "Address of the manager").of(AttributeType::Reference),
                    // readOnly in RFC 7643 §4.3; here a column may be behind it.
                    text("displayName", "Name of the manager"),
                ],
            ),
        ],
    }
}

/// A multi-valued attribute with the default sub-attributes (RFC 7643 §2.4).
fn several(name: &str, description: &str, kind: AttributeType) -> Attribute {
    Attribute::complex(
        name,
        description,
        true,
        vec![
            Attribute {
                case_exact: kind != AttributeType::String,
                ..Attribute::text("value", "The value").of(kind)
            },
            Attribute::text("display", "Name of the value"),
            Attribute::text("type", "Which of the values this is"),
            Attribute::text("primary", "Whether it is the preferred one")
                .of(AttributeType::Boolean),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_have_the_attributes_of_the_rfc() {
        // The names of RFC 7643 §8.7.1, without `groups`, which no column can be behind.
        let names: Vec<_> = user().attributes.into_iter().map(|a| a.name).collect();
        assert_eq!(
            names.join(" "),
            "userName name displayName nickName profileUrl title userType preferredLanguage locale timezone \
             active password emails phoneNumbers ims photos addresses entitlements roles x509Certificates"
        );
        assert_eq!(enterprise().attributes.len(), 6);
    }
}
