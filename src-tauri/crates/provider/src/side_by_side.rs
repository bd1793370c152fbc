//! The same calls to two servers, held against each other.
//!
//! Pure. Addresses differ of course: each server's base URL reads `{base}` before anything is compared.

use serde::Serialize;
use sluice_core::compare::{ComparedMessage, answers};
use sluice_core::exchange::Message;
use ts_rs::TS;

use crate::call::Call;

/// A call of one side and the same of the other.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "SimulatorPair")]
pub struct PairedCall {
    pub title: String,
    /// The position among the calls of the left; `null` where only the right was called.
    pub left: Option<usize>,
    pub right: Option<usize>,
    /// How many values of the answers differ.
    pub differences: usize,
    pub answer: ComparedMessage,
}

/// Pairs calls by what they are for, in the order of the left.
pub fn side_by_side(
    (left_base, left): (&str, &[Call]),
    (right_base, right): (&str, &[Call]),
) -> Vec<PairedCall> {
    let mut rest: Vec<usize> = (0..right.len()).collect();
    let mut pairs = Vec::new();
    for (place, call) in left.iter().enumerate() {
        let other = rest
            .iter()
            .position(|other| right[*other].title == call.title)
            .map(|position| rest.remove(position));
        pairs.push(pair(
            Some((place, call, left_base)),
            other.map(|other| (other, &right[other], right_base)),
        ));
    }
    for other in rest {
        pairs.push(pair(None, Some((other, &right[other], right_base))));
    }
    pairs
}

type Side<'a> = Option<(usize, &'a Call, &'a str)>;

fn pair(left: Side<'_>, right: Side<'_>) -> PairedCall {
    let told = |side: Side<'_>| {
        side.map_or_else(
            || (None, Message::default()),
            |(_, call, base)| (call.status, plain(&call.answer, base)),
        )
    };
    let ((left_status, left_answer), (right_status, right_answer)) = (told(left), told(right));
    let answer = answers((left_status, &left_answer), (right_status, &right_answer));
    PairedCall {
        title: left
            .or(right)
            .map_or_else(String::new, |(_, call, _)| call.title.clone()),
        left: left.map(|(place, ..)| place),
        right: right.map(|(place, ..)| place),
        differences: answer.differences(),
        answer,
    }
}

/// An answer without its server's address.
fn plain(answer: &Message, base: &str) -> Message {
    let mut answer = answer.clone();
    let address = base.trim_end_matches('/');
    for (_, value) in &mut answer.headers {
        *value = value.replace(address, "{base}");
    }
    if let Some(body) = &mut answer.body {
        body.text = body.text.replace(address, "{base}");
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::compare::Likeness;
    use sluice_core::exchange::Body;

    fn call(title: &str, base: &str, status: u16, user: &str) -> Call {
        let text = format!(
            "{{\"id\":\"1\",\"title\":\"{user}\",\"meta\":{{\"location\":\"{base}Users/1\"}}}}"
        );
        Call {
            title: title.to_owned(),
            method: "GET".to_owned(),
            path: "Users/1".to_owned(),
            sent: true,
            request: Message::default(),
            status: Some(status),
            answer: Message {
                headers: vec![
                    (
                        "content-type".to_owned(),
                        "application/scim+json".to_owned(),
                    ),
                    ("location".to_owned(), format!("{base}Users/1")),
                    ("x-sluice-exchange".to_owned(), base.to_owned()),
                ],
                body: Some(Body {
                    bytes: text.len(),
                    text,
                    truncated: false,
                }),
            },
            duration_us: 1,
            exchange: None,
            problem: None,
            findings: Vec::new(),
        }
    }

    #[test]
    fn answers_that_differ_by_their_address_only_are_the_same() {
        let (one, other) = ("https://a:1443/scim/v2/", "http://b/v2/");
        let left = [call("Read the user", one, 200, "Jedi")];
        let right = [call("Read the user", other, 200, "Jedi")];
        let pairs = side_by_side((one, &left), (other, &right));
        assert_eq!(pairs.len(), 1);
        assert_eq!(pairs[0].differences, 0, "{pairs:#?}");
    }

    #[test]
    fn a_difference_is_told_by_its_path_and_a_call_without_a_partner_stands_alone() {
        let base = "https://a/v2/";
        let left = [
            call("Read the user", base, 200, "Jedi"),
            call("Read the groups", base, 200, "x"),
        ];
        let right = [call("Read the user", base, 404, "General")];
        let pairs = side_by_side((base, &left), (base, &right));
        assert_eq!(
            (pairs[0].left, pairs[0].right, pairs[0].differences),
            (Some(0), Some(0), 2)
        );
        let different: Vec<&str> = pairs[0]
            .answer
            .body
            .lines
            .iter()
            .filter(|line| line.likeness == Likeness::Changed)
            .map(|line| line.path.as_str())
            .collect();
        assert_eq!(different, ["title"]);
        assert_eq!((pairs[1].left, pairs[1].right), (Some(1), None));
    }
}
