//! Who may ask: the endpoint's bearer token, or what an application has in its place, compared in
//! constant time.
//!
//! **Invariant:** [`Authorised`] can be made here only, so a handler that takes it as an argument
//! cannot run for anybody else. A name that is no application is guarded as the endpoint is, so a
//! refusal does not tell which applications there are.
//!
//! To add a kind: a variant of [`Guard`] with its comparison, challenge and words; its kind in
//! `core/src/config/authentication.rs`.

mod tokens;

pub use tokens::{Former, Tokens, Use, Uses};

use std::borrow::Cow;
use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use sluice_core::Secret;
use sluice_core::config::{Application, AuthenticationKind};
use subtle::{Choice, ConstantTimeEq};

/// What the header begins with. The provider sends the value of its console as it stands there, so
/// scheme and letter case are exact.
const BEARER: &[u8] = b"Bearer ";

/// The scheme of RFC 7617, whose letter case does not matter.
const BASIC: &[u8] = b"Basic ";

/// Standard Base64, its padding as the client likes it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The fewest characters of a secret that cannot be guessed.
const SHORTEST: usize = 16;

/// Proof that the request carried the secret.
#[derive(Clone, Copy, Debug)]
pub struct Authorised {
    /// By the token before the last rotation.
    former: bool,
}

impl Authorised {
    /// Whether the client has not been given the new token yet.
    pub fn by_former_token(self) -> bool {
        self.former
    }
}

/// Why a request was turned away. The sentences are for the administrator; they tell nothing of the
/// secret, and a client reads none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "The request has no Authorization header. In the provider's console choose HTTP header as \
         authentication and Authorization as its name."
    )]
    Missing,
    #[error(
        "The Authorization header does not begin with \"Bearer \". In the provider's console the \
         value must be the word Bearer, one space, and the token."
    )]
    WrongScheme,
    #[error(
        "The token is not the one of this endpoint. Copy the token again, and in the provider's \
         console write the word Bearer, one space, and the token."
    )]
    WrongToken,
    #[error(
        "The token is the one from before it was rotated, and the time in which both were good has \
         ended. Copy the new token into the provider's console: the word Bearer, one space, and the \
         token."
    )]
    FormerToken,
    #[error(
        "The request has no Authorization header with the scheme Basic. In the provider's console \
         choose Basic as authentication."
    )]
    NotBasic,
    #[error(
        "User or password is not the one of this application. In the provider's console type both \
         anew, or set the password anew with sluice-server password --application."
    )]
    WrongPassword,
    #[error(
        "The request lacks the header that the application's authentication names. In the \
         provider's console choose HTTP header as authentication, with that name."
    )]
    NoHeader,
    #[error(
        "The header that the application's authentication names has another value. In the \
         provider's console type it anew, exactly as it was set here."
    )]
    WrongHeader,
    #[error(
        "No secret is kept for this application, so nobody is let in. Set it with sluice-server \
         password --application, and start Sluice anew."
    )]
    NotSet,
}

/// Why a token cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("The token is shorter than 16 characters, so it could be guessed. Make a new one.")]
    Short,
    #[error(
        "The token has a space or a character that a header cannot carry. Use letters and digits."
    )]
    Character,
}

/// Why an application's secret cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("It is shorter than 16 characters, so it could be guessed. Set a longer one.")]
    Short,
    #[error(
        "It has a character that a header cannot carry, or a space at its end. Set another one."
    )]
    Character,
}

/// Whether a token can be sent and is long enough; 32 hexadecimal digits always are.
///
/// # Errors
/// [`TokenError`], with what to do.
pub fn check_token(token: &Secret) -> Result<(), TokenError> {
    let text = token.expose();
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TokenError::Character);
    }
    if text.len() < SHORTEST {
        return Err(TokenError::Short);
    }
    Ok(())
}

/// Whether an application's password (any characters but control characters, RFC 7617 §2) or header
/// value (visible ASCII with spaces inside, RFC 9110 §5.5) can be sent and is long enough.
///
/// # Errors
/// [`SecretError`], with what to do.
pub fn check_secret(kind: AuthenticationKind, secret: &Secret) -> Result<(), SecretError> {
    let text = secret.expose();
    let fits = match kind {
        AuthenticationKind::Basic => !text.contains(char::is_control),
        AuthenticationKind::Bearer | AuthenticationKind::Header => {
            let inside = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
            text.bytes().all(inside) && text.trim() == text
        }
    };
    if !fits {
        return Err(SecretError::Character);
    }
    if text.chars().count() < SHORTEST {
        return Err(SecretError::Short);
    }
    Ok(())
}

/// What a client must show. Without a secret, or with an empty one, nobody is let in.
#[derive(Clone, Debug)]
pub enum Guard {
    Bearer(Tokens),
    Basic {
        user: String,
        password: Option<Secret>,
    },
    Header {
        name: HeaderName,
        value: Option<Secret>,
    },
}

impl Guard {
    /// Compares what the request shows. `now` is in milliseconds since 1970: a former token has its end.
    ///
    /// # Errors
    /// [`Refusal`]; the answer to it has status 401.
    pub(crate) fn authorise(&self, headers: &HeaderMap, now: i64) -> Result<Authorised, Refusal> {
        let authorization = headers
            .get(header::AUTHORIZATION)
            .map(HeaderValue::as_bytes);
        let (presented, expected, wrong) = match self {
            Self::Bearer(tokens) => {
                let value = authorization.ok_or(Refusal::Missing)?;
                let presented = value.strip_prefix(BEARER).ok_or(Refusal::WrongScheme)?;
                return tokens.compare(presented, now);
            }
            Self::Basic { user, password } => {
                let password = usable(password.as_ref())?;
                let value = authorization.ok_or(Refusal::NotBasic)?;
                let (scheme, encoded) = value
                    .split_at_checked(BASIC.len())
                    .ok_or(Refusal::NotBasic)?;
                if !scheme.eq_ignore_ascii_case(BASIC) {
                    return Err(Refusal::NotBasic);
                }
                // A user has no colon, so the two as one text mean the same as the two apart.
                let expected = [user.as_bytes(), b":", password.expose().as_bytes()].concat();
                let presented = BASE64.decode(encoded.trim_ascii()).unwrap_or_default();
                (
                    Cow::Owned(presented),
                    Cow::Owned(expected),
                    Refusal::WrongPassword,
                )
            }
            Self::Header { name, value } => {
                let expected = usable(value.as_ref())?;
                let presented = headers.get(name).ok_or(Refusal::NoHeader)?;
                (
                    Cow::Borrowed(presented.as_bytes()),
                    Cow::Borrowed(expected.expose().as_bytes()),
                    Refusal::WrongHeader,
                )
            }
        };
        // An endpoint without a token is closed, not open.
        let usable = Choice::from(u8::from(!expected.is_empty()));
        if bool::from(usable & same(&presented, &expected)) {
            Ok(Authorised { former: false })
        } else {
            Err(wrong)
        }
    }

    /// The header by which a request of the administrator's own passes; `None` where no secret is kept, so
    /// that it is refused as everybody is. The value is marked as sensitive.
    pub(crate) fn shown(&self) -> Option<(HeaderName, HeaderValue)> {
        let (name, text) = match self {
            Self::Bearer(tokens) => (
                header::AUTHORIZATION,
                [BEARER, tokens.current.expose().as_bytes()].concat(),
            ),
            Self::Basic { user, password } => {
                let pair = format!("{user}:{}", usable(password.as_ref()).ok()?.expose());
                let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
                (header::AUTHORIZATION, [BASIC, encoded.as_bytes()].concat())
            }
            Self::Header { name, value } => {
                let value = usable(value.as_ref()).ok()?;
                (name.clone(), value.expose().as_bytes().to_vec())
            }
        };
        let mut value = HeaderValue::from_bytes(&text).ok()?;
        value.set_sensitive(true);
        Some((name, value))
    }

    /// The `WWW-Authenticate` of a refusal (RFC 9110 §11.6.1). No scheme is registered for a header of
    /// one's own; the word is the customary one, and the header's name is not told.
    pub(crate) fn challenge(&self) -> &'static str {
        match self {
            Self::Bearer(_) => "Bearer realm=\"Sluice\"",
            Self::Basic { .. } => "Basic realm=\"Sluice\", charset=\"UTF-8\"",
            Self::Header { .. } => "ApiKey realm=\"Sluice\"",
        }
    }

    /// Cause and remedy as the client reads them: which part was wrong is not told.
    pub(crate) fn told(&self) -> (&'static str, &'static str) {
        match self {
            Self::Bearer(_) => (
                "The bearer token is missing or wrong.",
                "Send the header Authorization: Bearer, a space, and the endpoint's token.",
            ),
            Self::Basic { .. } => (
                "User or password is missing or wrong.",
                "Send the application's user and password with the scheme Basic.",
            ),
            Self::Header { .. } => (
                "The application's own header is missing or wrong.",
                "Send it with the value that is set for this application.",
            ),
        }
    }
}

fn usable(secret: Option<&Secret>) -> Result<&Secret, Refusal> {
    secret
        .filter(|secret| !secret.expose().is_empty())
        .ok_or(Refusal::NotSet)
}

/// The guards of an endpoint.
#[derive(Clone, Debug)]
pub struct Guards {
    endpoint: Guard,
    own: HashMap<String, Guard>,
}

impl Guards {
    /// The endpoint's token, and the secrets of those applications that have their own.
    pub fn new<'a>(
        tokens: impl Into<Tokens>,
        applications: impl IntoIterator<Item = &'a Application>,
        mut secret: impl FnMut(&str) -> Option<Secret>,
    ) -> Self {
        let own = applications.into_iter().filter_map(|application| {
            let authentication = &application.authentication;
            let guard = match authentication.kind {
                AuthenticationKind::Bearer => return None,
                AuthenticationKind::Basic => Guard::Basic {
                    user: authentication.user.clone().unwrap_or_default(),
                    password: secret(&application.name),
                },
                AuthenticationKind::Header => {
                    let name = authentication.name.as_deref().unwrap_or_default();
                    // A name that cannot be one was refused with the configuration.
                    Guard::Header {
                        value: secret(&application.name),
                        name: HeaderName::from_bytes(name.as_bytes()).ok()?,
                    }
                }
            };
            Some((application.name.clone(), guard))
        });
        Self {
            own: own.collect(),
            endpoint: Guard::Bearer(tokens.into()),
        }
    }

    /// The guard of an application; the endpoint's for a name that is none.
    pub(crate) fn of(&self, application: &str) -> &Guard {
        self.own.get(application).unwrap_or(&self.endpoint)
    }

    /// The guard of what belongs to no application.
    pub(crate) fn endpoint(&self) -> &Guard {
        &self.endpoint
    }

    /// Remembers that an application's client still shows the former token.
    pub(crate) fn former_used(&self, application: &str, now: i64) {
        if let Guard::Bearer(Tokens {
            former: Some(former),
            ..
        }) = &self.endpoint
        {
            former.uses.note(application, now);
        }
    }

    /// Whether some application's secret comes in this header. It is asked for every request: a
    /// provider that is set up for one application may call another.
    pub(crate) fn is_secret(&self, header: &HeaderName) -> bool {
        self.own
            .values()
            .any(|guard| matches!(guard, Guard::Header { name, .. } if name == header))
    }
}

/// Always looks at every byte of the expected text and never more, whatever was presented: the
/// time tells neither where they differ nor how long the token is.
fn same(presented: &[u8], expected: &[u8]) -> Choice {
    expected.iter().enumerate().fold(
        presented.len().ct_eq(&expected.len()),
        |same, (at, byte)| same & byte.ct_eq(presented.get(at).unwrap_or(&0)),
    )
}

#[cfg(test)]
mod tests;
