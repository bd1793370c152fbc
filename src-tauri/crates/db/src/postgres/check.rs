//! The values of a statement held against the types that the server has inferred for them and
//! against the columns they are written to, before anything is sent.
//!
//! **Invariant:** before a value is refused because of something that was kept (a prepared
//! statement's types, the labels of an enumeration, a column's length), it is asked for anew.

use std::sync::Arc;

use sluice_core::catalogue::{Column, DataType, ObjectName, Question, TypeKind};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::signature::check_value;
use sluice_core::sql::{Target, targets};
use sluice_core::{DatabaseError, DatabaseErrorKind, Value};

use super::{Handle, Postgres, catalogue};
use crate::driver::check_count;

/// What is sent for a placeholder.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub parameter: &'a BoundParameter,
    /// Not always the parameter's own.
    pub value: &'a Value,
    /// The database's name for the place, where it is known.
    pub place: Option<&'a str>,
    /// The column it is written to, where that says more than the type of the parameter.
    pub column: Option<&'a DataType>,
}

impl<'a> Sent<'a> {
    pub(super) fn plain(parameter: &'a BoundParameter) -> Self {
        Self {
            parameter,
            value: &parameter.value,
            place: None,
            column: None,
        }
    }

    /// Refuses a value that the server could not read as the type of its place.
    fn check(&self, data_type: &DataType) -> Result<(), DatabaseError> {
        // What Sluice sends of its own fits.
        if self.value.is_null() || !std::ptr::eq(self.value, &raw const self.parameter.value) {
            return Ok(());
        }
        let place = self.place.unwrap_or(&self.parameter.name);
        if let Value::Text(text) = self.value
            && text.contains('\0')
        {
            return Err(DatabaseError {
                object: Some(place.to_owned()),
                ..DatabaseError::new(
                    DatabaseErrorKind::InvalidValue,
                    format!(
                        "The value for {place} holds the character U+0000, which PostgreSQL cannot \
                         store. Nothing was sent."
                    ),
                )
            });
        }
        let data_type = self.column.unwrap_or(data_type);
        match data_type.kind {
            TypeKind::Other | TypeKind::Array | TypeKind::Cursor => Ok(()),
            TypeKind::Text if self.fits_without_spaces(data_type) => Ok(()),
            _ => check_value(self.parameter, place, data_type),
        }
    }

    /// Spaces beyond the length of a column are cut off by the server, as the standard wants it.
    fn fits_without_spaces(&self, data_type: &DataType) -> bool {
        match (data_type.length, self.value) {
            (None, _) => true,
            (Some(length), Value::Text(text)) => {
                text.trim_end_matches(' ').chars().count() as u64 <= length
            }
            _ => false,
        }
    }
}

/// Holds all values against the types of their parameters.
pub(super) fn fit(types: &[DataType], sent: &[Sent<'_>]) -> Result<(), DatabaseError> {
    // A `$1` that was written as such counts too.
    check_count(None, types.len(), sent.len())?;
    let mut pairs = sent.iter().zip(types);
    pairs.try_for_each(|(sent, data_type)| sent.check(data_type))
}

/// Whether an error is a refusal of [`fit`]: nothing was sent.
pub(super) fn is_refusal(error: &DatabaseError) -> bool {
    error.sqlstate.is_none()
        && matches!(
            error.kind,
            DatabaseErrorKind::InvalidValue | DatabaseErrorKind::TooLong
        )
}

/// Whether the server refused because of a table or a limit that was not known: the next call asks.
pub(super) fn is_news(error: &DatabaseError) -> bool {
    error.sqlstate.is_some()
        && matches!(
            error.kind,
            DatabaseErrorKind::MissingObject | DatabaseErrorKind::TooLong
        )
}

/// The column that a placeholder meets.
pub(super) struct Meets {
    name: String,
    /// Where a value that is written has a limit of which the parameter's type knows nothing.
    limit: Option<DataType>,
}

/// The values of a statement, each with the column it meets.
pub(super) fn sent<'a>(statement: &'a Statement, meets: &'a [Option<Meets>]) -> Vec<Sent<'a>> {
    let parameters = statement.parameters.iter().enumerate();
    parameters
        .map(|(index, parameter)| {
            let meets = meets.get(index).and_then(Option::as_ref);
            Sent {
                place: meets.map(|meets| meets.name.as_str()),
                column: meets.and_then(|meets| meets.limit.as_ref()),
                ..Sent::plain(parameter)
            }
        })
        .collect()
}

/// Reads which columns the placeholders of a text meet, and keeps it for the text.
pub(super) async fn read(
    database: &Postgres,
    handle: &mut Handle,
    text: &str,
) -> Result<Arc<Vec<Option<Meets>>>, DatabaseError> {
    let targets = targets(Dialect::Postgresql, text);
    let mut tables: Vec<(&ObjectName, Vec<Column>)> = Vec::new();
    for target in targets.iter().flatten().filter(|target| target.written) {
        if tables.iter().any(|(table, _)| **table == target.table) {
            continue;
        }
        let question = Question::Relation(target.table.clone());
        let found = catalogue::answer(database, handle, &question).await?;
        let relation = found.relations.into_iter().next().unwrap_or_default();
        tables.push((&target.table, relation.columns));
    }
    let limit = |target: &Target| {
        let (_, columns) = tables.iter().find(|(table, _)| **table == target.table)?;
        let column = columns.iter().find(|column| column.name == target.column)?;
        let limited = match column.data_type.kind {
            TypeKind::Text => column.data_type.length.is_some(),
            TypeKind::Decimal => column.data_type.precision.is_some(),
            _ => false,
        };
        (limited && target.written).then(|| column.data_type.clone())
    };
    let meets = targets.iter().map(|target| {
        target.as_ref().map(|target| Meets {
            name: target.column.clone(),
            limit: limit(target),
        })
    });
    let meets = meets.collect();
    Ok(database.meets.insert(text.to_owned(), meets))
}
