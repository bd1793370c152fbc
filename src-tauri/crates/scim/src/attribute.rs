//! Where a value stands in a resource: `name.givenName`, `emails[type eq "work"].value`,
//! `urn:…:User:department`. Names compare without regard to letter case (RFC 7643 §2.1).

use std::fmt;
use std::str::FromStr as _;

use scim_v2::filter::{AttrExp, CompValue, CompareOp, PatchPath, ValFilter};
use serde_json::{Value, json};

use crate::{Resource, uri};

/// A path to one value of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributePath {
    /// The extension the attribute lives in; `None` for the core schema.
    pub extension: Option<String>,
    /// The attribute's name.
    pub name: String,
    /// Which element of a multi-valued attribute: sub-attribute and the text it equals.
    pub element: Option<(String, String)>,
    /// The sub-attribute.
    pub sub: Option<String>,
}

/// Why a text is not a path to one value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a path to one value; write for example userName, name.givenName, emails[type eq \"work\"].value or a URN followed by :attribute"
)]
pub struct InvalidPath(pub String);

impl AttributePath {
    /// Reads a path in the notation of RFC 7644 §3.5.2; in brackets only `attribute eq "text"`.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        let invalid = || InvalidPath(text.to_owned());
        let extension =
            |uri: Option<String>| uri.filter(|uri| !uri.eq_ignore_ascii_case(uri::USER));
        match PatchPath::from_str(text).map_err(|_| invalid())? {
            PatchPath::Attr(path) => Ok(Self {
                extension: extension(path.uri),
                name: path.name,
                element: None,
                sub: path.sub_attr,
            }),
            PatchPath::Value(path) => {
                let ValFilter::Attr(AttrExp::Comparison(key, CompareOp::Eq, CompValue::Str(value))) =
                    path.filter
                else {
                    return Err(invalid());
                };
                Ok(Self {
                    extension: extension(path.attr.uri),
                    name: path.attr.name,
                    element: Some((key.name, value)),
                    sub: Some(path.sub_attr.ok_or_else(invalid)?),
                })
            }
        }
    }

    /// The value at this path; `None` where nothing stands there.
    ///
    /// Where no element matches the brackets, the primary one is taken, then the first: clients
    /// differ in the `type` they send for the one e-mail address they know.
    pub fn get<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let root = match &self.extension {
            Some(urn) => member(resource, urn)?.as_object()?,
            None => resource,
        };
        let attribute = member(root, &self.name)?;
        let holder = match (&self.element, attribute) {
            (Some((key, wanted)), Value::Array(elements)) => {
                let is = |element: &&Value| {
                    element
                        .as_object()
                        .and_then(|e| member(e, key))
                        .and_then(Value::as_str)
                        .is_some_and(|text| text.eq_ignore_ascii_case(wanted))
                };
                let primary = |element: &&Value| element.get("primary") == Some(&Value::Bool(true));
                elements
                    .iter()
                    .find(is)
                    .or_else(|| elements.iter().find(primary))
                    .or_else(|| elements.first())?
            }
            (None, Value::Array(elements)) if self.sub.is_some() => elements.first()?,
            (_, other) => other,
        };
        match &self.sub {
            Some(sub) => member(holder.as_object()?, sub),
            None => Some(holder),
        }
    }

    /// Puts a value at this path, making what lies between.
    pub fn set(&self, resource: &mut Resource, value: Value) {
        let root = match &self.extension {
            Some(urn) => object(resource, urn),
            None => Some(resource),
        };
        let Some(root) = root else { return };
        let Some(sub) = &self.sub else {
            root.insert(self.name.clone(), value);
            return;
        };
        let holder = match &self.element {
            None => {
                let Some(object) = object(root, &self.name) else {
                    return;
                };
                object
            }
            Some((key, wanted)) => {
                let slot = root.entry(self.name.clone()).or_insert_with(|| json!([]));
                if !slot.is_array() {
                    *slot = json!([]);
                }
                let Value::Array(elements) = slot else { return };
                let position = elements
                    .iter()
                    .position(|e| e.get(key).and_then(Value::as_str) == Some(wanted));
                let index = position.unwrap_or_else(|| {
                    let mut element = Resource::new();
                    element.insert(key.clone(), json!(wanted));
                    if elements.is_empty() {
                        element.insert("primary".into(), json!(true));
                    }
                    elements.push(Value::Object(element));
                    elements.len() - 1
                });
                let Some(Value::Object(element)) = elements.get_mut(index) else {
                    return;
                };
                element
            }
        };
        holder.insert(sub.clone(), value);
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.extension {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        if let Some((key, value)) = &self.element {
            write!(f, "[{key} eq \"{value}\"]")?;
        }
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

/// A member of a JSON object by its name, without regard to letter case.
pub fn member<'r>(object: &'r Resource, name: &str) -> Option<&'r Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// The object at `name`, made there where nothing or something else stands.
fn object<'r>(parent: &'r mut Resource, name: &str) -> Option<&'r mut Resource> {
    if !parent.get(name).is_some_and(Value::is_object) {
        parent.insert(name.to_owned(), json!({}));
    }
    parent.get_mut(name).and_then(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(value: Value) -> Resource {
        match value {
            Value::Object(map) => map,
            _ => Resource::new(),
        }
    }

    #[test]
    fn every_kind_of_path_reads_what_it_wrote() {
        for text in [
            "userName",
            "name.givenName",
            r#"emails[type eq "work"].value"#,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        ] {
            let path = AttributePath::parse(text).unwrap();
            let mut user = Resource::new();
            path.set(&mut user, json!("x"));
            assert_eq!(path.get(&user), Some(&json!("x")), "{text}: {user:?}");
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn two_sub_attributes_of_one_element_stand_in_the_same_element() {
        let mut user = Resource::new();
        for (path, value) in [("streetAddress", "1 Main"), ("locality", "Theed")] {
            AttributePath::parse(&format!("addresses[type eq \"work\"].{path}"))
                .unwrap()
                .set(&mut user, json!(value));
        }
        assert_eq!(
            Value::Object(user),
            json!({"addresses": [{"type": "work", "primary": true, "streetAddress": "1 Main", "locality": "Theed"}]})
        );
    }

    #[test]
    fn an_address_of_another_type_is_found_all_the_same() {
        let user = resource(
            json!({"Emails": [{"value": "a@x", "type": "other"}, {"value": "b@x", "type": "home", "primary": true}]}),
        );
        let path = AttributePath::parse(r#"emails[type eq "work"].value"#).unwrap();
        assert_eq!(path.get(&user), Some(&json!("b@x")));
    }

    #[test]
    fn a_path_that_means_several_values_is_refused() {
        for text in [
            r#"emails[type eq "work"]"#,
            r#"emails[type co "w"].value"#,
            "a b",
            "",
        ] {
            assert!(AttributePath::parse(text).is_err(), "{text}");
        }
    }
}
