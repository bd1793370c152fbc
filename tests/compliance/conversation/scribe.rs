//! Writes a conversation down while it goes on, in words that are the same for every run and database.

use std::fmt::Write as _;

use anyhow::ensure;
use serde_json::{Map, Value, json};
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Reader};
use sluice_tests::support::snapshot;

use super::{ID, PATCH, Variant};

/// Headers of an answer that mean something to a client.
const SHOWN: [&str; 6] = [
    "content-type",
    "location",
    "etag",
    "allow",
    "www-authenticate",
    "retry-after",
];

/// How wide a line of JSON may be before it is broken.
const WIDTH: usize = 110;

/// A conversation, written down while it goes on.
pub(super) struct Scribe<'s> {
    pub client: &'s Client,
    on: On,
    pub variant: Variant,
    /// The condition of the next request: a header and its value.
    pub condition: Option<(&'static str, String)>,
    /// Every version that was seen, in this order.
    pub versions: Vec<String>,
    pub text: String,
}

impl<'s> Scribe<'s> {
    pub(super) fn new(client: &'s Client, on: On, variant: Variant) -> Self {
        Self {
            client,
            on,
            variant,
            condition: None,
            versions: Vec::new(),
            text: String::new(),
        }
    }

    /// Sends, checks what holds for every answer, and writes both down.
    pub(super) async fn ask(
        &mut self,
        why: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut request = self.client.request(method, path);
        write!(self.text, "\n## {why}\n\n{method} {path}\n")?;
        if let Some((name, value)) = self.condition.take() {
            request = request.header(name, &value);
            let value = self.numbered(&value);
            writeln!(self.text, "{name}: {value}")?;
        }
        if let Some(body) = body {
            let content_type = if self.variant.old {
                "application/json"
            } else {
                "application/scim+json"
            };
            request = request
                .header("content-type", content_type)
                .body(body.to_string());
            let shown = self.shown(body)?;
            write!(self.text, "Content-Type: {content_type}\n\n{shown}\n")?;
        }
        let answer = Client::send(request).await?;
        self.hear(&answer)?;
        Ok(answer.json)
    }

    pub(super) fn hear(&mut self, answer: &Answered) -> anyhow::Result<()> {
        ensure!(
            answer.headers.contains_key("x-sluice-exchange"),
            "no exchange to look up"
        );
        write!(self.text, "\n→ {}\n", answer.status)?;
        let header = |name: &str| {
            let value = answer.headers.get(name)?;
            value.to_str().ok()
        };
        let (etag, version) = (header("etag"), answer.json["meta"]["version"].as_str());
        // A projection may leave the version out.
        ensure!(
            version.is_none() || etag == version,
            "ETag {etag:?}, meta.version {version:?} (RFC 7644 §3.14)"
        );
        for name in SHOWN {
            if let Some(value) = header(name) {
                let value = if name == "etag" {
                    self.numbered(value)
                } else {
                    self.without_host(value)
                };
                writeln!(self.text, "{name}: {value}")?;
            }
        }
        if answer.text.is_empty() {
            return Ok(());
        }
        ensure!(
            !answer.json.is_null(),
            "an answer that is no JSON: {}",
            answer.text
        );
        let shown = self.shown(&answer.json)?;
        write!(self.text, "\n{shown}\n")?;
        Ok(())
    }

    fn without_host(&self, text: &str) -> String {
        let host = self.client.base.split("/ws/").next().unwrap_or_default();
        text.replace(host, "https://host:1443")
    }

    /// The number of a version in place of what it is made of.
    fn numbered(&mut self, version: &str) -> String {
        let known = self.versions.iter().position(|known| known == version);
        let number = known.unwrap_or_else(|| {
            self.versions.push(version.to_owned());
            self.versions.len() - 1
        });
        format!("W/\"‹version {}›\"", number + 1)
    }

    fn shown(&mut self, value: &Value) -> anyhow::Result<String> {
        let mut value = value.clone();
        settle(&mut value, self.on.lowers_names(), &mut |version| {
            self.numbered(version)
        });
        let mut text = String::new();
        pretty(&value, 0, &mut text)?;
        Ok(self.without_host(&text))
    }

    /// The user as the agent reads it before it changes something.
    pub(super) async fn current(&mut self, why: &str) -> anyhow::Result<Value> {
        self.ask(why, "GET", &format!("Users/{ID}"), None).await
    }

    pub(super) async fn replace(&mut self, why: &str, user: &Value) -> anyhow::Result<Value> {
        self.ask(why, "PUT", &format!("Users/{ID}"), Some(user))
            .await
    }

    pub(super) async fn patch(&mut self, why: &str, operations: Value) -> anyhow::Result<Value> {
        let body = json!({"schemas": [PATCH], "Operations": operations});
        self.ask(why, "PATCH", &format!("Users/{ID}"), Some(&body))
            .await
    }

    /// Writes down what the database has of the user, as a connection of the test's own reads it.
    pub(super) async fn look(&mut self, reader: &mut Reader) -> anyhow::Result<()> {
        let columns = [
            "USERNAME",
            "FIRSTNAME",
            "LASTNAME",
            "EMAIL",
            "NICKNAME",
            "DEPARTMENT",
            "TITLE",
            "HIREDATE",
            "PASSWORD_HASH",
            "IS_ACTIVE",
        ];
        let sql = format!(
            "SELECT {} FROM USERS WHERE USER_ID = '{ID}'",
            columns.join(", ")
        );
        let rows = reader.rows(&sql).await?;
        ensure!(rows.len() == 1, "{} rows", rows.len());
        self.text.push_str("\n## What the database has now\n\n");
        for (column, value) in columns.iter().zip(&rows[0]) {
            writeln!(
                self.text,
                "{column:<14}{}",
                value.as_deref().unwrap_or("NULL")
            )?;
        }
        let sql =
            format!("SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = '{ID}' ORDER BY ENT_ID");
        let held = reader.rows(&sql).await?;
        let held: Vec<&str> = held.iter().filter_map(|row| row[0].as_deref()).collect();
        writeln!(self.text, "entitlements  {}", held.join(", "))?;
        Ok(())
    }

    /// Ends a conversation and holds it against its file.
    pub(super) fn end(&mut self, name: &str, about: &str) -> anyhow::Result<()> {
        let made = format!(
            "# {about}\n\nBase URL: https://host:1443{}. Every request has the header \
             Authorization: Bearer\nand the token, every answer X-Sluice-Exchange.\n{}",
            self.variant.root(),
            std::mem::take(&mut self.text)
        );
        snapshot::assert_file(
            &format!(
                "tests/compliance/conversations/{}/{name}.txt",
                self.variant.name
            ),
            &made,
        )
    }
}

/// Puts versions in other words, and names of columns into upper case where the database lowers them.
fn settle(value: &mut Value, lowered: bool, numbered: &mut impl FnMut(&str) -> String) {
    let upper = |name: &str| match name.strip_prefix("ext_") {
        Some(column) if lowered => format!("ext_{}", column.to_uppercase()),
        _ => name.to_owned(),
    };
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| settle(value, lowered, numbered)),
        Value::Object(members) => {
            let is_column = members
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|name| name.starts_with("ext_"));
            let settled: Map<String, Value> = std::mem::take(members)
                .into_iter()
                .map(|(name, mut value)| {
                    settle(&mut value, lowered, numbered);
                    match (name.as_str(), &value) {
                        ("version", Value::String(text)) => value = json!(numbered(text)),
                        // SQLite has no type for a time and shows the text that was stored.
                        ("ext_CHANGED_AT", Value::String(text)) => {
                            value = json!(text.replacen(' ', "T", 1));
                        }
                        (urn, Value::Object(columns))
                            if lowered && urn.ends_with(":user:custom") =>
                        {
                            let columns = columns.clone().into_iter();
                            let upper = columns.map(|(name, value)| (name.to_uppercase(), value));
                            value = Value::Object(upper.collect());
                        }
                        ("name", Value::String(text)) => value = json!(upper(text)),
                        ("description", Value::String(text)) if is_column && lowered => {
                            value = json!(text.to_uppercase());
                        }
                        _ => {}
                    }
                    (upper(&name), value)
                })
                .collect();
            *members = settled;
        }
        _ => {}
    }
}

/// JSON with a line for each member; what is short stands on one line, and so does an attribute of a
/// schema, because they are read one below the other.
fn pretty(value: &Value, indent: usize, text: &mut String) -> anyhow::Result<()> {
    let short = one_line(value)?;
    let (open, close, items): (_, _, Vec<(String, &Value)>) = match value {
        Value::Array(values) => (
            '[',
            ']',
            values.iter().map(|v| (String::new(), v)).collect(),
        ),
        Value::Object(members) => {
            let named = members
                .iter()
                .map(|(name, v)| (format!("{}: ", json!(name)), v));
            ('{', '}', named.collect())
        }
        _ => (' ', ' ', Vec::new()),
    };
    let is_attribute = value.get("mutability").is_some() && value.get("subAttributes").is_none();
    let is_short = is_attribute || indent + short.chars().count() <= WIDTH;
    if items.is_empty() || indent > 0 && is_short {
        text.push_str(&short);
        return Ok(());
    }
    writeln!(text, "{open}")?;
    let last = items.len() - 1;
    for (at, (name, item)) in items.into_iter().enumerate() {
        write!(text, "{:1$}{name}", "", indent + 2)?;
        pretty(item, indent + 2, text)?;
        text.push_str(if at == last { "\n" } else { ",\n" });
    }
    write!(text, "{:indent$}{close}", "")?;
    Ok(())
}

fn one_line(value: &Value) -> anyhow::Result<String> {
    Ok(match value {
        Value::Array(values) => {
            let items = values
                .iter()
                .map(one_line)
                .collect::<anyhow::Result<Vec<_>>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let items = members
                .iter()
                .map(|(name, value)| Ok(format!("{}: {}", json!(name), one_line(value)?)))
                .collect::<anyhow::Result<Vec<_>>>()?;
            format!("{{{}}}", items.join(", "))
        }
        other => other.to_string(),
    })
}
