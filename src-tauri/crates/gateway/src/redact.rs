//! What is taken out of an exchange before it is recorded.

use axum::http::{HeaderMap, HeaderName, header};
use serde_json::Value;
use sluice_core::config::Application;
use sluice_core::exchange::Body;
use sluice_core::secret::MASK;

/// The headers, with the values that carry secrets masked; `is_secret` tells those that do for an
/// application of this workspace.
pub(crate) fn headers(
    headers: &HeaderMap,
    is_secret: impl Fn(&HeaderName) -> bool,
) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let shown = match name.as_str() {
                _ if is_secret(name) => MASK.to_owned(),
                "authorization" => {
                    let scheme = value
                        .to_str()
                        .ok()
                        .and_then(|text| text.split_once(' '))
                        .map(|(scheme, _)| scheme);
                    scheme
                        .filter(|scheme| scheme.chars().all(char::is_alphanumeric))
                        .map_or_else(|| MASK.to_owned(), |scheme| format!("{scheme} {MASK}"))
                }
                "x-okta-onprem-data" => format!("{MASK} ({} bytes)", value.len()),
                _ if name == header::COOKIE
                    || name == header::PROXY_AUTHORIZATION
                    || value.is_sensitive() =>
                {
                    MASK.to_owned()
                }
                _ => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            };
            (name.as_str().to_owned(), shown)
        })
        .collect()
}

/// A request's body, with passwords and secret columns masked. A text that is not JSON cannot be
/// searched for them reliably, so it is left out where it may hold one.
pub(crate) fn request_body(
    bytes: &[u8],
    parsed: Option<&Value>,
    application: Option<&Application>,
    limit_kb: usize,
) -> Option<Body> {
    if bytes.is_empty() {
        return None;
    }
    let text = if let Some(json) = parsed {
        let mut json = json.clone();
        mask(&mut json, application);
        json.to_string()
    } else {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if text.to_lowercase().contains("pass") {
            "(left out: it is not JSON, and may hold a password)".to_owned()
        } else {
            text
        }
    };
    Some(cut(&text, limit_kb))
}

/// A body cut to the limit, at a character's boundary.
pub(crate) fn cut(text: &str, limit_kb: usize) -> Body {
    let bytes = text.len();
    let limit = limit_kb * 1024;
    if bytes <= limit {
        return Body {
            text: text.to_owned(),
            bytes,
            truncated: false,
        };
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Body {
        text: text[..end].to_owned(),
        bytes,
        truncated: true,
    }
}

fn mask(json: &mut Value, application: Option<&Application>) {
    match json {
        Value::Object(object) => {
            // An operation of a PATCH names the attribute beside its value.
            let names_secret = object
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case("path"))
                .and_then(|(_, path)| path.as_str())
                .is_some_and(|path| {
                    path.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .any(|name| is_secret(name, application))
                });
            for (key, value) in object.iter_mut() {
                let secret = is_secret(key, application)
                    || names_secret && key.eq_ignore_ascii_case("value");
                if secret && !value.is_null() {
                    *value = Value::String(MASK.to_owned());
                } else {
                    mask(value, application);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| mask(item, application)),
        _ => {}
    }
}

/// Whether an attribute of this name holds what must not be seen: a password, or what a secret column
/// is mapped to.
fn is_secret(name: &str, application: Option<&Application>) -> bool {
    let column = name
        .get(..4)
        .filter(|prefix| prefix.eq_ignore_ascii_case("ext_"))
        .map_or(name, |_| &name[4..]);
    let mapped = |application: &Application| {
        application.paths.iter().any(|(path, column)| {
            let own = path.sub.as_ref().unwrap_or(&path.name);
            own.eq_ignore_ascii_case(name) && application.is_secret(column)
        })
    };
    // A name with a URN before it ends in the attribute's own.
    let last = column.rsplit([':', '.']).next().unwrap_or(column);
    name.to_ascii_lowercase().contains("password")
        || application.is_some_and(|a| a.is_secret(last) || a.is_secret(column) || mapped(a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_token_and_the_connectors_header_are_never_recorded() {
        let mut map = HeaderMap::new();
        map.insert(header::AUTHORIZATION, "Bearer d5307740".parse().unwrap());
        map.insert("x-okta-onprem-data", "c2VjcmV0".parse().unwrap());
        map.insert(header::ACCEPT, "application/json".parse().unwrap());
        let shown = headers(&map, |_| false);
        assert_eq!(
            shown,
            [
                ("authorization".into(), "Bearer •••".into()),
                ("x-okta-onprem-data".into(), "••• (8 bytes)".into()),
                ("accept".into(), "application/json".into())
            ]
        );
    }

    #[test]
    fn a_bare_token_without_its_scheme_is_masked_whole() {
        let mut map = HeaderMap::new();
        map.insert(
            header::AUTHORIZATION,
            "d5307740c879491cedecf70c2225776b".parse().unwrap(),
        );
        assert_eq!(headers(&map, |_| false)[0].1, "•••");
    }

    #[test]
    fn a_header_that_carries_an_applications_secret_is_masked_whole() {
        let mut map = HeaderMap::new();
        map.insert("x-api-key", "0123456789abcdef".parse().unwrap());
        map.insert(header::AUTHORIZATION, "SSWS 0123456789".parse().unwrap());
        let shown = headers(&map, |name| name == "x-api-key" || name == "authorization");
        assert_eq!(
            shown,
            [
                ("x-api-key".into(), "•••".into()),
                ("authorization".into(), "•••".into())
            ]
        );
    }

    #[test]
    fn passwords_are_masked_at_any_depth() {
        let json =
            json!({"password": "hunter2", "x": [{"ext_PASSWORD_HASH": "$2b", "userName": "a"}]});
        let body = request_body(b"{}", Some(&json), None, 64).unwrap();
        assert_eq!(
            body.text,
            r#"{"password":"•••","x":[{"ext_PASSWORD_HASH":"•••","userName":"a"}]}"#
        );
        let patch =
            json!({"Operations": [{"op": "replace", "path": "password", "value": "hunter2"}]});
        let body = request_body(b"{}", Some(&patch), None, 64).unwrap();
        assert!(!body.text.contains("hunter2"), "{}", body.text);
        assert!(
            !request_body(br#"{"password":"hunter2""#, None, None, 64)
                .unwrap()
                .text
                .contains("hunter2")
        );
    }

    #[test]
    fn a_long_body_is_cut_at_a_character() {
        let body = cut(&"é".repeat(1024), 1);
        assert_eq!(
            (body.bytes, body.truncated, body.text.len()),
            (2048, true, 1024)
        );
        assert!(
            cut(&("x".repeat(1023) + "é"), 1)
                .text
                .is_char_boundary(1023)
        );
    }
}
