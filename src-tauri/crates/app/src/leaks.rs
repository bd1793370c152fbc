//! The last look at what leaves Sluice: whether a secret that Sluice knows stands in it.
//!
//! Secrets are kept out by what makes a file. This looks at its bytes all the same, and refuses it:
//! somebody may have written a password into a statement or a comment.
//!
//! **Invariant:** the name of a secret is told, never the secret, nor where in the bytes it stands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sluice_core::Secret;

use crate::app::App;
use crate::problem::Problem;

/// A shorter secret is in every file by accident, in bytes.
const SHORTEST: usize = 4;
/// How every private key in PEM begins, whatever its kind.
const KEY: &[u8] = b"PRIVATE KEY-----";

/// The secrets that Sluice knows, in every form they would stand in.
pub(crate) struct Known(Vec<(String, Vec<Vec<u8>>)>);

impl Known {
    /// Those of a running Sluice: the token, the passwords of its connections, the secrets of its
    /// applications.
    pub async fn of(app: &App) -> Result<Self, Problem> {
        let workspace = app.workspace();
        let mut names = vec!["token".to_owned(), "token.former".to_owned()];
        names.extend(
            workspace
                .connections
                .keys()
                .map(|name| format!("connection.{name}")),
        );
        names.extend(
            workspace
                .applications
                .keys()
                .map(|name| format!("application.{name}")),
        );
        let store = app.secrets.clone();
        let found = tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            for name in names {
                if let Some((secret, _)) = store.get(&name)? {
                    found.push((name, secret));
                }
            }
            Ok::<_, crate::secrets::SecretsError>(found)
        });
        let found = found.await.map_err(crate::app::AppError::from)?;
        let mut all = found.map_err(crate::app::AppError::from)?;
        all.push(("token".to_owned(), app.token().clone()));
        Ok(Self::new(&all))
    }

    fn new(secrets: &[(String, Secret)]) -> Self {
        let long = secrets
            .iter()
            .filter(|(_, secret)| secret.expose().len() >= SHORTEST);
        Self(
            long.map(|(name, secret)| (name.clone(), forms(secret.expose())))
                .collect(),
        )
    }

    /// Looks at a file.
    ///
    /// # Errors
    /// [`Problem`] `export.secret` naming the file and the secret.
    pub fn look(&self, file: &str, bytes: &[u8]) -> Result<(), Problem> {
        let refuse = |what: &str| {
            Problem::new(
                "export.secret",
                format!("Nothing was written: {file} would hold {what}."),
                "Take it out of the configuration (a statement, a constant, a comment), or leave this part out.",
            )
        };
        if holds(bytes, KEY) {
            return Err(refuse("a private key"));
        }
        for (name, forms) in &self.0 {
            if forms.iter().any(|form| holds(bytes, form)) {
                return Err(refuse(&format!("the secret \"{name}\"")));
            }
        }
        Ok(())
    }
}

/// As it is, as JSON has it, as an address has it, and as Base64 of a text it stands in.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_matches('"').to_owned();
    let percent: String = secret
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let mut forms = vec![
        secret.as_bytes().to_vec(),
        json.into_bytes(),
        percent.into_bytes(),
    ];
    // Three bytes become four letters, so what stands before it moves it by one of three steps; the
    // letters at its ends depend on what stands beside it.
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        let letters = STANDARD_NO_PAD.encode(&bytes);
        let first = (before * 8).div_ceil(6);
        let last = bytes.len() * 8 / 6;
        if let Some(letters) = letters.get(first..last)
            && letters.len() >= SHORTEST
        {
            forms.push(letters.as_bytes().to_vec());
        }
    }
    forms
}

fn holds(bytes: &[u8], form: &[u8]) -> bool {
    !form.is_empty() && bytes.windows(form.len()).any(|window| window == form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    fn known() -> Known {
        let secret = Secret::new("pa\"ss wörd");
        Known::new(&[
            ("connection.hr".to_owned(), secret),
            ("application.hr".to_owned(), Secret::new("abc")),
        ])
    }

    #[test]
    fn a_secret_is_found_in_every_form_it_may_stand_in() {
        for text in [
            "user=x;password=pa\"ss wörd".to_owned(),
            serde_json::json!({"constant": "pa\"ss wörd"}).to_string(),
            "jdbc:mysql://db/hr?password=pa%22ss%20w%C3%B6rd&x=1".to_owned(),
            format!("Basic {}", STANDARD.encode("x:pa\"ss wörd")),
            format!("Basic {}", STANDARD.encode("xy:pa\"ss wörd and more")),
            format!("Basic {}", STANDARD.encode("xyz:pa\"ss wörd")),
        ] {
            let refused = known().look("a.toml", text.as_bytes()).unwrap_err();
            assert_eq!(refused.code, "export.secret", "{text}");
            assert!(refused.message.contains("connection.hr") && !refused.message.contains("wörd"));
        }
    }

    #[test]
    fn a_private_key_is_refused_and_what_holds_nothing_is_not() {
        let key = b"-----BEGIN EC PRIVATE KEY-----\n";
        assert!(
            known()
                .look("key", key)
                .unwrap_err()
                .message
                .contains("private key")
        );
        // A secret of three letters would be found in everything.
        known().look("a.toml", b"abc, and a certificate").unwrap();
    }
}
