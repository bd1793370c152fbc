//! Which rows of the console's import are wanted, and in which order.
//!
//! What was found last is remembered with the import, so that the next page of it is not another search.

use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Context;
use crate::failure::Failure;
use crate::profile::{Naming, UserShape};
use crate::sift::{Condition, Rank, RowFilter, RowSort};
use crate::snapshot::{Snapshot, unkept};
use crate::value::Cell;

/// So many rows are looked at together.
pub(super) const LOOKED_AT_ONCE: usize = 1024;

/// Stands for whether a user is active: `active`, `inactive`, or NULL where no column says it.
pub const STATE: &str = "@state";
/// Stands for what a user is called.
pub const NAME: &str = "@name";
/// Stands for how many entitlements a user holds.
pub const ENTITLEMENTS: &str = "@entitlements";
/// Stands for the ids of the entitlements that a user holds.
pub const HOLDS: &str = "@holds";

/// Which users are wanted, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UserChoice {
    /// Text that any column holds that is not secret, without regard to letter case; empty for all.
    pub search: String,
    /// All of them are to be true. Beside the columns of the rows there are `@state` (`active`,
    /// `inactive`), `@name`, `@entitlements` (how many) and `@holds` (ids).
    pub filters: Vec<RowFilter>,
    /// Empty for the order of the import.
    pub sort: Vec<RowSort>,
}

impl UserChoice {
    fn is_everybody(&self) -> bool {
        self.search.trim().is_empty() && self.filters.is_empty() && self.sort.is_empty()
    }
}

/// The positions of rows in a snapshot, in the order that is wanted.
#[derive(Clone, Debug)]
pub(super) enum Positions {
    /// All of them, as they stand.
    All(usize),
    These(Arc<Vec<u32>>),
}

impl Positions {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::These(these) => these.len(),
        }
    }

    /// At most `count` from `start`, which counts from 0.
    pub(super) fn page(&self, start: usize, count: usize) -> Vec<usize> {
        let end = start.saturating_add(count).min(self.len());
        match self {
            Self::All(_) => (start.min(end)..end).collect(),
            Self::These(these) => {
                let page = these.get(start.min(end)..end).unwrap_or_default();
                page.iter().map(|position| *position as usize).collect()
            }
        }
    }
}

/// Where a condition, or a part of an order, looks.
#[derive(Clone, Copy)]
enum Field {
    Column(usize),
    State,
    Name,
    Entitlements,
    Holds,
}

/// Finds the rows that are wanted.
///
/// # Errors
/// 400 for a column that is not there, that is secret, or that asks for what nobody knows; 503 where the
/// rows cannot be read back.
pub(super) async fn positions(
    context: &Context,
    snapshot: &Snapshot,
    choice: &UserChoice,
) -> Result<Positions, Failure> {
    if choice.is_everybody() {
        return Ok(Positions::All(snapshot.rows.len()));
    }
    let asked = format!("{choice:?}");
    let remembered = || {
        let found = snapshot.found.lock();
        found.unwrap_or_else(PoisonError::into_inner)
    };
    if let Some((text, positions)) = &*remembered()
        && *text == asked
    {
        return Ok(Positions::These(Arc::clone(positions)));
    }
    let found = Arc::new(
        Search::new(context, snapshot, choice)?
            .run(snapshot)
            .await?,
    );
    *remembered() = Some((asked, Arc::clone(&found)));
    Ok(Positions::These(found))
}

struct Search<'a> {
    /// In lower case; empty for all.
    text: String,
    conditions: Vec<(Field, Condition)>,
    /// With whether it is descending.
    order: Vec<(Field, bool)>,
    secret: Vec<bool>,
    shape: UserShape<'a>,
    naming: Naming,
}

impl<'a> Search<'a> {
    fn new(
        context: &'a Context,
        snapshot: &'a Snapshot,
        choice: &UserChoice,
    ) -> Result<Self, Failure> {
        let application = &*context.application;
        let columns = &snapshot.rows.columns;
        let field = |name: &str| field(context, snapshot, name);
        Ok(Self {
            text: choice.search.trim().to_lowercase(),
            conditions: (choice.filters.iter())
                .map(|filter| Ok((field(&filter.column)?, Condition::of(filter)?)))
                .collect::<Result<_, Failure>>()?,
            order: (choice.sort.iter())
                .map(|sort| Ok((field(&sort.column)?, sort.descending)))
                .collect::<Result<_, Failure>>()?,
            secret: columns
                .iter()
                .map(|column| application.is_secret(&column.name))
                .collect(),
            shape: UserShape::new(application, columns, &context.base)?,
            naming: Naming::of(application, columns),
        })
    }

    async fn run(&self, snapshot: &Snapshot) -> Result<Vec<u32>, Failure> {
        let mut positions: Vec<u32> = Vec::new();
        let mut ranks: Vec<Vec<Rank>> = Vec::new();
        let mut next = 0;
        while next < snapshot.rows.len() {
            let block = snapshot.rows.read(next..next + LOOKED_AT_ONCE).await;
            let block = block.map_err(|error| unkept(&error))?;
            for index in 0..block.len() {
                let cells = block.cells(index).map_err(|error| unkept(&error))?;
                if !self.matches(snapshot, next + index, &cells) {
                    continue;
                }
                positions.extend(u32::try_from(next + index));
                if !self.order.is_empty() {
                    let ranks_of = self.order.iter().map(|(field, _)| {
                        self.with(*field, snapshot, next + index, &cells, Rank::of)
                    });
                    ranks.push(ranks_of.collect());
                }
            }
            next += LOOKED_AT_ONCE;
        }
        if !self.order.is_empty() {
            let mut sorted: Vec<_> = ranks.into_iter().zip(positions).collect();
            // Equal rows stay in the order of the import.
            sorted.sort_by(|(one, _), (other, _)| self.compare(one, other));
            positions = sorted.into_iter().map(|(_, position)| position).collect();
        }
        Ok(positions)
    }

    fn compare(&self, one: &[Rank], other: &[Rank]) -> std::cmp::Ordering {
        let pairs = one.iter().zip(other).zip(&self.order);
        let mut orders = pairs.map(|((one, other), (_, descending))| {
            if *descending {
                other.cmp(one)
            } else {
                one.cmp(other)
            }
        });
        orders
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    }

    fn matches(&self, snapshot: &Snapshot, position: usize, cells: &[Cell<'_>]) -> bool {
        let holds = |cell: &Cell<'_>| {
            let text = cell.to_text();
            text.is_some_and(|text| text.to_lowercase().contains(&self.text))
        };
        let found = self.text.is_empty()
            || cells
                .iter()
                .zip(&self.secret)
                .any(|(cell, secret)| !secret && holds(cell));
        found
            && self
                .conditions
                .iter()
                .all(|(field, condition)| match field {
                    Field::Holds => {
                        let held = snapshot.entitlements.as_ref();
                        let held = held.into_iter().flat_map(|all| all.of(position).iter());
                        condition.holds_of(held.map(|held| held.value.as_str()))
                    }
                    field => self.with(*field, snapshot, position, cells, |cell| {
                        condition.holds(cell)
                    }),
                })
    }

    /// What `look` sees in a field of a row.
    fn with<T>(
        &self,
        field: Field,
        snapshot: &Snapshot,
        position: usize,
        cells: &[Cell<'_>],
        look: impl Fn(&Cell<'_>) -> T,
    ) -> T {
        match field {
            Field::Column(index) => look(cells.get(index).unwrap_or(&Cell::Null)),
            Field::State => look(&match self.shape.active(cells) {
                Some(true) => Cell::Text("active"),
                Some(false) => Cell::Text("inactive"),
                None => Cell::Null,
            }),
            Field::Name => {
                let name = self.naming.name(cells);
                look(&name.as_deref().map_or(Cell::Null, Cell::Text))
            }
            Field::Entitlements | Field::Holds => {
                let held = snapshot.entitlements.as_ref();
                let count = held.map_or(0, |all| all.of(position).iter().count());
                look(&Cell::Unsigned(count as u64))
            }
        }
    }
}

fn field(context: &Context, snapshot: &Snapshot, name: &str) -> Result<Field, Failure> {
    let counted = |field| {
        snapshot.entitlements.as_ref().map(|_| field).ok_or_else(|| {
            Failure::new(
                400,
                "filter.not_counted",
                "Who holds what is not known without asking for each user.",
                "Give the mapping of Get user entitlements an import statement, which reads everybody's at once.",
            )
        })
    };
    match name {
        STATE => return Ok(Field::State),
        NAME => return Ok(Field::Name),
        ENTITLEMENTS => return counted(Field::Entitlements),
        HOLDS => return counted(Field::Holds),
        _ => {}
    }
    if context.application.is_secret(name) {
        return Err(Failure::new(
            400,
            "filter.secret",
            format!("{name} is a secret column, and what one can filter by one can find out."),
            "Take the condition or the order away.",
        ));
    }
    let at = snapshot
        .rows
        .columns
        .iter()
        .position(|column| column.name.eq_ignore_ascii_case(name));
    at.map(Field::Column).ok_or_else(|| {
        Failure::new(
            400,
            "filter.column",
            format!("The rows have no column {name}."),
            "Take the condition or the order away, or return the column from Get users.",
        )
    })
}
