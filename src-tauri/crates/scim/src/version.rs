//! Versions of resources, and the conditions a client makes with them (RFC 7644 §3.14, RFC 9110 §13.1).

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Resource;

/// A weak entity tag for what a resource says, `meta` apart: the same for the same content,
/// whatever the order of the members.
pub fn version(resource: &Resource) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    digest_members(resource, &mut hash, |name| {
        !name.eq_ignore_ascii_case("meta")
    });
    let mut tag = String::from("W/\"");
    for byte in &hash.finalize()[..16] {
        let _ = write!(tag, "{byte:02x}"); // writing to a String cannot fail
    }
    tag.push('"');
    tag
}

/// Feeds a value unambiguously: each kind with a letter and its length before it.
fn digest(value: &Value, hash: &mut Sha256) {
    let text = |hash: &mut Sha256, kind: u8, text: &str| {
        hash.update([kind]);
        hash.update(text.len().to_be_bytes());
        hash.update(text.as_bytes());
    };
    match value {
        Value::Null => hash.update(b"0"),
        Value::Bool(true) => hash.update(b"t"),
        Value::Bool(false) => hash.update(b"f"),
        Value::Number(number) => text(hash, b'n', &number.to_string()),
        Value::String(string) => text(hash, b's', string),
        Value::Array(elements) => {
            hash.update(b"a");
            hash.update(elements.len().to_be_bytes());
            for element in elements {
                digest(element, hash);
            }
        }
        Value::Object(members) => digest_members(members, hash, |_| true),
    }
}

fn digest_members(members: &Resource, hash: &mut Sha256, wanted: impl Fn(&str) -> bool) {
    let mut sorted: Vec<(&String, &Value)> =
        members.iter().filter(|(name, _)| wanted(name)).collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    hash.update(b"o");
    hash.update(sorted.len().to_be_bytes());
    for (name, value) in sorted {
        hash.update(name.len().to_be_bytes());
        hash.update(name.as_bytes());
        digest(value, hash);
    }
}

/// `If-Match` and `If-None-Match` of a request.
///
/// Tags compare weakly, because RFC 7644 §3.14 puts weak tags into `If-Match`; a header that cannot
/// be read names no version at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    Any,
    /// What stands in the quotes.
    These(Vec<String>),
}

impl Preconditions {
    /// Reads the two headers: `*`, or entity tags separated by commas, `W/"…"` or `"…"`.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Self {
        Self {
            if_match: if_match.map(Tags::parse),
            if_none_match: if_none_match.map(Tags::parse),
        }
    }

    /// Whether the request makes no condition.
    pub fn is_empty(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Whether a write must not happen (412): the resource is in none of the versions of `If-Match`,
    /// or in one of `If-None-Match`. A GET is asked with [`Preconditions::not_modified`].
    pub fn failed(&self, version: &str) -> bool {
        self.if_match
            .as_ref()
            .is_some_and(|tags| !tags.name(version))
            || self.not_modified(version)
    }

    /// Whether a GET is answered with 304: the resource is in one of the versions of `If-None-Match`.
    pub fn not_modified(&self, version: &str) -> bool {
        self.if_none_match
            .as_ref()
            .is_some_and(|tags| tags.name(version))
    }
}

impl Tags {
    fn parse(header: &str) -> Self {
        if header.trim() == "*" {
            return Self::Any;
        }
        let mut tags = Vec::new();
        let mut rest = header;
        while let Some(open) = rest.find('"') {
            let after = &rest[open + 1..];
            let Some(close) = after.find('"') else { break };
            tags.push(after[..close].to_owned());
            rest = &after[close + 1..];
        }
        Self::These(tags)
    }

    fn name(&self, version: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => {
                let version = version.strip_prefix("W/").unwrap_or(version);
                let opaque = version.trim_matches('"');
                tags.iter().any(|tag| tag == opaque)
            }
        }
    }
}
