//! What an application says of its columns, beside its mappings: what identifies a user and an
//! entitlement, what means active, what absent, NULL and empty mean.
//!
//! **Invariant:** every key here is a key of [`Application`] with the same meaning and default.
//!
//! To add one: a field, its line in [`Settings::of`] and in [`super::edit::put_settings`].

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AbsentFields, Application, Field};

/// The keys of an application that the screen Operations changes.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// The column that identifies a user.
    pub user_id_column: String,
    /// Says whether a user is active; without it every listed user is.
    pub status_column: Option<String>,
    /// What means active there; the first is written. At least one.
    pub active_value: Vec<String>,
    /// What means inactive; empty where the opposite of a Boolean's spelling is meant.
    pub inactive_value: Vec<String>,
    /// Says when a user was changed last.
    pub changed_column: Option<String>,
    pub entitlement_id_column: String,
    pub entitlement_display_column: String,
    pub entitlement_description_column: Option<String>,
    /// Never returned, shown or recorded.
    pub secret_columns: Vec<String>,
    /// Whether an SQL statement may be several, separated by semicolons.
    pub several_statements: bool,
    /// What a replace does with fields that the request leaves out.
    pub absent_fields: AbsentFields,
    /// Whether a user holds one entitlement at most.
    pub single_entitlement: bool,
    /// What is special about single columns, by their names.
    #[ts(as = "std::collections::BTreeMap<String, Field>")]
    pub fields: IndexMap<String, Field>,
}

impl Settings {
    /// Those of an application.
    pub fn of(application: &Application) -> Self {
        Self {
            user_id_column: application.user_id_column.clone(),
            status_column: application.status_column.clone(),
            active_value: application.active_value.0.clone(),
            inactive_value: application.inactive_value.0.clone(),
            changed_column: application.changed_column.clone(),
            entitlement_id_column: application.entitlement_id_column.clone(),
            entitlement_display_column: application.entitlement_display_column.clone(),
            entitlement_description_column: application.entitlement_description_column.clone(),
            secret_columns: application.secret_columns.clone(),
            several_statements: application.several_statements,
            absent_fields: application.absent_fields,
            single_entitlement: application.single_entitlement,
            fields: application.fields.clone(),
        }
    }
}
