//! What an application is beside its columns and mappings: where its rows are, and how they are shown.
//!
//! **Invariant:** every key here is a key of [`Application`] with the same meaning.
//!
//! To add one: a field, its line in [`ApplicationSettings::of`] and in [`super::edit::put_application`].

use serde::{Deserialize, Serialize};
use sluice_scim::Compatibility;
use ts_rs::TS;

use super::{Application, Delete, HeaderPolicy, Profile};

/// The keys of an application that the screen Connections changes. What it says of its columns beside
/// the user's id is [`super::Settings`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplicationSettings {
    /// The connection it uses; `null` where the header supplies one.
    pub connection: Option<String>,
    pub profile: Profile,
    #[ts(type = "\"original\" | \"rfc\"")]
    pub compatibility: Compatibility,
    pub header: HeaderPolicy,
    pub delete: Delete,
    /// The column that identifies a user.
    pub user_id_column: String,
    /// Profile `core`: which attribute shows which column, in this order.
    pub attributes: Vec<AttributeColumn>,
}

/// An attribute of RFC 7643 and the column it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttributeColumn {
    /// A path: `userName`, `name.givenName`, `emails[type eq "work"].value`.
    pub attribute: String,
    pub column: String,
}

impl ApplicationSettings {
    /// Those of an application.
    pub fn of(application: &Application) -> Self {
        Self {
            connection: application.connection.clone(),
            profile: application.profile,
            compatibility: application.compatibility,
            header: application.header,
            delete: application.delete,
            user_id_column: application.user_id_column.clone(),
            attributes: application
                .attributes
                .iter()
                .map(|(attribute, column)| AttributeColumn {
                    attribute: attribute.clone(),
                    column: column.clone(),
                })
                .collect(),
        }
    }
}
