//! Users: the provider's view of each user beside the raw row.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sluice_core::config::Application;
use sluice_core::exchange::Step;
use sluice_core::ports::ResultColumn;
use sluice_core::profile::attribute_of;
use sluice_core::secret::MASK;
use sluice_core::usecase::{self, BrowsedUser, Counting, UserChoice};
use sluice_core::value::Value;
use sluice_scim::Resource;
use ts_rs::TS;

use crate::app::App;
use crate::problem::Problem;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UsersQuery {
    pub application: String,
    /// From 1.
    pub start: usize,
    pub count: usize,
    pub choice: UserChoice,
    /// Whether the operation is run anew; else the import is read that is there already.
    pub fresh: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UsersPage {
    pub columns: Vec<Column>,
    pub id_column: String,
    pub users: Vec<UserRow>,
    /// How many match.
    pub total: usize,
    /// How many there are without search and conditions.
    pub all: usize,
    pub start: usize,
    pub counting: Counting,
    /// When the rows were read, in milliseconds since 1970. Pages of another time are of other rows.
    pub taken_at: i64,
    pub duration_us: i64,
}

/// Rows of a list, by their positions in it.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UserIdsQuery {
    pub application: String,
    pub choice: UserChoice,
    /// First and last position of each, from 0, both included.
    pub ranges: Vec<(usize, usize)>,
    /// When the rows of the list were read.
    pub taken_at: i64,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct UserIds {
    pub ids: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Column {
    pub name: String,
    /// The database's name of the type.
    #[serde(rename = "type")]
    pub kind: String,
    pub secret: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UserRow {
    pub id: String,
    pub display: Option<String>,
    pub active: Option<bool>,
    /// One cell per column; `null` for NULL, `•••` where the column is secret.
    #[ts(type = "JsonValue[]")]
    pub row: Vec<Json>,
    /// The SCIM user as the provider gets it.
    #[ts(type = "JsonValue")]
    pub resource: Json,
    pub entitlements: Vec<HeldEntitlement>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HeldEntitlement {
    pub value: String,
    pub display: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UserById {
    pub application: String,
    pub id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UserDetail {
    pub columns: Vec<Column>,
    pub user: UserRow,
    pub attributes: Vec<ColumnAttribute>,
    /// What was run to show it.
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ColumnAttribute {
    pub column: String,
    /// The SCIM path; `null` where the column is never returned.
    pub attribute: Option<String>,
}

/// A page of users.
pub async fn list(app: Arc<App>, query: UsersQuery) -> Result<UsersPage, Problem> {
    let mut context = app.context(&query.application).await?;
    let start = query.start.max(1);
    let browsed = usecase::browse_users(
        &mut context,
        &query.choice,
        start - 1,
        query.count.clamp(1, 500),
        query.fresh,
    )
    .await?;
    let application = Arc::clone(&context.application);
    let users = browsed
        .users
        .into_iter()
        .map(|user| {
            let BrowsedUser {
                row,
                name,
                active,
                resource,
            } = user;
            user_row(
                &application,
                &browsed.columns,
                &row,
                (name, active),
                resource,
            )
        })
        .collect();
    Ok(UsersPage {
        columns: columns(&application, &browsed.columns),
        id_column: application.user_id_column.clone(),
        users,
        total: browsed.total,
        all: browsed.all,
        start,
        counting: browsed.counting,
        taken_at: browsed.taken_at,
        duration_us: context.trace.elapsed_us(),
    })
}

/// The ids of the users in these rows of a list.
pub async fn ids(app: Arc<App>, query: UserIdsQuery) -> Result<UserIds, Problem> {
    let mut context = app.context(&query.application).await?;
    let ids = usecase::ids_at(&mut context, &query.choice, &query.ranges, query.taken_at).await?;
    Ok(UserIds { ids })
}

/// One user, read by Get User by ID.
pub async fn get(app: Arc<App>, input: UserById) -> Result<UserDetail, Problem> {
    let mut context = app.context(&input.application).await?;
    let inspected = usecase::inspect_user(&mut context, &input.id).await?;
    let application = Arc::clone(&context.application);
    let set = inspected.set;
    let row = set.rows.first().map(Vec::as_slice).unwrap_or_default();
    let active = inspected.resource.get("active").and_then(Json::as_bool);
    Ok(UserDetail {
        columns: columns(&application, &set.columns),
        user: user_row(
            &application,
            &set.columns,
            row,
            (inspected.name, active),
            inspected.resource,
        ),
        attributes: set
            .columns
            .iter()
            .map(|column| ColumnAttribute {
                column: column.name.clone(),
                attribute: attribute_of(&application, &column.name),
            })
            .collect(),
        steps: context.trace.into_steps(),
    })
}

fn columns(application: &Application, columns: &[ResultColumn]) -> Vec<Column> {
    columns
        .iter()
        .map(|column| Column {
            name: column.name.clone(),
            kind: column.type_name.clone(),
            secret: application.is_secret(&column.name),
        })
        .collect()
}

fn user_row(
    application: &Application,
    columns: &[ResultColumn],
    row: &[Value],
    (display, active): (Option<String>, Option<bool>),
    resource: Resource,
) -> UserRow {
    let entitlements = resource
        .get("entitlements")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .map(|held| HeldEntitlement {
            value: held["value"].as_str().unwrap_or_default().to_owned(),
            display: held["display"].as_str().map(str::to_owned),
        })
        .collect();
    UserRow {
        id: resource
            .get("id")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned(),
        display,
        active,
        row: columns
            .iter()
            .zip(row)
            .map(|(column, value)| {
                if application.is_secret(&column.name) && !value.is_null() {
                    MASK.into()
                } else {
                    value.to_json()
                }
            })
            .collect(),
        resource: Json::Object(resource),
        entitlements,
    }
}
