//! What the agent and the server say to each other, as texts that a person can read: a file for each
//! conversation below `conversations/`, and the same file for every database.
//!
//! **Invariant:** only what differs from run to run is put in other words (host, versions), and names
//! of columns, which PostgreSQL keeps in lower case. To add a conversation: a function that asks, a
//! line in [`record`], and `UPDATE=1`; then read what was written.

use std::fmt::Write as _;

use anyhow::{Context as _, ensure};
use serde_json::{Map, Value, json};
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Reader, Site};
use sluice_tests::support::snapshot;

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ID: &str = "testuser@example.com";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

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

/// A profile with a form of errors, and the application of the demo that has them.
#[derive(Clone, Copy)]
struct Variant {
    /// The folder's name.
    name: &'static str,
    application: &'static str,
    /// Profile `columns`, else `core`.
    columns: bool,
    /// Whether the demo's two applications change their forms of errors.
    crossed: bool,
}

const COLUMNS_ORIGINAL: Variant = Variant {
    name: "columns-original",
    application: "jdbc_on_prem",
    columns: true,
    crossed: false,
};
const CORE_RFC: Variant = Variant {
    name: "core-rfc",
    application: "core",
    columns: false,
    crossed: false,
};
const COLUMNS_RFC: Variant = Variant {
    name: "columns-rfc",
    crossed: true,
    ..COLUMNS_ORIGINAL
};
const CORE_ORIGINAL: Variant = Variant {
    name: "core-original",
    crossed: true,
    ..CORE_RFC
};

/// A conversation, written down while it goes on.
struct Scribe<'s> {
    client: &'s Client,
    on: On,
    variant: Variant,
    text: String,
}

impl Scribe<'_> {
    /// Sends, checks what holds for every answer, and writes both down.
    async fn ask(
        &mut self,
        why: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut request = self.client.request(method, path);
        write!(self.text, "\n## {why}\n\n{method} {path}\n")?;
        if let Some(body) = body {
            let content_type = "application/scim+json";
            request = request
                .header("content-type", content_type)
                .body(body.to_string());
            write!(
                self.text,
                "Content-Type: {content_type}\n\n{}\n",
                self.shown(body)?
            )?;
        }
        let answer = Client::send(request).await?;
        self.hear(&answer)?;
        Ok(answer.json)
    }

    fn hear(&mut self, answer: &Answered) -> anyhow::Result<()> {
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
        ensure!(
            etag == version,
            "ETag {etag:?}, meta.version {version:?} (RFC 7644 §3.14)"
        );
        for name in SHOWN {
            if let Some(value) = header(name) {
                let value = if name == "etag" {
                    "W/\"‹version›\""
                } else {
                    value
                };
                writeln!(self.text, "{name}: {}", self.without_host(value))?;
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
        write!(self.text, "\n{}\n", self.shown(&answer.json)?)?;
        Ok(())
    }

    fn without_host(&self, text: &str) -> String {
        let host = self.client.base.split("/ws/").next().unwrap_or_default();
        text.replace(host, "https://host:1443")
    }

    fn shown(&self, value: &Value) -> anyhow::Result<String> {
        let mut value = value.clone();
        settle(&mut value, self.on.lowers_names());
        let mut text = String::new();
        pretty(&value, 0, &mut text)?;
        Ok(self.without_host(&text))
    }

    /// The user as the agent reads it before it changes something.
    async fn current(&mut self, why: &str) -> anyhow::Result<Value> {
        self.ask(why, "GET", &format!("Users/{ID}"), None).await
    }

    async fn replace(&mut self, why: &str, user: &Value) -> anyhow::Result<Value> {
        self.ask(why, "PUT", &format!("Users/{ID}"), Some(user))
            .await
    }

    async fn patch(&mut self, why: &str, operations: Value) -> anyhow::Result<Value> {
        let body = json!({"schemas": [PATCH], "Operations": operations});
        self.ask(why, "PATCH", &format!("Users/{ID}"), Some(&body))
            .await
    }

    /// Writes down what the database has of the user, as a connection of the test's own reads it.
    async fn look(&mut self, reader: &mut Reader) -> anyhow::Result<()> {
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
    fn end(&mut self, name: &str, about: &str) -> anyhow::Result<()> {
        let made = format!(
            "# {about}\n\nBase URL: https://host:1443/ws/rest/{}/scim/v2/. Every request has the header \
             Authorization: Bearer\nand the token, every answer X-Sluice-Exchange.\n{}",
            self.variant.application,
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
fn settle(value: &mut Value, lowered: bool) {
    let upper = |name: &str| match name.strip_prefix("ext_") {
        Some(column) if lowered => format!("ext_{}", column.to_uppercase()),
        _ => name.to_owned(),
    };
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| settle(value, lowered)),
        Value::Object(members) => {
            let is_column = members
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|name| name.starts_with("ext_"));
            let settled: Map<String, Value> = std::mem::take(members)
                .into_iter()
                .map(|(name, mut value)| {
                    settle(&mut value, lowered);
                    match (name.as_str(), &value) {
                        ("version", Value::String(_)) => value = json!("W/\"‹version›\""),
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

/// Four people and four entitlements, so that a person can read all of them: one who is inactive, one
/// who holds nothing, one whose entitlement has no description.
async fn few(site: &mut Site) -> anyhow::Result<()> {
    let people = "('yoda@galaxy.local', 'luke.skywalker@galaxy.local', 'c3-po@galaxy.local', \
                  'darth.vader@galaxy.local')";
    for sql in [
        format!(
            "DELETE FROM USERENTITLEMENTS WHERE USER_ID NOT IN {people} OR ENT_ID NOT IN (1, 2, 3, 10)"
        ),
        format!("DELETE FROM USERS WHERE USER_ID NOT IN {people}"),
        "DELETE FROM ENTITLEMENTS WHERE ENT_ID NOT IN (1, 2, 3, 10)".to_owned(),
    ] {
        site.reader.run(&sql).await?;
    }
    Ok(())
}

/// The demo's configuration with the two forms of errors exchanged.
fn crossed(text: &str) -> String {
    text.replace("compatibility = \"original\"", "compatibility = \"-\"")
        .replace("compatibility = \"rfc\"", "compatibility = \"original\"")
        .replace("compatibility = \"-\"", "compatibility = \"rfc\"")
}

/// The user as the provider pushes it: everything of its profile, a password nobody uses, its own id.
fn pushed(variant: Variant, title: &str, entitlements: &[(&str, &str)]) -> Value {
    let held: Vec<Value> = entitlements
        .iter()
        .map(|(id, name)| json!({"value": id, "display": name, "type": "Entitlements"}))
        .collect();
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION]);
    if variant.columns {
        json!({
            "schemas": schemas, "userName": ID, "externalId": "00u1a2b3c4d5e6f7g8h9", "active": true,
            "password": "a placeholder", "groups": [], "entitlements": held,
            EXTENSION: {
                "ext_USER_ID": ID, "ext_USERNAME": ID, "ext_FIRSTNAME": "Test", "ext_LASTNAME": "O'Hara",
                "ext_EMAIL": ID, "ext_TITLE": title, "ext_HIREDATE": "2025-01-15",
                "ext_DEPARTMENT": "Überprüfung 😀"
            }
        })
    } else {
        json!({
            "schemas": schemas, "userName": ID, "externalId": "00u1a2b3c4d5e6f7g8h9", "active": true,
            "name": {"givenName": "Test", "familyName": "O'Hara"},
            "emails": [{"primary": true, "value": ID, "type": "work"}],
            "title": title, "password": "a placeholder", "groups": [], "entitlements": held,
            EXTENSION: {"department": "Überprüfung 😀"}
        })
    }
}

async fn set_up(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    for (why, path) in [
        ("The agent tests the connection", "ServiceProviderConfig"),
        ("It asks which resources there are", "ResourceTypes"),
        ("It asks which attributes they have", "Schemas"),
        (
            "It asks for the values of the entitlement type",
            "Entitlements?startIndex=1&count=100",
        ),
        ("One of them", "Entitlements/10"),
    ] {
        scribe.ask(why, "GET", path, None).await?;
    }
    scribe.end(
        "set-up",
        "Set-up: the provider connects, and learns what there is",
    )
}

async fn import(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    for (why, path) in [
        (
            "The first page; the provider asks the same to see whether an import would work",
            "Users?startIndex=1&count=2",
        ),
        (
            "The second page, which is the last",
            "Users?startIndex=3&count=2",
        ),
        ("A page beyond the end", "Users?startIndex=5&count=2"),
        ("The groups", "Groups?startIndex=1&count=100"),
    ] {
        scribe.ask(why, "GET", path, None).await?;
    }
    scribe.end(
        "import",
        "Import: all users that Get users gives, page by page",
    )
}

async fn life(scribe: &mut Scribe<'_>, reader: &mut Reader) -> anyhow::Result<()> {
    let look_up = format!("Users?filter=userName%20eq%20%22{ID}%22&startIndex=1&count=100");
    let new = pushed(
        scribe.variant,
        "Tester",
        &[("1", "VPN Access"), ("2", "GitHub Admin")],
    );
    scribe
        .ask(
            "A person is assigned: is the user there?",
            "GET",
            &look_up,
            None,
        )
        .await?;
    let created = scribe
        .ask("It is not, so it is made", "POST", "Users", Some(&new))
        .await?;
    ensure!(created["id"] == ID, "{created}");
    scribe
        .replace(
            "The provider pushes the same once more, a moment later",
            &new,
        )
        .await?;

    let mut user = scribe
        .current("An attribute changes: the user as it is")
        .await?;
    let changed = pushed(scribe.variant, "Lead Tester", &[]);
    for name in ["title", EXTENSION] {
        if let (Some(from), Some(to)) = (changed.get(name), user.get_mut(name)) {
            *to = from.clone();
        }
    }
    scribe.replace("The user with another title", &user).await?;

    user = scribe
        .current("An entitlement is added: the user as it is")
        .await?;
    let held = user["entitlements"]
        .as_array_mut()
        .context("no entitlements")?;
    held.push(json!({"value": "10", "display": "Salesforce", "type": "Entitlements"}));
    scribe
        .replace("The whole list with one more", &user)
        .await?;
    user = scribe
        .current("Two are taken away: the user as it is")
        .await?;
    let held = user["entitlements"]
        .as_array_mut()
        .context("no entitlements")?;
    held.retain(|held| held["value"] == "10");
    scribe
        .replace("The whole list with two less", &user)
        .await?;

    user = scribe
        .current("The person is unassigned: the user as it is")
        .await?;
    user["active"] = json!(false);
    scribe.replace("The user is deactivated", &user).await?;
    scribe
        .ask("It is still found", "GET", &look_up, None)
        .await?;
    user = scribe
        .current("The person comes back: the user as it is")
        .await?;
    user["active"] = json!(true);
    scribe.replace("The user is reactivated", &user).await?;
    scribe
        .ask("The user is made once more", "POST", "Users", Some(&new))
        .await?;
    scribe.look(reader).await?;
    scribe.end(
        "life",
        "Life of a user: made, changed, entitled, deactivated, reactivated",
    )
}

/// What other clients of the same provider and of others send.
async fn changes(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    scribe
        .patch(
            "Deactivated by PATCH without a path",
            json!([{"op": "replace", "value": {"active": false}}]),
        )
        .await?;
    scribe
        .patch(
            "Reactivated by PATCH with a path, as another provider writes it",
            json!([{"op": "Replace", "path": "active", "value": "True"}]),
        )
        .await?;
    let (title, none) = if scribe.variant.columns {
        (
            format!("{EXTENSION}:ext_TITLE"),
            format!("{EXTENSION}:ext_NICKNAME"),
        )
    } else {
        ("title".to_owned(), "nickName".to_owned())
    };
    scribe
        .patch(
            "An attribute is set and another removed",
            json!([{"op": "replace", "path": title, "value": "Chief Tester"}, {"op": "remove", "path": none}]),
        )
        .await?;
    scribe
        .patch(
            "An entitlement is added",
            json!([{"op": "add", "path": "entitlements", "value": [{"value": "3"}]}]),
        )
        .await?;
    scribe
        .patch(
            "One is taken away",
            json!([{"op": "remove", "path": "entitlements[value eq \"3\"]"}]),
        )
        .await?;
    scribe
        .patch(
            "One that the database does not have: nothing changes",
            json!([{"op": "replace", "path": title, "value": "Nobody"},
                   {"op": "add", "path": "entitlements", "value": [{"value": "99"}]}]),
        )
        .await?;
    scribe.current("The user is as it was").await?;
    let attributes = format!("Users/{ID}?attributes=userName,active");
    scribe
        .ask("Two attributes only", "GET", &attributes, None)
        .await?;
    scribe
        .ask(
            "Everybody who is active, by name, backwards",
            "GET",
            "Users?filter=active%20eq%20true&sortBy=userName&sortOrder=descending&attributes=userName&count=3",
            None,
        )
        .await?;
    scribe
        .ask(
            "The user is deleted",
            "DELETE",
            &format!("Users/{ID}"),
            None,
        )
        .await?;
    scribe.current("And is gone, or inactive").await?;
    scribe.end(
        "changes",
        "Changes: PATCH, filters, attributes and DELETE, which this provider's agent does not send",
    )
}

async fn mistakes(scribe: &mut Scribe<'_>) -> anyhow::Result<()> {
    let nobody = json!({"userName": "nobody@example.com"});
    scribe
        .ask(
            "Somebody who is not there",
            "GET",
            "Users/nobody@example.com",
            None,
        )
        .await?;
    scribe
        .ask(
            "A replace never makes a user",
            "PUT",
            "Users/nobody@example.com",
            Some(&nobody),
        )
        .await?;
    scribe
        .ask(
            "A filter that cannot be read",
            "GET",
            "Users?filter=userName%20eq",
            None,
        )
        .await?;
    scribe
        .ask(
            "A method that is not served",
            "POST",
            "Schemas",
            Some(&json!({})),
        )
        .await?;
    let mut odd = pushed(scribe.variant, "Tester", &[("99", "Unknown")]);
    scribe
        .ask(
            "An entitlement that is not there",
            "POST",
            "Users",
            Some(&odd),
        )
        .await?;
    odd["active"] = json!("perhaps");
    scribe
        .ask("A state that is none", "POST", "Users", Some(&odd))
        .await?;
    let stranger = scribe
        .client
        .http
        .get(format!("{}Users", scribe.client.base));
    write!(
        scribe.text,
        "\n## A request without the token\n\nGET Users\n"
    )?;
    let answer = Client::send(stranger).await?;
    scribe.hear(&answer)?;
    scribe.end("mistakes", "Mistakes, and what is said of them")
}

async fn record(on: On, variant: Variant) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| {
        if variant.crossed {
            crossed(&text)
        } else {
            text
        }
    })
    .await?;
    few(&mut site).await?;
    let client = site.server.client()?;
    let client = client.at(&site.server.base_of(variant.application));
    let mut scribe = Scribe {
        client: &client,
        on,
        variant,
        text: String::new(),
    };
    // Where the forms are crossed, only what they decide is worth a file.
    if !variant.crossed {
        set_up(&mut scribe).await?;
        import(&mut scribe).await?;
    }
    mistakes(&mut scribe).await?;
    life(&mut scribe, &mut site.reader).await?;
    changes(&mut scribe).await
}

async fn as_the_original_with_columns(on: On) -> anyhow::Result<()> {
    record(on, COLUMNS_ORIGINAL).await
}

async fn as_the_rfc_with_core_attributes(on: On) -> anyhow::Result<()> {
    record(on, CORE_RFC).await
}

async fn as_the_rfc_with_columns(on: On) -> anyhow::Result<()> {
    record(on, COLUMNS_RFC).await
}

async fn as_the_original_with_core_attributes(on: On) -> anyhow::Result<()> {
    record(on, CORE_ORIGINAL).await
}

crate::on_every_dialect!(
    as_the_original_with_columns,
    as_the_rfc_with_core_attributes,
    as_the_rfc_with_columns,
    as_the_original_with_core_attributes,
);

// The forms of errors are not the driver's, so the crossed ones are not asked for once more.
crate::on_every_dialect! { @module mariadb_by_odbc OdbcMariaDb as_the_original_with_columns as_the_rfc_with_core_attributes }
crate::on_every_dialect! { @module postgresql_by_odbc OdbcPostgreSql as_the_original_with_columns as_the_rfc_with_core_attributes }
