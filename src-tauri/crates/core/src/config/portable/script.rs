//! A shell script that asks the endpoint for every operation with cURL.
//!
//! **Invariant:** no secret stands in it: it is read from the environment and given to cURL by its
//! configuration on a pipe, so that no list of processes shows it. Without a command it reads and writes nothing.

use serde_json::{Map, Value as Json, json};
use sluice_scim::uri;

use crate::config::{Application, AuthenticationKind, Profile};
use crate::mapping::Parameter;
use crate::operation::Operation;

/// The variable that the script reads the secret from.
pub const VARIABLE: &str = "SLUICE_SECRET";

/// The script, with places that are filled in.
const TEMPLATE: &str = include_str!("script.sh");

/// Where the script asks.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The base URL, with its slash at the end.
    pub base: &'a str,
    /// The certificate's file as it is saved beside the script.
    pub certificate: &'a str,
}

/// The script for an application.
pub fn write(application: &Application, target: Target<'_>) -> String {
    let authentication = &application.authentication;
    let (header, what) = match authentication.kind {
        AuthenticationKind::Bearer => (
            "Authorization: Bearer %s".to_owned(),
            "the endpoint's token",
        ),
        AuthenticationKind::Basic => (String::new(), "the application's password"),
        AuthenticationKind::Header => (
            format!(
                "{}: %s",
                authentication.name.as_deref().unwrap_or("Authorization")
            ),
            "the value of the application's header",
        ),
    };
    let secret = if authentication.kind == AuthenticationKind::Basic {
        let user = authentication.user.as_deref().unwrap_or_default();
        format!(
            "printf 'user = \"%s:%s\"\\n' {} \"$(escaped \"${VARIABLE}\")\"",
            quoted(&escaped(user))
        )
    } else {
        format!("printf 'header = \"{header}\"\\n' \"$(escaped \"${VARIABLE}\")\"")
    };
    let name = &application.name;
    let create = serde_json::to_string_pretty(&body(application)).unwrap_or_default();
    let entitlement = json!({"schemas": [uri::PATCH_OP], "Operations": [{"op": "@OP@", "path": "entitlements", "value": [{"value": "@ID@"}]}]});
    let active = json!({"schemas": [uri::PATCH_OP], "Operations": [{"op": "replace", "value": {"active": "@ON@"}}]});
    let active = active.to_string().replace("\"@ON@\"", "@ON@");
    let certificate_word = quoted(target.certificate);
    let base = quoted(target.base);
    let places = [
        ("@NAME@", name.as_str()),
        ("@WHAT@", what),
        ("@CERTIFICATE_WORD@", &certificate_word),
        ("@CERTIFICATE@", target.certificate),
        ("@BASE@", &base),
        ("@SECRET@", &secret),
        ("@VARIABLE@", VARIABLE),
        ("@ACTIVATE@", &active.replace("@ON@", "true")),
        ("@DEACTIVATE@", &active.replace("@ON@", "false")),
        ("@GRANT@", &given(&entitlement, "add")),
        ("@REVOKE@", &given(&entitlement, "remove")),
        ("@CREATE@", &create),
    ];
    let fill = |text: String, (place, value): (&str, &str)| text.replace(place, value);
    places.into_iter().fold(TEMPLATE.to_owned(), fill)
}

/// A body whose entitlement is the script's third word.
fn given(body: &Json, operation: &str) -> String {
    let text = body.to_string().replace("@OP@", operation);
    text.replace("\"@ID@\"", "'\"$(quoted \"${3:?ENTITLEMENT}\")\"'")
}

/// What a new user may look like, with empty values.
fn body(application: &Application) -> Json {
    let mut user = Map::new();
    user.insert("schemas".into(), json!([uri::USER]));
    user.insert("userName".into(), "".into());
    match application.profile {
        Profile::Columns => {
            let create = application.mapping(Operation::CreateUser);
            let columns = create.into_iter().flat_map(|mapping| &mapping.parameters);
            let columns = columns.filter_map(|parameter| match parameter {
                Parameter::Field(column) => Some((format!("ext_{column}"), Json::from(""))),
                _ => None,
            });
            user.insert("schemas".into(), json!([uri::USER, uri::ENTERPRISE_USER]));
            user.insert(uri::ENTERPRISE_USER.into(), Json::Object(columns.collect()));
        }
        Profile::Core => {
            for (path, _) in &application.attributes {
                put(&mut user, path);
            }
        }
    }
    user.insert("active".into(), true.into());
    Json::Object(user)
}

/// Puts an empty value where an attribute's path leads; a path with a filter is left to the reader.
fn put(user: &mut Map<String, Json>, path: &str) {
    let (extension, path) = match path.rsplit_once(':') {
        Some((urn, path)) => (Some(urn), path),
        None => (None, path),
    };
    if path.contains('[') || matches!(path, "id" | "active" | "meta.lastModified") {
        return;
    }
    let place = match extension {
        Some(urn) => {
            let place = user.entry(urn.to_owned()).or_insert_with(|| json!({}));
            let Some(place) = place.as_object_mut() else {
                return;
            };
            place
        }
        None => user,
    };
    match path.split_once('.') {
        Some((name, part)) => {
            let inner = place.entry(name.to_owned()).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                inner.insert(part.to_owned(), "".into());
            }
        }
        None => {
            place.entry(path.to_owned()).or_insert_with(|| "".into());
        }
    }
}

/// A text as one word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text in the quotes of cURL's configuration.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Workspace;

    fn script(text: &str) -> String {
        let workspace = Workspace::parse(text).unwrap();
        let target = Target {
            base: "https://scim.example.org:1443/ws/rest/it's/scim/v2/",
            certificate: "sluice.crt",
        };
        write(&workspace.applications["hr"], target)
    }

    #[test]
    fn the_secret_is_read_from_the_environment_in_each_form_of_authentication() {
        let bearer = script("[applications.hr]\nprofile = \"columns\"");
        assert!(bearer.contains("Authorization: Bearer %s"));
        let basic = script(
            "[applications.hr]\nprofile = \"columns\"\n[applications.hr.authentication]\nkind = \"basic\"\nuser = \"o'k\"",
        );
        assert!(
            basic.contains(r#"printf 'user = "%s:%s"\n' 'o'\''k'"#),
            "{basic}"
        );
        let own = script(
            "[applications.hr]\nprofile = \"columns\"\n[applications.hr.authentication]\nkind = \"header\"\nname = \"X-Key\"",
        );
        assert!(own.contains("X-Key: %s"));
        for text in [bearer, basic, own] {
            assert!(text.contains("${SLUICE_SECRET:?") && text.contains(r"/it'\''s/"));
        }
    }

    #[test]
    fn the_body_of_a_create_has_what_the_mapping_binds() {
        let text = script(
            "[applications.hr]\nprofile = \"columns\"\n[applications.hr.operations.create_user]\nkind = \"sql\"\nstatement = \"INSERT INTO USERS VALUES (?, ?)\"\nparameters = [\"USER_ID\", { constant = \"1\" }]",
        );
        assert!(text.contains("\"ext_USER_ID\": \"\""), "{text}");
        let core = script(
            "[applications.hr.attributes]\nuserName = \"USER_ID\"\n\"name.givenName\" = \"FIRST\"\n\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department\" = \"DEP\"",
        );
        assert!(
            core.contains("\"givenName\": \"\"") && core.contains("\"department\": \"\""),
            "{core}"
        );
    }
}
