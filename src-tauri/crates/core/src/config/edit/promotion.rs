//! Bringing an application, as one configuration has it, into another: from test to production.
//!
//! **Invariant:** what belongs to an environment stays the target's: where its database is, who logs
//! in there, how it is labelled, how the provider proves who it is. Nothing but the named application
//! and, where it is asked for, the pool and the time limit of its connection is touched.
//!
//! To keep one more key: a line in [`KEPT`] or [`KEPT_OF_CONNECTION`].

use toml_edit::{Item, Table};

use super::{child, read, table_of};
use crate::config::ConfigError;

/// Keys of an application that stay the target's: paths below `[applications.NAME]`.
pub const KEPT: [&[&str]; 3] = [&["connection"], &["authentication"], &["v1", "urn"]];

/// Keys of a connection that stay the target's.
pub const KEPT_OF_CONNECTION: [&str; 11] = [
    "dialect",
    "environment",
    "url",
    "path",
    "odbc",
    "host",
    "port",
    "database",
    "user",
    "tls",
    "properties",
];

/// What is brought where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion<'a> {
    /// The application's name in the source.
    pub from: &'a str,
    /// Its name in the target; it is made where it is not there.
    pub to: &'a str,
    /// The connection of an application that is made.
    pub connection: Option<&'a str>,
    /// Whether the pool and the time limit of the connection come too.
    pub with_pool: bool,
}

/// The target's text with an application as the source has it, its comments included.
///
/// # Errors
/// [`ConfigError`]: a text that is no TOML, an application that the source does not have, a new
/// application without a connection.
pub fn promote(
    source: &str,
    target: &str,
    promotion: &Promotion<'_>,
) -> Result<String, ConfigError> {
    let (mut from, mut to) = (read(source)?, read(target)?);
    let mut item = from
        .get_mut("applications")
        .and_then(Item::as_table_like_mut)
        .and_then(|all| all.remove(promotion.from))
        .ok_or_else(|| {
            ConfigError::new(
                format!("The source has no application \"{}\".", promotion.from),
                "Choose one of those it has.",
            )
        })?;
    let source_connection = text_of(&item, "connection");
    let applications = child(to.as_item_mut(), "applications", true)?;
    let applications = table_of(applications, "applications")?;
    let old = applications.get(promotion.to);
    if old.is_none() && promotion.connection.is_none() {
        return Err(ConfigError::new(
            format!(
                "The application \"{}\" is new here and has no connection.",
                promotion.to
            ),
            "Choose the connection that it works with here.",
        ));
    }
    for path in KEPT {
        keep(&mut item, old, path);
    }
    if let (None, Some(connection), Some(table)) =
        (old, promotion.connection, item.as_table_like_mut())
    {
        table.insert("connection", connection.into());
    }
    let connection = text_of(&item, "connection");
    let position = old.and_then(|old| old.as_table()?.position());
    settle(&mut item);
    if let Item::Table(table) = &mut item {
        table.set_position(position);
    }
    applications.insert(promotion.to, item);
    if promotion.with_pool
        && let (Some(source_name), Some(name)) = (source_connection, connection)
    {
        pool(&from, &mut to, &source_name, &name)?;
    }
    Ok(to.to_string())
}

/// What the connection of one says beside where it leads, in the place of what the other says.
fn pool(
    from: &toml_edit::DocumentMut,
    to: &mut toml_edit::DocumentMut,
    source: &str,
    target: &str,
) -> Result<(), ConfigError> {
    let of = |document: &toml_edit::DocumentMut, name: &str| -> Option<Item> {
        document
            .get("connections")?
            .as_table_like()?
            .get(name)
            .cloned()
    };
    let Some(mut item) = of(from, source) else {
        return Err(ConfigError::new(
            format!("The source has no connection \"{source}\"."),
            "Leave its pool and time limit out.",
        ));
    };
    let old = of(to, target);
    for key in KEPT_OF_CONNECTION {
        keep(&mut item, old.as_ref(), &[key]);
    }
    settle(&mut item);
    if let Item::Table(table) = &mut item {
        table.set_position(old.as_ref().and_then(|old| old.as_table()?.position()));
    }
    let connections = child(to.as_item_mut(), "connections", true)?;
    table_of(connections, "connections")?.insert(target, item);
    Ok(())
}

fn text_of(item: &Item, key: &str) -> Option<String> {
    Some(item.as_table_like()?.get(key)?.as_str()?.to_owned())
}

/// Gives a key the value it has in `old`; takes it out where it has none there.
fn keep(item: &mut Item, old: Option<&Item>, path: &[&str]) {
    let Some((key, above)) = path.split_last() else {
        return;
    };
    let mut before = old;
    for table in above {
        before = before.and_then(|item| item.as_table_like()?.get(table));
    }
    let before = before
        .and_then(|item| item.as_table_like()?.get(key))
        .cloned();
    let mut place = item;
    for table in above {
        let Some(all) = place.as_table_like_mut() else {
            return;
        };
        if !all.contains_key(table) {
            if before.is_none() {
                return;
            }
            all.insert(table, Item::Table(Table::new()));
        }
        match all.get_mut(table) {
            Some(next) => place = next,
            None => return,
        }
    }
    if let Some(table) = place.as_table_like_mut() {
        match before {
            Some(value) => {
                table.insert(key, value);
            }
            None => {
                table.remove(key);
            }
        }
    }
}

/// Lets the tables below stand where their parent does, not where they stood in the other text.
fn settle(item: &mut Item) {
    if let Item::Table(table) = item {
        table.set_position(None);
        for (_, below) in table.iter_mut() {
            settle(below);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Workspace};
    use crate::operation::Operation;

    const TEST: &str = r#"
[connections.hr_test]
dialect = "postgresql"
environment = "test"
host = "test-db"
database = "hr"
user = "tester"
statement_timeout_ms = 5000
[connections.hr_test.pool]
maximumPoolSize = 25

[applications.hr]
connection = "hr_test"
profile = "columns" # as the original
status_column = "IS_ACTIVE"
[applications.hr.authentication]
kind = "basic"
user = "test_agent"
[applications.hr.v1]
urn = "urn:okta:hr_test:1.0:user:custom"
errors = "sdk"
[applications.hr.operations.get_users]
# In the order of the pages.
kind = "sql"
statement = "SELECT * FROM USERS ORDER BY USER_ID"
"#;

    const PRODUCTION: &str = r#"# Production
[connections.main]
dialect = "postgresql"
environment = "production"
host = "db.example.com"
database = "hr"
user = "sluice"

[applications.people]
connection = "main"
profile = "columns"
user_id_column = "ID"
[applications.people.operations.get_users]
kind = "sql"
statement = "SELECT 1"


[applications.pay]
connection = "main"
profile = "columns"
"#;

    fn promotion<'a>(to: &'a str, connection: Option<&'a str>, with_pool: bool) -> Promotion<'a> {
        Promotion {
            from: "hr",
            to,
            connection,
            with_pool,
        }
    }

    #[test]
    fn an_application_comes_with_its_comments_and_what_belongs_to_the_target_stays() {
        let target = PRODUCTION;
        let text = promote(TEST, target, &promotion("people", None, false)).unwrap();
        let after = Workspace::parse(&text).unwrap();
        let people = &after.applications["people"];
        assert_eq!(people.connection.as_deref(), Some("main"));
        assert_eq!(people.status_column.as_deref(), Some("IS_ACTIVE"));
        assert_eq!(
            people.user_id_column, "USER_ID",
            "what the source leaves to its default"
        );
        assert_eq!(
            people.authentication,
            crate::config::Authentication::default()
        );
        assert_eq!(people.v1.urn, None);
        assert_eq!(
            people.operations[&Operation::GetUsers].statement,
            "SELECT * FROM USERS ORDER BY USER_ID"
        );
        assert!(text.contains("# In the order of the pages.") && text.starts_with("# Production"));
        let before = Workspace::parse(target).unwrap();
        assert_eq!(after.connections, before.connections);
        let order: Vec<&String> = after.applications.keys().collect();
        assert_eq!(order, ["people", "pay"]);
    }

    #[test]
    fn the_pool_comes_where_it_is_asked_for_and_the_address_never() {
        let target = PRODUCTION;
        let text = promote(TEST, target, &promotion("people", None, true)).unwrap();
        let main = &Workspace::parse(&text).unwrap().connections["main"];
        assert_eq!(
            (main.pool.maximum_pool_size, main.statement_timeout_ms),
            (25, 5000)
        );
        assert_eq!(
            (
                main.address().as_str(),
                main.user.as_deref(),
                main.environment
            ),
            (
                "db.example.com:5432/hr",
                Some("sluice"),
                Environment::Production
            )
        );
        assert!(!text.contains("test-db") && !text.contains("tester"));
    }

    #[test]
    fn a_new_application_needs_a_connection_of_the_target() {
        let target = PRODUCTION;
        let refused = promote(TEST, target, &promotion("hr", None, false)).unwrap_err();
        assert!(refused.cause.contains("no connection"));
        let text = promote(TEST, target, &promotion("hr", Some("main"), false)).unwrap();
        let after = Workspace::parse(&text).unwrap();
        assert_eq!(after.applications["hr"].connection.as_deref(), Some("main"));
        assert_eq!(after.applications.len(), 3);
        assert!(!text.contains("test_agent"));
    }
}
