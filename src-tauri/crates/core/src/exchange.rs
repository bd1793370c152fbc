//! What is recorded of every request: the exchange, its trace, its statements.
//!
//! These shapes are stored, shown and exported, so a secret never enters them: headers and values
//! are redacted before an exchange is built.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use crate::header::HeaderView;
use crate::mapping::Kind;
use crate::operation::Operation;
use crate::ports::DatabaseMessage;

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Ok,
    Failed,
    /// Turned away before it was read: wrong token, headers or body too large.
    Refused,
}

/// One line of the Traffic list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeSummary {
    /// Position in the store, growing by one; 0 until it is stored. The paging cursor.
    pub seq: i64,
    /// UUID version 7, also sent to the client as `X-Sluice-Exchange`.
    pub id: String,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    pub application: String,
    pub method: String,
    /// Path and query as received.
    pub path: String,
    /// Plain words: "Import users", "Create user", "Refused".
    pub title: String,
    /// A machine word for the same, from [`Action`].
    pub action: Action,
    /// Whom or what it is about: a user's id, "page from 101".
    pub subject: Option<String>,
    pub status: u16,
    pub outcome: Outcome,
    /// "15 rows", "1 row", "rolled back".
    pub effect: Option<String>,
    /// Microseconds from the first byte of the request to the answer.
    pub duration_us: i64,
    /// One sentence, only where it failed.
    pub cause: Option<String>,
}

/// What a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    ListUsers,
    LookUpUser,
    SearchUsers,
    GetUser,
    CreateUser,
    ReplaceUser,
    PatchUser,
    DeleteUser,
    DeactivateUser,
    ActivateUser,
    ListEntitlements,
    GetEntitlement,
    ListGroups,
    Discover,
    Status,
    Refused,
    Unknown,
}

impl Action {
    /// Whether an exchange of this kind changes data, and so is stored before its answer leaves.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::CreateUser
                | Self::ReplaceUser
                | Self::PatchUser
                | Self::DeleteUser
                | Self::DeactivateUser
                | Self::ActivateUser
        )
    }

    /// Plain words for the Traffic list.
    pub fn title(self) -> &'static str {
        match self {
            Self::ListUsers => "Import users",
            Self::LookUpUser => "Look up user",
            Self::SearchUsers => "Search users",
            Self::GetUser => "Get user",
            Self::CreateUser => "Create user",
            Self::ReplaceUser | Self::PatchUser => "Update user",
            Self::DeleteUser => "Delete user",
            Self::DeactivateUser => "Deactivate user",
            Self::ActivateUser => "Activate user",
            Self::ListEntitlements => "Import entitlements",
            Self::GetEntitlement => "Get entitlement",
            Self::ListGroups => "Import groups",
            Self::Discover => "Discover schema",
            Self::Status => "Status",
            Self::Refused => "Refused",
            Self::Unknown => "Unknown request",
        }
    }
}

/// A body as recorded: whole up to a limit, cut beyond it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    pub text: String,
    /// The size before cutting.
    pub bytes: usize,
    pub truncated: bool,
}

/// One side of an exchange. Header values that are secret read `•••`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Message {
    pub headers: Vec<(String, String)>,
    pub body: Option<Body>,
}

/// What an exchange did again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Repeats {
    /// The id of the exchange that was replayed.
    pub exchange: String,
    /// The connection it ran on, which may be another one.
    pub connection: String,
    /// Whether its method, path or body was changed before it was sent.
    pub edited: bool,
}

/// One recorded SCIM request and answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    pub summary: ExchangeSummary,
    /// Address and port of the client.
    pub remote: String,
    pub request: Message,
    pub answer: Message,
    pub steps: Vec<Step>,
    pub diagnosis: Option<Diagnosis>,
    /// The connector header without its values; `None` where the request had none or was refused.
    #[serde(default)]
    pub header: Option<HeaderView>,
    /// Where it came from the console and not over the wire: which exchange it did again, and where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub repeats: Option<Repeats>,
}

/// What a step of a trace did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    Receive,
    Authorise,
    Parse,
    Plan,
    Connect,
    Begin,
    Statement,
    Commit,
    Rollback,
    Answer,
}

/// One step of a trace. Times are microseconds; `start_us` counts from the start of the exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub kind: StepKind,
    pub title: String,
    pub start_us: i64,
    pub duration_us: i64,
    pub ok: bool,
    pub detail: Option<String>,
    pub statement: Option<StatementRecord>,
}

/// A statement as it ran: text with `?`, bound values with secrets masked, rows and effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StatementRecord {
    pub operation: Option<Operation>,
    pub kind: Kind,
    pub text: String,
    pub parameters: Vec<ParameterRecord>,
    pub columns: Vec<String>,
    /// How many rows came back.
    pub rows: usize,
    /// How many rows the database says it changed; `None` where it does not say.
    pub affected: Option<u64>,
    /// The first rows, secret columns masked.
    #[ts(type = "JsonValue[][]")]
    pub sample: Vec<Vec<Json>>,
    pub sample_truncated: bool,
    /// The result sets after the first one.
    #[serde(default)]
    pub further: Vec<SetRecord>,
    /// The values of OUT and INOUT parameters.
    #[serde(default)]
    pub outs: Vec<OutRecord>,
    /// What the routine returned, where it was asked for.
    #[serde(default)]
    #[ts(type = "JsonValue | null")]
    pub returned: Option<Json>,
    /// Notices and warnings.
    #[serde(default)]
    pub messages: Vec<DatabaseMessage>,
    pub problem: Option<StatementProblem>,
    /// What a reader must know of how it ran, such as that a procedure is a script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// A result set as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SetRecord {
    pub columns: Vec<String>,
    /// How many rows came back.
    pub rows: usize,
    /// The first rows, secret columns masked.
    #[ts(type = "JsonValue[][]")]
    pub sample: Vec<Vec<Json>>,
    pub truncated: bool,
}

/// The value of an OUT or INOUT parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct OutRecord {
    pub name: String,
    /// `•••` where secret.
    #[ts(type = "JsonValue")]
    pub value: Json,
}

/// One bound value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ParameterRecord {
    /// From 1.
    pub position: usize,
    /// The database field or constant it came from.
    pub name: String,
    /// `null` for NULL; `•••` where secret.
    #[ts(type = "JsonValue")]
    pub value: Json,
    pub secret: bool,
}

/// What the database said, for administrators only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StatementProblem {
    pub sqlstate: Option<String>,
    /// The vendor's own number or word.
    pub code: Option<String>,
    pub message: String,
    /// The parameter at fault, from 1, where it is known.
    pub parameter: Option<usize>,
}

/// Cause and remedy of a failure, in plain words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Diagnosis {
    /// A stable machine word: `mapping.kind`, `database.duplicate`.
    pub code: String,
    pub cause: String,
    pub remedy: String,
    /// Where: an operation, a parameter, a header.
    pub place: Option<String>,
}

/// What the recording itself is doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// Exchanges in the store.
    pub recorded: u64,
    /// Exchanges lost since the start, because the queue was full or the store failed.
    pub dropped: u64,
    /// Why the store cannot be written, while it cannot.
    pub failing: Option<String>,
    pub requests_per_minute: u32,
    /// Median duration of the last minute's exchanges, microseconds.
    pub p50_us: Option<i64>,
}
