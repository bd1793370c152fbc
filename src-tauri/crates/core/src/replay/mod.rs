//! What of a recorded exchange can be sent again, and what it may run.
//!
//! **Invariant:** the mask of a secret is never sent as if it were the value: each masked place is given
//! a value or left out, or nothing is sent. A body that was recorded in part is never sent.
//!
//! `masked` finds and fills the masked places. To let one more header through: [`headers`].

mod masked;

pub use masked::{MaskedPlace, fill, masked};

use serde::Serialize;
use ts_rs::TS;

use crate::exchange::{Action, Exchange, Outcome, StepKind};
use crate::failure::Failure;
use crate::operation::Operation;
use crate::secret::MASK;

/// A header that a replay leaves out, and what that means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LeftOut {
    pub name: String,
    pub why: String,
}

/// The headers of a replay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// As they were recorded.
    pub sent: Vec<(String, String)>,
    /// Those whose absence may matter.
    pub left_out: Vec<LeftOut>,
}

/// Said anew by whoever sends (RFC 9110 §7.6.1 and §8.6), or standing for the client's own session.
const NOT_REPEATED: [&str; 10] = [
    "authorization",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "accept-encoding",
];

/// The recorded headers that are sent again. The application's own secret is put to them later.
pub fn headers(exchange: &Exchange) -> Headers {
    let mut headers = Headers::default();
    for (name, value) in &exchange.request.headers {
        if NOT_REPEATED.contains(&name.as_str()) {
            continue;
        }
        if !value.contains(MASK) {
            headers.sent.push((name.clone(), value.clone()));
            continue;
        }
        let why = if name == crate::header::NAME {
            "The connector header is never recorded, because it holds a password. The request runs with the application's own mappings and connection."
        } else {
            "Its value is a secret and was not recorded. An application's own secret is sent all the same."
        };
        headers.left_out.push(LeftOut {
            name: name.clone(),
            why: why.to_owned(),
        });
    }
    headers
}

/// The recorded body; empty where the request had none.
///
/// # Errors
/// A [`Failure`] with cause and remedy where it was not recorded, or not whole.
pub fn body(exchange: &Exchange) -> Result<String, Failure> {
    let Some(body) = &exchange.request.body else {
        let carries = matches!(exchange.summary.method.as_str(), "POST" | "PUT" | "PATCH");
        if carries && !was_read(exchange) {
            return Err(Failure::bad_request(
                "replay.not_read",
                "The request was turned away before its body was read, so there is no body to send again.",
                "Write the body with Edit, or wait until the client sends the request again.",
            ));
        }
        return Ok(String::new());
    };
    if body.truncated {
        return Err(Failure::bad_request(
            "replay.truncated",
            format!(
                "Only the beginning of the body was recorded: {} of {} bytes.",
                body.text.len(),
                body.bytes
            ),
            "Write the whole body with Edit. To record larger bodies from now on, raise log.body_limit_kb.",
        ));
    }
    if body.text.starts_with("(left out:") {
        return Err(Failure::bad_request(
            "replay.left_out",
            "The body was no JSON and may have held a password, so it was not recorded.",
            "Write the body with Edit.",
        ));
    }
    Ok(body.text.clone())
}

/// Whether the server read the request's body, even if it was empty.
fn was_read(exchange: &Exchange) -> bool {
    exchange.summary.outcome != Outcome::Refused
        && exchange
            .steps
            .iter()
            .any(|step| step.kind == StepKind::Authorise && step.ok)
}

/// The mapped operations that a request of this kind may run. Which of them it does depends on the data.
pub fn operations(action: Action) -> &'static [Operation] {
    use Operation::{
        ActivateUser, AddEntitlement, CreateUser, DeactivateUser, GetAllEntitlements, GetUserById,
        GetUserEntitlements, GetUsers, IncrementalImport, RemoveEntitlement, UpdateUser,
    };
    match action {
        Action::ListUsers | Action::LookUpUser | Action::SearchUsers => &[
            GetUsers,
            GetUserById,
            GetUserEntitlements,
            IncrementalImport,
        ],
        Action::GetUser => &[GetUserById, GetUserEntitlements],
        Action::CreateUser => &[
            GetUserById,
            GetUserEntitlements,
            CreateUser,
            ActivateUser,
            DeactivateUser,
            AddEntitlement,
            RemoveEntitlement,
        ],
        Action::ReplaceUser
        | Action::PatchUser
        | Action::ActivateUser
        | Action::DeactivateUser
        | Action::DeleteUser => &[
            GetUserById,
            GetUserEntitlements,
            UpdateUser,
            ActivateUser,
            DeactivateUser,
            AddEntitlement,
            RemoveEntitlement,
        ],
        Action::ListEntitlements | Action::GetEntitlement => &[GetAllEntitlements],
        // A schema may ask for the columns; a search over everything asks for all lists.
        Action::Discover | Action::Unknown | Action::Refused => &[
            GetUsers,
            GetUserById,
            GetUserEntitlements,
            GetAllEntitlements,
        ],
        Action::ListGroups | Action::Status => &[],
    }
}

/// Says of an exchange that was tried in a transaction what became of it: nothing was committed.
pub fn rehearsed(exchange: &mut Exchange) {
    for step in &mut exchange.steps {
        if step.kind == StepKind::Commit && step.ok {
            step.kind = StepKind::Rollback;
            "Rolled back in place of a commit".clone_into(&mut step.title);
            step.detail = Some("This was a dry run.".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Body, ExchangeSummary, Message, Step};

    fn exchange(method: &str, headers: &[(&str, &str)], body: Option<Body>) -> Exchange {
        Exchange {
            summary: ExchangeSummary {
                seq: 1,
                id: "id".into(),
                at: 0,
                application: "app".into(),
                method: method.into(),
                path: "/".into(),
                title: String::new(),
                action: Action::CreateUser,
                subject: None,
                status: 201,
                outcome: Outcome::Ok,
                effect: None,
                duration_us: 1,
                cause: None,
            },
            remote: String::new(),
            request: Message {
                headers: headers.iter().map(|&(n, v)| (n.into(), v.into())).collect(),
                body,
            },
            answer: Message::default(),
            steps: vec![],
            diagnosis: None,
            header: None,
            repeats: None,
        }
    }

    fn whole(text: &str) -> Body {
        Body {
            text: text.into(),
            bytes: text.len(),
            truncated: false,
        }
    }

    #[test]
    fn what_is_masked_or_said_by_the_sender_is_not_sent_again() {
        let recorded = exchange(
            "POST",
            &[
                ("authorization", "Bearer •••"),
                ("content-length", "2"),
                ("content-type", "application/scim+json"),
                ("if-match", "W/\"1\""),
                ("x-okta-onprem-data", "••• (812 bytes)"),
                ("cookie", "•••"),
            ],
            None,
        );
        let headers = headers(&recorded);
        let sent: Vec<_> = headers.sent.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(sent, ["content-type", "if-match"]);
        let left: Vec<_> = headers
            .left_out
            .iter()
            .map(|left| left.name.as_str())
            .collect();
        assert_eq!(left, ["x-okta-onprem-data", "cookie"]);
    }

    #[test]
    fn a_body_that_was_not_recorded_whole_is_refused_with_the_reason() {
        let cut = Body {
            text: "{\"a\":".into(),
            bytes: 90_000,
            truncated: true,
        };
        let left_out = whole("(left out: it is not JSON, and may hold a password)");
        for (body_of, code) in [
            (Some(cut), "replay.truncated"),
            (Some(left_out), "replay.left_out"),
            (None, "replay.not_read"),
        ] {
            let failure = body(&exchange("POST", &[], body_of)).unwrap_err();
            assert_eq!(failure.diagnosis.code, code);
            assert!(!failure.diagnosis.remedy.is_empty());
        }
        assert_eq!(
            body(&exchange("POST", &[], Some(whole("{}")))).unwrap(),
            "{}"
        );
        assert_eq!(body(&exchange("GET", &[], None)).unwrap(), "");
    }

    #[test]
    fn a_commit_that_was_not_made_is_not_told_as_one() {
        let mut tried = exchange("PUT", &[], None);
        tried.steps = vec![Step {
            kind: StepKind::Commit,
            title: "Committed".into(),
            start_us: 0,
            duration_us: 1,
            ok: true,
            detail: None,
            statement: None,
        }];
        rehearsed(&mut tried);
        assert_eq!(tried.steps[0].kind, StepKind::Rollback);
        assert!(tried.steps[0].title.starts_with("Rolled back"));
    }
}
