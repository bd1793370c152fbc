//! Who reports to whom, as the console shows it: counted from the console's own import, asked node by node.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Context;
use super::find_users::{LOOKED_AT_ONCE, UserChoice, positions};
use super::import::import;
use crate::config::{Application, Profile};
use crate::failure::Failure;
use crate::ports::ResultColumn;
use crate::profile::{Naming, UserShape};
use crate::snapshot::{Hierarchy, HierarchyBuilder, Node, Snapshot, unkept};
use crate::value::Cell;

/// So many rows are enough to see which column names other users.
const SAMPLED: usize = 4096;

/// Why a column is taken for the manager's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ManagerSource {
    /// It was asked for.
    Asked,
    /// It is mapped to the attribute `manager.value`.
    Mapped,
    /// More of its values are ids of other users than those of any other column.
    Values,
}

/// The column that names each user's manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ManagerColumn {
    pub name: String,
    pub source: ManagerSource,
}

/// A user, or somebody whom users name as manager, in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportingNode {
    pub id: String,
    /// What the user is called; `None` where nothing says it.
    pub name: Option<String>,
    pub title: Option<String>,
    pub active: Option<bool>,
    /// `false` where the id is named as manager and is no user of the import.
    pub user: bool,
    /// How many report to it directly.
    pub reports: usize,
    /// How many stand below it, in all levels.
    pub below: usize,
    /// Whether a circle of managers was cut above it.
    pub cut: bool,
}

/// The tree at a glance, and what is wrong in it.
pub struct ReportingLines {
    /// `None` where no column names other users.
    pub column: Option<ManagerColumn>,
    /// The columns that can be asked for.
    pub choices: Vec<String>,
    pub users: usize,
    /// How many levels there are.
    pub levels: usize,
    /// How many stand at the top.
    pub tops: usize,
    /// How many of these have nobody below them.
    pub alone: usize,
    /// Users who report to each other, each circle from its first member upwards.
    pub circles: Vec<Vec<ReportingNode>>,
    /// How many circles there are in all.
    pub circle_count: usize,
    /// Users who name themselves as manager.
    pub oneself: Vec<ReportingNode>,
    /// How many name themselves in all.
    pub oneself_count: usize,
    /// Managers who are no users of the import.
    pub absent: Vec<ReportingNode>,
    /// How many managers are no users of the import in all.
    pub absent_count: usize,
    /// Inactive users to whom active ones report.
    pub inactive_managers: Vec<ReportingNode>,
    pub inactive_manager_count: usize,
    /// When the users were read, in milliseconds since 1970.
    pub taken_at: i64,
}

/// Some nodes that stand beside each other.
pub struct Reports {
    pub nodes: Vec<ReportingNode>,
    pub total: usize,
}

/// Of each finding so many are told one by one.
const TOLD: usize = 50;

/// The tree at a glance. `column` is the one that names managers; without it, it is found. `fresh` reads
/// the database anew.
///
/// # Errors
/// 400 where the column is not there or is secret; whatever importing users gives.
pub async fn reporting_lines(
    context: &mut Context,
    column: Option<&str>,
    fresh: bool,
) -> Result<ReportingLines, Failure> {
    let snapshot = import(context, fresh).await?;
    let found = lines(context, &snapshot, column).await?;
    let choices = choices(&context.application, &snapshot.rows.columns);
    let choices = choices.map(|(_, name)| name.to_owned()).collect();
    let mut told = ReportingLines {
        column: None,
        choices,
        users: snapshot.rows.len(),
        levels: 0,
        tops: 0,
        alone: 0,
        circles: Vec::new(),
        circle_count: 0,
        oneself: Vec::new(),
        oneself_count: 0,
        absent: Vec::new(),
        absent_count: 0,
        inactive_managers: Vec::new(),
        inactive_manager_count: 0,
        taken_at: snapshot.taken_at(),
    };
    let Some(Lines { tree, column, .. }) = found else {
        return Ok(told);
    };
    let see = Seen::new(context, &snapshot, &tree)?;
    for circle in tree.circles().take(TOLD) {
        told.circles.push(see.nodes(circle).await?);
    }
    let first = |nodes: &[u32]| nodes.iter().take(TOLD).copied().collect::<Vec<u32>>();
    told.oneself = see.nodes(&first(tree.oneself())).await?;
    let absent: Vec<u32> = tree.absent().iter().map(|(node, _)| *node).collect();
    told.absent = see.nodes(&first(&absent)).await?;
    let inactive = see.inactive_managers().await?;
    told.inactive_managers = see.nodes(&first(&inactive)).await?;
    Ok(ReportingLines {
        column: Some(column),
        levels: tree.levels(),
        tops: tree.tops().len(),
        alone: tree.alone(),
        circle_count: tree.circle_count(),
        oneself_count: tree.oneself().len(),
        absent_count: tree.absent_count(),
        inactive_manager_count: inactive.len(),
        ..told
    })
}

/// Who reports to the user with this id, or who stands at the top; from `start`, which counts from 0.
///
/// # Errors
/// 404 where there is no such user; else as [`reporting_lines`].
pub async fn reports_of(
    context: &mut Context,
    column: Option<&str>,
    of: Option<&str>,
    start: usize,
    count: usize,
) -> Result<Reports, Failure> {
    let snapshot = import(context, false).await?;
    let Some(Lines { tree, .. }) = lines(context, &snapshot, column).await? else {
        return Ok(Reports {
            nodes: Vec::new(),
            total: 0,
        });
    };
    let all = match of {
        None => tree.tops(),
        Some(id) => {
            let node = tree.find(id).ok_or_else(|| Failure::no_such_user(id))?;
            tree.reports(node)
        }
    };
    let page: Vec<u32> = all.iter().skip(start).take(count).copied().collect();
    Ok(Reports {
        nodes: Seen::new(context, &snapshot, &tree)?.nodes(&page).await?,
        total: all.len(),
    })
}

/// Those above the user with this id, the top first, and the user itself; empty where the import does not
/// have this user.
///
/// # Errors
/// As [`reporting_lines`].
pub async fn line_of(
    context: &mut Context,
    column: Option<&str>,
    id: &str,
) -> Result<Vec<ReportingNode>, Failure> {
    let snapshot = import(context, false).await?;
    let Some(Lines { tree, .. }) = lines(context, &snapshot, column).await? else {
        return Ok(Vec::new());
    };
    let Some(node) = tree.find(id) else {
        return Ok(Vec::new());
    };
    let mut path = tree.above(node);
    path.push(node);
    // A chain of hundreds is no company; its end is what matters.
    let path = path.split_off(path.len().saturating_sub(LOOKED_AT_ONCE));
    Seen::new(context, &snapshot, &tree)?.nodes(&path).await
}

/// Users whose row holds `text`, as nodes of the tree: at most `count`, and how many there are.
///
/// # Errors
/// As [`reporting_lines`].
pub async fn find_in_lines(
    context: &mut Context,
    column: Option<&str>,
    text: &str,
    count: usize,
) -> Result<Reports, Failure> {
    let snapshot = import(context, false).await?;
    let Some(Lines { tree, .. }) = lines(context, &snapshot, column).await? else {
        return Ok(Reports {
            nodes: Vec::new(),
            total: 0,
        });
    };
    let choice = UserChoice {
        search: text.to_owned(),
        ..UserChoice::default()
    };
    let found = positions(context, &snapshot, &choice).await?;
    let page: Vec<u32> = (found.page(0, count).into_iter())
        .filter_map(|position| u32::try_from(position).ok())
        .collect();
    Ok(Reports {
        nodes: Seen::new(context, &snapshot, &tree)?.nodes(&page).await?,
        total: found.len(),
    })
}

struct Lines {
    tree: Arc<Hierarchy>,
    column: ManagerColumn,
}

/// The columns that can name a manager.
fn choices<'c>(
    application: &Application,
    columns: &'c [ResultColumn],
) -> impl Iterator<Item = (usize, &'c str)> {
    let open = |name: &str| {
        !application.is_secret(name) && !application.user_id_column.eq_ignore_ascii_case(name)
    };
    let named = columns.iter().enumerate();
    let open: Vec<bool> = columns.iter().map(|column| open(&column.name)).collect();
    named
        .filter(move |(index, _)| open.get(*index).copied().unwrap_or_default())
        .map(|(index, column)| (index, column.name.as_str()))
}

/// The tree by a column, made where it is not there yet.
async fn lines(
    context: &Context,
    snapshot: &Snapshot,
    asked: Option<&str>,
) -> Result<Option<Lines>, Failure> {
    let columns = &snapshot.rows.columns;
    let application = &context.application;
    let find =
        |name: &str| choices(application, columns).find(|(_, own)| own.eq_ignore_ascii_case(name));
    let known = match asked {
        Some(name) => Some((
            find(name).ok_or_else(|| {
                Failure::new(
                    400,
                    "filter.column",
                    format!("{name} cannot name a manager: it is not among the columns, is secret, or is the id."),
                    "Choose another column.",
                )
            })?,
            ManagerSource::Asked,
        )),
        None => mapped(application)
            .and_then(find)
            .map(|found| (found, ManagerSource::Mapped)),
    };
    let kept = || {
        let kept = snapshot.hierarchy.lock();
        kept.unwrap_or_else(PoisonError::into_inner)
    };
    let before = kept().clone();
    if let Some((index, tree)) = &before
        && known.is_none_or(|((wanted, _), _)| wanted == *index)
        && let Some(column) = columns.get(*index)
    {
        return Ok(Some(Lines {
            tree: Arc::clone(tree),
            column: ManagerColumn {
                name: column.name.clone(),
                source: known.map_or(ManagerSource::Values, |(_, source)| source),
            },
        }));
    }
    let mut builder = HierarchyBuilder::default();
    let shape = UserShape::new(application, columns, &context.base)?;
    each(snapshot, snapshot.rows.len(), |cells| {
        builder.id(shape.id(cells).ok().as_deref());
    })
    .await?;
    let found = match known {
        Some(((index, _), source)) => Some((index, source)),
        None => by_values(application, snapshot, &builder, &shape)
            .await?
            .map(|index| (index, ManagerSource::Values)),
    };
    let Some((index, source)) = found else {
        return Ok(None);
    };
    each(snapshot, snapshot.rows.len(), |cells| {
        let manager = cells.get(index).and_then(Cell::to_text);
        builder.manager(manager.as_deref());
    })
    .await?;
    let tree = Arc::new(builder.finish());
    *kept() = Some((index, Arc::clone(&tree)));
    Ok(columns.get(index).map(|column| Lines {
        tree,
        column: ManagerColumn {
            name: column.name.clone(),
            source,
        },
    }))
}

/// The column that is mapped to the manager's id (RFC 7643 §4.3).
fn mapped(application: &Application) -> Option<&str> {
    let core = application.profile == Profile::Core;
    let paths = application.paths.iter().filter(|_| core);
    let mut managers = paths.filter(|(path, _)| {
        path.name.eq_ignore_ascii_case("manager")
            && (path.sub.as_deref()).is_some_and(|sub| sub.eq_ignore_ascii_case("value"))
    });
    managers.next().map(|(_, column)| column.as_str())
}

/// The column of which the most values are ids of other users.
async fn by_values(
    application: &Application,
    snapshot: &Snapshot,
    builder: &HierarchyBuilder,
    shape: &UserShape<'_>,
) -> Result<Option<usize>, Failure> {
    let columns: Vec<usize> = choices(application, &snapshot.rows.columns)
        .map(|(index, _)| index)
        .collect();
    let mut hits = vec![0_usize; columns.len()];
    let mut filled = vec![0_usize; columns.len()];
    each(snapshot, SAMPLED, |cells| {
        let own = shape.id(cells).unwrap_or_default();
        for (at, column) in columns.iter().enumerate() {
            let text = cells.get(*column).and_then(Cell::to_text);
            let Some(text) = text.filter(|text| !text.is_empty()) else {
                continue;
            };
            filled[at] += 1;
            if *text != *own && builder.find(&text).is_some() {
                hits[at] += 1;
            }
        }
    })
    .await?;
    // Half of what it holds at least: the others would all be managers who do not exist.
    let best = (0..columns.len())
        .filter(|at| hits[*at] > 0 && hits[*at] * 2 >= filled[*at])
        .max_by_key(|at| (hits[*at], std::cmp::Reverse(*at)));
    Ok(best.map(|at| columns[at]))
}

/// Shows the first rows to `look`, one after the other.
async fn each(
    snapshot: &Snapshot,
    most: usize,
    mut look: impl FnMut(&[Cell<'_>]),
) -> Result<(), Failure> {
    let end = most.min(snapshot.rows.len());
    let mut next = 0;
    while next < end {
        let block = snapshot
            .rows
            .read(next..end.min(next + LOOKED_AT_ONCE))
            .await;
        let block = block.map_err(|error| unkept(&error))?;
        for index in 0..block.len() {
            look(&block.cells(index).map_err(|error| unkept(&error))?);
        }
        next += LOOKED_AT_ONCE;
    }
    Ok(())
}

/// Nodes with what their rows say.
struct Seen<'a> {
    snapshot: &'a Snapshot,
    tree: &'a Hierarchy,
    shape: UserShape<'a>,
    naming: Naming,
    title: Option<usize>,
}

impl<'a> Seen<'a> {
    fn new(
        context: &'a Context,
        snapshot: &'a Snapshot,
        tree: &'a Hierarchy,
    ) -> Result<Self, Failure> {
        let columns = &snapshot.rows.columns;
        let application = &*context.application;
        Ok(Self {
            snapshot,
            tree,
            shape: UserShape::new(application, columns, &context.base)?,
            naming: Naming::of(application, columns),
            title: columns.iter().position(|column| {
                column.name.eq_ignore_ascii_case("TITLE") && !application.is_secret(&column.name)
            }),
        })
    }

    async fn nodes(&self, nodes: &[u32]) -> Result<Vec<ReportingNode>, Failure> {
        let mut seen = Vec::with_capacity(nodes.len());
        for node in nodes {
            let told = match self.tree.node(*node) {
                Some(Node::User(row)) => self.user(*node, row).await?,
                Some(Node::Absent(id)) => ReportingNode {
                    id: id.to_owned(),
                    name: None,
                    title: None,
                    active: None,
                    user: false,
                    ..self.counted(*node)
                },
                None => continue,
            };
            seen.push(told);
        }
        Ok(seen)
    }

    fn counted(&self, node: u32) -> ReportingNode {
        ReportingNode {
            id: String::new(),
            name: None,
            title: None,
            active: None,
            user: true,
            reports: self.tree.reports(node).len(),
            below: self.tree.below(node),
            cut: self.tree.is_cut(node),
        }
    }

    async fn user(&self, node: u32, row: usize) -> Result<ReportingNode, Failure> {
        let block = self.snapshot.rows.read(row..row + 1).await;
        let block = block.map_err(|error| unkept(&error))?;
        let cells = block.cells(0).map_err(|error| unkept(&error))?;
        let title = self.title.and_then(|index| cells.get(index)?.to_text());
        Ok(ReportingNode {
            id: self.shape.id(&cells)?.into_owned(),
            name: self.naming.name(&cells).map(Cow::into_owned),
            title: title.filter(|title| !title.is_empty()).map(Cow::into_owned),
            active: self.shape.active(&cells),
            ..self.counted(node)
        })
    }

    /// Users who are inactive and to whom somebody active reports, those with the most reports first.
    async fn inactive_managers(&self) -> Result<Vec<u32>, Failure> {
        let mut active = Vec::with_capacity(self.snapshot.rows.len());
        each(self.snapshot, self.snapshot.rows.len(), |cells| {
            active.push(self.shape.active(cells));
        })
        .await?;
        let state = |node: u32| active.get(node as usize).copied().flatten();
        let rows = 0..u32::try_from(active.len()).unwrap_or(u32::MAX);
        let mut found: Vec<u32> = rows
            .filter(|node| state(*node) == Some(false))
            .filter(|node| {
                let reports = self.tree.reports(*node).iter();
                reports.copied().any(|report| state(report) == Some(true))
            })
            .collect();
        found.sort_by_key(|node| std::cmp::Reverse(self.tree.reports(*node).len()));
        Ok(found)
    }
}
