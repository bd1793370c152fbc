use std::sync::Arc;

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
    Guard::Bearer(Secret::new(token).into())
        .authorise(&headers, 0)
        .map(|_| ())
}

#[test]
fn the_token_with_its_scheme_opens_the_door() {
    assert_eq!(answer(&format!("Bearer {TOKEN}")), Ok(()));
}

#[test]
fn nothing_else_does() {
    let none = Guard::Bearer(Secret::new(TOKEN).into()).authorise(&HeaderMap::new(), 0);
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
    for refusal in [
        Refusal::Missing,
        Refusal::WrongScheme,
        Refusal::WrongToken,
        Refusal::NotBasic,
        Refusal::WrongPassword,
        Refusal::NoHeader,
        Refusal::WrongHeader,
    ] {
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

fn shown(guard: &Guard, name: &'static str, value: &str) -> Result<(), Refusal> {
    let mut headers = HeaderMap::new();
    headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    guard.authorise(&headers, 0).map(|_| ())
}

fn basic(user: &str, password: &str) -> Guard {
    Guard::Basic {
        user: user.to_owned(),
        password: Some(Secret::new(password)),
    }
}

#[test]
fn user_and_password_open_the_door_as_in_the_examples_of_rfc_7617() {
    // §2, and §2.1 with the pound sign in UTF-8.
    let aladdin = basic("Aladdin", "open sesame");
    for value in [
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
    ] {
        assert_eq!(shown(&aladdin, "authorization", value), Ok(()), "{value}");
    }
    let pound = shown(
        &basic("test", "123\u{a3}"),
        "authorization",
        "Basic dGVzdDoxMjPCow==",
    );
    assert_eq!(pound, Ok(()));
}

#[test]
fn a_wrong_user_and_a_wrong_password_are_refused_alike() {
    let presented = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    for guard in [
        basic("Aladdin", "open sesame!"),
        basic("Aladdin", "open"),
        basic("aladdin", "open sesame"),
        basic("", "open sesame"),
    ] {
        assert_eq!(
            shown(&guard, "authorization", presented),
            Err(Refusal::WrongPassword)
        );
    }
    let aladdin = basic("Aladdin", "open sesame");
    for value in ["Basic ", "Basic ???", "Basic QWxhZGRpbg=="] {
        assert_eq!(
            shown(&aladdin, "authorization", value),
            Err(Refusal::WrongPassword),
            "{value}"
        );
    }
    for value in ["Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic", ""] {
        assert_eq!(
            shown(&aladdin, "authorization", value),
            Err(Refusal::NotBasic),
            "{value}"
        );
    }
}

#[test]
fn a_header_of_the_applications_own_is_compared_whole() {
    let guard = Guard::Header {
        name: HeaderName::from_static("x-api-key"),
        value: Some(Secret::new("SSWS 0123456789abcdef")),
    };
    assert_eq!(shown(&guard, "x-api-key", "SSWS 0123456789abcdef"), Ok(()));
    for value in ["ssws 0123456789abcdef", "SSWS 0123456789abcde", ""] {
        assert_eq!(
            shown(&guard, "x-api-key", value),
            Err(Refusal::WrongHeader),
            "{value}"
        );
    }
    assert_eq!(
        shown(&guard, "authorization", "SSWS 0123456789abcdef"),
        Err(Refusal::NoHeader)
    );
}

#[test]
fn an_application_whose_secret_is_not_kept_is_closed() {
    for secret in [None, Some(Secret::new(""))] {
        let guard = Guard::Basic {
            user: "okta".into(),
            password: secret.clone(),
        };
        assert_eq!(
            shown(&guard, "authorization", "Basic b2t0YTo="),
            Err(Refusal::NotSet)
        );
        let guard = Guard::Header {
            name: HeaderName::from_static("x-api-key"),
            value: secret,
        };
        assert_eq!(shown(&guard, "x-api-key", ""), Err(Refusal::NotSet));
    }
}

#[test]
fn a_name_that_is_no_application_is_guarded_as_the_endpoint_is() {
    let text = "[applications.hr]\nprofile = \"columns\"\n[applications.hr.authentication]\n\
                kind = \"header\"\nname = \"X-Api-Key\"\n[applications.crm]\nprofile = \"columns\"\n";
    let workspace = sluice_core::config::Workspace::parse(text).unwrap();
    let guards = Guards::new(Secret::new(TOKEN), workspace.applications.values(), |_| {
        Some(Secret::new("0123456789abcdefg"))
    });
    for name in ["nobody", "", "crm"] {
        assert!(matches!(guards.of(name), Guard::Bearer(_)), "{name}");
    }
    assert!(matches!(guards.of("hr"), Guard::Header { .. }));
    assert!(guards.is_secret(&HeaderName::from_static("x-api-key")));
    assert!(!guards.is_secret(&HeaderName::from_static("accept")));
}

#[test]
fn an_applications_secret_must_be_long_and_one_that_can_be_sent() {
    use AuthenticationKind as K;
    for (kind, secret, expected) in [
        (K::Basic, "SecureImportPassword123!", Ok(())),
        (K::Basic, "pässword with späces", Ok(())),
        (K::Basic, "short", Err(SecretError::Short)),
        (K::Basic, "0123456789abcdef\n", Err(SecretError::Character)),
        (K::Header, "SSWS 0123456789abcdef", Ok(())),
        (K::Header, " 0123456789abcdef", Err(SecretError::Character)),
        (K::Header, "0123456789abcdéf", Err(SecretError::Character)),
        (K::Header, "0123456789abcde", Err(SecretError::Short)),
    ] {
        assert_eq!(
            check_secret(kind, &Secret::new(secret)),
            expected,
            "{secret:?}"
        );
    }
}

#[test]
fn what_a_guard_shows_passes_it_and_no_other() {
    let guards = [
        Guard::Bearer(Secret::new(TOKEN).into()),
        basic("okta", "päss:wörd 0123456789"),
        Guard::Header {
            name: HeaderName::from_static("x-api-key"),
            value: Some(Secret::new("SSWS 0123456789abcdef")),
        },
    ];
    for (index, guard) in guards.iter().enumerate() {
        let (name, value) = guard.shown().unwrap();
        assert!(value.is_sensitive());
        let mut headers = HeaderMap::new();
        headers.insert(name, value);
        for (other, asked) in guards.iter().enumerate() {
            assert_eq!(
                asked.authorise(&headers, 0).is_ok(),
                index == other,
                "{index} {other}"
            );
        }
    }
    let closed = Guard::Basic {
        user: "okta".into(),
        password: None,
    };
    assert!(closed.shown().is_none());
}

const BEFORE: &str = "fedcba9876543210fedcba9876543210";
/// When the former token ends, in milliseconds since 1970.
const END: i64 = 1_800_000_000_000;

fn rotated() -> Guards {
    let tokens = Tokens {
        current: Secret::new(TOKEN),
        former: Some(Former {
            token: Secret::new(BEFORE),
            until: END,
            uses: Arc::default(),
        }),
    };
    Guards::new(tokens, [], |_| None)
}

fn with(token: &str) -> HeaderMap {
    let value = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
    HeaderMap::from_iter([(header::AUTHORIZATION, value)])
}

#[test]
fn after_a_rotation_both_tokens_are_good_until_the_former_ends_and_the_new_one_after_that() {
    let guards = rotated();
    let shows = |token, now| guards.endpoint().authorise(&with(token), now);
    for now in [0, END - 1] {
        assert!(!shows(TOKEN, now).unwrap().by_former_token());
        assert!(shows(BEFORE, now).unwrap().by_former_token());
    }
    for now in [END, END + 1] {
        assert!(!shows(TOKEN, now).unwrap().by_former_token());
        assert_eq!(shows(BEFORE, now).unwrap_err(), Refusal::FormerToken);
    }
    assert_eq!(
        shows("neither0neither0neither0", 0).unwrap_err(),
        Refusal::WrongToken
    );
}

#[test]
fn the_console_shows_the_new_token_and_who_uses_the_former_is_known() {
    let guards = rotated();
    let (_, value) = guards.endpoint().shown().unwrap();
    assert_eq!(value.to_str().unwrap(), format!("Bearer {TOKEN}"));
    guards.former_used("hr", 20);
    guards.former_used("hr", 10);
    guards.former_used("payroll", 30);
    let Guard::Bearer(Tokens {
        former: Some(former),
        ..
    }) = guards.endpoint()
    else {
        panic!("the endpoint has tokens");
    };
    let uses = former.uses.all();
    assert_eq!(uses["hr"], Use { last: 20, times: 2 });
    assert_eq!(uses["payroll"], Use { last: 30, times: 1 });
}
