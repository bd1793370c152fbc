//! Filters of SCIM 1.1 as filters of 2.0. Operators and grouping are the same; what differs is where
//! an attribute stands. 1.1 compares a multi-valued attribute by its values, and the provider writes
//! `email` for one of `emails`.

use std::str::FromStr as _;

use scim_v2::filter::{AttrExp, AttrPath, Filter, PatchPath};

use super::{CORE, ENTERPRISE, Naming, starts_with};
use crate::{ScimError, ScimType, uri};

/// The multi-valued attributes of a 1.1 user whose values a filter means by their bare name.
const SEVERAL: &[&str] = &[
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "x509Certificates",
];

/// The same filter as 2.0 writes it.
///
/// # Errors
/// 400 `invalidFilter` where the text is no filter.
pub fn filter(naming: &Naming, text: &str) -> Result<String, ScimError> {
    let mut filter = Filter::from_str(text).map_err(|_| {
        ScimError::new(
            400,
            format!(
                "The filter cannot be read: {text}. Write it as SCIM 1.1 does, for example userName eq \"ada@example.org\"."
            ),
        )
        .with_type(ScimType::InvalidFilter)
    })?;
    translate(naming, &mut filter);
    Ok(filter.to_string())
}

/// A list of attributes separated by commas, as the parameters `attributes` and `sortBy` have it, with
/// the names that 2.0 has for them. What cannot be read stays as it is, to be judged by who uses it.
pub fn attributes(naming: &Naming, text: &str) -> String {
    let translated = text.split(',').map(|name| {
        let name = name.trim();
        match PatchPath::from_str(name) {
            Ok(PatchPath::Attr(mut path)) => {
                place(naming, &mut path);
                path.to_string()
            }
            Ok(PatchPath::Value(_)) | Err(_) => name.to_owned(),
        }
    });
    translated.collect::<Vec<_>>().join(",")
}

fn translate(naming: &Naming, filter: &mut Filter) {
    match filter {
        Filter::Attr(AttrExp::Present(path)) => place(naming, path),
        Filter::Attr(AttrExp::Comparison(path, ..)) => {
            place(naming, path);
            let several = SEVERAL
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&path.name));
            if several && path.uri.is_none() && path.sub_attr.is_none() {
                path.sub_attr = Some("value".to_owned());
            }
        }
        // Sub-attributes inside the brackets have the same names in both.
        Filter::ValuePath(path) => place(naming, &mut path.attr),
        Filter::Not(inner) => translate(naming, inner),
        Filter::And(all) | Filter::Or(all) => {
            for inner in all.iter_mut() {
                translate(naming, inner);
            }
        }
    }
}

/// Puts an attribute where 2.0 has it.
fn place(naming: &Naming, path: &mut AttrPath) {
    match path.uri.as_deref() {
        None => {}
        Some(urn) if is_core(urn) => path.uri = None,
        Some(urn) if urn.eq_ignore_ascii_case(ENTERPRISE) => {
            let manager = path.name.eq_ignore_ascii_case("manager");
            if let Some(sub) = &mut path.sub_attr
                && manager
                && sub.eq_ignore_ascii_case("managerId")
            {
                "value".clone_into(sub);
            }
            path.uri = Some(uri::ENTERPRISE_USER.to_owned());
            return;
        }
        Some(urn) if naming.is_custom(urn) => {
            let known = naming.extensions_with(&path.name).next();
            let urn = match (&naming.column_prefix, known) {
                (Some(prefix), _) => {
                    if !starts_with(&path.name, prefix) {
                        path.name.insert_str(0, prefix);
                    }
                    uri::ENTERPRISE_USER
                }
                (None, Some(urn)) => urn,
                // No such attribute: nobody has a value of it.
                (None, None) => return,
            };
            path.uri = Some(urn.to_owned());
            return;
        }
        Some(_) => return,
    }
    if path.name.eq_ignore_ascii_case("email") {
        "emails".clone_into(&mut path.name);
    }
}

/// The core of 1.1, also as some clients write it after their resource type.
fn is_core(urn: &str) -> bool {
    starts_with(urn, CORE)
        && matches!(
            urn[CORE.len()..].to_ascii_lowercase().as_str(),
            "" | ":user"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Naming {
        Naming {
            custom: "urn:okta:onprem_app:1.0:user:custom".into(),
            column_prefix: Some("ext_".into()),
            attributes: Vec::new(),
        }
    }

    #[test]
    fn the_filters_that_the_agent_is_known_to_send_are_written_as_2_0_has_them() {
        let enterprise = uri::ENTERPRISE_USER;
        let custom = format!("{enterprise}:ext_departmentName eq \"x\"");
        for (sent, wanted) in [
            (r#"userName eq "ada@x""#, r#"userName eq "ada@x""#),
            (r#"id eq "101""#, r#"id eq "101""#),
            (
                r#"name.familyName eq "King""#,
                r#"name.familyName eq "King""#,
            ),
            (
                r#"email eq "a@x" or email eq "b@x""#,
                r#"emails.value eq "a@x" or emails.value eq "b@x""#,
            ),
            (
                r#"meta.lastModified gt "2020-04-07T14:19:34Z""#,
                r#"meta.lastModified gt "2020-04-07T14:19:34Z""#,
            ),
            (
                r#"urn:okta:onprem_app:1.0:user:custom:departmentName eq "x""#,
                custom.as_str(),
            ),
        ] {
            assert_eq!(filter(&columns(), sent).unwrap(), wanted);
        }
    }

    #[test]
    fn an_attribute_with_the_urn_of_the_core_or_the_enterprise_extension_is_found() {
        let naming = Naming::default();
        assert_eq!(
            filter(&naming, r#"urn:scim:schemas:core:1.0:userName eq "a""#).unwrap(),
            r#"userName eq "a""#
        );
        assert_eq!(
            filter(
                &naming,
                r#"urn:scim:schemas:extension:enterprise:1.0:manager.managerId eq "7""#
            )
            .unwrap(),
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "7""#
        );
    }

    #[test]
    fn a_custom_attribute_stands_in_the_extension_that_has_it() {
        let naming = Naming {
            custom: "urn:okta:hr:1.0:user:custom".into(),
            column_prefix: None,
            attributes: vec![("urn:example:badge:2.0:User".into(), "badge".into())],
        };
        assert_eq!(
            filter(&naming, r#"urn:okta:hr:1.0:user:custom:BADGE eq "7""#).unwrap(),
            r#"urn:example:badge:2.0:User:BADGE eq "7""#
        );
    }

    #[test]
    fn grouping_outlives_the_translation() {
        let sent = r#"(email eq "a" or email eq "b") and active eq true"#;
        assert_eq!(
            filter(&columns(), sent).unwrap(),
            r#"(emails.value eq "a" or emails.value eq "b") and active eq true"#
        );
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in ["", "userName", "userName xx \"a\"", "email eq"] {
            let error = filter(&columns(), text).unwrap_err();
            assert_eq!(
                (error.status, error.scim_type),
                (400, Some(ScimType::InvalidFilter)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn names_of_attributes_to_return_are_translated_one_by_one() {
        assert_eq!(
            attributes(
                &columns(),
                "userName, emails,urn:okta:onprem_app:1.0:user:custom:CITY"
            ),
            "userName,emails,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:ext_CITY"
        );
    }
}
