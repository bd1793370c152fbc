//! What the agent and the server say to each other, as texts that a person can read: a file for each
//! conversation below `conversations/`, and the same file for every database.
//!
//! **Invariant:** only what differs from run to run is put in other words (the host; versions, which get
//! a number each), and names of columns, which PostgreSQL keeps in lower case. To add a conversation: a function that asks, a
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
    /// SCIM 1.1, else 2.0.
    old: bool,
}

const COLUMNS_ORIGINAL: Variant = Variant {
    name: "columns-original",
    application: "jdbc_on_prem",
    columns: true,
    crossed: false,
    old: false,
};
const CORE_RFC: Variant = Variant {
    name: "core-rfc",
    application: "core",
    columns: false,
    crossed: false,
    old: false,
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

const COLUMNS_1_1: Variant = Variant {
    name: "scim-1.1-columns",
    old: true,
    ..COLUMNS_ORIGINAL
};
const CORE_1_1: Variant = Variant {
    name: "scim-1.1-core",
    old: true,
    ..CORE_RFC
};

impl Variant {
    /// The path of the base URL.
    fn root(self) -> String {
        let version = if self.old { "v1" } else { "v2" };
        format!("/ws/rest/{}/scim/{version}/", self.application)
    }
}

/// A conversation, written down while it goes on.
struct Scribe<'s> {
    client: &'s Client,
    on: On,
    variant: Variant,
    /// The condition of the next request: a header and its value.
    condition: Option<(&'static str, String)>,
    /// Every version that was seen, in this order.
    versions: Vec<String>,
    text: String,
}

impl<'s> Scribe<'s> {
    fn new(client: &'s Client, on: On, variant: Variant) -> Self {
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
    async fn ask(
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
    let (title, department) = if scribe.variant.columns {
        (
            format!("{EXTENSION}:ext_TITLE"),
            format!("{EXTENSION}:ext_DEPARTMENT"),
        )
    } else {
        ("title".to_owned(), format!("{EXTENSION}:department"))
    };
    scribe
        .patch(
            "An attribute is set and another removed",
            json!([{"op": "replace", "path": title, "value": "Chief Tester"}, {"op": "remove", "path": department}]),
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
    let user = scribe.current("The user is as it was").await?;
    let version = user["meta"]["version"]
        .as_str()
        .context("no version")?
        .to_owned();
    scribe.condition = Some(("If-None-Match", version.clone()));
    scribe
        .current("Only if it is another than the one that is known")
        .await?;
    scribe.condition = Some(("If-Match", version));
    scribe
        .patch(
            "Changed, if nobody else has changed it",
            json!([{"op": "replace", "path": title, "value": "Tester"}]),
        )
        .await?;
    scribe.condition = Some(("If-Match", scribe.versions[0].clone()));
    scribe
        .patch(
            "Changed, but somebody else was quicker",
            json!([{"op": "replace", "path": title, "value": "Late"}]),
        )
        .await?;
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
    scribe
        .current("The row is still there, and not active: no row is ever deleted")
        .await?;
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

fn client(site: &Site, variant: Variant) -> anyhow::Result<Client> {
    let host = site
        .server
        .base_url
        .split("/ws/")
        .next()
        .unwrap_or_default();
    Ok(site
        .server
        .client()?
        .at(&format!("{host}{}", variant.root())))
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
    let client = client(&site, variant)?;
    let mut scribe = Scribe::new(&client, on, variant);
    // Where the forms are crossed, only what they decide is worth a file.
    if !variant.crossed {
        set_up(&mut scribe).await?;
        import(&mut scribe).await?;
    }
    mistakes(&mut scribe).await?;
    life(&mut scribe, &mut site.reader).await?;
    changes(&mut scribe).await
}

/// The configuration with a column that says when a user was changed, and the import that asks for it.
/// The demo's procedures do not know the column.
fn with_changes(text: &str) -> anyhow::Result<String> {
    let all = "SELECT * FROM USERS ORDER BY USER_ID";
    let one = "SELECT * FROM USERS WHERE USER_ID = ?";
    let mut text = text.to_owned();
    for (from, to) in [
        (
            "[applications.jdbc_on_prem]\n".to_owned(),
            "[applications.jdbc_on_prem]\nchanged_column = \"CHANGED_AT\"\n".to_owned(),
        ),
        (
            "kind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"".to_owned(),
            format!("kind = \"sql\"\nstatement = \"{all}\""),
        ),
        (
            "kind = \"procedure\"\nstatement = \"CALL GET_USER_BY_ID(?)\"".to_owned(),
            format!("kind = \"sql\"\nstatement = \"{one}\""),
        ),
    ] {
        ensure!(text.contains(&from), "the demo has no {from}");
        text = text.replacen(&from, &to, 1);
    }
    Ok(format!(
        "{text}\n[applications.jdbc_on_prem.operations.incremental_import]\nkind = \"sql\"\n\
         statement = \"SELECT * FROM USERS WHERE CHANGED_AT > ? ORDER BY USER_ID\"\n\
         parameters = [\"CHANGED_AT\"]\n"
    ))
}

async fn an_incremental_import(on: On) -> anyhow::Result<()> {
    let variant = COLUMNS_ORIGINAL;
    let mut failure = None;
    let mut site = Site::with(on, |text| match with_changes(&text) {
        Ok(text) => text,
        Err(error) => {
            failure = Some(error);
            text
        }
    })
    .await?;
    if let Some(error) = failure {
        return Err(error);
    }
    few(&mut site).await?;
    let column = match on {
        On::MariaDb | On::OdbcMariaDb => "DATETIME",
        On::PostgreSql | On::OdbcPostgreSql => "TIMESTAMP",
        On::Sqlite => "TEXT",
    };
    for sql in [
        &format!("ALTER TABLE USERS ADD COLUMN CHANGED_AT {column}"),
        "UPDATE USERS SET CHANGED_AT = '2019-01-01 00:00:00'",
        "UPDATE USERS SET CHANGED_AT = '2021-01-02 03:04:05' WHERE USER_ID = 'yoda@galaxy.local'",
        "UPDATE USERS SET CHANGED_AT = '2020-04-07 14:19:34' WHERE USER_ID = 'c3-po@galaxy.local'",
        "UPDATE USERS SET CHANGED_AT = '2020-04-07 14:19:35' WHERE USER_ID = 'darth.vader@galaxy.local'",
    ] {
        site.reader.run(sql).await?;
    }
    let client = client(&site, variant)?;
    let mut scribe = Scribe::new(&client, on, variant);
    let changed = |since: &str, start: usize| {
        format!("Users?filter=meta.lastModified%20gt%20%22{since}%22&startIndex={start}&count=1")
    };
    for (why, path) in [
        (
            "The agent tests the connection: there is a capability more",
            "ServiceProviderConfig".to_owned(),
        ),
        (
            "Who was changed since the last import: not who was changed at that second",
            changed("2020-04-07T14:19:34Z", 1),
        ),
        ("The next page", changed("2020-04-07T14:19:34Z", 2)),
        (
            "Nobody since then; the time has a zone",
            changed("2021-01-02T04:04:05%2B01:00", 1),
        ),
    ] {
        scribe.ask(why, "GET", &path, None).await?;
    }
    scribe.end(
        "incremental",
        "Incremental import: users that were changed since a time",
    )
}

/// The user as the agent of SCIM 1.1 pushes it.
fn pushed_1_1(variant: Variant, title: &str, active: bool) -> Value {
    let mut user = json!({
        "schemas": ["urn:scim:schemas:core:1.0", "urn:scim:schemas:extension:enterprise:1.0"],
        "userName": ID, "active": active, "password": "a placeholder", "title": title,
        "name": {"givenName": "Test", "familyName": "O'Hara"},
        "emails": [{"value": ID, "primary": true, "type": "primary"}]
    });
    if variant.columns {
        let urn = format!("urn:okta:{}:1.0:user:custom", variant.application);
        user["schemas"][1] = json!(urn);
        user[urn] = json!({
            "USERNAME": ID, "FIRSTNAME": "Test", "LASTNAME": "O'Hara", "EMAIL": ID, "TITLE": title
        });
    }
    user
}

async fn talk_1_1(on: On, variant: Variant) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    few(&mut site).await?;
    let client = client(&site, variant)?;
    let mut scribe = Scribe::new(&client, on, variant);
    let look_up = format!("Users?filter=userName%20eq%20%22{ID}%22&startIndex=1&count=100");
    for (why, path) in [
        ("The agent tests the connection", "ServiceProviderConfigs"),
        ("An import, the first page", "Users?startIndex=1&count=2"),
        (
            "The second page, which is the last",
            "Users?startIndex=3&count=2",
        ),
        ("The groups", "Groups?startIndex=1&count=100"),
        ("A person is assigned: is the user there?", look_up.as_str()),
    ] {
        scribe.ask(why, "GET", path, None).await?;
    }
    let new = pushed_1_1(variant, "Tester", false);
    scribe
        .ask(
            "It is not, so it is made, and is pending",
            "POST",
            "Users",
            Some(&new),
        )
        .await?;
    scribe
        .replace(
            "The user is activated",
            &pushed_1_1(variant, "Tester", true),
        )
        .await?;
    scribe
        .replace(
            "An attribute changes",
            &pushed_1_1(variant, "Lead Tester", true),
        )
        .await?;
    scribe
        .replace(
            "The user is deactivated",
            &pushed_1_1(variant, "Lead Tester", false),
        )
        .await?;
    scribe
        .ask("It is still found", "GET", &look_up, None)
        .await?;
    scribe
        .ask("The user is made once more", "POST", "Users", Some(&new))
        .await?;
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
            "ServiceProviderConfigs",
            Some(&json!({})),
        )
        .await?;
    scribe.look(&mut site.reader).await?;
    scribe.end(
        "all",
        "SCIM 1.1: the whole conversation of an agent without /v2 in its base URL",
    )
}

async fn in_scim_1_1_with_columns(on: On) -> anyhow::Result<()> {
    talk_1_1(on, COLUMNS_1_1).await
}

async fn in_scim_1_1_with_core_attributes(on: On) -> anyhow::Result<()> {
    talk_1_1(on, CORE_1_1).await
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
    an_incremental_import,
    in_scim_1_1_with_columns,
    in_scim_1_1_with_core_attributes,
);

// The forms of errors are not the driver's, so the crossed ones are not asked for once more.
crate::on_every_dialect! { @module mariadb_by_odbc OdbcMariaDb as_the_original_with_columns as_the_rfc_with_core_attributes }
crate::on_every_dialect! { @module postgresql_by_odbc OdbcPostgreSql as_the_original_with_columns as_the_rfc_with_core_attributes }
