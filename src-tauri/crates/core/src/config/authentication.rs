//! How an application's client says who it is: `[applications.NAME.authentication]`.
//!
//! **Invariant:** no secret stands here. A password or a header's value is found by the application's
//! name where other secrets are.

use serde::{Deserialize, Serialize};
use sluice_scim::discovery::AuthenticationScheme;

use super::ConfigError;

/// What a client must show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthenticationKind {
    /// The endpoint's token, one for all applications that say nothing else.
    #[default]
    Bearer,
    /// A user and a password of the application's own (RFC 7617).
    Basic,
    /// A header of the application's own with a secret value.
    Header,
}

/// The authentication of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authentication {
    #[serde(default)]
    pub kind: AuthenticationKind,
    /// For [`AuthenticationKind::Basic`].
    #[serde(default)]
    pub user: Option<String>,
    /// For [`AuthenticationKind::Header`]: the header's name, in any letter case.
    #[serde(default)]
    pub name: Option<String>,
}

/// Headers that say something else already, so that a secret in one would be sent by accident or
/// never arrive.
const TAKEN: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "if-match",
    "if-none-match",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-okta-onprem-data",
];

impl Authentication {
    /// As ServiceProviderConfig tells it.
    pub fn scheme(&self) -> AuthenticationScheme {
        match self.kind {
            AuthenticationKind::Bearer => AuthenticationScheme::BearerToken,
            AuthenticationKind::Basic => AuthenticationScheme::Basic,
            AuthenticationKind::Header => AuthenticationScheme::Header,
        }
    }

    pub(super) fn check(&self, text: &str, application: &str) -> Result<(), ConfigError> {
        let table = format!("{application}.authentication");
        let wrong = |key: &str, cause: String, remedy: String| {
            Err(ConfigError::new(cause, remedy).at_key(text, &table, key))
        };
        let (key, value, other, word) = match self.kind {
            AuthenticationKind::Bearer => {
                for (key, value) in [("user", &self.user), ("name", &self.name)] {
                    if value.is_some() {
                        return wrong(
                            key,
                            format!("\"{key}\" means nothing with the kind bearer."),
                            "Set kind to basic (user) or header (name), or remove it.".to_owned(),
                        );
                    }
                }
                return Ok(());
            }
            AuthenticationKind::Basic => ("user", &self.user, ("name", &self.name), "basic"),
            AuthenticationKind::Header => ("name", &self.name, ("user", &self.user), "header"),
        };
        if other.1.is_some() {
            return wrong(
                other.0,
                format!("\"{}\" means nothing with the kind {word}.", other.0),
                "Remove it.".to_owned(),
            );
        }
        let Some(value) = value.as_deref().filter(|value| !value.is_empty()) else {
            return wrong(
                "kind",
                format!("The kind {word} needs \"{key}\"."),
                format!("Add {key} = \"…\" to this table."),
            );
        };
        let fits = match self.kind {
            // RFC 7617 §2: the colon ends the user, and control characters are not allowed.
            AuthenticationKind::Basic => !value.contains(|c: char| c == ':' || c.is_control()),
            _ => is_header_name(value),
        };
        if !fits {
            return wrong(
                key,
                format!("\"{value}\" cannot be the {key} here."),
                match self.kind {
                    AuthenticationKind::Basic => "A user has no colon and no control character.",
                    _ => {
                        "Write a header's name that nothing else uses, for instance X-Api-Key, or Authorization."
                    }
                }
                .to_owned(),
            );
        }
        Ok(())
    }
}

/// A field name of RFC 9110 §5.1 that is free to carry a secret.
fn is_header_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
        && !TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Workspace;

    fn parse(authentication: &str) -> Result<Authentication, ConfigError> {
        let text = format!(
            "[applications.hr]\nprofile = \"columns\"\n\n[applications.hr.authentication]\n{authentication}\n"
        );
        let workspace = Workspace::parse(&text)?;
        Ok(workspace.applications["hr"].authentication.clone())
    }

    #[test]
    fn an_application_that_says_nothing_asks_for_the_endpoints_token() {
        let text = "[applications.hr]\nprofile = \"columns\"\n";
        let workspace = Workspace::parse(text).unwrap();
        let authentication = &workspace.applications["hr"].authentication;
        assert_eq!(authentication.kind, AuthenticationKind::Bearer);
        assert_eq!(
            authentication.scheme().to_json()["type"],
            "oauthbearertoken"
        );
    }

    #[test]
    fn basic_has_a_user_and_header_a_name() {
        let basic = parse("kind = \"basic\"\nuser = \"okta_import\"").unwrap();
        assert_eq!(basic.user.as_deref(), Some("okta_import"));
        assert_eq!(basic.scheme().to_json()["type"], "httpbasic");
        let header = parse("kind = \"header\"\nname = \"X-Api-Key\"").unwrap();
        assert_eq!(header.name.as_deref(), Some("X-Api-Key"));
    }

    #[test]
    fn what_does_not_fit_the_kind_is_refused_at_its_line() {
        for (authentication, line) in [
            ("kind = \"basic\"", 5),
            ("kind = \"header\"\nname = \"X Api\"", 6),
            ("kind = \"header\"\nname = \"Content-Type\"", 6),
            ("kind = \"basic\"\nuser = \"a:b\"", 6),
            ("kind = \"basic\"\nname = \"x\"\nuser = \"a\"", 6),
            ("user = \"a\"", 5),
            ("kind = \"basic\"\npassword = \"x\"", 6),
            ("kind = \"digest\"", 5),
        ] {
            assert_eq!(
                parse(authentication).unwrap_err().line,
                Some(line),
                "{authentication}"
            );
        }
    }
}
