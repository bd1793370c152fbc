//! Tables that a transaction is going to write: their rows before, inside and after it.
//!
//! **Invariant:** what is read inside the transaction was read before without one. On PostgreSQL a read
//! that is refused ends the transaction around it, so a table that this account may write and not read
//! is left out before anything begins.
//!
//! [`Watched::find`] outside, then [`Watched::before`] and [`Watched::compare`] inside, then
//! [`Watched::verify`] when it was rolled back.

use crate::catalogue::{Column, Relation};
use crate::dry_run::{Rollback, Rows, TableChange, difference};
use crate::exchange::Diagnosis;
use crate::failure::Failure;
use crate::mapping::Kind;
use crate::plan::{BoundParameter, Statement};
use crate::ports::{Access, Session};
use crate::quote;
use crate::secret::MASK;
use crate::value::Value;

use super::Context;

/// A table with more rows is compared only where a key of the trial names a few of them.
const WHOLE: u64 = 2_000;

/// What is read of a table to compare it.
struct Look {
    relation: Relation,
    /// Count of all rows, and the rows themselves, with what was read in words.
    count: Statement,
    rows: Option<Statement>,
    compared: String,
}

/// Tables that are looked at, and their rows before anything ran.
#[derive(Default)]
pub(super) struct Watched {
    looks: Vec<Look>,
    before: Vec<Rows>,
}

impl Watched {
    /// Finds what of these tables can be read, with `values` to tell which rows of large ones. The session
    /// has no transaction.
    pub(super) async fn find(
        context: &Context,
        session: &mut dyn Session,
        values: &[BoundParameter],
        relations: &[Relation],
    ) -> Self {
        let mut watched = Self::default();
        for relation in relations {
            if let Ok(look) = look(context, session, values, relation).await {
                watched.looks.push(look);
            }
        }
        watched
    }

    /// Whether there is nothing to compare.
    pub(super) fn is_empty(&self) -> bool {
        self.looks.is_empty()
    }

    /// Reads the rows at the beginning of the transaction.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn before(&mut self, session: &mut dyn Session) -> Result<(), Failure> {
        for look in &self.looks {
            self.before.push(read(session, look).await?);
        }
        Ok(())
    }

    /// Reads the same rows inside the transaction: what changed, and the first problem on the way.
    pub(super) async fn compare(
        &self,
        context: &Context,
        session: &mut dyn Session,
    ) -> (Vec<TableChange>, Option<Diagnosis>) {
        let (mut tables, mut problem) = (Vec::new(), None);
        for (look, before) in self.looks.iter().zip(&self.before) {
            match read(session, look).await {
                Ok(after) => tables.push(change(context, look, before, &after)),
                Err(failure) => {
                    problem.get_or_insert(failure.diagnosis);
                }
            }
        }
        (tables, problem)
    }

    /// Reads the same rows again after the rollback, through another session: whether it held, and what
    /// stayed where it did not.
    pub(super) async fn verify(&self, context: &mut Context) -> (Rollback, Vec<TableChange>) {
        if self.is_empty() {
            return (Rollback::NotVerified, Vec::new());
        }
        let Ok(mut session) = context.begin(Access::Read).await else {
            return (Rollback::NotVerified, Vec::new());
        };
        let mut verdict = Rollback::Held;
        let mut stayed = Vec::new();
        for (look, before) in self.looks.iter().zip(&self.before) {
            let Ok(after) = read(session.as_mut(), look).await else {
                verdict = Rollback::NotVerified;
                continue;
            };
            let kept = change(context, look, before, &after);
            if !kept.is_empty() {
                stayed.push(kept);
            }
        }
        let _ = session.rollback().await;
        if !stayed.is_empty() {
            verdict = Rollback::Broken;
        }
        (verdict, stayed)
    }
}

/// Decides what to read of a table, and tries it. Among `values`, the user's key or what
/// an index covers tells which rows of a large one.
async fn look(
    context: &Context,
    session: &mut dyn Session,
    values: &[BoundParameter],
    relation: &Relation,
) -> Result<Look, Failure> {
    let dialect = context.database.grammar();
    let table = quote::object(dialect, &relation.name);
    let mut look = Look {
        relation: relation.clone(),
        count: plain(format!("SELECT COUNT(*) FROM {table}")), // identifiers only
        rows: None,
        compared:
            "the number of rows only: the table is too large, and nothing in the trial names \
                   a few of its rows"
                .to_owned(),
    };
    let total = count(session, &look.count).await?;
    if total <= WHOLE {
        look.rows = Some(plain(format!("SELECT * FROM {table}"))); // identifiers only
        "all rows".clone_into(&mut look.compared);
    } else if let Some((column, id)) = narrowed(context, values, relation) {
        let name = quote::identifier(dialect, &column.name);
        let mut rows = plain(format!("SELECT * FROM {table} WHERE {name} = ?")); // identifiers only
        rows.parameters.push(id.clone());
        look.rows = Some(rows);
        look.compared = format!(
            "rows with {} = {}",
            column.name,
            id.value.to_text().unwrap_or_default()
        );
    }
    rows(session, &look, total).await?;
    Ok(look)
}

/// The column and the value that name a few rows of a large table: the user's key, else a column with an
/// index. Procedures name their parameters after columns: `p_user_id`.
fn narrowed<'a>(
    context: &Context,
    values: &'a [BoundParameter],
    relation: &'a Relation,
) -> Option<(&'a Column, &'a BoundParameter)> {
    let given = |column: &Column| {
        values.iter().find(|parameter| {
            let name = parameter.name.as_str();
            let plain = name
                .get(2..)
                .filter(|_| name.to_ascii_lowercase().starts_with("p_"));
            let named = name.eq_ignore_ascii_case(&column.name)
                || plain.is_some_and(|plain| plain.eq_ignore_ascii_case(&column.name));
            named && !parameter.value.is_null() && !parameter.secret
        })
    };
    let key = relation.column(&context.application.user_id_column);
    let indexed = relation
        .columns
        .iter()
        .filter(|column| relation.is_indexed(&column.name));
    let mut candidates = key.into_iter().chain(indexed);
    candidates.find_map(|column| Some((column, given(column)?)))
}

async fn read(session: &mut dyn Session, look: &Look) -> Result<Rows, Failure> {
    let total = count(session, &look.count).await?;
    rows(session, look, total).await
}

async fn rows(session: &mut dyn Session, look: &Look, total: u64) -> Result<Rows, Failure> {
    let Some(statement) = &look.rows else {
        return Ok(Rows {
            total,
            ..Rows::default()
        });
    };
    let outcome = session.execute(statement).await;
    let set = outcome
        .map_err(|error| Failure::from_database(error, None))?
        .into_rows();
    let key = look.relation.primary_key();
    Ok(Rows {
        key: key.iter().filter_map(|name| set.column(name)).collect(),
        columns: set.columns.iter().map(|c| c.name.clone()).collect(),
        rows: set.rows,
        total,
    })
}

async fn count(session: &mut dyn Session, statement: &Statement) -> Result<u64, Failure> {
    let outcome = session.execute(statement).await;
    let set = outcome
        .map_err(|error| Failure::from_database(error, None))?
        .into_rows();
    let text = set.rows.first().and_then(|row| row.first()?.to_text());
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
}

fn change(context: &Context, look: &Look, before: &Rows, after: &Rows) -> TableChange {
    let secret = |column: usize| {
        after
            .columns
            .get(column)
            .is_some_and(|name| context.application.is_secret(name))
    };
    let shown = |column: usize, value: &Value| {
        if secret(column) && !value.is_null() {
            MASK.into()
        } else {
            value.to_json()
        }
    };
    difference(&look.relation.name, &look.compared, before, after, &shown)
}

/// A statement of the dry run's own, without values.
fn plain(text: String) -> Statement {
    Statement {
        operation: None,
        kind: Kind::Sql,
        text,
        parameters: Vec::new(),
    }
}
