//! The operations of an application: ten, and an optional one.
//!
//! To add one: a variant, its words in each `match` here, its place in a use case, its parameters and
//! key in `header.rs`.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One of the things the provider can have done to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    GetUsers,
    GetUserById,
    GetAllEntitlements,
    GetUserEntitlements,
    CreateUser,
    UpdateUser,
    ActivateUser,
    DeactivateUser,
    AddEntitlement,
    RemoveEntitlement,
    /// The users that were changed after a time. Optional: without it the provider imports all of them.
    IncrementalImport,
}

impl Operation {
    /// All of them: the ten in the order an administrator meets them in the provider's console, then
    /// the optional one.
    pub const ALL: [Self; 11] = [
        Self::GetUsers,
        Self::GetUserById,
        Self::GetAllEntitlements,
        Self::GetUserEntitlements,
        Self::CreateUser,
        Self::UpdateUser,
        Self::ActivateUser,
        Self::DeactivateUser,
        Self::AddEntitlement,
        Self::RemoveEntitlement,
        Self::IncrementalImport,
    ];

    /// Whether an application is whole without it.
    pub fn is_optional(self) -> bool {
        self == Self::IncrementalImport
    }

    /// The name in the configuration file.
    pub fn key(self) -> &'static str {
        match self {
            Self::GetUsers => "get_users",
            Self::GetUserById => "get_user_by_id",
            Self::GetAllEntitlements => "get_all_entitlements",
            Self::GetUserEntitlements => "get_user_entitlements",
            Self::CreateUser => "create_user",
            Self::UpdateUser => "update_user",
            Self::ActivateUser => "activate_user",
            Self::DeactivateUser => "deactivate_user",
            Self::AddEntitlement => "add_entitlement",
            Self::RemoveEntitlement => "remove_entitlement",
            Self::IncrementalImport => "incremental_import",
        }
    }

    /// The operation with this name in the configuration file.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.key() == key)
    }

    /// The name the original server uses in its errors (`No getUsers operation defined`). That name
    /// was reported; the others follow its pattern, and the optional one's is a guess.
    pub fn original_name(self) -> &'static str {
        match self {
            Self::GetUsers => "getUsers",
            Self::GetUserById => "getUserById",
            Self::GetAllEntitlements => "getAllEntitlements",
            Self::GetUserEntitlements => "getUserEntitlements",
            Self::CreateUser => "createUser",
            Self::UpdateUser => "updateUser",
            Self::ActivateUser => "activateUser",
            Self::DeactivateUser => "deactivateUser",
            Self::AddEntitlement => "addEntitlementToUser",
            Self::RemoveEntitlement => "removeEntitlementFromUser",
            Self::IncrementalImport => "incrementalImport",
        }
    }

    /// Whether the operation changes data.
    pub fn writes(self) -> bool {
        !matches!(
            self,
            Self::GetUsers
                | Self::GetUserById
                | Self::GetAllEntitlements
                | Self::GetUserEntitlements
                | Self::IncrementalImport
        )
    }
}

impl fmt::Display for Operation {
    /// As a screen and a sentence call it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GetUsers => "Get users",
            Self::GetUserById => "Get user by ID",
            Self::GetAllEntitlements => "Get all entitlements",
            Self::GetUserEntitlements => "Get user entitlements",
            Self::CreateUser => "Create user",
            Self::UpdateUser => "Update user",
            Self::ActivateUser => "Activate user",
            Self::DeactivateUser => "Deactivate user",
            Self::AddEntitlement => "Add entitlement to user",
            Self::RemoveEntitlement => "Remove entitlement from user",
            Self::IncrementalImport => "Incremental import",
        })
    }
}
