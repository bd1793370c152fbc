//! One integration of the provider: the `{app}` in the URL.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sluice_scim::{AttributePath, Compatibility};
use ts_rs::TS;

use super::fields::{Field, Spellings, twice};
use super::{Authentication, ConfigError, ImportTable, V1, error::nearest};
use crate::mapping::{Kind, Mapping};
use crate::moment::Moment;
use crate::operation::Operation;

/// How rows are shown as SCIM users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// As the original: the id column is `id`, `externalId` and `userName`; every column stands as
    /// `ext_<COLUMN>` in the enterprise extension.
    Columns,
    /// Columns mapped to RFC 7643 attributes by `attributes`.
    #[default]
    Core,
}

/// What the `X-OKTA-ONPREM-DATA` header of a request may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum HeaderPolicy {
    /// It is recorded and otherwise ignored.
    #[default]
    Ignore,
    /// It supplies what the local configuration lacks.
    Supply,
    /// It wins over the local configuration.
    Override,
}

/// What a replace (PUT) does with fields that the request leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum AbsentFields {
    /// The row keeps what it has. The provider sends only the attributes its profile knows.
    Keep,
    /// They become NULL, as a strict reading of RFC 7644 §3.5.1 allows.
    Null,
}

/// What a DELETE of a user does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Delete {
    /// It is refused: no row is ever deleted.
    #[default]
    Refuse,
    /// The user is deactivated.
    Deactivate,
}

/// An application of the workspace.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The key it stands under, and the `{app}` of its URL.
    #[serde(skip)]
    pub name: String,
    /// The connection it uses; may be left out where the header supplies one.
    #[serde(default)]
    pub connection: Option<String>,
    #[serde(default)]
    pub profile: Profile,
    #[serde(default)]
    pub compatibility: Compatibility,
    #[serde(default)]
    pub header: HeaderPolicy,
    /// The column that identifies a user.
    #[serde(default = "user_id")]
    pub user_id_column: String,
    /// The column that says whether a user is active; without it every listed user is.
    #[serde(default)]
    pub status_column: Option<String>,
    /// What means active in the status column. Compared as text; `1` and `true` mean the same in a
    /// Boolean column. The first is written.
    #[serde(default = "one")]
    pub active_value: Spellings,
    /// What means inactive there. Without it only the opposite of a Boolean's spelling is known.
    #[serde(default)]
    pub inactive_value: Spellings,
    /// The column that says when a user was changed last, in UTC where it has no offset; it becomes
    /// `meta.lastModified`.
    #[serde(default)]
    pub changed_column: Option<String>,
    #[serde(default = "ent_id")]
    pub entitlement_id_column: String,
    #[serde(default = "ent_name")]
    pub entitlement_display_column: String,
    #[serde(default)]
    pub entitlement_description_column: Option<String>,
    /// Columns that are never returned, shown or recorded, such as password hashes.
    #[serde(default)]
    pub secret_columns: Vec<String>,
    /// Whether an SQL statement of a mapping may be several, separated by semicolons. They run one
    /// after the other in the transaction of the request.
    #[serde(default)]
    pub several_statements: bool,
    /// Defaults to `keep`.
    #[serde(default = "keep")]
    pub absent_fields: AbsentFields,
    /// What is special about single columns, by their names.
    #[serde(default)]
    pub fields: IndexMap<String, Field>,
    /// What a DELETE of a user does; no operation deletes a row.
    #[serde(default)]
    pub delete: Delete,
    /// Whether a user holds one entitlement at most, as the provider's console can say of an
    /// application.
    #[serde(default)]
    pub single_entitlement: bool,
    /// Profile `core`: SCIM attribute path to column.
    #[serde(default)]
    pub attributes: IndexMap<String, String>,
    #[serde(default)]
    pub authentication: Authentication,
    /// SCIM 1.1 of this application.
    #[serde(default)]
    pub v1: V1,
    /// The table or view its users are imported from, in place of mappings.
    #[serde(default)]
    pub import: Option<ImportTable>,
    #[serde(default)]
    pub operations: BTreeMap<Operation, Mapping>,
    /// `attributes`, parsed; filled by [`Application::check`].
    #[serde(skip)]
    pub paths: Vec<(AttributePath, String)>,
}

fn user_id() -> String {
    "USER_ID".into()
}
fn one() -> Spellings {
    "1".into()
}
fn ent_id() -> String {
    "ENT_ID".into()
}
fn ent_name() -> String {
    "ENT_NAME".into()
}
const fn keep() -> AbsentFields {
    AbsentFields::Keep
}

impl Application {
    /// The mapping of an operation, where it has one that is switched on.
    pub fn mapping(&self, operation: Operation) -> Option<&Mapping> {
        self.operations
            .get(&operation)
            .filter(|mapping| mapping.enabled)
    }

    /// The URNs of the extensions a user of this application may have, each once.
    pub fn extensions(&self) -> Vec<&str> {
        if self.profile == Profile::Columns {
            return vec![sluice_scim::uri::ENTERPRISE_USER];
        }
        let mut urns: Vec<&str> = Vec::new();
        for urn in self
            .paths
            .iter()
            .filter_map(|(path, _)| path.extension.as_deref())
        {
            if !urns.iter().any(|known| known.eq_ignore_ascii_case(urn)) {
                urns.push(urn);
            }
        }
        urns
    }

    /// What is special about a column.
    pub fn field(&self, column: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(column))
            .map(|(_, field)| field)
    }

    /// How a column's dates stand in it and on the wire, where it holds some.
    pub fn moment(&self, column: &str) -> Option<&Moment> {
        self.field(column)?.moment.as_ref()
    }

    /// What a replace does where the request leaves a column out.
    pub fn absent(&self, column: &str) -> AbsentFields {
        self.field(column)
            .and_then(|field| field.absent)
            .unwrap_or(self.absent_fields)
    }

    /// Whether a column's values must stay hidden.
    pub fn is_secret(&self, column: &str) -> bool {
        self.secret_columns
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(column))
    }

    pub(crate) fn check(&mut self, text: &str, connections: &[&str]) -> Result<(), ConfigError> {
        let table = format!("applications.{}", self.name);
        if let Some(connection) = &self.connection
            && !connections.contains(&connection.as_str())
        {
            let remedy = match nearest(connection, connections.iter().copied()) {
                Some(near) => format!("Did you mean \"{near}\"?"),
                None => format!("Add [connections.{connection}]."),
            };
            return Err(ConfigError::new(format!("The application \"{}\" uses the connection \"{connection}\", which is not there.", self.name), remedy).at_table(text, &table));
        }
        self.authentication.check(text, &table)?;
        let mut paths = Vec::new();
        for (path, column) in &self.attributes {
            let path = AttributePath::parse(path).map_err(|error| {
                ConfigError::new(
                    format!(
                        "The application \"{}\" maps an attribute that cannot be read: {error}.",
                        self.name
                    ),
                    "Correct the path.",
                )
                .at_table(text, &format!("{table}.attributes"))
            })?;
            paths.push((path, column.clone()));
        }
        self.paths = paths;
        if self.profile == Profile::Core
            && !self
                .paths
                .iter()
                .any(|(path, _)| path.name.eq_ignore_ascii_case("userName"))
        {
            return Err(ConfigError::new(
                format!("The application \"{}\" has the profile core, and no column is mapped to userName.", self.name),
                format!("Add userName = \"…\" under [{table}.attributes], or set profile = \"columns\"."),
            )
            .at_table(text, &table));
        }
        self.check_rows(text, &table)?;
        self.check_state(text, &table)?;
        self.check_fields(text, &table)
    }

    /// Rows are counted of SQL statements that write, and of nothing else.
    fn check_rows(&self, text: &str, table: &str) -> Result<(), ConfigError> {
        for (operation, mapping) in &self.operations {
            if mapping.rows.is_none() {
                continue;
            }
            let why = match mapping.kind {
                _ if !operation.writes() => "it only reads",
                Kind::Procedure => {
                    "databases do not count inside a procedure; what it did is read back"
                }
                Kind::Sql => continue,
            };
            let place = format!("{table}.operations.{}", operation.key());
            return Err(ConfigError::new(
                format!("\"{operation}\" says how many rows it must change, and {why}."),
                "Take rows out.",
            )
            .at_key(text, &place, "rows"));
        }
        Ok(())
    }

    /// What is read as active must not be read as inactive.
    fn check_state(&self, text: &str, table: &str) -> Result<(), ConfigError> {
        let refused = |cause: String, remedy: &str| {
            Err(ConfigError::new(cause, remedy).at_table(text, table))
        };
        if self.active_value.first().is_none() {
            return refused(
                format!(
                    "active_value of the application \"{}\" is an empty list.",
                    self.name
                ),
                "Write what means active in the status column.",
            );
        }
        if let Some(both) = self
            .inactive_value
            .0
            .iter()
            .find(|v| self.active_value.has(v))
        {
            return refused(
                format!("\"{both}\" stands under active_value and under inactive_value."),
                "Take it out of one of them.",
            );
        }
        if self.inactive_value.first().is_some() && self.status_column.is_none() {
            return refused(
                format!(
                    "The application \"{}\" has an inactive_value and no status_column.",
                    self.name
                ),
                "Add status_column = \"…\", or take inactive_value out.",
            );
        }
        Ok(())
    }

    fn check_fields(&mut self, text: &str, table: &str) -> Result<(), ConfigError> {
        let all = format!("{table}.fields");
        if let Some(column) = twice(self.fields.keys()) {
            return Err(ConfigError::new(
                format!("The column {column} stands under [{all}] twice, in two letter cases."),
                "Take one of them out.",
            )
            .at_table(text, &format!("{all}.{column}")));
        }
        for (column, field) in &mut self.fields {
            field.settle(column).map_err(|error| {
                let places = [
                    format!("{all}.{column}"),
                    format!("{all}.\"{column}\""),
                    all.clone(),
                    table.to_owned(),
                ];
                places.iter().fold(error, |error, place| match error.line {
                    Some(_) => error,
                    None => error.at_table(text, place),
                })
            })?;
        }
        Ok(())
    }
}
