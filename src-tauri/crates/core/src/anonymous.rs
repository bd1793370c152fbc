//! An exchange without people's data: what is needed to see why it failed, for somebody outside.
//!
//! What stays: the shape of bodies (keys and kinds), statements as they are mapped, counts, codes, times,
//! words of Sluice. What goes: every value that was sent, bound, read or returned, wherever it stands.
//!
//! **Invariant:** a value is left out by its place; and where words of Sluice or of a database may quote
//! one, everything that was known as a value in the exchange is covered there too, and so is all that stands in quotes.

use serde_json::{Map, Value as Json, json};

use crate::exchange::{Body, Exchange, Message, StatementRecord, Step};

/// What stands in a value's place.
const COVER: &str = "•••";
/// A shorter value stands in every sentence by accident, in characters.
const SHORTEST: usize = 2;
/// Headers whose values are of the protocol and not of a person.
const PLAIN: [&str; 4] = ["content-type", "accept", "user-agent", "content-length"];

/// An exchange without values, as JSON.
pub fn anonymous(exchange: &Exchange) -> Json {
    let values = Values::of(exchange);
    let summary = &exchange.summary;
    json!({
        "id": summary.id,
        "at": summary.at,
        "application": summary.application,
        "method": summary.method,
        "path": path(&summary.path),
        "title": summary.title,
        "status": summary.status,
        "outcome": summary.outcome,
        "effect": summary.effect,
        "durationUs": summary.duration_us,
        "cause": summary.cause.as_deref().map(|text| values.cover(text)),
        "diagnosis": exchange.diagnosis.as_ref().map(|diagnosis| json!({
            "code": diagnosis.code,
            "cause": values.cover(&diagnosis.cause),
            "remedy": values.cover(&diagnosis.remedy),
            "place": diagnosis.place.as_deref().map(|text| values.cover(text)),
        })),
        "request": message(&exchange.request),
        "answer": message(&exchange.answer),
        "steps": exchange.steps.iter().map(|each| step(each, &values)).collect::<Vec<_>>(),
    })
}

fn step(step: &Step, values: &Values) -> Json {
    json!({
        "kind": step.kind,
        "title": values.cover(&step.title),
        "startUs": step.start_us,
        "durationUs": step.duration_us,
        "ok": step.ok,
        "detail": step.detail.as_deref().map(|text| values.cover(text)),
        "statement": step.statement.as_ref().map(|record| statement(record, values)),
    })
}

fn statement(record: &StatementRecord, values: &Values) -> Json {
    let parameters: Vec<Json> = record
        .parameters
        .iter()
        .map(|parameter| json!({"position": parameter.position, "name": parameter.name, "value": shape(&parameter.value)}))
        .collect();
    json!({
        "operation": record.operation,
        "kind": record.kind,
        "text": record.text,
        "parameters": parameters,
        "columns": record.columns,
        "rows": record.rows,
        "affected": record.affected,
        "problem": record.problem.as_ref().map(|problem| json!({
            "sqlstate": problem.sqlstate,
            "code": problem.code,
            "message": values.cover(&problem.message),
            "parameter": problem.parameter,
        })),
    })
}

fn message(message: &Message) -> Json {
    let headers: Map<String, Json> = message
        .headers
        .iter()
        .map(|(name, value)| {
            let plain = PLAIN.iter().any(|plain| name.eq_ignore_ascii_case(plain));
            (
                name.clone(),
                if plain { value.as_str() } else { COVER }.into(),
            )
        })
        .collect();
    json!({"headers": headers, "body": message.body.as_ref().map(body)})
}

fn body(body: &Body) -> Json {
    let shape = serde_json::from_str(&body.text).map_or(Json::Null, |read: Json| shape(&read));
    json!({"bytes": body.bytes, "truncated": body.truncated, "shape": shape})
}

/// The keys and kinds of a value: a text is its length, a number is `0`. A URN says which schema it is.
fn shape(value: &Json) -> Json {
    match value {
        Json::Null | Json::Bool(_) => value.clone(),
        Json::Number(_) => 0.into(),
        Json::String(text) if text.starts_with("urn:ietf:params:scim:") => value.clone(),
        Json::String(text) => format!("{COVER} ({} characters)", text.chars().count()).into(),
        Json::Array(items) => items.iter().map(shape).collect(),
        Json::Object(map) => {
            let pair = |(key, value): (&String, &Json)| (key.clone(), shape(value));
            Json::Object(map.iter().map(pair).collect())
        }
    }
}

/// The path without a user's id, and without what a query asks for.
fn path(text: &str) -> String {
    let (path, query) = text
        .split_once('?')
        .map_or((text, None), |(path, query)| (path, Some(query)));
    let mut after = false;
    let segments: Vec<&str> = path
        .split('/')
        .map(|segment| {
            let covered = after && !segment.is_empty() && segment != ".search";
            after |= matches!(
                segment,
                "Users" | "Entitlements" | "Groups" | "Schemas" | "ResourceTypes"
            );
            if covered { COVER } else { segment }
        })
        .collect();
    let mut text = segments.join("/");
    if let Some(query) = query {
        let parts: Vec<String> = query
            .split('&')
            .map(|part| match part.split_once('=') {
                Some((key, value))
                    if matches!(key, "startIndex" | "count")
                        && value.bytes().all(|b| b.is_ascii_digit()) =>
                {
                    part.to_owned()
                }
                Some((key, _)) => format!("{key}={COVER}"),
                None => COVER.to_owned(),
            })
            .collect();
        text = format!("{text}?{}", parts.join("&"));
    }
    text
}

/// All values of an exchange, the longest first.
struct Values(Vec<String>);

impl Values {
    fn of(exchange: &Exchange) -> Self {
        let mut all = Vec::new();
        for body in [&exchange.request.body, &exchange.answer.body]
            .into_iter()
            .flatten()
        {
            if let Ok(read) = serde_json::from_str(&body.text) {
                gather(&read, &mut all);
            }
        }
        for record in exchange
            .steps
            .iter()
            .filter_map(|step| step.statement.as_ref())
        {
            let parameters = record.parameters.iter().map(|parameter| &parameter.value);
            let outs = record.outs.iter().map(|out| &out.value);
            let rows = record
                .further
                .iter()
                .flat_map(|set| &set.sample)
                .chain(&record.sample);
            for value in parameters.chain(outs).chain(rows.flatten()) {
                gather(value, &mut all);
            }
        }
        all.extend(exchange.summary.subject.clone());
        let path = exchange.summary.path.split(['/', '?', '&', '=']);
        all.extend(
            path.filter(|part| part.contains(['@', '%']))
                .map(str::to_owned),
        );
        all.push(exchange.remote.clone());
        all.retain(|value| value.chars().count() >= SHORTEST);
        all.sort_by_key(|value| std::cmp::Reverse(value.len()));
        all.dedup();
        Self(all)
    }

    fn cover(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.0 {
            text = text.replace(value.as_str(), COVER);
        }
        covered(&text)
    }
}

fn gather(value: &Json, all: &mut Vec<String>) {
    match value {
        Json::String(text) if !text.starts_with("urn:") => all.push(text.clone()),
        Json::Number(number) => all.push(number.to_string()),
        Json::Array(items) => items.iter().for_each(|item| gather(item, all)),
        Json::Object(map) => map.values().for_each(|item| gather(item, all)),
        _ => {}
    }
}

/// A sentence with what stands between quotes covered: a database quotes what it was given.
pub fn covered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '«', '“']) {
        let quote = rest[at..].chars().next().unwrap_or('"');
        let end = match quote {
            '«' => '»',
            '“' => '”',
            same => same,
        };
        let inside = &rest[at + quote.len_utf8()..];
        // An apostrophe inside of a word begins nothing.
        let word = quote == '\'' && rest[..at].ends_with(|c: char| c.is_alphanumeric());
        if let Some(length) = inside.find(end).filter(|_| !word) {
            out.push_str(&rest[..at]);
            out.push(quote);
            out.push_str(COVER);
            out.push(end);
            rest = &inside[length + end.len_utf8()..];
        } else {
            out.push_str(&rest[..at + quote.len_utf8()]);
            rest = inside;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange() -> Exchange {
        serde_json::from_value(json!({
            "summary": {"seq": 1, "id": "0190", "at": 5, "application": "hr", "method": "PUT", "path": "/ws/rest/hr/scim/v2/Users/luke%40x.org?attributes=userName&count=2",
                "title": "Update user", "action": "replace_user", "subject": "luke@x.org", "status": 409, "outcome": "failed", "effect": null, "durationUs": 9,
                "cause": "There is already a user with the id luke@x.org."},
            "remote": "10.1.2.3:4000",
            "request": {"headers": [["Authorization", "•••"], ["Content-Type", "application/scim+json"], ["X-Name", "Luke"]],
                "body": {"text": "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"luke@x.org\",\"active\":true,\"name\":{\"familyName\":\"Skywalker\"},\"n\":4711}", "bytes": 9, "truncated": false}},
            "answer": {"headers": [], "body": null},
            "steps": [{"kind": "statement", "title": "Update user", "startUs": 1, "durationUs": 2, "ok": false, "detail": "for luke@x.org",
                "statement": {"operation": "update_user", "kind": "sql", "text": "UPDATE USERS SET NAME = ? WHERE USER_ID = ?", "parameters": [{"position": 1, "name": "NAME", "value": "Skywalker", "secret": false}],
                    "columns": ["NAME"], "rows": 1, "affected": null, "sample": [["Organa", 1138]], "sampleTruncated": false,
                    "problem": {"sqlstate": "23000", "code": "1062", "message": "Duplicate entry 'vader' for key Organa 4711", "parameter": null}}}],
            "diagnosis": {"code": "database.duplicate", "cause": "The value \"leia\" is there.", "remedy": "Don't repeat Skywalker.", "place": null}
        }))
        .unwrap()
    }

    #[test]
    fn no_value_of_the_exchange_is_left_wherever_it_stood() {
        let text = anonymous(&exchange()).to_string();
        for value in [
            "luke",
            "Luke",
            "Skywalker",
            "Organa",
            "1138",
            "4711",
            "vader",
            "leia",
            "10.1.2.3",
            "attributes=userName",
        ] {
            assert!(!text.contains(value), "{value} in {text}");
        }
    }

    #[test]
    fn what_says_why_it_failed_stays() {
        let told = anonymous(&exchange());
        assert_eq!(
            told["path"],
            "/ws/rest/hr/scim/v2/Users/•••?attributes=•••&count=2"
        );
        assert_eq!(told["cause"], "There is already a user with the id •••.");
        assert_eq!(told["diagnosis"]["code"], "database.duplicate");
        assert_eq!(told["diagnosis"]["remedy"], "Don't repeat •••.");
        let statement = &told["steps"][0]["statement"];
        assert_eq!(
            statement["text"],
            "UPDATE USERS SET NAME = ? WHERE USER_ID = ?"
        );
        assert_eq!(statement["problem"]["sqlstate"], "23000");
        let shape = &told["request"]["body"]["shape"];
        assert_eq!((&shape["active"], &shape["n"]), (&json!(true), &json!(0)));
        assert_eq!(
            shape["schemas"][0],
            "urn:ietf:params:scim:schemas:core:2.0:User"
        );
        assert_eq!(
            told["request"]["headers"]["Content-Type"],
            "application/scim+json"
        );
    }
}
