//! Who reports to whom.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::usecase::{self, ManagerColumn, ReportingNode};
use ts_rs::TS;

use crate::app::App;
use crate::problem::Problem;

#[derive(Clone, Debug, Deserialize, TS)]
pub struct LinesQuery {
    pub application: String,
    /// The column that names managers; `null` to find it.
    pub column: Option<String>,
    /// Whether the operation is run anew; else the import is read that is there already.
    pub fresh: bool,
}

/// The tree at a glance, and what is wrong in it. Of each finding the first are told, and how many there
/// are in all.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportingTree {
    /// `null` where no column names other users.
    pub column: Option<ManagerColumn>,
    /// The columns that can be asked for.
    pub choices: Vec<String>,
    pub users: usize,
    pub levels: usize,
    /// How many stand at the top.
    pub tops: usize,
    /// How many of these have nobody below them.
    pub alone: usize,
    /// Users who report to each other, each circle from its first member upwards.
    pub circles: Vec<Vec<ReportingNode>>,
    pub circle_count: usize,
    /// Users who name themselves as manager.
    pub oneself: Vec<ReportingNode>,
    pub oneself_count: usize,
    /// Managers who are no users of the import.
    pub absent: Vec<ReportingNode>,
    pub absent_count: usize,
    /// Inactive users to whom active ones report.
    pub inactive_managers: Vec<ReportingNode>,
    pub inactive_manager_count: usize,
    /// When the users were read, in milliseconds since 1970.
    pub taken_at: i64,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ReportsQuery {
    pub application: String,
    pub column: Option<String>,
    /// The id of a node; `null` for those at the top.
    pub of: Option<String>,
    /// From 1.
    pub start: usize,
    pub count: usize,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct ReportsPage {
    pub nodes: Vec<ReportingNode>,
    pub start: usize,
    pub total: usize,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct LineQuery {
    pub application: String,
    pub column: Option<String>,
    pub user: String,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct ReportingLine {
    /// From the top down to the user itself; empty where the import does not have this user.
    pub nodes: Vec<ReportingNode>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct LineSearch {
    pub application: String,
    pub column: Option<String>,
    /// Text that any column of the user holds.
    pub text: String,
}

/// So many users of a search are told.
const FOUND: usize = 20;

/// The tree at a glance.
pub async fn lines(app: Arc<App>, query: LinesQuery) -> Result<ReportingTree, Problem> {
    let mut context = app.context(&query.application).await?;
    let column = query.column.as_deref();
    let told = usecase::reporting_lines(&mut context, column, query.fresh).await?;
    Ok(ReportingTree {
        column: told.column,
        choices: told.choices,
        users: told.users,
        levels: told.levels,
        tops: told.tops,
        alone: told.alone,
        circles: told.circles,
        circle_count: told.circle_count,
        oneself: told.oneself,
        oneself_count: told.oneself_count,
        absent: told.absent,
        absent_count: told.absent_count,
        inactive_managers: told.inactive_managers,
        inactive_manager_count: told.inactive_manager_count,
        taken_at: told.taken_at,
    })
}

/// A page of those who report to somebody, or who stand at the top.
pub async fn reports(app: Arc<App>, query: ReportsQuery) -> Result<ReportsPage, Problem> {
    let mut context = app.context(&query.application).await?;
    let start = query.start.max(1);
    let found = usecase::reports_of(
        &mut context,
        query.column.as_deref(),
        query.of.as_deref(),
        start - 1,
        query.count.clamp(1, 500),
    )
    .await?;
    Ok(ReportsPage {
        nodes: found.nodes,
        start,
        total: found.total,
    })
}

/// Those above a user.
pub async fn line(app: Arc<App>, query: LineQuery) -> Result<ReportingLine, Problem> {
    let mut context = app.context(&query.application).await?;
    let nodes = usecase::line_of(&mut context, query.column.as_deref(), &query.user).await?;
    Ok(ReportingLine { nodes })
}

/// Users by a text, as nodes of the tree.
pub async fn find(app: Arc<App>, query: LineSearch) -> Result<ReportsPage, Problem> {
    let mut context = app.context(&query.application).await?;
    let column = query.column.as_deref();
    let found = usecase::find_in_lines(&mut context, column, &query.text, FOUND).await?;
    Ok(ReportsPage {
        nodes: found.nodes,
        start: 1,
        total: found.total,
    })
}
