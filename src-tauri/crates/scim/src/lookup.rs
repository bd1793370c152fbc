//! The filters that become a look-up by key: `userName eq "x"`, `id eq "x"`, `externalId eq "x"`.
//!
//! The grammar is whole (RFC 7644 §3.4.2.2, by the `scim_v2` crate); what is understood but not
//! yet answered is refused by name, never answered with all rows.

use std::str::FromStr as _;

use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};

use crate::{ScimError, ScimType, uri};

/// A filter that asks for the one user with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Which attribute is compared.
    pub attribute: LookupAttribute,
    /// What it is compared with.
    pub value: String,
}

/// The attributes that identify a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupAttribute {
    Id,
    ExternalId,
    UserName,
}

impl Lookup {
    /// Reads a filter.
    ///
    /// # Errors
    /// 400 `invalidFilter` where the text is no filter, or is one that is not a look-up by key.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        let invalid =
            |detail: String| ScimError::new(400, detail).with_type(ScimType::InvalidFilter);
        let filter = Filter::from_str(text).map_err(|_| {
            invalid(format!(
                "The filter cannot be read: {text}. Write it as in RFC 7644 section 3.4.2.2, for example userName eq \"ada@example.org\"."
            ))
        })?;
        let refused = || {
            invalid(format!(
                "This filter is understood but not supported: {text}. Use userName eq, id eq or externalId eq with a text value."
            ))
        };
        let Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(value))) = filter
        else {
            return Err(refused());
        };
        if path.sub_attr.is_some()
            || path
                .uri
                .as_deref()
                .is_some_and(|uri| !uri.eq_ignore_ascii_case(uri::USER))
        {
            return Err(refused());
        }
        let attribute = match path.name.to_ascii_lowercase().as_str() {
            "id" => LookupAttribute::Id,
            "externalid" => LookupAttribute::ExternalId,
            "username" => LookupAttribute::UserName,
            _ => return Err(refused()),
        };
        Ok(Self { attribute, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_providers_look_up_before_a_create_is_read_in_any_letter_case() {
        for text in [
            r#"userName eq "ada@x""#,
            r#"USERNAME EQ "ada@x""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@x""#,
        ] {
            let lookup = Lookup::parse(text).unwrap();
            assert_eq!(
                lookup,
                Lookup {
                    attribute: LookupAttribute::UserName,
                    value: "ada@x".into()
                },
                "{text}"
            );
        }
    }

    #[test]
    fn a_quote_inside_the_value_is_unescaped_and_stays_a_value() {
        let lookup = Lookup::parse(r#"id eq "O\"Brien' or 1=1""#).unwrap();
        assert_eq!(lookup.value, "O\"Brien' or 1=1");
    }

    #[test]
    fn what_is_not_a_look_up_is_refused_and_never_means_all_rows() {
        for text in [
            "userName",
            r#"userName xx "a""#,
            "userName pr",
            r#"title eq "a""#,
            r#"name.familyName eq "a""#,
            "",
            r#"userName eq "a" or id eq "b""#,
        ] {
            let error = Lookup::parse(text).unwrap_err();
            assert_eq!(
                (error.status, error.scim_type),
                (400, Some(ScimType::InvalidFilter)),
                "{text}"
            );
        }
    }
}
