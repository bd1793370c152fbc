//! Users imported from one table or view by the names of its columns: `[applications.NAME.import]`.
//!
//! **Invariant:** exactly the columns that the configuration names are read, names are quoted for the
//! dialect, and nothing is ever written. What the application configures itself wins.
//!
//! To add a column: a field, and its attribute in [`ImportTable::attributes`].

use serde::Deserialize;

use super::application::Application;
use super::{ConfigError, Connection, Dialect, Profile};
use crate::mapping::{Checked, Kind, Mapping, Parameter};
use crate::operation::Operation;
use crate::quote;

/// A table or view of users, and which of its columns is which attribute.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportTable {
    /// `TABLE` or `SCHEMA.TABLE`, in the letter case that the database has.
    pub table: String,
    /// What identifies a user; also the order of the pages.
    pub id: String,
    pub username: String,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub first_name: Option<String>,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub display_name: Option<String>,
    /// Without it every user is active.
    #[serde(default)]
    pub active: Option<String>,
    #[serde(default)]
    pub external_id: Option<String>,
}

/// What `user_id_column` says where nobody set it.
const USER_ID: &str = "USER_ID";

impl ImportTable {
    /// SCIM path and column, in the order of an answer.
    fn attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("userName", Some(&self.username)),
            ("externalId", self.external_id.as_ref()),
            ("displayName", self.display_name.as_ref()),
            ("name.givenName", self.first_name.as_ref()),
            ("name.familyName", self.last_name.as_ref()),
            ("emails[type eq \"work\"].value", self.email.as_ref()),
        ]
        .into_iter()
        .filter_map(|(path, column)| Some((path, column?.as_str())))
    }

    /// Key of the configuration and column.
    fn keys(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("id", Some(&self.id)),
            ("username", Some(&self.username)),
            ("email", self.email.as_ref()),
            ("first_name", self.first_name.as_ref()),
            ("last_name", self.last_name.as_ref()),
            ("display_name", self.display_name.as_ref()),
            ("active", self.active.as_ref()),
            ("external_id", self.external_id.as_ref()),
        ]
        .into_iter()
        .filter_map(|(key, column)| Some((key, column?.as_str())))
    }
}

/// Makes the mappings and attributes of an application that imports from a table; does nothing with
/// one that does not.
///
/// # Errors
/// [`ConfigError`] at its line: no connection, a name that cannot be one, a key of the application
/// that contradicts the table.
pub(super) fn settle(
    application: &mut Application,
    connection: Option<&Connection>,
    text: &str,
) -> Result<(), ConfigError> {
    let Some(import) = application.import.clone() else {
        return Ok(());
    };
    let own = format!("applications.{}", application.name);
    let table = format!("{own}.import");
    let Some(connection) = connection else {
        if application.connection.is_some() {
            // Told with the nearest name by the application's own check.
            return Ok(());
        }
        return Err(ConfigError::new(
            format!(
                "The application \"{}\" imports from a table and has no connection of this file.",
                application.name
            ),
            format!("Add connection = \"…\" to [{own}]."),
        )
        .at_key(text, &own, "connection"));
    };
    agrees(application, &import, text, &own)?;
    let quoted = |name: &str, key: &str| {
        identifier(connection.dialect, name).map_err(|remedy| {
            ConfigError::new(
                format!(
                    "\"{name}\" cannot be the name of a {}.",
                    if key == "table" { "table" } else { "column" }
                ),
                remedy,
            )
            .at_key(text, &table, key)
        })
    };
    let source = import
        .table
        .split('.')
        .map(|part| quoted(part, "table"))
        .collect::<Result<Vec<_>, _>>()?
        .join(".");
    let id = quoted(&import.id, "id")?;
    let mut columns: Vec<String> = Vec::new();
    let mut add = |column: String| {
        if !columns
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&column))
        {
            columns.push(column);
        }
    };
    for (key, column) in import.keys() {
        add(quoted(column, key)?);
    }
    // The administrator's own attributes are of the same table.
    for column in application.attributes.values() {
        let quoted = identifier(connection.dialect, column).map_err(|remedy| {
            ConfigError::new(
                format!("\"{column}\" cannot be the name of a column."),
                remedy,
            )
            .at_table(text, &format!("{own}.attributes"))
        })?;
        add(quoted);
    }
    let columns = columns.join(", ");
    let all = format!("SELECT {columns} FROM {source} ORDER BY {id}"); // identifiers only
    let one = format!("SELECT {columns} FROM {source} WHERE {id} = ?"); // identifiers only
    let mapping = |statement: String, parameters: Vec<Parameter>| Mapping {
        enabled: true,
        kind: Kind::Sql,
        statement,
        parameters,
        import: None,
        rows: None,
        checked: Checked::default(),
    };
    let key = vec![Parameter::Field(import.id.clone())];
    let operations = &mut application.operations;
    operations
        .entry(Operation::GetUsers)
        .or_insert_with(|| mapping(all, Vec::new()));
    operations
        .entry(Operation::GetUserById)
        .or_insert_with(|| mapping(one, key));
    for (path, column) in import.attributes() {
        let known = application
            .attributes
            .keys()
            .any(|known| known.eq_ignore_ascii_case(path));
        if !known {
            application
                .attributes
                .insert(path.to_owned(), column.to_owned());
        }
    }
    application.user_id_column.clone_from(&import.id);
    application.status_column.clone_from(&import.active);
    Ok(())
}

/// Whether the application says nothing else of what the table says.
fn agrees(
    application: &Application,
    import: &ImportTable,
    text: &str,
    own: &str,
) -> Result<(), ConfigError> {
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let contradiction = |key: &str, remedy: String| {
        Err(ConfigError::new(
            format!(
                "\"{key}\" of the application \"{}\" contradicts its import.",
                application.name
            ),
            remedy,
        )
        .at_key(text, own, key))
    };
    if application.profile != Profile::Core {
        return contradiction(
            "profile",
            "Remove it: an import from a table has the profile core.".to_owned(),
        );
    }
    let id = &application.user_id_column;
    if !same(id, USER_ID) && !same(id, &import.id) {
        return contradiction(
            "user_id_column",
            format!("Remove it, or write id = \"{id}\" under [{own}.import]."),
        );
    }
    if let Some(status) = &application.status_column
        && !import
            .active
            .as_deref()
            .is_some_and(|own| same(own, status))
    {
        return contradiction(
            "status_column",
            format!("Remove it, or write active = \"{status}\" under [{own}.import]."),
        );
    }
    Ok(())
}

/// A name in the dialect's quotes. Behind ODBC nobody knows the quotes before a connection is there,
/// so there a name must do without.
///
/// # Errors
/// What to write instead.
fn identifier(dialect: Dialect, name: &str) -> Result<String, &'static str> {
    if name.trim().is_empty() {
        return Err("Write a name.");
    }
    if name.contains(|c: char| c.is_control() || "\"`[]".contains(c)) {
        return Err("Write it as the database has it, without quotes: Sluice sets them.");
    }
    if dialect != Dialect::Odbc {
        return Ok(quote::identifier(dialect, name));
    }
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain {
        Ok(name.to_owned())
    } else {
        Err(
            "Behind ODBC only letters, digits and underscores are possible; map get_users and get_user_by_id yourself.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Workspace;
    use crate::usecase::capabilities;
    use sluice_scim::discovery::Capability;

    // The columns of a public connector's example.
    const TEXT: &str = r#"[connections.hr]
dialect = "sqlserver"
host = "127.0.0.1"
database = "hr"
user = "reader"
[applications.hr]
connection = "hr"
[applications.hr.import]
table = "HR.PEOPLE"
id = "user_id"
username = "email"
email = "email"
first_name = "first_name"
last_name = "last_name"
display_name = "display_name"
active = "is_active"
external_id = "employee_id"
"#;

    fn application(text: &str) -> Application {
        Workspace::parse(text).unwrap().applications["hr"].clone()
    }

    fn statement(application: &Application, operation: Operation) -> &str {
        &application.mapping(operation).unwrap().statement
    }

    #[test]
    fn exactly_the_named_columns_are_read_in_the_order_of_the_id() {
        let hr = application(TEXT);
        assert_eq!(
            statement(&hr, Operation::GetUsers),
            "SELECT [user_id], [email], [first_name], [last_name], [display_name], [is_active], \
             [employee_id] FROM [HR].[PEOPLE] ORDER BY [user_id]"
        );
        assert_eq!(
            statement(&hr, Operation::GetUserById),
            "SELECT [user_id], [email], [first_name], [last_name], [display_name], [is_active], \
             [employee_id] FROM [HR].[PEOPLE] WHERE [user_id] = ?"
        );
        assert_eq!(
            (hr.user_id_column.as_str(), hr.status_column.as_deref()),
            ("user_id", Some("is_active"))
        );
        assert_eq!(hr.operations.len(), 2);
    }

    #[test]
    fn such_an_application_imports_and_does_nothing_else() {
        assert_eq!(
            capabilities(&application(TEXT)),
            [
                Capability::ImportNewUsers,
                Capability::ImportProfileUpdates,
                Capability::ImportUserSchema
            ]
        );
    }

    #[test]
    fn what_the_application_says_itself_wins() {
        let hr = application(&format!(
            "{TEXT}[applications.hr.attributes]\nuserName = \"login\"\ntitle = \"job\"\n\
             [applications.hr.operations.get_users]\nkind = \"sql\"\nstatement = \"SELECT * FROM V\"\n"
        ));
        assert_eq!(statement(&hr, Operation::GetUsers), "SELECT * FROM V");
        assert_eq!(hr.attributes["userName"], "login");
        let one = statement(&hr, Operation::GetUserById);
        assert!(one.contains("[login], [job] FROM"), "{one}");
    }

    #[test]
    fn a_name_cannot_end_its_quotes() {
        let odd = TEXT.replace("\"employee_id\"", "'a]; DROP TABLE x --'");
        let error = Workspace::parse(&odd).unwrap_err();
        assert_eq!(error.line, Some(17), "{error}");
        let spaces = application(&TEXT.replace("\"employee_id\"", "\"Employee No\""));
        assert!(statement(&spaces, Operation::GetUsers).contains(", [Employee No] FROM"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (from, to, line) in [
            ("connection = \"hr\"", "", 6),
            (
                "connection = \"hr\"",
                "connection = \"hr\"\nprofile = \"columns\"",
                8,
            ),
            (
                "connection = \"hr\"",
                "connection = \"hr\"\nuser_id_column = \"ID\"",
                8,
            ),
            (
                "connection = \"hr\"",
                "connection = \"hr\"\nstatus_column = \"STATE\"",
                8,
            ),
            ("\"HR.PEOPLE\"", "\"HR..PEOPLE\"", 9),
            ("id = \"user_id\"\n", "", 8),
            ("email = \"email\"\nfirst", "mail = \"email\"\nfirst", 12),
        ] {
            let error = Workspace::parse(&TEXT.replacen(from, to, 1)).unwrap_err();
            assert_eq!(error.line, Some(line), "{to}: {error}");
        }
    }

    #[test]
    fn behind_odbc_names_stand_without_quotes() {
        let odbc = TEXT.replace(
            "\"sqlserver\"\nhost = \"127.0.0.1\"\ndatabase = \"hr\"",
            "\"odbc\"\nodbc = \"DSN=hr\"",
        );
        let hr = application(&odbc);
        assert!(
            statement(&hr, Operation::GetUserById).ends_with("FROM HR.PEOPLE WHERE user_id = ?")
        );
        let error =
            Workspace::parse(&odbc.replace("\"employee_id\"", "\"Employee No\"")).unwrap_err();
        assert!(error.remedy.contains("ODBC"), "{error}");
    }
}
