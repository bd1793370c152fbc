//! The places of a body whose values were masked when it was recorded.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;
use ts_rs::TS;

use crate::secret::{MASK, Secret};

/// A place that holds the mask in place of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct MaskedPlace {
    /// A JSON pointer (RFC 6901) into the body.
    pub pointer: String,
    /// The attribute: `password`, or what a PATCH operation names as its path.
    pub name: String,
}

/// The masked places of a body, in their order. A text that is no JSON has none where it holds no mask,
/// and else is one itself, with an empty pointer.
pub fn masked(text: &str) -> Vec<MaskedPlace> {
    let mut places = Vec::new();
    match serde_json::from_str::<Json>(text) {
        Ok(json) => walk(&json, "", "", &mut places),
        Err(_) if text.contains(MASK) => places.push(MaskedPlace {
            pointer: String::new(),
            name: "the whole body".to_owned(),
        }),
        Err(_) => {}
    }
    places
}

fn walk(value: &Json, pointer: &str, name: &str, places: &mut Vec<MaskedPlace>) {
    match value {
        // A mask inside a longer text is no less a mask.
        Json::String(text) if text.contains(MASK) => places.push(MaskedPlace {
            pointer: pointer.to_owned(),
            name: name.to_owned(),
        }),
        Json::Object(object) => {
            let path = member(object, "path").and_then(Json::as_str);
            for (key, inner) in object {
                let own = match path {
                    Some(path) if key.eq_ignore_ascii_case("value") => path,
                    _ => key,
                };
                let key = key.replace('~', "~0").replace('/', "~1");
                walk(inner, &format!("{pointer}/{key}"), own, places);
            }
        }
        Json::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                walk(inner, &format!("{pointer}/{index}"), name, places);
            }
        }
        _ => {}
    }
}

fn member<'a>(object: &'a serde_json::Map<String, Json>, name: &str) -> Option<&'a Json> {
    let found = object
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// The body with a value in each masked place, or without it where `None` is given. Without its value an
/// operation of a PATCH means nothing, so it goes as a whole.
///
/// # Errors
/// The places that are left over: nothing may be sent.
pub fn fill(
    text: &str,
    values: &BTreeMap<String, Option<Secret>>,
) -> Result<String, Vec<MaskedPlace>> {
    let places = masked(text);
    if places.is_empty() {
        return Ok(text.to_owned());
    }
    let Ok(mut json) = serde_json::from_str::<Json>(text) else {
        return Err(places);
    };
    let mut open = Vec::new();
    // From the end: what is taken out of a list moves what stands behind it.
    for place in places.into_iter().rev() {
        match values.get(&place.pointer) {
            Some(Some(secret)) if !secret.expose().contains(MASK) => {
                if let Some(value) = json.pointer_mut(&place.pointer) {
                    *value = Json::String(secret.expose().to_owned());
                }
            }
            Some(None) => remove(&mut json, &place.pointer),
            _ => open.push(place),
        }
    }
    if open.is_empty() {
        Ok(json.to_string())
    } else {
        open.reverse();
        Err(open)
    }
}

fn remove(json: &mut Json, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    if key.eq_ignore_ascii_case("value")
        && let Some((list, _)) = parent.rsplit_once('/')
        && list.to_ascii_lowercase().ends_with("/operations")
    {
        return remove(json, parent);
    }
    match json.pointer_mut(parent) {
        Some(Json::Object(object)) => {
            object.remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        Some(Json::Array(list)) => {
            if let Ok(index) = key.parse::<usize>()
                && index < list.len()
            {
                list.remove(index);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BODY: &str =
        r#"{"userName":"luke","password":"•••","urn:a/b":{"PIN":"•••"},"active":true}"#;

    fn values(given: &[(&str, Option<&str>)]) -> BTreeMap<String, Option<Secret>> {
        let pair =
            |&(pointer, value): &(&str, Option<&str>)| (pointer.to_owned(), value.map(Secret::new));
        given.iter().map(pair).collect()
    }

    fn filled(text: &str, given: &[(&str, Option<&str>)]) -> Json {
        serde_json::from_str(&fill(text, &values(given)).unwrap()).unwrap()
    }

    #[test]
    fn every_masked_place_is_found_by_pointer_and_name() {
        let mut found = masked(BODY);
        found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        let told: Vec<_> = found
            .iter()
            .map(|place| (place.pointer.as_str(), place.name.as_str()))
            .collect();
        assert_eq!(told, [("/password", "password"), ("/urn:a~1b/PIN", "PIN")]);
        let patch = r#"{"Operations":[{"op":"replace","path":"password","value":"•••"}]}"#;
        assert_eq!(masked(patch)[0].name, "password");
        assert_eq!(masked("not json •••").len(), 1);
        assert!(masked("not json").is_empty());
    }

    #[test]
    fn a_place_gets_its_value_or_goes() {
        assert_eq!(
            filled(
                BODY,
                &[("/password", Some("s3cret")), ("/urn:a~1b/PIN", None)]
            ),
            json!({"userName": "luke", "password": "s3cret", "urn:a/b": {}, "active": true})
        );
    }

    #[test]
    fn a_mask_that_is_left_or_typed_stops_the_whole_body() {
        let open = fill(BODY, &values(&[("/password", Some("x"))])).unwrap_err();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].name, "PIN");
        assert!(
            fill(
                BODY,
                &values(&[("/password", Some("•••")), ("/urn:a~1b/PIN", None)])
            )
            .is_err()
        );
    }

    #[test]
    fn operations_of_a_patch_go_as_a_whole_and_the_others_stay() {
        let patch = r#"{"Operations":[
            {"op":"replace","path":"password","value":"•••"},
            {"op":"replace","path":"title","value":"x"},
            {"op":"add","path":"ext_PIN","value":"•••"}]}"#;
        let both = [("/Operations/0/value", None), ("/Operations/2/value", None)];
        assert_eq!(
            filled(patch, &both),
            json!({"Operations": [{"op": "replace", "path": "title", "value": "x"}]})
        );
    }

    #[test]
    fn a_body_without_a_mask_stays_as_it_was_written() {
        let text = "{ \"a\" : 1 }";
        assert_eq!(fill(text, &BTreeMap::new()).unwrap(), text);
    }
}
