//! What a connector header looks like, without what it says: key names, kinds and sizes. Its schema
//! is not public, so the first real one teaches it here.
//!
//! **Invariant:** the view is recorded and shown, so nothing of it may be a secret. Values are shown
//! by a list of what is harmless ([`shown`]), never by a list of what is secret; a key that does not
//! look like a name is not shown either. However the header is made, the view stays small
//! ([`DEEPEST`], [`MOST_KEYS`], [`LONGEST_KEY`]).
//!
//! To show one more value: an arm in [`shown`] that holds it against a form, and a test with a secret
//! in its place. [Decision 0025](../../../../../docs/decisions/0025-an-incremental-import-and-a-header-without-values.md).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use super::{LIMIT, known, object_of, operation};

/// How many levels of the tree are told.
pub const DEEPEST: usize = 6;
/// How many keys are told.
pub const MOST_KEYS: usize = 200;
/// How many characters a key may have to be told.
pub const LONGEST_KEY: usize = 48;
/// How many characters a value may have to be told.
const LONGEST_VALUE: usize = 128;
/// How many changes a remark names.
const NAMED: usize = 4;

/// A connector header without its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeaderView {
    /// The size of the header as it was sent, in bytes.
    pub bytes: usize,
    /// Why it cannot be read; it has no fields then.
    pub problem: Option<String>,
    pub fields: Vec<HeaderField>,
    /// How many keys are not among the fields, because there are too many or too deep.
    pub omitted: usize,
    /// How it differs from the header that this application was sent before, in one sentence.
    #[serde(default)]
    pub changed: Option<String>,
}

/// A key of a connector header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeaderField {
    /// `None` where it does not look like a name and may be a value; and for the items of a list.
    pub key: Option<String>,
    pub kind: HeaderKind,
    /// How many characters, items or keys; `None` for other kinds, and for texts that are secret.
    pub size: Option<usize>,
    /// Only where it is known to be harmless.
    pub value: Option<String>,
    /// Whether Sluice understands the key.
    pub known: bool,
    // Its own type: ts-rs does not come to an end with it.
    #[ts(type = "HeaderField[]")]
    pub fields: Vec<HeaderField>,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum HeaderKind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl HeaderView {
    /// Looks at a header as it was sent.
    pub fn of(value: &str) -> Self {
        let mut view = Self {
            bytes: value.len(),
            ..Self::default()
        };
        if value.len() > LIMIT {
            view.problem = Some(format!("It has more than {LIMIT} bytes."));
            return view;
        }
        match object_of(value) {
            Ok(object) => {
                let mut left = MOST_KEYS;
                let mut path = Vec::new();
                view.fields = fields(&object, &mut path, &mut left, &mut view.omitted);
            }
            Err(what) => view.problem = Some(format!("It cannot be read: {what}.")),
        }
        view
    }

    /// Says how this header differs in its shape from the one before. Sizes and values do not count,
    /// and a header that cannot be read is not compared.
    pub fn compare(&mut self, before: &Self) {
        if self.problem.is_some() || before.problem.is_some() {
            return;
        }
        let (old, new) = (before.shape(), self.shape());
        let told: Vec<String> = [("new", &new, &old), ("gone", &old, &new)]
            .into_iter()
            .filter_map(|(word, one, other)| {
                let keys = difference(one, other)?;
                Some(format!("{word}: {keys}"))
            })
            .collect();
        self.changed =
            (!told.is_empty()).then(|| format!("Not as the header before: {}.", told.join("; ")));
    }

    /// Each key as its path, with its kind.
    fn shape(&self) -> BTreeMap<String, HeaderKind> {
        fn gather(
            fields: &[HeaderField],
            above: &str,
            items: bool,
            shape: &mut BTreeMap<String, HeaderKind>,
        ) {
            for field in fields {
                let name = field.key.as_deref().unwrap_or("…");
                let path = match above {
                    _ if items => format!("{above}[{}]", field.kind.word()),
                    "" => name.to_owned(),
                    _ => format!("{above}.{name}"),
                };
                let items = field.kind == HeaderKind::List;
                gather(&field.fields, &path, items, shape);
                shape.insert(path, field.kind);
            }
        }
        let mut shape = BTreeMap::new();
        gather(&self.fields, "", false, &mut shape);
        shape
    }
}

/// The keys of one shape that the other does not have, or has as another kind; `None` where there
/// are none. What stands below a key that is named goes without saying.
fn difference(
    one: &BTreeMap<String, HeaderKind>,
    other: &BTreeMap<String, HeaderKind>,
) -> Option<String> {
    let mut named: Vec<(&str, String)> = Vec::new();
    for (path, kind) in one {
        let below = named.iter().any(|(above, _)| {
            path.strip_prefix(above)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
        });
        if other.get(path) != Some(kind) && !below {
            named.push((path, format!("{path} ({})", kind.word())));
        }
    }
    let first: Vec<&str> = named
        .iter()
        .take(NAMED)
        .map(|(_, told)| told.as_str())
        .collect();
    let more = match named.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| format!("{}{more}", first.join(", ")))
}

impl HeaderKind {
    fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Text => "text",
            Self::List => "list",
            Self::Object => "object",
        }
    }
}

fn fields<'a>(
    object: &'a serde_json::Map<String, Json>,
    path: &mut Vec<&'a str>,
    left: &mut usize,
    omitted: &mut usize,
) -> Vec<HeaderField> {
    let mut fields = Vec::new();
    for (key, value) in object {
        if *left == 0 || path.len() >= DEEPEST {
            *omitted += 1;
            continue;
        }
        *left -= 1;
        path.push(key);
        let is_known = known(path);
        let shown_key = is_known || is_name(key);
        let field = HeaderField {
            key: shown_key.then(|| key.clone()),
            known: is_known,
            ..field(value, path, left, omitted)
        };
        path.pop();
        fields.push(field);
    }
    fields
}

fn field<'a>(
    value: &'a Json,
    path: &mut Vec<&'a str>,
    left: &mut usize,
    omitted: &mut usize,
) -> HeaderField {
    let (kind, size, below) = match value {
        Json::Null => (HeaderKind::Null, None, Vec::new()),
        Json::Bool(_) => (HeaderKind::Boolean, None, Vec::new()),
        Json::Number(_) => (HeaderKind::Number, None, Vec::new()),
        Json::String(text) => {
            let secret = path.iter().any(|key| names_a_secret(key));
            let size = (!secret).then(|| text.chars().count());
            (HeaderKind::Text, size, Vec::new())
        }
        Json::Array(items) => (
            HeaderKind::List,
            Some(items.len()),
            self::items(items, path, left, omitted),
        ),
        Json::Object(object) => (
            HeaderKind::Object,
            Some(object.len()),
            fields(object, path, left, omitted),
        ),
    };
    HeaderField {
        key: None,
        kind,
        size,
        value: shown(path, value),
        known: false,
        fields: below,
    }
}

/// The items of a list: the first one of each kind, because the others have its shape.
fn items<'a>(
    items: &'a [Json],
    path: &mut Vec<&'a str>,
    left: &mut usize,
    omitted: &mut usize,
) -> Vec<HeaderField> {
    let mut found: Vec<HeaderField> = Vec::new();
    for item in items {
        if *left == 0 || path.len() >= DEEPEST {
            *omitted += 1;
            continue;
        }
        if found.iter().any(|one| one.kind == kind_of(item)) {
            continue;
        }
        *left -= 1;
        path.push("[]");
        found.push(field(item, path, left, omitted));
        path.pop();
    }
    found
}

fn kind_of(value: &Json) -> HeaderKind {
    match value {
        Json::Null => HeaderKind::Null,
        Json::Bool(_) => HeaderKind::Boolean,
        Json::Number(_) => HeaderKind::Number,
        Json::String(_) => HeaderKind::Text,
        Json::Array(_) => HeaderKind::List,
        Json::Object(_) => HeaderKind::Object,
    }
}

/// A value that is harmless: of a key that is understood, and of the form that belongs there.
/// Addresses, users, passwords and statements never are; a truth value always is.
fn shown(path: &[&str], value: &Json) -> Option<String> {
    if let Json::Bool(value) = value {
        return Some(value.to_string());
    }
    let Json::String(text) = value else {
        return None;
    };
    if text.chars().count() > LONGEST_VALUE {
        return None;
    }
    let is = |key: &str, name: &str| key.eq_ignore_ascii_case(name);
    match path {
        // Which database, without its address.
        [key] if is(key, "jdbcUrl") => {
            let (dialect, _) = text.strip_prefix("jdbc:")?.split_once(':')?;
            DIALECTS
                .contains(&dialect)
                .then(|| format!("jdbc:{dialect}:…"))
        }
        [key] if is(key, "driverClassName") => {
            let parts: Vec<&str> = text.split('.').collect();
            (parts.len() > 2 && parts.iter().all(|part| is_name(part))).then(|| text.clone())
        }
        // A call whose arguments are all bound. A bare name could be anything.
        [key, name] if is(key, "procedures") && operation(name).is_some() => {
            is_call(text).then(|| text.clone())
        }
        _ => None,
    }
}

/// The words that stand after `jdbc:` in the addresses of drivers in common use.
const DIALECTS: [&str; 8] = [
    "db2",
    "h2",
    "mariadb",
    "mysql",
    "oracle",
    "postgresql",
    "sqlite",
    "sqlserver",
];

/// `CALL NAME(?, ?)`, with or without braces, `EXEC NAME ?, ?`.
fn is_call(text: &str) -> bool {
    let plain = text
        .trim()
        .trim_start_matches('{')
        .trim_end_matches([';', '}']);
    let Some((verb, rest)) = plain.trim().split_once(char::is_whitespace) else {
        return false;
    };
    let verb_fits = ["CALL", "EXEC", "EXECUTE"]
        .iter()
        .any(|known| verb.eq_ignore_ascii_case(known));
    let end = rest.find([' ', '(', '?']).unwrap_or(rest.len());
    let (name, marks) = rest.split_at(end);
    verb_fits && name.split('.').all(is_name) && marks.chars().all(|c| " (),?".contains(c))
}

/// Whether a key looks like the name of something: begins with a letter, has letters, digits and a
/// few signs, and few digits. Tokens, addresses and people's names do not.
fn is_name(key: &str) -> bool {
    let digits = key.chars().filter(char::is_ascii_digit).count();
    key.len() <= LONGEST_KEY
        && digits <= 3
        && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'))
}

/// Whether not even the length of what stands under a key is told.
fn names_a_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token", "key", "credential"]
        .iter()
        .any(|word| key.contains(word))
}

#[cfg(test)]
mod tests;
