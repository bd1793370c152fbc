//! The console's commands: one file for each screen, one function for each command. They are thin:
//! a command calls the use case that production runs, and shapes what it gives.

// A command is async whether it waits for something or not: the registry calls all of them alike.
#![allow(clippy::unused_async)]

pub mod configuration;
pub mod connections;
pub mod coverage;
pub mod data;
pub mod drafts;
pub mod entitlements;
pub mod generate;
pub mod imports;
pub mod kept;
pub mod operations;
pub mod overview;
pub mod portable;
pub mod procedures;
pub mod replay;
pub mod reporting;
pub mod settings;
pub mod simulator;
pub mod support;
pub mod traffic;
pub mod traffic_files;
pub mod user_changes;
pub mod user_exports;
pub mod users;
pub mod workspaces;
pub mod workstation;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The input of commands that need none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(type = "Record<string, never>")]
pub struct Nothing {}
