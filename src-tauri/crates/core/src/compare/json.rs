//! Two JSON values, leaf by leaf.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::ComparedLine;

/// A text that is no JSON.
pub(super) struct NotJson;

/// A text as JSON; `None` where there is no text at all. Of one that was `cut`, as much as is whole.
pub(super) fn read(text: &str, cut: bool) -> Result<Option<Json>, NotJson> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let whole = serde_json::from_str(text).ok();
    let json = whole.or_else(|| cut.then(|| beginning(text)).flatten());
    json.map(Some).ok_or(NotJson)
}

/// Adds a line for each leaf. Where one was cut, what the other has beyond its end is left out.
pub(super) fn compare(
    left: Option<Json>,
    right: Option<Json>,
    cut: bool,
    lines: &mut Vec<ComparedLine>,
) {
    match (left, right) {
        (None, None) => {}
        (left, right) => Walk { cut, lines }.step(String::new(), left, right),
    }
}

struct Walk<'a> {
    cut: bool,
    lines: &'a mut Vec<ComparedLine>,
}

impl Walk<'_> {
    fn step(&mut self, path: String, left: Option<Json>, right: Option<Json>) {
        let object = |side: &Option<Json>| match side {
            None => Some(true),
            Some(Json::Object(object)) => Some(object.is_empty()),
            _ => None,
        };
        let list = |side: &Option<Json>| match side {
            None => Some(true),
            Some(Json::Array(list)) => Some(list.is_empty()),
            _ => None,
        };
        // An empty one is a leaf: it must not vanish.
        match (object(&left), object(&right), list(&left), list(&right)) {
            (Some(a), Some(b), ..) if !(a && b) => {
                self.objects(&path, into_object(left), into_object(right));
            }
            (_, _, Some(a), Some(b)) if !(a && b) => {
                self.lists(&path, into_list(left), into_list(right));
            }
            _ => self.lines.push(ComparedLine::new(path, left, right)),
        }
    }

    fn objects(&mut self, path: &str, left: Map<String, Json>, mut right: Map<String, Json>) {
        // What one side lacks at the top may stand behind its end.
        let beyond = self.cut && path.is_empty();
        for (name, value) in left {
            // SCIM's names have no letter case (RFC 7643 §2.1).
            let other = right
                .keys()
                .find(|other| other.eq_ignore_ascii_case(&name))
                .cloned();
            let other = other.and_then(|other| right.remove(&other));
            if other.is_some() || !beyond {
                self.step(joined(path, &name), Some(value), other);
            }
        }
        for (name, value) in right {
            if !beyond {
                self.step(joined(path, &name), None, Some(value));
            }
        }
    }

    fn lists(&mut self, path: &str, left: Vec<Json>, right: Vec<Json>) {
        // The operations of a PATCH are a sequence; their values are no names.
        let sequence = path.to_ascii_lowercase().ends_with("operations");
        if !sequence {
            for name in ["id", "value"] {
                if let (Some(_), Some(_)) = (names(&left, name), names(&right, name)) {
                    return self.by_name(path, name, left, right);
                }
            }
            if distinct(&left) && distinct(&right) {
                return self.by_value(path, left, right);
            }
        }
        let (mut left, mut right) = (left.into_iter(), right.into_iter());
        for index in 0.. {
            let pair = (left.next(), right.next());
            match pair {
                (None, None) => return,
                (None, _) | (_, None) if self.cut => return,
                (left, right) => self.step(format!("{path}[{index}]"), left, right),
            }
        }
    }

    /// Items that have a name of their own are the same item wherever they stand.
    fn by_name(&mut self, path: &str, name: &str, left: Vec<Json>, right: Vec<Json>) {
        let ends = (left.len(), right.len());
        let place = |item: &Json| format!("{path}[{name}={}]", plain(&item[name]));
        let mut rest: Vec<Option<Json>> = right.into_iter().map(Some).collect();
        for item in left {
            let other = rest
                .iter_mut()
                .find(|other| {
                    other
                        .as_ref()
                        .is_some_and(|other| other[name] == item[name])
                })
                .and_then(Option::take);
            if other.is_none() && self.cut && ends.0 > ends.1 {
                continue;
            }
            self.step(place(&item), Some(item), other);
        }
        for item in rest.into_iter().flatten() {
            if !(self.cut && ends.1 > ends.0) {
                self.step(place(&item), None, Some(item));
            }
        }
    }

    /// Several values of an attribute have no order (RFC 7643 §2.4).
    fn by_value(&mut self, path: &str, left: Vec<Json>, mut right: Vec<Json>) {
        for (index, item) in left.into_iter().enumerate() {
            let other = right.iter().position(|other| *other == item);
            let other = other.map(|position| right.remove(position));
            self.step(format!("{path}[{index}]"), Some(item), other);
        }
        for item in right {
            self.step(format!("{path}[]"), None, Some(item));
        }
    }
}

/// `a.b`; a name with a URN or a dot in it stands in quotes.
fn joined(path: &str, name: &str) -> String {
    let name = if name.contains(['.', ':']) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    };
    if path.is_empty() {
        name
    } else {
        format!("{path}.{name}")
    }
}

fn plain(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The items' values of this name, where each has one and none has another's. An empty list agrees to
/// every name.
fn names<'a>(list: &'a [Json], name: &str) -> Option<BTreeSet<&'a str>> {
    let mut names = BTreeSet::new();
    for item in list {
        if !names.insert(item.as_object()?.get(name)?.as_str()?) {
            return None;
        }
    }
    Some(names)
}

/// Whether it holds plain values only, each once.
fn distinct(list: &[Json]) -> bool {
    let plain = |item: &Json| !item.is_object() && !item.is_array();
    list.iter()
        .enumerate()
        .all(|(index, item)| plain(item) && !list[..index].contains(item))
}

fn into_object(side: Option<Json>) -> Map<String, Json> {
    match side {
        Some(Json::Object(object)) => object,
        _ => Map::new(),
    }
}

fn into_list(side: Option<Json>) -> Vec<Json> {
    match side {
        Some(Json::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// The beginning of a JSON text as JSON: cut after the last whole item of a list, or the last whole member
/// of the outermost object, and closed.
fn beginning(text: &str) -> Option<Json> {
    let mut open = Vec::new();
    let (mut quoted, mut escaped) = (false, false);
    let mut end: Option<(usize, String)> = None;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                open.pop();
            }
            ',' if open.len() == 1 || open.last() == Some(&']') => {
                end = Some((at, open.iter().rev().collect()));
            }
            _ => {}
        }
    }
    let (at, closing) = end?;
    serde_json::from_str(&format!("{}{closing}", &text[..at])).ok()
}
