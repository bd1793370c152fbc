//! Output parameters that come as a result set: told from the other sets, and put into their places.

use std::sync::Arc;

use sluice_core::catalogue::TypeKind;
use sluice_core::ports::{OutValue, ResultColumn, ResultSet, RowSink};
use sluice_core::{DatabaseError, Value};

/// A parameter that gives something back.
pub(super) struct Out {
    /// In the routine's list of parameters, from 1.
    pub(super) position: usize,
    pub(super) name: String,
    pub(super) kind: TypeKind,
}

/// Lets result sets pass and keeps the one that has the values of output parameters: the last one,
/// with their names for its columns.
pub(super) struct Parting<'a> {
    to: &'a mut dyn RowSink,
    names: Vec<String>,
    held: Option<ResultSet>,
    failed: Option<DatabaseError>,
}

impl<'a> Parting<'a> {
    pub(super) fn new(to: &'a mut dyn RowSink, outs: &[Out]) -> Self {
        Self {
            to,
            names: outs.iter().map(|out| out.name.clone()).collect(),
            held: None,
            failed: None,
        }
    }

    /// A set that was held and turned out to be an ordinary one.
    fn release(&mut self) {
        if let Some(ResultSet { columns, rows }) = self.held.take() {
            self.to.columns(columns);
            for row in rows {
                if let Err(error) = self.to.row(row) {
                    self.failed.get_or_insert(error);
                    return;
                }
            }
        }
    }

    pub(super) fn finish(mut self, outs: &[Out]) -> Result<Vec<OutValue>, DatabaseError> {
        if self.held.as_ref().is_some_and(|set| set.rows.len() != 1) {
            self.release();
        }
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let row = self.held.take().and_then(|mut set| set.rows.pop());
        let values = row.unwrap_or_default().into_iter().zip(outs);
        Ok(values
            .map(|(value, out)| OutValue {
                position: out.position,
                name: out.name.clone(),
                value,
            })
            .collect())
    }
}

impl RowSink for Parting<'_> {
    fn columns(&mut self, columns: Arc<[ResultColumn]>) {
        self.release();
        let same = columns.len() == self.names.len()
            && columns
                .iter()
                .zip(&self.names)
                .all(|(column, name)| name.is_empty() || column.name.eq_ignore_ascii_case(name));
        if same && !self.names.is_empty() {
            self.held = Some(ResultSet {
                columns,
                rows: Vec::new(),
            });
        } else {
            self.to.columns(columns);
        }
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        match &mut self.held {
            Some(held) if held.rows.is_empty() => {
                held.rows.push(row);
                Ok(())
            }
            Some(_) => {
                self.release();
                self.to.row(row)
            }
            None => self.to.row(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use sluice_core::ports::Collected;

    use super::*;

    fn out(name: &str, position: usize) -> Out {
        Out {
            position,
            name: name.to_owned(),
            kind: TypeKind::Text,
        }
    }

    fn set(name: &str) -> Arc<[ResultColumn]> {
        Arc::new([ResultColumn {
            name: name.to_owned(),
            type_name: "INTEGER".to_owned(),
        }])
    }

    #[test]
    fn only_the_last_set_with_the_names_of_the_outputs_is_one_of_outputs() {
        let outs = [out("Q", 2)];
        let mut rows = Collected::default();
        let mut parting = Parting::new(&mut rows, &outs);
        parting.columns(set("q"));
        parting.row(vec![Value::Integer(1)]).unwrap();
        parting.columns(set("b"));
        parting.row(vec![Value::Integer(2)]).unwrap();
        parting.columns(set("q"));
        parting.row(vec![Value::Integer(3)]).unwrap();
        let values = parting.finish(&outs).unwrap();
        assert_eq!(
            (values[0].position, &values[0].value),
            (2, &Value::Integer(3))
        );
        let sets: Vec<_> = rows.0.iter().map(|set| set.rows.clone()).collect();
        assert_eq!(sets, [[[Value::Integer(1)]], [[Value::Integer(2)]]]);
    }
}
