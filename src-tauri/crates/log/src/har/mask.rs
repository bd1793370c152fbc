//! Takes out of a foreign file what must not be kept.

use serde_json::Value as Json;
use sluice_core::exchange::{Body, Message};
use sluice_core::secret::MASK;

/// Headers whose values are secret, whoever sent them.
const HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-okta-onprem-data",
];
/// A name that holds one of these names a secret.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "apikey",
    "api-key",
    "api_key",
];
/// How much of a body is kept, in bytes.
const LARGEST: usize = 256 * 1024;

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|word| name.contains(word))
}

/// Headers and body without secrets, the body bounded.
pub(super) fn message(message: &mut Message) {
    for (name, value) in &mut message.headers {
        if (HEADERS
            .iter()
            .any(|secret| name.eq_ignore_ascii_case(secret))
            || is_secret(name))
            && !value.contains(MASK)
        {
            MASK.clone_into(value);
        }
    }
    if let Some(body) = &mut message.body {
        text(body);
    }
}

fn text(body: &mut Body) {
    if let Ok(mut json) = serde_json::from_str::<Json>(&body.text) {
        if members(&mut json) > 0 {
            body.text = json.to_string();
        }
    } else if !body.truncated && is_secret(&body.text) {
        // What cannot be read cannot be searched for them reliably.
        "(left out: it is not JSON, and may hold a secret)".clone_into(&mut body.text);
    }
    if body.text.len() > LARGEST {
        let end = body.text.floor_char_boundary(LARGEST);
        body.text.truncate(end);
        body.truncated = true;
    }
}

/// How many values were masked.
fn members(json: &mut Json) -> usize {
    match json {
        Json::Array(items) => items.iter_mut().map(members).sum(),
        Json::Object(object) => object
            .iter_mut()
            .map(|(name, value)| {
                if is_secret(name) && (value.is_string() || value.is_number()) && value != MASK {
                    *value = Json::from(MASK);
                    return 1;
                }
                members(value)
            })
            .sum(),
        _ => 0,
    }
}

/// A path whose query tells no secret.
pub(super) fn path(path: &str) -> String {
    let Some((before, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    format!("{before}?{}", pairs.collect::<Vec<_>>().join("&"))
}
