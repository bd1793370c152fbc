//! SCIM 1.1 at the edge of the endpoint: a request is translated before it is dispatched, an answer
//! before it leaves. What the record shows is what went over the wire.
//!
//! **Invariant:** whatever is dispatched is SCIM 2.0; no handler and no use case knows the version.

use serde_json::Value;
use sluice_core::Failure;
use sluice_core::config::Application;
use sluice_scim::Resource;
use sluice_scim::v1;

use crate::operations::{Content, Reply, ScimRequest};
use crate::route::{Target, percent_decode};

/// Parameters of a query that name attributes.
const NAMES: &[&str] = &["attributes", "excludedAttributes", "sortBy"];

/// A 1.1 request as a 2.0 request.
///
/// # Errors
/// 400 where the filter cannot be read.
pub(crate) fn request(
    mut request: ScimRequest,
    application: &Application,
) -> Result<ScimRequest, Failure> {
    let naming = application.v1_naming();
    if let Some(query) = &request.query {
        request.query = Some(translated(&naming, query)?);
    }
    request.body = v1::user_request(&naming, std::mem::take(&mut request.body));
    if let Target::Schemas(id) = &mut request.target {
        // There is one schema in 1.1, made of all of 2.0's.
        *id = None;
    }
    Ok(request)
}

/// A 2.0 answer as a 1.1 answer; `target` is what the request asked for.
///
/// # Errors
/// 404 for a schema that 1.1 does not have.
pub(crate) fn reply(
    mut reply: Reply,
    target: &Target,
    application: &Application,
) -> Result<Reply, Failure> {
    let Content::Scim(text) = &reply.content else {
        return Ok(reply);
    };
    // An answer without a body has none in 1.1 either.
    let Ok(json) = serde_json::from_str::<Value>(text) else {
        return Ok(reply);
    };
    let naming = application.v1_naming();
    let user = |resource: Resource| v1::user(&naming, resource);
    let translated = match (target, json) {
        (Target::ServiceProviderConfig, document) => v1::service_provider_config(&document),
        (Target::ResourceTypes(_), _) => v1::resource_types(),
        (Target::Schemas(None), documents) => v1::schemas(&naming, &documents),
        (Target::Schemas(Some(id)), documents) => {
            let schema = v1::schema(&naming, &documents);
            let named = schema["id"].as_str().unwrap_or_default();
            if ![named, v1::CORE, "Users", "User"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(id))
            {
                return Err(Failure::new(
                    404,
                    "discovery.missing",
                    format!("There is no schema with the id \"{id}\"."),
                    "Ask for the list to see which there are.",
                ));
            }
            schema
        }
        (_, list) if list.get("Resources").is_some() => v1::list(list, user),
        (_, Value::Object(resource)) => Value::Object(user(resource)),
        (_, other) => other,
    };
    reply.content = Content::Scim(translated.to_string());
    Ok(reply)
}

/// The body of an error, in the form that the application has; the specification's where there is none,
/// or none that the client may know of.
pub(crate) fn error(failure: &Failure, application: Option<&Application>) -> Value {
    let form = application.map(|application| application.v1.errors);
    form.unwrap_or_default().body(&failure.scim)
}

fn translated(naming: &v1::Naming, query: &str) -> Result<String, Failure> {
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        let Some((name, value)) = pair.split_once('=') else {
            pairs.push(pair.to_owned());
            continue;
        };
        let plain = || percent_decode(&value.replace('+', " "));
        let value = if name.eq_ignore_ascii_case("filter") {
            let filter = v1::filter(naming, &plain()).map_err(|error| {
                Failure::from_scim(
                    error,
                    "request.filter",
                    "Write the filter as SCIM 1.1 does.",
                )
            })?;
            encoded(&filter)
        } else if NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            encoded(&v1::attributes(naming, &plain()))
        } else {
            value.to_owned()
        };
        pairs.push(format!("{name}={value}"));
    }
    Ok(pairs.join("&"))
}

/// A value as it stands in a query: everything but the unreserved characters of RFC 3986 §2.3 escaped.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::query;

    #[test]
    fn a_filter_is_translated_and_everything_else_of_a_query_stays() {
        let naming = v1::Naming::default();
        let sent = "filter=email+eq+%22a%2Bb%40x%22&startIndex=1&count=100&flag";
        let translated = translated(&naming, sent).unwrap();
        assert_eq!(
            query(Some(&translated), "filter").unwrap(),
            "emails.value eq \"a+b@x\""
        );
        assert!(
            translated.ends_with("&startIndex=1&count=100&flag"),
            "{translated}"
        );
    }
}
