//! Who may ask: the bearer token, compared in constant time.
//!
//! **Invariant:** [`Authorised`] can be made here only, so a handler that takes it as an argument
//! cannot run for anybody else.

use axum::http::{HeaderMap, header};
use sluice_core::Secret;
use subtle::{Choice, ConstantTimeEq};

/// What the header begins with. The provider sends the value of its console as it stands there, so
/// scheme and letter case are exact.
const SCHEME: &[u8] = b"Bearer ";

/// The fewest characters of a token that cannot be guessed.
const SHORTEST: usize = 16;

/// Proof that the request carried the token.
#[derive(Clone, Copy, Debug)]
pub struct Authorised(());

/// Why a request was turned away. The sentences are safe to send: they tell nothing of the token.
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

/// Looks for `Authorization: Bearer <token>`.
///
/// # Errors
/// [`Refusal`]; the answer to it has status 401.
pub fn authorise(headers: &HeaderMap, token: &Secret) -> Result<Authorised, Refusal> {
    let value = headers
        .get(header::AUTHORIZATION)
        .ok_or(Refusal::Missing)?
        .as_bytes();
    let presented = value.strip_prefix(SCHEME).ok_or(Refusal::WrongScheme)?;
    let expected = token.expose().as_bytes();
    // An endpoint without a token is closed, not open.
    let usable = Choice::from(u8::from(!expected.is_empty()));
    if bool::from(usable & same(presented, expected)) {
        Ok(Authorised(()))
    } else {
        Err(Refusal::WrongToken)
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
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    fn answer(value: &str) -> Result<(), Refusal> {
        answer_to(value, TOKEN)
    }

    fn answer_to(value: &str, token: &str) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::AUTHORIZATION,
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
        authorise(&headers, &Secret::new(token)).map(|_| ())
    }

    #[test]
    fn the_token_with_its_scheme_opens_the_door() {
        assert_eq!(answer(&format!("Bearer {TOKEN}")), Ok(()));
    }

    #[test]
    fn nothing_else_does() {
        let none = authorise(&HeaderMap::new(), &Secret::new(TOKEN));
        assert_eq!(none.unwrap_err(), Refusal::Missing);
        for value in [
            TOKEN.to_owned(),
            format!("bearer {TOKEN}"),
            format!("BEARER {TOKEN}"),
            format!("Bearer{TOKEN}"),
            format!("Bearer\t{TOKEN}"),
            format!("Basic {TOKEN}"),
            "Bearer".to_owned(),
            String::new(),
        ] {
            assert_eq!(answer(&value), Err(Refusal::WrongScheme), "{value:?}");
        }
        for value in [
            "Bearer ".to_owned(),
            format!("Bearer  {TOKEN}"),
            format!("Bearer {}", TOKEN.to_uppercase()),
            format!("Bearer {}", &TOKEN[..31]),
            format!("Bearer {TOKEN}0"),
            format!("Bearer {TOKEN}{TOKEN}"),
            format!("Bearer {}0", &TOKEN[..31]),
            "Bearer é".to_owned(),
        ] {
            assert_eq!(answer(&value), Err(Refusal::WrongToken), "{value:?}");
        }
    }

    #[test]
    fn an_endpoint_without_a_token_is_closed() {
        for value in ["Bearer ", "Bearer x"] {
            assert_eq!(answer_to(value, ""), Err(Refusal::WrongToken), "{value:?}");
        }
    }

    #[test]
    fn a_refusal_tells_what_to_write_and_nothing_of_the_token() {
        for refusal in [Refusal::Missing, Refusal::WrongScheme, Refusal::WrongToken] {
            let sentence = refusal.to_string();
            assert!(sentence.contains("console"), "{sentence}");
            assert!(!sentence.contains(TOKEN), "{sentence}");
        }
    }

    #[test]
    fn a_token_must_be_long_and_fit_into_a_header() {
        assert_eq!(check_token(&Secret::new(TOKEN)), Ok(()));
        assert_eq!(check_token(&Secret::new("")), Err(TokenError::Short));
        assert_eq!(check_token(&Secret::new("abc")), Err(TokenError::Short));
        for odd in [
            "0123456789 abcdef0123",
            "0123456789abcdef\n",
            "0123456789abcdéf",
        ] {
            assert_eq!(check_token(&Secret::new(odd)), Err(TokenError::Character));
        }
    }
}
